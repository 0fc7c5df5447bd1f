/* The pure rules of org: names of units, second factors against RFC 6238, the throttle, pictures without metadata, roles as documented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "org/org_int.h"

static const struct unit_place shenzhen = {{{"深圳市", 9}, {"深圳", 6}, {"广东省", 9}, {"广东", 6}}, 4};

static struct {
    const char *printed, *stem;
} stems[] = {
    {"市科协", "科协"},
    {"科协", "科协"},
    {"深圳市科协", "科协"},
    {"广东省深圳市科协", "科协"},
    {"市委宣传部", "市委宣传部"},
    {"深圳市委宣传部", "市委宣传部"},
    {"市属新闻单位", "市属新闻单位"},
    {"市场监管局", "市场监管局"},
    {"市市场监管局", "市场监管局"},
    {"市民政局", "民政局"},
    {"市政府", "政府"},
    {"深圳市人民政府", "政府"},
    {"市发展和改革委员会", "发展改革委"},
    {"市发展改革委", "发展改革委"},
    {"市政府办公室", "政府办"},
    {"市人大", "人大"},
    {"前海管理局", "前海管理局"},
    {"光明新区管理委员会", "光明新区管委会"},
    {"光明新区管委会", "光明新区管委会"},
    {"省科技厅", "科技厅"},
    {"省委", "省委"},
    {"　市　科协　", "科协"},
    {"市（科协）", "(科协)"},
    {"WTO", "wto"},
};

static void stem_is(void **state)
{
    struct arena *a = arena_new(1u << 20);
    (void)state;
    for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++) {
        struct span stem = unit_key_stem(a, unit_key_normal(a, span_of(stems[i].printed)), &shenzhen);
        if (!span_is(stem, stems[i].stem))
            fail_msg("%s gives %.*s, not %s", stems[i].printed, SPAN_ARG(stem), stems[i].stem);
        struct span again = unit_key_stem(a, stem, &shenzhen);
        if (!span_eq(again, stem))
            fail_msg("the stem of %s is not its own stem: %.*s", stems[i].printed, SPAN_ARG(again));
    }
    arena_free(a);
}

/* Two different bodies never share a stem. */
static void different_units_stay_apart(void **state)
{
    static const char *const apart[][2] = {
        {"市委", "市政府"}, {"市科协", "市文联"}, {"市场监管局", "监管局"}, {"市委办公室", "市政府办公室"}};
    struct arena *a = arena_new(1u << 20);
    (void)state;
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
        assert_false(span_eq(unit_key_stem(a, unit_key_normal(a, span_of(apart[i][0])), &shenzhen),
                             unit_key_stem(a, unit_key_normal(a, span_of(apart[i][1])), &shenzhen)));
    arena_free(a);
}

static void invalid_bytes_do_not_overflow(void **state)
{
    char junk[200];
    struct arena *a = arena_new(1u << 20);
    (void)state;
    memset(junk, 0xff, sizeof junk);
    struct span s = unit_key_normal(a, (struct span){junk, sizeof junk});
    assert_true(s.ptr && s.len == 600);
    assert_non_null(unit_key_stem(a, s, &shenzhen).ptr);
    arena_free(a);
}

