/* plan_bulk.h - handing over all confirmed actions of an outline, or a choice of them, in one job: looked at first, done only when confirmed. */
#ifndef YITI_PLAN_PLAN_BULK_H
#define YITI_PLAN_PLAN_BULK_H

#include "plan/plan_int.h"

#define PLAN_BULK_IDS_MAX 2000  /* actions chosen by hand */
#define PLAN_BULK_STEP 10       /* actions a step of the job: a command of at most 20 ms */
#define PLAN_BULK_DUTIES 12     /* duties after which a step stops */
#define PLAN_BULK_NAMED_MAX 200 /* actions named in a preview, a kind */
#define PLAN_BULK_JOB "plan.hand_over"

/* Why an action is handed over, or not. */
enum plan_bulk_kind {
    PLAN_BULK_READY,
    PLAN_BULK_HANDED,  /* a duty about it is open */
    PLAN_BULK_ENDED,   /* done or stopped */
    PLAN_BULK_NO_LEAD, /* no lead unit, or one of its units has ended */
    PLAN_BULK_NO_DATE, /* no day, and none given for such */
    PLAN_BULK_KINDS
};
struct plan_bulk_in {
    int64_t outline_id;
    const int64_t *ids; /* n 0: all of the outline */
    int n;
    struct span due_on; /* for actions without a day; may be empty */
    bool undated;       /* hand over actions without a day too */
    int64_t expected;   /* ready ones as the person saw them; -1: only look */
};
struct plan_bulk_named {
    int64_t id;
    struct span title, path;
};
struct plan_bulk_out {
    int64_t counts[PLAN_BULK_KINDS];
    struct plan_bulk_named *named[PLAN_BULK_KINDS];
    int64_t job_id; /* 0: only looked */
};
/* plan_bulk_look - what would be done. plan_bulk_start - starts the job. Errors RC_FORBIDDEN without assign on the outline's office, RC_CONFLICT
 * (plan_superseded; plan_bulk_changed when other than `expected` are ready; plan_bulk_none). Memory: takes from the tx's arena. */
MUST_USE enum rc plan_bulk_look(struct tx *tx, const struct plan_bulk_in *in, struct plan_bulk_out *out,
                                struct fail *f);
MUST_USE enum rc plan_bulk_start(struct tx *tx, const struct plan_bulk_in *in, struct plan_bulk_out *out,
                                 struct fail *f);
handler_fn plan_api_bulk_look, plan_api_bulk_start;

#endif
