/*
 * store.h - the database: statements by name, one writer with group commit, reads, the journal, sealed fields, jobs, timers,
 * outbox, files, search, backup. Two drivers stand behind it; nobody else sees one. Rules: CONTRACTS.md 1 to 13, 17, 18.
 *
 * What is always true:
 *  1. A write is done as a command inside the writer's transaction, in a savepoint of its own; `done` is called only after the
 *     commit that holds it is on disk.
 *  2. Every statement is constant text from a *.sql file; arguments are bound; what a person reads goes through :principal
 *     unless its header says `@unscoped because …`.
 *  3. A row of the journal is never changed or removed.
 */
#ifndef YITI_STORE_STORE_H
#define YITI_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/json.h"
#include "sql_gen.h" /* enum sql_id: SQL_<name>; SQLF_<name>_<filter> bits; SQLO_<name>_<order> numbers */

struct store;
struct sql_catalog;
struct tx;

/* ---- opening ---------------------------------------------------------------------------------------------------------- */

struct store_options {
    const char *data_dir; /* made (0700) when missing */
    const char *database; /* NULL: DATA/yiti.db; else postgresql://… (own issue: RC_INVALID now) */
    struct clock clock;
    int batch_max;  /* 0: WRITER_BATCH_MAX; 1 is one commit a command (benchmarks) */
    int queue_max;  /* commands waiting; 0: WRITER_QUEUE_MAX; tests set a small one */
    int readers;    /* read connections; 0: 4 */
    bool read_only; /* for verify on a copy: no lock, no migration, no writer */
    bool restoring; /* store_restore only: opens a folder whose restore is not finished */
    const struct sql_catalog
        *catalog;    /* NULL: the program's statements and tables; tests may bring their own (gen_sql.py --test) */
    const char *vfs; /* NULL, or the name of a registered SQLite VFS (fault injection) */
};
/*
 * store_open - takes the owner lock, migrates (after a backup copy when there was an older schema), starts the writer and checkpoint threads.
 * Errors  RC_CONFLICT: another process owns the directory; RC_INVALID: newer schema, unreadable file; RC_INTERNAL.
 */
MUST_USE enum rc store_open(const struct store_options *o, struct store **out, struct fail *f);
/* store_close - finishes what was accepted, checkpoints, frees. NULL allowed. */
void store_close(struct store *s);
const char *store_data_dir(const struct store *s);
const struct clock *store_clock(const struct store *s);
int64_t store_new_id(struct store *s);
/* store_writable - false after disk full or an I/O error: writes answer RC_READ_ONLY and /readyz fails. */
bool store_writable(const struct store *s);

/* ---- who acts --------------------------------------------------------------------------------------------------------- */

struct actor {
    int64_t principal_id;    /* 0: the system itself (timers, jobs, command line); -1: the public */
    const char *role;        /* role word under which the act is done: "office", "desk"…; "system"; "public" */
    int64_t unit_id;         /* unit the role stands on; 0 when none */
    const char *region_code; /* home region of the role; "000000" when none */
};
#define ACTOR_SYSTEM ((struct actor){0, "system", 0, "000000"})

/* ---- writing ---------------------------------------------------------------------------------------------------------- */

/* A command: runs inside the writer's transaction, never begins or commits, no input or output, may be run twice; at most 20 ms, 2,000 rows. */
typedef enum rc command_fn(struct tx *tx, const void *in, void *out, struct fail *f);
/* Renders the reply from out, inside the same transaction, so that it can be stored under the idempotency key. */
typedef enum rc render_fn(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f);

struct store_write {
    command_fn *command;
    const void *in;
    void *out;
    render_fn *render; /* may be NULL */
    struct actor actor;
    struct arena *arena; /* the command allocates from it; the submitter keeps its hands off until done */
    /* Idempotency (CONTRACTS.md 5): key empty means none. */
    struct span idem_key; /* at most 128 bytes */
    const char *idem_route;
    unsigned char idem_body_hash[32];
    /* Result, valid in done(): */
    enum rc rc;
    struct fail fail;
    int status;                          /* of render, or of the stored reply */
    struct sb body;                      /* initialised by store_submit; the submitter releases it */
    bool replayed;                       /* the stored reply of the same key */
    void (*done)(struct store_write *w); /* on the writer's thread: be short; never NULL for store_submit */
    void *ctx;
    struct store_write *next; /* private */
    int64_t submitted_us;     /* private */
    size_t arena_bytes;       /* private: in use before the command ran */
};
/* store_submit - queues; RC_BUSY when full or stopping, RC_READ_ONLY; on those `done` is not called. Thread-safe. */
MUST_USE enum rc store_submit(struct store *s, struct store_write *w);
/* store_run - submits and waits; returns w->rc (or the refusal). For command line, jobs and tests; never on an HTTP thread. */
MUST_USE enum rc store_run(struct store *s, struct store_write *w);

