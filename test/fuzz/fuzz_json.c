/* fuzz_json.c - base/json: what is read, written again and read again is the same. */
#include "base/ensure.h"
#include "base/json.h"
#include "base/limits.h"

/* Nesting is at most JSON_DEPTH_MAX, so is this recursion. */
static void write_value(struct jw *w, const json_t *v)
{
    const char *key;
    json_t *member;
    size_t i;
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        jw_object(w);
        json_object_foreach((json_t *)(uintptr_t)v, key, member)
        {
            jw_key(w, key);
            write_value(w, member);
        }
        jw_object_end(w);
        break;
    case JSON_ARRAY:
        jw_array(w);
        json_array_foreach((json_t *)(uintptr_t)v, i, member) write_value(w, member);
        jw_array_end(w);
        break;
    case JSON_STRING:
        jw_text(w, (struct span){json_string_value(v), json_string_length(v)});
        break;
    case JSON_INTEGER:
        jw_int(w, json_integer_value(v));
        break;
    case JSON_REAL:
        jw_real(w, json_real_value(v));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        jw_bool(w, json_is_true(v));
        break;
    case JSON_NULL:
        jw_null(w);
        break;
    }
}

/* Whole reals ("1.0", "1e300") may come back as integers or not at all: equal by value is enough. */
static int has_real(const json_t *v)
{
    const char *key;
    json_t *member;
    size_t i;
    int found = json_is_real(v);
    json_object_foreach((json_t *)(uintptr_t)v, key, member) found |= has_real(member);
    json_array_foreach((json_t *)(uintptr_t)v, i, member) found |= has_real(member);
    return found;
}

/* Levels of arrays and objects; also recursion within the limit. */
static int depth(const json_t *v)
{
    const char *key;
    json_t *member;
    size_t i;
    int deepest = 0;
    json_object_foreach((json_t *)(uintptr_t)v, key, member)
    {
        const int d = depth(member);
        deepest = d > deepest ? d : deepest;
    }
    json_array_foreach((json_t *)(uintptr_t)v, i, member)
    {
        const int d = depth(member);
        deepest = d > deepest ? d : deepest;
    }
    return deepest + (json_is_object(v) || json_is_array(v));
}

/* Every getter on member "x": each gives a value within its range or a failure that names a message. */
static void get_all(const json_t *v)
{
    struct fail f = {0};
    struct span s = SPAN_NONE;
    int64_t n = 0;
    double d = 0;
    bool b = false;
    json_t *child = NULL;
    if (json_get_text(v, "x", JSON_OPTIONAL, 64, &s, &f) == RC_OK)
        ensure(s.len <= 64);
    if (json_get_id(v, "x", JSON_REQUIRED, &n, &f) == RC_OK)
        ensure(n >= 1);
    n = 0;
    if (json_get_int(v, "x", JSON_OPTIONAL, -5, 5, &n, &f) == RC_OK)
        ensure(n >= -5 && n <= 5);
    if (json_get_date(v, "x", JSON_REQUIRED, &s, &f) == RC_OK)
        ensure(s.len == 10);
    if (json_get_array(v, "x", JSON_OPTIONAL, 3, &child, &f) == RC_OK)
        ensure(child == NULL || json_array_size(child) <= 3);
    if (json_get_fen(v, "x", JSON_OPTIONAL, &n, &f) != RC_OK || json_get_real(v, "x", JSON_OPTIONAL, &d, &f) != RC_OK ||
        json_get_bool(v, "x", JSON_OPTIONAL, &b, &f) != RC_OK ||
        json_get_object(v, "x", JSON_OPTIONAL, &child, &f) != RC_OK || json_only(v, &f, "x", "y", NULL) != RC_OK)
        ensure(f.msg != MSG_NONE);
}

/* Whichever reader it was. */
static void same_as_jansson(const json_t *v, const uint8_t *data, size_t size)
{
    json_error_t error;
    json_t *const other =
        json_loadb(size ? (const char *)data : "", size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    ensure(other != NULL && json_equal(v, other));
    json_decref(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *const a = arena_new(REQUEST_ARENA_BYTES);
    struct fail f = {0};
    json_t *first, *again;
    const enum rc rc = json_read(a, (struct span){(const char *)data, size}, &first, &f);
    if (rc == RC_OK) {
        ensure(depth(first) <= JSON_DEPTH_MAX);
        same_as_jansson(first, data, size);
        struct sb sb;
        sb_init(&sb, 32u << 20);
        struct jw w;
        jw_init(&w, &sb);
        write_value(&w, first);
        get_all(first);
        ensure(sb_rc(&sb) == RC_OK);
        const enum rc second = json_read(a, sb_span(&sb), &again, &f);
        if (!has_real(first))
            ensure(second == RC_OK && json_equal(first, again));
        sb_release(&sb);
    } else {
        ensure(f.msg != MSG_NONE && rc != RC_INTERNAL);
    }
    arena_free(a);
    return 0;
}
