/* plan_task.c - the commands on tasks: add, edit, move, remove, split, merge, report. Each runs inside the writer's transaction. */
#include <string.h>

#include "plan/plan_task_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- reading ------------------------------------------------------------ */

static void task_of(struct rows *r, struct plan_task_row *out)
{
    struct span region = rows_text(r, 0);
    size_t n = region.len < 6 ? region.len : 6;
    if (n > 0)
        memcpy(out->region_code, region.ptr, n);
    out->region_code[n] = 0;
    out->id = rows_int(r, 1);
    out->line_id = rows_int(r, 2);
    out->parent_id = rows_int(r, 3);
    out->level = rows_text_dup(r, 4);
    out->place_code = rows_text_dup(r, 5);
    out->sort = rows_int(r, 6);
    out->title = rows_text_dup(r, 7);
    out->measure = rows_text_dup(r, 8);
    out->weight = rows_int(r, 9);
    out->start_on = rows_text_dup(r, 10);
    out->due_on = rows_text_dup(r, 11);
    out->state = PLAN_TO_START;
    (void)plan_state_read(rows_text(r, 12), &out->state);
    out->percent = rows_int(r, 13);
    out->progress_bp = rows_int(r, 14);
    out->gone = rows_text_dup(r, 15);
    out->into_id = rows_int(r, 16);
    out->updated_at_us = rows_int(r, 17);
    out->version = rows_int(r, 18);
    out->action_id = rows_int(r, 19);
}

enum rc plan_task_get(struct tx *tx, int64_t id, struct plan_task_row *out, struct plan_action_row *action,
                      struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_task_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    task_of(&rows, out);
    rc = rows_end(&rows);
    return rc == RC_OK ? plan_action_get(tx, out->action_id, action, f) : rc;
}

