/* duty_report.c - reports on a duty: drafted, approved or returned inside the unit; entered for it by the office; confirmed. */
#include <string.h>

#include "base/json.h"
#include "duty/duty_int.h"

struct filing { /* a report on its way in */
    const struct duty_report_in *in;
    struct duty_row before, d;
    struct duty_report_row r;
    bool seen;
};

static enum rc find_report(struct tx *tx, const struct duty_row *d, int64_t id, struct duty_report_row *out,
                           struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_report_get, DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    duty_report_of(&rows, out);
    return rows_end(&rows);
}

static enum rc seen_before(struct tx *tx, struct filing *g, struct fail *f)
{
    struct rows rows;
    if (g->in->client_id.len == 0)
        return RC_OK;
    enum rc rc = db_one(tx, SQL_duty_report_by_client,
                        DB_ARGS(DB_S(g->d.region_code), DB_I(g->d.id), DB_T(g->in->client_id)), &rows, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? RC_OK : rc;
    const int64_t id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    g->seen = true;
    return rc == RC_OK ? find_report(tx, &g->d, id, &g->r, f) : rc;
}

static enum rc check_report(struct tx *tx, struct filing *g, struct fail *f)
{
    const struct duty_report_in *in = g->in;
    const int32_t day = in->done_on.len > 0 ? duty_day_of(in->done_on) : duty_today(tx);
    if (in->percent > 100)
        return fail_set(f, RC_INVALID, MSG_duty_percent_invalid, "percent", NULL);
    if (in->text.len == 0 || in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "text", NULL);
    if (in->reason.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "reason", NULL);
    if (in->percent >= 0 && in->percent < g->d.percent && in->reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_duty_back_needs_reason, "reason", NULL);
    if (day == INT32_MIN || day > duty_today(tx))
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "done_on", in->done_on);
    if (in->on_behalf && in->n_files == 0)
        return fail_set(f, RC_INVALID, MSG_duty_letter_missing, "file_ids", NULL);
    g->r.done_on = duty_day_text(tx_arena(tx), day);
    g->r.percent = in->percent >= 0 ? in->percent : g->d.percent;
    g->r.text = in->text;
    g->r.reason = in->reason.ptr != NULL ? in->reason : SPAN("");
    g->r.figures = in->figures.len > 0 ? in->figures : SPAN("[]");
    g->r.return_reason = SPAN("");
    g->r.file_count = in->n_files;
    g->r.external = in->on_behalf;
    return RC_OK;
}

/* Who may: approve on the holder submits, report drafts, the other side enters for it. */
static enum rc right_to_report(struct tx *tx, struct filing *g, struct fail *f)
{
    bool approve = false, report = false;
    g->r.state = SPAN("submitted");
    if (g->in->on_behalf)
        return duty_may_side(tx, &g->d, NULL, f);
    enum rc rc = org_holds(tx, RIGHT_APPROVE, g->d.holder_id, &approve, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_REPORT, g->d.holder_id, &report, f);
    if (rc == RC_OK && !approve && !report)
        return fail_set(f, RC_FORBIDDEN, MSG_duty_not_in_charge, NULL, NULL);
    if (!approve || g->in->draft)
        g->r.state = SPAN("draft");
    return rc;
}

static enum rc table_allows(struct tx *tx, const struct duty_row *d, const struct duty_report_row *r,
                            const struct duty_machine **m, const struct duty_step **step, struct fail *f)
{
    struct duty_facts facts;
    const struct duty_given given = {r->text, r->reason, (int)r->file_count, 0, false, false, true};
    enum rc rc = duty_machine_of(tx, d, m, f);
    if (rc == RC_OK)
        rc = duty_facts_of(tx, d, &facts, f);
    if (rc != RC_OK)
        return rc;
    const struct duty_ask ask = {*m, duty_state_find(*m, d->state), DUTY_HOLDER, &facts, &given};
    return duty_step_find(tx_arena(tx), &ask, SPAN("report"), step, NULL, f);
}

