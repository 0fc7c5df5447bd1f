/* server_fixture.c - see server_fixture.h. */
#include "server_fixture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ensure.h"

static void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    (void)nanosleep(&t, NULL);
}

static struct fixture *fixture_of(struct req *r)
{
    return req_app(r);
}

static enum rc get_item(struct req *r, struct fail *f)
{
    int64_t id = 0;
    enum rc rc = req_param_id(r, "id", &id, f);
    if (rc != RC_OK)
        return rc;
    if (id == 404)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "path", req_path(r));
    jw_kstr(w, "route", req_route_name(r));
    jw_kstr(w, "address", req_address(r));
    jw_kbool(w, "loopback", req_loopback(r));
    jw_kbool(w, "secure", req_secure(r));
    jw_object_end(w);
    reply_etag(r, 12);
    return RC_OK;
}

static enum rc get_text(struct req *r, struct fail *f)
{
    struct jw *w = reply_json(r);
    (void)f;
    jw_object(w);
    jw_ktext(w, "name", req_param(r, "name"));
    jw_ktext_or_null(w, "q", req_query(r, "q"));
    jw_object_end(w);
    return RC_OK;
}

static enum rc get_csv(struct req *r, struct fail *f)
{
    (void)f;
    reply_body(r, "text/csv; charset=utf-8", req_param(r, "name"));
    reply_download(r, "杭州 \"2011\".csv");
    return RC_OK;
}

static enum rc get_list(struct req *r, struct fail *f)
{
    int64_t limit = 0, unit = 0, size = 3;
    struct span parts[2], on = SPAN_NONE;
    bool given = false;
    enum rc rc = req_query_only(r, f, "unit", "size", "due_on", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &limit, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &unit, f);
    if (rc == RC_OK)
        rc = req_query_int(r, "size", 1, 9, &size, f);
    if (rc == RC_OK)
        rc = req_query_date(r, "due_on", &on, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, parts, &given, f);
    if (rc != RC_OK)
        return rc;
    struct span last[2] = {SPAN("2011-06-30 甲"), SPAN("77")};
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kint(w, "limit", limit);
    jw_kid(w, "unit", unit);
    jw_kint(w, "size", size);
    jw_ktext_or_null(w, "due_on", on);
    jw_ktext(w, "after", given ? parts[0] : SPAN("-"));
    jw_ktext(w, "after_id", given ? parts[1] : SPAN("-"));
    jw_kstr(w, "next", page_key(req_arena(r), 2, last));
    jw_object_end(w);
    reply_next_page(r, page_key(req_arena(r), 2, last));
    return RC_OK;
}

static enum rc post_echo(struct req *r, struct fail *f)
{
    (void)f;
    reply_status(r, 201);
    reply_body(r, "application/octet-stream", req_body(r));
    return RC_OK;
}

