/*
 * outline_lines.c - lines to tree. One pass over the lines of a document with a stack of open headings; each kind of number has a
 * rank, a heading closes all of its rank and below. A line that has no number of its own goes to the heading above it.
 *
 * A number at the start of a line is believed when it fits: it is 1, or one more than its open sibling, or one more than the last of
 * its kind in the document (numbers that run through). One that does not fit is believed only when the line before ended a
 * sentence: so "…经济中心之" / "一、跨国公司…" stays one sentence.
 */
#include <string.h>

#include "plan/outline_lines_int.h"

static const int rank_of[OLM_COUNT] = {
    [OLM_ATTACH] = 5, [OLM_PART] = 10,   [OLM_ZHANG] = 20,    [OLM_MD2] = 22,   [OLM_JIE] = 30,  [OLM_MD3] = 32,
    [OLM_TIAO] = 40,  [OLM_CN] = 50,     [OLM_PCN] = 60,      [OLM_MD4] = 62,   [OLM_PLAN] = 65, [OLM_NUM] = 70,
    [OLM_NUM2] = 72,  [OLM_MD5] = 73,    [OLM_NUM3] = 74,     [OLM_NUMP] = 78,  [OLM_PNUM] = 80, [OLM_CIRCLE] = 90,
    [OLM_ROW] = 95,   [OLM_BULLET] = 97, [OLM_MEASURE] = 100, [OLM_PHASE] = 68, [OLM_PARA] = 110};

static bool blank_byte(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\f' || ch == '\v';
}

bool ol_next_line(struct ol_lines *it, struct ol_line *out)
{
    if (it->pos >= it->limit)
        return false;
    const char *const p = it->src.ptr;
    if (!it->started || it->lf < it->pos) {
        const char *const lf = memchr(p + it->pos, '\n', it->limit - it->pos);
        it->lf = lf ? (uint32_t)(lf - p) : it->limit;
        it->started = true;
    }
    const char *const cr = memchr(p + it->pos, '\r', it->lf - it->pos);
    out->start = it->pos;
    out->end = cr ? (uint32_t)(cr - p) : it->lf;
    out->next = out->end;
    if (out->next < it->limit)
        out->next += cr && out->end + 1 == it->lf && it->lf < it->limit ? 2 : 1;
    it->pos = out->next;
    uint32_t ts = out->start, te = out->end;
    for (;;) {
        if (ts < te && blank_byte(p[ts]))
            ts++;
        else if (te - ts >= 3 && (memcmp(p + ts, "\xE3\x80\x80", 3) == 0 || memcmp(p + ts, "\xEF\xBB\xBF", 3) == 0))
            ts += 3;
        else
            break;
    }
    while (te > ts) {
        if (blank_byte(p[te - 1]))
            te--;
        else if (te - ts >= 3 && memcmp(p + te - 3, "\xE3\x80\x80", 3) == 0)
            te -= 3;
        else
            break;
    }
    out->ts = ts;
    out->te = te;
    return true;
}

/* ---- where a document ends ---- */

static const char16_t *const title_words[] = {
    u"行动纲要", u"工作纲要", u"规划纲要", u"发展纲要", u"行动计划", u"工作计划", u"行动方案", u"实施方案",
    u"工作方案", u"实施意见", u"工作要点", u"发展规划", u"专项规划", u"总体方案", u"指导意见", u"若干意见",
    u"若干措施", u"管理办法", u"暂行办法", u"实施办法", u"实施细则", u"条例",     u"的通知",   u"的决定",
    u"的意见",   u"主持词",   u"讲话",     u"工作报告", u"情况报告", u"季度报告", u"纲要",     NULL};

