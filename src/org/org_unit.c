/*
 * org_unit.c - units through time: they are proposed, confirmed, renamed, merged, split, moved and ended, and found again by any of
 * their names. A unit's life:
 *
 *   (none) --unit_propose--> proposed --unit_confirm--> active --unit_end, unit_merge, unit_split--> ended
 *      \--unit_add------------------------------------->/        proposed --unit_end, unit_merge--> ended
 *
 * Names and keys hold from a day to a day. An ended unit stays readable, and unit_current leads from it to what stands for it now.
 */
#include <string.h>

#include "org/org_int.h"

#define UNIT_ALIASES_MAX 50
#define UNIT_SPLIT_MAX 20
#define UNIT_BEFORE_ALL SPAN("0001-01-01") /* keys of what is older than its record count from here */

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static struct unit unit_row(struct rows *rows)
{
    struct unit u = {.id = rows_int(rows, 0),
                     .parent_id = rows_int(rows, 3),
                     .cooperation_id = rows_int(rows, 4),
                     .kind = rows_text_dup(rows, 5),
                     .state = rows_text_dup(rows, 6),
                     .valid_from_on = rows_text_dup(rows, 7),
                     .valid_to_on = rows_text_dup(rows, 8),
                     .version = rows_int(rows, 9),
                     .name = rows_text_dup(rows, 10),
                     .short_name = rows_text_dup(rows, 11)};
    copy_code(u.region_code, sizeof u.region_code, rows_text(rows, 1));
    copy_code(u.place_code, sizeof u.place_code, rows_text(rows, 2));
    return u;
}

enum rc unit_get(struct tx *tx, int64_t id, struct span on, struct unit *out, struct fail *f)
{
    struct rows rows;
    struct fail none = {0};
    enum rc rc = RC_MISSING;
    if (on.len > 0)
        rc = db_one(tx, SQL_unit_on, DB_ARGS(DB_I(id), DB_T(on)), &rows, &none);
    if (rc == RC_MISSING && on.len > 0) { /* before its known life it goes by its first name */
        rc = db_one(tx, SQL_unit_first, DB_ARGS(DB_I(id)), &rows, &none);
        if (rc == RC_OK && span_cmp(rows_text(&rows, 7), on) <= 0) {
            rc = rows_end(&rows);
            rc = rc == RC_OK ? db_one(tx, SQL_unit_last, DB_ARGS(DB_I(id)), &rows, &none) : rc;
        }
    } else if (rc == RC_MISSING) {
        rc = db_one(tx, SQL_unit_last, DB_ARGS(DB_I(id)), &rows, &none);
    }
    if (rc != RC_OK) {
        *f = none;
        return rc;
    }
    struct unit u = unit_row(&rows);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        *out = u;
    return rc;
}

enum rc unit_name_on(struct tx *tx, int64_t id, struct span on, struct unit_name_memo *memo, struct span *out,
                     struct fail *f)
{
    *out = SPAN("");
    if (memo->id == id && span_cmp(memo->from_on, on) <= 0 && (memo->to.len == 0 || span_cmp(memo->to, on) > 0)) {
        *out = memo->name;
        return RC_OK;
    }
    struct rows rows;
    struct fail none = {0};
    enum rc rc = db_one(tx, SQL_unit_name_on, DB_ARGS(DB_I(id), DB_T(on)), &rows, &none);
    if (rc == RC_OK) {
        const struct unit_name_memo got = {id, rows_text_dup(&rows, 0), rows_text_dup(&rows, 1),
                                           rows_text_dup(&rows, 2)};
        rc = rows_end(&rows);
        if (rc == RC_OK) {
            *memo = got;
            *out = got.name;
        }
    } else if (rc == RC_MISSING) {
        struct unit unit;
        rc = unit_get(tx, id, on, &unit, &none);
        if (rc == RC_OK)
            *out = unit.name;
    }
    if (rc != RC_OK && rc != RC_MISSING)
        *f = none;
    return rc == RC_MISSING ? RC_OK : rc;
}

