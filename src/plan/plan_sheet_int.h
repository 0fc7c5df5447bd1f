/* plan_sheet_int.h - the spreadsheet round trip: what columns there are, what stands in a row, what differs. For src/plan/plan_sheet*.c only. */
#ifndef YITI_PLAN_PLAN_SHEET_INT_H
#define YITI_PLAN_PLAN_SHEET_INT_H

#include "plan/plan_task_int.h"
#include "plan/sheet.h"

#define SHEET_COLUMNS_MAX 12
#define SHEET_FIELDS_MAX 8 /* columns that may be changed */

enum column_kind { COLUMN_SHOWN, COLUMN_TEXT, COLUMN_UNITS, COLUMN_DAY, COLUMN_NUMBER, COLUMN_KEY };
struct sheet_column {
    const char *field, *zh, *en;
    const char *also[4]; /* other headings that are taken for it, NULL-ended */
    enum column_kind kind;
    double width; /* in characters */
};
struct sheet_form { /* the columns of actions, of tasks */
    const char *kind, *name_zh, *name_en;
    char tag; /* first letter of a key */
    const struct sheet_column *columns;
    int n_columns;
};
extern const struct sheet_form plan_sheet_forms[2];

/* One item as the table shows it: the texts of the form's columns in their order, days as ISO text. */
struct sheet_item {
    const struct sheet_form *form;
    int64_t id, version;
    struct span values[SHEET_COLUMNS_MAX]; /* of the key: empty */
};
struct sheet_items {
    struct sheet_item *items;
    int n;
    struct plan_outline_row outline;
    enum lang lang; /* in: of what is only shown */
};
/* plan_sheet_items - the actions of an outline in scope, then their tasks, into the tx's arena. */
MUST_USE enum rc plan_sheet_items(struct tx *tx, const struct plan_view *v, int64_t outline_id, struct sheet_items *out,
                                  struct fail *f);
/* plan_sheet_write - the workbook for editing. Takes from the arena. */
MUST_USE enum rc plan_sheet_write(struct arena *a, const struct sheet_items *items, enum lang lang, struct span *out,
                                  struct fail *f);

/*
 * A key names the item and what its cells held at the export: "A:12:3:9af31c02…", tag, id, version, eight hexadecimal digits for each column
 * that may be changed. So it is known which cells the editor changed, and which somebody else changed in the meantime.
 */
struct sheet_key {
    char tag;
    int64_t id, version;
    uint32_t prints[SHEET_FIELDS_MAX];
};
uint32_t plan_sheet_print(struct span value);
void plan_sheet_key_write(struct sb *sb, const struct sheet_item *item);
bool plan_sheet_key_read(struct span text, struct sheet_key *out);

/* ---- what was sent in (plan_sheet_rules.c): pure ---- */

struct sheet_table { /* a page whose columns are known */
    const struct sheet *sheet;
    const struct sheet_form *form;
    uint32_t head_row;
    int column[SHEET_COLUMNS_MAX]; /* where each column of the form stands; -1: not there */
};
/* plan_sheet_tables - the pages of a book that are tables of ours. RC_INVALID: none, a column missing or twice, merged cells. */
MUST_USE enum rc plan_sheet_tables(struct arena *a, const struct sheet_book *book, struct sheet_table *out, int *n,
                                   struct fail *f);

struct sheet_row {
    uint32_t row;
    const struct sheet_cell *cells[SHEET_COLUMNS_MAX]; /* NULL: empty */
};
/* plan_sheet_rows - the rows below the heading that hold anything, top to bottom. RC_LIMIT over SHEET_ROWS_MAX. */
MUST_USE enum rc plan_sheet_rows(struct arena *a, const struct sheet_table *t, struct sheet_row **out, int *n,
                                 struct fail *f);
/* plan_sheet_value - a cell as the value that its column takes (days ISO, units joined by 、); RC_INVALID naming the cell. */
MUST_USE enum rc plan_sheet_value(struct arena *a, const struct sheet_table *t, const struct sheet_row *row, int column,
                                  struct span *out, struct fail *f);
/* plan_sheet_unit_at - the next of the names in a list; false at the end. */
bool plan_sheet_unit_at(struct span *rest, struct span *name);
void plan_sheet_cell_name(const struct sheet_table *t, const struct sheet_row *row, int column, char out[16]);

/* What differs in a cell. */
struct sheet_change {
    int column; /* of the form */
    struct span from, to;
    bool conflict, refused; /* refused: problem is what the command said, without the cell */
    struct fail *problem;   /* NULL: none */
};
struct sheet_diff {
    const struct sheet_table *table;
    const struct sheet_row *row;
    const struct sheet_item *item; /* NULL: none found */
    struct sheet_change changes[SHEET_FIELDS_MAX + 1];
    int n_changes;
    bool error, conflict;
};
struct sheet_compare {
    const struct sheet_items *items;
    uint32_t *seen; /* by item: 1 + the row in which it stood; 0: none */
    struct arena *a;
};
/* plan_sheet_diff - compares a row with what is there now. RC_LIMIT over the arena's cap. */
MUST_USE enum rc plan_sheet_diff(struct sheet_compare *c, const struct sheet_table *t, const struct sheet_row *row,
                                 struct sheet_diff *out, struct fail *f);

/* ---- applying (plan_sheet_apply.c) ---- */

struct sheet_apply_in {
    int64_t id, version;
    bool task;
    struct span fields; /* JSON as staged */
    bool back;          /* the values that stood there before */
};
MUST_USE enum rc plan_sheet_apply(struct tx *tx, const struct sheet_apply_in *in, int64_t *version, struct fail *f);
void plan_sheet_fields_json(const struct sheet_diff *d, struct jw *w);
job_step_fn plan_sheet_job;

handler_fn plan_api_sheet_export, plan_api_sheet_import, plan_api_sheet_get, plan_api_sheet_rows,
    plan_api_sheet_confirm, plan_api_sheet_discard;

#endif
