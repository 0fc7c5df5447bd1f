/*
 * sqlite_watch.c - each row that the writer adds, changes or removes in a journalled table goes into the row log. SQLite tells of it by its
 * pre-update hook, on the writer's connection alone: nothing of it stands in the file, and a row costs no trigger program. The hook comes
 * after all constraints have been checked, right before the row is written.
 */
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "store/store_int.h"

#define WATCH_COLUMNS_MAX 120

struct watched {
    const struct sql_table *table;
    int *place; /* of each of the catalogue's columns in the database, which may have them in another order */
};
struct watch {
    struct row_log *log;
    struct watched *tables; /* by name */
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct watched *)a)->table->name, ((const struct watched *)b)->table->name);
}

static int name_against(const void *name, const void *of)
{
    return strcmp(name, ((const struct watched *)of)->table->name);
}

/* A real that is whole is kept as an integer: here it is a real again, as a SELECT gives it. */
static struct db_val value_of(sqlite3_value *v, char column_type)
{
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER:
        return column_type == 'r' ? DB_D(sqlite3_value_double(v)) : DB_I(sqlite3_value_int64(v));
    case SQLITE_FLOAT:
        return DB_D(sqlite3_value_double(v));
    case SQLITE_TEXT: {
        const char *const p = (const char *)sqlite3_value_text(v);
        return DB_T(((struct span){p, (size_t)sqlite3_value_bytes(v)}));
    }
    case SQLITE_BLOB: {
        const void *const p = sqlite3_value_blob(v);
        return DB_B(((struct span){p == NULL ? "" : p, (size_t)sqlite3_value_bytes(v)}));
    }
    default:
        return DB_N;
    }
}

typedef int get_fn(sqlite3 *db, int column, sqlite3_value **out);

static bool get_column(sqlite3 *db, const struct watched *w, int column, get_fn *get, struct db_val *out)
{
    sqlite3_value *v = NULL;
    if (get(db, w->place[column], &v) != SQLITE_OK)
        return false;
    *out = value_of(v, w->table->columns[column].type);
    return true;
}

static bool get_row(sqlite3 *db, const struct watched *w, struct db_val *vals)
{
    for (int i = 0; i < w->table->n_columns; i++)
        if (!get_column(db, w, i, sqlite3_preupdate_new, &vals[i]))
            return false;
    return true;
}

/* The key as it was; *changed: not the same as in vals (NULL: do not compare). */
static bool get_key(sqlite3 *db, const struct watched *w, struct db_val *keys, const struct db_val *vals, bool *changed)
{
    int columns[32];
    const int n = row_key_columns(w->table, columns);
    *changed = false;
    for (int i = 0; i < n; i++) {
        if (!get_column(db, w, columns[i], sqlite3_preupdate_old, &keys[i]))
            return false;
        if (vals == NULL)
            continue;
        const struct db_val *const is = &vals[columns[i]];
        *changed = *changed || is->type != keys[i].type || is->i != keys[i].i || is->d < keys[i].d ||
                   is->d > keys[i].d || !span_eq(is->s, keys[i].s);
    }
    return true;
}

/* style: allow parameters because SQLite states them so */
static void on_change(void *ctx, sqlite3 *db, int op, const char *schema, const char *name, sqlite3_int64 was,
                      sqlite3_int64 is)
{
    const struct watch *const watch = ctx;
    const struct watched *const w = bsearch(name, watch->tables, watch->n, sizeof(*watch->tables), name_against);
    struct db_val vals[WATCH_COLUMNS_MAX], keys[32];
    bool changed = false;
    (void)was;
    (void)is;
    if (w == NULL || strcmp(schema, "main") != 0)
        return;
    bool whole = op == SQLITE_DELETE || get_row(db, w, vals);
    if (op != SQLITE_INSERT)
        whole = whole && get_key(db, w, keys, op == SQLITE_UPDATE ? vals : NULL, &changed);
    if (!whole) {
        watch->log->sb.full = true; /* no memory: the command is refused */
        return;
    }
    if (op == SQLITE_DELETE || changed)
        row_log_drop(watch->log, w->table, keys);
    if (op != SQLITE_DELETE)
        row_log_put(watch->log, w->table, vals);
}

static enum rc find_places(sqlite3 *db, struct conn *c, struct watched *w, struct fail *f)
{
    const struct sql_table *const t = w->table;
    struct sb sb;
    sqlite3_stmt *st = NULL;
    int found = 0;
    w->place = ARENA_ARRAY(c->a, (size_t)t->n_columns, int);
    if (w->place == NULL || t->n_columns > WATCH_COLUMNS_MAX)
        return fail_store(f, RC_INTERNAL, t->name, "too many columns for a journalled table");
    sb_init(&sb, 4096);
    /* style: allow sql because the name is the catalogue's own, and the statement is never run: it tells the columns' order */
    sb_addf(&sb, "SELECT * FROM main.%s", t->name);
    const int code = sqlite3_prepare_v2(db, sb_span(&sb).ptr, -1, &st, NULL);
    for (int i = 0; code == SQLITE_OK && i < t->n_columns; i++)
        for (int k = 0; k < sqlite3_column_count(st); k++)
            if (strcmp(sqlite3_column_name(st, k), t->columns[i].name) == 0) {
                w->place[i] = k;
                found++;
            }
    (void)sqlite3_finalize(st);
    sb_release(&sb);
    return found == t->n_columns ? RC_OK : fail_store(f, RC_INTERNAL, t->name, "is not as the catalogue has it");
}

enum rc sqlite_watch(struct sqlite3 *db, struct conn *c, struct row_log *log, struct fail *f)
{
    const struct sql_catalog *const catalog = c->s->catalog;
    struct watch *const watch = ARENA_NEW(c->a, struct watch);
    ensure(watch != NULL);
    watch->log = log;
    watch->tables = ARENA_ARRAY(c->a, (size_t)catalog->n_tables + 1, struct watched);
    ensure(watch->tables != NULL);
    if (!sqlite3_compileoption_used("ENABLE_PREUPDATE_HOOK"))
        return fail_store(f, RC_INTERNAL, "watch", "this SQLite has no pre-update hook");
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < catalog->n_tables; i++) {
        if (!(catalog->tables[i].flags & SQL_TABLE_JOURNALLED))
            continue;
        watch->tables[watch->n].table = &catalog->tables[i];
        rc = find_places(db, c, &watch->tables[watch->n++], f);
    }
    qsort(watch->tables, watch->n, sizeof(*watch->tables), by_name);
    (void)sqlite3_preupdate_hook(db, on_change, watch);
    return rc;
}
