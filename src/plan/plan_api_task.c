/* plan_api_task.c - routes of tasks below actions. A handler parses, calls, answers with the whole tree; no rule and no SQL here. */
#include <string.h>

#include "plan/plan_task_int.h"

/* ---- the tree as JSON ------------------------------------------------------------ */

static void task_json(const struct plan_task_row *t, const struct plan_task_unit *units, int n_units, int64_t action_id,
                      struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", t->id);
    jw_kid(w, "action_id", action_id);
    jw_key(w, "parent_id");
    if (t->parent_id != 0)
        jw_id(w, t->parent_id);
    else
        jw_null(w);
    jw_ktext(w, "level", t->level);
    jw_ktext(w, "place_code", t->place_code);
    jw_ktext(w, "title", t->title);
    plan_ktext(w, "measure", t->measure);
    jw_kint(w, "weight", t->weight);
    plan_ktext(w, "start_on", t->start_on);
    plan_ktext(w, "due_on", t->due_on);
    jw_kstr(w, "state", plan_state_word(t->state));
    jw_kint(w, "percent", t->percent);
    jw_kreal(w, "progress", (double)t->progress_bp / 100);
    jw_kint(w, "version", t->version);
    jw_key(w, "units");
    jw_array(w);
    for (int i = 0; i < n_units; i++) {
        if (units[i].task_id != t->id)
            continue;
        jw_object(w);
        jw_kid(w, "unit_id", units[i].unit_id);
        jw_ktext(w, "name", units[i].name);
        jw_ktext(w, "part", units[i].part);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc tree_json(struct tx *tx, const struct plan_action_row *a, struct jw *w, struct fail *f)
{
    struct plan_task_row *tasks = NULL;
    struct plan_task_unit *units = NULL;
    int n = 0, n_units = 0;
    enum rc rc = plan_tasks(tx, a->region_code, a->line_id, &tasks, &n, f);
    if (rc == RC_OK)
        rc = plan_task_units(tx, a->region_code, a->line_id, &units, &n_units, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "action_id", a->id);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        task_json(&tasks[i], units, n_units, a->id, w);
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

struct ask {
    struct req *r;
    int64_t id;
};

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_action_row a;
    enum rc rc = plan_action_get(tx, ask->id, &a, f);
    return rc == RC_OK ? tree_json(tx, &a, reply_json(ask->r), f) : rc;
}

enum rc plan_api_task_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_action_row a;
    struct plan_task_row t;
    struct plan_task_unit *units = NULL;
    int n_units = 0;
    enum rc rc = plan_task_get(tx, ask->id, &t, &a, f);
    if (rc == RC_OK)
        rc = plan_task_units(tx, a.region_code, a.line_id, &units, &n_units, f);
    if (rc != RC_OK)
        return rc;
    if (t.gone.len > 0)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    reply_version(ask->r, t.version);
    task_json(&t, units, n_units, a.id, reply_json(ask->r));
    return RC_OK;
}

enum rc plan_api_task_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

/* ---- writes: each answers with the action's tasks as they are afterwards ------------------------------------------------------------ */

struct task_job {
    int64_t action_id, task_id; /* one of them is known; the tree is that of the action */
    bool created;
    struct plan_task_in in;
    struct plan_task_move_in move;
    struct plan_task_split_in split;
    struct plan_task_merge_in merge;
    struct plan_task_report_in report;
    struct plan_task_in *bulk;
    int n_bulk;
};

static enum rc render_tree(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct task_job *job = out;
    struct plan_action_row a;
    struct plan_task_row t;
    struct jw w;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    enum rc rc =
        job->action_id != 0 ? plan_action_get(tx, job->action_id, &a, f) : plan_task_get(tx, job->task_id, &t, &a, f);
    return rc == RC_OK ? tree_json(tx, &a, &w, f) : rc;
}

static enum rc write_job(struct req *r, struct task_job *job, command_fn *run, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){run, job, job, render_tree, NULL, 0}, f);
}

