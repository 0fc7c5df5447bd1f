/*
 * The plan engine's commands on a real store: random corrections keep the nodes tiling, a command that runs out of memory at any place leaves
 * nothing behind, an edit of an old version loses, and a stranger's principal finds no row in any scoped read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "plan/plan_int.h"

static const char text[] = "滨江市推进交通一体化行动纲要\n"
                           "滨江市人民政府\n二○一○年五月十二日\n"
                           "一、完善路网\n"
                           "1.完善快速路网。加快滨江环线、江北大道等快速路建设。(牵头单位:市交通局,参加单位:市财政局)\n"
                           "2.制定公交规划。于2011年6月30日以前制定。(牵头单位:市公交集团)\n"
                           "二、提升服务\n"
                           "1.推行一卡通用。覆盖率不低于90%。\n"
                           "2.改善候车环境。新建候车亭。\n";
static const struct actor the_system = {0, "system", 0, "000000"};

struct world {
    char dir[64];
    struct store *store;
    struct org *org;
    struct arena *a;
    int64_t office_id, import_id, outline_id;
};

static enum rc add_office(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct unit unit;
    (void)in;
    enum rc rc = unit_add(
        tx, &(struct unit_add_in){.region_code = "440300", .name = SPAN("滨江联席办"), .kind = SPAN("coordination")},
        &unit, f);
    *(int64_t *)out = unit.id;
    return rc;
}

static void check(enum rc rc, const struct fail *f)
{
    if (rc != RC_OK)
        fail_msg("%s: %s %s", rc_name(rc), msg_name(f->msg), f->detail);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct fail f = {0};
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/yiti-plan-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->a = arena_new(256u << 20);
    check(store_open(&(struct store_options){.data_dir = w->dir, .clock = clock_system()}, &w->store, &f), &f);
    check(org_new(&(struct org_options){.store = w->store}, &w->org, &f), &f);
    check(plan_command_run(w->store, &the_system, w->a, add_office, &w->office_id, &f), &f);
    struct plan_import_in in = {
        .bytes = {text, sizeof text - 1}, .filename = SPAN("纲要.txt"), .mode = SPAN("live"), .unit_id = w->office_id};
    check(plan_import_file(w->store, &the_system, &in, NULL, &w->import_id, &f), &f);
    *state = w;
    return 0;
}

static int drop(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
    (void)sb;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void count_fault(void *ctx, const char *table, const char *id, const char *why)
{
    (void)ctx;
    print_error("%s %s: %s\n", table, id, why);
}

static int close_world(void **state)
{
    struct world *w = *state;
    struct verify_result result = {0};
    struct fail f = {0};
    check(store_verify(w->store, count_fault, NULL, &result, &f), &f);
    assert_int_equal(result.faults, 0);
    org_free(w->org);
    store_close(w->store);
    arena_free(w->a);
    (void)nftw(w->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

static void confirm(struct world *w)
{
    struct plan_confirmed out = {.n = 0};
    struct fail f = {0};
    struct plan_confirm_in in = {.import_id = w->import_id};
    check(plan_confirm_import(w->store, &the_system, &in, w->a, NULL, &out, &f), &f);
    assert_int_equal(out.n, 1);
    w->outline_id = out.outline_ids[0];
}

/* ---- corrections ---------------------------------------------------------------------------------------------------------- */

struct nodes {
    int64_t import_id;
    struct plan_node_row *rows;
    int n;
    int64_t version;
};

static enum rc read_nodes(struct tx *tx, void *ctx, struct fail *f)
{
    struct nodes *out = ctx;
    struct plan_import_row row;
    enum rc rc = plan_import_get(tx, out->import_id, &row, f);
    struct plan_list_of of = {SQL_import_nodes, SQL_import_units, row.region_code, out->import_id, 0};
    out->version = row.version;
    return rc == RC_OK ? plan_nodes(tx, &of, &out->rows, &out->n, f) : rc;
}

