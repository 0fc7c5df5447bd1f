/*
 * org_api_session.c - signing in and out over HTTP. These handlers run on the worker pool: they hash, and they may wait for a command of
 * their own before the last one answers.
 */
#include <sodium.h>
#include <string.h>

#include "org/org_api_int.h"

#define SESSION_COOKIE "yiti_session"
#define DEVICE_COOKIE "yiti_device"
#define DEVICE_SECONDS (90 * 86400)

/* ---- who is here ----------------------------------------------------------------------------------------------------------- */

static enum rc session_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *r = ctx;
    const struct org_session *s = req_session(r);
    struct session_row row;
    unsigned char hash[SECRET_HASH_BYTES];
    struct fail none = {0};
    if (s)
        return session_json(tx, s->person_id, "full", reply_json(r), f);
    if (req_session_hash(r, hash) && session_by_hash(tx, hash, &row, &none) == RC_OK)
        return session_json(tx, row.person_id, row.stage, reply_json(r), f);
    return session_json(tx, 0, "full", reply_json(r), f);
}

enum rc api_session_get(struct req *r, struct fail *f)
{
    return org_read(r, session_read, r, f);
}

/* ---- sign-in -------------------------------------------------------------------------------------------------------------------- */

static enum rc render_session(struct tx *tx, const void *vout, int *status, struct sb *body, struct fail *f)
{
    const struct signed_in *out = vout;
    struct jw w;
    jw_init(&w, body);
    *status = 200;
    return session_json(tx, out->person_id, out->stage, &w, f);
}

void sign_in_committed(struct req *r, void *out, bool replayed)
{
    const struct sign_in_call *call = out;
    (void)replayed;
    reply_cookie(r, SESSION_COOKIE, call->in.secret.text, SESSION_ABSOLUTE_US / 1000000);
    if (call->new_device)
        reply_cookie(r, DEVICE_COOKIE, call->in.device.text, DEVICE_SECONDS);
}

void sign_in_call_init(struct req *r, struct sign_in_call *call)
{
    secret_new(&call->in.secret);
    call->new_device = !secret_hash(req_cookie(r, DEVICE_COOKIE), call->in.device.hash);
    if (call->new_device)
        secret_new(&call->in.device);
}

static struct sign_in_call *call_new(struct req *r, struct fail *f)
{
    struct sign_in_call *call = ARENA_NEW(req_arena(r), struct sign_in_call);
    if (!call) {
        (void)fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
        return NULL;
    }
    sign_in_call_init(r, call);
    return call;
}

static enum rc sign_in_finish(struct req *r, struct sign_in_call *call, struct fail *f)
{
    return org_write_with(r,
                          &(struct org_write_plan){.command = sign_in_make,
                                                   .in = &call->in,
                                                   .out = &call->out,
                                                   .render = render_session,
                                                   .committed = sign_in_committed,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

enum rc api_run_now(struct req *r, command_fn *command, const void *in, void *out, struct fail *f)
{
    struct store_write w = {.command = command, .in = in, .out = out, .actor = org_actor(r), .arena = req_arena(r)};
    enum rc rc = store_run(req_store(r), &w);
    if (rc != RC_OK)
        *f = w.fail;
    if (rc == RC_BUSY)
        reply_header(r, "Retry-After", "1");
    sb_release(&w.body);
    return rc;
}

static struct span login_lower(struct arena *a, struct span name)
{
    struct span s = span_dup(a, span_trim(name));
    char *copy = span_cstr(a, s);
    for (size_t i = 0; copy && i < s.len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + ('a' - 'A'));
    return copy ? (struct span){copy, s.len} : SPAN_NONE;
}

static enum rc too_early(struct req *r, int64_t wait_us, struct fail *f)
{
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)((wait_us + 999999) / 1000000));
    reply_header(r, "Retry-After", seconds);
    return fail_set(f, RC_RATE, MSG_sign_in_wait, NULL, seconds, NULL);
}

enum rc api_session_post(struct req *r, struct fail *f)
{
    json_t *body;
    struct span name = SPAN_NONE, password = SPAN_NONE, totp = SPAN_NONE;
    struct sign_in_look look;
    struct sign_in_call *call = call_new(r, f);
    enum rc rc = call ? req_json(r, &body, f) : RC_LIMIT;
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "password", "totp", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 160, &name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "password", JSON_REQUIRED, 128, &password, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "totp", JSON_OPTIONAL, 16, &totp, f);
    if (rc != RC_OK)
        return rc;
    struct sign_in_look_in in = {
        .name = login_lower(req_arena(r), name), .address = span_of(req_address(r)), .has_device = !call->new_device};
    memcpy(in.device, call->in.device.hash, sizeof in.device);
    rc = api_run_now(r, sign_in_look_up, &in, &look, f);
    if (rc != RC_OK)
        return rc;
    if (look.wait_us > 0)
        return too_early(r, look.wait_us, f);
    if (!org_password_verify(look.hash, password))
        return fail_set(f, RC_SIGN_IN, MSG_sign_in_wrong, NULL, NULL);
    call->in.person_id = look.person_id;
    call->in.totp = span_trim(totp);
    call->in.must_change = look.must_change;
    call->in.how = "password";
    call->in.clear_buckets = true;
    memcpy(call->in.buckets, look.buckets, sizeof look.buckets);
    return sign_in_finish(r, call, f);
}