enum rc plan_tasks(struct tx *tx, const char *region_code, int64_t line_id, struct plan_task_row **out, int *n,
                   struct fail *f)
{
    struct rows rows;
    struct plan_task_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_task_list, DB_ARGS(DB_S(region_code), DB_I(line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        task_of(&rows, &items[count++]);
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

enum rc plan_task_units(struct tx *tx, const char *region_code, int64_t line_id, struct plan_task_unit **out, int *n,
                        struct fail *f)
{
    struct rows rows;
    struct plan_task_unit *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_task_units, DB_ARGS(DB_S(region_code), DB_I(line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        items[count++] = (struct plan_task_unit){rows_int(&rows, 0), rows_int(&rows, 2), rows_text_dup(&rows, 1),
                                                 rows_text_dup(&rows, 3)};
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

/* ---- what all commands share ------------------------------------------------------------ */

struct working { /* an action with all its tasks */
    struct plan_action_row a;
    struct plan_task_row *tasks;
    int n;
};

static const struct plan_task_row *task_in(const struct working *w, int64_t id)
{
    for (int i = 0; i < w->n; i++) {
        if (w->tasks[i].id == id)
            return &w->tasks[i];
    }
    return NULL;
}

/* Who may break the action down: who holds that right on its office or on a unit with a part in it. */
static enum rc may_break_down(struct tx *tx, const struct working *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_action_right,
                        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(w->a.region_code), DB_I(w->a.id),
                                DB_S(org_right_word(RIGHT_BREAKDOWN))),
                        &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_FORBIDDEN, MSG_plan_right_lacking, NULL, NULL);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc == RC_OK && !span_is(w->a.outline_state, "current"))
        return fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    return rc;
}

static enum rc open_action(struct tx *tx, int64_t action_id, struct working *w, struct fail *f)
{
    enum rc rc = plan_action_get(tx, action_id, &w->a, f);
    if (rc == RC_OK)
        rc = may_break_down(tx, w, f);
    return rc == RC_OK ? plan_tasks(tx, w->a.region_code, w->a.line_id, &w->tasks, &w->n, f) : rc;
}

static enum rc open_task(struct tx *tx, int64_t id, int64_t version, struct working *w, struct plan_task_row *t,
                         struct fail *f)
{
    enum rc rc = plan_task_get(tx, id, t, &w->a, f);
    if (rc == RC_OK)
        rc = may_break_down(tx, w, f);
    if (rc != RC_OK)
        return rc;
    if (t->gone.len > 0)
        return fail_set(f, RC_CONFLICT, MSG_plan_task_gone, NULL, NULL);
    if (version != 0 && version != t->version)
        return fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    return plan_tasks(tx, w->a.region_code, w->a.line_id, &w->tasks, &w->n, f);
}

static int level_rank(struct span level)
{
    return span_is(level, "city") ? 0 : span_is(level, "county") ? 1 : span_is(level, "town") ? 2 : -1;
}

static enum rc outline_day(struct tx *tx, const struct working *w, struct span *out, struct fail *f)
{
    struct plan_outline_row o;
    enum rc rc = plan_outline_get(tx, w->a.outline_id, &o, f);
    *out = SPAN("");
    if (rc == RC_OK)
        *out = o.issued_on;
    return rc;
}

static enum rc check_days(struct tx *tx, const struct working *w, const struct plan_task_row *t, struct fail *f)
{
    struct span issued;
    if (t->start_on.len > 0 && plan_day_of(t->start_on) == PLAN_NO_DAY)
        return fail_span(f, RC_INVALID, MSG_plan_day_invalid, "start_on", t->start_on);
    if (t->due_on.len > 0 && plan_day_of(t->due_on) == PLAN_NO_DAY)
        return fail_span(f, RC_INVALID, MSG_plan_day_invalid, "due_on", t->due_on);
    if (t->start_on.len > 0 && t->due_on.len > 0 && span_cmp(t->start_on, t->due_on) > 0)
        return fail_span(f, RC_INVALID, MSG_plan_start_after_due, "start_on", t->start_on);
    enum rc rc = outline_day(tx, w, &issued, f);
    if (rc != RC_OK || issued.len == 0)
        return rc;
    if (t->start_on.len > 0 && span_cmp(t->start_on, issued) < 0)
        return fail_span(f, RC_INVALID, MSG_plan_before_outline, "start_on", issued);
    if (t->due_on.len > 0 && span_cmp(t->due_on, issued) < 0)
        return fail_span(f, RC_INVALID, MSG_plan_before_outline, "due_on", issued);
    return RC_OK;
}

static enum rc check_task(struct tx *tx, const struct working *w, const struct plan_task_row *t, struct fail *f)
{
    const struct plan_task_row *parent = task_in(w, t->parent_id);
    if (t->title.len == 0 || t->title.len > PLAN_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "title", NULL);
    if (t->weight < 1 || t->weight > PLAN_WEIGHT_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_weight_invalid, "weight", NULL);
    if (level_rank(t->level) < 0)
        return fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "level", t->level);
    if (t->parent_id != 0 && parent == NULL)
        return fail_set(f, RC_INVALID, MSG_plan_parent_unknown, "parent_id", NULL);
    if (parent != NULL && level_rank(t->level) < level_rank(parent->level))
        return fail_span(f, RC_INVALID, MSG_plan_level_above, "level", parent->title);
    for (int i = 0; i < w->n; i++) {
        if (w->tasks[i].parent_id == t->id && level_rank(w->tasks[i].level) < level_rank(t->level))
            return fail_span(f, RC_INVALID, MSG_plan_level_above, "level", t->title);
    }
    return check_days(tx, w, t, f);
}

static int depth_of(const struct working *w, int64_t id)
{
    int depth = 0;
    while (id != 0 && depth <= w->n) {
        const struct plan_task_row *t = task_in(w, id);
        id = t != NULL ? t->parent_id : 0;
        depth++;
    }
    return depth;
}

static int height_of(const struct working *w, int64_t id)
{
    int most = 0, own = depth_of(w, id);
    for (int i = 0; i < w->n; i++) {
        int64_t up = w->tasks[i].id;
        int steps = 0;
        while (up != 0 && up != id && steps++ <= w->n) {
            const struct plan_task_row *t = task_in(w, up);
            up = t != NULL ? t->parent_id : 0;
        }
        int depth = depth_of(w, w->tasks[i].id) - own;
        if (up == id && depth > most)
            most = depth;
    }
    return most + 1;
}

static int64_t last_sort(const struct working *w, int64_t parent_id)
{
    int64_t last = 0;
    for (int i = 0; i < w->n; i++) {
        if (w->tasks[i].parent_id == parent_id && w->tasks[i].sort > last)
            last = w->tasks[i].sort;
    }
    return last;
}

static enum rc insert_task(struct tx *tx, const struct plan_task_row *t, struct fail *f)
{
    return db_exec(tx, SQL_task_insert,
                   DB_ARGS(DB_S(t->region_code), DB_I(t->id), DB_I(t->line_id), DB_I(t->parent_id), DB_T(t->level),
                           DB_T(t->place_code), DB_I(t->sort), DB_T(t->title), DB_T(t->measure), DB_I(t->weight),
                           DB_T(span_or_null(t->start_on)), DB_T(span_or_null(t->due_on)),
                           DB_S(plan_state_word(t->state)), DB_I(t->percent), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc save_task(struct tx *tx, const struct plan_task_row *t, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc =
        db_exec(tx, SQL_task_set,
                DB_ARGS(DB_S(t->region_code), DB_I(t->id), DB_I(t->version), DB_I(t->parent_id), DB_T(t->level),
                        DB_T(t->place_code), DB_I(t->sort), DB_T(t->title), DB_T(t->measure), DB_I(t->weight),
                        DB_T(span_or_null(t->start_on)), DB_T(span_or_null(t->due_on)), DB_I(tx_now_us(tx))),
                &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL) : rc;
}

static enum rc put_units(struct tx *tx, const struct working *w, int64_t task_id, const struct plan_task_in *in,
                         struct fail *f)
{
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    if (in->n_units > PLAN_UNITS_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_units, "units", NULL);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < in->n_units; i++) {
        struct plan_task_unit_in u = in->units[i];
        struct unit unit;
        bool created = false;
        if (!span_is(u.part, "responsible") && !span_is(u.part, "implementing"))
            return fail_span(f, RC_INVALID, MSG_plan_task_part_invalid, "units", u.part);
        if (u.unit_id == 0 && u.name.len == 0)
            return fail_set(f, RC_INVALID, MSG_plan_name_missing, "units", NULL);
        if (u.unit_id == 0)
            rc = unit_propose(tx, &(struct unit_propose_in){w->a.region_code, u.name, span_of(today)}, &u.unit_id,
                              &created, f);
        else if ((rc = unit_get(tx, u.unit_id, SPAN_NONE, &unit, f)) == RC_MISSING)
            return fail_set(f, RC_INVALID, MSG_plan_unit_unknown, "units", NULL);
        else if (rc == RC_OK && u.name.len == 0)
            u.name = unit.name;
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_task_unit_insert,
                         DB_ARGS(DB_S(w->a.region_code), DB_I(task_id), DB_T(u.part), DB_I(u.unit_id), DB_I(i + 1),
                                 DB_T(u.name)),
                         NULL, f);
    }
    return rc;
}

/* Keeps the roll-up from `from` upward and ends the note; the task's own chain has it. */
static enum rc settle(struct tx *tx, const struct working *w, struct plan_note *note, const struct plan_subject *s,
                      int64_t from, struct fail *f)
{
    enum rc rc = plan_rollup_task(tx, w->a.region_code, w->a.line_id, from, w->a.id, f);
    enum rc noted = plan_note_end(tx, note, s, f);
    return rc != RC_OK ? rc : noted;
}

static struct plan_subject subject_of(const struct working *w, int64_t id, const char *verb)
{
    return (struct plan_subject){w->a.region_code, "task", id, verb, "plan.tasks"};
}

/* ---- add and edit ------------------------------------------------------------ */

static void take(struct span *field, struct span change)
{
    if (change.ptr != NULL)
        *field = change;
}

enum rc plan_task_add(struct tx *tx, const struct plan_task_in *in, int64_t *id, struct fail *f)
{
    static const char *const levels[] = {"city", "county", "town"};
    struct working w = {0};
    enum rc rc = open_action(tx, in->action_id, &w, f);
    if (rc != RC_OK)
        return rc;
    const struct plan_task_row *parent = task_in(&w, in->parent_id);
    int below = parent == NULL ? 0 : level_rank(parent->level) + 1;
    struct plan_task_row t = {.id = tx_new_id(tx),
                              .line_id = w.a.line_id,
                              .parent_id = in->parent_id,
                              .level = in->level.len > 0 ? in->level : span_of(levels[below > 2 ? 2 : below]),
                              .place_code = span_or_null(in->place_code).ptr ? in->place_code : SPAN(""),
                              .sort = last_sort(&w, in->parent_id) + 1,
                              .title = in->title,
                              .measure = span_or_null(in->measure).ptr ? in->measure : SPAN(""),
                              .weight = in->weight < 0 ? 1 : in->weight,
                              .start_on = in->start_on,
                              .due_on = in->due_on};
    memcpy(t.region_code, w.a.region_code, sizeof t.region_code);
    rc = check_task(tx, &w, &t, f);
    if (rc == RC_OK && w.n >= PLAN_TASKS_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_plan_too_many_tasks, NULL, NULL);
    if (rc == RC_OK && depth_of(&w, t.parent_id) >= PLAN_TASK_DEPTH_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_plan_too_deep, "parent_id", NULL);
    if (rc == RC_OK)
        rc = insert_task(tx, &t, f);
    if (rc == RC_OK)
        rc = put_units(tx, &w, t.id, in, f);
    if (rc != RC_OK)
        return rc;
    *id = t.id;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "action_id", w.a.id);
    jw_kid(&note.w, "parent_id", t.parent_id);
    jw_ktext(&note.w, "title", t.title);
    jw_kint(&note.w, "weight", t.weight);
    struct plan_subject s = subject_of(&w, t.id, "create");
    return settle(tx, &w, &note, &s, t.id, f);
}

enum rc plan_task_edit(struct tx *tx, const struct plan_task_in *in, struct fail *f)
{
    struct working w = {0};
    struct plan_task_row t;
    enum rc rc = open_task(tx, in->id, in->version, &w, &t, f);
    if (rc != RC_OK)
        return rc;
    struct plan_task_row old = t;
    take(&t.title, in->title);
    take(&t.level, in->level);
    take(&t.place_code, in->place_code);
    take(&t.measure, in->measure);
    take(&t.start_on, in->start_on);
    take(&t.due_on, in->due_on);
    if (in->weight >= 0)
        t.weight = in->weight;
    rc = check_task(tx, &w, &t, f);
    if (rc == RC_OK)
        rc = save_task(tx, &t, f);
    if (rc == RC_OK && in->units != NULL)
        rc = db_exec(tx, SQL_task_unit_clear, DB_ARGS(DB_S(t.region_code), DB_I(t.id)), NULL, f);
    if (rc == RC_OK && in->units != NULL)
        rc = put_units(tx, &w, t.id, in, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    if (!span_eq(old.title, t.title))
        jw_ktext(&note.w, "title", t.title);
    if (!span_eq(old.level, t.level))
        jw_ktext(&note.w, "level", t.level);
    if (!span_eq(old.measure, t.measure))
        jw_ktext(&note.w, "measure", t.measure);
    if (!span_eq(old.start_on, t.start_on))
        jw_ktext_or_null(&note.w, "start_on", span_or_null(t.start_on));
    if (!span_eq(old.due_on, t.due_on))
        jw_ktext_or_null(&note.w, "due_on", span_or_null(t.due_on));
    if (old.weight != t.weight)
        jw_kint(&note.w, "weight", t.weight);
    if (in->units != NULL)
        jw_kint(&note.w, "units", in->n_units);
    struct plan_subject s = subject_of(&w, t.id, "edit");
    return settle(tx, &w, &note, &s, t.id, f);
}

/* ---- move and remove ------------------------------------------------------------ */

/* The circle as a person reads it: A → B → A. */
static enum rc circle(struct tx *tx, const struct working *w, const struct plan_task_row *t, int64_t from,
                      struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 4096);
    sb_add(&sb, t->title);
    for (int steps = 0; from != 0 && steps <= w->n; steps++) {
        const struct plan_task_row *up = task_in(w, from);
        if (up == NULL)
            break;
        sb_adds(&sb, " → ");
        sb_add(&sb, up->title);
        if (from == t->id)
            break;
        from = up->parent_id;
    }
    struct span text = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    return fail_span(f, RC_CONFLICT, MSG_plan_task_circle, "parent_id", text);
}

enum rc plan_task_move(struct tx *tx, const struct plan_task_move_in *in, struct fail *f)
{
    struct working w = {0};
    struct plan_task_row t;
    enum rc rc = open_task(tx, in->id, in->version, &w, &t, f);
    if (rc != RC_OK)
        return rc;
    int64_t up = in->parent_id, old = t.parent_id;
    for (int steps = 0; up != 0 && steps <= w.n; steps++) {
        if (up == t.id)
            return circle(tx, &w, &t, in->parent_id, f);
        const struct plan_task_row *p = task_in(&w, up);
        up = p != NULL ? p->parent_id : 0;
    }
    t.parent_id = in->parent_id;
    t.sort = last_sort(&w, in->parent_id) + 1;
    rc = check_task(tx, &w, &t, f);
    if (rc == RC_OK && depth_of(&w, in->parent_id) + height_of(&w, t.id) > PLAN_TASK_DEPTH_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_plan_too_deep, "parent_id", NULL);
    if (rc == RC_OK)
        rc = save_task(tx, &t, f);
    if (rc == RC_OK)
        rc = plan_rollup_task(tx, w.a.region_code, w.a.line_id, old, 0, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "from", old);
    jw_kid(&note.w, "to", in->parent_id);
    struct plan_subject s = subject_of(&w, t.id, "move");
    return settle(tx, &w, &note, &s, t.id, f);
}

static enum rc leave(struct tx *tx, const struct plan_task_row *t, const char *how, int64_t into, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(
        tx, SQL_task_leave,
        DB_ARGS(DB_S(t->region_code), DB_I(t->id), DB_I(t->version), DB_S(how), DB_I(into), DB_I(tx_now_us(tx))),
        &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL) : rc;
}

static bool below(const struct working *w, const struct plan_task_row *t, int64_t id)
{
    const struct plan_task_row *up = t;
    for (int steps = 0; up != NULL && steps <= w->n; steps++) {
        if (up->parent_id == id)
            return true;
        up = task_in(w, up->parent_id);
    }
    return false;
}

enum rc plan_task_remove(struct tx *tx, int64_t id, int64_t version, struct fail *f)
{
    struct working w = {0};
    struct plan_task_row t;
    int gone = 0;
    enum rc rc = open_task(tx, id, version, &w, &t, f);
    for (int i = 0; rc == RC_OK && i < w.n; i++) {
        if (w.tasks[i].id != id && !below(&w, &w.tasks[i], id))
            continue;
        rc = leave(tx, &w.tasks[i], "removed", 0, f);
        gone++;
    }
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "tasks", gone);
    struct plan_subject s = subject_of(&w, id, "remove");
    return settle(tx, &w, &note, &s, t.parent_id, f);
}

/* ---- split and merge ------------------------------------------------------------ */

static bool has_children(const struct working *w, int64_t id)
{
    for (int i = 0; i < w->n; i++) {
        if (w->tasks[i].parent_id == id)
            return true;
    }
    return false;
}

static enum rc check_split(const struct plan_task_split_in *in, const struct working *w, const struct plan_task_row *t,
                           struct fail *f)
{
    int64_t sum = 0;
    char number[24];
    if (in->n_pieces < 2 || in->n_pieces > PLAN_TASK_BULK_MAX || w->n + in->n_pieces > PLAN_TASKS_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_tasks, "pieces", NULL);
    if (has_children(w, t->id))
        return fail_set(f, RC_CONFLICT, MSG_plan_task_has_tasks, NULL, NULL);
    for (int i = 0; i < in->n_pieces; i++) {
        if (in->pieces[i].title.len == 0 || in->pieces[i].title.len > PLAN_TITLE_BYTES_MAX)
            return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "pieces", NULL);
        if (in->pieces[i].weight < 1)
            return fail_set(f, RC_INVALID, MSG_plan_weight_invalid, "pieces", NULL);
        sum += in->pieces[i].weight;
    }
    (void)snprintf(number, sizeof number, "%lld", (long long)t->weight);
    return sum == t->weight ? RC_OK : fail_set(f, RC_INVALID, MSG_plan_split_weight, "pieces", number, NULL);
}

