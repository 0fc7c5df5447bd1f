/*
 * outline_head.c - the lines around the text proper: title (also printed twice, also over two lines, also of a plan enclosed in a
 * notice), document number, date of issue, issuer, addressee, signature.
 */
#include <string.h>

#include "plan/outline_lines_int.h"

static const char16_t *const org_words[] = {u"人民政府", u"办公厅",   u"办公室",   u"委员会", u"管委会", u"市委",
                                            u"省委",     u"县委",     u"区委",     u"局",     u"厅",     u"部",
                                            u"政府",     u"领导小组", u"联席会议", u"研究院", u"协会",   NULL};

static uint32_t skip_lead(const struct ol_win *w)
{
    uint32_t i = 0;
    while (i < w->n && (ol_is(w->cp[i], OL_BLANK) || w->cp[i] == '#' || w->cp[i] == '\f' || w->cp[i] == '*'))
        i++;
    return i;
}

static uint32_t cut_tail(const struct ol_win *w, uint32_t from)
{
    uint32_t to = w->n;
    while (to > from && (ol_is(w->cp[to - 1], OL_BLANK) || w->cp[to - 1] == '*' || w->cp[to - 1] == '#'))
        to--;
    return to;
}

bool ol_org_name(const struct ol_win *w, uint32_t from, uint32_t to)
{
    if (to <= from + 3 || to - from > 40)
        return false;
    for (uint32_t i = from; i < to; i++) {
        if (!ol_is(w->cp[i], OL_HAN | OL_CN | OL_BLANK) && w->cp[i] != '(' && w->cp[i] != ')' && w->cp[i] != u'、')
            return false;
    }
    return ol_any_end(w, from, to, org_words) > 0;
}

static struct span piece(const struct ol_build *b, uint32_t from, uint32_t to)
{
    return ol_span(b->c->src, b->c->head.off[from], b->c->head.off[to]);
}

/* Without one pair of 《》 around it and without "[:：]" before it. */
static struct span title_piece(const struct ol_build *b, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &b->c->head;
    while (from < to && (w->cp[from] == ':' || ol_is(w->cp[from], OL_BLANK)))
        from++;
    if (to > from + 2 && w->cp[from] == u'《' && w->cp[to - 1] == u'》') {
        bool inside = true;
        for (uint32_t i = from + 1; i + 1 < to; i++)
            inside &= w->cp[i] != u'》';
        if (inside) {
            from++;
            to--;
        }
    }
    return piece(b, from, to);
}

static bool org_end(struct span s)
{
    static const char *const ends[] = {"人民政府", "办公厅", "办公室", "委员会", "市委", "省委", "县委",
                                       "区委",     "局",     "厅",     "部",     "政府", "委"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (span_ends(s, span_of(ends[i])))
            return true;
    }
    return false;
}

/* 长沙市人民政府关于…, 中共长沙市委推进…: the issuer stands in the title. */
static void issuer_from_title(struct outline_document *d)
{
    if (d->issuer.len || !d->title.len)
        return;
    const size_t about = span_find(d->title, SPAN("关于"), 0);
    const size_t about_t = span_find(d->title, SPAN("關於"), 0);
    const size_t at = about < about_t ? about : about_t;
    if (at != SIZE_MAX && at > 0) {
        const struct span before = span_trim(span_sub(d->title, 0, at));
        if (org_end(before))
            d->issuer = before;
        return;
    }
    if (!span_starts(d->title, SPAN("中共")))
        return;
    static const char *const ends[] = {"市委", "省委", "县委", "区委", "州委"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t k = span_find(d->title, span_of(ends[i]), 6);
        if (k != SIZE_MAX && k < 40) {
            d->issuer = span_sub(d->title, 0, k + strlen(ends[i]));
            return;
        }
    }
}

