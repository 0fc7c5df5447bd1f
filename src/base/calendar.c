/*
 * calendar.c - the working-day calendar.
 *
 * A known year is 367 running counts: before[i] is the number of working days of the year before its day i (0 is 1 January), so that
 * a day is a working day when before[i + 1] > before[i], a year's rest is one subtraction, and the nth working day of a year is a
 * binary search. Adding ten years of working days takes ten steps. A year is 752 bytes; 23 years are 17 KB.
 */
#include "base/calendar.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ensure.h"
#include "base/limits.h"
#include "base/utf8.h"

extern const char calendar_builtin_csv[]; /* made by tools/embed_text.py from data/calendar/ */
extern const size_t calendar_builtin_csv_len;

struct entry {
    int32_t day;
    int line; /* of the text it was read from, for messages */
    bool working;
    struct span name;
};

struct year {
    int32_t year;
    int32_t first; /* day number of 1 January */
    int n_days;
    int16_t before[367];
};

struct calendar {
    struct entry *entries; /* by day, each day once; also of years that are not known */
    size_t n_entries;
    struct year *years; /* by year, each once */
    size_t n_years;
};

/* ---- reading -------------------------------------------------------------------------------------------------------------- */

static enum rc bad_line(struct fail *f, enum msg msg, int line, struct span arg)
{
    char field[32];
    (void)snprintf(field, sizeof(field), "line %d", line);
    return fail_span(f, RC_INVALID, msg, field, arg);
}

