/*
 * meet_group.c - a body that is one of the groups (committee, leading group, council): its members are the group's seats, taken anew when the link is made,
 * when a session is planned and when it is called, as they are on the session's day.
 */
#include <string.h>

#include "base/json.h"
#include "govern/govern_int.h"
#include "govern/meet_int.h"

struct seat {
    int64_t unit_id, ordinal;
    bool voting;
};

static int seat_find(const struct seat *seats, int n, int64_t unit_id)
{
    for (int i = 0; i < n; i++)
        if (seats[i].unit_id == unit_id)
            return i;
    return -1;
}

/* The units that sit there on the day; the working office sits in without a vote. */
static enum rc read_seats(struct tx *tx, const struct meet_body *b, struct span on, struct seat *seats, int *n,
                          struct fail *f)
{
    struct rows rows;
    char region[7] = "";
    enum rc rc = db_one(tx, SQL_meet_group_get, DB_ARGS(DB_I(b->group_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(region, sizeof region, "%.*s", SPAN_ARG(rows_text(&rows, 0)));
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_group_members, DB_ARGS(DB_S(region), DB_I(b->group_id), DB_T(on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < MEET_MEMBERS_MAX && rows_next(&rows)) {
        const int64_t unit_id = rows_int(&rows, 1);
        const bool voting = !span_is(rows_text(&rows, 2), "office");
        int i = seat_find(seats, *n, unit_id);
        if (i < 0) {
            i = (*n)++;
            seats[i] = (struct seat){.unit_id = unit_id};
        }
        seats[i].voting = seats[i].voting || voting;
    }
    return rows_end(&rows);
}

/* Who stays keeps its place in the order of hosts; who is new comes behind. */
static void keep_order(struct seat *seats, int n, const struct meet_member *old, int n_old)
{
    int64_t last = 0;
    for (int i = 0; i < n_old; i++)
        last = old[i].now && old[i].ordinal > last ? old[i].ordinal : last;
    for (int i = 0; i < n; i++) {
        const struct meet_member *m = meet_member_find(old, n_old, seats[i].unit_id);
        seats[i].ordinal = !seats[i].voting ? 0 : m != NULL && m->ordinal > 0 ? m->ordinal : ++last;
    }
}

enum rc meet_group_sync(struct tx *tx, const struct meet_body *b, struct span on, struct fail *f)
{
    struct seat *seats = ARENA_ARRAY(tx_arena(tx), MEET_MEMBERS_MAX, struct seat);
    struct meet_member *old = NULL;
    const struct span today = meet_today(tx);
    int n = 0, n_old = 0;
    if (b->group_id == 0)
        return RC_OK;
    if (seats == NULL)
        return meet_over(f);
    enum rc rc = read_seats(tx, b, on, seats, &n, f);
    if (rc == RC_OK && n == 0)
        return fail_set(f, RC_CONFLICT, MSG_meet_group_empty, "group_id", NULL);
    if (rc == RC_OK)
        rc = meet_members(tx, b, today, &old, &n_old, f);
    if (rc == RC_OK)
        keep_order(seats, n, old, n_old);
    const struct db_val region = DB_S(b->region_code), body = DB_I(b->id);
    for (int i = 0; rc == RC_OK && i < n_old; i++)
        if (old[i].now && seat_find(seats, n, old[i].unit_id) < 0)
            rc = db_exec(tx, SQL_meet_member_end, DB_ARGS(region, body, DB_I(old[i].unit_id), DB_T(today)), NULL, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct db_val unit = DB_I(seats[i].unit_id);
        rc = db_exec(tx, SQL_meet_member_put,
                     DB_ARGS(region, body, unit, DB_I(seats[i].ordinal), DB_I(seats[i].voting), DB_T(today)), NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_meet_body_party_add, DB_ARGS(region, body, unit, DB_S("member")), NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_meet_session_party_all, DB_ARGS(region, body, unit), NULL, f);
    }
    return rc;
}

enum rc meet_group_json(struct tx *tx, const struct meet_body *b, struct jw *w, struct fail *f)
{
    struct matter m;
    jw_key(w, "group");
    if (b->group_id == 0) {
        jw_null(w);
        return RC_OK;
    }
    enum rc rc = matter_get(tx, "group", b->group_id, &m, f);
    jw_object(w);
    jw_kid(w, "id", b->group_id);
    jw_ktext_or_null(w, "title", rc == RC_OK ? m.title : SPAN_NONE); /* outside the reader's scope: its id alone */
    jw_object_end(w);
    return rc == RC_MISSING ? RC_OK : rc;
}

enum rc meet_bodies_json(struct tx *tx, int64_t group_id, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {{"id", GOVERN_ID}, {"name", GOVERN_TEXT}};
    const struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_I(group_id)};
    return govern_array(tx, w, &(struct govern_rows){"meeting_bodies", SQL_meet_bodies_of_group, args, 2, columns, 2},
                        f);
}

/* ---- the link ------------------------------------------------------------ */

struct link_job {
    int64_t id, version, group_id;
    enum lang lang;
};

static enum rc check_group(struct tx *tx, int64_t group_id, struct fail *f)
{
    struct matter m;
    if (group_id == 0)
        return RC_OK;
    enum rc rc = matter_get(tx, "group", group_id, &m, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_meet_group_unknown, "group_id", NULL);
    return rc == RC_OK && !span_is(m.state, "active") ? fail_set(f, RC_CONFLICT, MSG_group_ended, NULL, NULL) : rc;
}

static enum rc run_link(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct link_job *job = in;
    struct meet_body b;
    struct meet_note n;
    bool may = false;
    int64_t changed = 0;
    (void)out;
    enum rc rc = meet_body_get(tx, job->id, &b, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, b.unit_id, &may, f);
    if (rc == RC_OK && !may)
        rc = fail_set(f, RC_FORBIDDEN, MSG_meet_not_office, NULL, NULL);
    if (rc == RC_OK)
        rc = check_group(tx, job->group_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_meet_body_group_set,
                     DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(job->version), DB_I_OR_NULL(job->group_id)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_meet_stale, NULL, NULL);
    b.group_id = job->group_id;
    if (rc == RC_OK)
        rc = meet_group_sync(tx, &b, meet_today(tx), f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&n);
    jw_kid(&n.w, "group_id", job->group_id);
    return meet_note_end(tx, &n, &(struct journal_entry){b.region_code, "meeting_body", b.id, "link", SPAN_NONE}, f);
}

static enum rc render_link(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct link_job *job = out;
    struct meet_show show;
    struct meet_body b;
    struct jw w;
    *status = 200;
    jw_init(&w, body);
    enum rc rc = meet_body_get(tx, job->id, &b, f);
    if (rc == RC_OK)
        rc = meet_show_begin(tx, job->lang, &show, f);
    return rc == RC_OK ? meet_body_json(&show, &b, true, &w, f) : rc;
}

enum rc meet_api_body_group(struct req *r, struct fail *f)
{
    struct link_job *job = ARENA_NEW(req_arena(r), struct link_job);
    json_t *body = NULL;
    if (job == NULL)
        return meet_over(f);
    job->lang = req_lang(r);
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->version, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "group_id", NULL);
    if (rc == RC_OK && !json_is_null(json_object_get(body, "group_id")))
        rc = json_get_id(body, "group_id", JSON_REQUIRED, &job->group_id, f);
    return rc == RC_OK ? org_write(r, run_link, job, job, render_link, f) : rc;
}
