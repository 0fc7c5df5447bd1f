/*
 * rules.c - the pure half of cases: what is masked before everybody reads it, the reporter's code, answers to a type's questions, catalogues and what a
 * pack may not say; and that the program's own catalogues give every state of their machines a meaning.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cases/cases.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void telephone_identity_and_mail_are_masked_and_nothing_else(void **state)
{
    static const struct {
        const char *text, *masked;
    } rows[] = {
        {"请拨打13800001111找王某", "请拨打***找王某"},
        {"0571-8888 6666", "***"},
        {"号码１３８００００１１１１", "号码***"},
        {"身份证33010219900101123X。", "身份证***。"},
        {"身份证330102199001011234", "身份证***"},
        {"写信到 wang.li+x@example.com.cn 吧", "写信到 *** 吧"},
        {"a@b", "a@b"}, /* no host with a dot */
        {"门牌 1024 号，3 车 12 吨", "门牌 1024 号，3 车 12 吨"},
        {"2026-11-24", "***"}, /* eight digits with dashes: a day is lost rather than a number shown */
        {"123456", "123456"},
        {"1234567", "***"},
        {"", ""},
        {"@@@...", "@@@..."},
        {"第1-2-3-4号", "第1-2-3-4号"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sb sb;
        sb_init(&sb, 4096);
        case_mask(span_of(rows[i].text), &sb);
        sb_addc(&sb, '\0');
        assert_string_equal(sb_span(&sb).ptr, rows[i].masked);
        sb_release(&sb);
    }
}

