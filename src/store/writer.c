/*
 * writer.c - the one writer: group commit.
 *
 *   store_submit -> queue -> writer thread: BEGIN; for each command { command, reply, idempotency row, journal }; sums;
 *                            COMMIT (on disk); done() for all
 *
 * While one batch is being synced the next one gathers. A failing command rolls back alone: most fail before they have written
 * anything, and then there is nothing to take back. When one fails after that, the whole batch is rolled back and run again, each
 * command in a savepoint of its own (SAVEPOINT; command…; RELEASE or ROLLBACK TO), and so are the next few batches; savepoints cost
 * a copy of every page that a command touches, too much to pay for each. When the transaction itself fails
 * (disk full, input or output error, commit refused) every command of the batch gets that failure, also one that had been
 * refused, for it was judged on rows that are no longer there. Nothing is tried again by the store: the submitter knows whether
 * its command may come twice, and a client has its idempotency key. After a disk failure the store is read-only; each second
 * the writer tries a small write, and when that commits the store takes commands again.
 * A batch that was reported as failed can still come back after a crash if its commit record had reached the disk before the
 * error: then the client's repetition finds its reply under the key.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

#define PROBE_EVERY_US 1000000
#define SWEEP_EVERY_US 60000000
#define PROBE_BYTES 65536
#define CAREFUL_BATCHES 16 /* with savepoints from the start, after one had to be run again */

/* ---- one command ----------------------------------------------------------------------------------------------------------------- */

static void key_hash(const struct store_write *w, unsigned char out[HASH_BYTES])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, HASH_BYTES);
    const struct span route = span_of(w->idem_route);
    const uint64_t sizes[3] = {(uint64_t)w->actor.principal_id, route.len, w->idem_key.len};
    (void)crypto_generichash_update(&h, (const unsigned char *)sizes, sizeof(sizes));
    (void)crypto_generichash_update(&h, (const unsigned char *)route.ptr, route.len);
    (void)crypto_generichash_update(&h, (const unsigned char *)w->idem_key.ptr, w->idem_key.len);
    (void)crypto_generichash_final(&h, out, HASH_BYTES);
}

/* The stored reply of the same key, if there is one; *found tells. */
static enum rc find_reply(struct tx *tx, struct store_write *w, const unsigned char hash[HASH_BYTES], bool *found)
{
    struct rows r;
    enum rc rc = db_one(tx, SQL_idempotency_find,
                        DB_ARGS(DB_S(tx->actor.region_code), DB_B(((struct span){(const char *)hash, HASH_BYTES})),
                                DB_I(tx->now_us - IDEMPOTENCY_KEEP_US)),
                        &r, &w->fail);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    *found = true;
    const struct span body_hash = rows_blob(&r, 0);
    if (body_hash.len != sizeof(w->idem_body_hash) || memcmp(body_hash.ptr, w->idem_body_hash, body_hash.len) != 0) {
        rc = fail_set(&w->fail, RC_INVALID, MSG_idempotency_other_body, "Idempotency-Key", NULL);
    } else {
        w->status = (int)rows_int(&r, 1);
        sb_add(&w->body, rows_blob(&r, 2));
        w->replayed = true;
        rc = sb_rc(&w->body);
    }
    const enum rc end = rows_end(&r);
    return rc != RC_OK ? rc : end;
}

static enum rc keep_reply(struct tx *tx, struct store_write *w, const unsigned char hash[HASH_BYTES])
{
    const struct span body = sb_span(&w->body);
    return db_exec(tx, SQL_idempotency_put,
                   DB_ARGS(DB_S(tx->actor.region_code), DB_B(((struct span){(const char *)hash, HASH_BYTES})),
                           DB_B(((struct span){(const char *)w->idem_body_hash, sizeof(w->idem_body_hash)})),
                           DB_I(w->status), DB_B(((struct span){body.len ? body.ptr : "", body.len})),
                           DB_I(tx->now_us)),
                   NULL, &w->fail);
}

