/*
 * http.h - the one place that sees the HTTP library: requests, replies, route tables, problems, live events, limits, static
 * files. Knows no domain and no database: who signs in and what a right means come in as hooks from app/.
 *
 * A handler runs on an HTTP thread (RUN_INLINE: must not block: parse, submit a write, or one primary-key read), or on the bounded
 * worker pool (RUN_POOL: lists, exports, hashing, parsing of large bodies). It answers by filling the reply and returning RC_OK, by
 * returning a failure (a problem document is made of it), or by req_suspend and a later req_resume from any thread.
 */
#ifndef YITI_HTTP_HTTP_H
#define YITI_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/json.h"

struct http;
struct req;

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
enum route_auth {
    AUTH_PUBLIC, /* anyone; the principal is still known when signed in */
    AUTH_USER,   /* any signed-in user or token: else 401 */
};
enum route_flags {
    ROUTE_POOL = 1 << 0,        /* run on the worker pool */
    ROUTE_NO_ORIGIN = 1 << 1,   /* writes without Origin check (machine interfaces with a token) */
    ROUTE_SPOOL = 1 << 2,       /* body goes to a temporary file: req_body_fd */
    ROUTE_IF_MATCH = 1 << 3,    /* 428 without If-Match */
    ROUTE_PUBLIC_FORM = 1 << 4, /* strict rate limit by address */
};
typedef enum rc handler_fn(struct req *r, struct fail *f);
struct route {
    enum http_method method;
    const char
        *path; /* "/api/v1/actions/{id}"; a {name} takes one segment, or what stands before a fixed end: "{id}.csv" */
    enum route_auth auth;
    unsigned flags;
    const char *right; /* a right's word the principal must hold somewhere, or NULL; the statement checks where */
    handler_fn *handler;
    size_t body_max; /* bytes; 0 = HTTP_BODY_BYTES_MAX */
    const char *help;
};
struct route_table {
    const char *engine;
    const struct route *routes;
    int count;
};

/* ---- the request -------------------------------------------------------------------------------------------------------- */

struct arena *req_arena(struct req *r); /* lives until the reply is sent, also when the client is gone */
void *req_app(struct req *r);           /* http_options.app */
enum lang req_lang(
    const struct req *r); /* ?lang=, then cookie yiti_lang, then Accept-Language; Chinese if nothing says otherwise */
struct span req_path(const struct req *r);
struct span req_param(const struct req *r, const char *name); /* of the path, decoded; never empty */
/* req_param_id - RC_MISSING when it is no id. */
MUST_USE enum rc req_param_id(const struct req *r, const char *name, int64_t *out, struct fail *f);
struct span req_query(const struct req *r, const char *name); /* decoded; ptr NULL when absent */
MUST_USE enum rc req_query_id(const struct req *r, const char *name, int64_t *out,
                              struct fail *f); /* absent: unchanged */
MUST_USE enum rc req_query_int(const struct req *r, const char *name, int64_t min, int64_t max, int64_t *out,
                               struct fail *f);
MUST_USE enum rc req_query_date(const struct req *r, const char *name, struct span *out, struct fail *f);
/* req_query_only - RC_INVALID naming the first query key that is not among the NULL-ended names (limit, after, sort, lang always are). */
MUST_USE enum rc req_query_only(const struct req *r, struct fail *f, ...) __attribute__((sentinel));
struct span req_header(const struct req *r, const char *name);
struct span req_cookie(const struct req *r, const char *name);
struct span req_body(const struct req *r);
int req_body_fd(const struct req *r, int64_t *size_bytes); /* ROUTE_SPOOL */
/* req_json - the body as a JSON object; RC_MEDIA unless application/json. */
MUST_USE enum rc req_json(struct req *r, json_t **out, struct fail *f);
const char *req_id(const struct req *r);      /* request id, also in the log and in X-Request-Id */
const char *req_address(const struct req *r); /* client's address behind trusted proxies */
bool req_secure(const struct req *r);         /* TLS, or a trusted proxy says so */
bool req_loopback(const struct req *r);
const char *req_route_name(const struct req *r); /* "POST /api/v1/actions/{id}/reports" */

