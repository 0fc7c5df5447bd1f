/*
 * figures.c - properties of counting, ranking and scoring over random plans: a printed figure is the number of rows behind it; the order in which actions
 * come does not matter; what is written reads back the same; places and points keep within their bounds. The seed is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "bulletin/assess_int.h"

enum { ACTIONS = 60, UNITS = 9, ROUNDS = 200 };
static const char *const REGIONS[] = {"990100", "990200", "990300"};

struct world {
    struct arena *a;
    uint64_t random;
    struct plan_stats *stats;
    struct plan_stats_unit leads[ACTIONS][4];
};

static uint64_t draw(struct world *w)
{
    uint64_t z = w->random += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static int below(struct world *w, int n)
{
    return (int)(draw(w) % (uint64_t)n);
}

static void action(struct world *w, int i)
{
    struct plan_stats_action *a = &w->stats->actions[i];
    *a = (struct plan_stats_action){.id = 1000 + i,
                                    .outline_id = 1,
                                    .path = SPAN("一/1"),
                                    .title = SPAN("推进<轨道>“交通”"),
                                    .units = w->leads[i],
                                    .n_units = below(w, 4),
                                    .start_day = below(w, 3) == 0 ? PLAN_NO_DAY : 20000 + below(w, 60),
                                    .due_day = below(w, 3) == 0 ? PLAN_NO_DAY : 20000 + below(w, 90),
                                    .last_report_day = below(w, 3) == 0 ? PLAN_NO_DAY : 20000 + below(w, 60),
                                    .done_day = PLAN_NO_DAY,
                                    .state = (enum plan_state)below(w, PLAN_STATES),
                                    .percent = below(w, 101),
                                    .percent_before = below(w, 101),
                                    .light = (enum plan_light)below(w, PLAN_LIGHTS),
                                    .reason_zh = SPAN("红灯"),
                                    .reason_en = SPAN("red")};
    for (int k = 0; k < a->n_units; k++) {
        const int u = below(w, UNITS);
        w->leads[i][k] = (struct plan_stats_unit){
            .id = 500 + u, .lead = below(w, 4) != 0, .name = SPAN("市交通局"), .kind = SPAN("department")};
        memcpy(w->leads[i][k].region_code, REGIONS[u % 3], 7);
    }
}

static void plan(struct world *w)
{
    w->stats = ARENA_NEW(w->a, struct plan_stats);
    w->stats->actions = ARENA_ARRAY(w->a, ACTIONS, struct plan_stats_action);
    w->stats->n_actions = below(w, ACTIONS + 1);
    w->stats->n_outlines = 1;
    w->stats->outlines[0] = (struct plan_stats_outline){1, SPAN("纲要"), true};
    for (int i = 0; i < w->stats->n_actions; i++)
        action(w, i);
}

static const struct rule *score(struct world *w)
{
    const struct rule *rule = NULL;
    struct fail f;
    assert_int_equal(rule_compile(w->a, SPAN("100 - div(50 * red + 20 * amber, total, 0)"), bulletin_inputs,
                                  bulletin_input_count, RULE_DECIMAL, &rule, &f),
                     RC_OK);
    return rule;
}

static struct bulletin_figures count(struct world *w, const char *region)
{
    struct bulletin_figures out;
    struct fail f;
    const struct bulletin_count_in in = {w->stats, 20030, 20059, span_of(region), score(w)};
    assert_int_equal(bulletin_count(w->a, &in, &out, &f), RC_OK);
    return out;
}

static void each_round(void (*check)(struct world *w))
{
    const uint64_t seed = getenv("YITI_SEED") != NULL ? strtoull(getenv("YITI_SEED"), NULL, 10) : (uint64_t)time(NULL);
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < ROUNDS; i++) {
        struct world *w = calloc(1, sizeof *w);
        assert_non_null(w);
        w->a = arena_new(32u << 20);
        w->random = seed + (uint64_t)i;
        plan(w);
        check(w);
        arena_free(w->a);
        free(w);
    }
}

static void figure_is_rows(struct world *w)
{
    const struct bulletin_figures all = count(w, below(w, 2) ? "" : REGIONS[below(w, 3)]);
    for (int s = 0; s < all.n_scopes; s++) {
        const struct bulletin_scope *scope = &all.scopes[s];
        for (int f = 0; f < BULLETIN_FIGURE_COUNT; f++) {
            int64_t n = 0;
            for (int r = 0; r < all.n_rows; r++)
                n += bulletin_counts(scope, (enum bulletin_figure)f, &all.rows[r]);
            assert_int_equal(n, scope->counts[f]);
            assert_in_range(scope->counts[f], 0, scope->counts[BULLETIN_TOTAL]);
        }
        assert_true(scope->counts[BULLETIN_ON_TIME] <= scope->counts[BULLETIN_DUE]);
        assert_true(s == 0 || scope->counts[BULLETIN_TOTAL] > 0); /* nobody without an action */
        if (s == 0)
            continue;
        int better = 0, as_good = 0;
        for (int o = 1; o < all.n_scopes; o++) {
            if (!span_eq(all.scopes[o].kind, scope->kind))
                continue;
            better += all.scopes[o].score > scope->score;
            as_good += all.scopes[o].score >= scope->score;
        }
        assert_int_equal(scope->rank, better + 1);
        assert_int_equal(scope->rank_to, as_good);
    }
}

