/*
 * source.c - sources beside the outline: instructions, matters handed down, proposals. One is registered with its number, whom it comes from, the day
 * of receipt and its words or file; its kind says by when it is answered. It is divided among a unit that leads and others that support, as duties of
 * the one machine; a duty that is there already may serve it, too. It is answered by a letter; who asked says whether that satisfies.
 */
#include <string.h>

#include "govern/source_int.h"

enum rc source_read(struct tx *tx, const struct matter *m, struct source_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_source_get, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct source_row){.from_whom = rows_text_dup(&rows, 0),
                               .internal = rows_int(&rows, 1) != 0,
                               .first_due_on = rows_text_dup(&rows, 2),
                               .longest_on = rows_text_dup(&rows, 3),
                               .extensions = rows_int(&rows, 4),
                               .file_id = rows_int(&rows, 5),
                               .lead_duty_id = rows_int(&rows, 6)};
    return rows_end(&rows);
}

bool source_is_late(struct span state, struct span due_on, struct span today)
{
    return due_on.len > 0 && span_cmp(due_on, today) < 0 && (span_is(state, "registered") || span_is(state, "in_hand"));
}

static enum rc kind_of(struct tx *tx, struct span form, const struct source_kind **out, struct fail *f)
{
    const struct source_kinds *kinds = NULL;
    enum rc rc = source_kinds_current(tx, &kinds, f);
    if (rc != RC_OK)
        return rc;
    *out = source_kind_find(kinds, form);
    return *out == NULL ? fail_span(f, RC_INVALID, MSG_source_kind_unknown, "form", form) : RC_OK;
}

static enum rc attach(struct tx *tx, const struct matter *m, int64_t file_id, int64_t unit_id, struct fail *f)
{
    const struct file_attach_in in = {.file_id = file_id,
                                      .region_code = m->region_code,
                                      .subject_kind = "source",
                                      .subject_id = m->id,
                                      .unit_ids = &unit_id,
                                      .n_units = 1};
    return file_id != 0 ? org_file_attach(tx, &in, f) : RC_OK;
}

static enum rc set_due(struct tx *tx, struct matter *m, struct span due_on, struct fail *f)
{
    m->due_on = due_on;
    return db_exec(tx, SQL_source_due, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(due_on)), NULL, f);
}

/* ---- registering ------------------------------------------------------------ */

enum { SOURCE_FROM = CREATE_OWN, SOURCE_INTERNAL, SOURCE_FILE };
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"from_whom", GOVERN_TEXT, true, 200, NULL},
    {"internal", GOVERN_BOOL, false, 0, NULL},
    {"file_id", GOVERN_ID, false, 0, NULL},
};

static enum rc check_source(const struct govern_call *c, struct fail *f)
{
    if (span_cmp(c->m.from_on, c->today) > 0)
        return fail_set(f, RC_INVALID, MSG_source_received_later, "from_on", NULL);
    if (c->m.due_on.len > 0 && span_cmp(c->m.due_on, c->m.from_on) < 0)
        return fail_span(f, RC_INVALID, MSG_source_due_early, "due_on", c->m.due_on);
    if (span_trim(c->m.text).len == 0 && govern_id(&c->v[SOURCE_FILE]) == 0)
        return fail_set(f, RC_INVALID, MSG_source_not_text, "text", NULL);
    return RC_OK;
}

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct source_kind *kind = NULL;
    struct span longest = SPAN_NONE, due = c->m.due_on;
    enum rc rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK)
        rc = check_source(c, f);
    if (rc == RC_OK && due.len == 0)
        rc = source_limit_day(tx_arena(tx), &kind->limit, c->m.from_on, &due, f);
    if (rc == RC_OK)
        rc = source_limit_day(tx_arena(tx), &kind->longest, c->m.from_on, &longest, f);
    if (rc == RC_OK && span_cmp(longest, due) < 0)
        longest = due;
    if (rc == RC_OK)
        rc = set_due(tx, &c->m, due, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_source_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[SOURCE_FROM], c->v[SOURCE_INTERNAL], DB_T(due),
                             DB_T(longest), c->v[SOURCE_FILE]),
                     NULL, f);
    return rc == RC_OK ? attach(tx, &c->m, govern_id(&c->v[SOURCE_FILE]), c->m.unit_id, f) : rc;
}

