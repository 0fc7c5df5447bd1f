/*
 * plan.h - outlines on their way in (import, review), outlines with their editions, the actions that they hold, who answers for each,
 * progress, lights, what the public sees, the official task table.
 *
 * What is always true:
 *  1. Nothing that the reader proposes binds anybody before a person confirms the import. An import that is confirmed is visible whole or
 *     not at all: its outlines stand in state "staging", which no screen shows, until the last chunk flips them.
 *  2. A correction changes the proposal and is kept; what the reader proposed at first stays beside it (found).
 *  3. The nodes of a document tile its bytes in reading order, also after corrections.
 *  4. Reports are only added. They hang on an action's line (line_id), which goes on from edition to edition, so progress is kept. The action's
 *     state and percent are those of its latest report by (done_on, id).
 *  5. action_party is: the outline's office (home) and the units of action_unit; outline_party: the office and every unit that has or had a part
 *     in one of its actions.
 *  6. A light is never stored: it is judged from the facts on the as-of day (plan_rules.h), with its reason.
 * Days are ISO text; as_of "" means today in Shanghai.
 */
#ifndef YITI_PLAN_PLAN_H
#define YITI_PLAN_PLAN_H

#include "duty/duty.h"
#include "org/org.h"
#include "plan/plan_rules.h"

extern const struct route_table plan_routes, plan_sheet_routes, plan_public_routes;
/* What the public may subscribe to: see struct public_matter. */
MUST_USE enum rc plan_public_outline_title(struct tx *tx, int64_t id, struct span *title, struct fail *f);
MUST_USE enum rc plan_public_outline_news(struct tx *tx, const struct public_ask *ask, struct fail *f);
MUST_USE enum rc plan_public_action_title(struct tx *tx, int64_t id, struct span *title, struct fail *f);
MUST_USE enum rc plan_public_action_news(struct tx *tx, const struct public_ask *ask, struct fail *f);
/* plan_sheet_register - the job that applies a workbook; before store_start_background. */
void plan_sheet_register(struct store *s);
/* plan_feed - due days of the reader's actions, for calendars: see feed_source_fn. */
feed_source_fn plan_feed;
extern const struct cli_command plan_commands[];
extern const int plan_command_count;

/* Rights asked: read on a party; import, breakdown, assign, publish on the outline's office; report on a unit with a part in the action. */

/* ---- import --------------------------------------------------------------------------------------------------------------------- */

struct plan_import_in {
    struct span bytes; /* .txt, .md or .docx */
    struct span filename;
    struct span mode;     /* "live" or "archive" */
    struct span as_of_on; /* day on which units' names are resolved when a document has no date; empty: today */
    int64_t unit_id;      /* importing office; 0: the actor's unit */
    struct span idem_key; /* a repeated call with the same key and bytes gives the same import; empty: none */
};
/*
 * plan_import_file - reads the file (outline.h), stores it, and the proposal in chunks of one command each; the import is a draft when the last
 * chunk is in. Blocks: a pool thread or the command line. progress may be NULL.
 * Errors  those of outline_text_of_bytes; RC_FORBIDDEN without the right to import; RC_INVALID for a mode that is none. Nothing is stored then.
 */
struct plan_progress {
    void (*step)(void *ctx, int64_t done, int64_t total);
    void *ctx;
};
MUST_USE enum rc plan_import_file(struct store *s, const struct actor *actor, const struct plan_import_in *in,
                                  const struct plan_progress *progress, int64_t *import_id, struct fail *f);

