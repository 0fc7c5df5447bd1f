/* fail.c - tests of base/fail, base/rc and the message catalogue. */
#include "check.h"

#include "base/fail.h"
#include "base/utf8.h"

static void text_of(const struct fail *f, enum lang lang, char *out, size_t size)
{
    struct sb sb;
    sb_init(&sb, size - 1);
    fail_text(f, lang, &sb);
    assert_int_equal(sb_rc(&sb), RC_OK);
    const struct span s = sb_span(&sb);
    if (s.len > 0)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
    sb_release(&sb);
}

static void sentences_take_field_and_arguments(void **state)
{
    (void)state;
    struct fail f;
    char text[1000];
    assert_int_equal(fail_set(&f, RC_INVALID, MSG_field_int, "percent", "0", "100", NULL), RC_INVALID);
    text_of(&f, LANG_EN, text, sizeof(text));
    assert_string_equal(text, "The field \"percent\" must be a whole number from 0 to 100.");
    text_of(&f, LANG_ZH, text, sizeof(text));
    assert_string_equal(text, "“percent”应为 0 到 100 之间的整数。");
    /* What a user gave is not filled in again. */
    (void)fail_span(&f, RC_INVALID, MSG_date_invalid, "{0}", SPAN("{field}"));
    text_of(&f, LANG_EN, text, sizeof(text));
    assert_string_equal(text, "The field \"{0}\" is {field}, which is not a calendar date such as 2026-11-24.");
    (void)fail_set(&f, RC_INVALID, MSG_json_malformed, NULL, NULL);
    text_of(&f, LANG_EN, text, sizeof(text));
    assert_string_equal(text, "This is not valid JSON: line , column .");
}

static void an_earlier_failure_leaves_nothing(void **state)
{
    (void)state;
    struct fail f;
    memset(&f, 'x', sizeof(f));
    (void)fail_set(&f, RC_MISSING, MSG_not_found, NULL, NULL);
    assert_string_equal(f.field, "");
    assert_string_equal(f.args[0].text, "");
    assert_string_equal(f.detail, "");
    fail_detail(&f, "%0300d", 7);
    assert_int_equal(strlen(f.detail), sizeof(f.detail) - 1);
}

static void long_and_dirty_values_are_cut_and_cleaned(void **state)
{
    (void)state;
    struct fail f;
    char text[400];
    for (size_t n = 0; n <= 130; n++) { /* 体 again and again, behind 0 to 2 letters */
        for (size_t lead = 0; lead < 3; lead++) {
            memset(text, 'a', lead);
            for (size_t i = 0; i < n; i++)
                memcpy(text + lead + 3 * i, "体", 3);
            const struct span in = {text, lead + 3 * n};
            (void)fail_span(&f, RC_INVALID, MSG_date_invalid, NULL, in);
            const struct span got = span_of(f.args[0].text);
            assert_true(got.len < sizeof(f.args[0].text));
            assert_int_equal(utf8_check(got), got.len);
            if (in.len < sizeof(f.args[0].text))
                assert_true(span_eq(got, in));
            else {
                assert_true(span_ends(got, SPAN("…")));
                assert_true(got.len >= sizeof(f.args[0].text) - 3);
                assert_true(span_starts(in, span_sub(got, 0, got.len - 3)));
            }
        }
    }
    (void)fail_set(&f, RC_INVALID, MSG_date_invalid, "a\nb", "x\x1b[0m\xff\tz", NULL);
    assert_string_equal(f.field, "a\xef\xbf\xbd"
                                 "b");
    assert_string_equal(f.args[0].text, "x\xef\xbf\xbd[0m\xef\xbf\xbd\xef\xbf\xbdz");
}

static void four_arguments_and_no_more(void **state)
{
    (void)state;
    struct fail f;
    (void)fail_set(&f, RC_INVALID, MSG_date_invalid, NULL, "0", "1", "2", "3", "4", NULL);
    assert_string_equal(f.args[0].text, "0");
    assert_string_equal(f.args[3].text, "3");
    assert_string_equal(f.detail, "");
}

static void each_message_speaks_both_languages(void **state)
{
    (void)state;
    for (int m = MSG_NONE + 1; m < MSG_COUNT; m++) {
        const struct span zh = span_of(msg_text((enum msg)m, LANG_ZH)), en = span_of(msg_text((enum msg)m, LANG_EN));
        assert_true(zh.len > 0 && en.len > 0 && strlen(msg_name((enum msg)m)) > 0);
        assert_int_equal(utf8_check(zh), zh.len);
        for (size_t pos = 0; pos < en.len;)
            assert_false(utf8_is_han(utf8_next(en, &pos)));
        const char *const holes[] = {"{0}", "{1}", "{2}", "{3}", "{field}"};
        for (size_t i = 0; i < COUNT_OF(holes); i++)
            if ((span_find(zh, span_of(holes[i]), 0) == SIZE_MAX) != (span_find(en, span_of(holes[i]), 0) == SIZE_MAX))
                fail_msg("%s: %s", msg_name((enum msg)m), holes[i]);
    }
}

static void codes_have_status_name_and_slug(void **state)
{
    (void)state;
    assert_int_equal(rc_status(RC_OK), 200);
    assert_int_equal(rc_status(RC_STALE), 412);
    assert_string_equal(rc_name(RC_STALE), "RC_STALE");
    assert_string_equal(rc_slug(RC_STALE), "stale");
    for (int a = 0; a < RC_COUNT; a++) {
        assert_true(rc_status((enum rc)a) >= 200 && rc_status((enum rc)a) < 600);
        for (const char *p = rc_slug((enum rc)a); *p; p++)
            assert_true((*p >= 'a' && *p <= 'z') || *p == '-');
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(rc_slug((enum rc)a), rc_slug((enum rc)b));
            assert_int_not_equal(rc_status((enum rc)a), rc_status((enum rc)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_take_field_and_arguments),
        cmocka_unit_test(an_earlier_failure_leaves_nothing),
        cmocka_unit_test(long_and_dirty_values_are_cut_and_cleaned),
        cmocka_unit_test(four_arguments_and_no_more),
        cmocka_unit_test(each_message_speaks_both_languages),
        cmocka_unit_test(codes_have_status_name_and_slug),
    };
    return cmocka_run_group_tests_name("base/fail", tests, NULL, NULL);
}
