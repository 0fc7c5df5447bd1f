/*
 * journal.c - the journal: entries of a command are kept until it ends and then written with the digests of the rows that it
 * changed, so that one hash covers both. Heads of recent subjects are kept in memory by the writer: an append costs no read.
 */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "store/store_int.h"

#define JOURNAL_VERSION 1

/* ---- hashing ------------------------------------------------------------------------------------------------------------------ */

static void put_int(struct hashing *h, int64_t n)
{
    hash_add_u64(h, 8); /* its length, as for every field */
    hash_add_u64(h, (uint64_t)n);
}

static void put_span(struct hashing *h, struct span s)
{
    hash_add_u64(h, s.len);
    hash_add(h, s.ptr, s.len);
}

void journal_row_hash(const unsigned char previous[HASH_BYTES], const struct journal_full *row,
                      unsigned char out[HASH_BYTES])
{
    struct hashing h;
    const unsigned char version = JOURNAL_VERSION;
    hash_begin(&h, HASH_BYTES);
    hash_add(&h, &version, 1);
    hash_add(&h, previous, HASH_BYTES);
    put_span(&h, row->region_code);
    put_span(&h, row->subject_kind);
    put_int(&h, row->subject_id);
    put_int(&h, row->seq);
    put_int(&h, row->at_us);
    put_int(&h, row->actor_id);
    put_span(&h, row->role);
    put_span(&h, row->verb);
    put_span(&h, row->change);
    put_span(&h, row->row_digests);
    hash_end(&h, out);
}

bool journal_full_read(struct rows *r, struct journal_full *out, const unsigned char **hash)
{
    *out = (struct journal_full){
        .position = rows_int(r, 0),
        .region_code = rows_text(r, 1),
        .subject_kind = rows_text(r, 2),
        .subject_id = rows_int(r, 3),
        .seq = rows_int(r, 4),
        .at_us = rows_int(r, 5),
        .actor_id = rows_int(r, 6),
        .role = rows_text(r, 7),
        .verb = rows_text(r, 8),
        .change = rows_text(r, 9),
        .row_digests = rows_blob(r, 10),
    };
    const struct span h = rows_blob(r, 11);
    *hash = (const unsigned char *)h.ptr;
    return h.len == HASH_BYTES;
}

/* ---- heads ----------------------------------------------------------------------------------------------------------------------- */

static bool same_subject(const struct journal_entry *a, const char *region_code, const char *kind, int64_t id)
{
    return a->subject_id == id && strcmp(a->region_code, region_code) == 0 && strcmp(a->subject_kind, kind) == 0;
}

