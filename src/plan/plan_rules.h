/*
 * plan_rules.h - the pure rules of the plan engine: lights with their reason, counters, the difference of two editions, cutting a span
 * of text into actions. Values in, values out: no database, no clock, no network; so every one can be run again with the same result.
 * Inside the room and its tests only.
 */
#ifndef YITI_PLAN_RULES_H
#define YITI_PLAN_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/calendar.h"
#include "base/date.h"
#include "base/fail.h"

/* ---- words ------------------------------------------------------------ */

enum plan_state { PLAN_TO_START, PLAN_UNDER_WAY, PLAN_DONE, PLAN_STOPPED, PLAN_STATES };
/* By severity: with the same facts a light only ever climbs as the as-of day moves on. */
enum plan_light { PLAN_GREY, PLAN_GREEN, PLAN_AMBER, PLAN_RED, PLAN_LIGHTS };

/* plan_state_word, plan_light_word - the word in JSON and in the database; static text. */
const char *plan_state_word(enum plan_state state);
const char *plan_light_word(enum plan_light light);
/* plan_state_read, plan_light_read - false when it is no such word. */
bool plan_state_read(struct span word, enum plan_state *out);
bool plan_light_read(struct span word, enum plan_light *out);
/* plan_state_name, plan_light_name - what a person reads; static text. */
const char *plan_state_name(enum plan_state state, enum lang lang);
const char *plan_light_name(enum plan_light light, enum lang lang);

/* ---- lights ------------------------------------------------------------ */

#define PLAN_NO_DAY INT32_MIN /* this day is not known */

/* What a light is drawn by; the pack's plan/thresholds.yaml says it, with the reasons. */
struct plan_thresholds {
    int near_working_days; /* amber when the due day is this many working days away or nearer, 0 to 250 */
    int behind_amber_pct;  /* amber when percent is this many points behind the planned percent, 1 to 100 */
    int behind_red_pct;    /* red likewise; not under behind_amber_pct */
    int stale_days;        /* amber when the last report is older, in days, 1 to 3660 */
};
/*
 * plan_thresholds_read - from YAML; file is the name for messages. a: for the tree, nothing of which is kept.
 * Errors  RC_INVALID naming file, line and key.
 */
MUST_USE enum rc plan_thresholds_read(struct arena *a, const char *file, struct span yaml, struct plan_thresholds *out,
                                      struct fail *f);
/* plan_thresholds_check, plan_thresholds_text - of struct duty_pack_kind: whether a text can be read, and the one in the program. */
enum rc plan_thresholds_check(struct arena *a, const char *file, struct span yaml, struct fail *f);
struct span plan_thresholds_text(void);

/* The facts of one action on its as-of day. */
struct plan_facts {
    int32_t start_day, due_day; /* days since 1970-01-01, or PLAN_NO_DAY; start is not after due */
    int32_t last_report_day;    /* of the latest report that counts on the as-of day, or PLAN_NO_DAY */
    int percent;                /* 0 to 100 */
    enum plan_state state;
};
enum plan_why {
    PLAN_WHY_STOPPED,
    PLAN_WHY_DONE,
    PLAN_WHY_OVERDUE_UNREPORTED,
    PLAN_WHY_OVERDUE,
    PLAN_WHY_BEHIND,    /* red or amber: count = points behind */
    PLAN_WHY_NEAR,      /* count = working days left, or days where the calendar is not known */
    PLAN_WHY_STALE,     /* count = days since the last report */
    PLAN_WHY_NOT_BEGUN, /* its start lies ahead */
    PLAN_WHY_NO_DATE,   /* no due day and no report: nothing to judge by */
    PLAN_WHY_ON_PLAN,   /* with a due day */
    PLAN_WHY_REPORTED   /* no due day, reported not long ago */
};
/* A light and its trace: the rule that decided and the values that it looked at. */
struct plan_verdict {
    enum plan_light light;
    enum plan_why why;
    struct plan_facts facts;
    int32_t as_of_day;
    int planned_pct; /* -1 when there is nothing to plan by */
    int count;
    bool
        by_calendar_days; /* no working-day calendar for that year: days were counted instead, and the sentence says so */
};
/*
 * plan_planned_pct - planned progress on a day: 0 until start, 100 from due on, a straight line between, rounded down; -1 without both days.
 */
int plan_planned_pct(int32_t start_day, int32_t due_day, int32_t as_of_day);
/*
 * plan_judge - the light of an action. The first rule that applies decides: stopped grey; done green; past due red; far behind red; due
 * near, behind or stale amber; not begun or nothing to judge by grey; else green.
 * Always true  with the same facts, a later as_of_day never gives a lower light (test/plan holds it by a property test).
 */
