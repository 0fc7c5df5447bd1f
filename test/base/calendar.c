/*
 * calendar.c - tests of base/calendar. The oracles are slow and obvious: one day after the other, one minute after the other; the facts
 * of the embedded years were counted from the notices by another program (totals) and copied from them by hand (single days).
 */
#include "check.h"

#include "base/arena.h"
#include "base/calendar.h"
#include "base/limits.h"

static int32_t day_of(const char *text)
{
    struct ymd d;
    assert_true(date_parse(span_of(text), &d));
    return date_to_days(d);
}

static bool works(const struct calendar *c, int32_t day)
{
    struct fail f;
    bool working;
    assert_int_equal(calendar_working(c, day, &working, &f), RC_OK);
    return working;
}

struct year_row {
    int year, off, made_up, working; /* days off named, weekend days worked, working days in all */
};
static const struct year_row year_rows[] = {
    {2004, 22, 6, 252}, {2005, 24, 7, 251}, {2006, 24, 8, 251}, {2007, 26, 7, 249}, {2008, 27, 5, 251},
    {2009, 27, 6, 250}, {2010, 29, 8, 250}, {2011, 28, 6, 250}, {2012, 26, 6, 249}, {2013, 29, 12, 250},
    {2014, 23, 5, 250}, {2015, 25, 5, 249}, {2016, 24, 6, 250}, {2017, 24, 5, 249}, {2018, 25, 7, 250},
    {2019, 28, 6, 250}, {2020, 30, 6, 249}, {2021, 31, 7, 250}, {2022, 32, 7, 249}, {2023, 26, 7, 249},
    {2024, 28, 8, 251}, {2025, 28, 5, 248}, {2026, 33, 6, 248},
};

static void each_embedded_year_has_its_totals(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    for (size_t i = 0; i < COUNT_OF(year_rows); i++) {
        const struct year_row *const row = &year_rows[i];
        assert_true(calendar_year_known(c, row->year));
        const int32_t first = date_to_days((struct ymd){row->year, 1, 1}),
                      next = date_to_days((struct ymd){row->year + 1, 1, 1});
        int off = 0, made_up = 0, working = 0;
        for (int32_t day = first; day < next; day++) {
            const bool w = works(c, day), named = calendar_note(c, day).len > 0;
            working += w;
            off += named && !w;
            made_up += named && w;
            if (!named)
                assert_int_equal(w, date_weekday(day) <= 5);
        }
        print_message("%d: %d days off named, %d weekend days worked, %d working days\n", row->year, off, made_up,
                      working);
        assert_int_equal(off, row->off);
        assert_int_equal(made_up, row->made_up);
        assert_int_equal(working, row->working);
    }
    assert_false(calendar_year_known(c, 2003));
    assert_false(calendar_year_known(c, 2027));
}

struct day_row {
    const char *day;
    bool working;
    const char *note; /* "" for an ordinary day */
};
static const struct day_row day_rows[] = {
    {"2026-02-13", true, ""},        {"2026-02-14", true, "春节"},    {"2026-02-15", false, "春节"},
    {"2026-02-17", false, "春节"},   {"2026-02-23", false, "春节"},   {"2026-02-24", true, ""},
    {"2026-02-28", true, "春节"},    {"2026-10-07", false, "国庆节"}, {"2026-10-08", true, ""},
    {"2026-10-10", true, "国庆节"},  {"2026-11-21", false, ""},       {"2026-11-24", true, ""},
    {"2026-12-31", true, ""},        {"2005-12-31", true, "元旦"},    {"2006-12-30", true, "元旦"},
    {"2006-12-31", true, "元旦"},    {"2007-12-29", true, "元旦"},    {"2007-12-31", false, "元旦"},
    {"2011-06-04", false, "端午节"}, {"2015-09-03", false, NULL},     {"2015-09-06", true, NULL},
    {"2019-05-02", false, "劳动节"}, {"2020-01-31", false, "春节"},   {"2020-02-02", false, "春节"},
    {"2020-02-03", true, ""},        {"2012-09-30", false, NULL},     {"2024-02-29", true, ""},
    {"2024-04-07", true, "清明节"},  {"2004-01-01", false, "元旦"},   {"2004-01-02", true, ""},
};

