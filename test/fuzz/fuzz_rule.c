/*
 * fuzz_rule.c - the rule language of the packs on any text. The first byte chooses the wanted type and which inputs are missing, the next eight the
 * numbers of the inputs. A rule that compiles runs to an answer of its type or to one of the two errors that rule.h names, the same twice; a printed
 * answer is a rule for itself.
 */
#include <string.h>

#include "base/calendar.h"
#include "base/ensure.h"
#include "base/rule.h"

#define INPUTS 8

static const struct rule_input inputs[INPUTS] = {
    {"state", RULE_TEXT, false, "状态", "state"},      {"percent", RULE_DECIMAL, false, "进度", "progress"},
    {"due_on", RULE_DATE, true, "到期日", "due date"}, {"today", RULE_DATE, false, "今天", "today"},
    {"reports", RULE_INT, false, "报告数", "reports"}, {"urgent", RULE_BOOL, false, "紧急", "urgent"},
    {"limit", RULE_INT, true, "限额", "limit"},        {"kinds", RULE_TEXT_SET, false, "种类", "kinds"},
};

static void fill(struct rule_value v[INPUTS], uint8_t choice, int64_t seed)
{
    static const struct rule_value kinds[2] = {{.type = RULE_TEXT, .text = {"done", 4}},
                                               {.type = RULE_TEXT, .text = {"办结", 6}}};
    for (int i = 0; i < INPUTS; i++)
        v[i] = (struct rule_value){.type = inputs[i].type, .num = seed};
    v[0].text = SPAN("under_way");
    v[2].num = seed % 60000; /* days: what a caller gives is a date that exists */
    v[2].missing = (choice & 16) != 0;
    v[3].num = (seed >> 20) % 60000;
    v[5].num = seed & 1;
    v[6].missing = (choice & 32) != 0;
    v[7].items = kinds;
    v[7].n_items = 2;
}

static bool same(const struct rule_value *x, const struct rule_value *y)
{
    return x->type == y->type && x->missing == y->missing && x->num == y->num && span_eq(x->text, y->text);
}

/* The answer, printed, is a rule that gives the answer. Only -2^63 has no literal, and a set has no answer of its own. */
static void prints_back(struct arena *a, const struct rule_value *v)
{
    const struct rule *rule = NULL;
    struct rule_value again;
    struct fail f = {0};
    struct sb text;
    if (v->type > RULE_TEXT || v->num == INT64_MIN || (v->type == RULE_TEXT && v->text.len > 1000))
        return;
    sb_init(&text, RULE_BYTES_MAX);
    rule_value_print(v, &text);
    const enum rc rc = rule_compile(a, sb_span(&text), NULL, 0, v->type, &rule, &f);
    ensure(rc == RC_OK && rule_run(a, rule, NULL, NULL, &again, NULL, &f) == RC_OK && same(v, &again));
    sb_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rule *rule = NULL;
    struct rule_value values[INPUTS], out = {0}, again = {0};
    struct rule_trace trace = {0};
    struct fail f = {0};
    int64_t seed;
    if (size < 9)
        return 0;
    memcpy(&seed, data + 1, sizeof seed);
    const enum rule_type want = (enum rule_type)(data[0] % 5);
    struct arena *const a = arena_new(16u << 20);
    enum rc rc = rule_compile(a, (struct span){(const char *)data + 9, size - 9}, inputs, INPUTS, want, &rule, &f);
    ensure(rc == RC_OK || rc == RC_INVALID || rc == RC_LIMIT);
    if (rc == RC_OK) {
        fill(values, data[0], seed);
        const struct calendar *const calendar = data[0] & 64 ? calendar_builtin() : NULL;
        rc = rule_run(a, rule, values, calendar, &out, &trace, &f);
        ensure(rc == RC_OK || rc == RC_LIMIT || rc == RC_INVALID);
        ensure(rc == rule_run(a, rule, values, calendar, &again, NULL, &f));
        ensure(rc != RC_OK || (out.type == want && !out.missing && same(&out, &again)));
        ensure(trace.n_steps <= RULE_NODES_MAX);
        struct sb why;
        sb_init(&why, 1u << 20);
        rule_because(rule, values, &trace, data[0] & 128 ? LANG_ZH : LANG_EN, &why);
        sb_release(&why);
        if (rc == RC_OK)
            prints_back(a, &out);
    }
    arena_free(a);
    return 0;
}
