/* notice.c - the pure rules of telling: topics, quiet hours, the hour of the daily mail, lines of iCalendar. The oracle is the calendar on the wall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/ical.h"
#include "org/org_notice_int.h"

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_true(time_parse(span_of(text), &us));
    return us;
}

static const char *shown(int64_t us)
{
    static char out[36];
    time_print(us, out);
    out[16] = 0;
    return out;
}

static void a_kind_belongs_to_the_longest_prefix(void **state)
{
    static const char *const rows[][2] = {{"duty.urged", "urge"},        {"duty.overdue", "urge"},
                                          {"duty.slip", "slip"},         {"duty.slip_lapsed", "slip"},
                                          {"duty.opened", "duty"},       {"action.assigned", "action"},
                                          {"meeting.called", "meeting"}, {"webhook.disabled", "system"},
                                          {"unheard.of", "other"},       {"", "other"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(notice_topic_of(span_of(rows[i][0]))->word, rows[i][1]);
}

static void quiet_hours_end_in_the_morning(void **state)
{
    static const struct {
        const char *now;
        int from, to;
        const char *wanted;
    } rows[] = {
        {"2026-11-24T21:59:59+08:00", 22 * 60, 7 * 60, "2026-11-24T21:59"},
        {"2026-11-24T22:00:00+08:00", 22 * 60, 7 * 60, "2026-11-25T07:00"},
        {"2026-11-25T06:59:00+08:00", 22 * 60, 7 * 60, "2026-11-25T07:00"},
        {"2026-11-25T07:00:00+08:00", 22 * 60, 7 * 60, "2026-11-25T07:00"},
        {"2026-11-25T12:30:00+08:00", 12 * 60, 13 * 60, "2026-11-25T13:00"},
        {"2026-11-25T13:00:00+08:00", 12 * 60, 13 * 60, "2026-11-25T13:00"},
        {"2026-12-31T23:30:00+08:00", 23 * 60, 0, "2027-01-01T00:00"},
        {"2026-11-25T03:00:00+08:00", -1, -1, "2026-11-25T03:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(shown(notice_quiet_end(at(rows[i].now), rows[i].from, rows[i].to)), rows[i].wanted);
}

static void the_digest_comes_at_eight_on_a_working_day(void **state)
{
    static const char *const rows[][2] = {
        {"2026-11-24T07:00:00+08:00", "2026-11-24T08:00"},
        {"2026-11-24T08:00:00+08:00", "2026-11-24T08:00"},
        {"2026-11-24T08:00:01+08:00", "2026-11-25T08:00"},
        {"2026-11-27T18:00:00+08:00", "2026-11-30T08:00"}, /* over a weekend */
        {"2026-09-30T18:00:00+08:00", "2026-10-08T08:00"}, /* over the National Day holiday */
        {"2026-10-09T18:00:00+08:00", "2026-10-10T08:00"}, /* a Saturday that is worked */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(shown(notice_digest_at(calendar_builtin(), at(rows[i][0]))), rows[i][1]);
}

static void lines_are_folded_between_characters(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 4096);
    ical_text(&sb, "SUMMARY", SPAN("a,b;c\\d\r\ne\x01"));
    assert_string_equal(sb_span(&sb).ptr, "SUMMARY:a\\,b\\;c\\\\d\\ne\r\n");
    sb_clear(&sb);
    ical_line(
        &sb, "X",
        SPAN("1234567890123456789012345678901234567890123456789012345678901234567890123")); /* 73 + 2 octets: fits */
    assert_int_equal(sb_span(&sb).len, 77);
    sb_clear(&sb);
    ical_line(
        &sb, "X",
        SPAN(
            "12345678901234567890123456789012345678901234567890123456789012345678901中")); /* 71 + 2, then 3: does not */
    assert_string_equal(sb_span(&sb).ptr,
                        "X:12345678901234567890123456789012345678901234567890123456789012345678901\r\n 中\r\n");
    sb_clear(&sb);
    ical_instant(&sb, "DTSTAMP", at("2026-11-24T07:30:00+08:00"));
    ical_local(&sb, "DTSTART", at("2026-11-24T07:30:00+08:00"));
    assert_string_equal(sb_span(&sb).ptr, "DTSTAMP:20261123T233000Z\r\nDTSTART;TZID=Asia/Shanghai:20261124T073000\r\n");
    sb_release(&sb);
}

static void a_feed_is_read_so_often_and_no_more(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct feed_rate *rate = feed_rate_new(a);
    unsigned char one[8] = {1}, two[8] = {2};
    int wait_s = 0;
    for (int i = 0; i < 30; i++)
        assert_true(feed_rate_take(rate, one, 1000000, &wait_s));
    assert_false(feed_rate_take(rate, one, 1000000, &wait_s));
    assert_int_equal(wait_s, 20);
    assert_true(feed_rate_take(rate, two, 1000000, &wait_s));
    assert_false(feed_rate_take(rate, one, 20000000, &wait_s));
    assert_true(feed_rate_take(rate, one, 22000000, &wait_s));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_belongs_to_the_longest_prefix), cmocka_unit_test(quiet_hours_end_in_the_morning),
        cmocka_unit_test(the_digest_comes_at_eight_on_a_working_day),
        cmocka_unit_test(lines_are_folded_between_characters), cmocka_unit_test(a_feed_is_read_so_often_and_no_more)};
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
