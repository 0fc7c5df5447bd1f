/* duty_api.c - the routes of duties that read, and the table of all. */
#include <string.h>

#include "duty/duty_int.h"

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/duties", AUTH_USER, ROUTE_POOL, NULL, duty_api_list, 0, "duties"},
    {HTTP_POST, API "/duties", AUTH_USER, 0, "assign", duty_api_open, 0, "hand something over"},
    {HTTP_GET, API "/duties/{id}", AUTH_USER, ROUTE_POOL, NULL, duty_api_get, 0, "one duty with all about it"},
    {HTTP_POST, API "/duties/{id}/steps", AUTH_USER, ROUTE_IF_MATCH, NULL, duty_api_step, 0, "a step of its machine"},
    {HTTP_POST, API "/duties/{id}/reports", AUTH_USER, 0, NULL, duty_api_report, 0, "report on it"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/approve", AUTH_USER, 0, "approve", duty_api_approve, 0,
     "let a draft go out"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/return", AUTH_USER, 0, "approve", duty_api_return, 0,
     "give a draft back"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/confirm", AUTH_USER, 0, "approve", duty_api_confirm, 0,
     "confirm what was entered for the unit"},
    {HTTP_POST, API "/duties/{id}/urges", AUTH_USER, 0, NULL, duty_api_urge, 0, "urge its holder"},
    {HTTP_POST, API "/duties/{id}/slips", AUTH_USER, 0, NULL, duty_api_slip, 0, "issue a supervision slip"},
    {HTTP_GET, API "/duties/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, duty_api_journal, 0, "its journal"},
    {HTTP_GET, API "/slips", AUTH_USER, ROUTE_POOL, NULL, duty_api_slip_list, 0, "supervision slips"},
    {HTTP_POST, API "/slips/{id}/reply", AUTH_USER, 0, NULL, duty_api_slip_reply, 0, "answer a slip"},
    {HTTP_POST, API "/slips/{id}/close", AUTH_USER, 0, NULL, duty_api_slip_close, 0, "close a slip"},
    {HTTP_GET, API "/my/duties", AUTH_USER, ROUTE_POOL, NULL, duty_api_my, 0, "what my units have to do now"},
    {HTTP_GET, API "/recurrences", AUTH_USER, ROUTE_POOL, NULL, duty_api_recur_list, 0, "duties that come again"},
    {HTTP_POST, API "/recurrences", AUTH_USER, 0, "assign", duty_api_recur, 0, "a duty that comes again"},
    {HTTP_POST, API "/recurrences/{id}/stop", AUTH_USER, 0, "assign", duty_api_recur_stop, 0, "no more of them"},
    {HTTP_GET, API "/machines", AUTH_USER, ROUTE_POOL, NULL, duty_api_machines, 0, "what duties may go through"},
};
const struct route_table duty_routes = {"duty", routes, (int)(sizeof(routes) / sizeof(routes[0]))};

struct ask {
    struct req *r;
    struct duty_query q;
    int64_t id, limit, after;
    struct span state, colour;
    int64_t unit_id;
    bool given;
    struct span after_part[1];
};

/* ---- lists -------------------------------------------------------------------------------------------------------------------------- */

