/*
 * server.c - the daemon of the HTTP library, its connections, the ticker that keeps all our deadlines, start and stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "http/http_int.h"

#define SERVER_ARENA_BYTES ((size_t)64 << 20)
/* Of the library, for each connection: line and headers twice over (ours answers 431 up to about here, the library's own page beyond), the reply's
 * headers, and the buffer that bodies are read into. The library clears it after each request, so more costs time. */
#define CONNECTION_BYTES ((size_t)64 << 10)
#define TICK_MS 50

/* ---- connections ---- */

static struct ip peer_of(struct MHD_Connection *mhd)
{
    struct ip ip = {{0}};
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr)
        return ip;
    if (info->client_addr->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, info->client_addr, sizeof in);
        ip.byte[10] = ip.byte[11] = 0xff;
        memcpy(ip.byte + 12, &in.sin_addr, 4);
    } else if (info->client_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, info->client_addr, sizeof in6);
        memcpy(ip.byte, &in6.sin6_addr, 16);
    }
    return ip;
}

/* From the end of one request to the whole header of the next. The library closes an idle connection after idle_ms; this also ends one that sends
 * its header a byte at a time. */
static void await_header(struct conn *c)
{
    atomic_store_explicit(&c->deadline_us, clock_mono_us() + 2 * (int64_t)c->h->o.idle_ms * 1000, memory_order_relaxed);
}

static void conn_open(struct http *h, struct MHD_Connection *mhd, void **socket_context)
{
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    (void)pthread_mutex_lock(&h->conns_lock);
    struct conn *c = h->conns_free;
    ensure(c != NULL); /* the library keeps to HTTP_CONNECTIONS_MAX, and there are as many */
    h->conns_free = c->next;
    *c = (struct conn){
        .h = h, .fd = fd ? fd->connect_fd : -1, .open = true, .peer = peer_of(mhd), .next = h->conns_open};
    await_header(c);
    if (c->next)
        c->next->prev = c;
    h->conns_open = c;
    (void)pthread_mutex_unlock(&h->conns_lock);
    atomic_fetch_add_explicit(&h->n_conns, 1, memory_order_relaxed);
    *socket_context = c;
}

static void conn_close(struct http *h, struct conn *c)
{
    (void)pthread_mutex_lock(&h->conns_lock);
    c->open = false;
    if (c->prev)
        c->prev->next = c->next;
    else
        h->conns_open = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->next = h->conns_free;
    h->conns_free = c;
    (void)pthread_mutex_unlock(&h->conns_lock);
    atomic_fetch_sub_explicit(&h->n_conns, 1, memory_order_relaxed);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        conn_open(cls, mhd, socket_context);
    else if (*socket_context)
        conn_close(cls, *socket_context);
}

/* ---- one request, as the library calls us ---- */

static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct http *h = cls;
    struct req *r = req_new(h, mhd, target);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (r && info)
        r->conn = info->socket_context;
    return r;
}

static size_t on_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text); /* we decode for ourselves, after splitting */
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code)
{
    struct http *h = cls;
    struct req *r = *context;
    (void)mhd;
    if (!r)
        return;
    *context = NULL;
    int64_t us = clock_mono_us() - r->start_us;
    int status = code == MHD_REQUEST_TERMINATED_COMPLETED_OK || r->streaming ? r->sent_status : 0;
    await_header(r->conn);
    if (!r->streaming) {
        stats_count(&h->stats[r->route ? r->match.index : h->routes.count], status, us);
        if (us > (int64_t)h->o.slow_ms * 1000 && r->stage == STAGE_SENT)
            log_event(LOG_WARN, "http.slow", LS("id", r->id), LS("route", r->route ? r->route->path : ""),
                      LI("status", status), LI("us", us), LEND);
    }
    log_event(LOG_DEBUG, "http.request", LS("id", r->id), LS("method", method_name(r->method)),
              LS("route", r->route ? r->route->path : ""), LI("status", status), LI("us", us),
              LI("bytes", r->sent_bytes), LEND);
    req_unref(r);
    atomic_fetch_sub(&h->n_active, 1);
}

static bool waits_for_continue(const struct req *r)
{
    struct span expect = req_header(r, "Expect");
    return expect.len > 0 && r->length != 0;
}

/* The first call: line and headers are there. To answer now closes the connection, so that is done only where reading the refused body would be
 * dear. */
