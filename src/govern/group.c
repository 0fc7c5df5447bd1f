/*
 * group.c - leading groups, committees, coordination groups, alliances, councils and their working offices: who sits there by which post, what each member
 * answers for, the mandate and the decisions, and the tasks that a body gives. A seat is a unit's post; no person stands here.
 */
#include <string.h>

#include "govern/govern_int.h"

#define FORMS "leading_group|committee|coordination_group|working_office|alliance|council|linkage|register"

static enum rc bad_day(const char *field, struct fail *f)
{
    return fail_set(f, RC_CONFLICT, MSG_group_not_then, field, NULL);
}

/* An ended body takes nothing more. */
static enum rc need_active(const struct govern_call *c, struct fail *f)
{
    return span_is(c->m.state, "active") ? RC_OK : fail_set(f, RC_CONFLICT, MSG_group_ended, NULL, NULL);
}

static enum rc need_member(struct tx *tx, const struct matter *m, int64_t unit_id, struct span on, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_group_is_member, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(unit_id), DB_T(on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool sits = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && !sits
               ? fail_span(f, RC_CONFLICT, MSG_group_not_member, "unit_id", govern_unit_name(tx, unit_id))
               : rc;
}

/* ---- seats ------------------------------------------------------------ */

enum { SEAT_UNIT, SEAT_PLACE, SEAT_POST, SEAT_CONTACT, SEAT_RESOURCES, SEAT_FROM, SEAT_N };
static const struct govern_field seat_fields[] = {
    {"unit_id", GOVERN_UNIT, true, 0, NULL},       {"place", GOVERN_WORD, false, 20, "member|head|deputy|office"},
    {"post", GOVERN_TEXT, false, 120, NULL},       {"contact", GOVERN_TEXT, false, 200, NULL},
    {"resources", GOVERN_TEXT, false, 1000, NULL}, {"from_on", GOVERN_DAY, false, 0, NULL},
};

static enum rc check_seat(struct tx *tx, const struct matter *m, const struct db_val *v, struct span from_on,
                          struct fail *f)
{
    struct unit unit;
    struct rows rows;
    enum rc rc = unit_get(tx, v[SEAT_UNIT].i, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    if (v[SEAT_POST].s.len == 0 && !span_is(v[SEAT_PLACE].s, "office"))
        return fail_set(f, RC_INVALID, MSG_field_missing, "post", NULL);
    if (govern_mobile_in(v[SEAT_CONTACT].s))
        return fail_set(f, RC_INVALID, MSG_group_mobile, "contact", NULL);
    if (span_cmp(from_on, m->from_on) < 0)
        return bad_day("from_on", f);
    rc = db_query(tx, SQL_group_member_clash,
                  DB_ARGS(DB_S(m->region_code), DB_I(m->id), v[SEAT_UNIT], v[SEAT_PLACE], v[SEAT_POST], DB_T(from_on)),
                  &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool clash = rows_next(&rows);
    const int64_t unit_id = clash ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    return rc == RC_OK && clash
               ? fail_span(f, RC_CONFLICT, MSG_group_seat_taken, "unit_id", govern_unit_name(tx, unit_id))
               : rc;
}

static enum rc seat(struct tx *tx, const struct matter *m, const struct db_val *v, struct span today, struct fail *f)
{
    const struct span from_on = govern_day(&v[SEAT_FROM], span_cmp(m->from_on, today) > 0 ? m->from_on : today);
    enum rc rc = check_seat(tx, m, v, from_on, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_group_member_add,
                     DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(tx_new_id(tx)), v[SEAT_UNIT], v[SEAT_PLACE],
                             v[SEAT_POST], v[SEAT_CONTACT], v[SEAT_RESOURCES], DB_T(from_on)),
                     NULL, f);
    if (rc == RC_OK)
        rc = matter_party(tx, m, v[SEAT_UNIT].i, "member", f);
    return rc == RC_OK ? matter_tell(tx, m, v[SEAT_UNIT].i, RIGHT_APPROVE, "group.seat", f) : rc;
}

static enum rc act_seat(struct tx *tx, struct govern_call *c, struct fail *f)
{
    enum rc rc = need_active(c, f);
    return rc == RC_OK ? seat(tx, &c->m, c->v, c->today, f) : rc;
}

enum { END_ON, END_REASON, END_DOCUMENT };
static const struct govern_field end_fields[] = {
    {"to_on", GOVERN_DAY, false, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
};

static enum rc seat_unit(struct tx *tx, const struct govern_call *c, struct span on, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_group_members, DB_ARGS(DB_S(c->m.region_code), DB_I(c->m.id), DB_T(on)), &rows, f);
    *unit_id = 0;
    while (rc == RC_OK && rows_next(&rows)) {
        if (rows_int(&rows, 0) == c->item)
            *unit_id = rows_int(&rows, 1);
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

/* A seat ends; a unit that has no other seat answers for nothing any more. */
static enum rc act_seat_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span to_on = govern_day(&c->v[END_ON], c->today);
    int64_t changed = 0, unit_id = 0;
    struct fail ignored;
    enum rc rc = seat_unit(tx, c, c->today, &unit_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_group_member_end,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(to_on), c->v[END_REASON]),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return bad_day("to_on", f);
    if (rc == RC_OK && unit_id != 0 && need_member(tx, &c->m, unit_id, to_on, &ignored) == RC_CONFLICT)
        rc = db_exec(tx, SQL_group_charges_end_unit,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(unit_id), DB_T(to_on)), NULL, f);
    return rc;
}

/* ---- divided duties ------------------------------------------------------------ */

enum { CHARGE_UNIT, CHARGE_TOPIC, CHARGE_PART, CHARGE_TEXT, CHARGE_FROM };
static const struct govern_field charge_fields[] = {
    {"unit_id", GOVERN_UNIT, true, 0, NULL},
    {"topic", GOVERN_TEXT, true, 120, NULL},
    {"part", GOVERN_WORD, false, 20, "lead|supporting"},
    {"text", GOVERN_TEXT, false, 2000, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

static enum rc one_lead(struct tx *tx, const struct govern_call *c, struct span from_on, struct fail *f)
{
    struct rows rows;
    if (!span_is(c->v[CHARGE_PART].s, "lead"))
        return RC_OK;
    enum rc rc = db_query(tx, SQL_group_charge_lead,
                          DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[CHARGE_TOPIC], DB_T(from_on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t unit_id = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    return rc == RC_OK && unit_id != 0
               ? fail_span(f, RC_CONFLICT, MSG_group_two_leads, "topic", govern_unit_name(tx, unit_id))
               : rc;
}

static enum rc act_charge(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span from_on = govern_day(&c->v[CHARGE_FROM], c->today);
    enum rc rc = need_active(c, f);
    if (rc == RC_OK)
        rc = need_member(tx, &c->m, c->v[CHARGE_UNIT].i, from_on, f);
    if (rc == RC_OK)
        rc = one_lead(tx, c, from_on, f);
    return rc == RC_OK ? db_exec(tx, SQL_group_charge_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(tx_new_id(tx)), c->v[CHARGE_UNIT],
                                         c->v[CHARGE_TOPIC], c->v[CHARGE_PART], c->v[CHARGE_TEXT], DB_T(from_on)),
                                 NULL, f)
                       : rc;
}

static enum rc act_charge_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t changed = 0;
    const enum rc rc =
        db_exec(tx, SQL_group_charge_end,
                DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(govern_day(&c->v[END_ON], c->today))),
                &changed, f);
    return rc == RC_OK && changed == 0 ? bad_day("to_on", f) : rc;
}

/* ---- mandates and decisions ------------------------------------------------------------ */

enum { TEXT_WHAT, TEXT_TITLE, TEXT_TEXT, TEXT_DOCUMENT, TEXT_FROM };
static const struct govern_field text_fields[] = {
    {"what", GOVERN_WORD, false, 20, "mandate|decision"},
    {"title", GOVERN_TEXT, false, 300, NULL},
    {"text", GOVERN_TEXT, true, GOVERN_TEXT_BYTES_MAX, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

/* A mandate follows the one before it; they never overlap. */
static enum rc follow_mandate(struct tx *tx, const struct govern_call *c, struct span from_on, struct fail *f)
{
    struct rows rows;
    if (!span_is(c->v[TEXT_WHAT].s, "mandate"))
        return RC_OK;
    enum rc rc = db_query(tx, SQL_group_mandate_last, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool late = rows_next(&rows) && span_cmp(rows_text(&rows, 0), from_on) >= 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && late)
        return bad_day("from_on", f);
    return rc == RC_OK ? db_exec(tx, SQL_group_mandate_end, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_T(from_on)),
                                 NULL, f)
                       : rc;
}

static enum rc act_text(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span from_on = govern_day(&c->v[TEXT_FROM], c->today);
    enum rc rc = need_active(c, f);
    if (rc == RC_OK && span_cmp(from_on, c->m.from_on) < 0)
        rc = bad_day("from_on", f);
    if (rc == RC_OK)
        rc = follow_mandate(tx, c, from_on, f);
    return rc == RC_OK ? db_exec(tx, SQL_group_text_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(tx_new_id(tx)), c->v[TEXT_WHAT],
                                         c->v[TEXT_TITLE], c->v[TEXT_TEXT], c->v[TEXT_DOCUMENT], DB_T(from_on)),
                                 NULL, f)
                       : rc;
}

/* ---- tasks ------------------------------------------------------------ */

enum { TASK_TITLE, TASK_HOLDER, TASK_FROM, TASK_DUE, TASK_EVERY };
static const struct govern_field task_fields[] = {
    {"title", GOVERN_TEXT, true, DUTY_TITLE_BYTES_MAX, NULL},
    {"holder_id", GOVERN_UNIT, false, 0, NULL},
    {"from_id", GOVERN_UNIT, false, 0, NULL},
    {"due_on", GOVERN_DAY, false, 0, NULL},
    {"report_every", GOVERN_TEXT, false, 20, NULL},
};

static enum rc office_of(struct tx *tx, const struct govern_call *c, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_group_office, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_T(c->today)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *unit_id = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    return rows_end(&rows);
}

/*
 * Downwards the body's unit gives a member a task; upwards a member puts a matter to the working office, when no holder is named. Whoever gives it
 * must hold the right to assign for the unit that gives: duty_open asks.
 */
static enum rc act_task(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct govern_task task = {.title = c->v[TASK_TITLE].s,
                               .due_on = govern_day(&c->v[TASK_DUE], SPAN_NONE),
                               .report_every = c->v[TASK_EVERY].s,
                               .holder_id = govern_id(&c->v[TASK_HOLDER]),
                               .assigner_id = govern_id(&c->v[TASK_FROM])};
    enum rc rc = need_active(c, f);
    if (rc == RC_OK && task.assigner_id == 0)
        task.assigner_id = c->m.unit_id;
    else if (rc == RC_OK)
        rc = need_member(tx, &c->m, task.assigner_id, c->today, f);
    if (rc == RC_OK && task.holder_id == 0) {
        rc = office_of(tx, c, &task.holder_id, f);
        if (rc == RC_OK && task.holder_id == 0)
            rc = fail_set(f, RC_CONFLICT, MSG_group_no_office, "holder_id", NULL);
    } else if (rc == RC_OK) {
        rc = need_member(tx, &c->m, task.holder_id, c->today, f);
    }
    return rc == RC_OK ? govern_task_open(tx, &c->m, &task, NULL, f) : rc;
}

/* ---- the body itself ------------------------------------------------------------ */

enum { GROUP_MANDATE = CREATE_OWN, GROUP_MEMBERS };
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"mandate", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
    {"members", GOVERN_LIST, false, 0, NULL},
};

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    enum rc rc = RC_OK;
    if (span_is(c->m.form, "working_office") && c->m.parent_id == 0)
        return fail_set(f, RC_INVALID, MSG_group_office_alone, "parent_id", NULL);
    if (span_is(c->m.form, "linkage")) {
        struct region county = {.level = SPAN("")};
        if (c->m.place_code.len > 0)
            rc = region_get(tx, c->m.place_code, SPAN_NONE, &county, f);
        if (rc == RC_OK && !span_is(county.level, "county"))
            rc = fail_set(f, RC_INVALID, MSG_group_county, "place_code", NULL);
    }
    if (rc == RC_OK && c->v[GROUP_MANDATE].s.len > 0)
        rc = db_exec(tx, SQL_group_text_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(tx_new_id(tx)), DB_S("mandate"), DB_S(""),
                             c->v[GROUP_MANDATE], DB_T(c->m.document_number), DB_T(c->m.from_on)),
                     NULL, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(c->list[GROUP_MEMBERS]); i++) {
        struct db_val v[SEAT_N];
        rc = govern_fields(json_array_get(c->list[GROUP_MEMBERS], i), seat_fields, SEAT_N, false, v, NULL, f);
        if (rc == RC_OK && v[SEAT_FROM].type == DB_NULL)
            v[SEAT_FROM] = DB_T(c->m.from_on);
        if (rc == RC_OK)
            rc = seat(tx, &c->m, v, c->today, f);
    }
    return rc;
}