static struct head *head_slot(struct store *s, const struct journal_entry *e)
{
    uint64_t h = (uint64_t)e->subject_id * 0x9e3779b97f4a7c15u;
    for (const char *p = e->region_code; *p; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    for (const char *p = e->subject_kind; *p; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3u;
    return &s->heads[(h >> 20) & (HEADS - 1)];
}

static bool head_holds(const struct head *h, const struct journal_entry *e)
{
    return h->used && same_subject(e, h->region_code, h->subject_kind, h->subject_id);
}

static enum rc head_find(struct tx *tx, const struct journal_entry *e, struct head *out, struct fail *f)
{
    const struct head *const kept = head_slot(tx->s, e);
    if (head_holds(kept, e)) {
        *out = *kept;
        return RC_OK;
    }
    *out = (struct head){.seq = 0};
    struct rows r;
    enum rc rc = db_query(tx, SQL_journal_head,
                          DB_ARGS(DB_S(e->region_code), DB_S(e->subject_kind), DB_I(e->subject_id)), &r, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&r)) {
        const struct span hash = rows_blob(&r, 1);
        out->seq = rows_int(&r, 0);
        if (hash.len == HASH_BYTES)
            memcpy(out->hash, hash.ptr, HASH_BYTES);
    }
    return rows_end(&r);
}

static void head_keep(struct store *s, const struct journal_entry *e, int64_t seq, const unsigned char hash[HASH_BYTES])
{
    struct head *const h = head_slot(s, e);
    (void)snprintf(h->region_code, sizeof(h->region_code), "%s", e->region_code);
    (void)snprintf(h->subject_kind, sizeof(h->subject_kind), "%s", e->subject_kind);
    h->subject_id = e->subject_id;
    h->seq = seq;
    memcpy(h->hash, hash, HASH_BYTES);
    h->used = true;
}

/* ---- appending -------------------------------------------------------------------------------------------------------------------- */

static const struct pending *pending_of(const struct tx *tx, const struct journal_entry *e)
{
    for (const struct pending *p = tx->last; p != NULL; p = p->before)
        if (same_subject(e, p->e.region_code, p->e.subject_kind, p->e.subject_id))
            return p;
    return NULL;
}

static bool keep_strings(struct tx *tx, struct pending *p, const struct journal_entry *e)
{
    p->e = (struct journal_entry){
        .region_code = span_cstr(tx->a, span_of(e->region_code)),
        .subject_kind = span_cstr(tx->a, span_of(e->subject_kind)),
        .subject_id = e->subject_id,
        .verb = span_cstr(tx->a, span_of(e->verb)),
        .change = e->change.len ? span_dup(tx->a, e->change) : SPAN("{}"),
    };
    return p->e.region_code != NULL && p->e.subject_kind != NULL && p->e.verb != NULL && p->e.change.ptr != NULL;
}

enum rc journal_append(struct tx *tx, const struct journal_entry *e, int64_t *seq_out, struct fail *f)
{
    if (!tx->write)
        return fail_store(f, RC_INTERNAL, "journal_append", "in a read transaction");
    if (e->region_code == NULL || e->subject_kind == NULL || e->verb == NULL ||
        strlen(e->region_code) >= sizeof(((struct head *)0)->region_code) ||
        strlen(e->subject_kind) >= sizeof(((struct head *)0)->subject_kind))
        return fail_store(f, RC_INTERNAL, "journal_append", "region, kind or verb missing or too long");
    if (e->change.len > JOURNAL_CHANGE_BYTES_MAX) {
        char max[24];
        (void)snprintf(max, sizeof(max), "%u", JOURNAL_CHANGE_BYTES_MAX);
        return fail_set(f, RC_LIMIT, MSG_journal_change_long, NULL, max, NULL);
    }
    struct pending *const p = ARENA_NEW(tx->a, struct pending);
    if (p == NULL || !keep_strings(tx, p, e))
        return fail_store(f, RC_LIMIT, "journal_append", "arena");
    const struct pending *const earlier = pending_of(tx, e);
    if (earlier != NULL) {
        p->seq = earlier->seq + 1;
    } else {
        struct head head;
        const enum rc rc = head_find(tx, e, &head, f);
        if (rc != RC_OK)
            return rc;
        p->seq = head.seq + 1;
        memcpy(p->previous, head.hash, HASH_BYTES);
        p->is_first = true;
    }
    p->before = tx->last;
    if (tx->last != NULL)
        tx->last->next = p;
    else
        tx->first = p;
    tx->last = p;
    tx->pending++;
    if (seq_out != NULL)
        *seq_out = p->seq;
    return RC_OK;
}

static enum rc write_pending(struct tx *tx, const struct pending *p, struct span digests, struct fail *f)
{
    struct journal_full row = {
        .region_code = span_of(p->e.region_code),
        .subject_kind = span_of(p->e.subject_kind),
        .subject_id = p->e.subject_id,
        .seq = p->seq,
        .at_us = tx->now_us,
        .actor_id = tx->actor.principal_id,
        .role = span_of(tx->actor.role),
        .verb = span_of(p->e.verb),
        .change = p->e.change,
        .row_digests = digests,
    };
    unsigned char hash[HASH_BYTES];
    struct head head; /* of an entry before it in this command, unless it is the first of its subject */
    if (!p->is_first) {
        const enum rc rc = head_find(tx, &p->e, &head, f);
        if (rc != RC_OK)
            return rc;
    }
    tx->flushed = tx->s->heads_moved = true;
    journal_row_hash(p->is_first ? p->previous : head.hash, &row, hash);
    const enum rc rc =
        db_exec(tx, SQL_journal_insert,
                DB_ARGS(DB_T(row.region_code), DB_T(row.subject_kind), DB_I(row.subject_id), DB_I(row.seq),
                        DB_I(row.at_us), DB_I(row.actor_id), DB_T(row.role), DB_T(row.verb), DB_T(row.change),
                        DB_B(digests), DB_B(((struct span){(const char *)hash, HASH_BYTES}))),
                NULL, f);
    if (rc == RC_OK)
        head_keep(tx->s, &p->e, p->seq, hash);
    return rc;
}

enum rc journal_flush(struct tx *tx, struct fail *f)
{
    struct row_log *const log = &tx->s->rows;
    if (sb_rc(&log->sb) != RC_OK)
        return fail_store(f, RC_LIMIT, "journal", "the command changes too many journalled rows");
    const struct span digests = sb_span(&log->sb);
    if (tx->first == NULL && digests.len > 0)
        return fail_set(f, RC_INTERNAL, MSG_journal_missing, NULL, log->first_table, NULL);
    enum rc rc = RC_OK;
    for (const struct pending *p = tx->first; rc == RC_OK && p != NULL; p = p->next)
        rc = write_pending(tx, p, p->next == NULL && digests.len > 0 ? digests : SPAN_NONE, f);
    return rc;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

/* Entries of the running command come after what is stored. */
static bool read_pending(const struct tx *tx, const struct journal_row *of, int64_t after,
                         bool (*cb)(const struct journal_row *row, void *ctx), void *ctx)
{
    for (const struct pending *p = tx->first; p != NULL; p = p->next) {
        if (!same_subject(&p->e, of->region_code, of->subject_kind, of->subject_id) || p->seq <= after)
            continue;
        struct journal_row row = *of;
        row.seq = p->seq;
        row.at_us = tx->now_us;
        row.actor_id = tx->actor.principal_id;
        row.role = tx->actor.role;
        row.verb = p->e.verb;
        row.change = p->e.change;
        if (!cb(&row, ctx))
            return false;
    }
    return true;
}

static void fill_row(struct tx *tx, struct rows *r, int col, struct journal_row *row)
{
    row->seq = rows_int(r, col);
    row->at_us = rows_int(r, col + 1);
    row->actor_id = rows_int(r, col + 2);
    row->role = span_cstr(tx->a, rows_text(r, col + 3));
    row->verb = span_cstr(tx->a, rows_text(r, col + 4));
    row->change = rows_text(r, col + 5);
}

/* style: allow parameters because store.h states them so: a subject, where to begin, a callback */
enum rc journal_read(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                     int64_t after, int limit, bool (*cb)(const struct journal_row *row, void *ctx), void *ctx,
                     struct fail *f)
{
    struct rows r;
    struct journal_row row = {.region_code = region_code, .subject_kind = subject_kind, .subject_id = subject_id};
    enum rc rc =
        db_query(tx, SQL_journal_of_subject,
                 DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id), DB_I(after), DB_I(limit)), &r, f);
    if (rc != RC_OK)
        return rc;
    bool more = true;
    int n = 0;
    while (more && rows_next(&r)) {
        fill_row(tx, &r, 0, &row);
        if (row.role == NULL || row.verb == NULL) {
            rc = fail_store(f, RC_LIMIT, "journal_read", "arena");
            break;
        }
        n++;
        more = cb(&row, ctx);
    }
    const enum rc end = rows_end(&r);
    if (rc == RC_OK && end == RC_OK && more && n < limit)
        (void)read_pending(tx, &row, after, cb, ctx);
    return rc != RC_OK ? rc : end;
}

