/*
 * demo_duty.c - the demonstration's duties: one row a duty, with what was done with it as a word of letters, so that every state, light, colour and
 * list of the screens has something in it. Days count from today; clocks start now, as nobody can go back and sign.
 *
 *   a acknowledge   c accept        o object         0-9 report (tens of percent)   d draft by the clerk   x entry for the unit
 *   s split in two  u submit        b return         k close                        e extend by 30 days    p suspend for 20 days
 *   w withdraw      g urge by hand  G urge the head  B blue slip                    Y yellow slip, urgent  y reply   q close the slip
 */
#include <string.h>

#include "app/app_int.h"
#include "base/date.h"
#include "duty/duty.h"
#include "org/org.h"
#include "plan/plan.h"

#define NO_DAY 9999
#define CITY1 "990100"
#define CITY2 "990200"
#define CITY3 "990300"
#define CIRCLE NULL /* handed over by the circle's office */
#define CITY "澜州市都市圈建设办公室"

struct demo_duty {
    const char *title, *region, *holder, *assigner, *source, *words;
    int start, due;
    const char *every, *steps;
};
static const struct demo_duty rows[] = {
    {"编制四市公交线网衔接方案", CITY1, "澜州市交通运输局", CITY, "instruction", "澜州市政府第12次常务会议纪要", -3, 45,
     "", ""},
    {"报送跨市公交客流基础数据", CITY1, "澜州市交通运输局", CIRCLE, "resolution", "市长联席会议第3次会议议定事项", -2,
     20, "month", ""},
    {"完成澜云快速路澜州段施工图审查", CITY1, "澜州市交通运输局", CITY, "instruction", "市政府督查件〔2026〕31号", -60,
     60, "month", "a36"},
    {"打通滨河路断头路剩余400米", CITY1, "澜州市交通运输局", CIRCLE, "resolution", "市长联席会议第2次会议议定事项",
     -200, -9, "month", "c3gGB"},
    {"完成客运枢纽一体化改造可研批复", CITY1, "澜州市交通运输局", CITY, "proposal", "市政协提案第88号", -90, 12, "",
     "a4d"},
    {"统一四市公交优惠乘车证样式", CITY1, "澜州市交通运输局", CIRCLE, "proposal", "四市人大代表联名建议第5号", -30, 30,
     "", "c2x"},
    {"跨市公交票价优惠方案报审", CITY1, "澜州市交通运输局", CITY, "instruction", "澜州市主要领导批示", -80, 9, "",
     "a59u"},
    {"撤除澜云界收费站", CITY1, "澜州市交通运输局", CITY, "resolution", "市长联席会议第1次会议议定事项", -200, -20, "",
     "a7uk"},
    {"澜江二桥交通组织方案", CITY1, "澜州市交通运输局", CITY, "instruction", "市政府专题会议纪要第45号", -100, 80, "",
     "a3p"},
    {"农村公路提档升级年度任务", CITY1, "澜州市交通运输局", CITY, "instruction", "年度民生实事清单第6项", -150, 15,
     "quarter", "a5e"},
    {"编制同城化综合交通年度报告", CITY1, "澜州市交通运输局", CITY, "instruction", "联席会议年度工作要点", -20, 40, "",
     "as2"},
    {"退回重报：货运通行证互认清单", CITY1, "澜州市交通运输局", CITY, "resolution", "市长联席会议第3次会议议定事项",
     -70, 25, "", "a6ub"},
    {"建立饮用水源地联合巡查机制", CITY1, "澜州市水务局", CITY, "resolution", "水环境共治专题会议纪要", -120, -15,
     "month", "a4gB"},
    {"上报城市数据共享目录", CITY1, "澜州市数据局", CITY, "instruction", "数据工作专班会议纪要", -40, 3, "", "a6"},
    {"落实同城化专项资金年度预算", CITY1, "澜州市财政局", CITY, "instruction", "市政府常务会议纪要", -40, 30, "", "a"},
    {"政务服务跨市通办事项扩面", CITY1, "澜州市政务服务局", CITY, "proposal", "市人大代表建议第120号", -140, -30, "",
     "a3GYyq"},
    {"云汀段快速公交通道用地报批", CITY2, "云汀市都市圈建设办公室", CIRCLE, "resolution",
     "市长联席会议第3次会议议定事项", -10, 90, "", "o"},
    {"云汀市数据共享平台对接", CITY2, "云汀市数据局", CIRCLE, "resolution", "数据工作专班会议纪要", -100, -5, "month",
     "c5gGYy"},
    {"云汀市公交一卡通终端改造", CITY2, "云汀市交通运输局", CIRCLE, "action", "", -160, 20, "month", "c48"},
    {"砚溪市大气联防联控任务分解", CITY3, "砚溪市生态环境局", CIRCLE, "resolution", "生态环境联席会议纪要", -90, 6, "",
     "c5"},
    {"砚溪市危废转移电子联单试点", CITY3, "砚溪市生态环境局", CIRCLE, "warning", "危废转移超期预警", -35, -2, "",
     "c2g"},
    {"重复事项：公交线网衔接调研", CITY1, "澜州市交通运输局", CITY, "instruction", "调研安排", -50, 10, "", "aw"},
};

