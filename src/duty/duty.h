/*
 * duty.h - the one machine for every obligation: handing over (交办), signing (签收), reporting (反馈), reviewing (审核), returning (退回), extending (延期),
 * suspending (挂账), urging (催办), supervising (督办), closing (销号). What a kind of duty may go through is a machine: data of a pack.
 *
 * What is always true:
 *  1. A machine that was loaded has a way to an end from every state that can be reached; what its table does not allow is refused with the reason.
 *  2. A clock's due instant is a function of its limit, the calendar and the instants at which it ran and stood still: it can be computed again from
 *     the journal at any time and gives the same instant. Overdue is a fact: nothing erases it; an exemption stands beside it.
 *  3. Each holder has a clock of its own; time with one unit is never counted to another.
 *  4. A duty runs under the machine text that it was opened with (machine_hash) to its end, whatever pack is in force meanwhile.
 *  5. Every change of a duty appends to its journal (subject "duty"), tells the listeners of its subject and of its sources in the same
 *     transaction, and puts "duty.changed" into the outbox.
 *  6. A light is never stored: it is judged from the row's facts on a day.
 */
#ifndef YITI_DUTY_DUTY_H
#define YITI_DUTY_DUTY_H

#include "base/calendar.h"
#include "base/rule.h"
#include "base/yaml.h"
#include "org/org.h"

/* ---- clocks (duty_clock.c) -------------------------------------------------------------------------------------------------------- */

/* How time is counted. Work hours and days run in the working intervals of working days only. */
enum duty_unit {
    DUTY_URGENT_HOUR, /* 紧急工作时: 3600 s around the clock */
    DUTY_WORK_HOUR,   /* 工作时: 3600 s of working time */
    DUTY_WORK_DAY, /* 工作日: by the schedule's day_end, n working days of time, or the end of the nth working day after */
    DUTY_NATURAL_DAY, /* 自然日: 24 h each, or the end of the nth day after */
    DUTY_UNTIL_DATE   /* until the end of the duty's own due date */
};
struct duty_limit {
    enum duty_unit unit;
    int64_t n; /* 1 to DUTY_LIMIT_MAX; 0 with DUTY_UNTIL_DATE */
};
#define DUTY_LIMIT_MAX 10000

/* The working hours of a place and how its days end; from the pack. */
#define DUTY_INTERVALS_MAX 4
struct duty_schedule {
    struct work_interval intervals[DUTY_INTERVALS_MAX];
    int n_intervals;
    bool day_end; /* days end with the day (the nth after), not at the hour at which the clock began */
};
/* A clock: what it may use, what it has used. running_since_us 0: it stands still. */
struct duty_clock {
    struct duty_limit limit;
    int64_t started_us;       /* first start; 0: not yet */
    int64_t used_us;          /* counted time of all closed stretches */
    int64_t running_since_us; /* start of the open stretch */
    int64_t due_us;           /* when it runs out if it goes on; INT64_MAX while it stands still or has no end */
    int32_t due_day;          /* of DUTY_UNTIL_DATE; INT32_MIN: no date */
};
/* The calendar and hours that clocks run by. */
struct duty_time {
    const struct calendar *calendar;
    struct duty_schedule schedule;
};

/* duty_clock_start - begins or goes on at an instant; a running clock stays as it is. Sets due_us. Errors: calendar_year_unknown. */
MUST_USE enum rc duty_clock_start(const struct duty_time *t, struct duty_clock *c, int64_t at_us, struct fail *f);
/* duty_clock_stop - stands still from an instant on (suspended, handed over, submitted); counts the stretch. A standing clock stays as it is. */
MUST_USE enum rc duty_clock_stop(const struct duty_time *t, struct duty_clock *c, int64_t at_us, struct fail *f);
/* duty_clock_extend - n more of its unit (DUTY_UNTIL_DATE: a new due day in n). Sets due_us. RC_LIMIT past DUTY_LIMIT_MAX. */
MUST_USE enum rc duty_clock_extend(const struct duty_time *t, struct duty_clock *c, int64_t n, struct fail *f);
/* duty_clock_used - counted time until an instant, in microseconds of the clock's own counting. */
MUST_USE enum rc duty_clock_used(const struct duty_time *t, const struct duty_clock *c, int64_t at_us, int64_t *out_us,
                                 struct fail *f);
