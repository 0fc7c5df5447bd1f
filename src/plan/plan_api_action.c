/* plan_api_action.c - routes of actions: list, one, edit, units, reports, journal, board, timeline, the own desk, search. */
#include <string.h>

#include "plan/plan_int.h"

struct ask {
    struct req *r;
    struct plan_view view;
    int64_t id, limit;
    struct plan_query query;
    struct jw *w; /* the reply, once it is begun */
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- list ------------------------------------------------------------ */

static enum rc none_only(struct req *r, const char *name, bool *out, struct fail *f)
{
    struct span v = req_query(r, name);
    *out = span_is(v, "none");
    return v.len > 0 && !*out ? fail_span(f, RC_INVALID, MSG_plan_choice_invalid, name, v) : RC_OK;
}

static enum rc read_words(struct req *r, struct plan_query *q, struct fail *f)
{
    enum plan_light light;
    enum plan_state state;
    struct span word = req_query(r, "light"), state_word = req_query(r, "state"), sort = req_query(r, "sort");
    q->light = -1;
    q->state = -1;
    if (word.len > 0 && !plan_light_read(word, &light))
        return fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "light", word);
    if (word.len > 0)
        q->light = (int)light;
    if (state_word.len > 0 && !plan_state_read(state_word, &state))
        return fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state_word);
    if (state_word.len > 0)
        q->state = (int)state;
    if (sort.len > 0 && !span_is(sort, "path") && !span_is(sort, "due") && !span_is(sort, "updated"))
        return fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "sort", sort);
    q->sort = span_is(sort, "due") ? PLAN_BY_DUE : span_is(sort, "updated") ? PLAN_BY_UPDATED : PLAN_BY_PATH;
    q->part = req_query(r, "part");
    if (q->part.len > 0 && !span_is(q->part, "lead") && !span_is(q->part, "supporting"))
        return fail_span(f, RC_INVALID, MSG_plan_part_invalid, "part", q->part);
    q->phase = req_query(r, "phase");
    q->mode = req_query(r, "mode");
    q->q = req_query(r, "q");
    return RC_OK;
}

static enum rc read_query(struct req *r, struct plan_query *q, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "outline", "unit", "part", "light", "state", "q", "phase", "mode", "owner",
                                "date", "measure", "mine", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "outline", &q->outline_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &q->unit_id, f);
    if (rc == RC_OK)
        rc = read_words(r, q, f);
    if (rc == RC_OK)
        rc = none_only(r, "owner", &q->without_owner, f);
    if (rc == RC_OK)
        rc = none_only(r, "date", &q->without_date, f);
    if (rc == RC_OK)
        rc = none_only(r, "measure", &q->without_measure, f);
    q->mine = span_is(req_query(r, "mine"), "1");
    if (rc == RC_OK)
        rc = req_limit(r, &q->limit, f);
    return rc == RC_OK ? req_after(r, 3, q->after_parts, &q->after, f) : rc;
}

