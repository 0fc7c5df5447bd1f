/* plan_api.c - the route table of the plan engine, and the routes of imports. A handler parses, calls, answers; no rule and no SQL here. */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_bulk.h"
#include "plan/plan_depend_int.h"
#include "plan/plan_task_int.h"
#include "plan/outline.h"

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_POST, API "/outlines/read", AUTH_USER, ROUTE_POOL, NULL, plan_api_read, OUTLINE_IMPORT_BYTES_MAX,
     "what the reader finds; nothing is stored"},
    {HTTP_GET, API "/imports", AUTH_USER, ROUTE_POOL, "import", plan_api_import_list, 0, "imports"},
    {HTTP_POST, API "/imports", AUTH_USER, ROUTE_POOL, "import", plan_api_import_create, OUTLINE_IMPORT_BYTES_MAX,
     "read a file and keep it as a draft"},
    {HTTP_GET, API "/imports/{id}", AUTH_USER, ROUTE_POOL, NULL, plan_api_import_get, 0,
     "one import with its documents"},
    {HTTP_GET, API "/imports/{id}/documents/{n}", AUTH_USER, ROUTE_POOL, NULL, plan_api_import_document, 0,
     "a document: text, nodes, units"},
    {HTTP_POST, API "/imports/{id}/corrections", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "import", plan_api_correct, 0,
     "correct what was read"},
    {HTTP_POST, API "/imports/{id}/confirm", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "import", plan_api_confirm, 0,
     "make outlines of it"},
    {HTTP_POST, API "/imports/{id}/discard", AUTH_USER, ROUTE_IF_MATCH, "import", plan_api_discard, 0, "give it up"},
    {HTTP_GET, API "/outlines", AUTH_USER, ROUTE_POOL, NULL, plan_api_outline_list, 0, "outlines"},
    {HTTP_GET, API "/outlines/{id}", AUTH_USER, ROUTE_POOL, NULL, plan_api_outline_get, 0, "one outline with its tree"},
    {HTTP_GET, API "/outlines/{id}/source", AUTH_USER, ROUTE_POOL, NULL, plan_api_source, 0, "its text as imported"},
    {HTTP_GET, API "/outlines/{id}/counters", AUTH_USER, ROUTE_POOL, NULL, plan_api_counters, 0,
     "what is still missing"},
    {HTTP_GET, API "/outlines/{id}/difference", AUTH_USER, ROUTE_POOL, NULL, plan_api_difference, 0,
     "against another edition"},
    {HTTP_POST, API "/outlines/{id}/publish", AUTH_USER, ROUTE_IF_MATCH, "publish", plan_api_publish, 0,
     "show it to the public"},
    {HTTP_POST, API "/outlines/{id}/unpublish", AUTH_USER, ROUTE_IF_MATCH, "publish", plan_api_unpublish, 0,
     "show it no longer"},
    {HTTP_GET, API "/outlines/{id}/task-table.docx", AUTH_USER, ROUTE_POOL, NULL, plan_api_docx, 0,
     "the official task table"},
    {HTTP_GET, API "/outlines/{id}/task-table.xlsx", AUTH_USER, ROUTE_POOL, NULL, plan_api_xlsx, 0,
     "the official task table"},
    {HTTP_POST, API "/outlines/{id}/cut", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "breakdown", plan_api_cut, 0,
     "make actions of a span of text"},
    {HTTP_GET, API "/outlines/{id}/propose-cut", AUTH_USER, ROUTE_POOL, NULL, plan_api_propose_cut, 0,
     "how a span could be cut"},
    {HTTP_GET, API "/actions", AUTH_USER, ROUTE_POOL, NULL, plan_api_action_list, 0, "actions"},
    {HTTP_GET, API "/actions/{id}", AUTH_USER, 0, NULL, plan_api_action_get, 0, "one action with its text and reports"},
    {HTTP_PATCH, API "/actions/{id}", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_action_edit, 0, "edit"},
    {HTTP_PUT, API "/actions/{id}/units", AUTH_USER, ROUTE_IF_MATCH, "assign", plan_api_action_units, 0,
     "who answers for it: the whole list"},
    {HTTP_POST, API "/actions/{id}/hand-over", AUTH_USER, 0, "assign", plan_api_hand_over, 0,
     "open duties for its units"},
    {HTTP_POST, API "/outlines/{id}/hand-over/preview", AUTH_USER, ROUTE_POOL, "assign", plan_api_bulk_look, 0,
     "which actions would be handed over"},
    {HTTP_POST, API "/outlines/{id}/hand-over", AUTH_USER, 0, "assign", plan_api_bulk_start, 0,
     "hand over all actions, or some"},
    {HTTP_GET, API "/actions/{id}/reports", AUTH_USER, ROUTE_POOL, NULL, plan_api_report_list, 0, "reports on it"},
    {HTTP_POST, API "/actions/{id}/reports", AUTH_USER, 0, "report", plan_api_report_create, 0, "report progress"},
    {HTTP_GET, API "/actions/{id}/journal", AUTH_USER, 0, NULL, plan_api_action_journal, 0, "its journal"},
    {HTTP_GET, API "/actions/{id}/tasks", AUTH_USER, ROUTE_POOL, NULL, plan_api_task_list, 0, "tasks below an action"},
    {HTTP_POST, API "/actions/{id}/tasks", AUTH_USER, 0, "breakdown", plan_api_task_add, 0, "a new task"},
    {HTTP_PUT, API "/actions/{id}/weighing", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_weigh, 0,
     "how it counts and its workstreams"},
    {HTTP_GET, API "/actions/{id}/explain", AUTH_USER, ROUTE_POOL, NULL, plan_api_explain_action, 0,
     "how its percentage came about"},
    {HTTP_POST, API "/tasks/merge", AUTH_USER, 0, "breakdown", plan_api_task_merge, 0, "siblings become one"},
    {HTTP_POST, API "/tasks/bulk", AUTH_USER, 0, "breakdown", plan_api_task_bulk, 0, "edit many: all or nothing"},
    {HTTP_GET, API "/tasks/{id}", AUTH_USER, ROUTE_POOL, NULL, plan_api_task_get, 0, "one task"},
    {HTTP_PATCH, API "/tasks/{id}", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_task_edit, 0, "edit"},
    {HTTP_DELETE, API "/tasks/{id}", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_task_remove, 0,
     "it counts no longer, nor what is below"},
    {HTTP_POST, API "/tasks/{id}/move", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_task_move, 0,
     "below another task"},
    {HTTP_POST, API "/tasks/{id}/split", AUTH_USER, ROUTE_IF_MATCH, "breakdown", plan_api_task_split, 0,
     "pieces take its place"},
    {HTTP_GET, API "/my/tasks", AUTH_USER, ROUTE_POOL, NULL, plan_api_my_tasks, 0, "tasks of my units that are due"},
    {HTTP_GET, API "/tasks/{id}/reports", AUTH_USER, ROUTE_POOL, NULL, plan_api_task_reports, 0,
     "what was reported on it"},
    {HTTP_POST, API "/tasks/{id}/reports", AUTH_USER, 0, "report", plan_api_task_report, 0, "report progress"},
    {HTTP_GET, API "/workstreams", AUTH_USER, 0, NULL, plan_api_workstreams, 0, "the workstreams that tag actions"},
    {HTTP_GET, API "/outlines/{id}/rollup", AUTH_USER, ROUTE_POOL, NULL, plan_api_rollup, 0,
     "progress by chapter, phase, unit, city, workstream"},
    {HTTP_GET, API "/outlines/{id}/rollup/explain", AUTH_USER, ROUTE_POOL, NULL, plan_api_rollup_explain, 0,
     "the terms of one"},
    {HTTP_GET, API "/outlines/{id}/schedule", AUTH_USER, ROUTE_POOL, NULL, plan_api_schedule, 0,
     "earliest and latest days, the critical path"},
    {HTTP_POST, API "/outlines/{id}/dependencies", AUTH_USER, 0, "breakdown", plan_api_depend_add, 0,
     "an action that waits for another"},
    {HTTP_DELETE, API "/dependencies/{id}", AUTH_USER, 0, "breakdown", plan_api_depend_drop, 0, "it waits no longer"},
    {HTTP_GET, API "/board", AUTH_USER, ROUTE_POOL, NULL, plan_api_board, 0, "by unit"},
    {HTTP_GET, API "/timeline", AUTH_USER, ROUTE_POOL, NULL, plan_api_timeline, 0, "bars for a timeline"},
    {HTTP_GET, API "/my/desk", AUTH_USER, ROUTE_POOL, NULL, plan_api_desk, 0, "what waits on the own desk"},
    {HTTP_GET, API "/consultations", AUTH_USER, ROUTE_POOL, NULL, plan_api_consult_list, 0,
     "matters on which units are heard"},
    {HTTP_POST, API "/consultations", AUTH_USER, 0, "assign", plan_api_consult_create, 0, "hear units on a matter"},
    {HTTP_GET, API "/consultations/{id}", AUTH_USER, ROUTE_POOL, NULL, plan_api_consult_get, 0,
     "one with the opinions"},
    {HTTP_POST, API "/consultations/{id}/opinions", AUTH_USER, 0, "approve", plan_api_opinion, 0,
     "say what a unit thinks"},
    {HTTP_PUT, API "/consultations/{id}/opinions/{unit_id}/decision", AUTH_USER, 0, "assign", plan_api_decide, 0,
     "say what becomes of an opinion"},
    {HTTP_POST, API "/consultations/{id}/conclude", AUTH_USER, ROUTE_IF_MATCH, "assign", plan_api_conclude, 0,
     "conclude it"},
    {HTTP_POST, API "/consultations/{id}/withdraw", AUTH_USER, ROUTE_IF_MATCH, "assign", plan_api_withdraw, 0,
     "take it back"},
    {HTTP_GET, API "/consultations/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, plan_api_consult_journal, 0,
     "its journal"},
    {HTTP_GET, API "/outlines/{id}/signatures", AUTH_USER, ROUTE_POOL, NULL, plan_api_signatures, 0,
     "which cities have signed, and whether it is in force"},
    {HTTP_POST, API "/outlines/{id}/signature-requests", AUTH_USER, 0, "publish", plan_api_sign_ask, 0,
     "send it to the cities for signature"},
    {HTTP_POST, API "/outlines/{id}/signatures", AUTH_USER, 0, "publish", plan_api_sign, 0, "sign for a city"},
    {HTTP_GET, API "/public/outlines", AUTH_PUBLIC, ROUTE_POOL, NULL, plan_api_public_list, 0,
     "outlines that are public"},
    {HTTP_GET, API "/public/outlines/{id}", AUTH_PUBLIC, ROUTE_POOL, NULL, plan_api_public_outline, 0,
     "one with state, lights and units"},
    {HTTP_GET, API "/public/outlines/{id}.csv", AUTH_PUBLIC, ROUTE_POOL, NULL, plan_api_public_csv, 0,
     "the same as CSV"},
    {HTTP_GET, API "/public/outlines/{id}.rss", AUTH_PUBLIC, ROUTE_POOL, NULL, plan_api_public_rss, 0,
     "what changed, as RSS"},
    {HTTP_GET, API "/public/actions/{id}", AUTH_PUBLIC, ROUTE_POOL, NULL, plan_api_public_action, 0,
     "one public action"},
};
const struct route_table plan_routes = {"plan", routes, (int)(sizeof routes / sizeof routes[0])};

