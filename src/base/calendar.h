/*
 * calendar.h - the working-day calendar of China: statutory holidays and make-up working days, from data/calendar/ (CSV)
 * (embedded in the binary; an operator can add a year). A year without data is an error, never a guess.
 */
#ifndef YITI_BASE_CALENDAR_H
#define YITI_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/fail.h"

struct calendar;
struct arena;
/* calendar_load - from CSV text `date,kind,name` (kind holiday or workday; comment lines start with #; a `year,NNNN,complete`
 * line states that a year is known). RC_INVALID naming the line. Memory: takes from the arena. */
MUST_USE enum rc calendar_load(struct arena *a, struct span csv, struct calendar **out, struct fail *f);
/* calendar_builtin - the one embedded from data/calendar/. Built once, shared, immutable. */
const struct calendar *calendar_builtin(void);
/* calendar_year_known */
bool calendar_year_known(const struct calendar *c, int year);
/* calendar_working - whether the day is a working day; RC_INVALID (calendar_year_unknown) for a year without data. */
MUST_USE enum rc calendar_working(const struct calendar *c, int32_t day, bool *working, struct fail *f);
/* calendar_add_days - the nth working day after (n > 0) or before (n < 0) day; n = 0: day itself or the next working one. */
MUST_USE enum rc calendar_add_days(const struct calendar *c, int32_t day, int n, int32_t *out, struct fail *f);
/* calendar_count - working days in (from, to]; negative when to < from. */
MUST_USE enum rc calendar_count(const struct calendar *c, int32_t from, int32_t to, int *out, struct fail *f);
/*
 * calendar_add_hours - an instant plus working minutes, by the day's working intervals (minutes after midnight, local time, such as
 * {{540,720},{810,1050}} for 9:00-12:00, 13:30-17:30); the end of an interval counts as reached: 17:30, not next morning.
 */
struct work_interval {
    int from_min, to_min;
};
MUST_USE enum rc calendar_add_minutes(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                                      int64_t minutes, int64_t *out_us, struct fail *f);

#endif
