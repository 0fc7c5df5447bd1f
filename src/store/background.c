/*
 * background.c - what happens by itself: timers, the outbox, jobs, seals, sweeping. Three threads, so that a slow mail server delays neither a
 * timer nor a job. Each effect inside the database happens exactly once, because the claim and the effect are one transaction; what leaves the
 * database goes out at least once with a stable id (CONTRACTS.md 9).
 *
 *   timer   due → [claim + handler, one command] → gone          handler fails → postponed 1 s, 2 s, 4 s … 1 h, tried without end
 *   outbox  waits → consumer takes it → row removed              consumer refuses → the same pauses
 *   job     queued → running → … → done                          step fails 8 times → failed, with the message's name; cancel → cancelled
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_part.h"

#define KINDS_MAX 64   /* kinds of timers, of jobs, topics: each */
#define ROUND_ROWS 100 /* rows taken from a queue in one look */
#define IDLE_MS 250    /* pause when nothing is due */
#define BACKGROUND_ARENA (8u << 20)
#define PAUSE_LONGEST_US 3600000000LL
#define JOB_FAILURES_MAX 8
#define SEAL_EVERY_US 600000000LL /* CONTRACTS.md 6 */
#define SWEEP_EVERY_US 3600000000LL

struct kind_row {
    const char *kind;
    timer_fn *timer;
    job_step_fn *job;
    outbox_fn *outbox;
    void *ctx;
};
struct table {
    struct kind_row rows[KINDS_MAX];
    int count;
};
struct worker {
    pthread_t thread;
    bool running;
};
struct background {
    struct store *store;
    struct table timers, jobs, topics; /* frozen at start */
    struct worker timer_worker, outbox_worker, job_worker;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;        /* under lock */
    _Atomic bool started; /* kinds and topics are frozen */
};

static const struct actor system_actor = {.role = "system", .region_code = "000000"};

void background_open(struct store *s)
{
    struct arena *const a = arena_new(sizeof(struct background) + 4096);
    struct background *const b = ARENA_NEW(a, struct background);
    ensure(b);
    b->store = s;
    ensure(pthread_mutex_init(&b->lock, NULL) == 0);
    ensure(pthread_cond_init(&b->wake, NULL) == 0);
    store_parts(s)->background = b;
    store_parts(s)->background_arena = a;
}

static void table_add(struct table *t, struct kind_row row)
{
    ensure(t->count < KINDS_MAX);
    t->rows[t->count++] = row;
}

static const struct kind_row *table_find(const struct table *t, struct span kind)
{
    for (int i = 0; i < t->count; i++)
        if (span_is(kind, t->rows[i].kind))
            return &t->rows[i];
    return NULL;
}

void store_timer_kind(struct store *s, const char *kind, timer_fn *fn)
{
    table_add(&store_parts(s)->background->timers, (struct kind_row){.kind = kind, .timer = fn});
}

void store_job_kind(struct store *s, const char *kind, job_step_fn *fn)
{
    table_add(&store_parts(s)->background->jobs, (struct kind_row){.kind = kind, .job = fn});
}

void store_outbox_topic(struct store *s, const char *topic, outbox_fn *fn, void *ctx)
{
    table_add(&store_parts(s)->background->topics, (struct kind_row){.kind = topic, .outbox = fn, .ctx = ctx});
}

static int64_t pause_us(int64_t failures)
{
    const int64_t pause = 1000000LL << (failures > 12 ? 12 : failures);
    return pause > PAUSE_LONGEST_US ? PAUSE_LONGEST_US : pause;
}

static enum rc run_command(struct store *s, struct arena *a, struct actor actor, command_fn *fn, const void *in,
                           void *out, struct fail *f)
{
    struct store_write w = {.command = fn, .in = in, .out = out, .arena = a, .actor = actor};
    const enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

static bool is_stopping(struct background *b)
{
    (void)pthread_mutex_lock(&b->lock);
    const bool stopping = b->stopping;
    (void)pthread_mutex_unlock(&b->lock);
    return stopping;
}

/* Waits for IDLE_MS or the stop. */
static void rest(struct background *b)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += IDLE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&b->lock);
    if (!b->stopping)
        (void)pthread_cond_timedwait(&b->wake, &b->lock, &until);
    (void)pthread_mutex_unlock(&b->lock);
}

