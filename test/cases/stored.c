/*
 * Cases on a real store under a clock that the test sets: what waits for the reporter closes by itself, the brake on returns, a limit of a type's own, an
 * extension, reports against units, transfers across a border with each city's clock apart; and after random histories a case says what its duty says.
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

#include "cases/cases_int.h"

struct world {
    char dir[64];
    struct store *store;
    struct org *org;
    struct arena *a;
    _Atomic int64_t now;
    int64_t joint, office, bureau, bureau_team, second, third, other_office, other_bureau;
    int sent;
};

static int64_t read_clock(void *ctx)
{
    return ((struct world *)ctx)->now;
}

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_true(time_parse(span_of(text), &us));
    return us;
}

static void check(enum rc rc, const struct fail *f)
{
    if (rc != RC_OK)
        fail_msg("%s: %s %s %s", rc_name(rc), msg_name(f->msg), f->field, f->detail);
}

static enum rc run(struct world *w, command_fn *fn, const void *in, void *out, struct fail *f)
{
    struct store_write write = {.command = fn, .in = in, .out = out, .actor = ACTOR_SYSTEM, .arena = w->a};
    const enum rc rc = store_run(w->store, &write);
    *f = write.fail;
    sb_release(&write.body);
    return rc;
}

static enum rc cmd_unit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct unit unit;
    enum rc rc = unit_add(tx, in, &unit, f);
    *(int64_t *)out = unit.id;
    return rc;
}

static int64_t unit(struct world *w, const char *region, const char *kind, const char *name, int64_t parent)
{
    struct fail f = {0};
    int64_t id = 0;
    check(run(w, cmd_unit,
              &(struct unit_add_in){.region_code = region,
                                    .name = span_of(name),
                                    .kind = span_of(kind),
                                    .parent_id = parent,
                                    .from_on = SPAN("2020-01-01")},
              &id, &f),
          &f);
    return id;
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct fail f = {0};
    assert_non_null(w);
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/yiti-cases-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->a = arena_new(1024u << 20);
    w->now = at("2026-03-02T09:00:00.000000+08:00"); /* a Monday */
    const struct clock clock = {.now_us = read_clock, .ctx = w};
    check(store_open(&(struct store_options){.data_dir = w->dir, .clock = clock}, &w->store, &f), &f);
    check(org_new(&(struct org_options){.store = w->store}, &w->org, &f), &f);
    duty_register(w->store);
    store_start_background(w->store);
    w->joint = unit(w, "330000", "coordination", "都市圈联席会议办公室", 0);
    w->office = unit(w, "330100", "city_office", "杭州市都市圈办公室", 0);
    w->bureau = unit(w, "330100", "department", "杭州市城市管理局", 0);
    w->bureau_team = unit(w, "330100", "department", "城管执法队", w->bureau);
    w->second = unit(w, "330100", "department", "杭州市水务局", 0);
    w->third = unit(w, "330100", "department", "杭州市交通运输局", 0);
    w->other_office = unit(w, "330500", "city_office", "湖州市都市圈办公室", 0);
    w->other_bureau = unit(w, "330500", "department", "湖州市城市管理局", 0);
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

static void show_fault(void *ctx, const char *table, const char *id, const char *why)
{
    (void)ctx;
    print_error("%s %s: %s\n", table, id, why);
}

static int close_world(void **state)
{
    struct world *w = *state;
    struct verify_result result = {0};
    struct fail f = {0};
    check(store_verify(w->store, show_fault, NULL, &result, &f), &f);
    assert_int_equal(result.faults, 0);
    org_free(w->org);
    store_close(w->store);
    arena_free(w->a);
    (void)nftw(w->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------------- */

static enum rc cmd_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_report(tx, in, out, f);
}
static enum rc cmd_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_step(tx, in, out, f);
}
static enum rc cmd_reporter(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_reporter_step(tx, in, out, f);
}

static enum rc send(struct world *w, const char *type, int64_t about, struct case_reported *out, struct fail *f)
{
    char *const client = arena_alloc(w->a, 24);
    assert_non_null(client);
    (void)snprintf(client, 24, "client-%d", w->sent++);
    return run(w, cmd_report,
               &(struct case_report_in){.type = span_of(type),
                                        .channel = SPAN("web"),
                                        .secrecy = SPAN("confidential"),
                                        .place_code = SPAN("330106"),
                                        .address = SPAN("文三路"),
                                        .text = SPAN("一堆垃圾"),
                                        .telephone = SPAN("138 1234 5678"),
                                        .client_id = span_of(client),
                                        .about_unit_id = about},
               out, f);
}

