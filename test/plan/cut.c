/* Cutting a span into actions: golden sentences, traps, and properties with a printed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "plan/plan_rules.h"

/* want: "state title" lines, one a piece. */
static struct row {
    const char *name, *text, *want;
} rows[] = {
    {"Hangzhou roads: seven projects",
     "加快申嘉湖杭、杭州湾嘉绍通道、钱江通道(隧道)及接线工程、杭州湾跨海通道北接线二期工程、绍诸等快速公路建设,"
     "启动杭州绕城高速公路西复线、"
     "杭绍台等高速公路建设,尽早形成杭州都市圈高速公路环线,形成放射线和环线相结合的高速公路路网体系。",
     "under_way 申嘉湖杭\nunder_way 杭州湾嘉绍通道\nunder_way 钱江通道(隧道)及接线工程\nunder_way "
     "杭州湾跨海通道北接线二期工程\nunder_way 绍诸\n"
     "to_start 杭州绕城高速公路西复线\nto_start 杭绍台\n"},
    {"Hangzhou waterways: seven projects behind an adverb",
     "重点推进京杭运河二通道、嘉兴港、湖嘉申线航道、杭嘉湖南排平湖塘延伸拓浚工程、浦阳江航道整治工程、杭嘉独山港区联建"
     "码头、绍兴港中心作业区等项目,"
     "加快港口及高等级内河航道网建设。",
     "under_way 京杭运河二通道\nunder_way 嘉兴港\nunder_way 湖嘉申线航道\nunder_way "
     "杭嘉湖南排平湖塘延伸拓浚工程\nunder_way 浦阳江航道整治工程\n"
     "under_way 杭嘉独山港区联建码头\nunder_way 绍兴港中心作业区\nunder_way 港口及高等级内河航道网\n"},
    {"Hangzhou rail: five lines and a hub joined by 和",
     "加快沪杭客运专线、杭宁客运专线、杭甬客运专线、杭长客运专线、杭黄铁路和杭州东站综合交通枢纽等 “五线一枢纽”建设;",
     "under_way 沪杭客运专线\nunder_way 杭宁客运专线\nunder_way 杭甬客运专线\nunder_way 杭长客运专线\nunder_way "
     "杭黄铁路\nunder_way 杭州东站综合交通枢纽\n"},
    {"Hangzhou rail: 和 in the middle of the list",
     "加快湖苏沪城际轨道、沪乍嘉湖铁路、湖州综合交通枢纽和嘉兴综合交通枢纽、绍兴综合交通枢纽等重大项目建设。",
     "under_way 湖苏沪城际轨道\nunder_way 沪乍嘉湖铁路\nunder_way 湖州综合交通枢纽\nunder_way "
     "嘉兴综合交通枢纽\nunder_way 绍兴综合交通枢纽\n"},
    {"full-width punctuation", "加快甲路、乙路（含桥、隧）等道路建设，启动丙路建设。",
     "under_way 甲路\nunder_way 乙路（含桥、隧）\nto_start 丙路\n"},
    {"a mark inside quotes is no joint", "推进“一湾、两河”工程、三湖工程等项目。",
     "under_way “一湾、两河”工程\nunder_way 三湖工程\n"},
    {"words with 和 and 等 stay whole", "推进和谐社区、平等就业中心、高等级公路建设。",
     "under_way 和谐社区\nunder_way 平等就业中心\nunder_way 高等级公路\n"},
    {"继续 tells a state by itself", "继续实施航道治理工程。", "under_way 航道治理工程\n"},
    {"projects of one sentence, each by its verb",
     "4.推进物流建设,加快建设江海港三期,启动东岸疏港铁路,建成城北物流园,开工建设跨江二桥。",
     "under_way 物流\nunder_way 江海港三期\nto_start 东岸疏港铁路\nto_start 城北物流园\nto_start 跨江二桥\n"},
    {"one thing to found", "筹建区域信用信息平台。", "to_start 区域信用信息平台\n"},
    {"no list: a sentence is a piece", "完善公交网络。建立联席会议制度;",
     "to_start 完善公交网络\nto_start 建立联席会议制度\n"},
    {"no list: ordinals are pieces", "一是完善制度,二是建立机制。", "to_start 完善制度\nto_start 建立机制\n"},
    {"numbers in front are no part of a title", "1.完善制度；（2）建立机制；③开展评估。\n四、推进甲路、乙路建设。",
     "to_start 评估\nunder_way 甲路\nunder_way 乙路\n"},
    {"numbers of sentences", "1.完善制度；（2）建立机制；③明确分工；(四)落实责任；五、加强督查。",
     "to_start 完善制度\nto_start 建立机制\nto_start 明确分工\nto_start 落实责任\nto_start 加强督查\n"},
    {"numbers that are part of the text", "三、四线城市增收。1.5万人就业。2011年完成。十一假期安排。",
     "to_start 三、四线城市增收\nto_start 1.5万人就业\nto_start 2011年完成\nto_start 十一假期安排\n"},
    {"blank", " \n　", ""},
    {"empty", "", ""},
    {"an unclosed bracket ends with its line", "加快甲(乙、丙\n启动丁、戊等项目。",
     "under_way 甲(乙、丙\nto_start 丁\nto_start 戊\n"},
};

