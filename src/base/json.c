/* json.c - reading: jansson behind a first pass that holds our limits; writing: a stream over sb. */
#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/json_plain.h"
#include "base/limits.h"
#include "base/utf8.h"

/* ---- reading -------------------------------------------------------------------------------------------------------------- */

static void drop(void *ctx)
{
    json_decref(ctx);
}

static enum rc over_limit(struct fail *f, enum msg msg, size_t limit)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%zu", limit);
    return fail_set(f, RC_LIMIT, msg, NULL, text, NULL);
}

static enum rc bad_place(struct fail *f, enum msg msg, int line, int column)
{
    char line_text[16], column_text[16], levels[16];
    (void)snprintf(line_text, sizeof(line_text), "%d", line);
    (void)snprintf(column_text, sizeof(column_text), "%d", column);
    (void)snprintf(levels, sizeof(levels), "%d", JSON_DEPTH_MAX);
    return fail_set(f, RC_MALFORMED, msg, NULL, line_text, column_text, levels, NULL);
}

/* Place of the closing quote, or the text's end; lines are counted, for a message about what comes behind. */
static size_t string_end(struct span text, size_t i, int *line, size_t *line_start)
{
    for (; i < text.len; i++) {
        while (text.len - i >= 8 && json_eight_within(text.ptr + i))
            i += 8;
        if (i == text.len || text.ptr[i] == '"')
            break;
        if (text.ptr[i] == '\\')
            i++;
        if (i < text.len && text.ptr[i] == '\n') {
            (*line)++;
            *line_start = i + 1;
        }
    }
    return i;
}

/*
 * One pass before the real parser, which allocates as it goes and knows no depth below 2048: nesting, and the number of
 * values (each costs some 50 to 150 bytes outside the arena). Strings are skipped; whether the text is JSON is left to jansson.
 */
static enum rc check_limits(struct span text, struct fail *f)
{
    size_t depth = 0, values = 1;
    int line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '\n') {
            line++;
            line_start = i + 1;
        } else if (c == '"') {
            i = string_end(text, i + 1, &line, &line_start);
        } else if (c == '[' || c == '{') {
            values++;
            if (++depth > JSON_DEPTH_MAX)
                return bad_place(f, MSG_json_deep, line, (int)(i - line_start) + 1);
        } else if (c == ']' || c == '}') {
            depth -= depth > 0;
        } else if (c == ',') {
            values++;
        }
    }
    if (values > JSON_VALUES_MAX)
        return over_limit(f, MSG_json_values, JSON_VALUES_MAX);
    return RC_OK;
}

enum rc json_read(struct arena *a, struct span text, json_t **out, struct fail *f)
{
    if (text.len > JSON_BYTES_MAX)
        return over_limit(f, MSG_json_large, JSON_BYTES_MAX);
    const enum rc rc = check_limits(text, f);
    if (rc != RC_OK)
        return rc;
    json_error_t error;
    json_t *root = json_plain(a, text);
    if (root == NULL)
        root = json_loadb(text.ptr == NULL ? "" : text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root == NULL) {
        (void)bad_place(f, MSG_json_malformed, error.line, error.column);
        fail_detail(f, "%s", error.text);
        return RC_MALFORMED;
    }
    if (arena_on_reset(a, drop, root) != 0) {
        json_decref(root);
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    }
    *out = root;
    return RC_OK;
}

static enum rc wrong(struct fail *f, enum msg msg, const char *field)
{
    return fail_set(f, RC_INVALID, msg, field, NULL);
}

/* *value NULL: missing or null, which JSON_OPTIONAL allows. */
static enum rc member(const json_t *obj, const char *field, enum json_need need, const json_t **value, struct fail *f)
{
    *value = NULL;
    if (!json_is_object(obj))
        return wrong(f, MSG_json_object_wanted, NULL);
    const json_t *const v = json_object_get(obj, field);
    if (v != NULL && !json_is_null(v))
        *value = v;
    else if (need == JSON_REQUIRED)
        return wrong(f, MSG_field_missing, field);
    return RC_OK;
}

static struct span string_span(const json_t *v)
{
    return (struct span){json_string_value(v), json_string_length(v)};
}

/* Whether all of eight bytes are in 0x20 to 0x7e. */
static bool eight_printable(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return ((v | (v - ones * 0x20) | (v + ones)) & high) == 0;
}