enum rc plan_task_split(struct tx *tx, const struct plan_task_split_in *in, struct fail *f)
{
    struct working w = {0};
    struct plan_task_row t;
    enum rc rc = open_task(tx, in->id, in->version, &w, &t, f);
    if (rc == RC_OK)
        rc = check_split(in, &w, &t, f);
    if (rc == RC_OK)
        rc = leave(tx, &t, "split", 0, f);
    struct plan_note note;
    plan_note_begin(&note);
    jw_key(&note.w, "into");
    jw_array(&note.w);
    for (int i = 0; rc == RC_OK && i < in->n_pieces; i++) {
        struct plan_task_row p = t;
        p.id = tx_new_id(tx);
        p.title = in->pieces[i].title;
        p.weight = in->pieces[i].weight;
        rc = insert_task(tx, &p, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_task_unit_copy, DB_ARGS(DB_S(p.region_code), DB_I(t.id), DB_I(p.id)), NULL, f);
        if (rc == RC_OK)
            rc = plan_rollup_task(tx, w.a.region_code, w.a.line_id, p.id, 0, f);
        jw_id(&note.w, p.id);
    }
    jw_array_end(&note.w);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    struct plan_subject s = subject_of(&w, t.id, "split");
    return settle(tx, &w, &note, &s, t.parent_id, f);
}

