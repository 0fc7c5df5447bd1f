/*
 * outline_golden.c - every fact that REQUIREMENTS.md sections 2 to 5 state about the five real outlines, and the traps of 7 that speak of
 * structure. The facts were counted by hand and by a script of their own, not by the reader. The outlines are not part of the
 * repository: where ../shared/outlines/five-outlines.txt (or $YITI_SHARED/outlines/…) is absent, the tests say so and are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/outline.h"

#define BYTES 88683u
enum { HZ, CS, SZ, IP, EN };

static struct {
    struct arena *a;
    char *text;
    uint32_t line[260]; /* byte offset of line n (from 1); line[247] is the end */
    struct outline_result r;
} g;

static int load(void)
{
    const char *const shared = getenv("YITI_SHARED");
    const char *const places[] = {shared, "../shared", "../../shared", "../../../shared"};
    char path[512];
    FILE *f = NULL;
    for (size_t i = 0; i < 4 && !f; i++) {
        if (places[i]) {
            (void)snprintf(path, sizeof path, "%s/outlines/five-outlines.txt", places[i]);
            f = fopen(path, "rb");
        }
    }
    if (!f)
        return 77; /* meson's word for skipped; a set-up that skips is an error to cmocka */
    g.text = malloc(BYTES + 1);
    const size_t n = g.text ? fread(g.text, 1, BYTES + 1, f) : 0;
    (void)fclose(f);
    if (n != BYTES)
        return -1;
    uint32_t line = 1;
    g.line[1] = 0;
    for (uint32_t i = 0; i < BYTES; i++) {
        if (g.text[i] == '\n')
            g.line[++line] = i + 1;
    }
    g.line[line + 1] = BYTES;
    struct fail fail;
    g.a = arena_new(64u << 20);
    return line == 246 && outline_read(g.a, (struct span){g.text, BYTES}, NULL, &g.r, &fail) == RC_OK ? 0 : -1;
}

static int setup(void **state)
{
    (void)state;
    return g.r.n_documents ? 0 : -1; /* there, but it could not be read: a failure */
}

static const struct outline_document *doc(int i)
{
    assert_true((uint32_t)i < g.r.n_documents);
    return &g.r.documents[i];
}

/* Where the phrase stands on the line: the fact itself is checked first. */
static uint32_t phrase_at(int line, const char *phrase)
{
    const struct span s = {g.text + g.line[line], g.line[line + 1] - g.line[line]};
    const size_t at = span_find(s, span_of(phrase), 0);
    if (at == SIZE_MAX)
        fail_msg("L%d does not hold %s", line, phrase);
    return g.line[line] + (uint32_t)at;
}

static int line_of(uint32_t byte)
{
    int n = 1;
    while (n < 246 && g.line[n + 1] <= byte)
        n++;
    return n;
}

static bool same(struct span s, const char *text)
{
    return span_is(s, text);
}

static const struct outline_node *by_path(int d, const char *path)
{
    for (uint32_t i = 0; i < doc(d)->n_nodes; i++) {
        if (span_is(doc(d)->nodes[i].path, path))
            return &doc(d)->nodes[i];
    }
    fail_msg("document %d has no node %s", d, path);
    return NULL;
}

/* ---- section 2: documents and structure ---- */

static const struct {
    int first, last;
    const char *title, *label, *date;
} documents[] = {
    {1, 18, "推进杭州都市经济圈一体化行动纲要", "", "2009-06-03"},
    {19, 91, "中共长沙市委推进城乡一体化发展工作纲要", "", ""},
    {92, 200, "深圳市推进国际化城市建设行动纲要", "", "2011-05-12"},
    {201, 227, "保护知识产权行动纲要(2006-2007年)", "保护知识产权行动纲要", ""},
    {228, 246, "城乡环卫一体化工作推进会主持词", "一体化推进会主持词", "2018-06-26"},
};

static void test_documents(void **state)
{
    (void)state;
    assert_int_equal(g.r.n_documents, 5);
    for (int i = 0; i < 5; i++) {
        const struct outline_document *const d = doc(i);
        char day[11] = "";
        if (d->has_date)
            date_print(d->date, day);
        assert_int_equal(d->start, g.line[documents[i].first]);
        assert_int_equal(d->end, g.line[documents[i].last + 1]);
        assert_true(same(d->title, documents[i].title));
        assert_true(same(d->label, documents[i].label));
        assert_string_equal(day, documents[i].date);
    }
    assert_false(g.r.capped);
}

