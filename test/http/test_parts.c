/* test_parts.c - the small parsers, the route trie and the token buckets, without a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "http/http_int.h"

/* ---- decoding ---- */

struct decode_row {
    const char *name, *in;
    bool plus;
    enum parts_fault fault;
    const char *out;
};
static struct decode_row decode_rows[] = {
    {"decode nothing", "abc", false, PARTS_OK, "abc"},
    {"decode empty", "", false, PARTS_OK, ""},
    {"decode both cases of hex", "%e6%9D%aD", false, PARTS_OK, "\xe6\x9d\xad"},
    {"decode percent itself", "100%25", false, PARTS_OK, "100%"},
    {"decode once only", "%2541", false, PARTS_OK, "%41"},
    {"decode plus in a query", "a+b%2b", true, PARTS_OK, "a b+"},
    {"decode plus in a path", "a+b", false, PARTS_OK, "a+b"},
    {"decode line feed in a query", "a%0ab", true, PARTS_OK, "a\nb"},
    {"decode line feed in a path", "a%0ab", false, PARTS_TEXT, NULL},
    {"decode zero", "%00", true, PARTS_TEXT, NULL},
    {"decode delete", "%7f", true, PARTS_TEXT, NULL},
    {"decode cut after percent", "a%", false, PARTS_ESCAPE, NULL},
    {"decode cut after a digit", "a%2", false, PARTS_ESCAPE, NULL},
    {"decode bad second digit", "%2g", false, PARTS_ESCAPE, NULL},
    {"decode percent u", "%u0041", false, PARTS_ESCAPE, NULL},
    {"decode utf-8 cut short", "%e6%9d", false, PARTS_TEXT, NULL},
    {"decode overlong slash", "%c0%af", false, PARTS_TEXT, NULL},
    {"raw bytes are checked too", "\xff", false, PARTS_TEXT, NULL},
};

static void decode_holds(void **state)
{
    const struct decode_row *row = *state;
    struct arena *a = arena_new(1 << 16);
    struct span out = SPAN_NONE;
    assert_int_equal(parts_decode(a, span_of(row->in), row->plus, &out), row->fault);
    if (row->out)
        assert_true(span_is(out, row->out));
    arena_free(a);
}

static void query_pairs(void **state)
{
    struct arena *a = arena_new(1 << 16);
    struct pair pairs[4];
    int n;
    (void)state;
    assert_int_equal(parts_query(a, SPAN("a=1&&b=&c&%e6%9d%ad=x%3Dy"), pairs, 4, &n), PARTS_OK);
    assert_int_equal(n, 4);
    assert_true(span_is(pairs[0].key, "a") && span_is(pairs[0].value, "1"));
    assert_true(span_is(pairs[1].key, "b") && span_is(pairs[1].value, "") && pairs[1].value.ptr);
    assert_true(span_is(pairs[2].key, "c") && span_is(pairs[2].value, "") && pairs[2].value.ptr);
    assert_true(span_is(pairs[3].key, "杭") && span_is(pairs[3].value, "x=y"));
    assert_int_equal(parts_query(a, SPAN("a=1&b=2&c=3&d=4&e=5"), pairs, 4, &n), PARTS_MANY);
    assert_int_equal(parts_query(a, SPAN("a=1&%61=2"), pairs, 4, &n), PARTS_TWICE);
    assert_true(span_is(pairs[n].key, "a"));
    assert_int_equal(parts_query(a, SPAN(""), pairs, 4, &n), PARTS_OK);
    assert_int_equal(n, 0);
    arena_free(a);
}

/* ---- headers ---- */

