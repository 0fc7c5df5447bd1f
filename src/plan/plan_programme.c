/* plan_programme.c - phases, goals and programmes: commands on them, their figures and criteria on a day. */
#include <string.h>

#include "plan/plan_programme_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

const char *plan_programme_state_word(enum plan_programme_state state)
{
    static const char *const words[] = {"ahead", "running", "reached", "overdue"};
    return words[state];
}

/* ---- the figures that rules speak of ------------------------------------------------------------ */

enum { COUNTS = 11, INPUTS = COUNTS + 3 };
static const struct rule_input inputs[INPUTS] = {
    {"actions", RULE_INT, false, "事项数", "actions"},
    {"done", RULE_INT, false, "已完成", "done"},
    {"under_way", RULE_INT, false, "进行中", "under way"},
    {"to_start", RULE_INT, false, "待启动", "to start"},
    {"stopped", RULE_INT, false, "已停止", "stopped"},
    {"green", RULE_INT, false, "绿灯", "green"},
    {"amber", RULE_INT, false, "黄灯", "amber"},
    {"red", RULE_INT, false, "红灯", "red"},
    {"grey", RULE_INT, false, "灰灯", "grey"},
    {"percent", RULE_INT, false, "平均进度", "progress"},
    {"outside", RULE_INT, false, "期限在起止日期之外", "due outside its days"},
    {"today", RULE_DATE, false, "今天", "today"},
    {"from_on", RULE_DATE, true, "开始日期", "first day"},
    {"to_on", RULE_DATE, true, "结束日期", "last day"},
};

static struct rule_value a_day(struct span on)
{
    int32_t day = plan_day_of(on);
    return (struct rule_value){.type = RULE_DATE, .missing = day == PLAN_NO_DAY, .num = day == PLAN_NO_DAY ? 0 : day};
}

static void values_of(const struct plan_programme *p, int32_t today, struct rule_value out[INPUTS])
{
    const struct plan_figures *c = &p->figures;
    const int64_t counts[COUNTS] = {c->actions, c->done, c->under_way, c->to_start, c->stopped, c->green,
                                    c->amber,   c->red,  c->grey,      c->percent,  c->outside};
    for (int i = 0; i < COUNTS; i++)
        out[i] = (struct rule_value){.type = RULE_INT, .num = counts[i]};
    out[COUNTS] = (struct rule_value){.type = RULE_DATE, .num = today};
    out[COUNTS + 1] = a_day(p->from_on);
    out[COUNTS + 2] = a_day(p->to_on);
}

/* ---- commands ------------------------------------------------------------ */

static enum rc check_day(struct span on, const char *field, struct fail *f)
{
    return on.len > 0 && plan_day_of(on) == PLAN_NO_DAY ? fail_span(f, RC_INVALID, MSG_plan_day_invalid, field, on)
                                                        : RC_OK;
}

static enum rc check_days(const struct plan_programme_in *in, struct fail *f)
{
    enum rc rc = check_day(in->from_on, "from_on", f);
    if (rc == RC_OK)
        rc = check_day(in->to_on, "to_on", f);
    if (rc == RC_OK)
        rc = check_day(in->target_on, "target_on", f);
    if (rc != RC_OK)
        return rc;
    if (in->from_on.len > 0 && in->to_on.len > 0 && span_cmp(in->to_on, in->from_on) < 0)
        return fail_span(f, RC_INVALID, MSG_programme_days, "to_on", in->from_on);
    if (in->target_on.len > 0 && ((in->from_on.len > 0 && span_cmp(in->target_on, in->from_on) < 0) ||
                                  (in->to_on.len > 0 && span_cmp(in->target_on, in->to_on) > 0)))
        return fail_span(f, RC_INVALID, MSG_programme_target_outside, "target_on", in->target_on);
    return RC_OK;
}

