/* stmt.c - from a statement's id to a prepared statement: fills in the chosen fragments, numbers the parameters, caches. */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "store/store_int.h"

enum { MARK_OWN = 1, MARK_FILTERS, MARK_ORDER, MARK_AFTER, MARK_FRAGMENT };

struct composing {
    struct sb *sb;
    enum sql_driver kind;
    const struct sql_stmt *def;
    const struct stmt_pick *pick;
    int base; /* parameters before the fragment's own */
};

static void add_param(const struct composing *c, int number)
{
    sb_addc(c->sb, c->kind == SQL_SQLITE ? '?' : '$');
    sb_add_i64(c->sb, number);
}

/* A fragment: its own parameters are counted from c->base. */
static void add_fragment(const struct composing *c, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == MARK_OWN)
            add_param(c, *++p - '0' + 1);
        else if (*p == MARK_FRAGMENT)
            add_param(c, c->base + (*++p - '0') + 1);
        else
            sb_addc(c->sb, *p);
    }
}

static void add_filters(struct composing *c)
{
    for (int i = 0; i < c->def->n_filters; i++) {
        if (!(c->pick->filters & (1u << i)))
            continue;
        sb_adds(c->sb, " AND (");
        add_fragment(c, c->def->filters[i].text[c->kind]);
        sb_adds(c->sb, ")");
        c->base += (int)strlen(c->def->filters[i].types);
    }
}

static const struct sql_fragment *picked_order(const struct sql_stmt *def, const struct stmt_pick *pick)
{
    return def->n_orders ? &def->orders[pick->order ? pick->order - 1 : 0] : NULL;
}

static void add_after(const struct composing *c, const struct sql_fragment *order)
{
    if (!c->pick->after || order == NULL)
        return;
    sb_adds(c->sb, " AND (");
    add_fragment(c, order->after[c->kind]);
    sb_adds(c->sb, ")");
}

/* Parameters of the keyset condition come behind those of every chosen filter, wherever it stands in the text. */
static int filter_params(const struct sql_stmt *def, uint32_t filters)
{
    int n = 0;
    for (int i = 0; i < def->n_filters; i++)
        n += filters & (1u << i) ? (int)strlen(def->filters[i].types) : 0;
    return n;
}

static bool pick_valid(const struct sql_stmt *def, const struct stmt_pick *pick)
{
    const uint32_t known = def->n_filters >= 32 ? UINT32_MAX : (1u << def->n_filters) - 1;
    return (pick->filters & ~known) == 0 && pick->order >= 0 && pick->order <= def->n_orders &&
           (!pick->after || def->n_orders > 0);
}

enum rc stmt_compose(struct arena *a, const struct sql_stmt *def, enum sql_driver kind, const struct stmt_pick *pick,
                     struct stmt_text *out, struct fail *f)
{
    if (!pick_valid(def, pick)) {
        (void)fail_set(f, RC_INTERNAL, MSG_store_internal, NULL, NULL);
        fail_detail(f, "%s: filters %x, order %d, after %d do not exist", def->name, (unsigned)pick->filters,
                    pick->order, pick->after);
        return RC_INTERNAL;
    }
    struct sb sb, types;
    sb_init(&sb, 1u << 20);
    sb_init(&types, 4096);
    const struct sql_fragment *const order = picked_order(def, pick);
    const int own = (int)strlen(def->types);
    struct composing c = {&sb, kind, def, pick, own};
    struct composing after = {&sb, kind, def, pick, own + filter_params(def, pick->filters)};
    const bool after_has_place = strchr(def->text[kind], MARK_AFTER) != NULL;
    for (const char *p = def->text[kind]; *p != '\0'; p++) {
        if (*p == MARK_OWN) {
            add_param(&c, *++p - '0' + 1);
        } else if (*p == MARK_FILTERS) {
            add_filters(&c);
        } else if (*p == MARK_AFTER) {
            add_after(&after, order);
        } else if (*p == MARK_ORDER) {
            if (!after_has_place)
                add_after(&after, order);
            sb_adds(&sb, " ORDER BY ");
            add_fragment(&c, order->text[kind]);
        } else {
            sb_addc(&sb, *p);
        }
    }
    sb_adds(&types, def->types);
    for (int i = 0; i < def->n_filters; i++)
        if (pick->filters & (1u << i))
            sb_adds(&types, def->filters[i].types);
    if (pick->after && order != NULL)
        sb_adds(&types, order->types);
    out->sql = span_dup(a, sb_span(&sb));
    out->types = span_cstr(a, sb_span(&types));
    const bool full = sb_rc(&sb) != RC_OK || sb_rc(&types) != RC_OK || out->sql.ptr == NULL || out->types == NULL;
    sb_release(&sb);
    sb_release(&types);
    return full ? fail_store(f, RC_LIMIT, "compose", def->name) : RC_OK;
}

