/*
 * sheet.h - a workbook (.xlsx) as cells. The reader runs in the child process without rights (outline_worker.c) and trusts nothing: entries, sizes,
 * ratios, cells and texts are limited, a DTD is refused. What it finds goes to the parent as records, which the parent checks again.
 *
 * A cell's value is text in one of few kinds. A number that its style shows as a date becomes an ISO day, by the workbook's 1900 or 1904 system; the
 * 29th of February 1900, which spreadsheets know and the calendar does not, stays a number. A formula gives its kept value; one without is SHEET_FORMULA.
 */
#ifndef YITI_PLAN_SHEET_H
#define YITI_PLAN_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/sb.h"

enum sheet_kind {
    SHEET_EMPTY,
    SHEET_TEXT,
    SHEET_NUMBER,
    SHEET_DAY,
    SHEET_BOOL,
    SHEET_ERROR,
    SHEET_FORMULA,
    SHEET_KINDS
};
struct sheet_cell {
    uint32_t row, column; /* from 0 */
    enum sheet_kind kind;
    struct span text;
};
struct sheet_merge {
    uint32_t row, column, last_row, last_column;
};
struct sheet {
    struct span name;
    bool hidden;
    const struct sheet_cell *cells; /* as they stand in the file */
    int n_cells;
    const struct sheet_merge *merges;
    int n_merges;
};
struct sheet_book {
    const struct sheet *sheets;
    int n_sheets;
};

/* sheet_scan - the child's part: a workbook in memory to records. Never call it on foreign bytes in the server's own process (tests and fuzzing may).
 * Errors  RC_MALFORMED (sheet_broken), RC_MEDIA (sheet_encrypted), RC_LIMIT (sheet_limit naming it). */
MUST_USE enum rc sheet_scan(struct span bytes, struct sb *out, struct fail *f);
/* sheet_take - the parent's part: records to a book in the arena. RC_MALFORMED when they are not what sheet_scan writes. Borrows records. */
MUST_USE enum rc sheet_take(struct arena *a, struct span records, struct sheet_book *out, struct fail *f);
/* sheet_open - both: the bytes are read by a child. Errors of both; RC_MALFORMED at once when the bytes are no package. */
MUST_USE enum rc sheet_open(struct arena *a, struct span bytes, struct sheet_book *out, struct fail *f);
/* sheet_ref - "B17" of row 16, column 1. */
void sheet_ref(uint32_t row, uint32_t column, char out[16]);
/* sheet_day - ISO day of a serial number; false when there is none. Pure. */
bool sheet_day(double serial, bool from_1904, char out[11]);

#endif
