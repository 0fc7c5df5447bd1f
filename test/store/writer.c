/* The writer: a command is whole or not there, its own failure is its own, replies are kept under their key. */
#include "help.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/store_int.h"

static void commits_and_reads_back(void **state)
{
    struct home *const h = *state;
    must(h, note_new, &(struct note_in){1, "一", 100, "2026-12-31"});
    assert_int_equal(count_notes(h), 1);
    home_close(h);
    home_open(h);
    assert_int_equal(count_notes(h), 1);
    assert_int_equal(faults(h, NULL), 0);
}

static enum rc note_then_fail(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const enum rc rc = note_new(tx, in, out, f);
    return rc == RC_OK ? fail_set(f, RC_STALE, MSG_not_found, NULL, NULL) : rc;
}

static void failing_command_leaves_nothing(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    assert_int_equal(run(h, note_then_fail, &(struct note_in){1, "一", 100, NULL}, NULL, &f), RC_STALE);
    assert_int_equal(count_notes(h), 0);
    must(h, note_new, &(struct note_in){1, "一", 100, NULL});
    must(h, note_retitle, &(struct note_in){1, "二", 0, NULL});
    assert_int_equal(faults(h, NULL), 0);
}

static void constraint_is_a_conflict(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    must(h, note_new, &(struct note_in){1, "一", 100, NULL});
    assert_int_equal(run(h, note_new, &(struct note_in){1, "一", 100, NULL}, NULL, &f), RC_CONFLICT);
    assert_int_equal(f.msg, MSG_store_constraint);
    assert_int_equal(run(h, note_count_up, &(int64_t){-1}, NULL, &f), RC_CONFLICT);
    assert_int_equal(faults(h, NULL), 0);
}

static enum rc change_without_entry(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    return db_exec(tx, SQL_t_note_insert, DB_ARGS(DB_S(REGION), DB_I(9), DB_S("x"), DB_N, DB_N, DB_I(0), DB_N), NULL,
                   f);
}

static void change_without_journal_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    assert_int_equal(run(h, change_without_entry, NULL, NULL, &f), RC_INTERNAL);
    assert_int_equal(f.msg, MSG_journal_missing);
    assert_string_equal(f.args[0].text, "t_note");
    assert_int_equal(count_notes(h), 0);
    must(h, note_count_up, &(int64_t){1}); /* a table that is not journalled needs none */
}

static enum rc wrong_arguments(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    switch (*(const int *)in) {
    case 0: /* one too few */
        return db_exec(tx, SQL_t_count_add, DB_ARGS(DB_S(REGION), DB_I(1)), NULL, f);
    case 1: /* another type */
        return db_exec(tx, SQL_t_count_add, DB_ARGS(DB_S(REGION), DB_I(1), DB_S("1")), NULL, f);
    case 2: /* NULL where the header does not say so */
        return db_exec(tx, SQL_t_count_add, DB_ARGS(DB_S(NULL), DB_I(1), DB_I(1)), NULL, f);
    default:
        return db_exec(tx, (enum sql_id)100000, DB_NO_ARGS, NULL, f);
    }
}

static void arguments_are_checked(void **state)
{
    struct home *const h = *state;
    for (int i = 0; i < 4; i++) {
        struct fail f = {0};
        assert_int_equal(run(h, wrong_arguments, &i, NULL, &f), RC_INTERNAL);
        assert_int_not_equal(f.detail[0], 0);
    }
}

static enum rc leaves_cursor_open(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct rows r;
    (void)in;
    (void)out;
    const enum rc rc = db_query(tx, SQL_t_note_all, DB_NO_ARGS, &r, f);
    (void)rows_next(&r);
    return rc;
}

static void forgotten_cursor_does_no_harm(void **state)
{
    struct home *const h = *state;
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    must(h, note_new, &(struct note_in){2, "二", 1, NULL});
    for (int i = 0; i < 3; i++)
        must(h, leaves_cursor_open, NULL);
    must(h, note_retitle, &(struct note_in){1, "三", 0, NULL});
}

static enum rc same_statement_nested(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct rows outer, inner;
    (void)in;
    int n = 0;
    enum rc rc = db_query(tx, SQL_t_note_all, DB_NO_ARGS, &outer, f);
    while (rc == RC_OK && rows_next(&outer)) {
        rc = db_query(tx, SQL_t_note_all, DB_NO_ARGS, &inner, f);
        while (rows_next(&inner))
            n++;
        rc = rows_end(&inner);
    }
    *(int *)out = n;
    return rows_end(&outer);
}

