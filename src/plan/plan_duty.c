/* plan_duty.c - actions become duties: handing over opens them, their reports come back as the action's progress. */
#include <string.h>

#include "plan/plan_int.h"

struct evidence {
    int64_t ids[DUTY_FILES_MAX];
    int n;
};

static bool one_file(const struct file_row *row, void *ctx)
{
    struct evidence *e = ctx;
    e->ids[e->n++] = row->id;
    return e->n < DUTY_FILES_MAX;
}

enum rc plan_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    const struct duty_row *d = change->after;
    if (change->report == NULL || d->parent_id != 0)
        return RC_OK;
    const struct duty_report_row *r = change->report;
    struct evidence e = {.n = 0};
    enum rc rc = r->file_count > 0 ? org_file_list(tx, d->region_code, "duty_report", r->id, one_file, &e, f) : RC_OK;
    return rc == RC_OK ? plan_report_feed(tx,
                                          &(struct plan_feed_in){change->subject_id, d->holder_id, (int)d->percent,
                                                                 r->done_on, r->text,
                                                                 r->reason.len > 0 ? r->reason : SPAN_NONE, e.ids, e.n},
                                          f)
                       : rc;
}

/* An action that was handed over is reported on by who holds a duty of it; the office enters a unit's letter on that duty. */
static enum rc by_nobody_else(struct tx *tx, const struct duty_about *first, struct fail *f)
{
    struct duty_row d;
    struct unit holder;
    enum rc rc = unit_get(tx, first->holder_id, SPAN_NONE, &holder, f);
    if (rc == RC_OK)
        rc = duty_get(tx, first->id, &d, f);
    if (rc == RC_MISSING) /* another side's, of which nothing is told */
        return fail_set(f, RC_CONFLICT, MSG_plan_duty_of_others, NULL, NULL);
    return rc == RC_OK ? fail_set(f, RC_CONFLICT, MSG_plan_duty_open, NULL, span_cstr(tx_arena(tx), holder.name),
                                  span_cstr(tx_arena(tx), d.number), NULL)
                       : rc;
}

/* The open duty of the action on which the actor may report; *id 0: there is no open duty at all. */
static enum rc duty_for(struct tx *tx, int64_t action_id, int64_t *id, struct fail *f)
{
    struct duty_about all[DUTY_PARTS_MAX];
    int n = 0;
    *id = 0;
    enum rc rc = duty_open_about(tx, SPAN("action"), action_id, DUTY_PARTS_MAX, all, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        bool report = false, approve = false;
        if (*id != 0 && all[i].parent_id != 0)
            continue;
        rc = org_holds(tx, RIGHT_REPORT, all[i].holder_id, &report, f);
        if (rc == RC_OK)
            rc = org_holds(tx, RIGHT_APPROVE, all[i].holder_id, &approve, f);
        if (report || approve)
            *id = all[i].id;
        if (*id != 0 && all[i].parent_id == 0)
            break;
    }
    return rc == RC_OK && *id == 0 && n > 0 ? by_nobody_else(tx, &all[0], f) : rc;
}

enum rc plan_report_by_duty(struct tx *tx, const struct plan_report_in *in, struct plan_report_out *out, struct fail *f)
{
    struct duty_row d;
    struct duty_report_row r;
    int64_t id = 0;
    if (tx_actor(tx)->principal_id == 0)
        return RC_OK;
    enum rc rc = duty_for(tx, in->action_id, &id, f);
    if (rc != RC_OK || id == 0)
        return rc;
    rc = duty_report(tx,
                     &(struct duty_report_in){
                         .id = id,
                         .percent = in->percent < 0 && in->has_state && in->state == PLAN_DONE ? 100 : in->percent,
                         .text = in->text,
                         .reason = in->reason,
                         .done_on = in->done_on,
                         .client_id = in->client_id,
                         .file_ids = in->file_ids,
                         .n_files = in->n_files},
                     &d, &r, f);
    if (rc == RC_OK)
        rc = plan_action_get(tx, in->action_id, out->action, f);
    if (rc != RC_OK)
        return rc;
    out->duty_id = d.id;
    out->id = r.id;
    out->draft = span_is(r.state, "draft");
    out->percent = (int)r.percent;
    out->reason = r.reason.len > 0 ? r.reason : SPAN_NONE;
    out->state = out->action->state;
    out->version = out->action->version;
    return RC_OK;
}

