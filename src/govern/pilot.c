/*
 * pilot.c - pilots and models: applications, criteria with weights, scores, selection, evaluation, the title of a model village or town, and the way of a
 * measure that works up to a rule: measure, norm, institution, statute.
 */
#include <string.h>

#include "govern/govern_int.h"

#define FORMS "pilot|model_town|model_village"
#define RUNGS 4

/* ---- criteria and applications ------------------------------------------------------------ */

enum { CRITERION_CODE, CRITERION_TITLE, CRITERION_WEIGHT, CRITERION_LEAST };
static const struct govern_field criterion_fields[] = {
    {"code", GOVERN_TEXT, true, 40, NULL},
    {"title", GOVERN_TEXT, true, 300, NULL},
    {"weight", GOVERN_INT, true, 100, NULL},
    {"least", GOVERN_INT, false, 100, NULL},
};

static enum rc need_state(const struct govern_call *c, const char *states, struct fail *f)
{
    if (govern_word_in(c->m.state, states))
        return RC_OK;
    static const char *const words[][2] = {
        {"open", "遴选"}, {"running", "试点"}, {"promoted", "已推广"}, {"ended", "已结束"}};
    enum rc rc = fail_span(f, RC_CONFLICT, MSG_pilot_state, NULL, c->m.state);
    for (int i = 0; i < COUNT(words); i++) {
        if (span_is(c->m.state, words[i][0]))
            fail_arg_both(f, 0, span_of(words[i][1]), c->m.state);
    }
    return rc;
}

static enum rc act_criterion(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    enum rc rc = need_state(c, "open", f);
    if (rc == RC_OK && v[CRITERION_WEIGHT].i == 0)
        rc = fail_set(f, RC_INVALID, MSG_pilot_weight, "weight", NULL);
    return rc == RC_OK ? db_exec(tx, SQL_pilot_criterion_put,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), v[CRITERION_CODE], v[CRITERION_TITLE],
                                         v[CRITERION_WEIGHT], DB_I(govern_id(&v[CRITERION_LEAST]))),
                                 NULL, f)
                       : rc;
}

enum { CANDIDATE_NAME, CANDIDATE_CATEGORY, CANDIDATE_UNIT };
static const struct govern_field candidate_fields[] = {
    {"name", GOVERN_TEXT, true, 200, NULL},
    {"category", GOVERN_TEXT, false, 60, NULL},
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
};

/* A unit applies for itself; who keeps the pilot may enter an application for it. */
static enum rc act_candidate(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct rows rows;
    const int64_t unit_id = govern_id(&c->v[CANDIDATE_UNIT]) != 0 ? c->v[CANDIDATE_UNIT].i : tx_actor(tx)->unit_id;
    bool holds = false;
    enum rc rc = need_state(c, "open", f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_REPORT, unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_ASSIGN, c->m.unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "report", NULL);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_pilot_candidate_named, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[CANDIDATE_NAME]),
                      &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool there = rows_next(&rows);
    rc = rows_end(&rows);
    if (rc == RC_OK && there)
        return fail_span(f, RC_CONFLICT, MSG_pilot_applied, "name", c->v[CANDIDATE_NAME].s);
    c->item = tx_new_id(tx);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_pilot_candidate_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), c->v[CANDIDATE_NAME],
                             c->v[CANDIDATE_CATEGORY], DB_I(unit_id)),
                     NULL, f);
    return rc == RC_OK ? matter_party(tx, &c->m, unit_id, "party", f) : rc;
}

/* ---- scores and selection ------------------------------------------------------------ */

#define CANDIDATES_MAX 200
struct candidate {
    int64_t id, unit_id, hundredths, lacks, fails;
    struct span name, state, from_on;
};
struct candidates {
    struct candidate items[CANDIDATES_MAX];
    int n;
    int64_t weights; /* of all criteria together */
};

