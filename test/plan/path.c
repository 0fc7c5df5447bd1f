/* The critical path: a textbook's example, and random networks against definitions that are followed slowly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "plan/plan_path.h"

/*
 * Hillier and Lieberman, Introduction to Operations Research (7th ed., chapter 10), the Reliable Construction Co. project: activities A to N in weeks,
 * their immediate predecessors; it takes 44 weeks, and the critical path is A B C E F J L N.
 */
static void the_textbook_project_takes_44_weeks(void **state)
{
    static const struct {
        char name;
        int weeks;
        const char *after;
        int early_start, slack;
    } book[] = {{'A', 2, "", 0, 0},   {'B', 4, "A", 2, 0},   {'C', 10, "B", 6, 0}, {'D', 6, "C", 16, 4},
                {'E', 4, "C", 16, 0}, {'F', 5, "E", 20, 0},  {'G', 7, "D", 22, 4}, {'H', 9, "EG", 29, 4},
                {'I', 7, "C", 16, 2}, {'J', 8, "FI", 25, 0}, {'K', 4, "J", 33, 1}, {'L', 5, "J", 33, 0},
                {'M', 2, "H", 38, 4}, {'N', 6, "KL", 38, 0}};
    enum { N = sizeof book / sizeof book[0] };
    struct plan_activity acts[N] = {{0}};
    struct plan_wait waits[40];
    int n_waits = 0, end = 0;
    struct arena *a = arena_new(1 << 20);
    (void)state;
    for (int i = 0; i < N; i++) {
        acts[i].days = book[i].weeks;
        for (const char *p = book[i].after; *p; p++)
            waits[n_waits++] = (struct plan_wait){*p - 'A', i, PLAN_FINISH_START, 0};
    }
    assert_true(plan_path(a, acts, N, waits, n_waits, &end));
    assert_int_equal(end, 44);
    for (int i = 0; i < N; i++) {
        assert_int_equal(acts[i].early_start, book[i].early_start);
        assert_int_equal(acts[i].slack, book[i].slack);
    }
    arena_free(a);
}

static uint64_t seed;
static int below(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

enum { WAITS = 30 }; /* how many waits a random plan of the comparison has */

/* The least starts that satisfy every wait, by going over all of them until nothing changes; the day on which all is done. */
static int slow_end(const struct plan_activity *acts, int n, const struct plan_wait *waits, int held, int hold,
                    int *starts)
{
    int end = 0;
    for (int i = 0; i < n; i++) {
        starts[i] = acts[i].not_before > 0 ? acts[i].not_before : 0;
        if (i == held && hold > starts[i])
            starts[i] = hold;
    }
    for (bool again = true; again;) {
        again = false;
        for (int w = 0; w < WAITS; w++) {
            int f = waits[w].from, t = waits[w].to, least = 0;
            switch (waits[w].kind) {
            case PLAN_FINISH_START:
                least = starts[f] + acts[f].days + waits[w].lag;
                break;
            case PLAN_START_START:
                least = starts[f] + waits[w].lag;
                break;
            case PLAN_FINISH_FINISH:
                least = starts[f] + acts[f].days + waits[w].lag - acts[t].days;
                break;
            default:
                least = starts[f] + waits[w].lag - acts[t].days;
            }
            if (starts[t] < least) {
                starts[t] = least;
                again = true;
            }
        }
    }
    for (int i = 0; i < n; i++) {
        if (starts[i] + acts[i].days > end)
            end = starts[i] + acts[i].days;
    }
    return end;
}

/* Slack by what it means: held back by that much, the end stays; by one day more, it does not. */
static void random_networks_agree_with_the_definitions(void **state)
{
    enum { N = 14 };
    const char *given = getenv("YITI_SEED");
    (void)state;
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int run = 0; run < 300; run++) {
        struct plan_activity acts[N] = {{0}};
        struct plan_wait waits[WAITS];
        int starts[N], end = 0;
        struct arena *a = arena_new(1 << 20);
        for (int i = 0; i < N; i++)
            acts[i] = (struct plan_activity){.days = below(9), .not_before = below(3) ? 0 : below(20)};
        for (int i = 0; i < WAITS; i++) {
            int to = 1 + below(N - 1);
            waits[i] = (struct plan_wait){below(to), to, (enum plan_link)below(PLAN_LINKS), below(9) - 3};
        }
        assert_true(plan_path(a, acts, N, waits, WAITS, &end));
        assert_int_equal(end, slow_end(acts, N, waits, -1, 0, starts));
        for (int i = 0; i < N; i++)
            assert_int_equal(acts[i].early_start, starts[i]);
        for (int i = 0; i < N; i++) {
            int others[N];
            assert_true(acts[i].slack >= 0);
            assert_int_equal(slow_end(acts, N, waits, i, acts[i].early_start + acts[i].slack, others), end);
            assert_true(slow_end(acts, N, waits, i, acts[i].early_start + acts[i].slack + 1, others) > end);
        }
        arena_free(a);
    }
}

static void a_circle_is_found_and_its_way_named(void **state)
{
    const struct plan_wait waits[] = {
        {0, 1, PLAN_FINISH_START, 0}, {1, 2, PLAN_START_START, 0}, {2, 0, PLAN_FINISH_START, 0}};
    struct plan_activity acts[3] = {{.days = 1}, {.days = 1}, {.days = 1}};
    int way[3], end = 0;
    struct arena *a = arena_new(1 << 20);
    (void)state;
    assert_false(plan_path(a, acts, 3, waits, 3, &end));
    assert_true(plan_path(a, acts, 3, waits, 2, &end));
    assert_int_equal(plan_path_between(a, 3, waits, 2, (struct plan_wait){.from = 0, .to = 2}, way), 3);
    assert_true(way[0] == 0 && way[1] == 1 && way[2] == 2);
    assert_int_equal(plan_path_between(a, 3, waits, 2, (struct plan_wait){.from = 2, .to = 0}, way), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_textbook_project_takes_44_weeks),
                                       cmocka_unit_test(random_networks_agree_with_the_definitions),
                                       cmocka_unit_test(a_circle_is_found_and_its_way_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
