/* plan_depend.c - dependencies: commands, and the schedule in working days that follows from dates and waits. */
#include <string.h>

#include "plan/plan_depend_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static enum rc waits_of(struct tx *tx, const struct plan_outline_row *o, struct plan_depend_row **out, int *n,
                        struct fail *f)
{
    struct rows rows;
    struct plan_depend_row *items = NULL;
    int room = 0;
    enum rc rc = db_query(tx, SQL_dependency_list, DB_ARGS(DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, *n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_depend_row *d = &items[(*n)++];
        *d = (struct plan_depend_row){
            rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2), rows_int(&rows, 4), PLAN_FINISH_START, -1, -1};
        (void)plan_link_read(rows_text(&rows, 3), &d->kind);
    }
    *out = items;
    return rows_end(&rows);
}

/* ---- commands ------------------------------------------------------------ */

struct lines { /* the lines that waits join, each once */
    int64_t *ids;
    int n;
};

static int index_of(struct lines *l, int64_t line)
{
    for (int i = 0; i < l->n; i++) {
        if (l->ids[i] == line)
            return i;
    }
    l->ids[l->n] = line;
    return l->n++;
}

static struct span title_of(struct tx *tx, const char *region, int64_t line, struct fail *f)
{
    struct rows rows;
    struct span title = SPAN("?");
    if (db_one(tx, SQL_action_line_title, DB_ARGS(DB_S(region), DB_I(line)), &rows, f) != RC_OK)
        return title;
    title = rows_text_dup(&rows, 0);
    plan_drop(&rows);
    return title;
}

/* RC_CONFLICT with the circle's actions when `to` already comes before `from`. */
static enum rc check_circle(struct tx *tx, const struct plan_outline_row *o, int64_t from_line, int64_t to_line,
                            struct fail *f)
{
    struct plan_depend_row *rows = NULL;
    int n = 0;
    enum rc rc = waits_of(tx, o, &rows, &n, f);
    if (rc != RC_OK)
        return rc;
    if (n >= PLAN_DEPENDENCIES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_waits, NULL, NULL);
    struct lines l = {.ids = ARENA_ARRAY(tx_arena(tx), 2 * (size_t)n + 3, int64_t)};
    struct plan_wait *waits = ARENA_ARRAY(tx_arena(tx), (size_t)n + 1, struct plan_wait);
    int *way = ARENA_ARRAY(tx_arena(tx), 2 * (size_t)n + 3, int);
    if (l.ids == NULL || waits == NULL || way == NULL)
        return over(f);
    for (int i = 0; i < n; i++)
        waits[i] = (struct plan_wait){.from = index_of(&l, rows[i].from_line), .to = index_of(&l, rows[i].to_line)};
    int from = index_of(&l, from_line), to = index_of(&l, to_line);
    int length = plan_path_between(tx_arena(tx), l.n, waits, n, (struct plan_wait){.from = to, .to = from}, way);
    if (length == 0)
        return RC_OK;
    struct sb sb;
    sb_init(&sb, 8192);
    sb_add(&sb, title_of(tx, o->region_code, from_line, f));
    for (int i = 0; i < length; i++) {
        sb_adds(&sb, " → ");
        sb_add(&sb, title_of(tx, o->region_code, l.ids[way[i]], f));
    }
    struct span text = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    return fail_span(f, RC_CONFLICT, MSG_plan_wait_circle, "to_id", text);
}

static enum rc two_actions(struct tx *tx, const struct plan_depend_in *in, struct plan_action_row *from,
                           struct plan_action_row *to, struct fail *f)
{
    enum rc rc = plan_action_get(tx, in->from_id, from, f);
    if (rc == RC_OK)
        rc = plan_action_get(tx, in->to_id, to, f);
    if (rc == RC_MISSING || (rc == RC_OK && (from->outline_id != in->outline_id || to->outline_id != in->outline_id)))
        return fail_set(f, RC_INVALID, MSG_plan_wait_outside, "to_id", NULL);
    if (rc == RC_OK && from->id == to->id)
        return fail_span(f, RC_CONFLICT, MSG_plan_wait_circle, "to_id", from->title);
    return rc;
}