static const struct {
    const char *name;
    int count[7][5]; /* kind x document */
} kinds = {"kinds",
           {{6, 5, 5, 5, 0},    /* chapters */
            {0, 17, 19, 18, 0}, /* sections and articles */
            {0, 39, 19, 0, 0},  /* actions: n. and 行动计划N */
            {0, 0, 51, 0, 0},   /* items (1)-(51) */
            {14, 0, 8, 0, 6},   /* measures: N是, in EN three agenda items and three measures */
            {0, 3, 2, 0, 0},    /* phases */
            {-1, -1, -1, -1, -1}}};

static void test_kinds(void **state)
{
    (void)state;
    for (int k = 0; k < OUTLINE_PARAGRAPH; k++) {
        for (int d = 0; d < 5; d++) {
            int n = 0;
            for (uint32_t i = 0; i < doc(d)->n_nodes; i++)
                n += doc(d)->nodes[i].kind == (enum outline_kind)k;
            if (n != kinds.count[k][d])
                fail_msg("document %d: %d of kind %s, not %d", d, n, outline_kind_name((enum outline_kind)k),
                         kinds.count[k][d]);
        }
    }
}

static const struct {
    int doc;
    const char *path;
    int line;
    const char *heading; /* NULL: has none */
} nodes[] = {
    {HZ, "一", 6, "推进基础设施建设一体化"},
    {HZ, "二", 8, "推进区域市场一体化"},
    {HZ, "三", 10, "推进区域旅游一体化"},
    {HZ, "四", 12, "推进产业布局与发展一体化"},
    {HZ, "五", 14, "推进生态环境建设一体化"},
    {HZ, "六", 16, "推进民生保障一体化"},
    {HZ, "一/一是", 7, "完善公路网"},
    {HZ, "一/五是", 7, "建设公交网"},
    {HZ, "二/五是", 9, "提升人力资源市场"},
    {HZ, "六/四是", 17, "推动信息一体化"},
    {CS, "一", 23, "总体目标"},
    {CS, "二", 31, "基本原则"},
    {CS, "三", 36, "主要任务"},
    {CS, "四", 61, "制度创新"},
    {CS, "五", 78, "组织实施"},
    {CS, "一/phase1", 25, "现在起至2010年"},
    {CS, "一/phase2", 27, "2011年到2012年"},
    {CS, "一/phase3", 29, "2013年起"},
    {CS, "二/(一)", 32, "尊重规律"},
    {CS, "三/(一)", 37, "推进城乡规划一体化"},
    {CS, "三/(二)", 41, "推进基础设施一体化"},
    {CS, "三/(三)", 45, "推进公共服务一体化"},
    {CS, "三/(四)", 49, "推进产业发展一体化"},
    {CS, "三/(五)", 53, "推进生态环境一体化"},
    {CS, "三/(六)", 57, "推进管理体制一体化"},
    {CS, "三/(一)/1", 38, "完善城乡规划体系"},
    {CS, "三/(四)/2", 51, "改善产业结构"},
    {CS, "五/(三)/3", 90, "分步实施"},
    {SZ, "一", 96, "深圳推进国际化城市建设的重要意义"},
    {SZ, "二", 100, "深圳国际化城市建设的目标"},
    {SZ, "三", 105, "深圳推进国际化城市建设的基本原则"},
    {SZ, "四", 112, "深圳推进国际化城市建设行动计划"},
    {SZ, "五", 189, "保障措施"},
    {SZ, "二/第一阶段", 102, "第一阶段(2011—2020年)"},
    {SZ, "二/第二阶段", 103, "第二阶段(2021—2050年)"},
    {SZ, "四/(一)", 114, "提升城市综合经济实力"},
    {SZ, "四/(二)", 127, "提高区域合作水平"},
    {SZ, "四/(三)", 139, "提高城市建设质量和生态文明水平"},
    {SZ, "四/(四)", 148, "提高城市创新能力和现代文明水平"},
    {SZ, "四/(五)", 170, "加强对外交流与合作"},
    {SZ, "四/(二)/行动计划5/(17)", 137, "进一步完善功能,提升全国经济中心城市建设水平"},
    {SZ, "四/(五)/行动计划15/(42)", 175, "做好高层出访和接待来访工作,拓展合作渠道"},
    {SZ, "四/(二)/行动计划4/(16)", 135, "组织公务员赴港澳学习、考察、交流、培训"},
    {SZ, "四/(五)/行动计划18/(49)", 185, "继续办好“高交会”、“文博会”、“国际人才交流会”等大型国际展会"},
    {SZ, "四/(二)/行动计划5/(18)/四是", 138, "加强与南美国家的经济技术合作"},
    {SZ, "四/(五)/行动计划17/(46)/二是", 181, "推进高等教育、职业教育和成人教育国际化"},
    {SZ, "五/(一)", 190, "组织保障"},
    {SZ, "五/(四)", 196, "加强调研"},
    {SZ, "五/(五)", 199, "激励机制"},
    {IP, "一", 204, "指导思想"},
    {IP, "二", 206, "工作目标"},
    {IP, "三", 208, "工作要求"},
    {IP, "四", 214, "工作重点及主要措施"},
    {IP, "五", 221, "建立长效机制"},
    {IP, "一/(一)", 205, NULL},
    {IP, "二/(二)", 207, NULL},
    {IP, "三/(三)", 209, NULL},
    {IP, "三/(四)", 210, NULL},
    {IP, "三/(五)", 211, NULL},
    {IP, "三/(六)", 212, NULL},
    {IP, "三/(七)", 213, NULL},
    {IP, "四/(八)", 215, "严厉打击盗版行为"},
    {IP, "四/(十三)", 220, "建立全国举报投诉服务系统"},
    {IP, "五/(十四)", 222, "完善法律法规体系"},
    {IP, "五/(十八)", 226, "加强宣传和培训"},
    {EN, "一是", 242, "连续开展集中整治"},
    {EN, "二是", 243, "突出重点"},
    {EN, "三是", 245, "加大宣传"},
};

