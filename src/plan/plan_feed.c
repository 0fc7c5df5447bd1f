/* plan_feed.c - due days of actions in people's calendars. An action that was handed over is left out: its duty stands there. */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_int.h"

struct due_row {
    int64_t id, version, changed_at_us, made_at_us;
    struct span title, due_on, outline;
    int percent;
    bool under_way;
};

static enum rc put(struct tx *tx, const struct due_row *row, const struct feed_to *to, bool *more, struct fail *f)
{
    char path[60];
    int64_t open = 0;
    enum rc rc = duty_count_open(tx, SPAN("action"), row->id, &open, f);
    if (rc != RC_OK || open > 0)
        return rc;
    (void)snprintf(path, sizeof path, "/actions/%lld", (long long)row->id);
    *more = to->emit(&(struct feed_due){.kind = "action",
                                        .part = "due",
                                        .id = row->id,
                                        .version = row->version,
                                        .made_at_us = row->made_at_us,
                                        .changed_at_us = row->changed_at_us,
                                        .due_on = row->due_on,
                                        .title = row->title,
                                        .note = row->outline,
                                        .path = path,
                                        .percent = row->percent,
                                        .under_way = row->under_way},
                     to->ctx);
    return RC_OK;
}

enum rc plan_feed(struct tx *tx, const struct feed_to *to, struct fail *f)
{
    struct rows rows;
    struct due_row *items = ARENA_ARRAY(tx_arena(tx), FEED_DUES_MAX, struct due_row);
    int n = 0;
    bool more = true;
    if (items == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc =
        db_query(tx, SQL_plan_feed_dues, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(FEED_DUES_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < FEED_DUES_MAX && rows_next(&rows)) {
        items[n++] = (struct due_row){
            rows_int(&rows, 0),      rows_int(&rows, 1),      rows_int(&rows, 2),
            rows_int(&rows, 9),      rows_text_dup(&rows, 3), rows_text_dup(&rows, 5),
            rows_text_dup(&rows, 8), (int)rows_int(&rows, 6), span_is(rows_text(&rows, 7), "under_way")};
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && more && i < n; i++)
        rc = put(tx, &items[i], to, &more, f);
    return rc;
}
