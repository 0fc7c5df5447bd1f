/* outline.c - rows that an outline's own text answers: plans and their units, declared counts, named projects, phases, deadlines. */
#include "req.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sb.h"

/* ---- SZ-0.6, SZ-0.7: nineteen plans ------------------------------------------------------------------------------------------ */

#define PLANS 19
#define ITEMS 51
#define UNITS 12

/* An invented outline of the shape of Shenzhen's: five categories, nineteen plans with lead and participating units, 51 items. */
static const struct {
    int category, items;
    int lead[3], part[6]; /* indexes of units, ended by -1 */
} plans[PLANS] = {
    {1, 5, {0, -1}, {1, 2, -1}},       {1, 3, {1, -1}, {0, 3, 4, -1}},
    {1, 1, {2, 5, -1}, {6, -1}},       {2, 7, {0, 7, -1}, {1, 8, 9, -1}},
    {2, 2, {0, 1, -1}, {10, 11, -1}},  {3, 2, {5, -1}, {0, 1, 8, -1}},
    {3, 4, {9, -1}, {3, 4, 8, -1}},    {4, 1, {6, -1}, {0, 11, -1}},
    {4, 2, {6, 11, -1}, {1, -1}},      {4, 3, {10, -1}, {3, 7, -1}},
    {4, 1, {10, -1}, {4, 8, -1}},      {4, 2, {3, 4, -1}, {0, 1, -1}},
    {4, 3, {7, -1}, {0, 2, 3, 4, -1}}, {4, 2, {2, -1}, {3, 4, 5, 6, -1}},
    {5, 4, {7, -1}, {1, 2, -1}},       {5, 3, {2, -1}, {-1}},
    {5, 2, {4, -1}, {11, -1}},         {5, 2, {1, -1}, {2, 3, 7, -1}},
    {5, 2, {2, 7, -1}, {9, -1}},
};
static const char *const units[UNITS] = {"发展改革委", "科技局", "文体旅游局", "人力资源局", "教育局", "规划局",
                                         "法制办",     "外办",   "交通局",     "水务局",     "民政局", "监察局"};
static const char *const han[] = {"", "一", "二", "三", "四", "五"};

/* The text names the city's prefix once a list, as such outlines do: 市科技局、教育局. */
static void unit_list(struct sb *out, const int *list)
{
    for (int i = 0; list[i] >= 0; i++)
        sb_addf(out, "%s%s", i ? "、" : "市", units[list[i]]);
}

static char *nineteen_plans(void)
{
    static char text[32 << 10];
    struct sb out;
    int item = 0, category = 0;
    sb_init(&out, sizeof(text));
    sb_adds(&out, "南岭市建设开放城市行动纲要\n南岭市人民政府\n2011年5月12日\n一、总体目标\n坚持开放发展，让城市与世界"
                  "更近。\n二、行动计划\n提出近期实施的19项行动计划。\n");
    for (int p = 0; p < PLANS; p++) {
        if (plans[p].category != category)
            sb_addf(&out, "(%s)提升第%s方面水平。\n", han[plans[p].category], han[plans[p].category]);
        category = plans[p].category;
        sb_addf(&out, "行动计划%d.推进第%d号工作(牵头单位:", p + 1, p + 1);
        unit_list(&out, plans[p].lead);
        if (plans[p].part[0] >= 0)
            sb_adds(&out, ",参加单位:");
        unit_list(&out, plans[p].part);
        sb_adds(&out, ")\n");
        for (int i = 0; i < plans[p].items; i++) {
            item++;
            sb_addf(&out, "(%d)完成第%d件事。加快有关工作，提高服务水平。\n", item, item);
        }
    }
    assert_int_equal(item, ITEMS);
    (void)snprintf(text, sizeof(text), "%.*s", (int)out.len, out.ptr);
    sb_release(&out);
    return text;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    const size_t n = strlen(text), k = strlen(with);
    return n >= k && strcmp(text + n - k, with) == 0;
}