static void test_nodes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        const struct outline_node *const n = by_path(nodes[i].doc, nodes[i].path);
        assert_int_equal(line_of(n->start), nodes[i].line);
        if (!same(n->heading, nodes[i].heading ? nodes[i].heading : ""))
            fail_msg("%s: heading %.*s", nodes[i].path, SPAN_ARG(n->heading));
        assert_true(nodes[i].heading || n->body.len > 0);
    }
}

static void test_numbers_restart_and_run_through(void **state)
{
    (void)state;
    int articles = 0, items = 0;
    for (uint32_t i = 0; i < doc(IP)->n_nodes; i++) {
        if (doc(IP)->nodes[i].kind == OUTLINE_SECTION)
            assert_int_equal(doc(IP)->nodes[i].ordinal, ++articles);
    }
    for (uint32_t i = 0; i < doc(SZ)->n_nodes; i++) {
        if (doc(SZ)->nodes[i].kind == OUTLINE_ITEM)
            assert_int_equal(doc(SZ)->nodes[i].ordinal, ++items);
    }
    assert_int_equal(articles, 18);
    assert_int_equal(items, 51);
    for (uint32_t i = 0; i < doc(CS)->n_nodes; i++) { /* 1. 2. 3. in each section */
        const struct outline_node *const n = &doc(CS)->nodes[i];
        if (n->kind == OUTLINE_ACTION)
            assert_in_range(n->ordinal, 1, 3);
    }
}

/* Traps 1, 2, 16, 17, 18: text that belongs to a node although lines part it, and text that does not. */
static void test_traps(void **state)
{
    (void)state;
    const struct outline_node *n = by_path(SZ, "二/第二阶段");
    assert_int_equal(n->end, g.line[105]); /* L103 and L104 are one sentence */
    n = by_path(EN, "二是");
    assert_int_equal(n->end, g.line[245]); /* L243 and L244 */
    n = by_path(SZ, "五/(四)");
    assert_int_equal(n->end, g.line[199]); /* L197 and L198 */
    n = by_path(CS, "一/phase3");
    assert_int_equal(n->end, g.line[31]);
    static const struct {
        int doc, line;
    } closing[] = {{HZ, 18}, {CS, 91}, {IP, 227}, {EN, 246}};
    for (size_t i = 0; i < 4; i++) {
        const struct outline_document *const d = doc(closing[i].doc);
        const struct outline_node *const last = &d->nodes[d->n_nodes - 1];
        assert_int_equal(last->start, g.line[closing[i].line]);
        assert_int_equal(last->kind, OUTLINE_PARAGRAPH);
        assert_int_equal(last->role, OUTLINE_ROLE_CLOSING);
        assert_int_equal(last->parent, -1);
    }
    assert_int_equal(doc(EN)->end, BYTES);
    assert_int_equal(doc(SZ)->n_aliases, 1);
    assert_true(same(doc(SZ)->aliases[0].short_name, "推进委员会"));
    assert_true(same(doc(SZ)->aliases[0].full, "深圳市国际化城市建设推进委员会"));
}

static void test_no_byte_lost(void **state)
{
    (void)state;
    uint32_t at = 0;
    for (uint32_t d = 0; d < 5; d++) {
        for (uint32_t i = 0; i < g.r.documents[d].n_nodes; i++) {
            assert_int_equal(g.r.documents[d].nodes[i].start, at);
            at = g.r.documents[d].nodes[i].end;
        }
    }
    assert_int_equal(at, BYTES);
}

static void test_cites(void **state)
{
    (void)state;
    int n = 0;
    for (int d = 0; d < 5; d++) {
        for (uint32_t i = 0; i < doc(d)->n_nodes; i++)
            n += (int)doc(d)->nodes[i].n_cites;
    }
    assert_int_equal(n, 11); /* 11 + 11 marks, balanced */
}

