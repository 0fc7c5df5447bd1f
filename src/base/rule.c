/*
 * rule.c - the rule language. Source → tokens (one at a time) → typed nodes in one array, children before parents → evaluation over the array.
 * The parser is recursive descent, and so is the evaluation; both depths are bounded by RULE_DEPTH_MAX brackets (times the eight levels of
 * precedence), which the compiler enforces, so no input can exhaust the stack.
 *
 * Presence: `known(x)` makes the input x present in the then part of its `if` and on the right of its `and`. The parser keeps the set of inputs known
 * to be present as a bit mask: an expression yields the mask that holds when it is true (`facts`), joined by `and`, dropped by `or` and `not`.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/rule.h"
#include "base/utf8.h"

enum op {
    OP_CONST,
    OP_INPUT,
    OP_SET,
    OP_IF,
    OP_OR,
    OP_AND,
    OP_NOT,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_BETWEEN,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_NEG,
    OP_OTHERWISE,
    OP_DECIMAL, /* int to decimal */
    OP_KNOWN,
    OP_MIN,
    OP_MAX,
    OP_ABS,
    OP_DIV,
    OP_FLOOR,
    OP_CEIL,
    OP_ROUND,
    OP_SHARE,
    OP_YEAR,
    OP_MONTH,
    OP_DAY,
    OP_WEEKDAY,
    OP_COUNT,
    OP_WORKDAYS
};

struct node {
    enum op op;
    enum rule_type type;
    bool may_miss;
    int from, to;            /* bytes of the source */
    int kid[3];              /* indexes; -1 none */
    struct rule_value value; /* OP_CONST; OP_SET: items are the constants */
    int input;               /* OP_INPUT */
};
struct rule {
    struct span source;
    const struct rule_input *inputs;
    int n_inputs;
    struct node *nodes;
    int count, root;
};

enum token_kind { T_END, T_NAME, T_INT, T_DECIMAL, T_DATE, T_TEXT, T_SIGN };
struct token {
    enum token_kind kind;
    int from, to;
    int64_t num;
    struct span text; /* of T_NAME, T_SIGN: as written; of T_TEXT: the content */
};
struct parser {
    struct arena *arena;
    struct rule *rule;
    struct token token;
    int at, depth;
    int last_end;        /* where the last token taken ends */
    uint64_t present[4]; /* inputs known to be there, one bit each */
    struct fail *f;
    enum rc rc; /* latched */
};
/* What a true value of the expression just parsed tells about inputs. */
struct facts {
    uint64_t present[4];
};
#define INPUTS_MAX 256

static const char *const type_names[] = {"bool", "int", "decimal", "date", "text", "set of int", "set of text"};

/* ---- failing ------------------------------------------------------------------------------------------------------------------ */

static int failing(struct parser *p, enum rc rc, enum msg msg, int at, const char *one, const char *two)
{
    char column[16];
    if (p->rc == RC_OK) {
        const struct span before = span_sub(p->rule->source, 0, (size_t)at);
        (void)snprintf(column, sizeof(column), "%zu", utf8_count(before) + 1);
        p->rc = fail_set(p->f, rc, msg, NULL, column, one, two, NULL);
    }
    return -1;
}

static int expected(struct parser *p, const char *what)
{
    return failing(p, RC_INVALID, MSG_rule_syntax, p->token.from, what, NULL);
}

