/* db.c - statements and cursors for everybody: checks the arguments against the statement's header, then hands on to the driver. */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

enum rc fail_store(struct fail *f, enum rc rc, const char *what, const char *detail)
{
    const enum msg msg = rc == RC_LIMIT       ? MSG_memory_limit
                         : rc == RC_BUSY      ? MSG_store_busy
                         : rc == RC_READ_ONLY ? MSG_store_read_only
                                              : MSG_store_internal;
    (void)fail_set(f, rc, msg, NULL, NULL);
    fail_detail(f, "%s: %s", what, detail);
    if (rc == RC_INTERNAL)
        log_event(LOG_ERROR, "store.internal", LS("what", what), LS("detail", detail), LEND);
    return rc;
}

void tx_init(struct tx *tx, struct store *s, struct conn *c, struct arena *a, const struct actor *actor)
{
    *tx = (struct tx){.s = s, .c = c, .a = a};
    tx->actor = actor != NULL ? *actor : ACTOR_SYSTEM;
    if (tx->actor.role == NULL)
        tx->actor.role = tx->actor.principal_id == 0 ? "system" : "public";
    if (tx->actor.region_code == NULL)
        tx->actor.region_code = "000000";
}

struct arena *tx_arena(struct tx *tx)
{
    return tx->a;
}

int64_t tx_now_us(struct tx *tx)
{
    return tx->now_us;
}

const struct actor *tx_actor(struct tx *tx)
{
    return &tx->actor;
}

int64_t tx_new_id(struct tx *tx)
{
    return idgen_next(&tx->s->ids);
}

struct store *tx_store(struct tx *tx)
{
    return tx->s;
}

static enum rc misused(const struct stmt *st, int index, const char *why, struct fail *f)
{
    char what[160];
    (void)snprintf(what, sizeof(what), "%s, parameter %d", st->def->name, index + 1);
    return fail_store(f, RC_INTERNAL, what, why);
}

static const char *type_fault(char want, const struct db_val *v)
{
    const bool null = v->type == DB_NULL || ((v->type == DB_TEXT || v->type == DB_BLOB) && v->s.ptr == NULL);
    if (null)
        return want >= 'A' && want <= 'Z' ? NULL : "may not be NULL";
    switch (want | 0x20) {
    case 'i':
        return v->type == DB_INT ? NULL : "must be an integer";
    case 't':
        return v->type == DB_TEXT ? NULL : "must be text";
    case 'r':
        return v->type == DB_REAL ? NULL : "must be a real";
    default:
        return v->type == DB_BLOB ? NULL : "must be a blob";
    }
}

static enum rc bind_all(struct tx *tx, struct stmt *st, const struct db_val *args, int n, bool copy, struct fail *f)
{
    if (n != st->n_params)
        return misused(st, n, "wrong number of arguments", f);
    for (int i = 0; i < n; i++) {
        const char *const fault = type_fault(st->types[i], &args[i]);
        if (fault != NULL)
            return misused(st, i, fault, f);
        const enum rc rc = tx->c->d->bind(tx->c, st->handle, i + 1, &args[i], copy);
        if (rc != RC_OK)
            return misused(st, i, "cannot be bound", f);
    }
    return RC_OK;
}

static enum rc ready(struct tx *tx, const struct stmt_pick *pick, struct stmt **out, struct fail *f)
{
    const enum rc rc = stmt_get(tx->c, pick, out, f);
    if (rc != RC_OK)
        return rc;
    if (!tx->write && !((*out)->def->flags & SQL_READ))
        return fail_store(f, RC_INTERNAL, (*out)->def->name, "a write in a read transaction");
    if (tx->c->deadline_us != 0 && clock_mono_us() > tx->c->deadline_us)
        return fail_set(f, RC_BUSY, MSG_store_read_long, NULL, NULL);
    return RC_OK;
}