static void same_statement_can_be_open_twice(void **state)
{
    struct home *const h = *state;
    struct fail f;
    for (int i = 1; i <= 5; i++)
        must(h, note_new, &(struct note_in){i, "一", 1, NULL});
    int n = 0;
    assert_int_equal(run(h, same_statement_nested, NULL, &n, &f), RC_OK);
    assert_int_equal(n, 25);
}

/* ---- idempotency ---- */

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)out;
    (void)f;
    *status = 201;
    sb_addf(body, "{\"at\":%lld}", (long long)tx_now_us(tx));
    return RC_OK;
}

struct keyed {
    enum rc rc;
    int status;
    bool replayed;
    char body[64];
    enum msg msg;
};

static struct keyed run_keyed(struct home *h, command_fn *fn, const void *in, const char *key, unsigned char body_hash)
{
    struct arena *const a = arena_new(1u << 20);
    struct store_write w = {.command = fn, .in = in, .arena = a, .render = render, .actor = {42, "office", 7, REGION}};
    w.idem_key = span_of(key);
    w.idem_route = "POST /notes";
    w.idem_body_hash[0] = body_hash;
    struct keyed k = {.rc = store_run(h->s, &w)};
    k.status = w.status;
    k.replayed = w.replayed;
    k.msg = w.fail.msg;
    (void)snprintf(k.body, sizeof(k.body), "%.*s", SPAN_ARG(sb_span(&w.body)));
    sb_release(&w.body);
    arena_free(a);
    return k;
}

static void same_key_gives_the_kept_reply(void **state)
{
    struct home *const h = *state;
    const struct note_in note = {1, "一", 1, NULL};
    const struct keyed first = run_keyed(h, note_new, &note, "k1", 1);
    assert_int_equal(first.rc, RC_OK);
    assert_false(first.replayed);
    const struct keyed again = run_keyed(h, note_new, &note, "k1", 1);
    assert_int_equal(again.rc, RC_OK);
    assert_true(again.replayed);
    assert_int_equal(again.status, 201);
    assert_string_equal(again.body, first.body);
    assert_int_equal(count_notes(h), 1);
    home_close(h);
    home_open(h);
    assert_true(run_keyed(h, note_new, &note, "k1", 1).replayed);
}

static void same_key_with_another_body_is_refused(void **state)
{
    struct home *const h = *state;
    assert_int_equal(run_keyed(h, note_new, &(struct note_in){1, "一", 1, NULL}, "k1", 1).rc, RC_OK);
    const struct keyed other = run_keyed(h, note_new, &(struct note_in){2, "一", 1, NULL}, "k1", 2);
    assert_int_equal(other.rc, RC_INVALID);
    assert_int_equal(other.msg, MSG_idempotency_other_body);
    assert_string_equal(other.body, "");
    assert_int_equal(count_notes(h), 1);
}

static void refused_command_keeps_no_reply(void **state)
{
    struct home *const h = *state;
    const struct note_in note = {1, "一", 1, NULL};
    assert_int_equal(run_keyed(h, note_retitle, &note, "k1", 1).rc, RC_MISSING);
    must(h, note_new, &note);
    assert_int_equal(run_keyed(h, note_retitle, &note, "k1", 1).rc, RC_OK); /* judged anew */
}

static void key_runs_out_after_a_day(void **state)
{
    struct home *const h = *state;
    assert_int_equal(run_keyed(h, note_count_up, &(int64_t){1}, "k1", 1).rc, RC_OK);
    h->now_us += 86300000000;
    assert_true(run_keyed(h, note_count_up, &(int64_t){1}, "k1", 1).replayed);
    h->now_us += 200000000;
    const struct keyed late = run_keyed(h, note_count_up, &(int64_t){1}, "k1", 2);
    assert_int_equal(late.rc, RC_OK);
    assert_false(late.replayed);
}

static void long_key_is_refused(void **state)
{
    struct home *const h = *state;
    char key[200];
    memset(key, 'k', sizeof(key));
    key[128] = '\0';
    assert_int_equal(run_keyed(h, note_count_up, &(int64_t){1}, key, 1).rc, RC_OK);
    key[128] = 'k';
    key[129] = '\0';
    assert_int_equal(run_keyed(h, note_count_up, &(int64_t){1}, key, 1).rc, RC_INVALID);
}

/* ---- batches ---- */

struct one {
    struct store_write w;
    struct note_in in;
    struct arena *a;
    struct crowd *crowd;
};
struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int waiting, ok, conflict, other;
};

