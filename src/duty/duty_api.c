/* duty_api.c - the routes of duties that read, and the table of all. */
#include <string.h>

#include "duty/duty_int.h"

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/duties", AUTH_USER, ROUTE_POOL, NULL, duty_api_list, 0, "duties"},
    {HTTP_POST, API "/duties", AUTH_USER, 0, "assign", duty_api_open, 0, "hand something over"},
    {HTTP_GET, API "/duties.csv", AUTH_USER, ROUTE_POOL, NULL, duty_api_csv, 0, "the same as a file"},
    {HTTP_POST, API "/duties/urges", AUTH_USER, 0, NULL, duty_api_urge_many, 0, "urge the holders of several"},
    {HTTP_GET, API "/urges", AUTH_USER, ROUTE_POOL, NULL, duty_api_urge_list, 0, "urges"},
    {HTTP_GET, API "/slips/{id}", AUTH_USER, ROUTE_POOL, NULL, duty_api_slip_get, 0, "one slip with its duty"},
    {HTTP_GET, API "/editions", AUTH_USER, ROUTE_POOL, NULL, duty_api_editions, 0, "texts of packs in force"},
    {HTTP_POST, API "/editions", AUTH_USER, 0, "manage_people", duty_api_activate, 0, "put a text of a pack in force"},
    {HTTP_GET, API "/duties/{id}", AUTH_USER, ROUTE_POOL, NULL, duty_api_get, 0, "one duty with all about it"},
    {HTTP_POST, API "/duties/{id}/steps", AUTH_USER, ROUTE_IF_MATCH, NULL, duty_api_step, 0, "a step of its machine"},
    {HTTP_POST, API "/duties/{id}/reports", AUTH_USER, 0, NULL, duty_api_report, 0, "report on it"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/approve", AUTH_USER, 0, "approve", duty_api_approve, 0,
     "let a draft go out"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/return", AUTH_USER, 0, "approve", duty_api_return, 0,
     "give a draft back"},
    {HTTP_POST, API "/duties/{id}/reports/{report}/confirm", AUTH_USER, 0, "approve", duty_api_confirm, 0,
     "confirm what was entered for the unit"},
    {HTTP_POST, API "/duties/{id}/urges", AUTH_USER, 0, NULL, duty_api_urge, 0, "urge its holder"},
    {HTTP_POST, API "/duties/{id}/slips", AUTH_USER, 0, NULL, duty_api_slip, 0, "issue a supervision slip"},
    {HTTP_GET, API "/duties/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, duty_api_journal, 0, "its journal"},
    {HTTP_GET, API "/slips", AUTH_USER, ROUTE_POOL, NULL, duty_api_slip_list, 0, "supervision slips"},
    {HTTP_POST, API "/slips/{id}/reply", AUTH_USER, 0, NULL, duty_api_slip_reply, 0, "answer a slip"},
    {HTTP_POST, API "/slips/{id}/close", AUTH_USER, 0, NULL, duty_api_slip_close, 0, "close a slip"},
    {HTTP_GET, API "/my/duties", AUTH_USER, ROUTE_POOL, NULL, duty_api_my, 0, "what my units have to do now"},
    {HTTP_GET, API "/recurrences", AUTH_USER, ROUTE_POOL, NULL, duty_api_recur_list, 0, "duties that come again"},
    {HTTP_POST, API "/recurrences", AUTH_USER, 0, "assign", duty_api_recur, 0, "a duty that comes again"},
    {HTTP_POST, API "/recurrences/{id}/stop", AUTH_USER, 0, "assign", duty_api_recur_stop, 0, "no more of them"},
    {HTTP_GET, API "/machines", AUTH_USER, ROUTE_POOL, NULL, duty_api_machines, 0, "what duties may go through"},
};
const struct route_table duty_routes = {"duty", routes, (int)(sizeof(routes) / sizeof(routes[0]))};

struct ask {
    struct req *r;
    int64_t id, limit;
    bool given;
    struct span after_part[1];
};

/* ---- one ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    int64_t version = 0;
    enum rc rc = duty_whole_json(tx, ask->id, req_lang(ask->r), reply_json(ask->r), &version, f);
    if (rc == RC_OK)
        reply_version(ask->r, version);
    return rc;
}

enum rc duty_api_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_row d;
    int64_t after = 0;
    enum rc rc = duty_get(tx, ask->id, &d, f);
    if (rc != RC_OK)
        return rc;
    if (ask->given && !span_to_i64(ask->after_part[0], &after))
        return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "after", "", NULL);
    const struct journal_page page = {d.region_code, "duty", d.id, after, (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

enum rc duty_api_journal(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, ask.after_part, &ask.given, f);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

/* ---- recurrences ---------- ---------------------------------------------------------------------------------------------------------- */

static enum rc answer_recurrences(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct rows r;
    struct duty_units *units = ARENA_NEW(tx_arena(tx), struct duty_units);
    if (units == NULL)
        return duty_over(f);
    enum rc rc = db_list(tx, SQL_duty_recurrence_list, 0, 0, false,
                         DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit)), &r, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&r)) {
        jw_object(w);
        jw_kid(w, "id", rows_int(&r, 1));
        jw_ktext(w, "title", rows_text(&r, 2));
        jw_ktext(w, "machine", rows_text(&r, 3));
        jw_kid(w, "holder_id", rows_int(&r, 6));
        const struct unit *const holder = duty_unit_named(tx, units, rows_int(&r, 6));
        jw_key(w, "holder");
        jw_object(w);
        jw_kid(w, "id", rows_int(&r, 6));
        jw_ktext(w, "name", holder != NULL ? holder->name : SPAN(""));
        jw_object_end(w);
        jw_kid(w, "assigner_id", rows_int(&r, 7));
        jw_ktext(w, "every", rows_text(&r, 8));
        jw_kint(w, "due_days", rows_int(&r, 9));
        jw_ktext(w, "next_on", rows_text(&r, 10));
        jw_ktext_or_null(w, "until_on", rows_text(&r, 11));
        jw_kint(w, "made", rows_int(&r, 12));
        jw_kbool(w, "active", rows_int(&r, 13) != 0);
        jw_kint(w, "version", rows_int(&r, 14));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rows_end(&r);
}

enum rc duty_api_recur_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_limit(r, &ask.limit, f);
    return rc == RC_OK ? org_read(r, answer_recurrences, &ask, f) : rc;
}
