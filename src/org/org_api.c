/* org_api.c - org's routes as one table, and what its handlers share. */
#include <string.h>

#include "org/org_api_int.h"

#define GET HTTP_GET
#define POST HTTP_POST
#define PATCH HTTP_PATCH
#define DEL HTTP_DELETE
#define PUB AUTH_PUBLIC
#define USER AUTH_USER
#define POOL ROUTE_POOL
#define MATCH ROUTE_IF_MATCH
/* clang-format off */
static const struct route routes[] = {
    {GET,   "/api/v1/session",                     PUB,  POOL, NULL, api_session_get, 0, "who is signed in, and what this installation is"},
    {POST,  "/api/v1/session",                     PUB,  POOL | ROUTE_PUBLIC_FORM, NULL, api_session_post, 4096, "signs in with name and password"},
    {DEL,   "/api/v1/session",                     USER, 0, NULL, api_session_delete, 0, "signs out"},
    {POST,  "/api/v1/session/password",            PUB,  POOL | ROUTE_PUBLIC_FORM, NULL, api_session_password, 4096, "sets a new password, with the old one or a reset token"},
    {GET,   "/api/v1/session/totp",                PUB,  POOL, NULL, api_totp_get, 0, "whether a second factor is set, and a secret for a new one"},
    {POST,  "/api/v1/session/totp",                PUB,  POOL, NULL, api_totp_post, 4096, "sets the second factor"},
    {DEL,   "/api/v1/session/totp",                USER, POOL, NULL, api_totp_delete, 4096, "takes the second factor away"},
    {GET,   "/api/v1/demo/accounts",               PUB,  POOL, NULL, api_demo_accounts, 0, "the demonstration's accounts, on loopback"},
    {POST,  "/api/v1/demo/session",                PUB,  POOL, NULL, api_demo_session, 4096, "signs in as a demonstration account, on loopback"},
    {POST,  "/api/v1/setup",                       PUB,  POOL | ROUTE_PUBLIC_FORM, NULL, api_setup, 16384, "makes the first administrator with the token of the command line"},
    {GET,   "/api/v1/oidc",                        PUB,  0, NULL, api_oidc, 0, "whether there is a house identity provider"},
    {GET,   "/api/v1/oidc/start",                  PUB,  POOL | ROUTE_PUBLIC_FORM, NULL, api_oidc_start, 0, "goes to the house identity provider"},
    {GET,   "/api/v1/oidc/callback",               PUB,  POOL, NULL, api_oidc_callback, 0, "comes back from the house identity provider"},
    {GET,   "/api/v1/regions",                     PUB,  POOL, NULL, api_regions, 0, "administrative divisions on a day"},
    {GET,   "/api/v1/regions/{code}",              PUB,  POOL, NULL, api_region, 0, "one division on a day"},
    {GET,   "/api/v1/cooperations",                USER, POOL, NULL, api_cooperations, 0, "regions of cooperating cities"},
    {POST,  "/api/v1/cooperations",                USER, 0, "manage_units", api_cooperation_post, 0, "founds a region of cooperating cities"},
    {GET,   "/api/v1/cooperations/{id}",           USER, POOL, NULL, api_cooperation, 0, "one region of cooperating cities"},
    {PATCH, "/api/v1/cooperations/{id}",           USER, MATCH, "manage_units", api_cooperation_patch, 0, "changes its names and members"},
    {GET,   "/api/v1/units",                       USER, POOL, NULL, api_units, 0, "units on a day"},
    {POST,  "/api/v1/units",                       USER, 0, "manage_units", api_unit_post, 0, "adds a unit"},
    {GET,   "/api/v1/units/{id}",                  USER, POOL, NULL, api_unit, 0, "one unit with names and aliases"},
    {PATCH, "/api/v1/units/{id}",                  USER, MATCH, "manage_units", api_unit_patch, 0, "moves a unit, changes kind, place or short name"},
    {POST,  "/api/v1/units/{id}/confirm",          USER, MATCH, "manage_units", api_unit_confirm, 0, "confirms a proposed unit"},
    {POST,  "/api/v1/units/{id}/rename",           USER, MATCH, "manage_units", api_unit_rename, 0, "gives a unit another name from a day on"},
    {POST,  "/api/v1/units/{id}/end",              USER, MATCH, "manage_units", api_unit_end, 0, "ends a unit"},
    {POST,  "/api/v1/units/{id}/merge",            USER, MATCH, "manage_units", api_unit_merge, 0, "merges a unit into another"},
    {POST,  "/api/v1/units/{id}/split",            USER, MATCH, "manage_units", api_unit_split, 0, "splits a unit into new ones"},
    {POST,  "/api/v1/units/{id}/aliases",          USER, MATCH, "manage_units", api_unit_alias, 0, "adds an alias"},
    {GET,   "/api/v1/units/{id}/journal",          USER, POOL, NULL, api_unit_journal, 0, "what was done to a unit"},
    {GET,   "/api/v1/people",                      USER, POOL, NULL, api_people, 0, "people in scope"},
    {POST,  "/api/v1/people",                      USER, POOL, "manage_people", api_person_post, 0, "adds a person; answers the first password once"},
    {GET,   "/api/v1/people/{id}",                 USER, POOL, NULL, api_person, 0, "one person with roles"},
    {PATCH, "/api/v1/people/{id}",                 USER, MATCH, "manage_people", api_person_patch, 0, "changes a person"},
    {POST,  "/api/v1/people/{id}/contact",         USER, 0, NULL, api_person_contact, 0, "opens the sealed name and telephone for a stated purpose; journalled"},
    {POST,  "/api/v1/people/{id}/roles",           USER, 0, "manage_people", api_role_post, 0, "grants a role on a unit"},
    {DEL,   "/api/v1/people/{id}/roles/{role_id}", USER, 0, "manage_people", api_role_delete, 0, "ends a role"},
    {POST,  "/api/v1/people/{id}/password-reset",  USER, POOL, "manage_people", api_password_reset, 0, "answers a new first password once"},
    {GET,   "/api/v1/people/{id}/identity",        USER, POOL, NULL, api_identity, 0, "the house identity joined to the account"},
    {HTTP_PUT, "/api/v1/people/{id}/identity",     USER, 0, "manage_people", api_identity_put, 4096, "joins a house identity to the account"},
    {DEL,   "/api/v1/people/{id}/identity",        USER, 0, NULL, api_identity_delete, 0, "takes the house identity off the account"},
    {POST,  "/api/v1/people/{id}/erase",           USER, 0, "manage_people", api_person_erase, 0, "destroys what is personal; the journal stays whole"},
    {GET,   "/api/v1/people/{id}/access-log",      USER, POOL, NULL, api_access_log, 0, "who opened the person's sealed values, and why"},
    {GET,   "/api/v1/tokens",                      USER, POOL, NULL, api_tokens, 0, "the caller's tokens"},
    {POST,  "/api/v1/tokens",                      USER, 0, NULL, api_token_post, 4096, "makes a token; answers the secret once"},
    {DEL,   "/api/v1/tokens/{id}",                 USER, 0, NULL, api_token_delete, 0, "revokes a token"},
    {POST,  "/api/v1/files",                       USER, POOL | ROUTE_SPOOL, NULL, api_file_post, UPLOAD_BYTES_MAX, "uploads a file"},
    {GET,   "/api/v1/files/{id}",                  USER, POOL, NULL, api_file, 0, "a file in scope, as a download"},
    {POST,  "/api/v1/files/{id}/release",          USER, 0, "publish", api_file_release, 4096, "lets the public see a file, or no longer"},
    {GET,   "/api/v1/public/files/{id}",           PUB,  POOL, NULL, api_public_file, 0, "a released file, as a download"},
    {GET,   "/api/v1/roles",                       PUB,  0, NULL, api_roles, 0, "the roles with names and rights"},
    {GET,   "/api/v1/notices",                     USER, POOL, NULL, api_notices, 0, "the reader's notices"},
    {POST,  "/api/v1/notices/read",                USER, 0, NULL, api_notices_read, 0, "marks all of the reader's notices as seen"},
    {POST,  "/api/v1/notices/{id}/read",           USER, 0, NULL, api_notice_read, 0, "marks a notice as seen"},
};
/* clang-format on */
const struct route_table org_routes = {"org", routes, sizeof routes / sizeof routes[0]};