static enum rc act_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span to_on = govern_day(&c->v[END_ON], c->today);
    const struct db_val args[] = {DB_S(c->m.region_code), DB_I(c->id)};
    struct rows rows;
    int64_t open = 0;
    enum rc rc = need_active(c, f);
    if (rc == RC_OK && span_cmp(to_on, c->m.from_on) <= 0)
        rc = bad_day("to_on", f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_matter_duty_sums, args, 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    open = rows_int(&rows, 1);
    rc = rows_end(&rows);
    if (rc == RC_OK && open > 0) {
        char text[24];
        (void)snprintf(text, sizeof text, "%lld", (long long)open);
        return fail_set(f, RC_CONFLICT, MSG_group_tasks_open, NULL, text, NULL);
    }
    if (rc == RC_OK)
        rc = matter_state(tx, &c->m, "ended", to_on, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_group_members_end, DB_ARGS(args[0], args[1], DB_T(to_on), c->v[END_REASON]), NULL, f)
               : rc;
}

/* ---- what is shown ------------------------------------------------------------ */

static const struct govern_column seat_columns[] = {
    {"id", GOVERN_ID},       {"unit", GOVERN_UNIT},    {"place", GOVERN_TEXT},
    {"post", GOVERN_TEXT},   {"contact", GOVERN_TEXT}, {"resources", GOVERN_TEXT},
    {"from_on", GOVERN_DAY}, {"to_on", GOVERN_DAY},    {"end_reason", GOVERN_TEXT},
};
static const struct govern_column charge_columns[] = {
    {"id", GOVERN_ID},     {"unit", GOVERN_UNIT},   {"topic", GOVERN_TEXT}, {"part", GOVERN_TEXT},
    {"text", GOVERN_TEXT}, {"from_on", GOVERN_DAY}, {"to_on", GOVERN_DAY},
};
static const struct govern_column text_columns[] = {
    {"id", GOVERN_ID},
    {"what", GOVERN_TEXT},
    {"title", GOVERN_TEXT},
    {"text", GOVERN_TEXT},
    {"document_number", GOVERN_TEXT},
    {"from_on", GOVERN_DAY},
    {"to_on", GOVERN_DAY},
};

