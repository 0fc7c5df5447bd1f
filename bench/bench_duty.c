/* bench_duty.c - the lights of 200,000 duties judged by the pack's rule, in one thread; printed: seconds, duties a second, how many of each colour. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "duty/duty.h"

extern const char duty_pack_lights[];
extern const size_t duty_pack_lights_len;

#define DUTIES 200000

int main(void)
{
    struct arena *rules = arena_new(8u << 20), *a = arena_new(8u << 20);
    const struct duty_lights *lights = NULL;
    struct fail f = {0};
    struct duty_row *rows = calloc(DUTIES, sizeof(*rows));
    char(*days)[2][11] = calloc(DUTIES, sizeof(*days));
    int64_t counts[4] = {0};
    uint64_t seed = 20261124;
    const int32_t today = date_to_days((struct ymd){2026, 11, 24});
    if (rows == NULL || days == NULL ||
        duty_lights_load(rules, "lights.yaml", (struct span){duty_pack_lights, duty_pack_lights_len}, &lights, &f) !=
            RC_OK)
        return 1;
    for (int i = 0; i < DUTIES; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const int32_t start = today - (int32_t)((seed >> 33) % 300);
        date_print(date_from_days(start), days[i][0]);
        date_print(date_from_days(start + (int32_t)((seed >> 20) % 500)), days[i][1]);
        rows[i] = (struct duty_row){.percent = (int64_t)((seed >> 50) % 101), .final = (seed >> 60) == 0};
        rows[i].start_on = span_of(days[i][0]);
        rows[i].due_on = span_of(days[i][1]);
    }
    const int64_t begun = clock_mono_us(), at_us = date_start_us(date_from_days(today)) + 36000000000LL;
    for (int i = 0; i < DUTIES; i++) {
        enum duty_light light = DUTY_GREY;
        if (duty_light_of(a, lights, &rows[i], at_us, &light, NULL, &f) != RC_OK)
            return 1;
        counts[light]++;
    }
    const double seconds = (double)(clock_mono_us() - begun) / 1e6;
    printf("%d lights in %.3f s: %.0f a second; green %lld, amber %lld, red %lld, grey %lld\n", DUTIES, seconds,
           DUTIES / seconds, (long long)counts[0], (long long)counts[1], (long long)counts[2], (long long)counts[3]);
    free(rows);
    free(days);
    arena_free(a);
    arena_free(rules);
    return seconds < 1.0 ? 0 : 1;
}