static struct span report_day_after(struct arena *a, const struct duty_row *d)
{
    const int months = span_is(d->report_every, "month") ? 1 : span_is(d->report_every, "quarter") ? 3 : 12;
    int32_t day = duty_day_of(d->report_by_on);
    if (d->report_every.len == 0 || day == INT32_MIN)
        return SPAN_NONE;
    const int32_t done = duty_day_of(d->last_report_on);
    do {
        day = span_is(d->report_every, "week") ? day + 7 : date_to_days(date_add_months(date_from_days(day), months));
    } while (day <= done);
    return duty_day_text(a, day);
}

/* What a submitted report does to the duty. */
static enum rc count_report(struct tx *tx, struct duty_row *d, const struct duty_report_row *r, struct fail *f)
{
    const struct duty_machine *m = NULL;
    const struct duty_step *step = NULL;
    enum rc rc = table_allows(tx, d, r, &m, &step, f);
    if (rc != RC_OK)
        return rc;
    if (d->last_report_on.len == 0 || span_cmp(r->done_on, d->last_report_on) >= 0) {
        d->percent = r->percent;
        d->last_report_on = r->done_on;
    }
    d->reports++;
    d->unconfirmed += r->external;
    d->report_by_on = report_day_after(tx_arena(tx), d);
    return duty_apply(tx, m, step, &(struct duty_step_in){.id = d->id, .percent = (int)r->percent, .n_files = 0}, d, f);
}

static enum rc insert_report(struct tx *tx, struct filing *g, struct fail *f)
{
    const bool out = span_is(g->r.state, "submitted");
    struct duty_report_row *r = &g->r;
    r->id = tx_new_id(tx);
    r->duty_id = g->d.id;
    r->unit_id = g->d.holder_id;
    r->drafted_by = tx_actor(tx)->principal_id;
    r->drafted_at_us = tx_now_us(tx);
    r->decided_by = out ? r->drafted_by : 0;
    r->decided_at_us = out ? r->drafted_at_us : 0;
    enum rc rc =
        db_exec(tx, SQL_duty_report_insert,
                DB_ARGS(DB_S(g->d.region_code), DB_I(r->id), DB_I(r->duty_id), DB_I(r->unit_id), DB_T(r->state),
                        DB_I(r->percent), DB_T(r->text), DB_T(r->reason), DB_T(r->figures), DB_T(r->done_on),
                        DB_I(r->file_count), DB_I(r->external), DB_I(r->drafted_by), DB_I(r->drafted_at_us),
                        out ? DB_I(r->decided_by) : DB_N, DB_I_OR_NULL(r->decided_at_us),
                        DB_T(g->in->client_id.len > 0 ? g->in->client_id : SPAN_NONE)),
                NULL, f);
    return rc == RC_OK ? duty_attach(tx, &g->d, "duty_report", r->id, g->in->file_ids, g->in->n_files, f) : rc;
}

static enum rc note_report(struct tx *tx, const struct duty_row *before, const struct duty_row *d,
                           const struct duty_report_row *r, const char *verb, struct fail *f)
{
    struct duty_note n;
    duty_note_begin(&n);
    jw_kid(&n.w, "report_id", r->id);
    jw_kint(&n.w, "reported", r->percent);
    jw_ktext(&n.w, "done_on", r->done_on);
    jw_ktext(&n.w, "report_state", r->state);
    jw_kint(&n.w, "files", r->file_count);
    jw_kbool(&n.w, "external", r->external);
    const struct duty_change change = {before, d, verb, span_is(r->state, "submitted") ? r : NULL, SPAN_NONE, 0};
    return duty_done(tx, &n, &change, f);
}

enum rc duty_report(struct tx *tx, const struct duty_report_in *in, struct duty_row *out,
                    struct duty_report_row *report, struct fail *f)
{
    struct filing *g = ARENA_NEW(tx_arena(tx), struct filing);
    if (g == NULL)
        return duty_over(f);
    g->in = in;
    enum rc rc = duty_get(tx, in->id, &g->before, f);
    if (rc != RC_OK)
        return rc;
    g->d = g->before;
    rc = right_to_report(tx, g, f);
    if (rc == RC_OK)
        rc = seen_before(tx, g, f);
    if (rc == RC_OK && !g->seen) {
        rc = check_report(tx, g, f);
        const struct duty_machine *m = NULL;
        const struct duty_step *step = NULL;
        if (rc == RC_OK)
            rc = table_allows(tx, &g->d, &g->r, &m, &step, f);
        if (rc == RC_OK)
            rc = insert_report(tx, g, f);
        g->d.evidence += in->n_files;
        const bool submitted = span_is(g->r.state, "submitted");
        if (rc == RC_OK)
            rc = submitted ? count_report(tx, &g->d, &g->r, f) : duty_save(tx, &g->d, f);
        if (rc == RC_OK)
            rc = note_report(tx, &g->before, &g->d, &g->r, submitted ? "report" : "draft", f);
        if (rc == RC_OK)
            rc = submitted ? duty_tell(tx, &g->d, g->d.assigner_id, RIGHT_REVIEW, "duty.reported", f)
                           : duty_tell(tx, &g->d, g->d.holder_id, RIGHT_APPROVE, "duty.drafted", f);
    }
    if (rc != RC_OK)
        return rc;
    *out = g->d;
    *report = g->r;
    return RC_OK;
}

