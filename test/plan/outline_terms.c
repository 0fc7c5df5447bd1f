/* Terms in working days, items that begin with HTML, and the other forms of departments' names. The days were counted on the calendar of
 * 2011 by hand: holiday from 1 to 7 October, working days on Saturday 8 and Sunday 9 October. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "plan/outline.h"

static const struct outline_document *read_text(struct arena *a, const char *text)
{
    struct outline_result r;
    struct fail f;
    assert_int_equal(outline_read(a, span_of(text), NULL, &r, &f), RC_OK);
    assert_int_equal(r.n_documents, 1);
    return &r.documents[0];
}

static void working_days_end_by_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *issued, *term, *to;
    } rows[] = {
        {"2011年9月28日", "15个工作日内", "2011-10-24"},
        {"2011年9月28日", "3个工作日内", "2011-10-08"},
        {"2011年9月28日", "一个工作日内", "2011-09-29"},
        {"1990年9月28日", "15个工作日内", NULL},
        {"", "15个工作日内", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400], day[11] = "";
        struct arena *a = arena_new(8 << 20);
        (void)snprintf(text, sizeof text, "某市行动纲要\n某市人民政府\n%s\n一、任务\n1.答复办法。%s答复。\n",
                       rows[i].issued, rows[i].term);
        const struct outline_document *d = read_text(a, text);
        const struct outline_node *n = &d->nodes[d->n_nodes - 1];
        assert_int_equal(n->n_dates, 1);
        assert_int_equal(n->dates[0].kind, OUTLINE_DEADLINE);
        assert_true(span_is(n->dates[0].text, rows[i].term));
        assert_int_equal(n->dates[0].has_to, rows[i].to != NULL);
        assert_int_equal(n->n_checks, rows[i].to == NULL);
        if (rows[i].to != NULL) {
            date_print(date_from_days(n->dates[0].to_day), day);
            assert_string_equal(day, rows[i].to);
        } else {
            assert_false(n->checks[0].ok);
            assert_string_equal(n->checks[0].basis, "working days");
        }
        arena_free(a);
    }
}

/* What a day's neighbours say of it, in an outline issued on 2011-05-12. Days are ISO; NULL: none. */
enum { D = OUTLINE_DEADLINE, H = OUTLINE_HORIZON, P = OUTLINE_PERIOD, R = OUTLINE_RECURRENCE };
static const struct neighbours {
    const char *text;
    int kind;
    const char *from, *to, *printed, *interval;
} neighbours[] = {
    {"2011年12月31日完成", D, NULL, "2011-12-31", "2011年12月31日", NULL},
    {"2011年12月31日全面建成", D, NULL, "2011-12-31", "2011年12月31日", NULL},
    {"于2011年12月31日建成投入使用", D, NULL, "2011-12-31", "于2011年12月31日", NULL},
    {"到2011年12月31日完成", D, NULL, "2011-12-31", "到2011年12月31日", NULL},
    {"2011年6月完成", D, NULL, "2011-06-30", "2011年6月", NULL},
    {"2012年2月底投入使用", D, NULL, "2012-02-29", "2012年2月底", NULL},
    {"2012年底投入使用", D, NULL, "2012-12-31", "2012年底", NULL},
    {"2012年1月1日实施", D, NULL, "2012-01-01", "2012年1月1日", NULL},
    {"2012年1月1日起实施", P, "2012-01-01", NULL, "2012年1月1日起", NULL},
    {"2012年建成通车", D, NULL, "2012-12-31", "2012年", NULL},
    {"2012年完成", D, NULL, "2012-12-31", "2012年", NULL},
    {"2012年完成投资30亿元", P, "2012-01-01", "2012-12-31", "2012年", NULL},
    {"2012年实施丙规划", P, "2012-01-01", "2012-12-31", "2012年", NULL},
    {"到2020年建成丁港", H, NULL, "2020-12-31", "到2020年", NULL},
    {"2010年12月31日完成", P, "2010-12-31", "2010-12-31", "2010年12月31日", NULL}, /* past: a report */
    {"2011年12月31日印发的通知", P, "2011-12-31", "2011-12-31", "2011年12月31日", NULL},
    {"2011年12月建成的甲桥", P, "2011-12-01", "2011-12-31", "2011年12月", NULL},
    {"2011年12月25日召开大会", P, "2011-12-25", "2011-12-25", "2011年12月25日", NULL},
    {"2011年8月31日截止", D, NULL, "2011-08-31", "2011年8月31日", NULL},
    {"截至2010年底", H, NULL, "2010-12-31", "截至2010年底", NULL},
    {"2011年10月底前", D, NULL, "2011-10-31", "2011年10月底前", NULL},
    {"10月底前", D, NULL, "2011-10-31", "10月底前", NULL},
    {"3月底前", D, NULL, "2012-03-31", "3月底前", NULL},
    {"上半年", P, "2011-01-01", "2011-06-30", "上半年", NULL},
    {"2012年上半年完成", D, NULL, "2012-06-30", "2012年上半年", NULL},
    {"2011年第三季度", P, "2011-07-01", "2011-09-30", "2011年第三季度", NULL},
    {"2011年三季度末前", D, NULL, "2011-09-30", "2011年三季度末前", NULL},
    {"2011年12月上旬", P, "2011-12-01", "2011-12-10", "2011年12月上旬", NULL},
    {"2012年2月下旬完成", D, NULL, "2012-02-29", "2012年2月下旬", NULL},
    {"11月中旬完成", D, NULL, "2011-11-20", "11月中旬", NULL},
    {"“十一五”期间", P, "2006-01-01", "2010-12-31", "十一五", NULL},
    {"年内", D, NULL, "2011-12-31", "年内", NULL},
    {"2012年年内", D, NULL, "2012-12-31", "2012年年内", NULL},
    {"年底完成", D, NULL, "2011-12-31", "年底", NULL},
    {"本月底", D, NULL, "2011-05-31", "本月底", NULL},
    {"半年内", D, NULL, "2011-11-12", "半年内", "P6M"},
    {"发文之日起30日内", D, NULL, "2011-06-11", "30日内", "P30D"},
    {"自本纲要发布之日起三个月内", D, NULL, "2011-08-12", "三个月内", "P3M"},
    {"自受理之日起30日内", D, NULL, NULL, "30日内", "P30D"},
    {"立案后三个月内", D, NULL, NULL, "三个月内", "P3M"},
    {"收到申请之日起5个工作日内", D, NULL, NULL, "5个工作日内", "P5D"},
    {"每月5日前", R, NULL, NULL, "每月5日前", "P1M"},
    {"每周五前", R, NULL, NULL, "每周五前", "P7D"},
    {"每周一次", R, NULL, NULL, "每周", "P7D"},
    {"每季度第一个月10日前", R, NULL, NULL, "每季度第一个月10日前", "P3M"},
    {"每年3月底前", R, NULL, NULL, "每年3月底前", "P1Y"},
};

