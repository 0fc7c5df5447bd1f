/*
 * seals.c - seals of the journal: each holds the count and the Merkle root of the rows since the one before, as far as their
 * time lies more than SEAL_AGE_US back, and is chained to it. Whoever keeps an exported seal can tell later that no row before
 * it was removed, added or changed, even by one who can rewrite chains. Windows without rows get no seal.
 *
 * Tree: leaf = H(0 ‖ row hash), node = H(1 ‖ left ‖ right), an unpaired node moves up; H is BLAKE2b-256.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/store_int.h"

#define SEAL_VERSION 1
#define SEAL_ROWS_MAX 200000 /* rows of one seal; more rows make more seals */

static void node_hash(unsigned char tag, const unsigned char *left, const unsigned char *right,
                      unsigned char out[HASH_BYTES])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, HASH_BYTES);
    (void)crypto_generichash_update(&h, &tag, 1);
    (void)crypto_generichash_update(&h, left, HASH_BYTES);
    if (right != NULL)
        (void)crypto_generichash_update(&h, right, HASH_BYTES);
    (void)crypto_generichash_final(&h, out, HASH_BYTES);
}

void merkle_init(struct merkle *m)
{
    memset(m, 0, sizeof(*m));
}

void merkle_add(struct merkle *m, const unsigned char leaf[HASH_BYTES])
{
    unsigned char node[HASH_BYTES];
    node_hash(0, leaf, NULL, node);
    int height = 0;
    for (; m->has[height]; height++) {
        node_hash(1, m->node[height], node, node);
        m->has[height] = false;
    }
    memcpy(m->node[height], node, HASH_BYTES);
    m->has[height] = true;
    m->count++;
}

void merkle_root(const struct merkle *m, unsigned char out[HASH_BYTES])
{
    bool some = false;
    memset(out, 0, HASH_BYTES);
    for (int height = 0; height < 64; height++) {
        if (!m->has[height])
            continue;
        if (some)
            node_hash(1, m->node[height], out, out);
        else
            memcpy(out, m->node[height], HASH_BYTES);
        some = true;
    }
}

void seal_hash(const struct seal_row *seal, unsigned char out[HASH_BYTES])
{
    const int64_t numbers[5] = {seal->number, seal->from_us, seal->to_us, seal->to_position, seal->row_count};
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, HASH_BYTES);
    const unsigned char version = SEAL_VERSION;
    (void)crypto_generichash_update(&h, &version, 1);
    for (int i = 0; i < 5; i++) {
        unsigned char b[8];
        for (int j = 0; j < 8; j++)
            b[j] = (unsigned char)((uint64_t)numbers[i] >> (8 * j));
        (void)crypto_generichash_update(&h, b, sizeof(b));
    }
    (void)crypto_generichash_update(&h, seal->root, HASH_BYTES);
    (void)crypto_generichash_update(&h, seal->previous, HASH_BYTES);
    (void)crypto_generichash_final(&h, out, HASH_BYTES);
}

static bool take_hash(struct span s, unsigned char out[HASH_BYTES])
{
    if (s.len != HASH_BYTES)
        return false;
    memcpy(out, s.ptr, HASH_BYTES);
    return true;
}

bool seal_row_read(struct rows *r, struct seal_row *out)
{
    *out = (struct seal_row){
        rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), {0}, {0}, {0}};
    return take_hash(rows_blob(r, 5), out->root) && take_hash(rows_blob(r, 6), out->previous) &&
           take_hash(rows_blob(r, 7), out->hash);
}

/* ---- making one -------------------------------------------------------------------------------------------------------------------- */

struct making {
    bool all_now;
    struct seal_row seal;
};

static enum rc read_last_seal(struct tx *tx, struct seal_row *next, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_seal_last, DB_NO_ARGS, &r, f);
    if (rc == RC_MISSING) {
        next->number = 1;
        return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    next->number = rows_int(&r, 0) + 1;
    next->from_us = rows_int(&r, 1);
    next->to_position = rows_int(&r, 2);
    if (!take_hash(rows_blob(&r, 3), next->previous))
        log_event(LOG_ERROR, "store.seal_damaged", LI("number", next->number - 1), LEND);
    return rows_end(&r);
}

