/* source_list.c - the register of sources: filters, orders, pages; the same as a table for a spreadsheet; the kinds of the pack. */
#include <string.h>

#include "base/table.h"
#include "govern/source_int.h"

#define CSV_ROWS_MAX 5000

enum source_sort { SOURCE_BY_DUE, SOURCE_BY_RECEIVED, SOURCE_BY_UPDATED };
struct ask {
    struct req *r;
    struct span form, state, q, after[2];
    int64_t holder_id, limit;
    bool late, open, internal, given;
    enum source_sort sort;
};
struct line {
    struct span number, form, title, document_number, from_on, due_on, state, from_whom, first_due_on;
    int64_t id, unit_id, updated_at_us, tasks, open, lead_id;
    bool internal;
};

static struct line line_of(struct rows *r)
{
    return (struct line){.id = rows_int(r, 1),
                         .number = rows_text_dup(r, 2),
                         .form = rows_text_dup(r, 3),
                         .title = rows_text_dup(r, 4),
                         .unit_id = rows_int(r, 5),
                         .document_number = rows_text_dup(r, 6),
                         .from_on = rows_text_dup(r, 7),
                         .due_on = rows_text_dup(r, 8),
                         .state = rows_text_dup(r, 9),
                         .updated_at_us = rows_int(r, 10),
                         .from_whom = rows_text_dup(r, 11),
                         .internal = rows_int(r, 12) != 0,
                         .first_due_on = rows_text_dup(r, 13),
                         .tasks = rows_int(r, 14),
                         .open = rows_int(r, 15),
                         .lead_id = rows_int(r, 16)};
}

static enum rc ask_of(struct req *r, struct ask *ask, struct fail *f)
{
    static const char *const sorts[] = {"due", "received", "updated"};
    *ask = (struct ask){.r = r, .form = req_query(r, "form"), .state = req_query(r, "state"), .q = req_query(r, "q")};
    const struct span sort = req_query(r, "sort");
    ask->late = span_is(req_query(r, "late"), "1");
    ask->open = span_is(req_query(r, "open"), "1");
    ask->internal = span_is(req_query(r, "internal"), "1");
    for (int i = 0; i < COUNT(sorts); i++)
        if (span_is(sort, sorts[i]))
            ask->sort = (enum source_sort)i;
    enum rc rc = req_query_only(r, f, "form", "state", "q", "holder", "late", "open", "internal", NULL);
    if (rc == RC_OK && sort.len > 0 && !span_is(sort, sorts[ask->sort]))
        rc = fail_span(f, RC_INVALID, MSG_source_sort_invalid, "sort", sort);
    if (rc == RC_OK)
        rc = req_query_id(r, "holder", &ask->holder_id, f);
    return rc == RC_OK ? req_after(r, 2, ask->after, &ask->given, f) : rc;
}

/* The statement's own two, those of the filters in the order of their bits, those of the page. */
static enum rc list_args(struct tx *tx, const struct ask *ask, struct span today, struct db_val *v, int *n,
                         uint32_t *filters, struct fail *f)
{
    struct span match = SPAN_NONE;
    v[(*n)++] = DB_I(tx_actor(tx)->principal_id);
    v[(*n)++] = DB_I(ask->limit + 1);
    *filters = (ask->form.len > 0 ? SQLF_source_list_form : 0u) | (ask->state.len > 0 ? SQLF_source_list_state : 0u) |
               (ask->open ? SQLF_source_list_open : 0u) | (ask->internal ? SQLF_source_list_internal : 0u) |
               (ask->holder_id != 0 ? SQLF_source_list_holder : 0u) | (ask->late ? SQLF_source_list_late : 0u) |
               (ask->q.len > 0 ? SQLF_source_list_text : 0u);
    if (ask->form.len > 0)
        v[(*n)++] = DB_T(ask->form);
    if (ask->state.len > 0)
        v[(*n)++] = DB_T(ask->state);
    if (ask->holder_id != 0)
        v[(*n)++] = DB_I(ask->holder_id);
    if (ask->late)
        v[(*n)++] = DB_T(today);
    if (ask->q.len == 0)
        return RC_OK;
    enum rc rc = search_query(tx, ask->q, &match, f);
    v[(*n)++] = DB_T(match.len > 0 ? match : SPAN("\"\""));
    return rc;
}

