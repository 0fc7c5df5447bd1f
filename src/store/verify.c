/*
 * verify.c - proves the journal whole, on a snapshot and a connection of its own:
 *   1. every chain from its first row, in order of subject: sequence without gaps, hash over the row before;
 *   2. every row in order of position: no gap, seals (count, root, chain), and the digests of journalled rows, played into a
 *      temporary table that holds what the journal says last of each row;
 *   3. every journalled table against that table: a changed row, one that the journal does not know, one that is gone.
 */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

struct verifying {
    struct tx tx;
    void (*bad)(void *ctx, const char *table, const char *id, const char *why);
    void *ctx;
    struct verify_result r;
    void *put, *drop, *find, *mark; /* statements on the temporary table */
};

/* The statements below stand on a temporary table that is no part of the schema; they are the same in both databases but for the
 * spelling of parameters, which the driver's kind decides. */
/* style: allow sql because a temporary table is no part of the schema */
static const char make_table[] = "CREATE TEMP TABLE verify_row (t TEXT NOT NULL, k TEXT NOT NULL, digest BLOB, seen "
                                 "INTEGER NOT NULL, PRIMARY KEY (t, k))";
/* style: allow sql because a temporary table is no part of the schema */
static const char put_text[] = "INSERT INTO verify_row (t, k, digest, seen) VALUES (?1, ?2, ?3, 0) ON CONFLICT (t, k) "
                               "DO UPDATE SET digest = excluded.digest";
/* style: allow sql because a temporary table is no part of the schema */
static const char drop_text[] = "DELETE FROM verify_row WHERE t = ?1 AND k = ?2";
/* style: allow sql because a temporary table is no part of the schema */
static const char find_text[] = "SELECT digest FROM verify_row WHERE t = ?1 AND k = ?2";
/* style: allow sql because a temporary table is no part of the schema */
static const char mark_text[] = "UPDATE verify_row SET seen = 1 WHERE t = ?1 AND k = ?2";
/* style: allow sql because a temporary table is no part of the schema */
static const char rest_text[] = "SELECT k FROM verify_row WHERE t = ?1 AND seen = 0 ORDER BY k";

static void found(struct verifying *v, const char *table, const char *id, const char *why)
{
    v->r.faults++;
    v->bad(v->ctx, table, id, why);
}

static void journal_id(const struct journal_full *row, char out[256])
{
    (void)snprintf(out, 256, "%.*s/%.*s/%lld#%lld", SPAN_ARG(row->region_code), SPAN_ARG(row->subject_kind),
                   (long long)row->subject_id, (long long)row->seq);
}

/* ---- 1. chains ---------------------------------------------------------------------------------------------------------------------- */

struct chain {
    char region_code[64], subject_kind[64];
    int64_t subject_id, seq;
    unsigned char hash[HASH_BYTES];
    bool begun, broken;
};

static void enter_subject(struct chain *c, const struct journal_full *row)
{
    if (c->begun && span_is(row->region_code, c->region_code) && span_is(row->subject_kind, c->subject_kind) &&
        row->subject_id == c->subject_id)
        return;
    *c = (struct chain){.subject_id = row->subject_id, .begun = true};
    (void)snprintf(c->region_code, sizeof(c->region_code), "%.*s", SPAN_ARG(row->region_code));
    (void)snprintf(c->subject_kind, sizeof(c->subject_kind), "%.*s", SPAN_ARG(row->subject_kind));
}

static void check_link(struct verifying *v, struct chain *c, const struct journal_full *row, const unsigned char *hash,
                       bool hash_whole)
{
    const bool first = !c->begun;
    enter_subject(c, row);
    v->r.subjects += first || c->seq == 0;
    char id[256], why[96];
    journal_id(row, id);
    unsigned char want[HASH_BYTES];
    journal_row_hash(c->hash, row, want);
    if (!c->broken && row->seq != c->seq + 1) {
        (void)snprintf(why, sizeof(why), "rows before it are missing: %lld was expected", (long long)c->seq + 1);
        found(v, "journal", id, why);
        c->broken = true;
    } else if (!c->broken && (!hash_whole || memcmp(hash, want, HASH_BYTES) != 0)) {
        found(v, "journal", id, "its hash does not fit its fields and the row before it");
        c->broken = true; /* the first bad row of a chain is named, what follows from it is not */
    }
    c->seq = row->seq;
    if (hash_whole)
        memcpy(c->hash, hash, HASH_BYTES);
}