static enum rc read_candidates(struct tx *tx, const struct matter *m, struct candidates **out, struct fail *f)
{
    struct candidates *all = ARENA_NEW(tx_arena(tx), struct candidates);
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    struct rows rows;
    if (all == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    *out = all;
    enum rc rc = db_query(tx, SQL_pilot_criteria, args, 2, &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        all->weights += rows_int(&rows, 2);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_pilot_candidates, args, 2, &rows, f);
    while (rc == RC_OK && all->n < CANDIDATES_MAX && rows_next(&rows)) {
        all->items[all->n++] =
            (struct candidate){.id = rows_int(&rows, 0),
                               .name = rows_text_dup(&rows, 1),
                               .unit_id = rows_int(&rows, 3),
                               .state = rows_text_dup(&rows, 4),
                               .from_on = rows_text_dup(&rows, 6),
                               .hundredths = all->weights > 0 ? rows_int(&rows, 9) / all->weights : 0,
                               .lacks = rows_int(&rows, 10),
                               .fails = rows_int(&rows, 11)};
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static const struct candidate *candidate_of(const struct candidates *all, int64_t id)
{
    for (int i = 0; i < all->n; i++) {
        if (all->items[i].id == id)
            return &all->items[i];
    }
    return NULL;
}

enum { SCORE_CODE, SCORE_SCORE, SCORE_NOTE };
static const struct govern_field score_fields[] = {
    {"code", GOVERN_TEXT, true, 40, NULL},
    {"score", GOVERN_INT, true, 100, NULL},
    {"note", GOVERN_TEXT, false, 600, NULL},
};

static enum rc need_criterion(struct tx *tx, const struct govern_call *c, struct span code, struct fail *f)
{
    struct rows rows;
    bool known = false;
    enum rc rc = db_query(tx, SQL_pilot_criteria, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id)), &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        known |= span_eq(rows_text(&rows, 0), code);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    return rc == RC_OK && !known ? fail_span(f, RC_MISSING, MSG_pilot_no_criterion, "code", code) : rc;
}

static enum rc act_score(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct candidates *all = NULL;
    enum rc rc = need_state(c, "open", f);
    if (rc == RC_OK)
        rc = need_criterion(tx, c, c->v[SCORE_CODE].s, f);
    if (rc == RC_OK)
        rc = read_candidates(tx, &c->m, &all, f);
    if (rc == RC_OK && candidate_of(all, c->item) == NULL)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return rc == RC_OK ? db_exec(tx, SQL_pilot_score_put,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), c->v[SCORE_CODE],
                                         c->v[SCORE_SCORE], c->v[SCORE_NOTE]),
                                 NULL, f)
                       : rc;
}

static enum rc put_state(struct tx *tx, const struct govern_call *c, int64_t id, const char *was,
                         const struct db_val now[5], struct fail *f)
{
    int64_t changed = 0;
    const enum rc rc = db_exec(
        tx, SQL_pilot_candidate_state,
        DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(id), DB_S(was), now[0], now[1], now[2], now[3], now[4]),
        &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_CONFLICT, MSG_pilot_not_now, NULL, NULL) : rc;
}

static const struct govern_field select_fields[] = {
    {"places", GOVERN_INT, true, CANDIDATES_MAX, NULL},
    {"least", GOVERN_INT, false, 100, NULL},
};

/* The best by weighted score, above the bound, that fail no criterion; the earlier application wins a tie. All must be scored. */
static enum rc act_select(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct candidates *all = NULL;
    const int64_t least = govern_id(&c->v[1]) * 100;
    enum rc rc = need_state(c, "open", f);
    if (rc == RC_OK)
        rc = read_candidates(tx, &c->m, &all, f);
    if (rc == RC_OK && (all->weights == 0 || all->n == 0))
        rc = fail_set(f, RC_CONFLICT, MSG_pilot_nothing, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < all->n; i++) {
        if (all->items[i].lacks > 0)
            rc = fail_span(f, RC_CONFLICT, MSG_pilot_unscored, NULL, all->items[i].name);
    }
    int selected = 0;
    while (rc == RC_OK && selected < c->v[0].i) {
        struct candidate *best = NULL;
        for (int i = 0; i < all->n; i++) {
            struct candidate *k = &all->items[i];
            if (span_is(k->state, "applied") && k->fails == 0 && k->hundredths >= least &&
                (best == NULL || k->hundredths > best->hundredths))
                best = k;
        }
        if (best == NULL)
            break;
        best->state = SPAN("selected");
        rc = put_state(tx, c, best->id, "applied", (struct db_val[5]){DB_S("selected"), DB_N, DB_N, DB_N, DB_N}, f);
        if (rc == RC_OK)
            rc = matter_tell(tx, &c->m, best->unit_id, RIGHT_APPROVE, "pilot.selected", f);
        selected++;
    }
    if (rc == RC_OK && selected == 0)
        return fail_set(f, RC_CONFLICT, MSG_pilot_nobody, "least", NULL);
    return rc == RC_OK ? matter_state(tx, &c->m, "running", SPAN_NONE, f) : rc;
}

/* ---- evaluation and title ------------------------------------------------------------ */

static const struct govern_field evaluate_fields[] = {
    {"passed", GOVERN_BOOL, false, 0, NULL},
    {"result", GOVERN_TEXT, true, 4000, NULL},
};

static enum rc act_evaluate(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const char *state = c->v[0].i == 1 ? "passed" : "failed";
    return put_state(tx, c, c->item, "selected", (struct db_val[5]){DB_S(state), c->v[1], DB_N, DB_N, DB_N}, f);
}

