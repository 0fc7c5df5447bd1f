/* utf8.c - tests of base/utf8. The oracle for GB 18030 and UTF-16 is iconv and known byte sequences; for UTF-8 every code point. */
#include "check.h"

#include <iconv.h>

#include "base/arena.h"
#include "base/utf8.h"

struct check_row {
    const char *name, *text;
    size_t bad; /* offset of the first invalid sequence; SIZE_MAX: valid */
};
static const struct check_row check_rows[] = {
    {"empty", "", SIZE_MAX},
    {"ASCII", "plain text of more than eight", SIZE_MAX},
    {"two to four bytes", "\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", SIZE_MAX},
    {"around the surrogates", "\xed\x9f\xbf\xee\x80\x80", SIZE_MAX},
    {"lone continuation", "ab\x80", 2},
    {"overlong slash", "\xc0\xaf", 0},
    {"overlong of two", "\xc1\xbf", 0},
    {"overlong of three", "\xe0\x9f\xbf", 0},
    {"overlong of four", "\xf0\x8f\xbf\xbf", 0},
    {"first surrogate", "\xed\xa0\x80", 0},
    {"last surrogate", "\xed\xbf\xbf", 0},
    {"past U+10FFFF", "\xf4\x90\x80\x80", 0},
    {"F5", "\xf5\x80\x80\x80", 0},
    {"FF", "123456789\xff", 9},
    {"cut after one of two", "a\xc2", 1},
    {"cut after two of three", "a\xe4\xb8", 1},
    {"cut after three of four", "a\xf0\x9f\x98", 1},
    {"bad third byte", "\xe4\xb8\x41", 0},
    {"behind eight ASCII bytes", "12345678\xe4\xb8", 8},
};

static void invalid_sequences_are_found(void **state)
{
    const struct check_row *const row = *state;
    const struct span s = span_of(row->text);
    assert_int_equal(utf8_check(s), row->bad == SIZE_MAX ? s.len : row->bad);
    /* Walking agrees: U+FFFD comes first where the check says. */
    size_t first_bad = s.len;
    for (size_t pos = 0; pos < s.len && first_bad == s.len;) {
        const size_t at = pos;
        if (utf8_next(s, &pos) == 0xfffd && !span_starts(span_sub(s, at, s.len), SPAN("\xef\xbf\xbd")))
            first_bad = at;
        assert_true(pos > at && pos <= s.len);
    }
    assert_int_equal(first_bad, utf8_check(s));
}

static void every_code_point_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char out[4];
        const size_t n = utf8_put(cp, out);
        const struct span s = {out, n};
        size_t pos = 0;
        const bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
        assert_int_equal(utf8_check(s), n);
        assert_int_equal(utf8_next(s, &pos), surrogate ? 0xfffd : cp);
        assert_int_equal(pos, n);
        for (size_t cut = 1; cut < n; cut++)
            assert_int_equal(utf8_check(span_sub(s, 0, cut)), 0);
    }
    char out[4];
    assert_int_equal(utf8_put(0x110000, out), 3);
}

static void cutting_ends_at_a_character(void **state)
{
    (void)state;
    const struct span s = SPAN("a\xe4\xb8\x80\xf0\x9f\x98\x80z");
    static const size_t want[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 9};
    for (size_t max = 0; max < COUNT_OF(want); max++)
        assert_int_equal(utf8_cut(s, max).len, want[max]);
    assert_int_equal(utf8_count(s), 4);
    assert_int_equal(utf8_count(SPAN_NONE), 0);
    assert_int_equal(utf8_cut(SPAN("\x80\x80\x80\x80\x80\x80"), 5).len, 2); /* invalid text: at most three bytes back */
}

static void han_or_not(void **state)
{
    (void)state;
    static const uint32_t han[] = {0x3007, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xf900, 0x20000, 0x2fa1f, 0x30000, 0x323af};
    static const uint32_t not_han[] = {0,      'a',    0x3001,  0x3042,  0x4dc0,  0xa000,
                                       0xac00, 0xff01, 0x1f600, 0x323b0, 0x10ffff};
    for (size_t i = 0; i < COUNT_OF(han); i++)
        assert_true(utf8_is_han(han[i]));
    for (size_t i = 0; i < COUNT_OF(not_han); i++)
        assert_false(utf8_is_han(not_han[i]));
}

