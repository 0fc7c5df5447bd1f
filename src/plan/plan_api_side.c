/* plan_api_side.c - routes of the sides of an action. */
#include <string.h>

#include "plan/plan_side_int.h"

struct ask {
    struct req *r;
    struct plan_view view;
    int64_t id;
};

static void day_or_null(struct jw *w, const char *key, int32_t day)
{
    char text[11] = "";
    if (day != PLAN_NO_DAY)
        date_print(date_from_days(day), text);
    plan_ktext(w, key, span_of(text));
}

static void side_json(const struct plan_side *s, struct jw *w)
{
    jw_object(w);
    jw_kint(w, "item", s->item);
    jw_ktext(w, "name", s->name);
    jw_key(w, "unit_id");
    if (s->unit_id != 0)
        jw_id(w, s->unit_id);
    else
        jw_null(w);
    plan_ktext(w, "start_on", s->start_on);
    plan_ktext(w, "due_on", s->due_on);
    jw_kstr(w, "state", plan_state_word(s->verdict.facts.state));
    jw_kint(w, "percent", s->verdict.facts.percent);
    plan_reason_json(&s->verdict, w);
    day_or_null(w, "last_report_on", s->verdict.facts.last_report_day);
    plan_ktext(w, "text", s->text);
    jw_kbool(w, "by_office", s->by_office);
    jw_object_end(w);
}

static void in_words(const struct plan_side *sides, const struct plan_joint *j, enum lang lang, struct sb *out)
{
    struct sb light;
    struct fail why = {0};
    char name[120], text[120];
    if (j->waiting < 0)
        return;
    const struct plan_side *s = &sides[j->waiting];
    sb_init(&light, 2048);
    plan_verdict_text(&s->verdict, lang, &light);
    (void)snprintf(name, sizeof name, "%.*s", (int)s->name.len, s->name.ptr);
    (void)snprintf(text, sizeof text, "%.*s", (int)sb_span(&light).len, sb_span(&light).ptr);
    sb_release(&light);
    (void)fail_set(&why, RC_OK, s->verdict.light >= PLAN_AMBER ? MSG_side_why_waiting : MSG_side_why_together, NULL,
                   s->verdict.light >= PLAN_AMBER ? name : text, text, NULL);
    fail_text(&why, lang, out);
}

static void joint_json(const struct plan_side *sides, int n, struct jw *w)
{
    const struct plan_joint j = plan_joint_of(sides, n);
    struct sb sb;
    jw_object(w);
    jw_kstr(w, "state", plan_state_word(j.state));
    jw_kint(w, "percent", j.percent);
    day_or_null(w, "start_on", j.start_day);
    day_or_null(w, "due_on", j.due_day);
    jw_kint(w, "apart_days", j.apart_days);
    jw_ktext_or_null(w, "waiting_for", j.waiting >= 0 ? sides[j.waiting].name : SPAN_NONE);
    jw_key(w, "in_words");
    jw_object(w);
    sb_init(&sb, 4096);
    in_words(sides, &j, LANG_ZH, &sb);
    jw_ktext(w, "zh", sb_span(&sb));
    sb_clear(&sb);
    in_words(sides, &j, LANG_EN, &sb);
    jw_ktext(w, "en", sb_span(&sb));
    sb_release(&sb);
    jw_object_end(w);
    jw_object_end(w);
}

static enum rc list_json(struct tx *tx, const struct plan_view *v, int64_t action_id, struct jw *w, int64_t *version,
                         struct fail *f)
{
    struct plan_action_row a;
    struct plan_side *sides = NULL;
    int n = 0;
    struct fail may;
    enum rc rc = plan_action_get(tx, action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_sides(tx, v, &a, &sides, &n, f);
    if (rc != RC_OK)
        return rc;
    *version = a.version;
    jw_object(w);
    jw_kid(w, "action_id", a.id);
    jw_kbool(w, "may_edit",
             span_is(a.outline_state, "current") &&
                 plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_ASSIGN, &may) == RC_OK);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        side_json(&sides[i], w);
    jw_array_end(w);
    jw_key(w, "joint");
    if (n > 0)
        joint_json(sides, n, w);
    else
        jw_null(w);
    jw_kint(w, "version", a.version);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = list_json(tx, &ask->view, ask->id, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

static enum rc list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- writes ------------------------------------------------------------ */

struct side_job {
    struct plan_sides_in set;
    struct plan_side_report_in report;
    int64_t action_id, version;
    bool created;
};

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct side_job *job = out;
    const struct plan_view v = plan_view_on(tx_arena(tx), as_of_day(date_to_days(date_of_us(tx_now_us(tx))), false));
    struct jw w;
    int64_t version = 0;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    return list_json(tx, &v, job->action_id, &w, &version, f);
}

static enum rc write_job(struct req *r, struct side_job *job, command_fn *run, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){run, job, job, render, NULL, 0}, f);
}