static enum rc after_args(const struct ask *ask, struct db_val *v, int *n, struct fail *f)
{
    int64_t us = 0, id = 0;
    if (!ask->given)
        return RC_OK;
    if (!span_to_i64(ask->after[1], &id) || (ask->sort == SOURCE_BY_UPDATED && !span_to_i64(ask->after[0], &us)))
        return fail_set(f, RC_INVALID, MSG_govern_after_invalid, "after", NULL);
    v[(*n)++] = ask->sort == SOURCE_BY_UPDATED ? DB_I(us) : DB_T(ask->after[0]);
    v[(*n)++] = DB_I(id);
    return RC_OK;
}

static const char *next_of(struct tx *tx, const struct ask *ask, const struct line *last)
{
    char id[24], us[24];
    (void)snprintf(id, sizeof id, "%lld", (long long)last->id);
    (void)snprintf(us, sizeof us, "%lld", (long long)last->updated_at_us);
    const struct span keys[] = {ask->sort == SOURCE_BY_UPDATED    ? span_of(us)
                                : ask->sort == SOURCE_BY_RECEIVED ? last->from_on
                                : last->due_on.len > 0            ? last->due_on
                                                                  : SPAN("9999-12-31"),
                                span_of(id)};
    return page_key(tx_arena(tx), 2, keys);
}

/* A page of lines, and the key of the next one or NULL. */
static enum rc read_page(struct tx *tx, const struct ask *ask, struct span today, struct line **out, int *n,
                         const char **next, struct fail *f)
{
    static const int orders[] = {SQLO_source_list_due, SQLO_source_list_received, SQLO_source_list_updated};
    struct db_val v[16];
    struct rows rows;
    uint32_t filters = 0;
    int args = 0;
    *out = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct line);
    if (*out == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    enum rc rc = list_args(tx, ask, today, v, &args, &filters, f);
    if (rc == RC_OK)
        rc = after_args(ask, v, &args, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_source_list, filters, orders[ask->sort], ask->given, v, args, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n <= ask->limit && rows_next(&rows))
        (*out)[(*n)++] = line_of(&rows);
    rc = rows_end(&rows);
    *next = NULL;
    if (rc == RC_OK && *n > ask->limit) {
        (*n)--;
        *next = next_of(tx, ask, &(*out)[*n - 1]);
        reply_next_page(ask->r, *next);
    }
    return rc;
}