/* ---- tokens ------------------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static char char_at(const struct parser *p, int at)
{
    return (size_t)at < p->rule->source.len ? p->rule->source.ptr[at] : 0;
}

static void token_number(struct parser *p, struct token *t)
{
    struct ymd day;
    int at = t->from;
    while (is_digit(char_at(p, at)))
        at++;
    if (at - t->from == 4 && char_at(p, at) == '-' && is_digit(char_at(p, at + 1)) && is_digit(char_at(p, at + 2)) &&
        char_at(p, at + 3) == '-') {
        t->to = at + 6;
        t->kind = T_DATE;
        t->text = span_sub(p->rule->source, (size_t)t->from, (size_t)t->to);
        if (is_name(char_at(p, t->to)) || !date_parse(t->text, &day)) {
            char text[16];
            (void)snprintf(text, sizeof(text), "%.*s", SPAN_ARG(t->text));
            (void)failing(p, RC_INVALID, MSG_rule_date_invalid, t->from, text, NULL);
            return;
        }
        t->num = date_to_days(day);
        return;
    }
    bool fits = span_to_i64(span_sub(p->rule->source, (size_t)t->from, (size_t)at), &t->num);
    t->kind = T_INT;
    if (char_at(p, at) == '.') {
        int64_t one = RULE_DECIMAL_ONE;
        t->kind = T_DECIMAL;
        fits = fits && !__builtin_mul_overflow(t->num, one, &t->num) && is_digit(char_at(p, at + 1));
        for (at++; is_digit(char_at(p, at)); at++) {
            one /= 10;
            fits = fits && (one || char_at(p, at) == '0') &&
                   !__builtin_add_overflow(t->num, one * (char_at(p, at) - '0'), &t->num);
        }
    }
    t->to = at;
    if (!fits || is_name(char_at(p, at)))
        (void)failing(p, RC_INVALID, MSG_rule_number_large, t->from, NULL, NULL);
}

static void token_text(struct parser *p, struct token *t)
{
    char *const out = arena_alloc(p->arena, p->rule->source.len);
    size_t n = 0;
    int at = t->from + 1;
    if (!out) {
        (void)failing(p, RC_LIMIT, MSG_rule_too_long, t->from, NULL, NULL);
        return;
    }
    for (; char_at(p, at) && (char_at(p, at) != '\'' || char_at(p, at + 1) == '\''); at++) {
        if (char_at(p, at) == '\'')
            at++;
        out[n++] = char_at(p, at);
    }
    t->kind = T_TEXT;
    t->to = at + 1;
    t->text = (struct span){out, n};
    if (char_at(p, at) != '\'')
        (void)failing(p, RC_INVALID, MSG_rule_syntax, t->from, "'…'", NULL);
}

static void advance(struct parser *p)
{
    static const char *const signs[] = {"<=", ">=", "!=", "??", "<", ">", "=", "+", "-", "*", "(", ")", "{", "}", ","};
    p->last_end = p->token.to;
    while (char_at(p, p->at) == ' ' || char_at(p, p->at) == '\n' || char_at(p, p->at) == '\t' ||
           char_at(p, p->at) == '\r')
        p->at++;
    struct token t = {.kind = T_END, .from = p->at, .to = p->at};
    const char c = char_at(p, p->at);
    if (is_digit(c)) {
        token_number(p, &t);
    } else if (c == '\'') {
        token_text(p, &t);
    } else if (is_name(c)) {
        t.kind = T_NAME;
        while (is_name(char_at(p, t.to)))
            t.to++;
    } else if ((size_t)p->at < p->rule->source.len) {
        const struct span rest = span_sub(p->rule->source, (size_t)p->at, p->rule->source.len);
        for (size_t i = 0; i < sizeof(signs) / sizeof(*signs) && t.kind == T_END; i++)
            if (span_starts(rest, span_of(signs[i]))) {
                t.kind = T_SIGN;
                t.to = t.from + (int)strlen(signs[i]);
            }
        if (t.kind == T_END)
            (void)failing(p, RC_INVALID, MSG_rule_char, t.from, NULL, NULL);
    }
    if (t.kind == T_NAME || t.kind == T_SIGN)
        t.text = span_sub(p->rule->source, (size_t)t.from, (size_t)t.to);
    if (p->rc != RC_OK) { /* nothing more is read after a failure */
        t.kind = T_END;
        p->at = (int)p->rule->source.len;
    } else {
        p->at = t.to;
    }
    p->token = t;
}

static bool is_word(const struct parser *p, const char *word)
{
    return (p->token.kind == T_NAME || p->token.kind == T_SIGN) && span_is(p->token.text, word);
}

static bool took(struct parser *p, const char *word)
{
    if (!is_word(p, word))
        return false;
    advance(p);
    return true;
}

static bool need(struct parser *p, const char *word)
{
    if (took(p, word))
        return true;
    (void)expected(p, word);
    return false;
}

/* ---- nodes ---------------------------------------------------------------------------------------------------------------------- */

static struct node *node_at(const struct parser *p, int i)
{
    return &p->rule->nodes[i];
}

static int node_new(struct parser *p, enum op op, enum rule_type type, int from)
{
    if (p->rc != RC_OK)
        return -1;
    if (p->rule->count == RULE_NODES_MAX)
        return failing(p, RC_LIMIT, MSG_rule_too_long, from, NULL, NULL);
    struct node *const n = &p->rule->nodes[p->rule->count];
    *n = (struct node){.op = op, .type = type, .from = from, .to = p->last_end, .kid = {-1, -1, -1}, .input = -1};
    return p->rule->count++;
}

static bool is_number(enum rule_type t)
{
    return t == RULE_INT || t == RULE_DECIMAL;
}

static int type_wrong(struct parser *p, int node, const char *want)
{
    if (node < 0)
        return -1;
    return failing(p, RC_INVALID, MSG_rule_type_wrong, node_at(p, node)->from, want,
                   type_names[node_at(p, node)->type]);
}

static int to_decimal(struct parser *p, int kid)
{
    if (kid < 0 || node_at(p, kid)->type == RULE_DECIMAL)
        return kid;
    if (node_at(p, kid)->type != RULE_INT)
        return type_wrong(p, kid, "decimal");
    const int n = node_new(p, OP_DECIMAL, RULE_DECIMAL, node_at(p, kid)->from);
    if (n < 0)
        return n;
    node_at(p, n)->kid[0] = kid;
    node_at(p, n)->to = node_at(p, kid)->to;
    node_at(p, n)->may_miss = node_at(p, kid)->may_miss;
    return n;
}

/* Two sides of one type; int rises to decimal where the other is one. */
static bool meet(struct parser *p, int *a, int *b)
{
    if (*a < 0 || *b < 0)
        return false;
    const enum rule_type x = node_at(p, *a)->type, y = node_at(p, *b)->type;
    if (x == y)
        return true;
    if (is_number(x) && is_number(y)) {
        *a = to_decimal(p, *a);
        *b = to_decimal(p, *b);
        return *a >= 0 && *b >= 0;
    }
    (void)type_wrong(p, *b, type_names[x]);
    return false;
}

