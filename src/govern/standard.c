/*
 * standard.c - common standards of several cities. An edition is drafted, sent out for opinions (consulting), fixed (consulted: the strictest of the cities'
 * values stands in each clause), and adopted city by city; with the last city it is adopted and in force.
 */
#include <string.h>

#include "govern/standard_int.h"

#define FORMS "limits|rules|terms|planning"

/* ---- the city that speaks ------------------------------------------------------------ */

/* Which city's unit acts: the one named, else the one of the actor's region; the actor must hold the right there, or keep the standard. */
static enum rc speaker(struct tx *tx, const struct govern_call *c, const struct db_val *unit_id, enum org_right right,
                       struct standard_member *out, struct fail *f)
{
    struct standard *s = NULL;
    const struct standard_member *found = NULL;
    bool holds = false;
    enum rc rc = standard_read(tx, &c->m, c->today, &s, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < s->n_members; i++) {
        const struct standard_member *m = &s->members[i];
        if (govern_id(unit_id) != 0 ? m->unit_id == unit_id->i : strcmp(m->region_code, tx_actor(tx)->region_code) == 0)
            found = m;
    }
    if (found == NULL)
        return fail_set(f, RC_FORBIDDEN, MSG_standard_not_member, "unit_id", NULL);
    *out = *found;
    rc = org_holds(tx, right, out->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_ASSIGN, c->m.unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(right), NULL) : rc;
}

static enum rc need_state(struct tx *tx, const struct govern_call *c, const char *states, struct standard **out,
                          struct fail *f)
{
    enum rc rc = standard_read(tx, &c->m, c->today, out, f);
    if (rc != RC_OK || govern_word_in((*out)->state, states))
        return rc;
    static const char *const words[][2] = {
        {"draft", "起草"}, {"consulting", "征求意见"}, {"consulted", "待采用"}, {"adopted", "已采用"}};
    rc = fail_span(f, RC_CONFLICT, MSG_standard_state, NULL, (*out)->state);
    for (int i = 0; i < COUNT(words); i++) {
        if (span_is((*out)->state, words[i][0]))
            fail_arg_both(f, 0, span_of(words[i][1]), (*out)->state);
    }
    return rc;
}

static enum rc put_state(struct tx *tx, struct govern_call *c, int64_t edition, const char *state,
                         const struct span days[3], struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_standard_version_put,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(edition), DB_S(state), DB_T(days[0]),
                                 DB_T(days[1]), DB_T(days[2])),
                         NULL, f);
    return rc == RC_OK ? matter_state(tx, &c->m, state, SPAN_NONE, f) : rc;
}

static enum rc tell_members(struct tx *tx, const struct govern_call *c, const struct standard *s, const char *kind,
                            struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < s->n_members; i++)
        rc = matter_tell(tx, &c->m, s->members[i].unit_id, RIGHT_APPROVE, kind, f);
    return rc;
}

/* ---- the draft ------------------------------------------------------------ */

enum { STANDARD_MEMBERS = CREATE_OWN };
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"members", GOVERN_LIST, true, 0, NULL},
};

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const json_t *list = c->list[STANDARD_MEMBERS];
    if (json_array_size(list) < 2)
        return fail_set(f, RC_INVALID, MSG_standard_alone, "members", NULL);
    enum rc rc = db_exec(tx, SQL_standard_version_add,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(1), DB_T(c->today)), NULL, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        struct unit unit;
        int64_t id = 0;
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &id))
            return fail_set(f, RC_INVALID, MSG_field_id, "members", NULL);
        rc = unit_get(tx, id, SPAN_NONE, &unit, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_standard_member_add,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_S(unit.region_code), DB_I(id)), NULL, f);
        if (rc == RC_CONFLICT)
            return fail_span(f, RC_INVALID, MSG_standard_city_twice, "members", unit.name);
        if (rc == RC_OK)
            rc = matter_party(tx, &c->m, id, "member", f);
    }
    return rc;
}

enum { CLAUSE_CODE, CLAUSE_TITLE, CLAUSE_COMPARATOR, CLAUSE_UNIT, CLAUSE_MODE, CLAUSE_VALUE, CLAUSE_TEXT };
static const struct govern_field clause_fields[] = {
    {"code", GOVERN_TEXT, true, 40, NULL},
    {"title", GOVERN_TEXT, true, 300, NULL},
    {"comparator", GOVERN_WORD, true, 8, "le|ge|same|term"},
    {"unit", GOVERN_TEXT, false, 40, NULL},
    {"mode", GOVERN_WORD, false, 20, "strictest|agreed"},
    {"value", GOVERN_DECIMAL, false, 0, NULL},
    {"text", GOVERN_TEXT, false, 2000, NULL},
};