/* ---- reading without storing ------------------------------------------------------------ */

enum rc plan_api_read(struct req *r, struct fail *f)
{
    struct arena *a = arena_new(PLAN_ARENA_BYTES);
    struct outline_result tree;
    enum outline_format format;
    struct span text;
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = outline_text_of_bytes(a, req_body(r), &text, &format, f);
    if (rc == RC_OK)
        rc = outline_read(a, text, NULL, &tree, f);
    if (rc == RC_OK)
        outline_json(&tree, reply_json(r));
    arena_free(a);
    return rc;
}

/* ---- imports ------------------------------------------------------------ */

struct import_ask { /* a read about an import, with its answer */
    struct req *r;
    int64_t id, document;
    struct plan_import_row row;
    struct plan_document_row doc;
};

static enum rc answer_import(struct tx *tx, void *ctx, struct fail *f)
{
    struct import_ask *ask = ctx;
    enum rc rc = plan_import_get(tx, ask->id, &ask->row, f);
    if (rc != RC_OK)
        return rc;
    reply_version(ask->r, ask->row.version);
    return plan_import_json(tx, &ask->row, true, reply_json(ask->r), f);
}

enum rc plan_api_import_get(struct req *r, struct fail *f)
{
    struct import_ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_import, &ask, f) : rc;
}

