/* plan_api_consult.c - routes of consultations and of the cities' signatures. */
#include <string.h>

#include "plan/plan_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

struct consult_ask { /* a read */
    struct req *r;
    struct as_of as_of;
    int64_t id, limit, after;
};
struct consult_job { /* a write, with what it leaves behind */
    int64_t id;      /* of the consultation, or of the outline */
    bool created;
    struct plan_consult_in open;
    struct plan_opinion_in opinion;
    struct plan_decide_in decide;
    struct plan_consult_end_in end;
    struct plan_sign_ask_in ask;
    struct plan_sign_in sign;
    int64_t round;
};

/* ---- objects ------------------------------------------------------------ */

static void unit_member(struct tx *tx, struct jw *w, const char *key, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored);
    jw_key(w, key);
    jw_object(w);
    jw_kid(w, "id", unit_id);
    jw_ktext_or_null(w, "name", rc == RC_OK ? unit.name : SPAN_NONE);
    jw_object_end(w);
}

static void consult_members(struct tx *tx, const struct plan_consult_row *c, struct jw *w)
{
    jw_kid(w, "id", c->id);
    jw_ktext(w, "number", c->number);
    jw_ktext(w, "kind", c->kind);
    jw_key(w, "subject");
    if (c->subject_kind.len == 0) {
        jw_null(w);
    } else {
        jw_object(w);
        jw_ktext(w, "kind", c->subject_kind);
        jw_kid(w, "id", c->subject_id);
        jw_object_end(w);
    }
    jw_ktext(w, "title", c->title);
    jw_ktext(w, "body", c->body);
    unit_member(tx, w, "convener", c->unit_id);
    jw_ktime(w, "opened_at", c->opened_at_us);
    jw_ktext(w, "reply_due_on", c->reply_due_on);
    jw_ktext(w, "state", c->state);
    plan_ktext(w, "conclusion", c->conclusion);
    jw_key(w, "ended_at");
    if (c->ended_at_us == 0)
        jw_null(w);
    else
        jw_time(w, c->ended_at_us);
    jw_kint(w, "version", c->version);
}

static void heard_object(struct tx *tx, const struct plan_heard *h, struct jw *w)
{
    jw_object(w);
    unit_member(tx, w, "unit", h->unit_id);
    jw_key(w, "opinion");
    if (h->round == 0) {
        jw_null(w);
    } else {
        jw_object(w);
        jw_kint(w, "round", h->round);
        jw_ktext(w, "stance", h->stance);
        jw_ktext(w, "text", h->text);
        jw_ktime(w, "at", h->at_us);
        plan_ktext(w, "decision", h->decision);
        plan_ktext(w, "decision_reason", h->decision_reason);
        jw_object_end(w);
    }
    jw_object_end(w);
}

/* Who is heard, how many have answered, and what the actor may do. */
static enum rc heard_members(struct tx *tx, const struct plan_consult_row *c, struct jw *w, struct fail *f)
{
    struct plan_heard *items = NULL;
    int n = 0, answered = 0, objections = 0;
    bool convenes = false, speaks = false;
    enum rc rc = plan_heard(tx, c, &items, &n, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, c->unit_id, &convenes, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "heard");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        heard_object(tx, &items[i], w);
        answered += items[i].round > 0;
        objections += span_is(items[i].stance, "object");
    }
    jw_array_end(w);
    jw_kint(w, "answered", answered);
    jw_kint(w, "objections", objections);
    bool open = span_is(c->state, "open");
    jw_key(w, "may");
    jw_array(w);
    if (open && convenes) {
        jw_str(w, "decide");
        jw_str(w, "conclude");
        jw_str(w, "withdraw");
    }
    jw_array_end(w);
    jw_key(w, "may_speak_for");
    jw_array(w);
    for (int i = 0; rc == RC_OK && open && i < n; i++) {
        rc = org_holds(tx, RIGHT_APPROVE, items[i].unit_id, &speaks, f);
        if (rc == RC_OK && speaks)
            jw_id(w, items[i].unit_id);
    }
    jw_array_end(w);
    return rc;
}