/* 关于印发《X》的通知: the enclosed plan is X. */
static void note_cover(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    const struct span t = c->doc->title;
    const size_t at = span_find(t, SPAN("关于印发"), 0);
    if (at == SIZE_MAX || !span_ends(t, SPAN("的通知")))
        return;
    struct span x = span_sub(t, at + sizeof "关于印发" - 1, t.len - (sizeof "的通知" - 1));
    if (span_starts(x, SPAN("《")) && span_ends(x, SPAN("》")))
        x = span_sub(x, 3, x.len - 3);
    c->cover_title = x;
}

static void set_title(struct ol_build *b, struct span title)
{
    b->c->doc->title = title;
    issuer_from_title(b->c->doc);
    note_cover(b);
}

static void add_title(struct ol_build *b, struct span more)
{
    struct outline_document *const d = b->c->doc;
    char *const p = arena_alloc(b->c->a, d->title.len + more.len + 1);
    if (!p) {
        b->c->full = true;
        return;
    }
    memcpy(p, d->title.ptr, d->title.len);
    memcpy(p + d->title.len, more.ptr, more.len);
    set_title(b, (struct span){p, d->title.len + more.len});
}

/* 珠府〔2022〕10号: returns its end, 0 when none starts in the line. */
static uint32_t document_number(const struct ol_win *w, uint32_t from, uint32_t *start)
{
    for (uint32_t i = from; i + 6 < w->n && i < from + 60; i++) {
        if (w->cp[i] != u'〔' && w->cp[i] != '[' && w->cp[i] != u'【' && w->cp[i] != '(')
            continue;
        struct ol_num year, no;
        if (!ol_number(w, i + 1, &year) || year.mantissa < 1949 || year.mantissa > 2200 || year.end >= w->n)
            continue;
        const uint16_t close = w->cp[year.end];
        if (close != u'〕' && close != ']' && close != u'】' && close != ')')
            continue;
        uint32_t k = year.end + 1;
        while (k < w->n && (w->cp[k] == u'第' || ol_is(w->cp[k], OL_BLANK)))
            k++;
        if (!ol_number(w, k, &no) || !ol_at(w, no.end, u"号"))
            continue;
        uint32_t s = i;
        while (s > from && (ol_is(w->cp[s - 1], OL_HAN | OL_CN) || (w->cp[s - 1] | 0x20) >= 'a') &&
               w->cp[s - 1] < 0xFF00 && i - s < 14 && !ol_is(w->cp[s - 1], OL_BLANK | OL_PAUSE | OL_STOP) &&
               w->cp[s - 1] != u'〔')
            s--;
        *start = s;
        return no.end + 1;
    }
    return 0;
}

static bool take_date(struct ol_build *b, struct ymd day)
{
    if (!b->c->doc->has_date) {
        b->c->doc->has_date = true;
        b->c->doc->date = day;
    }
    return true;
}

/* A line that is a date and nothing else, perhaps in parentheses or behind a label. */
static bool date_line(struct ol_build *b, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &b->c->head;
    struct ymd day;
    if (from < to && w->cp[from] == '(') {
        from++;
        if (to > from && w->cp[to - 1] == ')')
            to--;
    }
    const uint32_t k = ol_day(w, from, &day);
    return k > from && k >= to && take_date(b, day);
}

/* 信息提供日期:2011-05-12 信息来源:深圳人民政府办公厅 */
static bool label_line(struct ol_build *b, uint32_t from, uint32_t to)
{
    static const char16_t *const dates[] = {u"日期", u"时间", NULL};
    static const char16_t *const issuers[] = {u"来源",     u"发布机构", u"发文机关", u"发文单位",
                                              u"印发单位", u"制定机关", u"发布单位", NULL};
    const struct ol_win *const w = &b->c->head;
    bool found = false;
    if (to - from > 100)
        return false;
    for (uint32_t i = from + 1; i + 1 < to; i++) {
        if (w->cp[i] != ':')
            continue;
        uint32_t k = i + 1;
        while (k < to && ol_is(w->cp[k], OL_BLANK))
            k++;
        struct ymd day;
        if (ol_any_end(w, from, i, dates) && ol_day(w, k, &day) > k)
            found = take_date(b, day);
        if (ol_any_end(w, from, i, issuers)) {
            uint32_t e = k;
            while (e < to && !ol_is(w->cp[e], OL_BLANK | OL_PAUSE | OL_STOP))
                e++;
            if (e > k && !b->c->doc->issuer.len) {
                b->c->doc->issuer = piece(b, k, e);
                found = true;
            }
        }
    }
    return found;
}