enum rc plan_api_import_create(struct req *r, struct fail *f)
{
    struct actor actor = org_actor(r);
    struct plan_import_in in = {.bytes = req_body(r),
                                .filename = req_query(r, "filename"),
                                .mode = req_query(r, "mode"),
                                .idem_key = req_header(r, "Idempotency-Key")};
    struct import_ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "filename", "mode", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_query_date(r, "as_of", &in.as_of_on, f);
    if (in.mode.len == 0)
        in.mode = SPAN("live");
    if (rc == RC_OK && (in.filename.len > 300 || in.idem_key.len > 128))
        rc = fail_set(f, RC_INVALID, MSG_plan_title_invalid, "filename", NULL);
    if (rc == RC_OK)
        rc = plan_import_file(req_store(r), &actor, &in, NULL, &ask.id, f);
    if (rc == RC_OK)
        rc = org_read(r, answer_import, &ask, f);
    if (rc == RC_OK)
        reply_status(r, 201);
    return rc;
}

static enum rc answer_imports(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *r = ctx;
    struct rows rows;
    struct plan_import_row *items = NULL;
    int n = 0, room = 0;
    int64_t limit = 0, after = 0;
    struct span part;
    bool given = false;
    enum rc rc = req_limit(r, &limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &after))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    if (rc != RC_OK)
        return rc;
    struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_I(limit + 1), DB_I(after)};
    rc = db_list(tx, SQL_import_list, 0, SQLO_import_list_newest, given, args, given ? 3 : 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        plan_import_of(&rows, &items[n++]);
    }
    rc = rows_end(&rows);
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n && i < limit; i++)
        rc = plan_import_json(tx, &items[i], false, w, f);
    jw_array_end(w);
    const char *next = NULL;
    if (n > limit) {
        char text[24];
        /* n > limit: there are rows. NOLINTNEXTLINE(clang-analyzer-*) */
        (void)snprintf(text, sizeof text, "%lld", (long long)items[limit - 1].id);
        struct span key = span_of(text);
        next = page_key(tx_arena(tx), 1, &key);
        reply_next_page(r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_import_list(struct req *r, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    return rc == RC_OK ? org_read(r, answer_imports, r, f) : rc;
}

/* ---- one document ------------------------------------------------------------ */

static int cmp_mention(const void *pa, const void *pb)
{
    const struct plan_mention_row *const *a = pa, *const *b = pb;
    int c = span_cmp((*a)->name, (*b)->name);
    return c != 0 ? c : (*a)->start < (*b)->start ? -1 : (*a)->start > (*b)->start;
}

static enum rc unit_head_json(struct tx *tx, const struct import_ask *ask, struct span name, struct jw *w,
                              struct fail *f)
{
    struct unit_found found;
    struct unit unit;
    const struct plan_document_row *d = &ask->doc;
    const char *region = ask->row.target_region[0] != 0 ? ask->row.target_region : ask->row.region_code;
    struct span form = name;
    enum rc rc = plan_unit_known(tx, region, d->date_on.len > 0 ? d->date_on : ask->row.as_of_on, &form, &found, f);
    if (rc != RC_OK)
        return rc;
    bool known = false;
    if (found.unit_id != 0 && unit_get(tx, found.unit_id, SPAN_NONE, &unit, f) == RC_OK)
        known = !span_is(unit.state, "proposed");
    jw_ktext(w, "name", name);
    jw_key(w, "unit_id");
    if (found.unit_id != 0)
        jw_id(w, found.unit_id);
    else
        jw_null(w);
    jw_kstr(w, "state", known ? "known" : "proposed");
    jw_kint(w, "candidates", found.n);
    plan_ktext(w, "known_as", span_eq(form, name) ? SPAN("") : form);
    return RC_OK;
}

static enum rc units_json(struct tx *tx, const struct import_ask *ask, const struct plan_tree *tree, struct jw *w,
                          struct fail *f)
{
    const struct plan_mention_row **m =
        ARENA_ARRAY(tx_arena(tx), (size_t)tree->n_mentions + 1, const struct plan_mention_row *);
    enum rc rc = m != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < tree->n_mentions; i++)
        m[i] = &tree->mentions[i];
    if (rc == RC_OK)
        qsort(m, (size_t)tree->n_mentions, sizeof m[0], cmp_mention);
    jw_key(w, "units");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < tree->n_mentions;) {
        struct span name = m[i]->name;
        jw_object(w);
        rc = unit_head_json(tx, ask, name, w, f);
        jw_key(w, "mentions");
        jw_array(w);
        for (; i < tree->n_mentions && span_eq(m[i]->name, name); i++) {
            jw_object(w);
            jw_kint(w, "start", m[i]->start);
            jw_kint(w, "end", m[i]->end);
            jw_ktext(w, "part", m[i]->part);
            jw_kint(w, "node_key", m[i]->node_key);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static enum rc find_document(struct tx *tx, struct import_ask *ask, struct fail *f)
{
    struct plan_document_row *docs = NULL;
    int n = 0;
    enum rc rc = plan_import_get(tx, ask->id, &ask->row, f);
    if (rc == RC_OK)
        rc = plan_documents(tx, &ask->row, &docs, &n, f);
    if (rc != RC_OK)
        return rc;
    if (ask->document < 0 || ask->document >= n)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    ask->doc = docs[ask->document];
    return RC_OK;
}

static enum rc answer_document(struct tx *tx, void *ctx, struct fail *f)
{
    struct import_ask *ask = ctx;
    struct plan_tree tree = {0};
    struct plan_node_row *nodes = NULL;
    struct plan_mention_row *mentions = NULL;
    struct span source;
    enum rc rc = find_document(tx, ask, f);
    struct plan_list_of of = {SQL_import_nodes, SQL_import_units, ask->row.region_code, ask->id, ask->document};
    if (rc == RC_OK)
        rc = plan_nodes(tx, &of, &nodes, &tree.n_nodes, f);
    if (rc == RC_OK)
        rc = plan_mentions(tx, &of, &mentions, &tree.n_mentions, f);
    const struct plan_document_row *d = &ask->doc;
    struct plan_range range = {rc == RC_OK ? span_cstr(tx_arena(tx), ask->row.text_sha256) : NULL, d->start, d->end,
                               NULL};
    if (rc == RC_OK)
        rc = plan_text_range(tx_store(tx), tx_arena(tx), &range, &source, f);
    if (rc != RC_OK)
        return rc;
    tree.nodes = nodes;
    tree.mentions = mentions;
    reply_version(ask->r, ask->row.version);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kint(w, "index", d->document);
    jw_ktext(w, "title", d->title);
    plan_ktext(w, "document_number", d->document_number);
    plan_ktext(w, "issuer", d->issuer);
    plan_ktext(w, "date", d->date_on);
    jw_kint(w, "version", ask->row.version);
    jw_ktext(w, "state", ask->row.state);
    jw_ktext(w, "source", source);
    jw_kint(w, "source_start", d->start);
    jw_kint(w, "action_count", d->actions);
    jw_key(w, "nodes");
    rc = plan_nodes_json(tx_arena(tx), &tree, w, f);
    if (rc == RC_OK)
        rc = units_json(tx, ask, &tree, w, f);
    jw_key(w, "dated");
    if (rc == RC_OK)
        rc = plan_dated_json(tx_arena(tx), &tree, d->date_on, w, f);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_import_document(struct req *r, struct fail *f)
{
    struct import_ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc != RC_OK)
        return rc;
    if (!span_to_i64(req_param(r, "n"), &ask.document))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return org_read(r, answer_document, &ask, f);
}

/* ---- corrections ------------------------------------------------------------ */

struct correct_job {
    struct plan_correct_in in;
    struct span sha256;
    int64_t version;
};

static enum rc run_correct(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_correct(tx, &((const struct correct_job *)in)->in, &((struct correct_job *)out)->version, f);
}

static enum rc render_version(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)tx;
    (void)f;
    *status = 200;
    sb_addf(body, "{\"version\":%lld}", (long long)((const struct correct_job *)out)->version);
    return RC_OK;
}

static void tag_correct(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct correct_job *)out)->version);
}