static enum rc consult_object(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f)
{
    struct plan_consult_row c;
    enum rc rc = plan_consult_get(tx, id, &c, f);
    if (rc != RC_OK)
        return rc;
    *version = c.version;
    jw_object(w);
    consult_members(tx, &c, w);
    rc = heard_members(tx, &c, w, f);
    jw_object_end(w);
    return rc;
}

/* ---- reads ------------------------------------------------------------ */

static enum rc list_args(struct tx *tx, struct consult_ask *ask, struct db_val *args, int *n, uint32_t *filters,
                         struct fail *f)
{
    struct req *r = ask->r;
    struct span state = req_query(r, "state"), kind = req_query(r, "kind"), q = req_query(r, "q"), match = SPAN_NONE;
    struct span subject_kind = req_query(r, "subject_kind");
    int64_t subject_id = 0;
    enum rc rc = req_query_id(r, "subject_id", &subject_id, f);
    if (rc == RC_OK && q.len > 0)
        rc = search_query(tx, q, &match, f);
    if (rc != RC_OK)
        return rc;
    if (state.len > 0) {
        *filters |= SQLF_consultation_list_state;
        args[(*n)++] = DB_T(state);
    }
    if (kind.len > 0) {
        *filters |= SQLF_consultation_list_kind;
        args[(*n)++] = DB_T(kind);
    }
    if (subject_kind.len > 0 && subject_id != 0) {
        *filters |= SQLF_consultation_list_subject;
        args[(*n)++] = DB_T(subject_kind);
        args[(*n)++] = DB_I(subject_id);
    }
    if (ask->as_of.given) {
        *filters |= SQLF_consultation_list_until;
        args[(*n)++] = DB_I(ask->as_of.end_us);
    }
    if (q.len > 0) {
        *filters |= SQLF_consultation_list_text;
        args[(*n)++] = DB_T(match.len > 0 ? match : SPAN("\"\""));
    }
    return RC_OK;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct consult_ask *ask = ctx;
    struct db_val args[10] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1)};
    int n = 2;
    int64_t last = 0, count = 0;
    uint32_t filters = 0;
    struct rows rows;
    enum rc rc = list_args(tx, ask, args, &n, &filters, f);
    if (ask->after != 0)
        args[n++] = DB_I(ask->after);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_consultation_list, filters, SQLO_consultation_list_newest, ask->after != 0, args, n, &rows,
                     f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        struct plan_consult_row c;
        if (++count > ask->limit)
            break;
        plan_consult_of(&rows, &c);
        last = c.id;
        jw_object(w);
        consult_members(tx, &c, w);
        jw_object_end(w);
    }
    rc = rows_end(&rows);
    jw_array_end(w);
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)last);
    struct span key = span_of(text);
    const char *next = count > ask->limit ? page_key(tx_arena(tx), 1, &key) : NULL;
    if (next != NULL)
        reply_next_page(ask->r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

/* The one part of the page key: an id, or a number in a chain. */
static enum rc read_after(struct req *r, int64_t *after, struct fail *f)
{
    struct span part;
    bool given = false;
    enum rc rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, after))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    return rc;
}

