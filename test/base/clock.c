/* clock.c - tests of base/clock: time is passed in, ids are unique and sorted. */
#include "check.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"

#define EPOCH_2020_US 1577836800000000LL /* date -u -d 2020-01-01 +%s */

static int64_t given(void *ctx)
{
    return *(const int64_t *)ctx;
}

static void an_id_is_time_node_and_sequence(void **state)
{
    (void)state;
    int64_t now = EPOCH_2020_US + 123456789;
    struct idgen g;
    idgen_init(&g, 1023, (struct clock){given, &now});
    assert_true(idgen_next(&g) == (123456LL << 22 | 1023LL << 12));
    assert_true(idgen_next(&g) == (123456LL << 22 | 1023LL << 12 | 1));
    now += 1000;
    assert_true(idgen_next(&g) == (123457LL << 22 | 1023LL << 12));
}

static void ids_go_on_when_the_clock_goes_back(void **state)
{
    (void)state;
    int64_t now = EPOCH_2020_US + 5010000;
    struct idgen g;
    idgen_init(&g, 7, (struct clock){given, &now});
    int64_t last = 0;
    for (int i = 0; i < 20000; i++) { /* more than a sequence of 4096 in one millisecond */
        now -= i % 100 == 0 ? 10000 : 0;
        const int64_t id = idgen_next(&g);
        assert_true(id > last);
        assert_int_equal(id >> 12 & 1023, 7);
        last = id;
    }
    assert_true(last >> 22 == 5000 + 20000 / 4096);
}

static void before_2020_ids_are_positive(void **state)
{
    (void)state;
    int64_t now = 0;
    struct idgen g;
    idgen_init(&g, 0, (struct clock){given, &now});
    int64_t last = 0;
    for (int i = 0; i < 5000; i++) {
        const int64_t id = idgen_next(&g);
        assert_true(id > last);
        last = id;
    }
}

enum { THREADS = 4, EACH = 50000 };

struct work {
    struct idgen *g;
    int64_t ids[EACH];
};

static void *draw(void *ctx)
{
    struct work *const w = ctx;
    for (int i = 0; i < EACH; i++)
        w->ids[i] = idgen_next(w->g);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void threads_never_draw_the_same(void **state)
{
    (void)state;
    static struct work work[THREADS];
    static int64_t all[THREADS * EACH];
    struct idgen g;
    idgen_init(&g, 1, clock_system());
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        work[i].g = &g;
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &work[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        for (int k = 1; k < EACH; k++)
            assert_true(work[i].ids[k] > work[i].ids[k - 1]);
        memcpy(all + i * EACH, work[i].ids, sizeof(work[i].ids));
    }
    qsort(all, COUNT_OF(all), sizeof(all[0]), by_value);
    for (size_t i = 1; i < COUNT_OF(all); i++)
        assert_true(all[i] != all[i - 1]);
}

static void clocks_run(void **state)
{
    (void)state;
    const struct clock c = clock_system();
    const int64_t mono = clock_mono_us();
    const int64_t now = clock_now_us(&c);
    assert_true(llabs(now / 1000000 - (int64_t)time(NULL)) <= 1);
    assert_true(clock_mono_us() >= mono);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_time_node_and_sequence),
        cmocka_unit_test(ids_go_on_when_the_clock_goes_back),
        cmocka_unit_test(before_2020_ids_are_positive),
        cmocka_unit_test(threads_never_draw_the_same),
        cmocka_unit_test(clocks_run),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
