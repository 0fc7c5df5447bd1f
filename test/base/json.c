/* json.c - tests of base/json: what is taken, what is refused and how it is named, and that writing reads back. */
#include "check.h"

#include <math.h>

#include "base/json.h"
#include "base/json_plain.h"
#include "base/limits.h"

struct read_row {
    const char *name, *text;
    enum rc want;
    enum msg msg;
    const char *arg0, *arg1; /* line and column where they are stated */
};
static const struct read_row read_rows[] = {
    {"object", "{\"a\":1}", RC_OK, MSG_NONE, NULL, NULL},
    {"lone number", "12", RC_OK, MSG_NONE, NULL, NULL},
    {"blank around", " \n[1] \n", RC_OK, MSG_NONE, NULL, NULL},
    {"empty text", "", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"cut short", "{\"a\":", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"something behind", "{} {}", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"duplicate key", "{\"a\":1,\"a\":2}", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"second line", "{\n  x}", RC_MALFORMED, MSG_json_malformed, "2", "3"},
    {"invalid UTF-8", "\"\xff\"", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"overlong UTF-8", "\"\xc0\xaf\"", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"lone surrogate", "\"\\ud800\"", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"escaped zero", "\"a\\u0000b\"", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"integer past int64", "[9223372036854775808]", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"real past double", "[1e400]", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"NaN", "[NaN]", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"comment", "[1] // x", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"single quotes", "{'a':1}", RC_MALFORMED, MSG_json_malformed, NULL, NULL},
    {"bracket in a string does not nest", "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"]", RC_OK, MSG_NONE, NULL,
     NULL},
};

static void reads_or_refuses(void **state)
{
    const struct read_row *const row = *state;
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j = NULL;
    assert_int_equal(json_read(a, span_of(row->text), &j, &f), row->want);
    assert_int_equal(f.msg, row->msg);
    assert_int_equal(j != NULL, row->want == RC_OK);
    if (row->arg0 != NULL) {
        assert_string_equal(f.args[0].text, row->arg0);
        assert_string_equal(f.args[1].text, row->arg1);
    }
    arena_free(a);
}

/* Text, and whether the quick reader takes it by itself. What it takes must be what jansson makes of it. */
static const struct {
    const char *text;
    bool plain;
} plain_rows[] = {
    {"{}", true},
    {"[]", true},
    {" { \"a\" : [ 1 , -20 , true , false , null , \"\" ] , \"b\" : { } }\n", true},
    {"{\"\":0}", true},
    {"[999999999999999999,-999999999999999999]", true},
    {"[1000000000000000000]", false},
    {"[9223372036854775807]", false},
    {"[-0]", false},
    {"[01]", false},
    {"[1.5]", false},
    {"[1e3]", false},
    {"[-]", false},
    {"[1,]", false},
    {"{\"a\":1,}", false},
    {"{\"a\" 1}", false},
    {"[tru]", false},
    {"[truE]", false},
    {"\"一体化 in one line, over eight bytes 长三角\"", true},
    {"\"a\\n\\t\\\"\\\\\\/\\b\\f\\r b\"", true},
    {"{\"k\\n\":\"v\\n\",\"k\\t\":\"v\\t\"}", true},
    {"\"a\\u0041\"", false},
    {"\"a\\x\"", false},
    {"\"a\tb\"", false},
    {"\"12345678\x01\"", false},
    {"\"\xed\xa0\x80\"", false},
    {"\"\xe4\xb8\"", false},
    {"\"no end", false},
    {"\"no end\\", false},
    {"{\"a\":1,\"b\":2,\"a\":3}", false},
    {"1 2", false},
    {"", false},
    {"   ", false},
};

static void quick_reader_agrees_with_jansson(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof(plain_rows) / sizeof(plain_rows[0]); i++) {
        const struct span text = span_of(plain_rows[i].text);
        json_error_t error;
        json_t *const quick = json_plain(a, text);
        json_t *const slow = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
        if ((quick != NULL) != plain_rows[i].plain || (quick != NULL && (slow == NULL || !json_equal(quick, slow))))
            fail_msg("%s", plain_rows[i].text);
        json_decref(quick);
        json_decref(slow);
    }
    arena_free(a);
}