struct play {
    struct store *s;
    struct arena *a;
    const struct demo_duty_world *w;
    struct fail *f;
    const struct demo_duty *row;
    struct duty_row duty;
    int64_t slip_id, file_id;
    struct file_info letter;
    int percent;
    char step;
    char due[11], start[11], later[11];
    int64_t parts[2];
};

static enum rc unit_of(struct tx *tx, const char *region, const char *name, int64_t *id, struct fail *f)
{
    struct unit_found found = {.unit_id = 0};
    enum rc rc = unit_resolve(tx, region, span_of(name), SPAN(""), &found, f);
    *id = found.unit_id;
    return rc == RC_OK && *id == 0 ? fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL) : rc;
}

static enum rc open_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct play *p = in;
    const struct demo_duty *r = p->row;
    int64_t holder = 0, assigner = p->w->office_id;
    enum rc rc = unit_of(tx, r->region, r->holder, &holder, f);
    if (rc == RC_OK && r->assigner != NULL)
        rc = unit_of(tx, CITY1, r->assigner, &assigner, f);
    const struct duty_source source = {span_of(r->source), 0, span_of(r->words), assigner};
    return rc == RC_OK ? duty_open(tx,
                                   &(struct duty_open_in){.subject_kind = span_of(r->source),
                                                          .title = span_of(r->title),
                                                          .holder_id = holder,
                                                          .assigner_id = assigner,
                                                          .start_on = span_of(p->start),
                                                          .due_on = r->due == NO_DAY ? SPAN("") : span_of(p->due),
                                                          .report_every = span_of(r->every),
                                                          .sources = &source,
                                                          .n_sources = r->words[0] != '\0'},
                                   out, f)
                       : rc;
}

static enum rc report_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    static const char *const texts[] = {"已制定工作方案，明确分工和时间表。", "完成前期调研和资料收集。",
                                        "已召开两次协调会，统一口径。",       "现场工作启动，手续同步办理。",
                                        "按计划推进，完成阶段任务。",         "主体工作过半，正在联调。",
                                        "试运行平稳，收集意见并整改。",       "初稿完成，征求相关单位意见。",
                                        "主要任务完成，查漏补缺。",           "已通过内部验收，准备报审。"};
    const struct play *p = in;
    struct duty_report_row ignored;
    const bool draft = p->step == 'd', entry = p->step == 'x';
    const int percent = draft || entry ? 60 : (p->step - '0') * 10 + 5;
    return duty_report(
        tx,
        &(struct duty_report_in){.id = p->duty.id,
                                 .percent = percent,
                                 .text = span_of(entry ? "据来函录入：样式已定稿，正在印制。" : texts[percent / 10]),
                                 .file_ids = &p->file_id,
                                 .n_files = entry,
                                 .draft = draft,
                                 .on_behalf = entry},
        out, &ignored, f);
}

