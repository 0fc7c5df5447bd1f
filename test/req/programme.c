/* programme.c - rows about phases, goals and named programmes of an outline: windows, criteria, declared counts, progress. */
#include "req.h"

#include <stdio.h>
#include <string.h>

/* An invented outline: two chapters, each with numbered actions, no dates. */
static const char two_chapters[] =
    "四市生活同城行动纲要\n四市市长联席会议\n2009年6月3日\n一、教育\n(一)资源共享。\n1.教师交流。组织教师交流。\n"
    "2.图书通借。推进图书馆通借通还。\n3.远程课堂。建设远程课堂。\n二、医疗\n(一)结果互认。\n"
    "4.检验互认。推进检验结果互认。\n5.专家巡诊。组织专家巡诊。\n";

static json_t *actions_of(struct fx *fx, const char *id)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s&limit=100", id), &status);
    expect_status(page, status, 200);
    return page;
}

static void report(struct fx *fx, const char *action, int percent, const char *on)
{
    int status = 0;
    json_t *said = api_post(fx, OFFICE, api_path(fx, "/actions/%s/reports", action),
                            api_path(fx, "{'percent':%d,'text':'进展','done_on':'%s'}", percent, on), &status);
    expect_status(said, status, 201);
}

static json_t *programme_on(struct fx *fx, const char *id, const char *title, const char *as_of)
{
    int status = 0;
    json_t *list = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/programmes?as_of=%s", id, as_of), &status);
    expect_status(list, status, 200);
    json_t *found = find_by(list, "items", "title", title);
    assert_non_null(found);
    return found;
}

static json_t *add(struct fx *fx, const char *id, const char *body)
{
    int status = 0;
    json_t *list = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/programmes", id), body, &status);
    expect_status(list, status, 201);
    return list;
}

/* Goals tied to chapters: progress per goal by the weights of its actions; a chapter that is not there is refused. */
static void req_HZ_0_4(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, two_chapters);
    json_t *list = actions_of(fx, id);
    add(fx, id, "{'kind':'goal','title':'教育一体化','scope':[{'kind':'chapter','subject':'一'}]}");
    add(fx, id, "{'kind':'goal','title':'医疗一体化','scope':[{'kind':'chapter','subject':'二'}]}");
    json_t *heavy = find_by(list, "items", "title", "教师交流");
    api_if_match(fx, heavy);
    json_t *weighed =
        api_put(fx, OFFICE, api_path(fx, "/actions/%s/weighing", text_at(heavy, "id")), "{'weight':3}", &status);
    expect_status(weighed, status, 200);
    report(fx, text_at(heavy, "id"), 80, "2026-03-01");
    report(fx, text_at(find_by(list, "items", "title", "图书通借"), "id"), 30, "2026-03-01");
    json_t *goal = programme_on(fx, id, "教育一体化", "2026-11-01");
    expect_int(goal, "found", 3);
    expect_int(goal, "percent", (3 * 80 + 30 + 0) / 5);
    expect_int(goal, "states.under_way", 2);
    expect_int(programme_on(fx, id, "医疗一体化", "2026-11-01"), "percent", 0);
    expect_int(programme_on(fx, id, "教育一体化", "2026-02-01"), "percent", 0); /* before the reports */
    json_t *refused =
        api_post(fx, OFFICE, api_path(fx, "/outlines/%s/programmes", id),
                 "{'kind':'goal','title':'养老一体化','scope':[{'kind':'chapter','subject':'九'}]}", &status);
    expect_status(refused, status, 422);
    expect_text(refused, "field", "scope");
    refused = api_post(fx, DESK, api_path(fx, "/outlines/%s/programmes", id), "{'kind':'goal','title':'x'}", &status);
    assert_true(status == 403 || status == 404);
}

/* ---- CS-1.1 to CS-1.3: a first phase with entry tasks, a second that must show a breakthrough, a third without end ------------ */

