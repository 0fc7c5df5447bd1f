/*
 * source.c - sources beside the outline through the public API: registered with a day from the pack, divided as duties, extended to the longest day,
 * answered when all is done, begun again when the answer does not satisfy; found by who is charged with it and by nobody else.
 */
#include "req.h"

#include <string.h>

#define BUREAU "澜州市交通运输局"
#define FINANCE "澜州市财政局"

static const char *unit_id(struct fx *fx, const char *name)
{
    int status = 0;
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/units?q=%s", api_encoded(fx, name)), &status);
    json_t *unit = find_by(page, "items", "name", name);
    assert_non_null(unit);
    return text_at(unit, "id");
}

static json_t *registered(struct fx *fx, const char *form, const char *title, const char *more)
{
    int status = 0;
    json_t *s = api_post(
        fx, OFFICE, "/sources",
        api_path(fx, "{'form':'%s','title':'%s','text':'请研究办理。','from_whom':'市长'%s}", form, title, more),
        &status);
    expect_status(s, status, 201);
    return s;
}

static json_t *divided(struct fx *fx, json_t *s, const char *lead, const char *supporting, int wanted)
{
    int status = 0;
    const char *more = supporting != NULL ? api_path(fx, ",'supporting':['%s']", unit_id(fx, supporting)) : "";
    json_t *out = api_post(fx, OFFICE, api_path(fx, "/sources/%s/division", text_at(s, "id")),
                           api_path(fx, "{'lead_id':'%s'%s}", unit_id(fx, lead), more), &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *reply(struct fx *fx, json_t *s, const char *body, int wanted)
{
    int status = 0;
    json_t *out = api_post(fx, OFFICE, api_path(fx, "/sources/%s/replies", text_at(s, "id")), body, &status);
    expect_status(out, status, wanted);
    return out;
}

static json_t *task_of(struct fx *fx, json_t *s, const char *unit)
{
    for (int i = 0; i < count_at(s, "tasks"); i++) {
        json_t *task = at(s, api_path(fx, "tasks.%d", i));
        if (strcmp(text_at(task, "holder.name"), unit) == 0)
            return task;
    }
    fail_msg("no duty of %s", unit);
    return NULL;
}

/* To an end: accepted, reported in full, taken back by the office (handing in needs a file, which test/duty has). */
static void finish(struct fx *fx, const char *as, const char *id)
{
    int status = 0;
    json_t *d = api_get(fx, as, api_path(fx, "/duties/%s", id), &status);
    expect_status(d, status, 200);
    api_if_match(fx, d);
    d = api_post(fx, as, api_path(fx, "/duties/%s/steps", id), "{'verb':'accept'}", &status);
    expect_status(d, status, 200);
    d = api_post(fx, as, api_path(fx, "/duties/%s/reports", id), "{'text':'已完成','percent':100}", &status);
    expect_status(d, status, 201);
    d = api_get(fx, OFFICE, api_path(fx, "/duties/%s", id), &status);
    api_if_match(fx, d);
    d = api_post(fx, OFFICE, api_path(fx, "/duties/%s/steps", id), "{'verb':'withdraw','reason':'已办结'}", &status);
    expect_status(d, status, 200);
    assert_true(json_is_true(at(d, "final")));
}

/* Three months for a proposal, 15 working days for an instruction; another kind, a day ahead, no words at all are refused. */
static void a_kind_says_by_when(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *p = registered(fx, "congress_proposal", "关于打通断头路的建议",
                           ",'from_on':'2026-02-10','document_number':'第128号'");
    expect_text(p, "due_on", "2026-05-10");
    expect_text(p, "longest_on", "2026-08-10");
    assert_true(json_is_true(at(p, "late")));
    expect_text(p, "form_name.zh", "人大代表建议");
    assert_true(strncmp(text_at(p, "number"), "LY-990000-", 10) == 0);
    json_t *i = registered(fx, "instruction", "请加快枢纽建设", ",'from_on':'2026-02-10'");
    expect_text(i, "due_on",
                "2026-03-09"); /* the spring festival of 2026, 15 to 23 February, and the made-up Saturdays 14 and 28 */
    json_t *own = registered(fx, "instruction", "写明期限", ",'from_on':'2026-02-10','due_on':'2026-02-12'");
    expect_text(own, "due_on", "2026-02-12");
    static const struct {
        const char *body, *field;
    } bad[] = {
        {"{'form':'letter','title':'x','text':'x','from_whom':'市长'}", "form"},
        {"{'form':'instruction','title':'x','text':'x','from_whom':'市长','from_on':'2999-01-01'}", "from_on"},
        {"{'form':'instruction','title':'x','text':'x','from_whom':'市长','from_on':'2026-02-10','due_on':'2026-02-01'"
         "}",
         "due_on"},
        {"{'form':'instruction','title':'x','from_whom':'市长'}", "text"},
        {"{'form':'instruction','title':'x','text':'x'}", "from_whom"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        json_t *no = api_post(fx, OFFICE, "/sources", api_path(fx, "%s", bad[k].body), &status);
        expect_status(no, status, 422);
        expect_text(no, "field", bad[k].field);
    }
    json_t *no =
        api_post(fx, DESK, "/sources", "{'form':'instruction','title':'x','text':'x','from_whom':'市长'}", &status);
    expect_status(no, status, 403);
}

/* Divided among a unit that leads and one that supports: each its own duty, the supporter's a part of the other's; on the desk with the source named. */
static void it_is_divided_and_on_the_desk(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = registered(fx, "assignment", "梳理跨市公交线路", "");
    json_t *early = api_post(fx, OFFICE, api_path(fx, "/sources/%s/division", text_at(s, "id")),
                             api_path(fx, "{'supporting':['%s']}", unit_id(fx, FINANCE)), &status);
    expect_status(early, status, 422);
    expect_text(early, "field", "lead_id");
    api_post(fx, OFFICE, api_path(fx, "/sources/%s/division", text_at(s, "id")),
             api_path(fx, "{'lead_id':'%s','supporting':['%s']}", unit_id(fx, BUREAU), unit_id(fx, BUREAU)), &status);
    assert_int_equal(status, 409); /* the same unit twice */
    s = divided(fx, s, BUREAU, FINANCE, 201);
    expect_text(s, "state", "in_hand");
    assert_int_equal(count_at(s, "tasks"), 2);
    const char *lead = text_at(task_of(fx, s, BUREAU), "duty_id");
    json_t *part =
        api_get(fx, OFFICE, api_path(fx, "/duties/%s", text_at(task_of(fx, s, FINANCE), "duty_id")), &status);
    expect_text(part, "parent_id", lead);
    expect_text(part, "part", "supporting");
    json_t *desk = api_get(fx, DESK, "/my/duties?limit=100", &status);
    json_t *mine = find_by(desk, "items", "id", lead);
    assert_non_null(mine);
    expect_text(mine, "source.kind", "instruction");
    expect_text(mine, "source.words", "梳理跨市公交线路");
    expect_text(mine, "due_on", text_at(s, "due_on"));
    json_t *seen = api_get(fx, DESK, api_path(fx, "/sources/%s", text_at(s, "id")), &status);
    expect_status(seen, status, 200);
    json_t *urge = api_post(fx, OFFICE, api_path(fx, "/duties/%s/urges", lead), "{'text':'请抓紧','level':1}", &status);
    assert_int_equal(status / 100, 2);
    (void)urge;
    json_t *csv = api_get(fx, OFFICE, api_path(fx, "/sources.csv?q=%s", api_encoded(fx, "公交线路")), &status);
    assert_non_null(strstr(json_string_value(csv), "梳理跨市公交线路"));
    assert_non_null(strstr(json_string_value(csv), BUREAU));
}

/* A final answer waits for the duties; an interim one does not. Dissatisfied: it begins again with a new day; then it is closed. */
static void it_is_answered_and_judged(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = registered(fx, "cppcc_proposal", "关于统一站牌的提案", "");
    reply(fx, s, "{'text':'已研究'}", 409); /* nobody was charged with it */
    s = divided(fx, s, BUREAU, NULL, 201);
    const char *duty = text_at(s, "tasks.0.duty_id");
    json_t *no = reply(fx, s, "{'text':'已研究','document_number':'澜圈办函1号'}", 409);
    assert_non_null(strstr(text_at(no, "detail"), "1"));
    s = reply(fx, s, "{'text':'正在办理','stage':'interim'}", 201);
    expect_text(s, "state", "in_hand");
    finish(fx, HEAD, duty);
    s = reply(fx, s, "{'text':'站牌已统一','document_number':'澜圈办函2号','result':'planned'}", 201);
    expect_text(s, "state", "replied");
    divided(fx, s, FINANCE, NULL, 409); /* it is answered */
    const char *letter = text_at(find_by(s, "replies", "stage", "final"), "id");
    const char *path = api_path(fx, "/sources/%s/replies/%s/opinion", text_at(s, "id"), letter);
    s = api_post(fx, OFFICE, path, "{'opinion':'dissatisfied','text':'仍有两处未改','said_on':'2026-11-20'}", &status);
    expect_status(s, status, 200);
    expect_text(s, "state", "in_hand");
    expect_text(s, "due_on", "2027-02-20");
    json_t *twice = api_post(fx, OFFICE, path, "{'opinion':'satisfied'}", &status);
    expect_status(twice, status, 409); /* said once */
    s = divided(fx, s, BUREAU, NULL, 201);
    finish(fx, HEAD, text_at(s, "tasks.1.duty_id"));
    s = reply(fx, s, "{'text':'全部改完','result':'done'}", 201);
    letter = text_at(s, "replies.2.id");
    s = api_post(fx, OFFICE, api_path(fx, "/sources/%s/replies/%s/opinion", text_at(s, "id"), letter),
                 "{'opinion':'satisfied'}", &status);
    expect_status(s, status, 200);
    expect_text(s, "state", "closed");
}

/* Not past the longest day; the first day stays. */
static void its_day_moves_so_far(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = registered(fx, "congress_proposal", "延期的建议", ",'from_on':'2026-10-08'");
    const char *path = api_path(fx, "/sources/%s/extension", text_at(s, "id"));
    api_if_match(fx, s);
    json_t *no = api_post(fx, OFFICE, path, "{'due_on':'2027-04-09','reason':'涉及面广'}", &status);
    expect_status(no, status, 409);
    assert_non_null(strstr(text_at(no, "detail"), "2027-04-08"));
    api_if_match(fx, s);
    no = api_post(fx, OFFICE, path, "{'due_on':'2027-01-08','reason':'涉及面广'}", &status);
    expect_status(no, status, 409); /* not later */
    api_if_match(fx, s);
    s = api_post(fx, OFFICE, path, "{'due_on':'2027-04-08','reason':'涉及面广'}", &status);
    expect_status(s, status, 200);
    expect_text(s, "due_on", "2027-04-08");
    expect_text(s, "first_due_on", "2027-01-08");
    expect_int(s, "extensions", 1);
}

/* One duty serves two sources: its report is seen in both; readers of the duty learn an internal source's number only. */
static void one_duty_serves_several(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *first = divided(fx, registered(fx, "congress_proposal", "先来的建议", ""), BUREAU, NULL, 201);
    const char *duty = text_at(first, "tasks.0.duty_id");
    json_t *second = registered(fx, "instruction", "内部要求", ",'internal':true");
    const char *path = api_path(fx, "/sources/%s/duties", text_at(second, "id"));
    second = api_post(fx, OFFICE, path, api_path(fx, "{'duty_id':'%s'}", duty), &status);
    expect_status(second, status, 201);
    json_t *twice = api_post(fx, OFFICE, path, api_path(fx, "{'duty_id':'%s'}", duty), &status);
    expect_status(twice, status, 409);
    json_t *d = api_get(fx, OFFICE, api_path(fx, "/duties/%s", duty), &status);
    assert_int_equal(count_at(d, "sources"), 2);
    assert_non_null(find_by(d, "sources", "words", text_at(second, "number")));
    assert_null(find_by(d, "sources", "words", "内部要求"));
    finish(fx, HEAD, duty);
    for (int i = 0; i < 2; i++) {
        json_t *s = api_get(fx, OFFICE, api_path(fx, "/sources/%s", text_at(i == 0 ? first : second, "id")), &status);
        expect_int(s, "tasks_open", 0);
        expect_int(s, "progress", 100);
    }
}

/* An internal instruction: not for another city's desk, not for a unit that is not charged, on no public page, in no search of theirs. */
static void an_internal_one_stays_inside(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    json_t *s = divided(fx, registered(fx, "instruction", "密件不上网专题", ",'internal':true"), FINANCE, NULL, 201);
    const char *const strangers[] = {OTHER_CITY, DESK};
    const char *q = api_encoded(fx, "密件不上网");
    for (size_t i = 0; i < 2; i++) {
        json_t *one = api_get(fx, strangers[i], api_path(fx, "/sources/%s", text_at(s, "id")), &status);
        expect_status(one, status, 404);
        json_t *list = api_get(fx, strangers[i], api_path(fx, "/sources?q=%s", q), &status);
        assert_int_equal(count_at(list, "items"), 0);
        json_t *found = api_get(fx, strangers[i], api_path(fx, "/search?q=%s", q), &status);
        assert_int_equal(count_at(found, "items"), 0);
    }
    api_get(fx, CITIZEN, api_path(fx, "/sources/%s", text_at(s, "id")), &status);
    assert_int_equal(status, 401);
    static const char *const pages[] = {"/public/outlines", "/public/bulletins", "/public/dictionary"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        char *text = json_dumps(api_get(fx, CITIZEN, pages[i], &status), JSON_ENCODE_ANY);
        assert_null(strstr(text, "密件不上网"));
        free(text);
    }
    json_t *mine = api_get(fx, OFFICE, api_path(fx, "/sources?internal=1&q=%s", q), &status);
    assert_int_equal(count_at(mine, "items"), 1);
}

/* Three orders; pages follow each other without a gap. */
static void the_register_is_sorted_and_paged(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *const days[] = {"2025-03-03", "2025-01-06", "2025-02-10"};
    for (int i = 0; i < 3; i++)
        registered(fx, "instruction", api_path(fx, "排序试验%d", i), api_path(fx, ",'from_on':'%s'", days[i]));
    const char *q = api_encoded(fx, "排序试验");
    const char *const wanted[][3] = {{"排序试验1", "排序试验2", "排序试验0"}, {"排序试验0", "排序试验2", "排序试验1"}};
    const char *const sorts[] = {"due", "received"};
    for (int k = 0; k < 2; k++) {
        const char *after = "";
        for (int i = 0; i < 3; i++) {
            json_t *page =
                api_get(fx, OFFICE, api_path(fx, "/sources?q=%s&sort=%s&limit=1%s", q, sorts[k], after), &status);
            expect_status(page, status, 200);
            expect_text(page, "items.0.title", wanted[k][i]);
            after = i < 2 ? api_path(fx, "&after=%s", api_encoded(fx, text_at(page, "next"))) : "";
            if (i == 2)
                assert_true(json_is_null(at(page, "next")));
        }
    }
    json_t *no = api_get(fx, OFFICE, "/sources?sort=title", &status);
    expect_status(no, status, 422);
    expect_text(no, "field", "sort");
}

/* The office cannot report beside an open duty: refused with the unit and the duty's number; on the duty it needs the letter. */
static void the_office_reports_on_the_duty(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *outline = req_outline(
        fx,
        "代录试验行动纲要\n（2026—2028年）\n一、交通\n（一）建设一号线。由澜州市交通运输局牵头，2027年底前完成。\n");
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", outline), &status);
    json_t *action = at(page, "items.0");
    assert_non_null(action);
    const char *id = text_at(action, "id"), *reports = api_path(fx, "/actions/%s/reports", id);
    json_t *whole = api_get(fx, OFFICE, api_path(fx, "/actions/%s", id), &status);
    const char *bureau = unit_id(fx, BUREAU);
    api_if_match(fx, whole);
    json_t *units = api_put(fx, OFFICE, api_path(fx, "/actions/%s/units", id),
                            api_path(fx, "{'units':[{'unit_id':'%s','part':'lead'}]}", bureau), &status);
    expect_status(units, status, 200);
    json_t *before = api_post(fx, OFFICE, reports, "{'percent':10,'text':'交办前办公室登记'}", &status);
    expect_status(before, status, 201);
    json_t *handed = api_post(fx, OFFICE, api_path(fx, "/actions/%s/hand-over", id), "{}", &status);
    expect_status(handed, status, 201);
    const char *duty = text_at(handed, "duty_id");
    json_t *d = api_get(fx, OFFICE, api_path(fx, "/duties/%s", duty), &status);
    json_t *no = api_post(fx, OFFICE, reports, "{'percent':20,'text':'办公室直接反馈'}", &status);
    expect_status(no, status, 409);
    assert_non_null(strstr(text_at(no, "detail"), text_at(d, "number")));
    assert_non_null(strstr(text_at(no, "detail"), BUREAU));
    api_if_match(fx, d);
    d = api_post(fx, HEAD, api_path(fx, "/duties/%s/steps", duty), "{'verb':'accept'}", &status);
    expect_status(d, status, 200);
    no = api_post(fx, OFFICE, api_path(fx, "/duties/%s/reports", duty),
                  "{'percent':20,'text':'来函称已开工','on_behalf':true}", &status);
    expect_status(no, status, 422);
    expect_text(no, "field", "file_ids");
    json_t *own = api_post(fx, HEAD, reports, "{'percent':30,'text':'单位反馈'}", &status);
    expect_status(own, status, 201);
    d = api_get(fx, OFFICE, api_path(fx, "/duties/%s", duty), &status);
    expect_int(d, "percent", 30);
}

/* One search finds what stands in every room, within the reader's scope; another city's desk and the public find none of it. */
static void all_is_found_in_scope_only(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *const word = "蓝鲸湾";
    json_t *bodies = api_get(fx, OFFICE, "/meeting-bodies", &status);
    const char *body = text_at(bodies, "items.0.id"), *office = unit_id(fx, FINANCE);
    const struct {
        const char *path, *body, *kind;
    } makes[] = {
        {"/sources", "{'form':'instruction','title':'关于蓝鲸湾的批示','text':'请办','from_whom':'市长'}", "source"},
        {"/groups", "{'form':'committee','title':'蓝鲸湾建设委员会'}", "group"},
        {"/documents", "{'form':'superior_plan','title':'蓝鲸湾规划'}", "document"},
        {"/duties", api_path(fx, "{'title':'蓝鲸湾清淤','holder_id':'%s'}", office), "duty"},
        {"/meetings", api_path(fx, "{'body_id':'%s','title':'蓝鲸湾专题会议'}", body), "meeting"},
        {"/powers", "{'form':'province','code':'LJ-1','title':'蓝鲸湾岸线许可','document_number':'条例'}", "power"},
    };
    for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
        json_t *made = api_post(fx, OFFICE, makes[i].path, makes[i].body, &status);
        expect_status(made, status, 201);
    }
    json_t *found = api_get(fx, OFFICE, api_path(fx, "/search?q=%s&limit=50", api_encoded(fx, word)), &status);
    expect_status(found, status, 200);
    for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
        if (find_by(found, "items", "kind", makes[i].kind) == NULL)
            fail_msg("no %s is found", makes[i].kind);
    }
    assert_int_equal(count_at(found, "items"), 6);
    const char *after = "";
    for (int i = 0; i < 6; i++) { /* page by page: each once, newest first */
        json_t *page =
            api_get(fx, OFFICE, api_path(fx, "/search?q=%s&limit=1%s", api_encoded(fx, word), after), &status);
        expect_text(page, "items.0.id", text_at(found, api_path(fx, "items.%d.id", i)));
        after = i < 5 ? api_path(fx, "&after=%s", api_encoded(fx, text_at(page, "next"))) : "";
    }
    json_t *desk = api_get(fx, DESK, api_path(fx, "/search?q=%s", api_encoded(fx, word)), &status);
    for (int i = 0; i < count_at(desk, "items");
         i++) { /* of its own city's standards and meetings it may know, no more */
        const char *kind = text_at(desk, api_path(fx, "items.%d.kind", i));
        assert_true(strcmp(kind, "source") != 0 && strcmp(kind, "duty") != 0 && strcmp(kind, "group") != 0);
    }
    api_get(fx, CITIZEN, api_path(fx, "/search?q=%s", api_encoded(fx, word)), &status);
    assert_int_equal(status, 401);
}

/* A task of the outline that is due stands on its unit's desk, is reported on from there, and is gone when it is done; no other desk has it. */
static void a_due_task_is_on_the_desk(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *outline = req_outline(fx, "任务上桌试验行动纲要\n（2026—2028年）\n一、交通\n（一）建设二号线。由澜州市"
                                          "交通运输局牵头，2027年底前完成。\n");
    json_t *page = api_get(fx, OFFICE, api_path(fx, "/actions?outline=%s", outline), &status);
    const char *action = text_at(page, "items.0.id"), *bureau = unit_id(fx, BUREAU);
    static const struct {
        const char *title, *due;
    } tasks[] = {{"站点选址", "2020-01-31"}, {"很久以后", "2099-12-31"}};
    for (int i = 0; i < 2; i++) {
        json_t *made =
            api_post(fx, OFFICE, api_path(fx, "/actions/%s/tasks", action),
                     api_path(fx, "{'title':'%s','due_on':'%s','units':[{'unit_id':'%s','part':'responsible'}]}",
                              tasks[i].title, tasks[i].due, bureau),
                     &status);
        expect_status(made, status, 201);
    }
    json_t *mine = api_get(fx, DESK, "/my/tasks", &status);
    expect_status(mine, status, 200);
    json_t *task = find_by(mine, "items", "title", "站点选址");
    assert_non_null(task);
    assert_true(json_is_true(at(task, "late")));
    expect_text(task, "unit.name", BUREAU);
    assert_null(find_by(mine, "items", "title", "很久以后"));
    json_t *others = api_get(fx, OTHER_CITY, "/my/tasks", &status);
    assert_null(find_by(others, "items", "title", "站点选址"));
    const char *reports = api_path(fx, "/tasks/%s/reports", text_at(task, "id"));
    json_t *no = api_post(fx, DESK, reports, "{'percent':50,'text':'x','file_ids':['12']}", &status);
    assert_int_equal(status, 404); /* a file that is not there */
    (void)no;
    json_t *out = api_post(fx, DESK, reports, "{'percent':100,'text':'选址完成'}", &status);
    expect_status(out, status, 201);
    json_t *said = api_get(fx, DESK, reports, &status);
    expect_text(said, "items.0.text", "选址完成");
    assert_int_equal(count_at(said, "items"), 1);
    mine = api_get(fx, DESK, "/my/tasks", &status);
    assert_null(find_by(mine, "items", "title", "站点选址"));
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(a_kind_says_by_when),
        ROW(it_is_divided_and_on_the_desk),
        ROW(it_is_answered_and_judged),
        ROW(its_day_moves_so_far),
        ROW(one_duty_serves_several),
        ROW(an_internal_one_stays_inside),
        ROW(the_register_is_sorted_and_paged),
        ROW(the_office_reports_on_the_duty),
        ROW(all_is_found_in_scope_only),
        ROW(a_due_task_is_on_the_desk),
    };
    return req_run("source", rows);
}
