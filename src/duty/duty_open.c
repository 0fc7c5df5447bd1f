/* duty_open.c - the commands that open a duty and take it through its machine. Each runs inside the writer's transaction. */
#include <string.h>

#include "duty/duty_int.h"

/* ---- opening -------------------------------------------------------------------------------------------------------------------- */

static bool is_among(struct span s, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (span_is(s, words[i]))
            return true;
    return false;
}

static enum rc check_open(const struct duty_open_in *in, struct duty_row *d, struct fail *f)
{
    static const char *const parts[] = {"lead", "supporting", "responsible", "implementing"};
    static const char *const every[] = {"", "week", "month", "quarter", "year"};
    if (in->title.len == 0 || in->title.len > DUTY_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_title_invalid, "title", NULL);
    if (in->subject_kind.len == 0 || in->subject_kind.len > 40)
        return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "subject_kind", NULL);
    d->part = in->part.len > 0 ? in->part : SPAN("responsible");
    if (!is_among(d->part, parts, 4))
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "part", d->part);
    d->report_every = span_or_empty(in->report_every);
    if (!is_among(d->report_every, every, 5))
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "report_every", d->report_every);
    if (in->due_on.len > 0 && duty_day_of(in->due_on) == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "due_on", in->due_on);
    if (in->start_on.len > 0 && duty_day_of(in->start_on) == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "start_on", in->start_on);
    if (in->due_on.len > 0 && in->start_on.len > 0 && span_cmp(in->start_on, in->due_on) > 0)
        return fail_span(f, RC_INVALID, MSG_duty_start_after_due, "due_on", in->due_on);
    if (in->holder_id == 0)
        return fail_set(f, RC_INVALID, MSG_duty_needs, "holder_id", "open", NULL);
    return RC_OK;
}

/* The day by which the next report after a day is due. */
static struct span next_report(struct arena *a, struct span every, int32_t day)
{
    const int months = span_is(every, "month") ? 1 : span_is(every, "quarter") ? 3 : 12;
    if (every.len == 0)
        return SPAN_NONE;
    if (span_is(every, "week"))
        return duty_day_text(a, day + 7);
    return duty_day_text(a, date_to_days(date_add_months(date_from_days(day), months)));
}

static enum rc regions_of(struct tx *tx, const struct duty_open_in *in, struct duty_row *d, struct fail *f)
{
    struct unit holder, assigner;
    enum rc rc = unit_get(tx, in->holder_id, SPAN(""), &holder, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_duty_unit_unknown, "holder_id", NULL);
    if (rc == RC_OK)
        rc = unit_get(tx, in->assigner_id, SPAN(""), &assigner, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_duty_unit_unknown, "assigner_id", NULL);
    if (rc != RC_OK)
        return rc;
    if (span_is(holder.state, "ended"))
        return fail_set(f, RC_INVALID, MSG_duty_unit_ended, "holder_id", NULL);
    memcpy(d->region_code, assigner.region_code, sizeof(d->region_code));
    /* The office of a conference of equals orders nobody in a member city, whatever its own region. */
    const bool of_equals = span_is(assigner.kind, "coordination") && assigner.cooperation_id != 0 &&
                           strcmp(assigner.region_code, holder.region_code) != 0;
    d->crosses_border = of_equals || duty_crosses(assigner.region_code, holder.region_code);
    return RC_OK;
}

static enum rc add_sources(struct tx *tx, const struct duty_open_in *in, const struct duty_row *d, struct fail *f)
{
    enum rc rc = RC_OK;
    if (in->n_sources > DUTY_PARTS_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_too_many, "sources", "64", NULL);
    for (int i = 0; rc == RC_OK && i < in->n_sources; i++) {
        const struct duty_source *s = &in->sources[i];
        rc = db_exec(tx, SQL_duty_source_add,
                     DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_T(s->kind), DB_I(s->id),
                             DB_T(span_or_empty(s->words)), DB_I_OR_NULL(s->unit_id)),
                     NULL, f);
    }
    return rc;
}

static enum rc add_limits(struct tx *tx, const struct duty_open_in *in, const struct duty_row *d, struct fail *f)
{
    enum rc rc =
        in->n_limits > DUTY_CLOCKS_MAX ? fail_set(f, RC_INVALID, MSG_duty_too_many, "limits", "12", NULL) : RC_OK;
    for (int i = 0; rc == RC_OK && i < in->n_limits; i++)
        rc = db_exec(tx, SQL_duty_limit_add,
                     DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_T(in->limits[i].clock),
                             DB_I(in->limits[i].limit.unit), DB_I(in->limits[i].limit.n)),
                     NULL, f);
    return rc;
}