static void req_CS_1_1(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, two_chapters);
    json_t *list = add(fx, id,
                       "{'kind':'phase','title':'启动试点','from_on':'2009-06-03','to_on':'2010-12-31',"
                       "'scope':[{'kind':'chapter','subject':'一'}],"
                       "'criteria':[{'part':'entry','text':'成立领导小组'},{'part':'exit','text':'试点全部完成',"
                       "'rule':'actions > 0 and done = actions'}]}");
    const char *phase = text_at(list, "items.0.id");
    expect_text(programme_on(fx, id, "启动试点", "2009-06-02"), "state", "ahead");
    json_t *now = programme_on(fx, id, "启动试点", "2009-07-01");
    expect_text(now, "state", "running");
    expect_text(now, "light", "amber"); /* begun, the group is not there */
    json_t *refused = api_post(fx, OFFICE, api_path(fx, "/programmes/%s/criteria/2/judgements", phase),
                               "{'met':true,'reason':'完成'}", &status);
    expect_status(refused, status, 409); /* a rule decides on it */
    json_t *judged = api_post(fx, OFFICE, api_path(fx, "/programmes/%s/criteria/1/judgements", phase),
                              "{'met':true,'judged_on':'2009-08-01','reason':'市委发文成立'}", &status);
    expect_status(judged, status, 200);
    expect_text(programme_on(fx, id, "启动试点", "2009-07-31"), "light", "amber");
    expect_text(programme_on(fx, id, "启动试点", "2009-08-01"), "light", "green");
    now = programme_on(fx, id, "启动试点", "2011-01-01");
    expect_text(now, "state", "overdue");
    expect_text(now, "light", "red");
    assert_non_null(strstr(text_at(now, "light_reason.zh"), "试点全部完成"));
}

static void req_CS_1_2(void **state)
{
    struct fx *fx = FX(state);
    const char *id = req_outline(fx, two_chapters);
    json_t *list = actions_of(fx, id), *item;
    size_t i;
    add(fx, id,
        "{'kind':'phase','title':'重点突破','from_on':'2011-01-01','to_on':'2012-12-31','declared':5,"
        "'scope':[{'kind':'chapter','subject':'一'},{'kind':'chapter','subject':'二'}],"
        "'criteria':[{'part':'exit','text':'各领域均有突破','rule':'to_start = 0 and percent >= 50'}]}");
    json_array_foreach(at(list, "items"), i, item) report(fx, text_at(item, "id"), i == 4 ? 0 : 90, "2012-06-01");
    json_t *now = programme_on(fx, id, "重点突破", "2012-07-01");
    expect_int(now, "percent", 4 * 90 / 5);
    expect_text(now, "state", i == 5 ? "reached" : "?");
    expect_text(programme_on(fx, id, "重点突破", "2012-05-31"), "state", "running");
    expect_text(programme_on(fx, id, "重点突破", "2012-05-31"), "light", "green");
}

static void req_CS_1_3(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, two_chapters);
    add(fx, id,
        "{'kind':'phase','title':'全面推进','from_on':'2013-01-01','target_on':'2014-12-31',"
        "'scope':[{'kind':'chapter','subject':'二'}]}");
    expect_text(programme_on(fx, id, "全面推进", "2014-12-31"), "state", "running");
    json_t *late = programme_on(fx, id, "全面推进", "2015-01-01");
    expect_text(late, "state", "overdue"); /* the target inside the open phase counts */
    expect_text(late, "light", "red");
    json_t *refused = api_post(
        fx, OFFICE, api_path(fx, "/outlines/%s/programmes", id),
        "{'kind':'phase','title':'x','from_on':'2013-01-01','to_on':'2013-12-31','target_on':'2014-12-31'}", &status);
    expect_status(refused, status, 422);
    expect_text(refused, "field", "target_on");
}

/* ---- SZ-0.3, SZ-0.4: two long phases measured against named cities --------------------------------------------------------- */

static void benchmarked(struct fx *fx, const char *window, const char *names, const char *first, const char *inside,
                        const char *after)
{
    int status = 0;
    const char *id = req_outline(fx, two_chapters);
    json_t *list =
        add(fx, id,
            api_path(fx,
                     "{'kind':'phase','title':'阶段',%s,'benchmarks':%s,'criteria':[{'part':'exit','text':'达到标杆城"
                     "市水平'}]}",
                     window, names));
    expect_text(list, "items.0.benchmarks.0", first);
    json_t *now = programme_on(fx, id, "阶段", inside);
    expect_text(now, "state", "running");
    expect_text(programme_on(fx, id, "阶段", after), "state", "overdue");
    api_if_match(fx, now);
    json_t *refused =
        api_put(fx, OFFICE, api_path(fx, "/programmes/%s", text_at(now, "id")),
                "{'kind':'phase','title':'阶段','criteria':[{'part':'exit','text':'达到','rule':'percent >'"
                "}]}",
                &status);
    expect_status(refused, status, 422); /* a rule that is none */
    expect_text(refused, "field", "criteria");
}