/* One correction; `change` is kept as it is. Which fields count depends on op. */
enum plan_op {
    PLAN_OP_SET,
    PLAN_OP_SPLIT,
    PLAN_OP_JOIN,
    PLAN_OP_ADD_UNIT,
    PLAN_OP_DROP_UNIT,
    PLAN_OP_ADD_DATE,
    PLAN_OP_DROP_DATE,
    PLAN_OP_SET_DOCUMENT
};
struct plan_correct_in {
    int64_t import_id, version; /* version: that which the person saw */
    enum plan_op op;
    int64_t document, node_key;
    struct span field,
        value; /* set: kind, number, heading, is_action, start, end; set_document: title, issuer, document_number, date */
    int64_t at;                            /* split: byte; set start, end: byte */
    struct span part, name, printed;       /* units: lead, supporting, charged */
    int64_t start, end;                    /* units, dates: span; start = end: none */
    struct span date_kind, from_on, to_on; /* dates: deadline, horizon, phase, period */
    struct span change;                    /* the request as JSON */
};
/* plan_correct - RC_STALE when somebody else corrected first; RC_CONFLICT when it is no draft. out: int64_t new version. */
MUST_USE enum rc plan_correct(struct tx *tx, const struct plan_correct_in *in, int64_t *version, struct fail *f);
/* plan_discard - the import is given up. */
MUST_USE enum rc plan_discard(struct tx *tx, int64_t import_id, int64_t version, struct fail *f);

struct plan_confirm_in {
    int64_t import_id, version; /* version 0: whatever stands there (command line) */
    struct span region_code;    /* home region of the outlines; empty: that of the import's office */
    int64_t cooperation_id;     /* whose outline it is; 0: none */
    struct span mode;           /* empty: as at import */
    const int64_t *documents;   /* which documents; NULL: all */
    int n_documents;
    int64_t edition_of; /* outline of which the one document is a new edition; 0: none */
};
struct plan_confirmed {
    int64_t outline_ids[64];
    struct span titles[64]; /* in the arena given */
    int n;
    int64_t proposed_units;
};
/*
 * plan_confirm_import - makes outlines, actions and parts of a draft; units that do not exist are proposed, once each. In chunks with a final flip;
 * called again for an import that is confirming it goes on where it stopped; for one that is confirmed it answers as before. Blocks.
 */
MUST_USE enum rc plan_confirm_import(struct store *s, const struct actor *actor, const struct plan_confirm_in *in,
                                     struct arena *a, const struct plan_progress *progress, struct plan_confirmed *out,
                                     struct fail *f);

/* ---- outlines ------------------------------------------------------------------------------------------------------------------- */

/* plan_publish - shown to the public, or no longer. */
struct plan_publish_in {
    int64_t outline_id, version; /* version 0: whatever stands there */
    bool is_public;
};
MUST_USE enum rc plan_publish(struct tx *tx, const struct plan_publish_in *in, int64_t *version, struct fail *f);

struct plan_piece_in {
    int64_t start, end; /* bytes of the outline's text */
    struct span title;
    struct span body; /* text of the span */
    enum plan_state state;
};
struct plan_cut_in {
    int64_t outline_id, version;
    int64_t node_key; /* node that the span lies in; 0: the command finds it */
    const struct plan_piece_in *pieces;
    int n_pieces;   /* at most PLAN_PIECES_MAX */
    bool confirmed; /* also a piece that is an action already */
};
struct plan_cut_out {
    int64_t version;
    int64_t action_ids[PLAN_PIECES_MAX];
    int n;
};
/* plan_cut_commit - the breakdown desk makes actions of pieces of text. They are marked as the office's and take over units of their node.
 * RC_CONFLICT naming the action when a piece is one already (its span, or its title out of it), unless confirmed. */
MUST_USE enum rc plan_cut_commit(struct tx *tx, const struct plan_cut_in *in, struct plan_cut_out *out, struct fail *f);

/* ---- actions -------------------------------------------------------------------------------------------------------------------- */

/* Spans with ptr NULL stay as they are; with len 0 they are taken away. What is set here is marked as the office's. */
struct plan_edit_in {
    int64_t action_id, version; /* version 0: whatever stands there */
    struct span title, phase, due_on, start_on;
    struct span measure_text, measure_value, measure_unit, measure_comparator;
    bool set_state;
    enum plan_state state;
};
MUST_USE enum rc plan_edit(struct tx *tx, const struct plan_edit_in *in, int64_t *version, struct fail *f);

