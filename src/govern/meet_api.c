/* meet_api.c - the routes of meetings, and those that read. */
#include "govern/meet_int.h"

struct meet_ask { /* a read */
    struct req *r;
    int64_t id, limit, after;
    bool given;
    struct span parts[2];
};

/* ---- pages -------------------------------------------------------------------------------------------------------------------------------- */

static void close_page(struct req *r, struct jw *w, const char *next)
{
    jw_array_end(w);
    if (next != NULL)
        reply_next_page(r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
}

static struct jw *open_page(struct req *r)
{
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    return w;
}

static struct span id_text(struct arena *a, int64_t id)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)id);
    return span_dup(a, span_of(text));
}

static enum rc body_args(struct req *r, struct db_val *args, int *n, uint32_t *filters, struct fail *f)
{
    const struct span kind = req_query(r, "kind"), level = req_query(r, "level");
    int64_t unit_id = 0;
    const enum rc rc = req_query_id(r, "unit", &unit_id, f);
    if (kind.len > 0) {
        *filters |= SQLF_meet_body_list_kind;
        args[(*n)++] = DB_T(kind);
    }
    if (level.len > 0) {
        *filters |= SQLF_meet_body_list_level;
        args[(*n)++] = DB_T(level);
    }
    if (unit_id != 0) {
        *filters |= SQLF_meet_body_list_unit;
        args[(*n)++] = DB_I(unit_id);
    }
    return rc;
}

/* The rows first, then their counts: a cursor is not held while others are opened. */
static enum rc take_bodies(struct tx *tx, struct meet_ask *ask, struct meet_body *out, int *n, struct fail *f)
{
    struct db_val args[8] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1)};
    int n_args = 2;
    uint32_t filters = 0;
    struct rows rows;
    enum rc rc = body_args(ask->r, args, &n_args, &filters, f);
    if (rc == RC_OK && ask->given) {
        int64_t id = 0;
        if (!span_to_i64(ask->parts[1], &id))
            return fail_set(f, RC_INVALID, MSG_meet_after_invalid, "after", NULL);
        args[n_args++] = DB_T(ask->parts[0]);
        args[n_args++] = DB_I(id);
    }
    if (rc == RC_OK)
        rc = db_list(tx, SQL_meet_body_list, filters, SQLO_meet_body_list_name, ask->given, args, n_args, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n <= ask->limit && rows_next(&rows))
        meet_body_of(&rows, &out[(*n)++]);
    return rows_end(&rows);
}

static enum rc answer_bodies(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    struct meet_show show;
    struct meet_body *all = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct meet_body);
    int n = 0;
    if (all == NULL)
        return meet_over(f);
    enum rc rc = take_bodies(tx, ask, all, &n, f);
    if (rc == RC_OK)
        rc = meet_show_begin(tx, req_lang(ask->r), &show, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = open_page(ask->r);
    for (int i = 0; rc == RC_OK && i < n && i < ask->limit; i++)
        rc = meet_body_json(&show, &all[i], false, w, f);
    const char *next = NULL;
    if (n > ask->limit) {
        const struct meet_body *last = &all[ask->limit - 1];
        next = page_key(tx_arena(tx), 2, (const struct span[]){last->name, id_text(tx_arena(tx), last->id)});
    }
    close_page(ask->r, w, next);
    return rc;
}

enum rc meet_api_body_list(struct req *r, struct fail *f)
{
    struct meet_ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "kind", "level", "unit", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, ask.parts, &ask.given, f);
    return rc == RC_OK ? org_read(r, answer_bodies, &ask, f) : rc;
}

static enum rc answer_body(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    struct meet_show show;
    struct meet_body b;
    enum rc rc = meet_body_get(tx, ask->id, &b, f);
    if (rc == RC_OK)
        rc = meet_show_begin(tx, req_lang(ask->r), &show, f);
    if (rc == RC_OK)
        rc = meet_body_json(&show, &b, true, reply_json(ask->r), f);
    if (rc == RC_OK)
        reply_version(ask->r, b.version);
    return rc;
}

enum rc meet_api_body_get(struct req *r, struct fail *f)
{
    struct meet_ask ask = {.r = r};
    const enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_body, &ask, f) : rc;
}