static enum rc read_filters(struct req *r, struct duty_query *q, struct fail *f)
{
    struct span open = req_query(r, "open"), light = req_query(r, "light"), sort = req_query(r, "sort");
    enum rc rc = req_query_id(r, "holder", &q->holder_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "assigner", &q->assigner_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "subject_id", &q->subject_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "parent", &q->parent_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "source_id", &q->source_id, f);
    q->state = req_query(r, "state");
    q->subject_kind = req_query(r, "subject_kind");
    q->source_kind = req_query(r, "source_kind");
    q->light = -1;
    for (int i = 0; light.len > 0 && i <= DUTY_GREY; i++)
        if (span_is(light, duty_light_word((enum duty_light)i)))
            q->light = i;
    if (rc == RC_OK && light.len > 0 && q->light < 0)
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "light", light);
    if (rc == RC_OK && sort.len > 0 && !span_is(sort, "due") && !span_is(sort, "newest"))
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "sort", sort);
    q->newest = span_is(sort, "newest");
    q->filters |= span_is(open, "1") ? SQLF_duty_list_open : span_is(open, "0") ? SQLF_duty_list_closed : 0;
    q->filters |= q->state.len > 0 ? SQLF_duty_list_state : 0;
    q->filters |= q->holder_id != 0 ? SQLF_duty_list_holder : 0;
    q->filters |= q->assigner_id != 0 ? SQLF_duty_list_assigner : 0;
    q->filters |= q->subject_kind.len > 0 ? SQLF_duty_list_subject : 0;
    q->filters |= q->parent_id != 0 ? SQLF_duty_list_parent : 0;
    q->filters |= q->source_kind.len > 0 ? SQLF_duty_list_source : 0;
    q->filters |= span_is(req_query(r, "mine"), "1") ? SQLF_duty_list_mine : 0;
    return rc;
}

static enum rc write_page(struct tx *tx, const struct ask *ask, const struct duty_page *page, struct jw *w,
                          struct fail *f)
{
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    if (show == NULL)
        return duty_over(f);
    enum rc rc = duty_show_begin(tx, req_lang(ask->r), show, f);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < page->n; i++) {
        enum duty_light light = DUTY_GREY;
        if (ask->q.light >= 0)
            rc = duty_light_of(tx_arena(tx), show->lights, &page->rows[i], tx_now_us(tx), &light, NULL, f);
        if (rc == RC_OK && (ask->q.light < 0 || (int)light == ask->q.light))
            rc = duty_json(show, &page->rows[i], w, f);
    }
    jw_array_end(w);
    const char *next = page->more ? page_key(tx_arena(tx), 2, page->next) : NULL;
    if (next != NULL)
        reply_next_page(ask->r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_page page;
    enum rc rc = duty_list(tx, &ask->q, &page, f);
    return rc == RC_OK ? write_page(tx, ask, &page, reply_json(ask->r), f) : rc;
}

static enum rc list_with(struct req *r, uint32_t filters, struct fail *f)
{
    struct ask ask = {.r = r, .q = {.filters = filters}};
    enum rc rc = req_query_only(r, f, "holder", "assigner", "subject_kind", "subject_id", "parent", "source_kind",
                                "source_id", "state", "open", "mine", "light", NULL);
    if (rc == RC_OK)
        rc = read_filters(r, &ask.q, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.q.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, ask.q.after_parts, &ask.q.after, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

enum rc duty_api_list(struct req *r, struct fail *f)
{
    return list_with(r, 0, f);
}

enum rc duty_api_my(struct req *r, struct fail *f)
{
    return list_with(r, SQLF_duty_list_open | SQLF_duty_list_mine, f);
}

/* ---- one ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = duty_whole_json(tx, ask->id, req_lang(ask->r), reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc duty_api_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_row d;
    int64_t after = 0;
    enum rc rc = duty_get(tx, ask->id, &d, f);
    if (rc != RC_OK)
        return rc;
    if (ask->given && !span_to_i64(ask->after_part[0], &after))
        return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "after", "", NULL);
    const struct journal_page page = {d.region_code, "duty", d.id, after, (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

enum rc duty_api_journal(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, ask.after_part, &ask.given, f);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

/* ---- slips, recurrences, machines ------------------------------------------------------------------------------------------------------ */

static enum rc answer_slips(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct db_val v[8];
    struct rows rows;
    struct duty_slip_row *all = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct duty_slip_row);
    uint32_t filters = 0;
    int n = 0, count = 0;
    if (all == NULL)
        return duty_over(f);
    v[n++] = DB_I(tx_actor(tx)->principal_id);
    v[n++] = DB_I(ask->limit + 1);
    if (ask->state.len > 0) {
        filters |= SQLF_duty_slip_list_state;
        v[n++] = DB_T(ask->state);
    }
    if (ask->colour.len > 0) {
        filters |= SQLF_duty_slip_list_colour;
        v[n++] = DB_T(ask->colour);
    }
    if (ask->unit_id != 0) {
        filters |= SQLF_duty_slip_list_unit;
        v[n++] = DB_I(ask->unit_id);
    }
    if (ask->given)
        v[n++] = DB_I(ask->after);
    enum rc rc = db_list(tx, SQL_duty_slip_list, filters, 0, ask->given, v, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (count <= ask->limit && rows_next(&rows))
        duty_slip_of(&rows, &all[count++], true);
    rc = rows_end(&rows);
    struct jw *w = reply_json(ask->r);
    const bool more = count > ask->limit;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < count - more; i++)
        duty_slip_json(tx, &all[i], w);
    jw_array_end(w);
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)(more ? all[count - 2].id : 0));
    const struct span part = span_of(text);
    jw_kstr(w, "next", more ? page_key(tx_arena(tx), 1, &part) : NULL);
    jw_object_end(w);
    return rc;
}

