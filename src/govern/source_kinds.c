/* source_kinds.c - the pack's kinds of sources, read from YAML and checked at their place; their limits as days. */
#include "govern/source_kinds.h"

#include "base/calendar.h"
#include "base/date.h"
#include "base/yaml.h"

/* Embedded by the build from packs/metro-circle/sources. */
extern const char govern_source_kinds[];
extern const size_t govern_source_kinds_len;

static const struct yaml_field limit_fields[] = {
    {.key = "months", .type = YAML_IS_INT, .required = true, .min = 0, .max = 60},
    {.key = "work_days", .type = YAML_IS_INT, .required = true, .min = 0, .max = 250},
};
static const struct yaml_schema limit_schema = {"limit", limit_fields, COUNT(limit_fields)};
static const struct yaml_field kind_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "of", .type = YAML_IS_WORD, .required = true, .words = "instruction|proposal"},
    {.key = "limit", .type = YAML_IS_OBJECT, .required = true, .object = &limit_schema},
    {.key = "longest", .type = YAML_IS_OBJECT, .required = true, .object = &limit_schema},
    {.key = "again", .type = YAML_IS_OBJECT, .required = true, .object = &limit_schema},
    {.key = "basis", .type = YAML_IS_BOTH, .required = true},
};
static const struct yaml_schema kind_schema = {"kind", kind_fields, COUNT(kind_fields)};
static const struct yaml_field kind_item = {.type = YAML_IS_OBJECT, .object = &kind_schema};
static const struct yaml_field file_fields[] = {
    {.key = "sources", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "kinds", .type = YAML_IS_LIST, .required = true, .min = 1, .max = SOURCE_KINDS_MAX, .item = &kind_item},
};
static const struct yaml_schema file_schema = {"sources", file_fields, COUNT(file_fields)};

const struct source_kind *source_kind_find(const struct source_kinds *kinds, struct span word)
{
    for (int i = 0; i < kinds->n; i++) {
        if (span_eq(kinds->kinds[i].word, word))
            return &kinds->kinds[i];
    }
    return NULL;
}

static enum rc read_limit(struct arena *a, const char *file, const struct yaml *kind, const char *key,
                          struct source_limit *out, struct fail *f)
{
    const struct yaml *y = yaml_get(kind, key);
    *out = (struct source_limit){yaml_int(y, "months", 0), yaml_int(y, "work_days", 0)};
    return out->months + out->work_days > 0
               ? RC_OK
               : yaml_fault(f, file, y, MSG_source_kind_no_limit, span_cstr(a, yaml_text(kind, "word")));
}

static enum rc read_kind(struct arena *a, const char *file, const struct yaml *y, struct source_kind *out,
                         struct fail *f)
{
    *out = (struct source_kind){.word = yaml_text(y, "word"),
                                .of = yaml_text(y, "of"),
                                .name_zh = yaml_both(y, "name", LANG_ZH),
                                .name_en = yaml_both(y, "name", LANG_EN),
                                .basis_zh = yaml_both(y, "basis", LANG_ZH),
                                .basis_en = yaml_both(y, "basis", LANG_EN)};
    enum rc rc = read_limit(a, file, y, "limit", &out->limit, f);
    if (rc == RC_OK)
        rc = read_limit(a, file, y, "longest", &out->longest, f);
    return rc == RC_OK ? read_limit(a, file, y, "again", &out->again, f) : rc;
}

enum rc source_kinds_load(struct arena *a, const char *file, struct span yaml, const struct source_kinds **out,
                          struct fail *f)
{
    struct yaml *tree = NULL;
    struct source_kinds *kinds = ARENA_NEW(a, struct source_kinds);
    enum rc rc =
        kinds == NULL ? fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL) : yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &file_schema, file, f);
    if (rc != RC_OK)
        return rc;
    for (const struct yaml *y = yaml_get(tree, "kinds")->first; rc == RC_OK && y != NULL; y = y->next) {
        if (source_kind_find(kinds, yaml_text(y, "word")) != NULL)
            return yaml_fault(f, file, yaml_get(y, "word"), MSG_source_kind_twice, span_cstr(a, yaml_text(y, "word")));
        rc = read_kind(a, file, y, &kinds->kinds[kinds->n++], f);
    }
    *out = kinds;
    return rc;
}

enum rc source_kinds_current(struct tx *tx, const struct source_kinds **out, struct fail *f)
{
    return source_kinds_load(tx_arena(tx), "packs/metro-circle/sources/kinds.yaml",
                             (struct span){govern_source_kinds, govern_source_kinds_len}, out, f);
}

enum rc source_limit_day(struct arena *a, const struct source_limit *limit, struct span from_on, struct span *out,
                         struct fail *f)
{
    struct ymd from;
    int32_t day = 0;
    char text[11];
    if (!date_parse(from_on, &from))
        return fail_span(f, RC_INVALID, MSG_field_date, "from_on", from_on);
    day = date_to_days(date_add_months(from, (int)limit->months));
    if (limit->work_days > 0) {
        enum rc rc = calendar_add_days(calendar_builtin(), day, (int)limit->work_days, &day, f);
        if (rc != RC_OK)
            return rc;
    }
    date_print(date_from_days(day), text);
    *out = span_dup(a, span_of(text));
    return out->ptr != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
}
