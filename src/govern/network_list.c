/* network_list.c - lists of networks and of requests: filters, orders, pages, the same as CSV and .xlsx; and how many requests, by country, kind, unit. */
#include <string.h>

#include "govern/network_int.h"

enum query_type { QUERY_WORD, QUERY_ID, QUERY_FLAG, QUERY_TEXT };
/* A filter of a list: what the query calls it, its bit, what it takes. In the order of the bits. */
struct query_filter {
    const char *name;
    uint32_t bit;
    enum query_type type;
};
#define ARGS_MAX 24
struct list_query {
    uint32_t filters;
    int order;
    bool after;
    struct db_val args[ARGS_MAX];
    int n;
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
}

static enum rc take_filters(struct tx *tx, struct req *r, const struct query_filter *filters, int n,
                            struct list_query *q, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct span value = req_query(r, filters[i].name);
        int64_t id = 0;
        if (value.len == 0)
            continue;
        q->filters |= filters[i].bit;
        if (filters[i].type == QUERY_ID)
            rc = req_query_id(r, filters[i].name, &id, f);
        if (filters[i].type == QUERY_TEXT)
            rc = govern_text_match(tx, value, &q->args[q->n++], f);
        else if (filters[i].type != QUERY_FLAG)
            q->args[q->n++] = filters[i].type == QUERY_ID ? DB_I(id) : DB_T(value);
    }
    return rc;
}

/* ?sort= is the word of the second order, else the newest first; ?after= has the key's text (second order only) and the id. */
static enum rc take_order(struct req *r, const char *second, struct list_query *q, struct fail *f)
{
    struct span parts[2] = {SPAN_NONE, SPAN_NONE};
    int64_t id = 0;
    const struct span sort = req_query(r, "sort");
    if (sort.len > 0 && !span_is(sort, second) && !span_is(sort, "newest"))
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "sort", second, NULL);
    q->order = span_is(sort, second) ? 2 : 1;
    enum rc rc = req_after(r, 2, parts, &q->after, f);
    if (rc == RC_OK && q->after && !span_to_i64(parts[1], &id))
        rc = fail_set(f, RC_INVALID, MSG_govern_after_invalid, "after", NULL);
    if (rc != RC_OK || !q->after)
        return rc;
    if (q->order == 2)
        q->args[q->n++] = DB_T(parts[0]);
    q->args[q->n++] = DB_I(id);
    return RC_OK;
}

static enum rc answer_next(struct tx *tx, struct req *r, struct span key, int64_t id, const char **page)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)id);
    const struct span parts[2] = {key, span_of(text)};
    *page = page_key(tx_arena(tx), 2, parts);
    if (*page != NULL)
        reply_next_page(r, *page);
    return RC_OK;
}

