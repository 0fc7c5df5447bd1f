/*
 * case_flow.c - what happens to a case after it came in. Steps are the duty's; the listener keeps the case in step with it, refuses what the engine alone can
 * know (a holder that the report is against, a closing without its picture, a transfer past the other city's office), and counts.
 */
#include <string.h>

#include "cases/cases_int.h"

/* ---- the listener ------------------------------------------------------------------------------------------------------------------------ */

static enum rc get_any(struct tx *tx, int64_t id, struct case_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_case_by_id, DB_ARGS(DB_I(0), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    case_of(&rows, out);
    return rows_end(&rows);
}

static enum rc check_holder(struct tx *tx, const struct case_row *c, const struct duty_change *change, struct fail *f)
{
    struct unit unit;
    bool against = false;
    enum rc rc = RC_OK;
    if (c->about_unit_id != 0)
        rc = case_is_below(tx, change->after->holder_id, c->about_unit_id, &against, f);
    if (rc == RC_OK && against)
        return fail_set(f, RC_FORBIDDEN, MSG_case_against_holder, "unit_id", NULL);
    if (rc != RC_OK || !change->after->crosses_border)
        return rc;
    rc = unit_get(tx, change->after->holder_id, SPAN(""), &unit, f);
    if (rc == RC_OK && !span_is(unit.kind, "city_office") && !span_is(unit.kind, "coordination"))
        return fail_span(f, RC_INVALID, MSG_case_border_office, "unit_id", unit.name);
    return rc;
}

struct pictures {
    int64_t since_us;
    int n;
};

static bool count_picture(const struct file_row *file, void *ctx)
{
    struct pictures *p = ctx;
    p->n += span_starts(file->media_type, SPAN("image/")) && file->uploaded_at_us > p->since_us;
    return true;
}

/* A picture of this time: one that came after the last feedback. */
static enum rc check_closing(struct tx *tx, const struct case_row *c, const struct case_type *type,
                             const struct duty_change *change, struct fail *f)
{
    struct pictures p = {.since_us = c->done_at_us};
    if (type == NULL || !type->closing_photo || !span_is(type->closing_verb, change->verb))
        return RC_OK;
    enum rc rc = org_file_list(tx, change->after->region_code, "duty", change->after->id, count_picture, &p, f);
    return rc == RC_OK && p.n == 0 ? fail_set(f, RC_INVALID, MSG_case_photo_missing, "file_ids", NULL) : rc;
}

static bool has_verb(const struct span *words, int n, const char *verb)
{
    for (int i = 0; i < n; i++)
        if (span_is(words[i], verb))
            return true;
    return false;
}

static void take_over(const struct case_catalogue *k, const struct duty_change *change, int64_t now, struct case_row *c)
{
    const struct duty_row *d = change->after;
    const enum case_mark mark = case_mark_of(k, d->state);
    const int64_t former = c->handler_id;
    c->state = d->state;
    if (mark != CASE_MARKS)
        c->mark = span_of(case_mark_word(mark));
    /* What waits to be dispatched lies with the intake, whoever sent it back. */
    c->handler_id = mark == CASE_RECEIVED || mark == CASE_FILED ? c->intake_id : d->holder_id;
    c->overdue = d->overdue_count;
    c->returns = d->returns;
    c->reworks += has_verb(k->rework.words, k->rework.n, change->verb);
    c->disputes += has_verb(k->dispute.words, k->dispute.n, change->verb);
    c->crossings += d->crosses_border && mark == CASE_DISPATCHED && c->handler_id != former;
    if (c->filed_at_us == 0 && mark >= CASE_FILED && mark <= CASE_CLOSED)
        c->filed_at_us = now;
    if (c->dispatched_at_us == 0 && mark >= CASE_DISPATCHED && mark <= CASE_CLOSED)
        c->dispatched_at_us = now;
    if (mark == CASE_DONE && !span_eq(change->before->state, d->state) &&
        case_mark_of(k, change->before->state) != CASE_DONE)
        c->done_at_us = now;
    c->closed_at_us = d->final ? now : 0;
    c->expected_at_us = mark == CASE_DISPATCHED || mark == CASE_HANDLING ? d->clock_due_us : 0;
    c->due_at_us = c->expected_at_us != 0 ? c->expected_at_us : c->due_at_us;
}

static enum rc note_change(struct tx *tx, const struct duty_change *change, int64_t former, const struct case_row *c,
                           struct fail *f)
{
    struct case_journal j;
    case_journal_begin(&j);
    jw_ktext(&j.w, "from", change->before->state);
    jw_ktext(&j.w, "to", c->state);
    jw_kid(&j.w, "handler_id", c->handler_id);
    if (former != c->handler_id)
        jw_kid(&j.w, "former_id", former);
    jw_kint(&j.w, "returns", c->returns);
    jw_kint(&j.w, "overdue", c->overdue);
    return case_journal_end(tx, &j, c, change->verb, f);
}

enum rc cases_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    struct case_row c;
    struct case_catalogue *k = NULL;
    /* The duty is opened before its case is written; parts are the holder's own affair; a source may be somebody else's duty. */
    if (change->before == NULL || change->after->parent_id != 0 || !span_is(change->after->subject_kind, "case") ||
        change->after->subject_id != change->subject_id)
        return RC_OK;
    enum rc rc = get_any(tx, change->subject_id, &c, f);
    if (rc == RC_OK && c.duty_id != change->after->id)
        return RC_OK;
    if (rc == RC_OK)
        rc = case_catalogue_of(tx, &c, &k, f);
    if (rc != RC_OK)
        return rc;
    const int64_t former = c.handler_id;
    if (change->before->holder_id != change->after->holder_id)
        rc = check_holder(tx, &c, change, f);
    if (rc == RC_OK)
        rc = check_closing(tx, &c, case_type_find(k, c.type), change, f);
    if (rc != RC_OK)
        return rc;
    take_over(k, change, tx_now_us(tx), &c);
    rc = case_save(tx, &c, f);
    if (rc == RC_OK && former != c.handler_id)
        rc = case_party_add(tx, &c, c.handler_id, "handler", f);
    if (rc == RC_OK && former != c.handler_id)
        rc = org_file_share(tx, c.region_code, "case", c.id, c.handler_id, f);
    return rc == RC_OK ? note_change(tx, change, former, &c, f) : rc;
}

