/* duty_json.c - duties as JSON: in lists, and one whole with everything about it and what the reader may do. */
#include <string.h>

#include "duty/duty_settings.h"

static void both_json(struct jw *w, const char *key, const struct duty_both *b)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
    jw_object_end(w);
}

struct unit *duty_unit_named(struct tx *tx, struct duty_units *memo, int64_t id)
{
    struct fail ignored = {0};
    struct duty_unit_memo *m = &memo->all[(uint64_t)id % DUTY_UNITS_MEMO];
    if (id == 0)
        return NULL;
    if (m->id != id) {
        if (unit_get(tx, id, SPAN(""), &m->unit, &ignored) != RC_OK)
            return NULL;
        m->id = id;
    }
    return &m->unit;
}

static void who_json(struct duty_show *s, struct jw *w, const char *key, int64_t id)
{
    const struct unit *const u = duty_unit_named(s->tx, &s->units, id);
    jw_key(w, key);
    if (u == NULL) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "name", u->short_name.len > 0 ? u->short_name : u->name);
    jw_ktext(w, "full_name", u->name);
    jw_kstr(w, "region_code", u->region_code);
    jw_object_end(w);
}

static void time_or_null(struct jw *w, const char *key, int64_t at_us)
{
    if (at_us != 0) {
        jw_ktime(w, key, at_us);
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

enum rc duty_show_begin(struct tx *tx, enum lang lang, struct duty_show *out, struct fail *f)
{
    *out = (struct duty_show){.tx = tx, .lang = lang};
    return duty_lights_current(tx, &out->lights, f);
}

static enum rc machine_for(struct duty_show *s, const struct duty_row *d, const struct duty_machine **m, struct fail *f)
{
    for (int i = 0; i < s->n; i++)
        if (span_eq(s->machines[i].hash, d->machine_hash)) {
            *m = s->machines[i].machine;
            return RC_OK;
        }
    enum rc rc = duty_machine_of(s->tx, d, m, f);
    if (rc == RC_OK && s->n < DUTY_SHOW_MACHINES) {
        s->machines[s->n].hash = d->machine_hash;
        s->machines[s->n++].machine = *m;
    }
    return rc;
}

enum rc duty_state_text(struct duty_show *s, const struct duty_row *d, struct span *out, struct fail *f)
{
    const struct duty_machine *m = NULL;
    enum rc rc = machine_for(s, d, &m, f);
    const int at = rc == RC_OK ? duty_state_find(m, d->state) : -1;
    if (at >= 0)
        *out = s->lang == LANG_ZH ? m->states[at].name.zh : m->states[at].name.en;
    return rc;
}

static const struct duty_machine_clock *clock_named(const struct duty_machine *m, struct span word)
{
    for (int i = 0; i < m->n_clocks; i++)
        if (span_eq(m->clocks[i].word, word))
            return &m->clocks[i];
    return NULL;
}

static enum rc light_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    enum duty_light light = DUTY_GREY;
    enum rc rc = RC_OK;
    static const char *const keys[] = {"zh", "en"};
    struct sb sb[2];
    for (int lang = 0; lang < 2; lang++) {
        sb_init(&sb[lang], 4096);
        struct duty_light_why why = {&sb[lang], lang == 0 ? LANG_ZH : LANG_EN};
        if (rc == RC_OK)
            rc = duty_light_of(tx_arena(s->tx), s->lights, d, tx_now_us(s->tx), &light, &why, f);
    }
    jw_kstr(w, "light", duty_light_word(light));
    jw_key(w, "light_reason");
    jw_object(w);
    for (int lang = 0; lang < 2; lang++) {
        jw_ktext(w, keys[lang], sb_span(&sb[lang]));
        sb_release(&sb[lang]);
    }
    jw_object_end(w);
    return rc;
}

static void people_json(struct duty_show *s, const struct duty_row *d, struct jw *w)
{
    who_json(s, w, "holder", d->holder_id);
    who_json(s, w, "assigner", d->assigner_id);
    who_json(s, w, "counterpart", d->counterpart_id);
    who_json(s, w, "supervisor", d->supervisor_id);
}

static void counts_json(const struct duty_row *d, struct jw *w)
{
    jw_kint(w, "percent", d->percent);
    jw_kint(w, "weight", d->weight);
    jw_ktext(w, "start_on", d->start_on);
    jw_ktext_or_null(w, "due_on", d->due_on);
    jw_ktext_or_null(w, "first_due_on", d->first_due_on);
    jw_ktext_or_null(w, "report_by_on", d->report_by_on);
    jw_ktext_or_null(w, "last_report_on", d->last_report_on);
    jw_ktext(w, "report_every", d->report_every);
    jw_kint(w, "returns", d->returns);
    jw_kint(w, "extensions", d->extensions);
    jw_kint(w, "reports_count", d->reports);
    jw_kint(w, "evidence", d->evidence);
    jw_kint(w, "overdue_count", d->overdue_count);
    time_or_null(w, "overdue_at", d->overdue_at_us);
    jw_kint(w, "unconfirmed", d->unconfirmed);
    jw_kbool(w, "crosses_border", d->crosses_border);
    jw_kbool(w, "final", d->final);
    jw_kbool(w, "suspended", d->suspended);
    jw_ktime(w, "opened_at", d->opened_at_us);
    time_or_null(w, "closed_at", d->closed_at_us);
    jw_ktime(w, "updated_at", d->updated_at_us);
    jw_kint(w, "version", d->version);
}

/* The members of a duty, into an open object. */
static enum rc members(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    const struct duty_machine *m = NULL;
    enum rc rc = machine_for(s, d, &m, f);
    if (rc != RC_OK)
        return rc;
    const int state = duty_state_find(m, d->state);
    jw_kid(w, "id", d->id);
    jw_ktext(w, "number", d->number);
    jw_kstr(w, "region_code", d->region_code);
    jw_ktext(w, "subject_kind", d->subject_kind);
    jw_kid(w, "subject_id", d->subject_id);
    jw_ktext(w, "title", d->title);
    jw_ktext(w, "machine", d->machine);
    jw_ktext(w, "state", d->state);
    if (state >= 0)
        both_json(w, "state_name", &m->states[state].name);
    jw_ktext(w, "part", d->part);
    jw_key(w, "parent_id");
    if (d->parent_id != 0)
        jw_id(w, d->parent_id);
    else
        jw_null(w);
    people_json(s, d, w);
    const struct duty_machine_clock *const k = clock_named(m, d->clock);
    jw_ktext(w, "clock", d->clock);
    if (k != NULL)
        both_json(w, "clock_name", &k->name);
    time_or_null(w, "clock_due_at", d->clock_due_us);
    counts_json(d, w);
    return light_json(s, d, w, f);
}

enum rc duty_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    jw_object(w);
    enum rc rc = members(s, d, w, f);
    if (rc == RC_OK)
        rc = duty_first_source(s->tx, d, w, f);
    jw_object_end(w);
    return rc;
}

