/*
 * meet.h - meetings: bodies (联席会议, 共商机制, 委员会, 群众代表会议) with members and an order of hosts, sessions with agenda, attendance,
 * minutes and signatures, and resolutions that become duties.
 *
 * What is always true:
 *  1. A session goes planned, called, held, minuted, closed, or cancelled before it is held: the table meet_steps is all that there is.
 *  2. The agenda is fixed by the call: what comes later comes on with the chair's reason or not at all.
 *  3. Nothing is decided by a session that was not held or had no quorum; who is present is a fact of the attendance, not of the resolution.
 *  4. Minutes that are laid down for signature do not change; opening them again takes the signatures away.
 *  5. A resolution that is not carried out stands on the agenda of each later session of its body by itself.
 *  6. Cities are equals: what a resolution asks of a unit in another city is offered, never ordered (duty.h).
 */
#ifndef YITI_GOVERN_MEET_H
#define YITI_GOVERN_MEET_H

#include "duty/duty.h"

extern const struct route_table meet_routes;
extern const struct cli_command meet_commands[];
extern const int meet_command_count;

/* ---- rules (meet_rules.c): pure ---------------------------------------------------------------------------------------------------- */

enum meet_state { MEET_PLANNED, MEET_CALLED, MEET_HELD, MEET_MINUTED, MEET_CLOSED, MEET_CANCELLED, MEET_STATES };
const char *meet_state_word(enum meet_state s);
const char *meet_state_name(enum meet_state s, enum lang lang);
int meet_state_find(struct span word); /* -1: none */

/* What a step must find. */
enum meet_need {
    MEET_NEED_READY = 1 << 0,      /* place, start, and something on the agenda */
    MEET_NEED_ATTENDANCE = 1 << 1, /* nobody is still expected */
    MEET_NEED_MINUTES = 1 << 2,    /* a text or a file */
    MEET_NEED_SIGNED = 1 << 3,     /* all that attended have signed, or a reason */
    MEET_NEED_REASON = 1 << 4,
    MEET_NEED_BEGUN = 1 << 5 /* its day has come */
};
struct meet_step {
    const char *verb, *name_zh, *name_en;
    unsigned from; /* states, one bit each */
    enum meet_state to;
    unsigned needs;
};
extern const struct meet_step meet_steps[];
extern const int meet_step_count;
/* What is so about a session when a step is asked for. */
struct meet_facts {
    bool place, start, agenda, minutes, reason, early; /* early: its day is still to come */
    int expected;                                      /* members of whom nobody knows yet whether they come */
    int unsigned_count;
};
/*
 * meet_step_find - the step of a verb from a state, with what it needs.
 * Errors  RC_INVALID (meet_verb_unknown; meet_needs_reason), RC_CONFLICT naming what is missing.
 */
MUST_USE enum rc meet_step_find(enum meet_state state, struct span verb, const struct meet_facts *facts,
                                const struct meet_step **out, struct fail *f);

#define MEET_MEMBERS_MAX 100
struct meet_member {
    int64_t unit_id, ordinal; /* ordinal 0: never hosts */
    bool voting, now;         /* now: on the day asked */
    struct span from_on, to_on;
};
/* Whose turn it is to host. */
struct meet_turn_in {
    const struct meet_member *members; /* by ordinal, also former ones */
    int n;
    bool by_term;          /* by the calendar; else the next one in order after last_host_id */
    int64_t term_months;   /* of a term */
    int32_t from_day, day; /* by term: first day of the first term, and the session's day */
    int64_t last_host_id;  /* by session: who hosted last in turn; 0: nobody yet */
};
/* meet_turn - the unit; 0 when no member hosts. A day before the first term counts as the first one. */
int64_t meet_turn(const struct meet_turn_in *in);
/* meet_term - by term: the first and the last day of the nth term (0: the first). */
void meet_term(int32_t from_day, int64_t term_months, int64_t n, int32_t *first, int32_t *last);
/* meet_quorum - how many of the voting members must be present: the percentage, rounded up, at least 1. */
int meet_quorum(int voting, int64_t percent);
struct meet_votes {
    int64_t votes_for, votes_against, abstained;
    int present; /* voting members present */
};
/* meet_adopted - by majority of those present: more than half of them for it; by two_thirds: at least two thirds; by consensus: nobody against. */
bool meet_adopted(struct span rule, const struct meet_votes *v);
/* meet_expected - sessions that a cadence asks for in whole periods that ended between two days (from inclusive, until exclusive). */
int64_t meet_expected(struct span cadence, int32_t from_day, int32_t until_day);

