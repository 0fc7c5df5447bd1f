/* field.c - decimals as text and back, words of a list, and what the pack's kinds of documents may not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "govern/document_kinds.h"

static void decimals_are_read_in_one_form(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t millionths;
    } rows[] = {
        {"0", true, 0},
        {"12", true, 12000000},
        {"12.5", true, 12500000},
        {"-3", true, -3000000},
        {"0.000001", true, 1},
        {"-0.5", true, -500000},
        {"", false, 0},
        {"-", false, 0},
        {".5", false, 0},
        {"5.", false, 0},
        {"1.0000001", false, 0},
        {"1e3", false, 0},
        {" 1", false, 0},
        {"1,5", false, 0},
        {"1.2.3", false, 0},
        {"--1", false, 0},
        {"１", false, 0},
        {"999999999999", true, 999999999999000000},
        {"1000000000000", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = 7;
        assert_int_equal(govern_decimal_parse(span_of(rows[i].text), &value), rows[i].ok);
        assert_int_equal(value, rows[i].ok ? rows[i].millionths : 7);
    }
}

static void what_is_printed_reads_back_the_same(void **state)
{
    struct arena *a = arena_new(1u << 20);
    uint64_t random = 20261124;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        const int64_t value = (int64_t)(random >> 24) % 1000000000000 - 500000000000;
        int64_t back = 0;
        assert_true(govern_decimal_parse(govern_decimal_print(a, value), &back));
        assert_int_equal(back, value);
    }
    assert_true(span_is(govern_decimal_print(a, 40500000), "40.5"));
    assert_true(span_is(govern_decimal_print(a, -1), "-0.000001"));
    assert_true(span_is(govern_decimal_print(a, 0), "0"));
    arena_free(a);
}

static void a_word_is_whole(void **state)
{
    (void)state;
    assert_true(govern_word_in(SPAN("ge"), "le|ge"));
    assert_false(govern_word_in(SPAN("g"), "le|ge"));
    assert_false(govern_word_in(SPAN("le|ge"), "le|ge"));
    assert_false(govern_word_in(SPAN(""), "le|ge"));
}

#define KIND(parts)                                                                                                    \
    "documents: kinds\nversion: 1\nkinds:\n  - word: a\n    name: {zh: 甲, en: A}\n    parts: [" parts "]\n"
#define PART(word) "{word: " word ", name: {zh: 目标, en: goals}}"

static void a_fault_in_the_pack_names_its_line(void **state)
{
    static const struct {
        const char *yaml, *field; /* field NULL: it loads */
    } rows[] = {
        {KIND(PART("goals")), NULL},
        {KIND(""), NULL},
        {KIND(PART("goals") "," PART("goals")), "kinds.yaml:6"},
        {KIND(PART("goals")) "  - word: a\n    name: {zh: 乙, en: B}\n    parts: []\n", "kinds.yaml:7"},
        {"documents: kinds\nversion: 1\nkinds:\n  - word: a\n    name: {zh: 甲}\n    parts: []\n", "kinds.yaml:5"},
        {"documents: kinds\nversion: 1\nkinds: []\n", "kinds.yaml:3"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena *a = arena_new(8u << 20);
        const struct document_kinds *kinds = NULL;
        struct fail f = {0};
        const enum rc rc = document_kinds_load(a, "kinds.yaml", span_of(rows[i].yaml), &kinds, &f);
        assert_int_equal(rc, rows[i].field == NULL ? RC_OK : RC_INVALID);
        if (rows[i].field != NULL && strncmp(f.field, rows[i].field, strlen(rows[i].field)) != 0)
            fail_msg("row %zu: %s, not %s", i, f.field, rows[i].field);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_in_one_form),
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(a_word_is_whole),
        cmocka_unit_test(a_fault_in_the_pack_names_its_line),
    };
    return cmocka_run_group_tests_name("govern_field", tests, NULL, NULL);
}
