/* fuzz_calendar.c - base/calendar: a calendar that loads answers every question, the fast way like the slow one. */
#include <string.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/ensure.h"
#include "base/limits.h"

static void ask(const struct calendar *c, int32_t day, int n)
{
    struct fail f;
    int32_t at = day, to;
    bool working = false, known = true;
    for (int left = n; left > 0 && known; left -= working)
        known = calendar_working(c, ++at, &working, &f) == RC_OK;
    const enum rc rc = calendar_add_days(c, day, n, &to, &f);
    ensure((rc == RC_OK) == known);
    if (!known)
        return;
    ensure(to == at);
    int32_t back;
    int count;
    ensure(calendar_count(c, day, to, &count, &f) == RC_OK && count == n);
    if (calendar_add_days(c, to + 1, -n, &back, &f) == RC_OK)
        ensure(back > day && back <= to);
    static const struct work_interval iv[] = {{540, 720}, {810, 1050}};
    int64_t us;
    if (calendar_add_minutes(c, iv, 2, day * DAY_US, n * 100, &us, &f) == RC_OK)
        ensure(us > day * DAY_US);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int32_t day = 20000; /* the first bytes choose a day and a number; the rest is the CSV */
    int n = 1;
    if (size >= 3) {
        day = (int32_t)(data[0] | data[1] << 8) % 40000;
        n = data[2] + 1;
    }
    struct arena *const a = arena_new(64u << 20);
    struct fail f = {0};
    struct calendar *c, *twice;
    const struct span csv = {(const char *)data, size};
    const enum rc rc = calendar_load(a, csv, &c, &f);
    ensure(rc == RC_OK || (rc == RC_INVALID && strncmp(f.field, "line ", 5) == 0) || rc == RC_LIMIT);
    if (rc == RC_OK) {
        ask(c, day, n);
        for (int year = 1; year <= 9999; year++) {
            if (calendar_year_known(c, year))
                ask(c, date_to_days((struct ymd){year, 1, 1}), n);
        }
        ensure(calendar_merge(a, c, c, &twice, &f) == RC_OK);
        for (int year = 1; year <= 9999; year++)
            ensure(calendar_year_known(c, year) == calendar_year_known(twice, year));
    }
    arena_free(a);
    return 0;
}
