/*
 * outline_inline.c - measures inside a paragraph (一是…二是…, 一要…二要…, 首先…其次…, 第一，…第二，…), headings inside a paragraph,
 * and the paths of nodes.
 *
 * A first measure is believed only when the second follows in the same text; each further one must carry the next number and
 * stand behind a pause. The last measure of a run ends with its line; what follows on further lines is a paragraph beside it.
 */
#include <string.h>

#include "plan/outline_int.h"

enum series { SERIES_NONE, SERIES_IS, SERIES_MUST, SERIES_FIRST, SERIES_ORDER, SERIES_CIRCLE };

struct cut {
    uint32_t pos, num_end, text; /* bytes */
    int64_t no;
    bool first; /* begins a run */
    bool circle;
};
struct run {
    enum series series;
    int64_t expected; /* next number; 2 with pending */
    bool pending;     /* the first is not yet believed */
    struct cut one;
};

/* The counting word at i: its series and number; returns the index behind it, i when none. */
static uint32_t counting_word(const struct ol_win *w, uint32_t i, const struct run *r, enum series *series, int64_t *no)
{
    struct ol_num num;
    if (ol_is(w->cp[i], OL_CN)) {
        if (!ol_number(w, i, &num) || num.positional > 1 || num.mantissa < 1 || num.mantissa > 30 || num.end >= w->n)
            return i;
        *series = w->cp[num.end] == u'是' ? SERIES_IS : w->cp[num.end] == u'要' ? SERIES_MUST : SERIES_NONE;
        *no = num.mantissa;
        return *series ? num.end + 1 : i;
    }
    if (w->cp[i] >= 0x2460 && w->cp[i] <= 0x2473) { /* ① */
        *series = SERIES_CIRCLE;
        *no = w->cp[i] - 0x245F;
        return i + 1;
    }
    if (w->cp[i] == u'第' && ol_number(w, i + 1, &num) && num.cn && num.positional <= 1 && num.end < w->n &&
        w->cp[num.end] == ',') {
        *series = SERIES_ORDER;
        *no = num.mantissa;
        return num.end + 1;
    }
    static const char16_t *const words[] = {u"首先", u"其次", u"再次", NULL};
    uint32_t which = 0;
    *series = SERIES_FIRST;
    if (ol_any(w, i, words, &which)) {
        *no = (int64_t)which + 1;
        return i + 2;
    }
    if (ol_at(w, i, u"最后") && r->series == SERIES_FIRST && r->expected > 2) {
        *no = r->expected;
        return i + 2;
    }
    return i;
}

static bool behind_pause(const struct ol_win *w, uint32_t i, bool text_start)
{
    while (i > 0 && ol_is(w->cp[i - 1], OL_BLANK))
        i--;
    if (i == 0)
        return text_start;
    const uint16_t p = w->cp[i - 1];
    return p == '\n' || ol_is(p, OL_STOP) || p == ',' || p == ';' || p == ':' || p == '-' || p == u'”' || p == ')';
}

static void push_cut(struct ol_ctx *c, struct ol_vec *cuts, struct cut cut)
{
    struct cut *const slot = ol_push(c, cuts);
    if (slot)
        *slot = cut;
}

static void take_word(struct ol_ctx *c, struct ol_vec *cuts, struct run *r, enum series series, struct cut cut)
{
    if (cut.no == 1) {
        *r = (struct run){series, 2, true, cut};
        r->one.first = true;
    } else if (series == r->series && cut.no == r->expected) {
        if (r->pending)
            push_cut(c, cuts, r->one);
        push_cut(c, cuts, cut);
        r->pending = false;
        r->expected++;
    }
}

/* First byte behind the counting word and its comma. */
static uint32_t text_from(const struct ol_win *w, uint32_t k)
{
    while (k < w->n && (w->cp[k] == ',' || w->cp[k] == u'、' || w->cp[k] == ' '))
        k++;
    return w->off[k];
}