static enum rc step_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    static const struct {
        char letter;
        const char *verb, *text, *reason;
    } steps[] = {{'a', "acknowledge", "", ""},
                 {'c', "accept", "", ""},
                 {'o', "object", "", "用地指标尚未下达，建议推迟并明确分担比例。"},
                 {'s', "split", "", ""},
                 {'u', "submit", "任务完成，报请审核。", ""},
                 {'b', "return", "", "清单缺少砚溪市车辆，请补充后重报。"},
                 {'k', "close", "", ""},
                 {'e', "extend", "", "汛期施工受阻。"},
                 {'p', "suspend", "", "等待省级规划批复。"},
                 {'w', "withdraw", "", "与另一项任务重复。"}};
    const struct play *p = in;
    struct duty_step_in step = {.id = p->duty.id, .percent = -1};
    struct duty_part_in parts[2];
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i].letter == p->step) {
            step.verb = span_of(steps[i].verb);
            step.text = span_of(steps[i].text);
            step.reason = span_of(steps[i].reason);
        }
    if (p->step == 'e' || p->step == 'p')
        step.due_on = span_of(p->later);
    if (p->step == 'u') {
        step.file_ids = &p->file_id;
        step.n_files = 1;
    }
    if (p->step == 's') {
        parts[0] =
            (struct duty_part_in){p->parts[0], SPAN("supporting"), SPAN("提供财政投入数据"), span_of(p->start), 1};
        parts[1] = (struct duty_part_in){p->parts[1], SPAN("supporting"), SPAN("提供客流大数据"), SPAN(""), 2};
        step.parts = parts;
        step.n_parts = 2;
    }
    return duty_step(tx, &step, out, f);
}

static enum rc watch_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct play *p = out;
    struct duty_slip_row slip;
    enum rc rc = RC_OK;
    (void)in;
    if (p->step == 'g' || p->step == 'G')
        return duty_urge(tx,
                         &(struct duty_urge_in){p->duty.id,
                                                p->step == 'g' ? SPAN("请本周五前反馈最新进展。")
                                                               : SPAN("进度明显滞后，请主要负责人过问。"),
                                                p->step == 'g' ? 1 : 2},
                         &p->duty, f);
    if (p->step == 'B' || p->step == 'Y') {
        rc = duty_slip_issue(
            tx,
            &(struct duty_slip_in){p->duty.id, p->step == 'B' ? SPAN("blue") : SPAN("yellow"),
                                   SPAN("该任务已超期，请说明原因，提出整改措施和完成时限，按期书面回复。"),
                                   p->step == 'Y'},
            &slip, f);
        p->slip_id = rc == RC_OK ? slip.id : 0;
        return rc;
    }
    const struct duty_slip_answer answer = {
        p->slip_id, 0, p->step == 'y' ? SPAN("已成立专班，制定赶工计划，月底前完成。") : SPAN("措施可行，同意办结。")};
    return p->step == 'y' ? duty_slip_reply(tx, &answer, &slip, f) : duty_slip_close(tx, &answer, &slip, f);
}

static enum rc prepare_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct play *p = out;
    (void)in;
    enum rc rc = unit_of(tx, CITY1, "澜州市财政局", &p->parts[0], f);
    if (rc == RC_OK)
        rc = unit_of(tx, CITY1, "澜州市数据局", &p->parts[1], f);
    return rc == RC_OK
               ? org_file_add(tx, &(struct file_add_in){&p->letter, SPAN("办理情况说明（演示）.txt"), "text/plain"},
                              &p->file_id, f)
               : rc;
}

static enum rc act(struct play *p, struct actor actor, command_fn *fn, void *out)
{
    struct store_write w = {.command = fn, .in = p, .out = out, .arena = p->a, .actor = actor};
    const enum rc rc = store_run(p->s, &w);
    if (rc != RC_OK)
        *p->f = w.fail;
    sb_release(&w.body);
    return rc;
}

