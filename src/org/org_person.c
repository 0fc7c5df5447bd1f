/*
 * org_person.c - people, the roles that they hold, and what happens when a person is erased.
 * What is personal: real name, telephone and mail are sealed under the person's key; the display name (王主任) is for colleagues and goes
 * with the person. The journal holds ids and words only, so it stays whole when both are gone.
 */
#include <sodium.h>
#include <string.h>

#include "org/org_int.h"

enum rc person_load(struct tx *tx, int64_t id, struct person_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_person_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct person_row p = {.id = rows_int(&rows, 0),
                           .unit_id = rows_int(&rows, 2),
                           .login_name = rows_text_dup(&rows, 3),
                           .display_name = rows_text_dup(&rows, 4),
                           .lang = rows_text_dup(&rows, 5),
                           .state = rows_text_dup(&rows, 6),
                           .version = rows_int(&rows, 7)};
    copy_code(p.region_code, sizeof p.region_code, rows_text(&rows, 1));
    rc = rows_end(&rows);
    if (rc == RC_OK)
        *out = p;
    return rc;
}

enum rc person_display(struct tx *tx, int64_t principal_id, enum lang lang, struct span *out, struct fail *f)
{
    struct rows rows;
    bool en = lang == LANG_EN;
    if (principal_id <= 0) {
        *out = span_of(principal_id == 0 ? (en ? "System" : "系统") : (en ? "The public" : "公众"));
        return RC_OK;
    }
    enum rc rc = db_query(tx, SQL_principal_name, DB_ARGS(DB_I(principal_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct span name = span_of(en ? "Erased account" : "已删除的账户");
    if (rows_next(&rows) && !span_is(rows_text(&rows, 1), "erased")) {
        name = rows_text_dup(&rows, 0);
        struct span label = rows_text(&rows, 2);
        if (label.len > 0) {
            struct sb sb;
            sb_init(&sb, 1024);
            sb_add(&sb, name);
            sb_adds(&sb, en ? " (" : "（");
            sb_add(&sb, label);
            sb_adds(&sb, en ? ")" : "）");
            name = span_dup(tx_arena(tx), sb_span(&sb));
            sb_release(&sb);
        }
    }
    rc = rows_end(&rows);
    if (rc == RC_OK)
        *out = name;
    return rc;
}

/* ---- adding and changing --------------------------------------------------------------------------------------------------------- */

static enum rc seal_field(struct tx *tx, const char *region, int64_t id, struct span plain, struct db_val *out,
                          struct fail *f)
{
    struct span sealed = SPAN_NONE;
    *out = DB_N;
    if (plain.len == 0)
        return RC_OK;
    enum rc rc = seal_put(tx, region, "person", id, plain, &sealed, f);
    if (rc == RC_OK)
        *out = DB_B(sealed);
    return rc;
}

static enum rc person_check(const struct person_add_in *in, struct fail *f)
{
    enum rc rc = login_name_check(in->login_name, f);
    if (rc == RC_OK)
        rc = text_check(in->display_name, "display_name", 1, 40, f);
    if (rc == RC_OK)
        rc = text_check(in->real_name, "real_name", 0, 60, f);
    if (rc == RC_OK)
        rc = text_check(in->telephone, "telephone", 0, 40, f);
    return rc == RC_OK ? text_check(in->email, "email", 0, 120, f) : rc;
}

static enum rc login_free(struct tx *tx, struct span name, struct fail *f)
{
    struct rows rows;
    struct fail none = {0};
    enum rc rc = db_one(tx, SQL_person_by_login, DB_ARGS(DB_T(name)), &rows, &none);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc == RC_OK)
        rc = rows_end(&rows);
    return rc == RC_OK ? fail_span(f, RC_CONFLICT, MSG_login_name_taken, "login_name", name) : (*f = none, rc);
}

enum rc person_add(struct tx *tx, const struct person_add_in *in, int64_t *id, struct fail *f)
{
    struct unit unit;
    struct db_val sealed[3];
    char salt[16];
    int64_t new_id = tx_new_id(tx);
    randombytes_buf(salt, sizeof salt);
    enum rc rc = person_check(in, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, in->unit_id, f);
    if (rc == RC_OK)
        rc = unit_get(tx, in->unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_unit_unknown, "unit_id", NULL);
    if (rc == RC_OK)
        rc = login_free(tx, in->login_name, f);
    if (rc == RC_OK)
        rc = seal_field(tx, unit.region_code, new_id, in->real_name, &sealed[0], f);
    if (rc == RC_OK)
        rc = seal_field(tx, unit.region_code, new_id, in->telephone, &sealed[1], f);
    if (rc == RC_OK)
        rc = seal_field(tx, unit.region_code, new_id, in->email, &sealed[2], f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_person_insert,
                     DB_ARGS(DB_I(new_id), DB_S(unit.region_code), DB_I(in->unit_id), DB_T(in->login_name),
                             DB_T(in->display_name), sealed[0], sealed[1], sealed[2],
                             DB_S(in->lang == LANG_EN ? "en" : "zh"), DB_I(tx_now_us(tx)),
                             DB_B(((struct span){salt, sizeof salt}))),
                     NULL, f);
    if (rc == RC_OK && in->password_hash.len > 0)
        rc = password_set(tx, new_id, in->password_hash, in->must_change, f);
    if (rc == RC_OK)
        rc = org_journal(tx, unit.region_code, "person", new_id, "create", f, "unit_id",
                         id_text(tx_arena(tx), in->unit_id), NULL);
    if (rc == RC_OK)
        *id = new_id;
    return rc;
}

/* The actor may manage the person: on the unit where the person works, or on the unit of a grant. */
static enum rc person_manage(struct tx *tx, int64_t id, struct person_row *p, struct fail *f)
{
    enum rc rc = person_load(tx, id, p, f);
    if (rc == RC_OK && span_is(p->state, "erased"))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return rc == RC_OK ? org_require(tx, RIGHT_MANAGE_PEOPLE, p->unit_id, f) : rc;
}

static enum rc last_administrator(struct tx *tx, int64_t person_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_administrator_is, DB_ARGS(DB_I(person_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool one = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc != RC_OK || !one)
        return rc;
    rc = db_one(tx, SQL_administrator_count, DB_ARGS(DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool last = rows_int(&rows, 0) <= 1;
    rc = rows_end(&rows);
    return rc == RC_OK && last ? fail_set(f, RC_CONFLICT, MSG_last_administrator, NULL, NULL) : rc;
}

static enum rc edit_sealed(struct tx *tx, const struct person_row *p, const struct person_edit_in *in, struct fail *f)
{
    struct db_val sealed[3];
    enum rc rc = seal_field(tx, p->region_code, p->id, in->real_name, &sealed[0], f);
    if (rc == RC_OK)
        rc = seal_field(tx, p->region_code, p->id, in->telephone, &sealed[1], f);
    if (rc == RC_OK)
        rc = seal_field(tx, p->region_code, p->id, in->email, &sealed[2], f);
    return rc == RC_OK
               ? db_exec(tx, SQL_person_set_sealed, DB_ARGS(sealed[0], sealed[1], sealed[2], DB_I(p->id)), NULL, f)
               : rc;
}

enum rc person_edit(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct person_edit_in *in = vin;
    struct person_row p;
    int64_t changed = 0;
    (void)out;
    enum rc rc = person_manage(tx, in->id, &p, f);
    if (rc != RC_OK)
        return rc;
    struct span display = in->display_name.ptr ? in->display_name : p.display_name,
                lang = in->lang.ptr ? in->lang : p.lang;
    struct span state = in->state.ptr ? in->state : p.state;
    int64_t unit_id = in->unit_id ? in->unit_id : p.unit_id;
    rc = text_check(display, "display_name", 1, 40, f);
    if (rc == RC_OK && !span_is(lang, "zh") && !span_is(lang, "en"))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "lang", lang);
    if (rc == RC_OK && !span_is(state, "active") && !span_is(state, "disabled"))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "state", state);
    if (rc == RC_OK && unit_id != p.unit_id)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, unit_id, f);
    if (rc == RC_OK && span_is(state, "disabled") && span_is(p.state, "active"))
        rc = last_administrator(tx, p.id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_person_update,
                     DB_ARGS(DB_I(unit_id), DB_T(display), DB_T(lang), DB_T(state), DB_I(p.id), DB_I(in->version)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_STALE, MSG_org_stale, NULL, NULL);
    if (rc == RC_OK)
        rc = edit_sealed(tx, &p, in, f);
    if (rc == RC_OK && !span_eq(state, p.state))
        rc = closure_person(tx, p.id, f);
    if (rc == RC_OK && span_is(state, "disabled"))
        rc = db_exec(tx, SQL_session_drop_all, DB_ARGS(DB_I(p.id)), NULL, f);
    if (rc == RC_OK)
        rc = org_journal(tx, p.region_code, "person", p.id, "edit", f, "state", span_text(tx_arena(tx), state),
                         "unit_id", id_text(tx_arena(tx), unit_id), NULL);
    return rc;
}

enum rc person_erase(struct tx *tx, int64_t id, struct fail *f)
{
    static const enum sql_id drops[] = {
        SQL_password_drop,        SQL_totp_drop,          SQL_session_drop_all,    SQL_device_drop_all,
        SQL_one_time_drop_person, SQL_oidc_link_drop_all, SQL_demo_account_drop,   SQL_notice_drop_all,
        SQL_feed_token_drop,      SQL_notice_choice_drop, SQL_notice_setting_drop, SQL_mail_wait_drop_all,
        SQL_mail_drop_all};
    struct person_row p;
    enum rc rc = person_manage(tx, id, &p, f);
    if (rc == RC_OK)
        rc = last_administrator(tx, id, f);
    if (rc == RC_OK) /* before the key goes, so that the row says who asked for it */
        rc = org_journal(tx, p.region_code, "person", id, "erase", f, NULL);
    for (size_t i = 0; rc == RC_OK && i < sizeof drops / sizeof drops[0]; i++)
        rc = db_exec(tx, drops[i], DB_ARGS(DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_token_revoke_all, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_roles_end_all, DB_ARGS(DB_T(tx_today(tx)), DB_I(id)), NULL, f);
    char name[40];
    snprintf(name, sizeof name, "erased-%lld", (long long)id);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_person_blank, DB_ARGS(DB_S(name), DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = closure_person(tx, id, f);
    if (rc != RC_OK)
        return rc;
    rc = seal_erase(tx, p.region_code, "person", id, f);
    return rc == RC_MISSING ? RC_OK : rc; /* nothing of the person was ever sealed: there is no key to remove */
}

/* ---- roles ------------------------------------------------------------------------------------------------------------------------ */

static enum rc grant_check(struct tx *tx, const struct role_grant_in *in, struct span from, struct fail *f)
{
    struct person_row p;
    enum rc rc = day_check(from, "from_on", f);
    if (rc == RC_OK && in->to_on.len > 0)
        rc = day_check(in->to_on, "to_on", f);
    if (rc == RC_OK && in->to_on.len > 0 && span_cmp(in->to_on, from) <= 0)
        rc = fail_span(f, RC_INVALID, MSG_day_order, "to_on", in->to_on);
    if (rc == RC_OK && !org_role_at(in->role))
        rc = fail_set(f, RC_INVALID, MSG_role_unknown, "role", NULL);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, in->unit_id, f);
    if (rc == RC_OK)
        rc = person_load(tx, in->person_id, &p, f);
    if (rc == RC_OK && !span_is(p.state, "active"))
        rc = fail_set(f, RC_CONFLICT, MSG_person_not_active, NULL, NULL);
    return rc;
}

/* Nobody hands out more than he holds: a role that reaches further (administrator, auditor, office) needs its own rights first. */
static enum rc grant_within_own(struct tx *tx, const struct role_grant_in *in, struct fail *f)
{
    const struct org_role_row *role = org_role_at(in->role);
    bool all = false;
    for (int i = 0; i < RIGHT_COUNT; i++)
        all = all || role->reach[i] == REACH_ALL;
    struct rows rows;
    if (tx_actor(tx)->principal_id == 0)
        return RC_OK;
    enum rc rc =
        db_one(tx, SQL_administrator_is, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool administrator = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc != RC_OK || administrator)
        return rc;
    if (all || strcmp(role->word, "office") == 0)
        return fail_set(f, RC_FORBIDDEN, MSG_role_too_high, "role", role->word, NULL);
    if (strcmp(role->word, "city_office") ==
        0) /* its region is reached whole only by one who reaches it whole himself */
        for (int i = 0; rc == RC_OK && i < RIGHT_COUNT; i++)
            rc = role->reach[i] != REACH_NONE ? org_require(tx, (enum org_right)i, in->unit_id, f) : RC_OK;
    return rc;
}

static enum rc grant_room(struct tx *tx, const struct role_grant_in *in, const char *word, struct fail *f)
{
    struct rows rows;
    struct fail none = {0};
    int n = 0;
    enum rc rc = db_one(tx, SQL_role_same,
                        DB_ARGS(DB_I(in->person_id), DB_I(in->unit_id), DB_S(word), DB_T(tx_today(tx))), &rows, &none);
    if (rc == RC_OK)
        return (rc = rows_end(&rows)) == RC_OK ? fail_set(f, RC_CONFLICT, MSG_role_held, "role", word, NULL) : rc;
    if (rc != RC_MISSING) {
        *f = none;
        return rc;
    }
    rc = db_query(tx, SQL_roles_all_of_person, DB_ARGS(DB_I(in->person_id), DB_T(tx_today(tx))), &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        n++;
    if (rc == RC_OK)
        rc = rows_end(&rows);
    return rc == RC_OK && n >= ORG_ROLES_MAX ? fail_set(f, RC_LIMIT, MSG_roles_many, NULL, NULL) : rc;
}

enum rc role_grant_add(struct tx *tx, const struct role_grant_in *in, int64_t *grant_id, struct fail *f)
{
    struct span from = day_or_today(tx, in->from_on);
    struct person_row p;
    int64_t id = tx_new_id(tx);
    enum rc rc = grant_check(tx, in, from, f);
    if (rc == RC_OK)
        rc = grant_within_own(tx, in, f);
    const char *word = rc == RC_OK ? org_role_at(in->role)->word : "";
    if (rc == RC_OK)
        rc = grant_room(tx, in, word, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_role_insert,
                     DB_ARGS(DB_I(id), DB_I(in->person_id), DB_I(in->unit_id), DB_S(word), DB_T(from),
                             in->to_on.len > 0 ? DB_T(in->to_on) : DB_N, DB_I_OR_NULL(in->stand_in_for)),
                     NULL, f);
    if (rc == RC_OK)
        rc = closure_person(tx, in->person_id, f);
    if (rc == RC_OK)
        rc = closure_schedule_grant(tx, id, f);
    if (rc == RC_OK)
        rc = person_load(tx, in->person_id, &p, f);
    if (rc == RC_OK)
        rc = org_journal(tx, p.region_code, "person", p.id, "grant", f, "role", word, "unit_id",
                         id_text(tx_arena(tx), in->unit_id), "from_on", span_text(tx_arena(tx), from), "to_on",
                         in->to_on.len > 0 ? span_text(tx_arena(tx), in->to_on) : NULL, NULL);
    if (rc == RC_OK)
        *grant_id = id;
    return rc;
}

enum rc role_grant_end(struct tx *tx, int64_t person_id, int64_t grant_id, struct fail *f)
{
    struct rows rows;
    struct person_row p;
    int64_t changed = 0;
    enum rc rc = db_one(tx, SQL_role_get, DB_ARGS(DB_I(grant_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t unit_id = rows_int(&rows, 1), holder = rows_int(&rows, 0);
    const char *word = span_text(tx_arena(tx), rows_text(&rows, 2));
    rc = rows_end(&rows);
    if (rc == RC_OK && holder != person_id)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, unit_id, f);
    if (rc == RC_OK && strcmp(word, "administrator") == 0)
        rc = last_administrator(tx, person_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_role_end, DB_ARGS(DB_T(tx_today(tx)), DB_I(grant_id), DB_I(person_id)), &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        rc = closure_person(tx, person_id, f);
    if (rc == RC_OK)
        rc = person_load(tx, person_id, &p, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", person_id, "revoke", f, "role", word, "unit_id",
                                     id_text(tx_arena(tx), unit_id), NULL)
                       : rc;
}

/* ---- as JSON ------------------------------------------------------------------------------------------------------------------------ */

enum rc roles_json(struct tx *tx, int64_t person_id, struct jw *w, struct fail *f)
{
    struct {
        int64_t id, unit_id;
        int role;
        struct span from, to;
        char region[7];
    } all[64];
    int n = 0;
    struct rows rows;
    enum rc rc = db_query(tx, SQL_roles_all_of_person, DB_ARGS(DB_I(person_id), DB_T(tx_today(tx))), &rows, f);
    while (rc == RC_OK && n < 64 && rows_next(&rows)) {
        all[n].id = rows_int(&rows, 0);
        all[n].role = org_role_find(rows_text(&rows, 1));
        all[n].unit_id = rows_int(&rows, 2);
        all[n].from = rows_text_dup(&rows, 3);
        all[n].to = rows_text_dup(&rows, 4);
        copy_code(all[n].region, sizeof all[n].region, rows_text(&rows, 5));
        n += all[n].role >= 0;
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct org_role_row *role = org_role_at(all[i].role);
        struct unit unit;
        if ((rc = unit_get(tx, all[i].unit_id, SPAN_NONE, &unit, f)) != RC_OK)
            break;
        jw_object(w);
        jw_kid(w, "id", all[i].id);
        jw_kstr(w, "role", role->word);
        jw_kstr(w, "role_name_zh", role->name_zh);
        jw_kstr(w, "role_name_en", role->name_en);
        jw_key(w, "unit");
        jw_object(w);
        jw_kid(w, "id", unit.id);
        jw_ktext(w, "name", unit.name);
        jw_object_end(w);
        jw_kstr(w, "region_code", all[i].region);
        jw_ktext(w, "from_on", all[i].from);
        jw_ktext_or_null(w, "to_on", all[i].to);
        jw_key(w, "rights");
        jw_array(w);
        for (int right = 0; right < RIGHT_COUNT; right++)
            if (role->reach[right] != REACH_NONE)
                jw_str(w, org_right_word((enum org_right)right));
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

enum rc person_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f)
{
    struct person_row p;
    struct unit unit;
    enum rc rc = person_load(tx, id, &p, f);
    if (rc == RC_OK && span_is(p.state, "erased"))
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        rc = unit_get(tx, p.unit_id, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", p.id);
    jw_ktext(w, "name", p.login_name);
    jw_ktext(w, "display_name", p.display_name);
    jw_ktext(w, "lang", p.lang);
    jw_ktext(w, "state", p.state);
    jw_key(w, "unit");
    jw_object(w);
    jw_kid(w, "id", unit.id);
    jw_ktext(w, "name", unit.name);
    jw_object_end(w);
    jw_kint(w, "version", p.version);
    jw_key(w, "roles");
    rc = roles_json(tx, id, w, f);
    jw_object_end(w);
    if (rc == RC_OK && version)
        *version = p.version;
    return rc;
}

static enum rc open_field(struct tx *tx, const struct person_row *p, struct span sealed, struct span *plain,
                          struct fail *f)
{
    return sealed.ptr ? seal_get(tx, p->region_code, "person", p->id, sealed, plain, f) : RC_OK;
}

/* A sealed field is opened for a stated purpose, by the person or by one who manages people there; the opening is journalled. */
enum rc person_contact(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct person_contact_in *in = vin;
    struct person_contact *out = vout;
    struct person_row p;
    struct rows rows;
    enum rc rc = person_load(tx, in->id, &p, f);
    if (rc == RC_OK && span_is(p.state, "erased"))
        rc = fail_set(f, RC_MISSING, MSG_erased, NULL, NULL);
    if (rc == RC_OK && tx_actor(tx)->principal_id != in->id)
        rc = org_require(tx, RIGHT_MANAGE_PEOPLE, p.unit_id, f);
    if (rc == RC_OK)
        rc = text_check(in->purpose, "purpose", 2, 120, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_person_sealed, DB_ARGS(DB_I(p.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct span sealed[3];
    for (int i = 0; i < 3; i++) {
        struct span blob = rows_blob(&rows, i);
        sealed[i] = blob.ptr ? span_dup(tx_arena(tx), blob) : SPAN_NONE;
    }
    *out = (struct person_contact){SPAN_NONE, SPAN_NONE, SPAN_NONE};
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = open_field(tx, &p, sealed[0], &out->real_name, f);
    if (rc == RC_OK)
        rc = open_field(tx, &p, sealed[1], &out->telephone, f);
    if (rc == RC_OK)
        rc = open_field(tx, &p, sealed[2], &out->email, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "open", f, "purpose",
                                     span_text(tx_arena(tx), in->purpose), NULL)
                       : rc;
}
