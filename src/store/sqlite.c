/*
 * sqlite.c - the SQLite driver: one file in WAL mode. The writer's connection commits with synchronous=FULL; checkpoints are
 * made by a connection of their own, never by the writer (wal_autocheckpoint 0).
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

#define WRITER_CACHE_KIB 65536 /* most of the pages that a batch touches; taken only as they are used */
#define READER_CACHE_KIB 8192
#define BUSY_MS 5000       /* how long a lock held by another connection is waited for */
#define PROGRESS_OPS 20000 /* virtual machine steps between two looks at the clock */
#define COPY_PAGES 256     /* pages copied at a time, between which writers go on */

struct sqlite_conn {
    struct conn head;
    sqlite3 *db;
    sqlite3_stmt *orders[CONN_ORDERS];
    int log_pages;
};

static struct sqlite_conn *of(struct conn *c)
{
    return (struct sqlite_conn *)c;
}

/* ---- codes ------------------------------------------------------------------------------------------------------------------ */

static enum rc failed(struct conn *c, int code, const char *what, struct fail *f)
{
    const char *const text = c != NULL && of(c)->db != NULL ? sqlite3_errmsg(of(c)->db) : sqlite3_errstr(code);
    enum rc rc = RC_INTERNAL;
    enum msg msg = MSG_store_internal;
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        if (c != NULL)
            c->broken = true;
        break;
    case SQLITE_CONSTRAINT:
        rc = RC_CONFLICT, msg = MSG_store_constraint;
        break;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        rc = RC_READ_ONLY, msg = MSG_store_read_only;
        if (c != NULL)
            c->broken = true;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        rc = RC_BUSY, msg = MSG_store_busy;
        break;
    case SQLITE_INTERRUPT:
        rc = RC_BUSY, msg = MSG_store_read_long;
        break;
    case SQLITE_TOOBIG:
        rc = RC_LIMIT, msg = MSG_memory_limit;
        break;
    default:
        break;
    }
    (void)fail_set(f, rc, msg, NULL, NULL);
    fail_detail(f, "%.60s: %s (%d)", what, text, code);
    if (rc == RC_INTERNAL)
        log_event(LOG_ERROR, "store.sqlite", LS("what", what), LS("error", text), LI("code", code), LEND);
    return rc;
}

static enum rc run(struct conn *c, const char *sql, struct fail *f)
{
    const int code = sqlite3_exec(of(c)->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : failed(c, code, sql, f);
}

/* ---- opening ---------------------------------------------------------------------------------------------------------------- */

static int past_deadline(void *ctx)
{
    const struct conn *const c = ctx;
    return c->deadline_us != 0 && clock_mono_us() > c->deadline_us;
}

static int after_commit(void *ctx, sqlite3 *db, const char *schema, int pages)
{
    (void)db;
    (void)schema;
    ((struct sqlite_conn *)ctx)->log_pages = pages;
    return SQLITE_OK;
}

static enum rc set_up(struct sqlite_conn *c, struct fail *f)
{
    struct conn *const head = &c->head;
    char cache[64];
    (void)snprintf(cache, sizeof(cache), "PRAGMA cache_size = -%d",
                   head->role == CONN_WRITER ? WRITER_CACHE_KIB : READER_CACHE_KIB);
    enum rc rc = RC_OK;
    if (!head->s->o.read_only)
        rc = run(head, "PRAGMA journal_mode = WAL", f);
    if (rc == RC_OK)
        rc = run(head,
                 "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA "
                 "temp_store = MEMORY;"
                 "PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA "
                 "journal_size_limit = 67108864",
                 f);
    if (rc == RC_OK)
        rc = run(head, cache, f);
    if (rc == RC_OK && head->role == CONN_READER)
        rc = run(head, "PRAGMA query_only = ON", f);
    if (rc == RC_OK && head->role == CONN_VERIFY)
        rc = run(head, "PRAGMA temp_store = FILE", f);
    if (head->role == CONN_READER)
        sqlite3_progress_handler(c->db, PROGRESS_OPS, past_deadline, head);
    if (head->role == CONN_WRITER)
        (void)sqlite3_wal_hook(c->db, after_commit, c);
    return rc;
}

static void sqlite_close(struct conn *c)
{
    if (c == NULL)
        return;
    conn_drop_statements(c);
    for (int i = 0; i < CONN_ORDERS; i++)
        (void)sqlite3_finalize(of(c)->orders[i]);
    (void)sqlite3_close_v2(of(c)->db);
    arena_free(c->a);
}

static int open_file(struct store *s, struct sqlite_conn *c)
{
    const int both = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (!s->o.read_only)
        return sqlite3_open_v2(s->database, &c->db, both | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, s->o.vfs);
    int code = sqlite3_open_v2(s->database, &c->db, both | SQLITE_OPEN_READONLY, s->o.vfs);
    if (code == SQLITE_OK)
        code = sqlite3_exec(c->db, "PRAGMA schema_version", NULL, NULL, NULL);
    if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY)
        return code;
    /* A copy with a write-ahead log but without its index: the index must be made, the database stays as it is. */
    (void)sqlite3_close_v2(c->db);
    c->db = NULL;
    return sqlite3_open_v2(s->database, &c->db, both | SQLITE_OPEN_READWRITE, s->o.vfs);
}

