/* meet_resolve.c - what a session decided, and how it becomes duties: commands. */
#include <string.h>

#include "govern/meet_int.h"

/* ---- deciding ---------------------------------------------------------------------------------------------------------------------------- */

/* Whether the session may decide at all: it was held and enough of those who vote were there. */
static enum rc check_quorum(struct tx *tx, const struct meet_body *b, const struct meet_session *s,
                            struct meet_resolution *r, struct fail *f)
{
    struct meet_attendee *a = NULL;
    int n = 0, voting = 0, present = 0;
    char has[16], needs[16];
    if (s->state != MEET_HELD) {
        (void)fail_set(f, RC_CONFLICT, MSG_meet_not_held, NULL, NULL);
        fail_arg_both(f, 0, span_of(meet_state_name(s->state, LANG_ZH)), span_of(meet_state_name(s->state, LANG_EN)));
        return RC_CONFLICT;
    }
    const enum rc rc = meet_attendees(tx, s, &a, &n, f);
    if (rc != RC_OK)
        return rc;
    meet_count(a, n, &voting, &present);
    r->voting = voting;
    r->present = present;
    const int needed = meet_quorum(voting, b->quorum_percent);
    (void)snprintf(has, sizeof has, "%d", present);
    (void)snprintf(needs, sizeof needs, "%d", needed);
    return present < needed ? fail_set(f, RC_CONFLICT, MSG_meet_no_quorum, "attendance", has, needs, NULL) : RC_OK;
}

/* An advice is taken up by the body's office or not, with the reason. */
static enum rc take_advice(const struct meet_resolve_in *in, struct meet_resolution *r, struct fail *f)
{
    if (span_trim(in->proposer).len == 0 || in->proposer.len > MEET_NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_proposer_missing, "proposer", NULL);
    if (!in->taken && span_trim(in->reason).len == 0)
        return fail_set(f, RC_INVALID, MSG_meet_needs_reason, "reason", NULL);
    r->how = SPAN("office");
    r->proposer = in->proposer;
    r->reason = in->taken ? SPAN("") : in->reason;
    r->outcome = in->taken ? SPAN("adopted") : SPAN("rejected");
    return RC_OK;
}

static enum rc count_votes(const struct meet_body *b, const struct meet_resolve_in *in, struct meet_resolution *r,
                           struct fail *f)
{
    static const char *const ways[] = {"consensus", "vote", NULL};
    const bool by_rule = span_is(b->rule, "consensus");
    char present[16];
    r->how = in->how.len > 0 ? in->how : by_rule ? SPAN("consensus") : SPAN("vote");
    if (!meet_one_of(r->how, ways))
        return fail_span(f, RC_INVALID, MSG_meet_word_invalid, "how", r->how);
    if (span_is(r->how, "consensus")) {
        r->votes_for = r->present;
        r->outcome = SPAN("adopted");
        return RC_OK;
    }
    if (by_rule)
        return fail_set(f, RC_CONFLICT, MSG_meet_rule_consensus, "how", NULL);
    if (in->votes_for < 0 || in->votes_against < 0 || in->abstained < 0 ||
        in->votes_for + in->votes_against + in->abstained != r->present) {
        (void)snprintf(present, sizeof present, "%d", (int)r->present);
        return fail_set(f, RC_INVALID, MSG_meet_votes_wrong, "votes_for", present, NULL);
    }
    r->votes_for = in->votes_for;
    r->votes_against = in->votes_against;
    r->abstained = in->abstained;
    const struct meet_votes v = {r->votes_for, r->votes_against, r->abstained, (int)r->present};
    r->outcome = meet_adopted(b->rule, &v) ? SPAN("adopted") : SPAN("rejected");
    return RC_OK;
}

