/* bench_read.c - reads over HTTP: one action with its units, and its journal, in turn; the peer is the same server's empty handler. */
#include <stdio.h>
#include <stdlib.h>

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

static double measure(const struct bench_server *s, const char *name, int kind, double seconds)
{
    struct making m = {s, kind};
    struct http_load_result r;
    const struct http_load load = {
        .port = s->port, .connections = 64, .seconds = seconds, .make = make_read, .ctx = &m, .want_status = 200};
    if (http_load_run(&load, &r) != 0 || r.failed)
        bench_die(r.first_failure);
    (void)printf("%-28s %8.0f /s   p50 %6.0f us   p99 %6.0f us\n", name, (double)r.done / r.elapsed_s, r.p50_us,
                 r.p99_us);
    return (double)r.done / r.elapsed_s;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 5;
    struct bench_server s = {.batch_max = 0};
    struct bench_stats st;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)printf("reads over HTTP, 64 connections, load generator on the same cores, %.0f s each\n", seconds);
    bench_start(&s);
    (void)measure(&s, "warm up", 2, 1);
    const double empty = measure(&s, "empty handler", 0, seconds),
                 action = measure(&s, "one action with units", 1, seconds);
    const double ours = measure(&s, "action and journal in turn", 2, seconds);
    bench_stop(&s, &st);
    bench_cleanup();
    (void)printf("resident memory after the run: %lld KiB\n", (long long)st.rss_kb);
    (void)printf("result: read-action ours=%.0f peer=%.0f ratio=%.2f goal=0.33\n", action, empty, action / empty);
    (void)printf("result: read ours=%.0f peer=%.0f ratio=%.2f goal=0.33\n", ours, empty, ours / empty);
    return 0;
}
