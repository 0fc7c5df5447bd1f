/*
 * duty_web.c - rows about answering for one's work: who is in charge and what follows when it is not done, the two roles of responsible and
 * implementing body on the screen, work handed over in bulk, one truth for an action and its duty, editions of rules by day.
 */
#include "req.h"

#include <string.h>
#include <unistd.h>

#define BUREAU "澜州市交通运输局"
#define SECOND "澜州市财政局"

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    expect_status(page, status, 200);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

static json_t *step(struct fx *fx, const char *who, json_t *duty, const char *body, int wanted)
{
    int status = 0;
    api_if_match(fx, duty);
    json_t *d = api_post(fx, who, api_path(fx, "/duties/%s/steps", text_at(duty, "id")), body, &status);
    expect_status(d, status, wanted);
    return d;
}

static json_t *accepted(struct fx *fx, const char *title, const char *more)
{
    int status = 0;
    json_t *d = api_post(fx, OFFICE, "/duties",
                         api_path(fx, "{'title':'%s','holder_id':'%s'%s}", title, unit_id(fx, BUREAU), more), &status);
    expect_status(d, status, 201);
    return step(fx, HEAD, d, "{'verb':'accept'}", 200);
}

/*
 * 落实责任制和责任追究制: each duty has one holder; whose time ran out is red with the reason, is urged, gets a numbered slip with a day for the reply;
 * all of it stays in the record, and the holder alone can answer.
 */
static void req_IP_4b(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *d = accepted(fx, "落实责任制甲", ",'start_on':'2020-01-01','due_on':'2020-06-30'");
    const char *id = text_at(d, "id");
    expect_text(d, "light", "red");
    assert_non_null(strstr(text_at(d, "light_reason.zh"), "到期日 2020-06-30，已过"));
    assert_null(strstr(text_at(d, "light_reason.zh"), "否")); /* only what decided is said */
    expect_text(d, "holder.full_name", BUREAU);
    json_t *list =
        api_get(fx, OFFICE, api_path(fx, "/duties?q=%s&overdue=1&light=red", api_encoded(fx, "责任制甲")), &status);
    expect_status(list, status, 200);
    assert_int_equal(count_at(list, "items"), 1);
    expect_text(list, "items.0.id", id);
    json_t *none = api_get(fx, OTHER_CITY, api_path(fx, "/duties?q=%s", api_encoded(fx, "责任制甲")), &status);
    assert_int_equal(count_at(none, "items"), 0); /* another city's office sees nothing of it */
    json_t *urged = api_post(fx, OFFICE, "/duties/urges",
                             api_path(fx, "{'duty_ids':['%s'],'text':'请说明原因','level':2}", id), &status);
    expect_status(urged, status, 201);
    expect_int(urged, "urged", 1);
    json_t *slip = api_post(fx, OFFICE, api_path(fx, "/duties/%s/slips", id),
                            "{'colour':'yellow','text':'限期整改','urgent':true}", &status);
    expect_status(slip, status, 201);
    assert_non_null(strstr(text_at(slip, "number"), "DBD-"));
    json_t *refused =
        api_post(fx, DESK, api_path(fx, "/slips/%s/reply", text_at(slip, "id")), "{'text':'已整改'}", &status);
    expect_status(refused, status, 403); /* the head answers for the unit, not the clerk */
    json_t *mine = api_get(fx, HEAD, "/slips?mine=1&state=unanswered", &status);
    assert_non_null(find_by(mine, "items", "id", text_at(slip, "id")));
    json_t *reply =
        api_post(fx, HEAD, api_path(fx, "/slips/%s/reply", text_at(slip, "id")), "{'text':'已整改'}", &status);
    expect_status(reply, status, 200);
    json_t *urges = api_get(fx, OFFICE, "/urges?by=hand&level=2", &status);
    assert_non_null(find_by(urges, "items", "duty_id", id));
    json_t *printed = api_get(fx, OFFICE, api_path(fx, "/slips/%s", text_at(slip, "id")), &status);
    expect_text(printed, "slip.reply", "已整改");
    expect_text(printed, "duty.id", id);
}

