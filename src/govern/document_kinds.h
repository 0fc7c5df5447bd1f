/* document_kinds.h - kinds of documents and the parts that each must have: data of the pack (document_kinds.c). */
#ifndef YITI_GOVERN_DOCUMENT_KINDS_H
#define YITI_GOVERN_DOCUMENT_KINDS_H

#include "govern/govern_int.h"

#define DOCUMENT_KINDS_MAX 40
#define DOCUMENT_PARTS_MAX 20

struct document_part {
    struct span word, name_zh, name_en;
};
struct document_kind {
    struct span word, name_zh, name_en;
    struct document_part parts[DOCUMENT_PARTS_MAX];
    int n_parts;
};
struct document_kinds {
    struct document_kind kinds[DOCUMENT_KINDS_MAX];
    int n;
};
/* document_kinds_load - from YAML; a fault names file, line and key. In the arena. */
MUST_USE enum rc document_kinds_load(struct arena *a, const char *file, struct span yaml,
                                     const struct document_kinds **out, struct fail *f);
/* document_kinds_current - of the pack in force, in the tx's arena. */
MUST_USE enum rc document_kinds_current(struct tx *tx, const struct document_kinds **out, struct fail *f);
/* document_kind_find - NULL: none. */
const struct document_kind *document_kind_find(const struct document_kinds *kinds, struct span word);

#endif
