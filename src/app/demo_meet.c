/*
 * demo_meet.c - the demonstration's joint meetings: the mayors' conference with two sessions that were held and one that is to come, whose resolutions
 * are with units of several cities, and a mechanism for one matter. All invented.
 */
#include <string.h>

#include "app/app_int.h"
#include "base/date.h"
#include "govern/meet.h"

/* What one held session was. Agenda items and resolutions are told apart by which fields they have. */
struct past_item {
    struct span title, speaker, record;
    int city; /* index of the presenting city's office; -1: the conference's office */
    int minutes;
};
struct past_resolution {
    struct span text, title;
    int item;                                         /* index of the agenda item */
    struct span lead_region, lead, with_region, with; /* lead empty: nothing to carry out */
    struct span due_on;
    bool adopts_outline, accepted;
};
struct past_session {
    struct span place, theme, minutes;
    const char *starts_at, *ends_at;
    const struct past_item *items;
    int n_items;
    const struct past_resolution *resolutions;
    int n_resolutions;
    int excused; /* index of the city that was not there; -1: none */
};

static const struct past_item second_items[] = {
    {SPAN("审议《澜江都市圈同城化行动纲要（2025—2028年）》"), SPAN("联席办主任"),
     SPAN("四市一致同意纲要文本，由各市分别签署。"), -1, 40},
    {SPAN("通报都市圈建设筹备情况"), SPAN("澜州市副市长"), SPAN("会议听取了筹备情况，同意设立联席会议办公室。"), 0, 20},
};
static const struct past_resolution second_resolutions[] = {
    {.text = SPAN("通过《澜江都市圈同城化行动纲要（2025—2028年）》，由四市签署后施行。"),
     .item = 0,
     .adopts_outline = true},
    {.text = SPAN("建立四市12345热线跨市转办机制，转办时限不超过1个工作日。"),
     .title = SPAN("建立12345热线跨市转办机制"),
     .item = 1,
     .lead_region = SPAN("990100"),
     .lead = SPAN("澜州市政务服务局"),
     .with_region = SPAN("990200"),
     .with = SPAN("云汀市政务服务局"),
     .due_on = SPAN("2026-09-30"),
     .accepted = true},
};
static const struct past_item third_items[] = {
    {SPAN("跨市公交票价优惠分担"), SPAN("云汀市交通运输局"),
     SPAN("四市对分担比例意见不一，同意先征求意见，再提交下次会议。"), 1, 30},
    {SPAN("澜江上下游水环境联防联治"), SPAN("砚溪市生态环境局"), SPAN("会议同意统一巡查频次，数据按月共享。"), 2, 30},
    {SPAN("界河大桥建设用地协调"), SPAN("松屿市自然资源和规划局"), SPAN("两市就占补平衡指标达成一致。"), 3, 20},
};
static const struct past_resolution third_resolutions[] = {
    {.text = SPAN("澜江干流四市联合巡查每月不少于一次，监测数据按月共享。"),
     .title = SPAN("澜江干流四市联合巡查，监测数据按月共享"),
     .item = 1,
     .lead_region = SPAN("990200"),
     .lead = SPAN("云汀市都市圈建设办公室"),
     .with_region = SPAN("990300"),
     .with = SPAN("砚溪市都市圈建设办公室"),
     .due_on = SPAN("2027-06-30"),
     .accepted = true},
    {.text = SPAN("界河大桥建设用地由砚溪、松屿两市协商，年内办结手续。"),
     .title = SPAN("办结界河大桥建设用地手续"),
     .item = 2,
     .lead_region = SPAN("990300"),
     .lead = SPAN("砚溪市都市圈建设办公室"),
     .due_on = SPAN("2026-12-31")},
};
static const struct past_session past_sessions[] = {
    {SPAN("澜州市会议中心"), SPAN("审议行动纲要"),
     SPAN("会议认为，四市同城化的条件已经成熟。会议要求，各市抓紧落实，联席会议办公室按季度通报。"),
     "2025-11-18T09:00:00+08:00", "2025-11-18T11:30:00+08:00", second_items, 2, second_resolutions, 2, -1},
    {SPAN("云汀市市民中心"), SPAN("交通与生态共治"), SPAN("会议听取了纲要执行情况，研究了三项议题，形成两项决议。"),
     "2026-05-20T14:00:00+08:00", "2026-05-20T16:30:00+08:00", third_items, 3, third_resolutions, 2, 3},
};
static const struct span mayors[] = {SPAN("林一鸣"), SPAN("沈若水"), SPAN("顾远山"), SPAN("江望舒")};

/* ---- one step after the other ----------------------------------------------------------------------------------------------------------- */

static enum rc step(struct tx *tx, int64_t id, const char *verb, struct fail *f)
{
    return meet_session_step(tx, &(struct meet_step_in){.id = id, .verb = span_of(verb)}, f);
}

