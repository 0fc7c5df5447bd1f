/* rule.c - the rule language: what it gives, what it refuses, and that random arithmetic agrees with a second evaluator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/rule.h"

static const struct rule_input inputs[] = {
    {"state", RULE_TEXT, false, "状态", "state"},      {"percent", RULE_DECIMAL, false, "进度", "progress"},
    {"due_on", RULE_DATE, true, "到期日", "due date"}, {"today", RULE_DATE, false, "今天", "today"},
    {"reports", RULE_INT, false, "报告数", "reports"}, {"urgent", RULE_BOOL, false, "紧急", "urgent"},
    {"limit", RULE_INT, true, "限额", "limit"},
};
#define N_INPUTS (int)(sizeof(inputs) / sizeof(*inputs))

static int32_t day(int y, int m, int d)
{
    return date_to_days((struct ymd){y, m, d});
}

static void fill(struct rule_value v[N_INPUTS])
{
    v[0] = (struct rule_value){.type = RULE_TEXT, .text = SPAN("under_way")};
    v[1] = (struct rule_value){.type = RULE_DECIMAL, .num = 42500000};
    v[2] = (struct rule_value){.type = RULE_DATE, .num = day(2011, 6, 30)};
    v[3] = (struct rule_value){.type = RULE_DATE, .num = day(2011, 7, 1)};
    v[4] = (struct rule_value){.type = RULE_INT, .num = 0};
    v[5] = (struct rule_value){.type = RULE_BOOL, .num = 1};
    v[6] = (struct rule_value){.type = RULE_INT, .missing = true};
}

/* ---- values -------------------------------------------------------------------------------------------------------------- */

struct value_row {
    const char *source;
    enum rule_type type;
    const char *want;
};
static const struct value_row value_rows[] = {
    {"1 + 2 * 3", RULE_INT, "7"},
    {"(1 + 2) * 3", RULE_INT, "9"},
    {"10 - 2 - 3", RULE_INT, "5"},
    {"-3 + 1", RULE_INT, "-2"},
    {"1 + 0.5", RULE_DECIMAL, "1.5"},
    {"7", RULE_DECIMAL, "7.0"},
    {"0.1 + 0.2", RULE_DECIMAL, "0.3"},
    {"0.000001 * 0.5", RULE_DECIMAL, "0.0"},      /* half to even */
    {"0.000003 * 0.5", RULE_DECIMAL, "0.000002"}, /* half to even */
    {"-0.000003 * 0.5", RULE_DECIMAL, "-0.000002"},
    {"div(1, 3, 0)", RULE_DECIMAL, "0.333333"},
    {"div(2, -3, 0)", RULE_DECIMAL, "-0.666667"},
    {"div(1, 0, 99)", RULE_DECIMAL, "99.0"},
    {"floor(-1.5)", RULE_INT, "-2"},
    {"ceil(-1.5)", RULE_INT, "-1"},
    {"round(2.5)", RULE_INT, "2"},
    {"round(3.5)", RULE_INT, "4"},
    {"round(-2.5)", RULE_INT, "-2"},
    {"share(1001, 1, 2)", RULE_INT, "501"},
    {"share(-1001, 1, 2)", RULE_INT, "-501"},
    {"share(9223372036854775807, 3, 3)", RULE_INT, "9223372036854775807"},
    {"min(2, 1.5)", RULE_DECIMAL, "1.5"},
    {"max(2011-01-01, today)", RULE_DATE, "2011-07-01"},
    {"abs(-4)", RULE_INT, "4"},
    {"2024-02-28 + 1", RULE_DATE, "2024-02-29"},
    {"2024-03-01 - 2024-02-01", RULE_INT, "29"},
    {"year(today) * 10000 + month(today) * 100 + day(today)", RULE_INT, "20110701"},
    {"weekday(2026-11-24)", RULE_INT, "2"},
    {"'it''s'", RULE_TEXT, "'it''s'"},
    {"state in {'done', 'under_way'}", RULE_BOOL, "true"},
    {"reports in {1, 2, 3}", RULE_BOOL, "false"},
    {"count({1, 2, 3})", RULE_INT, "3"},
    {"percent between 40 and 50", RULE_BOOL, "true"},
    {"not urgent", RULE_BOOL, "false"},
    {"not not urgent", RULE_BOOL, "true"},
    {"limit ?? 5", RULE_INT, "5"},
    {"known(limit)", RULE_BOOL, "false"},
    {"(limit + 1) ?? 0", RULE_INT, "0"},
    {"(limit = 1) ?? false", RULE_BOOL, "false"},
    {"if known(due_on) and today > due_on then 'red' else 'green'", RULE_TEXT, "'red'"},
    {"if known(limit) then limit else -1", RULE_INT, "-1"},
    {"if known(limit) and known(due_on) and limit > 0 and today > due_on then 1 else 2", RULE_INT, "2"},
    {"if urgent or div(1, reports, 0) > 1 then 1 else 2", RULE_INT, "1"},
    {"if reports = 0 then if urgent then 'a' else 'b' else 'c'", RULE_TEXT, "'a'"},
    {"workdays(2026-09-30, 2026-10-08)", RULE_INT, NULL}, /* against the calendar itself, below */
};

