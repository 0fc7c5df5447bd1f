/* fuzz_image.c - what stays of a picture lies inside it, in order; and what was cut once is not cut again. */
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
