/*
 * dispatch.c - what happens to a request before and around its handler: the checks that need only line and headers, in the order of README.md,
 * the body, and the running of the handler.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/http_int.h"

/* ---- headers ---- */

struct header_walk {
    struct req *r;
    int count, hosts, lengths;
    bool bad_text, bad_length, bad_coding, no_memory;
    struct span coding;
};

static bool line_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is(struct span s, const char *name)
{
    size_t len = strlen(name);
    return s.len == len && strncasecmp(s.ptr, name, len) == 0;
}

static void take_length(struct header_walk *w, struct span value)
{
    int64_t length;
    w->lengths++;
    if (value.len == 0 || value.ptr[0] < '0' || value.ptr[0] > '9' || !span_to_i64(value, &length))
        w->bad_length = true;
    else if (w->r->length >= 0)
        w->r->length = length;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size,
                                   const char *value, size_t value_size)
{
    struct header_walk *w = cls;
    struct req *r = w->r;
    (void)kind;
    if (w->count++ >= HTTP_HEADERS_MAX)
        return MHD_YES; /* only counted */
    struct pair *p = &r->headers[r->n_headers++];
    p->key = span_dup(r->arena, (struct span){key, key_size});
    p->value = value_size > 0 ? span_dup(r->arena, (struct span){value, value_size}) : SPAN("");
    if (!p->key.ptr || !p->value.ptr) {
        w->no_memory = true;
        return MHD_NO;
    }
    w->bad_text |= !parts_token(p->key) || !line_clean(p->value);
    w->hosts += is(p->key, "Host");
    if (is(p->key, "Content-Length")) {
        take_length(w, p->value);
    } else if (is(p->key, "Transfer-Encoding")) {
        w->bad_coding |= !is(p->value, "chunked") || r->length < 0;
        w->coding = p->value;
        r->length = -1;
    }
    return MHD_YES;
}

static enum rc take_headers(struct req *r, const char *version, struct fail *f)
{
    struct header_walk w = {.r = r};
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    int count = MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, NULL, NULL);
    r->headers = ARENA_ARRAY(r->arena, (size_t)(count < HTTP_HEADERS_MAX ? count : HTTP_HEADERS_MAX), struct pair);
    if (!r->headers)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    (void)MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, take_header, &w);
    enum lang lang;
    if (parts_lang(req_header(r, "Accept-Language"), &lang))
        r->lang = lang;
    r->unframed = w.bad_text || w.bad_coding || w.bad_length || w.lengths + (w.coding.ptr != NULL) > 1;
    if (w.no_memory)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    if (w.count > HTTP_HEADERS_MAX || (size && size->header_size > HTTP_HEADERS_BYTES_MAX)) {
        char lines[12], bytes[12];
        (void)snprintf(lines, sizeof lines, "%d", HTTP_HEADERS_MAX);
        (void)snprintf(bytes, sizeof bytes, "%u", HTTP_HEADERS_BYTES_MAX);
        return fail_set(f, RC_LIMIT, MSG_http_header_limit, NULL, lines, bytes, NULL);
    }
    if (w.bad_text)
        return fail_set(f, RC_MALFORMED, MSG_http_text, NULL, NULL);
    if (w.hosts > 1 || (w.hosts == 0 && strcmp(version, "HTTP/1.1") == 0))
        return fail_set(f, RC_MALFORMED, MSG_http_host, "Host", NULL);
    if (w.bad_coding)
        return fail_span(f, RC_MALFORMED, MSG_http_encoding, "Transfer-Encoding", w.coding);
    if (w.bad_length || w.lengths > 1 || (w.lengths == 1 && w.coding.ptr))
        return fail_set(f, RC_MALFORMED, MSG_http_length, "Content-Length", NULL);
    return RC_OK;
}

/* ---- the target ---- */

static enum rc fault_fail(enum parts_fault fault, struct span key, struct fail *f)
{
    char text[64];
    switch (fault) {
    case PARTS_OK:
        return RC_OK;
    case PARTS_ESCAPE:
        return fail_set(f, RC_MALFORMED, MSG_http_escape, NULL, NULL);
    case PARTS_TEXT:
        return fail_set(f, RC_MALFORMED, MSG_http_text, NULL, NULL);
    case PARTS_MANY:
        (void)snprintf(text, sizeof text, "%d", HTTP_QUERY_PAIRS_MAX);
        return fail_set(f, RC_MALFORMED, MSG_http_query_many, NULL, text, NULL);
    case PARTS_TWICE:
        (void)snprintf(text, sizeof text, "%.*s", SPAN_ARG(utf8_cut(key, sizeof text - 1)));
        return fail_set(f, RC_MALFORMED, MSG_http_query_twice, text, NULL);
    case PARTS_MEMORY:
        break;
    }
    return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
}