/* 加快推进深莞惠一体化: an item of several cities is one duty with a part for each city, taken on or not by its own office; each reports its own progress. */
static void req_SZ_17a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *d = api_post(fx, OFFICE, "/duties",
                         api_path(fx, "{'title':'三市公交卡互通','holder_id':'%s','due_on':'2099-12-31'}",
                                  unit_id(fx, "澜州市都市圈建设办公室")),
                         &status);
    expect_status(d, status, 201);
    expect_text(d, "state", "offered"); /* a city is asked, not ordered */
    (void)step(fx, OTHER_CITY, d, "{'verb':'accept'}", 404);
    d = step(fx, "city_office", d, "{'verb':'accept'}", 200);
    const char *parts = api_path(fx, "{'verb':'split','parts':[{'unit_id':'%s','part':'supporting','weight':2}]}",
                                 unit_id(fx, "云汀市都市圈建设办公室"));
    d = step(fx, "city_office", d, parts, 200);
    expect_text(d, "parts.0.state", "offered");
    json_t *part = api_get(fx, OTHER_CITY, api_path(fx, "/duties/%s", text_at(d, "parts.0.id")), &status);
    expect_status(part, status, 200);
    part = step(fx, OTHER_CITY, part, "{'verb':'accept'}", 200);
    const char *report = "{'text':'终端改造过半','percent':55}";
    json_t *out = api_post(fx, OTHER_CITY, api_path(fx, "/duties/%s/reports", text_at(part, "id")), report, &status);
    expect_status(out, status, 201);
    out = api_post(fx, OTHER_CITY, api_path(fx, "/duties/%s/reports", text_at(d, "id")), report, &status);
    assert_true(status == 403 || status == 404); /* not the other city's report */
    d = api_get(fx, OFFICE, api_path(fx, "/duties/%s", text_at(d, "id")), &status);
    expect_int(d, "percent", 0);
    expect_int(d, "parts.0.percent", 55);
    expect_text(d, "parts.0.holder.full_name", "云汀市都市圈建设办公室");
}

/* A table of limits names what may be done; an edition counts from its day on, is checked whole, and its number is one text for good. */
static void editions(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    static const char *const bad =
        "{'pack':'sixth','files':[{'name':'stuck.yaml','text':'machine: stuck\\nversion: 1\\nname: {zh: 卡住, en: "
        "stuck}\\n"
        "states:\\n  begun: {name: {zh: 开始, en: begun}}\\n  trap: {name: {zh: 陷阱, en: trap}}\\n  done: {name: {zh: "
        "完成, en: "
        "done}, final: true}\\nstart: begun\\nsteps:\\n  - {verb: go, name: {zh: 走, en: go}, from: [begun], to: trap, "
        "by: "
        "[holder]}\\n  - {verb: end, name: {zh: 完, en: end}, from: [begun], to: done, by: [holder]}\\n'}]}";
    json_t *out = api_post(fx, "administrator", "/editions", bad, &status);
    expect_status(out, status, 422);
    assert_non_null(
        strstr(text_at(out, "field"), "stuck.yaml:6:")); /* file, line and place of the state without exit */
    assert_non_null(strstr(text_at(out, "detail"), "trap"));
    out = api_post(fx, HEAD, "/editions", bad, &status);
    expect_status(out, status, 403);
    static const char *const slips = "{'pack':'sixth'%s,'files':[{'name':'slips.yaml','text':'slips: duty\\nversion: "
                                     "7\\nurgent_may_skip: %s\\ncolours:\\n  - "
                                     "{word: blue, name: {zh: 蓝色督办单, en: blue slip}, reply: 2 work_day}\\n  - "
                                     "{word: yellow, name: {zh: 黄色督办单, en: "
                                     "yellow slip}, reply: 3 work_day}\\n'}]}";
    char body[1200];
    (void)snprintf(body, sizeof(body), slips, ",'on':'2020-01-01'", "true");
    out = api_post(fx, "administrator", "/editions", body, &status);
    expect_status(out, status, 422); /* not into the past */
    expect_text(out, "field", "on");
    (void)snprintf(body, sizeof(body), slips, "", "true");
    out = api_post(fx, "administrator", "/editions", body, &status);
    expect_status(out, status, 201);
    (void)snprintf(body, sizeof(body), slips, "", "false");
    out = api_post(fx, "administrator", "/editions", body, &status);
    expect_status(out, status, 409); /* version 7 is another text */
    json_t *now = api_get(fx, OFFICE, "/machines", &status);
    expect_int(now, "slips.colours.0.n", 2);
    assert_int_equal(count_at(now, "slips.colours"), 2);
    json_t *all = api_get(fx, "administrator", "/editions", &status);
    expect_text(all, "items.0.pack", "sixth");
    expect_int(all, "items.0.edition", 7);
}

#define OUTLINE                                                                                                        \
    "澄江市任务交办行动方案\n澄办〔2026〕9号\n一、任务\n行动计划1.建设客运站（牵头单位：" BUREAU "，参加单位：" SECOND \
    "）\n2099年12月31日以前建成。\n"                                                                          \
    "行动计划2.编制规划（牵头单位：" SECOND                                                                            \
    "）\n2099年6月30日以前完成编制。\n行动计划3.完善制度\n2099年12月31日以前完善制度。\n"

static json_t *look(struct fx *fx, const char *outline)
{
    int status = 0;
    json_t *p = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/hand-over/preview", outline), "{}", &status);
    expect_status(p, status, 200);
    return p;
}

