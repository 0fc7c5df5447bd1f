/*
 * bench_duty.c - the lights of 200,000 duties judged by the pack's rule, in one thread. Peer: the same rule written by hand in C over the same
 * rows, which must come to the same colours. The goal is a tenth of its speed: a pack's rule may be read and changed by an office.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "duty/duty.h"

extern const char duty_pack_lights[];
extern const size_t duty_pack_lights_len;

#define DUTIES 200000

static int32_t day_of(struct span s)
{
    struct ymd d;
    return date_parse(s, &d) ? date_to_days(d) : INT32_MIN;
}

/* packs/metro-circle/duties/lights.yaml by hand, for duties that have both days and nothing else. */
static enum duty_light by_hand(const struct duty_row *d, int64_t at_us)
{
    const int32_t today = date_to_days(date_of_us(at_us)), start = day_of(d->start_on), due = day_of(d->due_on);
    double planned = 0;
    if (today >= due)
        planned = 100;
    else if (today > start)
        planned = (today - start) * 100.0 / (due - start);
    if (d->final)
        return DUTY_GREY;
    if (today > due || (double)d->percent < planned - 40)
        return DUTY_RED;
    if ((double)d->percent < planned - 20 || (due - today <= 7 && d->percent < 80))
        return DUTY_AMBER;
    return DUTY_GREEN;
}

/* Duties a second of the best of three runs, and how many of each colour. */
static double judge(struct arena *a, const struct duty_lights *lights, const struct duty_row *rows, int64_t at_us,
                    int64_t counts[4])
{
    double best = 0;
    for (int round = 0; round < 3; round++) {
        const int64_t begun = clock_mono_us();
        memset(counts, 0, 4 * sizeof(*counts));
        for (int i = 0; i < DUTIES; i++) {
            enum duty_light light = DUTY_GREY;
            struct fail f;
            if (lights == NULL)
                light = by_hand(&rows[i], at_us);
            else if (duty_light_of(a, lights, &rows[i], at_us, &light, NULL, &f) != RC_OK)
                exit(1);
            counts[light]++;
        }
        const double rate = DUTIES * 1e6 / (double)(clock_mono_us() - begun);
        best = rate > best ? rate : best;
    }
    return best;
}

int main(void)
{
    struct arena *rules = arena_new(8u << 20), *a = arena_new(8u << 20);
    const struct duty_lights *lights = NULL;
    struct fail f = {0};
    struct duty_row *rows = calloc(DUTIES, sizeof(*rows));
    char(*days)[2][11] = calloc(DUTIES, sizeof(*days));
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
    const int64_t at_us = date_start_us(date_from_days(today)) + 36000000000LL;
    int64_t by_rule[4], hand[4];
    const double ours = judge(a, lights, rows, at_us, by_rule), peer = judge(a, NULL, rows, at_us, hand);
    (void)printf(
        "%d lights: %.0f a second by the pack's rule, %.0f by hand; green %lld, amber %lld, red %lld, grey %lld\n",
        DUTIES, ours, peer, (long long)by_rule[DUTY_GREEN], (long long)by_rule[DUTY_AMBER],
        (long long)by_rule[DUTY_RED], (long long)by_rule[DUTY_GREY]);
    const bool same = memcmp(by_rule, hand, sizeof(hand)) == 0;
    if (!same)
        (void)printf("the two do not agree: by hand green %lld, amber %lld, red %lld, grey %lld\n",
                     (long long)hand[DUTY_GREEN], (long long)hand[DUTY_AMBER], (long long)hand[DUTY_RED],
                     (long long)hand[DUTY_GREY]);
    (void)printf("result: duty ours=%.0f peer=%.0f ratio=%.2f goal=0.10\n", ours, peer, ours / peer);
    free(rows);
    free(days);
    arena_free(a);
    arena_free(rules);
    return same ? 0 : 1;
}