/* duty_clock_overdue - at an instant: due_us has passed. The due instant itself is still in time. */
bool duty_clock_overdue(const struct duty_clock *c, int64_t at_us);
/* duty_limit_parse - "4小时", "2工作时", "2紧急工作时", "3天", "5个工作日", "10自然日", "1 work_day", "until_date" as in tables of limits. false: not one. Bare 小时 and 天 are work
 * hours and work days, as in the tables of GB/T 30428. */
bool duty_limit_parse(struct span text, struct duty_limit *out);

/* ---- machines (duty_machine.c) ------------------------------------------------------------------------------------------------------ */

/* Who acts towards a duty. */
enum duty_part {
    DUTY_HOLDER,      /* the unit that has to do it */
    DUTY_ASSIGNER,    /* the unit that handed it over, and that looks at the result */
    DUTY_COUNTERPART, /* the other side of a transfer or consultation */
    DUTY_SUPERVISOR,  /* who supervises (督办) */
    DUTY_ARBITER,     /* who decides when it is handed to and fro */
    DUTY_SUBJECT,     /* whom it serves: the reporter, the applicant */
    DUTY_SYSTEM,      /* timers */
    DUTY_PARTS
};
const char *duty_part_word(enum duty_part part);

/* What a step must bring along. */
enum duty_need {
    DUTY_NEED_TEXT = 1 << 0,
    DUTY_NEED_REASON = 1 << 1,
    DUTY_NEED_EVIDENCE = 1 << 2, /* at least one file */
    DUTY_NEED_UNIT = 1 << 3,     /* the unit that it goes to */
    DUTY_NEED_DATE = 1 << 4,     /* a new date */
    DUTY_NEED_PERCENT = 1 << 5,
    DUTY_NEED_PARTS = 1 << 6 /* the sub-duties */
};
/* What a step does beside the change of state. */
enum duty_effect {
    DUTY_COUNT_RETURN = 1 << 0,
    DUTY_COUNT_EXTENSION = 1 << 1,
    DUTY_NEW_HOLDER = 1 << 2, /* the named unit holds it from now on; the former clock stops, a new one starts */
    DUTY_NEW_DATE = 1 << 3,   /* the due date moves; the first one is kept */
    DUTY_SPLIT = 1 << 4,      /* sub-duties are made */
    DUTY_REOPEN = 1 << 5,
    DUTY_FIRST_HOLDER = 1 << 6, /* who held it first holds it again, until it is decided */
    DUTY_MORE_TIME = 1 << 7     /* the clock of the state that it comes to gets its limit once more */
};
#define DUTY_STATES_MAX 48
#define DUTY_STEPS_MAX 200
#define DUTY_CLOCKS_MAX 12

struct duty_both {
    struct span zh, en;
};
struct duty_machine_clock {
    struct span word;
    struct duty_both name;
    struct duty_limit limit;
    enum duty_part part; /* whose time it is */
    struct span
        then; /* the verb that the system does when it runs out: such a clock only waits, it is never overdue; empty: none */
};
struct duty_state {
    struct span word;
    struct duty_both name;
    int clock;      /* index; -1: none runs */
    bool final;     /* an end: done, declined, cancelled */
    bool suspended; /* the holder's clocks stand still */
    int line;       /* of the pack's file */
};
struct duty_step {
    struct span verb;
    struct duty_both name;
    uint64_t from;     /* states, one bit each */
    int to;            /* state; -1: stays */
    unsigned parts;    /* 1u << enum duty_part: who may */
    struct span right; /* the right that the actor must hold on the unit that acts */
    unsigned needs, effects;
    const struct rule *when;  /* NULL: always; over duty_inputs */
    struct span when_text;    /* its source */
    struct duty_both refusal; /* why not, when `when` says no */
    int line;
};
struct duty_machine {
    struct span word;
    int64_t version;
    struct duty_both name;
    struct duty_machine_clock clocks[DUTY_CLOCKS_MAX];
    int n_clocks;
    struct duty_state states[DUTY_STATES_MAX];
    int n_states, start;
    struct duty_step steps[DUTY_STEPS_MAX];
    int n_steps;
};
/* What conditions may speak of: returns, extensions, reports, evidence, open_parts, percent, due_on?, today, overdue, crosses_border. */
extern const struct rule_input duty_inputs[];
extern const int duty_input_count;
struct duty_facts {
    int64_t returns, extensions, reports, evidence, open_parts;
    int64_t percent_millionths;
    int32_t due_day; /* INT32_MIN: none */
    int32_t today;
    bool overdue, crosses_border;
};
/*
 * duty_machine_load - from YAML (form: docs/packs.md); file is the name for messages.
 * Errors  those of yaml_read and yaml_check; RC_INVALID (duty_*) naming file, line and key: a state or clock that is not there, the same verb twice from one
 *         state for one part without conditions, a state that cannot be reached, a state from which no end can be reached, a step out of an end that
 *         does not reopen.
 * Memory  takes from the arena.
 */
