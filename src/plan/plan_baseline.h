/* plan_baseline.h - baselines: pictures of an outline's dates that slippage is measured against. */
#ifndef YITI_PLAN_PLAN_BASELINE_H
#define YITI_PLAN_PLAN_BASELINE_H

#include "plan/plan.h"

struct plan_baseline_in {
    int64_t outline_id;
    struct span name; /* 1 to 200 bytes, none like it in the outline */
};
/* plan_baseline_take - keeps the first and last days of all actions as they are now, for good. Needs breakdown on the outline's office.
 * RC_INVALID (name), RC_CONFLICT (the name is taken, the outline is superseded or empty), RC_LIMIT. */
MUST_USE enum rc plan_baseline_take(struct tx *tx, const struct plan_baseline_in *in, int64_t *id, struct fail *f);

extern const struct route_table plan_baseline_routes;

#endif