static void find_cuts(struct ol_ctx *c, const struct ol_node *n, struct ol_vec *cuts)
{
    struct run r = {0};
    if (n->marker == OLM_CIRCLE) {
        r.series = SERIES_CIRCLE;
        r.expected = n->out.ordinal + 1;
    } else if (n->marker == OLM_MEASURE) {
        uint32_t pos = n->num_end - 3;
        r.series = n->num_end >= 3 && ol_char(c->src.ptr, &pos, n->num_end) == u'要' ? SERIES_MUST : SERIES_IS;
        r.expected = n->out.ordinal + 1;
    }
    uint32_t next;
    for (uint32_t pos = n->text_start; pos < n->out.end; pos = next) {
        struct ol_win *const w = &c->win;
        next = ol_win_fill(w, c->src, pos, n->out.end);
        for (uint32_t i = 0; i < w->n; i++) {
            const uint16_t cp = w->cp[i];
            if (!ol_is(cp, OL_CN) && cp != u'第' && cp != u'首' && cp != u'其' && cp != u'再' && cp != u'最' &&
                (cp < 0x2460 || cp > 0x2473))
                continue;
            enum series series = SERIES_NONE;
            int64_t no = 0;
            const uint32_t k = counting_word(w, i, &r, &series, &no);
            if (k > i && behind_pause(w, i, true))
                take_word(c, cuts, &r, series,
                          (struct cut){w->off[i], w->off[k], text_from(w, k), no, false, series == SERIES_CIRCLE});
            while (i + 1 < w->n && ol_is(w->cp[i], OL_CN) && ol_is(w->cp[i + 1], OL_CN))
                i++;
        }
    }
}

static struct ol_node *emit(struct ol_ctx *c, struct ol_vec *out, enum outline_kind kind, uint32_t start, uint32_t end,
                            int32_t parent)
{
    struct ol_node *const n = ol_push(c, out);
    if (!n)
        return NULL;
    *n = (struct ol_node){.marker = kind == OUTLINE_MEASURE ? OLM_MEASURE : OLM_PARA,
                          .text_start = start,
                          .num_start = start,
                          .num_end = start};
    n->out.kind = kind;
    n->out.start = start;
    n->out.end = end;
    n->out.parent = parent;
    n->line_end = end;
    return n;
}

static uint32_t line_end(struct span src, uint32_t from, uint32_t end)
{
    const char *const lf = memchr(src.ptr + from, '\n', end - from);
    return lf ? (uint32_t)(lf - src.ptr) + 1 : end;
}

/* Splits one node at its cuts; self is its index in out. Returns the node that is the parent of what was below self. */
static int32_t split_node(struct ol_ctx *c, struct ol_vec *out, uint32_t self, const struct ol_vec *cuts)
{
    const struct cut *const cut = cuts->ptr;
    struct ol_node *const node = (struct ol_node *)out->ptr + self;
    const uint32_t end = node->out.end;
    const bool sibling = (node->marker == OLM_MEASURE || node->marker == OLM_CIRCLE) && !cut[0].first;
    const int32_t parent = sibling ? node->out.parent : (int32_t)self;
    int32_t heir = (int32_t)self;
    node->out.end = cut[0].pos;
    for (uint32_t i = 0; i < cuts->n; i++) {
        const bool last_of_run = i + 1 == cuts->n || cut[i + 1].first;
        const uint32_t limit = i + 1 < cuts->n ? cut[i + 1].pos : end;
        const uint32_t stop = last_of_run ? line_end(c->src, cut[i].text, limit) : limit;
        struct ol_node *const n =
            emit(c, out, cut[i].circle ? OUTLINE_ITEM : OUTLINE_MEASURE, cut[i].pos, stop, parent);
        if (n) {
            n->marker = cut[i].circle ? OLM_CIRCLE : OLM_MEASURE;
            n->out.ordinal = cut[i].no;
            n->num_end = cut[i].num_end;
            n->text_start = cut[i].text;
            c->counts[OLM_MEASURE]++;
        }
        const bool more = span_trim(ol_span(c->src, stop, limit)).len > 0;
        if (sibling && n)
            heir = (int32_t)out->n - 1;
        if (!n || !more || !emit(c, out, OUTLINE_PARAGRAPH, stop, limit, parent))
            ((struct ol_node *)out->ptr + out->n - 1)->out.end = limit;
        else if (sibling)
            heir = parent;
    }
    return heir;
}

