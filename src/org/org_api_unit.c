/* org_api_unit.c - routes of regions, cooperations and units: parse, check, call, answer. */
#include <string.h>

#include "org/org_api_int.h"

/* ---- regions -------------------------------------------------------------------------------------------------------------------- */

struct regions_run {
    struct req *r;
    struct region_query q;
    struct jw *w;
    int limit, n;
    char last[13];
    bool more;
};

static bool region_item(const struct region *row, void *ctx)
{
    struct regions_run *run = ctx;
    run->more = run->n == run->limit;
    if (run->more)
        return false;
    run->n++;
    region_json(run->w, row);
    memcpy(run->last, row->code, sizeof run->last);
    return true;
}

static enum rc regions_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct regions_run *run = ctx;
    run->w = reply_json(run->r);
    jw_object(run->w);
    jw_key(run->w, "items");
    jw_array(run->w);
    enum rc rc = region_rows(tx, &run->q, region_item, run, f);
    jw_array_end(run->w);
    struct span key = span_of(run->last);
    api_next(run->r, run->w, run->more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(run->w);
    return rc;
}

enum rc api_regions(struct req *r, struct fail *f)
{
    struct as_of on;
    int64_t limit = 0;
    bool given = false;
    struct regions_run run = {
        .r = r, .q = {.parent = req_query(r, "parent"), .q = req_query(r, "q"), .level = req_query(r, "level")}};
    enum rc rc = req_query_only(r, f, "parent", "q", "level", "as_of", NULL);
    if (rc == RC_OK)
        rc = org_as_of(r, &on, f);
    if (rc == RC_OK)
        rc = req_limit(r, &limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &run.q.after, &given, f);
    if (rc != RC_OK)
        return rc;
    if (!given)
        run.q.after = SPAN_NONE;
    run.q.on = span_of(on.on);
    run.limit = (int)limit;
    run.q.limit = run.limit + 1;
    return org_read(r, regions_read, &run, f);
}

struct region_run {
    struct req *r;
    struct as_of on;
};

static enum rc region_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct region_run *run = ctx;
    struct region row;
    enum rc rc = region_get(tx, req_param(run->r, "code"), span_of(run->on.on), &row, f);
    if (rc == RC_MISSING && !run->on.given) /* a code of the past is shown as it last was */
        rc = region_get(tx, req_param(run->r, "code"), SPAN_NONE, &row, f);
    if (rc == RC_OK)
        region_json(reply_json(run->r), &row);
    return rc;
}

enum rc api_region(struct req *r, struct fail *f)
{
    struct region_run run = {.r = r};
    enum rc rc = org_as_of(r, &run.on, f);
    return rc == RC_OK ? org_read(r, region_read, &run, f) : rc;
}

/* ---- cooperations ------------------------------------------------------------------------------------------------------------------ */

static enum rc cooperation_item(struct tx *tx, int64_t id, struct span on, struct jw *w, struct fail *f)
{
    (void)on;
    return cooperation_json(tx, id, w, NULL, f);
}

struct after_run {
    struct req *r;
    int64_t after, limit;
};

static enum rc cooperations_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct after_run *run = ctx;
    struct rows rows;
    int64_t ids[LIST_LIMIT_MAX + 1];
    int n = 0;
    enum rc rc = db_query(tx, SQL_cooperation_list, DB_ARGS(DB_I(run->after), DB_I(run->limit + 1)), &rows, f);
    while (rc == RC_OK && n <= run->limit && rows_next(&rows))
        ids[n++] = rows_int(&rows, 0);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    bool more = n > run->limit;
    struct jw *w = reply_json(run->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < (more ? n - 1 : n); i++)
        rc = cooperation_item(tx, ids[i], SPAN_NONE, w, f);
    jw_array_end(w);
    /* more: n > limit >= 1, so both are set. NOLINTNEXTLINE(clang-analyzer-*) */
    struct span key = more ? span_of(id_text(tx_arena(tx), ids[n - 2])) : SPAN_NONE;
    api_next(run->r, w, more ? page_key(tx_arena(tx), 1, &key) : NULL);
    jw_object_end(w);
    return rc;
}

enum rc api_cooperations(struct req *r, struct fail *f)
{
    struct after_run run = {.r = r};
    bool given = false;
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &run.limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.after, &given, f);
    return rc == RC_OK ? org_read(r, cooperations_read, &run, f) : rc;
}

static enum rc cooperation_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct after_run *run = ctx;
    int64_t version = 0;
    enum rc rc = cooperation_json(tx, run->after, reply_json(run->r), &version, f);
    if (rc == RC_OK)
        reply_etag(run->r, version);
    return rc;
}

