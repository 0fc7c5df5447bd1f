/* duty.c - rows about who has to do what for whom: urging and inspection, level by level, responsible and implementing bodies, reports that come due. */
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
#define SECOND "澜州市财政局"

static json_t *hand_over(struct fx *fx, const char *more)
{
    int status = 0;
    json_t *d =
        api_post(fx, OFFICE, "/duties",
                 api_path(fx, "{'title':'编制公交规划','holder_id':'%s'%s}", unit_id(fx, BUREAU), more), &status);
    expect_status(d, status, 201);
    return d;
}

static json_t *step(struct fx *fx, const char *who, json_t *duty, const char *body, int wanted)
{
    int status = 0;
    api_if_match(fx, duty);
    json_t *d = api_post(fx, who, api_path(fx, "/duties/%s/steps", text_at(duty, "id")), body, &status);
    expect_status(d, status, wanted);
    return d;
}

/* Taken on by the bureau: ordered inside a city it is signed, offered across a border it is accepted. */
static json_t *taken(struct fx *fx, json_t *duty)
{
    const bool offered = strcmp(text_at(duty, "state"), "offered") == 0;
    json_t *d = step(fx, HEAD, duty, offered ? "{'verb':'accept'}" : "{'verb':'acknowledge'}", 200);
    expect_text(d, "state", "under_way");
    return d;
}

/* 由推进委员会办公室负责统筹协调和督促检查: urging and slips in their order, each answered, all in the record. */
static void req_SZ_V_1e(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *d = taken(fx, hand_over(fx, ",'due_on':'2099-12-31'"));
    const char *id = text_at(d, "id");
    json_t *out = api_post(fx, HEAD, api_path(fx, "/duties/%s/urges", id), "{'text':'请加快'}", &status);
    expect_status(out, status, 403);
    out = api_post(fx, OFFICE, api_path(fx, "/duties/%s/urges", id), "{'text':'请加快'}", &status);
    expect_status(out, status, 201);
    expect_text(out, "urges.0.rule", "manual");
    out = api_post(fx, OFFICE, api_path(fx, "/duties/%s/slips", id), "{'colour':'red','text':'限期'}", &status);
    expect_status(out, status, 409); /* first blue, and lapsed */
    json_t *slip =
        api_post(fx, OFFICE, api_path(fx, "/duties/%s/slips", id), "{'colour':'blue','text':'限期'}", &status);
    expect_status(slip, status, 201);
    out = api_post(fx, HEAD, api_path(fx, "/slips/%s/reply", text_at(slip, "id")), "{'text':'已部署'}", &status);
    expect_status(out, status, 200);
    expect_text(out, "state", "replied");
    out = api_post(fx, OFFICE, api_path(fx, "/slips/%s/close", text_at(slip, "id")), "{'text':'属实'}", &status);
    expect_text(out, "state", "closed");
    json_t *journal = api_get(fx, OFFICE, api_path(fx, "/duties/%s/journal", id), &status);
    static const char *const verbs[] = {"open", "urge", "slip", "slip_reply", "slip_close"};
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        assert_non_null(find_by(journal, "items", "verb", verbs[i]));
}

/* 一级抓一级,层层抓落实: each level answers for its own part; a late part is that unit's red, and holds the whole up. */
static void req_CS_5_4b(void **state)
{
    struct fx *fx = FX(state);
    json_t *d = taken(fx, hand_over(fx, ",'due_on':'2099-12-31'"));
    const char *body =
        api_path(fx, "{'verb':'split','parts':[{'unit_id':'%s','title':'落实资金','due_on':'2020-01-01'}]}",
                 unit_id(fx, SECOND));
    (void)step(fx, DESK, d, body, 403);
    d = step(fx, HEAD, d, body, 200);
    assert_int_equal(count_at(d, "parts"), 1);
    expect_text(d, "light", "green");
    expect_text(d, "parts.0.light", "red");
    expect_text(d, "parts.0.state", "assigned"); /* nobody signed for it yet */
    json_t *may = find_by(d, "may", "verb", "submit");
    assert_null(may); /* not while a part is open */
}

/* 以县(市)区为责任主体,镇村为实施主体: two roles, two duties, each with its own holder. */
static void req_CS_5_2_3a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *d = taken(fx, hand_over(fx, ",'part':'responsible','due_on':'2099-12-31'"));
    expect_text(d, "part", "responsible");
    d = step(fx, HEAD, d,
             api_path(fx, "{'verb':'split','parts':[{'unit_id':'%s','part':'implementing'}]}", unit_id(fx, SECOND)),
             200);
    expect_text(d, "parts.0.part", "implementing");
    expect_text(d, "parts.0.holder.full_name", SECOND);
    expect_text(d, "holder.full_name", BUREAU);
    json_t *bad = api_post(fx, OFFICE, "/duties",
                           api_path(fx, "{'title':'x','holder_id':'%s','part':'owner'}", unit_id(fx, BUREAU)), &status);
    expect_status(bad, status, 422);
    expect_text(bad, "field", "part");
}

/* 工作推进情况及下一步工作措施: a report every month; one that is missing shows, with why. */
static void req_EN_6(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *d = taken(fx, hand_over(fx, ",'start_on':'2026-01-05','due_on':'2099-12-31','report_every':'month'"));
    expect_text(d, "report_by_on", "2026-02-05");
    expect_text(d, "light", "red");
    assert_non_null(strstr(text_at(d, "light_reason.en"), "report due by 2026-02-05"));
    const char *path = api_path(fx, "/duties/%s/reports", text_at(d, "id"));
    const char *report =
        "{'text':'推进情况：已立项。下一步：招标。','percent':10,'figures':[{'name':'项目','value':'3','unit':'个'}]}";
    json_t *out = api_post(fx, OTHER_CITY, path, report, &status);
    assert_true(status == 403 || status == 404);
    out = api_post(fx, DESK, path, report, &status);
    expect_status(out, status, 201);
    expect_text(out, "reports.0.state", "draft"); /* the head lets it go out */
    expect_text(out, "light", "red");
    out = api_post(fx, HEAD, api_path(fx, "%s/%s/approve", path, text_at(out, "reports.0.id")), "{}", &status);
    expect_status(out, status, 200);
    expect_text(out, "light", "green");
    expect_text(out, "reports.0.figures.0.value", "3");
    assert_true(strcmp(text_at(out, "report_by_on"), text_at(out, "last_report_on")) > 0);
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_SZ_V_1e), ROW(req_CS_5_4b), ROW(req_CS_5_2_3a), ROW(req_EN_6)};
    return req_run("duty", rows);
}