/* Inside the savepoint: everything that belongs to the command. */
static enum rc run_inside(struct tx *tx, struct store_write *w)
{
    unsigned char hash[HASH_BYTES];
    bool found = false;
    enum rc rc = RC_OK;
    if (w->idem_key.len > 0) {
        key_hash(w, hash);
        rc = find_reply(tx, w, hash, &found);
        if (rc != RC_OK || found)
            return rc;
    }
    rc = w->command(tx, w->in, w->out, &w->fail);
    conn_end_cursors(tx->c);
    if (rc == RC_OK && w->render != NULL) {
        rc = w->render(tx, w->out, &w->status, &w->body, &w->fail);
        conn_end_cursors(tx->c);
        if (rc == RC_OK && sb_rc(&w->body) != RC_OK)
            rc = fail_store(&w->fail, RC_LIMIT, "reply", "too long");
    }
    if (rc == RC_OK && w->idem_key.len > 0)
        rc = keep_reply(tx, w, hash);
    if (rc == RC_OK)
        rc = journal_flush(tx, &w->fail);
    return rc;
}

static int64_t next_now(struct store *s)
{
    const int64_t now = clock_now_us(&s->clock);
    if (now > s->last_now_us)
        s->last_now_us = now;
    return s->last_now_us;
}

/* Heads of chains that run ahead of what stays. */
static void drop_heads(struct store *s)
{
    if (s->heads_moved)
        memset(s->heads, 0, HEADS * sizeof(struct head));
    s->heads_moved = false;
}

static void begin_command(struct store *s, struct store_write *w, struct tx *tx)
{
    struct arena *a = w->arena;
    if (a == NULL) {
        a = s->scratch;
        arena_reset(a);
    }
    w->arena_bytes = arena_used_bytes(a);
    tx_init(tx, s, s->writer, a, &w->actor);
    tx->now_us = next_now(s);
    tx->write = true;
    sb_clear(&s->rows.sb);
    s->rows.first_table = NULL;
    w->status = 200;
}

static void run_whole(struct store *s, struct store_write *w, struct tx *tx)
{
    w->rc = run_inside(tx, w);
    if (w->rc == RC_OK && s->writer->broken)
        w->rc = fail_store(&w->fail, RC_READ_ONLY, "command", "went on after a failing statement");
    if (w->rc == RC_OK)
        w->rc = sums_take(&s->sums, tx->sums, &w->fail);
    if (w->rc != RC_OK)
        sb_clear(&w->body);
}

/* Leaves w->rc; the transaction itself may be lost afterwards (conn.broken, in_tx). False: it failed and has left something in it. */
static bool run_plain(struct store *s, struct store_write *w)
{
    struct tx tx;
    begin_command(s, w, &tx);
    run_whole(s, w, &tx);
    s->batch_journal_rows += w->rc == RC_OK ? tx.pending : 0;
    return w->rc == RC_OK || !tx.wrote;
}

/* The same in a savepoint: what it leaves when it fails is taken back. */
static void run_apart(struct store *s, struct store_write *w)
{
    struct tx tx;
    struct fail ignored;
    begin_command(s, w, &tx);
    w->rc = s->d->order(s->writer, CONN_SAVEPOINT, &w->fail);
    if (w->rc != RC_OK)
        return;
    run_whole(s, w, &tx);
    if (w->rc == RC_OK) {
        w->rc = s->d->order(s->writer, CONN_RELEASE, &w->fail);
        s->batch_journal_rows += w->rc == RC_OK ? tx.pending : 0;
        return;
    }
    if (tx.flushed)
        drop_heads(s);
    if (s->d->in_tx(s->writer) && s->d->order(s->writer, CONN_UNDO, &ignored) != RC_OK)
        s->writer->broken = true;
}

/* ---- one batch -------------------------------------------------------------------------------------------------------------------- */

static void roll_back(struct store *s)
{
    struct fail ignored;
    if (s->d->in_tx(s->writer) && s->d->order(s->writer, CONN_ROLLBACK, &ignored) != RC_OK)
        s->writer->broken = true;
    drop_heads(s);
}

static void fail_batch(struct store *s, struct store_write *first, enum rc rc, const struct fail *why)
{
    roll_back(s);
    if (rc == RC_READ_ONLY || s->writer->broken) {
        rc = RC_READ_ONLY;
        atomic_store(&s->writable, false);
    }
    log_event(LOG_ERROR, "writer.batch_failed", LS("code", rc_name(rc)), LS("error", why->detail), LEND);
    for (struct store_write *w = first; w != NULL; w = w->next) {
        w->rc = rc;
        w->replayed = false;
        sb_clear(&w->body);
        const enum msg msg = rc == RC_READ_ONLY ? MSG_store_read_only
                             : rc == RC_BUSY    ? MSG_store_busy
                                                : MSG_store_commit_failed;
        (void)fail_set(&w->fail, rc, msg, NULL, NULL);
        memcpy(w->fail.detail, why->detail, sizeof(w->fail.detail));
    }
}

