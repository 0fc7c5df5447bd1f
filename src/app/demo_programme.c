/* demo_programme.c - phases and goals of the demonstration's outline, as its own text names them, and the baseline of its days. */
#include "app/app_int.h"
#include "plan/plan_baseline.h"
#include "plan/plan_programme.h"

#define CHAPTER(number)                                                                                                \
    {                                                                                                                  \
        SPAN("chapter"), SPAN(number)                                                                                  \
    }
static const struct plan_scope work[] = {CHAPTER("二"), CHAPTER("三"), CHAPTER("四"),
                                         CHAPTER("五"), CHAPTER("六"), CHAPTER("七")};
static const struct plan_scope commuting[] = {CHAPTER("二")}, services[] = {CHAPTER("三")}, welfare[] = {CHAPTER("四")},
                               waters[] = {CHAPTER("五")}, safety[] = {CHAPTER("七")};
static const struct plan_criterion first_criteria[] = {
    {.part = SPAN("entry"), .text = SPAN("四市签署纲要，联席会议办公室到位"), .rule = SPAN("")},
    {.part = SPAN("exit"), .text = SPAN("全部行动已经启动"), .rule = SPAN("to_start = 0")},
    {.part = SPAN("exit"), .text = SPAN("平均进度过半"), .rule = SPAN("percent >= 50")},
};
static const struct plan_criterion second_criteria[] = {
    {.part = SPAN("entry"), .text = SPAN("第一阶段总体评估完成"), .rule = SPAN("")},
    {.part = SPAN("exit"), .text = SPAN("没有红灯，平均进度达到95%"), .rule = SPAN("red = 0 and percent >= 95")},
    {.part = SPAN("exit"), .text = SPAN("群众满意度达到90%以上"), .rule = SPAN("")},
};
static const struct plan_criterion goal_criteria[] = {
    {.part = SPAN("exit"), .text = SPAN("所属行动全部完成"), .rule = SPAN("actions > 0 and done + stopped = actions")},
};
#define LIST(x) (x), (int)(sizeof(x) / sizeof((x)[0]))
static const struct {
    struct span kind, title, note, from_on, to_on;
    const struct plan_scope *scopes;
    int n_scopes;
    const struct plan_criterion *criteria;
    int n_criteria;
} seeds[] = {
    {SPAN("phase"), SPAN("第一阶段：打基础，建机制"), SPAN("完成群众最急需的事项。"), SPAN("2025-11-20"),
     SPAN("2026-12-31"), LIST(work), LIST(first_criteria)},
    {SPAN("phase"), SPAN("第二阶段：全面推进，补齐短板"), SPAN("开展总体评估。"), SPAN("2027-01-01"),
     SPAN("2028-12-31"), LIST(work), LIST(second_criteria)},
    {SPAN("goal"), SPAN("通勤基本同城"), SPAN(""), SPAN(""), SPAN("2028-12-31"), LIST(commuting), LIST(goal_criteria)},
    {SPAN("goal"), SPAN("政务基本同城"), SPAN(""), SPAN(""), SPAN("2028-12-31"), LIST(services), LIST(goal_criteria)},
    {SPAN("goal"), SPAN("医保与民生基本同城"), SPAN(""), SPAN(""), SPAN("2028-12-31"), LIST(welfare),
     LIST(goal_criteria)},
    {SPAN("goal"), SPAN("环保基本同城"), SPAN(""), SPAN(""), SPAN("2028-12-31"), LIST(waters), LIST(goal_criteria)},
    {SPAN("goal"), SPAN("应急基本同城"), SPAN(""), SPAN(""), SPAN("2028-12-31"), LIST(safety), LIST(goal_criteria)},
};

enum rc demo_programmes(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct demo_talk *t = in;
    enum rc rc = RC_OK;
    int64_t id = 0;
    (void)out;
    for (size_t i = 0; rc == RC_OK && i < sizeof seeds / sizeof seeds[0]; i++) {
        const struct plan_programme_in one = {.outline_id = t->outline_id,
                                              .kind = seeds[i].kind,
                                              .title = seeds[i].title,
                                              .note = seeds[i].note,
                                              .from_on = seeds[i].from_on,
                                              .to_on = seeds[i].to_on,
                                              .target_on = SPAN(""),
                                              .benchmarks = SPAN("[]"),
                                              .sort = (int64_t)i + 1,
                                              .declared = -1,
                                              .scopes = seeds[i].scopes,
                                              .n_scopes = seeds[i].n_scopes,
                                              .criteria = seeds[i].criteria,
                                              .n_criteria = seeds[i].n_criteria};
        rc = plan_programme_save(tx, &one, &id, f);
    }
    if (rc == RC_OK)
        rc = plan_baseline_take(tx, &(struct plan_baseline_in){t->outline_id, SPAN("四市签署时")}, &id, f);
    return rc;
}
