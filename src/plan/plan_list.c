/* plan_list.c - pages of actions with their lights. A light depends on the day, so it is judged row by row and never in SQL. */
#include <string.h>

#include "plan/plan_int.h"

struct plan_view plan_view_on(struct arena *a, struct as_of as_of)
{
    return (struct plan_view){as_of, ARENA_NEW(a, struct plan_day_thresholds), calendar_builtin()};
}

/* Also of a past day: an edition that came later does not recolour it. */
static enum rc thresholds_on(struct tx *tx, const struct plan_view *v, struct fail *f)
{
    struct span text;
    if (!v->thresholds)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    if (v->thresholds->known)
        return RC_OK;
    enum rc rc = duty_pack_body(tx, "thresholds", v->as_of.end_us, &text, f);
    if (rc == RC_OK)
        rc = plan_thresholds_read(tx_arena(tx), "thresholds.yaml", text, &v->thresholds->t, f);
    v->thresholds->known = rc == RC_OK;
    return rc;
}

enum rc plan_view_of(struct req *r, struct plan_view *out, struct fail *f)
{
    struct as_of as_of;
    enum rc rc = org_as_of(r, &as_of, f);
    if (rc == RC_OK)
        *out = plan_view_on(req_arena(r), as_of);
    return rc;
}

enum rc plan_judge_facts(struct tx *tx, const struct plan_view *v, const struct plan_facts *facts,
                         struct plan_verdict *out, struct fail *f)
{
    enum rc rc = thresholds_on(tx, v, f);
    if (rc == RC_OK)
        *out = plan_judge(&v->thresholds->t, v->calendar, facts, v->as_of.day);
    return rc;
}

enum rc plan_judge_row(struct tx *tx, const struct plan_view *v, const struct plan_action_row *row,
                       struct plan_verdict *out, struct fail *f)
{
    struct plan_facts facts;
    enum rc rc = plan_facts_on(tx, row, &v->as_of, &facts, f);
    return rc == RC_OK ? plan_judge_facts(tx, v, &facts, out, f) : rc;
}

enum { ARGS_MAX = 24, TALLY_PAGE = 500 };
struct list_args {
    struct db_val vals[ARGS_MAX];
    int n;
    uint32_t filters;
    int order;
};

static void add(struct list_args *args, struct db_val val)
{
    args->vals[args->n++] = val;
}

/* Filters in the order in which the statement declares them. */
static void choose_filters(const struct plan_query *q, struct span match, int64_t principal, struct list_args *args)
{
    if (q->outline_id == 0)
        args->filters |= SQLF_action_list_current;
    if (q->outline_id != 0) {
        args->filters |= SQLF_action_list_outline;
        add(args, DB_I(q->outline_id));
    }
    if (q->unit_id != 0 && q->part.len == 0) {
        args->filters |= SQLF_action_list_unit;
        add(args, DB_I(q->unit_id));
    }
    if (q->unit_id != 0 && q->part.len > 0) {
        args->filters |= SQLF_action_list_unit_part;
        add(args, DB_I(q->unit_id));
        add(args, DB_T(q->part));
    }
    if (q->unit_id == 0 && q->part.len > 0) {
        args->filters |= SQLF_action_list_part;
        add(args, DB_T(q->part));
    }
    if (q->phase.len > 0) {
        args->filters |= SQLF_action_list_phase;
        add(args, DB_T(q->phase));
    }
    if (q->mode.len > 0) {
        args->filters |= SQLF_action_list_mode;
        add(args, DB_T(q->mode));
    }
    args->filters |= q->without_owner ? SQLF_action_list_without_owner : 0;
    args->filters |= q->without_date ? SQLF_action_list_without_date : 0;
    args->filters |= q->without_measure ? SQLF_action_list_without_measure : 0;
    if (q->mine) {
        args->filters |= SQLF_action_list_mine;
        add(args, DB_I(principal));
    }
    if (q->q.len > 0) {
        args->filters |= SQLF_action_list_text;
        add(args, DB_T(match));
    }
}

static enum rc choose_order(const struct plan_query *q, struct list_args *args, struct fail *f)
{
    int64_t numbers[3] = {0};
    static const int orders[] = {SQLO_action_list_path, SQLO_action_list_due, SQLO_action_list_updated};
    int n = q->sort == PLAN_BY_PATH ? 3 : 2;
    args->order = orders[q->sort];
    if (!q->after)
        return RC_OK;
    for (int i = 0; i < n; i++) {
        bool text = q->sort == PLAN_BY_DUE && i == 0;
        if (text ? q->after_parts[i].len != 10 : !span_to_i64(q->after_parts[i], &numbers[i]))
            return fail_set(f, RC_INVALID, MSG_plan_after_invalid, "after", NULL);
        add(args, text ? DB_T(q->after_parts[i]) : DB_I(numbers[i]));
    }
    return RC_OK;
}

