/* plan_api_baseline.c - routes of baselines and of slippage. */
#include <string.h>

#include "plan/plan_baseline_int.h"

struct ask {
    struct req *r;
    struct plan_view view;
    int64_t id, baseline_id;
};

static enum rc baseline_json(struct tx *tx, const struct plan_baseline_row *b, enum lang lang, struct jw *w,
                             struct fail *f)
{
    struct span actor;
    enum rc rc = person_display(tx, b->actor_id, lang, &actor, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", b->id);
    jw_ktext(w, "name", b->name);
    jw_ktext(w, "taken_on", b->taken_on);
    jw_ktime(w, "taken_at", b->at_us);
    jw_ktext(w, "actor_name", actor);
    jw_kint(w, "actions", b->actions);
    jw_object_end(w);
    return RC_OK;
}

static enum rc list_json(struct tx *tx, int64_t outline_id, enum lang lang, struct jw *w, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_baseline_row *items = NULL;
    struct fail may;
    int n = 0;
    enum rc rc = plan_outline_get(tx, outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_baselines(tx, &o, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_kbool(w, "may_take",
             span_is(o.state, "current") && plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, &may) == RC_OK);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = baseline_json(tx, &items[i], lang, w, f);
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    return list_json(tx, ask->id, req_lang(ask->r), reply_json(ask->r), f);
}

static enum rc list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- slippage ------------------------------------------------------------ */

static void day_or_null(struct jw *w, const char *key, int32_t day)
{
    char text[11] = "";
    if (day != PLAN_NO_DAY)
        date_print(date_from_days(day), text);
    plan_ktext(w, key, span_of(text));
}

static void slipped_json(const struct plan_slipped *s, struct jw *w)
{
    jw_object(w);
    jw_key(w, "action_id");
    if (s->member != NULL)
        jw_id(w, s->member->item.row.id);
    else
        jw_null(w);
    jw_ktext(w, "title", s->title);
    jw_kstr(w, "slip", plan_slip_word(s->slip));
    jw_kint(w, "slip_days", s->days);
    plan_ktext(w, "baseline_start_on", s->base_start_on);
    plan_ktext(w, "baseline_due_on", s->base_due_on);
    jw_key(w, "planned_percent");
    if (s->planned_pct >= 0)
        jw_int(w, s->planned_pct);
    else
        jw_null(w);
    if (s->member != NULL) {
        const struct plan_action_row *a = &s->member->item.row;
        const struct plan_facts *facts = &s->member->item.verdict.facts;
        jw_ktext(w, "path", a->path);
        plan_ktext(w, "start_on", a->start_on);
        plan_ktext(w, "due_on", a->due_on);
        jw_kstr(w, "state", plan_state_word(facts->state));
        jw_kint(w, "percent", s->member->progress_bp / 100);
        day_or_null(w, "done_on", facts->state == PLAN_DONE ? facts->last_report_day : PLAN_NO_DAY);
        plan_reason_json(&s->member->item.verdict, w);
    }
    jw_object_end(w);
}

static void totals_json(const struct plan_slipped *items, int n, struct jw *w)
{
    int64_t counts[PLAN_SLIPS] = {0}, days = 0, hidden = 0;
    int32_t worst = 0;
    for (int i = 0; i < n; i++) {
        counts[items[i].slip]++;
        days += items[i].days > 0 ? items[i].days : 0;
        worst = items[i].days > worst ? items[i].days : worst;
        hidden += items[i].member != NULL && !items[i].member->visible;
    }
    jw_key(w, "totals");
    jw_object(w);
    for (int i = 0; i < PLAN_SLIPS; i++)
        jw_kint(w, plan_slip_word((enum plan_slip)i), counts[i]);
    jw_kint(w, "late_days", days);
    jw_kint(w, "worst_days", worst);
    jw_kint(w, "hidden_actions", hidden);
    jw_object_end(w);
}

/* The baseline asked for; without one the newest. */
static const struct plan_baseline_row *chosen(const struct plan_baseline_row *items, int n, int64_t id)
{
    for (int i = 0; i < n; i++) {
        if (id == 0 || items[i].id == id)
            return &items[i];
    }
    return NULL;
}

static enum rc answer_slippage(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_baseline_row *all = NULL;
    struct plan_slipped *items = NULL;
    int n_all = 0, n = 0;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = plan_baselines(tx, &o, &all, &n_all, f);
    if (rc != RC_OK)
        return rc;
    const struct plan_baseline_row *b = chosen(all, n_all, ask->baseline_id);
    if (b == NULL)
        return n_all == 0 ? fail_set(f, RC_CONFLICT, MSG_baseline_none, NULL, NULL)
                          : fail_set(f, RC_MISSING, MSG_baseline_unknown, "baseline", NULL);
    rc = plan_slippage(tx, &ask->view, &o, b->id, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_ktext(w, "title", o.title);
    jw_key(w, "baseline");
    rc = baseline_json(tx, b, req_lang(ask->r), w, f);
    totals_json(items, n, w);
    /* what is gone has no scope of its own any more: only who keeps the outline reads its titles */
    struct fail may;
    const bool keeps = plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, &may) == RC_OK;
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        if (items[i].member == NULL ? keeps : items[i].member->visible)
            slipped_json(&items[i], w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

static enum rc slippage(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", "baseline", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK && req_query(r, "baseline").len > 0)
        rc = req_query_id(r, "baseline", &ask.baseline_id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_slippage, &ask, f) : rc;
}

/* ---- taking one ------------------------------------------------------------ */

struct baseline_job {
    struct plan_baseline_in in;
    int64_t id;
    enum lang lang;
};

static enum rc run_take(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_baseline_take(tx, &((const struct baseline_job *)in)->in, &((struct baseline_job *)out)->id, f);
}

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct baseline_job *job = out;
    struct jw w;
    *status = 201;
    jw_init(&w, body);
    return list_json(tx, job->in.outline_id, job->lang, &w, f);
}

static enum rc take(struct req *r, struct fail *f)
{
    struct baseline_job *job = ARENA_NEW(req_arena(r), struct baseline_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 1000, &job->in.name, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->in.outline_id, f);
    job->lang = req_lang(r);
    return rc == RC_OK ? org_write_with(r, &(struct org_write_plan){run_take, job, job, render, NULL, 0}, f) : rc;
}

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/outlines/{id}/baselines", AUTH_USER, ROUTE_POOL, NULL, list, 0, "its baselines, newest first"},
    {HTTP_POST, API "/outlines/{id}/baselines", AUTH_USER, 0, "breakdown", take, 0, "keep the dates as they are now"},
    {HTTP_GET, API "/outlines/{id}/slippage", AUTH_USER, ROUTE_POOL, NULL, slippage, 0,
     "how far its actions have slipped since a baseline"},
};
const struct route_table plan_baseline_routes = {"baseline", routes, (int)(sizeof routes / sizeof routes[0])};