/* A title stands alone: short, no sentence, and ends (before a parenthesis) with the word for its kind of document. */
bool ol_title_like(const struct ol_win *w)
{
    uint32_t from = 0, to = w->n;
    while (from < to && (ol_is(w->cp[from], OL_BLANK) || w->cp[from] == '#' || w->cp[from] == '\f'))
        from++;
    if (to - from < 6 || to - from > 70)
        return false;
    for (uint32_t i = from; i < to; i++) {
        if (w->cp[i] == u'。' || w->cp[i] == ';' || w->cp[i] == ',' || w->cp[i] == ':' || w->cp[i] == '\t')
            return false;
    }
    if (w->cp[to - 1] == ')') {
        while (to > from && w->cp[to - 1] != '(')
            to--;
        if (to > from)
            to--;
    }
    while (to > from && (w->cp[to - 1] == u'》' || w->cp[to - 1] == u'”' || w->cp[to - 1] == ' '))
        to--;
    static const char16_t last[] = u"要划案见点例知定词话告施法则"; /* what the words end with */
    bool may = false;
    for (uint32_t k = 0; last[k] && to > from; k++)
        may |= w->cp[to - 1] == last[k];
    struct ol_mark m;
    return may && ol_any_end(w, from, to, title_words) > 0 && (!ol_read_mark(w, &m) || m.marker == OLM_PHASE);
}

/* 第一篇:《…》 divides a file of several documents. */
static bool divider(const struct ol_win *w)
{
    struct ol_mark m;
    if (!ol_read_mark(w, &m) || m.marker != OLM_PART || m.num_end >= w->n)
        return false;
    return w->cp[m.num_end - 1] == u'篇' && w->cp[m.num_end] == ':';
}

/* A line of ===, ---, *** or a form feed: what follows may be a new document when it is a title. */
static bool rule_line(struct span src, const struct ol_line *l)
{
    if (l->end > l->start && src.ptr[l->start] == '\f')
        return true;
    if (l->te - l->ts < 5)
        return false;
    const char ch = src.ptr[l->ts];
    if (ch != '=' && ch != '-' && ch != '*' && ch != '_')
        return false;
    for (uint32_t i = l->ts; i < l->te; i++) {
        if (src.ptr[i] != ch)
            return false;
    }
    return true;
}

/* Whether the first number behind a title-like line is a first one: looks no further than the next title-like line. */
static bool begins_anew(struct ol_ctx *c, struct ol_lines it)
{
    struct ol_line l;
    for (int k = 0; k < 40 && ol_next_line(&it, &l); k++) {
        struct ol_mark m;
        (void)ol_win_fill(&c->head, c->src, l.ts, l.te);
        if (ol_title_like(&c->head) || divider(&c->head))
            return false;
        if (ol_read_mark(&c->head, &m) && (m.marker == OLM_CN || m.marker == OLM_ZHANG || m.marker == OLM_TIAO ||
                                           m.marker == OLM_PCN || m.marker == OLM_NUM))
            return m.no == 1;
    }
    return false;
}

struct ends {
    uint32_t lines;      /* not blank, so far */
    bool chapter, ruled; /* a heading was seen; the last line was a rule */
    bool attachment;     /* the last line was 附件N */
    bool finished;       /* the last line ended a sentence or is a date */
    struct span title;   /* the first title-like line */
};

static bool says_again(struct span title, struct span line)
{
    static const char open[] = "《", close[] = "》";
    if (span_starts(line, SPAN("《")) && span_ends(line, SPAN("》")))
        line = span_sub(line, sizeof open - 1, line.len - (sizeof close - 1));
    return title.len >= line.len && span_find(title, line, 0) != SIZE_MAX;
}

static bool starts_document(struct ol_ctx *c, const struct ends *e, const struct ol_lines *it, const struct ol_line *l)
{
    (void)ol_win_fill(&c->head, c->src, l->ts, l->te);
    const struct ol_win *const w = &c->head;
    if (e->lines == 0 || !w->n)
        return false;
    if (divider(w))
        return true;
    struct ol_mark m;
    if (l->te - l->ts > 2 && c->src.ptr[l->ts] == '#' && blank_byte(c->src.ptr[l->ts + 1]) && !ol_read_mark(w, &m))
        return true;
    if (!ol_title_like(w) || (e->title.len && says_again(e->title, ol_span(c->src, l->ts, l->te))))
        return false;
    if (e->ruled)
        return true;
    const bool anew = e->chapter && e->finished && !e->attachment && begins_anew(c, *it);
    if (!anew)
        (void)ol_win_fill(&c->head, c->src, l->ts, l->te); /* it looked ahead */
    return anew;
}

