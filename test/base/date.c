/* date.c - tests of base/date. The oracle for days is counting: one day after the other from 0001-01-01. */
#include "check.h"

#include <time.h>

#include "base/date.h"

static void every_day_of_ten_thousand_years(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t days = -719162;
    int weekday = 1; /* 0001-01-01 of the proleptic Gregorian calendar was a Monday */
    for (int y = 1; y <= 9999; y++)
        for (int m = 1; m <= 12; m++) {
            const int n = lengths[m - 1] + (m == 2 && (y % 400 == 0 || (y % 4 == 0 && y % 100 != 0)));
            assert_int_equal(date_month_days(y, m), n);
            for (int d = 1; d <= n; d++, days++, weekday = weekday % 7 + 1) {
                const struct ymd back = date_from_days(days);
                if (date_to_days((struct ymd){y, m, d}) != days || back.year != y || back.month != m || back.day != d ||
                    date_weekday(days) != weekday)
                    fail_msg("%04d-%02d-%02d", y, m, d);
            }
        }
    assert_int_equal(days, 2932897);
}

static void the_c_library_agrees(void **state)
{
    (void)state;
    struct random r = random_begin(7);
    for (int i = 0; i < 20000; i++) {
        const int32_t days = (int32_t)random_between(&r, -719162, 2932896);
        const time_t t = (time_t)days * 86400;
        struct tm tm;
        assert_non_null(gmtime_r(&t, &tm));
        const struct ymd d = date_from_days(days);
        assert_true(d.year == tm.tm_year + 1900 && d.month == tm.tm_mon + 1 && d.day == tm.tm_mday);
        assert_int_equal(date_weekday(days) % 7, tm.tm_wday);
    }
}

struct text_row {
    const char *text;
    bool want;
};
static const struct text_row date_rows[] = {
    {"2026-11-24", true},  {"2024-02-29", true},   {"2000-02-29", true},
    {"1900-02-29", false}, {"2023-02-29", false},  {"0001-01-01", true},
    {"9999-12-31", true},  {"0000-01-01", false},  {"2026-00-01", false},
    {"2026-13-01", false}, {"2026-04-31", false},  {"2026-01-00", false},
    {"", false},           {"2026-1-01", false},   {"2026-01-1", false},
    {"2026/01/01", false}, {" 2026-01-01", false}, {"2026-01-01 ", false},
    {"2026-01-0x", false}, {"+026-01-01", false},  {"2026-01-01T", false},
    {"20260101", false},   {"-001-01-01", false},
};

static void dates_that_exist_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(date_rows); i++) {
        struct ymd d = {0, 0, 0};
        if (date_parse(span_of(date_rows[i].text), &d) != date_rows[i].want)
            fail_msg("'%s'", date_rows[i].text);
        if (!date_rows[i].want) {
            assert_int_equal(d.year, 0);
            continue;
        }
        char out[11];
        date_print(d, out);
        assert_string_equal(out, date_rows[i].text);
    }
}

struct month_row {
    struct ymd d;
    int months;
    struct ymd want;
};
static const struct month_row month_rows[] = {
    {{2024, 1, 31}, 1, {2024, 2, 29}},    {{2023, 1, 31}, 1, {2023, 2, 28}},  {{2024, 2, 29}, 12, {2025, 2, 28}},
    {{2024, 2, 29}, 48, {2028, 2, 29}},   {{2024, 3, 31}, -1, {2024, 2, 29}}, {{2024, 1, 15}, -1, {2023, 12, 15}},
    {{2024, 12, 31}, 2, {2025, 2, 28}},   {{2024, 5, 31}, 0, {2024, 5, 31}},  {{2024, 1, 1}, -12, {2023, 1, 1}},
    {{9999, 12, 31}, 1, {9999, 12, 31}},  {{1, 1, 31}, -1, {1, 1, 31}},       {{2024, 1, 1}, INT32_MAX, {9999, 12, 1}},
    {{2024, 1, 1}, INT32_MIN, {1, 1, 1}},
};

static void months_keep_the_day_or_take_the_last(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(month_rows); i++) {
        const struct ymd got = date_add_months(month_rows[i].d, month_rows[i].months);
        const struct ymd want = month_rows[i].want;
        if (got.year != want.year || got.month != want.month || got.day != want.day)
            fail_msg("row %zu: %d-%d-%d", i, got.year, got.month, got.day);
    }
}

