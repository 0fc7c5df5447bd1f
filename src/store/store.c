/* store.c - opening and closing, the owner's lock, the pool of read connections, counters. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

#define READERS_DEFAULT 4
#define READER_WAIT_US 10000000 /* how long store_read waits for a free connection */

/* ---- time -------------------------------------------------------------------------------------------------------------------- */

/* The clock given, but never before the newest journal row: ids and times go on where they stopped, even if the clock was set back. */
static int64_t floored_now(void *ctx)
{
    const struct store *const s = ctx;
    const int64_t now = clock_now_us(&s->o.clock);
    return now < s->clock_floor_us ? s->clock_floor_us : now;
}

/* ---- the folder ---------------------------------------------------------------------------------------------------------------- */

static enum rc directory_fault(const struct store *s, struct fail *f)
{
    char why[120];
    const char *const text = strerror_r(errno, why, sizeof(why));
    return fail_set(f, RC_INVALID, MSG_store_directory, NULL, s->data_dir, text, NULL);
}

static enum rc take_directory(struct store *s, struct fail *f)
{
    if (mkdir(s->data_dir, 0700) != 0 && errno != EEXIST)
        return directory_fault(s, f);
    char path[1024];
    if (snprintf(path, sizeof(path), "%s/yiti.lock", s->data_dir) >= (int)sizeof(path))
        return fail_set(f, RC_INVALID, MSG_store_directory, NULL, s->data_dir, "path too long", NULL);
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return directory_fault(s, f);
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return fail_set(f, RC_CONFLICT, MSG_store_owned, NULL, s->data_dir, NULL);
        return directory_fault(s, f);
    }
    (void)snprintf(path, sizeof(path), "%s/RESTORE-UNFINISHED", s->data_dir);
    if (!s->o.restoring && access(path, F_OK) == 0)
        return fail_set(f, RC_INVALID, MSG_store_restore_unfinished, NULL, s->data_dir, NULL);
    return RC_OK;
}

/* ---- opening --------------------------------------------------------------------------------------------------------------------- */

static struct store *store_new(const struct store_options *o)
{
    struct arena *const a = arena_new((size_t)64 << 20);
    struct store *const s = ARENA_NEW(a, struct store);
    ensure(s != NULL);
    s->a = a;
    s->o = *o;
    s->catalog = o->catalog != NULL ? o->catalog : &sql_catalog;
    s->d = &sqlite_driver;
    s->lock_fd = -1;
    s->data_dir = span_cstr(a, span_of(o->data_dir));
    s->o.data_dir = s->data_dir;
    s->o.vfs = o->vfs == NULL ? NULL : span_cstr(a, span_of(o->vfs));
    s->heads = ARENA_ARRAY(a, HEADS, struct head);
    s->clock = (struct clock){floored_now, s};
    s->readers_max = o->readers > 0 ? o->readers : READERS_DEFAULT;
    s->batch_max = o->batch_max > 0 ? o->batch_max : WRITER_BATCH_MAX;
    s->queue_max = o->queue_max > 0 ? o->queue_max : WRITER_QUEUE_MAX;
    atomic_store(&s->writable, !o->read_only);
    ensure(s->data_dir != NULL && s->heads != NULL);
    (void)pthread_mutex_init(&s->queue_lock, NULL);
    (void)pthread_mutex_init(&s->batch_lock, NULL);
    (void)pthread_mutex_init(&s->checkpoint_lock, NULL);
    (void)pthread_mutex_init(&s->readers_lock, NULL);
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&s->queue_filled, &attr);
    (void)pthread_cond_init(&s->checkpoint_wanted, &attr);
    (void)pthread_cond_init(&s->reader_free, &attr);
    (void)pthread_condattr_destroy(&attr);
    sb_init(&s->rows.sb, ROW_LOG_BYTES_MAX);
    s->scratch = arena_new(REQUEST_ARENA_BYTES);
    return s;
}

static enum rc name_database(struct store *s, struct fail *f)
{
    if (s->o.database != NULL)
        return fail_set(f, RC_INVALID, MSG_store_driver_unknown, NULL, s->o.database, NULL);
    char path[1024];
    if (snprintf(path, sizeof(path), "%s/yiti.db", s->data_dir) >= (int)sizeof(path))
        return fail_set(f, RC_INVALID, MSG_store_directory, NULL, s->data_dir, "path too long", NULL);
    s->database = span_cstr(s->a, span_of(path));
    return s->database == NULL ? fail_store(f, RC_LIMIT, "open", path) : RC_OK;
}

