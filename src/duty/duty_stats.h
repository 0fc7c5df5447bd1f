/*
 * duty_stats.h - what units' duties came to in a period, and what is asked of units in a month. Second public header of duty.
 * Everything is in the actor's scope: what lies outside it is not counted.
 */
#ifndef YITI_DUTY_DUTY_STATS_H
#define YITI_DUTY_DUTY_STATS_H

#include "org/org.h"

#define DUTY_STATS_UNITS_MAX 1000 /* RC_LIMIT */
struct duty_stats_unit {
    int64_t unit_id;
    int64_t overdue; /* the unit's own clocks that ran out in the period */
    int64_t slips;   /* supervision slips issued to it */
};
struct duty_stats {
    struct duty_stats_unit units[DUTY_STATS_UNITS_MAX];
    int n;
};
/* duty_stats_read - from_us inclusive, until_us exclusive. */
MUST_USE enum rc duty_stats_read(struct tx *tx, int64_t from_us, int64_t until_us, struct duty_stats *out,
                                 struct fail *f);

/* One report that a unit is asked for in a month. */
struct duty_ask_row {
    int64_t duty_id, unit_id, by_unit_id;
    struct span number, title;
    const char *kind; /* report (by rhythm), result (on the due day), slip (answer to a slip) */
    int32_t day;      /* last day for it */
};
#define DUTY_ASKS_MAX 5000 /* RC_LIMIT */
/*
 * duty_asks_read - every report asked for between two days, both inclusive: each end of a rhythm's stretch (a week's Sunday; a month's, a quarter's, a year's
 * last day) on which a duty is open, each due day, each day for an answer to a slip.
 * Memory  rows in the tx's arena.
 */
MUST_USE enum rc duty_asks_read(struct tx *tx, int32_t from_day, int32_t until_day, struct duty_ask_row **out, int *n,
                                struct fail *f);

#endif
