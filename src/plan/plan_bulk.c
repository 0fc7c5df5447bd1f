/*
 * plan_bulk.c - handing over many actions in one job. A preview judges each action; a run is confirmed with the number that the person saw; the job then
 * goes through the actions by id, PLAN_BULK_STEP at a time, each step one transaction with its new state. An action is handed over at most once: a
 * duty about it that is open stops the second, and steps of all jobs come one after another through the one writer.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/plan_bulk.h"

#define LOOK_PAGE 500 /* actions read at once */

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

struct candidate {
    int64_t id;
    struct span title, path, due_on, state;
};

static enum rc page_of(struct tx *tx, const struct plan_outline_row *o, int64_t after, struct candidate *all, int max,
                       int *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(
        tx, SQL_bulk_actions,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o->region_code), DB_I(o->id), DB_I(after), DB_I(max)), &rows, f);
    *n = 0;
    if (rc != RC_OK)
        return rc;
    while (*n < max && rows_next(&rows)) {
        struct candidate *c = &all[(*n)++];
        *c = (struct candidate){.id = rows_int(&rows, 0), .title = rows_text_dup(&rows, 1)};
        c->path = rows_text_dup(&rows, 2);
        c->due_on = rows_text_dup(&rows, 3);
        c->state = rows_text_dup(&rows, 4);
    }
    return rows_end(&rows);
}

