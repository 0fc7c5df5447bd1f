/*
 * plan_sheet_apply.c - what stands in the system as rows of the table; and the way back: a staged row is applied through the same commands as an
 * edit on the screen, so the same rules, rights and journal hold. The job goes in steps that a restart repeats at most once:
 *
 *   check (no row has moved on since the preview; else nothing is applied) → apply → done
 *   apply meets a row that moved on meanwhile → undo: what was applied goes back, the last first → undone
 */
#include <string.h>

#include "plan/plan_sheet_int.h"

#define STEP_ROWS 20

/* ---- what is there ----------------------------------------------------------------------------------------------------------------------- */

static struct span names_of(struct arena *a, const struct plan_action_unit *units, int n, const char *part)
{
    struct sb sb;
    sb_init(&sb, 1 << 17);
    for (int i = 0; i < n; i++) {
        if (!span_is(units[i].part, part))
            continue;
        if (sb.len > 0)
            sb_adds(&sb, "、");
        sb_add(&sb, units[i].name);
    }
    const struct span out = sb.len > 0 ? span_dup(a, sb_span(&sb)) : SPAN("");
    sb_release(&sb);
    return out;
}

static struct span number_text(struct arena *a, int64_t v)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)v);
    return span_dup(a, span_of(text));
}

static enum rc action_item(struct tx *tx, const struct plan_item *from, enum lang lang, struct sheet_item *out,
                           struct fail *f)
{
    struct arena *const a = tx_arena(tx);
    struct plan_action_unit *units = NULL;
    int n = 0;
    const struct plan_action_row *const row = &from->row;
    enum rc rc = plan_units_of_action(tx, row->region_code, row->id, &units, &n, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct sheet_item){
        .form = &plan_sheet_forms[0],
        .id = row->id,
        .version = row->version,
        .values = {row->path, row->title, names_of(a, units, n, "lead"), names_of(a, units, n, "supporting"),
                   span_or_empty(row->start_on), span_or_empty(row->due_on), plan_measure_name(a, row),
                   span_of(plan_state_name(row->state, lang)), number_text(a, row->percent), SPAN("")}};
    return out->values[2].ptr && out->values[3].ptr && out->values[6].ptr && out->values[8].ptr
               ? RC_OK
               : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static enum rc task_units(struct tx *tx, const char *region_code, struct sheet_item *item, struct fail *f)
{
    struct sb sb[2];
    struct rows rows;
    enum rc rc = db_query(tx, SQL_sheet_task_units, DB_ARGS(DB_S(region_code), DB_I(item->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb[0], 1 << 17);
    sb_init(&sb[1], 1 << 17);
    while (rows_next(&rows)) {
        struct sb *const to = &sb[span_is(rows_text(&rows, 0), "responsible") ? 0 : 1];
        if (to->len > 0)
            sb_adds(to, "、");
        sb_add(to, rows_text(&rows, 1));
    }
    rc = rows_end(&rows);
    for (int i = 0; i < 2; i++) {
        item->values[2 + i] = sb[i].len > 0 ? span_dup(tx_arena(tx), sb_span(&sb[i])) : SPAN("");
        sb_release(&sb[i]);
    }
    return rc;
}

static enum rc task_items(struct tx *tx, struct sheet_items *out, int *room, struct fail *f)
{
    struct rows rows;
    struct arena *const a = tx_arena(tx);
    const int first = out->n;
    enum rc rc = db_query(
        tx, SQL_sheet_tasks,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(out->outline.region_code), DB_I(out->outline.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        out->items = plan_grow(a, out->items, out->n, room, sizeof *out->items);
        if (!out->items) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        out->items[out->n++] = (struct sheet_item){
            .form = &plan_sheet_forms[1],
            .id = rows_int(&rows, 0),
            .version = rows_int(&rows, 1),
            .values = {rows_text_dup(&rows, 9), rows_text_dup(&rows, 2), SPAN(""), SPAN(""),
                       span_or_empty(rows_text_dup(&rows, 6)), span_or_empty(rows_text_dup(&rows, 7)),
                       rows_text_dup(&rows, 4), number_text(a, rows_int(&rows, 5)), number_text(a, rows_int(&rows, 8)),
                       SPAN("")}};
    }
    rc = rows_end(&rows);
    for (int i = first; rc == RC_OK && i < out->n; i++)
        rc = task_units(tx, out->outline.region_code, &out->items[i], f);
    return rc;
}

enum rc plan_sheet_items(struct tx *tx, const struct plan_view *v, int64_t outline_id, struct sheet_items *out,
                         struct fail *f)
{
    struct plan_page all;
    *out = (struct sheet_items){.lang = out->lang};
    enum rc rc = plan_outline_get(tx, outline_id, &out->outline, f);
    if (rc == RC_OK)
        rc = plan_list_all(tx, v, &out->outline, false, &all, f);
    if (rc != RC_OK)
        return rc;
    int room = 0;
    for (int i = 0; rc == RC_OK && i < all.n; i++) {
        out->items = plan_grow(tx_arena(tx), out->items, out->n, &room, sizeof *out->items);
        rc = out->items ? action_item(tx, &all.items[i], out->lang, &out->items[out->n++], f)
                        : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    }
    return rc == RC_OK ? task_items(tx, out, &room, f) : rc;
}

/* ---- one row ------------------------------------------------------------------------------------------------------------------------------- */

static void problem_json(const struct sheet_change *c, const char *cell, struct jw *w)
{
    static const struct {
        enum lang lang;
        const char *key, *colon;
    } langs[] = {{LANG_ZH, "zh", "："}, {LANG_EN, "en", ": "}};
    struct sb sb;
    sb_init(&sb, 2000);
    jw_key(w, "problem");
    jw_object(w);
    for (int i = 0; i < 2; i++) {
        sb_clear(&sb);
        if (c->refused)
            sb_addf(&sb, "%s%s", cell, langs[i].colon);
        fail_text(c->problem, langs[i].lang, &sb);
        jw_ktext(w, langs[i].key, sb_span(&sb));
    }
    jw_object_end(w);
    sb_release(&sb);
}

void plan_sheet_fields_json(const struct sheet_diff *d, struct jw *w)
{
    char name[16];
    jw_array(w);
    for (int i = 0; i < d->n_changes; i++) {
        const struct sheet_change *const c = &d->changes[i];
        plan_sheet_cell_name(d->table, d->row, c->column, name);
        jw_object(w);
        jw_kstr(w, "field", d->table->form->columns[c->column].field);
        jw_kstr(w, "cell", name);
        jw_ktext(w, "from", c->from);
        jw_ktext(w, "to", c->to);
        if (c->problem)
            problem_json(c, name, w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

struct edit {
    struct span title, start_on, due_on, measure,
        lists[2];   /* ptr NULL: unchanged; lists: lead and supporting, responsible and implementing */
    int64_t weight; /* -1: unchanged */
};

static enum rc read_edit(struct arena *a, const struct sheet_apply_in *in, struct edit *e, struct fail *f)
{
    json_t *doc = NULL;
    enum rc rc = json_read(a, in->fields, &doc, f);
    *e = (struct edit){.weight = -1};
    for (size_t i = 0; rc == RC_OK && i < json_array_size(doc); i++) {
        const json_t *const v = json_array_get(doc, i);
        const char *const field = json_string_value(json_object_get(v, "field"));
        const char *const text = json_string_value(json_object_get(v, in->back ? "from" : "to"));
        if (!field || !text)
            return fail_set(f, RC_INTERNAL, MSG_sheet_not_draft, NULL, NULL);
        const struct span value = {text, strlen(text)};
        if (!strcmp(field, "title"))
            e->title = value;
        else if (!strcmp(field, "start_on"))
            e->start_on = value;
        else if (!strcmp(field, "due_on"))
            e->due_on = value;
        else if (!strcmp(field, "measure"))
            e->measure = value;
        else if (!strcmp(field, "lead") || !strcmp(field, "responsible"))
            e->lists[0] = value;
        else if (!strcmp(field, "supporting") || !strcmp(field, "implementing"))
            e->lists[1] = value;
        else if (!strcmp(field, "weight"))
            (void)span_to_i64(value, &e->weight);
    }
    return rc;
}

/* The whole list of an action's units: the changed part by names (those there keep their unit), the other part as it is. */
static enum rc action_units(struct tx *tx, const struct plan_action_row *a, const struct edit *e, int64_t *version,
                            struct fail *f)
{
    struct plan_action_unit *old = NULL;
    struct plan_unit_in units[PLAN_UNITS_MAX];
    int n_old = 0, n = 0;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &old, &n_old, f);
    for (int part = 0; rc == RC_OK && part < 2; part++) {
        const char *const word = part == 0 ? "lead" : "supporting";
        struct span rest = e->lists[part], name;
        for (int i = 0; rest.ptr == NULL && i < n_old && n < PLAN_UNITS_MAX; i++)
            if (span_is(old[i].part, word))
                units[n++] = (struct plan_unit_in){old[i].unit_id, old[i].name, part == 0};
        while (rest.ptr != NULL && plan_sheet_unit_at(&rest, &name)) {
            if (n == PLAN_UNITS_MAX)
                return fail_set(f, RC_LIMIT, MSG_plan_too_many_units, word, NULL);
            units[n] = (struct plan_unit_in){0, name, part == 0};
            for (int i = 0; i < n_old; i++)
                if (span_eq(old[i].name, name))
                    units[n].unit_id = old[i].unit_id;
            n++;
        }
    }
    return rc == RC_OK ? plan_assign(tx, &(struct plan_units_in){a->id, *version, units, n}, version, f) : rc;
}

static enum rc apply_action(struct tx *tx, const struct sheet_apply_in *in, const struct edit *e, int64_t *version,
                            struct fail *f)
{
    struct plan_action_row a;
    enum rc rc = plan_action_get(tx, in->id, &a, f);
    *version = in->version;
    struct plan_edit_in edit = {
        .action_id = in->id, .version = in->version, .title = e->title, .due_on = e->due_on, .start_on = e->start_on};
    if (e->measure.ptr) { /* the words of the cell; a number that stood beside them holds no longer */
        edit.measure_text = e->measure;
        edit.measure_value = edit.measure_unit = edit.measure_comparator = SPAN("");
    }
    if (rc == RC_OK && (e->title.ptr || e->due_on.ptr || e->start_on.ptr || e->measure.ptr))
        rc = plan_edit(tx, &edit, version, f);
    if (rc == RC_OK && (e->lists[0].ptr || e->lists[1].ptr))
        rc = action_units(tx, &a, e, version, f);
    return rc;
}

static int listed(struct plan_task_unit_in *units, int n, struct span rest, struct span part)
{
    struct span name;
    while (n < PLAN_UNITS_MAX && plan_sheet_unit_at(&rest, &name))
        units[n++] = (struct plan_task_unit_in){0, name, part};
    return n;
}

static enum rc apply_task(struct tx *tx, const struct sheet_apply_in *in, const struct edit *e, int64_t *version,
                          struct fail *f)
{
    struct plan_task_row t;
    struct plan_action_row a;
    struct plan_task_unit_in units[PLAN_UNITS_MAX];
    struct plan_task_unit *old = NULL;
    int n_old = 0;
    struct plan_task_in edit = {.id = in->id,
                                .version = in->version,
                                .title = e->title,
                                .measure = e->measure,
                                .start_on = e->start_on,
                                .due_on = e->due_on,
                                .weight = e->weight};
    enum rc rc = plan_task_get(tx, in->id, &t, &a, f);
    if (rc == RC_OK)
        rc = plan_task_units(tx, a.region_code, a.line_id, &old, &n_old, f);
    for (int part = 0; rc == RC_OK && (e->lists[0].ptr || e->lists[1].ptr) && part < 2; part++) {
        const struct span word = part == 0 ? SPAN("responsible") : SPAN("implementing");
        edit.units = units;
        const int from = edit.n_units;
        edit.n_units = listed(units, edit.n_units, e->lists[part], word);
        for (int k = from; k < edit.n_units; k++)
            for (int i = 0; i < n_old; i++)
                if (old[i].task_id == in->id && span_eq(old[i].name, units[k].name))
                    units[k].unit_id = old[i].unit_id;
        for (int i = 0; e->lists[part].ptr == NULL && i < n_old && edit.n_units < PLAN_UNITS_MAX; i++)
            if (old[i].task_id == in->id && span_eq(old[i].part, word))
                units[edit.n_units++] = (struct plan_task_unit_in){old[i].unit_id, old[i].name, word};
    }
    if (rc == RC_OK)
        rc = plan_task_edit(tx, &edit, f);
    if (rc == RC_OK)
        rc = plan_task_get(tx, in->id, &t, &a, f);
    *version = t.version;
    return rc;
}

enum rc plan_sheet_apply(struct tx *tx, const struct sheet_apply_in *in, int64_t *version, struct fail *f)
{
    struct edit e;
    enum rc rc = read_edit(tx_arena(tx), in, &e, f);
    if (rc != RC_OK)
        return rc;
    return in->task ? apply_task(tx, in, &e, version, f) : apply_action(tx, in, &e, version, f);
}

/* ---- the job --------------------------------------------------------------------------------------------------------------------------------- */

struct staged {
    int64_t seq, id, version;
    bool task;
    struct span fields;
};
struct sheet_work {
    char region_code[7];
    int64_t sheet_id, outline_id, after, total, checked;
    char phase[8]; /* check, apply, undo */
    struct staged rows[STEP_ROWS];
    int n;
};

static enum rc read_work(struct tx *tx, const struct job *job, struct sheet_work *w, struct fail *f)
{
    json_t *params = NULL, *state = NULL;
    struct span region = SPAN_NONE, phase = SPAN("check");
    struct rows rows;
    enum rc rc = json_read(tx_arena(tx), job->params, &params, f);
    if (rc == RC_OK)
        rc = json_get_text(params, "region_code", JSON_REQUIRED, 6, &region, f);
    if (rc == RC_OK)
        rc = json_get_id(params, "sheet", JSON_REQUIRED, &w->sheet_id, f);
    if (rc == RC_OK && job->state.len > 0) {
        rc = json_read(tx_arena(tx), job->state, &state, f);
        if (rc == RC_OK)
            rc = json_get_text(state, "phase", JSON_REQUIRED, 7, &phase, f);
        if (rc == RC_OK)
            rc = json_get_int(state, "after", JSON_REQUIRED, 0, INT32_MAX, &w->after, f);
    }
    if (rc != RC_OK)
        return rc;
    (void)snprintf(w->region_code, sizeof w->region_code, "%.*s", SPAN_ARG(region));
    (void)snprintf(w->phase, sizeof w->phase, "%.*s", SPAN_ARG(phase));
    rc = db_one(tx, SQL_sheet_of_job, DB_ARGS(DB_S(w->region_code), DB_I(w->sheet_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    w->outline_id = rows_int(&rows, 0);
    w->total = rows_int(&rows, 2);
    return rows_end(&rows);
}

static enum rc next_rows(struct tx *tx, struct sheet_work *w, struct fail *f)
{
    struct rows rows;
    const bool undo = !strcmp(w->phase, "undo");
    enum rc rc =
        undo
            ? db_query(tx, SQL_sheet_rows_applied, DB_ARGS(DB_S(w->region_code), DB_I(w->sheet_id), DB_I(STEP_ROWS)),
                       &rows, f)
            : db_list(tx, SQL_sheet_rows, SQLF_sheet_rows_state, SQLO_sheet_rows_seq, true,
                      DB_ARGS(DB_S(w->region_code), DB_I(w->sheet_id), DB_I(STEP_ROWS), DB_S("change"), DB_I(w->after)),
                      &rows, f);
    if (rc != RC_OK)
        return rc;
    while (w->n < STEP_ROWS && rows_next(&rows)) {
        struct staged *const s = &w->rows[w->n++];
        *s = undo ? (struct staged){rows_int(&rows, 0), rows_int(&rows, 2), rows_int(&rows, 3),
                                    span_is(rows_text(&rows, 1), "task"), rows_text_dup(&rows, 4)}
                  : (struct staged){rows_int(&rows, 0), rows_int(&rows, 4), rows_int(&rows, 5),
                                    span_is(rows_text(&rows, 3), "task"), rows_text_dup(&rows, 8)};
    }
    return rows_end(&rows);
}

/* Has it been changed since the version that the row knows (or is it no longer to be seen)? */
static enum rc moved_on(struct tx *tx, const struct staged *s, bool *moved, struct fail *f)
{
    struct plan_task_row t;
    struct plan_action_row a;
    struct fail why = {0};
    enum rc rc = s->task ? plan_task_get(tx, s->id, &t, &a, &why) : plan_action_get(tx, s->id, &a, &why);
    *moved = rc == RC_MISSING || (rc == RC_OK && (s->task ? t.version : a.version) != s->version);
    if (rc == RC_OK && !*moved) {
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_BREAKDOWN, &why);
        *moved = rc == RC_FORBIDDEN;
    }
    if (rc == RC_OK || rc == RC_MISSING || rc == RC_FORBIDDEN)
        return RC_OK;
    *f = why;
    return rc;
}

static enum rc set_row(struct tx *tx, const struct sheet_work *w, const struct staged *s, const char *state,
                       int64_t version, struct fail *f)
{
    return db_exec(tx, SQL_sheet_row_set,
                   DB_ARGS(DB_S(w->region_code), DB_I(w->sheet_id), DB_I(s->seq), DB_S(state), DB_I_OR_NULL(version)),
                   NULL, f);
}

static enum rc finish(struct tx *tx, const struct sheet_work *w, struct job *job, const char *state, struct fail *f)
{
    struct plan_note note;
    char text[80];
    enum rc rc =
        db_exec(tx, SQL_sheet_set,
                DB_ARGS(DB_S(w->region_code), DB_I(w->sheet_id), DB_S("applying"), DB_S(state), DB_N), NULL, f);
    plan_note_begin(&note);
    jw_kid(&note.w, "sheet_id", w->sheet_id);
    jw_kint(&note.w, "rows", w->total);
    jw_kstr(&note.w, "state", state);
    enum rc noted =
        plan_note_end(tx, &note, &(struct plan_subject){w->region_code, "outline", w->outline_id, "sheet", NULL}, f);
    (void)snprintf(text, sizeof text, "{\"state\":\"%s\"}", state);
    job->result = span_dup(tx_arena(tx), span_of(text));
    job->finished = true;
    return rc != RC_OK ? rc : noted;
}

static void go_on(struct tx *tx, struct job *job, const char *phase, int64_t after)
{
    char text[80];
    (void)snprintf(text, sizeof text, "{\"phase\":\"%s\",\"after\":%lld}", phase, (long long)after);
    job->state = span_dup(tx_arena(tx), span_of(text));
}

static enum rc step_forward(struct tx *tx, struct sheet_work *w, struct job *job, struct fail *f)
{
    const bool check = !strcmp(w->phase, "check");
    enum rc rc = RC_OK;
    bool moved = false;
    for (int i = 0; rc == RC_OK && !moved && i < w->n; i++) {
        rc = moved_on(tx, &w->rows[i], &moved, f);
        if (rc == RC_OK && moved)
            rc = set_row(tx, w, &w->rows[i], "conflict", 0, f);
    }
    if (rc != RC_OK)
        return rc;
    if (moved && check) /* nothing was applied yet */
        return finish(tx, w, job, "undone", f);
    if (moved) {
        go_on(tx, job, "undo", 0);
        return RC_OK;
    }
    for (int i = 0; rc == RC_OK && !check && i < w->n; i++) {
        int64_t version = 0;
        rc = plan_sheet_apply(
            tx, &(struct sheet_apply_in){w->rows[i].id, w->rows[i].version, w->rows[i].task, w->rows[i].fields, false},
            &version, f);
        if (rc == RC_OK)
            rc = set_row(tx, w, &w->rows[i], "applied", version, f);
    }
    job->total = w->total;
    job->done += check ? 0 : w->n;
    if (rc == RC_OK && w->n < STEP_ROWS && !check)
        return finish(tx, w, job, "applied", f);
    if (w->n < STEP_ROWS)
        go_on(tx, job, "apply", 0);
    else
        go_on(tx, job, w->phase, w->rows[w->n - 1].seq);
    return rc;
}

static enum rc step_back(struct tx *tx, struct sheet_work *w, struct job *job, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < w->n; i++) {
        bool moved = false;
        int64_t version = 0;
        rc = moved_on(tx, &w->rows[i], &moved, f);
        if (rc == RC_OK && !moved)
            rc = plan_sheet_apply(
                tx,
                &(struct sheet_apply_in){w->rows[i].id, w->rows[i].version, w->rows[i].task, w->rows[i].fields, true},
                &version, f);
        if (rc == RC_OK)
            rc = set_row(tx, w, &w->rows[i], moved ? "kept" : "undone", version, f);
    }
    job->done = job->done > w->n ? job->done - w->n : 0;
    if (rc == RC_OK && w->n < STEP_ROWS)
        return finish(tx, w, job, "undone", f);
    go_on(tx, job, "undo", 0);
    return rc;
}

enum rc plan_sheet_job(struct tx *tx, struct job *job, struct fail *f)
{
    struct sheet_work *const w = ARENA_NEW(tx_arena(tx), struct sheet_work);
    if (!w)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = read_work(tx, job, w, f);
    if (rc == RC_OK)
        rc = next_rows(tx, w, f);
    if (rc != RC_OK)
        return rc;
    return strcmp(w->phase, "undo") == 0 ? step_back(tx, w, job, f) : step_forward(tx, w, job, f);
}