static void note_failure(const char *event, struct span kind, enum rc rc, const struct fail *f)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "%.*s", SPAN_ARG(kind));
    log_event(LOG_WARN, event, LS("kind", name), LS("rc", rc_name(rc)), LS("message", msg_name(f->msg)),
              LS("detail", f->detail), LEND);
}

/* ---- timers ------------------------------------------------------------------------------------------------------------------- */

struct timer_row {
    const char *region_code, *kind;
    int64_t subject_id, due_us;
    struct span payload;
    timer_fn *fn;
};
struct timer_round {
    struct timer_row rows[ROUND_ROWS];
    int count;
};

enum rc timer_set(struct tx *tx, const char *region_code, const char *kind, int64_t subject_id, int64_t due_us,
                  struct span payload, struct fail *f)
{
    const struct span words = payload.ptr ? payload : SPAN("");
    return db_exec(tx, SQL_timer_put,
                   DB_ARGS(DB_S(region_code), DB_S(kind), DB_I(subject_id), DB_I(due_us), DB_T(words)), NULL, f);
}

enum rc timer_cancel(struct tx *tx, const char *region_code, const char *kind, int64_t subject_id, struct fail *f)
{
    return db_exec(tx, SQL_timer_drop, DB_ARGS(DB_S(region_code), DB_S(kind), DB_I(subject_id)), NULL, f);
}