/* Every text of up to five of these characters is read alike by both. */
static void quick_reader_agrees_on_all_short_texts(void **state)
{
    static const char letters[] = "{}[]:,\"\\n1-0 a\xe4";
    struct arena *const a = arena_new(1 << 16);
    char text[6];
    (void)state;
    for (int n = 1; n <= 5; n++) {
        int64_t all = 1;
        for (int i = 0; i < n; i++)
            all *= (int64_t)sizeof(letters) - 1;
        for (int64_t k = 0; k < all; k++) {
            int64_t rest = k;
            for (int i = 0; i < n; i++, rest /= (int64_t)sizeof(letters) - 1)
                text[i] = letters[rest % ((int64_t)sizeof(letters) - 1)];
            arena_reset(a);
            json_t *const quick = json_plain(a, (struct span){text, (size_t)n});
            if (quick == NULL)
                continue;
            json_error_t error;
            json_t *const slow = json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
            if (slow == NULL || !json_equal(quick, slow))
                fail_msg("%.*s", n, text);
            json_decref(quick);
            json_decref(slow);
        }
    }
    arena_free(a);
}

static enum rc read_nested(int levels)
{
    struct sb sb;
    sb_init(&sb, 4096);
    for (int i = 0; i < levels; i++)
        sb_adds(&sb, i % 2 ? "[" : "{\"k\":");
    sb_adds(&sb, "0");
    for (int i = levels - 1; i >= 0; i--)
        sb_adds(&sb, i % 2 ? "]" : "}");
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    const enum rc rc = json_read(a, sb_span(&sb), &j, &f);
    assert_true(rc == RC_OK || f.msg == MSG_json_deep);
    arena_free(a);
    sb_release(&sb);
    return rc;
}

static void nesting_is_limited(void **state)
{
    (void)state;
    assert_int_equal(read_nested(1), RC_OK);
    assert_int_equal(read_nested(JSON_DEPTH_MAX), RC_OK);
    assert_int_equal(read_nested(JSON_DEPTH_MAX + 1), RC_MALFORMED);
}

static enum rc read_size(size_t bytes, char fill, enum msg *msg)
{
    char *const text = malloc(bytes);
    assert_non_null(text);
    memset(text, fill, bytes);
    text[0] = '[';
    for (size_t i = 2; fill == '1' && i < bytes - 1; i += 2)
        text[i] = ',';
    text[bytes - 1] = ']';
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    const enum rc rc = json_read(a, (struct span){text, bytes}, &j, &f);
    *msg = f.msg;
    arena_free(a);
    free(text);
    return rc;
}

static void size_and_values_are_limited(void **state)
{
    (void)state;
    enum msg msg;
    assert_int_equal(read_size(JSON_BYTES_MAX, ' ', &msg), RC_OK);
    assert_int_equal(read_size(JSON_BYTES_MAX + 1, ' ', &msg), RC_LIMIT);
    assert_int_equal(msg, MSG_json_large);
    /* [1,1,…,1] of n ones is 2n + 1 bytes and n + 1 values */
    assert_int_equal(read_size(2 * (JSON_VALUES_MAX - 1) + 1, '1', &msg), RC_OK);
    assert_int_equal(read_size(2 * JSON_VALUES_MAX + 1, '1', &msg), RC_LIMIT);
    assert_int_equal(msg, MSG_json_values);
}

static void cap_of_the_arena_is_an_answer(void **state)
{
    (void)state;
    struct arena *const a = arena_new(0);
    struct fail f = {0};
    json_t *j = NULL;
    assert_int_equal(json_read(a, SPAN("{}"), &j, &f), RC_LIMIT);
    assert_null(j);
    arena_free(a);
}

