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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(working_days_end_by_the_calendar),
                                       cmocka_unit_test(a_heading_is_read_without_its_tags),
                                       cmocka_unit_test(departments_have_other_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
