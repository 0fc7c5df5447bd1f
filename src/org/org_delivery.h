/*
 * org_delivery.h - what leaves the house. Mails and webhook deliveries are rows; two threads of their own take those that are due, so that a slow
 * receiver delays neither the other kind nor anything inside. At least once: a crash between the receiver's answer and our commit sends again, under the
 * same id. Only src/org/org_delivery.c, org_mail*.c, org_hook*.c, org_smtp.c.
 */
#ifndef YITI_ORG_DELIVERY_H
#define YITI_ORG_DELIVERY_H

#include <netinet/in.h>

#include "org/org_mime.h"
#include "org/org_notice_int.h"

/* delivery_pause_us - how long to wait after the nth failure (from 1): base, 2, 4, 8 … times it, at most six hours. Pure. */
int64_t delivery_pause_us(int retry_s, int64_t failures);
/* delivery_command - runs a command as the system and waits; memory of its own. Not on the writer's thread. */
MUST_USE enum rc delivery_command(struct store *s, command_fn *fn, const void *in, void *out, struct fail *f);

/* net_reachable - may a webhook connect to this address? Public unicast addresses, and those that the configuration allows; never private, loopback,
 * link-local, shared, documentation, multicast or reserved ones, also not inside IPv6 forms. *named: it stands in the configuration. Pure. */
bool net_reachable(const struct sockaddr *address, const char *const *allow, bool *named);
/* net_range_valid - "10.0.0.0/8", "::1", as the configuration gives them. */
bool net_range_valid(const char *text);

/* ---- mail (org_mail.c, org_smtp.c) ---- */

struct mail_server {
    const char *host, *user, *password; /* NULL: none */
    struct span from_address, from_name, ca_pem;
    int port;
    char security[10];
    bool enabled;
    int64_t version;
    struct span sealed_password;
};
/* mail_server_load - RC_MISSING: none is set. With the password opened when open is true. */
MUST_USE enum rc mail_server_load(struct tx *tx, bool open, struct mail_server *out, struct fail *f);
enum smtp_end { SMTP_SENT, SMTP_LATER, SMTP_NEVER };
/* smtp_send - one message to one address; why: what went wrong. Blocks up to MAIL_SECONDS_MAX. */
enum smtp_end smtp_send(const struct mail_server *server, const char *to, struct span message, char why[200]);
/* mail_queue - within a command: this notice goes to that person by mail, at once or with the next digest. */
struct mail_wish {
    int64_t notice_id, person_id;
    const char *region_code;
    bool at_once;
    int quiet_from, quiet_to; /* -1: none */
};
MUST_USE enum rc mail_queue(struct tx *tx, const struct mail_wish *wish, struct fail *f);
/* mail_insert - a mail of that kind to a person or a subscriber (the other 0). */
struct mail_new {
    const char *region_code, *kind;
    int64_t person_id, subscription_id;
    struct span payload;
};
MUST_USE enum rc mail_insert(struct tx *tx, const struct mail_new *mail, struct fail *f);
int mail_round(struct org *o, struct arena *a); /* sends what is due; how many it tried */
void mail_register(struct store *s);

/* mail_compose - the whole message of a mail; false when it cannot be written (org_mail_text.c). */
struct mail_letter {
    const struct mail_server *server;
    struct span kind, payload;
    const char *to;
    int64_t id, at_us;
    enum lang lang;
    const char *public_url; /* NULL: no links */
    const char *token;      /* of a subscriber's links; NULL: an account's mail */
};
bool mail_compose(struct arena *a, const struct mail_letter *in, struct sb *out);
/* ---- subscribers (org_subscribe.c) ---- */

struct subscriber {
    const char *address, *token; /* NULL: the subscription is gone */
    enum lang lang;
};
/* subscriber_open - to whom a subscription's mails go. subscriber_letter - what they say: a question (confirm) or news. */
MUST_USE enum rc subscriber_open(struct tx *tx, int64_t id, struct subscriber *out, struct fail *f);
struct mail_parts {
    struct sb *subject, *text, *html;
};
void subscriber_letter(const struct mail_letter *in, const json_t *doc, const struct mail_parts *to);
void subscribe_register(struct store *s);
handler_fn api_subscribe, api_subscribe_offer, api_subscription, api_subscription_confirm, api_subscription_leave;

/* ---- webhooks (org_hook.c) ---- */

/* hook_event - within a command: tells the webhooks that take this topic. */
MUST_USE enum rc hook_event(struct tx *tx, const struct notice_in *in, struct fail *f);
int hook_round(struct org *o, struct arena *a);
/* hook_url_valid - http or https, a host, no user in it, under 600 bytes. Pure. */
bool hook_url_valid(struct span url);
void hook_register(struct org *o);

/* require_administrator - the actor is an administrator today; RC_FORBIDDEN. */
MUST_USE enum rc require_administrator(struct tx *tx, struct fail *f);

handler_fn api_mail_server, api_mail_server_put, api_mail_test, api_mails, api_mail_again;
handler_fn api_webhooks, api_webhook_post, api_webhook_patch, api_webhook_delete, api_webhook_test, api_deliveries;

#endif
