/* plan_rollup.c - progress that is kept: of tasks from the tasks below, of actions from their tasks, of everything else from actions. */
#include <string.h>

#include "plan/plan_task_int.h"
#include "plan_workstreams_gen.h"

int64_t plan_rollup_share(const struct plan_sums *s, int64_t otherwise)
{
    return s->weight > 0 ? s->weighted / s->weight : otherwise;
}

static enum rc sums_below(struct tx *tx, const char *region, int64_t line_id, int64_t parent_id, struct plan_sums *out,
                          struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_task_sums, DB_ARGS(DB_S(region), DB_I(line_id), DB_I(parent_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct plan_sums){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)};
    return rows_end(&rows);
}

/* ---- the action's terms ------------------------------------------------------------ */

struct counted { /* what an action counts as */
    int64_t outline_id, line_id, weight, progress_bp;
    struct span chapter, phase, state;
    const char *source;
};
struct term {
    int64_t outline_id, weight, progress_bp;
    struct span kind, subject, state;
};

static enum rc count_action(struct tx *tx, const char *region, int64_t id, struct counted *out, struct fail *f)
{
    struct rows rows;
    struct plan_sums tasks;
    enum rc rc = db_one(tx, SQL_rollup_facts, DB_ARGS(DB_S(region), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    out->outline_id = rows_int(&rows, 0);
    out->line_id = rows_int(&rows, 1);
    struct span path = rows_text_dup(&rows, 2);
    out->chapter = span_split(&path, '/');
    out->phase = rows_text_dup(&rows, 3);
    out->state = rows_text_dup(&rows, 4);
    out->progress_bp = rows_int(&rows, 5) * 100;
    out->weight = span_is(out->state, "stopped") ? 0 : rows_int(&rows, 6);
    out->source = "report";
    if (span_is(rows_text(&rows, 7), "status")) {
        out->source = "status";
        out->progress_bp = span_is(out->state, "done")        ? 10000
                           : span_is(out->state, "under_way") ? rows_int(&rows, 8) * 100
                                                              : 0;
    }
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = sums_below(tx, region, out->line_id, 0, &tasks, f);
    if (rc == RC_OK && tasks.weight > 0) {
        out->source = "tasks";
        out->progress_bp = plan_rollup_share(&tasks, 0);
    }
    return rc;
}

static enum rc add_term(struct tx *tx, const char *region, const struct term *t, int sign, struct fail *f)
{
    return db_exec(tx, SQL_rollup_add,
                   DB_ARGS(DB_S(region), DB_I(t->outline_id), DB_T(t->kind), DB_T(t->subject), DB_I(sign),
                           DB_I(sign * t->weight), DB_I(sign * t->weight * t->progress_bp),
                           DB_I(sign * span_is(t->state, "to_start")), DB_I(sign * span_is(t->state, "under_way")),
                           DB_I(sign * span_is(t->state, "done")), DB_I(sign * span_is(t->state, "stopped"))),
                   NULL, f);
}

static enum rc put_term(struct tx *tx, const char *region, int64_t action_id, const struct term *t, const char *source,
                        struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_rollup_term_insert,
                         DB_ARGS(DB_S(region), DB_I(t->outline_id), DB_T(t->kind), DB_T(t->subject), DB_I(action_id),
                                 DB_I(t->weight), DB_I(t->progress_bp), DB_T(t->state), DB_S(source)),
                         NULL, f);
    return rc == RC_OK ? add_term(tx, region, t, 1, f) : rc;
}

/* Takes the old terms from the sums. */
static enum rc drop_terms(struct tx *tx, const char *region, int64_t action_id, struct fail *f)
{
    struct rows rows;
    struct term *terms = NULL;
    int n = 0, room = 0;
    enum rc rc = db_query(tx, SQL_rollup_terms_of, DB_ARGS(DB_S(region), DB_I(action_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        terms = plan_grow(tx_arena(tx), terms, n, &room, sizeof *terms);
        if (terms == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        struct term *t = &terms[n++];
        t->outline_id = rows_int(&rows, 0);
        t->kind = rows_text_dup(&rows, 1);
        t->subject = rows_text_dup(&rows, 2);
        t->weight = rows_int(&rows, 3);
        t->progress_bp = rows_int(&rows, 4);
        t->state = rows_text_dup(&rows, 5);
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = add_term(tx, region, &terms[i], -1, f);
    if (rc == RC_OK && n > 0)
        rc = db_exec(tx, SQL_rollup_terms_drop, DB_ARGS(DB_S(region), DB_I(action_id)), NULL, f);
    return rc;
}

enum { SUBJECTS_MAX = 2 * PLAN_UNITS_MAX + PLAN_WORKSTREAMS_MAX + 64 };

static enum rc subject_terms(struct tx *tx, const char *region, int64_t action_id, const struct counted *c,
                             struct term *terms, int *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_rollup_subjects, DB_ARGS(DB_S(region), DB_I(action_id), DB_I(c->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && *n < SUBJECTS_MAX)
        terms[(*n)++] = (struct term){c->outline_id,           c->weight, c->progress_bp, rows_text_dup(&rows, 0),
                                      rows_text_dup(&rows, 1), c->state};
    return rows_end(&rows);
}

enum rc plan_rollup_action(struct tx *tx, const char *region_code, int64_t action_id, struct fail *f)
{
    struct counted c = {0};
    struct term *terms = ARENA_ARRAY(tx_arena(tx), SUBJECTS_MAX, struct term);
    int n = 0;
    if (terms == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = drop_terms(tx, region_code, action_id, f);
    if (rc == RC_OK)
        rc = count_action(tx, region_code, action_id, &c, f);
    if (rc != RC_OK)
        return rc;
    struct term base = {c.outline_id, c.weight, c.progress_bp, SPAN("outline"), SPAN(""), c.state};
    terms[n++] = base;
    if (c.chapter.len > 0) {
        terms[n] = base;
        terms[n].kind = SPAN("chapter");
        terms[n++].subject = c.chapter;
    }
    if (c.phase.len > 0) {
        terms[n] = base;
        terms[n].kind = SPAN("phase");
        terms[n++].subject = c.phase;
    }
    rc = subject_terms(tx, region_code, action_id, &c, terms, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = put_term(tx, region_code, action_id, &terms[i], c.source, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_drop, DB_ARGS(DB_S(region_code), DB_I(action_id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_add, DB_ARGS(DB_S(region_code), DB_I(action_id), DB_I(c.line_id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_outline, DB_ARGS(DB_S(region_code), DB_I(c.outline_id), DB_I(c.line_id)), NULL,
                     f);
    return rc;
}

/* ---- tasks ------------------------------------------------------------ */

enum rc plan_rollup_task(struct tx *tx, const char *region_code, int64_t line_id, int64_t task_id, int64_t action_id,
                         struct fail *f)
{
    struct plan_task_row *tasks = NULL;
    int n = 0;
    enum rc rc = plan_tasks(tx, region_code, line_id, &tasks, &n, f);
    for (int depth = 0; rc == RC_OK && task_id != 0 && depth <= PLAN_TASK_DEPTH_MAX; depth++) {
        struct plan_sums sums;
        const struct plan_task_row *t = NULL;
        for (int i = 0; i < n; i++) {
            if (tasks[i].id == task_id)
                t = &tasks[i];
        }
        if (t == NULL)
            break;
        rc = sums_below(tx, region_code, line_id, task_id, &sums, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_task_keep,
                         DB_ARGS(DB_S(region_code), DB_I(task_id), DB_I(plan_rollup_share(&sums, t->percent * 100))),
                         NULL, f);
        task_id = t->parent_id;
    }
    return rc == RC_OK && action_id != 0 ? plan_rollup_action(tx, region_code, action_id, f) : rc;
}

/* ---- weights and workstreams ------------------------------------------------------------ */

int plan_workstreams(struct plan_workstream out[PLAN_WORKSTREAMS_MAX])
{
    struct span rest = SPAN(PLAN_WORKSTREAMS_CSV);
    int n = 0;
    while (rest.len > 0 && n < PLAN_WORKSTREAMS_MAX) {
        struct span line = span_split(&rest, '\n');
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        out[n].code = span_split(&line, ',');
        out[n].zh = span_split(&line, ',');
        out[n++].en = line;
    }
    return n;
}

static bool known_workstream(struct span code)
{
    struct plan_workstream all[PLAN_WORKSTREAMS_MAX];
    int n = plan_workstreams(all);
    for (int i = 0; i < n; i++) {
        if (span_eq(all[i].code, code))
            return true;
    }
    return false;
}

static enum rc check_weigh(const struct plan_weigh_in *in, struct fail *f)
{
    if (in->weight == 0 || in->weight > PLAN_WEIGHT_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_weight_invalid, "weight", NULL);
    if (in->under_way_percent > 100)
        return fail_set(f, RC_INVALID, MSG_plan_percent_invalid, "under_way_percent", NULL);
    if (in->mode.len > 0 && !span_is(in->mode, "percent") && !span_is(in->mode, "status"))
        return fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "mode", in->mode);
    for (int i = 0; i < in->n_workstreams; i++) {
        if (!known_workstream(in->workstreams[i]))
            return fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "workstreams", in->workstreams[i]);
    }
    return RC_OK;
}

static enum rc save_weigh(struct tx *tx, const struct plan_weigh_in *in, const struct plan_action_row *a,
                          struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_rollup_facts, DB_ARGS(DB_S(a->region_code), DB_I(a->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t weight = in->weight > 0 ? in->weight : rows_int(&rows, 6);
    struct span mode = in->mode.len > 0 ? in->mode : rows_text_dup(&rows, 7);
    int64_t percent = in->under_way_percent >= 0 ? in->under_way_percent : rows_int(&rows, 8);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_weighing_set,
                     DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_I(weight), DB_T(mode), DB_I(percent)), NULL, f);
    if (rc == RC_OK && in->workstreams != NULL)
        rc = db_exec(tx, SQL_workstream_clear, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_workstreams; i++)
        /* n_workstreams are there. NOLINTNEXTLINE(clang-analyzer-*) */
        rc = db_exec(tx, SQL_workstream_add, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_T(in->workstreams[i])),
                     NULL, f);
    return rc;
}

enum rc plan_weigh(struct tx *tx, const struct plan_weigh_in *in, int64_t *version, struct fail *f)
{
    struct plan_action_row a;
    int64_t changed = 0;
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK)
        rc = check_weigh(in, f);
    if (rc == RC_OK && in->version != 0 && in->version != a.version)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc == RC_OK)
        rc = save_weigh(tx, in, &a, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_touch,
                     DB_ARGS(DB_S(a.region_code), DB_I(a.id), DB_I(a.version), DB_I(tx_now_us(tx))), &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    *version = a.version + 1;
    struct plan_note note;
    plan_note_begin(&note);
    if (in->weight > 0)
        jw_kint(&note.w, "weight", in->weight);
    if (in->mode.len > 0)
        jw_ktext(&note.w, "mode", in->mode);
    if (in->under_way_percent >= 0)
        jw_kint(&note.w, "under_way_percent", in->under_way_percent);
    if (in->workstreams != NULL) {
        jw_key(&note.w, "workstreams");
        jw_array(&note.w);
        for (int i = 0; i < in->n_workstreams; i++)
            jw_text(&note.w, in->workstreams[i]);
        jw_array_end(&note.w);
    }
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "weigh", "plan.weighed"}, f);
}
