/*
 * org_verify.c - makes grant_closure anew from grants, tree and memberships, and names each row that is too many or missing.
 *
 * grant_closure is derived and not journalled, so a row put in by hand would widen somebody's scope unseen. Here the rules of org_closure.c are
 * worked out a second time, in memory and without its statements: one word of right bits for each unit and person. The closure is of today, but
 * grants and memberships begin and end by timers: while one of them is overdue (a copy that nobody has served since), what holds on the day before
 * it is right too, so a row is too many only when neither day gives it, and missing only when both do.
 */
#include <stdio.h>
#include <string.h>

#include "org/org_int.h"

#define VERIFY_BYTES (512u << 20)

struct tree_unit {
    int64_t id, parent_id, cooperation_id; /* 0: none */
    int parent;                            /* index; -1: none */
    bool whole_region;                     /* a city's office or government */
    struct span region, place;
};
struct membership {
    int64_t cooperation_id;
    struct span region, from, to;
};
struct held {
    int64_t person_id;
    int unit, role;
    struct span from, to;
};
struct principal {
    int64_t id, owner_id;
    uint32_t rights;
};
struct checking {
    void (*bad)(void *ctx, const char *table, const char *id, const char *why);
    void *ctx;
    int64_t faults;
    struct tree_unit *units; /* by id */
    struct membership *members;
    struct held *grants; /* by person */
    struct principal *principals;
    int n_units, n_members, n_grants, n_principals;
    int *order; /* indexes of units, each behind its parent; those on a ring of parents are left out */
    int n_order;
    uint32_t *now, *before, *kept; /* right bits by unit */
    bool *below;
    struct span days[2]; /* today; the day before the oldest overdue timer, else today */
};

/* ---- reading ------------------------------------------------------------------------------------------------------------------ */

static int unit_index(const struct checking *c, int64_t id)
{
    int low = 0, high = c->n_units - 1;
    while (low <= high) {
        const int middle = low + (high - low) / 2;
        if (c->units[middle].id == id)
            return middle;
        if (c->units[middle].id < id)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}

static enum rc room_for_all(struct tx *tx, struct checking *c, int64_t *sizes, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_one(tx, SQL_verify_closure_sizes, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < 4; i++)
        sizes[i] = rows_int(&r, i);
    struct arena *const a = tx_arena(tx);
    const size_t n = (size_t)sizes[0];
    c->units = ARENA_ARRAY(a, n, struct tree_unit);
    c->order = ARENA_ARRAY(a, n, int);
    c->now = ARENA_ARRAY(a, n, uint32_t);
    c->before = ARENA_ARRAY(a, n, uint32_t);
    c->kept = ARENA_ARRAY(a, n, uint32_t);
    c->below = ARENA_ARRAY(a, n, bool);
    c->members = ARENA_ARRAY(a, (size_t)sizes[1], struct membership);
    c->grants = ARENA_ARRAY(a, (size_t)sizes[2], struct held);
    c->principals = ARENA_ARRAY(a, (size_t)sizes[3], struct principal);
    const bool full = !c->units || !c->order || !c->now || !c->before || !c->kept || !c->below || !c->members ||
                      !c->grants || !c->principals;
    const enum rc end = rows_end(&r);
    return end == RC_OK && full ? fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL) : end;
}

static enum rc read_units(struct tx *tx, struct checking *c, int64_t most, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_verify_closure_units, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (c->n_units < most && rows_next(&r)) {
        const struct span kind = rows_text(&r, 4);
        c->units[c->n_units++] =
            (struct tree_unit){.id = rows_int(&r, 0),
                               .parent_id = rows_int(&r, 1),
                               .region = rows_text_dup(&r, 2),
                               .place = rows_text_dup(&r, 3),
                               .cooperation_id = rows_int(&r, 5),
                               .whole_region = span_is(kind, "city_office") || span_is(kind, "government")};
    }
    for (int i = 0; i < c->n_units; i++)
        c->units[i].parent = c->units[i].parent_id ? unit_index(c, c->units[i].parent_id) : -1;
    return rows_end(&r);
}

/* Parents first: again and again what hangs on what is in the order already; a tree is not deep. */
static void set_order(struct checking *c)
{
    memset(c->below, 0, (size_t)c->n_units * sizeof *c->below);
    for (int before = -1; c->n_order != before;) {
        before = c->n_order;
        for (int i = 0; i < c->n_units; i++) {
            const int parent = c->units[i].parent;
            if (c->below[i] || (parent >= 0 && !c->below[parent]))
                continue;
            c->below[i] = true;
            c->order[c->n_order++] = i;
        }
    }
}

