/*
 * org_hook.c - webhooks: events of the house told to other systems over HTTP.
 *
 *   notice → outbox "notice.event" → a row for each webhook that takes the topic, keyed by the event's id → POST → delivered
 *                                                                                       any failure → later … → given up after a day
 *   no success for delivery.disable_hours → the webhook is switched off, and who made it is told
 *
 * Each POST is signed: X-Yiti-Signature is v1=HMAC-SHA256 (hex) over "timestamp.body" with the webhook's secret. Connections go to public addresses
 * only, and to those that the configuration names: libcurl resolves once, and the very address that it connects to is judged. No redirect, no proxy.
 */
#include <curl/curl.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/log.h"
#include "org/org_delivery.h"

#define AT_ONCE 16
#define GIVE_UP_US (24 * 3600 * 1000000LL)
#define SECRET_TEXT 43

/* ---- events -------------------------------------------------------------------------------------------------------------------------------- */

enum rc hook_event(struct tx *tx, const struct notice_in *in, struct fail *f)
{
    struct rows rows;
    struct sb sb;
    struct jw w;
    enum rc rc = db_one(tx, SQL_webhook_any, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool any = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc != RC_OK || !any)
        return rc;
    sb_init(&sb, 8192);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kstr(&w, "kind", in->kind);
    jw_ktime(&w, "at", tx_now_us(tx));
    jw_key(&w, "subject");
    jw_object(&w);
    jw_kstr(&w, "kind", in->subject_kind);
    jw_kid(&w, "id", in->subject_id);
    jw_object_end(&w);
    jw_kid(&w, "unit_id", in->unit_id);
    jw_ktext(&w, "summary", in->summary);
    jw_object_end(&w);
    rc = sb_rc(&sb) == RC_OK ? outbox_put(tx, in->region_code, "notice.event", sb_span(&sb), f)
                             : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    sb_release(&sb);
    return rc;
}

struct spread {
    int64_t event_id, only; /* only: this webhook, 0: all that take it */
    struct span payload;
    char kind[60];
};

static bool takes(struct span topics, const char *word)
{
    if (topics.len == 0)
        return true;
    while (topics.len > 0)
        if (span_is(span_split(&topics, ' '), word))
            return true;
    return false;
}

/* The event's own id goes in front of what it says. */
static enum rc put_delivery(struct tx *tx, const struct spread *s, int64_t webhook_id, const char *region,
                            struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 16384);
    sb_addf(&sb, "{\"id\":\"%lld\",", (long long)s->event_id);
    sb_add(&sb, span_sub(s->payload, 1, s->payload.len));
    const enum rc rc = sb_rc(&sb) == RC_OK
                           ? db_exec(tx, SQL_delivery_insert,
                                     DB_ARGS(DB_S(region), DB_I(tx_new_id(tx)), DB_I(webhook_id), DB_I(s->event_id),
                                             DB_S(s->kind), DB_T(sb_span(&sb)), DB_I(tx_now_us(tx))),
                                     NULL, f)
                           : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    sb_release(&sb);
    return rc;
}