static void req_SZ_0_3(void **state)
{
    benchmarked(FX(state), "'from_on':'2011-01-01','to_on':'2020-12-31'", "['香港','新加坡','首尔']", "香港",
                "2020-12-31", "2021-01-01");
}

static void req_SZ_0_4(void **state)
{
    benchmarked(FX(state), "'from_on':'2021-01-01','to_on':'2050-12-31'", "['纽约','伦敦','东京']", "纽约",
                "2026-11-24", "2051-01-01");
}

/* ---- named projects: declared against found, progress ----------------------------------------------------------------------- */

/* A group of the outline's first n actions that the text says has `declared`. */
static json_t *grouped(struct fx *fx, const char *id, const char *title, int n, int declared)
{
    char scope[512] = "";
    json_t *list = actions_of(fx, id);
    for (int i = 0; i < n; i++) {
        size_t used = strlen(scope);
        (void)snprintf(scope + used, sizeof scope - used, "%s{'kind':'action','subject':'%s'}", i ? "," : "",
                       text_at(list, api_path(fx, "items.%d.id", i)));
    }
    json_t *made = add(
        fx, id, api_path(fx, "{'kind':'programme','title':'%s','declared':%d,'scope':[%s]}", title, declared, scope));
    return find_by(made, "items", "title", title);
}

static void projects(struct fx *fx, const char *text, const char *title, int n)
{
    int status = 0;
    const char *id = req_outline(fx, text);
    json_t *group = grouped(fx, id, title, n - 1, n);
    expect_int(group, "declared", n);
    expect_int(group, "found", n - 1);
    expect_text(group, "light", "amber"); /* one is missing */
    json_t *actions = actions_of(fx, id);
    char body[1024] = "";
    for (int i = 0; i < n; i++) {
        size_t used = strlen(body);
        const char *action = text_at(actions, api_path(fx, "items.%d.id", i));
        (void)snprintf(body + used, sizeof body - used, "%s{'kind':'action','subject':'%s'}", i ? "," : "", action);
        report(fx, action, 10 * (i + 1), "2026-05-01");
    }
    api_if_match(fx, group);
    json_t *list =
        api_put(fx, OFFICE, api_path(fx, "/programmes/%s", text_at(group, "id")),
                api_path(fx, "{'kind':'programme','title':'%s','declared':%d,'scope':[%s]}", title, n, body), &status);
    expect_status(list, status, 200);
    group = find_by(list, "items", "title", title);
    expect_int(group, "found", n);
    expect_int(group, "percent", 10 * (n + 1) / 2);
    assert_int_equal(count_at(group, "actions"), n);
    json_t *refused = api_put(fx, OFFICE, api_path(fx, "/programmes/%s", text_at(group, "id")),
                              "{'kind':'programme','title':'x'}", &status);
    expect_status(refused, status, 428); /* without the version that was read */
}

static void req_HZ_1_8(void **state)
{
    projects(
        FX(state),
        "四市铁路行动纲要\n四市市长联席会议\n2009年6月3日\n一、铁路\n(一)五线一枢纽。\n1.东线。建设东线。\n"
        "2.西线。建设西线。\n3.南线。建设南线。\n4.北线。建设北线。\n5.中线。建设中线。\n6.东站枢纽。建设东站枢纽。\n",
        "五线一枢纽", 6);
}

static void req_SZ_24b(void **state)
{
    projects(
        FX(state),
        "南岭市国际化行动纲要\n南岭市人民政府\n2011年5月12日\n一、设施\n(一)标志性设施。\n1.礼宾馆。规划建设礼宾馆。\n"
        "2.会议中心。规划建设国际会议中心。\n",
        "标志性设施", 2);
}

static void req_SZ_9c(void **state)
{
    projects(FX(state),
             "南岭市旅游行动纲要\n南岭市人民政府\n2011年5月12日\n一、旅游\n(一)高端项目。\n1.东湾酒店群。建设酒店群。\n"
             "2.游艇港。建设游艇港。\n3.滨海公园。建设滨海公园。\n",
             "东湾半岛高端旅游项目", 3);
}