/* ---- dividing ------------------------------------------------------------ */

enum { SPLIT_LEAD, SPLIT_SUPPORTING, SPLIT_TITLE, SPLIT_DUE };
static const struct govern_field split_fields[] = {
    {"lead_id", GOVERN_UNIT, false, 0, NULL},
    {"supporting", GOVERN_LIST, false, 0, NULL},
    {"title", GOVERN_TEXT, false, DUTY_TITLE_BYTES_MAX, NULL},
    {"due_on", GOVERN_DAY, false, 0, NULL},
};
struct division {
    int64_t units[GOVERN_LIST_MAX + 1]; /* the one that leads first, when it is named now */
    int n;
    bool leads;
};

static enum rc read_division(struct tx *tx, const struct govern_call *c, struct division *d, struct fail *f)
{
    struct unit unit;
    d->leads = govern_id(&c->v[SPLIT_LEAD]) != 0;
    if (d->leads)
        d->units[d->n++] = c->v[SPLIT_LEAD].i;
    for (size_t i = 0; i < json_array_size(c->list[SPLIT_SUPPORTING]); i++) {
        const json_t *item = json_array_get(c->list[SPLIT_SUPPORTING], i);
        if (!json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &d->units[d->n]))
            return fail_set(f, RC_INVALID, MSG_field_id, "supporting", NULL);
        d->n++;
    }
    for (int i = 0; i < d->n; i++) {
        enum rc rc = unit_get(tx, d->units[i], SPAN_NONE, &unit, f);
        if (rc != RC_OK)
            return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_duty_unit_unknown, "supporting", NULL) : rc;
        for (int k = 0; k < i; k++)
            if (d->units[k] == d->units[i])
                return fail_span(f, RC_CONFLICT, MSG_source_unit_twice, "supporting",
                                 govern_unit_name(tx, d->units[i]));
    }
    return d->n > 0 ? RC_OK : fail_set(f, RC_INVALID, MSG_field_missing, "lead_id", NULL);
}

static enum rc hand_one(struct tx *tx, struct govern_call *c, const struct division *d, int i, struct source_row *s,
                        struct fail *f)
{
    const struct source_kind *kind = NULL;
    const bool lead = d->leads && i == 0;
    int64_t duty_id = 0;
    enum rc rc = kind_of(tx, c->m.form, &kind, f);
    if (rc != RC_OK)
        return rc;
    const struct govern_task task = {
        .title = c->v[SPLIT_TITLE].s.len > 0 ? c->v[SPLIT_TITLE].s : span_sub(c->m.title, 0, DUTY_TITLE_BYTES_MAX),
        .due_on = govern_day(&c->v[SPLIT_DUE], c->m.due_on),
        .part = lead ? SPAN("lead") : SPAN("supporting"),
        .item = lead ? SPAN("lead") : SPAN("supporting"),
        .holder_id = d->units[i],
        .assigner_id = c->m.unit_id,
        .parent_id = lead ? 0 : s->lead_duty_id,
        .source_kind = span_cstr(tx_arena(tx), kind->of)};
    rc = govern_task_open(tx, &c->m, &task, &duty_id, f);
    if (rc == RC_OK)
        rc = attach(tx, &c->m, s->file_id, d->units[i], f);
    if (rc != RC_OK || !lead)
        return rc;
    s->lead_duty_id = duty_id;
    return db_exec(tx, SQL_source_lead, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(duty_id)), NULL, f);
}

