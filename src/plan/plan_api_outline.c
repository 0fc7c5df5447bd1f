/* plan_api_outline.c - routes of outlines: list, tree, text, counters, difference, publishing, the task table, the breakdown desk. */
#include <string.h>

#include "base/utf8.h"
#include "plan/plan_int.h"

struct ask { /* a read about one outline, with the reply it fills */
    struct req *r;
    struct plan_view view;
    int64_t id, with;
    int64_t start, end;
    bool docx;
    struct span text;
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static enum rc ask_of(struct req *r, struct ask *ask, struct fail *f)
{
    ask->r = r;
    enum rc rc = req_param_id(r, "id", &ask->id, f);
    return rc == RC_OK ? plan_view_of(r, &ask->view, f) : rc;
}

/* ---- list ------------------------------------------------------------ */

struct outline_page {
    struct plan_outline_row *items;
    int n;
};

static enum rc gather_outlines(struct tx *tx, const struct ask *ask, int64_t limit, struct outline_page *out,
                               struct fail *f)
{
    struct req *r = ask->r;
    struct db_val args[8] = {DB_I(tx_actor(tx)->principal_id), DB_I(limit + 1)};
    struct span mode = req_query(r, "mode"), q = req_query(r, "q"), match = SPAN_NONE, part;
    int n = 2, room = 0;
    int64_t after = 0;
    uint32_t filters = SQLF_outline_list_current;
    bool given = false;
    struct rows rows;
    if (mode.len > 0) {
        filters |= SQLF_outline_list_mode;
        args[n++] = DB_T(mode);
    }
    if (ask->view.as_of.given) {
        filters |= SQLF_outline_list_until;
        args[n++] = DB_S(ask->view.as_of.on);
    }
    enum rc rc = q.len > 0 ? search_query(tx, q, &match, f) : RC_OK;
    if (rc == RC_OK && q.len > 0) {
        if (match.len == 0)
            return RC_OK;
        filters |= SQLF_outline_list_text;
        args[n++] = DB_T(match);
    }
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &after))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    if (given)
        args[n++] = DB_I(after);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_outline_list, filters, SQLO_outline_list_newest, given, args, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        out->items = plan_grow(tx_arena(tx), out->items, out->n, &room, sizeof *out->items);
        if (out->items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        plan_outline_of(&rows, &out->items[out->n++]);
    }
    return rows_end(&rows);
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct outline_page page = {0};
    int64_t limit = 0;
    enum rc rc = req_limit(ask->r, &limit, f);
    if (rc == RC_OK)
        rc = gather_outlines(tx, ask, limit, &page, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < page.n && i < limit; i++) {
        struct arena_mark mark = arena_mark_now(tx_arena(tx)); /* each outline's actions are only counted */
        rc = plan_outline_json(tx, &ask->view, &page.items[i], w, f);
        arena_rewind(tx_arena(tx), mark);
    }
    jw_array_end(w);
    const char *next = NULL;
    if (page.n > limit) {
        char text[24];
        /* n > limit: there are rows. NOLINTNEXTLINE(clang-analyzer-*) */
        (void)snprintf(text, sizeof text, "%lld", (long long)page.items[limit - 1].id);
        struct span key = span_of(text);
        next = page_key(tx_arena(tx), 1, &key);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_outline_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    struct span mode = req_query(r, "mode");
    enum rc rc = req_query_only(r, f, "mode", "q", "as_of", NULL);
    if (rc == RC_OK && mode.len > 0 && !span_is(mode, "live") && !span_is(mode, "archive"))
        rc = fail_span(f, RC_INVALID, MSG_plan_mode_invalid, "mode", mode);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- one ------------------------------------------------------------ */

static enum rc editions_json(struct tx *tx, const struct plan_outline_row *o, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_outline_editions,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "editions");
    jw_array(w);
    while (rows_next(&rows)) {
        struct plan_outline_row e;
        plan_outline_of(&rows, &e);
        jw_object(w);
        jw_kid(w, "id", e.id);
        jw_kint(w, "edition", e.edition);
        jw_ktext(w, "title", e.title);
        plan_ktext(w, "issued_on", e.issued_on);
        jw_ktext(w, "state", e.state);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

static enum rc may_json(struct tx *tx, const struct plan_outline_row *o, struct jw *w, struct fail *f)
{
    static const enum org_right rights[] = {RIGHT_BREAKDOWN, RIGHT_ASSIGN, RIGHT_PUBLISH, RIGHT_IMPORT};
    jw_key(w, "may");
    jw_array(w);
    for (int i = 0; i < 4; i++) {
        enum rc rc = plan_may_outline(tx, o->region_code, o->id, rights[i], f);
        if (rc == RC_OK)
            jw_str(w, org_right_word(rights[i]));
        else if (rc != RC_FORBIDDEN)
            return rc;
    }
    jw_array_end(w);
    return RC_OK;
}

static enum rc answer_outline(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_page all;
    struct plan_node_row *nodes = NULL;
    struct plan_mention_row *mentions = NULL;
    struct plan_tree tree = {.actions = &all};
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    struct plan_list_of of = {SQL_outline_nodes, SQL_outline_units, o.region_code, ask->id, -1};
    if (rc == RC_OK)
        rc = plan_list_all(tx, &ask->view, &o, false, &all, f);
    if (rc == RC_OK)
        rc = plan_nodes(tx, &of, &nodes, &tree.n_nodes, f);
    if (rc == RC_OK)
        rc = plan_mentions(tx, &of, &mentions, &tree.n_mentions, f);
    if (rc != RC_OK)
        return rc;
    tree.nodes = nodes;
    tree.mentions = mentions;
    reply_version(ask->r, o.version);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    plan_outline_members(&o, w);
    plan_tally_members(&all, w);
    rc = may_json(tx, &o, w, f);
    if (rc == RC_OK)
        rc = editions_json(tx, &o, w, f);
    jw_key(w, "nodes");
    if (rc == RC_OK)
        rc = plan_nodes_json(tx_arena(tx), &tree, w, f);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_outline_get(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_outline, &ask, f) : rc;
}

static enum rc answer_counters(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_tally t;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = plan_outline_tally(tx, &ask->view, &o, &t, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kint(w, "without_owner", t.without_owner);
    jw_kint(w, "without_date", t.without_date);
    jw_kint(w, "without_measure", t.without_measure);
    plan_tally_json(&t, w);
    jw_object_end(w);
    return RC_OK;
}

enum rc plan_api_counters(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_counters, &ask, f) : rc;
}

/* ---- text ------------------------------------------------------------ */

/* The text of the outline, or of a span within it. */
static enum rc read_text(struct tx *tx, struct ask *ask, struct plan_outline_row *o, bool whole, struct fail *f)
{
    enum rc rc = plan_outline_get(tx, ask->id, o, f);
    if (rc != RC_OK)
        return rc;
    if (!whole && (ask->start < o->start || ask->end > o->end || ask->start > ask->end))
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, "start", NULL);
    struct plan_range range = {span_cstr(tx_arena(tx), o->text_sha256), whole ? o->start : ask->start,
                               whole ? o->end : ask->end, "start"};
    return plan_text_range(tx_store(tx), tx_arena(tx), &range, &ask->text, f);
}

static enum rc answer_source(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    char start[24];
    enum rc rc = read_text(tx, ask, &o, true, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(start, sizeof start, "%lld", (long long)o.start);
    reply_header(ask->r, "X-Source-Start", start);
    reply_body(ask->r, "text/plain; charset=utf-8", ask->text);
    return RC_OK;
}

enum rc plan_api_source(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_source, &ask, f) : rc;
}

/* ---- difference ------------------------------------------------------------ */

static enum rc load_edition(struct tx *tx, int64_t id, struct plan_page *out, struct plan_edition_item **items,
                            struct fail *f)
{
    struct plan_outline_row o;
    struct rows rows;
    int room = 0;
    *out = (struct plan_page){0};
    enum rc rc = plan_outline_get(tx, id, &o, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_action_texts, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o.region_code), DB_I(o.id)),
                      &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        out->items = plan_grow(tx_arena(tx), out->items, out->n, &room, sizeof *out->items);
        if (out->items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_action_row *a = &out->items[out->n++].row;
        plan_action_of(&rows, a);
        a->body = rows_text_dup(&rows, 30);
    }
    rc = rows_end(&rows);
    *items = ARENA_ARRAY(tx_arena(tx), (size_t)out->n + 1, struct plan_edition_item);
    if (rc != RC_OK || *items == NULL)
        return rc != RC_OK ? rc : over(f);
    for (int i = 0; i < out->n; i++)
        (*items)[i] =
            (struct plan_edition_item){out->items[i].row.path, out->items[i].row.title, out->items[i].row.body};
    return RC_OK;
}