/* ---- lists ----------------------------------------------------------------------------------------------------------------- */

enum rc after_id(struct req *r, int64_t *id, bool *given, struct fail *f)
{
    struct span part;
    enum rc rc = req_after(r, 1, &part, given, f);
    if (rc == RC_OK && *given && !span_to_i64(part, id))
        return fail_span(f, RC_INVALID, MSG_org_choice, "after", part);
    return rc;
}

void api_next(struct req *r, struct jw *w, const char *key)
{
    jw_kstr(w, "next", key);
    if (key)
        reply_next_page(r, key);
}

struct id_run {
    struct id_list *l;
    int64_t limit;
    bool after;
};

static enum rc id_list_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct id_run *run = ctx;
    struct id_list *l = run->l;
    struct rows rows;
    int64_t *ids = ARENA_ARRAY(tx_arena(tx), (size_t)run->limit + 1, int64_t);
    int n = 0;
    if (!ids)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = db_list(tx, l->sql, l->filters, l->order, run->after, l->args, l->n_args, &rows, f);
    while (rc == RC_OK && n <= run->limit && rows_next(&rows))
        ids[n++] = rows_int(&rows, 0);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    bool more = n > run->limit;
    n = more ? (int)run->limit : n;
    struct jw *w = reply_json(l->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = l->item(tx, ids[i], l->on, w, f);
    jw_array_end(w);
    struct span key = more ? span_of(id_text(tx_arena(tx), ids[n - 1])) : SPAN_NONE;
    api_next(l->r, w, more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rc;
}

enum rc api_id_list(struct id_list *l, struct fail *f)
{
    struct id_run run = {.l = l};
    int64_t after = 0;
    enum rc rc = req_limit(l->r, &run.limit, f);
    if (rc == RC_OK)
        rc = after_id(l->r, &after, &run.after, f);
    if (rc != RC_OK)
        return rc;
    l->args[l->limit_at] = DB_I(run.limit + 1);
    if (run.after)
        l->args[l->n_args++] = DB_I(after);
    return org_read(l->r, id_list_read, &run, f);
}

enum rc render_id(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct jw w;
    (void)tx;
    (void)f;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", *(const int64_t *)out);
    jw_object_end(&w);
    *status = 201;
    return RC_OK;
}

/* ---- roles and notices ----------------------------------------------------------------------------------------------------------- */

enum rc api_roles(struct req *r, struct fail *f)
{
    (void)f;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < org_role_count(); i++) {
        const struct org_role_row *role = org_role_at(i);
        jw_object(w);
        jw_kstr(w, "role", role->word);
        jw_kstr(w, "name_zh", role->name_zh);
        jw_kstr(w, "name_en", role->name_en);
        jw_key(w, "rights");
        jw_array(w);
        for (int right = 0; right < RIGHT_COUNT; right++)
            if (role->reach[right] != REACH_NONE)
                jw_str(w, org_right_word((enum org_right)right));
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

struct notices_run {
    struct req *r;
    int64_t limit, before;
    bool unread;
    struct span kind; /* ptr NULL: all */
};

static enum rc notices_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct notices_run *run = ctx;
    struct rows rows;
    int64_t last = 0, unread = 0, n = 0;
    enum rc rc = db_one(tx, SQL_notice_unread, DB_ARGS(DB_I(tx_actor(tx)->principal_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    unread = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc =
            db_list(tx, SQL_notice_list,
                    (run->unread ? SQLF_notice_list_unread : 0) | (run->kind.ptr ? SQLF_notice_list_kind : 0), 0, false,
                    (const struct db_val[]){DB_I(tx_actor(tx)->principal_id), DB_I(run->before), DB_I(run->limit + 1),
                                            DB_T(run->kind)},
                    run->kind.ptr ? 4 : 3, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(run->r);
    jw_object(w);
    jw_kint(w, "unread", unread);
    jw_key(w, "items");
    jw_array(w);
    while (n < run->limit && rows_next(&rows)) {
        n++;
        last = rows_int(&rows, 0);
        jw_object(w);
        jw_kid(w, "id", last);
        jw_ktext(w, "kind", rows_text(&rows, 2));
        jw_ktext(w, "subject_kind", rows_text(&rows, 3));
        jw_kid(w, "subject_id", rows_int(&rows, 4));
        jw_ktext(w, "summary", rows_text(&rows, 5));
        jw_ktime(w, "at", rows_int(&rows, 6));
        jw_kbool(w, "read", !rows_is_null(&rows, 7));
        jw_object_end(w);
    }
    bool more = n == run->limit && rows_next(&rows);
    jw_array_end(w);
    struct span key = span_of(id_text(tx_arena(tx), last));
    api_next(run->r, w, more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc api_notices(struct req *r, struct fail *f)
{
    struct notices_run run = {.r = r, .before = INT64_MAX};
    bool given = false;
    enum rc rc = req_limit(r, &run.limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.before, &given, f);
    struct span unread = req_query(r, "unread");
    if (rc == RC_OK)
        rc = req_query_only(r, f, "unread", "kind", NULL);
    if (rc == RC_OK && unread.ptr && !span_is(unread, "1"))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "unread", unread);
    run.unread = unread.ptr != NULL;
    run.kind = req_query(r, "kind");
    return rc == RC_OK ? org_read(r, notices_read, &run, f) : rc;
}

static enum rc notice_read_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return db_exec(tx, SQL_notice_read,
                   DB_ARGS(DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id), DB_I(*(const int64_t *)in)), NULL, f);
}

enum rc api_notice_read(struct req *r, struct fail *f)
{
    int64_t *id = ARENA_NEW(req_arena(r), int64_t);
    if (!id)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = req_param_id(r, "id", id, f);
    return rc == RC_OK ? org_write(r, notice_read_command, id, NULL, NULL, f) : rc;
}

static enum rc notice_read_all_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    return db_exec(tx, SQL_notice_read_all, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)), NULL, f);
}

enum rc api_notices_read(struct req *r, struct fail *f)
{
    return org_write(r, notice_read_all_command, NULL, NULL, NULL, f);
}

/* ---- journal with names --------------------------------------------------------------------------------------------------------------- */

struct journal_item {
    int64_t seq, at_us, actor_id;
    struct span role, verb, change;
};
struct journal_take {
    struct arena *a;
    struct journal_item *items;
    int n, max;
};

static bool journal_take_row(const struct journal_row *row, void *ctx)
{
    struct journal_take *t = ctx;
    if (t->n == t->max)
        return false;
    t->items[t->n++] = (struct journal_item){row->seq,
                                             row->at_us,
                                             row->actor_id,
                                             span_dup(t->a, span_of(row->role)),
                                             span_dup(t->a, span_of(row->verb)),
                                             span_dup(t->a, row->change)};
    return true;
}

/* Rows as items into the open array of w; *last: seq of the last row read, 0 when none. */
static enum rc journal_json(struct tx *tx, const struct journal_page *p, struct jw *w, int64_t *last, struct fail *f)
{
    struct journal_take t = {.a = tx_arena(tx), .max = p->limit};
    struct span name = SPAN_NONE;
    int64_t named = INT64_MIN; /* whose name that is: mostly the same for row after row */
    *last = 0;
    t.items = ARENA_ARRAY(t.a, (size_t)p->limit + 1, struct journal_item);
    if (!t.items)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc =
        journal_read(tx, p->region_code, p->subject_kind, p->subject_id, p->after, p->limit, journal_take_row, &t, f);
    for (int i = 0; rc == RC_OK && i < t.n; i++) {
        const struct journal_item *item = &t.items[i];
        *last = item->seq;
        if (p->verb && !span_is(item->verb, p->verb))
            continue;
        if (item->actor_id != named && (rc = person_display(tx, item->actor_id, p->lang, &name, f)) != RC_OK)
            break;
        named = item->actor_id;
        jw_object(w);
        jw_kint(w, "seq", item->seq);
        jw_ktime(w, "at", item->at_us);
        jw_ktext(w, "actor_name", name);
        jw_ktext(w, "role", item->role);
        jw_ktext(w, "verb", item->verb);
        jw_key(w, "change");
        jw_raw(w, item->change);
        jw_object_end(w);
    }
    return rc;
}

enum rc journal_answer(struct req *r, struct tx *tx, const struct journal_page *p, struct fail *f)
{
    struct jw *w = reply_json(r);
    int64_t last = 0;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    enum rc rc = journal_json(tx, p, w, &last, f);
    jw_array_end(w);
    struct span key = span_of(id_text(tx_arena(tx), last));
    /* A full page may have another behind it; the chain's numbers have no gaps. */
    api_next(r, w, last - p->after >= p->limit ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rc;
}
