/* span.c - borrowed text. */
#include "base/span.h"

#include <string.h>

#include "base/arena.h"

struct span span_of(const char *cstr)
{
    return cstr == NULL ? SPAN_NONE : (struct span){cstr, strlen(cstr)};
}

bool span_eq(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool span_is(struct span a, const char *cstr)
{
    return span_eq(a, span_of(cstr));
}

int span_cmp(struct span a, struct span b)
{
    const size_t n = a.len < b.len ? a.len : b.len;
    const int c = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);
    if (c != 0)
        return c < 0 ? -1 : 1;
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

bool span_starts(struct span s, struct span prefix)
{
    return s.len >= prefix.len && span_eq(span_sub(s, 0, prefix.len), prefix);
}

bool span_ends(struct span s, struct span suffix)
{
    return s.len >= suffix.len && span_eq(span_sub(s, s.len - suffix.len, s.len), suffix);
}

struct span span_sub(struct span s, size_t start, size_t end)
{
    if (end > s.len)
        end = s.len;
    if (start > end)
        start = end;
    if (s.ptr == NULL)
        return SPAN_NONE;
    return (struct span){s.ptr + start, end - start};
}

size_t span_find(struct span s, struct span needle, size_t from)
{
    if (from > s.len || needle.len > s.len - from)
        return SIZE_MAX;
    if (needle.len == 0)
        return from;
    const char *const hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - s.ptr);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct span span_trim(struct span s)
{
    const struct span wide = SPAN("\xe3\x80\x80"); /* U+3000 */
    for (;;) {
        if (s.len > 0 && blank(s.ptr[0]))
            s = span_sub(s, 1, s.len);
        else if (span_starts(s, wide))
            s = span_sub(s, wide.len, s.len);
        else
            break;
    }
    for (;;) {
        if (s.len > 0 && blank(s.ptr[s.len - 1]))
            s.len--;
        else if (span_ends(s, wide))
            s.len -= wide.len;
        else
            return s;
    }
}

struct span span_split(struct span *rest, char sep)
{
    const struct span all = *rest;
    const char *const hit = all.len == 0 ? NULL : memchr(all.ptr, sep, all.len);
    if (hit == NULL) {
        *rest = span_sub(all, all.len, all.len);
        return all;
    }
    const size_t at = (size_t)(hit - all.ptr);
    *rest = span_sub(all, at + 1, all.len);
    return span_sub(all, 0, at);
}

struct span span_dup(struct arena *a, struct span s)
{
    char *const p = span_cstr(a, s);
    return p == NULL ? SPAN_NONE : (struct span){p, s.len};
}

char *span_cstr(struct arena *a, struct span s)
{
    if (s.len == SIZE_MAX)
        return NULL;
    char *const p = arena_alloc(a, s.len + 1);
    if (p != NULL && s.len > 0)
        memcpy(p, s.ptr, s.len);
    return p;
}

bool span_to_i64(struct span s, int64_t *out)
{
    size_t i = 0;
    const bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        i = 1;
    if (i == s.len)
        return false;
    int64_t v = 0;
    for (; i < s.len; i++) {
        const int digit = s.ptr[i] - '0';
        if (digit < 0 || digit > 9)
            return false;
        /* Counted on the negative side, where the range reaches one further. */
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_sub_overflow(v, (int64_t)digit, &v))
            return false;
    }
    if (!negative && v == INT64_MIN)
        return false;
    *out = negative ? v : -v;
    return true;
}
