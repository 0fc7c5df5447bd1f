/* power.c - rows about delegation: who decides a power in a place on a day, and why; what a grant depends on; what is refused. */
#include "req.h"

#include <string.h>

/* A power that lies with the province since 2020. */
static json_t *power(struct fx *fx, const char *code, const char *level)
{
    int status = 0;
    json_t *p = api_post(fx, OFFICE, "/powers",
                         api_path(fx,
                                  "{'form':'%s','code':'%s','title':'权限%s','document_number':'条例第三条',"
                                  "'from_on':'2020-01-01'}",
                                  level, code, code),
                         &status);
    expect_status(p, status, 201);
    return p;
}

static json_t *grant(struct fx *fx, json_t *p, const char *body, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/powers/%s", text_at(p, "id")), &status);
    api_if_match(fx, now);
    json_t *out = api_post(fx, OFFICE, api_path(fx, "/powers/%s/grants", text_at(p, "id")), body, &status);
    expect_status(out, status, wanted);
    return out;
}

/* The answer to "who decides code in place on day". */
static json_t *who(struct fx *fx, const char *code, const char *place, const char *day)
{
    int status = 0;
    json_t *out =
        api_get(fx, DESK, api_path(fx, "/power-decisions?code=%s&place=%s&as_of=%s", code, place, day), &status);
    expect_status(out, status, 200);
    assert_int_equal(count_at(out, "items"), 1);
    return at(out, "items.0");
}

/* 管理权限下放: power by level by day gives who decides now; two grants at once in one place are refused. */
static void req_CS_3_6_1a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *p = power(fx, "T-A", "province");
    expect_text(who(fx, "T-A", "990121", "2026-01-01"), "place.code", "990000"); /* by law, with the province */
    p = grant(fx, p, "{'place_code':'990100','level':'prefecture','from_on':'2025-01-01','document_number':'下放1号'}",
              201);
    p = grant(fx, p, "{'place_code':'990121','level':'county','from_on':'2026-01-01','document_number':'下放2号'}",
              201);
    static const struct {
        const char *place, *day, *decides;
        int steps; /* of the chain, the origin included */
    } rows[] = {
        {"990121", "2024-12-31", "990000", 1}, {"990121", "2025-01-01", "990100", 2},
        {"990121", "2025-12-31", "990100", 2}, {"990121", "2026-01-01", "990121", 3},
        {"990102", "2026-01-01", "990100", 2}, {"990221", "2026-01-01", "990000", 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *d = who(fx, "T-A", rows[i].place, rows[i].day);
        expect_text(d, "place.code", rows[i].decides);
        assert_int_equal(count_at(d, "chain"), rows[i].steps);
    }
    json_t *why = who(fx, "T-A", "990121", "2026-01-01");
    expect_text(why, "chain.0.document_number", "条例第三条");
    expect_text(why, "chain.1.document_number", "下放1号");
    expect_text(why, "chain.2.document_number", "下放2号");
    json_t *twice = grant(
        fx, p, "{'place_code':'990121','level':'street','from_on':'2026-06-01','document_number':'下放3号'}", 409);
    assert_non_null(strstr(text_at(twice, "detail"), "下放2号"));
    grant(fx, p, "{'place_code':'990102','level':'prefecture','from_on':'2026-01-01','document_number':'x'}",
          422); /* above it */
    grant(fx, p, "{'place_code':'990100','level':'prefecture','from_on':'2025-06-01','document_number':'x'}", 409);
    json_t *clerk =
        api_post(fx, DESK, "/powers", "{'form':'province','code':'T-X','title':'x','document_number':'y'}", &status);
    expect_status(clerk, status, 403);
    json_t *same =
        api_post(fx, OFFICE, "/powers", "{'form':'province','code':'T-A','title':'x','document_number':'y'}", &status);
    expect_status(same, status, 409);
}