/* ---- section 3: the plans of Shenzhen ---- */

static const struct {
    int no, line;
    const char *category, *title, *lead, *supporting; /* names as printed, the left-out 市 not restored */
    int first, last;                                  /* items */
} plans[] = {
    {1, 115, "(一)", "提高城市的经济辐射带动能力和国际竞争力", "市发展改革委", "市科工贸信委、文体旅游局、金融办", 1,
     5},
    {2, 121, "(一)", "加快发展开放型经济", "市科工贸信委",
     "市委组织部、市发展改革委、人力资源保障局、文体旅游局、外办、金融办", 6, 8},
    {3, 125, "(一)", "建设国际一流的旅游度假胜地", "市文体旅游局、规划国土委", "市科工贸信委、港澳办", 9, 9},
    {4, 128, "(二)", "全面深化深港澳交流与合作", "市发展改革委、港澳办",
     "市科工贸信委、规划国土委、交通运输委、人居环境委、人力资源保障局、文体旅游局、金融办、口岸办、前海管理局、科协",
     10, 16},
    {5, 136, "(二)", "拓展城市发展空间", "市发展改革委、科工贸信委", "市规划国土委、交通运输委、外办、台办、金融办", 17,
     18},
    {6, 140, "(三)", "大力提升城市规划和管理水平", "市规划国土委",
     "市发展改革委、科工贸信委、交通运输委、人居环境委、水务局、城管局、法制办、宝安区政府、龙岗区政府、光明新区管委会"
     "、坪山新区管委会、前海管理局",
     19, 20},
    {7, 143, "(三)", "开展生态文明建设", "市人居环境委",
     "市规划国土委、交通运输委、卫生人口计生委、公安局、文体旅游局、住房建设局、水务局、城管局、外办", 21, 24},
    {8, 149, "(四)", "加快体制机制创新", "市委政研室", "市编办、发展改革委、人力资源保障局、监察局、法制办", 25, 25},
    {9, 151, "(四)", "推进法治政府建设", "市法制办、监察局", "市人力资源保障局、科工贸信委、编办", 26, 27},
    {10, 154, "(四)", "推动社会管理创新", "市委政法委", "市公安局、民政局、外办", 28, 30},
    {11, 158, "(四)", "加强公共服务体系建设", "市民政局",
     "市卫生人口计生委、交通运输委、教育局、文体旅游局、人力资源保障局", 31, 31},
    {12, 160, "(四)", "大力实施人才强市战略", "市委组织部、市人力资源保障局",
     "市发展改革委、科工贸信委、教育局、外办、科协", 32, 33},
    {13, 163, "(四)", "加强国际语言环境建设", "市外办",
     "市委宣传部、市委组织部、市规划国土委、交通运输委、教育局、公安局、监察局、民政局、人力资源保障局、文体旅游局、城"
     "管局、各区政府、团市委、市属新闻单位",
     34, 36},
    {14, 167, "(四)", "加强公共文明建设", "市委宣传部",
     "市委组织部、市人居环境委、交通运输委、教育局、公安局、监察局、民政局、人力资源保障局、文体旅游局、城管局、各区政"
     "府、团市委、市属新闻单位",
     37, 38},
    {15, 171, "(五)", "积极扩大国际交往", "市外办", "市科工贸信委、友协", 39, 42},
    {16, 176, "(五)", "加强文化、体育领域的国际交流与合作", "市文体旅游局", "", 43, 45},
    {17, 180, "(五)", "加强教育、科技领域的国际交流与合作", "市教育局",
     "市科协、深圳大学、南方科技大学、深圳职业技术学院", 46, 47},
    {18, 183, "(五)", "打造国际会展之都", "市科工贸信委", "市文体旅游局、人力资源保障局、外办、贸促会", 48, 49},
    {19, 186, "(五)", "大力推广城市形象", "市委宣传部、市外办", "市文体旅游局、友协、市属新闻单位", 50, 51},
};

static void assert_units(const struct outline_unit *u, uint32_t n, const char *list, const char *what, int plan)
{
    struct span rest = span_of(list);
    uint32_t i = 0;
    while (rest.len) {
        const size_t cut = span_find(rest, SPAN("、"), 0);
        const struct span name = cut == SIZE_MAX ? rest : span_sub(rest, 0, cut);
        rest = cut == SIZE_MAX ? SPAN_NONE : span_sub(rest, cut + 3, rest.len);
        if (i >= n || !span_eq(u[i].printed, name))
            fail_msg("plan %d %s unit %u is not %.*s", plan, what, i, SPAN_ARG(name));
        assert_memory_equal(g.text + u[i].start, name.ptr, name.len);
        assert_int_equal(u[i].end - u[i].start, name.len);
        assert_true(u[i].confidence >= 0.9 && u[i].confidence <= 1.0);
        i++;
    }
    assert_int_equal(i, n);
}

