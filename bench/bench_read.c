/* bench_read.c - reads over HTTP: one action with its units, and its journal, in turn; the peer is the same server's empty handler. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_server.h"
#include "http_load.h"

struct making {
    const struct bench_server *s;
    int kind; /* 0 empty, 1 action, 2 action and journal in turn */
};

static size_t make_read(void *ctx, int64_t i, char *out, size_t out_bytes)
{
    const struct making *const m = ctx;
    char path[128];
    if (m->kind == 0)
        (void)snprintf(path, sizeof(path), "/api/v1/bench/empty");
    else
        (void)snprintf(path, sizeof(path), "/api/v1/actions/%s%s", m->s->actions[i / 2 % m->s->n_actions],
                       m->kind == 2 && i % 2 ? "/journal" : "");
    return (size_t)snprintf(out, out_bytes, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", path,
                            m->s->port, m->s->cookie);
}

#define ROUNDS 5

static double measure(const struct bench_server *s, int kind, double seconds)
{
    struct making m = {s, kind};
    struct http_load_result r;
    const struct http_load load = {
        .port = s->port, .connections = 64, .seconds = seconds, .make = make_read, .ctx = &m, .want_status = 200};
    if (http_load_run(&load, &r) != 0 || r.failed)
        bench_die(r.first_failure);
    (void)printf("  %8.0f /s p50 %5.0f us p99 %5.0f us", (double)r.done / r.elapsed_s, r.p50_us, r.p99_us);
    return (double)r.done / r.elapsed_s;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *of)
{
    double sorted[ROUNDS];
    memcpy(sorted, of, sizeof(sorted));
    qsort(sorted, ROUNDS, sizeof(*sorted), by_size);
    return sorted[ROUNDS / 2];
}

/* The three take turns, so that what else the machine does falls on all of them; each counts by its median round. */
int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 5;
    struct bench_server s = {.batch_max = 0};
    struct bench_stats st;
    double rate[3][ROUNDS];
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)printf("reads over HTTP, 64 connections, load generator on the same cores, SQLite %s; "
                 "%d rounds of %.1f s each:\n"
                 "empty handler, one action with its units and reports, action and journal in turn\n",
                 sqlite3_libversion(), ROUNDS, seconds / 2);
    bench_start(&s);
    for (int round = -1; round < ROUNDS; round++) { /* the first warms up and does not count */
        for (int kind = 0; kind < 3; kind++)
            rate[kind][round < 0 ? 0 : round] = measure(&s, kind, seconds / 2);
        (void)printf("%s\n", round < 0 ? "  (warm up)" : "");
    }
    bench_stop(&s, &st);
    bench_cleanup();
    const double empty = median(rate[0]), action = median(rate[1]), ours = median(rate[2]);
    (void)printf("resident memory after the run: %lld KiB\n", (long long)st.rss_kb);
    (void)printf("result: read-action ours=%.0f peer=%.0f ratio=%.2f goal=0.33\n", action, empty, action / empty);
    (void)printf("result: read ours=%.0f peer=%.0f ratio=%.2f goal=0.33\n", ours, empty, ours / empty);
    return 0;
}