/* Where time and positions go on. */
static enum rc read_last(struct store *s, struct conn *c, struct fail *f)
{
    struct tx tx;
    struct rows r;
    tx_init(&tx, s, c, s->scratch, NULL);
    enum rc rc = db_one(&tx, SQL_journal_last, DB_NO_ARGS, &r, f);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    s->last_position = rows_int(&r, 0);
    s->clock_floor_us = rows_int(&r, 1);
    return rows_end(&r);
}

/* Ids of this run come after those of the last one, even when the clock was set back between them. */
static enum rc read_mark(struct store *s, struct conn *c, struct fail *f)
{
    struct tx tx;
    struct rows r;
    tx_init(&tx, s, c, s->scratch, NULL);
    const enum rc rc = db_one(&tx, SQL_probe_read, DB_NO_ARGS, &r, f);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    const int64_t after_us = rows_int(&r, 0) + 1000;
    if (after_us > s->clock_floor_us)
        s->clock_floor_us = after_us;
    return rows_end(&r);
}

static enum rc open_all(struct store *s, struct fail *f)
{
    enum rc rc = name_database(s, f);
    if (rc == RC_OK && !s->o.read_only)
        rc = take_directory(s, f);
    struct conn *first = NULL;
    if (rc == RC_OK)
        rc = s->d->open(s, s->o.read_only ? CONN_READER : CONN_WRITER, &first, f);
    if (rc != RC_OK)
        return rc;
    if (s->o.read_only) {
        s->readers = first;
        s->readers_made = 1;
    } else {
        s->writer = first;
    }
    rc = migrate(s, first, f);
    if (rc == RC_OK)
        rc = read_last(s, first, f);
    if (rc == RC_OK)
        rc = read_mark(s, first, f);
    idgen_init(&s->ids, 0, s->clock); /* writer_start leases the number */
    if (rc == RC_OK && !s->o.read_only)
        rc = s->d->watch(s->writer, &s->rows, f);
    if (rc == RC_OK && !s->o.read_only)
        rc = writer_start(s, f);
    if (rc == RC_OK && !s->o.read_only)
        rc = keys_open(s, f);
    if (rc == RC_OK)
        background_open(s);
    return rc;
}

enum rc store_open(const struct store_options *o, struct store **out, struct fail *f)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused, harmlessly, when SQLite runs already */
    sqlite_mem_use();
    if (sodium_init() < 0)
        return fail_store(f, RC_INTERNAL, "open", "libsodium");
    struct store *const s = store_new(o);
    const enum rc rc = open_all(s, f);
    if (rc != RC_OK) {
        store_close(s);
        return rc;
    }
    *out = s;
    return RC_OK;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    background_stop(s);
    writer_stop(s); /* its last commands may still ask what the outbox takes */
    background_close(s);
    keys_close(s);
    while (s->readers != NULL) {
        struct conn *const next = s->readers->next;
        s->d->close(s->readers);
        s->readers = next;
    }
    s->d->close(s->writer);
    if (s->lock_fd >= 0)
        (void)close(s->lock_fd);
    sb_release(&s->rows.sb);
    sums_free(&s->sums);
    arena_free(s->scratch);
    (void)pthread_mutex_destroy(&s->queue_lock);
    (void)pthread_mutex_destroy(&s->batch_lock);
    (void)pthread_mutex_destroy(&s->checkpoint_lock);
    (void)pthread_mutex_destroy(&s->readers_lock);
    (void)pthread_cond_destroy(&s->queue_filled);
    (void)pthread_cond_destroy(&s->checkpoint_wanted);
    (void)pthread_cond_destroy(&s->reader_free);
    arena_free(s->a);
}

const char *store_data_dir(const struct store *s)
{
    return s->data_dir;
}

struct store_parts *store_parts(struct store *s)
{
    return &s->parts;
}

const struct clock *store_clock(const struct store *s)
{
    return &s->clock;
}

int64_t store_new_id(struct store *s)
{
    return idgen_next(&s->ids);
}