static void each_figure_is_its_rows(void **state)
{
    (void)state;
    each_round(figure_is_rows);
}

static struct span written(struct world *w, const struct bulletin_figures *all)
{
    struct sb sb;
    struct jw jw;
    sb_init(&sb, 8u << 20);
    jw_init(&jw, &sb);
    bulletin_figures_write(all, &jw);
    const struct span out = span_dup(w->a, sb_span(&sb));
    sb_release(&sb);
    assert_non_null(out.ptr);
    return out;
}

static void reads_back(struct world *w)
{
    const struct bulletin_figures all = count(w, "");
    const struct span text = written(w, &all);
    struct bulletin_figures back;
    struct fail f;
    json_t *json = NULL;
    assert_int_equal(json_read(w->a, text, &json, &f), RC_OK);
    assert_int_equal(bulletin_figures_read(w->a, json, &back, &f), RC_OK);
    const struct span again = written(w, &back);
    assert_true(span_eq(text, again));
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    each_round(reads_back);
}

static void order_is_nothing(struct world *w)
{
    const struct bulletin_figures before = count(w, "");
    for (int i = w->stats->n_actions - 1; i > 0; i--) { /* another order of the same actions */
        const int k = below(w, i + 1);
        const struct plan_stats_action swap = w->stats->actions[i];
        w->stats->actions[i] = w->stats->actions[k];
        w->stats->actions[k] = swap;
    }
    const struct bulletin_figures after = count(w, "");
    assert_int_equal(before.n_scopes, after.n_scopes);
    for (int i = 0; i < before.n_scopes; i++) {
        assert_true(span_eq(before.scopes[i].subject, after.scopes[i].subject));
        assert_memory_equal(before.scopes[i].counts, after.scopes[i].counts, sizeof before.scopes[i].counts);
        assert_int_equal(before.scopes[i].rank, after.scopes[i].rank);
        assert_int_equal(before.scopes[i].score, after.scopes[i].score);
    }
}

static void the_order_of_actions_does_not_matter(void **state)
{
    (void)state;
    each_round(order_is_nothing);
}

static void points_within(struct world *w)
{
    static struct assess_scheme s;
    const struct bulletin_figures all = count(w, "");
    struct fail f;
    for (int k = 0; k < assess_scheme_count(); k++) {
        assert_int_equal(assess_scheme_find(w->a, span_of(assess_scheme_word(k)), &s, &f), RC_OK);
        for (int i = 1; i < all.n_scopes; i++) {
            struct assess_line lines[ASSESS_ITEMS_MAX];
            int64_t total = -1, sum = 0, more = -1;
            struct assess_facts facts = {&all.scopes[i], below(w, 9), below(w, 4)};
            assert_int_equal(assess_points(w->a, &s, &facts, lines, &total, &f), RC_OK);
            for (int n = 0; n < s.n_items; n++) {
                sum += lines[n].points;
                if (s.items[n].kind == ASSESS_DEDUCT)
                    assert_true(lines[n].points <= 0 && lines[n].points >= -s.items[n].max);
                else
                    assert_true(lines[n].points >= 0 && lines[n].points <= s.items[n].max);
                assert_true(lines[n].zh.len > 0 && lines[n].en.len > 0); /* each line says why */
            }
            assert_int_equal(total, sum < 0 ? 0 : sum > s.total_max ? s.total_max : sum);
            facts.slips++; /* one slip more never makes a unit better */
            assert_int_equal(assess_points(w->a, &s, &facts, lines, &more, &f), RC_OK);
            assert_true(more <= total);
        }
    }
}