static struct case_row reported(struct world *w, const char *type, struct case_reported *whole)
{
    struct case_reported out;
    struct fail f = {0};
    check(send(w, type, 0, &out, &f), &f);
    if (whole != NULL)
        *whole = out;
    return out.row;
}

static enum rc step(struct world *w, struct case_row *c, const char *verb, int64_t unit_id, struct fail *f)
{
    const struct case_step_in in = {.id = c->id,
                                    .step = {.verb = span_of(verb),
                                             .unit_id = unit_id,
                                             .text = SPAN("说明"),
                                             .reason = SPAN("理由"),
                                             .due_on = SPAN("2026-12-31"),
                                             .percent = -1}};
    return run(w, cmd_step, &in, c, f);
}

static void must(struct world *w, struct case_row *c, const char *verb, int64_t unit_id, const char *state)
{
    struct fail f = {0};
    check(step(w, c, verb, unit_id, &f), &f);
    if (!span_is(c->state, state))
        fail_msg("%s led to %.*s, not %s", verb, SPAN_ARG(c->state), state);
}

static void refused(struct world *w, struct case_row *c, const char *verb, int64_t unit_id, enum rc rc, enum msg msg)
{
    struct fail f = {0};
    struct case_row ignored;
    struct case_row copy = *c;
    (void)ignored;
    const enum rc got = step(w, &copy, verb, unit_id, &f);
    if (got != rc || f.msg != msg)
        fail_msg("%s: %s %s", verb, rc_name(got), msg_name(f.msg));
}

struct look {
    int64_t id, duty_id;
    struct case_row c;
    struct duty_row d;
    struct {
        int64_t unit, used, overdue;
        struct span word;
    } clocks[60];
    int n;
};

