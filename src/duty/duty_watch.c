/*
 * duty_watch.c - what watches over a duty: clocks that run out, urging by rule and by hand, slips, duties that come again. All timers are claimed in
 * the transaction of their effect; each effect is also written so that it cannot happen twice (a marked clock, the key of an urge, a slip's state).
 */
#include <string.h>

#include "duty/duty_settings.h"

static const int64_t HOUR_US = 3600000000LL;

/* ---- clocks ---------------------------------------------------------------------------------------------------------------------- */

/* The duty of a timer, or RC_OK with *gone when there is nothing to do any more. */
static enum rc of_timer(struct tx *tx, int64_t id, struct duty_row *d, bool *gone, struct fail *f)
{
    enum rc rc = duty_get(tx, id, d, f);
    *gone = rc == RC_MISSING || (rc == RC_OK && d->final);
    return rc == RC_MISSING ? RC_OK : rc;
}

/* The verb of a clock that only waited, when its time has come; empty: none. */
static struct span waited_for(struct tx *tx, const struct duty_machine *m, const struct duty_row *d)
{
    for (int i = 0; i < m->n_clocks; i++)
        if (span_eq(m->clocks[i].word, d->clock) && d->clock_due_us != 0 && d->clock_due_us < tx_now_us(tx))
            return m->clocks[i].then;
    return SPAN_NONE;
}

static enum rc clock_ran_out(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct duty_row before, d;
    const struct duty_machine *m = NULL;
    bool gone = false;
    (void)payload;
    enum rc rc = of_timer(tx, id, &before, &gone, f);
    if (rc != RC_OK || gone)
        return rc;
    d = before;
    rc = duty_machine_of(tx, &d, &m, f);
    const struct span then = rc == RC_OK ? waited_for(tx, m, &d) : SPAN_NONE;
    if (then.len > 0)
        return duty_step(tx, &(struct duty_step_in){.id = id, .verb = then, .part = SPAN("system"), .percent = -1}, &d,
                         f);
    if (rc == RC_OK)
        rc = duty_clocks_turn(tx, m, &d, DUTY_SAME_DAY, f);
    if (rc != RC_OK || d.overdue_count == before.overdue_count)
        return rc;
    rc = duty_save(tx, &d, f);
    if (rc != RC_OK)
        return rc;
    struct duty_note n;
    duty_note_begin(&n);
    jw_kint(&n.w, "overdue_count", d.overdue_count);
    rc = duty_done(tx, &n, &(struct duty_change){&before, &d, "overdue", NULL, SPAN_NONE, 0}, f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, d.holder_id, RIGHT_APPROVE, "duty.overdue", f);
    return rc == RC_OK ? duty_tell(tx, &d, d.assigner_id, RIGHT_REVIEW, "duty.overdue", f) : rc;
}

static enum rc resume(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct duty_row d;
    bool gone = false;
    (void)payload;
    enum rc rc = of_timer(tx, id, &d, &gone, f);
    if (rc != RC_OK || gone || !d.suspended)
        return rc;
    return duty_step(
        tx, &(struct duty_step_in){.id = id, .verb = SPAN("resume"), .part = SPAN("system"), .percent = -1}, &d, f);
}

/* ---- urging ---------------------------------------------------------------------------------------------------------------------- */

/* The instant of a rule for a due day. Past the calendar's years its working days are counted as 7/5 days. */
static int64_t rule_instant(const struct duty_urging *u, const struct duty_urge_rule *r, int32_t due)
{
    struct fail ignored = {0};
    int32_t day = due;
    if (r->offset != 0 && calendar_add_days(calendar_builtin(), due, r->offset, &day, &ignored) != RC_OK)
        day = due + r->offset * 7 / 5;
    return date_start_us(date_from_days(day)) + u->hour * HOUR_US;
}

enum rc duty_urging_current(struct tx *tx, struct duty_urging **out, struct fail *f)
{
    struct duty_text text;
    *out = ARENA_NEW(tx_arena(tx), struct duty_urging);
    if (*out == NULL)
        return duty_over(f);
    enum rc rc = duty_text_current(tx, "urging", SPAN(""), &text, f);
    return rc == RC_OK ? duty_urging_load(tx_arena(tx), text.file, text.body, *out, f) : rc;
}

static enum rc arm(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    struct duty_urging *u = NULL;
    const int32_t due = duty_day_of(d->due_on);
    int64_t next = INT64_MAX;
    if (due == INT32_MIN || d->final || d->suspended)
        return timer_cancel(tx, d->region_code, DUTY_TIMER_URGE, d->id, f);
    enum rc rc = duty_urging_current(tx, &u, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < u->n; i++) {
        const int64_t at = rule_instant(u, &u->rules[i], due);
        if (at > tx_now_us(tx) && at < next)
            next = at;
    }
    if (next == INT64_MAX)
        return timer_cancel(tx, d->region_code, DUTY_TIMER_URGE, d->id, f);
    return timer_set(tx, d->region_code, DUTY_TIMER_URGE, d->id, next, SPAN(""), f);
}