static void known_days(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    for (size_t i = 0; i < COUNT_OF(day_rows); i++) {
        const int32_t day = day_of(day_rows[i].day);
        if (works(c, day) != day_rows[i].working)
            fail_msg("%s", day_rows[i].day);
        if (day_rows[i].note != NULL && !span_is(calendar_note(c, day), day_rows[i].note))
            fail_msg("%s: %.*s", day_rows[i].day, SPAN_ARG(calendar_note(c, day)));
    }
}

struct load_row {
    const char *name, *csv;
    enum rc want;
    enum msg msg;
    const char *field, *arg;
};
static const struct load_row load_rows[] = {
    {"empty", "", RC_OK, MSG_NONE, "", ""},
    {"comments and blanks", "# x\n\n  \n#y", RC_OK, MSG_NONE, "", ""},
    {"one year", "year,2027,complete\n", RC_OK, MSG_NONE, "", ""},
    {"line ends of Windows", "year,2027,complete\r\n2027-01-01,holiday,元旦\r\n", RC_OK, MSG_NONE, "", ""},
    {"no line end at the end", "2027-01-01,holiday,元旦", RC_OK, MSG_NONE, "", ""},
    {"holiday on a weekend", "2027-01-02,holiday,元旦", RC_OK, MSG_NONE, "", ""},
    {"leap day", "2028-02-29,holiday,x", RC_OK, MSG_NONE, "", ""},
    {"day that is not", "# x\n2027-02-29,holiday,x\n", RC_INVALID, MSG_calendar_date, "line 2", "2027-02-29"},
    {"unknown kind", "2027-01-01,Holiday,x", RC_INVALID, MSG_calendar_form, "line 1", "2027-01-01,Holiday,x"},
    {"no name", "2027-01-01,holiday", RC_INVALID, MSG_calendar_form, "line 1", "2027-01-01,holiday"},
    {"empty name", "2027-01-01,holiday,", RC_INVALID, MSG_calendar_form, "line 1", "2027-01-01,holiday,"},
    {"four fields", "2027-01-01,holiday,x,y", RC_INVALID, MSG_calendar_form, "line 1", NULL},
    {"name of bad bytes", "2027-01-01,holiday,\xff", RC_INVALID, MSG_calendar_form, "line 1", NULL},
    {"twice", "2027-01-01,holiday,x\n2027-01-03,holiday,x\n2027-01-01,holiday,y\n", RC_INVALID, MSG_calendar_twice,
     "line 3", "2027-01-01"},
    {"year twice", "year,2027,complete\nyear,2027,complete\n", RC_INVALID, MSG_calendar_twice, "line 2", "2027"},
    {"make-up work on a Friday", "2027-01-01,workday,x", RC_INVALID, MSG_calendar_weekday_worked, "line 1",
     "2027-01-01"},
    {"year not complete", "year,2027,partly", RC_INVALID, MSG_calendar_form, "line 1", NULL},
    {"year zero", "year,0,complete", RC_INVALID, MSG_calendar_form, "line 1", NULL},
    {"year 10000", "year,10000,complete", RC_INVALID, MSG_calendar_form, "line 1", NULL},
    {"header of a table", "date,kind,name", RC_INVALID, MSG_calendar_form, "line 1", NULL},
};

static void loads_or_names_the_line(void **state)
{
    const struct load_row *const row = *state;
    struct arena *const a = arena_new(1 << 20);
    struct fail f = {0};
    struct calendar *c = NULL;
    assert_int_equal(calendar_load(a, span_of(row->csv), &c, &f), row->want);
    assert_int_equal(f.msg, row->msg);
    assert_int_equal(c != NULL, row->want == RC_OK);
    assert_string_equal(f.field, row->field);
    if (row->arg != NULL)
        assert_string_equal(f.args[0].text, row->arg);
    arena_free(a);
}