static void side_json(struct jw *w, const char *key, const struct plan_page *page, int index)
{
    jw_key(w, key);
    if (index < 0) {
        jw_null(w);
        return;
    }
    const struct plan_action_row *a = &page->items[index].row;
    jw_object(w);
    /* index >= 0 only when there are items. NOLINTNEXTLINE(clang-analyzer-*) */
    jw_kid(w, "id", a->id);
    jw_ktext(w, "number", a->number);
    jw_ktext(w, "path", a->path);
    jw_ktext(w, "title", a->title);
    jw_ktext(w, "body", a->body);
    plan_ktext(w, "due_on", a->due_on);
    jw_kstr(w, "state", plan_state_word(a->state));
    jw_kint(w, "percent", a->percent);
    jw_object_end(w);
}

static enum rc answer_difference(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_page olds, news;
    struct plan_edition_item *old_items = NULL, *new_items = NULL;
    struct plan_diff_row *rows = NULL;
    struct plan_outline_row o;
    int n = 0;
    enum rc rc = plan_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK && ask->with == 0)
        ask->with = o.previous_id != 0 ? o.previous_id : o.id;
    if (rc == RC_OK)
        rc = load_edition(tx, ask->with, &olds, &old_items, f);
    if (rc == RC_OK)
        rc = load_edition(tx, ask->id, &news, &new_items, f);
    if (rc == RC_OK)
        rc = plan_difference(tx_arena(tx), &(struct plan_edition){old_items, olds.n},
                             &(struct plan_edition){new_items, news.n}, &rows, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kid(w, "old_id", ask->with);
    jw_kid(w, "new_id", ask->id);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        bool both = rows[i].old_index >= 0 && rows[i].new_index >= 0;
        jw_object(w);
        jw_kstr(w, "change", plan_change_word(rows[i].change));
        jw_kint(w, "similarity", rows[i].similarity_pct);
        jw_kbool(w, "moved", rows[i].moved);
        side_json(w, "old", &olds, rows[i].old_index);
        side_json(w, "new", &news, rows[i].new_index);
        jw_kbool(w, "kept_progress",
                 both && olds.items[rows[i].old_index].row.line_id == news.items[rows[i].new_index].row.line_id);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

enum rc plan_api_difference(struct req *r, struct fail *f)
{
    struct ask ask = {0};
    enum rc rc = ask_of(r, &ask, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "with", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "with", &ask.with, f);
    return rc == RC_OK ? org_read(r, answer_difference, &ask, f) : rc;
}

/* ---- publishing ------------------------------------------------------------ */

struct publish_job {
    struct plan_publish_in in;
    struct plan_view view;
    int64_t version;
};

static enum rc run_publish(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_publish(tx, &((const struct publish_job *)in)->in, &((struct publish_job *)out)->version, f);
}

static enum rc render_outline(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct publish_job *job = out;
    struct plan_outline_row o;
    struct jw w;
    *status = 200;
    jw_init(&w, body);
    enum rc rc = plan_outline_get(tx, job->in.outline_id, &o, f);
    return rc == RC_OK ? plan_outline_json(tx, &job->view, &o, &w, f) : rc;
}

static void tag_publish(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct publish_job *)out)->version);
}

