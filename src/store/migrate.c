/*
 * migrate.c - brings a database to this program's schema: refuses one that is newer or was made from other text, copies an
 * existing one first, then applies all that is missing in one transaction.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "store/store_int.h"

static void digest_of(const char *text, unsigned char out[HASH_BYTES])
{
    (void)crypto_generichash(out, HASH_BYTES, (const unsigned char *)text, strlen(text), NULL, 0);
}

/* Number of the schema part, or -1 when this program does not know it. */
static int part_of(const struct store *s, struct span room, int64_t version, struct span topic)
{
    for (int i = 0; i < s->catalog->n_schema; i++) {
        const struct sql_schema *const part = &s->catalog->schema[i];
        if (span_is(room, part->room) && version == part->version && span_is(topic, part->topic))
            return i;
    }
    return -1;
}

static enum rc check_part(struct tx *tx, struct rows *r, bool *applied, struct fail *f)
{
    const struct span room = rows_text(r, 0), topic = rows_text(r, 2), digest = rows_blob(r, 3);
    const int64_t version = rows_int(r, 1);
    const char *const name = span_cstr(tx->a, room);
    char number[24];
    (void)snprintf(number, sizeof(number), "%lld", (long long)version);
    const int i = part_of(tx->s, room, version, topic);
    if (i < 0)
        return fail_set(f, RC_INVALID, MSG_store_schema_newer, NULL, name, number, NULL);
    unsigned char want[HASH_BYTES];
    digest_of(tx->s->catalog->schema[i].ddl[tx->c->d->kind], want);
    if (digest.len != HASH_BYTES || memcmp(digest.ptr, want, HASH_BYTES) != 0)
        return fail_set(f, RC_INVALID, MSG_store_schema_edited, NULL, name, number, NULL);
    applied[i] = true;
    return RC_OK;
}

static enum rc read_applied(struct tx *tx, bool *applied, bool *exists, struct fail *f)
{
    struct rows r;
    enum rc rc = db_one(tx, SQL_schema_exists, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    *exists = rows_int(&r, 0) > 0;
    rc = rows_end(&r);
    if (rc != RC_OK || !*exists)
        return rc;
    rc = db_query(tx, SQL_schema_applied, DB_NO_ARGS, &r, f);
    while (rc == RC_OK && rows_next(&r))
        rc = check_part(tx, &r, applied, f);
    const enum rc end = rows_end(&r);
    return rc != RC_OK ? rc : end;
}

static enum rc apply(struct tx *tx, const struct sql_schema *part, struct fail *f)
{
    const char *const text = part->ddl[tx->c->d->kind];
    unsigned char digest[HASH_BYTES];
    digest_of(text, digest);
    const enum rc rc = tx->c->d->script(tx->c, text, f);
    if (rc != RC_OK) {
        log_event(LOG_ERROR, "store.schema_failed", LS("room", part->room), LS("topic", part->topic),
                  LI("version", part->version), LS("error", f->detail), LEND);
        return rc;
    }
    return db_exec(tx, SQL_schema_record,
                   DB_ARGS(DB_S(part->room), DB_I(part->version), DB_S(part->topic),
                           DB_B(((struct span){(const char *)digest, HASH_BYTES})), DB_I(tx->now_us)),
                   NULL, f);
}

static enum rc copy_before(struct store *s, struct conn *c, struct fail *f)
{
    char path[1024];
    (void)snprintf(path, sizeof(path), "%s/backup", s->data_dir);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "%s/backup/before-schema-%lld.db", s->data_dir,
                   (long long)clock_now_us(&s->clock));
    const enum rc rc = c->d->copy_to(c, path, NULL, NULL, f);
    if (rc == RC_OK)
        log_event(LOG_INFO, "store.copied_before_schema", LS("path", path), LEND);
    return rc;
}

static enum rc apply_missing(struct store *s, struct tx *tx, const bool *applied, struct fail *f)
{
    struct conn *const c = tx->c;
    enum rc rc = c->d->order(c, CONN_BEGIN_WRITE, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; rc == RC_OK && i < s->catalog->n_schema; i++)
        if (!applied[i])
            rc = apply(tx, &s->catalog->schema[i], f);
    if (rc == RC_OK)
        rc = c->d->order(c, CONN_COMMIT, f);
    if (rc != RC_OK && c->d->in_tx(c)) {
        struct fail ignored;
        (void)c->d->order(c, CONN_ROLLBACK, &ignored);
    }
    return rc;
}

enum rc migrate(struct store *s, struct conn *c, struct fail *f)
{
    struct arena *const a = arena_new((size_t)16 << 20);
    bool *const applied = ARENA_ARRAY(a, (size_t)s->catalog->n_schema + 1, bool);
    struct tx tx;
    tx_init(&tx, s, c, a, NULL);
    tx.now_us = clock_now_us(&s->clock);
    tx.write = true;
    bool exists = false, missing = false;
    enum rc rc = read_applied(&tx, applied, &exists, f);
    for (int i = 0; i < s->catalog->n_schema; i++)
        missing |= !applied[i];
    if (rc == RC_OK && missing && s->o.read_only)
        rc = fail_set(f, RC_INVALID, MSG_store_unreadable, NULL, s->database, NULL);
    if (rc == RC_OK && missing && !s->o.read_only) {
        if (exists)
            rc = copy_before(s, c, f);
        if (rc == RC_OK)
            rc = apply_missing(s, &tx, applied, f);
    }
    conn_drop_statements(c);
    arena_free(a);
    return rc;
}
