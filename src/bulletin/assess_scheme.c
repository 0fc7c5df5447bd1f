/* assess_scheme.c - schemes of assessments and the cap on reports, from the packs' YAML, checked at their place. */
#include <string.h>

#include "bulletin/assess_int.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Embedded by the build from packs/. */
extern const char assess_pack_units[], assess_pack_work[], assess_pack_burden[];
extern const size_t assess_pack_units_len, assess_pack_work_len, assess_pack_burden_len;

static const struct {
    const char *word, *pack, *file, *text;
    const size_t *len;
} builtin[] = {
    {"units", "metro-circle", "packs/metro-circle/assessment/units.yaml", assess_pack_units, &assess_pack_units_len},
    {"work", "international-city", "packs/international-city/assessment/work.yaml", assess_pack_work,
     &assess_pack_work_len},
};

static const struct yaml_field kind_item = {.type = YAML_IS_WORD};
static const struct yaml_field group_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "kinds", .type = YAML_IS_LIST, .required = true, .min = 1, .max = ASSESS_KINDS_MAX, .item = &kind_item},
};
static const struct yaml_schema group_schema = {"group", group_fields, COUNT(group_fields)};
static const struct yaml_field group_item = {.type = YAML_IS_OBJECT, .object = &group_schema};
static const struct yaml_field item_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "kind", .type = YAML_IS_WORD, .required = true, .words = "item|deduct|bonus"},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "max", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000},
    {.key = "points", .type = YAML_IS_RULE, .required = true},
};
static const struct yaml_schema item_schema = {"item", item_fields, COUNT(item_fields)};
static const struct yaml_field item_item = {.type = YAML_IS_OBJECT, .object = &item_schema};
static const struct yaml_field award_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "top", .type = YAML_IS_INT, .required = true, .min = 1, .max = ASSESS_UNITS_MAX},
    {.key = "at_least", .type = YAML_IS_INT, .required = true, .min = 0, .max = 1000},
};
static const struct yaml_schema award_schema = {"award", award_fields, COUNT(award_fields)};
static const struct yaml_field award_item = {.type = YAML_IS_OBJECT, .object = &award_schema};
static const struct yaml_field manual_fields[] = {
    {.key = "deduct_max", .type = YAML_IS_INT, .required = true, .min = 0, .max = 1000},
    {.key = "bonus_max", .type = YAML_IS_INT, .required = true, .min = 0, .max = 1000},
};
static const struct yaml_schema manual_schema = {"manual", manual_fields, COUNT(manual_fields)};
static const struct yaml_field scheme_fields[] = {
    {.key = "assessment", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "objection_working_days", .type = YAML_IS_INT, .required = true, .min = 1, .max = 60},
    {.key = "total_max", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000},
    {.key = "manual", .type = YAML_IS_OBJECT, .required = true, .object = &manual_schema},
    {.key = "groups", .type = YAML_IS_LIST, .required = true, .min = 1, .max = ASSESS_GROUPS_MAX, .item = &group_item},
    {.key = "items", .type = YAML_IS_LIST, .required = true, .min = 1, .max = ASSESS_ITEMS_MAX, .item = &item_item},
    {.key = "awards", .type = YAML_IS_LIST, .max = ASSESS_AWARDS_MAX, .item = &award_item},
};
static const struct yaml_schema scheme_schema = {"assessment", scheme_fields, COUNT(scheme_fields)};

static struct bulletin_both both(const struct yaml *m)
{
    return (struct bulletin_both){yaml_both(m, "name", LANG_ZH), yaml_both(m, "name", LANG_EN)};
}

static void group_read(const struct yaml *y, struct assess_group *g)
{
    *g = (struct assess_group){.word = yaml_text(y, "word"), .name = both(y)};
    for (const struct yaml *k = yaml_get(y, "kinds")->first; k != NULL; k = k->next)
        g->kinds[g->n_kinds++] = k->text;
}

