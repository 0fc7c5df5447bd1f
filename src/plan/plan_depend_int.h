/* plan_depend_int.h - dependencies between actions and the schedule that follows from them. For src/plan only. */
#ifndef YITI_PLAN_PLAN_DEPEND_INT_H
#define YITI_PLAN_PLAN_DEPEND_INT_H

#include "plan/plan_int.h"
#include "plan/plan_path.h"

#define PLAN_DEPENDENCIES_MAX 5000 /* of one outline; RC_LIMIT */
#define PLAN_LAG_MAX 1000          /* working days either way */

struct plan_depend_in {
    int64_t outline_id, from_id, to_id; /* actions of that outline */
    enum plan_link kind;
    int64_t lag_days;
};
/* plan_depend_add - RC_CONFLICT naming the circle that it would close, or when the two are joined already. */
MUST_USE enum rc plan_depend_add(struct tx *tx, const struct plan_depend_in *in, int64_t *id, struct fail *f);
/* plan_depend_drop - *outline_id: of which outline it was. */
MUST_USE enum rc plan_depend_drop(struct tx *tx, int64_t id, int64_t *outline_id, struct fail *f);

struct plan_scheduled {
    struct plan_item *item;
    int32_t early_start, early_finish, late_finish; /* day numbers; the finishes are last days, inclusive */
    int slack;                                      /* working days */
    bool dated; /* it has a day of its own or a wait: else it is no part of the schedule */
};
struct plan_depend_row {
    int64_t id, from_line, to_line, lag_days;
    enum plan_link kind;
    int from, to; /* indexes of the scheduled; -1: outside the reader's scope */
};
struct plan_schedule {
    struct plan_scheduled *items;
    int n;
    struct plan_depend_row *waits;
    int n_waits;
    int32_t end_day;
    bool assumed; /* some year's calendar is not known: Monday to Friday were taken for working days */
};
/* plan_schedule_read - the actions of an outline in the reader's scope with their earliest and latest days. */
MUST_USE enum rc plan_schedule_read(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                                    struct plan_schedule *out, struct fail *f);

handler_fn plan_api_schedule, plan_api_depend_add, plan_api_depend_drop;

#endif
