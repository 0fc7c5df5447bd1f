/* plan_action.c - the commands on outlines and actions: report, edit, assign, cut, publish. Each runs inside the writer's transaction. */
#include <string.h>

#include "plan/plan_int.h"

static enum rc right_lacking(struct fail *f)
{
    return fail_set(f, RC_FORBIDDEN, MSG_plan_right_lacking, NULL, NULL);
}

static enum rc stale(struct fail *f)
{
    return fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
}

/* ---- report ------------------------------------------------------------ */

static int part_rank(struct span part)
{
    return span_is(part, "lead") ? 0 : span_is(part, "supporting") ? 1 : 2;
}

/* The unit for which the actor reports, a lead before a supporting one before the office; 0 for the system. */
static enum rc reporter(struct tx *tx, const struct plan_action_row *a, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    int best = -1;
    *unit_id = 0;
    if (tx_actor(tx)->principal_id == 0)
        return RC_OK;
    enum rc rc = db_query(tx, SQL_action_reporter,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(a->region_code), DB_I(a->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        int64_t id = rows_int(&rows, 0);
        int rank = part_rank(rows_text(&rows, 1));
        if (best < 0 || rank < best || (rank == best && id < *unit_id)) {
            best = rank;
            *unit_id = id;
        }
    }
    rc = rows_end(&rows);
    return rc == RC_OK && best < 0 ? right_lacking(f) : rc;
}

/* Whether the client sent it before: then *out is the answer of that time. */
static enum rc seen_before(struct tx *tx, const struct plan_action_row *a, struct span client_id,
                           struct plan_report_out *out, bool *seen, struct fail *f)
{
    struct rows rows;
    *seen = false;
    if (client_id.len == 0)
        return RC_OK;
    enum rc rc =
        db_one(tx, SQL_report_by_client, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_T(client_id)), &rows, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? RC_OK : rc;
    struct plan_report_row row;
    plan_report_of(&rows, &row);
    out->id = row.id;
    out->percent = row.percent;
    out->state = row.state;
    out->reason = row.reason;
    out->replayed = true;
    *seen = true;
    return rows_end(&rows);
}

/* What the report says once its gaps are filled; checked. */
static enum rc settle(const struct plan_report_in *in, const struct plan_action_row *a, struct plan_report_out *out,
                      struct fail *f)
{
    out->percent = in->percent;
    if (in->percent < 0)
        out->percent = in->has_state && in->state == PLAN_DONE ? 100 : a->percent;
    out->state = in->has_state ? in->state : out->percent == 100 ? PLAN_DONE : PLAN_UNDER_WAY;
    if (out->percent > 100)
        return fail_set(f, RC_INVALID, MSG_plan_percent_invalid, "percent", NULL);
    if (out->state == PLAN_DONE && out->percent != 100)
        return fail_set(f, RC_INVALID, MSG_plan_done_needs_100, "percent", NULL);
    if (in->text.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_text_too_long, "text", NULL);
    if (in->percent < 0 && !in->has_state && in->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_plan_report_empty, "percent", NULL);
    return RC_OK;
}

static enum rc check_done_on(struct tx *tx, struct span *done_on, struct fail *f)
{
    int32_t today = date_to_days(date_of_us(tx_now_us(tx)));
    if (done_on->len == 0) {
        *done_on = plan_day_text(tx_arena(tx), today);
        return done_on->ptr != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    }
    int32_t day = plan_day_of(*done_on);
    if (day == PLAN_NO_DAY || day > today)
        return fail_span(f, RC_INVALID, MSG_plan_day_in_future, "done_on", *done_on);
    return RC_OK;
}

struct report_fill { /* a report's row once all is settled */
    const char *kind;
    struct span done_on, text, client_id, reason;
    int64_t unit_id;
    int n_files;
};

/* A percent below what held on that day needs a reason; a reason without that is dropped. *before: the percent that held. */
static enum rc check_reason(struct tx *tx, const struct plan_action_row *a, struct report_fill *fill,
                            const struct plan_report_out *out, int *before, struct fail *f)
{
    struct as_of day = as_of_day(plan_day_of(fill->done_on), true);
    struct plan_facts facts;
    enum rc rc = plan_facts_on(tx, a, &day, &facts, f);
    if (rc != RC_OK)
        return rc;
    *before = facts.percent;
    fill->reason = span_trim(fill->reason);
    if (fill->reason.len > PLAN_REASON_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_text_too_long, "reason", NULL);
    if (out->percent >= facts.percent) {
        fill->reason = SPAN_NONE;
        return RC_OK;
    }
    char from[16], to[16];
    (void)snprintf(from, sizeof from, "%d", facts.percent);
    (void)snprintf(to, sizeof to, "%d", out->percent);
    return fill->reason.len > 0 ? RC_OK : fail_set(f, RC_INVALID, MSG_plan_reason_needed, "reason", from, to, NULL);
}

static enum rc attach_files(struct tx *tx, const struct plan_action_row *a, const struct plan_report_in *in,
                            int64_t report_id, struct fail *f)
{
    struct plan_action_unit *units = NULL;
    int64_t ids[PLAN_UNITS_MAX + 1];
    int n = 0, n_ids = 0;
    if (in->n_files == 0)
        return RC_OK;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &units, &n, f);
    ids[n_ids++] = a->office_id;
    for (int i = 0; i < n && n_ids <= PLAN_UNITS_MAX; i++)
        ids[n_ids++] = units[i].unit_id;
    for (int i = 0; rc == RC_OK && i < in->n_files; i++)
        rc = org_file_attach(
            tx, &(struct file_attach_in){in->file_ids[i], a->region_code, "report", report_id, ids, n_ids}, f);
    return rc;
}