static enum rc sign_out(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return db_exec(tx, SQL_session_drop, DB_ARGS(DB_B(((struct span){in, SECRET_HASH_BYTES}))), NULL, f);
}

static void signed_out(struct req *r, void *out, bool replayed)
{
    reply_cookie(r, SESSION_COOKIE, "", 0);
    org_forget_committed(r, out, replayed);
}

enum rc api_session_delete(struct req *r, struct fail *f)
{
    unsigned char *hash = arena_alloc(req_arena(r), SECRET_HASH_BYTES);
    if (!hash)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (!req_session_hash(r, hash))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return org_write_with(
        r, &(struct org_write_plan){.command = sign_out, .in = hash, .committed = signed_out, .how = ORG_WRITE_NO_KEY},
        f);
}

/* ---- a new password --------------------------------------------------------------------------------------------------------------- */

struct old_look {
    unsigned char hash[SECRET_HASH_BYTES];
    struct session_row session;
    char password[ORG_PASSWORD_HASH_BYTES];
};

static enum rc old_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct old_look *look = ctx;
    struct rows rows;
    enum rc rc = session_by_hash(tx, look->hash, &look->session, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_password_get, DB_ARGS(DB_I(look->session.person_id)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_SIGN_IN, MSG_password_old_wrong, "old", NULL);
    if (rc != RC_OK)
        return rc;
    copy_code(look->password, sizeof look->password, rows_text(&rows, 0));
    return rows_end(&rows);
}

/* With a session (also one that waits for just this) and the old password, or with a one-time token. */
enum rc api_session_password(struct req *r, struct fail *f)
{
    json_t *body;
    struct span old = SPAN_NONE, token = SPAN_NONE, fresh = SPAN_NONE;
    struct old_look look = {0};
    struct password_change_in *in = ARENA_NEW(req_arena(r), struct password_change_in);
    char *hash = arena_alloc(req_arena(r), ORG_PASSWORD_HASH_BYTES);
    if (!in || !hash)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    bool session = req_session_hash(r, look.hash);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "old", "new", "token", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "old", JSON_OPTIONAL, 128, &old, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "token", JSON_OPTIONAL, 64, &token, f);
    if (rc == RC_OK && !token.ptr && !session)
        return fail_set(f, RC_SIGN_IN, MSG_session_over, NULL, NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "new", JSON_REQUIRED, 128, &fresh, f);
    if (rc == RC_OK && token.ptr && !secret_hash(token, in->one_time))
        return fail_set(f, RC_SIGN_IN, MSG_one_time_over, "token", NULL);
    if (rc == RC_OK && !token.ptr)
        rc = store_read(req_store(r), &ACTOR_SYSTEM, req_arena(r), old_read, &look, f);
    if (rc == RC_OK && !token.ptr && !org_password_verify(look.password, old))
        return fail_set(f, RC_SIGN_IN, MSG_password_old_wrong, "old", NULL);
    if (rc == RC_OK)
        rc = org_password_hash(fresh, hash, f);
    if (rc != RC_OK)
        return rc;
    in->person_id = look.session.person_id;
    memcpy(in->session, look.hash, sizeof in->session);
    in->hash = span_of(hash);
    return org_write_with(
        r,
        &(struct org_write_plan){
            .command = password_change, .in = in, .committed = org_forget_committed, .how = ORG_WRITE_NO_KEY},
        f);
}

/* ---- second factor ------------------------------------------------------------------------------------------------------------------ */

