/* clock.c - time and ids. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#include "base/ensure.h"

#define EPOCH_2020_MS 1577836800000LL
#define ID_MS_MAX ((1LL << 41) - 1) /* the year 2089 */

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    const int rc = clock_gettime(id, &t);
    ensure(rc == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t real_us(void *ctx)
{
    (void)ctx;
    return read_us(CLOCK_REALTIME);
}

struct clock clock_system(void)
{
    return (struct clock){real_us, NULL};
}

static int64_t ahead_us(void *ctx)
{
    return read_us(CLOCK_REALTIME) + *(const int64_t *)ctx;
}

struct clock clock_ahead(int64_t *us)
{
    return (struct clock){ahead_us, us};
}

int64_t clock_now_us(const struct clock *c)
{
    return c->now_us(c->ctx);
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void idgen_init(struct idgen *g, int node, struct clock clock)
{
    ensure(node >= 0 && node <= 1023);
    atomic_init(&g->last, 0);
    atomic_init(&g->node, node);
    g->clock = clock;
}

void idgen_node(struct idgen *g, int node)
{
    ensure(node >= 0 && node <= 1023);
    atomic_store(&g->node, node);
}

int64_t idgen_next(struct idgen *g)
{
    int64_t ms = clock_now_us(&g->clock) / 1000 - EPOCH_2020_MS;
    if (ms < 0)
        ms = 0;
    const int64_t now = ms << 12;
    int64_t last = atomic_load(&g->last);
    int64_t next;
    do /* a full sequence runs over into the next millisecond; a clock that goes back is not followed */
        next = now > last ? now : last + 1;
    while (!atomic_compare_exchange_weak(&g->last, &last, next));
    ensure(next >> 12 <= ID_MS_MAX);
    return (next >> 12) << 22 | (int64_t)atomic_load(&g->node) << 12 | (next & 0xfff);
}
