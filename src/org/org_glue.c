/*
 * org_glue.c - from a request to the store and back: who asks (session cache), who acts, writes that suspend their request, reads, rights.
 *
 * Life of a write: handler -> org_write_with: req_suspend, store_submit -> writer's thread: command, render, commit -> write_done: fills
 * the reply, req_resume -> the HTTP thread sends it. All memory of it lies in the request's arena, which outlives the client.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "org/org_int.h"

#define IDEM_KEY_BYTES_MAX 128
#define SESSION_TOUCH_US 300000000LL

/* ---- small helpers ------------------------------------------------------------------------------------------------------- */

void copy_code(char *out, size_t size, struct span code)
{
    size_t n = code.len < size - 1 ? code.len : size - 1;
    if (n > 0)
        memcpy(out, code.ptr, n);
    out[n] = 0;
}

struct span tx_today(struct tx *tx)
{
    char day[11];
    date_print(date_of_us(tx_now_us(tx)), day);
    return span_dup(tx_arena(tx), span_of(day));
}

struct span day_or_today(struct tx *tx, struct span on)
{
    return on.len > 0 ? on : tx_today(tx);
}

const char *id_text(struct arena *a, int64_t id)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)id);
    const char *out = span_cstr(a, (struct span){text, (size_t)n});
    return out ? out : "";
}

const char *span_text(struct arena *a, struct span s)
{
    const char *out = s.len > 0 ? span_cstr(a, s) : NULL;
    return out ? out : "";
}

enum rc org_journal(struct tx *tx, const char *region_code, const char *kind, int64_t id, const char *verb,
                    struct fail *f, ...)
{
    struct sb sb;
    struct jw w;
    va_list args;
    sb_init(&sb, JOURNAL_CHANGE_BYTES_MAX);
    jw_init(&w, &sb);
    jw_object(&w);
    va_start(args, f);
    for (const char *key = va_arg(args, const char *); key; key = va_arg(args, const char *)) {
        const char *value = va_arg(args, const char *);
        if (value)
            jw_kstr(&w, key, value);
    }
    va_end(args);
    jw_object_end(&w);
    enum rc rc = sb_rc(&sb) == RC_OK ? RC_OK : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = journal_append(tx, &(struct journal_entry){region_code, kind, id, verb, sb_span(&sb)}, NULL, f);
    sb_release(&sb);
    return rc;
}

/* ---- the process ------------------------------------------------------------------------------------------------------------ */

struct store *org_store(const struct org *o)
{
    return o->options.store;
}

void *org_app(const struct org *o)
{
    return o->options.app;
}

struct org *req_org(struct req *r)
{
    return req_app(r);
}

struct store *req_store(struct req *r)
{
    return org_store(req_org(r));
}

const struct org_session *req_session(struct req *r)
{
    const struct http_principal *p = req_principal(r);
    return p && p->id > 0 ? p->session : NULL;
}

void org_forget_sessions(struct org *o)
{
    atomic_fetch_add(&o->generation, 1);
}

void org_forget_committed(struct req *r, void *out, bool replayed)
{
    (void)out;
    (void)replayed;
    org_forget_sessions(req_org(r));
}

/* ---- sessions ----------------------------------------------------------------------------------------------------------------- */