static enum MHD_Result take_head(struct req *r, const char *method, const char *url, const char *version)
{
    struct fail f = {0};
    enum rc rc = req_head(r, method, version, url, &f);
    r->stage = STAGE_BODY;
    int64_t expected = r->length >= 0 && r->length < (int64_t)r->body_max ? r->length : (int64_t)r->body_max;
    int64_t body_us = expected * 1000000 / HTTP_BYTES_PER_S_MIN;
    atomic_store_explicit(&r->conn->deadline_us, clock_mono_us() + (int64_t)r->h->o.request_ms * 1000 + body_us,
                          memory_order_relaxed);
    if (rc == RC_OK)
        return MHD_YES;
    req_refuse(r, rc, &f);
    if (!r->unframed && r->length <= HTTP_DRAIN_BYTES_MAX && !waits_for_continue(r))
        return MHD_YES;
    r->close_after = true;
    return reply_send(r);
}

/* The library takes no reply in the middle of a body. So a refused body is read on for a while, and past that the reply is written past the
 * library: it has nothing of its own to send at this point, and closes the connection when we say no. */
static enum MHD_Result refuse_in_body(struct req *r)
{
    struct sb out;
    struct span body = sb_span(&r->reply.sb);
    sb_init(&out, 8192);
    sb_addf(&out,
            "HTTP/1.1 %d Refused\r\nContent-Type: application/problem+json\r\nX-Request-Id: %s\r\nConnection: "
            "close\r\nContent-Length: %zu\r\n\r\n",
            r->reply.status, r->id, body.len);
    sb_add(&out, body);
    struct span all = sb_span(&out);
    (void)send(r->conn->fd, all.ptr, all.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    sb_release(&out);
    r->sent_status = r->reply.status;
    return MHD_NO;
}

static enum MHD_Result take_body(struct req *r, const char *data, size_t len)
{
    struct fail f = {0};
    if (!r->refused) {
        enum rc rc = req_body_take(r, data, len, &f);
        if (rc != RC_OK) {
            req_refuse(r, rc, &f);
            sb_release(&r->body);
        }
        return MHD_YES;
    }
    r->drained += (int64_t)len;
    return r->drained > HTTP_DRAIN_BYTES_MAX ? refuse_in_body(r) : MHD_YES;
}

static enum MHD_Result run(struct req *r)
{
    if (r->refused)
        return reply_send(r);
    atomic_store_explicit(&r->conn->deadline_us, 0, memory_order_relaxed);
    r->stage = STAGE_WAIT; /* before the handler: another thread may resume at once, and this is ours alone */
    return req_run(r) ? reply_send(r) : MHD_YES;
}

static enum MHD_Result after_wait(struct req *r)
{
    struct http *h = r->h;
    (void)pthread_mutex_lock(&h->suspended_lock);
    enum wait wait = r->wait;
    (void)pthread_mutex_unlock(&h->suspended_lock);
    switch (wait) {
    case WAIT_DONE:
        return reply_send(r);
    case WAIT_LATE:
        return reply_send_late(r);
    case WAIT_ON:
    case WAIT_NONE:
        break;
    }
    return MHD_YES;
}

/* style: allow parameters because the library's callback has these */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **context)
{
    struct req *r = *context;
    (void)cls;
    (void)mhd;
    if (!r || !r->conn)
        return MHD_NO;
    switch (r->stage) {
    case STAGE_HEAD:
        return take_head(r, method, url, version);
    case STAGE_BODY:
        if (*size == 0)
            return run(r);
        size_t len = *size;
        *size = 0;
        return take_body(r, data, len);
    case STAGE_WAIT:
        return after_wait(r);
    case STAGE_SENT:
        break;
    }
    return MHD_YES;
}

static void on_log(void *cls, const char *fmt, va_list args)
{
    char text[240];
    (void)cls;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)vsnprintf(text, sizeof text, fmt, args);
#pragma GCC diagnostic pop
    text[strcspn(text, "\n")] = '\0';
    log_event(LOG_DEBUG, "http.library", LS("text", text), LEND);
}

/* ---- the ticker ---- */

void http_wake_ticker(struct http *h)
{
    (void)pthread_mutex_lock(&h->tick_lock);
    (void)pthread_cond_signal(&h->tick_wake);
    (void)pthread_mutex_unlock(&h->tick_lock);
}

/* Tells those who waited too long (all: whoever waits) that they are late. Whoever is late keeps the library's reference until the library has
 * answered, so it is alive here. */
