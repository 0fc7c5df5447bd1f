/* cases.c - rows about reports and what becomes of them: from the message of a citizen to the answer that he may dispute. */
#include "req.h"

#include <stdlib.h>
#include <string.h>

#define CITY_OFFICE "city_office"
#define SANITATION "sanitation" /* head of the first city's city management bureau */

#define BUREAU "澜州市城市管理局"

/* A picture of one point, uploaded. */
static const char *picture(struct fx *fx, const char *who)
{
    static const unsigned char png[] = {
        0x89, 'P',  'N',  'G', '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',  'D',  'R', 0, 0,
        0,    1,    0,    0,   0,    1,    8,    2,    0,    0,    0,    0x90, 0x77, 0x53, 0xde, 0,   0, 0,
        12,   'I',  'D',  'A', 'T',  8,    0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0,    0,    3,    1,    1,   0, 0x18,
        0xdd, 0x8d, 0xb0, 0,   0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};
    int status = 0;
    json_t *file = api_upload(fx, who, "/files", "image/png", (struct span){(const char *)png, sizeof png}, &status);
    expect_status(file, status, 201);
    return text_at(file, "id");
}

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

/* Sent by a citizen without an account. */
static json_t *send(struct fx *fx, const char *body)
{
    int status = 0;
    json_t *out = api_post(fx, CITIZEN, "/public/reports", body, &status);
    expect_status(out, status, 201);
    return out;
}

/* The desk's view of what has this number. */
static json_t *of_number(struct fx *fx, const char *who, const char *number)
{
    int status = 0;
    json_t *page = api_get(fx, who, api_path(fx, "/cases?q=%s", number), &status);
    json_t *found = find_by(page, "items", "number", number);
    assert_non_null(found);
    json_t *c = api_get(fx, who, api_path(fx, "/cases/%s", text_at(found, "id")), &status);
    expect_status(c, status, 200);
    return c;
}

