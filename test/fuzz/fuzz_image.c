/* fuzz_image.c - what stays of a picture lies inside it, in order; what was cut once is not cut again; and it is turned as before. */
#include <string.h>

#include "base/ensure.h"
#include "org/org_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span cut(struct arena *a, struct span image, const char *type)
{
    struct keep *keep = ARENA_ARRAY(a, KEEP_MAX, struct keep);
    struct fail f = {0};
    size_t n = 0, len = 0, end = 0;
    char *out = arena_alloc(a, image.len + 1);
    ensure(keep && out);
    if (image_keep(image, type, keep, &n, &f) != RC_OK)
        return SPAN_NONE;
    ensure(n > 0 && n <= KEEP_MAX);
    for (size_t i = 0; i < n; i++) {
        ensure(keep[i].start >= end && keep[i].len <= image.len - keep[i].start);
        end = keep[i].start + keep[i].len;
        memcpy(out + len, image.ptr + keep[i].start, keep[i].len);
        len += keep[i].len;
    }
    struct turn turn = image_turn(image, type);
    if (turn.len) { /* as org_file.c writes it: the same turn is told again, and nothing else */
        char *turned = arena_alloc(a, len + turn.len);
        ensure(turned && keep[0].start == 0 && turn.at <= keep[0].len && turn.len <= sizeof turn.bytes);
        memcpy(turned, out, turn.at);
        memcpy(turned + turn.at, turn.bytes, turn.len);
        memcpy(turned + turn.at + turn.len, out + turn.at, len - turn.at);
        struct turn again = image_turn((struct span){turned, len + turn.len}, type);
        ensure(again.orientation == turn.orientation && again.len == turn.len && again.at == turn.at);
    }
    return (struct span){out, len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"image/jpeg", "image/png"};
    struct arena *a = arena_new(64u << 20);
    struct span image = {(const char *)data, size};
    for (int i = 0; i < 2 && size <= 1u << 20; i++) {
        struct span once = cut(a, image, types[i]);
        if (once.ptr)
            ensure(span_eq(cut(a, once, types[i]), once));
    }
    arena_free(a);
    return 0;
}
