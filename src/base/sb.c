/* sb.c - the growing text. */
#include "base/sb.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

void sb_init(struct sb *sb, size_t max_bytes)
{
    ensure(max_bytes < SIZE_MAX);
    *sb = (struct sb){.max_bytes = max_bytes};
}

void sb_release(struct sb *sb)
{
    free(sb->ptr);
    sb_init(sb, sb->max_bytes);
}

void sb_clear(struct sb *sb)
{
    sb->len = 0;
    sb->full = false;
    if (sb->ptr != NULL)
        sb->ptr[0] = '\0';
}

/* Room for n more bytes and the zero behind them; false, and latched, over the maximum. */
static bool reserve(struct sb *sb, size_t n)
{
    if (sb->full || n > sb->max_bytes - sb->len) {
        sb->full = true;
        return false;
    }
    const size_t need = sb->len + n + 1;
    if (need <= sb->size_bytes)
        return true;
    size_t size = sb->size_bytes < 128 ? 128 : sb->size_bytes;
    while (size < need)
        size = size > SIZE_MAX / 2 ? need : size * 2;
    if (size > sb->max_bytes + 1)
        size = sb->max_bytes + 1;
    char *const p = realloc(sb->ptr, size);
    ensure(p != NULL);
    sb->ptr = p;
    sb->size_bytes = size;
    return true;
}

char *sb_room(struct sb *sb, size_t n)
{
    return reserve(sb, n) ? sb->ptr + sb->len : NULL;
}

void sb_took(struct sb *sb, size_t n)
{
    ensure(n < sb->size_bytes - sb->len);
    sb->len += n;
    sb->ptr[sb->len] = '\0';
}

void sb_add(struct sb *sb, struct span s)
{
    if (s.len == 0 || !reserve(sb, s.len))
        return;
    memcpy(sb->ptr + sb->len, s.ptr, s.len);
    sb->len += s.len;
    sb->ptr[sb->len] = '\0';
}

void sb_adds(struct sb *sb, const char *cstr)
{
    sb_add(sb, span_of(cstr));
}

void sb_addc(struct sb *sb, char c)
{
    if ((sb->full || sb->len + 2 > sb->size_bytes) && !reserve(sb, 1))
        return;
    sb->ptr[sb->len++] = c;
    sb->ptr[sb->len] = '\0';
}

void sb_add_i64(struct sb *sb, int64_t v)
{
    char text[20]; /* the longest is that of INT64_MIN */
    size_t at = sizeof(text);
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (v < 0)
        text[--at] = '-';
    sb_add(sb, (struct span){text + at, sizeof(text) - at});
}

void sb_addf(struct sb *sb, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    const int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    ensure(n >= 0);
    if ((size_t)n < sizeof(text)) {
        sb_add(sb, (struct span){text, (size_t)n});
    } else if (reserve(sb, (size_t)n)) {
        const int m = vsnprintf(sb->ptr + sb->len, (size_t)n + 1, fmt, again);
        ensure(m == n);
        sb->len += (size_t)n;
    }
    va_end(again);
}

void sb_add_html(struct sb *sb, struct span s)
{
    size_t start = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *entity = NULL;
        switch (s.ptr[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            break;
        }
        if (entity == NULL)
            continue;
        sb_add(sb, span_sub(s, start, i));
        sb_adds(sb, entity);
        start = i + 1;
    }
    sb_add(sb, span_sub(s, start, s.len));
}

enum rc sb_rc(const struct sb *sb)
{
    return sb->full ? RC_LIMIT : RC_OK;
}

struct span sb_span(const struct sb *sb)
{
    return (struct span){sb->ptr, sb->len};
}
