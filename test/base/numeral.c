/* numeral.c - tests of base/numeral. */
#include "check.h"

#include "base/numeral.h"

struct row {
    const char *text;
    int64_t value;
    const char *read; /* what is read of it; NULL: all; "": no numeral */
};
static const struct row rows[] = {
    {"19", 19, NULL},
    {"１９", 19, NULL},
    {"1９", 19, NULL},
    {"0", 0, NULL},
    {"007", 7, NULL},
    {"2011年", 2011, "2011"},
    {"9223372036854775807", INT64_MAX, NULL},
    {"9223372036854775808", 0, ""},
    {"3.5", 3, "3"},
    {"1500万", 1500, "1500"},
    {"-5", 0, ""},
    {"", 0, ""},
    {"甲", 0, ""},
    {"\xff", 0, ""},
    {"一", 1, NULL},
    {"九", 9, NULL},
    {"十", 10, NULL},
    {"十九", 19, NULL},
    {"二十", 20, NULL},
    {"九十九", 99, NULL},
    {"廿", 20, NULL},
    {"廿三", 23, NULL},
    {"卅一", 31, NULL},
    {"卌", 40, NULL},
    {"一百廿五", 125, NULL},
    {"一百", 100, NULL},
    {"一百零五", 105, NULL},
    {"一百〇五", 105, NULL},
    {"一百五", 150, NULL},
    {"一百一十", 110, NULL},
    {"一百十五", 115, NULL},
    {"一百五十一", 151, NULL},
    {"两百", 200, NULL},
    {"两", 2, NULL},
    {"兩千", 2000, NULL},
    {"三千五", 3500, NULL},
    {"三千零五", 3005, NULL},
    {"三千零五十", 3050, NULL},
    {"一万二", 12000, NULL},
    {"一万零二", 10002, NULL},
    {"十万零一十", 100010, NULL},
    {"二十五万", 250000, NULL},
    {"一百五万", 1500000, NULL},
    {"一千二百三十四万五千六百七十八", 12345678, NULL},
    {"一亿", 100000000, NULL},
    {"一亿二", 120000000, NULL},
    {"一亿零二", 100000002, NULL},
    {"一亿二万", 100020000, NULL},
    {"两万亿", 2000000000000, NULL},
    {"一万二千亿", 1200000000000, NULL},
    {"九千九百九十九万九千九百九十九亿九千九百九十九万九千九百九十九", 9999999999999999, NULL},
    {"二○一一", 2011, NULL},
    {"二○○九", 2009, NULL},
    {"二〇二六", 2026, NULL},
    {"二零零九年", 2009, "二零零九"},
    {"一九九八", 1998, NULL},
    {"二0一一", 2011, NULL},
    {"二００九", 2009, NULL},
    {"二OO九年", 2009, "二OO九"},
    {"二ＯＯ九", 2009, NULL},
    {"一O", 0, ""},
    {"〇", 0, NULL},
    {"零", 0, NULL},
    {"零五", 5, NULL},
    {"○", 0, ""},
    {"○○市", 0, ""},
    {"三五", 35, NULL},
    {"九二二三三七二〇三六八五四七七五八〇七", INT64_MAX, NULL},
    {"九二二三三七二〇三六八五四七七五八〇八", 0, ""},
    {"壹", 1, NULL},
    {"壹佰贰拾叁", 123, NULL},
    {"柒仟捌佰玖拾", 7890, NULL},
    {"肆萬伍仟陸佰", 45600, NULL},
    {"參億", 300000000, NULL},
    {"贰壹", 21, NULL},
    /* the end of a numeral */
    {"一百零", 100, "一百"},
    {"十十", 10, "十"},
    {"十百", 10, "十"},
    {"一万万", 10000, "一万"},
    {"一亿亿", 100000000, "一亿"},
    {"一百千", 100, "一百"},
    {"第十", 0, ""},
    {"十九项", 19, "十九"},
    {"一、", 1, "一"},
    /* no numerals */
    {"百年", 0, ""},
    {"千家", 0, ""},
    {"万元", 0, ""},
    {"亿元", 0, ""},
    {"三五十", 0, ""},
    {"二三百", 0, ""},
    {"两三", 0, ""},
    {"三两", 0, ""},
    {"十五六", 0, ""},
    {"十二五", 0, ""},
    {"一二万", 0, ""},
};

static void reads_the_longest_numeral(void **state)
{
    const struct row *const row = *state;
    const char *const read = row->read == NULL ? row->text : row->read;
    int64_t value = -1;
    const size_t n = numeral_scan(span_of(row->text), &value);
    assert_int_equal(n, strlen(read));
    assert_true(value == (n == 0 ? -1 : row->value));
    int64_t whole = -1;
    assert_int_equal(numeral_parse(span_of(row->text), &whole), n > 0 && n == strlen(row->text));
    /* Not a byte behind the span's end is looked at: the same in a buffer of its own, for the sanitizer to guard. */
    char *const copy = malloc(n + 1);
    assert_non_null(copy);
    memcpy(copy, row->text, n);
    char *const exact = realloc(copy, n > 0 ? n : 1);
    assert_non_null(exact);
    if (n > 0)
        assert_int_equal(numeral_scan((struct span){exact, n}, &whole), n);
    free(exact);
}

static void what_is_printed_reads_back(void **state)
{
    (void)state;
    struct random r = random_begin(19);
    for (int64_t i = 0; i < 250000; i++) {
        const int64_t v = i < 110000 ? i : i == 110000 ? 99999999 : random_between(&r, 0, 99999999);
        char out[64];
        const size_t n = numeral_chinese(v, out);
        assert_int_equal(n, strlen(out));
        int64_t back = -1;
        if (!numeral_parse((struct span){out, n}, &back) || back != v)
            fail_msg("%lld is printed %s, which reads %lld", (long long)v, out, (long long)back);
    }
}

struct print_row {
    int64_t value;
    const char *text;
};
static const struct print_row print_rows[] = {
    {0, "零"},
    {1, "一"},
    {10, "十"},
    {11, "十一"},
    {20, "二十"},
    {99, "九十九"},
    {100, "一百"},
    {101, "一百零一"},
    {110, "一百一十"},
    {115, "一百一十五"},
    {1000, "一千"},
    {1001, "一千零一"},
    {1010, "一千零一十"},
    {1100, "一千一百"},
    {10000, "一万"},
    {10001, "一万零一"},
    {10010, "一万零一十"},
    {12000, "一万二千"},
    {100000, "十万"},
    {150000, "十五万"},
    {205000, "二十万五千"},
    {1000500, "一百万零五百"},
    {10010001, "一千零一万零一"},
    {99999999, "九千九百九十九万九千九百九十九"},
};

static void prints_as_people_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(print_rows); i++) {
        char out[64];
        (void)numeral_chinese(print_rows[i].value, out);
        assert_string_equal(out, print_rows[i].text);
    }
}

int main(void)
{
    static struct CMUnitTest tests[COUNT_OF(rows) + 2];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        tests[n++] =
            (struct CMUnitTest){rows[i].text, reads_the_longest_numeral, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_printed_reads_back);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(prints_as_people_write);
    return _cmocka_run_group_tests("base/numeral", tests, n, NULL, NULL);
}
