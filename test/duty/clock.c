/*
 * clock.c - when time runs out. The oracle walks second by second over the calendar, knows nothing of stretches, and is only asked whether
 * a moment counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"
#include "duty/duty.h"

#define SECOND 1000000LL
#define HOUR (3600 * SECOND)

static struct duty_time office(bool day_end)
{
    return (struct duty_time){calendar_builtin(), {{{480, 720}, {840, 1080}}, 2, day_end}}; /* 8-12, 14-18 */
}

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_true(time_parse(span_of(text), &us));
    return us;
}

struct row {
    const char *name, *start, *limit, *due;
    bool day_end;
};
static const struct row rows[] = {
    {"around the clock", "2026-11-24T23:30:00+08:00", "2紧急工作时", "2026-11-25T01:30:00+08:00", false},
    {"work hours over lunch", "2026-11-24T11:00:00+08:00", "2小时", "2026-11-24T15:00:00+08:00", false},
    {"work hours over the evening", "2026-11-24T17:00:00+08:00", "4工作时", "2026-11-25T11:00:00+08:00", false},
    {"work hours over a weekend", "2026-11-27T17:30:00+08:00", "1工作时", "2026-11-30T08:30:00+08:00", false},
    {"work hours over National Day", "2026-09-30T17:00:00+08:00", "2工作时", "2026-10-08T09:00:00+08:00", false},
    {"a make-up Saturday works", "2026-10-09T17:00:00+08:00", "2工作时", "2026-10-10T09:00:00+08:00", false},
    {"begun before the office opens", "2026-11-24T03:00:00+08:00", "1工作时", "2026-11-24T09:00:00+08:00", false},
    {"begun on a Sunday", "2026-11-29T12:00:00+08:00", "1工作日", "2026-11-30T18:00:00+08:00", false},
    {"a work day as time", "2026-11-24T15:00:00+08:00", "1工作日", "2026-11-25T15:00:00+08:00", false},
    {"a work day that ends with the day", "2026-11-24T15:00:00+08:00", "1工作日", "2026-11-25T23:59:59.999999+08:00",
     true},
    {"five work days that end with the day", "2026-11-24T15:00:00+08:00", "5个工作日",
     "2026-12-01T23:59:59.999999+08:00", true},
    {"natural days", "2026-11-24T15:00:00+08:00", "3自然日", "2026-11-27T15:00:00+08:00", false},
    {"natural days that end with the day", "2026-11-24T15:00:00+08:00", "3自然日", "2026-11-27T23:59:59.999999+08:00",
     true},
};

static void a_clock_runs_out(void **state)
{
    const struct row *const row = *state;
    const struct duty_time t = office(row->day_end);
    struct duty_clock c = {.due_day = INT32_MIN};
    struct fail f = {0};
    assert_true(duty_limit_parse(span_of(row->limit), &c.limit));
    assert_int_equal(duty_clock_start(&t, &c, at(row->start), &f), RC_OK);
    char got[36];
    time_print(c.due_us, got);
    assert_int_equal(c.due_us, at(row->due));
    assert_false(duty_clock_overdue(&c, c.due_us));
    assert_true(duty_clock_overdue(&c, c.due_us + 1));
}

