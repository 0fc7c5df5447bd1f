/* assess_rules.c - points of a unit by a scheme, each line with what it was computed from; places within groups; awards. Pure. */
#include <stdio.h>
#include <string.h>

#include "bulletin/assess_int.h"

/* The first ones are bulletin_inputs, in their order; the last two come from the duties. */
const struct rule_input assess_inputs[] = {
    {"total", RULE_INT, false, "任务数", "tasks"},
    {"done", RULE_INT, false, "已完成", "done"},
    {"due", RULE_INT, false, "到期", "due"},
    {"on_time", RULE_INT, false, "按期完成", "done in time"},
    {"red", RULE_INT, false, "红灯", "red"},
    {"amber", RULE_INT, false, "黄灯", "amber"},
    {"moved", RULE_INT, false, "有进展", "moved"},
    {"unreported", RULE_INT, false, "未报告", "unreported"},
    {"percent", RULE_DECIMAL, false, "平均完成", "percent complete"},
    {"percent_before", RULE_DECIMAL, false, "期初平均完成", "percent complete before"},
    {"overdue", RULE_INT, false, "办理超时", "terms run out"},
    {"slips", RULE_INT, false, "督办单", "supervision slips"},
};
const int assess_input_count = (int)(sizeof assess_inputs / sizeof assess_inputs[0]);
enum { INPUTS = BULLETIN_FIGURE_COUNT + 4 };

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
}

/* Whether an expression names an input as a whole word. */
static bool names(struct span source, const char *word)
{
    const struct span w = span_of(word);
    for (size_t at = span_find(source, w, 0); at != SIZE_MAX; at = span_find(source, w, at + 1)) {
        const bool begins = at == 0 || !is_word_byte(source.ptr[at - 1]);
        const bool ends = at + w.len == source.len || !is_word_byte(source.ptr[at + w.len]);
        if (begins && ends)
            return true;
    }
    return false;
}

/* “到期 5，按期完成 3”: the inputs that the expression names, with their values. */
static struct span explain(struct arena *a, const struct assess_item *item, const struct rule_value *v, enum lang lang)
{
    struct sb sb;
    sb_init(&sb, 4000);
    for (int i = 0; i < assess_input_count; i++) {
        if (!names(item->source, assess_inputs[i].name))
            continue;
        if (sb.len > 0)
            sb_adds(&sb, lang == LANG_ZH ? "，" : ", ");
        sb_adds(&sb, lang == LANG_ZH ? assess_inputs[i].label_zh : assess_inputs[i].label_en);
        sb_addc(&sb, ' ');
        if (v[i].type == RULE_DECIMAL)
            sb_addf(&sb, "%lld.%02lld", (long long)(v[i].num / RULE_DECIMAL_ONE),
                    (long long)(v[i].num % RULE_DECIMAL_ONE / 10000));
        else
            sb_addf(&sb, "%lld", (long long)v[i].num);
    }
    struct span out = sb.len > 0 ? span_dup(a, sb_span(&sb)) : SPAN("");
    sb_release(&sb);
    return out;
}

static int64_t between(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

/* Millionths to hundredths, half away from zero. */
static int64_t hundredths(int64_t millionths)
{
    return millionths >= 0 ? (millionths + 5000) / 10000 : -((5000 - millionths) / 10000);
}

int64_t assess_within(const struct assess_scheme *s, int64_t computed, int64_t adjusted)
{
    return between(computed + adjusted, 0, s->total_max);
}

enum rc assess_points(struct arena *a, const struct assess_scheme *s, const struct assess_facts *facts,
                      struct assess_line lines[ASSESS_ITEMS_MAX], int64_t *total, struct fail *f)
{
    struct rule_value v[INPUTS];
    bulletin_rule_values(facts->scope, v);
    v[INPUTS - 2] = (struct rule_value){.type = RULE_INT, .num = facts->overdue};
    v[INPUTS - 1] = (struct rule_value){.type = RULE_INT, .num = facts->slips};
    int64_t sum = 0;
    for (int i = 0; i < s->n_items; i++) {
        const struct assess_item *item = &s->items[i];
        struct rule_value out;
        enum rc rc = rule_run(a, item->points, v, calendar_builtin(), &out, NULL, f);
        if (rc != RC_OK)
            return rc;
        const int64_t points = between(hundredths(out.num), 0, item->max);
        lines[i] = (struct assess_line){.item = item,
                                        .points = item->kind == ASSESS_DEDUCT ? -points : points,
                                        .zh = explain(a, item, v, LANG_ZH),
                                        .en = explain(a, item, v, LANG_EN)};
        if (lines[i].zh.ptr == NULL || lines[i].en.ptr == NULL)
            return bulletin_over(f);
        sum += lines[i].points;
    }
    *total = assess_within(s, sum, 0);
    return RC_OK;
}

const struct assess_group *assess_group_of(const struct assess_scheme *s, struct span kind)
{
    for (int i = 0; i < s->n_groups; i++)
        for (int k = 0; k < s->groups[i].n_kinds; k++)
            if (span_eq(s->groups[i].kinds[k], kind))
                return &s->groups[i];
    return &s->groups[s->n_groups - 1];
}

void assess_rank(struct assess_placed *units, int n)
{
    for (int i = 0; i < n; i++) {
        units[i].place = 1;
        units[i].place_to = 0;
        for (int k = 0; k < n; k++) {
            if (!span_eq(units[k].group, units[i].group))
                continue;
            units[i].place += units[k].points > units[i].points;
            units[i].place_to += units[k].points >= units[i].points;
        }
    }
}

const struct assess_award *assess_award_of(const struct assess_scheme *s, int64_t place, int64_t points)
{
    for (int i = 0; i < s->n_awards; i++)
        if (place <= s->awards[i].top && points >= s->awards[i].at_least)
            return &s->awards[i];
    return NULL;
}

struct span assess_points_text(struct arena *a, int64_t h)
{
    char text[40];
    const int64_t abs = h < 0 ? -h : h;
    (void)snprintf(text, sizeof text, "%s%lld.%02lld", h < 0 ? "-" : "", (long long)(abs / 100),
                   (long long)(abs % 100));
    return span_dup(a, span_of(text));
}

bool assess_points_read(struct span text, int64_t *out)
{
    const bool negative = text.len > 0 && text.ptr[0] == '-';
    struct span rest = negative ? span_sub(text, 1, text.len) : text;
    struct span whole = span_split(&rest, '.');
    int64_t units = 0, part = 0;
    if (whole.len == 0 || whole.len > 4 || rest.len > 2 || whole.ptr[0] == '+' || whole.ptr[0] == '-' ||
        !span_to_i64(whole, &units))
        return false;
    if (rest.len > 0 && (rest.ptr[0] == '+' || rest.ptr[0] == '-' || !span_to_i64(rest, &part)))
        return false;
    const int64_t h = units * 100 + (rest.len == 1 ? part * 10 : part);
    *out = negative ? -h : h;
    return true;
}
