/*
 * A server whose disk is full or whose queue is full, seen over HTTP: each refusal is a clear problem, reads go on, what was acknowledged is there
 * once, what was refused is not there at all and is taken later under the same key. The server runs in this process on the fault VFS, so the test
 * says when the disk is full (disk_full.py does the same on a real small disk) and how slow it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../http/client.h"
#include "app/app.h"
#include "base/log.h"
#include "org/org.h"
#include "store/fault_vfs.h"
#include "store/store.h"

#define BATCH 2
#define QUEUE 5
#define SLOW_US 150000
#define AT_ONCE 24

struct site {
    char dir[64], cookie[256], action[24];
    struct fault_plan plan;
    struct fault_vfs *vfs;
    struct store *store;
    struct org *org;
    struct http *http;
    int port;
};

static void seed(const char *dir)
{
    const pid_t pid = fork();
    if (pid == 0) {
        char name[] = "yiti", data[] = "--data", demo[] = "demo", verb[] = "seed", where[80];
        (void)snprintf(where, sizeof where, "%s", dir);
        char *argv[] = {name, data, where, demo, verb, NULL};
        if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout))
            _exit(1);
        _exit(app_main(5, argv));
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void open_site(struct site *s)
{
    struct fail f = {0};
    const struct store_options store = {
        .data_dir = s->dir, .clock = clock_system(), .batch_max = BATCH, .queue_max = QUEUE, .vfs = "full"};
    struct org_options org = {.loopback_only = true};
    int n = 0;
    assert_int_equal(store_open(&store, &s->store, &f), RC_OK);
    org.store = s->store;
    assert_int_equal(org_new(&org, &s->org, &f), RC_OK);
    const struct http_options o = {.address = "127.0.0.1",
                                   .listen_fd = -1,
                                   .clock = clock_system(),
                                   .app = s->org,
                                   .authenticate = org_authenticate,
                                   .has_right = org_has_right,
                                   .spool_dir = s->dir};
    const struct route_table *const *const tables = app_route_tables(&n);
    assert_int_equal(http_start(&o, tables, n, &s->http, &f), RC_OK);
    s->port = http_port(s->http);
}

/* How often the text stands in the answer. */
static int times(const struct answer *a, const char *text)
{
    int n = 0;
    const struct span body = sb_span(&a->body);
    for (size_t at = 0, len = strlen(text); at + len <= body.len; at++)
        n += memcmp(body.ptr + at, text, len) == 0;
    return n;
}

static void take_id(const struct answer *a, char out[24])
{
    const struct span body = sb_span(&a->body);
    const char *const id = memmem(body.ptr, body.len, "\"id\":\"", 6);
    assert_non_null(id);
    (void)snprintf(out, 24, "%.*s", (int)strcspn(id + 6, "\""), id + 6);
}

static void sign_in(struct site *s)
{
    struct answer a;
    static const char headers[] = "Origin: http://yiti.test\r\nContent-Type: application/json\r\n";
    answer_init(&a);
    assert_int_equal(ask_once(s->port, &a, "POST", "/api/v1/demo/session", headers, SPAN("{\"account\":\"office\"}")),
                     200);
    const struct span cookie = answer_header(&a, "Set-Cookie");
    (void)snprintf(s->cookie, sizeof s->cookie, "Origin: http://yiti.test\r\nCookie: %.*s\r\n",
                   (int)strcspn(cookie.ptr, ";\r\n"), cookie.ptr);
    assert_int_equal(ask_once(s->port, &a, "GET", "/api/v1/actions?limit=1", s->cookie, SPAN_NONE), 200);
    const char *const items = memmem(sb_span(&a.body).ptr, sb_span(&a.body).len, "\"items\"", 7);
    assert_non_null(items);
    take_id(&a, s->action);
    answer_release(&a);
}