/* Valid UTF-8 without control characters but line feed and tab. */
static bool plain_text(struct span s)
{
    if (utf8_check(s) != s.len)
        return false;
    for (size_t pos = 0; pos < s.len;) {
        while (s.len - pos >= 8 && eight_printable(s.ptr + pos))
            pos += 8;
        if (pos == s.len)
            break;
        const uint32_t cp = utf8_next(s, &pos);
        if ((cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0))
            return false;
    }
    return true;
}

enum rc json_get_text(const json_t *obj, const char *field, enum json_need need, size_t max_bytes, struct span *out,
                      struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    if (!json_is_string(v))
        return wrong(f, MSG_field_text, field);
    const struct span s = string_span(v);
    if (s.len > max_bytes) {
        char max_text[24];
        (void)snprintf(max_text, sizeof(max_text), "%zu", max_bytes);
        return fail_set(f, RC_INVALID, MSG_field_text_long, field, max_text, NULL);
    }
    if (!plain_text(s))
        return wrong(f, MSG_field_text_control, field);
    *out = s;
    return RC_OK;
}

/* Decimal text in its one form: no plus sign, no leading zeros, no minus zero. */
static bool canonical_i64(struct span s, int64_t *out)
{
    int64_t v;
    const size_t first = s.len > 0 && s.ptr[0] == '-' ? 1 : 0;
    if (!span_to_i64(s, &v) || s.ptr[0] == '+' || (s.ptr[first] == '0' && s.len > 1))
        return false;
    *out = v;
    return true;
}

enum rc json_get_text_or_null(const json_t *obj, const char *field, size_t max_bytes, struct span *out, struct fail *f)
{
    if (json_is_null(json_object_get(obj, field))) {
        *out = SPAN("");
        return RC_OK;
    }
    return json_get_text(obj, field, JSON_OPTIONAL, max_bytes, out, f);
}

enum rc json_get_id(const json_t *obj, const char *field, enum json_need need, int64_t *out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    int64_t id = 0;
    if (json_is_integer(v) && json_integer_value(v) <= 1LL << 53)
        id = json_integer_value(v);
    else if (!json_is_string(v) || !canonical_i64(string_span(v), &id))
        id = 0;
    if (id < 1)
        return wrong(f, MSG_field_id, field);
    *out = id;
    return RC_OK;
}

enum rc json_get_fen(const json_t *obj, const char *field, enum json_need need, int64_t *out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    if (!json_is_string(v) || !canonical_i64(string_span(v), out))
        return wrong(f, MSG_field_fen, field);
    return RC_OK;
}

enum rc json_get_int(const json_t *obj, const char *field, enum json_need need, int64_t min, int64_t max, int64_t *out,
                     struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max) {
        char min_text[24], max_text[24];
        (void)snprintf(min_text, sizeof(min_text), "%" PRId64, min);
        (void)snprintf(max_text, sizeof(max_text), "%" PRId64, max);
        return fail_set(f, RC_INVALID, MSG_field_int, field, min_text, max_text, NULL);
    }
    *out = json_integer_value(v);
    return RC_OK;
}

enum rc json_get_real(const json_t *obj, const char *field, enum json_need need, double *out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    if (!json_is_number(v) || !isfinite(json_number_value(v)))
        return wrong(f, MSG_field_real, field);
    *out = json_number_value(v);
    return RC_OK;
}

enum rc json_get_bool(const json_t *obj, const char *field, enum json_need need, bool *out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    if (!json_is_boolean(v))
        return wrong(f, MSG_field_bool, field);
    *out = json_is_true(v);
    return RC_OK;
}

enum rc json_get_date(const json_t *obj, const char *field, enum json_need need, struct span *out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK || v == NULL)
        return rc;
    struct ymd d;
    if (!json_is_string(v))
        return wrong(f, MSG_field_date, field);
    if (!date_parse(string_span(v), &d))
        return fail_span(f, RC_INVALID, MSG_date_invalid, field, string_span(v));
    *out = string_span(v);
    return RC_OK;
}

enum rc json_get_array(const json_t *obj, const char *field, enum json_need need, size_t max, json_t **out,
                       struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK)
        return rc;
    if (v != NULL && !json_is_array(v))
        return wrong(f, MSG_field_array, field);
    if (v != NULL && json_array_size(v) > max) {
        char max_text[24];
        (void)snprintf(max_text, sizeof(max_text), "%zu", max);
        return fail_set(f, RC_INVALID, MSG_field_array_long, field, max_text, NULL);
    }
    *out = v == NULL ? NULL : json_object_get(obj, field);
    return RC_OK;
}

