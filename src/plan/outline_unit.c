/*
 * outline_unit.c - units that answer for something, in all styles in use:
 *   (牵头单位:市发展改革委,参加单位:市科工贸信委、文体旅游局)   责任单位：市教育局、市财政局   (市教育局牵头，市财政局配合)
 *   (市教育局、市财政局按职责分工负责)   由市教育局牵头，会同市财政局   (市教育局负责)
 * and, apart from these, bodies that a sentence charges with something: 由推进委员会办公室拟定具体方案.
 *
 * A department's city is printed once and left out behind: 市发展改革委、科工贸信委 is 市科工贸信委 too. The prefix goes on to
 * names that are a department by their matter (outline_unit_names.c), not to districts, universities or named bodies.
 */
#include <string.h>

#include "plan/outline_int.h"

enum part { PART_NONE, PART_LEAD, PART_SUPPORTING, PART_CHARGED };

/* The rule of confidence: how the unit was named times how its name was read. */
#define CUE_LABEL 1.0
#define CUE_VERB 0.95
#define CUE_PROSE 0.6
#define NAME_FULL 1.0
#define NAME_RESTORED 0.95 /* prefix or alias restored */
#define NAME_BARE 0.85     /* a department without a prefix to restore */
#define NAME_ODD 0.6       /* no word for a kind of unit at its end */

#define LIST_MAX 4000u /* characters of one list */
#define PAREN_MAX 400u /* characters of a parenthesis of units */

struct group { /* a list being read: the prefix goes on from name to name */
    enum part part;
    double cue;
    bool need_suffix;
    uint32_t prefix_from, prefix_to; /* bytes; equal when none */
    bool party;                      /* the prefix is a party committee's: 市委 */
    bool marked; /* the list says of single names that they lead: 市教育局(牵头)、市财政局 */
    uint32_t taken;
};

static uint32_t label_at(const struct ol_win *w, uint32_t i, enum part *part)
{
    static const char16_t *const lead[] = {u"牵头责任单位", u"牵头负责单位", u"牵头单位", u"牵头部门",
                                           u"主要责任单位", u"主责单位",     u"主责部门", u"责任单位",
                                           u"责任部门",     u"责任主体",     u"主办单位", u"主办部门",
                                           u"负责单位",     u"承办单位",     u"主管部门", NULL};
    static const char16_t *const support[] = {u"参加单位", u"参加部门", u"参与单位", u"参与部门", u"配合单位",
                                              u"配合部门", u"协办单位", u"协办部门", u"协作单位", u"协同单位",
                                              u"协同部门", u"支持单位", u"协助单位", NULL};
    uint32_t n = ol_any(w, i, lead, NULL);
    *part = PART_LEAD;
    if (!n) {
        n = ol_any(w, i, support, NULL);
        *part = PART_SUPPORTING;
    }
    if (!n)
        return 0;
    uint32_t k = i + n;
    while (k < w->n && (ol_is(w->cp[k], OL_BLANK) || w->cp[k] == u'】' || w->cp[k] == ']' || w->cp[k] == '*'))
        k++;
    const bool bracket = k > i + n && (w->cp[i + n] == u'】' || w->cp[i + n] == ']');
    if (k < w->n && w->cp[k] == ':')
        return k + 1;
    return bracket ? k : 0;
}

static struct ol_vec *list_of(struct ol_ctx *c, enum part part)
{
    return part == PART_LEAD ? &c->lead : part == PART_SUPPORTING ? &c->supporting : &c->charged;
}

static struct span joined(struct ol_ctx *c, struct span a, struct span b)
{
    char *const p = arena_alloc(c->a, a.len + b.len + 1);
    if (!p) {
        c->full = true;
        return b;
    }
    memcpy(p, a.ptr, a.len);
    memcpy(p + a.len, b.ptr, b.len);
    return (struct span){p, a.len + b.len};
}