struct time_row {
    const char *text;
    bool want;
    int64_t at_us;
};
#define T0 1795478400000000LL /* 2026-11-24T00:00:00Z, by `date -u -d 2026-11-24 +%s` */
static const struct time_row time_rows[] = {
    {"2026-11-24T08:00:00.000000+08:00", true, T0},
    {"2026-11-24T00:00:00Z", true, T0},
    {"2026-11-24t00:00:00z", true, T0},
    {"2026-11-23T19:30:00-04:30", true, T0},
    {"2026-11-24T00:00:00.5Z", true, T0 + 500000},
    {"2026-11-24T00:00:00.000001Z", true, T0 + 1},
    {"2026-11-24T00:00:00-00:00", true, T0},
    {"1970-01-01T00:00:00Z", true, 0},
    {"1969-12-31T23:59:59.999999Z", true, -1},
    {"0001-01-01T00:00:00+08:00", true, -719162 * DAY_US - SHANGHAI_OFFSET_US},
    {"0001-01-01T00:00:00+08:01", false, 0},
    {"9999-12-31T23:59:59.999999+08:00", true, 2932897 * DAY_US - SHANGHAI_OFFSET_US - 1},
    {"9999-12-31T23:59:59.999999+07:59", false, 0},
    {"2026-11-24T00:00:00", false, 0},
    {"2026-11-24 00:00:00Z", false, 0},
    {"2026-11-24T24:00:00Z", false, 0},
    {"2026-11-24T23:60:00Z", false, 0},
    {"2026-11-24T23:59:60Z", false, 0},
    {"2026-02-29T00:00:00Z", false, 0},
    {"2026-11-24T00:00:00.Z", false, 0},
    {"2026-11-24T00:00:00.1234567Z", false, 0},
    {"2026-11-24T00:00:00+0800", false, 0},
    {"2026-11-24T00:00:00+24:00", false, 0},
    {"2026-11-24T00:00:00+08:60", false, 0},
    {"2026-11-24T00:00:00+08:00 ", false, 0},
    {"2026-11-24T00:00:00 08:00", false, 0},
    {"2026-11-24T00:00:00.", false, 0},
    {"2026-11-24T00:00Z", false, 0},
    {"2026-11-24", false, 0},
    {"", false, 0},
};

static void times_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(time_rows); i++) {
        int64_t at = 0;
        if (time_parse(span_of(time_rows[i].text), &at) != time_rows[i].want || at != time_rows[i].at_us)
            fail_msg("'%s': %lld", time_rows[i].text, (long long)at);
    }
}

static void printed_time_parses_to_itself(void **state)
{
    (void)state;
    struct random r = random_begin(11);
    const int64_t low = -719162 * DAY_US - SHANGHAI_OFFSET_US, high = 2932897 * DAY_US - SHANGHAI_OFFSET_US - 1;
    for (int i = 0; i < 50000; i++) {
        const int64_t at = i == 0 ? low : i == 1 ? high : random_between(&r, low, high);
        char out[36];
        time_print(at, out);
        assert_int_equal(strlen(out), 32);
        int64_t back;
        assert_true(time_parse(span_of(out), &back));
        assert_true(back == at);
        char day[11];
        date_print(date_of_us(at), day);
        assert_memory_equal(day, out, 10);
        const int64_t start = date_start_us(date_of_us(at));
        assert_true(start <= at && at - start < DAY_US);
    }
}

static void instants_past_the_range_hold_at_its_ends(void **state)
{
    (void)state;
    char out[36];
    time_print(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31T23:59:59.999999+08:00");
    time_print(INT64_MIN, out);
    assert_string_equal(out, "0001-01-01T00:00:00.000000+08:00");
    assert_int_equal(date_of_us(INT64_MAX).year, 9999);
    assert_int_equal(date_of_us(INT64_MIN).year, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years),
        cmocka_unit_test(the_c_library_agrees),
        cmocka_unit_test(dates_that_exist_parse),
        cmocka_unit_test(months_keep_the_day_or_take_the_last),
        cmocka_unit_test(times_parse),
        cmocka_unit_test(printed_time_parses_to_itself),
        cmocka_unit_test(instants_past_the_range_hold_at_its_ends),
    };
    return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