/* Handed over: a new round begins with a unit that leads; further supporters join the round that runs. */
static enum rc act_split(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct division d = {.n = 0};
    struct source_row s;
    enum rc rc = source_read(tx, &c->m, &s, f);
    if (rc == RC_OK && !span_is(c->m.state, "registered") && !span_is(c->m.state, "in_hand"))
        rc = fail_set(f, RC_CONFLICT, MSG_source_closed, NULL, NULL);
    if (rc == RC_OK)
        rc = read_division(tx, c, &d, f);
    if (rc == RC_OK && !d.leads && s.lead_duty_id == 0)
        rc = fail_set(f, RC_INVALID, MSG_source_no_lead, "lead_id", NULL);
    for (int i = 0; rc == RC_OK && i < d.n; i++)
        rc = hand_one(tx, c, &d, i, &s, f);
    return rc == RC_OK ? matter_state(tx, &c->m, "in_hand", SPAN_NONE, f) : rc;
}

static const struct govern_field duty_fields[] = {
    {"duty_id", GOVERN_ID, true, 0, NULL},
};

/* A duty that is there already serves this source, too: its reports feed both. */
static enum rc act_duty(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct source_kind *kind = NULL;
    struct source_row s;
    struct rows rows;
    struct duty_row duty;
    enum rc rc = source_read(tx, &c->m, &s, f);
    if (rc == RC_OK && !span_is(c->m.state, "registered") && !span_is(c->m.state, "in_hand"))
        rc = fail_set(f, RC_CONFLICT, MSG_source_closed, NULL, NULL);
    if (rc == RC_OK)
        rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_source_has_duty, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[0]), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool there = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && there)
        return fail_set(f, RC_CONFLICT, MSG_source_duty_there, "duty_id", NULL);
    /* Others read the duty: of an internal source they learn its number, not its title. */
    const struct duty_source source = {kind->of, c->id, s.internal ? c->m.number : c->m.title, c->m.unit_id};
    if (rc == RC_OK)
        rc = duty_add_source(tx, c->v[0].i, &source, &duty, f);
    if (rc == RC_OK)
        rc = govern_task_keep(tx, &c->m, SPAN(""), &duty, f);
    if (rc == RC_OK)
        rc = matter_party(tx, &c->m, duty.holder_id, "party", f);
    return rc == RC_OK ? matter_state(tx, &c->m, "in_hand", SPAN_NONE, f) : rc;
}

/* ---- its day ------------------------------------------------------------ */

static const struct govern_field extend_fields[] = {
    {"due_on", GOVERN_DAY, true, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
};

static enum rc act_extend(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct source_kind *kind = NULL;
    struct source_row s;
    const struct span day = c->v[0].s;
    enum rc rc = source_read(tx, &c->m, &s, f);
    if (rc == RC_OK)
        rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK && !span_is(c->m.state, "registered") && !span_is(c->m.state, "in_hand"))
        rc = fail_set(f, RC_CONFLICT, MSG_source_closed, NULL, NULL);
    if (rc == RC_OK && span_cmp(day, c->m.due_on) <= 0)
        rc = fail_span(f, RC_CONFLICT, MSG_source_not_later, "due_on", c->m.due_on);
    if (rc == RC_OK && span_cmp(day, s.longest_on) > 0) {
        rc = fail_span(f, RC_CONFLICT, MSG_source_too_long, "due_on", s.longest_on);
        fail_arg_both(f, 1, kind->basis_zh, kind->basis_en);
    }
    if (rc == RC_OK)
        rc = set_due(tx, &c->m, day, f);
    return rc == RC_OK ? db_exec(tx, SQL_source_extend,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_T(s.longest_on)), NULL, f)
                       : rc;
}

/* ---- the answer ------------------------------------------------------------ */