static enum rc items_json(struct tx *tx, const struct ask *ask, const struct plan_item *items, int n, struct jw *w,
                          struct fail *f)
{
    enum rc rc = RC_OK;
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = plan_action_json(tx, &ask->view, &items[i], w, f);
    jw_array_end(w);
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_page page;
    enum rc rc = plan_list(tx, &ask->view, &ask->query, &page, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    rc = items_json(tx, ask, page.items, page.n, w, f);
    const char *next = page.more ? page_key(tx_arena(tx), 3, page.next_parts) : NULL;
    if (next != NULL)
        reply_next_page(ask->r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_action_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = read_query(r, &ask.query, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- one ------------------------------------------------------------ */

static enum rc answer_action(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = plan_action_whole_json(tx, &ask->view, ask->id, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc plan_api_action_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_action, &ask, f) : rc;
}

/* ---- writes ------------------------------------------------------------ */

struct action_job { /* one write on an action; its answer is the action as it is afterwards */
    struct plan_view view;
    int64_t action_id, version;
    struct plan_edit_in edit;
    struct plan_units_in units;
    struct plan_report_in report;
    struct plan_report_out reported;
};

static enum rc job_of(struct req *r, struct action_job **out, struct fail *f)
{
    struct action_job *job = ARENA_NEW(req_arena(r), struct action_job);
    if (job == NULL)
        return over(f);
    *out = job;
    enum rc rc = req_param_id(r, "id", &job->action_id, f);
    return rc == RC_OK ? plan_view_of(r, &job->view, f) : rc;
}

static enum rc render_action(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct action_job *job = out;
    struct plan_item item;
    struct jw w;
    *status = 200;
    jw_init(&w, body);
    enum rc rc = plan_action_get(tx, job->action_id, &item.row, f);
    if (rc == RC_OK)
        rc = plan_judge_row(tx, &job->view, &item.row, &item.verdict, f);
    return rc == RC_OK ? plan_action_json(tx, &job->view, &item, &w, f) : rc;
}

static void tag(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct action_job *)out)->version);
}

static enum rc run_edit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_edit(tx, &((const struct action_job *)in)->edit, &((struct action_job *)out)->version, f);
}

static enum rc read_measure(const json_t *body, struct plan_edit_in *in, struct fail *f)
{
    json_t *m = NULL;
    const json_t *v = json_object_get(body, "measure");
    if (v == NULL)
        return RC_OK;
    in->measure_text = in->measure_value = in->measure_unit = in->measure_comparator = SPAN("");
    if (json_is_null(v))
        return RC_OK;
    enum rc rc = json_get_object(body, "measure", JSON_REQUIRED, &m, f);
    if (rc == RC_OK)
        rc = json_only(m, f, "text", "value", "unit", "comparator", "origin", NULL);
    if (rc == RC_OK)
        rc = json_get_text_or_null(m, "text", 600, &in->measure_text, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(m, "value", 30, &in->measure_value, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(m, "unit", 60, &in->measure_unit, f);
    return rc == RC_OK ? json_get_text_or_null(m, "comparator", 4, &in->measure_comparator, f) : rc;
}

static enum rc read_edit(const json_t *body, struct plan_edit_in *in, struct fail *f)
{
    struct span state = SPAN_NONE;
    enum rc rc = json_only(body, f, "title", "phase", "due_on", "start_on", "measure", "state", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "title", JSON_OPTIONAL, PLAN_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "phase", 300, &in->phase, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "due_on", 10, &in->due_on, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "start_on", 10, &in->start_on, f);
    if (rc == RC_OK)
        rc = read_measure(body, in, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 20, &state, f);
    in->set_state = state.len > 0;
    if (rc == RC_OK && in->set_state && !plan_state_read(state, &in->state))
        rc = fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state);
    return rc;
}

enum rc plan_api_action_edit(struct req *r, struct fail *f)
{
    struct action_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->edit.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_edit(body, &job->edit, f);
    if (rc != RC_OK)
        return rc;
    job->edit.action_id = job->action_id;
    return org_write_with(r, &(struct org_write_plan){run_edit, job, job, render_action, tag, 0}, f);
}

static enum rc run_assign(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_assign(tx, &((const struct action_job *)in)->units, &((struct action_job *)out)->version, f);
}

static enum rc read_units(struct req *r, const json_t *body, struct plan_units_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_only(body, f, "units", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "units", JSON_REQUIRED, PLAN_UNITS_MAX, &list, f);
    if (rc != RC_OK)
        return rc;
    struct plan_unit_in *units = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct plan_unit_in);
    if (units == NULL)
        return over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        struct span part = SPAN_NONE;
        rc = json_only(v, f, "unit_id", "name", "part", "origin", "state", NULL);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_OPTIONAL, &units[i].unit_id, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "name", JSON_OPTIONAL, 300, &units[i].name, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "part", JSON_REQUIRED, 20, &part, f);
        if (rc == RC_OK && !span_is(part, "lead") && !span_is(part, "supporting"))
            rc = fail_span(f, RC_INVALID, MSG_plan_part_invalid, "part", part);
        units[i].lead = span_is(part, "lead");
    }
    in->units = units;
    in->n_units = (int)json_array_size(list);
    return rc;
}

