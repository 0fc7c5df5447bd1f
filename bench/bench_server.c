/* bench_server.c - see bench_server.h. The child is made by fork before this process has threads. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/app.h"
#include "base/log.h"
#include "bench_server.h"
#include "http_load.h"
#include "org/org.h"

#define TABLES_MAX 128

static char template_dir[64];

_Noreturn void bench_die(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* Runs `verb 'a'tail`. */
static void shell(const char *verb, const char *a, const char *tail)
{
    char command[512];
    (void)snprintf(command, sizeof(command), "%s '%s'%s", verb, a, tail);
    if (system(command) != 0)
        bench_die(command);
}

const char *bench_template(void)
{
    if (template_dir[0])
        return template_dir;
    (void)snprintf(template_dir, sizeof(template_dir), "/tmp/yiti-bench-XXXXXX");
    if (!mkdtemp(template_dir))
        bench_die("no temporary folder");
    const pid_t pid = fork();
    if (pid == 0) {
        char data[] = "--data", demo[] = "demo", seed[] = "seed", name[] = "yiti",
             *argv[] = {name, data, template_dir, demo, seed, NULL};
        if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout))
            _exit(1);
        _exit(app_main(5, argv));
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        bench_die("the demonstration region could not be made");
    return template_dir;
}

void bench_cleanup(void)
{
    if (template_dir[0])
        shell("rm -rf", template_dir, "");
}

/* ---- the child ------------------------------------------------------------------------------------------------------------- */

static enum rc empty(struct req *r, struct fail *f)
{
    (void)f;
    struct jw *const w = reply_json(r);
    jw_object(w);
    jw_kbool(w, "ok", true);
    jw_object_end(w);
    return RC_OK;
}

static const struct route empty_routes[] = {{.method = HTTP_GET,
                                             .path = "/api/v1/bench/empty",
                                             .auth = AUTH_PUBLIC,
                                             .handler = empty,
                                             .help = "the peer: an empty handler"}};
static const struct route_table empty_table = {"bench", empty_routes, 1};

static int64_t resident_kb(void)
{
    char line[256];
    int64_t kb = 0;
    FILE *const in = fopen("/proc/self/status", "re");
    while (in && fgets(line, sizeof(line), in))
        if (!strncmp(line, "VmRSS:", 6))
            kb = strtol(line + 6, NULL, 10);
    if (in)
        (void)fclose(in);
    return kb;
}

static void serve(const struct bench_server *s, int out)
{
    const struct route_table *tables[TABLES_MAX];
    const struct store_options store = {.data_dir = s->dir,
                                        .clock = clock_system(),
                                        .batch_max = s->batch_max,
                                        .vfs = s->sync_delay_us ? store_slow_disk(s->sync_delay_us) : NULL};
    struct org_options options = {.loopback_only = true};
    struct fail f = {0};
    struct http *http = NULL;
    struct org *org = NULL;
    sigset_t stop;
    int n = 0, signal = 0;
    log_setup(LOG_ERROR, LOG_JSON);
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    if (store_open(&store, &options.store, &f) != RC_OK || org_new(&options, &org, &f) != RC_OK)
        bench_die(msg_name(f.msg));
    const struct route_table *const *const all = app_route_tables(&n);
    if (n >= TABLES_MAX)
        bench_die("more route tables than there is room for");
    memcpy(tables, all, (size_t)n * sizeof(*tables));
    tables[n++] = &empty_table;
    const struct http_options o = {.address = "127.0.0.1",
                                   .listen_fd = -1,
                                   .clock = clock_system(),
                                   .app = org,
                                   .authenticate = org_authenticate,
                                   .has_right = org_has_right,
                                   .spool_dir = s->dir,
                                   .rate_per_s = 1e9,
                                   .rate_public_form_per_min = 1e9};
    store_start_background(options.store);
    if (http_start(&o, tables, n, &http, &f) != RC_OK)
        bench_die(msg_name(f.msg));
    const int port = http_port(http);
    if (write(out, &port, sizeof(port)) != sizeof(port) || sigwait(&stop, &signal) != 0)
        bench_die("the child lost its parent");
    struct store_stats st;
    store_stats(options.store, &st);
    const struct bench_stats stats = {st.commits,      st.commands,  st.fsync_us_sum,
                                      st.fsync_us_max, st.batch_max, resident_kb()};
    if (write(out, &stats, sizeof(stats)) != sizeof(stats))
        bench_die("the child lost its parent");
    http_stop(http, 5);
    org_free(org);
    store_close(options.store);
}

/* ---- the parent -------------------------------------------------------------------------------------------------------------- */

static void sign_in(struct bench_server *s)
{
    static char headers[8192], body[200000], request[2048];
    const struct http_answer answer = {headers, body, sizeof(headers), sizeof(body)};
    int n = snprintf(request, sizeof(request),
                     "POST /api/v1/demo/session HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: "
                     "http://127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                     "Content-Length: 20\r\n\r\n{\"account\":\"office\"}",
                     s->port, s->port);
    if (http_once(s->port, request, (size_t)n, answer) != 200)
        bench_die(body);
    const char *const cookie = strcasestr(headers, "\r\nset-cookie:");
    if (!cookie)
        bench_die("no cookie");
    (void)sscanf(cookie + 13, " %255[^;\r\n]", s->cookie);
    n = snprintf(request, sizeof(request),
                 "GET /api/v1/actions?limit=100 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", s->port,
                 s->cookie);
    if (http_once(s->port, request, (size_t)n, answer) != 200)
        bench_die(body);
    /* Each item begins {"id":"…","number": */
    for (const char *p = body; (p = strstr(p, "{\"id\":\"")) && s->n_actions < BENCH_ACTIONS_MAX; p++)
        if (strstr(p, "\",\"number\"") == p + 7 + strcspn(p + 7, "\""))
            (void)snprintf(s->actions[s->n_actions++], 24, "%.*s", (int)strcspn(p + 7, "\""), p + 7);
    if (!s->n_actions)
        bench_die("no actions");
}

void bench_start(struct bench_server *s)
{
    int ends[2];
    const char *const from = bench_template();
    s->n_actions = 0;
    (void)snprintf(s->dir, sizeof(s->dir), "/tmp/yiti-bench-run-XXXXXX");
    if (!mkdtemp(s->dir) || pipe(ends) != 0)
        bench_die("no temporary folder");
    char target[80];
    (void)snprintf(target, sizeof(target), "/. %s/", s->dir);
    shell("cp -a", from, target);
    (void)fflush(NULL);
    s->pid = fork();
    if (s->pid == 0) {
        (void)close(ends[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a benchmark that gives up leaves no server */
        serve(s, ends[1]);
        _exit(0);
    }
    (void)close(ends[1]);
    s->stats_fd = ends[0];
    if (read(ends[0], &s->port, sizeof(s->port)) != sizeof(s->port))
        bench_die("the server did not start");
    sign_in(s);
}

void bench_stop(struct bench_server *s, struct bench_stats *stats)
{
    struct bench_stats got = {0};
    int status = 0;
    (void)kill(s->pid, SIGTERM);
    const ssize_t n = read(s->stats_fd, &got, sizeof(got));
    (void)close(s->stats_fd);
    if (waitpid(s->pid, &status, 0) != s->pid || n != sizeof(got))
        bench_die("the server died");
    shell("rm -rf", s->dir, "");
    if (stats)
        *stats = got;
}