static void a_code_is_read_however_it_is_typed_and_nothing_like_it(void **state)
{
    unsigned char hash[32];
    char code[CASE_CODE_CHARS + 1];
    (void)state;
    for (int i = 0; i < 32; i++)
        hash[i] = (unsigned char)(i * 7);
    case_code(hash, code);
    assert_int_equal(strlen(code), CASE_CODE_CHARS);
    assert_null(strpbrk(code, "01ILO"));
    char typed[32];
    (void)snprintf(typed, sizeof typed, " %.3s-%.3s %s", code, code + 3, code + 6);
    for (char *c = typed; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    assert_true(case_code_is(code, span_of(typed)));
    for (int i = 0; i < CASE_CODE_CHARS; i++) {
        char wrong[CASE_CODE_CHARS + 1];
        memcpy(wrong, code, sizeof wrong);
        wrong[i] = wrong[i] == '2' ? '3' : '2';
        assert_false(case_code_is(code, span_of(wrong)));
    }
    assert_false(case_code_is(code, SPAN("")));
    (void)snprintf(typed, sizeof typed, "%s2", code);
    assert_false(case_code_is(code, span_of(typed)));
    /* Bytes that would favour some letters are passed by: each letter comes as often as any other over all bytes that are used. */
    int seen[128] = {0};
    for (int b = 0; b < 248; b++) {
        memset(hash, b, sizeof hash);
        case_code(hash, code);
        seen[(int)code[0]]++;
    }
    for (int c = 0; c < 128; c++)
        assert_true(seen[c] == 0 || seen[c] == 8);
}

static const char pack[] =
    "cases: test\nversion: 1\nname: {zh: 测试, en: Test}\nmachine: m\nmarks:\n  received: [a]\n  closed: [b]\n"
    "types:\n  - type: t\n    name: {zh: 甲, en: A}\n    description: {zh: 甲, en: A}\n    public: true\n    fields:\n"
    "      - {code: size, name: {zh: 大小, en: Size}, datatype: number, required: true}\n"
    "      - {code: when, name: {zh: 何时, en: When}, datatype: datetime}\n"
    "      - {code: kind, name: {zh: 种类, en: Kind}, datatype: singlevaluelist, values: [{key: x, name: {zh: 一, en: "
    "X}}, {key: y, name: {zh: 二, en: Y}}]}\n"
    "      - {code: many, name: {zh: 多选, en: Many}, datatype: multivaluelist, values: [{key: p, name: {zh: 一, en: "
    "P}}, {key: q, name: {zh: 二, en: Q}}]}\n"
    "      - {code: note, name: {zh: 说明, en: Note}, datatype: text}\n";

static const struct case_type *type_t(struct arena *a)
{
    struct case_catalogue *c = NULL;
    struct fail f = {0};
    if (case_catalogue_load(a, "t.yaml", span_of(pack), &c, &f) != RC_OK)
        fail_msg("%s %s", msg_name(f.msg), f.field);
    return case_type_find(c, SPAN("t"));
}

static void answers_are_checked_against_their_questions(void **state)
{
    static const struct {
        const char *given, *kept, *field; /* kept NULL: refused at field */
    } rows[] = {
        {"{'size':'12.5'}", "{'size':'12.5'}", NULL},
        {"{'note':'n','size':'3'}", "{'size':'3','note':'n'}", NULL}, /* in the order of the questions */
        {"{'size':'3','kind':'y','many':['q','p']}", "{'size':'3','kind':'y','many':['q','p']}", NULL},
        {"{'size':'3','kind':'','many':[]}", "{'size':'3'}", NULL},
        {"{'size':'3','when':'2026-11-24T08:00:00+08:00'}", "{'size':'3','when':'2026-11-24T08:00:00+08:00'}", NULL},
        {"{}", NULL, "attributes.size"},
        {"{'size':null}", NULL, "attributes.size"},
        {"{'size':'big'}", NULL, "attributes.size"},
        {"{'size':'1.2.3'}", NULL, "attributes.size"},
        {"{'size':3}", NULL, "attributes.size"},
        {"{'size':'3','kind':'z'}", NULL, "attributes.kind"},
        {"{'size':'3','many':'p'}", NULL, "attributes.many"},
        {"{'size':'3','many':['p','z']}", NULL, "attributes.many"},
        {"{'size':'3','when':'yesterday'}", NULL, "attributes.when"},
        {"{'size':'3','colour':'red'}", NULL, "attributes.colour"},
    };
    struct arena *const a = arena_new(16u << 20);
    const struct case_type *const t = type_t(a);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[200], wanted[200];
        struct sb sb;
        struct fail f = {0};
        json_t *given = NULL;
        (void)snprintf(text, sizeof text, "%s", rows[i].given);
        (void)snprintf(wanted, sizeof wanted, "%s", rows[i].kept ? rows[i].kept : "");
        for (char *c = text; *c; c++)
            *c = *c == '\'' ? '"' : *c;
        for (char *c = wanted; *c; c++)
            *c = *c == '\'' ? '"' : *c;
        assert_int_equal(json_read(a, span_of(text), &given, &f), RC_OK);
        sb_init(&sb, 4096);
        const enum rc rc = case_answers(t, given, &sb, &f);
        if (rows[i].kept) {
            if (rc != RC_OK)
                fail_msg("%s: %s", rows[i].given, msg_name(f.msg));
            sb_addc(&sb, '\0');
            assert_string_equal(sb_span(&sb).ptr, wanted);
        } else {
            assert_int_equal(rc, RC_INVALID);
            assert_string_equal(f.field, rows[i].field);
        }
        sb_release(&sb);
    }
    arena_free(a);
}

