/*
 * duty_turn.c - the stored clocks of a duty. A row is one clock of one unit: it stops and goes on with that unit and is closed when the unit holds it
 * no more, when another side's turn is over, or at the duty's end; a closed row is never opened again, a new row begins instead.
 */
#include <string.h>

#include "duty/duty_int.h"

struct clock_row {
    int64_t seq, unit_id, overdue_at_us;
    struct span word;
    struct duty_clock c;
    bool closed, touched;
};
struct turn {
    struct tx *tx;
    const struct duty_machine *m;
    struct duty_row *d;
    struct clock_row *rows;
    int n;
    struct duty_time time;
};

struct duty_time duty_time_default(void)
{
    return (struct duty_time){calendar_builtin(), {{{540, 720}, {810, 1050}}, 2, true}};
}

static enum rc read_rows(struct turn *t, struct fail *f)
{
    struct rows rows;
    t->rows = ARENA_ARRAY(tx_arena(t->tx), DUTY_CLOCK_ROWS_MAX + 1, struct clock_row);
    if (t->rows == NULL)
        return duty_over(f);
    enum rc rc = db_query(t->tx, SQL_duty_clock_rows, DB_ARGS(DB_S(t->d->region_code), DB_I(t->d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (t->n < DUTY_CLOCK_ROWS_MAX && rows_next(&rows)) {
        struct clock_row *r = &t->rows[t->n++];
        *r = (struct clock_row){.seq = rows_int(&rows, 0), .unit_id = rows_int(&rows, 2)};
        r->word = rows_text_dup(&rows, 1);
        r->c = (struct duty_clock){{(enum duty_unit)rows_int(&rows, 3), rows_int(&rows, 4)},
                                   rows_int(&rows, 6),
                                   rows_int(&rows, 7),
                                   rows_int(&rows, 8),
                                   rows_is_null(&rows, 9) ? INT64_MAX : rows_int(&rows, 9),
                                   rows_is_null(&rows, 5) ? INT32_MIN : (int32_t)rows_int(&rows, 5)};
        r->overdue_at_us = rows_int(&rows, 10);
        r->closed = rows_int(&rows, 11) != 0;
    }
    return rows_end(&rows);
}

/* The clock in the machine that a row runs by; NULL: the machine knows it no more. */
static const struct duty_machine_clock *machine_clock(const struct turn *t, const struct clock_row *r)
{
    for (int i = 0; i < t->m->n_clocks; i++)
        if (span_eq(t->m->clocks[i].word, r->word))
            return &t->m->clocks[i];
    return NULL;
}

/* What ran out since the last look stays marked for good; a clock that only waits does not run out. */
static void mark_overdue(struct turn *t)
{
    for (int i = 0; i < t->n; i++) {
        struct clock_row *r = &t->rows[i];
        const struct duty_machine_clock *k = machine_clock(t, r);
        if (r->c.running_since_us == 0 || r->overdue_at_us != 0 || !duty_clock_overdue(&r->c, tx_now_us(t->tx)) ||
            (k != NULL && k->then.len > 0))
            continue;
        r->overdue_at_us = r->c.due_us;
        r->touched = true;
        t->d->overdue_count++;
        if (t->d->overdue_at_us == 0)
            t->d->overdue_at_us = r->c.due_us;
    }
}

static bool is_holders(const struct turn *t, const struct clock_row *r)
{
    const struct duty_machine_clock *k = machine_clock(t, r);
    return k != NULL && k->part == DUTY_HOLDER;
}

/* The clock that the state wants, and whose; NULL: none. */
static const struct duty_machine_clock *wanted(const struct turn *t, const struct duty_state *state, int64_t *unit)
{
    if (state->final || state->suspended || state->clock < 0)
        return NULL;
    const struct duty_machine_clock *k = &t->m->clocks[state->clock];
    *unit = duty_unit_of(t->d, k->part);
    return *unit != 0 ? k : NULL;
}

static enum rc stop_others(struct turn *t, const struct duty_machine_clock *want, int64_t unit, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < t->n; i++) {
        struct clock_row *r = &t->rows[i];
        if (r->closed || (want != NULL && span_eq(want->word, r->word) && r->unit_id == unit))
            continue;
        if (r->c.running_since_us != 0) {
            rc = duty_clock_stop(&t->time, &r->c, tx_now_us(t->tx), f);
            r->touched = true;
        }
        if (t->d->final || !is_holders(t, r) || r->unit_id != t->d->holder_id) {
            r->closed = true;
            r->touched = true;
        }
    }
    return rc;
}

/* The limit of a clock: the duty's own, when it was opened with one. */
static enum rc limit_of(struct turn *t, const struct duty_machine_clock *k, struct duty_limit *out, struct fail *f)
{
    struct rows rows;
    *out = k->limit;
    enum rc rc =
        db_query(t->tx, SQL_duty_limit_of, DB_ARGS(DB_S(t->d->region_code), DB_I(t->d->id), DB_T(k->word)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows))
        *out = (struct duty_limit){(enum duty_unit)rows_int(&rows, 0), rows_int(&rows, 1)};
    return rows_end(&rows);
}

static enum rc start_wanted(struct turn *t, const struct duty_machine_clock *want, int64_t unit, struct clock_row **out,
                            struct fail *f)
{
    struct clock_row *r = NULL;
    for (int i = 0; i < t->n; i++)
        if (!t->rows[i].closed && span_eq(t->rows[i].word, want->word) && t->rows[i].unit_id == unit)
            r = &t->rows[i];
    if (r == NULL) {
        if (t->n >= DUTY_CLOCK_ROWS_MAX)
            return duty_over(f);
        struct duty_limit limit;
        enum rc rc = limit_of(t, want, &limit, f);
        if (rc != RC_OK)
            return rc;
        r = &t->rows[t->n++];
        *r = (struct clock_row){.seq = t->n, .unit_id = unit, .word = want->word};
        r->c = (struct duty_clock){.limit = limit, .due_us = INT64_MAX, .due_day = duty_day_of(t->d->due_on)};
    }
    *out = r;
    if (r->c.running_since_us != 0)
        return RC_OK;
    r->touched = true;
    return duty_clock_start(&t->time, &r->c, tx_now_us(t->tx), f);
}

/* The running clock gets its own limit once more. */
static enum rc more_time(struct turn *t, struct clock_row *now, struct fail *f)
{
    if (now == NULL || now->c.limit.unit == DUTY_UNTIL_DATE)
        return RC_OK;
    now->touched = true;
    return duty_clock_extend(&t->time, &now->c, now->c.limit.n, f);
}

/* A new due day for the holder's clocks that run to a date. */
static enum rc move_day(struct turn *t, int64_t day, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < t->n; i++) {
        struct clock_row *r = &t->rows[i];
        if (r->closed || r->c.limit.unit != DUTY_UNTIL_DATE || r->unit_id != t->d->holder_id)
            continue;
        r->touched = true;
        rc = duty_clock_extend(&t->time, &r->c, day, f);
    }
    return rc;
}

static enum rc write_rows(struct turn *t, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < t->n; i++) {
        const struct clock_row *r = &t->rows[i];
        if (!r->touched)
            continue;
        rc = db_exec(t->tx, SQL_duty_clock_put,
                     DB_ARGS(DB_S(t->d->region_code), DB_I(t->d->id), DB_I(r->seq), DB_T(r->word), DB_I(r->unit_id),
                             DB_I(r->c.limit.unit), DB_I(r->c.limit.n),
                             r->c.due_day == INT32_MIN ? DB_N : DB_I(r->c.due_day), DB_I(r->c.started_us),
                             DB_I(r->c.used_us), DB_I(r->c.running_since_us),
                             r->c.due_us == INT64_MAX ? DB_N : DB_I(r->c.due_us), DB_I_OR_NULL(r->overdue_at_us),
                             DB_I(r->closed)),
                     NULL, f);
    }
    return rc;
}