/* ---- sessions ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc session_args(struct tx *tx, struct req *r, struct db_val *args, int *n, uint32_t *filters,
                            struct fail *f)
{
    const struct span state = req_query(r, "state"), q = req_query(r, "q"), coming = req_query(r, "coming");
    struct span match = SPAN_NONE;
    int64_t body_id = 0;
    enum rc rc = req_query_id(r, "body", &body_id, f);
    if (rc == RC_OK && state.len > 0 && meet_state_find(state) < 0)
        rc = fail_span(f, RC_INVALID, MSG_meet_word_invalid, "state", state);
    if (rc == RC_OK && q.len > 0)
        rc = search_query(tx, q, &match, f);
    if (rc != RC_OK)
        return rc;
    if (body_id != 0) {
        *filters |= SQLF_meet_session_list_body;
        args[(*n)++] = DB_I(body_id);
    }
    if (state.len > 0) {
        *filters |= SQLF_meet_session_list_state;
        args[(*n)++] = DB_T(state);
    }
    if (span_is(coming, "1"))
        *filters |= SQLF_meet_session_list_coming;
    if (q.len > 0) {
        *filters |= SQLF_meet_session_list_text;
        args[(*n)++] = DB_T(match.len > 0 ? match : SPAN("\"\""));
    }
    return RC_OK;
}

static enum rc answer_sessions(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    struct db_val args[8] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1)};
    struct meet_session *all = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct meet_session);
    struct meet_show show = {.tx = tx};
    int n_args = 2, n = 0;
    uint32_t filters = 0;
    struct rows rows;
    if (all == NULL)
        return meet_over(f);
    enum rc rc = session_args(tx, ask->r, args, &n_args, &filters, f);
    if (rc == RC_OK && ask->given)
        args[n_args++] = DB_I(ask->after);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_meet_session_list, filters, SQLO_meet_session_list_newest, ask->given, args, n_args, &rows,
                     f);
    if (rc != RC_OK)
        return rc;
    while (n <= ask->limit && rows_next(&rows))
        meet_session_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    struct jw *w = open_page(ask->r);
    for (int i = 0; i < n && i < ask->limit; i++)
        meet_session_brief(&show, &all[i], w);
    const struct span key = n > ask->limit ? id_text(tx_arena(tx), all[ask->limit - 1].id) : SPAN_NONE;
    close_page(ask->r, w, n > ask->limit ? page_key(tx_arena(tx), 1, &key) : NULL);
    return RC_OK;
}

/* The one part of a page's key: an id, or a number in a chain. */
static enum rc read_after(struct meet_ask *ask, struct fail *f)
{
    const enum rc rc = req_after(ask->r, 1, ask->parts, &ask->given, f);
    if (rc == RC_OK && ask->given && !span_to_i64(ask->parts[0], &ask->after))
        return fail_set(f, RC_INVALID, MSG_meet_after_invalid, "after", NULL);
    return rc;
}

enum rc meet_api_list(struct req *r, struct fail *f)
{
    struct meet_ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "body", "state", "coming", "q", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = read_after(&ask, f);
    return rc == RC_OK ? org_read(r, answer_sessions, &ask, f) : rc;
}

