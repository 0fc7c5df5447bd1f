/*
 * duty_machine.c - a machine from its YAML, checked for sense: every name exists, every state can be reached, and from every state an end can be
 * reached. Then the questions that are asked of it: which step does a verb mean here, and which verbs are open to whom.
 *
 * The two searches over the states are bit masks: reached grows from the start along the steps, saved grows from the ends against them, until nothing
 * changes; with at most DUTY_STATES_MAX states each takes at most that many rounds over the steps.
 */
#include <string.h>

#include "base/ensure.h"
#include "duty/duty.h"

static const char *const part_words[DUTY_PARTS] = {"holder",  "assigner", "counterpart", "supervisor",
                                                   "arbiter", "subject",  "system"};
static const char *const need_words[] = {"text", "reason", "evidence", "unit", "date", "percent", "parts"};
static const char *const effect_words[] = {"count_return", "count_extension", "new_holder",   "new_date",
                                           "split",        "reopen",          "first_holder", "more_time"};
#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

const struct rule_input duty_inputs[] = {
    {"returns", RULE_INT, false, "退回次数", "returns"},
    {"extensions", RULE_INT, false, "延期次数", "extensions"},
    {"reports", RULE_INT, false, "报告数", "reports"},
    {"evidence", RULE_INT, false, "附件数", "files"},
    {"open_parts", RULE_INT, false, "未完成的分办", "open parts"},
    {"percent", RULE_DECIMAL, false, "进度", "progress"},
    {"due_on", RULE_DATE, true, "到期日", "due date"},
    {"today", RULE_DATE, false, "今天", "today"},
    {"overdue", RULE_BOOL, false, "已超期", "overdue"},
    {"crosses_border", RULE_BOOL, false, "跨市", "across a city border"},
};
const int duty_input_count = COUNT(duty_inputs);

const char *duty_part_word(enum duty_part part)
{
    ensure(part >= 0 && part < DUTY_PARTS);
    return part_words[part];
}

/* ---- the form ------------------------------------------------------------------------------------------------------------------- */

#define PART_WORDS "holder|assigner|counterpart|supervisor|arbiter|subject|system"
static const struct yaml_field word_item = {.type = YAML_IS_WORD};
static const struct yaml_field part_item = {.type = YAML_IS_WORD, .words = PART_WORDS};
static const struct yaml_field need_item = {.type = YAML_IS_WORD,
                                            .words = "text|reason|evidence|unit|date|percent|parts"};
static const struct yaml_field effect_item = {.type = YAML_IS_WORD,
                                              .words = "count_return|count_extension|new_holder|new_date|split|reopen|"
                                                       "first_holder|more_time"};
static const struct yaml_field clock_fields[] = {
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "limit", .type = YAML_IS_TEXT, .required = true, .min = 1, .max = 40},
    {.key = "part", .type = YAML_IS_WORD, .words = PART_WORDS},
    {.key = "then", .type = YAML_IS_WORD},
};
static const struct yaml_schema clock_schema = {"clock", clock_fields, COUNT(clock_fields)};
static const struct yaml_field clock_item = {.type = YAML_IS_OBJECT, .object = &clock_schema};
static const struct yaml_field state_fields[] = {
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "clock", .type = YAML_IS_WORD},
    {.key = "final", .type = YAML_IS_BOOL},
    {.key = "suspended", .type = YAML_IS_BOOL},
};
static const struct yaml_schema state_schema = {"state", state_fields, COUNT(state_fields)};
static const struct yaml_field state_item = {.type = YAML_IS_OBJECT, .object = &state_schema};
static const struct yaml_field step_fields[] = {
    {.key = "verb", .type = YAML_IS_WORD, .required = true},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "from", .type = YAML_IS_LIST, .required = true, .min = 1, .max = DUTY_STATES_MAX, .item = &word_item},
    {.key = "to", .type = YAML_IS_WORD},
    {.key = "by", .type = YAML_IS_LIST, .required = true, .min = 1, .max = DUTY_PARTS, .item = &part_item},
    {.key = "right", .type = YAML_IS_WORD},
    {.key = "needs", .type = YAML_IS_LIST, .max = 7, .item = &need_item},
    {.key = "effects", .type = YAML_IS_LIST, .max = 8, .item = &effect_item},
    {.key = "when", .type = YAML_IS_RULE},
    {.key = "refusal", .type = YAML_IS_BOTH},
};
static const struct yaml_schema step_schema = {"step", step_fields, COUNT(step_fields)};
static const struct yaml_field step_item = {.type = YAML_IS_OBJECT, .object = &step_schema};
static const struct yaml_field machine_fields[] = {
    {.key = "machine", .type = YAML_IS_WORD, .required = true},
    {.key = "version", .type = YAML_IS_INT, .required = true, .min = 1, .max = 1000000},
    {.key = "name", .type = YAML_IS_BOTH, .required = true},
    {.key = "clocks", .type = YAML_IS_MAP_OF, .max = DUTY_CLOCKS_MAX, .item = &clock_item},
    {.key = "states", .type = YAML_IS_MAP_OF, .required = true, .min = 2, .max = DUTY_STATES_MAX, .item = &state_item},
    {.key = "start", .type = YAML_IS_WORD, .required = true},
    {.key = "steps", .type = YAML_IS_LIST, .required = true, .min = 1, .max = DUTY_STEPS_MAX, .item = &step_item},
};
static const struct yaml_schema machine_schema = {"machine", machine_fields, COUNT(machine_fields)};

