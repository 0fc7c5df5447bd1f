/*
 * org_session.c - sign-in, sessions, second factors, tokens, and facts about the installation, as commands and reads.
 *
 * Sign-in takes three steps, because hashing must be neither on an HTTP nor on the writer's thread: sign_in_look_up counts the attempt as
 * failed in advance (so parallel guesses do not slip through) and gives the hash; the worker verifies; sign_in_make checks the second factor,
 * takes the count back and writes the session. A session's stage is full, or password or totp when that must be set up first: then the
 * request counts as the public's in everything but the set-up itself.
 */
#include <sodium.h>
#include <string.h>

#include "org/org_int.h"

#define DEVICE_KEEP_US (90 * DAY_US)
#define HASH_SPAN(h) ((struct span){(const char *)(h), SECRET_HASH_BYTES})

/* ---- facts about the installation --------------------------------------------------------------------------------------------- */

enum rc instance_fact(struct tx *tx, const char *name, struct span *value, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_instance_fact_get, DB_ARGS(DB_S(name)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *value = rows_next(&rows) ? rows_text_dup(&rows, 0) : SPAN_NONE;
    return rows_end(&rows);
}

enum rc org_is_demonstration(struct tx *tx, bool *is, struct fail *f)
{
    struct span on = SPAN_NONE;
    enum rc rc = instance_fact(tx, "demonstration", &on, f);
    *is = rc == RC_OK && span_is(on, "1");
    return rc;
}

enum rc instance_fact_set(struct tx *tx, const char *name, struct span value, struct fail *f)
{
    return db_exec(tx, SQL_instance_fact_put, DB_ARGS(DB_S(name), DB_T(value)), NULL, f);
}

enum rc org_instance_set(struct tx *tx, struct span name_zh, struct span name_en, struct span region_code,
                         struct fail *f)
{
    struct region r;
    enum rc rc = RC_OK;
    if (region_code.len > 0 && !span_is(region_code, "000000") &&
        (rc = region_get(tx, region_code, SPAN_NONE, &r, f)) != RC_OK)
        return rc == RC_MISSING ? fail_span(f, RC_INVALID, MSG_region_unknown, "region_code", region_code) : rc;
    if (name_zh.len > 0 && (rc = text_check(name_zh, "name_zh", 1, 80, f)) == RC_OK)
        rc = instance_fact_set(tx, "name_zh", name_zh, f);
    if (rc == RC_OK && name_en.len > 0 && (rc = text_check(name_en, "name_en", 1, 160, f)) == RC_OK)
        rc = instance_fact_set(tx, "name_en", name_en, f);
    if (rc == RC_OK && region_code.len > 0)
        rc = instance_fact_set(tx, "region_code", region_code, f);
    return rc;
}

enum rc demo_account_add(struct tx *tx, struct span key, int64_t person_id, struct span name_zh, struct span name_en,
                         struct fail *f)
{
    enum rc rc = text_check(key, "key", 1, 40, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_demo_account_put, DB_ARGS(DB_T(key), DB_I(person_id), DB_T(name_zh), DB_T(name_en)), NULL,
                     f);
    return rc == RC_OK ? instance_fact_set(tx, "demonstration", SPAN("1"), f) : rc;
}

/* ---- passwords ------------------------------------------------------------------------------------------------------------------- */

static bool common_password(struct span p)
{
    /* What is tried first everywhere; the throttle does the rest. */
    static const char *const common[] = {
        "1234567890",  "12345678910",  "0123456789",  "password123",  "password1234", "passw0rd123", "qwertyuiop",
        "qwerty12345", "1qaz2wsx3edc", "abcd123456",  "abc1234567",   "a123456789",   "1111111111",  "0000000000",
        "8888888888",  "6666666666",   "woaini1314",  "woaini520520", "admin12345",   "admin123456", "administrator",
        "iloveyou123", "zhongguo123",  "hangzhou123", "beijing2008",  "1q2w3e4r5t",   "asdfghjkl;",  "1234512345",
        "9876543210",  "yiti123456",   NULL};
    for (const char *const *c = common; *c; c++)
        if (span_is(p, *c))
            return true;
    size_t same = 1;
    while (same < p.len && p.ptr[same] == p.ptr[0])
        same++;
    return same == p.len;
}

enum rc org_password_hash(struct span password, char out[ORG_PASSWORD_HASH_BYTES], struct fail *f)
{
    if (password.len < 10 || password.len > 128 || common_password(password))
        return fail_set(f, RC_INVALID, MSG_password_weak, "new", NULL);
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, 2, 19u << 20, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail_set(f, RC_INTERNAL, MSG_org_busy, NULL, NULL);
    return RC_OK;
}

bool org_password_verify(const char *hash, struct span password)
{
    /* An account that does not exist costs the same time: its hash is that of a password nobody knows. */
    static const char nobody[] =
        "$argon2id$v=19$m=19456,t=2,p=1$EhAMPGVEXvqZIMM7NL6IiQ$bU4BEbDSm1W8M4XYoi2gGBqZ/dWTuj/K+2NJ9AEcaWU";
    bool known = hash[0] != 0;
    bool fits = crypto_pwhash_str_verify(known ? hash : nobody, password.ptr ? password.ptr : "", password.len) == 0;
    return known && fits;
}

enum rc password_set(struct tx *tx, int64_t person_id, struct span hash, bool must_change, struct fail *f)
{
    return db_exec(tx, SQL_password_put, DB_ARGS(DB_I(person_id), DB_T(hash), DB_I(must_change), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc stage_after(struct tx *tx, int64_t person_id, bool must_change, bool factor_done, const char **stage,
                           struct fail *f);

enum rc password_change(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct password_change_in *in = vin;
    struct person_row p;
    int64_t id = in->person_id;
    const char *stage = "full";
    enum rc rc = id ? RC_OK : one_time_take(tx, in->one_time, "password", &id, f);
    (void)out;
    if (rc == RC_OK)
        rc = person_load(tx, id, &p, f);
    if (rc == RC_OK && !span_is(p.state, "active"))
        rc = fail_set(f, RC_SIGN_IN, MSG_sign_in_wrong, NULL, NULL);
    if (rc == RC_OK)
        rc = password_set(tx, id, in->hash, false, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_session_drop_others, DB_ARGS(DB_I(id), DB_B(HASH_SPAN(in->session))), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_one_time_drop_person, DB_ARGS(DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = stage_after(tx, id, false, false, &stage, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_session_stage, DB_ARGS(DB_S(stage), DB_B(HASH_SPAN(in->session))), NULL, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", id, "password", f, "how",
                                     in->person_id ? "change" : "reset", NULL)
                       : rc;
}

/* ---- throttle -------------------------------------------------------------------------------------------------------------------------- */

static enum rc bucket_of(struct tx *tx, enum throttle_kind kind, const struct sign_in_look_in *in,
                         unsigned char out[32], struct fail *f)
{
    struct sb sb;
    struct span hash;
    sb_init(&sb, 1024);
    sb_addc(&sb, "pna"[kind]);
    if (kind != THROTTLE_ADDRESS)
        sb_add(&sb, in->name);
    sb_addc(&sb, '\n');
    if (kind != THROTTLE_ACCOUNT)
        sb_add(&sb, in->address);
    enum rc rc = seal_index(tx, "sign-in.throttle", sb_span(&sb), &hash, f);
    sb_release(&sb);
    if (rc == RC_OK)
        memcpy(out, hash.ptr, 32);
    return rc;
}

static enum rc throttle_load(struct tx *tx, const unsigned char *bucket, struct throttle *t, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_throttle_get, DB_ARGS(DB_B(HASH_SPAN(bucket))), &rows, f);
    if (rc != RC_OK)
        return rc;
    *t = (struct throttle){0, 0, 0};
    if (rows_next(&rows))
        *t = (struct throttle){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)};
    return rows_end(&rows);
}

static enum rc device_is_known(struct tx *tx, const struct sign_in_look_in *in, int64_t person_id, bool *known,
                               struct fail *f)
{
    struct rows rows;
    *known = false;
    if (!in->has_device || person_id == 0)
        return RC_OK;
    enum rc rc = db_query(tx, SQL_device_known, DB_ARGS(DB_B(HASH_SPAN(in->device)), DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *known = rows_next(&rows);
    return rows_end(&rows);
}

static enum rc account_load(struct tx *tx, struct span name, struct sign_in_look *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_person_by_login, DB_ARGS(DB_T(name)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows) && span_is(rows_text(&rows, 1), "active")) {
        out->person_id = rows_int(&rows, 0);
        copy_code(out->hash, sizeof out->hash, rows_text(&rows, 2));
        out->must_change = rows_int(&rows, 3) != 0;
    }
    return rows_end(&rows);
}

enum rc sign_in_look_up(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct sign_in_look_in *in = vin;
    struct sign_in_look *out = vout;
    struct throttle t[THROTTLE_KINDS];
    int64_t now = tx_now_us(tx), wait = 0;
    bool known = false;
    *out = (struct sign_in_look){0};
    enum rc rc = account_load(tx, in->name, out, f);
    if (rc == RC_OK)
        rc = device_is_known(tx, in, out->person_id, &known, f);
    for (int k = 0; rc == RC_OK && k < THROTTLE_KINDS; k++) {
        rc = bucket_of(tx, (enum throttle_kind)k, in, out->buckets[k], f);
        if (rc == RC_OK)
            rc = throttle_load(tx, out->buckets[k], &t[k], f);
        if (rc == RC_OK && !(k == THROTTLE_ACCOUNT && known) && t[k].open_at_us - now > wait)
            wait = t[k].open_at_us - now;
    }
    if (rc != RC_OK)
        return rc;
    if (wait > 0) {
        *out = (struct sign_in_look){.wait_us = wait};
        return RC_OK;
    }
    for (int k = 0; rc == RC_OK && k < THROTTLE_KINDS; k++) {
        if (k == THROTTLE_ACCOUNT && known)
            continue;
        t[k] = throttle_attempt(t[k], (enum throttle_kind)k, now);
        rc = db_exec(tx, SQL_throttle_put,
                     DB_ARGS(DB_B(HASH_SPAN(out->buckets[k])), DB_I(t[k].failures), DB_I(t[k].last_at_us),
                             DB_I(t[k].open_at_us)),
                     NULL, f);
    }
    return rc;
}

/* ---- sign-in ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc is_demo(struct tx *tx, int64_t person_id, bool *demo, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_demo_is, DB_ARGS(DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *demo = rows_next(&rows);
    return rows_end(&rows);
}

enum rc person_needs_totp(struct tx *tx, int64_t person_id, bool *needs, struct fail *f)
{
    struct rows rows;
    bool demo = false;
    *needs = false;
    enum rc rc = is_demo(tx, person_id, &demo, f);
    if (rc != RC_OK || demo)
        return rc;
    rc = db_query(tx, SQL_roles_of_person, DB_ARGS(DB_I(person_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        int role = org_role_find(rows_text(&rows, 1));
        *needs = *needs || (role >= 0 && org_role_at(role)->totp);
    }
    return rows_end(&rows);
}

enum rc password_reset_allowed(struct tx *tx, int64_t person_id, struct fail *f)
{
    struct rows rows;
    bool high = false;
    enum rc rc = person_needs_totp(tx, person_id, &high, f);
    if (rc != RC_OK || !high || tx_actor(tx)->principal_id == 0)
        return rc;
    rc = db_one(tx, SQL_administrator_is, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool administrator = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && !administrator ? fail_set(f, RC_FORBIDDEN, MSG_role_too_high, NULL, "administrator", NULL)
                                         : rc;
}

struct totp_row {
    bool there, confirmed;
    struct span secret;
    int64_t last_step;
};

static enum rc totp_load(struct tx *tx, int64_t person_id, struct totp_row *out, struct fail *f)
{
    struct rows rows;
    struct person_row p;
    *out = (struct totp_row){.there = false};
    enum rc rc = db_query(tx, SQL_totp_get, DB_ARGS(DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct span sealed = SPAN_NONE;
    if (rows_next(&rows)) {
        out->there = true;
        sealed = span_dup(tx_arena(tx), rows_blob(&rows, 0));
        out->confirmed = rows_int(&rows, 1) != 0;
        out->last_step = rows_int(&rows, 2);
    }
    rc = rows_end(&rows);
    if (rc != RC_OK || !out->there)
        return rc;
    rc = person_load(tx, person_id, &p, f);
    return rc == RC_OK ? seal_get(tx, p.region_code, "person", person_id, sealed, &out->secret, f) : rc;
}

static enum rc stage_after(struct tx *tx, int64_t person_id, bool must_change, bool factor_done, const char **stage,
                           struct fail *f)
{
    struct totp_row t;
    bool needs = false;
    *stage = must_change ? "password" : "full";
    if (must_change)
        return RC_OK;
    enum rc rc = person_needs_totp(tx, person_id, &needs, f);
    if (rc == RC_OK && needs && !factor_done) {
        rc = totp_load(tx, person_id, &t, f);
        if (rc == RC_OK && !t.confirmed)
            *stage = "totp";
    }
    return rc;
}

static enum rc totp_ask(struct tx *tx, const struct sign_in *in, struct fail *f)
{
    struct totp_row t;
    enum rc rc = in->factor_done ? RC_OK : totp_load(tx, in->person_id, &t, f);
    if (rc != RC_OK || in->factor_done || !t.confirmed)
        return rc;
    if (in->totp.len == 0)
        return fail_set(f, RC_SIGN_IN, MSG_totp_needed, "totp", NULL);
    int64_t step = totp_check((const unsigned char *)t.secret.ptr, t.secret.len, in->totp, tx_now_us(tx), t.last_step);
    if (step < 0)
        return fail_set(f, RC_SIGN_IN, MSG_totp_wrong, "totp", NULL);
    int64_t changed = 0;
    rc = db_exec(tx, SQL_totp_use, DB_ARGS(DB_I(step), DB_I(in->person_id)), &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_SIGN_IN, MSG_totp_wrong, "totp", NULL) : rc;
}

static enum rc sweep(struct tx *tx, struct fail *f)
{
    int64_t now = tx_now_us(tx);
    enum rc rc = db_exec(tx, SQL_session_sweep, DB_ARGS(DB_I(now)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_throttle_sweep, DB_ARGS(DB_I(now - DAY_US)), NULL, f);
    return rc == RC_OK ? db_exec(tx, SQL_device_sweep, DB_ARGS(DB_I(now - DEVICE_KEEP_US)), NULL, f) : rc;
}

enum rc sign_in_make(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct sign_in *in = vin;
    struct signed_in *out = vout;
    struct person_row p;
    int64_t id = tx_new_id(tx), now = tx_now_us(tx);
    const char *stage = "full";
    enum rc rc = person_load(tx, in->person_id, &p, f);
    if (rc == RC_MISSING || (rc == RC_OK && !span_is(p.state, "active")))
        return fail_set(f, RC_SIGN_IN, MSG_sign_in_wrong, NULL, NULL);
    if (rc == RC_OK)
        rc = totp_ask(tx, in, f);
    if (rc == RC_OK)
        rc = stage_after(tx, in->person_id, in->must_change, in->factor_done, &stage, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_session_insert,
                     DB_ARGS(DB_B(HASH_SPAN(in->secret.hash)), DB_I(id), DB_I(in->person_id), DB_S(stage), DB_I(now),
                             DB_I(now + SESSION_ABSOLUTE_US)),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_device_put, DB_ARGS(DB_B(HASH_SPAN(in->device.hash)), DB_I(in->person_id), DB_I(now)),
                     NULL, f);
    if (rc == RC_OK && in->clear_buckets)
        rc = db_exec(tx, SQL_throttle_drop, DB_ARGS(DB_B(HASH_SPAN(in->buckets[THROTTLE_PAIR]))), NULL, f);
    for (int k = THROTTLE_ACCOUNT; rc == RC_OK && in->clear_buckets && k < THROTTLE_KINDS; k++)
        rc = db_exec(tx, SQL_throttle_ease, DB_ARGS(DB_B(HASH_SPAN(in->buckets[k]))), NULL, f);
    if (rc == RC_OK)
        rc = sweep(tx, f);
    if (rc == RC_OK)
        rc = org_journal(tx, p.region_code, "person", p.id, "sign_in", f, "how", in->how, "stage", stage, NULL);
    if (rc == RC_OK) {
        *out = (struct signed_in){.session_id = id, .person_id = p.id};
        copy_code(out->stage, sizeof out->stage, span_of(stage));
    }
    return rc;
}

/* ---- second factor ---------------------------------------------------------------------------------------------------------------------------- */

enum rc totp_set(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct totp_in *in = vin;
    struct person_row p;
    struct totp_row t;
    struct span sealed;
    (void)out;
    enum rc rc = totp_load(tx, in->session.person_id, &t, f);
    if (rc == RC_OK && t.confirmed)
        return fail_set(f, RC_CONFLICT, MSG_totp_there, NULL, NULL);
    int64_t step = totp_check(in->secret, sizeof in->secret, in->code, tx_now_us(tx), 0);
    if (rc == RC_OK && step < 0)
        return fail_set(f, RC_INVALID, MSG_totp_wrong, "code", NULL);
    if (rc == RC_OK)
        rc = person_load(tx, in->session.person_id, &p, f);
    if (rc == RC_OK)
        rc = seal_put(tx, p.region_code, "person", p.id, (struct span){(const char *)in->secret, sizeof in->secret},
                      &sealed, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_totp_put, DB_ARGS(DB_I(p.id), DB_B(sealed)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_totp_use, DB_ARGS(DB_I(step), DB_I(p.id)), NULL, f);
    if (rc == RC_OK && strcmp(in->session.stage, "totp") == 0)
        rc = db_exec(tx, SQL_session_stage, DB_ARGS(DB_S("full"), DB_B(HASH_SPAN(in->session.hash))), NULL, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "totp_on", f, NULL) : rc;
}

enum rc totp_is_set(struct tx *tx, int64_t person_id, bool *set, struct fail *f)
{
    struct totp_row t;
    enum rc rc = totp_load(tx, person_id, &t, f);
    if (rc == RC_OK)
        *set = t.confirmed;
    return rc;
}

enum rc totp_remove(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct totp_in *in = vin;
    struct person_row p;
    struct totp_row t;
    bool needs = false;
    (void)out;
    enum rc rc = totp_load(tx, in->session.person_id, &t, f);
    if (rc == RC_OK && !t.there)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK && t.confirmed &&
        totp_check((const unsigned char *)t.secret.ptr, t.secret.len, in->code, tx_now_us(tx), t.last_step) < 0)
        return fail_set(f, RC_INVALID, MSG_totp_wrong, "code", NULL);
    if (rc == RC_OK)
        rc = person_needs_totp(tx, in->session.person_id, &needs, f);
    if (rc == RC_OK && needs)
        return fail_set(f, RC_FORBIDDEN, MSG_totp_required, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_totp_drop, DB_ARGS(DB_I(in->session.person_id)), NULL, f);
    if (rc == RC_OK)
        rc = person_load(tx, in->session.person_id, &p, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "totp_off", f, NULL) : rc;
}

/* ---- tokens --------------------------------------------------------------------------------------------------------------------------------------- */

enum rc one_time_make(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct one_time_in *in = vin;
    struct person_row p;
    enum rc rc = RC_OK;
    (void)out;
    if (in->person_id) {
        rc = person_load(tx, in->person_id, &p, f);
        if (rc == RC_OK && !span_is(p.state, "active"))
            rc = fail_set(f, RC_CONFLICT, MSG_person_not_active, NULL, NULL);
        if (rc == RC_OK)
            rc = org_require(tx, RIGHT_MANAGE_PEOPLE, p.unit_id, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_one_time_drop_person, DB_ARGS(DB_I(p.id)), NULL, f);
        if (rc == RC_OK)
            rc = org_journal(tx, p.region_code, "person", p.id, "reset", f, NULL);
    } else {
        rc = db_exec(tx, SQL_one_time_drop_setup, DB_NO_ARGS, NULL, f);
    }
    return rc == RC_OK ? db_exec(tx, SQL_one_time_put,
                                 DB_ARGS(DB_B(HASH_SPAN(in->hash)), DB_S(in->purpose), DB_I_OR_NULL(in->person_id),
                                         DB_I(tx_now_us(tx) + in->good_for_us)),
                                 NULL, f)
                       : rc;
}

enum rc one_time_take(struct tx *tx, const unsigned char *hash, const char *purpose, int64_t *person_id, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_one_time_get, DB_ARGS(DB_B(HASH_SPAN(hash)), DB_S(purpose), DB_I(tx_now_us(tx))), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_SIGN_IN, MSG_one_time_over, "token", NULL);
    if (rc != RC_OK)
        return rc;
    int64_t id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_one_time_drop, DB_ARGS(DB_B(HASH_SPAN(hash))), NULL, f);
    if (rc == RC_OK && person_id)
        *person_id = id;
    return rc;
}

enum rc token_make(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct token_in *in = vin;
    struct person_row p;
    int64_t id = tx_new_id(tx);
    char rights[24];
    enum rc rc = text_check(in->label, "label", 1, 60, f);
    if (rc == RC_OK && in->rights == 0)
        rc = fail_set(f, RC_INVALID, MSG_token_rights, "rights", NULL);
    if (rc == RC_OK)
        rc = person_load(tx, in->person_id, &p, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_token_insert,
                     DB_ARGS(DB_I(id), DB_I(p.id), DB_S(p.region_code), DB_B(HASH_SPAN(in->hash)), DB_T(in->label),
                             DB_I(in->rights), DB_I(tx_now_us(tx)), DB_I_OR_NULL(in->expires_at_us)),
                     NULL, f);
    if (rc == RC_OK)
        rc = closure_token(tx, id, f);
    snprintf(rights, sizeof rights, "%u", in->rights);
    if (rc == RC_OK)
        rc = org_journal(tx, p.region_code, "token", id, "create", f, "person_id", id_text(tx_arena(tx), p.id),
                         "rights", rights, NULL);
    if (rc == RC_OK)
        *(int64_t *)vout = id;
    return rc;
}

enum rc token_revoke(struct tx *tx, int64_t token_id, int64_t owner_id, struct fail *f)
{
    struct rows rows;
    int64_t changed = 0;
    enum rc rc = db_one(tx, SQL_token_get, DB_ARGS(DB_I(token_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool own = owner_id == 0 || rows_int(&rows, 0) == owner_id;
    char region[7];
    copy_code(region, sizeof region, rows_text(&rows, 1));
    rc = rows_end(&rows);
    if (rc == RC_OK && own)
        rc = db_exec(tx, SQL_token_revoke, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(token_id)), &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        rc = closure_token(tx, token_id, f);
    return rc == RC_OK ? org_journal(tx, region, "token", token_id, "revoke", f, NULL) : rc;
}

/* ---- the first administrator ---------------------------------------------------------------------------------------------------------------------- */

static enum rc setup_unit(struct tx *tx, struct span region_code, struct unit *out, struct fail *f)
{
    struct unit_add_in add = {
        .region_code = span_text(tx_arena(tx), region_code), .name = SPAN("系统管理"), .kind = SPAN("other")};
    struct unit_found found;
    enum rc rc = unit_resolve(tx, add.region_code, add.name, SPAN_NONE, &found, f);
    if (rc == RC_OK && found.unit_id)
        return unit_get(tx, found.unit_id, SPAN_NONE, out, f);
    return rc == RC_OK ? unit_add(tx, &add, out, f) : rc;
}

enum rc setup_make(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct setup_in *in = vin;
    struct person_add_in person = in->person;
    struct sign_in sign_in = in->sign_in;
    struct unit unit;
    int64_t grant = 0;
    struct span region = in->region_code.len > 0 ? in->region_code : SPAN("000000");
    enum rc rc = one_time_take(tx, in->one_time, "setup", NULL, f);
    if (rc == RC_OK)
        rc = org_instance_set(tx, in->name_zh, in->name_en, region, f);
    if (rc == RC_OK)
        rc = setup_unit(tx, region, &unit, f);
    if (rc == RC_OK) {
        person.unit_id = unit.id;
        rc = person_add(tx, &person, &sign_in.person_id, f);
    }
    struct role_grant_in role = {.person_id = sign_in.person_id,
                                 .unit_id = rc == RC_OK ? unit.id : 0,
                                 .role = org_role_find(SPAN("administrator"))};
    if (rc == RC_OK)
        rc = role_grant_add(tx, &role, &grant, f);
    return rc == RC_OK ? sign_in_make(tx, &sign_in, out, f) : rc;
}

/* ---- the session as the API shows it ------------------------------------------------------------------------------------------------------------------ */

static enum rc instance_json(struct tx *tx, struct jw *w, struct fail *f)
{
    struct span zh, en, code, demo, today = tx_today(tx);
    struct region region;
    enum rc rc = instance_fact(tx, "name_zh", &zh, f);
    if (rc == RC_OK)
        rc = instance_fact(tx, "name_en", &en, f);
    if (rc == RC_OK)
        rc = instance_fact(tx, "region_code", &code, f);
    if (rc == RC_OK)
        rc = instance_fact(tx, "demonstration", &demo, f);
    if (rc != RC_OK)
        return rc;
    struct fail none = {0};
    bool known = code.len > 0 && region_get(tx, code, SPAN_NONE, &region, &none) == RC_OK;
    jw_kbool(w, "demo", span_is(demo, "1"));
    jw_key(w, "instance");
    jw_object(w);
    jw_ktext(w, "name_zh", zh.ptr ? zh : SPAN("一体"));
    jw_ktext(w, "name_en", en.ptr ? en : SPAN("Yiti"));
    jw_key(w, "region");
    jw_object(w);
    jw_ktext(w, "code", code.len > 0 ? code : SPAN("000000"));
    jw_ktext(w, "name", known ? region.name : SPAN(""));
    jw_object_end(w);
    jw_ktext(w, "today_on", today);
    jw_object_end(w);
    return RC_OK;
}

enum rc session_json(struct tx *tx, int64_t person_id, const char *stage, struct jw *w, struct fail *f)
{
    struct person_row p;
    enum rc rc = RC_OK;
    jw_object(w);
    jw_key(w, "user");
    if (person_id > 0 && strcmp(stage, "full") == 0) {
        if ((rc = person_load(tx, person_id, &p, f)) != RC_OK)
            return rc;
        jw_object(w);
        jw_kid(w, "id", p.id);
        jw_ktext(w, "name", p.login_name);
        jw_ktext(w, "display_name", p.display_name);
        jw_ktext(w, "lang", p.lang);
        jw_key(w, "roles");
        rc = roles_json(tx, p.id, w, f);
        jw_object_end(w);
    } else {
        jw_null(w);
    }
    jw_key(w, "pending");
    person_id > 0 && strcmp(stage, "full") != 0 ? jw_str(w, stage) : jw_null(w);
    if (rc == RC_OK)
        rc = instance_json(tx, w, f);
    jw_object_end(w);
    return rc;
}