/* ---- who asks (set by the authenticate hook) ------------------------------------------------------------------------------- */

struct http_principal {
    int64_t id; /* -1: the public */
    int64_t session_id;
    bool token;    /* came with an API token: no Origin check */
    void *session; /* whatever the hook wants handlers to find; in the request's arena */
};
const struct http_principal *req_principal(const struct req *r);

/* ---- the reply -------------------------------------------------------------------------------------------------------------- */

/* reply_json - begins a JSON reply (status 200 until reply_status): write through the returned writer; it is sent when the handler returns
 * RC_OK (or at req_resume). At most 16 MiB. */
struct jw *reply_json(struct req *r);
void reply_status(struct req *r, int status);
void reply_header(struct req *r, const char *name, const char *value); /* copied; CR, LF refused */
void reply_cookie(struct req *r, const char *name, const char *value,
                  int64_t max_age_s); /* HttpOnly; SameSite=Strict; Secure behind TLS; max_age 0 deletes */
/* reply_cookie_return - the same with SameSite=Lax: also comes with a link back from another site. Only for what binds such a return to its begin. */
void reply_cookie_return(struct req *r, const char *name, const char *value, int64_t max_age_s);
void reply_etag(struct req *r, int64_t version); /* "\"12\"" ; answers 304 to If-None-Match on GET */
void reply_version(
    struct req *r,
    int64_t version); /* the same for If-Match only: never 304, for what also depends on the day or on other records */
/* reply_body - other content, copied. reply_fd - from a file, closed by the library. download_name NULL: inline. */
void reply_body(struct req *r, const char *media_type, struct span body);
void reply_fd(struct req *r, const char *media_type, int fd, int64_t size_bytes, const char *download_name);
void reply_download(struct req *r, const char *name_utf8); /* Content-Disposition: attachment, RFC 6266 */
/* reply_next_page - Link: <…>; rel="next" with after=key and the rest of this query. */
void reply_next_page(struct req *r, const char *after_key);
/* reply_problem - the problem document of rc and f, in the request's language. */
void reply_problem(struct req *r, enum rc rc, const struct fail *f);
/* req_if_match - the version number of If-Match; RC_PRECONDITION when absent, RC_INVALID when it is none of ours. */
MUST_USE enum rc req_if_match(const struct req *r, int64_t *version, struct fail *f);

/*
 * req_suspend - before handing the request to another thread; afterwards return RC_OK at once and touch the request no more. Then exactly one
 * req_resume, from any thread: fill the reply (or call reply_problem) before it. When handing over fails, return the failure: the problem is
 * made of it and the request resumed. After HTTP_REQUEST_SECONDS_MAX the client is told 503; the request itself lives until req_resume.
 */
void req_suspend(struct req *r);
void req_resume(struct req *r);
/* req_to_pool - suspends and runs fn on the worker pool; its result is answered as a handler's would be. RC_BUSY when the pool's queue is full. */
MUST_USE enum rc req_to_pool(struct req *r, handler_fn *fn, struct fail *f);

/* ---- lists: keyset pages ------------------------------------------------------------------------------------------------------- */

/* req_limit - ?limit= within 1..LIST_LIMIT_MAX, default LIST_LIMIT_DEFAULT. */
MUST_USE enum rc req_limit(const struct req *r, int64_t *out, struct fail *f);
/* The `after` key: base64url of "text\0id"-like parts, opaque to clients. page_key makes it, req_after takes it apart into n spans (RC_INVALID). */
const char *page_key(struct arena *a, int n, const struct span *parts);
MUST_USE enum rc req_after(const struct req *r, int n, struct span *parts, bool *given, struct fail *f);

/* ---- live events ------------------------------------------------------------------------------------------------------------------ */