static enum rc commit(struct store *s, struct fail *f)
{
    const int64_t start = clock_mono_us();
    const enum rc rc = s->d->order(s->writer, CONN_COMMIT, f);
    const int64_t took = clock_mono_us() - start;
    if (rc == RC_OK) {
        atomic_fetch_add(&s->n_commits, 1);
        atomic_fetch_add(&s->n_fsync_us, took);
        if (took > atomic_load(&s->n_fsync_us_max))
            atomic_store(&s->n_fsync_us_max, took);
    }
    return rc;
}

/* The batch's commands in one transaction that is begun here and left open. *spoilt: one failed and has left something in it. */
static enum rc run_commands(struct store *s, struct store_write *first, bool apart, bool *spoilt, struct fail *f)
{
    *spoilt = false;
    s->heads_moved = false;
    s->batch_journal_rows = 0;
    sums_begin(&s->sums);
    enum rc rc = s->d->order(s->writer, CONN_BEGIN_WRITE, f);
    for (struct store_write *w = first; rc == RC_OK && !*spoilt && w != NULL; w = w->next) {
        if (apart)
            run_apart(s, w);
        else
            *spoilt = !run_plain(s, w);
        if (s->writer->broken || !s->d->in_tx(s->writer)) {
            rc = w->rc == RC_OK ? RC_INTERNAL : w->rc;
            *f = w->fail;
        }
    }
    return rc;
}

/* As if they had not run. What they took from their arenas stays taken, for their outputs may point there, but counts no more. */
static void forget(struct store *s, struct store_write *first)
{
    roll_back(s);
    for (struct store_write *w = first; w != NULL; w = w->next) {
        sb_clear(&w->body);
        w->replayed = false;
        memset(&w->fail, 0, sizeof(w->fail));
        if (w->arena != NULL && arena_used_bytes(w->arena) > w->arena_bytes)
            arena_forgive(w->arena, arena_used_bytes(w->arena) - w->arena_bytes);
    }
}

/* A batch of one that has failed is not run again: the transaction is its savepoint. */
static bool alone(const struct store_write *first)
{
    return first->next == NULL;
}

static void run_all(struct store *s, struct store_write *first)
{
    struct fail f = {0};
    bool spoilt = false;
    s->writer->broken = false;
    const bool apart = s->careful > 0 && !alone(first);
    s->careful -= s->careful > 0;
    enum rc rc = run_commands(s, first, apart, &spoilt, &f);
    if (rc == RC_OK && spoilt && alone(first)) {
        roll_back(s);
        if (!s->writer->broken)
            return;
        rc = RC_READ_ONLY;
    }
    if (rc == RC_OK && spoilt) {
        atomic_fetch_add(&s->n_repeats, 1);
        s->careful = CAREFUL_BATCHES;
        forget(s, first);
        rc = s->writer->broken ? RC_READ_ONLY : run_commands(s, first, true, &spoilt, &f);
    }
    if (rc == RC_OK)
        rc = sums_write(s, &f);
    if (rc == RC_OK)
        rc = commit(s, &f);
    if (rc != RC_OK)
        fail_batch(s, first, rc, &f);
    else
        s->last_position += s->batch_journal_rows;
}

static void wake_checkpoint(struct store *s)
{
    if (s->d->log_pages(s->writer) < CHECKPOINT_PAGES)
        return;
    (void)pthread_mutex_lock(&s->checkpoint_lock);
    s->checkpoint_due = true;
    (void)pthread_cond_signal(&s->checkpoint_wanted);
    (void)pthread_mutex_unlock(&s->checkpoint_lock);
}

static void answer_all(struct store *s, struct store_write *first)
{
    const int64_t now = clock_mono_us();
    int64_t n = 0, failed = 0, waited = 0;
    for (const struct store_write *w = first; w != NULL; w = w->next) {
        n++;
        failed += w->rc != RC_OK;
        waited += now - w->submitted_us;
    }
    atomic_fetch_add(&s->n_commands, n);
    atomic_fetch_add(&s->n_failed, failed);
    atomic_fetch_add(&s->n_queue_us, waited);
    if (n > atomic_load(&s->n_batch_max))
        atomic_store(&s->n_batch_max, n);
    for (struct store_write *w = first, *next; w != NULL; w = next) {
        next = w->next; /* done() may free it */
        w->next = NULL;
        w->done(w);
    }
}