static void test_plans(void **state)
{
    (void)state;
    int lead = 0, supporting = 0, two = 0, none = 0;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        char path[100];
        (void)snprintf(path, sizeof path, "四/%s/行动计划%d", plans[i].category, plans[i].no);
        const struct outline_node *const n = by_path(SZ, path);
        assert_int_equal(n->kind, OUTLINE_ACTION);
        assert_int_equal(line_of(n->start), plans[i].line);
        assert_true(same(n->heading, plans[i].title));
        assert_units(n->lead_units, n->n_lead_units, plans[i].lead, "lead", plans[i].no);
        assert_units(n->supporting_units, n->n_supporting_units, plans[i].supporting, "supporting", plans[i].no);
        lead += (int)n->n_lead_units;
        supporting += (int)n->n_supporting_units;
        two += n->n_lead_units == 2;
        none += n->n_supporting_units == 0;
        for (int k = plans[i].first; k <= plans[i].last; k++) {
            char item[120];
            (void)snprintf(item, sizeof item, "%s/(%d)", path, k);
            assert_int_equal(line_of(by_path(SZ, item)->start), plans[i].line + 1 + k - plans[i].first);
        }
    }
    assert_int_equal(lead, 25);
    assert_int_equal(supporting, 108);
    assert_int_equal(two, 6);
    assert_int_equal(none, 1);
}

static const struct {
    const char *name;
    int lead, supporting;
} load_of[] = {
    {"市文体旅游局", 2, 9}, {"市科工贸信委", 3, 7},   {"市外办", 3, 6},           {"市人力资源保障局", 1, 8},
    {"市发展改革委", 3, 4}, {"市交通运输委", 0, 7},   {"市规划国土委", 2, 4},     {"市教育局", 1, 4},
    {"市人居环境委", 1, 3}, {"市委组织部", 1, 3},     {"市民政局", 1, 3},         {"市监察局", 1, 3},
    {"市公安局", 0, 4},     {"市城管局", 0, 4},       {"市金融办", 0, 4},         {"市委宣传部", 2, 1},
    {"市法制办", 1, 2},     {"市属新闻单位", 0, 3},   {"市科协", 0, 3},           {"市港澳办", 1, 1},
    {"前海管理局", 0, 2},   {"各区政府", 0, 2},       {"团市委", 0, 2},           {"市卫生人口计生委", 0, 2},
    {"市友协", 0, 2},       {"市水务局", 0, 2},       {"市编办", 0, 2},           {"市委政法委", 1, 0},
    {"市委政研室", 1, 0},   {"光明新区管委会", 0, 1}, {"南方科技大学", 0, 1},     {"坪山新区管委会", 0, 1},
    {"宝安区政府", 0, 1},   {"市住房建设局", 0, 1},   {"市口岸办", 0, 1},         {"市台办", 0, 1},
    {"市贸促会", 0, 1},     {"深圳大学", 0, 1},       {"深圳职业技术学院", 0, 1}, {"龙岗区政府", 0, 1},
};

static void test_unit_load(void **state)
{
    (void)state;
    const size_t rows = sizeof load_of / sizeof load_of[0];
    int got[64][2] = {{0}}, elsewhere = 0;
    assert_int_equal(rows, 40);
    for (uint32_t d = 0; d < 5; d++) {
        for (uint32_t i = 0; i < g.r.documents[d].n_nodes; i++) {
            const struct outline_node *const n = &g.r.documents[d].nodes[i];
            const uint32_t all = n->n_lead_units + n->n_supporting_units;
            elsewhere += d != SZ ? (int)all : 0;
            for (uint32_t k = 0; k < all; k++) {
                const bool lead = k < n->n_lead_units;
                const struct outline_unit *const u =
                    lead ? &n->lead_units[k] : &n->supporting_units[k - n->n_lead_units];
                size_t row = 0;
                while (row < rows && !same(u->name, load_of[row].name))
                    row++;
                if (row == rows)
                    fail_msg("no such unit: %.*s", SPAN_ARG(u->name));
                got[row][lead ? 0 : 1]++;
            }
        }
    }
    for (size_t row = 0; row < rows; row++) {
        assert_int_equal(got[row][0], load_of[row].lead);
        assert_int_equal(got[row][1], load_of[row].supporting);
    }
    assert_int_equal(elsewhere, 0); /* the other four name none */
}

/* ---- section 4: dates ---- */