/* Adds the row and takes the action on, when no later day was reported before; a is then as the database has it. */
static enum rc add_report(struct tx *tx, struct plan_action_row *a, const struct report_fill *fill,
                          struct plan_report_out *out, struct fail *f)
{
    int64_t changed = 0;
    out->id = tx_new_id(tx);
    enum rc rc = db_exec(tx, SQL_report_insert,
                         DB_ARGS(DB_S(a->region_code), DB_I(out->id), DB_I(a->id), DB_I(a->line_id), DB_S(fill->kind),
                                 DB_T(fill->done_on), DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id),
                                 DB_I_OR_NULL(fill->unit_id), DB_I(out->percent), DB_S(plan_state_word(out->state)),
                                 DB_T(span_or_empty(fill->text)), DB_T(span_or_null(fill->client_id)),
                                 DB_I(fill->n_files), DB_T(span_or_null(fill->reason))),
                         NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_progress,
                     DB_ARGS(DB_S(a->region_code), DB_I(a->id), DB_S(plan_state_word(out->state)), DB_I(out->percent),
                             DB_T(fill->done_on), DB_I(tx_now_us(tx))),
                     &changed, f);
    if (rc == RC_OK && changed > 0) {
        a->state = out->state;
        a->percent = out->percent;
        a->last_report_on = fill->done_on;
        a->last_report_at_us = a->updated_at_us = tx_now_us(tx);
        a->version++;
    }
    out->version = a->version;
    return rc;
}