static void end_waits(struct http *h, int64_t now_us, bool all)
{
    (void)pthread_mutex_lock(&h->suspended_lock);
    while (h->suspended_head && (all || h->suspended_head->deadline_us <= now_us)) {
        struct req *r = h->suspended_head;
        req_unlink_suspended(r);
        r->wait = WAIT_LATE;
        atomic_fetch_add_explicit(&h->n_timed_out, 1, memory_order_relaxed);
        MHD_resume_connection(r->mhd);
    }
    (void)pthread_mutex_unlock(&h->suspended_lock);
}

static void end_silent(struct http *h, int64_t now_us)
{
    (void)pthread_mutex_lock(&h->conns_lock);
    for (struct conn *c = h->conns_open; c; c = c->next) {
        int64_t deadline_us = atomic_load_explicit(&c->deadline_us, memory_order_relaxed);
        if (deadline_us == 0 || deadline_us > now_us)
            continue;
        atomic_store_explicit(&c->deadline_us, 0, memory_order_relaxed);
        (void)shutdown(c->fd, SHUT_RDWR); /* the library notices and closes */
    }
    (void)pthread_mutex_unlock(&h->conns_lock);
}

static void *tick(void *ctx)
{
    struct http *h = ctx;
    (void)pthread_mutex_lock(&h->tick_lock);
    while (!h->ticker_stop) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        if (!atomic_load(&h->hub.dirty))
            (void)pthread_cond_timedwait(&h->tick_wake, &h->tick_lock, &until);
        (void)pthread_mutex_unlock(&h->tick_lock);
        int64_t now_us = clock_mono_us();
        end_waits(h, now_us, atomic_load(&h->phase) == PHASE_CLOSE);
        end_silent(h, now_us);
        hub_tick(h, now_us);
        struct timespec rest = {0, 5 * 1000000L}; /* a burst of events wakes each stream once */
        (void)nanosleep(&rest, NULL);
        (void)pthread_mutex_lock(&h->tick_lock);
    }
    (void)pthread_mutex_unlock(&h->tick_lock);
    return NULL;
}

/* ---- start ---- */

static enum rc listen_on(const char *address, int port, int *fd_out, struct fail *f)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM},
                    *found = NULL;
    char service[16], where[120];
    int one = 1, fd = -1;
    (void)snprintf(service, sizeof service, "%d", port);
    (void)snprintf(where, sizeof where, "%s:%d", address, port);
    /* The one name that needs no look-up; others would make the start wait for the network. */
    const char *number = strcmp(address, "localhost") == 0 ? "127.0.0.1" : address;
    int bad = getaddrinfo(number, service, &hints, &found);
    if (bad == 0)
        fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 1024) != 0) {
        enum rc rc =
            fail_set(f, RC_INTERNAL, MSG_http_listen, NULL, where, bad ? gai_strerror(bad) : strerror(errno), NULL);
        if (fd >= 0)
            (void)close(fd);
        if (found)
            freeaddrinfo(found);
        return rc;
    }
    freeaddrinfo(found);
    *fd_out = fd;
    return RC_OK;
}

static int port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char service[16];
    int64_t port;
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
        getnameinfo((struct sockaddr *)&address, len, NULL, 0, service, sizeof service, NI_NUMERICSERV) != 0 ||
        !span_to_i64(span_of(service), &port))
        return 0;
    return (int)port;
}

static enum rc read_cidrs(struct arena *a, const char *const *texts, struct cidr **out, int *n, struct fail *f)
{
    int count = 0;
    while (texts && texts[count])
        count++;
    *out = ARENA_ARRAY(a, (size_t)count + 1, struct cidr);
    if (!*out)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    for (int i = 0; i < count; i++)
        if (!parts_cidr(span_of(texts[i]), &(*out)[i]))
            return fail_set(f, RC_INVALID, MSG_http_cidr, NULL, texts[i], NULL);
    *n = count;
    return RC_OK;
}

/* A connection and its file each take a descriptor; the soft limit of 1,024 that shells give is too low for HTTP_CONNECTIONS_MAX. */
static void raise_file_limit(void)
{
    struct rlimit files;
    rlim_t want = 4 * HTTP_CONNECTIONS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= want)
        return;
    files.rlim_cur = files.rlim_max < want ? files.rlim_max : want;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < HTTP_CONNECTIONS_MAX)
        log_event(LOG_WARN, "http.few_descriptors", LI("limit", (int64_t)files.rlim_cur), LEND);
}

