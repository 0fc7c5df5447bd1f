/* test_events.c - live streams: what is published arrives, heartbeats, coming back, readers who do not read, the limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "client.h"
#include "server_fixture.h"

static const struct http_options NO_RATES = {.rate_per_s = -1, .rate_public_form_per_min = -1};

static void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    (void)nanosleep(&t, NULL);
}

static void subscribe(struct client *c, int port, const char *query, const char *headers)
{
    client_open(c, port);
    assert_true(client_sendf(c, "GET /api/v1/events%s HTTP/1.1\r\nHost: a\r\n%s\r\n", query, headers));
    assert_true(client_wait_for(c, "retry: 3000\n\n", 5000));
}

static int streams_of(int port)
{
    struct answer a;
    int n = -1;
    answer_init(&a);
    assert_int_equal(ask_once(port, &a, "GET", "/metrics", "", SPAN_NONE), 200);
    size_t at = span_find(sb_span(&a.body), SPAN("\nyiti_http_streams "), 0);
    assert_true(at != SIZE_MAX);
    assert_int_equal(sscanf(sb_span(&a.body).ptr + at, "\nyiti_http_streams %d", &n), 1);
    answer_release(&a);
    return n;
}

static void what_is_published_arrives_in_order(void **state)
{
    struct fixture fx;
    struct client c[3];
    (void)state;
    fixture_start(&fx, &NO_RATES);
    subscribe(&c[0], fx.port, "", "");
    subscribe(&c[1], fx.port, "?kinds=plan.report,case", "");
    subscribe(&c[2], fx.port, "", "");
    assert_true(client_wait_for(&c[0], "Content-Type: text/event-stream\r\n", 1000));
    http_publish(fx.http, 1, "plan.report", 9223372036854775807);
    http_publish(fx.http, 2, "unit", 20);
    http_publish(fx.http, 3, "BAD KIND\n", 30); /* is dropped, and logged */
    http_publish(fx.http, 4, "case", 40);
    for (int i = 0; i < 3; i++) {
        assert_true(client_wait_for(
            &c[i], "id: 1\nevent: plan.report\ndata: {\"kind\":\"plan.report\",\"id\":\"9223372036854775807\"}\n\n",
            2000));
        assert_true(client_wait_for(&c[i], "id: 4\nevent: case\ndata: {\"kind\":\"case\",\"id\":\"40\"}\n\n", 2000));
        struct span all = sb_span(&c[i].in);
        assert_true(span_find(all, SPAN("id: 1\n"), 0) < span_find(all, SPAN("id: 4\n"), 0));
        assert_int_equal(span_find(all, SPAN("event: unit\n"), 0) != SIZE_MAX, i != 1);
        assert_int_equal(span_find(all, SPAN("BAD"), 0), SIZE_MAX);
        client_close(&c[i]);
    }
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_quiet_stream_has_heartbeats(void **state)
{
    struct fixture fx;
    struct client c;
    struct http_options o = NO_RATES;
    (void)state;
    o.heartbeat_ms = 100;
    o.idle_ms = 1000; /* shorter than the stream lives: a stream that waits is not idle */
    fixture_start(&fx, &o);
    subscribe(&c, fx.port, "", "");
    sleep_ms(2500);
    assert_true(client_wait_for(&c, "retry: 3000\n\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n", 2000));
    http_publish(fx.http, 8, "case", 80);
    assert_true(client_wait_for(&c, "id: 8\n", 2000));
    client_close(&c);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void who_comes_back_gets_what_was_missed(void **state)
{
    struct fixture fx;
    struct client c, far, with_query;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    /* The replay hook knows positions up to 1000. */
    subscribe(&c, fx.port, "", "Last-Event-ID: 997\r\n");
    http_publish(fx.http, 1000, "plan.report", 1); /* also in the replay: must come once */
    http_publish(fx.http, 1001, "plan.report", 2);
    assert_true(client_wait_for(&c, "id: 1001\n", 2000));
    struct span all = sb_span(&c.in);
    size_t at = span_find(all, SPAN("id: 998\n"), 0);
    assert_true(at < span_find(all, SPAN("id: 999\n"), 0));
    at = span_find(all, SPAN("id: 1000\n"), at);
    assert_true(at != SIZE_MAX);
    assert_int_equal(span_find(all, SPAN("id: 1000\n"), at + 1), SIZE_MAX);
    assert_int_equal(span_find(all, SPAN("event: reset"), 0), SIZE_MAX);
    subscribe(&far, fx.port, "", "Last-Event-ID: 3\r\n"); /* missed more than is sent again */
    assert_true(client_wait_for(&far, "id: 1000\nevent: reset\ndata: {}\n\n", 2000));
    assert_int_equal(span_find(sb_span(&far.in), SPAN("event: plan"), 0), SIZE_MAX);
    subscribe(&with_query, fx.port, "?last_event_id=999", "");
    assert_true(client_wait_for(&with_query, "id: 1000\nevent: plan.report\n", 2000));
    client_close(&c);
    client_close(&far);
    client_close(&with_query);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_reader_that_does_not_read_is_dropped(void **state)
{
    struct fixture fx;
    struct client lazy, eager;
    struct http_options o = NO_RATES;
    int small = 4096;
    (void)state;
    o.idle_ms = 1000;
    fixture_start(&fx, &o);
    subscribe(&lazy, fx.port, "", "");
    (void)setsockopt(lazy.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    subscribe(&eager, fx.port, "", "");
    int64_t position = 0;
    for (int i = 0; i < 400 && streams_of(fx.port) == 2; i++) { /* at most 200,000 events: some 16 MiB */
        for (int k = 0; k < 500; k++, position++)
            http_publish(fx.http, position + 1, "a.kind.with.a.long.name.to.fill.buffers", position);
        char last[32];
        (void)snprintf(last, sizeof last, "id: %lld\n", (long long)position);
        assert_true(client_wait_for(&eager, last, 5000)); /* the other one loses nothing */
        sb_clear(&eager.in);
    }
    for (int i = 0; i < 50 && streams_of(fx.port) == 2; i++)
        sleep_ms(100);
    assert_int_equal(streams_of(fx.port), 1);
    client_close(&lazy);
    client_close(&eager);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_stream_whose_client_left_is_noticed_at_the_heartbeat(void **state)
{
    struct fixture fx;
    struct client c[5];
    struct http_options o = NO_RATES;
    (void)state;
    o.heartbeat_ms = 100;
    fixture_start(&fx, &o);
    for (int i = 0; i < 5; i++)
        subscribe(&c[i], fx.port, "", "");
    assert_int_equal(streams_of(fx.port), 5);
    for (int i = 0; i < 4; i++)
        client_close(&c[i]);
    for (int i = 0; i < 50 && streams_of(fx.port) > 1; i++)
        sleep_ms(50);
    assert_int_equal(streams_of(fx.port), 1);
    client_close(&c[4]);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void two_thousand_streams_and_no_more(void **state)
{
    static struct client c[HTTP_STREAMS_MAX];
    struct rlimit files;
    struct fixture fx;
    struct answer a;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_max < 2 * HTTP_STREAMS_MAX + 100) {
        print_message("skipped: only %ld files may be open\n", (long)files.rlim_max);
        skip();
    }
    files.rlim_cur = files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    for (int i = 0; i < HTTP_STREAMS_MAX; i++)
        subscribe(&c[i], fx.port, "", "");
    assert_int_equal(ask_once(fx.port, &a, "GET", "/api/v1/events", "", SPAN_NONE), 503);
    assert_true(answer_has(&a, "http_streams"));
    http_publish(fx.http, 1, "case", 10);
    for (int i = 0; i < HTTP_STREAMS_MAX; i++)
        assert_true(client_wait_for(&c[i], "id: 1\n", 5000));
    fixture_stop(&fx, 5);
    for (int i = 0; i < HTTP_STREAMS_MAX; i++) {
        assert_true(client_ended(&c[i], 5000));
        client_close(&c[i]);
    }
    answer_release(&a);
    fixture_end(&fx);
}

static void stopping_ends_streams_well(void **state)
{
    struct fixture fx;
    struct client c;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    subscribe(&c, fx.port, "", "");
    fixture_stop(&fx, 5);
    assert_true(client_wait_for(&c, "\r\n0\r\n\r\n", 1000)); /* the last chunk: not cut off */
    client_close(&c);
    fixture_end(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_published_arrives_in_order),
        cmocka_unit_test(a_quiet_stream_has_heartbeats),
        cmocka_unit_test(who_comes_back_gets_what_was_missed),
        cmocka_unit_test(a_reader_that_does_not_read_is_dropped),
        cmocka_unit_test(a_stream_whose_client_left_is_noticed_at_the_heartbeat),
        cmocka_unit_test(two_thousand_streams_and_no_more),
        cmocka_unit_test(stopping_ends_streams_well),
    };
    log_setup(LOG_ERROR + 1, LOG_HUMAN);
    return cmocka_run_group_tests_name("http events", tests, NULL, NULL);
}