static enum rc check_chains(struct verifying *v, struct fail *f)
{
    struct rows r;
    struct chain c = {.begun = false};
    const enum rc rc = db_query(&v->tx, SQL_journal_by_subject, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&r)) {
        struct journal_full row;
        const unsigned char *hash;
        const bool whole = journal_full_read(&r, &row, &hash);
        v->r.journal_rows++;
        check_link(v, &c, &row, hash, whole);
    }
    return rows_end(&r);
}

/* ---- 2. order of position: seals and digests ------------------------------------------------------------------------------------------ */

struct sealing {
    struct rows rows;
    bool has;
    struct seal_row seal; /* the one whose window the walk is in */
    int64_t number;       /* expected next */
    unsigned char previous[HASH_BYTES];
    struct merkle tree;
};

static void seal_fault(struct verifying *v, const struct seal_row *s, const char *why)
{
    char id[24];
    (void)snprintf(id, sizeof(id), "%lld", (long long)s->number);
    found(v, "journal_seal", id, why);
}

static void next_seal(struct verifying *v, struct sealing *k)
{
    merkle_init(&k->tree);
    k->has = rows_next(&k->rows);
    if (!k->has)
        return;
    v->r.seals++;
    const bool whole = seal_row_read(&k->rows, &k->seal);
    unsigned char want[HASH_BYTES];
    seal_hash(&k->seal, want);
    if (k->seal.number != k->number)
        seal_fault(v, &k->seal, "a seal before it is missing");
    else if (!whole || memcmp(k->seal.previous, k->previous, HASH_BYTES) != 0)
        seal_fault(v, &k->seal, "is not chained to the seal before it");
    else if (memcmp(want, k->seal.hash, HASH_BYTES) != 0)
        seal_fault(v, &k->seal, "its hash does not fit its fields");
    k->number = k->seal.number + 1;
    memcpy(k->previous, k->seal.hash, HASH_BYTES);
}

static void close_seal(struct verifying *v, struct sealing *k)
{
    unsigned char root[HASH_BYTES];
    merkle_root(&k->tree, root);
    if (k->tree.count != k->seal.row_count) {
        char why[96];
        (void)snprintf(why, sizeof(why), "journal rows were removed or added: %lld stood here, %lld are left",
                       (long long)k->seal.row_count, (long long)k->tree.count);
        seal_fault(v, &k->seal, why);
    } else if (memcmp(root, k->seal.root, HASH_BYTES) != 0) {
        seal_fault(v, &k->seal, "journal rows under it were changed");
    }
    next_seal(v, k);
}

static enum rc run_bound(struct verifying *v, void *handle, const struct db_val *vals, int n, struct fail *f)
{
    struct conn *const c = v->tx.c;
    bool row = true;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = c->d->bind(c, handle, i + 1, &vals[i], false);
    while (rc == RC_OK && row)
        rc = c->d->step(c, handle, &row, f);
    c->d->reset(c, handle);
    return rc;
}

static enum rc play_digests(struct verifying *v, const struct journal_full *row, struct fail *f)
{
    struct span rest = row->row_digests;
    struct row_entry e;
    enum rc rc = RC_OK;
    while (rc == RC_OK && rest.len > 0 && row_log_next(&rest, &e)) {
        const struct db_val vals[3] = {DB_T(e.table), DB_T(e.key),
                                       DB_B(((struct span){e.put ? (const char *)e.digest : "", ROW_DIGEST_BYTES}))};
        rc = run_bound(v, e.put ? v->put : v->drop, vals, e.put ? 3 : 2, f);
    }
    if (rc == RC_OK && rest.len > 0) {
        char id[256];
        journal_id(row, id);
        found(v, "journal", id, "its list of row digests is damaged");
    }
    return rc;
}

