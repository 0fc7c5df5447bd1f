/*
 * duty_clock.c - how long a unit has had a duty and when its time runs out. A clock adds up stretches; each stretch is counted by the clock's own way of
 * counting, and what is left of the limit is laid from the start of the open stretch. So suspension, hand-over and extension need no special case:
 *
 *   due = start of the open stretch + (limit - used)      in working time or around the clock
 *
 * Days that end with the day (schedule.day_end): the clock counts whole days. The nth working (natural) day after the day on which it began is the last;
 * a stop keeps the time that was left until that end, counted as working (plain) time, and goes on with it.
 */
#include <string.h>

#include "base/date.h"
#include "base/numeral.h"
#include "duty/duty.h"

#define HOUR_US 3600000000LL
#define DAY_WORK_HOURS                                                                                                 \
    8 /* hours of a work day when days are counted as time: GB/T 30428 practice, see facts of limits */

static bool counts_work(const struct duty_clock *c)
{
    return c->limit.unit == DUTY_WORK_HOUR || c->limit.unit == DUTY_WORK_DAY;
}

/* Counted time between two instants. */
static enum rc counted(const struct duty_time *t, const struct duty_clock *c, int64_t from_us, int64_t to_us,
                       int64_t *out, struct fail *f)
{
    if (counts_work(c))
        return calendar_work_us(t->calendar, t->schedule.intervals, t->schedule.n_intervals, from_us, to_us, out, f);
    *out = to_us - from_us;
    return RC_OK;
}

/* Last microsecond of a day. */
static int64_t day_end_us(int32_t day)
{
    return ((int64_t)day + 1) * DAY_US - SHANGHAI_OFFSET_US - 1;
}

/* The limit as time, when it began at an instant. */
static enum rc limit_us(const struct duty_time *t, const struct duty_clock *c, int64_t *out, struct fail *f)
{
    const int32_t first = date_to_days(date_of_us(c->started_us));
    int32_t last = 0;
    switch (c->limit.unit) {
    case DUTY_URGENT_HOUR:
    case DUTY_WORK_HOUR:
        *out = c->limit.n * HOUR_US;
        return RC_OK;
    case DUTY_NATURAL_DAY:
        *out = t->schedule.day_end ? day_end_us(first + (int32_t)c->limit.n) - c->started_us : c->limit.n * DAY_US;
        return RC_OK;
    default:
        break;
    }
    if (!t->schedule.day_end) {
        *out = c->limit.n * DAY_WORK_HOURS * HOUR_US;
        return RC_OK;
    }
    const enum rc rc = calendar_add_days(t->calendar, first, (int)c->limit.n, &last, f);
    return rc == RC_OK ? counted(t, c, c->started_us, day_end_us(last), out, f) : rc;
}

static enum rc set_due(const struct duty_time *t, struct duty_clock *c, struct fail *f)
{
    int64_t whole = 0, due = 0;
    if (c->limit.unit == DUTY_UNTIL_DATE) {
        c->due_us = c->due_day == INT32_MIN ? INT64_MAX : day_end_us(c->due_day);
        return RC_OK;
    }
    if (!c->running_since_us) {
        c->due_us = INT64_MAX;
        return RC_OK;
    }
    enum rc rc = limit_us(t, c, &whole, f);
    if (rc != RC_OK)
        return rc;
    const int64_t left = whole > c->used_us ? whole - c->used_us : 0;
    if (!counts_work(c)) {
        c->due_us = c->running_since_us + left;
        return RC_OK;
    }
    rc = calendar_add_work_us(t->calendar, t->schedule.intervals, t->schedule.n_intervals, c->running_since_us, left,
                              &due, f);
    if (rc != RC_OK)
        return rc;
    /* Days that end with the day end at midnight, not when the office closes. */
    const bool whole_days = t->schedule.day_end && c->limit.unit == DUTY_WORK_DAY && left > 0;
    c->due_us = whole_days ? day_end_us(date_to_days(date_of_us(due))) : due;
    return RC_OK;
}