static void a_date_ends_with_its_day_and_an_unknown_year_is_an_error(void **state)
{
    const struct duty_time t = office(false);
    struct duty_clock c = {.limit = {DUTY_UNTIL_DATE, 0}, .due_day = date_to_days((struct ymd){2011, 6, 30})};
    struct duty_clock late = {.limit = {DUTY_WORK_HOUR, 1}, .due_day = INT32_MIN};
    struct fail f = {0};
    (void)state;
    assert_int_equal(duty_clock_start(&t, &c, at("2011-05-12T09:00:00+08:00"), &f), RC_OK);
    assert_int_equal(c.due_us, at("2011-06-30T23:59:59.999999+08:00"));
    assert_int_equal(duty_clock_start(&t, &late, at("1999-01-04T09:00:00+08:00"), &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_calendar_year_unknown);
    assert_int_equal(late.started_us, 0);
}

static void limits_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        bool good;
        enum duty_unit unit;
        int64_t n;
    } texts[] = {
        {"2紧急工作时", true, DUTY_URGENT_HOUR, 2},
        {"4小时", true, DUTY_WORK_HOUR, 4},
        {"3天", true, DUTY_WORK_DAY, 3},
        {"5个工作日", true, DUTY_WORK_DAY, 5},
        {"十五天", true, DUTY_WORK_DAY, 15},
        {"2紧急工作日", true, DUTY_NATURAL_DAY, 2},
        {"10 natural_day", true, DUTY_NATURAL_DAY, 10},
        {"until_date", true, DUTY_UNTIL_DATE, 0},
        {"0天", false, 0, 0},
        {"10001天", false, 0, 0},
        {"天", false, 0, 0},
        {"3", false, 0, 0},
        {"3 weeks", false, 0, 0},
        {"", false, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct duty_limit limit = {DUTY_URGENT_HOUR, -1};
        assert_int_equal(duty_limit_parse(span_of(texts[i].text), &limit), texts[i].good);
        if (texts[i].good)
            assert_true(limit.unit == texts[i].unit && limit.n == texts[i].n);
    }
}

/* ---- stops and starts against the slow oracle ------------------------------------------------------------------------------------- */

static uint64_t random_state;

static int64_t below(int64_t n)
{
    random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
    return (int64_t)((random_state >> 33) % (uint64_t)n);
}

static bool counts(const struct duty_limit *limit, int64_t second_us)
{
    bool working = false;
    struct fail f = {0};
    if (limit->unit == DUTY_URGENT_HOUR)
        return true;
    const int64_t local = second_us + SHANGHAI_OFFSET_US;
    const int32_t day = (int32_t)(local / DAY_US);
    const int64_t minute = local % DAY_US / (60 * SECOND);
    assert_int_equal(calendar_working(calendar_builtin(), day, &working, &f), RC_OK);
    return working && ((minute >= 480 && minute < 720) || (minute >= 840 && minute < 1080));
}

static void stops_and_starts_agree_with_counting_seconds(void **state)
{
    const char *const given = getenv("YITI_SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : 20261124;
    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    random_state = seed;
    for (int round = 0; round < 60; round++) {
        const struct duty_time t = office(false);
        struct duty_clock c = {.limit = {below(2) ? DUTY_WORK_HOUR : DUTY_URGENT_HOUR, 1 + below(12)},
                               .due_day = INT32_MIN};
        int64_t now = at("2026-01-05T00:00:00+08:00") + below(300) * DAY_US + below(86400) * SECOND, used = 0;
        const int64_t whole = c.limit.n * HOUR;
        struct fail f = {0};
        for (int stretch = 0; stretch < 4; stretch++) {
            assert_int_equal(duty_clock_start(&t, &c, now, &f), RC_OK);
            /* the oracle: the first second at whose end all is used up */
            int64_t then = now, sum = used;
            while (sum < whole) {
                sum += counts(&c.limit, then) ? SECOND : 0;
                then += SECOND;
            }
            assert_int_equal(c.due_us, used >= whole ? now : then);
            const int64_t run = below(6 * 3600) * SECOND;
            for (int64_t s = 0; s < run; s += SECOND)
                used += counts(&c.limit, now + s) ? SECOND : 0;
            now += run;
            assert_int_equal(duty_clock_stop(&t, &c, now, &f), RC_OK);
            assert_int_equal(c.used_us, used);
            assert_int_equal(c.due_us, INT64_MAX);
            now += below(3 * 86400) * SECOND;
        }
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + 3];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = a_clock_runs_out, .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_date_ends_with_its_day_and_an_unknown_year_is_an_error);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(limits_are_read_as_people_write_them);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(stops_and_starts_agree_with_counting_seconds);
    return _cmocka_run_group_tests("duty_clock", tests, n, NULL, NULL);
}