/* Five named waters: a list of projects, and the effect on each water said by a person with a reason. */
static void req_HZ_5_10(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(
        fx, "四市环境行动纲要\n四市市长联席会议\n2009年6月3日\n一、水环境\n(一)跨流域整治。\n1.运河整治。整治运河。\n"
            "2.苕溪整治。整治苕溪。\n3.钱江整治。整治钱江。\n4.太湖整治。整治太湖。\n5.海湾整治。整治海湾。\n");
    json_t *list = add(fx, id,
                       "{'kind':'programme','title':'五水整治','declared':5,'to_on':'2012-12-31',"
                       "'scope':[{'kind':'chapter','subject':'一'}],'criteria':[{'part':'exit','text':'运河水质达标'},"
                       "{'part':'exit','text':'苕溪水质达标'}]}");
    expect_int(list, "items.0.found", 5);
    const char *judge = api_path(fx, "/programmes/%s/criteria/1/judgements", text_at(list, "items.0.id"));
    json_t *refused = api_post(fx, OFFICE, judge, "{'met':true}", &status);
    expect_status(refused, status, 422); /* an effect without what it rests on */
    expect_text(refused, "field", "reason");
    refused = api_post(fx, OFFICE, judge, "{'met':true,'reason':'监测','judged_on':'2999-01-01'}", &status);
    expect_status(refused, status, 422);
    json_t *judged =
        api_post(fx, OFFICE, judge, "{'met':true,'reason':'监测断面达到三类','judged_on':'2012-11-01'}", &status);
    expect_status(judged, status, 200);
    json_t *late = programme_on(fx, id, "五水整治", "2013-01-01");
    expect_text(late, "light", "red");
    assert_non_null(strstr(text_at(late, "light_reason.zh"), "苕溪水质达标"));
}

/* A referenced plan with a window: what is due outside it is named. */
static void req_HZ_6_16(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, "四市便民行动纲要\n四市市长联席会议\n2009年6月3日\n一、一卡通\n(一)卡应用。\n1."
                                     "公交卡互通。于2012年6月30日以前互通。\n"
                                     "2.医保卡互通。于2015年6月30日以前互通。\n");
    json_t *list = add(fx, id,
                       "{'kind':'programme','title':'国家卡应用规划','from_on':'2008-01-01','to_on':'2013-12-31',"
                       "'scope':[{'kind':'chapter','subject':'一'}]}");
    json_t *plan = programme_on(fx, id, "国家卡应用规划", "2010-01-01");
    expect_int(plan, "outside", 1);
    expect_text(plan, "light", "amber");
    assert_true(json_is_false(at(find_by(plan, "actions", "title", "公交卡互通"), "outside")));
    assert_true(json_is_true(at(find_by(plan, "actions", "title", "医保卡互通"), "outside")));
    json_t *refused = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/programmes", text_at(list, "outline_id")),
                               "{'kind':'programme','title':'x','from_on':'2013-12-31','to_on':'2008-01-01'}", &status);
    expect_status(refused, status, 422);
    expect_text(refused, "field", "to_on");
}

/* ---- SZ-13a: projects that two sides build, on one schedule ------------------------------------------------------------------ */

static void req_SZ_13a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, "南岭市跨界设施行动纲要\n南岭市人民政府\n2011年5月12日\n一、设施\n(一)"
                                     "跨界项目。\n1.河套地区。开发河套地区。\n");
    json_t *action = at(actions_of(fx, id), "items.0");
    const char *path = api_path(fx, "/actions/%s/sides", text_at(action, "id"));
    api_if_match(fx, action);
    json_t *refused = api_put(fx, OFFICE, path, "{'items':[{'name':'南岭'}]}", &status);
    expect_status(refused, status, 422); /* one side is no joint project */
    api_if_match(fx, action);
    json_t *list = api_put(fx, OFFICE, path,
                           "{'items':[{'name':'南岭','start_on':'2011-06-01','due_on':'2012-12-31'},"
                           "{'name':'对岸','start_on':'2011-09-01','due_on':'2013-06-30'}]}",
                           &status);
    expect_status(list, status, 200);
    expect_text(list, "joint.start_on", "2011-06-01");
    expect_text(list, "joint.due_on", "2013-06-30");
    expect_int(list, "joint.apart_days", 181);
    list = api_post(fx, OFFICE, api_path(fx, "%s/1/reports", path),
                    "{'percent':100,'state':'done','text':'我方完工','done_on':'2012-11-30'}", &status);
    expect_status(list, status, 201);
    assert_true(json_is_true(at(list, "items.0.by_office")));
    list = api_post(fx, OFFICE, api_path(fx, "%s/2/reports", path),
                    "{'percent':30,'text':'对岸函告','done_on':'2012-11-30'}", &status);
    expect_status(list, status, 201);
    list = api_get(fx, OFFICE, api_path(fx, "%s?as_of=2013-07-01", path), &status);
    expect_text(list, "items.0.light", "green");
    expect_text(list, "items.1.light", "red");
    expect_text(list, "joint.waiting_for", "对岸");
    expect_int(list, "joint.percent", 30);
    expect_text(list, "joint.state", "under_way");
    list = api_get(fx, OFFICE, api_path(fx, "%s?as_of=2012-11-29", path), &status);
    expect_int(list, "joint.percent", 0); /* before the reports */
    refused = api_post(fx, OFFICE, api_path(fx, "%s/2/reports", path), "{'percent':10}", &status);
    expect_status(refused, status, 422); /* backwards without a word */
    refused = api_post(fx, OFFICE, api_path(fx, "%s/7/reports", path), "{'percent':10,'text':'x'}", &status);
    expect_status(refused, status, 404);
    refused = api_post(fx, OTHER_CITY, api_path(fx, "%s/1/reports", path), "{'percent':10,'text':'x'}", &status);
    assert_true(status == 403 || status == 404);
}