/* ---- loading --------------------------------------------------------------------------------------------------------------------- */

struct loader {
    struct arena *arena;
    const char *file;
    struct duty_machine *m;
    struct fail *f;
};

static struct duty_both both(const struct yaml *map, const char *key)
{
    return (struct duty_both){yaml_both(map, key, LANG_ZH), yaml_both(map, key, LANG_EN)};
}

static enum rc fault(const struct loader *l, const struct yaml *at, enum msg msg, struct span one, struct span two)
{
    char where[80], a[64], b[64];
    (void)snprintf(where, sizeof(where), "%.40s:%d:%d", l->file, at->line, at->column);
    (void)snprintf(a, sizeof(a), "%.*s", SPAN_ARG(span_sub(one, 0, 60)));
    (void)snprintf(b, sizeof(b), "%.*s", SPAN_ARG(span_sub(two, 0, 60)));
    return fail_set(l->f, RC_INVALID, msg, where, a, b, NULL);
}

/* One bit for each of the list's words. */
static unsigned bits_of(const struct yaml *list, const char *const *words, int n)
{
    unsigned bits = 0;
    for (const struct yaml *item = list ? list->first : NULL; item; item = item->next)
        for (int i = 0; i < n; i++)
            if (span_is(item->text, words[i]))
                bits |= 1u << i;
    return bits;
}

static int clock_find(const struct duty_machine *m, struct span word)
{
    for (int i = 0; i < m->n_clocks; i++)
        if (span_eq(m->clocks[i].word, word))
            return i;
    return -1;
}

int duty_state_find(const struct duty_machine *m, struct span word)
{
    for (int i = 0; i < m->n_states; i++)
        if (span_eq(m->states[i].word, word))
            return i;
    return -1;
}

static enum rc load_clocks(struct loader *l, const struct yaml *clocks)
{
    for (const struct yaml *y = clocks ? clocks->first : NULL; y; y = y->next) {
        struct duty_machine_clock *const c = &l->m->clocks[l->m->n_clocks++];
        *c = (struct duty_machine_clock){
            .word = y->key, .name = both(y, "name"), .part = DUTY_HOLDER, .then = yaml_text(y, "then")};
        if (!duty_limit_parse(yaml_text(y, "limit"), &c->limit))
            return fault(l, yaml_get(y, "limit"), MSG_duty_limit_form, yaml_text(y, "limit"), SPAN_NONE);
        for (int i = 0; i < DUTY_PARTS; i++)
            if (span_is(yaml_text(y, "part"), part_words[i]))
                c->part = (enum duty_part)i;
    }
    return RC_OK;
}

static enum rc load_states(struct loader *l, const struct yaml *states)
{
    for (const struct yaml *y = states->first; y; y = y->next) {
        struct duty_state *const s = &l->m->states[l->m->n_states++];
        *s = (struct duty_state){.word = y->key,
                                 .name = both(y, "name"),
                                 .clock = -1,
                                 .final = yaml_bool(y, "final", false),
                                 .suspended = yaml_bool(y, "suspended", false),
                                 .line = y->line};
        const struct yaml *const clock = yaml_get(y, "clock");
        if (!clock)
            continue;
        s->clock = clock_find(l->m, clock->text);
        if (s->clock < 0)
            return fault(l, clock, MSG_duty_clock_unknown, clock->text, SPAN_NONE);
    }
    return RC_OK;
}