enum rc plan_api_consult_list(struct req *r, struct fail *f)
{
    struct consult_ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "state", "kind", "q", "subject_kind", "subject_id", "as_of", NULL);
    if (rc == RC_OK)
        rc = org_as_of(r, &ask.as_of, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = read_after(r, &ask.after, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct consult_ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = consult_object(tx, ask->id, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc plan_api_consult_get(struct req *r, struct fail *f)
{
    struct consult_ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

static enum rc answer_consult_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct consult_ask *ask = ctx;
    struct plan_consult_row c;
    enum rc rc = plan_consult_get(tx, ask->id, &c, f);
    if (rc != RC_OK)
        return rc;
    struct journal_page page = {c.region_code,   "consultation",   c.id, ask->after,
                                (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

enum rc plan_api_consult_journal(struct req *r, struct fail *f)
{
    struct consult_ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = read_after(r, &ask.after, f);
    return rc == RC_OK ? org_read(r, answer_consult_journal, &ask, f) : rc;
}

/* ---- writes ------------------------------------------------------------ */

static enum rc render_consult(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct consult_job *job = out;
    struct jw w;
    int64_t version = 0;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    return consult_object(tx, job->id, &w, &version, f);
}

static struct consult_job *job_new(struct req *r)
{
    return ARENA_NEW(req_arena(r), struct consult_job);
}

static enum rc send(struct req *r, command_fn *command, struct consult_job *job, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){command, job, job, render_consult, NULL, 0}, f);
}

/* The commands read what the request said and leave the consultation's id: the job is both. */
static enum rc run_open(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct consult_job *job = out;
    (void)in;
    return plan_consult_open(tx, &job->open, &job->id, f);
}

static enum rc read_units(struct req *r, const json_t *body, const char *field, const int64_t **out, int *n,
                          struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, field, JSON_REQUIRED, PLAN_HEARD_MAX, &list, f);
    if (rc != RC_OK)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        struct span text = {json_string_value(v), json_string_length(v)};
        if (!json_is_string(v) || !span_to_i64(text, &ids[i]))
            return fail_set(f, RC_INVALID, MSG_plan_field_invalid, field, field, NULL);
    }
    *out = ids;
    *n = (int)json_array_size(list);
    return RC_OK;
}

static enum rc read_open(struct req *r, const json_t *body, struct plan_consult_in *in, struct fail *f)
{
    enum rc rc = json_only(body, f, "kind", "subject_kind", "subject_id", "title", "body", "unit_id", "heard",
                           "reply_due_on", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_REQUIRED, 20, &in->kind, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "subject_kind", JSON_OPTIONAL, 20, &in->subject_kind, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "subject_id", JSON_OPTIONAL, &in->subject_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "title", JSON_REQUIRED, PLAN_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "body", JSON_OPTIONAL, PLAN_TEXT_BYTES_MAX, &in->body, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "reply_due_on", JSON_REQUIRED, &in->reply_due_on, f);
    return rc == RC_OK ? read_units(r, body, "heard", &in->heard, &in->n_heard, f) : rc;
}

enum rc plan_api_consult_create(struct req *r, struct fail *f)
{
    struct consult_job *job = job_new(r);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    job->created = true;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_open(r, body, &job->open, f);
    return rc == RC_OK ? send(r, run_open, job, f) : rc;
}

static enum rc run_opinion(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct consult_job *job = out;
    (void)in;
    return plan_opinion_give(tx, &job->opinion, &job->round, f);
}

enum rc plan_api_opinion(struct req *r, struct fail *f)
{
    struct consult_job *job = job_new(r);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    job->created = true;
    struct plan_opinion_in *in = &job->opinion;
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "unit_id", "stance", "text", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "stance", JSON_REQUIRED, 20, &in->stance, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, PLAN_TEXT_BYTES_MAX, &in->text, f);
    in->consultation_id = job->id;
    return rc == RC_OK ? send(r, run_opinion, job, f) : rc;
}

static enum rc run_decide(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct consult_job *job = out;
    (void)in;
    return plan_opinion_decide(tx, &job->decide, f);
}

enum rc plan_api_decide(struct req *r, struct fail *f)
{
    struct consult_job *job = job_new(r);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    struct plan_decide_in *in = &job->decide;
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "unit_id", &in->unit_id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "decision", "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "decision", JSON_REQUIRED, 20, &in->decision, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_OPTIONAL, PLAN_TEXT_BYTES_MAX, &in->reason, f);
    in->consultation_id = job->id;
    return rc == RC_OK ? send(r, run_decide, job, f) : rc;
}

static enum rc run_end(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct consult_job *job = out;
    (void)in;
    return plan_consult_end(tx, &job->end, f);
}

static enum rc end(struct req *r, bool withdraw, struct fail *f)
{
    struct consult_job *job = job_new(r);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    struct plan_consult_end_in *in = &job->end;
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &in->version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, withdraw ? "reason" : "conclusion", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, withdraw ? "reason" : "conclusion", JSON_REQUIRED, PLAN_TEXT_BYTES_MAX,
                           &in->conclusion, f);
    in->consultation_id = job->id;
    in->withdraw = withdraw;
    return rc == RC_OK ? send(r, run_end, job, f) : rc;
}