static const struct govern_field title_fields[] = {
    {"document_number", GOVERN_TEXT, true, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

/* Only who passed the evaluation gets the title, and only of a model. */
static enum rc act_title(struct tx *tx, struct govern_call *c, struct fail *f)
{
    if (!govern_word_in(c->m.form, "model_town|model_village"))
        return fail_set(f, RC_CONFLICT, MSG_pilot_no_title, NULL, NULL);
    return put_state(tx, c, c->item, "passed",
                     (struct db_val[5]){DB_S("titled"), DB_N, DB_T(govern_day(&c->v[1], c->today)), DB_N, c->v[0]}, f);
}

static const struct govern_field revoke_fields[] = {
    {"reason", GOVERN_TEXT, true, 600, NULL},
    {"to_on", GOVERN_DAY, false, 0, NULL},
};

static enum rc act_revoke(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct candidates *all = NULL;
    const struct span on = govern_day(&c->v[1], c->today);
    enum rc rc = read_candidates(tx, &c->m, &all, f);
    const struct candidate *k = rc == RC_OK ? candidate_of(all, c->item) : NULL;
    if (rc == RC_OK && (k == NULL || (k->from_on.ptr != NULL && span_cmp(on, k->from_on) <= 0)))
        rc = fail_set(f, RC_CONFLICT, MSG_pilot_not_now, "to_on", NULL);
    return rc == RC_OK ? put_state(tx, c, c->item, "titled",
                                   (struct db_val[5]){DB_S("revoked"), c->v[0], DB_N, DB_T(on), DB_N}, f)
                       : rc;
}

/* ---- from measure to statute ------------------------------------------------------------ */

enum { STEP_RUNG, STEP_TEXT, STEP_EVIDENCE, STEP_DOCUMENT, STEP_FROM };
static const struct govern_field step_fields[] = {
    {"rung", GOVERN_WORD, true, 20, "measure|norm|institution|statute"},
    {"text", GOVERN_TEXT, true, 4000, NULL},
    {"evidence", GOVERN_TEXT, false, 4000, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

static int rung_of(struct span word)
{
    static const char *const rungs[RUNGS] = {"measure", "norm", "institution", "statute"};
    for (int i = 0; i < RUNGS; i++) {
        if (span_is(word, rungs[i]))
            return i + 1;
    }
    return 0;
}

static enum rc last_step(struct tx *tx, const struct govern_call *c, int64_t *rung, struct span *from_on,
                         struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_pilot_steps, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id)), &rows, f);
    *rung = 0;
    while (rc == RC_OK && rows_next(&rows)) {
        *rung = rows_int(&rows, 0);
        *from_on = rows_text_dup(&rows, 4);
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

/* What a rung asks for: no rung is left out, a rule needs its document, and the first rule needs a pilot that passed, with evidence. */
static enum rc check_step(struct tx *tx, const struct govern_call *c, int rung, struct fail *f)
{
    struct candidates *all = NULL;
    struct span before = SPAN_NONE;
    int64_t last = 0;
    bool passed = false;
    enum rc rc = last_step(tx, c, &last, &before, f);
    if (rc == RC_OK && rung != last + 1)
        return fail_set(f, RC_CONFLICT, MSG_pilot_rung, "rung", NULL);
    if (rc == RC_OK && last > 0 && span_cmp(govern_day(&c->v[STEP_FROM], c->today), before) < 0)
        return fail_set(f, RC_CONFLICT, MSG_pilot_not_now, "from_on", NULL);
    if (rc != RC_OK || rung == 1)
        return rc;
    if (span_trim(c->v[STEP_DOCUMENT].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "document_number", NULL);
    if (span_trim(c->v[STEP_EVIDENCE].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "evidence", NULL);
    rc = read_candidates(tx, &c->m, &all, f);
    for (int i = 0; rc == RC_OK && i < all->n; i++)
        passed |= govern_word_in(all->items[i].state, "passed|titled");
    return rc == RC_OK && !passed ? fail_set(f, RC_CONFLICT, MSG_pilot_unproven, NULL, NULL) : rc;
}

static enum rc act_step(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const int rung = rung_of(c->v[STEP_RUNG].s);
    enum rc rc = check_step(tx, c, rung, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_pilot_step_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(rung), c->v[STEP_TEXT], c->v[STEP_EVIDENCE],
                             c->v[STEP_DOCUMENT], DB_T(govern_day(&c->v[STEP_FROM], c->today))),
                     NULL, f);
    return rc == RC_OK && rung > 1 ? matter_state(tx, &c->m, "promoted", SPAN_NONE, f) : rc;
}

static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
};

/* ---- what is shown ------------------------------------------------------------ */

static void candidate_object(struct tx *tx, const struct candidates *all, struct rows *rows, struct jw *w)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},       {"name", GOVERN_TEXT},  {"category", GOVERN_TEXT},
        {"unit", GOVERN_UNIT},   {"state", GOVERN_TEXT}, {"result", GOVERN_TEXT},
        {"from_on", GOVERN_DAY}, {"to_on", GOVERN_DAY},  {"document_number", GOVERN_TEXT},
    };
    jw_object(w);
    govern_members(tx, rows, columns, COUNT(columns), w);
    jw_key(w, "score");
    if (all->weights > 0 && rows_int(rows, 10) == 0)
        jw_text(w, govern_decimal_print(tx_arena(tx), rows_int(rows, 9) / all->weights * 10000));
    else
        jw_null(w);
    jw_kint(w, "unscored", rows_int(rows, 10));
    jw_kint(w, "below_least", rows_int(rows, 11));
    jw_object_end(w);
}