MUST_USE enum rc duty_machine_load(struct arena *a, const char *file, struct span yaml, const struct duty_machine **out,
                                   struct fail *f);
int duty_state_find(const struct duty_machine *m, struct span word); /* -1: none */

/* What comes along with a step; compared with what it needs. */
struct duty_given {
    struct span text, reason;
    int n_evidence, n_parts;
    bool unit, date, percent;
};
/* A question to a machine: in which state, who, with which facts and what brought along. */
struct duty_ask {
    const struct duty_machine *machine;
    int state;
    enum duty_part part;
    const struct duty_facts *facts;
    const struct duty_given *given;
};
/*
 * duty_step_find - the step that this verb means here, with its condition met and its needs given.
 * Errors  RC_CONFLICT (duty_not_now: the verb is not for this state; duty_condition: its condition says no), RC_FORBIDDEN (duty_not_yours: another
 *         part's verb), RC_INVALID (duty_needs: what is missing, as field).
 * trace   why a condition said no; may be NULL; takes from the arena.
 */
MUST_USE enum rc duty_step_find(struct arena *a, const struct duty_ask *ask, struct span verb,
                                const struct duty_step **out, struct rule_trace *trace, struct fail *f);
/* duty_verbs - the steps open to a part in a state, conditions met, needs left aside: what a screen offers. At most DUTY_STEPS_MAX into out. */
MUST_USE enum rc duty_verbs(struct arena *a, const struct duty_ask *ask, const struct duty_step **out, int *n,
                            struct fail *f);

/* ---- the stored half: duties ---------------------------------------------------------------------------------------------------------- */

extern const struct route_table duty_routes;
/* duty_feed - what the reader's units have to do by when, for calendars: see feed_source_fn. */
feed_source_fn duty_feed;
extern const struct find_query duty_finds[]; /* what the search over all rooms finds here */
extern const int duty_find_count;
extern const struct cli_command duty_commands[];
extern const int duty_command_count;
/* duty_register - tells the store the timer kinds; before store_start_background. */
void duty_register(struct store *s);
/* duty_time_default - the built-in calendar, 9:00-12:00 and 13:30-17:30, days to their end. */
struct duty_time duty_time_default(void);

/* A duty's row. Days are ISO text, ptr NULL: none; ids 0 and instants 0: none. Spans in the tx's arena. */
struct duty_row {
    char region_code[7];
    int64_t id, subject_id, holder_id, assigner_id, counterpart_id, supervisor_id, parent_id, recurrence_id;
    int64_t ordinal, weight, percent, returns, extensions, reports, evidence, overdue_count, unconfirmed, version;
    int64_t clock_due_us, overdue_at_us, opened_at_us, closed_at_us, updated_at_us;
    struct span number, subject_kind, title, machine, machine_hash, state, part, clock, report_every;
    struct span start_on, due_on, first_due_on, report_by_on, last_report_on;
    bool final, suspended, crosses_border;
};
struct duty_source {
    struct span kind; /* action, instruction, resolution, proposal, case, warning */
    int64_t id;       /* 0: only words */
    struct span words;
    int64_t unit_id; /* 0: not known */
};
/* A limit of this duty's own for a clock of its machine, from its first start on. */
struct duty_own_limit {
    struct span clock;
    struct duty_limit limit;
};
struct duty_open_in {
    struct span machine; /* word; empty: "action" */
    struct span subject_kind;
    int64_t subject_id;
    struct span title;
    int64_t holder_id, assigner_id, counterpart_id, supervisor_id; /* supervisor 0: the assigner */
    int64_t parent_id, ordinal, weight, recurrence_id;
    struct span part;             /* lead, supporting, responsible, implementing; empty: responsible */
    struct span start_on, due_on; /* start empty: today */
    struct span report_every;     /* week, month, quarter, year; empty: no rhythm */
    const struct duty_source *sources;
    int n_sources;
    const struct duty_own_limit *limits;
    int n_limits; /* at most DUTY_CLOCKS_MAX */
    bool checked; /* the engine above has checked who may: a citizen's report opens a duty too */
};
#define DUTY_TITLE_BYTES_MAX 600
#define DUTY_TEXT_BYTES_MAX (8u << 10)
#define DUTY_PARTS_MAX 64 /* sub-duties made at once; RC_LIMIT */
#define DUTY_FILES_MAX 20
/*
 * duty_open - a new duty in its machine's start; across a city's border it is offered at once (the machine's verb "offer"). The holder is told.
 * Errors  RC_FORBIDDEN, RC_MISSING without the right to assign on the assigner; RC_INVALID naming the field.
 */