static enum rc show_group(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                          struct fail *f)
{
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_S(show->as_of.on)};
    const struct govern_rows parts[] = {
        {"members", SQL_group_members, args, 3, seat_columns, COUNT(seat_columns)},
        {"former_members", SQL_group_members_former, args, 3, seat_columns, COUNT(seat_columns)},
        {"charges", SQL_group_charges, args, 3, charge_columns, COUNT(charge_columns)},
        {"texts", SQL_group_texts, args, 3, text_columns, COUNT(text_columns)},
    };
    const struct db_val list[] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX + 1), DB_I(m->id)};
    const struct govern_list below = {
        .filters = SQLF_matter_list_parent, .oldest = true, .limit = LIST_LIMIT_MAX, .args = list, .n_args = 3};
    int64_t next = 0;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < COUNT(parts); i++)
        rc = govern_array(tx, w, &parts[i], f);
    if (rc == RC_OK)
        rc = govern_tasks(tx, m, w, f);
    if (rc == RC_OK)
        rc = meet_bodies_json(tx, m->id, w, f);
    jw_key(w, "below");
    return rc == RC_OK ? govern_list(tx, &below, show, w, &next, f) : rc;
}

static enum rc brief_group(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                           struct fail *f)
{
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_S(show->as_of.on)};
    const struct govern_rows seats = {"members", SQL_group_members, args, 3, seat_columns, 4};
    return govern_array(tx, w, &seats, f);
}

