/*
 * org_mail.c - mail: the server's settings, notices that wait for a mail, the mail itself, sending with retries.
 *
 *   notice → mail_wait (at once: a moment's grouping, or the end of quiet hours; digest: 08:00 of a working day) → mail waiting → sent | given up
 *
 * What was seen in the app before the mail is written is left out of it. A mail tells what a title tells and links to the rest: nothing personal.
 * The receiver's address is opened when the mail is sent and stands in no row and no log.
 */
#include <string.h>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/log.h"
#include "org/org_delivery.h"

#define MAIL_ROUND 20
#define MAIL_GIVE_UP_US (48 * 3600 * 1000000LL)
#define MAIL_ITEMS_MAX 200

/* ---- the server -------------------------------------------------------------------------------------------------------------------------- */

enum rc mail_server_load(struct tx *tx, bool open, struct mail_server *out, struct fail *f)
{
    struct rows rows;
    struct arena *const a = tx_arena(tx);
    enum rc rc = db_one(tx, SQL_mail_server_get, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct mail_server){.host = span_text(a, rows_text(&rows, 0)),
                                .port = (int)rows_int(&rows, 1),
                                .user = span_text(a, rows_text(&rows, 3)),
                                .from_address = rows_text_dup(&rows, 5),
                                .from_name = rows_text_dup(&rows, 6),
                                .ca_pem = rows_text_dup(&rows, 7),
                                .enabled = rows_int(&rows, 8) != 0,
                                .version = rows_int(&rows, 9)};
    (void)snprintf(out->security, sizeof out->security, "%.*s", SPAN_ARG(rows_text(&rows, 2)));
    if (!rows_is_null(&rows, 4))
        out->sealed_password = span_dup(a, rows_blob(&rows, 4));
    rc = rows_end(&rows);
    struct span password = SPAN_NONE;
    if (rc == RC_OK && open && out->sealed_password.ptr)
        rc = seal_get(tx, "000000", "mail_server", 1, out->sealed_password, &password, f);
    if (password.ptr)
        out->password = span_text(a, password);
    return rc;
}

static void server_json(const struct mail_server *s, bool set, struct jw *w)
{
    jw_object(w);
    jw_kbool(w, "set", set);
    if (set) {
        jw_kstr(w, "host", s->host);
        jw_kint(w, "port", s->port);
        jw_kstr(w, "security", s->security);
        jw_kstr(w, "user", s->user);
        jw_kbool(w, "has_password", s->sealed_password.ptr != NULL);
        jw_ktext(w, "from_address", s->from_address);
        jw_ktext(w, "from_name", s->from_name);
        jw_ktext(w, "ca_pem", s->ca_pem);
        jw_kbool(w, "enabled", s->enabled);
        jw_kint(w, "version", s->version);
    }
    jw_object_end(w);
}

static enum rc server_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct mail_server s = {0};
    struct fail none = {0};
    enum rc rc = require_administrator(tx, f);
    if (rc != RC_OK)
        return rc;
    rc = mail_server_load(tx, false, &s, &none);
    if (rc != RC_OK && rc != RC_MISSING) {
        *f = none;
        return rc;
    }
    server_json(&s, rc == RC_OK, reply_json(ctx));
    return RC_OK;
}

enum rc api_mail_server(struct req *r, struct fail *f)
{
    return org_read(r, server_read, r, f);
}

struct server_put {
    struct span host, security, user, password, from_address, from_name, ca_pem; /* password ptr NULL: as it was */
    int64_t port, version;
    bool enabled;
};

