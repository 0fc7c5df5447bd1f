/* request.c - what a handler may ask of a request, and a request's memory. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/utf8.h"
#include "http/http_int.h"

#define ARENA_KEPT_BYTES_MAX (256u << 10) /* an arena that grew past this is given back, not kept */

static struct arena *take_arena(struct http *h)
{
    struct arena *a = NULL;
    (void)pthread_mutex_lock(&h->arenas_lock);
    if (h->n_arenas > 0)
        a = h->arenas[--h->n_arenas];
    (void)pthread_mutex_unlock(&h->arenas_lock);
    return a ? a : arena_new(REQUEST_ARENA_BYTES);
}

static void give_arena(struct http *h, struct arena *a)
{
    bool keep = arena_used_bytes(a) <= ARENA_KEPT_BYTES_MAX;
    if (keep) {
        arena_reset(a);
        (void)pthread_mutex_lock(&h->arenas_lock);
        keep = h->n_arenas < HTTP_ARENAS_KEPT;
        if (keep)
            h->arenas[h->n_arenas++] = a;
        (void)pthread_mutex_unlock(&h->arenas_lock);
    }
    if (!keep)
        arena_free(a);
}

struct req *req_new(struct http *h, struct MHD_Connection *mhd, const char *target)
{
    struct arena *a = take_arena(h);
    struct req *r = ARENA_NEW(a, struct req);
    if (r)
        r->target = span_dup(a, span_of(target ? target : ""));
    if (!r || (!r->target.ptr && target && target[0])) {
        give_arena(h, a);
        return NULL;
    }
    r->h = h;
    r->arena = a;
    r->mhd = mhd;
    r->refs = 1;
    r->start_us = clock_mono_us();
    r->principal.id = -1;
    r->spool_fd = r->reply.fd = -1;
    sb_init(&r->body, HTTP_BODY_BYTES_MAX);
    sb_init(&r->reply.sb, HTTP_REPLY_BYTES_MAX);
    uint64_t n = atomic_fetch_add_explicit(&h->id_next, 1, memory_order_relaxed);
    (void)snprintf(r->id, sizeof r->id, "%016llx", (unsigned long long)(n * 0x9e3779b97f4a7c15u ^ h->id_key));
    atomic_fetch_add(&h->n_active, 1);
    return r;
}

void req_unref(struct req *r)
{
    if (atomic_fetch_sub(&r->refs, 1) != 1)
        return;
    struct http *h = r->h;
    struct arena *a = r->arena;
    if (r->stream)
        stream_remove(r);
    atomic_fetch_sub_explicit(&h->body_bytes, r->body_charged, memory_order_relaxed);
    sb_release(&r->body);
    sb_release(&r->reply.sb);
    if (r->reply.fd >= 0)
        (void)close(r->reply.fd);
    if (r->spool_fd >= 0)
        (void)close(r->spool_fd);
    give_arena(h, a);
}

/* ---- plain questions ---- */

struct arena *req_arena(struct req *r)
{
    return r->arena;
}

void *req_app(struct req *r)
{
    return r->h->o.app;
}

enum lang req_lang(const struct req *r)
{
    return r->lang;
}

struct span req_path(const struct req *r)
{
    return r->path;
}

const char *req_id(const struct req *r)
{
    return r->id;
}

const char *req_address(const struct req *r)
{
    return r->address;
}

bool req_secure(const struct req *r)
{
    return r->secure;
}

bool req_loopback(const struct req *r)
{
    return r->loopback;
}

const struct http_principal *req_principal(const struct req *r)
{
    return &r->principal;
}

struct span req_body(const struct req *r)
{
    return sb_span(&r->body);
}

int req_body_fd(const struct req *r, int64_t *size_bytes)
{
    *size_bytes = r->spool_size;
    return r->spool_fd;
}

const char *req_route_name(const struct req *r)
{
    if (!r->route)
        return "";
    size_t size = strlen(r->route->path) + 8;
    char *name = arena_alloc(r->arena, size);
    if (!name)
        return "";
    (void)snprintf(name, size, "%s %s", method_name(r->route->method), r->route->path);
    return name;
}