static enum rc answer_session(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    int64_t version = 0;
    const enum rc rc = meet_session_whole(tx, ask->id, req_lang(ask->r), reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc meet_api_get(struct req *r, struct fail *f)
{
    struct meet_ask ask = {.r = r};
    const enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_session, &ask, f) : rc;
}

/* ---- journals ----------------------------------------------------------------------------------------------------------------------------- */

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    struct meet_session s;
    const enum rc rc = meet_session_get(tx, ask->id, &s, f);
    if (rc != RC_OK)
        return rc;
    const struct journal_page page = {s.region_code,   "meeting",        s.id, ask->after,
                                      (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

static enum rc answer_body_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct meet_ask *ask = ctx;
    struct meet_body b;
    const enum rc rc = meet_body_get(tx, ask->id, &b, f);
    if (rc != RC_OK)
        return rc;
    const struct journal_page page = {b.region_code,   "meeting_body",   b.id, ask->after,
                                      (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

static enum rc journal(struct req *r, read_fn *fn, struct fail *f)
{
    struct meet_ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = read_after(&ask, f);
    return rc == RC_OK ? org_read(r, fn, &ask, f) : rc;
}

enum rc meet_api_journal(struct req *r, struct fail *f)
{
    return journal(r, answer_journal, f);
}

enum rc meet_api_body_journal(struct req *r, struct fail *f)
{
    return journal(r, answer_body_journal, f);
}

/* ---- print -------------------------------------------------------------------------------------------------------------------------------- */

struct print_ask {
    struct req *r;
    bool docx;
    struct meet_print print;
};

static enum rc answer_print(struct tx *tx, void *ctx, struct fail *f)
{
    static const char media[] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    struct print_ask *ask = ctx;
    const enum rc rc = ask->docx ? meet_docx(tx, &ask->print, f) : meet_print(tx, &ask->print, f);
    if (rc != RC_OK)
        return rc;
    reply_body(ask->r, ask->docx ? media : "text/html; charset=utf-8", ask->print.bytes);
    const char *name = ask->docx ? span_cstr(tx_arena(tx), ask->print.name) : NULL;
    if (name != NULL)
        reply_download(ask->r, name);
    return RC_OK;
}

static enum rc print(struct req *r, bool minutes, bool docx, struct fail *f)
{
    struct print_ask ask = {.r = r, .docx = docx, .print = {.minutes = minutes, .lang = req_lang(r)}};
    const enum rc rc = req_param_id(r, "id", &ask.print.id, f);
    return rc == RC_OK ? org_read(r, answer_print, &ask, f) : rc;
}

enum rc meet_api_notice(struct req *r, struct fail *f)
{
    return print(r, false, false, f);
}

enum rc meet_api_minutes_print(struct req *r, struct fail *f)
{
    return print(r, true, false, f);
}

enum rc meet_api_notice_docx(struct req *r, struct fail *f)
{
    return print(r, false, true, f);
}

enum rc meet_api_minutes_docx(struct req *r, struct fail *f)
{
    return print(r, true, true, f);
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------------------ */

#define ID "/{id}"
#define BODIES "/api/v1/meeting-bodies"
#define MEETINGS "/api/v1/meetings"
/* clang-format off */
static const struct route routes[] = {
    {HTTP_GET,    BODIES,                        AUTH_USER, ROUTE_POOL,     NULL, meet_api_body_list,     0, "bodies that meet"},
    {HTTP_POST,   BODIES,                        AUTH_USER, 0,              NULL, meet_api_body_save,     0, "set up a body with its members"},
    {HTTP_GET,    BODIES ID,                     AUTH_USER, ROUTE_POOL,     NULL, meet_api_body_get,      0, "one body, whose turn it is, what is open"},
    {HTTP_PATCH,  BODIES ID,                     AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_body_edit,     0, "change a body or its members"},
    {HTTP_PUT,    BODIES ID "/group",            AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_body_group,    0, "the group that it is"},
    {HTTP_GET,    BODIES ID "/journal",          AUTH_USER, ROUTE_POOL,     NULL, meet_api_body_journal,  0, "its journal"},
    {HTTP_GET,    MEETINGS,                      AUTH_USER, ROUTE_POOL,     NULL, meet_api_list,          0, "sessions"},
    {HTTP_POST,   MEETINGS,                      AUTH_USER, 0,              NULL, meet_api_plan,          0, "plan a session"},
    {HTTP_GET,    MEETINGS ID,                   AUTH_USER, ROUTE_POOL,     NULL, meet_api_get,           0, "one session whole"},
    {HTTP_PATCH,  MEETINGS ID,                   AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_edit,          0, "change a planned session"},
    {HTTP_POST,   MEETINGS ID "/steps",          AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_step,          0, "call, hold, minute, close, cancel"},
    {HTTP_POST,   MEETINGS ID "/items",          AUTH_USER, 0,              NULL, meet_api_item_add,      0, "put something on the agenda"},
    {HTTP_PATCH,  MEETINGS ID "/items/{item_id}", AUTH_USER, 0,             NULL, meet_api_item_edit,     0, "change an item, add papers, say what was said"},
    {HTTP_DELETE, MEETINGS ID "/items/{item_id}", AUTH_USER, 0,             NULL, meet_api_item_drop,     0, "take an item off the agenda"},
    {HTTP_PUT,    MEETINGS ID "/agenda",         AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_order,         0, "put the items in another order"},
    {HTTP_PUT,    MEETINGS ID "/attendance/{unit_id}", AUTH_USER, 0,        NULL, meet_api_attend,        0, "who comes for a member"},
    {HTTP_PUT,    MEETINGS ID "/minutes",        AUTH_USER, ROUTE_IF_MATCH, NULL, meet_api_minutes,       0, "write the minutes"},
    {HTTP_POST,   MEETINGS ID "/signatures",     AUTH_USER, 0,              NULL, meet_api_sign,          0, "sign the minutes for a member"},
    {HTTP_POST,   MEETINGS ID "/resolutions",    AUTH_USER, 0,              NULL, meet_api_resolve,       0, "what the session decided"},
    {HTTP_POST,   "/api/v1/resolutions" ID "/duties", AUTH_USER, 0,         NULL, meet_api_charge,        0, "charge units with a resolution"},
    {HTTP_GET,    MEETINGS ID "/journal",        AUTH_USER, ROUTE_POOL,     NULL, meet_api_journal,       0, "its journal"},
    {HTTP_GET,    MEETINGS ID "/notice.html",    AUTH_USER, ROUTE_POOL,     NULL, meet_api_notice,        0, "the notice, for printing"},
    {HTTP_GET,    MEETINGS ID "/minutes.html",   AUTH_USER, ROUTE_POOL,     NULL, meet_api_minutes_print, 0, "the minutes, for printing"},
    {HTTP_GET,    MEETINGS ID "/notice.docx",    AUTH_USER, ROUTE_POOL,     NULL, meet_api_notice_docx,   0, "the notice as an official document"},
    {HTTP_GET,    MEETINGS ID "/minutes.docx",   AUTH_USER, ROUTE_POOL,     NULL, meet_api_minutes_docx,  0, "the minutes as an official document"},
};
/* clang-format on */
const struct route_table meet_routes = {"meet", routes, (int)(sizeof(routes) / sizeof(routes[0]))};
