/* network.c - rows about alliances, overseas offices, networks, channels, agencies that share records, associations. */
#include "req.h"

#include <string.h>

#define BUREAU "澜州市交通运输局"
#define MARKET "澜州市市场监管局"
#define COMMERCE "澜州市商务局"
#define CITY1 "澜州市都市圈建设办公室"
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

/* A network of the commerce bureau since 2026-01-01. */
static json_t *found(struct fx *fx, const char *form, const char *title, const char *more)
{
    int status = 0;
    json_t *n = api_post(fx, OFFICE, "/networks",
                         api_path(fx, "{'form':'%s','title':'%s','from_on':'2026-01-01','unit_id':'%s'%s}", form, title,
                                  unit_id(fx, COMMERCE), more),
                         &status);
    expect_status(n, status, 201);
    return n;
}

static json_t *put(struct fx *fx, const char *who, json_t *n, const char *what, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, who, api_path(fx, "/networks/%s/%s", text_at(n, "id"), what), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *see(struct fx *fx, const char *who, json_t *n, const char *what, int wanted)
{
    int status = 0;
    json_t *out = api_get(fx, who, api_path(fx, "/networks/%s%s", text_at(n, "id"), what), &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *ask(struct fx *fx, const char *who, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, who, "/cooperation-requests", body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *step(struct fx *fx, const char *who, json_t *r, const char *body, int wanted)
{
    int status = 0;
    const char *path = api_path(fx, "/cooperation-requests/%s", text_at(r, "id"));
    json_t *now = api_get(fx, who, path, &status);
    expect_status(now, status, 200);
    api_if_match(fx, now);
    json_t *out = api_post(fx, who, api_path(fx, "%s/steps", path), body, &status);
    expect_status(out, status, wanted);
    return out;
}

/* 长沙—重点高校人才战略合作联盟: members, programmes, placements: what was made is the sum of rows that can be opened and struck out. */
static void req_CS_3_4_3a(void **state)
{
    struct fx *fx = FX(state);
    json_t *n = found(
        fx, "alliance", "澜州—重点高校人才战略合作联盟",
        api_path(fx,
                 ",'members':[{'name':'清江大学','kind':'university'},{'name':'南岭理工大学','kind':'university'},"
                 "{'unit_id':'%s'}]",
                 unit_id(fx, BUREAU)));
    assert_int_equal(count_at(n, "members"), 3);
    json_t *twice = put(fx, OFFICE, n, "members", "{'name':'清江大学','kind':'university'}", 409);
    expect_text(twice, "field", "name");
    n = put(fx, OFFICE, n, "entries",
            "{'kind':'programme','title':'博士后进企业计划','from_on':'2026-03-01','until_on':'2026-12-31',"
            "'quantity_unit':'人','planned':50}",
            201);
    const char *entry = text_at(n, "entries.0.id"),
               *university = text_at(find_by(n, "members", "name", "清江大学"), "id");
    const char *figures = api_path(fx, "entries/%s/figures", entry);
    n = put(fx, OFFICE, n, figures,
            api_path(fx, "{'value':12,'made_on':'2026-06-30','member_id':'%s','place':'澜州轨道公司'}", university),
            201);
    n = put(fx, DESK, n, figures, "{'value':7,'made_on':'2026-09-30','note':'接收函'}",
            201); /* a member unit's clerk */
    expect_int(n, "entries.0.made", 19);
    expect_int(n, "totals.0.planned", 50);
    expect_int(n, "totals.0.made", 19);
    put(fx, OTHER_CITY, n, figures, "{'value':1}", 404); /* no member */
    expect_text(put(fx, OFFICE, n, figures, "{'value':1,'made_on':'2026-02-01'}", 422), "field", "made_on");
    expect_text(put(fx, OFFICE, n, figures, "{'value':0}", 422), "field", "value");
    json_t *rows = see(fx, OFFICE, n, api_path(fx, "/%s", figures), 200);
    assert_int_equal(count_at(rows, "items"), 2);
    expect_text(rows, "items.0.member_name", "清江大学");
    expect_text(rows, "items.1.unit.name", BUREAU);
    const char *wrong = api_path(fx, "figures/%s/void", text_at(rows, "items.0.id"));
    put(fx, DESK, n, wrong, "{'reason':'重复'}", 403); /* another's figure */
    n = put(fx, OFFICE, n, wrong, "{'reason':'重复填报'}", 200);
    expect_int(n, "entries.0.made", 7);
    put(fx, OFFICE, n, wrong, "{'reason':'重复填报'}", 409);
    rows = see(fx, OFFICE, n, api_path(fx, "/%s", figures), 200); /* it stays to be seen */
    expect_text(rows, "items.0.void_reason", "重复填报");
}

/* 驻美国、欧洲、日本、澳大利亚四个办事处: each with four functions; a lead goes to the home unit of its function, and on when that declines. */
static void req_SZ_8(void **state)
{
    struct fx *fx = FX(state);
    json_t *n = found(fx, "overseas", "澜州驻外办事处",
                      ",'functions':[{'code':'liaison','title':'联络'},{'code':'investment','title':'招商'},"
                      "{'code':'promotion','title':'推介'},{'code':'talent','title':'引才'}],'members':["
                      "{'name':'驻美国办事处','kind':'overseas_office','country':'美国'},"
                      "{'name':'驻欧洲办事处','kind':'overseas_office','country':'欧洲'},"
                      "{'name':'驻日本办事处','kind':'overseas_office','country':'日本'},"
                      "{'name':'驻澳大利亚办事处','kind':'overseas_office','country':'澳大利亚'}]");
    assert_int_equal(count_at(n, "functions"), 4);
    expect_text(put(fx, OFFICE, n, "members", "{'name':'驻某地办事处','kind':'overseas_office'}", 422), "field",
                "country");
    for (int m = 0; m < 4; m++)
        for (int k = 0; k < 4; k++)
            n = put(fx, OFFICE, n, "charges",
                    api_path(fx,
                             "{'member_id':'%s','function':'%s','post':'%s主管','contact':'+1 212 555 01%d%d',"
                             "'home_unit_id':'%s'}",
                             text_at(n, api_path(fx, "members.%d.id", m)),
                             text_at(n, api_path(fx, "functions.%d.code", k)),
                             text_at(n, api_path(fx, "functions.%d.title", k)), m, k, unit_id(fx, BUREAU)),
                    201);
    assert_int_equal(count_at(n, "charges"), 16);
    const char *japan = text_at(find_by(n, "members", "country", "日本"), "id");
    static const char cell[] = "{'member_id':'%s','function':'%s','post':'主管'%s}";
    put(fx, OFFICE, n, "charges", api_path(fx, cell, japan, "talent", ""), 409); /* one post a cell */
    expect_text(put(fx, OFFICE, n, "charges", api_path(fx, cell, japan, "trade", ""), 409), "field", "function");
    put(fx, OFFICE, n, "charges", api_path(fx, cell, japan, "talent", ",'contact':'13812345678'"), 422);
    json_t *lead =
        ask(fx, OFFICE,
            api_path(fx,
                     "{'form':'lead','direction':'in','title':'轨道信号企业拟设厂','unit_id':'%s','parent_id':'%s',"
                     "'member_id':'%s','function':'investment','due_on':'2099-01-31'}",
                     unit_id(fx, COMMERCE), text_at(n, "id"), japan),
            201);
    expect_text(lead, "to_unit.name", BUREAU); /* the home unit of that cell */
    expect_text(lead, "country", "日本");
    expect_text(lead, "state", "asked");
    step(fx, DESK, lead, "{'verb':'accept'}", 403); /* a clerk does not answer for the bureau */
    expect_text(step(fx, HEAD, lead, "{'verb':'decline'}", 422), "field", "reason");
    lead = step(fx, HEAD, lead, "{'verb':'decline','reason':'属市发展办职责'}", 200);
    expect_text(lead, "state", "declined");
    int status = 0;
    const char *path = api_path(fx, "/cooperation-requests/%s/hand-over", text_at(lead, "id"));
    const char *to =
        api_path(fx, "{'to_unit_id':'%s','due_on':'2099-02-28','reason':'改由市办承接'}", unit_id(fx, CITY1));
    api_if_match(fx, lead);
    lead = api_post(fx, OFFICE, path, to, &status);
    expect_status(lead, status, 200);
    api_if_match(fx, lead);
    json_t *again = api_post(fx, OFFICE, path, to, &status);
    expect_status(again, status, 409); /* it is asked, not declined */
    lead = step(fx, CITY_OFFICE, lead, "{'verb':'accept','text':'已安排对接'}", 200);
    expect_text(lead, "state", "under_way");
    assert_int_equal(count_at(lead, "turns"), 2);
    expect_text(lead, "turns.0.text", "属市发展办职责");
    expect_text(lead, "turns.1.answer", "accepted");
    n = see(fx, OFFICE, n, "", 200);
    expect_text(n, "requests.0.member_id", japan);
    expect_text(n, "requests.0.function", "investment");
    expect_text(n, "requests.0.state", "under_way");
    json_t *behind =
        api_get(fx, OFFICE,
                api_path(fx, "/cooperation-requests?network=%s&member=%s&function=investment", text_at(n, "id"), japan),
                &status);
    expect_status(behind, status, 200);
    assert_int_equal(count_at(behind, "items"), int_at(n, "requests.0.n"));
}

/* 区域协作网络: members, joint products, a calendar; the public sees what is public of a public one, and nothing before. */
static void req_SZ_9a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *n = found(
        fx, "network", "两江三城旅游协作网络",
        api_path(fx, ",'members':[{'unit_id':'%s'},{'name':'云汀市旅游协会','kind':'tourism'}]", unit_id(fx, BUREAU)));
    n = put(fx, OFFICE, n, "entries",
            "{'kind':'product','title':'两江夜游联票','from_on':'2099-05-01','until_on':'2099-05-05','place':'澜州港','"
            "public':true}",
            201);
    const char *product = text_at(n, "entries.0.id");
    n = put(fx, OFFICE, n, "entries", "{'kind':'event','title':'踩线内部会','from_on':'2099-04-01'}", 201);
    expect_text(put(fx, OFFICE, n, "entries",
                    "{'kind':'event','title':'x','from_on':'2099-04-02','until_on':'2099-04-01'}", 422),
                "field", "until_on");
    const char *steps = api_path(fx, "entries/%s/steps", product);
    put(fx, OFFICE, n, steps, "{'to':'done'}", 409); /* it has not begun */
    put(fx, DESK, n, steps, "{'to':'confirmed'}", 403);
    n = put(fx, OFFICE, n, steps, "{'to':'confirmed'}", 200);
    json_t *calendar = see(fx, DESK, n, "/calendar?from=2099-01-01&until=2099-12-31", 200); /* a member's clerk */
    assert_int_equal(count_at(calendar, "items"), 2);
    expect_text(calendar, "items.1.title", "两江夜游联票");
    json_t *ics = see(fx, DESK, n, "/calendar.ics?from=2099-01-01&until=2099-12-31", 200);
    const char *text = json_string_value(ics);
    assert_non_null(strstr(text, "BEGIN:VCALENDAR\r\n"));
    assert_non_null(
        strstr(text, "DTSTART;VALUE=DATE:20990501\r\nDTEND;VALUE=DATE:20990506\r\nSUMMARY:两江夜游联票\r\n"));
    assert_non_null(strstr(text, "STATUS:CONFIRMED"));
    const char *path = api_path(fx, "/public/networks/%s", text_at(n, "id"));
    json_t *hidden = api_get(fx, CITIZEN, path, &status);
    expect_status(hidden, status, 404);
    api_if_match(fx, n);
    put(fx, HEAD, n, "visibility", "{'visible':'public'}", 403);
    api_if_match(fx, n);
    n = put(fx, OFFICE, n, "visibility", "{'visible':'public'}", 200);
    json_t *seen = api_get(fx, CITIZEN, api_path(fx, "%s?from=2099-01-01&until=2099-12-31", path), &status);
    expect_status(seen, status, 200);
    assert_int_equal(count_at(seen, "calendar"), 1); /* not the internal one */
    expect_text(seen, "calendar.0.title", "两江夜游联票");
    assert_null(at(seen, "members.0.contact"));
    n = put(fx, OFFICE, n, steps, "{'to':'cancelled','reason':'汛期停航'}", 200);
    ics = api_get(fx, CITIZEN, api_path(fx, "%s/calendar.ics?from=2099-01-01&until=2099-12-31", path), &status);
    expect_status(ics, status, 200);
    assert_non_null(strstr(json_string_value(ics), "STATUS:CANCELLED")); /* who has it in a calendar is told */
    assert_null(strstr(json_string_value(ics), "踩线内部会"));
}

/* 国家高层互访、官方外交、友好往来: a register of channels and visits; an opportunity comes from a visit and goes to a unit. */
static void req_SZ_39(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *n = found(
        fx, "diplomatic", "外交渠道登记",
        ",'visible':'all','members':[{'name':'国家高层互访','kind':'channel'},{'name':'友好往来','kind':'channel'}]");
    const char *channel = text_at(n, "members.0.id");
    expect_text(put(fx, OFFICE, n, "entries", "{'kind':'visit','title':'某国总理来访'}", 422), "field", "country");
    n = put(fx, OFFICE, n, "entries",
            api_path(fx,
                     "{'kind':'visit','title':'荷兰首相访华','country':'荷兰','from_on':'2026-05-12','member_id':'%s'}",
                     channel),
            201);
    const char *visit = text_at(n, "entries.0.id");
    static const char body[] =
        "{'form':'opportunity','direction':'in','title':'港口合作备忘录','outside':'鹿特丹港务局','unit_id':'%s',"
        "'to_unit_id':'%s','parent_id':'%s','due_on':'2099-03-31'%s}";
    json_t *no_visit =
        ask(fx, OFFICE, api_path(fx, body, unit_id(fx, COMMERCE), unit_id(fx, BUREAU), text_at(n, "id"), ""), 422);
    expect_text(no_visit, "field", "entry_id");
    json_t *r = ask(fx, OFFICE,
                    api_path(fx, body, unit_id(fx, COMMERCE), unit_id(fx, BUREAU), text_at(n, "id"),
                             api_path(fx, ",'entry_id':'%s'", visit)),
                    201);
    expect_text(r, "country", "荷兰");
    expect_text(r, "channel", "荷兰首相访华");
    r = step(fx, HEAD, r, "{'verb':'accept'}", 200);
    json_t *of_visit =
        api_get(fx, OFFICE, api_path(fx, "/cooperation-requests?entry=%s&state=under_way", visit), &status);
    expect_status(of_visit, status, 200);
    assert_int_equal(count_at(of_visit, "items"), 1);
    expect_text(see(fx, OFFICE, n, "", 200), "requests.0.entry_id", visit);
}

/* 工商、海关、专利和商务等部门密切合作: a processing firm's record is seen by the four agencies named and by nobody else, of whatever reach; each look is journalled. */
static void req_IP_11c(void **state)
{
    struct fx *fx = FX(state);
    const char *four = api_path(fx, "'%s','%s','%s','%s'", unit_id(fx, BUREAU), unit_id(fx, CITY1), unit_id(fx, MARKET),
                                unit_id(fx, COMMERCE));
    json_t *n = found(
        fx, "agencies", "进出口环节四部门协作",
        api_path(fx, ",'visible':'all','members':[{'unit_id':'%s'},{'unit_id':'%s'},{'unit_id':'%s'},{'unit_id':'%s'}]",
                 unit_id(fx, BUREAU), unit_id(fx, CITY1), unit_id(fx, MARKET), unit_id(fx, COMMERCE)));
    put(fx, OFFICE, n, "members", "{'name':'某协会','kind':'association'}", 422); /* only agencies */
    static const char record[] = "{'firm':'澜州精工出口加工厂','code':'%s','kind':'oem','agencies':[%s]}";
    expect_text(put(fx, HEAD, n, "records", api_path(fx, record, "91330100MA27X00010", four), 422), "field", "code");
    put(fx, OTHER_CITY, n, "records", api_path(fx, record, "91350100M000100Y43", four),
        403); /* works in none of them */
    n = put(fx, HEAD, n, "records", api_path(fx, record, "91350100M000100Y43", four), 201);
    expect_text(n, "records.0.firm", "澜州精工出口加工厂");
    const char *id = text_at(n, "records.0.id");
    put(fx, HEAD, n, "records", api_path(fx, record, "91350100M000100Y43", four), 409); /* one record a firm */
    n = put(fx, CITY_OFFICE, n, api_path(fx, "records/%s/filings", id),
            "{'client':'Noordzee Tools "
            "B.V.','country':'荷兰','right_number':'商标注册第9990001号','goods':'手动工具','from_on':'2026-02-01'}",
            201);
    n = put(fx, DESK, n, api_path(fx, "records/%s/notes", id), "{'kind':'inspection','text':'授权书齐全'}", 201);
    const char *look = api_path(fx, "records/%s/look", id);
    json_t *seen = put(fx, CITY_OFFICE, n, look, "{'purpose':'inspection'}", 200);
    expect_text(seen, "firm", "澜州精工出口加工厂");
    expect_text(seen, "filings.0.client", "Noordzee Tools B.V.");
    expect_text(seen, "filings.0.unit.name", CITY1);
    expect_text(seen, "notes.0.unit.name", BUREAU);
    assert_int_equal(count_at(seen, "agencies"), 4);
    expect_text(seen, "looks.0.unit.name", CITY1);
    put(fx, CITY_OFFICE, n, look, "{}", 422); /* for nothing nobody looks */
    json_t *wide =
        see(fx, OFFICE, n, "",
            200); /* the office reads the network, and all four cities' units, but works in none of the four */
    assert_int_equal(count_at(wide, "records"), 0);
    put(fx, OFFICE, n, look, "{'purpose':'inspection'}", 404);
    put(fx, OTHER_CITY, n, look, "{'purpose':'inspection'}", 404); /* a fifth agency */
    assert_int_equal(count_at(see(fx, OTHER_CITY, n, "/records", 200), "items"), 0);
    json_t *journal = see(fx, OFFICE, n, "/journal", 200);
    assert_non_null(find_by(journal, "items", "verb", "look"));
    assert_null(strstr(json_dumps(journal, 0), "精工")); /* the journal is read by more people than the record */
    put(fx, CITY_OFFICE, n, api_path(fx, "records/%s/agencies/end", id),
        api_path(fx, "{'unit_id':'%s','reason':'x'}", unit_id(fx, MARKET)), 403);
    put(fx, HEAD, n, api_path(fx, "records/%s/agencies/end", id),
        api_path(fx, "{'unit_id':'%s','reason':'职责调整'}", unit_id(fx, CITY1)), 200);
    put(fx, CITY_OFFICE, n, look, "{'purpose':'inspection'}", 404); /* no longer */
    put(fx, DESK, n, look, "{'purpose':'risk'}", 200);
}

/* 行业协会: each member pledges once, kept or broken on evidence; in a collective defence at least two members stand together. */
static void req_IP_17a(void **state)
{
    struct fx *fx = FX(state);
    json_t *n = found(fx, "association", "澜州五金行业协会",
                      ",'visible':'all','members':[{'name':'甲五金公司','kind':'firm'},{'name':'乙五金公司','kind':'"
                      "firm'},{'name':'丙五金公司','kind':'firm'}]");
    const char *a = text_at(n, "members.0.id"), *b = text_at(n, "members.1.id"), *c = text_at(n, "members.2.id");
    assert_int_equal(count_at(n, "unpledged"), 3);
    static const char pledge[] = "{'kind':'pledge','title':'不侵权承诺','text':'不制造、不销售侵权产品。'%s}";
    expect_text(put(fx, OFFICE, n, "entries", api_path(fx, pledge, ""), 422), "field", "member_id");
    n = put(fx, OFFICE, n, "entries", api_path(fx, pledge, api_path(fx, ",'member_id':'%s'", a)), 201);
    expect_text(n, "entries.0.state", "made");
    assert_int_equal(count_at(n, "unpledged"), 2);
    put(fx, OFFICE, n, "entries", api_path(fx, pledge, api_path(fx, ",'member_id':'%s'", a)), 409);
    const char *steps = api_path(fx, "entries/%s/steps", text_at(n, "entries.0.id"));
    expect_text(put(fx, OFFICE, n, steps, "{'to':'broken'}", 422), "field", "reason");
    n = put(fx, OFFICE, n, steps, "{'to':'broken','reason':'抽查发现侵权产品一批'}", 200);
    assert_int_equal(count_at(n, "unpledged"), 3); /* it may pledge again */
    static const char defence[] =
        "{'form':'defence','direction':'in','title':'应对境外专利诉讼','unit_id':'%s','to_unit_id':'%"
        "s','due_on':'2099-06-30'%s}";
    const char *home = unit_id(fx, COMMERCE), *to = unit_id(fx, BUREAU);
    expect_text(ask(fx, OFFICE, api_path(fx, defence, home, to, ""), 422), "field", "parent_id");
    json_t *other = found(fx, "alliance", "不是协会", "");
    expect_text(
        ask(fx, OFFICE,
            api_path(fx, defence, home, to, api_path(fx, ",'outside':'x','parent_id':'%s'", text_at(other, "id"))),
            422),
        "field", "parent_id");
    json_t *one = ask(
        fx, OFFICE,
        api_path(fx, defence, home, to, api_path(fx, ",'parent_id':'%s','members':['%s']", text_at(n, "id"), a)), 422);
    expect_text(one, "field", "members");
    json_t *r = ask(fx, OFFICE,
                    api_path(fx, defence, home, to,
                             api_path(fx, ",'parent_id':'%s','members':['%s','%s']", text_at(n, "id"), a, b)),
                    201);
    expect_text(r, "outside", "澜州五金行业协会");
    assert_int_equal(count_at(r, "joins"), 2);
    int status = 0;
    const char *join = api_path(fx, "/cooperation-requests/%s/members", text_at(r, "id"));
    json_t *joined = api_post(fx, OFFICE, join, api_path(fx, "{'member_id':'%s','text':'分担律师费'}", c), &status);
    expect_status(joined, status, 201);
    assert_int_equal(count_at(joined, "joins"), 3);
    expect_text(find_by(joined, "joins", "text", "分担律师费"), "name", "丙五金公司");
    joined = api_post(fx, OFFICE, join, api_path(fx, "{'member_id':'%s'}", c), &status);
    expect_status(joined, status, 409);
    r = step(fx, HEAD, r, "{'verb':'accept','text':'组织应诉指导'}", 200);
    r = step(fx, HEAD, r, "{'verb':'submit','text':'已和解'}", 200);
    r = step(fx, OFFICE, r, "{'verb':'withdraw','reason':'x'}", 409); /* it waits for confirmation */
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_3_4_3a), ROW(req_SZ_8),   ROW(req_SZ_9a),
                                      ROW(req_SZ_39),     ROW(req_IP_11c), ROW(req_IP_17a)};
    return req_run("network", rows);
}