static enum rc server_put(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct server_put *const p = in;
    struct mail_server old = {0};
    struct fail none = {0};
    char port[12];
    (void)out;
    enum rc rc = require_administrator(tx, f);
    if (rc != RC_OK)
        return rc;
    rc = mail_server_load(tx, false, &old, &none);
    if (rc == RC_OK && p->version != 0 && p->version != old.version)
        return fail_set(f, RC_STALE, MSG_org_stale, NULL, NULL);
    struct span sealed = old.sealed_password;
    rc = RC_OK;
    if (p->password.ptr && p->password.len == 0)
        sealed = SPAN_NONE;
    else if (p->password.ptr)
        rc = seal_put(tx, "000000", "mail_server", 1, p->password, &sealed, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_mail_server_put,
                     DB_ARGS(DB_T(p->host), DB_I(p->port), DB_T(p->security), DB_T(p->user),
                             sealed.ptr ? DB_B(sealed) : DB_N, DB_T(p->from_address), DB_T(p->from_name),
                             DB_T(p->ca_pem), DB_I(p->enabled)),
                     NULL, f);
    (void)snprintf(port, sizeof port, "%d", (int)p->port);
    return rc == RC_OK ? org_journal(tx, "000000", "mail_server", 1, "edit", f, "host",
                                     span_text(tx_arena(tx), p->host), "port", port, "security",
                                     span_text(tx_arena(tx), p->security), "enabled", p->enabled ? "1" : "0", NULL)
                       : rc;
}

static enum rc server_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct mail_server s;
    struct jw w;
    (void)out;
    *status = 200;
    jw_init(&w, body);
    enum rc rc = mail_server_load(tx, false, &s, f);
    if (rc == RC_OK)
        server_json(&s, true, &w);
    return rc;
}

static bool host_ok(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-.:", c)) || !c)
            return false;
    }
    return s.len > 0;
}

static enum rc server_check(const struct server_put *p, struct fail *f)
{
    if (!host_ok(p->host))
        return fail_span(f, RC_INVALID, MSG_mail_host, "host", p->host);
    if (!span_is(p->security, "tls") && !span_is(p->security, "starttls") && !span_is(p->security, "none"))
        return fail_span(f, RC_INVALID, MSG_org_choice, "security", p->security);
    if (!mime_address(p->from_address))
        return fail_span(f, RC_INVALID, MSG_mail_address, "from_address", p->from_address);
    if (p->ca_pem.len > 0 && !span_starts(span_trim(p->ca_pem), SPAN("-----BEGIN CERTIFICATE-----")))
        return fail_set(f, RC_INVALID, MSG_mail_ca, "ca_pem", NULL);
    return RC_OK;
}

enum rc api_mail_server_put(struct req *r, struct fail *f)
{
    json_t *body = NULL;
    struct server_put *const p = ARENA_NEW(req_arena(r), struct server_put);
    if (!p)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    *p = (struct server_put){.security = SPAN("starttls"),
                             .user = SPAN(""),
                             .from_name = SPAN(""),
                             .ca_pem = SPAN(""),
                             .port = 587,
                             .enabled = true};
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "host", "port", "security", "user", "password", "from_address", "from_name", "ca_pem",
                       "enabled", "version", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "host", JSON_REQUIRED, 253, &p->host, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "port", JSON_OPTIONAL, 1, 65535, &p->port, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "security", JSON_OPTIONAL, 8, &p->security, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "user", JSON_OPTIONAL, 200, &p->user, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "password", JSON_OPTIONAL, 200, &p->password, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "from_address", JSON_REQUIRED, 254, &p->from_address, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "from_name", JSON_OPTIONAL, 120, &p->from_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "ca_pem", JSON_OPTIONAL, 60000, &p->ca_pem, f);
    if (rc == RC_OK)
        rc = json_get_bool(body, "enabled", JSON_OPTIONAL, &p->enabled, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "version", JSON_OPTIONAL, 1, INT32_MAX, &p->version, f);
    if (rc == RC_OK)
        rc = server_check(p, f);
    return rc == RC_OK ? org_write_with(
                             r, &(struct org_write_plan){server_put, p, NULL, server_render, NULL, ORG_WRITE_NO_KEY}, f)
                       : rc;
}

/* ---- waiting ---------------------------------------------------------------------------------------------------------------------------------- */

static enum rc count_of(struct tx *tx, enum sql_id sql, const struct db_val *args, int n, int64_t *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, sql, args, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_int(&rows, 0);
    return rows_end(&rows);
}

