/* The journal, its seals, and what verify sees: each column of each journalled table flipped once, rows and subjects removed. */
#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql_def.h"

/* ---- reading ---- */

static bool note_row(const struct journal_row *row, void *ctx)
{
    char *const out = ctx;
    const size_t n = strlen(out);
    (void)snprintf(out + n, 256 - n, "%lld %s %s %lld %.*s;", (long long)row->seq, row->verb, row->role,
                   (long long)row->actor_id, SPAN_ARG(row->change));
    return true;
}

struct reading {
    int64_t after;
    int limit;
    char text[256];
};

static enum rc read_note(struct tx *tx, void *ctx, struct fail *f)
{
    struct reading *const r = ctx;
    return journal_read(tx, REGION, "note", 1, r->after, r->limit, note_row, r->text, f);
}

static void timeline_is_in_order(void **state)
{
    struct home *const h = *state;
    struct fail f;
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    must(h, note_new, &(struct note_in){2, "二", 1, NULL});
    must(h, note_retitle, &(struct note_in){1, "三", 1, NULL});
    struct reading all = {0, 10, ""}, second = {1, 10, ""}, first = {0, 1, ""};
    assert_int_equal(store_read(h->s, NULL, h->a, read_note, &all, &f), RC_OK);
    assert_string_equal(all.text, "1 create office 42 {\"id\":\"1\"};2 retitle office 42 {\"id\":\"1\"};");
    assert_int_equal(store_read(h->s, NULL, h->a, read_note, &second, &f), RC_OK);
    assert_string_equal(second.text, "2 retitle office 42 {\"id\":\"1\"};");
    assert_int_equal(store_read(h->s, NULL, h->a, read_note, &first, &f), RC_OK);
    assert_string_equal(first.text, "1 create office 42 {\"id\":\"1\"};");
}

static enum rc append_and_read(struct tx *tx, const void *in, void *out, struct fail *f)
{
    int64_t seq = 0;
    (void)in;
    for (int i = 0; i < 3; i++) {
        const struct journal_entry e = {REGION, "note", 1, "step", SPAN_NONE};
        const enum rc rc = journal_append(tx, &e, &seq, f);
        if (rc != RC_OK)
            return rc;
        if (seq != i + 1)
            return RC_INTERNAL;
    }
    return journal_read(tx, REGION, "note", 1, 0, 10, note_row, out, f);
}

static void command_sees_its_own_entries(void **state)
{
    struct home *const h = *state;
    struct fail f;
    char text[256] = "";
    assert_int_equal(run(h, append_and_read, NULL, text, &f), RC_OK);
    assert_string_equal(text, "1 step office 42 {};2 step office 42 {};3 step office 42 {};");
    assert_int_equal(faults(h, NULL), 0);
}

static bool count_tail(const struct journal_row *row, int64_t position, void *ctx)
{
    int64_t *const last = ctx;
    assert_true(position == *last + 1);
    assert_string_equal(row->subject_kind, "note");
    *last = position;
    return true;
}

static enum rc read_tail(struct tx *tx, void *ctx, struct fail *f)
{
    return journal_tail(tx, *(int64_t *)ctx, 100, count_tail, ctx, f);
}

static void heard(void *ctx, int64_t last_position)
{
    __atomic_store_n((int64_t *)ctx, last_position, __ATOMIC_RELEASE);
}

static void tail_and_listener_agree(void **state)
{
    struct home *const h = *state;
    struct fail f;
    int64_t told = 0, last = 0;
    store_on_commit(h->s, heard, &told);
    for (int i = 1; i <= 20; i++)
        must(h, note_new, &(struct note_in){i, "一", 1, NULL});
    assert_int_equal(store_read(h->s, NULL, h->a, read_tail, &last, &f), RC_OK);
    assert_int_equal(last, 20);
    for (int i = 0; i < 1000 && __atomic_load_n(&told, __ATOMIC_ACQUIRE) != 20; i++)
        (void)must(h, note_count_up, &(int64_t){1}); /* the listener is called after the answer */
    assert_int_equal(told, 20);
    store_on_commit(h->s, NULL, NULL);
}