static enum rc sqlite_open(struct store *s, enum conn_role role, struct conn **out, struct fail *f)
{
    struct arena *const a = arena_new((size_t)256 << 20);
    struct sqlite_conn *const c = ARENA_NEW(a, struct sqlite_conn);
    ensure(c != NULL);
    c->head = (struct conn){.d = &sqlite_driver, .s = s, .role = role, .a = a};
    c->head.plain = ARENA_ARRAY(a, (size_t)s->catalog->n_stmts, struct stmt *);
    const int code = open_file(s, c);
    enum rc rc = code == SQLITE_OK ? RC_OK : failed(&c->head, code, "open", f);
    if (rc == RC_OK) {
        (void)sqlite3_extended_result_codes(c->db, 1);
        (void)sqlite3_busy_timeout(c->db, BUSY_MS);
        rc = set_up(c, f);
    }
    if (rc != RC_OK) {
        const struct fail why = *f;
        sqlite_close(&c->head);
        if (rc != RC_BUSY)
            rc = fail_set(f, RC_INVALID, MSG_store_unreadable, NULL, s->database, NULL);
        memcpy(f->detail, why.detail, sizeof(f->detail));
        return rc;
    }
    *out = &c->head;
    return RC_OK;
}

/* ---- transactions ------------------------------------------------------------------------------------------------------------- */