MUST_USE enum rc duty_open(struct tx *tx, const struct duty_open_in *in, struct duty_row *out, struct fail *f);
/* duty_add_source - one more source that an open duty serves, by the assigner's or supervisor's side; twice is once. */
MUST_USE enum rc duty_add_source(struct tx *tx, int64_t id, const struct duty_source *source, struct duty_row *out,
                                 struct fail *f);
/* duty_get - the duty in the actor's scope, or RC_MISSING. */
MUST_USE enum rc duty_get(struct tx *tx, int64_t id, struct duty_row *out, struct fail *f);

/* duty_count_open - duties about a subject that have not come to their end, whoever may see them. */
MUST_USE enum rc duty_count_open(struct tx *tx, struct span kind, int64_t subject_id, int64_t *n, struct fail *f);

/* duty_open_about - the open duties about a subject, oldest first, at most max: whom they bind, whoever may see them. */
struct duty_about {
    int64_t id, holder_id, parent_id; /* parent 0: a whole one */
};
MUST_USE enum rc duty_open_about(struct tx *tx, struct span kind, int64_t subject_id, int max, struct duty_about *out,
                                 int *n, struct fail *f);

struct duty_part_in { /* one of the parallel sub-duties */
    int64_t unit_id;
    struct span part, title, due_on; /* empty: supporting, the duty's own title and due day */
    int64_t weight;
};
struct duty_step_in {
    int64_t id, version; /* version 0: whatever stands there */
    struct span verb;
    struct span part; /* as which part the actor acts; empty: the first one that may */
    struct span text, reason, due_on;
    int64_t unit_id; /* to whom it goes */
    int percent;     /* -1: not given */
    const int64_t *file_ids;
    int n_files;
    const struct duty_part_in *parts;
    int n_parts;
};
/*
 * duty_step - one step of the machine: checked, done, clocked, journalled, told.
 * Errors  those of duty_step_find; RC_STALE (duty_stale); RC_FORBIDDEN (duty_right_lacking) when no unit that the actor stands for may.
 */
MUST_USE enum rc duty_step(struct tx *tx, const struct duty_step_in *in, struct duty_row *out, struct fail *f);
/* duty_split - the step "split": one sub-duty a unit, each with its own signature, clock and report. */
MUST_USE enum rc duty_split(struct tx *tx, const struct duty_step_in *in, struct duty_row *out, struct fail *f);

struct duty_report_in {
    int64_t id;  /* the duty */
    int percent; /* -1: as it was */
    struct span text, reason, done_on, figures,
        client_id; /* figures: JSON array; reason: asked when percent goes back */
    const int64_t *file_ids;
    int n_files;
    bool draft;     /* only drafted, even when the actor could submit */
    bool on_behalf; /* 代录: the assigner's or supervisor's side enters it, with the scanned letter among the files */
};
struct duty_report_row {
    int64_t id, duty_id, unit_id, percent, file_count, drafted_by, drafted_at_us, decided_by, decided_at_us,
        confirmed_at_us;
    struct span state, text, reason, figures, done_on, return_reason;
    bool external;
};
/*
 * duty_report - a report on the duty: a draft by whom may report, submitted at once by whom may approve. A submitted one counts as the machine's verb
 * "report": the table must allow it. *report: as stored. Repeated with the same client_id it gives the first one.
 */
