/* case_pack.c - a catalogue from its YAML, checked for sense: what can be reported, with which questions, limits and evidence, and who answers for it. */
#include <string.h>

#include "cases/cases_int.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

static const char *const datatype_words[] = {"string", "number",          "datetime",
                                             "text",   "singlevaluelist", "multivaluelist"};
static const char *const mark_words[CASE_MARKS] = {"received", "filed",  "dispatched", "handling",
                                                   "done",     "closed", "refused"};

const char *case_datatype_word(enum case_datatype t)
{
    return datatype_words[t];
}

const char *case_mark_word(enum case_mark mark)
{
    return mark_words[mark];
}

/* ---- the form -------------------------------------------------------------------------------------------------------------------------- */

static const struct yaml_field word_item = {.type = YAML_IS_WORD};
static const struct yaml_field name_item = {.type = YAML_IS_TEXT, .min = 1, .max = 60};
static const struct yaml_field limit_item = {.type = YAML_IS_TEXT, .min = 1, .max = 40};
static const struct yaml_field value_fields[] = {
    {.key = "key", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
};
static const struct yaml_schema value_schema = {"value", value_fields, COUNT(value_fields)};
static const struct yaml_field value_item = {.type = YAML_IS_OBJECT, .object = &value_schema};
static const struct yaml_field field_fields[] = {
    {.key = "code", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "help", .type = YAML_IS_BOTH},
    {.key = "datatype",
     .type = YAML_IS_WORD,
     .required = true,
     .words = "string|number|datetime|text|singlevaluelist|multivaluelist"},
    {.key = "required", .type = YAML_IS_BOOL},
    {.key = "values", .type = YAML_IS_LIST, .min = 1, .max = CASE_VALUES_MAX, .item = &value_item},
};
static const struct yaml_schema field_schema = {"field", field_fields, COUNT(field_fields)};
static const struct yaml_field field_item = {.type = YAML_IS_OBJECT, .object = &field_schema};
static const struct yaml_field closing_fields[] = {
    {.key = "verb", .type = YAML_IS_WORD, .required = true},
    {.key = "photo", .type = YAML_IS_BOOL},
};
static const struct yaml_schema closing_schema = {"closing", closing_fields, COUNT(closing_fields)};
static const struct yaml_field type_fields[] = {
    {.key = "type", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "description", .type = YAML_IS_BOTH, .required = true},
    {.key = "keywords", .type = YAML_IS_LIST, .max = CASE_WORDS_MAX, .item = &name_item},
    {.key = "responsible", .type = YAML_IS_LIST, .max = CASE_UNITS_MAX, .item = &name_item},
    {.key = "public", .type = YAML_IS_BOOL, .required = true},
    {.key = "about_unit", .type = YAML_IS_BOOL},
    {.key = "limits", .type = YAML_IS_MAP_OF, .max = CASE_LIMITS_MAX, .item = &limit_item},
    {.key = "closing", .type = YAML_IS_OBJECT, .object = &closing_schema},
    {.key = "fields", .type = YAML_IS_LIST, .max = CASE_FIELDS_MAX, .item = &field_item},
};
static const struct yaml_schema type_schema = {"type", type_fields, COUNT(type_fields)};
static const struct yaml_field type_item = {.type = YAML_IS_OBJECT, .object = &type_schema};
#define MARK(word)                                                                                                     \
    {                                                                                                                  \
        .key = word, .type = YAML_IS_LIST, .min = 1, .max = CASE_WORDS_MAX, .item = &word_item                         \
    }
static const struct yaml_field mark_fields[] = {
    MARK("received"), MARK("filed"),  MARK("dispatched"), MARK("handling"),
    MARK("done"),     MARK("closed"), MARK("refused"),
};
static const struct yaml_schema mark_schema = {"marks", mark_fields, COUNT(mark_fields)};
static const struct yaml_field catalogue_fields[] = {
    {.key = "cases", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000000},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "machine", .type = YAML_IS_WORD, .required = true},
    {.key = "marks", .type = YAML_IS_OBJECT, .required = true, .object = &mark_schema},
    {.key = "intake", .type = YAML_IS_LIST, .max = CASE_UNITS_MAX, .item = &name_item},
    {.key = "rework", .type = YAML_IS_LIST, .max = CASE_WORDS_MAX, .item = &word_item},
    {.key = "dispute", .type = YAML_IS_LIST, .max = CASE_WORDS_MAX, .item = &word_item},
    {.key = "types", .type = YAML_IS_LIST, .required = true, .min = 1, .max = CASE_TYPES_MAX, .item = &type_item},
};
static const struct yaml_schema catalogue_schema = {"cases", catalogue_fields, COUNT(catalogue_fields)};

