/* plan_find.c - what the search over all rooms finds here. */
#include "plan/plan_int.h"

static enum rc fill_action(struct tx *tx, struct find_hit *hit, struct fail *f)
{
    struct plan_action_row a;
    enum rc rc = plan_action_get(tx, hit->id, &a, f);
    if (rc != RC_OK)
        return rc;
    hit->text = a.body;
    hit->of_title = a.outline_title;
    return RC_OK;
}

const struct find_query plan_finds[] = {
    {SQL_action_find, "action", false, 0, fill_action},
    {SQL_outline_find, "outline", true, 0, NULL},
    {SQL_consultation_find, "consultation", true, 0, NULL},
};
const int plan_find_count = (int)(sizeof(plan_finds) / sizeof(plan_finds[0]));
