/* plan_rules.c - thresholds, lights with their reason, counters. Pure. */
#include "plan/plan_rules.h"

#include <stdio.h>

#include "base/ensure.h"
#include "base/yaml.h"

/* ---- thresholds ------------------------------------------------------------ */

extern const char plan_pack_thresholds[];
extern const size_t plan_pack_thresholds_len;

static const struct yaml_field threshold_fields[] = {
    {.key = "thresholds", .type = YAML_IS_WORD, .required = true, .words = "action"},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000000},
    {.key = "near_working_days", .type = YAML_IS_INT, .required = true, .min = 0, .max = 250},
    {.key = "behind_amber_pct", .type = YAML_IS_INT, .required = true, .min = 1, .max = 100},
    {.key = "behind_red_pct", .type = YAML_IS_INT, .required = true, .min = 1, .max = 100},
    {.key = "stale_days", .type = YAML_IS_INT, .required = true, .min = 1, .max = 3660},
};
static const struct yaml_schema threshold_schema = {"thresholds", threshold_fields,
                                                    (int)(sizeof threshold_fields / sizeof threshold_fields[0])};

enum { THRESHOLD_FIELDS = sizeof threshold_fields / sizeof threshold_fields[0], THRESHOLD_DIGITS_MAX = 7 };

static bool plain_int(struct span s, int64_t *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len <= THRESHOLD_DIGITS_MAX && (s.len == 1 || (s.len > 1 && s.ptr[0] != '0')) && span_to_i64(s, out);
}

/* "key: value  # words" at the line's begin. */
static bool plain_line(struct span line, struct span *key, struct span *value)
{
    size_t colon = span_find(line, SPAN(": "), 0);
    if (colon == SIZE_MAX)
        return false;
    *key = span_sub(line, 0, colon);
    struct span rest = span_sub(line, colon + 2, line.len);
    while (rest.len > 0 && rest.ptr[0] == ' ')
        rest = span_sub(rest, 1, rest.len);
    *value = span_split(&rest, ' ');
    rest = span_trim(rest);
    return rest.len == 0 || rest.ptr[0] == '#';
}

static bool all_printable(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\n' && (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e))
            return false;
    }
    return true;
}

/*
 * The text as offices write it, without the YAML library: each light of each request needs it. False: leave it to the library, which reads the
 * same from such a text and says what is wrong with another.
 */
static bool read_plain(struct span text, int64_t v[THRESHOLD_FIELDS])
{
    unsigned seen = 0;
    if (!all_printable(text))
        return false;
    while (text.len > 0) {
        struct span key, value, line = span_split(&text, '\n');
        int i = 0;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!plain_line(line, &key, &value))
            return false;
        while (i < THRESHOLD_FIELDS && !span_is(key, threshold_fields[i].key))
            i++;
        if (i == THRESHOLD_FIELDS || seen & 1u << i)
            return false;
        seen |= 1u << i;
        if (i == 0 ? !span_is(value, threshold_fields[0].words)
                   : !plain_int(value, &v[i]) || v[i] < threshold_fields[i].min || v[i] > threshold_fields[i].max)
            return false;
    }
    return seen == (1u << THRESHOLD_FIELDS) - 1 && v[4] >= v[3];
}

enum rc plan_thresholds_read(struct arena *a, const char *file, struct span yaml, struct plan_thresholds *out,
                             struct fail *f)
{
    struct yaml *tree = NULL;
    int64_t v[THRESHOLD_FIELDS];
    if (read_plain(yaml, v)) {
        *out = (struct plan_thresholds){(int)v[2], (int)v[3], (int)v[4], (int)v[5]};
        return RC_OK;
    }
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &threshold_schema, file, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct plan_thresholds){(int)yaml_int(tree, "near_working_days", 0),
                                    (int)yaml_int(tree, "behind_amber_pct", 0),
                                    (int)yaml_int(tree, "behind_red_pct", 0), (int)yaml_int(tree, "stale_days", 0)};
    if (out->behind_red_pct < out->behind_amber_pct)
        return yaml_fault(f, file, yaml_get(tree, "behind_red_pct"), MSG_plan_threshold_order, NULL);
    return RC_OK;
}