void duty_slip_json(struct duty_show *show, const struct duty_slip_row *s, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", s->id);
    jw_kid(w, "duty_id", s->duty_id);
    jw_ktext(w, "duty_title", s->title.ptr != NULL ? s->title : SPAN(""));
    jw_ktext(w, "number", s->number);
    jw_ktext(w, "colour", s->colour);
    who_json(show, w, "unit", s->unit_id);
    who_json(show, w, "issuer", s->issuer_id);
    jw_ktext(w, "text", s->text);
    jw_ktext(w, "state", s->state);
    jw_ktime(w, "reply_due_at", s->reply_due_us);
    time_or_null(w, "lapsed_at", s->lapsed_at_us);
    jw_ktext(w, "reply", s->reply);
    time_or_null(w, "replied_at", s->replied_at_us);
    time_or_null(w, "closed_at", s->closed_at_us);
    jw_ktext(w, "close_text", s->close_text);
    jw_ktime(w, "issued_at", s->issued_at_us);
    jw_kint(w, "version", s->version);
    jw_object_end(w);
}

/* ---- one whole ---------------------------------------------------------------------------------------------------------------------- */

/* How much was used until now and, while it runs to an end, how much working time is left until then (negative: over). */
static void clock_time_json(struct tx *tx, struct rows *r, struct jw *w)
{
    const struct duty_time time = duty_time_default();
    const struct duty_clock c = {{(enum duty_unit)rows_int(r, 3), rows_int(r, 4)},
                                 rows_int(r, 6),
                                 rows_int(r, 7),
                                 rows_int(r, 8),
                                 rows_is_null(r, 9) ? INT64_MAX : rows_int(r, 9),
                                 rows_is_null(r, 5) ? INT32_MIN : (int32_t)rows_int(r, 5)};
    struct fail ignored = {0};
    int64_t used = c.used_us, left = 0;
    if (duty_clock_used(&time, &c, tx_now_us(tx), &used, &ignored) != RC_OK)
        used = c.used_us;
    jw_kid(w, "used_us", used);
    jw_key(w, "left_work_us");
    if (c.running_since_us != 0 && c.due_us != INT64_MAX &&
        calendar_work_us(time.calendar, time.schedule.intervals, time.schedule.n_intervals, tx_now_us(tx), c.due_us,
                         &left, &ignored) == RC_OK)
        jw_int(w, left);
    else
        jw_null(w);
}

