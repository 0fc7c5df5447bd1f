/* outline_input.c - files as people give them: encodings, Markdown, .docx with computed numbers and tables, and each bad one with its own sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zip.h>

#include "base/limits.h"
#include "plan/outline.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define DOC(body) "<?xml version=\"1.0\"?><w:document " W "><w:body>" body "</w:body></w:document>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define N(level, text)                                                                                                 \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>" text        \
    "</w:t></w:r></w:p>"
#define S(style, text) "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"
#define LVL(i, fmt, text)                                                                                              \
    "<w:lvl w:ilvl=\"" i "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" fmt "\"/><w:lvlText w:val=\"" text "\"/></"     \
    "w:lvl>"
#define NUMBERING                                                                                                      \
    "<w:numbering " W "><w:abstractNum w:abstractNumId=\"7\">" LVL("0", "chineseCountingThousand", "%1、") LVL(        \
        "1", "chineseCounting", "（%2）") LVL("2", "decimal", "%3．") LVL("3", "decimalEnclosedCircleChinese", "%4")   \
        LVL("4", "decimal",                                                                                            \
            "%3.%5 ") "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>"
#define STYLES                                                                                                         \
    "<w:styles " W "><w:style w:styleId=\"T\"><w:name w:val=\"Title\"/></w:style><w:style w:styleId=\"H1\"><w:name "   \
    "w:val=\"heading 1\"/>"                                                                                            \
    "<w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr></w:style><w:style w:styleId=\"H1n\"><w:basedOn "                       \
    "w:val=\"H1\"/><w:pPr><w:numPr>"                                                                                   \
    "<w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style></w:styles>"

struct part {
    const char *name, *text;
    size_t size; /* 0: the string's length */
};

/* A package in memory; *out is malloc'd. */
static struct span package(const struct part *parts, size_t n, const char *password)
{
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *const to = zip_source_buffer_create(NULL, 0, 0, &e);
    zip_t *const z = zip_open_from_source(to, ZIP_TRUNCATE, &e);
    assert_non_null(z);
    zip_source_keep(to);
    for (size_t i = 0; i < n; i++) {
        const size_t size = parts[i].size ? parts[i].size : strlen(parts[i].text);
        const zip_int64_t at = zip_file_add(z, parts[i].name, zip_source_buffer(z, parts[i].text, size, 0), 0);
        assert_true(at >= 0);
        if (password)
            assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, password), 0);
    }
    assert_int_equal(zip_close(z), 0);
    zip_stat_t st;
    assert_int_equal(zip_source_stat(to, &st), 0);
    assert_int_equal(zip_source_open(to), 0);
    char *const p = malloc((size_t)st.size + 1);
    assert_int_equal(zip_source_read(to, p, st.size), (zip_int64_t)st.size);
    (void)zip_source_close(to);
    zip_source_free(to);
    zip_error_fini(&e);
    return (struct span){p, (size_t)st.size};
}

static struct span docx(const char *document)
{
    const struct part parts[] = {
        {"word/document.xml", document, 0}, {"word/numbering.xml", NUMBERING, 0}, {"word/styles.xml", STYLES, 0}};
    return package(parts, 3, NULL);
}

