/* table.c - a table as CSV and as .xlsx: quotes, formulas, numbers, long cells, the same bytes each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <zip.h>

#include "base/table.h"

static const struct table_column columns[] = {{SPAN("名称"), 20, false}, {SPAN("人数"), 8, true}};

static struct table of(const struct span *cells, int rows)
{
    return (struct table){SPAN("表"), SPAN_NONE, columns, 2, cells, rows};
}

static struct span sheet_of(struct arena *a, struct span xlsx)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(xlsx.ptr, xlsx.len, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    assert_non_null(zip);
    zip_file_t *file = zip_fopen(zip, "xl/worksheets/sheet1.xml", 0);
    assert_non_null(file);
    char *text = arena_alloc(a, 1 << 20);
    const zip_int64_t n = zip_fread(file, text, 1 << 20);
    assert_true(n > 0);
    zip_fclose(file);
    zip_discard(zip);
    return (struct span){text, (size_t)n};
}

static void csv_is_quoted_and_no_formula_runs(void **state)
{
    struct arena *a = *state;
    const struct span cells[] = {SPAN("甲\"乙\""), SPAN("12"), SPAN("=1+1"), SPAN_NONE};
    const struct table t = of(cells, 2);
    struct span out;
    struct fail f;
    assert_int_equal(table_csv(a, &t, &out, &f), RC_OK);
    assert_true(span_is(out, "\xef\xbb\xbf\"名称\",\"人数\"\r\n\"甲\"\"乙\"\"\",\"12\"\r\n\"'=1+1\",\"\"\r\n"));
}

static void a_number_is_a_number_and_the_same_table_is_the_same_file(void **state)
{
    struct arena *a = *state;
    const struct span cells[] = {SPAN("=1+1"), SPAN("12"), SPAN("乙"), SPAN("约12")};
    const struct table t = of(cells, 2);
    struct span one, two;
    struct fail f;
    assert_int_equal(table_xlsx(a, &t, &one, &f), RC_OK);
    assert_int_equal(table_xlsx(a, &t, &two, &f), RC_OK);
    assert_true(span_eq(one, two));
    const struct span sheet = sheet_of(a, one);
    assert_true(span_find(sheet, SPAN("<v>12</v>"), 0) != SIZE_MAX); /* the one cell that is a whole number */
    assert_true(span_find(sheet, SPAN("<f>"), 0) == SIZE_MAX);       /* no formula */
}

static void a_cell_longer_than_a_cell_may_be_is_cut_at_a_character(void **state)
{
    struct arena *a = *state;
    char *text = arena_alloc(a, 60000);
    for (int i = 0; i < 20000; i++)
        memcpy(text + 3 * i, "长", 3);
    const struct span cells[] = {{text, 60000}, SPAN_NONE};
    const struct table t = of(cells, 1);
    struct span out;
    struct fail f;
    assert_int_equal(table_xlsx(a, &t, &out, &f), RC_OK);
}

static void no_rows_is_a_head(void **state)
{
    const struct table t = of(NULL, 0);
    struct span out;
    struct fail f;
    assert_int_equal(table_csv(*state, &t, &out, &f), RC_OK);
    assert_true(span_is(out, "\xef\xbb\xbf\"名称\",\"人数\"\r\n"));
    assert_int_equal(table_xlsx(*state, &t, &out, &f), RC_OK);
}

static int with_arena(void **state)
{
    *state = arena_new(16u << 20);
    return 0;
}

static int without(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(csv_is_quoted_and_no_formula_runs, with_arena, without),
        cmocka_unit_test_setup_teardown(a_number_is_a_number_and_the_same_table_is_the_same_file, with_arena, without),
        cmocka_unit_test_setup_teardown(a_cell_longer_than_a_cell_may_be_is_cut_at_a_character, with_arena, without),
        cmocka_unit_test_setup_teardown(no_rows_is_a_head, with_arena, without),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
