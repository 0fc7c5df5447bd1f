/*
 * plan_programme.h - phases, goals and programmes: groups of an outline's actions that are followed as one, with days, a declared count and criteria.
 * They hang on the outline's line and so go on from edition to edition.
 */
#ifndef YITI_PLAN_PLAN_PROGRAMME_H
#define YITI_PLAN_PLAN_PROGRAMME_H

#include "plan/plan.h"

#define PLAN_PROGRAMMES_MAX 100 /* of one outline; RC_LIMIT */
#define PLAN_CRITERIA_MAX 30    /* of one group; RC_LIMIT */
#define PLAN_SCOPES_MAX 500     /* members of one group; RC_LIMIT */
#define PLAN_BENCHMARKS_MAX 20  /* names of one group */

struct plan_scope {
    struct span kind,
        subject; /* chapter: number; phase: as actions name it; action: its id (commands), its line (rows) */
};
struct plan_criterion {
    int64_t item;                 /* 0: a new one */
    struct span part, text, rule; /* rule empty: a person judges */
    bool known, met;              /* rows: known: it was judged, by the rule or by a person */
    struct span judged_on, reason;
};
struct plan_programme_in {
    int64_t id, version, outline_id; /* id 0: a new one in the outline */
    struct span kind, title, note, from_on, to_on, target_on;
    struct span benchmarks; /* JSON array of names */
    int64_t sort, declared; /* declared -1: the text does not say */
    const struct plan_scope *scopes;
    int n_scopes;
    const struct plan_criterion *criteria;
    int n_criteria;
};
/* plan_programme_save - a new one, or the whole of it anew: a criterion keeps its judgements by its item. Needs breakdown on the outline's office.
 * RC_INVALID naming the field (also a rule that does not compile, a chapter or action that is not in the outline), RC_STALE, RC_LIMIT. */
MUST_USE enum rc plan_programme_save(struct tx *tx, const struct plan_programme_in *in, int64_t *id, struct fail *f);

extern const struct route_table plan_programme_routes;

#endif