/* A short name declared in the text (以下简称“推进委员会”) stands for the full one, also with something behind it. */
static bool by_alias(struct ol_ctx *c, struct span *name)
{
    const struct outline_alias *const a = c->aliases.ptr;
    for (uint32_t i = 0; i < c->aliases.n && i < 50; i++) {
        if (span_starts(*name, a[i].short_name) && !span_starts(*name, a[i].full)) {
            *name = joined(c, a[i].full, span_sub(*name, a[i].short_name.len, name->len));
            return true;
        }
    }
    return false;
}

static bool starts_with_byte_city(struct span prefix)
{
    return span_ends(prefix, SPAN("委"));
}

/* The full name of the unit printed at [from, to) of the window; *how is the factor of confidence. */
static struct span full_name(struct ol_ctx *c, struct group *g, uint32_t from, uint32_t to, double *how)
{
    const struct ol_win *const w = &c->win;
    struct span name = ol_span(c->src, w->off[from], w->off[to]);
    bool party = false;
    const bool suffix = ol_unit_suffix(w, from, to);
    const uint32_t own = ol_unit_prefix(w, from, to);
    *how = suffix ? NAME_FULL : NAME_ODD;
    if (by_alias(c, &name)) {
        *how = NAME_RESTORED;
    } else if (own) {
        g->prefix_from = w->off[from];
        g->prefix_to = w->off[from + own];
        g->party = starts_with_byte_city(ol_span(c->src, g->prefix_from, g->prefix_to));
    } else if (ol_unit_functional(w, from, to, &party)) {
        struct span prefix = ol_span(c->src, g->prefix_from, g->prefix_to);
        *how = prefix.len ? NAME_RESTORED : NAME_BARE;
        if (prefix.len && g->party && !party)
            prefix.len -= 3; /* 市委组织部、发展改革委: the committee's city */
        if (prefix.len)
            name = joined(c, prefix, name);
        if (prefix.len && party && !g->party)
            name = joined(c, prefix, joined(c, SPAN("委"), ol_span(c->src, w->off[from], w->off[to])));
    }
    return name;
}

static bool blank(uint16_t cp)
{
    return ol_is(cp, OL_BLANK) || cp == '*' || cp == '\n';
}

/* The part that a name's own mark gives it, with *to set before the mark: 市教育局(牵头), 市财政局(配合). */
static enum part marked_part(const struct ol_win *w, uint32_t from, uint32_t *to, enum part part)
{
    static const char16_t *const leads[] = {u"(牵头单位)", u"(牵头部门)", u"(牵头负责)", u"(牵头)", NULL};
    static const char16_t *const helps[] = {u"(配合单位)", u"(参加单位)", u"(配合)", u"(参加)",
                                            u"(参与)",     u"(协助)",     u"(协办)", NULL};
    uint32_t n = ol_any_end(w, from, *to, leads);
    enum part is = PART_LEAD;
    if (!n) {
        n = ol_any_end(w, from, *to, helps);
        is = n ? PART_SUPPORTING : part;
    }
    *to -= n;
    return is;
}

static bool has_lead_mark(const struct ol_win *w, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i + 2 < to; i++) {
        if (w->cp[i] == '(' && ol_at(w, i + 1, u"牵头"))
            return true;
    }
    return false;
}

