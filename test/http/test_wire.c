/* test_wire.c - what goes over the wire byte by byte: pipelines, requests no client should send, bodies over limits, slow and silent clients,
 * proxies, rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/limits.h"
#include "base/log.h"
#include "client.h"
#include "server_fixture.h"

static struct fixture fx; /* for the tests that need no options of their own */
static const struct http_options NO_RATES = {.rate_per_s = -1, .rate_public_form_per_min = -1};

/* ---- requests that are not well formed: the server answers this, or only closes, and lives on ---- */

struct bad {
    const char *name, *bytes;
    size_t len;
    int status; /* 0: closed without an answer */
    const char *has;
};
#define BAD(name, lit, status, has)                                                                                    \
    {                                                                                                                  \
        name, lit, sizeof lit - 1, status, has                                                                         \
    }
#define GET(rest) "GET /api/v1/items/7 HTTP/1.1\r\n" rest

/* clang-format off */
static struct bad bads[] = {
    BAD("no host", GET("\r\n"), 400, "http_host"),
    BAD("host twice", GET("Host: a\r\nHost: b\r\n\r\n"), 400, "http_host"),
    BAD("http/1.0 needs no host", "GET /api/v1/items/7 HTTP/1.0\r\n\r\n", 200, "\"7\""),
    BAD("http/0.9", "GET /api/v1/items/7\r\n\r\n", 400, NULL),
    BAD("http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, NULL),
    BAD("a tls hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0, NULL),
    BAD("not http", "hello there\r\n\r\n", 400, NULL),
    BAD("negative length", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, NULL),
    BAD("length with text", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\nb", 400, NULL),
    BAD("length with plus", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nb", 400, NULL),
    BAD("length past 2^64", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413, NULL),
    BAD("length past 2^63", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n", 400, "http_length"),
    BAD("length twice", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "http_length"),
    BAD("length and chunks", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "http_length"),
    BAD("blank before the colon", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\nb", 400, "http_text"),
    BAD("another coding", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "http_encoding"),
    BAD("two codings", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "http_encoding"),
    BAD("bad chunk size", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, NULL),
    BAD("chunk size past 2^64", "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 413, NULL),
    BAD("header without colon", GET("Host: a\r\nbad\r\n\r\n"), 400, NULL),
    BAD("header name with a blank", GET("Host: a\r\nX Y: 1\r\n\r\n"), 400, "http_text"),
    BAD("control in a header", GET("Host: a\r\nX-Y: 1\x01\r\n\r\n"), 400, "http_text"),
    BAD("carriage return in a header", GET("Host: a\r\nX-Y: 1\r2\r\n\r\n"), 400, "http_text"),
    BAD("zero byte in the target", "GET /api/v1/items/7\0x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http_text"),
    BAD("zero byte in the query", "GET /api/v1/text/a?q=1\0x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http_text"),
    BAD("target without slash", "GET api/v1/items/7 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http_text"),
    BAD("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL),
    BAD("raw utf-8 in the target", "GET /api/v1/text/\xe6\x9d\xad HTTP/1.1\r\nHost: a\r\n\r\n", 200, "杭"),
    BAD("raw bytes in the target", "GET /api/v1/text/\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http_text"),
    BAD("empty lines first", "\r\n\r\nGET /api/v1/items/7 HTTP/1.1\r\nHost: a\r\n\r\n", 200, "\"7\""),
    BAD("bare line feeds", "GET /api/v1/items/7 HTTP/1.1\nHost: a\n\n", 200, "\"7\""),
    BAD("options star", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL),
    BAD("connect", "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n", 400, "http_text"),
    BAD("trace", "TRACE /api/v1/items/7 HTTP/1.1\r\nHost: a\r\n\r\n", 405, NULL),
    BAD("a body on a get is read over", GET("Host: a\r\nContent-Length: 3\r\n\r\nabc"), 200, "\"7\""),
};
/* clang-format on */

static void bad_request_is_answered(void **state)
{
    const struct bad *bad = *state;
    struct client c;
    struct answer a;
    answer_init(&a);
    client_open(&c, fx.port);
    assert_true(client_send(&c, (struct span){bad->bytes, bad->len}));
    (void)shutdown(c.fd, SHUT_WR);
    int status = client_read(&c, &a, false);
    if (status != bad->status)
        print_message("%.*s%.*s\n", SPAN_ARG(sb_span(&a.head)), SPAN_ARG(sb_span(&a.body)));
    assert_int_equal(status, bad->status);
    if (bad->has)
        assert_true(answer_has(&a, bad->has));
    client_close(&c);
    assert_int_equal(ask_once(fx.port, &a, "GET", "/healthz", "", SPAN_NONE), 200);
    answer_release(&a);
}

/* ---- pipelines and keep-alive ---- */

static void a_pipeline_is_answered_in_order(void **state)
{
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    client_open(&c, fx.port);
    for (int i = 1; i <= 40; i++)
        assert_true(i % 4 == 0
                        ? client_sendf(&c, "POST /api/v1/write HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n%04d", i)
                        : client_sendf(&c, "GET /api/v1/text/n%d HTTP/1.1\r\nHost: a\r\n\r\n", i));
    for (int i = 1; i <= 40; i++) {
        char want[32];
        (void)snprintf(want, sizeof want, i % 4 == 0 ? "%04d" : "\"n%d\"", i);
        assert_int_equal(client_read(&c, &a, false), i % 4 == 0 ? 201 : 200);
        assert_true(answer_has(&a, want));
    }
    client_close(&c);
    answer_release(&a);
}

static void a_refused_small_body_keeps_the_connection(void **state)
{
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    client_open(&c, fx.port);
    assert_int_equal(client_ask(&c, &a, "POST", "/api/v1/mine", "", SPAN("abc")), 401);
    assert_int_equal(client_ask(&c, &a, "POST", "/api/v1/nothing", "", SPAN("abc")), 404);
    assert_int_equal(client_ask(&c, &a, "GET", "/api/v1/items/7", "", SPAN_NONE), 200);
    client_close(&c);
    answer_release(&a);
}

static void request_ids_differ_and_stand_in_problems(void **state)
{
    struct client c;
    struct answer a;
    char first[40];
    (void)state;
    answer_init(&a);
    client_open(&c, fx.port);
    assert_int_equal(client_ask(&c, &a, "GET", "/api/v1/items/7", "", SPAN_NONE), 200);
    struct span id = answer_header(&a, "X-Request-Id");
    assert_int_equal(id.len, 16);
    (void)snprintf(first, sizeof first, "%.*s", SPAN_ARG(id));
    assert_int_equal(client_ask(&c, &a, "GET", "/api/v1/nothing", "", SPAN_NONE), 404);
    id = answer_header(&a, "X-Request-Id");
    assert_false(span_is(id, first));
    (void)snprintf(first, sizeof first, "\"request_id\":\"%.*s\"", SPAN_ARG(id));
    assert_true(answer_has(&a, first));
    client_close(&c);
    answer_release(&a);
}

static void continue_is_sent_when_asked_and_not_for_a_refused_body(void **state)
{
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    client_open(&c, fx.port);
    (void)client_sendf(&c,
                       "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_int_equal(client_read(&c, &a, false), 100);
    (void)client_sendf(&c, "abc");
    assert_int_equal(client_read(&c, &a, false), 201);
    (void)client_sendf(&c,
                       "POST /api/v1/mine HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_int_equal(client_read(&c, &a, false), 401);
    client_close(&c);
    answer_release(&a);
}

/* ---- limits ---- */

static void hundred_headers_pass_and_one_more_does_not(void **state)
{
    struct answer a;
    (void)state;
    answer_init(&a);
    for (int n = HTTP_HEADERS_MAX; n <= HTTP_HEADERS_MAX + 1; n++) {
        struct client c;
        client_open(&c, fx.port);
        (void)client_sendf(&c, "GET /api/v1/items/7 HTTP/1.1\r\nHost: a\r\n");
        for (int i = 1; i < n; i++)
            (void)client_sendf(&c, "X-%d: 1\r\n", i);
        (void)client_sendf(&c, "\r\n");
        assert_int_equal(client_read(&c, &a, false), n > HTTP_HEADERS_MAX ? 431 : 200);
        client_close(&c);
    }
    assert_true(answer_has(&a, "http_header_limit"));
    answer_release(&a);
}

static void long_headers_are_431(void **state)
{
    static const int sizes[] = {30 << 10, 34 << 10, 200 << 10};
    static const int wants[] = {200, 431, 431};
    static char line[250 << 10];
    struct answer a;
    (void)state;
    answer_init(&a);
    memset(line, 'a', sizeof line);
    for (int i = 0; i < 3; i++) {
        struct client c;
        client_open(&c, fx.port);
        (void)client_sendf(&c, "GET /api/v1/items/7 HTTP/1.1\r\nHost: a\r\nX-Long: ");
        (void)client_send(&c, (struct span){line, (size_t)sizes[i]});
        (void)client_sendf(&c, "\r\n\r\n");
        assert_int_equal(client_read(&c, &a, false), wants[i]);
        client_close(&c);
    }
    answer_release(&a);
}

static void a_body_over_its_limit_is_413(void **state)
{
    static char body[1001];
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    memset(body, 'b', sizeof body);
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/echo", "", (struct span){body, 1000}), 201);
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/echo", "", (struct span){body, 1001}), 413);
    assert_true(answer_has(&a, "1000"));
    /* A hundred megabytes are refused before the first of them is sent. */
    client_open(&c, fx.port);
    (void)client_sendf(&c, "POST /api/v1/big HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n");
    assert_int_equal(client_read(&c, &a, false), 413);
    assert_true(client_ended(&c, 2000));
    client_close(&c);
    answer_release(&a);
}

static void chunks_are_put_together(void **state)
{
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    client_open(&c, fx.port);
    (void)client_sendf(&c, "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");
    assert_int_equal(client_read(&c, &a, false), 201);
    assert_true(span_is(sb_span(&a.body), "abcdefg"));
    client_close(&c);
    answer_release(&a);
}

static void chunks_over_the_limit_are_413(void **state)
{
    static char chunk[64 << 10];
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    memset(chunk, 'c', sizeof chunk);
    /* Ends soon after the limit: a plain answer. */
    client_open(&c, fx.port);
    (void)client_sendf(&c, "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n");
    (void)client_send(&c, (struct span){chunk, sizeof chunk});
    (void)client_sendf(&c, "\r\n0\r\n\r\n");
    assert_int_equal(client_read(&c, &a, false), 413);
    assert_int_equal(client_ask(&c, &a, "GET", "/api/v1/items/7", "", SPAN_NONE), 200);
    client_close(&c);
    /* Never ends: cut off after HTTP_DRAIN_BYTES_MAX. */
    client_open(&c, fx.port);
    (void)client_sendf(&c, "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    int sent = 0;
    while (sent < 4096 && client_sendf(&c, "10000\r\n") && client_send(&c, (struct span){chunk, sizeof chunk}) &&
           client_sendf(&c, "\r\n"))
        sent++;
    assert_in_range(sent, 1, 1000); /* what the sockets' buffers hold, not 256 MiB */
    client_close(&c);
    assert_int_equal(ask_once(fx.port, &a, "GET", "/healthz", "", SPAN_NONE), 200);
    answer_release(&a);
}

static void a_spooled_body_of_megabytes_stays_out_of_memory(void **state)
{
    static char piece[1 << 20];
    struct client c;
    struct answer a;
    (void)state;
    answer_init(&a);
    memset(piece, 1, sizeof piece);
    client_open(&c, fx.port);
    (void)client_sendf(&c, "POST /api/v1/spool HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", 8 << 20);
    for (int i = 0; i < 8; i++)
        assert_true(client_send(&c, (struct span){piece, sizeof piece}));
    assert_int_equal(client_read(&c, &a, false), 200);
    assert_true(answer_has(&a, "{\"size\":8388608,\"sum\":8388608,\"in_memory\":0}"));
    client_close(&c);
    answer_release(&a);
}

/* ---- slow and silent clients ---- */

static void silent_and_slow_clients_are_cut_off(void **state)
{
    struct fixture slow;
    struct http_options o = NO_RATES;
    struct client silent, dripping, half, kept;
    struct answer a;
    (void)state;
    o.idle_ms = 1000;
    o.request_ms = 500;
    fixture_start(&slow, &o);
    answer_init(&a);
    client_open(&silent, slow.port);
    client_open(&dripping, slow.port);
    client_open(&half, slow.port);
    client_open(&kept, slow.port);
    assert_int_equal(client_ask(&kept, &a, "GET", "/api/v1/items/7", "", SPAN_NONE), 200);
    (void)client_sendf(&half, "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    (void)client_sendf(&dripping, "GET /api/v1/items/7 HTTP/1.1\r\nX-Drip: ");
    int64_t begun_us = clock_mono_us();
    bool alive = true;
    while (alive && clock_mono_us() - begun_us < 6000000) /* a byte every 100 ms: never idle, never done */
        alive = client_sendf(&dripping, "a") && !client_ended(&dripping, 100);
    assert_false(alive);
    assert_in_range(clock_mono_us() - begun_us, 1500000, 4000000);
    assert_true(client_ended(&silent, 3000));
    assert_true(client_ended(&kept, 3000));
    assert_true(client_ended(&half, 3000));
    client_close(&silent);
    client_close(&dripping);
    client_close(&half);
    client_close(&kept);
    answer_release(&a);
    fixture_stop(&slow, 5);
    fixture_end(&slow);
}

/* ---- rates and proxies ---- */

static void a_flood_is_429_until_time_passes(void **state)
{
    struct fixture limited;
    struct http_options o = {.rate_per_s = 5, .rate_public_form_per_min = 6};
    struct client c;
    struct answer a;
    int passed = 0, refused = 0;
    (void)state;
    fixture_start(&limited, &o);
    atomic_store(&limited.now_us, 1800000000000000);
    answer_init(&a);
    client_open(&c, limited.port);
    for (int i = 0; i < 100; i++) {
        int status = client_ask(&c, &a, "GET", "/api/v1/items/7", "", SPAN_NONE);
        passed += status == 200;
        refused += status == 429;
    }
    assert_int_equal(passed, 40); /* eight seconds' worth */
    assert_int_equal(refused, 60);
    assert_true(answer_has(&a, "http_rate") && span_is(answer_header(&a, "Retry-After"), "1"));
    assert_int_equal(client_ask(&c, &a, "GET", "/healthz", "", SPAN_NONE), 200); /* a probe is never limited */
    atomic_fetch_add(&limited.now_us, 1000000);
    passed = 0;
    for (int i = 0; i < 10; i++)
        passed += client_ask(&c, &a, "GET", "/api/v1/items/7", "", SPAN_NONE) == 200;
    assert_int_equal(passed, 5);
    atomic_fetch_add(&limited.now_us, 60000000);
    passed = 0;
    for (int i = 0; i < 20; i++)
        passed += client_ask(&c, &a, "POST", "/api/v1/form", "", SPAN("x")) == 201;
    assert_int_equal(passed, 6);
    assert_true(span_is(answer_header(&a, "Retry-After"), "10"));
    client_close(&c);
    answer_release(&a);
    fixture_stop(&limited, 5);
    fixture_end(&limited);
}

static void only_trusted_proxies_are_believed(void **state)
{
    static const char *const proxies[] = {"127.0.0.1", "10.0.0.0/8", "fd00::/8", NULL};
    struct {
        const char *headers, *want;
    } rows[] = {
        {"X-Forwarded-For: 1.2.3.4\r\n", "\"address\":\"1.2.3.4\",\"loopback\":false,\"secure\":false"},
        {"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n",
         "\"address\":\"1.2.3.4\",\"loopback\":false,\"secure\":true"},
        {"X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.2.3\r\n", "\"address\":\"1.2.3.4\""},
        {"X-Forwarded-For: 6.6.6.6, [2001:db8::1]:443, fd00::7\r\n", "\"address\":\"2001:db8::1\""},
        {"X-Forwarded-For: 1.2.3.4, unknown\r\n", "\"address\":\"127.0.0.1\",\"loopback\":false"},
        {"", "\"address\":\"127.0.0.1\",\"loopback\":true"},
    };
    struct fixture behind;
    struct http_options o = NO_RATES;
    struct answer a;
    (void)state;
    o.trusted_proxies = proxies;
    fixture_start(&behind, &o);
    answer_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ask_once(behind.port, &a, "GET", "/api/v1/items/7", rows[i].headers, SPAN_NONE), 200);
        if (!answer_has(&a, rows[i].want))
            print_message("%s%.*s\n", rows[i].headers, SPAN_ARG(sb_span(&a.body)));
        assert_true(answer_has(&a, rows[i].want));
    }
    /* Behind TLS: the cookie is Secure, and the Origin is that of the public name. */
    const char *tls = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: "
                      "yiti.example\r\nOrigin: https://yiti.example\r\n";
    assert_int_equal(ask_once(behind.port, &a, "POST", "/api/v1/session", tls, SPAN("x")), 204);
    assert_true(span_ends(answer_header(&a, "Set-Cookie"), SPAN("; SameSite=Strict; Secure")));
    answer_release(&a);
    fixture_stop(&behind, 5);
    fixture_end(&behind);
}

/* ---- starting ---- */

static enum rc nothing(struct req *r, struct fail *f)
{
    (void)r;
    (void)f;
    return RC_OK;
}

static void a_given_socket_is_served(void **state)
{
    struct fixture given;
    struct http_options o = NO_RATES;
    struct answer a;
    (void)state;
    o.listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    ensure(listen(o.listen_fd, 10) == 0);
    fixture_start(&given, &o);
    answer_init(&a);
    assert_true(given.port > 0);
    assert_int_equal(ask_once(given.port, &a, "GET", "/healthz", "", SPAN_NONE), 200);
    answer_release(&a);
    fixture_stop(&given, 5);
    fixture_end(&given);
}

static void localhost_needs_no_look_up(void **state)
{
    static const struct route_table none = {"t", NULL, 0}, *tables[] = {&none};
    struct http_options o = {.listen_fd = -1, .address = "localhost"};
    struct answer a;
    struct http *h = NULL;
    struct fail f = {0};
    (void)state;
    answer_init(&a);
    assert_int_equal(http_start(&o, tables, 1, &h, &f), RC_OK);
    assert_int_equal(ask_once(http_port(h), &a, "GET", "/healthz", "", SPAN_NONE), 200);
    http_stop(h, 1);
    answer_release(&a);
}

static void what_cannot_start_says_why(void **state)
{
    static const struct route twice[] = {{HTTP_GET, "/a/{id}", AUTH_PUBLIC, 0, NULL, nothing, 0, ""},
                                         {HTTP_GET, "/a/{name}", AUTH_PUBLIC, 0, NULL, nothing, 0, ""}};
    static const struct route relative[] = {{HTTP_GET, "a", AUTH_PUBLIC, 0, NULL, nothing, 0, ""}};
    static const struct route_table t_twice = {"t", twice, 2}, t_relative = {"t", relative, 1}, t_none = {"t", NULL, 0};
    static const char *const bad_proxy[] = {"10.0.0.0/33", NULL};
    struct {
        const struct route_table *table;
        struct http_options o;
        enum rc rc;
        enum msg msg;
    } rows[] = {
        {&t_twice, {.listen_fd = -1}, RC_INVALID, MSG_http_route_bad},
        {&t_relative, {.listen_fd = -1}, RC_INVALID, MSG_http_route_bad},
        {&t_none, {.listen_fd = -1, .port = fx.port}, RC_INTERNAL, MSG_http_listen},
        {&t_none, {.listen_fd = -1, .address = "not an address"}, RC_INTERNAL, MSG_http_listen},
        {&t_none, {.listen_fd = -1, .trusted_proxies = bad_proxy}, RC_INVALID, MSG_http_cidr},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http *h = NULL;
        struct fail f = {0};
        assert_int_equal(http_start(&rows[i].o, &rows[i].table, 1, &h, &f), rows[i].rc);
        assert_int_equal(f.msg, rows[i].msg);
        assert_null(h);
    }
}

static int start(void **state)
{
    (void)state;
    log_setup(LOG_ERROR + 1, LOG_HUMAN);
    fixture_start(&fx, &NO_RATES);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fx, 5);
    fixture_end(&fx);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest named[] = {
        cmocka_unit_test(a_pipeline_is_answered_in_order),
        cmocka_unit_test(a_refused_small_body_keeps_the_connection),
        cmocka_unit_test(request_ids_differ_and_stand_in_problems),
        cmocka_unit_test(continue_is_sent_when_asked_and_not_for_a_refused_body),
        cmocka_unit_test(hundred_headers_pass_and_one_more_does_not),
        cmocka_unit_test(long_headers_are_431),
        cmocka_unit_test(a_body_over_its_limit_is_413),
        cmocka_unit_test(chunks_are_put_together),
        cmocka_unit_test(chunks_over_the_limit_are_413),
        cmocka_unit_test(a_spooled_body_of_megabytes_stays_out_of_memory),
        cmocka_unit_test(silent_and_slow_clients_are_cut_off),
        cmocka_unit_test(a_flood_is_429_until_time_passes),
        cmocka_unit_test(only_trusted_proxies_are_believed),
        cmocka_unit_test(a_given_socket_is_served),
        cmocka_unit_test(localhost_needs_no_look_up),
        cmocka_unit_test(what_cannot_start_says_why),
    };
    enum { N_BAD = sizeof bads / sizeof bads[0], N_NAMED = sizeof named / sizeof named[0] };
    struct CMUnitTest tests[N_BAD + N_NAMED];
    for (size_t i = 0; i < N_BAD; i++)
        tests[i] =
            (struct CMUnitTest){.name = bads[i].name, .test_func = bad_request_is_answered, .initial_state = &bads[i]};
    for (size_t i = 0; i < N_NAMED; i++)
        tests[N_BAD + i] = named[i];
    return _cmocka_run_group_tests("http wire", tests, N_BAD + N_NAMED, start, stop);
}
