/* plan_programme_int.h - phases, goals and programmes: groups of an outline's actions that are followed as one. For src/plan only. */
#ifndef YITI_PLAN_PLAN_PROGRAMME_INT_H
#define YITI_PLAN_PLAN_PROGRAMME_INT_H

#include "base/rule.h"
#include "plan/plan_int.h"
#include "plan/plan_programme.h"

/* plan_programme_drop - given up; kept for its history. *outline_id: of which outline. */
MUST_USE enum rc plan_programme_drop(struct tx *tx, int64_t id, int64_t version, int64_t *outline_id, struct fail *f);
struct plan_judge_in {
    int64_t programme_id, item;
    bool met;
    struct span judged_on; /* empty: today; not later */
    struct span reason;
};
/* plan_programme_judge - a person's judgement on a criterion without a rule. RC_CONFLICT when a rule decides. *outline_id as above. */
MUST_USE enum rc plan_programme_judge(struct tx *tx, const struct plan_judge_in *in, int64_t *outline_id,
                                      struct fail *f);

enum plan_programme_state { PROGRAMME_AHEAD, PROGRAMME_RUNNING, PROGRAMME_REACHED, PROGRAMME_OVERDUE };
const char *plan_programme_state_word(enum plan_programme_state state);

/* The figures that criteria's rules speak of; all are counts over the group's actions on the day but percent. */
struct plan_figures {
    int64_t actions, done, under_way, to_start, stopped, green, amber, red, grey;
    int64_t percent; /* by weight, without the stopped ones, rounded down */
    int64_t outside; /* due outside the group's days, or beginning after them */
};
struct plan_member { /* an action of the outline */
    struct plan_item item;
    int64_t weight, progress_bp; /* hundredths of a percent on the day, from its tasks where it has any */
    bool visible;                /* in the reader's scope; the others only count */
};
/* plan_members - all actions of an outline on the view's day, also those outside the reader's scope, in reading order. */
MUST_USE enum rc plan_members(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                              struct plan_member **out, int *n, struct fail *f);
struct plan_programme {
    int64_t id, sort, declared, version;
    struct span kind, title, note, from_on, to_on, target_on, benchmarks;
    const struct plan_scope *scopes;
    int n_scopes;
    struct plan_criterion *criteria;
    int n_criteria;
    const struct plan_member **members; /* its actions in reading order */
    int n_members;
    struct plan_figures figures;
    enum plan_programme_state state;
    enum plan_light light;
    struct fail why; /* the reason of the light as a message */
};
/*
 * plan_programmes - those of an outline on the view's day with figures, criteria, state and light, into the tx's arena.
 * Light    no action and no criterion, or not begun: grey. An exit criterion unmet, or (without any) an action not done, past its last day: red.
 *          A red action, an entry criterion unmet, fewer or more actions than declared, or one due outside its days: amber. Else green.
 */
MUST_USE enum rc plan_programmes(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                                 struct plan_programme **out, int *n, struct fail *f);

/* plan_outside - the action is due outside the group's days, or begins after them. Pure. */
bool plan_outside(const struct plan_programme *p, const struct plan_action_row *a);

#endif