MUST_USE enum rc duty_report(struct tx *tx, const struct duty_report_in *in, struct duty_row *out,
                             struct duty_report_row *report, struct fail *f);
struct duty_decide_in {
    int64_t id, report_id;
    struct span reason; /* of a return */
};
/* duty_report_approve - the head or the stand-in lets a draft go out. duty_report_return - back to the clerk. duty_report_confirm - the unit
 * confirms what was entered for it. */
MUST_USE enum rc duty_report_approve(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out,
                                     struct fail *f);
MUST_USE enum rc duty_report_return(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out,
                                    struct fail *f);
MUST_USE enum rc duty_report_confirm(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out,
                                     struct fail *f);

/* What the engine above is told, in the same transaction. */
struct duty_change {
    const struct duty_row *before, *after; /* before NULL: opened */
    const char *verb;
    const struct duty_report_row *report; /* of a submitted report; else NULL */
    struct span kind;                     /* the subject or source that is told */
    int64_t subject_id;
};
typedef enum rc duty_listen_fn(struct tx *tx, const struct duty_change *change, struct fail *f);
struct duty_listener {
    const char *kind;
    duty_listen_fn *fn;
};
/* The listeners of the program: a constant table in app/app_tables.c. */
extern const struct duty_listener duty_listeners[];
extern const int duty_listener_count;

/* ---- texts of packs that belong to other rooms (duty_pack.c) --------------------------------------------------------------------------- */

/* A kind of text beside machines, lights, urging and slips: kept in editions by day as they are, and meaning nothing to this room. */
struct duty_pack_kind {
    const char *kind; /* its first key: "thresholds" */
    const char *file; /* name of the one in the program; NULL: none, or more than one (duty_pack_texts) */
    bool worded;      /* there are several side by side, told apart by the first key's value: "cases: sanitation" */
    /* check - the whole text; RC_INVALID naming file, line and key. builtin - what holds while no pack says otherwise. */
    enum rc (*check)(struct arena *a, const char *file, struct span yaml, struct fail *f);
    struct span (*builtin)(void);
};
/* A constant table in app/app_tables.c. */
extern const struct duty_pack_kind duty_pack_kinds[];
extern const int duty_pack_kind_count;
/* Further texts in the program: machines and worded kinds that other rooms bring. A constant table in app/app_tables.c. */
struct duty_pack_text_in {
    const char *kind, *word, *file;
    const char *body;
    const size_t *len;
};
extern const struct duty_pack_text_in duty_pack_texts[];
extern const int duty_pack_text_count;
/* duty_pack_words - the words of a worded kind: of the program, then of editions. At most max; spans static or in the tx's arena. */
MUST_USE enum rc duty_pack_words(struct tx *tx, const char *kind, int max, struct span *out, int *n, struct fail *f);
struct duty_pack_body_of {
    struct span body, hash;
};
/* duty_pack_body_current - the text in force of a worded kind. duty_pack_pin - keeps it for what begins under it now, so that it ends under it.
 * duty_pack_body_pinned - the text of a hash that was pinned. */
MUST_USE enum rc duty_pack_body_current(struct tx *tx, const char *kind, struct span word,
                                        struct duty_pack_body_of *out, struct fail *f);
MUST_USE enum rc duty_pack_pin(struct tx *tx, const char *kind, struct span word, const struct duty_pack_body_of *text,
                               struct fail *f);
MUST_USE enum rc duty_pack_body_pinned(struct tx *tx, struct span hash, struct span *body, struct fail *f);
/* duty_pack_body - the text of one of these kinds that is in force just before the instant. In the tx's arena or static. */
MUST_USE enum rc duty_pack_body(struct tx *tx, const char *kind, int64_t before_us, struct span *out, struct fail *f);

/* ---- urging, slips, recurrence (duty_watch.c) ------------------------------------------------------------------------------------------ */

struct duty_urge_in {
    int64_t id;
    struct span text;
    int64_t level; /* 1 to 3; 0: 1 */
};
/* duty_urge - by hand, by the assigner's or supervisor's side (review, or assign). */
MUST_USE enum rc duty_urge(struct tx *tx, const struct duty_urge_in *in, struct duty_row *out, struct fail *f);