static enum rc publish(struct req *r, bool is_public, struct fail *f)
{
    struct publish_job *job = ARENA_NEW(req_arena(r), struct publish_job);
    if (job == NULL)
        return over(f);
    job->in.is_public = is_public;
    enum rc rc = req_param_id(r, "id", &job->in.outline_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &job->view, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r, &(struct org_write_plan){run_publish, job, job, render_outline, tag_publish, 0}, f);
}

enum rc plan_api_publish(struct req *r, struct fail *f)
{
    return publish(r, true, f);
}

enum rc plan_api_unpublish(struct req *r, struct fail *f)
{
    return publish(r, false, f);
}

/* ---- the task table ------------------------------------------------------------ */

#define DOCX_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static enum rc answer_table(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_table table;
    struct span file;
    struct sb name;
    enum rc rc = plan_table_read(tx, &ask->view, ask->id, req_lang(ask->r), &table, f);
    if (rc == RC_OK)
        rc = ask->docx ? plan_docx_write(tx_arena(tx), &table, &file, f)
                       : plan_xlsx_write(tx_arena(tx), &table, &file, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&name, 2000);
    sb_add(&name, table.title);
    sb_adds(&name, ask->docx ? ".docx" : ".xlsx");
    char *file_name = span_cstr(tx_arena(tx), sb_span(&name));
    sb_release(&name);
    reply_body(ask->r, ask->docx ? DOCX_TYPE : XLSX_TYPE, file);
    reply_download(ask->r, file_name != NULL ? file_name : "table");
    return RC_OK;
}