static enum rc read_members(struct tx *tx, struct checking *c, int64_t most, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_verify_closure_members, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (c->n_members < most && rows_next(&r))
        c->members[c->n_members++] =
            (struct membership){rows_int(&r, 0), rows_text_dup(&r, 1), rows_text_dup(&r, 2), rows_text_dup(&r, 3)};
    return rows_end(&r);
}

static enum rc read_grants(struct tx *tx, struct checking *c, int64_t most, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_verify_closure_grants, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (c->n_grants < most && rows_next(&r)) {
        const struct held g = {rows_int(&r, 0), unit_index(c, rows_int(&r, 1)), org_role_find(rows_text(&r, 2)),
                               rows_text_dup(&r, 3), rows_text_dup(&r, 4)};
        if (g.unit >= 0 && g.role >= 0)
            c->grants[c->n_grants++] = g;
    }
    return rows_end(&r);
}

static enum rc read_principals(struct tx *tx, struct checking *c, int64_t most, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_verify_closure_principals, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (c->n_principals < most && rows_next(&r))
        c->principals[c->n_principals++] =
            (struct principal){rows_int(&r, 0), rows_int(&r, 1), (uint32_t)rows_int(&r, 2)};
    return rows_end(&r);
}

static enum rc read_days(struct tx *tx, struct checking *c, struct fail *f)
{
    struct rows r;
    char *const day = arena_alloc(tx_arena(tx), 11);
    c->days[0] = c->days[1] = tx_today(tx);
    const enum rc rc = db_one(tx, SQL_verify_closure_overdue, DB_ARGS(DB_I(tx_now_us(tx))), &r, f);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK || !day)
        return rc != RC_OK ? rc : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    date_print(date_from_days(date_to_days(date_of_us(rows_int(&r, 0))) - 1), day);
    c->days[1] = span_of(day);
    return rows_end(&r);
}

/* ---- what the grants give ------------------------------------------------------------------------------------------------------ */

static bool on_day(struct span from, struct span to, struct span day)
{
    return span_cmp(from, day) <= 0 && (!to.ptr || span_cmp(to, day) > 0);
}

static bool in_wide(const struct checking *c, const struct tree_unit *h, const struct tree_unit *t, struct span day)
{
    if (!h->cooperation_id)
        return h->whole_region && span_eq(h->region, t->region);
    bool in = h->cooperation_id == t->cooperation_id;
    for (int i = 0; !in && i < c->n_members; i++) {
        const struct membership *const m = &c->members[i];
        in = m->cooperation_id == h->cooperation_id && on_day(m->from, m->to, day) &&
             (span_eq(m->region, t->region) || span_eq(m->region, t->place));
    }
    return in;
}

static void give(struct checking *c, const struct held *g, struct span day, uint32_t *out)
{
    uint32_t bits[REACH_ALL + 1] = {0};
    for (int right = 0; right < RIGHT_COUNT; right++)
        bits[org_role_at(g->role)->reach[right]] |= 1u << right;
    out[g->unit] |= bits[REACH_SELF] | bits[REACH_TREE] | bits[REACH_WIDE];
    const uint32_t tree = bits[REACH_TREE] | bits[REACH_WIDE];
    memset(c->below, 0, (size_t)c->n_units * sizeof *c->below);
    for (int i = 0; tree && i < c->n_order; i++) {
        const int u = c->order[i], parent = c->units[u].parent;
        c->below[u] = u == g->unit || (parent >= 0 && c->below[parent]);
        out[u] |= c->below[u] ? tree : 0;
    }
    for (int u = 0; (bits[REACH_WIDE] || bits[REACH_ALL]) && u < c->n_units; u++) {
        out[u] |= bits[REACH_ALL];
        if (bits[REACH_WIDE] && in_wide(c, &c->units[g->unit], &c->units[u], day))
            out[u] |= bits[REACH_WIDE];
    }
}