static enum rc load_when(struct loader *l, const struct yaml *y, struct duty_step *step)
{
    const struct yaml *const when = yaml_get(y, "when");
    char where[80];
    if (!when)
        return RC_OK;
    step->when_text = when->text;
    const enum rc rc = rule_compile(l->arena, when->text, duty_inputs, duty_input_count, RULE_BOOL, &step->when, l->f);
    if (rc != RC_OK) {
        (void)snprintf(where, sizeof(where), "%.40s:%d:%d", l->file, when->line, when->column);
        (void)snprintf(l->f->field, sizeof(l->f->field), "%.*s", (int)sizeof(l->f->field) - 1, where);
    }
    return rc;
}

static enum rc load_step(struct loader *l, const struct yaml *y, struct duty_step *step)
{
    const struct yaml *const to = yaml_get(y, "to");
    *step = (struct duty_step){.verb = yaml_text(y, "verb"),
                               .name = both(y, "name"),
                               .to = -1,
                               .right = yaml_text(y, "right"),
                               .line = y->line};
    for (const struct yaml *from = yaml_get(y, "from")->first; from; from = from->next) {
        const int state = duty_state_find(l->m, from->text);
        if (state < 0)
            return fault(l, from, MSG_duty_state_unknown, from->text, SPAN_NONE);
        step->from |= 1ull << state;
    }
    if (to) {
        step->to = duty_state_find(l->m, to->text);
        if (step->to < 0)
            return fault(l, to, MSG_duty_state_unknown, to->text, SPAN_NONE);
    }
    step->parts = bits_of(yaml_get(y, "by"), part_words, DUTY_PARTS);
    step->needs = bits_of(yaml_get(y, "needs"), need_words, COUNT(need_words));
    step->effects = bits_of(yaml_get(y, "effects"), effect_words, COUNT(effect_words));
    step->refusal = both(y, "refusal");
    return load_when(l, y, step);
}

/* The same verb, state and part twice is told apart by conditions only. */
static enum rc check_twice(struct loader *l, const struct yaml *y, const struct duty_step *step)
{
    for (const struct duty_step *other = l->m->steps; other < step; other++) {
        const uint64_t both_from = other->from & step->from;
        if (!span_eq(other->verb, step->verb) || !both_from || !(other->parts & step->parts) ||
            (other->when && step->when))
            continue;
        return fault(l, yaml_get(y, "verb"), MSG_duty_step_twice, step->verb,
                     l->m->states[__builtin_ctzll(both_from)].word);
    }
    for (int i = 0; i < l->m->n_states; i++)
        if ((step->from >> i & 1) && l->m->states[i].final && step->to != i && step->to >= 0 &&
            !(step->effects & DUTY_REOPEN))
            return fault(l, yaml_get(y, "verb"), MSG_duty_end_left, step->verb, l->m->states[i].word);
    return RC_OK;
}

static enum rc load_steps(struct loader *l, const struct yaml *steps)
{
    enum rc rc = RC_OK;
    for (const struct yaml *y = steps->first; y && rc == RC_OK; y = y->next) {
        struct duty_step *const step = &l->m->steps[l->m->n_steps];
        rc = load_step(l, y, step);
        if (rc == RC_OK)
            rc = check_twice(l, y, step);
        l->m->n_steps++;
    }
    return rc;
}

/* ---- does every way lead to an end? ------------------------------------------------------------------------------------------------ */

static uint64_t all_ends(const struct duty_machine *m)
{
    uint64_t ends = 0;
    for (int i = 0; i < m->n_states; i++)
        if (m->states[i].final)
            ends |= 1ull << i;
    return ends;
}

static uint64_t reached_from_start(const struct duty_machine *m)
{
    uint64_t reached = 1ull << m->start, before = 0;
    while (reached != before) {
        before = reached;
        for (int i = 0; i < m->n_steps; i++)
            if ((m->steps[i].from & reached) && m->steps[i].to >= 0)
                reached |= 1ull << m->steps[i].to;
    }
    return reached;
}