static enum rc post_json(struct req *r, struct fail *f)
{
    json_t *in;
    struct span name;
    enum rc rc = req_json(r, &in, f);
    if (rc == RC_OK)
        rc = json_get_text(in, "name", JSON_REQUIRED, 20, &name, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_ktext(w, "name", name);
    jw_object_end(w);
    return RC_OK;
}

static enum rc post_spool(struct req *r, struct fail *f)
{
    int64_t size = 0, sum = 0;
    int fd = req_body_fd(r, &size);
    unsigned char buf[4096];
    (void)f;
    for (ssize_t n; (n = read(fd, buf, sizeof buf)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            sum += buf[i];
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kint(w, "size", size);
    jw_kint(w, "sum", sum);
    jw_kint(w, "in_memory", (int64_t)req_body(r).len);
    jw_object_end(w);
    return RC_OK;
}

static enum rc get_file(struct req *r, struct fail *f)
{
    (void)f;
    int fd = memfd_create("file", MFD_CLOEXEC);
    ensure(fd >= 0 && write(fd, "0123456789", 10) == 10);
    reply_fd(r, "text/plain", fd, 10, "a.txt");
    return RC_OK;
}

static enum rc post_sign_in(struct req *r, struct fail *f)
{
    (void)f;
    reply_cookie(r, "session", "s1", 3600);
    reply_cookie(r, "old", "", 0);
    reply_status(r, 204);
    return RC_OK;
}

static enum rc put_item(struct req *r, struct fail *f)
{
    int64_t version = 0;
    enum rc rc = req_if_match(r, &version, f);
    if (rc != RC_OK)
        return rc;
    if (version != 12)
        return fail_set(f, RC_STALE, MSG_not_found, NULL, NULL);
    reply_etag(r, 13);
    reply_status(r, 204);
    return RC_OK;
}

static enum rc fail_hard(struct req *r, struct fail *f)
{
    (void)r;
    enum rc rc = fail_set(f, RC_INTERNAL, MSG_http_failed, NULL, NULL);
    fail_detail(f, "secret table name");
    return rc;
}

static enum rc bad_header(struct req *r, struct fail *f)
{
    (void)f;
    reply_header(r, "X-Bad", "a\r\nSet-Cookie: x=1");
    reply_body(r, "text/plain", SPAN("x"));
    return RC_OK;
}

static enum rc too_big(struct req *r, struct fail *f)
{
    struct jw *w = reply_json(r);
    (void)f;
    jw_array(w);
    for (int i = 0; i < 1 << 20; i++)
        jw_str(w, "seventeen letters");
    jw_array_end(w);
    return RC_OK;
}

static enum rc long_list(struct req *r, struct fail *f)
{
    struct jw *w = reply_json(r);
    (void)f;
    jw_array(w);
    for (int i = 0; i < 2000; i++)
        jw_int(w, i);
    jw_array_end(w);
    reply_etag(r, 5);
    return RC_OK;
}

/* hand_over - to the other thread, as a handler hands a write to the store. */
static enum rc hand_over(struct req *r, struct fail *f)
{
    struct fixture *fx = fixture_of(r);
    req_suspend(r);
    (void)pthread_mutex_lock(&fx->lock);
    bool room = !atomic_load(&fx->full) && fx->n_waiting < 4096;
    if (room) {
        fx->waiting[fx->n_waiting++] = r;
        atomic_fetch_add(&fx->begun, 1);
        (void)pthread_cond_signal(&fx->wake);
    }
    (void)pthread_mutex_unlock(&fx->lock);
    return room ? RC_OK : fail_set(f, RC_BUSY, MSG_http_busy, NULL, NULL);
}

static enum rc slow_pool(struct req *r, struct fail *f)
{
    struct fixture *fx = fixture_of(r);
    (void)f;
    atomic_fetch_add(&fx->pool_begun, 1);
    while (atomic_load(&fx->hold))
        sleep_ms(1);
    reply_body(r, "text/plain", SPAN("pool"));
    return RC_OK;
}

static enum rc maybe_pool(struct req *r, struct fail *f)
{
    return req_to_pool(r, slow_pool, f);
}

static enum rc pool_then_write(struct req *r, struct fail *f)
{
    return hand_over(r, f);
}

static enum rc events(struct req *r, struct fail *f)
{
    return reply_event_stream(r, f);
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/api/v1/items/{id}", AUTH_PUBLIC, 0, NULL, get_item, 0, "one"},
    {HTTP_PUT, "/api/v1/items/{id}", AUTH_PUBLIC, ROUTE_IF_MATCH, NULL, put_item, 0, "change"},
    {HTTP_GET, "/api/v1/items", AUTH_PUBLIC, 0, NULL, get_list, 0, "list"},
    {HTTP_GET, "/api/v1/text/{name}", AUTH_PUBLIC, 0, NULL, get_text, 0, "text"},
    {HTTP_GET, "/api/v1/text/{name}.csv", AUTH_PUBLIC, 0, NULL, get_csv, 0, "csv"},
    {HTTP_GET, "/api/v1/text/fixed", AUTH_PUBLIC, 0, NULL, get_file, 0, "literal before parameter"},
    {HTTP_POST, "/api/v1/echo", AUTH_PUBLIC, 0, NULL, post_echo, 1000, "echo"},
    {HTTP_POST, "/api/v1/big", AUTH_PUBLIC, 0, NULL, post_echo, 0, "default limit"},
    {HTTP_POST, "/api/v1/json", AUTH_PUBLIC, 0, NULL, post_json, 0, "json"},
    {HTTP_POST, "/api/v1/spool", AUTH_PUBLIC, ROUTE_SPOOL, NULL, post_spool, 8 << 20, "to a file"},
    {HTTP_POST, "/api/v1/form", AUTH_PUBLIC, ROUTE_PUBLIC_FORM, NULL, post_echo, 0, "strict rate"},
    {HTTP_POST, "/api/v1/session", AUTH_PUBLIC, 0, NULL, post_sign_in, 0, "cookies"},
    {HTTP_POST, "/api/v1/mine", AUTH_USER, 0, NULL, post_echo, 0, "signed in"},
    {HTTP_POST, "/api/v1/machine", AUTH_USER, ROUTE_NO_ORIGIN, NULL, post_echo, 0, "no Origin"},
    {HTTP_GET, "/api/v1/audit", AUTH_USER, 0, "audit", get_list, 0, "with a right"},
    {HTTP_POST, "/api/v1/write", AUTH_PUBLIC, 0, NULL, hand_over, 0, "answered by another thread"},
    {HTTP_GET, "/api/v1/slow", AUTH_PUBLIC, ROUTE_POOL, NULL, slow_pool, 0, "on the pool"},
    {HTTP_GET, "/api/v1/maybe", AUTH_PUBLIC, 0, NULL, maybe_pool, 0, "to the pool"},
    {HTTP_POST, "/api/v1/both", AUTH_PUBLIC, ROUTE_POOL, NULL, pool_then_write, 0, "pool, then the other thread"},
    {HTTP_GET, "/api/v1/fail", AUTH_PUBLIC, 0, NULL, fail_hard, 0, "500"},
    {HTTP_GET, "/api/v1/bad-header", AUTH_PUBLIC, 0, NULL, bad_header, 0, "500"},
    {HTTP_GET, "/api/v1/too-big", AUTH_PUBLIC, ROUTE_POOL, NULL, too_big, 0, "500"},
    {HTTP_GET, "/api/v1/long", AUTH_PUBLIC, ROUTE_POOL, NULL, long_list, 0, "large reply"},
    {HTTP_GET, "/api/v1/events", AUTH_PUBLIC, 0, NULL, events, 0, "live"},
};
static const struct route_table TABLE = {"test", ROUTES, sizeof ROUTES / sizeof ROUTES[0]};

static const unsigned char INDEX[] = "<!doctype html><p>index</p>";
static const unsigned char SCRIPT[] = "let a = 1;", SCRIPT_GZ[] = "gzip bytes", SCRIPT_BR[] = "br bytes";
static const struct http_static FILES[] = {
    {"/index.html", "text/html; charset=utf-8", INDEX, NULL, NULL, sizeof INDEX - 1, 0, 0, false, "i1"},
    {"/assets/a-1f.js", "text/javascript", SCRIPT, SCRIPT_GZ, SCRIPT_BR, sizeof SCRIPT - 1, sizeof SCRIPT_GZ - 1,
     sizeof SCRIPT_BR - 1, true, "s1"},
    {"/assets/only-gz.js", "text/javascript", SCRIPT, SCRIPT_GZ, NULL, sizeof SCRIPT - 1, sizeof SCRIPT_GZ - 1, 0, true,
     "\"s2\""},
    {"/图.svg", "image/svg+xml", INDEX, NULL, NULL, 3, 0, 0, false, "g1"},
    {"/empty.txt", "text/plain", INDEX, NULL, NULL, 0, 0, 0, false, "e1"},
};

static enum rc authenticate(struct req *r, struct http_principal *p, struct fail *f)
{
    struct span cookie = req_cookie(r, "session"), bearer = req_header(r, "Authorization");
    (void)f;
    p->id = -1;
    if (span_is(cookie, "s1") || span_is(cookie, "s2"))
        p->id = span_is(cookie, "s1") ? 1 : 2;
    if (span_is(bearer, "Bearer t1")) {
        p->id = 1;
        p->token = true;
    }
    return RC_OK;
}

static bool has_right(const struct http_principal *p, const char *right)
{
    return p->id == 1 && strcmp(right, "audit") == 0;
}

static void replay(void *app, int64_t after, void (*emit)(void *ctx, int64_t position, const char *kind, int64_t id),
                   void *ctx)
{
    (void)app;
    for (int64_t p = after + 1; p <= 1000; p++)
        emit(ctx, p, "plan.report", p * 10);
}

static const char *ready(void *app)
{
    struct fixture *fx = app;
    return atomic_load(&fx->full) ? "the disk is full" : NULL;
}

static void metrics(void *app, struct sb *out)
{
    (void)app;
    sb_adds(out, "yiti_test_total 7\n");
}

static void *other_thread(void *ctx)
{
    struct fixture *fx = ctx;
    (void)pthread_mutex_lock(&fx->lock);
    for (;;) {
        while (!fx->stop && (fx->n_waiting == 0 || atomic_load(&fx->hold))) {
            struct timespec until;
            (void)clock_gettime(CLOCK_REALTIME, &until);
            until.tv_nsec += 2000000;
            until.tv_sec += until.tv_nsec / 1000000000;
            until.tv_nsec %= 1000000000;
            (void)pthread_cond_timedwait(&fx->wake, &fx->lock, &until);
        }
        if (fx->n_waiting == 0)
            break;
        struct req *r = fx->waiting[--fx->n_waiting];
        (void)pthread_mutex_unlock(&fx->lock);
        if (atomic_load(&fx->delay_ms) > 0)
            sleep_ms(atomic_load(&fx->delay_ms));
        if (span_is(req_body(r), "fail")) {
            struct fail f = {0};
            enum rc rc = fail_set(&f, RC_CONFLICT, MSG_not_found, "name", NULL);
            reply_problem(r, rc, &f);
        } else {
            reply_status(r, 201);
            reply_body(r, "text/plain", req_body(r));
        }
        atomic_fetch_add(&fx->answered, 1);
        req_resume(r);
        (void)pthread_mutex_lock(&fx->lock);
    }
    (void)pthread_mutex_unlock(&fx->lock);
    return NULL;
}

static int64_t fixture_now(void *ctx)
{
    struct fixture *fx = ctx;
    struct clock real = clock_system();
    int64_t now_us = atomic_load(&fx->now_us);
    return now_us ? now_us : clock_now_us(&real);
}

void fixture_start(struct fixture *fx, const struct http_options *options)
{
    const struct route_table *tables[] = {&TABLE};
    struct http_options o =
        options ? *options : (struct http_options){.rate_per_s = -1, .rate_public_form_per_min = -1};
    struct fail f = {0};
    memset(fx, 0, sizeof *fx);
    (void)pthread_mutex_init(&fx->lock, NULL);
    (void)pthread_cond_init(&fx->wake, NULL);
    ensure(pthread_create(&fx->thread, NULL, other_thread, fx) == 0);
    o.address = "127.0.0.1";
    if (!options || options->listen_fd <= 0)
        o.listen_fd = -1;
    o.clock = (struct clock){fixture_now, fx};
    o.app = fx;
    o.authenticate = authenticate;
    o.has_right = has_right;
    o.replay = replay;
    o.ready = ready;
    o.metrics = metrics;
    o.files = FILES;
    o.file_count = sizeof FILES / sizeof FILES[0];
    o.index_path = "/index.html";
    enum rc rc = http_start(&o, tables, 1, &fx->http, &f);
    ensure(rc == RC_OK);
    fx->port = http_port(fx->http);
}

void fixture_stop(struct fixture *fx, int grace_s)
{
    http_stop(fx->http, grace_s);
}

void fixture_end(struct fixture *fx)
{
    (void)pthread_mutex_lock(&fx->lock);
    fx->stop = true;
    (void)pthread_cond_signal(&fx->wake);
    (void)pthread_mutex_unlock(&fx->lock);
    (void)pthread_join(fx->thread, NULL);
    (void)pthread_cond_destroy(&fx->wake);
    (void)pthread_mutex_destroy(&fx->lock);
}
