/* meet_session.c - sessions: planning, the steps of their life, attendance, minutes, signatures: commands. */
#include <string.h>

#include "govern/meet_int.h"

/* ---- planning --------------------------------------------------------------------------------------------------------------------------- */

static int32_t day_of_session(struct tx *tx, const struct meet_session *s)
{
    return date_to_days(date_of_us(s->starts_at_us != 0 ? s->starts_at_us : tx_now_us(tx)));
}

/* Who hosts: a member (or the office), whose turn it is, or another one with a reason. */
static enum rc check_host(struct tx *tx, const struct meet_body *b, struct meet_session *s, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    enum rc rc = meet_turn_of(tx, b, s->ordinal, day_of_session(tx, s), &s->turn_id, f);
    if (rc == RC_OK)
        rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    if (rc != RC_OK)
        return rc;
    if (s->host_id == 0)
        s->host_id = s->turn_id != 0 ? s->turn_id : b->unit_id;
    if (s->host_id != b->unit_id && meet_member_find(members, n, s->host_id) == NULL)
        return fail_span(f, RC_INVALID, MSG_meet_not_member, "host_id", meet_unit_name(tx, s->host_id));
    if (s->host_id == s->turn_id || s->turn_id == 0)
        s->host_reason = SPAN("");
    else if (span_trim(s->host_reason).len == 0)
        return fail_span(f, RC_INVALID, MSG_meet_host_out_of_turn, "host_reason", meet_unit_name(tx, s->turn_id));
    return RC_OK;
}

static enum rc check_words(const struct meet_session *s, struct fail *f)
{
    if (span_trim(s->title).len == 0 || s->title.len > MEET_NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_name_invalid, "title", NULL);
    if (s->theme.len > MEET_WORDS_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_words_invalid, "theme", NULL);
    if (s->place.len > MEET_WORDS_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_words_invalid, "place", NULL);
    if (s->host_reason.len > MEET_WORDS_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_words_invalid, "host_reason", NULL);
    if (s->ends_at_us != 0 && (s->starts_at_us == 0 || s->ends_at_us <= s->starts_at_us))
        return fail_set(f, RC_INVALID, MSG_meet_time_order, "ends_at", NULL);
    return RC_OK;
}

static enum rc need_chair(struct tx *tx, const struct meet_body *b, const struct meet_session *s, struct fail *f)
{
    int64_t acting = 0;
    const enum rc rc = meet_may_run(tx, b, s->host_id, &acting, f);
    return rc == RC_OK && acting == 0 ? fail_set(f, RC_FORBIDDEN, MSG_meet_not_chair, NULL, NULL) : rc;
}

