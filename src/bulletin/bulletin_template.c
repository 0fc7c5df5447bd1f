/* bulletin_template.c - templates of bulletins, from the packs' YAML, checked at their place; and the periods of kinds. */
#include <string.h>

#include "bulletin/bulletin_int.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Embedded by the build from packs/. */
extern const char bulletin_pack_monthly[], bulletin_pack_weekly[], bulletin_pack_yearly[], bulletin_pack_white_paper[];
extern const size_t bulletin_pack_monthly_len, bulletin_pack_weekly_len, bulletin_pack_yearly_len,
    bulletin_pack_white_paper_len;

static const struct {
    const char *word, *pack, *file, *text;
    const size_t *len;
} builtin[] = {
    {"weekly", "metro-circle", "packs/metro-circle/bulletin/weekly.yaml", bulletin_pack_weekly,
     &bulletin_pack_weekly_len},
    {"monthly", "metro-circle", "packs/metro-circle/bulletin/monthly.yaml", bulletin_pack_monthly,
     &bulletin_pack_monthly_len},
    {"yearly", "metro-circle", "packs/metro-circle/bulletin/yearly.yaml", bulletin_pack_yearly,
     &bulletin_pack_yearly_len},
    {"white-paper", "international-city", "packs/international-city/bulletin/white-paper.yaml",
     bulletin_pack_white_paper, &bulletin_pack_white_paper_len},
};

static const struct yaml_field section_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "heading", .type = YAML_IS_BOTH},
    {.key = "body", .type = YAML_IS_BOTH, .required = true},
};
static const struct yaml_schema section_schema = {"section", section_fields, COUNT(section_fields)};
static const struct yaml_field section_item = {.type = YAML_IS_OBJECT, .object = &section_schema};
static const struct yaml_field template_fields[] = {
    {.key = "bulletin", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "kind", .type = YAML_IS_WORD, .required = true, .words = "week|month|year"},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "public", .type = YAML_IS_BOOL, .required = true},
    {.key = "items", .type = YAML_IS_BOOL, .required = true},
    {.key = "score", .type = YAML_IS_RULE, .required = true},
    {.key = "number", .type = YAML_IS_BOTH, .required = true},
    {.key = "title", .type = YAML_IS_BOTH, .required = true},
    {.key = "recipients", .type = YAML_IS_BOTH, .required = true},
    {.key = "sections",
     .type = YAML_IS_LIST,
     .required = true,
     .min = 1,
     .max = BULLETIN_SECTIONS_MAX,
     .item = &section_item},
};
static const struct yaml_schema template_schema = {"bulletin", template_fields, COUNT(template_fields)};

static struct bulletin_both both(const struct yaml *m, const char *key)
{
    if (yaml_get(m, key) == NULL)
        return (struct bulletin_both){SPAN(""), SPAN("")};
    return (struct bulletin_both){yaml_both(m, key, LANG_ZH), yaml_both(m, key, LANG_EN)};
}

enum rc bulletin_template_load(struct arena *a, const char *file, struct span yaml, struct bulletin_template *out,
                               struct fail *f)
{
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &template_schema, file, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct bulletin_template){.word = yaml_text(tree, "bulletin"),
                                      .kind = yaml_text(tree, "kind"),
                                      .pack = SPAN(""),
                                      .version = yaml_int(tree, "version", 1),
                                      .name = both(tree, "name"),
                                      .number = both(tree, "number"),
                                      .title = both(tree, "title"),
                                      .recipients = both(tree, "recipients"),
                                      .is_public = yaml_bool(tree, "public", false),
                                      .items = yaml_bool(tree, "items", false)};
    for (const struct yaml *y = yaml_get(tree, "sections")->first; y != NULL; y = y->next)
        out->sections[out->n_sections++] =
            (struct bulletin_template_section){yaml_text(y, "word"), both(y, "heading"), both(y, "body")};
    rc = rule_compile(a, yaml_text(tree, "score"), bulletin_inputs, bulletin_input_count, RULE_DECIMAL, &out->score, f);
    if (rc != RC_OK) {
        const struct yaml *at = yaml_get(tree, "score");
        (void)snprintf(f->field, sizeof f->field, "%.40s:%d:%d", file, at->line, at->column);
    }
    return rc;
}

enum rc bulletin_template_find(struct arena *a, struct span word, struct bulletin_template *out, struct fail *f)
{
    for (int i = 0; i < COUNT(builtin); i++) {
        if (!span_is(word, builtin[i].word))
            continue;
        enum rc rc =
            bulletin_template_load(a, builtin[i].file, (struct span){builtin[i].text, *builtin[i].len}, out, f);
        out->pack = span_of(builtin[i].pack);
        return rc;
    }
    return fail_span(f, RC_INVALID, MSG_bulletin_template_unknown, "template", word);
}

int bulletin_template_count(void)
{
    return COUNT(builtin);
}

const char *bulletin_template_word(int i)
{
    return builtin[i].word;
}

bool bulletin_period(struct span kind, int32_t until_day, int32_t *from_day)
{
    struct ymd d = date_from_days(until_day);
    if (span_is(kind, "week")) {
        *from_day = until_day - 6;
        return date_weekday(until_day) == 7;
    }
    const bool month = d.day == date_month_days(d.year, d.month);
    if (span_is(kind, "month"))
        *from_day = date_to_days((struct ymd){d.year, d.month, 1});
    else
        *from_day = date_to_days((struct ymd){d.year, 1, 1});
    return month && (span_is(kind, "month") || d.month == 12);
}