static enum rc check_clause(const struct db_val *v, struct fail *f)
{
    const bool number = govern_word_in(v[CLAUSE_COMPARATOR].s, "le|ge");
    const bool agreed = span_is(v[CLAUSE_MODE].s, "agreed");
    if (number && agreed && v[CLAUSE_VALUE].type == DB_NULL)
        return fail_set(f, RC_INVALID, MSG_field_missing, "value", NULL);
    if (number && !agreed && v[CLAUSE_VALUE].type != DB_NULL)
        return fail_set(f, RC_INVALID, MSG_standard_computed, "value", NULL);
    if (span_is(v[CLAUSE_COMPARATOR].s, "term") && v[CLAUSE_TEXT].s.len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "text", NULL);
    if (!number && v[CLAUSE_VALUE].type != DB_NULL)
        return fail_set(f, RC_INVALID, MSG_standard_words, "value", NULL);
    return RC_OK;
}

static enum rc act_clause(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    const struct db_val *v = c->v;
    enum rc rc = need_state(tx, c, "draft", &s, f);
    if (rc == RC_OK)
        rc = check_clause(v, f);
    if (rc == RC_OK && s->n_clauses >= STANDARD_CLAUSES_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    return rc == RC_OK
               ? db_exec(tx, SQL_standard_clause_put,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition), v[CLAUSE_CODE], v[CLAUSE_TITLE],
                                 v[CLAUSE_COMPARATOR], v[CLAUSE_UNIT], v[CLAUSE_MODE], v[CLAUSE_VALUE], v[CLAUSE_TEXT]),
                         NULL, f)
               : rc;
}

/* ---- each city's own value ------------------------------------------------------------ */