static int join(struct parser *p, enum op op, enum rule_type type, int a, int b)
{
    if (a < 0 || b < 0)
        return -1;
    const int n = node_new(p, op, type, node_at(p, a)->from);
    if (n < 0)
        return n;
    node_at(p, n)->kid[0] = a;
    node_at(p, n)->kid[1] = b;
    node_at(p, n)->may_miss = node_at(p, a)->may_miss || node_at(p, b)->may_miss;
    return n;
}

static bool must_be_there(struct parser *p, int node)
{
    if (node < 0)
        return false;
    const struct node *const n = node_at(p, node);
    if (!n->may_miss)
        return true;
    char text[64];
    (void)snprintf(text, sizeof(text), "%.*s", SPAN_ARG(span_sub(p->rule->source, (size_t)n->from, (size_t)n->to)));
    (void)failing(p, RC_INVALID, MSG_rule_may_miss, n->from, text, NULL);
    return false;
}

static bool must_be_condition(struct parser *p, int node)
{
    if (node >= 0 && node_at(p, node)->type != RULE_BOOL)
        node = type_wrong(p, node, "bool");
    return must_be_there(p, node);
}

/* ---- the grammar ---------------------------------------------------------------------------------------------------------------- */

static int parse_expression(struct parser *p, struct facts *facts);

static int parse_constant(struct parser *p)
{
    static const enum rule_type types[] = {
        [T_INT] = RULE_INT, [T_DECIMAL] = RULE_DECIMAL, [T_DATE] = RULE_DATE, [T_TEXT] = RULE_TEXT};
    const struct token t = p->token;
    advance(p);
    const int n = node_new(p, OP_CONST, types[t.kind], t.from);
    if (n >= 0)
        node_at(p, n)->value =
            (struct rule_value){.type = types[t.kind], .num = t.num, .text = t.kind == T_TEXT ? t.text : SPAN_NONE};
    return n;
}

static int parse_truth(struct parser *p, bool value)
{
    const int from = p->token.from;
    advance(p);
    const int n = node_new(p, OP_CONST, RULE_BOOL, from);
    if (n >= 0)
        node_at(p, n)->value = (struct rule_value){.type = RULE_BOOL, .num = value};
    return n;
}

static int parse_set(struct parser *p)
{
    struct rule_value *const items = ARENA_ARRAY(p->arena, 256, struct rule_value);
    const int from = p->token.from;
    int count = 0;
    if (!items)
        return failing(p, RC_LIMIT, MSG_rule_too_long, from, NULL, NULL);
    advance(p);
    do {
        if (p->token.kind != T_INT && p->token.kind != T_TEXT)
            return expected(p, "12, 'text'");
        if (count == 256)
            return failing(p, RC_LIMIT, MSG_rule_too_long, from, NULL, NULL);
        items[count] = (struct rule_value){
            .type = p->token.kind == T_INT ? RULE_INT : RULE_TEXT, .num = p->token.num, .text = p->token.text};
        if (items[count].type != items[0].type)
            return expected(p, type_names[items[0].type]);
        count++;
        advance(p);
    } while (took(p, ","));
    if (!need(p, "}"))
        return -1;
    const enum rule_type type = items[0].type == RULE_INT ? RULE_INT_SET : RULE_TEXT_SET;
    const int n = node_new(p, OP_SET, type, from);
    if (n >= 0)
        node_at(p, n)->value = (struct rule_value){.type = type, .items = items, .n_items = count};
    return n;
}

static int parse_known(struct parser *p, int from, struct facts *facts)
{
    struct facts inner = {{0}};
    const int kid = parse_expression(p, &inner);
    if (!need(p, ")") || kid < 0)
        return -1;
    const int n = node_new(p, OP_KNOWN, RULE_BOOL, from);
    if (n < 0)
        return n;
    node_at(p, n)->kid[0] = kid;
    const int input = node_at(p, kid)->input;
    if (node_at(p, kid)->op == OP_INPUT)
        facts->present[input / 64] |= 1ull << (input % 64);
    return n;
}

/* Types of a call: 'n' a number (both alike when two), 'i' int, 'd' date, 'x' decimal, 's' a set; result the same, or 'n' that of the arguments. */
static const struct function {
    const char *name, *takes;
    char gives;
    enum op op;
} functions[] = {
    {"min", "nn", 'n', OP_MIN},    {"max", "nn", 'n', OP_MAX},
    {"abs", "n", 'n', OP_ABS},     {"div", "xxx", 'x', OP_DIV},
    {"floor", "x", 'i', OP_FLOOR}, {"ceil", "x", 'i', OP_CEIL},
    {"round", "x", 'i', OP_ROUND}, {"share", "iii", 'i', OP_SHARE},
    {"year", "d", 'i', OP_YEAR},   {"month", "d", 'i', OP_MONTH},
    {"day", "d", 'i', OP_DAY},     {"weekday", "d", 'i', OP_WEEKDAY},
    {"count", "s", 'i', OP_COUNT}, {"workdays", "dd", 'i', OP_WORKDAYS},
};

static int argument(struct parser *p, char takes, int kid)
{
    if (kid < 0)
        return kid;
    const enum rule_type type = node_at(p, kid)->type;
    switch (takes) {
    case 'x':
        return to_decimal(p, kid);
    case 'i':
        return type == RULE_INT ? kid : type_wrong(p, kid, "int");
    case 'd':
        return type == RULE_DATE ? kid : type_wrong(p, kid, "date");
    case 's':
        return type == RULE_INT_SET || type == RULE_TEXT_SET ? kid : type_wrong(p, kid, "set");
    default: /* min and max also take dates */
        return is_number(type) || type == RULE_DATE ? kid : type_wrong(p, kid, "int, decimal, date");
    }
}