static void count_answer(struct store_write *w)
{
    struct crowd *const c = ((struct one *)w->ctx)->crowd;
    (void)pthread_mutex_lock(&c->lock);
    c->ok += w->rc == RC_OK;
    c->conflict += w->rc == RC_CONFLICT;
    c->other += w->rc != RC_OK && w->rc != RC_CONFLICT;
    if (--c->waiting == 0)
        (void)pthread_cond_signal(&c->answered);
    (void)pthread_mutex_unlock(&c->lock);
}

/* Holds the writer until all others wait behind it. */
struct gate {
    _Atomic bool is_held, may_go, is_done;
};

static enum rc gate(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct gate *const g = out;
    (void)tx;
    (void)in;
    (void)f;
    atomic_store(&g->is_held, true);
    while (!atomic_load(&g->may_go))
        (void)usleep(100);
    return RC_OK;
}

static void gate_done(struct store_write *w)
{
    atomic_store(&((struct gate *)w->ctx)->is_done, true);
}

static void in_one_batch_only_the_failing_ones_fail(void **state)
{
    struct gate held = {false, false, false};
    struct store_write g = {.command = gate, .out = &held, .done = gate_done, .ctx = &held};
    enum { N = 400 };
    struct home *const h = *state;
    struct one *const all = test_calloc(N, sizeof(*all));
    struct crowd c = {.waiting = N};
    (void)pthread_mutex_init(&c.lock, NULL);
    (void)pthread_cond_init(&c.answered, NULL);
    assert_int_equal(store_submit(h->s, &g), RC_OK);
    while (!atomic_load(&held.is_held))
        (void)usleep(100);
    for (int i = 0; i < N; i++) {
        all[i].in = (struct note_in){i / 2 + 1, "一", i, NULL}; /* every second id is taken already */
        all[i].a = arena_new(1u << 20);
        all[i].crowd = &c;
        all[i].w = (struct store_write){
            .command = note_new, .in = &all[i].in, .arena = all[i].a, .done = count_answer, .ctx = &all[i]};
        assert_int_equal(store_submit(h->s, &all[i].w), RC_OK);
    }
    atomic_store(&held.may_go, true);
    (void)pthread_mutex_lock(&c.lock);
    while (c.waiting > 0)
        (void)pthread_cond_wait(&c.answered, &c.lock);
    (void)pthread_mutex_unlock(&c.lock);
    assert_int_equal(c.ok, N / 2);
    assert_int_equal(c.conflict, N / 2);
    struct store_stats st;
    store_stats(h->s, &st);
    assert_int_equal(st.batch_max, N);
    assert_true(atomic_load(&held.is_done));
    sb_release(&g.body);
    assert_int_equal(count_notes(h), N / 2);
    assert_int_equal(faults(h, NULL), 0);
    for (int i = 0; i < N; i++) {
        sb_release(&all[i].w.body);
        arena_free(all[i].a);
    }
    test_free(all);
}

static enum rc add_three_times(struct tx *tx, const void *in, void *out, struct fail *f)
{
    enum rc rc = RC_OK;
    (void)out;
    for (int i = 0; rc == RC_OK && i < 3; i++)
        rc = db_sum(tx, SQL_t_count_more, DB_ARGS(DB_S(REGION), DB_I(1 + i % 2), DB_I(*(const int64_t *)in)), 1, f);
    if (rc == RC_OK && *(const int64_t *)in % 5 == 0)
        return fail_set(f, RC_STALE, MSG_not_found, NULL, NULL); /* takes its numbers with it */
    return rc;
}

static int64_t value_now;

static enum rc read_value(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_t_count_get, DB_ARGS(DB_S(REGION), DB_I(*(const int64_t *)ctx)), &r, f);
    if (rc != RC_OK)
        return rc;
    value_now = rows_int(&r, 0);
    return rows_end(&r);
}

static int64_t value_of(struct home *h, int64_t id)
{
    struct fail f = {0};
    struct arena *const a = arena_new(1u << 20);
    assert_int_equal(store_read(h->s, NULL, a, read_value, &id, &f), RC_OK);
    arena_free(a);
    return value_now;
}

