/* document_kinds.c - the pack's kinds of documents, read from YAML and checked at their place. */
#include "govern/document_kinds.h"

#include "base/yaml.h"

/* Embedded by the build from packs/metro-circle/documents. */
extern const char govern_pack_kinds[];
extern const size_t govern_pack_kinds_len;

static const struct yaml_field part_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
};
static const struct yaml_schema part_schema = {"part", part_fields, COUNT(part_fields)};
static const struct yaml_field part_item = {.type = YAML_IS_OBJECT, .object = &part_schema};
static const struct yaml_field kind_fields[] = {
    {.key = "word", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "parts", .type = YAML_IS_LIST, .required = true, .max = DOCUMENT_PARTS_MAX, .item = &part_item},
};
static const struct yaml_schema kind_schema = {"kind", kind_fields, COUNT(kind_fields)};
static const struct yaml_field kind_item = {.type = YAML_IS_OBJECT, .object = &kind_schema};
static const struct yaml_field file_fields[] = {
    {.key = "documents", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1},
    {.key = "kinds", .type = YAML_IS_LIST, .required = true, .min = 1, .max = DOCUMENT_KINDS_MAX, .item = &kind_item},
};
static const struct yaml_schema file_schema = {"documents", file_fields, COUNT(file_fields)};

const struct document_kind *document_kind_find(const struct document_kinds *kinds, struct span word)
{
    for (int i = 0; i < kinds->n; i++) {
        if (span_eq(kinds->kinds[i].word, word))
            return &kinds->kinds[i];
    }
    return NULL;
}

static enum rc read_kind(struct arena *a, const char *file, const struct yaml *y, struct document_kind *out,
                         struct fail *f)
{
    out->word = yaml_text(y, "word");
    out->name_zh = yaml_both(y, "name", LANG_ZH);
    out->name_en = yaml_both(y, "name", LANG_EN);
    for (const struct yaml *p = yaml_get(y, "parts")->first; p != NULL; p = p->next) {
        const struct span word = yaml_text(p, "word");
        for (int i = 0; i < out->n_parts; i++) {
            if (span_eq(out->parts[i].word, word))
                return yaml_fault(f, file, yaml_get(p, "word"), MSG_document_word_twice, span_cstr(a, word));
        }
        out->parts[out->n_parts++] =
            (struct document_part){word, yaml_both(p, "name", LANG_ZH), yaml_both(p, "name", LANG_EN)};
    }
    return RC_OK;
}

enum rc document_kinds_load(struct arena *a, const char *file, struct span yaml, const struct document_kinds **out,
                            struct fail *f)
{
    struct yaml *tree = NULL;
    struct document_kinds *kinds = ARENA_NEW(a, struct document_kinds);
    enum rc rc =
        kinds == NULL ? fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL) : yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &file_schema, file, f);
    if (rc != RC_OK)
        return rc;
    for (const struct yaml *y = yaml_get(tree, "kinds")->first; rc == RC_OK && y != NULL; y = y->next) {
        if (document_kind_find(kinds, yaml_text(y, "word")) != NULL)
            return yaml_fault(f, file, yaml_get(y, "word"), MSG_document_word_twice,
                              span_cstr(a, yaml_text(y, "word")));
        rc = read_kind(a, file, y, &kinds->kinds[kinds->n++], f);
    }
    *out = kinds;
    return rc;
}

enum rc document_kinds_current(struct tx *tx, const struct document_kinds **out, struct fail *f)
{
    return document_kinds_load(tx_arena(tx), "packs/metro-circle/documents/kinds.yaml",
                               (struct span){govern_pack_kinds, govern_pack_kinds_len}, out, f);
}