/* ---- deciding --------------------------------------------------------------------------------------------------------------------- */

static enum rc draft_for(struct tx *tx, const struct duty_decide_in *in, struct duty_row *d, struct duty_report_row *r,
                         struct fail *f)
{
    bool holds = false;
    enum rc rc = duty_get(tx, in->id, d, f);
    if (rc == RC_OK)
        rc = find_report(tx, d, in->report_id, r, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, d->holder_id, &holds, f);
    if (rc != RC_OK)
        return rc;
    return holds ? RC_OK : fail_set(f, RC_FORBIDDEN, MSG_duty_right_lacking, NULL, NULL);
}

static enum rc decide(struct tx *tx, const struct duty_row *d, struct duty_report_row *r, const char *state,
                      struct span reason, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_duty_report_decide,
                         DB_ARGS(DB_S(d->region_code), DB_I(r->id), DB_S(state), DB_I(tx_actor(tx)->principal_id),
                                 DB_I(tx_now_us(tx)), DB_T(reason)),
                         &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_duty_no_draft, NULL, NULL);
    r->state = span_of(state);
    return rc;
}

enum rc duty_report_approve(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_row before, d;
    struct duty_report_row r;
    enum rc rc = draft_for(tx, in, &before, &r, f);
    d = before;
    if (rc == RC_OK)
        rc = decide(tx, &d, &r, "submitted", SPAN(""), f);
    if (rc == RC_OK && r.percent < d.percent && r.reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_duty_back_needs_reason, "reason", NULL);
    if (rc == RC_OK)
        rc = count_report(tx, &d, &r, f);
    if (rc == RC_OK)
        rc = note_report(tx, &before, &d, &r, "report", f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, d.assigner_id, RIGHT_REVIEW, "duty.reported", f);
    if (rc == RC_OK)
        *out = d;
    return rc;
}

enum rc duty_report_return(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_row before, d;
    struct duty_report_row r;
    enum rc rc = draft_for(tx, in, &before, &r, f);
    if (rc != RC_OK)
        return rc;
    if (in->reason.len == 0 || in->reason.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "reason", NULL);
    d = before;
    rc = decide(tx, &d, &r, "returned", in->reason, f);
    if (rc == RC_OK)
        rc = duty_save(tx, &d, f);
    if (rc == RC_OK)
        rc = note_report(tx, &before, &d, &r, "return_draft", f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, d.holder_id, RIGHT_REPORT, "duty.draft_returned", f);
    if (rc == RC_OK)
        *out = d;
    return rc;
}

enum rc duty_report_confirm(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_row before, d;
    struct duty_report_row r;
    int64_t changed = 0;
    enum rc rc = draft_for(tx, in, &before, &r, f);
    d = before;
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_report_confirm, DB_ARGS(DB_S(d.region_code), DB_I(r.id), DB_I(tx_now_us(tx))),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_duty_nothing_to_confirm, NULL, NULL);
    d.unconfirmed -= 1;
    if (rc == RC_OK)
        rc = duty_save(tx, &d, f);
    if (rc != RC_OK)
        return rc;
    struct duty_note n;
    duty_note_begin(&n);
    jw_kid(&n.w, "report_id", r.id);
    rc = duty_done(tx, &n, &(struct duty_change){&before, &d, "confirm", NULL, SPAN_NONE, 0}, f);
    if (rc == RC_OK)
        *out = d;
    return rc;
}