enum rc plan_thresholds_check(struct arena *a, const char *file, struct span yaml, struct fail *f)
{
    struct plan_thresholds t;
    return plan_thresholds_read(a, file, yaml, &t, f);
}

struct span plan_thresholds_text(void)
{
    return (struct span){plan_pack_thresholds, plan_pack_thresholds_len};
}

/* ---- lights ------------------------------------------------------------ */

int plan_planned_pct(int32_t start_day, int32_t due_day, int32_t as_of_day)
{
    if (start_day == PLAN_NO_DAY || due_day == PLAN_NO_DAY)
        return -1;
    if (as_of_day >= due_day)
        return 100;
    if (as_of_day <= start_day)
        return 0;
    return (int)((int64_t)(as_of_day - start_day) * 100 / (due_day - start_day));
}

/* The last due day that counts as near. Without a calendar for the year, five working days are taken as seven. */
static int32_t near_until(const struct plan_thresholds *t, const struct calendar *c, int32_t as_of_day, bool *by_days)
{
    int32_t until = 0;
    struct fail f;
    *by_days = false;
    if (t->near_working_days == 0)
        return as_of_day;
    if (c != NULL && calendar_add_days(c, as_of_day, t->near_working_days, &until, &f) == RC_OK)
        return until;
    *by_days = true;
    return as_of_day + (t->near_working_days * 7 + 4) / 5;
}

static int days_left(const struct calendar *c, int32_t as_of_day, int32_t due_day, bool *by_days)
{
    int count = 0;
    struct fail f;
    if (!*by_days && calendar_count(c, as_of_day, due_day, &count, &f) == RC_OK)
        return count;
    *by_days = true;
    return due_day - as_of_day;
}

static struct plan_verdict decide(struct plan_verdict v, enum plan_light light, enum plan_why why, int count)
{
    v.light = light;
    v.why = why;
    v.count = count;
    return v;
}

/* Rules that need the due day; true when one decided. */
static bool judge_due(const struct plan_thresholds *t, const struct calendar *c, struct plan_verdict *v)
{
    const struct plan_facts *facts = &v->facts;
    if (v->as_of_day > facts->due_day) {
        bool reported = facts->last_report_day != PLAN_NO_DAY;
        *v = decide(*v, PLAN_RED, reported ? PLAN_WHY_OVERDUE : PLAN_WHY_OVERDUE_UNREPORTED,
                    v->as_of_day - facts->due_day);
        return true;
    }
    int behind = v->planned_pct < 0 ? 0 : v->planned_pct - facts->percent;
    if (v->planned_pct >= 0 && behind >= t->behind_red_pct) {
        *v = decide(*v, PLAN_RED, PLAN_WHY_BEHIND, behind);
        return true;
    }
    bool by_days = false;
    if (facts->due_day <= near_until(t, c, v->as_of_day, &by_days)) {
        int left = days_left(c, v->as_of_day, facts->due_day, &by_days);
        v->by_calendar_days = by_days;
        *v = decide(*v, PLAN_AMBER, PLAN_WHY_NEAR, left);
        return true;
    }
    if (v->planned_pct >= 0 && behind >= t->behind_amber_pct) {
        *v = decide(*v, PLAN_AMBER, PLAN_WHY_BEHIND, behind);
        return true;
    }
    return false;
}