static void size_is_limited(void **state)
{
    (void)state;
    char *const text = malloc(CALENDAR_BYTES_MAX + 1);
    assert_non_null(text);
    memset(text, '#', CALENDAR_BYTES_MAX + 1);
    struct arena *const a = arena_new(1 << 20);
    struct fail f = {0};
    struct calendar *c;
    assert_int_equal(calendar_load(a, (struct span){text, CALENDAR_BYTES_MAX}, &c, &f), RC_OK);
    assert_int_equal(calendar_load(a, (struct span){text, CALENDAR_BYTES_MAX + 1}, &c, &f), RC_LIMIT);
    assert_int_equal(f.msg, MSG_calendar_large);
    arena_free(a);
    free(text);
}

static const char two_years[] = "year,2027,complete\nyear,2028,complete\n2027-01-01,holiday,元旦\n2028-01-03,holiday,"
                                "元旦\n2028-01-08,workday,元旦\n";

static void each_allocation_may_fail(void **state)
{
    (void)state;
    enum rc rc = RC_LIMIT;
    int failures = 0;
    for (size_t cap = 0; rc != RC_OK; cap += 16) {
        struct arena *const a = arena_new(cap);
        struct fail f = {0};
        struct calendar *c = NULL, *m = NULL;
        rc = calendar_load(a, span_of(two_years), &c, &f);
        if (rc == RC_OK)
            rc = calendar_merge(a, c, c, &m, &f);
        if (rc != RC_OK) {
            assert_int_equal(rc, RC_LIMIT);
            assert_int_equal(f.msg, MSG_memory_limit);
            assert_null(m);
            failures++;
        }
        arena_free(a);
    }
    assert_true(failures > 10);
}