static void an_expression_gives(void **state)
{
    const struct value_row *const row = *state;
    struct arena *const a = arena_new(4u << 20);
    struct rule_value v[N_INPUTS], out;
    const struct rule *rule = NULL;
    struct fail f = {0};
    struct sb sb;
    char want[32];
    fill(v);
    sb_init(&sb, 1000);
    assert_int_equal(rule_compile(a, span_of(row->source), inputs, N_INPUTS, row->type, &rule, &f), RC_OK);
    assert_int_equal(rule_run(a, rule, v, calendar_builtin(), &out, NULL, &f), RC_OK);
    if (!row->want) {
        int n = 0;
        assert_int_equal(calendar_count(calendar_builtin(), day(2026, 9, 30), day(2026, 10, 8), &n, &f), RC_OK);
        (void)snprintf(want, sizeof(want), "%d", n);
    } else {
        (void)snprintf(want, sizeof(want), "%s", row->want);
    }
    rule_value_print(&out, &sb);
    assert_string_equal(sb.ptr, want);
    sb_release(&sb);
    arena_free(a);
}

/* ---- refusals ------------------------------------------------------------------------------------------------------------- */

struct refusal_row {
    const char *source;
    enum rule_type want;
    enum msg msg;
    const char *column;
};
static const struct refusal_row refusal_rows[] = {
    {"", RULE_INT, MSG_rule_syntax, "1"},
    {"1 +", RULE_INT, MSG_rule_syntax, "4"},
    {"1 2", RULE_INT, MSG_rule_syntax, "3"},
    {"(1", RULE_INT, MSG_rule_syntax, "3"},
    {"1 ; 2", RULE_INT, MSG_rule_char, "3"},
    {"'甲' = 进度", RULE_BOOL, MSG_rule_char, "7"}, /* columns count characters */
    {"nothing + 1", RULE_INT, MSG_rule_name_unknown, "1"},
    {"system('rm')", RULE_INT, MSG_rule_name_unknown, "1"},
    {"'a' + 1", RULE_INT, MSG_rule_type_wrong, "1"},
    {"1 + 'a'", RULE_INT, MSG_rule_type_wrong, "5"},
    {"1 = 'a'", RULE_BOOL, MSG_rule_type_wrong, "5"},
    {"'a' < 'b'", RULE_BOOL, MSG_rule_type_wrong, "1"},
    {"today + today", RULE_DATE, MSG_rule_type_wrong, "1"},
    {"if 1 then 2 else 3", RULE_INT, MSG_rule_type_wrong, "4"},
    {"if urgent then 2 else 'a'", RULE_INT, MSG_rule_type_wrong, "23"},
    {"if urgent then 2", RULE_INT, MSG_rule_syntax, "17"},
    {"1.5", RULE_INT, MSG_rule_type_wrong, "1"},
    {"due_on", RULE_DATE, MSG_rule_may_miss, "1"},
    {"today > due_on", RULE_BOOL, MSG_rule_may_miss, "1"},
    {"if today > due_on then 1 else 2", RULE_INT, MSG_rule_may_miss, "4"},
    {"if known(due_on) or today > due_on then 1 else 2", RULE_INT, MSG_rule_may_miss, "21"},
    {"if not known(due_on) then due_on else today", RULE_DATE, MSG_rule_may_miss, "1"},
    {"if known(due_on) then today else due_on", RULE_DATE, MSG_rule_may_miss, "1"},
    {"if known(due_on) = false then due_on else today", RULE_DATE, MSG_rule_may_miss, "1"},
    {"(if known(limit) then 1 else 2) + limit", RULE_INT, MSG_rule_may_miss, "2"},
    {"9223372036854775808", RULE_INT, MSG_rule_number_large, "1"},
    {"1.0000001", RULE_DECIMAL, MSG_rule_number_large, "1"},
    {"1.", RULE_DECIMAL, MSG_rule_number_large, "1"},
    {"12abc", RULE_INT, MSG_rule_number_large, "1"},
    {"2024-02-30", RULE_DATE, MSG_rule_date_invalid, "1"},
    {"'open", RULE_TEXT, MSG_rule_syntax, "1"},
    {"{1, 'a'}", RULE_INT_SET, MSG_rule_syntax, "5"},
    {"{}", RULE_INT_SET, MSG_rule_syntax, "2"},
    {"1 in 2", RULE_BOOL, MSG_rule_type_wrong, "6"},
    {"'a' in {1}", RULE_BOOL, MSG_rule_type_wrong, "1"},
    {"abs(today)", RULE_DATE, MSG_rule_type_wrong, "5"},
    {"min(1)", RULE_INT, MSG_rule_syntax, "6"},
};