static enum rc check_item_of(struct tx *tx, const struct meet_session *s, int64_t item_id, struct fail *f)
{
    struct meet_item *items = NULL;
    int n = 0;
    if (item_id == 0)
        return RC_OK;
    const enum rc rc = meet_items(tx, s, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (items[i].id == item_id)
            return RC_OK;
    return rc == RC_OK ? fail_set(f, RC_INVALID, MSG_meet_item_unknown, "item_id", NULL) : rc;
}

static enum rc insert_resolution(struct tx *tx, const struct meet_resolution *r, struct fail *f)
{
    return db_exec(tx, SQL_meet_resolution_insert,
                   DB_ARGS(DB_S(r->region_code), DB_I(r->id), DB_I(r->body_id), DB_I(r->session_id),
                           DB_I_OR_NULL(r->item_id), DB_T(r->number), DB_I(r->ordinal), DB_T(r->kind), DB_T(r->text),
                           DB_T(span_or_empty(r->proposer)), DB_T(r->how), DB_I(r->votes_for), DB_I(r->votes_against),
                           DB_I(r->abstained), DB_I(r->present), DB_I(r->voting), DB_T(r->outcome),
                           DB_T(span_or_empty(r->reason)), DB_I_OR_NULL(r->outline_id), DB_I(r->carry_out),
                           DB_I(r->decided_at_us)),
                   NULL, f);
}

/* An outline that was adopted goes to the cities of those that sit here for signature. */
static enum rc hand_outline(struct tx *tx, const struct meet_body *b, const struct meet_resolution *r, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0, n_units = 0;
    if (r->outline_id == 0 || !span_is(r->outcome, "adopted"))
        return RC_OK;
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    int64_t *units = rc == RC_OK ? ARENA_ARRAY(tx_arena(tx), (size_t)n + 1, int64_t) : NULL;
    if (rc == RC_OK && units == NULL)
        rc = meet_over(f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (members[i].now && members[i].voting)
            units[n_units++] = members[i].unit_id;
    return rc == RC_OK ? meet_outlines.adopted(tx, r->outline_id, units, n_units, f) : rc;
}

static enum rc fill(struct tx *tx, const struct meet_resolve_in *in, const struct meet_body *b,
                    const struct meet_session *s, struct meet_resolution *r, struct fail *f)
{
    static const char *const kinds[] = {"resolution", "advice", NULL};
    struct meet_resolution *all = NULL;
    struct span title;
    int n = 0;
    r->kind = in->kind.len > 0 ? in->kind : SPAN("resolution");
    if (!meet_one_of(r->kind, kinds))
        return fail_span(f, RC_INVALID, MSG_meet_word_invalid, "kind", r->kind);
    if (span_trim(in->text).len == 0 || in->text.len > DUTY_TEXT_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_text_invalid, "text", NULL);
    enum rc rc = check_quorum(tx, b, s, r, f);
    if (rc == RC_OK)
        rc = span_is(r->kind, "advice") ? take_advice(in, r, f) : count_votes(b, in, r, f);
    if (rc == RC_OK)
        rc = check_item_of(tx, s, in->item_id, f);
    if (rc == RC_OK && in->outline_id != 0) {
        rc = meet_outlines.title(tx, in->outline_id, &title, f);
        if (rc == RC_MISSING)
            rc = fail_set(f, RC_INVALID, MSG_meet_outline_unknown, "outline_id", NULL);
    }
    if (rc == RC_OK)
        rc = meet_resolutions(tx, s, false, &all, &n, f);
    if (rc == RC_OK && n >= MEET_ITEMS_MAX)
        rc = fail_set(f, RC_INVALID, MSG_meet_too_many, "resolutions", "100", NULL);
    r->ordinal = n + 1;
    r->text = in->text;
    return rc == RC_OK ? store_number(tx, "JY", s->region_code, &r->number, f) : rc;
}

enum rc meet_resolve(struct tx *tx, const struct meet_resolve_in *in, int64_t *id, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_note note;
    struct meet_resolution r = {.id = 0};
    int64_t acting = 0;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK)
        rc = fill(tx, in, &b, &s, &r, f);
    if (rc != RC_OK)
        return rc;
    memcpy(r.region_code, s.region_code, sizeof r.region_code);
    *id = r.id = tx_new_id(tx);
    r.body_id = b.id;
    r.session_id = s.id;
    r.item_id = in->item_id;
    r.outline_id = in->outline_id;
    r.carry_out = in->carry_out && span_is(r.outcome, "adopted");
    r.decided_at_us = tx_now_us(tx);
    rc = insert_resolution(tx, &r, f);
    if (rc == RC_OK)
        rc = search_put(tx, r.region_code, "resolution", r.id, r.text, f);
    if (rc == RC_OK)
        rc = hand_outline(tx, &b, &r, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kid(&note.w, "resolution_id", r.id);
    jw_ktext(&note.w, "number", r.number);
    jw_ktext(&note.w, "how", r.how);
    jw_ktext(&note.w, "outcome", r.outcome);
    jw_kint(&note.w, "present", r.present);
    jw_kint(&note.w, "for", r.votes_for);
    jw_kint(&note.w, "against", r.votes_against);
    jw_kint(&note.w, "abstained", r.abstained);
    return meet_session_done(tx, &s, &note, "resolve", f);
}

/* ---- duties ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc resolution_get(struct tx *tx, int64_t id, struct meet_resolution *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_meet_resolution_by_id, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    meet_resolution_of(&rows, out);
    return rows_end(&rows);
}

/* The first line of the resolution's words, as a duty's title. */
static struct span title_of(const struct meet_charge_in *in, const struct meet_resolution *r)
{
    struct span rest = r->text;
    struct span title = in->title.len > 0 ? in->title : span_split(&rest, '\n');
    if (title.len > DUTY_TITLE_BYTES_MAX)
        title.len = DUTY_TITLE_BYTES_MAX;
    while (title.len > 0 && title.len == DUTY_TITLE_BYTES_MAX && ((unsigned char)title.ptr[title.len] & 0xc0) == 0x80)
        title.len--;
    return title;
}

struct charge { /* what all duties of a resolution share */
    const struct meet_session *s;
    const struct meet_resolution *r;
    struct span title, due_on, words;
    int64_t assigner_id;
};

static enum rc open_one(struct tx *tx, const struct charge *c, int64_t unit_id, int64_t ordinal, struct fail *f)
{
    struct duty_row d;
    const struct duty_source source = {SPAN("resolution"), c->r->id, c->words, c->assigner_id};
    enum rc rc = duty_open(tx,
                           &(struct duty_open_in){.subject_kind = SPAN("resolution"),
                                                  .subject_id = c->r->id,
                                                  .title = c->title,
                                                  .holder_id = unit_id,
                                                  .assigner_id = c->assigner_id,
                                                  .ordinal = ordinal,
                                                  .part = ordinal == 0 ? SPAN("lead") : SPAN("supporting"),
                                                  .due_on = c->due_on,
                                                  .sources = &source,
                                                  .n_sources = 1},
                           &d, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_meet_session_party_add,
                     DB_ARGS(DB_S(c->s->region_code), DB_I(c->s->id), DB_I(unit_id), DB_S("charged")), NULL, f);
    return rc;
}

static enum rc check_charge(const struct meet_charge_in *in, const struct meet_resolution *r,
                            const struct meet_session *s, struct fail *f)
{
    if (!span_is(r->outcome, "adopted"))
        return fail_set(f, RC_CONFLICT, MSG_meet_not_adopted, NULL, NULL);
    if (s->state == MEET_CANCELLED)
        return fail_set(f, RC_CONFLICT, MSG_meet_not_adopted, NULL, NULL);
    if (in->lead_id == 0)
        return fail_set(f, RC_INVALID, MSG_meet_lead_missing, "lead_id", NULL);
    if (in->n_supporting >= MEET_DUTIES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_too_many, "supporting", "39", NULL);
    for (int i = 0; i < in->n_supporting; i++) {
        bool twice = in->supporting[i] == in->lead_id;
        for (int k = 0; k < i; k++)
            twice = twice || in->supporting[k] == in->supporting[i];
        if (twice)
            return fail_set(f, RC_INVALID, MSG_meet_unit_twice, "supporting", NULL);
    }
    return RC_OK;
}

static enum rc open_all(struct tx *tx, const struct meet_charge_in *in, const struct charge *c, struct fail *f)
{
    int64_t open = 0;
    enum rc rc = open_one(tx, c, in->lead_id, 0, f);
    for (int i = 0; rc == RC_OK && i < in->n_supporting; i++)
        rc = open_one(tx, c, in->supporting[i], i + 1, f);
    if (rc == RC_OK)
        rc = duty_count_open(tx, SPAN("resolution"), c->r->id, &open, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_meet_resolution_duties,
                         DB_ARGS(DB_S(c->r->region_code), DB_I(c->r->id), DB_I(1 + in->n_supporting), DB_I(open)), NULL,
                         f)
               : rc;
}

enum rc meet_charge(struct tx *tx, const struct meet_charge_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_resolution r;
    struct meet_note note;
    int64_t acting = 0;
    enum rc rc = resolution_get(tx, in->resolution_id, &r, f);
    if (rc == RC_OK)
        rc = meet_session_get(tx, r.session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK)
        rc = check_charge(in, &r, &s, f);
    if (rc != RC_OK)
        return rc;
    struct sb words;
    sb_init(&words, DUTY_TITLE_BYTES_MAX * 2);
    sb_add(&words, s.title);
    sb_addf(&words, " %.*s", SPAN_ARG(r.number));
    rc = open_all(tx, in, &(struct charge){&s, &r, title_of(in, &r), in->due_on, sb_span(&words), acting}, f);
    sb_release(&words);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kid(&note.w, "resolution_id", r.id);
    jw_kid(&note.w, "lead_id", in->lead_id);
    jw_kint(&note.w, "supporting", in->n_supporting);
    jw_ktext_or_null(&note.w, "due_on", in->due_on.len > 0 ? in->due_on : SPAN_NONE);
    return meet_session_done(tx, &s, &note, "charge", f);
}

enum rc meet_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    struct meet_resolution r;
    int64_t open = 0;
    if (change->before != NULL && change->before->final == change->after->final)
        return RC_OK;
    enum rc rc = resolution_get(tx, change->subject_id, &r, f);
    if (rc == RC_MISSING)
        return RC_OK; /* the words of a source, not one of ours */
    if (rc == RC_OK)
        rc = duty_count_open(tx, SPAN("resolution"), r.id, &open, f);
    return rc == RC_OK ? db_exec(tx, SQL_meet_resolution_duties,
                                 DB_ARGS(DB_S(r.region_code), DB_I(r.id), DB_I(0), DB_I(open)), NULL, f)
                       : rc;
}
