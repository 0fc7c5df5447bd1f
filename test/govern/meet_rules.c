/* meet_rules.c - the rules of meetings alone: every state with every verb, whose turn it is, quorum, votes, how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "govern/meet.h"

/* What the table should be, written down a second time as a square: rows are states, columns verbs. */
static const char *const verbs[] = {"call", "postpone", "hold", "minute", "reopen", "close", "cancel"};
static const char *const square[MEET_STATES][7] = {
    [MEET_PLANNED] = {"called", "", "", "", "", "", "cancelled"},
    [MEET_CALLED] = {"", "planned", "held", "", "", "", "cancelled"},
    [MEET_HELD] = {"", "", "", "minuted", "", "", ""},
    [MEET_MINUTED] = {"", "", "", "", "held", "closed", ""},
    [MEET_CLOSED] = {"", "", "", "", "", "", ""},
    [MEET_CANCELLED] = {"", "", "", "", "", "", ""},
};

static void each_state_takes_these_verbs_and_no_other(void **state)
{
    const struct meet_facts all = {.place = true, .start = true, .agenda = true, .minutes = true, .reason = true};
    (void)state;
    for (int s = 0; s < MEET_STATES; s++)
        for (int v = 0; v < 7; v++) {
            const struct meet_step *step = NULL;
            struct fail f = {0};
            const enum rc rc = meet_step_find((enum meet_state)s, span_of(verbs[v]), &all, &step, &f);
            if (square[s][v][0] == '\0') {
                assert_int_equal(rc, RC_CONFLICT);
                assert_int_equal(f.msg, MSG_meet_not_now);
                continue;
            }
            assert_int_equal(rc, RC_OK);
            assert_string_equal(meet_state_word(step->to), square[s][v]);
        }
    assert_int_equal(meet_step_count, 7);
}

static const struct {
    const char *name;
    enum meet_state state;
    const char *verb;
    struct meet_facts facts;
    enum rc rc;
    enum msg msg;
} needs[] = {
    {"no such verb", MEET_PLANNED, "adjourn", {0}, RC_INVALID, MSG_meet_verb_unknown},
    {"no place", MEET_PLANNED, "call", {.start = true, .agenda = true}, RC_CONFLICT, MSG_meet_no_place},
    {"no start", MEET_PLANNED, "call", {.place = true, .agenda = true}, RC_CONFLICT, MSG_meet_no_start},
    {"no agenda", MEET_PLANNED, "call", {.place = true, .start = true}, RC_CONFLICT, MSG_meet_no_agenda},
    {"postponed without a reason", MEET_CALLED, "postpone", {0}, RC_INVALID, MSG_meet_needs_reason},
    {"cancelled without a reason", MEET_PLANNED, "cancel", {0}, RC_INVALID, MSG_meet_needs_reason},
    {"one still expected", MEET_CALLED, "hold", {.expected = 1}, RC_CONFLICT, MSG_meet_attendance_open},
    {"before its day", MEET_CALLED, "hold", {.early = true}, RC_CONFLICT, MSG_meet_too_early},
    {"nobody expected", MEET_CALLED, "hold", {0}, RC_OK, MSG_not_found},
    {"no minutes", MEET_HELD, "minute", {0}, RC_CONFLICT, MSG_meet_no_minutes},
    {"one has not signed", MEET_MINUTED, "close", {.unsigned_count = 1}, RC_CONFLICT, MSG_meet_not_signed},
    {"one has not signed, and why", MEET_MINUTED, "close", {.unsigned_count = 1, .reason = true}, RC_OK, MSG_not_found},
    {"all have signed", MEET_MINUTED, "close", {0}, RC_OK, MSG_not_found},
};

static void a_step_needs_what_it_needs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        const struct meet_step *step = NULL;
        struct fail f = {0};
        const enum rc rc = meet_step_find(needs[i].state, span_of(needs[i].verb), &needs[i].facts, &step, &f);
        if (rc != needs[i].rc || (rc != RC_OK && f.msg != needs[i].msg))
            fail_msg("%s: %d %s", needs[i].name, (int)rc, rc == RC_OK ? "" : msg_name(f.msg));
    }
}

