/*
 * A batch runs without savepoints; when a command fails after it has written, the batch is rolled back and run again with one each. Whatever
 * the way, a command is there exactly once or not at all, and its neighbours do not notice.
 */
#include "help.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/fault_vfs.h"

#define ALL_MAX 40
#define ARENA_BYTES (64u << 10)

enum what { NEW, RETITLE_NONE, WRITES_THEN_FAILS, BIG, KEYED };

struct one {
    struct store_write w;
    struct note_in in;
    char key[24];
    int64_t out; /* how often it ran */
};
struct batch {
    struct one of[ALL_MAX];
    int n;
    _Atomic int waiting;
    _Atomic bool is_held, may_go;
};

/* As note_new, and counts how often it ran. */
static enum rc counted_new(struct tx *tx, const void *in, void *out, struct fail *f)
{
    ++*(int64_t *)out;
    return note_new(tx, in, out, f);
}

static enum rc writes_then_fails(struct tx *tx, const void *in, void *out, struct fail *f)
{
    ++*(int64_t *)out;
    enum rc rc = note_new(tx, in, out, f);
    if (rc == RC_OK)
        rc = note_count_up(tx, &(int64_t){1000}, NULL, f);
    return rc == RC_OK ? fail_set(f, RC_STALE, MSG_not_found, NULL, NULL) : rc;
}

/* Takes more than half of its arena. */
static enum rc big_new(struct tx *tx, const void *in, void *out, struct fail *f)
{
    ++*(int64_t *)out;
    if (arena_alloc(tx_arena(tx), ARENA_BYTES * 3 / 4) == NULL)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    return note_new(tx, in, out, f);
}

static enum rc told(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)tx;
    (void)f;
    *status = 201;
    sb_addf(body, "{\"told\":%d}", out != NULL);
    return RC_OK;
}

static enum rc gate(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct batch *const b = out;
    (void)tx;
    (void)in;
    (void)f;
    atomic_store(&b->is_held, true);
    while (!atomic_load(&b->may_go))
        (void)usleep(100);
    return RC_OK;
}

static void gate_done(struct store_write *w)
{
    (void)w;
}

static void answered(struct store_write *w)
{
    (void)atomic_fetch_sub(&((struct batch *)w->ctx)->waiting, 1);
}

static void add(struct batch *b, enum what what, int64_t id)
{
    static command_fn *const commands[] = {counted_new, note_retitle, writes_then_fails, big_new, counted_new};
    struct one *const one = &b->of[b->n++];
    one->in = (struct note_in){id, "一", id * 100, NULL};
    one->w = (struct store_write){.command = commands[what],
                                  .in = &one->in,
                                  .out = &one->out,
                                  .render = told,
                                  .arena = arena_new(ARENA_BYTES),
                                  .actor = {42, "office", 7, REGION},
                                  .done = answered,
                                  .ctx = b};
    if (what != KEYED)
        return;
    (void)snprintf(one->key, sizeof(one->key), "key-%lld", (long long)id);
    one->w.idem_key = span_of(one->key);
    one->w.idem_route = "POST /notes";
}

/* Runs all of b in one batch. */
static void together(struct home *h, struct batch *b)
{
    struct store_write g = {.command = gate, .out = b, .done = gate_done};
    atomic_store(&b->waiting, b->n);
    assert_int_equal(store_submit(h->s, &g), RC_OK);
    while (!atomic_load(&b->is_held))
        (void)usleep(100);
    for (int i = 0; i < b->n; i++)
        assert_int_equal(store_submit(h->s, &b->of[i].w), RC_OK);
    atomic_store(&b->may_go, true);
    while (atomic_load(&b->waiting) > 0)
        (void)usleep(100);
    sb_release(&g.body);
}

static void drop(struct batch *b)
{
    for (int i = 0; i < b->n; i++) {
        sb_release(&b->of[i].w.body);
        arena_free(b->of[i].w.arena);
    }
    *b = (struct batch){.n = 0};
}

static int64_t repeats(const struct home *h)
{
    struct store_stats st;
    store_stats(h->s, &st);
    return st.repeats;
}

static void who_fails_before_writing_costs_no_repeat(void **state)
{
    struct home *const h = *state;
    struct batch b = {.n = 0};
    for (int i = 1; i <= 9; i++)
        add(&b, i % 3 ? NEW : RETITLE_NONE, i);
    together(h, &b);
    for (int i = 0; i < b.n; i++) {
        assert_int_equal(b.of[i].w.rc, (i + 1) % 3 ? RC_OK : RC_MISSING);
        assert_int_equal(b.of[i].out, (i + 1) % 3 ? 1 : 0);
    }
    assert_int_equal(repeats(h), 0);
    assert_int_equal(count_notes(h), 6);
    assert_int_equal(faults(h, NULL), 0);
    drop(&b);
}