static int site_start(void **state)
{
    struct site *const s = calloc(1, sizeof *s);
    *state = s;
    const char *const tmp = getenv("TMPDIR");
    log_setup(LOG_ERROR, LOG_JSON);
    (void)snprintf(s->dir, sizeof s->dir, "%.40s/yiti-full-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(s->dir));
    seed(s->dir);
    s->vfs = fault_vfs_add("full", &s->plan);
    assert_non_null(s->vfs);
    open_site(s);
    sign_in(s);
    return 0;
}

static void close_site(struct site *s)
{
    http_stop(s->http, 5);
    org_free(s->org);
    store_close(s->store);
}

static void say(void *ctx, const char *table, const char *id, const char *why)
{
    (void)ctx;
    print_error("%s %s: %s\n", table, id, why);
}

/* The data must verify at the end. */
static int site_stop(void **state)
{
    struct site *const s = *state;
    struct verify_result r = {.faults = -1};
    struct fail f = {0};
    char command[96];
    if (!s->http)
        return -1;
    atomic_store(&s->plan.sync_delay_us, 0);
    fault_disarm(&s->plan);
    const enum rc rc = store_verify(s->store, say, NULL, &r, &f);
    close_site(s);
    fault_vfs_drop(s->vfs);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", s->dir);
    const bool good = rc == RC_OK && r.faults == 0 && r.journal_rows > 0 && system(command) == 0;
    free(s);
    return good ? 0 : -1;
}

/* ---- one report ----------------------------------------------------------------------------------------------------------------- */

static void send_report(struct client *c, const struct site *s, const char *text)
{
    char body[256];
    const int n = snprintf(body, sizeof body, "{\"percent\":50,\"text\":\"%s\",\"reason\":\"drawn\"}", text);
    assert_true(client_sendf(c,
                             "POST /api/v1/actions/%s/reports HTTP/1.1\r\nHost: yiti.test\r\n%sContent-Type: "
                             "application/json\r\nIdempotency-Key: k-%s\r\nContent-Length: %d\r\n\r\n%s",
                             s->action, s->cookie, text, n, body));
}

static int report(const struct site *s, const char *text, struct answer *a)
{
    struct client c;
    client_open(&c, s->port);
    send_report(&c, s, text);
    const int status = client_read(&c, a, false);
    client_close(&c);
    return status;
}

/* How often a report with this text is there, over the API. */
static int there(const struct site *s, const char *text)
{
    struct answer a;
    char path[96], quoted[64];
    answer_init(&a);
    (void)snprintf(path, sizeof path, "/api/v1/actions/%s/reports?limit=500", s->action);
    (void)snprintf(quoted, sizeof quoted, "\"text\":\"%s\"", text);
    assert_int_equal(ask_once(s->port, &a, "GET", path, s->cookie, SPAN_NONE), 200);
    const int n = times(&a, quoted);
    answer_release(&a);
    return n;
}

static int status_of(const struct site *s, const char *path)
{
    struct answer a;
    answer_init(&a);
    const int status = ask_once(s->port, &a, "GET", path, s->cookie, SPAN_NONE);
    answer_release(&a);
    return status;
}

/* ---- the tests -------------------------------------------------------------------------------------------------------------------- */

static void a_full_disk_refuses_writes_serves_reads_and_recovers(void **state)
{
    struct site *const s = *state;
    struct answer a;
    answer_init(&a);
    assert_int_equal(report(s, "before", &a), 201);
    fault_arm(&s->plan, FAULT_WRITE, FAULT_ENOSPC, 1, true);
    for (int i = 0; i < 2; i++) { /* the first one meets the disk, the second one the store that knows */
        assert_int_equal(report(s, "refused", &a), 507);
        assert_true(span_eq(answer_header(&a, "Content-Type"), SPAN("application/problem+json")));
        assert_true(answer_has(&a, "\"status\":507") && answer_has(&a, "urn:yiti:problem:store_read_only") &&
                    answer_has(&a, "磁盘已满"));
    }
    assert_true(atomic_load(&s->plan.fired) > 0);
    assert_int_equal(there(s, "before"), 1);
    assert_int_equal(there(s, "refused"), 0);
    assert_int_equal(status_of(s, "/healthz"), 200);
    fault_disarm(&s->plan);
    int status = 507;
    for (int i = 0; i < 100 && status == 507; i++) {
        (void)nanosleep(&(struct timespec){0, 50000000}, NULL);
        status = report(s, "refused", &a);
    }
    assert_int_equal(status, 201);
    assert_int_equal(there(s, "refused"), 1);
    assert_int_equal(report(s, "refused", &a), 201); /* the same key: the same report */
    assert_int_equal(there(s, "refused"), 1);
    answer_release(&a);
}

static void a_full_queue_refuses_with_a_time_to_come_back(void **state)
{
    struct site *const s = *state;
    struct client c[AT_ONCE];
    int status[AT_ONCE], taken = 0, refused = 0;
    char text[AT_ONCE][16];
    struct answer a;
    answer_init(&a);
    atomic_store(&s->plan.sync_delay_us, SLOW_US);
    for (int i = 0; i < AT_ONCE; i++) {
        (void)snprintf(text[i], sizeof text[i], "queue-%d", i);
        client_open(&c[i], s->port);
        send_report(&c[i], s, text[i]);
    }
    assert_int_equal(there(s, "queue-0") <= 1, 1); /* reads do not wait for the writer */
    for (int i = 0; i < AT_ONCE; i++) {
        status[i] = client_read(&c[i], &a, false);
        client_close(&c[i]);
        taken += status[i] == 201;
        if (status[i] == 201)
            continue;
        refused++;
        assert_int_equal(status[i], 503);
        assert_true(answer_has(&a, "urn:yiti:problem:store_busy") && answer_has(&a, "\"status\":503"));
        assert_true(span_eq(answer_header(&a, "Retry-After"), SPAN("1")));
    }
    atomic_store(&s->plan.sync_delay_us, 0);
    assert_true(taken >= QUEUE && refused > 0);
    for (int i = 0; i < AT_ONCE; i++) {
        assert_int_equal(there(s, text[i]), status[i] == 201);
        assert_int_equal(report(s, text[i], &a),
                         201); /* what was refused is taken now, what was taken is not made twice */
        assert_int_equal(there(s, text[i]), 1);
    }
    answer_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_full_disk_refuses_writes_serves_reads_and_recovers),
                                       cmocka_unit_test(a_full_queue_refuses_with_a_time_to_come_back)};
    return cmocka_run_group_tests(tests, site_start, site_stop);
}