enum rc duty_api_slip_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "state", "colour", "unit", NULL);
    ask.state = req_query(r, "state");
    ask.colour = req_query(r, "colour");
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &ask.unit_id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, ask.after_part, &ask.given, f);
    if (rc == RC_OK && ask.given && !span_to_i64(ask.after_part[0], &ask.after))
        rc = fail_set(f, RC_INVALID, MSG_duty_word_invalid, "after", "", NULL);
    return rc == RC_OK ? org_read(r, answer_slips, &ask, f) : rc;
}

static enum rc answer_recurrences(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct rows r;
    enum rc rc = db_list(tx, SQL_duty_recurrence_list, 0, 0, false,
                         DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit)), &r, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&r)) {
        jw_object(w);
        jw_kid(w, "id", rows_int(&r, 1));
        jw_ktext(w, "title", rows_text(&r, 2));
        jw_ktext(w, "machine", rows_text(&r, 3));
        jw_kid(w, "holder_id", rows_int(&r, 6));
        jw_kid(w, "assigner_id", rows_int(&r, 7));
        jw_ktext(w, "every", rows_text(&r, 8));
        jw_kint(w, "due_days", rows_int(&r, 9));
        jw_ktext(w, "next_on", rows_text(&r, 10));
        jw_ktext_or_null(w, "until_on", rows_text(&r, 11));
        jw_kint(w, "made", rows_int(&r, 12));
        jw_kbool(w, "active", rows_int(&r, 13) != 0);
        jw_kint(w, "version", rows_int(&r, 14));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rows_end(&r);
}

enum rc duty_api_recur_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_limit(r, &ask.limit, f);
    return rc == RC_OK ? org_read(r, answer_recurrences, &ask, f) : rc;
}

static void machine_json(const struct duty_machine *m, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "machine", m->word);
    jw_kint(w, "version", m->version);
    jw_key(w, "states");
    jw_array(w);
    for (int i = 0; i < m->n_states; i++) {
        jw_object(w);
        jw_ktext(w, "state", m->states[i].word);
        jw_ktext(w, "zh", m->states[i].name.zh);
        jw_ktext(w, "en", m->states[i].name.en);
        jw_kbool(w, "final", m->states[i].final);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "verbs");
    jw_array(w);
    for (int i = 0; i < m->n_steps; i++) {
        jw_object(w);
        jw_ktext(w, "verb", m->steps[i].verb);
        jw_ktext(w, "zh", m->steps[i].name.zh);
        jw_ktext(w, "en", m->steps[i].name.en);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc answer_machines(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct jw *w = reply_json(ask->r);
    struct duty_text text;
    struct span word;
    const char *kind = NULL;
    enum rc rc = RC_OK;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && duty_text_builtin(i, &kind, &word, &text); i++) {
        const struct duty_machine *m = NULL;
        if (strcmp(kind, "machine") != 0)
            continue;
        rc = duty_text_current(tx, kind, word, &text, f);
        if (rc == RC_OK)
            rc = duty_machine_load(tx_arena(tx), text.file, text.body, &m, f);
        if (rc == RC_OK)
            machine_json(m, w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc duty_api_machines(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    return org_read(r, answer_machines, &ask, f);
}
