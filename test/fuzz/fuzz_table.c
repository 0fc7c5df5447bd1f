/*
 * fuzz_table.c - the spreadsheet that comes back from an office: its cells (the child's records, as in fuzz_sheet's R) as tables of actions and tasks,
 * row by row and cell by cell. Each byte chooses a heading or a value, so that sound tables come often; text between quotes is taken as it stands.
 */
#include <string.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/utf8.h"
#include "plan/plan_sheet_int.h"

#define CELLS_MAX 400
#define WIDE 12

static struct span word(const uint8_t *data, size_t size, size_t *at)
{
    static const char *const values[] = {"2026-06-30", "2026年6月30日", "46203", "甲局、乙局", "12", "99.5",
                                         "A:12:3:",    "1e400",         "",      "2026-02-30", "=1", "完成"};
    const uint8_t b = data[*at];
    const struct sheet_form *const form = &plan_sheet_forms[b & 1];
    if (b == '"') {
        const uint8_t *const end = memchr(data + *at + 1, '"', size - *at - 1);
        const size_t from = *at + 1, to = end ? (size_t)(end - data) : size;
        *at = to + (end ? 1 : 0);
        return (struct span){(const char *)data + from, to - from};
    }
    ++*at;
    if (b < 2 * WIDE && b / 2 < form->n_columns)
        return span_of(b < WIDE ? form->columns[b / 2].zh : form->columns[b / 2].en);
    if (b >= 128 && b / 2 - 64 < form->n_columns)
        return span_of(form->columns[b / 2 - 64].zh);
    return span_of(values[b % (sizeof values / sizeof *values)]);
}

static void read_table(struct arena *a, const struct sheet_table *t)
{
    struct sheet_row *rows = NULL;
    struct fail f = {0};
    int n = 0;
    const enum rc rc = plan_sheet_rows(a, t, &rows, &n, &f);
    ensure(rc == RC_OK || rc == RC_LIMIT || rc == RC_INVALID);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        ensure(rows[i].row > t->head_row && (i == 0 || rows[i].row > rows[i - 1].row));
        for (int c = 0; c < t->form->n_columns; c++) {
            struct span value = SPAN("");
            struct ymd day;
            const enum rc got = plan_sheet_value(a, t, &rows[i], c, &value, &f);
            ensure(got == RC_OK || got == RC_INVALID || got == RC_LIMIT);
            if (got == RC_OK && t->form->columns[c].kind == COLUMN_DAY)
                ensure(value.len == 0 || date_parse(value, &day));
            struct span rest = value, name;
            while (got == RC_OK && plan_sheet_unit_at(&rest, &name))
                ensure(name.len <= value.len);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sheet_key key;
    if (plan_sheet_key_read((struct span){(const char *)data, size}, &key))
        ensure(size > 0 && (key.tag == 'A' || key.tag == 'T') && key.id > 0);
    if (size < 2 || size > 4096 || utf8_check((struct span){(const char *)data + 1, size - 1}) == 0)
        return 0;
    static struct sheet_cell cells[CELLS_MAX];
    const uint32_t wide = 1 + data[0] % WIDE;
    int n = 0;
    for (size_t at = 1; at < size && n < CELLS_MAX; n++) {
        const enum sheet_kind kind = data[at] == 0xff ? SHEET_NUMBER : SHEET_TEXT;
        cells[n] = (struct sheet_cell){.row = (uint32_t)n / wide, .column = (uint32_t)n % wide, .kind = kind};
        cells[n].text = word(data, size, &at);
        if (utf8_check(cells[n].text) != cells[n].text.len)
            cells[n].text = SPAN("?"); /* sheet_take gives valid text only */
    }
    const struct sheet sheets[1] = {{.name = SPAN("行动"), .cells = cells, .n_cells = n}};
    const struct sheet_book book = {sheets, 1};
    struct sheet_table tables[64];
    struct fail f = {0};
    int n_tables = 0;
    struct arena *const a = arena_new(16u << 20);
    const enum rc rc = plan_sheet_tables(a, &book, tables, &n_tables, &f);
    ensure(rc == RC_OK || rc == RC_INVALID || rc == RC_LIMIT);
    for (int i = 0; rc == RC_OK && i < n_tables; i++)
        read_table(a, &tables[i]);
    arena_free(a);
    return 0;
}