/* Across a border what is opened is offered: the machine's verb for it, when its condition holds. */
static enum rc offer_if_needed(const struct duty_machine *m, struct tx *tx, struct duty_row *d, struct fail *f)
{
    static const struct duty_given none = {.percent = false};
    struct duty_facts facts;
    const struct duty_step *step = NULL;
    struct fail ignored = {0};
    enum rc rc = duty_facts_of(tx, d, &facts, f);
    if (rc != RC_OK)
        return rc;
    const struct duty_ask ask = {m, duty_state_find(m, d->state), DUTY_ASSIGNER, &facts, &none};
    if (duty_step_find(tx_arena(tx), &ask, SPAN("offer"), &step, NULL, &ignored) == RC_OK && step->to >= 0)
        d->state = m->states[step->to].word;
    return RC_OK;
}

/* A part lives where its whole lives, whichever city's unit handed it on: they are counted and read together. */
static enum rc home_of_parent(struct tx *tx, int64_t parent_id, struct duty_row *d, struct fail *f)
{
    struct duty_row parent;
    enum rc rc = duty_get(tx, parent_id, &parent, f);
    if (rc == RC_OK)
        memcpy(d->region_code, parent.region_code, sizeof(d->region_code));
    return rc;
}

static enum rc fill(struct tx *tx, const struct duty_open_in *in, struct duty_row *d, struct fail *f)
{
    const int64_t now = tx_now_us(tx);
    enum rc rc = check_open(in, d, f);
    if (rc == RC_OK)
        rc = regions_of(tx, in, d, f);
    if (rc == RC_OK && in->parent_id != 0)
        rc = home_of_parent(tx, in->parent_id, d, f);
    if (rc == RC_OK)
        rc = store_number(tx, "DB", d->region_code, &d->number, f);
    if (rc != RC_OK)
        return rc;
    d->id = tx_new_id(tx);
    d->subject_kind = in->subject_kind;
    d->subject_id = in->subject_id;
    d->title = in->title;
    d->machine = in->machine.len > 0 ? in->machine : SPAN("action");
    d->holder_id = in->holder_id;
    d->assigner_id = in->assigner_id;
    d->counterpart_id = in->counterpart_id;
    d->supervisor_id = in->supervisor_id;
    d->parent_id = in->parent_id;
    d->recurrence_id = in->recurrence_id;
    d->ordinal = in->ordinal;
    d->weight = in->weight > 0 ? in->weight : 1;
    d->start_on = in->start_on.len > 0 ? in->start_on : duty_day_text(tx_arena(tx), duty_today(tx));
    d->due_on = d->first_due_on = span_or_null(in->due_on);
    d->report_by_on = next_report(tx_arena(tx), d->report_every, duty_day_of(d->start_on));
    d->clock = SPAN("");
    d->opened_at_us = d->updated_at_us = now;
    d->version = 1;
    return RC_OK;
}

static enum rc note_open(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    struct duty_note n;
    duty_note_begin(&n);
    jw_ktext(&n.w, "number", d->number);
    jw_ktext(&n.w, "title", d->title);
    jw_ktext(&n.w, "part", d->part);
    jw_kid(&n.w, "assigner_id", d->assigner_id);
    jw_kbool(&n.w, "crosses_border", d->crosses_border);
    if (d->parent_id != 0)
        jw_kid(&n.w, "parent_id", d->parent_id);
    return duty_done(tx, &n, &(struct duty_change){.after = d, .verb = "open"}, f);
}

/* Found by its title and its number. */
static enum rc make_findable(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, DUTY_TITLE_BYTES_MAX + 64);
    sb_add(&sb, d->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, d->number);
    enum rc rc = sb_rc(&sb) == RC_OK ? search_put(tx, d->region_code, "duty", d->id, sb_span(&sb), f) : duty_over(f);
    sb_release(&sb);
    return rc;
}

/* The words that a new duty takes from its machine, kept over the machine's memory. */
struct begun {
    char hash[72], state[72], clock[72];
};

static void keep_word(char out[72], struct span word)
{
    (void)snprintf(out, 72, "%.*s", SPAN_ARG(word));
}