static enum rc check_criterion(struct tx *tx, const struct plan_criterion *c, struct fail *f)
{
    const struct rule *rule = NULL;
    struct fail why;
    if (!span_is(c->part, "entry") && !span_is(c->part, "exit"))
        return fail_span(f, RC_INVALID, MSG_programme_part_invalid, "criteria", c->part);
    if (c->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_programme_text_missing, "criteria", NULL);
    if (c->rule.len == 0 || rule_compile(tx_arena(tx), c->rule, inputs, INPUTS, RULE_BOOL, &rule, &why) == RC_OK)
        return RC_OK;
    struct sb zh, en;
    sb_init(&zh, 1024);
    sb_init(&en, 1024);
    fail_text(&why, LANG_ZH, &zh);
    fail_text(&why, LANG_EN, &en);
    enum rc rc = fail_set(f, RC_INVALID, MSG_programme_rule_invalid, "criteria", "", NULL);
    fail_arg_both(f, 0, sb_span(&zh), sb_span(&en));
    sb_release(&zh);
    sb_release(&en);
    return rc;
}

static enum rc check_in(struct tx *tx, const struct plan_programme_in *in, struct fail *f)
{
    if (!span_is(in->kind, "phase") && !span_is(in->kind, "goal") && !span_is(in->kind, "programme"))
        return fail_span(f, RC_INVALID, MSG_programme_kind_invalid, "kind", in->kind);
    if (in->title.len == 0 || in->title.len > PLAN_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "title", NULL);
    if (in->n_criteria > PLAN_CRITERIA_MAX || in->n_scopes > PLAN_SCOPES_MAX)
        return fail_set(f, RC_LIMIT, MSG_programme_too_many, in->n_criteria > PLAN_CRITERIA_MAX ? "criteria" : "scope",
                        NULL);
    enum rc rc = check_days(in, f);
    for (int i = 0; rc == RC_OK && i < in->n_criteria; i++)
        rc = check_criterion(tx, &in->criteria[i], f);
    return rc;
}

/* The member as it is kept: an action by its line; what is not in the outline is refused. */
static enum rc scope_subject(struct tx *tx, const struct plan_outline_row *o, const struct plan_scope *s,
                             struct span *out, struct fail *f)
{
    struct rows rows;
    struct plan_action_row a;
    int64_t id = 0;
    *out = s->subject;
    if (s->subject.len == 0 || s->subject.len > 300)
        return fail_span(f, RC_INVALID, MSG_programme_scope_unknown, "scope", s->subject);
    if (span_is(s->kind, "phase"))
        return RC_OK;
    if (span_is(s->kind, "chapter")) {
        enum rc rc =
            db_one(tx, SQL_programme_chapter, DB_ARGS(DB_S(o->region_code), DB_I(o->id), DB_T(s->subject)), &rows, f);
        if (rc == RC_MISSING)
            return fail_span(f, RC_INVALID, MSG_programme_scope_unknown, "scope", s->subject);
        return rc == RC_OK ? rows_end(&rows) : rc;
    }
    if (!span_is(s->kind, "action"))
        return fail_span(f, RC_INVALID, MSG_programme_scope_invalid, "scope", s->kind);
    if (!span_to_i64(s->subject, &id))
        return fail_span(f, RC_INVALID, MSG_programme_scope_unknown, "scope", s->subject);
    enum rc rc = plan_action_get(tx, id, &a, f);
    if (rc == RC_MISSING || (rc == RC_OK && a.outline_id != o->id))
        return fail_span(f, RC_INVALID, MSG_programme_scope_unknown, "scope", s->subject);
    if (rc != RC_OK)
        return rc;
    char line[24];
    int n = snprintf(line, sizeof line, "%lld", (long long)a.line_id);
    *out = span_dup(tx_arena(tx), (struct span){line, (size_t)n});
    return out->ptr != NULL ? RC_OK : over(f);
}