static enum rc table(struct req *r, bool docx, struct fail *f)
{
    struct ask ask = {.docx = docx};
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_table, &ask, f) : rc;
}

enum rc plan_api_docx(struct req *r, struct fail *f)
{
    return table(r, true, f);
}

enum rc plan_api_xlsx(struct req *r, struct fail *f)
{
    return table(r, false, f);
}

/* ---- the breakdown desk ------------------------------------------------------------ */

/* The action that a piece is already, or shares text with. A selection that is an action's whole title and gives one piece is that action; one
 * that gives several projects is what the desk is for. */
static void taken_json(struct jw *w, const struct ask *ask, const struct plan_piece *p, bool only,
                       const struct plan_taken_row *list, int n)
{
    enum plan_overlap how, whole;
    size_t from = (size_t)ask->start;
    const struct plan_taken_row *all = plan_taken_find(list, n, from, (size_t)ask->end, ask->text, &whole);
    const struct plan_taken_row *one = plan_taken_find(list, n, from + p->start, from + p->end, p->title, &how);
    if (only && all != NULL && whole == PLAN_SAME_ACTION) {
        one = all;
        how = whole;
    }
    jw_key(w, "taken");
    if (one == NULL) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kid(w, "action_id", one->id);
    jw_ktext(w, "title", one->taken.title);
    jw_kstr(w, "how", how == PLAN_SAME_ACTION ? "same" : "overlap");
    jw_object_end(w);
}

static enum rc answer_proposal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_piece *pieces = NULL;
    struct plan_taken_row *taken = NULL;
    int n = 0, n_taken = 0;
    enum rc rc = read_text(tx, ask, &o, false, f);
    if (rc == RC_OK)
        rc = plan_cut(tx_arena(tx), ask->text, 0, ask->text.len, &pieces, &n, f);
    if (rc == RC_OK)
        rc = plan_taken_list(tx, &o, ask->start, ask->end, &taken, &n_taken, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "pieces");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "start", (int64_t)pieces[i].start + ask->start);
        jw_kint(w, "end", (int64_t)pieces[i].end + ask->start);
        jw_ktext(w, "title", pieces[i].title);
        jw_kstr(w, "state", plan_state_word(pieces[i].state));
        jw_ktext(w, "verb", pieces[i].verb);
        taken_json(w, ask, &pieces[i], n == 1, taken, n_taken);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

enum rc plan_api_propose_cut(struct req *r, struct fail *f)
{
    struct ask ask = {.start = -1, .end = -1};
    const int64_t big = 1LL << 40;
    enum rc rc = ask_of(r, &ask, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "start", "end", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_query_int(r, "start", 0, big, &ask.start, f);
    if (rc == RC_OK)
        rc = req_query_int(r, "end", 0, big, &ask.end, f);
    if (rc == RC_OK && (ask.start < 0 || ask.end < 0))
        rc = fail_set(f, RC_INVALID, MSG_plan_span_invalid, ask.start < 0 ? "start" : "end", NULL);
    return rc == RC_OK ? org_read(r, answer_proposal, &ask, f) : rc;
}

struct cut_job {
    struct plan_cut_in in;
    struct plan_cut_out out;
    struct plan_view view;
    struct ask ask;
};

static enum rc run_cut(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_cut_commit(tx, &((const struct cut_job *)in)->in, &((struct cut_job *)out)->out, f);
}

static enum rc render_cut(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct cut_job *job = out;
    struct jw w;
    enum rc rc = RC_OK;
    *status = 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_kint(&w, "version", job->out.version);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; rc == RC_OK && i < job->out.n; i++) {
        struct plan_item item;
        rc = plan_action_get(tx, job->out.action_ids[i], &item.row, f);
        if (rc == RC_OK)
            rc = plan_judge_row(tx, &job->view, &item.row, &item.verdict, f);
        if (rc == RC_OK)
            rc = plan_action_json(tx, &job->view, &item, &w, f);
    }
    jw_array_end(&w);
    jw_kstr(&w, "next", NULL);
    jw_object_end(&w);
    return rc;
}

