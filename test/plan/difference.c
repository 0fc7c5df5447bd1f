/* The difference of two editions: written cases, and properties with a printed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/sb.h"
#include "plan/plan_rules.h"

#define MAX 6
/* An edition is "path|title|body" a member; want is "change old>new" a row. */
static struct row {
    const char *name, *olds[MAX], *news[MAX], *want;
} rows[] = {
    {"nothing", {NULL}, {NULL}, ""},
    {"same", {"一/1|建路|修好东西向的道路"}, {"一/1|建路|修好东西向的道路"}, "same 0>0\n"},
    {"blanks and width do not count",
     {"一/1|建路|修好(东西向)的 道路,"},
     {"一/1|建路|修好（东西向）的道路，"},
     "same 0>0\n"},
    {"moved to another chapter", {"一/1|建路|修好东西向的道路"}, {"二/3|建路|修好东西向的道路"}, "moved 0>0\n"},
    {"reworded in place",
     {"一/1|完善公交网|增开跨市公交线路十条,方便居民出行"},
     {"一/1|完善公交网|增开跨市公交线路二十条,方便城乡居民出行"},
     "edited 0>0\n"},
    {"reworded and moved",
     {"一/1|完善公交网|增开跨市公交线路十条,方便居民出行", "一/2|建设医院|新建三所综合医院"},
     {"一/1|建设医院|新建三所综合医院", "二/1|完善公交网络|增开跨市公交线路二十条,方便居民出行"},
     "moved 1>0\nedited 0>1\n"},
    {"added and removed stand in their places",
     {"1|甲事|甲事的内容说明文字", "2|乙事|疏浚内河航道三百公里", "3|丙事|丙事的内容说明文字"},
     {"1|甲事|甲事的内容说明文字", "2|丁事|设立产业引导基金", "3|丙事|丙事的内容说明文字"},
     "same 0>0\nremoved 1>-1\nadded -1>1\nsame 2>2\n"},
    {"a removed first one comes first",
     {"1|甲事|疏浚内河航道三百公里", "2|乙事|乙的内容"},
     {"2|乙事|乙的内容"},
     "removed 0>-1\nsame 1>0\n"},
    {"equal texts pair in order", {"1|同|文字", "2|同|文字"}, {"3|同|文字", "4|同|文字"}, "moved 0>0\nmoved 1>1\n"},
    {"path decides among equal texts", {"1|同|文字", "2|同|文字"}, {"2|同|文字"}, "removed 0>-1\nsame 1>0\n"},
    {"two without a title are no kin",
     {"1||疏浚内河航道三百公里"},
     {"2||设立产业引导基金"},
     "removed 0>-1\nadded -1>0\n"},
};

static struct plan_edition_item item_of(const char *text)
{
    struct span rest = span_of(text);
    struct plan_edition_item item;
    item.path = span_split(&rest, '|');
    item.title = span_split(&rest, '|');
    item.body = rest;
    return item;
}