/* ---- inside a transaction --------------------------------------------------------------------------------------------- */

struct arena *tx_arena(struct tx *tx);
int64_t tx_now_us(struct tx *tx); /* one instant for the whole command */
const struct actor *tx_actor(struct tx *tx);
int64_t tx_new_id(struct tx *tx);
struct store *tx_store(struct tx *tx);

enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };
struct db_val {
    enum db_type type;
    int64_t i;
    double d;
    struct span s;
};
#define DB_I(x) ((struct db_val){.type = DB_INT, .i = (x)})
#define DB_D(x) ((struct db_val){.type = DB_REAL, .d = (x)})
#define DB_T(x) ((struct db_val){.type = DB_TEXT, .s = (x)})        /* span; ptr NULL binds NULL */
#define DB_S(x) ((struct db_val){.type = DB_TEXT, .s = span_of(x)}) /* C string; NULL binds NULL */
#define DB_B(x) ((struct db_val){.type = DB_BLOB, .s = (x)})
#define DB_N ((struct db_val){.type = DB_NULL})
#define DB_I_OR_NULL(x) ((x) ? DB_I(x) : DB_N) /* 0 binds NULL: for optional references */
/* DB_ARGS(DB_I(1), DB_S("x")) expands to pointer and count. Order and types as the statement's header says. */
#define DB_ARGS(...)                                                                                                   \
    (const struct db_val[]){__VA_ARGS__}, (int)(sizeof((const struct db_val[]){__VA_ARGS__}) / sizeof(struct db_val))
#define DB_NO_ARGS NULL, 0

/* A cursor. One row at a time; text and blobs borrow until the next rows_next: copy into the arena what must stay. */
struct rows {
    struct tx *tx;
    void *stmt;
    enum rc rc;
    struct fail *f;
    bool open;
};
/* db_exec - a statement without rows; changed may be NULL. RC_CONFLICT on a constraint. */
MUST_USE enum rc db_exec(struct tx *tx, enum sql_id id, const struct db_val *args, int n, int64_t *changed,
                         struct fail *f);
/*
 * db_sum - a statement that adds whole numbers, its last n_adds arguments, to the row that the others name: the numbers of all commands of a batch
 * are added up, and it runs once a row before the commit. So nobody in the same batch sees them yet: for sums that only readers look at, and that
 * commands only ever add to.
 */
MUST_USE enum rc db_sum(struct tx *tx, enum sql_id id, const struct db_val *args, int n, int n_adds, struct fail *f);
/* db_query - opens a cursor; end it with rows_end in every path. */
MUST_USE enum rc db_query(struct tx *tx, enum sql_id id, const struct db_val *args, int n, struct rows *rows,
                          struct fail *f);
/*
 * db_list - a list statement with chosen fragments. filters: OR of SQLF_ bits; order: an SQLO_ number; after: whether the
 * keyset condition of that order is in. args: the statement's own parameters, then those of each chosen filter in bit order, then,
 * when after, the order's key parameters.
 */
MUST_USE enum rc db_list(struct tx *tx, enum sql_id id, uint32_t filters, int order, bool after,
                         const struct db_val *args, int n, struct rows *rows, struct fail *f);
bool rows_next(struct rows *r); /* false at the end and on failure: rows_end tells which */
MUST_USE enum rc rows_end(struct rows *r);
bool rows_is_null(struct rows *r, int col);
int64_t rows_int(struct rows *r, int col); /* NULL gives 0 */
double rows_real(struct rows *r, int col);
struct span rows_text(struct rows *r, int col); /* NULL gives ptr NULL */
struct span rows_blob(struct rows *r, int col);
struct span rows_text_dup(struct rows *r,
                          int col); /* copied into the tx's arena; over its cap ptr NULL, and rows_end gives RC_LIMIT */
/* db_one - opens, steps once; RC_MISSING (f->msg = MSG_not_found) when there is no row. On RC_OK the row stands in rows; rows_end it. */
MUST_USE enum rc db_one(struct tx *tx, enum sql_id id, const struct db_val *args, int n, struct rows *rows,
                        struct fail *f);

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* store_read - runs fn in a read transaction on a pooled read connection (a consistent snapshot; writes are refused). */
typedef enum rc read_fn(struct tx *tx, void *ctx, struct fail *f);
MUST_USE enum rc store_read(struct store *s, const struct actor *actor, struct arena *a, read_fn *fn, void *ctx,
                            struct fail *f);

/* ---- the journal (CONTRACTS.md 6, 7) ------------------------------------------------------------------------------------ */

