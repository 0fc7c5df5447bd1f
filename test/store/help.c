/* help.c - see help.h. */
#include "help.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t hand(void *ctx)
{
    struct home *const h = ctx;
    return __atomic_add_fetch(&h->now_us, 10, __ATOMIC_RELAXED);
}

void home_open(struct home *h)
{
    struct fail f = {0};
    if (h->dir[0] == '\0') {
        (void)snprintf(h->dir, sizeof(h->dir), "/tmp/yiti-store-XXXXXX");
        assert_non_null(mkdtemp(h->dir));
        h->now_us = 1795500000000000; /* 2026-11-24 */
    }
    h->a = arena_new(64u << 20);
    h->o.data_dir = h->dir;
    h->o.clock = (struct clock){hand, h};
    h->o.catalog = &test_catalog;
    const enum rc rc = store_open(&h->o, &h->s, &f);
    if (rc != RC_OK)
        print_error("store_open: %s %s %s\n", rc_name(rc), msg_name(f.msg), f.detail);
    assert_int_equal(rc, RC_OK);
}

void home_close(struct home *h)
{
    store_close(h->s);
    arena_free(h->a);
    h->s = NULL;
    h->a = NULL;
}

void home_drop(struct home *h)
{
    if (h->s != NULL)
        home_close(h);
    char cmd[128];
    (void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", h->dir);
    assert_int_equal(system(cmd), 0);
    h->dir[0] = '\0';
}

int home_setup(void **state)
{
    struct home *const h = test_calloc(1, sizeof(*h));
    home_open(h);
    *state = h;
    return 0;
}

int home_teardown(void **state)
{
    home_drop(*state);
    test_free(*state);
    return 0;
}

static enum rc journal(struct tx *tx, int64_t id, const char *verb, struct fail *f)
{
    char change[64];
    (void)snprintf(change, sizeof(change), "{\"id\":\"%lld\"}", (long long)id);
    const struct journal_entry e = {REGION, "note", id, verb, span_of(change)};
    return journal_append(tx, &e, NULL, f);
}

enum rc note_new(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct note_in *const n = in;
    (void)out;
    enum rc rc = db_exec(tx, SQL_t_note_insert,
                         DB_ARGS(DB_S(REGION), DB_I(n->id), DB_S(n->title), DB_B(SPAN("\x00\x01\xff")), DB_D(0.5),
                                 DB_I(n->amount_fen), DB_S(n->due_on)),
                         NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_party_insert, DB_ARGS(DB_S(REGION), DB_I(n->id), DB_I(7)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_line_put, DB_ARGS(DB_S(REGION), DB_I(n->id), DB_S("a/1"), DB_S("first")), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_line_put, DB_ARGS(DB_S(REGION), DB_I(n->id), DB_S("b"), DB_N), NULL, f);
    return rc == RC_OK ? journal(tx, n->id, "create", f) : rc;
}

enum rc note_retitle(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct note_in *const n = in;
    (void)out;
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_t_note_retitle, DB_ARGS(DB_S(REGION), DB_I(n->id), DB_S(n->title)), &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return rc == RC_OK ? journal(tx, n->id, "retitle", f) : rc;
}

enum rc note_delete(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct note_in *const n = in;
    (void)out;
    enum rc rc = db_exec(tx, SQL_t_line_delete, DB_ARGS(DB_S(REGION), DB_I(n->id), DB_S("a/1")), NULL, f);
    return rc == RC_OK ? journal(tx, n->id, "drop line", f) : rc;
}

enum rc note_count_up(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return db_exec(tx, SQL_t_count_add, DB_ARGS(DB_S(REGION), DB_I(1), DB_I(*(const int64_t *)in)), NULL, f);
}

enum rc run(struct home *h, command_fn *fn, const void *in, void *out, struct fail *f)
{
    struct arena *const a = arena_new(1u << 20);
    struct store_write w = {.command = fn, .in = in, .out = out, .arena = a, .actor = {42, "office", 7, REGION}};
    const enum rc rc = store_run(h->s, &w);
    *f = w.fail;
    sb_release(&w.body);
    arena_free(a);
    return rc;
}

void must(struct home *h, command_fn *fn, const void *in)
{
    struct fail f = {0};
    const enum rc rc = run(h, fn, in, NULL, &f);
    if (rc != RC_OK)
        print_error("%s %s %s\n", rc_name(rc), msg_name(f.msg), f.detail);
    assert_int_equal(rc, RC_OK);
}

static enum rc count_fn(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_t_note_count, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    *(int64_t *)ctx = rows_int(&r, 0);
    return rows_end(&r);
}

int64_t count_notes(struct home *h)
{
    int64_t n = -1;
    struct fail f;
    assert_int_equal(store_read(h->s, NULL, h->a, count_fn, &n, &f), RC_OK);
    return n;
}

static void keep_first(void *ctx, const char *table, const char *id, const char *why)
{
    char *const first = ctx;
    if (first != NULL && first[0] == '\0')
        (void)snprintf(first, 256, "%s %s: %s", table, id, why);
}

int64_t faults(struct home *h, char *first)
{
    struct verify_result v;
    struct fail f = {0};
    if (first != NULL)
        first[0] = '\0';
    const enum rc rc = store_verify(h->s, keep_first, first, &v, &f);
    if (rc != RC_OK)
        print_error("verify: %s %s\n", rc_name(rc), f.detail);
    assert_int_equal(rc, RC_OK);
    return v.faults;
}

static sqlite3 *open_raw(struct home *h)
{
    char path[128];
    sqlite3 *db = NULL;
    assert_null(h->s);
    (void)snprintf(path, sizeof(path), "%s/yiti.db", h->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

void raw(struct home *h, const char *sql)
{
    sqlite3 *const db = open_raw(h);
    char *err = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &err) != SQLITE_OK)
        fail_msg("%s: %s", sql, err);
    (void)sqlite3_close(db);
}

int64_t raw_int(struct home *h, const char *sql)
{
    sqlite3 *const db = open_raw(h);
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    const int64_t n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    return n;
}
