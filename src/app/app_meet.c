/* app_meet.c - where meetings meet outlines: two rooms of one floor that do not know each other. */
#include "app/app_int.h"
#include "govern/meet.h"
#include "plan/plan.h"

static enum rc outline_adopted(struct tx *tx, int64_t outline_id, const int64_t *units, int n, struct fail *f)
{
    return plan_sign_ask(tx, &(struct plan_sign_ask_in){outline_id, units, n}, f);
}

const struct meet_outlines meet_outlines = {plan_outline_title, outline_adopted};