static struct span today_of(struct tx *tx)
{
    char text[11];
    date_print(date_of_us(tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

static void line_json(struct tx *tx, const struct line *l, const struct source_kind *kind, struct span today,
                      struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", l->id);
    jw_ktext(w, "number", l->number);
    jw_ktext(w, "form", l->form);
    jw_key(w, "form_name");
    jw_object(w);
    jw_ktext(w, "zh", kind != NULL ? kind->name_zh : l->form);
    jw_ktext(w, "en", kind != NULL ? kind->name_en : l->form);
    jw_object_end(w);
    jw_ktext(w, "title", l->title);
    govern_unit_member(tx, w, "unit", l->unit_id);
    jw_ktext(w, "from_whom", l->from_whom);
    jw_ktext(w, "document_number", l->document_number);
    jw_ktext(w, "from_on", l->from_on);
    jw_ktext_or_null(w, "due_on", l->due_on);
    jw_ktext(w, "first_due_on", l->first_due_on);
    jw_ktext(w, "state", l->state);
    jw_kbool(w, "late", source_is_late(l->state, l->due_on, today));
    jw_kbool(w, "internal", l->internal);
    govern_unit_member(tx, w, "lead", l->lead_id);
    jw_kint(w, "tasks_total", l->tasks);
    jw_kint(w, "tasks_open", l->open);
    jw_object_end(w);
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    const struct source_kinds *kinds = NULL;
    const struct span today = today_of(tx);
    const char *next = NULL;
    struct line *lines = NULL;
    int n = 0;
    enum rc rc = source_kinds_current(tx, &kinds, f);
    if (rc == RC_OK)
        rc = read_page(tx, ask, today, &lines, &n, &next, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        line_json(tx, &lines[i], source_kind_find(kinds, lines[i].form), today, w);
    jw_array_end(w);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return RC_OK;
}

enum rc source_api_list(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- as a file ------------------------------------------------------------ */

enum { COLUMNS = 13 };

static struct span state_name(struct span state, bool zh)
{
    static const char *const names[][3] = {{"registered", "已登记", "registered"},
                                           {"in_hand", "办理中", "in hand"},
                                           {"replied", "已答复", "answered"},
                                           {"closed", "已办结", "closed"}};
    for (int i = 0; i < COUNT(names); i++)
        if (span_is(state, names[i][0]))
            return span_of(names[i][zh ? 1 : 2]);
    return state;
}

static struct span count_text(struct arena *a, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return span_dup(a, span_of(text));
}

static void line_cells(struct tx *tx, const struct line *l, const struct source_kind *kind, struct span today, bool zh,
                       struct span *cell)
{
    const bool late = source_is_late(l->state, l->due_on, today);
    const struct span cells[COLUMNS] = {
        l->number,
        kind == NULL ? l->form
        : zh         ? kind->name_zh
                     : kind->name_en,
        l->title,
        l->document_number,
        l->from_whom,
        l->from_on,
        l->due_on,
        l->first_due_on,
        state_name(l->state, zh),
        !late ? SPAN("")
        : zh  ? SPAN("逾期")
              : SPAN("late"),
        l->lead_id != 0 ? span_dup(tx_arena(tx), govern_unit_name(tx, l->lead_id)) : SPAN(""),
        count_text(tx_arena(tx), l->tasks),
        count_text(tx_arena(tx), l->open),
    };
    memcpy(cell, cells, sizeof cells);
}

static enum rc answer_csv(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct table_column zh[COLUMNS] = {
        {SPAN("编号"), 24, false}, {SPAN("类别"), 14, false},     {SPAN("标题"), 40, false},
        {SPAN("文号"), 18, false}, {SPAN("来自"), 18, false},     {SPAN("收到日期"), 12, false},
        {SPAN("期限"), 12, false}, {SPAN("原定期限"), 12, false}, {SPAN("状态"), 10, false},
        {SPAN("逾期"), 8, false},  {SPAN("牵头单位"), 24, false}, {SPAN("任务"), 8, true},
        {SPAN("未办结"), 8, true},
    };
    static const struct table_column en[COLUMNS] = {
        {SPAN("number"), 24, false},   {SPAN("kind"), 14, false},      {SPAN("title"), 40, false},
        {SPAN("document"), 18, false}, {SPAN("from"), 18, false},      {SPAN("received"), 12, false},
        {SPAN("due"), 12, false},      {SPAN("first due"), 12, false}, {SPAN("state"), 10, false},
        {SPAN("late"), 8, false},      {SPAN("lead unit"), 24, false}, {SPAN("duties"), 8, true},
        {SPAN("open"), 8, true},
    };
    struct ask *ask = ctx;
    const bool chinese = req_lang(ask->r) == LANG_ZH;
    const struct source_kinds *kinds = NULL;
    const struct span today = today_of(tx);
    const char *next = NULL;
    struct line *lines = NULL;
    struct span file;
    int n = 0;
    enum rc rc = source_kinds_current(tx, &kinds, f);
    if (rc == RC_OK)
        rc = read_page(tx, ask, today, &lines, &n, &next, f);
    if (rc != RC_OK)
        return rc;
    struct span *cells = ARENA_ARRAY(tx_arena(tx), (size_t)(n + 1) * COLUMNS, struct span);
    if (cells == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    for (int i = 0; i < n; i++)
        line_cells(tx, &lines[i], source_kind_find(kinds, lines[i].form), today, chinese, &cells[i * COLUMNS]);
    const struct table table = {
        chinese ? SPAN("来源") : SPAN("sources"), SPAN(""), chinese ? zh : en, COLUMNS, cells, n};
    rc = table_csv(tx_arena(tx), &table, &file, f);
    if (rc == RC_OK)
        reply_body(ask->r, "text/csv; charset=utf-8", file);
    return rc;
}

enum rc source_api_csv(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    ask.limit = CSV_ROWS_MAX;
    return rc == RC_OK ? org_read(r, answer_csv, &ask, f) : rc;
}

/* ---- kinds ------------------------------------------------------------ */

static void limit_json(struct jw *w, const char *key, const struct source_limit *limit)
{
    jw_key(w, key);
    jw_object(w);
    jw_kint(w, "months", limit->months);
    jw_kint(w, "work_days", limit->work_days);
    jw_object_end(w);
}

static enum rc answer_kinds(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    const struct source_kinds *kinds = NULL;
    enum rc rc = source_kinds_current(tx, &kinds, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < kinds->n; i++) {
        const struct source_kind *k = &kinds->kinds[i];
        jw_object(w);
        jw_ktext(w, "word", k->word);
        jw_ktext(w, "of", k->of);
        jw_ktext(w, "zh", k->name_zh);
        jw_ktext(w, "en", k->name_en);
        jw_ktext(w, "basis_zh", k->basis_zh);
        jw_ktext(w, "basis_en", k->basis_en);
        limit_json(w, "limit", &k->limit);
        limit_json(w, "longest", &k->longest);
        limit_json(w, "again", &k->again);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

enum rc source_api_kinds(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, NULL);
    return rc == RC_OK ? org_read(r, answer_kinds, &ask, f) : rc;
}