enum rc mail_queue(struct tx *tx, const struct mail_wish *wish, struct fail *f)
{
    int64_t waiting = 0;
    const char *const how = wish->at_once ? "once" : "digest";
    const int64_t now = tx_now_us(tx);
    int64_t group_s = 0;
    struct span fact = SPAN_NONE;
    enum rc rc = instance_fact(tx, "mail_group_s", &fact, f);
    (void)span_to_i64(fact, &group_s);
    if (rc == RC_OK)
        rc = count_of(tx, SQL_mail_waiting, DB_ARGS(DB_I(wish->person_id), DB_S(how)), &waiting, f);
    if (rc == RC_OK)
        rc =
            db_exec(tx, SQL_mail_wait_put,
                    DB_ARGS(DB_S(wish->region_code), DB_I(wish->notice_id), DB_I(wish->person_id), DB_S(how)), NULL, f);
    if (rc != RC_OK || waiting > 0)
        return rc; /* the mail that is to come takes this one along */
    const int64_t due = wish->at_once ? notice_quiet_end(now + group_s * 1000000, wish->quiet_from, wish->quiet_to)
                                      : notice_digest_at(calendar_builtin(), now);
    return timer_set(tx, wish->region_code, wish->at_once ? "mail.once" : "mail.digest", wish->person_id, due,
                     SPAN_NONE, f);
}