static json_t *step(struct fx *fx, const char *who, json_t *c, const char *body, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, CITY_OFFICE, api_path(fx, "/cases/%s", text_at(c, "id")), &status);
    api_if_match(fx, now);
    json_t *out = api_post(fx, who, api_path(fx, "/cases/%s/steps", text_at(c, "id")), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *look_up(struct fx *fx, json_t *sent, int wanted)
{
    int status = 0;
    json_t *out =
        api_post(fx, CITIZEN, "/public/reports/look-up",
                 api_path(fx, "{'number':'%s','code':'%s'}", text_at(sent, "number"), text_at(sent, "code")), &status);
    expect_status(out, status, wanted);
    return out;
}

/* 及时汇总群众反馈问题,切实解决群众反映的问题: message → group → assign → solved, reply; the reporter has the last word. */
static void req_EN_12(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *sent = send(fx, "{'type':'rubbish-heap','place_code':'990102','address':'江北大道','text':'"
                            "垃圾堆积，电话13912345678','telephone':'13912345678'}");
    json_t *again = send(fx, "{'type':'rubbish-heap','place_code':'990102','address':'江北大道','text':'还是这一堆','"
                             "telephone':'13912345678'}");
    json_t *c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    expect_text(c, "responsible.name", "澜州市城市管理局");
    /* Grouped: the second message about the same heap is merged into the first, by a person. */
    json_t *twin = of_number(fx, CITY_OFFICE, text_at(again, "number"));
    api_if_match(fx, twin);
    json_t *merged = api_post(fx, CITY_OFFICE, api_path(fx, "/cases/%s/merge", text_at(twin, "id")),
                              api_path(fx, "{'into_id':'%s','reason':'同一处'}", text_at(c, "id")), &status);
    expect_status(merged, status, 200);
    expect_text(merged, "mark", "refused");
    c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    expect_int(c, "me_too", 1);
    step(fx, CITY_OFFICE, c, api_path(fx, "{'verb':'dispatch','unit_id':'%s'}", text_at(c, "responsible.id")), 200);
    step(fx, SANITATION, c, "{'verb':'acknowledge'}", 200);
    step(fx, SANITATION, c, "{'verb':'feed_back','text':'已清理'}", 422); /* nothing to show for it */
    step(fx, SANITATION, c,
         api_path(fx, "{'verb':'feed_back','text':'已清理','file_ids':['%s']}", picture(fx, SANITATION)), 200);
    step(fx, CITY_OFFICE, c, "{'verb':'pass'}", 200);
    json_t *reply = api_post(fx, CITY_OFFICE, api_path(fx, "/cases/%s/notes", text_at(c, "id")),
                             "{'audience':'reporter','text':'已清运两车。'}", &status);
    expect_status(reply, status, 201);
    json_t *seen = look_up(fx, sent, 200);
    expect_text(seen, "notes.0.text", "已清运两车。");
    expect_text(seen, "mark", "done");
    json_t *disputed =
        api_post(fx, CITIZEN, api_path(fx, "/public/reports/%s/acts", text_at(sent, "number")),
                 api_path(fx, "{'code':'%s','verb':'dispute','text':'还有一半'}", text_at(sent, "code")), &status);
    expect_status(disputed, status, 200);
    expect_text(disputed, "mark", "handling");
    /* The desk that keys a call sees what came from the same telephone; another city's desk does not. */
    json_t *earlier = api_post(fx, CITY_OFFICE, "/cases/earlier", "{'telephone':'139-1234-5678'}", &status);
    expect_status(earlier, status, 200);
    assert_int_equal(count_at(earlier, "items"), 2);
    earlier = api_post(fx, OTHER_CITY, "/cases/earlier", "{'telephone':'13912345678'}", &status);
    expect_status(earlier, status, 200);
    assert_int_equal(count_at(earlier, "items"), 0);
    /* Nobody else reads it, and a code that is wrong finds nothing. */
    json_t *stranger = api_get(fx, OTHER_CITY, api_path(fx, "/cases/%s", text_at(c, "id")), &status);
    expect_status(stranger, status, 404);
    json_t *guess = api_post(fx, CITIZEN, "/public/reports/look-up",
                             api_path(fx, "{'number':'%s','code':'2222222222'}", text_at(sent, "number")), &status);
    expect_status(guess, status, 404);
}

/* 建立全国举报投诉服务系统: report by web, telephone or letter → number → service centre of the place. */
static void req_IP_13a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *web = send(fx, "{'pack':'ip-protection','type':'trademark','place_code':'990202','address':'汀洲商场','"
                           "text':'假冒商标的皮鞋','attributes':{'mark':'云麓'}}");
    assert_non_null(strstr(text_at(web, "number"), "AJ-990200-")); /* of the place's city */
    expect_text(web, "unit_name", "云汀市都市圈建设办公室");
    static const char *const channels[] = {"telephone", "letter", "visit"};
    for (size_t i = 0; i < 3; i++) {
        json_t *keyed =
            api_post(fx, CITY_OFFICE, "/cases",
                     api_path(fx,
                              "{'pack':'ip-protection','type':'patent','channel':'%s','place_code':'990103','address':'"
                              "东湖区','text':'仿冒专利产品','attributes':{'patent_number':'ZL2020%zu'}}",
                              channels[i], i),
                     &status);
        expect_status(keyed, status, 201);
        json_t *c = of_number(fx, CITY_OFFICE, text_at(keyed, "number"));
        expect_text(c, "channel", channels[i]);
        expect_text(c, "attributes.0.code", "patent_number");
    }
    json_t *missing =
        api_post(fx, CITIZEN, "/public/reports",
                 "{'pack':'ip-protection','type':'patent','place_code':'990103','address':'x','text':'y'}", &status);
    expect_status(missing, status, 422);
    expect_text(missing, "field", "attributes.patent_number");
    json_t *nowhere = api_post(fx, CITIZEN, "/public/reports",
                               "{'type':'toilet','place_code':'123456','address':'x','text':'y'}", &status);
    expect_status(nowhere, status, 422);
    expect_text(nowhere, "field", "place_code");
    json_t *desk =
        api_post(fx, DESK, "/cases", "{'type':'toilet','place_code':'990102','address':'x','text':'y'}", &status);
    expect_status(desk, status, 403); /* a bureau's clerk takes no reports */
}