struct plan_verdict plan_judge(const struct plan_thresholds *t, const struct calendar *c,
                               const struct plan_facts *facts, int32_t as_of_day);
/* plan_verdict_text - the reason as one sentence: “red because due 2011-06-30, no report”. */
void plan_verdict_text(const struct plan_verdict *v, enum lang lang, struct sb *sb);
/* plan_verdict_reason - the same before it is in a language. */
void plan_verdict_reason(const struct plan_verdict *v, struct fail *reason);

/* Counts over the actions of an outline or a unit. */
struct plan_tally {
    int64_t actions, lights[PLAN_LIGHTS], states[PLAN_STATES], without_owner, without_date, without_measure,
        percent_sum;
};
/* plan_tally_add - one more action; owner: it has a lead unit. */
void plan_tally_add(struct plan_tally *t, const struct plan_verdict *v, bool owner, bool measure);

/* ---- the difference of two editions ---------------------------------------------------------------------------------------------- */

struct plan_edition_item { /* one action of an edition; texts borrow */
    struct span path;      /* "四/(一)/1/(3)" */
    struct span title;     /* heading, without its number */
    struct span body;      /* what follows, without number and heading */
};
struct plan_edition {
    const struct plan_edition_item *items;
    int n;
};
enum plan_change { PLAN_SAME, PLAN_MOVED, PLAN_EDITED, PLAN_ADDED, PLAN_REMOVED };
const char *plan_change_word(enum plan_change change);
struct plan_diff_row {
    enum plan_change change;
    int old_index, new_index; /* -1 when there is none */
    int similarity_pct;       /* 100 for same and moved, 0 for added and removed */
    bool moved;               /* the path differs too (edited rows) */
};
/*
 * plan_difference - pairs the actions of two editions, each at most once.
 * Method   linear hashing, no longest common subsequence. Texts are compared without blanks and with full-width ASCII folded. Pass 1:
 *          same path, same text: same. Pass 2: same text elsewhere, in order: moved. Pass 3: what is left is described by the hashes of
 *          its character pairs; a bottom-16 sketch in a hash table gives at most 8 candidates a text, on which the exact Jaccard share is
 *          taken; pairs are accepted from the highest share down (same path or same title: from 25 %, else from 50 %): edited.
 * Shape    new edition's order; a removed row stands behind the row of its predecessor in the old edition.
 * Memory   *rows in the arena; RC_LIMIT over its cap.
 * Cost     linear in the texts, n log n in the number of candidate pairs.
 */
MUST_USE enum rc plan_difference(struct arena *a, const struct plan_edition *before, const struct plan_edition *after,
                                 struct plan_diff_row **rows, int *n_rows, struct fail *f);

/* ---- cutting a span into actions ------------------------------------------------------------ */

struct plan_piece {
    size_t start, end; /* bytes in the source; inside the span that was cut, ascending, not overlapping */
    struct span title; /* as printed between start and end; borrows */
    struct span verb;  /* the word that gave the state; borrows; empty when none did */
    enum plan_state state;
};
#define PLAN_PIECES_MAX 100
/*
 * plan_cut - proposes the actions that a span of text holds.
 * Method   clauses end at ,;。!?:、-free punctuation outside brackets and quotes. A clause that opens with a verb of the table (加快, 推进, 继续…:
 *          under way; 启动, 开展, 筹建…: to start), perhaps behind an adverb (重点, 积极…), is cut at 、 and at 和 between names into its named
 *          projects, up to 等 and the class noun behind it (等快速公路建设). Where no clause names any, each sentence (and each 一是, 二是)
 *          is  one piece, to start, unless its verb says otherwise, without the 一是 or number in front.
 * start, end  bytes in source at code point boundaries, start <= end <= source.len; asserted.
 * Errors   RC_LIMIT over PLAN_PIECES_MAX or the arena's cap.
 */
MUST_USE enum rc plan_cut(struct arena *a, struct span source, size_t start, size_t end, struct plan_piece **pieces,
                          int *n, struct fail *f);
/* plan_cut_bare - a text without the number in front (一是, 1., （1）, ①) and the stop behind; borrows. */
struct span plan_cut_bare(struct span text);
/* What a piece of text is to an action that is there already. */
struct plan_taken {
    size_t start, end; /* bytes of the same text */
    struct span title;
};
enum plan_overlap {
    PLAN_APART,
    PLAN_INSIDE,     /* a part of it: what the breakdown desk is for */
    PLAN_OVERLAPS,   /* shares text with it, and has other text */
    PLAN_SAME_ACTION /* its very span, or its title out of its own span */
};
enum plan_overlap plan_cut_overlap(const struct plan_taken *taken, size_t start, size_t end, struct span title);

#endif