struct correction {
    struct plan_correct_in in;
    int64_t version;
};

static enum rc run_correct(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_correct(tx, &((const struct correction *)in)->in, &((struct correction *)out)->version, f);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void check_tiling(const struct nodes *nodes)
{
    assert_true(nodes->n > 0);
    assert_int_equal(nodes->rows[0].start, 0);
    for (int i = 1; i < nodes->n; i++)
        assert_int_equal(nodes->rows[i - 1].end, nodes->rows[i].start);
    for (int i = 0; i < nodes->n; i++)
        assert_true(nodes->rows[i].start < nodes->rows[i].end);
    assert_int_equal(nodes->rows[nodes->n - 1].end, sizeof text - 1);
}

static void any_corrections_keep_the_nodes_tiling(void **state)
{
    struct world *w = *state;
    uint64_t seed = 20261124;
    int taken = 0;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 300; round++) {
        struct arena *a = arena_new(4 << 20);
        struct nodes nodes = {.import_id = w->import_id};
        struct fail f = {0};
        check(store_read(w->store, &the_system, a, read_nodes, &nodes, &f), &f);
        check_tiling(&nodes);
        static const enum plan_op ops[] = {PLAN_OP_SPLIT, PLAN_OP_SPLIT, PLAN_OP_JOIN, PLAN_OP_SET};
        const struct plan_node_row *node = &nodes.rows[next(&seed) % (uint64_t)nodes.n];
        struct correction c = {
            .in = {.import_id = w->import_id, .version = nodes.version, .node_key = node->key, .change = SPAN("{}")}};
        c.in.op = ops[next(&seed) % 4];
        c.in.field = next(&seed) % 2 ? SPAN("start") : SPAN("end");
        c.in.at = node->start - 5 + (int64_t)(next(&seed) % (uint64_t)(node->end - node->start + 10));
        enum rc rc = plan_command_run(w->store, &the_system, a, run_correct, &c, &f);
        assert_true(rc == RC_OK || rc == RC_INVALID || rc == RC_LIMIT);
        taken += rc == RC_OK;
        arena_free(a);
    }
    assert_true(taken > 100);
    confirm(w);
}

/* ---- memory, versions --------------------------------------------------------------------------------------------------------- */

struct first_action {
    int64_t outline_id, id, version, reports;
    int percent;
};

static enum rc read_first(struct tx *tx, void *ctx, struct fail *f)
{
    struct first_action *out = ctx;
    struct plan_page page;
    struct rows rows;
    struct plan_view v = plan_view_on(tx_arena(tx), as_of_day(date_to_days(date_of_us(tx_now_us(tx))), false));
    struct plan_query q = {.outline_id = out->outline_id, .light = -1, .state = -1, .limit = 10};
    enum rc rc = plan_list(tx, &v, &q, &page, f);
    if (rc != RC_OK)
        return rc;
    out->id = page.items[0].row.id;
    out->version = page.items[0].row.version;
    out->percent = page.items[0].row.percent;
    out->reports = 0;
    rc = db_list(
        tx, SQL_report_list, 0, SQLO_report_list_newest, false,
        DB_ARGS(DB_S(page.items[0].row.region_code), DB_I(page.items[0].row.line_id), DB_S("9999-12-31"), DB_I(100)),
        &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        out->reports++;
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static struct first_action first(struct world *w)
{
    struct first_action out = {.outline_id = w->outline_id};
    struct fail f = {0};
    check(store_read(w->store, &the_system, w->a, read_first, &out, &f), &f);
    return out;
}

struct report {
    struct plan_report_in in;
    struct plan_report_out out;
};

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_report(tx, &((const struct report *)in)->in, &((struct report *)out)->out, f);
}

static void a_report_that_runs_out_of_memory_leaves_nothing(void **state)
{
    struct world *w = *state;
    int failed = 0;
    confirm(w);
    struct first_action before = first(w);
    for (size_t cap = 256;; cap += 256) {
        struct arena *a = arena_new(cap);
        struct report r = {.in = {.action_id = before.id, .percent = 40, .text = SPAN("进展")}};
        struct fail f = {0};
        enum rc rc = plan_command_run(w->store, &the_system, a, run_report, &r, &f);
        arena_free(a);
        if (rc == RC_OK)
            break;
        assert_true(rc == RC_LIMIT || rc == RC_INTERNAL);
        failed++;
        struct first_action now = first(w);
        assert_int_equal(now.reports, 0);
        assert_int_equal(now.version, before.version);
        assert_true(cap < (1 << 20));
    }
    assert_true(failed > 3);
    struct first_action after = first(w);
    assert_int_equal(after.reports, 1);
    assert_int_equal(after.percent, 40);
}

struct edit {
    struct plan_edit_in in;
    int64_t version;
};

static enum rc run_edit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_edit(tx, &((const struct edit *)in)->in, &((struct edit *)out)->version, f);
}

