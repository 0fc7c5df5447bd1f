/* meet.c - rows about meetings: joint conferences, mechanisms, agendas, advisers, residents' meetings. */
#include "req.h"

#include <string.h>

#define CITY1 "澜州市都市圈建设办公室"
#define CITY2 "云汀市都市圈建设办公室"
#define CITY3 "砚溪市都市圈建设办公室"
#define CITY4 "松屿市都市圈建设办公室"
#define CITY_OFFICE "city_office" /* of the first city */

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    expect_status(page, status, 200);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

/* An outline of the cooperation of the four cities. */
static const char *joint_outline(struct fx *fx, const char *text)
{
    int status = 0;
    json_t *import = req_import(fx, OFFICE, text, &status);
    json_t *all = api_get(fx, OFFICE, "/cooperations", &status);
    api_if_match(fx, import);
    json_t *done =
        api_post(fx, OFFICE, api_path(fx, "/imports/%s/confirm", text_at(import, "id")),
                 api_path(fx, "{'region_code':'990000','cooperation_id':'%s'}", text_at(all, "items.0.id")), &status);
    expect_status(done, status, 200);
    return text_at(done, "outlines.0.id");
}

/* A body of the four cities' offices, with what else its row says. */
static json_t *body_of_four(struct fx *fx, const char *name, const char *more)
{
    int status = 0;
    json_t *b = api_post(
        fx, OFFICE, "/meeting-bodies",
        api_path(fx, "{'name':'%s','members':[{'unit_id':'%s'},{'unit_id':'%s'},{'unit_id':'%s'},{'unit_id':'%s'}]%s}",
                 name, unit_id(fx, CITY1), unit_id(fx, CITY2), unit_id(fx, CITY3), unit_id(fx, CITY4), more),
        &status);
    expect_status(b, status, 201);
    return b;
}

static json_t *plan(struct fx *fx, json_t *body, const char *more, int wanted)
{
    int status = 0;
    json_t *s =
        api_post(fx, OFFICE, "/meetings", api_path(fx, "{'body_id':'%s'%s}", text_at(body, "id"), more), &status);
    expect_status(s, status, wanted);
    return s;
}
#define WHEN ",'place':'市民中心','starts_at':'2026-06-10T09:00:00+08:00','ends_at':'2026-06-10T11:00:00+08:00'"

