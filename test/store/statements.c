/*
 * Every statement of the program in each shape that it can take: alone, with each filter, each pair of filters, each order, with
 * and without the keyset condition. Here they are prepared on SQLite; `statements dump` prints them for PostgreSQL (postgres.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/store_int.h"

typedef void shape_fn(const struct sql_stmt *def, const struct stmt_pick *pick, void *ctx);

/* Calls fn for every shape of every statement; returns how many. */
static int each_shape(shape_fn *fn, void *ctx)
{
    int n = 0;
    for (int id = 1; id < sql_catalog.n_stmts; id++) {
        const struct sql_stmt *const def = &sql_catalog.stmts[id];
        for (int i = -1; i < def->n_filters; i++) {
            for (int j = i; j < def->n_filters; j++) {
                if (i < 0 && j >= 0)
                    break; /* no filter at all: once */
                const uint32_t filters = (i >= 0 ? 1u << i : 0) | (j >= 0 ? 1u << j : 0);
                for (int order = 0; order <= def->n_orders; order++) {
                    for (int after = 0; after <= (order > 0); after++) {
                        const struct stmt_pick pick = {(enum sql_id)id, filters, order, after != 0};
                        fn(def, &pick, ctx);
                        n++;
                    }
                }
            }
        }
    }
    return n;
}

static void shape_name(const struct sql_stmt *def, const struct stmt_pick *pick, struct sb *sb)
{
    sb_adds(sb, def->name);
    for (int i = 0; i < def->n_filters; i++)
        if (pick->filters & (1u << i))
            sb_addf(sb, " +%s", def->filters[i].name);
    if (pick->order > 0)
        sb_addf(sb, " by %s%s", def->orders[pick->order - 1].name, pick->after ? " after" : "");
}

struct preparing {
    struct tx *tx;
    int bad;
};

static void complain(struct preparing *p, const struct sql_stmt *def, const struct stmt_pick *pick, const char *why)
{
    struct sb name;
    sb_init(&name, 1000);
    shape_name(def, pick, &name);
    print_error("%s: %s\n", sb_span(&name).ptr, why);
    sb_release(&name);
    p->bad++;
}

/* A statement that names one object by region_code and id must find it by a key, not by looking at all rows. */
static bool names_one_object(const struct sql_stmt *def)
{
    const char *const params = def->params;
    const bool region = strncmp(params, "region_code", 11) == 0 || strstr(params, ",region_code") != NULL;
    const char *const id = strstr(params, ",id");
    return region && ((id != NULL && (id[3] == ',' || id[3] == '\0')) || strncmp(params, "id,", 3) == 0) &&
           strstr(params, "limit") == NULL;
}

/* These walk a region on purpose, or a table that has few rows in one. */
static bool may_walk_a_region(const struct sql_stmt *def)
{
    static const char *const names[] = {"closure_add_region", "outline_editions", "outline_of_import", "demo_actions"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(def->name, names[i]) == 0)
            return true;
    return false;
}

/*
 * Nor may a statement that knows more than the region look at all rows of the region: "(region_code=?)" alone is how far it got in the
 * key. Lists that are limited are walked in their order, and filters come and go: they are left out.
 */
static bool knows_more_than_the_region(const struct sql_stmt *def)
{
    char params[512];
    int others = 0;
    bool region = false;
    (void)snprintf(params, sizeof(params), "%s", def->params);
    for (char *save = NULL, *p = strtok_r(params, ",", &save); p != NULL; p = strtok_r(NULL, ",", &save)) {
        if (strcmp(p, "limit") == 0)
            return false;
        region = region || strcmp(p, "region_code") == 0;
        others += strcmp(p, "region_code") != 0 && strcmp(p, "principal") != 0;
    }
    return region && others > 0 && !may_walk_a_region(def);
}

static bool ends_with(struct span s, struct span end)
{
    return s.len >= end.len && span_eq(span_sub(s, s.len - end.len, s.len), end);
}

