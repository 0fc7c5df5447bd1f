/* Lights: every rule and its neighbour that must not fire, the sentence in both languages, and monotonicity in the as-of day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/sb.h"
#include "plan/plan_rules.h"

static struct row {
    const char *name, *start, *due, *report, *as_of, *want, *want_en;
    int percent;
    enum plan_state state;
} rows[] = {
    {"past due without a report", NULL, "2011-06-30", NULL, "2011-07-01", "red",
     "red because due 2011-06-30, no report", 0, PLAN_TO_START},
    {"on the due day itself it is near", NULL, "2011-06-30", NULL, "2011-06-30", "amber",
     "amber because due 2011-06-30, working days left: 0, at 0 %", 0, PLAN_TO_START},
    {"past due with a report", NULL, "2011-06-30", "2011-05-01", "2011-07-01", "red",
     "red because due 2011-06-30, at 60 %", 60, PLAN_UNDER_WAY},
    {"done stays green for ever", NULL, "2011-06-30", "2011-06-29", "2030-01-01", "green",
     "green because it is done, reported 2011-06-29", 100, PLAN_DONE},
    {"stopped is grey even past due", NULL, "2011-06-30", NULL, "2012-01-01", "grey", "grey because it was stopped", 10,
     PLAN_STOPPED},
    {"a year without a calendar counts days and says so", NULL, "1990-01-20", NULL, "1990-01-08", "amber",
     "amber because due 1990-01-20, days left: 12 (calendar days: that year’s working days are not known), at 0 %", 0,
     PLAN_TO_START},
    {"and beyond them is not near", NULL, "1990-01-23", NULL, "1990-01-08", "green",
     "green because due 1990-01-23, at 0 %", 0, PLAN_TO_START},
    {"eleven working days are not near", NULL, "2026-11-10", NULL, "2026-10-26", "green",
     "green because due 2026-11-10, at 0 %", 0, PLAN_TO_START},
    {"ten working days are near", NULL, "2026-11-09", NULL, "2026-10-26", "amber",
     "amber because due 2026-11-09, working days left: 10, at 0 %", 0, PLAN_TO_START},
    {"nine points behind is on plan", "2026-01-01", "2026-12-27", "2026-06-20", "2026-06-30", "green",
     "green because at 41 % of 50 % planned, due 2026-12-27", 41, PLAN_UNDER_WAY},
    {"ten points behind", "2026-01-01", "2026-12-27", "2026-06-20", "2026-06-30", "amber",
     "amber because at 40 %, 10 points behind the plan, due 2026-12-27", 40, PLAN_UNDER_WAY},
    {"forty points behind", "2026-01-01", "2026-12-27", "2026-06-20", "2026-06-30", "red",
     "red because at 10 %, 40 points behind the plan, due 2026-12-27", 10, PLAN_UNDER_WAY},
    {"45 days without a report are bearable", NULL, NULL, "2026-01-01", "2026-02-15", "green",
     "green because reported 2026-01-01, at 20 %", 20, PLAN_UNDER_WAY},
    {"46 days are not", NULL, NULL, "2026-01-01", "2026-02-16", "amber",
     "amber because last reported 2026-01-01, 46 days ago", 20, PLAN_UNDER_WAY},
    {"nothing to judge by", NULL, NULL, NULL, "2026-02-16", "grey", "grey because it has no due day and no report", 0,
     PLAN_TO_START},
    {"its start lies ahead", "2027-01-01", "2028-12-31", NULL, "2026-02-16", "grey",
     "grey because it starts 2027-01-01", 0, PLAN_TO_START},
};

static int32_t day_of(const char *text)
{
    struct ymd day;
    if (text == NULL)
        return PLAN_NO_DAY;
    assert_true(date_parse(span_of(text), &day));
    return date_to_days(day);
}

static struct plan_thresholds builtin(void)
{
    struct arena *a = arena_new(1u << 20);
    struct plan_thresholds t = {0};
    struct fail f = {0};
    assert_int_equal(plan_thresholds_read(a, "builtin", plan_thresholds_text(), &t, &f), RC_OK);
    arena_free(a);
    return t;
}

static void judges_as_written(void **state)
{
    const struct row *row = *state;
    struct plan_thresholds t = builtin();
    struct plan_facts facts = {day_of(row->start), day_of(row->due), day_of(row->report), row->percent, row->state};
    struct plan_verdict v = plan_judge(&t, calendar_builtin(), &facts, day_of(row->as_of));
    struct sb sb;
    sb_init(&sb, 1000);
    plan_verdict_text(&v, LANG_EN, &sb);
    sb_addc(&sb, '\0');
    assert_string_equal(sb_span(&sb).ptr, row->want_en);
    assert_string_equal(plan_light_word(v.light), row->want);
    sb_clear(&sb);
    plan_verdict_text(&v, LANG_ZH, &sb);
    assert_true(span_starts(sb_span(&sb), span_of(plan_light_name(v.light, LANG_ZH)))); /* 红灯，因为… */
    assert_true(span_find(sb_span(&sb), SPAN("灯，因为"), 0) == 3);
    sb_release(&sb);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void a_later_day_never_gives_a_lower_light(void **state)
{
    (void)state;
    uint64_t seed = 19491001;
    print_message("seed %llu\n", (unsigned long long)seed);
    struct plan_thresholds t = builtin();
    const int32_t from = day_of("2005-01-01"), to = day_of("2027-12-31");
    for (int round = 0; round < 400; round++) {
        struct plan_facts facts = {PLAN_NO_DAY, PLAN_NO_DAY, PLAN_NO_DAY, (int)(next(&seed) % 101),
                                   (enum plan_state)(next(&seed) % PLAN_STATES)};
        if (next(&seed) % 3)
            facts.due_day = from + (int32_t)(next(&seed) % (uint64_t)(to - from));
        if (next(&seed) % 2)
            facts.start_day = facts.due_day != PLAN_NO_DAY ? facts.due_day - 1 - (int32_t)(next(&seed) % 900)
                                                           : from + (int32_t)(next(&seed) % 4000);
        int32_t first = from;
        if (next(&seed) % 2) {
            facts.last_report_day = from + (int32_t)(next(&seed) % 4000);
            first = facts.last_report_day; /* facts are those of a day on which the report is known */
        }
        enum plan_light last = PLAN_GREY;
        for (int32_t day = first; day <= to; day += 1 + (int32_t)(next(&seed) % 5)) {
            struct plan_verdict v = plan_judge(&t, calendar_builtin(), &facts, day);
            if (v.light < last)
                fail_msg("light fell from %s to %s on day %d, why %d", plan_light_word(last), plan_light_word(v.light),
                         (int)day, (int)v.why);
            last = v.light;
        }
    }
}