static json_t *step(struct fx *fx, const char *as, json_t *s, const char *json, int wanted)
{
    int status = 0;
    api_if_match(fx, s);
    json_t *out = api_post(fx, as, api_path(fx, "/meetings/%s/steps", text_at(s, "id")), json, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *item(struct fx *fx, const char *as, json_t *s, const char *json, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, as, api_path(fx, "/meetings/%s/items", text_at(s, "id")), json, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *attend(struct fx *fx, const char *as, json_t *s, const char *unit, const char *json, int wanted)
{
    int status = 0;
    json_t *out =
        api_put(fx, as, api_path(fx, "/meetings/%s/attendance/%s", text_at(s, "id"), unit_id(fx, unit)), json, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *resolve(struct fx *fx, json_t *s, const char *json, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, OFFICE, api_path(fx, "/meetings/%s/resolutions", text_at(s, "id")), json, &status);
    expect_status(out, status, wanted);
    return out;
}

/* Called and held, with the first `present` of the four cities there. */
static json_t *hold(struct fx *fx, json_t *s, int present)
{
    static const char *const cities[] = {CITY1, CITY2, CITY3, CITY4};
    s = step(fx, OFFICE, s, "{'verb':'call'}", 200);
    (void)step(fx, OFFICE, s, "{'verb':'hold'}", 409); /* nobody knows who came */
    for (int i = 0; i < 4; i++)
        s = attend(fx, OFFICE, s, cities[i],
                   i < present ? "{'status':'present','name':'代表','position':'市长'}" : "{'status':'excused'}", 200);
    return step(fx, OFFICE, s, "{'verb':'hold'}", 200);
}

/* 杭州都市经济圈第三次市长联席会议: number, date, host in turn, members; it adopts the outline, which then goes to the cities for signature. */
static void req_HZ_0_1(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *outline = joint_outline(fx, "都市圈合作行动纲要\n1.联通道路。于2027年6月30日以前完成。\n");
    json_t *b = body_of_four(fx, "市长联席会议", ",'past_sessions':2,'quorum_percent':75");
    expect_text(b, "turn.name", CITY1);
    (void)plan(fx, b, api_path(fx, ",'host_id':'%s'", unit_id(fx, CITY3)), 422); /* out of turn, without a reason */
    json_t *bad = plan(fx, b, api_path(fx, ",'host_id':'%s'", unit_id(fx, "澜州市交通运输局")), 422);
    expect_text(bad, "field", "host_id"); /* not a member */
    json_t *s = plan(fx, b, WHEN, 201);
    expect_int(s, "ordinal", 3);
    expect_text(s, "title", "市长联席会议第三次会议");
    expect_text(s, "host.name", CITY1);
    (void)step(fx, OFFICE, s, "{'verb':'call'}", 409); /* an empty agenda */
    s = item(fx, OFFICE, s, "{'title':'审议行动纲要','minutes':30}", 201);
    (void)resolve(fx, s, "{'text':'通过纲要。'}", 409); /* before it was held */
    s = hold(fx, s, 4);
    s = resolve(fx, s, api_path(fx, "{'text':'通过纲要。','outline_id':'%s','carry_out':false}", outline), 201);
    expect_text(s, "resolutions.0.outcome", "adopted");
    expect_int(s, "resolutions.0.votes_for", 4);
    json_t *signatures = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/signatures", outline), &status);
    expect_status(signatures, status, 200);
    expect_int(signatures, "members", 4); /* it waits for the four cities now */
    expect_int(signatures, "signed", 0);
    json_t *next = plan(fx, b, "", 201);
    expect_text(next, "host.name", CITY2); /* the turn has gone on */
}

/* 平等协商: a mechanism of four cities; without a quorum nothing is decided; minutes are signed by who was there; nobody outside sees it. */
static void req_HZ_2_13(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *b = body_of_four(fx, "人力资源合作共商机制", ",'kind':'mechanism','rule':'majority','quorum_percent':75");
    json_t *s = item(fx, OTHER_CITY, plan(fx, b, WHEN, 201), "{'title':'人才互认'}", 201); /* a member proposes */
    (void)item(fx, DESK, s, "{'title':'x'}", 404);
    s = hold(fx, s, 2);
    json_t *refused = resolve(fx, s, "{'text':'互认职称。','votes_for':2}", 409);
    assert_non_null(strstr(text_at(refused, "detail"), "3"));         /* how many it needs */
    (void)attend(fx, OFFICE, s, CITY3, "{'status':'stand_in'}", 422); /* a stand-in has a name */
    s = attend(fx, OFFICE, s, CITY3, "{'status':'stand_in','name':'副市长'}", 200);
    (void)resolve(fx, s, "{'text':'互认职称。','votes_for':3,'votes_against':1}",
                  422); /* four votes of three present */
    s = resolve(fx, s, "{'text':'互认职称。','votes_for':1,'votes_against':1,'abstained':1}", 201);
    expect_text(s, "resolutions.0.outcome", "rejected");
    s = resolve(fx, s, "{'text':'互通招聘信息。','votes_for':2,'votes_against':1}", 201);
    expect_text(s, "resolutions.1.outcome", "adopted");
    (void)step(fx, OFFICE, s, "{'verb':'minute'}", 409); /* there are none yet */
    api_if_match(fx, s);
    s = api_put(fx, OFFICE, api_path(fx, "/meetings/%s/minutes", text_at(s, "id")), "{'text':'四市平等协商。'}",
                &status);
    expect_status(s, status, 200);
    s = step(fx, OFFICE, s, "{'verb':'minute'}", 200);
    (void)step(fx, OFFICE, s, "{'verb':'close'}", 409); /* three have not signed */
    json_t *out = api_post(fx, OTHER_CITY, api_path(fx, "/meetings/%s/signatures", text_at(s, "id")), "{}", &status);
    expect_status(out, status, 201);
    out = api_post(fx, OTHER_CITY, api_path(fx, "/meetings/%s/signatures", text_at(s, "id")), "{}", &status);
    expect_status(out, status, 409); /* once */
    out = api_post(fx, OFFICE, api_path(fx, "/meetings/%s/signatures", text_at(s, "id")),
                   api_path(fx, "{'unit_id':'%s'}", unit_id(fx, CITY1)), &status);
    expect_status(out, status, 403); /* nobody signs for another city */
    out = api_get(fx, OTHER_CITY, api_path(fx, "/meetings/%s/minutes.html?lang=zh", text_at(s, "id")), &status);
    expect_status(out, status, 200);
    assert_non_null(strstr(json_string_value(out), "互通招聘信息。（赞成2、反对1、弃权0，通过）"));
    out = api_get(fx, DESK, api_path(fx, "/meetings/%s", text_at(s, "id")), &status);
    expect_status(out, status, 404);
}

/* 会议议程主要有三项: three items with speakers, what was said, minutes, and tasks that come out of it. */
static void req_EN_4(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *b = body_of_four(fx, "环境卫生推进会", ",'kind':'working','rotates':'none'");
    json_t *s = plan(fx, b, WHEN, 201);
    s = item(fx, OFFICE, s, "{'title':'通报民调情况','speaker':'张主任','minutes':20}", 201);
    s = item(fx, OFFICE, s, "{'title':'交流发言','speaker':'各市','minutes':40}", 201);
    s = item(fx, OFFICE, s, "{'title':'部署下一步工作','speaker':'陈主任','minutes':30}", 201);
    api_if_match(fx, s);
    s = api_put(fx, OFFICE, api_path(fx, "/meetings/%s/agenda", text_at(s, "id")),
                api_path(fx, "{'item_ids':['%s','%s','%s']}", text_at(s, "items.1.id"), text_at(s, "items.0.id"),
                         text_at(s, "items.2.id")),
                &status);
    expect_status(s, status, 200);
    expect_text(s, "items.0.speaker", "各市");
    s = step(fx, OFFICE, s, "{'verb':'call'}", 200);
    const char *path = api_path(fx, "/meetings/%s/items/%s", text_at(s, "id"), text_at(s, "items.0.id"));
    json_t *out = api_patch(fx, OFFICE, path, "{'title':'别的'}", &status);
    expect_status(out, status, 409); /* the notice is out */
    (void)item(fx, OTHER_CITY, s, "{'title':'临时议题','late_reason':'急'}", 403);
    (void)item(fx, OFFICE, s, "{'title':'临时议题'}", 422); /* late, without a reason */
    s = item(fx, OFFICE, s, "{'title':'临时议题','late_reason':'上级新要求'}", 201);
    assert_int_equal(count_at(s, "items"), 4);
    s = attend(fx, OTHER_CITY, s, CITY2, "{'status':'present','name':'沈科长'}", 200);
    (void)attend(fx, OTHER_CITY, s, CITY1, "{'status':'present'}", 403); /* for another city */
    (void)attend(fx, OFFICE, s, "澜州市交通运输局", "{'status':'present'}", 422);
    s = attend(fx, OFFICE, s, CITY1, "{'status':'present'}", 200);
    s = attend(fx, OFFICE, s, CITY3, "{'status':'present'}", 200);
    s = attend(fx, OFFICE, s, CITY4, "{'status':'absent'}", 200);
    s = step(fx, OFFICE, s, "{'verb':'hold'}", 200);
    s = api_patch(fx, OFFICE, path, "{'record':'两市作了交流。'}", &status);
    expect_status(s, status, 200);
    s = resolve(fx, s, api_path(fx, "{'text':'年内消除卫生死角。','item_id':'%s'}", text_at(s, "items.2.id")), 201);
    const char *resolution = text_at(s, "resolutions.0.id");
    out = api_post(fx, DESK, api_path(fx, "/resolutions/%s/duties", resolution),
                   api_path(fx, "{'lead_id':'%s'}", unit_id(fx, CITY2)), &status);
    expect_status(out, status, 404);
    s = api_post(fx, OFFICE, api_path(fx, "/resolutions/%s/duties", resolution),
                 api_path(fx, "{'lead_id':'%s','supporting':['%s'],'due_on':'2099-12-31'}", unit_id(fx, CITY2),
                          unit_id(fx, CITY1)),
                 &status);
    expect_status(s, status, 201);
    expect_text(s, "resolutions.0.duties.0.state", "offered"); /* to another city it is offered, not ordered */
    expect_text(s, "resolutions.0.duties.0.part", "lead");
    expect_text(s, "resolutions.0.duties.1.part", "supporting");
    json_t *duty =
        api_get(fx, OTHER_CITY, api_path(fx, "/duties/%s", text_at(s, "resolutions.0.duties.0.id")), &status);
    expect_status(duty, status, 200);
    expect_text(duty, "sources.0.kind", "resolution");
    api_if_match(fx, duty);
    duty =
        api_post(fx, OTHER_CITY, api_path(fx, "/duties/%s/steps", text_at(duty, "id")), "{'verb':'accept'}", &status);
    expect_status(duty, status, 200);
    s = api_get(fx, OTHER_CITY, api_path(fx, "/meetings/%s", text_at(s, "id")), &status);
    expect_text(s, "resolutions.0.duties.0.state", "under_way");
    expect_text(s, "resolutions.0.duties.0.light", "green");
    json_t *next = plan(fx, b, "", 201); /* what is open comes back by itself */
    expect_text(next, "items.0.kind", "follow_up");
    expect_text(next, "items.0.resolution.id", resolution);
    out = api_delete(fx, OFFICE,
                     api_path(fx, "/meetings/%s/items/%s", text_at(next, "id"), text_at(next, "items.0.id")), &status);
    expect_status(out, status, 409);
}

/* “深圳市长国际顾问咨询会议”: a theme, advisers, what each advised, and whether it was taken up, or why not. */
static void req_SZ_48(void **state)
{
    struct fx *fx = FX(state);
    json_t *b = body_of_four(fx, "国际顾问咨询会议", ",'kind':'advisers','rotates':'none','cadence':'year'");
    json_t *s = plan(fx, b, WHEN ",'theme':'第一阶段：国际化城市标准'", 201);
    s = item(fx, OFFICE, s, "{'title':'顾问发言','speaker':'A. Smith'}", 201);
    s = hold(fx, s, 3);
    (void)resolve(fx, s, "{'kind':'advice','text':'开设多语种热线。'}", 422); /* whose advice */
    (void)resolve(fx, s, "{'kind':'advice','text':'开设多语种热线。','proposer':'A. Smith','taken':false}",
                  422); /* why not */
    s = resolve(fx, s, "{'kind':'advice','text':'开设多语种热线。','proposer':'A. Smith'}", 201);
    expect_text(s, "resolutions.0.outcome", "adopted");
    s = resolve(fx, s,
                "{'kind':'advice','text':'增设领馆区。','proposer':'B. Jones','taken':false,'reason':'不属市级事权'}",
                201);
    expect_text(s, "resolutions.1.outcome", "rejected");
    expect_text(s, "resolutions.1.reason", "不属市级事权");
    expect_text(s, "theme", "第一阶段：国际化城市标准");
}

/* 开好群众代表会议: villages × meetings held → which are missing. */
static void req_EN_25(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    static const char *const names[] = {"甲村群众代表会议", "乙村群众代表会议"};
    json_t *b[2];
    json_t *now = api_get(fx, OFFICE, "/session", &status);
    for (int i = 0; i < 2; i++)
        b[i] = body_of_four(
            fx, names[i],
            ",'kind':'residents','level':'village','rotates':'none','cadence':'half_year','from_on':'2020-01-01'");
    json_t *early = plan(fx, b[0], ",'place':'村委会','starts_at':'2099-06-20T09:00:00+08:00'", 201);
    early = step(fx, OFFICE, item(fx, OFFICE, early, "{'title':'卫生公约'}", 201), "{'verb':'call'}", 200);
    (void)step(fx, OFFICE, early, "{'verb':'hold'}", 409); /* a meeting to come was not held */
    json_t *s =
        plan(fx, b[0],
             api_path(fx, ",'place':'村委会','starts_at':'%sT00:00:00+08:00'", text_at(now, "instance.today_on")), 201);
    s = item(fx, OFFICE, s, "{'title':'卫生公约'}", 201);
    (void)hold(fx, s, 4);
    json_t *page = api_get(fx, OFFICE, "/meeting-bodies?kind=residents", &status);
    expect_status(page, status, 200);
    assert_int_equal(count_at(page, "items"), 2);
    json_t *first = find_by(page, "items", "name", names[0]), *second = find_by(page, "items", "name", names[1]);
    assert_non_null(first);
    assert_non_null(second);
    expect_int(first, "year.held", 1);
    expect_int(first, "year.expected", 2); /* every half year */
    expect_int(first, "year.missing", 1);
    expect_int(second, "year.held", 0);
    expect_int(second, "year.missing", 2);
    page = api_get(fx, OTHER_CITY, "/meeting-bodies?kind=nonsense", &status);
    assert_int_equal(count_at(page, "items"), 0);
    json_t *refused = api_post(fx, OFFICE, "/meeting-bodies", "{'name':'空','kind':'residents','members':[]}", &status);
    expect_status(refused, status, 422);
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_HZ_0_1), ROW(req_HZ_2_13), ROW(req_EN_4), ROW(req_SZ_48), ROW(req_EN_25)};
    return req_run("meet", rows);
}
