/*
 * org_closure.c - grant_closure: which principal has which right on which unit, today.
 *
 * Two directions make the same rows: closure_person goes from one person's grants out to the units (a grant changed), closure_unit from
 * one unit to all grants that reach it (the tree changed). What a grant on unit h gives on unit t, by the reach of the role's right:
 *   SELF  t = h;  TREE  t is h or below it;  ALL  always;
 *   WIDE  TREE, or: h is the office of a cooperation and t is another office of it or lies in one of its members today;
 *         or: h is a city's office or government and t has the same home region.
 * A token has its owner's rows, of the token's rights only. Grants and memberships begin and end by timers at midnight in Shanghai.
 */
#include <string.h>

#include "org/org_int.h"

#define SUBTREE_MAX 1000 /* units that one change of the tree may touch; RC_LIMIT */

static enum rc closure_begin(struct tx *tx, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_closure_lock, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        continue;
    return rows_end(&rows);
}

/* ---- from a person ------------------------------------------------------------------------------------------------------------- */

struct grant {
    int64_t unit_id, cooperation_id;
    int role;
    char region_code[7];
    bool whole_region; /* a city's office or government */
};

static enum rc grants_load(struct tx *tx, int64_t person_id, struct grant *grants, int *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_roles_of_person, DB_ARGS(DB_I(person_id), DB_T(tx_today(tx))), &rows, f);
    *n = 0;
    while (rc == RC_OK && *n < ORG_ROLES_MAX && rows_next(&rows)) {
        struct grant *g = &grants[*n];
        *g = (struct grant){.unit_id = rows_int(&rows, 2),
                            .cooperation_id = rows_int(&rows, 5),
                            .role = org_role_find(rows_text(&rows, 1))};
        copy_code(g->region_code, sizeof g->region_code, rows_text(&rows, 3));
        struct span kind = rows_text(&rows, 4);
        g->whole_region = g->cooperation_id == 0 && (span_is(kind, "city_office") || span_is(kind, "government"));
        *n += g->role >= 0;
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static enum rc grant_add(struct tx *tx, int64_t person_id, const struct grant *g, int right, struct fail *f)
{
    struct db_val who = DB_I(person_id), word = DB_S(org_right_word((enum org_right)right));
    enum org_reach reach = org_role_at(g->role)->reach[right];
    enum rc rc = RC_OK;
    if (reach == REACH_NONE)
        return RC_OK;
    if (reach == REACH_SELF)
        return db_exec(tx, SQL_closure_add, DB_ARGS(who, DB_I(g->unit_id), word), NULL, f);
    if (reach == REACH_ALL)
        return db_exec(tx, SQL_closure_add_all, DB_ARGS(who, word), NULL, f);
    rc = db_exec(tx, SQL_closure_add_tree, DB_ARGS(who, word, DB_I(g->unit_id)), NULL, f);
    if (rc != RC_OK || reach == REACH_TREE)
        return rc;
    if (g->cooperation_id)
        return db_exec(tx, SQL_closure_add_cooperation, DB_ARGS(who, word, DB_I(g->cooperation_id), DB_T(tx_today(tx))),
                       NULL, f);
    if (g->whole_region)
        return db_exec(tx, SQL_closure_add_region, DB_ARGS(who, word, DB_S(g->region_code)), NULL, f);
    return RC_OK;
}

static enum rc token_rows(struct tx *tx, int64_t token_id, int64_t person_id, uint32_t rights, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int right = 0; rc == RC_OK && right < RIGHT_COUNT; right++)
        if (rights & 1u << right)
            rc =
                db_exec(tx, SQL_closure_add_token,
                        DB_ARGS(DB_I(token_id), DB_I(person_id), DB_S(org_right_word((enum org_right)right))), NULL, f);
    return rc;
}

