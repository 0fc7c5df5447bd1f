/* span.c - tests of base/span. */
#include "check.h"

#include "base/arena.h"
#include "base/span.h"

static void comparing(void **state)
{
    (void)state;
    assert_true(span_eq(SPAN_NONE, SPAN("")));
    assert_true(span_eq(SPAN("ab"), SPAN("ab")));
    assert_false(span_eq(SPAN("ab"), SPAN("abc")));
    assert_true(span_is(SPAN("ab"), "ab"));
    assert_true(span_is(SPAN_NONE, ""));
    assert_int_equal(span_of(NULL).len, 0);
    assert_int_equal(span_cmp(SPAN("a"), SPAN("b")), -1);
    assert_int_equal(span_cmp(SPAN("a"), SPAN("ab")), -1);
    assert_int_equal(span_cmp(SPAN("b"), SPAN("ab")), 1);
    assert_int_equal(span_cmp(SPAN("\xff"), SPAN("a")), 1);
    assert_int_equal(span_cmp(SPAN_NONE, SPAN("")), 0);
    assert_true(span_starts(SPAN("abc"), SPAN("ab")) && span_starts(SPAN("abc"), SPAN("")) &&
                !span_starts(SPAN("a"), SPAN("ab")));
    assert_true(span_ends(SPAN("abc"), SPAN("bc")) && span_ends(SPAN_NONE, SPAN("")) &&
                !span_ends(SPAN("c"), SPAN("bc")));
}

static void cutting_stays_inside(void **state)
{
    (void)state;
    assert_true(span_is(span_sub(SPAN("abcd"), 1, 3), "bc"));
    assert_true(span_is(span_sub(SPAN("abcd"), 2, 99), "cd"));
    assert_true(span_is(span_sub(SPAN("abcd"), 9, 99), ""));
    assert_true(span_is(span_sub(SPAN("abcd"), 3, 1), ""));
    assert_int_equal(span_sub(SPAN_NONE, 0, 5).len, 0);
}

struct find_row {
    const char *text, *needle;
    size_t from, want;
};
static const struct find_row find_rows[] = {
    {"abcabc", "bc", 0, 1}, {"abcabc", "bc", 2, 4}, {"abcabc", "bc", 5, SIZE_MAX}, {"abc", "abcd", 0, SIZE_MAX},
    {"abc", "", 2, 2},      {"abc", "", 3, 3},      {"abc", "", 4, SIZE_MAX},      {"", "a", 0, SIZE_MAX},
    {"", "", 0, 0},         {"aab", "ab", 0, 1},
};

static void finding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(find_rows); i++)
        assert_int_equal(span_find(span_of(find_rows[i].text), span_of(find_rows[i].needle), find_rows[i].from),
                         find_rows[i].want);
}

static void trimming(void **state)
{
    (void)state;
    assert_true(span_is(span_trim(SPAN(" \t\r\n\xe3\x80\x80 a \xe3\x80\x80 b\xe3\x80\x80\n")), "a \xe3\x80\x80 b"));
    assert_true(span_is(span_trim(SPAN(" \xe3\x80\x80 ")), ""));
    assert_true(span_is(span_trim(SPAN_NONE), ""));
    assert_true(span_is(span_trim(SPAN("\xe3\x80")), "\xe3\x80")); /* half a character is no blank */
}

static void splitting(void **state)
{
    (void)state;
    struct span rest = SPAN("a,,b,");
    assert_true(span_is(span_split(&rest, ','), "a"));
    assert_true(span_is(span_split(&rest, ','), ""));
    assert_true(span_is(span_split(&rest, ','), "b"));
    assert_int_equal(rest.len, 0);
    assert_true(span_is(span_split(&rest, ','), ""));
    struct span one = SPAN("abc");
    assert_true(span_is(span_split(&one, ','), "abc"));
    assert_int_equal(one.len, 0);
}

static void copying_asks_the_arena(void **state)
{
    (void)state;
    struct arena *const a = arena_new(32);
    char text[] = "abc";
    const struct span copy = span_dup(a, (struct span){text, 3});
    char *const cstr = span_cstr(a, SPAN_NONE);
    text[0] = 'x';
    assert_true(span_is(copy, "abc"));
    assert_string_equal(cstr, "");
    assert_null(span_dup(a, SPAN("x")).ptr);
    assert_null(span_cstr(a, SPAN("x")));
    arena_free(a);
}

struct number_row {
    const char *text;
    bool want;
    int64_t value;
};
static const struct number_row number_rows[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"+7", true, 7},
    {"007", true, 7},
    {"9223372036854775807", true, INT64_MAX},
    {"9223372036854775808", false, 0},
    {"-9223372036854775808", true, INT64_MIN},
    {"-9223372036854775809", false, 0},
    {"99999999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"+", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1.0", false, 0},
    {"0x1", false, 0},
    {"--1", false, 0},
    {"\xef\xbc\x91", false, 0},
};

static void numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(number_rows); i++) {
        int64_t v = 0;
        if (span_to_i64(span_of(number_rows[i].text), &v) != number_rows[i].want || v != number_rows[i].value)
            fail_msg("'%s'", number_rows[i].text);
    }
    struct random r = random_begin(5);
    for (int i = 0; i < 20000; i++) {
        const int64_t v = (int64_t)(random_next(&r) >> random_between(&r, 0, 63)) * (i % 2 ? 1 : -1);
        char text[32];
        (void)snprintf(text, sizeof(text), "%lld", (long long)v);
        int64_t back;
        assert_true(span_to_i64(span_of(text), &back) && back == v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing), cmocka_unit_test(cutting_stays_inside),
        cmocka_unit_test(finding),   cmocka_unit_test(trimming),
        cmocka_unit_test(splitting), cmocka_unit_test(copying_asks_the_arena),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}
