/*
 * outline_row.c - task tables: lines whose cells are parted by tabs (so a .docx table comes out), under a header row that names
 * the columns. Each row becomes an item with the task as its heading; the columns say who leads, who supports and when it is due.
 */
#include <string.h>

#include "plan/outline_lines_int.h"

static enum ol_column column_of(const struct ol_win *w, uint32_t from, uint32_t to)
{
    static const struct {
        const char16_t *word;
        enum ol_column column;
    } rows[] = {{u"序号", OLC_NUMBER},     {u"编号", OLC_NUMBER},     {u"牵头", OLC_LEAD},
                {u"责任", OLC_LEAD},       {u"主责", OLC_LEAD},       {u"主办", OLC_LEAD},
                {u"承办", OLC_LEAD},       {u"配合", OLC_SUPPORTING}, {u"参加", OLC_SUPPORTING},
                {u"参与", OLC_SUPPORTING}, {u"协办", OLC_SUPPORTING}, {u"协同", OLC_SUPPORTING},
                {u"时限", OLC_DUE},        {u"期限", OLC_DUE},        {u"时间", OLC_DUE},
                {u"任务", OLC_TASK},       {u"事项", OLC_TASK},       {u"项目", OLC_TASK},
                {u"内容", OLC_TASK},       {u"措施", OLC_TASK},       {u"工作", OLC_TASK}};
    if (to - from > 12)
        return OLC_OTHER;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        for (uint32_t i = from; i < to; i++) {
            if (ol_at(w, i, rows[r].word))
                return rows[r].column;
        }
    }
    return OLC_OTHER;
}

/* A header names a task or a unit column and at least one more. */
static bool read_header(const struct ol_win *w, struct ol_table *t)
{
    uint32_t s = 0;
    int known = 0;
    bool main = false, task = false;
    *t = (struct ol_table){0};
    for (uint32_t i = 0; i <= w->n && t->n < OL_COLUMNS; i++) {
        if (i < w->n && w->cp[i] != '\t')
            continue;
        enum ol_column is = column_of(w, s, i);
        if (is == OLC_TASK && task)
            is = OLC_OTHER; /* the first column of tasks is the heading */
        task |= is == OLC_TASK;
        known += is != OLC_OTHER;
        main |= is == OLC_TASK || is == OLC_LEAD;
        t->column[t->n++] = is;
        s = i + 1;
    }
    return main && known >= 2;
}

static void cell(struct ol_ctx *c, struct ol_node *n, enum ol_column is, uint32_t from, uint32_t to)
{
    const char *const p = c->src.ptr;
    while (from < to && (p[from] == ' ' || p[from] == '\r'))
        from++;
    while (to > from && (p[to - 1] == ' ' || p[to - 1] == '\r'))
        to--;
    if (is == OLC_TASK && to > from && n->head_end == n->head_start) {
        n->head_start = from;
        n->head_end = to;
    } else if (is == OLC_NUMBER && to > from && to - from < 20) {
        struct ol_num num;
        (void)ol_win_fill(&c->head, c->src, from, to);
        if (ol_number(&c->head, 0, &num) && num.end == c->head.n && !num.scale && num.mantissa > 0) {
            n->num_start = from;
            n->num_end = to;
            n->out.ordinal = num.mantissa;
        }
    }
}

static void add_row(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    struct ol_node *const n = ol_add_node(b);
    if (!n)
        return;
    const struct ol_table *const t = (const struct ol_table *)c->tables.ptr + (b->table - 1);
    n->out.kind = OUTLINE_ITEM;
    n->out.parent = b->depth ? b->frames[b->depth - 1].node : -1;
    n->marker = OLM_ROW;
    n->table = b->table;
    n->text_start = b->line.start;
    n->num_start = n->num_end = n->head_start = n->head_end = b->line.start;
    uint32_t s = b->line.start;
    for (uint32_t column = 0; column < t->n && s <= b->line.end; column++) {
        const char *const tab = memchr(c->src.ptr + s, '\t', b->line.end - s);
        const uint32_t e = tab ? (uint32_t)(tab - c->src.ptr) : b->line.end;
        cell(c, n, t->column[column], s, e);
        s = e + 1;
    }
}

bool ol_row_line(struct ol_build *b)
{
    struct ol_ctx *const c = b->c;
    if (!memchr(c->src.ptr + b->line.start, '\t', b->line.end - b->line.start) ||
        (!b->table && b->line.te == b->line.ts)) {
        b->table = 0;
        return false;
    }
    struct ol_table t;
    (void)ol_win_fill(&c->head, c->src, b->line.start, b->line.end);
    if (read_header(&c->head, &t)) {
        struct ol_table *const slot = ol_push(c, &c->tables);
        struct ol_node *const p = slot ? ol_add_para(b, OUTLINE_ROLE_BODY) : NULL;
        if (!p)
            return false;
        *slot = t;
        if (b->depth)
            p->out.parent = b->frames[b->depth - 1].node;
        b->table = c->tables.n;
    } else if (b->table) {
        add_row(b);
    } else {
        return false;
    }
    b->unfinished = b->torn = false;
    return true;
}
