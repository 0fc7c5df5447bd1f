/*
 * date.c - days by the well-known shift of the year's start to 1 March, so that the leap day is the last day of a year and a
 * month's start is a linear formula: (153 * m + 2) / 5 days for the m-th month after March.
 */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

#include "base/ensure.h"

#define DAYS_MIN (-719162) /* 0001-01-01 */
#define DAYS_MAX 2932896   /* 9999-12-31 */
#define ERA_DAYS 146097    /* days of 400 years */
#define MARCH_1_OF_YEAR_0 719468

int date_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ensure(month >= 1 && month <= 12);
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_valid(struct ymd d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= date_month_days(d.year, d.month);
}

int32_t date_to_days(struct ymd d)
{
    ensure(date_valid(d));
    const int year = d.month <= 2 ? d.year - 1 : d.year; /* of the year that began in March: 0 to 9999 */
    const int month = d.month <= 2 ? d.month + 9 : d.month - 3;
    const int era = year / 400, of_era = year % 400;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + d.day - 1 -
           MARCH_1_OF_YEAR_0;
}

struct ymd date_from_days(int32_t days)
{
    const int64_t shifted = (int64_t)days + MARCH_1_OF_YEAR_0;
    const int64_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
    const int of_era = (int)(shifted - era * ERA_DAYS);
    const int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    const int of_year = of_era - (365 * year + year / 4 - year / 100);
    const int month = (5 * of_year + 2) / 153; /* 0 is March */
    struct ymd d;
    d.day = of_year - (153 * month + 2) / 5 + 1;
    d.month = month < 10 ? month + 3 : month - 9;
    d.year = (int)(era * 400 + year + (d.month <= 2));
    return d;
}

struct ymd date_add_months(struct ymd d, int months)
{
    ensure(date_valid(d));
    int64_t at = (int64_t)d.year * 12 + d.month - 1 + months;
    if (at < 12)
        at = 12;
    if (at > 9999 * 12 + 11)
        at = 9999 * 12 + 11;
    struct ymd to = {(int)(at / 12), (int)(at % 12) + 1, d.day};
    const int last = date_month_days(to.year, to.month);
    if (to.day > last)
        to.day = last;
    return to;
}

int date_weekday(int32_t days)
{
    const int32_t of_week = days % 7; /* 1970-01-01 was a Thursday */
    return (of_week + 7 + 3) % 7 + 1;
}

/* Exactly n digits at s[at]; -1 otherwise. */
static int digits(struct span s, size_t at, size_t n)
{
    if (at > s.len || n > s.len - at)
        return -1;
    int v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return -1;
        v = v * 10 + (s.ptr[i] - '0');
    }
    return v;
}

static bool is_at(struct span s, size_t at, char c)
{
    return at < s.len && s.ptr[at] == c;
}

bool date_parse(struct span s, struct ymd *out)
{
    const struct ymd d = {digits(s, 0, 4), digits(s, 5, 2), digits(s, 8, 2)};
    if (s.len != 10 || !is_at(s, 4, '-') || !is_at(s, 7, '-') || !date_valid(d))
        return false;
    *out = d;
    return true;
}

static char digit_of(int v)
{
    return (char)('0' + v % 10);
}

void date_print(struct ymd d, char out[11])
{
    ensure(date_valid(d));
    const char text[11] = {digit_of(d.year / 1000),
                           digit_of(d.year / 100),
                           digit_of(d.year / 10),
                           digit_of(d.year),
                           '-',
                           digit_of(d.month / 10),
                           digit_of(d.month),
                           '-',
                           digit_of(d.day / 10),
                           digit_of(d.day),
                           '\0'};
    memcpy(out, text, sizeof(text));
}

#define LOCAL_US_MIN (DAYS_MIN * DAY_US)
#define LOCAL_US_MAX ((DAYS_MAX + 1) * DAY_US - 1)