static enum rc new_job(struct req *r, struct task_job **out, json_t **body, struct fail *f)
{
    *out = ARENA_NEW(req_arena(r), struct task_job);
    if (*out == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    return body != NULL ? req_json(r, body, f) : RC_OK;
}

static enum rc read_units(struct req *r, const json_t *body, struct plan_task_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "units", JSON_OPTIONAL, PLAN_UNITS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct plan_task_unit_in *units = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct plan_task_unit_in);
    if (units == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "unit_id", "name", "part", NULL);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_OPTIONAL, &units[i].unit_id, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "name", JSON_OPTIONAL, 300, &units[i].name, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "part", JSON_REQUIRED, 20, &units[i].part, f);
    }
    in->units = units;
    in->n_units = (int)json_array_size(list);
    return rc;
}

/* The members that a new task and an edit have in common. */
static enum rc read_task(struct req *r, const json_t *body, struct plan_task_in *in, struct fail *f)
{
    in->weight = -1;
    enum rc rc = json_get_text(body, "title", JSON_OPTIONAL, PLAN_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "level", JSON_OPTIONAL, 10, &in->level, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "place_code", 12, &in->place_code, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "measure", 600, &in->measure, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "start_on", 10, &in->start_on, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "due_on", 10, &in->due_on, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "weight", JSON_OPTIONAL, 1, PLAN_WEIGHT_MAX, &in->weight, f);
    return rc == RC_OK ? read_units(r, body, in, f) : rc;
}

static enum rc run_add(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_task_add(tx, &((const struct task_job *)in)->in, &((struct task_job *)out)->task_id, f);
}

enum rc plan_api_task_add(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "parent_id", "title", "level", "place_code", "measure", "weight", "start_on", "due_on",
                       "units", NULL);
    if (rc == RC_OK)
        rc = read_task(r, body, &job->in, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "parent_id", JSON_OPTIONAL, &job->in.parent_id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->action_id, f);
    if (rc != RC_OK)
        return rc;
    job->in.action_id = job->action_id;
    job->created = true;
    return write_job(r, job, run_add, f);
}

static enum rc run_edit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return plan_task_edit(tx, &((const struct task_job *)in)->in, f);
}

enum rc plan_api_task_edit(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "title", "level", "place_code", "measure", "weight", "start_on", "due_on", "units",
                       NULL);
    if (rc == RC_OK)
        rc = read_task(r, body, &job->in, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->task_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    if (rc != RC_OK)
        return rc;
    job->in.id = job->task_id;
    return write_job(r, job, run_edit, f);
}

static enum rc run_move(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return plan_task_move(tx, &((const struct task_job *)in)->move, f);
}

enum rc plan_api_task_move(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "parent_id", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "parent_id", JSON_OPTIONAL, &job->move.parent_id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->task_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->move.version, f);
    if (rc != RC_OK)
        return rc;
    job->move.id = job->task_id;
    return write_job(r, job, run_move, f);
}

static enum rc run_remove(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct task_job *job = in;
    (void)out;
    return plan_task_remove(tx, job->task_id, job->in.version, f);
}

enum rc plan_api_task_remove(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    enum rc rc = new_job(r, &job, NULL, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->task_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    return rc == RC_OK ? write_job(r, job, run_remove, f) : rc;
}

static enum rc run_split(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return plan_task_split(tx, &((const struct task_job *)in)->split, f);
}

enum rc plan_api_task_split(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL, *list = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "pieces", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "pieces", JSON_REQUIRED, PLAN_TASK_BULK_MAX, &list, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->task_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->split.version, f);
    if (rc != RC_OK)
        return rc;
    struct plan_task_piece *pieces = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct plan_task_piece);
    if (pieces == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "title", "weight", NULL);
        if (rc == RC_OK)
            rc = json_get_text(v, "title", JSON_REQUIRED, PLAN_TITLE_BYTES_MAX, &pieces[i].title, f);
        if (rc == RC_OK)
            rc = json_get_int(v, "weight", JSON_REQUIRED, 1, PLAN_WEIGHT_MAX, &pieces[i].weight, f);
    }
    if (rc != RC_OK)
        return rc;
    job->split.id = job->task_id;
    job->split.pieces = pieces;
    job->split.n_pieces = (int)json_array_size(list);
    return write_job(r, job, run_split, f);
}