enum rc db_exec(struct tx *tx, enum sql_id id, const struct db_val *args, int n, int64_t *changed, struct fail *f)
{
    const struct stmt_pick pick = {.id = id};
    struct stmt *st;
    enum rc rc = ready(tx, &pick, &st, f);
    if (rc != RC_OK)
        return rc;
    rc = bind_all(tx, st, args, n, false, f);
    const bool writes = !(st->def->flags & SQL_READ);
    bool row = true;
    while (rc == RC_OK && row)
        rc = tx->c->d->step(tx->c, st->handle, &row, f);
    const int64_t n_changed = rc == RC_OK && writes ? tx->c->d->changes(tx->c) : 0;
    tx->wrote = tx->wrote || (writes && (rc != RC_OK || n_changed != 0));
    if (rc == RC_OK && changed != NULL)
        *changed = n_changed;
    stmt_done(tx->c, st);
    return rc;
}

static enum rc open_cursor(struct tx *tx, const struct stmt_pick *pick, const struct db_val *args, int n,
                           struct rows *rows, struct fail *f)
{
    *rows = (struct rows){.tx = tx, .f = f};
    struct stmt *st;
    enum rc rc = ready(tx, pick, &st, f);
    if (rc == RC_OK) {
        rc = bind_all(tx, st, args, n, true, f);
        if (rc == RC_OK) {
            st->busy = true;
            tx->wrote = tx->wrote || !(st->def->flags & SQL_READ); /* it changes with its first row */
            tx->c->open_cursors++;
            rows->stmt = st;
            rows->open = true;
        } else {
            stmt_done(tx->c, st);
        }
    }
    rows->rc = rc;
    return rc;
}

enum rc db_query(struct tx *tx, enum sql_id id, const struct db_val *args, int n, struct rows *rows, struct fail *f)
{
    const struct stmt_pick pick = {.id = id};
    return open_cursor(tx, &pick, args, n, rows, f);
}

/* style: allow parameters because store.h states them so: a statement, its choice, its arguments, the cursor */
enum rc db_list(struct tx *tx, enum sql_id id, uint32_t filters, int order, bool after, const struct db_val *args,
                int n, struct rows *rows, struct fail *f)
{
    const struct stmt_pick pick = {id, filters, order, after};
    return open_cursor(tx, &pick, args, n, rows, f);
}

bool rows_next(struct rows *r)
{
    if (!r->open || r->rc != RC_OK)
        return false;
    bool row = false;
    r->rc = r->tx->c->d->step(r->tx->c, ((struct stmt *)r->stmt)->handle, &row, r->f);
    if (row)
        return true;
    r->open = false;
    stmt_done(r->tx->c, r->stmt);
    return false;
}

enum rc rows_end(struct rows *r)
{
    if (r->open) {
        r->open = false;
        stmt_done(r->tx->c, r->stmt);
    }
    return r->rc;
}

enum rc db_one(struct tx *tx, enum sql_id id, const struct db_val *args, int n, struct rows *rows, struct fail *f)
{
    const enum rc rc = db_query(tx, id, args, n, rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(rows))
        return RC_OK;
    const enum rc end = rows_end(rows);
    if (end != RC_OK)
        return end;
    rows->rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    return RC_MISSING;
}

static void *handle_of(struct rows *r, int col)
{
    ensure(r->open);
    struct stmt *const st = r->stmt;
    ensure(col >= 0 && col < r->tx->c->d->columns(st->handle));
    return st->handle;
}

bool rows_is_null(struct rows *r, int col)
{
    return r->tx->c->d->type(handle_of(r, col), col) == DB_NULL;
}

int64_t rows_int(struct rows *r, int col)
{
    return r->tx->c->d->get_int(handle_of(r, col), col);
}

double rows_real(struct rows *r, int col)
{
    return r->tx->c->d->get_real(handle_of(r, col), col);
}

struct span rows_text(struct rows *r, int col)
{
    return r->tx->c->d->get_text(handle_of(r, col), col);
}

struct span rows_blob(struct rows *r, int col)
{
    return r->tx->c->d->get_blob(handle_of(r, col), col);
}

struct span rows_text_dup(struct rows *r, int col)
{
    const struct span s = rows_text(r, col);
    const struct span copy = s.ptr == NULL ? SPAN_NONE : span_dup(r->tx->a, s);
    if (s.ptr != NULL && copy.ptr == NULL) /* a lost text must not pass for NULL: the cursor ends with this failure */
        r->rc = fail_set(r->f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
    return copy;
}