static void an_edit_of_an_old_version_loses(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    confirm(w);
    struct first_action a = first(w);
    struct edit one = {.in = {.action_id = a.id, .version = a.version, .due_on = SPAN("2030-01-01")}};
    struct edit two = {.in = {.action_id = a.id, .version = a.version, .due_on = SPAN("2031-01-01")}};
    check(plan_command_run(w->store, &the_system, w->a, run_edit, &one, &f), &f);
    assert_int_equal(plan_command_run(w->store, &the_system, w->a, run_edit, &two, &f), RC_STALE);
    assert_int_equal(f.msg, MSG_plan_stale);
    assert_int_equal(first(w).version, one.version);
}

/* ---- scope ------------------------------------------------------------------------------------------------------------------------ */

static enum rc look_as_stranger(struct tx *tx, void *ctx, struct fail *f)
{
    const struct world *w = ctx;
    struct plan_page page;
    struct plan_import_row import;
    struct plan_outline_row outline;
    struct plan_action_row action;
    struct plan_view v = plan_view_on(tx_arena(tx), as_of_day(20000, true));
    static const enum plan_sort sorts[] = {PLAN_BY_PATH, PLAN_BY_DUE, PLAN_BY_UPDATED};
    for (int i = 0; i < 3; i++) {
        for (int mine = 0; mine < 2; mine++) {
            struct plan_query q = {.light = -1, .state = -1, .limit = 10, .sort = sorts[i], .mine = mine != 0};
            enum rc rc = plan_list(tx, &v, &q, &page, f);
            assert_int_equal(rc, RC_OK);
            assert_int_equal(page.n, 0);
        }
    }
    assert_int_equal(plan_import_get(tx, w->import_id, &import, f), RC_MISSING);
    assert_int_equal(plan_outline_get(tx, w->outline_id, &outline, f), RC_MISSING);
    assert_int_equal(plan_public_outline_get(tx, w->outline_id, &outline, f), RC_MISSING);
    assert_int_equal(plan_action_get(tx, 1, &action, f), RC_MISSING);
    return RC_OK;
}

static void a_strangers_principal_finds_no_row(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    confirm(w);
    const struct actor stranger = {424242, "desk", 0, "330100"}, nobody = {-1, "public", 0, "000000"};
    check(store_read(w->store, &stranger, w->a, look_as_stranger, w, &f), &f);
    check(store_read(w->store, &nobody, w->a, look_as_stranger, w, &f), &f);
    struct report r = {.in = {.action_id = first(w).id, .percent = 1}};
    assert_int_equal(plan_command_run(w->store, &stranger, w->a, run_report, &r, &f), RC_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_corrections_keep_the_nodes_tiling, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_report_that_runs_out_of_memory_leaves_nothing, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_edit_of_an_old_version_loses, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_strangers_principal_finds_no_row, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
