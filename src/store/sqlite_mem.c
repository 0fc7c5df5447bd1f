/*
 * sqlite_mem.c - memory for SQLite. It takes and gives back some 200 small pieces a command (cursors, texts of columns, savepoints), and Debian
 * builds it without its own lookaside: more than the C library keeps at hand for a thread. Here each thread keeps what it was given back, by
 * size, up to a bound, and takes it again without a lock; everything else goes to the C library. Not used under a sanitizer, which is to see every piece.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_int.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#define STEP_BYTES 64
#define CLASSES 33       /* up to 2 KiB; pages go to the C library */
#define KEPT_BYTES 32768 /* a class and thread */

struct piece {
    size_t bytes; /* that SQLite may use, a multiple of STEP_BYTES */
    struct piece *next;
};
_Static_assert(sizeof(struct piece) == 16, "what SQLite gets stays 16-aligned");
struct kept {
    struct piece *first[CLASSES];
    size_t n[CLASSES];
    bool registered; /* its end of thread is seen to */
};
/* style: allow global because SQLite's allocator is one a process, has no context, and each thread's part must end with the thread */
static _Thread_local struct kept kept;
static pthread_key_t at_end; /* set once in mem_init, before any thread allocates */

static void drop_all(void *ctx)
{
    struct kept *const k = ctx;
    for (int i = 0; i < CLASSES; i++) {
        while (k->first[i] != NULL) {
            struct piece *const p = k->first[i];
            k->first[i] = p->next;
            free(p); /* style: allow heap because this is SQLite's own allocator */
        }
        k->n[i] = 0;
    }
    k->registered = false;
}

static size_t rounded(int bytes)
{
    return ((size_t)bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
}

static struct piece *piece_of(void *p)
{
    return (struct piece *)p - 1;
}

static void *mem_alloc(int bytes)
{
    const size_t size = rounded(bytes), class = size / STEP_BYTES;
    struct piece *p = class < CLASSES ? kept.first[class] : NULL;
    if (p != NULL) {
        kept.first[class] = p->next;
        kept.n[class]--;
    } else {
        /* style: allow heap because this is SQLite's own allocator; NULL goes to SQLite, which fails the statement */
        p = malloc(sizeof(*p) + size);
        if (p == NULL)
            return NULL;
        p->bytes = size;
    }
    return p + 1;
}

static void mem_free(void *at)
{
    struct piece *const p = piece_of(at);
    const size_t class = p->bytes / STEP_BYTES;
    if (class >= CLASSES || (kept.n[class] + 1) * p->bytes > KEPT_BYTES) {
        free(p); /* style: allow heap because as above */
        return;
    }
    if (!kept.registered)
        kept.registered = pthread_setspecific(at_end, &kept) == 0;
    p->next = kept.first[class];
    kept.first[class] = p;
    kept.n[class]++;
}

static int mem_size(void *at)
{
    return at == NULL ? 0 : (int)piece_of(at)->bytes;
}

static void *mem_realloc(void *at, int bytes)
{
    const int was = mem_size(at);
    if (bytes <= was && was - bytes < STEP_BYTES)
        return at;
    if (was >= CLASSES * STEP_BYTES && bytes >= CLASSES * STEP_BYTES) {
        const size_t size = rounded(bytes);
        struct piece *const p = realloc(piece_of(at), sizeof(*p) + size); /* style: allow heap because as above */
        if (p == NULL)
            return NULL;
        p->bytes = size;
        return p + 1;
    }
    void *const to = mem_alloc(bytes);
    if (to == NULL)
        return NULL;
    memcpy(to, at, (size_t)(was < bytes ? was : bytes));
    mem_free(at);
    return to;
}

static int mem_round(int bytes)
{
    return (int)rounded(bytes);
}

static int mem_init(void *ctx)
{
    (void)ctx;
    return pthread_key_create(&at_end, drop_all) == 0 ? SQLITE_OK : SQLITE_NOMEM;
}

static void mem_end(void *ctx)
{
    (void)ctx;
    drop_all(&kept);
    (void)pthread_key_delete(at_end);
}

void sqlite_mem_use(void)
{
#ifndef SANITIZED
    static const sqlite3_mem_methods methods = {mem_alloc, mem_free, mem_realloc, mem_size,
                                                mem_round, mem_init, mem_end,     NULL};
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods); /* refused, harmlessly, when SQLite runs already */
#endif
}
