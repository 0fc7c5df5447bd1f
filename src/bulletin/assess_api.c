/* assess_api.c - routes of assessments. */
#include <string.h>

#include "base/limits.h"
#include "bulletin/assess_int.h"

static handler_fn schemes, list, create, get, rows, journal, adjust, do_send, publish, discard, accept, object, decide;

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/assessment-schemes", AUTH_USER, ROUTE_POOL, NULL, schemes, 0, "how units may be assessed"},
    {HTTP_GET, API "/assessments", AUTH_USER, ROUTE_POOL, NULL, list, 0, "assessments"},
    {HTTP_POST, API "/assessments", AUTH_USER, ROUTE_POOL, "publish", create, 0, "run one for a period"},
    {HTTP_GET, API "/assessments/{id}", AUTH_USER, ROUTE_POOL, NULL, get, 0, "one, with the results that one may see"},
    {HTTP_GET, API "/assessments/{id}/rows", AUTH_USER, ROUTE_POOL, NULL, rows, 0,
     "the actions that a figure of a unit counts"},
    {HTTP_GET, API "/assessments/{id}/journal", AUTH_USER, ROUTE_POOL, "publish", journal, 0, "its journal"},
    {HTTP_POST, API "/assessments/{id}/adjustments", AUTH_USER, 0, "publish", adjust, 0,
     "add or take off points, with reason and evidence"},
    {HTTP_POST, API "/assessments/{id}/send", AUTH_USER, ROUTE_IF_MATCH, "publish", do_send, 0,
     "send each unit its result"},
    {HTTP_POST, API "/assessments/{id}/publish", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "publish", publish, 0,
     "publish results and awards"},
    {HTTP_POST, API "/assessments/{id}/discard", AUTH_USER, ROUTE_IF_MATCH, "publish", discard, 0, "give a draft up"},
    {HTTP_POST, API "/assessments/{id}/results/{unit_id}/accept", AUTH_USER, 0, NULL, accept, 0,
     "a unit has nothing against its result"},
    {HTTP_POST, API "/assessments/{id}/objections", AUTH_USER, 0, NULL, object, 0, "a unit objects to its result"},
    {HTTP_POST, API "/assessments/{id}/objections/{objection_id}/decision", AUTH_USER, 0, "publish", decide, 0,
     "decide on an objection"},
    {HTTP_GET, API "/burden", AUTH_USER, ROUTE_POOL, NULL, assess_api_burden, 0,
     "how many reports are asked of units in a month, and by whom"},
};
const struct route_table assess_routes = {"assess", routes, (int)(sizeof routes / sizeof routes[0])};

struct ask {
    struct req *r;
    int64_t id, limit, after, unit_id;
};

/* ---- reading ----------------------------------------------------------------------------------------------------------------------------- */

static void both_json(struct jw *w, const struct bulletin_both *b)
{
    jw_key(w, "name");
    jw_object(w);
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
    jw_object_end(w);
}

