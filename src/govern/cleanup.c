/* cleanup.c - clean-up of policies: which documents rest on what is to end, keep, amend or repeal, why, by when, and whether it is done. */
#include <string.h>

#include "govern/govern_int.h"

/* ---- the list ------------------------------------------------------------ */

enum { ITEM_TITLE, ITEM_DOCUMENT, ITEM_UNIT, ITEM_DEPENDENT, ITEM_CLAUSE };
static const struct govern_field item_fields[] = {
    {"title", GOVERN_TEXT, true, GOVERN_TITLE_BYTES_MAX, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"unit_id", GOVERN_UNIT, true, 0, NULL},
    {"dependent", GOVERN_BOOL, false, 0, NULL},
    {"clause", GOVERN_TEXT, false, 4000, NULL},
};

static enum rc act_item(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct unit unit;
    struct rows rows;
    const struct db_val *v = c->v;
    c->item = tx_new_id(tx);
    enum rc rc = unit_get(tx, v[ITEM_UNIT].i, SPAN_NONE, &unit, f);
    if (rc == RC_OK && v[ITEM_DEPENDENT].i == 1 && span_trim(v[ITEM_CLAUSE].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "clause", NULL);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_cleanup_item_taken, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), v[ITEM_DOCUMENT]), &rows,
                      f);
    if (rc != RC_OK)
        return rc;
    const bool taken = rows_next(&rows);
    rc = rows_end(&rows);
    if (rc == RC_OK && taken)
        return fail_span(f, RC_CONFLICT, MSG_cleanup_twice, "document_number", v[ITEM_DOCUMENT].s);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_cleanup_item_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), v[ITEM_TITLE], v[ITEM_DOCUMENT],
                             v[ITEM_UNIT], v[ITEM_DEPENDENT], v[ITEM_CLAUSE]),
                     NULL, f);
    return rc == RC_OK ? matter_party(tx, &c->m, v[ITEM_UNIT].i, "party", f) : rc;
}

struct item {
    struct span title, state;
    int64_t unit_id;
    bool dependent;
};

static enum rc item_get(struct tx *tx, const struct govern_call *c, struct item *out, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_cleanup_item_by_id, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct item){rows_text_dup(&rows, 0), rows_text_dup(&rows, 4), rows_int(&rows, 1), rows_int(&rows, 2) != 0};
    return rows_end(&rows);
}

/* The unit that issued it judges, or who keeps the list. */
static enum rc need_hand(struct tx *tx, const struct govern_call *c, const struct item *item, enum org_right right,
                         struct fail *f)
{
    bool holds = false;
    enum rc rc = org_holds(tx, right, item->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_ASSIGN, c->m.unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(right), NULL) : rc;
}

/* ---- the verdict ------------------------------------------------------------ */

enum { JUDGE_VERDICT, JUDGE_REASON, JUDGE_TEXT, JUDGE_DUE };
static const struct govern_field judge_fields[] = {
    {"verdict", GOVERN_WORD, true, 20, "keep|amend|repeal"},
    {"reason", GOVERN_TEXT, true, 2000, NULL},
    {"new_text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
    {"due_on", GOVERN_DAY, false, 0, NULL},
};

static enum rc check_verdict(const struct govern_call *c, const struct item *item, struct fail *f)
{
    const struct db_val *v = c->v;
    const bool keep = span_is(v[JUDGE_VERDICT].s, "keep");
    if (keep && item->dependent)
        return fail_span(f, RC_CONFLICT, MSG_cleanup_keeps_old, "verdict", item->title);
    if (!keep && v[JUDGE_DUE].type == DB_NULL)
        return fail_set(f, RC_INVALID, MSG_field_missing, "due_on", NULL);
    if (span_is(v[JUDGE_VERDICT].s, "amend") && span_trim(v[JUDGE_TEXT].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "new_text", NULL);
    return RC_OK;
}

/* What is to be amended or repealed becomes a duty of the unit that issued it. */
static enum rc act_judge(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct item item;
    char number[24];
    int64_t changed = 0;
    const bool keep = span_is(c->v[JUDGE_VERDICT].s, "keep");
    enum rc rc = item_get(tx, c, &item, f);
    if (rc == RC_OK)
        rc = need_hand(tx, c, &item, RIGHT_APPROVE, f);
    if (rc == RC_OK)
        rc = check_verdict(c, &item, f);
    if (rc == RC_OK)
        rc =
            db_exec(tx, SQL_cleanup_item_judge,
                    DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), c->v[JUDGE_VERDICT], c->v[JUDGE_REASON],
                            c->v[JUDGE_TEXT], keep ? DB_N : c->v[JUDGE_DUE], DB_S(keep ? "done" : "judged")),
                    &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_cleanup_done, NULL, NULL);
    if (rc != RC_OK || keep || !span_is(item.state, "open"))
        return rc;
    (void)snprintf(number, sizeof number, "%lld", (long long)c->item);
    const struct govern_task task = {.title = item.title,
                                     .due_on = c->v[JUDGE_DUE].s,
                                     .item = span_of(number),
                                     .holder_id = item.unit_id,
                                     .assigner_id = item.unit_id};
    return govern_task_open(tx, &c->m, &task, NULL, f);
}