enum rc plan_report(struct tx *tx, const struct plan_report_in *in, struct plan_report_out *out, struct fail *f)
{
    struct plan_action_row *a = ARENA_NEW(tx_arena(tx), struct plan_action_row);
    bool seen = false;
    int64_t unit_id = 0;
    struct span done_on = in->done_on;
    if (a == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = plan_action_get(tx, in->action_id, a, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct plan_report_out){.action = a, .action_id = a->id, .version = a->version};
    memcpy(out->region_code, a->region_code, sizeof out->region_code);
    rc = reporter(tx, a, &unit_id, f);
    if (rc == RC_OK)
        rc = seen_before(tx, a, in->client_id, out, &seen, f);
    if (rc != RC_OK || seen)
        return rc;
    if (!span_is(a->outline_state, "current"))
        return fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    rc = plan_report_by_duty(tx, in, out, f);
    if (rc != RC_OK || out->duty_id != 0)
        return rc;
    rc = settle(in, a, out, f);
    if (rc == RC_OK)
        rc = check_done_on(tx, &done_on, f);
    struct report_fill fill = {"report", done_on, in->text, in->client_id, in->reason, unit_id, in->n_files};
    int before = 0;
    if (rc == RC_OK)
        rc = check_reason(tx, a, &fill, out, &before, f);
    out->reason = fill.reason;
    if (rc == RC_OK)
        rc = add_report(tx, a, &fill, out, f);
    if (rc == RC_OK)
        rc = attach_files(tx, a, in, out->id, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "report_id", out->id);
    jw_ktext(&note.w, "done_on", done_on);
    jw_kint(&note.w, "percent", out->percent);
    if (out->percent < before)
        jw_kint(&note.w, "percent_before", before);
    jw_kstr(&note.w, "state", plan_state_word(out->state));
    jw_kint(&note.w, "files", in->n_files);
    return plan_note_end(tx, &note, &(struct plan_subject){a->region_code, "action", a->id, "report", "plan.reported"},
                         f);
}

enum rc plan_report_feed(struct tx *tx, const struct plan_feed_in *in, struct fail *f)
{
    struct plan_action_row a;
    struct plan_report_out out = {.percent = in->percent, .state = in->percent == 100 ? PLAN_DONE : PLAN_UNDER_WAY};
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_MISSING || (rc == RC_OK && !span_is(a.outline_state, "current")))
        return RC_OK; /* an older edition, or a unit that has no part in the action any more */
    if (rc == RC_OK)
        rc = add_report(
            tx, &a,
            &(struct report_fill){"report", in->done_on, in->text, SPAN_NONE, in->reason, in->unit_id, in->n_files},
            &out, f);
    if (rc == RC_OK)
        rc =
            attach_files(tx, &a, &(struct plan_report_in){.file_ids = in->file_ids, .n_files = in->n_files}, out.id, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "report_id", out.id);
    jw_ktext(&note.w, "done_on", in->done_on);
    jw_kint(&note.w, "percent", out.percent);
    jw_kstr(&note.w, "state", plan_state_word(out.state));
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "report", "plan.reported"},
                         f);
}

/* ---- edit ------------------------------------------------------------ */

static bool is_day_or_empty(struct span s)
{
    return s.len == 0 || plan_day_of(s) != PLAN_NO_DAY;
}

/* A decimal number of at most 30 characters. */
static bool is_decimal(struct span s)
{
    size_t i = s.len > 0 && s.ptr[0] == '-' ? 1 : 0, digits = 0, points = 0;
    for (; i < s.len; i++) {
        if (s.ptr[i] == '.')
            points++;
        else if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            digits++;
        else
            return false;
    }
    return digits > 0 && points <= 1 && s.len <= 30 && s.ptr[s.len - 1] != '.';
}

static bool is_comparator(struct span s)
{
    static const char *const words[] = {"eq", "ge", "le", "gt", "lt", "approx"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is(s, words[i]))
            return true;
    }
    return s.len == 0;
}

static void take(struct span *field, struct span change)
{
    if (change.ptr != NULL)
        *field = change;
}

static enum rc check_edit(const struct plan_edit_in *in, const struct plan_action_row *a, struct fail *f)
{
    if (a->title.len == 0 || a->title.len > PLAN_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "title", NULL);
    if (!is_day_or_empty(a->due_on))
        return fail_span(f, RC_INVALID, MSG_plan_day_invalid, "due_on", a->due_on);
    if (!is_day_or_empty(a->start_on))
        return fail_span(f, RC_INVALID, MSG_plan_day_invalid, "start_on", a->start_on);
    if (a->start_on.len > 0 && a->due_on.len > 0 && span_cmp(a->start_on, a->due_on) > 0)
        return fail_span(f, RC_INVALID, MSG_plan_start_after_due, in->start_on.ptr != NULL ? "start_on" : "due_on",
                         a->start_on);
    if (a->measure_value.len > 0 && !is_decimal(a->measure_value))
        return fail_span(f, RC_INVALID, MSG_plan_number_invalid, "measure.value", a->measure_value);
    if (!is_comparator(a->measure_comparator))
        return fail_span(f, RC_INVALID, MSG_plan_comparator_invalid, "measure.comparator", a->measure_comparator);
    return RC_OK;
}

