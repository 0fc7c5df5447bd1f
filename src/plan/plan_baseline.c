/* plan_baseline.c - baselines of an outline's dates, and how far its actions have slipped since. */
#include <stdlib.h>
#include <string.h>

#include "plan/plan_baseline_int.h"

const char *plan_slip_word(enum plan_slip slip)
{
    static const char *const words[PLAN_SLIPS] = {"on_time",   "early", "moved", "late",
                                                  "done_late", "new",   "gone",  "undated"};
    return words[slip];
}

enum rc plan_baselines(struct tx *tx, const struct plan_outline_row *o, struct plan_baseline_row **out, int *n,
                       struct fail *f)
{
    struct rows rows;
    struct plan_baseline_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_baseline_list, DB_ARGS(DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        items[count++] =
            (struct plan_baseline_row){rows_int(&rows, 0), rows_int(&rows, 3),      rows_int(&rows, 4),
                                       rows_int(&rows, 5), rows_text_dup(&rows, 1), rows_text_dup(&rows, 2)};
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

/* ---- taking one ------------------------------------------------------------ */

static enum rc check_name(struct tx *tx, const struct plan_outline_row *o, struct span name, struct fail *f)
{
    struct plan_baseline_row *all = NULL;
    int n = 0;
    if (name.len == 0 || name.len > 200)
        return fail_set(f, RC_INVALID, MSG_baseline_name_invalid, "name", NULL);
    enum rc rc = plan_baselines(tx, o, &all, &n, f);
    if (rc == RC_OK && n >= PLAN_BASELINES_MAX)
        return fail_set(f, RC_LIMIT, MSG_baseline_too_many, NULL, NULL);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (span_eq(all[i].name, name))
            return fail_span(f, RC_CONFLICT, MSG_baseline_name_taken, "name", name);
    }
    return rc;
}

enum rc plan_baseline_take(struct tx *tx, const struct plan_baseline_in *in, int64_t *id, struct fail *f)
{
    struct plan_outline_row o;
    char today[11];
    int64_t filled = 0;
    date_print(date_of_us(tx_now_us(tx)), today);
    enum rc rc = plan_outline_get(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK && !span_is(o.state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    if (rc == RC_OK)
        rc = check_name(tx, &o, in->name, f);
    if (rc != RC_OK)
        return rc;
    *id = tx_new_id(tx);
    rc = db_exec(tx, SQL_baseline_insert,
                 DB_ARGS(DB_S(o.region_code), DB_I(*id), DB_I(o.line_id), DB_T(in->name), DB_S(today),
                         DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id), DB_I(o.id)),
                 NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_baseline_fill, DB_ARGS(DB_S(o.region_code), DB_I(*id), DB_I(o.id)), &filled, f);
    if (rc == RC_OK && filled == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_baseline_empty, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "baseline_id", *id);
    jw_ktext(&note.w, "name", in->name);
    jw_kint(&note.w, "actions", filled);
    return plan_note_end(tx, &note, &(struct plan_subject){o.region_code, "outline", o.id, "take_baseline", NULL}, f);
}

/* ---- slippage ------------------------------------------------------------ */

enum plan_slip plan_slip_of(int32_t base_due, int32_t due, int32_t done_day, int32_t as_of_day, int32_t *days)
{
    *days = 0;
    if (base_due == PLAN_NO_DAY)
        return SLIP_UNDATED;
    if (done_day != PLAN_NO_DAY) {
        *days = done_day - base_due;
        return *days > 0 ? SLIP_DONE_LATE : *days < 0 ? SLIP_EARLY : SLIP_ON_TIME;
    }
    const int32_t now = due == PLAN_NO_DAY || due < as_of_day ? as_of_day : due;
    if (as_of_day > base_due) {
        *days = now - base_due;
        return SLIP_LATE;
    }
    if (due == PLAN_NO_DAY)
        return SLIP_ON_TIME;
    *days = due - base_due;
    return *days > 0 ? SLIP_MOVED : *days < 0 ? SLIP_EARLY : SLIP_ON_TIME;
}

struct base { /* an action of the baseline */
    int64_t line_id;
    struct span title, start_on, due_on;
    bool used;
};

static enum rc read_base(struct tx *tx, const char *region, int64_t baseline_id, struct base **out, int *n,
                         struct fail *f)
{
    struct rows rows;
    struct base *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_baseline_actions, DB_ARGS(DB_S(region), DB_I(baseline_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        items[count++] = (struct base){rows_int(&rows, 0), rows_text_dup(&rows, 1), rows_text_dup(&rows, 2),
                                       rows_text_dup(&rows, 3), false};
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

static int by_line(const void *key, const void *item)
{
    const int64_t want = *(const int64_t *)key, has = ((const struct base *)item)->line_id;
    return want < has ? -1 : want > has;
}

static struct plan_slipped slipped_of(const struct plan_view *v, const struct plan_member *m, struct base *b)
{
    struct plan_slipped s = {.member = m, .title = m->item.row.title, .slip = SLIP_NEW, .planned_pct = -1};
    if (b == NULL)
        return s;
    const struct plan_facts *facts = &m->item.verdict.facts;
    const int32_t due = plan_day_of(b->due_on);
    b->used = true;
    s.base_start_on = b->start_on;
    s.base_due_on = b->due_on;
    s.slip = plan_slip_of(due, facts->due_day, facts->state == PLAN_DONE ? facts->last_report_day : PLAN_NO_DAY,
                          v->as_of.day, &s.days);
    s.planned_pct = plan_planned_pct(plan_day_of(b->start_on), due, v->as_of.day);
    return s;
}

enum rc plan_slippage(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o, int64_t baseline_id,
                      struct plan_slipped **out, int *n, struct fail *f)
{
    struct plan_member *members = NULL;
    struct base *base = NULL;
    int n_members = 0, n_base = 0;
    enum rc rc = read_base(tx, o->region_code, baseline_id, &base, &n_base, f);
    if (rc == RC_OK)
        rc = plan_members(tx, v, o, &members, &n_members, f);
    if (rc != RC_OK)
        return rc;
    struct plan_slipped *items = ARENA_ARRAY(tx_arena(tx), (size_t)(n_members + n_base) + 1, struct plan_slipped);
    if (items == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    int count = 0;
    for (int i = 0; i < n_members; i++) {
        struct base *b =
            n_base == 0 ? NULL : bsearch(&members[i].item.row.line_id, base, (size_t)n_base, sizeof *base, by_line);
        items[count++] = slipped_of(v, &members[i], b);
    }
    for (int i = 0; i < n_base; i++) {
        if (!base[i].used)
            items[count++] =
                (struct plan_slipped){NULL, base[i].title, base[i].start_on, base[i].due_on, SLIP_GONE, 0, -1};
    }
    *out = items;
    *n = count;
    return RC_OK;
}