bool store_writable(const struct store *s)
{
    return atomic_load(&s->writable);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

static enum rc take_reader(struct store *s, struct conn **out, struct fail *f)
{
    enum rc rc = RC_OK;
    const int64_t until = clock_mono_us() + READER_WAIT_US;
    const struct timespec when = {until / 1000000, until % 1000000 * 1000};
    struct conn *c = NULL;
    (void)pthread_mutex_lock(&s->readers_lock);
    while (s->readers == NULL && s->readers_made >= s->readers_max && clock_mono_us() < until)
        (void)pthread_cond_timedwait(&s->reader_free, &s->readers_lock, &when);
    const bool make = s->readers == NULL && s->readers_made < s->readers_max;
    if (s->readers != NULL) {
        c = s->readers;
        s->readers = c->next;
    } else if (make) {
        s->readers_made++;
    } else {
        rc = fail_set(f, RC_BUSY, MSG_store_busy, NULL, NULL);
    }
    (void)pthread_mutex_unlock(&s->readers_lock);
    if (make) {
        rc = s->d->open(s, CONN_READER, &c, f);
        if (rc != RC_OK) {
            (void)pthread_mutex_lock(&s->readers_lock);
            s->readers_made--;
            (void)pthread_cond_signal(&s->reader_free);
            (void)pthread_mutex_unlock(&s->readers_lock);
        }
    }
    *out = c;
    return rc;
}

static void give_reader(struct store *s, struct conn *c)
{
    (void)pthread_mutex_lock(&s->readers_lock);
    c->next = s->readers;
    s->readers = c;
    (void)pthread_cond_signal(&s->reader_free);
    (void)pthread_mutex_unlock(&s->readers_lock);
}

enum rc store_read(struct store *s, const struct actor *actor, struct arena *a, read_fn *fn, void *ctx, struct fail *f)
{
    struct conn *c = NULL;
    enum rc rc = take_reader(s, &c, f);
    if (rc != RC_OK)
        return rc;
    struct tx tx;
    tx_init(&tx, s, c, a, actor);
    tx.now_us = clock_now_us(&s->clock);
    c->deadline_us = clock_mono_us() + READ_TX_US_MAX;
    rc = s->d->order(c, CONN_BEGIN_READ, f);
    if (rc == RC_OK) {
        rc = fn(&tx, ctx, f);
        conn_end_cursors(c);
        c->deadline_us = 0;
        struct fail ignored;
        if (s->d->in_tx(c) && s->d->order(c, CONN_COMMIT, &ignored) != RC_OK && s->d->in_tx(c))
            (void)s->d->order(c, CONN_ROLLBACK, &ignored);
    }
    c->deadline_us = 0;
    c->broken = false;
    atomic_fetch_add(&s->n_reads, 1);
    give_reader(s, c);
    return rc;
}

enum rc database_copy(struct store *s, const char *target_file,
                      void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fail *f)
{
    struct conn *c = NULL;
    enum rc rc = s->d->open(s, CONN_VERIFY, &c, f);
    if (rc != RC_OK)
        return rc;
    rc = s->d->copy_to(c, target_file, progress, ctx, f);
    s->d->close(c);
    return rc;
}

/* ---- numbers, counters --------------------------------------------------------------------------------------------------------------- */

enum rc store_number(struct tx *tx, const char *kind, const char *region_code, struct span *out, struct fail *f)
{
    char day[11], text[96];
    date_print(date_of_us(tx->now_us), day);
    struct rows r;
    const enum rc rc = db_one(tx, SQL_number_next, DB_ARGS(DB_S(region_code), DB_S(kind), DB_S(day)), &r, f);
    if (rc != RC_OK)
        return rc;
    const int n = snprintf(text, sizeof(text), "%s-%s-%.4s%.2s%.2s-%06lld", kind, region_code, day, day + 5, day + 8,
                           (long long)rows_int(&r, 0));
    const enum rc end = rows_end(&r);
    if (end != RC_OK)
        return end;
    if (n < 0 || n >= (int)sizeof(text))
        return fail_store(f, RC_INTERNAL, "number", "kind or region too long");
    const struct span copy = span_dup(tx->a, span_of(text));
    if (copy.ptr == NULL)
        return fail_store(f, RC_LIMIT, "number", "arena");
    *out = copy;
    return RC_OK;
}

void store_stats(const struct store *s, struct store_stats *out)
{
    struct store *const m = (struct store *)(uintptr_t)s; /* the lock is not part of what const promises */
    (void)pthread_mutex_lock(&m->queue_lock);
    const int queued = m->queue_count;
    (void)pthread_mutex_unlock(&m->queue_lock);
    *out = (struct store_stats){
        .commits = atomic_load(&s->n_commits),
        .commands = atomic_load(&s->n_commands),
        .failed = atomic_load(&s->n_failed),
        .queued = queued,
        .queue_us_sum = atomic_load(&s->n_queue_us),
        .fsync_us_sum = atomic_load(&s->n_fsync_us),
        .fsync_us_max = atomic_load(&s->n_fsync_us_max),
        .reads = atomic_load(&s->n_reads),
        .batch_max = atomic_load(&s->n_batch_max),
        .repeats = atomic_load(&s->n_repeats),
    };
}
