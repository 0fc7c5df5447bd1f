/* test_suspend.c - requests that another thread answers: many at once, clients that go away, our deadline, a full pool, stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "client.h"
#include "server_fixture.h"

#define CONNECTIONS 64
#define ROUNDS 20

static void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    (void)nanosleep(&t, NULL);
}

/* until - waits at most five seconds for the counter. */
static bool until(_Atomic int *counter, int value)
{
    for (int i = 0; i < 5000 && atomic_load(counter) < value; i++)
        sleep_ms(1);
    return atomic_load(counter) >= value;
}

static const struct http_options NO_RATES = {.rate_per_s = -1, .rate_public_form_per_min = -1};

static void each_of_64_connections_gets_its_own_answer(void **state)
{
    struct fixture fx;
    static struct client clients[CONNECTIONS];
    struct answer a;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    for (int i = 0; i < CONNECTIONS; i++)
        client_open(&clients[i], fx.port);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CONNECTIONS; i++) {
            const char *path = i % 3 == 0 ? "/api/v1/both" : "/api/v1/write";
            char body[32];
            int len = snprintf(body, sizeof body, "round %d of %d", round, i);
            assert_true(client_sendf(&clients[i], "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", path,
                                     len, body));
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            char body[32];
            (void)snprintf(body, sizeof body, "round %d of %d", round, i);
            assert_int_equal(client_read(&clients[i], &a, false), 201);
            assert_true(span_is(sb_span(&a.body), body));
        }
    }
    assert_int_equal(atomic_load(&fx.answered), CONNECTIONS * ROUNDS);
    for (int i = 0; i < CONNECTIONS; i++)
        client_close(&clients[i]);
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_failure_from_the_other_thread_is_a_problem(void **state)
{
    struct fixture fx;
    struct answer a;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/write", "", SPAN("fail")), 409);
    assert_true(answer_has(&a, "\"field\":\"name\""));
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_full_queue_after_suspending_is_503(void **state)
{
    struct fixture fx;
    struct answer a;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    atomic_store(&fx.full, 1);
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/write", "", SPAN("x")), 503);
    assert_true(span_is(answer_header(&a, "Retry-After"), "1"));
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/both", "", SPAN("x")), 503);
    assert_int_equal(ask_once(fx.port, &a, "GET", "/readyz", "", SPAN_NONE), 503);
    assert_true(answer_has(&a, "the disk is full"));
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void the_request_outlives_its_client(void **state)
{
    struct fixture fx;
    struct client clients[8];
    struct answer a;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    atomic_store(&fx.hold, true);
    for (int i = 0; i < 8; i++) {
        client_open(&clients[i], fx.port);
        assert_true(client_sendf(&clients[i], "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                                 i % 2 ? "/api/v1/both" : "/api/v1/write"));
    }
    assert_true(until(&fx.begun, 8));
    for (int i = 0; i < 8; i++)
        client_close(&clients[i]);
    sleep_ms(50);
    atomic_store(&fx.hold, false);
    assert_true(until(&fx.answered, 8));
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/write", "", SPAN("still here")), 201);
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_suspended_request_has_our_deadline(void **state)
{
    struct fixture fx;
    struct answer a;
    struct http_options o = NO_RATES;
    (void)state;
    o.request_ms = 150;
    fixture_start(&fx, &o);
    answer_init(&a);
    atomic_store(&fx.hold, true);
    int64_t begun_us = clock_mono_us();
    assert_int_equal(ask_once(fx.port, &a, "POST", "/api/v1/write", "Accept-Language: en\r\n", SPAN("x")), 503);
    int64_t took_us = clock_mono_us() - begun_us;
    assert_in_range(took_us, 140000, 2000000);
    assert_true(answer_has(&a, "http_late") && answer_has(&a, "Idempotency-Key"));
    assert_int_equal(ask_once(fx.port, &a, "GET", "/api/v1/slow", "", SPAN_NONE), 503);
    atomic_store(&fx.hold, false);
    assert_true(until(&fx.answered, 1)); /* the late answer goes nowhere, and does no harm */
    assert_int_equal(ask_once(fx.port, &a, "GET", "/api/v1/slow", "", SPAN_NONE), 200);
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void a_full_pool_is_503_and_recovers(void **state)
{
    struct fixture fx;
    struct client clients[6];
    struct answer a;
    struct http_options o = NO_RATES;
    (void)state;
    o.pool_threads = 2;
    o.pool_queue = 4;
    fixture_start(&fx, &o);
    answer_init(&a);
    atomic_store(&fx.hold, true);
    for (int i = 0; i < 6; i++) {
        client_open(&clients[i], fx.port);
        assert_true(
            client_sendf(&clients[i], "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", i % 2 ? "/api/v1/maybe" : "/api/v1/slow"));
        if (i < 2)
            assert_true(until(&fx.pool_begun, i + 1));
    }
    int status = 0;
    for (int i = 0; i < 500 && status != 503; i++) { /* once the four wait */
        struct client c;
        client_open(&c, fx.port);
        (void)client_sendf(&c, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_int_equal(client_read(&c, &a, false), 200);
        if (answer_has(&a, "yiti_http_pool_waiting 4\n"))
            status = client_ask(&c, &a, "GET", "/api/v1/maybe", "", SPAN_NONE);
        client_close(&c);
    }
    assert_int_equal(status, 503);
    assert_true(span_is(answer_header(&a, "Retry-After"), "1"));
    atomic_store(&fx.hold, false);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(client_read(&clients[i], &a, false), 200);
        client_close(&clients[i]);
    }
    answer_release(&a);
    fixture_stop(&fx, 5);
    fixture_end(&fx);
}

static void stop_finishes_what_was_accepted(void **state)
{
    struct fixture fx;
    struct client waiting, idle, pooled;
    struct answer a;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    atomic_store(&fx.delay_ms, 100);
    client_open(&idle, fx.port);
    assert_int_equal(client_ask(&idle, &a, "GET", "/healthz", "", SPAN_NONE), 200);
    client_open(&waiting, fx.port);
    client_open(&pooled, fx.port);
    assert_true(client_sendf(&waiting, "POST /api/v1/write HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
    assert_true(client_sendf(&pooled, "POST /api/v1/both HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ndef"));
    assert_true(until(&fx.begun, 2));
    fixture_stop(&fx, 5);
    assert_int_equal(client_read(&waiting, &a, false), 201);
    assert_true(span_is(sb_span(&a.body), "abc"));
    assert_true(span_is(answer_header(&a, "Connection"), "close"));
    assert_int_equal(client_read(&pooled, &a, false), 201);
    assert_true(client_ended(&idle, 1000));
    client_close(&waiting);
    client_close(&pooled);
    client_close(&idle);
    answer_release(&a);
    fixture_end(&fx);
}

static void *let_go(void *ctx)
{
    struct fixture *fx = ctx;
    sleep_ms(300);
    atomic_store(&fx->hold, false);
    return NULL;
}

static void stop_resumes_what_is_suspended(void **state)
{
    struct fixture fx;
    struct client clients[16];
    struct answer a;
    pthread_t thread;
    (void)state;
    fixture_start(&fx, &NO_RATES);
    answer_init(&a);
    atomic_store(&fx.hold, true);
    for (int i = 0; i < 16; i++) {
        client_open(&clients[i], fx.port);
        assert_true(
            client_sendf(&clients[i], "POST /api/v1/write HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
    }
    assert_true(until(&fx.begun, 16));
    assert_int_equal(pthread_create(&thread, NULL, let_go, &fx), 0);
    fixture_stop(&fx, 0); /* no grace: all are told 503; stop returns when the other thread has given all back */
    assert_int_equal(atomic_load(&fx.answered), 16);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(client_read(&clients[i], &a, false), 503);
        assert_true(answer_has(&a, "http_stopping"));
        client_close(&clients[i]);
    }
    (void)pthread_join(thread, NULL);
    answer_release(&a);
    fixture_end(&fx);
}

static void start_and_stop_leave_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct fixture fx;
        struct client c;
        fixture_start(&fx, &NO_RATES);
        client_open(&c, fx.port);
        (void)client_sendf(&c, "GET /api/v1/items/7 HTTP/1.1\r\nHost: a\r\n\r\n");
        fixture_stop(&fx, i % 2);
        fixture_end(&fx);
        client_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_64_connections_gets_its_own_answer),
        cmocka_unit_test(a_failure_from_the_other_thread_is_a_problem),
        cmocka_unit_test(a_full_queue_after_suspending_is_503),
        cmocka_unit_test(the_request_outlives_its_client),
        cmocka_unit_test(a_suspended_request_has_our_deadline),
        cmocka_unit_test(a_full_pool_is_503_and_recovers),
        cmocka_unit_test(stop_finishes_what_was_accepted),
        cmocka_unit_test(stop_resumes_what_is_suspended),
        cmocka_unit_test(start_and_stop_leave_nothing),
    };
    log_setup(LOG_ERROR + 1, LOG_HUMAN);
    return cmocka_run_group_tests_name("http suspend", tests, NULL, NULL);
}
