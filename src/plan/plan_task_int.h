/* plan_task_int.h - tasks below actions and the roll-ups: inside of the plan engine. For src/plan only. */
#ifndef YITI_PLAN_PLAN_TASK_INT_H
#define YITI_PLAN_PLAN_TASK_INT_H

#include "plan/plan_int.h"

#define PLAN_TASKS_MAX 400      /* tasks of one action; RC_LIMIT */
#define PLAN_TASK_DEPTH_MAX 4   /* tasks below one another; RC_LIMIT */
#define PLAN_TASK_BULK_MAX 100  /* tasks of one bulk edit, pieces of one split, sources of one merge; RC_LIMIT */
#define PLAN_WEIGHT_MAX 10000   /* largest weight */
#define PLAN_WORKSTREAMS_MAX 32 /* workstreams that the data file may name */

struct plan_task_row {
    char region_code[7];
    int64_t id, line_id, parent_id, sort, weight, percent, progress_bp, into_id, updated_at_us, version;
    int64_t action_id; /* of the current edition; only of plan_task_get */
    struct span level, place_code, title, measure, start_on, due_on, gone;
    enum plan_state state;
};
struct plan_task_unit {
    int64_t task_id, unit_id;
    struct span part, name;
};
/* plan_task_get - a task whose action is in the actor's scope, with that action; RC_MISSING. */
MUST_USE enum rc plan_task_get(struct tx *tx, int64_t id, struct plan_task_row *out, struct plan_action_row *action,
                               struct fail *f);
/* plan_tasks - all tasks of an action's line, siblings in order, into the tx's arena. */
MUST_USE enum rc plan_tasks(struct tx *tx, const char *region_code, int64_t line_id, struct plan_task_row **out, int *n,
                            struct fail *f);
MUST_USE enum rc plan_task_units(struct tx *tx, const char *region_code, int64_t line_id, struct plan_task_unit **out,
                                 int *n, struct fail *f);

/* Spans with ptr NULL stay as they are; with len 0 they are taken away. Numbers: -1 as it was. */
struct plan_task_unit_in {
    int64_t unit_id; /* 0: by name */
    struct span name, part;
};
struct plan_task_in {
    int64_t id, version;          /* edit: which; version 0: whatever stands there */
    int64_t action_id, parent_id; /* add: where; parent_id 0: right below the action */
    struct span title, level, place_code, measure, start_on, due_on;
    int64_t weight;
    const struct plan_task_unit_in *units; /* the whole list; NULL: as they were */
    int n_units;
};
/* plan_task_add - a new task; *id. Refused: dates before the outline, a level above its parent's, too deep. */
MUST_USE enum rc plan_task_add(struct tx *tx, const struct plan_task_in *in, int64_t *id, struct fail *f);
MUST_USE enum rc plan_task_edit(struct tx *tx, const struct plan_task_in *in, struct fail *f);
/* plan_task_move - below another task or (0) right below the action; a circle is refused and named. */
struct plan_task_move_in {
    int64_t id, version, parent_id;
};
MUST_USE enum rc plan_task_move(struct tx *tx, const struct plan_task_move_in *in, struct fail *f);
/* plan_task_remove - it and all below it count no longer. */
MUST_USE enum rc plan_task_remove(struct tx *tx, int64_t id, int64_t version, struct fail *f);
/* plan_task_split - pieces whose weights add up to the task's take its place: the progress above stays as it was. */
struct plan_task_piece {
    struct span title;
    int64_t weight;
};
struct plan_task_split_in {
    int64_t id, version;
    const struct plan_task_piece *pieces;
    int n_pieces;
};
MUST_USE enum rc plan_task_split(struct tx *tx, const struct plan_task_split_in *in, struct fail *f);
/* plan_task_merge - siblings become one with the sum of their weights and their weighted progress. */
struct plan_task_merge_in {
    const int64_t *ids;
    int n_ids;
    struct span title;
};
MUST_USE enum rc plan_task_merge(struct tx *tx, const struct plan_task_merge_in *in, int64_t *id, struct fail *f);
/* plan_task_report - progress by a unit of the task, or by the office. Backwards only with a reason (text). */
struct plan_task_report_in {
    int64_t id;
    int percent; /* -1: as it was */
    bool has_state;
    enum plan_state state;
    struct span text;
    const int64_t *file_ids; /* photographs */
    int n_files;
};
MUST_USE enum rc plan_task_report(struct tx *tx, const struct plan_task_report_in *in, struct fail *f);

/* ---- roll-ups (plan_rollup.c) ---------------------------------------------------------------------------------------------------------- */

struct plan_sums {
    int64_t n, weight, weighted; /* stopped ones are counted in n only */
};
/* plan_rollup_share - weighted / weight in hundredths of a percent, rounded down; `otherwise` without weight. Pure. */
int64_t plan_rollup_share(const struct plan_sums *s, int64_t otherwise);
/* plan_rollup_task - keeps the progress of a task and of all above it, then of its action. */
MUST_USE enum rc plan_rollup_task(struct tx *tx, const char *region_code, int64_t line_id, int64_t task_id,
                                  int64_t action_id, struct fail *f);
/* plan_rollup_action - takes what the action was counted as from the sums and adds what it is now; also who sees it for its tasks. */
MUST_USE enum rc plan_rollup_action(struct tx *tx, const char *region_code, int64_t action_id, struct fail *f);
/* plan_rollup_progress - the same for a change of progress or state alone: what the action is counted in stays. */
MUST_USE enum rc plan_rollup_progress(struct tx *tx, const char *region_code, int64_t action_id, struct fail *f);

struct plan_weigh_in {
    int64_t action_id, version;
    int64_t weight, under_way_percent; /* -1: as it was */
    struct span mode;                  /* percent, status; empty: as it was */
    const struct span *workstreams;    /* the whole list; NULL: as they were */
    int n_workstreams;
};
MUST_USE enum rc plan_weigh(struct tx *tx, const struct plan_weigh_in *in, int64_t *version, struct fail *f);

struct plan_workstream {
    struct span code, zh, en;
};
/* plan_workstreams - those of data/plan/workstreams.csv. Borrows from the program. */
int plan_workstreams(struct plan_workstream out[PLAN_WORKSTREAMS_MAX]);

handler_fn plan_api_task_list, plan_api_task_add, plan_api_task_edit, plan_api_task_move, plan_api_task_remove,
    plan_api_task_split, plan_api_task_merge, plan_api_task_report, plan_api_task_bulk, plan_api_task_get;
handler_fn plan_api_weigh, plan_api_explain_action, plan_api_rollup, plan_api_rollup_explain, plan_api_workstreams;

#endif