static enum rc timers_due(struct tx *tx, void *ctx, struct fail *f)
{
    struct timer_round *const round = ctx;
    struct rows rows;
    const enum rc rc = db_query(tx, SQL_timer_due, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(ROUND_ROWS)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (round->count < ROUND_ROWS && rows_next(&rows)) {
        const char *const region_code = span_cstr(tx_arena(tx), rows_text(&rows, 0));
        const char *const kind = span_cstr(tx_arena(tx), rows_text(&rows, 1));
        const struct span payload = rows_text_dup(&rows, 4);
        if (!region_code || !kind || !payload.ptr)
            break; /* the rest comes in the next round */
        round->rows[round->count++] =
            (struct timer_row){region_code, kind, rows_int(&rows, 2), rows_int(&rows, 3), payload, NULL};
    }
    return rows_end(&rows);
}

static enum rc timer_fire(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct timer_row *const t = in;
    int64_t claimed = 0;
    (void)out;
    const enum rc rc =
        db_exec(tx, SQL_timer_claim, DB_ARGS(DB_S(t->region_code), DB_S(t->kind), DB_I(t->subject_id), DB_I(t->due_us)),
                &claimed, f);
    return rc == RC_OK && claimed ? t->fn(tx, t->subject_id, t->payload, f) : rc;
}

static enum rc timer_later(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct timer_row *const t = in;
    struct rows rows;
    (void)out;
    enum rc rc =
        db_query(tx, SQL_timer_failures, DB_ARGS(DB_S(t->region_code), DB_S(t->kind), DB_I(t->subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t failures = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    return db_exec(tx, SQL_timer_postpone,
                   DB_ARGS(DB_S(t->region_code), DB_S(t->kind), DB_I(t->subject_id), DB_I(t->due_us),
                           DB_I(tx_now_us(tx) + pause_us(failures))),
                   NULL, f);
}

/* Fires what is due; returns how many it tried. */
static int timers_round(struct background *b, struct arena *a)
{
    struct timer_round *const round = ARENA_NEW(a, struct timer_round);
    struct fail f = {0};
    ensure(round);
    const enum rc rc = store_read(b->store, &system_actor, a, timers_due, round, &f);
    if (rc != RC_OK)
        note_failure("timer.read_failed", SPAN(""), rc, &f);
    for (int i = 0; i < round->count && !is_stopping(b); i++) {
        struct timer_row *const t = &round->rows[i];
        const struct kind_row *const row = table_find(&b->timers, span_of(t->kind));
        enum rc fired = RC_MISSING;
        if (row) {
            t->fn = row->timer;
            fired = run_command(b->store, a, system_actor, timer_fire, t, NULL, &f);
        }
        if (fired == RC_OK)
            continue;
        note_failure("timer.failed", span_of(t->kind), fired, &f);
        const enum rc later = run_command(b->store, a, system_actor, timer_later, t, NULL, &f);
        if (later != RC_OK)
            note_failure("timer.postpone_failed", span_of(t->kind), later, &f);
    }
    return round->count;
}

/* What the housekeeping does every now and then; by the monotonic clock. */
static void housekeeping(struct background *b, int64_t *sealed_us, int64_t *swept_us)
{
    const int64_t now = clock_mono_us();
    struct fail f = {0};
    if (now - *sealed_us >= SEAL_EVERY_US) {
        *sealed_us = now;
        const enum rc rc = journal_seal(b->store, false, &f);
        if (rc != RC_OK)
            note_failure("journal.seal_failed", SPAN("seal"), rc, &f);
    }
    if (now - *swept_us >= SWEEP_EVERY_US) {
        *swept_us = now;
        enum rc rc = idempotency_sweep(b->store, &f);
        if (rc != RC_OK)
            note_failure("idempotency.sweep_failed", SPAN("sweep"), rc, &f);
        rc = files_sweep(b->store, &f);
        if (rc != RC_OK)
            note_failure("files.sweep_failed", SPAN("sweep"), rc, &f);
    }
}

static void *timer_loop(void *ctx)
{
    struct background *const b = ctx;
    struct arena *const a = arena_new(BACKGROUND_ARENA);
    int64_t sealed_us = clock_mono_us(), swept_us = sealed_us - SWEEP_EVERY_US;
    while (!is_stopping(b)) {
        if (timers_round(b, a) == 0)
            rest(b);
        arena_reset(a);
        housekeeping(b, &sealed_us, &swept_us);
    }
    arena_free(a);
    return NULL;
}

/* ---- the outbox ------------------------------------------------------------------------------------------------------------------ */

struct message {
    const char *region_code, *topic;
    int64_t id, failures;
    struct span payload;
    bool taken;
};
struct message_round {
    struct message rows[ROUND_ROWS];
    int count;
};

enum rc outbox_put(struct tx *tx, const char *region_code, const char *topic, struct span payload, struct fail *f)
{
    const struct background *const b = store_parts(tx_store(tx))->background;
    if (b != NULL && atomic_load(&b->started) && table_find(&b->topics, span_of(topic)) == NULL)
        return RC_OK; /* the round would drop it: what has no taker needs no row */
    return db_exec(tx, SQL_outbox_insert,
                   DB_ARGS(DB_S(region_code), DB_I(tx_new_id(tx)), DB_S(topic), DB_T(payload), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc messages_due(struct tx *tx, void *ctx, struct fail *f)
{
    struct message_round *const round = ctx;
    struct rows rows;
    const enum rc rc = db_query(tx, SQL_outbox_due, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(ROUND_ROWS)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (round->count < ROUND_ROWS && rows_next(&rows)) {
        const char *const region_code = span_cstr(tx_arena(tx), rows_text(&rows, 0));
        const char *const topic = span_cstr(tx_arena(tx), rows_text(&rows, 2));
        const struct span payload = rows_text_dup(&rows, 3);
        if (!region_code || !topic || !payload.ptr)
            break;
        round->rows[round->count++] =
            (struct message){region_code, topic, rows_int(&rows, 1), rows_int(&rows, 4), payload, false};
    }
    return rows_end(&rows);
}

/* All that was taken in one round goes in one command. */
static enum rc messages_done(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct message_round *const round = in;
    enum rc rc = RC_OK;
    (void)out;
    for (int i = 0; i < round->count && rc == RC_OK; i++)
        if (round->rows[i].taken)
            rc = db_exec(tx, SQL_outbox_drop, DB_ARGS(DB_S(round->rows[i].region_code), DB_I(round->rows[i].id)), NULL,
                         f);
    return rc;
}

static enum rc message_later(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct message *const m = in;
    (void)out;
    return db_exec(tx, SQL_outbox_postpone,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(tx_now_us(tx) + pause_us(m->failures))), NULL, f);
}

/* A topic that nobody takes in this installation has no receiver: its messages are dropped. */
static int outbox_round(struct background *b, struct arena *a)
{
    struct message_round *const round = ARENA_NEW(a, struct message_round);
    struct fail f = {0};
    bool any = false;
    ensure(round);
    enum rc rc = store_read(b->store, &system_actor, a, messages_due, round, &f);
    if (rc != RC_OK)
        note_failure("outbox.read_failed", SPAN(""), rc, &f);
    for (int i = 0; i < round->count && !is_stopping(b); i++) {
        struct message *const m = &round->rows[i];
        const struct kind_row *const row = table_find(&b->topics, span_of(m->topic));
        const enum rc taken = row ? row->outbox(b->store, m->id, m->payload, row->ctx) : RC_OK;
        m->taken = taken == RC_OK;
        any = any || m->taken;
        if (m->taken)
            continue;
        note_failure("outbox.refused", span_of(m->topic), taken, &f);
        rc = run_command(b->store, a, system_actor, message_later, m, NULL, &f);
        if (rc != RC_OK)
            note_failure("outbox.save_failed", span_of(m->topic), rc, &f);
    }
    if (any) { /* lost before this commit: they come again, which a taker must bear (at least once) */
        rc = run_command(b->store, a, system_actor, messages_done, round, NULL, &f);
        if (rc != RC_OK)
            note_failure("outbox.save_failed", SPAN("outbox"), rc, &f);
    }
    return round->count;
}

static void *outbox_loop(void *ctx)
{
    struct background *const b = ctx;
    struct arena *const a = arena_new(BACKGROUND_ARENA);
    while (!is_stopping(b)) {
        if (outbox_round(b, a) == 0)
            rest(b);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

/* ---- jobs -------------------------------------------------------------------------------------------------------------------------- */

struct job_row {
    const char *region_code;
    int64_t id;
    struct actor actor;
    const struct table *kinds;
    const char *problem; /* of the failed step */
};

enum rc job_start(struct tx *tx, const char *region_code, const char *kind, struct span params, int64_t *id,
                  struct fail *f)
{
    const struct actor *const actor = tx_actor(tx);
    const int64_t new_id = tx_new_id(tx);
    const enum rc rc =
        db_exec(tx, SQL_job_insert,
                DB_ARGS(DB_S(region_code), DB_I(new_id), DB_S(kind), DB_T(params.ptr ? params : SPAN("{}")),
                        DB_I(actor->principal_id), DB_S(actor->role), DB_I(actor->unit_id), DB_S(actor->region_code),
                        DB_I(tx_now_us(tx))),
                NULL, f);
    if (rc == RC_OK)
        *id = new_id;
    return rc;
}

enum rc job_cancel(struct tx *tx, const char *region_code, int64_t id, struct fail *f)
{
    int64_t changed = 0;
    const enum rc rc = db_exec(tx, SQL_job_cancel, DB_ARGS(DB_S(region_code), DB_I(id)), &changed, f);
    return rc == RC_OK && !changed ? fail_set(f, RC_CONFLICT, MSG_job_not_open, NULL, NULL) : rc;
}

enum rc job_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_job_show, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "kind", rows_text(&rows, 0));
    jw_ktext(w, "state", rows_text(&rows, 1));
    jw_kint(w, "done", rows_int(&rows, 2));
    jw_kint(w, "total", rows_int(&rows, 3));
    jw_key(w, "result");
    if (rows_text(&rows, 4).len)
        jw_raw(w, rows_text(&rows, 4));
    else
        jw_null(w);
    jw_ktext(w, "problem", rows_text(&rows, 5));
    jw_object_end(w);
    return rows_end(&rows);
}

/* The oldest job that can take a step. */
static enum rc job_pick(struct tx *tx, void *ctx, struct fail *f)
{
    struct job_row *const job = ctx;
    struct rows rows;
    const enum rc rc = db_query(tx, SQL_job_next, DB_ARGS(DB_I(tx_now_us(tx)), DB_I(1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows)) {
        job->region_code = span_cstr(tx_arena(tx), rows_text(&rows, 0));
        job->id = rows_int(&rows, 1);
        job->actor = (struct actor){rows_int(&rows, 2), span_cstr(tx_arena(tx), rows_text(&rows, 3)),
                                    rows_int(&rows, 4), span_cstr(tx_arena(tx), rows_text(&rows, 5))};
        ensure(job->region_code && job->actor.role && job->actor.region_code);
    }
    return rows_end(&rows);
}

/* One step: the job's row, its effect and its new state are one transaction. */
static enum rc job_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct job_row *const row = in;
    struct job job = {.id = row->id};
    struct rows rows;
    (void)out;
    enum rc rc = db_query(tx, SQL_job_open_one, DB_ARGS(DB_S(row->region_code), DB_I(row->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (!rows_next(&rows)) /* cancelled meanwhile */
        return rows_end(&rows);
    const struct span kind = rows_text_dup(&rows, 0);
    job.params = rows_text_dup(&rows, 1);
    job.state = rows_text_dup(&rows, 2);
    job.done = rows_int(&rows, 3);
    job.total = rows_int(&rows, 4);
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    const struct kind_row *const handler = table_find(row->kinds, kind);
    if (!handler)
        return fail_span(f, RC_INVALID, MSG_job_kind_unknown, NULL, kind);
    rc = handler->job(tx, &job, f);
    if (rc != RC_OK)
        return rc;
    return db_exec(tx, SQL_job_save,
                   DB_ARGS(DB_S(row->region_code), DB_I(row->id), DB_S(job.finished ? "done" : "running"),
                           DB_T(job.state.ptr ? job.state : SPAN("")), DB_I(job.done), DB_I(job.total),
                           DB_T(job.finished && job.result.ptr ? job.result : SPAN(""))),
                   NULL, f);
}

static enum rc job_failed(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct job_row *const row = in;
    struct rows rows;
    (void)out;
    enum rc rc = db_query(tx, SQL_job_failures, DB_ARGS(DB_S(row->region_code), DB_I(row->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t failures = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    if (rc != RC_OK)
        return rc;
    const bool last = failures + 1 >= JOB_FAILURES_MAX;
    return db_exec(tx, SQL_job_fail,
                   DB_ARGS(DB_S(row->region_code), DB_I(row->id), DB_S(last ? "failed" : "running"), DB_S(row->problem),
                           DB_I(tx_now_us(tx) + pause_us(failures))),
                   NULL, f);
}

static int jobs_round(struct background *b, struct arena *a)
{
    struct job_row row = {.kinds = &b->jobs};
    struct fail f = {0};
    enum rc rc = store_read(b->store, &system_actor, a, job_pick, &row, &f);
    if (rc != RC_OK)
        note_failure("job.read_failed", SPAN(""), rc, &f);
    if (rc != RC_OK || !row.id)
        return 0;
    rc = run_command(b->store, a, row.actor, job_step, &row, NULL, &f);
    if (rc == RC_OK)
        return 1;
    note_failure("job.step_failed", SPAN("job"), rc, &f);
    row.problem = msg_name(f.msg);
    rc = run_command(b->store, a, system_actor, job_failed, &row, NULL, &f);
    if (rc != RC_OK)
        note_failure("job.save_failed", SPAN("job"), rc, &f);
    return rc == RC_OK ? 1 : 0;
}

static void *job_loop(void *ctx)
{
    struct background *const b = ctx;
    struct arena *const a = arena_new(BACKGROUND_ARENA);
    while (!is_stopping(b)) {
        if (jobs_round(b, a) == 0)
            rest(b);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

/* ---- start and stop ------------------------------------------------------------------------------------------------------------------- */

static void worker_start(struct background *b, struct worker *w, void *(*loop)(void *))
{
    w->running = pthread_create(&w->thread, NULL, loop, b) == 0;
    if (!w->running)
        log_event(LOG_ERROR, "background.no_thread", LEND);
}

void store_start_background(struct store *s)
{
    struct background *const b = store_parts(s)->background;
    atomic_store(&b->started, true);
    worker_start(b, &b->timer_worker, timer_loop);
    worker_start(b, &b->outbox_worker, outbox_loop);
    worker_start(b, &b->job_worker, job_loop);
}

static void worker_join(struct worker *w)
{
    if (w->running)
        (void)pthread_join(w->thread, NULL);
    w->running = false;
}

void background_stop(struct store *s)
{
    struct background *const b = store_parts(s)->background;
    if (!b)
        return;
    (void)pthread_mutex_lock(&b->lock);
    b->stopping = true;
    (void)pthread_cond_broadcast(&b->wake);
    (void)pthread_mutex_unlock(&b->lock);
    worker_join(&b->timer_worker);
    worker_join(&b->outbox_worker);
    worker_join(&b->job_worker);
}

void background_close(struct store *s)
{
    struct background *const b = store_parts(s)->background;
    if (!b)
        return;
    (void)pthread_cond_destroy(&b->wake);
    (void)pthread_mutex_destroy(&b->lock);
    store_parts(s)->background = NULL;
    arena_free(store_parts(s)->background_arena);
    store_parts(s)->background_arena = NULL;
}
