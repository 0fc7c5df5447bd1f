/* plan_side.c - the sides of an action that several parties build together. */
#include <string.h>

#include "plan/plan_side_int.h"

/* ---- reading ------------------------------------------------------------ */

static struct plan_facts facts_of(const struct plan_side *s, struct span state, int percent, struct span done_on)
{
    struct plan_facts facts = {plan_day_of(s->start_on), plan_day_of(s->due_on), plan_day_of(done_on), percent,
                               PLAN_TO_START};
    if (facts.start_day != PLAN_NO_DAY && facts.due_day != PLAN_NO_DAY && facts.start_day > facts.due_day)
        facts.start_day = PLAN_NO_DAY;
    (void)plan_state_read(state, &facts.state);
    return facts;
}

enum rc plan_sides(struct tx *tx, const struct plan_view *v, const struct plan_action_row *a, struct plan_side **out,
                   int *n, struct fail *f)
{
    struct rows rows;
    struct plan_side *items = ARENA_ARRAY(tx_arena(tx), PLAN_SIDES_MAX, struct plan_side);
    int count = 0;
    if (items == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc =
        db_query(tx, SQL_side_list, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_S(v->as_of.on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && count < PLAN_SIDES_MAX) {
        struct plan_side *s = &items[count++];
        *s = (struct plan_side){.item = rows_int(&rows, 0),
                                .name = rows_text_dup(&rows, 1),
                                .unit_id = rows_int(&rows, 2),
                                .start_on = rows_text_dup(&rows, 3),
                                .due_on = rows_text_dup(&rows, 4),
                                .text = rows_text_dup(&rows, 8),
                                .by_office = rows_int(&rows, 9) != 0};
        s->verdict.facts = facts_of(s, rows_text(&rows, 5), (int)rows_int(&rows, 6), rows_text(&rows, 7));
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < count; i++) {
        const struct plan_facts facts = items[i].verdict.facts;
        rc = plan_judge_facts(tx, v, &facts, &items[i].verdict, f);
    }
    *out = items;
    *n = count;
    return rc;
}

/* Whether a holds the others up more than b: not done, a worse light, then less far. */
static bool worse(const struct plan_side *a, const struct plan_side *b)
{
    if (a->verdict.light != b->verdict.light)
        return a->verdict.light > b->verdict.light;
    return a->verdict.facts.percent < b->verdict.facts.percent;
}

struct plan_joint plan_joint_of(const struct plan_side *sides, int n)
{
    struct plan_joint j = {PLAN_DONE, 100, PLAN_NO_DAY, PLAN_NO_DAY, 0, -1};
    int32_t first_due = PLAN_NO_DAY;
    int begun = 0, done = 0, stopped = 0;
    for (int i = 0; i < n; i++) {
        const struct plan_facts *facts = &sides[i].verdict.facts;
        const int32_t start = plan_day_of(sides[i].start_on), due = facts->due_day;
        if (start != PLAN_NO_DAY && (j.start_day == PLAN_NO_DAY || start < j.start_day))
            j.start_day = start;
        if (due != PLAN_NO_DAY && (j.due_day == PLAN_NO_DAY || due > j.due_day))
            j.due_day = due;
        if (due != PLAN_NO_DAY && (first_due == PLAN_NO_DAY || due < first_due))
            first_due = due;
        if (facts->percent < j.percent)
            j.percent = facts->percent;
        done += facts->state == PLAN_DONE;
        stopped += facts->state == PLAN_STOPPED;
        begun += facts->state != PLAN_TO_START;
        if (facts->state != PLAN_DONE && (j.waiting < 0 || worse(&sides[i], &sides[j.waiting])))
            j.waiting = i;
    }
    j.apart_days = j.due_day != PLAN_NO_DAY ? j.due_day - first_due : 0;
    j.state = stopped > 0 ? PLAN_STOPPED : done == n ? PLAN_DONE : begun > 0 ? PLAN_UNDER_WAY : PLAN_TO_START;
    return j;
}

/* ---- commands ------------------------------------------------------------ */

static enum rc check_day(struct span on, const char *field, struct fail *f)
{
    return on.len > 0 && plan_day_of(on) == PLAN_NO_DAY ? fail_span(f, RC_INVALID, MSG_plan_day_invalid, field, on)
                                                        : RC_OK;
}

static enum rc check_side(struct tx *tx, const struct plan_sides_in *in, int i, struct fail *f)
{
    const struct plan_side_in *s = &in->sides[i];
    struct unit unit;
    char number[24];
    (void)snprintf(number, sizeof number, "%lld", (long long)s->unit_id);
    if (s->name.len == 0 || s->name.len > 200)
        return fail_set(f, RC_INVALID, MSG_side_name_invalid, "name", NULL);
    for (int k = 0; k < i; k++) {
        if (span_eq(in->sides[k].name, s->name))
            return fail_set(f, RC_INVALID, MSG_side_name_invalid, "name", NULL);
    }
    enum rc rc = check_day(s->start_on, "start_on", f);
    if (rc == RC_OK)
        rc = check_day(s->due_on, "due_on", f);
    if (rc == RC_OK && s->start_on.len > 0 && s->due_on.len > 0 && span_cmp(s->start_on, s->due_on) > 0)
        rc = fail_span(f, RC_INVALID, MSG_plan_start_after_due, "start_on", s->start_on);
    if (rc != RC_OK || s->unit_id == 0)
        return rc;
    rc = unit_get(tx, s->unit_id, SPAN(""), &unit, f);
    return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_side_unit_unknown, "unit_id", number, NULL) : rc;
}

static enum rc last_item(struct tx *tx, const struct plan_action_row *a, int64_t *last, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_side_last, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *last = rows_int(&rows, 0);
    return rows_end(&rows);
}

static enum rc put_sides(struct tx *tx, const struct plan_action_row *a, const struct plan_sides_in *in, struct jw *w,
                         struct fail *f)
{
    int64_t last = 0;
    enum rc rc = last_item(tx, a, &last, f);
    const int64_t used = last;
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_side_clear, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_sides; i++) {
        const struct plan_side_in *s = &in->sides[i];
        char number[24];
        (void)snprintf(number, sizeof number, "%lld", (long long)s->item);
        if (s->item > used)
            return fail_set(f, RC_INVALID, MSG_side_unknown, "item", number, NULL);
        jw_ktext(w, "name", s->name);
        rc = db_exec(tx, SQL_side_put,
                     DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_I(s->item > 0 ? s->item : ++last), DB_I(i),
                             DB_T(s->name), s->unit_id != 0 ? DB_I(s->unit_id) : DB_N, DB_T(span_or_null(s->start_on)),
                             DB_T(span_or_null(s->due_on))),
                     NULL, f);
    }
    return rc;
}