enum getter { TEXT, ID, FEN, INT, REAL, BOOL, DATE, ARRAY, OBJECT };
struct get_row {
    const char *name;
    enum getter getter;
    const char *value; /* JSON of member "x"; NULL leaves it out */
    enum json_need need;
    enum rc want;
    enum msg msg;
    int64_t number; /* what comes out; for TEXT and DATE the length, for ARRAY and OBJECT the size */
};
#define OPT JSON_OPTIONAL
#define REQ JSON_REQUIRED
#define UNTOUCHED (-77)
static const struct get_row get_rows[] = {
    {"text", TEXT, "\"\xe4\xb8\x80\xe4\xbd\x93\"", REQ, RC_OK, MSG_NONE, 6},
    {"text empty", TEXT, "\"\"", REQ, RC_OK, MSG_NONE, 0},
    {"text missing", TEXT, NULL, REQ, RC_INVALID, MSG_field_missing, UNTOUCHED},
    {"text null", TEXT, "null", REQ, RC_INVALID, MSG_field_missing, UNTOUCHED},
    {"text optional missing", TEXT, NULL, OPT, RC_OK, MSG_NONE, UNTOUCHED},
    {"text optional null", TEXT, "null", OPT, RC_OK, MSG_NONE, UNTOUCHED},
    {"text wrong type", TEXT, "1", OPT, RC_INVALID, MSG_field_text, UNTOUCHED},
    {"text at the limit", TEXT, "\"1234567890\"", REQ, RC_OK, MSG_NONE, 10},
    {"text over the limit", TEXT, "\"1234567890a\"", REQ, RC_INVALID, MSG_field_text_long, UNTOUCHED},
    {"text line feed and tab", TEXT, "\"a\\n\\tb\"", REQ, RC_OK, MSG_NONE, 4},
    {"text carriage return", TEXT, "\"a\\r\"", REQ, RC_INVALID, MSG_field_text_control, UNTOUCHED},
    {"text escape", TEXT, "\"\\u001b[0m\"", REQ, RC_INVALID, MSG_field_text_control, UNTOUCHED},
    {"text C1", TEXT, "\"\\u0085\"", REQ, RC_INVALID, MSG_field_text_control, UNTOUCHED},
    {"text DEL", TEXT, "\"\\u007f\"", REQ, RC_INVALID, MSG_field_text_control, UNTOUCHED},
    {"id", ID, "\"1\"", REQ, RC_OK, MSG_NONE, 1},
    {"id largest", ID, "\"9223372036854775807\"", REQ, RC_OK, MSG_NONE, INT64_MAX},
    {"id one more", ID, "\"9223372036854775808\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id zero", ID, "\"0\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id negative", ID, "\"-1\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id plus", ID, "\"+1\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id leading zero", ID, "\"01\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id blank", ID, "\" 1\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id empty", ID, "\"\"", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id number", ID, "12", REQ, RC_OK, MSG_NONE, 12},
    {"id number at 2^53", ID, "9007199254740992", REQ, RC_OK, MSG_NONE, 9007199254740992},
    {"id number over 2^53", ID, "9007199254740993", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id real", ID, "1.0", REQ, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id object", ID, "{}", OPT, RC_INVALID, MSG_field_id, UNTOUCHED},
    {"id optional null", ID, "null", OPT, RC_OK, MSG_NONE, UNTOUCHED},
    {"fen", FEN, "\"-12\"", REQ, RC_OK, MSG_NONE, -12},
    {"fen zero", FEN, "\"0\"", REQ, RC_OK, MSG_NONE, 0},
    {"fen least", FEN, "\"-9223372036854775808\"", REQ, RC_OK, MSG_NONE, INT64_MIN},
    {"fen below", FEN, "\"-9223372036854775809\"", REQ, RC_INVALID, MSG_field_fen, UNTOUCHED},
    {"fen minus zero", FEN, "\"-0\"", REQ, RC_INVALID, MSG_field_fen, UNTOUCHED},
    {"fen yuan", FEN, "\"1.50\"", REQ, RC_INVALID, MSG_field_fen, UNTOUCHED},
    {"fen number", FEN, "12", REQ, RC_INVALID, MSG_field_fen, UNTOUCHED},
    {"int low", INT, "-5", REQ, RC_OK, MSG_NONE, -5},
    {"int high", INT, "100", REQ, RC_OK, MSG_NONE, 100},
    {"int below", INT, "-6", REQ, RC_INVALID, MSG_field_int, UNTOUCHED},
    {"int above", INT, "101", REQ, RC_INVALID, MSG_field_int, UNTOUCHED},
    {"int real", INT, "1.5", REQ, RC_INVALID, MSG_field_int, UNTOUCHED},
    {"int text", INT, "\"1\"", REQ, RC_INVALID, MSG_field_int, UNTOUCHED},
    {"int bool", INT, "true", REQ, RC_INVALID, MSG_field_int, UNTOUCHED},
    {"real whole", REAL, "3", REQ, RC_OK, MSG_NONE, 3},
    {"real", REAL, "2.9", REQ, RC_OK, MSG_NONE, 2},
    {"real text", REAL, "\"3\"", REQ, RC_INVALID, MSG_field_real, UNTOUCHED},
    {"bool true", BOOL, "true", REQ, RC_OK, MSG_NONE, 1},
    {"bool false", BOOL, "false", REQ, RC_OK, MSG_NONE, 0},
    {"bool number", BOOL, "1", REQ, RC_INVALID, MSG_field_bool, UNTOUCHED},
    {"date", DATE, "\"2024-02-29\"", REQ, RC_OK, MSG_NONE, 10},
    {"date that does not exist", DATE, "\"2023-02-29\"", REQ, RC_INVALID, MSG_date_invalid, UNTOUCHED},
    {"date number", DATE, "20240229", REQ, RC_INVALID, MSG_field_date, UNTOUCHED},
    {"array", ARRAY, "[1,2]", REQ, RC_OK, MSG_NONE, 2},
    {"array at the limit", ARRAY, "[1,2,3]", REQ, RC_OK, MSG_NONE, 3},
    {"array over the limit", ARRAY, "[1,2,3,4]", REQ, RC_INVALID, MSG_field_array_long, UNTOUCHED},
    {"array wrong type", ARRAY, "{}", REQ, RC_INVALID, MSG_field_array, UNTOUCHED},
    {"array optional missing is NULL", ARRAY, NULL, OPT, RC_OK, MSG_NONE, -1},
    {"object", OBJECT, "{\"b\":1}", REQ, RC_OK, MSG_NONE, 1},
    {"object wrong type", OBJECT, "[]", REQ, RC_INVALID, MSG_field_object, UNTOUCHED},
    {"object optional null is NULL", OBJECT, "null", OPT, RC_OK, MSG_NONE, -1},
};

static enum rc get(const struct get_row *row, const json_t *j, int64_t *number, struct fail *f)
{
    struct span s = {NULL, (size_t)UNTOUCHED};
    double d = UNTOUCHED;
    bool b = false, other = true;
    json_t *child = NULL;
    enum rc rc;
    switch (row->getter) {
    case TEXT:
        rc = json_get_text(j, "x", row->need, 10, &s, f);
        *number = (int64_t)s.len;
        return rc;
    case ID:
        return json_get_id(j, "x", row->need, number, f);
    case FEN:
        return json_get_fen(j, "x", row->need, number, f);
    case INT:
        return json_get_int(j, "x", row->need, -5, 100, number, f);
    case REAL:
        rc = json_get_real(j, "x", row->need, &d, f);
        *number = (int64_t)d;
        return rc;
    case BOOL:
        rc = json_get_bool(j, "x", row->need, &b, f);
        const enum rc again = json_get_bool(j, "x", row->need, &other, f);
        assert_int_equal(rc, again);
        if (b == other) /* else neither was written */
            *number = b;
        return rc;
    case DATE:
        rc = json_get_date(j, "x", row->need, &s, f);
        *number = (int64_t)s.len;
        return rc;
    case ARRAY:
        rc = json_get_array(j, "x", row->need, 3, &child, f);
        if (rc == RC_OK)
            *number = child == NULL ? -1 : (int64_t)json_array_size(child);
        return rc;
    default:
        rc = json_get_object(j, "x", row->need, &child, f);
        if (rc == RC_OK)
            *number = child == NULL ? -1 : (int64_t)json_object_size(child);
        return rc;
    }
}

static void member_is_read_or_named(void **state)
{
    const struct get_row *const row = *state;
    struct sb sb;
    sb_init(&sb, 4096);
    sb_adds(&sb, "{\"a\":0");
    if (row->value != NULL)
        sb_addf(&sb, ",\"x\":%s", row->value);
    sb_adds(&sb, "}");
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    assert_int_equal(json_read(a, sb_span(&sb), &j, &f), RC_OK);
    int64_t number = UNTOUCHED;
    assert_int_equal(get(row, j, &number, &f), row->want);
    assert_int_equal(f.msg, row->msg);
    assert_string_equal(f.field, row->want == RC_OK ? "" : "x");
    assert_true(number == row->number);
    arena_free(a);
    sb_release(&sb);
}

static void an_array_is_no_object(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    int64_t n = 0;
    assert_int_equal(json_read(a, SPAN("[]"), &j, &f), RC_OK);
    assert_int_equal(json_get_id(j, "x", JSON_OPTIONAL, &n, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_json_object_wanted);
    assert_int_equal(json_only(j, &f, "x", NULL), RC_INVALID);
    arena_free(a);
}

static void unknown_member_is_named(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    assert_int_equal(json_read(a, SPAN("{\"due_on\":1,\"due_no\":2}"), &j, &f), RC_OK);
    assert_int_equal(json_only(j, &f, "due_on", "due_no", NULL), RC_OK);
    assert_int_equal(json_only(j, &f, "title", "due_on", NULL), RC_INVALID);
    assert_string_equal(f.field, "due_no");
    assert_int_equal(json_only(j, &f, NULL), RC_INVALID);
    arena_free(a);
}

static void writer_puts_commas_and_escapes(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 4096);
    struct jw w;
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kid(&w, "id", INT64_MAX);
    jw_kstr(&w, "none", NULL);
    jw_ktext(&w, "t", SPAN("a\"\\\n\x01<\xff\xe4\xb8\x80"));
    jw_key(&w, "list");
    jw_array(&w);
    jw_int(&w, -1);
    jw_object(&w);
    jw_object_end(&w);
    jw_array(&w);
    jw_array_end(&w);
    jw_real(&w, 0.1);
    jw_real(&w, (double)NAN);
    jw_real(&w, (double)-INFINITY);
    jw_bool(&w, true);
    jw_raw(&w, SPAN("{\"r\":1}"));
    jw_array_end(&w);
    jw_ktime(&w, "at", 0);
    jw_ktext_or_null(&w, "e", SPAN(""));
    jw_ktext_or_null(&w, "n", SPAN_NONE);
    jw_kbool(&w, "b", false);
    jw_kint(&w, "i", 7);
    jw_kreal(&w, "d", 1e300);
    jw_object_end(&w);
    assert_int_equal(sb_rc(&sb), RC_OK);
    assert_string_equal(
        sb_span(&sb).ptr,
        "{\"id\":\"9223372036854775807\",\"none\":null,\"t\":\"a\\\"\\\\\\n\\u0001\\u003c\xef\xbf\xbd\xe4\xb8\x80\","
        "\"list\":[-1,{},[],0.1,null,null,true,{\"r\":1}],\"at\":\"1970-01-01T08:00:00.000000+08:00\",\"e\":\"\",\"n\":"
        "null,"
        "\"b\":false,\"i\":7,\"d\":1e+300}");
    sb_release(&sb);
}

/* What the writer makes of one byte among letters: in ASCII by its rules, above it never part of a character, for 'x' follows. */
static const char *alone(unsigned byte, char out[8])
{
    static const char *const named[256] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\t'] = "\\t", ['\r'] = "\\r"};
    if (named[byte] != NULL)
        return named[byte];
    if (byte < 0x20 || byte == 0x7f || byte == '<')
        (void)snprintf(out, 8, "\\u%04x", byte);
    else if (byte < 0x80)
        (void)snprintf(out, 8, "%c", (int)byte);
    else
        (void)snprintf(out, 8, "\xef\xbf\xbd");
    return out;
}

static void every_byte_is_escaped_at_every_place(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 4096);
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t len = 1; len <= 26; len++) {
            for (size_t at = 0; at < len; at++) {
                char text[32], want[64], one[8];
                memset(text, 'x', len);
                text[at] = (char)byte;
                (void)snprintf(want, sizeof(want), "\"%.*s%s%.*s\"", (int)at, "xxxxxxxxxxxxxxxxxxxxxxxxxx",
                               alone(byte, one), (int)(len - at - 1), "xxxxxxxxxxxxxxxxxxxxxxxxxx");
                struct jw w;
                sb_clear(&sb);
                jw_init(&w, &sb);
                jw_text(&w, (struct span){text, len});
                assert_string_equal(sb_span(&sb).ptr, want);
            }
        }
    }
    sb_release(&sb);
}

