/* duty_settings.c - the pack's tables of urging and slips, from YAML, checked at their place. */
#include "duty/duty_settings.h"

#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

static const struct yaml_field rule_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "offset", .type = YAML_IS_INT, .required = true, .min = -200, .max = 200},
    {.key = "level", .type = YAML_IS_INT, .required = true, .min = 1, .max = 3},
    {.key = "to", .type = YAML_IS_WORD, .required = true, .words = "holder|assigner|supervisor"},
    {.key = "right", .type = YAML_IS_WORD, .required = true, .words = "report|approve|review|assign"},
    {.key = "when", .type = YAML_IS_RULE},
};
static const struct yaml_schema rule_schema = {"rule", rule_fields, COUNT(rule_fields)};
static const struct yaml_field rule_item = {.type = YAML_IS_OBJECT, .object = &rule_schema};
static const struct yaml_field urging_fields[] = {
    {.key = "urging", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "hour", .type = YAML_IS_INT, .required = true, .min = 0, .max = 23},
    {.key = "rules", .type = YAML_IS_LIST, .required = true, .max = DUTY_URGE_RULES_MAX, .item = &rule_item},
};
static const struct yaml_schema urging_schema = {"urging", urging_fields, COUNT(urging_fields)};

enum rc duty_urging_load(struct arena *a, const char *file, struct span yaml, struct duty_urging *out, struct fail *f)
{
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &urging_schema, file, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct duty_urging){.hour = yaml_int(tree, "hour", 9)};
    for (const struct yaml *y = yaml_get(tree, "rules")->first; rc == RC_OK && y != NULL; y = y->next) {
        struct duty_urge_rule *r = &out->rules[out->n];
        const struct yaml *when = yaml_get(y, "when");
        const struct span to = yaml_text(y, "to");
        *r = (struct duty_urge_rule){.word = yaml_text(y, "word"),
                                     .name = {yaml_both(y, "name", LANG_ZH), yaml_both(y, "name", LANG_EN)},
                                     .offset = (int)yaml_int(y, "offset", 0),
                                     .level = yaml_int(y, "level", 1),
                                     .right = (enum org_right)org_right_find(yaml_text(y, "right"))};
        r->to = span_is(to, "assigner") ? DUTY_ASSIGNER : span_is(to, "supervisor") ? DUTY_SUPERVISOR : DUTY_HOLDER;
        for (int i = 0; i < out->n; i++)
            if (span_eq(out->rules[i].word, r->word))
                return yaml_fault(f, file, yaml_get(y, "word"), MSG_duty_name_twice, span_cstr(a, r->word));
        if (when != NULL)
            rc = duty_rule_of(a, file, when, RULE_BOOL, &r->when, f);
        out->n++;
    }
    return rc;
}

static const struct yaml_field colour_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "reply", .type = YAML_IS_TEXT, .required = true, .min = 1, .max = 40},
};
static const struct yaml_schema colour_schema = {"colour", colour_fields, COUNT(colour_fields)};
static const struct yaml_field colour_item = {.type = YAML_IS_OBJECT, .object = &colour_schema};
static const struct yaml_field slip_fields[] = {
    {.key = "slips", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "urgent_may_skip", .type = YAML_IS_BOOL},
    {.key = "colours", .type = YAML_IS_LIST, .required = true, .min = 1, .max = DUTY_COLOURS_MAX, .item = &colour_item},
};
static const struct yaml_schema slip_schema = {"slips", slip_fields, COUNT(slip_fields)};

enum rc duty_slips_load(struct arena *a, const char *file, struct span yaml, struct duty_slips *out, struct fail *f)
{
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &slip_schema, file, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct duty_slips){.urgent_may_skip = yaml_bool(tree, "urgent_may_skip", false)};
    for (const struct yaml *y = yaml_get(tree, "colours")->first; y != NULL; y = y->next) {
        struct duty_colour *c = &out->colours[out->n];
        const struct yaml *reply = yaml_get(y, "reply");
        *c = (struct duty_colour){
            yaml_text(y, "word"), {yaml_both(y, "name", LANG_ZH), yaml_both(y, "name", LANG_EN)}, {0}};
        if (!duty_limit_parse(reply->text, &c->reply) || c->reply.unit == DUTY_UNTIL_DATE)
            return yaml_fault(f, file, reply, MSG_duty_limit_form, span_cstr(a, reply->text));
        for (int i = 0; i < out->n; i++)
            if (span_eq(out->colours[i].word, c->word))
                return yaml_fault(f, file, yaml_get(y, "word"), MSG_duty_name_twice, span_cstr(a, c->word));
        out->n++;
    }
    return RC_OK;
}

enum rc duty_settings_check(struct arena *a, const char *kind, const char *file, struct span yaml, struct fail *f)
{
    const struct duty_machine *m = NULL;
    const struct duty_lights *l = NULL;
    struct duty_urging *u = ARENA_NEW(a, struct duty_urging);
    struct duty_slips *s = ARENA_NEW(a, struct duty_slips);
    if (u == NULL || s == NULL)
        return duty_over(f);
    if (strcmp(kind, "machine") == 0)
        return duty_machine_load(a, file, yaml, &m, f);
    if (strcmp(kind, "lights") == 0)
        return duty_lights_load(a, file, yaml, &l, f);
    if (strcmp(kind, "urging") == 0)
        return duty_urging_load(a, file, yaml, u, f);
    return duty_slips_load(a, file, yaml, s, f);
}
