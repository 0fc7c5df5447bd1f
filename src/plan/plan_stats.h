/*
 * plan_stats.h - what the actions of outlines were on a day and in a period, for what is said about the work afterwards (bulletins, assessments).
 * Second public header of plan.
 *
 * What is always true:
 *  1. State, percent and light on the last day are those that the action list shows with as_of that day.
 *  2. A report counts from the day for which it holds (done_on), whenever it came in.
 */
#ifndef YITI_PLAN_PLAN_STATS_H
#define YITI_PLAN_PLAN_STATS_H

#include "org/org.h"
#include "plan/plan_rules.h"

#define PLAN_STATS_ACTIONS_MAX 5000 /* actions counted at once, so that they fit one JSON text; RC_LIMIT */
#define PLAN_STATS_OUTLINES_MAX 16  /* outlines named at once */

struct plan_stats_query {
    int64_t unit_id;            /* the office whose outlines are counted */
    const int64_t *outline_ids; /* which of them; none: all its live ones */
    int n_outlines;
    int32_t from_day, until_day; /* the period, both inclusive */
};
struct plan_stats_unit {
    int64_t id;
    bool lead;
    char region_code[7]; /* its home */
    struct span name, kind;
};
/* One action. Days are day numbers or PLAN_NO_DAY. */
struct plan_stats_action {
    int64_t id, outline_id;
    struct span path, number, title;
    const struct plan_stats_unit *units; /* leads first */
    int n_units;
    int32_t start_day, due_day;
    int32_t last_report_day;             /* on the last day of the period */
    int32_t done_day;                    /* from which day on it has been done, when it is done on the last day */
    enum plan_state state, state_before; /* on the last day; on the day before the first */
    int percent, percent_before;
    enum plan_light light;
    struct span reason_zh, reason_en; /* of the light */
    bool on_time;                     /* due in the period, and done on its due day */
};
struct plan_stats_outline {
    int64_t id;
    struct span title;
    bool is_public;
};
struct plan_stats {
    struct plan_stats_outline outlines[PLAN_STATS_OUTLINES_MAX];
    int n_outlines;
    struct plan_stats_action *actions; /* by outline, then in reading order */
    int n_actions;
};
/*
 * plan_stats_read - in the actor's scope.
 * Errors  RC_MISSING when a named outline is not there, not in scope or another office's; RC_LIMIT.
 * Memory  takes from the tx's arena. Cost: four statements an outline.
 */
MUST_USE enum rc plan_stats_read(struct tx *tx, const struct plan_stats_query *q, struct plan_stats *out,
                                 struct fail *f);
/* plan_stats_outlines - the outlines alone, as they are now. */
MUST_USE enum rc plan_stats_outlines(struct tx *tx, const struct plan_stats_query *q, struct plan_stats *out,
                                     struct fail *f);

/* An opinion that a unit is asked for. */
struct plan_ask_row {
    int64_t consultation_id, unit_id, by_unit_id;
    struct span number, title;
    int32_t day; /* last day for it */
};
#define PLAN_ASKS_MAX 2000 /* RC_LIMIT */
/* plan_stats_asks - opinions asked for between two days, both inclusive, in the actor's scope. Rows in the tx's arena. */
MUST_USE enum rc plan_stats_asks(struct tx *tx, int32_t from_day, int32_t until_day, struct plan_ask_row **out, int *n,
                                 struct fail *f);

#endif