enum rc duty_urge_arm(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    const struct arena_mark mark = arena_mark_now(tx_arena(tx));
    const enum rc rc = arm(tx, d, f);
    arena_rewind(tx_arena(tx), mark);
    return rc;
}

struct urge {
    struct span rule, key, text;
    int64_t level, unit_id;
    enum org_right right;
};

static enum rc add_urge(struct tx *tx, const struct duty_row *d, const struct urge *u, bool *added, struct fail *f)
{
    int64_t changed = 0;
    const int64_t id = tx_new_id(tx);
    char number[24];
    (void)snprintf(number, sizeof(number), "%lld", (long long)id);
    enum rc rc = db_exec(tx, SQL_duty_urge_add,
                         DB_ARGS(DB_S(d->region_code), DB_I(id), DB_I(d->id), DB_T(u->rule),
                                 DB_T(u->key.len > 0 ? u->key : span_of(number)), DB_I(u->level), DB_I(u->unit_id),
                                 DB_T(u->text), DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                         &changed, f);
    *added = changed > 0;
    if (rc != RC_OK || changed == 0)
        return rc;
    struct duty_note n;
    duty_note_begin(&n);
    jw_kid(&n.w, "urge_id", id);
    jw_ktext(&n.w, "rule", u->rule);
    jw_kint(&n.w, "level", u->level);
    jw_kid(&n.w, "unit_id", u->unit_id);
    if (u->text.len > 0)
        jw_ktext(&n.w, "text", u->text);
    rc = duty_done(tx, &n, &(struct duty_change){d, d, "urge", NULL, SPAN_NONE, 0}, f);
    return rc == RC_OK ? duty_tell(tx, d, u->unit_id, u->right, "duty.urged", f) : rc;
}

static enum rc rule_holds(struct tx *tx, const struct duty_urge_rule *r, const struct duty_row *d, bool *holds,
                          struct fail *f)
{
    struct rule_value v[DUTY_LIGHT_INPUTS], answer;
    *holds = true;
    if (r->when == NULL)
        return RC_OK;
    duty_light_values(d, tx_now_us(tx), v);
    enum rc rc = rule_run(tx_arena(tx), r->when, v, calendar_builtin(), &answer, NULL, f);
    *holds = rc == RC_OK && answer.num != 0;
    return rc;
}

static enum rc urge_by_rule(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct duty_row d;
    struct duty_urging *u = NULL;
    bool gone = false;
    (void)payload;
    enum rc rc = of_timer(tx, id, &d, &gone, f);
    const int32_t due = rc == RC_OK && !gone ? duty_day_of(d.due_on) : INT32_MIN;
    if (rc != RC_OK || due == INT32_MIN || d.suspended)
        return rc;
    rc = duty_urging_current(tx, &u, f);
    for (int i = 0; rc == RC_OK && i < u->n; i++) {
        const struct duty_urge_rule *r = &u->rules[i];
        const int64_t at = rule_instant(u, r, due);
        bool holds = false, added = false;
        char key[80];
        if (at > tx_now_us(tx) || at < d.opened_at_us)
            continue;
        rc = rule_holds(tx, r, &d, &holds, f);
        (void)snprintf(key, sizeof(key), "%.60s:%.10s", span_cstr(tx_arena(tx), r->word), d.due_on.ptr);
        const struct urge one = {r->word, span_of(key), SPAN(""), r->level, duty_unit_of(&d, r->to), r->right};
        if (rc == RC_OK && holds)
            rc = add_urge(tx, &d, &one, &added, f);
    }
    return rc == RC_OK ? duty_urge_arm(tx, &d, f) : rc;
}

enum rc duty_urge(struct tx *tx, const struct duty_urge_in *in, struct duty_row *out, struct fail *f)
{
    bool added = false;
    enum rc rc = duty_get(tx, in->id, out, f);
    if (rc == RC_OK)
        rc = duty_may_side(tx, out, NULL, f);
    if (rc != RC_OK)
        return rc;
    if (in->text.len == 0 || in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "text", NULL);
    if (out->final)
        return fail_set(f, RC_CONFLICT, MSG_duty_ended, NULL, NULL);
    const struct urge one = {SPAN("manual"), SPAN_NONE,
                             in->text,       in->level > 0 ? in->level : 1,
                             out->holder_id, in->level > 1 ? RIGHT_APPROVE : RIGHT_REPORT};
    return add_urge(tx, out, &one, &added, f);
}

/* ---- slips ----------------------------------------------------------------------------------------------------------------------- */

enum rc duty_slips_current(struct tx *tx, struct duty_slips **out, struct fail *f)
{
    struct duty_text text;
    *out = ARENA_NEW(tx_arena(tx), struct duty_slips);
    if (*out == NULL)
        return duty_over(f);
    enum rc rc = duty_text_current(tx, "slips", SPAN(""), &text, f);
    return rc == RC_OK ? duty_slips_load(tx_arena(tx), text.file, text.body, *out, f) : rc;
}

static int colour_index(const struct duty_slips *s, struct span word)
{
    for (int i = 0; i < s->n; i++)
        if (span_eq(s->colours[i].word, word))
            return i;
    return -1;
}

/* Whether the colour may be issued now: the one before has lapsed, none is open. */
static enum rc check_order(struct tx *tx, const struct duty_row *d, const struct duty_slips *s,
                           const struct duty_slip_in *in, struct fail *f)
{
    struct rows rows;
    const int want = colour_index(s, in->colour);
    int lapsed = -1;
    bool open = false;
    if (want < 0)
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "colour", in->colour);
    enum rc rc = db_query(tx, SQL_duty_slips, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct duty_slip_row row;
        duty_slip_of(&rows, &row, false);
        const int i = colour_index(s, row.colour);
        if (row.lapsed_at_us != 0 && i > lapsed)
            lapsed = i;
        open = open || span_is(row.state, "open");
    }
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    if (open)
        return fail_set(f, RC_CONFLICT, MSG_duty_slip_open, "colour", NULL);
    if (want <= lapsed + 1 || (in->urgent && s->urgent_may_skip))
        return RC_OK;
    (void)fail_set(f, RC_CONFLICT, MSG_duty_slip_order, "colour", NULL);
    fail_arg_both(f, 0, s->colours[lapsed + 1].name.zh, s->colours[lapsed + 1].name.en);
    return RC_CONFLICT;
}