/* Outline → 5 categories → 19 plans → 51 items with units; a count that the text gets wrong is said. */
static void req_SZ_0_6(void **state)
{
    struct fx *fx = FX(state);
    int status = 0, categories = 0, found = 0, item = 0;
    char *text = nineteen_plans();
    const char *id = req_outline(fx, text);
    json_t *o = api_get(fx, OFFICE, api_path(fx, "/outlines/%s", id), &status), *node;
    size_t i;
    expect_status(o, status, 200);
    expect_int(o, "actions", ITEMS);
    expect_int(o, "counters.without_owner", 0);
    json_array_foreach(at(o, "nodes"), i, node)
    {
        const char *path = text_at(node, "path");
        const char *last = strrchr(path, '/');
        categories += starts(path, "二/(") && ends(path, ")") && strchr(path, '/') == last;
        found += last && starts(last, "/行动计划");
        if (json_is_string(at(node, "action_id"))) {
            assert_string_equal(text_at(node, "number"), api_path(fx, "(%d)", ++item));
            assert_non_null(strstr(path, "/行动计划"));
        }
        if (count_at(node, "checks") == 1) {
            expect_int(node, "checks.0.declared", PLANS);
            expect_int(node, "checks.0.found", PLANS);
            assert_true(json_is_true(at(node, "checks.0.ok")));
        }
    }
    assert_int_equal(categories, 5);
    assert_int_equal(found, PLANS);
    assert_int_equal(item, ITEMS);
    char *declared = strstr(text, "19项");
    memcpy(declared, "20", 2);
    json_t *import = req_import(fx, OFFICE, text, &status);
    expect_status(import, status, 201);
    expect_int(import, "documents.0.action_count", ITEMS);
    json_t *check = NULL,
           *doc = api_get(fx, OFFICE, api_path(fx, "/imports/%s/documents/0", text_at(import, "id")), &status);
    json_array_foreach(at(doc, "nodes"), i, node) if (count_at(node, "checks") > 0) check = at(node, "checks.0");
    assert_true(json_is_false(at(check, "ok")));
    expect_int(check, "declared", 20);
    expect_int(check, "found", PLANS);
    json_t *refused = req_import(fx, DESK, text, &status);
    expect_status(refused, status, 403); /* a clerk imports nothing */
    refused = api_get(fx, CITIZEN, api_path(fx, "/outlines/%s", id), &status);
    expect_status(refused, status, 401);
}

/* How many items a unit leads or takes part in, from the test's own table. */
static int load_of(int unit, bool lead)
{
    int n = 0;
    for (int p = 0; p < PLANS; p++) {
        const int *list = lead ? plans[p].lead : plans[p].part;
        for (int i = 0; list[i] >= 0; i++)
            n += list[i] == unit ? plans[p].items : 0;
    }
    return n;
}

/* Heading → roles per plan; the city's prefix, said once a list, is given back to each unit; load per unit. */
static void req_SZ_0_7(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, nineteen_plans());
    json_t *board = api_get(fx, OFFICE, api_path(fx, "/board?outline=%s", id), &status);
    expect_status(board, status, 200);
    for (int u = 0; u < UNITS; u++) {
        const char *name = api_path(fx, "市%s", units[u]);
        json_t *lane = NULL, *one;
        size_t i;
        json_array_foreach(at(board, "items"), i, one) if (!strcmp(text_at(one, "unit.name"), name)) lane = one;
        if (load_of(u, true) > 0)
            expect_int(lane, "columns.actions", load_of(u, true));
        else
            assert_null(lane);
        json_t *known =
            find_by(api_get(fx, OFFICE, api_path(fx, "/units?region_code=990000&q=%s", api_encoded(fx, name)), &status),
                    "items", "name", name);
        assert_non_null(known); /* no unit without its prefix was made */
        for (int lead = 0; lead < 2; lead++) {
            json_t *page = api_get(fx, OFFICE,
                                   api_path(fx, "/actions?limit=100&outline=%s&unit=%s&part=%s", id,
                                            text_at(known, "id"), lead ? "lead" : "supporting"),
                                   &status);
            expect_status(page, status, 200);
            assert_int_equal(count_at(page, "items"), load_of(u, lead != 0));
        }
    }
    json_t *refused = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s&part=boss", id), &status);
    expect_status(refused, status, 422);
    expect_text(refused, "field", "part");
}