enum rc duty_clock_start(const struct duty_time *t, struct duty_clock *c, int64_t at_us, struct fail *f)
{
    struct duty_clock next = *c;
    if (c->running_since_us)
        return RC_OK;
    next.running_since_us = at_us;
    if (!next.started_us)
        next.started_us = at_us;
    const enum rc rc = set_due(t, &next, f);
    if (rc == RC_OK)
        *c = next;
    return rc;
}

enum rc duty_clock_used(const struct duty_time *t, const struct duty_clock *c, int64_t at_us, int64_t *out_us,
                        struct fail *f)
{
    int64_t stretch = 0;
    if (c->running_since_us && at_us > c->running_since_us) {
        const enum rc rc = counted(t, c, c->running_since_us, at_us, &stretch, f);
        if (rc != RC_OK)
            return rc;
    }
    *out_us = c->used_us + stretch;
    return RC_OK;
}

enum rc duty_clock_stop(const struct duty_time *t, struct duty_clock *c, int64_t at_us, struct fail *f)
{
    int64_t used = 0;
    if (!c->running_since_us)
        return RC_OK;
    const enum rc rc = duty_clock_used(t, c, at_us, &used, f);
    if (rc != RC_OK)
        return rc;
    c->used_us = used;
    c->running_since_us = 0;
    return set_due(t, c, f);
}

enum rc duty_clock_extend(const struct duty_time *t, struct duty_clock *c, int64_t n, struct fail *f)
{
    struct duty_clock next = *c;
    char text[24];
    if (c->limit.unit == DUTY_UNTIL_DATE) {
        next.due_day = (int32_t)n;
    } else if (n < 1 || n > DUTY_LIMIT_MAX - c->limit.n) {
        (void)snprintf(text, sizeof(text), "%d", DUTY_LIMIT_MAX);
        return fail_set(f, RC_LIMIT, MSG_duty_limit_large, NULL, text, NULL);
    } else {
        next.limit.n += n;
    }
    const enum rc rc = set_due(t, &next, f);
    if (rc == RC_OK)
        *c = next;
    return rc;
}

bool duty_clock_overdue(const struct duty_clock *c, int64_t at_us)
{
    return at_us > c->due_us;
}

bool duty_limit_parse(struct span text, struct duty_limit *out)
{
    static const struct {
        const char *word;
        enum duty_unit unit;
    } units[] = {
        {"紧急工作时", DUTY_URGENT_HOUR},  {"个紧急工作时", DUTY_URGENT_HOUR}, {"urgent_hour", DUTY_URGENT_HOUR},
        {"紧急工作日", DUTY_NATURAL_DAY},  {"工作时", DUTY_WORK_HOUR},         {"个工作时", DUTY_WORK_HOUR},
        {"小时", DUTY_WORK_HOUR},          {"个小时", DUTY_WORK_HOUR},         {"work_hour", DUTY_WORK_HOUR},
        {"工作日", DUTY_WORK_DAY},         {"个工作日", DUTY_WORK_DAY},        {"天", DUTY_WORK_DAY},
        {"work_day", DUTY_WORK_DAY},       {"自然日", DUTY_NATURAL_DAY},       {"个自然日", DUTY_NATURAL_DAY},
        {"natural_day", DUTY_NATURAL_DAY},
    };
    int64_t n = 0;
    const struct span all = span_trim(text);
    const size_t used = numeral_scan(all, &n);
    const struct span word = span_trim(span_sub(all, used, all.len));
    if (span_is(all, "until_date")) {
        *out = (struct duty_limit){DUTY_UNTIL_DATE, 0};
        return true;
    }
    for (size_t i = 0; used && i < sizeof(units) / sizeof(*units); i++)
        if (span_is(word, units[i].word) && n >= 1 && n <= DUTY_LIMIT_MAX) {
            *out = (struct duty_limit){units[i].unit, n};
            return true;
        }
    return false;
}
