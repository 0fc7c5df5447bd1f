/*
 * plan_sheet_write.c - actions and tasks as a workbook for editing: days are days, what may not be changed is grey, the last column is hidden and
 * holds the keys by which the rows are known again.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "plan/plan_sheet_int.h"

#define XLSX_BYTES_MAX (64 << 20)

struct book {
    struct arena *a;
    lxw_workbook *workbook;
    lxw_format *head, *head_shown, *text, *shown, *day;
    enum lang lang;
    bool ok;
};

static lxw_format *wrapped(lxw_workbook *workbook, lxw_color_t ground)
{
    lxw_format *const f = workbook_add_format(workbook);
    format_set_text_wrap(f);
    format_set_border(f, LXW_BORDER_HAIR);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (ground)
        format_set_bg_color(f, ground);
    return f;
}

static void formats(struct book *b)
{
    b->text = wrapped(b->workbook, 0);
    b->shown = wrapped(b->workbook, 0xEEEEEE);
    b->day = wrapped(b->workbook, 0);
    format_set_num_format(b->day, "yyyy-mm-dd");
    b->head = wrapped(b->workbook, 0xDDEBF7);
    format_set_bold(b->head);
    b->head_shown = wrapped(b->workbook, 0xD0D0D0);
    format_set_bold(b->head_shown);
}

static lxw_error write_day(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, struct ymd d, lxw_format *f)
{
    lxw_datetime day = {0};
    day.year = d.year;
    day.month = d.month;
    day.day = d.day;
    return worksheet_write_datetime(sheet, row, column, &day, f);
}

static void put_cell(struct book *b, lxw_worksheet *sheet, lxw_row_t row, int column, const struct sheet_column *c,
                     struct span value)
{
    struct ymd d;
    int64_t n = 0;
    lxw_error e = LXW_NO_ERROR;
    lxw_format *const f = c->kind == COLUMN_DAY                              ? b->day
                          : c->kind == COLUMN_SHOWN || c->kind == COLUMN_KEY ? b->shown
                                                                             : b->text;
    const bool number = c->kind == COLUMN_NUMBER || !strcmp(c->field, "percent");
    const char *const text = span_cstr(b->a, value);
    if (!text)
        b->ok = false;
    else if (value.len == 0)
        e = worksheet_write_blank(sheet, row, (lxw_col_t)column, f);
    else if (c->kind == COLUMN_DAY && date_parse(value, &d) && d.year >= 1900)
        e = write_day(sheet, row, (lxw_col_t)column, d, f);
    else if (number && span_to_i64(value, &n))
        e = worksheet_write_number(sheet, row, (lxw_col_t)column, (double)n, f);
    else
        e = worksheet_write_string(sheet, row, (lxw_col_t)column, text, f);
    b->ok = b->ok && e == LXW_NO_ERROR;
}

static void put_heads(struct book *b, lxw_worksheet *sheet, const struct sheet_form *form)
{
    for (int c = 0; c < form->n_columns; c++) {
        const struct sheet_column *const column = &form->columns[c];
        const bool shown = column->kind == COLUMN_SHOWN || column->kind == COLUMN_KEY;
        lxw_row_col_options hidden = {0};
        hidden.hidden = column->kind == COLUMN_KEY;
        b->ok =
            b->ok &&
            worksheet_set_column_opt(sheet, (lxw_col_t)c, (lxw_col_t)c, column->width, NULL, &hidden) == LXW_NO_ERROR &&
            worksheet_write_string(sheet, 0, (lxw_col_t)c, b->lang == LANG_ZH ? column->zh : column->en,
                                   shown ? b->head_shown : b->head) == LXW_NO_ERROR;
    }
    worksheet_freeze_panes(sheet, 1, 2);
    worksheet_set_landscape(sheet);
}

static void put_form(struct book *b, const struct sheet_items *items, const struct sheet_form *form)
{
    lxw_worksheet *const sheet =
        workbook_add_worksheet(b->workbook, b->lang == LANG_ZH ? form->name_zh : form->name_en);
    lxw_row_t row = 1;
    struct sb key;
    if (!sheet) {
        b->ok = false;
        return;
    }
    put_heads(b, sheet, form);
    sb_init(&key, 400);
    for (int i = 0; b->ok && i < items->n; i++) {
        if (items->items[i].form != form)
            continue;
        for (int c = 0; c < form->n_columns; c++) {
            struct span value = items->items[i].values[c];
            sb_clear(&key);
            if (form->columns[c].kind == COLUMN_KEY) {
                plan_sheet_key_write(&key, &items->items[i]);
                value = sb_span(&key);
            }
            put_cell(b, sheet, row, c, &form->columns[c], value);
        }
        row++;
    }
    sb_release(&key);
    b->ok = b->ok && worksheet_autofilter(sheet, 0, 0, row - 1, (lxw_col_t)(form->n_columns - 1)) == LXW_NO_ERROR;
}

static enum rc take_bytes(struct arena *a, int fd, struct span *out, struct fail *f)
{
    const off_t size = lseek(fd, 0, SEEK_END);
    char *const bytes = size > 0 && size <= XLSX_BYTES_MAX ? arena_alloc(a, (size_t)size + 1) : NULL;
    if (bytes == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (off_t have = 0; have < size;) {
        const ssize_t n = pread(fd, bytes + have, (size_t)(size - have), have);
        if (n <= 0)
            return fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
        have += n;
    }
    *out = (struct span){bytes, (size_t)size};
    return RC_OK;
}

enum rc plan_sheet_write(struct arena *a, const struct sheet_items *items, enum lang lang, struct span *out,
                         struct fail *f)
{
    char name[40];
    const int fd = memfd_create("sheet", MFD_CLOEXEC);
    if (fd < 0)
        return fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct book b = {.a = a, .workbook = workbook_new(name), .lang = lang, .ok = true};
    lxw_doc_properties properties = {.created = 946684800}; /* 2000-01-01: the same table, the same bytes */
    if (b.workbook != NULL) {
        formats(&b);
        b.ok = workbook_set_properties(b.workbook, &properties) == LXW_NO_ERROR;
        put_form(&b, items, &plan_sheet_forms[0]);
        put_form(&b, items, &plan_sheet_forms[1]);
        b.ok = workbook_close(b.workbook) == LXW_NO_ERROR && b.ok;
    }
    const enum rc rc =
        b.workbook && b.ok ? take_bytes(a, fd, out, f) : fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
    (void)close(fd);
    return rc;
}
