/*
 * plan_sheet_api.c - the spreadsheet round trip over HTTP: export, send in, look at what differs, confirm or give up. Nothing is applied before it is
 * confirmed. Each row that would change is tried through the real commands first, in a transaction that is then undone, so that whatever an edit
 * on the screen would be refused for is refused here too, by cell.
 */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_sheet_int.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define TRY_ROWS 20    /* rows tried in one command */
#define STAGE_ROWS 200 /* rows stored in one command */

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- export ---------------------------------------------------------------------------------------------------------------------------- */

struct export
{
    struct req *r;
    struct plan_view view;
    int64_t outline_id;
    struct sheet_items items;
};

static enum rc read_items(struct tx *tx, void *ctx, struct fail *f)
{
    struct export *const e = ctx;
    return plan_sheet_items(tx, &e->view, e->outline_id, &e->items, f);
}

enum rc plan_api_sheet_export(struct req *r, struct fail *f)
{
    struct export e = {.r = r, .items.lang = req_lang(r)};
    struct span file = SPAN_NONE;
    struct sb name;
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &e.outline_id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &e.view, f);
    if (rc != RC_OK)
        return rc;
    struct arena *const a = arena_new(PLAN_ARENA_BYTES);
    const struct actor actor = org_actor(r);
    rc = store_read(req_store(r), &actor, a, read_items, &e, f);
    if (rc == RC_OK)
        rc = plan_sheet_write(a, &e.items, req_lang(r), &file, f);
    if (rc == RC_OK) {
        sb_init(&name, 2000);
        sb_add(&name, e.items.outline.title);
        sb_adds(&name, req_lang(r) == LANG_ZH ? "－编辑表.xlsx" : " - editing table.xlsx");
        const char *const file_name = span_cstr(a, sb_span(&name));
        sb_release(&name);
        reply_body(r, XLSX_TYPE, file);
        reply_download(r, file_name ? file_name : "actions.xlsx");
    }
    arena_free(a);
    return rc;
}

/* ---- what comes in ------------------------------------------------------------------------------------------------------------------------ */

struct incoming {
    struct export e;
    struct store *store;
    struct actor actor;
    struct arena *a;     /* as long as the request */
    struct arena *chunk; /* one command */
    struct span filename;
    struct sheet_table tables[2];
    int n_tables;
    struct sheet_diff *diffs; /* rows that differ */
    int n_diffs, room;
    int64_t id, rows, same, changed, conflicts, errors, missing;
    int at, until; /* of the running command */
};

static int by_tag_and_id(const void *x, const void *y)
{
    const struct sheet_item *const a = x, *const b = y;
    if (a->form->tag != b->form->tag)
        return a->form->tag < b->form->tag ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static enum rc compare_table(struct incoming *in, struct sheet_compare *c, const struct sheet_table *t, struct fail *f)
{
    struct sheet_row *rows = NULL;
    int n = 0;
    enum rc rc = plan_sheet_rows(in->a, t, &rows, &n, f);
    in->rows += n;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        in->diffs = plan_grow(in->a, in->diffs, in->n_diffs, &in->room, sizeof *in->diffs);
        if (!in->diffs)
            return over(f);
        struct sheet_diff *const d = &in->diffs[in->n_diffs];
        rc = plan_sheet_diff(c, t, &rows[i], d, f);
        in->n_diffs += d->n_changes > 0;
        in->same += d->n_changes == 0;
    }
    return rc;
}

static enum rc compare(struct incoming *in, struct fail *f)
{
    struct sheet_items *const items = &in->e.items;
    struct sheet_compare c = {items, ARENA_ARRAY(in->a, (size_t)items->n + 1, uint32_t), in->a};
    if (!c.seen)
        return over(f);
    qsort(items->items, (size_t)items->n, sizeof *items->items, by_tag_and_id);
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < in->n_tables; i++)
        rc = compare_table(in, &c, &in->tables[i], f);
    for (int t = 0; t < in->n_tables; t++)
        for (int i = 0; i < items->n; i++)
            in->missing += items->items[i].form == in->tables[t].form && !c.seen[i];
    return rc;
}

/* ---- trying: the real commands, undone ------------------------------------------------------------------------------------------------------ */

