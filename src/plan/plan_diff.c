/*
 * plan_diff.c - pairs the actions of two editions of an outline, so that progress is kept. Pure.
 *
 * Idea: an edition is mostly the last one again, with a few actions reworded, some moved under another chapter, some new, some gone. Equal
 * texts are found by hash; what is left is compared by the share of common character pairs (Jaccard), but only with the few candidates that
 * a bottom-k sketch brings up (Broder, “On the resemblance and containment of documents”, 1997), so the work stays linear in the text.
 */
#include "plan/plan_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { SKETCH = 16, BUCKET_MAX = 16, CANDIDATES_MAX = 8 };

struct text { /* one action as hashes */
    uint64_t path, title, whole;
    uint64_t *pairs; /* distinct hashes of character pairs, ascending */
    int n_pairs;
    bool titled; /* the title is not empty */
    int mate;    /* index on the other side, -1: none yet */
};
struct entry { /* sketch hash -> old action */
    uint64_t hash;
    int index;
};
struct pair {
    int share_pct, old_index, new_index;
};
struct diff {
    struct arena *a;
    struct text *olds, *news;
    int n_old, n_new;
    struct pair *pairs;
    int n_pairs;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2);
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    return h ^ h >> 33;
}

/* The next code point that counts: blanks passed over, full-width ASCII folded. 0 at the end. */
static uint32_t next_folded(struct span s, size_t *pos)
{
    while (*pos < s.len) {
        uint32_t cp = utf8_next(s, pos);
        if (cp <= 0x20 || cp == 0x3000 || cp == 0xa0)
            continue;
        return cp >= 0xff01 && cp <= 0xff5e ? cp - 0xfee0 : cp;
    }
    return 0;
}

static uint64_t hash_text(uint64_t h, struct span s)
{
    size_t pos = 0;
    for (uint32_t cp = next_folded(s, &pos); cp != 0; cp = next_folded(s, &pos))
        h = mix(h, cp);
    return h;
}

static int cmp_u64(const void *pa, const void *pb)
{
    uint64_t a, b;
    memcpy(&a, pa, sizeof a);
    memcpy(&b, pb, sizeof b);
    return a < b ? -1 : a > b;
}

static int pairs_of(struct span s, uint64_t *out, int n)
{
    size_t pos = 0;
    uint32_t before = next_folded(s, &pos);
    if (before == 0)
        return n;
    for (uint32_t cp = next_folded(s, &pos); cp != 0; cp = next_folded(s, &pos)) {
        out[n++] = mix(mix(0, before), cp);
        before = cp;
    }
    return n;
}

static bool describe(struct arena *a, const struct plan_edition_item *item, struct text *t)
{
    t->mate = -1;
    t->titled = item->title.len > 0;
    t->path = hash_text(1, item->path);
    t->title = hash_text(2, item->title);
    t->whole = hash_text(mix(t->title, 3), item->body);
    t->pairs = ARENA_ARRAY(a, item->title.len + item->body.len + 1, uint64_t);
    if (t->pairs == NULL)
        return false;
    int n = pairs_of(item->body, t->pairs, pairs_of(item->title, t->pairs, 0));
    qsort(t->pairs, (size_t)n, sizeof t->pairs[0], cmp_u64);
    for (int i = 0; i < n; i++) {
        if (i == 0 || t->pairs[i] != t->pairs[i - 1])
            t->pairs[t->n_pairs++] = t->pairs[i];
    }
    return true;
}

static bool describe_all(struct arena *a, const struct plan_edition_item *items, int n, struct text **out)
{
    *out = ARENA_ARRAY(a, (size_t)n + 1, struct text);
    for (int i = 0; *out != NULL && i < n; i++) {
        if (!describe(a, &items[i], &(*out)[i]))
            return false;
    }
    return *out != NULL;
}

static void mate(struct diff *d, int old_index, int new_index)
{
    d->olds[old_index].mate = new_index;
    d->news[new_index].mate = old_index;
}

static int cmp_entry(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->index - b->index;
}