void ol_inline_measures(struct ol_ctx *c)
{
    struct ol_vec out = {.max = c->nodes.max, .item_bytes = sizeof(struct ol_node)};
    struct ol_vec cuts = {.max = c->nodes.max, .item_bytes = sizeof(struct cut)};
    int32_t *const map = ARENA_ARRAY(c->a, c->nodes.n + 1, int32_t); /* node before to parent now */
    if (!map) {
        c->full = true;
        return;
    }
    for (uint32_t i = 0; i < c->nodes.n && !c->full; i++) {
        const struct ol_node *const n = OL_NODE(c, i);
        struct ol_node *const copy = ol_push(c, &out);
        if (!copy) { /* the cap: the last node takes the rest */
            if (out.n)
                ((struct ol_node *)out.ptr + out.n - 1)->out.end = n->out.end;
            map[i] = out.n ? (int32_t)out.n - 1 : 0;
            continue;
        }
        *copy = *n;
        map[i] = (int32_t)out.n - 1;
        if (n->out.parent >= 0)
            copy->out.parent = map[n->out.parent];
        const bool text = (n->marker != OLM_PARA && n->marker != OLM_ROW) || n->out.role == OUTLINE_ROLE_BODY ||
                          n->out.role == OUTLINE_ROLE_PREAMBLE || n->out.role == OUTLINE_ROLE_CLOSING;
        cuts.n = 0;
        if (text)
            find_cuts(c, n, &cuts);
        if (cuts.n)
            map[i] = split_node(c, &out, out.n - 1, &cuts);
    }
    c->nodes = out;
}

/* ---- headings ---- */

static bool unit_paren(const struct ol_win *w, uint32_t i, uint32_t end)
{
    static const char16_t *const words[] = {u"牵头",   u"责任", u"负责", u"配合", u"参加单位",
                                            u"按职责", u"主办", u"承办", u"协办", NULL};
    for (uint32_t k = i + 1; k < end && w->cp[k] != ')'; k++) {
        if (ol_any(w, k, words, NULL))
            return true;
    }
    return false;
}

/* What the first line of a node offers: the first full stop, colon, semicolon, a parenthesis of units, the end. */
struct offer {
    uint32_t line, stop, colon, semi, units;
};

static struct offer look(const struct ol_win *w, uint32_t i)
{
    struct offer o = {w->n, w->n, w->n, w->n, w->n};
    int depth = 0;
    for (; i < w->n; i++) {
        const uint16_t cp = w->cp[i];
        if (cp == '\n') {
            o.line = i;
            break;
        }
        if (cp == '(' && o.units == w->n && unit_paren(w, i, w->n))
            o.units = i;
        depth += cp == '(' || cp == u'《' || cp == u'“';
        depth -= (cp == ')' || cp == u'》' || cp == u'”') && depth > 0;
        if ((cp == u'。' || cp == '!') && o.stop == w->n && depth == 0)
            o.stop = i;
        if (cp == ':' && o.colon == w->n && depth == 0)
            o.colon = i;
        if (cp == ';' && o.semi == w->n)
            o.semi = i;
    }
    return o;
}

static bool modal_start(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const words[] = {u"要", u"为", u"以",   u"应",   u"根据", u"按照",
                                            u"凡", u"对", u"各级", u"各地", u"本",   NULL};
    return ol_any(w, i, words, NULL) > 0;
}

/*
 * The heading's end for text that starts at i, or i when there is none; *weak when the siblings must agree. A heading is
 * the first line when that is short and no sentence follows, else the first sentence when it is short and plain.
 */
static uint32_t heading_end(const struct ol_node *n, const struct ol_win *w, uint32_t i, bool *weak)
{
    const struct offer o = look(w, i);
    const uint32_t line = o.units < o.line ? o.units : o.line;
    const uint32_t stop = o.stop < line ? o.stop : line;
    *weak = false;
    if (n->marker == OLM_TIAO)
        return i;
    if (n->marker == OLM_PHASE && o.colon < stop)
        return o.colon;
    if ((n->marker == OLM_MEASURE || n->marker == OLM_CIRCLE) && o.semi < stop && o.semi + 2 >= line)
        return o.semi - i <= 40 ? o.semi : i;
    const uint32_t plain = o.colon < o.semi ? o.colon : o.semi;
    if (o.colon < stop && o.colon - i <= 15 && o.colon + 1 < line) {
        *weak = true;
        const bool says = ol_ends(w, i, o.colon, u"是") || ol_ends(w, i, o.colon, u"为") ||
                          ol_ends(w, i, o.colon, u"如下") || modal_start(w, i);
        return says ? i : o.colon;
    }
    if (stop >= line && o.line == w->n && w->n >= OL_HEAD)
        return i;
    if (stop >= line) { /* no full stop: the whole line */
        *weak = line - i > 60;
        return line - i <= 80 && plain >= line - (line > i) ? line : i;
    }
    if (plain < stop)
        return i;
    *weak = stop + 1 < line || stop - i > 30;
    return stop - i <= 50 && !(*weak && modal_start(w, i)) ? stop : i;
}