static enum rc tokens_rows(struct tx *tx, int64_t person_id, struct fail *f)
{
    struct {
        int64_t id;
        uint32_t rights;
    } tokens[100];
    int n = 0;
    struct rows rows;
    enum rc rc = db_query(tx, SQL_token_rights_of, DB_ARGS(DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 100 && rows_next(&rows)) {
        tokens[n].id = rows_int(&rows, 0);
        tokens[n++].rights = (uint32_t)rows_int(&rows, 1);
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = token_rows(tx, tokens[i].id, person_id, tokens[i].rights, f);
    return rc;
}

enum rc closure_person(struct tx *tx, int64_t person_id, struct fail *f)
{
    struct grant grants[ORG_ROLES_MAX];
    struct person_row person;
    int n = 0;
    enum rc rc = closure_begin(tx, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_closure_clear_person, DB_ARGS(DB_I(person_id)), NULL, f);
    if (rc == RC_OK)
        rc = person_load(tx, person_id, &person, f);
    if (rc != RC_OK || !span_is(person.state, "active"))
        return rc;
    rc = grants_load(tx, person_id, grants, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        for (int right = 0; rc == RC_OK && right < RIGHT_COUNT; right++)
            rc = grant_add(tx, person_id, &grants[i], right, f);
    return rc == RC_OK ? tokens_rows(tx, person_id, f) : rc;
}

enum rc closure_token(struct tx *tx, int64_t token_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = closure_begin(tx, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_closure_clear_principal, DB_ARGS(DB_I(token_id)), NULL, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_token_get, DB_ARGS(DB_I(token_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t person_id = rows_int(&rows, 0);
    bool good = rows_is_null(&rows, 2);
    rc = rows_end(&rows);
    return rc == RC_OK && good ? tokens_rows(tx, person_id, f) : rc;
}

/* ---- from a unit ------------------------------------------------------------------------------------------------------------------ */

struct reaching {
    int64_t person_id;
    int role;
    bool same, in_tree, in_wide;
};

static bool reaches(enum org_reach reach, const struct reaching *g)
{
    switch (reach) {
    case REACH_NONE:
        return false;
    case REACH_SELF:
        return g->same;
    case REACH_TREE:
        return g->in_tree;
    case REACH_WIDE:
        return g->in_tree || g->in_wide;
    case REACH_ALL:
        return true;
    }
    return false;
}

static enum rc reaching_load(struct tx *tx, int64_t unit_id, struct reaching **out, size_t *n, struct fail *f)
{
    size_t room = 64;
    struct reaching *all = ARENA_ARRAY(tx_arena(tx), room, struct reaching);
    struct rows rows;
    enum rc rc = db_query(tx, SQL_closure_grants_reaching, DB_ARGS(DB_I(unit_id), DB_T(tx_today(tx))), &rows, f);
    *n = 0;
    while (rc == RC_OK && all && rows_next(&rows)) {
        if (*n == room) {
            struct reaching *more = ARENA_ARRAY(tx_arena(tx), room * 2, struct reaching);
            if (more)
                memcpy(more, all, room * sizeof *all);
            all = more;
            room *= 2;
        }
        if (!all)
            break;
        all[*n] = (struct reaching){rows_int(&rows, 0), org_role_find(rows_text(&rows, 1)), rows_int(&rows, 2) != 0,
                                    rows_int(&rows, 3) != 0, rows_int(&rows, 4) != 0};
        *n += all[*n].role >= 0;
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    *out = all;
    return rc == RC_OK && !all ? fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL) : rc;
}

enum rc closure_unit(struct tx *tx, int64_t unit_id, struct fail *f)
{
    struct reaching *grants = NULL;
    size_t n = 0;
    enum rc rc = closure_begin(tx, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_closure_clear_unit, DB_ARGS(DB_I(unit_id)), NULL, f);
    if (rc == RC_OK)
        rc = reaching_load(tx, unit_id, &grants, &n, f);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        for (int right = 0; rc == RC_OK && right < RIGHT_COUNT; right++)
            if (reaches(org_role_at(grants[i].role)->reach[right], &grants[i]))
                rc = db_exec(
                    tx, SQL_closure_add,
                    DB_ARGS(DB_I(grants[i].person_id), DB_I(unit_id), DB_S(org_right_word((enum org_right)right))),
                    NULL, f);
    for (int right = 0; rc == RC_OK && right < RIGHT_COUNT; right++)
        rc = db_exec(tx, SQL_closure_add_tokens_on,
                     DB_ARGS(DB_I(INT64_C(1) << right), DB_I(unit_id), DB_S(org_right_word((enum org_right)right))),
                     NULL, f);
    return rc;
}

static enum rc id_list(struct tx *tx, enum sql_id sql, const struct db_val *args, int n_args, int64_t *ids, int *n,
                       struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, sql, args, n_args, &rows, f);
    *n = 0;
    while (rc == RC_OK && *n < SUBTREE_MAX && rows_next(&rows))
        ids[(*n)++] = rows_int(&rows, 0);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc closure_tree(struct tx *tx, int64_t unit_id, struct fail *f)
{
    int64_t *ids = ARENA_ARRAY(tx_arena(tx), SUBTREE_MAX, int64_t);
    int n = 0;
    if (!ids)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = id_list(tx, SQL_unit_subtree, DB_ARGS(DB_I(unit_id), DB_I(SUBTREE_MAX)), ids, &n, f);
    if (rc == RC_OK && n == SUBTREE_MAX)
        return fail_set(f, RC_LIMIT, MSG_unit_subtree, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = closure_unit(tx, ids[i], f);
    return rc;
}

static enum rc closure_people(struct tx *tx, enum sql_id sql, int64_t id, struct fail *f)
{
    int64_t *ids = ARENA_ARRAY(tx_arena(tx), SUBTREE_MAX, int64_t);
    int n = 0;
    if (!ids)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = id_list(tx, sql, DB_ARGS(DB_I(id)), ids, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = closure_person(tx, ids[i], f);
    return rc;
}

enum rc closure_holders(struct tx *tx, int64_t unit_id, struct fail *f)
{
    return closure_people(tx, SQL_role_holders, unit_id, f);
}

enum rc closure_cooperation(struct tx *tx, int64_t cooperation_id, struct fail *f)
{
    return closure_people(tx, SQL_role_holders_cooperation, cooperation_id, f);
}

/* ---- beginning and end ---------------------------------------------------------------------------------------------------------------- */

static enum rc day_timer(struct tx *tx, const char *region, const char *kind, int64_t id, struct span day,
                         struct fail *f)
{
    struct ymd d;
    if (!date_parse(day, &d))
        return fail_span(f, RC_INVALID, MSG_org_day, NULL, day);
    return timer_set(tx, region, kind, id, date_start_us(d), SPAN_NONE, f);
}

enum rc closure_schedule_grant(struct tx *tx, int64_t grant_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_role_get, DB_ARGS(DB_I(grant_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct span from = rows_text_dup(&rows, 3), to = rows_text_dup(&rows, 4), today = tx_today(tx);
    char region[7];
    copy_code(region, sizeof region, rows_text(&rows, 5));
    rc = rows_end(&rows);
    if (rc == RC_OK && span_cmp(from, today) > 0)
        return day_timer(tx, region, "org.grant", grant_id, from, f);
    if (rc == RC_OK && to.ptr && span_cmp(to, today) > 0)
        return day_timer(tx, region, "org.grant", grant_id, to, f);
    return rc;
}

enum rc closure_schedule_cooperation(struct tx *tx, int64_t cooperation_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_cooperation_next_change, DB_ARGS(DB_I(cooperation_id), DB_T(tx_today(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct span day = rows_text_dup(&rows, 0);
    rc = rows_end(&rows);
    return rc == RC_OK && day.ptr ? day_timer(tx, "000000", "org.cooperation", cooperation_id, day, f) : rc;
}

static enum rc grant_due(struct tx *tx, int64_t grant_id, struct span payload, struct fail *f)
{
    struct rows rows;
    (void)payload;
    enum rc rc = db_one(tx, SQL_role_get, DB_ARGS(DB_I(grant_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t person_id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = closure_person(tx, person_id, f);
    return rc == RC_OK ? closure_schedule_grant(tx, grant_id, f) : rc;
}

static enum rc cooperation_due(struct tx *tx, int64_t cooperation_id, struct span payload, struct fail *f)
{
    (void)payload;
    enum rc rc = closure_cooperation(tx, cooperation_id, f);
    return rc == RC_OK ? closure_schedule_cooperation(tx, cooperation_id, f) : rc;
}

void closure_register(struct store *s)
{
    store_timer_kind(s, "org.grant", grant_due);
    store_timer_kind(s, "org.cooperation", cooperation_due);
}