static const struct {
    const char *name, *document, *text;
} good[] = {
    {"paragraphs", DOC(P("甲") P("乙")), "甲\n乙\n"},
    {"numbers in four formats",
     DOC(N("0", "总则") N("1", "目标") N("1", "任务") N("2", "建平台") N("3", "选址") N("3", "施工") N("0", "附则")
             N("1", "施行")),
     "一、总则\n（一）目标\n（二）任务\n1．建平台\n①选址\n②施工\n二、附则\n（一）施行\n"},
    {"a level that names two", DOC(N("2", "甲") N("4", "乙")), "1．甲\n1.1 乙\n"},
    {"numbers by style, title and heading",
     DOC(S("T", "某市行动方案") S("H1n", "总则") S("H1", "附录说明") S("H1", "一、已有号")),
     "# 某市行动方案\n一、总则\n## 附录说明\n一、已有号\n"},
    {"table",
     DOC("<w:tbl><w:tr><w:tc>" P("任务") "</w:tc><w:tc>" P("牵头单位") "</w:tc></w:tr><w:tr><w:tc>" P(
         "建站") "</w:tc><w:tc>" P("市教育局") P("市财政局") "</w:tc></w:tr></w:tbl>" P("完")),
     "任务\t牵头单位\n建站\t市教育局 市财政局\n完\n"},
    {"spanned cells",
     DOC("<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" P("甲") "</w:tc><w:tc>" P(
         "乙") "</w:tc></w:tr></w:tbl>"),
     "甲\t\t乙\n"},
    {"deleted and inserted",
     DOC("<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"),
     "新\n"},
    {"breaks", DOC("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"), "甲\n乙\n"},
    {"unknown numbering",
     DOC("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId "
         "w:val=\"99\"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>"),
     "甲\n"},
};

static void test_docx(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct arena *const a = arena_new(64u << 20);
        const struct span bytes = docx(good[i].document);
        struct span text;
        struct fail f;
        enum outline_format format;
        assert_int_equal(outline_text_of_bytes(a, bytes, &text, &format, &f), RC_OK);
        assert_int_equal(format, OUTLINE_DOCX);
        if (!span_is(text, good[i].text))
            fail_msg("%s: %.*s", good[i].name, SPAN_ARG(text));
        free((void *)(uintptr_t)bytes.ptr);
        arena_free(a);
    }
}

static const struct {
    const char *name, *bytes;
    size_t size; /* 0: strlen */
    enum rc rc;
    enum msg msg;
} bad[] = {
    {"pdf", "%PDF-1.7 ...", 0, RC_MEDIA, MSG_outline_pdf},
    {"encrypted or old office", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", 0, RC_MEDIA, MSG_outline_ole},
    {"rtf", "{\\rtf1 x}", 0, RC_MEDIA, MSG_outline_rtf},
    {"image", "\x89PNG\r\n", 0, RC_MEDIA, MSG_outline_image},
    {"archive", "\x1F\x8B\x08x", 0, RC_MEDIA, MSG_outline_archive},
    {"binary", "abc\0def", 7, RC_MEDIA, MSG_outline_binary},
    {"control bytes", "\x01\x02\x03\x04\x05", 0, RC_MEDIA, MSG_outline_binary},
    {"encoding", "\xFF\xFD\xFC abc \xE4", 0, RC_MALFORMED, MSG_text_encoding},
    {"empty", "", 0, RC_INVALID, MSG_outline_empty},
    {"blanks", " \n\t\n", 0, RC_INVALID, MSG_outline_empty},
    {"mark alone", "\xEF\xBB\xBF", 0, RC_INVALID, MSG_outline_empty},
    {"zip that is none", "PK\x03\x04garbage", 0, RC_MALFORMED, MSG_outline_docx_broken},
};

static void expect(struct span bytes, enum rc rc, enum msg msg, const char *name)
{
    struct arena *const a = arena_new(256u << 20);
    struct span text = SPAN_NONE;
    struct fail f = {0};
    enum outline_format format;
    const enum rc got = outline_text_of_bytes(a, bytes, &text, &format, &f);
    if (got != rc || f.msg != msg)
        fail_msg("%s: %s %s", name, rc_name(got), got == RC_OK ? "" : msg_name(f.msg));
    assert_null(text.ptr);
    arena_free(a);
}

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect((struct span){bad[i].bytes, bad[i].size ? bad[i].size : strlen(bad[i].bytes)}, bad[i].rc, bad[i].msg,
               bad[i].name);
    expect((struct span){"x", (size_t)OUTLINE_BYTES_MAX + 1}, RC_LIMIT, MSG_outline_too_large, "100 MB");
}