static void points_keep_within_their_caps(void **state)
{
    (void)state;
    each_round(points_within);
}

static void places(struct world *w)
{
    struct assess_placed units[40];
    static const char *const groups[] = {"a", "b"};
    const int n = 1 + below(w, 40);
    for (int i = 0; i < n; i++)
        units[i] =
            (struct assess_placed){.unit_id = i, .points = below(w, 12) * 100, .group = span_of(groups[below(w, 2)])};
    assess_rank(units, n);
    for (int i = 0; i < n; i++) {
        assert_in_range(units[i].place, 1, n);
        assert_true(units[i].place_to >= units[i].place);
        for (int k = 0; k < n; k++) {
            if (!span_eq(units[i].group, units[k].group))
                continue;
            assert_int_equal(units[i].points > units[k].points, units[i].place < units[k].place);
            assert_int_equal(units[i].points == units[k].points, units[i].place == units[k].place);
        }
    }
}

static void places_follow_points_within_groups(void **state)
{
    (void)state;
    each_round(places);
}

static void points_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t hundredths;
    } rows[] = {{"2", true, 200},    {"2.5", true, 250}, {"0.05", true, 5},   {"-1.25", true, -125},
                {"", false, 0},      {".5", false, 0},   {"1.234", false, 0}, {"1.-5", false, 0},
                {"--1", false, 0},   {"1e2", false, 0},  {"+1", false, 0},    {"9999.99", true, 999999},
                {"12345", false, 0}, {"1.+5", false, 0}};
    (void)state;
    struct arena *a = arena_new(1u << 16);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = 0;
        assert_int_equal(assess_points_read(span_of(rows[i].text), &got), rows[i].good);
        if (!rows[i].good)
            continue;
        assert_int_equal(got, rows[i].hundredths);
        int64_t again = 0;
        assert_true(assess_points_read(assess_points_text(a, got), &again));
        assert_int_equal(again, got);
    }
    arena_free(a);
}

static void a_period_ends_on_its_last_day(void **state)
{
    static const struct {
        const char *kind, *until, *from; /* from NULL: no such period ends then */
    } rows[] = {{"week", "2026-11-22", "2026-11-16"},  {"week", "2026-11-23", NULL},
                {"month", "2024-02-29", "2024-02-01"}, {"month", "2023-02-28", "2023-02-01"},
                {"month", "2024-02-28", NULL},         {"year", "2026-12-31", "2026-01-01"},
                {"year", "2026-11-30", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ymd until, from;
        int32_t got = 0;
        assert_true(date_parse(span_of(rows[i].until), &until));
        assert_int_equal(bulletin_period(span_of(rows[i].kind), date_to_days(until), &got), rows[i].from != NULL);
        if (rows[i].from != NULL) {
            assert_true(date_parse(span_of(rows[i].from), &from));
            assert_int_equal(got, date_to_days(from));
        }
    }
}

/* Faults in a pack are named with file, line and column. */
static void a_wrong_template_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *yaml, *field;
    } rows[] = {
        {"bulletin: m\nversion: 1\nkind: day\n", "p.yaml:3:7"},
        {"bulletin: m\nversion: 1\nkind: month\nname: {zh: a, en: b}\npublic: true\nitems: false\nscore: reds\nnumber: "
         "{zh: a, en: b}\n"
         "title: {zh: a, en: b}\nrecipients: {zh: a, en: b}\nsections:\n  - word: x\n    body: {zh: a, en: b}\n",
         "p.yaml:7:8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *a = arena_new(1u << 20);
        struct bulletin_template t;
        struct fail f;
        assert_int_equal(bulletin_template_load(a, "p.yaml", span_of(rows[i].yaml), &t, &f), RC_INVALID);
        assert_string_equal(f.field, rows[i].field);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_is_its_rows),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(the_order_of_actions_does_not_matter),
        cmocka_unit_test(points_keep_within_their_caps),
        cmocka_unit_test(places_follow_points_within_groups),
        cmocka_unit_test(points_are_read_exactly),
        cmocka_unit_test(a_period_ends_on_its_last_day),
        cmocka_unit_test(a_wrong_template_is_refused_at_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
