/* sheet_cells.c - serial numbers of days by the two systems, against the calendar; a workbook that another program wrote, cell by cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "plan/sheet.h"

static void serial_numbers_are_days(void **state)
{
    static const struct {
        double serial;
        bool from_1904;
        const char *day; /* NULL: none */
    } rows[] = {{1, false, "1900-01-01"},
                {59, false, "1900-02-28"},
                {60, false, NULL},
                {61, false, "1900-03-01"},
                {46022, false, "2025-12-31"},
                {46022.99, false, "2025-12-31"},
                {0, false, NULL},
                {-1, false, NULL},
                {2958465, false, "9999-12-31"},
                {2958466, false, NULL},
                {0, true, "1904-01-01"},
                {44560, true, "2025-12-31"},
                {1e300, false, NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char day[11] = "";
        assert_int_equal(sheet_day(rows[i].serial, rows[i].from_1904, day), rows[i].day != NULL);
        if (rows[i].day)
            assert_string_equal(day, rows[i].day);
    }
}

static void cells_have_names(void **state)
{
    static const struct {
        uint32_t row, column;
        const char *name;
    } rows[] = {{16, 1, "B17"}, {0, 0, "A1"},     {0, 25, "Z1"},
                {0, 26, "AA1"}, {9, 701, "ZZ10"}, {1048575, 16383, "XFD1048576"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[16];
        sheet_ref(rows[i].row, rows[i].column, name);
        assert_string_equal(name, rows[i].name);
    }
}

static const struct sheet_cell *cell(const struct sheet *s, uint32_t row, uint32_t column)
{
    for (int i = 0; i < s->n_cells; i++)
        if (s->cells[i].row == row && s->cells[i].column == column)
            return &s->cells[i];
    return NULL;
}

/* test/fuzz/corpus/sheet/openpyxl*.xlsx were written by openpyxl 3.0; what is in them stands in this table. */
static void a_foreign_workbook_is_read(void **state)
{
    static const char *const files[] = {"openpyxl.xlsx", "openpyxl1904.xlsx"};
    static char bytes[1 << 16];
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        char path[200];
        (void)snprintf(path, sizeof path, "test/fuzz/corpus/sheet/%s", files[k]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        const size_t n = fread(bytes, 1, sizeof bytes, f);
        (void)fclose(f);
        struct sb out;
        struct fail why = {0};
        struct sheet_book book;
        struct arena *a = arena_new(1 << 20);
        sb_init(&out, 1 << 20);
        assert_int_equal(sheet_scan((struct span){bytes, n}, &out, &why), RC_OK);
        assert_int_equal(sheet_take(a, sb_span(&out), &book, &why), RC_OK);
        assert_int_equal(book.n_sheets, 2);
        assert_true(!book.sheets[0].hidden && book.sheets[1].hidden && span_is(book.sheets[0].name, "行动"));
        const struct sheet *s = &book.sheets[0];
        assert_true(span_is(cell(s, 0, 5)->text, "完成时限"));
        assert_int_equal(cell(s, 1, 4)->kind, SHEET_DAY);
        assert_true(span_is(cell(s, 1, 4)->text, "2026-01-01") && span_is(cell(s, 1, 5)->text, "2026-12-31"));
        assert_true(cell(s, 1, 8)->kind == SHEET_NUMBER && span_is(cell(s, 1, 8)->text, "30"));
        assert_true(cell(s, 2, 1)->kind == SHEET_FORMULA && cell(s, 2, 2)->kind == SHEET_BOOL &&
                    cell(s, 2, 3)->kind == SHEET_ERROR);
        assert_true(span_is(cell(s, 2, 6)->text, "3.25") && s->n_merges == 1 && s->merges[0].last_row == 5);
        sb_release(&out);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(serial_numbers_are_days), cmocka_unit_test(cells_have_names),
                                       cmocka_unit_test(a_foreign_workbook_is_read)};
    return cmocka_run_group_tests_name("sheet_cells", tests, NULL, NULL);
}