static void cookies(void **state)
{
    (void)state;
    assert_true(span_is(parts_cookie(SPAN("a=1; b=2"), "b"), "2"));
    assert_true(span_is(parts_cookie(SPAN("a=1;b=\"2\""), "b"), "2"));
    assert_true(span_is(parts_cookie(SPAN("b=1; b=2"), "b"), "1"));
    assert_true(span_is(parts_cookie(SPAN("b="), "b"), ""));
    assert_non_null(parts_cookie(SPAN("b="), "b").ptr);
    assert_true(span_is(parts_cookie(SPAN("b=x=y"), "b"), "x=y"));
    assert_null(parts_cookie(SPAN("ab=1; c=b"), "b").ptr);
    assert_null(parts_cookie(SPAN(""), "b").ptr);
}

static void codings(void **state)
{
    struct {
        const char *header, *coding;
        int q;
    } rows[] = {
        {"gzip, br", "br", 1000},
        {"GZIP", "gzip", 1000},
        {"", "br", 0},
        {"", "identity", 1000},
        {"br;q=0", "br", 0},
        {"br;q=0.5", "br", 500},
        {"br;q=0.001", "br", 1},
        {"*", "br", 1000},
        {"*;q=0", "identity", 0},
        {"gzip", "identity", 1000},
        {"br;q=1.5", "br", 0},
        {"br;q=abc", "br", 0},
        {"br ; q=0.25", "br", 250},
        {"*;q=0.1, br;q=0", "br", 0},
        {"xbr", "br", 0},
        {"br;level=1;q=0.3", "br", 300},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parts_coding_q(span_of(rows[i].header), rows[i].coding), rows[i].q);
}

static void languages(void **state)
{
    struct {
        const char *header;
        bool named;
        enum lang lang;
    } rows[] = {
        {"en", true, LANG_EN},
        {"zh-Hans-CN", true, LANG_ZH},
        {"fr, de", false, LANG_ZH},
        {"zh;q=0.1, en;q=0.2", true, LANG_EN},
        {"en-US,en;q=0.9,zh;q=0.8", true, LANG_EN},
        {"", false, LANG_ZH},
        {"eng", false, LANG_ZH},
        {"en;q=0", false, LANG_ZH},
        {"ZH", true, LANG_ZH},
        {"*", false, LANG_ZH},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum lang lang = LANG_ZH;
        assert_int_equal(parts_lang(span_of(rows[i].header), &lang), rows[i].named);
        assert_int_equal(lang, rows[i].lang);
    }
}

static void media_types(void **state)
{
    (void)state;
    assert_true(parts_media_is(SPAN("application/json"), "application/json"));
    assert_true(parts_media_is(SPAN("Application/JSON ; charset=utf-8"), "application/json"));
    assert_false(parts_media_is(SPAN("application/json-patch+json"), "application/json"));
    assert_false(parts_media_is(SPAN(""), "application/json"));
    assert_true(parts_media_named(SPAN("application/xhtml+xml, text/html;q=0.9"), "text/html"));
    assert_false(parts_media_named(SPAN("text/html;q=0"), "text/html"));
    assert_false(parts_media_named(SPAN("*/*"), "text/html"));
}