/* ---- loading ------------------------------------------------------------------------------------------------------------------------------ */

struct loader {
    struct arena *arena;
    const char *file;
    struct case_catalogue *c;
    struct fail *f;
};

static enum rc fault(const struct loader *l, const struct yaml *at, enum msg msg, struct span arg)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "%.*s", SPAN_ARG(span_sub(arg, 0, 60)));
    return yaml_fault(l->f, l->file, at, msg, text);
}

static struct duty_both both(const struct yaml *map, const char *key)
{
    return (struct duty_both){span_or_empty(yaml_both(map, key, LANG_ZH)), span_or_empty(yaml_both(map, key, LANG_EN))};
}

static enum rc texts_of(struct loader *l, const struct yaml *list, struct span **out, int *n)
{
    if (list == NULL)
        return RC_OK;
    *out = ARENA_ARRAY(l->arena, (size_t)list->count + 1, struct span);
    if (*out == NULL)
        return case_over(l->f);
    for (const struct yaml *y = list->first; y; y = y->next)
        (*out)[(*n)++] = y->text;
    return RC_OK;
}

static enum rc values_of(struct loader *l, const struct yaml *y, struct case_field *field)
{
    const struct yaml *const list = yaml_get(y, "values");
    const bool choice = field->datatype == CASE_ONE_OF || field->datatype == CASE_SOME_OF;
    if (choice != (list != NULL))
        return fault(l, y, choice ? MSG_case_values_missing : MSG_case_values_unasked, field->code);
    if (list == NULL)
        return RC_OK;
    field->values = ARENA_ARRAY(l->arena, (size_t)list->count, struct case_value);
    if (field->values == NULL)
        return case_over(l->f);
    for (const struct yaml *v = list->first; v; v = v->next) {
        const struct span key = yaml_text(v, "key");
        for (int i = 0; i < field->n_values; i++)
            if (span_eq(field->values[i].key, key))
                return fault(l, v, MSG_case_word_twice, key);
        field->values[field->n_values++] = (struct case_value){key, both(v, "name")};
    }
    return RC_OK;
}

static enum rc fields_of(struct loader *l, const struct yaml *list, struct case_type *type)
{
    enum rc rc = RC_OK;
    type->fields = ARENA_ARRAY(l->arena, (size_t)(list ? list->count : 0) + 1, struct case_field);
    if (type->fields == NULL)
        return case_over(l->f);
    for (const struct yaml *y = list ? list->first : NULL; y && rc == RC_OK; y = y->next) {
        struct case_field *const field = &type->fields[type->n_fields];
        *field = (struct case_field){.code = yaml_text(y, "code"),
                                     .name = both(y, "name"),
                                     .help = both(y, "help"),
                                     .required = yaml_bool(y, "required", false)};
        for (int i = 0; i < COUNT(datatype_words); i++)
            if (span_is(yaml_text(y, "datatype"), datatype_words[i]))
                field->datatype = (enum case_datatype)i;
        for (int i = 0; i < type->n_fields; i++)
            if (span_eq(type->fields[i].code, field->code))
                return fault(l, y, MSG_case_word_twice, field->code);
        rc = values_of(l, y, field);
        type->n_fields++;
    }
    return rc;
}

static enum rc limits_of(struct loader *l, const struct yaml *map, struct case_type *type)
{
    for (const struct yaml *y = map ? map->first : NULL; y; y = y->next) {
        struct duty_own_limit *const own = &type->limits[type->n_limits++];
        own->clock = y->key;
        if (!duty_limit_parse(y->text, &own->limit))
            return fault(l, y, MSG_case_limit_form, y->text);
    }
    return RC_OK;
}

