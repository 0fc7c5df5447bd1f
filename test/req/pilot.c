/* pilot.c - rows about pilots and models: criteria, scores, selection, evaluation, title, and from measure to statute. */
#include "req.h"

#include <string.h>

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

#define BUREAU "澜州市交通运输局"

static json_t *pilot(struct fx *fx, const char *form, const char *title)
{
    int status = 0;
    json_t *p = api_post(fx, OFFICE, "/pilots", api_path(fx, "{'form':'%s','title':'%s'}", form, title), &status);
    expect_status(p, status, 201);
    return p;
}

static json_t *put(struct fx *fx, const char *who, json_t *p, const char *what, const char *body, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/pilots/%s", text_at(p, "id")), &status);
    api_if_match(fx, now);
    json_t *out = api_post(fx, who, api_path(fx, "/pilots/%s/%s", text_at(p, "id"), what), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static const char *candidate(struct fx *fx, json_t *p, const char *name)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/pilots/%s", text_at(p, "id")), &status);
    return text_at(find_by(now, "candidates", "name", name), "id");
}

static json_t *apply_for(struct fx *fx, json_t *p, const char *name, const char *category)
{
    return put(fx, OFFICE, p, "candidates",
               api_path(fx, "{'name':'%s','category':'%s','unit_id':'%s'}", name, category, unit_id(fx, BUREAU)), 201);
}

static json_t *score(struct fx *fx, json_t *p, const char *name, const char *code, int points)
{
    return put(fx, OFFICE, p, api_path(fx, "candidates/%s/scores", candidate(fx, p, name)),
               api_path(fx, "{'code':'%s','score':%d}", code, points), 200);
}

/* One village, selected, that passed or failed. */
static json_t *tried(struct fx *fx, const char *form, const char *title, bool passed)
{
    json_t *p = pilot(fx, form, title);
    put(fx, OFFICE, p, "criteria", "{'code':'BASE','title':'基础条件','weight':1}", 201);
    apply_for(fx, p, "望湖村", "");
    score(fx, p, "望湖村", "BASE", 80);
    put(fx, OFFICE, p, "selection", "{'places':1}", 200);
    return put(fx, OFFICE, p, api_path(fx, "candidates/%s/evaluation", candidate(fx, p, "望湖村")),
               passed ? "{'passed':true,'result':'成效明显'}" : "{'result':'未达目标'}", 200);
}

/* 选择一批条件较好的行政村: criteria with weights give a score, the score a shortlist; who fails a criterion is out whatever the sum. */
static void req_CS_4_1_2b(void **state)
{
    struct fx *fx = FX(state);
    json_t *p = pilot(fx, "model_village", "试点村遴选");
    put(fx, OFFICE, p, "selection", "{'places':2}", 409); /* nothing to select from */
    put(fx, OFFICE, p, "criteria", "{'code':'ECON','title':'集体经济','weight':60,'least':40}", 201);
    put(fx, OFFICE, p, "criteria", "{'code':'ROAD','title':'道路','weight':40}", 201);
    static const struct {
        const char *name;
        int econ, road;
        const char *total, *state; /* 0.6 econ + 0.4 road */
    } rows[] = {{"东村", 90, 50, "74", "selected"},
                {"西村", 39, 100, "63.4", "applied"}, /* below the least of one criterion */
                {"南村", 60, 70, "64", "selected"},
                {"北村", 50, 60, "54", "applied"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        apply_for(fx, p, rows[i].name, "");
    put(fx, OFFICE, p, "selection", "{'places':2}", 409); /* not scored yet */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        score(fx, p, rows[i].name, "ECON", rows[i].econ);
        score(fx, p, rows[i].name, "ROAD", rows[i].road);
    }
    put(fx, OFFICE, p, api_path(fx, "candidates/%s/scores", candidate(fx, p, "东村")), "{'code':'ECON','score':101}",
        422);
    put(fx, OFFICE, p, api_path(fx, "candidates/%s/scores", candidate(fx, p, "东村")), "{'code':'NONE','score':1}",
        404);
    p = put(fx, OFFICE, p, "selection", "{'places':3,'least':60}", 200);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *c = find_by(p, "candidates", "name", rows[i].name);
        expect_text(c, "score", rows[i].total);
        expect_text(c, "state", rows[i].state);
    }
    put(fx, OFFICE, p, "criteria", "{'code':'LATE','title':'x','weight':1}", 409); /* the selection is over */
}

/* 示范镇、示范村: application, assessment, title, and taken back; who did not pass gets none. */
static void req_CS_5_2_3b(void **state)
{
    struct fx *fx = FX(state);
    json_t *failed = tried(fx, "model_village", "示范村(未通过)", false);
    const char *title = "{'document_number':'授牌1号','from_on':'2026-05-01'}";
    put(fx, OFFICE, failed, api_path(fx, "candidates/%s/title", candidate(fx, failed, "望湖村")), title, 409);
    json_t *p = tried(fx, "model_village", "示范村", true);
    const char *who = api_path(fx, "candidates/%s", candidate(fx, p, "望湖村"));
    p = put(fx, OFFICE, p, api_path(fx, "%s/title", who), title, 200);
    expect_text(p, "candidates.0.state", "titled");
    expect_text(p, "candidates.0.from_on", "2026-05-01");
    put(fx, OFFICE, p, api_path(fx, "%s/revoke", who), "{'reason':'弄虚作假','to_on':'2026-05-01'}", 409);
    p = put(fx, OFFICE, p, api_path(fx, "%s/revoke", who), "{'reason':'弄虚作假','to_on':'2026-10-01'}", 200);
    expect_text(p, "candidates.0.state", "revoked");
    expect_text(p, "candidates.0.to_on", "2026-10-01");
    int status = 0;
    json_t *clerk = api_post(fx, DESK, api_path(fx, "/pilots/%s/%s/title", text_at(p, "id"), who), title, &status);
    expect_status(clerk, status, 403);
}

/* 样板区的村庄分类: lists by kind of village, each with its state; a unit applies for itself and once only. */
static void req_CS_5_3_3(void **state)
{
    struct fx *fx = FX(state);
    json_t *p = pilot(fx, "pilot", "统筹城乡样板区");
    static const char *const kinds[] = {"城中村", "园中村", "城郊村", "景区村"};
    for (int i = 0; i < 4; i++)
        p = apply_for(fx, p, api_path(fx, "第%d村", i), kinds[i]);
    for (int i = 0; i < 4; i++) {
        json_t *c = find_by(p, "candidates", "category", kinds[i]);
        expect_text(c, "state", "applied");
    }
    p = put(fx, DESK, p, "candidates", "{'name':'滨江村','category':'城郊村'}", 201);
    expect_text(find_by(p, "candidates", "name", "滨江村"), "unit.name", BUREAU);
    put(fx, DESK, p, "candidates", "{'name':'滨江村'}", 409);
    put(fx, OTHER_CITY, p, "candidates", api_path(fx, "{'name':'代报村','unit_id':'%s'}", unit_id(fx, BUREAU)), 403);
}

/* 行之有效的改革措施规范化、制度化、法制化: one rung after the other; a rule needs a pilot that passed, evidence and its document. */
static void req_CS_1_5(void **state)
{
    struct fx *fx = FX(state);
    json_t *failed = tried(fx, "pilot", "宅基地置换(未通过)", false);
    put(fx, OFFICE, failed, "steps", "{'rung':'measure','text':'置换办法'}", 201);
    put(fx, OFFICE, failed, "steps", "{'rung':'norm','text':'规范','evidence':'无','document_number':'x'}", 409);
    json_t *p = tried(fx, "pilot", "宅基地置换", true);
    put(fx, OFFICE, p, "steps", "{'rung':'norm','text':'规范','evidence':'e','document_number':'x'}",
        409); /* not before the measure */
    put(fx, OFFICE, p, "steps", "{'rung':'measure','text':'先行先试','from_on':'2026-01-01'}", 201);
    put(fx, OFFICE, p, "steps", "{'rung':'norm','text':'操作规范','evidence':'30 户置换','from_on':'2026-03-01'}", 422);
    p = put(fx, OFFICE, p, "steps",
            "{'rung':'norm','text':'操作规范','evidence':'30 "
            "户置换','document_number':'澜办〔2026〕3号','from_on':'2026-03-01'}",
            201);
    expect_text(p, "state", "promoted");
    put(fx, OFFICE, p, "steps", "{'rung':'statute','text':'条例','evidence':'e','document_number':'x'}",
        409); /* leaves one out */
    p = put(fx, OFFICE, p, "steps",
            "{'rung':'institution','text':'管理制度','evidence':'全市推开','document_number':'澜政〔2026〕8号','from_"
            "on':'2026-07-01'}",
            201);
    assert_int_equal(count_at(p, "steps"), 3);
    expect_text(p, "steps.2.document_number", "澜政〔2026〕8号");
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_CS_4_1_2b), ROW(req_CS_5_2_3b), ROW(req_CS_5_3_3), ROW(req_CS_1_5)};
    return req_run("pilot", rows);
}