enum rc api_cooperation(struct req *r, struct fail *f)
{
    struct after_run run = {.r = r};
    enum rc rc = req_param_id(r, "id", &run.after, f);
    return rc == RC_OK ? org_read(r, cooperation_read, &run, f) : rc;
}

struct cooperation_call {
    struct cooperation_in in;
    int64_t id;
};

static enum rc cooperation_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return cooperation_save(tx, in, &((struct cooperation_call *)out)->id, f);
}

static enum rc cooperation_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct cooperation_call *call = out;
    struct jw w;
    jw_init(&w, body);
    *status = call->in.id ? 200 : 201;
    return cooperation_json(tx, call->id, &w, NULL, f);
}

static enum rc member_parse(const json_t *item, struct cooperation_member *m, struct fail *f)
{
    m->part = SPAN("member");
    enum rc rc = json_get_text(item, "region_code", JSON_REQUIRED, 12, &m->region_code, f);
    if (rc == RC_OK)
        rc = json_get_text(item, "part", JSON_OPTIONAL, 10, &m->part, f);
    if (rc == RC_OK)
        rc = json_get_date(item, "from_on", JSON_OPTIONAL, &m->from_on, f);
    return rc == RC_OK ? json_get_date(item, "to_on", JSON_OPTIONAL, &m->to_on, f) : rc;
}

static enum rc cooperation_parse(struct req *r, struct cooperation_in *in, enum json_need need, struct fail *f)
{
    json_t *body, *list = NULL;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "name_en", "members", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", need, 320, &in->name_zh, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "name_en", JSON_OPTIONAL, 320, &in->name_en, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "members", JSON_OPTIONAL, 200, &list, f);
    if (rc != RC_OK || !list)
        return rc;
    in->n_members = (int)json_array_size(list);
    struct cooperation_member *members =
        ARENA_ARRAY(req_arena(r), (size_t)in->n_members + 1, struct cooperation_member);
    in->members = members;
    if (!members)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < in->n_members; i++)
        rc = json_is_object(json_array_get(list, (size_t)i))
                 ? member_parse(json_array_get(list, (size_t)i), &members[i], f)
                 : fail_set(f, RC_INVALID, MSG_org_choice, "members", "?", NULL);
    return rc;
}

static enum rc cooperation_write(struct req *r, struct cooperation_call *call, struct fail *f)
{
    return org_write_with(r,
                          &(struct org_write_plan){.command = cooperation_command,
                                                   .in = &call->in,
                                                   .out = call,
                                                   .render = cooperation_render,
                                                   .committed = org_forget_committed},
                          f);
}

enum rc api_cooperation_post(struct req *r, struct fail *f)
{
    struct cooperation_call *call = ARENA_NEW(req_arena(r), struct cooperation_call);
    enum rc rc =
        call ? cooperation_parse(r, &call->in, JSON_REQUIRED, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    return rc == RC_OK ? cooperation_write(r, call, f) : rc;
}

enum rc api_cooperation_patch(struct req *r, struct fail *f)
{
    struct cooperation_call *call = ARENA_NEW(req_arena(r), struct cooperation_call);
    enum rc rc = call ? req_param_id(r, "id", &call->in.id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_if_match(r, &call->in.version, f);
    if (rc == RC_OK)
        rc = cooperation_parse(r, &call->in, JSON_OPTIONAL, f);
    return rc == RC_OK ? cooperation_write(r, call, f) : rc;
}

/* ---- units ---------------------------------------------------------------------------------------------------------------------------- */

enum rc api_units(struct req *r, struct fail *f)
{
    struct as_of on;
    int64_t parent = 0;
    struct span region = req_query(r, "region_code"), q = req_query(r, "q"), state = req_query(r, "state"),
                kind = req_query(r, "kind");
    enum rc rc = req_query_only(r, f, "region_code", "q", "parent", "state", "kind", "as_of", NULL);
    if (rc == RC_OK)
        rc = org_as_of(r, &on, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "parent", &parent, f);
    if (rc != RC_OK)
        return rc;
    struct id_list l = {.r = r,
                        .sql = SQL_unit_list,
                        .order = SQLO_unit_list_id,
                        .item = unit_json,
                        .on = span_of(on.on),
                        .limit_at = 1};
    l.args[0] = DB_S(on.on);
    l.n_args = 2;
    if (region.ptr) {
        l.filters |= SQLF_unit_list_region;
        l.args[l.n_args++] = DB_T(region);
    }
    if (parent) {
        l.filters |= SQLF_unit_list_parent;
        l.args[l.n_args++] = DB_I(parent);
    }
    if (state.ptr) {
        l.filters |= SQLF_unit_list_state;
        l.args[l.n_args++] = DB_T(state);
    }
    if (kind.ptr) {
        l.filters |= SQLF_unit_list_kind;
        l.args[l.n_args++] = DB_T(kind);
    }
    if (q.len > 0) {
        struct span key = unit_key_normal(req_arena(r), q);
        struct sb end;
        sb_init(&end, 4096);
        sb_add(&end, key);
        sb_adds(&end, "\xf4\x8f\xbf\xbf"); /* the last code point: all that begins with the key sorts before it */
        l.filters |= SQLF_unit_list_found;
        l.args[l.n_args++] = DB_T(key);
        l.args[l.n_args++] = DB_T(span_dup(req_arena(r), sb_span(&end)));
        sb_release(&end);
    }
    if (!state.ptr) { /* what ended before that day is not listed unless asked for */
        l.filters |= SQLF_unit_list_alive;
        l.args[l.n_args++] = DB_S(on.on);
    }
    return api_id_list(&l, f);
}

struct unit_run {
    struct req *r;
    int64_t id;
    struct as_of on;
    struct journal_page page;
};

static enum rc unit_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct unit_run *run = ctx;
    struct unit u;
    enum rc rc = unit_get(tx, run->id, span_of(run->on.on), &u, f);
    if (rc == RC_OK)
        rc = unit_json(tx, run->id, span_of(run->on.on), reply_json(run->r), f);
    if (rc == RC_OK && !run->on.given)
        reply_etag(run->r, u.version);
    return rc;
}

enum rc api_unit(struct req *r, struct fail *f)
{
    struct unit_run run = {.r = r};
    enum rc rc = req_param_id(r, "id", &run.id, f);
    if (rc == RC_OK)
        rc = org_as_of(r, &run.on, f);
    return rc == RC_OK ? org_read(r, unit_read, &run, f) : rc;
}

static enum rc unit_journal_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct unit_run *run = ctx;
    struct unit u;
    enum rc rc = unit_get(tx, run->id, SPAN_NONE, &u, f);
    if (rc != RC_OK)
        return rc;
    run->page.region_code = u.region_code;
    return journal_answer(run->r, tx, &run->page, f);
}

