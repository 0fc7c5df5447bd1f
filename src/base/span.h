/* span.h - borrowed text: a pointer and a length, never zero-terminated by promise. ptr may be NULL only when len is 0. */
#ifndef YITI_BASE_SPAN_H
#define YITI_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct arena;
struct span {
    const char *ptr;
    size_t len;
};

#define SPAN_NONE ((struct span){NULL, 0})
/* SPAN("literal") - the span of a string literal. */
#define SPAN(lit) ((struct span){"" lit, sizeof(lit) - 1})
/* For printf: printf("%.*s", SPAN_ARG(s)); lengths over INT_MAX are cut. */
#define SPAN_ARG(s) (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), ((s).ptr ? (s).ptr : "")

struct span span_of(const char *cstr); /* borrows; NULL gives SPAN_NONE */
bool span_eq(struct span a, struct span b);
bool span_is(struct span a, const char *cstr);
/* span_cmp - byte order as memcmp, shorter first; -1, 0 or 1. */
int span_cmp(struct span a, struct span b);
bool span_starts(struct span s, struct span prefix);
bool span_ends(struct span s, struct span suffix);
/* span_sub - from byte start to end, both cut to the span's length. */
struct span span_sub(struct span s, size_t start, size_t end);
/* span_find - byte offset of the first needle at or after from; SIZE_MAX when there is none. */
size_t span_find(struct span s, struct span needle, size_t from);
/* span_trim - without ASCII blanks, U+3000 and line ends at both sides. */
struct span span_trim(struct span s);
/* span_split - cuts at the first sep: returns the part before it and moves *rest behind it; when there is none returns
 * all and empties *rest. Loop while rest.len or use span_split_next. */
struct span span_split(struct span *rest, char sep);
/* span_or_null - SPAN_NONE for an empty one, as an optional column wants it. span_or_empty - "" for none, as a column that is always there. */
static inline struct span span_or_null(struct span s)
{
    return s.len > 0 ? s : SPAN_NONE;
}
static inline struct span span_or_empty(struct span s)
{
    return s.ptr != NULL ? s : SPAN("");
}
/* span_dup, span_cstr - copies into the arena (span_cstr zero-terminates). ptr NULL over the cap. */
struct span span_dup(struct arena *a, struct span s);
char *span_cstr(struct arena *a, struct span s);
/* span_to_i64 - whole decimal text, optional sign, no blanks; false on anything else or overflow. */
bool span_to_i64(struct span s, int64_t *out);

#endif