static void planned_progress_is_a_straight_line(void **state)
{
    (void)state;
    assert_int_equal(plan_planned_pct(100, 200, 99), 0);
    assert_int_equal(plan_planned_pct(100, 200, 100), 0);
    assert_int_equal(plan_planned_pct(100, 200, 150), 50);
    assert_int_equal(plan_planned_pct(100, 200, 199), 99);
    assert_int_equal(plan_planned_pct(100, 200, 200), 100);
    assert_int_equal(plan_planned_pct(100, 200, 999), 100);
    assert_int_equal(plan_planned_pct(100, 100, 100), 100);
    assert_int_equal(plan_planned_pct(PLAN_NO_DAY, 200, 150), -1);
    assert_int_equal(plan_planned_pct(100, PLAN_NO_DAY, 150), -1);
}

static void thresholds_are_read_strictly(void **state)
{
    (void)state;
#define HEAD "thresholds: action\nversion: 2\n"
    static const struct {
        const char *text;
        enum rc rc;
        const char *at; /* where the fault is said to be */
    } cases[] = {
        {HEAD "near_working_days: 5\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\n", RC_OK, ""},
        {HEAD "# c\nnear_working_days: 0\nbehind_amber_pct: 1\nbehind_red_pct: 1 # c\nstale_days: 3660", RC_OK, ""},
        {"stale_days:   3  # c: d\n\nbehind_red_pct: 40\n" HEAD "near_working_days: 10#\nbehind_amber_pct: 1\n",
         RC_INVALID, "t.yaml:6"},
        {"stale_days:   3  # c: d\n\nbehind_red_pct: 40\n" HEAD "near_working_days: 10 #\nbehind_amber_pct: 1  \n",
         RC_OK, ""},
        {HEAD "near_working_days: 007\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: \"3\"\n", RC_OK, ""},
        {HEAD "near_working_days: 5\nbehind_amber_pct: 1\nbehind_red_pct: 2\n", RC_INVALID, "t.yaml:1"},
        {HEAD "near_working_days: 5\nnear_working_days: 5\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\n",
         RC_MALFORMED, "t.yaml:4"},
        {HEAD "near_working_days: 251\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\n", RC_INVALID,
         "t.yaml:3"},
        {HEAD "near_working_days: five\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\n", RC_INVALID,
         "t.yaml:3"},
        {HEAD "near_working_days: 5\nbehind_amber_pct: 3\nbehind_red_pct: 2\nstale_days: 3\n", RC_INVALID, "t.yaml:5"},
        {HEAD "near_working_days: 5\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\nother: 1\n", RC_INVALID,
         "t.yaml:7"},
        {"thresholds: duty\nversion: 2\nnear_working_days: 5\nbehind_amber_pct: 1\nbehind_red_pct: 2\nstale_days: 3\n",
         RC_INVALID, "t.yaml:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new(1u << 20);
        struct plan_thresholds t;
        struct fail f = {0};
        const enum rc rc = plan_thresholds_read(a, "t.yaml", span_of(cases[i].text), &t, &f);
        if (rc != cases[i].rc)
            fail_msg("case %zu: %s, not %s", i, rc_name(rc), rc_name(cases[i].rc));
        if (!span_starts(span_of(f.field), span_of(cases[i].at)))
            fail_msg("case %zu is refused at “%s”, not at “%s”", i, f.field, cases[i].at);
        if (rc == RC_OK) { /* with a mark of YAML's own before it the library reads it, and must read the same */
            char marked[400];
            struct plan_thresholds other;
            (void)snprintf(marked, sizeof marked, "---\n%s", cases[i].text);
            assert_int_equal(plan_thresholds_read(a, "t.yaml", span_of(marked), &other, &f), RC_OK);
            assert_memory_equal(&t, &other, sizeof t);
        }
        arena_free(a);
    }
}

int main(void)
{
    enum { ROWS = (int)(sizeof rows / sizeof rows[0]) };
    struct CMUnitTest tests[ROWS + 3];
    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, judges_as_written, NULL, NULL, &rows[i]};
    tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(a_later_day_never_gives_a_lower_light);
    tests[ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(planned_progress_is_a_straight_line);
    tests[ROWS + 2] = (struct CMUnitTest)cmocka_unit_test(thresholds_are_read_strictly);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