enum { REPLY_STAGE, REPLY_RESULT, REPLY_DOCUMENT, REPLY_TEXT, REPLY_ON, REPLY_FILE };
static const struct govern_field reply_fields[] = {
    {"stage", GOVERN_WORD, false, 20, "final|interim"}, {"result", GOVERN_WORD, false, 20, "done|planned|later|noted"},
    {"document_number", GOVERN_TEXT, false, 200, NULL}, {"text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
    {"replied_on", GOVERN_DAY, false, 0, NULL},         {"file_id", GOVERN_ID, false, 0, NULL},
};

/* A final answer goes out when all that was handed over is done. */
static enum rc check_final(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct rows rows;
    char text[24];
    enum rc rc = db_one(tx, SQL_matter_duty_sums, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t all = rows_int(&rows, 0), open = rows_int(&rows, 1);
    rc = rows_end(&rows);
    (void)snprintf(text, sizeof text, "%lld", (long long)open);
    if (rc == RC_OK && all == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_source_not_divided, NULL, NULL);
    if (rc == RC_OK && open > 0)
        rc = fail_set(f, RC_CONFLICT, MSG_source_open, NULL, text, NULL);
    return rc;
}

static enum rc act_reply(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const bool final = span_is(v[REPLY_STAGE].s, "final");
    const struct span on = govern_day(&v[REPLY_ON], c->today);
    enum rc rc = RC_OK;
    if (span_is(c->m.state, "closed") || span_is(c->m.state, "replied"))
        return fail_set(f, RC_CONFLICT, MSG_source_closed, NULL, NULL);
    if (span_trim(v[REPLY_TEXT].s).len == 0 && govern_id(&v[REPLY_FILE]) == 0)
        return fail_set(f, RC_INVALID, MSG_source_not_text, "text", NULL);
    if (span_cmp(on, c->m.from_on) < 0 || span_cmp(on, c->today) > 0)
        return fail_set(f, RC_INVALID, MSG_source_received_later, "replied_on", NULL);
    if (final)
        rc = check_final(tx, c, f);
    c->item = tx_new_id(tx);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_source_reply_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), v[REPLY_STAGE],
                             final ? v[REPLY_RESULT] : DB_S(""), v[REPLY_DOCUMENT], v[REPLY_TEXT], DB_T(on),
                             v[REPLY_FILE]),
                     NULL, f);
    if (rc == RC_OK)
        rc = attach(tx, &c->m, govern_id(&v[REPLY_FILE]), c->m.unit_id, f);
    return rc == RC_OK && final ? matter_state(tx, &c->m, "replied", SPAN_NONE, f) : rc;
}

enum { OPINION_WORD, OPINION_TEXT, OPINION_ON };
static const struct govern_field opinion_fields[] = {
    {"opinion", GOVERN_WORD, true, 20, "satisfied|fairly|dissatisfied"},
    {"text", GOVERN_TEXT, false, 2000, NULL},
    {"said_on", GOVERN_DAY, false, 0, NULL},
};

/* Who asked says whether the answer satisfies; if not, it begins again with a new day. */
static enum rc act_opinion(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct source_kind *kind = NULL;
    const struct span on = govern_day(&c->v[OPINION_ON], c->today);
    struct span due = SPAN_NONE;
    int64_t changed = 0;
    enum rc rc = db_exec(
        tx, SQL_source_reply_opinion,
        DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), c->v[OPINION_WORD], c->v[OPINION_TEXT], DB_T(on)),
        &changed, f);
    if (rc == RC_OK && (changed == 0 || !span_is(c->m.state, "replied")))
        rc = fail_set(f, RC_CONFLICT, MSG_source_opinion_there, NULL, NULL);
    if (rc == RC_OK && !span_is(c->v[OPINION_WORD].s, "dissatisfied"))
        return matter_state(tx, &c->m, "closed", c->today, f);
    if (rc == RC_OK)
        rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK)
        rc = source_limit_day(tx_arena(tx), &kind->again, on, &due, f);
    if (rc == RC_OK)
        rc = set_due(tx, &c->m, due, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_source_extend, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_T(due)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_source_lead, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_N), NULL, f);
    return rc == RC_OK ? matter_state(tx, &c->m, "in_hand", SPAN_NONE, f) : rc;
}

static const struct govern_field close_fields[] = {
    {"reason", GOVERN_TEXT, true, 600, NULL},
};

static enum rc act_close(struct tx *tx, struct govern_call *c, struct fail *f)
{
    if (!span_is(c->m.state, "replied"))
        return fail_set(f, RC_CONFLICT, MSG_source_not_replied, NULL, NULL);
    return matter_state(tx, &c->m, "closed", c->today, f);
}

/* ---- what is shown ------------------------------------------------------------ */