enum rc plan_api_conclude(struct req *r, struct fail *f)
{
    return end(r, false, f);
}

enum rc plan_api_withdraw(struct req *r, struct fail *f)
{
    return end(r, true, f);
}

/* ---- signatures ------------------------------------------------------------ */

static enum rc signatures_object(struct tx *tx, int64_t outline_id, struct jw *w, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_signatures all;
    struct region region;
    enum rc rc = plan_outline_get(tx, outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_signatures(tx, &o, &all, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "outline_id", o.id);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < all.n; i++) {
        const struct plan_signature *s = &all.items[i];
        rc = region_get(tx, span_of(s->region_code), SPAN_NONE, &region, f);
        if (rc != RC_OK)
            break;
        jw_object(w);
        jw_kstr(w, "region_code", s->region_code);
        jw_ktext(w, "name", region.name);
        jw_ktext_or_null(w, "signed_on", s->signed_on);
        if (s->unit_id != 0)
            unit_member(tx, w, "unit", s->unit_id);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kint(w, "members", all.n);
    jw_kint(w, "signed", all.n_signed);
    jw_ktext_or_null(w, "in_force_on", all.in_force_on);
    jw_object_end(w);
    return rc;
}

static enum rc answer_signatures(struct tx *tx, void *ctx, struct fail *f)
{
    struct consult_ask *ask = ctx;
    return signatures_object(tx, ask->id, reply_json(ask->r), f);
}

enum rc plan_api_signatures(struct req *r, struct fail *f)
{
    struct consult_ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_signatures, &ask, f) : rc;
}

static enum rc run_sign(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct consult_job *job = out;
    (void)in;
    return plan_sign(tx, &job->sign, f);
}

static enum rc render_signatures(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct jw w;
    *status = 201;
    jw_init(&w, body);
    return signatures_object(tx, ((const struct consult_job *)out)->id, &w, f);
}

static enum rc run_sign_ask(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return plan_sign_ask(tx, &((struct consult_job *)out)->ask, f);
}

static enum rc read_sign_ask(struct req *r, struct consult_job *job, struct fail *f)
{
    json_t *body = NULL;
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "units", NULL);
    job->ask.outline_id = job->id;
    return rc == RC_OK ? read_units(r, body, "units", &job->ask.units, &job->ask.n_units, f) : rc;
}

enum rc plan_api_sign_ask(struct req *r, struct fail *f)
{
    struct consult_job *job = job_new(r);
    if (job == NULL)
        return over(f);
    enum rc rc = read_sign_ask(r, job, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r, &(struct org_write_plan){run_sign_ask, job, job, render_signatures, NULL, 0}, f);
}

enum rc plan_api_sign(struct req *r, struct fail *f)
{
    struct consult_job *job = job_new(r);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "unit_id", "signed_on", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &job->sign.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "signed_on", JSON_OPTIONAL, &job->sign.signed_on, f);
    job->sign.outline_id = job->id;
    if (rc != RC_OK)
        return rc;
    return org_write_with(r, &(struct org_write_plan){run_sign, job, job, render_signatures, NULL, 0}, f);
}