/* The line is in c->head: starts_document has just looked at it. */
static void note_line(struct ol_ctx *c, struct ends *e, const struct ol_line *l)
{
    struct ol_mark m;
    e->ruled = rule_line(c->src, l);
    if (l->te == l->ts)
        return;
    const bool marked = ol_read_mark(&c->head, &m);
    e->chapter |= marked && m.marker != OLM_BULLET && m.marker != OLM_PHASE && m.marker != OLM_PLAN;
    e->attachment = marked && m.marker == OLM_ATTACH;
    uint32_t pos = l->te >= 3 ? l->te - 3 : l->ts;
    struct ymd day;
    const uint16_t last = pos >= l->ts ? ol_char(c->src.ptr, &pos, l->te) : 0;
    e->finished = ol_is(last, OL_STOP) || last == ')' || ol_day(&c->head, 0, &day) > 0 || e->ruled;
    if (!e->title.len && ol_title_like(&c->head))
        e->title = ol_span(c->src, l->ts, l->te);
    e->lines++;
}

uint32_t ol_document_end(struct ol_ctx *c, uint32_t start)
{
    struct ol_lines it = {.src = c->src, .pos = start, .limit = (uint32_t)c->src.len};
    struct ends e = {0};
    struct ol_line l;
    while (ol_next_line(&it, &l)) {
        const bool was_ruled = e.ruled;
        const bool formfeed = l.end > l.start && c->src.ptr[l.start] == '\f';
        if (l.te == l.ts && !formfeed)
            continue;
        e.ruled = was_ruled || formfeed;
        if (l.te > l.ts && starts_document(c, &e, &it, &l))
            return l.start;
        note_line(c, &e, &l);
    }
    return (uint32_t)c->src.len;
}

/* ---- the tree ---- */

/* Prose: a sentence mark inside, or too long for a heading. */
bool ol_prose(const struct ol_win *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->cp[i] == u'。' || w->cp[i] == ',' || w->cp[i] == ';')
            return true;
    }
    return w->n > 60;
}

static bool dots_only(const struct ol_win *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->cp[i] != u'…' && w->cp[i] != '.' && w->cp[i] != '-' && w->cp[i] != ' ')
            return false;
    }
    return true;
}

/* Whether the line breaks off inside a sentence; torn when its last word cannot end one. */
static bool breaks_off(struct ol_build *b, const struct ol_line *l, bool prose)
{
    const struct span src = b->c->src;
    uint32_t pos = l->te;
    while (pos > l->ts && ((unsigned char)src.ptr[--pos] & 0xC0) == 0x80)
        ;
    const uint16_t last = ol_char(src.ptr, &pos, l->te);
    static const char16_t torn[] = u"、,之的和与及是为在对将把向从由以其并或";
    b->torn = false;
    for (uint32_t k = 0; torn[k] && (prose || k < 2); k++)
        b->torn |= last == torn[k];
    if (b->torn)
        return true;
    static const char16_t ends[] = u"。…!?;:.)”’》』】]*|";
    for (uint32_t k = 0; ends[k]; k++) {
        if (last == ends[k])
            return false;
    }
    return prose;
}

void ol_reset_frames(struct ol_build *b)
{
    b->depth = 0;
    memset(b->last_no, 0, sizeof b->last_no);
}

static struct ol_node *last_node(struct ol_build *b)
{
    return b->c->nodes.n ? OL_NODE(b->c, b->c->nodes.n - 1) : NULL;
}