/*
 * reply_event_stream - this request becomes a stream of server-sent events: `id:` the position, `event:` the kind, `data:` {"kind","id"}.
 * ?kinds=a,b limits the kinds. Last-Event-ID is honoured through the replay hook, which may read the database: give such a route
 * ROUTE_POOL. When more was missed than the server keeps (HTTP_STREAM_REPLAY_MAX), an event `reset` tells the client to read all again.
 * Errors   RC_BUSY at HTTP_STREAMS_MAX streams.
 */
MUST_USE enum rc reply_event_stream(struct req *r, struct fail *f);
/* http_publish - position is the journal's, rising; kind (a word of [a-z0-9._-], at most 47 bytes) and id only (CONTRACTS.md 10). Thread-safe,
 * never waits for a client: a reader who falls HTTP_STREAM_RING events behind is dropped and comes back with Last-Event-ID. */
void http_publish(struct http *h, int64_t position, const char *kind, int64_t id);

/* ---- the server ------------------------------------------------------------------------------------------------------------------- */

struct http_static {  /* one file of the embedded web app */
    const char *path; /* "/assets/index-1a2b.js" */
    const char *media_type;
    const unsigned char *raw, *gzip, *brotli;
    size_t raw_size, gzip_size, brotli_size; /* 0: absent */
    bool immutable;                          /* name carries a hash: a year of caching */
    const char *etag;
};
struct http_options {
    const char *address; /* "127.0.0.1" */
    int port;            /* 0: any free one (http_port tells) */
    int listen_fd;       /* -1, or an already listening socket */
    int threads;         /* 0: number of cores */
    int pool_threads;    /* 0: 4 */
    const char *const
        *trusted_proxies; /* NULL-ended addresses or CIDRs; only they are believed X-Forwarded-For, -Proto and -Host */
    const char *const *origins; /* NULL-ended further origins ("https://yiti.example") that may write with a cookie */
    const char *const *metrics_from; /* NULL-ended addresses or CIDRs that may read /metrics; NULL: loopback only */
    const char *spool_dir;           /* folder of ROUTE_SPOOL's temporary files; NULL: /tmp */
    struct clock clock;
    void *app;
    /* authenticate - fills *p from cookie or Authorization; runs on an HTTP thread, must be a cache look-up or one primary-key read. RC_OK with
     * p->id = -1 for the public. */
    enum rc (*authenticate)(struct req *r, struct http_principal *p, struct fail *f);
    bool (*has_right)(const struct http_principal *p, const char *right);
    /* replay - events with position > after, for a stream that comes back; calls emit for each. May be NULL. */
    void (*replay)(void *app, int64_t after, void (*emit)(void *ctx, int64_t position, const char *kind, int64_t id),
                   void *ctx);
    const char *(*ready)(void *app);            /* NULL when ready, else why not */
    void (*metrics)(void *app, struct sb *out); /* Prometheus text */
    const struct http_static *files;
    int file_count;
    const char *index_path; /* "/index.html": served for every path outside /api that has no file and takes text/html */
    /* By address (IPv6: by /64). 0: the defaults of limits.h, which do not bind loopback; a rate that is given binds all; negative: none. */
    double rate_public_form_per_min, rate_per_s;
    int idle_ms, request_ms, heartbeat_ms, slow_ms; /* 0: limits.h; tests set small ones */
    int pool_queue;                                 /* requests waiting for the pool; 0: HTTP_POOL_QUEUE_MAX */
};
MUST_USE enum rc http_start(const struct http_options *o, const struct route_table *const *tables, int n_tables,
                            struct http **out, struct fail *f);
int http_port(const struct http *h);
/* http_stop - stops listening, ends the event streams, lets accepted requests finish (at most grace_s), tells the suspended ones 503, waits
 * for their req_resume, then frees. So stop http before what resumes its requests. */
void http_stop(struct http *h, int grace_s);
/* http_routes - the number of routes, and one of them, in the order of the tables: for the test that holds them to api/openapi.yaml. */
int http_route_count(const struct http *h);
const struct route *http_route(const struct http *h, int index);

#endif
