/* fuzz_calendar.c - calendar_load on any bytes: what it takes answers for each day of its known years. */
#include "base/arena.h"
#include "base/calendar.h"
#include "base/ensure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(64u << 20);
    struct fail f = {0};
    struct calendar *c = NULL;
    if (calendar_load(a, (struct span){(const char *)data, size}, &c, &f) == RC_OK)
        for (int year = 2000; year < 2030; year++) {
            bool working;
            int32_t day = date_to_days((struct ymd){year, 2, 1});
            enum rc rc = calendar_working(c, day, &working, &f);
            ensure((rc == RC_OK) == calendar_year_known(c, year));
        }
    arena_free(a);
    return 0;
}
