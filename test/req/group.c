/* group.c - rows about leading groups, committees, their offices, councils: who sits there, what each answers for, mandates, tasks. */
#include "req.h"

#include <string.h>

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    expect_status(page, status, 200);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

#define BUREAU "澜州市交通运输局"
#define WATER "澜州市水务局"
#define MAYOR "澜州市人民政府"
#define SECOND "云汀市人民政府"
#define JOINT "澜江都市圈市长联席会议办公室"

/* A body with a head and one member, since 2026-01-01. */
static json_t *found(struct fx *fx, const char *form, const char *title)
{
    int status = 0;
    json_t *g =
        api_post(fx, OFFICE, "/groups",
                 api_path(fx,
                          "{'form':'%s','title':'%s','document_number':'澜圈〔2026〕1号','from_on':'2026-01-01',"
                          "'mandate':'统筹;协调;督促检查','members':[{'unit_id':'%s','place':'head','post':'市长'},"
                          "{'unit_id':'%s','post':'局长'}]}",
                          form, title, unit_id(fx, MAYOR), unit_id(fx, BUREAU)),
                 &status);
    expect_status(g, status, 201);
    return g;
}

static json_t *put(struct fx *fx, const char *who, json_t *g, const char *what, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, who, api_path(fx, "/groups/%s/%s", text_at(g, "id"), what), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *on_day(struct fx *fx, json_t *g, const char *day)
{
    int status = 0;
    json_t *out = api_get(fx, OFFICE, api_path(fx, "/groups/%s?as_of=%s", text_at(g, "id"), day), &status);
    expect_status(out, status, 200);
    return out;
}

/* 领导小组并下设专门工作班子: members and duties; the working office belongs to a group; what it gives becomes a task of a member. */
static void req_CS_5_4a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *g = found(fx, "leading_group", "推进城乡一体化发展领导小组");
    expect_text(g, "texts.0.what", "mandate");
    expect_text(g, "members.0.place", "head");
    json_t *alone = api_post(fx, OFFICE, "/groups", "{'form':'working_office','title':'专门工作班子'}", &status);
    expect_status(alone, status, 422);
    expect_text(alone, "field", "parent_id");
    json_t *office = api_post(
        fx, OFFICE, "/groups",
        api_path(fx, "{'form':'working_office','title':'专门工作班子','parent_id':'%s'}", text_at(g, "id")), &status);
    expect_status(office, status, 201);
    g = on_day(fx, g, "2099-01-01");
    expect_text(g, "below.0.title", "专门工作班子");
    g = put(fx, OFFICE, g, "tasks",
            api_path(fx, "{'title':'编制三年行动方案','holder_id':'%s','due_on':'2099-12-31'}", unit_id(fx, BUREAU)),
            201);
    expect_text(g, "tasks.0.title", "编制三年行动方案");
    json_t *duty = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(g, "tasks.0.duty_id")), &status);
    expect_status(duty, status, 200);
    expect_text(duty, "holder.full_name", BUREAU);
    json_t *outsider =
        put(fx, OFFICE, g, "tasks", api_path(fx, "{'title':'x','holder_id':'%s'}", unit_id(fx, WATER)), 409);
    assert_non_null(strstr(text_at(outsider, "detail"), WATER));
    api_if_match(fx, g); /* not while a task is open */
    put(fx, OFFICE, g, "end", "{'reason':'机构改革'}", 409);
}

/* 国际化城市建设推进委员会: members and chair; there is one chair; decisions stand with their document. */
static void req_SZ_V_1a(void **state)
{
    struct fx *fx = FX(state);
    json_t *g = found(fx, "committee", "国际化城市建设推进委员会");
    expect_text(g, "members.0.post", "市长");
    json_t *second = put(fx, OFFICE, g, "members",
                         api_path(fx, "{'unit_id':'%s','place':'head','post':'市长'}", unit_id(fx, SECOND)), 409);
    assert_non_null(strstr(text_at(second, "detail"), MAYOR));
    g = put(fx, OFFICE, g, "texts",
            "{'what':'decision','title':'第一次会议','text':'同意年度计划','document_number':'纪要1号',"
            "'from_on':'2026-03-01'}",
            201);
    json_t *decision = find_by(g, "texts", "what", "decision");
    expect_text(decision, "document_number", "纪要1号");
    assert_null(find_by(on_day(fx, g, "2026-02-01"), "texts", "what", "decision")); /* not yet decided on that day */
    put(fx, DESK, g, "texts", "{'what':'decision','text':'x'}", 403);               /* a clerk decides nothing */
}

