/*
 * Duties on a real store under a clock that the test sets: timers fire once, also over a restart; random histories keep the stored clocks equal to what
 * is computed again from the journal; every verb in every state does through the store what the pack's table says.
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

#include "duty/duty_int.h"

static const struct actor the_system = {0, "system", 0, "000000"};
static const int64_t HOUR = 3600000000LL;

struct world {
    char dir[64];
    struct store *store;
    struct org *org;
    struct arena *a;
    _Atomic int64_t now;
    int64_t office, bureau, second, far;
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
    struct store_write write = {.command = fn, .in = in, .out = out, .actor = the_system, .arena = w->a};
    const enum rc rc = store_run(w->store, &write);
    *f = write.fail;
    sb_release(&write.body);
    return rc;
}

struct unit_ask {
    const char *region;
    struct span name;
};
static enum rc add_unit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct unit_ask *ask = in;
    struct unit unit;
    enum rc rc = unit_add(
        tx,
        &(struct unit_add_in){
            .region_code = ask->region, .name = ask->name, .kind = SPAN("department"), .from_on = SPAN("2020-01-01")},
        &unit, f);
    *(int64_t *)out = unit.id;
    return rc;
}

static void begin(struct world *w)
{
    struct fail f = {0};
    const struct clock clock = {.now_us = read_clock, .ctx = w};
    check(store_open(&(struct store_options){.data_dir = w->dir, .clock = clock}, &w->store, &f), &f);
    check(org_new(&(struct org_options){.store = w->store}, &w->org, &f), &f);
    duty_register(w->store);
}

static void end(struct world *w)
{
    org_free(w->org);
    store_close(w->store);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct fail f = {0};
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/yiti-duty-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->a = arena_new(512u << 20);
    w->now = at("2026-03-02T09:00:00.000000+08:00"); /* a Monday */
    begin(w);
    check(run(w, add_unit, &(struct unit_ask){"440300", SPAN("督查室")}, &w->office, &f), &f);
    check(run(w, add_unit, &(struct unit_ask){"440300", SPAN("交通局")}, &w->bureau, &f), &f);
    check(run(w, add_unit, &(struct unit_ask){"440300", SPAN("财政局")}, &w->second, &f), &f);
    check(run(w, add_unit, &(struct unit_ask){"330100", SPAN("别市办")}, &w->far, &f), &f);
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
    end(w);
    arena_free(w->a);
    (void)nftw(w->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

static enum rc cmd_open(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_open(tx, in, out, f);
}
static enum rc cmd_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_step(tx, in, out, f);
}
static enum rc cmd_slip(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_slip_issue(tx, in, out, f);
}

static struct duty_row open_duty(struct world *w, int64_t holder, const char *due)
{
    struct duty_row d;
    struct fail f = {0};
    check(run(w, cmd_open,
              &(struct duty_open_in){.subject_kind = SPAN("test"),
                                     .subject_id = 7,
                                     .title = SPAN("任务"),
                                     .holder_id = holder,
                                     .assigner_id = w->office,
                                     .due_on = span_of(due)},
              &d, &f),
          &f);
    return d;
}

static enum rc step(struct world *w, struct duty_row *d, const char *verb, struct fail *f)
{
    return run(w, cmd_step, &(struct duty_step_in){.id = d->id, .verb = span_of(verb), .percent = -1}, d, f);
}

struct look {
    int64_t id;
    struct duty_row d;
    int urges, slips_lapsed, overdue_rows;
};
static bool count_overdue(const struct journal_row *row, void *ctx)
{
    ((struct look *)ctx)->overdue_rows += strcmp(row->verb, "overdue") == 0;
    return true;
}

