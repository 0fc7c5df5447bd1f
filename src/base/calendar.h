/*
 * calendar.h - the working-day calendar of China: statutory holidays and make-up working days, from data/calendar/ (CSV)
 * (embedded in the binary; an operator can add a year). A year without data is an error, never a guess.
 *
 * CSV, UTF-8, a line each, in any order:
 *   # comment
 *   2026-02-14,workday,春节     a Saturday or Sunday that is worked
 *   2026-02-16,holiday,春节     a day off (weekend days within a holiday may be named too)
 *   year,2026,complete          all of the year's exceptions are in: without this line the year stays unknown
 */
#ifndef YITI_BASE_CALENDAR_H
#define YITI_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/fail.h"

struct calendar;
struct arena;
/* calendar_load - from CSV text. RC_INVALID naming the line (field "line N") for an unknown form, a date that does not exist or stands
 * twice, a workday on a Monday to Friday; RC_LIMIT over CALENDAR_BYTES_MAX. Memory: takes from the arena; copies the names. */
MUST_USE enum rc calendar_load(struct arena *a, struct span csv, struct calendar **out, struct fail *f);
/* calendar_merge - base with more over it: each year that more names as complete is taken from more alone; single days of other
 * years in more replace base's (a notice on next year moves days of this December). RC_LIMIT. Memory: takes from the arena;
 * borrows from neither. */
MUST_USE enum rc calendar_merge(struct arena *a, const struct calendar *base, const struct calendar *more,
                                struct calendar **out, struct fail *f);
/* calendar_builtin - the one embedded from data/calendar/. Built once, shared, immutable, for the life of the process. */
const struct calendar *calendar_builtin(void);
/* calendar_year_known */
bool calendar_year_known(const struct calendar *c, int year);
/* calendar_note - the name of the holiday that makes the day an exception ("春节"); SPAN_NONE for an ordinary day. Borrows. */
struct span calendar_note(const struct calendar *c, int32_t day);
/* calendar_working - whether the day is a working day; RC_INVALID (calendar_year_unknown) for a year without data. */
MUST_USE enum rc calendar_working(const struct calendar *c, int32_t day, bool *working, struct fail *f);
/* calendar_add_days - the nth working day after (n > 0) or before (n < 0) day; n = 0: day itself or the next working one. Only the
 * years of the days that are counted need be known. */
MUST_USE enum rc calendar_add_days(const struct calendar *c, int32_t day, int n, int32_t *out, struct fail *f);
/* calendar_count - working days in (from, to]; when to < from, minus those in (to, from]. */
MUST_USE enum rc calendar_count(const struct calendar *c, int32_t from, int32_t to, int *out, struct fail *f);

struct work_interval {
    int from_min, to_min; /* minutes after midnight in Shanghai: 0 <= from < to <= 1440 */
};
/*
 * calendar_add_minutes - an instant plus working minutes, by the day's working intervals, such as {{540,720},{810,1050}} for 9:00-12:00,
 * 13:30-17:30. The result is the first instant at which that much working time has gone by, so the end of an interval counts as
 * reached: 17:30, not next morning. minutes < 0 counts back: the last instant from which that much is left until at_us.
 * minutes = 0 gives at_us.
 * iv       in order, not overlapping, 1 to WORK_INTERVALS_MAX; RC_INVALID (work_intervals) otherwise.
 * Errors   RC_INVALID (calendar_year_unknown).
 */
MUST_USE enum rc calendar_add_minutes(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                                      int64_t minutes, int64_t *out_us, struct fail *f);
/* calendar_add_work_us - the same in microseconds: what is left of a clock that was stopped in the middle of a minute. */
MUST_USE enum rc calendar_add_work_us(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t at_us,
                                      int64_t work_us, int64_t *out_us, struct fail *f);
/* calendar_work_us - working time between two instants, in microseconds; negative when to_us < from_us. Errors as above. */
MUST_USE enum rc calendar_work_us(const struct calendar *c, const struct work_interval *iv, int n_iv, int64_t from_us,
                                  int64_t to_us, int64_t *out_us, struct fail *f);

#endif