static bool op_read(struct span word, enum plan_op *out)
{
    static const char *const ops[] = {"set",       "split",    "join",      "add_unit",
                                      "drop_unit", "add_date", "drop_date", "set_document"};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (span_is(word, ops[i])) {
            *out = (enum plan_op)i;
            return true;
        }
    }
    return false;
}

/* "value" is text, or a bool for is_action, or a byte for start and end. */
static enum rc read_value(const json_t *body, struct plan_correct_in *in, struct fail *f)
{
    const json_t *v = json_object_get(body, "value");
    in->value = SPAN("");
    if (json_is_boolean(v))
        in->value = json_is_true(v) ? SPAN("true") : SPAN("false");
    else if (json_is_integer(v))
        in->at = json_integer_value(v);
    else if (json_is_string(v))
        return json_get_text(body, "value", JSON_REQUIRED, 2000, &in->value, f);
    else if (v != NULL && !json_is_null(v))
        return fail_set(f, RC_INVALID, MSG_plan_field_invalid, "value", "value", NULL);
    return RC_OK;
}

static enum rc read_correction(const json_t *body, struct plan_correct_in *in, struct fail *f)
{
    struct span op = SPAN("");
    const int64_t big = 1LL << 40;
    enum rc rc = json_only(body, f, "document", "op", "node_key", "field", "value", "at", "part", "start", "end",
                           "name", "kind", "from", "to", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "op", JSON_REQUIRED, 20, &op, f);
    if (rc == RC_OK && !op_read(op, &in->op))
        rc = fail_span(f, RC_INVALID, MSG_plan_field_invalid, "op", op);
    if (rc == RC_OK)
        rc = json_get_int(body, "document", JSON_REQUIRED, 0, 100000, &in->document, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "node_key", in->op == PLAN_OP_SET_DOCUMENT ? JSON_OPTIONAL : JSON_REQUIRED,
                         &in->node_key, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "field", JSON_OPTIONAL, 40, &in->field, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "at", JSON_OPTIONAL, 0, big, &in->at, f);
    if (rc == RC_OK)
        rc = read_value(body, in, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "part", JSON_OPTIONAL, 20, &in->part, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "name", JSON_OPTIONAL, 300, &in->name, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "start", JSON_OPTIONAL, 0, big, &in->start, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "end", JSON_OPTIONAL, 0, big, &in->end, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_OPTIONAL, 20, &in->date_kind, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "from", JSON_OPTIONAL, 10, &in->from_on, f);
    return rc == RC_OK ? json_get_text(body, "to", JSON_OPTIONAL, 10, &in->to_on, f) : rc;
}