/* In one batch: who fails adds nothing, the others each theirs, and every row has been written once. */
static void sums_of_a_batch_are_added_up(void **state)
{
    struct gate held = {false, false, false};
    struct store_write g = {.command = gate, .out = &held, .done = gate_done, .ctx = &held};
    enum { N = 100 };
    struct home *const h = *state;
    struct one *const all = test_calloc(N, sizeof(*all));
    int64_t numbers[N], want = 0;
    struct crowd c = {.waiting = N};
    (void)pthread_mutex_init(&c.lock, NULL);
    (void)pthread_cond_init(&c.answered, NULL);
    must(h, note_count_up, &(int64_t){7});
    const int64_t before = value_of(h, 1);
    assert_int_equal(store_submit(h->s, &g), RC_OK);
    while (!atomic_load(&held.is_held))
        (void)usleep(100);
    for (int i = 0; i < N; i++) {
        numbers[i] = i + 1;
        want += numbers[i] % 5 ? 2 * numbers[i]
                               : 0; /* two of the three are for this row, one for a row that is not there */
        all[i].a = arena_new(1u << 20);
        all[i].crowd = &c;
        all[i].w = (struct store_write){
            .command = add_three_times, .in = &numbers[i], .arena = all[i].a, .done = count_answer, .ctx = &all[i]};
        assert_int_equal(store_submit(h->s, &all[i].w), RC_OK);
    }
    atomic_store(&held.may_go, true);
    (void)pthread_mutex_lock(&c.lock);
    while (c.waiting > 0)
        (void)pthread_cond_wait(&c.answered, &c.lock);
    (void)pthread_mutex_unlock(&c.lock);
    assert_int_equal(c.ok, N - N / 5);
    assert_int_equal(value_of(h, 1), before + want);
    sb_release(&g.body);
    for (int i = 0; i < N; i++) {
        sb_release(&all[i].w.body);
        arena_free(all[i].a);
    }
    test_free(all);
}

static void full_queue_is_busy_and_loses_nothing(void **state)
{
    struct home *const h = *state;
    struct gate held = {false, false, false};
    struct store_write g = {.command = gate, .out = &held, .done = gate_done, .ctx = &held};
    struct one *const all = test_calloc(WRITER_QUEUE_MAX + 1, sizeof(*all));
    struct crowd c = {.waiting = WRITER_QUEUE_MAX};
    static const int64_t one = 1;
    (void)pthread_mutex_init(&c.lock, NULL);
    (void)pthread_cond_init(&c.answered, NULL);
    assert_int_equal(store_submit(h->s, &g), RC_OK);
    while (!atomic_load(&held.is_held))
        (void)usleep(100);
    for (int i = 0; i <= WRITER_QUEUE_MAX; i++) {
        all[i].crowd = &c;
        all[i].w = (struct store_write){.command = note_count_up, .in = &one, .done = count_answer, .ctx = &all[i]};
        assert_int_equal(store_submit(h->s, &all[i].w), i < WRITER_QUEUE_MAX ? RC_OK : RC_BUSY);
    }
    assert_int_equal(all[WRITER_QUEUE_MAX].w.fail.msg, MSG_store_busy);
    atomic_store(&held.may_go, true);
    (void)pthread_mutex_lock(&c.lock);
    while (c.waiting > 0)
        (void)pthread_cond_wait(&c.answered, &c.lock);
    (void)pthread_mutex_unlock(&c.lock);
    assert_int_equal(c.ok, WRITER_QUEUE_MAX);
    struct store_stats st;
    store_stats(h->s, &st);
    assert_int_equal(st.batch_max, WRITER_BATCH_MAX);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT value FROM t_count WHERE id = 1"), WRITER_QUEUE_MAX);
    home_open(h);
    test_free(all);
}

static enum rc read_too_long(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows r;
    (void)ctx;
    tx->c->deadline_us = clock_mono_us() + 50000;
    const enum rc rc = db_one(tx, SQL_t_slow, DB_ARGS(DB_I(1000000000)), &r, f);
    return rc == RC_OK ? rows_end(&r) : rc;
}

static void long_read_is_stopped(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    const int64_t start = clock_mono_us();
    assert_int_equal(store_read(h->s, NULL, h->a, read_too_long, NULL, &f), RC_BUSY);
    assert_int_equal(f.msg, MSG_store_read_long);
    assert_true(clock_mono_us() - start < 10000000);
    assert_int_equal(count_notes(h), 0); /* the connection is good for the next */
}

/* ---- time, numbers, owner ---- */

static enum rc take_now(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)f;
    *(int64_t *)out = tx_now_us(tx);
    return RC_OK;
}