static enum rc next_ordinal(struct tx *tx, const struct meet_body *b, int64_t *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_meet_session_last, DB_ARGS(DB_S(b->region_code), DB_I(b->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t last = rows_int(&rows, 0);
    *out = (last > b->past_sessions ? last : b->past_sessions) + 1;
    return rows_end(&rows);
}

static enum rc party_add(struct tx *tx, const struct meet_session *s, int64_t unit_id, const char *part, struct fail *f)
{
    return db_exec(tx, SQL_meet_session_party_add,
                   DB_ARGS(DB_S(s->region_code), DB_I(s->id), DB_I(unit_id), DB_S(part)), NULL, f);
}

static enum rc put_parties(struct tx *tx, const struct meet_body *b, const struct meet_session *s, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    if (rc == RC_OK)
        rc = party_add(tx, s, b->unit_id, "office", f);
    if (rc == RC_OK)
        rc = party_add(tx, s, s->host_id, "host", f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (members[i].now)
            rc = party_add(tx, s, members[i].unit_id, "member", f);
    return rc;
}

static enum rc index_session(struct tx *tx, const struct meet_session *s, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, MEET_NAME_BYTES_MAX + 3 * MEET_WORDS_BYTES_MAX);
    sb_add(&sb, s->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, span_or_empty(s->theme));
    sb_addc(&sb, '\n');
    sb_add(&sb, span_or_empty(s->place));
    const enum rc rc =
        sb_rc(&sb) == RC_OK ? search_put(tx, s->region_code, "meeting", s->id, sb_span(&sb), f) : meet_over(f);
    sb_release(&sb);
    return rc;
}

static void note_session(struct meet_note *n, const struct meet_session *s)
{
    char at[36];
    jw_ktext(&n->w, "title", s->title);
    jw_kid(&n->w, "host_id", s->host_id);
    if (s->host_reason.len > 0) {
        jw_kid(&n->w, "turn_id", s->turn_id);
        jw_ktext(&n->w, "host_reason", s->host_reason);
    }
    if (s->starts_at_us != 0) {
        time_print(s->starts_at_us, at);
        jw_kstr(&n->w, "starts_at", at);
    }
    jw_ktext(&n->w, "place", span_or_empty(s->place));
}

/* 杭州都市经济圈市长联席会议第三次会议. */
static struct span default_title(struct tx *tx, const struct meet_body *b, int64_t ordinal)
{
    struct sb sb;
    sb_init(&sb, MEET_NAME_BYTES_MAX + 64);
    sb_add(&sb, b->name);
    sb_add(&sb, meet_ordinal_text(tx_arena(tx), ordinal, LANG_ZH));
    sb_adds(&sb, "会议");
    const struct span out = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    return out;
}

static enum rc insert_session(struct tx *tx, const struct meet_session *s, struct fail *f)
{
    return db_exec(tx, SQL_meet_session_insert,
                   DB_ARGS(DB_S(s->region_code), DB_I(s->id), DB_I(s->body_id), DB_T(s->number), DB_I(s->ordinal),
                           DB_T(s->title), DB_T(span_or_empty(s->theme)), DB_I(s->host_id), DB_I_OR_NULL(s->turn_id),
                           DB_T(span_or_empty(s->host_reason)), DB_T(span_or_empty(s->place)),
                           DB_I_OR_NULL(s->starts_at_us), DB_I_OR_NULL(s->ends_at_us)),
                   NULL, f);
}

/* The day of a session; today while it is not known. */
static struct span day_text(struct tx *tx, int64_t starts_at_us)
{
    char text[11];
    date_print(date_of_us(starts_at_us != 0 ? starts_at_us : tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

static enum rc plan_new(struct tx *tx, const struct meet_session_in *in, int64_t *id, struct fail *f)
{
    struct meet_body b;
    struct meet_note note;
    struct meet_session s = {.theme = in->theme,
                             .host_id = in->host_id,
                             .host_reason = span_or_empty(in->host_reason),
                             .place = in->place,
                             .starts_at_us = in->starts_at_us,
                             .ends_at_us = in->ends_at_us,
                             .version = 1};
    enum rc rc = meet_body_get(tx, in->body_id, &b, f);
    if (rc == RC_OK)
        rc = meet_group_sync(tx, &b, day_text(tx, s.starts_at_us), f);
    if (rc == RC_OK)
        rc = next_ordinal(tx, &b, &s.ordinal, f);
    if (rc != RC_OK)
        return rc;
    memcpy(s.region_code, b.region_code, sizeof s.region_code);
    s.body_id = b.id;
    s.title = in->title.len > 0 ? in->title : default_title(tx, &b, s.ordinal);
    rc = check_host(tx, &b, &s, f);
    if (rc == RC_OK)
        rc = need_chair(tx, &b, &s, f);
    if (rc == RC_OK)
        rc = check_words(&s, f);
    if (rc == RC_OK)
        rc = store_number(tx, "LX", s.region_code, &s.number, f);
    if (rc != RC_OK)
        return rc;
    *id = s.id = tx_new_id(tx);
    rc = insert_session(tx, &s, f);
    if (rc == RC_OK)
        rc = put_parties(tx, &b, &s, f);
    if (rc == RC_OK)
        rc = index_session(tx, &s, f);
    if (rc == RC_OK)
        rc = meet_follow_up(tx, &s, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_ktext(&note.w, "number", s.number);
    note_session(&note, &s);
    return meet_note_end(tx, &note, &(struct journal_entry){s.region_code, "meeting", s.id, "plan", SPAN_NONE}, f);
}

static enum rc fixed(const struct meet_session *s, struct fail *f)
{
    (void)fail_set(f, RC_CONFLICT, MSG_meet_fixed, NULL, NULL);
    fail_arg_both(f, 0, span_of(meet_state_name(s->state, LANG_ZH)), span_of(meet_state_name(s->state, LANG_EN)));
    return RC_CONFLICT;
}

static enum rc check_version(const struct meet_session *s, int64_t version, struct fail *f)
{
    return version != 0 && version != s->version ? fail_set(f, RC_STALE, MSG_meet_stale, NULL, NULL) : RC_OK;
}

static enum rc replan(struct tx *tx, const struct meet_session_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_note note;
    int64_t acting = 0;
    enum rc rc = meet_session_get(tx, in->id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK)
        rc = check_version(&s, in->version, f);
    if (rc != RC_OK)
        return rc;
    if (s.state != MEET_PLANNED)
        return fixed(&s, f);
    if (in->title.ptr != NULL)
        s.title = in->title;
    if (in->theme.ptr != NULL)
        s.theme = in->theme;
    if (in->place.ptr != NULL)
        s.place = in->place;
    if (in->host_reason.ptr != NULL)
        s.host_reason = in->host_reason;
    if (in->host_id != 0)
        s.host_id = in->host_id;
    if (in->starts_at_us != 0)
        s.starts_at_us = in->starts_at_us;
    if (in->ends_at_us != 0)
        s.ends_at_us = in->ends_at_us;
    rc = check_host(tx, &b, &s, f);
    if (rc == RC_OK)
        rc = need_chair(tx, &b, &s, f);
    if (rc == RC_OK)
        rc = check_words(&s, f);
    if (rc == RC_OK)
        rc = party_add(tx, &s, s.host_id, "host", f);
    if (rc == RC_OK)
        rc = index_session(tx, &s, f);
    if (rc == RC_OK)
        rc = meet_follow_up(tx, &s, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    note_session(&note, &s);
    return meet_session_done(tx, &s, &note, "edit", f);
}

enum rc meet_session_save(struct tx *tx, const struct meet_session_in *in, int64_t *id, struct fail *f)
{
    if (in->id == 0)
        return plan_new(tx, in, id, f);
    *id = in->id;
    return replan(tx, in, f);
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc facts_of(struct tx *tx, const struct meet_session *s, struct meet_facts *x, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_attendee *a = NULL;
    int n_items = 0, n = 0;
    bool file = false;
    enum rc rc = meet_items(tx, s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_attendees(tx, s, &a, &n, f);
    if (rc == RC_OK)
        rc = meet_has_file(tx, s, &file, f);
    if (rc != RC_OK)
        return rc;
    x->place = s->place.len > 0;
    x->start = s->starts_at_us != 0;
    x->agenda = n_items > 0;
    x->early = day_of_session(tx, s) > date_to_days(date_of_us(tx_now_us(tx)));
    x->minutes = span_trim(s->minutes).len > 0 || file;
    for (int i = 0; i < n; i++) {
        x->expected += span_is(a[i].status, "expected");
        x->unsigned_count += meet_came(&a[i]) && a[i].signed_at_us == 0;
    }
    return RC_OK;
}

/* The members of the day on which the notice goes out are expected; who said that it comes, or not, before a postponement has to say so again. */
static enum rc expect_members(struct tx *tx, const struct meet_body *b, const struct meet_session *s, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (members[i].now)
            rc = db_exec(tx, SQL_meet_attendance_put,
                         DB_ARGS(DB_S(s->region_code), DB_I(s->id), DB_I(members[i].unit_id), DB_I(members[i].voting),
                                 DB_S("expected"), DB_S(""), DB_S(""), DB_I(tx_now_us(tx))),
                         NULL, f);
    return rc;
}

static enum rc tell(struct tx *tx, const struct meet_body *b, const struct meet_session *s, const char *kind,
                    struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (members[i].now)
            rc = org_notify(tx,
                            &(struct notice_in){s->region_code, "meeting", s->id, members[i].unit_id, RIGHT_APPROVE,
                                                kind, s->title},
                            f);
    return rc;
}

static enum rc take_step(struct tx *tx, const struct meet_body *b, struct meet_session *s, const struct meet_step *step,
                         struct fail *f)
{
    const char *kind = NULL;
    enum rc rc = RC_OK;
    s->state = step->to;
    if (strcmp(step->verb, "call") == 0) {
        s->called_at_us = tx_now_us(tx);
        kind = "meeting.called";
        rc = meet_group_sync(tx, b, day_text(tx, s->starts_at_us), f);
        if (rc == RC_OK)
            rc = meet_follow_up(tx, s, f);
        if (rc == RC_OK)
            rc = put_parties(tx, b, s, f);
        if (rc == RC_OK)
            rc = expect_members(tx, b, s, f);
    } else if (strcmp(step->verb, "minute") == 0) {
        s->minuted_at_us = tx_now_us(tx);
        kind = "meeting.minuted";
    } else if (strcmp(step->verb, "reopen") == 0) {
        s->minuted_at_us = 0;
        rc = db_exec(tx, SQL_meet_unsign, DB_ARGS(DB_S(s->region_code), DB_I(s->id)), NULL, f);
    } else if (strcmp(step->verb, "cancel") == 0) {
        kind = "meeting.cancelled";
    } else if (strcmp(step->verb, "postpone") == 0) {
        s->called_at_us = 0;
        kind = "meeting.postponed";
    }
    return rc == RC_OK && kind != NULL ? tell(tx, b, s, kind, f) : rc;
}

enum rc meet_session_step(struct tx *tx, const struct meet_step_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_note note;
    const struct meet_step *step = NULL;
    struct meet_facts facts = {.reason = span_trim(in->reason).len > 0};
    int64_t acting = 0;
    enum rc rc = meet_session_get(tx, in->id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK)
        rc = check_version(&s, in->version, f);
    if (rc == RC_OK && in->reason.len > MEET_WORDS_BYTES_MAX)
        rc = fail_set(f, RC_INVALID, MSG_meet_words_invalid, "reason", NULL);
    if (rc == RC_OK)
        rc = facts_of(tx, &s, &facts, f);
    if (rc == RC_OK)
        rc = meet_step_find(s.state, in->verb, &facts, &step, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kstr(&note.w, "from", meet_state_word(s.state));
    jw_kstr(&note.w, "to", meet_state_word(step->to));
    if (facts.reason)
        jw_ktext(&note.w, "reason", in->reason);
    s.reason = facts.reason ? in->reason : SPAN("");
    rc = take_step(tx, &b, &s, step, f);
    if (rc != RC_OK) {
        sb_release(&note.sb);
        return rc;
    }
    return meet_session_done(tx, &s, &note, step->verb, f);
}

/* ---- attendance -------------------------------------------------------------------------------------------------------------------------- */

static const struct meet_attendee *attendee_find(const struct meet_attendee *a, int n, int64_t unit_id)
{
    for (int i = 0; i < n; i++)
        if (a[i].unit_id == unit_id)
            return &a[i];
    return NULL;
}

/* The member speaks for itself until the session is held; office and host say who came, until the minutes are laid down. */
static enum rc check_attend(struct tx *tx, const struct meet_session *s, const struct meet_attend_in *in,
                            struct fail *f)
{
    static const char *const statuses[] = {"expected", "present", "stand_in", "excused", "absent", NULL};
    struct meet_body b;
    int64_t acting = 0;
    bool own = false;
    enum rc rc = meet_body_behind(tx, s, &b, f);
    if (rc == RC_OK)
        rc = meet_may_run(tx, &b, s->host_id, &acting, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, in->unit_id, &own, f);
    if (rc != RC_OK)
        return rc;
    if (acting == 0 && !own)
        return fail_set(f, RC_FORBIDDEN, MSG_meet_not_yours, NULL, NULL);
    if (s->state != MEET_CALLED && (s->state != MEET_HELD || acting == 0))
        return fixed(s, f);
    if (!meet_one_of(in->status, statuses))
        return fail_span(f, RC_INVALID, MSG_meet_word_invalid, "status", in->status);
    if (in->name.len > MEET_NAME_BYTES_MAX || in->position.len > MEET_NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_words_invalid, "name", NULL);
    if (span_is(in->status, "stand_in") && span_trim(in->name).len == 0)
        return fail_set(f, RC_INVALID, MSG_meet_stand_in_unnamed, "name", NULL);
    return RC_OK;
}

enum rc meet_attend(struct tx *tx, const struct meet_attend_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_attendee *a = NULL;
    struct meet_note note;
    int n = 0;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = check_attend(tx, &s, in, f);
    if (rc == RC_OK)
        rc = meet_attendees(tx, &s, &a, &n, f);
    if (rc != RC_OK)
        return rc;
    const struct meet_attendee *old = attendee_find(a, n, in->unit_id);
    if (old == NULL)
        return fail_span(f, RC_INVALID, MSG_meet_not_member, "unit_id", meet_unit_name(tx, in->unit_id));
    rc = db_exec(tx, SQL_meet_attendance_put,
                 DB_ARGS(DB_S(s.region_code), DB_I(s.id), DB_I(in->unit_id), DB_I(old->voting), DB_T(in->status),
                         DB_T(in->name.ptr != NULL ? in->name : old->name),
                         DB_T(in->position.ptr != NULL ? in->position : old->position), DB_I(tx_now_us(tx))),
                 NULL, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kid(&note.w, "unit_id", in->unit_id);
    jw_ktext(&note.w, "status", in->status);
    return meet_session_done(tx, &s, &note, "attend", f);
}

/* ---- minutes and signatures -------------------------------------------------------------------------------------------------------------- */

enum rc meet_minutes_save(struct tx *tx, const struct meet_minutes_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_note note;
    int64_t acting = 0;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK)
        rc = check_version(&s, in->version, f);
    if (rc != RC_OK)
        return rc;
    if (s.state != MEET_HELD)
        return fixed(&s, f);
    if (in->text.len > MEET_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_meet_text_invalid, "text", NULL);
    if (in->text.ptr != NULL)
        s.minutes = in->text;
    rc = meet_attach(tx, &s, "meeting", s.id, in->file_ids, in->n_files, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kint(&note.w, "bytes", (int64_t)s.minutes.len);
    jw_kint(&note.w, "files", in->n_files);
    return meet_session_done(tx, &s, &note, "minutes", f);
}

enum rc meet_sign(struct tx *tx, const struct meet_sign_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_attendee *a = NULL;
    struct meet_note note;
    bool own = false;
    int n = 0;
    int64_t changed = 0;
    const int64_t unit_id = in->unit_id != 0 ? in->unit_id : tx_actor(tx)->unit_id;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_attendees(tx, &s, &a, &n, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, unit_id, &own, f);
    if (rc != RC_OK)
        return rc;
    const struct meet_attendee *who = attendee_find(a, n, unit_id);
    if (who == NULL)
        return fail_span(f, RC_INVALID, MSG_meet_not_member, "unit_id", meet_unit_name(tx, unit_id));
    if (!own)
        return fail_set(f, RC_FORBIDDEN, MSG_meet_not_yours, NULL, NULL);
    if (s.state != MEET_MINUTED)
        return fail_set(f, RC_CONFLICT, MSG_meet_nothing_to_sign, NULL, NULL);
    if (!meet_came(who))
        return fail_span(f, RC_CONFLICT, MSG_meet_did_not_come, "unit_id", meet_unit_name(tx, unit_id));
    if (in->name.len > MEET_NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_words_invalid, "name", NULL);
    rc = db_exec(tx, SQL_meet_sign,
                 DB_ARGS(DB_S(s.region_code), DB_I(s.id), DB_I(unit_id), DB_T(in->name.len > 0 ? in->name : who->name),
                         DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)),
                 &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_span(f, RC_CONFLICT, MSG_meet_signed_already, "unit_id", meet_unit_name(tx, unit_id));
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kid(&note.w, "unit_id", unit_id);
    return meet_session_done(tx, &s, &note, "sign", f);
}
