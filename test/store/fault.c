/*
 * The nth read, write, sync, truncation or opening fails (short, input/output error, disk full) while a scripted workload runs:
 * no acknowledged write is lost, none is half there, every failure has a clear sentence, and the journal stays whole.
 *
 * `fault` walks some n a mode (quick); `fault all` walks every n (full tier).
 */
#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/fault_vfs.h"

#define NOTES 24

static const struct mode {
    const char *name;
    unsigned ops;
    enum fault_how how;
    bool stays;
    bool from_open; /* armed before the store is opened, not after */
} modes[] = {
    {"one read fails", FAULT_READ, FAULT_EIO, false, false},
    {"one read is short", FAULT_READ, FAULT_SHORT, false, false},
    {"one write fails", FAULT_WRITE, FAULT_EIO, false, false},
    {"one write is short", FAULT_WRITE, FAULT_SHORT, false, false},
    {"the disk is full for one write", FAULT_WRITE, FAULT_ENOSPC, false, false},
    {"the disk is full from now on", FAULT_WRITE, FAULT_ENOSPC, true, false},
    {"one sync fails", FAULT_SYNC, FAULT_EIO, false, false},
    {"syncs fail from now on", FAULT_SYNC, FAULT_EIO, true, false},
    {"one truncation fails", FAULT_TRUNCATE, FAULT_EIO, false, false},
    {"anything fails from now on", FAULT_READ | FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_OPEN, FAULT_EIO, true,
     false},
    {"a write fails from the start", FAULT_WRITE, FAULT_SHORT, false, true},
    {"a sync fails from the start", FAULT_SYNC, FAULT_EIO, false, true},
    {"a read fails from the start", FAULT_READ, FAULT_EIO, false, true},
    {"an opening fails from the start", FAULT_OPEN, FAULT_EIO, false, true},
};

static bool every_n;

/* What the clients remember. */
struct ledger {
    bool acknowledged[NOTES + 1];
    int refused;
};

static void clear_failure(enum rc rc, const struct fail *f)
{
    if (rc != RC_READ_ONLY && rc != RC_BUSY && rc != RC_INTERNAL)
        fail_msg("an unclear failure: %s", rc_name(rc));
    assert_true(f->msg == MSG_store_read_only || f->msg == MSG_store_commit_failed || f->msg == MSG_store_busy ||
                f->msg == MSG_store_internal);
}

static enum rc count_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_t_note_count, DB_NO_ARGS, &r, f);
    (void)ctx;
    return rc == RC_OK ? rows_end(&r) : rc;
}

static void workload(struct home *h, struct ledger *l, int first, int last)
{
    for (int i = first; i <= last; i++) {
        struct fail f = {0};
        const enum rc rc = run(h, note_new, &(struct note_in){i, "注", i, NULL}, NULL, &f);
        l->acknowledged[i] = rc == RC_OK;
        if (rc != RC_OK) {
            clear_failure(rc, &f);
            l->refused++;
        }
        if (i % 8 == 0 && store_read(h->s, NULL, h->a, count_one, NULL, &f) != RC_OK)
            assert_true(f.msg != MSG_NONE);
        if (i % 12 == 0 && journal_seal(h->s, true, &f) != RC_OK)
            assert_true(f.msg != MSG_NONE);
    }
}

/* With a sound disk: what was acknowledged is there once, what is there is whole. */
static void check(struct home *h, const struct ledger *l, const char *what, int64_t nth)
{
    char first[256];
    h->o.vfs = NULL;
    assert_null(h->s);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    if (raw_int(h, "SELECT count(*) FROM sqlite_master WHERE name = 't_note'") != 1) {
        for (int i = 1; i <= NOTES; i++)
            assert_false(l->acknowledged[i]);
        return; /* the first opening failed: nothing is there, and nothing was promised */
    }
    struct sb sb;
    int promised = 0;
    sb_init(&sb, 4096);
    sb_adds(&sb, "SELECT count(*) FROM t_note WHERE id IN (0");
    for (int i = 1; i <= NOTES; i++) {
        if (l->acknowledged[i])
            sb_addf(&sb, ", %d", i);
        promised += l->acknowledged[i];
    }
    sb_adds(&sb, ")");
    const int64_t kept = raw_int(h, sb_span(&sb).ptr);
    sb_release(&sb);
    if (kept != promised)
        fail_msg("%s, n = %lld: of %d acknowledged notes %lld are there", what, (long long)nth, promised,
                 (long long)kept);
    const int64_t half =
        raw_int(h, "SELECT count(*) FROM (SELECT id FROM t_note UNION SELECT note_id FROM t_line UNION SELECT "
                   "object_id FROM t_note_party"
                   " UNION SELECT subject_id FROM journal) x WHERE (SELECT count(*) FROM t_note WHERE id = x.id) <> 1"
                   " OR (SELECT count(*) FROM t_line WHERE note_id = x.id) <> 2 OR (SELECT count(*) FROM journal WHERE "
                   "subject_id = x.id) <> 1"
                   " OR (SELECT count(*) FROM t_note_party WHERE object_id = x.id) <> 1");
    if (half != 0)
        fail_msg("%s, n = %lld: %lld notes are half there", what, (long long)nth, (long long)half);
    home_open(h);
    if (faults(h, first) != 0)
        fail_msg("%s, n = %lld: %s", what, (long long)nth, first);
    must(h, note_new, &(struct note_in){NOTES + 1, "later", 1, NULL});
    home_close(h);
}