static enum rc schemes(struct req *r, struct fail *f)
{
    static const char *const kinds[] = {"item", "deduct", "bonus"};
    struct assess_scheme *s = ARENA_NEW(req_arena(r), struct assess_scheme);
    struct jw *w = reply_json(r);
    enum rc rc = s != NULL ? RC_OK : bulletin_over(f);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < assess_scheme_count(); i++) {
        rc = assess_scheme_find(req_arena(r), span_of(assess_scheme_word(i)), s, f);
        if (rc != RC_OK)
            break;
        jw_object(w);
        jw_ktext(w, "word", s->word);
        jw_ktext(w, "pack", s->pack);
        jw_kint(w, "version", s->version);
        both_json(w, &s->name);
        jw_kint(w, "objection_working_days", s->objection_days);
        jw_ktext(w, "total_max", assess_points_text(req_arena(r), s->total_max));
        jw_key(w, "items");
        jw_array(w);
        for (int k = 0; k < s->n_items; k++) {
            jw_object(w);
            jw_ktext(w, "word", s->items[k].word);
            jw_kstr(w, "kind", kinds[s->items[k].kind]);
            both_json(w, &s->items[k].name);
            jw_ktext(w, "max", assess_points_text(req_arena(r), s->items[k].max));
            jw_ktext(w, "rule", s->items[k].source);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    const struct span state = req_query(ask->r, "state");
    struct db_val args[5] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1)};
    struct assess_run *items = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct assess_run);
    struct rows r;
    int n = 2, count = 0;
    if (items == NULL)
        return bulletin_over(f);
    if (state.len > 0)
        args[n++] = DB_T(state);
    if (ask->after != 0)
        args[n++] = DB_I(ask->after);
    enum rc rc = db_list(tx, SQL_assess_list, state.len > 0 ? SQLF_assess_list_state : 0, SQLO_assess_list_newest,
                         ask->after != 0, args, n, &r, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&r))
        assess_run_of(&r, &items[count++]);
    rc = rows_end(&r);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < count && i < ask->limit; i++)
        rc = assess_brief_json(tx, &items[i], w, f);
    jw_array_end(w);
    const char *next = NULL;
    if (rc == RC_OK && count > ask->limit) {
        char id[24];
        (void)snprintf(id, sizeof id, "%lld", (long long)items[ask->limit - 1].id);
        const struct span key = span_of(id);
        next = page_key(tx_arena(tx), 1, &key);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

static enum rc page_of(struct req *r, struct ask *ask, struct fail *f)
{
    struct span part;
    bool given = false;
    enum rc rc = req_limit(r, &ask->limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &ask->after))
        rc = fail_set(f, RC_INVALID, MSG_bulletin_after_invalid, "after", NULL);
    return rc;
}

static enum rc list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "state", NULL);
    if (rc == RC_OK)
        rc = page_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = assess_whole_json(tx, ask->id, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

static enum rc get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

/* The unit's result must be one that the actor may see; then the actions behind it are. */
static enum rc answer_rows(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct assess_run run;
    struct assess_result *results = NULL;
    struct bulletin_figures figures;
    const struct bulletin_scope *s = NULL;
    const struct span word = req_query(ask->r, "figure");
    const int figure = word.len == 0 ? BULLETIN_TOTAL : bulletin_figure_find(word);
    int n = 0;
    int64_t count = 0;
    if (figure < 0)
        return fail_span(f, RC_INVALID, MSG_bulletin_figure_unknown, "figure", word);
    enum rc rc = assess_get(tx, ask->id, &run, f);
    if (rc == RC_OK)
        rc = assess_results(tx, &run, &results, &n, f);
    bool seen = false;
    for (int i = 0; rc == RC_OK && i < n; i++)
        seen = seen || results[i].unit_id == ask->unit_id;
    if (rc == RC_OK)
        rc = assess_figures(tx, &run, &figures, f);
    if (rc == RC_OK && seen)
        s = bulletin_scope_find(&figures, SPAN("unit"), req_query(ask->r, "unit"));
    if (rc == RC_OK && s == NULL)
        return fail_set(f, RC_MISSING, MSG_not_found, "unit", NULL);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < figures.n_rows; i++) {
        if (!bulletin_counts(s, (enum bulletin_figure)figure, &figures.rows[i]))
            continue;
        bulletin_row_json(&figures.rows[i], w);
        count++;
    }
    jw_array_end(w);
    jw_kint(w, "count", count);
    jw_kint(w, "figure", s->counts[figure]);
    jw_ktext(w, "as_of_on", figures.until_on);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

static enum rc rows(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "unit", "figure", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &ask.unit_id, f);
    return rc == RC_OK ? org_read(r, answer_rows, &ask, f) : rc;
}