enum rc plan_depend_add(struct tx *tx, const struct plan_depend_in *in, int64_t *id, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_action_row from, to;
    enum rc rc = plan_outline_get(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK && !span_is(o.state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    if (rc == RC_OK)
        rc = two_actions(tx, in, &from, &to, f);
    if (rc == RC_OK)
        rc = check_circle(tx, &o, from.line_id, to.line_id, f);
    if (rc != RC_OK)
        return rc;
    *id = tx_new_id(tx);
    rc = db_exec(tx, SQL_dependency_insert,
                 DB_ARGS(DB_S(o.region_code), DB_I(*id), DB_I(o.line_id), DB_I(from.line_id), DB_I(to.line_id),
                         DB_S(plan_link_word(in->kind)), DB_I(in->lag_days)),
                 NULL, f);
    if (rc == RC_CONFLICT)
        return fail_set(f, RC_CONFLICT, MSG_plan_wait_twice, "to_id", NULL);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "dependency_id", *id);
    jw_kid(&note.w, "from_id", from.id);
    jw_kid(&note.w, "to_id", to.id);
    jw_kstr(&note.w, "kind", plan_link_word(in->kind));
    jw_kint(&note.w, "lag_days", in->lag_days);
    return plan_note_end(tx, &note, &(struct plan_subject){o.region_code, "outline", o.id, "depend", NULL}, f);
}

enum rc plan_depend_drop(struct tx *tx, int64_t id, int64_t *outline_id, struct fail *f)
{
    struct rows rows;
    struct plan_outline_row o;
    enum rc rc = db_one(tx, SQL_dependency_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *outline_id = rows_int(&rows, 1);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = plan_outline_get(tx, *outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o.region_code, o.id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_dependency_delete, DB_ARGS(DB_S(o.region_code), DB_I(id)), NULL, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "dependency_id", id);
    return plan_note_end(tx, &note, &(struct plan_subject){o.region_code, "outline", o.id, "undepend", NULL}, f);
}

/* ---- the schedule ------------------------------------------------------------ */

enum { DAYS_MAX = 60000 };
struct work_days { /* the working days from a first one on */
    int32_t *days;
    int n;
    const struct calendar *calendar;
    int32_t assumed_on; /* first day of a year whose calendar is not known; INT32_MAX: none */
};

static bool working(struct work_days *w, int32_t day)
{
    bool yes = false;
    struct fail f;
    if (calendar_working(w->calendar, day, &yes, &f) == RC_OK)
        return yes;
    if (w->assumed_on > day)
        w->assumed_on = day;
    int32_t weekday = ((day % 7) + 7) % 7; /* day 0 was a Thursday */
    return weekday != 2 && weekday != 3;
}

/* The number of the first working day that is not before the day. */
static int number_of(struct work_days *w, int32_t day)
{
    int low = 0, high = w->n;
    while (low < high) {
        int middle = (low + high) / 2;
        if (w->days[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < w->n ? low : w->n - 1;
}

static bool lay_out(struct arena *a, struct work_days *w, int32_t first, int count)
{
    w->days = ARENA_ARRAY(a, (size_t)count + 1, int32_t);
    if (w->days == NULL)
        return false;
    for (int32_t day = first; w->n < count; day++) {
        if (working(w, day))
            w->days[w->n++] = day;
    }
    return true;
}

static int line_index(const struct plan_schedule *s, int64_t line)
{
    for (int i = 0; i < s->n; i++) {
        if (s->items[i].item->row.line_id == line)
            return i;
    }
    return -1;
}

/* First and last day of all actions, how many working days the schedule may need. */
static void bounds(const struct plan_schedule *s, int32_t *first, int *count)
{
    int32_t low = INT32_MAX, high = INT32_MIN;
    int64_t lags = 0;
    for (int i = 0; i < s->n; i++) {
        const int32_t days[] = {plan_day_of(s->items[i].item->row.start_on), plan_day_of(s->items[i].item->row.due_on)};
        for (int k = 0; k < 2; k++) {
            if (days[k] != PLAN_NO_DAY && days[k] < low)
                low = days[k];
            if (days[k] != PLAN_NO_DAY && days[k] > high)
                high = days[k];
        }
    }
    for (int i = 0; i < s->n_waits; i++)
        lags += (s->waits[i].lag_days > 0 ? s->waits[i].lag_days : 0) + 1;
    *first = low == INT32_MAX ? 0 : low;
    int64_t want = (low == INT32_MAX ? 1 : (int64_t)high - low) * 2 + lags + s->n + 400;
    *count = want > DAYS_MAX ? DAYS_MAX : (int)want;
}

static void activity_of(struct plan_scheduled *s, struct work_days *w, struct plan_activity *out)
{
    int32_t start = plan_day_of(s->item->row.start_on), due = plan_day_of(s->item->row.due_on);
    out->days = 1;
    out->not_before = 0;
    if (start != PLAN_NO_DAY)
        out->not_before = number_of(w, start);
    else if (due != PLAN_NO_DAY)
        out->not_before = number_of(w, due);
    if (start != PLAN_NO_DAY && due != PLAN_NO_DAY && due >= start)
        out->days = number_of(w, due + 1) - out->not_before;
    if (out->days < 1)
        out->days = 1;
    s->dated = start != PLAN_NO_DAY || due != PLAN_NO_DAY;
}

static int32_t day_at(const struct work_days *w, int number)
{
    return w->days[number < 0 ? 0 : number >= w->n ? w->n - 1 : number];
}

static enum rc compute(struct tx *tx, const struct plan_view *v, struct plan_schedule *s, struct fail *f)
{
    struct work_days days = {.calendar = v->calendar, .assumed_on = INT32_MAX};
    struct plan_activity *acts = ARENA_ARRAY(tx_arena(tx), (size_t)s->n + 1, struct plan_activity);
    struct plan_wait *waits = ARENA_ARRAY(tx_arena(tx), (size_t)s->n_waits + 1, struct plan_wait);
    int32_t first = 0;
    int count = 0, n = 0, end = 0;
    bounds(s, &first, &count);
    if (acts == NULL || waits == NULL || !lay_out(tx_arena(tx), &days, first, count))
        return over(f);
    for (int i = 0; i < s->n; i++)
        activity_of(&s->items[i], &days, &acts[i]);
    for (int i = 0; i < s->n_waits; i++) {
        const struct plan_depend_row *d = &s->waits[i];
        if (d->from < 0 || d->to < 0)
            continue;
        waits[n++] = (struct plan_wait){d->from, d->to, d->kind, (int)d->lag_days};
        s->items[d->from].dated = s->items[d->to].dated = true;
    }
    if (!plan_path(tx_arena(tx), acts, s->n, waits, n, &end))
        return fail_set(f, RC_CONFLICT, MSG_plan_wait_circle, NULL, "", NULL);
    for (int i = 0; i < s->n; i++) {
        s->items[i].early_start = day_at(&days, acts[i].early_start);
        s->items[i].early_finish = day_at(&days, acts[i].early_finish - 1);
        s->items[i].late_finish = day_at(&days, acts[i].late_finish - 1);
        s->items[i].slack = acts[i].slack;
    }
    s->end_day = day_at(&days, end - 1);
    s->assumed = days.assumed_on <= s->end_day;
    return RC_OK;
}

enum rc plan_schedule_read(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                           struct plan_schedule *out, struct fail *f)
{
    struct plan_page page;
    *out = (struct plan_schedule){0};
    enum rc rc = plan_list_all(tx, v, o, false, &page, f);
    if (rc == RC_OK)
        rc = waits_of(tx, o, &out->waits, &out->n_waits, f);
    if (rc != RC_OK)
        return rc;
    out->n = page.n;
    out->items = ARENA_ARRAY(tx_arena(tx), (size_t)page.n + 1, struct plan_scheduled);
    if (out->items == NULL)
        return over(f);
    for (int i = 0; i < page.n; i++)
        out->items[i].item = &page.items[i];
    for (int i = 0; i < out->n_waits; i++) {
        /* page.n items are there. NOLINTNEXTLINE(clang-analyzer-*) */
        out->waits[i].from = line_index(out, out->waits[i].from_line);
        out->waits[i].to = line_index(out, out->waits[i].to_line);
    }
    return compute(tx, v, out, f);
}