static const struct actor by_system = {.role = "system", .region_code = "000000"};

/* The clerk drafts, the bureau's head signs and reports what is the bureau's, the office's people urge: where a person is known. */
static struct actor who_does(const struct play *p)
{
    const bool own = strcmp(p->row->holder, "澜州市交通运输局") == 0;
    const bool of_circle = p->row->assigner == CIRCLE;
    if (own && p->step == 'd')
        return (struct actor){p->w->clerk_id, "desk_drafter", p->duty.holder_id, CITY1};
    if (own && strchr("acyu0123456789", p->step) != NULL && p->step != 'u')
        return (struct actor){p->w->head_id, "desk_head", p->duty.holder_id, CITY1};
    if (of_circle && strchr("gGBYq", p->step) != NULL)
        return (struct actor){p->w->chief_id, "office", p->w->office_id, "990000"};
    return by_system;
}

static void day(char out[11], int32_t today, int offset)
{
    date_print(date_from_days(today + offset), out);
}

static enum rc play_row(struct play *p, const struct demo_duty *row, int32_t today)
{
    p->row = row;
    p->slip_id = 0;
    day(p->start, today, row->start);
    day(p->due, today, row->due == NO_DAY ? 0 : row->due);
    day(p->later, today, (row->due > 0 && row->due != NO_DAY ? row->due : 0) + 30);
    enum rc rc = act(p, by_system, open_command, &p->duty);
    for (const char *c = row->steps; rc == RC_OK && *c != '\0'; c++) {
        p->step = *c;
        const bool report = strchr("0123456789dx", *c) != NULL;
        if (strchr("gGBYyq", *c) != NULL)
            rc = act(p, who_does(p), watch_command, p);
        else
            rc = act(p, who_does(p), report ? report_command : step_command, &p->duty);
    }
    return rc;
}

struct action_play {
    int64_t action_id;
    int far; /* 0: only handed over; else accepted, and reported so many percent */
};

static enum rc action_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct action_play *const a = out;
    struct plan_hand_over_out handed;
    struct duty_row d;
    struct duty_report_row r;
    (void)in;
    enum rc rc = plan_hand_over(tx, &(struct plan_hand_over_in){a->action_id, SPAN("")}, &handed, f);
    if (rc != RC_OK || a->far == 0)
        return rc;
    rc = duty_get(tx, handed.duty_id, &d, f);
    if (rc == RC_OK)
        rc = duty_step(tx,
                       &(struct duty_step_in){.id = handed.duty_id,
                                              .verb = d.crosses_border ? SPAN("accept") : SPAN("acknowledge"),
                                              .percent = -1},
                       &d, f);
    if (rc != RC_OK || d.percent >= a->far)
        return rc;
    return duty_report(tx,
                       &(struct duty_report_in){.id = d.id,
                                                .percent = a->far,
                                                .text = SPAN("已按分工落实，完成阶段目标。"),
                                                .reason = SPAN("按任务口径重新核定进度。")},
                       &d, &r, f);
}

enum rc demo_duties(struct store *s, struct arena *a, const struct demo_duty_world *w, struct fail *f)
{
    struct play *const p = ARENA_NEW(a, struct play);
    const int32_t today = date_to_days(date_of_us(clock_now_us(store_clock(s))));
    if (p == NULL)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    *p = (struct play){.s = s, .a = a, .w = w, .f = f};
    enum rc rc = file_put(s, SPAN("办理情况说明（演示数据，均为虚构）\n"), &p->letter, f);
    if (rc == RC_OK)
        rc = act(p, by_system, prepare_command, p);
    for (size_t i = 0; rc == RC_OK && i < sizeof(rows) / sizeof(rows[0]); i++)
        rc = play_row(p, &rows[i], today);
    for (int i = 0; rc == RC_OK && i < w->n_actions; i++) {
        struct action_play one = {w->action_ids[i], i % 4 == 3 ? 0 : 30 + 10 * i};
        rc = act(p, by_system, action_command, &one);
    }
    return rc;
}
