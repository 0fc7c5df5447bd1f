/* cascade.c - rows about documents that follow from an outline: who owes one, which parts it lacks, what it follows from; and clean-up of policies. */
#include "req.h"

#include <string.h>

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

#define BUREAU "澜州市交通运输局"
#define FINANCE "澜州市财政局"
#define SECOND "云汀市人民政府"

/* The bureau and another unit owe a document of that kind. */
static json_t *call_for(struct fx *fx, const char *kind, const char *title, const char *other, const char *due)
{
    int status = 0;
    json_t *call = api_post(fx, OFFICE, "/document-calls",
                            api_path(fx, "{'form':'%s','title':'%s','due_on':'%s','owed':['%s','%s']}", kind, title,
                                     due, unit_id(fx, BUREAU), unit_id(fx, other)),
                            &status);
    expect_status(call, status, 201);
    return call;
}

static json_t *file(struct fx *fx, const char *kind, const char *title, json_t *call, int wanted)
{
    int status = 0;
    json_t *d =
        api_post(fx, DESK, "/documents",
                 api_path(fx, "{'form':'%s','title':'%s','document_number':'交发1号','unit_id':'%s','call_id':'%s'}",
                          kind, title, unit_id(fx, BUREAU), text_at(call, "id")),
                 &status);
    expect_status(d, status, wanted);
    return d;
}

static json_t *tick(struct fx *fx, json_t *d, const char *part, const char *page, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, DESK, api_path(fx, "/documents/%s/parts", text_at(d, "id")),
                           api_path(fx, "{'part':'%s','found':true,'page':'%s'}", part, page), &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *again(struct fx *fx, json_t *call)
{
    int status = 0;
    json_t *out = api_get(fx, OFFICE, api_path(fx, "/document-calls/%s", text_at(call, "id")), &status);
    expect_status(out, status, 200);
    return out;
}

static json_t *gap_of(struct fx *fx, json_t *call, const char *unit)
{
    int status = 0;
    json_t *gaps = api_get(fx, OFFICE, api_path(fx, "/document-gaps?unit=%s", unit_id(fx, unit)), &status);
    expect_status(gaps, status, 200);
    return find_by(gaps, "items", "call_id", text_at(call, "id"));
}

/* 工作纲要、实施意见和具体方案: each unit that owes one has a duty; what is registered leaves the list when it is whole. */
static void req_CS_1_4(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *call = call_for(fx, "implementing_opinions", "各部门实施意见", FINANCE, "2099-12-31");
    expect_int(call, "owed_total", 2);
    json_t *duty = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(call, "tasks.0.duty_id")), &status);
    if (status == 404) /* the other unit's */
        duty = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(call, "tasks.1.duty_id")), &status);
    expect_status(duty, status, 200);
    expect_text(duty, "due_on", "2099-12-31");
    file(fx, "work_scheme", "另一类文件", call, 409); /* not what is called for */
    json_t *d = file(fx, "implementing_opinions", "交通领域实施意见", call, 201);
    expect_text(d, "state", "incomplete");
    expect_int(again(fx, call), "registered", 1);
    expect_text(gap_of(fx, call, BUREAU), "missing", "goals,duties,safeguards");
    tick(fx, d, "goals", "1", 200);
    tick(fx, d, "duties", "3", 200);
    d = tick(fx, d, "safeguards", "7", 200);
    expect_text(d, "state", "complete");
    assert_null(gap_of(fx, call, BUREAU));
    assert_non_null(gap_of(fx, call, FINANCE)); /* it still owes one */
    file(fx, "implementing_opinions", "第二份", call, 409);
}

/* 卫生集中整治实施方案和宣传方案: two schemes a town, four parts each; a part is ticked with its page, and by whom. */
static void req_EN_9(void **state)
{
    struct fx *fx = FX(state);
    json_t *first = call_for(fx, "town_scheme", "卫生集中整治实施方案", FINANCE, "2099-12-31");
    json_t *second = call_for(fx, "town_scheme", "提高群众满意度宣传方案", FINANCE, "2099-12-31");
    json_t *d = file(fx, "town_scheme", "整治实施方案", first, 201);
    assert_int_equal(count_at(d, "parts"), 4);
    json_t *no_page = tick(fx, d, "goals", "", 422);
    expect_text(no_page, "field", "page");
    tick(fx, d, "budget", "2", 422); /* no such part */
    d = tick(fx, d, "goals", "第2页", 200);
    expect_text(find_by(d, "parts", "part", "goals"), "page", "第2页");
    expect_text(find_by(d, "parts", "part", "goals"), "ticked_by", "澜州交通 周工");
    expect_text(d, "missing", "focus,steps,safeguards");
    expect_text(find_by(again(fx, first), "owed", "state", "incomplete"), "unit.name", BUREAU);
    assert_null(find_by(again(fx, second), "owed", "state", "incomplete")); /* the other scheme is not there at all */
}

