/* yaml.c - the YAML of packs: what is read, what is refused and where, what the schema says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/yaml.h"

static const struct yaml_field step_fields[] = {
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "limit", .type = YAML_IS_INT, .min = 1, .max = 90},
    {.key = "when", .type = YAML_IS_RULE},
};
static const struct yaml_schema step_schema = {"step", step_fields, 3};
static const struct yaml_field step_item = {.type = YAML_IS_OBJECT, .object = &step_schema};
static const struct yaml_field weight_item = {.type = YAML_IS_DECIMAL, .min = 0, .max = 1000000};
static const struct yaml_field fields[] = {
    {.key = "pack", .type = YAML_IS_WORD, .required = true},
    {.key = "kind", .type = YAML_IS_WORD, .words = "case|permit"},
    {.key = "from", .type = YAML_IS_DATE},
    {.key = "secret", .type = YAML_IS_BOOL},
    {.key = "title", .type = YAML_IS_TEXT, .min = 2, .max = 4},
    {.key = "steps", .type = YAML_IS_LIST, .min = 1, .max = 2, .item = &step_item},
    {.key = "weights", .type = YAML_IS_MAP_OF, .item = &weight_item},
};
static const struct yaml_schema schema = {"pack", fields, 7};

static void a_pack_is_read_with_its_values(void **state)
{
    struct arena *const a = arena_new(1u << 20);
    struct yaml *tree = NULL;
    struct fail f = {0};
    (void)state;
    const struct span text =
        SPAN("# a pack\npack: sanitation\nkind: case\nfrom: 2026-01-01\nsecret: true\ntitle: 环卫\n"
             "steps:\n  - name: {zh: 受理, en: accept}\n    limit: 3\n    when: \"known(x)\"\n"
             "weights: {a: 0.25, b: 1}\n");
    assert_int_equal(yaml_read(a, "p.yaml", text, &tree, &f), RC_OK);
    assert_int_equal(yaml_check(tree, &schema, "p.yaml", &f), RC_OK);
    assert_true(span_is(yaml_text(tree, "pack"), "sanitation"));
    assert_true(yaml_bool(tree, "secret", false));
    const struct yaml *const step = yaml_get(tree, "steps")->first;
    assert_int_equal(step->line, 8);
    assert_int_equal(yaml_int(step, "limit", 0), 3);
    assert_true(span_is(yaml_both(step, "name", LANG_ZH), "受理"));
    assert_int_equal(yaml_decimal(yaml_get(tree, "weights"), "a", 0), 250000);
    assert_int_equal(yaml_decimal(yaml_get(tree, "weights"), "b", 0), 1000000);
    assert_int_equal(yaml_int(tree, "absent", 7), 7);
    arena_free(a);
}

struct row {
    const char *name, *text;
    enum rc rc;
    enum msg msg;
    const char *where, *arg;
};
static const struct row rows[] = {
    {"empty", "", RC_MALFORMED, MSG_yaml_form, "p.yaml:1:1", ""},
    {"not UTF-8", "pack: \xff", RC_MALFORMED, MSG_yaml_form, "p.yaml:1:1", "UTF-8"},
    {"tab", "pack:\n\tx: 1", RC_MALFORMED, MSG_yaml_form, "p.yaml:2:1", NULL},
    {"alias", "pack: &x a\nkind: *x", RC_MALFORMED, MSG_yaml_not_taken, "p.yaml:1:7", "& !"},
    {"tag", "pack: !!int 3", RC_MALFORMED, MSG_yaml_not_taken, "p.yaml:1:7", "& !"},
    {"two documents", "pack: a\n---\npack: b", RC_MALFORMED, MSG_yaml_not_taken, "p.yaml:2:1", "---"},
    {"key twice", "pack: a\npack: b", RC_MALFORMED, MSG_yaml_key_twice, "p.yaml:2:1", "pack"},
    {"key that is a list", "? [a]\n: b", RC_MALFORMED, MSG_yaml_not_taken, "p.yaml:1:3", "? ["},
    {"unknown key", "pack: a\nsteps:\n  - name: {zh: 甲, en: a}\n    limits: 3", RC_INVALID, MSG_yaml_key_unknown,
     "p.yaml:4:13", "steps[0].limits"},
    {"missing key", "kind: case", RC_INVALID, MSG_yaml_key_missing, "p.yaml:1:1", "pack"},
    {"word not among", "pack: a\nkind: other", RC_INVALID, MSG_yaml_word, "p.yaml:2:7", "kind"},
    {"no day", "pack: a\nfrom: 2026-02-30", RC_INVALID, MSG_yaml_type, "p.yaml:2:7", "from"},
    {"yes is no bool", "pack: a\nsecret: yes", RC_INVALID, MSG_yaml_word, "p.yaml:2:9", "secret"},
    {"text too short", "pack: a\ntitle: 环", RC_INVALID, MSG_yaml_range, "p.yaml:2:8", "title"},
    {"text too long", "pack: a\ntitle: 一二三四五", RC_INVALID, MSG_yaml_range, "p.yaml:2:8", "title"},
    {"int below", "pack: a\nsteps:\n- name: {zh: 甲, en: a}\n  limit: 0", RC_INVALID, MSG_yaml_range, "p.yaml:4:10",
     "steps[0].limit"},
    {"int that is none", "pack: a\nsteps:\n- name: {zh: 甲, en: a}\n  limit: 3d", RC_INVALID, MSG_yaml_type,
     "p.yaml:4:10", "steps[0].limit"},
    {"only one language", "pack: a\nsteps:\n- name: {zh: 甲}", RC_INVALID, MSG_yaml_key_missing, "p.yaml:3:9",
     "steps[0].name.en"},
    {"empty list", "pack: a\nsteps: []", RC_INVALID, MSG_yaml_range, "p.yaml:2:8", "steps"},
    {"list too long", "pack: a\nsteps: [{name: {zh: 甲, en: a}}, {name: {zh: 甲, en: a}}, {name: {zh: 甲, en: a}}]",
     RC_INVALID, MSG_yaml_range, "p.yaml:2:8", "steps"},
    {"list for a map", "- a", RC_INVALID, MSG_yaml_type, "p.yaml:1:1", ""},
    {"map for text", "pack: {a: b}", RC_INVALID, MSG_yaml_type, "p.yaml:1:7", "pack"},
    {"decimal over", "pack: a\nweights: {x: 1.000001}", RC_INVALID, MSG_yaml_range, "p.yaml:2:14", "weights.x"},
    {"decimal with seven places", "pack: a\nweights: {x: 0.1234567}", RC_INVALID, MSG_yaml_type, "p.yaml:2:14",
     "weights.x"},
    {"two signs", "pack: a\nweights: {x: --1}", RC_INVALID, MSG_yaml_type, "p.yaml:2:14", "weights.x"},
};

static void a_pack_is_refused_at_its_place(void **state)
{
    const struct row *const row = *state;
    struct arena *const a = arena_new(1u << 20);
    struct yaml *tree = NULL;
    struct fail f = {0};
    enum rc rc = yaml_read(a, "p.yaml", span_of(row->text), &tree, &f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &schema, "p.yaml", &f);
    assert_int_equal(rc, row->rc);
    assert_string_equal(msg_name(f.msg), msg_name(row->msg));
    assert_string_equal(f.field, row->where);
    if (row->arg)
        assert_string_equal(f.args[0].text, row->arg);
    arena_free(a);
}

static void limits_hold(void **state)
{
    struct arena *const a = arena_new(64u << 20);
    struct yaml *tree = NULL;
    struct fail f = {0};
    struct sb sb;
    (void)state;
    sb_init(&sb, 4u << 20);
    for (int i = 0; i < YAML_DEPTH_MAX; i++)
        sb_addc(&sb, '[');
    for (int i = 0; i < YAML_DEPTH_MAX; i++)
        sb_addc(&sb, ']');
    assert_int_equal(yaml_read(a, "p.yaml", sb_span(&sb), &tree, &f), RC_OK);
    sb_clear(&sb);
    for (int i = 0; i < YAML_DEPTH_MAX + 1; i++)
        sb_addc(&sb, '[');
    for (int i = 0; i < YAML_DEPTH_MAX + 1; i++)
        sb_addc(&sb, ']');
    assert_int_equal(yaml_read(a, "p.yaml", sb_span(&sb), &tree, &f), RC_LIMIT);
    sb_clear(&sb);
    sb_addc(&sb, '[');
    for (int i = 0; i < YAML_NODES_MAX; i++)
        sb_adds(&sb, "1,");
    sb_addc(&sb, ']');
    assert_int_equal(yaml_read(a, "p.yaml", sb_span(&sb), &tree, &f), RC_LIMIT);
    sb_clear(&sb);
    while (sb.len <= YAML_BYTES_MAX)
        sb_adds(&sb, "# filling\n");
    assert_int_equal(yaml_read(a, "p.yaml", sb_span(&sb), &tree, &f), RC_LIMIT);
    sb_release(&sb);
    arena_free(a);
}

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + 2];
    size_t n = 0;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_pack_is_read_with_its_values);
    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){.name = rows[i].name,
                                         .test_func = a_pack_is_refused_at_its_place,
                                         .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(limits_hold);
    return _cmocka_run_group_tests("base_yaml", tests, n, NULL, NULL);
}