/* (在二○○九年六月三日…第三次市长联席会议上由…共同签署): date and body of the signing. */
static bool note_line(struct ol_build *b, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &b->c->head;
    bool found = false;
    if (from >= to || w->cp[from] != '(' || w->cp[to - 1] != ')')
        return false;
    for (uint32_t i = from; i < to; i++) {
        struct ymd day;
        const uint32_t k = ol_is(w->cp[i], OL_DIGIT | OL_CN) ? ol_day(w, i, &day) : i;
        if (k > i) {
            found = take_date(b, day);
            uint32_t e = k;
            while (e < to && !ol_at(w, e, u"上") && !ol_is(w->cp[e], OL_PAUSE | OL_STOP))
                e++;
            if (ol_ends(w, k, e, u"会议") && !b->c->doc->issuer.len)
                b->c->doc->issuer = piece(b, k, e);
            return found;
        }
    }
    return false;
}

static bool addressee(const struct ol_win *w, uint32_t from, uint32_t to)
{
    static const char16_t *const words[] = {u"政府",   u"单位", u"部门", u"机构", u"同志们", u"党委",
                                            u"委员会", u"局",   u"委",   u"办",   NULL};
    return to - from > 2 && to - from < 100 && w->cp[to - 1] == ':' && ol_any_end(w, from, to - 1, words) > 0;
}

static bool taken(struct ol_build *b, enum outline_role role)
{
    (void)ol_add_para(b, role);
    b->unfinished = false;
    return true;
}

/* The second of two title lines goes on where the first broke off. */
static bool continues_title(const struct ol_build *b, const struct ol_win *w, uint32_t from, uint32_t to)
{
    const struct span t = b->c->doc->title;
    if (span_ends(t, SPAN("关于印发")) || span_ends(t, SPAN("关于")) || span_ends(t, SPAN("關於印發")))
        return true;
    return span_find(t, SPAN("关于"), 0) != SIZE_MAX &&
           !ol_any_end(w, 0, from, (const char16_t *const[]){u"通知", NULL}) && ol_ends(w, from, to, u"的通知") &&
           !span_ends(t, SPAN("通知"));
}

static bool title_line(struct ol_build *b, uint32_t from, uint32_t to)
{
    struct outline_document *const d = b->c->doc;
    const struct ol_win *const w = &b->c->head;
    const bool titled = ol_title_like(w);
    if (b->own_title) {
        if (continues_title(b, w, from, to)) {
            add_title(b, piece(b, from, to));
            return taken(b, OUTLINE_ROLE_TITLE);
        }
        if (w->cp[from] == '(' && w->cp[to - 1] == ')' && to - from < 40) {
            add_title(b, piece(b, from, to));
            return taken(b, OUTLINE_ROLE_TITLE);
        }
        if (ol_org_name(w, from, to)) {
            if (!d->issuer.len)
                d->issuer = piece(b, from, to);
            return taken(b, OUTLINE_ROLE_ISSUER);
        }
        return false;
    }
    if (!titled && !d->title.len &&
        (ol_org_name(w, from, to) || (ol_ends(w, from, to, u"文件") && ol_org_name(w, from, to - 2)))) {
        const bool file = ol_ends(w, from, to, u"文件");
        d->issuer = piece(b, from, file ? to - 2 : to);
        return taken(b, OUTLINE_ROLE_ISSUER);
    }
    d->label = d->title;
    b->own_title = true;
    set_title(b, title_piece(b, from, to));
    if (span_eq(d->label, d->title))
        d->label = SPAN_NONE;
    return taken(b, OUTLINE_ROLE_TITLE);
}

