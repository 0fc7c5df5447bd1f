/* govern_api.c - the routes that all topics share: one handler for every verb, found by its route, and list, object and journal of the path's topic. */
#include <string.h>

#include "govern/govern_int.h"

#define API "/api/v1/"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
}

/* "GET /api/v1/groups/{id}" is of the topic "groups". */
static const struct govern_topic *topic_of_route(const char *route)
{
    const char *path = strstr(route, API);
    const size_t len = path != NULL ? strcspn(path + strlen(API), "/") : 0;
    for (int i = 0; path != NULL && govern_topic_at(i) != NULL; i++) {
        const char *word = govern_topic_at(i)->path;
        if (strlen(word) == len && strncmp(word, path + strlen(API), len) == 0)
            return govern_topic_at(i);
    }
    return NULL;
}

static const struct govern_verb *verb_of_route(const struct govern_topic *topic, const char *route)
{
    for (int i = 0; topic != NULL && i < topic->n_verbs; i++) {
        if (topic->verbs[i].route != NULL && strcmp(topic->verbs[i].route, route) == 0)
            return &topic->verbs[i];
    }
    return NULL;
}

/* ---- writes ------------------------------------------------------------ */

struct write_job {
    struct govern_call asked; /* as it came: a command may run twice */
    struct govern_call call;
    struct govern_show show;
};

static enum rc run_verb(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct write_job *job = out;
    job->call = ((const struct write_job *)in)->asked;
    return govern_do(tx, &job->call, f);
}

static enum rc render_object(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct write_job *job = out;
    struct jw w;
    int64_t version = 0;
    *status = (job->call.verb->how & (GOVERN_CREATES | GOVERN_ADDS)) != 0 ? 201 : 200;
    jw_init(&w, body);
    return govern_object(tx, job->call.id, &job->show, &w, &version, f);
}

enum rc govern_api_write(struct req *r, struct fail *f)
{
    struct write_job *job = ARENA_NEW(req_arena(r), struct write_job);
    json_t *body = NULL;
    enum rc rc = RC_OK;
    if (job == NULL)
        return over(f);
    struct govern_call *c = &job->call;
    c->topic = topic_of_route(req_route_name(r));
    c->verb = verb_of_route(c->topic, req_route_name(r));
    if (c->verb == NULL)
        return fail_set(f, RC_INTERNAL, MSG_not_found, NULL, NULL);
    job->show.lang = req_lang(r);
    if ((c->verb->how & GOVERN_CREATES) == 0)
        rc = req_param_id(r, "id", &c->id, f);
    if (rc == RC_OK && strstr(c->verb->route, "{item}") != NULL)
        rc = req_param_id(r, "item", &c->item, f);
    if (rc == RC_OK && (c->verb->how & GOVERN_IF_MATCH) != 0)
        rc = req_if_match(r, &c->version, f);
    if (rc == RC_OK)
        rc = org_as_of(r, &job->show.as_of, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = govern_fields(body, c->verb->fields, c->verb->n_fields, (c->verb->how & GOVERN_KEEPS) != 0, c->v, c->list,
                           f);
    if (rc != RC_OK)
        return rc;
    job->asked = *c;
    return org_write_with(r, &(struct org_write_plan){run_verb, job, job, render_object, NULL, 0}, f);
}

/* ---- reads ------------------------------------------------------------ */

enum rc govern_api_read(struct req *r, read_fn *fn, struct fail *f)
{
    struct govern_ask ask = {.r = r, .topic = topic_of_route(req_route_name(r)), .show = {.lang = req_lang(r)}};
    struct span part;
    bool given = false;
    enum rc rc = org_as_of(r, &ask.show.as_of, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &ask.after))
        rc = fail_set(f, RC_INVALID, MSG_govern_after_invalid, "after", NULL);
    if (rc == RC_OK && strstr(req_route_name(r), "{id}") != NULL)
        rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, fn, &ask, f) : rc;
}

enum rc govern_text_match(struct tx *tx, struct span q, struct db_val *out, struct fail *f)
{
    struct span match = SPAN_NONE;
    const enum rc rc = search_query(tx, q, &match, f);
    *out = DB_T(match.len > 0 ? match : SPAN("\"\""));
    return rc;
}

/* Arguments of the filters, in the order of their bits. */
static enum rc list_args(struct tx *tx, const struct govern_ask *ask, struct db_val *args, struct govern_list *q,
                         struct fail *f)
{
    static const struct {
        const char *name;
        uint32_t bit;
        bool id;
    } filters[] = {
        {"form", SQLF_matter_list_form, false},     {"state", SQLF_matter_list_state, false},
        {"code", SQLF_matter_list_code, false},     {"unit", SQLF_matter_list_unit, true},
        {"parent", SQLF_matter_list_parent, true},  {"source", SQLF_matter_list_source, true},
        {"orphan", SQLF_matter_list_orphan, false}, {"place", SQLF_matter_list_place, false},
    };
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < COUNT(filters); i++) {
        const struct span value = req_query(ask->r, filters[i].name);
        int64_t id = 0;
        if (value.len == 0)
            continue;
        q->filters |= filters[i].bit;
        if (filters[i].bit == SQLF_matter_list_orphan)
            continue;
        if (filters[i].id)
            rc = req_query_id(ask->r, filters[i].name, &id, f);
        args[q->n_args++] = filters[i].id ? DB_I(id) : DB_T(value);
    }
    if (rc == RC_OK && ask->show.as_of.given) {
        q->filters |= SQLF_matter_list_on;
        args[q->n_args++] = DB_S(ask->show.as_of.on);
    }
    const struct span typed = req_query(ask->r, "q");
    if (rc == RC_OK && typed.len > 0) {
        q->filters |= SQLF_matter_list_text;
        rc = govern_text_match(tx, typed, &args[q->n_args++], f);
    }
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct db_val args[20] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1), DB_S(ask->topic->kind)};
    struct govern_list q = {
        .filters = SQLF_matter_list_kind, .after = ask->after, .limit = ask->limit, .args = args, .n_args = 3};
    char text[24];
    int64_t next = 0;
    enum rc rc = list_args(tx, ask, args, &q, f);
    if (ask->after != 0)
        args[q.n_args++] = DB_I(ask->after);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    rc = govern_list(tx, &q, &ask->show, w, &next, f);
    (void)snprintf(text, sizeof text, "%lld", (long long)next);
    const struct span key = span_of(text);
    const char *page = next != 0 ? page_key(tx_arena(tx), 1, &key) : NULL;
    if (page != NULL)
        reply_next_page(ask->r, page);
    jw_kstr(w, "next", page);
    jw_object_end(w);
    return rc;
}

enum rc govern_api_list(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "form", "state", "code", "unit", "parent", "source", "orphan", "place", "q",
                                      "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_list, f) : rc;
}

static enum rc answer_object(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    int64_t version = 0;
    enum rc rc = matter_get(tx, ask->topic->kind, ask->id, &m, f);
    if (rc == RC_OK)
        rc = govern_object(tx, ask->id, &ask->show, reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc govern_api_get(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_object, f) : rc;
}

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    enum rc rc = matter_get(tx, ask->topic->kind, ask->id, &m, f);
    if (rc != RC_OK)
        return rc;
    const struct journal_page page = {m.region_code,   ask->topic->kind, m.id, ask->after,
                                      (int)ask->limit, ask->show.lang,   NULL};
    return journal_answer(ask->r, tx, &page, f);
}

enum rc govern_api_journal(struct req *r, struct fail *f)
{
    return govern_api_read(r, answer_journal, f);
}