static const struct {
    int doc, line;
    const char *phrase;
    enum outline_date_kind kind;
    const char *from, *to;
} dates[] = {
    {HZ, 3, "二○○九年六月三日", OUTLINE_PERIOD, "2009-06-03", "2009-06-03"},
    {HZ, 4, "十一五", OUTLINE_PERIOD, "2006-01-01", "2010-12-31"},
    {HZ, 17, "2008-2013年", OUTLINE_PERIOD, "2008-01-01", "2013-12-31"},
    {CS, 25, "现在起至2010年", OUTLINE_DATE_PHASE, "", "2010-12-31"},
    {CS, 26, "从现在起至2010年", OUTLINE_DATE_PHASE, "", "2010-12-31"},
    {CS, 27, "2011年到2012年", OUTLINE_DATE_PHASE, "2011-01-01", "2012-12-31"},
    {CS, 28, "2011年到2012年", OUTLINE_DATE_PHASE, "2011-01-01", "2012-12-31"},
    {CS, 29, "2013年起", OUTLINE_DATE_PHASE, "2013-01-01", ""},
    {CS, 30, "从2013年起", OUTLINE_DATE_PHASE, "2013-01-01", ""},
    {CS, 30, "到2014年", OUTLINE_HORIZON, "2010-01-01", "2014-12-31"},
    {SZ, 94, "2011-05-12", OUTLINE_PERIOD, "2011-05-12", "2011-05-12"},
    {SZ, 95, "2008—2020年", OUTLINE_PERIOD, "2008-01-01", "2020-12-31"},
    {SZ, 95, "2010—2020", OUTLINE_PERIOD, "2010-01-01", "2020-12-31"},
    {SZ, 95, "第十二个五年", OUTLINE_PERIOD, "2011-01-01", "2015-12-31"},
    {SZ, 97, "30—50年", OUTLINE_HORIZON, "", ""},
    {SZ, 101, "未来十年", OUTLINE_HORIZON, "2011-01-01", "2020-12-31"},
    {SZ, 101, "到2050年", OUTLINE_HORIZON, "", "2050-12-31"},
    {SZ, 102, "2011—2020年", OUTLINE_DATE_PHASE, "2011-01-01", "2020-12-31"},
    {SZ, 103, "2021—2050年", OUTLINE_DATE_PHASE, "2021-01-01", "2050-12-31"},
    {SZ, 113, "近期", OUTLINE_HORIZON, "", ""},
    {SZ, 129, "到2020年", OUTLINE_HORIZON, "", "2020-12-31"},
    {SZ, 135, "定期", OUTLINE_RECURRENCE, "", ""},
    {SZ, 174, "每年", OUTLINE_RECURRENCE, "", ""},
    {SZ, 195, "于2011年6月30日以前", OUTLINE_DEADLINE, "", "2011-06-30"},
    {SZ, 198, "于2011年年底前", OUTLINE_DEADLINE, "", "2011-12-31"},
    {IP, 202, "2006-2007年", OUTLINE_PERIOD, "2006-01-01", "2007-12-31"},
    {IP, 226, "五五", OUTLINE_PERIOD, "2006-01-01", "2010-12-31"},
    {EN, 230, "2018年6月26日", OUTLINE_PERIOD, "2018-06-26", "2018-06-26"},
    {EN, 242, "定期或不定期", OUTLINE_RECURRENCE, "", ""},
    {EN, 245, "去年下半年", OUTLINE_PERIOD, "2017-07-01", "2017-12-31"},
};

static bool day_is(bool has, int32_t day, const char *want)
{
    char text[11] = "";
    if (has)
        date_print(date_from_days(day), text);
    return strcmp(text, want) == 0;
}

static void test_dates(void **state)
{
    (void)state;
    int found = 0, all = 0, deadlines = 0;
    for (int d = 0; d < 5; d++) {
        for (uint32_t i = 0; i < doc(d)->n_nodes; i++) {
            all += (int)doc(d)->nodes[i].n_dates;
            for (uint32_t k = 0; k < doc(d)->nodes[i].n_dates; k++)
                deadlines += doc(d)->nodes[i].dates[k].kind == OUTLINE_DEADLINE;
        }
    }
    for (size_t r = 0; r < sizeof dates / sizeof dates[0]; r++) {
        const uint32_t at = phrase_at(dates[r].line, dates[r].phrase), end = at + (uint32_t)strlen(dates[r].phrase);
        bool ok = false;
        for (uint32_t i = 0; i < doc(dates[r].doc)->n_nodes; i++) {
            const struct outline_node *const n = &doc(dates[r].doc)->nodes[i];
            for (uint32_t k = 0; k < n->n_dates; k++) {
                const struct outline_date *const x = &n->dates[k];
                ok |= x->start <= at && end <= x->end && x->kind == dates[r].kind &&
                      day_is(x->has_from, x->from_day, dates[r].from) && day_is(x->has_to, x->to_day, dates[r].to);
            }
        }
        if (!ok)
            fail_msg("L%d %s is not read so", dates[r].line, dates[r].phrase);
        found++;
    }
    assert_int_equal(deadlines, 2); /* only two actions carry a calendar deadline */
    assert_int_equal(all, found);   /* and nothing else is taken for a date */
}

