/* bulletin.c - rows about what is said of the work afterwards: the white paper. */
#include "req.h"

#include <string.h>

static const char city[] = "北川市推进国际化城市建设行动纲要\n北川府〔2011〕1号\n2011年1月10日\n"
                           "一、重点工作\n"
                           "1.制定宣传方案。于2011年6月30日以前制定宣传方案。\n"
                           "2.编制指标体系。于2011年12月31日以前编制指标体系。\n"
                           "3.建立专家库。于2012年6月30日以前建立专家库。\n";

static json_t *step(struct fx *fx, const char *as, json_t *b, const char *verb, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/bulletins/%s", text_at(b, "id")), &status);
    expect_status(now, status, 200);
    api_if_match(fx, now);
    json_t *out = api_post(fx, as, api_path(fx, "/bulletins/%s/%s", text_at(b, "id"), verb), NULL, &status);
    expect_status(out, status, wanted);
    return out;
}

/*
 * 国际化城市建设各项工作纳入政府工作白皮书: every item of the outline has its line in the year's paper, an item that nobody reported on is named as missing;
 * nobody signs his own, nothing changes it afterwards.
 */
static void req_SZ_V_1c(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *id = req_outline(fx, city);
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", id), &status);
    json_t *plan = find_by(page, "items", "title", "制定宣传方案");
    assert_non_null(plan);
    json_t *said = api_post(fx, OFFICE, api_path(fx, "/actions/%s/reports", text_at(plan, "id")),
                            "{'percent':100,'state':'done','done_on':'2011-06-20'}", &status);
    expect_status(said, status, 201);
    json_t *b =
        api_post(fx, OFFICE, "/bulletins",
                 api_path(fx, "{'template':'white-paper','outline_ids':['%s'],'until_on':'2011-12-31'}", id), &status);
    expect_status(b, status, 201);
    assert_int_equal(count_at(b, "items"), 3);
    expect_int(b, "scopes.0.figures.total", 3);
    expect_int(b, "scopes.0.figures.due", 2);
    expect_int(b, "scopes.0.figures.on_time", 1);
    expect_int(b, "scopes.0.figures.unreported", 2);
    assert_non_null(strstr(text_at(b, "sections.1.text"), "编制指标体系"));
    assert_null(strstr(text_at(b, "sections.1.text"), "制定宣传方案"));
    (void)step(fx, DESK, b, "submit", 403);
    (void)step(fx, OFFICE, b, "publish", 409);
    (void)step(fx, OFFICE, b, "submit", 200);
    (void)step(fx, OFFICE, b, "approve", 403); /* its own writer */
    (void)step(fx, "leader", b, "approve", 200);
    json_t *out = step(fx, OFFICE, b, "publish", 200);
    expect_text(out, "state", "published");
    const char *hash = text_at(out, "content_sha256");
    json_t *item = find_by(page, "items", "title", "编制指标体系");
    said = api_post(fx, OFFICE, api_path(fx, "/actions/%s/reports", text_at(item, "id")),
                    "{'percent':60,'done_on':'2011-11-01'}", &status);
    expect_status(said, status, 201);
    json_t *after = api_get(fx, OFFICE, api_path(fx, "/bulletins/%s", text_at(out, "id")), &status);
    expect_text(after, "content_sha256", hash);
    expect_int(after, "scopes.0.figures.unreported", 2);
    api_if_match(fx, after);
    json_t *refused =
        api_patch(fx, OFFICE, api_path(fx, "/bulletins/%s", text_at(out, "id")), "{'title':'改'}", &status);
    expect_status(refused, status, 409);
    refused = api_get(fx, CITIZEN, api_path(fx, "/public/bulletins/%s", text_at(out, "id")), &status);
    expect_status(refused, status, 404); /* its outline is not public */
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_SZ_V_1c)};
    return req_run("bulletin", rows);
}
