/* test_service.c - files, sealed fields and erasure, timers, outbox, jobs, search, backup and restore, on a real store. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

#define REGION "330100"

struct world {
    char root[64], data[96];
    struct store *store;
    struct arena *arena;
    _Atomic int64_t now_us;
    _Atomic int fired, refused, taken, steps;
};

static int64_t world_now(void *ctx)
{
    struct world *const w = ctx;
    return atomic_fetch_add(&w->now_us, 1);
}

static struct world *the_world; /* handlers of timers and jobs get no context */

static void open_store(struct world *w)
{
    struct store_options o = {.data_dir = w->data, .clock = {world_now, w}};
    struct fail f = {0};
    assert_int_equal(store_open(&o, &w->store, &f), RC_OK);
}

static int setup(void **state)
{
    static struct world world;
    world = (struct world){.now_us = 1793520000000000LL}; /* 2026-11 */
    (void)snprintf(world.root, sizeof(world.root), "/tmp/yiti-service-XXXXXX");
    assert_non_null(mkdtemp(world.root));
    (void)snprintf(world.data, sizeof(world.data), "%s/data", world.root);
    world.arena = arena_new(64u << 20);
    the_world = &world;
    open_store(&world);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *const w = *state;
    char command[160];
    store_close(w->store);
    arena_free(w->arena);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", w->root);
    return system(command);
}

static enum rc run(struct world *w, command_fn *fn, const void *in, void *out)
{
    struct store_write write = {.command = fn, .in = in, .out = out, .arena = w->arena};
    write.actor = (struct actor){.role = "system", .region_code = REGION};
    const enum rc rc = store_run(w->store, &write);
    if (rc != RC_OK)
        print_message("%s %s %s\n", rc_name(rc), msg_name(write.fail.msg), write.fail.detail);
    sb_release(&write.body);
    return rc;
}

/* ---- files ---------------------------------------------------------------------------------------------------------- */

static enum rc refer(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return file_refer(tx, REGION, "report", 7, in, f);
}

static void a_file_comes_back_under_its_hash(void **state)
{
    struct world *const w = *state;
    struct file_info info;
    struct fail f = {0};
    struct span back;
    assert_int_equal(file_put(w->store, SPAN("abc"), &info, &f), RC_OK);
    /* FIPS 180-4's example */
    assert_string_equal(info.sha256_hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(file_read(w->store, w->arena, info.sha256_hex, &back, &f), RC_OK);
    assert_true(span_eq(back, SPAN("abc")));
    assert_int_equal(run(w, refer, info.sha256_hex, NULL), RC_OK);
}

static void a_hash_that_is_no_hash_or_not_there_is_missing(void **state)
{
    static const char *const names[] = {"", "../../etc/passwd",
                                        "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                                        "0000000000000000000000000000000000000000000000000000000000000000"};
    struct world *const w = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct fail f = {0};
        struct span back;
        assert_int_equal(file_read(w->store, w->arena, names[i], &back, &f), RC_MISSING);
        assert_int_equal(run(w, refer, names[i], NULL), RC_MISSING);
    }
}

static void a_file_over_the_limit_leaves_nothing(void **state)
{
    struct world *const w = *state;
    struct file_info info;
    struct fail f = {0};
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/big", w->root);
    const int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, 101), 0);
    assert_int_equal(file_put_fd(w->store, fd, 100, &info, &f), RC_LIMIT);
    (void)lseek(fd, 0, SEEK_SET);
    assert_int_equal(file_put_fd(w->store, fd, 101, &info, &f), RC_OK);
    (void)close(fd);
    (void)snprintf(path, sizeof(path), "%s/tmp", w->data);
    DIR *const d = opendir(path);
    int names = 0;
    while (readdir(d))
        names++;
    (void)closedir(d);
    assert_int_equal(names, 2); /* . and .. */
}

/* ---- sealed fields -------------------------------------------------------------------------------------------------------- */

#define SECRET "13800001234-张三丰"

struct sealing {
    int64_t id;
    struct span sealed, plain, commitment, index, index_other;
};

