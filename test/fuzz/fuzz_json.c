/* fuzz_json.c - json_read on any bytes: what it takes is within the limits and is written and read again as the same value. */
#include "base/ensure.h"
#include "base/json.h"

static int depth(const json_t *v)
{
    int deepest = 0;
    size_t i;
    json_t *item;
    const char *key;
    if (json_is_array(v)) {
        json_array_foreach(v, i, item) if (depth(item) > deepest) deepest = depth(item);
    } else if (json_is_object(v)) {
        json_object_foreach((json_t *)(uintptr_t)v, key, item) if (depth(item) > deepest) deepest = depth(item);
    } else {
        return 0;
    }
    return deepest + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(8u << 20);
    struct fail f = {0};
    json_t *v = NULL, *again = NULL;
    if (json_read(a, (struct span){(const char *)data, size}, &v, &f) == RC_OK) {
        ensure(depth(v) <= 32);
        char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        ensure(text);
        if (json_read(a, span_of(text), &again, &f) == RC_OK)
            ensure(json_equal(v, again));
        free(text);
    }
    arena_free(a);
    return 0;
}