static int parse_call(struct parser *p, const struct function *fn, int from)
{
    int kids[3] = {-1, -1, -1};
    bool may_miss = false;
    for (int i = 0; fn->takes[i]; i++) {
        struct facts inner = {{0}};
        if (i && !need(p, ","))
            return -1;
        kids[i] = argument(p, fn->takes[i], parse_expression(p, &inner));
        if (kids[i] < 0)
            return -1;
        may_miss = may_miss || node_at(p, kids[i])->may_miss;
    }
    if (!need(p, ")"))
        return -1;
    if (fn->gives == 'n' && fn->takes[1] && !meet(p, &kids[0], &kids[1]))
        return -1;
    if (fn->op == OP_ABS && !is_number(node_at(p, kids[0])->type))
        return type_wrong(p, kids[0], "int, decimal");
    const enum rule_type type = fn->gives == 'n'   ? node_at(p, kids[0])->type
                                : fn->gives == 'x' ? RULE_DECIMAL
                                                   : RULE_INT;
    const int n = node_new(p, fn->op, type, from);
    if (n < 0)
        return n;
    memcpy(node_at(p, n)->kid, kids, sizeof(kids));
    node_at(p, n)->may_miss = may_miss;
    return n;
}

static int name_unknown(struct parser *p, const struct token *t)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "%.*s", SPAN_ARG(t->text));
    return failing(p, RC_INVALID, MSG_rule_name_unknown, t->from, name, NULL);
}

static int parse_name(struct parser *p, struct facts *facts)
{
    const struct token t = p->token;
    advance(p);
    if (took(p, "(")) {
        if (span_is(t.text, "known"))
            return parse_known(p, t.from, facts);
        for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
            if (span_is(t.text, functions[i].name))
                return parse_call(p, &functions[i], t.from);
        return name_unknown(p, &t);
    }
    for (int i = 0; i < p->rule->n_inputs; i++) {
        const struct rule_input *const in = &p->rule->inputs[i];
        if (!span_is(t.text, in->name))
            continue;
        const int n = node_new(p, OP_INPUT, in->type, t.from);
        if (n < 0)
            return n;
        node_at(p, n)->input = i;
        node_at(p, n)->may_miss = in->optional && !(p->present[i / 64] >> (i % 64) & 1);
        return n;
    }
    return name_unknown(p, &t);
}

static int parse_primary(struct parser *p, struct facts *facts)
{
    if (p->token.kind >= T_INT && p->token.kind <= T_TEXT)
        return parse_constant(p);
    if (is_word(p, "true") || is_word(p, "false"))
        return parse_truth(p, is_word(p, "true"));
    if (is_word(p, "{"))
        return parse_set(p);
    if (took(p, "(")) {
        const int n = parse_expression(p, facts);
        return need(p, ")") ? n : -1;
    }
    if (p->token.kind == T_NAME)
        return parse_name(p, facts);
    return expected(p, "12, 'text', 2026-06-30, name, (");
}

/* x ?? y */
static int parse_otherwise(struct parser *p, struct facts *facts)
{
    int a = parse_primary(p, facts);
    while (took(p, "??")) {
        struct facts none = {{0}};
        int b = parse_primary(p, &none);
        if (!meet(p, &a, &b))
            return -1;
        const bool may_miss = node_at(p, b)->may_miss;
        a = join(p, OP_OTHERWISE, node_at(p, a)->type, a, b);
        if (a < 0)
            return a;
        node_at(p, a)->may_miss = may_miss;
    }
    return a;
}

static int parse_unary(struct parser *p, struct facts *facts)
{
    const int from = p->token.from;
    if (!took(p, "-"))
        return parse_otherwise(p, facts);
    struct facts none = {{0}};
    const int kid = parse_otherwise(p, &none);
    if (kid < 0 || !is_number(node_at(p, kid)->type))
        return type_wrong(p, kid, "int, decimal");
    const int n = node_new(p, OP_NEG, node_at(p, kid)->type, from);
    if (n < 0)
        return n;
    node_at(p, n)->kid[0] = kid;
    node_at(p, n)->may_miss = node_at(p, kid)->may_miss;
    return n;
}

static int parse_product(struct parser *p, struct facts *facts)
{
    int a = parse_unary(p, facts);
    while (took(p, "*")) {
        struct facts none = {{0}};
        int b = parse_unary(p, &none);
        if (!meet(p, &a, &b))
            return -1;
        if (!is_number(node_at(p, a)->type))
            return type_wrong(p, a, "int, decimal");
        a = join(p, OP_MUL, node_at(p, a)->type, a, b);
    }
    return a;
}

/* date ± int, date - date, number ± number */
static int sum_node(struct parser *p, enum op op, int a, int b)
{
    if (a < 0 || b < 0)
        return -1;
    const enum rule_type x = node_at(p, a)->type, y = node_at(p, b)->type;
    if (x == RULE_DATE && y == RULE_INT)
        return join(p, op, RULE_DATE, a, b);
    if (x == RULE_DATE && y == RULE_DATE && op == OP_SUB)
        return join(p, op, RULE_INT, a, b);
    if (!is_number(x))
        return type_wrong(p, a, "int, decimal, date");
    return meet(p, &a, &b) ? join(p, op, node_at(p, a)->type, a, b) : -1;
}

