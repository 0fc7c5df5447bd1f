/*
 * term.c - the term for objections on a clock of the test's own: it ends with the last of five working days; on that day a unit may still object, on the next
 * nobody may, and only then is a result published that a unit did not accept. And a command that runs out of memory
 * anywhere leaves nothing behind.
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

#include "bulletin/bulletin_int.h"
#include "bulletin/assess_int.h"
#include "plan/plan.h"

static const char text[] = "滨江市推进交通一体化行动纲要\n滨江市人民政府\n二○一○年五月十二日\n一、完善路网\n"
                           "1.完善快速路网。(牵头单位:市交通局)\n"
                           "2.制定公交规划。于2026年3月31日以前制定。(牵头单位:市公交集团)\n";
static const struct actor the_system = {0, "system", 0, "000000"};

struct world {
    char dir[64];
    int64_t now_us;
    struct store *store;
    struct org *org;
    struct arena *a;
    int64_t office_id, outline_id, run_id;
};

static int64_t tell_time(void *ctx)
{
    return ((struct world *)ctx)->now_us;
}

static void set_day(struct world *w, const char *day)
{
    struct ymd d;
    assert_true(date_parse(span_of(day), &d));
    w->now_us = date_start_us(d) + 10 * 3600000000LL;
}

static void check(enum rc rc, const struct fail *f)
{
    if (rc != RC_OK)
        fail_msg("%s: %s %s", rc_name(rc), msg_name(f->msg), f->detail);
}

static enum rc run(struct world *w, command_fn *fn, const void *in, void *out, struct fail *f)
{
    struct store_write sw = {.command = fn, .in = in, .out = out, .arena = w->a, .actor = the_system};
    const enum rc rc = store_run(w->store, &sw);
    if (rc != RC_OK)
        *f = sw.fail;
    sb_release(&sw.body);
    return rc;
}

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

static enum rc step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return assess_step(tx, in, f);
}

static enum rc object(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return assess_object(tx, in, out, f);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct fail f = {0};
    struct plan_confirmed confirmed = {.n = 0};
    int64_t import_id = 0;
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/yiti-term-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->a = arena_new(256u << 20);
    set_day(w, "2026-04-01");
    check(store_open(&(struct store_options){.data_dir = w->dir, .clock = {tell_time, w}}, &w->store, &f), &f);
    check(org_new(&(struct org_options){.store = w->store}, &w->org, &f), &f);
    check(run(w, add_office, NULL, &w->office_id, &f), &f);
    const struct plan_import_in in = {
        .bytes = {text, sizeof text - 1}, .filename = SPAN("纲要.txt"), .mode = SPAN("live"), .unit_id = w->office_id};
    check(plan_import_file(w->store, &the_system, &in, NULL, &import_id, &f), &f);
    const struct plan_confirm_in confirm = {.import_id = import_id};
    check(plan_confirm_import(w->store, &the_system, &confirm, w->a, NULL, &confirmed, &f), &f);
    w->outline_id = confirmed.outline_ids[0];
    const struct assess_create_in create = {.scheme = SPAN("units"),
                                            .from_on = SPAN("2026-01-01"),
                                            .until_on = SPAN("2026-03-31"),
                                            .unit_id = w->office_id};
    check(assess_create(w->store, &the_system, w->a, &create, &w->run_id, &f), &f);
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

struct seen {
    int64_t run_id;
    struct assess_run run;
    struct assess_result *results;
    int n;
};

static enum rc read_run(struct tx *tx, void *ctx, struct fail *f)
{
    struct seen *s = ctx;
    enum rc rc = assess_get(tx, s->run_id, &s->run, f);
    return rc == RC_OK ? assess_results(tx, &s->run, &s->results, &s->n, f) : rc;
}

static struct seen see(struct world *w)
{
    struct seen s = {.run_id = w->run_id};
    struct fail f = {0};
    check(store_read(w->store, &the_system, w->a, read_run, &s, &f), &f);
    return s;
}

static enum rc publish(struct world *w, struct fail *f)
{
    struct assess_step_in in = {.id = w->run_id, .verb = "publish"};
    enum rc rc = assess_prepare_publish(w->store, &the_system, w->a, &in, f);
    return rc == RC_OK ? run(w, step, &in, NULL, f) : rc;
}

static void the_term_is_five_working_days(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    int64_t id = 0;
    set_day(w, "2026-04-02"); /* a Thursday before 清明 */
    check(run(w, step, &(struct assess_step_in){.id = w->run_id, .verb = "send"}, NULL, &f), &f);
    struct seen s = see(w);
    assert_int_equal(s.n, 2);
    assert_true(span_is(s.run.sent_on, "2026-04-02"));
    /* counted here by hand from the State Council's notice for 2026: 3, 7, 8, 9, 10 April are worked, 4 to 6 are not */
    assert_true(span_is(s.run.objections_until_on, "2026-04-10"));
    const struct assess_objection_in in = {
        .run_id = w->run_id, .unit_id = s.results[0].unit_id, .item = SPAN(""), .text = SPAN("数据有误")};
    set_day(w, "2026-04-10");
    check(run(w, object, &in, &id, &f), &f);
    assert_int_equal(publish(w, &f), RC_CONFLICT);
    assert_int_equal(f.msg, MSG_assess_undecided);
    set_day(w, "2026-04-11");
    assert_int_equal(run(w, object, &in, &id, &f), RC_CONFLICT);
    assert_int_equal(f.msg, MSG_assess_term_over);
}