static void a_rule_is_refused(void **state)
{
    const struct refusal_row *const row = *state;
    struct arena *const a = arena_new(4u << 20);
    const struct rule *rule = NULL;
    struct fail f = {0};
    assert_int_equal(rule_compile(a, span_of(row->source), inputs, N_INPUTS, row->want, &rule, &f), RC_INVALID);
    assert_string_equal(msg_name(f.msg), msg_name(row->msg));
    assert_string_equal(f.args[0].text, row->column);
    assert_null(rule);
    arena_free(a);
}

static void limits_hold(void **state)
{
    struct arena *const a = arena_new(64u << 20);
    const struct rule *rule = NULL;
    struct fail f = {0};
    struct sb sb;
    (void)state;
    sb_init(&sb, 1u << 20);
    for (int i = 0; i < RULE_DEPTH_MAX - 1; i++)
        sb_addc(&sb, '(');
    sb_addc(&sb, '1');
    for (int i = 0; i < RULE_DEPTH_MAX - 1; i++)
        sb_addc(&sb, ')');
    assert_int_equal(rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f), RC_OK);
    sb_clear(&sb);
    for (int i = 0; i < RULE_DEPTH_MAX; i++)
        sb_addc(&sb, '(');
    assert_int_equal(rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f), RC_LIMIT);
    sb_clear(&sb);
    sb_adds(&sb, "1");
    while (sb.len < RULE_BYTES_MAX)
        sb_addc(&sb, ' ');
    assert_int_equal(rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f), RC_OK);
    sb_addc(&sb, ' ');
    assert_int_equal(rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f), RC_LIMIT);
    sb_clear(&sb);
    sb_addc(&sb, '1');
    for (int i = 0; i < RULE_NODES_MAX / 2; i++)
        sb_adds(&sb, "+1");
    assert_int_equal(rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f), RC_LIMIT);
    sb_release(&sb);
    arena_free(a);
}