/* Takes the changes over and says which members changed, for the journal. */
static void apply_edit(const struct plan_edit_in *in, struct plan_action_row *a, struct jw *w)
{
    const struct {
        const char *key;
        struct span *field, change;
    } fields[] = {{"title", &a->title, in->title},
                  {"phase", &a->phase, in->phase},
                  {"due_on", &a->due_on, in->due_on},
                  {"start_on", &a->start_on, in->start_on},
                  {"measure_text", &a->measure_text, in->measure_text},
                  {"measure_value", &a->measure_value, in->measure_value},
                  {"measure_unit", &a->measure_unit, in->measure_unit},
                  {"measure_comparator", &a->measure_comparator, in->measure_comparator}};
    bool measure = false;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].change.ptr == NULL || span_eq(fields[i].change, span_or_empty(*fields[i].field)))
            continue;
        jw_key(w, fields[i].key);
        jw_object(w);
        jw_ktext(w, "from", span_or_empty(*fields[i].field));
        jw_ktext(w, "to", fields[i].change);
        jw_object_end(w);
        measure = measure || i >= 4;
        if (i == 2)
            a->due_origin = fields[i].change.len > 0 ? SPAN("office") : SPAN("");
        take(fields[i].field, fields[i].change);
    }
    if (measure)
        a->measure_origin = a->measure_text.len > 0 || a->measure_value.len > 0 ? SPAN("office") : SPAN("");
}

static enum rc save_edit(struct tx *tx, const struct plan_action_row *a, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_action_set,
                         DB_ARGS(DB_S(a->region_code), DB_I(a->id), DB_I(a->version), DB_T(a->title), DB_T(a->phase),
                                 DB_T(span_or_null(a->due_on)), DB_T(a->due_origin), DB_T(span_or_null(a->start_on)),
                                 DB_T(a->measure_text), DB_T(a->measure_value), DB_T(a->measure_unit),
                                 DB_T(a->measure_comparator), DB_T(a->measure_origin), DB_I(tx_now_us(tx))),
                         &changed, f);
    return rc == RC_OK && changed == 0 ? stale(f) : rc;
}

static enum rc index_action(struct tx *tx, const struct plan_action_row *a, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 1u << 26);
    sb_add(&sb, a->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, a->body);
    enum rc rc = sb_rc(&sb) == RC_OK ? search_put(tx, a->region_code, "action", a->id, sb_span(&sb), f)
                                     : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    sb_release(&sb);
    return rc;
}

/* The office's own change of state stands among the reports, so that every past day shows what held then. */
static enum rc set_state(struct tx *tx, const struct plan_edit_in *in, struct plan_action_row *a, struct fail *f)
{
    struct plan_report_out out = {.percent = in->state == PLAN_DONE ? 100 : a->percent, .state = in->state};
    struct span today = SPAN_NONE;
    enum rc rc = check_done_on(tx, &today, f);
    if (rc == RC_OK)
        rc = add_report(tx, a,
                        &(struct report_fill){"state", today, SPAN(""), SPAN_NONE, SPAN_NONE, tx_actor(tx)->unit_id, 0},
                        &out, f);
    a->version = out.version;
    return rc;
}

enum rc plan_edit(struct tx *tx, const struct plan_edit_in *in, int64_t *version, struct fail *f)
{
    struct plan_action_row a;
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_BREAKDOWN, f);
    if (rc != RC_OK)
        return rc;
    if (in->version != 0 && in->version != a.version)
        return stale(f);
    struct plan_note note;
    plan_note_begin(&note);
    apply_edit(in, &a, &note.w);
    if (in->set_state)
        jw_kstr(&note.w, "state", plan_state_word(in->state));
    rc = check_edit(in, &a, f);
    if (rc == RC_OK)
        rc = save_edit(tx, &a, f);
    a.version++;
    if (rc == RC_OK && in->title.ptr != NULL)
        rc = index_action(tx, &a, f);
    if (rc == RC_OK && in->set_state)
        rc = set_state(tx, in, &a, f);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    *version = a.version;
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "edit", "plan.edited"}, f);
}

/* ---- assign ------------------------------------------------------------ */

