/* outside.c - the pure rules of what leaves the house: which addresses a webhook may reach (IANA's registries), what a mail's headers look like (RFC 2047,
 * 5322), how long to wait. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "org/org_delivery.h"

static void inner_addresses_are_not_reached(void **state)
{
    static const struct {
        const char *address;
        bool reached;
    } rows[] = {{"8.8.8.8", true},
                {"1.1.1.1", true},
                {"127.0.0.1", false},
                {"127.255.0.1", false},
                {"10.1.2.3", false},
                {"172.15.0.1", true},
                {"172.16.0.1", false},
                {"172.31.255.255", false},
                {"172.32.0.1", true},
                {"192.168.1.1", false},
                {"169.254.169.254", false},
                {"100.64.0.1", false},
                {"100.128.0.1", true},
                {"0.0.0.0", false},
                {"224.0.0.1", false},
                {"255.255.255.255", false},
                {"198.18.0.1", false},
                {"192.0.2.1", false},
                {"::1", false},
                {"::", false},
                {"fe80::1", false},
                {"fd00::1", false},
                {"ff02::1", false},
                {"2001:db8::1", false},
                {"2606:4700::1111", true},
                {"::ffff:127.0.0.1", false},
                {"::ffff:8.8.8.8", true},
                {"::127.0.0.1", false},
                {"64:ff9b::7f00:1", false},
                {"64:ff9b::808:808", true},
                {"2002:7f00:1::", false},
                {"2002:808:808::", true},
                {"2001:0:1::1", false}};
    static const char *const allow[] = {"10.1.0.0/16", "::1", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        const struct sockaddr *a = (const struct sockaddr *)&v4;
        bool named = true;
        if (inet_pton(AF_INET, rows[i].address, &v4.sin_addr) != 1) {
            assert_int_equal(inet_pton(AF_INET6, rows[i].address, &v6.sin6_addr), 1);
            a = (const struct sockaddr *)&v6;
        }
        if (net_reachable(a, NULL, &named) != rows[i].reached)
            fail_msg("%s", rows[i].address);
        assert_false(named);
        const bool in_list = !strcmp(rows[i].address, "10.1.2.3") || !strcmp(rows[i].address, "::1");
        assert_int_equal(net_reachable(a, allow, &named), rows[i].reached || in_list);
        assert_int_equal(named, in_list);
    }
    assert_true(net_range_valid("10.0.0.0/8") && net_range_valid("::1") && net_range_valid("fd00::/8"));
    assert_false(net_range_valid("10.0.0.0/33") || net_range_valid("x") || net_range_valid("10.0.0/8") ||
                 net_range_valid("::/129"));
}

static void addresses_are_plain(void **state)
{
    static const struct {
        const char *address;
        bool good;
    } rows[] = {{"a@b.cn", true},     {"first.last+tag@mail.example.cn", true},
                {"a@b", true},        {"", false},
                {"@b.cn", false},     {"a@", false},
                {"a b@c.cn", false},  {"a@b.cn\r\nBcc: x@y.cn", false},
                {"a@b@c.cn", false},  {"<a@b.cn>", false},
                {"a,b@c.cn", false},  {"\"a\"@b.cn", false},
                {"王@b.cn", false},   {".a@b.cn", false},
                {"a..b@c.cn", false}, {"a@.cn", false},
                {"a@b.cn.", false},   {"a@-b.cn", false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (mime_address(span_of(rows[i].address)) != rows[i].good)
            fail_msg("%s", rows[i].address);
}

static void words_are_encoded_and_folded(void **state)
{
    (void)state;
    struct sb sb;
    sb_init(&sb, 1 << 16);
    mime_words(&sb, SPAN("a\r\nBcc: x@y"), 9);
    assert_string_equal(sb_span(&sb).ptr, "=?UTF-8?B?YQ0KQmNjOiB4QHk=?=");
    sb_clear(&sb);
    mime_words(&sb, SPAN("催办"), 9);
    assert_string_equal(sb_span(&sb).ptr, "=?UTF-8?B?5YKs5Yqe?=");
    sb_clear(&sb);
    mime_words(&sb, SPAN("很长的题目很长的题目很长的题目很长的题目很长的题目很长的题目"), 9);
    for (struct span rest = sb_span(&sb); rest.len > 0;)
        assert_true(span_split(&rest, '\n').len <= 76);
    const struct mime m = {.from_name = SPAN("一体\r\nX-Evil: 1"),
                           .from_address = SPAN("o@y.cn"),
                           .to_address = SPAN("a@b.cn"),
                           .subject = SPAN("x\nY: z"),
                           .id = 7,
                           .at_us = 1764000000000000,
                           .text = SPAN("t"),
                           .html = SPAN("<p>t</p>")};
    sb_clear(&sb);
    mime_write(&sb, &m);
    const struct span all = sb_span(&sb);
    assert_true(span_find(all, SPAN("X-Evil"), 0) == SIZE_MAX && span_find(all, SPAN("\nY:"), 0) == SIZE_MAX);
    assert_true(span_find(all, SPAN("Date: Tue, 25 Nov 2025 00:00:00 +0800\r\n"), 0) != SIZE_MAX);
    assert_true(span_find(all, SPAN("Message-ID: <7.yiti@y.cn>\r\n"), 0) != SIZE_MAX);
    assert_true(span_find(all, SPAN("List-Unsubscribe: <mailto:o@y.cn?subject=unsubscribe>\r\n"), 0) != SIZE_MAX);
    sb_release(&sb);
}

static void pauses_grow_and_end(void **state)
{
    (void)state;
    assert_int_equal(delivery_pause_us(60, 1), 60000000);
    assert_int_equal(delivery_pause_us(60, 3), 240000000);
    assert_int_equal(delivery_pause_us(60, 1000), 6LL * 3600 * 1000000);
    assert_int_equal(delivery_pause_us(0, 1), 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_addresses_are_not_reached), cmocka_unit_test(addresses_are_plain),
        cmocka_unit_test(words_are_encoded_and_folded), cmocka_unit_test(pauses_grow_and_end)};
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