static bool open_with_faults(struct home *h)
{
    struct fail f = {0};
    h->a = arena_new(64u << 20);
    h->o.data_dir = h->dir;
    const enum rc rc = store_open(&h->o, &h->s, &f);
    if (rc == RC_OK)
        return true;
    assert_true(f.msg != MSG_NONE);
    assert_true(rc == RC_INVALID || rc == RC_READ_ONLY || rc == RC_INTERNAL || rc == RC_BUSY);
    arena_free(h->a);
    h->s = NULL;
    h->a = NULL;
    return false;
}

/* One run; whether the fault came. */
static bool one_run(const struct mode *m, int64_t nth, struct fault_plan *plan)
{
    struct home h = {.now_us = 0};
    struct ledger l = {.refused = 0};
    h.o.vfs = "fault";
    fault_disarm(plan);
    if (m->from_open) {
        home_open(&h); /* makes the folder */
        home_close(&h);
        char cmd[128];
        (void)snprintf(cmd, sizeof(cmd), "rm -f %s/yiti.db*", h.dir);
        if (nth % 2)
            assert_int_equal(system(cmd), 0); /* every second time the schema is made anew */
        h.o.vfs = "fault";
        fault_arm(plan, m->ops, m->how, nth, m->stays);
        if (open_with_faults(&h))
            workload(&h, &l, 1, NOTES);
    } else {
        home_open(&h);
        workload(&h, &l, 1, 4);
        fault_arm(plan, m->ops, m->how, nth, m->stays);
        workload(&h, &l, 5, NOTES);
    }
    if (h.s != NULL)
        home_close(&h);
    const bool fired = atomic_load(&plan->fired) > 0;
    fault_disarm(plan);
    check(&h, &l, m->name, nth);
    home_drop(&h);
    return fired;
}

static void run_mode(void **state)
{
    const struct mode *const m = *state;
    struct fault_plan plan = {0};
    struct fault_vfs *const v = fault_vfs_add("fault", &plan);
    int64_t n = 1, last = 0;
    int runs = 0;
    assert_non_null(v);
    while (one_run(m, n, &plan)) {
        last = n;
        runs++;
        n += every_n ? 1 : 2 * n + 1;
    }
    assert_true(runs > 0 || m->ops == FAULT_TRUNCATE);
    print_message("    %s: %d runs, last at operation %lld\n", m->name, runs, (long long)last);
    fault_vfs_drop(v);
}

/* A full disk that is emptied: the same process takes writes again. */
static void writes_again_when_the_disk_has_room(void **state)
{
    struct home h = {.now_us = 0};
    struct fault_plan plan = {0};
    struct fail f = {0};
    (void)state;
    struct fault_vfs *const v = fault_vfs_add("fault", &plan);
    h.o.vfs = "fault";
    home_open(&h);
    must(&h, note_new, &(struct note_in){1, "一", 1, NULL});
    fault_arm(&plan, FAULT_WRITE, FAULT_ENOSPC, 1, true);
    assert_int_equal(run(&h, note_new, &(struct note_in){2, "二", 1, NULL}, NULL, &f), RC_READ_ONLY);
    assert_int_equal(f.msg, MSG_store_read_only);
    assert_false(store_writable(h.s));
    assert_int_equal(run(&h, note_new, &(struct note_in){2, "二", 1, NULL}, NULL, &f), RC_READ_ONLY);
    assert_int_equal(count_notes(&h), 1); /* reads go on */
    fault_disarm(&plan);
    for (int i = 0; i < 50 && !store_writable(h.s); i++)
        (void)nanosleep(&(struct timespec){0, 100000000}, NULL);
    assert_true(store_writable(h.s));
    must(&h, note_new, &(struct note_in){2, "二", 1, NULL});
    assert_int_equal(faults(&h, NULL), 0);
    home_drop(&h);
    fault_vfs_drop(v);
}

static void slow_disk_is_slow(void **state)
{
    struct home h = {.now_us = 0};
    (void)state;
    h.o.vfs = store_slow_disk(5000);
    home_open(&h);
    const int64_t start = clock_mono_us();
    for (int i = 1; i <= 5; i++)
        must(&h, note_new, &(struct note_in){i, "一", 1, NULL});
    assert_true(clock_mono_us() - start >= 25000);
    home_drop(&h);
    (void)store_slow_disk(0);
}

int main(int argc, char **argv)
{
    enum { N = sizeof(modes) / sizeof(modes[0]) };
    struct CMUnitTest tests[N + 2];
    every_n = argc > 1 && strcmp(argv[1], "all") == 0;
    for (int i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){modes[i].name, run_mode, NULL, NULL, (void *)(uintptr_t)&modes[i]};
    tests[N] = (struct CMUnitTest)cmocka_unit_test(writes_again_when_the_disk_has_room);
    tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(slow_disk_is_slow);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