static enum rc read_side(const json_t *v, struct plan_side_in *s, struct fail *f)
{
    enum rc rc = json_only(v, f, "item", "name", "unit_id", "start_on", "due_on", NULL);
    if (rc == RC_OK)
        rc = json_get_int(v, "item", JSON_OPTIONAL, 1, 1000000, &s->item, f);
    if (rc == RC_OK)
        rc = json_get_text(v, "name", JSON_REQUIRED, 1000, &s->name, f);
    if (rc == RC_OK && !json_is_null(json_object_get(v, "unit_id")))
        rc = json_get_id(v, "unit_id", JSON_OPTIONAL, &s->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(v, "start_on", 10, &s->start_on, f);
    return rc == RC_OK ? json_get_text_or_null(v, "due_on", 10, &s->due_on, f) : rc;
}

static enum rc run_set(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_sides_set(tx, &((const struct side_job *)in)->set, &((struct side_job *)out)->version, f);
}

static enum rc set(struct req *r, struct fail *f)
{
    struct side_job *job = ARENA_NEW(req_arena(r), struct side_job);
    json_t *body = NULL, *items = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "items", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "items", JSON_REQUIRED, PLAN_SIDES_MAX, &items, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->action_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->set.version, f);
    if (rc != RC_OK)
        return rc;
    struct plan_side_in *sides = ARENA_ARRAY(req_arena(r), json_array_size(items) + 1, struct plan_side_in);
    if (sides == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(items); i++)
        rc = read_side(json_array_get(items, i), &sides[i], f);
    job->set.action_id = job->action_id;
    job->set.sides = sides;
    job->set.n_sides = (int)json_array_size(items);
    return rc == RC_OK ? write_job(r, job, run_set, f) : rc;
}

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return plan_side_report(tx, &((const struct side_job *)in)->report, f);
}

static enum rc report(struct req *r, struct fail *f)
{
    struct side_job *job = ARENA_NEW(req_arena(r), struct side_job);
    json_t *body = NULL;
    struct span state = SPAN_NONE;
    int64_t percent = -1;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "percent", "state", "text", "done_on", NULL);
    if (rc == RC_OK)
        rc = json_get_int(body, "percent", JSON_OPTIONAL, 0, 100, &percent, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 20, &state, f);
    job->report.has_state = state.len > 0;
    if (rc == RC_OK && state.len > 0 && !plan_state_read(state, &job->report.state))
        rc = fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "text", PLAN_TEXT_BYTES_MAX, &job->report.text, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "done_on", 10, &job->report.done_on, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->action_id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "item", &job->report.item, f);
    job->report.percent = (int)percent;
    job->report.action_id = job->action_id;
    job->created = true;
    return rc == RC_OK ? write_job(r, job, run_report, f) : rc;
}

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/actions/{id}/sides", AUTH_USER, ROUTE_POOL, NULL, list, 0,
     "the parties that build it together, and their joint schedule"},
    {HTTP_PUT, API "/actions/{id}/sides", AUTH_USER, ROUTE_IF_MATCH, "assign", set, 0, "the whole list of them"},
    {HTTP_POST, API "/actions/{id}/sides/{item}/reports", AUTH_USER, 0, "report", report, 0,
     "report how far one side is"},
};
const struct route_table plan_side_routes = {"side", routes, (int)(sizeof routes / sizeof routes[0])};