/* One name: trimmed of 等部门 and the like; what is no name is passed over. */
static void take_name(struct ol_ctx *c, struct group *g, uint32_t from, uint32_t to)
{
    static const char16_t *const tails[] = {
        u"等有关部门", u"等相关部门",     u"等有关单位", u"等相关单位", u"等部门",   u"等单位",
        u"等",         u"按职责分工负责", u"按职责分工", u"分工负责",   u"分别负责", u"共同负责",
        u"负责",       u"牵头",           u"配合",       u"按职责",     u"各自",     NULL};
    static const char16_t *const leads[] = {u"各相关单位为", u"具体由", u"由", u"会同", NULL};
    const struct ol_win *const w = &c->win;
    while (from < to && blank(w->cp[from]))
        from++;
    from += ol_any(w, from, leads, NULL);
    for (;;) {
        while (to > from && (blank(w->cp[to - 1]) || w->cp[to - 1] == '.' || w->cp[to - 1] == u'。'))
            to--;
        const uint32_t n = ol_any_end(w, from, to, tails);
        if (!n)
            break;
        to -= n;
    }
    const enum part part = marked_part(w, from, &to, g->marked && g->part == PART_LEAD ? PART_SUPPORTING : g->part);
    if (to < from + 2 || to - from > 40 || (g->need_suffix && !ol_unit_suffix(w, from, to)))
        return;
    double how = 0;
    const struct span name = full_name(c, g, from, to, &how);
    struct outline_unit *const u = ol_push(c, list_of(c, part));
    if (!u)
        return;
    *u = (struct outline_unit){
        .name = name, .start = w->off[from], .end = w->off[to], .node = c->answers, .confidence = g->cue * how};
    u->printed = ol_span(c->src, u->start, u->end);
    g->taken++;
}

/* 市卫生健康委和市医保局 are two, 市工业和信息化局 is one: split where both sides are units. */
static uint32_t and_at(const struct ol_win *w, uint32_t from, uint32_t i, uint32_t to)
{
    static const char16_t *const words[] = {u"以及", u"和", u"与", u"及", NULL};
    const uint32_t n = ol_any(w, i, words, NULL);
    return n && i > from + 1 && ol_unit_suffix(w, from, i) && ol_unit_suffix(w, i + n, to) ? n : 0;
}

static void take_element(struct ol_ctx *c, struct group *g, uint32_t from, uint32_t to)
{
    int depth = 0;
    if (to - from > 80)
        return;
    for (uint32_t i = from; i < to; i++) {
        depth += c->win.cp[i] == '(';
        depth -= c->win.cp[i] == ')' && depth > 0;
        const uint32_t n = depth ? 0 : and_at(&c->win, from, i, to);
        if (n) {
            take_name(c, g, from, i);
            from = i + n;
            i = from - 1;
        }
    }
    take_name(c, g, from, to);
}

/* The names of [from, to), parted by 、 , ; and blanks outside parentheses. */
static void take_list(struct ol_ctx *c, struct group *g, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &c->win;
    int depth = 0;
    uint32_t s = from;
    g->marked = has_lead_mark(w, from, to);
    for (uint32_t i = from; i < to; i++) {
        depth += w->cp[i] == '(';
        depth -= w->cp[i] == ')' && depth > 0;
        if (depth == 0 && (w->cp[i] == u'、' || w->cp[i] == ',' || w->cp[i] == ';' || ol_is(w->cp[i], OL_BLANK))) {
            take_element(c, g, s, i);
            s = i + 1;
        }
    }
    take_element(c, g, s, to);
}

/* Where a labelled list ends: line, sentence, the closing parenthesis, the next label or any other "word:". */
static uint32_t list_end(const struct ol_win *w, uint32_t i)
{
    int depth = 0;
    uint32_t s = i; /* start of the last element */
    uint32_t k = i;
    enum part part;
    for (; k < w->n && k < i + LIST_MAX; k++) {
        const uint16_t cp = w->cp[k];
        if (cp == '\n' || cp == u'。' || cp == u'】' || cp == ']' || cp == '|')
            return k;
        if (cp == ':')
            return s;
        if (cp == '(')
            depth++;
        if (cp == ')' && depth-- == 0)
            return k;
        if (cp == ',' || cp == ';' || cp == u'、' || ol_is(cp, OL_BLANK)) {
            s = k + 1;
        } else if (k == s || cp == u'牵' || cp == u'参' || cp == u'配' || cp == u'协' || cp == u'责') {
            if (label_at(w, k, &part))
                return k;
        }
    }
    return k;
}

