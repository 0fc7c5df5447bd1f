/* table.c - a table as CSV and as .xlsx. */
#include "base/table.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

void csv_quoted(struct sb *sb, struct span s)
{
    sb_addc(sb, '"');
    if (s.len > 0 && strchr("=+-@\t\r", s.ptr[0]) != NULL)
        sb_addc(sb, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            sb_addc(sb, '"');
        sb_addc(sb, s.ptr[i]);
    }
    sb_addc(sb, '"');
}

void csv_cell(struct sb *sb, struct span s, bool last)
{
    csv_quoted(sb, s);
    sb_adds(sb, last ? "\r\n" : ",");
}

static struct span cell_at(const struct table *t, int row, int column)
{
    return t->cells[(size_t)row * (size_t)t->n_columns + (size_t)column];
}

enum rc table_csv(struct arena *a, const struct table *t, struct span *out, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, TABLE_BYTES_MAX);
    sb_adds(&sb, "\xef\xbb\xbf");
    for (int c = 0; c < t->n_columns; c++)
        csv_cell(&sb, t->columns[c].name, c + 1 == t->n_columns);
    for (int r = 0; r < t->n_rows; r++)
        for (int c = 0; c < t->n_columns; c++)
            csv_cell(&sb, cell_at(t, r, c), c + 1 == t->n_columns);
    *out = sb_rc(&sb) == RC_OK ? span_dup(a, sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out->ptr != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

/* ---- .xlsx ------------------------------------------------------------ */

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *title, *head, *text, *number;
};

static lxw_format *boxed(lxw_workbook *workbook)
{
    lxw_format *f = workbook_add_format(workbook);
    format_set_font_name(f, "宋体");
    format_set_font_size(f, 11);
    format_set_border(f, LXW_BORDER_THIN);
    format_set_text_wrap(f);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    return f;
}

static void formats(struct book *b)
{
    b->title = workbook_add_format(b->workbook);
    format_set_font_size(b->title, 16);
    format_set_bold(b->title);
    b->head = boxed(b->workbook);
    format_set_bold(b->head);
    format_set_align(b->head, LXW_ALIGN_CENTER);
    b->text = boxed(b->workbook);
    b->number = boxed(b->workbook);
}

/* A cell holds at most 32,767 characters: what is longer is cut, with a mark, at the end of a character. */
static const char *cell_text(struct arena *a, struct span s)
{
    enum { CELL_BYTES_MAX = 30000 };
    size_t end = s.len;
    if (end > CELL_BYTES_MAX)
        for (end = CELL_BYTES_MAX; end > 0 && ((unsigned char)s.ptr[end] & 0xc0) == 0x80;)
            end--;
    char *out = arena_alloc(a, end + 4);
    if (out != NULL && end > 0)
        memcpy(out, s.ptr, end);
    if (out != NULL)
        memcpy(out + end, end < s.len ? "…" : "\0\0\0", 4);
    return out;
}

static bool put(struct arena *a, const struct book *b, const struct table *t, int r, int c, lxw_row_t row)
{
    const struct span s = cell_at(t, r, c);
    int64_t n = 0;
    if (t->columns[c].number && s.len > 0 && s.len <= 15 && span_to_i64(s, &n)) /* 15 digits are exact in a cell */
        return worksheet_write_number(b->sheet, row, (lxw_col_t)c, (double)n, b->number) == LXW_NO_ERROR;
    const char *text = cell_text(a, s);
    return text != NULL && worksheet_write_string(b->sheet, row, (lxw_col_t)c, text, b->text) == LXW_NO_ERROR;
}

static bool fill(struct arena *a, const struct table *t, const struct book *b)
{
    const lxw_row_t head = t->title.len > 0 ? 1 : 0;
    const char *title = cell_text(a, t->title);
    bool ok = title != NULL && t->n_columns > 0;
    if (ok && head > 0)
        ok = worksheet_write_string(b->sheet, 0, 0, title, b->title) == LXW_NO_ERROR;
    for (int c = 0; ok && c < t->n_columns; c++) {
        const char *name = cell_text(a, t->columns[c].name);
        ok = name != NULL &&
             worksheet_set_column(b->sheet, (lxw_col_t)c, (lxw_col_t)c, t->columns[c].width, NULL) == LXW_NO_ERROR &&
             worksheet_write_string(b->sheet, head, (lxw_col_t)c, name, b->head) == LXW_NO_ERROR;
    }
    for (int r = 0; ok && r < t->n_rows; r++)
        for (int c = 0; ok && c < t->n_columns; c++)
            ok = put(a, b, t, r, c, head + 1 + (lxw_row_t)r);
    worksheet_freeze_panes(b->sheet, head + 1, 1);
    worksheet_set_landscape(b->sheet);
    worksheet_set_paper(b->sheet, 9); /* A4 */
    worksheet_fit_to_pages(b->sheet, 1, 0);
    return ok && worksheet_autofilter(b->sheet, head, 0, head + (lxw_row_t)t->n_rows, (lxw_col_t)(t->n_columns - 1)) ==
                     LXW_NO_ERROR;
}

static enum rc failed(struct fail *f)
{
    return fail_set(f, RC_INTERNAL, MSG_table_file_failed, NULL, NULL);
}

/* What the library wrote, into the arena. */
static enum rc take_bytes(struct arena *a, int fd, struct span *out, struct fail *f)
{
    const off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = size > 0 && size <= (off_t)TABLE_BYTES_MAX ? arena_alloc(a, (size_t)size) : NULL;
    if (bytes == NULL)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    for (off_t have = 0; have < size;) {
        const ssize_t n = pread(fd, bytes + have, (size_t)(size - have), have);
        if (n <= 0)
            return failed(f);
        have += n;
    }
    *out = (struct span){bytes, (size_t)size};
    return RC_OK;
}

/* The library writes to a name only, so it gets that of a file in memory. */
enum rc table_xlsx(struct arena *a, const struct table *t, struct span *out, struct fail *f)
{
    char name[40];
    const int fd = memfd_create("table", MFD_CLOEXEC);
    if (fd < 0)
        return failed(f);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct book b = {.workbook = workbook_new(name)};
    lxw_doc_properties properties = {.created = 946684800}; /* 2000-01-01: the same table, the same bytes */
    bool ok = b.workbook != NULL;
    if (ok) {
        b.sheet = workbook_add_worksheet(b.workbook, cell_text(a, t->sheet));
        formats(&b);
        ok = b.sheet != NULL && workbook_set_properties(b.workbook, &properties) == LXW_NO_ERROR && fill(a, t, &b);
        ok = workbook_close(b.workbook) == LXW_NO_ERROR && ok;
    }
    const enum rc rc = ok ? take_bytes(a, fd, out, f) : failed(f);
    (void)close(fd);
    return rc;
}