enum rc api_unit_journal(struct req *r, struct fail *f)
{
    struct unit_run run = {.r = r, .page = {.subject_kind = "unit", .lang = req_lang(r)}};
    int64_t limit = 0;
    bool given = false;
    enum rc rc = req_param_id(r, "id", &run.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &limit, f);
    if (rc == RC_OK)
        rc = after_id(r, &run.page.after, &given, f);
    run.page.subject_id = run.id;
    run.page.limit = (int)limit;
    return rc == RC_OK ? org_read(r, unit_journal_read, &run, f) : rc;
}

struct unit_call {
    struct unit out; /* first: commands write a struct unit */
    bool created;
    struct unit_add_in add;
    struct unit_change_in change;
};

static enum rc unit_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct unit_call *call = out;
    struct jw w;
    jw_init(&w, body);
    *status = call->created ? 201 : 200;
    return unit_json(tx, call->out.id, SPAN_NONE, &w, f);
}

#define UNIT_COMMAND(name)                                                                                             \
    static enum rc cmd_##name(struct tx *tx, const void *in, void *out, struct fail *f)                                \
    {                                                                                                                  \
        return name(tx, in, out, f);                                                                                   \
    }
UNIT_COMMAND(unit_add)
UNIT_COMMAND(unit_edit)
UNIT_COMMAND(unit_confirm)
UNIT_COMMAND(unit_rename)
UNIT_COMMAND(unit_end)
UNIT_COMMAND(unit_merge)
UNIT_COMMAND(unit_split)
UNIT_COMMAND(unit_alias_add)

static enum rc unit_write_call(struct req *r, command_fn *command, const void *in, struct unit_call *call,
                               struct fail *f)
{
    return org_write_with(
        r,
        &(struct org_write_plan){
            .command = command, .in = in, .out = call, .render = unit_render, .committed = org_forget_committed},
        f);
}

static enum rc texts_parse(struct req *r, const json_t *list, const char *member, struct span **out, int *n,
                           struct fail *f)
{
    enum rc rc = RC_OK;
    *n = (int)json_array_size(list);
    *out = ARENA_ARRAY(req_arena(r), (size_t)*n + 1, struct span);
    if (!*out)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < *n; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        if (json_is_object(item))
            rc = json_get_text(item, member, JSON_REQUIRED, 320, &(*out)[i], f);
        else if (json_is_string(item))
            (*out)[i] = (struct span){json_string_value(item), json_string_length(item)};
        else
            rc = fail_set(f, RC_INVALID, MSG_org_text, member, NULL);
    }
    return rc;
}

