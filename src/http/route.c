/*
 * route.c - route tables as a trie over path segments. A node's children are tried in this order: the literal, then {name} parts with a
 * fixed end (longest end first), then the bare {name}; the walk goes back to the next choice when one fails further down, so
 * "/a/{x}/c" and "/a/b/d" can stand together. Depth is at most HTTP_SEGMENTS_MAX, so the walk is bounded.
 */
#include <string.h>

#include "http/http_int.h"

struct route_node {
    struct span text; /* the literal, or a {name}'s fixed end */
    bool is_param;
    struct route_node *child, *next; /* first child, next sibling, in the order of trying */
    int route[5];                    /* by enum http_method: index + 1; 0: none */
};

static const char *const METHOD_NAMES[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

const char *method_name(enum http_method method)
{
    return METHOD_NAMES[method];
}

bool method_parse(const char *text, enum http_method *out)
{
    for (int i = 0; i < 5; i++)
        if (strcmp(text, METHOD_NAMES[i]) == 0) {
            *out = (enum http_method)i;
            return true;
        }
    return false;
}

/* param_of - splits "{id}.csv" into name and fixed end; false when the segment is a literal. */
static bool param_of(struct span segment, struct span *name, struct span *end)
{
    size_t close = span_find(segment, SPAN("}"), 0);
    if (segment.len < 3 || segment.ptr[0] != '{' || close == SIZE_MAX)
        return false;
    *name = span_sub(segment, 1, close);
    *end = span_sub(segment, close + 1, segment.len);
    return true;
}

struct span route_param_name(const struct route *route, int nth)
{
    struct span rest = span_of(route->path), name, end;
    while (rest.len > 0)
        if (param_of(span_split(&rest, '/'), &name, &end) && nth-- == 0)
            return name;
    return SPAN_NONE;
}

static bool goes_before(const struct route_node *a, const struct route_node *b)
{
    if (a->is_param != b->is_param)
        return !a->is_param;
    return a->is_param && a->text.len > b->text.len;
}

static struct route_node *child_for(struct arena *a, struct route_node *parent, struct span segment, int *n_params)
{
    struct span name, text = segment;
    bool is_param = param_of(segment, &name, &text);
    *n_params += is_param;
    for (struct route_node *c = parent->child; c; c = c->next)
        if (c->is_param == is_param && span_eq(c->text, text))
            return c;
    struct route_node *fresh = ARENA_NEW(a, struct route_node);
    if (!fresh)
        return NULL;
    fresh->text = text;
    fresh->is_param = is_param;
    struct route_node **at = &parent->child;
    while (*at && !goes_before(fresh, *at))
        at = &(*at)->next;
    fresh->next = *at;
    *at = fresh;
    return fresh;
}

static enum rc add_route(struct arena *a, struct routes *rs, const struct route *route, struct fail *f)
{
    struct route_node *node = rs->root;
    struct span rest = span_of(route->path);
    int n_params = 0, n_segments = 0;
    if (!span_starts(rest, SPAN("/")) || !route->handler)
        return fail_set(f, RC_INVALID, MSG_http_route_bad, NULL, route->path, NULL);
    rest = span_sub(rest, 1, rest.len);
    for (bool more = true; more;) {
        size_t before = rest.len;
        struct span segment = span_split(&rest, '/');
        more = segment.len < before;
        node = child_for(a, node, segment, &n_params);
        if (!node)
            return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
        n_segments++;
    }
    if (n_params > HTTP_PARAMS_MAX || n_segments > HTTP_SEGMENTS_MAX || node->route[route->method] != 0)
        return fail_set(f, RC_INVALID, MSG_http_route_bad, NULL, route->path, NULL);
    rs->all[rs->count++] = route;
    node->route[route->method] = rs->count;
    return RC_OK;
}

enum rc routes_build(struct arena *a, const struct route_table *const *tables, int n, struct routes *out,
                     struct fail *f)
{
    size_t total = 0;
    for (int i = 0; i < n; i++)
        total += (size_t)tables[i]->count;
    *out = (struct routes){.root = ARENA_NEW(a, struct route_node),
                           .all = ARENA_ARRAY(a, total + 1, const struct route *)};
    if (!out->root || !out->all)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < tables[i]->count; k++) {
            enum rc rc = add_route(a, out, &tables[i]->routes[k], f);
            if (rc != RC_OK)
                return rc;
        }
    return RC_OK;
}

static bool fits(const struct route_node *c, struct span segment, struct span *value)
{
    if (!c->is_param)
        return span_eq(c->text, segment);
    if (segment.len <= c->text.len || !span_ends(segment, c->text))
        return false;
    *value = span_sub(segment, 0, segment.len - c->text.len);
    return true;
}

void routes_match(const struct routes *rs, const struct span *segments, int n, enum http_method method,
                  struct route_match *m)
{
    const struct route_node *choice[HTTP_SEGMENTS_MAX]; /* what level i tries now */
    int params_before[HTTP_SEGMENTS_MAX], level = 0;
    struct span params[HTTP_PARAMS_MAX];
    *m = (struct route_match){.index = -1};
    if (n < 1 || n > HTTP_SEGMENTS_MAX)
        return;
    choice[0] = rs->root->child;
    params_before[0] = 0;
    while (level >= 0) {
        const struct route_node *c = choice[level];
        struct span value = SPAN_NONE;
        if (!c) {
            if (--level >= 0)
                choice[level] = choice[level]->next;
            continue;
        }
        if (!fits(c, segments[level], &value) || (c->is_param && params_before[level] == HTTP_PARAMS_MAX)) {
            choice[level] = c->next;
            continue;
        }
        int n_params = params_before[level];
        if (c->is_param)
            params[n_params++] = value;
        if (level + 1 < n) {
            choice[++level] = c->child;
            params_before[level] = n_params;
            continue;
        }
        for (int i = 0; i < 5; i++)
            m->allowed |= c->route[i] ? 1u << i : 0;
        if (c->route[method]) {
            m->index = c->route[method] - 1;
            m->n_params = n_params;
            memcpy(m->param, params, sizeof(struct span) * (size_t)n_params);
            return;
        }
        choice[level] = c->next;
    }
}