static void time_never_goes_back(void **state)
{
    struct home *const h = *state;
    struct fail f;
    int64_t first = 0, second = 0, third = 0;
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    assert_int_equal(run(h, take_now, NULL, &first, &f), RC_OK);
    h->now_us -= 3600000000;
    assert_int_equal(run(h, take_now, NULL, &second, &f), RC_OK);
    assert_true(second >= first);
    must(h, note_retitle, &(struct note_in){1, "二", 1, NULL});
    home_close(h);
    home_open(h); /* a new process: the journal tells */
    assert_int_equal(run(h, take_now, NULL, &third, &f), RC_OK);
    assert_true(third >= second);
}

static enum rc take_number(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct span s;
    (void)in;
    const enum rc rc = store_number(tx, "AJ", REGION, &s, f);
    if (rc == RC_OK)
        (void)snprintf(out, 64, "%.*s", SPAN_ARG(s));
    return rc;
}

static void numbers_count_by_day(void **state)
{
    struct home *const h = *state;
    struct fail f;
    char text[64];
    h->now_us = 1795535999000000; /* 2026-11-24 23:59:59 in Shanghai */
    assert_int_equal(run(h, take_number, NULL, text, &f), RC_OK);
    assert_string_equal(text, "AJ-330100-20261124-000001");
    assert_int_equal(run(h, take_number, NULL, text, &f), RC_OK);
    assert_string_equal(text, "AJ-330100-20261124-000002");
    h->now_us += 2000000;
    assert_int_equal(run(h, take_number, NULL, text, &f), RC_OK);
    assert_string_equal(text, "AJ-330100-20261125-000001");
}

static void second_owner_is_refused(void **state)
{
    struct home *const h = *state;
    struct store *other = NULL;
    struct fail f = {0};
    assert_int_equal(store_open(&h->o, &other, &f), RC_CONFLICT);
    assert_int_equal(f.msg, MSG_store_owned);
}

static enum rc try_write(struct tx *tx, void *ctx, struct fail *f)
{
    (void)ctx;
    return db_exec(tx, SQL_t_count_add, DB_ARGS(DB_S(REGION), DB_I(1), DB_I(1)), NULL, f);
}

static void read_cannot_write(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    assert_int_equal(store_read(h->s, NULL, h->a, try_write, NULL, &f), RC_INTERNAL);
}

static enum rc list_notes(struct tx *tx, void *ctx, struct fail *f)
{
    char *const out = ctx;
    struct rows r;
    const enum rc rc =
        db_list(tx, SQL_t_note_list, SQLF_t_note_list_cheap | SQLF_t_note_list_due, SQLO_t_note_list_amount, true,
                DB_ARGS(DB_I(42), DB_I(10), DB_I(300), DB_I(300), DB_I(3)), &r, f);
    size_t n = 0;
    while (rows_next(&r))
        n += (size_t)snprintf(out + n, 64 - n, "%lld ", (long long)rows_int(&r, 0));
    return rc == RC_OK ? rows_end(&r) : rc;
}

static enum rc grant(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    return db_exec(tx, SQL_t_grant_insert, DB_ARGS(DB_I(42), DB_I(7)), NULL, f);
}

static void list_takes_filters_order_and_page(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    char text[64] = "";
    for (int i = 1; i <= 6; i++)
        must(h, note_new, &(struct note_in){i, "一", i < 3 ? 500 : 300, i == 5 ? NULL : "2026-01-01"});
    assert_int_equal(store_read(h->s, NULL, h->a, list_notes, text, &f), RC_OK);
    assert_string_equal(text, ""); /* no right yet */
    must(h, grant, NULL);
    assert_int_equal(store_read(h->s, NULL, h->a, list_notes, text, &f), RC_OK);
    assert_string_equal(text, "4 6 "); /* 1 and 2 too dear, 3 on the page before, 5 without a day */
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
    const struct CMUnitTest tests[] = {
        T(commits_and_reads_back),
        T(failing_command_leaves_nothing),
        T(constraint_is_a_conflict),
        T(change_without_journal_is_refused),
        T(arguments_are_checked),
        T(forgotten_cursor_does_no_harm),
        T(same_statement_can_be_open_twice),
        T(same_key_gives_the_kept_reply),
        T(same_key_with_another_body_is_refused),
        T(refused_command_keeps_no_reply),
        T(key_runs_out_after_a_day),
        T(long_key_is_refused),
        T(in_one_batch_only_the_failing_ones_fail),
        T(sums_of_a_batch_are_added_up),
        T(full_queue_is_busy_and_loses_nothing),
        T(long_read_is_stopped),
        T(time_never_goes_back),
        T(numbers_count_by_day),
        T(second_owner_is_refused),
        T(read_cannot_write),
        T(list_takes_filters_order_and_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
