/*
 * app_serve.c - `yiti serve`: opens the store, starts what runs in it, and stops everything in the opposite order after a signal.
 *
 * Order of starting, and why: the store first (it owns the directory); org, which registers kinds of timers and jobs; then the store's
 * background work; events, before anybody can commit over HTTP; HTTP; at last the socket for subcommands.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/app_int.h"
#include "duty/duty.h"
#include "plan/plan.h"
#include "app/web_files.h"
#include "base/limits.h"

#define STOP_GRACE_S 15
#define APP_ARENA_BYTES (64u << 20)

/* ---- the words of `yiti serve` ----------------------------------------------------------------------------------------------- */

static bool takes_log(struct app_config *c, const char *word)
{
    if (strcmp(word, "json") != 0 && strcmp(word, "human") != 0)
        return false;
    c->log_form = word[0] == 'j' ? LOG_JSON : LOG_HUMAN;
    return true;
}

#define CLOCK_AHEAD_MAX_S (400LL * 86400)

static enum rc take_options(struct cli *c, struct app_config *config, struct fail *f)
{
    enum rc rc = config_load(c->arena, config, f);
    const char *v;
    if (rc == RC_OK && (v = cli_option(c, "listen")) != NULL)
        rc = config_listen(c->arena, v, config, f);
    while (rc == RC_OK && (v = cli_option(c, "trusted-proxy")) != NULL)
        rc = config_add_address(c->arena, config->trusted_proxies, v, f);
    if (rc == RC_OK && (v = cli_option(c, "public-url")) != NULL)
        config->public_url = v;
    if (rc == RC_OK && (v = cli_option(c, "oidc-issuer")) != NULL)
        config->oidc_issuer = v;
    if (rc == RC_OK && (v = cli_option(c, "oidc-client-id")) != NULL)
        config->oidc_client_id = v;
    if (rc == RC_OK && (v = cli_option(c, "oidc-client-secret-file")) != NULL)
        rc = config_secret(c->arena, v, &config->oidc_client_secret, f);
    if (rc == RC_OK && (v = cli_option(c, "threads")) != NULL) {
        int64_t n = 0;
        if (!span_to_i64(span_of(v), &n) || n < 0 || n > 256)
            return fail_set(f, RC_INVALID, MSG_app_config_value, "--threads", "threads", v, NULL);
        config->threads = (int)n;
    }
    if (rc == RC_OK && (v = cli_option(c, "log")) != NULL && !takes_log(config, v))
        return fail_set(f, RC_INVALID, MSG_app_config_value, "--log", "log", v, NULL);
    config->demonstration = cli_flag(c, "demonstration");
    if (rc == RC_OK && (v = cli_option(c, "clock-ahead")) != NULL) {
        int64_t seconds = 0;
        if (!span_to_i64(span_of(v), &seconds) || seconds < 0 || seconds > CLOCK_AHEAD_MAX_S || !config->demonstration)
            return fail_set(f, RC_INVALID, MSG_app_clock_ahead, NULL, NULL);
        config->ahead_us = seconds * 1000000;
    }
    return rc;
}

/* ---- hooks of the HTTP room (http_options.app is the struct org *) ----------------------------------------------------------- */

static const char *ready(void *org)
{
    const struct app *app = org_app(org);
    return store_writable(app->store) ? NULL : msg_text(MSG_app_read_only, LANG_EN);
}

static void metric(struct sb *out, const char *name, const char *type, const char *help, int64_t value)
{
    sb_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name, (long long)value);
}

