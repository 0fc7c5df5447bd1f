/*
 * app_events.c - from the journal to live events: after each commit the writer's thread only says how far the journal is now; a thread of
 * its own reads the new rows and publishes kind and id of their subjects. So a slow reader never holds up the writer.
 */
#include <string.h>

#include "app/app_int.h"
#include "base/limits.h"

#define EVENTS_ROWS 500 /* rows of one read */

struct events {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int64_t committed; /* last position that the writer told */
    int64_t published;
    bool stop;
};

/* One read of the journal's tail, in the order of commit. */
struct tail {
    int64_t after;
    int rows;
    void (*emit)(void *ctx, int64_t position, const char *kind, int64_t id);
    void *ctx;
};

static bool take_row(const struct journal_row *row, int64_t position, void *ctx)
{
    struct tail *t = ctx;
    t->emit(t->ctx, position, row->subject_kind, row->subject_id);
    t->after = position;
    t->rows++;
    return true;
}

static enum rc read_tail(struct tx *tx, void *ctx, struct fail *f)
{
    struct tail *t = ctx;
    return journal_tail(tx, t->after, EVENTS_ROWS, take_row, t, f);
}

/* Emits all rows behind t->after; false when the journal cannot be read. */
static bool emit_tail(struct store *s, struct tail *t)
{
    static const struct actor system = {.principal_id = 0, .role = "system", .region_code = "000000"};
    struct arena *a = arena_new(REQUEST_ARENA_BYTES);
    struct fail f = {0};
    enum rc rc;
    do {
        t->rows = 0;
        rc = store_read(s, &system, a, read_tail, t, &f);
        arena_reset(a);
    } while (rc == RC_OK && t->rows == EVENTS_ROWS);
    arena_free(a);
    if (rc != RC_OK)
        log_event(LOG_WARN, "events.journal_unreadable", LS("detail", f.detail), LEND);
    return rc == RC_OK;
}

static void publish(void *ctx, int64_t position, const char *kind, int64_t id)
{
    http_publish(((struct app *)ctx)->http, position, kind, id);
}

static void on_commit(void *ctx, int64_t last_position)
{
    struct events *e = ctx;
    pthread_mutex_lock(&e->lock);
    e->committed = last_position;
    pthread_cond_signal(&e->wake);
    pthread_mutex_unlock(&e->lock);
}

static void *events_main(void *arg)
{
    struct events *e = arg;
    pthread_mutex_lock(&e->lock);
    while (!e->stop) {
        if (e->committed <= e->published) {
            pthread_cond_wait(&e->wake, &e->lock);
            continue;
        }
        struct tail t = {.after = e->published, .emit = publish, .ctx = e->app};
        pthread_mutex_unlock(&e->lock);
        bool read = emit_tail(e->app->store, &t);
        pthread_mutex_lock(&e->lock);
        /* An unreadable journal must not spin: wait for the next commit, whose read starts at the same place. */
        e->published = t.after;
        if (!read)
            e->committed = e->published;
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

enum rc events_start(struct app *app, struct events **out, struct fail *f)
{
    struct events *e = ARENA_NEW(app->arena, struct events);
    if (!e)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    e->app = app;
    enum rc rc = journal_position(app->store, &e->published, f);
    if (rc != RC_OK)
        return rc;
    e->committed = e->published;
    (void)pthread_mutex_init(&e->lock, NULL);
    (void)pthread_cond_init(&e->wake, NULL);
    int err = pthread_create(&e->thread, NULL, events_main, e);
    if (err)
        return fail_set(f, RC_INTERNAL, MSG_app_thread, NULL, strerrordesc_np(err), NULL);
    store_on_commit(app->store, on_commit, e);
    *out = e;
    return RC_OK;
}

void events_stop(struct events *e)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->stop = true;
    pthread_cond_signal(&e->wake);
    pthread_mutex_unlock(&e->lock);
    (void)pthread_join(e->thread, NULL); /* lock and wake stay: until store_close the writer may still call on_commit */
}

void events_replay(void *org, int64_t after, void (*emit)(void *ctx, int64_t position, const char *kind, int64_t id),
                   void *ctx)
{
    const struct app *app = org_app(org);
    struct tail t = {.after = after, .emit = emit, .ctx = ctx};
    (void)emit_tail(app->store, &t);
}