static enum rc spread(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct spread *const s = in;
    struct {
        int64_t id;
        char region[7];
    } to[200];
    struct rows rows;
    int n = 0;
    const char *const topic = notice_topic_of(span_of(s->kind))->word;
    (void)out;
    enum rc rc = db_query(tx, SQL_webhook_active, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 200 && rows_next(&rows)) {
        to[n].id = rows_int(&rows, 0);
        copy_code(to[n].region, sizeof to[n].region, rows_text(&rows, 1));
        n += s->only ? to[n].id == s->only : takes(rows_text(&rows, 2), topic);
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = put_delivery(tx, s, to[i].id, to[i].region, f);
    return rc;
}

/* The outbox's consumer. A message that comes twice has the same id and leaves one row. */
static enum rc on_event(struct store *store, int64_t message_id, struct span payload, void *ctx)
{
    struct fail f = {0};
    json_t *doc = NULL;
    struct span kind = SPAN_NONE;
    struct spread s = {.event_id = message_id, .payload = payload};
    struct arena *const a = arena_new(1u << 20);
    (void)ctx;
    enum rc rc = json_read(a, payload, &doc, &f);
    if (rc == RC_OK)
        rc = json_get_text(doc, "kind", JSON_REQUIRED, sizeof s.kind - 1, &kind, &f);
    if (rc == RC_OK) {
        (void)snprintf(s.kind, sizeof s.kind, "%.*s", SPAN_ARG(kind));
        rc = delivery_command(store, spread, &s, NULL, &f);
    }
    arena_free(a);
    return rc;
}

void hook_register(struct org *o)
{
    store_outbox_topic(o->options.store, "notice.event", on_event, o);
}

/* ---- one POST ----------------------------------------------------------------------------------------------------------------------------------- */

struct post {
    int64_t webhook_id, id, event_id, attempts, at_us, took_us, failing_since_us, created_by, hook_version;
    char region[7], kind[60], state[12];
    const char *url, *name;
    struct span body, secret;
    /* of the try */
    const struct org *org;
    CURL *curl;
    struct curl_slist *headers;
    bool plain, refused;
    size_t got;
    long status;
    char why[200], error[CURL_ERROR_SIZE];
};

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct post *const p = ctx;
    bool named = false;
    (void)purpose;
    if (!net_reachable(&address->addr, p->org->options.reach_allow, &named) || (p->plain && !named)) {
        p->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take(char *data, size_t size, size_t n, void *ctx)
{
    struct post *const p = ctx;
    (void)data;
    p->got += size * n;
    return p->got <= HOOK_ANSWER_BYTES_MAX ? size * n : 0; /* nobody reads it */
}

static void hex(const unsigned char *bytes, size_t n, char *out)
{
    (void)sodium_bin2hex(out, n * 2 + 1, bytes, n);
}

static void sign(struct post *p, int64_t now_s)
{
    char line[300], text[2 * crypto_auth_hmacsha256_BYTES + 1];
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    (void)snprintf(line, sizeof line, "%lld.", (long long)now_s);
    (void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)p->secret.ptr, p->secret.len);
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)line, strlen(line));
    (void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)p->body.ptr, p->body.len);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    hex(mac, sizeof mac, text);
    p->headers = curl_slist_append(NULL, "Content-Type: application/json");
    p->headers = curl_slist_append(p->headers, "Expect:");
    (void)snprintf(line, sizeof line, "X-Yiti-Event: %s", p->kind);
    p->headers = curl_slist_append(p->headers, line);
    (void)snprintf(line, sizeof line, "X-Yiti-Delivery: %lld", (long long)p->event_id);
    p->headers = curl_slist_append(p->headers, line);
    (void)snprintf(line, sizeof line, "X-Yiti-Timestamp: %lld", (long long)now_s);
    p->headers = curl_slist_append(p->headers, line);
    (void)snprintf(line, sizeof line, "X-Yiti-Signature: v1=%s", text);
    p->headers = curl_slist_append(p->headers, line);
}

