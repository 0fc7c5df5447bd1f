/* Which nodes of a document are actions, and what an action without a heading is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "plan/plan_int.h"

/* A node a letter: C chapter, S section, A action, I item, M measure, P paragraph, D paragraph with a deadline, T title paragraph with one;
 * the digit in front is its depth. Want: + at actions. */
static struct row {
    const char *name, *tree, *want;
} rows[] = {
    {"items are actions, plans above them are not", "0C 1A 2I 2I 1A 2I", "..++.+"},
    {"a plan without items is one", "0C 1A 1A 2I", ".+.+"},
    {"the innermost items", "0C 1I 2I 2I 1I", "..+++"},
    {"measures inside items are not", "0C 1I 2M 2M 1M", ".+..+"},
    {"chapters beside chapters with measures", "0C 1M 1M 0C 0C 1M", ".+++.+"},
    {"not where there are sections", "0C 1S 0C 1M 0C", "...+."},
    {"sections when there is nothing else", "0C 1S 1S 2S 0C 1P", ".+.+.."},
    {"a paragraph with a deadline", "0C 1I 0C 1S 2D 2P", ".+..+."},
    {"not inside an action", "0C 1I 2D", ".+."},
    {"not a title line", "0T 0C 1I", "..+"},
    {"nothing but text", "0P 0P", ".."},
    {"empty", "", ""},
};

static const char *kind_of(char letter)
{
    switch (letter) {
    case 'C':
        return "chapter";
    case 'S':
        return "section";
    case 'A':
        return "action";
    case 'I':
        return "item";
    case 'M':
        return "measure";
    default:
        return "paragraph";
    }
}

static void picks_as_written(void **state)
{
    const struct row *row = *state;
    struct plan_tree_node nodes[32];
    bool got[33] = {false};
    int n = 0, at_depth[10] = {0};
    struct arena *a = arena_new(1 << 16);
    for (const char *p = row->tree; *p != 0; p += p[2] != 0 ? 3 : 2) {
        int depth = p[0] - '0';
        nodes[n] = (struct plan_tree_node){span_of(kind_of(p[1])), depth > 0 ? at_depth[depth - 1] : -1,
                                           p[1] == 'D' || p[1] == 'T', p[1] != 'T'};
        at_depth[depth] = n++;
    }
    assert_true(plan_pick_actions(a, nodes, n, got));
    for (int i = 0; i < n; i++) {
        if (got[i] != (row->want[i] == '+'))
            fail_msg("node %d of “%s” is %s action", i, row->tree, got[i] ? "an" : "no");
    }
    assert_int_equal(strlen(row->want), n);
    arena_free(a);
}

static void titles_end_at_the_first_stop(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"建立联席会议制度。每季度一次。", "建立联席会议制度"},
        {"  完善网络,方便出行", "完善网络"},
        {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十超出",
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十…"},
        {"<p>建立联席会议制度</p>", "建立联席会议制度"},
        {"<b class=\"x\"><i>完善网络</i></b>,方便出行", "完善网络"},
        {"<1万元的项目", "<1万元的项目"},
        {"", ""},
    };
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span got = plan_title_of(a, span_of(cases[i].text));
        assert_int_equal(got.len, strlen(cases[i].want));
        assert_memory_equal(got.ptr, cases[i].want, got.len);
    }
    arena_free(a);
}

int main(void)
{
    enum { ROWS = (int)(sizeof rows / sizeof rows[0]) };
    struct CMUnitTest tests[ROWS + 1];
    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, picks_as_written, NULL, NULL, &rows[i]};
    tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(titles_end_at_the_first_stop);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