struct duty_slip_row {
    int64_t id, duty_id, unit_id, issuer_id, reply_due_us, lapsed_at_us, replied_at_us, closed_at_us, issued_at_us,
        version;
    struct span number, colour, text, state, reply, close_text;
    struct span title; /* of the duty, in lists */
};
struct duty_slip_in {
    int64_t id; /* the duty */
    struct span colour, text;
    bool urgent; /* begins higher where the pack lets it */
};
/* duty_slip_issue - RC_CONFLICT (duty_slip_order) when the colour before has not lapsed; (duty_slip_open) while one is open. */
MUST_USE enum rc duty_slip_issue(struct tx *tx, const struct duty_slip_in *in, struct duty_slip_row *out,
                                 struct fail *f);
struct duty_slip_answer {
    int64_t id, version; /* the slip; version 0: whatever stands there */
    struct span text;
};
MUST_USE enum rc duty_slip_reply(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out,
                                 struct fail *f);
MUST_USE enum rc duty_slip_close(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out,
                                 struct fail *f);

struct duty_recur_in {
    struct span title, machine, subject_kind, every, from_on, until_on;
    int64_t subject_id, holder_id, assigner_id, due_days;
};
/* duty_recur - a duty that comes again; its timer makes the instances, the first at from_on. */
MUST_USE enum rc duty_recur(struct tx *tx, const struct duty_recur_in *in, int64_t *id, struct fail *f);
MUST_USE enum rc duty_recur_stop(struct tx *tx, int64_t id, struct fail *f);

/* ---- lights (duty_light.c) --------------------------------------------------------------------------------------------------------------- */

enum duty_light { DUTY_GREEN, DUTY_AMBER, DUTY_RED, DUTY_GREY };
const char *duty_light_word(enum duty_light light);
struct duty_lights; /* the rule of the pack, compiled */
/* duty_lights_load - from YAML (packs/…/duties/lights.yaml). Errors as duty_machine_load. */
MUST_USE enum rc duty_lights_load(struct arena *a, const char *file, struct span yaml, const struct duty_lights **out,
                                  struct fail *f);
/* duty_lights_current - the rule in force, in the tx's arena. */
MUST_USE enum rc duty_lights_current(struct tx *tx, const struct duty_lights **out, struct fail *f);
/* duty_light_of - pure: the light of a duty at an instant. why (may be NULL) takes the reason in `lang`. */
struct duty_light_why {
    struct sb *sb;
    enum lang lang;
};
MUST_USE enum rc duty_light_of(struct arena *a, const struct duty_lights *lights, const struct duty_row *d,
                               int64_t at_us, enum duty_light *out, struct duty_light_why *why, struct fail *f);

/* ---- what a room shows of the duties about its subject (duty_about.c) ------------------------------------------------------------------- */

#define DUTY_ABOUT_MAX 200 /* shown of one subject */
struct duty_show;          /* how duties are shown: the rule of lights, machines met so far */
struct duty_subject {
    const char *kind;
    int64_t id;
};
/* duty_show_new - for the duties of one answer. Memory: takes from the tx's arena. */
MUST_USE enum rc duty_show_new(struct tx *tx, enum lang lang, struct duty_show **out, struct fail *f);
/* duty_about - the duties about a subject, without their parts, in the order of opening, at most DUTY_ABOUT_MAX, whoever may see them: for who has found
 * the subject in the reader's scope. */
MUST_USE enum rc duty_about(struct duty_show *show, const struct duty_subject *subject, struct duty_row **out, int *n,
                            struct fail *f);
/* duty_about_json - the same as an array of the objects that GET /duties gives. */
MUST_USE enum rc duty_about_json(struct duty_show *show, const struct duty_subject *subject, struct jw *w,
                                 struct fail *f);
/* duty_state_name - its state as the machine calls it, in the language of the show. */
MUST_USE enum rc duty_state_name(struct duty_show *show, const struct duty_row *d, struct span *out, struct fail *f);
/* duty_light_now - its light at the instant of the transaction. */
MUST_USE enum rc duty_light_now(struct duty_show *show, const struct duty_row *d, enum duty_light *out, struct fail *f);

#endif