static int parse_sum(struct parser *p, struct facts *facts)
{
    int a = parse_product(p, facts);
    while (p->rc == RC_OK && (is_word(p, "+") || is_word(p, "-"))) {
        const enum op op = is_word(p, "+") ? OP_ADD : OP_SUB;
        struct facts none = {{0}};
        advance(p);
        a = sum_node(p, op, a, parse_product(p, &none));
    }
    return a;
}

static int parse_in(struct parser *p, int a)
{
    struct facts none = {{0}};
    const int b = parse_sum(p, &none);
    if (a < 0 || b < 0)
        return -1;
    const enum rule_type set = node_at(p, b)->type;
    if (set != RULE_INT_SET && set != RULE_TEXT_SET)
        return type_wrong(p, b, "set");
    if (node_at(p, a)->type != (set == RULE_INT_SET ? RULE_INT : RULE_TEXT))
        return type_wrong(p, a, set == RULE_INT_SET ? "int" : "text");
    return join(p, OP_IN, RULE_BOOL, a, b);
}

static int parse_between(struct parser *p, int a)
{
    struct facts none = {{0}};
    int low = parse_sum(p, &none);
    if (!need(p, "and"))
        return -1;
    int high = parse_sum(p, &none);
    if (!meet(p, &a, &low) || !meet(p, &a, &high) || !meet(p, &low, &high))
        return -1;
    if (!is_number(node_at(p, a)->type) && node_at(p, a)->type != RULE_DATE)
        return type_wrong(p, a, "int, decimal, date");
    const int n = join(p, OP_BETWEEN, RULE_BOOL, a, low);
    if (n < 0)
        return n;
    node_at(p, n)->kid[2] = high;
    node_at(p, n)->may_miss = node_at(p, n)->may_miss || node_at(p, high)->may_miss;
    return n;
}