struct merging {
    struct plan_task_row into;
    int64_t weighted;
    int done, stopped, started;
};

static enum rc check_source(const struct plan_task_merge_in *in, const struct working *w, int i, struct merging *m,
                            struct fail *f)
{
    const struct plan_task_row *t = task_in(w, in->ids[i]);
    if (t == NULL || t->parent_id != m->into.parent_id)
        return fail_set(f, RC_INVALID, MSG_plan_merge_siblings, "task_ids", NULL);
    if (has_children(w, t->id))
        return fail_set(f, RC_CONFLICT, MSG_plan_task_has_tasks, "task_ids", NULL);
    for (int k = 0; k < i; k++) {
        if (in->ids[k] == in->ids[i])
            return fail_set(f, RC_INVALID, MSG_plan_merge_siblings, "task_ids", NULL);
    }
    m->stopped += t->state == PLAN_STOPPED;
    m->done += t->state == PLAN_DONE;
    m->started += t->state != PLAN_TO_START;
    if (t->state == PLAN_STOPPED)
        return RC_OK; /* it had no weight above: the merged one has none of it either */
    m->into.weight += t->weight;
    m->weighted += t->weight * t->percent;
    if (t->start_on.len > 0 && (m->into.start_on.len == 0 || span_cmp(t->start_on, m->into.start_on) < 0))
        m->into.start_on = t->start_on;
    if (t->due_on.len > 0 && (m->into.due_on.len == 0 || span_cmp(t->due_on, m->into.due_on) > 0))
        m->into.due_on = t->due_on;
    return RC_OK;
}