enum rc json_get_object(const json_t *obj, const char *field, enum json_need need, json_t **out, struct fail *f)
{
    const json_t *v;
    const enum rc rc = member(obj, field, need, &v, f);
    if (rc != RC_OK)
        return rc;
    if (v != NULL && !json_is_object(v))
        return wrong(f, MSG_field_object, field);
    *out = v == NULL ? NULL : json_object_get(obj, field);
    return RC_OK;
}

static bool named(const char *key, va_list names)
{
    va_list ap;
    va_copy(ap, names);
    bool found = false;
    for (const char *name = va_arg(ap, const char *); name != NULL && !found; name = va_arg(ap, const char *))
        found = strcmp(key, name) == 0;
    va_end(ap);
    return found;
}

enum rc json_only(const json_t *obj, struct fail *f, ...)
{
    if (!json_is_object(obj))
        return wrong(f, MSG_json_object_wanted, NULL);
    const char *stray = NULL;
    va_list ap;
    va_start(ap, f);
    void *const walk = (void *)(uintptr_t)obj; /* jansson's iterator takes no const, and changes nothing */
    for (void *it = json_object_iter(walk); it != NULL && stray == NULL; it = json_object_iter_next(walk, it)) {
        if (!named(json_object_iter_key(it), ap))
            stray = json_object_iter_key(it);
    }
    va_end(ap);
    return stray == NULL ? RC_OK : fail_set(f, RC_INVALID, MSG_field_unknown, stray, NULL);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------- */

void jw_init(struct jw *w, struct sb *sb)
{
    *w = (struct jw){.sb = sb};
}

/* What stands before a value: a comma, except behind a key, at an array's start, or at the top. */
static void before_value(struct jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth == 0)
        return;
    const uint32_t bit = 1u << (w->depth - 1);
    if (w->first_bits & bit)
        w->first_bits &= ~bit;
    else
        sb_addc(w->sb, ',');
}

static void begin(struct jw *w, char c)
{
    before_value(w);
    ensure(w->depth < 32);
    sb_addc(w->sb, c);
    w->first_bits |= 1u << w->depth++;
}

static void end(struct jw *w, char c)
{
    ensure(w->depth > 0 && !w->after_key);
    w->depth--;
    sb_addc(w->sb, c);
}

void jw_object(struct jw *w)
{
    begin(w, '{');
}

void jw_object_end(struct jw *w)
{
    end(w, '}');
}

void jw_array(struct jw *w)
{
    begin(w, '[');
}

void jw_array_end(struct jw *w)
{
    end(w, ']');
}

static void add_escape(struct sb *sb, uint32_t cp)
{
    switch (cp) {
    case '"':
        sb_adds(sb, "\\\"");
        break;
    case '\\':
        sb_adds(sb, "\\\\");
        break;
    case '\n':
        sb_adds(sb, "\\n");
        break;
    case '\t':
        sb_adds(sb, "\\t");
        break;
    case '\r':
        sb_adds(sb, "\\r");
        break;
    case 0xfffd:
        sb_adds(sb, "\xef\xbf\xbd");
        break;
    default:
        sb_addf(sb, "\\u%04x", (unsigned)cp);
        break;
    }
}

/* Also U+2028 and U+2029 (line ends to JavaScript before 2019), and < so that no JSON can close a script element. */
static bool must_escape(uint32_t cp)
{
    return cp < 0x20 || cp == '"' || cp == '\\' || cp == '<' || cp == 0x7f || cp == 0x2028 || cp == 0x2029 ||
           cp == 0xfffd;
}

/* Printable ASCII that stands for itself. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<';
}

/* Eight bytes of printable ASCII of which none is " \ or <: each test leaves the high bit of a byte that fails. */
static bool eight_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    const uint64_t quotes = v ^ ones * '"', slashes = v ^ ones * '\\', angles = v ^ ones * '<';
    const uint64_t bad = v | (v - ones * 0x20) | (v + ones) | (quotes - ones) | (slashes - ones) | (angles - ones);
    return (bad & high) == 0;
}