static enum rc clocks_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    const struct duty_machine *m = NULL;
    struct rows r;
    enum rc rc = machine_for(s, d, &m, f);
    if (rc == RC_OK)
        rc = db_query(s->tx, SQL_duty_clock_rows, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "clocks");
    jw_array(w);
    while (rows_next(&r)) {
        const struct duty_machine_clock *const k = clock_named(m, rows_text(&r, 1));
        jw_object(w);
        jw_ktext(w, "clock", rows_text(&r, 1));
        if (k != NULL)
            both_json(w, "name", &k->name);
        jw_kid(w, "unit_id", rows_int(&r, 2));
        who_json(s, w, "unit", rows_int(&r, 2));
        jw_kint(w, "limit_unit", rows_int(&r, 3));
        jw_kint(w, "limit_n", rows_int(&r, 4));
        jw_ktime(w, "started_at", rows_int(&r, 6));
        clock_time_json(s->tx, &r, w);
        jw_kbool(w, "running", rows_int(&r, 8) != 0);
        time_or_null(w, "due_at", rows_int(&r, 9));
        time_or_null(w, "overdue_at", rows_int(&r, 10));
        jw_kbool(w, "closed", rows_int(&r, 11) != 0);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&r);
}

/* Whose turn it is: the part whose clock the state runs; while it is suspended the assigner; nobody at an end. */
static enum rc turn_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    const struct duty_machine *m = NULL;
    enum rc rc = machine_for(s, d, &m, f);
    const int at = rc == RC_OK ? duty_state_find(m, d->state) : -1;
    jw_key(w, "turn");
    if (at < 0 || m->states[at].final) {
        jw_null(w);
        return rc;
    }
    const enum duty_part part = m->states[at].suspended    ? DUTY_ASSIGNER
                                : m->states[at].clock >= 0 ? m->clocks[m->states[at].clock].part
                                                           : DUTY_HOLDER;
    jw_object(w);
    jw_kstr(w, "part", duty_part_word(part));
    who_json(s, w, "unit", duty_unit_of(d, part));
    jw_object_end(w);
    return rc;
}

static bool one_file(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_object_end(w);
    return true;
}

/* What came with steps (submitted, returned…), not with reports. */
static enum rc files_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    jw_key(w, "files");
    jw_array(w);
    enum rc rc = org_file_list(s->tx, d->region_code, "duty", d->id, one_file, w, f);
    jw_array_end(w);
    return rc;
}

