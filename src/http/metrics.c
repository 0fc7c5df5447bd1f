/* metrics.c - counters of requests by route, and the Prometheus text. */
#include <inttypes.h>

#include "http/http_int.h"

static const int64_t BOUNDS_US[LATENCY_BUCKETS] = {500,   1000,   2500,   5000,    10000,
                                                   25000, 100000, 500000, 2500000, 10000000};

void stats_count(struct route_stats *stats, int status, int64_t us)
{
    int slot = 0;
    while (slot < LATENCY_BUCKETS && us > BOUNDS_US[slot])
        slot++;
    atomic_fetch_add_explicit(&stats->by_class[status / 100 <= 5 ? status / 100 : 0], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&stats->us_sum, us, memory_order_relaxed);
    atomic_fetch_add_explicit(&stats->latency[slot], 1, memory_order_relaxed);
}

static int64_t value_of(_Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_route_name(const struct http *h, int i, struct sb *out)
{
    if (i < h->routes.count)
        sb_addf(out, "route=\"%s %s\"", method_name(h->routes.all[i]->method), h->routes.all[i]->path);
    else
        sb_adds(out, "route=\"other\"");
}

static void write_counts(struct http *h, struct sb *out)
{
    static const char *const classes[] = {"cut_off", "1xx", "2xx", "3xx", "4xx", "5xx"};
    sb_adds(out, "# HELP yiti_http_requests_total Requests by route and class of status; cut_off: the client was gone "
                 "before an answer.\n"
                 "# TYPE yiti_http_requests_total counter\n");
    for (int i = 0; i <= h->routes.count; i++)
        for (int c = 0; c < 6; c++) {
            int64_t n = value_of(&h->stats[i].by_class[c]);
            if (n == 0)
                continue;
            sb_adds(out, "yiti_http_requests_total{");
            add_route_name(h, i, out);
            sb_addf(out, ",status=\"%s\"} %" PRId64 "\n", classes[c], n);
        }
}

static void write_latency(struct http *h, struct sb *out)
{
    sb_adds(out, "# HELP yiti_http_request_seconds Seconds from the request line to the end of the answer.\n"
                 "# TYPE yiti_http_request_seconds histogram\n");
    for (int i = 0; i <= h->routes.count; i++) {
        int64_t below = 0, counts[LATENCY_BUCKETS + 1], total = 0;
        for (int b = 0; b <= LATENCY_BUCKETS; b++)
            total += counts[b] = value_of(&h->stats[i].latency[b]);
        if (total == 0)
            continue;
        for (int b = 0; b <= LATENCY_BUCKETS; b++) {
            below += counts[b];
            sb_adds(out, "yiti_http_request_seconds_bucket{");
            add_route_name(h, i, out);
            if (b < LATENCY_BUCKETS)
                sb_addf(out, ",le=\"%g\"} %" PRId64 "\n", (double)BOUNDS_US[b] / 1e6, below);
            else
                sb_addf(out, ",le=\"+Inf\"} %" PRId64 "\n", below);
        }
        sb_adds(out, "yiti_http_request_seconds_sum{");
        add_route_name(h, i, out);
        sb_addf(out, "} %.6f\nyiti_http_request_seconds_count{", (double)value_of(&h->stats[i].us_sum) / 1e6);
        add_route_name(h, i, out);
        sb_addf(out, "} %" PRId64 "\n", total);
    }
}

static void gauge(struct sb *out, const char *name, const char *type, const char *help, int64_t value)
{
    sb_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, type, name, value);
}

void metrics_write(struct http *h, struct sb *out)
{
    (void)pthread_mutex_lock(&h->pool.lock);
    int waiting = h->pool.waiting, running = h->pool.running;
    (void)pthread_mutex_unlock(&h->pool.lock);
    write_counts(h, out);
    write_latency(h, out);
    gauge(out, "yiti_http_connections", "gauge", "Open connections.", value_of(&h->n_conns));
    gauge(out, "yiti_http_requests_active", "gauge",
          "Requests between request line and end of answer, streams included.", value_of(&h->n_active));
    gauge(out, "yiti_http_requests_suspended", "gauge", "Requests that wait for another thread.",
          value_of(&h->n_suspended));
    gauge(out, "yiti_http_requests_timed_out_total", "counter", "Suspended requests answered 503 at their deadline.",
          value_of(&h->n_timed_out));
    gauge(out, "yiti_http_requests_rate_limited_total", "counter", "Requests answered 429.",
          value_of(&h->n_refused_rate));
    gauge(out, "yiti_http_streams", "gauge", "Live event streams.", hub_count(&h->hub));
    gauge(out, "yiti_http_pool_waiting", "gauge", "Requests waiting for a worker.", waiting);
    gauge(out, "yiti_http_pool_running", "gauge", "Requests on a worker.", running);
    gauge(out, "yiti_http_body_bytes", "gauge", "Bytes of request bodies held in memory.", value_of(&h->body_bytes));
    if (h->o.metrics)
        h->o.metrics(h->o.app, out);
}
