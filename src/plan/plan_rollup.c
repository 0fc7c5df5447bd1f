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

struct counts { /* the same in all terms of an action */
    int64_t weight, progress_bp;
    struct span state, source;
};
struct counted { /* what an action counts as now, and what its terms say so far */
    int64_t outline_id, line_id;
    struct span chapter, phase;
    bool has_terms;
    struct counts is, was;
};
struct term { /* where it is counted */
    struct span kind, subject;
};
struct terms {
    struct term *of;
    int n, room;
};

static struct counts by_report(struct rows *rows)
{
    struct counts c = {.source = SPAN("report"), .state = rows_text_dup(rows, 4)};
    int64_t under_way_bp = rows_int(rows, 8) * 100;
    c.progress_bp = rows_int(rows, 5) * 100;
    c.weight = span_is(c.state, "stopped") ? 0 : rows_int(rows, 6);
    if (span_is(rows_text(rows, 7), "status")) {
        c.source = SPAN("status");
        c.progress_bp = span_is(c.state, "done") ? 10000 : span_is(c.state, "under_way") ? under_way_bp : 0;
    }
    return c;
}

static enum rc count_action(struct tx *tx, const char *region, int64_t id, struct counted *out, struct fail *f)
{
    struct rows rows;
    struct plan_sums tasks;
    enum rc rc = db_one(tx, SQL_rollup_now, DB_ARGS(DB_S(region), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    out->outline_id = rows_int(&rows, 0);
    out->line_id = rows_int(&rows, 1);
    struct span path = rows_text_dup(&rows, 2);
    out->chapter = span_split(&path, '/');
    out->phase = rows_text_dup(&rows, 3);
    out->is = by_report(&rows);
    bool has_tasks = rows_int(&rows, 9) != 0;
    out->has_terms = !rows_is_null(&rows, 10);
    out->was =
        (struct counts){rows_int(&rows, 10), rows_int(&rows, 11), rows_text_dup(&rows, 12), rows_text_dup(&rows, 13)};
    rc = rows_end(&rows);
    if (rc != RC_OK || !has_tasks)
        return rc;
    rc = sums_below(tx, region, out->line_id, 0, &tasks, f);
    if (rc == RC_OK && tasks.weight > 0) {
        out->is.source = SPAN("tasks");
        out->is.progress_bp = plan_rollup_share(&tasks, 0);
    }
    return rc;
}

struct change { /* of one action */
    const char *region;
    int64_t outline_id, action_id;
    const struct counts *was, *is; /* NULL: in no term before, in none from now on */
};

static int64_t times(const struct counts *c, const char *state)
{
    return c != NULL && span_is(c->state, state);
}

static int64_t weighted(const struct counts *c)
{
    return c != NULL ? c->weight * c->progress_bp : 0;
}

/* The sum that a term belongs to follows it. */
static enum rc move_sum(struct tx *tx, const struct change *c, const struct term *t, struct fail *f)
{
    const struct counts *was = c->was, *is = c->is;
    int64_t n = (is != NULL) - (was != NULL);
    struct db_val args[] = {DB_S(c->region),
                            DB_I(c->outline_id),
                            DB_T(t->kind),
                            DB_T(t->subject),
                            DB_I(n),
                            DB_I((is != NULL ? is->weight : 0) - (was != NULL ? was->weight : 0)),
                            DB_I(weighted(is) - weighted(was)),
                            DB_I(times(is, "to_start") - times(was, "to_start")),
                            DB_I(times(is, "under_way") - times(was, "under_way")),
                            DB_I(times(is, "done") - times(was, "done")),
                            DB_I(times(is, "stopped") - times(was, "stopped"))};
    int count = (int)(sizeof args / sizeof args[0]);
    if (n != 0)
        return db_exec(tx, SQL_rollup_add, args, count, NULL, f);
    memmove(&args[4], &args[5], (size_t)(count - 5) * sizeof args[0]);
    return db_sum(tx, SQL_rollup_move, args, count - 1, count - 5, f);
}

static enum rc put_term(struct tx *tx, const struct change *c, const struct term *t, struct fail *f)
{
    enum rc rc =
        db_exec(tx, SQL_rollup_term_insert,
                DB_ARGS(DB_S(c->region), DB_I(c->outline_id), DB_T(t->kind), DB_T(t->subject), DB_I(c->action_id),
                        DB_I(c->is->weight), DB_I(c->is->progress_bp), DB_T(c->is->state), DB_T(c->is->source)),
                NULL, f);
    return rc == RC_OK ? move_sum(tx, &(struct change){c->region, c->outline_id, c->action_id, NULL, c->is}, t, f) : rc;
}

static enum rc drop_term(struct tx *tx, const struct change *c, const struct term *t, struct fail *f)
{
    enum rc rc = db_exec(
        tx, SQL_rollup_term_drop,
        DB_ARGS(DB_S(c->region), DB_I(c->outline_id), DB_T(t->kind), DB_T(t->subject), DB_I(c->action_id)), NULL, f);
    return rc == RC_OK ? move_sum(tx, &(struct change){c->region, c->outline_id, c->action_id, c->was, NULL}, t, f)
                       : rc;
}

static bool is_among(const struct terms *list, const struct term *t)
{
    for (int i = 0; i < list->n; i++) {
        if (span_eq(list->of[i].kind, t->kind) && span_eq(list->of[i].subject, t->subject))
            return true;
    }
    return false;
}

static bool same_counts(const struct counts *a, const struct counts *b)
{
    return a->weight == b->weight && a->progress_bp == b->progress_bp && span_eq(a->state, b->state) &&
           span_eq(a->source, b->source);
}

/* From the terms of before to those of now: most stay, and then only their sums move. */
static enum rc change_terms(struct tx *tx, const struct change *c, const struct terms *before, const struct terms *now,
                            struct fail *f)
{
    bool moved = !same_counts(c->was, c->is);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < before->n; i++) {
        if (!is_among(now, &before->of[i]))
            rc = drop_term(tx, c, &before->of[i], f);
        else if (moved)
            rc = move_sum(tx, c, &before->of[i], f);
    }
    for (int i = 0; rc == RC_OK && i < now->n; i++) {
        if (!is_among(before, &now->of[i]))
            rc = put_term(tx, c, &now->of[i], f);
    }
    return rc != RC_OK || !moved || before->n == 0
               ? rc
               : db_exec(tx, SQL_rollup_term_set,
                         DB_ARGS(DB_S(c->region), DB_I(c->outline_id), DB_I(c->action_id), DB_I(c->is->weight),
                                 DB_I(c->is->progress_bp), DB_T(c->is->state), DB_T(c->is->source)),
                         NULL, f);
}

enum { TERMS_MAX = 2 * PLAN_UNITS_MAX + PLAN_WORKSTREAMS_MAX + 64 };

/* Room for one more; most have few. */
static bool make_room(struct tx *tx, struct terms *t)
{
    if (t->n < t->room)
        return true;
    int room = t->room > 0 ? 4 * t->room : 16;
    struct term *of = ARENA_ARRAY(tx_arena(tx), (size_t)room, struct term);
    if (of == NULL)
        return false;
    if (t->n > 0)
        memcpy(of, t->of, (size_t)t->n * sizeof *of);
    t->of = of;
    t->room = room;
    return true;
}

static enum rc take_terms(struct tx *tx, struct rows *rows, struct terms *t, struct fail *f)
{
    bool full = false;
    while (rows_next(rows) && t->n < TERMS_MAX && !full) {
        full = !make_room(tx, t);
        if (!full)
            t->of[t->n++] = (struct term){rows_text_dup(rows, 0), rows_text_dup(rows, 1)};
    }
    enum rc rc = rows_end(rows);
    return full ? fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL) : rc;
}

