/* server_fixture.h - a server with one route of every kind, and a thread that answers suspended requests. */
#ifndef YITI_TEST_HTTP_FIXTURE_H
#define YITI_TEST_HTTP_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>

#include "http/http.h"

struct fixture {
    struct http *http;
    int port;
    /* The other thread: takes requests from the list and answers them after delay_ms, while hold is off. */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct req *waiting[4096];
    int n_waiting;
    bool stop;
    _Atomic bool hold;
    _Atomic int delay_ms, answered, begun, pool_begun, full;
    _Atomic int64_t now_us; /* the clock given to the server; 0: the real one */
};

/* fixture_start - options NULL: defaults with rates off. Fields app, authenticate, … are filled in. */
void fixture_start(struct fixture *fx, const struct http_options *options);
void fixture_stop(struct fixture *fx, int grace_s);
/* fixture_stop_answering - ends the other thread (it answers what it holds first). After fixture_stop. */
void fixture_end(struct fixture *fx);

#endif
