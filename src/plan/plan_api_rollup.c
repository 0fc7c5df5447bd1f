/* plan_api_rollup.c - routes of roll-ups: what each comes to, how it came about, how an action weighs, its workstreams. */
#include <string.h>

#include "plan/plan_task_int.h"

struct ask {
    struct req *r;
    int64_t id;
    struct span kind, subject;
};

/* ---- weights and workstreams ------------------------------------------------------------ */

enum rc plan_api_workstreams(struct req *r, struct fail *f)
{
    struct plan_workstream all[PLAN_WORKSTREAMS_MAX];
    int n = plan_workstreams(all);
    struct jw *w = reply_json(r);
    (void)f;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        jw_ktext(w, "code", all[i].code);
        jw_ktext(w, "name_zh", all[i].zh);
        jw_ktext(w, "name_en", all[i].en);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

struct weigh_job {
    struct plan_weigh_in in;
    int64_t version;
};

static enum rc explain_action(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f);

static enum rc run_weigh(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_weigh(tx, &((const struct weigh_job *)in)->in, &((struct weigh_job *)out)->version, f);
}

static enum rc render_weigh(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct jw w;
    int64_t version;
    *status = 200;
    jw_init(&w, body);
    return explain_action(tx, ((const struct weigh_job *)out)->in.action_id, &w, &version, f);
}

static enum rc read_workstreams(struct req *r, const json_t *body, struct plan_weigh_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "workstreams", JSON_OPTIONAL, PLAN_WORKSTREAMS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct span *codes = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct span);
    if (codes == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        if (code == NULL)
            return fail_set(f, RC_INVALID, MSG_plan_choice_invalid, "workstreams", "", NULL);
        codes[i] = span_of(code);
    }
    in->workstreams = codes;
    in->n_workstreams = (int)json_array_size(list);
    return RC_OK;
}

enum rc plan_api_weigh(struct req *r, struct fail *f)
{
    struct weigh_job *job = ARENA_NEW(req_arena(r), struct weigh_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    job->in.weight = job->in.under_way_percent = -1;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "weight", "mode", "under_way_percent", "workstreams", NULL);
    if (rc == RC_OK)
        rc = json_get_int(body, "weight", JSON_OPTIONAL, 1, PLAN_WEIGHT_MAX, &job->in.weight, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "under_way_percent", JSON_OPTIONAL, 0, 100, &job->in.under_way_percent, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "mode", JSON_OPTIONAL, 20, &job->in.mode, f);
    if (rc == RC_OK)
        rc = read_workstreams(r, body, &job->in, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->in.action_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r, &(struct org_write_plan){run_weigh, job, job, render_weigh, NULL, 0}, f);
}

/* ---- how an action's percentage came about ------------------------------------------------------------ */

static void share_json(struct jw *w, int64_t weight, int64_t weighted)
{
    struct plan_sums sums = {0, weight, weighted};
    jw_key(w, "percent");
    if (weight > 0)
        jw_real(w, (double)plan_rollup_share(&sums, 0) / 100);
    else
        jw_null(w);
}

