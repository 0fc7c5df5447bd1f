/* standard.c - rows about common standards: strictest of the cities' values, agreed words, terms, opinions, adoption city by city. */
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

#define FIRST "澜州市都市圈建设办公室"
#define SECOND "云汀市都市圈建设办公室"

/* A draft of two cities; the second one is OTHER_CITY's. */
static json_t *draft(struct fx *fx, const char *form, const char *code)
{
    int status = 0;
    json_t *s = api_post(fx, OFFICE, "/standards",
                         api_path(fx, "{'form':'%s','code':'%s','title':'共同标准%s','members':['%s','%s']}", form,
                                  code, code, unit_id(fx, FIRST), unit_id(fx, SECOND)),
                         &status);
    expect_status(s, status, 201);
    expect_text(s, "state", "draft");
    return s;
}

static json_t *put(struct fx *fx, const char *who, json_t *s, const char *what, const char *body, int wanted)
{
    int status = 0;
    json_t *now = api_get(fx, OFFICE, api_path(fx, "/standards/%s", text_at(s, "id")), &status);
    api_if_match(fx, now);
    json_t *out = api_post(fx, who, api_path(fx, "/standards/%s/%s", text_at(s, "id"), what), body, &status);
    expect_status(out, status, wanted);
    return out;
}

/* From draft to both cities' adoption. */
static json_t *adopted(struct fx *fx, json_t *s)
{
    put(fx, OFFICE, s, "consult", "{'reply_due_on':'2099-12-31'}", 200);
    put(fx, OTHER_CITY, s, "opinions", "{'stance':'agree'}", 201);
    put(fx, "city_office", s, "opinions", "{'stance':'agree'}", 201);
    put(fx, OFFICE, s, "fix", "{}", 200);
    put(fx, "city_office", s, "adoptions", "{'document_number':'一市1号','adopted_on':'2026-05-01'}", 201);
    return put(fx, OTHER_CITY, s, "adoptions", "{'document_number':'二市1号','adopted_on':'2026-06-01'}", 201);
}

/* 共同制定环保准入标准: lower or higher is stricter as the clause says; a project passes or fails by city; a looser value later is flagged. */
static void req_HZ_5_5(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = draft(fx, "limits", "T-HB");
    put(fx, OFFICE, s, "clauses", "{'code':'COD','title':'化学需氧量','comparator':'le','unit':'mg/L'}", 201);
    put(fx, OFFICE, s, "clauses", "{'code':'REUSE','title':'回用率','comparator':'ge','unit':'%'}", 201);
    json_t *computed = put(fx, OFFICE, s, "clauses", "{'code':'X','title':'x','comparator':'le','value':'3'}", 422);
    expect_text(computed, "field", "value"); /* what is strictest is not typed in */
    put(fx, "city_office", s, "values", "{'code':'COD','value':'50'}", 201);
    put(fx, OTHER_CITY, s, "values", "{'code':'COD','value':'40.5'}", 201);
    put(fx, "city_office", s, "values", "{'code':'REUSE','value':'85'}", 201);
    s = put(fx, OTHER_CITY, s, "values", "{'code':'REUSE','value':'80'}", 201);
    expect_text(find_by(s, "clauses", "code", "COD"), "strictest", "40.5");
    expect_text(find_by(s, "clauses", "code", "COD"), "strictest_of.name", "云汀市");
    expect_text(find_by(s, "clauses", "code", "REUSE"), "strictest", "85");
    expect_text(find_by(s, "clauses", "code", "REUSE"), "strictest_of.name", "澜州市");
    s = adopted(fx, s);
    expect_text(s, "state", "adopted");
    expect_text(find_by(s, "clauses", "code", "COD"), "value", "40.5");
    expect_text(s, "versions.0.in_force_on", "2026-06-01"); /* with the last city */
    json_t *screen =
        api_get(fx, DESK, api_path(fx, "/standards/%s/screening?values=COD:45,REUSE:90", text_at(s, "id")), &status);
    expect_status(screen, status, 404); /* the bureau has no part in it */
    screen = api_get(fx, OTHER_CITY, api_path(fx, "/standards/%s/screening?values=COD:45,REUSE:90", text_at(s, "id")),
                     &status);
    expect_status(screen, status, 200);
    expect_text(screen, "verdict", "fail");
    json_t *cod = find_by(screen, "items", "code", "COD");
    assert_true(json_is_false(at(cod, "common.pass")));
    assert_true(json_is_true(at(cod, "cities.0.pass")));  /* 50 in the first city */
    assert_true(json_is_false(at(cod, "cities.1.pass"))); /* 40.5 in the second */
    screen =
        api_get(fx, OTHER_CITY, api_path(fx, "/standards/%s/screening?values=COD:40.5", text_at(s, "id")), &status);
    expect_text(screen, "verdict", "incomplete"); /* a value is missing */
    expect_int(s, "looser", 2);                   /* 50 over 40.5, 80 under 85: the cities still have to follow */
    s = put(fx, "city_office", s, "values", "{'code':'COD','value':'40'}", 201);
    expect_int(s, "looser", 1);
    s = put(fx, "city_office", s, "values", "{'code':'COD','value':'41'}", 201);
    expect_int(s, "looser", 2);
    assert_true(json_is_true(at(find_by(s, "clauses", "code", "COD"), "values.0.looser")));
}

