/* Opening and schema: new files are applied once and after a copy; a newer, an edited or an unreadable database is refused and left alone. */
#include "help.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql_def.h"

static enum rc open_code(struct home *h, struct fail *f)
{
    struct store *s = NULL;
    memset(f, 0, sizeof(*f));
    const enum rc rc = store_open(&h->o, &s, f);
    store_close(s);
    return rc;
}

static int copies(struct home *h)
{
    char path[128];
    int n = 0;
    (void)snprintf(path, sizeof(path), "%s/backup", h->dir);
    DIR *const d = opendir(path);
    for (const struct dirent *e = d ? readdir(d) : NULL; e != NULL; e = readdir(d))
        n += strncmp(e->d_name, "before-schema-", 14) == 0;
    if (d != NULL)
        (void)closedir(d);
    return n;
}

#define PARTS_MAX 64
struct longer {
    struct sql_schema parts[PARTS_MAX];
    struct sql_catalog catalog;
};

/* The test's catalogue and one schema file more. */
static void make_longer(struct longer *l, const char *ddl)
{
    assert_true(test_catalog.n_schema < PARTS_MAX);
    memcpy(l->parts, test_catalog.schema, (size_t)test_catalog.n_schema * sizeof(l->parts[0]));
    l->parts[test_catalog.n_schema] = (struct sql_schema){"test", 2, "more", {ddl, ""}};
    l->catalog = test_catalog;
    l->catalog.schema = l->parts;
    l->catalog.n_schema++;
}

static void new_schema_is_applied_once_after_a_copy(void **state)
{
    struct home *const h = *state;
    static struct longer l;
    struct fail f;
    make_longer(
        &l, "CREATE TABLE t_more (id INTEGER PRIMARY KEY) STRICT;\nCREATE INDEX t_note_by_title ON t_note (title);\n");
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    home_close(h);
    assert_int_equal(copies(h), 0); /* a fresh database needs none */
    h->o.catalog = &l.catalog;
    assert_int_equal(open_code(h, &f), RC_OK);
    assert_int_equal(copies(h), 1);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM sqlite_master WHERE name IN ('t_more', 't_note_by_title')"), 2);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM t_note"), 1);
    assert_int_equal(open_code(h, &f), RC_OK);
    assert_int_equal(copies(h), 1); /* nothing to do the second time */
    h->o.catalog = &test_catalog;
    assert_int_equal(open_code(h, &f), RC_INVALID); /* the old program on the new database */
    assert_int_equal(f.msg, MSG_store_schema_newer);
    assert_string_equal(f.args[0].text, "test");
    assert_string_equal(f.args[1].text, "2");
}

static void failing_schema_leaves_the_old_one(void **state)
{
    struct home *const h = *state;
    static struct longer l;
    struct fail f;
    make_longer(
        &l,
        "CREATE TABLE t_more (id INTEGER PRIMARY KEY) STRICT;\nCREATE TABLE t_note (id INTEGER PRIMARY KEY) STRICT;\n");
    home_close(h);
    h->o.catalog = &l.catalog;
    assert_int_not_equal(open_code(h, &f), RC_OK);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM sqlite_master WHERE name = 't_more'"), 0);
    h->o.catalog = &test_catalog;
    assert_int_equal(open_code(h, &f), RC_OK);
}

static void edited_schema_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f;
    home_close(h);
    raw(h, "UPDATE schema_version SET digest = zeroblob(32) WHERE topic = 'test'");
    assert_int_equal(open_code(h, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_store_schema_edited);
}

static void file_that_is_no_database_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f;
    char cmd[200];
    home_close(h);
    (void)snprintf(cmd, sizeof(cmd), "rm -f %s/yiti.db* && yes 文字 | head -c 20000 > %s/yiti.db", h->dir, h->dir);
    assert_int_equal(system(cmd), 0);
    assert_int_equal(open_code(h, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_store_unreadable);
    (void)snprintf(cmd, sizeof(cmd), "test $(wc -c < %s/yiti.db) = 20000", h->dir);
    assert_int_equal(system(cmd), 0);
}

static void other_database_address_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f;
    home_close(h);
    h->o.database = "postgresql://localhost/yiti";
    assert_int_equal(open_code(h, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_store_driver_unknown);
    h->o.database = NULL;
}

static void folder_that_cannot_be_made_is_refused(void **state)
{
    struct home *const h = *state;
    struct fail f;
    home_close(h);
    h->o.data_dir = "/proc/no/such/folder";
    assert_int_equal(open_code(h, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_store_directory);
}

static void read_only_store_takes_no_write_and_no_lock(void **state)
{
    struct home *const h = *state;
    struct store_options o = h->o;
    struct store *second = NULL;
    struct fail f = {0};
    must(h, note_new, &(struct note_in){1, "一", 1, NULL});
    o.read_only = true;
    assert_int_equal(store_open(&o, &second, &f), RC_OK); /* beside the owner */
    struct store_write w = {.command = note_count_up, .in = &(int64_t){1}};
    assert_int_equal(store_run(second, &w), RC_READ_ONLY);
    sb_release(&w.body);
    struct verify_result v;
    assert_int_equal(store_verify(second, NULL, NULL, &v, &f), RC_OK);
    assert_int_equal(v.faults, 0);
    assert_int_equal(v.journal_rows, 1);
    store_close(second);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
    const struct CMUnitTest tests[] = {
        T(new_schema_is_applied_once_after_a_copy),
        T(failing_schema_leaves_the_old_one),
        T(edited_schema_is_refused),
        T(file_that_is_no_database_is_refused),
        T(other_database_address_is_refused),
        T(folder_that_cannot_be_made_is_refused),
        T(read_only_store_takes_no_write_and_no_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