static enum rc find_text(struct tx *tx, void *ctx, struct fail *f)
{
    struct correct_job *job = ctx;
    struct plan_import_row row;
    enum rc rc = plan_import_get(tx, job->in.import_id, &row, f);
    if (rc == RC_OK)
        job->sha256 = row.text_sha256;
    return rc;
}

/* Places in the text are checked against the text itself, and what is printed there is read. */
static enum rc check_places(struct req *r, struct correct_job *job, struct fail *f)
{
    struct plan_correct_in *in = &job->in;
    bool place = in->op == PLAN_OP_SPLIT ||
                 (in->op == PLAN_OP_SET && (span_is(in->field, "start") || span_is(in->field, "end")));
    bool span = (in->op == PLAN_OP_ADD_UNIT || in->op == PLAN_OP_ADD_DATE) && in->end > in->start;
    enum rc rc = org_read(r, find_text, job, f);
    if (rc != RC_OK || (!place && !span))
        return rc;
    struct plan_range range = {span_cstr(req_arena(r), job->sha256), place ? in->at : in->start,
                               place ? in->at : in->end, place ? "at" : "start"};
    struct span text;
    rc = plan_text_range(req_store(r), req_arena(r), &range, &text, f);
    if (rc != RC_OK || place)
        return rc;
    if (text.len > 600)
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, "end", NULL);
    in->printed = text;
    return RC_OK;
}