/* 1.…。①…;②…。 and then a line of its own 牵头单位:…: it says who answers for the whole. */
static void answer_for_parent(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    const struct ol_node *const n = OL_NODE(c, c->node);
    uint32_t s = i;
    while (s > 0 &&
           (ol_is(w->cp[s - 1], OL_BLANK) || w->cp[s - 1] == '(' || w->cp[s - 1] == u'【' || w->cp[s - 1] == '*'))
        s--;
    if (s == 0 && w->off[0] == n->text_start && n->out.kind == OUTLINE_PARAGRAPH && n->out.parent >= 0)
        c->answers = (uint32_t)n->out.parent;
}

static uint32_t labelled(struct ol_ctx *c, uint32_t i)
{
    enum part part;
    const uint32_t from = label_at(&c->win, i, &part);
    if (!from)
        return i;
    struct group g = {.part = part, .cue = CUE_LABEL};
    answer_for_parent(c, i);
    if (ol_at(&c->win, i, u"责任") && c->lead.n &&
        ((struct outline_unit *)c->lead.ptr)[c->lead.n - 1].node == c->answers &&
        ol_any_end(&c->win, 0, i, (const char16_t *const[]){u";", u",", u" ", u"。", NULL}) && c->unit_floor > 0)
        g.part = PART_SUPPORTING; /* 牵头单位:…;责任单位:… */
    const uint32_t to = list_end(&c->win, from);
    take_list(c, &g, from, to);
    c->unit_floor = to;
    return to > i ? to : i + 1;
}

static const char16_t *const verbs[] = {
    u"按职责分工负责", u"按职责分工", u"分工负责", u"分别负责", u"共同负责", u"牵头负责", u"牵头", u"会同", u"负责",
    u"主办",           u"承办",       u"配合",     u"协助",     u"协同",     u"参与",     u"参加", u"协办", NULL};
enum { VERB_SHARED_LAST = 4, VERB_LEAD_LAST = 6, VERB_WITH = 7, VERB_DO_LAST = 10 };

/* The clauses of a parenthesis, list before verb; what follows 牵头 or 会同 without a verb of its own supports. */
static uint32_t paren_clauses(struct ol_ctx *c, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &c->win;
    struct group g = {.cue = CUE_VERB, .need_suffix = true};
    uint32_t s = from;
    bool led = false, with = false;
    uint32_t which = 0;
    for (uint32_t i = from; i < to;) {
        const uint32_t n = ol_any(w, i, verbs, &which);
        if (!n || ol_at(w, i + n, u"制") || ol_at(w, i + n, u"人")) {
            i++;
            continue;
        }
        if (with || which > VERB_DO_LAST || (led && which <= VERB_SHARED_LAST))
            g.part = PART_SUPPORTING;
        else
            g.part = PART_LEAD;
        const uint32_t before = g.taken;
        take_list(c, &g, s, i);
        led |= g.part == PART_LEAD && g.taken > before;
        with = which == VERB_WITH;
        i += n;
        s = i;
    }
    if (led && s < to) {
        g.part = PART_SUPPORTING;
        take_list(c, &g, s, to);
    }
    return g.taken;
}

/* A verb inside "(…)": all units of the parenthesis are read at once. The scan goes on behind the verb, since a date may follow: (…牵头,2026年9月底前完成). */
static uint32_t in_paren(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    const uint32_t open = c->open_paren;
    int depth = 0;
    uint32_t k = i;
    if (open == 0 || i - open > PAREN_MAX || open < c->unit_floor)
        return i;
    for (; k < w->n && k < open + PAREN_MAX && w->cp[k] != '\n'; k++) {
        depth += w->cp[k] == '(';
        if (w->cp[k] == ')' && depth-- == 0)
            break;
    }
    c->unit_floor = k;
    if (k >= w->n || w->cp[k] != ')' || !paren_clauses(c, open, k))
        return i;
    return i + 1;
}

static uint32_t clause_start(const struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    uint32_t s = i;
    while (s > c->unit_floor && i - s < 100) {
        const uint16_t p = w->cp[s - 1];
        if (ol_is(p, OL_STOP) || p == ',' || p == ';' || p == ':' || p == '(' || p == '\n' || p == u'由')
            break;
        s--;
    }
    return s;
}