enum rc plan_api_action_units(struct req *r, struct fail *f)
{
    struct action_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->units.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_units(r, body, &job->units, f);
    if (rc != RC_OK)
        return rc;
    job->units.action_id = job->action_id;
    return org_write_with(r, &(struct org_write_plan){run_assign, job, job, render_action, tag, 0}, f);
}

/* ---- reports ------------------------------------------------------------ */

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_report(tx, &((const struct action_job *)in)->report, &((struct action_job *)out)->reported, f);
}

static enum rc render_report(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct action_job *job = out;
    struct plan_item item = {.row = *job->reported.action};
    struct plan_report_row row = {.id = job->reported.id,
                                  .action_id = job->action_id,
                                  .kind = SPAN("report"),
                                  .text = job->report.text,
                                  .reason = job->reported.reason,
                                  .percent = job->reported.percent,
                                  .state = job->reported.state,
                                  .file_count = job->report.n_files};
    struct jw w;
    *status = job->reported.replayed ? 200 : 201;
    jw_init(&w, body);
    enum rc rc = plan_judge_row(tx, &job->view, &item.row, &item.verdict, f);
    if (rc != RC_OK)
        return rc;
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    row.done_on = job->report.done_on.len > 0 ? job->report.done_on : span_of(today);
    row.at_us = tx_now_us(tx);
    row.actor_id = tx_actor(tx)->principal_id;
    row.unit_id = tx_actor(tx)->unit_id;
    jw_object(&w);
    rc = plan_report_json(tx, item.row.region_code, &row, NULL, &w, f);
    plan_reason_json(&item.verdict, &w);
    jw_kint(&w, "version", item.row.version);
    if (job->reported.duty_id != 0) {
        jw_kid(&w, "duty_id", job->reported.duty_id);
        jw_kbool(&w, "draft", job->reported.draft);
    }
    jw_object_end(&w);
    return rc;
}

static void tag_report(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct action_job *)out)->reported.version);
}

static enum rc read_files(struct req *r, const json_t *body, struct plan_report_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "file_ids", JSON_OPTIONAL, 20, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        struct span text = {json_string_value(v), json_string_length(v)};
        if (!json_is_string(v) || !span_to_i64(text, &ids[i]))
            return fail_set(f, RC_INVALID, MSG_plan_field_invalid, "file_ids", "file_ids", NULL);
    }
    in->file_ids = ids;
    in->n_files = (int)json_array_size(list);
    return RC_OK;
}

static enum rc read_report(struct req *r, const json_t *body, struct plan_report_in *in, struct fail *f)
{
    struct span state = SPAN_NONE;
    int64_t percent = -1;
    enum rc rc = json_only(body, f, "percent", "state", "text", "reason", "done_on", "file_ids", "client_id", NULL);
    if (rc == RC_OK)
        rc = json_get_int(body, "percent", JSON_OPTIONAL, 0, 100, &percent, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 20, &state, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, PLAN_TEXT_BYTES_MAX, &in->text, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_OPTIONAL, PLAN_REASON_BYTES_MAX, &in->reason, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "done_on", JSON_OPTIONAL, &in->done_on, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "client_id", JSON_OPTIONAL, 100, &in->client_id, f);
    in->percent = (int)percent;
    in->has_state = state.len > 0;
    if (rc == RC_OK && in->has_state && !plan_state_read(state, &in->state))
        rc = fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state);
    if (in->text.ptr == NULL)
        in->text = SPAN("");
    return rc == RC_OK ? read_files(r, body, in, f) : rc;
}

enum rc plan_api_report_create(struct req *r, struct fail *f)
{
    struct action_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_report(r, body, &job->report, f);
    if (rc != RC_OK)
        return rc;
    job->report.action_id = job->action_id;
    if (job->report.done_on.len == 0 &&
        job->view.as_of.given) /* a screen that shows another day reports for that day */
        job->report.done_on = span_of(job->view.as_of.on);
    return org_write_with(r, &(struct org_write_plan){run_report, job, job, render_report, tag_report, 0}, f);
}

