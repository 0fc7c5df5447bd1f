/* clock.h - the only sources of time and ids; passed in, so that a run can be repeated. Instants are microseconds UTC. */
#ifndef YITI_BASE_CLOCK_H
#define YITI_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_us)(void *ctx);
    void *ctx;
};
/* clock_system - CLOCK_REALTIME. */
struct clock clock_system(void);
/* clock_ahead - CLOCK_REALTIME plus *us, which outlives the clock: for demonstrations and tests, never for people's data. */
struct clock clock_ahead(int64_t *us);
int64_t clock_now_us(const struct clock *c);
/* clock_mono_us - CLOCK_MONOTONIC in microseconds: for durations and deadlines only. */
int64_t clock_mono_us(void);

/* A 63-bit id: milliseconds since 2020-01-01 UTC (41 bits), node (10), sequence (12); never goes back even if the clock
 * does, never repeats. Thread-safe. */
struct idgen {
    _Atomic int64_t last; /* private: ms << 12 | sequence */
    _Atomic int node;     /* 0 to 1023 */
    struct clock clock;
};
void idgen_init(struct idgen *g, int node, struct clock clock);
/* idgen_node - from now on ids carry this number; it must be the caller's own. */
void idgen_node(struct idgen *g, int node);
int64_t idgen_next(struct idgen *g);

#endif