static enum rc decide(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return assess_decide(tx, in, f);
}

static void after_the_term_nobody_is_waited_for(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    int64_t id = 0;
    set_day(w, "2026-04-02");
    check(run(w, step, &(struct assess_step_in){.id = w->run_id, .verb = "send"}, NULL, &f), &f);
    struct seen s = see(w);
    const struct assess_objection_in in = {
        .run_id = w->run_id, .unit_id = s.results[0].unit_id, .item = SPAN(""), .text = SPAN("数据有误")};
    check(run(w, object, &in, &id, &f), &f);
    set_day(w, "2026-04-10");
    assert_int_equal(publish(w, &f), RC_CONFLICT); /* the objection waits */
    assert_int_equal(f.msg, MSG_assess_undecided);
    const struct assess_decide_in decision = {
        .run_id = w->run_id, .objection_id = id, .decision = SPAN("dismissed"), .reason = SPAN("数据属实")};
    check(run(w, decide, &decision, NULL, &f), &f);
    assert_int_equal(publish(w, &f), RC_CONFLICT); /* the last day is still the term */
    assert_int_equal(f.msg, MSG_assess_term_open);
    set_day(w, "2026-04-11");
    check(publish(w, &f), &f);
    s = see(w);
    assert_true(span_is(s.run.state, "published"));
    assert_int_equal(s.run.content_sha256.len, 64);
}

/* The nth memory of the command is refused, for every n: nothing of it is left, and at last it succeeds. */
static enum rc insert(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return bulletin_insert(tx, in, out, f);
}

static enum rc count_bulletins(struct tx *tx, void *ctx, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_list(tx, SQL_bulletin_list, 0, SQLO_bulletin_list_newest, false, DB_ARGS(DB_I(0), DB_I(100)), &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        (*(int *)ctx)++;
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static void a_draft_is_whole_or_not_there(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    struct bulletin_new_in in;
    const struct bulletin_draft_in draft = {
        .template = SPAN("monthly"), .unit_id = w->office_id, .until_on = SPAN("2026-03-31")};
    check(bulletin_prepare(w->store, &the_system, w->a, &draft, &in, &f), &f);
    int n = 0;
    for (size_t cap = 64;; cap += 512) {
        struct arena *small = arena_new(cap);
        int64_t id = 0;
        n = 0;
        struct store_write sw = {.command = insert, .in = &in, .out = &id, .arena = small, .actor = the_system};
        const enum rc rc = store_run(w->store, &sw);
        sb_release(&sw.body);
        arena_free(small);
        check(store_read(w->store, &the_system, w->a, count_bulletins, &n, &f), &f);
        if (rc == RC_OK)
            break;
        assert_int_equal(rc, RC_LIMIT);
        assert_int_equal(n, 0);
        assert_true(cap < 1u << 20);
    }
    assert_int_equal(n, 1);
}

/* The same for what many rows hang on: results sent to all units, or none. */
static void sending_is_whole_or_not_done(void **state)
{
    struct world *w = *state;
    struct assess_step_in in = {.id = w->run_id, .verb = "send"};
    for (size_t cap = 64;; cap += 1024) {
        struct arena *small = arena_new(cap);
        struct store_write sw = {.command = step, .in = &in, .arena = small, .actor = the_system};
        const enum rc rc = store_run(w->store, &sw);
        sb_release(&sw.body);
        arena_free(small);
        struct seen s = see(w);
        assert_true(span_is(s.run.state, rc == RC_OK ? "sent" : "draft"));
        assert_int_equal(s.run.sent_on.len, rc == RC_OK ? 10 : 0);
        if (rc == RC_OK)
            break;
        assert_int_equal(rc, RC_LIMIT);
        assert_true(cap < 1u << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_term_is_five_working_days, open_world, close_world),
        cmocka_unit_test_setup_teardown(after_the_term_nobody_is_waited_for, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_draft_is_whole_or_not_there, open_world, close_world),
        cmocka_unit_test_setup_teardown(sending_is_whole_or_not_done, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