void secret_new(struct secret *s)
{
    unsigned char bytes[SECRET_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(s->text, sizeof s->text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_generichash(s->hash, sizeof s->hash, bytes, sizeof bytes, NULL, 0);
    sodium_memzero(bytes, sizeof bytes);
}

bool secret_hash(struct span text, unsigned char hash[SECRET_HASH_BYTES])
{
    unsigned char bytes[SECRET_BYTES];
    size_t n = 0;
    if (text.len != SECRET_TEXT_BYTES - 1 ||
        sodium_base642bin(bytes, sizeof bytes, text.ptr, text.len, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != SECRET_BYTES)
        return false;
    return crypto_generichash(hash, SECRET_HASH_BYTES, bytes, sizeof bytes, NULL, 0) == 0;
}

bool req_session_hash(struct req *r, unsigned char hash[SECRET_HASH_BYTES])
{
    return secret_hash(req_cookie(r, "yiti_session"), hash);
}

enum rc session_by_hash(struct tx *tx, const unsigned char *hash, struct session_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_session_get, DB_ARGS(DB_B(((struct span){(const char *)hash, SECRET_HASH_BYTES}))), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_SIGN_IN, MSG_session_over, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    struct session_row row = {rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 3), rows_int(&rows, 4), "", {0}};
    copy_code(row.stage, sizeof row.stage, rows_text(&rows, 2));
    bool active = span_is(rows_text(&rows, 5), "active");
    memcpy(row.hash, hash, SECRET_HASH_BYTES);
    rc = rows_end(&rows);
    int64_t now = tx_now_us(tx);
    if (rc == RC_OK && (!active || now >= row.expires_at_us || now - row.seen_at_us > SESSION_IDLE_US))
        return fail_set(f, RC_SIGN_IN, MSG_session_over, NULL, NULL);
    if (rc == RC_OK)
        *out = row;
    return rc;
}

enum rc session_load_roles(struct tx *tx, struct org_session *s, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_roles_of_person, DB_ARGS(DB_I(s->person_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    s->n_roles = 0;
    uint32_t rights = 0;
    while (s->n_roles < ORG_ROLES_MAX && rows_next(&rows)) {
        int role = org_role_find(rows_text(&rows, 1));
        if (role < 0)
            continue; /* a role of a newer version */
        struct org_role *g = &s->roles[s->n_roles++];
        *g = (struct org_role){rows_int(&rows, 0), role, rows_int(&rows, 2), ""};
        copy_code(g->region_code, sizeof g->region_code, rows_text(&rows, 3));
        for (int right = 0; right < RIGHT_COUNT; right++)
            if (org_role_at(role)->reach[right] != REACH_NONE)
                rights |= 1u << right;
    }
    s->rights = s->token ? s->rights & rights : rights;
    return rows_end(&rows);
}

struct session_load {
    const unsigned char *hash;
    bool token;
    struct org_session session;
    int64_t seen_at_us;
};

static enum rc load_token(struct tx *tx, struct session_load *l, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_token_by_hash, DB_ARGS(DB_B(((struct span){(const char *)l->hash, SECRET_HASH_BYTES}))),
                        &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_SIGN_IN, MSG_token_invalid, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    int64_t id = rows_int(&rows, 0);
    l->session = (struct org_session){
        .principal_id = id, .person_id = rows_int(&rows, 1), .rights = (uint32_t)rows_int(&rows, 2), .token = true};
    l->session.lang = span_is(rows_text(&rows, 6), "en") ? LANG_EN : LANG_ZH;
    bool good = rows_is_null(&rows, 4) && (rows_is_null(&rows, 3) || rows_int(&rows, 3) > tx_now_us(tx)) &&
                span_is(rows_text(&rows, 5), "active");
    rc = rows_end(&rows);
    if (rc == RC_OK && !good)
        return fail_set(f, RC_SIGN_IN, MSG_token_invalid, NULL, NULL);
    return rc == RC_OK ? session_load_roles(tx, &l->session, f) : rc;
}

static enum rc load_session(struct tx *tx, void *ctx, struct fail *f)
{
    struct session_load *l = ctx;
    if (l->token)
        return load_token(tx, l, f);
    struct session_row row;
    enum rc rc = session_by_hash(tx, l->hash, &row, f);
    if (rc == RC_OK && strcmp(row.stage, "full") != 0)
        return fail_set(f, RC_SIGN_IN, MSG_session_unfinished, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    l->session = (struct org_session){.principal_id = row.person_id, .person_id = row.person_id, .session_id = row.id};
    l->seen_at_us = row.seen_at_us;
    struct person_row person;
    rc = person_load(tx, row.person_id, &person, f);
    if (rc == RC_OK)
        l->session.lang = span_is(person.lang, "en") ? LANG_EN : LANG_ZH;
    return rc == RC_OK ? session_load_roles(tx, &l->session, f) : rc;
}

static struct session_slot *slot_set(struct org *o, const unsigned char *hash)
{
    return o->slots + (size_t)hash[0] * SESSION_WAYS;
}

static bool cache_get(struct org *o, const unsigned char *hash, struct org_session *s, int64_t *seen_at_us)
{
    bool hit = false;
    uint64_t generation = atomic_load(&o->generation);
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&o->lock);
    struct session_slot *set = slot_set(o, hash);
    for (int i = 0; i < SESSION_WAYS && !hit; i++) {
        hit = set[i].full && set[i].generation == generation && now < set[i].good_until_us &&
              memcmp(set[i].hash, hash, SECRET_HASH_BYTES) == 0;
        if (hit) {
            *s = set[i].session;
            *seen_at_us = set[i].seen_at_us;
            set[i].used = ++o->tick;
        }
    }
    pthread_mutex_unlock(&o->lock);
    return hit;
}

static void cache_put(struct org *o, uint64_t generation, const struct session_load *l)
{
    pthread_mutex_lock(&o->lock);
    struct session_slot *set = slot_set(o, l->hash), *to = set;
    for (int i = 0; i < SESSION_WAYS; i++) {
        if (!set[i].full || memcmp(set[i].hash, l->hash, SECRET_HASH_BYTES) == 0) {
            to = &set[i];
            break;
        }
        if (set[i].used < to->used)
            to = &set[i];
    }
    *to = (struct session_slot){.good_until_us = clock_mono_us() + SESSION_CACHE_US,
                                .generation = generation,
                                .used = ++o->tick,
                                .full = true,
                                .session = l->session,
                                .seen_at_us = l->seen_at_us};
    memcpy(to->hash, l->hash, SECRET_HASH_BYTES);
    pthread_mutex_unlock(&o->lock);
}

static void cache_seen(struct org *o, const unsigned char *hash, int64_t at_us)
{
    pthread_mutex_lock(&o->lock);
    struct session_slot *set = slot_set(o, hash);
    for (int i = 0; i < SESSION_WAYS; i++)
        if (set[i].full && memcmp(set[i].hash, hash, SECRET_HASH_BYTES) == 0)
            set[i].seen_at_us = at_us;
    pthread_mutex_unlock(&o->lock);
}

/* A session in use is noted at most every five minutes, without anybody waiting for it. */
struct touch {
    struct store_write w;
    struct arena *arena;
    unsigned char hash[SECRET_HASH_BYTES];
};

static enum rc touch_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct touch *t = in;
    (void)out;
    return db_exec(tx, SQL_session_touch,
                   DB_ARGS(DB_I(tx_now_us(tx)), DB_B(((struct span){(const char *)t->hash, SECRET_HASH_BYTES}))), NULL,
                   f);
}

static void touch_done(struct store_write *w)
{
    struct touch *t = w->ctx;
    sb_release(&w->body);
    arena_free(t->arena);
}

static void touch_session(struct org *o, const unsigned char *hash)
{
    struct arena *a = arena_new(64 << 10);
    struct touch *t = ARENA_NEW(a, struct touch);
    ensure(t != NULL);
    t->arena = a;
    memcpy(t->hash, hash, SECRET_HASH_BYTES);
    t->w = (struct store_write){
        .command = touch_command, .in = t, .actor = ACTOR_SYSTEM, .arena = a, .done = touch_done, .ctx = t};
    if (store_submit(org_store(o), &t->w) != RC_OK)
        arena_free(a); /* busy: the next request tries again */
}

static bool request_secret(struct req *r, struct session_load *l, unsigned char *hash)
{
    struct span bearer = req_header(r, "Authorization");
    l->hash = hash;
    if (span_starts(bearer, SPAN("Bearer yt_"))) {
        l->token = true;
        return secret_hash(span_sub(bearer, sizeof "Bearer yt_" - 1, bearer.len), hash);
    }
    return req_session_hash(r, hash);
}

enum rc org_authenticate(struct req *r, struct http_principal *p, struct fail *f)
{
    struct org *o = req_org(r);
    struct session_load l = {0};
    unsigned char hash[SECRET_HASH_BYTES];
    struct fail why = {0};
    *p = (struct http_principal){.id = -1};
    if (!request_secret(r, &l, hash))
        return RC_OK;
    uint64_t generation = atomic_load(&o->generation);
    if (!cache_get(o, hash, &l.session, &l.seen_at_us)) {
        enum rc rc = store_read(org_store(o), &ACTOR_SYSTEM, req_arena(r), load_session, &l, &why);
        if (rc == RC_SIGN_IN)
            return RC_OK; /* unknown or over: the public */
        if (rc != RC_OK) {
            *f = why;
            return rc;
        }
        cache_put(o, generation, &l);
    }
    if (!l.token && clock_now_us(store_clock(org_store(o))) - l.seen_at_us > SESSION_TOUCH_US) {
        cache_seen(o, hash, clock_now_us(store_clock(org_store(o))));
        touch_session(o, hash);
    }
    struct org_session *s = ARENA_NEW(req_arena(r), struct org_session);
    if (!s)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    *s = l.session;
    *p = (struct http_principal){.id = s->principal_id, .session_id = s->session_id, .token = s->token, .session = s};
    return RC_OK;
}

bool org_has_right(const struct http_principal *p, const char *right)
{
    int bit = org_right_find(span_of(right));
    const struct org_session *s = p->session;
    return p->id > 0 && s && bit >= 0 && (s->rights & 1u << bit) != 0;
}

/* ---- acting ----------------------------------------------------------------------------------------------------------------------- */

struct actor org_actor(struct req *r)
{
    const struct org_session *s = req_session(r);
    if (!s)
        return (struct actor){-1, "public", 0, "000000"};
    int64_t wanted = 0;
    const struct org_role *role = s->n_roles > 0 ? &s->roles[0] : NULL;
    if (span_to_i64(req_header(r, "X-Yiti-Role"), &wanted))
        for (int i = 0; i < s->n_roles; i++)
            if (s->roles[i].grant_id == wanted)
                role = &s->roles[i];
    if (!role)
        return (struct actor){s->principal_id, "none", 0, "000000"};
    return (struct actor){s->principal_id, org_role_at(role->role)->word, role->unit_id, role->region_code};
}

struct pending_write {
    struct store_write w;
    struct req *r;
    struct org_write_plan plan;
};

static void write_done(struct store_write *w)
{
    struct pending_write *p = w->ctx;
    if (w->rc != RC_OK) {
        reply_problem(p->r, w->rc, &w->fail);
    } else {
        if (p->plan.committed)
            p->plan.committed(p->r, p->plan.out, w->replayed);
        struct span body = sb_span(&w->body);
        reply_status(p->r, p->plan.render ? w->status : 204);
        if (body.len > 0)
            reply_body(p->r, "application/json", body);
    }
    sb_release(&w->body);
    req_resume(p->r);
}

/* The body's hash also holds the path: the same key for another record is another request. */
static enum rc idem_fill(struct req *r, struct store_write *w, struct fail *f)
{
    struct span key = req_header(r, "Idempotency-Key"), path = req_path(r), body = req_body(r);
    crypto_generichash_state state;
    if (!key.ptr)
        return RC_OK;
    if (key.len == 0 || key.len > IDEM_KEY_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_idempotency_key, "Idempotency-Key", NULL);
    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, (const unsigned char *)path.ptr, path.len);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    if (body.len > 0)
        crypto_generichash_update(&state, (const unsigned char *)body.ptr, body.len);
    int64_t size = 0, at = 0;
    int fd = req_body_fd(r, &size);
    for (ssize_t n; fd >= 0 && at < size; at += n) {
        unsigned char part[16384];
        n = pread(fd, part, sizeof part, at);
        if (n <= 0)
            break;
        crypto_generichash_update(&state, part, (size_t)n);
    }
    crypto_generichash_final(&state, w->idem_body_hash, 32);
    w->idem_key = key;
    w->idem_route = req_route_name(r);
    return RC_OK;
}

static const struct actor system_actor = {.principal_id = 0, .role = "system", .region_code = "000000"};

enum rc org_write_with(struct req *r, const struct org_write_plan *plan, struct fail *f)
{
    struct pending_write *p = ARENA_NEW(req_arena(r), struct pending_write);
    if (!p)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    p->r = r;
    p->plan = *plan;
    p->w = (struct store_write){.command = plan->command,
                                .in = plan->in,
                                .out = plan->out,
                                .render = plan->render,
                                .actor = (plan->how & ORG_WRITE_AS_SYSTEM) ? system_actor : org_actor(r),
                                .arena = req_arena(r),
                                .done = write_done,
                                .ctx = p};
    if (!(plan->how & ORG_WRITE_NO_KEY)) {
        enum rc rc = idem_fill(r, &p->w, f);
        if (rc != RC_OK)
            return rc;
    }
    req_suspend(r);
    const enum rc rc = store_submit(req_store(r), &p->w);
    if (rc == RC_OK)
        return RC_OK; /* write_done may have run already, and p be gone */
    reply_problem(r, rc, &p->w.fail);
    req_resume(r);
    return RC_OK;
}

enum rc org_write(struct req *r, command_fn *cmd, const void *in, void *out, render_fn *render, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){.command = cmd, .in = in, .out = out, .render = render}, f);
}

