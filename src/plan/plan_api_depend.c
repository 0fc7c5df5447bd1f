/* plan_api_depend.c - routes of dependencies and of the schedule with its critical path. */
#include "plan/plan_depend_int.h"

struct ask {
    struct req *r;
    struct plan_view view;
    int64_t id;
};

static void on_day(struct jw *w, const char *key, int32_t day)
{
    char text[11];
    date_print(date_from_days(day), text);
    jw_kstr(w, key, text);
}

static void scheduled_json(const struct plan_scheduled *s, struct jw *w)
{
    const struct plan_action_row *a = &s->item->row;
    int32_t due = plan_day_of(a->due_on);
    jw_object(w);
    jw_kid(w, "id", a->id);
    jw_ktext(w, "path", a->path);
    jw_ktext(w, "title", a->title);
    plan_ktext(w, "start_on", a->start_on);
    plan_ktext(w, "due_on", a->due_on);
    jw_ktext(w, "phase", a->phase);
    jw_kstr(w, "state", plan_state_word(s->item->verdict.facts.state));
    jw_kint(w, "percent", s->item->verdict.facts.percent);
    plan_reason_json(&s->item->verdict, w);
    if (s->dated) {
        on_day(w, "early_start_on", s->early_start);
        on_day(w, "early_finish_on", s->early_finish);
        on_day(w, "late_finish_on", s->late_finish);
        jw_kint(w, "slack_days", s->slack);
        jw_kbool(w, "critical", s->slack <= 0);
        jw_kbool(w, "late", due != PLAN_NO_DAY && s->early_finish > due);
    }
    jw_object_end(w);
}

static enum rc schedule_json(struct tx *tx, struct ask *ask, struct jw *w, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_schedule s;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = plan_schedule_read(tx, &ask->view, &o, &s, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < s.n; i++)
        scheduled_json(&s.items[i], w);
    jw_array_end(w);
    jw_key(w, "dependencies");
    jw_array(w);
    for (int i = 0; i < s.n_waits; i++) {
        const struct plan_depend_row *d = &s.waits[i];
        if (d->from < 0 || d->to < 0)
            continue;
        jw_object(w);
        jw_kid(w, "id", d->id);
        jw_kid(w, "from_id", s.items[d->from].item->row.id);
        jw_kid(w, "to_id", s.items[d->to].item->row.id);
        jw_kstr(w, "kind", plan_link_word(d->kind));
        jw_kint(w, "lag_days", d->lag_days);
        jw_object_end(w);
    }
    jw_array_end(w);
    if (s.n > 0)
        on_day(w, "end_on", s.end_day);
    jw_kbool(w, "calendar_assumed", s.assumed);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

static enum rc answer_schedule(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    return schedule_json(tx, ask, reply_json(ask->r), f);
}

enum rc plan_api_schedule(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_schedule, &ask, f) : rc;
}

/* ---- writes ------------------------------------------------------------ */

struct depend_job {
    struct plan_depend_in in;
    struct ask ask;
    int64_t id;
    bool created;
};

static enum rc run_add(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_depend_add(tx, &((const struct depend_job *)in)->in, &((struct depend_job *)out)->id, f);
}

static enum rc run_drop(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    struct depend_job *job = out;
    return plan_depend_drop(tx, job->id, &job->in.outline_id, f);
}

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct depend_job *job = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", job->id);
    jw_kid(&w, "outline_id", job->in.outline_id);
    jw_object_end(&w);
    return RC_OK;
}

enum rc plan_api_depend_add(struct req *r, struct fail *f)
{
    struct depend_job *job = ARENA_NEW(req_arena(r), struct depend_job);
    json_t *body = NULL;
    struct span kind = SPAN("finish_start");
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "from_id", "to_id", "kind", "lag_days", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "from_id", JSON_REQUIRED, &job->in.from_id, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "to_id", JSON_REQUIRED, &job->in.to_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_OPTIONAL, 20, &kind, f);
    if (rc == RC_OK && !plan_link_read(kind, &job->in.kind))
        rc = fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "kind", kind);
    if (rc == RC_OK)
        rc = json_get_int(body, "lag_days", JSON_OPTIONAL, -PLAN_LAG_MAX, PLAN_LAG_MAX, &job->in.lag_days, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->in.outline_id, f);
    if (rc != RC_OK)
        return rc;
    job->created = true;
    return org_write_with(r, &(struct org_write_plan){run_add, job, job, render, NULL, 0}, f);
}

enum rc plan_api_depend_drop(struct req *r, struct fail *f)
{
    struct depend_job *job = ARENA_NEW(req_arena(r), struct depend_job);
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_param_id(r, "id", &job->id, f);
    return rc == RC_OK ? org_write_with(r, &(struct org_write_plan){run_drop, job, job, render, NULL, 0}, f) : rc;
}