struct journal_entry {
    const char *region_code;  /* home region of the subject: its chain's key together with kind and id */
    const char *subject_kind; /* "action", "outline", "unit"… */
    int64_t subject_id;
    const char *verb;   /* "report", "create", "rename"… */
    struct span change; /* JSON object text, hashed as it is; no personal value in the clear */
};
/* journal_append - who, role and time come from the tx. seq_out may be NULL. */
MUST_USE enum rc journal_append(struct tx *tx, const struct journal_entry *e, int64_t *seq_out, struct fail *f);

struct journal_row {
    const char *region_code, *subject_kind;
    int64_t subject_id, seq, at_us, actor_id;
    const char *role, *verb;
    struct span change;
};
/* journal_read - a subject's rows from seq > after, oldest first, at most limit; cb returns false to stop. Strings borrow. The
 * caller has checked the subject's scope. */
MUST_USE enum rc journal_read(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                              int64_t after, int limit, bool (*cb)(const struct journal_row *row, void *ctx), void *ctx,
                              struct fail *f);
/* journal_tail - rows of all subjects with position > after_position, oldest first (live events). Position: SQLite's rowid order of commit. */
MUST_USE enum rc journal_tail(struct tx *tx, int64_t after_position, int limit,
                              bool (*cb)(const struct journal_row *row, int64_t position, void *ctx), void *ctx,
                              struct fail *f);
/* journal_position - the position of the newest row now; 0 when the journal is empty. */
MUST_USE enum rc journal_position(struct store *s, int64_t *out, struct fail *f);
/* store_on_commit - a listener called on the writer's thread after each commit that added journal rows (live events wake-up). One. */
void store_on_commit(struct store *s, void (*fn)(void *ctx, int64_t last_position), void *ctx);
/* journal_seal - seals what is due (the store's own timer calls it every 10 minutes). */
MUST_USE enum rc journal_seal(struct store *s, bool all_now, struct fail *f);
/* journal_seals_write - all seals from number > after as a JSON array of objects, for keeping outside; at most limit. */
MUST_USE enum rc journal_seals_write(struct tx *tx, int64_t after, int limit, struct jw *w, struct fail *f);
/* journal_seal_matches - is seal number still the one whose hash (hex) was exported? RC_OK, or RC_CONFLICT: the journal was cut or changed. */
MUST_USE enum rc journal_seal_matches(struct tx *tx, int64_t number, struct span hash_hex, struct fail *f);
/* store_verify - walks all chains, seals, tables marked `journalled`, files. Calls bad() for each fault with table, id and why. */
struct verify_result {
    int64_t journal_rows, subjects, seals, files, faults;
};
MUST_USE enum rc store_verify(struct store *s,
                              void (*bad)(void *ctx, const char *table, const char *id, const char *why), void *ctx,
                              struct verify_result *out, struct fail *f);

/* ---- numbers that people read --------------------------------------------------------------------------------------------- */

/* store_number - next "AJ-330100-20261124-000123" for kind, region and the tx's day in Shanghai. Copied into the tx's arena. */
MUST_USE enum rc store_number(struct tx *tx, const char *kind, const char *region_code, struct span *out,
                              struct fail *f);

/* ---- sealed fields and erasure (CONTRACTS.md 7) ----------------------------------------------------------------------------- */

/* A data key belongs to one subject (a person or a record) and is wrapped by the master key in DATA/keys/. */
/* seal_put - encrypts plain under the subject's data key (made on first use), returns the sealed bytes in the tx's arena. */
MUST_USE enum rc seal_put(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                          struct span plain, struct span *sealed, struct fail *f);
/* seal_get - RC_MISSING (MSG_erased) when the key was destroyed. */
MUST_USE enum rc seal_get(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                          struct span sealed, struct span *plain, struct fail *f);
/* seal_index - keyed blind index of a normalised value for one purpose ("sign-in.telephone"): 32 bytes in the tx's arena. */
MUST_USE enum rc seal_index(struct tx *tx, const char *purpose, struct span normal_value, struct span *hash,
                            struct fail *f);
/* seal_commit - salted commitment (hex) to a personal value for the journal; the salt lies with the subject's key and goes with it. */
MUST_USE enum rc seal_commit(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                             struct span value, struct span *hex, struct fail *f);
/* seal_erase - destroys the subject's key and salt; recorded in the list of erased keys that a restore applies first. */
MUST_USE enum rc seal_erase(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                            struct fail *f);

/* ---- files (CONTRACTS.md 12) ------------------------------------------------------------------------------------------------- */

struct file_info {
    unsigned char sha256[32];
    char sha256_hex[65];
    int64_t size_bytes;
};
/* file_put - writes content under its hash (temporary name, fsync, rename, fsync of the folder); no transaction needed. Refer to it in
 * a commit within 24 h or it goes. */