/* Whether every name of the list ends as a unit does. */
static bool all_units(const struct ol_win *w, uint32_t from, uint32_t to)
{
    static const char16_t *const tails[] = {u"等有关部门", u"等部门", u"等单位", u"等", NULL};
    to -= ol_any_end(w, from, to, tails);
    uint32_t s = from;
    if (to < from + 2)
        return false;
    for (uint32_t i = from; i <= to; i++) {
        if (i < to && w->cp[i] != u'、')
            continue;
        if (i < s + 2 || i - s > 40 || !ol_unit_suffix(w, s, i))
            return false;
        s = i + 1;
    }
    return true;
}

/* 由市教育局牵头，市财政局配合 in running text. */
static uint32_t lead_in_prose(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    const uint32_t s = clause_start(c, i);
    struct group g = {.part = PART_LEAD, .cue = CUE_VERB * 0.95, .need_suffix = true};
    uint32_t k = i + 2;
    if (!all_units(w, s, i)) {
        c->unit_floor = k;
        return i;
    }
    take_list(c, &g, s, i);
    c->unit_floor = k;
    if (k >= w->n || (w->cp[k] != ',' && w->cp[k] != u'、'))
        return k;
    const uint32_t from = k + 1;
    uint32_t which = 0;
    for (uint32_t e = from; e < w->n && e < from + 200 && !ol_is(w->cp[e], OL_STOP) && w->cp[e] != '\n' &&
                            w->cp[e] != ';' && w->cp[e] != ',';
         e++) {
        const uint32_t n = ol_any(w, e, verbs, &which);
        if (!n || which == VERB_WITH)
            continue;
        g.part = PART_SUPPORTING;
        const uint32_t start = from + (ol_at(w, from, u"会同") ? 2 : 0);
        if (all_units(w, start, e))
            take_list(c, &g, start, e);
        c->unit_floor = e + n;
        return e + n;
    }
    return k;
}

/* 由X负责。 leads; 由X拟定…, 由X与Y等单位,… charges. */
static uint32_t charged(struct ol_ctx *c, uint32_t i)
{
    static const char16_t *const doing[] = {u"负责", u"牵头", u"制定", u"拟定", u"组织", u"会同", u"承担",
                                            u"提出", u"具体", u"统筹", u"办理", u"实施", u"编制", u"审议",
                                            u"审批", u"报",   u"落实", u"督促", NULL};
    const struct ol_win *const w = &c->win;
    uint32_t k = i + 1;
    uint32_t which = 0;
    while (k < w->n && k < i + 60 && w->cp[k] != u'由' && !ol_is(w->cp[k], OL_STOP) && w->cp[k] != ';' &&
           w->cp[k] != '\n' && w->cp[k] != '(') {
        if (w->cp[k] == ',' &&
            !ol_any_end(w, i, k, (const char16_t *const[]){u"等单位", u"等部门", u"等有关部门", NULL}))
            return i;
        if (w->cp[k] == ',' || ol_any(w, k, doing, &which))
            break;
        k++;
    }
    const bool verb = k < w->n && w->cp[k] != ',' && ol_any(w, k, doing, &which);
    if (k >= w->n || (!verb && w->cp[k] != ',') || (verb && which == 1) || !all_units(w, i + 1, k))
        return i;
    const bool whole = verb && which == 0 &&
                       (k + 2 >= w->n || ol_is(w->cp[k + 2], OL_STOP) || w->cp[k + 2] == ';' || w->cp[k + 2] == ')');
    struct group g = {
        .part = whole ? PART_LEAD : PART_CHARGED, .cue = whole ? CUE_VERB * 0.9 : CUE_PROSE, .need_suffix = true};
    take_list(c, &g, i + 1, k);
    c->unit_floor = k;
    return g.taken ? k : i;
}