static enum rc type_of(struct loader *l, const struct yaml *y, struct case_type *type)
{
    const struct yaml *const closing = yaml_get(y, "closing");
    *type = (struct case_type){.word = yaml_text(y, "type"),
                               .name = both(y, "name"),
                               .description = both(y, "description"),
                               .is_public = yaml_bool(y, "public", false),
                               .about_unit = yaml_bool(y, "about_unit", false),
                               .closing_verb = closing ? yaml_text(closing, "verb") : SPAN(""),
                               .closing_photo = closing && yaml_bool(closing, "photo", false)};
    if (type->is_public && type->about_unit)
        return fault(l, y, MSG_case_about_unit_public, type->word);
    enum rc rc = texts_of(l, yaml_get(y, "keywords"), &type->keywords, &type->n_keywords);
    if (rc == RC_OK)
        rc = texts_of(l, yaml_get(y, "responsible"), &type->responsible, &type->n_responsible);
    if (rc == RC_OK)
        rc = limits_of(l, yaml_get(y, "limits"), type);
    return rc == RC_OK ? fields_of(l, yaml_get(y, "fields"), type) : rc;
}

static enum rc types_of(struct loader *l, const struct yaml *list)
{
    enum rc rc = RC_OK;
    l->c->types = ARENA_ARRAY(l->arena, (size_t)list->count, struct case_type);
    if (l->c->types == NULL)
        return case_over(l->f);
    for (const struct yaml *y = list->first; y && rc == RC_OK; y = y->next) {
        if (case_type_find(l->c, yaml_text(y, "type")) != NULL)
            return fault(l, y, MSG_case_word_twice, yaml_text(y, "type"));
        rc = type_of(l, y, &l->c->types[l->c->n_types]);
        l->c->n_types++;
    }
    return rc;
}

static enum rc marks_of(struct loader *l, const struct yaml *marks)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < CASE_MARKS; i++) {
        const struct yaml *const list = yaml_get(marks, mark_words[i]);
        for (const struct yaml *y = list ? list->first : NULL; y; y = y->next)
            if (case_mark_of(l->c, y->text) != CASE_MARKS)
                return fault(l, y, MSG_case_word_twice, y->text);
        rc = texts_of(l, list, &l->c->marks[i].words, &l->c->marks[i].n);
    }
    return rc;
}

enum rc case_catalogue_load(struct arena *a, const char *file, struct span yaml, struct case_catalogue **out,
                            struct fail *f)
{
    struct yaml *tree = NULL;
    struct loader l = {a, file, ARENA_NEW(a, struct case_catalogue), f};
    if (l.c == NULL)
        return case_over(f);
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &catalogue_schema, file, f);
    if (rc != RC_OK)
        return rc;
    l.c->word = yaml_text(tree, "cases");
    l.c->machine = yaml_text(tree, "machine");
    l.c->name = both(tree, "name");
    l.c->version = yaml_int(tree, "version", 1);
    rc = marks_of(&l, yaml_get(tree, "marks"));
    if (rc == RC_OK)
        rc = texts_of(&l, yaml_get(tree, "intake"), &l.c->intake.words, &l.c->intake.n);
    if (rc == RC_OK)
        rc = texts_of(&l, yaml_get(tree, "rework"), &l.c->rework.words, &l.c->rework.n);
    if (rc == RC_OK)
        rc = texts_of(&l, yaml_get(tree, "dispute"), &l.c->dispute.words, &l.c->dispute.n);
    if (rc == RC_OK)
        rc = types_of(&l, yaml_get(tree, "types"));
    *out = l.c;
    return rc;
}

enum rc case_catalogue_check(struct arena *a, const char *file, struct span yaml, struct fail *f)
{
    struct case_catalogue *c = NULL;
    return case_catalogue_load(a, file, yaml, &c, f);
}

const struct case_type *case_type_find(const struct case_catalogue *c, struct span word)
{
    for (int i = 0; i < c->n_types; i++)
        if (span_eq(c->types[i].word, word))
            return &c->types[i];
    return NULL;
}

enum case_mark case_mark_of(const struct case_catalogue *c, struct span state)
{
    for (int i = 0; i < CASE_MARKS; i++)
        for (int k = 0; k < c->marks[i].n; k++)
            if (span_eq(c->marks[i].words[k], state))
                return (enum case_mark)i;
    return CASE_MARKS;
}
