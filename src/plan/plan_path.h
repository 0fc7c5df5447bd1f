/*
 * plan_path.h - the critical path: earliest and latest days of activities that wait for one another. Pure; days are whole numbers from 0 on, an
 * activity that starts on day s and takes d days finishes at s + d.
 */
#ifndef YITI_PLAN_PLAN_PATH_H
#define YITI_PLAN_PLAN_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

enum plan_link { PLAN_FINISH_START, PLAN_START_START, PLAN_FINISH_FINISH, PLAN_START_FINISH, PLAN_LINKS };
struct plan_activity {
    int days, not_before;                                   /* how long; no earlier than this day */
    int early_start, early_finish, late_start, late_finish; /* out */
    int slack; /* out: how much later it may start without a later end of all */
};
struct plan_wait {
    int from, to; /* indexes */
    enum plan_link kind;
    int lag; /* may be negative */
};
/*
 * plan_path - forward and backward pass in topological order; *end: the day on which all is done.
 * Returns false when the waits form a circle or over the arena's cap; the activities are then as they were.
 */
bool plan_path(struct arena *a, struct plan_activity *acts, int n, const struct plan_wait *waits, int n_waits,
               int *end);
/*
 * plan_path_between - the shortest way along waits from ends.from to ends.to, both included, into way (room for n); its length, 0: none. Used
 * to name the circle that a new wait would close.
 */
int plan_path_between(struct arena *a, int n, const struct plan_wait *waits, int n_waits, struct plan_wait ends,
                      int *way);
const char *plan_link_word(enum plan_link kind);
bool plan_link_read(struct span word, enum plan_link *out);

#endif