static enum rc seal(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct sealing *const s = out;
    (void)in;
    enum rc rc = seal_put(tx, REGION, "person", s->id, SPAN(SECRET), &s->sealed, f);
    if (rc == RC_OK)
        rc = seal_commit(tx, REGION, "person", s->id, SPAN(SECRET), &s->commitment, f);
    if (rc == RC_OK)
        rc = seal_index(tx, "sign-in.telephone", SPAN("13800001234"), &s->index, f);
    if (rc == RC_OK)
        rc = seal_index(tx, "case.telephone", SPAN("13800001234"), &s->index_other, f);
    if (rc != RC_OK)
        return rc;
    struct sb sb;
    struct jw w;
    sb_init(&sb, 1000);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_ktext(&w, "telephone_commitment", s->commitment);
    jw_object_end(&w);
    const struct journal_entry e = {REGION, "person", s->id, "create", sb_span(&sb)};
    rc = journal_append(tx, &e, NULL, f);
    sb_release(&sb);
    return rc;
}

static enum rc unseal(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct sealing *const s = out;
    (void)in;
    return seal_get(tx, REGION, "person", s->id, s->sealed, &s->plain, f);
}

static enum rc erase(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return seal_erase(tx, REGION, "person", *(const int64_t *)in, f);
}

static void a_sealed_field_opens_only_for_its_subject(void **state)
{
    struct world *const w = *state;
    struct sealing s = {.id = 5}, other;
    assert_int_equal(run(w, seal, NULL, &s), RC_OK);
    assert_int_equal(run(w, unseal, NULL, &s), RC_OK);
    assert_true(span_eq(s.plain, SPAN(SECRET)));
    assert_false(span_eq(s.index, s.index_other)); /* no join across purposes */
    other = s;
    other.id = 6;
    assert_int_equal(run(w, unseal, NULL, &other), RC_MISSING);
    struct sealing of_six = {.id = 6};
    assert_int_equal(run(w, seal, NULL, &of_six), RC_OK);
    assert_int_equal(run(w, unseal, NULL, &other), RC_INTERNAL); /* moved to another subject: does not open */
    char *const flipped = span_cstr(w->arena, s.sealed);
    flipped[s.sealed.len - 1] ^= 1;
    s.sealed.ptr = flipped;
    assert_int_equal(run(w, unseal, NULL, &s), RC_INTERNAL);
}

/* Every file below a folder is looked through for the bytes. */
static bool grep_tree(const char *root, const char *needle)
{
    char command[400];
    (void)snprintf(command, sizeof(command), "grep -r -a -q -F '%s' '%s'", needle, root);
    return system(command) == 0;
}

static void count_bad(void *ctx, const char *table, const char *id, const char *why)
{
    print_message("verify: %s %s: %s\n", table, id, why);
    ++*(int *)ctx;
}

static void verify_holds(struct world *w)
{
    struct verify_result result;
    struct fail f = {0};
    int bad = 0;
    assert_int_equal(store_verify(w->store, count_bad, &bad, &result, &f), RC_OK);
    assert_int_equal(bad, 0);
}

static void an_erased_person_stays_erased_after_an_older_backup_comes_back(void **state)
{
    struct world *const w = *state;
    struct sealing s = {.id = 9};
    struct fail f = {0};
    char backup[160], keys[160], restored[96];
    const int64_t id = 9;
    (void)snprintf(backup, sizeof(backup), "%s/backup", w->root);
    (void)snprintf(keys, sizeof(keys), "%s/keys", w->data);
    (void)snprintf(restored, sizeof(restored), "%s/back", w->root);

    assert_int_equal(run(w, seal, NULL, &s), RC_OK);
    assert_int_equal(store_backup(w->store, backup, NULL, NULL, &f), RC_OK);
    assert_int_equal(run(w, erase, &id, NULL), RC_OK);
    assert_int_equal(run(w, unseal, NULL, &s), RC_MISSING);
    assert_int_equal(run(w, erase, &id, NULL), RC_MISSING);
    verify_holds(w);

    store_close(w->store);
    w->store = NULL;
    assert_int_equal(store_restore(backup, restored, keys, &f), RC_OK);
    memcpy(w->data, restored, sizeof(restored));
    open_store(w);
    assert_int_equal(run(w, unseal, NULL, &s), RC_MISSING);
    verify_holds(w);
    assert_false(grep_tree(w->root, "13800001234"));
    assert_false(grep_tree(w->root, "张三丰"));
}