static enum rc append_long(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    char *const p = arena_alloc(tx_arena(tx), *(const size_t *)in);
    memset(p, ' ', *(const size_t *)in);
    const struct journal_entry e = {REGION, "note", 1, "long", {p, *(const size_t *)in}};
    return journal_append(tx, &e, NULL, f);
}

static void long_change_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    assert_int_equal(run(h, append_long, &(size_t){64u << 10}, NULL, &f), RC_OK);
    assert_int_equal(run(h, append_long, &(size_t){(64u << 10) + 1}, NULL, &f), RC_LIMIT);
}

/* Subjects whose heads all fall into one slot of the writer's memory, each written to twice. */
static void chains_hold_when_heads_are_dropped(void **state)
{
    struct home *const h = *state;
    for (int round = 0; round < 2; round++)
        for (int i = 1; i <= 300; i++)
            if (round == 0)
                must(h, note_new, &(struct note_in){(int64_t)i << 33, "一", 1, NULL});
            else
                must(h, note_retitle, &(struct note_in){(int64_t)i << 33, "二", 1, NULL});
    assert_int_equal(faults(h, NULL), 0);
}

/* ---- what verify sees ---- */

static enum rc note_move(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    enum rc rc = db_exec(tx, SQL_t_note_insert,
                         DB_ARGS(DB_S(REGION), DB_I(50), DB_S("moves"), DB_N, DB_N, DB_I(0), DB_N), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_note_move, DB_ARGS(DB_S(REGION), DB_I(50), DB_I(51)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_note_insert, DB_ARGS(DB_S(REGION), DB_I(60), DB_S("goes"), DB_N, DB_N, DB_I(0), DB_N),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_t_note_delete, DB_ARGS(DB_S(REGION), DB_I(60)), NULL, f);
    const struct journal_entry e = {REGION, "note", 51, "move", SPAN_NONE};
    return rc == RC_OK ? journal_append(tx, &e, NULL, f) : rc;
}

/* A store with some history, two seals and some rows that no seal covers yet; closed, with a copy to go back to. */
static void make_history(struct home *h)
{
    struct fail f = {0};
    for (int i = 1; i <= 3; i++)
        must(h, note_new, &(struct note_in){i, "一", i, "2026-12-31"});
    must(h, note_retitle, &(struct note_in){2, "二", 1, NULL});
    assert_int_equal(journal_seal(h->s, true, &f), RC_OK);
    must(h, note_move, NULL);
    must(h, note_delete, &(struct note_in){1, NULL, 0, NULL});
    must(h, note_retitle, &(struct note_in){3, "三", 1, NULL});
    assert_int_equal(journal_seal(h->s, true, &f), RC_OK);
    must(h, note_retitle, &(struct note_in){3, "四", 1, NULL});
    must(h, note_new, &(struct note_in){4, "五", 1, NULL});
    char first[256];
    if (faults(h, first) != 0)
        fail_msg("%s", first);
    home_close(h);
    char cmd[200];
    (void)snprintf(cmd, sizeof(cmd), "cp %s/yiti.db %s/whole.db", h->dir, h->dir);
    assert_int_equal(system(cmd), 0);
    h->o.read_only = true;
}

static void go_back(struct home *h)
{
    char cmd[200];
    (void)snprintf(cmd, sizeof(cmd), "cd %s && rm -f yiti.db-wal yiti.db-shm && cp whole.db yiti.db", h->dir);
    assert_int_equal(system(cmd), 0);
}

/* Runs the SQL on a whole copy and looks what verify says; false when it says nothing. */
static bool seen(struct home *h, const char *sql, char *first)
{
    raw(h, sql);
    home_open(h);
    const int64_t n = faults(h, first);
    home_close(h);
    go_back(h);
    return n > 0;
}

static const char *flipped(char type, const char *column, char out[160])
{
    const char *const form = type == 'i'   ? "coalesce(%s + 1000, 1000)"
                             : type == 't' ? "coalesce(%s || 'x', 'x')"
                             : type == 'r' ? "coalesce(%s + 0.25, 0.25)"
                                           : "CAST(coalesce(%s || x'61', x'61') AS BLOB)";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(out, 160, form, column);
#pragma GCC diagnostic pop
    return out;
}

static void flip_all_columns(struct home *h, const struct sql_table *t)
{
    char sql[600], first[256], count[128], value[160];
    (void)snprintf(count, sizeof(count), "SELECT count(*) FROM %s", t->name);
    const int64_t rows = raw_int(h, count);
    assert_true(rows > 0);
    for (int col = 0; col < t->n_columns; col++) {
        for (int64_t at = 0; at < rows; at++) {
            (void)snprintf(
                sql, sizeof(sql),
                "UPDATE %s SET %s = %s WHERE rowid = (SELECT rowid FROM %s ORDER BY rowid LIMIT 1 OFFSET %lld)",
                t->name, t->columns[col].name, flipped(t->columns[col].type, t->columns[col].name, value), t->name,
                (long long)at);
            if (!seen(h, sql, first))
                fail_msg("not seen: %s", sql);
            if (strncmp(first, t->name, strlen(t->name)) != 0)
                fail_msg("%s: the first fault names another table: %s", sql, first);
        }
        if (t->columns[col].nullable && strcmp(t->name, "journal") != 0) {
            (void)snprintf(sql, sizeof(sql),
                           "UPDATE %s SET %s = NULL WHERE rowid = (SELECT min(rowid) FROM %s WHERE %s IS NOT NULL)",
                           t->name, t->columns[col].name, t->name, t->columns[col].name);
            assert_true(seen(h, sql, first));
        }
    }
}

static void every_flipped_column_is_seen(void **state)
{
    struct home *const h = *state;
    make_history(h);
    int tables = 0;
    for (int i = 0; i < test_catalog.n_tables; i++) {
        const struct sql_table *const t = &test_catalog.tables[i];
        if ((t->flags & SQL_TABLE_JOURNALLED) || strcmp(t->name, "journal") == 0 ||
            strcmp(t->name, "journal_seal") == 0) {
            flip_all_columns(h, t);
            tables++;
        }
    }
    assert_int_equal(tables, 4);
    h->o.read_only = false;
}

static const struct {
    const char *name, *sql, *wanted;
} removals[] = {
    {"the last journal row", "DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)", "t_"},
    {"the last sealed row of a subject", "DELETE FROM journal WHERE subject_id = 1 AND seq = 2", "journal"},
    {"a middle row", "DELETE FROM journal WHERE subject_id = 3 AND seq = 2",
     "journal 330100/note/3#3: rows before it are missing"},
    {"a whole subject", "DELETE FROM journal WHERE subject_id = 2", "journal position 2: rows are missing"},
    {"a whole subject, positions closed up",
     "DELETE FROM journal WHERE subject_id = 2; CREATE TEMP TABLE j AS SELECT row_number() OVER (ORDER BY position) AS "
     "p, rowid AS r FROM journal;"
     "UPDATE journal SET position = -position; UPDATE journal SET position = (SELECT p FROM j WHERE r = "
     "-journal.position)",
     "journal_seal 1: journal rows "},
    {"an added row",
     "INSERT INTO journal SELECT NULL, region_code, subject_kind, 99, 1, at_us, actor_id, role, verb, change, NULL, "
     "hash FROM journal WHERE position = 1",
     "journal 330100/note/99#1: its hash"},
    {"digests of two journal rows exchanged",
     "UPDATE journal SET row_digests = (SELECT j.row_digests FROM journal j WHERE j.position = CASE journal.position "
     "WHEN 2 THEN 3 ELSE 2 END)"
     " WHERE position IN (2, 3)",
     "journal 330100/note/2#1: its hash does not fit"},
    {"a seal", "DELETE FROM journal_seal WHERE number = 1", "journal_seal 2: a seal before it is missing"},
    {"a row of a journalled table", "DELETE FROM t_note WHERE id = 2", "t_note 330100/2: the row is gone"},
    {"a row with its whole family", "DELETE FROM t_note WHERE id = 3; DELETE FROM t_line WHERE note_id = 3",
     "t_note 330100/3: the row is gone"},
    {"a row added", "INSERT INTO t_line VALUES ('330100', 2, 'z', NULL)",
     "t_line 330100/2/z: the journal does not know"},
    {"a removed row brought back", "INSERT INTO t_line VALUES ('330100', 1, 'a/1', 'first')",
     "t_line 330100/1/a%2F1: the journal does not know"},
};

static void every_removal_is_seen(void **state)
{
    struct home *const h = *state;
    make_history(h);
    for (size_t i = 0; i < sizeof(removals) / sizeof(removals[0]); i++) {
        char first[256];
        if (!seen(h, removals[i].sql, first))
            fail_msg("not seen: %s", removals[i].name);
        if (strncmp(first, removals[i].wanted, strlen(removals[i].wanted)) != 0)
            fail_msg("%s: wanted %s, got %s", removals[i].name, removals[i].wanted, first);
    }
    h->o.read_only = false;
}

/* One who may write the file cuts the journal's tail, its seals and what hangs on it: only the exported seal tells. */
struct kept {
    char json[2048];
    char hash[65];
};

static enum rc export_seals(struct tx *tx, void *ctx, struct fail *f)
{
    struct kept *const k = ctx;
    struct sb sb;
    struct jw w;
    sb_init(&sb, 4096);
    jw_init(&w, &sb);
    const enum rc rc = journal_seals_write(tx, 0, 10, &w, f);
    (void)snprintf(k->json, sizeof(k->json), "%.*s", SPAN_ARG(sb_span(&sb)));
    sb_release(&sb);
    return rc;
}

static enum rc match_seal(struct tx *tx, void *ctx, struct fail *f)
{
    return journal_seal_matches(tx, 2, span_of(((struct kept *)ctx)->hash), f);
}

static void exported_seal_shows_a_cut_tail(void **state)
{
    struct home *const h = *state;
    struct fail f = {0};
    struct kept k = {"", ""};
    for (int i = 1; i <= 2; i++) {
        must(h, note_new, &(struct note_in){i, "一", i, NULL});
        assert_int_equal(journal_seal(h->s, true, &f), RC_OK);
    }
    assert_int_equal(store_read(h->s, NULL, h->a, export_seals, &k, &f), RC_OK);
    const char *const second = strstr(k.json, "\"number\":\"2\"");
    assert_non_null(second);
    const char *const hash = strstr(strstr(second, "\"previous\""), "\"hash\":\"");
    assert_non_null(hash);
    memcpy(k.hash, hash + 8, 64);
    assert_int_equal(store_read(h->s, NULL, h->a, match_seal, &k, &f), RC_OK);
    home_close(h);
    raw(h, "DELETE FROM journal WHERE position = 2; DELETE FROM journal_seal WHERE number = 2; DELETE FROM t_line "
           "WHERE note_id = 2; DELETE FROM t_note WHERE id = 2");
    home_open(h);
    assert_int_equal(faults(h, NULL), 0); /* a shorter history is as whole as the long one was */
    assert_int_equal(store_read(h->s, NULL, h->a, match_seal, &k, &f), RC_CONFLICT);
}

static void seal_waits_until_a_window_is_closed(void **state)
{
    struct home *const h = *state;
    struct fail f;
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    assert_int_equal(journal_seal(h->s, false, &f), RC_OK);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM journal_seal"), 0);
    home_open(h);
    h->now_us += 61000000;
    assert_int_equal(journal_seal(h->s, false, &f), RC_OK);
    assert_int_equal(journal_seal(h->s, false, &f), RC_OK); /* nothing new: no seal */
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM journal_seal"), 1);
    assert_int_equal(raw_int(h, "SELECT row_count FROM journal_seal"), 1);
    home_open(h);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
    const struct CMUnitTest tests[] = {
        T(timeline_is_in_order),   T(command_sees_its_own_entries),       T(tail_and_listener_agree),
        T(long_change_is_refused), T(chains_hold_when_heads_are_dropped), T(every_flipped_column_is_seen),
        T(every_removal_is_seen),  T(exported_seal_shows_a_cut_tail),     T(seal_waits_until_a_window_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