static enum rc read_look(struct tx *tx, void *ctx, struct fail *f)
{
    struct look *l = ctx;
    struct rows rows;
    enum rc rc = case_get(tx, l->id, &l->c, f);
    if (rc == RC_OK)
        rc = duty_get(tx, l->c.duty_id, &l->d, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_clock_rows, DB_ARGS(DB_S(l->d.region_code), DB_I(l->d.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    l->n = 0;
    while (rows_next(&rows) && l->n < 60) {
        l->clocks[l->n].word = rows_text_dup(&rows, 1);
        l->clocks[l->n].unit = rows_int(&rows, 2);
        l->clocks[l->n].used = rows_int(&rows, 7);
        l->clocks[l->n++].overdue = rows_int(&rows, 10);
    }
    return rows_end(&rows);
}

static struct look look(struct world *w, int64_t id)
{
    struct look l = {.id = id};
    struct fail f = {0};
    const struct actor system = ACTOR_SYSTEM;
    check(store_read(w->store, &system, w->a, read_look, &l, &f), &f);
    return l;
}

/* A picture of the place, put into the store without a request. */
static enum rc cmd_picture(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return org_file_add(tx, in, out, f);
}

static void feed_back(struct world *w, struct case_row *c)
{
    struct file_info info;
    struct fail f = {0};
    int64_t file = 0;
    char content[40];
    (void)snprintf(content, sizeof content, "\x89PNG\r\n\x1a\n%d", w->sent++);
    check(file_put(w->store, span_of(content), &info, &f), &f);
    check(run(w, cmd_picture, &(struct file_add_in){&info, SPAN("a.png"), "image/png"}, &file, &f), &f);
    const struct case_step_in in = {
        .id = c->id,
        .step = {.verb = SPAN("feed_back"), .text = SPAN("已清理"), .percent = -1, .file_ids = &file, .n_files = 1}};
    check(run(w, cmd_step, &in, c, &f), &f);
    assert_true(span_is(c->state, "fed_back"));
}

static void to_confirming(struct world *w, struct case_row *c)
{
    must(w, c, "file", 0, "filed");
    must(w, c, "dispatch", w->bureau, "dispatched");
    must(w, c, "acknowledge", 0, "handling");
    feed_back(w, c);
    must(w, c, "pass", 0, "confirming");
}

/* ---- tests ---------------------------------------------------------------------------------------------------------------------------------- */

static void it_closes_when_the_reporter_had_his_days_and_said_nothing(void **state)
{
    struct world *w = *state;
    struct case_row c = reported(w, "rubbish-heap", NULL);
    w->now += 3600000000LL;
    to_confirming(w, &c);
    assert_int_equal(c.closed_at_us, 0);
    w->now = at("2026-03-07T23:00:00.000000+08:00"); /* the fifth day has not ended */
    usleep(400000);
    struct look l = look(w, c.id);
    assert_true(span_is(l.c.state, "confirming"));
    w->now = at("2026-03-08T00:00:02.000000+08:00");
    for (int i = 0; i < 400 && !l.d.final; i++) {
        usleep(20000);
        l = look(w, c.id);
    }
    assert_true(span_is(l.c.state, "closed"));
    assert_true(span_is(l.c.mark, "closed"));
    assert_int_equal(l.c.overdue, 0); /* a clock that only waited is nobody's lateness */
    assert_true(l.c.closed_at_us >= at("2026-03-08T00:00:00.000000+08:00"));
}

static void a_dispute_sends_it_back_and_needs_a_new_picture(void **state)
{
    struct world *w = *state;
    struct case_reported whole;
    struct fail f = {0};
    struct case_row c = reported(w, "rubbish-heap", &whole), seen;
    to_confirming(w, &c);
    w->now += 3600000000LL;
    struct case_public_in in = {
        .number = c.number, .code = SPAN("2222222222"), .verb = SPAN("dispute"), .text = SPAN("还在")};
    assert_int_equal(run(w, cmd_reporter, &in, &seen, &f), RC_MISSING); /* a wrong code is a number that is not there */
    assert_int_equal(f.msg, MSG_case_code_wrong);
    in.code = span_of(whole.code);
    in.text = SPAN("");
    assert_int_equal(run(w, cmd_reporter, &in, &seen, &f), RC_INVALID); /* it has to be said what is wrong */
    in.text = SPAN("还在那里");
    check(run(w, cmd_reporter, &in, &seen, &f), &f);
    assert_true(span_is(seen.state, "handling"));
    assert_int_equal(seen.disputes, 1);
    assert_int_equal(seen.reworks, 1);
    assert_int_equal(seen.closed_at_us, 0);
    refused(w, &seen, "feed_back", 0, RC_INVALID,
            MSG_duty_needs); /* the old picture does not count: nothing came along */
    feed_back(w, &seen);
    must(w, &seen, "pass", 0, "confirming");
    in.verb = SPAN("close");
    in.satisfaction = 5;
    check(run(w, cmd_reporter, &in, &seen, &f), &f);
    assert_true(span_is(seen.mark, "closed"));
    assert_int_equal(seen.satisfaction, 5);
    in.verb = SPAN("dispute");
    assert_int_equal(run(w, cmd_reporter, &in, &seen, &f), RC_CONFLICT); /* closed is closed: a desk may reopen it */
}

static void after_two_returns_an_arbiter_decides_and_the_first_receiver_holds_it(void **state)
{
    struct world *w = *state;
    struct case_row c = reported(w, "rubbish-heap", NULL);
    must(w, &c, "file", 0, "filed");
    must(w, &c, "dispatch", w->bureau, "dispatched");
    refused(w, &c, "appeal", 0, RC_CONFLICT, MSG_duty_condition);
    must(w, &c, "return", 0, "filed");
    must(w, &c, "dispatch", w->second, "dispatched");
    must(w, &c, "acknowledge", 0, "handling");
    must(w, &c, "return", 0, "filed");
    must(w, &c, "dispatch", w->third, "dispatched");
    assert_int_equal(c.returns, 2);
    refused(w, &c, "return", 0, RC_CONFLICT, MSG_duty_condition);
    must(w, &c, "appeal", 0, "arbitration");
    assert_int_equal(c.handler_id, w->bureau);
    struct look l = look(w, c.id);
    assert_true(span_is(l.d.clock, "handle")); /* and its clock runs */
    w->now += 2 * 3600000000LL;
    must(w, &c, "arbitrate", w->third, "dispatched");
    l = look(w, c.id);
    int64_t used = 0;
    for (int i = 0; i < l.n; i++)
        if (l.clocks[i].unit == w->bureau && span_is(l.clocks[i].word, "handle"))
            used += l.clocks[i].used;
    assert_true(used > 0);
    assert_int_equal(c.handler_id, w->third);
}

static void a_type_has_its_own_limit_and_an_extension_gives_it_once_more(void **state)
{
    struct world *w = *state;
    struct case_row heap = reported(w, "rubbish-heap", NULL), toilet = reported(w, "toilet", NULL);
    struct case_row *const both[] = {&heap, &toilet};
    /* From Monday on: three working days to the end of Thursday, one to the end of Tuesday. */
    const char *const due[] = {"2026-03-05T23:59:59.999999+08:00", "2026-03-03T23:59:59.999999+08:00"};
    const char *const more[] = {"2026-03-10T23:59:59.999999+08:00", "2026-03-04T23:59:59.999999+08:00"};
    for (int i = 0; i < 2; i++) {
        must(w, both[i], "file", 0, "filed");
        must(w, both[i], "dispatch", w->bureau, "dispatched");
        must(w, both[i], "acknowledge", 0, "handling");
        assert_int_equal(both[i]->expected_at_us, at(due[i]));
        must(w, both[i], "ask_extension", 0, "extension");
        assert_int_equal(both[i]->expected_at_us, at(due[i])); /* asking gives nothing yet */
        must(w, both[i], "extend", 0, "handling");
        assert_int_equal(both[i]->expected_at_us, at(more[i]));
        refused(w, both[i], "ask_extension", 0, RC_CONFLICT, MSG_duty_condition); /* once only */
    }
}

static void a_report_against_a_unit_goes_above_it_and_never_to_it(void **state)
{
    struct world *w = *state;
    struct case_reported out;
    struct fail f = {0};
    check(send(w, "staff", w->bureau, &out, &f), &f);
    assert_int_equal(out.row.intake_id, w->office);
    must(w, &out.row, "file", 0, "filed");
    refused(w, &out.row, "dispatch", w->bureau, RC_FORBIDDEN, MSG_case_against_holder);
    refused(w, &out.row, "dispatch", w->bureau_team, RC_FORBIDDEN,
            MSG_case_against_holder); /* nor to a unit below it */
    must(w, &out.row, "dispatch", w->second, "dispatched");
    check(send(w, "staff", w->office, &out, &f), &f); /* the office itself: out of the city, to the joint office */
    assert_int_equal(out.row.intake_id, w->joint);
    assert_int_equal(send(w, "staff", 0, &out, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_case_about_missing);
    assert_int_equal(send(w, "rubbish-heap", w->bureau, &out, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_case_about_unasked);
}

static void across_a_border_each_city_signs_and_each_clock_is_its_own(void **state)
{
    struct world *w = *state;
    struct case_row c = reported(w, "rubbish-heap", NULL);
    const struct span number = c.number;
    must(w, &c, "file", 0, "filed");
    refused(w, &c, "dispatch", w->other_bureau, RC_INVALID, MSG_case_border_office);
    must(w, &c, "dispatch", w->other_office, "offered");
    refused(w, &c, "acknowledge", 0, RC_CONFLICT, MSG_duty_not_now);
    w->now = at("2026-03-04T10:00:00.000000+08:00"); /* past the other city's one working day */
    must(w, &c, "object", 0, "filed");
    assert_int_equal(c.overdue, 1);
    must(w, &c, "dispatch", w->other_office, "offered");
    must(w, &c, "accept", 0, "handling");
    assert_int_equal(c.crossings, 2);
    assert_true(span_eq(c.number, number));
    assert_string_equal(c.region_code, "330100"); /* its home stays */
    const struct look l = look(w, c.id);
    int64_t late_of_other = 0, late_of_own = 0;
    for (int i = 0; i < l.n; i++) {
        late_of_other += l.clocks[i].unit == w->other_office && l.clocks[i].overdue != 0;
        late_of_own += l.clocks[i].unit == w->office && l.clocks[i].overdue != 0;
    }
    assert_int_equal(late_of_other, 1);
    assert_int_equal(late_of_own, 0);
}

static void the_same_sending_twice_is_one_case(void **state)
{
    struct world *w = *state;
    struct case_reported first, second;
    struct fail f = {0};
    check(send(w, "rubbish-heap", 0, &first, &f), &f);
    w->sent--;
    check(send(w, "rubbish-heap", 0, &second, &f), &f);
    assert_true(second.again);
    assert_int_equal(second.row.id, first.row.id);
    assert_string_equal(second.code, first.code);
}

/* ---- nothing personal lies open ----------------------------------------------------------------------------------------------------------------- */

static const char *needle;
static int found_in;
static int grep_file(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
    (void)ftw;
    if (type != FTW_F || sb->st_size == 0)
        return 0;
    FILE *const in = fopen(path, "re");
    char *const text = malloc((size_t)sb->st_size + 1);
    assert_non_null(in);
    assert_non_null(text);
    const size_t n = fread(text, 1, (size_t)sb->st_size, in);
    found_in += memmem(text, n, needle, strlen(needle)) != NULL;
    free(text);
    (void)fclose(in);
    return 0;
}

static void the_reporters_number_lies_in_no_file(void **state)
{
    struct world *w = *state;
    (void)reported(w, "rubbish-heap", NULL);
    static const char *const needles[] = {"138 1234 5678", "13812345678"};
    for (size_t i = 0; i < 2; i++) {
        needle = needles[i];
        found_in = 0;
        (void)nftw(w->dir, grep_file, 16, FTW_PHYS);
        assert_int_equal(found_in, 0);
    }
    needle = "文三路"; /* what is not personal is there, so the search works */
    found_in = 0;
    (void)nftw(w->dir, grep_file, 16, FTW_PHYS);
    assert_true(found_in > 0);
}

/* ---- random histories --------------------------------------------------------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *s)
{
    uint64_t z = *s += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static void a_case_says_what_its_duty_says(void **state)
{
    static const char *const verbs[] = {
        "file",      "dispatch", "acknowledge", "accept",        "object", "return",           "appeal",
        "arbitrate", "pass",     "rework",      "ask_extension", "extend", "refuse_extension", "suspend",
        "resume",    "reopen",   "decline",     "split"};
    struct world *w = *state;
    const char *const given = getenv("YITI_SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)getpid() * 2654435761u;
    uint64_t s = seed;
    print_message("seed %llu (YITI_SEED=…)\n", (unsigned long long)seed);
    const int64_t units[] = {w->bureau, w->second, w->third, w->other_office, w->other_bureau};
    int taken = 0;
    for (int k = 0; k < 12; k++) {
        struct case_row c = reported(w, k % 2 ? "rubbish-heap" : "toilet", NULL);
        int64_t crossings = 0;
        for (int i = 0; i < 40; i++) {
            struct fail f = {0};
            struct case_row next = c;
            w->now += (int64_t)(draw(&s) % 40) * 3600000000LL / 4;
            if (draw(&s) % 5 == 0 && span_is(c.state, "handling")) {
                feed_back(w, &c);
                continue;
            }
            const enum rc rc =
                step(w, &next, verbs[draw(&s) % (sizeof verbs / sizeof verbs[0])], units[draw(&s) % 5], &f);
            if (rc == RC_OK) {
                crossings += span_is(next.state, "offered") && next.handler_id != c.handler_id;
                c = next;
                taken++;
            }
            const struct look l = look(w, c.id);
            c = l.c;
            assert_true(span_eq(l.c.state, l.d.state));
            const bool waits = span_is(l.c.mark, "received") || span_is(l.c.mark, "filed");
            assert_int_equal(l.c.handler_id, waits ? l.c.intake_id : l.d.holder_id);
            assert_int_equal(l.c.returns, l.d.returns);
            assert_int_equal(l.c.overdue, l.d.overdue_count);
            assert_int_equal(l.c.closed_at_us != 0, l.d.final);
            assert_true(!l.d.crosses_border || waits || l.c.handler_id == w->other_office);
        }
        assert_true(c.crossings >= crossings);
    }
    assert_true(taken > 12); /* of 480 tries: the drawn steps are not all refused */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_closes_when_the_reporter_had_his_days_and_said_nothing, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_dispute_sends_it_back_and_needs_a_new_picture, open_world, close_world),
        cmocka_unit_test_setup_teardown(after_two_returns_an_arbiter_decides_and_the_first_receiver_holds_it,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(a_type_has_its_own_limit_and_an_extension_gives_it_once_more, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_report_against_a_unit_goes_above_it_and_never_to_it, open_world, close_world),
        cmocka_unit_test_setup_teardown(across_a_border_each_city_signs_and_each_clock_is_its_own, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(the_same_sending_twice_is_one_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_reporters_number_lies_in_no_file, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_case_says_what_its_duty_says, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
