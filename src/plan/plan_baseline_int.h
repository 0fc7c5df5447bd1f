/* plan_baseline_int.h - baselines of an outline's dates, and slippage measured against one. For src/plan only. */
#ifndef YITI_PLAN_PLAN_BASELINE_INT_H
#define YITI_PLAN_PLAN_BASELINE_INT_H

#include "plan/plan_baseline.h"
#include "plan/plan_programme_int.h"

#define PLAN_BASELINES_MAX 50 /* of one outline; RC_LIMIT */

struct plan_baseline_row {
    int64_t id, at_us, actor_id, actions;
    struct span name, taken_on;
};
MUST_USE enum rc plan_baselines(struct tx *tx, const struct plan_outline_row *o, struct plan_baseline_row **out, int *n,
                                struct fail *f);

enum plan_slip {
    SLIP_ON_TIME, /* its last day is where it was, or it was done by then */
    SLIP_EARLY,   /* done, or now due, before its day in the baseline */
    SLIP_MOVED,   /* not done; now due later than in the baseline */
    SLIP_LATE,    /* not done, and its day in the baseline is past */
    SLIP_DONE_LATE,
    SLIP_NEW,     /* not in the baseline */
    SLIP_GONE,    /* in the baseline, no longer in the outline */
    SLIP_UNDATED, /* without a last day in the baseline */
    PLAN_SLIPS
};
const char *plan_slip_word(enum plan_slip slip);
struct plan_slipped {
    const struct plan_member *member; /* NULL: gone */
    struct span title, base_start_on, base_due_on;
    enum plan_slip slip;
    int32_t days;    /* calendar days later than in the baseline; negative: earlier */
    int planned_pct; /* by the baseline's days on the as-of day; -1: it has none */
};
/* plan_slip_of - what became of a last day: both days PLAN_NO_DAY when there is none. done_day: the day on which it was done, else PLAN_NO_DAY. Pure. */
enum plan_slip plan_slip_of(int32_t base_due, int32_t due, int32_t done_day, int32_t as_of_day, int32_t *days);
/* plan_slippage - all actions of the outline and of the baseline, into the tx's arena: in reading order, those that are gone last. */
MUST_USE enum rc plan_slippage(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                               int64_t baseline_id, struct plan_slipped **out, int *n, struct fail *f);

#endif