struct ol_node *ol_add_node(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    ol_close_last(b);
    struct ol_node *const n = ol_push(c, &c->nodes);
    if (!n)
        return NULL;
    const bool first = c->nodes.n == 1;
    n->out.start = first ? c->start : b->line.start;
    n->out.end = b->line.next;
    n->out.parent = -1;
    n->text_start = b->line.ts;
    n->line_end = b->line.te;
    n->num_start = n->num_end = b->line.ts;
    b->ring_n = 0;
    return n;
}

struct ol_node *ol_add_para(struct ol_build *b, enum outline_role role)
{
    struct ol_node *const n = ol_add_node(b);
    if (n) {
        n->out.kind = OUTLINE_PARAGRAPH;
        n->out.role = role;
        n->marker = OLM_PARA;
    }
    return n;
}

static bool closing_words(struct ol_build *b, uint32_t start)
{
    static const char16_t *const words[] = {u"同志们", u"各地区", u"各级",   u"各部门", u"各市",   u"各县",
                                            u"各区",   u"各地",   u"各单位", u"本纲要", u"本方案", u"本办法",
                                            u"本意见", u"本规划", u"本行动", u"本计划", u"本条例", NULL};
    (void)ol_win_fill(&b->c->head, b->c->src, start, b->c->end);
    uint32_t i = 0;
    while (i < b->c->head.n && ol_is(b->c->head.cp[i], OL_BLANK))
        i++;
    return ol_any(&b->c->head, i, words, NULL) > 0;
}

/*
 * At the end of a document or before a signature: own lines of the last heading that none of its siblings has, or that open like
 * a closing, become closing paragraphs at the root.
 */
void ol_close_last(struct ol_build *b)
{
    struct ol_node *const n = last_node(b);
    if (n && n->marker < OLM_PARA && n->text_lines > b->text_lines_max[n->marker])
        b->text_lines_max[n->marker] = n->text_lines;
}

void ol_split_closing(struct ol_build *b)
{
    struct ol_node *n = last_node(b);
    if (!n || n->marker >= OLM_PARA || n->text_lines == 0 || b->ring_n == 0)
        return;
    const bool siblings = b->seen[n->marker] && n->out.ordinal > 1;
    const uint32_t least = n->whole_heading ? 1 : 0; /* a heading alone on its line has a line of text */
    const uint32_t usual = b->text_lines_max[n->marker] > least ? b->text_lines_max[n->marker] : least;
    uint32_t take = siblings && n->text_lines > usual ? n->text_lines - usual : 0;
    if (take > 3)
        take = 0;
    const bool has_own = n->text_lines > 1 || (n->line_end > n->text_start && !n->whole_heading);
    if (take == 0 && has_own && closing_words(b, b->ring[(b->ring_n - 1) % 4]))
        take = 1;
    const uint32_t end = n->out.end;
    uint32_t from = b->ring_n - take;
    n->text_lines -= take;
    for (; take; take--, from++) {
        const uint32_t start = b->ring[from % 4];
        last_node(b)->out.end = start;
        struct ol_node *const p = ol_push(b->c, &b->c->nodes);
        if (!p) {
            last_node(b)->out.end = end;
            return;
        }
        *p = (struct ol_node){.marker = OLM_PARA, .text_start = start, .num_start = start, .num_end = start};
        p->out = (struct outline_node){
            .kind = OUTLINE_PARAGRAPH, .role = OUTLINE_ROLE_CLOSING, .start = start, .end = end, .parent = -1};
        p->line_end = end;
    }
}