static enum rc take_segments(struct req *r, struct fail *f)
{
    struct span rest = span_sub(r->path, 1, r->path.len);
    for (bool more = true; more;) {
        size_t before = rest.len;
        struct span raw = span_split(&rest, '/'), segment = raw;
        more = raw.len < before;
        enum parts_fault fault = parts_decode(r->arena, raw, false, &segment);
        if (fault != PARTS_OK)
            return fault_fail(fault, SPAN_NONE, f);
        if (span_is(segment, ".") || span_is(segment, ".."))
            return fail_set(f, RC_MALFORMED, MSG_http_dots, NULL, NULL);
        if (r->n_segments == HTTP_SEGMENTS_MAX)
            return fail_span(f, RC_MISSING, MSG_http_no_route, NULL, r->path);
        r->segments[r->n_segments++] = segment;
    }
    return RC_OK;
}

/* The library hands the target over as a C string: a zero byte in it would have cut it. In this release of the library the version stands right
 * behind the target in the same buffer, which tells the true length. */
static bool target_cut(const struct req *r, const char *url, const char *version)
{
#if MHD_VERSION == 0x00097500
    return r->target.len > 0 && (uintptr_t)version - (uintptr_t)url - 1 != r->target.len;
#else
    return false;
#endif
}

static enum rc take_target(struct req *r, bool cut, struct fail *f)
{
    struct span target = r->target;
    r->path = SPAN("/");
    if (span_starts(target, SPAN("http://")) || span_starts(target, SPAN("https://"))) { /* absolute form */
        size_t slash = span_find(target, SPAN("/"), 8);
        target = slash == SIZE_MAX ? SPAN("/") : span_sub(target, slash, target.len);
    }
    if (span_is(target, "*"))
        target = SPAN("/");
    if (cut || target.len == 0 || target.ptr[0] != '/' || span_find(target, SPAN(" "), 0) != SIZE_MAX)
        return fail_set(f, RC_MALFORMED, MSG_http_text, NULL, NULL);
    r->path = span_split(&target, '?');
    r->query_raw = target;
    if (target.len > 0) {
        r->query = ARENA_ARRAY(r->arena, HTTP_QUERY_PAIRS_MAX + 1, struct pair);
        if (!r->query)
            return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
        enum parts_fault fault = parts_query(r->arena, r->query_raw, r->query, HTTP_QUERY_PAIRS_MAX, &r->n_query);
        if (fault != PARTS_OK) {
            int bad = r->n_query;
            r->n_query = 0;
            return fault_fail(fault, r->query[bad].key, f);
        }
    }
    return take_segments(r, f);
}

static void take_lang(struct req *r)
{
    struct span asked = req_query(r, "lang");
    if (!span_is(asked, "zh") && !span_is(asked, "en"))
        asked = req_cookie(r, "yiti_lang");
    if (span_is(asked, "zh"))
        r->lang = LANG_ZH;
    else if (span_is(asked, "en"))
        r->lang = LANG_EN;
}

/* ---- who is connected ---- */

static void take_address(struct req *r)
{
    const struct http *h = r->h;
    bool trusted = cidr_has(h->trusted, h->n_trusted, &r->conn->peer);
    struct span forwarded = req_header(r, "X-Forwarded-For");
    r->proxied =
        forwarded.ptr || req_header(r, "Forwarded").ptr || req_header(r, "X-Real-IP").ptr || req_header(r, "Via").ptr;
    r->client = trusted ? parts_forwarded(forwarded, r->conn->peer, h->trusted, h->n_trusted) : r->conn->peer;
    r->secure = trusted && span_is(req_header(r, "X-Forwarded-Proto"), "https");
    /* A proxy on this machine makes strangers look local, also one that nobody told us about. */
    r->loopback = !r->proxied && ip_loopback(&r->client);
    ip_print(&r->client, r->address);
}