/* On a read connection: rows that old are never changed again, so the writer need not stand still for it. */
static enum rc gather(struct tx *tx, void *ctx, struct fail *f)
{
    struct making *const m = ctx;
    struct seal_row *const seal = &m->seal;
    enum rc rc = read_last_seal(tx, seal, f);
    if (rc != RC_OK)
        return rc;
    seal->to_us = m->all_now ? INT64_MAX : tx->now_us - SEAL_AGE_US;
    struct rows r;
    rc = db_query(tx, SQL_journal_to_seal, DB_ARGS(DB_I(seal->to_position), DB_I(seal->to_us), DB_I(SEAL_ROWS_MAX)), &r,
                  f);
    if (rc != RC_OK)
        return rc;
    struct merkle tree;
    merkle_init(&tree);
    int64_t last_us = seal->from_us;
    while (rows_next(&r)) {
        unsigned char hash[HASH_BYTES] = {0};
        (void)take_hash(rows_blob(&r, 2), hash);
        merkle_add(&tree, hash);
        seal->to_position = rows_int(&r, 0);
        last_us = rows_int(&r, 1);
    }
    rc = rows_end(&r);
    if (m->all_now || tree.count == SEAL_ROWS_MAX)
        seal->to_us = last_us + 1;
    seal->row_count = tree.count;
    merkle_root(&tree, seal->root);
    seal_hash(seal, seal->hash);
    return rc;
}

static enum rc write_seal(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    const struct seal_row *const s = in;
#define HASH_ARG(h) DB_B(((struct span){(const char *)(h), HASH_BYTES}))
    return db_exec(tx, SQL_seal_insert,
                   DB_ARGS(DB_I(s->number), DB_I(s->from_us), DB_I(s->to_us), DB_I(s->to_position), DB_I(s->row_count),
                           HASH_ARG(s->root), HASH_ARG(s->previous), HASH_ARG(s->hash)),
                   NULL, f);
}

enum rc journal_seal(struct store *s, bool all_now, struct fail *f)
{
    for (;;) {
        struct making m = {.all_now = all_now};
        struct arena *const a = arena_new(REQUEST_ARENA_BYTES);
        enum rc rc = store_read(s, NULL, a, gather, &m, f);
        if (rc == RC_OK && m.seal.row_count > 0) {
            struct store_write w = {.command = write_seal, .in = &m.seal, .arena = a};
            rc = store_run(s, &w);
            if (rc != RC_OK)
                *f = w.fail;
            sb_release(&w.body);
        }
        arena_free(a);
        if (rc != RC_OK || m.seal.row_count < SEAL_ROWS_MAX)
            return rc;
    }
}

/* ---- export ------------------------------------------------------------------------------------------------------------------------- */

static void key_hex(struct jw *w, const char *key, const unsigned char hash[HASH_BYTES])
{
    char hex[2 * HASH_BYTES + 1];
    jw_kstr(w, key, sodium_bin2hex(hex, sizeof(hex), hash, HASH_BYTES));
}

enum rc journal_seals_write(struct tx *tx, int64_t after, int limit, struct jw *w, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_seal_all, DB_ARGS(DB_I(after), DB_I(limit)), &r, f);
    if (rc != RC_OK)
        return rc;
    jw_array(w);
    while (rows_next(&r)) {
        struct seal_row s;
        (void)seal_row_read(&r, &s);
        jw_object(w);
        jw_kid(w, "number", s.number);
        jw_kid(w, "from_us", s.from_us);
        jw_kid(w, "to_us", s.to_us);
        jw_kid(w, "to_position", s.to_position);
        jw_kid(w, "row_count", s.row_count);
        key_hex(w, "root", s.root);
        key_hex(w, "previous", s.previous);
        key_hex(w, "hash", s.hash);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&r);
}

enum rc journal_seal_matches(struct tx *tx, int64_t number, struct span hash_hex, struct fail *f)
{
    struct rows r;
    enum rc rc = db_query(tx, SQL_seal_all, DB_ARGS(DB_I(number - 1), DB_I(1)), &r, f);
    if (rc != RC_OK)
        return rc;
    bool same = false;
    if (rows_next(&r)) {
        struct seal_row s;
        char hex[2 * HASH_BYTES + 1];
        same = seal_row_read(&r, &s) && s.number == number &&
               span_is(hash_hex, sodium_bin2hex(hex, sizeof(hex), s.hash, HASH_BYTES));
    }
    rc = rows_end(&r);
    if (rc != RC_OK || same)
        return rc;
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)number);
    return fail_set(f, RC_CONFLICT, MSG_seal_differs, NULL, text, NULL);
}