static uint64_t saved_by_ends(const struct duty_machine *m)
{
    uint64_t saved = all_ends(m), before = 0;
    while (saved != before) {
        before = saved;
        for (int i = 0; i < m->n_steps; i++)
            if (m->steps[i].to >= 0 && (saved >> m->steps[i].to & 1))
                saved |= m->steps[i].from;
    }
    return saved;
}

static enum rc check_ways(struct loader *l, const struct yaml *states)
{
    const uint64_t reached = reached_from_start(l->m), saved = saved_by_ends(l->m);
    const struct yaml *y = states->first;
    if (!all_ends(l->m))
        return fault(l, states, MSG_duty_no_end, SPAN_NONE, SPAN_NONE);
    for (int i = 0; i < l->m->n_states; i++, y = y->next) {
        if (!(reached >> i & 1))
            return fault(l, y, MSG_duty_no_way_in, y->key, SPAN_NONE);
        if (!(saved >> i & 1))
            return fault(l, y, MSG_duty_no_way_out, y->key, SPAN_NONE);
    }
    return RC_OK;
}

/* A clock that does something at its end must be able to do it from every state in which it runs. */
static enum rc check_then(struct loader *l, const struct yaml *states)
{
    const struct duty_machine *const m = l->m;
    const struct yaml *y = states->first;
    for (int i = 0; i < m->n_states; i++, y = y->next) {
        const struct span then = m->states[i].clock >= 0 ? m->clocks[m->states[i].clock].then : SPAN_NONE;
        bool can = then.len == 0;
        for (int k = 0; !can && k < m->n_steps; k++)
            can = span_eq(m->steps[k].verb, then) && (m->steps[k].from >> i & 1) &&
                  (m->steps[k].parts >> DUTY_SYSTEM & 1);
        if (!can)
            return fault(l, y, MSG_duty_then_unknown, then, y->key);
    }
    return RC_OK;
}

enum rc duty_machine_load(struct arena *a, const char *file, struct span yaml, const struct duty_machine **out,
                          struct fail *f)
{
    struct loader l = {a, file, ARENA_NEW(a, struct duty_machine), f};
    struct yaml *tree = NULL;
    if (!l.m)
        return fail_set(f, RC_LIMIT, MSG_yaml_large, file, NULL);
    enum rc rc = yaml_read(a, file, yaml, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &machine_schema, file, f);
    if (rc != RC_OK)
        return rc;
    l.m->word = yaml_text(tree, "machine");
    l.m->version = yaml_int(tree, "version", 1);
    l.m->name = both(tree, "name");
    rc = load_clocks(&l, yaml_get(tree, "clocks"));
    if (rc == RC_OK)
        rc = load_states(&l, yaml_get(tree, "states"));
    if (rc != RC_OK)
        return rc;
    l.m->start = duty_state_find(l.m, yaml_text(tree, "start"));
    if (l.m->start < 0)
        return fault(&l, yaml_get(tree, "start"), MSG_duty_state_unknown, yaml_text(tree, "start"), SPAN_NONE);
    rc = load_steps(&l, yaml_get(tree, "steps"));
    if (rc == RC_OK)
        rc = check_ways(&l, yaml_get(tree, "states"));
    if (rc == RC_OK)
        rc = check_then(&l, yaml_get(tree, "states"));
    if (rc == RC_OK)
        *out = l.m;
    return rc;
}

/* ---- asking -------------------------------------------------------------------------------------------------------------------------- */

static void facts_values(const struct duty_facts *facts, struct rule_value v[])
{
    const int64_t ints[] = {facts->returns, facts->extensions, facts->reports, facts->evidence, facts->open_parts};
    for (int i = 0; i < 5; i++)
        v[i] = (struct rule_value){.type = RULE_INT, .num = ints[i]};
    v[5] = (struct rule_value){.type = RULE_DECIMAL, .num = facts->percent_millionths};
    v[6] = (struct rule_value){.type = RULE_DATE, .num = facts->due_day, .missing = facts->due_day == INT32_MIN};
    v[7] = (struct rule_value){.type = RULE_DATE, .num = facts->today};
    v[8] = (struct rule_value){.type = RULE_BOOL, .num = facts->overdue};
    v[9] = (struct rule_value){.type = RULE_BOOL, .num = facts->crosses_border};
}