static enum rc gather(struct tx *tx, enum sql_id id, const struct list_args *args, bool after, struct plan_page *out,
                      struct fail *f)
{
    struct rows rows;
    int room = 0;
    enum rc rc = id == SQL_action_list
                     ? db_list(tx, id, args->filters, args->order, after, args->vals, args->n, &rows, f)
                     : db_query(tx, id, args->vals, args->n, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        out->items = plan_grow(tx_arena(tx), out->items, out->n, &room, sizeof *out->items);
        if (out->items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        plan_action_of(&rows, &out->items[out->n++].row);
    }
    return rows_end(&rows);
}

static struct span number_text(struct arena *a, int64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    return span_dup(a, (struct span){text, (size_t)n});
}

static void next_key(struct arena *a, const struct plan_query *q, const struct plan_action_row *row,
                     struct span parts[3])
{
    parts[2] = SPAN("0");
    if (q->sort == PLAN_BY_PATH) {
        parts[0] = number_text(a, row->outline_id);
        parts[1] = number_text(a, row->sort);
        parts[2] = number_text(a, row->id);
    } else if (q->sort == PLAN_BY_DUE) {
        parts[0] = row->due_on.len > 0 ? row->due_on : SPAN("9999-12-31");
        parts[1] = number_text(a, row->id);
    } else {
        parts[0] = number_text(a, row->updated_at_us);
        parts[1] = number_text(a, row->id);
    }
}

/* Judges the rows and keeps those that the query asks for; stops at the limit. */
static enum rc judge_page(struct tx *tx, const struct plan_view *v, const struct plan_query *q, int64_t scanned_max,
                          struct plan_page *page, struct fail *f)
{
    int n = page->n, kept = 0;
    for (int i = 0; i < n; i++) {
        if (kept == q->limit || i == scanned_max) {
            page->more = true;
            next_key(tx_arena(tx), q, &page->items[i - 1].row, page->next_parts);
            break;
        }
        struct plan_verdict verdict;
        enum rc rc = plan_judge_row(tx, v, &page->items[i].row, &verdict, f);
        if (rc != RC_OK)
            return rc;
        if ((q->light >= 0 && (int)verdict.light != q->light) ||
            (q->state >= 0 && (int)verdict.facts.state != q->state))
            continue;
        page->items[kept].row = page->items[i].row;
        page->items[kept++].verdict = verdict;
    }
    page->n = kept;
    return RC_OK;
}

enum rc plan_list(struct tx *tx, const struct plan_view *v, const struct plan_query *q, struct plan_page *out,
                  struct fail *f)
{
    struct list_args args = {.n = 0};
    struct span match = SPAN_NONE;
    int64_t principal = tx_actor(tx)->principal_id;
    int64_t scan = q->light >= 0 || q->state >= 0 ? PLAN_SCAN_MAX : q->limit;
    *out = (struct plan_page){0};
    enum rc rc = q->q.len > 0 ? search_query(tx, q->q, &match, f) : RC_OK;
    if (rc != RC_OK || (q->q.len > 0 && match.len == 0))
        return rc;
    add(&args, DB_I(principal));
    add(&args, DB_I(scan + 1));
    choose_filters(q, match, principal, &args);
    rc = choose_order(q, &args, f);
    if (rc == RC_OK)
        rc = gather(tx, SQL_action_list, &args, q->after, out, f);
    return rc == RC_OK ? judge_page(tx, v, q, scan, out, f) : rc;
}

enum rc plan_list_all(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o, bool is_public,
                      struct plan_page *out, struct fail *f)
{
    struct plan_query q = {.outline_id = o->id, .light = -1, .state = -1, .limit = 100000};
    *out = (struct plan_page){0};
    if (!is_public)
        return plan_list(tx, v, &q, out, f);
    struct list_args args = {.n = 0};
    add(&args, DB_S(o->region_code));
    add(&args, DB_I(o->id));
    enum rc rc = gather(tx, SQL_public_actions, &args, false, out, f);
    return rc == RC_OK ? judge_page(tx, v, &q, q.limit, out, f) : rc;
}

enum rc plan_outline_tally(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                           struct plan_tally *out, struct fail *f)
{
    char keys[3][24];
    struct plan_query q = {.outline_id = o->id, .light = -1, .state = -1, .limit = TALLY_PAGE};
    struct plan_page page = {.more = true};
    enum rc rc = RC_OK;
    *out = (struct plan_tally){0};
    while (rc == RC_OK && page.more) {
        const struct arena_mark mark = arena_mark_now(tx_arena(tx));
        rc = plan_list(tx, v, &q, &page, f);
        for (int i = 0; rc == RC_OK && i < page.n; i++)
            plan_tally_add(out, &page.items[i].verdict, page.items[i].row.has_lead,
                           page.items[i].row.measure_text.len > 0);
        for (int i = 0; rc == RC_OK && page.more && i < 3; i++) { /* the key outlives the page */
            const int len = snprintf(keys[i], sizeof keys[i], "%.*s", SPAN_ARG(page.next_parts[i]));
            q.after_parts[i] = (struct span){keys[i], (size_t)len};
        }
        q.after = true;
        arena_rewind(tx_arena(tx), mark);
    }
    return rc;
}
