/* sb.c - tests of base/sb. */
#include "check.h"

#include "base/sb.h"

static void grows_to_its_maximum_and_latches(void **state)
{
    (void)state;
    for (size_t max = 0; max < 700; max++) {
        struct sb sb;
        sb_init(&sb, max);
        for (size_t i = 0; i < max; i++)
            sb_addc(&sb, (char)('a' + i % 26));
        assert_int_equal(sb_rc(&sb), RC_OK);
        assert_int_equal(sb_span(&sb).len, max);
        sb_adds(&sb, "");
        assert_int_equal(sb_rc(&sb), RC_OK);
        sb_addc(&sb, '!');
        assert_int_equal(sb_rc(&sb), RC_LIMIT);
        assert_int_equal(sb_span(&sb).len, max);
        for (size_t i = 0; i < max; i++)
            assert_int_equal(sb_span(&sb).ptr[i], 'a' + i % 26);
        sb_clear(&sb);
        assert_int_equal(sb_rc(&sb), RC_OK);
        if (max > 0) {
            sb_addc(&sb, 'z');
            assert_string_equal(sb_span(&sb).ptr, "z");
        }
        sb_release(&sb);
    }
}

static void a_piece_that_does_not_fit_adds_nothing(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 5);
    sb_adds(&sb, "abc");
    sb_adds(&sb, "def");
    assert_string_equal(sb_span(&sb).ptr, "abc");
    sb_adds(&sb, "d"); /* would fit, but the failure is latched */
    assert_string_equal(sb_span(&sb).ptr, "abc");
    assert_int_equal(sb_rc(&sb), RC_LIMIT);
    sb_release(&sb);
}

static void printing_short_and_long(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 10000);
    sb_addf(&sb, "%d|%s|", 7, "x");
    sb_addf(&sb, "%*s", 511, "a");
    sb_addf(&sb, "%*s", 512, "b");
    sb_addf(&sb, "%*s", 3000, "c");
    sb_add_i64(&sb, INT64_MIN);
    const struct span s = sb_span(&sb);
    assert_int_equal(s.len, 4 + 511 + 512 + 3000 + 20);
    assert_int_equal(strlen(s.ptr), s.len);
    assert_true(s.ptr[4 + 510] == 'a' && s.ptr[4 + 511 + 511] == 'b' && s.ptr[4 + 511 + 512 + 2999] == 'c');
    assert_string_equal(s.ptr + s.len - 20, "-9223372036854775808");
    sb_addf(&sb, "%*s", 9000, "d");
    assert_int_equal(sb_rc(&sb), RC_LIMIT);
    assert_int_equal(sb_span(&sb).len, 4 + 511 + 512 + 3000 + 20);
    sb_release(&sb);
    sb_release(&sb);
}

static void html_is_escaped(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 1000);
    sb_add_html(&sb, SPAN("<a href=\"x\" b='y'>&amp;\xe4\xb8\x80</a>"));
    assert_string_equal(sb_span(&sb).ptr, "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;\xe4\xb8\x80&lt;/a&gt;");
    sb_clear(&sb);
    sb_add_html(&sb, SPAN_NONE);
    assert_int_equal(sb_span(&sb).len, 0);
    sb_release(&sb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_its_maximum_and_latches),
        cmocka_unit_test(a_piece_that_does_not_fit_adds_nothing),
        cmocka_unit_test(printing_short_and_long),
        cmocka_unit_test(html_is_escaped),
    };
    return cmocka_run_group_tests_name("base/sb", tests, NULL, NULL);
}
