/*
 * table.h - a plain table for people's spreadsheets: the same columns and rows as CSV (RFC 4180, UTF-8 with a byte order mark) or as .xlsx
 * (ECMA-376). The same table gives the same bytes. A cell that a spreadsheet would take for a formula is a text.
 */
#ifndef YITI_BASE_TABLE_H
#define YITI_BASE_TABLE_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/sb.h"

#define TABLE_COLUMNS_MAX 24
#define TABLE_BYTES_MAX (32u << 20) /* of the file; RC_LIMIT */

struct table_column {
    struct span name;
    int width;   /* in characters; .xlsx only */
    bool number; /* whole numbers, written as such */
};
struct table {
    struct span sheet,
        title; /* name of the sheet (31 characters), line above the head; title empty: none. CSV has neither */
    const struct table_column *columns;
    int n_columns;
    const struct span *cells; /* n_rows times n_columns; ptr NULL: empty */
    int n_rows;
};
/* csv_quoted - a quoted cell; a formula gets an apostrophe in front. csv_cell - and what follows it: a comma, or the line's end. */
void csv_quoted(struct sb *sb, struct span s);
void csv_cell(struct sb *sb, struct span s, bool last);
/* table_csv, table_xlsx - into the arena. Errors: RC_LIMIT, RC_INTERNAL (table_file_failed). */
MUST_USE enum rc table_csv(struct arena *a, const struct table *t, struct span *out, struct fail *f);
MUST_USE enum rc table_xlsx(struct arena *a, const struct table *t, struct span *out, struct fail *f);

#endif
