/* meet_int.h - inside of the meeting part of govern/: rows, notes, objects. For src/govern/meet_*.c only. */
#ifndef YITI_GOVERN_MEET_INT_H
#define YITI_GOVERN_MEET_INT_H

#include "base/limits.h"
#include "govern/meet.h"

#define MEET_RESOLUTIONS_MAX 200 /* of a session, and open ones of a body */
#define MEET_DUTIES_MAX 40       /* of a resolution that are shown */

static inline enum rc meet_over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_meet_memory, NULL, NULL);
}
int32_t meet_day_of(struct span on); /* INT32_MIN: none */
struct span meet_today(struct tx *tx);
/* meet_unit_name - as it is called today, "?" when it is not there. */
struct span meet_unit_name(struct tx *tx, int64_t unit_id);
/* meet_one_of - whether the word is among the NULL-ended ones. */
bool meet_one_of(struct span s, const char *const *words);

void meet_body_of(struct rows *r, struct meet_body *out);
void meet_session_of(struct rows *r, struct meet_session *out);
void meet_resolution_of(struct rows *r, struct meet_resolution *out);
/* Lists of a body or session, in the tx's arena. on: the day on which `now` is judged. */
MUST_USE enum rc meet_members(struct tx *tx, const struct meet_body *b, struct span on, struct meet_member **out,
                              int *n, struct fail *f);
const struct meet_member *meet_member_find(const struct meet_member *members, int n, int64_t unit_id);
MUST_USE enum rc meet_attendees(struct tx *tx, const struct meet_session *s, struct meet_attendee **out, int *n,
                                struct fail *f);
/* meet_resolutions - of the session; open: all that is open of its body instead. */
MUST_USE enum rc meet_resolutions(struct tx *tx, const struct meet_session *s, bool open, struct meet_resolution **out,
                                  int *n, struct fail *f);
/* meet_count - who votes and is present. */
void meet_count(const struct meet_attendee *a, int n, int *voting, int *present);
bool meet_came(const struct meet_attendee *a);

/* meet_may_run - the actor acts for the body's office or for the host; *unit_id which one, 0: neither. */
MUST_USE enum rc meet_may_run(struct tx *tx, const struct meet_body *b, int64_t host_id, int64_t *unit_id,
                              struct fail *f);
/* meet_need_run - the same, or RC_FORBIDDEN. */
MUST_USE enum rc meet_need_run(struct tx *tx, const struct meet_session *s, struct meet_body *b, int64_t *unit_id,
                               struct fail *f);
/* meet_body_of_session - the body behind a session that was found in scope, whoever may see the body alone. */
MUST_USE enum rc meet_body_behind(struct tx *tx, const struct meet_session *s, struct meet_body *out, struct fail *f);
/* meet_turn_of - whose turn a session with this number on that day is; 0: the body does not rotate. */
MUST_USE enum rc meet_turn_of(struct tx *tx, const struct meet_body *b, int64_t ordinal, int32_t day, int64_t *unit_id,
                              struct fail *f);

struct meet_note { /* for the journal, being written */
    struct sb sb;
    struct jw w;
};
void meet_note_begin(struct meet_note *n);
/* meet_note_end - the journal's row of a session or body. */
MUST_USE enum rc meet_note_end(struct tx *tx, struct meet_note *n, const struct journal_entry *e, struct fail *f);
/* meet_session_done - saves the session (RC_STALE when somebody else was first) and ends the note. */
MUST_USE enum rc meet_session_done(struct tx *tx, struct meet_session *s, struct meet_note *n, const char *verb,
                                   struct fail *f);
/* meet_follow_up - the agenda of a planned session takes on what is open of its body, and lets go what is done. */
MUST_USE enum rc meet_follow_up(struct tx *tx, const struct meet_session *s, struct fail *f);
/* meet_attach - files of a session or of an item, read by all who see the session. */
MUST_USE enum rc meet_attach(struct tx *tx, const struct meet_session *s, const char *kind, int64_t id,
                             const int64_t *file_ids, int n, struct fail *f);
MUST_USE enum rc meet_has_file(struct tx *tx, const struct meet_session *s, bool *has, struct fail *f);

/* ---- objects (meet_json.c) ---- */

struct meet_show {
    struct tx *tx;
    enum lang lang;
    struct span on; /* today */
    struct duty_show *duties;
};
MUST_USE enum rc meet_show_begin(struct tx *tx, enum lang lang, struct meet_show *out, struct fail *f);
void meet_unit_json(struct tx *tx, struct jw *w, const char *key, int64_t unit_id);
MUST_USE enum rc meet_body_json(struct meet_show *show, const struct meet_body *b, bool whole, struct jw *w,
                                struct fail *f);
void meet_session_brief(struct meet_show *show, const struct meet_session *s, struct jw *w);
MUST_USE enum rc meet_session_whole(struct tx *tx, int64_t id, enum lang lang, struct jw *w, int64_t *version,
                                    struct fail *f);
MUST_USE enum rc meet_resolution_json(struct meet_show *show, const struct meet_resolution *r, struct jw *w,
                                      struct fail *f);
/* meet_ordinal_text - 第三次, 3rd. Takes from the arena. */
struct span meet_ordinal_text(struct arena *a, int64_t ordinal, enum lang lang);
/* ---- print (meet_print.c, meet_docx.c) ---- */

struct meet_print {
    int64_t id;
    bool minutes; /* else the notice */
    enum lang lang;
    struct span bytes, name; /* in the tx's arena; name: of a file */
};
MUST_USE enum rc meet_print(struct tx *tx, struct meet_print *p, struct fail *f);
/* meet_docx - the same as an official document. */
MUST_USE enum rc meet_docx(struct tx *tx, struct meet_print *p, struct fail *f);

/* ---- routes ---- */

/* meet_group_sync - the members of a body that is a group become who sits there on the day; nothing for others. RC_CONFLICT: nobody sits there. */
MUST_USE enum rc meet_group_sync(struct tx *tx, const struct meet_body *b, struct span on, struct fail *f);
/* meet_group_json - "group": {id, title} or null. */
MUST_USE enum rc meet_group_json(struct tx *tx, const struct meet_body *b, struct jw *w, struct fail *f);
handler_fn meet_api_body_group; /* meet_group.c */
handler_fn meet_api_body_list, meet_api_body_get, meet_api_body_save, meet_api_body_edit, meet_api_body_journal,
    meet_api_list, meet_api_get, meet_api_journal, meet_api_plan, meet_api_edit, meet_api_step, meet_api_item_add,
    meet_api_item_edit, meet_api_item_drop, meet_api_order, meet_api_attend, meet_api_minutes, meet_api_sign,
    meet_api_resolve, meet_api_charge, meet_api_notice, meet_api_minutes_print, meet_api_notice_docx,
    meet_api_minutes_docx;

#endif