static enum rc run_merge(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_task_merge(tx, &((const struct task_job *)in)->merge, &((struct task_job *)out)->task_id, f);
}

enum rc plan_api_task_merge(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL, *list = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "task_ids", "title", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "task_ids", JSON_REQUIRED, PLAN_TASK_BULK_MAX, &list, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "title", JSON_OPTIONAL, PLAN_TITLE_BYTES_MAX, &job->merge.title, f);
    if (rc != RC_OK)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64(span_of(json_string_value(v)), &ids[i]))
            return fail_set(f, RC_INVALID, MSG_plan_merge_siblings, "task_ids", NULL);
    }
    job->merge.ids = ids;
    job->merge.n_ids = (int)json_array_size(list);
    return write_job(r, job, run_merge, f);
}

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return plan_task_report(tx, &((const struct task_job *)in)->report, f);
}

static enum rc read_files(struct req *r, const json_t *body, struct plan_task_report_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "file_ids", JSON_OPTIONAL, 20, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64(span_of(json_string_value(v)), &ids[i]))
            return fail_set(f, RC_INVALID, MSG_field_id, "file_ids", NULL);
    }
    in->file_ids = ids;
    in->n_files = (int)json_array_size(list);
    return RC_OK;
}

enum rc plan_api_task_report(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL;
    struct span state = SPAN_NONE;
    int64_t percent = -1;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "percent", "state", "text", "file_ids", NULL);
    if (rc == RC_OK)
        rc = read_files(r, body, &job->report, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "percent", JSON_OPTIONAL, 0, 100, &percent, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "state", JSON_OPTIONAL, 20, &state, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, PLAN_TEXT_BYTES_MAX, &job->report.text, f);
    if (rc == RC_OK && state.len > 0 && !plan_state_read(state, &job->report.state))
        rc = fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->task_id, f);
    if (rc != RC_OK)
        return rc;
    job->report.id = job->task_id;
    job->report.percent = (int)percent;
    job->report.has_state = state.len > 0;
    job->created = true;
    return write_job(r, job, run_report, f);
}

/* ---- bulk edit: all or nothing ------------------------------------------------------------ */

static enum rc run_bulk(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct task_job *job = in;
    enum rc rc = RC_OK;
    ((struct task_job *)out)->task_id = job->bulk[0].id;
    for (int i = 0; rc == RC_OK && i < job->n_bulk; i++)
        rc = plan_task_edit(tx, &job->bulk[i], f);
    return rc;
}

enum rc plan_api_task_bulk(struct req *r, struct fail *f)
{
    struct task_job *job = NULL;
    json_t *body = NULL, *list = NULL;
    enum rc rc = new_job(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "items", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "items", JSON_REQUIRED, PLAN_TASK_BULK_MAX, &list, f);
    if (rc != RC_OK)
        return rc;
    size_t n = json_array_size(list);
    job->bulk = ARENA_ARRAY(req_arena(r), n + 1, struct plan_task_in);
    if (n == 0 || job->bulk == NULL)
        return fail_set(f, RC_INVALID, MSG_plan_too_many_tasks, "items", NULL);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "id", "version", "title", "level", "place_code", "measure", "weight", "start_on", "due_on",
                       "units", NULL);
        if (rc == RC_OK)
            rc = read_task(r, v, &job->bulk[i], f);
        if (rc == RC_OK)
            rc = json_get_id(v, "id", JSON_REQUIRED, &job->bulk[i].id, f);
        if (rc == RC_OK)
            rc = json_get_int(v, "version", JSON_REQUIRED, 1, INT32_MAX, &job->bulk[i].version, f);
    }
    job->n_bulk = (int)n;
    return rc == RC_OK ? write_job(r, job, run_bulk, f) : rc;
}
