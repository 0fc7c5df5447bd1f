/* plan_nodes.c - which nodes of a document are actions, and what they are called. Pure. */
#include "base/utf8.h"
#include "plan/plan_int.h"

enum trait { HAS_ITEM = 1, HAS_MEASURE = 2, HAS_SECTION = 4, IN_ITEM = 8 };

static bool kind_is(const struct plan_tree_node *n, const char *kind)
{
    return span_is(n->kind, kind);
}

/* What each node has below and above itself. */
static void traits(const struct plan_tree_node *nodes, int n, unsigned char *out)
{
    for (int i = 0; i < n; i++) {
        int up = nodes[i].parent;
        out[i] = 0;
        if (up >= 0 && ((out[up] & IN_ITEM) != 0 || kind_is(&nodes[up], "item") || kind_is(&nodes[up], "action")))
            out[i] |= IN_ITEM;
    }
    for (int i = n - 1; i >= 0; i--) {
        if (nodes[i].parent < 0)
            continue;
        unsigned char up = out[i] & (HAS_ITEM | HAS_MEASURE | HAS_SECTION);
        up |= kind_is(&nodes[i], "item") ? HAS_ITEM : 0;
        up |= kind_is(&nodes[i], "measure") ? HAS_MEASURE : 0;
        up |= kind_is(&nodes[i], "section") ? HAS_SECTION : 0;
        out[nodes[i].parent] |= up;
    }
}

/* Chapters beside chapters that hold measures, and that hold nothing themselves (推进民生保障一体化 and its like). */
static void pick_chapters(const struct plan_tree_node *nodes, int n, const unsigned char *t, bool *is_action)
{
    int with = 0, other = 0;
    for (int i = 0; i < n; i++) {
        if (nodes[i].parent >= 0 && kind_is(&nodes[i], "measure") && kind_is(&nodes[nodes[i].parent], "chapter"))
            with++;
        other += kind_is(&nodes[i], "section") || kind_is(&nodes[i], "item") || kind_is(&nodes[i], "action");
    }
    for (int i = 0; with > 0 && other == 0 && i < n; i++) {
        if (kind_is(&nodes[i], "chapter") && (t[i] & HAS_MEASURE) == 0)
            is_action[i] = true;
    }
}

static void pick_deadlines(const struct plan_tree_node *nodes, int n, bool *is_action)
{
    for (int i = 0; i < n; i++) {
        bool covered = is_action[i];
        for (int up = nodes[i].parent; up >= 0; up = nodes[up].parent)
            covered = covered || is_action[up];
        if (!covered && nodes[i].has_deadline && nodes[i].is_body)
            is_action[i] = true;
    }
}

bool plan_pick_actions(struct arena *a, const struct plan_tree_node *nodes, int n, bool *is_action)
{
    struct arena_mark mark = arena_mark_now(a);
    unsigned char *t = arena_alloc(a, (size_t)n + 1);
    bool any = false;
    if (t == NULL)
        return false;
    traits(nodes, n, t);
    for (int i = 0; i < n; i++) {
        bool item = kind_is(&nodes[i], "item") && (t[i] & HAS_ITEM) == 0;
        bool action = kind_is(&nodes[i], "action") && (t[i] & HAS_ITEM) == 0;
        bool measure = kind_is(&nodes[i], "measure") && (t[i] & IN_ITEM) == 0;
        is_action[i] = item || action || measure;
        any = any || is_action[i];
    }
    for (int i = 0; !any && i < n; i++)
        is_action[i] = kind_is(&nodes[i], "section") && (t[i] & HAS_SECTION) == 0;
    pick_chapters(nodes, n, t, is_action);
    pick_deadlines(nodes, n, is_action);
    arena_rewind(a, mark);
    return true;
}

struct span plan_skip_tags(struct span text)
{
    struct span s = span_trim(text);
    while (s.len > 2 && s.ptr[0] == '<' && (s.ptr[1] == '/' || (s.ptr[1] >= 'A' && s.ptr[1] <= 'z'))) {
        size_t close = span_find(span_sub(s, 0, 200), SPAN(">"), 0);
        if (close == SIZE_MAX)
            return s;
        s = span_trim(span_sub(s, close + 1, s.len));
    }
    return s;
}

struct span plan_title_of(struct arena *a, struct span text)
{
    static const char *const stops[] = {"</", "。", ";", "；", "\n", ",", "，", ":", "："};
    struct span t = plan_skip_tags(text);
    size_t end = t.len, pos = 0;
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        size_t at = span_find(t, span_of(stops[i]), 3);
        end = at < end ? at : end;
    }
    for (int n = 0; n < 40 && pos < end; n++)
        (void)utf8_next(t, &pos);
    if (pos >= end)
        return span_dup(a, span_trim(span_sub(t, 0, end)));
    struct sb sb;
    sb_init(&sb, 1024);
    sb_add(&sb, span_sub(t, 0, pos));
    sb_adds(&sb, "…");
    struct span out = span_dup(a, sb_span(&sb));
    sb_release(&sb);
    return out;
}

int *plan_first_mentions(struct arena *a, const struct plan_tree *tree)
{
    int64_t top = 0;
    for (int i = 0; i < tree->n_nodes; i++)
        top = tree->nodes[i].key > top ? tree->nodes[i].key : top;
    int *first = ARENA_ARRAY(a, (size_t)tree->n_nodes + 1, int);
    int *by_key = ARENA_ARRAY(a, (size_t)top + 1, int);
    if (first == NULL || by_key == NULL)
        return NULL;
    for (int i = 0; i < tree->n_nodes; i++) {
        by_key[tree->nodes[i].key] = i + 1;
        first[i] = tree->n_mentions;
    }
    for (int i = tree->n_mentions - 1; i >= 0; i--) {
        int64_t key = tree->mentions[i].node_key;
        if (key > 0 && key <= top && by_key[key] > 0)
            first[by_key[key] - 1] = i;
    }
    return first;
}