static void differs_as_written(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(1 << 20);
    struct plan_edition_item olds[MAX], news[MAX];
    int n_old = 0, n_new = 0, n = 0;
    for (; n_old < MAX && row->olds[n_old] != NULL; n_old++)
        olds[n_old] = item_of(row->olds[n_old]);
    for (; n_new < MAX && row->news[n_new] != NULL; n_new++)
        news[n_new] = item_of(row->news[n_new]);
    struct plan_diff_row *got = NULL;
    struct fail f = {0};
    assert_int_equal(
        plan_difference(a, &(struct plan_edition){olds, n_old}, &(struct plan_edition){news, n_new}, &got, &n, &f),
        RC_OK);
    struct sb text;
    sb_init(&text, 1 << 16);
    for (int i = 0; i < n; i++)
        sb_addf(&text, "%s %d>%d\n", plan_change_word(got[i].change), got[i].old_index, got[i].new_index);
    sb_addc(&text, '\0');
    assert_string_equal(sb_span(&text).ptr, row->want);
    sb_release(&text);
    arena_free(a);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static struct span words(struct arena *a, uint64_t *seed, int count)
{
    static const char *const bits[] = {"道路", "医院", "航道", "基金", "平台", "建设", "完善", "推进",
                                       "三",   "个",   "公里", "标准", "制度", "(",    ")",    " "};
    struct sb sb;
    sb_init(&sb, 1 << 12);
    for (int i = 0; i < count; i++)
        sb_adds(&sb, bits[next(seed) % (sizeof bits / sizeof bits[0])]);
    struct span out = span_dup(a, sb.len ? sb_span(&sb) : SPAN(""));
    sb_release(&sb);
    return out;
}

static struct plan_edition_item *edition(struct arena *a, uint64_t *seed, int n)
{
    struct plan_edition_item *items = ARENA_ARRAY(a, (size_t)n + 1, struct plan_edition_item);
    for (int i = 0; i < n; i++)
        items[i] =
            (struct plan_edition_item){words(a, seed, 1 + (int)(next(seed) % 2)), words(a, seed, (int)(next(seed) % 4)),
                                       words(a, seed, (int)(next(seed) % 30))};
    return items;
}

/* Every old and new action stands in exactly one row. */
static void check_complete(const struct plan_diff_row *rows_, int n_rows, int n_old, int n_new)
{
    int seen_old[64] = {0}, seen_new[64] = {0};
    int last_new = -1;
    for (int i = 0; i < n_rows; i++) {
        if (rows_[i].old_index >= 0)
            assert_int_equal(seen_old[rows_[i].old_index]++, 0);
        if (rows_[i].new_index >= 0) {
            assert_int_equal(seen_new[rows_[i].new_index]++, 0);
            assert_true(rows_[i].new_index > last_new);
            last_new = rows_[i].new_index;
        }
        assert_int_equal(rows_[i].change == PLAN_REMOVED, rows_[i].new_index < 0);
        assert_int_equal(rows_[i].change == PLAN_ADDED, rows_[i].old_index < 0);
    }
    for (int i = 0; i < n_old; i++)
        assert_int_equal(seen_old[i], 1);
    for (int i = 0; i < n_new; i++)
        assert_int_equal(seen_new[i], 1);
}

static void an_edition_and_itself_are_all_same(void **state)
{
    (void)state;
    uint64_t seed = 20261124;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 500; round++) {
        struct arena *a = arena_new(4 << 20);
        int n = (int)(next(&seed) % 40), n_rows = 0;
        struct plan_edition_item *items = edition(a, &seed, n);
        struct plan_diff_row *got = NULL;
        struct fail f = {0};
        assert_int_equal(
            plan_difference(a, &(struct plan_edition){items, n}, &(struct plan_edition){items, n}, &got, &n_rows, &f),
            RC_OK);
        assert_int_equal(n_rows, n);
        for (int i = 0; i < n; i++)
            assert_int_equal(got[i].change, PLAN_SAME);
        check_complete(got, n_rows, n, n);
        arena_free(a);
    }
}

static void any_two_editions_pair_each_action_once(void **state)
{
    (void)state;
    uint64_t seed = 7311;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 500; round++) {
        struct arena *a = arena_new(4 << 20);
        int n_old = (int)(next(&seed) % 40), n_new = (int)(next(&seed) % 40), n_rows = 0;
        struct plan_edition_item *olds = edition(a, &seed, n_old), *news = edition(a, &seed, n_new);
        for (int i = 0; i < n_new && i < n_old; i++) {
            if (next(&seed) % 2 == 0)
                news[i] = olds[next(&seed) % (uint64_t)n_old];
        }
        struct plan_diff_row *got = NULL;
        struct fail f = {0};
        assert_int_equal(plan_difference(a, &(struct plan_edition){olds, n_old}, &(struct plan_edition){news, n_new},
                                         &got, &n_rows, &f),
                         RC_OK);
        check_complete(got, n_rows, n_old, n_new);
        arena_free(a);
    }
}

static void over_the_arenas_cap_is_a_limit(void **state)
{
    (void)state;
    uint64_t seed = 5;
    struct arena *big = arena_new(4 << 20), *small = arena_new(256);
    struct plan_edition_item *items = edition(big, &seed, 40);
    struct plan_diff_row *got = NULL;
    int n_rows = 0;
    struct fail f = {0};
    assert_int_equal(
        plan_difference(small, &(struct plan_edition){items, 40}, &(struct plan_edition){items, 40}, &got, &n_rows, &f),
        RC_LIMIT);
    arena_free(small);
    arena_free(big);
}

int main(void)
{
    enum { ROWS = (int)(sizeof rows / sizeof rows[0]) };
    struct CMUnitTest tests[ROWS + 3];
    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, differs_as_written, NULL, NULL, &rows[i]};
    tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(an_edition_and_itself_are_all_same);
    tests[ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(any_two_editions_pair_each_action_once);
    tests[ROWS + 2] = (struct CMUnitTest)cmocka_unit_test(over_the_arenas_cap_is_a_limit);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