enum rc journal_tail(struct tx *tx, int64_t after_position, int limit,
                     bool (*cb)(const struct journal_row *row, int64_t position, void *ctx), void *ctx, struct fail *f)
{
    struct rows r;
    enum rc rc = db_query(tx, SQL_journal_by_position, DB_ARGS(DB_I(after_position), DB_I(limit)), &r, f);
    if (rc != RC_OK)
        return rc;
    bool more = true;
    while (rc == RC_OK && more && rows_next(&r)) {
        struct journal_row row;
        row.region_code = span_cstr(tx->a, rows_text(&r, 1));
        row.subject_kind = span_cstr(tx->a, rows_text(&r, 2));
        row.subject_id = rows_int(&r, 3);
        fill_row(tx, &r, 4, &row);
        if (row.region_code == NULL || row.subject_kind == NULL || row.role == NULL || row.verb == NULL)
            rc = fail_store(f, RC_LIMIT, "journal_tail", "arena");
        else
            more = cb(&row, rows_int(&r, 0), ctx);
    }
    const enum rc end = rows_end(&r);
    return rc != RC_OK ? rc : end;
}

static enum rc read_position(struct tx *tx, void *ctx, struct fail *f)
{
    int64_t *out = ctx;
    struct rows r;
    enum rc rc = db_one(tx, SQL_journal_last, DB_NO_ARGS, &r, f);
    *out = 0;
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    *out = rows_int(&r, 0);
    return rows_end(&r);
}

enum rc journal_position(struct store *s, int64_t *out, struct fail *f)
{
    static const struct actor system = {.role = "system", .region_code = "000000"};
    struct arena *a = arena_new(REQUEST_ARENA_BYTES);
    enum rc rc = store_read(s, &system, a, read_position, out, f);
    arena_free(a);
    return rc;
}