static void a_backup_does_not_carry_keys_and_refuses_what_exists(void **state)
{
    struct world *const w = *state;
    struct fail f = {0};
    char backup[160], path[200];
    (void)snprintf(backup, sizeof(backup), "%s/b", w->root);
    assert_int_equal(store_backup(w->store, backup, NULL, NULL, &f), RC_OK);
    assert_int_equal(store_backup(w->store, backup, NULL, NULL, &f), RC_CONFLICT);
    (void)snprintf(path, sizeof(path), "%s/keys", backup);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(store_restore(backup, w->data, NULL, &f), RC_CONFLICT); /* not empty */
    (void)snprintf(path, sizeof(path), "%s/none", w->root);
    assert_int_equal(store_restore(path, path, NULL, &f), RC_INVALID);
}

static void a_restore_whose_file_is_gone_says_so(void **state)
{
    struct world *const w = *state;
    struct file_info info;
    struct fail f = {0};
    char backup[160], path[300], restored[160];
    (void)snprintf(backup, sizeof(backup), "%s/b", w->root);
    (void)snprintf(restored, sizeof(restored), "%s/r", w->root);
    assert_int_equal(file_put(w->store, SPAN("evidence"), &info, &f), RC_OK);
    assert_int_equal(run(w, refer, info.sha256_hex, NULL), RC_OK);
    assert_int_equal(store_backup(w->store, backup, NULL, NULL, &f), RC_OK);
    (void)snprintf(path, sizeof(path), "%s/files/%.2s/%s", backup, info.sha256_hex, info.sha256_hex + 2);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(store_restore(backup, restored, NULL, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_store_restore_fault);
    /* and a server does not open the unfinished folder */
    struct store_options o = {.data_dir = restored, .clock = clock_system()};
    struct store *s = NULL;
    assert_int_not_equal(store_open(&o, &s, &f), RC_OK);
}

/* ---- timers, outbox, jobs ---------------------------------------------------------------------------------------------------- */

static enum rc on_timer(struct tx *tx, int64_t subject_id, struct span payload, struct fail *f)
{
    (void)subject_id;
    (void)payload;
    atomic_fetch_add(&the_world->fired, 1);
    return outbox_put(tx, REGION, "bell", SPAN("{\"rang\":true}"), f);
}

static enum rc on_bad_timer(struct tx *tx, int64_t subject_id, struct span payload, struct fail *f)
{
    (void)tx;
    (void)subject_id;
    (void)payload;
    atomic_fetch_add(&the_world->refused, 1);
    return fail_set(f, RC_CONFLICT, MSG_job_not_open, NULL, NULL);
}

static enum rc on_bell(struct store *s, int64_t message_id, struct span payload, void *ctx)
{
    struct world *const w = ctx;
    (void)s;
    assert_true(message_id > 0 && span_is(payload, "{\"rang\":true}"));
    return atomic_fetch_add(&w->taken, 1) == 0 ? RC_BUSY : RC_OK; /* refuses the first time */
}

static enum rc on_step(struct tx *tx, struct job *job, struct fail *f)
{
    (void)f;
    int64_t n = 0;
    (void)span_to_i64(job->state, &n);
    atomic_fetch_add(&the_world->steps, 1);
    char *const text = arena_alloc(tx_arena(tx), 24);
    (void)snprintf(text, 24, "%lld", (long long)n + 1);
    job->state = span_of(text);
    job->done = n + 1;
    job->total = 5;
    job->finished = n + 1 == 5;
    job->result = SPAN("{\"counted\":5}");
    return RC_OK;
}

struct set_timer {
    const char *kind;
    int64_t subject_id, due_us;
};

static enum rc set_timer(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct set_timer *const t = in;
    (void)out;
    return timer_set(tx, REGION, t->kind, t->subject_id, t->due_us, SPAN_NONE, f);
}

static enum rc start_job(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return job_start(tx, REGION, in, SPAN("{}"), out, f);
}

static enum rc stop_job(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return job_cancel(tx, REGION, *(const int64_t *)in, f);
}

static void wait_for(_Atomic int *value, int least)
{
    for (int i = 0; i < 400 && atomic_load(value) < least; i++)
        (void)usleep(10000);
    assert_true(atomic_load(value) >= least);
}

static void kinds(struct world *w)
{
    store_timer_kind(w->store, "ring", on_timer);
    store_timer_kind(w->store, "bad", on_bad_timer);
    store_outbox_topic(w->store, "bell", on_bell, w);
    store_job_kind(w->store, "count", on_step);
}

static void a_timer_fires_once_also_over_a_restart(void **state)
{
    struct world *const w = *state;
    const struct set_timer due = {"ring", 1, w->now_us + 1}, later = {"ring", 2, w->now_us + 3600000000LL},
                           bad = {"bad", 3, w->now_us + 1};
    assert_int_equal(run(w, set_timer, &due, NULL), RC_OK);
    assert_int_equal(run(w, set_timer, &later, NULL), RC_OK);
    assert_int_equal(run(w, set_timer, &bad, NULL), RC_OK);
    store_close(w->store); /* nothing has run yet: the timers must outlive this */
    open_store(w);
    kinds(w);
    store_start_background(w->store);
    wait_for(&w->fired, 1);
    wait_for(&w->refused, 1);
    wait_for(&w->taken, 1);
    (void)usleep(600000);
    assert_int_equal(atomic_load(&w->fired), 1); /* the later one is not due, the first does not come again */
    assert_int_equal(atomic_load(&w->refused), 1);
    atomic_fetch_add(&w->now_us, 2000000); /* past the first pause: the refused message and the bad timer come again */
    wait_for(&w->taken, 2);
    wait_for(&w->refused, 2);
    atomic_fetch_add(&w->now_us, 3600000000LL);
    wait_for(&w->fired, 2);
}

static enum rc show_job(struct tx *tx, void *ctx, struct fail *f)
{
    struct sb *const sb = ctx;
    struct jw w;
    int64_t id = 0;
    (void)span_to_i64(sb_span(sb), &id);
    sb_clear(sb);
    jw_init(&w, sb);
    return job_json(tx, id, &w, f);
}

static void job_reads(struct world *w, int64_t id, const char *part)
{
    const struct actor actor = {.role = "system", .region_code = REGION};
    struct fail f = {0};
    struct sb sb;
    bool found = false;
    sb_init(&sb, 4096);
    for (int i = 0; i < 200 && !found; i++) {
        sb_clear(&sb);
        sb_add_i64(&sb, id);
        assert_int_equal(store_read(w->store, &actor, w->arena, show_job, &sb, &f), RC_OK);
        found = span_find(sb_span(&sb), span_of(part), 0) != SIZE_MAX;
        if (!found)
            (void)usleep(10000);
    }
    if (!found)
        print_message("%s\n", sb.ptr);
    sb_release(&sb);
    assert_true(found);
}

static void a_job_takes_its_steps_over_a_restart_and_can_be_cancelled(void **state)
{
    struct world *const w = *state;
    int64_t id = 0, stopped = 0, unknown = 0;
    assert_int_equal(run(w, start_job, "count", &id), RC_OK);
    assert_int_equal(run(w, start_job, "count", &stopped), RC_OK);
    assert_int_equal(run(w, stop_job, &stopped, NULL), RC_OK);
    assert_int_equal(run(w, stop_job, &stopped, NULL), RC_CONFLICT);
    store_close(w->store);
    open_store(w);
    kinds(w);
    store_start_background(w->store);
    job_reads(w, id, "\"result\":{\"counted\":5}");
    job_reads(w, stopped, "\"state\":\"cancelled\"");
    assert_int_equal(atomic_load(&w->steps), 5);
    assert_int_equal(run(w, start_job, "no such kind", &unknown), RC_OK);
    for (int i = 0; i < 8; i++) { /* eight failures, each past its pause */
        (void)usleep(300000);
        atomic_fetch_add(&w->now_us, 3600000000LL);
    }
    job_reads(w, unknown, "\"state\":\"failed\"");
    job_reads(w, unknown, "\"problem\":\"job_kind_unknown\"");
}

/* ---- search ----------------------------------------------------------------------------------------------------------------------- */

struct doc {
    int64_t id;
    const char *text;
};
static const struct doc docs[] = {
    {1, "推进城乡规划一体化"},
    {2, "建设国家中心城市，到2030年建成“国家级”园区 GDP 增长"},
    {3, "治理江河"},
    {4, "乡村规划师；家国情怀"},
};

static enum rc fill(struct tx *tx, const void *in, void *out, struct fail *f)
{
    enum rc rc = RC_OK;
    (void)in;
    (void)out;
    for (size_t i = 0; i < sizeof(docs) / sizeof(*docs) && rc == RC_OK; i++)
        rc = search_put(tx, REGION, "action", docs[i].id, span_of(docs[i].text), f);
    return rc;
}

static enum rc find(struct tx *tx, void *ctx, struct fail *f)
{
    char *const text = ctx; /* in: what was typed; out: ids, ascending */
    struct rows rows;
    struct span match;
    bool seen[10] = {false};
    enum rc rc = search_query(tx, span_of(text), &match, f);
    text[0] = 0;
    if (rc != RC_OK || !match.len)
        return rc;
    rc = db_query(tx, SQL_search_find, DB_ARGS(DB_T(match), DB_I(100)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        seen[rows_int(&rows, 2)] = true;
    for (int i = 0; i < 10; i++)
        if (seen[i])
            (void)snprintf(text + strlen(text), 8, "%d ", i);
    return rows_end(&rows);
}

static void chinese_is_found_from_one_character_on(void **state)
{
    static const struct {
        const char *typed, *want;
    } rows[] = {
        {"城", "1 2 "},   {"化", "1 "},     {"河", "3 "},     {"规划", "1 4 "},   {"城乡规划", "1 "},
        {"城乡一体", ""}, {"国家", "2 "},   {"家国", "4 "},   {"中心城市", "2 "}, {"2030", "2 "},
        {"20", "2 "},     {"gdp", "2 "},    {"ＧＤＰ", "2 "}, {"规划 国家", ""},  {"规划,情怀", "4 "},
        {"\"* OR 1", ""}, {"", ""},         {"，。", ""},     {"师", "4 "},       {"一体化", "1 "},
        {"NEAR(城", ""},  {"城乡' OR", ""},
    };
    struct world *const w = *state;
    const struct actor actor = {.role = "system", .region_code = REGION};
    assert_int_equal(run(w, fill, NULL, NULL), RC_OK);
    assert_int_equal(run(w, fill, NULL, NULL), RC_OK); /* twice: replaced, not doubled */
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct fail f = {0};
        char text[256];
        (void)snprintf(text, sizeof(text), "%s", rows[i].typed);
        const enum rc rc = store_read(w->store, &actor, w->arena, find, text, &f);
        if (rc != RC_OK || strcmp(text, rows[i].want) != 0)
            print_message("typed %s: got %s, want %s (%s %s)\n", rows[i].typed, text, rows[i].want, rc_name(rc),
                          f.detail);
        assert_int_equal(rc, RC_OK);
        assert_string_equal(text, rows[i].want);
    }
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_comes_back_under_its_hash),
        CASE(a_hash_that_is_no_hash_or_not_there_is_missing),
        CASE(a_file_over_the_limit_leaves_nothing),
        CASE(a_sealed_field_opens_only_for_its_subject),
        CASE(an_erased_person_stays_erased_after_an_older_backup_comes_back),
        CASE(a_backup_does_not_carry_keys_and_refuses_what_exists),
        CASE(a_restore_whose_file_is_gone_says_so),
        CASE(a_timer_fires_once_also_over_a_restart),
        CASE(a_job_takes_its_steps_over_a_restart_and_can_be_cancelled),
        CASE(chinese_is_found_from_one_character_on),
    };
    return cmocka_run_group_tests_name("store_service", tests, NULL, NULL);
}