enum rc network_answer_table(struct req *r, struct tx *tx, const struct table *t, const char *name, struct fail *f)
{
    const bool xlsx = span_ends(req_path(r), SPAN(".xlsx"));
    char file[80];
    struct span bytes = SPAN_NONE;
    const enum rc rc = xlsx ? table_xlsx(tx_arena(tx), t, &bytes, f) : table_csv(tx_arena(tx), t, &bytes, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(file, sizeof file, "%s.%s", name, xlsx ? "xlsx" : "csv");
    reply_body(r,
               xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8",
               bytes);
    reply_download(r, file);
    return RC_OK;
}

/* A word as people read it. */
struct said {
    const char *word, *zh, *en;
};
static struct span say(struct span word, const struct said *all, int n, enum lang lang)
{
    for (int i = 0; i < n; i++) {
        if (span_is(word, all[i].word))
            return span_of(lang == LANG_ZH ? all[i].zh : all[i].en);
    }
    return word;
}

static struct span number_text(struct tx *tx, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return span_dup(tx_arena(tx), span_of(text));
}

/* Rows of a statement on the way into a page or into a file. */
struct list {
    struct govern_ask *ask;
    struct tx *tx;
    struct rows rows;
    struct list_query q;
    int64_t limit, count, last_id;
    struct span last_key;
    bool more;
};

static bool list_next(struct list *l, struct matter *m)
{
    if (!rows_next(&l->rows))
        return false;
    if (++l->count > l->limit) {
        l->more = true;
        return false;
    }
    govern_matter_of(&l->rows, m);
    l->last_id = m->id;
    return true;
}

static enum rc list_end(struct list *l, const char **page, struct fail *f)
{
    (void)f;
    const enum rc rc = rows_end(&l->rows);
    *page = NULL;
    return rc == RC_OK && l->more ? answer_next(l->tx, l->ask->r, l->last_key, l->last_id, page) : rc;
}

/* ---- networks ------------------------------------------------------------ */

static enum rc open_networks(struct list *l, struct fail *f)
{
    static const struct query_filter filters[] = {
        {"form", SQLF_network_list_form, QUERY_WORD},       {"state", SQLF_network_list_state, QUERY_WORD},
        {"visible", SQLF_network_list_visible, QUERY_WORD}, {"country", SQLF_network_list_country, QUERY_WORD},
        {"member", SQLF_network_list_member, QUERY_ID},
    };
    static const struct query_filter text[] = {{"q", SQLF_network_list_text, QUERY_TEXT}};
    struct list_query *q = &l->q;
    q->args[q->n++] = DB_I(tx_actor(l->tx)->principal_id);
    q->args[q->n++] = DB_I(l->limit + 1);
    q->args[q->n++] = DB_S(l->ask->show.as_of.on);
    enum rc rc = take_filters(l->tx, l->ask->r, filters, COUNT(filters), q, f);
    if (rc == RC_OK && l->ask->show.as_of.given) {
        q->filters |= SQLF_network_list_on;
        q->args[q->n++] = DB_S(l->ask->show.as_of.on);
    }
    if (rc == RC_OK)
        rc = take_filters(l->tx, l->ask->r, text, 1, q, f);
    if (rc == RC_OK)
        rc = take_order(l->ask->r, "title", q, f);
    return rc == RC_OK ? db_list(l->tx, SQL_network_list, q->filters, q->order, q->after, q->args, q->n, &l->rows, f)
                       : rc;
}

static enum rc answer_networks(struct tx *tx, void *ctx, struct fail *f)
{
    struct list l = {.ask = ctx, .tx = tx, .limit = ((struct govern_ask *)ctx)->limit};
    struct matter m;
    const char *page = NULL;
    enum rc rc = open_networks(&l, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(l.ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (list_next(&l, &m)) {
        l.last_key = m.title;
        jw_object(w);
        govern_matter_members(tx, &m, w);
        jw_ktext(w, "visible", rows_text(&l.rows, 22));
        jw_kint(w, "members", rows_int(&l.rows, 23));
        jw_kint(w, "entries", rows_int(&l.rows, 24));
        jw_ktext_or_null(w, "next_on", rows_text(&l.rows, 25));
        jw_object_end(w);
    }
    jw_array_end(w);
    rc = list_end(&l, &page, f);
    jw_kstr(w, "next", page);
    jw_object_end(w);
    return rc;
}

static const struct said network_forms[] = {
    {"network", "协作网络", "network"},
    {"alliance", "合作联盟", "alliance"},
    {"association", "行业协会", "association"},
    {"overseas", "驻外机构", "overseas offices"},
    {"diplomatic", "对外交往渠道", "diplomatic channels"},
    {"mission", "使领馆渠道", "missions"},
    {"agencies", "部门协作机制", "agencies that act together"},
};
static const struct said visibles[] = {
    {"members", "仅成员", "members"}, {"all", "各单位", "all units"}, {"public", "公众", "the public"}};
static const struct said states[] = {
    {"active", "有效", "active"},
    {"ended", "已终止", "ended"},
    {"asked", "待答复", "waits for an answer"},
    {"under_way", "办理中", "under way"},
    {"submitted", "待确认", "to be confirmed"},
    {"done", "已办结", "done"},
    {"declined", "已婉拒", "declined"},
    {"withdrawn", "已撤回", "withdrawn"},
};
#define SAY(word, all) say(word, all, COUNT(all), lang)

static enum rc file_networks(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct table_column zh[] = {
        {SPAN("编号"), 26, false}, {SPAN("名称"), 40, false},     {SPAN("类型"), 16, false},
        {SPAN("状态"), 10, false}, {SPAN("主管单位"), 28, false}, {SPAN("可见范围"), 10, false},
        {SPAN("成员"), 8, true},   {SPAN("事项"), 8, true},       {SPAN("下一事项"), 12, false}};
    static const struct table_column en[] = {
        {SPAN("number"), 26, false}, {SPAN("name"), 40, false},    {SPAN("kind"), 16, false},
        {SPAN("state"), 10, false},  {SPAN("kept by"), 28, false}, {SPAN("seen by"), 10, false},
        {SPAN("members"), 8, true},  {SPAN("entries"), 8, true},   {SPAN("next entry"), 12, false}};
    struct list l = {.ask = ctx, .tx = tx, .limit = GOVERN_EXPORT_ROWS_MAX};
    const enum lang lang = l.ask->show.lang;
    struct matter m;
    const char *page = NULL;
    struct span *cells = arena_alloc(tx_arena(tx), (size_t)l.limit * COUNT(zh) * sizeof *cells);
    struct table t = {.sheet = lang == LANG_ZH ? SPAN("协作网络") : SPAN("networks"),
                      .columns = lang == LANG_ZH ? zh : en,
                      .n_columns = COUNT(zh),
                      .cells = cells};
    enum rc rc = cells != NULL ? open_networks(&l, f) : over(f);
    if (rc != RC_OK)
        return rc;
    while (list_next(&l, &m)) {
        struct span *c = &cells[(size_t)t.n_rows++ * COUNT(zh)];
        l.last_key = m.title;
        c[0] = m.number;
        c[1] = m.title;
        c[2] = SAY(m.form, network_forms);
        c[3] = SAY(m.state, states);
        c[4] = govern_unit_name(tx, m.unit_id);
        c[5] = SAY(rows_text_dup(&l.rows, 22), visibles);
        c[6] = number_text(tx, rows_int(&l.rows, 23));
        c[7] = number_text(tx, rows_int(&l.rows, 24));
        c[8] = rows_text_dup(&l.rows, 25);
    }
    rc = list_end(&l, &page, f);
    return rc == RC_OK ? network_answer_table(l.ask->r, tx, &t, "networks", f) : rc;
}

static enum rc api_networks(struct req *r, read_fn *fn, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "form", "state", "visible", "country", "member", "q", "as_of", NULL);
    struct govern_ask *ask = ARENA_NEW(req_arena(r), struct govern_ask);
    if (rc == RC_OK && ask == NULL)
        rc = over(f);
    if (rc != RC_OK)
        return rc;
    *ask = (struct govern_ask){.r = r, .topic = &govern_network, .show = {.lang = req_lang(r)}};
    rc = org_as_of(r, &ask->show.as_of, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask->limit, f);
    return rc == RC_OK ? org_read(r, fn, ask, f) : rc;
}

enum rc network_api_list(struct req *r, struct fail *f)
{
    return api_networks(r, answer_networks, f);
}

enum rc network_api_csv(struct req *r, struct fail *f)
{
    return api_networks(r, file_networks, f);
}

enum rc network_api_xlsx(struct req *r, struct fail *f)
{
    return api_networks(r, file_networks, f);
}

/* ---- requests ------------------------------------------------------------ */

static enum rc open_requests(struct list *l, struct fail *f)
{
    static const struct query_filter filters[] = {
        {"form", SQLF_request_list_form, QUERY_WORD},
        {"state", SQLF_request_list_state, QUERY_WORD},
        {"direction", SQLF_request_list_direction, QUERY_WORD},
        {"country", SQLF_request_list_country, QUERY_WORD},
        {"to", SQLF_request_list_to, QUERY_ID},
        {"unit", SQLF_request_list_unit, QUERY_ID},
        {"network", SQLF_request_list_network, QUERY_ID},
        {"member", SQLF_request_list_member, QUERY_ID},
        {"entry", SQLF_request_list_entry, QUERY_ID},
        {"function", SQLF_request_list_function, QUERY_WORD},
        {"open", SQLF_request_list_open, QUERY_FLAG},
    };
    static const struct query_filter text[] = {{"q", SQLF_request_list_text, QUERY_TEXT}};
    struct list_query *q = &l->q;
    q->args[q->n++] = DB_I(tx_actor(l->tx)->principal_id);
    q->args[q->n++] = DB_I(l->limit + 1);
    enum rc rc = take_filters(l->tx, l->ask->r, filters, COUNT(filters), q, f);
    if (rc == RC_OK && req_query(l->ask->r, "late").len > 0) {
        q->filters |= SQLF_request_list_late;
        q->args[q->n++] = DB_S(l->ask->show.as_of.on);
    }
    if (rc == RC_OK)
        rc = take_filters(l->tx, l->ask->r, text, 1, q, f);
    if (rc == RC_OK)
        rc = take_order(l->ask->r, "due", q, f);
    return rc == RC_OK ? db_list(l->tx, SQL_request_list, q->filters, q->order, q->after, q->args, q->n, &l->rows, f)
                       : rc;
}

static enum rc answer_requests(struct tx *tx, void *ctx, struct fail *f)
{
    static const char *const texts[] = {"outside", "country", "channel", "reply_due_on"};
    struct list l = {.ask = ctx, .tx = tx, .limit = ((struct govern_ask *)ctx)->limit};
    struct matter m;
    const char *page = NULL;
    enum rc rc = open_requests(&l, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(l.ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (list_next(&l, &m)) {
        l.last_key = rows_text_dup(&l.rows, 27);
        jw_object(w);
        govern_matter_members(tx, &m, w);
        jw_ktext(w, "direction", rows_text(&l.rows, 22));
        govern_unit_member(tx, w, "to_unit", rows_int(&l.rows, 23));
        for (int i = 0; i < 4; i++)
            jw_ktext(w, texts[i], rows_text(&l.rows, 24 + i));
        jw_kbool(w, "late",
                 govern_word_in(m.state, "asked|under_way|submitted") &&
                     span_cmp(l.last_key, span_of(l.ask->show.as_of.on)) < 0);
        jw_object_end(w);
    }
    jw_array_end(w);
    rc = list_end(&l, &page, f);
    jw_kstr(w, "next", page);
    jw_object_end(w);
    return rc;
}

static const struct said request_forms[] = {
    {"cooperation", "合作请求", "cooperation"},     {"assistance", "协助函", "assistance"},
    {"mission", "使领馆请求", "through a mission"}, {"lead", "线索", "lead"},
    {"opportunity", "合作机会", "opportunity"},     {"defence", "集体维权", "collective defence"},
};
static const struct said directions[] = {
    {"inside", "单位之间", "between units"}, {"out", "发出", "sent out"}, {"in", "收到", "came in"}};

static enum rc file_requests(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct table_column zh[] = {
        {SPAN("编号"), 26, false},     {SPAN("事项"), 40, false},       {SPAN("类型"), 12, false},
        {SPAN("方向"), 10, false},     {SPAN("提出单位"), 28, false},   {SPAN("受请求单位"), 28, false},
        {SPAN("外部机构"), 24, false}, {SPAN("国家或地区"), 14, false}, {SPAN("渠道"), 18, false},
        {SPAN("答复期限"), 12, false}, {SPAN("状态"), 10, false}};
    static const struct table_column en[] = {{SPAN("number"), 26, false},        {SPAN("subject"), 40, false},
                                             {SPAN("kind"), 12, false},          {SPAN("direction"), 10, false},
                                             {SPAN("asked by"), 28, false},      {SPAN("asked"), 28, false},
                                             {SPAN("party outside"), 24, false}, {SPAN("country or region"), 14, false},
                                             {SPAN("channel"), 18, false},       {SPAN("reply due"), 12, false},
                                             {SPAN("state"), 10, false}};
    struct list l = {.ask = ctx, .tx = tx, .limit = GOVERN_EXPORT_ROWS_MAX};
    const enum lang lang = l.ask->show.lang;
    struct matter m;
    const char *page = NULL;
    struct span *cells = arena_alloc(tx_arena(tx), (size_t)l.limit * COUNT(zh) * sizeof *cells);
    struct table t = {.sheet = lang == LANG_ZH ? SPAN("合作请求") : SPAN("requests"),
                      .columns = lang == LANG_ZH ? zh : en,
                      .n_columns = COUNT(zh),
                      .cells = cells};
    enum rc rc = cells != NULL ? open_requests(&l, f) : over(f);
    if (rc != RC_OK)
        return rc;
    while (list_next(&l, &m)) {
        struct span *c = &cells[(size_t)t.n_rows++ * COUNT(zh)];
        c[0] = m.number;
        c[1] = m.title;
        c[2] = SAY(m.form, request_forms);
        c[3] = SAY(rows_text_dup(&l.rows, 22), directions);
        c[4] = govern_unit_name(tx, m.unit_id);
        c[5] = govern_unit_name(tx, rows_int(&l.rows, 23));
        for (int i = 0; i < 3; i++)
            c[6 + i] = rows_text_dup(&l.rows, 24 + i);
        c[9] = l.last_key = rows_text_dup(&l.rows, 27);
        c[10] = SAY(m.state, states);
    }
    rc = list_end(&l, &page, f);
    return rc == RC_OK ? network_answer_table(l.ask->r, tx, &t, "cooperation-requests", f) : rc;
}

static enum rc api_requests(struct req *r, read_fn *fn, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "form", "state", "direction", "country", "to", "unit", "network", "member",
                                "entry", "function", "open", "late", "q", "as_of", NULL);
    struct govern_ask *ask = ARENA_NEW(req_arena(r), struct govern_ask);
    if (rc == RC_OK && ask == NULL)
        rc = over(f);
    if (rc != RC_OK)
        return rc;
    *ask = (struct govern_ask){.r = r, .topic = &govern_request, .show = {.lang = req_lang(r)}};
    rc = org_as_of(r, &ask->show.as_of, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask->limit, f);
    return rc == RC_OK ? org_read(r, fn, ask, f) : rc;
}

enum rc request_api_list(struct req *r, struct fail *f)
{
    return api_requests(r, answer_requests, f);
}

enum rc request_api_csv(struct req *r, struct fail *f)
{
    return api_requests(r, file_requests, f);
}

enum rc request_api_xlsx(struct req *r, struct fail *f)
{
    return api_requests(r, file_requests, f);
}

/* ---- how many ------------------------------------------------------------ */

/* One line a key: its states with their counts; the list with the same key has the rows behind each. */
struct figures {
    struct jw *w;
    struct tx *tx;
    struct span key;
    int64_t total, late;
    bool by_unit, open;
};

static void figures_end(struct figures *g)
{
    if (!g->open)
        return;
    jw_object_end(g->w);
    jw_kint(g->w, "total", g->total);
    jw_kint(g->w, "late", g->late);
    jw_object_end(g->w);
    g->open = false;
}

static void figures_begin(struct figures *g, struct span key)
{
    int64_t unit_id = 0;
    figures_end(g);
    *g = (struct figures){g->w, g->tx, key, 0, 0, g->by_unit, true};
    jw_object(g->w);
    jw_ktext(g->w, "key", key);
    if (g->by_unit && span_to_i64(key, &unit_id))
        govern_unit_member(g->tx, g->w, "unit", unit_id);
    jw_key(g->w, "states");
    jw_object(g->w);
}

static enum rc answer_figures(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    const struct span by = req_query(ask->r, "by"), form = req_query(ask->r, "form");
    struct db_val args[3] = {DB_I(tx_actor(tx)->principal_id), DB_S(ask->show.as_of.on), DB_T(form)};
    enum sql_id sql = SQL_request_figures_country;
    uint32_t filter = form.len > 0 ? SQLF_request_figures_country_form : 0;
    struct rows rows;
    if (span_is(by, "form")) {
        sql = SQL_request_figures_form;
        filter = form.len > 0 ? SQLF_request_figures_form_form : 0;
    } else if (span_is(by, "unit")) {
        sql = SQL_request_figures_unit;
        filter = form.len > 0 ? SQLF_request_figures_unit_form : 0;
    } else if (by.len > 0 && !span_is(by, "country"))
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "by", "country|form|unit", NULL);
    const enum rc rc = db_list(tx, sql, filter, 0, false, args, form.len > 0 ? 3 : 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct figures g = {.w = reply_json(ask->r), .tx = tx, .by_unit = span_is(by, "unit")};
    jw_object(g.w);
    jw_ktext(g.w, "by", by.len > 0 ? by : SPAN("country"));
    jw_key(g.w, "items");
    jw_array(g.w);
    while (rows_next(&rows)) {
        const struct span key = g.by_unit ? number_text(tx, rows_int(&rows, 0)) : rows_text_dup(&rows, 0);
        if (!g.open || !span_eq(key, g.key))
            figures_begin(&g, key);
        jw_kint(g.w, span_cstr(tx_arena(tx), rows_text(&rows, 1)), rows_int(&rows, 2));
        g.total += rows_int(&rows, 2);
        g.late += rows_int(&rows, 3);
    }
    figures_end(&g);
    jw_array_end(g.w);
    jw_object_end(g.w);
    return rows_end(&rows);
}

enum rc request_api_figures(struct req *r, struct fail *f)
{
    struct govern_ask *ask = ARENA_NEW(req_arena(r), struct govern_ask);
    enum rc rc = req_query_only(r, f, "by", "form", "as_of", NULL);
    if (rc == RC_OK && ask == NULL)
        rc = over(f);
    if (rc != RC_OK)
        return rc;
    *ask = (struct govern_ask){.r = r, .topic = &govern_request, .show = {.lang = req_lang(r)}};
    rc = org_as_of(r, &ask->show.as_of, f);
    return rc == RC_OK ? org_read(r, answer_figures, ask, f) : rc;
}