static void both(struct jw *w, const char *key, struct span zh, struct span en)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", zh);
    jw_ktext(w, "en", en);
    jw_object_end(w);
}

static bool one_file(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_object_end(w);
    return true;
}

static enum rc show_source(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                           struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},
        {"stage", GOVERN_TEXT},
        {"result", GOVERN_TEXT},
        {"document_number", GOVERN_TEXT},
        {"text", GOVERN_TEXT},
        {"replied_on", GOVERN_DAY},
        {"file_id", GOVERN_ID},
        {"opinion", GOVERN_TEXT},
        {"opinion_text", GOVERN_TEXT},
        {"opinion_on", GOVERN_DAY},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    const struct source_kinds *kinds = NULL;
    struct source_row s;
    enum rc rc = source_read(tx, m, &s, f);
    if (rc == RC_OK)
        rc = source_kinds_current(tx, &kinds, f);
    if (rc != RC_OK)
        return rc;
    const struct source_kind *kind = source_kind_find(kinds, m->form);
    both(w, "form_name", kind != NULL ? kind->name_zh : m->form, kind != NULL ? kind->name_en : m->form);
    both(w, "basis", kind != NULL ? kind->basis_zh : SPAN(""), kind != NULL ? kind->basis_en : SPAN(""));
    jw_ktext(w, "from_whom", s.from_whom);
    jw_kbool(w, "internal", s.internal);
    jw_ktext(w, "first_due_on", s.first_due_on);
    jw_ktext(w, "longest_on", s.longest_on);
    jw_kint(w, "extensions", s.extensions);
    jw_kbool(w, "late", source_is_late(m->state, m->due_on, span_of(show->as_of.on)));
    jw_key(w, "files");
    jw_array(w);
    rc = org_file_list(tx, m->region_code, "source", m->id, one_file, w, f);
    jw_array_end(w);
    if (rc == RC_OK)
        rc = govern_array(tx, w, &(struct govern_rows){"replies", SQL_source_replies, args, 2, columns, COUNT(columns)},
                          f);
    return rc == RC_OK ? govern_tasks(tx, m, w, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/sources"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 3, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/division", "division", FIELDS(split_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_split},
    {"POST " API "/{id}/duties", "duty", FIELDS(duty_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_duty},
    {"POST " API "/{id}/extension", "extend", FIELDS(extend_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_extend},
    {"POST " API "/{id}/replies", "reply", FIELDS(reply_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_reply},
    {"POST " API "/{id}/replies/{item}/opinion", "opinion", FIELDS(opinion_fields), RIGHT_ASSIGN, 0, act_opinion},
    {"POST " API "/{id}/close", "close", FIELDS(close_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_close},
};
const struct govern_topic govern_source = {"source", "sources", "LY",         "registered", NULL,
                                           false,    verbs,     COUNT(verbs), show_source,  NULL};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, source_api_list, 0, "instructions, proposals and their like"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "register one"},
    {HTTP_GET, "/api/v1/sources.csv", AUTH_USER, ROUTE_POOL, NULL, source_api_csv, 0, "the same as a file"},
    {HTTP_GET, "/api/v1/source-kinds", AUTH_USER, ROUTE_POOL, NULL, source_api_kinds, 0, "kinds and their limits"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one with its duties and letters"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/division", AUTH_USER, 0, "assign", govern_api_write, 0, "hand it over to units"},
    {HTTP_POST, API "/{id}/duties", AUTH_USER, 0, "assign", govern_api_write, 0, "a duty that is there serves it, too"},
    {HTTP_POST, API "/{id}/extension", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "a later day"},
    {HTTP_POST, API "/{id}/replies", AUTH_USER, 0, "assign", govern_api_write, 0, "a letter that answers it"},
    {HTTP_POST, API "/{id}/replies/{item}/opinion", AUTH_USER, 0, "assign", govern_api_write, 0,
     "whether it satisfies who asked"},
    {HTTP_POST, API "/{id}/close", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "it is done"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
const struct route_table source_routes = {"source", routes, COUNT(routes)};
