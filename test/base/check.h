/* check.h - what every test of base needs around cmocka. */
#ifndef YITI_TEST_BASE_CHECK_H
#define YITI_TEST_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A small random source (xorshift64*, Vigna 2016) whose seed is printed, so that a failing run can be run again. */
struct random {
    uint64_t state;
};

static inline struct random random_begin(uint64_t seed)
{
    const char *const given = getenv("YITI_SEED");
    const struct random r = {given != NULL ? strtoull(given, NULL, 0) : seed};
    print_message("[  seed    ] YITI_SEED=%llu\n", (unsigned long long)r.state);
    return r;
}

static inline uint64_t random_next(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * 0x2545f4914f6cdd1dULL;
}

/* From low to high, both included. */
static inline int64_t random_between(struct random *r, int64_t low, int64_t high)
{
    const uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    const uint64_t x = random_next(r);
    return (int64_t)((uint64_t)low + (span == 0 ? x : x % span));
}

#endif