static enum rc check_rate(struct req *r, struct rate *rate, bool given, struct fail *f)
{
    int wait_s = 0;
    if ((r->loopback && !given) || rate_take(rate, &r->client, clock_now_us(&r->h->o.clock), &wait_s))
        return RC_OK;
    char text[16];
    (void)snprintf(text, sizeof text, "%d", wait_s);
    r->retry_after_s = wait_s;
    atomic_fetch_add_explicit(&r->h->n_refused_rate, 1, memory_order_relaxed);
    return fail_set(f, RC_RATE, MSG_http_rate, NULL, text, NULL);
}

/* A configured origin may have been written with a slash behind, as people copy addresses; an Origin header never has one. */
static bool origin_is(struct span origin, const char *configured)
{
    size_t len = strlen(configured);
    if (len > 0 && configured[len - 1] == '/')
        len--;
    return len > 0 && origin.len == len && strncasecmp(origin.ptr, configured, len) == 0;
}

static bool origin_ours(const struct req *r, struct span origin)
{
    struct span host = req_header(r, "Host"), forwarded = req_header(r, "X-Forwarded-Host");
    if (cidr_has(r->h->trusted, r->h->n_trusted, &r->conn->peer) && forwarded.ptr)
        host = forwarded;
    if (parts_origin(origin, host, r->secure))
        return true;
    for (const char *const *o = r->h->o.origins; o && *o; o++)
        if (origin_is(origin, *o))
            return true;
    return false;
}

static enum rc check_origin(const struct req *r, struct fail *f)
{
    bool writes = !r->get_like && !(r->route->flags & ROUTE_NO_ORIGIN) && !r->principal.token;
    struct span origin = req_header(r, "Origin"), site = req_header(r, "Sec-Fetch-Site");
    if (!writes)
        return RC_OK;
    if (origin.ptr)
        return origin_ours(r, origin) ? RC_OK : fail_span(f, RC_FORBIDDEN, MSG_http_origin, "Origin", origin);
    if (r->principal.id < 0 || span_is(site, "same-origin"))
        return RC_OK;
    struct span referer = req_header(r, "Referer");
    if (referer.ptr && origin_ours(r, referer))
        return RC_OK;
    return fail_set(f, RC_FORBIDDEN, MSG_http_origin_missing, "Origin", NULL);
}

/* ---- the route ---- */

static void add_allow(struct req *r, unsigned allowed)
{
    char text[64];
    size_t len = 0;
    for (int i = 0; i < 5; i++)
        if (allowed & (1u << i))
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", len > 0 ? ", " : "",
                                    method_name((enum http_method)i), i == HTTP_GET ? ", HEAD" : "");
    (void)snprintf(text + len, sizeof text - len, "%sOPTIONS", len > 0 ? ", " : "");
    reply_header(r, "Allow", text);
}

static enum builtin builtin_of(const struct req *r)
{
    if (!r->get_like || r->n_segments != 1)
        return BUILTIN_NONE;
    if (span_is(r->segments[0], "healthz"))
        return BUILTIN_HEALTH;
    if (span_is(r->segments[0], "readyz"))
        return BUILTIN_READY;
    if (span_is(r->segments[0], "metrics"))
        return BUILTIN_METRICS;
    return BUILTIN_NONE;
}

static enum rc find_route(struct req *r, const char *method, struct fail *f)
{
    bool known = method_parse(method, &r->method);
    r->head = strcmp(method, "HEAD") == 0;
    if (!known)
        r->method = HTTP_GET;
    r->get_like = r->head || (known && r->method == HTTP_GET);
    r->builtin = builtin_of(r);
    if (r->builtin != BUILTIN_NONE)
        return RC_OK;
    routes_match(&r->h->routes, r->segments, r->n_segments, r->method, &r->match);
    if (r->match.index >= 0 && (known || r->head)) {
        r->route = r->h->routes.all[r->match.index];
        return RC_OK;
    }
    r->match.n_params = 0;
    if (r->match.allowed && strcmp(method, "OPTIONS") == 0) {
        r->builtin = BUILTIN_OPTIONS;
        return RC_OK;
    }
    if (r->match.allowed) {
        char path[120], name[24];
        (void)snprintf(path, sizeof path, "%.*s", SPAN_ARG(utf8_cut(r->path, sizeof path - 1)));
        (void)snprintf(name, sizeof name, "%s", method);
        return fail_set(f, RC_METHOD, MSG_http_method, NULL, path, name, NULL);
    }
    r->file = static_find(r->h, r);
    return r->file ? RC_OK : fail_span(f, RC_MISSING, MSG_http_no_route, NULL, r->path);
}