/* ---- section 5: numbers, and what the text says about itself (section 2) ---- */

static const struct {
    int doc, line;
    const char *phrase; /* the mention, or text that it starts with */
    int64_t mantissa;
    int scale;
    enum outline_comparator comparator;
} numbers[] = {
    {HZ, 3, "第三次", 3, 0, OUTLINE_ORDINAL},
    {HZ, 4, "三大都市经济圈", 3, 0, OUTLINE_EQ},
    {HZ, 5, "四城市市长", 4, 0, OUTLINE_EQ},
    {HZ, 5, "六个一体化", 6, 0, OUTLINE_EQ},
    {HZ, 7, "三纵", 3, 0, OUTLINE_EQ},
    {HZ, 7, "两横", 2, 0, OUTLINE_EQ},
    {HZ, 7, "两环", 2, 0, OUTLINE_EQ},
    {HZ, 7, "十五联", 15, 0, OUTLINE_EQ},
    {HZ, 7, "十六纵", 16, 0, OUTLINE_EQ},
    {HZ, 7, "九横", 9, 0, OUTLINE_EQ},
    {HZ, 7, "五线", 5, 0, OUTLINE_EQ},
    {HZ, 7, "一枢纽", 1, 0, OUTLINE_EQ},
    {HZ, 9, "四个城市的商业银行", 4, 0, OUTLINE_EQ},
    {HZ, 13, "两大工业区", 2, 0, OUTLINE_EQ},
    {HZ, 15, "一湾", 1, 0, OUTLINE_EQ},
    {HZ, 15, "两河", 2, 0, OUTLINE_EQ},
    {HZ, 15, "三湖", 3, 0, OUTLINE_EQ},
    {HZ, 15, "四江", 4, 0, OUTLINE_EQ},
    {HZ, 15, "五山", 5, 0, OUTLINE_EQ},
    {HZ, 15, "六廊道", 6, 0, OUTLINE_EQ},
    {HZ, 15, "两流域", 2, 0, OUTLINE_EQ},
    {HZ, 15, "两平原", 2, 0, OUTLINE_EQ},
    {HZ, 15, "两大丘陵区", 2, 0, OUTLINE_EQ},
    {HZ, 17, "5县市", 5, 0, OUTLINE_EQ},
    {HZ, 17, "6个节点县市", 6, 0, OUTLINE_EQ},
    {HZ, 17, "一日达", 1, 0, OUTLINE_EQ},
    {HZ, 17, "026区号", 26, 0, OUTLINE_CODE},
    {HZ, 17, "四城市移动电话", 4, 0, OUTLINE_EQ},
    {HZ, 18, "第六大", 6, 0, OUTLINE_ORDINAL},
    {CS, 22, "四县", 4, 0, OUTLINE_EQ},
    {CS, 22, "百强", 100, 0, OUTLINE_EQ},
    {CS, 38, "三规", 3, 0, OUTLINE_EQ},
    {CS, 39, "三级联动", 3, 0, OUTLINE_EQ},
    {CS, 43, "四大工程", 4, 0, OUTLINE_EQ},
    {CS, 72, "四统一", 4, 0, OUTLINE_EQ},
    {CS, 71, "一纳入", 1, 0, OUTLINE_EQ},
    {CS, 71, "两改变", 2, 0, OUTLINE_EQ},
    {SZ, 95, "30周年", 30, 0, OUTLINE_EQ},
    {SZ, 95, "第五次", 5, 0, OUTLINE_ORDINAL},
    {SZ, 98, "四个先行先试", 4, 0, OUTLINE_EQ},
    {SZ, 113, "19项", 19, 0, OUTLINE_EQ},
    {SZ, 124, "四个办事处", 4, 0, OUTLINE_EQ},
    {SZ, 141, "三个层次", 3, 0, OUTLINE_EQ},
    {SZ, 161, "四个国家海外", 4, 0, OUTLINE_EQ},
    {IP, 220, "50个城市", 50, 0, OUTLINE_EQ},
    {EN, 235, "三项", 3, 0, OUTLINE_EQ},
    {EN, 241, "三点", 3, 0, OUTLINE_EQ},
    {EN, 245, "106", 106, 0, OUTLINE_RANK},
    {EN, 245, "0.14分", 14, 2, OUTLINE_BELOW_BY},
    {EN, 245, "三堆", 3, 0, OUTLINE_EQ},
    {EN, 245, "五垛", 5, 0, OUTLINE_EQ},
    {EN, 245, "三包", 3, 0, OUTLINE_EQ},
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof numbers / sizeof numbers[0]; r++) {
        const uint32_t at = phrase_at(numbers[r].line, numbers[r].phrase);
        bool ok = false;
        for (uint32_t i = 0; i < doc(numbers[r].doc)->n_nodes; i++) {
            const struct outline_node *const n = &doc(numbers[r].doc)->nodes[i];
            for (uint32_t k = 0; k < n->n_quantities; k++) {
                const struct outline_quantity *const q = &n->quantities[k];
                ok |= q->start <= at && at < q->end && q->mantissa == numbers[r].mantissa &&
                      q->scale == numbers[r].scale && q->comparator == numbers[r].comparator;
            }
        }
        if (!ok)
            fail_msg("L%d %s is not read so", numbers[r].line, numbers[r].phrase);
    }
}