static enum rc sources_json(struct tx *tx, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct rows r;
    enum rc rc = db_query(tx, SQL_duty_sources, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "sources");
    jw_array(w);
    while (rows_next(&r)) {
        jw_object(w);
        jw_ktext(w, "kind", rows_text(&r, 0));
        jw_kid(w, "id", rows_int(&r, 1));
        jw_ktext(w, "words", rows_text(&r, 2));
        jw_kid(w, "unit_id", rows_int(&r, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&r);
}

static enum rc report_json(struct duty_show *s, const struct duty_row *d, const struct duty_report_row *r, struct jw *w,
                           struct fail *f)
{
    struct span by = SPAN("");
    jw_object(w);
    jw_kid(w, "id", r->id);
    jw_kid(w, "unit_id", r->unit_id);
    who_json(s, w, "unit", r->unit_id);
    enum rc rc = person_display(s->tx, r->drafted_by, s->lang, &by, f);
    jw_ktext(w, "by_name", by);
    if (rc == RC_OK && r->decided_by != 0)
        rc = person_display(s->tx, r->decided_by, s->lang, &by, f);
    jw_ktext(w, "decided_by_name", r->decided_by != 0 ? by : SPAN(""));
    jw_ktext(w, "state", r->state);
    jw_kint(w, "percent", r->percent);
    jw_ktext(w, "text", r->text);
    jw_ktext(w, "reason", r->reason);
    jw_key(w, "figures");
    jw_raw(w, r->figures);
    jw_ktext(w, "done_on", r->done_on);
    jw_kbool(w, "external", r->external);
    time_or_null(w, "confirmed_at", r->confirmed_at_us);
    jw_ktime(w, "drafted_at", r->drafted_at_us);
    time_or_null(w, "decided_at", r->decided_at_us);
    jw_ktext(w, "return_reason", r->return_reason);
    jw_key(w, "files");
    jw_array(w);
    if (rc == RC_OK && r->file_count > 0)
        rc = org_file_list(s->tx, d->region_code, "duty_report", r->id, one_file, w, f);
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc reports_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct duty_report_row *all = ARENA_ARRAY(tx_arena(s->tx), 200, struct duty_report_row);
    int n = 0;
    if (all == NULL)
        return duty_over(f);
    enum rc rc = db_query(s->tx, SQL_duty_reports, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 200 && rows_next(&rows))
        duty_report_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    jw_key(w, "reports");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = report_json(s, d, &all[i], w, f);
    jw_array_end(w);
    return rc;
}

static void urge_members(struct duty_show *s, const struct duty_urging *u, struct rows *r, int at, struct jw *w)
{
    const struct span rule = rows_text_dup(r, at);
    jw_ktext(w, "rule", rule);
    for (int i = 0; u != NULL && i < u->n; i++)
        if (span_eq(u->rules[i].word, rule))
            both_json(w, "rule_name", &u->rules[i].name);
    jw_kint(w, "level", rows_int(r, at + 1));
    jw_kid(w, "unit_id", rows_int(r, at + 2));
    who_json(s, w, "unit", rows_int(r, at + 2));
    jw_ktext(w, "text", rows_text(r, at + 3));
    jw_ktime(w, "at", rows_int(r, at + 5));
}

static enum rc urges_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct duty_urging *u = NULL;
    struct rows r;
    enum rc rc = duty_urging_current(s->tx, &u, f);
    if (rc == RC_OK)
        rc = db_query(s->tx, SQL_duty_urges, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "urges");
    jw_array(w);
    while (rows_next(&r)) {
        jw_object(w);
        jw_kid(w, "id", rows_int(&r, 0));
        urge_members(s, u, &r, 1, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&r);
}

void duty_urge_json(struct duty_show *s, const struct duty_urging *u, struct rows *r, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", rows_int(r, 0));
    jw_kid(w, "duty_id", rows_int(r, 1));
    urge_members(s, u, r, 2, w);
    jw_ktext(w, "duty_title", rows_text(r, 8));
    jw_ktext(w, "duty_number", rows_text(r, 9));
    jw_kbool(w, "duty_final", rows_int(r, 10) != 0);
    jw_object_end(w);
}

static enum rc slips_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct duty_slip_row *all = ARENA_ARRAY(tx_arena(s->tx), 100, struct duty_slip_row);
    int n = 0;
    if (all == NULL)
        return duty_over(f);
    enum rc rc = db_query(s->tx, SQL_duty_slips, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 100 && rows_next(&rows))
        duty_slip_of(&rows, &all[n++], false);
    rc = rows_end(&rows);
    jw_key(w, "slips");
    jw_array(w);
    for (int i = 0; i < n; i++)
        duty_slip_json(s, &all[i], w);
    jw_array_end(w);
    return rc;
}

static enum rc parts_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct duty_row *all = ARENA_ARRAY(tx_arena(s->tx), DUTY_PARTS_MAX, struct duty_row);
    int n = 0;
    if (all == NULL)
        return duty_over(f);
    enum rc rc = db_query(s->tx, SQL_duty_parts,
                          DB_ARGS(DB_I(tx_actor(s->tx)->principal_id), DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < DUTY_PARTS_MAX && rows_next(&rows))
        duty_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    jw_key(w, "parts");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = duty_json(s, &all[i], w, f);
    jw_array_end(w);
    return rc;
}

static void step_json(const struct duty_machine *m, const struct duty_step *step, enum duty_part part, struct jw *w)
{
    static const char *const needs[] = {"text", "reason", "file_ids", "unit_id", "due_on", "percent", "parts"};
    jw_object(w);
    jw_ktext(w, "verb", step->verb);
    both_json(w, "name", &step->name);
    jw_kstr(w, "part", duty_part_word(part));
    if (step->to >= 0)
        jw_ktext(w, "to", m->states[step->to].word);
    jw_key(w, "needs");
    jw_array(w);
    for (unsigned k = 0; k < sizeof(needs) / sizeof(needs[0]); k++)
        if (step->needs & (1u << k))
            jw_str(w, needs[k]);
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc may_json(struct duty_show *s, const struct duty_row *d, struct jw *w, struct fail *f)
{
    static const struct duty_given none = {.percent = false};
    const struct duty_step **steps = ARENA_ARRAY(tx_arena(s->tx), DUTY_STEPS_MAX, const struct duty_step *);
    const struct duty_machine *m = NULL;
    struct duty_facts facts;
    if (steps == NULL)
        return duty_over(f);
    enum rc rc = machine_for(s, d, &m, f);
    if (rc == RC_OK)
        rc = duty_facts_of(s->tx, d, &facts, f);
    jw_key(w, "may");
    jw_array(w);
    for (int part = 0; rc == RC_OK && part < DUTY_SYSTEM; part++) {
        const int64_t unit = duty_unit_of(d, (enum duty_part)part);
        const struct duty_ask ask = {m, duty_state_find(m, d->state), (enum duty_part)part, &facts, &none};
        int n = 0;
        if (unit != 0)
            rc = duty_verbs(tx_arena(s->tx), &ask, steps, &n, f);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            const int right = steps[i]->right.len > 0 ? org_right_find(steps[i]->right) : RIGHT_READ;
            bool holds = false;
            if (right >= 0)
                rc = org_holds(s->tx, (enum org_right)right, unit, &holds, f);
            if (holds)
                step_json(m, steps[i], (enum duty_part)part, w);
        }
    }
    jw_array_end(w);
    return rc;
}

static enum rc flags_json(struct tx *tx, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct fail ignored = {0};
    bool approve = false, report = false;
    jw_kbool(w, "may_supervise", duty_may_side(tx, d, NULL, &ignored) == RC_OK);
    enum rc rc = org_holds(tx, RIGHT_APPROVE, d->holder_id, &approve, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_REPORT, d->holder_id, &report, f);
    jw_kbool(w, "may_approve", approve);
    jw_kbool(w, "may_report", approve || report);
    return rc;
}

enum rc duty_whole_json(struct tx *tx, int64_t id, enum lang lang, struct jw *w, int64_t *version, struct fail *f)
{
    struct duty_show *s = ARENA_NEW(tx_arena(tx), struct duty_show);
    struct duty_row d;
    if (s == NULL)
        return duty_over(f);
    enum rc rc = duty_get(tx, id, &d, f);
    if (rc == RC_OK)
        rc = duty_show_begin(tx, lang, s, f);
    if (rc != RC_OK)
        return rc;
    *version = d.version;
    jw_object(w);
    rc = members(s, &d, w, f);
    if (rc == RC_OK)
        rc = turn_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = may_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = flags_json(tx, &d, w, f);
    if (rc == RC_OK)
        rc = clocks_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = sources_json(tx, &d, w, f);
    if (rc == RC_OK)
        rc = files_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = reports_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = urges_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = slips_json(s, &d, w, f);
    if (rc == RC_OK)
        rc = parts_json(s, &d, w, f);
    jw_object_end(w);
    return rc;
}
