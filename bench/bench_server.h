/* bench_server.h - a Yiti server in a child process on a fresh copy of the demonstration region, for benchmarks over HTTP. */
#ifndef YITI_BENCH_SERVER_H
#define YITI_BENCH_SERVER_H

#include <stdint.h>
#include <sys/types.h>

#define BENCH_ACTIONS_MAX 128

struct bench_server {
    /* in */
    int batch_max;         /* 0: as the program does; 1: one commit a command */
    int64_t sync_delay_us; /* added to each sync; 0: none */
    /* out */
    pid_t pid;
    int port, stats_fd;
    char dir[64];     /* its data directory */
    char cookie[256]; /* session of the coordination office */
    char actions[BENCH_ACTIONS_MAX][24];
    int n_actions;
};
struct bench_stats {
    int64_t commits, commands, fsync_us_sum, fsync_us_max, batch_max, rss_kb;
};
/* bench_template - makes the demonstration region once, in a folder of its own; returns its name (static). Exits with a message on failure. */
const char *bench_template(void);
/* bench_start - copies the template, starts the child, signs in. Exits with a message on failure. */
void bench_start(struct bench_server *s);
/* bench_stop - stops the child, removes its folder; stats may be NULL. */
void bench_stop(struct bench_server *s, struct bench_stats *stats);
/* bench_cleanup - removes the template. */
void bench_cleanup(void);
_Noreturn void bench_die(const char *what);

#endif