static enum rc open_one(struct tx *tx, const struct plan_hand_over_in *in, const struct plan_action_row *a,
                        const struct plan_action_unit *unit, struct plan_hand_over_out *out, struct fail *f)
{
    const struct duty_source source = {SPAN("action"), a->id, a->path, a->office_id};
    struct duty_row d;
    enum rc rc =
        duty_open(tx,
                  &(struct duty_open_in){.subject_kind = SPAN("action"),
                                         .subject_id = a->id,
                                         .title = span_sub(a->title, 0, DUTY_TITLE_BYTES_MAX),
                                         .holder_id = unit->unit_id,
                                         .assigner_id = a->office_id,
                                         .parent_id = out->duty_id,
                                         .ordinal = out->n,
                                         .part = span_is(unit->part, "lead") ? SPAN("lead") : SPAN("supporting"),
                                         .due_on = in->due_on.len > 0 ? in->due_on : a->due_on,
                                         .sources = &source,
                                         .n_sources = 1},
                  &d, f);
    if (rc == RC_OK && out->duty_id == 0)
        out->duty_id = d.id;
    out->n++;
    return rc;
}

enum rc plan_hand_over(struct tx *tx, const struct plan_hand_over_in *in, struct plan_hand_over_out *out,
                       struct fail *f)
{
    struct plan_action_row a;
    struct plan_action_unit *units = NULL;
    int64_t open = 0;
    int n = 0, lead = -1;
    *out = (struct plan_hand_over_out){0};
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_ASSIGN, f);
    if (rc == RC_OK && !span_is(a.outline_state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    if (rc == RC_OK)
        rc = duty_count_open(tx, SPAN("action"), a.id, &open, f);
    if (rc == RC_OK && open > 0)
        rc = fail_set(f, RC_CONFLICT, MSG_plan_handed_over, NULL, NULL);
    if (rc == RC_OK)
        rc = plan_units_of_action(tx, a.region_code, a.id, &units, &n, f);
    for (int i = n - 1; rc == RC_OK && i >= 0; i--)
        lead = span_is(units[i].part, "lead") ? i : lead;
    if (rc == RC_OK && lead < 0)
        rc = fail_set(f, RC_CONFLICT, MSG_plan_no_lead, NULL, NULL);
    if (rc == RC_OK)
        rc = open_one(tx, in, &a, &units[lead], out, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (i != lead)
            rc = open_one(tx, in, &a, &units[i], out, f);
    return rc;
}

/* ---- route ---------------------------------------------------------------------------------------------------------------------------- */

struct hand_job {
    struct plan_hand_over_in in;
    struct plan_hand_over_out out;
};

static enum rc run_hand_over(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_hand_over(tx, &((const struct hand_job *)in)->in, &((struct hand_job *)out)->out, f);
}

static enum rc render_hand_over(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct hand_job *job = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "duty_id", job->out.duty_id);
    jw_kint(&w, "duties", job->out.n);
    jw_object_end(&w);
    return RC_OK;
}

enum rc plan_api_hand_over(struct req *r, struct fail *f)
{
    struct hand_job *job = ARENA_NEW(req_arena(r), struct hand_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_param_id(r, "id", &job->in.action_id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "due_on", NULL);
    if (rc == RC_OK)
        rc = json_get_date(body, "due_on", JSON_OPTIONAL, &job->in.due_on, f);
    return rc == RC_OK ? org_write(r, run_hand_over, job, job, render_hand_over, f) : rc;
}