enum { VALUE_CODE, VALUE_UNIT, VALUE_VALUE, VALUE_TEXT, VALUE_DOCUMENT, VALUE_FROM };
static const struct govern_field value_fields[] = {
    {"code", GOVERN_TEXT, true, 40, NULL},
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
    {"value", GOVERN_DECIMAL, false, 0, NULL},
    {"text", GOVERN_TEXT, false, 2000, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

static const struct standard_clause *clause_of(const struct standard *s, struct span code)
{
    for (int i = 0; i < s->n_clauses; i++) {
        if (span_eq(s->clauses[i].code, code))
            return &s->clauses[i];
    }
    return NULL;
}

static enum rc act_value(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    struct standard_member member;
    const struct db_val *v = c->v;
    enum rc rc = speaker(tx, c, &v[VALUE_UNIT], RIGHT_REPORT, &member, f);
    if (rc == RC_OK)
        rc = standard_read(tx, &c->m, c->today, &s, f);
    if (rc != RC_OK)
        return rc;
    const struct standard_clause *clause = clause_of(s, v[VALUE_CODE].s);
    if (clause == NULL)
        return fail_span(f, RC_MISSING, MSG_standard_no_clause, "code", v[VALUE_CODE].s);
    if (standard_bounded(clause) == (v[VALUE_VALUE].type == DB_NULL))
        return fail_set(f, RC_INVALID, MSG_standard_kind_of_value, "value", NULL);
    if (!standard_bounded(clause) && v[VALUE_TEXT].s.len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "text", NULL);
    rc = db_exec(tx, SQL_standard_value_add,
                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(tx_new_id(tx)), v[VALUE_CODE],
                         DB_S(member.region_code), v[VALUE_VALUE], v[VALUE_TEXT], v[VALUE_DOCUMENT],
                         DB_T(govern_day(&v[VALUE_FROM], c->today))),
                 NULL, f);
    const struct standard_value own = {
        .given = true, .has_value = v[VALUE_VALUE].type != DB_NULL, .value = v[VALUE_VALUE].i, .text = v[VALUE_TEXT].s};
    if (rc == RC_OK && govern_word_in(s->state, "consulted|adopted") && standard_differs(clause, &own))
        rc = matter_tell(tx, &c->m, c->m.unit_id, RIGHT_ASSIGN, "standard.looser", f);
    return rc;
}

/* ---- opinions ------------------------------------------------------------ */

static const struct govern_field consult_fields[] = {
    {"reply_due_on", GOVERN_DAY, true, 0, NULL},
};

static enum rc act_consult(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    enum rc rc = need_state(tx, c, "draft", &s, f);
    if (rc == RC_OK && s->n_clauses == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_standard_empty, NULL, NULL);
    if (rc == RC_OK && span_cmp(c->v[0].s, c->today) < 0)
        rc = fail_set(f, RC_INVALID, MSG_standard_past, "reply_due_on", NULL);
    if (rc == RC_OK)
        rc = put_state(tx, c, s->edition, "consulting", (struct span[3]){c->v[0].s, SPAN_NONE, SPAN_NONE}, f);
    return rc == RC_OK ? tell_members(tx, c, s, "standard.consult", f) : rc;
}

enum { OPINION_UNIT, OPINION_STANCE, OPINION_TEXT };
static const struct govern_field opinion_fields[] = {
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
    {"stance", GOVERN_WORD, true, 20, "agree|change|object"},
    {"text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
};

static enum rc act_opinion(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    struct standard_member member;
    enum rc rc = need_state(tx, c, "consulting", &s, f);
    if (rc == RC_OK)
        rc = speaker(tx, c, &c->v[OPINION_UNIT], RIGHT_APPROVE, &member, f);
    if (rc == RC_OK && !span_is(c->v[OPINION_STANCE].s, "agree") && span_trim(c->v[OPINION_TEXT].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "text", NULL);
    return rc == RC_OK ? db_exec(tx, SQL_standard_opinion_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(tx_new_id(tx)), DB_I(s->edition),
                                         DB_S(member.region_code), c->v[OPINION_STANCE], c->v[OPINION_TEXT],
                                         DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

static const struct govern_field decide_fields[] = {
    {"decision", GOVERN_WORD, true, 20, "taken|declined"},
    {"reason", GOVERN_TEXT, false, 2000, NULL},
};

static enum rc act_decide(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    int64_t changed = 0;
    enum rc rc = need_state(tx, c, "consulting", &s, f);
    if (rc == RC_OK && span_is(c->v[0].s, "declined") && span_trim(c->v[1].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "reason", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_standard_opinion_decide,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_I(s->edition), c->v[0], c->v[1]),
                     &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL) : rc;
}

/* ---- fixed and adopted ------------------------------------------------------------ */

static enum rc open_points(struct tx *tx, const struct govern_call *c, const struct standard *s, struct fail *f)
{
    struct rows rows;
    char text[24];
    enum rc rc =
        db_one(tx, SQL_standard_open_points, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t undecided = rows_int(&rows, 0), silent = rows_int(&rows, 1);
    rc = rows_end(&rows);
    (void)snprintf(text, sizeof text, "%lld", (long long)(undecided > 0 ? undecided : silent));
    if (rc == RC_OK && undecided > 0)
        return fail_set(f, RC_CONFLICT, MSG_standard_undecided, NULL, text, NULL);
    if (rc == RC_OK && silent > 0 && span_cmp(s->reply_due_on, c->today) >= 0)
        return fail_set(f, RC_CONFLICT, MSG_standard_silent, NULL, text, NULL);
    return rc;
}

/* The strictest value of that day is fixed in each clause that asks for it. */
static enum rc act_fix(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    enum rc rc = need_state(tx, c, "consulting", &s, f);
    if (rc == RC_OK)
        rc = open_points(tx, c, s, f);
    for (int i = 0; rc == RC_OK && i < s->n_clauses; i++) {
        const struct standard_clause *clause = &s->clauses[i];
        if (!standard_bounded(clause) || !span_is(clause->mode, "strictest"))
            continue;
        if (!clause->has_strictest)
            return fail_span(f, RC_CONFLICT, MSG_standard_no_value, "code", clause->code);
        rc = db_exec(
            tx, SQL_standard_clause_fix,
            DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition), DB_T(clause->code), DB_I(clause->strictest)),
            NULL, f);
    }
    if (rc == RC_OK)
        rc = put_state(tx, c, s->edition, "consulted", (struct span[3]){SPAN_NONE, c->today, SPAN_NONE}, f);
    return rc == RC_OK ? tell_members(tx, c, s, "standard.adopt", f) : rc;
}

enum { ADOPT_UNIT, ADOPT_ON, ADOPT_DOCUMENT };
static const struct govern_field adopt_fields[] = {
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
    {"adopted_on", GOVERN_DAY, false, 0, NULL},
    {"document_number", GOVERN_TEXT, true, 200, NULL},
};

/* With the last city the edition is adopted, in force from the last day of all. */
static enum rc when_all(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    struct span last = SPAN_NONE;
    enum rc rc = standard_read(tx, &c->m, c->today, &s, f);
    for (int i = 0; rc == RC_OK && i < s->n_members; i++) {
        if (s->members[i].adopted_on.ptr == NULL)
            return RC_OK;
        if (last.len == 0 || span_cmp(s->members[i].adopted_on, last) > 0)
            last = s->members[i].adopted_on;
    }
    if (rc == RC_OK)
        rc = put_state(tx, c, s->edition, "adopted", (struct span[3]){SPAN_NONE, SPAN_NONE, last}, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_standard_version_replace, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition)),
                     NULL, f);
    return rc == RC_OK ? tell_members(tx, c, s, "standard.in_force", f) : rc;
}

static enum rc act_adopt(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    struct standard_member member = {0};
    const struct span on = govern_day(&c->v[ADOPT_ON], c->today);
    enum rc rc = need_state(tx, c, "consulted", &s, f);
    if (rc == RC_OK)
        rc = speaker(tx, c, &c->v[ADOPT_UNIT], RIGHT_APPROVE, &member, f);
    if (rc == RC_OK && member.adopted_on.ptr != NULL)
        rc = fail_span(f, RC_CONFLICT, MSG_standard_adopted_twice, "unit_id", govern_unit_name(tx, member.unit_id));
    if (rc == RC_OK && span_cmp(on, c->today) > 0)
        rc = fail_set(f, RC_INVALID, MSG_standard_later, "adopted_on", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_standard_adopt,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition), DB_S(member.region_code), DB_T(on),
                             c->v[ADOPT_DOCUMENT], DB_I(tx_now_us(tx))),
                     NULL, f);
    return rc == RC_OK ? when_all(tx, c, f) : rc;
}

