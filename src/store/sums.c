/*
 * sums.c - numbers that many commands of a batch add to the same rows: added up here, written once a row before the commit. A command that fails
 * takes its numbers with it: they come into the batch's table only when it has ended well.
 */
#include <string.h>

#include "base/ensure.h"
#include "store/store_int.h"

#define SUMS_ARENA ((size_t)64 << 20)

static bool same_row(const struct sum *a, const struct sum *b)
{
    if (a->hash != b->hash || a->id != b->id || a->n_keys != b->n_keys)
        return false;
    for (int i = 0; i < a->n_keys; i++)
        if (a->args[i].type != b->args[i].type || a->args[i].i != b->args[i].i || !span_eq(a->args[i].s, b->args[i].s))
            return false;
    return true;
}

static uint64_t hash_of(const struct sum *sum)
{
    uint64_t h = (uint64_t)sum->id * 0x9e3779b97f4a7c15u;
    for (int i = 0; i < sum->n_keys; i++) {
        h = (h ^ (uint64_t)sum->args[i].i) * 0x9e3779b97f4a7c15u;
        for (size_t k = 0; k < sum->args[i].s.len; k++)
            h = (h ^ (unsigned char)sum->args[i].s.ptr[k]) * 0x100000001b3u;
    }
    return h ^ h >> 32;
}

static struct sum *copy(struct arena *a, const struct sum *of)
{
    struct sum *const sum = ARENA_NEW(a, struct sum);
    struct db_val *const args = ARENA_ARRAY(a, (size_t)of->n, struct db_val);
    if (sum == NULL || args == NULL)
        return NULL;
    *sum = *of;
    sum->next = NULL;
    sum->args = args;
    memcpy(args, of->args, (size_t)of->n * sizeof(*args));
    for (int i = 0; i < of->n_keys; i++)
        if (args[i].s.ptr != NULL && (args[i].s = span_dup(a, args[i].s)).ptr == NULL)
            return NULL;
    return sum;
}

enum rc db_sum(struct tx *tx, enum sql_id id, const struct db_val *args, int n, int n_adds, struct fail *f)
{
    struct db_val kept[SUM_ARGS_MAX];
    ensure(n <= SUM_ARGS_MAX && n_adds > 0 && n_adds < n);
    if (!tx->write)
        return fail_store(f, RC_INTERNAL, "db_sum", "in a read transaction");
    memcpy(kept, args, (size_t)n * sizeof(*kept));
    struct sum *const sum = copy(tx->a, &(struct sum){.id = id, .n = n, .n_keys = n - n_adds, .args = kept});
    if (sum == NULL)
        return fail_store(f, RC_LIMIT, "db_sum", "arena");
    sum->hash = hash_of(sum);
    sum->next = tx->sums;
    tx->sums = sum;
    return RC_OK;
}

void sums_begin(struct sums *sums)
{
    if (sums->a == NULL)
        sums->a = arena_new(SUMS_ARENA);
    else if (sums->n > 0)
        arena_reset(sums->a);
    memset(sums->rows, 0, sizeof(sums->rows));
    sums->n = 0;
}

enum rc sums_take(struct sums *sums, const struct sum *of, struct fail *f)
{
    for (; of != NULL; of = of->next) {
        struct sum **const slot = &sums->rows[of->hash & (SUM_BUCKETS - 1)];
        struct sum *row = *slot;
        while (row != NULL && !same_row(row, of))
            row = row->next;
        if (row != NULL) {
            for (int i = row->n_keys; i < row->n; i++)
                row->args[i].i += of->args[i].i;
            continue;
        }
        row = copy(sums->a, of);
        if (row == NULL)
            return fail_store(f, RC_LIMIT, "sums", "arena");
        row->next = *slot;
        *slot = row;
        sums->n++;
    }
    return RC_OK;
}

enum rc sums_write(struct store *s, struct fail *f)
{
    struct tx tx;
    enum rc rc = RC_OK;
    tx_init(&tx, s, s->writer, s->sums.a, NULL);
    tx.now_us = s->last_now_us;
    tx.write = true;
    for (int i = 0; s->sums.n > 0 && rc == RC_OK && i < SUM_BUCKETS; i++)
        for (const struct sum *row = s->sums.rows[i]; rc == RC_OK && row != NULL; row = row->next)
            rc = db_exec(&tx, row->id, row->args, row->n, NULL, f);
    return rc;
}

void sums_free(struct sums *sums)
{
    arena_free(sums->a);
}
