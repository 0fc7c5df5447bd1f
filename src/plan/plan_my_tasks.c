/* plan_my_tasks.c - the tasks that wait on a desk, and what was reported on a task, with its photographs. */
#include <string.h>

#include "plan/plan_task_int.h"

#define AHEAD_DAYS 14 /* due within so many days, or late */

struct ask {
    struct req *r;
    int64_t id, limit;
};

static void unit_member(struct tx *tx, struct jw *w, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    jw_key(w, "unit");
    if (unit_id == 0 || unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored) != RC_OK) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kid(w, "id", unit_id);
    jw_ktext(w, "name", unit.name);
    jw_object_end(w);
}

static enum rc answer_mine(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct rows rows;
    char today[11], until[11];
    const struct ymd now = date_of_us(tx_now_us(tx));
    date_print(now, today);
    date_print(date_from_days(date_to_days(now) + AHEAD_DAYS), until);
    enum rc rc =
        db_query(tx, SQL_my_tasks, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(until), DB_I(ask->limit)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        const struct span due = rows_text_dup(&rows, 2);
        jw_object(w);
        jw_kid(w, "id", rows_int(&rows, 0));
        jw_ktext(w, "title", rows_text(&rows, 1));
        jw_ktext(w, "due_on", due);
        jw_kint(w, "percent", rows_int(&rows, 3));
        jw_ktext(w, "state", rows_text(&rows, 4));
        jw_kid(w, "action_id", rows_int(&rows, 5));
        jw_ktext(w, "action_title", rows_text(&rows, 6));
        jw_ktext(w, "level", rows_text(&rows, 7));
        jw_kbool(w, "late", span_cmp(due, span_of(today)) < 0);
        unit_member(tx, w, rows_int(&rows, 8));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

enum rc plan_api_my_tasks(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    return rc == RC_OK ? org_read(r, answer_mine, &ask, f) : rc;
}

/* ---- reports on a task ------------------------------------------------------------ */

struct said {
    int64_t id, at_us, unit_id, percent;
    struct span text;
};

static bool one_file(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_object_end(w);
    return true;
}

static enum rc answer_reports(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct plan_action_row a;
    struct plan_task_row t;
    struct rows rows;
    struct said *all = ARENA_ARRAY(tx_arena(tx), 50, struct said);
    int n = 0;
    if (all == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    enum rc rc = plan_task_get(tx, ask->id, &t, &a, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_task_report_list, DB_ARGS(DB_S(t.region_code), DB_I(t.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < 50 && rows_next(&rows))
        all[n++] = (struct said){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 3), rows_int(&rows, 4),
                                 rows_text_dup(&rows, 6)};
    rc = rows_end(&rows);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_kid(w, "id", all[i].id);
        jw_ktime(w, "at", all[i].at_us);
        unit_member(tx, w, all[i].unit_id);
        jw_kint(w, "percent", all[i].percent);
        jw_ktext(w, "text", all[i].text);
        jw_key(w, "files");
        jw_array(w);
        rc = org_file_list(tx, t.region_code, "task_report", all[i].id, one_file, w, f);
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc plan_api_task_reports(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_reports, &ask, f) : rc;
}
