/* plan_stats.c - what the actions of outlines were on a day and in a period: reports are walked once, in order, beside the actions. */
#include "plan/plan_stats.h"

#include <string.h>

#include "plan/plan_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static bool wanted(const struct plan_stats_query *q, int64_t id, bool live)
{
    for (int i = 0; i < q->n_outlines; i++) {
        if (q->outline_ids[i] == id)
            return true;
    }
    return q->n_outlines == 0 && live;
}

struct outline_at {
    char region_code[7];
};

static enum rc outlines(struct tx *tx, const struct plan_stats_query *q, struct plan_stats *out,
                        struct outline_at at[PLAN_STATS_OUTLINES_MAX], struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_query(tx, SQL_stats_outlines, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(q->unit_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool many = false;
    while (rows_next(&rows)) {
        if (!wanted(q, rows_int(&rows, 1), span_is(rows_text(&rows, 3), "live")))
            continue;
        many = out->n_outlines == PLAN_STATS_OUTLINES_MAX;
        if (many)
            break;
        struct span region = rows_text(&rows, 0);
        memcpy(at[out->n_outlines].region_code, region.ptr, region.len < 6 ? region.len : 6);
        out->outlines[out->n_outlines++] = (struct plan_stats_outline){
            .id = rows_int(&rows, 1), .title = rows_text_dup(&rows, 2), .is_public = rows_int(&rows, 4) != 0};
    }
    rc = rows_end(&rows);
    if (rc == RC_OK && many)
        return over(f);
    if (rc == RC_OK && out->n_outlines < q->n_outlines)
        return fail_set(f, RC_MISSING, MSG_not_found, "outline_ids", NULL);
    return rc;
}

static enum rc actions(struct tx *tx, const char *region, int64_t outline_id, struct plan_stats *out, struct fail *f)
{
    struct rows rows;
    bool many = false;
    enum rc rc = db_query(tx, SQL_stats_actions,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(region), DB_I(outline_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        many = out->n_actions == PLAN_STATS_ACTIONS_MAX;
        if (many)
            break;
        struct plan_stats_action *a = &out->actions[out->n_actions++];
        *a = (struct plan_stats_action){.id = rows_int(&rows, 0),
                                        .outline_id = outline_id,
                                        .path = rows_text_dup(&rows, 2),
                                        .number = rows_text_dup(&rows, 3),
                                        .title = rows_text_dup(&rows, 4),
                                        .start_day = plan_day_of(rows_text(&rows, 6)),
                                        .due_day = plan_day_of(rows_text(&rows, 7)),
                                        .last_report_day = PLAN_NO_DAY,
                                        .done_day = PLAN_NO_DAY};
        (void)plan_state_read(rows_text(&rows, 5), &a->state);
        a->state_before = a->state;
    }
    rc = rows_end(&rows);
    return rc == RC_OK && many ? over(f) : rc;
}

/* The action with this id at or behind *at; both come in the same order. NULL: none. */
static struct plan_stats_action *forward(struct plan_stats *s, int *at, int64_t id)
{
    while (*at < s->n_actions && s->actions[*at].id != id)
        (*at)++;
    return *at < s->n_actions ? &s->actions[*at] : NULL;
}

static enum rc units(struct tx *tx, const char *region, int64_t outline_id, struct plan_stats *out, int from,
                     struct fail *f)
{
    struct rows rows;
    struct plan_stats_unit *items = NULL;
    int n = 0, room = 0, at = from;
    enum rc rc = db_query(tx, SQL_stats_units,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(region), DB_I(outline_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct plan_stats_action *a = forward(out, &at, rows_int(&rows, 0));
        if (a == NULL)
            break;
        items = plan_grow(tx_arena(tx), items, n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_stats_unit *u = &items[n++];
        struct span home = rows_text(&rows, 4);
        *u = (struct plan_stats_unit){.id = rows_int(&rows, 1),
                                      .lead = span_is(rows_text(&rows, 2), "lead"),
                                      .name = rows_text_dup(&rows, 3),
                                      .kind = rows_text_dup(&rows, 5)};
        memcpy(u->region_code, home.ptr, home.len < 6 ? home.len : 6);
        a->n_units++;
    }
    for (int i = from, before = 0; i < out->n_actions; before += out->actions[i++].n_units)
        out->actions[i].units = items + before; /* one list for all, in the order of the actions */
    return rows_end(&rows);
}

/* A report: it counts for the last day, for the day before the first, and for the due day when it is not later. */
static void report(struct plan_stats_action *a, const struct plan_stats_query *q, int32_t day, enum plan_state state,
                   int percent)
{
    if (state == PLAN_DONE && (a->state != PLAN_DONE || a->last_report_day == PLAN_NO_DAY))
        a->done_day = day;
    if (state != PLAN_DONE)
        a->done_day = PLAN_NO_DAY;
    a->state = state;
    a->percent = percent;
    a->last_report_day = day;
    if (day < q->from_day) {
        a->state_before = state;
        a->percent_before = percent;
    }
    if (a->due_day != PLAN_NO_DAY && day <= a->due_day)
        a->on_time = state == PLAN_DONE;
}

static enum rc reports(struct tx *tx, const struct plan_stats_query *q, const char *region, int64_t outline_id,
                       struct plan_stats *out, int from, struct fail *f)
{
    struct rows rows;
    int at = from;
    char until[11];
    date_print(date_from_days(q->until_day), until);
    enum rc rc =
        db_query(tx, SQL_stats_reports,
                 DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(region), DB_I(outline_id), DB_S(until)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct plan_stats_action *a = forward(out, &at, rows_int(&rows, 0));
        enum plan_state state = PLAN_TO_START;
        if (a == NULL)
            break;
        (void)plan_state_read(rows_text(&rows, 2), &state);
        report(a, q, plan_day_of(rows_text(&rows, 1)), state, (int)rows_int(&rows, 3));
    }
    return rows_end(&rows);
}

static enum rc judge(struct tx *tx, const struct plan_stats_query *q, struct plan_stats_action *a, struct fail *f)
{
    const struct plan_view view = plan_view_on(tx_arena(tx), as_of_day(q->until_day, true));
    struct plan_verdict v;
    const struct plan_facts facts = {a->start_day, a->due_day, a->last_report_day, a->percent, a->state};
    struct sb sb;
    enum rc rc = plan_judge_facts(tx, &view, &facts, &v, f);
    if (rc != RC_OK)
        return rc;
    a->light = v.light;
    a->on_time = a->on_time && a->due_day >= q->from_day && a->due_day <= q->until_day;
    sb_init(&sb, 4000);
    plan_verdict_text(&v, LANG_ZH, &sb);
    a->reason_zh = span_dup(tx_arena(tx), sb_span(&sb));
    sb_clear(&sb);
    plan_verdict_text(&v, LANG_EN, &sb);
    a->reason_en = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    return a->reason_zh.ptr != NULL && a->reason_en.ptr != NULL ? RC_OK : over(f);
}

enum rc plan_stats_outlines(struct tx *tx, const struct plan_stats_query *q, struct plan_stats *out, struct fail *f)
{
    struct outline_at at[PLAN_STATS_OUTLINES_MAX] = {{{0}}};
    *out = (struct plan_stats){.n_outlines = 0};
    return outlines(tx, q, out, at, f);
}

enum rc plan_stats_read(struct tx *tx, const struct plan_stats_query *q, struct plan_stats *out, struct fail *f)
{
    struct outline_at at[PLAN_STATS_OUTLINES_MAX] = {{{0}}};
    *out = (struct plan_stats){.actions = ARENA_ARRAY(tx_arena(tx), PLAN_STATS_ACTIONS_MAX, struct plan_stats_action)};
    if (out->actions == NULL)
        return over(f);
    enum rc rc = outlines(tx, q, out, at, f);
    for (int i = 0; rc == RC_OK && i < out->n_outlines; i++) {
        int from = out->n_actions;
        rc = actions(tx, at[i].region_code, out->outlines[i].id, out, f);
        if (rc == RC_OK)
            rc = units(tx, at[i].region_code, out->outlines[i].id, out, from, f);
        if (rc == RC_OK)
            rc = reports(tx, q, at[i].region_code, out->outlines[i].id, out, from, f);
    }
    for (int i = 0; rc == RC_OK && i < out->n_actions; i++)
        rc = judge(tx, q, &out->actions[i], f);
    return rc;
}

/* ---- what is asked ------------------------------------------------------------------------------------------------------------------- */

enum rc plan_stats_asks(struct tx *tx, int32_t from_day, int32_t until_day, struct plan_ask_row **out, int *n,
                        struct fail *f)
{
    struct rows rows;
    char from[11], until[11];
    date_print(date_from_days(from_day), from);
    date_print(date_from_days(until_day), until);
    *n = 0;
    *out = ARENA_ARRAY(tx_arena(tx), PLAN_ASKS_MAX, struct plan_ask_row);
    if (*out == NULL)
        return over(f);
    enum rc rc =
        db_query(tx, SQL_stats_asks,
                 DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(from), DB_S(until), DB_I(PLAN_ASKS_MAX + 1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool many = false;
    while (rows_next(&rows)) {
        many = *n == PLAN_ASKS_MAX;
        if (many)
            break;
        (*out)[(*n)++] = (struct plan_ask_row){.consultation_id = rows_int(&rows, 0),
                                               .unit_id = rows_int(&rows, 1),
                                               .by_unit_id = rows_int(&rows, 2),
                                               .number = rows_text_dup(&rows, 3),
                                               .title = rows_text_dup(&rows, 4),
                                               .day = plan_day_of(rows_text(&rows, 5))};
    }
    rc = rows_end(&rows);
    return rc == RC_OK && many ? over(f) : rc;
}
