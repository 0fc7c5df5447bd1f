/* json_plain.c - see json_plain.h: goes over strings by eight bytes and gives up, without a message, where jansson knows better. */
#include "base/json_plain.h"

#include "base/utf8.h"

#define DIGITS_MAX 18

struct plain {
    struct arena *a;
    const char *p, *end;
    char *unescaped; /* room for any string of the text; made for the first escape */
    size_t text_bytes;
};

static json_t *value(struct plain *s);

static void skip_space(struct plain *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
        s->p++;
}

static bool eat(struct plain *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

/* The end of the run that stands for itself. */
static const char *run_end(const struct plain *s, const char *p)
{
    while (p < s->end) {
        if (s->end - p >= 8 && json_eight_within(p))
            p += 8;
        else if ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
            p++;
        else
            break;
    }
    return p;
}

static char escaped(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *const at = c != '\0' ? strchr(from, c) : NULL;
    return at != NULL ? to[at - from] : '\0';
}

static bool unescape(struct plain *s, const char *start, struct span *out)
{
    if (s->unescaped == NULL)
        s->unescaped = arena_alloc(s->a, s->text_bytes);
    if (s->unescaped == NULL)
        return false;
    size_t n = 0;
    for (;;) {
        const char *const stop = run_end(s, start);
        memcpy(s->unescaped + n, start, (size_t)(stop - start));
        n += (size_t)(stop - start);
        s->p = stop;
        if (eat(s, '"'))
            break;
        if (!eat(s, '\\') || s->p == s->end)
            return false;
        const char c = escaped(*s->p);
        if (c == '\0')
            return false;
        s->unescaped[n++] = c;
        start = ++s->p;
    }
    *out = (struct span){s->unescaped, n};
    return true;
}

/* Behind the opening quote. *out borrows until the next string. */
static bool string(struct plain *s, struct span *out)
{
    const char *const start = s->p, *const stop = run_end(s, start);
    if (stop == s->end)
        return false;
    s->p = stop;
    if (eat(s, '"'))
        *out = (struct span){start, (size_t)(stop - start)};
    else if (*stop != '\\' || !unescape(s, start, out))
        return false;
    return utf8_check(*out) == out->len;
}

static json_t *object(struct plain *s)
{
    json_t *const o = json_object();
    size_t n = 0;
    skip_space(s);
    if (o == NULL || eat(s, '}'))
        return o;
    do {
        struct span key;
        char *kept = NULL;
        skip_space(s);
        if (!eat(s, '"') || !string(s, &key))
            break;
        if (key.ptr == s->unescaped && (kept = arena_alloc(s->a, key.len + 1)) != NULL)
            memcpy(kept, key.ptr, key.len); /* the value may need the room */
        if (key.ptr == s->unescaped && kept == NULL)
            break;
        skip_space(s);
        if (!eat(s, ':'))
            break;
        json_t *const v = value(s);
        if (v == NULL || json_object_setn_new_nocheck(o, kept != NULL ? kept : key.ptr, key.len, v) != 0 ||
            json_object_size(o) != ++n)
            break;
        skip_space(s);
        if (eat(s, '}'))
            return o;
    } while (eat(s, ','));
    json_decref(o);
    return NULL;
}

static json_t *array(struct plain *s)
{
    json_t *const o = json_array();
    skip_space(s);
    if (o == NULL || eat(s, ']'))
        return o;
    do {
        json_t *const v = value(s);
        if (v == NULL || json_array_append_new(o, v) != 0)
            break;
        skip_space(s);
        if (eat(s, ']'))
            return o;
    } while (eat(s, ','));
    json_decref(o);
    return NULL;
}

static bool is_digit(const struct plain *s)
{
    return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static json_t *number(struct plain *s)
{
    const bool negative = eat(s, '-');
    const char *const start = s->p;
    int64_t v = 0;
    while (is_digit(s) && s->p - start < DIGITS_MAX)
        v = v * 10 + (*s->p++ - '0');
    const size_t digits = (size_t)(s->p - start);
    if (digits == 0 || is_digit(s) || (*start == '0' && (digits > 1 || negative)))
        return NULL;
    if (s->p < s->end && (*s->p == '.' || *s->p == 'e' || *s->p == 'E'))
        return NULL;
    return json_integer(negative ? -v : v);
}

static bool word(struct plain *s, const char *text)
{
    const size_t n = strlen(text);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
        return false;
    s->p += n;
    return true;
}

static json_t *value(struct plain *s)
{
    struct span text;
    skip_space(s);
    if (s->p == s->end)
        return NULL;
    switch (*s->p) {
    case '{':
        s->p++;
        return object(s);
    case '[':
        s->p++;
        return array(s);
    case '"':
        s->p++;
        return string(s, &text) ? json_stringn_nocheck(text.ptr, text.len) : NULL;
    case 't':
        return word(s, "true") ? json_true() : NULL;
    case 'f':
        return word(s, "false") ? json_false() : NULL;
    case 'n':
        return word(s, "null") ? json_null() : NULL;
    default:
        return number(s);
    }
}

json_t *json_plain(struct arena *a, struct span text)
{
    struct plain s = {.a = a, .p = text.ptr, .end = text.ptr + text.len, .text_bytes = text.len};
    if (text.len == 0)
        return NULL;
    json_t *const v = value(&s);
    skip_space(&s);
    if (v != NULL && s.p == s.end)
        return v;
    json_decref(v);
    return NULL;
}
