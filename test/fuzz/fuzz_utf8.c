/* fuzz_utf8.c - base/utf8: whatever comes, the result is valid UTF-8 without zeros, and the walkers agree with the check. */
#include <string.h>

#include "base/arena.h"
#include "base/ensure.h"
#include "base/utf8.h"

static void walk(struct span s)
{
    const size_t bad = utf8_check(s);
    ensure(bad <= s.len);
    size_t points = 0;
    for (size_t pos = 0; pos < s.len; points++) {
        const size_t at = pos;
        const uint32_t cp = utf8_next(s, &pos);
        char out[4];
        const size_t n = utf8_put(cp, out);
        ensure(pos > at && pos <= s.len);
        if (at < bad)
            ensure(n == pos - at && memcmp(out, s.ptr + at, n) == 0);
        else if (at == bad)
            ensure(cp == 0xfffd && pos == at + 1);
    }
    if (bad == s.len)
        ensure(points == utf8_count(s));
    for (size_t max = 0; max < s.len && max < 40; max++) {
        const struct span cut = utf8_cut(s, max);
        ensure(cut.len <= max && cut.len + 4 > max);
        if (bad == s.len)
            ensure(utf8_check(cut) == cut.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span in = {(const char *)data, size};
    walk(in);
    struct arena *const a = arena_new(2 * size + 64);
    struct fail f = {0};
    struct span out;
    size_t bom;
    const enum rc rc = utf8_decode(a, in, &out, &bom, &f);
    ensure(rc == RC_OK || rc == RC_MALFORMED); /* the arena is large enough */
    if (rc == RC_OK) {
        ensure(utf8_check(out) == out.len && bom <= 3);
        ensure(out.len == 0 || memchr(out.ptr, 0, out.len) == NULL);
    } else {
        ensure(f.msg == MSG_text_encoding);
    }
    (void)fail_span(&f, RC_INVALID, MSG_date_invalid, "x", in); /* the cleaner of foreign values */
    ensure(utf8_check(span_of(f.args[0].text)) == strlen(f.args[0].text));
    arena_free(a);
    return 0;
}