static enum rc terms_before(struct tx *tx, const char *region, int64_t action_id, struct terms *t, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_rollup_terms_of, DB_ARGS(DB_S(region), DB_I(action_id)), &rows, f);
    return rc == RC_OK ? take_terms(tx, &rows, t, f) : rc;
}

static enum rc terms_now(struct tx *tx, const char *region, int64_t action_id, const struct counted *c, struct terms *t,
                         struct fail *f)
{
    struct rows rows;
    if (!make_room(tx, t))
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    t->of[t->n++] = (struct term){SPAN("outline"), SPAN("")};
    if (c->chapter.len > 0)
        t->of[t->n++] = (struct term){SPAN("chapter"), c->chapter};
    if (c->phase.len > 0)
        t->of[t->n++] = (struct term){SPAN("phase"), c->phase};
    enum rc rc = db_query(tx, SQL_rollup_subjects, DB_ARGS(DB_S(region), DB_I(action_id), DB_I(c->line_id)), &rows, f);
    return rc == RC_OK ? take_terms(tx, &rows, t, f) : rc;
}

enum rc plan_rollup_action(struct tx *tx, const char *region_code, int64_t action_id, struct fail *f)
{
    struct counted c = {0};
    struct terms before = {0}, now = {0};
    enum rc rc = count_action(tx, region_code, action_id, &c, f);
    if (rc == RC_OK)
        rc = terms_before(tx, region_code, action_id, &before, f);
    if (rc == RC_OK)
        rc = terms_now(tx, region_code, action_id, &c, &now, f);
    if (rc == RC_OK)
        rc = change_terms(tx, &(struct change){region_code, c.outline_id, action_id, &c.was, &c.is}, &before, &now, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_drop, DB_ARGS(DB_S(region_code), DB_I(action_id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_add, DB_ARGS(DB_S(region_code), DB_I(action_id), DB_I(c.line_id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_party_outline, DB_ARGS(DB_S(region_code), DB_I(c.outline_id), DB_I(c.line_id)), NULL,
                     f);
    return rc;
}

enum rc plan_rollup_progress(struct tx *tx, const char *region_code, int64_t action_id, struct fail *f)
{
    struct counted c = {0};
    struct terms before = {0};
    enum rc rc = count_action(tx, region_code, action_id, &c, f);
    if (rc != RC_OK || (c.has_terms && same_counts(&c.was, &c.is)))
        return rc;
    if (!c.has_terms)
        return plan_rollup_action(tx, region_code, action_id, f);
    rc = terms_before(tx, region_code, action_id, &before, f);
    return rc == RC_OK ? change_terms(tx, &(struct change){region_code, c.outline_id, action_id, &c.was, &c.is},
                                      &before, &before, f)
                       : rc;
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
