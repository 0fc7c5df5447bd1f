/* client.c - see client.h. */
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"

#define CLIENT_BYTES_MAX (64u << 20)

void client_open_at(struct client *c, const char *address, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    ensure(inet_pton(AF_INET, address, &to.sin_addr) == 1);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ensure(c->fd >= 0);
    ensure(connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0);
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sb_init(&c->in, CLIENT_BYTES_MAX);
}

void client_open(struct client *c, int port)
{
    client_open_at(c, "127.0.0.1", port);
}

void client_close(struct client *c)
{
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    sb_release(&c->in);
}

bool client_send(struct client *c, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(c->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes = span_sub(bytes, (size_t)n, bytes.len);
    }
    return true;
}

bool client_sendf(struct client *c, const char *fmt, ...)
{
    char text[8192];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ensure(n >= 0 && n < (int)sizeof text);
    return client_send(c, (struct span){text, (size_t)n});
}

/* more - reads what is there within wait_ms: 1 got bytes, 0 time ran out, -1 the end. */
static int more(struct client *c, int wait_ms)
{
    char buf[65536];
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    if (wait_ms < 0 || poll(&p, 1, wait_ms) != 1)
        return 0;
    ssize_t n = recv(c->fd, buf, sizeof buf, 0);
    if (n <= 0)
        return -1;
    sb_add(&c->in, (struct span){buf, (size_t)n});
    return 1;
}

static int left_ms(int64_t until_us)
{
    int64_t left_us = until_us - clock_mono_us();
    return left_us > 0 ? (int)(left_us / 1000) + 1 : -1;
}

bool client_ended(struct client *c, int wait_ms)
{
    int64_t until_us = clock_mono_us() + (int64_t)wait_ms * 1000;
    int got;
    do
        got = more(c, left_ms(until_us));
    while (got > 0);
    return got < 0;
}

bool client_wait_for(struct client *c, const char *text, int wait_ms)
{
    int64_t until_us = clock_mono_us() + (int64_t)wait_ms * 1000;
    while (span_find(sb_span(&c->in), span_of(text), 0) == SIZE_MAX)
        if (more(c, left_ms(until_us)) <= 0)
            return false;
    return true;
}

/* drop - takes the first n bytes off what was read. */
static void drop(struct client *c, size_t n)
{
    struct sb rest;
    struct span all = sb_span(&c->in);
    sb_init(&rest, CLIENT_BYTES_MAX);
    sb_add(&rest, span_sub(all, n, all.len));
    sb_release(&c->in);
    c->in = rest;
}

/* need - reads until at least n bytes are there. */
static bool need(struct client *c, size_t n, int64_t until_us)
{
    while (sb_span(&c->in).len < n)
        if (more(c, left_ms(until_us)) <= 0)
            return false;
    return true;
}

/* need_line - the position behind the first text at or after from; 0 when it does not come. */
static size_t need_text(struct client *c, const char *text, size_t from, int64_t until_us)
{
    for (;;) {
        size_t at = span_find(sb_span(&c->in), span_of(text), from);
        if (at != SIZE_MAX)
            return at + strlen(text);
        if (more(c, left_ms(until_us)) <= 0)
            return 0;
    }
}

static bool read_chunked(struct client *c, struct answer *a, int64_t until_us)
{
    for (;;) {
        unsigned size;
        size_t end = need_text(c, "\r\n", 0, until_us);
        if (!end || sscanf(sb_span(&c->in).ptr, "%x", &size) != 1 || !need(c, end + size + 2, until_us))
            return false;
        sb_add(&a->body, span_sub(sb_span(&c->in), end, end + size));
        drop(c, end + size + 2);
        if (size == 0)
            return true;
    }
}

static bool read_body(struct client *c, struct answer *a, int64_t until_us)
{
    int64_t length;
    if (span_is(answer_header(a, "Transfer-Encoding"), "chunked"))
        return read_chunked(c, a, until_us);
    if (!span_to_i64(answer_header(a, "Content-Length"), &length)) {
        if (!client_ended(c, left_ms(until_us)))
            return false;
        length = (int64_t)sb_span(&c->in).len;
    }
    if (!need(c, (size_t)length, until_us))
        return false;
    sb_add(&a->body, span_sub(sb_span(&c->in), 0, (size_t)length));
    drop(c, (size_t)length);
    return true;
}

int client_read(struct client *c, struct answer *a, bool no_body)
{
    int64_t until_us = clock_mono_us() + CLIENT_WAIT_MS * 1000LL;
    int status = 0;
    sb_clear(&a->head);
    sb_clear(&a->body);
    a->status = 0;
    size_t end = need_text(c, "\r\n\r\n", 0, until_us);
    if (!end || sscanf(sb_span(&c->in).ptr, "HTTP/1.%*1[01] %d", &status) != 1)
        return 0;
    sb_add(&a->head, span_sub(sb_span(&c->in), 0, end));
    drop(c, end);
    bool bare = no_body || status < 200 || status == 204 || status == 304;
    if (!bare && !read_body(c, a, until_us))
        return 0;
    return a->status = status;
}

int client_ask(struct client *c, struct answer *a, const char *method, const char *target, const char *headers,
               struct span body)
{
    bool sent = client_sendf(c, "%s %s HTTP/1.1\r\nHost: yiti.test\r\n%s", method, target, headers);
    if (sent && body.ptr)
        sent = client_sendf(c, "Content-Length: %zu\r\n", body.len);
    if (sent && client_sendf(c, "\r\n"))
        (void)client_send(c, body);
    return client_read(c, a, strcmp(method, "HEAD") == 0);
}

int ask_once(int port, struct answer *a, const char *method, const char *target, const char *headers, struct span body)
{
    struct client c;
    client_open(&c, port);
    int status = client_ask(&c, a, method, target, headers, body);
    client_close(&c);
    return status;
}

void answer_init(struct answer *a)
{
    a->status = 0;
    sb_init(&a->head, CLIENT_BYTES_MAX);
    sb_init(&a->body, CLIENT_BYTES_MAX);
}

void answer_release(struct answer *a)
{
    sb_release(&a->head);
    sb_release(&a->body);
}

struct span answer_header(const struct answer *a, const char *name)
{
    struct span rest = sb_span(&a->head);
    size_t len = strlen(name);
    while (rest.len > 0) {
        struct span line = span_split(&rest, '\n');
        if (line.len > len && line.ptr[len] == ':' && strncasecmp(line.ptr, name, len) == 0)
            return span_trim(span_sub(line, len + 1, line.len));
    }
    return SPAN_NONE;
}

bool answer_has(const struct answer *a, const char *text)
{
    return span_find(sb_span(&a->body), span_of(text), 0) != SIZE_MAX;
}