/* The first place of `what` in the pack is replaced by `with`. */
static void a_catalogue_that_makes_no_sense_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *what, *with, *place;
        enum msg msg;
    } rows[] = {
        {"datatype: number", "datatype: figure", "t.yaml:14:", MSG_yaml_word},
        {"code: when", "code: size", "t.yaml:15:", MSG_case_word_twice},
        {", values: [{key: x, name: {zh: 一, en: X}}, {key: y, name: {zh: 二, en: Y}}]", "",
         "t.yaml:16:", MSG_case_values_missing},
        {"datatype: text}", "datatype: text, values: [{key: x, name: {zh: 一, en: X}}]}",
         "t.yaml:18:", MSG_case_values_unasked},
        {"{key: q,", "{key: p,", "t.yaml:17:", MSG_case_word_twice},
        {"closed: [b]", "closed: [a]", "t.yaml:7:", MSG_case_word_twice},
        {"    public: true\n", "    public: true\n    about_unit: true\n", "t.yaml:9:", MSG_case_about_unit_public},
        {"    public: true\n", "    public: true\n    limits: {handle: soon}\n", "t.yaml:13:", MSG_case_limit_form},
        {"machine: m\n", "", "t.yaml:1:", MSG_yaml_key_missing},
        {"machine: m\n", "machine: m\nmachines: n\n", "t.yaml:5:", MSG_yaml_key_unknown},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *const a = arena_new(16u << 20);
        struct case_catalogue *c = NULL;
        struct fail f = {0};
        char text[4096];
        const char *const at = strstr(pack, rows[i].what);
        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - pack), pack, rows[i].with, at + strlen(rows[i].what));
        const enum rc rc = case_catalogue_load(a, "t.yaml", span_of(text), &c, &f);
        if (rc != RC_INVALID || f.msg != rows[i].msg || strncmp(f.field, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("%s -> %s: %s %s at %s", rows[i].what, rows[i].with, rc_name(rc), msg_name(f.msg), f.field);
        arena_free(a);
    }
}

struct own {
    struct span machine, catalogue;
};

/* A state without a meaning would leave a case's mark behind; a verb that is not there would never be counted. */
static void every_state_of_our_machines_has_a_meaning_and_every_verb_is_there(void **state)
{
    const struct own own[] = {
        {{case_pack_closed_loop, case_pack_closed_loop_len}, {case_pack_sanitation, case_pack_sanitation_len}},
        {{case_pack_closed_loop, case_pack_closed_loop_len}, {case_pack_city, case_pack_city_len}},
        {{case_pack_ip_case, case_pack_ip_case_len}, {case_pack_ip, case_pack_ip_len}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(own); i++) {
        struct arena *const a = arena_new(64u << 20);
        const struct duty_machine *m = NULL;
        struct case_catalogue *c = NULL;
        struct fail f = {0};
        if (duty_machine_load(a, "case.yaml", own[i].machine, &m, &f) != RC_OK ||
            case_catalogue_load(a, "cases.yaml", own[i].catalogue, &c, &f) != RC_OK)
            fail_msg("%s %s", msg_name(f.msg), f.field);
        assert_true(span_eq(m->word, c->machine));
        for (int k = 0; k < m->n_states; k++) {
            const enum case_mark mark = case_mark_of(c, m->states[k].word);
            if (mark == CASE_MARKS || m->states[k].final != (mark == CASE_CLOSED || mark == CASE_REFUSED))
                fail_msg("%.*s: state %.*s", SPAN_ARG(c->word), SPAN_ARG(m->states[k].word));
        }
        for (int t = 0; t < c->n_types; t++) {
            bool there = c->types[t].closing_verb.len == 0;
            for (int k = 0; k < m->n_steps; k++)
                there = there || span_eq(m->steps[k].verb, c->types[t].closing_verb);
            assert_true(there);
            for (int l = 0; l < c->types[t].n_limits; l++) {
                bool clock = false;
                for (int k = 0; k < m->n_clocks; k++)
                    clock = clock || span_eq(m->clocks[k].word, c->types[t].limits[l].clock);
                assert_true(clock);
            }
        }
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telephone_identity_and_mail_are_masked_and_nothing_else),
        cmocka_unit_test(a_code_is_read_however_it_is_typed_and_nothing_like_it),
        cmocka_unit_test(answers_are_checked_against_their_questions),
        cmocka_unit_test(a_catalogue_that_makes_no_sense_is_refused_with_its_place),
        cmocka_unit_test(every_state_of_our_machines_has_a_meaning_and_every_verb_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