/* ---- rows -------------------------------------------------------------------------------------------------------------------------------- */

/* Spans in the tx's arena; ids and instants 0: none. */
struct meet_body {
    char region_code[7];
    int64_t id, unit_id, term_months, quorum_percent, past_sessions, version;
    int64_t group_id; /* the group that it is: its seats are the members; 0: its own list */
    struct span name, kind, level, purpose, rotates, rotates_from_on, rule, cadence, from_on;
};
struct meet_session {
    char region_code[7];
    int64_t id, body_id, ordinal, host_id, turn_id, starts_at_us, ends_at_us, called_at_us, minuted_at_us, version;
    struct span number, title, theme, host_reason, place, minutes, reason;
    enum meet_state state;
};
struct meet_item {
    int64_t id, ordinal, presenter_id, duration_min, resolution_id;
    struct span kind, title, speaker, late_reason, record;
};
struct meet_attendee {
    int64_t unit_id, signed_at_us;
    bool voting;
    struct span status, name, position, signed_name;
};
struct meet_resolution {
    char region_code[7];
    int64_t id, body_id, session_id, item_id, ordinal, votes_for, votes_against, abstained, present, voting, outline_id,
        duties, open_duties, decided_at_us;
    struct span number, kind, text, proposer, how, outcome, reason;
    bool carry_out;
};

/* ---- bodies (meet_body.c) --------------------------------------------------------------------------------------------------------------- */

#define MEET_NAME_BYTES_MAX 300
#define MEET_TEXT_BYTES_MAX (64u << 10)
#define MEET_WORDS_BYTES_MAX 600

struct meet_member_in {
    int64_t unit_id, ordinal;
    bool voting;
};
struct meet_body_in {
    int64_t id, version; /* 0: a new one; version 0: whatever stands there */
    struct span name, kind, level, purpose, rotates, rotates_from_on, rule, cadence,
        from_on;                                        /* empty: the default; an edit keeps */
    int64_t unit_id;                                    /* its office; 0: the actor's unit */
    int64_t term_months, quorum_percent, past_sessions; /* -1: the default; an edit keeps */
    const struct meet_member_in *members;               /* the whole list; an edit with NULL keeps it */
    int n_members;
};
/*
 * meet_body_save - makes or edits a body with its members. Needs assign on its office.
 * Errors  RC_INVALID naming the field; RC_STALE; RC_FORBIDDEN; RC_MISSING.
 */
MUST_USE enum rc meet_body_save(struct tx *tx, const struct meet_body_in *in, int64_t *id, struct fail *f);
MUST_USE enum rc meet_body_get(struct tx *tx, int64_t id, struct meet_body *out, struct fail *f);

/* ---- sessions (meet_session.c, meet_agenda.c) -------------------------------------------------------------------------------------------- */

struct meet_session_in {
    int64_t id, version; /* id 0: a new one of body_id */
    int64_t body_id;
    struct span title, theme, place;  /* title empty: the body's name and the number; an edit keeps what has ptr NULL */
    int64_t host_id;                  /* 0: whose turn it is; an edit keeps */
    struct span host_reason;          /* why another one hosts than whose turn it is */
    int64_t starts_at_us, ends_at_us; /* 0: not known; an edit keeps */
};
/*
 * meet_session_save - plans a session, or changes one that is planned. Open resolutions of earlier sessions come onto its agenda. Needs assign on
 * the body's office or on the host.
 * Errors  RC_INVALID (meet_not_member, meet_host_out_of_turn naming whose turn it is, meet_time_order); RC_CONFLICT once it is called; RC_STALE.
 */
MUST_USE enum rc meet_session_save(struct tx *tx, const struct meet_session_in *in, int64_t *id, struct fail *f);
MUST_USE enum rc meet_session_get(struct tx *tx, int64_t id, struct meet_session *out, struct fail *f);
struct meet_step_in {
    int64_t id, version;
    struct span verb, reason;
};
/* meet_session_step - one step of meet_steps; members are told of a call, a cancellation and of minutes to sign. */
MUST_USE enum rc meet_session_step(struct tx *tx, const struct meet_step_in *in, struct fail *f);