/* Each second and third byte behind each first one that begins three bytes: kept when Unicode has such a character, but U+2028, U+2029 and
 * U+FFFD, which have a form of their own. */
static void three_bytes_are_kept_when_well_formed(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 4096);
    for (unsigned b = 0; b < 1u << 20; b++) {
        const unsigned first = 0xe0 | b >> 16, second = b >> 8 & 0xff, third = b & 0xff;
        if (second < 0x70 || third < 0x70)
            continue; /* ASCII, which the test above has */
        const unsigned cp = (first & 15) << 12 | (second & 63) << 6 | (third & 63);
        const bool whole = second >> 6 == 2 && third >> 6 == 2 && cp >= 0x800 && (cp < 0xd800 || cp > 0xdfff);
        const char text[] = {'a', (char)first, (char)second, (char)third, 'b', 0};
        struct jw w;
        sb_clear(&sb);
        jw_init(&w, &sb);
        jw_text(&w, (struct span){text, 5});
        const char *const got = sb_span(&sb).ptr;
        const bool kept = strstr(got, text) != NULL;
        if (kept != (whole && cp != 0x2028 && cp != 0x2029))
            fail_msg("%02x %02x %02x gives %s", first, second, third, got);
    }
    sb_release(&sb);
}

static void writer_nests_to_its_limit(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 4096);
    struct jw w;
    jw_init(&w, &sb);
    for (int i = 0; i < 32; i++)
        jw_array(&w);
    jw_int(&w, 1);
    jw_int(&w, 2);
    for (int i = 0; i < 32; i++) {
        jw_array_end(&w);
        if (i < 31)
            jw_int(&w, i);
    }
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    json_t *j;
    assert_int_equal(json_read(a, sb_span(&sb), &j, &f), RC_OK);
    arena_free(a);
    sb_release(&sb);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct random r = random_begin(20261124);
    struct arena *const a = arena_new(1 << 20);
    for (int turn = 0; turn < 5000; turn++) {
        char text[40];
        const size_t len = (size_t)random_between(&r, 0, (int64_t)sizeof(text));
        for (size_t i = 0; i < len; i++)
            text[i] = (char)random_between(&r, 1, 127); /* escaped zero is refused on reading */
        int64_t id = random_between(&r, 1, INT64_MAX);
        int64_t fen = (int64_t)random_next(&r);
        const uint64_t bits = random_next(&r);
        double d;
        memcpy(&d, &bits, sizeof(d));
        if (!isfinite(d))
            d = 0.5;
        struct sb sb;
        sb_init(&sb, 4096);
        struct jw w;
        jw_init(&w, &sb);
        jw_object(&w);
        jw_ktext(&w, "t", (struct span){text, len});
        jw_kid(&w, "id", id);
        jw_kid(&w, "fen", fen);
        jw_kreal(&w, "d", d);
        jw_object_end(&w);
        struct fail f = {0};
        json_t *j;
        assert_int_equal(json_read(a, sb_span(&sb), &j, &f), RC_OK);
        int64_t id2 = 0, fen2 = 0;
        double d2 = 0;
        assert_int_equal(json_get_id(j, "id", JSON_REQUIRED, &id2, &f), RC_OK);
        assert_int_equal(json_get_fen(j, "fen", JSON_REQUIRED, &fen2, &f), RC_OK);
        assert_int_equal(json_get_real(j, "d", JSON_REQUIRED, &d2, &f), RC_OK);
        assert_true(id == id2 && fen == fen2 && memcmp(&d, &d2, sizeof(d)) == 0);
        const json_t *const t = json_object_get(j, "t");
        assert_int_equal(json_string_length(t), len);
        assert_memory_equal(json_string_value(t), text, len);
        sb_release(&sb);
        arena_reset(a);
    }
    arena_free(a);
}