static enum rc walk_positions(struct verifying *v, struct rows *r, struct sealing *k, struct fail *f)
{
    enum rc rc = RC_OK;
    int64_t position = 0;
    while (rc == RC_OK && rows_next(r)) {
        struct journal_full row;
        const unsigned char *hash;
        const bool whole = journal_full_read(r, &row, &hash);
        if (v->tx.c->d->kind == SQL_SQLITE && row.position != position + 1) {
            char id[64];
            (void)snprintf(id, sizeof(id), "position %lld", (long long)position + 1);
            found(v, "journal", id, "rows are missing from here on");
        }
        position = row.position;
        while (k->has && row.position > k->seal.to_position)
            close_seal(v, k);
        static const unsigned char none[HASH_BYTES];
        if (k->has)
            merkle_add(&k->tree, whole ? hash : none);
        rc = play_digests(v, &row, f);
    }
    return rc;
}

static enum rc check_positions(struct verifying *v, struct fail *f)
{
    struct rows r;
    struct sealing *const k = ARENA_NEW(v->tx.a, struct sealing);
    if (k == NULL)
        return fail_store(f, RC_LIMIT, "verify", "arena");
    enum rc rc = db_query(&v->tx, SQL_seal_all, DB_ARGS(DB_I(0), DB_I(INT64_MAX)), &k->rows, f);
    if (rc != RC_OK)
        return rc;
    k->number = 1;
    next_seal(v, k);
    rc = db_query(&v->tx, SQL_journal_by_position, DB_ARGS(DB_I(0), DB_I(INT64_MAX)), &r, f);
    if (rc == RC_OK) {
        rc = walk_positions(v, &r, k, f);
        const enum rc end = rows_end(&r);
        rc = rc == RC_OK ? end : rc;
    }
    while (rc == RC_OK && k->has)
        close_seal(v, k);
    const enum rc end = rows_end(&k->rows);
    return rc == RC_OK ? end : rc;
}

/* ---- 3. tables ------------------------------------------------------------------------------------------------------------------------- */

static struct db_val value_at(struct conn *c, void *handle, int col)
{
    switch (c->d->type(handle, col)) {
    case DB_INT:
        return DB_I(c->d->get_int(handle, col));
    case DB_REAL:
        return DB_D(c->d->get_real(handle, col));
    case DB_TEXT:
        return DB_T(c->d->get_text(handle, col));
    case DB_BLOB:
        return DB_B(c->d->get_blob(handle, col));
    default:
        return DB_N;
    }
}

/* Compares one row with what the journal says last of it. */
static enum rc check_row(struct verifying *v, const struct sql_table *t, const struct db_val *vals, struct fail *f)
{
    struct conn *const c = v->tx.c;
    struct db_val keys[32];
    int cols[32];
    const int n = row_key_columns(t, cols);
    for (int i = 0; i < n; i++)
        keys[i] = vals[cols[i]];
    struct sb key;
    sb_init(&key, 1u << 16);
    row_key(keys, n, &key);
    unsigned char digest[ROW_DIGEST_BYTES];
    row_digest(t, vals, digest);
    const struct db_val find[2] = {DB_S(t->name), DB_T(sb_span(&key))};
    bool row = false;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < 2; i++)
        rc = c->d->bind(c, v->find, i + 1, &find[i], false);
    if (rc == RC_OK)
        rc = c->d->step(c, v->find, &row, f);
    if (rc == RC_OK && !row) {
        found(v, t->name, sb_span(&key).ptr, "the journal does not know this row");
    } else if (rc == RC_OK) {
        const struct span want = c->d->get_blob(v->find, 0);
        if (want.len != ROW_DIGEST_BYTES || memcmp(want.ptr, digest, ROW_DIGEST_BYTES) != 0)
            found(v, t->name, sb_span(&key).ptr, "the row is not as the journal last recorded it");
    }
    c->d->reset(c, v->find);
    if (rc == RC_OK && row)
        rc = run_bound(v, v->mark, find, 2, f);
    sb_release(&key);
    return rc;
}

static enum rc missing_rows(struct verifying *v, const struct sql_table *t, struct fail *f)
{
    struct conn *const c = v->tx.c;
    void *handle = NULL;
    bool row = true;
    const struct db_val name = DB_S(t->name);
    enum rc rc = c->d->prepare(c, span_of(rest_text), &handle, f);
    if (rc == RC_OK)
        rc = c->d->bind(c, handle, 1, &name, false);
    while (rc == RC_OK && row) {
        rc = c->d->step(c, handle, &row, f);
        if (rc == RC_OK && row)
            found(v, t->name, c->d->get_text(handle, 0).ptr, "the row is gone, without a journal entry");
    }
    c->d->finalize(c, handle);
    return rc;
}

