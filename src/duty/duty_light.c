/*
 * duty_light.c - the light of a duty: the facts of its row on a day, judged by the rule of the pack. planned is what should be done by now: straight
 * from the first day (0) to the last (100).
 */
#include <string.h>

#include "duty/duty_int.h"
#include "duty/duty_settings.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

const struct rule_input duty_light_inputs[] = {
    {"final", RULE_BOOL, false, "已办结", "ended"},
    {"suspended", RULE_BOOL, false, "已挂账", "suspended"},
    {"today", RULE_DATE, false, "今天", "today"},
    {"due_on", RULE_DATE, true, "到期日", "due date"},
    {"report_by_on", RULE_DATE, true, "应报日", "report due by"},
    {"percent", RULE_DECIMAL, false, "进度", "progress"},
    {"planned", RULE_DECIMAL, false, "计划进度", "planned progress"},
    {"clock_overdue", RULE_BOOL, false, "当前时限已过", "the present limit has passed"},
    {"reports", RULE_INT, false, "报告数", "reports"},
    {"returns", RULE_INT, false, "退回次数", "returns"},
};
const int duty_light_input_count = COUNT(duty_light_inputs);
_Static_assert(COUNT(duty_light_inputs) == DUTY_LIGHT_INPUTS, "the header says how many");

struct duty_lights {
    const struct rule *rule;
};

static const char *const words[] = {"green", "amber", "red", "grey"};

const char *duty_light_word(enum duty_light light)
{
    return words[light];
}

static const struct yaml_field fields[] = {
    {.key = "lights", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "rule", .type = YAML_IS_RULE, .required = true},
};
static const struct yaml_schema schema = {"lights", fields, COUNT(fields)};

enum rc duty_rule_of(struct arena *a, const char *file, const struct yaml *at, enum rule_type want,
                     const struct rule **out, struct fail *f)
{
    enum rc rc = rule_compile(a, at->text, duty_light_inputs, duty_light_input_count, want, out, f);
    if (rc != RC_OK)
        (void)snprintf(f->field, sizeof(f->field), "%.40s:%d:%d", file, at->line, at->column);
    return rc;
}

enum rc duty_lights_load(struct arena *a, const char *file, struct span yaml, const struct duty_lights **out,
                         struct fail *f)
{
    struct yaml *tree = NULL;
    struct duty_lights *l = ARENA_NEW(a, struct duty_lights);
    if (l == NULL)
        return duty_over(f);
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &schema, file, f);
    if (rc == RC_OK)
        rc = duty_rule_of(a, file, yaml_get(tree, "rule"), RULE_TEXT, &l->rule, f);
    if (rc == RC_OK)
        *out = l;
    return rc;
}

enum rc duty_lights_current(struct tx *tx, const struct duty_lights **out, struct fail *f)
{
    struct duty_text text;
    enum rc rc = duty_text_current(tx, "lights", SPAN(""), &text, f);
    return rc == RC_OK ? duty_lights_load(tx_arena(tx), text.file, text.body, out, f) : rc;
}

static struct rule_value of_bool(bool b)
{
    return (struct rule_value){.type = RULE_BOOL, .num = b};
}

static struct rule_value of_day(int32_t day)
{
    return (struct rule_value){.type = RULE_DATE, .missing = day == INT32_MIN, .num = day == INT32_MIN ? 0 : day};
}

static int64_t planned(int32_t from, int32_t to, int32_t today)
{
    if (from == INT32_MIN || to == INT32_MIN || today <= from)
        return 0;
    if (today >= to)
        return 100 * RULE_DECIMAL_ONE;
    return (int64_t)(today - from) * 100 * RULE_DECIMAL_ONE / (to - from);
}

void duty_light_values(const struct duty_row *d, int64_t at_us, struct rule_value v[DUTY_LIGHT_INPUTS])
{
    const int32_t today = date_to_days(date_of_us(at_us));
    const int32_t due = duty_day_of(d->due_on);
    v[0] = of_bool(d->final);
    v[1] = of_bool(d->suspended);
    v[2] = of_day(today);
    v[3] = of_day(due);
    v[4] = of_day(duty_day_of(d->report_by_on));
    v[5] = (struct rule_value){.type = RULE_DECIMAL, .num = d->percent * RULE_DECIMAL_ONE};
    v[6] = (struct rule_value){.type = RULE_DECIMAL, .num = planned(duty_day_of(d->start_on), due, today)};
    v[7] = of_bool(d->clock_due_us != 0 && at_us > d->clock_due_us);
    v[8] = (struct rule_value){.type = RULE_INT, .num = d->reports};
    v[9] = (struct rule_value){.type = RULE_INT, .num = d->returns};
}

/* ---- why, in words -------------------------------------------------------------------------------------------------------------------- */