static int by_id(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The ids in order, in the arena; NULL when there are none or no room. */
static const int64_t *sorted(struct arena *a, const struct plan_bulk_in *in)
{
    int64_t *ids = in->n > 0 ? ARENA_ARRAY(a, (size_t)in->n, int64_t) : NULL;
    if (ids != NULL) {
        memcpy(ids, in->ids, (size_t)in->n * sizeof(*ids));
        qsort(ids, (size_t)in->n, sizeof(*ids), by_id);
    }
    return ids;
}

static enum rc judge(struct tx *tx, const char *region_code, const struct plan_bulk_in *in, const struct candidate *c,
                     enum plan_bulk_kind *out, struct fail *f)
{
    struct plan_action_unit *units = NULL;
    int64_t open = 0;
    int n = 0;
    enum rc rc = duty_count_open(tx, SPAN("action"), c->id, &open, f);
    if (rc == RC_OK)
        rc = plan_units_of_action(tx, region_code, c->id, &units, &n, f);
    if (rc != RC_OK)
        return rc;
    bool lead = false, ended = false;
    for (int i = 0; i < n; i++) {
        lead = lead || span_is(units[i].part, "lead");
        ended = ended || span_is(units[i].state, "ended");
    }
    *out = open > 0                                                    ? PLAN_BULK_HANDED
           : span_is(c->state, "done") || span_is(c->state, "stopped") ? PLAN_BULK_ENDED
           : !lead || ended                                            ? PLAN_BULK_NO_LEAD
           : c->due_on.len == 0 && in->due_on.len == 0 && !in->undated ? PLAN_BULK_NO_DATE
                                                                       : PLAN_BULK_READY;
    return RC_OK;
}

static enum rc outline_of(struct tx *tx, int64_t id, struct plan_outline_row *o, struct fail *f)
{
    enum rc rc = plan_outline_get(tx, id, o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o->region_code, o->id, RIGHT_ASSIGN, f);
    if (rc == RC_OK && !span_is(o->state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    return rc;
}

static enum rc look(struct tx *tx, const struct plan_outline_row *o, const struct plan_bulk_in *in,
                    struct plan_bulk_out *out, struct fail *f)
{
    struct candidate *page = ARENA_ARRAY(tx_arena(tx), LOOK_PAGE, struct candidate);
    const int64_t *ids = sorted(tx_arena(tx), in);
    int64_t after = 0;
    int n = LOOK_PAGE;
    enum rc rc = RC_OK;
    if (page == NULL || (in->n > 0 && ids == NULL))
        return over(f);
    for (int k = 0; k < PLAN_BULK_KINDS; k++) {
        out->named[k] = ARENA_ARRAY(tx_arena(tx), PLAN_BULK_NAMED_MAX, struct plan_bulk_named);
        if (out->named[k] == NULL)
            return over(f);
    }
    while (rc == RC_OK && n == LOOK_PAGE) {
        rc = page_of(tx, o, after, page, LOOK_PAGE, &n, f);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            enum plan_bulk_kind kind = PLAN_BULK_READY;
            after = page[i].id;
            if (ids != NULL && bsearch(&page[i].id, ids, (size_t)in->n, sizeof(*ids), by_id) == NULL)
                continue;
            rc = judge(tx, o->region_code, in, &page[i], &kind, f);
            if (rc == RC_OK && out->counts[kind] < PLAN_BULK_NAMED_MAX)
                out->named[kind][out->counts[kind]] = (struct plan_bulk_named){page[i].id, page[i].title, page[i].path};
            out->counts[kind]++;
        }
    }
    return rc;
}

enum rc plan_bulk_look(struct tx *tx, const struct plan_bulk_in *in, struct plan_bulk_out *out, struct fail *f)
{
    struct plan_outline_row o;
    *out = (struct plan_bulk_out){.job_id = 0};
    enum rc rc = outline_of(tx, in->outline_id, &o, f);
    return rc == RC_OK ? look(tx, &o, in, out, f) : rc;
}

static enum rc write_params(struct tx *tx, const struct plan_bulk_in *in, struct span *out, struct fail *f)
{
    struct sb sb;
    struct jw w;
    sb_init(&sb, 1u << 17);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kid(&w, "outline_id", in->outline_id);
    jw_ktext(&w, "due_on", in->due_on.ptr != NULL ? in->due_on : SPAN(""));
    jw_kbool(&w, "undated", in->undated);
    jw_key(&w, "ids");
    jw_array(&w);
    for (int i = 0; i < in->n; i++)
        jw_id(&w, in->ids[i]);
    jw_array_end(&w);
    jw_object_end(&w);
    *out = sb_rc(&sb) == RC_OK ? span_dup(tx_arena(tx), sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out->ptr != NULL ? RC_OK : over(f);
}

static enum rc note_run(struct tx *tx, const struct plan_outline_row *o, int64_t job_id, int64_t ready, struct fail *f)
{
    struct plan_note note;
    enum rc rc = db_exec(tx, SQL_bulk_run_add,
                         DB_ARGS(DB_S(o->region_code), DB_I(tx_new_id(tx)), DB_I(o->id), DB_I(job_id), DB_I(ready),
                                 DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                         NULL, f);
    if (rc != RC_OK)
        return rc;
    plan_note_begin(&note);
    jw_kid(&note.w, "job_id", job_id);
    jw_kint(&note.w, "ready", ready);
    return plan_note_end(tx, &note, &(struct plan_subject){o->region_code, "outline", o->id, "hand_over", NULL}, f);
}

enum rc plan_bulk_start(struct tx *tx, const struct plan_bulk_in *in, struct plan_bulk_out *out, struct fail *f)
{
    struct plan_outline_row o;
    struct span params;
    char was[24], now[24];
    *out = (struct plan_bulk_out){.job_id = 0};
    enum rc rc = outline_of(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = look(tx, &o, in, out, f);
    if (rc != RC_OK)
        return rc;
    const int64_t ready = out->counts[PLAN_BULK_READY];
    if (ready == 0)
        return fail_set(f, RC_CONFLICT, MSG_plan_bulk_none, NULL, NULL);
    if (in->expected != ready) {
        (void)snprintf(was, sizeof(was), "%lld", (long long)in->expected);
        (void)snprintf(now, sizeof(now), "%lld", (long long)ready);
        return fail_set(f, RC_CONFLICT, MSG_plan_bulk_changed, "expected", was, now, NULL);
    }
    rc = write_params(tx, in, &params, f);
    if (rc == RC_OK)
        rc = job_start(tx, o.region_code, PLAN_BULK_JOB, params, &out->job_id, f);
    return rc == RC_OK ? note_run(tx, &o, out->job_id, ready, f) : rc;
}

/* ---- the job ------------------------------------------------------------------------------------------------------------------------- */

struct progress {
    int64_t after, handed, duties, skipped;
};

static enum rc read_params(struct tx *tx, struct span text, struct plan_bulk_in *in, struct fail *f)
{
    json_t *root = NULL, *list = NULL;
    enum rc rc = json_read(tx_arena(tx), text, &root, f);
    if (rc == RC_OK)
        rc = json_get_id(root, "outline_id", JSON_REQUIRED, &in->outline_id, f);
    if (rc == RC_OK)
        rc = json_get_text(root, "due_on", JSON_OPTIONAL, 10, &in->due_on, f);
    if (rc == RC_OK)
        rc = json_get_bool(root, "undated", JSON_OPTIONAL, &in->undated, f);
    if (rc == RC_OK)
        rc = json_get_array(root, "ids", JSON_OPTIONAL, PLAN_BULK_IDS_MAX, &list, f);
    int64_t *ids = rc == RC_OK ? ARENA_ARRAY(tx_arena(tx), json_array_size(list) + 1, int64_t) : NULL;
    if (rc == RC_OK && ids == NULL)
        return over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++)
        if (!span_to_i64(span_of(json_string_value(json_array_get(list, i))), &ids[i]))
            return over(f);
    in->ids = ids;
    in->n = (int)json_array_size(list);
    return rc;
}

static enum rc read_progress(struct tx *tx, struct span text, struct progress *p, struct fail *f)
{
    json_t *root = NULL;
    if (text.len == 0)
        return RC_OK;
    enum rc rc = json_read(tx_arena(tx), text, &root, f);
    if (rc == RC_OK)
        rc = json_get_id(root, "after", JSON_REQUIRED, &p->after, f);
    if (rc == RC_OK)
        rc = json_get_int(root, "handed", JSON_REQUIRED, 0, INT32_MAX, &p->handed, f);
    if (rc == RC_OK)
        rc = json_get_int(root, "duties", JSON_REQUIRED, 0, INT32_MAX, &p->duties, f);
    if (rc == RC_OK)
        rc = json_get_int(root, "skipped", JSON_REQUIRED, 0, INT32_MAX, &p->skipped, f);
    return rc;
}

static enum rc write_progress(struct tx *tx, const struct progress *p, struct span *out, struct fail *f)
{
    struct sb sb;
    struct jw w;
    sb_init(&sb, 512);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kid(&w, "after", p->after);
    jw_kint(&w, "handed", p->handed);
    jw_kint(&w, "duties", p->duties);
    jw_kint(&w, "skipped", p->skipped);
    jw_object_end(&w);
    *out = sb_rc(&sb) == RC_OK ? span_dup(tx_arena(tx), sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out->ptr != NULL ? RC_OK : over(f);
}

static enum rc hand_one(struct tx *tx, const struct plan_outline_row *o, const struct plan_bulk_in *in,
                        const struct candidate *c, struct progress *p, struct fail *f)
{
    struct plan_hand_over_out out;
    enum plan_bulk_kind kind = PLAN_BULK_READY;
    enum rc rc = judge(tx, o->region_code, in, c, &kind, f);
    if (rc != RC_OK)
        return rc;
    if (kind != PLAN_BULK_READY) {
        p->skipped++;
        return RC_OK;
    }
    const struct plan_hand_over_in one = {c->id, c->due_on.len > 0 ? SPAN("") : in->due_on};
    rc = plan_hand_over(tx, &one, &out, f);
    p->handed += rc == RC_OK;
    p->duties += rc == RC_OK ? out.n : 0;
    return rc;
}

static enum rc plan_bulk_step(struct tx *tx, struct job *job, struct fail *f)
{
    struct plan_bulk_in in = {.outline_id = 0};
    struct plan_outline_row o;
    struct progress p = {.after = 0};
    struct candidate page[PLAN_BULK_STEP];
    const int64_t *ids = NULL;
    int n = 0;
    enum rc rc = read_params(tx, job->params, &in, f);
    if (rc == RC_OK)
        rc = read_progress(tx, job->state, &p, f);
    if (rc == RC_OK)
        rc = outline_of(tx, in.outline_id, &o, f);
    if (rc == RC_OK && in.n > 0 && (ids = sorted(tx_arena(tx), &in)) == NULL)
        rc = over(f);
    if (rc == RC_OK)
        rc = page_of(tx, &o, p.after, page, PLAN_BULK_STEP, &n, f);
    const int64_t begun = p.duties;
    bool cut = false; /* enough for one command: an action may have many units */
    for (int i = 0; rc == RC_OK && i < n && !cut; i++) {
        p.after = page[i].id;
        if (ids == NULL || bsearch(&page[i].id, ids, (size_t)in.n, sizeof(*ids), by_id) != NULL)
            rc = hand_one(tx, &o, &in, &page[i], &p, f);
        cut = p.duties - begun >= PLAN_BULK_DUTIES && i + 1 < n;
    }
    if (rc == RC_OK)
        rc = write_progress(tx, &p, &job->state, f);
    job->result = job->state;
    job->done = p.handed + p.skipped;
    job->finished = n < PLAN_BULK_STEP && !cut;
    return rc;
}

void plan_bulk_register(struct store *s)
{
    store_job_kind(s, PLAN_BULK_JOB, plan_bulk_step);
}

/* ---- routes -------------------------------------------------------------------------------------------------------------------------- */

struct bulk_ask {
    struct req *r;
    struct plan_bulk_in in;
    struct plan_bulk_out out;
};

static void counts_json(const struct plan_bulk_out *out, struct jw *w)
{
    static const char *const kinds[] = {"ready", "handed", "ended", "no_lead", "no_date"};
    for (int k = 0; k < PLAN_BULK_KINDS; k++) {
        jw_key(w, kinds[k]);
        jw_object(w);
        jw_kint(w, "n", out->counts[k]);
        jw_key(w, "actions");
        jw_array(w);
        for (int64_t i = 0; i < out->counts[k] && i < PLAN_BULK_NAMED_MAX; i++) {
            jw_object(w);
            jw_kid(w, "id", out->named[k][i].id);
            jw_ktext(w, "title", out->named[k][i].title);
            jw_ktext(w, "path", out->named[k][i].path);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
}

static enum rc runs_json(struct tx *tx, const struct plan_outline_row *o, enum lang lang, struct jw *w, struct fail *f)
{
    struct {
        int64_t id, job_id, ready, by, at_us;
    } runs[20];
    struct rows rows;
    int n = 0;
    enum rc rc = db_query(tx, SQL_bulk_runs, DB_ARGS(DB_S(o->region_code), DB_I(o->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    for (; n < 20 && rows_next(&rows); n++) {
        runs[n].id = rows_int(&rows, 0);
        runs[n].job_id = rows_int(&rows, 1);
        runs[n].ready = rows_int(&rows, 2);
        runs[n].by = rows_int(&rows, 3);
        runs[n].at_us = rows_int(&rows, 4);
    }
    rc = rows_end(&rows);
    jw_key(w, "runs");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct span by = SPAN("");
        jw_object(w);
        jw_kid(w, "id", runs[i].id);
        jw_kint(w, "ready", runs[i].ready);
        rc = person_display(tx, runs[i].by, lang, &by, f);
        jw_ktext(w, "by_name", by);
        jw_ktime(w, "started_at", runs[i].at_us);
        jw_key(w, "job");
        if (rc == RC_OK)
            rc = job_json(tx, runs[i].job_id, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static enum rc answer_look(struct tx *tx, void *ctx, struct fail *f)
{
    struct bulk_ask *ask = ctx;
    struct plan_outline_row o;
    enum rc rc = plan_bulk_look(tx, &ask->in, &ask->out, f);
    if (rc == RC_OK)
        rc = plan_outline_get(tx, ask->in.outline_id, &o, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    counts_json(&ask->out, w);
    rc = runs_json(tx, &o, req_lang(ask->r), w, f);
    jw_object_end(w);
    return rc;
}

static enum rc ids_of(struct req *r, const json_t *body, struct plan_bulk_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "action_ids", JSON_OPTIONAL, PLAN_BULK_IDS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64((struct span){json_string_value(v), json_string_length(v)}, &ids[i]))
            return fail_set(f, RC_INVALID, MSG_plan_field_invalid, "action_ids", "action_ids", NULL);
    }
    in->ids = ids;
    in->n = (int)json_array_size(list);
    return RC_OK;
}

static enum rc read_ask(struct req *r, bool confirm, struct bulk_ask **out, struct fail *f)
{
    struct bulk_ask *ask = ARENA_NEW(req_arena(r), struct bulk_ask);
    json_t *body = NULL;
    if (ask == NULL)
        return over(f);
    *out = ask;
    ask->r = r;
    ask->in.expected = -1;
    enum rc rc = req_param_id(r, "id", &ask->in.outline_id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "action_ids", "due_on", "undated", confirm ? "expected" : NULL, NULL);
    if (rc == RC_OK)
        rc = json_get_date(body, "due_on", JSON_OPTIONAL, &ask->in.due_on, f);
    if (rc == RC_OK)
        rc = json_get_bool(body, "undated", JSON_OPTIONAL, &ask->in.undated, f);
    if (rc == RC_OK && confirm)
        rc = json_get_int(body, "expected", JSON_REQUIRED, 0, INT32_MAX, &ask->in.expected, f);
    return rc == RC_OK ? ids_of(r, body, &ask->in, f) : rc;
}

enum rc plan_api_bulk_look(struct req *r, struct fail *f)
{
    struct bulk_ask *ask = NULL;
    enum rc rc = read_ask(r, false, &ask, f);
    return rc == RC_OK ? org_read(r, answer_look, ask, f) : rc;
}

static enum rc run_start(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_bulk_start(tx, &((const struct bulk_ask *)in)->in, &((struct bulk_ask *)out)->out, f);
}

static enum rc render_start(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct bulk_ask *ask = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 202;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "job_id", ask->out.job_id);
    jw_kint(&w, "ready", ask->out.counts[PLAN_BULK_READY]);
    jw_object_end(&w);
    return RC_OK;
}

enum rc plan_api_bulk_start(struct req *r, struct fail *f)
{
    struct bulk_ask *ask = NULL;
    enum rc rc = read_ask(r, true, &ask, f);
    return rc == RC_OK ? org_write(r, run_start, ask, ask, render_start, f) : rc;
}