static enum rc check_merge(const struct plan_task_merge_in *in, const struct working *w, struct merging *m,
                           struct fail *f)
{
    enum rc rc = RC_OK;
    m->into.weight = 0;
    m->into.start_on = m->into.due_on = SPAN_NONE;
    for (int i = 0; rc == RC_OK && i < in->n_ids; i++)
        rc = check_source(in, w, i, m, f);
    if (rc != RC_OK)
        return rc;
    if (m->into.weight == 0)
        return fail_set(f, RC_CONFLICT, MSG_plan_merge_stopped, "task_ids", NULL);
    if (m->into.weight > PLAN_WEIGHT_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_weight_invalid, "task_ids", NULL);
    m->into.percent = m->weighted / m->into.weight;
    m->into.state = m->done + m->stopped == in->n_ids ? PLAN_DONE : m->started > 0 ? PLAN_UNDER_WAY : PLAN_TO_START;
    return RC_OK;
}

enum rc plan_task_merge(struct tx *tx, const struct plan_task_merge_in *in, int64_t *id, struct fail *f)
{
    struct working w = {0};
    struct merging m = {0};
    if (in->n_ids < 2 || in->n_ids > PLAN_TASK_BULK_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_merge_siblings, "task_ids", NULL);
    enum rc rc = open_task(tx, in->ids[0], 0, &w, &m.into, f);
    if (rc == RC_OK)
        rc = check_merge(in, &w, &m, f);
    if (rc != RC_OK)
        return rc;
    *id = m.into.id = tx_new_id(tx);
    m.into.title = in->title.len > 0 ? in->title : m.into.title;
    rc = check_task(tx, &w, &m.into, f);
    if (rc == RC_OK)
        rc = insert_task(tx, &m.into, f);
    struct plan_note note;
    plan_note_begin(&note);
    jw_key(&note.w, "from");
    jw_array(&note.w);
    for (int i = 0; rc == RC_OK && i < in->n_ids; i++) {
        rc = db_exec(tx, SQL_task_unit_copy, DB_ARGS(DB_S(w.a.region_code), DB_I(in->ids[i]), DB_I(*id)), NULL, f);
        if (rc == RC_OK)
            rc = leave(tx, task_in(&w, in->ids[i]), "merged", *id, f);
        jw_id(&note.w, in->ids[i]);
    }
    jw_array_end(&note.w);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    struct plan_subject s = subject_of(&w, *id, "merge");
    return settle(tx, &w, &note, &s, *id, f);
}