static enum rc note_slip(struct tx *tx, const struct duty_row *d, const struct duty_slip_row *s, const char *verb,
                         struct fail *f)
{
    struct duty_note n;
    duty_note_begin(&n);
    jw_kid(&n.w, "slip_id", s->id);
    jw_ktext(&n.w, "number", s->number);
    jw_ktext(&n.w, "colour", s->colour);
    jw_ktext(&n.w, "slip_state", s->state);
    return duty_done(tx, &n, &(struct duty_change){d, d, verb, NULL, SPAN_NONE, 0}, f);
}

static enum rc fill_slip(struct tx *tx, const struct duty_row *d, const struct duty_slips *rules,
                         const struct duty_slip_in *in, struct duty_slip_row *s, struct fail *f)
{
    const struct duty_time time = duty_time_default();
    struct duty_clock c = {.limit = rules->colours[colour_index(rules, in->colour)].reply, .due_day = INT32_MIN};
    enum rc rc = duty_clock_start(&time, &c, tx_now_us(tx), f);
    s->id = tx_new_id(tx);
    s->duty_id = d->id;
    s->unit_id = d->holder_id;
    s->colour = in->colour;
    s->text = in->text;
    s->state = SPAN("open");
    s->reply = s->close_text = SPAN("");
    s->reply_due_us = c.due_us;
    s->issued_at_us = tx_now_us(tx);
    s->version = 1;
    s->title = d->title;
    return rc == RC_OK ? store_number(tx, "DBD", d->region_code, &s->number, f) : rc;
}

enum rc duty_slip_issue(struct tx *tx, const struct duty_slip_in *in, struct duty_slip_row *out, struct fail *f)
{
    struct duty_row d;
    struct duty_slip_row s = {.id = 0};
    struct duty_slips *rules = NULL;
    enum rc rc = duty_get(tx, in->id, &d, f);
    if (rc == RC_OK)
        rc = duty_may_side(tx, &d, &s.issuer_id, f);
    if (rc != RC_OK)
        return rc;
    if (d.final)
        return fail_set(f, RC_CONFLICT, MSG_duty_ended, NULL, NULL);
    if (in->text.len == 0 || in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "text", NULL);
    rc = duty_slips_current(tx, &rules, f);
    if (rc == RC_OK)
        rc = check_order(tx, &d, rules, in, f);
    if (rc == RC_OK)
        rc = fill_slip(tx, &d, rules, in, &s, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_slip_insert,
                     DB_ARGS(DB_S(d.region_code), DB_I(s.id), DB_I(d.id), DB_T(s.number), DB_T(s.colour),
                             DB_I(s.unit_id), DB_I(s.issuer_id), DB_T(s.text), DB_I(s.reply_due_us),
                             DB_I(s.issued_at_us)),
                     NULL, f);
    if (rc == RC_OK)
        rc = timer_set(tx, d.region_code, DUTY_TIMER_SLIP, s.id, s.reply_due_us + 1, SPAN(""), f);
    if (rc == RC_OK)
        rc = note_slip(tx, &d, &s, "slip", f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, s.unit_id, RIGHT_APPROVE, "duty.slip", f);
    if (rc == RC_OK)
        *out = s;
    return rc;
}