static enum rc item_read(struct arena *a, const char *file, const struct yaml *y, struct assess_item *out,
                         struct fail *f)
{
    const struct span kind = yaml_text(y, "kind");
    const struct yaml *at = yaml_get(y, "points");
    *out = (struct assess_item){.word = yaml_text(y, "word"),
                                .source = at->text,
                                .name = both(y),
                                .kind = span_is(kind, "deduct")  ? ASSESS_DEDUCT
                                        : span_is(kind, "bonus") ? ASSESS_BONUS
                                                                 : ASSESS_ITEM,
                                .max = yaml_int(y, "max", 0) * 100};
    enum rc rc = rule_compile(a, at->text, assess_inputs, assess_input_count, RULE_DECIMAL, &out->points, f);
    if (rc != RC_OK)
        (void)snprintf(f->field, sizeof f->field, "%.40s:%d:%d", file, at->line, at->column);
    return rc;
}

enum rc assess_scheme_load(struct arena *a, const char *file, struct span yaml, struct assess_scheme *out,
                           struct fail *f)
{
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &scheme_schema, file, f);
    if (rc != RC_OK)
        return rc;
    const struct yaml *manual = yaml_get(tree, "manual"), *awards = yaml_get(tree, "awards");
    *out = (struct assess_scheme){.word = yaml_text(tree, "assessment"),
                                  .pack = SPAN(""),
                                  .version = yaml_int(tree, "version", 1),
                                  .name = both(tree),
                                  .objection_days = yaml_int(tree, "objection_working_days", 5),
                                  .total_max = yaml_int(tree, "total_max", 100) * 100,
                                  .deduct_max = yaml_int(manual, "deduct_max", 0) * 100,
                                  .bonus_max = yaml_int(manual, "bonus_max", 0) * 100};
    for (const struct yaml *y = yaml_get(tree, "groups")->first; y != NULL; y = y->next)
        group_read(y, &out->groups[out->n_groups++]);
    for (const struct yaml *y = yaml_get(tree, "items")->first; rc == RC_OK && y != NULL; y = y->next) {
        for (int i = 0; i < out->n_items; i++)
            if (span_eq(out->items[i].word, yaml_text(y, "word")))
                return yaml_fault(f, file, yaml_get(y, "word"), MSG_assess_twice, span_cstr(a, out->items[i].word));
        rc = item_read(a, file, y, &out->items[out->n_items++], f);
    }
    for (const struct yaml *y = awards != NULL ? awards->first : NULL; y != NULL; y = y->next)
        out->awards[out->n_awards++] = (struct assess_award){yaml_text(y, "word"), both(y), yaml_int(y, "top", 1),
                                                             yaml_int(y, "at_least", 0) * 100};
    return rc;
}

enum rc assess_scheme_find(struct arena *a, struct span word, struct assess_scheme *out, struct fail *f)
{
    for (int i = 0; i < COUNT(builtin); i++) {
        if (!span_is(word, builtin[i].word))
            continue;
        enum rc rc = assess_scheme_load(a, builtin[i].file, (struct span){builtin[i].text, *builtin[i].len}, out, f);
        out->pack = span_of(builtin[i].pack);
        return rc;
    }
    return fail_span(f, RC_INVALID, MSG_assess_scheme_unknown, "scheme", word);
}

int assess_scheme_count(void)
{
    return COUNT(builtin);
}

const char *assess_scheme_word(int i)
{
    return builtin[i].word;
}

enum rc assess_burden_cap(struct arena *a, int64_t *out, struct fail *f)
{
    static const struct yaml_field fields[] = {
        {.key = "burden", .type = YAML_IS_WORD, .required = true},
        {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
        {.key = "cap_per_month", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000},
    };
    static const struct yaml_schema schema = {"burden", fields, COUNT(fields)};
    static const char file[] = "packs/metro-circle/assessment/burden.yaml";
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, file, (struct span){assess_pack_burden, assess_pack_burden_len}, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &schema, file, f);
    if (rc == RC_OK)
        *out = yaml_int(tree, "cap_per_month", 0);
    return rc;
}