static void test_bad_docx(void **state)
{
    (void)state;
    const size_t big = 40u << 20;
    char *const bomb = malloc(big);
    memset(bomb, ' ', big);
    char *const deep = malloc(40000);
    size_t n = 0;
    while (n < 39000)
        n += (size_t)snprintf(deep + n, 8, "<x>");
    const struct part cases[] = {
        {"word/document.xml", bomb, big},
        {"word/document.xml", deep, n},
        {"word/document.xml", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>", 0},
        {"word/document.xml", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>", 0},
        {"word/document.xml", DOC("<w:p>"), 0},
        {"word/other.xml", DOC(P("x")), 0},
        {"word/document.xml", "<?xml version=\"1.0\" encoding=\"EUC-KR\"?><x>\xB0\xA1</x>", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct span bytes = package(&cases[i], 1, NULL);
        if (i == 6) { /* an encoding that needs a module: broken or empty, but never a crash */
            struct arena *const a = arena_new(64u << 20);
            struct span text;
            struct fail f;
            enum outline_format format;
            assert_int_not_equal(outline_text_of_bytes(a, bytes, &text, &format, &f), RC_INTERNAL);
            arena_free(a);
        } else {
            expect(bytes, i == 0 ? RC_LIMIT : RC_MALFORMED, i == 0 ? MSG_outline_docx_limit : MSG_outline_docx_broken,
                   cases[i].text == bomb ? "bomb" : "case");
        }
        free((void *)(uintptr_t)bytes.ptr);
    }
    const struct span locked = package(&(struct part){"word/document.xml", DOC(P("x")), 0}, 1, "secret");
    expect(locked, RC_MEDIA, MSG_outline_docx_encrypted, "password");
    free((void *)(uintptr_t)locked.ptr);
    free(bomb);
    free(deep);
}

static void test_encodings(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {{"\xD2\xBB\xA1\xA2\xC4\xBF\xB1\xEA\n", 9},                /* GB 18030 */
                {"\xFF\xFE\x00\x4E\x01\x30\xEE\x76\x07\x68\x0A\x00", 12}, /* UTF-16 */
                {"一、目标\n", 13}};
    for (size_t i = 0; i < 3; i++) {
        struct arena *const a = arena_new(16u << 20);
        struct span text;
        struct fail f;
        enum outline_format format;
        struct outline_result r;
        assert_int_equal(outline_text_of_bytes(a, (struct span){rows[i].bytes, rows[i].size}, &text, &format, &f),
                         RC_OK);
        assert_true(span_is(text, "一、目标\n"));
        assert_int_equal(outline_read(a, text, NULL, &r, &f), RC_OK);
        assert_true(span_is(r.documents[0].nodes[0].heading, "目标"));
        arena_free(a);
    }
}

/* A byte order mark stays in the text, so that spans are offsets into the file. */
static void test_bom_counts(void **state)
{
    (void)state;
    struct arena *const a = arena_new(16u << 20);
    const struct span file = span_of("\xEF\xBB\xBF一、目标\n二、任务\n");
    struct span text;
    struct fail f;
    enum outline_format format;
    struct outline_result r;
    assert_int_equal(outline_text_of_bytes(a, file, &text, &format, &f), RC_OK);
    assert_int_equal(text.len, file.len);
    assert_int_equal(outline_read(a, text, NULL, &r, &f), RC_OK);
    assert_int_equal(r.documents[0].n_nodes, 2);
    assert_int_equal(r.documents[0].nodes[1].start, 16);
    arena_free(a);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) /* outline_worker_run starts this very program */
        return outline_worker_main(argc, argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_docx), cmocka_unit_test(test_bad),
                                       cmocka_unit_test(test_bad_docx), cmocka_unit_test(test_encodings),
                                       cmocka_unit_test(test_bom_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