/* 工作内容、工作目标和具体推进措施纳入计划: each action goes to its units at once; who is without a lead unit is named, and nothing happens unseen. */
static void bulk(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *outline = req_outline(fx, OUTLINE);
    json_t *p = look(fx, outline);
    expect_int(p, "ready.n", 2);
    expect_int(p, "no_lead.n", 1);
    expect_int(p, "handed.n", 0);
    const char *path = api_path(fx, "/outlines/%s/hand-over", outline);
    json_t *out = api_post(fx, OFFICE, path, "{'expected':3}", &status);
    expect_status(out, status, 409); /* not what was seen */
    out = api_post(fx, DESK, path, "{'expected':2}", &status);
    assert_true(status == 403 || status == 404);
    out = api_post(fx, OFFICE, path, "{'expected':2}", &status);
    expect_status(out, status, 202);
    p = look(fx, outline);
    for (int i = 0; i < 100 && strcmp(text_at(p, "runs.0.job.state"), "done") != 0; i++) {
        (void)usleep(100000);
        p = look(fx, outline);
    }
    expect_text(p, "runs.0.job.state", "done");
    expect_int(p, "runs.0.job.result.handed", 2);
    expect_int(p, "runs.0.job.result.duties", 3);
    expect_int(p, "handed.n", 2);
    expect_int(p, "ready.n", 0);
    out = api_post(fx, OFFICE, path, "{'expected':0}", &status);
    expect_status(out, status, 409); /* each at most once */
}

/* One report feeds all: what a unit reports on the action goes into its duty, and from there into the action; nothing twice. */
static void one_truth(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *outline = req_outline(fx, OUTLINE);
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", outline), &status);
    json_t *a = find_by(page, "items", "title", "建设客运站");
    assert_non_null(a);
    const char *id = text_at(a, "id");
    a = api_get(fx, OFFICE, api_path(fx, "/actions/%s", id), &status);
    const char *units = api_path(fx, "{'units':[{'unit_id':'%s','part':'lead'},{'unit_id':'%s','part':'supporting'}]}",
                                 unit_id(fx, BUREAU), unit_id(fx, SECOND));
    api_if_match(fx, a);
    a = api_put(fx, OFFICE, api_path(fx, "/actions/%s/units", id), units, &status);
    expect_status(a, status, 200);
    json_t *handed = api_post(fx, OFFICE, api_path(fx, "/actions/%s/hand-over", id), "{}", &status);
    expect_status(handed, status, 201);
    const char *reports = api_path(fx, "/actions/%s/reports", id);
    json_t *out = api_post(fx, HEAD, reports, "{'percent':40,'text':'已开工'}", &status);
    expect_status(out, status, 409); /* first it is taken on */
    json_t *d = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(handed, "duty_id")), &status);
    d = step(fx, HEAD, d, strcmp(text_at(d, "state"), "offered") == 0 ? "{'verb':'accept'}" : "{'verb':'acknowledge'}",
             200);
    out = api_post(fx, DESK, reports, "{'percent':40,'text':'已开工'}", &status);
    expect_status(out, status, 201);
    assert_true(json_is_true(at(out, "draft")));
    json_t *action = api_get(fx, OFFICE, api_path(fx, "/actions/%s", id), &status);
    expect_int(action, "percent", 0); /* a draft is no progress yet */
    d = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(d, "id")), &status);
    expect_text(d, "reports.0.state", "draft");
    out =
        api_post(fx, HEAD, api_path(fx, "/duties/%s/reports/%s/approve", text_at(d, "id"), text_at(d, "reports.0.id")),
                 "{}", &status);
    expect_status(out, status, 200);
    action = api_get(fx, OFFICE, api_path(fx, "/actions/%s", id), &status);
    expect_int(action, "percent", 40);
    out = api_post(fx, HEAD, reports, "{'percent':55,'text':'主体完成','client_id':'phone-1'}", &status);
    expect_status(out, status, 201);
    out = api_post(fx, HEAD, reports, "{'percent':55,'text':'主体完成','client_id':'phone-1'}", &status);
    assert_true(status == 200 || status == 201);
    d = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(d, "id")), &status);
    assert_int_equal(count_at(d, "reports"), 2);
    json_t *all = api_get(fx, OFFICE, reports, &status);
    assert_int_equal(count_at(all, "items"), 2);
    expect_int(all, "items.0.percent", 55);
}

/* 工作内容、工作目标和具体推进措施纳入计划 is more than what is here; these two hold the chain behind it. */
int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_IP_4b), ROW(req_SZ_17a), ROW(editions), ROW(bulk), ROW(one_truth)};
    return req_run("duty_web", rows);
}