static enum rc turn_clocks(struct tx *tx, const struct duty_machine *m, struct duty_row *d, int64_t new_due_day,
                           struct fail *f)
{
    struct turn t = {.tx = tx, .m = m, .d = d, .time = duty_time_default()};
    const int s = duty_state_find(m, d->state);
    struct clock_row *now = NULL;
    int64_t unit = 0;
    if (s < 0)
        return fail_span(f, RC_INTERNAL, MSG_duty_state_unknown, "state", d->state);
    enum rc rc = read_rows(&t, f);
    if (rc != RC_OK)
        return rc;
    mark_overdue(&t);
    const struct duty_machine_clock *want = wanted(&t, &m->states[s], &unit);
    rc = stop_others(&t, want, unit, f);
    if (rc == RC_OK && new_due_day != DUTY_SAME_DAY && new_due_day != DUTY_TIME_AGAIN)
        rc = move_day(&t, new_due_day, f);
    if (rc == RC_OK && want != NULL)
        rc = start_wanted(&t, want, unit, &now, f);
    if (rc == RC_OK && new_due_day == DUTY_TIME_AGAIN)
        rc = more_time(&t, now, f);
    if (rc == RC_OK)
        rc = write_rows(&t, f);
    if (rc != RC_OK)
        return rc;
    d->clock = now != NULL ? want->word : SPAN(""); /* the machine's, not the row's: that goes with its memory */
    d->clock_due_us = now != NULL && now->c.due_us != INT64_MAX ? now->c.due_us : 0;
    if (d->clock_due_us == 0 || now->overdue_at_us != 0)
        return timer_cancel(tx, d->region_code, DUTY_TIMER_CLOCK, d->id, f);
    return timer_set(tx, d->region_code, DUTY_TIMER_CLOCK, d->id, d->clock_due_us + 1, SPAN(""), f);
}

enum rc duty_first_holder(struct tx *tx, const struct duty_machine *m, const struct duty_row *d, int64_t *unit_id,
                          struct fail *f)
{
    struct duty_row copy = *d;
    struct turn t = {.tx = tx, .m = m, .d = &copy};
    const enum rc rc = read_rows(&t, f);
    *unit_id = d->holder_id;
    for (int i = 0; rc == RC_OK && i < t.n; i++)
        if (is_holders(&t, &t.rows[i])) {
            *unit_id = t.rows[i].unit_id;
            break;
        }
    return rc;
}

enum rc duty_clocks_turn(struct tx *tx, const struct duty_machine *m, struct duty_row *d, int64_t new_due_day,
                         struct fail *f)
{
    /* Many duties may be opened in one command: what only this call needs goes at once. */
    const struct arena_mark mark = arena_mark_now(tx_arena(tx));
    const enum rc rc = turn_clocks(tx, m, d, new_due_day, f);
    arena_rewind(tx_arena(tx), mark);
    return rc;
}