/* Local microseconds since 1970-01-01 00:00 in Shanghai, held within the years 1 to 9999. */
static int64_t local_us(int64_t at_us)
{
    if (at_us < LOCAL_US_MIN - SHANGHAI_OFFSET_US)
        return LOCAL_US_MIN;
    if (at_us > LOCAL_US_MAX - SHANGHAI_OFFSET_US)
        return LOCAL_US_MAX;
    return at_us + SHANGHAI_OFFSET_US;
}

static int64_t floor_day(int64_t local)
{
    return (local >= 0 ? local : local - (DAY_US - 1)) / DAY_US;
}

struct ymd date_of_us(int64_t at_us)
{
    return date_from_days((int32_t)floor_day(local_us(at_us)));
}

int64_t date_start_us(struct ymd d)
{
    return date_to_days(d) * DAY_US - SHANGHAI_OFFSET_US;
}

void time_print(int64_t at_us, char out[36])
{
    const int64_t local = local_us(at_us);
    const int64_t day = floor_day(local);
    const int64_t of_day = local - day * DAY_US;
    const int second = (int)(of_day / 1000000);
    int fraction = (int)(of_day % 1000000);
    date_print(date_from_days((int32_t)day), out);
    const int hh = second / 3600, mm = second / 60 % 60, ss = second % 60;
    memcpy(out + 10, "T00:00:00.000000+08:00", 23);
    out[11] = digit_of(hh / 10);
    out[12] = digit_of(hh);
    out[14] = digit_of(mm / 10);
    out[15] = digit_of(mm);
    out[17] = digit_of(ss / 10);
    out[18] = digit_of(ss);
    for (int i = 25; i >= 20; i--, fraction /= 10)
        out[i] = digit_of(fraction);
}

/* ".ffffff" of 1 to 6 digits at *at, moved behind it; 0 without one, -1 when malformed. */
static int fraction_us(struct span s, size_t *at)
{
    if (!is_at(s, *at, '.'))
        return 0;
    int v = 0, n = 0;
    for ((*at)++; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; (*at)++, n++) {
        if (n == 6)
            return -1;
        v = v * 10 + (s.ptr[*at] - '0');
    }
    if (n == 0)
        return -1;
    for (; n < 6; n++)
        v *= 10;
    return v;
}

/* "Z" or "+hh:mm" as the whole rest of s from at. */
static bool offset_us(struct span s, size_t at, int64_t *out)
{
    if (s.len == at + 1 && (s.ptr[at] == 'Z' || s.ptr[at] == 'z')) {
        *out = 0;
        return true;
    }
    const int hh = digits(s, at + 1, 2), mm = digits(s, at + 4, 2);
    if (s.len != at + 6 || !is_at(s, at + 3, ':') || hh < 0 || hh > 23 || mm < 0 || mm > 59)
        return false;
    if (!is_at(s, at, '+') && !is_at(s, at, '-'))
        return false;
    const int64_t us = (hh * 60 + mm) * 60000000LL;
    *out = s.ptr[at] == '-' ? -us : us;
    return true;
}

bool time_parse(struct span s, int64_t *at_us)
{
    struct ymd d;
    if (s.len < 20 || !date_parse(span_sub(s, 0, 10), &d) || !(is_at(s, 10, 'T') || is_at(s, 10, 't')))
        return false;
    const int hh = digits(s, 11, 2), mm = digits(s, 14, 2), ss = digits(s, 17, 2);
    if (!is_at(s, 13, ':') || !is_at(s, 16, ':') || hh < 0 || hh > 23 || mm < 0 || mm > 59 || ss < 0 || ss > 59)
        return false;
    size_t at = 19;
    const int us = fraction_us(s, &at);
    int64_t offset;
    if (us < 0 || !offset_us(s, at, &offset))
        return false;
    const int64_t t = date_to_days(d) * DAY_US + ((hh * 60 + mm) * 60 + ss) * 1000000LL + us - offset;
    if (t < LOCAL_US_MIN - SHANGHAI_OFFSET_US || t > LOCAL_US_MAX - SHANGHAI_OFFSET_US)
        return false;
    *at_us = t;
    return true;
}
