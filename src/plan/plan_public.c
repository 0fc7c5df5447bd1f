/*
 * plan_public.c - what everybody may see of an outline that its office has published: the tree with states, lights and units, the day and percent of
 * the last report, as JSON, CSV and RSS. Reports' own words stay inside; so does every name of a person.
 */
#include <string.h>

#include "base/table.h"
#include "plan/plan_int.h"

struct ask {
    struct req *r;
    struct plan_view view;
    int64_t id;
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static enum rc ask_of(struct req *r, struct ask *ask, struct fail *f)
{
    *ask = (struct ask){.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask->id, f);
    return rc == RC_OK ? plan_view_of(r, &ask->view, f) : rc;
}

/* ---- JSON ------------------------------------------------------------ */

static void last_report_json(const struct plan_verdict *v, struct jw *w)
{
    char day[11];
    jw_key(w, "last_report");
    if (v->facts.last_report_day == PLAN_NO_DAY) {
        jw_null(w);
        return;
    }
    date_print(date_from_days(v->facts.last_report_day), day);
    jw_object(w);
    jw_kstr(w, "at", day);
    jw_kint(w, "percent", v->facts.percent);
    jw_object_end(w);
}

static enum rc units_json(struct tx *tx, const struct plan_action_row *a, struct jw *w, struct fail *f)
{
    struct plan_action_unit *units = NULL;
    int n = 0;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &units, &n, f);
    jw_key(w, "units");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_ktext(w, "name", units[i].name);
        jw_ktext(w, "part", units[i].part);
        jw_ktext(w, "origin", units[i].origin);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

enum rc plan_public_members(struct tx *tx, const struct plan_item *item, struct jw *w, struct fail *f)
{
    const struct plan_action_row *a = &item->row;
    jw_kid(w, "id", a->id);
    jw_ktext(w, "number", a->number);
    jw_ktext(w, "path", a->path);
    jw_ktext(w, "title", a->title);
    jw_ktext(w, "origin", a->origin);
    plan_ktext(w, "phase", a->phase);
    plan_ktext(w, "due_on", a->due_on);
    plan_ktext(w, "horizon_on", a->horizon_on);
    jw_kstr(w, "state", plan_state_word(item->verdict.facts.state));
    jw_kint(w, "percent", item->verdict.facts.percent);
    plan_reason_json(&item->verdict, w);
    enum rc rc = units_json(tx, a, w, f);
    last_report_json(&item->verdict, w);
    return rc;
}

static enum rc public_outline_head(struct tx *tx, const struct ask *ask, const struct plan_outline_row *o,
                                   struct plan_page *all, struct jw *w, struct fail *f)
{
    enum rc rc = plan_list_all(tx, &ask->view, o, true, all, f);
    if (rc != RC_OK)
        return rc;
    jw_kid(w, "id", o->id);
    jw_ktext(w, "title", o->title);
    plan_ktext(w, "document_number", o->document_number);
    plan_ktext(w, "issuer", o->issuer);
    plan_ktext(w, "issued_on", o->issued_on);
    jw_ktext(w, "mode", o->mode);
    jw_kint(w, "edition", o->edition);
    jw_kstr(w, "as_of_on", ask->view.as_of.on);
    plan_tally_members(all, w);
    return RC_OK;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row *items = NULL;
    struct rows rows;
    int n = 0, room = 0;
    struct span part;
    int64_t after = 0, limit = 0;
    bool given = false;
    enum rc rc = req_limit(ask->r, &limit, f);
    if (rc == RC_OK)
        rc = req_after(ask->r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &after))
        rc = fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
    if (rc != RC_OK)
        return rc;
    struct db_val args[] = {DB_I(limit + 1), DB_I(after)};
    rc = db_list(tx, SQL_public_outlines, 0, SQLO_public_outlines_newest, given, args, given ? 2 : 1, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        plan_outline_of(&rows, &items[n++]);
    }
    rc = rows_end(&rows);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n && i < limit; i++) {
        struct arena_mark mark = arena_mark_now(tx_arena(tx));
        struct plan_page all;
        jw_object(w);
        rc = public_outline_head(tx, ask, &items[i], &all, w, f);
        jw_object_end(w);
        arena_rewind(tx_arena(tx), mark);
    }
    jw_array_end(w);
    const char *next = NULL;
    if (n > limit) {
        char text[24];
        /* n > limit: there are rows. NOLINTNEXTLINE(clang-analyzer-*) */
        (void)snprintf(text, sizeof text, "%lld", (long long)items[limit - 1].id);
        struct span key = span_of(text);
        next = page_key(tx_arena(tx), 1, &key);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_public_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = plan_view_of(r, &ask.view, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* Headings and texts of the tree; what belongs to an action carries its id. */
static void public_nodes_json(const struct plan_node_row *nodes, int n, struct jw *w)
{
    jw_key(w, "nodes");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "key", nodes[i].key);
        jw_key(w, "parent_key");
        if (nodes[i].parent_key != 0)
            jw_int(w, nodes[i].parent_key);
        else
            jw_null(w);
        jw_ktext(w, "path", nodes[i].path);
        jw_ktext(w, "kind", nodes[i].kind);
        jw_ktext(w, "number", nodes[i].number);
        jw_ktext(w, "heading", nodes[i].heading);
        jw_key(w, "action_id");
        if (nodes[i].action_id != 0)
            jw_id(w, nodes[i].action_id);
        else
            jw_null(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum rc answer_outline(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_page all;
    struct plan_node_row *nodes = NULL;
    int n = 0;
    enum rc rc = plan_public_outline_get(tx, ask->id, &o, f);
    struct plan_list_of of = {SQL_outline_nodes, SQL_outline_units, o.region_code, ask->id, -1};
    if (rc == RC_OK)
        rc = plan_nodes(tx, &of, &nodes, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    rc = public_outline_head(tx, ask, &o, &all, w, f);
    public_nodes_json(nodes, n, w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < all.n; i++) {
        jw_object(w);
        jw_kint(w, "node_key", all.items[i].row.node_key);
        rc = plan_public_members(tx, &all.items[i], w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_public_outline(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_outline, &ask, f) : rc;
}

/* A released photo: where it is, and nothing else; its name is the uploader's own words. */
static bool photo_json(const struct file_row *row, void *ctx)
{
    if (row->is_public && span_starts(row->media_type, SPAN("image/"))) {
        jw_object(ctx);
        jw_kid(ctx, "id", row->id);
        jw_object_end(ctx);
    }
    return true;
}

static enum rc photos_json(struct tx *tx, const struct plan_view *v, const struct plan_action_row *a, struct jw *w,
                           struct fail *f)
{
    struct plan_report_row reports[20];
    struct rows rows;
    int n = 0;
    enum rc rc = db_list(tx, SQL_report_list, 0, SQLO_report_list_newest, false,
                         DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_S(v->as_of.on), DB_I(20)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && n < 20)
        plan_report_of(&rows, &reports[n++]);
    rc = rows_end(&rows);
    jw_key(w, "photos");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (reports[i].file_count > 0)
            rc = org_file_list(tx, a->region_code, "report", reports[i].id, photo_json, w, f);
    jw_array_end(w);
    return rc;
}

static enum rc answer_action(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_item item;
    enum rc rc = plan_public_action_get(tx, ask->id, &item.row, f);
    if (rc == RC_OK)
        rc = plan_judge_row(tx, &ask->view, &item.row, &item.verdict, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    rc = plan_public_members(tx, &item, w, f);
    jw_kid(w, "outline_id", item.row.outline_id);
    jw_ktext(w, "outline_title", item.row.outline_title);
    jw_ktext(w, "body", item.row.body);
    jw_kstr(w, "as_of_on", ask->view.as_of.on);
    if (rc == RC_OK)
        rc = photos_json(tx, &ask->view, &item.row, w, f);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_public_action(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_action, &ask, f) : rc;
}

/* ---- CSV: UTF-8 with a byte order mark, so that spreadsheets open it; RFC 4180 quotes ------------------------------------------------------ */

static enum rc unit_names(struct tx *tx, const struct plan_action_row *a, const char *part, struct span *out,
                          struct fail *f)
{
    struct plan_action_unit *units = NULL;
    struct sb sb;
    int n = 0;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &units, &n, f);
    sb_init(&sb, 1 << 16);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (!span_is(units[i].part, part))
            continue;
        if (sb.len > 0)
            sb_adds(&sb, "、");
        sb_add(&sb, units[i].name);
    }
    *out = span_dup(tx_arena(tx), sb.len > 0 ? sb_span(&sb) : SPAN(""));
    sb_release(&sb);
    return rc != RC_OK ? rc : out->ptr != NULL ? RC_OK : over(f);
}

static enum rc csv_row(struct tx *tx, const struct plan_item *item, enum lang lang, struct sb *sb, struct fail *f)
{
    const struct plan_action_row *a = &item->row;
    struct span lead, supporting;
    char percent[8], day[11] = "";
    enum rc rc = unit_names(tx, a, "lead", &lead, f);
    if (rc == RC_OK)
        rc = unit_names(tx, a, "supporting", &supporting, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(percent, sizeof percent, "%d", item->verdict.facts.percent);
    if (item->verdict.facts.last_report_day != PLAN_NO_DAY)
        date_print(date_from_days(item->verdict.facts.last_report_day), day);
    struct sb reason;
    sb_init(&reason, 4096);
    plan_verdict_text(&item->verdict, lang, &reason);
    const struct span cells[] = {a->path,
                                 a->number,
                                 a->title,
                                 lead,
                                 supporting,
                                 a->due_on,
                                 span_of(plan_state_name(item->verdict.facts.state, lang)),
                                 span_of(percent),
                                 span_of(plan_light_name(item->verdict.light, lang)),
                                 sb_span(&reason),
                                 span_of(day)};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        csv_cell(sb, cells[i], i + 1 == sizeof cells / sizeof cells[0]);
    sb_release(&reason);
    return RC_OK;
}

static enum rc answer_csv(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct plan_page all;
    struct sb sb;
    enum lang lang = req_lang(ask->r);
    enum rc rc = plan_public_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = plan_list_all(tx, &ask->view, &o, true, &all, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, 16u << 20);
    sb_adds(&sb, "\xef\xbb\xbf");
    sb_adds(&sb, lang == LANG_ZH
                     ? "路径,编号,事项,牵头单位,参加单位,完成时限,状态,完成比例(%),灯,原因,最近报告\r\n"
                     : "path,number,action,lead units,supporting units,due,state,percent,light,reason,last report\r\n");
    for (int i = 0; rc == RC_OK && i < all.n; i++)
        rc = csv_row(tx, &all.items[i], lang, &sb, f);
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = over(f);
    if (rc == RC_OK) {
        reply_header(ask->r, "Link",
                     "<https://creativecommons.org/licenses/by/4.0/>; rel=\"license\", </api/v1/public/dictionary>; "
                     "rel=\"describedby\"");
        reply_body(ask->r, "text/csv; charset=utf-8", sb_span(&sb));
    }
    sb_release(&sb);
    return rc;
}

enum rc plan_api_public_csv(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_csv, &ask, f) : rc;
}

/* ---- RSS 2.0: the latest progress ------------------------------------------------------------ */

/* RFC 822, which RSS asks for: Fri, 01 Jul 2011 08:00:00 +0800. */
static void rss_time(int64_t at_us, struct sb *sb)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct ymd d = date_of_us(at_us);
    int64_t s = (at_us - date_start_us(d)) / 1000000;
    sb_addf(sb, "%s, %02d %s %04d %02d:%02d:%02d +0800", days[date_weekday(date_to_days(d)) - 1], d.day,
            months[d.month - 1], d.year, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void plan_rss_item(struct rows *rows, enum lang lang, struct sb *sb)
{
    enum plan_state state = PLAN_TO_START;
    bool known = plan_state_read(rows_text(rows, 4), &state);
    sb_adds(sb, "<item><title>");
    sb_add_html(sb, rows_text(rows, 6));
    sb_addf(sb, lang == LANG_ZH ? "：%lld%%" : ": %lld %%", (long long)rows_int(rows, 3));
    sb_adds(sb, "</title><description>");
    sb_add_html(sb, rows_text(rows, 2));
    if (known)
        sb_addf(sb, lang == LANG_ZH ? " %s，完成%lld%%" : " %s, %lld %%", plan_state_name(state, lang),
                (long long)rows_int(rows, 3));
    sb_addf(sb, "</description><guid isPermaLink=\"false\">urn:yiti:report:%lld</guid><pubDate>",
            (long long)rows_int(rows, 0));
    rss_time(rows_int(rows, 1), sb);
    sb_addf(sb, "</pubDate><link>/public/actions/%lld</link></item>\n", (long long)rows_int(rows, 5));
}

static enum rc answer_rss(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_outline_row o;
    struct rows rows;
    struct sb sb;
    enum lang lang = req_lang(ask->r);
    enum rc rc = plan_public_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_public_news, DB_ARGS(DB_S(o.region_code), DB_I(o.id), DB_I(50)), &rows, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, 4u << 20);
    sb_adds(&sb, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>");
    sb_add_html(&sb, o.title);
    sb_addf(&sb, "</title><link>/public/outlines/%lld</link><description>", (long long)o.id);
    sb_adds(&sb, lang == LANG_ZH ? "最新进展" : "latest progress");
    sb_addf(&sb, "</description><language>%s</language>\n", lang == LANG_ZH ? "zh-CN" : "en");
    while (rows_next(&rows))
        plan_rss_item(&rows, lang, &sb);
    rc = rows_end(&rows);
    sb_adds(&sb, "</channel></rss>\n");
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = over(f);
    if (rc == RC_OK)
        reply_body(ask->r, "application/rss+xml; charset=utf-8", sb_span(&sb));
    sb_release(&sb);
    return rc;
}

enum rc plan_api_public_rss(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_rss, &ask, f) : rc;
}
