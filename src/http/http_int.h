/*
 * http_int.h - the inside of the HTTP room (see README.md for the model and the life of a request). Only src/http includes it, and no other
 * file of the project includes microhttpd.h.
 */
#ifndef YITI_HTTP_INT_H
#define YITI_HTTP_INT_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "http/http.h"
#include "http/parts.h"

/* ---- rate.c: token buckets by address ---- */

#define RATE_WAYS 8
#define RATE_SETS (HTTP_ADDRESSES_MAX / RATE_WAYS)
#define RATE_LOCKS 16
struct bucket {
    uint64_t key;  /* of the address, 0 when free */
    double tokens; /* at at_us */
    int64_t at_us;
};
struct rate {
    double per_us, burst; /* per_us < 0: no limit */
    uint8_t seed[16];     /* nobody outside can choose the set */
    struct bucket *buckets;
    pthread_mutex_t locks[RATE_LOCKS];
};
enum rc rate_init(struct rate *rate, struct arena *a, double per_s, double burst, struct fail *f) MUST_USE;
void rate_release(struct rate *rate);
/* rate_take - whether the address may do one more at now_us; else *wait_s says when to come back. */
bool rate_take(struct rate *rate, const struct ip *ip, int64_t now_us, int *wait_s);

/* ---- route.c: the trie ---- */

struct route_node;
struct routes {
    struct route_node *root;
    const struct route **all; /* in the order of the tables */
    int count;
};
struct route_match {
    int index;        /* into routes.all; -1: none */
    unsigned allowed; /* bits 1 << enum http_method of the path; 0: no such path */
    struct span param[HTTP_PARAMS_MAX];
    int n_params;
};
enum rc routes_build(struct arena *a, const struct route_table *const *tables, int n, struct routes *out,
                     struct fail *f) MUST_USE;
/* routes_match - segments are decoded. */
void routes_match(const struct routes *rs, const struct span *segments, int n, enum http_method method,
                  struct route_match *m);
/* route_param_name - the name of the nth {name}. */
struct span route_param_name(const struct route *route, int nth);
const char *method_name(enum http_method method);
bool method_parse(const char *text, enum http_method *out);

/* ---- metrics.c ---- */

#define LATENCY_BUCKETS 10
struct route_stats {             /* relaxed counters: exact sums, no order between them */
    _Atomic int64_t by_class[6]; /* index status / 100 */
    _Atomic int64_t us_sum;
    _Atomic int64_t latency[LATENCY_BUCKETS + 1]; /* the last: above all bounds */
};
void stats_count(struct route_stats *stats, int status, int64_t us);
void metrics_write(struct http *h, struct sb *out);

/* ---- pool.c ---- */

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct req *head, *tail; /* linked by req.next_in_pool */
    int waiting, waiting_max, running;
    int n_threads;
    bool stopping;
    pthread_t *threads;
};
enum rc pool_start(struct pool *pool, struct arena *a, int threads, int waiting_max, struct fail *f) MUST_USE;
void pool_stop(struct pool *pool); /* runs what waits, then joins */

/* ---- events.c ---- */

struct event {
    int64_t position, id;
    char kind[48];
};
struct stream;
struct hub {
    pthread_mutex_t lock;
    struct event *ring; /* HTTP_STREAM_RING of them; event number n stands at n % HTTP_STREAM_RING */
    uint64_t next;      /* number of the next event */
    struct stream *streams;
    int count;
    bool closing;
    _Atomic bool dirty; /* something was published since the ticker looked */
};
void hub_init(struct hub *hub, struct arena *a);
void hub_release(struct hub *hub);
/* hub_tick - wakes the streams that have something to send; called by the ticker only. */
void hub_tick(struct http *h, int64_t now_us);
void hub_close(struct hub *hub);
int hub_count(struct hub *hub);
struct MHD_Response *stream_response(struct req *r);
void stream_remove(struct req *r);

/* ---- static.c ---- */

enum coding { CODING_NONE, CODING_GZIP, CODING_BROTLI, CODING_COUNT };
struct static_file {
    const struct http_static *file;
    struct MHD_Response *response[CODING_COUNT]; /* NULL: not there */
    const char *etag[CODING_COUNT];
};
struct statics {
    struct static_file *files; /* sorted by path */
    int count;
    const struct static_file *index;
};
enum rc statics_build(struct http *h, struct arena *a, struct fail *f) MUST_USE;
void statics_release(struct statics *st);
/* static_find - the file for a GET outside the API, also the index page for what takes text/html; NULL: none. */
const struct static_file *static_find(const struct http *h, const struct req *r);
/* static_send - queues the best coding, or 304; false when the library refused. */
bool static_send(struct req *r, const struct static_file *sf);

/* ---- the server and its connections (server.c) ---- */

struct conn {
    struct http *h;
    int fd; /* shut down by the ticker under conns_lock while open */
    bool open;
    struct ip peer;
    _Atomic int64_t deadline_us; /* monotonic; 0: none. Past it the socket is shut down */
    struct conn *prev, *next;    /* in the open list, or next in the free list */
};
enum phase { PHASE_RUN, PHASE_DRAIN, PHASE_CLOSE };
struct http {
    struct arena *arena; /* everything that lives as long as the server */
    struct http_options o;
    struct MHD_Daemon *daemon;
    int listen_fd, port;
    struct routes routes;
    struct route_stats *stats; /* routes.count + 1; the last counts all that is no route */
    struct statics statics;
    struct cidr *trusted, *metrics_from;
    int n_trusted, n_metrics_from;
    struct rate rate, rate_form;
    bool rate_given, rate_form_given; /* also binds loopback */
    struct pool pool;
    struct hub hub;
    uint64_t id_key;
    _Atomic uint64_t id_next;

