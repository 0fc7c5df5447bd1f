/*
 * bench_durable.c - durable writes over HTTP: progress reports of 1 KB with their journal row, event and idempotency key, from 64 connections, synced.
 * Peers in the same run: the same server with one commit a request; a bare C loop that runs the same statements and savepoints in batches of 64 on
 * the same database file; and both servers once more with 2 ms added to each sync, as slow disks have it.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench_server.h"
#include "http_load.h"
#include "store/sql_def.h"

#define CONNECTIONS 64
#define BODY_BYTES 1024
#define BARE_BATCH 64
#define REGION "990000" /* of the demonstration */

struct making {
    const struct bench_server *s;
    char text[BODY_BYTES + 1];
    unsigned long run;
};

static size_t make_report(void *ctx, int64_t i, char *out, size_t out_bytes)
{
    const struct making *const m = ctx;
    char body[BODY_BYTES + 200];
    const int n =
        snprintf(body, sizeof(body), "{\"percent\":%d,\"reason\":\"bench\",\"text\":\"%s\"}", (int)(i % 90), m->text);
    return (size_t)snprintf(
        out, out_bytes,
        "POST /api/v1/actions/%s/reports HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nCookie: "
        "%s\r\n"
        "Idempotency-Key: bench-%lu-%lld\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        m->s->actions[i % m->s->n_actions], m->s->port, m->s->port, m->s->cookie, m->run, (long long)i, n, body);
}

/* Leaves the actions on which the office reports itself: one that was handed over to a unit is reported on there (409). */
static void keep_reportable(struct bench_server *s, struct making *m)
{
    static char request[8192], headers[8192], body[65536];
    const struct http_answer answer = {headers, body, sizeof(headers), sizeof(body)};
    int kept = 0;
    m->run--;
    for (int i = 0; i < s->n_actions; i++) {
        const size_t n = make_report(m, i, request, sizeof(request));
        const int status = http_once(s->port, request, n, answer);
        if (status == 201)
            memmove(s->actions[kept++], s->actions[i], sizeof(s->actions[i]));
        else if (status != 409)
            bench_die(body);
        /* The requests take the actions by their number, so those behind must stay where they are until all are asked. */
    }
    m->run++;
    s->n_actions = kept;
    if (kept == 0)
        bench_die("every action is handed over");
}

static double measure(const char *name, int batch_max, int64_t delay_us, double seconds)
{
    struct bench_server s = {.batch_max = batch_max, .sync_delay_us = delay_us};
    struct making m = {.s = &s, .run = (unsigned long)getpid()};
    struct http_load_result r;
    struct bench_stats st;
    memset(m.text, 'x', BODY_BYTES - 42);
    bench_start(&s);
    keep_reportable(&s, &m);
    struct http_load load = {
        .port = s.port, .connections = CONNECTIONS, .seconds = 1, .make = make_report, .ctx = &m, .want_status = 201};
    if (http_load_run(&load, &r) != 0 || r.failed) /* a second to warm up */
        bench_die(r.first_failure);
    m.run++;
    load.seconds = seconds;
    if (http_load_run(&load, &r) != 0 || r.failed)
        bench_die(r.first_failure);
    bench_stop(&s, &st);
    const double rate = (double)r.done / r.elapsed_s;
    (void)printf("%-34s %8.0f /s   p50 %6.0f us   p99 %6.0f us   commits %lld of %lld commands   commit with fsync "
                 "%lld us on average, %lld at most\n",
                 name, rate, r.p50_us, r.p99_us, (long long)st.commits, (long long)st.commands,
                 (long long)(st.commits ? st.fsync_us_sum / st.commits : 0), (long long)st.fsync_us_max);
    return rate;
}

/* ---- the bare loop ---------------------------------------------------------------------------------------------------------- */

static double now_s(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void order(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        bench_die(why);
}

static sqlite3_stmt *prepare(sqlite3 *db, enum sql_id id)
{
    sqlite3_stmt *st = NULL;
    const char *const text = sql_catalog.stmts[id].text[SQL_SQLITE];
    char sql[8192];
    size_t n = 0;
    /* \1c is parameter number c - '0', from 0 */
    for (const char *p = text; *p && n + 8 < sizeof(sql); p++)
        if (*p == '\1')
            n += (size_t)snprintf(sql + n, 8, "?%d", *++p - '0' + 1);
        else
            sql[n++] = *p;
    sql[n] = 0;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
        bench_die(sqlite3_errmsg(db));
    return st;
}

struct bare {
    sqlite3 *db;
    sqlite3_stmt *find, *action, *reporter, *report, *progress, *journal, *counted, *terms, *move, *count, *keep, *save,
        *release;
    int64_t principal, unit, actions[BENCH_ACTIONS_MAX], lines[BENCH_ACTIONS_MAX], outlines[BENCH_ACTIONS_MAX];
    char text[BODY_BYTES + 1];
    int n_actions;
    int64_t seq, next_id;
};

static void ints(sqlite3_stmt *st, int from, int n, const int64_t *values)
{
    for (int i = 0; i < n; i++)
        (void)sqlite3_bind_int64(st, from + i, values[i]);
}

static void text(sqlite3_stmt *st, int at, const char *s)
{
    (void)sqlite3_bind_text(st, at, s, -1, SQLITE_STATIC);
}

static void step(struct bare *b, sqlite3_stmt *st)
{
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW)
        ;
    if (rc != SQLITE_DONE)
        bench_die(sqlite3_errmsg(b->db));
    (void)sqlite3_reset(st);
}

/* The action's roll-ups: what it counts as, then each sum that it is in by the difference, as the server does it. */
static void bare_rollups(struct bare *b, int k, int64_t percent)
{
    ints(b->counted, 2, 1, &b->actions[k]);
    text(b->counted, 1, REGION);
    if (sqlite3_step(b->counted) != SQLITE_ROW)
        bench_die("an action that is not counted");
    const int64_t was_bp = sqlite3_column_int64(b->counted, 11);
    char was[20];
    (void)snprintf(was, sizeof(was), "%s", (const char *)sqlite3_column_text(b->counted, 12));
    (void)sqlite3_reset(b->counted);
    text(b->terms, 1, REGION);
    ints(b->terms, 2, 1, &b->actions[k]);
    while (sqlite3_step(b->terms) == SQLITE_ROW) {
        text(b->move, 1, REGION);
        ints(b->move, 2, 1, &b->outlines[k]);
        (void)sqlite3_bind_value(b->move, 3, sqlite3_column_value(b->terms, 0));
        (void)sqlite3_bind_value(b->move, 4, sqlite3_column_value(b->terms, 1));
        ints(b->move, 5, 6,
             (int64_t[]){0, percent * 100 - was_bp, -(strcmp(was, "to_start") == 0), strcmp(was, "under_way") != 0,
                         -(strcmp(was, "done") == 0), -(strcmp(was, "stopped") == 0)});
        step(b, b->move);
    }
    (void)sqlite3_reset(b->terms);
    text(b->count, 1, REGION);
    ints(b->count, 2, 4, (int64_t[]){b->outlines[k], b->actions[k], 1, percent * 100});
    text(b->count, 6, "under_way");
    text(b->count, 7, "report");
    step(b, b->count);
}

static void bare_report(struct bare *b, int k, int64_t percent, int64_t at_us)
{
    text(b->report, 1, REGION);
    ints(b->report, 2, 3, (int64_t[]){++b->next_id, b->actions[k], b->lines[k]});
    text(b->report, 5, "report");
    text(b->report, 6, "2026-11-24");
    ints(b->report, 7, 4, (int64_t[]){at_us, b->principal, b->unit, percent});
    text(b->report, 11, "under_way");
    text(b->report, 12, b->text);
    (void)sqlite3_bind_null(b->report, 13);
    ints(b->report, 14, 1, (int64_t[]){0});
    text(b->report, 15, "bench");
    step(b, b->report);
    text(b->progress, 1, REGION);
    ints(b->progress, 2, 1, &b->actions[k]);
    text(b->progress, 3, "under_way");
    ints(b->progress, 4, 1, &percent);
    text(b->progress, 5, "2026-11-24");
    ints(b->progress, 6, 1, &at_us);
    step(b, b->progress);
}

static void bare_one(struct bare *b, int64_t i, int64_t at_us)
{
    static const unsigned char digest[120] = {1};
    static unsigned char reply[1400] = {'{'}; /* the report comes back in it */
    unsigned char key[32] = {0};
    char change[200];
    const int k = (int)(i % b->n_actions);
    const int64_t percent = i % 90;
    memcpy(key, &i, sizeof(i));
    for (int j = 8; j < 32; j++) /* spread as a hash is */
        key[j - 8] = (unsigned char)((uint64_t)(i + 1) * 0x9e3779b97f4a7c15u >> (j % 8 * 8)) ^ key[j - 8];
    memcpy(key + 24, &i, sizeof(i));
    step(b, b->save);
    text(b->find, 1, REGION);
    (void)sqlite3_bind_blob(b->find, 2, key, 32, SQLITE_STATIC);
    ints(b->find, 3, 1, (int64_t[]){at_us - 86400000000LL});
    step(b, b->find);
    ints(b->action, 1, 2, (int64_t[]){b->principal, b->actions[k]});
    step(b, b->action);
    ints(b->reporter, 1, 1, &b->principal);
    text(b->reporter, 2, REGION);
    ints(b->reporter, 3, 1, &b->actions[k]);
    step(b, b->reporter);
    bare_report(b, k, percent, at_us);
    bare_rollups(b, k, percent);
    (void)snprintf(
        change, sizeof(change),
        "{\"report_id\":\"%lld\",\"done_on\":\"2026-11-24\",\"percent\":%d,\"state\":\"under_way\",\"files\":0}",
        (long long)b->next_id, (int)percent);
    text(b->keep, 1, REGION);
    (void)sqlite3_bind_blob(b->keep, 2, key, 32, SQLITE_STATIC);
    (void)sqlite3_bind_blob(b->keep, 3, key, 32, SQLITE_STATIC);
    ints(b->keep, 4, 1, (int64_t[]){201});
    (void)sqlite3_bind_blob(b->keep, 5, reply, sizeof(reply), SQLITE_STATIC);
    ints(b->keep, 6, 1, &at_us);
    step(b, b->keep);
    text(b->journal, 1, REGION);
    text(b->journal, 2, "bench");
    ints(b->journal, 3, 4, (int64_t[]){b->actions[k], ++b->seq, at_us, b->principal});
    text(b->journal, 7, "office");
    text(b->journal, 8, "report");
    text(b->journal, 9, change);
    (void)sqlite3_bind_blob(b->journal, 10, digest, sizeof(digest), SQLITE_STATIC);
    (void)sqlite3_bind_blob(b->journal, 11, key, 32, SQLITE_STATIC);
    step(b, b->journal);
    step(b, b->release);
}

static sqlite3_stmt *plain(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        bench_die(sqlite3_errmsg(db));
    return st;
}

static void bare_open(struct bare *b, const char *path)
{
    if (sqlite3_open(path, &b->db) != SQLITE_OK)
        bench_die(path);
    order(b->db, "PRAGMA journal_mode = WAL");
    order(b->db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 16000; PRAGMA "
                 "cache_size = -65536; PRAGMA temp_store = MEMORY");
    sqlite3_stmt *const actions =
        plain(b->db, "SELECT id, line_id, outline_id FROM action a WHERE NOT EXISTS (SELECT 1 FROM duty d WHERE "
                     "d.subject_kind = 'action' AND d.subject_id = a.id) ORDER BY id LIMIT 128");
    while (sqlite3_step(actions) == SQLITE_ROW) {
        b->actions[b->n_actions] = sqlite3_column_int64(actions, 0);
        b->outlines[b->n_actions] = sqlite3_column_int64(actions, 2);
        b->lines[b->n_actions++] = sqlite3_column_int64(actions, 1);
    }
    (void)sqlite3_finalize(actions);
    sqlite3_stmt *const who = plain(b->db, "SELECT person_id, unit_id FROM role_grant ORDER BY id LIMIT 1");
    if (sqlite3_step(who) != SQLITE_ROW)
        bench_die("no person");
    b->principal = sqlite3_column_int64(who, 0);
    b->unit = sqlite3_column_int64(who, 1);
    (void)sqlite3_finalize(who);
    b->find = prepare(b->db, SQL_idempotency_find);
    b->action = prepare(b->db, SQL_action_by_id);
    b->reporter = prepare(b->db, SQL_action_reporter);
    b->report = prepare(b->db, SQL_report_insert);
    b->progress = prepare(b->db, SQL_action_progress);
    b->journal = prepare(b->db, SQL_journal_insert);
    b->counted = prepare(b->db, SQL_rollup_now);
    b->terms = prepare(b->db, SQL_rollup_terms_of);
    b->move = prepare(b->db, SQL_rollup_move);
    b->count = prepare(b->db, SQL_rollup_term_set);
    b->keep = prepare(b->db, SQL_idempotency_put);
    b->save = plain(b->db, "SAVEPOINT one");
    b->release = plain(b->db, "RELEASE one");
    b->next_id = 8000000000000000000LL;
    memset(b->text, 'x', BODY_BYTES - 24);
}

static double bare_loop(double seconds)
{
    struct bare b = {.n_actions = 0};
    char dir[] = "/tmp/yiti-bench-bare-XXXXXX", command[300], path[64];
    if (!mkdtemp(dir))
        bench_die("no temporary folder");
    (void)snprintf(command, sizeof(command), "cp -a '%s'/. '%s'/", bench_template(), dir);
    if (system(command) != 0)
        bench_die(command);
    (void)snprintf(path, sizeof(path), "%s/yiti.db", dir);
    bare_open(&b, path);
    int64_t done = 0;
    const double began = now_s();
    while (now_s() - began < seconds) {
        order(b.db, "BEGIN IMMEDIATE");
        for (int i = 0; i < BARE_BATCH; i++)
            bare_one(&b, done + i, 1793520000000000LL + done + i);
        order(b.db, "COMMIT");
        done += BARE_BATCH;
    }
    const double rate = (double)done / (now_s() - began);
    int pages = 0, most = 0;
    (void)sqlite3_db_status(b.db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &most, 0);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    if (system(command) != 0) /* open statements hold nothing that matters */
        bench_die(command);
    (void)printf("%-34s %8.0f /s   %.1f pages of the log a report\n", "bare loop, batches of 64", rate,
                 (double)pages / (double)done);
    return rate;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 5;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)printf("progress reports of %d bytes over HTTP, %d connections, load generator on the same cores, %.0f s "
                 "each, synchronous FULL, SQLite %s\n",
                 BODY_BYTES, CONNECTIONS, seconds, sqlite3_libversion());
    (void)bench_template();
    if (argc > 2 && !strcmp(argv[2], "bare")) {
        (void)bare_loop(seconds);
        bench_cleanup();
        return 0;
    }
    if (argc > 2) { /* only the first, for a profiler */
        (void)measure("group commit", 0, 0, seconds);
        bench_cleanup();
        return 0;
    }
    const double ours = measure("group commit", 0, 0, seconds), single = measure("one commit a request", 1, 0, seconds);
    const double bare = bare_loop(seconds);
    const double slow = measure("group commit, 2 ms a sync", 0, 2000, seconds),
                 slow_single = measure("one commit a request, 2 ms a sync", 1, 2000, seconds);
    bench_cleanup();
    (void)printf("result: durable-bare ours=%.0f peer=%.0f ratio=%.2f goal=0.50\n", ours, bare, ours / bare);
    (void)printf("result: durable-slow-disk ours=%.0f peer=%.0f ratio=%.2f goal=10.00\n", slow, slow_single,
                 slow / slow_single);
    (void)printf("result: durable ours=%.0f peer=%.0f ratio=%.2f goal=4.00\n", ours, single, ours / single);
    return 0;
}