MUST_USE enum rc file_put(struct store *s, struct span content, struct file_info *out, struct fail *f);
/* file_put_fd - the same from an open file, streaming. */
MUST_USE enum rc file_put_fd(struct store *s, int fd, int64_t max_bytes, struct file_info *out, struct fail *f);
/* file_refer - within a command: this record refers to the file from now on. */
MUST_USE enum rc file_refer(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                            const char *sha256_hex, struct fail *f);
/* file_open - a read-only descriptor, or RC_MISSING. file_read - the whole into the arena. */
MUST_USE enum rc file_open(struct store *s, const char *sha256_hex, int *fd, int64_t *size_bytes, struct fail *f);
MUST_USE enum rc file_read(struct store *s, struct arena *a, const char *sha256_hex, struct span *out, struct fail *f);

/* ---- timers, outbox, jobs (CONTRACTS.md 9) ------------------------------------------------------------------------------------ */

/* A timer kind's handler runs as a command in the transaction that claims the timer. */
typedef enum rc timer_fn(struct tx *tx, int64_t subject_id, struct span payload, struct fail *f);
void store_timer_kind(struct store *s, const char *kind, timer_fn *fn); /* before store_start_background */
MUST_USE enum rc timer_set(struct tx *tx, const char *region_code, const char *kind, int64_t subject_id, int64_t due_us,
                           struct span payload,
                           struct fail *f); /* one per (region, kind, subject): set again moves it */
MUST_USE enum rc timer_cancel(struct tx *tx, const char *region_code, const char *kind, int64_t subject_id,
                              struct fail *f);

/* outbox_put - an event for other engines (topic "plan.reported") or the outside ("mail"); delivered after the commit, at least once. Once the
 * background runs, a topic without a taker in this process costs nothing: its message is dropped here. */
MUST_USE enum rc outbox_put(struct tx *tx, const char *region_code, const char *topic, struct span payload,
                            struct fail *f);
/* The consumer returns RC_OK when it took the message; else it comes again later (with growing pauses). message_id is stable. */
typedef enum rc outbox_fn(struct store *s, int64_t message_id, struct span payload, void *ctx);
void store_outbox_topic(struct store *s, const char *topic, outbox_fn *fn, void *ctx);

/* A job works in chunks: step is called again and again (each in a command of its own when it writes) until *finished; state survives a
 * restart; cancel is asked between chunks. */
struct job {
    int64_t id;
    struct span params;  /* JSON given at start */
    struct span state;   /* what the last step left; empty at first; the step puts the new state here (tx arena) */
    int64_t done, total; /* progress */
    bool finished;
    struct span result; /* JSON */
};
typedef enum rc job_step_fn(struct tx *tx, struct job *job, struct fail *f);
void store_job_kind(struct store *s, const char *kind, job_step_fn *fn);
MUST_USE enum rc job_start(struct tx *tx, const char *region_code, const char *kind, struct span params, int64_t *id,
                           struct fail *f);
MUST_USE enum rc job_cancel(struct tx *tx, const char *region_code, int64_t id, struct fail *f);
/* job_json - writes {"id","kind","state","done","total","result","problem"}; RC_MISSING. */
MUST_USE enum rc job_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f);
/* store_start_background - timers, outbox, jobs, seals, file sweeping run from here until store_close. */
void store_start_background(struct store *s);

/* ---- search (CONTRACTS.md 18) -------------------------------------------------------------------------------------------------- */

/* search_put - replaces what the subject is found by. search_drop removes it. */
MUST_USE enum rc search_put(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                            struct span text, struct fail *f);
MUST_USE enum rc search_drop(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                             struct fail *f);
/* search_query - turns what a person typed into a match expression for a statement's `:match` parameter (statements join table
 * search_index, see store/README.md); from one Han character on; empty result text when nothing can be searched. tx's arena. */
MUST_USE enum rc search_query(struct tx *tx, struct span typed, struct span *match, struct fail *f);

/* ---- backup ---------------------------------------------------------------------------------------------------------------------- */

/* store_backup - while running: database first, then files, into folder target (must not exist). progress may be NULL. */
MUST_USE enum rc store_backup(struct store *s, const char *target,
                              void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fail *f);
/* store_restore - into an empty data_dir from a backup; applies the erased-keys list of keys_dir (may be NULL) and checks every reference. */
MUST_USE enum rc store_restore(const char *backup, const char *data_dir, const char *keys_dir, struct fail *f);

/* store_slow_disk - for benchmarks and tests only: registers a VFS that adds the delay to every sync; its name goes into store_options.vfs. */
const char *store_slow_disk(int64_t sync_delay_us);

/* Counters for /metrics. */
struct store_stats {
    int64_t commits, commands, failed, queued, queue_us_sum, fsync_us_sum, fsync_us_max, reads, batch_max,
        repeats; /* batches that were run again because a command failed after it had written */
};
void store_stats(const struct store *s, struct store_stats *out);

#endif