enum rc duty_slip_get(struct tx *tx, int64_t id, struct duty_slip_row *s, struct duty_row *d, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_slip_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    duty_slip_of(&rows, s, false);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = duty_get(tx, s->duty_id, d, f);
    s->title = rc == RC_OK ? d->title : SPAN("");
    return rc;
}

static enum rc save_slip(struct tx *tx, const struct duty_row *d, struct duty_slip_row *s, const char *verb,
                         struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_duty_slip_save,
                         DB_ARGS(DB_S(d->region_code), DB_I(s->id), DB_I(s->version), DB_T(s->state),
                                 DB_I_OR_NULL(s->lapsed_at_us), DB_T(s->reply), DB_I_OR_NULL(s->replied_at_us),
                                 DB_I_OR_NULL(s->closed_at_us), DB_T(s->close_text)),
                         &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_STALE, MSG_duty_stale, NULL, NULL);
    s->version++;
    return rc == RC_OK ? note_slip(tx, d, s, verb, f) : rc;
}

static enum rc slip_lapsed(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct duty_row d;
    struct duty_slip_row s;
    (void)payload;
    enum rc rc = duty_slip_get(tx, id, &s, &d, f);
    if (rc != RC_OK || !span_is(s.state, "open"))
        return rc == RC_MISSING ? RC_OK : rc;
    s.state = SPAN("lapsed");
    s.lapsed_at_us = s.reply_due_us;
    rc = save_slip(tx, &d, &s, "slip_lapsed", f);
    if (rc == RC_OK)
        rc = duty_tell(tx, &d, s.issuer_id, RIGHT_REVIEW, "duty.slip_lapsed", f);
    return rc == RC_OK ? duty_tell(tx, &d, s.unit_id, RIGHT_APPROVE, "duty.slip_lapsed", f) : rc;
}

enum rc duty_slip_reply(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out, struct fail *f)
{
    struct duty_row d;
    bool holds = false;
    enum rc rc = duty_slip_get(tx, in->id, out, &d, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, out->unit_id, &holds, f);
    if (rc != RC_OK)
        return rc;
    if (!holds)
        return fail_set(f, RC_FORBIDDEN, MSG_duty_right_lacking, NULL, NULL);
    if (in->version != 0 && in->version != out->version)
        return fail_set(f, RC_STALE, MSG_duty_stale, NULL, NULL);
    if (in->text.len == 0 || in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "text", NULL);
    if (!span_is(out->state, "open") && !span_is(out->state, "lapsed"))
        return fail_set(f, RC_CONFLICT, MSG_duty_slip_answered, NULL, NULL);
    out->state = SPAN("replied");
    out->reply = in->text;
    out->replied_at_us = tx_now_us(tx);
    if (out->lapsed_at_us == 0 && out->replied_at_us > out->reply_due_us)
        out->lapsed_at_us = out->reply_due_us;
    rc = timer_cancel(tx, d.region_code, DUTY_TIMER_SLIP, out->id, f);
    if (rc == RC_OK)
        rc = save_slip(tx, &d, out, "slip_reply", f);
    return rc == RC_OK ? duty_tell(tx, &d, out->issuer_id, RIGHT_REVIEW, "duty.slip_replied", f) : rc;
}

enum rc duty_slip_close(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out, struct fail *f)
{
    struct duty_row d;
    enum rc rc = duty_slip_get(tx, in->id, out, &d, f);
    if (rc == RC_OK)
        rc = duty_may_side(tx, &d, NULL, f);
    if (rc != RC_OK)
        return rc;
    if (in->version != 0 && in->version != out->version)
        return fail_set(f, RC_STALE, MSG_duty_stale, NULL, NULL);
    if (in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_text_invalid, "text", NULL);
    if (span_is(out->state, "closed"))
        return fail_set(f, RC_CONFLICT, MSG_duty_slip_answered, NULL, NULL);
    out->state = SPAN("closed");
    out->closed_at_us = tx_now_us(tx);
    out->close_text = in->text.ptr != NULL ? in->text : SPAN("");
    rc = timer_cancel(tx, d.region_code, DUTY_TIMER_SLIP, out->id, f);
    return rc == RC_OK ? save_slip(tx, &d, out, "slip_close", f) : rc;
}

void duty_register(struct store *s)
{
    store_timer_kind(s, DUTY_TIMER_CLOCK, clock_ran_out);
    store_timer_kind(s, DUTY_TIMER_RESUME, resume);
    store_timer_kind(s, DUTY_TIMER_URGE, urge_by_rule);
    store_timer_kind(s, DUTY_TIMER_SLIP, slip_lapsed);
    duty_recur_register(s);
}