static enum rc unit_of(struct tx *tx, struct span region, struct span name, int64_t *id, struct fail *f)
{
    struct unit_found found;
    const char *code = span_cstr(tx_arena(tx), region);
    const enum rc rc = unit_resolve(tx, code, name, SPAN("2026-01-01"), &found, f);
    *id = rc == RC_OK ? found.unit_id : 0;
    return rc == RC_OK && found.unit_id == 0 ? fail_span(f, RC_MISSING, MSG_not_found, "unit", name) : rc;
}

static enum rc agenda(struct tx *tx, int64_t id, const struct demo_talk *t, const struct past_session *p,
                      struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < p->n_items; i++)
        rc = meet_item_save(tx,
                            &(struct meet_item_in){
                                .session_id = id,
                                .title = p->items[i].title,
                                .speaker = p->items[i].speaker,
                                .presenter_id = p->items[i].city < 0 ? t->office_id : t->city_offices[p->items[i].city],
                                .duration_min = p->items[i].minutes},
                            f);
    return rc;
}

static enum rc attendance(struct tx *tx, int64_t id, const struct demo_talk *t, int excused, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < t->n_cities && i < 4; i++)
        rc = meet_attend(tx,
                         &(struct meet_attend_in){id, t->city_offices[i],
                                                  i == excused ? SPAN("excused") : SPAN("present"), mayors[i],
                                                  SPAN("市长")},
                         f);
    return rc;
}

/* The agenda's own items, whose ids are needed. */
static enum rc items_of(struct tx *tx, int64_t session_id, struct meet_item **items, int *n, struct fail *f)
{
    struct meet_session session;
    enum rc rc = meet_session_get(tx, session_id, &session, f);
    if (rc == RC_OK)
        rc = meet_items(tx, &session, items, n, f);
    int own = 0; /* what came back from earlier sessions stands before them */
    for (int i = 0; rc == RC_OK && i < *n; i++)
        if (span_is((*items)[i].kind, "item"))
            (*items)[own++] = (*items)[i];
    *n = own;
    return rc;
}