static int parse_comparison(struct parser *p, struct facts *facts)
{
    static const struct {
        const char *sign;
        enum op op;
    } signs[] = {{"=", OP_EQ}, {"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE}, {"<", OP_LT}, {">", OP_GT}};
    int a = parse_sum(p, facts);
    if (took(p, "in"))
        return parse_in(p, a);
    if (took(p, "between"))
        return parse_between(p, a);
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        struct facts none = {{0}};
        if (!took(p, signs[i].sign))
            continue;
        int b = parse_sum(p, &none);
        if (!meet(p, &a, &b))
            return -1;
        const enum rule_type type = node_at(p, a)->type;
        const bool ordered = is_number(type) || type == RULE_DATE;
        if (type == RULE_INT_SET || type == RULE_TEXT_SET || (!ordered && signs[i].op != OP_EQ && signs[i].op != OP_NE))
            return type_wrong(p, a, "int, decimal, date");
        *facts = (struct facts){{0}};
        return join(p, signs[i].op, RULE_BOOL, a, b);
    }
    return a;
}

static int parse_not(struct parser *p, struct facts *facts)
{
    const int from = p->token.from;
    bool negated = false, any = false;
    while (took(p, "not")) {
        negated = !negated;
        any = true;
    }
    const int kid = parse_comparison(p, facts);
    if (!any)
        return kid;
    if (negated)
        *facts = (struct facts){{0}};
    if (!must_be_condition(p, kid) || !negated)
        return kid;
    const int n = node_new(p, OP_NOT, RULE_BOOL, from);
    if (n >= 0)
        node_at(p, n)->kid[0] = kid;
    return n;
}

static int parse_and(struct parser *p, struct facts *facts)
{
    uint64_t before[4];
    int a = parse_not(p, facts);
    memcpy(before, p->present, sizeof(before));
    while (p->rc == RC_OK && is_word(p, "and")) {
        struct facts right = {{0}};
        advance(p);
        if (!must_be_condition(p, a))
            break;
        for (int i = 0; i < 4; i++)
            p->present[i] |= facts->present[i];
        const int b = parse_not(p, &right);
        a = must_be_condition(p, b) ? join(p, OP_AND, RULE_BOOL, a, b) : -1;
        for (int i = 0; i < 4; i++)
            facts->present[i] |= right.present[i];
    }
    memcpy(p->present, before, sizeof(before));
    return p->rc == RC_OK ? a : -1;
}

static int parse_or(struct parser *p, struct facts *facts)
{
    int a = parse_and(p, facts);
    while (p->rc == RC_OK && is_word(p, "or")) {
        struct facts right = {{0}};
        advance(p);
        *facts = right;
        const int b = must_be_condition(p, a) ? parse_and(p, &right) : -1;
        a = must_be_condition(p, b) ? join(p, OP_OR, RULE_BOOL, a, b) : -1;
    }
    return a;
}

static int parse_if(struct parser *p, int from)
{
    uint64_t before[4];
    struct facts facts = {{0}}, none = {{0}};
    const int condition = parse_or(p, &facts);
    if (!must_be_condition(p, condition) || !need(p, "then"))
        return -1;
    memcpy(before, p->present, sizeof(before));
    for (int i = 0; i < 4; i++)
        p->present[i] |= facts.present[i];
    int yes = parse_expression(p, &none);
    memcpy(p->present, before, sizeof(before));
    if (!need(p, "else"))
        return -1;
    int no = parse_expression(p, &none);
    if (!meet(p, &yes, &no))
        return -1;
    const int n = node_new(p, OP_IF, node_at(p, yes)->type, from);
    if (n < 0)
        return n;
    node_at(p, n)->kid[0] = condition;
    node_at(p, n)->kid[1] = yes;
    node_at(p, n)->kid[2] = no;
    node_at(p, n)->may_miss = node_at(p, yes)->may_miss || node_at(p, no)->may_miss;
    return n;
}

static int parse_expression(struct parser *p, struct facts *facts)
{
    const int from = p->token.from;
    if (p->rc != RC_OK)
        return -1;
    if (++p->depth > RULE_DEPTH_MAX)
        return failing(p, RC_LIMIT, MSG_rule_too_long, from, NULL, NULL);
    const int n = took(p, "if") ? parse_if(p, from) : parse_or(p, facts);
    p->depth--;
    return p->rc == RC_OK ? n : -1;
}

enum rc rule_compile(struct arena *a, struct span source, const struct rule_input *inputs, int n_inputs,
                     enum rule_type want, const struct rule **out, struct fail *f)
{
    struct facts facts = {{0}};
    ensure(n_inputs >= 0 && n_inputs <= INPUTS_MAX);
    if (source.len > RULE_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_rule_too_long, NULL, NULL);
    struct rule *const rule = ARENA_NEW(a, struct rule);
    struct node *const nodes = ARENA_ARRAY(a, RULE_NODES_MAX, struct node);
    const struct span copy = span_dup(a, source);
    if (!rule || !nodes || !copy.ptr)
        return fail_set(f, RC_LIMIT, MSG_rule_too_long, NULL, NULL);
    *rule = (struct rule){.source = copy, .inputs = inputs, .n_inputs = n_inputs, .nodes = nodes};
    struct parser p = {.arena = a, .rule = rule, .f = f};
    advance(&p);
    int root = parse_expression(&p, &facts);
    if (p.rc == RC_OK && p.token.kind != T_END)
        root = expected(&p, "+ - * = < in and or ??");
    if (root >= 0 && want == RULE_DECIMAL)
        root = to_decimal(&p, root);
    if (root >= 0 && node_at(&p, root)->type != want)
        root = type_wrong(&p, root, type_names[want]);
    if (!must_be_there(&p, root))
        return p.rc;
    rule->root = root;
    *out = rule;
    return RC_OK;
}

/* ---- running --------------------------------------------------------------------------------------------------------------------- */

struct run {
    struct arena *arena;
    const struct rule *rule;
    const struct rule_value *values;
    const struct calendar *calendar;
    struct rule_trace *trace;
    struct fail *f;
    enum rc rc; /* latched */
};

static struct span node_text(const struct rule *rule, const struct node *n)
{
    return span_sub(rule->source, (size_t)n->from, (size_t)n->to);
}

static struct rule_value overflow(struct run *r, const struct node *n)
{
    if (r->rc == RC_OK)
        r->rc = fail_span(r->f, RC_LIMIT, MSG_rule_overflow, NULL, node_text(r->rule, n));
    return (struct rule_value){.type = n->type};
}

static struct rule_value number(const struct node *n, int64_t num)
{
    return (struct rule_value){.type = n->type, .num = num};
}

/* num / den rounded half to even; den > 0. */
static __int128 divide_even(__int128 num, __int128 den)
{
    __int128 q = num / den;
    __int128 rest = num % den;
    if (rest < 0) {
        rest += den;
        q -= 1;
    }
    if (2 * rest > den || (2 * rest == den && q % 2 != 0))
        q += 1;
    return q;
}

static struct rule_value wide(struct run *r, const struct node *n, __int128 v)
{
    return v >= INT64_MIN && v <= INT64_MAX ? number(n, (int64_t)v) : overflow(r, n);
}

static bool same(const struct rule_value *a, const struct rule_value *b)
{
    return a->type == RULE_TEXT ? span_eq(a->text, b->text) : a->num == b->num;
}

static bool contains(const struct rule_value *set, const struct rule_value *item)
{
    for (int i = 0; i < set->n_items; i++)
        if (same(&set->items[i], item))
            return true;
    return false;
}

/* Inputs below a node, each once, at most four. */
static void inputs_below(const struct rule *rule, int i, struct rule_step *step)
{
    const struct node *const n = &rule->nodes[i];
    if (n->op == OP_INPUT) {
        for (int k = 0; k < step->n_inputs; k++)
            if (step->inputs[k] == n->input)
                return;
        if (step->n_inputs < 4)
            step->inputs[step->n_inputs++] = n->input;
        return;
    }
    for (int k = 0; k < 3; k++)
        if (n->kid[k] >= 0)
            inputs_below(rule, n->kid[k], step);
}

static void note(struct run *r, int i, bool result)
{
    if (!r->trace || r->trace->n_steps == RULE_NODES_MAX)
        return;
    struct rule_step *const step = &r->trace->steps[r->trace->n_steps++];
    *step = (struct rule_step){.source = node_text(r->rule, &r->rule->nodes[i]), .result = result};
    inputs_below(r->rule, i, step);
}

static bool compared(enum op op, const struct rule_value *a, const struct rule_value *b)
{
    switch (op) {
    case OP_EQ:
        return same(a, b);
    case OP_NE:
        return !same(a, b);
    case OP_LT:
        return a->num < b->num;
    case OP_LE:
        return a->num <= b->num;
    case OP_GT:
        return a->num > b->num;
    default:
        return a->num >= b->num;
    }
}

static struct rule_value workdays(struct run *r, const struct node *n, int64_t from, int64_t to)
{
    int count = 0;
    if (r->rc != RC_OK)
        return number(n, 0);
    if (!r->calendar)
        r->rc = fail_span(r->f, RC_INVALID, MSG_rule_no_calendar, NULL, node_text(r->rule, n));
    else
        r->rc = calendar_count(r->calendar, (int32_t)from, (int32_t)to, &count, r->f);
    return number(n, count);
}

static struct rule_value sum(struct run *r, const struct node *n, int64_t a, int64_t b)
{
    const __int128 v = n->op == OP_ADD ? (__int128)a + b : (__int128)a - b;
    if (n->type == RULE_DATE &&
        (v < date_to_days((struct ymd){1, 1, 1}) || v > date_to_days((struct ymd){9999, 12, 31})))
        return overflow(r, n);
    return wide(r, n, v);
}

static struct rule_value rounded(const struct node *n, int64_t v)
{
    const int64_t down = v / RULE_DECIMAL_ONE - (v % RULE_DECIMAL_ONE < 0);
    if (n->op == OP_FLOOR)
        return number(n, down);
    if (n->op == OP_CEIL)
        return number(n, down + (v % RULE_DECIMAL_ONE != 0));
    return number(n, (int64_t)divide_even(v, RULE_DECIMAL_ONE));
}

static struct rule_value share(struct run *r, const struct node *n, const struct rule_value *k)
{
    __int128 num = (__int128)k[0].num * k[1].num, den = k[2].num;
    if (den == 0)
        return overflow(r, n);
    if (den < 0) {
        num = -num;
        den = -den;
    }
    const __int128 q = num / den, rest = num % den < 0 ? -(num % den) : num % den;
    return wide(r, n, 2 * rest >= den ? q + (num < 0 ? -1 : 1) : q); /* half up: away from zero */
}

static struct rule_value quotient(struct run *r, const struct node *n, const struct rule_value *k)
{
    if (k[1].num == 0)
        return k[2];
    const __int128 sign = k[1].num < 0 ? -1 : 1;
    return wide(r, n, divide_even((__int128)k[0].num * RULE_DECIMAL_ONE * sign, (__int128)k[1].num * sign));
}

/* Operators whose operands are all there. */
static struct rule_value apply(struct run *r, const struct node *n, const struct rule_value *k)
{
    switch (n->op) {
    case OP_IN:
        return number(n, contains(&k[1], &k[0]));
    case OP_BETWEEN:
        return number(n, k[1].num <= k[0].num && k[0].num <= k[2].num);
    case OP_ADD:
    case OP_SUB:
        return sum(r, n, k[0].num, k[1].num);
    case OP_MUL:
        return wide(r, n,
                    n->type == RULE_DECIMAL ? divide_even((__int128)k[0].num * k[1].num, RULE_DECIMAL_ONE)
                                            : (__int128)k[0].num * k[1].num);
    case OP_NEG:
        return wide(r, n, -(__int128)k[0].num);
    case OP_DECIMAL:
        return wide(r, n, (__int128)k[0].num * RULE_DECIMAL_ONE);
    case OP_MIN:
        return number(n, k[0].num < k[1].num ? k[0].num : k[1].num);
    case OP_MAX:
        return number(n, k[0].num > k[1].num ? k[0].num : k[1].num);
    case OP_ABS:
        return wide(r, n, k[0].num < 0 ? -(__int128)k[0].num : k[0].num);
    case OP_DIV:
        return quotient(r, n, k);
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
        return rounded(n, k[0].num);
    case OP_SHARE:
        return share(r, n, k);
    case OP_YEAR:
        return number(n, date_from_days((int32_t)k[0].num).year);
    case OP_MONTH:
        return number(n, date_from_days((int32_t)k[0].num).month);
    case OP_DAY:
        return number(n, date_from_days((int32_t)k[0].num).day);
    case OP_WEEKDAY:
        return number(n, date_weekday((int32_t)k[0].num));
    case OP_COUNT:
        return number(n, k[0].n_items);
    case OP_WORKDAYS:
        return workdays(r, n, k[0].num, k[1].num);
    default:
        return number(n, compared(n->op, &k[0], &k[1]));
    }
}

static struct rule_value eval(struct run *r, int i);

/* Operators that do not look at all of their operands. */
static struct rule_value eval_lazy(struct run *r, const struct node *n, int i)
{
    struct rule_value first = eval(r, n->kid[0]);
    switch (n->op) {
    case OP_IF:
        return eval(r, first.num ? n->kid[1] : n->kid[2]);
    case OP_OR:
        return first.num ? first : eval(r, n->kid[1]);
    case OP_AND:
        return first.num ? eval(r, n->kid[1]) : first;
    case OP_NOT:
        return number(n, !first.num);
    case OP_OTHERWISE:
        return first.missing ? eval(r, n->kid[1]) : first;
    default: /* OP_KNOWN */
        note(r, i, !first.missing);
        return number(n, !first.missing);
    }
}

static struct rule_value eval(struct run *r, int i)
{
    const struct node *const n = &r->rule->nodes[i];
    struct rule_value k[3] = {{.num = 0}, {.num = 0}, {.num = 0}};
    if (r->rc != RC_OK)
        return number(n, 0);
    if (n->op == OP_CONST || n->op == OP_SET)
        return n->value;
    if (n->op == OP_INPUT) {
        if (n->type == RULE_BOOL)
            note(r, i, r->values[n->input].num != 0);
        return r->values[n->input];
    }
    if ((n->op >= OP_IF && n->op <= OP_NOT) || n->op == OP_OTHERWISE || n->op == OP_KNOWN)
        return eval_lazy(r, n, i);
    for (int j = 0; j < 3 && n->kid[j] >= 0; j++) {
        k[j] = eval(r, n->kid[j]);
        if (k[j].missing)
            return (struct rule_value){.type = n->type, .missing = true};
    }
    if (r->rc != RC_OK)
        return number(n, 0);
    const struct rule_value out = apply(r, n, k);
    if (n->op >= OP_EQ && n->op <= OP_BETWEEN)
        note(r, i, out.num != 0);
    return out;
}

enum rc rule_run(struct arena *a, const struct rule *rule, const struct rule_value *values,
                 const struct calendar *calendar, struct rule_value *out, struct rule_trace *trace, struct fail *f)
{
    struct run r = {a, rule, values, calendar, trace, f, RC_OK};
    for (int i = 0; i < rule->n_inputs; i++)
        ensure(values[i].type == rule->inputs[i].type && (rule->inputs[i].optional || !values[i].missing));
    if (trace) {
        *trace = (struct rule_trace){ARENA_ARRAY(a, (size_t)rule->count, struct rule_step), 0};
        if (!trace->steps)
            return fail_set(f, RC_LIMIT, MSG_rule_too_long, NULL, NULL);
    }
    const struct rule_value got = eval(&r, rule->root);
    if (r.rc == RC_OK)
        *out = got;
    return r.rc;
}

/* ---- printing --------------------------------------------------------------------------------------------------------------------- */

static void print_decimal(int64_t v, struct sb *out)
{
    const uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char places[8];
    (void)snprintf(places, sizeof(places), "%06u", (unsigned)(size % (uint64_t)RULE_DECIMAL_ONE));
    size_t n = 6;
    while (n > 1 && places[n - 1] == '0')
        n--;
    sb_addf(out, "%s%llu.%.*s", v < 0 ? "-" : "", (unsigned long long)(size / (uint64_t)RULE_DECIMAL_ONE), (int)n,
            places);
}

static void print_text(struct span s, struct sb *out)
{
    sb_addc(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            sb_addc(out, '\'');
        sb_addc(out, s.ptr[i]);
    }
    sb_addc(out, '\'');
}

static void print_one(const struct rule_value *v, struct sb *out)
{
    char day[11];
    switch (v->type) {
    case RULE_BOOL:
        sb_adds(out, v->num ? "true" : "false");
        break;
    case RULE_DECIMAL:
        print_decimal(v->num, out);
        break;
    case RULE_DATE:
        date_print(date_from_days((int32_t)v->num), day);
        sb_adds(out, day);
        break;
    case RULE_TEXT:
        print_text(v->text, out);
        break;
    default:
        sb_add_i64(out, v->num);
    }
}

void rule_value_print(const struct rule_value *v, struct sb *out)
{
    if (v->missing) {
        sb_adds(out, "missing");
        return;
    }
    if (v->type != RULE_INT_SET && v->type != RULE_TEXT_SET) {
        print_one(v, out);
        return;
    }
    sb_addc(out, '{');
    for (int i = 0; i < v->n_items; i++) {
        if (i)
            sb_adds(out, ", ");
        print_one(&v->items[i], out);
    }
    sb_addc(out, '}');
}

static void because_input(const struct rule_input *in, const struct rule_value *v, enum lang lang, struct sb *out)
{
    sb_adds(out, lang == LANG_ZH ? in->label_zh : in->label_en);
    sb_addc(out, ' ');
    if (v->missing)
        sb_adds(out, lang == LANG_ZH ? "无" : "none");
    else if (v->type == RULE_BOOL)
        sb_adds(out, lang == LANG_ZH ? (v->num ? "是" : "否") : (v->num ? "yes" : "no"));
    else if (v->type == RULE_TEXT)
        sb_add(out, v->text);
    else
        rule_value_print(v, out);
}

void rule_because(const struct rule *rule, const struct rule_value *values, const struct rule_trace *trace,
                  enum lang lang, struct sb *out)
{
    bool said[INPUTS_MAX] = {false};
    bool first = true;
    for (int i = 0; i < trace->n_steps; i++)
        for (int k = 0; k < trace->steps[i].n_inputs; k++) {
            const int input = trace->steps[i].inputs[k];
            if (said[input])
                continue;
            said[input] = true;
            if (!first)
                sb_adds(out, lang == LANG_ZH ? "，" : ", ");
            first = false;
            because_input(&rule->inputs[input], &values[input], lang, out);
        }
}