bool ol_head_line(struct ol_build *b)
{
    const struct ol_win *const w = &b->c->head;
    struct outline_document *const d = b->c->doc;
    const uint32_t from = skip_lead(w), to = cut_tail(w, from);
    struct ol_mark m;
    uint32_t number = 0;
    if (to <= from)
        return taken(b, OUTLINE_ROLE_PREAMBLE);
    const bool marked = ol_read_mark(w, &m);
    if (marked && m.marker == OLM_PART && m.num_end < w->n && w->cp[m.num_end] == ':' && !b->c->nodes.n) {
        set_title(b, title_piece(b, m.text, to));
        return taken(b, OUTLINE_ROLE_TITLE);
    }
    if (date_line(b, from, to))
        return taken(b, OUTLINE_ROLE_DATE);
    const uint32_t number_end = document_number(w, from, &number);
    if (number_end && to - from < 60 && !ol_title_like(w)) {
        if (!d->number.len)
            d->number = piece(b, number, number_end);
        return taken(b, OUTLINE_ROLE_NUMBER);
    }
    if (marked)
        return false;
    if (label_line(b, from, to))
        return taken(b, OUTLINE_ROLE_DATE);
    if (note_line(b, from, to))
        return taken(b, OUTLINE_ROLE_DATE);
    if (addressee(w, from, to)) {
        b->head = false;
        return taken(b, OUTLINE_ROLE_ADDRESSEE);
    }
    const bool long_title = to - from <= 80 && ol_title_like(w);
    if ((ol_prose(w) && !long_title) || w->cp[to - 1] == ':')
        return false;
    return title_line(b, from, to);
}

static void signature_before(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    struct ol_node *const n = c->nodes.n ? OL_NODE(c, c->nodes.n - 1) : NULL;
    (void)ol_win_fill(&c->head, c->src, b->before.ts, b->before.te);
    if (!n || !ol_org_name(&c->head, 0, c->head.n)) {
        ol_split_closing(b);
        return;
    }
    const struct span name = piece(b, 0, c->head.n);
    if (!c->doc->issuer.len)
        c->doc->issuer = name;
    if (n->marker == OLM_PARA && n->out.start == b->before.start) {
        n->out.role = OUTLINE_ROLE_ISSUER;
        return;
    }
    if (n->text_lines == 0 || b->ring_n == 0 || b->ring[(b->ring_n - 1) % 4] != b->before.start)
        return;
    n->text_lines--;
    b->ring_n--;
    n->out.end = b->before.start;
    ol_split_closing(b);
    const struct ol_line now = b->line;
    b->line = b->before;
    (void)ol_add_para(b, OUTLINE_ROLE_ISSUER);
    b->line = now;
}

bool ol_body_line(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    const struct ol_win *const w = &c->head;
    const uint32_t from = skip_lead(w), to = cut_tail(w, from);
    if (to <= from || to - from > 80)
        return false;
    if (c->cover_title.len && span_eq(title_piece(b, from, to), c->cover_title)) {
        ol_reset_frames(b);
        c->doc->label = c->doc->title;
        c->doc->title = c->cover_title;
        c->cover_title = SPAN_NONE;
        b->own_title = true;
        b->head = true;
        b->headed = false;
        return taken(b, OUTLINE_ROLE_TITLE);
    }
    const bool mark = ol_is(w->cp[from], OL_DIGIT | OL_CN) || w->cp[from] == '(';
    if (!mark || b->unfinished || !date_line(b, from, to))
        return false;
    signature_before(b);
    ol_reset_frames(b);
    return taken(b, OUTLINE_ROLE_DATE);
}