/* 办公室设在市外办: a unit is the office; what members put to the body lands there as a duty. */
static void req_SZ_V_1b(void **state)
{
    struct fx *fx = FX(state);
    json_t *g = found(fx, "committee", "推进委员会(设办公室)");
    const char *matter =
        api_path(fx, "{'title':'请协调跨市线路审批','from_id':'%s','due_on':'2099-01-31'}", unit_id(fx, BUREAU));
    put(fx, HEAD, g, "tasks", matter, 409); /* there is no office yet */
    put(fx, OFFICE, g, "members", api_path(fx, "{'unit_id':'%s','place':'office'}", unit_id(fx, JOINT)), 201);
    g = put(fx, HEAD, g, "tasks", matter, 201);
    expect_text(g, "tasks.0.holder.name", JOINT);
    int status = 0;
    json_t *inbox =
        api_get(fx, OFFICE, api_path(fx, "/duties?subject_kind=group&subject_id=%s", text_at(g, "id")), &status);
    expect_status(inbox, status, 200);
    expect_text(inbox, "items.0.assigner.full_name", BUREAU);
    put(fx, DESK, g, "tasks", matter, 403); /* the bureau's clerk cannot speak for it */
}

/* 专业委员会跨行政区域环境合作: members of several cities see it; a mandate follows the one before, and past days show the old one. */
static void req_HZ_5_3(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *g = found(fx, "committee", "环境专业委员会");
    json_t *hidden = api_get(fx, OTHER_CITY, api_path(fx, "/groups/%s", text_at(g, "id")), &status);
    expect_status(hidden, status, 404); /* the second city sits there only from now on */
    put(fx, OFFICE, g, "members", api_path(fx, "{'unit_id':'%s','post':'副市长'}", unit_id(fx, SECOND)), 201);
    json_t *seen = api_get(fx, OTHER_CITY, api_path(fx, "/groups/%s", text_at(g, "id")), &status);
    expect_status(seen, status, 200);
    put(fx, OFFICE, g, "texts", "{'text':'新职责','from_on':'2026-06-01'}", 201);
    put(fx, OFFICE, g, "texts", "{'text':'倒签','from_on':'2026-05-01'}", 409);
    json_t *before = on_day(fx, g, "2026-05-31"), *after = on_day(fx, g, "2026-06-01");
    expect_text(before, "texts.0.text", "统筹;协调;督促检查");
    expect_text(after, "texts.0.text", "新职责");
    expect_text(after, "texts.1.to_on", "2026-06-01");
}

/* 组成专门工作协调小组: a member that leaves is in the past, answers for nothing more, and gets no task. */
static void req_HZ_6_14(void **state)
{
    struct fx *fx = FX(state);
    json_t *g = found(fx, "coordination_group", "专门工作协调小组");
    put(fx, OFFICE, g, "charges",
        api_path(fx, "{'unit_id':'%s','topic':'线路','from_on':'2026-01-01'}", unit_id(fx, BUREAU)), 201);
    json_t *seat = find_by(g, "members", "place", "member");
    g = put(fx, OFFICE, g, api_path(fx, "members/%s/end", text_at(seat, "id")),
            "{'reason':'职能划转','to_on':'2026-09-01'}", 200);
    expect_text(g, "former_members.0.end_reason", "职能划转");
    assert_int_equal(count_at(on_day(fx, g, "2026-08-31"), "charges"), 1);
    assert_int_equal(count_at(on_day(fx, g, "2026-09-01"), "charges"), 0);
    put(fx, OFFICE, g, "tasks", api_path(fx, "{'title':'x','holder_id':'%s'}", unit_id(fx, BUREAU)), 409);
    put(fx, OFFICE, g, api_path(fx, "members/%s/end", text_at(seat, "id")), "{'reason':'再次'}", 409);
}