struct report_ask {
    struct ask base;
    bool given;
    struct span parts[2];
};

static enum rc answer_reports(struct tx *tx, void *ctx, struct fail *f)
{
    struct report_ask *ask = ctx;
    struct plan_action_row a;
    struct plan_report_row *items = NULL;
    struct unit_name_memo names = {0};
    struct rows rows;
    int n = 0, room = 0;
    int64_t after_id = 0, limit = ask->base.limit;
    enum rc rc = plan_action_get(tx, ask->base.id, &a, f);
    if (rc != RC_OK)
        return rc;
    if (ask->given && !span_to_i64(ask->parts[1], &after_id))
        return fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    struct db_val args[] = {DB_S(a.region_code), DB_I(a.line_id),     DB_S(ask->base.view.as_of.on),
                            DB_I(limit + 1),     DB_T(ask->parts[0]), DB_I(after_id)};
    rc = db_list(tx, SQL_report_list, 0, SQLO_report_list_newest, ask->given, args, ask->given ? 6 : 4, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        plan_report_of(&rows, &items[n++]);
    }
    rc = rows_end(&rows);
    struct jw *w = reply_json(ask->base.r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n && i < limit; i++) {
        jw_object(w);
        rc = plan_report_json(tx, a.region_code, &items[i], &names, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    const char *next = NULL;
    if (n > limit) {
        char text[24];
        /* n > limit: there are rows. NOLINTNEXTLINE(clang-analyzer-*) */
        (void)snprintf(text, sizeof text, "%lld", (long long)items[limit - 1].id);
        next = page_key(tx_arena(tx), 2, (struct span[]){items[limit - 1].done_on, span_of(text)});
        reply_next_page(ask->base.r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_report_list(struct req *r, struct fail *f)
{
    struct report_ask ask = {.base = {.r = r}};
    enum rc rc = req_param_id(r, "id", &ask.base.id, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.base.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, ask.parts, &ask.given, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.base.view, f);
    return rc == RC_OK ? org_read(r, answer_reports, &ask, f) : rc;
}

/* ---- journal ------------------------------------------------------------ */

struct journal_ask {
    struct req *r;
    int64_t id, limit, after;
};

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct journal_ask *ask = ctx;
    struct plan_action_row a;
    enum rc rc = plan_action_get(tx, ask->id, &a, f);
    if (rc != RC_OK)
        return rc;
    struct journal_page page = {a.region_code, "action", a.id, ask->after, (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

enum rc plan_api_action_journal(struct req *r, struct fail *f)
{
    struct journal_ask ask = {.r = r};
    struct span part;
    bool given = false;
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &ask.after))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

/* ---- board: by lead unit ------------------------------------------------------------ */

#define BOARD_ACTIONS_MAX 2000 /* actions that a board or a timeline shows */
#define BOARD_BRIEF_MAX 100    /* of them written out a unit; all are counted */

struct lane { /* one unit's column */
    int64_t unit_id;
    struct span name;
    int *items; /* indices, in reading order */
    int n, room;
};
struct board {
    struct lane *lanes;
    int n, room;
    struct lane nobody;
};

static enum rc put_in(struct arena *a, struct lane *lane, int item, struct fail *f)
{
    lane->items = plan_grow(a, lane->items, lane->n, &lane->room, sizeof lane->items[0]);
    if (lane->items == NULL)
        return over(f);
    lane->items[lane->n++] = item;
    return RC_OK;
}

static enum rc lane_of(struct arena *a, struct board *b, const struct plan_action_unit *u, struct lane **out,
                       struct fail *f)
{
    for (int i = 0; i < b->n; i++) {
        if (b->lanes[i].unit_id == u->unit_id) {
            *out = &b->lanes[i];
            return RC_OK;
        }
    }
    b->lanes = plan_grow(a, b->lanes, b->n, &b->room, sizeof b->lanes[0]);
    if (b->lanes == NULL)
        return over(f);
    b->lanes[b->n] = (struct lane){.unit_id = u->unit_id, .name = u->name};
    *out = &b->lanes[b->n++];
    return RC_OK;
}

static enum rc sort_into_lanes(struct tx *tx, const struct plan_page *page, struct board *b, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < page->n; i++) {
        struct plan_action_unit *units = NULL;
        int n = 0;
        bool lead = false;
        rc = plan_units_of_action(tx, page->items[i].row.region_code, page->items[i].row.id, &units, &n, f);
        for (int u = 0; rc == RC_OK && u < n; u++) {
            struct lane *lane = NULL;
            if (!span_is(units[u].part, "lead"))
                continue;
            lead = true;
            rc = lane_of(tx_arena(tx), b, &units[u], &lane, f);
            if (rc == RC_OK)
                rc = put_in(tx_arena(tx), lane, i, f);
        }
        if (rc == RC_OK && !lead)
            rc = put_in(tx_arena(tx), &b->nobody, i, f);
    }
    return rc;
}

/* The unit of a lane; id null and an empty name for actions without a lead unit. */
static void lane_unit_json(struct jw *w, const struct lane *lane)
{
    jw_object(w);
    jw_key(w, "id");
    if (lane->unit_id != 0)
        jw_id(w, lane->unit_id);
    else
        jw_null(w);
    jw_ktext(w, "name", lane->name.ptr != NULL ? lane->name : SPAN(""));
    jw_object_end(w);
}

static enum rc lane_json(struct tx *tx, const struct ask *ask, const struct plan_page *page, const struct lane *lane,
                         struct fail *f)
{
    struct jw *w = ask->w;
    struct plan_page own = {.n = lane->n};
    enum rc rc = RC_OK;
    own.items = ARENA_ARRAY(tx_arena(tx), (size_t)lane->n + 1, struct plan_item);
    if (own.items == NULL)
        return over(f);
    for (int i = 0; i < lane->n; i++)
        own.items[i] = page->items[lane->items[i]];
    jw_object(w);
    jw_key(w, "unit");
    lane_unit_json(w, lane);
    jw_key(w, "columns");
    jw_object(w);
    plan_tally_members(&own, w);
    jw_object_end(w);
    jw_key(w, "actions");
    rc = items_json(tx, ask, own.items, own.n < BOARD_BRIEF_MAX ? own.n : BOARD_BRIEF_MAX, w, f);
    jw_object_end(w);
    return rc;
}

static enum rc answer_board(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_page page;
    struct board b = {0};
    enum rc rc = plan_list(tx, &ask->view, &ask->query, &page, f);
    if (rc == RC_OK)
        rc = sort_into_lanes(tx, &page, &b, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = ask->w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < b.n; i++)
        rc = lane_json(tx, ask, &page, &b.lanes[i], f);
    if (rc == RC_OK && b.nobody.n > 0)
        rc = lane_json(tx, ask, &page, &b.nobody, f);
    jw_array_end(w);
    jw_kbool(w, "cut", page.more);
    jw_object_end(w);
    return rc;
}

/* Board, timeline: every action of an outline, or of all current ones. */
static enum rc ask_all(struct req *r, struct ask *ask, struct fail *f)
{
    *ask = (struct ask){.r = r, .query = {.light = -1, .state = -1, .limit = BOARD_ACTIONS_MAX}};
    enum rc rc = req_query_only(r, f, "outline", "mode", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "outline", &ask->query.outline_id, f);
    ask->query.mode = req_query(r, "mode");
    return rc == RC_OK ? plan_view_of(r, &ask->view, f) : rc;
}

enum rc plan_api_board(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_all(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_board, &ask, f) : rc;
}

/* Phases that the outline's text names, with their days. */
static enum rc phases_json(struct tx *tx, const struct ask *ask, struct fail *f)
{
    struct jw *w = ask->w;
    struct plan_outline_row o;
    struct plan_node_row *nodes = NULL;
    int n = 0;
    enum rc rc = plan_outline_get(tx, ask->query.outline_id, &o, f);
    struct plan_list_of of = {SQL_outline_nodes, SQL_outline_units, o.region_code, ask->query.outline_id, -1};
    if (rc == RC_OK)
        rc = plan_nodes(tx, &of, &nodes, &n, f);
    jw_key(w, "phases");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        json_t *dates = NULL;
        if (span_find(nodes[i].dates, SPAN("\"phase\""), 0) == SIZE_MAX)
            continue;
        rc = json_read(tx_arena(tx), nodes[i].dates, &dates, f);
        for (size_t k = 0; rc == RC_OK && k < json_array_size(dates); k++) {
            const json_t *date = json_array_get(dates, k);
            const char *kind = json_string_value(json_object_get(date, "kind"));
            if (kind == NULL || strcmp(kind, "phase") != 0)
                continue;
            jw_object(w);
            jw_kstr(w, "title", json_string_value(json_object_get(date, "text")));
            jw_kstr(w, "from_on", json_string_value(json_object_get(date, "from")));
            jw_kstr(w, "to_on", json_string_value(json_object_get(date, "to")));
            jw_object_end(w);
        }
    }
    jw_array_end(w);
    return rc;
}

static enum rc answer_timeline(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_page page;
    enum rc rc = plan_list(tx, &ask->view, &ask->query, &page, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = ask->w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < page.n; i++) {
        const struct plan_item *item = &page.items[i];
        jw_object(w);
        jw_kid(w, "id", item->row.id);
        jw_kid(w, "outline_id", item->row.outline_id);
        jw_ktext(w, "path", item->row.path);
        jw_ktext(w, "title", item->row.title);
        plan_ktext(w, "start_on", item->row.start_on);
        plan_ktext(w, "due_on", item->row.due_on);
        plan_ktext(w, "horizon_on", item->row.horizon_on);
        plan_ktext(w, "phase", item->row.phase);
        jw_kstr(w, "state", plan_state_word(item->verdict.facts.state));
        jw_kint(w, "percent", item->verdict.facts.percent);
        plan_reason_json(&item->verdict, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    if (ask->query.outline_id != 0)
        rc = phases_json(tx, ask, f);
    jw_kstr(w, "as_of_on", ask->view.as_of.on);
    jw_kbool(w, "cut", page.more);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_timeline(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_all(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_timeline, &ask, f) : rc;
}

/* ---- the own desk ------------------------------------------------------------ */

enum desk_list { DESK_OVERDUE, DESK_DUE_SOON, DESK_UNREPORTED, DESK_OTHER };
#define DESK_SOON_DAYS 30
#define DESK_LIST_MAX 50

/* Each action stands in the first list that fits. The verdict was drawn under the view, so its thresholds are there. */
static enum desk_list desk_of(const struct plan_view *v, const struct plan_verdict *verdict)
{
    const struct plan_facts *facts = &verdict->facts;
    if (facts->state == PLAN_DONE || facts->state == PLAN_STOPPED)
        return DESK_OTHER;
    if (verdict->why == PLAN_WHY_OVERDUE || verdict->why == PLAN_WHY_OVERDUE_UNREPORTED)
        return DESK_OVERDUE;
    if (facts->due_day != PLAN_NO_DAY && facts->due_day - v->as_of.day <= DESK_SOON_DAYS)
        return DESK_DUE_SOON;
    if (facts->last_report_day == PLAN_NO_DAY || v->as_of.day - facts->last_report_day > v->thresholds->t.stale_days)
        return DESK_UNREPORTED;
    return DESK_OTHER;
}

static enum rc desk_list_json(struct tx *tx, const struct ask *ask, const struct plan_page *page, enum desk_list which,
                              const char *key, struct fail *f)
{
    struct jw *w = ask->w;
    enum rc rc = RC_OK;
    int n = 0;
    jw_key(w, key);
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < page->n && n < DESK_LIST_MAX; i++) {
        if (desk_of(&ask->view, &page->items[i].verdict) == which) {
            rc = plan_action_json(tx, &ask->view, &page->items[i], w, f);
            n++;
        }
    }
    jw_array_end(w);
    return rc;
}

/* The latest report on each of the actions that were reported on last. */
static enum rc recent_json(struct tx *tx, const struct ask *ask, const struct plan_page *page, struct fail *f)
{
    struct jw *w = ask->w;
    enum rc rc = RC_OK;
    jw_key(w, "recent");
    jw_array(w);
    for (int i = 0, n = 0; rc == RC_OK && i < page->n && n < 10; i++) {
        const struct plan_item *item = &page->items[i];
        struct plan_report_row report;
        struct rows rows;
        rc = db_one(tx, SQL_report_on,
                    DB_ARGS(DB_S(item->row.region_code), DB_I(item->row.line_id), DB_S(ask->view.as_of.on)), &rows, f);
        if (rc == RC_MISSING) {
            rc = RC_OK;
            continue;
        }
        if (rc != RC_OK)
            break;
        plan_report_of(&rows, &report);
        rc = rows_end(&rows);
        n++;
        jw_object(w);
        if (rc == RC_OK)
            rc = plan_report_json(tx, item->row.region_code, &report, NULL, w, f);
        jw_ktext(w, "action_title", item->row.title);
        plan_reason_json(&item->verdict, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

/* ---- the office's desk: across its scope ---- */

#define DESK_IMPORTS_MAX 20

static bool is_office(struct tx *tx)
{
    struct unit own;
    struct fail f;
    return tx_actor(tx)->unit_id != 0 && unit_get(tx, tx_actor(tx)->unit_id, SPAN_NONE, &own, &f) == RC_OK &&
           (span_is(own.kind, "coordination") || span_is(own.kind, "city_office"));
}

static void desk_counts(const struct plan_view *v, const struct plan_page *page, const struct lane *lane, int counts[4])
{
    int n = lane != NULL ? lane->n : page->n;
    memset(counts, 0, 4 * sizeof counts[0]);
    for (int i = 0; i < n; i++)
        counts[desk_of(v, &page->items[lane != NULL ? lane->items[i] : i].verdict)]++;
}

static void desk_counts_json(struct jw *w, const int counts[4])
{
    jw_kint(w, "overdue", counts[DESK_OVERDUE]);
    jw_kint(w, "due_soon", counts[DESK_DUE_SOON]);
    jw_kint(w, "unreported", counts[DESK_UNREPORTED]);
}

struct lane_counts {
    const struct lane *lane;
    int counts[4];
};

static int cmp_lane(const void *pa, const void *pb)
{
    const struct lane_counts *a = pa, *b = pb;
    for (int k = DESK_OVERDUE; k < DESK_OTHER; k++) {
        int one = k == DESK_OVERDUE ? DESK_OVERDUE : k == 1 ? DESK_UNREPORTED : DESK_DUE_SOON;
        if (a->counts[one] != b->counts[one])
            return a->counts[one] > b->counts[one] ? -1 : 1;
    }
    return a->lane->unit_id < b->lane->unit_id ? -1 : a->lane->unit_id > b->lane->unit_id;
}

/* Lead units with what waits on each, the most overdue first. */
static enum rc scope_units_json(struct tx *tx, const struct ask *ask, const struct plan_page *page, struct fail *f)
{
    struct board b = {0};
    enum rc rc = sort_into_lanes(tx, page, &b, f);
    struct lane_counts *list = rc == RC_OK ? ARENA_ARRAY(tx_arena(tx), (size_t)b.n + 1, struct lane_counts) : NULL;
    if (rc != RC_OK || list == NULL)
        return rc != RC_OK ? rc : over(f);
    int n = 0;
    for (int i = 0; i <= b.n; i++) {
        const struct lane *lane = i < b.n ? &b.lanes[i] : &b.nobody;
        if (lane->n == 0)
            continue;
        list[n].lane = lane;
        desk_counts(&ask->view, page, lane, list[n++].counts);
    }
    if (n > 0)
        qsort(list, (size_t)n, sizeof list[0], cmp_lane);
    jw_key(ask->w, "units");
    jw_array(ask->w);
    for (int i = 0; i < n; i++) {
        jw_object(ask->w);
        jw_key(ask->w, "unit");
        lane_unit_json(ask->w, list[i].lane);
        jw_kint(ask->w, "actions", list[i].lane->n);
        desk_counts_json(ask->w, list[i].counts);
        jw_object_end(ask->w);
    }
    jw_array_end(ask->w);
    return RC_OK;
}

/* Imports that wait for a person to confirm or discard them. */
static enum rc to_review_json(struct tx *tx, struct jw *w, struct fail *f)
{
    struct plan_import_row row;
    struct rows rows;
    enum rc rc = db_list(tx, SQL_import_list, SQLF_import_list_state, SQLO_import_list_newest, false,
                         DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(DESK_IMPORTS_MAX), DB_S("draft")), &rows, f);
    jw_key(w, "to_review");
    jw_array(w);
    while (rc == RC_OK && rows_next(&rows)) {
        plan_import_of(&rows, &row);
        jw_object(w);
        jw_kid(w, "id", row.id);
        jw_ktext(w, "filename", row.filename);
        jw_ktime(w, "created_at", row.created_at_us);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

/* "scope": null for those who keep no outlines. */
static enum rc scope_json(struct tx *tx, struct ask *ask, struct fail *f)
{
    struct jw *w = ask->w;
    struct plan_page page;
    struct plan_query all = {
        .light = -1, .state = -1, .sort = PLAN_BY_DUE, .limit = BOARD_ACTIONS_MAX, .mode = SPAN("live")};
    int counts[4];
    jw_key(w, "scope");
    if (!is_office(tx)) {
        jw_null(w);
        return RC_OK;
    }
    enum rc rc = plan_list(tx, &ask->view, &all, &page, f);
    if (rc != RC_OK)
        return rc;
    desk_counts(&ask->view, &page, NULL, counts);
    jw_object(w);
    jw_key(w, "counts");
    jw_object(w);
    jw_kint(w, "actions", page.n);
    desk_counts_json(w, counts);
    jw_object_end(w);
    jw_kbool(w, "cut", page.more);
    rc = desk_list_json(tx, ask, &page, DESK_OVERDUE, "overdue", f);
    if (rc == RC_OK)
        rc = desk_list_json(tx, ask, &page, DESK_UNREPORTED, "unreported", f);
    if (rc == RC_OK)
        rc = to_review_json(tx, w, f);
    if (rc == RC_OK)
        rc = scope_units_json(tx, ask, &page, f);
    jw_object_end(w);
    return rc;
}

static enum rc answer_desk(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_page page, latest;
    struct plan_query recent = {.mine = true, .light = -1, .state = -1, .sort = PLAN_BY_UPDATED, .limit = 50};
    enum rc rc = plan_list(tx, &ask->view, &ask->query, &page, f);
    if (rc == RC_OK)
        rc = plan_list(tx, &ask->view, &recent, &latest, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = ask->w = reply_json(ask->r);
    jw_object(w);
    rc = desk_list_json(tx, ask, &page, DESK_OVERDUE, "overdue", f);
    if (rc == RC_OK)
        rc = desk_list_json(tx, ask, &page, DESK_DUE_SOON, "due_soon", f);
    if (rc == RC_OK)
        rc = desk_list_json(tx, ask, &page, DESK_UNREPORTED, "unreported", f);
    if (rc == RC_OK)
        rc = recent_json(tx, ask, &latest, f);
    plan_tally_members(&page, w);
    if (rc == RC_OK)
        rc = scope_json(tx, ask, f);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_desk(struct req *r, struct fail *f)
{
    struct ask ask = {
        .r = r, .query = {.mine = true, .light = -1, .state = -1, .sort = PLAN_BY_DUE, .limit = BOARD_ACTIONS_MAX}};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_desk, &ask, f) : rc;
}
