/*
 * arena.c - blocks in a chain, newest first. Each block knows how many bytes were given out before it (`base`), so that a
 * mark is a block and an offset, and the total in use is base + used of the newest block. One block that falls free is kept
 * as `spare`: a loop that marks and rewinds does not go to malloc in each turn.
 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN_BYTES ((size_t)16)
#define BLOCK_BYTES_MIN ((size_t)4 << 10)
#define BLOCK_BYTES_MAX ((size_t)1 << 20) /* of blocks that grow by doubling; a larger request gets its own size */

struct block {
    struct block *older;
    size_t base;       /* bytes given out before this block was begun */
    size_t used;       /* bytes given out of this block, a multiple of 16 */
    size_t size_bytes; /* of data */
    _Alignas(16) char data[];
};

struct cleanup {
    struct cleanup *older;
    void (*fn)(void *ctx);
    void *ctx;
};

struct arena {
    struct block *newest;     /* NULL when empty */
    struct block *spare;      /* empty block for reuse; NULL when none */
    struct cleanup *cleanups; /* newest first; they lie in the arena itself */
    size_t cap_bytes;
    size_t forgiven_bytes; /* given out, but not counted */
};

static void *must_alloc(size_t size_bytes)
{
    void *const p = malloc(size_bytes);
    ensure(p != NULL);
    return p;
}

static void block_free(struct block *b)
{
    if (b != NULL)
        UNPOISON(b->data, b->size_bytes);
    free(b);
}

/* Keeps the larger one of b and the present spare. */
static void block_retire(struct arena *a, struct block *b)
{
    struct block *drop = b;
    if (a->spare == NULL || a->spare->size_bytes < b->size_bytes) {
        drop = a->spare;
        a->spare = b;
        POISON(b->data, b->size_bytes);
    }
    block_free(drop);
}

static void run_cleanups(struct arena *a)
{
    while (a->cleanups != NULL) {
        const struct cleanup c = *a->cleanups;
        a->cleanups = c.older;
        c.fn(c.ctx);
    }
}

struct arena *arena_new(size_t cap_bytes)
{
    struct arena *const a = must_alloc(sizeof(*a));
    *a = (struct arena){.cap_bytes = cap_bytes};
    return a;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    block_free(a->spare);
    free(a);
}

void arena_reset(struct arena *a)
{
    run_cleanups(a);
    a->forgiven_bytes = 0;
    arena_rewind(a, (struct arena_mark){NULL, 0});
    if (a->spare != NULL &&
        a->spare->size_bytes > BLOCK_BYTES_MAX) { /* one huge request must not pin memory for ever */
        block_free(a->spare);
        a->spare = NULL;
    }
}

size_t arena_used_bytes(const struct arena *a)
{
    return a->newest == NULL ? 0 : a->newest->base + a->newest->used;
}

/* A new newest block with room for need bytes. */
static void block_begin(struct arena *a, size_t need)
{
    const size_t base = arena_used_bytes(a);
    struct block *b = a->spare;
    if (b != NULL && b->size_bytes >= need) {
        a->spare = NULL;
    } else {
        size_t size = a->newest == NULL ? BLOCK_BYTES_MIN : a->newest->size_bytes * 2;
        if (size > BLOCK_BYTES_MAX)
            size = BLOCK_BYTES_MAX;
        if (size < need)
            size = need;
        ensure(size <= SIZE_MAX - sizeof(*b));
        b = must_alloc(sizeof(*b) + size);
        b->size_bytes = size;
        POISON(b->data, size);
    }
    b->older = a->newest;
    b->base = base;
    b->used = 0;
    a->newest = b;
}

void *arena_alloc(struct arena *a, size_t size_bytes)
{
    if (size_bytes > SIZE_MAX - ALIGN_BYTES)
        return NULL;
    size_t need = (size_bytes + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1);
    if (need == 0)
        need = ALIGN_BYTES;
    const size_t given = arena_used_bytes(a);
    const size_t used = given > a->forgiven_bytes ? given - a->forgiven_bytes : 0;
    if (used > a->cap_bytes || need > a->cap_bytes - used)
        return NULL;
    if (a->newest == NULL || need > a->newest->size_bytes - a->newest->used)
        block_begin(a, need);
    struct block *const b = a->newest;
    char *const p = b->data + b->used;
    b->used += need;
    UNPOISON(p, size_bytes);
    memset(p, 0, size_bytes);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total))
        return NULL;
    return arena_alloc(a, total);
}

int arena_on_reset(struct arena *a, void (*fn)(void *ctx), void *ctx)
{
    struct cleanup *const c = ARENA_NEW(a, struct cleanup);
    if (c == NULL)
        return -1;
    *c = (struct cleanup){.older = a->cleanups, .fn = fn, .ctx = ctx};
    a->cleanups = c;
    return 0;
}

struct arena_mark arena_mark_now(const struct arena *a)
{
    return (struct arena_mark){a->newest, a->newest == NULL ? 0 : a->newest->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->newest != NULL && a->newest != mark.block) {
        struct block *const b = a->newest;
        a->newest = b->older;
        block_retire(a, b);
    }
    ensure(a->newest == mark.block); /* a mark of this arena, not older than its last reset */
    if (a->newest != NULL) {
        ensure(mark.used <= a->newest->used);
        a->newest->used = mark.used;
        POISON(a->newest->data + mark.used, a->newest->size_bytes - mark.used);
    }
}

void arena_forgive(struct arena *a, size_t bytes)
{
    a->forgiven_bytes += bytes;
}

void arena_set_cap(struct arena *a, size_t cap_bytes)
{
    a->cap_bytes = cap_bytes;
}
