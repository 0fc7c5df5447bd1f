/* duty_recur.c - duties that come again. The timer of a recurrence makes the instance of its day and sets itself for the next one. */
#include <string.h>

#include "duty/duty_int.h"

struct recur {
    char region_code[7];
    int64_t id, subject_id, holder_id, assigner_id, due_days, made;
    struct span title, machine, subject_kind, every, next_on, until_on;
    bool active;
};

static enum rc get_recur(struct tx *tx, int64_t id, struct recur *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_recurrence_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct recur){.id = rows_int(&rows, 1)};
    const struct span region = rows_text(&rows, 0);
    memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
    out->title = rows_text_dup(&rows, 2);
    out->machine = rows_text_dup(&rows, 3);
    out->subject_kind = rows_text_dup(&rows, 4);
    out->subject_id = rows_int(&rows, 5);
    out->holder_id = rows_int(&rows, 6);
    out->assigner_id = rows_int(&rows, 7);
    out->every = rows_text_dup(&rows, 8);
    out->due_days = rows_int(&rows, 9);
    out->next_on = rows_text_dup(&rows, 10);
    out->until_on = rows_text_dup(&rows, 11);
    out->made = rows_int(&rows, 12);
    out->active = rows_int(&rows, 13) != 0;
    return rows_end(&rows);
}

static enum rc note(struct tx *tx, const char *region, int64_t id, const char *verb, struct span text, struct fail *f)
{
    struct sb sb;
    struct jw w;
    sb_init(&sb, 1u << 16);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_ktext(&w, "text", text);
    jw_object_end(&w);
    enum rc rc =
        journal_append(tx, &(struct journal_entry){region, "duty_recurrence", id, verb, sb_span(&sb)}, NULL, f);
    sb_release(&sb);
    return rc;
}

static enum rc arm(struct tx *tx, const char *region, int64_t id, struct span on, struct fail *f)
{
    return timer_set(tx, region, DUTY_TIMER_RECUR, id, date_start_us(date_from_days(duty_day_of(on))), SPAN(""), f);
}

static enum rc check(const struct duty_recur_in *in, struct fail *f)
{
    if (in->title.len == 0 || in->title.len > DUTY_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_duty_title_invalid, "title", NULL);
    if (!span_is(in->every, "week") && !span_is(in->every, "month") && !span_is(in->every, "quarter") &&
        !span_is(in->every, "year"))
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "every", in->every);
    if (duty_day_of(in->from_on) == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "from_on", in->from_on);
    if (in->until_on.len > 0 && (duty_day_of(in->until_on) == INT32_MIN || span_cmp(in->until_on, in->from_on) < 0))
        return fail_span(f, RC_INVALID, MSG_duty_day_invalid, "until_on", in->until_on);
    if (in->due_days < 0 || in->due_days > 400)
        return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "due_days", "", NULL);
    return RC_OK;
}

static enum rc parties(struct tx *tx, const char *region, int64_t id, const struct duty_recur_in *in, struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_duty_recurrence_party_add,
                         DB_ARGS(DB_S(region), DB_I(id), DB_I(in->holder_id), DB_S("holder")), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_recurrence_party_add,
                     DB_ARGS(DB_S(region), DB_I(id), DB_I(in->assigner_id), DB_S("assigner")), NULL, f);
    return rc;
}

enum rc duty_recur(struct tx *tx, const struct duty_recur_in *in, int64_t *id, struct fail *f)
{
    struct unit holder, assigner;
    const struct duty_machine *m = NULL;
    struct span hash;
    const struct span machine = in->machine.len > 0 ? in->machine : SPAN("action");
    enum rc rc = org_require(tx, RIGHT_ASSIGN, in->assigner_id, f);
    if (rc != RC_OK)
        return rc;
    rc = check(in, f);
    if (rc == RC_OK)
        rc = unit_get(tx, in->assigner_id, SPAN(""), &assigner, f);
    if (rc == RC_OK)
        rc = unit_get(tx, in->holder_id, SPAN(""), &holder, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_duty_unit_unknown, "holder_id", NULL);
    if (rc == RC_OK)
        rc = duty_machine_current(tx, machine, &m, &hash, f);
    if (rc != RC_OK)
        return rc;
    *id = tx_new_id(tx);
    rc = db_exec(tx, SQL_duty_recurrence_insert,
                 DB_ARGS(DB_S(assigner.region_code), DB_I(*id), DB_T(in->title), DB_T(machine),
                         DB_T(in->subject_kind.len > 0 ? in->subject_kind : SPAN("recurrence")), DB_I(in->subject_id),
                         DB_I(in->holder_id), DB_I(in->assigner_id), DB_T(in->every), DB_I(in->due_days),
                         DB_T(in->from_on), DB_T(in->until_on.len > 0 ? in->until_on : SPAN_NONE)),
                 NULL, f);
    if (rc == RC_OK)
        rc = parties(tx, assigner.region_code, *id, in, f);
    if (rc == RC_OK)
        rc = arm(tx, assigner.region_code, *id, in->from_on, f);
    return rc == RC_OK ? note(tx, assigner.region_code, *id, "create", in->title, f) : rc;
}

enum rc duty_recur_stop(struct tx *tx, int64_t id, struct fail *f)
{
    struct recur r;
    enum rc rc = get_recur(tx, id, &r, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_ASSIGN, r.assigner_id, f);
    if (rc == RC_OK)
        rc = timer_cancel(tx, r.region_code, DUTY_TIMER_RECUR, id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_recurrence_save,
                     DB_ARGS(DB_S(r.region_code), DB_I(id), DB_T(r.next_on), DB_I(r.made), DB_I(0)), NULL, f);
    return rc == RC_OK ? note(tx, r.region_code, id, "stop", r.title, f) : rc;
}

static int32_t after(struct span every, int32_t day)
{
    const int months = span_is(every, "month") ? 1 : span_is(every, "quarter") ? 3 : 12;
    return span_is(every, "week") ? day + 7 : date_to_days(date_add_months(date_from_days(day), months));
}

static enum rc come_again(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct recur r;
    struct duty_row d;
    (void)payload;
    enum rc rc = get_recur(tx, id, &r, f);
    if (rc != RC_OK || !r.active)
        return rc == RC_MISSING ? RC_OK : rc;
    const int32_t day = duty_day_of(r.next_on), next = after(r.every, day);
    rc = duty_open(tx,
                   &(struct duty_open_in){.machine = r.machine,
                                          .subject_kind = r.subject_kind,
                                          .subject_id = r.subject_id != 0 ? r.subject_id : r.id,
                                          .title = r.title,
                                          .holder_id = r.holder_id,
                                          .assigner_id = r.assigner_id,
                                          .recurrence_id = r.id,
                                          .start_on = r.next_on,
                                          .due_on = duty_day_text(tx_arena(tx), day + (int32_t)r.due_days)},
                   &d, f);
    if (rc != RC_OK)
        return rc;
    const struct span next_on = duty_day_text(tx_arena(tx), next);
    const bool on = r.until_on.len == 0 || span_cmp(next_on, r.until_on) <= 0;
    rc = db_exec(tx, SQL_duty_recurrence_save,
                 DB_ARGS(DB_S(r.region_code), DB_I(id), DB_T(next_on), DB_I(r.made + 1), DB_I(on)), NULL, f);
    if (rc == RC_OK)
        rc = note(tx, r.region_code, id, "instance", d.number, f);
    return rc == RC_OK && on ? arm(tx, r.region_code, id, next_on, f) : rc;
}

void duty_recur_register(struct store *s)
{
    store_timer_kind(s, DUTY_TIMER_RECUR, come_again);
}
