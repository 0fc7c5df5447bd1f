/* org_delivery.c - the two threads that carry mail and webhooks out, and which addresses may be reached. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/ensure.h"
#include "base/log.h"
#include "org/org_delivery.h"

#define LOOK_MS 300 /* pause between two looks at what is due */
#define ARENA_BYTES (32u << 20)
#define PAUSE_LONGEST_US (6 * 3600 * 1000000LL)

int64_t delivery_pause_us(int retry_s, int64_t failures)
{
    int64_t pause = (int64_t)(retry_s > 0 ? retry_s : 1) * 1000000;
    for (int64_t i = 1; i < failures && pause < PAUSE_LONGEST_US; i++)
        pause *= 2;
    return pause < PAUSE_LONGEST_US ? pause : PAUSE_LONGEST_US;
}

enum rc delivery_command(struct store *s, command_fn *fn, const void *in, void *out, struct fail *f)
{
    struct arena *const a = arena_new(8u << 20);
    struct store_write w = {.command = fn, .in = in, .out = out, .arena = a, .actor = ACTOR_SYSTEM};
    const enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    arena_free(a);
    return rc;
}

/* ---- addresses ---------------------------------------------------------------------------------------------------------------------------- */

struct range {
    unsigned char net[16]; /* IPv4 as ::ffff:a.b.c.d */
    int bits;
};

static bool range_read(const char *text, struct range *out)
{
    char address[64];
    int64_t bits = -1;
    struct in_addr v4;
    struct in6_addr v6;
    const char *const slash = strchr(text, '/');
    const size_t n = slash ? (size_t)(slash - text) : strlen(text);
    if (n >= sizeof address || (slash && !span_to_i64(span_of(slash + 1), &bits)))
        return false;
    memcpy(address, text, n);
    address[n] = 0;
    memset(out->net, 0, sizeof out->net);
    if (inet_pton(AF_INET, address, &v4) == 1) {
        out->net[10] = out->net[11] = 0xff;
        memcpy(out->net + 12, &v4, 4);
        out->bits = 96 + (int)(slash ? bits : 32);
        return !slash || (bits >= 0 && bits <= 32);
    }
    if (inet_pton(AF_INET6, address, &v6) != 1)
        return false;
    memcpy(out->net, &v6, 16);
    out->bits = (int)(slash ? bits : 128);
    return !slash || (bits >= 0 && bits <= 128);
}

bool net_range_valid(const char *text)
{
    struct range r;
    return range_read(text, &r);
}

static bool within(const unsigned char ip[16], const char *text)
{
    struct range r;
    if (!range_read(text, &r))
        return false;
    const int whole = r.bits / 8, rest = r.bits % 8;
    if (memcmp(ip, r.net, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((ip[whole] ^ r.net[whole]) & (0xff00 >> rest & 0xff)) == 0;
}

/* IANA's special-purpose registries (RFC 6890 and after); IPv6 forms that carry an IPv4 address are judged by that address first. */
static bool special(const unsigned char ip[16])
{
    static const char *const v4[] = {"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                     "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
                                     "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                     "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
    static const char *const v6[] = {"::/96",    "100::/64",  "2001::/23", "2001:db8::/32", "3fff::/20",
                                     "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",      "5f00::/16"};
    unsigned char inner[16] = {[10] = 0xff, [11] = 0xff};
    if (within(ip, "::ffff:0:0/96")) {
        for (size_t i = 0; i < sizeof v4 / sizeof v4[0]; i++)
            if (within(ip, v4[i]))
                return true;
        return false;
    }
    for (size_t i = 0; i < sizeof v6 / sizeof v6[0]; i++)
        if (within(ip, v6[i]))
            return true;
    if (within(ip, "64:ff9b::/96") || within(ip, "64:ff9b:1::/48")) { /* NAT64 */
        memcpy(inner + 12, ip + 12, 4);
        return within(ip, "64:ff9b:1::/48") || special(inner);
    }
    if (within(ip, "2002::/16")) { /* 6to4 */
        memcpy(inner + 12, ip + 2, 4);
        return special(inner);
    }
    return false;
}

bool net_reachable(const struct sockaddr *address, const char *const *allow, bool *named)
{
    unsigned char ip[16] = {[10] = 0xff, [11] = 0xff};
    *named = false;
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        memcpy(ip + 12, &in.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        memcpy(ip, &in.sin6_addr, 16);
    } else {
        return false;
    }
    for (int i = 0; allow && allow[i] && !*named; i++)
        *named = within(ip, allow[i]);
    return *named || !special(ip);
}

/* ---- the threads ------------------------------------------------------------------------------------------------------------------------------ */

struct delivery {
    struct org *org;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* under lock */
    pthread_t mail, hooks;
};

static bool rest(struct delivery *d, bool worked)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&d->lock);
    if (!d->stopping && !worked)
        (void)pthread_cond_timedwait(&d->wake, &d->lock, &until);
    const bool stopping = d->stopping;
    (void)pthread_mutex_unlock(&d->lock);
    return !stopping;
}

static void *mail_loop(void *ctx)
{
    struct delivery *const d = ctx;
    struct arena *const a = arena_new(ARENA_BYTES);
    while (rest(d, mail_round(d->org, a) > 0))
        arena_reset(a);
    arena_free(a);
    return NULL;
}

static void *hook_loop(void *ctx)
{
    struct delivery *const d = ctx;
    struct arena *const a = arena_new(ARENA_BYTES);
    while (rest(d, hook_round(d->org, a) > 0))
        arena_reset(a);
    arena_free(a);
    return NULL;
}

/* Commands do not see the options: what they need of them stands among the facts. */
static enum rc put_facts(struct tx *tx, const void *in, void *out, struct fail *f)
{
    char text[16];
    (void)out;
    (void)snprintf(text, sizeof text, "%d", ((const struct org *)in)->options.group_s);
    return instance_fact_set(tx, "mail_group_s", span_of(text), f);
}

void org_start_delivery(struct org *o)
{
    struct fail f = {0};
    if (delivery_command(o->options.store, put_facts, o, NULL, &f) != RC_OK)
        log_event(LOG_WARN, "delivery.facts_failed", LS("message", msg_name(f.msg)), LEND);
    struct delivery *const d = ARENA_NEW(o->arena, struct delivery);
    ensure(d != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
    d->org = o;
    ensure(pthread_mutex_init(&d->lock, NULL) == 0 && pthread_cond_init(&d->wake, NULL) == 0);
    ensure(pthread_create(&d->mail, NULL, mail_loop, d) == 0 && pthread_create(&d->hooks, NULL, hook_loop, d) == 0);
    o->delivery = d;
}

void org_stop_delivery(struct org *o)
{
    struct delivery *const d = o ? o->delivery : NULL;
    if (!d)
        return;
    (void)pthread_mutex_lock(&d->lock);
    d->stopping = true;
    (void)pthread_cond_broadcast(&d->wake);
    (void)pthread_mutex_unlock(&d->lock);
    (void)pthread_join(d->mail, NULL);
    (void)pthread_join(d->hooks, NULL);
    (void)pthread_cond_destroy(&d->wake);
    (void)pthread_mutex_destroy(&d->lock);
    o->delivery = NULL;
}

enum rc require_administrator(struct tx *tx, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_administrator_is, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool is = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && !is ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "administrator", NULL) : rc;
}