enum {
    IN_FINAL,
    IN_SUSPENDED,
    IN_TODAY,
    IN_DUE,
    IN_REPORT_BY,
    IN_PERCENT,
    IN_PLANNED,
    IN_CLOCK,
    IN_REPORTS,
    IN_RETURNS
};

/* The inputs that decided: those of the comparisons that held last, or, when none held (the last else), what was looked at and is there. */
static unsigned deciding(const struct rule_value v[DUTY_LIGHT_INPUTS], const struct rule_trace *trace)
{
    unsigned bits = 0;
    const bool held = trace->n_steps > 0 && trace->steps[trace->n_steps - 1].result;
    for (int i = trace->n_steps - 1; i >= 0 && (!held || trace->steps[i].result); i--)
        for (int k = 0; k < trace->steps[i].n_inputs; k++)
            if (!v[trace->steps[i].inputs[k]].missing)
                bits |= 1u << trace->steps[i].inputs[k];
    return bits & ~(1u << IN_TODAY);
}

static void day_words(int input, const struct rule_value *v, int64_t today, bool zh, struct sb *sb)
{
    char day[11];
    const long long past = (long long)(today - v->num);
    date_print(date_from_days((int32_t)v->num), day);
    if (input == IN_DUE && zh)
        sb_addf(sb,
                past > 0    ? "到期日 %s，已过 %lld 天"
                : past == 0 ? "到期日 %s，就在今天"
                            : "到期日 %s，还有 %lld 天",
                day, past > 0 ? past : -past);
    else if (input == IN_DUE)
        sb_addf(sb,
                past > 0    ? "due date %s, %lld days ago"
                : past == 0 ? "due date %s, today"
                            : "due date %s, in %lld days",
                day, past > 0 ? past : -past);
    else if (zh)
        sb_addf(sb, past > 0 ? "应于 %s 前反馈，已过 %lld 天" : "下次应于 %s 前反馈", day, past);
    else
        sb_addf(sb, past > 0 ? "report due by %s, %lld days ago" : "next report due by %s", day, past);
}

static void input_words(int input, const struct rule_value v[DUTY_LIGHT_INPUTS], bool zh, struct sb *sb)
{
    const long long whole = (long long)(v[input].num / RULE_DECIMAL_ONE), n = (long long)v[input].num;
    switch (input) {
    case IN_DUE:
    case IN_REPORT_BY:
        day_words(input, &v[input], v[IN_TODAY].num, zh, sb);
        break;
    case IN_PERCENT:
        sb_addf(sb, zh ? "进度 %lld%%" : "progress %lld%%", whole);
        break;
    case IN_PLANNED:
        sb_addf(sb, zh ? "按计划应达 %lld%%" : "%lld%% planned by now", whole);
        break;
    case IN_REPORTS:
        sb_addf(sb, zh ? "反馈 %lld 次" : "%lld reports", n);
        break;
    case IN_RETURNS:
        sb_addf(sb, zh ? "退回 %lld 次" : "returned %lld times", n);
        break;
    default:
        sb_adds(sb, zh ? duty_light_inputs[input].label_zh : duty_light_inputs[input].label_en);
        break;
    }
}

/* "red because due date 2026-03-31, 238 days ago"; conditions that are not so are left out. */
static void light_words(enum duty_light light, const struct rule_value v[DUTY_LIGHT_INPUTS],
                        const struct rule_trace *trace, const struct duty_light_why *why)
{
    static const char *const names_zh[] = {"绿灯", "黄灯", "红灯", "灰灯"};
    const bool zh = why->lang == LANG_ZH;
    const unsigned bits = deciding(v, trace);
    bool first = true;
    sb_adds(why->sb, zh ? names_zh[light] : words[light]);
    for (int i = 0; i < DUTY_LIGHT_INPUTS; i++) {
        const bool untrue = v[i].type == RULE_BOOL && v[i].num == 0;
        if (!(bits & (1u << i)) || untrue)
            continue;
        sb_adds(why->sb, first ? (zh ? "：" : " because ") : (zh ? "，" : ", "));
        input_words(i, v, zh, why->sb);
        first = false;
    }
}

enum rc duty_light_of(struct arena *a, const struct duty_lights *lights, const struct duty_row *d, int64_t at_us,
                      enum duty_light *out, struct duty_light_why *why, struct fail *f)
{
    struct rule_value v[DUTY_LIGHT_INPUTS], answer;
    struct rule_trace trace = {0};
    const struct arena_mark mark = arena_mark_now(a);
    duty_light_values(d, at_us, v);
    enum rc rc = rule_run(a, lights->rule, v, calendar_builtin(), &answer, why != NULL ? &trace : NULL, f);
    if (rc == RC_OK) {
        *out = DUTY_GREY;
        for (int i = 0; i < COUNT(words); i++)
            if (span_is(answer.text, words[i]))
                *out = (enum duty_light)i;
        if (why != NULL)
            light_words(*out, v, &trace, why);
    }
    arena_rewind(a, mark);
    return rc;
}