static enum rc check_route(struct req *r, struct fail *f)
{
    const struct route *route = r->route;
    struct http *h = r->h;
    enum rc rc = RC_OK;
    if (route->flags & ROUTE_PUBLIC_FORM)
        rc = check_rate(r, &h->rate_form, h->rate_form_given, f);
    if (rc == RC_OK && h->o.authenticate)
        rc = h->o.authenticate(r, &r->principal, f);
    if (rc != RC_OK)
        return rc;
    if (route->auth == AUTH_USER && r->principal.id < 0)
        return fail_set(f, RC_SIGN_IN, MSG_http_sign_in, NULL, NULL);
    if (route->right && (!h->o.has_right || !h->o.has_right(&r->principal, route->right)))
        return fail_set(f, RC_FORBIDDEN, MSG_http_forbidden, NULL, NULL);
    rc = check_origin(r, f);
    if (rc == RC_OK && (route->flags & ROUTE_IF_MATCH) && !req_header(r, "If-Match").ptr)
        rc = fail_set(f, RC_PRECONDITION, MSG_http_if_match_missing, "If-Match", NULL);
    return rc;
}

static enum rc body_limit_fail(const struct req *r, struct fail *f)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", r->body_max);
    return fail_set(f, RC_LIMIT, MSG_http_body_limit, NULL, text, NULL);
}

enum rc req_head(struct req *r, const char *method, const char *version, const char *url, struct fail *f)
{
    enum rc rc = take_headers(r, version, f);
    if (rc == RC_OK)
        rc = take_target(r, target_cut(r, url, version), f);
    take_lang(r);
    take_address(r);
    if (rc == RC_OK)
        rc = find_route(r, method, f);
    if ((rc != RC_OK || r->builtin == BUILTIN_NONE) && r->conn) {
        struct fail rate_fail = {0};
        enum rc rate_rc = check_rate(r, &r->h->rate, r->h->rate_given, &rate_fail);
        if (rate_rc != RC_OK) {
            *f = rate_fail;
            return rate_rc;
        }
    }
    r->body_max = r->route && r->route->body_max > 0 ? r->route->body_max : HTTP_BODY_BYTES_MAX;
    if (rc == RC_OK && r->length > 0 && (uint64_t)r->length > r->body_max)
        rc = body_limit_fail(r, f);
    if (rc == RC_OK && r->route)
        rc = check_route(r, f);
    if (rc == RC_OK) {
        sb_release(&r->body);
        sb_init(&r->body, r->body_max);
    }
    return rc;
}

void req_refuse(struct req *r, enum rc rc, const struct fail *f)
{
    r->refused = true;
    reply_problem(r, rc, f);
    if (rc == RC_METHOD)
        add_allow(r, r->match.allowed);
}

/* ---- the body ---- */