/* Its machine's start, offered across a border, clocks running. The machine, some 100 KB, goes again: one command may open many duties. */
static enum rc begin(struct tx *tx, struct duty_row *d, struct fail *f)
{
    const struct duty_machine *m = NULL;
    struct begun b = {.hash = ""};
    const struct arena_mark mark = arena_mark_now(tx_arena(tx));
    enum rc rc = duty_machine_current(tx, d->machine, &m, &d->machine_hash, f);
    if (rc == RC_OK)
        d->state = m->states[m->start].word;
    if (rc == RC_OK)
        rc = offer_if_needed(m, tx, d, f);
    if (rc == RC_OK)
        rc = duty_clocks_turn(tx, m, d, DUTY_SAME_DAY, f);
    if (rc == RC_OK) {
        keep_word(b.hash, d->machine_hash);
        keep_word(b.state, d->state);
        keep_word(b.clock, d->clock);
    }
    arena_rewind(tx_arena(tx), mark);
    d->machine_hash = span_dup(tx_arena(tx), span_of(b.hash));
    d->state = span_dup(tx_arena(tx), span_of(b.state));
    d->clock = span_dup(tx_arena(tx), span_of(b.clock));
    const bool kept = d->machine_hash.ptr != NULL && d->state.ptr != NULL && d->clock.ptr != NULL;
    return rc == RC_OK && !kept ? duty_over(f) : rc;
}

enum rc duty_open(struct tx *tx, const struct duty_open_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_row d = {.id = 0};
    enum rc rc = in->checked ? RC_OK : org_require(tx, RIGHT_ASSIGN, in->assigner_id, f);
    if (rc == RC_OK)
        rc = fill(tx, in, &d, f);
    if (rc == RC_OK)
        rc = add_limits(tx, in, &d, f);
    if (rc == RC_OK)
        rc = begin(tx, &d, f);
    if (rc == RC_OK)
        rc = duty_insert(tx, &d, f);
    if (rc == RC_OK)
        rc = duty_party_put(tx, &d, f);
    if (rc == RC_OK)
        rc = add_sources(tx, in, &d, f);
    if (rc == RC_OK)
        rc = make_findable(tx, &d, f);
    if (rc == RC_OK)
        rc = duty_urge_arm(tx, &d, f);
    if (rc == RC_OK)
        rc = note_open(tx, &d, f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, d.holder_id, RIGHT_REPORT, "duty.opened", f);
    if (rc == RC_OK)
        *out = d;
    return rc;
}

/* ---- a step ------------------------------------------------------------------------------------------------------------------------ */

static enum rc make_parts(struct tx *tx, const struct duty_step_in *in, const struct duty_row *d, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_open_parts, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t before = rows_int(&rows, 1);
    rc = rows_end(&rows);
    if (rc == RC_OK && before + in->n_parts > DUTY_PARTS_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_too_many, "parts", "64", NULL);
    for (int i = 0; rc == RC_OK && i < in->n_parts; i++) {
        const struct duty_part_in *p = &in->parts[i];
        struct duty_row child;
        rc = duty_open(tx,
                       &(struct duty_open_in){.machine = d->machine,
                                              .subject_kind = d->subject_kind,
                                              .subject_id = d->subject_id,
                                              .title = p->title.len > 0 ? p->title : d->title,
                                              .holder_id = p->unit_id,
                                              .assigner_id = d->holder_id,
                                              .supervisor_id = duty_unit_of(d, DUTY_SUPERVISOR),
                                              .parent_id = d->id,
                                              .ordinal = before + i + 1,
                                              .weight = p->weight,
                                              .part = p->part.len > 0 ? p->part : SPAN("supporting"),
                                              .due_on = p->due_on.len > 0 ? p->due_on : span_or_empty(d->due_on)},
                       &child, f);
    }
    return rc;
}

static enum rc take_holder(struct tx *tx, int64_t unit_id, struct duty_row *d, struct fail *f)
{
    struct duty_row regions = {.id = 0};
    enum rc rc =
        regions_of(tx, &(struct duty_open_in){.holder_id = unit_id, .assigner_id = d->assigner_id}, &regions, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_party_add,
                     DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_I(d->holder_id), DB_S("former")), NULL, f);
    d->holder_id = unit_id;
    d->crosses_border = regions.crosses_border;
    return rc;
}