enum rc plan_api_correct(struct req *r, struct fail *f)
{
    struct correct_job *job = ARENA_NEW(req_arena(r), struct correct_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    job->in.change = req_body(r);
    enum rc rc = req_param_id(r, "id", &job->in.import_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->in.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_correction(body, &job->in, f);
    if (rc == RC_OK)
        rc = check_places(r, job, f);
    if (rc != RC_OK)
        return rc;
    return org_write_with(r, &(struct org_write_plan){run_correct, job, job, render_version, tag_correct, 0}, f);
}

static enum rc run_discard(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct plan_correct_in *d = in;
    (void)out;
    return plan_discard(tx, d->import_id, d->version, f);
}

enum rc plan_api_discard(struct req *r, struct fail *f)
{
    struct plan_correct_in *in = ARENA_NEW(req_arena(r), struct plan_correct_in);
    if (in == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = req_param_id(r, "id", &in->import_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &in->version, f);
    return rc == RC_OK ? org_write(r, run_discard, in, NULL, NULL, f) : rc;
}

/* ---- confirm ------------------------------------------------------------ */

static enum rc read_confirm(struct req *r, const json_t *body, struct plan_confirm_in *in, struct fail *f)
{
    json_t *docs = NULL;
    enum rc rc = json_only(body, f, "cooperation_id", "region_code", "mode", "documents", "edition_of", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "cooperation_id", JSON_OPTIONAL, &in->cooperation_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "region_code", JSON_OPTIONAL, 12, &in->region_code, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "mode", JSON_OPTIONAL, 20, &in->mode, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "edition_of", JSON_OPTIONAL, &in->edition_of, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "documents", JSON_OPTIONAL, 10000, &docs, f);
    if (rc != RC_OK || docs == NULL)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(docs) + 1, int64_t);
    for (size_t i = 0; ids != NULL && i < json_array_size(docs); i++) {
        const json_t *v = json_array_get(docs, i);
        if (!json_is_integer(v))
            return fail_set(f, RC_INVALID, MSG_plan_documents_invalid, "documents", NULL);
        ids[i] = json_integer_value(v);
    }
    in->documents = ids;
    in->n_documents = (int)json_array_size(docs);
    return ids != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

enum rc plan_api_confirm(struct req *r, struct fail *f)
{
    struct actor actor = org_actor(r);
    struct plan_confirm_in in = {0};
    struct plan_confirmed out = {.n = 0};
    json_t *body = NULL;
    enum rc rc = req_param_id(r, "id", &in.import_id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &in.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_confirm(r, body, &in, f);
    if (rc == RC_OK)
        rc = plan_confirm_import(req_store(r), &actor, &in, req_arena(r), NULL, &out, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "outlines");
    jw_array(w);
    for (int i = 0; i < out.n; i++) {
        jw_object(w);
        jw_kid(w, "id", out.outline_ids[i]);
        jw_ktext(w, "title", out.titles[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kint(w, "proposed_units", out.proposed_units);
    jw_object_end(w);
    return RC_OK;
}