/* ---- baselines: what became of the days that were agreed (HZ-1.4: schedule, progress, slippage) -------------------------------- */

static void baseline_and_slippage(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, two_chapters);
    json_t *list = actions_of(fx, id);
    static const char *const days[] = {"2012-03-31", "2012-06-30", "2012-09-30", "2012-12-31"};
    for (int i = 0; i < 4; i++) {
        json_t *a = at(list, api_path(fx, "items.%d", i));
        api_if_match(fx, a);
        json_t *set = api_patch(fx, OFFICE, api_path(fx, "/actions/%s", text_at(a, "id")),
                                api_path(fx, "{'due_on':'%s'}", days[i]), &status);
        expect_status(set, status, 200);
    }
    json_t *refused = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/slippage", id), &status);
    expect_status(refused, status, 409); /* no baseline yet */
    json_t *kept = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/baselines", id), "{'name':'签约时'}", &status);
    expect_status(kept, status, 201);
    expect_int(kept, "items.0.actions", 5);
    refused = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/baselines", id), "{'name':'签约时'}", &status);
    expect_status(refused, status, 409);
    refused = api_post(fx, DESK, api_path(fx, "/outlines/%s/baselines", id), "{'name':'x'}", &status);
    assert_true(status == 403 || status == 404);
    list = actions_of(
        fx, id); /* the first done early, the second done late, the third moved, the fourth open, the fifth undated */
    report(fx, text_at(list, "items.0.id"), 100, "2012-03-01");
    report(fx, text_at(list, "items.1.id"), 100, "2012-07-10");
    json_t *third = at(list, "items.2");
    api_if_match(fx, third);
    (void)api_patch(fx, OFFICE, api_path(fx, "/actions/%s", text_at(third, "id")), "{'due_on':'2012-10-10'}", &status);
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/slippage?as_of=2012-09-01", id), &status);
    expect_status(now, status, 200);
    static const struct {
        const char *slip;
        int days;
    } want[] = {{"early", -30}, {"done_late", 10}, {"moved", 10}, {"on_time", 0}, {"undated", 0}};
    for (int i = 0; i < 5; i++) {
        expect_text(now, api_path(fx, "items.%d.slip", i), want[i].slip);
        expect_int(now, api_path(fx, "items.%d.slip_days", i), want[i].days);
    }
    expect_int(now, "totals.late_days", 20);
    now = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/slippage?as_of=2013-01-20", id), &status);
    expect_text(now, "items.3.slip", "late");
    expect_int(now, "items.3.slip_days", 20);
    expect_int(now, "totals.worst_days", 112); /* the third: 2012-09-30 to 2013-01-20 */
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(req_HZ_0_4),
        ROW(req_CS_1_1),
        ROW(req_CS_1_2),
        ROW(req_CS_1_3),
        ROW(req_SZ_0_3),
        ROW(req_SZ_0_4),
        ROW(req_HZ_1_8),
        ROW(req_SZ_24b),
        ROW(req_SZ_9c),
        ROW(req_HZ_5_10),
        ROW(req_HZ_6_16),
        ROW(req_SZ_13a),
        ROW(baseline_and_slippage),
    };
    return req_run("programme", rows);
}
