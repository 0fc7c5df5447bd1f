/* store_int.h - inside of the store, for the files of src/store only. */
#ifndef YITI_STORE_STORE_INT_H
#define YITI_STORE_STORE_INT_H

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/sb.h"
#include "store/driver.h"
#include "store/store.h"
#include "store/store_part.h"

#define HASH_BYTES 32
#define ROW_DIGEST_BYTES 16
#define NODE_HOLDER_BYTES 16

/* ---- hashing (rows.c): many small pieces go through one buffer, for a call of the hash costs more than they do ------------------- */

#define HASHING_ALIGN 64 /* of the library's state */
struct hashing {         /* not to be copied */
    /* The state lies at the first multiple of 64 in here: a stack that is checked for use after return keeps 32 only. */
    unsigned char room[sizeof(crypto_generichash_state) + HASHING_ALIGN];
    size_t n, bytes; /* in the buffer; of the hash */
    unsigned char buffer[1024];
};
void hash_begin(struct hashing *h, size_t hash_bytes);
void hash_add(struct hashing *h, const void *p, size_t n);
void hash_add_u32(struct hashing *h, uint64_t v); /* little-endian, as below */
void hash_add_u64(struct hashing *h, uint64_t v);
void hash_end(struct hashing *h, unsigned char *out);

/* ---- digests of journalled rows (rows.c) -------------------------------------------------------------------------------- */

/* What the command that runs has changed in journalled tables; goes into the journal row that ends the command. */
struct row_log {
    struct sb sb;            /* encoded entries */
    const char *first_table; /* for the message when no journal entry follows */
};
/* One entry: 'P' table key digest, or 'D' table key. */
struct row_entry {
    bool put;
    struct span table, key;
    const unsigned char *digest; /* put only */
};
/* row_log_put, row_log_drop - vals are all columns (put) or the key columns in the key's order (drop). */
void row_log_put(struct row_log *log, const struct sql_table *t, const struct db_val *vals);
void row_log_drop(struct row_log *log, const struct sql_table *t, const struct db_val *keys);
/* row_log_next - takes the next entry off *rest; false at the end or on damaged bytes (*rest is then not empty). */
bool row_log_next(struct span *rest, struct row_entry *out);
/* row_digest - over table, and name, type and value of each column that is not NULL: a column added later changes nothing. */
void row_digest(const struct sql_table *t, const struct db_val *vals, unsigned char out[ROW_DIGEST_BYTES]);
/* row_key - "330100/12": the key columns as text, `/` and `%` in text as %2F and %25. */
void row_key(const struct db_val *keys, int n, struct sb *sb);
int row_key_columns(const struct sql_table *t, int *columns); /* column numbers in the key's order; returns how many */

/* sqlite_watch - sqlite.c's part of driver.watch, in a file of its own. */
struct sqlite3;
MUST_USE enum rc sqlite_watch(struct sqlite3 *db, struct conn *c, struct row_log *log, struct fail *f);

/* ---- journal heads kept by the writer (journal.c) --------------------------------------------------------------------------- */

#define HEADS 8192 /* a power of two; one slot a hash value, the newer subject wins */
struct head {
    char region_code[24], subject_kind[40];
    int64_t subject_id, seq;
    unsigned char hash[HASH_BYTES];
    bool used;
};
/* An entry that waits for the end of its command. */
struct pending {
    struct pending *next, *before;
    struct journal_entry e; /* strings copied into the tx's arena */
    int64_t seq;
    unsigned char previous[HASH_BYTES];
    bool is_first; /* of its subject within this command: previous is known */
};

/* ---- numbers added up over a batch (sums.c) ----------------------------------------------------------------------------------- */

#define SUM_ARGS_MAX 16
#define SUM_BUCKETS 1024 /* a power of two */
struct sum {
    struct sum *next;
    uint64_t hash; /* of id and keys */
    enum sql_id id;
    int n, n_keys; /* arguments; the first n_keys name the row, the others are added */
    struct db_val *args;
};
struct sums { /* of the batch that runs */
    struct arena *a;
    struct sum *rows[SUM_BUCKETS];
    int n;
};
void sums_begin(struct sums *sums);
/* sums_take - those of a command that has ended well. sums_write - all of the batch, inside its transaction. */
MUST_USE enum rc sums_take(struct sums *sums, const struct sum *of, struct fail *f);
MUST_USE enum rc sums_write(struct store *s, struct fail *f);
void sums_free(struct sums *sums);