static void a_year_without_data_is_an_error(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    struct fail f = {0};
    bool working;
    int32_t day;
    int n;
    assert_int_equal(calendar_working(c, day_of("2027-01-01"), &working, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_calendar_year_unknown);
    assert_string_equal(f.args[0].text, "2027");
    assert_int_equal(calendar_working(c, INT32_MAX, &working, &f), RC_INVALID);
    assert_int_equal(calendar_working(c, INT32_MIN, &working, &f), RC_INVALID);
    assert_int_equal(calendar_add_days(c, day_of("2026-12-31"), 1, &day, &f), RC_INVALID);
    assert_string_equal(f.args[0].text, "2027");
    assert_int_equal(calendar_add_days(c, day_of("2026-12-30"), 1, &day, &f), RC_OK);
    assert_int_equal(day, day_of("2026-12-31"));
    assert_int_equal(calendar_add_days(c, day_of("2004-01-02"), -1, &day, &f), RC_INVALID);
    assert_string_equal(f.args[0].text, "2003");
    assert_int_equal(calendar_add_days(c, day_of("2004-01-02"), INT32_MAX, &day, &f), RC_INVALID);
    assert_int_equal(calendar_add_days(c, day_of("2004-01-02"), INT32_MIN, &day, &f), RC_INVALID);
    assert_int_equal(calendar_add_days(c, INT32_MAX, 1, &day, &f), RC_INVALID);
    assert_int_equal(calendar_add_days(c, INT32_MIN, -1, &day, &f), RC_INVALID);
    assert_int_equal(calendar_count(c, day_of("2026-12-30"), day_of("2027-01-01"), &n, &f), RC_INVALID);
    assert_int_equal(calendar_count(c, day_of("2003-12-31"), day_of("2004-01-02"), &n, &f), RC_OK);
    assert_int_equal(n, 1);
    assert_int_equal(calendar_count(c, INT32_MIN, INT32_MAX, &n, &f), RC_INVALID);
    assert_int_equal(calendar_count(c, INT32_MAX, INT32_MIN, &n, &f), RC_INVALID);
    assert_int_equal(calendar_count(c, INT32_MAX, INT32_MAX, &n, &f), RC_OK);
    assert_int_equal(n, 0);
}

static void a_gap_between_years_is_an_error(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    struct fail f = {0};
    struct calendar *c;
    assert_int_equal(calendar_load(a, SPAN("year,2030,complete\nyear,2028,complete\n"), &c, &f), RC_OK);
    int32_t day;
    int n;
    assert_int_equal(calendar_add_days(c, day_of("2028-01-03"), 300, &day, &f), RC_INVALID);
    assert_string_equal(f.args[0].text, "2029");
    assert_int_equal(calendar_add_days(c, day_of("2030-12-31"), -300, &day, &f), RC_INVALID);
    assert_string_equal(f.args[0].text, "2029");
    assert_int_equal(calendar_count(c, day_of("2028-06-01"), day_of("2030-06-01"), &n, &f), RC_INVALID);
    arena_free(a);
}

static void merging_replaces_years_and_single_days(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    struct fail f = {0};
    struct calendar *more, *c;
    /* A notice on 2027 that also moves a day of December 2026, and an older year stated anew without its holidays. */
    assert_int_equal(
        calendar_load(
            a,
            SPAN("year,2027,complete\n2027-01-01,holiday,元旦\n2026-12-26,workday,元旦\n2026-12-28,holiday,元旦\n"
                 "year,2004,complete\n"),
            &more, &f),
        RC_OK);
    assert_int_equal(calendar_merge(a, calendar_builtin(), more, &c, &f), RC_OK);
    assert_true(works(c, day_of("2026-12-26")));
    assert_false(works(c, day_of("2026-12-28")));
    assert_true(works(c, day_of("2026-12-29")));
    assert_false(works(c, day_of("2026-10-01")));
    assert_false(works(c, day_of("2027-01-01")));
    assert_true(works(c, day_of("2027-01-04")));
    assert_true(works(c, day_of("2004-01-01")));
    assert_false(works(c, day_of("2005-01-03")));
    assert_true(span_is(calendar_note(c, day_of("2026-12-28")), "元旦"));
    assert_int_equal(calendar_note(c, day_of("2004-01-01")).len, 0);
    assert_false(works(calendar_builtin(), day_of("2004-01-01")));
    arena_free(a);
}

static bool slow_add_days(const struct calendar *c, int32_t day, int n, int32_t *out)
{
    struct fail f;
    bool working = false;
    if (n == 0) {
        for (;; day++) {
            if (calendar_working(c, day, &working, &f) != RC_OK)
                return false;
            if (working)
                break;
        }
    }
    for (const int step = n > 0 ? 1 : -1; n != 0; n -= working ? step : 0) {
        day += step;
        if (calendar_working(c, day, &working, &f) != RC_OK)
            return false;
    }
    *out = day;
    return true;
}

static void adding_days_follows_the_slow_way(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    struct random r = random_begin(2026);
    const int32_t low = day_of("2003-12-01"), high = day_of("2027-01-31");
    int refused = 0;
    for (int i = 0; i < 20000; i++) {
        const int32_t day = (int32_t)random_between(&r, low, high);
        const int n = (int)random_between(&r, i % 3 == 0 ? -3000 : -30, i % 3 == 0 ? 3000 : 30);
        int32_t want = 0, got = 0;
        struct fail f;
        const bool ok = slow_add_days(c, day, n, &want);
        const enum rc rc = calendar_add_days(c, day, n, &got, &f);
        if ((rc == RC_OK) != ok || got != want)
            fail_msg("day %d, %d working days: %d, the slow way %d", day, n, got, want);
        refused += !ok;
    }
    assert_true(refused > 100 && refused < 10000);
}

static void counting_follows_the_slow_way(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    struct random r = random_begin(77);
    const int32_t low = day_of("2003-12-31"), high = day_of("2026-12-31");
    for (int i = 0; i < 3000; i++) {
        const int32_t from = (int32_t)random_between(&r, low, high), to = (int32_t)random_between(&r, low, high);
        int want = 0, got = 0;
        for (int32_t day = (from < to ? from : to) + 1; day <= (from < to ? to : from); day++)
            want += works(c, day);
        struct fail f;
        assert_int_equal(calendar_count(c, from, to, &got, &f), RC_OK);
        assert_int_equal(got, from < to ? want : -want);
    }
}

#define MINUTE_US 60000000LL

static bool in_hours(const struct work_interval *iv, int n, int minute)
{
    for (int i = 0; i < n; i++)
        if (minute >= iv[i].from_min && minute < iv[i].to_min)
            return true;
    return false;
}

/* Whether the minute that begins at the local minute m (since 1970) is working time. */
static bool minute_works(const struct calendar *c, const struct work_interval *iv, int n, int64_t m)
{
    return works(c, (int32_t)(m / 1440)) && in_hours(iv, n, (int)(m % 1440));
}

struct hours {
    int n;
    struct work_interval iv[3];
};
static const struct hours hours_rows[] = {
    {2, {{540, 720}, {810, 1050}}},
    {1, {{0, 1440}}},
    {3, {{480, 720}, {720, 721}, {1439, 1440}}},
    {1, {{600, 601}}},
};

static void adding_minutes_follows_the_slow_way(void **state)
{
    (void)state;
    const struct calendar *const c = calendar_builtin();
    struct random r = random_begin(1730);
    for (int i = 0; i < 2000; i++) {
        const struct hours *const h = &hours_rows[i % (int)COUNT_OF(hours_rows)];
        const int64_t start =
            (int64_t)day_of("2010-01-20") * 1440 + random_between(&r, 0, 400LL * 1440); /* a local minute */
        int64_t minutes = random_between(&r, 1, i % (int)COUNT_OF(hours_rows) == 3 ? 15 : 3000);
        int64_t m = start;
        const bool back = i % 8 >= 4;
        for (int64_t left = minutes; left > 0;) {
            if (back)
                left -= minute_works(c, h->iv, h->n, --m);
            else
                left -= minute_works(c, h->iv, h->n, m++);
        }
        struct fail f;
        int64_t got;
        assert_int_equal(calendar_add_minutes(c, h->iv, h->n, start * MINUTE_US - SHANGHAI_OFFSET_US,
                                              back ? -minutes : minutes, &got, &f),
                         RC_OK);
        if (got != m * MINUTE_US - SHANGHAI_OFFSET_US) {
            char at[36], text[36], want[36];
            time_print(start * MINUTE_US - SHANGHAI_OFFSET_US, at);
            time_print(got, text);
            time_print(m * MINUTE_US - SHANGHAI_OFFSET_US, want);
            fail_msg("%s, %s%lld minutes: %s, the slow way %s", at, back ? "-" : "", (long long)minutes, text, want);
        }
    }
}

struct minutes_row {
    const char *at;
    int64_t minutes;
    const char *want; /* NULL: the year is unknown */
};
static const struct minutes_row minutes_rows[] = {
    {"2026-11-24T09:00:00+08:00", 180, "2026-11-24T12:00:00.000000+08:00"}, /* the interval's end is reached */
    {"2026-11-24T09:00:00+08:00", 181, "2026-11-24T13:31:00.000000+08:00"},
    {"2026-11-24T09:00:00+08:00", 420, "2026-11-24T17:30:00.000000+08:00"}, /* not next morning */
    {"2026-11-24T09:00:00+08:00", 421, "2026-11-25T09:01:00.000000+08:00"},
    {"2026-11-24T12:30:00+08:00", 1, "2026-11-24T13:31:00.000000+08:00"},
    {"2026-11-24T20:00:00+08:00", 420, "2026-11-25T17:30:00.000000+08:00"},
    {"2026-11-24T05:00:00+08:00", 420, "2026-11-24T17:30:00.000000+08:00"},
    {"2026-11-27T17:29:30.000001+08:00", 1, "2026-11-30T09:00:30.000001+08:00"}, /* Friday to Monday */
    {"2026-02-13T17:00:00+08:00", 60, "2026-02-14T09:30:00.000000+08:00"},       /* a worked Saturday */
    {"2026-02-14T17:00:00+08:00", 60, "2026-02-24T09:30:00.000000+08:00"},       /* over the Spring Festival */
    {"2026-02-18T10:00:00+08:00", 1, "2026-02-24T09:01:00.000000+08:00"},
    {"2026-11-24T12:00:00+08:00", 0, "2026-11-24T12:00:00.000000+08:00"},
    {"2026-11-24T23:00:00+08:00", 0, "2026-11-24T23:00:00.000000+08:00"},
    {"2026-11-24T17:30:00+08:00", -420, "2026-11-24T09:00:00.000000+08:00"},
    {"2026-11-24T09:00:00+08:00", -1, "2026-11-23T17:29:00.000000+08:00"},
    {"2026-11-24T13:30:00+08:00", -1, "2026-11-24T11:59:00.000000+08:00"},
    {"2026-12-31T17:00:00+08:00", 30, "2026-12-31T17:30:00.000000+08:00"},
    {"2026-12-31T17:00:00+08:00", 31, NULL},
    {"2027-01-04T09:00:00+08:00", 1, NULL},
    {"2026-11-24T09:00:00+08:00", INT64_MAX, NULL},
    {"2026-11-24T09:00:00+08:00", INT64_MIN, NULL},
};

static void working_minutes_by_the_clock(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(minutes_rows); i++) {
        int64_t at, got = 0;
        struct fail f = {0};
        assert_true(time_parse(span_of(minutes_rows[i].at), &at));
        const enum rc rc = calendar_add_minutes(calendar_builtin(), hours_rows[0].iv, hours_rows[0].n, at,
                                                minutes_rows[i].minutes, &got, &f);
        assert_int_equal(rc, minutes_rows[i].want == NULL ? RC_INVALID : RC_OK);
        if (rc != RC_OK) {
            assert_int_equal(f.msg, MSG_calendar_year_unknown);
            continue;
        }
        char text[36];
        time_print(got, text);
        assert_string_equal(text, minutes_rows[i].want);
    }
}