/* The office's alone: it names all units. */
static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct assess_run run;
    enum rc rc = assess_get(tx, ask->id, &run, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_PUBLISH, run.unit_id, f);
    if (rc != RC_OK)
        return rc;
    const struct journal_page page = {run.region_code, "assessment",     run.id, ask->after,
                                      (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

static enum rc journal(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = page_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

/* ---- writes -------------------------------------------------------------------------------------------------------------------------------- */

struct sending { /* one of the writes, and the run's id for the answer */
    int64_t id, unit_id, objection_id;
    bool created;
    struct assess_create_in create;
    struct assess_new_in new_in;
    struct assess_adjust_in adjust;
    struct assess_step_in step;
    struct assess_objection_in object;
    struct assess_decide_in decide;
    int64_t outlines[BULLETIN_OUTLINES_MAX], files[FILES_PER_SUBJECT_MAX];
};

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct sending *s = out;
    struct jw w;
    int64_t version = 0;
    *status = s->created ? 201 : 200;
    jw_init(&w, body);
    return assess_whole_json(tx, s->id, &w, &version, f);
}

static enum rc write(struct req *r, command_fn *command, struct sending *s, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){command, s, s, render, NULL, 0}, f);
}

static enum rc sending_of(struct req *r, struct sending **out, json_t **body, struct fail *f)
{
    struct sending *s = ARENA_NEW(req_arena(r), struct sending);
    if (s == NULL)
        return bulletin_over(f);
    *out = s;
    enum rc rc = req_param_id(r, "id", &s->id, f);
    return rc == RC_OK && body != NULL ? req_json(r, body, f) : rc;
}

/* An array of ids; *n how many. */
static enum rc read_ids(const json_t *body, const char *field, int64_t *ids, int max, int *n, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, field, JSON_OPTIONAL, (size_t)max, &list, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64(span_of(json_string_value(v)), &ids[(*n)++]))
            return fail_set(f, RC_INVALID, MSG_assess_id_invalid, field, NULL);
    }
    return rc;
}

static enum rc read_points(const json_t *body, enum json_need need, int64_t *out, struct fail *f)
{
    struct span text = SPAN_NONE;
    enum rc rc = json_get_text(body, "points", need, 12, &text, f);
    if (rc == RC_OK && text.ptr != NULL && !assess_points_read(text, out))
        return fail_set(f, RC_INVALID, MSG_assess_points_invalid, "points", NULL);
    return rc;
}

static enum rc run_insert(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct sending *s = out;
    (void)in;
    return assess_insert(tx, &s->new_in, &s->id, f);
}

static enum rc create(struct req *r, struct fail *f)
{
    struct sending *s = ARENA_NEW(req_arena(r), struct sending);
    json_t *body = NULL;
    if (s == NULL)
        return bulletin_over(f);
    s->created = true;
    s->create.outline_ids = s->outlines;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "scheme", "unit_id", "outline_ids", "from_on", "until_on", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "scheme", JSON_REQUIRED, 40, &s->create.scheme, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &s->create.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "from_on", JSON_REQUIRED, &s->create.from_on, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "until_on", JSON_REQUIRED, &s->create.until_on, f);
    if (rc == RC_OK)
        rc = read_ids(body, "outline_ids", s->outlines, BULLETIN_OUTLINES_MAX, &s->create.n_outlines, f);
    const struct actor actor = org_actor(r);
    if (rc == RC_OK)
        rc = assess_prepare(req_store(r), &actor, req_arena(r), &s->create, &s->new_in, f);
    return rc == RC_OK ? write(r, run_insert, s, f) : rc;
}

static enum rc run_adjust(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return assess_adjust(tx, &((struct sending *)out)->adjust, f);
}

