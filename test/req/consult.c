/* consult.c - rows about hearing each other: joint signing, collective consultation, land across a border, infrastructure. */
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

static json_t *open_matter(struct fx *fx, const char *as, const char *kind, const char *title, const char *heard)
{
    int status = 0;
    json_t *c = api_post(
        fx, as, "/consultations",
        api_path(fx, "{'kind':'%s','title':'%s','body':'请提出意见。','reply_due_on':'2099-12-31','heard':[%s]}", kind,
                 title, heard),
        &status);
    expect_status(c, status, 201);
    expect_text(c, "state", "open");
    return c;
}

static const char *two(struct fx *fx, const char *a, const char *b)
{
    return api_path(fx, "'%s','%s'", unit_id(fx, a), unit_id(fx, b));
}

/* What the asker's own unit says. */
static json_t *say(struct fx *fx, const char *as, json_t *c, const char *stance, const char *text, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, as, api_path(fx, "/consultations/%s/opinions", text_at(c, "id")),
                           api_path(fx, "{'stance':'%s','text':'%s'}", stance, text), &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *decide(struct fx *fx, const char *as, json_t *c, const char *unit, const char *json, int wanted)
{
    int status = 0;
    json_t *out =
        api_put(fx, as, api_path(fx, "/consultations/%s/opinions/%s/decision", text_at(c, "id"), unit_id(fx, unit)),
                json, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *conclude(struct fx *fx, const char *as, json_t *c, const char *text, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, as, api_path(fx, "/consultations/%s", text_at(c, "id")), &status);
    expect_status(now, status, 200);
    api_if_match(fx, now);
    json_t *out = api_post(fx, as, api_path(fx, "/consultations/%s/conclude", text_at(c, "id")),
                           api_path(fx, "{'conclusion':'%s'}", text), &status);
    expect_status(out, status, wanted);
    return out;
}

/* 共同签署: sent to the four cities; each signs once and only for itself; in force when all have. */
static void req_HZ_0_2(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *import = req_import(fx, OFFICE, "四市合作行动纲要\n1.联通道路。于2027年6月30日以前完成。\n", &status);
    json_t *all = api_get(fx, OFFICE, "/cooperations", &status);
    api_if_match(fx, import);
    json_t *done =
        api_post(fx, OFFICE, api_path(fx, "/imports/%s/confirm", text_at(import, "id")),
                 api_path(fx, "{'region_code':'990000','cooperation_id':'%s'}", text_at(all, "items.0.id")), &status);
    expect_status(done, status, 200);
    const char *id = text_at(done, "outlines.0.id");
    const char *path = api_path(fx, "/outlines/%s/signatures", id);
    json_t *refused = api_post(fx, OTHER_CITY, path, "{}", &status);
    assert_int_not_equal(status, 201); /* it was not sent out */
    json_t *s = api_post(fx, OFFICE, api_path(fx, "/outlines/%s/signature-requests", id),
                         api_path(fx, "{'units':[%s,%s]}", two(fx, CITY1, CITY2), two(fx, CITY3, CITY4)), &status);
    expect_status(s, status, 201);
    expect_int(s, "members", 4);
    expect_int(s, "signed", 0);
    s = api_post(fx, OTHER_CITY, path, "{}", &status);
    expect_status(s, status, 201);
    expect_int(s, "signed", 1);
    assert_true(json_is_null(at(s, "in_force_on")));
    refused = api_post(fx, OTHER_CITY, path, "{}", &status);
    expect_status(refused, status, 409); /* twice */
    refused = api_post(fx, OTHER_CITY, path, api_path(fx, "{'unit_id':'%s'}", unit_id(fx, CITY3)), &status);
    expect_status(refused, status, 403); /* for another city */
    refused = api_post(fx, CITY_OFFICE, path, "{'signed_on':'2099-01-01'}", &status);
    expect_status(refused, status, 422); /* a day to come */
    s = api_post(fx, CITY_OFFICE, path, "{}", &status);
    expect_status(s, status, 201);
    expect_int(s, "signed", 2);
    assert_true(json_is_null(at(s, "in_force_on"))); /* two of four: not in force */
    json_t *journal = api_get(fx, OFFICE, api_path(fx, "/outlines/%s/journal", id), &status);
    if (status == 200)
        assert_non_null(find_by(journal, "items", "verb", "sign"));
    json_t *demo =
        api_get(fx, OFFICE, "/outlines", &status); /* the demonstration's own waits for one city: then it is in force */
    json_t *first = find_by(demo, "items", "document_number", "澜联发〔2025〕6号");
    assert_non_null(first);
    path = api_path(fx, "/outlines/%s/signatures", text_at(first, "id"));
    s = api_get(fx, OFFICE, path, &status);
    expect_int(s, "signed", 3);
    s = api_post(fx, CITY_OFFICE, path, "{'signed_on':'2025-11-21'}", &status);
    expect_status(s, status, 201);
    expect_int(s, "signed", 4);
    expect_text(s, "in_force_on", "2025-11-21"); /* the day of the last signature */
}

/* 重大环保事项集体会商制度: the parties convened, each heard; it ends only when every objection was decided on. */
static void req_HZ_5_9(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *c = open_matter(fx, OFFICE, "consultation", "澜江蓝藻联防联控", two(fx, CITY1, CITY2));
    (void)api_get(fx, DESK, api_path(fx, "/consultations/%s", text_at(c, "id")), &status);
    assert_int_equal(status, 404); /* not heard: does not see it */
    (void)conclude(fx, OFFICE, c, "一致同意。", 409);
    (void)say(fx, CITY_OFFICE, c, "agree", "", 201);
    json_t *refused = api_post(fx, OTHER_CITY, api_path(fx, "/consultations/%s/opinions", text_at(c, "id")),
                               api_path(fx, "{'unit_id':'%s','stance':'agree'}", unit_id(fx, CITY1)), &status);
    expect_status(refused, status, 403);             /* for another city */
    (void)say(fx, OTHER_CITY, c, "object", "", 422); /* an objection says why */
    c = say(fx, OTHER_CITY, c, "object", "资金分担没有依据。", 201);
    expect_int(c, "objections", 1);
    (void)conclude(fx, OFFICE, c, "一致同意。", 409);
    (void)decide(fx, OFFICE, c, CITY2, "{'decision':'declined'}", 422); /* not without a reason */
    (void)decide(fx, OTHER_CITY, c, CITY2, "{'decision':'taken'}", 403);
    (void)decide(fx, OFFICE, c, CITY2, "{'decision':'partly','reason':'按流域面积重算。'}", 200);
    c = conclude(fx, OFFICE, c, "建立四市联合处置机制。", 200);
    expect_text(c, "state", "concluded");
    (void)say(fx, CITY_OFFICE, c, "object", "晚了。", 409);
}

/* 协商解决产业用地问题: one city asks the other across the border; offers go to and fro; the agreement ends it. */
static void req_HZ_4_4(void **state)
{
    struct fx *fx = FX(state);
    json_t *c =
        open_matter(fx, CITY_OFFICE, "consultation", "跨市产业园用地指标", api_path(fx, "'%s'", unit_id(fx, CITY2)));
    c = say(fx, OTHER_CITY, c, "change", "可提供300亩，指标收益各半。", 201);
    expect_text(c, "heard.0.opinion.text", "可提供300亩，指标收益各半。");
    (void)decide(fx, CITY_OFFICE, c, CITY2, "{'decision':'partly','reason':'收益按六四分。'}", 200);
    c = say(fx, OTHER_CITY, c, "agree", "同意六四分。", 201);
    expect_int(c, "heard.0.opinion.round", 2);            /* the second offer counts, the first stays in the journal */
    (void)conclude(fx, OTHER_CITY, c, "达成协议。", 403); /* who asked concludes */
    c = conclude(fx, CITY_OFFICE, c, "提供300亩，收益六四分。", 200);
    expect_text(c, "conclusion", "提供300亩，收益六四分。");
}

/* 市域重大基础设施协调制度: a project that touches several is countersigned by all of them before it is decided. */
static void req_CS_3_1_2c(void **state)
{
    struct fx *fx = FX(state);
    json_t *c = open_matter(fx, OFFICE, "countersign", "跨市供水管线走向", two(fx, CITY1, CITY2));
    (void)say(fx, CITY_OFFICE, c, "agree", "", 201);
    (void)say(fx, OTHER_CITY, c, "change", "改走江北。", 201);
    (void)decide(fx, OFFICE, c, CITY2, "{'decision':'taken'}", 200);
    (void)conclude(fx, OFFICE, c, "按江北走向建设。", 409); /* decided, but not countersigned by the second */
    (void)say(fx, OTHER_CITY, c, "agree", "已修改，同意。", 201);
    c = conclude(fx, OFFICE, c, "按江北走向建设。", 200);
    expect_text(c, "state", "concluded");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_HZ_0_2), ROW(req_HZ_5_9), ROW(req_HZ_4_4), ROW(req_CS_3_1_2c)};
    return req_run("consult", rows);
}
