/* plan_dated.c - what in a draft has a date and is no action: listed plainly, so that a deadline is never lost unseen. Pure. */
#include "plan/plan_int.h"

/* Parents stand before their children; covered: the node or one above it is an action. NULL over the arena's cap. */
static const bool *covered_by_actions(struct arena *a, const struct plan_tree *tree)
{
    int64_t top = 0;
    for (int i = 0; i < tree->n_nodes; i++)
        top = tree->nodes[i].key > top ? tree->nodes[i].key : top;
    bool *by_key = ARENA_ARRAY(a, (size_t)top + 1, bool), *out = ARENA_ARRAY(a, (size_t)tree->n_nodes + 1, bool);
    if (by_key == NULL || out == NULL)
        return NULL;
    for (int i = 0; i < tree->n_nodes; i++) {
        const struct plan_node_row *n = &tree->nodes[i];
        bool above = n->parent_key > 0 && n->parent_key <= top && by_key[n->parent_key];
        out[i] = by_key[n->key] = n->is_action || n->action_id != 0 || above;
    }
    return out;
}

/* A deadline, or a period that ends on a day which is not the document's own date. */
static bool counts(const json_t *date, struct span document_on)
{
    const char *kind = json_string_value(json_object_get(date, "kind"));
    const char *to = json_string_value(json_object_get(date, "to"));
    if (kind == NULL)
        return false;
    if (span_is(span_of(kind), "deadline"))
        return true;
    return span_is(span_of(kind), "period") && to != NULL && !span_is(document_on, to);
}

static enum rc node_dates(struct arena *a, const struct plan_node_row *n, struct span document_on, struct jw *w,
                          struct fail *f)
{
    json_t *dates = NULL;
    struct span raw;
    enum rc rc = n->dates.len > 2 ? json_read(a, n->dates, &dates, f) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < json_array_size(dates); i++) {
        const json_t *date = json_array_get(dates, i);
        if (!counts(date, document_on))
            continue;
        if (!plan_json_dump(a, date, &raw))
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        jw_object(w);
        jw_kint(w, "node_key", n->key);
        jw_ktext(w, "path", n->path);
        jw_key(w, "date");
        jw_raw(w, raw);
        jw_object_end(w);
    }
    return rc;
}

enum rc plan_dated_json(struct arena *a, const struct plan_tree *tree, struct span document_on, struct jw *w,
                        struct fail *f)
{
    const bool *covered = covered_by_actions(a, tree);
    enum rc rc = covered != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < tree->n_nodes; i++) {
        if (!covered[i])
            rc = node_dates(a, &tree->nodes[i], document_on, w, f);
    }
    jw_array_end(w);
    return rc;
}