static enum rc accept_all(struct tx *tx, int64_t resolution_id, struct fail *f)
{
    struct duty_show *show = NULL;
    struct duty_row *rows = NULL, now;
    int n = 0;
    enum rc rc = duty_show_new(tx, LANG_ZH, &show, f);
    if (rc == RC_OK)
        rc = duty_about(show, &(struct duty_subject){"resolution", resolution_id}, &rows, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = duty_step(tx, &(struct duty_step_in){.id = rows[i].id, .verb = SPAN("accept"), .percent = -1}, &now, f);
    return rc;
}

static enum rc charge(struct tx *tx, int64_t resolution_id, const struct past_resolution *r, struct fail *f)
{
    int64_t lead = 0, with = 0;
    enum rc rc = unit_of(tx, r->lead_region, r->lead, &lead, f);
    if (rc == RC_OK && r->with.len > 0)
        rc = unit_of(tx, r->with_region, r->with, &with, f);
    if (rc == RC_OK)
        rc = meet_charge(tx,
                         &(struct meet_charge_in){.resolution_id = resolution_id,
                                                  .lead_id = lead,
                                                  .supporting = &with,
                                                  .n_supporting = r->with.len > 0,
                                                  .title = r->title,
                                                  .due_on = r->due_on},
                         f);
    return rc == RC_OK && r->accepted ? accept_all(tx, resolution_id, f) : rc;
}

static enum rc resolve(struct tx *tx, int64_t id, const struct demo_talk *t, const struct past_session *p,
                       struct fail *f)
{
    struct meet_item *items = NULL;
    int n = 0;
    enum rc rc = items_of(tx, id, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < p->n_resolutions && p->resolutions[i].item < n; i++) {
        const struct past_resolution *r = &p->resolutions[i];
        int64_t resolution_id = 0;
        rc = meet_resolve(tx,
                          &(struct meet_resolve_in){.session_id = id,
                                                    .item_id = items[r->item].id,
                                                    .outline_id = r->adopts_outline ? t->outline_id : 0,
                                                    .text = r->text,
                                                    .carry_out = r->lead.len > 0},
                          &resolution_id, f);
        if (rc == RC_OK && r->lead.len > 0)
            rc = charge(tx, resolution_id, r, f);
    }
    return rc;
}

static enum rc record(struct tx *tx, int64_t id, const struct past_session *p, struct fail *f)
{
    struct meet_item *items = NULL;
    int n = 0;
    enum rc rc = items_of(tx, id, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < p->n_items && i < n; i++)
        rc = meet_item_save(tx,
                            &(struct meet_item_in){.session_id = id,
                                                   .id = items[i].id,
                                                   .presenter_id = -1,
                                                   .duration_min = -1,
                                                   .record = p->items[i].record},
                            f);
    return rc == RC_OK ? meet_minutes_save(tx, &(struct meet_minutes_in){.session_id = id, .text = p->minutes}, f) : rc;
}

static enum rc held(struct tx *tx, const struct demo_talk *t, const struct past_session *p, struct fail *f)
{
    struct meet_session_in in = {.body_id = t->meeting_body_id, .place = p->place, .theme = p->theme};
    int64_t id = 0;
    if (!time_parse(span_of(p->starts_at), &in.starts_at_us) || !time_parse(span_of(p->ends_at), &in.ends_at_us))
        return fail_set(f, RC_INTERNAL, MSG_not_found, NULL, NULL);
    enum rc rc = meet_session_save(tx, &in, &id, f);
    if (rc == RC_OK)
        rc = agenda(tx, id, t, p, f);
    if (rc == RC_OK)
        rc = step(tx, id, "call", f);
    if (rc == RC_OK)
        rc = attendance(tx, id, t, p->excused, f);
    if (rc == RC_OK)
        rc = step(tx, id, "hold", f);
    if (rc == RC_OK)
        rc = record(tx, id, p, f);
    if (rc == RC_OK)
        rc = resolve(tx, id, t, p, f);
    if (rc == RC_OK)
        rc = step(tx, id, "minute", f);
    for (int i = 0; rc == RC_OK && i < t->n_cities && i < 4; i++)
        if (i != p->excused)
            rc = meet_sign(tx, &(struct meet_sign_in){id, t->city_offices[i], mayors[i]}, f);
    return rc == RC_OK ? step(tx, id, "close", f) : rc;
}

/* ---- the commands ------------------------------------------------------------------------------------------------------------------------- */

static enum rc set_up(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct demo_talk *t = out;
    struct meet_member_in members[4];
    int64_t other = 0;
    (void)in;
    for (int i = 0; i < t->n_cities && i < 4; i++)
        members[i] = (struct meet_member_in){t->city_offices[i], i + 1, true};
    enum rc rc = meet_body_save(tx,
                                &(struct meet_body_in){.name = SPAN("澜江都市圈市长联席会议"),
                                                       .purpose = SPAN("四市平等协商，议定同城化重大事项。"),
                                                       .unit_id = t->office_id,
                                                       .rotates = SPAN("session"),
                                                       .rule = SPAN("consensus"),
                                                       .cadence = SPAN("half_year"),
                                                       .from_on = SPAN("2025-01-01"),
                                                       .term_months = -1,
                                                       .quorum_percent = 75,
                                                       .past_sessions = 1,
                                                       .members = members,
                                                       .n_members = 4},
                                &t->meeting_body_id, f);
    return rc == RC_OK ? meet_body_save(tx,
                                        &(struct meet_body_in){
                                            .name = SPAN("澜江都市圈人力资源合作共商机制"),
                                            .kind = SPAN("mechanism"),
                                            .purpose = SPAN("平等协商、互利共赢：人才互认、招聘互通、培训互助。"),
                                            .unit_id = t->office_id,
                                            .rotates = SPAN("term"),
                                            .term_months = 12,
                                            .rotates_from_on = SPAN("2025-01-01"),
                                            .rule = SPAN("majority"),
                                            .cadence = SPAN("quarter"),
                                            .from_on = SPAN("2025-01-01"),
                                            .quorum_percent = 67,
                                            .past_sessions = -1,
                                            .members = members,
                                            .n_members = 4},
                                        &other, f)
                       : rc;
}

static enum rc second(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return held(tx, out, &past_sessions[0], f);
}

static enum rc third(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return held(tx, out, &past_sessions[1], f);
}

/* The next one: in sixteen days, hosted by whose turn it is; what is open of the sessions before comes onto its agenda by itself. */
static enum rc fourth(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct demo_talk *t = out;
    int64_t id = 0;
    (void)in;
    const int64_t day = date_start_us(date_from_days(date_to_days(date_of_us(tx_now_us(tx))) + 16));
    enum rc rc = meet_session_save(tx,
                                   &(struct meet_session_in){.body_id = t->meeting_body_id,
                                                             .theme = SPAN("年度总结与明年重点事项"),
                                                             .place = SPAN("砚溪市规划展示馆"),
                                                             .starts_at_us = day + 9 * 3600000000LL,
                                                             .ends_at_us = day + 12 * 3600000000LL},
                                   &id, f);
    if (rc == RC_OK)
        rc = meet_item_save(tx,
                            &(struct meet_item_in){.session_id = id,
                                                   .title = SPAN("审议跨市公交票价优惠分担办法"),
                                                   .speaker = SPAN("联席办主任"),
                                                   .presenter_id = t->office_id,
                                                   .duration_min = 30},
                            f);
    return rc == RC_OK ? meet_item_save(tx,
                                        &(struct meet_item_in){.session_id = id,
                                                               .title = SPAN("确定明年重点合作事项"),
                                                               .presenter_id = t->city_offices[2],
                                                               .duration_min = 40},
                                        f)
                       : rc;
}

command_fn *const demo_meets[DEMO_MEETS] = {set_up, second, third, fourth};