static enum rc unit_add_parse(struct req *r, struct unit_add_in *in, struct fail *f)
{
    json_t *body, *aliases = NULL;
    struct span region = SPAN_NONE, *texts = NULL;
    in->kind = SPAN("department");
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "short_name", "region_code", "place_code", "parent_id", "cooperation_id",
                       "kind", "from_on", "aliases", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 320, &in->name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "short_name", JSON_OPTIONAL, 160, &in->short_name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "region_code", JSON_REQUIRED, 6, &region, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "place_code", JSON_OPTIONAL, 12, &in->place_code, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "parent_id", JSON_OPTIONAL, &in->parent_id, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "cooperation_id", JSON_OPTIONAL, &in->cooperation_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_OPTIONAL, 40, &in->kind, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "from_on", JSON_OPTIONAL, &in->from_on, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "aliases", JSON_OPTIONAL, 50, &aliases, f);
    if (rc == RC_OK && aliases)
        rc = texts_parse(r, aliases, "aliases", &texts, &in->n_aliases, f);
    in->aliases = texts;
    in->region_code = span_text(req_arena(r), region);
    return rc;
}

enum rc api_unit_post(struct req *r, struct fail *f)
{
    struct unit_call *call = ARENA_NEW(req_arena(r), struct unit_call);
    enum rc rc = call ? unit_add_parse(r, &call->add, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    call->created = true;
    return unit_write_call(r, cmd_unit_add, &call->add, call, f);
}

/* A change of a unit: id and version; the body is parsed by the caller. */
static struct unit_call *change_new(struct req *r, enum rc *rc, struct fail *f)
{
    struct unit_call *call = ARENA_NEW(req_arena(r), struct unit_call);
    *rc = call ? req_param_id(r, "id", &call->change.id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (*rc == RC_OK)
        *rc = req_if_match(r, &call->change.version, f);
    if (call)
        call->change.parent_id = -1;
    return call;
}

enum rc api_unit_patch(struct req *r, struct fail *f)
{
    json_t *body;
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "parent_id", "kind", "place_code", "short_name", NULL);
    if (rc == RC_OK && json_is_null(json_object_get(body, "parent_id")))
        call->change.parent_id = 0;
    if (rc == RC_OK)
        rc = json_get_id(body, "parent_id", JSON_OPTIONAL, &call->change.parent_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_OPTIONAL, 40, &call->change.kind, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "place_code", JSON_OPTIONAL, 12, &call->change.place_code, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "short_name", JSON_OPTIONAL, 160, &call->change.short_name, f);
    return rc == RC_OK ? unit_write_call(r, cmd_unit_edit, &call->change, call, f) : rc;
}

enum rc api_unit_confirm(struct req *r, struct fail *f)
{
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    return rc == RC_OK ? unit_write_call(r, cmd_unit_confirm, &call->change, call, f) : rc;
}

enum rc api_unit_rename(struct req *r, struct fail *f)
{
    json_t *body;
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "name", "short_name", "on", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_REQUIRED, 320, &call->change.name, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "short_name", JSON_OPTIONAL, 160, &call->change.short_name, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "on", JSON_OPTIONAL, &call->change.on, f);
    return rc == RC_OK ? unit_write_call(r, cmd_unit_rename, &call->change, call, f) : rc;
}

static enum rc unit_into(struct req *r, const char *field, enum json_need need, command_fn *command, struct fail *f)
{
    json_t *body;
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, field, "on", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, field, need, &call->change.into_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "on", JSON_OPTIONAL, &call->change.on, f);
    return rc == RC_OK ? unit_write_call(r, command, &call->change, call, f) : rc;
}

enum rc api_unit_end(struct req *r, struct fail *f)
{
    return unit_into(r, "successor_id", JSON_OPTIONAL, cmd_unit_end, f);
}

enum rc api_unit_merge(struct req *r, struct fail *f)
{
    return unit_into(r, "into_id", JSON_REQUIRED, cmd_unit_merge, f);
}

enum rc api_unit_split(struct req *r, struct fail *f)
{
    json_t *body, *into = NULL;
    struct span *names = NULL;
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "into", "on", NULL);
    if (rc == RC_OK)
        rc = json_get_array(body, "into", JSON_REQUIRED, 20, &into, f);
    if (rc == RC_OK)
        rc = texts_parse(r, into, "name", &names, &call->change.n_split, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "on", JSON_OPTIONAL, &call->change.on, f);
    if (rc != RC_OK)
        return rc;
    call->change.split_names = names;
    return unit_write_call(r, cmd_unit_split, &call->change, call, f);
}

enum rc api_unit_alias(struct req *r, struct fail *f)
{
    json_t *body;
    enum rc rc;
    struct unit_call *call = change_new(r, &rc, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "alias", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "alias", JSON_REQUIRED, 320, &call->change.alias, f);
    return rc == RC_OK ? unit_write_call(r, cmd_unit_alias_add, &call->change, call, f) : rc;
}