static int open_spool(const char *dir)
{
    char name[512];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    if (snprintf(name, sizeof name, "%s/yiti-body-XXXXXX", dir) >= (int)sizeof name)
        return -1;
    fd = mkostemp(name, O_CLOEXEC); /* file systems without O_TMPFILE */
    if (fd >= 0)
        (void)unlink(name);
    return fd;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static enum rc spool(struct req *r, const char *data, size_t len, struct fail *f)
{
    if (r->spool_fd < 0)
        r->spool_fd = open_spool(r->h->o.spool_dir);
    if (r->spool_fd < 0 || !write_all(r->spool_fd, data, len)) {
        enum rc rc = fail_set(f, RC_READ_ONLY, MSG_http_spool, NULL, NULL);
        fail_detail(f, "folder %s: %m", r->h->o.spool_dir);
        return rc;
    }
    r->spool_size += (int64_t)len;
    return RC_OK;
}

enum rc req_body_take(struct req *r, const char *data, size_t len, struct fail *f)
{
    bool spooled = r->route && (r->route->flags & ROUTE_SPOOL);
    size_t have = spooled ? (size_t)r->spool_size : sb_span(&r->body).len;
    if (len > r->body_max - have)
        return body_limit_fail(r, f);
    if (spooled)
        return spool(r, data, len, f);
    r->body_charged += (int64_t)len;
    int64_t total = atomic_fetch_add_explicit(&r->h->body_bytes, (int64_t)len, memory_order_relaxed) + (int64_t)len;
    if (total > HTTP_BODIES_BYTES_MAX)
        return fail_set(f, RC_BUSY, MSG_http_busy, NULL, NULL);
    sb_add(&r->body, (struct span){data, len});
    return sb_rc(&r->body) == RC_OK ? RC_OK : body_limit_fail(r, f);
}

/* ---- running ---- */

static void run_builtin(struct req *r)
{
    struct http *h = r->h;
    const char *why = NULL;
    switch (r->builtin) {
    case BUILTIN_HEALTH:
        reply_body(r, "text/plain; charset=utf-8", SPAN("ok\n"));
        break;
    case BUILTIN_READY:
        why = atomic_load(&h->phase) != PHASE_RUN ? "stopping" : h->o.ready ? h->o.ready(h->o.app) : NULL;
        reply_body(r, "text/plain; charset=utf-8", why ? span_of(why) : SPAN("ready\n"));
        if (why)
            reply_status(r, 503);
        break;
    case BUILTIN_METRICS:
        if (h->n_metrics_from > 0 ? !cidr_has(h->metrics_from, h->n_metrics_from, &r->client) : !r->loopback) {
            struct fail f = {0};
            enum rc rc = fail_span(&f, RC_MISSING, MSG_http_no_route, NULL, r->path);
            reply_problem(r, rc, &f);
            break;
        }
        reply_body(r, "text/plain; version=0.0.4; charset=utf-8", SPAN(""));
        metrics_write(h, &r->reply.sb);
        break;
    case BUILTIN_OPTIONS:
        reply_status(r, 204);
        add_allow(r, r->match.allowed);
        break;
    case BUILTIN_NONE:
        break;
    }
}

/* run_handler - true when the reply is ready. When it gives false, r may be gone already. */
static bool run_handler(struct req *r, handler_fn *fn)
{
    struct fail f = {0};
    bool held = false;
    r->held = &held;
    enum rc rc = fn(r, &f);
    if (held && rc == RC_OK)
        return false;
    r->held = NULL;
    if (rc != RC_OK)
        reply_problem(r, rc, &f);
    if (!held)
        return true;
    req_resume(r); /* suspended, but handing over failed: nobody else has it */
    return false;
}

static bool pool_handler_fails(struct req *r)
{
    struct fail f = {0};
    enum rc rc = req_to_pool(r, r->route->handler, &f);
    if (rc != RC_OK)
        reply_problem(r, rc, &f);
    return rc != RC_OK;
}

bool req_run(struct req *r)
{
    struct http *h = r->h;
    bool ready = true;
    atomic_fetch_add(&h->n_in_handler, 1);
    if (atomic_load(&h->phase) == PHASE_CLOSE) {
        struct fail f = {.msg = MSG_http_stopping};
        reply_problem(r, RC_BUSY, &f);
    } else if (r->builtin != BUILTIN_NONE) {
        run_builtin(r);
    } else if (r->file) {
        r->reply.kind = REPLY_STATIC;
    } else {
        if (r->spool_fd < 0 && (r->route->flags & ROUTE_SPOOL)) /* an empty body is an empty file */
            r->spool_fd = open_spool(h->o.spool_dir);
        if (r->spool_fd >= 0)
            (void)lseek(r->spool_fd, 0, SEEK_SET);
        ready = r->route->flags & ROUTE_POOL ? pool_handler_fails(r) : run_handler(r, r->route->handler);
    }
    atomic_fetch_sub(&h->n_in_handler, 1);
    return ready;
}

void pool_run(struct req *r)
{
    struct http *h = r->h;
    (void)pthread_mutex_lock(&h->suspended_lock);
    bool late = r->wait == WAIT_LATE;
    (void)pthread_mutex_unlock(&h->suspended_lock);
    if (late) { /* nobody waits for it any more: it is not begun */
        req_resume(r);
    } else if (run_handler(r, r->pool_fn)) {
        reply_compress(r);
        req_resume(r);
    }
}