/* Where the first byte stands that may need an escape: behind printable ASCII and behind the three-byte characters from U+3000 to U+CFFF, which
 * are always well-formed and stand for themselves. Both together are nearly all of our text. */
static size_t plain_to(struct span s, size_t pos)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    while (pos < s.len) {
        if (p[pos] >= 0xe3 && p[pos] <= 0xec && s.len - pos >= 3 && (p[pos + 1] & 0xc0) == 0x80 &&
            (p[pos + 2] & 0xc0) == 0x80)
            pos += 3;
        else if (s.len - pos >= 8 && eight_plain(s.ptr + pos))
            pos += 8;
        else if (is_plain(p[pos]))
            pos++;
        else
            break;
    }
    return pos;
}

static void quote(struct sb *sb, struct span s)
{
    if (plain_to(s, 0) == s.len) {
        char *const to = sb_room(sb, s.len + 2);
        if (to == NULL)
            return;
        to[0] = '"';
        if (s.len > 0)
            memcpy(to + 1, s.ptr, s.len);
        to[s.len + 1] = '"';
        sb_took(sb, s.len + 2);
        return;
    }
    sb_addc(sb, '"');
    size_t start = 0;
    for (size_t pos = plain_to(s, 0); pos < s.len; pos = plain_to(s, pos)) {
        const size_t at = pos;
        const uint32_t cp = utf8_next(s, &pos);
        if (!must_escape(cp))
            continue;
        sb_add(sb, span_sub(s, start, at));
        add_escape(sb, cp);
        start = pos;
    }
    sb_add(sb, span_sub(s, start, s.len));
    sb_addc(sb, '"');
}

void jw_key(struct jw *w, const char *key)
{
    ensure(w->depth > 0 && !w->after_key);
    before_value(w);
    w->after_key = true;
    const size_t n = strlen(key);
    char *const to = sb_room(w->sb, n + 3);
    if (to == NULL)
        return;
    size_t i = 0;
    for (to[0] = '"'; i < n && is_plain((unsigned char)key[i]); i++)
        to[i + 1] = key[i];
    if (i < n) { /* nearly no key has what must be looked at closer */
        quote(w->sb, (struct span){key, n});
        sb_addc(w->sb, ':');
        return;
    }
    to[n + 1] = '"';
    to[n + 2] = ':';
    sb_took(w->sb, n + 3);
}

void jw_text(struct jw *w, struct span s)
{
    before_value(w);
    quote(w->sb, s);
}

void jw_str(struct jw *w, const char *cstr)
{
    if (cstr == NULL)
        jw_null(w);
    else
        jw_text(w, span_of(cstr));
}

void jw_int(struct jw *w, int64_t v)
{
    before_value(w);
    sb_add_i64(w->sb, v);
}

void jw_id(struct jw *w, int64_t v)
{
    before_value(w);
    sb_addc(w->sb, '"');
    sb_add_i64(w->sb, v);
    sb_addc(w->sb, '"');
}

void jw_real(struct jw *w, double v)
{
    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    before_value(w);
    sb_adds(w->sb, text);
}

void jw_bool(struct jw *w, bool v)
{
    before_value(w);
    sb_adds(w->sb, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    before_value(w);
    sb_adds(w->sb, "null");
}

void jw_time(struct jw *w, int64_t at_us)
{
    char text[38] = "\"";
    time_print(at_us, text + 1);
    before_value(w);
    sb_adds(w->sb, text);
    sb_addc(w->sb, '"');
}

void jw_raw(struct jw *w, struct span json)
{
    before_value(w);
    sb_add(w->sb, json);
}

void jw_ktext(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    jw_text(w, s);
}

void jw_kstr(struct jw *w, const char *key, const char *cstr)
{
    jw_key(w, key);
    jw_str(w, cstr);
}

void jw_kint(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_int(w, v);
}

void jw_kid(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_id(w, v);
}

void jw_kreal(struct jw *w, const char *key, double v)
{
    jw_key(w, key);
    jw_real(w, v);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_ktime(struct jw *w, const char *key, int64_t at_us)
{
    jw_key(w, key);
    jw_time(w, at_us);
}

void jw_ktext_or_null(struct jw *w, const char *key, struct span s)
{
    jw_key(w, key);
    if (s.ptr == NULL)
        jw_null(w);
    else
        jw_text(w, s);
}