static enum rc new_due(const struct duty_step_in *in, struct duty_row *d, int64_t *day, struct fail *f)
{
    *day = duty_day_of(in->due_on);
    if (*day == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "due_on", in->due_on);
    if (d->due_on.len > 0 && span_cmp(in->due_on, d->due_on) <= 0)
        return fail_span(f, RC_INVALID, MSG_duty_not_later, "due_on", in->due_on);
    d->due_on = in->due_on;
    if (d->first_due_on.len == 0)
        d->first_due_on = in->due_on;
    return RC_OK;
}

/* Suspended until a day: then the system goes on with it. */
static enum rc arm_resume(struct tx *tx, const struct duty_step_in *in, const struct duty_row *d, struct fail *f)
{
    if (!d->suspended || in->due_on.len == 0)
        return timer_cancel(tx, d->region_code, DUTY_TIMER_RESUME, d->id, f);
    const int32_t day = duty_day_of(in->due_on);
    if (day == INT32_MIN || day <= duty_today(tx))
        return fail_span(f, RC_INVALID, MSG_duty_not_later, "due_on", in->due_on);
    return timer_set(tx, d->region_code, DUTY_TIMER_RESUME, d->id, date_start_us(date_from_days(day)), SPAN(""), f);
}

enum rc duty_apply(struct tx *tx, const struct duty_machine *m, const struct duty_step *step,
                   const struct duty_step_in *in, struct duty_row *d, struct fail *f)
{
    int64_t day = step->effects & DUTY_MORE_TIME ? DUTY_TIME_AGAIN : DUTY_SAME_DAY, first = 0;
    enum rc rc = RC_OK;
    d->returns += (step->effects & DUTY_COUNT_RETURN) != 0;
    d->extensions += (step->effects & DUTY_COUNT_EXTENSION) != 0;
    if (step->effects & DUTY_NEW_HOLDER)
        rc = take_holder(tx, in->unit_id, d, f);
    if (rc == RC_OK && (step->effects & DUTY_FIRST_HOLDER)) {
        rc = duty_first_holder(tx, m, d, &first, f);
        if (rc == RC_OK && first != d->holder_id)
            rc = take_holder(tx, first, d, f);
    }
    if (rc == RC_OK && (step->effects & DUTY_NEW_DATE))
        rc = new_due(in, d, &day, f);
    if (rc == RC_OK && step->to >= 0) {
        d->state = m->states[step->to].word;
        d->final = m->states[step->to].final;
        d->suspended = m->states[step->to].suspended;
        d->closed_at_us = d->final ? tx_now_us(tx) : 0;
    }
    if (rc == RC_OK && (step->effects & DUTY_NEW_HOLDER) && d->crosses_border)
        rc = offer_if_needed(m, tx, d, f);
    d->evidence += in->n_files;
    if (rc == RC_OK)
        rc = arm_resume(tx, in, d, f);
    if (rc == RC_OK)
        rc = duty_clocks_turn(tx, m, d, day, f);
    if (rc == RC_OK)
        rc = duty_save(tx, d, f);
    if (rc == RC_OK && (step->effects & (DUTY_NEW_HOLDER | DUTY_FIRST_HOLDER)))
        rc = duty_party_put(tx, d, f);
    if (rc == RC_OK && (step->effects & DUTY_SPLIT))
        rc = make_parts(tx, in, d, f);
    if (rc == RC_OK && in->n_files > 0)
        rc = duty_attach(tx, d, "duty", d->id, in->file_ids, in->n_files, f);
    return rc == RC_OK ? duty_urge_arm(tx, d, f) : rc;
}

