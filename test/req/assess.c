/* assess.c - rows about the assessment of units: points, rank, reward; a method of its own. */
#include "req.h"

#include <string.h>

#define BUREAU "澜州市交通运输局"
static const char plan[] = "澜州市示范创建行动纲要\n澜州府〔2026〕1号\n2026年1月10日\n一、任务\n"
                           "1.编制公交规划。于2026年6月30日以前编制公交规划。\n"
                           "2.建设换乘枢纽。于2026年6月30日以前建设换乘枢纽。\n";

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

/* An outline whose two actions one bureau leads; the first is done in time. */
static const char *outline(struct fx *fx)
{
    int status = 0;
    const char *id = req_outline(fx, plan), *bureau = unit_id(fx, BUREAU);
    for (int i = 0; i < 2; i++) {
        json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", id), &status);
        json_t *action = at(page, i == 0 ? "items.0" : "items.1");
        const char *path = api_path(fx, "/actions/%s", text_at(action, "id"));
        api_if_match(fx, action);
        json_t *out = api_put(fx, OFFICE, api_path(fx, "%s/units", path),
                              api_path(fx, "{'units':[{'unit_id':'%s','part':'lead'}]}", bureau), &status);
        expect_status(out, status, 200);
        out = api_post(fx, OFFICE, api_path(fx, "%s/reports", path),
                       i == 0 ? "{'percent':100,'state':'done','done_on':'2026-06-20'}"
                              : "{'percent':40,'done_on':'2026-06-20'}",
                       &status);
        expect_status(out, status, 201);
    }
    return id;
}

static json_t *run(struct fx *fx, const char *scheme)
{
    int status = 0;
    json_t *a =
        api_post(fx, OFFICE, "/assessments",
                 api_path(fx, "{'scheme':'%s','outline_ids':['%s'],'from_on':'2026-01-01','until_on':'2026-06-30'}",
                          scheme, outline(fx)),
                 &status);
    expect_status(a, status, 201);
    return a;
}

static json_t *step(struct fx *fx, const char *as, json_t *a, const char *verb, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/assessments/%s", text_at(a, "id")), &status);
    api_if_match(fx, now);
    json_t *out = api_post(fx, as, api_path(fx, "/assessments/%s/%s", text_at(a, "id"), verb), NULL, &status);
    expect_status(out, status, wanted);
    return out;
}

/* 完善考核奖励: score, rank, reward; the unit hears first, another city's office sees nothing, and after the publication nobody objects. */
static void req_CS_5_2_3c(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *a = run(fx, "units");
    /* 40 × 1/2 in time + 0.3 × 70 % + 20 reported + 10 - 0: the open action was due on the last day and is not late yet */
    expect_text(a, "results.0.points", "71.00");
    expect_int(a, "results.0.rank", 1);
    const char *path = api_path(fx, "/assessments/%s", text_at(a, "id"));
    json_t *out = api_get(fx, HEAD, path, &status);
    expect_status(out, status, 404); /* not before it is sent */
    (void)step(fx, OFFICE, a, "publish", 409);
    (void)step(fx, OFFICE, a, "send", 200);
    out = api_get(fx, OTHER_CITY, path, &status);
    expect_status(out, status, 404);
    out = api_post(fx, OTHER_CITY, api_path(fx, "%s/results/%s/accept", path, unit_id(fx, BUREAU)), "{}", &status);
    expect_status(out, status, 404);           /* another unit's result */
    (void)step(fx, OFFICE, a, "publish", 409); /* the term for objections runs */
    out = api_post(fx, HEAD, api_path(fx, "%s/objections", path),
                   "{'item':'on_time','text':'枢纽工程由外市牵头，应予核减。'}", &status);
    expect_status(out, status, 201);
    out = api_post(fx, OFFICE, api_path(fx, "%s/objections/%s/decision", path, text_at(out, "objections.0.id")),
                   "{'decision':'upheld','reason':'属实','points':'20'}", &status);
    expect_status(out, status, 200);
    expect_text(out, "results.0.points", "91.00");
    out = api_post(fx, HEAD, api_path(fx, "%s/results/%s/accept", path, unit_id(fx, BUREAU)), "{}", &status);
    expect_status(out, status, 200);
    out = step(fx, OFFICE, a, "publish", 200);
    expect_text(out, "results.0.award.zh", "先进单位");
    out = api_post(fx, HEAD, api_path(fx, "%s/objections", path), "{'text':'再议'}", &status);
    expect_status(out, status, 409); /* after the term */
}

/* 制定该项工作的具体考核办法: the work's own method, in words that are shown with each line. */
static void req_SZ_V_1f(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *schemes = api_get(fx, OFFICE, "/assessment-schemes", &status);
    json_t *method = find_by(schemes, "items", "word", "work");
    assert_non_null(method);
    expect_text(method, "pack", "international-city");
    json_t *a = run(fx, "work");
    /* 60 × 1/2 + 0.25 × 70 + 15 */
    expect_text(a, "results.0.points", "62.50");
    expect_text(a, "results.0.lines.0.because.en", "due 2, done in time 1");
    expect_text(a, "results.0.lines.0.points", "30.00");
    json_t *out =
        api_post(fx, DESK, "/assessments", "{'scheme':'work','from_on':'2026-01-01','until_on':'2026-06-30'}", &status);
    expect_status(out, status, 403);
    out = api_post(fx, OFFICE, "/assessments", "{'scheme':'persons','from_on':'2026-01-01','until_on':'2026-06-30'}",
                   &status);
    expect_status(out, status, 422); /* units alone are assessed */
    expect_text(out, "field", "scheme");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_5_2_3c), ROW(req_SZ_V_1f)};
    return req_run("assess", rows);
}