static const struct govern_field no_fields[] = {
    {"reason", GOVERN_TEXT, false, 600, NULL},
};

static enum rc act_version(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct standard *s = NULL;
    enum rc rc = need_state(tx, c, "adopted", &s, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_standard_version_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition + 1), DB_T(c->today)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_standard_clauses_copy, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(s->edition)),
                     NULL, f);
    return rc == RC_OK ? matter_state(tx, &c->m, "draft", SPAN_NONE, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/standards"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/clauses", "clause", FIELDS(clause_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_clause},
    {"POST " API "/{id}/values", "value", FIELDS(value_fields), RIGHT_READ, GOVERN_ADDS, act_value},
    {"POST " API "/{id}/consult", "consult", FIELDS(consult_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_consult},
    {"POST " API "/{id}/opinions", "opinion", FIELDS(opinion_fields), RIGHT_READ, GOVERN_ADDS, act_opinion},
    {"POST " API "/{id}/opinions/{item}/decision", "decide", FIELDS(decide_fields), RIGHT_ASSIGN, 0, act_decide},
    {"POST " API "/{id}/fix", "fix", FIELDS(no_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_fix},
    {"POST " API "/{id}/adoptions", "adopt", FIELDS(adopt_fields), RIGHT_READ, GOVERN_ADDS, act_adopt},
    {"POST " API "/{id}/versions", "version", FIELDS(no_fields), RIGHT_ASSIGN, GOVERN_ADDS | GOVERN_IF_MATCH,
     act_version},
};
const struct govern_topic govern_standard = {"standard", "standards", "BZ",         "draft",       FORMS,
                                             false,      verbs,       COUNT(verbs), standard_show, NULL};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "common standards"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "begin a standard of several cities"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0,
     "one standard: clauses, each city's values, the strictest, adoption"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/clauses", AUTH_USER, 0, "assign", govern_api_write, 0, "a clause of the draft"},
    {HTTP_POST, API "/{id}/values", AUTH_USER, 0, "report", govern_api_write, 0, "a city's own value"},
    {HTTP_POST, API "/{id}/consult", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "send the draft out"},
    {HTTP_POST, API "/{id}/opinions", AUTH_USER, 0, "approve", govern_api_write, 0, "what a city says to it"},
    {HTTP_POST, API "/{id}/opinions/{item}/decision", AUTH_USER, 0, "assign", govern_api_write, 0,
     "what becomes of an opinion"},
    {HTTP_POST, API "/{id}/fix", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0,
     "fix the strictest values; the cities may adopt"},
    {HTTP_POST, API "/{id}/adoptions", AUTH_USER, 0, "approve", govern_api_write, 0, "a city adopts it"},
    {HTTP_POST, API "/{id}/versions", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0,
     "begin the next edition"},
    {HTTP_GET, API "/{id}/screening", AUTH_USER, ROUTE_POOL, NULL, standard_api_screening, 0,
     "a project's values against the standard and each city's own"},
    {HTTP_GET, API "/{id}/check", AUTH_USER, ROUTE_POOL, NULL, standard_api_check, 0, "a text against its terms"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
const struct route_table standard_routes = {"standard", routes, COUNT(routes)};