struct plan_unit_in {
    int64_t unit_id; /* 0: by name: what it resolves to, or a new proposed unit */
    struct span name;
    bool lead;
};
struct plan_units_in {
    int64_t action_id, version;       /* version 0: whatever stands there */
    const struct plan_unit_in *units; /* the whole list */
    int n_units;
};
#define PLAN_UNITS_MAX 64 /* units of one action; RC_LIMIT */
MUST_USE enum rc plan_assign(struct tx *tx, const struct plan_units_in *in, int64_t *version, struct fail *f);

struct plan_report_in {
    int64_t action_id;
    int percent;    /* 0 to 100; -1: as it was */
    bool has_state; /* else: done at 100, else under way */
    enum plan_state state;
    struct span text;    /* at most 8 KiB */
    struct span reason;  /* asked when the percent is lower than it was on that day; at most 1000 bytes */
    struct span done_on; /* day for which it holds; empty: today; not later than today */
    const int64_t *file_ids;
    int n_files;           /* at most 20 */
    struct span client_id; /* the client's own id: a repeated request answers with the same report; empty: none */
};
struct plan_action_row; /* inside the room */
struct plan_report_out {
    struct plan_action_row *action; /* as it is afterwards; in the tx's arena */
    int64_t id, action_id, version;
    char region_code[7];
    bool replayed;
    struct span reason; /* as it is kept; ptr NULL: none */
    int percent;
    enum plan_state state;
    int64_t duty_id; /* it went into this duty of the action; 0: the action has none that is open for the actor */
    bool draft;      /* there it waits for the head: the action is as it was */
};
/* plan_report - progress by a unit with a part in the action. When the unit holds an open duty about it, the report goes into that duty (as its
 * machine allows) and comes back from there: nothing is entered twice. Event "plan.reported". RC_INVALID (reason) when the percent goes down without one. */
MUST_USE enum rc plan_report(struct tx *tx, const struct plan_report_in *in, struct plan_report_out *out,
                             struct fail *f);

/* ---- consultations and signatures (plan_consult.c) ------------------------------------------------------------------------------ */

/*
 * A matter on which units are heard: a draft circulated for opinions (opinion, 征求意见), a consultation between equals (consultation, 会商), a
 * countersigning (countersign, 会签). Who convenes it sees all, as do all who are heard. An opinion is only added; the last one of a unit counts.
 * It ends with a conclusion when nobody's answer is outstanding and every objection was decided on; a countersigning needs everybody's agreement.
 */
#define PLAN_HEARD_MAX 64 /* units heard in one consultation; RC_LIMIT */
struct plan_consult_in {
    struct span kind;         /* opinion, consultation, countersign */
    struct span subject_kind; /* outline, action; empty: a matter of its own */
    int64_t subject_id;       /* 0: none; must be in the actor's scope */
    struct span title, body;  /* title 1 to 600 bytes, body up to 8 KiB */
    int64_t unit_id;          /* who convenes; 0: the actor's unit. Needs assign on it */
    const int64_t *heard;     /* units that are heard, each once, without the convener */
    int n_heard;
    struct span reply_due_on; /* last day for an opinion, today or later */
};
/* plan_consult_open - RC_INVALID naming the field, RC_FORBIDDEN, RC_MISSING (a unit or subject that is not there). Event "plan.consultation". */
MUST_USE enum rc plan_consult_open(struct tx *tx, const struct plan_consult_in *in, int64_t *id, struct fail *f);