static void days_are_read_with_their_neighbours(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof neighbours / sizeof neighbours[0]; i++) {
        const struct neighbours *want = &neighbours[i];
        char text[400], from[11] = "", to[11] = "";
        struct arena *a = arena_new(8 << 20);
        (void)snprintf(text, sizeof text, "某市行动纲要\n某市人民政府\n2011年5月12日\n一、任务\n1.建设甲路。%s。\n",
                       want->text);
        const struct outline_document *d = read_text(a, text);
        const struct outline_node *n = &d->nodes[d->n_nodes - 1];
        if (n->n_dates != 1)
            fail_msg("“%s” gives %u days", want->text, n->n_dates);
        if (n->dates[0].has_from)
            date_print(date_from_days(n->dates[0].from_day), from);
        if (n->dates[0].has_to)
            date_print(date_from_days(n->dates[0].to_day), to);
        if ((int)n->dates[0].kind != want->kind || strcmp(from, want->from ? want->from : "") ||
            strcmp(to, want->to ? want->to : "") || !span_is(n->dates[0].text, want->printed) ||
            !span_is(n->dates[0].interval, want->interval ? want->interval : ""))
            fail_msg("“%s” is kind %d from “%s” to “%s”, printed “%.*s”, interval “%.*s”", want->text,
                     (int)n->dates[0].kind, from, to, SPAN_ARG(n->dates[0].text), SPAN_ARG(n->dates[0].interval));
        arena_free(a);
    }
}

static void a_heading_is_read_without_its_tags(void **state)
{
    (void)state;
    static const struct {
        const char *item, *heading;
    } rows[] = {
        {"<b>推进公路建设</b>。加快甲路。", "推进公路建设"}, {"<p>推进桥梁建设</p>", "推进桥梁建设"},
        {"<b>推进水运</b>，加快乙港建设。", "推进水运"},     {"推进水运。", "推进水运"},
        {"<5公里的路段改造。", "<5公里的路段改造"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400];
        struct arena *a = arena_new(8 << 20);
        (void)snprintf(text, sizeof text, "某市行动纲要\n一、任务\n1.推进铁路。建设丙线。\n2.%s\n", rows[i].item);
        const struct outline_document *d = read_text(a, text);
        const struct outline_node *n = &d->nodes[d->n_nodes - 1];
        if (!span_is(n->heading, rows[i].heading))
            fail_msg("“%s” is called “%.*s”", rows[i].item, SPAN_ARG(n->heading));
        arena_free(a);
    }
}

