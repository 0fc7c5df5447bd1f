/*
 * driver.h - what a database must be able to do for the store. sqlite.c is the first; postgres.c can come beside it with no
 * change above. A connection is used by one thread at a time.
 */
#ifndef YITI_STORE_DRIVER_H
#define YITI_STORE_DRIVER_H

#include "store/sql_def.h"
#include "store/store.h"

struct conn;
struct row_log;

enum conn_role { CONN_WRITER, CONN_READER, CONN_CHECKPOINT, CONN_VERIFY };
enum conn_order {
    CONN_BEGIN_WRITE,
    CONN_BEGIN_READ,
    CONN_COMMIT,
    CONN_ROLLBACK,
    CONN_SAVEPOINT,
    CONN_RELEASE,
    CONN_UNDO,
    CONN_ORDERS
};

/* One prepared statement of one connection. */
struct stmt {
    struct stmt *next; /* others in the same bucket */
    uint64_t key;      /* id, filters, order, after */
    const struct sql_stmt *def;
    void *handle; /* the driver's */
    struct span sql;
    const char *types; /* own parameters, then those of the chosen fragments */
    int n_params;
    bool busy;    /* a cursor is open on it */
    bool passing; /* made because the kept one was busy: dropped when its cursor ends */
};

struct driver {
    const char *name;
    enum sql_driver kind;
    /* open - sets head fields of conn itself; RC_INVALID when it is no database. */
    enum rc (*open)(struct store *s, enum conn_role role, struct conn **out, struct fail *f);
    void (*close)(struct conn *c);
    /* order - transaction control; CONN_UNDO rolls back to the savepoint and releases it. */
    enum rc (*order)(struct conn *c, enum conn_order order, struct fail *f);
    bool (*in_tx)(struct conn *c); /* false when the database itself gave the transaction up */
    /* script - several statements at once (schema files). */
    enum rc (*script)(struct conn *c, const char *text, struct fail *f);
    enum rc (*prepare)(struct conn *c, struct span text, void **handle, struct fail *f);
    void (*finalize)(struct conn *c, void *handle);
    /* bind - copy: the value may go before the cursor ends. */
    enum rc (*bind)(struct conn *c, void *handle, int index, const struct db_val *v, bool copy);
    enum rc (*step)(struct conn *c, void *handle, bool *row, struct fail *f);
    void (*reset)(struct conn *c, void *handle);
    int64_t (*changes)(struct conn *c);
    int (*columns)(void *handle);
    enum db_type (*type)(void *handle, int col);
    int64_t (*get_int)(void *handle, int col);
    double (*get_real)(void *handle, int col);
    struct span (*get_text)(void *handle, int col);
    struct span (*get_blob)(void *handle, int col);
    /* watch - from now on each change of a journalled table's row goes into the log. */
    enum rc (*watch)(struct conn *c, struct row_log *log, struct fail *f);
    /* copy_to - a consistent copy of the whole database into a new file, while it is in use. */
    enum rc (*copy_to)(struct conn *c, const char *path, void (*progress)(void *ctx, int64_t done, int64_t total),
                       void *ctx, struct fail *f);
    /* checkpoint - moves the write-ahead log into the database file; last: at close, the log is emptied. */
    enum rc (*checkpoint)(struct conn *c, bool last, struct fail *f);
    int64_t (*log_pages)(struct conn *c); /* pages in the write-ahead log after the writer's last commit */
};
extern const struct driver sqlite_driver;

#define CONN_BUCKETS 256 /* of the cache of composed list statements; a power of two */

/* Head of every driver's connection. */
struct conn {
    const struct driver *d;
    struct store *s;
    enum conn_role role;
    struct arena *a;     /* lives as long as the connection: statements' texts and structs */
    struct stmt **plain; /* by statement id; NULL until first used */
    struct stmt *composed[CONN_BUCKETS];
    struct stmt *spare;  /* stmt structs for reuse */
    int64_t deadline_us; /* monotonic; a statement that runs past it is stopped; 0: none */
    int open_cursors;
    bool broken;       /* the disk failed or is full in this transaction: it must be given up */
    struct conn *next; /* free readers */
};

/* What picks one text of a statement: chosen filters, order (0: none or the first), keyset condition. */
struct stmt_pick {
    enum sql_id id;
    uint32_t filters;
    int order;
    bool after;
};
/* stmt_get - the prepared statement, from the connection's cache. */
MUST_USE enum rc stmt_get(struct conn *c, const struct stmt_pick *pick, struct stmt **out, struct fail *f);
/* stmt_done - resets it; drops it when it was a passing one. */
void stmt_done(struct conn *c, struct stmt *st);
/* stmt_compose - SQL text for the driver with chosen fragments; types: letters of all its parameters; both taken from the arena. */
struct stmt_text {
    struct span sql;
    const char *types;
};
MUST_USE enum rc stmt_compose(struct arena *a, const struct sql_stmt *def, enum sql_driver kind,
                              const struct stmt_pick *pick, struct stmt_text *out, struct fail *f);
/* conn_drop_statements - finalizes all; before close. conn_end_cursors - resets what a caller left open, saying so in the log. */
void conn_drop_statements(struct conn *c);
void conn_end_cursors(struct conn *c);

#endif
