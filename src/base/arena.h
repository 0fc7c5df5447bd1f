/*
 * arena.h - memory freed by lifetime, not by object. Every arena has a byte cap; over it an allocation
 * gives NULL and the caller answers RC_LIMIT. malloc's own failure aborts. Not thread-safe: one owner at a time.
 */
#ifndef YITI_BASE_ARENA_H
#define YITI_BASE_ARENA_H

#include <stddef.h>

struct arena;
struct arena_mark {
    void *block;
    size_t used;
};

/* arena_new - an empty arena that gives out at most cap_bytes; free it with arena_free. Never NULL. */
struct arena *arena_new(size_t cap_bytes);
/* arena_free - runs the cleanups, newest first, then frees all memory; NULL is allowed. */
void arena_free(struct arena *a);
/* arena_reset - as arena_free, but the arena stays usable and keeps one block for reuse. */
void arena_reset(struct arena *a);
/* arena_alloc - size_bytes zeroed bytes, 16-aligned; NULL over the cap. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size_bytes);
/* arena_array - count * size_bytes zeroed bytes; NULL over the cap or when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size_bytes);
/* arena_on_reset - runs fn(ctx) at the next reset or free, newest first. Returns 0, or -1 over the cap (fn not kept). */
int arena_on_reset(struct arena *a, void (*fn)(void *ctx), void *ctx);
/* arena_mark_now, arena_rewind - scratch use: give back all that was allocated since the mark (cleanups are not run and
 * must not have been added since). */
struct arena_mark arena_mark_now(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
/* arena_used_bytes - bytes given out since the last reset. */
size_t arena_used_bytes(const struct arena *a);
/* arena_forgive - bytes that were given out count against the cap no more, until the next reset: for work that is done a second time and may
 * not fail because of the first. */
void arena_forgive(struct arena *a, size_t bytes);
/* arena_set_cap - changes the cap; used by fault injection to make the nth allocation fail. */
void arena_set_cap(struct arena *a, size_t cap_bytes);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, n, T) ((T *)arena_array((a), (n), sizeof(T)))

#endif