static const char *const order_text[CONN_ORDERS] = {
    [CONN_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [CONN_BEGIN_READ] = "BEGIN",
    [CONN_COMMIT] = "COMMIT",
    [CONN_ROLLBACK] = "ROLLBACK",
    [CONN_SAVEPOINT] = "SAVEPOINT command",
    [CONN_RELEASE] = "RELEASE command",
    [CONN_UNDO] = "ROLLBACK TO command",
};

static enum rc order(struct conn *c, enum conn_order which, struct fail *f)
{
    struct sqlite_conn *const k = of(c);
    int code = SQLITE_OK;
    if (k->orders[which] == NULL)
        code = sqlite3_prepare_v3(k->db, order_text[which], -1, SQLITE_PREPARE_PERSISTENT, &k->orders[which], NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(k->orders[which]);
        const int end = sqlite3_reset(k->orders[which]);
        code = code == SQLITE_DONE ? end : code;
    }
    if (code != SQLITE_OK)
        return failed(c, code, order_text[which], f);
    return which == CONN_UNDO ? order(c, CONN_RELEASE, f) : RC_OK;
}

static bool in_tx(struct conn *c)
{
    return sqlite3_get_autocommit(of(c)->db) == 0;
}

/* ---- statements --------------------------------------------------------------------------------------------------------------- */

static enum rc prepare(struct conn *c, struct span text, void **handle, struct fail *f)
{
    sqlite3_stmt *st = NULL;
    const int code = sqlite3_prepare_v3(of(c)->db, text.ptr, (int)text.len, SQLITE_PREPARE_PERSISTENT, &st, NULL);
    if (code != SQLITE_OK)
        return failed(c, code, "prepare", f);
    *handle = st;
    return RC_OK;
}

static void finalize(struct conn *c, void *handle)
{
    (void)c;
    (void)sqlite3_finalize(handle);
}

static enum rc bind(struct conn *c, void *handle, int index, const struct db_val *v, bool copy)
{
    (void)c;
    int code = SQLITE_OK;
    const sqlite3_destructor_type keep = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
    switch (v->type) {
    case DB_INT:
        code = sqlite3_bind_int64(handle, index, v->i);
        break;
    case DB_REAL:
        code = sqlite3_bind_double(handle, index, v->d);
        break;
    case DB_TEXT:
        code = sqlite3_bind_text64(handle, index, v->s.ptr, v->s.len, keep, SQLITE_UTF8);
        break;
    case DB_BLOB:
        code = v->s.ptr != NULL && v->s.len == 0 ? sqlite3_bind_zeroblob(handle, index, 0)
                                                 : sqlite3_bind_blob64(handle, index, v->s.ptr, v->s.len, keep);
        break;
    case DB_NULL:
        code = sqlite3_bind_null(handle, index);
        break;
    }
    return code == SQLITE_OK ? RC_OK : code == SQLITE_TOOBIG ? RC_LIMIT : RC_INTERNAL;
}

static enum rc step(struct conn *c, void *handle, bool *row, struct fail *f)
{
    const int code = sqlite3_step(handle);
    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? RC_OK : failed(c, code, sqlite3_sql(handle), f);
}

static void reset(struct conn *c, void *handle)
{
    (void)c;
    (void)sqlite3_reset(handle);
}

static int64_t changes(struct conn *c)
{
    return sqlite3_changes64(of(c)->db);
}

static int columns(void *handle)
{
    return sqlite3_column_count(handle);
}

static enum db_type type(void *handle, int col)
{
    switch (sqlite3_column_type(handle, col)) {
    case SQLITE_INTEGER:
        return DB_INT;
    case SQLITE_FLOAT:
        return DB_REAL;
    case SQLITE_TEXT:
        return DB_TEXT;
    case SQLITE_BLOB:
        return DB_BLOB;
    default:
        return DB_NULL;
    }
}

static int64_t get_int(void *handle, int col)
{
    return sqlite3_column_int64(handle, col);
}

static double get_real(void *handle, int col)
{
    return sqlite3_column_double(handle, col);
}

static struct span get_text(void *handle, int col)
{
    const unsigned char *const p = sqlite3_column_text(handle, col);
    return (struct span){(const char *)p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(handle, col)};
}

static struct span get_blob(void *handle, int col)
{
    if (sqlite3_column_type(handle, col) == SQLITE_NULL)
        return SPAN_NONE;
    const void *const p = sqlite3_column_blob(handle, col);
    return (struct span){p == NULL ? "" : p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(handle, col)};
}

static enum rc watch(struct conn *c, struct row_log *log, struct fail *f)
{
    return sqlite_watch(of(c)->db, c, log, f);
}

/* ---- copies and checkpoints ------------------------------------------------------------------------------------------------------ */

static enum rc copy_to(struct conn *c, const char *path, void (*progress)(void *ctx, int64_t done, int64_t total),
                       void *ctx, struct fail *f)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_backup *const b = code == SQLITE_OK ? sqlite3_backup_init(to, "main", of(c)->db, "main") : NULL;
    if (b != NULL) {
        do {
            code = sqlite3_backup_step(b, COPY_PAGES);
            if (progress != NULL)
                progress(ctx, sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
            if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
                (void)sqlite3_sleep(5);
        } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
        const int end = sqlite3_backup_finish(b);
        code = code == SQLITE_DONE ? end : code;
    } else if (code == SQLITE_OK) {
        code = sqlite3_errcode(to);
    }
    /* One file, without a write-ahead log beside it. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    enum rc rc = RC_OK;
    if (code != SQLITE_OK) {
        rc = failed(NULL, code, "copy", f);
        fail_detail(f, "copy to %s: %s", path, to == NULL ? "?" : sqlite3_errmsg(to));
    }
    (void)sqlite3_close_v2(to);
    return rc;
}

static enum rc checkpoint(struct conn *c, bool last, struct fail *f)
{
    const int code = sqlite3_wal_checkpoint_v2(
        of(c)->db, NULL, last ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return code == SQLITE_OK || code == SQLITE_BUSY ? RC_OK : failed(c, code, "checkpoint", f);
}

static int64_t log_pages(struct conn *c)
{
    return of(c)->log_pages;
}

const struct driver sqlite_driver = {
    .name = "sqlite",
    .kind = SQL_SQLITE,
    .open = sqlite_open,
    .close = sqlite_close,
    .order = order,
    .in_tx = in_tx,
    .script = run,
    .prepare = prepare,
    .finalize = finalize,
    .bind = bind,
    .step = step,
    .reset = reset,
    .changes = changes,
    .columns = columns,
    .type = type,
    .get_int = get_int,
    .get_real = get_real,
    .get_text = get_text,
    .get_blob = get_blob,
    .watch = watch,
    .copy_to = copy_to,
    .checkpoint = checkpoint,
    .log_pages = log_pages,
};