/* ---- questions over bodies ------------------------------------------------------------ */

static enum rc answer_seats(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},        {"group_id", GOVERN_ID}, {"group", GOVERN_TEXT}, {"form", GOVERN_TEXT},
        {"state", GOVERN_TEXT},   {"unit", GOVERN_UNIT},   {"place", GOVERN_TEXT}, {"post", GOVERN_TEXT},
        {"contact", GOVERN_TEXT}, {"from_on", GOVERN_DAY}, {"to_on", GOVERN_DAY},
    };
    struct govern_ask *ask = ctx;
    struct db_val args[8] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX)};
    const struct span post = req_query(ask->r, "post");
    uint32_t filters = SQLF_group_seats_on;
    int64_t unit = 0, body = 0;
    struct rows rows;
    int n = 2;
    enum rc rc = req_query_id(ask->r, "unit", &unit, f);
    if (rc == RC_OK)
        rc = req_query_id(ask->r, "group", &body, f);
    if (unit != 0) {
        filters |= SQLF_group_seats_unit;
        args[n++] = DB_I(unit);
    }
    if (body != 0) {
        filters |= SQLF_group_seats_body;
        args[n++] = DB_I(body);
    }
    if (post.len > 0) {
        filters |= SQLF_group_seats_post;
        args[n++] = DB_T(post);
    }
    args[n++] = DB_S(ask->show.as_of.on);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_group_seats, filters, SQLO_group_seats_newest, false, args, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        govern_members(tx, &rows, columns, COUNT(columns), w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rows_end(&rows);
}