static void run_batch(struct store *s, struct store_write *first)
{
    const int64_t position = s->last_position;
    (void)pthread_mutex_lock(&s->batch_lock);
    run_all(s, first);
    (void)pthread_mutex_unlock(&s->batch_lock);
    wake_checkpoint(s);
    answer_all(s, first);
    if (s->last_position == position)
        return;
    (void)pthread_mutex_lock(&s->queue_lock);
    void (*const listener)(void *ctx, int64_t last_position) = s->on_commit;
    void *const ctx = s->on_commit_ctx;
    (void)pthread_mutex_unlock(&s->queue_lock);
    if (listener != NULL)
        listener(ctx, s->last_position);
}

/* ---- the store's own writes --------------------------------------------------------------------------------------------------------- */

static enum rc sweep_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    return db_exec(tx, SQL_idempotency_sweep, DB_ARGS(DB_I(tx->now_us - IDEMPOTENCY_KEEP_US)), NULL, f);
}

static enum rc probe_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    (void)out;
    char *const filler = arena_alloc(tx->a, PROBE_BYTES);
    if (filler == NULL)
        return fail_store(f, RC_LIMIT, "probe", "arena");
    randombytes_buf(filler, PROBE_BYTES);
    return db_exec(tx, SQL_probe_write, DB_ARGS(DB_B(((struct span){filler, PROBE_BYTES})), DB_I(tx->now_us)), NULL, f);
}

static void quietly(struct store_write *w)
{
    (void)w;
}

static enum rc run_own_with(struct store *s, command_fn *command, const void *in, void *out)
{
    struct store_write w = {.command = command, .in = in, .out = out, .done = quietly, .submitted_us = clock_mono_us()};
    sb_init(&w.body, 64);
    (void)pthread_mutex_lock(&s->batch_lock);
    run_all(s, &w);
    (void)pthread_mutex_unlock(&s->batch_lock);
    sb_release(&w.body);
    return w.rc;
}

static enum rc run_own(struct store *s, command_fn *command)
{
    return run_own_with(s, command, NULL, NULL);
}

/* Notes the time: the next run goes on after it. */
static enum rc mark(struct tx *tx, struct fail *f)
{
    return db_exec(tx, SQL_probe_write, DB_ARGS(DB_B(SPAN("")), DB_I(tx->now_us)), NULL, f);
}

static struct span holder(const struct store *s)
{
    return (struct span){s->node_holder, NODE_HOLDER_BYTES};
}

static enum rc start_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const enum rc rc = mark(tx, f);
    return rc == RC_OK ? node_take(tx, in, out, f) : rc;
}

static enum rc stop_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const enum rc rc = mark(tx, f);
    return rc == RC_OK ? node_renew(tx, in, out, f) : rc;
}

static void renew_node(struct store *s)
{
    int number = atomic_load(&s->ids.node);
    s->node_renewed_us = clock_mono_us();
    if (run_own_with(s, node_renew, &(struct node_held){number, holder(s), false}, &number) == RC_OK)
        idgen_node(&s->ids, number);
}

static void give_node_back(struct store *s)
{
    int number = atomic_load(&s->ids.node);
    (void)run_own_with(s, stop_command, &(struct node_held){number, holder(s), true}, &number);
}

static void probe(struct store *s)
{
    if (run_own(s, probe_command) != RC_OK)
        return;
    atomic_store(&s->writable, true);
    log_event(LOG_INFO, "writer.writes_again", LEND);
}

/* ---- the thread ------------------------------------------------------------------------------------------------------------------- */

static struct timespec after_us(int64_t us)
{
    const int64_t at = clock_mono_us() + us;
    return (struct timespec){at / 1000000, at % 1000000 * 1000};
}

/* Takes up to batch_max commands; waits at most until something of its own is due. NULL: none came. */
static struct store_write *take_batch(struct store *s, bool *stop)
{
    (void)pthread_mutex_lock(&s->queue_lock);
    if (s->queue_first == NULL && !s->stopping) {
        const struct timespec when = after_us(PROBE_EVERY_US);
        (void)pthread_cond_timedwait(&s->queue_filled, &s->queue_lock, &when);
    }
    struct store_write *const first = s->queue_first;
    struct store_write *last = first;
    int n = first == NULL ? 0 : 1;
    while (last != NULL && last->next != NULL && n < s->batch_max) {
        last = last->next;
        n++;
    }
    if (last != NULL) {
        s->queue_first = last->next;
        s->queue_last = s->queue_first == NULL ? NULL : s->queue_last;
        last->next = NULL;
        s->queue_count -= n;
    }
    *stop = s->stopping && s->queue_first == NULL;
    (void)pthread_mutex_unlock(&s->queue_lock);
    return first;
}