    pthread_mutex_t arenas_lock; /* request arenas kept for reuse */
    struct arena **arenas;
    int n_arenas;

    pthread_mutex_t conns_lock;
    struct conn *conns_free, *conns_open;

    pthread_mutex_t suspended_lock; /* guards the list and req.wait */
    struct req *suspended_head, *suspended_tail;

    _Atomic int phase;
    _Atomic int64_t n_conns, n_active, n_in_handler, n_suspended, n_held, n_timed_out, n_refused_rate, body_bytes;
    pthread_t ticker;
    bool ticker_on, ticker_stop;
    pthread_mutex_t tick_lock;
    pthread_cond_t tick_wake;
};
void http_wake_ticker(struct http *h);

/* ---- one request (request.c, reply.c, dispatch.c) ---- */

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_WAIT, STAGE_SENT };
enum wait { WAIT_NONE, WAIT_ON, WAIT_DONE, WAIT_LATE };
enum reply_kind { REPLY_NONE, REPLY_BYTES, REPLY_FD, REPLY_STREAM, REPLY_STATIC };
enum builtin { BUILTIN_NONE, BUILTIN_HEALTH, BUILTIN_READY, BUILTIN_METRICS, BUILTIN_OPTIONS };
#define HTTP_ARENAS_KEPT 128 /* request arenas kept for reuse, each of at most ARENA_KEPT_BYTES_MAX */
#define REPLY_HEADERS_MAX 24
struct reply {
    enum reply_kind kind;
    int status;
    const char *media_type;
    struct sb sb; /* the body, when made in memory */
    struct jw jw;
    int fd; /* ours until it is handed to the library; -1 */
    int64_t fd_size;
    bool has_version;
    bool always; /* reply_version: no 304 */
    int64_t version;
    bool weak; /* compressed: the entity tag no longer names exact bytes */
    bool bad;  /* over a limit: becomes a 500 */
    int n_headers;
    struct pair headers[REPLY_HEADERS_MAX]; /* zero-terminated copies in the arena */
};
struct req {
    struct http *h;
    struct conn *conn;
    struct MHD_Connection *mhd;
    struct arena *arena;
    _Atomic int refs; /* the library's, and while suspended the handler's */
    enum stage stage; /* HTTP thread only */
    enum wait wait;   /* under suspended_lock */
    bool *held;       /* set when the running handler suspends; on that handler's caller's stack */
    struct req *prev_suspended, *next_suspended, *next_in_pool;
    int64_t deadline_us, start_us;
    handler_fn *pool_fn;

    char id[20];
    struct span target, path, query_raw; /* as sent */
    struct span segments[HTTP_SEGMENTS_MAX];
    int n_segments;
    struct pair *query;
    int n_query;
    struct pair *headers;
    int n_headers;
    enum http_method method;
    bool head, get_like;
    enum builtin builtin;
    const struct static_file *file;
    struct route_match match;
    const struct route *route;
    enum lang lang;
    struct ip client;
    char address[46];
    bool secure, proxied, loopback;
    struct http_principal principal;

    int64_t length; /* Content-Length; -1: chunked */
    size_t body_max;
    struct sb body;
    int64_t body_charged; /* of h->body_bytes */
    int spool_fd;
    int64_t spool_size;
    int64_t drained; /* of a refused body */
    bool unframed;   /* where the body ends is in doubt: nothing behind the header is read as a request */
    bool refused;    /* the reply stands already: the body is thrown away */
    bool close_after;
    int retry_after_s;

    struct reply reply;
    struct stream *stream; /* the handler's; taken off the hub with the last reference */
    bool streaming;        /* HTTP thread only: the stream was handed to the library */
    int sent_status;       /* HTTP thread only */
    int64_t sent_bytes;
};
/* req_new - for the library's URI callback. NULL when memory of the arena ran out. */
struct req *req_new(struct http *h, struct MHD_Connection *mhd, const char *target);
void req_unref(struct req *r);
/* req_unlink_suspended - takes r off the list; suspended_lock is held. */
void req_unlink_suspended(struct req *r);
/* req_head - the checks that need only line and headers, in the order of README.md; a failure is to be refused. */
enum rc req_head(struct req *r, const char *method, const char *version, const char *url, struct fail *f) MUST_USE;
/* req_refuse - the problem stands as the reply; the body will be thrown away. */
void req_refuse(struct req *r, enum rc rc, const struct fail *f);
enum rc req_body_take(struct req *r, const char *data, size_t len, struct fail *f) MUST_USE;
/* req_run - calls the handler; true when the reply is ready, false when the request is suspended. */
bool req_run(struct req *r);
/* pool_run - a worker's step. */
void pool_run(struct req *r);
/* reply_send - turns the reply into the library's; on the HTTP thread. */
enum MHD_Result reply_send(struct req *r);
/* reply_send_late - 503 after our deadline, touching nothing that the handler may still write. */
enum MHD_Result reply_send_late(struct req *r);
void reply_reset(struct reply *reply);
/* reply_compress (compress.c) - on a worker, when the handler is done: gzip where it pays. */
void reply_compress(struct req *r);
void problem_write(enum rc rc, const struct fail *f, enum lang lang, const char *id, struct sb *out);
/* Headers of every reply: API (no content is ever rendered) or pages. */
enum head_kind { HEAD_API, HEAD_PAGE, HEAD_PRINT }; /* data; the web app's page; a document for printing */
void security_headers(struct MHD_Response *response, enum head_kind kind);

#endif
