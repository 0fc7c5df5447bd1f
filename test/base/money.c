/* money.c - tests of base/money. */
#include "check.h"

#include <math.h>

#include "base/money.h"

struct parse_row {
    const char *text;
    bool want;
    int64_t fen;
};
static const struct parse_row parse_rows[] = {
    {"12", true, 1200},
    {"0", true, 0},
    {"-0", true, 0},
    {"-0.00", true, 0},
    {"0.01", true, 1},
    {"-0.01", true, -1},
    {"1.5", true, 150},
    {"-1234.56", true, -123456},
    {"1,234.5", true, 123450},
    {"1,234", true, 123400},
    {"12,345,678.90", true, 1234567890},
    {"123,456", true, 12345600},
    {"0012", true, 1200},
    {"92233720368547758.07", true, INT64_MAX},
    {"92233720368547758.08", false, 0},
    {"-92233720368547758.08", true, INT64_MIN},
    {"-92233720368547758.09", false, 0},
    {"99999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {".", false, 0},
    {".5", false, 0},
    {"5.", false, 0},
    {"1.234", false, 0},
    {"1.2.3", false, 0},
    {"1,23", false, 0},
    {"1,2345", false, 0},
    {"1234,567", false, 0},
    {",123", false, 0},
    {"1,", false, 0},
    {"1,,234", false, 0},
    {"1,234,", false, 0},
    {"1.2,3", false, 0},
    {"+1", false, 0},
    {"--1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1e3", false, 0},
    {"\xef\xbc\x91", false, 0},
    {"\xc2\xa5"
     "1",
     false, 0},
};

static void yuan_text_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(parse_rows); i++) {
        int64_t fen = 0;
        if (fen_parse(span_of(parse_rows[i].text), &fen) != parse_rows[i].want || fen != parse_rows[i].fen)
            fail_msg("'%s' gives %lld", parse_rows[i].text, (long long)fen);
    }
}

static void print_and_parse_again(int64_t fen, const char *want)
{
    char out[24];
    const int n = fen_print(fen, out);
    assert_int_equal(n, strlen(out));
    if (want != NULL)
        assert_string_equal(out, want);
    int64_t back;
    assert_true(fen_parse((struct span){out, (size_t)n}, &back));
    assert_true(back == fen);
}

static void printed_fen_parses_to_itself(void **state)
{
    (void)state;
    print_and_parse_again(0, "0.00");
    print_and_parse_again(1, "0.01");
    print_and_parse_again(-1, "-0.01");
    print_and_parse_again(-123456, "-1234.56");
    print_and_parse_again(INT64_MAX, "92233720368547758.07");
    print_and_parse_again(INT64_MIN, "-92233720368547758.08");
    struct random r = random_begin(100);
    for (int i = 0; i < 50000; i++)
        print_and_parse_again((int64_t)(random_next(&r) >> random_between(&r, 0, 63)), NULL);
}

static void sums_never_wrap(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(fen_add(INT64_MAX - 1, 1, &v) && v == INT64_MAX);
    assert_false(fen_add(INT64_MAX, 1, &v));
    assert_false(fen_add(INT64_MIN, -1, &v));
    assert_false(fen_sub(INT64_MIN, 1, &v));
    assert_false(fen_sub(0, INT64_MIN, &v));
    assert_true(v == INT64_MAX);
    assert_true(fen_sub(-1, INT64_MAX, &v) && v == INT64_MIN);
}

struct rate_row {
    int64_t a, num, den;
    int64_t want[6]; /* HALF_UP, HALF_EVEN, DOWN, UP, FLOOR, CEIL */
};
static const struct rate_row rate_rows[] = {
    {5, 1, 2, {3, 2, 2, 3, 2, 3}},
    {7, 1, 2, {4, 4, 3, 4, 3, 4}},
    {-5, 1, 2, {-3, -2, -2, -3, -3, -2}},
    {-7, 1, 2, {-4, -4, -3, -4, -4, -3}},
    {5, -1, 2, {-3, -2, -2, -3, -3, -2}},
    {1, 1, 3, {0, 0, 0, 1, 0, 1}},
    {2, 1, 3, {1, 1, 0, 1, 0, 1}},
    {-1, 1, 3, {0, 0, 0, -1, -1, 0}},
    {-2, 1, 3, {-1, -1, 0, -1, -1, 0}},
    {6, 1, 3, {2, 2, 2, 2, 2, 2}},
    {-6, 1, 3, {-2, -2, -2, -2, -2, -2}},
    {0, 5, 7, {0, 0, 0, 0, 0, 0}},
    {INT64_MAX, INT64_MAX, INT64_MAX, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}},
    {INT64_MIN, INT64_MAX, INT64_MAX, {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN}},
};

static void each_rounding_is_what_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rate_rows); i++)
        for (int r = 0; r < 6; r++) {
            const struct rate_row *const row = &rate_rows[i];
            int64_t v = 77;
            if (!fen_mul_rate(row->a, row->num, row->den, (enum rounding)r, &v) || v != row->want[r])
                fail_msg("row %zu rounding %d: %lld", i, r, (long long)v);
        }
    int64_t v = 77;
    assert_false(fen_mul_rate(INT64_MIN, INT64_MIN, INT64_MAX, ROUND_DOWN, &v));
    assert_false(fen_mul_rate(INT64_MAX, 2, 1, ROUND_DOWN, &v));
    assert_false(fen_mul_rate(INT64_MIN, -1, 1, ROUND_DOWN, &v));
    assert_false(fen_mul_rate(INT64_MAX, 3, 2, ROUND_DOWN, &v));
    assert_true(v == 77);
}