/* 案件受理、转交办理、跟踪监督、办结反馈、情况汇总: the five stages, and what leaves them out is refused. */
static void req_IP_13c(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *sent = send(fx, "{'pack':'ip-protection','type':'piracy','place_code':'990102','address':'江北书市','text':"
                            "'盗版教材','attributes':{'title':'小学数学','carrier':['textbook']}}");
    json_t *c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    expect_text(c, "mark", "received");
    step(fx, CITY_OFFICE, c, "{'verb':'pass'}", 409);               /* not yet */
    json_t *now = step(fx, CITY_OFFICE, c, "{'verb':'file'}", 200); /* accepted */
    expect_text(now, "mark", "filed");
    now = step(fx, CITY_OFFICE, c, api_path(fx, "{'verb':'dispatch','unit_id':'%s'}", unit_id(fx, BUREAU)),
               200); /* referred */
    expect_text(now, "mark", "dispatched");
    json_t *duty = api_get(fx, CITY_OFFICE, api_path(fx, "/duties/%s", text_at(c, "duty_id")), &status);
    json_t *urged = api_post(fx, CITY_OFFICE, api_path(fx, "/duties/%s/urges", text_at(duty, "id")),
                             "{'text':'请抓紧'}", &status); /* tracked */
    assert_true(status == 200 || status == 201);
    assert_int_equal(count_at(urged, "urges"), 1);
    step(fx, SANITATION, c, "{'verb':'acknowledge'}", 200);
    step(fx, SANITATION, c,
         api_path(fx, "{'verb':'feed_back','text':'查扣三百册','file_ids':['%s']}", picture(fx, SANITATION)), 200);
    step(fx, CITY_OFFICE, c, "{'verb':'pass'}", 200);
    json_t *closed = api_post(
        fx, CITIZEN, api_path(fx, "/public/reports/%s/acts", text_at(sent, "number")), /* closed and answered */
        api_path(fx, "{'code':'%s','verb':'close','satisfaction':5}", text_at(sent, "code")), &status);
    expect_status(closed, status, 200);
    expect_text(closed, "mark", "closed");
    json_t *sums = api_get(fx, CITY_OFFICE, "/case-statistics?by=type", &status); /* summed up */
    json_t *group = find_by(sums, "items", "key", "piracy");
    assert_non_null(group);
    expect_int(group, "counts.reported", 1);
    expect_int(group, "counts.closed", 1);
    expect_int(group, "counts.satisfied", 1);
    json_t *rows =
        api_get(fx, CITY_OFFICE, "/cases?type=piracy&figure=closed", &status); /* and each figure opens to its rows */
    assert_int_equal(count_at(rows, "items"), 1);
    expect_text(rows, "items.0.number", text_at(sent, "number"));
}

/* 打击盗版书刊、教材教辅以及网络侵权盗版: report with address or title → evidence → taken down. */
static void req_IP_8d(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *untitled = api_post(fx, CITIZEN, "/public/reports",
                                "{'type':'piracy','place_code':'990102','address':'网上','text':'盗版','attributes':{'"
                                "url':'http://a.example/1'}}",
                                &status);
    expect_status(untitled, status, 422);
    expect_text(untitled, "field", "attributes.title");
    json_t *sent = send(fx, "{'type':'piracy','place_code':'990102','address':'网上','text':'盗版小说','attributes':{'"
                            "title':'某小说','url':'http://a.example/1','carrier':['online']}}");
    json_t *c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    expect_text(c, "attributes.1.values.0.zh", "http://a.example/1");
    expect_text(c, "attributes.2.values.0.en", "online");
    step(fx, CITY_OFFICE, c, api_path(fx, "{'verb':'dispatch','unit_id':'%s'}", unit_id(fx, BUREAU)), 200);
    step(fx, SANITATION, c, "{'verb':'acknowledge'}", 200);
    step(fx, SANITATION, c, "{'verb':'feed_back','text':'已下架'}", 422); /* evidence first */
    json_t *done =
        step(fx, SANITATION, c,
             api_path(fx, "{'verb':'feed_back','text':'已下架','file_ids':['%s']}", picture(fx, SANITATION)), 200);
    expect_text(done, "mark", "done");
}