static bool id_in(const int64_t *ids, int n, int64_t id)
{
    for (int i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static enum rc successors_add(struct tx *tx, int64_t id, int64_t *seen, int *n_seen, int max, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_unit_successors, DB_ARGS(DB_I(id)), &rows, f);
    while (rc == RC_OK && *n_seen < max && rows_next(&rows))
        if (!id_in(seen, *n_seen, rows_int(&rows, 0)))
            seen[(*n_seen)++] = rows_int(&rows, 0);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc unit_current(struct tx *tx, int64_t id, int max, int64_t *ids, int *n, struct fail *f)
{
    int64_t seen[128] = {id};
    int n_seen = 1;
    *n = 0;
    for (int i = 0; i < n_seen; i++) {
        struct unit u;
        enum rc rc = unit_get(tx, seen[i], SPAN_NONE, &u, f);
        if (rc != RC_OK)
            return rc;
        if (!span_is(u.state, "ended")) {
            if (*n < max)
                ids[(*n)++] = u.id;
            continue;
        }
        rc = successors_add(tx, u.id, seen, &n_seen, 128, f);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc aliases_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_unit_aliases, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "aliases");
    jw_array(w);
    while (rows_next(&rows))
        jw_text(w, rows_text(&rows, 0));
    jw_array_end(w);
    return rows_end(&rows);
}

static enum rc names_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_unit_names, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "names");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        jw_ktext(w, "name", rows_text(&rows, 0));
        jw_ktext(w, "short_name", rows_text(&rows, 1));
        jw_ktext(w, "valid_from_on", rows_text(&rows, 2));
        jw_ktext_or_null(w, "valid_to_on", rows_text(&rows, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    if ((rc = rows_end(&rows)) == RC_OK)
        rc = db_query(tx, SQL_unit_successors, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "successors");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        jw_kid(w, "id", rows_int(&rows, 0));
        jw_ktext(w, "kind", rows_text(&rows, 1));
        jw_ktext(w, "on", rows_text(&rows, 2));
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

enum rc unit_json(struct tx *tx, int64_t id, struct span on, struct jw *w, struct fail *f)
{
    struct unit u;
    enum rc rc = unit_get(tx, id, on, &u, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", u.id);
    jw_ktext(w, "name", u.name);
    jw_ktext(w, "short_name", u.short_name);
    jw_kstr(w, "region_code", u.region_code);
    jw_kstr(w, "place_code", u.place_code);
    jw_key(w, "parent_id");
    u.parent_id ? jw_id(w, u.parent_id) : jw_null(w);
    jw_key(w, "cooperation_id");
    u.cooperation_id ? jw_id(w, u.cooperation_id) : jw_null(w);
    jw_ktext(w, "kind", u.kind);
    jw_ktext(w, "state", u.state);
    jw_ktext(w, "valid_from_on", u.valid_from_on);
    jw_ktext_or_null(w, "valid_to_on", u.valid_to_on);
    jw_kint(w, "version", u.version);
    rc = aliases_json(tx, id, w, f);
    if (rc == RC_OK)
        rc = names_json(tx, id, w, f);
    jw_object_end(w);
    return rc;
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------ */

static enum rc match(struct tx *tx, const char *region, const char *kind, struct span key, struct span on,
                     struct unit_found *out, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        on.len > 0 ? db_query(tx, SQL_unit_key_match, DB_ARGS(DB_S(region), DB_T(key), DB_S(kind), DB_T(on)), &rows, f)
                   : db_query(tx, SQL_unit_key_match_ever, DB_ARGS(DB_S(region), DB_T(key), DB_S(kind)), &rows, f);
    out->n = 0;
    while (rc == RC_OK && out->n < 8 && rows_next(&rows))
        out->candidates[out->n++] = rows_int(&rows, 0);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static enum rc resolve_in(struct tx *tx, const char *region, struct span normal, struct span on, struct unit_found *out,
                          struct fail *f)
{
    static const struct {
        const char *kind;
        enum unit_match how;
    } steps[] = {{"name", UNIT_BY_NAME}, {"alias", UNIT_BY_ALIAS}, {"stem", UNIT_BY_STEM}};
    struct unit_place place;
    enum rc rc = region_place(tx, region, &place, f);
    if (rc != RC_OK)
        return rc;
    struct span stem = unit_key_stem(tx_arena(tx), normal, &place);
    if (!stem.ptr)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    for (int pass = on.len > 0 ? 0 : 1; pass < 2; pass++)
        for (size_t i = 0; i < 3; i++) {
            struct span key = steps[i].how == UNIT_BY_STEM ? stem : normal;
            rc = match(tx, region, steps[i].kind, key, pass == 0 ? on : SPAN_NONE, out, f);
            if (rc != RC_OK || out->n > 0) {
                out->how = out->n == 1 ? steps[i].how : UNIT_AMBIGUOUS;
                out->unit_id = out->n == 1 ? out->candidates[0] : 0;
                return rc;
            }
        }
    return RC_OK;
}

enum rc unit_resolve(struct tx *tx, const char *region_code, struct span printed, struct span on,
                     struct unit_found *out, struct fail *f)
{
    struct span normal = unit_key_normal(tx_arena(tx), printed);
    char region[7];
    *out = (struct unit_found){.how = UNIT_NO_MATCH};
    if (!normal.ptr)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (normal.len == 0)
        return RC_OK;
    copy_code(region, sizeof region, span_of(region_code));
    for (int step = 0; step < 3; step++) {
        enum rc rc = resolve_in(tx, region, normal, on, out, f);
        if (rc != RC_OK || out->n > 0 || strcmp(region, "000000") == 0)
            return rc;
        if (strcmp(region + 2, "0000") == 0) /* a province: the whole next */
            memcpy(region, "000000", 6);
        else
            memcpy(region + 2, "0000", 4);
    }
    return RC_OK;
}

/* ---- names and keys -------------------------------------------------------------------------------------------------------------- */

static enum rc key_add(struct tx *tx, const struct unit *u, const char *kind, struct span key, struct span from,
                       struct span printed, struct fail *f)
{
    return db_exec(tx, SQL_unit_key_insert,
                   DB_ARGS(DB_S(u->region_code), DB_T(key), DB_S(kind), DB_I(u->id), DB_T(from),
                           DB_T(printed.ptr ? printed : SPAN(""))),
                   NULL, f);
}

/* All that a name is found by from a day on: itself, its short form, the stems of both. */
static enum rc keys_add(struct tx *tx, const struct unit *u, struct span name, const char *kind, struct span from,
                        struct fail *f)
{
    struct unit_place place;
    enum rc rc = region_place(tx, u->region_code, &place, f);
    struct span normal = unit_key_normal(tx_arena(tx), name);
    struct span stem = normal.ptr ? unit_key_stem(tx_arena(tx), normal, &place) : SPAN_NONE;
    if (rc == RC_OK && !stem.ptr)
        rc = fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK && normal.len == 0)
        rc = fail_span(f, RC_INVALID, MSG_org_text, "name", name);
    if (rc == RC_OK)
        rc = key_add(tx, u, kind, normal, from, strcmp(kind, "alias") == 0 ? name : SPAN_NONE, f);
    return rc == RC_OK && stem.len > 0 ? key_add(tx, u, "stem", stem, from, SPAN_NONE, f) : rc;
}

static enum rc name_write(struct tx *tx, const struct unit *u, struct span from, struct span key_from, struct fail *f)
{
    struct span short_name = u->short_name.ptr ? u->short_name : SPAN("");
    enum rc rc =
        db_exec(tx, SQL_unit_name_insert, DB_ARGS(DB_I(u->id), DB_T(from), DB_T(u->name), DB_T(short_name)), NULL, f);
    if (rc == RC_OK)
        rc = keys_add(tx, u, u->name, "name", key_from, f);
    return rc == RC_OK && short_name.len > 0 ? keys_add(tx, u, short_name, "name", key_from, f) : rc;
}

static enum rc alias_write(struct tx *tx, const struct unit *u, struct span alias, struct fail *f)
{
    struct rows rows;
    enum rc rc = text_check(alias, "alias", 1, 80, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_unit_alias_count, DB_ARGS(DB_I(u->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t n = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK && n >= UNIT_ALIASES_MAX)
        return fail_set(f, RC_LIMIT, MSG_unit_aliases, "alias", NULL);
    return rc == RC_OK ? keys_add(tx, u, alias, "alias", UNIT_BEFORE_ALL, f) : rc;
}

/* ---- adding --------------------------------------------------------------------------------------------------------------------------- */

static enum rc region_code_check(struct tx *tx, const char *code, struct fail *f)
{
    struct region r;
    if (strcmp(code, "000000") == 0)
        return RC_OK;
    enum rc rc = region_get(tx, span_of(code), SPAN_NONE, &r, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_region_unknown, "region_code", code, NULL);
    if (rc == RC_OK && !span_is(r.level, "province") && !span_is(r.level, "prefecture"))
        return fail_set(f, RC_INVALID, MSG_region_home, "region_code", code, NULL);
    return rc;
}

static enum rc place_check(struct tx *tx, struct span code, struct fail *f)
{
    struct region r;
    if (code.len == 0)
        return RC_OK;
    enum rc rc = region_get(tx, code, SPAN_NONE, &r, f);
    return rc == RC_MISSING ? fail_span(f, RC_INVALID, MSG_region_unknown, "place_code", code) : rc;
}

static enum rc add_check(struct tx *tx, const struct unit_add_in *in, struct fail *f)
{
    struct unit parent;
    enum rc rc = text_check(in->name, "name", 1, 80, f);
    if (rc == RC_OK)
        rc = text_check(in->short_name, "short_name", 0, 40, f);
    if (rc == RC_OK && !unit_kind_known(in->kind))
        rc = fail_span(f, RC_INVALID, MSG_unit_kind, "kind", in->kind);
    if (rc == RC_OK)
        rc = region_code_check(tx, in->region_code, f);
    if (rc == RC_OK)
        rc = place_check(tx, in->place_code, f);
    if (rc == RC_OK && in->from_on.len > 0)
        rc = day_check(in->from_on, "valid_from_on", f);
    if (rc == RC_OK && in->parent_id) {
        rc = unit_get(tx, in->parent_id, SPAN_NONE, &parent, f);
        if (rc == RC_MISSING)
            rc = fail_set(f, RC_INVALID, MSG_unit_parent, "parent_id", NULL);
        else if (rc == RC_OK && span_is(parent.state, "ended"))
            rc = fail_set(f, RC_INVALID, MSG_unit_parent, "parent_id", NULL);
    }
    if (rc == RC_OK && in->cooperation_id) {
        struct rows rows;
        rc = db_one(tx, SQL_cooperation_get, DB_ARGS(DB_I(in->cooperation_id)), &rows, f);
        rc = rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_cooperation_unknown, "cooperation_id", NULL)
             : rc == RC_OK    ? rows_end(&rows)
                              : rc;
    }
    return rc;
}

/* The row with its names, keys, closure and journal; no right is asked and nothing is looked up by name. */
static enum rc unit_write(struct tx *tx, const struct unit_add_in *in, const char *verb, struct unit *out,
                          struct fail *f)
{
    struct unit u = {.id = in->id ? in->id : tx_new_id(tx),
                     .parent_id = in->parent_id,
                     .cooperation_id = in->cooperation_id,
                     .kind = in->kind,
                     .state = in->proposed ? SPAN("proposed") : SPAN("active"),
                     .name = in->name,
                     .short_name = in->short_name.ptr ? in->short_name : SPAN(""),
                     .valid_from_on = day_or_today(tx, in->from_on),
                     .version = 1};
    copy_code(u.region_code, sizeof u.region_code, span_of(in->region_code));
    copy_code(u.place_code, sizeof u.place_code, in->place_code);
    enum rc rc = db_exec(tx, SQL_unit_insert,
                         DB_ARGS(DB_I(u.id), DB_S(u.region_code), DB_S(u.place_code), DB_I_OR_NULL(u.parent_id),
                                 DB_I_OR_NULL(u.cooperation_id), DB_T(u.kind), DB_T(u.state), DB_T(u.valid_from_on)),
                         NULL, f);
    if (rc == RC_OK)
        rc = name_write(tx, &u, u.valid_from_on, u.valid_from_on, f);
    for (int i = 0; rc == RC_OK && i < in->n_aliases; i++)
        rc = alias_write(tx, &u, in->aliases[i], f);
    if (rc == RC_OK)
        rc = closure_unit(tx, u.id, f);
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, verb, f, "name", span_text(tx_arena(tx), u.name), "kind",
                         span_text(tx_arena(tx), u.kind), "from_on", span_text(tx_arena(tx), u.valid_from_on), NULL);
    if (rc == RC_OK)
        *out = u;
    return rc;
}

static enum rc administrator_allowed(struct tx *tx, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_administrator_is, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool yes = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && !yes)
        return fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(RIGHT_MANAGE_UNITS), NULL);
    return rc;
}

/* One name, one unit: what goes by exactly this name on that day and has not ended. */
static enum rc name_free(struct tx *tx, const struct unit_add_in *in, struct fail *f)
{
    struct unit_found found = {.how = UNIT_NO_MATCH};
    struct span normal = unit_key_normal(tx_arena(tx), in->name);
    enum rc rc = match(tx, in->region_code, "name", normal, day_or_today(tx, in->from_on), &found, f);
    for (int i = 0; rc == RC_OK && i < found.n; i++) {
        struct unit other;
        rc = unit_get(tx, found.candidates[i], SPAN_NONE, &other, f);
        if (rc == RC_OK && !span_is(other.state, "ended"))
            return fail_span(f, RC_CONFLICT, MSG_unit_name_taken, "name", in->name);
    }
    return rc;
}

enum rc unit_add(struct tx *tx, const struct unit_add_in *in, struct unit *out, struct fail *f)
{
    enum rc rc = in->parent_id ? org_require(tx, RIGHT_MANAGE_UNITS, in->parent_id, f)
                               : org_require_region(tx, RIGHT_MANAGE_UNITS, in->region_code, f);
    if (rc == RC_FORBIDDEN && !in->parent_id) /* an administrator may open the first unit of a region */
        rc = administrator_allowed(tx, f);
    if (rc == RC_OK)
        rc = add_check(tx, in, f);
    if (rc == RC_OK)
        rc = name_free(tx, in, f);
    return rc == RC_OK ? unit_write(tx, in, "create", out, f) : rc;
}

enum rc unit_propose(struct tx *tx, const struct unit_propose_in *in, int64_t *unit_id, bool *created, struct fail *f)
{
    struct unit_found found;
    struct unit u;
    enum rc rc = text_check(in->name, "name", 1, 80, f);
    if (rc == RC_OK)
        rc = unit_resolve(tx, in->region_code, in->name, in->on, &found, f);
    if (rc != RC_OK)
        return rc;
    if (found.n > 0) { /* several of the same name: the oldest record; a person sorts it out */
        *unit_id = found.candidates[0];
        *created = false;
        return RC_OK;
    }
    struct unit_add_in add = {.region_code = in->region_code,
                              .name = in->name,
                              .kind = SPAN("department"),
                              .from_on = in->on,
                              .proposed = true};
    rc = region_code_check(tx, in->region_code, f);
    if (rc == RC_OK)
        rc = unit_write(tx, &add, "propose", &u, f);
    if (rc == RC_OK) {
        *unit_id = u.id;
        *created = true;
    }
    return rc;
}

/* ---- changing ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc change_begin(struct tx *tx, enum unit_verb verb, const struct unit_change_in *in, struct unit *u,
                            struct fail *f)
{
    struct rows rows;
    enum rc rc = org_require(tx, RIGHT_MANAGE_UNITS, in->id, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_unit_lock, DB_ARGS(DB_I(in->id)), &rows, f);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = unit_get(tx, in->id, SPAN_NONE, u, f);
    if (rc == RC_OK && in->version != 0 && in->version != u->version)
        return fail_set(f, RC_STALE, MSG_org_stale, NULL, NULL);
    return rc == RC_OK ? unit_rule(verb, u, day_or_today(tx, in->on), f) : rc;
}

static enum rc change_end(struct tx *tx, const struct unit *u, struct unit *out, struct fail *f)
{
    return unit_get(tx, u->id, SPAN_NONE, out, f);
}

enum rc unit_confirm(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    struct unit u;
    enum rc rc = change_begin(tx, UNIT_CONFIRM, in, &u, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_set_state, DB_ARGS(DB_S("active"), DB_N, DB_I(u.id)), NULL, f);
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, "confirm", f, NULL);
    return rc == RC_OK ? change_end(tx, &u, out, f) : rc;
}

enum rc unit_rename(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    struct unit u;
    struct rows rows;
    struct fail none = {0};
    struct span on = day_or_today(tx, in->on);
    enum rc rc = change_begin(tx, UNIT_RENAME, in, &u, f);
    if (rc == RC_OK)
        rc = text_check(in->name, "name", 1, 80, f);
    if (rc == RC_OK)
        rc = text_check(in->short_name, "short_name", 0, 40, f);
    if (rc != RC_OK)
        return rc;
    rc = db_one(tx, SQL_unit_name_later, DB_ARGS(DB_I(u.id), DB_T(on)), &rows, &none);
    if (rc == RC_OK)
        return (rc = rows_end(&rows)) != RC_OK ? rc : fail_span(f, RC_CONFLICT, MSG_unit_later_name, "on", on);
    if (rc != RC_MISSING) {
        *f = none;
        return rc;
    }
    const char *old = span_text(tx_arena(tx), u.name);
    u.name = in->name;
    u.short_name = in->short_name;
    rc = db_exec(tx, SQL_unit_name_drop_from, DB_ARGS(DB_I(u.id), DB_T(on)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_name_end, DB_ARGS(DB_T(on), DB_I(u.id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_keys_end, DB_ARGS(DB_T(on), DB_I(u.id)), NULL, f);
    if (rc == RC_OK)
        rc = name_write(tx, &u, on, on, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_touch, DB_ARGS(DB_I(u.id)), NULL, f);
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, "rename", f, "from", old, "to",
                         span_text(tx_arena(tx), in->name), "on", span_text(tx_arena(tx), on), NULL);
    return rc == RC_OK ? change_end(tx, &u, out, f) : rc;
}

/* Ends a unit; its roles, and the units below it, go to the successor when there is exactly one. */
static enum rc end_unit(struct tx *tx, const struct unit *u, struct span on, const char *kind, int64_t successor,
                        struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_unit_set_state, DB_ARGS(DB_S("ended"), DB_T(on), DB_I(u->id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_name_end, DB_ARGS(DB_T(on), DB_I(u->id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_keys_end, DB_ARGS(DB_T(on), DB_I(u->id)), NULL, f);
    if (rc == RC_OK && successor)
        rc = db_exec(tx, SQL_unit_succession_add, DB_ARGS(DB_I(u->id), DB_I(successor), DB_S(kind), DB_T(on)), NULL, f);
    if (rc == RC_OK && successor)
        rc = db_exec(tx, SQL_unit_children_move, DB_ARGS(DB_I(successor), DB_I(u->id)), NULL, f);
    if (rc == RC_OK && successor)
        rc = db_exec(tx, SQL_roles_move, DB_ARGS(DB_I(successor), DB_I(u->id), DB_T(tx_today(tx))), NULL, f);
    if (rc == RC_OK && successor)
        rc = closure_tree(tx, successor, f);
    if (rc == RC_OK && successor)
        rc = closure_holders(tx, successor, f);
    return rc == RC_OK ? closure_unit(tx, u->id, f) : rc;
}

/* The successor must be another unit that is alive, and on which the actor may manage units, too. */
static enum rc successor_check(struct tx *tx, const struct unit *u, int64_t id, const char *field, struct unit *to,
                               struct fail *f)
{
    struct rows rows;
    enum rc rc = org_require(tx, RIGHT_MANAGE_UNITS, id, f);
    if (rc == RC_OK)
        rc = unit_get(tx, id, SPAN_NONE, to, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_unit_successor, field, NULL) : rc;
    if (id == u->id || span_is(to->state, "ended"))
        return fail_set(f, RC_INVALID, MSG_unit_successor, field, NULL);
    rc = db_one(tx, SQL_unit_is_below, DB_ARGS(DB_I(id), DB_I(u->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool below = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && below ? fail_set(f, RC_INVALID, MSG_unit_circle, field, NULL) : rc;
}

static enum rc end_into(struct tx *tx, const struct unit_change_in *in, enum unit_verb verb, struct unit *out,
                        struct fail *f)
{
    struct unit u, to;
    struct span on = day_or_today(tx, in->on);
    bool merge = verb == UNIT_MERGE;
    enum rc rc = change_begin(tx, verb, in, &u, f);
    if (rc == RC_OK && (merge || in->into_id))
        rc = successor_check(tx, &u, in->into_id, merge ? "into_id" : "successor_id", &to, f);
    if (rc == RC_OK)
        rc = end_unit(tx, &u, on, merge ? "merge" : "end", in->into_id, f);
    const char *into = in->into_id ? id_text(tx_arena(tx), in->into_id) : NULL;
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, merge ? "merge" : "end", f, "on", span_text(tx_arena(tx), on),
                         "into", into, NULL);
    if (rc == RC_OK && in->into_id)
        rc = org_journal(tx, to.region_code, "unit", to.id, "succeed", f, "on", span_text(tx_arena(tx), on), "from",
                         id_text(tx_arena(tx), u.id), NULL);
    if (rc == RC_OK && merge &&
        span_is(u.state, "proposed")) /* a proposal was only another spelling: keep it as an alias */
        rc = keys_add(tx, &to, u.name, "alias", UNIT_BEFORE_ALL, f);
    return rc == RC_OK ? change_end(tx, &u, out, f) : rc;
}

enum rc unit_end(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    return end_into(tx, in, UNIT_END, out, f);
}

enum rc unit_merge(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    return end_into(tx, in, UNIT_MERGE, out, f);
}

enum rc unit_split(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    struct unit u, first = {0}, piece;
    struct span on = day_or_today(tx, in->on);
    enum rc rc = change_begin(tx, UNIT_SPLIT, in, &u, f);
    if (rc == RC_OK && (in->n_split < 2 || in->n_split > UNIT_SPLIT_MAX))
        rc = fail_set(f, RC_INVALID, MSG_unit_split, "into", NULL);
    if (rc == RC_OK)
        rc = end_unit(tx, &u, on, "split", 0, f);
    for (int i = 0; rc == RC_OK && i < in->n_split; i++) {
        struct unit_add_in add = {.region_code = u.region_code,
                                  .place_code = span_of(u.place_code),
                                  .parent_id = u.parent_id,
                                  .cooperation_id = u.cooperation_id,
                                  .name = in->split_names[i],
                                  .kind = u.kind,
                                  .from_on = on};
        rc = text_check(add.name, "into", 1, 80, f);
        if (rc == RC_OK)
            rc = unit_write(tx, &add, "create", &piece, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_unit_succession_add, DB_ARGS(DB_I(u.id), DB_I(piece.id), DB_S("split"), DB_T(on)),
                         NULL, f);
        if (rc == RC_OK && i == 0)
            first = piece;
    }
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, "split", f, "on", span_text(tx_arena(tx), on), "first",
                         id_text(tx_arena(tx), first.id), NULL);
    if (rc == RC_OK)
        *out = first;
    return rc;
}

enum rc unit_alias_add(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    struct unit u;
    enum rc rc = change_begin(tx, UNIT_ALIAS, in, &u, f);
    if (rc == RC_OK)
        rc = alias_write(tx, &u, in->alias, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_touch, DB_ARGS(DB_I(u.id)), NULL, f);
    if (rc == RC_OK)
        rc =
            org_journal(tx, u.region_code, "unit", u.id, "alias", f, "alias", span_text(tx_arena(tx), in->alias), NULL);
    return rc == RC_OK ? change_end(tx, &u, out, f) : rc;
}

static enum rc edit_parent(struct tx *tx, const struct unit *u, int64_t parent_id, struct fail *f)
{
    struct unit parent;
    struct rows rows;
    if (parent_id == 0)
        return org_require_region(tx, RIGHT_MANAGE_UNITS, u->region_code, f);
    enum rc rc = org_require(tx, RIGHT_MANAGE_UNITS, parent_id, f);
    if (rc == RC_OK)
        rc = unit_get(tx, parent_id, SPAN_NONE, &parent, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_unit_parent, "parent_id", NULL) : rc;
    if (span_is(parent.state, "ended"))
        return fail_set(f, RC_INVALID, MSG_unit_parent, "parent_id", NULL);
    rc = db_one(tx, SQL_unit_is_below, DB_ARGS(DB_I(parent_id), DB_I(u->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool circle = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && circle ? fail_set(f, RC_INVALID, MSG_unit_circle, "parent_id", NULL) : rc;
}

static enum rc edit_short_name(struct tx *tx, const struct unit *u, struct span short_name, struct fail *f)
{
    enum rc rc = text_check(short_name, "short_name", 0, 40, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_short_name_set, DB_ARGS(DB_T(short_name), DB_I(u->id)), NULL, f);
    return rc == RC_OK && short_name.len > 0 ? keys_add(tx, u, short_name, "name", u->valid_from_on, f) : rc;
}

enum rc unit_edit(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f)
{
    struct unit u;
    enum rc rc = change_begin(tx, UNIT_EDIT, in, &u, f);
    if (rc != RC_OK)
        return rc;
    int64_t parent = in->parent_id == -1 ? u.parent_id : in->parent_id;
    struct span kind = in->kind.ptr ? in->kind : u.kind,
                place = in->place_code.ptr ? in->place_code : span_of(u.place_code);
    if (parent != u.parent_id)
        rc = edit_parent(tx, &u, parent, f);
    if (rc == RC_OK && !unit_kind_known(kind))
        rc = fail_span(f, RC_INVALID, MSG_unit_kind, "kind", kind);
    if (rc == RC_OK)
        rc = place_check(tx, place, f);
    if (rc == RC_OK && in->short_name.ptr)
        rc = edit_short_name(tx, &u, in->short_name, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_unit_set_place,
                     DB_ARGS(DB_I_OR_NULL(parent), DB_T(kind), DB_T(place.len > 0 ? place : SPAN("")), DB_I(u.id)),
                     NULL, f);
    if (rc == RC_OK)
        rc = closure_tree(tx, u.id, f);
    if (rc == RC_OK && !span_eq(kind, u.kind))
        rc = closure_holders(tx, u.id, f);
    if (rc == RC_OK)
        rc = org_journal(tx, u.region_code, "unit", u.id, "edit", f, "kind", span_text(tx_arena(tx), kind), "parent_id",
                         parent ? id_text(tx_arena(tx), parent) : NULL, "place_code", span_text(tx_arena(tx), place),
                         NULL);
    return rc == RC_OK ? change_end(tx, &u, out, f) : rc;
}