static enum rc weighing_json(struct tx *tx, const struct plan_action_row *a, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_rollup_facts, DB_ARGS(DB_S(a->region_code), DB_I(a->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_kint(w, "weight", rows_int(&rows, 6));
    jw_ktext(w, "mode", rows_text(&rows, 7));
    jw_kint(w, "under_way_percent", rows_int(&rows, 8));
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_workstream_list, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "workstreams");
    jw_array(w);
    while (rows_next(&rows))
        jw_text(w, rows_text(&rows, 0));
    jw_array_end(w);
    return rows_end(&rows);
}

static void task_term_json(const struct plan_task_row *t, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", t->id);
    jw_key(w, "parent_id");
    if (t->parent_id != 0)
        jw_id(w, t->parent_id);
    else
        jw_null(w);
    jw_ktext(w, "title", t->title);
    jw_kstr(w, "state", plan_state_word(t->state));
    jw_kint(w, "weight", t->state == PLAN_STOPPED ? 0 : t->weight);
    jw_kint(w, "reported_percent", t->percent);
    jw_kreal(w, "percent", (double)t->progress_bp / 100);
    jw_object_end(w);
}

static enum rc explain_action(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f)
{
    struct plan_action_row a;
    struct plan_task_row *tasks = NULL;
    struct rows rows;
    int n = 0;
    int64_t percent_bp = 0;
    struct span source = SPAN("report");
    enum rc rc = plan_action_get(tx, id, &a, f);
    if (rc == RC_OK)
        rc = plan_tasks(tx, a.region_code, a.line_id, &tasks, &n, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_rollup_source, DB_ARGS(DB_S(a.region_code), DB_I(a.outline_id), DB_I(a.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        percent_bp = rows_int(&rows, 0);
        source = rows_text_dup(&rows, 1);
    }
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    *version = a.version;
    jw_object(w);
    jw_kid(w, "action_id", a.id);
    jw_ktext(w, "title", a.title);
    jw_ktext(w, "source", source);
    jw_kreal(w, "percent", (double)percent_bp / 100);
    jw_kint(w, "reported_percent", a.percent);
    jw_kstr(w, "state", plan_state_word(a.state));
    plan_ktext(w, "last_report_on", a.last_report_on);
    jw_kint(w, "version", a.version);
    rc = weighing_json(tx, &a, w, f);
    jw_key(w, "terms");
    jw_array(w);
    for (int i = 0; i < n; i++)
        task_term_json(&tasks[i], w);
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc answer_explain(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = explain_action(tx, ask->id, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc plan_api_explain_action(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_explain, &ask, f) : rc;
}

/* ---- roll-ups of an outline ------------------------------------------------------------ */

struct name_of {
    struct span key, name;
};

static enum rc chapter_names(struct tx *tx, const struct plan_outline_row *o, struct name_of **out, int *n,
                             struct fail *f)
{
    struct rows rows;
    struct name_of *items = NULL;
    int room = 0;
    enum rc rc = db_query(tx, SQL_rollup_chapters, DB_ARGS(DB_S(o->region_code), DB_I(o->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, *n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        items[(*n)++] = (struct name_of){rows_text_dup(&rows, 0), rows_text_dup(&rows, 1)};
    }
    *out = items;
    return rows_end(&rows);
}

/* What a person calls the subject of a roll-up. */
static struct span subject_name(struct tx *tx, struct span kind, struct span subject, const struct name_of *chapters,
                                int n, struct fail *f)
{
    int64_t id = 0;
    struct unit unit;
    struct region region;
    struct plan_workstream all[PLAN_WORKSTREAMS_MAX];
    for (int i = 0; span_is(kind, "chapter") && i < n; i++) {
        if (span_eq(chapters[i].key, subject) && chapters[i].name.len > 0)
            return chapters[i].name;
    }
    if ((span_is(kind, "lead") || span_is(kind, "supporting")) && span_to_i64(subject, &id) &&
        unit_get(tx, id, SPAN_NONE, &unit, f) == RC_OK)
        return unit.name;
    if (span_is(kind, "city") && region_get(tx, subject, SPAN_NONE, &region, f) == RC_OK)
        return region.name;
    int count = span_is(kind, "workstream") ? plan_workstreams(all) : 0;
    for (int i = 0; i < count; i++) {
        if (span_eq(all[i].code, subject))
            return all[i].zh;
    }
    return subject;
}

struct sum_row {
    struct span kind, subject;
    int64_t v[7]; /* actions, weight, weighted, to_start, under_way, done, stopped */
};

static enum rc read_sums(struct tx *tx, const struct plan_outline_row *o, struct sum_row **out, int *n, struct fail *f)
{
    struct rows rows;
    struct sum_row *items = NULL;
    int room = 0;
    enum rc rc = db_query(tx, SQL_rollup_list, DB_ARGS(DB_S(o->region_code), DB_I(o->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, *n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        struct sum_row *s = &items[(*n)++];
        s->kind = rows_text_dup(&rows, 0);
        s->subject = rows_text_dup(&rows, 1);
        for (int k = 0; k < 7; k++)
            s->v[k] = rows_int(&rows, 2 + k);
    }
    *out = items;
    return rows_end(&rows);
}

static void sum_json(const struct sum_row *s, struct span name, struct jw *w)
{
    static const char *const states[] = {"to_start", "under_way", "done", "stopped"};
    jw_object(w);
    jw_ktext(w, "kind", s->kind);
    jw_ktext(w, "subject", s->subject);
    jw_ktext(w, "name", name);
    jw_kint(w, "actions", s->v[0]);
    jw_kint(w, "weight", s->v[1]);
    share_json(w, s->v[1], s->v[2]);
    jw_key(w, "states");
    jw_object(w);
    for (int k = 0; k < 4; k++)
        jw_kint(w, states[k], s->v[3 + k]);
    jw_object_end(w);
    jw_object_end(w);
}

static enum rc answer_rollup(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct name_of *chapters = NULL;
    struct sum_row *sums = NULL;
    int n = 0, n_chapters = 0;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = chapter_names(tx, &o, &chapters, &n_chapters, f);
    if (rc == RC_OK)
        rc = read_sums(tx, &o, &sums, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_ktext(w, "title", o.title);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        struct fail unknown;
        if (ask->kind.len == 0 || span_eq(ask->kind, sums[i].kind))
            sum_json(&sums[i],
                     span_is(sums[i].kind, "outline")
                         ? o.title
                         : subject_name(tx, sums[i].kind, sums[i].subject, chapters, n_chapters, &unknown),
                     w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

static bool is_kind(struct span kind)
{
    static const char *const kinds[] = {"outline", "chapter", "phase", "lead", "supporting", "city", "workstream"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (span_is(kind, kinds[i]))
            return true;
    }
    return false;
}

static enum rc read_ask(struct req *r, struct ask *ask, bool need_kind, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "kind", "subject", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask->id, f);
    ask->kind = req_query(r, "kind");
    ask->subject = req_query(r, "subject");
    if (ask->subject.ptr == NULL)
        ask->subject = SPAN("");
    if (rc == RC_OK && (need_kind || ask->kind.len > 0) && !is_kind(ask->kind))
        rc = fail_span(f, RC_INVALID, MSG_plan_choice_invalid, "kind", ask->kind);
    return rc;
}

enum rc plan_api_rollup(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = read_ask(r, &ask, false, f);
    return rc == RC_OK ? org_read(r, answer_rollup, &ask, f) : rc;
}

/* ---- the terms of one ------------------------------------------------------------ */

static void term_json(struct rows *rows, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "action_id", rows_int(rows, 0));
    jw_ktext(w, "path", rows_text(rows, 1));
    jw_ktext(w, "title", rows_text(rows, 2));
    jw_kint(w, "weight", rows_int(rows, 3));
    jw_kreal(w, "percent", (double)rows_int(rows, 4) / 100);
    jw_ktext(w, "state", rows_text(rows, 5));
    jw_ktext(w, "source", rows_text(rows, 6));
    jw_ktext_or_null(w, "last_report_on", rows_text(rows, 7));
    jw_object_end(w);
}

static enum rc answer_terms(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct sum_row *sums = NULL;
    struct sum_row zero = {.kind = ask->kind, .subject = ask->subject};
    const struct sum_row *sum = &zero;
    struct rows rows;
    int n = 0;
    int64_t shown = 0, shown_weight = 0;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = read_sums(tx, &o, &sums, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (span_eq(sums[i].kind, ask->kind) && span_eq(sums[i].subject, ask->subject))
            sum = &sums[i];
    }
    if (rc == RC_OK)
        rc = db_query(tx, SQL_rollup_explain,
                      DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o.region_code), DB_I(o.id), DB_T(ask->kind),
                              DB_T(ask->subject)),
                      &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_ktext(w, "kind", ask->kind);
    jw_ktext(w, "subject", ask->subject);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        shown++;
        shown_weight += rows_int(&rows, 3);
        term_json(&rows, w);
    }
    jw_array_end(w);
    rc = rows_end(&rows);
    jw_kint(w, "actions", sum->v[0]);
    jw_kint(w, "weight", sum->v[1]);
    jw_kid(w, "weighted", sum->v[2]);
    share_json(w, sum->v[1], sum->v[2]);
    jw_kint(w, "hidden_actions", sum->v[0] - shown);
    jw_kint(w, "hidden_weight", sum->v[1] - shown_weight);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_rollup_explain(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = read_ask(r, &ask, true, f);
    return rc == RC_OK ? org_read(r, answer_terms, &ask, f) : rc;
}
