/* outline_docx_int.h - inside of the .docx reader: parts of the package, styles, automatic numbers. Only outline_docx*.c. */
#ifndef YITI_PLAN_OUTLINE_DOCX_INT_H
#define YITI_PLAN_OUTLINE_DOCX_INT_H

#include <libxml/xmlreader.h>
#include <zip.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/sb.h"
#include "base/span.h"

#define DOCX_LEVELS 9

struct docx_style {
    struct span id, based_on;
    int num_id, level, outline; /* -1 when not given */
    bool title, resolved;
};
struct docx_level {
    int64_t start;
    char format[40];
    char text[64]; /* "%1、" */
    bool legal;    /* all numbers in digits */
    bool bullet;
};
struct docx_abstract {
    int id;
    struct docx_level level[DOCX_LEVELS];
    struct span style_link; /* numStyleLink: the definition stands in that style */
    int64_t counter[DOCX_LEVELS];
    bool used[DOCX_LEVELS];
};
struct docx_num {
    int id, abstract; /* abstract: index, -1 unknown */
    int abstract_id;
    int64_t override[DOCX_LEVELS]; /* -1 none */
    bool begun;
};
struct docx {
    struct arena *a;
    struct docx_style *styles;
    struct docx_abstract *abstracts;
    struct docx_num *nums;
    uint32_t n_styles, n_abstracts, n_nums;
};

/* docx_styles_read, docx_numbering_read - from the parts' XML; a part that is not there is empty. RC_MALFORMED, RC_LIMIT. */
MUST_USE enum rc docx_styles_read(struct docx *d, struct span xml, struct fail *f);
MUST_USE enum rc docx_numbering_read(struct docx *d, struct span xml, struct fail *f);
const struct docx_style *docx_style_of(const struct docx *d, struct span id);
/* docx_number - counts the paragraph and appends its number, "(一)" or "1."; nothing for numId 0 or unknown. Returns whether one was written. */
bool docx_number(struct docx *d, int num_id, int level, struct sb *out);

/* docx_part_read - a part of the package into the arena; a part that is not there is empty. RC_MALFORMED, RC_MEDIA (encrypted), RC_LIMIT. */
MUST_USE enum rc docx_part_read(struct arena *a, struct zip *z, const char *name, struct span *out, struct fail *f);
/* docx_main_part - the main part's name as _rels/.rels says it; name stays as it was when that says nothing. */
MUST_USE enum rc docx_main_part(struct arena *a, struct zip *z, char *name, size_t size, struct fail *f);
/* docx_xml - a reader over the part without network, entities or DTD; NULL when it cannot be made. */
xmlTextReaderPtr docx_xml(struct span xml);
/* docx_xml_next - the next node: 1, 0 at the end, -1 on broken XML or a DTD. */
int docx_xml_next(xmlTextReaderPtr r);
/* docx_attr - value of the attribute with that local name, cut to size; false when absent. */
bool docx_attr(xmlTextReaderPtr r, const char *name, char *out, size_t size);
int docx_attr_int(xmlTextReaderPtr r, const char *name, int absent);
bool docx_is(xmlTextReaderPtr r, const char *name);

#endif