/* ---- headers, parameters, query ---- */

struct span req_header(const struct req *r, const char *name)
{
    size_t len = strlen(name);
    for (int i = 0; i < r->n_headers; i++)
        if (r->headers[i].key.len == len && strncasecmp(r->headers[i].key.ptr, name, len) == 0)
            return r->headers[i].value;
    return SPAN_NONE;
}

struct span req_cookie(const struct req *r, const char *name)
{
    struct span got = SPAN_NONE;
    for (int i = 0; i < r->n_headers && !got.ptr; i++) /* HTTP/2 proxies may split the Cookie header */
        if (r->headers[i].key.len == 6 && strncasecmp(r->headers[i].key.ptr, "Cookie", 6) == 0)
            got = parts_cookie(r->headers[i].value, name);
    return got;
}

struct span req_param(const struct req *r, const char *name)
{
    for (int i = 0; i < r->match.n_params; i++)
        if (span_is(route_param_name(r->route, i), name))
            return r->match.param[i];
    ensure_failed("the route has this parameter", name, 0);
}

static bool id_of(struct span s, int64_t *out)
{
    return s.len > 0 && s.len <= 19 && s.ptr[0] >= '1' && s.ptr[0] <= '9' && span_to_i64(s, out);
}

enum rc req_param_id(const struct req *r, const char *name, int64_t *out, struct fail *f)
{
    struct span s = req_param(r, name);
    if (!id_of(s, out))
        return fail_span(f, RC_MISSING, MSG_http_path_id, name, s);
    return RC_OK;
}

struct span req_query(const struct req *r, const char *name)
{
    for (int i = 0; i < r->n_query; i++)
        if (span_is(r->query[i].key, name))
            return r->query[i].value;
    return SPAN_NONE;
}

enum rc req_query_id(const struct req *r, const char *name, int64_t *out, struct fail *f)
{
    struct span s = req_query(r, name);
    if (s.ptr && !id_of(s, out))
        return fail_span(f, RC_INVALID, MSG_http_query_id, name, s);
    return RC_OK;
}

enum rc req_query_int(const struct req *r, const char *name, int64_t min, int64_t max, int64_t *out, struct fail *f)
{
    struct span s = req_query(r, name);
    int64_t got;
    if (!s.ptr)
        return RC_OK;
    if (!span_to_i64(s, &got) || got < min || got > max) {
        char low[24], high[24], text[64];
        (void)snprintf(low, sizeof low, "%lld", (long long)min);
        (void)snprintf(high, sizeof high, "%lld", (long long)max);
        (void)snprintf(text, sizeof text, "%.*s", SPAN_ARG(utf8_cut(s, sizeof text - 1)));
        return fail_set(f, RC_INVALID, MSG_http_query_number, name, text, low, high, NULL);
    }
    *out = got;
    return RC_OK;
}

enum rc req_query_date(const struct req *r, const char *name, struct span *out, struct fail *f)
{
    struct span s = req_query(r, name);
    struct ymd day;
    if (!s.ptr)
        return RC_OK;
    if (!date_parse(s, &day))
        return fail_span(f, RC_INVALID, MSG_http_query_date, name, s);
    *out = s;
    return RC_OK;
}

enum rc req_query_only(const struct req *r, struct fail *f, ...)
{
    static const char *const always[] = {"limit", "after", "sort", "lang"};
    for (int i = 0; i < r->n_query; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof always / sizeof always[0]; k++)
            known |= span_is(r->query[i].key, always[k]);
        va_list names;
        va_start(names, f);
        for (const char *name = va_arg(names, const char *); name && !known; name = va_arg(names, const char *))
            known = span_is(r->query[i].key, name);
        va_end(names);
        if (!known) {
            char key[64];
            (void)snprintf(key, sizeof key, "%.*s", SPAN_ARG(utf8_cut(r->query[i].key, sizeof key - 1)));
            return fail_set(f, RC_INVALID, MSG_http_query_unknown, key, NULL);
        }
    }
    return RC_OK;
}

