/* plan_side_int.h - the sides of an action that two or more parties build together: each has days, progress and a light of its own. For src/plan only. */
#ifndef YITI_PLAN_PLAN_SIDE_INT_H
#define YITI_PLAN_PLAN_SIDE_INT_H

#include "plan/plan_int.h"
#include "plan/plan_side.h"

#define PLAN_SIDES_MAX 20 /* of one action; RC_LIMIT */

struct plan_side_in {
    int64_t item; /* 0: a new one */
    struct span name, start_on, due_on;
    int64_t unit_id; /* 0: a party outside the system */
};
struct plan_sides_in {
    int64_t action_id, version;
    const struct plan_side_in *sides; /* the whole list; none: it is built by one side again */
    int n_sides;
};
/* plan_sides_set - a side that comes with its item keeps its reports. Needs assign on the outline's office. RC_INVALID naming the field, RC_STALE. */
MUST_USE enum rc plan_sides_set(struct tx *tx, const struct plan_sides_in *in, int64_t *version, struct fail *f);
struct plan_side_report_in {
    int64_t action_id, item;
    int percent; /* -1: as it was */
    bool has_state;
    enum plan_state state;
    struct span text, done_on; /* done_on empty: today; not later */
};
/* plan_side_report - by who may report for the side's unit, or by the office, which is marked. RC_FORBIDDEN else. */
MUST_USE enum rc plan_side_report(struct tx *tx, const struct plan_side_report_in *in, struct fail *f);

struct plan_side {
    int64_t item, unit_id; /* unit_id 0: outside */
    struct span name, start_on, due_on, text;
    bool by_office; /* its last report was written down by the office */
    struct plan_verdict verdict;
};
struct plan_joint { /* all sides together */
    enum plan_state state;
    int percent;                /* of the side that is least far: what is built together is only as far as that */
    int32_t start_day, due_day; /* first and last over all sides; PLAN_NO_DAY: none */
    int32_t apart_days;         /* between the sides' last days */
    int waiting; /* index of the side that holds the others up: the worst light, then the least percent; -1: none */
};
MUST_USE enum rc plan_sides(struct tx *tx, const struct plan_view *v, const struct plan_action_row *a,
                            struct plan_side **out, int *n, struct fail *f);
/* plan_joint_of - Pure. n at least 1. */
struct plan_joint plan_joint_of(const struct plan_side *sides, int n);

#endif