struct plan_verdict plan_judge(const struct plan_thresholds *t, const struct calendar *c,
                               const struct plan_facts *facts, int32_t as_of_day)
{
    struct plan_verdict v = {.facts = *facts, .as_of_day = as_of_day};
    bool reported = facts->last_report_day != PLAN_NO_DAY;
    bool due = facts->due_day != PLAN_NO_DAY;
    v.planned_pct = plan_planned_pct(facts->start_day, facts->due_day, as_of_day);
    if (facts->state == PLAN_STOPPED)
        return decide(v, PLAN_GREY, PLAN_WHY_STOPPED, 0);
    if (facts->state == PLAN_DONE)
        return decide(v, PLAN_GREEN, PLAN_WHY_DONE, 0);
    if (due && judge_due(t, c, &v))
        return v;
    if (reported && as_of_day - facts->last_report_day > t->stale_days)
        return decide(v, PLAN_AMBER, PLAN_WHY_STALE, as_of_day - facts->last_report_day);
    if (facts->start_day != PLAN_NO_DAY && as_of_day < facts->start_day && !reported)
        return decide(v, PLAN_GREY, PLAN_WHY_NOT_BEGUN, 0);
    if (!due && !reported)
        return decide(v, PLAN_GREY, PLAN_WHY_NO_DATE, 0);
    return decide(v, PLAN_GREEN, due ? PLAN_WHY_ON_PLAN : PLAN_WHY_REPORTED, 0);
}

/* ---- the reason as a sentence ------------------------------------------------------------ */

static enum msg why_msg(const struct plan_verdict *v)
{
    bool planned = v->planned_pct >= 0;
    switch (v->why) {
    case PLAN_WHY_STOPPED:
        return MSG_plan_light_stopped;
    case PLAN_WHY_DONE:
        return v->facts.last_report_day != PLAN_NO_DAY ? MSG_plan_light_done_on : MSG_plan_light_done;
    case PLAN_WHY_OVERDUE_UNREPORTED:
        return MSG_plan_light_overdue_unreported;
    case PLAN_WHY_OVERDUE:
        return MSG_plan_light_overdue;
    case PLAN_WHY_BEHIND:
        return v->light == PLAN_RED ? MSG_plan_light_far_behind : MSG_plan_light_behind;
    case PLAN_WHY_NEAR:
        return v->by_calendar_days ? MSG_plan_light_near_days : MSG_plan_light_near;
    case PLAN_WHY_STALE:
        return MSG_plan_light_stale;
    case PLAN_WHY_NOT_BEGUN:
        return MSG_plan_light_not_begun;
    case PLAN_WHY_NO_DATE:
        return MSG_plan_light_no_date;
    case PLAN_WHY_ON_PLAN:
        return planned ? MSG_plan_light_on_plan : MSG_plan_light_before_due;
    case PLAN_WHY_REPORTED:
        return MSG_plan_light_reported;
    }
    return MSG_plan_light_no_date;
}

static void print_day(int32_t day, char out[16])
{
    if (day == PLAN_NO_DAY)
        (void)snprintf(out, 16, "—");
    else
        date_print(date_from_days(day), out);
}

void plan_verdict_reason(const struct plan_verdict *v, struct fail *reason)
{
    char due[16], report[16], start[16], number[16], percent[16];
    const struct plan_facts *facts = &v->facts;
    print_day(facts->due_day, due);
    print_day(facts->last_report_day, report);
    print_day(facts->start_day, start);
    (void)snprintf(percent, sizeof percent, "%d", facts->percent);
    (void)snprintf(number, sizeof number, "%d", v->why == PLAN_WHY_ON_PLAN ? v->planned_pct : v->count);
    bool by_report = v->why == PLAN_WHY_DONE || v->why == PLAN_WHY_STALE || v->why == PLAN_WHY_REPORTED;
    const char *day = v->why == PLAN_WHY_NOT_BEGUN ? start : by_report ? report : due;
    (void)fail_set(reason, RC_OK, why_msg(v), NULL, day, percent, number, NULL);
}

void plan_verdict_text(const struct plan_verdict *v, enum lang lang, struct sb *sb)
{
    struct fail reason;
    plan_verdict_reason(v, &reason);
    fail_text(&reason, lang, sb);
}

void plan_tally_add(struct plan_tally *t, const struct plan_verdict *v, bool owner, bool measure)
{
    t->actions++;
    t->lights[v->light]++;
    t->states[v->facts.state]++;
    t->percent_sum += v->facts.percent;
    t->without_owner += owner ? 0 : 1;
    t->without_date += v->facts.due_day != PLAN_NO_DAY ? 0 : 1;
    t->without_measure += measure ? 0 : 1;
}
