/*
 * outline_scan.c - one pass over each node's own text, in windows; at each character that may start a mention the rules have a look.
 * No rule looks further than a fixed number of characters, or looks again at what a rule before it took: the cost is linear.
 */
#include <string.h>

#include "plan/outline_int.h"

static void cite_open(struct ol_ctx *c, uint32_t i)
{
    if (c->cite_depth == 0)
        c->cite_open = i;
    if (c->cite_depth < 1000)
        c->cite_depth++;
}

static void cite_close(struct ol_ctx *c, uint32_t i)
{
    if (c->cite_depth == 0 || --c->cite_depth > 0 || i - c->cite_open > 150 || i < c->cite_open + 2)
        return;
    struct outline_cite *const x = ol_push(c, &c->cites);
    if (!x)
        return;
    x->start = c->win.off[c->cite_open];
    x->end = c->win.off[i + 1];
    x->title = ol_span(c->src, c->win.off[c->cite_open + 1], c->win.off[i]);
    x->node = c->node;
}

/* Keeps track of brackets and clauses. */
static void note(struct ol_ctx *c, uint32_t i)
{
    switch (c->win.cp[i]) {
    case '\n':
        c->cite_depth = 0;
        c->open_paren = 0;
        break;
    case '(':
        c->open_paren = i + 1;
        break;
    case ')':
        c->open_paren = 0;
        break;
    case u'《':
        cite_open(c, i);
        break;
    case u'》':
        cite_close(c, i);
        break;
    default:
        break;
    }
}

static void scan_window(struct ol_ctx *c, uint32_t from)
{
    const struct ol_win *const w = &c->win;
    c->open_paren = c->unit_floor = c->list_floor = c->cite_depth = 0;
    for (uint32_t i = from; i < w->n;) {
        const unsigned class = ol_class(w->cp[i]);
        uint32_t k = i;
        if (!(class & (OL_KEY | OL_DIGIT | OL_CN)) && w->cp[i] != '\n') {
            i++;
            continue;
        }
        note(c, i);
        c->quoted = i > 0 && w->cp[i - 1] == u'“';
        if (class & OL_KEY) {
            k = ol_units_at(c, i);
            if (k == i)
                k = ol_alias_at(c, i);
        }
        if (k == i && class & (OL_KEY | OL_DIGIT | OL_CN))
            k = ol_date_at(c, i);
        if (k == i && (class & (OL_DIGIT | OL_CN) || w->cp[i] == u'第'))
            k = ol_quantity_at(c, i);
        i = k > i ? k : i + 1;
    }
}

void ol_mentions(struct ol_ctx *c)
{
    for (uint32_t n = 0; n < c->nodes.n && !c->full; n++) {
        const struct ol_node *const node = OL_NODE(c, n);
        c->node = c->answers = n;
        uint32_t next;
        for (uint32_t pos = node->text_start; pos < node->out.end; pos = next) {
            next = ol_win_fill(&c->win, c->src, pos, node->out.end);
            c->due_from = c->due_to = 0;
            if (node->table)
                ol_units_row(c);
            scan_window(c, 0);
        }
    }
    if (!c->full)
        ol_units_finish(c);
}
