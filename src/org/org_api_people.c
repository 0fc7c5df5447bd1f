/* org_api_people.c - routes of people, roles and tokens: parse, check, call, answer. */
#include <sodium.h>
#include <string.h>

#include "org/org_api_int.h"

/* ---- people ------------------------------------------------------------------------------------------------------------------- */

static enum rc person_item(struct tx *tx, int64_t id, struct span on, struct jw *w, struct fail *f)
{
    (void)on;
    return person_json(tx, id, w, NULL, f);
}

enum rc api_people(struct req *r, struct fail *f)
{
    int64_t unit = 0;
    struct span q = req_query(r, "q"), state = req_query(r, "state");
    enum rc rc = req_query_only(r, f, "q", "unit_id", "state", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "unit_id", &unit, f);
    if (rc != RC_OK)
        return rc;
    struct id_list l = {
        .r = r, .sql = SQL_person_list, .order = SQLO_person_list_id, .item = person_item, .limit_at = 1};
    l.args[0] = DB_I(req_principal(r)->id);
    l.n_args = 2;
    if (unit) {
        l.filters |= SQLF_person_list_unit;
        l.args[l.n_args++] = DB_I(unit);
    }
    if (state.ptr) {
        l.filters |= SQLF_person_list_state;
        l.args[l.n_args++] = DB_T(state);
    }
    if (q.len > 0) {
        struct sb end;
        sb_init(&end, 4096);
        sb_add(&end, q);
        sb_adds(&end, "\xf4\x8f\xbf\xbf");
        l.filters |= SQLF_person_list_named;
        l.args[l.n_args++] = DB_T(q);
        l.args[l.n_args++] = DB_T(span_dup(req_arena(r), sb_span(&end)));
        sb_release(&end);
    }
    return api_id_list(&l, f);
}

struct person_run {
    struct req *r;
    int64_t id;
    struct journal_page page;
};

/* Readable by the person, and by whoever may read or manage people at the unit where the person works. */
static enum rc person_visible(struct tx *tx, int64_t id, struct person_row *p, struct fail *f)
{
    const struct actor *who = tx_actor(tx);
    bool holds = who->principal_id == id;
    enum rc rc = person_load(tx, id, p, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_MANAGE_PEOPLE, p->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_READ, p->unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL) : rc;
}

static enum rc person_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct person_run *run = ctx;
    struct person_row p;
    int64_t version = 0;
    enum rc rc = person_visible(tx, run->id, &p, f);
    if (rc == RC_OK)
        rc = person_json(tx, run->id, reply_json(run->r), &version, f);
    if (rc == RC_OK)
        reply_etag(run->r, version);
    return rc;
}

enum rc api_person(struct req *r, struct fail *f)
{
    struct person_run run = {.r = r};
    enum rc rc = req_param_id(r, "id", &run.id, f);
    return rc == RC_OK ? org_read(r, person_read, &run, f) : rc;
}

/* A first password that can be read out over the telephone: 16 signs without 0, O, 1, l, I; about 80 bits. */
#define FIRST_PASSWORD_BYTES 20
static void first_password(char out[FIRST_PASSWORD_BYTES])
{
    static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
    size_t n = 0;
    for (int i = 0; i < 16; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = signs[randombytes_uniform(sizeof signs - 1)];
    }
    out[n] = 0;
}

struct person_call {
    int64_t id; /* first: render_id and commands use it */
    struct person_add_in add;
    struct person_edit_in edit;
    char password[FIRST_PASSWORD_BYTES], hash[ORG_PASSWORD_HASH_BYTES];
};

static enum rc person_add_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return person_add(tx, in, out, f);
}

/* The one answer that holds a secret: it is never stored under an idempotency key. */
static enum rc person_add_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct person_call *call = out;
    struct sb person;
    struct jw w;
    sb_init(&person, 1u << 20);
    jw_init(&w, &person);
    *status = 201;
    enum rc rc = person_json(tx, call->id, &w, NULL, f);
    struct span text = sb_span(&person);
    if (rc == RC_OK && text.len > 0) { /* the person's object with one more member */
        sb_add(body, span_sub(text, 0, text.len - 1));
        sb_addf(body, ",\"first_password\":\"%s\"}", call->password);
    }
    sb_release(&person);
    return rc;
}

