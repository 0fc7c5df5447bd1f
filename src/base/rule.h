/*
 * rule.h - the one rule language of all packs (CONTRACTS.md 16): lights, limits, fares, tiers, scores, conditions of transitions. An expression is
 * typed when it is compiled and always ends: no loops, no functions of its own, a limit on size and steps. The same inputs give the same answer.
 *
 *   if state = 'done' then 'green'
 *   else if known(due_on) and today > due_on then 'red'
 *   else if percent < planned - 20 then 'amber' else 'green'
 *
 * Types      bool; int (64 bits); decimal (six places, 64 bits); date; text; set of int or of text. A type with ? may be missing.
 * Literals   12, 12.5, 2026-06-30, 'text' ('' inside is one '), true, false, {'a', 'b'}
 * Operators  or; and; not; = != < <= > >= in between…and; + - ; * ; unary -; x ?? y (y when x is missing). date + int and date - int are days,
 *            date - date is a number of days. int meets decimal as decimal. text is only compared for = and !=.
 * Functions  known(x), min(x,y), max(x,y), abs(x), div(x,y,z) (x / y, half to even at six places; z when y is 0), floor(x), ceil(x), round(x) (to int,
 *            half to even), share(amount,num,den) (int: amount * num / den, half up), year(d), month(d), day(d), weekday(d) (1 Monday), count(set),
 *            workdays(a,b) (working days in (a, b], by the calendar of the evaluation)
 * Missing    an operator on something missing gives something missing. Conditions (if, and, or, not) and the whole expression must be there:
 *            the compiler asks for ?? or known(). `if known(x) …` makes x present in its then part, also on the right of `known(x) and`.
 * Errors     at compile time by column; at run time only overflow and a calendar year without data.
 */
#ifndef YITI_BASE_RULE_H
#define YITI_BASE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/fail.h"

#define RULE_BYTES_MAX 4096 /* of source */
#define RULE_DEPTH_MAX 24   /* nested brackets, ifs and calls */
#define RULE_NODES_MAX 1024 /* so also the steps of one run: no node runs twice */
#define RULE_DECIMAL_ONE 1000000LL

enum rule_type { RULE_BOOL, RULE_INT, RULE_DECIMAL, RULE_DATE, RULE_TEXT, RULE_INT_SET, RULE_TEXT_SET };

/* A named input: what a rule may speak of. label_* name it for people in a trace. */
struct rule_input {
    const char *name;
    enum rule_type type;
    bool optional;
    const char *label_zh, *label_en;
};
struct rule_value {
    enum rule_type type;
    bool missing;
    int64_t num; /* bool 0/1, int, decimal in millionths, date as days since 1970 */
    struct span text;
    const struct rule_value *items; /* of a set */
    int n_items;
};
struct rule;

/*
 * rule_compile - source to a rule that gives a value of type want (an int expression serves where a decimal is wanted).
 * inputs   stay with the caller for as long as the rule lives; their order is the order of the values at rule_run.
 * Errors   RC_INVALID (rule_*) naming the column in arg {0}; RC_LIMIT for the limits above.
 * Memory   takes from the arena; source is copied.
 */
MUST_USE enum rc rule_compile(struct arena *a, struct span source, const struct rule_input *inputs, int n_inputs,
                              enum rule_type want, const struct rule **out, struct fail *f);

/* One comparison, known() or boolean input that was looked at on the way to the answer, in the order of evaluation. */
struct rule_step {
    struct span source; /* as written in the rule */
    bool result;
    int n_inputs;  /* inputs named in it, at most 4 are kept */
    int inputs[4]; /* indexes into the inputs */
};
struct rule_trace {
    struct rule_step *steps; /* takes from the arena of the run */
    int n_steps;
};
/*
 * rule_run - values in the order of the inputs, each of its declared type; a missing one only where optional.
 * calendar  NULL: workdays() is an error. trace may be NULL.
 * Errors    RC_LIMIT (rule_overflow); RC_INVALID (calendar_year_unknown); RC_LIMIT when the arena is full.
 */
MUST_USE enum rc rule_run(struct arena *a, const struct rule *rule, const struct rule_value *values,
                          const struct calendar *calendar, struct rule_value *out, struct rule_trace *trace,
                          struct fail *f);
/* rule_because - the steps as one sentence: "到期日 2011-06-30，今天 2011-07-01" / "due date 2011-06-30, today 2011-07-01": each input that decided, once. */
void rule_because(const struct rule *rule, const struct rule_value *values, const struct rule_trace *trace,
                  enum lang lang, struct sb *out);
/* rule_value_print - as a literal of the language. */
void rule_value_print(const struct rule_value *v, struct sb *out);

#endif