/* ---- HZ-1.4, HZ-1.7: projects whose state the verb gives --------------------------------------------------------------------- */

struct project {
    const char *title, *state;
};

/* Cuts the sentence between two marks into its named projects and holds them to the table; then the third makes progress and a fourth slips. */
static void cut_projects(struct fx *fx, const char *text, const char *from, const char *to, const struct project *want,
                         int n)
{
    int status = 0;
    const char *id = req_outline(fx, text);
    json_t *o = api_get(fx, OFFICE, api_path(fx, "/outlines/%s", id), &status);
    const long start = strstr(text, from) - text, end = strstr(text, to) - text;
    json_t *cut =
        api_get(fx, OFFICE, api_path(fx, "/outlines/%s/propose-cut?start=%ld&end=%ld", id, start, end), &status);
    expect_status(cut, status, 200);
    assert_int_equal(count_at(cut, "pieces"), n);
    for (int i = 0; i < n; i++) {
        expect_text(cut, api_path(fx, "pieces.%d.title", i), want[i].title);
        expect_text(cut, api_path(fx, "pieces.%d.state", i), want[i].state);
    }
    char *pieces = json_dumps(at(cut, "pieces"), 0);
    const char *body = api_path(fx, "{\"start\":%ld,\"end\":%ld,\"pieces\":%s}", start, end, pieces);
    free(pieces);
    json_t *refused = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/cut", id), body, &status);
    expect_status(refused, status, 428); /* without the version that was read */
    api_if_match(fx, o);
    json_t *made = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/cut", id), body, &status);
    expect_status(made, status, 201);
    assert_int_equal(count_at(made, "items"), n);
    json_t *project = at(made, "items.0");
    api_if_match(fx, project);
    project = api_patch(fx, OFFICE, api_path(fx, "/actions/%s", text_at(project, "id")),
                        "{'start_on':'2026-01-01','due_on':'2026-10-31'}", &status);
    expect_status(project, status, 200);
    json_t *said = api_post(fx, OFFICE, api_path(fx, "/actions/%s/reports", text_at(project, "id")),
                            "{'percent':40,'text':'主体过半','done_on':'2026-06-30'}", &status);
    expect_status(said, status, 201);
    project = api_get(fx, OFFICE, api_path(fx, "/actions/%s?as_of=2026-11-20", text_at(project, "id")), &status);
    expect_int(project, "percent", 40);
    expect_text(project, "light", "red");
    expect_text(project, "state", "under_way");
    api_if_match(fx, o);
    refused = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/cut", id), body, &status);
    expect_status(refused, status, 412); /* somebody has cut since */
}

static void req_HZ_1_4(void **state)
{
    static const struct project want[] = {
        {"申湖高速东段", "under_way"},   {"海湾通道", "under_way"},     {"江口通道(隧道)及接线工程", "under_way"},
        {"北接线二期工程", "under_way"}, {"绍南高速公路", "under_way"}, {"绕城高速公路西复线", "to_start"},
        {"杭台高速公路", "to_start"},
    };
    cut_projects(
        FX(state),
        "四市交通接轨行动纲要\n四市市长联席会议\n2009年6月3日\n一、交通\n(一)完善路网。\n"
        "1.建设公路。加快申湖高速东段、海湾通道、江口通道(隧道)及接线工程、北接线二期工程、绍南高速公路等项目建设,"
        "启动绕城高速公路西复线、杭台高速公路等项目。(牵头单位:市交通局)\n",
        "加快申湖", "(牵头单位", want, 7);
}

