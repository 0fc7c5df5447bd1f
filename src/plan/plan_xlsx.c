/* plan_xlsx.c - the task table as .xlsx by libxlsxwriter, in memory and with a fixed creation time, so the same table gives the same bytes. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "plan/plan_int.h"

#define XLSX_BYTES_MAX (32 << 20)
static const double widths[PLAN_TABLE_COLUMNS] = {6, 46, 22, 34, 16, 18, 16, 8}; /* in characters */

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *title, *subtitle, *head, *left, *centre, *number;
};

static lxw_format *boxed(lxw_workbook *workbook, bool centred)
{
    lxw_format *f = workbook_add_format(workbook);
    format_set_font_name(f, "仿宋_GB2312");
    format_set_font_size(f, 12);
    format_set_border(f, LXW_BORDER_THIN);
    format_set_text_wrap(f);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (centred)
        format_set_align(f, LXW_ALIGN_CENTER);
    return f;
}

static void formats(struct book *b)
{
    b->title = workbook_add_format(b->workbook);
    format_set_font_name(b->title, "方正小标宋简体");
    format_set_font_size(b->title, 22);
    format_set_align(b->title, LXW_ALIGN_CENTER);
    b->subtitle = workbook_add_format(b->workbook);
    format_set_font_name(b->subtitle, "楷体_GB2312");
    format_set_font_size(b->subtitle, 16);
    format_set_align(b->subtitle, LXW_ALIGN_CENTER);
    b->head = boxed(b->workbook, true);
    format_set_font_name(b->head, "黑体");
    b->left = boxed(b->workbook, false);
    b->centre = boxed(b->workbook, true);
    b->number = boxed(b->workbook, true);
}

/* A cell holds at most 32,767 characters; longer text is cut by the library's rule, so it is cut here, with a mark. */
static const char *cell_text(struct arena *a, struct span s)
{
    enum { CELL_BYTES_MAX = 30000 };
    if (s.len <= CELL_BYTES_MAX)
        return span_cstr(a, s);
    size_t end = CELL_BYTES_MAX;
    while (end > 0 && ((unsigned char)s.ptr[end] & 0xc0) == 0x80)
        end--;
    char *out = arena_alloc(a, end + 4);
    if (out != NULL) {
        memcpy(out, s.ptr, end);
        memcpy(out + end, "…", 4);
    }
    return out;
}

static bool put(struct book *b, lxw_row_t row, int column, const char *text, lxw_format *format)
{
    return text != NULL && worksheet_write_string(b->sheet, row, (lxw_col_t)column, text, format) == LXW_NO_ERROR;
}

static bool fill(struct arena *a, const struct plan_table *t, struct book *b)
{
    const lxw_col_t last = PLAN_TABLE_COLUMNS - 1;
    const char *title = span_cstr(a, t->title), *subtitle = span_cstr(a, t->subtitle);
    bool ok = title != NULL && subtitle != NULL &&
              worksheet_merge_range(b->sheet, 0, 0, 0, last, title, b->title) == LXW_NO_ERROR &&
              worksheet_merge_range(b->sheet, 1, 0, 1, last, subtitle, b->subtitle) == LXW_NO_ERROR;
    for (int c = 0; ok && c < PLAN_TABLE_COLUMNS; c++)
        ok = worksheet_set_column(b->sheet, (lxw_col_t)c, (lxw_col_t)c, widths[c], NULL) == LXW_NO_ERROR &&
             put(b, 2, c, plan_table_head(c, t->lang), b->head);
    for (int r = 0; ok && r < t->n_rows; r++) {
        lxw_row_t row = (lxw_row_t)r + 3;
        ok = worksheet_write_number(b->sheet, row, 0, r + 1, b->number) == LXW_NO_ERROR;
        for (int c = 1; ok && c < PLAN_TABLE_COLUMNS; c++)
            ok = put(b, row, c, cell_text(a, plan_table_cell(a, t, r, c)), c <= 3 ? b->left : b->centre);
    }
    worksheet_freeze_panes(b->sheet, 3, 2);
    worksheet_set_landscape(b->sheet);
    worksheet_set_paper(b->sheet, 9); /* A4 */
    worksheet_fit_to_pages(b->sheet, 1, 0);
    if (worksheet_repeat_rows(b->sheet, 2, 2) != LXW_NO_ERROR ||
        worksheet_set_footer(b->sheet, "&C— &P —") != LXW_NO_ERROR)
        return false;
    return ok && worksheet_autofilter(b->sheet, 2, 0, (lxw_row_t)t->n_rows + 2, last) == LXW_NO_ERROR;
}

/* What the library wrote, into the arena. */
static enum rc take_bytes(struct arena *a, int fd, struct span *out, struct fail *f)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = size > 0 && size <= XLSX_BYTES_MAX ? arena_alloc(a, (size_t)size + 1) : NULL;
    if (bytes == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (off_t have = 0; have < size;) {
        ssize_t n = pread(fd, bytes + have, (size_t)(size - have), have);
        if (n <= 0)
            return fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
        have += n;
    }
    *out = (struct span){bytes, (size_t)size};
    return RC_OK;
}

/* The library writes to a name only, so it gets that of a file in memory. */
enum rc plan_xlsx_write(struct arena *a, const struct plan_table *t, struct span *out, struct fail *f)
{
    char name[40];
    int fd = memfd_create("task-table", MFD_CLOEXEC);
    if (fd < 0)
        return fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct book b = {.workbook = workbook_new(name)};
    lxw_doc_properties properties = {.created = 946684800}; /* 2000-01-01: the same table, the same bytes */
    bool ok = b.workbook != NULL;
    if (ok) {
        b.sheet = workbook_add_worksheet(b.workbook, t->lang == LANG_ZH ? "任务分解表" : "task table");
        formats(&b);
        ok = b.sheet != NULL && workbook_set_properties(b.workbook, &properties) == LXW_NO_ERROR && fill(a, t, &b);
        ok = workbook_close(b.workbook) == LXW_NO_ERROR && ok;
    }
    enum rc rc = ok ? take_bytes(a, fd, out, f) : fail_set(f, RC_INTERNAL, MSG_plan_file_failed, NULL, NULL);
    (void)close(fd);
    return rc;
}