/* ---- report ------------------------------------------------------------ */

static enum rc task_reporter(struct tx *tx, const struct working *w, int64_t id, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    int64_t who = tx_actor(tx)->principal_id;
    *unit_id = 0;
    if (who == 0)
        return RC_OK;
    enum rc rc = db_one(tx, SQL_task_reporter, DB_ARGS(DB_I(who), DB_S(w->a.region_code), DB_I(id)), &rows, f);
    if (rc == RC_OK) {
        *unit_id = rows_int(&rows, 0);
        return rows_end(&rows);
    }
    return rc == RC_MISSING ? plan_may_outline(tx, w->a.region_code, w->a.outline_id, RIGHT_REPORT, f) : rc;
}

static enum rc check_report(const struct plan_task_report_in *in, const struct working *w,
                            const struct plan_task_row *t, struct plan_task_row *out, struct fail *f)
{
    *out = *t;
    if (t->gone.len > 0)
        return fail_set(f, RC_CONFLICT, MSG_plan_task_gone, NULL, NULL);
    if (has_children(w, t->id))
        return fail_set(f, RC_CONFLICT, MSG_plan_task_counted, NULL, NULL);
    if (in->percent > 100)
        return fail_set(f, RC_INVALID, MSG_plan_percent_invalid, "percent", NULL);
    if (in->text.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_text_too_long, "text", NULL);
    if (in->percent < 0 && !in->has_state && in->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_plan_report_empty, "percent", NULL);
    if (in->percent >= 0)
        out->percent = in->percent;
    else if (in->has_state && in->state == PLAN_DONE)
        out->percent = 100;
    out->state = in->has_state ? in->state : out->percent == 100 ? PLAN_DONE : PLAN_UNDER_WAY;
    if (out->state == PLAN_DONE && out->percent != 100)
        return fail_set(f, RC_INVALID, MSG_plan_done_needs_100, "percent", NULL);
    if (out->percent < t->percent && in->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_plan_backwards, "text", NULL);
    return RC_OK;
}