/* 统一产权交易规定: each city's words beside each other, the agreed words adopted as an edition; the next edition begins from them. */
static void req_HZ_2_2(void **state)
{
    struct fx *fx = FX(state);
    json_t *s = draft(fx, "rules", "T-CQ");
    put(fx, OFFICE, s, "clauses",
        "{'code':'R1','title':'公告期','comparator':'same','mode':'agreed','text':'二十个工作日'}", 201);
    put(fx, "city_office", s, "values", "{'code':'R1','text':'二十个工作日'}", 201);
    s = put(fx, OTHER_CITY, s, "values", "{'code':'R1','text':'十个工作日','document_number':'二市办法'}", 201);
    assert_true(json_is_false(at(s, "clauses.0.values.0.looser")));
    assert_true(json_is_true(at(s, "clauses.0.values.1.looser"))); /* other words */
    put(fx, OTHER_CITY, s, "values", "{'code':'R1','value':'10'}", 422);
    put(fx, OTHER_CITY, s, "values", "{'code':'R9','text':'x'}", 404);
    put(fx, OFFICE, s, "versions", "{}", 409); /* nothing is adopted yet */
    s = adopted(fx, s);
    put(fx, OFFICE, s, "clauses", "{'code':'R2','title':'x','comparator':'same','mode':'agreed','text':'y'}", 409);
    s = put(fx, OFFICE, s, "versions", "{}", 201);
    expect_int(s, "edition", 2);
    expect_text(s, "clauses.0.text", "二十个工作日");
    expect_text(s, "versions.1.state", "adopted"); /* it holds until the next one is adopted */
    s = adopted(fx, s);
    expect_text(s, "versions.1.state", "replaced");
}

/* 英语标识相关标准: a term base; a sign's English is checked against it. */
static void req_SZ_35a(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = draft(fx, "terms", "T-YY");
    put(fx, OFFICE, s, "clauses", "{'code':'T1','title':'无障碍电梯','comparator':'term','mode':'agreed'}", 422);
    put(fx, OFFICE, s, "clauses",
        "{'code':'T1','title':'无障碍电梯','comparator':'term','mode':'agreed','text':'Accessible Elevator'}", 201);
    put(fx, OFFICE, s, "clauses",
        "{'code':'T2','title':'地铁站','comparator':'term','mode':'agreed','text':'Metro Station'}", 201);
    const char *zh = api_encoded(fx, "地铁站无障碍电梯");
    json_t *check = api_get(fx, OFFICE,
                            api_path(fx, "/standards/%s/check?zh=%s&en=%s", text_at(s, "id"), zh,
                                     api_encoded(fx, "Subway Station Accessible Elevator")),
                            &status);
    expect_status(check, status, 200);
    expect_int(check, "terms", 2);
    expect_int(check, "faults", 1);
    json_t *term = find_by(check, "items", "code", "T2");
    expect_text(term, "wanted", "Metro Station");
    assert_true(json_is_false(at(term, "ok")));
    check = api_get(fx, OFFICE, api_path(fx, "/standards/%s/check?en=x", text_at(s, "id")), &status);
    expect_status(check, status, 422);
}

/* 规划法规与技术标准会商制度: draft, opinions, decisions, adopted edition; what is undecided or unanswered holds it up. */
static void req_CS_3_1_2e(void **state)
{
    struct fx *fx = FX(state);
    json_t *s = draft(fx, "planning", "T-GH");
    put(fx, OFFICE, s, "consult", "{'reply_due_on':'2099-12-31'}", 409); /* no clause yet */
    put(fx, OFFICE, s, "clauses",
        "{'code':'G1','title':'道路红线','comparator':'ge','unit':'m','mode':'agreed','value':'40'}", 201);
    put(fx, OTHER_CITY, s, "opinions", "{'stance':'agree'}", 409); /* not sent out yet */
    put(fx, OFFICE, s, "consult", "{'reply_due_on':'2099-12-31'}", 200);
    put(fx, OTHER_CITY, s, "opinions", "{'stance':'object'}", 422); /* an objection says why */
    s = put(fx, OTHER_CITY, s, "opinions", "{'stance':'object','text':'老城区难以执行'}", 201);
    json_t *held = put(fx, OFFICE, s, "fix", "{}", 409);
    assert_non_null(strstr(text_at(held, "detail"), "1"));
    put(fx, OFFICE, s, api_path(fx, "opinions/%s/decision", text_at(s, "opinions.0.id")), "{'decision':'declined'}",
        422);
    s = put(fx, OFFICE, s, api_path(fx, "opinions/%s/decision", text_at(s, "opinions.0.id")),
            "{'decision':'declined','reason':'老城区另行规定'}", 200);
    expect_text(s, "opinions.0.reason", "老城区另行规定");
    put(fx, OFFICE, s, "fix", "{}", 409); /* the first city has not answered, and there is time */
    put(fx, "city_office", s, "opinions", "{'stance':'agree'}", 201);
    s = put(fx, OFFICE, s, "fix", "{}", 200);
    expect_text(s, "state", "consulted");
    expect_int(s, "adoptions_owed", 2);
    s = put(fx, OTHER_CITY, s, "adoptions", "{'document_number':'二市2号'}", 201);
    expect_int(s, "adoptions_owed", 1);
    json_t *owes = find_by(s, "members", "document_number", "二市2号");
    assert_non_null(owes);
    put(fx, OTHER_CITY, s, "adoptions", "{'document_number':'二市3号'}", 409);
    put(fx, DESK, s, "adoptions", "{'document_number':'x'}", 403); /* no right to approve */
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(req_HZ_5_5), ROW(req_HZ_2_2), ROW(req_SZ_35a), ROW(req_CS_3_1_2e)};
    return req_run("standard", rows);
}