static enum rc show_pilot(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                          struct fail *f)
{
    static const struct govern_column criteria[] = {
        {"code", GOVERN_TEXT}, {"title", GOVERN_TEXT}, {"weight", GOVERN_INT}, {"least", GOVERN_INT}};
    static const struct govern_column scores[] = {
        {"candidate_id", GOVERN_ID}, {"code", GOVERN_TEXT}, {"score", GOVERN_INT}, {"note", GOVERN_TEXT}};
    static const struct govern_column steps[] = {{"rung", GOVERN_INT},
                                                 {"text", GOVERN_TEXT},
                                                 {"evidence", GOVERN_TEXT},
                                                 {"document_number", GOVERN_TEXT},
                                                 {"from_on", GOVERN_DAY}};
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    struct candidates *all = NULL;
    struct rows rows;
    (void)show;
    enum rc rc = govern_array(tx, w, &(struct govern_rows){"criteria", SQL_pilot_criteria, args, 2, criteria, 4}, f);
    if (rc == RC_OK)
        rc = govern_array(tx, w, &(struct govern_rows){"scores", SQL_pilot_scores, args, 2, scores, 4}, f);
    if (rc == RC_OK)
        rc = govern_array(tx, w, &(struct govern_rows){"steps", SQL_pilot_steps, args, 2, steps, 5}, f);
    if (rc == RC_OK)
        rc = read_candidates(tx, m, &all, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_pilot_candidates, args, 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "candidates");
    jw_array(w);
    while (rows_next(&rows))
        candidate_object(tx, all, &rows, w);
    jw_array_end(w);
    return rows_end(&rows);
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/pilots"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, NULL},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/criteria", "criterion", FIELDS(criterion_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_criterion},
    {"POST " API "/{id}/candidates", "candidate", FIELDS(candidate_fields), RIGHT_READ, GOVERN_ADDS, act_candidate},
    {"POST " API "/{id}/candidates/{item}/scores", "score", FIELDS(score_fields), RIGHT_ASSIGN, 0, act_score},
    {"POST " API "/{id}/selection", "select", FIELDS(select_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_select},
    {"POST " API "/{id}/candidates/{item}/evaluation", "evaluate", FIELDS(evaluate_fields), RIGHT_ASSIGN, 0,
     act_evaluate},
    {"POST " API "/{id}/candidates/{item}/title", "title", FIELDS(title_fields), RIGHT_ASSIGN, 0, act_title},
    {"POST " API "/{id}/candidates/{item}/revoke", "revoke", FIELDS(revoke_fields), RIGHT_ASSIGN, 0, act_revoke},
    {"POST " API "/{id}/steps", "step", FIELDS(step_fields), RIGHT_ASSIGN, GOVERN_ADDS | GOVERN_IF_MATCH, act_step},
};
const struct govern_topic govern_pilot = {"pilot", "pilots", "SD",         "open",     FORMS,
                                          true,    verbs,    COUNT(verbs), show_pilot, NULL};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "pilots, model towns and villages"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "begin a selection"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one pilot: candidates, scores, steps"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/criteria", AUTH_USER, 0, "assign", govern_api_write, 0, "a criterion"},
    {HTTP_POST, API "/{id}/candidates", AUTH_USER, 0, "report", govern_api_write, 0, "apply"},
    {HTTP_POST, API "/{id}/candidates/{item}/scores", AUTH_USER, 0, "assign", govern_api_write, 0, "score a candidate"},
    {HTTP_POST, API "/{id}/selection", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "select the best"},
    {HTTP_POST, API "/{id}/candidates/{item}/evaluation", AUTH_USER, 0, "assign", govern_api_write, 0,
     "what came of the pilot"},
    {HTTP_POST, API "/{id}/candidates/{item}/title", AUTH_USER, 0, "assign", govern_api_write, 0, "give the title"},
    {HTTP_POST, API "/{id}/candidates/{item}/revoke", AUTH_USER, 0, "assign", govern_api_write, 0,
     "take the title back"},
    {HTTP_POST, API "/{id}/steps", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0,
     "one rung from measure to statute"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
const struct route_table pilot_routes = {"pilot", routes, COUNT(routes)};