/* 制订具体的工作方案并切实抓好落实: filed or not, and how far its execution is. */
static void req_IP_19(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *call = call_for(fx, "work_scheme", "保护知识产权工作方案", SECOND, "2020-12-31");
    json_t *owed = find_by(call, "owed", "state", "owed");
    assert_true(json_is_true(at(owed, "late"))); /* the day is over */
    file(fx, "work_scheme", "工作方案", call, 201);
    json_t *task = find_by(call, "tasks", "title", "保护知识产权工作方案");
    for (int i = 0; i < count_at(call, "tasks"); i++)
        if (strcmp(text_at(at(call, api_path(fx, "tasks.%d", i)), "holder.name"), BUREAU) == 0)
            task = at(call, api_path(fx, "tasks.%d", i));
    const char *id = text_at(task, "duty_id");
    json_t *duty = api_get(fx, HEAD, api_path(fx, "/duties/%s", id), &status);
    expect_status(duty, status, 200);
    api_if_match(fx, duty);
    duty = api_post(fx, HEAD, api_path(fx, "/duties/%s/steps", id),
                    strcmp(text_at(duty, "state"), "offered") == 0 ? "{'verb':'accept'}" : "{'verb':'acknowledge'}",
                    &status);
    expect_status(duty, status, 200);
    duty = api_post(fx, HEAD, api_path(fx, "/duties/%s/reports", id), "{'text':'已部署','percent':60}", &status);
    expect_status(duty, status, 201);
    expect_int(again(fx, call), "progress", 30); /* 60 and 0 */
    json_t *bad = api_post(fx, OFFICE, "/document-calls", "{'form':'work_scheme','title':'x','owed':[]}", &status);
    expect_status(bad, status, 422);
    expect_text(bad, "field", "due_on");
}

/* 工作内容、工作目标和具体推进措施纳入计划: three fields a unit. */
static void req_SZ_V_1d(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *call = call_for(fx, "unit_plan", "年度推进计划", FINANCE, "2099-12-31");
    json_t *d = file(fx, "unit_plan", "交通局推进计划", call, 201);
    tick(fx, d, "content", "1", 200);
    d = tick(fx, d, "goals", "2", 200);
    expect_text(d, "missing", "measures");
    json_t *out = api_post(fx, DESK, api_path(fx, "/documents/%s/parts", text_at(d, "id")),
                           "{'part':'goals','found':false,'note':'只有口号'}", &status);
    expect_status(out, status, 200);
    expect_text(out, "missing", "goals,measures"); /* looked for and missing */
    out = api_post(fx, OTHER_CITY, api_path(fx, "/documents/%s/parts", text_at(d, "id")), "{'part':'goals'}", &status);
    expect_status(out, status, 404);
}

/* 以《发展规划》为龙头: what follows from what, up and down; what follows from nothing is listed; a circle is refused. */
static void req_HZ_0_3(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *plan =
        api_post(fx, OFFICE, "/documents",
                 "{'form':'superior_plan','title':'都市经济圈发展规划','document_number':'省函1号'}", &status);
    expect_status(plan, status, 201);
    json_t *outline = api_post(
        fx, OFFICE, "/documents",
        api_path(fx, "{'form':'implementing_opinions','title':'行动纲要','parent_id':'%s'}", text_at(plan, "id")),
        &status);
    json_t *scheme =
        api_post(fx, OFFICE, "/documents",
                 api_path(fx, "{'form':'work_scheme','title':'交通专项方案','parent_id':'%s'}", text_at(outline, "id")),
                 &status);
    expect_status(scheme, status, 201);
    expect_text(scheme, "above.0.title", "行动纲要");
    expect_text(scheme, "above.1.title", "都市经济圈发展规划");
    plan = api_get(fx, OFFICE, api_path(fx, "/documents/%s", text_at(plan, "id")), &status);
    expect_text(plan, "below.0.title", "行动纲要");
    json_t *lone = api_post(fx, OFFICE, "/documents", "{'form':'work_scheme','title':'无依据的方案'}", &status);
    assert_true(json_is_true(at(lone, "orphan")));
    json_t *orphans = api_get(fx, OFFICE, "/documents?orphan=1&form=work_scheme", &status);
    assert_non_null(find_by(orphans, "items", "title", "无依据的方案"));
    assert_null(find_by(orphans, "items", "title", "交通专项方案"));
    api_if_match(fx, plan);
    json_t *circle = api_post(fx, OFFICE, api_path(fx, "/documents/%s/link", text_at(plan, "id")),
                              api_path(fx, "{'parent_id':'%s'}", text_at(scheme, "id")), &status);
    expect_status(circle, status, 409);
    api_if_match(fx, lone);
    lone = api_post(fx, OFFICE, api_path(fx, "/documents/%s/link", text_at(lone, "id")),
                    api_path(fx, "{'parent_id':'%s'}", text_at(outline, "id")), &status);
    expect_status(lone, status, 200);
    assert_true(json_is_false(at(lone, "orphan")));
}

