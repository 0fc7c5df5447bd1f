/*
 * docx.h - official documents (公文) as .docx, in the layout of GB/T 9704-2012: A4, a type area of 156 by 225 mm with 22 lines of 28 characters, the issuer's
 * name in red over a red line, number, title, recipients, body in 仿宋 size 3, annexes, signature and date, page numbers at the outer edge. The measures
 * stand in data/official/gbt9704.csv. Office Open XML after ECMA-376. The same calls give the same bytes.
 *
 * Call: docx_begin; docx_mark; docx_title; docx_recipients; docx_paragraph and docx_heading as they come; docx_annex_note; docx_signature; docx_annex and
 * docx_table; docx_record; docx_end. Each may be left out but the first and the last.
 */
#ifndef YITI_BASE_DOCX_H
#define YITI_BASE_DOCX_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/sb.h"

#define DOCX_OUT_BYTES_MAX (32u << 20) /* bytes of one document, unpacked; RC_LIMIT */

struct docx { /* private */
    struct sb body;
    enum lang lang;
};
/* docx_begin - the language is that of the words that the layout itself has: 附件, 抄送. */
void docx_begin(struct docx *d, enum lang lang);
/* docx_mark - the issuer in red (发文机关标志), the document number below (empty: none yet), the red line. */
void docx_mark(struct docx *d, struct span issuer, struct span number);
void docx_title(struct docx *d, struct span title);
void docx_recipients(struct docx *d, struct span names);        /* without the colon */
void docx_heading(struct docx *d, int level, struct span text); /* 1: 一、 in 黑体; 2: （一） in 楷体 */
/* docx_paragraph - one paragraph a line of the text; empty lines are left out. */
void docx_paragraph(struct docx *d, struct span text);
void docx_annex_note(struct docx *d, const struct span *titles, int n);
void docx_signature(struct docx *d, struct span name, struct span date); /* without a seal (7.3.5.2) */
/* docx_annex - a new page that begins with “附件1” and the annex's title; n 0: there is only one, without number. */
void docx_annex(struct docx *d, int n, struct span title);

#define DOCX_COLUMNS_MAX 16
struct docx_table {
    int n_columns, n_rows;
    const int *widths_mm;     /* together at most 156 */
    const struct span *heads; /* n_columns */
    const struct span *cells; /* n_rows * n_columns, row by row */
    unsigned left;            /* bits of columns that are set flush left; the others are centred */
};
void docx_table(struct docx *d, const struct docx_table *t);
/* docx_record - 版记 at the foot of the last page: copies to (empty: none), issuer and day of issue. */
void docx_record(struct docx *d, struct span copies, struct span issuer, struct span date);
/* docx_end - the file in the arena; d is released, also on failure. RC_LIMIT, RC_INTERNAL. */
MUST_USE enum rc docx_end(struct arena *a, struct docx *d, struct span *out, struct fail *f);

/* docx_pack - parts into a zip archive with fixed times; for who writes other documents. Text borrows. */
struct docx_part {
    const char *name;
    struct span text;
};
MUST_USE enum rc docx_pack(struct arena *a, const struct docx_part *parts, int n, struct span *out, struct fail *f);
/* docx_text - XML text without the control characters that XML 1.0 does not know. */
void docx_text(struct sb *sb, struct span s);

/* The layout's measures, from data/official/gbt9704.csv. */
struct docx_layout {
    int page_width_mm, page_height_mm, top_mm, binding_mm, area_width_mm, area_height_mm, lines, characters, body_pt,
        mark_from_area_top_mm, mark_width_max_mm, number_lines_below_mark, red_line_below_number_mm, title_pt,
        title_lines_below_red_line, recipients_lines_below_title, indent_characters, annex_note_lines_below_body,
        signature_lines_below_body, signature_right_characters, record_pt, page_number_pt, page_number_below_area_mm;
};
/* docx_layout_read - every name once. RC_INVALID (docx_layout) naming the line. */
MUST_USE enum rc docx_layout_read(struct span csv, struct docx_layout *out, struct fail *f);
/* docx_layout_builtin - the one embedded. */
struct docx_layout docx_layout_builtin(void);

#endif