static enum rc fields_text(struct arena *a, const struct sheet_diff *d, struct span *out, struct fail *f)
{
    struct sb sb;
    struct jw w;
    sb_init(&sb, 1u << 20);
    jw_init(&w, &sb);
    plan_sheet_fields_json(d, &w);
    *out = sb_rc(&sb) == RC_OK ? span_dup(a, sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out->ptr ? RC_OK : over(f);
}

/* The cell that a refusal is about: that of its field, else the first that changes. */
static int blamed(const struct sheet_diff *d, const char *field)
{
    for (int i = 0; i < d->n_changes; i++) {
        const char *const own = d->table->form->columns[d->changes[i].column].field;
        if (!strcmp(own, field) ||
            (!strcmp(field, "units") && d->table->form->columns[d->changes[i].column].kind == COLUMN_UNITS))
            return i;
    }
    return 0;
}

static enum rc blame(struct incoming *in, struct sheet_diff *d, const struct fail *why, struct fail *f)
{
    struct sheet_change *const c = &d->changes[blamed(d, why->field)];
    c->problem = ARENA_NEW(in->a, struct fail);
    if (!c->problem)
        return over(f);
    *c->problem = *why;
    c->refused = d->error = true;
    return RC_OK;
}

static enum rc try_rows(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct incoming *const in = vout;
    enum rc rc = RC_OK;
    (void)vin;
    for (int i = in->at; rc == RC_OK && i < in->until; i++) {
        struct sheet_diff *const d = &in->diffs[i];
        struct span fields = SPAN_NONE;
        struct fail why = {0};
        int64_t version = 0;
        if (d->error || d->conflict)
            continue;
        rc = fields_text(tx_arena(tx), d, &fields, f);
        if (rc != RC_OK)
            break;
        const enum rc tried = plan_sheet_apply(
            tx, &(struct sheet_apply_in){d->item->id, d->item->version, d->item->form->tag == 'T', fields, false},
            &version, &why);
        if (tried == RC_INVALID || tried == RC_FORBIDDEN || tried == RC_CONFLICT || tried == RC_LIMIT ||
            tried == RC_STALE || tried == RC_MISSING)
            rc = blame(in, d, &why, f);
        else if (tried != RC_OK) {
            *f = why;
            rc = tried;
        }
    }
    return rc == RC_OK ? fail_set(f, RC_CONFLICT, MSG_sheet_nothing, "tried", NULL)
                       : rc; /* a refusal, so that nothing of it stays */
}

static enum rc try_all(struct incoming *in, struct fail *f)
{
    for (in->at = 0; in->at < in->n_diffs; in->at = in->until) {
        in->until = in->at + TRY_ROWS < in->n_diffs ? in->at + TRY_ROWS : in->n_diffs;
        struct fail why = {0};
        const enum rc rc = plan_command_run(in->store, &in->actor, in->chunk, try_rows, in, &why);
        arena_reset(in->chunk);
        if (rc != RC_CONFLICT || strcmp(why.field, "tried") != 0) {
            *f = why;
            return rc == RC_OK ? fail_set(f, RC_INTERNAL, MSG_sheet_nothing, NULL, NULL) : rc;
        }
    }
    return RC_OK;
}

/* ---- staging -------------------------------------------------------------------------------------------------------------------------------- */

static enum rc stage_begin(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct incoming *const in = vout;
    (void)vin;
    in->id = tx_new_id(tx);
    return db_exec(tx, SQL_sheet_insert,
                   DB_ARGS(DB_S(in->e.items.outline.region_code), DB_I(in->id), DB_I(in->e.items.outline.id),
                           DB_T(in->filename), DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc stage_rows(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct incoming *const in = vout;
    enum rc rc = RC_OK;
    (void)vin;
    for (int i = in->at; rc == RC_OK && i < in->until; i++) {
        const struct sheet_diff *const d = &in->diffs[i];
        struct span fields = SPAN_NONE;
        rc = fields_text(tx_arena(tx), d, &fields, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_sheet_row_insert,
                         DB_ARGS(DB_S(in->e.items.outline.region_code), DB_I(in->id), DB_I(i + 1),
                                 DB_T(d->table->sheet->name), DB_I(d->row->row + 1), DB_S(d->table->form->kind),
                                 DB_I(d->item ? d->item->id : 0), DB_I(d->item ? d->item->version : 0),
                                 DB_T(d->item ? d->item->values[1] : SPAN("")),
                                 DB_S(d->error      ? "error"
                                      : d->conflict ? "conflict"
                                                    : "change"),
                                 DB_T(fields)),
                         NULL, f);
    }
    return rc;
}

static void columns_json(const struct incoming *in, struct jw *w)
{
    char ref[16];
    jw_array(w);
    for (int t = 0; t < in->n_tables; t++)
        for (int c = 0; c < in->tables[t].form->n_columns; c++) {
            const struct sheet_column *const column = &in->tables[t].form->columns[c];
            if (in->tables[t].column[c] < 0 || column->kind == COLUMN_KEY)
                continue;
            sheet_ref(in->tables[t].head_row, (uint32_t)in->tables[t].column[c], ref);
            jw_object(w);
            jw_ktext(w, "sheet", in->tables[t].sheet->name);
            jw_kstr(w, "kind", in->tables[t].form->kind);
            jw_kstr(w, "field", column->field);
            jw_kstr(w, "name_zh", column->zh);
            jw_kstr(w, "name_en", column->en);
            jw_kstr(w, "cell", ref);
            jw_kbool(w, "shown_only", column->kind == COLUMN_SHOWN);
            jw_object_end(w);
        }
    jw_array_end(w);
}

static enum rc stage_end(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    struct incoming *const in = vout;
    struct sb sb;
    struct jw w;
    (void)vin;
    sb_init(&sb, 64u << 10);
    jw_init(&w, &sb);
    columns_json(in, &w);
    enum rc rc = sb_rc(&sb) == RC_OK ? RC_OK : over(f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_sheet_ready,
                     DB_ARGS(DB_S(in->e.items.outline.region_code), DB_I(in->id), DB_I(in->rows), DB_I(in->same),
                             DB_I(in->changed), DB_I(in->conflicts), DB_I(in->errors), DB_I(in->missing),
                             DB_T(sb_span(&sb))),
                     NULL, f);
    sb_release(&sb);
    return rc;
}

static enum rc stage(struct incoming *in, struct fail *f)
{
    for (int i = 0; i < in->n_diffs; i++) {
        in->errors += in->diffs[i].error;
        in->conflicts += !in->diffs[i].error && in->diffs[i].conflict;
        in->changed += !in->diffs[i].error && !in->diffs[i].conflict;
    }
    enum rc rc = plan_command_run(in->store, &in->actor, in->chunk, stage_begin, in, f);
    for (in->at = 0; rc == RC_OK && in->at < in->n_diffs; in->at = in->until) {
        in->until = in->at + STAGE_ROWS < in->n_diffs ? in->at + STAGE_ROWS : in->n_diffs;
        arena_reset(in->chunk);
        rc = plan_command_run(in->store, &in->actor, in->chunk, stage_rows, in, f);
    }
    return rc == RC_OK ? plan_command_run(in->store, &in->actor, in->chunk, stage_end, in, f) : rc;
}

static enum rc may_import(struct tx *tx, void *ctx, struct fail *f)
{
    struct incoming *const in = ctx;
    enum rc rc = plan_sheet_items(tx, &in->e.view, in->e.outline_id, &in->e.items, f);
    return rc == RC_OK ? plan_may_outline(tx, in->e.items.outline.region_code, in->e.outline_id, RIGHT_BREAKDOWN, f)
                       : rc;
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------------------------- */

struct ask {
    struct req *r;
    int64_t id, limit, after_seq;
    bool after;
    struct span state;
};

static enum rc sheet_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f)
{
    static const char *const counts[] = {"rows", "same", "changed", "conflicts", "errors", "missing"};
    struct rows rows;
    enum rc rc = db_one(tx, SQL_sheet_get, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", id);
    jw_kid(w, "outline_id", rows_int(&rows, 1));
    jw_ktext(w, "filename", rows_text(&rows, 2));
    jw_ktext(w, "state", rows_text(&rows, 3));
    for (int i = 0; i < 6; i++)
        jw_kint(w, counts[i], rows_int(&rows, 4 + i));
    jw_key(w, "columns");
    jw_raw(w, rows_text(&rows, 10));
    const int64_t job = rows_int(&rows, 11);
    jw_ktime(w, "created_at", rows_int(&rows, 12));
    rc = rows_end(&rows);
    jw_key(w, "job");
    if (rc == RC_OK && job != 0)
        rc = job_json(tx, job, w, f);
    else
        jw_null(w);
    jw_object_end(w);
    return rc;
}

static enum rc answer_sheet(struct tx *tx, void *ctx, struct fail *f)
{
    const struct ask *const ask = ctx;
    return sheet_json(tx, ask->id, reply_json(ask->r), f);
}

static enum rc import(struct incoming *in, struct span bytes, struct fail *f)
{
    struct sheet_book book;
    enum rc rc = sheet_open(in->a, bytes, &book, f);
    if (rc == RC_OK)
        rc = plan_sheet_tables(in->a, &book, in->tables, &in->n_tables, f);
    if (rc == RC_OK)
        rc = store_read(in->store, &in->actor, in->a, may_import, in, f);
    if (rc == RC_OK)
        rc = compare(in, f);
    if (rc == RC_OK)
        rc = try_all(in, f);
    return rc == RC_OK ? stage(in, f) : rc;
}

enum rc plan_api_sheet_import(struct req *r, struct fail *f)
{
    struct incoming *const in = ARENA_NEW(req_arena(r), struct incoming);
    if (!in)
        return over(f);
    enum rc rc = req_query_only(r, f, "filename", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &in->e.outline_id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &in->e.view, f);
    if (rc != RC_OK)
        return rc;
    in->store = req_store(r);
    in->actor = org_actor(r);
    in->filename = req_query(r, "filename").len > 0 ? span_sub(req_query(r, "filename"), 0, 300) : SPAN("");
    in->e.items.lang = req_lang(r);
    in->a = arena_new(PLAN_ARENA_BYTES);
    in->chunk = arena_new(64u << 20);
    rc = import(in, req_body(r), f);
    arena_free(in->chunk);
    arena_free(in->a);
    struct ask ask = {.r = r, .id = in->id};
    if (rc == RC_OK)
        rc = org_read(r, answer_sheet, &ask, f);
    if (rc == RC_OK)
        reply_status(r, 201);
    return rc;
}

enum rc plan_api_sheet_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_sheet, &ask, f) : rc;
}

static enum rc answer_rows(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *const ask = ctx;
    struct rows rows;
    char region[7];
    int64_t n = 0, last = 0;
    enum rc rc = db_one(tx, SQL_sheet_get, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(ask->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(region, sizeof region, "%.*s", SPAN_ARG(rows_text(&rows, 0)));
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    struct db_val args[5] = {DB_S(region), DB_I(ask->id), DB_I(ask->limit + 1)};
    int n_args = 3;
    if (ask->state.ptr)
        args[n_args++] = DB_T(ask->state);
    if (ask->after)
        args[n_args++] = DB_I(ask->after_seq);
    rc = db_list(tx, SQL_sheet_rows, ask->state.ptr ? SQLF_sheet_rows_state : 0, SQLO_sheet_rows_seq, ask->after, args,
                 n_args, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *const w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (n < ask->limit && rows_next(&rows)) {
        n++;
        last = rows_int(&rows, 0);
        jw_object(w);
        jw_ktext(w, "sheet", rows_text(&rows, 1));
        jw_kint(w, "row", rows_int(&rows, 2));
        jw_ktext(w, "kind", rows_text(&rows, 3));
        jw_key(w, "object_id");
        if (rows_int(&rows, 4))
            jw_id(w, rows_int(&rows, 4));
        else
            jw_null(w);
        jw_ktext(w, "title", rows_text(&rows, 6));
        jw_ktext(w, "state", rows_text(&rows, 7));
        jw_key(w, "fields");
        jw_raw(w, rows_text(&rows, 8));
        jw_object_end(w);
    }
    jw_array_end(w);
    const bool more = n == ask->limit && rows_next(&rows);
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)last);
    const struct span key = span_of(text);
    const char *const next = more ? page_key(tx_arena(tx), 1, &key) : NULL;
    jw_kstr(w, "next", next);
    if (next)
        reply_next_page(ask->r, next);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc plan_api_sheet_rows(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    struct span part;
    enum rc rc = req_query_only(r, f, "state", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &ask.after, f);
    if (rc == RC_OK && ask.after && !span_to_i64(part, &ask.after_seq))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    ask.state = req_query(r, "state");
    return rc == RC_OK ? org_read(r, answer_rows, &ask, f) : rc;
}

/* ---- confirm, give up ---------------------------------------------------------------------------------------------------------------------------- */

struct decide {
    int64_t id;
    bool leave_out, discard;
};

static enum rc start_job(struct tx *tx, const char *region, int64_t sheet_id, struct fail *f)
{
    char params[120];
    int64_t job = 0;
    (void)snprintf(params, sizeof params, "{\"sheet\":\"%lld\",\"region_code\":\"%s\"}", (long long)sheet_id, region);
    enum rc rc = job_start(tx, region, "plan.sheet", span_of(params), &job, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_sheet_set,
                         DB_ARGS(DB_S(region), DB_I(sheet_id), DB_S("draft"), DB_S("applying"), DB_I(job)), NULL, f)
               : rc;
}

static enum rc decide(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct decide *const in = vin;
    struct rows rows;
    char region[7], errors[16], conflicts[16];
    (void)vout;
    enum rc rc = db_one(tx, SQL_sheet_get, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(in->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool draft = span_is(rows_text(&rows, 3), "draft");
    const int64_t outline_id = rows_int(&rows, 1), changed = rows_int(&rows, 6), n_conflicts = rows_int(&rows, 7),
                  n_errors = rows_int(&rows, 8);
    (void)snprintf(region, sizeof region, "%.*s", SPAN_ARG(rows_text(&rows, 0)));
    (void)snprintf(errors, sizeof errors, "%lld", (long long)n_errors);
    (void)snprintf(conflicts, sizeof conflicts, "%lld", (long long)n_conflicts);
    rc = rows_end(&rows);
    if (rc == RC_OK && !draft)
        return fail_set(f, RC_CONFLICT, MSG_sheet_not_draft, NULL, NULL);
    if (rc == RC_OK && in->discard)
        return db_exec(tx, SQL_sheet_set, DB_ARGS(DB_S(region), DB_I(in->id), DB_S("draft"), DB_S("discarded"), DB_N),
                       NULL, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, region, outline_id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK && n_errors + n_conflicts > 0 && !in->leave_out)
        return fail_set(f, RC_CONFLICT, MSG_sheet_bad_rows, "leave_out", errors, conflicts, NULL);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_sheet_nothing, NULL, NULL);
    return rc == RC_OK ? start_job(tx, region, in->id, f) : rc;
}

static enum rc render_sheet(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    struct jw w;
    jw_init(&w, body);
    *status = 200;
    return sheet_json(tx, ((const struct decide *)out)->id, &w, f);
}

static enum rc decision(struct req *r, struct decide *in, struct fail *f)
{
    enum rc rc = req_param_id(r, "id", &in->id, f);
    return rc == RC_OK ? org_write(r, decide, in, in, render_sheet, f) : rc;
}

enum rc plan_api_sheet_confirm(struct req *r, struct fail *f)
{
    struct decide *const in = ARENA_NEW(req_arena(r), struct decide);
    json_t *body = NULL;
    if (!in)
        return over(f);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "leave_out", NULL);
    if (rc == RC_OK)
        rc = json_get_bool(body, "leave_out", JSON_OPTIONAL, &in->leave_out, f);
    return rc == RC_OK ? decision(r, in, f) : rc;
}

enum rc plan_api_sheet_discard(struct req *r, struct fail *f)
{
    struct decide *const in = ARENA_NEW(req_arena(r), struct decide);
    if (!in)
        return over(f);
    in->discard = true;
    return decision(r, in, f);
}

/* ---- routes ---------------------------------------------------------------------------------------------------------------------------------------- */

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/outlines/{id}/sheet.xlsx", AUTH_USER, ROUTE_POOL, NULL, plan_api_sheet_export, 0,
     "actions and tasks as a workbook for editing"},
    {HTTP_POST, API "/outlines/{id}/sheets", AUTH_USER, ROUTE_POOL, "breakdown", plan_api_sheet_import, SHEET_BYTES_MAX,
     "sends an edited workbook in"},
    {HTTP_GET, API "/sheets/{id}", AUTH_USER, ROUTE_POOL, NULL, plan_api_sheet_get, 0, "what differs, in numbers"},
    {HTTP_GET, API "/sheets/{id}/rows", AUTH_USER, ROUTE_POOL, NULL, plan_api_sheet_rows, 0,
     "the rows that differ, cell by cell"},
    {HTTP_POST, API "/sheets/{id}/confirm", AUTH_USER, 0, "breakdown", plan_api_sheet_confirm, 1024, "applies them"},
    {HTTP_POST, API "/sheets/{id}/discard", AUTH_USER, 0, NULL, plan_api_sheet_discard, 1024, "gives the workbook up"},
};
const struct route_table plan_sheet_routes = {"sheet", routes, sizeof routes / sizeof routes[0]};

void plan_sheet_register(struct store *s)
{
    store_job_kind(s, "plan.sheet", plan_sheet_job);
}