static enum rc check_table(struct verifying *v, const struct sql_table *t, struct fail *f)
{
    struct conn *const c = v->tx.c;
    struct sb sb;
    sb_init(&sb, 1u << 16);
    for (int i = 0; i < t->n_columns; i++)
        /* style: allow sql because all columns of a table of the catalogue, by its own names */
        sb_addf(&sb, "%s%s", i ? ", " : "SELECT ", t->columns[i].name);
    sb_addf(&sb, " FROM %s", t->name);
    void *handle = NULL;
    struct db_val *const vals = ARENA_ARRAY(v->tx.a, (size_t)t->n_columns, struct db_val);
    enum rc rc = vals == NULL || sb_rc(&sb) != RC_OK ? fail_store(f, RC_LIMIT, "verify", t->name)
                                                     : c->d->prepare(c, sb_span(&sb), &handle, f);
    bool row = true;
    while (rc == RC_OK && row) {
        rc = c->d->step(c, handle, &row, f);
        if (rc != RC_OK || !row)
            break;
        for (int i = 0; i < t->n_columns; i++)
            vals[i] = value_at(c, handle, i);
        rc = check_row(v, t, vals, f);
    }
    c->d->finalize(c, handle);
    sb_release(&sb);
    return rc == RC_OK ? missing_rows(v, t, f) : rc;
}

/* ---- all ---------------------------------------------------------------------------------------------------------------------------------- */

static enum rc prepare_all(struct verifying *v, struct fail *f)
{
    struct conn *const c = v->tx.c;
    const struct {
        const char *text;
        void **handle;
    } all[] = {{put_text, &v->put}, {drop_text, &v->drop}, {find_text, &v->find}, {mark_text, &v->mark}};
    enum rc rc = c->d->script(c, make_table, f);
    for (size_t i = 0; rc == RC_OK && i < sizeof(all) / sizeof(all[0]); i++)
        rc = c->d->prepare(c, span_of(all[i].text), all[i].handle, f);
    return rc;
}

static enum rc verify_all(struct verifying *v, struct fail *f)
{
    struct conn *const c = v->tx.c;
    enum rc rc = prepare_all(v, f);
    if (rc == RC_OK)
        rc = c->d->order(c, CONN_BEGIN_READ, f);
    if (rc == RC_OK)
        rc = check_chains(v, f);
    if (rc == RC_OK)
        rc = check_positions(v, f);
    for (int i = 0; rc == RC_OK && i < c->s->catalog->n_tables; i++)
        if (c->s->catalog->tables[i].flags & SQL_TABLE_JOURNALLED)
            rc = check_table(v, &c->s->catalog->tables[i], f);
    void *const handles[] = {v->put, v->drop, v->find, v->mark};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
        c->d->finalize(c, handles[i]);
    conn_end_cursors(c);
    struct fail ignored;
    if (c->d->in_tx(c))
        (void)c->d->order(c, CONN_ROLLBACK, &ignored);
    return rc;
}

static void say_nothing(void *ctx, const char *table, const char *id, const char *why)
{
    (void)ctx;
    (void)table;
    (void)id;
    (void)why;
}

enum rc store_verify(struct store *s, void (*bad)(void *ctx, const char *table, const char *id, const char *why),
                     void *ctx, struct verify_result *out, struct fail *f)
{
    struct conn *c = NULL;
    enum rc rc = s->d->open(s, CONN_VERIFY, &c, f);
    if (rc != RC_OK)
        return rc;
    bad = bad == NULL ? say_nothing : bad;
    struct verifying v = {.bad = bad, .ctx = ctx};
    struct arena *const a = arena_new(REQUEST_ARENA_BYTES);
    tx_init(&v.tx, s, c, a, NULL);
    v.tx.now_us = clock_now_us(&s->clock);
    rc = verify_all(&v, f);
    s->d->close(c);
    arena_free(a);
    int64_t file_faults = 0;
    if (rc == RC_OK)
        rc = files_check(s, bad, ctx, &v.r.files, &file_faults, f);
    v.r.faults += file_faults;
    if (rc == RC_OK)
        *out = v.r;
    return rc;
}