static void refuse_all(struct store *s, struct store_write *first)
{
    for (struct store_write *w = first; w != NULL; w = w->next)
        w->rc = fail_set(&w->fail, RC_READ_ONLY, MSG_store_read_only, NULL, NULL);
    answer_all(s, first);
}

static void *writer_main(void *arg)
{
    struct store *const s = arg;
    int64_t probed_us = 0;
    for (bool stop = false; !stop;) {
        struct store_write *const batch = take_batch(s, &stop);
        const int64_t now = clock_mono_us();
        if (!atomic_load(&s->writable) && now - probed_us >= PROBE_EVERY_US) {
            probed_us = now;
            probe(s);
        }
        if (now - s->node_renewed_us >= NODE_RENEW_US && atomic_load(&s->writable))
            renew_node(s);
        if (batch != NULL && atomic_load(&s->writable))
            run_batch(s, batch);
        else if (batch != NULL)
            refuse_all(s, batch);
        else if (now - s->last_sweep_us >= SWEEP_EVERY_US && atomic_load(&s->writable)) {
            s->last_sweep_us = now;
            (void)run_own(s, sweep_command);
        }
    }
    return NULL;
}

/*
 * The first pass runs beside the writer and copies most pages; the second, short one runs between two batches, so that the log is
 * wholly in the file and the next batch starts it afresh.
 */
static enum rc checkpoint_once(struct store *s, struct conn **c, struct fail *f)
{
    enum rc rc = *c == NULL ? s->d->open(s, CONN_CHECKPOINT, c, f) : RC_OK;
    if (rc == RC_OK)
        rc = s->d->checkpoint(*c, false, f);
    if (rc == RC_OK) {
        (void)pthread_mutex_lock(&s->batch_lock);
        rc = s->d->checkpoint(*c, false, f);
        (void)pthread_mutex_unlock(&s->batch_lock);
    }
    return rc;
}

static void *checkpoint_main(void *arg)
{
    struct store *const s = arg;
    struct conn *c = NULL;
    (void)pthread_mutex_lock(&s->checkpoint_lock);
    while (!s->checkpoint_stop) {
        if (!s->checkpoint_due) {
            (void)pthread_cond_wait(&s->checkpoint_wanted, &s->checkpoint_lock);
            continue;
        }
        s->checkpoint_due = false;
        (void)pthread_mutex_unlock(&s->checkpoint_lock);
        struct fail f;
        if (checkpoint_once(s, &c, &f) != RC_OK)
            log_event(LOG_ERROR, "store.checkpoint_failed", LS("error", f.detail), LEND);
        (void)pthread_mutex_lock(&s->checkpoint_lock);
    }
    (void)pthread_mutex_unlock(&s->checkpoint_lock);
    s->d->close(c);
    return NULL;
}

enum rc writer_start(struct store *s, struct fail *f)
{
    s->last_sweep_us = clock_mono_us() - SWEEP_EVERY_US;
    int number = 0;
    const struct span who = holder(s);
    randombytes_buf(s->node_holder, NODE_HOLDER_BYTES);
    const enum rc rc = run_own_with(s, start_command, &who, &number);
    if (rc == RC_BUSY)
        return fail_set(f, rc, MSG_store_nodes_taken, NULL, NULL);
    if (rc != RC_OK)
        return fail_store(f, rc, "writer", "the database takes no write");
    idgen_node(&s->ids, number);
    s->node_renewed_us = clock_mono_us();
    if (pthread_create(&s->writer_thread, NULL, writer_main, s) != 0)
        return fail_store(f, RC_INTERNAL, "writer", "no thread");
    (void)pthread_setname_np(s->writer_thread, "writer");
    s->writer_runs = true;
    if (pthread_create(&s->checkpoint_thread, NULL, checkpoint_main, s) != 0)
        return fail_store(f, RC_INTERNAL, "checkpoint", "no thread");
    (void)pthread_setname_np(s->checkpoint_thread, "checkpoint");
    s->checkpoint_runs = true;
    return RC_OK;
}

