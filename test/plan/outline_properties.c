/*
 * outline_properties.c - what outline.h promises, on random, mutated and cut input. The seed is printed; YITI_SEED=N runs it again.
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

#include "outline_hold.h"

static uint64_t seed;

static uint32_t pick(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % n;
}

static struct outline_result read_held(struct arena *a, struct span text)
{
    struct outline_result r;
    struct fail f;
    assert_int_equal(outline_read(a, text, NULL, &r, &f), RC_OK);
    outline_hold(&r);
    return r;
}

/* Words that the rules look for, so that random text is not all noise. */
static const char *const words[] = {"一、",
                                    "二、",
                                    "三、",
                                    "(一)",
                                    "（二）",
                                    "(1)",
                                    "1.",
                                    "2．",
                                    "①",
                                    "②",
                                    "第一章",
                                    "第一条",
                                    "第一阶段",
                                    "行动计划1.",
                                    "行动计划2.",
                                    "一是",
                                    "二是",
                                    "首先，",
                                    "其次，",
                                    "。",
                                    "，",
                                    ",",
                                    "、",
                                    "；",
                                    "：",
                                    ":",
                                    "(",
                                    ")",
                                    "（",
                                    "）",
                                    "《",
                                    "》",
                                    "“",
                                    "”",
                                    "\n",
                                    "\n",
                                    "\n",
                                    "\r\n",
                                    "\t",
                                    "　",
                                    "# ",
                                    "## ",
                                    "- ",
                                    "附件1",
                                    "牵头单位:",
                                    "参加单位:",
                                    "责任单位：",
                                    "牵头",
                                    "配合",
                                    "按职责分工负责",
                                    "由",
                                    "市教育局",
                                    "财政局",
                                    "各区政府",
                                    "以下简称",
                                    "2011年",
                                    "6月30日",
                                    "以前",
                                    "年底前",
                                    "到2020年",
                                    "2011—2020年",
                                    "三年内",
                                    "每季度",
                                    "未来十年",
                                    "去年下半年",
                                    "十一五",
                                    "四大工程",
                                    "三规",
                                    "19项",
                                    "行动计划",
                                    "30%",
                                    "不低于",
                                    "1.5亿元",
                                    "以上",
                                    "三纵两横",
                                    "第三次",
                                    "等",
                                    "和",
                                    "的",
                                    "第二篇:",
                                    "关于印发",
                                    "的通知",
                                    "行动纲要",
                                    "〔2022〕10号",
                                    "序号\t任务\t牵头单位",
                                    "\xEF\xBB\xBF",
                                    "\xE4\xB8",
                                    "\xFF",
                                    "\xF0\x9F\x98\x80",
                                    "x",
                                    "7",
                                    "12345678901234567890",
                                    "二○○九年",
                                    "=====",
                                    "\f",
                                    "现在起至2010年",
                                    "2013年起",
                                    "百分之",
                                    "万",
                                    "亿"};

static size_t noise(char *out, size_t room)
{
    size_t n = 0;
    while (n + 32 < room) {
        const char *const w = words[pick(sizeof words / sizeof words[0])];
        const size_t len = strlen(w);
        if (pick(20) == 0)
            out[n++] = (char)pick(256);
        memcpy(out + n, w, len);
        n += len;
    }
    return n;
}

static void test_random(void **state)
{
    (void)state;
    static char text[6000];
    for (int i = 0; i < 1500; i++) {
        struct arena *const a = arena_new(64u << 20);
        const size_t n = noise(text, 40 + pick(sizeof text - 40));
        const struct outline_result r = read_held(a, (struct span){text, n});
        if (n < 1500)
            outline_hold_paths(&r);
        arena_free(a);
    }
}

static struct span slurp(struct arena *a, const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof path, "test/golden/outlines/%s", name);
    FILE *const f = fopen(path, "rb");
    assert_non_null(f);
    char *const p = arena_alloc(a, 1 << 16);
    const size_t n = fread(p, 1, 1 << 16, f);
    (void)fclose(f);
    return (struct span){p, n};
}

static const char *const files[] = {"notice-with-plan.txt", "traditional.txt", "regulation.txt", "numbered-plans.txt",
                                    "quarter-report.txt",   "task-table.txt",  "plan.md"};
#define FILES (sizeof files / sizeof files[0])

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    struct arena *const keep = arena_new(4u << 20);
    const struct span text = slurp(keep, files[0]);
    for (size_t n = 0; n <= text.len; n++) {
        struct arena *const a = arena_new(64u << 20);
        char *const copy = malloc(n + 1); /* so that a sanitizer sees the first byte read behind the end */
        memcpy(copy, text.ptr, n);
        (void)read_held(a, (struct span){copy, n});
        free(copy);
        arena_free(a);
    }
    arena_free(keep);
}