uint32_t ol_units_at(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    switch (w->cp[i]) {
    case u'牵':
    case u'责':
    case u'主':
    case u'参':
    case u'配':
    case u'协':
    case u'承':
    case u'支':
    case u'负':
    case u'按':
        break;
    case u'由':
        return c->open_paren && i - c->open_paren < PAREN_MAX ? i : charged(c, i);
    default:
        return i;
    }
    const uint32_t k = labelled(c, i);
    if (k > i)
        return k;
    const uint32_t n = ol_any(w, i, verbs, NULL);
    if (!n || ol_at(w, i + n, u"制") || ol_at(w, i + n, u"人") || ol_at(w, i + n, u"单位") || ol_at(w, i + n, u"部门"))
        return i;
    const uint32_t e = in_paren(c, i);
    if (e > i)
        return e;
    return ol_at(w, i, u"牵头") && c->open_paren == 0 ? lead_in_prose(c, i) : i;
}

/* The cells of a row whose columns are headed 牵头单位 and the like; notes the cell that says when it is due. */
void ol_units_row(struct ol_ctx *c)
{
    const struct ol_win *const w = &c->win;
    const struct ol_table *const t = (const struct ol_table *)c->tables.ptr + (OL_NODE(c, c->node)->table - 1);
    uint32_t s = 0, column = 0;
    for (uint32_t i = 0; i <= w->n && column < t->n; i++) {
        if (i < w->n && w->cp[i] != '\t' && w->cp[i] != '\n')
            continue;
        struct group g = {.part = t->column[column] == OLC_LEAD ? PART_LEAD : PART_SUPPORTING, .cue = CUE_LABEL};
        if (t->column[column] == OLC_LEAD || t->column[column] == OLC_SUPPORTING)
            take_list(c, &g, s, i);
        if (t->column[column] == OLC_DUE) {
            c->due_from = w->off[s];
            c->due_to = w->off[i];
        }
        s = i + 1;
        column++;
    }
}

/* ---- short names ---- */

uint32_t ol_alias_at(struct ol_ctx *c, uint32_t i)
{
    static const char16_t *const says[] = {u"以下简称", u"以下统称", u"以下称", NULL};
    const struct ol_win *const w = &c->win;
    const uint32_t n = ol_any(w, i, says, NULL);
    if (!n || c->open_paren == 0 || c->open_paren != i)
        return i;
    uint32_t from = i + n;
    while (from < w->n && (w->cp[from] == u'“' || w->cp[from] == u'‘' || w->cp[from] == u'《' || w->cp[from] == ':' ||
                           w->cp[from] == '"'))
        from++;
    uint32_t to = from;
    while (to < w->n && to < from + 30 && ol_is(w->cp[to], OL_HAN | OL_CN | OL_DIGIT))
        to++;
    uint32_t close = to;
    while (close < w->n && close < to + 3 && w->cp[close] != ')')
        close++;
    if (to < from + 2 || close >= w->n || w->cp[close] != ')')
        return i;
    const uint32_t end = i - 1; /* the "(" */
    uint32_t s = end;
    const uint16_t stop = end > 0 && w->cp[end - 1] == u'》' ? u'《' : 0;
    while (s > 0 && end - s < 60 &&
           (stop ? w->cp[s - 1] != stop : !ol_is(w->cp[s - 1], OL_STOP | OL_PAUSE | OL_BLANK) && w->cp[s - 1] != '\n'))
        s--;
    static const char16_t *const makes[] = {u"成立", u"设立", u"组建", u"建立", u"关于", u"由", NULL};
    for (uint32_t k = s; !stop && k + 2 < end; k++) {
        const uint32_t m = ol_any(w, k, makes, NULL);
        if (m)
            s = k + m;
    }
    const uint32_t full_end = stop ? end - 1 : end;
    struct outline_alias *const a = full_end > s + 2 ? ol_push(c, &c->aliases) : NULL;
    if (a)
        *a = (struct outline_alias){ol_span(c->src, w->off[s], w->off[full_end]),
                                    ol_span(c->src, w->off[from], w->off[to]), w->off[s], w->off[close + 1]};
    return close;
}

/* ---- at the end of a document ---- */

/*
 * (一)…。一是…；二是…。(市教育局牵头): the parenthesis stands in the last measure but speaks for all. When of several
 * measures in a row only the last names units, they are its parent's.
 */