static void test_what_is_no_number(void **state)
{
    (void)state;
    static const struct {
        int doc, line;
        const char *phrase;
    } rows[] = {{SZ, 179, "F1"},      {CS, 58, "部分县级"}, {CS, 51, "一、二、三次产业"}, {SZ, 111, "几十年、上百年"},
                {CS, 58, "一定人口"}, {EN, 246, "一份满意"}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const uint32_t at = phrase_at(rows[r].line, rows[r].phrase), end = at + (uint32_t)strlen(rows[r].phrase);
        for (uint32_t i = 0; i < doc(rows[r].doc)->n_nodes; i++) {
            const struct outline_node *const n = &doc(rows[r].doc)->nodes[i];
            for (uint32_t k = 0; k < n->n_quantities; k++)
                assert_false(n->quantities[k].start < end && at < n->quantities[k].end);
        }
    }
}

static const struct {
    int doc, line;
    const char *phrase;
    int64_t count;
} checks[] = {
    {HZ, 4, "三大都市经济圈", 3}, {HZ, 5, "四城市", 4},       {HZ, 5, "六个一体化", 6},  {HZ, 7, "五线一枢纽", 6},
    {HZ, 15, "两流域", 2},        {HZ, 15, "两平原", 2},      {HZ, 15, "两大丘陵区", 2}, {CS, 38, "三规", 3},
    {CS, 39, "三级联动", 3},      {CS, 43, "四大工程", 4},    {CS, 72, "四统一", 4},     {SZ, 98, "四个先行先试", 4},
    {SZ, 113, "19项", 19},        {SZ, 124, "四个办事处", 4}, {SZ, 141, "三个层次", 3},  {SZ, 161, "四个国家海外", 4},
    {EN, 235, "三项", 3},         {EN, 241, "三点", 3},
};

static void test_declared_counts(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof checks / sizeof checks[0]; r++) {
        const uint32_t at = phrase_at(checks[r].line, checks[r].phrase);
        bool ok = false;
        for (uint32_t i = 0; i < doc(checks[r].doc)->n_nodes; i++) {
            const struct outline_node *const n = &doc(checks[r].doc)->nodes[i];
            for (uint32_t k = 0; k < n->n_checks; k++) {
                const struct outline_check *const c = &n->checks[k];
                ok |= c->start <= at && at < c->end && c->declared == checks[r].count && c->found == checks[r].count &&
                      c->ok;
            }
        }
        if (!ok)
            fail_msg("L%d %s is not checked", checks[r].line, checks[r].phrase);
    }
    for (int d = 0; d < 5; d++) { /* the outlines keep their own counts: no false alarm */
        for (uint32_t i = 0; i < doc(d)->n_nodes; i++) {
            for (uint32_t k = 0; k < doc(d)->nodes[i].n_checks; k++)
                assert_true(doc(d)->nodes[i].checks[k].ok);
        }
    }
}

int main(void)
{
    if (load() == 77) {
        (void)fprintf(
            stderr,
            "the five outlines are not at ../shared/outlines/five-outlines.txt nor under $YITI_SHARED: skipped\n");
        return 77;
    }
#define TEST(f) cmocka_unit_test_setup(f, setup)
    const struct CMUnitTest tests[] = {TEST(test_documents),      TEST(test_kinds),
                                       TEST(test_nodes),          TEST(test_numbers_restart_and_run_through),
                                       TEST(test_traps),          TEST(test_no_byte_lost),
                                       TEST(test_cites),          TEST(test_plans),
                                       TEST(test_unit_load),      TEST(test_dates),
                                       TEST(test_numbers),        TEST(test_what_is_no_number),
                                       TEST(test_declared_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
