/*
 * outline_read.c - the reader's door: cuts the source into documents, reads each by itself, hangs the mentions on their nodes.
 *
 * Per document: structure (lines to nodes), measures inside lines, headings, paths, then one scan over each node's own text for
 * units, dates, quantities, counts and cites.
 */
#include <string.h>

#include "plan/outline_int.h"

/* Source of an outline is at most OUTLINE_BYTES_MAX, so offsets fit 32 bits. */
_Static_assert(OUTLINE_BYTES_MAX < UINT32_MAX, "offsets are 32 bits");

static struct ol_vec vec(const struct ol_ctx *c, size_t item_bytes, uint32_t per)
{
    return (struct ol_vec){.max = 64 + (c->end - c->start) / per, .item_bytes = item_bytes};
}

static void vectors(struct ol_ctx *c)
{
    c->nodes = vec(c, sizeof(struct ol_node), OUTLINE_NODE_PER);
    c->tables = vec(c, sizeof(struct ol_table), OUTLINE_NODE_PER);
    c->lead = vec(c, sizeof(struct outline_unit), OUTLINE_MENTION_PER);
    c->supporting = c->charged = c->lead;
    c->dates = vec(c, sizeof(struct outline_date), OUTLINE_MENTION_PER);
    c->quantities = vec(c, sizeof(struct outline_quantity), OUTLINE_MENTION_PER);
    c->checks = vec(c, sizeof(struct outline_check), OUTLINE_MENTION_PER);
    c->cites = vec(c, sizeof(struct outline_cite), OUTLINE_MENTION_PER);
    c->aliases = vec(c, sizeof(struct outline_alias), OUTLINE_MENTION_PER);
}

/* Mentions stand in the order of their nodes: hands each node its run. item.node lies at node_at in each item. */
static void hand_out(struct ol_ctx *c, const struct ol_vec *v, size_t node_at, size_t ptr_at, size_t n_at)
{
    struct outline_node *const nodes = (struct outline_node *)(uintptr_t)c->doc->nodes;
    for (uint32_t i = 0; i < v->n; i++) {
        const char *const item = (const char *)v->ptr + v->item_bytes * i;
        uint32_t node;
        memcpy(&node, item + node_at, sizeof node);
        char *const at = (char *)&nodes[node];
        uint32_t n;
        memcpy(&n, at + n_at, sizeof n);
        if (n == 0) {
            const void *const first = item;
            memcpy(at + ptr_at, &first, sizeof first);
        }
        n++;
        memcpy(at + n_at, &n, sizeof n);
    }
}

static bool finish(struct ol_ctx *c)
{
    struct outline_node *const out = ARENA_ARRAY(c->a, c->nodes.n, struct outline_node);
    if (!out)
        return false;
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        out[i] = OL_NODE(c, i)->out;
        out[i].tree_end = out[i].end;
    }
    for (uint32_t i = c->nodes.n; i-- > 0;) {
        if (out[i].parent >= 0 && out[out[i].parent].tree_end < out[i].tree_end)
            out[out[i].parent].tree_end = out[i].tree_end;
    }
    c->doc->nodes = out;
    c->doc->n_nodes = c->nodes.n;
    c->doc->aliases = c->aliases.ptr;
    c->doc->n_aliases = c->aliases.n;
#define HAND(list, type, field)                                                                                        \
    hand_out(c, &c->list, offsetof(type, node), offsetof(struct outline_node, field),                                  \
             offsetof(struct outline_node, n_##field))
    HAND(lead, struct outline_unit, lead_units);
    HAND(supporting, struct outline_unit, supporting_units);
    HAND(charged, struct outline_unit, charged_units);
    HAND(dates, struct outline_date, dates);
    HAND(quantities, struct outline_quantity, quantities);
    HAND(checks, struct outline_check, checks);
    HAND(cites, struct outline_cite, cites);
#undef HAND
    return true;
}

static bool read_document(struct ol_ctx *c, const struct ymd *issued_on)
{
    vectors(c);
    memset(c->counts, 0, sizeof c->counts);
    c->cover_title = SPAN_NONE;
    ol_structure(c);
    if (!c->full)
        ol_inline_measures(c);
    if (!c->full)
        ol_headings(c);
    if (!c->full)
        ol_paths(c);
    c->has_issue = issued_on || c->doc->has_date;
    c->issue = issued_on ? *issued_on : c->doc->date;
    if (!c->full)
        ol_mentions(c);
    return !c->full && finish(c);
}

enum rc outline_read(struct arena *a, struct span source, const struct ymd *issued_on, struct outline_result *out,
                     struct fail *f)
{
    if (source.len > OUTLINE_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_outline_too_large, NULL, NULL);
    struct ol_ctx c = {.a = a, .src = source};
    struct ol_vec docs = {.max = UINT32_MAX, .item_bytes = sizeof(struct outline_document)};
    bool ok = ol_win_init(a, &c.win, OL_WIN) && ol_win_init(a, &c.head, OL_HEAD);
    uint32_t pos = 0;
    while (ok && pos < source.len) {
        c.start = pos;
        c.end = ol_document_end(&c, pos);
        struct outline_document *const doc = ol_push(&c, &docs);
        if (!doc) {
            ok = false;
            break;
        }
        *doc = (struct outline_document){.start = c.start, .end = c.end};
        c.doc = doc;
        ok = read_document(&c, issued_on);
        pos = c.end;
    }
    if (!ok)
        return fail_set(f, RC_LIMIT, MSG_outline_memory, NULL, NULL);
    *out = (struct outline_result){source, docs.ptr, docs.n, c.capped};
    return RC_OK;
}