static const struct govern_field done_fields[] = {
    {"done_on", GOVERN_DAY, false, 0, NULL},
    {"document_number", GOVERN_TEXT, true, 200, NULL},
};

static enum rc act_done(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct item item;
    int64_t changed = 0;
    enum rc rc = item_get(tx, c, &item, f);
    if (rc == RC_OK)
        rc = need_hand(tx, c, &item, RIGHT_REPORT, f);
    if (rc == RC_OK)
        rc = db_exec(
            tx, SQL_cleanup_item_done,
            DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(govern_day(&c->v[0], c->today)), c->v[1]),
            &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_CONFLICT, MSG_cleanup_not_judged, NULL, NULL) : rc;
}

static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
};
static const struct govern_field close_fields[] = {
    {"reason", GOVERN_TEXT, false, 600, NULL},
};

static enum rc sums(struct tx *tx, const struct matter *m, struct span on, int64_t out[4], struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_cleanup_sums, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < 4; i++)
        out[i] = rows_int(&rows, i);
    return rows_end(&rows);
}

static enum rc act_close(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t n[4];
    char text[24];
    enum rc rc = sums(tx, &c->m, c->today, n, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(text, sizeof text, "%lld", (long long)(n[0] - n[2]));
    if (n[0] != n[2])
        return fail_set(f, RC_CONFLICT, MSG_cleanup_open, NULL, text, NULL);
    return matter_state(tx, &c->m, "complete", c->today, f);
}

/* ---- what is shown ------------------------------------------------------------ */

static enum rc brief_cleanup(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                             struct fail *f)
{
    static const char *const names[] = {"items_total", "items_open", "items_done", "items_late"};
    int64_t n[4];
    enum rc rc = sums(tx, m, span_of(show->as_of.on), n, f);
    for (int i = 0; rc == RC_OK && i < 4; i++)
        jw_kint(w, names[i], n[i]);
    return rc;
}

static enum rc show_cleanup(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                            struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},
        {"title", GOVERN_TEXT},
        {"document_number", GOVERN_TEXT},
        {"unit", GOVERN_UNIT},
        {"dependent", GOVERN_BOOL},
        {"clause", GOVERN_TEXT},
        {"verdict", GOVERN_TEXT},
        {"reason", GOVERN_TEXT},
        {"new_text", GOVERN_TEXT},
        {"due_on", GOVERN_DAY},
        {"state", GOVERN_TEXT},
        {"done_on", GOVERN_DAY},
        {"done_document", GOVERN_TEXT},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    enum rc rc = brief_cleanup(tx, m, show, w, f);
    if (rc == RC_OK)
        rc =
            govern_array(tx, w, &(struct govern_rows){"items", SQL_cleanup_items, args, 2, columns, COUNT(columns)}, f);
    return rc == RC_OK ? govern_tasks(tx, m, w, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/cleanups"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, NULL},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/items", "item", FIELDS(item_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_item},
    {"POST " API "/{id}/items/{item}/verdict", "verdict", FIELDS(judge_fields), RIGHT_READ, 0, act_judge},
    {"POST " API "/{id}/items/{item}/done", "done", FIELDS(done_fields), RIGHT_READ, 0, act_done},
    {"POST " API "/{id}/close", "close", FIELDS(close_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_close},
};
const struct govern_topic govern_cleanup = {"cleanup", "cleanups", "QL",         "active",     "policies",
                                            false,     verbs,      COUNT(verbs), show_cleanup, brief_cleanup};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "clean-ups of policies"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "begin a clean-up"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one clean-up with its policies"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/items", AUTH_USER, 0, "assign", govern_api_write, 0, "a policy on the list"},
    {HTTP_POST, API "/{id}/items/{item}/verdict", AUTH_USER, 0, "approve", govern_api_write, 0,
     "keep, amend or repeal it"},
    {HTTP_POST, API "/{id}/items/{item}/done", AUTH_USER, 0, "report", govern_api_write, 0,
     "it is amended or repealed"},
    {HTTP_POST, API "/{id}/close", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "the clean-up is done"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
const struct route_table cleanup_routes = {"cleanup", routes, COUNT(routes)};
