/* request.c - rows about requests between cities, through missions, to and from other countries. */
#include "req.h"

#include <string.h>

#define BUREAU "澜州市交通运输局"
#define CITY1 "澜州市都市圈建设办公室"
#define CITY2 "云汀市都市圈建设办公室"
#define SCIENCE2 "云汀市科学技术局"
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

static json_t *ask(struct fx *fx, const char *who, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, who, "/cooperation-requests", body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *see(struct fx *fx, const char *who, json_t *r)
{
    int status = 0;
    json_t *out = api_get(fx, who, api_path(fx, "/cooperation-requests/%s", text_at(r, "id")), &status);
    expect_status(out, status, 200);
    return out;
}

static json_t *step(struct fx *fx, const char *who, json_t *r, const char *body, int wanted)
{
    int status = 0;
    api_if_match(fx, see(fx, who, r));
    json_t *out = api_post(fx, who, api_path(fx, "/cooperation-requests/%s/steps", text_at(r, "id")), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *meeting(struct fx *fx, const char *what, json_t *s, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, OFFICE, api_path(fx, "/meetings/%s/%s", text_at(s, "id"), what), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *meeting_step(struct fx *fx, json_t *s, const char *verb)
{
    api_if_match(fx, s);
    return meeting(fx, "steps", s, api_path(fx, "{'verb':'%s'}", verb), 200);
}

/* A meeting of two cities' offices that is planned. */
static json_t *planned(struct fx *fx)
{
    int status = 0;
    json_t *b = api_post(fx, OFFICE, "/meeting-bodies",
                         api_path(fx, "{'name':'产学研合作协调会','members':[{'unit_id':'%s'},{'unit_id':'%s'}]}",
                                  unit_id(fx, CITY1), unit_id(fx, CITY2)),
                         &status);
    expect_status(b, status, 201);
    json_t *s = api_post(fx, OFFICE, "/meetings",
                         api_path(fx,
                                  "{'body_id':'%s','place':'科技馆','starts_at':'2026-06-10T09:00:00+08:00','ends_at':'"
                                  "2026-06-10T11:00:00+08:00'}",
                                  text_at(b, "id")),
                         &status);
    expect_status(s, status, 201);
    return s;
}

/* 四城市产学研合作和科技交流的协调沟通: one city asks another, which accepts or declines for itself; on the agenda of the joint meeting; what it resolved is followed up. */
static void req_HZ_2_12(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    static const char body[] =
        "{'form':'cooperation','title':'共建轨道交通联合实验室','text':'请贵市推荐高校和企业。','to_unit_id':'%s'%s}";
    const char *due = ",'due_on':'2099-01-31'";
    expect_text(ask(fx, CITY_OFFICE, api_path(fx, body, unit_id(fx, CITY2), ""), 422), "field", "due_on");
    json_t *straight = ask(fx, CITY_OFFICE, api_path(fx, body, unit_id(fx, SCIENCE2), due), 422);
    expect_text(straight, "field", "to_unit_id"); /* never straight to another city's bureau */
    ask(fx, DESK, api_path(fx, body, unit_id(fx, CITY2), due), 403);
    json_t *r = ask(fx, CITY_OFFICE, api_path(fx, body, unit_id(fx, CITY2), due), 201);
    expect_text(r, "unit.name", CITY1);
    expect_text(r, "state", "asked");
    step(fx, OFFICE, r, "{'verb':'accept'}", 403);      /* the circle's office decides nothing for a city */
    step(fx, CITY_OFFICE, r, "{'verb':'accept'}", 403); /* nor does who asks */
    json_t *s = planned(fx);
    const char *agenda = api_path(fx, "/cooperation-requests/%s/agenda", text_at(r, "id"));
    const char *session = api_path(fx, "{'session_id':'%s','minutes':15}", text_at(s, "id"));
    json_t *on = api_post(fx, CITY_OFFICE, agenda, session, &status);
    expect_status(on, status, 201);
    expect_text(on, "agendas.0.state", "planned");
    on = api_post(fx, OTHER_CITY, agenda, session, &status);
    expect_status(on, status, 409); /* it is there */
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/meetings/%s", text_at(s, "id")), &status);
    expect_text(now, "items.0.title", "共建轨道交通联合实验室");
    expect_text(now, "items.0.presenter.name", CITY1);
    const char *item = text_at(now, "items.0.id");
    now = meeting_step(fx, now, "call");
    static const char *const cities[] = {CITY1, CITY2};
    for (int i = 0; i < 2; i++) {
        now = api_put(fx, OFFICE, api_path(fx, "/meetings/%s/attendance/%s", text_at(s, "id"), unit_id(fx, cities[i])),
                      "{'status':'present','name':'代表','position':'主任'}", &status);
        expect_status(now, status, 200);
    }
    now = meeting_step(fx, now, "hold");
    now =
        meeting(fx, "resolutions", now, api_path(fx, "{'text':'两市于年内签署共建协议。','item_id':'%s'}", item), 201);
    r = step(fx, OTHER_CITY, r,
             "{'verb':'accept','text':'同意，由市科技局承办','document_number':'云都办函〔2026〕3号'}", 200);
    expect_text(r, "state", "under_way");
    expect_text(r, "agendas.0.resolutions.0.text", "两市于年内签署共建协议。");
    expect_text(r, "agendas.0.resolutions.0.outcome", "adopted");
    expect_text(r, "turns.0.document_number", "云都办函〔2026〕3号");
    r = step(fx, OTHER_CITY, r, "{'verb':'submit','text':'协议已签署'}", 200);
    step(fx, OTHER_CITY, r, "{'verb':'close'}", 403); /* who asked says when it is done */
    r = step(fx, CITY_OFFICE, r, "{'verb':'return','reason':'请附协议文本'}", 200);
    expect_text(r, "state", "under_way");
    r = step(fx, OTHER_CITY, r, "{'verb':'submit','text':'已附'}", 200);
    r = step(fx, CITY_OFFICE, r, "{'verb':'close'}", 200);
    expect_text(r, "state", "done");
    json_t *unseen = api_get(fx, HEAD, api_path(fx, "/cooperation-requests/%s", text_at(r, "id")), &status);
    expect_status(unseen, status, 404); /* no side of it */
}

/* 我驻外使领馆、外国驻华使领馆: a register of missions, requests to and from them, and what came of them. */
static void req_SZ_40(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *n = api_post(
        fx, OFFICE, "/networks",
        api_path(
            fx,
            "{'form':'mission','title':'使领馆渠道','from_on':'2026-01-01','visible':'all','unit_id':'%s','members':["
            "{'name':'中国驻汉堡总领事馆','kind':'our_mission','country':'德国'},{'name':'德国驻沪总领事馆','kind':'"
            "foreign_mission','country':'德国'}]}",
            unit_id(fx, CITY1)),
        &status);
    expect_status(n, status, 201);
    const char *members = api_path(fx, "/networks/%s/members", text_at(n, "id"));
    json_t *bad = api_post(fx, OFFICE, members, "{'name':'某领馆','kind':'our_mission'}", &status);
    expect_status(bad, status, 422);
    expect_text(bad, "field", "country");
    bad = api_post(fx, OFFICE, members, "{'name':'某大学','kind':'university','country':'德国'}", &status);
    expect_status(bad, status, 422);
    expect_text(bad, "field", "kind");
    static const char body[] =
        "{'form':'mission','direction':'%s','title':'%s','parent_id':'%s','member_id':'%s','due_on':'2099-01-31'%s}";
    json_t *out = ask(
        fx, HEAD, api_path(fx, body, "out", "请协助联系汉堡港", text_at(n, "id"), text_at(n, "members.0.id"), ""), 201);
    expect_text(out, "outside", "中国驻汉堡总领事馆"); /* the member says who and where */
    expect_text(out, "country", "德国");
    expect_text(out, "to_unit.name", BUREAU); /* who sent it follows it up */
    json_t *listed = api_get(fx, HEAD, "/duties?mine=1&open=1", &status);
    assert_non_null(find_by(listed, "items", "title", "请协助联系汉堡港"));
    expect_text(step(fx, HEAD, out, "{'verb':'accept'}", 422), "field", "text"); /* what did they answer? */
    out = step(fx, HEAD, out, "{'verb':'accept','text':'总领馆已约见','document_number':'领函12号'}", 200);
    out = step(fx, HEAD, out, "{'verb':'submit','text':'港务局回访'}", 200);
    out = step(fx, HEAD, out, "{'verb':'close'}", 200);
    expect_text(out, "state", "done");
    json_t *in = ask(fx, CITY_OFFICE,
                     api_path(fx, body, "in", "请安排企业参访", text_at(n, "id"), text_at(n, "members.1.id"),
                              api_path(fx, ",'to_unit_id':'%s'", unit_id(fx, BUREAU))),
                     201);
    expect_text(in, "outside", "德国驻沪总领事馆");
    in = step(fx, HEAD, in, "{'verb':'decline','reason':'建设期不便参访'}", 200);
    expect_text(in, "turns.0.text", "建设期不便参访");
    json_t *of =
        api_get(fx, CITY_OFFICE, api_path(fx, "/cooperation-requests?member=%s", text_at(n, "members.1.id")), &status);
    assert_int_equal(count_at(of, "items"), 1);
    expect_text(of, "items.0.state", "declined");
    ask(fx, HEAD, api_path(fx, body, "inside", "x", text_at(n, "id"), text_at(n, "members.0.id"), ""), 422);
}

static int64_t counted(struct fx *fx, const char *country, const char *state)
{
    int status = 0;
    json_t *f = api_get(fx, CITY_OFFICE, "/cooperation-figures?by=country&form=assistance", &status);
    expect_status(f, status, 200);
    json_t *line = find_by(f, "items", "key", country);
    return line != NULL && at(line, api_path(fx, "states.%s", state)) != NULL
               ? int_at(line, api_path(fx, "states.%s", state))
               : 0;
}

/* 多双边打击知识产权侵权行为的合作机制: letters of assistance to and from a country; their state by country, and the letters behind each number. */
static void req_IP_6b(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    static const char body[] =
        "{'form':'assistance','direction':'%s','title':'%s','outside':'%s','due_on':'2099-01-31'%s}";
    expect_text(ask(fx, CITY_OFFICE, api_path(fx, body, "out", "调取证据", "安特卫普检察院", ""), 422), "field",
                "country");
    expect_text(
        ask(fx, CITY_OFFICE, api_path(fx, body, "out", "调取证据", "安特卫普检察院", ",'country':'比利时'"), 422),
        "field", "channel");
    const char *paris = ",'country':'比利时','channel':'海关行政互助'";
    json_t *r = ask(fx, CITY_OFFICE, api_path(fx, body, "out", "协查仿冒水泵来源", "比利时海关", paris), 201);
    assert_int_equal(counted(fx, "比利时", "asked"), 1);
    r = step(fx, CITY_OFFICE, r, "{'verb':'accept','text':'比方立案协查','document_number':'BE-2026-118'}", 200);
    assert_int_equal(counted(fx, "比利时", "asked"), 0);
    assert_int_equal(counted(fx, "比利时", "under_way"), 1);
    json_t *in = ask(fx, CITY_OFFICE,
                     api_path(fx, body, "in", "请协查货主", "比利时海关",
                              api_path(fx, "%s,'to_unit_id':'%s'", paris, unit_id(fx, BUREAU))),
                     201);
    in = step(fx, HEAD, in, "{'verb':'decline','reason':'不在本局职权内'}", 200);
    assert_int_equal(counted(fx, "比利时", "declined"), 1);
    json_t *letters = api_get(
        fx, CITY_OFFICE,
        api_path(fx, "/cooperation-requests?form=assistance&country=%s&sort=due", api_encoded(fx, "比利时")), &status);
    expect_status(letters, status, 200);
    assert_int_equal(count_at(letters, "items"), 2); /* the rows behind the figures */
    json_t *csv = api_get(
        fx, CITY_OFFICE,
        api_path(fx, "/cooperation-requests.csv?form=assistance&country=%s", api_encoded(fx, "比利时")), &status);
    expect_status(csv, status, 200);
    assert_non_null(strstr(json_string_value(csv), "协查仿冒水泵来源"));
    json_t *found =
        api_get(fx, CITY_OFFICE, api_path(fx, "/cooperation-requests?q=%s", api_encoded(fx, "仿冒水泵")), &status);
    assert_int_equal(count_at(found, "items"), 1);
    json_t *theirs =
        api_get(fx, OTHER_CITY, api_path(fx, "/cooperation-requests?country=%s", api_encoded(fx, "比利时")), &status);
    assert_int_equal(count_at(theirs, "items"), 0); /* another city's letters */
    step(fx, CITY_OFFICE, r, "{'verb':'extend','reason':'对方延期','due_on':'2098-01-01'}", 422);
    r = step(fx, CITY_OFFICE, r, "{'verb':'extend','reason':'对方延期','due_on':'2099-06-30'}", 200);
    expect_text(r, "reply_due_on", "2099-06-30");
    expect_text(r, "due_on", "2099-06-30");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_HZ_2_12), ROW(req_SZ_40), ROW(req_IP_6b)};
    return req_run("request", rows);
}