static void departments_have_other_forms(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int nth;
        const char *want; /* NULL: none */
    } rows[] = {
        {"市发改委", 0, "市发展和改革委员会"},
        {"市发改委", 1, NULL},
        {"市发展和改革委员会", 0, "市发改委"},
        {"市发展和改革委员会", 1, "市发展改革委"},
        {"杭州市人社局", 0, "杭州市人力资源和社会保障局"},
        {"科协", 0, "科学技术协会"},
        {"市财政局", 0, NULL},
        {"老科协", 0, NULL},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buf[300];
        struct span out = SPAN_NONE;
        bool got = outline_unit_form(span_of(rows[i].name), rows[i].nth, buf, sizeof buf, &out);
        assert_int_equal(got, rows[i].want != NULL);
        if (got)
            assert_true(span_is(out, rows[i].want));
    }
    char small[4];
    struct span out;
    assert_false(outline_unit_form(SPAN("市发改委"), 0, small, sizeof small, &out));
}

/* Each row of the table says where it was read: one of the sources listed above it. */
static void each_short_name_has_a_source(void **state)
{
    (void)state;
    static char text[1 << 16];
    FILE *const in = fopen("data/plan/abbreviations.csv", "r");
    assert_non_null(in);
    const size_t size = fread(text, 1, sizeof text - 1, in);
    (void)fclose(in);
    struct span rest = {text, size};
    int rows = 0;
    while (rest.len > 0) {
        struct span line = span_trim(span_split(&rest, '\n'));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        const struct span brief = span_split(&line, ','), full = span_split(&line, ',');
        char listed[80];
        (void)snprintf(listed, sizeof listed, "\n# %.*s: ", SPAN_ARG(line));
        if (line.len == 0 || brief.len == 0 || full.len <= brief.len || strstr(text, listed) == NULL)
            fail_msg("“%.*s,%.*s” has no source that is listed: “%.*s”", SPAN_ARG(brief), SPAN_ARG(full),
                     SPAN_ARG(line));
        rows++;
    }
    assert_true(rows > 30);
}

/* A municipal notice's lines of units: which names lead, and for which node; what is a term and what only how long a thing may take. */
static void check_units(const struct outline_unit *u, uint32_t n, const char *want)
{
    char got[200] = "";
    for (uint32_t i = 0; i < n; i++) {
        (void)strncat(got, i ? "|" : "", 2);
        (void)strncat(got, u[i].name.ptr, u[i].name.len);
    }
    assert_string_equal(got, want);
}

static void a_notice_says_who_leads(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t from_end; /* the node, counted from the last */
        const char *lead, *supporting;
    } rows[] = {
        {"1.推进通办。责任单位:市审批局(牵头),市数据局、市公安局", 0, "市审批局", "市数据局|市公安局"},
        {"1.推进通办。\n责任单位：市数据局、市审批局（牵头单位）", 0, "市审批局", "市数据局"},
        {"1.推进通办。责任单位:市审批局、市数据局", 0, "市审批局|市数据局", ""},
        {"1.推进通办。(市审批局牵头，每季度举办)", 0, "市审批局", ""},
        {"1.压缩时间。①制定清单;②公布指南。\n牵头单位:市审批局;配合单位:市数据局\n2.另一事。", 4, "市审批局",
         "市数据局"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400];
        struct arena *a = arena_new(8 << 20);
        (void)snprintf(text, sizeof text, "某市行动方案\n某市人民政府\n2026年3月5日\n一、任务\n%s\n", rows[i].text);
        const struct outline_document *d = read_text(a, text);
        const struct outline_node *n = &d->nodes[d->n_nodes - 1 - rows[i].from_end];
        check_units(n->lead_units, n->n_lead_units, rows[i].lead);
        check_units(n->supporting_units, n->n_supporting_units, rows[i].supporting);
        arena_free(a);
    }
}

static void how_long_a_thing_takes_is_no_term(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t n_dates;
    } rows[] = {{"开办时间压缩至1个工作日以内", 0},
                {"审批时限控制在30日内", 0},
                {"缩短到3个工作日内", 0},
                {"3个工作日内答复", 1},
                {"三年内盘活用地", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[400];
        struct arena *a = arena_new(8 << 20);
        (void)snprintf(text, sizeof text, "某市行动方案\n某市人民政府\n2026年3月5日\n一、任务\n1.办事。%s。\n",
                       rows[i].text);
        const struct outline_document *d = read_text(a, text);
        assert_int_equal(d->nodes[d->n_nodes - 1].n_dates, rows[i].n_dates);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_end_by_the_calendar),   cmocka_unit_test(days_are_read_with_their_neighbours),
        cmocka_unit_test(a_heading_is_read_without_its_tags), cmocka_unit_test(departments_have_other_forms),
        cmocka_unit_test(each_short_name_has_a_source),       cmocka_unit_test(a_notice_says_who_leads),
        cmocka_unit_test(how_long_a_thing_takes_is_no_term)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