enum rc org_read(struct req *r, read_fn *fn, void *ctx, struct fail *f)
{
    struct actor actor = org_actor(r);
    return store_read(req_store(r), &actor, req_arena(r), fn, ctx, f);
}

struct as_of as_of_day(int32_t day, bool given)
{
    struct as_of out = {.day = day, .given = given};
    struct ymd d = date_from_days(day);
    date_print(d, out.on);
    out.end_us = date_start_us(d) + DAY_US;
    return out;
}

enum rc org_as_of(struct req *r, struct as_of *out, struct fail *f)
{
    struct span text = SPAN_NONE;
    struct ymd d = date_of_us(clock_now_us(store_clock(req_store(r))));
    enum rc rc = req_query_date(r, "as_of", &text, f);
    if (rc != RC_OK)
        return rc;
    if (text.ptr && !date_parse(text, &d))
        return fail_span(f, RC_INVALID, MSG_org_day, "as_of", text);
    *out = as_of_day(date_to_days(d), text.ptr != NULL);
    return RC_OK;
}

/* ---- rights ------------------------------------------------------------------------------------------------------------------------- */

enum rc org_holds(struct tx *tx, enum org_right right, int64_t unit_id, bool *holds, struct fail *f)
{
    struct fail other = {0};
    enum rc rc = org_require(tx, right, unit_id, &other);
    if (rc != RC_OK && rc != RC_MISSING && rc != RC_FORBIDDEN) {
        *f = other;
        return rc;
    }
    *holds = rc == RC_OK;
    return RC_OK;
}