/* 开展公共场所英语标识专项整治工作: sign found wrong → owner, correct text, closed with a picture of the new one. */
static void req_SZ_35b(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *sent = send(fx, "{'type':'sign','place_code':'990102','address':'江北地铁站','text':'出口写成了 "
                            "Export','attributes':{'printed':'Export','correct':'Exit','owner':'地铁公司'}}");
    json_t *c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    expect_text(c, "attributes.1.values.0.zh", "Exit");
    expect_text(c, "responsible.name", "澜州市文化广电旅游局");
    step(fx, CITY_OFFICE, c, api_path(fx, "{'verb':'dispatch','unit_id':'%s'}", unit_id(fx, BUREAU)), 200);
    step(fx, SANITATION, c, "{'verb':'acknowledge'}", 200);
    step(fx, SANITATION, c, "{'verb':'feed_back','text':'已更换'}", 422);
    step(fx, SANITATION, c,
         api_path(fx, "{'verb':'feed_back','text':'已更换','file_ids':['%s']}", picture(fx, SANITATION)), 200);
    c = step(fx, CITY_OFFICE, c, "{'verb':'pass'}", 200);
    api_if_match(fx, c);
    json_t *open =
        api_post(fx, CITY_OFFICE, api_path(fx, "/cases/%s/release", text_at(c, "id")), "{'public':true}", &status);
    expect_status(open, status, 200);
    json_t *list = api_get(fx, CITIZEN, "/public/cases?type=sign", &status);
    assert_non_null(find_by(list, "items", "number", text_at(sent, "number")));
}

/* 完善社区管理和服务机制: requests → handling; a person's request is never public. */
static void req_SZ_29c(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *sent = send(fx, "{'type':'community','place_code':'990103','address':'东湖街道','text':'需要英语服务','"
                            "email':'a@example.org','attributes':{'language':'en'}}");
    json_t *c = of_number(fx, CITY_OFFICE, text_at(sent, "number"));
    step(fx, CITY_OFFICE, c, api_path(fx, "{'verb':'dispatch','unit_id':'%s'}", unit_id(fx, BUREAU)), 200);
    c = step(fx, SANITATION, c, "{'verb':'acknowledge'}", 200);
    expect_text(c, "mark", "handling");
    assert_non_null(at(c, "expected_at"));
    api_if_match(fx, c);
    json_t *never =
        api_post(fx, CITY_OFFICE, api_path(fx, "/cases/%s/release", text_at(c, "id")), "{'public':true}", &status);
    expect_status(never, status, 409);
    json_t *contact = api_post(fx, CITY_OFFICE, api_path(fx, "/cases/%s/contact", text_at(c, "id")),
                               "{'purpose':'约定上门时间'}", &status);
    expect_status(contact, status, 200);
    expect_text(contact, "email", "a@example.org");
    json_t *journal = api_get(fx, CITY_OFFICE, api_path(fx, "/cases/%s/journal", text_at(c, "id")), &status);
    json_t *opened = find_by(journal, "items", "verb", "open_contact");
    assert_non_null(opened);
    expect_text(opened, "change.purpose", "约定上门时间");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_EN_12), ROW(req_IP_13a), ROW(req_IP_13c),
                                      ROW(req_IP_8d), ROW(req_SZ_35b), ROW(req_SZ_29c)};
    return req_run("cases", rows);
}