/* 赋予部分县级经济社会管理权限: the trigger is a number with value, source and day; unmet it is refused; no longer met it is listed for review. */
static void req_CS_3_6_1d(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *p = power(fx, "T-B", "prefecture");
#define POPULATION(value)                                                                                              \
    "{'place_code':'990121','level':'county','from_on':'2026-01-01','document_number':'扩权1号','trigger_name':'"   \
    "镇区人口',"                                                                                                   \
    "'trigger_comparator':'ge','trigger_value':'50000','trigger_unit':'人','measured_value':'" value                   \
    "','measured_source':'统计公报','measured_on':'2025-12-31'}"
    json_t *unmet = grant(fx, p, POPULATION("49999"), 409);
    expect_text(unmet, "field", "measured_value");
    assert_non_null(strstr(text_at(unmet, "detail"), "49999"));
    grant(fx, p,
          "{'place_code':'990121','level':'county','document_number':'x','trigger_name':'镇区人口',"
          "'trigger_comparator':'ge','trigger_value':'50000'}",
          422); /* a value without source and day is none */
    p = grant(fx, p, POPULATION("50000"), 201);
    json_t *g = at(p, "grants.0");
    json_t *reviews = api_get(fx, OFFICE, "/power-reviews", &status);
    assert_null(find_by(reviews, "items", "grant_id", text_at(g, "id")));
    json_t *out =
        api_post(fx, OFFICE, api_path(fx, "/powers/%s/grants/%s/measures", text_at(p, "id"), text_at(g, "id")),
                 "{'value':'48000.5','source':'抽样调查','measured_on':'2026-10-31'}", &status);
    expect_status(out, status, 201);
    reviews = api_get(fx, OFFICE, "/power-reviews", &status);
    json_t *listed = find_by(reviews, "items", "grant_id", text_at(g, "id"));
    assert_non_null(listed);
    expect_text(listed, "measured_value", "48000.5");
    expect_text(listed, "measured_source", "抽样调查");
    expect_text(who(fx, "T-B", "990121", "2026-11-20"), "place.code", "990121"); /* it stands until it is withdrawn */
    expect_text(who(fx, "T-B", "990121", "2026-11-20"), "chain.1.trigger.value", "50000");
    api_if_match(fx, out);
    out = api_post(fx, OFFICE, api_path(fx, "/powers/%s/grants/%s/withdraw", text_at(p, "id"), text_at(g, "id")),
                   "{'reason':'人口不再达标','to_on':'2026-11-01','document_number':'收回1号'}", &status);
    expect_status(out, status, 200);
    expect_text(who(fx, "T-B", "990121", "2026-11-20"), "place.code", "990100");
    expect_text(who(fx, "T-B", "990121", "2026-10-31"), "place.code", "990121");
}

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

/* 市县联动的县(市)发展机制: a city and a county with shared items, each somebody's task; the progress of the pair follows from them. */
static void req_CS_5_1_3(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *no_county =
        api_post(fx, OFFICE, "/groups", "{'form':'linkage','title':'联动','place_code':'990100'}", &status);
    expect_status(no_county, status, 422);
    expect_text(no_county, "field", "place_code");
    const char *bureau = unit_id(fx, "澜州市交通运输局");
    json_t *g =
        api_post(fx, OFFICE, "/groups",
                 api_path(fx,
                          "{'form':'linkage','title':'澜州市—望澜县联动','place_code':'990121','members':[{'unit_id':"
                          "'%s','post':'局长'},{'unit_id':'%s','post':'县长'}]}",
                          bureau, unit_id(fx, "澜州市人民政府")),
                 &status);
    expect_status(g, status, 201);
    assert_true(json_is_null(at(g, "progress")));
    for (int i = 0; i < 2; i++)
        g = api_post(fx, OFFICE, api_path(fx, "/groups/%s/tasks", text_at(g, "id")),
                     api_path(fx, "{'title':'共建事项%d','holder_id':'%s','due_on':'2099-12-31'}", i, bureau), &status);
    expect_status(g, status, 201);
    json_t *duty = api_get(fx, HEAD, api_path(fx, "/duties/%s", text_at(g, "tasks.0.duty_id")), &status);
    const char *id = text_at(duty, "id");
    api_if_match(fx, duty);
    duty = api_post(fx, HEAD, api_path(fx, "/duties/%s/steps", id),
                    strcmp(text_at(duty, "state"), "offered") == 0 ? "{'verb':'accept'}" : "{'verb':'acknowledge'}",
                    &status);
    expect_status(duty, status, 200);
    duty = api_post(fx, HEAD, api_path(fx, "/duties/%s/reports", id), "{'text':'进展','percent':50}", &status);
    expect_status(duty, status, 201);
    g = api_get(fx, OFFICE, api_path(fx, "/groups/%s", text_at(g, "id")), &status);
    expect_int(g, "progress", 25); /* 50 and 0 */
    expect_text(g, "place.name", "望澜县");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_3_6_1a), ROW(req_CS_3_6_1d), ROW(req_CS_5_1_3)};
    return req_run("power", rows);
}
