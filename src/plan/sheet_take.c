/* sheet_take.c - the parent's part of the workbook reader: records of the child into cells; nothing in them is believed unseen. */
#include <string.h>

#include "base/limits.h"
#include "plan/outline.h"
#include "plan/sheet.h"

struct taker {
    struct span rest;
    bool bad;
};

static uint32_t number(struct taker *t)
{
    uint32_t v = 0;
    if (t->rest.len < 4) {
        t->bad = true;
        return 0;
    }
    for (int i = 3; i >= 0; i--)
        v = v << 8 | (unsigned char)t->rest.ptr[i];
    t->rest = span_sub(t->rest, 4, t->rest.len);
    return v;
}

static unsigned char byte(struct taker *t)
{
    if (t->rest.len == 0) {
        t->bad = true;
        return 0;
    }
    const unsigned char c = (unsigned char)t->rest.ptr[0];
    t->rest = span_sub(t->rest, 1, t->rest.len);
    return c;
}

static struct span text(struct taker *t)
{
    const uint32_t n = number(t);
    if (t->bad || n > t->rest.len || n > SHEET_CELL_BYTES_MAX) {
        t->bad = true;
        return SPAN_NONE;
    }
    const struct span s = span_sub(t->rest, 0, n);
    t->rest = span_sub(t->rest, n, t->rest.len);
    return s;
}

struct counts {
    int sheets, cells, merges;
};

/* One record; sheet, cell, merge are where it goes, NULL: only counted. */
static void record(struct taker *t, struct sheet *sheet, struct sheet_cell *cell, struct sheet_merge *merge, char *tag)
{
    *tag = (char)byte(t);
    if (*tag == 's') {
        sheet->hidden = byte(t) != 0;
        sheet->name = text(t);
    } else if (*tag == 'c') {
        cell->row = number(t);
        cell->column = number(t);
        const unsigned char kind = byte(t);
        cell->kind = kind < SHEET_KINDS ? (enum sheet_kind)kind : SHEET_EMPTY;
        cell->text = text(t);
        t->bad = t->bad || kind >= SHEET_KINDS || cell->row >= 1048576 || cell->column >= 16384;
    } else if (*tag == 'm') {
        merge->row = number(t);
        merge->column = number(t);
        merge->last_row = number(t);
        merge->last_column = number(t);
    } else {
        t->bad = true;
    }
}

static bool count(struct span records, struct counts *n)
{
    struct taker t = {.rest = records};
    while (t.rest.len && !t.bad) {
        struct sheet sheet;
        struct sheet_cell cell;
        struct sheet_merge merge;
        char tag = 0;
        record(&t, &sheet, &cell, &merge, &tag);
        n->sheets += tag == 's';
        n->cells += tag == 'c';
        n->merges += tag == 'm';
        t.bad = t.bad || n->sheets == 0 || n->sheets > 64 || n->cells > 2 * SHEET_CELLS_MAX;
    }
    return !t.bad && n->sheets > 0;
}

enum rc sheet_take(struct arena *a, struct span records, struct sheet_book *out, struct fail *f)
{
    struct counts n = {0};
    if (!count(records, &n))
        return fail_set(f, RC_MALFORMED, MSG_sheet_broken, NULL, "records", NULL);
    struct sheet *const sheets = ARENA_ARRAY(a, (size_t)n.sheets + 1, struct sheet);
    struct sheet_cell *const cells = ARENA_ARRAY(a, (size_t)n.cells + 1, struct sheet_cell);
    struct sheet_merge *const merges = ARENA_ARRAY(a, (size_t)n.merges + 1, struct sheet_merge);
    if (!sheets || !cells || !merges)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    struct taker t = {.rest = records};
    struct counts at = {0};
    while (t.rest.len && !t.bad) {
        char tag = 0;
        record(&t, &sheets[at.sheets], &cells[at.cells], &merges[at.merges], &tag);
        if (tag == 's') {
            sheets[at.sheets].cells = &cells[at.cells];
            sheets[at.sheets++].merges = &merges[at.merges];
        } else if (tag == 'c') {
            at.cells++;
            sheets[at.sheets - 1].n_cells++;
        } else {
            at.merges++;
            sheets[at.sheets - 1].n_merges++;
        }
    }
    *out = (struct sheet_book){sheets, n.sheets};
    return RC_OK;
}

enum rc sheet_open(struct arena *a, struct span bytes, struct sheet_book *out, struct fail *f)
{
    struct span records = SPAN_NONE;
    if (span_starts(bytes, SPAN("\xd0\xcf\x11\xe0"))) /* OLE: an old workbook, or an encrypted one */
        return fail_set(f, RC_MEDIA, MSG_sheet_encrypted, NULL, NULL);
    if (!span_starts(bytes, SPAN("PK\x03\x04")))
        return fail_set(f, RC_MEDIA, MSG_sheet_broken, NULL, "zip", NULL);
    enum rc rc = outline_worker_sheet(a, bytes, &records, f);
    return rc == RC_OK ? sheet_take(a, records, out, f) : rc;
}