/* The person's first grant; n_grants when there is none behind it. */
static int first_grant(const struct checking *c, int64_t person_id)
{
    int low = 0, high = c->n_grants;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (c->grants[middle].person_id < person_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- comparing ------------------------------------------------------------------------------------------------------------------ */

static void say(struct checking *c, int64_t principal, int64_t unit, struct span right, const char *why)
{
    char id[128];
    (void)snprintf(id, sizeof id, "%lld/%lld/%.*s", (long long)principal, (long long)unit, SPAN_ARG(right));
    c->faults++;
    c->bad(c->ctx, "grant_closure", id, why);
}

static void compare(struct checking *c, int64_t id, const struct principal *p)
{
    const size_t bytes = (size_t)c->n_units * sizeof *c->now;
    memset(c->now, 0, bytes);
    memset(c->before, 0, bytes);
    for (int i = p ? first_grant(c, p->owner_id) : c->n_grants;
         i < c->n_grants && c->grants[i].person_id == p->owner_id; i++) {
        if (on_day(c->grants[i].from, c->grants[i].to, c->days[0]))
            give(c, &c->grants[i], c->days[0], c->now);
        if (on_day(c->grants[i].from, c->grants[i].to, c->days[1]))
            give(c, &c->grants[i], c->days[1], c->before);
    }
    const uint32_t rights = p ? p->rights : 0;
    for (int u = 0; u < c->n_units; u++) {
        const uint32_t extra = c->kept[u] & ~((c->now[u] | c->before[u]) & rights);
        const uint32_t gone = c->now[u] & c->before[u] & rights & ~c->kept[u];
        for (int right = 0; (extra | gone) && right < RIGHT_COUNT; right++)
            if ((extra | gone) & 1u << right)
                say(c, id, c->units[u].id, span_of(org_right_word((enum org_right)right)),
                    extra & 1u << right ? "no grant gives this right"
                                        : "a grant gives this right, but the row is gone");
    }
}

/* Takes the cursor's rows of one principal into kept; *more: the cursor stands on a row. */
static void take_rows(struct checking *c, struct rows *r, int64_t id, bool *more)
{
    memset(c->kept, 0, (size_t)c->n_units * sizeof *c->kept);
    for (; *more && rows_int(r, 0) == id; *more = rows_next(r)) {
        const int unit = unit_index(c, rows_int(r, 1)), right = org_right_find(rows_text(r, 2));
        if (unit < 0 || right < 0)
            say(c, id, rows_int(r, 1), rows_text(r, 2), "no grant gives this right");
        else
            c->kept[unit] |= 1u << right;
    }
}

static enum rc walk(struct tx *tx, struct checking *c, struct fail *f)
{
    struct rows r;
    const enum rc rc = db_query(tx, SQL_verify_closure_rows, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    bool more = rows_next(&r);
    for (int i = 0; more || i < c->n_principals;) {
        const struct principal *p = i < c->n_principals ? &c->principals[i] : NULL;
        if (p && more && rows_int(&r, 0) < p->id)
            p = NULL;
        const int64_t id = p ? p->id : rows_int(&r, 0);
        const int first = p ? first_grant(c, p->owner_id) : c->n_grants;
        const bool has_grant = first < c->n_grants && c->grants[first].person_id == p->owner_id;
        if ((more && rows_int(&r, 0) == id) || has_grant) {
            take_rows(c, &r, id, &more);
            compare(c, id, p);
        }
        i += p != NULL;
    }
    return rows_end(&r);
}

static enum rc check_closure(struct tx *tx, void *ctx, struct fail *f)
{
    struct checking *const c = ctx;
    int64_t sizes[4] = {0};
    enum rc rc = room_for_all(tx, c, sizes, f);
    if (rc == RC_OK)
        rc = read_units(tx, c, sizes[0], f);
    if (rc == RC_OK)
        rc = read_members(tx, c, sizes[1], f);
    if (rc == RC_OK)
        rc = read_grants(tx, c, sizes[2], f);
    if (rc == RC_OK)
        rc = read_principals(tx, c, sizes[3], f);
    if (rc == RC_OK)
        rc = read_days(tx, c, f);
    if (rc != RC_OK)
        return rc;
    set_order(c);
    return walk(tx, c, f);
}

enum rc org_verify(struct store *s, void (*bad)(void *ctx, const char *table, const char *id, const char *why),
                   void *ctx, int64_t *faults, struct fail *f)
{
    struct checking c = {.bad = bad, .ctx = ctx};
    struct arena *const a = arena_new(VERIFY_BYTES);
    const enum rc rc = store_read(s, NULL, a, check_closure, &c, f);
    arena_free(a);
    *faults = c.faults;
    return rc;
}
