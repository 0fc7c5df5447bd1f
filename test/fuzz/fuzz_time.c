/* fuzz_time.c - base/date and the other short texts with one meaning (fen, whole numbers): what parses prints back to the same. */
#include <string.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span s = {(const char *)data, size};
    int64_t v, again;
    char text[36];
    if (time_parse(s, &v)) {
        time_print(v, text);
        ensure(strlen(text) == 32 && time_parse(span_of(text), &again) && again == v);
        const int64_t start = date_start_us(date_of_us(v));
        ensure(start <= v && v - start < DAY_US);
    }
    struct ymd d;
    if (date_parse(s, &d)) {
        char day[11];
        date_print(d, day);
        ensure(s.len == 10 && memcmp(day, s.ptr, 10) == 0);
        const struct ymd back = date_from_days(date_to_days(d));
        ensure(back.year == d.year && back.month == d.month && back.day == d.day);
    }
    char yuan[24];
    if (fen_parse(s, &v)) {
        const int n = fen_print(v, yuan);
        ensure(fen_parse((struct span){yuan, (size_t)n}, &again) && again == v);
    }
    if (span_to_i64(s, &v))
        ensure(s.len > 0);
    if (size >= sizeof(v)) {
        memcpy(&v, data, sizeof(v));
        time_print(v, text);
        ensure(time_parse(span_of(text), &again));
        if (again != v)
            ensure(v < again ? strncmp(text, "0001-01-01", 10) == 0 : strncmp(text, "9999-12-31", 10) == 0);
    }
    return 0;
}
