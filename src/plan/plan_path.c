/* plan_path.c - the critical path method with four kinds of links and lags. Pure. */
#include <string.h>

#include "base/ensure.h"
#include "plan/plan_path.h"

static const char *const words[PLAN_LINKS] = {"finish_start", "start_start", "finish_finish", "start_finish"};

const char *plan_link_word(enum plan_link kind)
{
    ensure(kind < PLAN_LINKS);
    return words[kind];
}

bool plan_link_read(struct span word, enum plan_link *out)
{
    for (int i = 0; i < PLAN_LINKS; i++) {
        if (span_is(word, words[i])) {
            *out = (enum plan_link)i;
            return true;
        }
    }
    return false;
}

/* Kahn's order; false when some remain. */
static bool topological(struct arena *a, int n, const struct plan_wait *waits, int n_waits, int *order)
{
    int *open = ARENA_ARRAY(a, (size_t)n + 1, int), *first = ARENA_ARRAY(a, (size_t)n + 1, int);
    int *next = ARENA_ARRAY(a, (size_t)n_waits + 1, int);
    int head = 0, tail = 0;
    if (open == NULL || first == NULL || next == NULL)
        return false;
    for (int i = 0; i < n; i++)
        first[i] = -1;
    for (int i = 0; i < n_waits; i++) {
        open[waits[i].to]++;
        next[i] = first[waits[i].from];
        first[waits[i].from] = i;
    }
    for (int i = 0; i < n; i++) {
        if (open[i] == 0)
            order[tail++] = i;
    }
    while (head < tail) {
        for (int w = first[order[head++]]; w >= 0; w = next[w]) {
            if (--open[waits[w].to] == 0)
                order[tail++] = waits[w].to;
        }
    }
    return tail == n;
}

static int earliest(const struct plan_wait *w, const struct plan_activity *from, const struct plan_activity *to)
{
    int base = w->kind == PLAN_FINISH_START || w->kind == PLAN_FINISH_FINISH ? from->early_finish : from->early_start;
    return base + w->lag - (w->kind == PLAN_FINISH_FINISH || w->kind == PLAN_START_FINISH ? to->days : 0);
}

/* The latest finish that a wait leaves to the one that comes first. */
static int latest(const struct plan_wait *w, const struct plan_activity *from, const struct plan_activity *to)
{
    int base = w->kind == PLAN_FINISH_START || w->kind == PLAN_START_START ? to->late_start : to->late_finish;
    return base - w->lag + (w->kind == PLAN_START_START || w->kind == PLAN_START_FINISH ? from->days : 0);
}

/* Waits by the place of an end in the order, so that each pass sees an activity's waits together. */
struct passes {
    int *order, *by_to, *first_to, *by_from, *first_from; /* chains: first of an activity, then next */
};

static bool chain(struct arena *a, int n, const struct plan_wait *waits, int n_waits, struct passes *p)
{
    p->order = ARENA_ARRAY(a, (size_t)n + 1, int);
    p->first_to = ARENA_ARRAY(a, (size_t)n + 1, int);
    p->first_from = ARENA_ARRAY(a, (size_t)n + 1, int);
    p->by_to = ARENA_ARRAY(a, (size_t)n_waits + 1, int);
    p->by_from = ARENA_ARRAY(a, (size_t)n_waits + 1, int);
    if (!p->order || !p->first_to || !p->first_from || !p->by_to || !p->by_from)
        return false;
    for (int i = 0; i < n; i++)
        p->first_to[i] = p->first_from[i] = -1;
    for (int i = 0; i < n_waits; i++) {
        p->by_to[i] = p->first_to[waits[i].to];
        p->first_to[waits[i].to] = i;
        p->by_from[i] = p->first_from[waits[i].from];
        p->first_from[waits[i].from] = i;
    }
    return topological(a, n, waits, n_waits, p->order);
}

bool plan_path(struct arena *a, struct plan_activity *acts, int n, const struct plan_wait *waits, int n_waits, int *end)
{
    struct passes p = {0};
    if (!chain(a, n, waits, n_waits, &p))
        return false;
    *end = 0;
    for (int k = 0; k < n; k++) {
        struct plan_activity *x = &acts[p.order[k]];
        x->early_start = x->not_before > 0 ? x->not_before : 0;
        for (int w = p.first_to[p.order[k]]; w >= 0; w = p.by_to[w]) {
            int day = earliest(&waits[w], &acts[waits[w].from], x);
            if (day > x->early_start)
                x->early_start = day;
        }
        x->early_finish = x->early_start + x->days;
        if (x->early_finish > *end)
            *end = x->early_finish;
    }
    for (int k = n - 1; k >= 0; k--) {
        struct plan_activity *x = &acts[p.order[k]];
        x->late_finish = *end;
        for (int w = p.first_from[p.order[k]]; w >= 0; w = p.by_from[w]) {
            int day = latest(&waits[w], x, &acts[waits[w].to]);
            if (day < x->late_finish)
                x->late_finish = day;
        }
        x->late_start = x->late_finish - x->days;
        x->slack = x->late_start - x->early_start;
    }
    return true;
}

int plan_path_between(struct arena *a, int n, const struct plan_wait *waits, int n_waits, struct plan_wait ends,
                      int *way)
{
    const int from = ends.from, to = ends.to;
    int *before = ARENA_ARRAY(a, (size_t)n + 1, int), *queue = ARENA_ARRAY(a, (size_t)n + 1, int);
    int head = 0, tail = 0, length = 0;
    if (before == NULL || queue == NULL)
        return 0;
    for (int i = 0; i < n; i++)
        before[i] = -1;
    before[from] = from;
    queue[tail++] = from;
    while (head < tail && before[to] < 0) {
        int at = queue[head++];
        for (int w = 0; w < n_waits; w++) {
            if (waits[w].from == at && before[waits[w].to] < 0) {
                before[waits[w].to] = at;
                queue[tail++] = waits[w].to;
            }
        }
    }
    if (before[to] < 0)
        return 0;
    for (int at = to; at != from; at = before[at])
        length++;
    for (int at = to, k = length; k >= 0; k--, at = before[at])
        way[k] = at;
    return length + 1;
}