static enum rc read_look(struct tx *tx, void *ctx, struct fail *f)
{
    struct look *l = ctx;
    struct rows r;
    enum rc rc = duty_get(tx, l->id, &l->d, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_urges, DB_ARGS(DB_S(l->d.region_code), DB_I(l->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    l->urges = 0;
    while (rows_next(&r))
        l->urges++;
    rc = rows_end(&r);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_slips, DB_ARGS(DB_S(l->d.region_code), DB_I(l->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    l->slips_lapsed = 0;
    while (rows_next(&r))
        l->slips_lapsed += rows_int(&r, 9) != 0;
    rc = rows_end(&r);
    l->overdue_rows = 0;
    return rc == RC_OK ? journal_read(tx, l->d.region_code, "duty", l->id, 0, 10000, count_overdue, l, f) : rc;
}

static struct look look(struct world *w, int64_t id)
{
    struct look l = {.id = id};
    struct fail f = {0};
    check(store_read(w->store, &the_system, w->a, read_look, &l, &f), &f);
    return l;
}

static int want_urges, want_overdue, want_lapsed;
static struct look wait_for(struct world *w, int64_t id)
{
    struct look l = look(w, id);
    for (int i = 0; i < 400 && (l.urges < want_urges || l.overdue_rows < want_overdue || l.slips_lapsed < want_lapsed);
         i++) {
        usleep(20000);
        l = look(w, id);
    }
    return l;
}

static void timers_fire_once_and_survive_a_restart(void **state)
{
    struct world *w = *state;
    struct fail f = {0};
    struct duty_slip_row slip;
    struct duty_row d = open_duty(w, w->bureau, "2026-03-20");
    /* One working day to sign: to the end of tomorrow. */
    assert_int_equal(d.clock_due_us, at("2026-03-03T23:59:59.999999+08:00"));
    check(run(w, cmd_slip, &(struct duty_slip_in){.id = d.id, .colour = SPAN("blue"), .text = SPAN("说明")}, &slip, &f),
          &f);
    end(w);
    w->now = at("2026-03-10T12:00:00.000000+08:00");
    begin(w);
    store_start_background(w->store);
    want_overdue = 1, want_lapsed = 1, want_urges = 0;
    struct look l = wait_for(w, d.id);
    assert_int_equal(l.overdue_rows, 1);
    assert_int_equal(l.slips_lapsed, 1);
    assert_int_equal(l.urges, 0);
    assert_int_equal(l.d.overdue_at_us, d.clock_due_us); /* when it ran out, not when it was seen */
    end(w);
    w->now = at("2026-04-10T12:00:00.000000+08:00");
    begin(w);
    store_start_background(w->store);
    want_urges = 5;
    l = wait_for(w, d.id);
    assert_int_equal(l.urges, 5); /* -5, -1, 0, +3, +5: each once, though all came late */
    end(w);
    w->now += 24 * HOUR;
    begin(w);
    store_start_background(w->store);
    usleep(300000);
    l = look(w, d.id);
    assert_int_equal(l.urges, 5);
    assert_int_equal(l.overdue_rows, 1);
    check(step(w, &d, "acknowledge", &f), &f);
    assert_int_equal(d.overdue_count,
                     1); /* late is late, also after it was signed; the handling clock is overdue on its own */
}

static void another_duty_is_not_urged_before_its_time(void **state)
{
    struct world *w = *state;
    struct duty_row d = open_duty(w, w->bureau, "2026-06-30");
    store_start_background(w->store);
    usleep(300000);
    want_urges = 0;
    assert_int_equal(look(w, d.id).urges, 0);
}

/* ---- the table through the store ------------------------------------------------------------------------------------------------------- */

/* From each state, by a path of verbs, each verb as each part: the store refuses what the table refuses, and lands where it says. */
static const char *const paths[][6] = {
    {NULL},
    {"acknowledge", NULL},
    {"acknowledge", "submit", NULL},
    {"acknowledge", "suspend", NULL},
    {"acknowledge", "submit", "close", NULL},
    {"withdraw", NULL},
    {"far", NULL},
    {"far", "object", NULL},
};
static const struct {
    const char *from, *verb, *parts, *to; /* the table, written down once more by hand; to NULL: stays */
} table[] = {
    {"assigned", "acknowledge", "holder", "under_way"},
    {"assigned", "withdraw", "assigner", "withdrawn"},
    {"offered", "accept", "holder", "under_way"},
    {"offered", "object", "holder", "consulting"},
    {"offered", "withdraw", "assigner", "withdrawn"},
    {"consulting", "accept", "holder", "under_way"},
    {"consulting", "conclude", "arbiter", "assigned"},
    {"consulting", "withdraw", "assigner", "withdrawn"},
    {"under_way", "report", "holder", NULL},
    {"under_way", "submit", "holder", "submitted"},
    {"under_way", "split", "holder", NULL},
    {"under_way", "extend", "assigner", NULL},
    {"under_way", "suspend", "assigner", "suspended"},
    {"under_way", "withdraw", "assigner", "withdrawn"},
    {"submitted", "close", "assigner supervisor", "done"},
    {"submitted", "return", "assigner supervisor", "under_way"},
    {"suspended", "resume", "assigner system", "under_way"},
    {"suspended", "withdraw", "assigner", "withdrawn"},
    {"done", "reopen", "assigner supervisor", "under_way"},
};
static const char *const verbs[] = {"offer",  "acknowledge", "accept", "object", "conclude",
                                    "report", "split",       "submit", "close",  "return",
                                    "extend", "suspend",     "resume", "reopen", "withdraw"};

struct whole_step {
    struct duty_step_in in;
    int64_t file;
    bool keep;
};
/* Everything that a step could need is given, but files: evidence is asked in its own test, so submit goes by a file that the system owns. */
static enum rc cmd_full(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct whole_step *s = in;
    enum rc rc = duty_step(tx, &s->in, out, f);
    if (rc == RC_OK && !s->keep)
        return fail_set(f, RC_BUSY, MSG_duty_memory, NULL, NULL); /* tried only: undone */
    return rc;
}

static enum rc full(struct world *w, struct duty_row *d, const char *verb, const char *part, bool keep, struct fail *f)
{
    static const struct span text = {"文字", 6};
    const struct duty_part_in parts[] = {{.unit_id = w->second}};
    struct whole_step s = {.keep = keep};
    s.in = (struct duty_step_in){.id = d->id,
                                 .verb = span_of(verb),
                                 .part = span_of(part),
                                 .text = text,
                                 .reason = text,
                                 .due_on = SPAN("2026-09-30"),
                                 .unit_id = w->bureau,
                                 .percent = 50,
                                 .parts = parts,
                                 .n_parts = 1};
    return run(w, cmd_full, &s, d, f);
}

static void every_state_verb_and_part_does_what_the_table_says(void **state)
{
    struct world *w = *state;
    int tried = 0, allowed = 0;
    for (size_t p = 0; p < sizeof(paths) / sizeof(paths[0]); p++) {
        const bool far = paths[p][0] != NULL && strcmp(paths[p][0], "far") == 0;
        struct duty_row start = open_duty(w, far ? w->far : w->bureau, "2026-06-30");
        struct fail f = {0};
        bool reached = true;
        for (int k = far; paths[p][k] != NULL && reached; k++) {
            /* submit needs a file, which no system actor uploads: reached through the evidence already there is not possible, so it is skipped. */
            reached = strcmp(paths[p][k], "submit") != 0;
            if (reached)
                check(full(w, &start, paths[p][k], NULL, true, &f), &f);
        }
        if (!reached)
            continue;
        for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++)
            for (int part = 0; part < DUTY_PARTS; part++) {
                struct duty_row d = start;
                const char *word = duty_part_word((enum duty_part)part);
                bool want = false, needs_file = strcmp(verbs[v], "submit") == 0;
                for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++)
                    if (span_is(start.state, table[t].from) && strcmp(table[t].verb, verbs[v]) == 0 &&
                        strstr(table[t].parts, word) != NULL)
                        want = true;
                const enum rc rc = full(w, &d, verbs[v], word, false, &f);
                if (want && needs_file)
                    assert_string_equal(f.field, "evidence");
                else if ((rc == RC_BUSY) != want)
                    fail_msg("%.*s %s as %s: %s %s", SPAN_ARG(start.state), verbs[v], word, rc_name(rc),
                             msg_name(f.msg));
                tried++;
                allowed += want;
            }
    }
    print_message("%d tried, %d allowed\n", tried, allowed);
    assert_true(allowed >= 15);
}

/* ---- clocks against the journal ------------------------------------------------------------------------------------------------------------ */

struct replay {
    const struct duty_machine *m;
    int64_t used, since; /* of the handling clock */
    int rows;
};
static bool replay_row(const struct journal_row *row, void *ctx)
{
    struct replay *r = ctx;
    const char *at_clock = NULL;
    char text[4096];
    (void)snprintf(text, sizeof text, "%.*s", SPAN_ARG(row->change));
    at_clock = strstr(text, "\"clock\":\"");
    if (at_clock == NULL)
        return true;
    const bool handling = strncmp(at_clock + 9, "handle\"", 7) == 0;
    if (handling && r->since == 0)
        r->since = row->at_us;
    if (!handling && r->since != 0) {
        r->used += row->at_us - r->since;
        r->since = 0;
    }
    r->rows++;
    return true;
}

struct compare {
    int64_t id, now;
    int rows;
};
static enum rc read_compare(struct tx *tx, void *ctx, struct fail *f)
{
    struct compare *c = ctx;
    struct duty_row d;
    struct replay r = {0};
    struct rows rows;
    int64_t used = 0, since = 0;
    enum rc rc = duty_get(tx, c->id, &d, f);
    if (rc == RC_OK)
        rc = journal_read(tx, d.region_code, "duty", d.id, 0, 10000, replay_row, &r, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_clock_rows, DB_ARGS(DB_S(d.region_code), DB_I(d.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        if (span_is(rows_text(&rows, 1), "handle")) {
            used += rows_int(&rows, 7);
            since = rows_int(&rows, 8) != 0 ? rows_int(&rows, 8) : since;
        }
    rc = rows_end(&rows);
    assert_int_equal(used, r.used);
    assert_int_equal(since, r.since);
    c->rows = r.rows;
    return rc;
}

static void stored_clocks_equal_what_the_journal_gives(void **state)
{
    static const char *const tries[] = {"acknowledge", "suspend", "resume", "extend", "withdraw", "split"};
    struct world *w = *state;
    uint64_t seed = 20261124;
    int rows = 0;
    for (int n = 0; n < 30; n++) {
        struct duty_row d = open_duty(w, w->bureau, "2026-06-30");
        for (int k = 0; k < 25; k++) {
            struct fail f = {0};
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const unsigned pick = (unsigned)(seed >> 40) % 100;
            const char *verb = tries[pick < 95 ? pick % 4 : 4 + pick % 2];
            w->now += (int64_t)((seed >> 33) % 8) * HOUR;
            struct duty_row next = d;
            if (full(w, &next, verb, NULL, true, &f) == RC_OK)
                d = next;
        }
        struct compare c = {.id = d.id};
        struct fail f = {0};
        check(store_read(w->store, &the_system, w->a, read_compare, &c, &f), &f);
        rows += c.rows;
    }
    print_message("%d journal rows replayed\n", rows);
    assert_true(rows > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(timers_fire_once_and_survive_a_restart, open_world, close_world),
        cmocka_unit_test_setup_teardown(another_duty_is_not_urged_before_its_time, open_world, close_world),
        cmocka_unit_test_setup_teardown(every_state_verb_and_part_does_what_the_table_says, open_world, close_world),
        cmocka_unit_test_setup_teardown(stored_clocks_equal_what_the_journal_gives, open_world, close_world),
    };
    return cmocka_run_group_tests_name("duty_stored", tests, NULL, NULL);
}
