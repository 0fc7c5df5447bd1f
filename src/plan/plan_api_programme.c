/* plan_api_programme.c - routes of phases, goals and programmes. A handler parses, calls, answers with the outline's whole list. */
#include <string.h>

#include "plan/plan_programme_int.h"

/* ---- as JSON ------------------------------------------------------------ */

static void why_json(const struct fail *why, struct jw *w)
{
    struct sb sb;
    jw_object(w);
    sb_init(&sb, 2048);
    fail_text(why, LANG_ZH, &sb);
    jw_ktext(w, "zh", sb_span(&sb));
    sb_clear(&sb);
    fail_text(why, LANG_EN, &sb);
    jw_ktext(w, "en", sb_span(&sb));
    sb_release(&sb);
    jw_object_end(w);
}

static void figures_json(const struct plan_figures *c, struct jw *w)
{
    jw_kint(w, "percent", c->percent);
    jw_kint(w, "found", c->actions);
    jw_kint(w, "outside", c->outside);
    jw_key(w, "states");
    jw_object(w);
    jw_kint(w, "to_start", c->to_start);
    jw_kint(w, "under_way", c->under_way);
    jw_kint(w, "done", c->done);
    jw_kint(w, "stopped", c->stopped);
    jw_object_end(w);
    jw_key(w, "lights");
    jw_object(w);
    jw_kint(w, "grey", c->grey);
    jw_kint(w, "green", c->green);
    jw_kint(w, "amber", c->amber);
    jw_kint(w, "red", c->red);
    jw_object_end(w);
}