struct decode_row {
    const char *name, *bytes;
    size_t len;
    const char *want; /* NULL: RC_MALFORMED */
    size_t bom;
};
#define B(lit) lit, sizeof(lit) - 1
static const struct decode_row decode_rows[] = {
    {"empty", B(""), "", 0},
    {"ASCII", B("abc"), "abc", 0},
    {"UTF-8", B("\xe4\xb8\x80\xe4\xbd\x93"), "一体", 0},
    {"UTF-8 with BOM", B("\xef\xbb\xbf\xe4\xb8\x80"), "一", 3},
    {"BOM alone", B("\xef\xbb\xbf"), "", 3},
    {"UTF-8 BOM before other bytes", B("\xef\xbb\xbf\xd2\xbb\xcc\xe5"), NULL, 0},
    {"zero byte", B("a\0b"), NULL, 0},
    {"GB 18030 of two bytes", B("\xd2\xbb\xcc\xe5 12\xa3\xac"), "一体 12，", 0},
    {"GB 18030 of four bytes", B("\xd2\xbb\x94\x39\xfc\x36"), "一\xf0\x9f\x98\x80", 0}, /* U+1F600 */
    {"GB 18030 cut short", B("\xd2\xbb\xcc"), NULL, 0},
    {"GB 18030 with an escape", B("\xcc\xe5\x1b[m"), NULL, 0},
    {"neither", B("\xff\xff"), NULL, 0},
    {"UTF-16 little", B("\xff\xfe\x00\x4e\x53\x4f"), "一体", 2},
    {"UTF-16 big", B("\xfe\xff\x4e\x00\x4f\x53"), "一体", 2},
    {"UTF-16 pair", B("\xff\xfe\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80", 2},
    {"UTF-16 lone high", B("\xff\xfe\x3d\xd8"), NULL, 0},
    {"UTF-16 high then other", B("\xff\xfe\x3d\xd8\x61\x00"), NULL, 0},
    {"UTF-16 lone low", B("\xff\xfe\x00\xde"), NULL, 0},
    {"UTF-16 odd", B("\xff\xfe\x61"), NULL, 0},
    {"UTF-16 zero", B("\xff\xfe\x00\x00"), NULL, 0},
    {"UTF-16 BOM alone", B("\xff\xfe"), "", 2},
    {"a PNG", B("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), NULL, 0},
};

static void other_encodings_become_utf8(void **state)
{
    const struct decode_row *const row = *state;
    struct arena *const a = arena_new(1 << 16);
    struct fail f = {0};
    struct span out = {NULL, 99};
    size_t bom = 99;
    const enum rc rc = utf8_decode(a, (struct span){row->bytes, row->len}, &out, &bom, &f);
    if (row->want == NULL) {
        assert_int_equal(rc, RC_MALFORMED);
        assert_int_equal(f.msg, MSG_text_encoding);
        assert_int_equal(out.len, 99);
    } else {
        assert_int_equal(rc, RC_OK);
        assert_true(span_is(out, row->want));
        assert_int_equal(bom, row->bom);
    }
    arena_free(a);
}

static void utf8_is_borrowed(void **state)
{
    (void)state;
    struct arena *const a = arena_new(0);
    struct fail f;
    const struct span in = SPAN("\xef\xbb\xbf\xe4\xb8\x80");
    struct span out;
    size_t bom;
    assert_int_equal(utf8_decode(a, in, &out, &bom, &f), RC_OK);
    assert_true(out.ptr == in.ptr + 3);
    assert_int_equal(utf8_decode(a, SPAN("\xcc\xe5"), &out, &bom, &f), RC_LIMIT);
    assert_int_equal(utf8_decode(a, SPAN("\xff\xfe\x00\x4e"), &out, &bom, &f), RC_LIMIT);
    arena_free(a);
}

static size_t convert(const char *to, struct span in, char *out, size_t size)
{
    const iconv_t cd = iconv_open(to, "UTF-8");
    assert_true(cd != (iconv_t)-1);
    char *from = (char *)(uintptr_t)in.ptr, *end = out;
    size_t from_left = in.len, to_left = size;
    const size_t rc = iconv(cd, &from, &from_left, &end, &to_left);
    assert_true(rc != (size_t)-1);
    (void)iconv_close(cd);
    return size - to_left;
}

/* Random text out of the planes that GB 18030 and UTF-16 map, through iconv and back by us. */
static void encoded_text_decodes_to_itself(void **state)
{
    (void)state;
    static const uint32_t ranges[][2] = {{0x20, 0x7e},     {0x4e00, 0x9fa5},   {0x3400, 0x4db5},
                                         {0x3001, 0x3017}, {0x20000, 0x2a6d6}, {0x1f300, 0x1f64f}};
    struct random r = random_begin(18030);
    struct arena *const a = arena_new(1 << 20);
    for (int turn = 0; turn < 3000; turn++) {
        char text[600], bytes[1200];
        size_t n = utf8_put(0x4e00, text); /* so that it is not taken for ASCII */
        for (int i = (int)random_between(&r, 0, 100); i > 0; i--) {
            const uint32_t *const range = ranges[random_between(&r, 0, COUNT_OF(ranges) - 1)];
            n += utf8_put((uint32_t)random_between(&r, range[0], range[1]), text + n);
        }
        const char *const encodings[] = {"GB18030", "UTF-16LE", "UTF-16BE"};
        for (size_t e = 0; e < COUNT_OF(encodings); e++) {
            size_t start = 0;
            if (e > 0) {
                memcpy(bytes, e == 1 ? "\xff\xfe" : "\xfe\xff", 2);
                start = 2;
            }
            const size_t len =
                start + convert(encodings[e], (struct span){text, n}, bytes + start, sizeof(bytes) - start);
            const struct span in = {bytes, len};
            if (e == 0 && utf8_check(in) == in.len)
                continue; /* bytes that are both: UTF-8 goes first, as the header says */
            struct fail f;
            struct span out;
            size_t bom;
            assert_int_equal(utf8_decode(a, in, &out, &bom, &f), RC_OK);
            assert_true(span_eq(out, (struct span){text, n}));
        }
        arena_reset(a);
    }
    arena_free(a);
}

int main(void)
{
    static struct CMUnitTest tests[64];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(check_rows); i++)
        tests[n++] = (struct CMUnitTest){check_rows[i].name, invalid_sequences_are_found, NULL, NULL,
                                         (void *)(uintptr_t)&check_rows[i]};
    for (size_t i = 0; i < COUNT_OF(decode_rows); i++)
        tests[n++] = (struct CMUnitTest){decode_rows[i].name, other_encodings_become_utf8, NULL, NULL,
                                         (void *)(uintptr_t)&decode_rows[i]};
    const struct CMUnitTest more[] = {
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(cutting_ends_at_a_character),
        cmocka_unit_test(han_or_not),
        cmocka_unit_test(utf8_is_borrowed),
        cmocka_unit_test(encoded_text_decodes_to_itself),
    };
    for (size_t i = 0; i < COUNT_OF(more); i++)
        tests[n++] = more[i];
    return _cmocka_run_group_tests("base/utf8", tests, n, NULL, NULL);
}