/* Sets names and ids of the units asked for; units that only have a name are resolved or proposed. */
static enum rc settle_unit(struct tx *tx, const struct plan_action_row *a, const struct plan_unit_in *in,
                           struct plan_action_unit *out, struct fail *f)
{
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    out->part = in->lead ? SPAN("lead") : SPAN("supporting");
    out->origin = SPAN("office");
    out->unit_id = in->unit_id;
    out->name = in->name;
    if (in->unit_id == 0) {
        bool created = false;
        if (in->name.len == 0)
            return fail_set(f, RC_INVALID, MSG_plan_name_missing, "units", NULL);
        return unit_propose(tx, &(struct unit_propose_in){a->region_code, in->name, span_of(today)}, &out->unit_id,
                            &created, f);
    }
    struct unit unit;
    enum rc rc = unit_get(tx, in->unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_plan_unit_unknown, "units", NULL);
    if (rc == RC_OK && in->name.len == 0)
        out->name = unit.name;
    return rc;
}

static enum rc put_unit(struct tx *tx, const struct plan_action_row *a, const struct plan_action_unit *u, int item,
                        struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_action_unit_insert,
                         DB_ARGS(DB_S(a->region_code), DB_I(a->id), DB_I(u->unit_id), DB_T(u->part), DB_I(item),
                                 DB_T(u->name), DB_T(u->origin)),
                         NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_party_add,
                     DB_ARGS(DB_S(a->region_code), DB_I(a->id), DB_I(u->unit_id), DB_T(u->part)), NULL, f);
    if (rc == RC_OK)
        rc =
            db_exec(tx, SQL_outline_party_add,
                    DB_ARGS(DB_S(a->region_code), DB_I(a->outline_id), DB_I(u->unit_id), DB_S("participant")), NULL, f);
    return rc;
}

static enum rc notify_unit(struct tx *tx, const struct plan_action_row *a, const struct plan_action_unit *u,
                           struct fail *f)
{
    return org_notify(
        tx, &(struct notice_in){a->region_code, "action", a->id, u->unit_id, RIGHT_REPORT, "action.assigned", a->title},
        f);
}

/* The part that a unit had before, with its origin: the text's word stays the text's. */
static const struct plan_action_unit *had(const struct plan_action_unit *old, int n, const struct plan_action_unit *u)
{
    for (int i = 0; i < n; i++) {
        if (old[i].unit_id == u->unit_id && span_eq(old[i].part, u->part))
            return &old[i];
    }
    return NULL;
}