static void fill_defaults(struct http_options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    o->threads = o->threads > 0 ? o->threads : cores > 0 ? (int)cores : 1;
    o->threads = o->threads < 64 ? o->threads : 64;
    o->pool_threads = o->pool_threads > 0 ? o->pool_threads : 4;
    o->pool_queue = o->pool_queue > 0 ? o->pool_queue : HTTP_POOL_QUEUE_MAX;
    o->idle_ms = o->idle_ms > 0 ? o->idle_ms : HTTP_IDLE_SECONDS_MAX * 1000;
    o->request_ms = o->request_ms > 0 ? o->request_ms : HTTP_REQUEST_SECONDS_MAX * 1000;
    o->heartbeat_ms = o->heartbeat_ms > 0 ? o->heartbeat_ms : HTTP_STREAM_HEARTBEAT_S * 1000;
    o->slow_ms = o->slow_ms > 0 ? o->slow_ms : HTTP_SLOW_MS;
    o->spool_dir = o->spool_dir ? o->spool_dir : "/tmp";
    o->address = o->address ? o->address : "127.0.0.1";
    if (!o->clock.now_us)
        o->clock = clock_system();
}

static enum rc start_rates(struct http *h, struct fail *f)
{
    double per_s = h->o.rate_per_s, per_min = h->o.rate_public_form_per_min;
    h->rate_given = per_s > 0;
    h->rate_form_given = per_min > 0;
    per_s = per_s == 0 ? HTTP_RATE_PER_S : per_s;
    per_min = per_min == 0 ? HTTP_RATE_FORM_PER_MIN : per_min;
    enum rc rc = rate_init(&h->rate, h->arena, per_s, per_s * 8, f);
    return rc == RC_OK ? rate_init(&h->rate_form, h->arena, per_min / 60, per_min, f) : rc;
}

static enum rc start_daemon(struct http *h, struct fail *f)
{
    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, h,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, h, MHD_OPTION_LISTEN_SOCKET, h->listen_fd, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)h->o.threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((h->o.idle_ms + 999) / 1000), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        CONNECTION_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, h, MHD_OPTION_END);
    if (!h->daemon)
        return fail_set(f, RC_INTERNAL, MSG_http_listen, NULL, h->o.address, strerror(errno), NULL);
    return RC_OK;
}