static void prepare(struct post *p, const struct org *o)
{
    p->org = o;
    p->plain = strncmp(p->url, "http://", 7) == 0;
    p->curl = curl_easy_init();
    ensure(p->curl != NULL);
    sign(p, clock_now_us(store_clock(o->options.store)) / 1000000);
    curl_easy_setopt(p->curl, CURLOPT_URL, p->url);
    curl_easy_setopt(p->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(p->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.len);
    curl_easy_setopt(p->curl, CURLOPT_POSTFIELDS, p->body.ptr);
    curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, p->headers);
    curl_easy_setopt(p->curl, CURLOPT_USERAGENT, "yiti");
    curl_easy_setopt(p->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(p->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(p->curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(p->curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(p->curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(p->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(p->curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(p->curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(p->curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(p->curl, CURLOPT_TIMEOUT_MS, (long)HOOK_MS_MAX);
    curl_easy_setopt(p->curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(p->curl, CURLOPT_OPENSOCKETDATA, p);
    curl_easy_setopt(p->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(p->curl, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(p->curl, CURLOPT_ERRORBUFFER, p->error);
    curl_easy_setopt(p->curl, CURLOPT_PRIVATE, p);
}

static void ended(struct post *p, CURLcode code)
{
    curl_off_t us = 0;
    curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &p->status);
    curl_easy_getinfo(p->curl, CURLINFO_TOTAL_TIME_T, &us);
    p->took_us = us;
    if (p->refused)
        (void)snprintf(p->why, sizeof p->why, "%s",
                       p->plain ? "address not allowed (http only to addresses in the configuration)"
                                : "address not allowed");
    else if (code == CURLE_OK && p->status >= 300 && p->status < 400)
        (void)snprintf(p->why, sizeof p->why, "redirects are not followed");
    else if (code == CURLE_OK && p->status / 100 != 2)
        (void)snprintf(p->why, sizeof p->why, "HTTP %ld", p->status);
    else if (code != CURLE_OK)
        (void)snprintf(p->why, sizeof p->why, "%.190s", p->error[0] ? p->error : curl_easy_strerror(code));
}

static void post_all(struct post *posts, int n, const struct org *o)
{
    CURLM *const multi = curl_multi_init();
    int running = n, left = 0;
    ensure(multi != NULL);
    for (int i = 0; i < n; i++) {
        prepare(&posts[i], o);
        curl_multi_add_handle(multi, posts[i].curl);
    }
    while (running > 0 && curl_multi_perform(multi, &running) == CURLM_OK && running > 0)
        (void)curl_multi_poll(multi, NULL, 0, 200, NULL);
    for (const CURLMsg *m; (m = curl_multi_info_read(multi, &left)) != NULL;) {
        struct post *p = NULL;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p);
        ended(p, m->data.result);
    }
    for (int i = 0; i < n; i++) {
        curl_multi_remove_handle(multi, posts[i].curl);
        curl_easy_cleanup(posts[i].curl);
        curl_slist_free_all(posts[i].headers);
    }
    curl_multi_cleanup(multi);
}

/* ---- a round --------------------------------------------------------------------------------------------------------------------------------------- */

struct round {
    struct post posts[AT_ONCE];
    int n;
};

static enum rc hook_row(struct tx *tx, struct post *p, struct fail *f)
{
    struct rows rows;
    struct span sealed;
    enum rc rc = db_one(tx, SQL_webhook_get, DB_ARGS(DB_I(p->webhook_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    p->name = span_text(tx_arena(tx), rows_text(&rows, 1));
    p->url = span_text(tx_arena(tx), rows_text(&rows, 2));
    p->failing_since_us = rows_int(&rows, 5);
    p->created_by = rows_int(&rows, 6);
    sealed = span_dup(tx_arena(tx), rows_blob(&rows, 8));
    char region[7];
    copy_code(region, sizeof region, rows_text(&rows, 0));
    rc = rows_end(&rows);
    return rc == RC_OK ? seal_get(tx, region, "webhook", p->webhook_id, sealed, &p->secret, f) : rc;
}

static enum rc round_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct round *const round = ctx;
    int64_t ids[200];
    struct rows rows;
    int n = 0;
    enum rc rc = db_query(tx, SQL_webhook_active, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 200 && rows_next(&rows))
        ids[n++] = rows_int(&rows, 0);
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n && round->n < AT_ONCE;
         i++) { /* one of each: a slow receiver delays its own alone */
        struct post *const p = &round->posts[round->n];
        rc = db_query(tx, SQL_delivery_due, DB_ARGS(DB_I(ids[i]), DB_I(tx_now_us(tx))), &rows, f);
        const bool due = rc == RC_OK && rows_next(&rows);
        if (due) {
            *p = (struct post){.webhook_id = ids[i],
                               .id = rows_int(&rows, 1),
                               .event_id = rows_int(&rows, 2),
                               .attempts = rows_int(&rows, 5),
                               .at_us = rows_int(&rows, 6)};
            copy_code(p->region, sizeof p->region, rows_text(&rows, 0));
            (void)snprintf(p->kind, sizeof p->kind, "%.*s", SPAN_ARG(rows_text(&rows, 3)));
            p->body = rows_text_dup(&rows, 4);
        }
        if (rc == RC_OK)
            rc = rows_end(&rows);
        if (rc == RC_OK && due)
            rc = hook_row(tx, p, f);
        round->n += rc == RC_OK && due;
    }
    return rc;
}

static enum rc disabled(struct tx *tx, const struct post *p, struct fail *f)
{
    enum rc rc = org_journal(tx, p->region, "webhook", p->webhook_id, "disable", f, "why", p->why, NULL);
    return rc == RC_OK
               ? db_exec(tx, SQL_notice_insert,
                         DB_ARGS(DB_S(p->region), DB_I(tx_new_id(tx)), DB_I(p->created_by), DB_S("webhook.disabled"),
                                 DB_S("webhook"), DB_I(p->webhook_id), DB_S(p->name), DB_I(tx_now_us(tx)), DB_N),
                         NULL, f)
               : rc;
}

static enum rc note_end(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct post *const p = in;
    const struct org_options *const o = &p->org->options;
    const int64_t now = tx_now_us(tx);
    const bool good = p->why[0] == 0, over = !good && now - p->at_us > GIVE_UP_US;
    (void)out;
    enum rc rc = db_exec(tx, SQL_delivery_done,
                         DB_ARGS(DB_S(p->region), DB_I(p->id),
                                 DB_S(good   ? "delivered"
                                      : over ? "given_up"
                                             : "waiting"),
                                 DB_I(now + delivery_pause_us(o->retry_s, p->attempts + 1)), DB_I(p->status),
                                 DB_S(p->why), DB_I(p->took_us), good || over ? DB_I(now) : DB_N),
                         NULL, f);
    if (rc != RC_OK || (good && p->failing_since_us == 0))
        return rc;
    const int64_t since = good ? 0 : p->failing_since_us ? p->failing_since_us : now;
    const bool disable = !good && now - since >= (int64_t)o->disable_hours * 3600 * 1000000;
    if (p->failing_since_us == since && !disable)
        return RC_OK;
    rc = db_exec(tx, SQL_webhook_health,
                 DB_ARGS(DB_I(p->webhook_id), DB_S(disable ? "disabled" : "active"), DB_I_OR_NULL(since)), NULL, f);
    if (rc == RC_OK && disable)
        return disabled(tx, p, f);
    return rc == RC_OK ? org_journal(tx, p->region, "webhook", p->webhook_id, good ? "recover" : "fail", f, NULL) : rc;
}

int hook_round(struct org *o, struct arena *a)
{
    struct round *const round = ARENA_NEW(a, struct round);
    struct fail f = {0};
    if (!round || store_read(o->options.store, &ACTOR_SYSTEM, a, round_read, round, &f) != RC_OK || round->n == 0)
        return 0;
    post_all(round->posts, round->n, o);
    for (int i = 0; i < round->n; i++)
        if (delivery_command(o->options.store, note_end, &round->posts[i], NULL, &f) != RC_OK)
            log_event(LOG_WARN, "webhook.note_failed", LI("webhook", round->posts[i].webhook_id),
                      LS("message", msg_name(f.msg)), LEND);
    return round->n;
}

/* ---- administration -------------------------------------------------------------------------------------------------------------------------------- */

struct hook_in {
    int64_t id, version;
    struct span name, url, topics, state; /* ptr NULL: as it was */
    bool new_secret, test, drop;
    char secret[SECRET_TEXT + 1]; /* shown once */
    bool secret_made;
};

static enum rc hook_json(struct tx *tx, int64_t id, const char *secret, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_webhook_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "name", rows_text(&rows, 1));
    jw_ktext(w, "url", rows_text(&rows, 2));
    jw_key(w, "topics");
    jw_array(w);
    for (struct span rest = rows_text(&rows, 3); rest.len > 0;)
        jw_text(w, span_split(&rest, ' '));
    jw_array_end(w);
    jw_ktext(w, "state", rows_text(&rows, 4));
    jw_key(w, "failing_since");
    if (rows_int(&rows, 5))
        jw_time(w, rows_int(&rows, 5));
    else
        jw_null(w);
    jw_kint(w, "version", rows_int(&rows, 7));
    if (secret)
        jw_kstr(w, "secret", secret);
    jw_object_end(w);
    return rows_end(&rows);
}

static void secret_make(struct hook_in *in)
{
    struct secret s;
    secret_new(&s);
    memcpy(in->secret, s.text, sizeof in->secret);
    in->secret_made = true;
}

bool hook_url_valid(struct span url)
{
    char text[600], *host = NULL, *user = NULL, *scheme = NULL;
    if (url.len == 0 || url.len >= sizeof text || memchr(url.ptr, 0, url.len))
        return false;
    memcpy(text, url.ptr, url.len);
    text[url.len] = 0;
    CURLU *const u = curl_url();
    ensure(u != NULL);
    bool ok = curl_url_set(u, CURLUPART_URL, text, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && host[0] &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (!strcmp(scheme, "https") || !strcmp(scheme, "http")) &&
              curl_url_get(u, CURLUPART_USER, &user, 0) != CURLUE_OK;
    curl_free(host);
    curl_free(user);
    curl_free(scheme);
    curl_url_cleanup(u);
    return ok;
}

static enum rc url_check(struct span url, struct fail *f)
{
    return hook_url_valid(url) ? RC_OK : fail_span(f, RC_INVALID, MSG_hook_url, "url", url);
}

static enum rc hook_add(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct hook_in *const in = vout;
    struct span sealed;
    const struct actor *const actor = tx_actor(tx);
    (void)vin;
    enum rc rc = require_administrator(tx, f);
    in->id = tx_new_id(tx);
    if (rc == RC_OK)
        rc = seal_put(tx, actor->region_code, "webhook", in->id, span_of(in->secret), &sealed, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_webhook_insert,
                     DB_ARGS(DB_I(in->id), DB_S(actor->region_code), DB_T(in->name), DB_T(in->url), DB_T(in->topics),
                             DB_B(sealed), DB_I(actor->principal_id), DB_I(tx_now_us(tx))),
                     NULL, f);
    return rc == RC_OK ? org_journal(tx, actor->region_code, "webhook", in->id, "create", f, "url",
                                     span_text(tx_arena(tx), in->url), NULL)
                       : rc;
}

static enum rc hook_change(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct hook_in *const in = vout;
    struct rows rows;
    struct span sealed = SPAN_NONE;
    char region[7];
    int64_t changed = 0;
    (void)vin;
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_webhook_get, DB_ARGS(DB_I(in->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    copy_code(region, sizeof region, rows_text(&rows, 0));
    const struct span name = in->name.ptr ? in->name : rows_text_dup(&rows, 1),
                      url = in->url.ptr ? in->url : rows_text_dup(&rows, 2);
    const struct span topics = in->topics.ptr ? in->topics : rows_text_dup(&rows, 3),
                      state = in->state.ptr ? in->state : rows_text_dup(&rows, 4);
    rc = rows_end(&rows);
    if (rc == RC_OK && in->drop)
        rc = db_exec(tx, SQL_webhook_deliveries_drop, DB_ARGS(DB_I(in->id)), NULL, f);
    if (rc == RC_OK && in->drop)
        rc = db_exec(tx, SQL_webhook_drop, DB_ARGS(DB_I(in->id)), NULL, f);
    if (rc == RC_OK && in->drop)
        return org_journal(tx, region, "webhook", in->id, "remove", f, NULL);
    if (rc == RC_OK && in->new_secret)
        rc = seal_put(tx, region, "webhook", in->id, span_of(in->secret), &sealed, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_webhook_set,
                     DB_ARGS(DB_I(in->id), DB_I(in->version), DB_T(name), DB_T(url), DB_T(topics),
                             sealed.ptr ? DB_B(sealed) : DB_N, DB_T(state)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_STALE, MSG_org_stale, NULL, NULL);
    return rc == RC_OK ? org_journal(tx, region, "webhook", in->id, "edit", f, "state", span_text(tx_arena(tx), state),
                                     "url", span_text(tx_arena(tx), url), NULL)
                       : rc;
}

static enum rc hook_try(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct hook_in *const in = vin;
    struct rows rows;
    (void)vout;
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_webhook_get, DB_ARGS(DB_I(in->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool active = span_is(rows_text(&rows, 4), "active");
    rc = rows_end(&rows);
    if (rc == RC_OK && !active)
        return fail_set(f, RC_CONFLICT, MSG_hook_not_active, NULL, NULL);
    struct spread s = {.event_id = tx_new_id(tx),
                       .only = in->id,
                       .payload = SPAN("{\"kind\":\"webhook.test\"}"),
                       .kind = "webhook.test"};
    return rc == RC_OK ? spread(tx, &s, NULL, f) : rc;
}

static enum rc hook_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct hook_in *const in = out;
    struct jw w;
    *status = in->version == 0 ? 201 : 200;
    jw_init(&w, body);
    return hook_json(tx, in->id, in->secret_made ? in->secret : NULL, &w, f);
}

static enum rc read_hook(struct req *r, struct hook_in *in, struct fail *f)
{
    json_t *body = NULL, *list = NULL;
    struct sb topics;
    const enum json_need need = in->version == 0 ? JSON_REQUIRED : JSON_OPTIONAL;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "url", "topics", "state", "new_secret", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", need, 200, &in->name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "url", need, 500, &in->url, f);
    if (rc == RC_OK && in->url.ptr)
        rc = url_check(in->url, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 10, &in->state, f);
    if (rc == RC_OK && in->state.ptr && !span_is(in->state, "active") && !span_is(in->state, "paused"))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "state", in->state);
    if (rc == RC_OK)
        rc = json_get_bool(body, "new_secret", JSON_OPTIONAL, &in->new_secret, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "topics", JSON_OPTIONAL, 20, &list, f);
    sb_init(&topics, 400);
    for (size_t i = 0; rc == RC_OK && list && i < json_array_size(list); i++) {
        const struct span word = span_of(json_string_value(json_array_get(list, i)));
        if (!notice_topic_find(word))
            rc = fail_span(f, RC_INVALID, MSG_notice_topic, "topics", word);
        sb_adds(&topics, topics.len ? " " : "");
        sb_add(&topics, word);
    }
    if (rc == RC_OK && list)
        in->topics = topics.len ? span_dup(req_arena(r), sb_span(&topics)) : SPAN("");
    sb_release(&topics);
    return rc;
}

enum rc api_webhook_post(struct req *r, struct fail *f)
{
    struct hook_in *const in = ARENA_NEW(req_arena(r), struct hook_in);
    if (!in)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    in->topics = SPAN("");
    enum rc rc = read_hook(r, in, f);
    if (rc != RC_OK)
        return rc;
    secret_make(in);
    return org_write_with(r, &(struct org_write_plan){hook_add, in, in, hook_render, NULL, ORG_WRITE_NO_KEY}, f);
}

enum rc api_webhook_patch(struct req *r, struct fail *f)
{
    struct hook_in *const in = ARENA_NEW(req_arena(r), struct hook_in);
    if (!in)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = req_if_match(r, &in->version, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &in->id, f);
    if (rc == RC_OK)
        rc = read_hook(r, in, f);
    if (rc == RC_OK && in->new_secret)
        secret_make(in);
    return rc == RC_OK ? org_write_with(
                             r, &(struct org_write_plan){hook_change, in, in, hook_render, NULL, ORG_WRITE_NO_KEY}, f)
                       : rc;
}

static enum rc hook_command(struct req *r, command_fn *fn, bool drop, struct fail *f)
{
    struct hook_in *const in = ARENA_NEW(req_arena(r), struct hook_in);
    if (!in)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    in->drop = drop;
    enum rc rc = req_param_id(r, "id", &in->id, f);
    return rc == RC_OK ? org_write(r, fn, in, in, NULL, f) : rc;
}

enum rc api_webhook_delete(struct req *r, struct fail *f)
{
    return hook_command(r, hook_change, true, f);
}

enum rc api_webhook_test(struct req *r, struct fail *f)
{
    return hook_command(r, hook_try, false, f);
}

static enum rc hooks_read(struct tx *tx, void *ctx, struct fail *f)
{
    int64_t ids[200];
    struct rows rows;
    int n = 0;
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_webhook_list, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 200 && rows_next(&rows))
        ids[n++] = rows_int(&rows, 0);
    rc = rows_end(&rows);
    struct jw *const w = reply_json(ctx);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = hook_json(tx, ids[i], NULL, w, f);
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc api_webhooks(struct req *r, struct fail *f)
{
    return org_read(r, hooks_read, r, f);
}

struct log_run {
    struct req *r;
    int64_t id, limit, after;
    bool given;
};

static enum rc deliveries_read(struct tx *tx, void *ctx, struct fail *f)
{
    const struct log_run *const run = ctx;
    struct rows rows;
    int64_t n = 0, last = 0;
    const struct db_val args[] = {DB_I(run->id), DB_I(run->limit + 1), DB_I(run->after)};
    enum rc rc = require_administrator(tx, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_delivery_log, 0, SQLO_delivery_log_newest, run->given, args, run->given ? 3 : 2, &rows, f);
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
        jw_kid(w, "event_id", rows_int(&rows, 1));
        jw_ktext(w, "kind", rows_text(&rows, 2));
        jw_ktext(w, "state", rows_text(&rows, 3));
        jw_kint(w, "attempts", rows_int(&rows, 4));
        jw_ktime(w, "next_at", rows_int(&rows, 5));
        jw_kint(w, "status", rows_int(&rows, 6));
        jw_ktext(w, "error", rows_text(&rows, 7));
        jw_kint(w, "took_ms", rows_int(&rows, 8) / 1000);
        jw_ktime(w, "at", rows_int(&rows, 9));
        jw_object_end(w);
    }
    const bool more = n == run->limit && rows_next(&rows);
    jw_array_end(w);
    const struct span key = span_of(id_text(tx_arena(tx), last));
    api_next(run->r, w, more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc api_deliveries(struct req *r, struct fail *f)
{
    struct log_run run = {.r = r};
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &run.limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.after, &run.given, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &run.id, f);
    return rc == RC_OK ? org_read(r, deliveries_read, &run, f) : rc;
}