static void metrics(void *org, struct sb *out)
{
    const struct app *app = org_app(org);
    struct store_stats s;
    struct rusage use;
    store_stats(app->store, &s);
    sb_adds(out, "# HELP yiti_build_info Version of the running program.\n# TYPE yiti_build_info "
                 "gauge\nyiti_build_info{version=\"" YITI_VERSION "\"} 1\n");
    metric(out, "yiti_store_writable", "gauge", "1 while writes are taken.", store_writable(app->store));
    metric(out, "yiti_store_commits_total", "counter", "Transactions committed by the writer.", s.commits);
    metric(out, "yiti_store_commands_total", "counter", "Commands run by the writer.", s.commands);
    metric(out, "yiti_store_commands_failed_total", "counter", "Commands that were refused.", s.failed);
    metric(out, "yiti_store_queue_length", "gauge", "Commands waiting for the writer.", s.queued);
    metric(out, "yiti_store_queue_wait_microseconds_total", "counter", "Time commands waited for the writer.",
           s.queue_us_sum);
    metric(out, "yiti_store_sync_microseconds_total", "counter", "Time spent in commits on disk.", s.fsync_us_sum);
    metric(out, "yiti_store_sync_microseconds_max", "gauge", "Longest commit on disk.", s.fsync_us_max);
    metric(out, "yiti_store_reads_total", "counter", "Read transactions.", s.reads);
    metric(out, "yiti_store_repeats", "counter", "Batches run again with savepoints.", s.repeats);
    metric(out, "yiti_store_batch_max", "gauge", "Most commands in one transaction.", s.batch_max);
    metric(out, "yiti_start_time_seconds", "gauge", "When this process started, seconds since 1970.",
           app->started_us / 1000000);
    if (getrusage(RUSAGE_SELF, &use) == 0)
        metric(out, "yiti_resident_memory_peak_bytes", "gauge", "Largest resident memory so far.",
               (int64_t)use.ru_maxrss * 1024);
}

/* ---- starting ------------------------------------------------------------------------------------------------------------------ */

/* A listening socket that systemd passed (LISTEN_FDS), or -1. */
static int passed_socket(void)
{
    const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
    int64_t who = 0, count = 0;
    if (!pid || !n || !span_to_i64(span_of(pid), &who) || !span_to_i64(span_of(n), &count))
        return -1;
    return who == (int64_t)getpid() && count >= 1 ? 3 : -1;
}

static bool loopback(const char *address)
{
    return !strncmp(address, "127.", 4) || !strcmp(address, "::1") || !strcmp(address, "localhost");
}

static enum rc start_http(struct app *app, struct fail *f)
{
    const struct app_config *c = &app->config;
    const char **origins = ARENA_ARRAY(app->arena, 2, const char *);
    if (!origins)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    origins[0] = c->public_url;
    int n_tables = 0;
    const struct route_table *const *tables = app_route_tables(&n_tables);
    struct http_options o = {
        .address = c->address,
        .port = c->port,
        .listen_fd = passed_socket(),
        .threads = c->threads,
        .trusted_proxies = c->trusted_proxies,
        .origins = origins,
        .metrics_from = c->metrics_from[0] ? c->metrics_from : NULL,
        .spool_dir = c->data_dir,
        .clock = clock_ahead(&app->config.ahead_us),
        .app = app->org,
        .authenticate = org_authenticate,
        .has_right = org_has_right,
        .replay = events_replay,
        .ready = ready,
        .metrics = metrics,
        .files = web_files,
        .file_count = web_file_count,
        .index_path = "/index.html",
    };
    return http_start(&o, tables, n_tables, &app->http, f);
}

/* With --demonstration, a fresh data directory gets the demonstration region; one that holds anything is left as it is. */
static enum rc demonstration(struct app *app, struct cli *cli, struct fail *f)
{
    int64_t position = 0;
    enum rc rc = journal_position(app->store, &position, f);
    if (rc != RC_OK || position > 0)
        return rc;
    struct cli inner = *cli;
    inner.store = app->store;
    inner.out = cli->err; /* standard output begins with the address */
    return app_demo_seed(&inner) == 0 ? RC_OK : fail_set(f, RC_INTERNAL, MSG_app_demo_failed, NULL, NULL);
}

static enum rc read_mark(struct tx *tx, void *ctx, struct fail *f)
{
    return org_is_demonstration(tx, ctx, f);
}

/* A clock that runs ahead makes days pass for everybody: never over people's data. */
static enum rc only_in_a_demonstration(struct app *app, struct fail *f)
{
    bool is = false;
    struct arena *a = arena_new(1u << 20);
    enum rc rc = store_read(app->store, &ACTOR_SYSTEM, a, read_mark, &is, f);
    arena_free(a);
    return rc == RC_OK && !is ? fail_set(f, RC_INVALID, MSG_app_clock_ahead, NULL, NULL) : rc;
}