static void overflow_is_an_error(void **state)
{
    static const struct {
        const char *source;
        enum rule_type type;
    } rows[] = {
        {"9223372036854775807 + 1", RULE_INT},
        {"-9223372036854775807 - 2", RULE_INT},
        {"9223372036854775807 * 2", RULE_INT},
        {"9223372036854775807 * 1.0", RULE_DECIMAL},
        {"share(1, 1, 0)", RULE_INT},
        {"9999-12-31 + 1", RULE_DATE},
        {"abs(-9223372036854775807 - 1)", RULE_INT},
        {"div(9000000000000.0, 0.000001, 0)", RULE_DECIMAL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct arena *const a = arena_new(4u << 20);
        struct rule_value v[N_INPUTS], out = {.num = 77};
        const struct rule *rule = NULL;
        struct fail f = {0};
        fill(v);
        assert_int_equal(rule_compile(a, span_of(rows[i].source), inputs, N_INPUTS, rows[i].type, &rule, &f), RC_OK);
        assert_int_equal(rule_run(a, rule, v, NULL, &out, NULL, &f), RC_LIMIT);
        assert_int_equal(f.msg, MSG_rule_overflow);
        assert_int_equal(out.num, 77);
        arena_free(a);
    }
}

static void a_trace_says_because(void **state)
{
    struct arena *const a = arena_new(4u << 20);
    struct rule_value v[N_INPUTS], out;
    struct rule_trace trace;
    const struct rule *rule = NULL;
    struct fail f = {0};
    struct sb zh, en;
    (void)state;
    fill(v);
    sb_init(&zh, 1000);
    sb_init(&en, 1000);
    assert_int_equal(
        rule_compile(
            a,
            SPAN("if state = 'done' then 'green' else if known(due_on) and today > due_on and reports = 0 then 'red' "
                 "else if percent < 20 then 'amber' else 'green'"),
            inputs, N_INPUTS, RULE_TEXT, &rule, &f),
        RC_OK);
    assert_int_equal(rule_run(a, rule, v, NULL, &out, &trace, &f), RC_OK);
    assert_true(span_is(out.text, "red"));
    assert_int_equal(trace.n_steps, 4); /* percent was not looked at */
    assert_true(span_is(trace.steps[0].source, "state = 'done'") && !trace.steps[0].result);
    assert_true(span_is(trace.steps[3].source, "reports = 0") && trace.steps[3].result);
    rule_because(rule, v, &trace, LANG_ZH, &zh);
    rule_because(rule, v, &trace, LANG_EN, &en);
    assert_string_equal(zh.ptr, "状态 under_way，到期日 2011-06-30，今天 2011-07-01，报告数 0");
    assert_string_equal(en.ptr, "state under_way, due date 2011-06-30, today 2011-07-01, reports 0");
    sb_release(&zh);
    sb_release(&en);
    arena_free(a);
}

/* ---- a second evaluator ------------------------------------------------------------------------------------------------------ */

static uint64_t random_state;

static int random_below(int n)
{
    random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
    return (int)((random_state >> 33) % (uint64_t)n);
}

/* Writes a random expression and returns its value, computed while writing. */
static int64_t random_expression(struct sb *sb, int depth)
{
    static const char *const comparisons[] = {"<", "<=", ">", ">=", "=", "!="};
    if (depth == 0 || random_below(4) == 0) {
        const int v = random_below(100);
        sb_add_i64(sb, v);
        return v;
    }
    const int kind = random_below(6);
    if (kind == 5) {
        const int c = random_below(6);
        sb_adds(sb, "(if ");
        const int64_t x = random_expression(sb, depth - 1);
        sb_addf(sb, " %s ", comparisons[c]);
        const int64_t y = random_expression(sb, depth - 1);
        sb_adds(sb, " then ");
        const int64_t yes = random_expression(sb, depth - 1);
        sb_adds(sb, " else ");
        const int64_t no = random_expression(sb, depth - 1);
        sb_addc(sb, ')');
        const bool truth[] = {x<y, x <= y, x> y, x >= y, x == y, x != y};
        return truth[c] ? yes : no;
    }
    static const char *const open[] = {"(", "(", "(", "min(", "max("}, *const middle[] = {" + ", " - ", " * ", ", ",
                                                                                          ", "};
    sb_adds(sb, open[kind]);
    const int64_t x = random_expression(sb, depth - 1);
    sb_adds(sb, middle[kind]);
    const int64_t y = random_expression(sb, depth - 1);
    sb_addc(sb, ')');
    const int64_t results[] = {x + y, x - y, x * y, x < y ? x : y, x > y ? x : y};
    return results[kind];
}

static void random_arithmetic_agrees_with_a_second_evaluator(void **state)
{
    const char *const given = getenv("YITI_SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : 20261124;
    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    random_state = seed;
    for (int i = 0; i < 3000; i++) {
        struct arena *const a = arena_new(4u << 20);
        struct rule_value v[N_INPUTS], out;
        const struct rule *rule = NULL;
        struct fail f = {0};
        struct sb sb;
        fill(v);
        sb_init(&sb, RULE_BYTES_MAX);
        const int64_t want = random_expression(&sb, 4);
        const enum rc rc =
            sb_rc(&sb) == RC_OK ? rule_compile(a, sb_span(&sb), inputs, N_INPUTS, RULE_INT, &rule, &f) : RC_LIMIT;
        if (rc == RC_OK) {
            assert_int_equal(rule_run(a, rule, v, NULL, &out, NULL, &f), RC_OK);
            if (out.num != want)
                print_message("%s\n", sb.ptr);
            assert_int_equal(out.num, want);
        } else {
            assert_int_equal(rc, RC_LIMIT);
        }
        sb_release(&sb);
        arena_free(a);
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int main(void)
{
    static struct CMUnitTest tests[COUNT(value_rows) + COUNT(refusal_rows) + 8];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(value_rows); i++)
        tests[n++] = (struct CMUnitTest){.name = value_rows[i].source,
                                         .test_func = an_expression_gives,
                                         .initial_state = (void *)(uintptr_t)&value_rows[i]};
    for (size_t i = 0; i < COUNT(refusal_rows); i++)
        tests[n++] = (struct CMUnitTest){.name = refusal_rows[i].source,
                                         .test_func = a_rule_is_refused,
                                         .initial_state = (void *)(uintptr_t)&refusal_rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(limits_hold);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(overflow_is_an_error);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_trace_says_because);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(random_arithmetic_agrees_with_a_second_evaluator);
    return _cmocka_run_group_tests("base_rule", tests, n, NULL, NULL);
}
