/* http_load.c - see http_load.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_load.h"

#define REQUEST_BYTES 8192
#define ANSWER_BYTES (256 * 1024)
#define SAMPLES_MAX (1 << 21)

struct connection {
    int fd;
    char request[REQUEST_BYTES];
    size_t request_len, sent;
    char answer[ANSWER_BYTES + 1];
    size_t got;
    double began_us;
};
struct run {
    const struct http_load *load;
    struct http_load_result *result;
    struct connection *connections;
    int poll_fd;
    int64_t next; /* number of the next request */
    double deadline_us;
    float *samples_us;
    int64_t n_samples;
    int open;
};

static double now_us(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static int connect_to(int port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* Length of a whole answer in text, 0 when more must come. */
static size_t answer_length(const char *text, size_t got)
{
    const char *const head_end = memmem(text, got, "\r\n\r\n", 4);
    if (!head_end)
        return 0;
    const char *const length = strcasestr(text, "\r\ncontent-length:");
    const size_t body = length && length < head_end ? (size_t)strtoul(length + 17, NULL, 10) : 0;
    const size_t whole = (size_t)(head_end - text) + 4 + body;
    return got >= whole ? whole : 0;
}

static int status_of(const char *text)
{
    return strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : -1;
}

static bool begin(struct run *r, struct connection *c)
{
    const bool over = r->load->requests ? r->next >= r->load->requests : now_us() >= r->deadline_us;
    if (over)
        return false;
    c->request_len = r->load->make(r->load->ctx, r->next++, c->request, REQUEST_BYTES);
    c->sent = c->got = 0;
    c->began_us = now_us();
    return true;
}

static void failed(struct run *r, const char *what)
{
    r->result->failed++;
    if (!r->result->first_failure[0])
        (void)snprintf(r->result->first_failure, sizeof(r->result->first_failure), "%.500s", what);
}

static void finish(struct run *r, struct connection *c)
{
    (void)epoll_ctl(r->poll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    (void)close(c->fd);
    c->fd = -1;
    r->open--;
}

/* Sends what is left; false when the connection is broken. */
static bool push(struct connection *c)
{
    while (c->sent < c->request_len) {
        const ssize_t n = send(c->fd, c->request + c->sent, c->request_len - c->sent, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->sent += (size_t)n;
    }
    return true;
}

static void answered(struct run *r, struct connection *c, size_t length)
{
    c->answer[length] = 0;
    if (status_of(c->answer) == r->load->want_status)
        r->result->done++;
    else
        failed(r, c->answer);
    if (r->n_samples < SAMPLES_MAX)
        r->samples_us[r->n_samples++] = (float)(now_us() - c->began_us);
    if (!begin(r, c) || !push(c))
        finish(r, c);
}

static void pull(struct run *r, struct connection *c)
{
    const ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_BYTES - c->got, 0);
    if (n <= 0) {
        failed(r, "connection closed");
        finish(r, c);
        return;
    }
    c->got += (size_t)n;
    c->answer[c->got] = 0;
    const size_t length = answer_length(c->answer, c->got);
    if (length)
        answered(r, c, length);
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double percentile(const struct run *r, double p)
{
    return r->n_samples ? (double)r->samples_us[(int64_t)(p * (double)(r->n_samples - 1))] : 0;
}

static bool open_all(struct run *r)
{
    for (int i = 0; i < r->load->connections; i++) {
        struct connection *const c = &r->connections[i];
        c->fd = connect_to(r->load->port);
        if (c->fd < 0)
            return false;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        (void)epoll_ctl(r->poll_fd, EPOLL_CTL_ADD, c->fd, &event);
        r->open++;
    }
    return true;
}

int http_load_run(const struct http_load *load, struct http_load_result *out)
{
    struct run r = {.load = load, .result = out};
    *out = (struct http_load_result){0};
    r.connections = calloc((size_t)load->connections, sizeof(struct connection));
    r.samples_us = calloc(SAMPLES_MAX, sizeof(float));
    r.poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (!r.connections || !r.samples_us || r.poll_fd < 0 || !open_all(&r))
        return -1;
    const double began = now_us();
    r.deadline_us = began + load->seconds * 1e6;
    for (int i = 0; i < load->connections; i++)
        if (!begin(&r, &r.connections[i]) || !push(&r.connections[i]))
            finish(&r, &r.connections[i]);
    while (r.open) {
        struct epoll_event events[64];
        const int n = epoll_wait(r.poll_fd, events, 64, 10000);
        if (n == 0)
            break; /* ten seconds without an answer */
        for (int i = 0; i < n; i++)
            pull(&r, events[i].data.ptr);
    }
    out->elapsed_s = (now_us() - began) / 1e6;
    qsort(r.samples_us, (size_t)r.n_samples, sizeof(float), by_value);
    out->p50_us = percentile(&r, 0.50);
    out->p99_us = percentile(&r, 0.99);
    out->max_us = percentile(&r, 1.0);
    out->failed += r.open;
    (void)close(r.poll_fd);
    free(r.connections);
    free(r.samples_us);
    return 0;
}

int http_once(int port, const char *request, size_t request_len, struct http_answer out)
{
    static char answer[ANSWER_BYTES + 1];
    size_t got = 0, length = 0;
    const int fd = connect_to(port);
    if (fd < 0)
        return -1;
    if (send(fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len) {
        (void)close(fd);
        return -1;
    }
    while (!length && got < ANSWER_BYTES) {
        const ssize_t n = recv(fd, answer + got, ANSWER_BYTES - got, 0);
        if (n <= 0)
            break;
        got += (size_t)n;
        answer[got] = 0;
        length = answer_length(answer, got);
    }
    (void)close(fd);
    if (!length)
        return -1;
    const char *const head_end = strstr(answer, "\r\n\r\n");
    (void)snprintf(out.headers, out.headers_bytes, "%.*s", (int)(head_end - answer), answer);
    (void)snprintf(out.body, out.body_bytes, "%s", head_end + 4);
    return status_of(answer);
}