static enum rc start(struct app *app, struct cli *cli, struct fail *f)
{
    struct app_config *c = &app->config;
    const struct clock clock = clock_ahead(&c->ahead_us);
    enum rc rc = store_open(&(struct store_options){.data_dir = c->data_dir, .database = c->database, .clock = clock},
                            &app->store, f);
    if (rc != RC_OK)
        return rc;
    struct org_options org = {
        .store = app->store,
        .app = app,
        .loopback_only = loopback(c->address) && !c->trusted_proxies[0],
        .public_url = c->public_url,
        .oidc_issuer = c->oidc_issuer,
        .oidc_client_id = c->oidc_client_id,
        .oidc_client_secret = c->oidc_client_secret,
        .retry_s = c->retry_s,
        .group_s = c->group_s,
        .disable_hours = c->disable_hours,
        .reach_allow = c->reach_allow,
    };
    rc = org_new(&org, &app->org, f);
    if (rc != RC_OK)
        return rc;
    if (c->demonstration)
        rc = demonstration(app, cli, f);
    if (rc == RC_OK && c->ahead_us > 0)
        rc = only_in_a_demonstration(app, f);
    if (rc != RC_OK)
        return rc;
    duty_register(app->store);
    plan_sheet_register(app->store);
    plan_bulk_register(app->store);
    store_start_background(app->store);
    org_start_delivery(app->org);
    rc = start_http(app, f);
    if (rc == RC_OK)
        rc = events_start(app, &app->events, f);
    if (rc == RC_OK)
        rc = sock_serve(app->store, c->data_dir, app->arena, &app->sock, f);
    return rc;
}

static void stop(struct app *app)
{
    sock_stop(app->sock);
    if (app->http)
        http_stop(app->http, STOP_GRACE_S);
    events_stop(app->events);
    org_stop_delivery(app->org);
    org_free(app->org);
    store_close(app->store);
}

/* ---- telling --------------------------------------------------------------------------------------------------------------------- */

/* tells the service manager (sd_notify's protocol: a datagram to NOTIFY_SOCKET); nothing when there is none. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof(addr.sun_path))
        return;
    memcpy(addr.sun_path, path, strlen(path));
    if (path[0] == '@')
        addr.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&addr,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
    (void)close(fd);
}

static void say_where(struct cli *c, const struct app *app)
{
    bool six = strchr(app->config.address, ':') != NULL;
    (void)fprintf(
        c->out,
        c->lang == LANG_ZH ? "一体 %s：http://%s%s%s:%d （数据目录 %s）\n" : "Yiti %s: http://%s%s%s:%d (data in %s)\n",
        YITI_VERSION, six ? "[" : "", app->config.address, six ? "]" : "", http_port(app->http), app->config.data_dir);
    (void)fflush(c->out);
}

/* Waits for a signal to stop; a second one ends the process at once. */
static void wait_for_signal(const sigset_t *signals)
{
    int number = 0;
    while (sigwait(signals, &number) != 0 || number == SIGHUP)
        ;
    log_event(LOG_INFO, "serve.stopping", LI("signal", number), LEND);
    notify("STOPPING=1");
    sigset_t again = *signals;
    (void)sigdelset(&again, SIGHUP);
    (void)pthread_sigmask(SIG_UNBLOCK, &again, NULL);
}

int app_serve(struct cli *c)
{
    struct fail f = {0};
    struct app *app = ARENA_NEW(c->arena, struct app);
    if (!app || take_options(c, &app->config, &f) != RC_OK)
        return cli_failed(c, &f);
    if (!cli_no_more_options(c) || c->argc)
        return 2;
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    log_setup(app->config.log_level, app->config.log_form);
    app->arena = arena_new(APP_ARENA_BYTES);
    struct clock now = clock_system();
    app->started_us = clock_now_us(&now);
    int code = 0;
    if (start(app, c, &f) == RC_OK) {
        say_where(c, app);
        notify("READY=1");
        log_event(LOG_INFO, "serve.ready", LS("address", app->config.address), LI("port", http_port(app->http)), LEND);
        wait_for_signal(&signals);
    } else {
        code = cli_failed(c, &f);
    }
    stop(app);
    arena_free(app->arena);
    return code;
}