static enum rc put_scopes(struct tx *tx, const struct plan_outline_row *o, int64_t id,
                          const struct plan_programme_in *in, struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_programme_scope_clear, DB_ARGS(DB_S(o->region_code), DB_I(id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_scopes; i++) {
        struct span subject;
        rc = scope_subject(tx, o, &in->scopes[i], &subject, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_programme_scope_add,
                         DB_ARGS(DB_S(o->region_code), DB_I(id), DB_T(in->scopes[i].kind), DB_T(subject)), NULL, f);
    }
    return rc;
}

static enum rc last_item(struct tx *tx, const char *region, int64_t id, int64_t *last, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_programme_criterion_last, DB_ARGS(DB_S(region), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *last = rows_int(&rows, 0);
    return rows_end(&rows);
}

static enum rc put_criteria(struct tx *tx, const struct plan_outline_row *o, int64_t id,
                            const struct plan_programme_in *in, struct fail *f)
{
    int64_t last = 0;
    enum rc rc = last_item(tx, o->region_code, id, &last, f);
    const int64_t used = last;
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_programme_criterion_clear, DB_ARGS(DB_S(o->region_code), DB_I(id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_criteria; i++) {
        const struct plan_criterion *c = &in->criteria[i];
        char number[24];
        (void)snprintf(number, sizeof number, "%lld", (long long)c->item);
        if (c->item > used)
            return fail_set(f, RC_INVALID, MSG_programme_item_unknown, "criteria", number, NULL);
        rc = db_exec(tx, SQL_programme_criterion_put,
                     DB_ARGS(DB_S(o->region_code), DB_I(id), DB_I(c->item > 0 ? c->item : ++last), DB_T(c->part),
                             DB_T(c->text), DB_T(span_or_empty(c->rule))),
                     NULL, f);
    }
    return rc;
}

static enum rc open_outline(struct tx *tx, int64_t outline_id, struct plan_outline_row *o, struct fail *f)
{
    enum rc rc = plan_outline_get(tx, outline_id, o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o->region_code, o->id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK && !span_is(o->state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    return rc;
}

/* The outline of a group, found in scope. */
static enum rc open_programme(struct tx *tx, int64_t id, int64_t version, struct plan_outline_row *o, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_programme_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t now = rows_int(&rows, 2), outline_id = rows_int(&rows, 4);
    bool gone = rows_int(&rows, 3) != 0;
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = open_outline(tx, outline_id, o, f);
    if (rc != RC_OK)
        return rc;
    if (gone)
        return fail_set(f, RC_CONFLICT, MSG_programme_gone, NULL, NULL);
    return version != 0 && version != now ? fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL) : RC_OK;
}

static enum rc note(struct tx *tx, const struct plan_outline_row *o, const char *verb, int64_t id, struct span title,
                    struct fail *f)
{
    struct plan_note n;
    plan_note_begin(&n);
    jw_kid(&n.w, "programme_id", id);
    if (title.len > 0)
        jw_ktext(&n.w, "title", title);
    return plan_note_end(tx, &n, &(struct plan_subject){o->region_code, "outline", o->id, verb, "plan.programme"}, f);
}

static enum rc put_row(struct tx *tx, const struct plan_outline_row *o, const struct plan_programme_in *in, int64_t id,
                       struct fail *f)
{
    int64_t changed = 1;
    const struct db_val declared = in->declared >= 0 ? DB_I(in->declared) : DB_N;
    enum rc rc = in->id == 0 ? db_exec(tx, SQL_programme_insert,
                                       DB_ARGS(DB_S(o->region_code), DB_I(id), DB_I(o->line_id), DB_T(in->kind),
                                               DB_I(in->sort), DB_T(in->title), DB_T(span_or_empty(in->note)),
                                               DB_T(span_or_null(in->from_on)), DB_T(span_or_null(in->to_on)),
                                               DB_T(span_or_null(in->target_on)), DB_T(in->benchmarks), declared),
                                       NULL, f)
                             : db_exec(tx, SQL_programme_set,
                                       DB_ARGS(DB_S(o->region_code), DB_I(id), DB_I(in->version), DB_T(in->kind),
                                               DB_I(in->sort), DB_T(in->title), DB_T(span_or_empty(in->note)),
                                               DB_T(span_or_null(in->from_on)), DB_T(span_or_null(in->to_on)),
                                               DB_T(span_or_null(in->target_on)), DB_T(in->benchmarks), declared),
                                       &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL) : rc;
}

static enum rc check_room(struct tx *tx, const struct plan_outline_row *o, struct fail *f)
{
    struct rows rows;
    int n = 0;
    enum rc rc = db_query(tx, SQL_programme_list, DB_ARGS(DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        n++;
    rc = rows_end(&rows);
    return rc == RC_OK && n >= PLAN_PROGRAMMES_MAX ? fail_set(f, RC_LIMIT, MSG_programme_too_many, NULL, NULL) : rc;
}

enum rc plan_programme_save(struct tx *tx, const struct plan_programme_in *in, int64_t *id, struct fail *f)
{
    struct plan_outline_row o;
    enum rc rc = in->id == 0 ? open_outline(tx, in->outline_id, &o, f) : open_programme(tx, in->id, in->version, &o, f);
    if (rc == RC_OK)
        rc = check_in(tx, in, f);
    if (rc == RC_OK && in->id == 0)
        rc = check_room(tx, &o, f);
    if (rc != RC_OK)
        return rc;
    *id = in->id != 0 ? in->id : tx_new_id(tx);
    rc = put_row(tx, &o, in, *id, f);
    if (rc == RC_OK)
        rc = put_scopes(tx, &o, *id, in, f);
    if (rc == RC_OK)
        rc = put_criteria(tx, &o, *id, in, f);
    return rc == RC_OK ? note(tx, &o, in->id == 0 ? "add_programme" : "edit_programme", *id, in->title, f) : rc;
}

enum rc plan_programme_drop(struct tx *tx, int64_t id, int64_t version, int64_t *outline_id, struct fail *f)
{
    struct plan_outline_row o;
    int64_t changed = 0;
    enum rc rc = open_programme(tx, id, version, &o, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_programme_drop, DB_ARGS(DB_S(o.region_code), DB_I(id), DB_I(version)), &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    *outline_id = o.id;
    return note(tx, &o, "drop_programme", id, SPAN(""), f);
}

enum rc plan_programme_judge(struct tx *tx, const struct plan_judge_in *in, int64_t *outline_id, struct fail *f)
{
    struct plan_outline_row o;
    struct rows rows;
    char today[11], number[24];
    date_print(date_of_us(tx_now_us(tx)), today);
    (void)snprintf(number, sizeof number, "%lld", (long long)in->item);
    const struct span on = in->judged_on.len > 0 ? in->judged_on : span_of(today);
    enum rc rc = open_programme(tx, in->programme_id, 0, &o, f);
    if (rc == RC_OK)
        rc = check_day(on, "judged_on", f);
    if (rc == RC_OK && span_cmp(on, span_of(today)) > 0)
        rc = fail_span(f, RC_INVALID, MSG_plan_day_in_future, "judged_on", on);
    if (rc == RC_OK && in->reason.len == 0)
        rc = fail_set(f, RC_INVALID, MSG_programme_reason_missing, "reason", NULL);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_programme_criterion_get,
                    DB_ARGS(DB_S(o.region_code), DB_I(in->programme_id), DB_I(in->item)), &rows, f);
    if (rc == RC_MISSING && f->msg == MSG_not_found)
        return fail_set(f, RC_MISSING, MSG_programme_item_unknown, NULL, number, NULL);
    if (rc != RC_OK)
        return rc;
    bool by_rule = rows_text(&rows, 0).len > 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && by_rule)
        rc = fail_set(f, RC_CONFLICT, MSG_programme_by_rule, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_programme_judge,
                     DB_ARGS(DB_S(o.region_code), DB_I(tx_new_id(tx)), DB_I(in->programme_id), DB_I(in->item),
                             DB_I(in->met), DB_T(on), DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id),
                             DB_T(in->reason)),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_programme_touch, DB_ARGS(DB_S(o.region_code), DB_I(in->programme_id)), NULL, f);
    if (rc != RC_OK)
        return rc;
    *outline_id = o.id;
    return note(tx, &o, "judge_programme", in->programme_id, SPAN(""), f);
}

/* ---- reading: what belongs to each ------------------------------------------------------------ */

enum rc plan_members(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                     struct plan_member **out, int *n, struct fail *f)
{
    struct rows rows;
    struct plan_member *items = NULL;
    int count = 0, room = 0;
    const bool today = v->as_of.day == date_to_days(date_of_us(tx_now_us(tx)));
    enum rc rc = db_query(tx, SQL_programme_actions,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o->region_code), DB_I(o->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_member *m = &items[count++];
        plan_action_of(&rows, &m->item.row);
        m->weight = rows_int(&rows, 30);
        m->progress_bp = rows_int(&rows, 31);
        m->visible = rows_int(&rows, 32) != 0;
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < count; i++) {
        rc = plan_judge_row(tx, v, &items[i].item.row, &items[i].item.verdict, f);
        if (!today)
            items[i].progress_bp = (int64_t)items[i].item.verdict.facts.percent * 100;
    }
    *out = items;
    *n = count;
    return rc;
}

static bool belongs(const struct plan_programme *p, const struct plan_action_row *a, struct span line)
{
    struct span rest = a->path;
    const struct span chapter = span_split(&rest, '/');
    for (int i = 0; i < p->n_scopes; i++) {
        const struct plan_scope *s = &p->scopes[i];
        if (span_is(s->kind, "chapter") ? span_eq(s->subject, chapter)
            : span_is(s->kind, "phase") ? a->phase.len > 0 && span_eq(s->subject, a->phase)
                                        : span_eq(s->subject, line))
            return true;
    }
    return false;
}

bool plan_outside(const struct plan_programme *p, const struct plan_action_row *a)
{
    return (p->from_on.len > 0 && a->due_on.len > 0 && span_cmp(a->due_on, p->from_on) < 0) ||
           (p->to_on.len > 0 && a->due_on.len > 0 && span_cmp(a->due_on, p->to_on) > 0) ||
           (p->to_on.len > 0 && a->start_on.len > 0 && span_cmp(a->start_on, p->to_on) > 0);
}

static void count_member(struct plan_figures *c, const struct plan_member *m, int64_t *weight, int64_t *weighted)
{
    const struct plan_verdict *v = &m->item.verdict;
    c->actions++;
    c->done += v->facts.state == PLAN_DONE;
    c->under_way += v->facts.state == PLAN_UNDER_WAY;
    c->to_start += v->facts.state == PLAN_TO_START;
    c->stopped += v->facts.state == PLAN_STOPPED;
    c->green += v->light == PLAN_GREEN;
    c->amber += v->light == PLAN_AMBER;
    c->red += v->light == PLAN_RED;
    c->grey += v->light == PLAN_GREY;
    if (v->facts.state != PLAN_STOPPED) {
        *weight += m->weight;
        *weighted += m->weight * m->progress_bp;
    }
}

static enum rc gather_members(struct tx *tx, struct plan_programme *p, const struct plan_member *all, int n,
                              struct fail *f)
{
    int64_t weight = 0, weighted = 0;
    p->members = ARENA_ARRAY(tx_arena(tx), (size_t)n + 1, const struct plan_member *);
    if (p->members == NULL)
        return over(f);
    for (int i = 0; i < n; i++) {
        char line[24];
        const int len = snprintf(line, sizeof line, "%lld", (long long)all[i].item.row.line_id);
        if (!belongs(p, &all[i].item.row, (struct span){line, (size_t)len}))
            continue;
        p->members[p->n_members++] = &all[i];
        count_member(&p->figures, &all[i], &weight, &weighted);
        p->figures.outside += plan_outside(p, &all[i].item.row);
    }
    p->figures.percent = weight > 0 ? weighted / weight / 100 : 0;
    return RC_OK;
}

/* ---- reading: rows ------------------------------------------------------------ */

static enum rc read_rows(struct tx *tx, const struct plan_outline_row *o, struct plan_programme **out, int *n,
                         struct fail *f)
{
    struct rows rows;
    struct plan_programme *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_programme_list, DB_ARGS(DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_programme *p = &items[count++];
        *p = (struct plan_programme){.id = rows_int(&rows, 0),
                                     .kind = rows_text_dup(&rows, 1),
                                     .sort = rows_int(&rows, 2),
                                     .title = rows_text_dup(&rows, 3),
                                     .note = rows_text_dup(&rows, 4),
                                     .from_on = rows_text_dup(&rows, 5),
                                     .to_on = rows_text_dup(&rows, 6),
                                     .target_on = rows_text_dup(&rows, 7),
                                     .benchmarks = rows_text_dup(&rows, 8),
                                     .declared = rows_int(&rows, 9),
                                     .version = rows_int(&rows, 10)};
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

static struct plan_programme *find(struct plan_programme *items, int n, int64_t id)
{
    for (int i = 0; i < n; i++) {
        if (items[i].id == id)
            return &items[i];
    }
    return NULL;
}

static enum rc read_scopes(struct tx *tx, const struct plan_outline_row *o, struct plan_programme *items, int n,
                           struct fail *f)
{
    struct rows rows;
    struct plan_scope *scopes = NULL;
    int64_t *owner = NULL;
    int count = 0, room = 0, owners = 0;
    enum rc rc = db_query(tx, SQL_programme_scope_list, DB_ARGS(DB_S(o->region_code), DB_I(o->line_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        scopes = plan_grow(tx_arena(tx), scopes, count, &room, sizeof *scopes);
        owner = plan_grow(tx_arena(tx), owner, count, &owners, sizeof *owner);
        if (scopes == NULL || owner == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        owner[count] = rows_int(&rows, 0);
        scopes[count++] = (struct plan_scope){rows_text_dup(&rows, 1), rows_text_dup(&rows, 2)};
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < count; i++) {
        struct plan_programme *p = find(items, n, owner[i]);
        if (p == NULL)
            continue;
        if (p->n_scopes == 0)
            p->scopes = &scopes[i];
        p->n_scopes++;
    }
    return rc;
}

static enum rc read_criteria(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                             struct plan_programme *items, int n, struct fail *f)
{
    struct rows rows;
    for (int i = 0; i < n; i++) {
        items[i].criteria = ARENA_ARRAY(tx_arena(tx), PLAN_CRITERIA_MAX, struct plan_criterion);
        if (items[i].criteria == NULL)
            return over(f);
    }
    enum rc rc = db_query(tx, SQL_programme_criterion_list,
                          DB_ARGS(DB_S(o->region_code), DB_I(o->line_id), DB_S(v->as_of.on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct plan_programme *p = find(items, n, rows_int(&rows, 0));
        if (p == NULL || p->n_criteria == PLAN_CRITERIA_MAX)
            continue;
        p->criteria[p->n_criteria++] = (struct plan_criterion){.item = rows_int(&rows, 1),
                                                               .part = rows_text_dup(&rows, 2),
                                                               .text = rows_text_dup(&rows, 3),
                                                               .rule = rows_text_dup(&rows, 4),
                                                               .known = !rows_is_null(&rows, 5),
                                                               .met = rows_int(&rows, 5) != 0,
                                                               .judged_on = rows_text_dup(&rows, 6),
                                                               .reason = rows_text_dup(&rows, 7)};
    }
    return rows_end(&rows);
}

/* ---- judging ------------------------------------------------------------ */

static enum rc judge_criteria(struct tx *tx, const struct plan_view *v, struct plan_programme *p, struct fail *f)
{
    struct rule_value values[INPUTS], answer;
    values_of(p, v->as_of.day, values);
    for (int i = 0; i < p->n_criteria; i++) {
        struct plan_criterion *c = &p->criteria[i];
        const struct rule *rule = NULL;
        if (c->rule.len == 0)
            continue;
        enum rc rc = rule_compile(tx_arena(tx), c->rule, inputs, INPUTS, RULE_BOOL, &rule, f);
        if (rc == RC_OK)
            rc = rule_run(tx_arena(tx), rule, values, v->calendar, &answer, NULL, f);
        if (rc != RC_OK)
            return rc;
        c->known = true;
        c->met = answer.num != 0;
    }
    return RC_OK;
}

/* The first criterion of the part that does not hold; NULL: all hold. *n counts them all. */
static const struct plan_criterion *unmet(const struct plan_programme *p, const char *part, int *n)
{
    const struct plan_criterion *first = NULL;
    *n = 0;
    for (int i = 0; i < p->n_criteria; i++) {
        if (!span_is(p->criteria[i].part, part))
            continue;
        (*n)++;
        if (first == NULL && !p->criteria[i].met)
            first = &p->criteria[i];
    }
    return first;
}

static void light(struct plan_programme *p, enum plan_light is, enum msg msg, const char *a, const char *b)
{
    p->light = is;
    (void)fail_set(&p->why, RC_OK, msg, NULL, a, b, NULL);
}

static const char *number(char buffer[24], int64_t v)
{
    (void)snprintf(buffer, 24, "%lld", (long long)v);
    return buffer;
}

static void copy(char *out, size_t size, struct span s)
{
    (void)snprintf(out, size, "%.*s", (int)s.len, s.ptr == NULL ? "" : s.ptr);
}

/* Begun and neither reached nor past its end. */
static void judge_running(struct plan_programme *p)
{
    char a[24], b[24], text[120];
    int n = 0;
    const struct plan_criterion *entry = unmet(p, "entry", &n);
    p->state = PROGRAMME_RUNNING;
    if (entry != NULL) {
        copy(text, sizeof text, entry->text);
        light(p, PLAN_AMBER, MSG_programme_why_entry, text, "");
    } else if (p->figures.red > 0) {
        light(p, PLAN_AMBER, MSG_programme_why_red, number(a, p->figures.red), "");
    } else if (p->declared >= 0 && p->declared != p->figures.actions) {
        light(p, PLAN_AMBER, MSG_programme_why_count, number(a, p->declared), number(b, p->figures.actions));
    } else if (p->figures.outside > 0) {
        light(p, PLAN_AMBER, MSG_programme_why_outside, number(a, p->figures.outside), "");
    } else {
        light(p, PLAN_GREEN, MSG_programme_why_running, number(a, p->figures.percent), "");
    }
}

static void judge(const struct plan_view *v, struct plan_programme *p)
{
    char a[24], day[16], text[120];
    int n_exit = 0;
    const struct plan_criterion *exit = unmet(p, "exit", &n_exit);
    const int32_t from = plan_day_of(p->from_on);
    const struct span last = p->target_on.len > 0 ? p->target_on : p->to_on;
    const int32_t to = plan_day_of(last);
    const int64_t undone = p->figures.actions - p->figures.done - p->figures.stopped;
    copy(day, sizeof day, from != PLAN_NO_DAY && v->as_of.day < from ? p->from_on : last);
    if (from != PLAN_NO_DAY && v->as_of.day < from) {
        p->state = PROGRAMME_AHEAD;
        light(p, PLAN_GREY, MSG_programme_why_ahead, day, "");
    } else if (n_exit > 0 && exit == NULL) {
        p->state = PROGRAMME_REACHED;
        light(p, PLAN_GREEN, MSG_programme_why_reached, "", "");
    } else if (n_exit == 0 && p->figures.done > 0 && undone == 0) {
        p->state = PROGRAMME_REACHED;
        light(p, PLAN_GREEN, MSG_programme_why_all_done, number(a, p->figures.done), "");
    } else if (to != PLAN_NO_DAY && v->as_of.day > to && exit != NULL) {
        p->state = PROGRAMME_OVERDUE;
        copy(text, sizeof text, exit->text);
        light(p, PLAN_RED, MSG_programme_why_exit, day, text);
    } else if (to != PLAN_NO_DAY && v->as_of.day > to && undone > 0) {
        p->state = PROGRAMME_OVERDUE;
        light(p, PLAN_RED, MSG_programme_why_undone, day, number(a, undone));
    } else if (p->figures.actions == 0 && p->n_criteria == 0) {
        p->state = PROGRAMME_RUNNING;
        light(p, PLAN_GREY, MSG_programme_why_empty, "", "");
    } else {
        judge_running(p);
    }
}

enum rc plan_programmes(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                        struct plan_programme **out, int *n, struct fail *f)
{
    struct plan_member *all = NULL;
    int n_all = 0;
    enum rc rc = read_rows(tx, o, out, n, f);
    if (rc == RC_OK)
        rc = read_scopes(tx, o, *out, *n, f);
    if (rc == RC_OK)
        rc = read_criteria(tx, v, o, *out, *n, f);
    if (rc == RC_OK)
        rc = plan_members(tx, v, o, &all, &n_all, f);
    for (int i = 0; rc == RC_OK && i < *n; i++) {
        struct plan_programme *p = &(*out)[i];
        rc = gather_members(tx, p, all, n_all, f);
        if (rc == RC_OK)
            rc = judge_criteria(tx, v, p, f);
        if (rc == RC_OK)
            judge(v, p);
    }
    return rc;
}