enum rc plan_sides_set(struct tx *tx, const struct plan_sides_in *in, int64_t *version, struct fail *f)
{
    struct plan_action_row a;
    int64_t changed = 0;
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_ASSIGN, f);
    if (rc == RC_OK && !span_is(a.outline_state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    if (rc == RC_OK && in->version != a.version)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc == RC_OK && in->n_sides == 1)
        rc = fail_set(f, RC_INVALID, MSG_side_too_few, "items", NULL);
    if (rc == RC_OK && in->n_sides > PLAN_SIDES_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_side_too_many, "items", NULL);
    for (int i = 0; rc == RC_OK && i < in->n_sides; i++)
        rc = check_side(tx, in, i, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_key(&note.w, "sides");
    jw_object(&note.w);
    rc = put_sides(tx, &a, in, &note.w, f);
    jw_object_end(&note.w);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_touch,
                     DB_ARGS(DB_S(a.region_code), DB_I(a.id), DB_I(a.version), DB_I(tx_now_us(tx))), &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    *version = a.version + 1;
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "set_sides", "plan.sides"},
                         f);
}

static enum rc may_report(struct tx *tx, const struct plan_action_row *a, const struct plan_side *s, bool *by_office,
                          struct fail *f)
{
    struct rows rows;
    *by_office = false;
    if (s->unit_id != 0) {
        enum rc rc = db_one(tx, SQL_side_right, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(s->unit_id)), &rows, f);
        if (rc != RC_MISSING)
            return rc == RC_OK ? rows_end(&rows) : rc;
    }
    *by_office = true;
    enum rc rc = plan_may_outline(tx, a->region_code, a->outline_id, RIGHT_ASSIGN, f);
    return rc == RC_FORBIDDEN ? fail_set(f, RC_FORBIDDEN, MSG_side_not_yours, NULL, NULL) : rc;
}

static enum rc check_report(const struct plan_side_report_in *in, const struct plan_side *s, struct span today,
                            int *percent, enum plan_state *state, struct fail *f)
{
    *percent = in->percent >= 0 ? in->percent : s->verdict.facts.percent;
    *state = in->has_state ? in->state : *percent == 100 ? PLAN_DONE : PLAN_UNDER_WAY;
    const struct span on = in->done_on.len > 0 ? in->done_on : today;
    enum rc rc = check_day(on, "done_on", f);
    if (rc != RC_OK)
        return rc;
    if (span_cmp(on, today) > 0)
        return fail_span(f, RC_INVALID, MSG_plan_day_in_future, "done_on", on);
    if (*state == PLAN_DONE && *percent != 100)
        return fail_set(f, RC_INVALID, MSG_plan_done_needs_100, "percent", NULL);
    if (*percent < s->verdict.facts.percent && in->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_plan_backwards, "text", NULL);
    return RC_OK;
}

enum rc plan_side_report(struct tx *tx, const struct plan_side_report_in *in, struct fail *f)
{
    struct plan_action_row a;
    struct plan_side *sides = NULL, *s = NULL;
    int n = 0, percent = 0;
    bool by_office = false;
    enum plan_state state = PLAN_UNDER_WAY;
    char today[11], number[24];
    date_print(date_of_us(tx_now_us(tx)), today);
    (void)snprintf(number, sizeof number, "%lld", (long long)in->item);
    const struct plan_view v = plan_view_on(tx_arena(tx), as_of_day(date_to_days(date_of_us(tx_now_us(tx))), false));
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_sides(tx, &v, &a, &sides, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (sides[i].item == in->item)
            s = &sides[i];
    }
    if (rc == RC_OK && s == NULL)
        rc = fail_set(f, RC_MISSING, MSG_side_unknown, NULL, number, NULL);
    if (rc == RC_OK)
        rc = may_report(tx, &a, s, &by_office, f);
    if (rc == RC_OK)
        rc = check_report(in, s, span_of(today), &percent, &state, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_side_report_insert,
                     DB_ARGS(DB_S(a.region_code), DB_I(tx_new_id(tx)), DB_I(a.line_id), DB_I(in->item),
                             DB_T(in->done_on.len > 0 ? in->done_on : span_of(today)), DB_I(tx_now_us(tx)),
                             DB_I(tx_actor(tx)->principal_id), DB_I(by_office), DB_S(plan_state_word(state)),
                             DB_I(percent), DB_T(span_or_empty(in->text))),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_ktext(&note.w, "side", s->name);
    jw_kint(&note.w, "percent", percent);
    jw_kstr(&note.w, "state", plan_state_word(state));
    jw_kbool(&note.w, "by_office", by_office);
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "report_side", "plan.sides"},
                         f);
}