static void rate_agrees_with_long_double(void **state)
{
    (void)state;
    struct random r = random_begin(3);
    for (int i = 0; i < 50000; i++) { /* small enough for a 64-bit mantissa to be exact */
        const int64_t a = random_between(&r, -100000000, 100000000), num = random_between(&r, -10000, 10000),
                      den = random_between(&r, 1, 10000);
        const long double exact = (long double)(a * num) / (long double)den;
        const long double want[6] = {
            roundl(exact), 0, truncl(exact), exact < 0 ? floorl(exact) : ceill(exact), floorl(exact), ceill(exact)};
        for (int k = 0; k < 6; k++) {
            int64_t v;
            assert_true(fen_mul_rate(a, num, den, (enum rounding)k, &v));
            if (k == ROUND_HALF_EVEN)
                assert_true(fabsl((long double)v - exact) <= 0.5L &&
                            (fabsl((long double)v - exact) < 0.5L || v % 2 == 0));
            else
                assert_true((long double)v == want[k]);
        }
    }
}

struct allocate_row {
    int64_t total;
    int n;
    int64_t weights[4], want[4];
};
static const struct allocate_row allocate_rows[] = {
    {100, 3, {1, 1, 1}, {34, 33, 33}},
    {-100, 3, {1, 1, 1}, {-34, -33, -33}},
    {101, 3, {1, 1, 1}, {34, 34, 33}},
    {1, 4, {0, 0, 1, 1}, {0, 0, 1, 0}},
    {0, 2, {1, 5}, {0, 0}},
    {10, 1, {7}, {10}},
    {10, 2, {0, 3}, {0, 10}},
    {100, 3, {50, 30, 20}, {50, 30, 20}},
    {7, 3, {3, 3, 4}, {2, 2, 3}},
    {5, 4, {1, 2, 3, 4}, {1, 1, 1, 2}}, /* shares 0.5 1.0 1.5 2.0: one left, the tie at 0.5 goes to the first */
    {INT64_MIN, 1, {1}, {INT64_MIN}},
    {INT64_MAX, 2, {INT64_MAX, INT64_MAX}, {INT64_MAX / 2 + 1, INT64_MAX / 2}},
};

static void remainders_go_to_the_largest_then_the_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(allocate_rows); i++) {
        int64_t parts[4] = {0};
        assert_true(fen_allocate(allocate_rows[i].total, allocate_rows[i].weights, allocate_rows[i].n, parts));
        for (int k = 0; k < allocate_rows[i].n; k++)
            if (parts[k] != allocate_rows[i].want[k])
                fail_msg("row %zu part %d: %lld", i, k, (long long)parts[k]);
    }
}

static void nothing_to_weigh_by_is_refused(void **state)
{
    (void)state;
    int64_t parts[2] = {7, 7};
    assert_false(fen_allocate(10, (const int64_t[]){0, 0}, 2, parts));
    assert_false(fen_allocate(10, (const int64_t[]){5, -1}, 2, parts));
    assert_false(fen_allocate(10, NULL, 0, parts));
    assert_true(parts[0] == 7 && parts[1] == 7);
}

/* The oracle hands out one fen after the other, each to the largest remainder that has none yet, in long arithmetic. */
static void parts_sum_exactly_and_follow_the_slow_way(void **state)
{
    (void)state;
    struct random r = random_begin(8);
    for (int turn = 0; turn < 20000; turn++) {
        int64_t weights[12], parts[12], want[12], rest[12];
        const int n = (int)random_between(&r, 1, 12);
        int64_t sum = 0;
        for (int i = 0; i < n; i++)
            sum += weights[i] = random_between(&r, 0, turn % 2 ? 4 : 1000);
        const int64_t total = random_between(&r, -100000, 100000);
        if (sum == 0) {
            assert_false(fen_allocate(total, weights, n, parts));
            continue;
        }
        const int64_t size = llabs(total);
        int64_t left = size;
        for (int i = 0; i < n; i++) {
            want[i] = size * weights[i] / sum;
            rest[i] = size * weights[i] % sum;
            left -= want[i];
        }
        for (; left > 0; left--) {
            int best = -1;
            for (int i = 0; i < n; i++)
                if (rest[i] >= 0 && (best < 0 || rest[i] > rest[best]))
                    best = i;
            want[best]++;
            rest[best] = -1;
        }
        assert_true(fen_allocate(total, weights, n, parts));
        int64_t got = 0;
        for (int i = 0; i < n; i++) {
            assert_true(parts[i] == (total < 0 ? -want[i] : want[i]));
            got += parts[i];
        }
        assert_true(got == total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yuan_text_is_exact),
        cmocka_unit_test(printed_fen_parses_to_itself),
        cmocka_unit_test(sums_never_wrap),
        cmocka_unit_test(each_rounding_is_what_it_says),
        cmocka_unit_test(rate_agrees_with_long_double),
        cmocka_unit_test(remainders_go_to_the_largest_then_the_first),
        cmocka_unit_test(nothing_to_weigh_by_is_refused),
        cmocka_unit_test(parts_sum_exactly_and_follow_the_slow_way),
    };
    return cmocka_run_group_tests_name("base/money", tests, NULL, NULL);
}
