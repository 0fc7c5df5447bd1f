/* date.h - the proleptic Gregorian calendar as day numbers, ISO text, and instants in Asia/Shanghai (UTC+8, no summer time
 * since 1992; earlier summer times of 1986 to 1991 are not applied to stored instants, which are all UTC). */
#ifndef YITI_BASE_DATE_H
#define YITI_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define SHANGHAI_OFFSET_US 28800000000LL
#define DAY_US 86400000000LL

struct ymd {
    int year, month, day;
};
bool date_valid(struct ymd d); /* year 1 to 9999 */
/* date_to_days, date_from_days - days since 1970-01-01; d must be valid. */
int32_t date_to_days(struct ymd d);
struct ymd date_from_days(int32_t days);
int date_month_days(int year, int month); /* 28 to 31 */
/* date_add_months - keeps the day or takes the month's last one; held within the years 1 to 9999. */
struct ymd date_add_months(struct ymd d, int months);
int date_weekday(int32_t days); /* 1 Monday to 7 Sunday */
/* date_parse - exactly YYYY-MM-DD that exists. */
bool date_parse(struct span s, struct ymd *out);
/* date_print - into out, "YYYY-MM-DD". */
void date_print(struct ymd d, char out[11]);
/* date_of_us - the day in Asia/Shanghai at an instant (held within the years 1 to 9999); date_start_us - that day's first instant. */
struct ymd date_of_us(int64_t at_us);
int64_t date_start_us(struct ymd d);
/* time_print - "2026-11-24T08:00:00.000000+08:00"; an instant outside the years 1 to 9999 prints as their first or last one.
 * time_parse - takes that and RFC 3339 with any offset and 0 to 6 fraction digits; no second 60, nothing outside those years. */
void time_print(int64_t at_us, char out[36]);
bool time_parse(struct span s, int64_t *at_us);

#endif