static void req_HZ_1_7(void **state)
{
    static const struct project want[] = {
        {"运河二通道", "under_way"},       {"东港", "under_way"},
        {"湖申线航道", "under_way"},       {"南排拓浚工程", "under_way"},
        {"浦江航道整治工程", "under_way"}, {"独山港区联建码头", "under_way"},
        {"绍港中心作业区", "under_way"},
    };
    cut_projects(FX(state),
                 "四市水运接轨行动纲要\n四市市长联席会议\n2009年6月3日\n一、水运\n(一)完善航道。\n"
                 "1."
                 "建设港航。重点推进运河二通道、东港、湖申线航道、南排拓浚工程、浦江航道整治工程、独山港区联建码头、绍"
                 "港中心作业区等项目建设。(牵头单位:市交通局)\n",
                 "重点推进", "(牵头单位", want, 7);
}

/* ---- SZ-V.3b, SZ-V.4c: a deadline in the text, and what becomes of it -------------------------------------------------------- */

static const char deadlines[] =
    "北川市开放行动纲要\n北川市人民政府\n2011年5月12日\n一、保障措施\n(一)宣传引导。\n"
    "1.制定宣传方案。由推进办公室与市委宣传部、报业集团、广电集团等单位,于2011年6月30日以前制定具体的宣传方案,"
    "报推进委员会审议后实施。\n"
    "2.编制指标体系。推进办公室组织科研单位制定指标体系和考核办法,于2011年年底前报推进委员会审议。\n";

/* The action is overdue from the day after `due`, not on it; a report of completion turns it, one about a day to come is refused. */
static void deadline_holds(struct fx *fx, const char *title, const char *due, const char *after)
{
    int status = 0;
    const char *id = req_outline(fx, deadlines);
    json_t *action =
        find_by(api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", id), &status), "items", "title", title);
    expect_text(action, "due_on", due);
    expect_text(action, "due_origin", "text");
    const char *path = api_path(fx, "/actions/%s", text_at(action, "id"));
    json_t *red = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s&light=red&as_of=%s", id, due), &status);
    assert_null(find_by(red, "items", "title", title));
    red = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s&light=red&as_of=%s", id, after), &status);
    action = find_by(red, "items", "title", title);
    assert_non_null(action);
    expect_text(action, "light_reason.en", api_path(fx, "red because due %s, no report", due));
    json_t *refused = api_post(fx, OFFICE, api_path(fx, "%s/reports", path),
                               "{'percent':100,'state':'done','text':'已审议','done_on':'2999-01-01'}", &status);
    expect_status(refused, status, 422);
    refused = api_post(fx, OTHER_CITY, api_path(fx, "%s/reports", path),
                       "{'percent':100,'state':'done','text':'已审议'}", &status);
    assert_true(status == 403 || status == 404); /* not theirs to report, or not there for them */
    json_t *done =
        api_post(fx, OFFICE, api_path(fx, "%s/reports", path),
                 api_path(fx, "{'percent':100,'state':'done','text':'已审议','done_on':'%s'}", after), &status);
    expect_status(done, status, 201);
    action = api_get(fx, OFFICE, api_path(fx, "%s?as_of=%s", path, after), &status);
    expect_text(action, "light", "green");
    expect_text(action, "state", "done");
}

static void req_SZ_V_3b(void **state)
{
    deadline_holds(FX(state), "制定宣传方案", "2011-06-30", "2011-07-01");
}

static void req_SZ_V_4c(void **state)
{
    deadline_holds(FX(state), "编制指标体系", "2011-12-31", "2012-01-01");
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(req_SZ_0_6), ROW(req_SZ_0_7), ROW(req_HZ_1_4), ROW(req_HZ_1_7), ROW(req_SZ_V_3b), ROW(req_SZ_V_4c),
    };
    return req_run("outline", rows);
}