enum rc mail_insert(struct tx *tx, const struct mail_new *m, struct fail *f)
{
    return db_exec(tx, SQL_mail_insert,
                   DB_ARGS(DB_S(m->region_code), DB_I(tx_new_id(tx)), DB_I_OR_NULL(m->person_id),
                           DB_I_OR_NULL(m->subscription_id), DB_S(m->kind), DB_T(m->payload), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc items_json(struct tx *tx, int64_t person_id, const char *how, struct sb *sb, int *n, struct fail *f)
{
    struct rows rows;
    struct jw w;
    enum rc rc =
        db_query(tx, SQL_mail_wait_notices, DB_ARGS(DB_I(person_id), DB_S(how), DB_I(MAIL_ITEMS_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, sb);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    while (rows_next(&rows)) {
        jw_object(&w);
        jw_ktext(&w, "kind", rows_text(&rows, 1));
        jw_ktext(&w, "subject_kind", rows_text(&rows, 2));
        jw_kid(&w, "subject_id", rows_int(&rows, 3));
        jw_ktext(&w, "summary", rows_text(&rows, 4));
        jw_object_end(&w);
        ++*n;
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return rows_end(&rows);
}

/* All that waits for this person becomes one mail. */
static enum rc gather(struct tx *tx, int64_t person_id, const char *how, struct fail *f)
{
    struct person_row p;
    struct sb sb;
    int n = 0;
    enum rc rc = person_load(tx, person_id, &p, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? RC_OK : rc;
    sb_init(&sb, 1u << 20);
    rc = items_json(tx, person_id, how, &sb, &n, f);
    if (rc == RC_OK && n > 0)
        rc = mail_insert(tx, &(struct mail_new){p.region_code, how, person_id, 0, sb_span(&sb)}, f);
    sb_release(&sb);
    return rc == RC_OK ? db_exec(tx, SQL_mail_wait_drop, DB_ARGS(DB_I(person_id), DB_S(how)), NULL, f) : rc;
}

static enum rc once_due(struct tx *tx, int64_t person_id, struct span payload, struct fail *f)
{
    (void)payload;
    return gather(tx, person_id, "once", f);
}

static enum rc digest_due(struct tx *tx, int64_t person_id, struct span payload, struct fail *f)
{
    (void)payload;
    return gather(tx, person_id, "digest", f);
}

void mail_register(struct store *s)
{
    store_timer_kind(s, "mail.once", once_due);
    store_timer_kind(s, "mail.digest", digest_due);
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------------------------ */

struct due_mail {
    const char *region_code;
    struct span payload, kind;
    int64_t id, person_id, subscription_id, attempts, at_us;
    enum smtp_end end;
    char why[200];
    int retry_s;
};
struct mail_round {
    struct mail_server server;
    bool ready;
    struct due_mail mails[MAIL_ROUND];
    int n;
};

static enum rc read_due(struct tx *tx, void *ctx, struct fail *f)
{
    struct mail_round *const round = ctx;
    struct rows rows;
    struct arena *const a = tx_arena(tx);
    enum rc rc = db_query(tx, SQL_mail_due, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(MAIL_ROUND)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (round->n < MAIL_ROUND && rows_next(&rows))
        round->mails[round->n++] = (struct due_mail){.region_code = span_text(a, rows_text(&rows, 0)),
                                                     .id = rows_int(&rows, 1),
                                                     .person_id = rows_int(&rows, 2),
                                                     .subscription_id = rows_int(&rows, 3),
                                                     .kind = rows_text_dup(&rows, 4),
                                                     .payload = rows_text_dup(&rows, 5),
                                                     .attempts = rows_int(&rows, 6),
                                                     .at_us = rows_int(&rows, 7)};
    rc = rows_end(&rows);
    if (rc != RC_OK || round->n == 0)
        return rc;
    struct fail none = {0};
    rc = mail_server_load(tx, true, &round->server, &none);
    round->ready = rc == RC_OK && round->server.enabled;
    if (rc != RC_OK && rc != RC_MISSING) {
        *f = none;
        return rc;
    }
    return RC_OK;
}

struct receiver {
    const struct due_mail *mail;
    const char *address, *token; /* NULL: none */
    enum lang lang;
};

static enum rc read_receiver(struct tx *tx, void *ctx, struct fail *f)
{
    struct receiver *const to = ctx;
    struct rows rows;
    char region[7];
    struct span sealed, plain = SPAN_NONE;
    if (to->mail->subscription_id) {
        struct subscriber who = {0};
        enum rc opened = subscriber_open(tx, to->mail->subscription_id, &who, f);
        to->address = who.address;
        to->token = who.token;
        to->lang = who.lang;
        return opened;
    }
    enum rc rc = db_query(tx, SQL_mail_receiver, DB_ARGS(DB_I(to->mail->person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool there = rows_next(&rows);
    if (there) {
        copy_code(region, sizeof region, rows_text(&rows, 0));
        sealed = span_dup(tx_arena(tx), rows_blob(&rows, 1));
        to->lang = span_is(rows_text(&rows, 2), "en") ? LANG_EN : LANG_ZH;
    }
    rc = rows_end(&rows);
    if (rc == RC_OK && there)
        rc = seal_get(tx, region, "person", to->mail->person_id, sealed, &plain, f);
    if (rc == RC_OK && there && mime_address(span_trim(plain)))
        to->address = span_text(tx_arena(tx), span_trim(plain));
    return rc == RC_MISSING ? RC_OK : rc;
}

static enum rc note_end(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct due_mail *const m = in;
    (void)out;
    const int64_t now = tx_now_us(tx);
    const bool sent = m->end == SMTP_SENT, over = m->end == SMTP_NEVER || (!sent && now - m->at_us > MAIL_GIVE_UP_US);
    return db_exec(tx, SQL_mail_done,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id),
                           DB_S(sent   ? "sent"
                                : over ? "given_up"
                                       : "waiting"),
                           DB_I(now + delivery_pause_us(m->retry_s, m->attempts + 1)), DB_S(m->why),
                           sent ? DB_I(now) : DB_N),
                   NULL, f);
}

static void send_one(struct org *o, struct arena *a, const struct mail_server *server, struct due_mail *m)
{
    struct receiver to = {.mail = m};
    struct fail f = {0};
    struct sb message;
    m->retry_s = o->options.retry_s;
    m->end = SMTP_NEVER;
    if (store_read(o->options.store, &ACTOR_SYSTEM, a, read_receiver, &to, &f) != RC_OK) {
        m->end = SMTP_LATER;
        (void)snprintf(m->why, sizeof m->why, "%s", msg_name(f.msg));
    } else if (!to.address) {
        (void)snprintf(m->why, sizeof m->why, "no address, or mail is no longer wanted");
    } else {
        sb_init(&message, 4u << 20);
        const struct mail_letter letter = {
            server, m->kind, m->payload, to.address, m->id, m->at_us, to.lang, o->options.public_url, to.token};
        if (mail_compose(a, &letter, &message))
            m->end = smtp_send(server, to.address, sb_span(&message), m->why);
        else
            (void)snprintf(m->why, sizeof m->why, "the mail cannot be written");
        sb_release(&message);
    }
    if (m->end != SMTP_SENT)
        log_event(LOG_WARN, "mail.failed", LI("mail", m->id), LI("attempts", m->attempts + 1),
                  LS("end", m->end == SMTP_NEVER ? "never" : "later"), LEND);
    if (delivery_command(o->options.store, note_end, m, NULL, &f) != RC_OK)
        log_event(LOG_WARN, "mail.note_failed", LI("mail", m->id), LEND);
}

int mail_round(struct org *o, struct arena *a)
{
    struct mail_round *const round = ARENA_NEW(a, struct mail_round);
    struct fail f = {0};
    if (!round || store_read(o->options.store, &ACTOR_SYSTEM, a, read_due, round, &f) != RC_OK || !round->ready)
        return 0;
    for (int i = 0; i < round->n; i++)
        send_one(o, a, &round->server, &round->mails[i]);
    return round->n;
}

/* ---- test, log ------------------------------------------------------------------------------------------------------------------------------------ */

static enum rc put_test(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct person_row p;
    (void)out;
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = person_load(tx, *(const int64_t *)in, &p, f);
    return rc == RC_OK ? mail_insert(tx, &(struct mail_new){p.region_code, "test", p.id, 0, SPAN("{\"items\":[]}")}, f)
                       : rc;
}

enum rc api_mail_test(struct req *r, struct fail *f)
{
    int64_t *const id = ARENA_NEW(req_arena(r), int64_t);
    if (!id)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    *id = req_session(r)->person_id;
    return org_write(r, put_test, id, NULL, NULL, f);
}

static enum rc again(struct tx *tx, const void *in, void *out, struct fail *f)
{
    int64_t changed = 0;
    (void)out;
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_mail_again, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(*(const int64_t *)in)), &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL) : rc;
}

enum rc api_mail_again(struct req *r, struct fail *f)
{
    int64_t *const id = ARENA_NEW(req_arena(r), int64_t);
    if (!id)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = req_param_id(r, "id", id, f);
    return rc == RC_OK ? org_write(r, again, id, NULL, NULL, f) : rc;
}

struct log_run {
    struct req *r;
    struct span state;
    int64_t limit, after;
    bool given;
};

static enum rc log_read(struct tx *tx, void *ctx, struct fail *f)
{
    const struct log_run *const run = ctx;
    struct rows rows;
    int64_t n = 0, last = 0;
    struct db_val args[3] = {DB_I(run->limit + 1)};
    int n_args = 1;
    enum rc rc = require_administrator(tx, f);
    if (run->state.ptr)
        args[n_args++] = DB_T(run->state);
    if (run->given)
        args[n_args++] = DB_I(run->after);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_mail_log, run->state.ptr ? SQLF_mail_log_state : 0, SQLO_mail_log_newest, run->given, args,
                     n_args, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *const w = reply_json(run->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (n < run->limit && rows_next(&rows)) {
        n++;
        last = rows_int(&rows, 0);
        jw_object(w);
        jw_kid(w, "id", last);
        jw_kstr(w, "to", rows_int(&rows, 1) ? "person" : "subscriber");
        jw_ktext(w, "kind", rows_text(&rows, 2));
        jw_ktext(w, "state", rows_text(&rows, 3));
        jw_kint(w, "attempts", rows_int(&rows, 4));
        jw_ktime(w, "next_at", rows_int(&rows, 5));
        jw_ktext(w, "error", rows_text(&rows, 6));
        jw_ktime(w, "at", rows_int(&rows, 7));
        jw_object_end(w);
    }
    const bool more = n == run->limit && rows_next(&rows);
    jw_array_end(w);
    const struct span key = span_of(id_text(tx_arena(tx), last));
    api_next(run->r, w, more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc api_mails(struct req *r, struct fail *f)
{
    struct log_run run = {.r = r};
    enum rc rc = req_query_only(r, f, "state", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &run.limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.after, &run.given, f);
    run.state = req_query(r, "state");
    return rc == RC_OK ? org_read(r, log_read, &run, f) : rc;
}
