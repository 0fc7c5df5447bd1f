/*
 * machine.c - the machine of actions, every state × part × verb: what is allowed is what the pack's own lines say, read here by a second and
 * simpler reader; the rest is refused. Then what a pack may not say, with its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "duty/duty.h"

static char pack_text[65536];

static struct span pack(void)
{
    FILE *const in = fopen(YITI_SOURCE "/packs/metro-circle/duties/action.yaml", "re");
    assert_non_null(in);
    const size_t n = fread(pack_text, 1, sizeof(pack_text) - 1, in);
    (void)fclose(in);
    pack_text[n] = 0;
    return (struct span){pack_text, n};
}

/* The line of a verb in the pack, by plain text search. */
static bool line_of(const char *verb, char *line, size_t size)
{
    char head[64];
    (void)snprintf(head, sizeof(head), "- {verb: %s,", verb);
    const char *const at = strstr(pack_text, head);
    if (!at)
        return false;
    (void)snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
    return true;
}

/* Whether word stands in the brackets behind key in the line. */
static bool in_brackets(const char *line, const char *key, struct span word)
{
    const char *at = strstr(line, key);
    if (!at)
        return false;
    struct span rest = {at + strlen(key), strcspn(at + strlen(key), "]")};
    while (rest.len)
        if (span_eq(span_trim(span_split(&rest, ',')), word))
            return true;
    return false;
}

static const struct duty_given everything = {SPAN("text"), SPAN("reason"), 1, 1, true, true, true};

static void every_state_part_and_verb_is_as_the_pack_says(void **state)
{
    struct arena *const a = arena_new(64u << 20);
    const struct duty_machine *m = NULL;
    struct fail f = {0};
    int allowed = 0, refused = 0;
    (void)state;
    assert_int_equal(duty_machine_load(a, "action.yaml", pack(), &m, &f), RC_OK);
    for (int border = 0; border < 2; border++)
        for (int s = 0; s < m->n_states; s++)
            for (int part = 0; part < DUTY_PARTS; part++)
                for (int v = 0; v < m->n_steps; v++) {
                    const struct duty_facts facts = {
                        .due_day = INT32_MIN, .today = 20000, .crosses_border = border != 0};
                    const struct duty_ask ask = {m, s, (enum duty_part)part, &facts, &everything};
                    const struct duty_step *step = NULL;
                    char verb[40], line[1024];
                    (void)snprintf(verb, sizeof(verb), "%.*s", SPAN_ARG(m->steps[v].verb));
                    assert_true(line_of(verb, line, sizeof(line)));
                    const bool condition = !strcmp(verb, "offer")         ? border
                                           : !strcmp(verb, "acknowledge") ? !border
                                                                          : true;
                    const bool want = in_brackets(line, "from: [", m->states[s].word) &&
                                      in_brackets(line, "by: [", span_of(duty_part_word((enum duty_part)part))) &&
                                      condition;
                    const enum rc rc = duty_step_find(a, &ask, m->steps[v].verb, &step, NULL, &f);
                    assert_int_equal(rc == RC_OK, want);
                    assert_true(want || f.msg == MSG_duty_not_now || f.msg == MSG_duty_not_yours ||
                                f.msg == MSG_duty_condition);
                    allowed += want;
                    refused += !want;
                }
    print_message("%d allowed, %d refused\n", allowed, refused);
    arena_free(a);
}

static void what_is_missing_is_named(void **state)
{
    struct arena *const a = arena_new(8u << 20);
    const struct duty_machine *m = NULL;
    const struct duty_step *step = NULL;
    struct fail f = {0};
    struct sb zh, en;
    (void)state;
    assert_int_equal(duty_machine_load(a, "action.yaml", pack(), &m, &f), RC_OK);
    const struct duty_facts facts = {.due_day = INT32_MIN, .open_parts = 0};
    const struct duty_given text_only = {.text = SPAN("done")};
    const struct duty_ask ask = {m, duty_state_find(m, SPAN("under_way")), DUTY_HOLDER, &facts, &text_only};
    assert_int_equal(duty_step_find(a, &ask, SPAN("submit"), &step, NULL, &f), RC_INVALID);
    assert_string_equal(f.field, "evidence");
    const struct duty_facts open = {.due_day = INT32_MIN, .open_parts = 2};
    const struct duty_ask waits = {m, ask.state, DUTY_HOLDER, &open, &everything};
    assert_int_equal(duty_step_find(a, &waits, SPAN("submit"), &step, NULL, &f), RC_CONFLICT);
    sb_init(&zh, 1000);
    sb_init(&en, 1000);
    fail_text(&f, LANG_ZH, &zh);
    fail_text(&f, LANG_EN, &en);
    assert_string_equal(zh.ptr, "现在还不能报审：还有分办未完成。");
    assert_string_equal(en.ptr, "\"submit\" is not possible yet: some of its parts are not done.");
    sb_release(&zh);
    sb_release(&en);
    arena_free(a);
}

