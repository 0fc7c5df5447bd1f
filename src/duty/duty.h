/*
 * duty.h - the one machine for every obligation: handing over (交办), signing (签收), reporting (反馈), reviewing (审核), returning (退回), extending (延期),
 * suspending (挂账), urging (催办), supervising (督办), closing (销号). What a kind of duty may go through is a machine: data of a pack.
 *
 * What is always true:
 *  1. A machine that was loaded has a way to an end from every state that can be reached; what its table does not allow is refused with the reason.
 *  2. A clock's due instant is a function of its limit, the calendar and the instants at which it ran and stood still: it can be computed again from
 *     the journal at any time and gives the same instant. Overdue is a fact: nothing erases it; an exemption stands beside it.
 *  3. Each holder has a clock of its own; time with one unit is never counted to another.
 */
#ifndef YITI_DUTY_DUTY_H
#define YITI_DUTY_DUTY_H

#include "base/calendar.h"
#include "base/rule.h"
#include "base/yaml.h"

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
    DUTY_REOPEN = 1 << 5
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

#endif
