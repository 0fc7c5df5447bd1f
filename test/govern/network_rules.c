/* network_rules.c - what an entry may go through (every kind, state and state), the code of a firm, and what a request must bring along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "govern/network_int.h"

static const char *const kinds[] = {"programme", "product", "pledge", "visit", "event"};
static const char *const states[] = {"planned",   "confirmed", "under_way", "done",
                                     "cancelled", "made",      "kept",      "broken"};

/* The whole table, written down a second time: kind, from, to; with a reason or without. */
static const char *const allowed[][4] = {
    {"programme", "planned", "confirmed", ""},
    {"programme", "confirmed", "under_way", ""},
    {"programme", "under_way", "done", ""},
    {"programme", "planned", "cancelled", "r"},
    {"programme", "confirmed", "cancelled", "r"},
    {"programme", "under_way", "cancelled", "r"},
    {"product", "planned", "confirmed", ""},
    {"product", "confirmed", "under_way", ""},
    {"product", "under_way", "done", ""},
    {"product", "planned", "cancelled", "r"},
    {"product", "confirmed", "cancelled", "r"},
    {"product", "under_way", "cancelled", "r"},
    {"event", "planned", "confirmed", ""},
    {"event", "confirmed", "under_way", ""},
    {"event", "under_way", "done", ""},
    {"event", "planned", "cancelled", "r"},
    {"event", "confirmed", "cancelled", "r"},
    {"event", "under_way", "cancelled", "r"},
    {"visit", "planned", "confirmed", ""},
    {"visit", "confirmed", "done", ""},
    {"visit", "planned", "cancelled", "r"},
    {"visit", "confirmed", "cancelled", "r"},
    {"pledge", "made", "kept", "r"},
    {"pledge", "made", "broken", "r"},
    {"pledge", "kept", "broken", "r"},
};

static void only_the_steps_of_the_table(void **state)
{
    (void)state;
    for (int k = 0; k < COUNT(kinds); k++) {
        for (int a = 0; a < COUNT(states); a++) {
            bool leads_on = false;
            for (int b = 0; b < COUNT(states); b++) {
                const char *reason = NULL;
                bool needs = false;
                for (int i = 0; i < COUNT(allowed); i++)
                    if (!strcmp(allowed[i][0], kinds[k]) && !strcmp(allowed[i][1], states[a]) &&
                        !strcmp(allowed[i][2], states[b]))
                        reason = allowed[i][3];
                const bool ok = network_step_ok(span_of(kinds[k]), span_of(states[a]), span_of(states[b]), &needs);
                assert_int_equal(ok, reason != NULL);
                if (ok)
                    assert_int_equal(needs, reason[0] == 'r');
                leads_on |= reason != NULL;
            }
            assert_int_equal(network_final(span_of(kinds[k]), span_of(states[a])), !leads_on);
        }
        assert_string_equal(network_first_state(span_of(kinds[k])), strcmp(kinds[k], "pledge") ? "planned" : "made");
    }
    assert_null(network_first_state(SPAN("party")));
}

static void the_check_character_of_a_code(void **state)
{
    (void)state;
    /* 91350100M000100Y43 is the standard's own example. */
    static const struct {
        const char *code;
        bool valid;
    } rows[] = {
        {"91350100M000100Y43", true},  {"91330100MA27X0001E", true},  {"91330100MA27X0001F", false},
        {"91350100M000100Y34", false}, {"91350100M000100Y4", false},  {"91350100M000100Y433", false},
        {"91350100m000100y43", false}, {"9135010OM000100Y43", false}, {"", false},
        {"９1350100M000100Y", false},
    };
    for (int i = 0; i < COUNT(rows); i++)
        assert_int_equal(network_credit_code(span_of(rows[i].code)), rows[i].valid);
    /* every single wrong character shows */
    char code[] = "91350100M000100Y43";
    for (int i = 0; i < 18; i++) {
        const char was = code[i];
        for (const char *c = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *c != '\0'; c++) {
            code[i] = *c;
            assert_int_equal(network_credit_code(span_of(code)), *c == was);
        }
        code[i] = was;
    }
    assert_false(network_credit_code((struct span){"91350100M000100Y\0003", 18}));
}

#define ASK(...) ((struct network_ask){__VA_ARGS__})
static void what_a_request_must_bring_along(void **state)
{
    (void)state;
    static const struct span inside = {"inside", 6}, out = {"out", 3}, in = {"in", 2};
    const struct {
        struct network_ask ask;
        const char *field; /* NULL: whole */
    } rows[] = {
        {ASK(.form = SPAN("cooperation"), .direction = inside, .to_unit = true), NULL},
        {ASK(.form = SPAN("cooperation"), .direction = inside), "to_unit_id"},
        {ASK(.form = SPAN("cooperation"), .direction = inside, .to_unit = true, .outside = true), "outside"},
        {ASK(.form = SPAN("lead"), .direction = inside, .to_unit = true, .outside = true), NULL},
        {ASK(.form = SPAN("cooperation"), .direction = inside, .to_unit = true, .crosses = true), "to_unit_id"},
        {ASK(.form = SPAN("cooperation"), .direction = inside, .to_unit = true, .crosses = true, .city_office = true),
         NULL},
        {ASK(.form = SPAN("cooperation"), .direction = out), "outside"},
        {ASK(.form = SPAN("cooperation"), .direction = out, .outside = true, .to_unit = true), "to_unit_id"},
        {ASK(.form = SPAN("cooperation"), .direction = in, .outside = true, .to_unit = true), NULL},
        {ASK(.form = SPAN("assistance"), .direction = inside, .to_unit = true, .country = true, .channel = true),
         "direction"},
        {ASK(.form = SPAN("assistance"), .direction = out, .outside = true, .channel = true), "country"},
        {ASK(.form = SPAN("assistance"), .direction = out, .outside = true, .country = true), "channel"},
        {ASK(.form = SPAN("assistance"), .direction = out, .outside = true, .country = true, .channel = true), NULL},
        {ASK(.form = SPAN("mission"), .direction = in, .outside = true), "country"},
        {ASK(.form = SPAN("mission"), .direction = in, .outside = true, .country = true), NULL},
        {ASK(.form = SPAN("opportunity"), .direction = in, .outside = true), "entry_id"},
        {ASK(.form = SPAN("opportunity"), .direction = in, .outside = true, .entry = true), NULL},
        {ASK(.form = SPAN("defence"), .direction = in, .outside = true, .members = 2), "parent_id"},
        {ASK(.form = SPAN("defence"), .direction = in, .outside = true, .association = true, .members = 1), "members"},
        {ASK(.form = SPAN("defence"), .direction = in, .outside = true, .association = true, .members = 2), NULL},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        enum msg why = MSG_field_missing;
        const char *field = network_ask_check(&rows[i].ask, &why);
        if (rows[i].field == NULL)
            assert_null(field);
        else
            assert_string_equal(field != NULL ? field : "none", rows[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_steps_of_the_table),
        cmocka_unit_test(the_check_character_of_a_code),
        cmocka_unit_test(what_a_request_must_bring_along),
    };
    return cmocka_run_group_tests_name("network_rules", tests, NULL, NULL);
}