static enum rc adjust(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    json_t *body = NULL;
    struct span kind = SPAN_NONE;
    enum rc rc = sending_of(r, &s, &body, f);
    if (rc != RC_OK)
        return rc;
    s->created = true;
    s->adjust = (struct assess_adjust_in){.run_id = s->id, .file_ids = s->files};
    rc = json_only(body, f, "unit_id", "kind", "points", "reason", "file_ids", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_REQUIRED, &s->adjust.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_REQUIRED, 10, &kind, f);
    if (rc == RC_OK && !span_is(kind, "deduct") && !span_is(kind, "bonus"))
        rc = fail_span(f, RC_INVALID, MSG_assess_kind_unknown, "kind", kind);
    s->adjust.bonus = span_is(kind, "bonus");
    if (rc == RC_OK)
        rc = read_points(body, JSON_REQUIRED, &s->adjust.points, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, 2000, &s->adjust.reason, f);
    if (rc == RC_OK)
        rc = read_ids(body, "file_ids", s->files, FILES_PER_SUBJECT_MAX, &s->adjust.n_files, f);
    return rc == RC_OK ? write(r, run_adjust, s, f) : rc;
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return assess_step(tx, &((struct sending *)out)->step, f);
}

static enum rc step_of(struct req *r, const char *verb, struct sending **out, struct fail *f)
{
    enum rc rc = sending_of(r, out, NULL, f);
    if (rc != RC_OK)
        return rc;
    (*out)->step = (struct assess_step_in){.id = (*out)->id, .verb = verb};
    return req_if_match(r, &(*out)->step.version, f);
}

static enum rc do_send(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    enum rc rc = step_of(r, "send", &s, f);
    return rc == RC_OK ? write(r, run_step, s, f) : rc;
}

static enum rc discard(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    enum rc rc = step_of(r, "discard", &s, f);
    return rc == RC_OK ? write(r, run_step, s, f) : rc;
}

static enum rc publish(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    enum rc rc = step_of(r, "publish", &s, f);
    if (rc != RC_OK)
        return rc;
    const struct actor actor = org_actor(r);
    rc = assess_prepare_publish(req_store(r), &actor, req_arena(r), &s->step, f);
    return rc == RC_OK ? write(r, run_step, s, f) : rc;
}

static enum rc run_accept(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct sending *s = out;
    (void)in;
    return assess_accept(tx, s->id, s->unit_id, f);
}

static enum rc accept(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    enum rc rc = sending_of(r, &s, NULL, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "unit_id", &s->unit_id, f);
    return rc == RC_OK ? write(r, run_accept, s, f) : rc;
}

static enum rc run_object(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct sending *s = out;
    (void)in;
    return assess_object(tx, &s->object, &s->objection_id, f);
}

static enum rc object(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    json_t *body = NULL;
    enum rc rc = sending_of(r, &s, &body, f);
    if (rc != RC_OK)
        return rc;
    s->created = true;
    s->object = (struct assess_objection_in){.run_id = s->id, .item = SPAN(""), .file_ids = s->files};
    rc = json_only(body, f, "unit_id", "item", "text", "file_ids", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &s->object.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "item", JSON_OPTIONAL, 40, &s->object.item, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_REQUIRED, 8u << 10, &s->object.text, f);
    if (rc == RC_OK)
        rc = read_ids(body, "file_ids", s->files, FILES_PER_SUBJECT_MAX, &s->object.n_files, f);
    return rc == RC_OK ? write(r, run_object, s, f) : rc;
}

static enum rc run_decide(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return assess_decide(tx, &((struct sending *)out)->decide, f);
}

static enum rc decide(struct req *r, struct fail *f)
{
    struct sending *s = NULL;
    json_t *body = NULL;
    enum rc rc = sending_of(r, &s, &body, f);
    if (rc != RC_OK)
        return rc;
    s->decide = (struct assess_decide_in){.run_id = s->id};
    rc = req_param_id(r, "objection_id", &s->decide.objection_id, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "decision", "reason", "points", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "decision", JSON_REQUIRED, 20, &s->decide.decision, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, 2000, &s->decide.reason, f);
    if (rc == RC_OK)
        rc = read_points(body, JSON_OPTIONAL, &s->decide.points, f);
    return rc == RC_OK ? write(r, run_decide, s, f) : rc;
}