static void cuts_as_written(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(1 << 20);
    struct plan_piece *pieces = NULL;
    int n = 0;
    struct fail f = {0};
    assert_int_equal(plan_cut(a, span_of(row->text), 0, strlen(row->text), &pieces, &n, &f), RC_OK);
    struct sb got;
    sb_init(&got, 1 << 16);
    for (int i = 0; i < n; i++)
        sb_addf(&got, "%s %.*s\n", plan_state_word(pieces[i].state), SPAN_ARG(pieces[i].title));
    sb_addc(&got, '\0');
    assert_string_equal(sb_span(&got).ptr, row->want);
    sb_release(&got);
    arena_free(a);
}

static void a_piece_meets_an_action_as_said(void **state)
{
    (void)state;
    const struct plan_taken t = {100, 200, SPAN("公布服务清单")};
    static const struct {
        size_t start, end;
        const char *title;
        enum plan_overlap want;
    } cases[] = {
        {100, 200, "别的名称", PLAN_SAME_ACTION}, {110, 128, "（二）公布服务清单。", PLAN_SAME_ACTION},
        {110, 128, "公布服务", PLAN_INSIDE},      {90, 101, "公布", PLAN_OVERLAPS},
        {199, 260, "公布", PLAN_OVERLAPS},        {50, 300, "公布", PLAN_OVERLAPS},
        {200, 260, "公布服务清单", PLAN_APART},   {50, 100, "公布服务清单", PLAN_APART},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(plan_cut_overlap(&t, cases[i].start, cases[i].end, span_of(cases[i].title)), cases[i].want);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void pieces_lie_in_the_span_in_order(void **state)
{
    (void)state;
    static const char *const bits[] = {"加快", "启动", "、", "和", "等",     "(",    ")",    "“",    "”",
                                       ",",    "。",   ";",  "\n", "工程",   "建设", "一是", "二是", "及",
                                       "路",   "重点", " ",  "　", "高等级", "abc",  "《",   "》"};
    uint64_t seed = 20261124;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 5000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct sb text;
        sb_init(&text, 1 << 16);
        int n_bits = (int)(next(&seed) % 60);
        size_t marks[61] = {0};
        for (int i = 0; i < n_bits; i++) {
            sb_adds(&text, bits[next(&seed) % (sizeof bits / sizeof bits[0])]);
            marks[i + 1] = sb_span(&text).len;
        }
        size_t from = marks[next(&seed) % (uint64_t)(n_bits + 1)], to = marks[next(&seed) % (uint64_t)(n_bits + 1)];
        if (from > to) {
            size_t swap = from;
            from = to;
            to = swap;
        }
        struct span source = text.len ? sb_span(&text) : SPAN("");
        struct plan_piece *pieces = NULL;
        int n = 0;
        struct fail f = {0};
        assert_int_equal(plan_cut(a, source, from, to, &pieces, &n, &f), RC_OK);
        size_t last = from;
        for (int i = 0; i < n; i++) {
            assert_true(pieces[i].start >= last && pieces[i].start < pieces[i].end && pieces[i].end <= to);
            assert_ptr_equal(pieces[i].title.ptr, source.ptr + pieces[i].start);
            assert_int_equal(pieces[i].title.len, pieces[i].end - pieces[i].start);
            assert_int_equal(utf8_check(pieces[i].title), pieces[i].title.len);
            last = pieces[i].end;
        }
        sb_release(&text);
        arena_free(a);
    }
}

static void too_many_pieces_are_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct sb text;
    sb_init(&text, 1 << 16);
    sb_adds(&text, "加快");
    for (int i = 0; i <= PLAN_PIECES_MAX; i++)
        sb_addf(&text, "%d号路、", i);
    struct plan_piece *pieces = NULL;
    int n = 0;
    struct fail f = {0};
    assert_int_equal(plan_cut(a, sb_span(&text), 0, text.len, &pieces, &n, &f), RC_LIMIT);
    assert_int_equal(f.msg, MSG_plan_too_many_pieces);
    sb_release(&text);
    arena_free(a);
}

int main(void)
{
    enum { ROWS = (int)(sizeof rows / sizeof rows[0]) };
    struct CMUnitTest tests[ROWS + 3];
    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, cuts_as_written, NULL, NULL, &rows[i]};
    tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(pieces_lie_in_the_span_in_order);
    tests[ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(too_many_pieces_are_refused);
    tests[ROWS + 2] = (struct CMUnitTest)cmocka_unit_test(a_piece_meets_an_action_as_said);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