/* Units 11, 12, 13 host in this order, 14 never; 15 was in the order between 12 and 13 and has left. */
static const struct meet_member members[] = {
    {.unit_id = 14, .ordinal = 0, .now = true}, {.unit_id = 11, .ordinal = 1, .now = true},
    {.unit_id = 12, .ordinal = 2, .now = true}, {.unit_id = 15, .ordinal = 3, .now = false},
    {.unit_id = 13, .ordinal = 4, .now = true},
};
static const struct {
    int64_t last, next;
} turns[] = {{0, 11}, {11, 12}, {12, 13}, {13, 11}, {15, 13}, {99, 11}};

static int32_t day(int y, int m, int d)
{
    return date_to_days((struct ymd){y, m, d});
}

static void the_turn_goes_round(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
        assert_int_equal(meet_turn(&(struct meet_turn_in){.members = members, .n = 5, .last_host_id = turns[i].last}),
                         turns[i].next);
    assert_int_equal(meet_turn(&(struct meet_turn_in){.members = members, .n = 1}), 0); /* nobody hosts */
}

static void the_turn_goes_by_the_calendar(void **state)
{
    static const struct {
        int y, m, d;
        int64_t unit;
    } days[] = {{2025, 1, 31, 11}, {2025, 7, 30, 11}, {2025, 7, 31, 12}, {2026, 1, 30, 12},
                {2026, 1, 31, 13}, {2026, 7, 31, 11}, {2024, 5, 1, 11}};
    int32_t first = 0, last = 0;
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_int_equal(meet_turn(&(struct meet_turn_in){.members = members,
                                                          .n = 5,
                                                          .by_term = true,
                                                          .term_months = 6,
                                                          .from_day = day(2025, 1, 31),
                                                          .day = day(days[i].y, days[i].m, days[i].d)}),
                         days[i].unit);
    meet_term(day(2025, 1, 31), 6, 1, &first, &last);
    assert_int_equal(first, day(2025, 7, 31));
    assert_int_equal(last, day(2026, 1, 30));
}

static void a_quorum_is_rounded_up(void **state)
{
    static const struct {
        int voting, percent, needed;
    } rows[] = {{4, 67, 3}, {4, 75, 3}, {4, 50, 2}, {3, 67, 3}, {3, 66, 2}, {1, 1, 1}, {0, 50, 1}, {100, 100, 100}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(meet_quorum(rows[i].voting, rows[i].percent), rows[i].needed);
}

static void votes_are_counted_by_the_rule(void **state)
{
    static const struct {
        const char *rule;
        struct meet_votes v;
        bool adopted;
    } rows[] = {
        {"majority", {2, 2, 0, 4}, false},  {"majority", {3, 1, 0, 4}, true},    {"majority", {2, 0, 2, 4}, false},
        {"two_thirds", {2, 1, 0, 3}, true}, {"two_thirds", {3, 2, 0, 5}, false}, {"two_thirds", {0, 0, 0, 0}, false},
        {"consensus", {3, 0, 1, 4}, true},  {"consensus", {3, 1, 0, 4}, false},  {"consensus", {0, 0, 4, 4}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(meet_adopted(span_of(rows[i].rule), &rows[i].v), rows[i].adopted);
}

static void only_whole_periods_are_expected(void **state)
{
    static const struct {
        const char *cadence;
        int y, m, d;
        int64_t n;
    } rows[] = {{"none", 2026, 12, 31, 0},   {"month", 2026, 2, 14, 0},     {"month", 2026, 2, 15, 1},
                {"quarter", 2026, 4, 15, 1}, {"half_year", 2027, 1, 14, 1}, {"year", 2027, 1, 14, 0},
                {"year", 2027, 1, 15, 1},    {"month", 2025, 1, 1, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            meet_expected(span_of(rows[i].cadence), day(2026, 1, 15), day(rows[i].y, rows[i].m, rows[i].d)), rows[i].n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_takes_these_verbs_and_no_other),
        cmocka_unit_test(a_step_needs_what_it_needs),
        cmocka_unit_test(the_turn_goes_round),
        cmocka_unit_test(the_turn_goes_by_the_calendar),
        cmocka_unit_test(a_quorum_is_rounded_up),
        cmocka_unit_test(votes_are_counted_by_the_rule),
        cmocka_unit_test(only_whole_periods_are_expected),
    };
    return cmocka_run_group_tests_name("meet_rules", tests, NULL, NULL);
}