int main(void)
{
    static struct CMUnitTest tests[128];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(read_rows); i++)
        tests[n++] =
            (struct CMUnitTest){read_rows[i].name, reads_or_refuses, NULL, NULL, (void *)(uintptr_t)&read_rows[i]};
    for (size_t i = 0; i < COUNT_OF(get_rows); i++)
        tests[n++] =
            (struct CMUnitTest){get_rows[i].name, member_is_read_or_named, NULL, NULL, (void *)(uintptr_t)&get_rows[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(quick_reader_agrees_with_jansson),
        cmocka_unit_test(quick_reader_agrees_on_all_short_texts),
        cmocka_unit_test(nesting_is_limited),
        cmocka_unit_test(size_and_values_are_limited),
        cmocka_unit_test(cap_of_the_arena_is_an_answer),
        cmocka_unit_test(an_array_is_no_object),
        cmocka_unit_test(unknown_member_is_named),
        cmocka_unit_test(writer_puts_commas_and_escapes),
        cmocka_unit_test(every_byte_is_escaped_at_every_place),
        cmocka_unit_test(three_bytes_are_kept_when_well_formed),
        cmocka_unit_test(writer_nests_to_its_limit),
        cmocka_unit_test(what_is_written_reads_back),
    };
    for (size_t i = 0; i < COUNT_OF(more); i++)
        tests[n++] = more[i];
    assert_true(n <= COUNT_OF(tests));
    return _cmocka_run_group_tests("base/json", tests, n, NULL, NULL);
}