static void tag_cut(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct cut_job *)out)->out.version);
}

static enum rc read_piece(const json_t *v, const struct ask *ask, struct plan_piece_in *out, struct fail *f)
{
    struct span state = SPAN_NONE;
    const int64_t big = 1LL << 40;
    enum rc rc = json_only(v, f, "start", "end", "title", "state", "verb", "taken", NULL);
    if (rc == RC_OK)
        rc = json_get_int(v, "start", JSON_REQUIRED, ask->start, big, &out->start, f);
    if (rc == RC_OK)
        rc = json_get_int(v, "end", JSON_REQUIRED, out->start, ask->end, &out->end, f);
    if (rc == RC_OK)
        rc = json_get_text(v, "title", JSON_REQUIRED, PLAN_TITLE_BYTES_MAX, &out->title, f);
    if (rc == RC_OK)
        rc = json_get_text(v, "state", JSON_OPTIONAL, 20, &state, f);
    out->state = PLAN_TO_START;
    if (rc == RC_OK && state.len > 0 && !plan_state_read(state, &out->state))
        rc = fail_span(f, RC_INVALID, MSG_plan_state_invalid, "state", state);
    if (rc != RC_OK)
        return rc;
    out->body = span_sub(ask->text, (size_t)(out->start - ask->start), (size_t)(out->end - ask->start));
    return utf8_check(out->body) == out->body.len ? RC_OK
                                                  : fail_set(f, RC_INVALID, MSG_plan_span_invalid, "pieces", NULL);
}

static enum rc find_text(struct tx *tx, void *ctx, struct fail *f)
{
    struct plan_outline_row o;
    return read_text(tx, ctx, &o, false, f);
}

static enum rc read_cut(struct req *r, const json_t *body, struct cut_job *job, struct fail *f)
{
    json_t *list = NULL;
    const int64_t big = 1LL << 40;
    enum rc rc = json_only(body, f, "start", "end", "node_key", "pieces", "confirmed", NULL);
    if (rc == RC_OK)
        rc = json_get_int(body, "start", JSON_REQUIRED, 0, big, &job->ask.start, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "end", JSON_REQUIRED, 0, big, &job->ask.end, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "node_key", JSON_OPTIONAL, &job->in.node_key, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "pieces", JSON_REQUIRED, PLAN_PIECES_MAX, &list, f);
    if (rc == RC_OK)
        rc = json_get_bool(body, "confirmed", JSON_OPTIONAL, &job->in.confirmed, f);
    if (rc == RC_OK)
        rc = org_read(r, find_text, &job->ask, f);
    if (rc != RC_OK)
        return rc;
    struct plan_piece_in *pieces = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct plan_piece_in);
    if (pieces == NULL)
        return over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++)
        rc = read_piece(json_array_get(list, i), &job->ask, &pieces[i], f);
    job->in.pieces = pieces;
    job->in.n_pieces = (int)json_array_size(list);
    return rc;
}

enum rc plan_api_cut(struct req *r, struct fail *f)
{
    struct cut_job *job = ARENA_NEW(req_arena(r), struct cut_job);
    json_t *body = NULL;
    if (job == NULL)
        return over(f);
    enum rc rc = ask_of(r, &job->ask, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_cut(r, body, job, f);
    if (rc != RC_OK)
        return rc;
    job->in.outline_id = job->ask.id;
    job->view = job->ask.view;
    return org_write_with(r, &(struct org_write_plan){run_cut, job, job, render_cut, tag_cut, 0}, f);
}
