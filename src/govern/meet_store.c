/* meet_store.c - rows of meetings to structs, notes for the journal, who may run a session. */
#include <string.h>

#include "govern/meet_int.h"

static void drop(struct rows *r)
{
    const enum rc rc = rows_end(r);
    (void)rc;
}

int32_t meet_day_of(struct span on)
{
    struct ymd day;
    return date_parse(on, &day) ? date_to_days(day) : INT32_MIN;
}

struct span meet_today(struct tx *tx)
{
    char text[11];
    date_print(date_of_us(tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

struct span meet_unit_name(struct tx *tx, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    const enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored);
    return rc == RC_OK ? unit.name : SPAN("?");
}

bool meet_one_of(struct span s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (span_is(s, *words))
            return true;
    return false;
}

static void code_of(char out[7], struct span code)
{
    memset(out, 0, 7);
    memcpy(out, code.ptr, code.len < 6 ? code.len : 6);
}

/* ---- bodies ---------------------------------------------------------------------------------------------------------------------------- */

void meet_body_of(struct rows *r, struct meet_body *out)
{
    *out = (struct meet_body){.id = rows_int(r, 1),
                              .name = rows_text_dup(r, 2),
                              .kind = rows_text_dup(r, 3),
                              .level = rows_text_dup(r, 4),
                              .unit_id = rows_int(r, 5),
                              .purpose = rows_text_dup(r, 6),
                              .rotates = rows_text_dup(r, 7),
                              .term_months = rows_int(r, 8),
                              .rotates_from_on = rows_text_dup(r, 9),
                              .quorum_percent = rows_int(r, 10),
                              .rule = rows_text_dup(r, 11),
                              .cadence = rows_text_dup(r, 12),
                              .past_sessions = rows_int(r, 13),
                              .from_on = rows_text_dup(r, 14),
                              .version = rows_int(r, 15),
                              .group_id = rows_int(r, 16)};
    code_of(out->region_code, rows_text(r, 0));
}

static enum rc body_as(struct tx *tx, int64_t principal, int64_t id, struct meet_body *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_meet_body_by_id, DB_ARGS(DB_I(principal), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    meet_body_of(&rows, out);
    return rows_end(&rows);
}

enum rc meet_body_get(struct tx *tx, int64_t id, struct meet_body *out, struct fail *f)
{
    return body_as(tx, tx_actor(tx)->principal_id, id, out, f);
}

enum rc meet_body_behind(struct tx *tx, const struct meet_session *s, struct meet_body *out, struct fail *f)
{
    return body_as(tx, 0, s->body_id, out, f);
}

enum rc meet_members(struct tx *tx, const struct meet_body *b, struct span on, struct meet_member **out, int *n,
                     struct fail *f)
{
    struct rows r;
    struct meet_member *m = ARENA_ARRAY(tx_arena(tx), MEET_MEMBERS_MAX * 2, struct meet_member);
    *n = 0;
    *out = m;
    if (m == NULL)
        return meet_over(f);
    const enum rc rc = db_query(tx, SQL_meet_members, DB_ARGS(DB_S(b->region_code), DB_I(b->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    while (*n < MEET_MEMBERS_MAX * 2 && rows_next(&r)) {
        struct meet_member *x = &m[(*n)++];
        *x = (struct meet_member){.unit_id = rows_int(&r, 0),
                                  .ordinal = rows_int(&r, 1),
                                  .voting = rows_int(&r, 2) != 0,
                                  .from_on = rows_text_dup(&r, 3),
                                  .to_on = rows_text_dup(&r, 4)};
        x->now = span_cmp(x->from_on, on) <= 0 && (x->to_on.len == 0 || span_cmp(x->to_on, on) > 0);
    }
    return rows_end(&r);
}

const struct meet_member *meet_member_find(const struct meet_member *members, int n, int64_t unit_id)
{
    for (int i = 0; i < n; i++)
        if (members[i].unit_id == unit_id && members[i].now)
            return &members[i];
    return NULL;
}

/* ---- sessions ------------------------------------------------------------------------------------------------------------------------- */

void meet_session_of(struct rows *r, struct meet_session *out)
{
    const int state = meet_state_find(rows_text(r, 13));
    *out = (struct meet_session){.id = rows_int(r, 1),
                                 .body_id = rows_int(r, 2),
                                 .number = rows_text_dup(r, 3),
                                 .ordinal = rows_int(r, 4),
                                 .title = rows_text_dup(r, 5),
                                 .theme = rows_text_dup(r, 6),
                                 .host_id = rows_int(r, 7),
                                 .turn_id = rows_int(r, 8),
                                 .host_reason = rows_text_dup(r, 9),
                                 .place = rows_text_dup(r, 10),
                                 .starts_at_us = rows_int(r, 11),
                                 .ends_at_us = rows_int(r, 12),
                                 .state = state < 0 ? MEET_CANCELLED : (enum meet_state)state,
                                 .minutes = rows_text_dup(r, 14),
                                 .reason = rows_text_dup(r, 15),
                                 .called_at_us = rows_int(r, 16),
                                 .minuted_at_us = rows_int(r, 17),
                                 .version = rows_int(r, 18)};
    code_of(out->region_code, rows_text(r, 0));
}

enum rc meet_session_get(struct tx *tx, int64_t id, struct meet_session *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc =
        db_one(tx, SQL_meet_session_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    meet_session_of(&rows, out);
    return rows_end(&rows);
}

enum rc meet_items(struct tx *tx, const struct meet_session *s, struct meet_item **out, int *n, struct fail *f)
{
    struct rows r;
    struct meet_item *m = ARENA_ARRAY(tx_arena(tx), MEET_ITEMS_MAX + MEET_RESOLUTIONS_MAX, struct meet_item);
    *n = 0;
    *out = m;
    if (m == NULL)
        return meet_over(f);
    const enum rc rc = db_query(tx, SQL_meet_items, DB_ARGS(DB_S(s->region_code), DB_I(s->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    while (*n < MEET_ITEMS_MAX + MEET_RESOLUTIONS_MAX && rows_next(&r))
        m[(*n)++] = (struct meet_item){.id = rows_int(&r, 0),
                                       .ordinal = rows_int(&r, 1),
                                       .kind = rows_text_dup(&r, 2),
                                       .title = rows_text_dup(&r, 3),
                                       .presenter_id = rows_int(&r, 4),
                                       .speaker = rows_text_dup(&r, 5),
                                       .duration_min = rows_int(&r, 6),
                                       .late_reason = rows_text_dup(&r, 7),
                                       .record = rows_text_dup(&r, 8),
                                       .resolution_id = rows_int(&r, 9)};
    return rows_end(&r);
}

enum rc meet_attendees(struct tx *tx, const struct meet_session *s, struct meet_attendee **out, int *n, struct fail *f)
{
    struct rows r;
    struct meet_attendee *m = ARENA_ARRAY(tx_arena(tx), MEET_MEMBERS_MAX * 2, struct meet_attendee);
    *n = 0;
    *out = m;
    if (m == NULL)
        return meet_over(f);
    const enum rc rc = db_query(tx, SQL_meet_attendance_rows, DB_ARGS(DB_S(s->region_code), DB_I(s->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    while (*n < MEET_MEMBERS_MAX * 2 && rows_next(&r))
        m[(*n)++] = (struct meet_attendee){.unit_id = rows_int(&r, 0),
                                           .voting = rows_int(&r, 1) != 0,
                                           .status = rows_text_dup(&r, 2),
                                           .name = rows_text_dup(&r, 3),
                                           .position = rows_text_dup(&r, 4),
                                           .signed_name = rows_text_dup(&r, 5),
                                           .signed_at_us = rows_int(&r, 6)};
    return rows_end(&r);
}

bool meet_came(const struct meet_attendee *a)
{
    return span_is(a->status, "present") || span_is(a->status, "stand_in");
}

void meet_count(const struct meet_attendee *a, int n, int *voting, int *present)
{
    *voting = *present = 0;
    for (int i = 0; i < n; i++) {
        *voting += a[i].voting;
        *present += a[i].voting && meet_came(&a[i]);
    }
}

/* ---- resolutions ---------------------------------------------------------------------------------------------------------------------- */

void meet_resolution_of(struct rows *r, struct meet_resolution *out)
{
    *out = (struct meet_resolution){.id = rows_int(r, 1),
                                    .body_id = rows_int(r, 2),
                                    .session_id = rows_int(r, 3),
                                    .item_id = rows_int(r, 4),
                                    .number = rows_text_dup(r, 5),
                                    .ordinal = rows_int(r, 6),
                                    .kind = rows_text_dup(r, 7),
                                    .text = rows_text_dup(r, 8),
                                    .proposer = rows_text_dup(r, 9),
                                    .how = rows_text_dup(r, 10),
                                    .votes_for = rows_int(r, 11),
                                    .votes_against = rows_int(r, 12),
                                    .abstained = rows_int(r, 13),
                                    .present = rows_int(r, 14),
                                    .voting = rows_int(r, 15),
                                    .outcome = rows_text_dup(r, 16),
                                    .reason = rows_text_dup(r, 17),
                                    .outline_id = rows_int(r, 18),
                                    .carry_out = rows_int(r, 19) != 0,
                                    .duties = rows_int(r, 20),
                                    .open_duties = rows_int(r, 21),
                                    .decided_at_us = rows_int(r, 22)};
    code_of(out->region_code, rows_text(r, 0));
}

enum rc meet_resolutions(struct tx *tx, const struct meet_session *s, bool open, struct meet_resolution **out, int *n,
                         struct fail *f)
{
    struct rows r;
    struct meet_resolution *m = ARENA_ARRAY(tx_arena(tx), MEET_RESOLUTIONS_MAX, struct meet_resolution);
    *n = 0;
    *out = m;
    if (m == NULL)
        return meet_over(f);
    const enum rc rc = db_query(tx, open ? SQL_meet_open_resolutions : SQL_meet_resolutions,
                                DB_ARGS(DB_S(s->region_code), DB_I(open ? s->body_id : s->id)), &r, f);
    if (rc != RC_OK)
        return rc;
    while (*n < MEET_RESOLUTIONS_MAX && rows_next(&r))
        meet_resolution_of(&r, &m[(*n)++]);
    return rows_end(&r);
}

/* ---- who may run it -------------------------------------------------------------------------------------------------------------------- */

enum rc meet_may_run(struct tx *tx, const struct meet_body *b, int64_t host_id, int64_t *unit_id, struct fail *f)
{
    bool office = false, host = false;
    enum rc rc = org_holds(tx, RIGHT_ASSIGN, b->unit_id, &office, f);
    if (rc == RC_OK && !office && host_id != 0)
        rc = org_holds(tx, RIGHT_ASSIGN, host_id, &host, f);
    *unit_id = office ? b->unit_id : host ? host_id : 0;
    return rc;
}

enum rc meet_need_run(struct tx *tx, const struct meet_session *s, struct meet_body *b, int64_t *unit_id,
                      struct fail *f)
{
    enum rc rc = meet_body_behind(tx, s, b, f);
    if (rc == RC_OK)
        rc = meet_may_run(tx, b, s->host_id, unit_id, f);
    return rc == RC_OK && *unit_id == 0 ? fail_set(f, RC_FORBIDDEN, MSG_meet_not_chair, NULL, NULL) : rc;
}

enum rc meet_turn_of(struct tx *tx, const struct meet_body *b, int64_t ordinal, int32_t day, int64_t *unit_id,
                     struct fail *f)
{
    struct meet_member *members = NULL;
    struct rows rows;
    *unit_id = 0;
    if (span_is(b->rotates, "none"))
        return RC_OK;
    struct meet_turn_in in = {.by_term = span_is(b->rotates, "term"),
                              .term_months = b->term_months,
                              .from_day = meet_day_of(b->rotates_from_on),
                              .day = day};
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &in.n, f); /* who can host is who is a member now */
    in.members = members;
    if (rc == RC_OK && !in.by_term) {
        rc = db_one(tx, SQL_meet_session_host, DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(ordinal)), &rows, f);
        if (rc == RC_OK) {
            in.last_host_id = rows_int(&rows, 0);
            drop(&rows);
        } else if (rc == RC_MISSING) {
            rc = RC_OK;
        }
    }
    if (rc == RC_OK)
        *unit_id = meet_turn(&in);
    return rc;
}

/* ---- the journal ----------------------------------------------------------------------------------------------------------------------- */

void meet_note_begin(struct meet_note *n)
{
    sb_init(&n->sb, JOURNAL_CHANGE_BYTES_MAX);
    jw_init(&n->w, &n->sb);
    jw_object(&n->w);
}

enum rc meet_note_end(struct tx *tx, struct meet_note *n, const struct journal_entry *e, struct fail *f)
{
    char payload[48];
    jw_object_end(&n->w);
    struct journal_entry entry = *e;
    entry.change = sb_span(&n->sb);
    enum rc rc = sb_rc(&n->sb) == RC_OK ? journal_append(tx, &entry, NULL, f) : meet_over(f);
    sb_release(&n->sb);
    if (rc != RC_OK || strcmp(e->subject_kind, "meeting") != 0)
        return rc;
    (void)snprintf(payload, sizeof payload, "{\"id\":\"%lld\"}", (long long)e->subject_id);
    return outbox_put(tx, e->region_code, "meet.changed", span_of(payload), f);
}

enum rc meet_session_done(struct tx *tx, struct meet_session *s, struct meet_note *n, const char *verb, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(
        tx, SQL_meet_session_save,
        DB_ARGS(DB_S(s->region_code), DB_I(s->id), DB_I(s->version), DB_T(s->title), DB_T(span_or_empty(s->theme)),
                DB_I(s->host_id), DB_I_OR_NULL(s->turn_id), DB_T(span_or_empty(s->host_reason)),
                DB_T(span_or_empty(s->place)), DB_I_OR_NULL(s->starts_at_us), DB_I_OR_NULL(s->ends_at_us),
                DB_S(meet_state_word(s->state)), DB_T(span_or_empty(s->minutes)), DB_T(span_or_empty(s->reason)),
                DB_I_OR_NULL(s->called_at_us), DB_I_OR_NULL(s->minuted_at_us)),
        &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_meet_stale, NULL, NULL);
    if (rc != RC_OK) {
        sb_release(&n->sb);
        return rc;
    }
    s->version++;
    return meet_note_end(tx, n, &(struct journal_entry){s->region_code, "meeting", s->id, verb, SPAN_NONE}, f);
}

/* ---- files ----------------------------------------------------------------------------------------------------------------------------- */

enum rc meet_attach(struct tx *tx, const struct meet_session *s, const char *kind, int64_t id, const int64_t *file_ids,
                    int n, struct fail *f)
{
    struct meet_body b;
    struct meet_member *members = NULL;
    int n_members = 0, n_units = 0;
    if (n == 0)
        return RC_OK;
    if (n > DUTY_FILES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_too_many, "file_ids", "20", NULL);
    enum rc rc = meet_body_behind(tx, s, &b, f);
    if (rc == RC_OK)
        rc = meet_members(tx, &b, meet_today(tx), &members, &n_members, f);
    int64_t *units = rc == RC_OK ? ARENA_ARRAY(tx_arena(tx), (size_t)n_members + 2, int64_t) : NULL;
    if (rc == RC_OK && units == NULL)
        rc = meet_over(f);
    if (rc != RC_OK)
        return rc;
    units[n_units++] = b.unit_id;
    if (s->host_id != b.unit_id)
        units[n_units++] = s->host_id;
    for (int i = 0; i < n_members; i++)
        if (members[i].now && members[i].unit_id != b.unit_id && members[i].unit_id != s->host_id)
            units[n_units++] = members[i].unit_id;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = org_file_attach(tx, &(struct file_attach_in){file_ids[i], s->region_code, kind, id, units, n_units}, f);
    return rc;
}

static bool found(const struct file_row *row, void *ctx)
{
    (void)row;
    *(bool *)ctx = true;
    return false;
}

enum rc meet_has_file(struct tx *tx, const struct meet_session *s, bool *has, struct fail *f)
{
    *has = false;
    return org_file_list(tx, s->region_code, "meeting", s->id, found, has, f);
}