/* ---- what a pack may not say --------------------------------------------------------------------------------------------------- */

#define HEAD "machine: m\nversion: 1\nname: {zh: 机, en: m}\n"
#define N "name: {zh: 甲, en: a}"
struct row {
    const char *name, *yaml;
    enum msg msg;
    const char *where;
};
static const struct row rows[] = {
    {"loop without exit",
     HEAD "states:\n  a: {" N "}\n  b: {" N "}\n  c: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n"
          "  - {verb: go, " N ", from: [a], to: b, by: [holder]}\n  - {verb: on, " N
          ", from: [b], to: c, by: [holder]}\n"
          "  - {verb: back, " N ", from: [c], to: b, by: [holder]}\n  - {verb: end, " N
          ", from: [a], to: z, by: [holder]}\n",
     MSG_duty_no_way_out, "p.yaml:6:6"},
    {"state that cannot be reached",
     HEAD "states:\n  a: {" N "}\n  b: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n"
          "  - {verb: end, " N ", from: [a, b], to: z, by: [holder]}\n",
     MSG_duty_no_way_in, "p.yaml:6:6"},
    {"no end",
     HEAD "states:\n  a: {" N "}\n  b: {" N "}\nstart: a\nsteps:\n  - {verb: go, " N
          ", from: [a], to: b, by: [holder]}\n",
     MSG_duty_no_end, "p.yaml:5:3"},
    {"unknown start",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: q\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [holder]}\n",
     MSG_duty_state_unknown, "p.yaml:7:8"},
    {"unknown from",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [q], to: z, by: [holder]}\n",
     MSG_duty_state_unknown, NULL},
    {"unknown to",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: q, by: [holder]}\n",
     MSG_duty_state_unknown, NULL},
    {"unknown clock",
     HEAD "states:\n  a: {" N ", clock: k}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [holder]}\n",
     MSG_duty_clock_unknown, NULL},
    {"limit that is none",
     HEAD "clocks:\n  k: {" N ", limit: soon}\nstates:\n  a: {" N "}\n  z: {" N
          ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N ", from: [a], to: z, by: [holder]}\n",
     MSG_duty_limit_form, NULL},
    {"the same verb twice",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [holder]}\n  - {verb: e, " N ", from: [a], to: a, by: [holder, assigner]}\n",
     MSG_duty_step_twice, NULL},
    {"an end that is left",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [holder]}\n  - {verb: r, " N ", from: [z], to: a, by: [holder]}\n",
     MSG_duty_end_left, NULL},
    {"unknown part",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [mayor]}\n",
     MSG_yaml_word, NULL},
    {"a condition on what is not there",
     HEAD "states:\n  a: {" N "}\n  z: {" N ", final: true}\nstart: a\nsteps:\n  - {verb: e, " N
          ", from: [a], to: z, by: [holder], when: weather = 1}\n",
     MSG_rule_name_unknown, NULL},
};

static void a_machine_is_refused_at_its_place(void **state)
{
    const struct row *const row = *state;
    struct arena *const a = arena_new(8u << 20);
    const struct duty_machine *m = NULL;
    struct fail f = {0};
    assert_int_equal(duty_machine_load(a, "p.yaml", span_of(row->yaml), &m, &f), RC_INVALID);
    assert_string_equal(msg_name(f.msg), msg_name(row->msg));
    assert_true(span_starts(span_of(f.field), SPAN("p.yaml:")));
    if (row->where)
        assert_string_equal(f.field, row->where);
    assert_null(m);
    arena_free(a);
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + 2];
    size_t n = 0;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_state_part_and_verb_is_as_the_pack_says);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_missing_is_named);
    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){.name = rows[i].name,
                                         .test_func = a_machine_is_refused_at_its_place,
                                         .initial_state = (void *)(uintptr_t)&rows[i]};
    return _cmocka_run_group_tests("duty_machine", tests, n, NULL, NULL);
}