static enum rc condition(struct arena *a, const struct duty_step *step, const struct duty_facts *facts, bool *holds,
                         struct rule_trace *trace, struct fail *f)
{
    struct rule_value values[COUNT(duty_inputs)], out = {.num = 1};
    if (step->when) {
        facts_values(facts, values);
        const enum rc rc = rule_run(a, step->when, values, NULL, &out, trace, f);
        if (rc != RC_OK)
            return rc;
    }
    *holds = out.num != 0;
    return RC_OK;
}

static const char *needs_missing(const struct duty_step *step, const struct duty_given *g)
{
    const bool given[] = {g->text.len > 0, g->reason.len > 0, g->n_evidence > 0, g->unit,
                          g->date,         g->percent,        g->n_parts > 0};
    for (int i = 0; i < COUNT(need_words); i++)
        if ((step->needs >> i & 1) && !given[i])
            return need_words[i];
    return NULL;
}

/* A refusal with the verb's name (of any step that has it, so that people read its own words) and one more word. */
static enum rc refused(const struct duty_machine *m, struct span verb, enum rc rc, enum msg msg, struct duty_both more,
                       struct fail *f)
{
    struct duty_both name = {verb, verb};
    for (int i = m->n_steps - 1; i >= 0; i--)
        if (span_eq(m->steps[i].verb, verb))
            name = m->steps[i].name;
    (void)fail_set(f, rc, msg, NULL, NULL);
    fail_arg_both(f, 0, name.zh, name.en);
    fail_arg_both(f, 1, more.zh, more.en);
    return rc;
}

/* RC_OK when nothing that the step needs is missing. */
static enum rc needs_met(const struct duty_machine *m, const struct duty_step *step, const struct duty_given *given,
                         struct fail *f)
{
    const char *const missing = needs_missing(step, given);
    if (!missing)
        return RC_OK;
    (void)refused(m, step->verb, RC_INVALID, MSG_duty_needs, (struct duty_both){SPAN_NONE, SPAN_NONE}, f);
    (void)snprintf(f->field, sizeof(f->field), "%s", missing);
    return RC_INVALID;
}

enum rc duty_step_find(struct arena *a, const struct duty_ask *ask, struct span verb, const struct duty_step **out,
                       struct rule_trace *trace, struct fail *f)
{
    const struct duty_machine *const m = ask->machine;
    const struct duty_step *other_part = NULL, *said_no = NULL;
    ensure(ask->state >= 0 && ask->state < m->n_states);
    for (int i = 0; i < m->n_steps; i++) {
        const struct duty_step *const step = &m->steps[i];
        bool holds = false;
        if (!span_eq(step->verb, verb) || !(step->from >> ask->state & 1))
            continue;
        if (!(step->parts >> ask->part & 1)) {
            other_part = step;
            continue;
        }
        enum rc rc = condition(a, step, ask->facts, &holds, trace, f);
        if (rc == RC_OK && holds)
            rc = needs_met(m, step, ask->given, f);
        if (rc != RC_OK)
            return rc;
        if (holds) {
            *out = step;
            return RC_OK;
        }
        said_no = step;
    }
    if (said_no)
        return refused(m, verb, RC_CONFLICT, MSG_duty_condition, said_no->refusal, f);
    if (other_part)
        return refused(m, verb, RC_FORBIDDEN, MSG_duty_not_yours, (struct duty_both){SPAN_NONE, SPAN_NONE}, f);
    return refused(m, verb, RC_CONFLICT, MSG_duty_not_now, m->states[ask->state].name, f);
}

enum rc duty_verbs(struct arena *a, const struct duty_ask *ask, const struct duty_step **out, int *n, struct fail *f)
{
    const struct duty_machine *const m = ask->machine;
    int found = 0;
    ensure(ask->state >= 0 && ask->state < m->n_states);
    for (int i = 0; i < m->n_steps; i++) {
        const struct duty_step *const step = &m->steps[i];
        bool holds = false;
        if (!(step->from >> ask->state & 1) || !(step->parts >> ask->part & 1))
            continue;
        const enum rc rc = condition(a, step, ask->facts, &holds, NULL, f);
        if (rc != RC_OK)
            return rc;
        if (holds)
            out[found++] = step;
    }
    *n = found;
    return RC_OK;
}