enum rc plan_task_report(struct tx *tx, const struct plan_task_report_in *in, struct fail *f)
{
    struct working w = {0};
    struct plan_task_row t, now;
    int64_t unit_id = 0, report_id = tx_new_id(tx);
    enum rc rc = plan_task_get(tx, in->id, &t, &w.a, f);
    if (rc == RC_OK)
        rc = task_reporter(tx, &w, in->id, &unit_id, f);
    if (rc == RC_OK)
        rc = plan_tasks(tx, w.a.region_code, w.a.line_id, &w.tasks, &w.n, f);
    if (rc == RC_OK)
        rc = check_report(in, &w, &t, &now, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_report_insert,
                     DB_ARGS(DB_S(t.region_code), DB_I(report_id), DB_I(t.id), DB_I(tx_now_us(tx)),
                             DB_I(tx_actor(tx)->principal_id), DB_I_OR_NULL(unit_id), DB_I(now.percent),
                             DB_S(plan_state_word(now.state)), DB_T(in->text.len > 0 ? in->text : SPAN(""))),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_task_progress,
                     DB_ARGS(DB_S(t.region_code), DB_I(t.id), DB_S(plan_state_word(now.state)), DB_I(now.percent),
                             DB_I(tx_now_us(tx))),
                     NULL, f);
    const int64_t units[] = {w.a.office_id, unit_id};
    for (int i = 0; rc == RC_OK && i < in->n_files; i++)
        rc = org_file_attach(tx,
                             &(struct file_attach_in){in->file_ids[i], t.region_code, "task_report", report_id, units,
                                                      unit_id != 0 ? 2 : 1},
                             f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "report_id", report_id);
    if (in->n_files > 0)
        jw_kint(&note.w, "files", in->n_files);
    jw_kint(&note.w, "percent", now.percent);
    jw_kstr(&note.w, "state", plan_state_word(now.state));
    struct plan_subject s = subject_of(&w, t.id, "report");
    return settle(tx, &w, &note, &s, t.id, f);
}