static void criteria_json(const struct plan_programme *p, struct jw *w)
{
    jw_key(w, "criteria");
    jw_array(w);
    for (int i = 0; i < p->n_criteria; i++) {
        const struct plan_criterion *c = &p->criteria[i];
        jw_object(w);
        jw_kint(w, "item", c->item);
        jw_ktext(w, "part", c->part);
        jw_ktext(w, "text", c->text);
        plan_ktext(w, "rule", c->rule);
        jw_key(w, "met");
        if (c->known)
            jw_bool(w, c->met);
        else
            jw_null(w);
        jw_ktext_or_null(w, "judged_on", c->judged_on);
        jw_ktext_or_null(w, "reason", c->reason);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* The members as the screens name them: an action by its id in this edition; one that is not in it any more is left out. */
static void scopes_json(const struct plan_programme *p, struct jw *w)
{
    jw_key(w, "scope");
    jw_array(w);
    for (int i = 0; i < p->n_scopes; i++) {
        const struct plan_scope *s = &p->scopes[i];
        int64_t line = 0, id = 0;
        bool action = span_is(s->kind, "action");
        if (action && span_to_i64(s->subject, &line)) {
            for (int k = 0; k < p->n_members; k++) {
                if (p->members[k]->item.row.line_id == line)
                    id = p->members[k]->item.row.id;
            }
        }
        if (action && id == 0)
            continue;
        jw_object(w);
        jw_ktext(w, "kind", s->kind);
        if (action)
            jw_kid(w, "subject", id);
        else
            jw_ktext(w, "subject", s->subject);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void members_json(const struct plan_programme *p, struct jw *w)
{
    int64_t hidden = 0;
    jw_key(w, "actions");
    jw_array(w);
    for (int i = 0; i < p->n_members; i++) {
        const struct plan_member *m = p->members[i];
        if (!m->visible) {
            hidden++;
            continue;
        }
        jw_object(w);
        jw_kid(w, "id", m->item.row.id);
        jw_ktext(w, "path", m->item.row.path);
        jw_ktext(w, "title", m->item.row.title);
        jw_kstr(w, "state", plan_state_word(m->item.verdict.facts.state));
        jw_kint(w, "weight", m->weight);
        jw_kint(w, "percent", m->progress_bp / 100);
        plan_ktext(w, "due_on", m->item.row.due_on);
        jw_kbool(w, "outside", plan_outside(p, &m->item.row));
        plan_reason_json(&m->item.verdict, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kint(w, "hidden_actions", hidden);
}

static void programme_json(const struct plan_programme *p, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", p->id);
    jw_ktext(w, "kind", p->kind);
    jw_kint(w, "sort", p->sort);
    jw_ktext(w, "title", p->title);
    plan_ktext(w, "note", p->note);
    plan_ktext(w, "from_on", p->from_on);
    plan_ktext(w, "to_on", p->to_on);
    plan_ktext(w, "target_on", p->target_on);
    jw_key(w, "benchmarks");
    jw_raw(w, p->benchmarks);
    jw_key(w, "declared");
    if (p->declared >= 0)
        jw_int(w, p->declared);
    else
        jw_null(w);
    figures_json(&p->figures, w);
    jw_kstr(w, "state", plan_programme_state_word(p->state));
    jw_kstr(w, "light", plan_light_word(p->light));
    jw_key(w, "light_reason");
    why_json(&p->why, w);
    scopes_json(p, w);
    criteria_json(p, w);
    members_json(p, w);
    jw_kint(w, "version", p->version);
    jw_object_end(w);
}

static enum rc list_json(struct tx *tx, const struct plan_view *v, int64_t outline_id, struct span kind, struct jw *w,
                         struct fail *f)
{
    struct plan_outline_row o;
    struct plan_programme *items = NULL;
    int n = 0;
    enum rc rc = plan_outline_get(tx, outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_programmes(tx, v, &o, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    struct fail may;
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_ktext(w, "title", o.title);
    jw_kbool(w, "may_edit",
             span_is(o.state, "current") && plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, &may) == RC_OK);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        if (kind.len == 0 || span_eq(kind, items[i].kind))
            programme_json(&items[i], w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

struct ask {
    struct req *r;
    struct plan_view view;
    struct span kind;
    int64_t id;
};

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    return list_json(tx, &ask->view, ask->id, ask->kind, reply_json(ask->r), f);
}

static enum rc list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", "kind", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    ask.kind = req_query(r, "kind");
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- writes ------------------------------------------------------------ */

struct programme_job {
    struct plan_programme_in in;
    struct plan_judge_in judge;
    int64_t id, outline_id;
    bool created;
};

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct programme_job *job = out;
    const struct plan_view v = plan_view_on(tx_arena(tx), as_of_day(date_to_days(date_of_us(tx_now_us(tx))), false));
    struct jw w;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    return list_json(tx, &v, job->outline_id, SPAN(""), &w, f);
}

static enum rc write_job(struct req *r, struct programme_job *job, command_fn *run, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){run, job, job, render, NULL, 0}, f);
}

static enum rc read_scopes(struct req *r, const json_t *body, struct plan_programme_in *in, struct fail *f)
{
    json_t *items = NULL;
    enum rc rc = json_get_array(body, "scope", JSON_OPTIONAL, PLAN_SCOPES_MAX, &items, f);
    if (rc != RC_OK || items == NULL)
        return rc;
    struct plan_scope *scopes = ARENA_ARRAY(req_arena(r), json_array_size(items) + 1, struct plan_scope);
    if (scopes == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(items); i++) {
        const json_t *v = json_array_get(items, i);
        rc = json_only(v, f, "kind", "subject", NULL);
        if (rc == RC_OK)
            rc = json_get_text(v, "kind", JSON_REQUIRED, 10, &scopes[i].kind, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "subject", JSON_REQUIRED, 300, &scopes[i].subject, f);
    }
    in->scopes = scopes;
    in->n_scopes = (int)json_array_size(items);
    return rc;
}

static enum rc read_criteria(struct req *r, const json_t *body, struct plan_programme_in *in, struct fail *f)
{
    json_t *items = NULL;
    enum rc rc = json_get_array(body, "criteria", JSON_OPTIONAL, PLAN_CRITERIA_MAX, &items, f);
    if (rc != RC_OK || items == NULL)
        return rc;
    struct plan_criterion *criteria = ARENA_ARRAY(req_arena(r), json_array_size(items) + 1, struct plan_criterion);
    if (criteria == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(items); i++) {
        const json_t *v = json_array_get(items, i);
        rc = json_only(v, f, "item", "part", "text", "rule", NULL);
        if (rc == RC_OK)
            rc = json_get_int(v, "item", JSON_OPTIONAL, 1, 1000000, &criteria[i].item, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "part", JSON_REQUIRED, 10, &criteria[i].part, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "text", JSON_REQUIRED, PLAN_TITLE_BYTES_MAX, &criteria[i].text, f);
        if (rc == RC_OK)
            rc = json_get_text_or_null(v, "rule", RULE_BYTES_MAX, &criteria[i].rule, f);
    }
    in->criteria = criteria;
    in->n_criteria = (int)json_array_size(items);
    return rc;
}

static enum rc read_benchmarks(struct req *r, const json_t *body, struct plan_programme_in *in, struct fail *f)
{
    json_t *names = NULL;
    in->benchmarks = SPAN("[]");
    enum rc rc = json_get_array(body, "benchmarks", JSON_OPTIONAL, PLAN_BENCHMARKS_MAX, &names, f);
    if (rc != RC_OK || names == NULL)
        return rc;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *name = json_array_get(names, i);
        if (!json_is_string(name) || json_string_length(name) == 0 || json_string_length(name) > 120)
            return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "benchmarks", NULL);
    }
    return plan_json_dump(req_arena(r), names, &in->benchmarks) ? RC_OK
                                                                : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static enum rc read_programme(struct req *r, const json_t *body, struct plan_programme_in *in, struct fail *f)
{
    in->declared = -1;
    enum rc rc = json_only(body, f, "kind", "sort", "title", "note", "from_on", "to_on", "target_on", "benchmarks",
                           "declared", "scope", "criteria", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_REQUIRED, 20, &in->kind, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "sort", JSON_OPTIONAL, 0, 100000, &in->sort, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "title", JSON_REQUIRED, PLAN_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "note", PLAN_TEXT_BYTES_MAX, &in->note, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "from_on", 10, &in->from_on, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "to_on", 10, &in->to_on, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "target_on", 10, &in->target_on, f);
    if (rc == RC_OK && !json_is_null(json_object_get(body, "declared")))
        rc = json_get_int(body, "declared", JSON_OPTIONAL, 0, 100000, &in->declared, f);
    if (rc == RC_OK)
        rc = read_benchmarks(r, body, in, f);
    if (rc == RC_OK)
        rc = read_scopes(r, body, in, f);
    return rc == RC_OK ? read_criteria(r, body, in, f) : rc;
}

static enum rc outline_of(struct tx *tx, int64_t programme_id, int64_t *outline_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_programme_get, DB_ARGS(DB_I(programme_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *outline_id = rows_int(&rows, 4);
    return rows_end(&rows);
}

static enum rc run_save(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct programme_job *from = in;
    struct programme_job *job = out;
    enum rc rc = plan_programme_save(tx, &from->in, &job->id, f);
    return rc == RC_OK ? outline_of(tx, job->id, &job->outline_id, f) : rc;
}

static enum rc save(struct req *r, bool create, struct fail *f)
{
    struct programme_job *job = ARENA_NEW(req_arena(r), struct programme_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_programme(r, body, &job->in, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", create ? &job->in.outline_id : &job->in.id, f);
    if (rc == RC_OK && !create)
        rc = req_if_match(r, &job->in.version, f);
    job->created = create;
    return rc == RC_OK ? write_job(r, job, run_save, f) : rc;
}

static enum rc add(struct req *r, struct fail *f)
{
    return save(r, true, f);
}

static enum rc edit(struct req *r, struct fail *f)
{
    return save(r, false, f);
}

static enum rc run_drop(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct programme_job *from = in;
    return plan_programme_drop(tx, from->in.id, from->in.version, &((struct programme_job *)out)->outline_id, f);
}

static enum rc drop(struct req *r, struct fail *f)
{
    struct programme_job *job = ARENA_NEW(req_arena(r), struct programme_job);
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_param_id(r, "id", &job->in.id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    return rc == RC_OK ? write_job(r, job, run_drop, f) : rc;
}

static enum rc run_judge(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_programme_judge(tx, &((const struct programme_job *)in)->judge,
                                &((struct programme_job *)out)->outline_id, f);
}

static enum rc judge(struct req *r, struct fail *f)
{
    struct programme_job *job = ARENA_NEW(req_arena(r), struct programme_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "met", "judged_on", "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_bool(body, "met", JSON_REQUIRED, &job->judge.met, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "judged_on", 10, &job->judge.judged_on, f);
    if (rc == RC_OK)
        rc = json_get_text_or_null(body, "reason", PLAN_REASON_BYTES_MAX, &job->judge.reason, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &job->judge.programme_id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "item", &job->judge.item, f);
    return rc == RC_OK ? write_job(r, job, run_judge, f) : rc;
}

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/outlines/{id}/programmes", AUTH_USER, ROUTE_POOL, NULL, list, 0,
     "its phases, goals and programmes with figures, criteria and lights"},
    {HTTP_POST, API "/outlines/{id}/programmes", AUTH_USER, 0, "breakdown", add, 0, "a new one"},
    {HTTP_PUT, API "/programmes/{id}", AUTH_USER, ROUTE_IF_MATCH, "breakdown", edit, 0, "the whole of it anew"},
    {HTTP_DELETE, API "/programmes/{id}", AUTH_USER, ROUTE_IF_MATCH, "breakdown", drop, 0, "give it up"},
    {HTTP_POST, API "/programmes/{id}/criteria/{item}/judgements", AUTH_USER, 0, "breakdown", judge, 0,
     "say whether a criterion holds"},
};
const struct route_table plan_programme_routes = {"programme", routes, (int)(sizeof routes / sizeof routes[0])};