static void set_heading(struct ol_ctx *c, struct ol_node *n)
{
    struct ol_win *const w = &c->head;
    (void)ol_win_fill(w, c->src, n->text_start, n->out.end);
    uint32_t i = 0;
    while (i < w->n && (ol_is(w->cp[i], OL_BLANK) || w->cp[i] == '\n' || w->cp[i] == '#' || w->cp[i] == '\f'))
        i++;
    if (ol_at(w, i, u"**"))
        i += 2;
    bool weak = false;
    uint32_t to = heading_end(n, w, i, &weak);
    while (to > i &&
           (ol_is(w->cp[to - 1], OL_BLANK | OL_STOP | OL_PAUSE) || w->cp[to - 1] == '*' || w->cp[to - 1] == '#') &&
           w->cp[to - 1] != u'…')
        to--;
    n->weak_heading = weak;
    n->head_start = w->off[i < w->n ? i : w->n];
    n->head_end = to > i ? w->off[to] : n->head_start;
    if (n->marker == OLM_PHASE && n->num_start < n->head_end)
        n->head_start = n->num_start; /* 第一阶段(2011—2020年) is a name as a whole */
    if (n->out.kind == OUTLINE_PARAGRAPH || n->out.kind == OUTLINE_MEASURE || to <= i || to - i > 40)
        return;
    for (uint32_t k = i; k + 1 < to; k++) {
        if (ol_at(w, k, u"阶段") && (k + 2 == to || w->cp[k + 2] == '('))
            n->out.kind = OUTLINE_PHASE;
    }
}

/* A weak heading stands when at least half of the node's siblings have a heading too. */
static void vote(struct ol_ctx *c)
{
    struct tally {
        uint32_t all, with;
    } *const t = (struct tally *)arena_array(c->a, c->nodes.n + 1, sizeof *t);
    if (!t) {
        c->full = true;
        return;
    }
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        const struct ol_node *const n = OL_NODE(c, i);
        if (n->marker == OLM_PARA)
            continue;
        t[n->out.parent + 1].all++;
        t[n->out.parent + 1].with += n->head_end > n->head_start;
    }
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        struct ol_node *const n = OL_NODE(c, i);
        const struct tally *const of = &t[n->out.parent + 1];
        if (n->marker != OLM_PARA && n->weak_heading && of->with * 2 < of->all)
            n->head_end = n->head_start;
    }
}

static struct span trim_punct(struct span s)
{
    s = span_trim(s);
    static const char *const lead[] = {"。", "：", ":", "．", ".", "；", ";", "*"};
    for (bool again = true; again;) {
        again = false;
        for (size_t k = 0; k < sizeof lead / sizeof lead[0]; k++) {
            if (span_starts(s, span_of(lead[k]))) {
                s = span_trim(span_sub(s, strlen(lead[k]), s.len));
                again = true;
            }
        }
    }
    return s;
}

#define TAG_BYTES_MAX 200u

/* Without the HTML tags at both ends: an item <b>…</b> is called by its words. */
static struct span untag(struct span s, bool behind)
{
    for (;;) {
        s = span_trim(s);
        const bool front =
            s.len > 2 && s.ptr[0] == '<' &&
            (s.ptr[1] == '/' || (s.ptr[1] >= 'a' && s.ptr[1] <= 'z') || (s.ptr[1] >= 'A' && s.ptr[1] <= 'Z'));
        const size_t close = front ? span_find(span_sub(s, 0, TAG_BYTES_MAX), SPAN(">"), 0) : SIZE_MAX;
        if (close != SIZE_MAX) {
            s = span_sub(s, close + 1, s.len);
            continue;
        }
        size_t open = behind && s.len > 2 && s.ptr[s.len - 1] == '>' ? s.len - 1 : 0;
        while (open > 0 && s.ptr[open] != '<' && s.len - open < TAG_BYTES_MAX)
            open--;
        if (open == 0 || s.ptr[open] != '<')
            return s;
        s = span_sub(s, 0, open);
    }
}