static void init_locks(struct http *h)
{
    pthread_condattr_t monotonic;
    (void)pthread_mutex_init(&h->arenas_lock, NULL);
    (void)pthread_mutex_init(&h->conns_lock, NULL);
    (void)pthread_mutex_init(&h->suspended_lock, NULL);
    (void)pthread_mutex_init(&h->tick_lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&h->tick_wake, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

static enum rc make_conns(struct http *h, struct fail *f)
{
    struct conn *conns =
        ARENA_ARRAY(h->arena, HTTP_CONNECTIONS_MAX + 64, struct conn); /* the library rounds up by thread */
    h->arenas = ARENA_ARRAY(h->arena, HTTP_ARENAS_KEPT, struct arena *);
    if (!conns || !h->arenas)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    for (int i = 0; i < HTTP_CONNECTIONS_MAX + 64; i++) {
        conns[i].next = h->conns_free;
        h->conns_free = &conns[i];
    }
    return RC_OK;
}

static enum rc prepare(struct http *h, const struct route_table *const *tables, int n_tables, struct fail *f)
{
    enum rc rc = routes_build(h->arena, tables, n_tables, &h->routes, f);
    if (rc == RC_OK)
        rc = read_cidrs(h->arena, h->o.trusted_proxies, &h->trusted, &h->n_trusted, f);
    if (rc == RC_OK)
        rc = read_cidrs(h->arena, h->o.metrics_from, &h->metrics_from, &h->n_metrics_from, f);
    if (rc == RC_OK)
        rc = statics_build(h, h->arena, f);
    if (rc == RC_OK)
        rc = start_rates(h, f);
    if (rc == RC_OK)
        rc = make_conns(h, f);
    hub_init(&h->hub, h->arena);
    h->stats = ARENA_ARRAY(h->arena, (size_t)h->routes.count + 1, struct route_stats);
    if (rc == RC_OK && (!h->stats || !h->hub.ring))
        rc = fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    return rc;
}

static void free_all(struct http *h)
{
    statics_release(&h->statics);
    if (h->listen_fd >= 0)
        (void)close(h->listen_fd);
    for (int i = 0; i < h->n_arenas; i++)
        arena_free(h->arenas[i]);
    hub_release(&h->hub);
    rate_release(&h->rate);
    rate_release(&h->rate_form);
    (void)pthread_mutex_destroy(&h->arenas_lock);
    (void)pthread_mutex_destroy(&h->conns_lock);
    (void)pthread_mutex_destroy(&h->suspended_lock);
    (void)pthread_mutex_destroy(&h->tick_lock);
    (void)pthread_cond_destroy(&h->tick_wake);
    arena_free(h->arena);
}

static void stop_ticker(struct http *h)
{
    if (!h->ticker_on)
        return;
    (void)pthread_mutex_lock(&h->tick_lock);
    h->ticker_stop = true;
    (void)pthread_cond_signal(&h->tick_wake);
    (void)pthread_mutex_unlock(&h->tick_lock);
    (void)pthread_join(h->ticker, NULL);
    h->ticker_on = false;
}

enum rc http_start(const struct http_options *o, const struct route_table *const *tables, int n_tables,
                   struct http **out, struct fail *f)
{
    struct arena *a = arena_new(SERVER_ARENA_BYTES);
    struct http *h = ARENA_NEW(a, struct http);
    ensure(h != NULL && sodium_init() >= 0);
    h->arena = a;
    h->o = *o;
    h->listen_fd = o->listen_fd;
    fill_defaults(&h->o);
    raise_file_limit();
    init_locks(h);
    randombytes_buf(&h->id_key, sizeof h->id_key);
    enum rc rc = prepare(h, tables, n_tables, f);
    if (rc == RC_OK && h->listen_fd < 0)
        rc = listen_on(h->o.address, h->o.port, &h->listen_fd, f);
    if (rc != RC_OK) {
        h->listen_fd = o->listen_fd < 0 ? h->listen_fd : -1; /* a socket that was given stays the caller's */
        free_all(h);
        return rc;
    }
    (void)fcntl(h->listen_fd, F_SETFL, fcntl(h->listen_fd, F_GETFL) | O_NONBLOCK);
    h->port = port_of(h->listen_fd);
    rc = pool_start(&h->pool, a, h->o.pool_threads, h->o.pool_queue, f);
    if (rc == RC_OK) {
        h->ticker_on = pthread_create(&h->ticker, NULL, tick, h) == 0;
        rc = h->ticker_on ? start_daemon(h, f) : fail_set(f, RC_INTERNAL, MSG_http_thread, NULL, NULL);
    }
    if (rc != RC_OK) {
        stop_ticker(h);
        pool_stop(&h->pool);
        h->listen_fd = o->listen_fd < 0 ? h->listen_fd : -1;
        free_all(h);
        return rc;
    }
    *out = h;
    return RC_OK;
}

int http_port(const struct http *h)
{
    return h->port;
}

int http_route_count(const struct http *h)
{
    return h->routes.count;
}

const struct route *http_route(const struct http *h, int index)
{
    ensure(index >= 0 && index < h->routes.count);
    return h->routes.all[index];
}

/* ---- stop ---- */

/* Waits until *count is 0; at most until the monotonic instant. */
static bool await_zero(_Atomic int64_t *count, int64_t until_us)
{
    while (atomic_load(count) != 0) {
        if (clock_mono_us() >= until_us)
            return false;
        struct timespec rest = {0, 2 * 1000000L};
        (void)nanosleep(&rest, NULL);
    }
    return true;
}

void http_stop(struct http *h, int grace_s)
{
    int64_t grace_end_us = clock_mono_us() + (int64_t)grace_s * 1000000;
    atomic_store(&h->phase, PHASE_DRAIN);
    (void)MHD_quiesce_daemon(h->daemon);
    hub_close(&h->hub);
    bool finished = await_zero(&h->n_active, grace_end_us);
    /* From here a new request is refused at once, and whatever is suspended is told that it is late; a handler that is just running may still
     * suspend, so both counts must be seen at zero, handlers first. */
    atomic_store(&h->phase, PHASE_CLOSE);
    do {
        (void)await_zero(&h->n_in_handler, INT64_MAX);
        end_waits(h, 0, true);
    } while (atomic_load(&h->n_in_handler) != 0 || atomic_load(&h->n_suspended) != 0);
    hub_tick(h, clock_mono_us());
    if (!finished)
        (void)await_zero(&h->n_active, clock_mono_us() + 1000000); /* time to write the answers */
    stop_ticker(h);
    hub_tick(h, clock_mono_us()); /* streams that fell asleep since */
    MHD_stop_daemon(h->daemon);
    pool_stop(&h->pool);
    if (!await_zero(&h->n_held, clock_mono_us() + (int64_t)h->o.request_ms * 1000)) {
        /* Somebody still holds a request and would resume it into freed memory. */
        log_event(LOG_ERROR, "http.request_never_resumed", LI("count", atomic_load(&h->n_held)), LEND);
        return;
    }
    free_all(h);
}