/* The first part for which the actor may: its step, or the refusal that says most. */
static enum rc find_step(struct tx *tx, const struct duty_step_in *in, struct duty_ask *ask, const struct duty_row *d,
                         const struct duty_step **out, struct fail *f)
{
    struct fail best = {0}, now = {0};
    enum rc best_rc = RC_OK;
    const bool system = tx_actor(tx)->principal_id == 0;
    for (int k = 0; k < DUTY_PARTS; k++) {
        const enum duty_part part = (enum duty_part)(k == 0 && system ? DUTY_SYSTEM : system ? k - 1 : k);
        if (in->part.len > 0 && !span_is(in->part, duty_part_word(part)))
            continue;
        ask->part = part;
        enum rc rc = duty_step_find(tx_arena(tx), ask, in->verb, out, NULL, &now);
        bool holds = system;
        if (rc == RC_OK && !system) {
            const int right = (*out)->right.len > 0 ? org_right_find((*out)->right) : RIGHT_READ;
            const int64_t unit = duty_unit_of(d, part);
            if (unit != 0 && right >= 0)
                rc = org_holds(tx, (enum org_right)right, unit, &holds, f);
            if (rc != RC_OK)
                return rc;
            if (!holds)
                rc = fail_set(&now, RC_FORBIDDEN, MSG_duty_right_lacking, NULL, NULL);
        }
        if (rc == RC_OK && holds)
            return RC_OK;
        if (best_rc == RC_OK || (best.msg == MSG_duty_not_yours && now.msg != MSG_duty_not_yours)) {
            best = now;
            best_rc = rc;
        }
    }
    *f = best;
    return best_rc != RC_OK ? best_rc : fail_span(f, RC_INVALID, MSG_duty_word_invalid, "part", in->part);
}

static void note_step(struct duty_note *n, const struct duty_step_in *in, const struct duty_row *before)
{
    jw_ktext(&n->w, "from", before->state);
    if (in->text.len > 0)
        jw_ktext(&n->w, "text", in->text);
    if (in->reason.len > 0)
        jw_ktext(&n->w, "reason", in->reason);
    if (in->due_on.len > 0)
        jw_ktext(&n->w, "to_on", in->due_on);
    if (in->unit_id != 0)
        jw_kid(&n->w, "to_unit_id", in->unit_id);
    if (in->n_files > 0)
        jw_kint(&n->w, "files", in->n_files);
    if (in->n_parts > 0)
        jw_kint(&n->w, "parts", in->n_parts);
}

static enum rc tell_step(struct tx *tx, const struct duty_row *before, const struct duty_row *d, struct fail *f)
{
    if (span_eq(before->state, d->state) && before->holder_id == d->holder_id)
        return RC_OK;
    enum rc rc = duty_tell(tx, d, d->assigner_id, RIGHT_REVIEW, "duty.stepped", f);
    if (rc == RC_OK)
        rc = duty_tell(tx, d, d->holder_id, RIGHT_REPORT,
                       before->holder_id != d->holder_id ? "duty.opened" : "duty.stepped", f);
    return rc;
}

enum rc duty_step(struct tx *tx, const struct duty_step_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_row before, d;
    const struct duty_machine *m = NULL;
    const struct duty_step *step = NULL;
    struct duty_facts facts;
    enum rc rc = duty_get(tx, in->id, &before, f);
    if (rc != RC_OK)
        return rc;
    if (in->version != 0 && in->version != before.version)
        return fail_set(f, RC_STALE, MSG_duty_stale, NULL, NULL);
    if (in->n_parts > DUTY_PARTS_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_too_many, "parts", "64", NULL);
    rc = duty_machine_of(tx, &before, &m, f);
    if (rc == RC_OK)
        rc = duty_facts_of(tx, &before, &facts, f);
    if (rc != RC_OK)
        return rc;
    const struct duty_given given = {.text = in->text,
                                     .reason = in->reason,
                                     .n_evidence = in->n_files,
                                     .n_parts = in->n_parts,
                                     .unit = in->unit_id != 0,
                                     .date = in->due_on.len > 0,
                                     .percent = in->percent >= 0};
    struct duty_ask ask = {m, duty_state_find(m, before.state), DUTY_HOLDER, &facts, &given};
    rc = find_step(tx, in, &ask, &before, &step, f);
    if (rc != RC_OK)
        return rc;
    d = before;
    rc = duty_apply(tx, m, step, in, &d, f);
    if (rc != RC_OK)
        return rc;
    struct duty_note n;
    duty_note_begin(&n);
    jw_kstr(&n.w, "part", duty_part_word(ask.part));
    note_step(&n, in, &before);
    const char *verb = span_cstr(tx_arena(tx), in->verb);
    rc = duty_done(tx, &n, &(struct duty_change){&before, &d, verb != NULL ? verb : "step", NULL, SPAN_NONE, 0}, f);
    if (rc == RC_OK)
        rc = tell_step(tx, &before, &d, f);
    if (rc == RC_OK)
        *out = d;
    return rc;
}

enum rc duty_split(struct tx *tx, const struct duty_step_in *in, struct duty_row *out, struct fail *f)
{
    struct duty_step_in split = *in;
    split.verb = SPAN("split");
    return duty_step(tx, &split, out, f);
}