static enum rc over_cap(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

static int by_day(const void *a, const void *b)
{
    const struct entry *const x = a, *const y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* The index of the first entry on or after day. */
static size_t entry_from(const struct calendar *c, int64_t day)
{
    size_t low = 0, high = c->n_entries;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (c->entries[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The index of the first year not before year. */
static size_t year_from(const struct calendar *c, int year)
{
    size_t low = 0, high = c->n_years;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (c->years[mid].year < year)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static const struct year *find_year(const struct calendar *c, int year)
{
    const size_t i = year_from(c, year);
    return i < c->n_years && c->years[i].year == year ? &c->years[i] : NULL;
}

/* Adds the year, not counted yet; false when it is there. There is room. */
static bool add_year(struct calendar *c, int year)
{
    const size_t i = year_from(c, year);
    if (i < c->n_years && c->years[i].year == year)
        return false;
    memmove(&c->years[i + 1], &c->years[i], (c->n_years - i) * sizeof(c->years[0]));
    c->n_years++;
    c->years[i] = (struct year){.year = year};
    return true;
}

static void count_year(const struct calendar *c, struct year *y)
{
    y->first = date_to_days((struct ymd){y->year, 1, 1});
    y->n_days = 337 + date_month_days(y->year, 2);
    size_t e = entry_from(c, y->first);
    for (int i = 0; i < y->n_days; i++) {
        bool working = date_weekday(y->first + i) <= 5;
        if (e < c->n_entries && c->entries[e].day == y->first + i)
            working = c->entries[e++].working;
        y->before[i + 1] = (int16_t)(y->before[i] + working);
    }
}

static bool plain_name(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    }
    return utf8_check(s) == s.len;
}

static enum rc read_line(struct calendar *c, struct span text, int line, struct fail *f)
{
    struct span rest = text;
    const struct span first = span_split(&rest, ',');
    const struct span second = span_split(&rest, ',');
    if (span_is(first, "year")) {
        int64_t year;
        if (!span_to_i64(second, &year) || year < 1 || year > 9999 || !span_is(rest, "complete"))
            return bad_line(f, MSG_calendar_form, line, text);
        return add_year(c, (int)year) ? RC_OK : bad_line(f, MSG_calendar_twice, line, second);
    }
    const bool working = span_is(second, "workday");
    if ((!working && !span_is(second, "holiday")) || rest.len == 0 || !plain_name(rest) ||
        memchr(rest.ptr, ',', rest.len) != NULL)
        return bad_line(f, MSG_calendar_form, line, text);
    struct ymd d;
    if (!date_parse(first, &d))
        return bad_line(f, MSG_calendar_date, line, first);
    const int32_t day = date_to_days(d);
    if (working && date_weekday(day) <= 5)
        return bad_line(f, MSG_calendar_weekday_worked, line, first);
    c->entries[c->n_entries++] = (struct entry){.day = day, .line = line, .working = working, .name = rest};
    return RC_OK;
}

/* Lines that hold something, and how many of them may name a year. */
static void count_lines(struct span csv, size_t *lines, size_t *years)
{
    *lines = *years = 0;
    while (csv.len > 0) {
        const struct span text = span_trim(span_split(&csv, '\n'));
        *lines += text.len > 0 && text.ptr[0] != '#';
        *years += span_starts(text, SPAN("year,"));
    }
}

static enum rc new_calendar(struct arena *a, size_t entries, size_t years, struct calendar **out, struct fail *f)
{
    struct calendar *const c = ARENA_NEW(a, struct calendar);
    if (c == NULL)
        return over_cap(f);
    c->entries = ARENA_ARRAY(a, entries, struct entry);
    c->years = ARENA_ARRAY(a, years, struct year);
    if (c->entries == NULL || c->years == NULL)
        return over_cap(f);
    *out = c;
    return RC_OK;
}

/* Copies the names, then counts the years. */
static enum rc finish(struct arena *a, struct calendar *c, struct fail *f)
{
    for (size_t i = 0; i < c->n_entries; i++) {
        c->entries[i].name = span_dup(a, c->entries[i].name);
        if (c->entries[i].name.ptr == NULL)
            return over_cap(f);
    }
    for (size_t i = 0; i < c->n_years; i++)
        count_year(c, &c->years[i]);
    return RC_OK;
}

enum rc calendar_load(struct arena *a, struct span csv, struct calendar **out, struct fail *f)
{
    if (csv.len > CALENDAR_BYTES_MAX) {
        char limit[24];
        (void)snprintf(limit, sizeof(limit), "%u", CALENDAR_BYTES_MAX);
        return fail_set(f, RC_LIMIT, MSG_calendar_large, NULL, limit, NULL);
    }
    size_t n_lines, n_years;
    count_lines(csv, &n_lines, &n_years);
    if (n_years > 9999) /* some stand twice then, and add_year takes each once */
        n_years = 9999;
    struct calendar *c;
    enum rc rc = new_calendar(a, n_lines, n_years, &c, f);
    int line = 0;
    while (rc == RC_OK && csv.len > 0) {
        const struct span text = span_trim(span_split(&csv, '\n'));
        line++;
        if (text.len > 0 && text.ptr[0] != '#')
            rc = read_line(c, text, line, f);
    }
    if (rc != RC_OK)
        return rc;
    if (c->n_entries > 0)
        qsort(c->entries, c->n_entries, sizeof(c->entries[0]), by_day);
    for (size_t i = 1; i < c->n_entries; i++) {
        if (c->entries[i].day != c->entries[i - 1].day)
            continue;
        char text[11];
        date_print(date_from_days(c->entries[i].day), text);
        return bad_line(f, MSG_calendar_twice, c->entries[i].line, span_of(text));
    }
    rc = finish(a, c, f);
    if (rc == RC_OK)
        *out = c;
    return rc;
}

enum rc calendar_merge(struct arena *a, const struct calendar *base, const struct calendar *more, struct calendar **out,
                       struct fail *f)
{
    struct calendar *c;
    enum rc rc = new_calendar(a, base->n_entries + more->n_entries, base->n_years + more->n_years, &c, f);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < base->n_years; i++)
        (void)add_year(c, base->years[i].year);
    for (size_t i = 0; i < more->n_years; i++)
        (void)add_year(c, more->years[i].year);
    size_t m = 0;
    for (size_t i = 0; i < base->n_entries; i++) {
        const struct entry *const e = &base->entries[i];
        for (; m < more->n_entries && more->entries[m].day < e->day; m++)
            c->entries[c->n_entries++] = more->entries[m];
        const bool same_day = m < more->n_entries && more->entries[m].day == e->day;
        if (!same_day && find_year(more, date_from_days(e->day).year) == NULL)
            c->entries[c->n_entries++] = *e;
    }
    for (; m < more->n_entries; m++)
        c->entries[c->n_entries++] = more->entries[m];
    rc = finish(a, c, f);
    if (rc == RC_OK)
        *out = c;
    return rc;
}

/* Written once, by build_builtin; reachable for the life of the process. */
/* style: allow global because it is built once under pthread_once and then never changes */
static struct calendar *builtin;
static struct arena *volatile builtin_arena; /* volatile: else the compiler drops it, as nobody reads it */

static void build_builtin(void)
{
    struct fail f;
    builtin_arena = arena_new(CALENDAR_BYTES_MAX);
    const enum rc rc =
        calendar_load(builtin_arena, (struct span){calendar_builtin_csv, calendar_builtin_csv_len}, &builtin, &f);
    ensure(rc == RC_OK); /* a test loads it, so a bad file in data/ does not get here */
}

const struct calendar *calendar_builtin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const int failed = pthread_once(&once, build_builtin);
    ensure(failed == 0);
    return builtin;
}

/* ---- asking --------------------------------------------------------------------------------------------------------------- */

bool calendar_year_known(const struct calendar *c, int year)
{
    return find_year(c, year) != NULL;
}

struct span calendar_note(const struct calendar *c, int32_t day)
{
    const size_t i = entry_from(c, day);
    return i < c->n_entries && c->entries[i].day == day ? c->entries[i].name : SPAN_NONE;
}

/* The known year of a day; NULL, with the failure written, when there is none. */
static const struct year *year_of(const struct calendar *c, int64_t day, struct fail *f)
{
    const int32_t in_range = day < INT32_MIN ? INT32_MIN : day > INT32_MAX ? INT32_MAX : (int32_t)day;
    const int number = date_from_days(in_range).year;
    const struct year *const y = find_year(c, number);
    if (y == NULL) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%d", number);
        (void)fail_set(f, RC_INVALID, MSG_calendar_year_unknown, NULL, text, NULL);
    }
    return y;
}

enum rc calendar_working(const struct calendar *c, int32_t day, bool *working, struct fail *f)
{
    const struct year *const y = year_of(c, day, f);
    if (y == NULL)
        return RC_INVALID;
    const int i = day - y->first;
    *working = y->before[i + 1] > y->before[i];
    return RC_OK;
}

/* The least i with before[i] >= n; 1 <= n <= before[n_days]. */
static int reach(const struct year *y, int64_t n)
{
    int low = 0, high = y->n_days;
    while (low < high) {
        const int mid = (low + high) / 2;
        if (y->before[mid] < n)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The nth working day on or after from; n >= 1. */
static enum rc nth_from(const struct calendar *c, int64_t from, int64_t n, int32_t *out, struct fail *f)
{
    for (;;) {
        const struct year *const y = year_of(c, from, f);
        if (y == NULL)
            return RC_INVALID;
        const int64_t want = y->before[from - y->first] + n; /* of the year's working days, from 1 */
        if (want <= y->before[y->n_days]) {
            *out = y->first + reach(y, want) - 1;
            return RC_OK;
        }
        n = want - y->before[y->n_days];
        from = (int64_t)y->first + y->n_days;
    }
}

/* The nth working day on or before to, backwards; n >= 1. */
static enum rc nth_back(const struct calendar *c, int64_t to, int64_t n, int32_t *out, struct fail *f)
{
    for (;;) {
        const struct year *const y = year_of(c, to, f);
        if (y == NULL)
            return RC_INVALID;
        const int64_t have = y->before[to - y->first + 1];
        if (n <= have) {
            *out = y->first + reach(y, have - n + 1) - 1;
            return RC_OK;
        }
        n -= have;
        to = (int64_t)y->first - 1;
    }
}

enum rc calendar_add_days(const struct calendar *c, int32_t day, int n, int32_t *out, struct fail *f)
{
    if (n == 0)
        return nth_from(c, day, 1, out, f);
    return n > 0 ? nth_from(c, (int64_t)day + 1, n, out, f) : nth_back(c, (int64_t)day - 1, -(int64_t)n, out, f);
}

enum rc calendar_count(const struct calendar *c, int32_t from, int32_t to, int *out, struct fail *f)
{
    const int64_t first = (int64_t)(from < to ? from : to) + 1, last = from < to ? to : from;
    int64_t total = 0;
    for (int64_t day = first; day <= last;) {
        const struct year *const y = year_of(c, day, f);
        if (y == NULL)
            return RC_INVALID;
        const int64_t year_last = (int64_t)y->first + y->n_days - 1, end = last < year_last ? last : year_last;
        total += y->before[end - y->first + 1] - y->before[day - y->first];
        day = end + 1;
    }
    *out = (int)(from <= to ? total : -total);
    return RC_OK;
}

/* ---- working hours -------------------------------------------------------------------------------------------------------- */

#define MINUTE_US 60000000LL
/* More than all working minutes of 9,999 years, and small enough that microseconds of it do not overflow. */
#define MINUTES_MAX 10000000000LL
#define WORK_US_MAX (MINUTES_MAX * MINUTE_US)

static bool good_intervals(const struct work_interval *iv, int n)
{
    if (n < 1 || n > WORK_INTERVALS_MAX)
        return false;
    int last = 0;
    for (int i = 0; i < n; i++) {
        if (iv[i].from_min < last || iv[i].to_min <= iv[i].from_min || iv[i].to_min > 1440)
            return false;
        last = iv[i].to_min;
    }
    return true;
}

/* Working time of a working day before the time of day; both in microseconds. */
static int64_t worked_before(const struct work_interval *iv, int n, int64_t of_day_us)
{
    int64_t sum = 0;
    for (int i = 0; i < n; i++) {
        const int64_t from = iv[i].from_min * MINUTE_US, to = iv[i].to_min * MINUTE_US;
        if (of_day_us > from)
            sum += (of_day_us < to ? of_day_us : to) - from;
    }
    return sum;
}

/* The first time of day before which work_us lie; 0 < work_us <= the day's whole. */
static int64_t first_after(const struct work_interval *iv, int n, int64_t work_us)
{
    for (int i = 0; i < n; i++) {
        const int64_t from = iv[i].from_min * MINUTE_US, to = iv[i].to_min * MINUTE_US;
        if (work_us <= to - from)
            return from + work_us;
        work_us -= to - from;
    }
    ensure(false);
    return 0;
}

/* The last time of day behind which work_us lie; 0 < work_us <= the day's whole. */
static int64_t last_before(const struct work_interval *iv, int n, int64_t work_us)
{
    for (int i = n - 1; i >= 0; i--) {
        const int64_t from = iv[i].from_min * MINUTE_US, to = iv[i].to_min * MINUTE_US;
        if (work_us <= to - from)
            return to - work_us;
        work_us -= to - from;
    }
    ensure(false);
    return 0;
}

enum rc calendar_add_work_us(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                             int64_t work_us, int64_t *out_us, struct fail *f)
{
    if (!good_intervals(iv, n_iv))
        return fail_set(f, RC_INVALID, MSG_work_intervals, NULL, NULL);
    if (work_us == 0) {
        *out_us = at_us;
        return RC_OK;
    }
    const bool back = work_us < 0;
    const int64_t n = work_us < -WORK_US_MAX || work_us > WORK_US_MAX ? WORK_US_MAX : back ? -work_us : work_us;
    const int32_t day = date_to_days(date_of_us(at_us));
    bool working;
    const enum rc rc = calendar_working(c, day, &working, f);
    if (rc != RC_OK)
        return rc;
    const int64_t whole = worked_before(iv, n_iv, DAY_US),
                  done = worked_before(iv, n_iv, at_us - (day * DAY_US - SHANGHAI_OFFSET_US));
    const int64_t here = !working ? 0 : back ? done : whole - done; /* what this day still gives */
    int64_t left = n;
    int32_t on = day;
    if (left > here) {
        left -= here;
        /* whole > 0: intervals are checked to be ordered and not empty. NOLINTNEXTLINE(clang-analyzer-*) */
        const int64_t nth = (left - 1) / whole + 1; /* that many working days away */
        const enum rc far =
            back ? nth_back(c, (int64_t)day - 1, nth, &on, f) : nth_from(c, (int64_t)day + 1, nth, &on, f);
        if (far != RC_OK)
            return far;
        left -= (nth - 1) * whole;
    } else {
        left += back ? whole - done : done; /* counted from the day's end or start */
    }
    const int64_t of_day = back ? last_before(iv, n_iv, left) : first_after(iv, n_iv, left);
    *out_us = on * DAY_US - SHANGHAI_OFFSET_US + of_day;
    return RC_OK;
}

enum rc calendar_add_minutes(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                             int64_t minutes, int64_t *out_us, struct fail *f)
{
    const int64_t n = minutes < -MINUTES_MAX ? -MINUTES_MAX : minutes > MINUTES_MAX ? MINUTES_MAX : minutes;
    return calendar_add_work_us(c, iv, n_iv, at_us, n * MINUTE_US, out_us, f);
}

/* Working time from the start of the day of an instant until that instant; *day is that day. */
static enum rc work_of_day(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                           int32_t *day, int64_t *work_us, struct fail *f)
{
    bool working = false;
    *day = date_to_days(date_of_us(at_us));
    const enum rc rc = calendar_working(c, *day, &working, f);
    if (rc == RC_OK)
        *work_us = working ? worked_before(iv, n_iv, at_us - (*day * DAY_US - SHANGHAI_OFFSET_US)) : 0;
    return rc;
}

enum rc calendar_work_us(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t from_us,
                         int64_t to_us, int64_t *out_us, struct fail *f)
{
    int32_t first = 0, last = 0;
    int64_t before = 0, until = 0;
    int days = 0;
    if (!good_intervals(iv, n_iv))
        return fail_set(f, RC_INVALID, MSG_work_intervals, NULL, NULL);
    enum rc rc = work_of_day(c, iv, n_iv, from_us, &first, &before, f);
    if (rc == RC_OK)
        rc = work_of_day(c, iv, n_iv, to_us, &last, &until, f);
    if (rc == RC_OK) /* (first - 1, last - 1] are the days whose whole counts */
        rc = calendar_count(c, first - 1, last - 1, &days, f);
    if (rc == RC_OK)
        *out_us = days * worked_before(iv, n_iv, DAY_US) + until - before;
    return rc;
}