static void entity_tags(void **state)
{
    struct {
        const char *header;
        bool among;
    } among[] = {{"\"12\"", true},      {"W/\"12\"", true}, {"\"1\", \"12\"", true}, {"*", true},
                 {"\"1\"", false},      {"12", false},      {"\"12", false},         {"", false},
                 {"\"a\"\"12\"", true}, {"x\"12\"", false}};
    struct {
        const char *header;
        bool good;
        int64_t version;
    } match[] = {{"\"12\"", true, 12},
                 {" \"0\" ", true, 0},
                 {"W/\"12\"", true, 12},
                 {"*", false, 0},
                 {"\"12\", \"13\"", false, 0},
                 {"12", false, 0},
                 {"\"\"", false, 0},
                 {"\"-1\"", false, 0},
                 {"\"+1\"", false, 0},
                 {"\"1x\"", false, 0},
                 {"\"9223372036854775807\"", true, INT64_MAX},
                 {"\"9223372036854775808\"", false, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof among / sizeof among[0]; i++)
        assert_int_equal(parts_etag_among(span_of(among[i].header), SPAN("\"12\"")), among[i].among);
    for (size_t i = 0; i < sizeof match / sizeof match[0]; i++) {
        int64_t version = -5;
        assert_int_equal(parts_if_match(span_of(match[i].header), &version), match[i].good);
        assert_int_equal(version, match[i].good ? match[i].version : -5);
    }
}

static void origins(void **state)
{
    struct {
        const char *origin, *host;
        bool secure, ours;
    } rows[] = {
        {"http://a.test", "a.test", false, true},
        {"http://A.TEST", "a.test", false, true},
        {"https://a.test", "a.test", false, false},
        {"https://a.test", "a.test", true, true},
        {"https://a.test:443", "a.test", true, true},
        {"http://a.test:80", "a.test", false, true},
        {"http://a.test:8080", "a.test", false, false},
        {"http://a.test:8080", "a.test:8080", false, true},
        {"http://a.test.evil", "a.test", false, false},
        {"http://evil/a.test", "a.test", false, false},
        {"http://a.test@evil", "a.test", false, false},
        {"null", "a.test", false, false},
        {"", "a.test", false, false},
        {"http://", "", false, false},
        {"http://a.test/page?x", "a.test", false, true},
        {"http://a.test:443", "a.test", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parts_origin(span_of(rows[i].origin), span_of(rows[i].host), rows[i].secure), rows[i].ours);
}

/* ---- addresses ---- */

static void addresses(void **state)
{
    struct {
        const char *in, *out; /* NULL: refused */
    } rows[] = {
        {"1.2.3.4", "1.2.3.4"},
        {" 1.2.3.4 ", "1.2.3.4"},
        {"1.2.3.4:80", "1.2.3.4"},
        {"::1", "::1"},
        {"[2001:db8::1]:443", "2001:db8::1"},
        {"[::1]", "::1"},
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"256.1.1.1", NULL},
        {"1.2.3", NULL},
        {"01.2.3.4", NULL},
        {"", NULL},
        {"unknown", NULL},
        {"[::1", NULL},
        {"1.2.3.4.5", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ip ip;
        char text[46];
        bool good = parts_ip(span_of(rows[i].in), &ip);
        assert_int_equal(good, rows[i].out != NULL);
        if (good) {
            ip_print(&ip, text);
            assert_string_equal(text, rows[i].out);
        }
    }
}

static void ranges(void **state)
{
    struct {
        const char *range, *address;
        bool in;
    } rows[] = {
        {"10.0.0.0/8", "10.255.1.2", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/9", "10.127.0.1", true},
        {"10.0.0.0/9", "10.128.0.1", false},
        {"1.2.3.4", "1.2.3.4", true},
        {"1.2.3.4", "1.2.3.5", false},
        {"0.0.0.0/0", "9.9.9.9", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "9.9.9.9", true},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::1/128", "::1", true},
    };
    static const char *const bad[] = {"10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/+8", "x/8",
                                      "/8",          "",       "10.0.0.0/8/8"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cidr c;
        struct ip ip;
        assert_true(parts_cidr(span_of(rows[i].range), &c));
        assert_true(parts_ip(span_of(rows[i].address), &ip));
        assert_int_equal(cidr_has(&c, 1, &ip), rows[i].in);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct cidr c;
        if (parts_cidr(span_of(bad[i]), &c))
            fail_msg("taken: %s", bad[i]);
    }
    assert_false(cidr_has(NULL, 0, &(struct ip){{0}}));
}

static void forwarding(void **state)
{
    struct {
        const char *peer, *header, *client;
    } rows[] = {
        {"10.0.0.1", "1.2.3.4", "1.2.3.4"},
        {"9.9.9.9", "1.2.3.4", "9.9.9.9"},           /* not trusted */
        {"10.0.0.1", "1.2.3.4, 5.6.7.8", "5.6.7.8"}, /* what the client itself put in front */
        {"10.0.0.1", "1.2.3.4, 10.0.0.2, 10.0.0.3", "1.2.3.4"},
        {"10.0.0.1", "10.0.0.2", "10.0.0.2"},
        {"10.0.0.1", "1.2.3.4, garbage, 10.0.0.2", "10.0.0.2"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", ",", "10.0.0.1"},
        {"10.0.0.1", "1.2.3.4,", "10.0.0.1"},
    };
    struct cidr trusted;
    (void)state;
    assert_true(parts_cidr(SPAN("10.0.0.0/8"), &trusted));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ip peer;
        char text[46];
        assert_true(parts_ip(span_of(rows[i].peer), &peer));
        struct ip client = parts_forwarded(span_of(rows[i].header), peer, &trusted, 1);
        ip_print(&client, text);
        assert_string_equal(text, rows[i].client);
    }
}

/* ---- keys ---- */

static void keys_come_back_the_same(void **state)
{
    struct arena *a = arena_new(1 << 16);
    struct span in[] = {SPAN("2011-06-30"), SPAN(""), SPAN("杭州市 & co"), SPAN("9223372036854775807")}, out[4];
    static const char *const bad[] = {"", "!", "YQ==", "YQ YQ", "_w", "gAA"}; /* the last two are not UTF-8 */
    (void)state;
    for (int n = 1; n <= 4; n++) {
        struct span key = parts_key_make(a, n, in);
        assert_int_equal(strspn(key.ptr, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), key.len);
        assert_true(parts_key_read(a, key, n, out));
        for (int i = 0; i < n; i++)
            assert_true(span_eq(in[i], out[i]));
        if (n > 1)
            assert_false(parts_key_read(a, key, n - 1, out));
        assert_false(parts_key_read(a, key, n + 1, (struct span[5]){0}));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(parts_key_read(a, span_of(bad[i]), 1, out));
    arena_free(a);
}

/* ---- the trie ---- */

static enum rc never(struct req *r, struct fail *f)
{
    (void)r;
    (void)f;
    return RC_OK;
}
#define R(method, path)                                                                                                \
    {                                                                                                                  \
        method, path, AUTH_PUBLIC, 0, NULL, never, 0, ""                                                               \
    }

static void the_most_literal_route_wins(void **state)
{
    static const struct route routes[] = {
        R(HTTP_GET, "/"),              /* 0 */
        R(HTTP_GET, "/a/{x}"),         /* 1 */
        R(HTTP_GET, "/a/b"),           /* 2 */
        R(HTTP_GET, "/a/{x}.csv"),     /* 3 */
        R(HTTP_GET, "/a/{x}/c"),       /* 4 */
        R(HTTP_GET, "/a/b/d"),         /* 5 */
        R(HTTP_POST, "/a/{y}"),        /* 6 */
        R(HTTP_GET, "/{p}/{q}/{r}"),   /* 7 */
        R(HTTP_DELETE, "/a/b"),        /* 8 */
        R(HTTP_GET, "/a/{x}.tar.csv"), /* 9 */
    };
    struct {
        const char *path;
        enum http_method method;
        int index;
        unsigned allowed;
        const char *params[3];
    } rows[] = {
        {"/", HTTP_GET, 0, 1, {NULL}},
        {"/a/z", HTTP_GET, 1, 1, {"z"}},
        {"/a/b", HTTP_GET, 2, 1, {NULL}},
        {"/a/b.csv", HTTP_GET, 3, 1, {"b"}},
        {"/a/b.tar.csv", HTTP_GET, 9, 1, {"b"}},
        {"/a/.csv", HTTP_GET, 1, 1, {".csv"}},
        {"/a/b/c", HTTP_GET, 4, 1, {"b"}}, /* goes back from the literal b */
        {"/a/b/d", HTTP_GET, 5, 1, {NULL}},
        {"/a/b/e", HTTP_GET, 7, 1, {"a", "b", "e"}},
        {"/a/b", HTTP_POST, 6, 0, {"b"}}, /* the literal has no POST, the parameter has */
        {"/a/b", HTTP_DELETE, 8, 0, {NULL}},
        {"/a/z", HTTP_DELETE, -1, 1u << HTTP_GET | 1u << HTTP_POST, {NULL}},
        {"/a/b", HTTP_PUT, -1, 1u << HTTP_GET | 1u << HTTP_POST | 1u << HTTP_DELETE, {NULL}},
        {"/a", HTTP_GET, -1, 0, {NULL}},
        {"/a/", HTTP_GET, -1, 0, {NULL}},
        {"/x/y", HTTP_GET, -1, 0, {NULL}},
        {"/1/2/3/4", HTTP_GET, -1, 0, {NULL}},
    };
    const struct route_table table = {"t", routes, sizeof routes / sizeof routes[0]}, *tables[] = {&table};
    struct arena *a = arena_new(1 << 20);
    struct routes rs;
    struct fail f = {0};
    (void)state;
    assert_int_equal(routes_build(a, tables, 1, &rs, &f), RC_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span segments[HTTP_SEGMENTS_MAX], rest = span_of(rows[i].path + 1);
        struct route_match m;
        int n = 0;
        for (bool more = true; more;) {
            size_t before = rest.len;
            segments[n] = span_split(&rest, '/');
            more = segments[n++].len < before;
        }
        routes_match(&rs, segments, n, rows[i].method, &m);
        if (m.index != rows[i].index)
            fail_msg("%s: route %d", rows[i].path, m.index);
        if (rows[i].index < 0)
            assert_int_equal(m.allowed, rows[i].allowed);
        for (int k = 0; k < 3 && rows[i].params[k]; k++)
            assert_true(span_is(m.param[k], rows[i].params[k]));
    }
    assert_true(span_is(route_param_name(&routes[7], 2), "r"));
    assert_null(route_param_name(&routes[7], 3).ptr);
    arena_free(a);
}

static void routes_that_cannot_be_are_refused(void **state)
{
    static const struct route bad[][2] = {
        {R(HTTP_GET, "a"), R(HTTP_GET, "/b")},
        {R(HTTP_GET, "/a/{x}"), R(HTTP_GET, "/a/{y}")},
        {R(HTTP_GET, "/{a}/{b}/{c}/{d}/{e}"), R(HTTP_GET, "/b")},
        {R(HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"), R(HTTP_GET, "/b")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct route_table table = {"t", bad[i], 2}, *tables[] = {&table};
        struct arena *a = arena_new(1 << 20);
        struct routes rs;
        struct fail f = {0};
        assert_int_equal(routes_build(a, tables, 1, &rs, &f), RC_INVALID);
        assert_int_equal(f.msg, MSG_http_route_bad);
        arena_free(a);
    }
}

/* ---- rates ---- */

static struct ip v4(uint32_t n)
{
    struct ip ip = {{0}};
    ip.byte[10] = ip.byte[11] = 0xff;
    for (int i = 0; i < 4; i++)
        ip.byte[15 - i] = (uint8_t)(n >> (8 * i));
    return ip;
}

static int take_many(struct rate *rate, const struct ip *ip, int64_t now_us, int n)
{
    int passed = 0, wait_s;
    for (int i = 0; i < n; i++)
        passed += rate_take(rate, ip, now_us, &wait_s);
    return passed;
}

static void buckets_fill_with_time(void **state)
{
    struct arena *a = arena_new(16 << 20);
    struct rate rate;
    struct fail f = {0};
    struct ip ip = v4(1), other = v4(2);
    int wait_s = 0;
    (void)state;
    assert_int_equal(rate_init(&rate, a, 10, 20, &f), RC_OK);
    int64_t now_us = 1000000000;
    assert_int_equal(take_many(&rate, &ip, now_us, 100), 20);
    assert_int_equal(take_many(&rate, &other, now_us, 100), 20);
    assert_int_equal(take_many(&rate, &ip, now_us + 1000000, 100), 10);
    assert_int_equal(take_many(&rate, &ip, now_us + 1050000, 100), 0); /* half a token */
    assert_int_equal(take_many(&rate, &ip, now_us + 1100000, 100), 1);
    assert_int_equal(take_many(&rate, &ip, now_us + 3600000000, 100), 20); /* never more than the burst */
    assert_int_equal(take_many(&rate, &ip, now_us, 100), 0);               /* a clock that goes back gives nothing */
    assert_false(rate_take(&rate, &ip, now_us, &wait_s));
    assert_int_equal(wait_s, 1);
    rate_release(&rate);
    assert_int_equal(rate_init(&rate, a, -1, 1, &f), RC_OK);
    assert_int_equal(take_many(&rate, &ip, now_us, 1000), 1000);
    rate_release(&rate);
    arena_free(a);
}

static void an_ipv6_customer_is_one_address(void **state)
{
    struct arena *a = arena_new(16 << 20);
    struct rate rate;
    struct fail f = {0};
    struct ip first, same_net, other_net;
    (void)state;
    assert_int_equal(rate_init(&rate, a, 1, 10, &f), RC_OK);
    assert_true(parts_ip(SPAN("2001:db8:0:1::1"), &first) && parts_ip(SPAN("2001:db8:0:1:ffff::2"), &same_net) &&
                parts_ip(SPAN("2001:db8:0:2::1"), &other_net));
    assert_int_equal(take_many(&rate, &first, 1, 100), 10);
    assert_int_equal(take_many(&rate, &same_net, 1, 100), 0);
    assert_int_equal(take_many(&rate, &other_net, 1, 100), 10);
    rate_release(&rate);
    arena_free(a);
}

static void a_flood_of_addresses_locks_nobody_out(void **state)
{
    struct arena *a = arena_new(16 << 20);
    struct rate rate;
    struct fail f = {0};
    struct ip busy = v4(0xffffffff);
    int passed = 0, busy_passed = 0, wait_s;
    (void)state;
    assert_int_equal(rate_init(&rate, a, 1, 10, &f), RC_OK);
    for (uint32_t i = 0; i < 200000; i++) { /* twelve times what the table holds */
        struct ip ip = v4(i);
        passed += rate_take(&rate, &ip, 1, &wait_s);
        busy_passed += rate_take(&rate, &busy, 1, &wait_s);
    }
    assert_int_equal(passed, 200000);
    assert_int_equal(busy_passed, 10); /* and the busy one's bucket is not the one given up */
    rate_release(&rate);
    arena_free(a);
}

int main(void)
{
    static const struct CMUnitTest named[] = {
        cmocka_unit_test(query_pairs),
        cmocka_unit_test(cookies),
        cmocka_unit_test(codings),
        cmocka_unit_test(languages),
        cmocka_unit_test(media_types),
        cmocka_unit_test(entity_tags),
        cmocka_unit_test(origins),
        cmocka_unit_test(addresses),
        cmocka_unit_test(ranges),
        cmocka_unit_test(forwarding),
        cmocka_unit_test(keys_come_back_the_same),
        cmocka_unit_test(the_most_literal_route_wins),
        cmocka_unit_test(routes_that_cannot_be_are_refused),
        cmocka_unit_test(buckets_fill_with_time),
        cmocka_unit_test(an_ipv6_customer_is_one_address),
        cmocka_unit_test(a_flood_of_addresses_locks_nobody_out),
    };
    enum { N_ROWS = sizeof decode_rows / sizeof decode_rows[0], N_NAMED = sizeof named / sizeof named[0] };
    struct CMUnitTest tests[N_ROWS + N_NAMED];
    for (size_t i = 0; i < N_ROWS; i++)
        tests[i] = (struct CMUnitTest){
            .name = decode_rows[i].name, .test_func = decode_holds, .initial_state = &decode_rows[i]};
    for (size_t i = 0; i < N_NAMED; i++)
        tests[N_ROWS + i] = named[i];
    return _cmocka_run_group_tests("http parts", tests, N_ROWS + N_NAMED, NULL, NULL);
}