struct tx {
    struct store *s;
    struct conn *c;
    struct arena *a;
    struct actor actor;
    int64_t now_us;
    bool write;
    struct pending *first, *last; /* journal entries of this command, not yet written */
    int pending;
    struct sum *sums; /* that this command adds */
    bool flushed;     /* journal rows have been written, heads moved on */
    bool wrote;       /* a statement has changed something, or may have */
};
/* journal_flush - writes the command's entries with the digests of changed rows; refuses changed rows without an entry. */
MUST_USE enum rc journal_flush(struct tx *tx, struct fail *f);
/* journal_row_hash - hash of one row over the one before it. */
struct journal_full {
    int64_t position;
    struct span region_code, subject_kind;
    int64_t subject_id, seq, at_us, actor_id;
    struct span role, verb, change, row_digests;
};
void journal_row_hash(const unsigned char previous[HASH_BYTES], const struct journal_full *row,
                      unsigned char out[HASH_BYTES]);
/* journal_full_read - a row of journal_by_position or journal_by_subject; hash must have HASH_BYTES, else false. */
bool journal_full_read(struct rows *r, struct journal_full *out, const unsigned char **hash);
/* seal.c: one step of the Merkle tree and the seal's own hash. */
struct merkle {
    unsigned char node[64][HASH_BYTES]; /* by height */
    bool has[64];
    int64_t count;
};
void merkle_init(struct merkle *m);
void merkle_add(struct merkle *m, const unsigned char leaf[HASH_BYTES]);
void merkle_root(const struct merkle *m, unsigned char out[HASH_BYTES]);
struct seal_row {
    int64_t number, from_us, to_us, to_position, row_count;
    unsigned char root[HASH_BYTES], previous[HASH_BYTES], hash[HASH_BYTES];
};
bool seal_row_read(struct rows *r, struct seal_row *out); /* a row of seal_all; false: a hash has not HASH_BYTES */
void seal_hash(const struct seal_row *seal, unsigned char out[HASH_BYTES]);

/* ---- the store ------------------------------------------------------------------------------------------------------------- */

struct store {
    struct store_options o; /* strings copied into a */
    struct arena *a;        /* process lifetime; used only before the threads start */
    const struct sql_catalog *catalog;
    const struct driver *d;
    char *data_dir, *database; /* database: file path, or address */
    int lock_fd;
    struct clock clock; /* never before the newest journal row */
    int64_t clock_floor_us;
    struct idgen ids;
    char node_holder[NODE_HOLDER_BYTES]; /* drawn at start */
    int64_t node_renewed_us;             /* writer thread only */

    /* writer.c */
    struct conn *writer; /* writer thread only, once it runs */
    struct row_log rows; /* writer thread only */
    struct head *heads;  /* writer thread only */
    bool heads_moved;    /* by the transaction that is open */
    struct sums sums;    /* writer thread only */
    int64_t last_now_us; /* writer thread only: tx_now_us never goes back */
    int64_t last_sweep_us, last_position;
    int64_t batch_journal_rows;
    int careful; /* so many batches take savepoints from the start, for a command failed lately after it had written */
    struct arena *scratch; /* for commands without an arena of their own */
    pthread_t writer_thread, checkpoint_thread;
    bool writer_runs, checkpoint_runs;
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct store_write *queue_first, *queue_last;
    int queue_count;
    bool stopping; /* under queue_lock */
    _Atomic bool writable;
    int batch_max, queue_max;
    void (*on_commit)(void *ctx, int64_t last_position); /* set before writes begin, or under queue_lock */
    void *on_commit_ctx;

    /* checkpoint: held by the writer for each batch, by the checkpoint thread for its short second pass */
    pthread_mutex_t batch_lock;
    pthread_mutex_t checkpoint_lock;
    pthread_cond_t checkpoint_wanted;
    bool checkpoint_due, checkpoint_stop;

    /* readers */
    pthread_mutex_t readers_lock;
    pthread_cond_t reader_free;
    struct conn *readers; /* free ones */
    int readers_made, readers_max;

    /* counters */
    _Atomic int64_t n_commits, n_commands, n_failed, n_queue_us, n_fsync_us, n_fsync_us_max, n_reads, n_batch_max,
        n_repeats;

    struct store_parts parts; /* keys, timers, outbox, jobs: see store_part.h */
};

/* sqlite_mem.c: before SQLite is first used; later it does nothing. */
void sqlite_mem_use(void);
/* writer.c */
MUST_USE enum rc writer_start(struct store *s, struct fail *f);
void writer_stop(struct store *s);
/* node.c: commands. node_take: in struct span (the holder), out int (the number); RC_BUSY: none is free. node_renew: in struct node_held,
 * out int, another number when the own one was lost. */
struct node_held {
    int number;
    struct span holder;
    bool give_back;
};
command_fn node_take, node_renew;
/* migrate.c */
MUST_USE enum rc migrate(struct store *s, struct conn *c, struct fail *f);
void tx_init(struct tx *tx, struct store *s, struct conn *c, struct arena *a, const struct actor *actor);
/* fail_store - the message for a driver's code with its detail. */
enum rc fail_store(struct fail *f, enum rc rc, const char *what, const char *detail);

#endif