static void who_fails_after_writing_harms_no_neighbour(void **state)
{
    struct home *const h = *state;
    struct batch b = {.n = 0};
    must(h, note_count_up, &(int64_t){7});
    for (int i = 1; i <= 12; i++)
        add(&b, i == 6 || i == 9 ? WRITES_THEN_FAILS : i % 4 ? NEW : KEYED, i);
    add(&b, RETITLE_NONE, 99);
    add(&b, BIG, 100);
    together(h, &b);
    for (int i = 0; i < 12; i++) {
        const bool fails = i == 5 || i == 8;
        assert_int_equal(b.of[i].w.rc, fails ? RC_STALE : RC_OK);
        assert_int_equal(sb_span(&b.of[i].w.body).len, fails ? 0 : strlen("{\"told\":1}"));
        assert_int_equal(b.of[i].w.status, fails ? 200 : 201);
    }
    assert_int_equal(b.of[12].w.rc, RC_MISSING);
    assert_int_equal(b.of[13].w.rc, RC_OK); /* what it took from its arena in the first run does not count */
    assert_int_equal(repeats(h), 1);
    assert_int_equal(b.of[0].out, 2); /* ran twice, is there once */
    assert_int_equal(count_notes(h), 11);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM t_note WHERE id IN (6, 9)"), 0);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM journal WHERE subject_kind = 'note' AND seq <> 1"), 0);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM idempotency"), 3);
    assert_int_equal(raw_int(h, "SELECT value FROM t_count WHERE id = 1"), 7);
    home_open(h);
    assert_int_equal(faults(h, NULL), 0);
    drop(&b);
}

static void kept_replies_are_found_after_a_repeat(void **state)
{
    struct home *const h = *state;
    struct batch b = {.n = 0};
    add(&b, KEYED, 1);
    add(&b, WRITES_THEN_FAILS, 2);
    add(&b, KEYED, 3);
    together(h, &b);
    drop(&b);
    add(&b, KEYED, 1);
    add(&b, KEYED, 3);
    together(h, &b);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(b.of[i].w.rc, RC_OK);
        assert_true(b.of[i].w.replayed);
        assert_int_equal(b.of[i].out, 0); /* not run at all */
    }
    assert_int_equal(count_notes(h), 2);
    drop(&b);
}

static void one_that_fails_alone_is_run_once(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    int64_t ran = 0;
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    assert_int_equal(run(h, writes_then_fails, &(struct note_in){2, "二", 1, NULL}, &ran, &f), RC_STALE);
    assert_int_equal(ran, 1);
    assert_int_equal(repeats(h), 0);
    must(h, note_retitle, &(struct note_in){1, "三", 1, NULL}); /* the chain goes on from what stayed */
    assert_int_equal(count_notes(h), 1);
    assert_int_equal(faults(h, NULL), 0);
}

static void batches_after_a_repeat_take_savepoints_at_once(void **state)
{
    struct home *const h = *state;
    struct batch b = {.n = 0};
    for (int round = 0; round < 3; round++) {
        for (int i = 1; i <= 5; i++)
            add(&b, i == 3 ? WRITES_THEN_FAILS : NEW, round * 10 + i);
        together(h, &b);
        for (int i = 0; i < 5; i++) {
            assert_int_equal(b.of[i].w.rc, i == 2 ? RC_STALE : RC_OK);
            assert_int_equal(b.of[i].out, round == 0 && i <= 2 ? 2 : 1);
        }
        drop(&b);
    }
    assert_int_equal(repeats(h), 1);
    assert_int_equal(count_notes(h), 12);
    assert_int_equal(faults(h, NULL), 0);
}

/* The disk fails at the nth write of a batch that is run again: all of it is refused, or all of it is there. */
static void disk_that_fails_around_a_repeat_leaves_all_or_nothing(void **state)
{
    (void)state;
    for (int nth = 1; nth <= 12; nth++) {
        static struct fault_plan plan;
        struct home h = {.o = {.vfs = "repeat"}};
        struct batch b = {.n = 0};
        struct fault_vfs *const vfs = fault_vfs_add("repeat", &plan);
        fault_disarm(&plan);
        home_open(&h);
        must(&h, note_new, &(struct note_in){50, "一", 1, NULL});
        for (int i = 1; i <= 6; i++)
            add(&b, i == 4 ? WRITES_THEN_FAILS : NEW, i);
        fault_arm(&plan, FAULT_WRITE | FAULT_SYNC, nth % 2 ? FAULT_EIO : FAULT_SHORT, nth, true);
        together(&h, &b);
        const bool kept = b.of[0].w.rc == RC_OK;
        for (int i = 0; i < b.n; i++)
            assert_int_equal(b.of[i].w.rc, !kept ? RC_READ_ONLY : i == 3 ? RC_STALE : RC_OK);
        fault_disarm(&plan);
        home_close(&h);
        home_open(&h);
        const int64_t notes = count_notes(&h);
        assert_true(kept ? notes == 6 : notes == 1 || notes == 6); /* what was refused may be there, but then whole */
        assert_int_equal(faults(&h, NULL), 0);
        home_drop(&h);
        drop(&b);
        fault_vfs_drop(vfs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_fails_before_writing_costs_no_repeat, home_setup, home_teardown),
        cmocka_unit_test_setup_teardown(who_fails_after_writing_harms_no_neighbour, home_setup, home_teardown),
        cmocka_unit_test_setup_teardown(kept_replies_are_found_after_a_repeat, home_setup, home_teardown),
        cmocka_unit_test_setup_teardown(one_that_fails_alone_is_run_once, home_setup, home_teardown),
        cmocka_unit_test_setup_teardown(batches_after_a_repeat_take_savepoints_at_once, home_setup, home_teardown),
        cmocka_unit_test(disk_that_fails_around_a_repeat_leaves_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