enum rc req_json(struct req *r, json_t **out, struct fail *f)
{
    if (!parts_media_is(req_header(r, "Content-Type"), "application/json"))
        return fail_set(f, RC_MEDIA, MSG_http_media, NULL, "application/json", NULL);
    json_t *got;
    enum rc rc = json_read(r->arena, req_body(r), &got, f);
    if (rc != RC_OK)
        return rc;
    if (!json_is_object(got))
        return fail_set(f, RC_INVALID, MSG_http_json_object, NULL, NULL);
    *out = got;
    return RC_OK;
}

enum rc req_if_match(const struct req *r, int64_t *version, struct fail *f)
{
    struct span s = req_header(r, "If-Match");
    if (!s.ptr)
        return fail_set(f, RC_PRECONDITION, MSG_http_if_match_missing, "If-Match", NULL);
    if (!parts_if_match(s, version))
        return fail_span(f, RC_INVALID, MSG_http_if_match_bad, "If-Match", s);
    return RC_OK;
}

/* ---- lists ---- */

enum rc req_limit(const struct req *r, int64_t *out, struct fail *f)
{
    int64_t limit = LIST_LIMIT_DEFAULT;
    enum rc rc = req_query_int(r, "limit", 1, LIST_LIMIT_MAX, &limit, f);
    if (rc == RC_OK)
        *out = limit;
    return rc;
}

const char *page_key(struct arena *a, int n, const struct span *parts)
{
    return parts_key_make(a, n, parts).ptr;
}

enum rc req_after(const struct req *r, int n, struct span *parts, bool *given, struct fail *f)
{
    struct span key = req_query(r, "after");
    if (key.ptr && !parts_key_read(r->arena, key, n, parts))
        return fail_set(f, RC_INVALID, MSG_http_after, "after", NULL);
    *given = key.ptr != NULL;
    return RC_OK;
}

/* ---- suspending ---- */

void req_suspend(struct req *r)
{
    struct http *h = r->h;
    if (r->held)
        *r->held = true;
    r->held = NULL;
    (void)pthread_mutex_lock(&h->suspended_lock);
    bool already = r->wait != WAIT_NONE;
    (void)pthread_mutex_unlock(&h->suspended_lock);
    if (already) /* run by the pool, or passed on */
        return;
    atomic_fetch_add(&r->refs, 1);
    atomic_fetch_add(&h->n_held, 1);
    MHD_suspend_connection(r->mhd); /* before the ticker can see it: a resume before the suspension would be lost */
    (void)pthread_mutex_lock(&h->suspended_lock);
    r->wait = WAIT_ON;
    r->deadline_us = clock_mono_us() + (int64_t)h->o.request_ms * 1000;
    r->prev_suspended = h->suspended_tail;
    r->next_suspended = NULL;
    if (h->suspended_tail)
        h->suspended_tail->next_suspended = r;
    else
        h->suspended_head = r;
    h->suspended_tail = r;
    atomic_fetch_add(&h->n_suspended, 1);
    (void)pthread_mutex_unlock(&h->suspended_lock);
}

void req_unlink_suspended(struct req *r)
{
    struct http *h = r->h;
    if (r->prev_suspended)
        r->prev_suspended->next_suspended = r->next_suspended;
    else
        h->suspended_head = r->next_suspended;
    if (r->next_suspended)
        r->next_suspended->prev_suspended = r->prev_suspended;
    else
        h->suspended_tail = r->prev_suspended;
    r->prev_suspended = r->next_suspended = NULL;
    atomic_fetch_sub(&h->n_suspended, 1);
}

void req_resume(struct req *r)
{
    struct http *h = r->h;
    (void)pthread_mutex_lock(&h->suspended_lock);
    bool in_time = r->wait == WAIT_ON;
    if (in_time) {
        req_unlink_suspended(r);
        r->wait = WAIT_DONE;
    }
    (void)pthread_mutex_unlock(&h->suspended_lock);
    if (in_time)
        MHD_resume_connection(r->mhd);
    req_unref(r);
    atomic_fetch_sub(&h->n_held, 1); /* the last touch of h: http_stop waits for it */
}