static int find_entry(const struct entry *e, int n, uint64_t hash)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (e[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Passes 1 and 2: equal hashes, in order; with_path also the same path. */
static bool match_equal(struct diff *d, bool with_path)
{
    struct arena_mark mark = arena_mark_now(d->a);
    struct entry *e = ARENA_ARRAY(d->a, (size_t)d->n_old + 1, struct entry);
    if (e == NULL)
        return false;
    int n = 0;
    for (int i = 0; i < d->n_old; i++) {
        if (d->olds[i].mate < 0)
            e[n++] = (struct entry){with_path ? mix(d->olds[i].whole, d->olds[i].path) : d->olds[i].whole, i};
    }
    qsort(e, (size_t)n, sizeof e[0], cmp_entry);
    for (int i = 0; i < d->n_new; i++) {
        if (d->news[i].mate >= 0)
            continue;
        uint64_t h = with_path ? mix(d->news[i].whole, d->news[i].path) : d->news[i].whole;
        int at = find_entry(e, n, h);
        if (at < n && e[at].hash == h && e[at].index >= 0) {
            mate(d, e[at].index, i);
            /* Used entries are passed by moving the next equal one forward, so that duplicates pair in order. */
            int last = at;
            while (last + 1 < n && e[last + 1].hash == h && e[last + 1].index >= 0) {
                e[last].index = e[last + 1].index;
                last++;
            }
            e[last].index = -1;
        }
    }
    arena_rewind(d->a, mark);
    return true;
}

static int share_pct(const struct text *a, const struct text *b)
{
    int i = 0, j = 0, common = 0;
    while (i < a->n_pairs && j < b->n_pairs) {
        if (a->pairs[i] == b->pairs[j]) {
            common++;
            i++;
            j++;
        } else if (a->pairs[i] < b->pairs[j]) {
            i++;
        } else {
            j++;
        }
    }
    int all = a->n_pairs + b->n_pairs - common;
    return all == 0 ? 0 : (int)((int64_t)common * 100 / all);
}

static void consider(struct diff *d, int old_index, int new_index)
{
    const struct text *o = &d->olds[old_index], *w = &d->news[new_index];
    int share = share_pct(o, w);
    bool kin = o->path == w->path || (o->titled && w->titled && o->title == w->title);
    if (share >= (kin ? 25 : 50))
        d->pairs[d->n_pairs++] = (struct pair){share + (kin ? 1000 : 0), old_index, new_index};
}

/* Old actions that come up for a new one: by path, by title, by sketch; the most hits first are not needed, the exact share decides. */
static int candidates(const struct entry *e, int n, const struct text *w, int *out)
{
    uint64_t keys[SKETCH + 2] = {w->path};
    int n_keys = 1;
    if (w->titled)
        keys[n_keys++] = w->title;
    for (int i = 0; i < SKETCH && i < w->n_pairs; i++)
        keys[n_keys++] = w->pairs[i];
    int found = 0;
    for (int k = 0; k < n_keys && found < CANDIDATES_MAX; k++) {
        int at = find_entry(e, n, keys[k]);
        for (int b = 0; b < BUCKET_MAX && at + b < n && e[at + b].hash == keys[k] && found < CANDIDATES_MAX; b++) {
            bool known = false;
            for (int i = 0; i < found; i++)
                known = known || out[i] == e[at + b].index;
            if (!known)
                out[found++] = e[at + b].index;
        }
    }
    return found;
}

static int cmp_pair(const void *pa, const void *pb)
{
    const struct pair *a = pa, *b = pb;
    if (a->share_pct != b->share_pct)
        return b->share_pct - a->share_pct;
    return a->new_index != b->new_index ? a->new_index - b->new_index : a->old_index - b->old_index;
}

/* Pass 3: similar texts, best pairs first. */
static bool match_similar(struct diff *d)
{
    struct entry *e = ARENA_ARRAY(d->a, (size_t)d->n_old * (SKETCH + 2) + 1, struct entry);
    d->pairs = ARENA_ARRAY(d->a, (size_t)d->n_new * CANDIDATES_MAX + 1, struct pair);
    if (e == NULL || d->pairs == NULL)
        return false;
    int n = 0;
    for (int i = 0; i < d->n_old; i++) {
        const struct text *o = &d->olds[i];
        if (o->mate >= 0)
            continue;
        e[n++] = (struct entry){o->path, i};
        if (o->titled)
            e[n++] = (struct entry){o->title, i};
        for (int k = 0; k < SKETCH && k < o->n_pairs; k++)
            e[n++] = (struct entry){o->pairs[k], i};
    }
    qsort(e, (size_t)n, sizeof e[0], cmp_entry);
    for (int i = 0; i < d->n_new; i++) {
        int found[CANDIDATES_MAX];
        int n_found = d->news[i].mate >= 0 ? 0 : candidates(e, n, &d->news[i], found);
        for (int k = 0; k < n_found; k++)
            consider(d, found[k], i);
    }
    qsort(d->pairs, (size_t)d->n_pairs, sizeof d->pairs[0], cmp_pair);
    for (int i = 0; i < d->n_pairs; i++) {
        if (d->olds[d->pairs[i].old_index].mate < 0 && d->news[d->pairs[i].new_index].mate < 0)
            mate(d, d->pairs[i].old_index, d->pairs[i].new_index);
    }
    return true;
}

static struct plan_diff_row row_of(const struct diff *d, int new_index)
{
    const struct text *w = &d->news[new_index];
    if (w->mate < 0)
        return (struct plan_diff_row){PLAN_ADDED, -1, new_index, 0, false};
    const struct text *o = &d->olds[w->mate];
    bool moved = o->path != w->path;
    if (o->whole == w->whole)
        return (struct plan_diff_row){moved ? PLAN_MOVED : PLAN_SAME, w->mate, new_index, 100, moved};
    return (struct plan_diff_row){PLAN_EDITED, w->mate, new_index, share_pct(o, w), moved};
}

/* The removed rows that follow old action `from` (or stand before the first: -1). */
static int put_removed(const struct diff *d, int from, struct plan_diff_row *rows, int n)
{
    for (int i = from + 1; i < d->n_old && d->olds[i].mate < 0; i++)
        rows[n++] = (struct plan_diff_row){PLAN_REMOVED, i, -1, 0, false};
    return n;
}

enum rc plan_difference(struct arena *a, const struct plan_edition *before, const struct plan_edition *after,
                        struct plan_diff_row **rows, int *n_rows, struct fail *f)
{
    struct diff d = {.a = a, .n_old = before->n, .n_new = after->n};
    struct plan_diff_row *out = ARENA_ARRAY(a, (size_t)d.n_old + (size_t)d.n_new + 1, struct plan_diff_row);
    bool ok = out != NULL && describe_all(a, before->items, before->n, &d.olds) &&
              describe_all(a, after->items, after->n, &d.news) && match_equal(&d, true) && match_equal(&d, false) &&
              match_similar(&d);
    if (!ok)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    int n = put_removed(&d, -1, out, 0);
    for (int i = 0; i < d.n_new; i++) {
        out[n++] = row_of(&d, i);
        if (d.news[i].mate >= 0)
            n = put_removed(&d, d.news[i].mate, out, n);
    }
    *rows = out;
    *n_rows = n;
    return RC_OK;
}

const char *plan_change_word(enum plan_change change)
{
    static const char *const words[] = {"same", "moved", "edited", "added", "removed"};
    return words[change];
}