static enum outline_kind kind_of(const struct ol_build *b, enum ol_marker marker)
{
    bool below_action = false, below_zhang = false;
    for (int i = 0; i < b->depth; i++) {
        const enum outline_kind k = OL_NODE(b->c, b->frames[i].node)->out.kind;
        below_action |= k == OUTLINE_ACTION || k == OUTLINE_ITEM || k == OUTLINE_MEASURE;
        below_zhang |= b->frames[i].marker == OLM_ZHANG || b->frames[i].marker == OLM_MD2;
    }
    switch (marker) {
    case OLM_ATTACH:
    case OLM_PART:
    case OLM_ZHANG:
    case OLM_MD2:
        return OUTLINE_CHAPTER;
    case OLM_CN:
        return below_action ? OUTLINE_ITEM : below_zhang ? OUTLINE_SECTION : OUTLINE_CHAPTER;
    case OLM_JIE:
    case OLM_PCN:
    case OLM_MD3:
        return below_action ? OUTLINE_ITEM : OUTLINE_SECTION;
    case OLM_PLAN:
    case OLM_NUM:
    case OLM_MD4:
        return below_action ? OUTLINE_ITEM : OUTLINE_ACTION;
    case OLM_MEASURE:
        return OUTLINE_MEASURE;
    case OLM_PHASE:
        return OUTLINE_PHASE;
    case OLM_NONE:
    case OLM_TIAO:
    case OLM_NUM2:
    case OLM_NUM3:
    case OLM_MD5:
    case OLM_NUMP:
    case OLM_PNUM:
    case OLM_CIRCLE:
    case OLM_BULLET:
    case OLM_ROW:
    case OLM_PARA:
    case OLM_COUNT:
        break;
    }
    return OUTLINE_ITEM;
}

static int find_frame(const struct ol_build *b, const struct ol_mark *m)
{
    for (int i = b->depth - 1; i >= 0; i--) {
        if (b->frames[i].marker == m->marker && (m->marker != OLM_PLAN || b->frames[i].word == m->word))
            return i;
    }
    return -1;
}

static int rank_for(struct ol_build *b, enum ol_marker marker)
{
    const int top = b->depth ? b->frames[b->depth - 1].rank : 0;
    if (marker == OLM_PHASE) /* below whatever stands above it */
        return top < 100 ? top + 1 : 100;
    if (marker == OLM_PLAN && !b->seen[OLM_PLAN]) {
        bool section = false;
        for (int i = 0; i < b->depth; i++)
            section |=
                b->frames[i].marker == OLM_PCN || b->frames[i].marker == OLM_JIE || b->frames[i].marker == OLM_MD3;
        b->rank[OLM_PLAN] = section ? 65 : 55;
    }
    if (marker == OLM_PCN && !b->seen[OLM_PCN] && b->depth == 1 && b->frames[0].marker == OLM_NUM)
        b->rank[OLM_PCN] = 75; /* 1. above (一) */
    return b->rank[marker];
}

static bool believed(const struct ol_build *b, const struct ol_mark *m)
{
    const int at = find_frame(b, m);
    const int64_t sibling = at >= 0 ? b->frames[at].no : 0;
    switch (m->marker) {
    case OLM_MD2:
    case OLM_MD3:
    case OLM_MD4:
    case OLM_MD5:
        return true;
    case OLM_PHASE:
    case OLM_BULLET:
    case OLM_ATTACH:
        return !b->unfinished;
    default:
        break;
    }
    if (m->no == 1 && sibling >= 1 && b->unfinished)
        return false;
    if (m->no == 1)
        return !b->unfinished || (!m->strict && !b->torn);
    if (m->no == sibling + 1 && sibling)
        return true;
    if (m->no == b->last_no[m->marker] + 1 && b->last_no[m->marker])
        return true;
    if (m->marker == OLM_MEASURE || m->strict)
        return false;
    const int64_t gap = m->no - sibling;
    return !b->unfinished && gap >= -20 && gap <= 20;
}

/* Whether the line is a heading and nothing behind it: no sentence, or one short sentence. */
static bool heading_only(const struct ol_win *w, uint32_t i)
{
    if (w->n >= 80 + i)
        return false;
    for (; i + 1 < w->n; i++) {
        if (w->cp[i] == u'。' || w->cp[i] == ';')
            return false;
    }
    return true;
}