static enum rc person_fields(const json_t *body, struct person_edit_in *in, struct fail *f)
{
    enum rc rc = json_get_text(body, "display_name", JSON_OPTIONAL, 160, &in->display_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "real_name", JSON_OPTIONAL, 240, &in->real_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "telephone", JSON_OPTIONAL, 40, &in->telephone, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "email", JSON_OPTIONAL, 120, &in->email, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "lang", JSON_OPTIONAL, 2, &in->lang, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 10, &in->state, f);
    return rc == RC_OK ? json_get_id(body, "unit_id", JSON_OPTIONAL, &in->unit_id, f) : rc;
}

enum rc api_person_post(struct req *r, struct fail *f)
{
    json_t *body;
    struct person_call *call = ARENA_NEW(req_arena(r), struct person_call);
    enum rc rc = call ? req_json(r, &body, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "display_name", "real_name", "telephone", "email", "lang", "unit_id", NULL);
    if (rc == RC_OK)
        rc = person_fields(body, &call->edit, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 160, &call->add.login_name, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_REQUIRED, &call->add.unit_id, f);
    if (rc != RC_OK)
        return rc;
    call->add.display_name = call->edit.display_name;
    call->add.real_name = call->edit.real_name;
    call->add.telephone = call->edit.telephone;
    call->add.email = call->edit.email;
    call->add.lang = span_is(call->edit.lang, "en") ? LANG_EN : LANG_ZH;
    first_password(call->password);
    rc = org_password_hash(span_of(call->password), call->hash, f);
    if (rc != RC_OK)
        return rc;
    call->add.password_hash = span_of(call->hash);
    call->add.must_change = true;
    return org_write_with(r,
                          &(struct org_write_plan){.command = person_add_command,
                                                   .in = &call->add,
                                                   .out = call,
                                                   .render = person_add_render,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

static enum rc person_edit_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct jw w;
    jw_init(&w, body);
    *status = 200;
    return person_json(tx, *(const int64_t *)out, &w, NULL, f);
}

enum rc api_person_patch(struct req *r, struct fail *f)
{
    json_t *body;
    struct person_call *call = ARENA_NEW(req_arena(r), struct person_call);
    enum rc rc = call ? req_param_id(r, "id", &call->edit.id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_if_match(r, &call->edit.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "display_name", "real_name", "telephone", "email", "lang", "unit_id", "state", NULL);
    if (rc == RC_OK)
        rc = person_fields(body, &call->edit, f);
    if (rc != RC_OK)
        return rc;
    call->id = call->edit.id;
    return org_write_with(r,
                          &(struct org_write_plan){.command = person_edit,
                                                   .in = &call->edit,
                                                   .out = call,
                                                   .render = person_edit_render,
                                                   .committed = org_forget_committed},
                          f);
}

/* ---- sealed values ---------------------------------------------------------------------------------------------------------------- */

struct contact_call {
    struct person_contact out;
    struct person_contact_in in;
};

static enum rc contact_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct person_contact *c = out;
    struct jw w;
    (void)tx;
    (void)f;
    jw_init(&w, body);
    jw_object(&w);
    jw_ktext_or_null(&w, "real_name", c->real_name);
    jw_ktext_or_null(&w, "telephone", c->telephone);
    jw_ktext_or_null(&w, "email", c->email);
    jw_object_end(&w);
    *status = 200;
    return RC_OK;
}

enum rc api_person_contact(struct req *r, struct fail *f)
{
    json_t *body;
    struct contact_call *call = ARENA_NEW(req_arena(r), struct contact_call);
    enum rc rc = call ? req_param_id(r, "id", &call->in.id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "purpose", JSON_REQUIRED, 480, &call->in.purpose, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r,
                          &(struct org_write_plan){.command = person_contact,
                                                   .in = &call->in,
                                                   .out = &call->out,
                                                   .render = contact_render,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

static enum rc access_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct person_run *run = ctx;
    struct person_row p;
    bool audit = false;
    enum rc rc = person_load(tx, run->id, &p, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_AUDIT, p.unit_id, &audit, f);
    if (rc == RC_OK && !audit && tx_actor(tx)->principal_id != run->id)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    run->page.region_code = p.region_code;
    return journal_answer(run->r, tx, &run->page, f);
}

enum rc api_access_log(struct req *r, struct fail *f)
{
    struct person_run run = {.r = r, .page = {.subject_kind = "person", .lang = req_lang(r), .verb = "open"}};
    int64_t limit = 0;
    bool given = false;
    enum rc rc = req_param_id(r, "id", &run.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.page.after, &given, f);
    run.page.subject_id = run.id;
    run.page.limit = (int)limit;
    return rc == RC_OK ? org_read(r, access_read, &run, f) : rc;
}

static enum rc erase_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return person_erase(tx, *(const int64_t *)in, f);
}

enum rc api_person_erase(struct req *r, struct fail *f)
{
    int64_t *id = ARENA_NEW(req_arena(r), int64_t);
    enum rc rc = id ? req_param_id(r, "id", id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    return rc == RC_OK
               ? org_write_with(
                     r, &(struct org_write_plan){.command = erase_command, .in = id, .committed = org_forget_committed},
                     f)
               : rc;
}

/* ---- passwords of others -------------------------------------------------------------------------------------------------------------- */

static enum rc reset_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct person_call *call = in;
    struct person_row p;
    (void)out;
    enum rc rc = person_load(tx, call->id, &p, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, p.unit_id, f);
    if (rc == RC_OK && !span_is(p.state, "active"))
        rc = fail_set(f, RC_CONFLICT, MSG_person_not_active, NULL, NULL);
    if (rc == RC_OK)
        rc = password_reset_allowed(tx, p.id, f);
    if (rc == RC_OK)
        rc = password_set(tx, p.id, span_of(call->hash), true, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_session_drop_all, DB_ARGS(DB_I(p.id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_device_drop_all, DB_ARGS(DB_I(p.id)), NULL, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "reset", f, NULL) : rc;
}

static enum rc reset_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct person_call *call = out;
    (void)tx;
    (void)f;
    *status = 200;
    sb_addf(body, "{\"password\":\"%s\"}", call->password);
    return RC_OK;
}

enum rc api_password_reset(struct req *r, struct fail *f)
{
    struct person_call *call = ARENA_NEW(req_arena(r), struct person_call);
    enum rc rc = call ? req_param_id(r, "id", &call->id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    first_password(call->password);
    rc = org_password_hash(span_of(call->password), call->hash, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r,
                          &(struct org_write_plan){.command = reset_command,
                                                   .in = call,
                                                   .out = call,
                                                   .render = reset_render,
                                                   .committed = org_forget_committed,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

/* ---- roles -------------------------------------------------------------------------------------------------------------------------------- */

struct role_call {
    int64_t id; /* first */
    struct role_grant_in in;
    int64_t grant_id;
};

static enum rc role_add_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return role_grant_add(tx, &((const struct role_call *)in)->in, out, f);
}

static enum rc role_add_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct role_call *call = out;
    const struct org_role_row *role = org_role_at(call->in.role);
    struct unit unit;
    struct jw w;
    enum rc rc = unit_get(tx, call->in.unit_id, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", call->id);
    jw_kstr(&w, "role", role->word);
    jw_key(&w, "unit");
    jw_object(&w);
    jw_kid(&w, "id", unit.id);
    jw_ktext(&w, "name", unit.name);
    jw_object_end(&w);
    jw_kstr(&w, "region_code", unit.region_code);
    jw_object_end(&w);
    *status = 201;
    return RC_OK;
}

enum rc api_role_post(struct req *r, struct fail *f)
{
    json_t *body;
    struct span role = SPAN_NONE;
    struct role_call *call = ARENA_NEW(req_arena(r), struct role_call);
    enum rc rc =
        call ? req_param_id(r, "id", &call->in.person_id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "role", "unit_id", "from_on", "to_on", "stand_in_for", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "role", JSON_REQUIRED, 40, &role, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_REQUIRED, &call->in.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "from_on", JSON_OPTIONAL, &call->in.from_on, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "to_on", JSON_OPTIONAL, &call->in.to_on, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "stand_in_for", JSON_OPTIONAL, &call->in.stand_in_for, f);
    if (rc != RC_OK)
        return rc;
    call->in.role = org_role_find(role);
    return org_write_with(r,
                          &(struct org_write_plan){.command = role_add_command,
                                                   .in = call,
                                                   .out = call,
                                                   .render = role_add_render,
                                                   .committed = org_forget_committed},
                          f);
}

static enum rc role_end_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct role_call *call = in;
    (void)out;
    return role_grant_end(tx, call->in.person_id, call->grant_id, f);
}

enum rc api_role_delete(struct req *r, struct fail *f)
{
    struct role_call *call = ARENA_NEW(req_arena(r), struct role_call);
    enum rc rc =
        call ? req_param_id(r, "id", &call->in.person_id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "role_id", &call->grant_id, f);
    return rc == RC_OK ? org_write_with(r,
                                        &(struct org_write_plan){
                                            .command = role_end_command, .in = call, .committed = org_forget_committed},
                                        f)
                       : rc;
}

/* ---- tokens ---------------------------------------------------------------------------------------------------------------------------------- */

static void rights_json(struct jw *w, uint32_t rights)
{
    jw_key(w, "rights");
    jw_array(w);
    for (int i = 0; i < RIGHT_COUNT; i++)
        if (rights & 1u << i)
            jw_str(w, org_right_word((enum org_right)i));
    jw_array_end(w);
}

static enum rc tokens_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *r = ctx;
    struct rows rows;
    enum rc rc = db_query(tx, SQL_tokens_of_person, DB_ARGS(DB_I(req_session(r)->person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        jw_kid(w, "id", rows_int(&rows, 0));
        jw_ktext(w, "name", rows_text(&rows, 1));
        rights_json(w, (uint32_t)rows_int(&rows, 2));
        jw_ktime(w, "created_at", rows_int(&rows, 3));
        if (rows_is_null(&rows, 4)) {
            jw_kstr(w, "expires_on", NULL);
        } else {
            char day[11];
            date_print(date_of_us(rows_int(&rows, 4) - 1), day);
            jw_kstr(w, "expires_on", day);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
    api_next(r, w, NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc api_tokens(struct req *r, struct fail *f)
{
    return org_read(r, tokens_read, r, f);
}

struct token_call {
    int64_t id; /* first */
    struct token_in in;
    struct secret secret;
};

static enum rc token_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct token_call *call = out;
    struct jw w;
    char text[SECRET_TEXT_BYTES + 4];
    (void)tx;
    (void)f;
    snprintf(text, sizeof text, "yt_%s", call->secret.text);
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", call->id);
    jw_ktext(&w, "name", call->in.label);
    jw_kstr(&w, "secret", text);
    rights_json(&w, call->in.rights);
    jw_object_end(&w);
    *status = 201;
    return RC_OK;
}

static enum rc token_parse(struct req *r, struct token_in *in, struct fail *f)
{
    json_t *body, *rights = NULL;
    struct span expires = SPAN_NONE;
    struct ymd day;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "rights", "expires_on", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 240, &in->label, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "rights", JSON_OPTIONAL, RIGHT_COUNT, &rights, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "expires_on", JSON_OPTIONAL, &expires, f);
    if (rc == RC_OK && expires.ptr && date_parse(expires, &day))
        in->expires_at_us = date_start_us(day) + DAY_US;
    if (!rights) /* none named: it may read, no more */
        in->rights = req_session(r)->rights & 1u << RIGHT_READ;
    for (size_t i = 0; rc == RC_OK && i < json_array_size(rights); i++) {
        struct span word = span_of(json_string_value(json_array_get(rights, i)));
        int bit = org_right_find(word);
        if (bit < 0 || !(req_session(r)->rights & 1u << bit))
            return fail_span(f, RC_INVALID, MSG_org_choice, "rights", word);
        in->rights |= 1u << bit;
    }
    return rc;
}

enum rc api_token_post(struct req *r, struct fail *f)
{
    struct token_call *call = ARENA_NEW(req_arena(r), struct token_call);
    if (!call)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (req_session(r)->token) /* a token makes no tokens */
        return fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "token", NULL);
    enum rc rc = token_parse(r, &call->in, f);
    if (rc != RC_OK)
        return rc;
    secret_new(&call->secret);
    memcpy(call->in.hash, call->secret.hash, sizeof call->in.hash);
    call->in.person_id = req_session(r)->person_id;
    return org_write_with(
        r,
        &(struct org_write_plan){
            .command = token_make, .in = &call->in, .out = call, .render = token_render, .how = ORG_WRITE_NO_KEY},
        f);
}

static enum rc token_revoke_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct token_call *call = in;
    (void)out;
    return token_revoke(tx, call->id, call->in.person_id, f);
}

enum rc api_token_delete(struct req *r, struct fail *f)
{
    struct token_call *call = ARENA_NEW(req_arena(r), struct token_call);
    enum rc rc = call ? req_param_id(r, "id", &call->id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    call->in.person_id = req_session(r)->person_id;
    return org_write_with(
        r, &(struct org_write_plan){.command = token_revoke_command, .in = call, .committed = org_forget_committed}, f);
}
