/* Sixteen threads write and read at once while seals are made and the log is moved: nothing lost, nothing twice, chains whole. Also run under TSan. */
#include "help.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREADS 16
#define EACH 40

struct crew {
    struct home *h;
    _Atomic int ok, bad, next;
};

static enum rc count_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_t_note_count, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    *(int64_t *)ctx = rows_int(&r, 0);
    return rows_end(&r);
}

/* cmocka's own asserts are for the main thread only. */
static void *member(void *ctx)
{
    struct crew *const c = ctx;
    struct arena *const a = arena_new(8u << 20);
    int64_t before = 0;
    for (int i = 0; i < EACH; i++) {
        struct fail f = {0};
        const int id = atomic_fetch_add(&c->next, 1) + 1;
        const struct note_in in = {id, "注", id, NULL};
        bool well = run(c->h, note_new, &in, NULL, &f) == RC_OK;
        if (i % 4 == 0)
            well = well && run(c->h, note_retitle, &in, NULL, &f) == RC_OK;
        if (i % 8 == 0)
            well = well && run(c->h, note_new, &in, NULL, &f) == RC_CONFLICT;
        int64_t n = 0;
        well = well && store_read(c->h->s, NULL, a, count_all, &n, &f) == RC_OK && n >= before;
        before = n;
        if (i % 20 == 10)
            well = well && journal_seal(c->h->s, false, &f) == RC_OK;
        struct store_stats st;
        store_stats(c->h->s, &st);
        atomic_fetch_add(well ? &c->ok : &c->bad, 1);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void heard(void *ctx, int64_t last_position)
{
    __atomic_store_n((int64_t *)ctx, last_position, __ATOMIC_RELEASE);
}

static void sixteen_threads(void **state)
{
    struct home *const h = *state;
    struct crew c = {.h = h};
    pthread_t threads[THREADS];
    int64_t told = 0;
    store_on_commit(h->s, heard, &told);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, member, &c), 0);
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    assert_int_equal(c.bad, 0);
    assert_int_equal(c.ok, THREADS * EACH);
    assert_int_equal(count_notes(h), THREADS * EACH);
    assert_int_equal(faults(h, NULL), 0);
    home_close(h); /* joins the writer: the listener has been told of everything */
    assert_int_equal(told, raw_int(h, "SELECT count(*) FROM journal"));
    home_open(h);
    assert_int_equal(count_notes(h), THREADS * EACH);
}

/* What was acknowledged before the store was closed is in the file, exactly once. */
struct late {
    struct home *h;
    _Atomic int acknowledged;
};

static void *late_member(void *ctx)
{
    struct late *const l = ctx;
    for (int i = 0; i < 200; i++) {
        struct fail f = {0};
        const enum rc rc = run(l->h, note_count_up, &(int64_t){1}, NULL, &f);
        if (rc == RC_OK)
            atomic_fetch_add(&l->acknowledged, 1);
    }
    return NULL;
}

static void acknowledged_before_the_end_is_there_after(void **state)
{
    struct home *const h = *state;
    struct late l = {.h = h};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, late_member, &l), 0);
    for (int i = 0; i < 4; i++)
        (void)pthread_join(threads[i], NULL);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT value FROM t_count WHERE id = 1"), l.acknowledged);
    assert_int_equal(l.acknowledged, 800);
    home_open(h);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
    const struct CMUnitTest tests[] = {T(sixteen_threads), T(acknowledged_before_the_end_is_there_after)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