static void open_node(struct ol_build *b, const struct ol_mark *m)
{
    struct ol_ctx *const c = b->c;
    const int at = find_frame(b, m);
    const int rank = at >= 0 ? b->frames[at].rank : rank_for(b, m->marker);
    if (at >= 0)
        b->depth = at;
    while (b->depth && b->frames[b->depth - 1].rank >= rank)
        b->depth--;
    const enum outline_kind kind = kind_of(b, m->marker);
    struct ol_node *const n = ol_add_node(b);
    if (!n) {
        if (last_node(b))
            last_node(b)->out.end = b->line.next;
        return;
    }
    n->out.kind = kind;
    n->out.parent = b->depth ? b->frames[b->depth - 1].node : -1;
    n->out.ordinal = m->no;
    n->marker = m->marker;
    n->word = m->word;
    n->num_start = c->head.off[m->num_start];
    n->num_end = c->head.off[m->num_end];
    n->text_start = c->head.off[m->text < c->head.n ? m->text : c->head.n];
    n->whole_heading = heading_only(&c->head, m->text);
    c->counts[m->marker]++;
    b->seen[m->marker] = true;
    b->last_no[m->marker] = m->no;
    if (m->marker == OLM_ATTACH)
        memset(b->last_no, 0, sizeof b->last_no);
    if (b->depth < OL_FRAMES)
        b->frames[b->depth++] = (struct ol_frame){(int32_t)(c->nodes.n - 1), rank, m->marker, m->word, m->no};
    b->headed = true;
    b->head = false;
}

/* A line of text: to the open heading, else to the broken-off paragraph before it, else a paragraph of its own. */
static void text_line(struct ol_build *b)
{
    struct ol_node *const n = last_node(b);
    const bool join = n && b->unfinished && !dots_only(&b->c->head);
    if (!n || n->marker == OLM_ROW ||
        (n->marker == OLM_PARA && !(join && n->out.role != OUTLINE_ROLE_TITLE && n->out.role != OUTLINE_ROLE_DATE))) {
        struct ol_node *const p = ol_add_para(b, b->headed ? OUTLINE_ROLE_BODY : OUTLINE_ROLE_PREAMBLE);
        if (p && b->depth) /* behind a table */
            p->out.parent = b->frames[b->depth - 1].node;
        return;
    }
    n->out.end = b->line.next;
    if (!join) {
        n->text_lines++;
        b->ring[b->ring_n++ % 4] = b->line.start;
    }
}

static void take_line(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    struct ol_mark m;
    (void)ol_win_fill(&c->head, c->src, b->line.ts, b->line.te);
    const bool prose = ol_prose(&c->head);
    const bool marked = ol_read_mark(&c->head, &m);
    if (b->head && ol_head_line(b)) /* neither leaves another line in the window unless it took this one */
        return;
    if (!b->head && ol_body_line(b))
        return;
    b->head = false;
    if (ol_row_line(b))
        return;
    if (marked && believed(b, &m))
        open_node(b, &m);
    else
        text_line(b);
    b->unfinished = breaks_off(b, &b->line, prose);
}

void ol_structure(struct ol_ctx *c)
{
    struct ol_build b = {.c = c, .head = true};
    memcpy(b.rank, rank_of, sizeof b.rank);
    struct ol_lines it = {.src = c->src, .pos = c->start, .limit = c->end};
    while (!c->full && ol_next_line(&it, &b.line)) {
        struct ol_node *const n = last_node(&b);
        if (b.line.te == b.line.ts) {
            if (n)
                n->out.end = b.line.next;
            continue;
        }
        take_line(&b);
        if (last_node(&b))
            last_node(&b)->out.end = b.line.next;
        b.before = b.line;
    }
    ol_split_closing(&b);
    if (!c->full && !c->nodes.n) { /* blank from end to end */
        b.line = (struct ol_line){c->start, c->end, c->end, c->start, c->start};
        (void)ol_add_para(&b, OUTLINE_ROLE_BODY);
    }
}