static void look_at_plan(struct preparing *p, const struct sql_stmt *def, const struct stmt_pick *pick, struct span sql)
{
    struct conn *const c = p->tx->c;
    struct sb sb;
    struct fail f;
    void *handle = NULL;
    bool row = true;
    sb_init(&sb, 1u << 20);
    sb_adds(&sb, "EXPLAIN QUERY PLAN ");
    sb_add(&sb, sql);
    if (c->d->prepare(c, sb_span(&sb), &handle, &f) == RC_OK) {
        while (c->d->step(c, handle, &row, &f) == RC_OK && row) {
            const struct span detail = c->d->get_text(handle, 3);
            if (span_starts(detail, SPAN("SCAN ")) && !span_starts(detail, SPAN("SCAN (")) &&
                !span_starts(detail, SPAN("SCAN CONSTANT")))
                complain(p, def, pick, detail.ptr);
            if (knows_more_than_the_region(def) && ends_with(detail, SPAN("(region_code=?)"))) {
                complain(p, def, pick, detail.ptr);
                print_error("    it walks the region: join from the narrower table (a CROSS JOIN b), or add + 0 to the "
                            "order's id\n");
            }
        }
    }
    c->d->finalize(c, handle);
    sb_release(&sb);
}

static void prepare_shape(const struct sql_stmt *def, const struct stmt_pick *pick, void *ctx)
{
    struct preparing *const p = ctx;
    struct conn *const c = p->tx->c;
    struct stmt_text text = {SPAN_NONE, NULL};
    struct fail f = {0};
    void *handle = NULL;
    enum rc rc = stmt_compose(p->tx->a, def, SQL_SQLITE, pick, &text, &f);
    if (rc == RC_OK)
        rc = c->d->prepare(c, text.sql, &handle, &f);
    if (rc != RC_OK)
        complain(p, def, pick, f.detail);
    else if (names_one_object(def) || knows_more_than_the_region(def))
        look_at_plan(p, def, pick, text.sql);
    c->d->finalize(c, handle);
}

static enum rc prepare_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct preparing p = {tx, 0};
    (void)f;
    *(int *)ctx = each_shape(prepare_shape, &p);
    return p.bad ? RC_INVALID : RC_OK;
}

static void every_shape_is_prepared_on_sqlite(void **state)
{
    char dir[] = "/tmp/yiti-statements-XXXXXX", cmd[64];
    struct store *s = NULL;
    struct fail f = {0};
    struct arena *const a = arena_new(256u << 20);
    int n = 0;
    (void)state;
    assert_non_null(mkdtemp(dir));
    const struct store_options o = {.data_dir = dir, .clock = clock_system()};
    const enum rc opened = store_open(&o, &s, &f);
    if (opened != RC_OK)
        fail_msg("%s %s: %s", rc_name(opened), msg_name(f.msg), f.detail);
    assert_int_equal(store_read(s, NULL, a, prepare_all, &n, &f), RC_OK);
    print_message("    %d statements, %d shapes\n", sql_catalog.n_stmts - 1, n);
    assert_true(n >= sql_catalog.n_stmts - 1);
    store_close(s);
    arena_free(a);
    (void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
    assert_int_equal(system(cmd), 0);
}

/* ---- for PostgreSQL ---- */

struct dumping {
    struct arena *a;
    int n;
};

/* One line a statement: the line number in an error names it. */
static void dump_shape(const struct sql_stmt *def, const struct stmt_pick *pick, void *ctx)
{
    struct dumping *const d = ctx;
    struct stmt_text text = {SPAN_NONE, NULL};
    struct fail f = {0};
    struct sb name;
    sb_init(&name, 1000);
    shape_name(def, pick, &name);
    if (stmt_compose(d->a, def, SQL_POSTGRES, pick, &text, &f) != RC_OK)
        (void)printf("SELECT compose_failed; -- %s\n", sb_span(&name).ptr);
    else
        (void)printf("PREPARE s%d AS %.*s; -- %s\n", ++d->n, SPAN_ARG(text.sql), sb_span(&name).ptr);
    sb_release(&name);
}

static void dump_for_postgres(void)
{
    struct dumping d = {arena_new(256u << 20), 0};
    for (int i = 0; i < sql_catalog.n_schema; i++)
        (void)printf("%s", sql_catalog.schema[i].ddl[SQL_POSTGRES]);
    (void)printf("-- statements\n");
    (void)each_shape(dump_shape, &d);
    arena_free(d.a);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "dump") == 0) {
        dump_for_postgres();
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_shape_is_prepared_on_sqlite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
