/* outline_hold.h - what outline.h promises of every result, for the property tests and the fuzz target: stops the process when it does not hold. */
#ifndef YITI_TEST_OUTLINE_HOLD_H
#define YITI_TEST_OUTLINE_HOLD_H

#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "plan/outline.h"

static inline bool hold_within(struct span s, struct span source, uint32_t start, uint32_t end)
{
    return start < end && end <= source.len && s.ptr == source.ptr + start && s.len == end - start;
}

static inline void hold_mentions(const struct outline_result *r, const struct outline_document *d, uint32_t i)
{
    const struct outline_node *const n = &d->nodes[i];
    const struct outline_unit *const lists[] = {n->lead_units, n->supporting_units, n->charged_units};
    const uint32_t counts[] = {n->n_lead_units, n->n_supporting_units, n->n_charged_units};
    for (size_t l = 0; l < 3; l++) {
        for (uint32_t k = 0; k < counts[l]; k++) {
            const struct outline_unit *const u = &lists[l][k];
            ensure(u->node == i && hold_within(u->printed, r->source, u->start, u->end) && u->name.len > 0);
            ensure(u->start >= n->start && u->end <= n->tree_end && u->confidence > 0 && u->confidence <= 1);
        }
    }
    for (uint32_t k = 0; k < n->n_dates; k++) {
        const struct outline_date *const x = &n->dates[k];
        ensure(x->node == i && hold_within(x->text, r->source, x->start, x->end) && x->start >= n->start &&
               x->end <= n->end);
        ensure(x->confidence > 0 && x->confidence <= 1 && (!x->has_from || !x->has_to || x->from_day <= x->to_day));
    }
    for (uint32_t k = 0; k < n->n_quantities; k++) {
        const struct outline_quantity *const q = &n->quantities[k];
        ensure(q->node == i && hold_within(q->text, r->source, q->start, q->end) && q->start >= n->start &&
               q->end <= n->end);
        ensure(q->comparator != OUTLINE_BETWEEN || q->mantissa_to > q->mantissa);
    }
    for (uint32_t k = 0; k < n->n_checks; k++) {
        const struct outline_check *const x = &n->checks[k];
        ensure(x->node == i && hold_within(x->text, r->source, x->start, x->end) && x->ok == (x->declared == x->found));
    }
    for (uint32_t k = 0; k < n->n_cites; k++)
        ensure(n->cites[k].node == i && n->cites[k].start >= n->start && n->cites[k].end <= n->end &&
               n->cites[k].title.len > 0);
}

static inline void hold_document(const struct outline_result *r, const struct outline_document *d)
{
    ensure(d->n_nodes > 0 && d->nodes[0].start == d->start && d->nodes[d->n_nodes - 1].end == d->end);
    for (uint32_t i = 0; i < d->n_nodes; i++) {
        const struct outline_node *const n = &d->nodes[i];
        ensure(n->start <= n->end && n->tree_end >= n->end && n->parent < (int32_t)i && n->path.len > 0);
        ensure(i + 1 == d->n_nodes || d->nodes[i + 1].start == n->end); /* end to end: no byte lost */
        if (n->parent >= 0) {
            const struct outline_node *const p = &d->nodes[n->parent];
            ensure(n->start >= p->end && n->tree_end <= p->tree_end && n->depth == p->depth + 1);
        }
        int32_t above = (int32_t)i - 1; /* children follow their parent: no tree is interrupted */
        while (above >= 0 && above != n->parent)
            above = d->nodes[above].parent;
        ensure(above == n->parent);
        /* the tree span ends where the next node that is no descendant begins */
        ensure(n->tree_end == n->end || i + 1 < d->n_nodes);
        hold_mentions(r, d, i);
    }
}

static inline void outline_hold(const struct outline_result *r)
{
    uint32_t at = 0;
    for (uint32_t k = 0; k < r->n_documents; k++) {
        ensure(r->documents[k].start == at && r->documents[k].end > at);
        hold_document(r, &r->documents[k]);
        at = r->documents[k].end;
    }
    ensure(at == r->source.len);
}

/* Paths are unique in a document; quadratic, so only for small ones. */
static inline void outline_hold_paths(const struct outline_result *r)
{
    for (uint32_t k = 0; k < r->n_documents; k++) {
        const struct outline_document *const d = &r->documents[k];
        for (uint32_t i = 0; i < d->n_nodes && d->n_nodes < 2000; i++) {
            for (uint32_t j = 0; j < i; j++) {
                if (span_eq(d->nodes[i].path, d->nodes[j].path))
                    (void)fprintf(stderr, "path twice: %.*s\n", SPAN_ARG(d->nodes[i].path));
                ensure(!span_eq(d->nodes[i].path, d->nodes[j].path));
            }
        }
    }
}

#endif