struct factor_look {
    unsigned char hash[SECRET_HASH_BYTES];
    struct session_row session;
    struct person_row person;
    bool set;
};

static enum rc factor_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct factor_look *look = ctx;
    enum rc rc = session_by_hash(tx, look->hash, &look->session, f);
    if (rc == RC_OK && strcmp(look->session.stage, "password") == 0)
        return fail_set(f, RC_SIGN_IN, MSG_session_unfinished, NULL, NULL);
    if (rc == RC_OK)
        rc = person_load(tx, look->session.person_id, &look->person, f);
    return rc == RC_OK ? totp_is_set(tx, look->session.person_id, &look->set, f) : rc;
}

static enum rc factor_session(struct req *r, struct factor_look *look, struct fail *f)
{
    if (!req_session_hash(r, look->hash))
        return fail_set(f, RC_SIGN_IN, MSG_session_over, NULL, NULL);
    return store_read(req_store(r), &ACTOR_SYSTEM, req_arena(r), factor_read, look, f);
}

/* The secret is new each time and kept nowhere: it counts only when it comes back with a code of it. */
enum rc api_totp_get(struct req *r, struct fail *f)
{
    struct factor_look look = {0};
    enum rc rc = factor_session(r, &look, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kbool(w, "set", look.set);
    if (!look.set) {
        unsigned char secret[20];
        struct sb uri;
        randombytes_buf(secret, sizeof secret);
        struct span text = base32_print(req_arena(r), secret, sizeof secret);
        sb_init(&uri, 512);
        sb_addf(&uri, "otpauth://totp/Yiti:%lld?secret=%.*s&issuer=Yiti&algorithm=SHA1&digits=6&period=30",
                (long long)look.session.person_id, SPAN_ARG(text));
        jw_ktext(w, "secret", text);
        jw_ktext(w, "uri", sb_span(&uri));
        sb_release(&uri);
    }
    jw_object_end(w);
    reply_header(r, "Cache-Control", "no-store");
    return RC_OK;
}

static enum rc factor_write(struct req *r, bool set, struct fail *f)
{
    json_t *body;
    struct factor_look look = {0};
    struct span secret = SPAN_NONE;
    struct totp_in *in = ARENA_NEW(req_arena(r), struct totp_in);
    if (!in)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = factor_session(r, &look, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "code", JSON_REQUIRED, 16, &in->code, f);
    if (rc == RC_OK && set)
        rc = json_get_text(body, "secret", JSON_REQUIRED, 64, &secret, f);
    if (rc == RC_OK && set && !base32_read(secret, in->secret, sizeof in->secret))
        return fail_set(f, RC_INVALID, MSG_totp_wrong, "secret", NULL);
    if (rc != RC_OK)
        return rc;
    in->session = look.session;
    return org_write_with(r,
                          &(struct org_write_plan){.command = set ? totp_set : totp_remove,
                                                   .in = in,
                                                   .committed = org_forget_committed,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

enum rc api_totp_post(struct req *r, struct fail *f)
{
    return factor_write(r, true, f);
}

enum rc api_totp_delete(struct req *r, struct fail *f)
{
    return factor_write(r, false, f);
}

/* ---- demonstration ---------------------------------------------------------------------------------------------------------------------- */

struct demo_item {
    struct span key, zh, en;
    int64_t person_id;
};
struct demo_look {
    struct req *r;
    struct span key; /* ptr NULL: list all */
    int64_t person_id;
};

static enum rc demo_on(struct tx *tx, struct req *r, struct fail *f)
{
    bool on = false;
    enum rc rc = org_is_demonstration(tx, &on, f);
    if (rc == RC_OK && (!on || !req_org(r)->options.loopback_only || !req_loopback(r)))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return rc;
}

static enum rc demo_item_json(struct tx *tx, const struct demo_item *item, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct unit unit = {.name = SPAN("")};
    int64_t unit_id = 0;
    int role = -1;
    enum rc rc = db_query(tx, SQL_roles_of_person, DB_ARGS(DB_I(item->person_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows)) {
        role = org_role_find(rows_text(&rows, 1));
        unit_id = rows_int(&rows, 2);
    }
    rc = rows_end(&rows);
    if (rc == RC_OK && unit_id)
        rc = unit_get(tx, unit_id, SPAN_NONE, &unit, f);
    jw_object(w);
    jw_ktext(w, "key", item->key);
    jw_ktext(w, "display_name_zh", item->zh);
    jw_ktext(w, "display_name_en", item->en);
    jw_kstr(w, "role", role >= 0 ? org_role_at(role)->word : "public");
    jw_ktext(w, "unit_name", unit.name);
    jw_object_end(w);
    return rc;
}

static enum rc demo_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct demo_look *look = ctx;
    struct demo_item items[32];
    int n = 0;
    struct rows rows;
    enum rc rc = demo_on(tx, look->r, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_demo_account_list, DB_NO_ARGS, &rows, f);
    while (rc == RC_OK && n < 32 && rows_next(&rows)) {
        items[n++] = (struct demo_item){rows_text_dup(&rows, 0), rows_text_dup(&rows, 1), rows_text_dup(&rows, 2),
                                        rows_int(&rows, 3)};
        if (look->key.ptr && span_eq(items[n - 1].key, look->key))
            look->person_id = items[n - 1].person_id;
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc != RC_OK || look->key.ptr)
        return rc != RC_OK || look->person_id ? rc : fail_span(f, RC_MISSING, MSG_demo_none, "account", look->key);
    struct jw *w = reply_json(look->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = demo_item_json(tx, &items[i], w, f);
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

enum rc api_demo_accounts(struct req *r, struct fail *f)
{
    struct demo_look look = {.r = r};
    return org_read(r, demo_read, &look, f);
}

enum rc api_demo_session(struct req *r, struct fail *f)
{
    json_t *body;
    struct demo_look look = {.r = r};
    struct sign_in_call *call = call_new(r, f);
    enum rc rc = call ? req_json(r, &body, f) : RC_LIMIT;
    if (rc == RC_OK)
        rc = json_get_text(body, "account", JSON_REQUIRED, 40, &look.key, f);
    if (rc == RC_OK)
        rc = org_read(r, demo_read, &look, f);
    if (rc != RC_OK)
        return rc;
    call->in.person_id = look.person_id;
    call->in.factor_done = true;
    call->in.how = "demonstration";
    return sign_in_finish(r, call, f);
}

/* ---- the first administrator ------------------------------------------------------------------------------------------------------------- */

static enum rc setup_parse(json_t *body, struct setup_in *in, struct span *password, struct fail *f)
{
    struct span token = SPAN_NONE;
    json_t *instance = NULL;
    enum rc rc = json_only(body, f, "token", "name", "display_name", "password", "instance", "lang", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "token", JSON_REQUIRED, 64, &token, f);
    if (rc == RC_OK && !secret_hash(token, in->one_time))
        return fail_set(f, RC_SIGN_IN, MSG_one_time_over, "token", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 160, &in->person.login_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "display_name", JSON_REQUIRED, 160, &in->person.display_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "password", JSON_REQUIRED, 128, password, f);
    if (rc == RC_OK)
        rc = json_get_object(body, "instance", JSON_OPTIONAL, &instance, f);
    if (rc == RC_OK && instance)
        rc = json_get_text(instance, "name_zh", JSON_OPTIONAL, 240, &in->name_zh, f);
    if (rc == RC_OK && instance)
        rc = json_get_text(instance, "name_en", JSON_OPTIONAL, 240, &in->name_en, f);
    if (rc == RC_OK && instance)
        rc = json_get_text(instance, "region_code", JSON_OPTIONAL, 6, &in->region_code, f);
    return rc;
}

enum rc api_setup(struct req *r, struct fail *f)
{
    json_t *body;
    struct span password = SPAN_NONE;
    char *hash = arena_alloc(req_arena(r), ORG_PASSWORD_HASH_BYTES);
    struct sign_in_call *call = hash ? call_new(r, f) : NULL;
    enum rc rc = call ? req_json(r, &body, f) : RC_LIMIT;
    if (rc == RC_OK)
        rc = setup_parse(body, &call->setup, &password, f);
    if (rc == RC_OK)
        rc = org_password_hash(password, hash, f);
    if (rc != RC_OK)
        return rc;
    call->in.how = "setup";
    call->setup.sign_in = call->in;
    call->setup.person.password_hash = span_of(hash);
    return org_write_with(r,
                          &(struct org_write_plan){.command = setup_make,
                                                   .in = &call->setup,
                                                   .out = &call->out,
                                                   .render = render_session,
                                                   .committed = sign_in_committed,
                                                   .how = ORG_WRITE_NO_KEY | ORG_WRITE_AS_SYSTEM},
                          f);
}
