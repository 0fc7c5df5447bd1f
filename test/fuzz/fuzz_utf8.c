/* fuzz_utf8.c - decoding of unknown text: the result is valid UTF-8; checking, walking and counting agree with one another. */
#include "base/arena.h"
#include "base/ensure.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {(const char *)data, size}, out = SPAN_NONE;
    struct arena *a = arena_new(64u << 20);
    struct fail f = {0};
    size_t bom = 0, count = 0, valid = utf8_check(in);
    ensure(valid <= size);
    for (size_t at = 0; at < size; count++)
        (void)utf8_next(in, &at);
    if (valid == size)
        ensure(count == utf8_count(in));
    struct span cut = utf8_cut(span_sub(in, 0, valid), 17);
    ensure(cut.len <= 17 && utf8_check(cut) == cut.len);
    if (utf8_decode(a, in, &out, &bom, &f) == RC_OK)
        ensure(utf8_check(out) == out.len && bom <= 4);
    arena_free(a);
    return 0;
}