#define MEET_ITEMS_MAX 100
struct meet_item_in {
    int64_t session_id, id;                          /* id 0: a new one */
    struct span title, speaker, late_reason, record; /* an edit keeps what has ptr NULL */
    int64_t presenter_id, duration_min;              /* -1: as it is */
    const int64_t *file_ids;                         /* papers that come with it */
    int n_files;
    bool drop;
};
/*
 * meet_item_save - a new item, a changed one, or one off the agenda. While it is planned any member's desk may propose one; once called only a new one, by
 * the chair (office or host), with late_reason; while it is held and until the minutes are laid down only what was said (record).
 * Errors  RC_CONFLICT (meet_agenda_fixed, meet_late_needs_chair); RC_FORBIDDEN; RC_INVALID.
 */
MUST_USE enum rc meet_item_save(struct tx *tx, const struct meet_item_in *in, struct fail *f);
/* meet_items - the agenda of a session that was found in scope, in its order. Memory: takes from the tx's arena. */
MUST_USE enum rc meet_items(struct tx *tx, const struct meet_session *s, struct meet_item **out, int *n,
                            struct fail *f);
struct meet_order_in {
    int64_t session_id, version;
    const int64_t *item_ids; /* all of them, in their new order */
    int n;
};
MUST_USE enum rc meet_agenda_order(struct tx *tx, const struct meet_order_in *in, struct fail *f);

struct meet_attend_in {
    int64_t session_id, unit_id;
    struct span status, name, position;
};
/* meet_attend - who represents a member and whether it comes: by the member itself until the session is held, by office or host until the minutes are laid
 * down. RC_INVALID (meet_not_member). */
MUST_USE enum rc meet_attend(struct tx *tx, const struct meet_attend_in *in, struct fail *f);
struct meet_minutes_in {
    int64_t session_id, version;
    struct span text; /* ptr NULL: as it is */
    const int64_t *file_ids;
    int n_files;
};
/* meet_minutes_save - the minutes of a held session, by office or host. RC_CONFLICT before it is held and once they are laid down. */
MUST_USE enum rc meet_minutes_save(struct tx *tx, const struct meet_minutes_in *in, struct fail *f);
struct meet_sign_in {
    int64_t session_id, unit_id; /* unit 0: the actor's */
    struct span name;
};
/* meet_sign - a member that attended signs the minutes. Needs approve on it. RC_CONFLICT unless they are laid down, or twice. */
MUST_USE enum rc meet_sign(struct tx *tx, const struct meet_sign_in *in, struct fail *f);

/* ---- resolutions (meet_resolve.c) -------------------------------------------------------------------------------------------------------- */

struct meet_resolve_in {
    int64_t session_id, item_id, outline_id;
    struct span kind, text, how, proposer, reason; /* kind empty: resolution; how empty: the body's rule */
    int64_t votes_for, votes_against, abstained;   /* of a vote */
    bool taken;                                    /* an advice: taken up, or not with a reason */
    bool carry_out;                                /* something is to be done */
};
/*
 * meet_resolve - what a held session decided. By consensus all that are present agree; a vote is counted against the body's rule.
 * Errors  RC_CONFLICT (meet_not_held, meet_no_quorum, meet_rule_consensus), RC_INVALID (meet_votes_wrong …), RC_FORBIDDEN.
 */
MUST_USE enum rc meet_resolve(struct tx *tx, const struct meet_resolve_in *in, int64_t *id, struct fail *f);
struct meet_charge_in {
    int64_t resolution_id, lead_id;
    const int64_t *supporting;
    int n_supporting;
    struct span title, due_on; /* title empty: the resolution's words; due_on empty: no date */
};
/*
 * meet_charge - duties of an adopted resolution: one for the lead unit, one for each supporting unit. The assigner is the body's office, or the host where
 * only that is the actor's. Across a city's border they are offered.
 * Errors  those of duty_open; RC_CONFLICT (meet_not_adopted).
 */
MUST_USE enum rc meet_charge(struct tx *tx, const struct meet_charge_in *in, struct fail *f);
/* meet_on_duty - a resolution's duty changed: for duty_listeners. */
duty_listen_fn meet_on_duty;

/* Outlines are another room's: what app/ joins on. */
struct meet_outlines {
    /* title - of the outline in the actor's scope, or RC_MISSING. */
    enum rc (*title)(struct tx *tx, int64_t outline_id, struct span *out, struct fail *f);
    /* adopted - a session adopted it: it goes to the member cities for signature. */
    enum rc (*adopted)(struct tx *tx, int64_t outline_id, const int64_t *units, int n, struct fail *f);
};
/* In app/app_meet.c. */
extern const struct meet_outlines meet_outlines;

#endif