static void bad_intervals_are_refused(void **state)
{
    (void)state;
    static const struct hours bad[] = {
        {0, {{0, 1}}}, {1, {{-1, 5}}},          {1, {{0, 1441}}},           {1, {{5, 5}}},
        {1, {{6, 5}}}, {2, {{0, 10}, {9, 20}}}, {2, {{100, 200}, {0, 50}}},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct fail f = {0};
        int64_t out = 7;
        assert_int_equal(calendar_add_minutes(calendar_builtin(), bad[i].iv, bad[i].n, 0, 1, &out, &f), RC_INVALID);
        assert_int_equal(f.msg, MSG_work_intervals);
        assert_true(out == 7);
    }
}

int main(void)
{
    static struct CMUnitTest tests[64];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(load_rows); i++)
        tests[n++] = (struct CMUnitTest){load_rows[i].name, loads_or_names_the_line, NULL, NULL,
                                         (void *)(uintptr_t)&load_rows[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(each_embedded_year_has_its_totals),
        cmocka_unit_test(known_days),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(a_year_without_data_is_an_error),
        cmocka_unit_test(a_gap_between_years_is_an_error),
        cmocka_unit_test(merging_replaces_years_and_single_days),
        cmocka_unit_test(adding_days_follows_the_slow_way),
        cmocka_unit_test(counting_follows_the_slow_way),
        cmocka_unit_test(adding_minutes_follows_the_slow_way),
        cmocka_unit_test(working_minutes_by_the_clock),
        cmocka_unit_test(bad_intervals_are_refused),
    };
    for (size_t i = 0; i < COUNT_OF(more); i++)
        tests[n++] = more[i];
    return _cmocka_run_group_tests("base/calendar", tests, n, NULL, NULL);
}