enum rc org_require(struct tx *tx, enum org_right right, int64_t unit_id, struct fail *f)
{
    struct rows rows;
    bool any = false, has = false;
    int64_t who = tx_actor(tx)->principal_id;
    if (who == 0)
        return RC_OK;
    enum rc rc = db_query(tx, SQL_closure_rights_on, DB_ARGS(DB_I(who), DB_I(unit_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        any = true;
        has = has || span_is(rows_text(&rows, 0), org_right_word(right));
    }
    rc = rows_end(&rows);
    if (rc != RC_OK || has)
        return rc;
    return any ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(right), NULL)
               : fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
}

static enum rc one_row(struct tx *tx, enum sql_id id, const struct db_val *args, int n, enum org_right right,
                       struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, id, args, n, &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(right), NULL);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc org_require_any(struct tx *tx, enum org_right right, struct fail *f)
{
    int64_t who = tx_actor(tx)->principal_id;
    return who == 0 ? RC_OK : one_row(tx, SQL_closure_has, DB_ARGS(DB_I(who), DB_S(org_right_word(right))), right, f);
}

enum rc org_require_region(struct tx *tx, enum org_right right, const char *region_code, struct fail *f)
{
    int64_t who = tx_actor(tx)->principal_id;
    if (who == 0)
        return RC_OK;
    return one_row(tx, SQL_closure_has_in_region,
                   DB_ARGS(DB_I(who), DB_S(org_right_word(right)), DB_S(region_code), DB_T(tx_today(tx))), right, f);
}