/* 列入地方各级人民政府的重要议事日程: region by (agenda, overall plan), done or not. */
static void req_IP_4a(void **state)
{
    struct fx *fx = FX(state);
    json_t *call = call_for(fx, "agenda_record", "列入议程和总体规划", SECOND, "2099-12-31");
    json_t *d = file(fx, "agenda_record", "议程凭据", call, 201);
    d = tick(fx, d, "agenda", "常务会议纪要第3页", 200);
    expect_text(d, "missing", "overall_plan");
    expect_text(gap_of(fx, call, BUREAU), "missing", "overall_plan");
    assert_true(json_is_null(at(gap_of(fx, call, SECOND), "document_id")));
    expect_int(again(fx, call), "complete", 0);
    d = tick(fx, d, "overall_plan", "规划纲要第12页", 200);
    expect_int(again(fx, call), "complete", 1);
    int status = 0;
    json_t *kind = api_post(fx, OFFICE, "/document-calls",
                            "{'form':'poem','title':'x','due_on':'2099-01-01','owed':['1']}", &status);
    expect_status(kind, status, 422);
}

/* 全面清理以户口性质为依据的政策文件: keep, amend, repeal, with reason and day; what rests on the old words cannot be kept. */
static void req_CS_4_2_3a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *list = api_post(fx, OFFICE, "/cleanups", "{'form':'policies','title':'户籍政策清理'}", &status);
    expect_status(list, status, 201);
    const char *path = api_path(fx, "/cleanups/%s", text_at(list, "id"));
    const char *bureau = unit_id(fx, BUREAU);
    json_t *out = api_post(
        fx, OFFICE, api_path(fx, "%s/items", path),
        api_path(fx, "{'title':'购房补贴办法','document_number':'交发〔2005〕3号','unit_id':'%s','dependent':true}",
                 bureau),
        &status);
    expect_status(out, status, 422); /* which words rest on it? */
    out = api_post(fx, OFFICE, api_path(fx, "%s/items", path),
                   api_path(fx,
                            "{'title':'购房补贴办法','document_number':'交发〔2005〕3号','unit_id':'%s','dependent':"
                            "true,'clause':'非农业户口'}",
                            bureau),
                   &status);
    expect_status(out, status, 201);
    const char *item = api_path(fx, "%s/items/%s", path, text_at(out, "items.0.id"));
    out = api_post(fx, HEAD, api_path(fx, "%s/verdict", item), "{'verdict':'keep','reason':'仍需要'}", &status);
    expect_status(out, status, 409);
    out = api_post(fx, HEAD, api_path(fx, "%s/done", item), "{'document_number':'交发1号'}", &status);
    expect_status(out, status, 409); /* not judged yet */
    out = api_post(fx, HEAD, api_path(fx, "%s/verdict", item),
                   "{'verdict':'amend','reason':'取消区分','due_on':'2099-06-30'}", &status);
    expect_status(out, status, 422); /* the new words are missing */
    out = api_post(fx, DESK, api_path(fx, "%s/verdict", item),
                   "{'verdict':'amend','reason':'取消区分','new_text':'本市居民','due_on':'2099-06-30'}", &status);
    expect_status(out, status, 403); /* a clerk does not judge */
    out = api_post(fx, HEAD, api_path(fx, "%s/verdict", item),
                   "{'verdict':'amend','reason':'取消区分','new_text':'本市居民','due_on':'2099-06-30'}", &status);
    expect_status(out, status, 200);
    expect_text(out, "items.0.state", "judged");
    expect_text(out, "tasks.0.holder.name", BUREAU); /* it became a duty */
    api_if_match(fx, out);
    json_t *open = api_post(fx, OFFICE, api_path(fx, "%s/close", path), "{}", &status);
    expect_status(open, status, 409);
    out = api_post(fx, HEAD, api_path(fx, "%s/done", item),
                   "{'document_number':'交发〔2026〕9号','done_on':'2026-11-01'}", &status);
    expect_status(out, status, 200);
    expect_text(out, "items.0.done_document", "交发〔2026〕9号");
    api_if_match(fx, out);
    out = api_post(fx, OFFICE, api_path(fx, "%s/close", path), "{}", &status);
    expect_status(out, status, 200);
    expect_text(out, "state", "complete");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_1_4), ROW(req_EN_9),  ROW(req_IP_19),    ROW(req_SZ_V_1d),
                                      ROW(req_HZ_0_3), ROW(req_IP_4a), ROW(req_CS_4_2_3a)};
    return req_run("cascade", rows);
}