/* RFC 6238 appendix B, SHA-1, eight digits. */
static void totp_as_published(void **state)
{
    static const struct {
        int64_t at_s;
        uint32_t code;
    } rows[] = {{59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
                {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
    const unsigned char *secret = (const unsigned char *)"12345678901234567890";
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(totp_code(secret, 20, rows[i].at_s / 30, 8), rows[i].code);
}

static void totp_works_once_and_near_its_time(void **state)
{
    const unsigned char *secret = (const unsigned char *)"12345678901234567890";
    int64_t at = INT64_C(1234567890) * 1000000, step = 1234567890 / 30;
    (void)state;
    struct span code = SPAN("005924");
    assert_int_equal(totp_check(secret, 20, code, at, 0), step);
    assert_int_equal(totp_check(secret, 20, code, at + 30000000, 0), step);
    assert_int_equal(totp_check(secret, 20, code, at - 30000000, 0), step);
    assert_int_equal(totp_check(secret, 20, code, at + 90000000, 0), -1);
    assert_int_equal(totp_check(secret, 20, code, at, step), -1);
    assert_int_equal(totp_check(secret, 20, SPAN("05924"), at, 0), -1);
    assert_int_equal(totp_check(secret, 20, SPAN("00592x"), at, 0), -1);
}

/* RFC 4648 section 10 for BASE32, without padding; and back. */
static void base32_as_published(void **state)
{
    static const char *const rows[][2] = {{"f", "MY"},         {"fo", "MZXQ"},        {"foo", "MZXW6"},
                                          {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
    struct arena *a = arena_new(1u << 16);
    unsigned char back[8];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i][0]);
        assert_true(span_is(base32_print(a, (const unsigned char *)rows[i][0], n), rows[i][1]));
        assert_true(base32_read(span_of(rows[i][1]), back, n));
        assert_memory_equal(back, rows[i][0], n);
        assert_false(base32_read(span_of(rows[i][1]), back, n + 1));
    }
    assert_false(base32_read(SPAN("M1"), back, 1));
    arena_free(a);
}

static void throttle_slows_and_forgets(void **state)
{
    struct throttle t = {0, 0, 0};
    int64_t at = 1000000000000;
    (void)state;
    for (int i = 0; i < 4; i++) {
        t = throttle_attempt(t, THROTTLE_PAIR, at);
        assert_int_equal(t.open_at_us, at);
    }
    int64_t last = 0;
    for (int i = 0; i < 40; i++) {
        t = throttle_attempt(t, THROTTLE_PAIR, at);
        assert_true(t.open_at_us - at >= last && t.open_at_us - at <= 60000000 && t.open_at_us > at);
        last = t.open_at_us - at;
    }
    assert_int_equal(last, 60000000);
    t = throttle_attempt(t, THROTTLE_PAIR, at + 3600000001);
    assert_int_equal(t.failures, 1);
    t = (struct throttle){1000000, at, at};
    assert_int_equal(throttle_attempt(t, THROTTLE_ACCOUNT, at).open_at_us - at, 30000000); /* never a lock-out */
}

/* ---- pictures ---- */

static struct span stripped(struct arena *a, struct span image, const char *type)
{
    struct keep *keep = ARENA_ARRAY(a, KEEP_MAX, struct keep);
    struct fail f = {0};
    size_t n = 0, len = 0;
    if (image_keep(image, type, keep, &n, &f) != RC_OK)
        return SPAN_NONE;
    char *out = arena_alloc(a, image.len + 1);
    for (size_t i = 0; i < n; i++) {
        assert_true(keep[i].start + keep[i].len <= image.len);
        memcpy(out + len, image.ptr + keep[i].start, keep[i].len);
        len += keep[i].len;
    }
    return (struct span){out, len};
}

#define SOI "\xff\xd8"
#define JFIF "\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define EXIF                                                                                                           \
    "\xff\xe1\x00\x0e"                                                                                                 \
    "Exif\0\0GPS!!!"
#define COMMENT "\xff\xfe\x00\x06home"
#define SCAN                                                                                                           \
    "\xff\xda\x00\x04\x01\x02"                                                                                         \
    "data\xff\x00more\xff\xd0rest"
#define EOI "\xff\xd9"

static void jpeg_loses_place_and_comment(void **state)
{
    struct arena *a = arena_new(4u << 20);
    (void)state;
    struct span image = SPAN(SOI JFIF EXIF COMMENT SCAN EOI "trailing GPS");
    struct span out = stripped(a, image, "image/jpeg");
    assert_true(span_eq(out, SPAN(SOI JFIF SCAN EOI)));
    assert_true(span_eq(stripped(a, out, "image/jpeg"), out));
    for (size_t cut = 0; cut < out.len; cut++) /* each truncation is refused, none is read past */
        assert_null(stripped(a, span_sub(out, 0, cut), "image/jpeg").ptr);
    arena_free(a);
}

#define PNG_HEAD "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0crc4"
#define TEXT "\0\0\0\x04tEXtGPS!crc4"
#define IDAT "\0\0\0\x02IDATxycrc4"
#define IEND "\0\0\0\0IENDcrc4"

static void png_loses_text(void **state)
{
    struct arena *a = arena_new(4u << 20);
    (void)state;
    struct span out = stripped(a, SPAN(PNG_HEAD IHDR TEXT IDAT IEND "trailing"), "image/png");
    assert_true(span_eq(out, SPAN(PNG_HEAD IHDR IDAT IEND)));
    for (size_t cut = 0; cut < out.len; cut++)
        assert_null(stripped(a, span_sub(out, 0, cut), "image/png").ptr);
    assert_null(stripped(a, SPAN(PNG_HEAD "\xff\xff\xff\xffIHDR"), "image/png").ptr);
    arena_free(a);
}

static void content_decides_the_kind(void **state)
{
    (void)state;
    assert_string_equal(media_sniff(SPAN(SOI "\xff\xe0"), SPAN("text/plain")).type, "image/jpeg");
    assert_null(media_sniff(SPAN("MZ\x90\0\3\0\0\0"), SPAN("image/png")).type);
    assert_null(media_sniff(SPAN("PK\x03\x04rest"), SPAN("application/zip")).type);
    assert_null(media_sniff(SPAN_NONE, SPAN_NONE).type);
    assert_string_equal(media_sniff(SPAN("<script>alert(1)</script>"), SPAN("text/html")).type, "text/plain");
    struct media text = media_sniff(SPAN("<b>"), SPAN("text/html"));
    assert_false(media_agrees(&text, SPAN("text/html"))); /* and so it is refused */
    assert_true(media_agrees(&text, SPAN("text/plain; charset=utf-8")));
}

static void login_names(void **state)
{
    static const char *const good[] = {"wang.li", "王主任", "desk-2", "a1", NULL}, *const bad[] = {
                                                                                       "",    "a",  "Wang",
                                                                                       "a b", ".a", "13800138000",
                                                                                       "a/b", "é1", NULL};
    struct fail f;
    (void)state;
    for (int i = 0; good[i]; i++)
        assert_int_equal(login_name_check(span_of(good[i]), &f), RC_OK);
    for (int i = 0; bad[i]; i++)
        assert_int_equal(login_name_check(span_of(bad[i]), &f), RC_INVALID);
}

static void secrets_go_there_and_back(void **state)
{
    struct secret one, two;
    unsigned char hash[SECRET_HASH_BYTES];
    (void)state;
    secret_new(&one);
    secret_new(&two);
    assert_true(secret_hash(span_of(one.text), hash));
    assert_memory_equal(hash, one.hash, sizeof hash);
    assert_memory_not_equal(one.hash, two.hash, sizeof hash);
    assert_false(secret_hash(SPAN("short"), hash));
    assert_false(secret_hash(SPAN_NONE, hash));
}

static void passwords(void **state)
{
    char hash[ORG_PASSWORD_HASH_BYTES];
    struct fail f;
    (void)state;
    assert_int_equal(org_password_hash(SPAN("1234567890"), hash, &f), RC_INVALID);
    assert_int_equal(org_password_hash(SPAN("aaaaaaaaaaaaaaa"), hash, &f), RC_INVALID);
    assert_int_equal(org_password_hash(SPAN("too short"), hash, &f), RC_INVALID);
    assert_int_equal(org_password_hash(SPAN("九月的西湖很安静"), hash, &f), RC_OK);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_true(org_password_verify(hash, SPAN("九月的西湖很安静")));
    assert_false(org_password_verify(hash, SPAN("九月的西湖很安静。")));
    assert_false(org_password_verify("", SPAN("九月的西湖很安静")));
}

/* docs/roles.md has a line for each role, with the reach of each right as the table has it. */
static void roles_as_documented(void **state)
{
    static const char letters[] = "-STWA";
    char text[65536], line[256];
    FILE *file = fopen(getenv("YITI_ROLES"), "r");
    (void)state;
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = 0;
    for (int i = 0; i < org_role_count(); i++) {
        const struct org_role_row *role = org_role_at(i);
        int len = snprintf(line, sizeof line, "| %s | %s | %s |", role->word, role->name_zh, role->name_en);
        for (int right = 0; right < RIGHT_COUNT; right++)
            len += snprintf(line + len, sizeof line - (size_t)len, " %c |", letters[role->reach[right]]);
        if (!strstr(text, line))
            fail_msg("docs/roles.md lacks: %s", line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stem_is),
        cmocka_unit_test(different_units_stay_apart),
        cmocka_unit_test(invalid_bytes_do_not_overflow),
        cmocka_unit_test(totp_as_published),
        cmocka_unit_test(totp_works_once_and_near_its_time),
        cmocka_unit_test(base32_as_published),
        cmocka_unit_test(throttle_slows_and_forgets),
        cmocka_unit_test(jpeg_loses_place_and_comment),
        cmocka_unit_test(png_loses_text),
        cmocka_unit_test(content_decides_the_kind),
        cmocka_unit_test(login_names),
        cmocka_unit_test(secrets_go_there_and_back),
        cmocka_unit_test(passwords),
        cmocka_unit_test(roles_as_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