static struct stmt *stmt_new(struct conn *c)
{
    struct stmt *st = c->spare;
    if (st != NULL) {
        c->spare = st->next;
        memset(st, 0, sizeof(*st));
        return st;
    }
    return ARENA_NEW(c->a, struct stmt);
}

/* like: the kept statement with the same text, which is busy; NULL when there is none. */
static enum rc stmt_prepare(struct conn *c, const struct stmt_pick *pick, uint64_t key, const struct stmt *like,
                            struct stmt **out, struct fail *f)
{
    const struct sql_stmt *const def = &c->s->catalog->stmts[pick->id];
    struct stmt *const st = stmt_new(c);
    if (st == NULL)
        return fail_store(f, RC_LIMIT, "prepare", def->name);
    struct stmt_text text = {SPAN_NONE, NULL};
    enum rc rc = RC_OK;
    if (like != NULL)
        text = (struct stmt_text){like->sql, like->types};
    else
        rc = stmt_compose(c->a, def, c->d->kind, pick, &text, f);
    if (rc == RC_OK)
        rc = c->d->prepare(c, text.sql, &st->handle, f);
    if (rc != RC_OK) {
        st->next = c->spare;
        c->spare = st;
        return rc;
    }
    st->key = key;
    st->def = def;
    st->sql = text.sql;
    st->types = text.types;
    st->n_params = (int)strlen(text.types);
    *out = st;
    return RC_OK;
}

static struct stmt **slot_of(struct conn *c, const struct stmt_pick *pick, uint64_t key, bool plain)
{
    if (plain)
        return &c->plain[pick->id];
    const uint64_t mixed = key * 0x9e3779b97f4a7c15u;
    return &c->composed[(mixed >> 32) & (CONN_BUCKETS - 1)];
}

enum rc stmt_get(struct conn *c, const struct stmt_pick *pick, struct stmt **out, struct fail *f)
{
    if ((int)pick->id <= 0 || (int)pick->id >= c->s->catalog->n_stmts)
        return fail_store(f, RC_INTERNAL, "statement", "no such id");
    const uint64_t key =
        (uint64_t)pick->id << 44 | (uint64_t)pick->filters << 12 | (uint64_t)(pick->order & 0x3ff) << 1 | pick->after;
    const bool plain = pick->filters == 0 && pick->order == 0 && !pick->after;
    struct stmt **const slot = slot_of(c, pick, key, plain);
    struct stmt *st = *slot;
    while (st != NULL && st->key != key)
        st = st->next;
    if (st != NULL && !st->busy) {
        *out = st;
        return RC_OK;
    }
    const struct stmt *const like = st;
    const enum rc rc = stmt_prepare(c, pick, key, like, &st, f);
    if (rc != RC_OK)
        return rc;
    /* RC_OK: st is set. NOLINTNEXTLINE(clang-analyzer-*) */
    st->passing = like != NULL;
    st->next = *slot;
    *slot = st;
    *out = st;
    return RC_OK;
}

static void unlink_from(struct stmt **slot, struct stmt *st)
{
    while (*slot != NULL && *slot != st)
        slot = &(*slot)->next;
    if (*slot == st)
        *slot = st->next;
}

void stmt_done(struct conn *c, struct stmt *st)
{
    c->d->reset(c, st->handle);
    if (st->busy) {
        st->busy = false;
        c->open_cursors--;
    }
    if (!st->passing)
        return;
    const struct stmt_pick pick = {.id = (enum sql_id)(st->key >> 44)};
    unlink_from(&c->plain[pick.id], st);
    unlink_from(slot_of(c, &pick, st->key, false), st);
    c->d->finalize(c, st->handle);
    st->next = c->spare;
    c->spare = st;
}

static void end_list(struct conn *c, struct stmt *list)
{
    while (list != NULL) {
        struct stmt *const next = list->next;
        if (list->busy) {
            log_event(LOG_ERROR, "store.cursor_left_open", LS("statement", list->def->name), LEND);
            stmt_done(c, list);
        }
        list = next;
    }
}

void conn_end_cursors(struct conn *c)
{
    if (c->open_cursors == 0)
        return;
    for (int i = 0; i < c->s->catalog->n_stmts; i++)
        end_list(c, c->plain[i]);
    for (int i = 0; i < CONN_BUCKETS; i++)
        end_list(c, c->composed[i]);
}

void conn_drop_statements(struct conn *c)
{
    for (int i = 0; c->plain != NULL && i < c->s->catalog->n_stmts; i++) {
        for (struct stmt *st = c->plain[i]; st != NULL; st = st->next)
            c->d->finalize(c, st->handle);
        c->plain[i] = NULL;
    }
    for (int i = 0; i < CONN_BUCKETS; i++) {
        for (struct stmt *st = c->composed[i]; st != NULL; st = st->next)
            c->d->finalize(c, st->handle);
        c->composed[i] = NULL;
    }
}
