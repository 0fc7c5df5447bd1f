/* utf8.c - UTF-8 by the table of well-formed byte sequences (Unicode 15, table 3-7), and other encodings into it. */
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/arena.h"
#include "base/ensure.h"

/* Length of the well-formed sequence at p (n >= 1 bytes are there) and its code point; 0 when it is not well-formed. */
static size_t sequence(const unsigned char *p, size_t n, uint32_t *cp)
{
    const unsigned b0 = p[0];
    if (b0 < 0x80) {
        *cp = b0;
        return 1;
    }
    const size_t len = b0 >= 0xc2 && b0 <= 0xdf ? 2 : b0 >= 0xe0 && b0 <= 0xef ? 3 : b0 >= 0xf0 && b0 <= 0xf4 ? 4 : 0;
    if (len == 0 || len > n)
        return 0;
    /* The second byte's range is narrower after four of the first bytes: no overlong form, surrogate or cp > 10FFFF. */
    const unsigned low = b0 == 0xe0 ? 0xa0 : b0 == 0xf0 ? 0x90 : 0x80;
    const unsigned high = b0 == 0xed ? 0x9f : b0 == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high)
        return 0;
    uint32_t v = (uint32_t)(b0 & (0x7fu >> len)) << 6 | (p[1] & 0x3fu);
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        v = v << 6 | (p[i] & 0x3fu);
    }
    *cp = v;
    return len;
}

static const unsigned char *bytes_of(struct span s)
{
    return (const unsigned char *)s.ptr;
}

size_t utf8_check(struct span s)
{
    size_t i = 0;
    while (i < s.len) {
        uint64_t eight;
        if (s.len - i >= sizeof(eight)) { /* eight ASCII bytes at once */
            memcpy(&eight, s.ptr + i, sizeof(eight));
            if ((eight & 0x8080808080808080u) == 0) {
                i += sizeof(eight);
                continue;
            }
        }
        uint32_t cp;
        const size_t n = sequence(bytes_of(s) + i, s.len - i, &cp);
        if (n == 0)
            return i;
        i += n;
    }
    return s.len;
}

uint32_t utf8_next(struct span s, size_t *pos)
{
    ensure(*pos < s.len);
    uint32_t cp;
    const size_t n = sequence(bytes_of(s) + *pos, s.len - *pos, &cp);
    *pos += n == 0 ? 1 : n;
    return n == 0 ? 0xfffd : cp;
}

size_t utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        cp = 0xfffd;
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

size_t utf8_count(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

struct span utf8_cut(struct span s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    size_t end = max_bytes;
    for (int back = 0; back < 3 && end > 0 && ((unsigned char)s.ptr[end] & 0xc0) == 0x80; back++)
        end--;
    return span_sub(s, 0, end);
}

bool utf8_is_han(uint32_t cp)
{
    return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) || cp == 0x3007 ||
           (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0x20000 && cp <= 0x2fa1f) || (cp >= 0x30000 && cp <= 0x323af);
}

static enum rc over_cap(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

static enum rc undecodable(struct fail *f, const char *why)
{
    const enum rc rc = fail_set(f, RC_MALFORMED, MSG_text_encoding, NULL, NULL);
    fail_detail(f, "%s", why);
    return rc;
}

static enum rc from_utf16(struct arena *a, struct span in, bool big_endian, struct span *out, struct fail *f)
{
    if (in.len % 2 != 0)
        return undecodable(f, "UTF-16 of an odd number of bytes");
    char *const to = arena_array(a, in.len / 2 + 1, 3); /* at most 3 bytes a unit: a pair of units gives 4 */
    if (to == NULL)
        return over_cap(f);
    const unsigned char *const p = bytes_of(in);
    size_t n = 0;
    uint32_t high = 0;
    for (size_t i = 0; i < in.len; i += 2) {
        uint32_t unit = big_endian ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];
        const bool low = unit >= 0xdc00 && unit <= 0xdfff;
        if (unit == 0 || low != (high != 0))
            return undecodable(f, "UTF-16 with a zero or a lone surrogate");
        if (unit >= 0xd800 && unit <= 0xdbff) {
            high = unit;
            continue;
        }
        if (low)
            unit = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
        high = 0;
        n += utf8_put(unit, to + n);
    }
    if (high != 0)
        return undecodable(f, "UTF-16 that ends within a surrogate pair");
    *out = (struct span){to, n};
    return RC_OK;
}

/* Text never holds these; a binary file that happens to be well-formed GB 18030 nearly always does. */
static bool has_odd_control(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 && strchr("\t\n\v\f\r\x1a", c) == NULL)
            return true;
    }
    return false;
}

static enum rc from_gb18030(struct arena *a, struct span in, struct span *out, struct fail *f)
{
    if (has_odd_control(in))
        return undecodable(f, "control characters");
    const iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1)
        return undecodable(f, "this system's iconv has no GB18030");
    /* The worst case is 1.5: two bytes of GB 18030 that give three of UTF-8. */
    const size_t size = in.len + in.len / 2 + 4;
    char *const to = size < in.len ? NULL : arena_alloc(a, size);
    if (to == NULL) {
        (void)iconv_close(cd);
        return over_cap(f);
    }
    char *from = (char *)(uintptr_t)in.ptr; /* iconv does not write to it; its type predates const */
    char *end = to;
    size_t from_left = in.len, to_left = size;
    const size_t n = iconv(cd, &from, &from_left, &end, &to_left);
    const int error = n == (size_t)-1 ? errno : 0;
    (void)iconv_close(cd);
    if (error != 0 || from_left != 0)
        return undecodable(f, error == EILSEQ ? "neither UTF-8 nor GB 18030" : "GB 18030 that ends within a character");
    *out = (struct span){to, (size_t)(end - to)};
    return RC_OK;
}

enum rc utf8_decode(struct arena *a, struct span bytes, struct span *out, size_t *bom_bytes, struct fail *f)
{
    struct span text = bytes;
    size_t bom = 0;
    enum rc rc = RC_OK;
    if (span_starts(bytes, SPAN("\xff\xfe")) || span_starts(bytes, SPAN("\xfe\xff"))) {
        bom = 2;
        rc = from_utf16(a, span_sub(bytes, 2, bytes.len), bytes.ptr[0] == '\xfe', &text, f);
    } else {
        if (span_starts(bytes, SPAN("\xef\xbb\xbf"))) {
            bom = 3;
            text = span_sub(bytes, 3, bytes.len);
        }
        if (text.len > 0 && memchr(text.ptr, 0, text.len) != NULL)
            rc = undecodable(f, "zero bytes");
        else if (utf8_check(text) != text.len)
            rc = bom == 0 ? from_gb18030(a, text, &text, f)
                          : undecodable(f, "a UTF-8 mark before text that is not UTF-8");
    }
    if (rc != RC_OK)
        return rc;
    *out = text;
    *bom_bytes = bom;
    return RC_OK;
}