static void credit_parent(struct ol_ctx *c, struct ol_vec *v, const uint32_t *units_of)
{
    struct outline_unit *const u = v->ptr;
    for (uint32_t i = 0; i < v->n; i++) {
        const struct ol_node *const n = OL_NODE(c, u[i].node);
        if (n->out.kind != OUTLINE_MEASURE || n->out.parent < 0 || n->out.ordinal < 2 ||
            units_of[n->out.parent] != u[i].node + 1)
            continue;
        u[i].node = (uint32_t)n->out.parent;
    }
}

static void sort_by_node(struct ol_ctx *c, struct ol_vec *v)
{
    uint32_t *const at = ARENA_ARRAY(c->a, c->nodes.n + 1, uint32_t);
    struct outline_unit *const out = ARENA_ARRAY(c->a, v->n + 1, struct outline_unit);
    const struct outline_unit *const u = v->ptr;
    if (!at || !out) {
        c->full = true;
        return;
    }
    for (uint32_t i = 0; i < v->n; i++)
        at[u[i].node + 1]++;
    for (uint32_t i = 1; i <= c->nodes.n; i++)
        at[i] += at[i - 1];
    for (uint32_t i = 0; i < v->n; i++)
        out[at[u[i].node]++] = u[i];
    v->ptr = out;
}

/* 科协 is 市科协 when the document also says so: a name that lacks a prefix takes the one that is most often printed. */
static void settle_bare(struct ol_vec *v, const struct ol_vec *all, uint32_t n_all)
{
    struct outline_unit *const u = v->ptr;
    for (uint32_t i = 0; i < v->n; i++) {
        if (u[i].confidence > CUE_LABEL * NAME_BARE + 0.001 || u[i].name.len != u[i].printed.len || u[i].name.len < 6)
            continue;
        for (uint32_t l = 0; l < n_all; l++) {
            const struct outline_unit *const o = all[l].ptr;
            for (uint32_t k = 0; k < all[l].n && k < 200; k++) {
                if (o[k].name.len > u[i].name.len && o[k].name.len <= u[i].name.len + 6 &&
                    span_ends(o[k].name, u[i].name)) {
                    u[i].name = o[k].name;
                    break;
                }
            }
        }
    }
}

void ol_units_finish(struct ol_ctx *c)
{
    /* units_of[p]: index + 1 of the only measure of p that names units; UINT32_MAX when there are several */
    uint32_t *const units_of = ARENA_ARRAY(c->a, c->nodes.n + 1, uint32_t);
    struct ol_vec *const lists[] = {&c->lead, &c->supporting};
    if (!units_of) {
        c->full = true;
        return;
    }
    for (size_t l = 0; l < 2; l++) {
        const struct outline_unit *const u = lists[l]->ptr;
        for (uint32_t i = 0; i < lists[l]->n; i++) {
            const struct ol_node *const n = OL_NODE(c, u[i].node);
            if (n->out.kind != OUTLINE_MEASURE || n->out.parent < 0)
                continue;
            uint32_t *const of = &units_of[n->out.parent];
            *of = *of == 0 || *of == u[i].node + 1 ? u[i].node + 1 : UINT32_MAX;
        }
    }
    for (uint32_t i = 0; i < c->nodes.n; i++) { /* only the last measure speaks for all */
        const struct ol_node *const n = OL_NODE(c, i);
        if (n->out.kind == OUTLINE_MEASURE && n->out.parent >= 0 && units_of[n->out.parent] &&
            i + 1 > units_of[n->out.parent])
            units_of[n->out.parent] = UINT32_MAX;
    }
    const struct ol_vec all[] = {c->lead, c->supporting};
    for (size_t l = 0; l < 2; l++) {
        credit_parent(c, lists[l], units_of);
        settle_bare(lists[l], all, 2);
    }
    for (size_t l = 0; l < 2 && !c->full; l++)
        sort_by_node(c, lists[l]);
}