void writer_stop(struct store *s)
{
    if (s->writer_runs) {
        (void)pthread_mutex_lock(&s->queue_lock);
        s->stopping = true;
        (void)pthread_cond_signal(&s->queue_filled);
        (void)pthread_mutex_unlock(&s->queue_lock);
        (void)pthread_join(s->writer_thread, NULL);
        s->writer_runs = false;
        if (atomic_load(&s->writable))
            give_node_back(s);
    }
    if (s->checkpoint_runs) {
        (void)pthread_mutex_lock(&s->checkpoint_lock);
        s->checkpoint_stop = true;
        (void)pthread_cond_signal(&s->checkpoint_wanted);
        (void)pthread_mutex_unlock(&s->checkpoint_lock);
        (void)pthread_join(s->checkpoint_thread, NULL);
        s->checkpoint_runs = false;
    }
    struct fail f;
    if (s->writer != NULL && s->d->checkpoint(s->writer, true, &f) != RC_OK)
        log_event(LOG_WARN, "store.checkpoint_failed", LS("error", f.detail), LEND);
}

/* ---- submitting --------------------------------------------------------------------------------------------------------------------- */

static enum rc check_submitted(struct store *s, struct store_write *w)
{
    if (!atomic_load(&s->writable))
        return fail_set(&w->fail, RC_READ_ONLY, MSG_store_read_only, NULL, NULL);
    if (w->idem_key.len > IDEMPOTENCY_KEY_BYTES_MAX) {
        char max[16];
        (void)snprintf(max, sizeof(max), "%d", IDEMPOTENCY_KEY_BYTES_MAX);
        return fail_set(&w->fail, RC_INVALID, MSG_idempotency_key_long, "Idempotency-Key", max, NULL);
    }
    return RC_OK;
}

enum rc store_submit(struct store *s, struct store_write *w)
{
    ensure(w->done != NULL);
    sb_init(&w->body, REPLY_BYTES_MAX);
    w->replayed = false;
    w->next = NULL;
    w->rc = check_submitted(s, w);
    if (w->rc != RC_OK)
        return w->rc;
    w->submitted_us = clock_mono_us();
    (void)pthread_mutex_lock(&s->queue_lock);
    const bool refused = s->stopping || s->queue_count >= s->queue_max;
    const enum msg why = s->stopping ? MSG_store_stopping : MSG_store_busy;
    if (!refused) {
        if (s->queue_last != NULL)
            s->queue_last->next = w;
        else
            s->queue_first = w;
        s->queue_last = w;
        if (s->queue_count++ == 0)
            (void)pthread_cond_signal(&s->queue_filled);
    }
    (void)pthread_mutex_unlock(&s->queue_lock);
    /* After a successful push w belongs to the writer and may be gone. */
    return refused ? (w->rc = fail_set(&w->fail, RC_BUSY, why, NULL, NULL)) : RC_OK;
}

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_done;
};

static void tell_waiting(struct store_write *w)
{
    struct waiting *const t = w->ctx;
    (void)pthread_mutex_lock(&t->lock);
    t->is_done = true;
    (void)pthread_cond_signal(&t->answered);
    (void)pthread_mutex_unlock(&t->lock);
}

enum rc store_run(struct store *s, struct store_write *w)
{
    ensure(!s->writer_runs || !pthread_equal(pthread_self(), s->writer_thread)); /* it would wait for itself */
    struct waiting t = {.is_done = false};
    (void)pthread_mutex_init(&t.lock, NULL);
    (void)pthread_cond_init(&t.answered, NULL);
    void (*const done)(struct store_write *) = w->done;
    void *const ctx = w->ctx;
    w->done = tell_waiting;
    w->ctx = &t;
    enum rc rc = store_submit(s, w);
    if (rc == RC_OK) {
        (void)pthread_mutex_lock(&t.lock);
        while (!t.is_done)
            (void)pthread_cond_wait(&t.answered, &t.lock);
        (void)pthread_mutex_unlock(&t.lock);
        rc = w->rc;
    }
    w->done = done;
    w->ctx = ctx;
    (void)pthread_mutex_destroy(&t.lock);
    (void)pthread_cond_destroy(&t.answered);
    return rc;
}

enum rc idempotency_sweep(struct store *s, struct fail *f)
{
    struct store_write w = {.command = sweep_command};
    const enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

void store_on_commit(struct store *s, void (*fn)(void *ctx, int64_t last_position), void *ctx)
{
    (void)pthread_mutex_lock(&s->queue_lock);
    s->on_commit = fn;
    s->on_commit_ctx = ctx;
    (void)pthread_mutex_unlock(&s->queue_lock);
}
