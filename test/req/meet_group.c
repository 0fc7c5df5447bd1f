/* meet_group.c - a body that is one of the groups: who sits in the group on the day of the session is expected there; both pages show the link. */
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

static json_t *member(json_t *body, const char *unit)
{
    for (int i = 0; i < count_at(body, "members"); i++) {
        json_t *m = json_array_get(at(body, "members"), (size_t)i);
        if (strcmp(text_at(m, "unit.name"), unit) == 0 && json_is_true(at(m, "now")))
            return m;
    }
    return NULL;
}

static void seats_are_the_members(void **state)
{
    struct fx *fx = FX(state);
    int status = 0;
    const char *bureau = unit_id(fx, BUREAU), *finance = unit_id(fx, FINANCE);
    json_t *group = api_post(fx, OFFICE, "/groups",
                             api_path(fx,
                                      "{'form':'committee','title':'枢纽建设委员会','from_on':'2026-01-01','members':["
                                      "{'unit_id':'%s','place':'head','post':'局长','from_on':'2026-01-01'}]}",
                                      bureau),
                             &status);
    expect_status(group, status, 201);
    json_t *body = api_post(
        fx, OFFICE, "/meeting-bodies",
        api_path(fx, "{'name':'枢纽建设委员会会议','rotates':'none','members':[{'unit_id':'%s'}]}", finance), &status);
    expect_status(body, status, 201);
    const char *id = text_at(body, "id");
    assert_true(json_is_null(at(body, "group")));
    const char *link = api_path(fx, "/meeting-bodies/%s/group", id);
    const char *json = api_path(fx, "{'group_id':'%s'}", text_at(group, "id"));
    json_t *no = api_put(fx, OFFICE, link, json, &status);
    expect_status(no, status, 428);
    api_if_match(fx, body);
    no = api_put(fx, OFFICE, link, "{'group_id':'77'}", &status);
    expect_status(no, status, 422);
    expect_text(no, "field", "group_id");
    api_if_match(fx, body);
    no = api_put(fx, DESK, link, json, &status);
    assert_true(status == 403 || status == 404);
    api_if_match(fx, body);
    body = api_put(fx, OFFICE, link, json, &status);
    expect_status(body, status, 200);
    expect_text(body, "group.title", "枢纽建设委员会");
    assert_non_null(member(body, BUREAU));
    assert_null(member(body, FINANCE)); /* it sits nowhere in the group */
    group = api_get(fx, OFFICE, api_path(fx, "/groups/%s", text_at(group, "id")), &status);
    expect_text(group, "meeting_bodies.0.id", id);
    api_if_match(fx, body);
    no = api_patch(fx, OFFICE, api_path(fx, "/meeting-bodies/%s", id),
                   api_path(fx, "{'members':[{'unit_id':'%s'}]}", finance), &status);
    expect_status(no, status, 409);
    expect_text(no, "field", "members");
    /* A seat that begins on the day of a coming session: expected there. */
    json_t *seat = api_post(fx, OFFICE, api_path(fx, "/groups/%s/members", text_at(group, "id")),
                            api_path(fx, "{'unit_id':'%s','post':'副局长','from_on':'2099-03-02'}", finance), &status);
    expect_status(seat, status, 201);
    static const struct {
        const char *day;
        int expected;
    } sessions[] = {{"2099-03-01", 1}, {"2099-03-02", 2}};
    for (int i = 0; i < 2; i++) {
        json_t *s = api_post(
            fx, OFFICE, "/meetings",
            api_path(fx, "{'body_id':'%s','host_id':'%s','place':'一号会议室','starts_at':'%sT09:00:00+08:00'}", id,
                     bureau, sessions[i].day),
            &status);
        expect_status(s, status, 201);
        s = api_post(fx, OFFICE, api_path(fx, "/meetings/%s/items", text_at(s, "id")), "{'title':'议题'}", &status);
        expect_status(s, status, 201);
        api_if_match(fx, s);
        s = api_post(fx, OFFICE, api_path(fx, "/meetings/%s/steps", text_at(s, "id")), "{'verb':'call'}", &status);
        expect_status(s, status, 200);
        assert_int_equal(count_at(s, "attendance"), sessions[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest rows[] = {ROW(seats_are_the_members)};
    return req_run("meet_group", rows);
}