/* ---- steps -------------------------------------------------------------------------------------------------------------------------------- */

enum rc case_step(struct tx *tx, const struct case_step_in *in, struct case_row *out, struct fail *f)
{
    struct case_row c;
    struct duty_row d;
    struct duty_step_in step = in->step;
    enum rc rc = case_get(tx, in->id, &c, f);
    if (rc == RC_OK && in->version != 0 && in->version != c.version)
        rc = fail_set(f, RC_STALE, MSG_case_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    step.id = c.duty_id;
    step.version = 0;
    if (span_is(step.verb, "split"))
        rc = duty_split(tx, &step, &d, f);
    else
        rc = duty_step(tx, &step, &d, f);
    return rc == RC_OK ? get_any(tx, in->id, out, f) : rc;
}

/* The case of who has number and code; a wrong code is answered as a number that is not there. */
static enum rc of_reporter(struct tx *tx, struct span number, struct span code, struct case_row *out, struct fail *f)
{
    char secret[CASE_CODE_CHARS + 1];
    enum rc rc = case_by_number(tx, number, out, f);
    if (rc == RC_OK)
        rc = case_secret(tx, out->id, secret, f);
    if (rc == RC_OK && !case_code_is(secret, code))
        rc = fail_set(f, RC_MISSING, MSG_case_code_wrong, NULL, NULL);
    else if (rc == RC_MISSING)
        rc = fail_set(f, RC_MISSING, MSG_case_code_wrong, NULL, NULL);
    return rc;
}

static enum rc add_note(struct tx *tx, const struct case_row *c, struct span audience, struct span text,
                        bool by_reporter, struct fail *f)
{
    return db_exec(tx, SQL_case_note_add,
                   DB_ARGS(DB_S(c->region_code), DB_I(tx_new_id(tx)), DB_I(c->id), DB_T(audience), DB_T(text),
                           DB_I(by_reporter), DB_I(by_reporter ? 0 : tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc attach_more(struct tx *tx, const struct case_public_in *in, const struct case_row *c, struct fail *f)
{
    const int64_t units[2] = {c->intake_id, c->handler_id};
    enum rc rc = in->n_files > CASE_PHOTOS_MAX ? fail_set(f, RC_INVALID, MSG_case_photos_many, "photos", NULL) : RC_OK;
    for (int i = 0; rc == RC_OK && i < in->n_files; i++)
        rc = org_file_attach(tx,
                             &(struct file_attach_in){.file_id = in->file_ids[i],
                                                      .region_code = c->region_code,
                                                      .subject_kind = "case",
                                                      .subject_id = c->id,
                                                      .unit_ids = units,
                                                      .n_units = 2},
                             f);
    return rc;
}

static enum rc remember(struct tx *tx, const struct case_public_in *in, struct case_row *c, struct fail *f)
{
    struct case_journal j;
    enum rc rc = in->text.len > 0 ? add_note(tx, c, SPAN("reporter"), in->text, true, f) : RC_OK;
    if (rc == RC_OK)
        rc = attach_more(tx, in, c, f);
    if (rc != RC_OK || (in->satisfaction == 0 && in->text.len == 0 && in->n_files == 0))
        return rc;
    c->satisfaction = in->satisfaction != 0 ? in->satisfaction : c->satisfaction;
    c->photos += in->n_files;
    rc = case_save(tx, c, f);
    case_journal_begin(&j);
    jw_kbool(&j.w, "by_reporter", true);
    jw_kint(&j.w, "satisfaction", c->satisfaction);
    jw_kint(&j.w, "photos", in->n_files);
    if (rc == RC_OK)
        return case_journal_end(tx, &j, c, "hear_reporter", f);
    sb_release(&j.sb);
    return rc;
}

enum rc case_reporter_step(struct tx *tx, const struct case_public_in *in, struct case_row *out, struct fail *f)
{
    struct case_row c;
    struct duty_row d;
    enum rc rc = of_reporter(tx, in->number, in->code, &c, f);
    if (rc == RC_OK && in->satisfaction != 0 && (in->satisfaction < 1 || in->satisfaction > 5))
        rc = fail_set(f, RC_INVALID, MSG_case_satisfaction, "satisfaction", NULL);
    if (rc == RC_OK && in->satisfaction != 0 && !span_is(c.mark, "done") && !span_is(c.mark, "closed"))
        rc = fail_set(f, RC_CONFLICT, MSG_case_not_done, "satisfaction", NULL);
    if (rc == RC_OK)
        rc = remember(tx, in, &c, f);
    if (rc == RC_OK && in->verb.len > 0)
        rc = duty_step(tx,
                       &(struct duty_step_in){
                           .id = c.duty_id, .verb = in->verb, .part = SPAN("subject"), .text = in->text, .percent = -1},
                       &d, f);
    return rc == RC_OK ? get_any(tx, c.id, out, f) : rc;
}

/* ---- other acts of the desks ------------------------------------------------------------------------------------------------------------------ */

/* The case, and that the actor holds the right on the intake's side (or the handler's when that is enough). */
static enum rc for_desk(struct tx *tx, int64_t id, int64_t version, enum org_right right, struct case_row *c,
                        struct fail *f)
{
    enum rc rc = case_get(tx, id, c, f);
    if (rc == RC_OK && version != 0 && version != c->version)
        rc = fail_set(f, RC_STALE, MSG_case_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    rc = org_require(tx, right, c->intake_id, f);
    return rc == RC_MISSING ? fail_set(f, RC_FORBIDDEN, MSG_case_intake_only, NULL, NULL) : rc;
}

static enum rc check_text(struct span text, const char *field, struct fail *f)
{
    if (span_trim(text).len == 0)
        return fail_set(f, RC_INVALID, MSG_case_text_missing, field, NULL);
    return text.len > DUTY_TEXT_BYTES_MAX ? fail_set(f, RC_INVALID, MSG_case_text_long, field, NULL) : RC_OK;
}

enum rc case_note_add(struct tx *tx, const struct case_note_in *in, struct case_row *out, struct fail *f)
{
    struct case_journal j;
    bool may = false;
    if (!span_is(in->audience, "internal") && !span_is(in->audience, "reporter") && !span_is(in->audience, "public"))
        return fail_span(f, RC_INVALID, MSG_case_word_invalid, "audience", in->audience);
    enum rc rc = check_text(in->text, "text", f);
    if (rc == RC_OK)
        rc = case_get(tx, in->id, out, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_REPORT, out->handler_id, &may, f);
    if (rc == RC_OK && !may)
        rc = org_require(tx, RIGHT_REVIEW, out->intake_id, f);
    if (rc == RC_OK)
        rc = add_note(tx, out, in->audience, in->text, false, f);
    if (rc == RC_OK)
        rc = case_save(tx, out, f);
    if (rc != RC_OK)
        return rc;
    case_journal_begin(&j);
    jw_ktext(&j.w, "audience", in->audience);
    return case_journal_end(tx, &j, out, "note", f);
}

enum rc case_release(struct tx *tx, const struct case_release_in *in, struct case_row *out, struct fail *f)
{
    struct case_catalogue *k = NULL;
    struct case_journal j;
    enum rc rc = for_desk(tx, in->id, in->version, RIGHT_PUBLISH, out, f);
    if (rc == RC_OK)
        rc = case_catalogue_of(tx, out, &k, f);
    if (rc != RC_OK)
        return rc;
    const struct case_type *type = case_type_find(k, out->type);
    if (in->is_public && (type == NULL || !type->is_public))
        return fail_set(f, RC_CONFLICT, MSG_case_never_public, "public", NULL);
    if (in->public_text.ptr != NULL) {
        rc = check_text(in->public_text, "public_text", f);
        out->public_text = in->public_text;
    }
    out->is_public = in->is_public;
    if (rc == RC_OK)
        rc = case_save(tx, out, f);
    if (rc != RC_OK)
        return rc;
    case_journal_begin(&j);
    jw_kbool(&j.w, "public", in->is_public);
    jw_kbool(&j.w, "words_changed", in->public_text.ptr != NULL);
    return case_journal_end(tx, &j, out, "release", f);
}

static enum rc opened(struct tx *tx, const struct case_row *c, struct rows *rows, int col, struct span *out,
                      struct fail *f)
{
    *out = SPAN_NONE;
    if (rows_is_null(rows, col))
        return RC_OK;
    return seal_get(tx, c->region_code, "case", c->id, rows_blob(rows, col), out, f);
}

enum rc case_contact_open(struct tx *tx, const struct case_contact_in *in, struct case_contact *out, struct fail *f)
{
    struct case_row c;
    struct rows rows;
    struct case_journal j;
    enum rc rc = check_text(in->purpose, "purpose", f);
    if (rc == RC_OK)
        rc = for_desk(tx, in->id, 0, RIGHT_ASSIGN, &c, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_case_reporter_of, DB_ARGS(DB_S(c.region_code), DB_I(c.id)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_MISSING, MSG_case_no_contact, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    rc = opened(tx, &c, &rows, 0, &out->name, f);
    if (rc == RC_OK)
        rc = opened(tx, &c, &rows, 1, &out->telephone, f);
    if (rc == RC_OK)
        rc = opened(tx, &c, &rows, 2, &out->email, f);
    const enum rc end = rows_end(&rows);
    if (rc != RC_OK || end != RC_OK)
        return rc != RC_OK ? rc : end;
    case_journal_begin(&j);
    jw_ktext(&j.w, "purpose", in->purpose);
    return case_journal_end(tx, &j, &c, "open_contact", f);
}

enum rc case_merge(struct tx *tx, const struct case_merge_in *in, struct case_row *out, struct fail *f)
{
    struct case_row c, into;
    struct duty_row d;
    struct case_journal j;
    enum rc rc = for_desk(tx, in->id, in->version, RIGHT_ASSIGN, &c, f);
    if (rc == RC_OK)
        rc = for_desk(tx, in->into_id, 0, RIGHT_ASSIGN, &into, f);
    if (rc != RC_OK)
        return rc;
    if (c.id == into.id || into.merged_into_id != 0 || !span_eq(c.pack, into.pack))
        return fail_set(f, RC_CONFLICT, MSG_case_merge_into, "into_id", NULL);
    rc = duty_step(
        tx, &(struct duty_step_in){.id = c.duty_id, .verb = SPAN("merge"), .reason = in->reason, .percent = -1}, &d, f);
    if (rc == RC_OK)
        rc = get_any(tx, c.id, out, f);
    if (rc != RC_OK)
        return rc;
    out->merged_into_id = into.id;
    into.me_too += 1 + c.me_too;
    rc = case_save(tx, out, f);
    if (rc == RC_OK)
        rc = case_save(tx, &into, f);
    if (rc != RC_OK)
        return rc;
    case_journal_begin(&j);
    jw_kid(&j.w, "into_id", into.id);
    rc = case_journal_end(tx, &j, out, "merged", f);
    if (rc != RC_OK)
        return rc;
    case_journal_begin(&j);
    jw_kid(&j.w, "from_id", out->id);
    jw_kint(&j.w, "me_too", into.me_too);
    return case_journal_end(tx, &j, &into, "joined", f);
}

enum rc case_me_too(struct tx *tx, struct span number, struct case_row *out, struct fail *f)
{
    struct case_journal j;
    enum rc rc = case_by_number(tx, number, out, f);
    if (rc == RC_OK && !out->is_public)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK && out->closed_at_us != 0)
        rc = fail_set(f, RC_CONFLICT, MSG_case_closed, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    out->me_too++;
    rc = case_save(tx, out, f);
    if (rc != RC_OK)
        return rc;
    case_journal_begin(&j);
    jw_kint(&j.w, "me_too", out->me_too);
    return case_journal_end(tx, &j, out, "me_too", f);
}

enum rc case_retype(struct tx *tx, const struct case_type_in *in, struct case_row *out, struct fail *f)
{
    struct case_catalogue *k = NULL;
    struct case_journal j;
    enum rc rc = check_text(in->reason, "reason", f);
    if (rc == RC_OK)
        rc = for_desk(tx, in->id, in->version, RIGHT_ASSIGN, out, f);
    if (rc == RC_OK)
        rc = case_catalogue_of(tx, out, &k, f);
    if (rc != RC_OK)
        return rc;
    const struct case_type *type = case_type_find(k, in->type);
    if (type == NULL)
        return fail_span(f, RC_INVALID, MSG_case_type_unknown, "type", in->type);
    if (type->about_unit != (out->about_unit_id != 0))
        return fail_set(f, RC_CONFLICT, MSG_case_type_other, "type", NULL);
    if (out->closed_at_us != 0)
        return fail_set(f, RC_CONFLICT, MSG_case_closed, "type", NULL);
    case_journal_begin(&j);
    jw_ktext(&j.w, "from", out->type);
    jw_ktext(&j.w, "to", type->word);
    jw_ktext(&j.w, "reason", in->reason);
    out->type = type->word;
    out->is_public = out->is_public && type->is_public;
    rc = case_save(tx, out, f);
    if (rc == RC_OK)
        return case_journal_end(tx, &j, out, "retype", f);
    sb_release(&j.sb);
    return rc;
}