void ol_headings(struct ol_ctx *c)
{
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        struct ol_node *const n = OL_NODE(c, i);
        if (n->marker != OLM_PARA && n->marker != OLM_ROW)
            set_heading(c, n);
    }
    vote(c);
    for (uint32_t i = 0; i < c->nodes.n && !c->full; i++) {
        struct ol_node *const n = OL_NODE(c, i);
        n->out.number = ol_span(c->src, n->num_start, n->num_end);
        const struct span whole = ol_span(c->src, n->head_start, n->head_end);
        n->out.heading = untag(whole, true);
        uint32_t from = n->head_end > n->head_start ? n->head_end : n->text_start;
        const size_t inner = n->out.heading.ptr != whole.ptr ? span_find(n->out.heading, SPAN("</"), 0) : SIZE_MAX;
        if (inner != SIZE_MAX) { /* <b>heading</b>,text: the tag says where the heading ends */
            from = (uint32_t)(n->out.heading.ptr - c->src.ptr) + (uint32_t)inner;
            n->out.heading = span_trim(span_sub(n->out.heading, 0, inner));
        }
        n->out.body = from < n->out.end ? ol_span(c->src, from, n->out.end) : SPAN_NONE;
        n->out.body = n->head_end > n->head_start ? trim_punct(n->out.body) : span_trim(n->out.body);
        if (n->out.body.len && n->out.body.ptr[0] == '<')
            n->out.body = trim_punct(untag(n->out.body, false));
        if (!n->out.body.len)
            n->out.body = SPAN_NONE;
    }
}

/* ---- paths ---- */

#define PATH_LEVELS 32
#define PATH_SLOTS 6
struct level { /* the children of one node, so far */
    struct {
        enum ol_marker marker;
        char16_t word;
        int64_t no;
        uint32_t run;
    } slot[PATH_SLOTS];
    uint32_t used, extra;
};

static const char *letter_of(enum ol_marker marker)
{
    static const char *const letters[OLM_COUNT] = {
        [OLM_PARA] = "p",  [OLM_PHASE] = "phase", [OLM_BULLET] = "b", [OLM_ROW] = "r",
        [OLM_MD2] = "h2-", [OLM_MD3] = "h3-",     [OLM_MD4] = "h4-",  [OLM_MD5] = "h5-"};
    return letters[marker] ? letters[marker] : "n";
}

/* Writes the last part of a node's path: its number, or a letter and a count; "#k" from the second run of a number on. */
static int path_part(const struct ol_node *n, struct level *l, char *out, size_t size)
{
    uint32_t k = 0;
    while (k < l->used && (l->slot[k].marker != n->marker || (n->marker == OLM_PLAN && l->slot[k].word != n->word)))
        k++;
    if (k == PATH_SLOTS)
        return snprintf(out, size, "x%u", ++l->extra);
    if (k == l->used) {
        l->slot[k].marker = n->marker;
        l->slot[k].word = n->word;
        l->slot[k].no = 0;
        l->slot[k].run = 1;
        l->used++;
    }
    if (!n->out.number.len || n->out.number.len > 60 || n->marker == OLM_ROW) {
        return snprintf(out, size, "%s%lld", letter_of(n->marker), (long long)++l->slot[k].no);
    }
    if (n->out.ordinal <= l->slot[k].no)
        l->slot[k].run++;
    l->slot[k].no = n->out.ordinal;
    if (l->slot[k].run == 1)
        return snprintf(out, size, "%.*s", SPAN_ARG(n->out.number));
    return snprintf(out, size, "%.*s#%u", SPAN_ARG(n->out.number), l->slot[k].run);
}

void ol_paths(struct ol_ctx *c)
{
    struct level levels[PATH_LEVELS] = {0};
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        struct ol_node *const n = OL_NODE(c, i);
        const struct ol_node *const p = n->out.parent >= 0 ? OL_NODE(c, n->out.parent) : NULL;
        const uint32_t depth = p ? p->out.depth + 1 : 0;
        n->out.depth = depth;
        if (depth + 1 < PATH_LEVELS)
            levels[depth + 1] = (struct level){0};
        char part[128];
        const int len = path_part(n, &levels[depth < PATH_LEVELS ? depth : PATH_LEVELS - 1], part, sizeof part);
        const struct span above = p ? p->out.path : SPAN_NONE;
        const size_t total = above.len + (p ? 1 : 0) + (size_t)len;
        char *const path = arena_alloc(c->a, total + 1);
        if (!path) {
            c->full = true;
            return;
        }
        if (p) {
            memcpy(path, above.ptr, above.len);
            path[above.len] = '/';
        }
        memcpy(path + total - (size_t)len, part, (size_t)len);
        n->out.path = (struct span){path, total};
    }
}
