/* arena.c - tests of base/arena. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ensure.h"

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct random r = random_begin(16);
    struct arena *const a = arena_new(64 << 20);
    enum { COUNT = 3000 };
    static unsigned char *at[COUNT];
    static size_t size[COUNT];
    for (int turn = 0; turn < 3; turn++) { /* the second and third time on used memory */
        size_t total = 0;
        for (int i = 0; i < COUNT; i++) {
            size[i] = (size_t)random_between(&r, 0, i % 100 == 0 ? 100000 : 200);
            at[i] = arena_alloc(a, size[i]);
            assert_non_null(at[i]);
            assert_int_equal((uintptr_t)at[i] % 16, 0);
            for (size_t k = 0; k < size[i]; k++)
                assert_int_equal(at[i][k], 0);
            memset(at[i], i & 0xff, size[i]);
            total += size[i] == 0 ? 16 : (size[i] + 15) / 16 * 16;
        }
        assert_int_equal(arena_used_bytes(a), total);
        for (int i = 0; i < COUNT; i++)
            for (size_t k = 0; k < size[i]; k++)
                assert_int_equal(at[i][k], i & 0xff);
        arena_reset(a);
        assert_int_equal(arena_used_bytes(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}

static void over_the_cap_is_null(void **state)
{
    (void)state;
    struct arena *const a = arena_new(160);
    assert_non_null(arena_alloc(a, 160));
    assert_null(arena_alloc(a, 1));
    assert_null(arena_alloc(a, 0));
    arena_reset(a);
    assert_null(arena_alloc(a, 161));
    assert_non_null(arena_alloc(a, 1));
    assert_non_null(arena_alloc(a, 144));
    assert_null(arena_alloc(a, 1));
    arena_set_cap(a, 176);
    assert_non_null(arena_alloc(a, 16));
    arena_set_cap(a, 0); /* below what is in use */
    assert_null(arena_alloc(a, 1));
    assert_int_equal(arena_used_bytes(a), 176);
    arena_free(a);
}

static void products_that_overflow_are_null(void **state)
{
    (void)state;
    struct arena *const a = arena_new(SIZE_MAX);
    assert_null(arena_array(a, SIZE_MAX, 2));
    assert_null(arena_array(a, SIZE_MAX / 2 + 1, 2));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_non_null(arena_array(a, 0, 8));
    assert_non_null(ARENA_ARRAY(a, 3, int64_t));
    arena_free(a);
}

struct order {
    int done[8], n;
};
struct mark {
    struct order *order;
    int number;
};

static void note(void *ctx)
{
    const struct mark *const m = ctx;
    m->order->done[m->order->n++] = m->number;
}

static void cleanups_run_newest_first_and_once(void **state)
{
    (void)state;
    struct order order = {.n = 0};
    struct mark marks[3] = {{&order, 1}, {&order, 2}, {&order, 3}};
    struct arena *const a = arena_new(1 << 16);
    for (int i = 0; i < 3; i++)
        assert_int_equal(arena_on_reset(a, note, &marks[i]), 0);
    arena_reset(a);
    assert_int_equal(order.n, 3);
    assert_true(order.done[0] == 3 && order.done[1] == 2 && order.done[2] == 1);
    arena_reset(a);
    assert_int_equal(order.n, 3);
    arena_set_cap(a, 0);
    assert_int_equal(arena_on_reset(a, note, &marks[0]), -1);
    arena_free(a);
    assert_int_equal(order.n, 3);
}

static void rewinding_gives_back_what_came_since(void **state)
{
    (void)state;
    struct random r = random_begin(4);
    struct arena *const a = arena_new(8 << 20);
    const struct arena_mark empty = arena_mark_now(a);
    char *const kept = arena_alloc(a, 100);
    memset(kept, 'k', 100);
    for (int i = 0; i < 500; i++) {
        const struct arena_mark mark = arena_mark_now(a);
        const size_t used = arena_used_bytes(a);
        for (int k = 0; k < 20; k++) {
            char *const p = arena_alloc(a, (size_t)random_between(&r, 0, 30000));
            assert_non_null(p);
            *p = 'x';
        }
        arena_rewind(a, mark);
        assert_int_equal(arena_used_bytes(a), used);
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(kept[i], 'k');
    arena_rewind(a, empty);
    assert_int_equal(arena_used_bytes(a), 0);
    assert_non_null(arena_alloc(a, 8 << 20));
    arena_free(a);
}

/* Runs fn in a child; returns the signal that ended it. */
static int signal_of(void (*fn)(void))
{
    (void)fflush(NULL);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        fn();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void untrue(void)
{
    ensure(1 + 1 == 3);
}

static void true_one(void)
{
    ensure(1 + 1 == 2);
}

static void stale_mark(void)
{
    struct arena *const a = arena_new(1 << 20);
    (void)arena_alloc(a, 8);
    const struct arena_mark mark = arena_mark_now(a);
    arena_rewind(a, (struct arena_mark){NULL, 0});
    arena_rewind(a, mark);
}

static void a_bug_aborts_in_every_build(void **state)
{
    (void)state;
    assert_int_equal(signal_of(untrue), SIGABRT);
    assert_int_equal(signal_of(true_one), 0);
    assert_int_equal(signal_of(stale_mark), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),   cmocka_unit_test(over_the_cap_is_null),
        cmocka_unit_test(products_that_overflow_are_null),      cmocka_unit_test(cleanups_run_newest_first_and_once),
        cmocka_unit_test(rewinding_gives_back_what_came_since), cmocka_unit_test(a_bug_aborts_in_every_build),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