static enum rc api_seats(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "unit", "group", "post", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_seats, f) : rc;
}

/* Which unit a topic goes to: the lead first. No unit answers for it: 404, with the topic named. */
static enum rc answer_routing(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct govern_column columns[] = {{"unit", GOVERN_UNIT}, {"part", GOVERN_TEXT}, {"text", GOVERN_TEXT}};
    struct govern_ask *ask = ctx;
    const struct span topic = req_query(ask->r, "topic");
    struct matter m;
    struct rows rows;
    enum rc rc = matter_get(tx, "group", ask->id, &m, f);
    const struct db_val args[] = {DB_S(m.region_code), DB_I(ask->id), DB_T(topic.len > 0 ? topic : SPAN("")),
                                  DB_S(ask->show.as_of.on)};
    if (rc == RC_OK)
        rc = db_query(tx, SQL_group_routing, args, 4, &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool any = rows_next(&rows);
    rc = rows_end(&rows);
    if (rc == RC_OK && !any)
        return fail_span(f, RC_MISSING, MSG_group_no_route, "topic", topic);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_ktext(w, "topic", topic);
    if (rc == RC_OK)
        rc = govern_array(tx, w, &(struct govern_rows){"items", SQL_group_routing, args, 4, columns, 3}, f);
    jw_object_end(w);
    return rc;
}

static enum rc api_routing(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "topic", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_routing, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/groups"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/members", "seat", FIELDS(seat_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_seat},
    {"POST " API "/{id}/members/{item}/end", "seat_end", FIELDS(end_fields), RIGHT_ASSIGN, 0, act_seat_end},
    {"POST " API "/{id}/charges", "charge", FIELDS(charge_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_charge},
    {"POST " API "/{id}/charges/{item}/end", "charge_end", FIELDS(end_fields), RIGHT_ASSIGN, 0, act_charge_end},
    {"POST " API "/{id}/texts", "text", FIELDS(text_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_text},
    {"POST " API "/{id}/tasks", "task", FIELDS(task_fields), RIGHT_READ, GOVERN_ADDS, act_task},
    {"POST " API "/{id}/end", "end", FIELDS(end_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_end},
};
const struct govern_topic govern_group = {"group", "groups", "LD",         "active",   FORMS,
                                          false,   verbs,    COUNT(verbs), show_group, brief_group};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "leading groups, committees, councils"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "found a body"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one body: seats, duties, mandates, tasks"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/members", AUTH_USER, 0, "assign", govern_api_write, 0, "a seat: a unit's post"},
    {HTTP_POST, API "/{id}/members/{item}/end", AUTH_USER, 0, "assign", govern_api_write, 0, "a seat ends"},
    {HTTP_POST, API "/{id}/charges", AUTH_USER, 0, "assign", govern_api_write, 0, "what a member unit answers for"},
    {HTTP_POST, API "/{id}/charges/{item}/end", AUTH_USER, 0, "assign", govern_api_write, 0, "no longer"},
    {HTTP_POST, API "/{id}/texts", AUTH_USER, 0, "assign", govern_api_write, 0, "a mandate or a decision"},
    {HTTP_POST, API "/{id}/tasks", AUTH_USER, 0, "assign", govern_api_write, 0,
     "a task for a member, or for the office"},
    {HTTP_POST, API "/{id}/end", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "the body ends"},
    {HTTP_GET, API "/{id}/routing", AUTH_USER, ROUTE_POOL, NULL, api_routing, 0, "which unit a topic goes to"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
    {HTTP_GET, "/api/v1/seats", AUTH_USER, ROUTE_POOL, NULL, api_seats, 0, "who sits where"},
};
const struct route_table group_routes = {"group", routes, COUNT(routes)};