struct plan_opinion_in {
    int64_t consultation_id;
    int64_t
        unit_id; /* which of the units heard speaks; 0: the actor's unit. Needs approve on it: its head or stand-in */
    struct span stance; /* agree, change, object, none */
    struct span text;   /* needed with change and object */
};
/* plan_opinion_give - RC_FORBIDDEN when the unit is not heard or the actor may not speak for it; RC_CONFLICT when the consultation has ended. */
MUST_USE enum rc plan_opinion_give(struct tx *tx, const struct plan_opinion_in *in, int64_t *round, struct fail *f);
struct plan_decide_in {
    int64_t consultation_id, unit_id;
    struct span decision; /* taken, partly, declined */
    struct span reason;   /* needed unless taken */
};
/* plan_opinion_decide - the convener says what becomes of a unit's last opinion. Needs assign on the convener. */
MUST_USE enum rc plan_opinion_decide(struct tx *tx, const struct plan_decide_in *in, struct fail *f);
struct plan_consult_end_in {
    int64_t consultation_id, version;
    bool withdraw;
    struct span conclusion; /* needed: what was concluded, or why it is withdrawn */
};
/* plan_consult_end - RC_CONFLICT naming the first unit whose answer is outstanding, whose objection is undecided, or (countersign) who has not agreed. */
MUST_USE enum rc plan_consult_end(struct tx *tx, const struct plan_consult_end_in *in, struct fail *f);

/* plan_sign_ask - the outline's office sends it to the governments or city offices of member cities for signature: they see it from now on and are told. The
 * cities whose signatures are needed are the members on the day on which it is first sent.
 * Needs publish on the outline's office. RC_INVALID, RC_FORBIDDEN naming what a unit lacks. */
struct plan_sign_ask_in {
    int64_t outline_id;
    const int64_t *units;
    int n_units; /* 1 to PLAN_HEARD_MAX */
};
MUST_USE enum rc plan_sign_ask(struct tx *tx, const struct plan_sign_ask_in *in, struct fail *f);
struct plan_sign_in {
    int64_t outline_id;
    int64_t unit_id; /* government or city office that signs for its city; 0: the actor's unit. Needs publish on it */
    struct span signed_on; /* empty: today; not later */
};
/* plan_sign - a member city signs the outline of its cooperation, once. RC_CONFLICT when it has signed; RC_FORBIDDEN for who is no member. When the last
 * member has signed the outline is in force from that day on. Event "plan.signed". */
MUST_USE enum rc plan_sign(struct tx *tx, const struct plan_sign_in *in, struct fail *f);
/* plan_outline_title - of an outline in the actor's scope, or RC_MISSING: for rooms that name an outline by its id. */
MUST_USE enum rc plan_outline_title(struct tx *tx, int64_t outline_id, struct span *out, struct fail *f);
/* ---- handing over (plan_duty.c) ------------------------------------------------------------------------------------------------------ */

struct plan_hand_over_in {
    int64_t action_id;
    struct span due_on; /* empty: the action's own */
};
struct plan_hand_over_out {
    int64_t duty_id; /* the lead unit's */
    int n;           /* duties opened */
};
/*
 * plan_hand_over - opens a duty for the lead unit and, as its parts, one for each further unit of the action: each signs and reports on its own.
 * Errors  RC_FORBIDDEN without the right to assign on the outline's office; RC_CONFLICT (plan_no_lead, plan_handed_over, plan_superseded).
 */
MUST_USE enum rc plan_hand_over(struct tx *tx, const struct plan_hand_over_in *in, struct plan_hand_over_out *out,
                                struct fail *f);
/* plan_bulk_register - tells the store the job of handing over in bulk; before store_start_background. */
void plan_bulk_register(struct store *s);
/* plan_on_duty - listener of kind "action": a report on the lead unit's duty is progress of the action. */
enum rc plan_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f);
/* plan_report_feed - progress that comes from a duty of the action: no right is asked, the duty's step was allowed. */
struct plan_feed_in {
    int64_t action_id, unit_id;
    int percent;
    struct span done_on, text, reason;
    const int64_t *file_ids;
    int n_files;
};
MUST_USE enum rc plan_report_feed(struct tx *tx, const struct plan_feed_in *in, struct fail *f);

/* What the search over all rooms finds here. */
extern const struct find_query plan_finds[];
extern const int plan_find_count;

#endif