/* 统一领导、部门分工负责: each topic has one leading unit; who handles a topic is answered, and a topic of nobody is said. */
static void req_IP_5a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *g = found(fx, "leading_group", "知识产权保护领导小组");
    const char *bureau = unit_id(fx, BUREAU), *mayor = unit_id(fx, MAYOR);
    put(fx, OFFICE, g, "charges", api_path(fx, "{'unit_id':'%s','topic':'专利','text':'专利执法'}", bureau), 201);
    put(fx, OFFICE, g, "charges", api_path(fx, "{'unit_id':'%s','topic':'专利','part':'supporting'}", mayor), 201);
    json_t *two = put(fx, OFFICE, g, "charges", api_path(fx, "{'unit_id':'%s','topic':'专利'}", mayor), 409);
    assert_non_null(strstr(text_at(two, "detail"), BUREAU));
    put(fx, OFFICE, g, "charges", api_path(fx, "{'unit_id':'%s','topic':'商标'}", unit_id(fx, WATER)),
        409); /* no member */
    json_t *route = api_get(
        fx, DESK, api_path(fx, "/groups/%s/routing?topic=%s", text_at(g, "id"), api_encoded(fx, "专利")), &status);
    expect_status(route, status, 200);
    expect_text(route, "items.0.unit.name", BUREAU);
    expect_text(route, "items.1.part", "supporting");
    route =
        api_get(fx, DESK, api_path(fx, "/groups/%s/routing?topic=%s", text_at(g, "id"), api_encoded(fx, "植物新品种")),
                &status);
    expect_status(route, status, 404);
}

/* 各镇环卫站长、一体化办公室工作人员: a register of units and posts; found by post and by unit; an office's telephone, never a mobile number. */
static void req_EN_3(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *g = found(fx, "register", "一体化工作岗位名册");
    json_t *mobile =
        put(fx, OFFICE, g, "members",
            api_path(fx, "{'unit_id':'%s','post':'环卫站长','contact':'电话13800000000'}", unit_id(fx, WATER)), 422);
    expect_text(mobile, "field", "contact");
    put(fx, OFFICE, g, "members",
        api_path(fx, "{'unit_id':'%s','post':'环卫站长','contact':'0571-8000000'}", unit_id(fx, WATER)), 201);
    json_t *posts = api_get(
        fx, OFFICE, api_path(fx, "/seats?post=%s&group=%s", api_encoded(fx, "环卫站长"), text_at(g, "id")), &status);
    expect_status(posts, status, 200);
    assert_int_equal(count_at(posts, "items"), 1);
    expect_text(posts, "items.0.unit.name", WATER);
    json_t *seats = api_get(fx, OFFICE, api_path(fx, "/seats?unit=%s", unit_id(fx, WATER)), &status);
    expect_text(seats, "items.0.group", "一体化工作岗位名册");
    seats = api_get(fx, OTHER_CITY, api_path(fx, "/seats?unit=%s", unit_id(fx, WATER)), &status);
    expect_status(seats, status, 200);
    assert_int_equal(count_at(seats, "items"), 0); /* not a body that the other city may see */
}

/* 对外友好协会理事会: council members with what each brings and an office's contact; an ended council takes no more members. */
static void req_SZ_41c(void **state)
{
    struct fx *fx = FX(state);
    json_t *g = found(fx, "council", "对外友好协会理事会");
    g = put(fx, OFFICE, g, "members",
            api_path(fx, "{'unit_id':'%s','post':'理事','contact':'外事科','resources':'友好城市联络渠道'}",
                     unit_id(fx, SECOND)),
            201);
    json_t *member = find_by(g, "members", "post", "理事");
    expect_text(member, "resources", "友好城市联络渠道");
    int status = 0;
    json_t *stale =
        api_post(fx, OFFICE, api_path(fx, "/groups/%s/end", text_at(g, "id")), "{'reason':'换届'}", &status);
    expect_status(stale, status, 428);
    api_if_match(fx, g);
    g = put(fx, OFFICE, g, "end", "{'reason':'换届','to_on':'2026-11-01'}", 200);
    expect_text(g, "state", "ended");
    assert_int_equal(count_at(g, "members"), 0);
    put(fx, OFFICE, g, "members", api_path(fx, "{'unit_id':'%s','post':'理事'}", unit_id(fx, WATER)), 409);
    json_t *then = on_day(fx, g, "2026-10-31");
    assert_int_equal(count_at(then, "members"), 2); /* who sat there then; the second city came only today */
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_5_4a), ROW(req_SZ_V_1a), ROW(req_SZ_V_1b), ROW(req_HZ_5_3),
                                      ROW(req_HZ_6_14), ROW(req_IP_5a),   ROW(req_EN_3),    ROW(req_SZ_41c)};
    return req_run("group", rows);
}
