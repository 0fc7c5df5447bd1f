/*
 * plan_public_feed.c - the public keeps up: RSS of one action and of one unit, news for subscribers by mail, open data with licence and dictionary. Only
 * what stands on the public pages: no words of reports, no names of people.
 */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_int.h"

#define NEWS_MAX 50
#define LICENCE_URL "https://creativecommons.org/licenses/by/4.0/"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- RSS ------------------------------------------------------------------------------------------------------------------------------- */

struct ask {
    struct req *r;
    int64_t id;
    bool unit;
};

static enum rc head_of(struct tx *tx, const struct ask *ask, struct span *title, struct fail *f)
{
    if (!ask->unit)
        return plan_public_action_title(tx, ask->id, title, f);
    struct unit unit;
    enum rc rc = unit_get(tx, ask->id, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        *title = unit.name;
    return rc;
}

static enum rc answer_rss(struct tx *tx, void *ctx, struct fail *f)
{
    const struct ask *const ask = ctx;
    const enum lang lang = req_lang(ask->r);
    struct span title = SPAN_NONE;
    struct rows rows;
    struct sb sb;
    int n = 0;
    enum rc rc = head_of(tx, ask, &title, f);
    if (rc == RC_OK)
        rc = db_query(tx, ask->unit ? SQL_public_news_unit : SQL_public_news_action,
                      DB_ARGS(DB_I(ask->id), DB_I(NEWS_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, 4u << 20);
    sb_adds(&sb, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>");
    sb_add_html(&sb, title);
    sb_addf(&sb, "</title><link>%s%lld</link><description>%s</description><language>%s</language>\n",
            ask->unit ? "/public?unit=" : "/public/actions/", (long long)ask->id,
            lang == LANG_ZH ? "最新进展" : "latest progress", lang == LANG_ZH ? "zh-CN" : "en");
    for (; rows_next(&rows); n++)
        plan_rss_item(&rows, lang, &sb);
    rc = rows_end(&rows);
    sb_adds(&sb, "</channel></rss>\n");
    if (rc == RC_OK && ask->unit && n == 0) /* a unit without a public action is nobody's business */
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = over(f);
    if (rc == RC_OK)
        reply_body(ask->r, "application/rss+xml; charset=utf-8", sb_span(&sb));
    sb_release(&sb);
    return rc;
}

static enum rc rss(struct req *r, bool unit, struct fail *f)
{
    struct ask ask = {.r = r, .unit = unit};
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_rss, &ask, f) : rc;
}

static enum rc api_action_rss(struct req *r, struct fail *f)
{
    return rss(r, false, f);
}

static enum rc api_unit_rss(struct req *r, struct fail *f)
{
    return rss(r, true, f);
}

/* ---- for subscribers ---------------------------------------------------------------------------------------------------------------------- */

enum rc plan_public_action_title(struct tx *tx, int64_t id, struct span *title, struct fail *f)
{
    struct plan_action_row a;
    enum rc rc = plan_public_action_get(tx, id, &a, f);
    if (rc == RC_OK)
        *title = a.title;
    return rc;
}

enum rc plan_public_outline_title(struct tx *tx, int64_t id, struct span *title, struct fail *f)
{
    struct plan_outline_row o;
    enum rc rc = plan_public_outline_get(tx, id, &o, f);
    if (rc == RC_OK)
        *title = o.title;
    return rc;
}

static enum rc tell_news(struct rows *rows, const struct public_ask *ask)
{
    char path[60], words[120];
    bool more = true;
    while (more && rows_next(rows) && rows_int(rows, 1) > ask->since_us) {
        enum plan_state state = PLAN_TO_START;
        const bool known = plan_state_read(rows_text(rows, 4), &state);
        (void)snprintf(path, sizeof path, "/public/actions/%lld", (long long)rows_int(rows, 5));
        (void)snprintf(words, sizeof words, ask->lang == LANG_ZH ? "%s，完成%lld%%" : "%s, %lld %%",
                       known ? plan_state_name(state, ask->lang) : "", (long long)rows_int(rows, 3));
        more = ask->emit(&(struct public_news){rows_text(rows, 6), span_of(words), path}, ask->ctx);
    }
    return rows_end(rows);
}

enum rc plan_public_action_news(struct tx *tx, const struct public_ask *ask, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_public_news_action, DB_ARGS(DB_I(ask->id), DB_I(NEWS_MAX)), &rows, f);
    return rc == RC_OK ? tell_news(&rows, ask) : rc;
}

enum rc plan_public_outline_news(struct tx *tx, const struct public_ask *ask, struct fail *f)
{
    struct plan_outline_row o;
    struct rows rows;
    enum rc rc = plan_public_outline_get(tx, ask->id, &o, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_public_news, DB_ARGS(DB_S(o.region_code), DB_I(o.id), DB_I(NEWS_MAX)), &rows, f);
    return rc == RC_OK ? tell_news(&rows, ask) : rc;
}

/* ---- open data ------------------------------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *json, *csv_zh, *csv_en, *type, *zh, *en;
} dictionary[] = {
    {"id", NULL, NULL, "id", "行动的固定编号，换版后改变", "the action's id in this edition"},
    {"path", "路径", "path", "text", "在纲要中的位置，如 2.1.3", "where it stands in the outline, such as 2.1.3"},
    {"number", "编号", "number", "text", "纲要中印的编号", "the number as printed"},
    {"title", "事项", "action", "text", "要做的事", "what is to be done"},
    {"units[part=lead].name", "牵头单位", "lead units", "text list", "牵头单位，以顿号分隔",
     "who leads, with 、 between"},
    {"units[part=supporting].name", "参加单位", "supporting units", "text list", "参加单位，以顿号分隔",
     "who takes part, with 、 between"},
    {"due_on", "完成时限", "due", "day", "最后一日（含），没有则为空", "last day, inclusive; empty: none"},
    {"state", "状态", "state", "to_start | under_way | done | stopped", "最近一次反馈的状态",
     "state by the latest report"},
    {"percent", "完成比例(%)", "percent", "0-100", "最近一次反馈的完成比例", "percent by the latest report"},
    {"light", "灯", "light", "green | amber | red | grey", "按公开的规则每日判定",
     "judged each day by the published rule"},
    {"light_reason", "原因", "reason", "text", "为什么是这个灯", "why the light is so"},
    {"last_report.at", "最近报告", "last report", "day", "最近一次反馈所指的日期",
     "the day that the latest report speaks of"},
};

static void licence_json(struct jw *w)
{
    jw_key(w, "licence");
    jw_object(w);
    jw_kstr(w, "id", "CC-BY-4.0");
    jw_kstr(w, "url", LICENCE_URL);
    jw_kstr(w, "zh", "注明来源即可自由使用、转载和加工。");
    jw_kstr(w, "en", "Free to use, pass on and work with when the source is named.");
    jw_object_end(w);
}

static enum rc api_dictionary(struct req *r, struct fail *f)
{
    (void)f;
    struct jw *const w = reply_json(r);
    jw_object(w);
    licence_json(w);
    jw_kstr(w, "encoding", "UTF-8");
    jw_key(w, "fields");
    jw_array(w);
    for (size_t i = 0; i < sizeof dictionary / sizeof dictionary[0]; i++) {
        jw_object(w);
        jw_kstr(w, "json", dictionary[i].json);
        jw_kstr(w, "csv_zh", dictionary[i].csv_zh);
        jw_kstr(w, "csv_en", dictionary[i].csv_en);
        jw_kstr(w, "type", dictionary[i].type);
        jw_kstr(w, "meaning_zh", dictionary[i].zh);
        jw_kstr(w, "meaning_en", dictionary[i].en);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

struct data {
    struct req *r;
    struct plan_view view;
    int64_t id;
};

static enum rc answer_data(struct tx *tx, void *ctx, struct fail *f)
{
    struct data *const d = ctx;
    struct plan_outline_row o;
    struct plan_page all;
    enum rc rc = plan_public_outline_get(tx, d->id, &o, f);
    if (rc == RC_OK)
        rc = plan_list_all(tx, &d->view, &o, true, &all, f);
    if (rc != RC_OK)
        return rc;
    reply_header(d->r, "Link", "<" LICENCE_URL ">; rel=\"license\", </api/v1/public/dictionary>; rel=\"describedby\"");
    struct jw *const w = reply_json(d->r);
    jw_object(w);
    licence_json(w);
    jw_kstr(w, "dictionary", "/api/v1/public/dictionary");
    jw_kid(w, "id", o.id);
    jw_ktext(w, "title", o.title);
    jw_kstr(w, "as_of_on", d->view.as_of.on);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < all.n; i++) {
        jw_object(w);
        rc = plan_public_members(tx, &all.items[i], w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc api_data(struct req *r, struct fail *f)
{
    struct data d = {.r = r};
    enum rc rc = req_query_only(r, f, "as_of", NULL);
    if (rc == RC_OK)
        rc = req_param_id(r, "id", &d.id, f);
    if (rc == RC_OK)
        rc = plan_view_of(r, &d.view, f);
    return rc == RC_OK ? org_read(r, answer_data, &d, f) : rc;
}

#define API "/api/v1/public"
static const struct route routes[] = {
    {HTTP_GET, API "/actions/{id}.rss", AUTH_PUBLIC, ROUTE_POOL, NULL, api_action_rss, 0,
     "progress of a public action, as RSS"},
    {HTTP_GET, API "/units/{id}.rss", AUTH_PUBLIC, ROUTE_POOL, NULL, api_unit_rss, 0,
     "progress of a unit's public actions, as RSS"},
    {HTTP_GET, API "/outlines/{id}.json", AUTH_PUBLIC, ROUTE_POOL, NULL, api_data, 0,
     "a public outline as open data, with its licence"},
    {HTTP_GET, API "/dictionary", AUTH_PUBLIC, 0, NULL, api_dictionary, 0, "what the fields of the open data mean"},
};
const struct route_table plan_public_routes = {"plan public", routes, sizeof routes / sizeof routes[0]};
