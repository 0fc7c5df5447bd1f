/*
 * http_load.h - a load generator for the benchmarks: n connections on loopback from one thread with epoll, keep-alive, one request at a time on each,
 * each answer checked for its status. Counts what was acknowledged and how long each took.
 */
#ifndef YITI_BENCH_HTTP_LOAD_H
#define YITI_BENCH_HTTP_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_load {
    int port;
    int connections;
    int64_t requests; /* in all; 0: until seconds are over */
    double seconds;   /* 0: until requests are done */
    /* make - writes the whole request number i into out (at most out_bytes) and returns its length. */
    size_t (*make)(void *ctx, int64_t i, char *out, size_t out_bytes);
    void *ctx;
    int want_status;
};
struct http_load_result {
    int64_t done, failed; /* failed: another status, or the connection broke */
    double elapsed_s;
    double p50_us, p99_us, max_us;
    char first_failure[512]; /* the first answer that was not as wanted */
};
/* http_load_run - 0, or -1 when no connection could be made. */
int http_load_run(const struct http_load *load, struct http_load_result *out);
/* Where an answer goes; each zero-terminated and cut to its size. */
struct http_answer {
    char *headers, *body;
    size_t headers_bytes, body_bytes;
};
/* http_once - one request on a connection of its own; the status, -1 on failure. */
int http_once(int port, const char *request, size_t request_len, struct http_answer out);

#endif