static void test_mutated(void **state)
{
    (void)state;
    struct arena *const keep = arena_new(16u << 20);
    for (int i = 0; i < 1000; i++) {
        struct arena *const a = arena_new(64u << 20);
        const struct span text = slurp(a, files[pick(FILES)]);
        char *const p = arena_alloc(a, text.len);
        memcpy(p, text.ptr, text.len);
        for (uint32_t k = 1 + pick(20); k; k--) {
            const uint32_t at = pick((uint32_t)text.len);
            if (pick(2))
                p[at] = (char)pick(256);
            else
                memmove(p + at, p + pick((uint32_t)text.len - at) / 2, (text.len - at) / 3);
        }
        (void)read_held(a, (struct span){p, text.len});
        arena_free(a);
    }
    arena_free(keep);
}

static bool same_text(struct span a, struct span b)
{
    return span_eq(a, b);
}

/* Documents under 第N篇 dividers are read the same whatever stands beside them. */
static void test_documents_are_independent(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct arena *const a = arena_new(64u << 20);
        char *const all = arena_alloc(a, 1 << 18);
        struct outline_result alone[3];
        size_t at[4] = {0};
        for (int d = 0; d < 3; d++) {
            const struct span body = slurp(a, files[pick(FILES)]);
            const int n = snprintf(all + at[d], 100, "第%s篇:文件%d\n", d == 0 ? "一" : d == 1 ? "二" : "三", d);
            memcpy(all + at[d] + n, body.ptr, body.len);
            at[d + 1] = at[d] + (size_t)n + body.len;
            if (all[at[d + 1] - 1] != '\n')
                all[at[d + 1]++] = '\n';
            alone[d] = read_held(a, (struct span){all + at[d], at[d + 1] - at[d]});
        }
        const struct outline_result r = read_held(a, (struct span){all, at[3]});
        uint32_t k = 0;
        for (int d = 0; d < 3; d++) {
            for (uint32_t j = 0; j < alone[d].n_documents; j++, k++) {
                assert_true(k < r.n_documents);
                const struct outline_document *const one = &alone[d].documents[j], *const many = &r.documents[k];
                assert_int_equal(one->n_nodes, many->n_nodes);
                assert_true(same_text(one->title, many->title) && one->has_date == many->has_date);
                for (uint32_t x = 0; x < one->n_nodes; x++) {
                    assert_int_equal(one->nodes[x].start + at[d], many->nodes[x].start);
                    assert_true(same_text(one->nodes[x].path, many->nodes[x].path));
                    assert_int_equal(one->nodes[x].n_dates, many->nodes[x].n_dates);
                    assert_int_equal(one->nodes[x].n_lead_units, many->nodes[x].n_lead_units);
                }
            }
        }
        assert_int_equal(k, r.n_documents);
        arena_free(a);
    }
}

/* Every arena cap from none to enough: RC_LIMIT or the whole answer, never anything else. */
static void test_memory_runs_out(void **state)
{
    (void)state;
    struct arena *const keep = arena_new(4u << 20);
    const struct span text = slurp(keep, files[0]);
    bool ok = false;
    for (size_t cap = 1000; !ok; cap += cap / 5) {
        struct arena *const a = arena_new(cap);
        struct outline_result r;
        struct fail f;
        const enum rc rc = outline_read(a, text, NULL, &r, &f);
        assert_true(rc == RC_OK || rc == RC_LIMIT);
        ok = rc == RC_OK;
        if (ok)
            outline_hold(&r);
        arena_free(a);
    }
    arena_free(keep);
}

/* Text that only opens, counts or lists stays within the caps and loses nothing. */
static void test_adversaries(void **state)
{
    (void)state;
    static const char *const units[] = {"(",
                                        "一是",
                                        "一是二是",
                                        "《",
                                        "“",
                                        "1",
                                        "一、\n",
                                        "(牵头单位:市教育局,参加单位:市财政局)",
                                        "由",
                                        "负责",
                                        "\r",
                                        "\n",
                                        "三项",
                                        "牵头",
                                        "一、甲\n（一）乙\n1．丙\n",
                                        "①"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct arena *const a = arena_new(256u << 20);
        const size_t len = strlen(units[i]), n = (300000 / len) * len;
        char *const p = arena_alloc(a, n);
        for (size_t k = 0; k < n; k += len)
            memcpy(p + k, units[i], len);
        const struct outline_result r = read_held(a, (struct span){p, n});
        uint32_t nodes = 0;
        for (uint32_t d = 0; d < r.n_documents; d++)
            nodes += r.documents[d].n_nodes;
        assert_true(nodes <= 64 * r.n_documents + n / 64 + 1);
        arena_free(a);
    }
}

int main(void)
{
    const char *const given = getenv("YITI_SEED");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 2654435761u + 1;
    (void)fprintf(stderr, "YITI_SEED=%llu\n", (unsigned long long)seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),          cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_mutated),         cmocka_unit_test(test_documents_are_independent),
        cmocka_unit_test(test_memory_runs_out), cmocka_unit_test(test_adversaries)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