static enum rc set_units(struct tx *tx, const struct plan_action_row *a, const struct plan_units_in *in, struct jw *w,
                         struct fail *f)
{
    struct plan_action_unit *old = NULL;
    int n = 0;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &old, &n, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_unit_clear, DB_ARGS(DB_S(a->region_code), DB_I(a->id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_party_clear, DB_ARGS(DB_S(a->region_code), DB_I(a->id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_units; i++) {
        struct plan_action_unit u;
        rc = settle_unit(tx, a, &in->units[i], &u, f);
        if (rc != RC_OK)
            break;
        const struct plan_action_unit *before = had(old, n, &u);
        if (before != NULL) {
            u.origin = before->origin;
            u.name = before->name;
        }
        rc = put_unit(tx, a, &u, i + 1, f);
        if (rc == RC_OK && before == NULL)
            rc = notify_unit(tx, a, &u, f);
        jw_object(w);
        jw_kid(w, "unit_id", u.unit_id);
        jw_ktext(w, "part", u.part);
        jw_ktext(w, "origin", u.origin);
        jw_object_end(w);
    }
    return rc;
}

enum rc plan_assign(struct tx *tx, const struct plan_units_in *in, int64_t *version, struct fail *f)
{
    struct plan_action_row a;
    int64_t changed = 0;
    enum rc rc = plan_action_get(tx, in->action_id, &a, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, a.region_code, a.outline_id, RIGHT_ASSIGN, f);
    if (rc != RC_OK)
        return rc;
    if (in->n_units > PLAN_UNITS_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_units, "units", NULL);
    if (in->version != 0 && in->version != a.version)
        return stale(f);
    struct plan_note note;
    plan_note_begin(&note);
    jw_key(&note.w, "units");
    jw_array(&note.w);
    rc = set_units(tx, &a, in, &note.w, f);
    jw_array_end(&note.w);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_touch,
                     DB_ARGS(DB_S(a.region_code), DB_I(a.id), DB_I(a.version), DB_I(tx_now_us(tx))), &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = stale(f);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    *version = a.version + 1;
    return plan_note_end(tx, &note, &(struct plan_subject){a.region_code, "action", a.id, "assign", "plan.assigned"},
                         f);
}

/* ---- the breakdown desk: cut ------------------------------------------------------------ */

struct cutting {
    struct plan_outline_row outline;
    struct span path;
    int64_t node_key;
    struct plan_action_unit *units; /* that the pieces take over */
    int n_units, before;            /* pieces that hang on the node already */
};

static enum rc node_row(struct tx *tx, const struct cutting *c, int64_t key, struct plan_node_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_outline_node_get, DB_ARGS(DB_S(c->outline.region_code), DB_I(c->outline.id), DB_I(key)),
                        &rows, f);
    if (rc != RC_OK)
        return rc;
    out->key = rows_int(&rows, 0);
    out->parent_key = rows_int(&rows, 1);
    out->path = rows_text_dup(&rows, 3);
    out->action_id = rows_int(&rows, 12);
    return rows_end(&rows);
}

static enum rc one_number(struct tx *tx, enum sql_id id, const struct cutting *c, int64_t arg, int64_t *out,
                          struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, id, DB_ARGS(DB_S(c->outline.region_code), DB_I(c->outline.id), DB_I(arg)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_int(&rows, 0);
    return rows_end(&rows);
}

/* The node, its path, and the units of the nearest action above. */
static enum rc find_node(struct tx *tx, const struct plan_cut_in *in, struct cutting *c, struct fail *f)
{
    struct plan_node_row node;
    int64_t count = 0;
    c->node_key = in->node_key;
    enum rc rc = RC_OK;
    if (c->node_key == 0)
        rc = one_number(tx, SQL_outline_node_at, c, in->pieces[0].start, &c->node_key, f);
    if (rc == RC_OK)
        rc = node_row(tx, c, c->node_key, &node, f);
    if (rc == RC_OK)
        rc = one_number(tx, SQL_action_pieces, c, c->node_key, &count, f);
    if (rc != RC_OK)
        return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_plan_span_invalid, "node_key", NULL) : rc;
    c->path = node.path;
    c->before = (int)count;
    while (node.action_id == 0 && node.parent_key != 0) {
        rc = node_row(tx, c, node.parent_key, &node, f);
        if (rc != RC_OK)
            return rc;
    }
    if (node.action_id == 0)
        return RC_OK;
    return plan_units_of_action(tx, c->outline.region_code, node.action_id, &c->units, &c->n_units, f);
}

static enum rc put_piece(struct tx *tx, const struct cutting *c, const struct plan_piece_in *p, int index, int64_t *id,
                         struct fail *f)
{
    char path[160];
    const char *region = c->outline.region_code, *state = plan_state_word(p->state);
    (void)snprintf(path, sizeof path, "%.*s-%d", SPAN_ARG(c->path), c->before + index + 1);
    *id = tx_new_id(tx);
    enum rc rc =
        db_exec(tx, SQL_action_insert,
                DB_ARGS(DB_S(region), DB_I(*id), DB_I(c->outline.id), DB_I(*id), DB_I(c->node_key), DB_I(p->start),
                        DB_S(path), DB_S(""), DB_T(p->title), DB_T(span_or_empty(p->body)), DB_I(p->start),
                        DB_I(p->end), DB_S("office"), DB_S(""), DB_S(state), DB_S(state), DB_I(0), DB_N, DB_S(""), DB_N,
                        DB_N, DB_S(""), DB_S(""), DB_S(""), DB_S(""), DB_S(""), DB_N, DB_N, DB_I(tx_now_us(tx))),
                NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_action_party_add, DB_ARGS(DB_S(region), DB_I(*id), DB_I(c->outline.unit_id), DB_S("home")),
                     NULL, f);
    struct plan_action_row a = {
        .id = *id, .outline_id = c->outline.id, .title = p->title, .body = span_or_empty(p->body)};
    memcpy(a.region_code, region, sizeof a.region_code);
    for (int i = 0; rc == RC_OK && i < c->n_units; i++)
        rc = put_unit(tx, &a, &c->units[i], i + 1, f);
    if (rc == RC_OK)
        rc = index_action(tx, &a, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "outline_id", c->outline.id);
    jw_kstr(&note.w, "path", path);
    jw_ktext(&note.w, "title", p->title);
    jw_kstr(&note.w, "state", state);
    return plan_note_end(tx, &note, &(struct plan_subject){region, "action", *id, "cut", NULL}, f);
}

static enum rc check_pieces(const struct plan_cut_in *in, const struct plan_outline_row *o, struct fail *f)
{
    int64_t last = o->start;
    if (in->n_pieces < 1 || in->n_pieces > PLAN_PIECES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_pieces, "pieces", NULL);
    for (int i = 0; i < in->n_pieces; i++) {
        const struct plan_piece_in *p = &in->pieces[i];
        if (p->start < last || p->end <= p->start || p->end > o->end)
            return fail_set(f, RC_INVALID, MSG_plan_span_invalid, "pieces", NULL);
        if (p->title.len == 0 || p->title.len > PLAN_TITLE_BYTES_MAX)
            return fail_set(f, RC_INVALID, MSG_plan_title_invalid, "pieces", NULL);
        last = p->end;
    }
    return RC_OK;
}

/* No piece may be an action that is there already, unless a person has confirmed it. */
static enum rc check_taken(struct tx *tx, const struct plan_cut_in *in, const struct plan_outline_row *o,
                           struct fail *f)
{
    struct plan_taken_row *taken = NULL;
    int n = 0;
    const struct plan_piece_in *first = &in->pieces[0], *last = &in->pieces[in->n_pieces - 1];
    enum rc rc = in->confirmed ? RC_OK : plan_taken_list(tx, o, first->start, last->end, &taken, &n, f);
    for (int i = 0; rc == RC_OK && n > 0 && i < in->n_pieces; i++) {
        const struct plan_piece_in *p = &in->pieces[i];
        enum plan_overlap how;
        const struct plan_taken_row *t = plan_taken_find(taken, n, (size_t)p->start, (size_t)p->end, p->title, &how);
        if (t != NULL && how == PLAN_SAME_ACTION)
            rc = fail_span(f, RC_CONFLICT, MSG_plan_piece_taken, "pieces", t->taken.title);
    }
    return rc;
}

enum rc plan_cut_commit(struct tx *tx, const struct plan_cut_in *in, struct plan_cut_out *out, struct fail *f)
{
    struct cutting c = {0};
    int64_t changed = 0;
    enum rc rc = plan_outline_get(tx, in->outline_id, &c.outline, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, c.outline.region_code, c.outline.id, RIGHT_BREAKDOWN, f);
    if (rc == RC_OK)
        rc = check_pieces(in, &c.outline, f);
    if (rc == RC_OK && !span_is(c.outline.state, "current"))
        rc = fail_set(f, RC_CONFLICT, MSG_plan_superseded, NULL, NULL);
    if (rc == RC_OK && in->version != 0 && in->version != c.outline.version)
        rc = stale(f);
    if (rc == RC_OK)
        rc = check_taken(tx, in, &c.outline, f);
    if (rc == RC_OK)
        rc = find_node(tx, in, &c, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_outline_touch,
                     DB_ARGS(DB_S(c.outline.region_code), DB_I(c.outline.id),
                             DB_I(in->version != 0 ? in->version : c.outline.version)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = stale(f);
    out->n = 0;
    for (int i = 0; rc == RC_OK && i < in->n_pieces; i++)
        rc = put_piece(tx, &c, &in->pieces[i], i, &out->action_ids[out->n++], f);
    if (rc != RC_OK)
        return rc;
    out->version = c.outline.version + 1;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "pieces", in->n_pieces);
    jw_kint(&note.w, "node_key", c.node_key);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){c.outline.region_code, "outline", c.outline.id, "cut", "plan.cut"}, f);
}

/* ---- publish ------------------------------------------------------------ */

enum rc plan_publish(struct tx *tx, const struct plan_publish_in *in, int64_t *version, struct fail *f)
{
    struct plan_outline_row o;
    int64_t changed = 0;
    enum rc rc = plan_outline_get(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o.region_code, o.id, RIGHT_PUBLISH, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_outline_publish,
                     DB_ARGS(DB_S(o.region_code), DB_I(o.id), DB_I(in->version != 0 ? in->version : o.version),
                             DB_I(in->is_public)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = stale(f);
    if (rc != RC_OK)
        return rc;
    *version = o.version + 1;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kbool(&note.w, "is_public", in->is_public);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){o.region_code, "outline", o.id, in->is_public ? "publish" : "unpublish",
                                                "plan.published"},
                         f);
}
