/*
 * network.c - networks, alliances, associations, systems of overseas offices, channels, agencies that act together: who is a member, what the network does
 * and who answers for it where. A member is a unit or a party outside; no person stands here.
 */
#include <string.h>

#include "govern/network_int.h"

#define FORMS "network|alliance|association|overseas|diplomatic|mission|agencies"
#define VISIBLE "members|all|public"
#define KINDS "unit|university|association|firm|our_mission|foreign_mission|overseas_office|channel|tourism|other"

static enum rc bad_day(const char *field, struct fail *f)
{
    return fail_set(f, RC_CONFLICT, MSG_network_not_then, field, NULL);
}

enum rc network_need_active(const struct matter *m, struct fail *f)
{
    return span_is(m->state, "active") ? RC_OK : fail_set(f, RC_CONFLICT, MSG_network_ended, NULL, NULL);
}

enum rc network_visible(struct tx *tx, const struct matter *m, struct span *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_network_of, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_text_dup(&rows, 0);
    return rows_end(&rows);
}

/* ---- members ------------------------------------------------------------ */

enum { SEAT_UNIT, SEAT_NAME, SEAT_KIND, SEAT_COUNTRY, SEAT_POST, SEAT_CONTACT, SEAT_FROM, SEAT_N };
static const struct govern_field seat_fields[] = {
    {"unit_id", GOVERN_UNIT, false, 0, NULL}, {"name", GOVERN_TEXT, false, 200, NULL},
    {"kind", GOVERN_TEXT, false, 40, NULL},   {"country", GOVERN_TEXT, false, 60, NULL},
    {"post", GOVERN_TEXT, false, 120, NULL},  {"contact", GOVERN_TEXT, false, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
};

/* What kinds of members a form takes, and which of them stand for a country. */
static const struct {
    const char *form, *kinds;
    bool country;
} takes[] = {
    {"overseas", "overseas_office|unit", true},
    {"mission", "our_mission|foreign_mission", true},
    {"diplomatic", "channel|unit", false},
    {"agencies", "unit", false},
};

static enum rc check_kind(const struct matter *m, const struct db_val *v, struct span kind, struct fail *f)
{
    if (!govern_word_in(kind, KINDS))
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "kind", KINDS, NULL);
    for (int i = 0; i < COUNT(takes); i++) {
        if (!span_is(m->form, takes[i].form))
            continue;
        if (!govern_word_in(kind, takes[i].kinds))
            return fail_set(f, RC_INVALID, MSG_network_member_kind, "kind", takes[i].kinds, NULL);
        if (takes[i].country && span_trim(v[SEAT_COUNTRY].s).len == 0)
            return fail_set(f, RC_INVALID, MSG_network_country, "country", NULL);
    }
    return RC_OK;
}

static enum rc check_seat(struct tx *tx, const struct matter *m, const struct db_val *v, struct span from_on,
                          struct fail *f)
{
    const struct span name = span_trim(v[SEAT_NAME].s);
    const int64_t unit_id = govern_id(&v[SEAT_UNIT]);
    struct unit unit;
    struct rows rows;
    if ((unit_id != 0) == (name.len > 0))
        return fail_set(f, RC_INVALID, MSG_network_member_who, unit_id != 0 ? "name" : "unit_id", NULL);
    if (govern_mobile_in(v[SEAT_CONTACT].s))
        return fail_set(f, RC_INVALID, MSG_network_mobile, "contact", NULL);
    if (span_cmp(from_on, m->from_on) < 0)
        return bad_day("from_on", f);
    enum rc rc = unit_id != 0 ? unit_get(tx, unit_id, SPAN_NONE, &unit, f) : RC_OK;
    if (rc == RC_OK)
        rc = db_query(tx, SQL_network_member_clash,
                      DB_ARGS(DB_S(m->region_code), DB_I(m->id), v[SEAT_UNIT], DB_T(name), DB_T(from_on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool clash = rows_next(&rows);
    rc = rows_end(&rows);
    return rc == RC_OK && clash ? fail_span(f, RC_CONFLICT, MSG_network_member_twice, unit_id != 0 ? "unit_id" : "name",
                                            unit_id != 0 ? unit.name : name)
                                : rc;
}

static enum rc seat(struct tx *tx, const struct matter *m, const struct db_val *v, struct span today, int64_t *id,
                    struct fail *f)
{
    const struct span from_on = govern_day(&v[SEAT_FROM], span_cmp(m->from_on, today) > 0 ? m->from_on : today);
    const bool inside = govern_id(&v[SEAT_UNIT]) != 0;
    const struct span kind = v[SEAT_KIND].s.len > 0 ? v[SEAT_KIND].s : inside ? SPAN("unit") : SPAN("other");
    enum rc rc = check_seat(tx, m, v, from_on, f);
    if (rc == RC_OK)
        rc = check_kind(m, v, kind, f);
    *id = tx_new_id(tx);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_member_add,
                     DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(*id), v[SEAT_UNIT],
                             DB_T(span_trim(v[SEAT_NAME].s)), DB_T(kind), DB_T(span_trim(v[SEAT_COUNTRY].s)),
                             v[SEAT_POST], v[SEAT_CONTACT], DB_T(from_on)),
                     NULL, f);
    if (rc == RC_OK && inside)
        rc = matter_party(tx, m, v[SEAT_UNIT].i, "member", f);
    return rc == RC_OK && inside ? matter_tell(tx, m, v[SEAT_UNIT].i, RIGHT_APPROVE, "network.member", f) : rc;
}

static enum rc act_seat(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const enum rc rc = network_need_active(&c->m, f);
    return rc == RC_OK ? seat(tx, &c->m, c->v, c->today, &c->item, f) : rc;
}

enum rc network_member_find(struct tx *tx, const struct matter *m, int64_t id, struct network_member *out,
                            struct fail *f)
{
    struct rows rows;
    const enum rc rc =
        db_one(tx, SQL_network_member_by_id, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(id)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_not_found, "member_id", NULL);
    if (rc != RC_OK)
        return rc;
    *out = (struct network_member){.id = id,
                                   .unit_id = rows_int(&rows, 1),
                                   .name = rows_text_dup(&rows, 2),
                                   .kind = rows_text_dup(&rows, 3),
                                   .country = rows_text_dup(&rows, 4),
                                   .from_on = rows_text_dup(&rows, 5),
                                   .to_on = rows_text_dup(&rows, 6)};
    return rows_end(&rows);
}

enum rc network_member_get(struct tx *tx, const struct matter *m, int64_t id, struct span on,
                           struct network_member *out, struct fail *f)
{
    const enum rc rc = network_member_find(tx, m, id, out, f);
    if (rc != RC_OK)
        return rc;
    if (span_cmp(out->from_on, on) <= 0 && (out->to_on.ptr == NULL || span_cmp(out->to_on, on) > 0))
        return RC_OK;
    return fail_span(f, RC_CONFLICT, MSG_network_not_member, "member_id",
                     out->unit_id != 0 ? govern_unit_name(tx, out->unit_id) : out->name);
}

enum { END_ON, END_REASON };
static const struct govern_field end_fields[] = {
    {"to_on", GOVERN_DAY, false, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
};

/* Who leaves answers for nothing any more and shares no record. */
static enum rc act_seat_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span to_on = govern_day(&c->v[END_ON], c->today);
    const struct db_val region = DB_S(c->m.region_code), id = DB_I(c->id);
    struct network_member member;
    int64_t changed = 0;
    enum rc rc = network_member_get(tx, &c->m, c->item, c->today, &member, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_member_end, DB_ARGS(region, id, DB_I(c->item), DB_T(to_on), c->v[END_REASON]),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return bad_day("to_on", f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_charges_end_member, DB_ARGS(region, id, DB_I(c->item), DB_T(to_on)), NULL, f);
    return rc == RC_OK && member.unit_id != 0
               ? db_exec(tx, SQL_network_agency_leaves,
                         DB_ARGS(region, id, DB_I(member.unit_id), DB_T(to_on), c->v[END_REASON]), NULL, f)
               : rc;
}

enum rc network_speaks(struct tx *tx, const struct matter *m, struct span on, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    bool holds = false;
    *unit_id = m->unit_id;
    enum rc rc = org_holds(tx, RIGHT_ASSIGN, m->unit_id, &holds, f);
    if (rc != RC_OK || holds)
        return rc;
    int64_t units[GOVERN_ROWS_MAX];
    int n = 0;
    rc = db_query(tx, SQL_network_members, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(on)), &rows, f);
    while (rc == RC_OK && n < GOVERN_ROWS_MAX && rows_next(&rows)) {
        if (!rows_is_null(&rows, 1))
            units[n++] = rows_int(&rows, 1);
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && !holds && i < n; i++) {
        *unit_id = units[i];
        rc = org_holds(tx, RIGHT_REPORT, units[i], &holds, f);
    }
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "report", NULL) : rc;
}

/* ---- functions ------------------------------------------------------------ */

enum { FUNCTION_CODE, FUNCTION_TITLE, FUNCTION_N };
static const struct govern_field function_fields[] = {
    {"code", GOVERN_TEXT, true, 40, NULL},
    {"title", GOVERN_TEXT, true, 200, NULL},
};

static enum rc put_function(struct tx *tx, const struct matter *m, const struct db_val *v, struct fail *f)
{
    return db_exec(tx, SQL_network_function_put,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id), v[FUNCTION_CODE], v[FUNCTION_TITLE]), NULL, f);
}

static enum rc act_function(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const enum rc rc = network_need_active(&c->m, f);
    return rc == RC_OK ? put_function(tx, &c->m, c->v, f) : rc;
}

static enum rc need_function(struct tx *tx, const struct matter *m, struct span code, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_network_function_known, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(code)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool known = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && !known ? fail_span(f, RC_CONFLICT, MSG_network_no_function, "function", code) : rc;
}

struct cell {
    int64_t member_id;
    struct span function, on;
    int64_t charge_id, home_id; /* 0: nobody yet; the network's own */
};

static enum rc charge_at(struct tx *tx, const struct matter *m, struct cell *cell, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_query(
        tx, SQL_network_charge_at,
        DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(cell->member_id), DB_T(cell->function), DB_T(cell->on)), &rows,
        f);
    if (rc != RC_OK)
        return rc;
    const bool any = rows_next(&rows);
    cell->charge_id = any ? rows_int(&rows, 0) : 0;
    cell->home_id = any ? rows_int(&rows, 1) : 0;
    return rows_end(&rows);
}

enum rc network_home_unit(struct tx *tx, const struct matter *m, int64_t member_id, struct span function,
                          int64_t *unit_id, struct fail *f)
{
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    struct cell cell = {.member_id = member_id, .function = function, .on = span_of(today)};
    enum rc rc = function.len > 0 ? need_function(tx, m, function, f) : RC_OK;
    if (rc == RC_OK && member_id != 0 && function.len > 0)
        rc = charge_at(tx, m, &cell, f);
    *unit_id = cell.home_id != 0 ? cell.home_id : m->unit_id;
    return rc;
}

enum { CHARGE_MEMBER, CHARGE_FUNCTION, CHARGE_POST, CHARGE_CONTACT, CHARGE_HOME, CHARGE_FROM };
static const struct govern_field charge_fields[] = {
    {"member_id", GOVERN_ID, true, 0, NULL},       {"function", GOVERN_TEXT, true, 40, NULL},
    {"post", GOVERN_TEXT, true, 120, NULL},        {"contact", GOVERN_TEXT, false, 200, NULL},
    {"home_unit_id", GOVERN_UNIT, false, 0, NULL}, {"from_on", GOVERN_DAY, false, 0, NULL},
};

static enum rc act_charge(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const struct span from_on = govern_day(&v[CHARGE_FROM], c->today);
    struct network_member member;
    struct unit unit;
    struct cell cell = {.function = v[CHARGE_FUNCTION].s, .member_id = v[CHARGE_MEMBER].i, .on = from_on};
    enum rc rc = network_need_active(&c->m, f);
    if (rc == RC_OK)
        rc = network_member_get(tx, &c->m, v[CHARGE_MEMBER].i, from_on, &member, f);
    if (rc == RC_OK)
        rc = need_function(tx, &c->m, v[CHARGE_FUNCTION].s, f);
    if (rc == RC_OK && govern_mobile_in(v[CHARGE_CONTACT].s))
        rc = fail_set(f, RC_INVALID, MSG_network_mobile, "contact", NULL);
    if (rc == RC_OK && govern_id(&v[CHARGE_HOME]) != 0)
        rc = unit_get(tx, v[CHARGE_HOME].i, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        rc = charge_at(tx, &c->m, &cell, f);
    if (rc == RC_OK && cell.charge_id != 0)
        rc = fail_set(f, RC_CONFLICT, MSG_network_charge_twice, "function", NULL);
    c->item = tx_new_id(tx);
    return rc == RC_OK
               ? db_exec(tx, SQL_network_charge_add,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_I(member.id),
                                 v[CHARGE_FUNCTION], v[CHARGE_POST], v[CHARGE_CONTACT], v[CHARGE_HOME], DB_T(from_on)),
                         NULL, f)
               : rc;
}

static enum rc act_charge_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t changed = 0;
    const enum rc rc =
        db_exec(tx, SQL_network_charge_end,
                DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(govern_day(&c->v[END_ON], c->today))),
                &changed, f);
    return rc == RC_OK && changed == 0 ? bad_day("to_on", f) : rc;
}

/* ---- the network itself ------------------------------------------------------------ */

enum { NETWORK_VISIBLE = CREATE_OWN, NETWORK_FUNCTIONS, NETWORK_MEMBERS };
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"visible", GOVERN_WORD, false, 20, VISIBLE},
    {"functions", GOVERN_LIST, false, 0, NULL},
    {"members", GOVERN_LIST, false, 0, NULL},
};
static const struct govern_field visible_fields[] = {{"visible", GOVERN_WORD, true, 20, VISIBLE}};

static enum rc put_visible(struct tx *tx, const struct matter *m, struct span visible, struct fail *f)
{
    bool holds = true;
    enum rc rc = RC_OK;
    if (span_is(visible, "public"))
        rc = org_holds(tx, RIGHT_PUBLISH, m->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        return fail_set(f, RC_FORBIDDEN, MSG_network_public_right, "visible", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_put, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(visible)), NULL, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_network_open,
                         DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(span_is(visible, "members") ? 0 : 1)), NULL, f)
               : rc;
}

static enum rc act_visible(struct tx *tx, struct govern_call *c, struct fail *f)
{
    return put_visible(tx, &c->m, c->v[0].s, f);
}

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct db_val v[SEAT_N];
    int64_t id = 0;
    enum rc rc = put_visible(tx, &c->m, c->v[NETWORK_VISIBLE].s, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(c->list[NETWORK_FUNCTIONS]); i++) {
        rc = govern_fields(json_array_get(c->list[NETWORK_FUNCTIONS], i), function_fields, FUNCTION_N, false, v, NULL,
                           f);
        if (rc == RC_OK)
            rc = put_function(tx, &c->m, v, f);
    }
    for (size_t i = 0; rc == RC_OK && i < json_array_size(c->list[NETWORK_MEMBERS]); i++) {
        rc = govern_fields(json_array_get(c->list[NETWORK_MEMBERS], i), seat_fields, SEAT_N, false, v, NULL, f);
        if (rc == RC_OK && v[SEAT_FROM].type == DB_NULL)
            v[SEAT_FROM] = DB_T(c->m.from_on);
        if (rc == RC_OK)
            rc = seat(tx, &c->m, v, c->today, &id, f);
    }
    return rc;
}

static enum rc act_end(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct span to_on = govern_day(&c->v[END_ON], c->today);
    const struct db_val region = DB_S(c->m.region_code), id = DB_I(c->id);
    enum rc rc = network_need_active(&c->m, f);
    if (rc == RC_OK && span_cmp(to_on, c->m.from_on) <= 0)
        rc = bad_day("to_on", f);
    if (rc == RC_OK)
        rc = matter_state(tx, &c->m, "ended", to_on, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_members_end, DB_ARGS(region, id, DB_T(to_on), c->v[END_REASON]), NULL, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_network_agencies_leave, DB_ARGS(region, id, DB_T(to_on), c->v[END_REASON]), NULL, f)
               : rc;
}

/* ---- what is shown ------------------------------------------------------------ */

static const struct govern_column member_columns[] = {
    {"id", GOVERN_ID},        {"unit", GOVERN_UNIT},       {"name", GOVERN_TEXT},    {"kind", GOVERN_TEXT},
    {"country", GOVERN_TEXT}, {"post", GOVERN_TEXT},       {"contact", GOVERN_TEXT}, {"from_on", GOVERN_DAY},
    {"to_on", GOVERN_DAY},    {"end_reason", GOVERN_TEXT},
};
static const struct govern_column function_columns[] = {
    {"code", GOVERN_TEXT}, {"title", GOVERN_TEXT}, {"ordinal", GOVERN_INT}};
static const struct govern_column charge_columns[] = {
    {"id", GOVERN_ID},        {"member_id", GOVERN_ID},   {"function", GOVERN_TEXT}, {"post", GOVERN_TEXT},
    {"contact", GOVERN_TEXT}, {"home_unit", GOVERN_UNIT}, {"from_on", GOVERN_DAY},   {"to_on", GOVERN_DAY},
};

static enum rc show_network(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                            struct fail *f)
{
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_S(show->as_of.on)};
    const struct govern_rows parts[] = {
        {"members", SQL_network_members, args, 3, member_columns, COUNT(member_columns)},
        {"former_members", SQL_network_members_former, args, 3, member_columns, COUNT(member_columns)},
        {"functions", SQL_network_functions, args, 2, function_columns, COUNT(function_columns)},
        {"charges", SQL_network_charges, args, 3, charge_columns, COUNT(charge_columns)},
    };
    struct span visible = SPAN("");
    enum rc rc = network_visible(tx, m, &visible, f);
    jw_ktext(w, "visible", visible);
    for (int i = 0; rc == RC_OK && i < COUNT(parts); i++)
        rc = govern_array(tx, w, &parts[i], f);
    if (rc == RC_OK)
        rc = network_entries_show(tx, m, span_of(show->as_of.on), w, f);
    if (rc == RC_OK)
        rc = request_counts_show(tx, m->id, w, f);
    jw_key(w, "records");
    return rc == RC_OK ? network_records_show(tx, m, SPAN_NONE, w, f) : rc;
}

static enum rc brief_network(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                             struct fail *f)
{
    struct span visible = SPAN("");
    const enum rc rc = network_visible(tx, m, &visible, f);
    (void)show;
    jw_ktext(w, "visible", visible);
    return rc;
}

/* ---- reads of one network ------------------------------------------------------------ */

/* ?from=, ?until=: a year back and two years on when they are not given. */
static enum rc days_of(struct req *r, struct tx *tx, struct network_days *days, struct fail *f)
{
    char *text = arena_alloc(req_arena(r), 22);
    const int32_t today = date_to_days(date_of_us(tx_now_us(tx)));
    if (text == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    date_print(date_from_days(today - 366), text);
    date_print(date_from_days(today + 731), text + 11);
    days->from_on = span_of(text);
    days->until_on = span_of(text + 11);
    struct span from = SPAN_NONE, until = SPAN_NONE;
    enum rc rc = req_query_date(r, "from", &from, f);
    if (rc == RC_OK)
        rc = req_query_date(r, "until", &until, f);
    if (from.len > 0)
        days->from_on = from;
    if (until.len > 0)
        days->until_on = until;
    return rc == RC_OK && span_cmp(days->until_on, days->from_on) < 0
               ? fail_set(f, RC_INVALID, MSG_network_days, "until", NULL)
               : rc;
}

static enum rc write_calendar(struct tx *tx, const struct govern_ask *ask, const struct matter *m, bool public_only,
                              struct fail *f)
{
    struct network_days days = {.public_only = public_only};
    enum rc rc = days_of(ask->r, tx, &days, f);
    if (rc == RC_OK && span_ends(req_path(ask->r), SPAN(".ics"))) {
        struct span ics = SPAN_NONE;
        rc = network_ics(tx, m, &days, &ics, f);
        if (rc == RC_OK)
            reply_body(ask->r, "text/calendar; charset=utf-8", ics);
        return rc;
    }
    struct jw *w = rc == RC_OK ? reply_json(ask->r) : NULL;
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_ktext(w, "from_on", days.from_on);
    jw_ktext(w, "until_on", days.until_on);
    jw_key(w, "items");
    rc = network_calendar(tx, m, &days, w, f);
    jw_object_end(w);
    return rc;
}

static enum rc answer_calendar(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    const enum rc rc = matter_get(tx, "network", ask->id, &m, f);
    return rc == RC_OK ? write_calendar(tx, ask, &m, false, f) : rc;
}

static enum rc api_calendar(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "from", "until", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_calendar, f) : rc;
}

static enum rc answer_figures(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    int64_t item = 0;
    enum rc rc = req_param_id(ask->r, "item", &item, f);
    if (rc == RC_OK)
        rc = matter_get(tx, "network", ask->id, &m, f);
    return rc == RC_OK ? network_figures_show(tx, &m, item, reply_json(ask->r), f) : rc;
}

static enum rc api_figures(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, NULL);
    return rc == RC_OK ? govern_api_read(r, answer_figures, f) : rc;
}

static enum rc answer_records(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    enum rc rc = matter_get(tx, "network", ask->id, &m, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    rc = network_records_show(tx, &m, req_query(ask->r, "q"), w, f);
    jw_object_end(w);
    return rc;
}

static enum rc api_records(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "q", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_records, f) : rc;
}

/* ---- what the public sees ------------------------------------------------------------ */

static struct matter public_of(struct rows *rows)
{
    struct matter m = {.id = rows_int(rows, 1),
                       .form = rows_text_dup(rows, 2),
                       .title = rows_text_dup(rows, 3),
                       .text = rows_text_dup(rows, 4),
                       .unit_id = rows_int(rows, 5),
                       .from_on = rows_text_dup(rows, 6)};
    const struct span region = rows_text(rows, 0);
    memcpy(m.region_code, region.ptr, region.len < 6 ? region.len : 6);
    return m;
}

static void public_members(struct tx *tx, const struct matter *m, struct jw *w)
{
    jw_kid(w, "id", m->id);
    jw_ktext(w, "form", m->form);
    jw_ktext(w, "title", m->title);
    jw_ktext(w, "text", m->text);
    govern_unit_member(tx, w, "unit", m->unit_id);
    jw_ktext(w, "from_on", m->from_on);
}

static enum rc answer_public_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct rows rows;
    int64_t count = 0, last = 0;
    enum rc rc = db_query(tx, SQL_public_networks, DB_ARGS(DB_I(ask->limit + 1), DB_I(ask->after)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows) && ++count <= ask->limit) {
        const struct matter m = public_of(&rows);
        last = m.id;
        jw_object(w);
        public_members(tx, &m, w);
        jw_object_end(w);
    }
    rc = rows_end(&rows);
    jw_array_end(w);
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)last);
    const struct span key = span_of(text);
    const char *page = count > ask->limit ? page_key(tx_arena(tx), 1, &key) : NULL;
    if (page != NULL)
        reply_next_page(ask->r, page);
    jw_kstr(w, "next", page);
    jw_object_end(w);
    return rc;
}

static enum rc api_public_list(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, NULL);
    return rc == RC_OK ? govern_api_read(r, answer_public_list, f) : rc;
}

static enum rc public_get(struct tx *tx, int64_t id, struct matter *m, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_public_network, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *m = public_of(&rows);
    return rows_end(&rows);
}

/* Members by name and country; no post, no contact. */
static enum rc answer_public(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct govern_column columns[] = {{NULL, GOVERN_ID},
                                                   {"unit", GOVERN_UNIT},
                                                   {"name", GOVERN_TEXT},
                                                   {"kind", GOVERN_TEXT},
                                                   {"country", GOVERN_TEXT}};
    struct govern_ask *ask = ctx;
    struct network_days days = {.public_only = true};
    struct matter m;
    enum rc rc = public_get(tx, ask->id, &m, f);
    if (rc == RC_OK)
        rc = days_of(ask->r, tx, &days, f);
    if (rc != RC_OK)
        return rc;
    const struct db_val args[] = {DB_S(m.region_code), DB_I(m.id), DB_S(ask->show.as_of.on)};
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    public_members(tx, &m, w);
    rc = govern_array(tx, w, &(struct govern_rows){"members", SQL_network_members, args, 3, columns, 5}, f);
    jw_key(w, "calendar");
    if (rc == RC_OK)
        rc = network_calendar(tx, &m, &days, w, f);
    jw_object_end(w);
    return rc;
}

static enum rc api_public(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "from", "until", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_public, f) : rc;
}

static enum rc answer_public_calendar(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    struct matter m;
    const enum rc rc = public_get(tx, ask->id, &m, f);
    return rc == RC_OK ? write_calendar(tx, ask, &m, true, f) : rc;
}

static enum rc api_public_calendar(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "from", "until", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_public_calendar, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/networks"
#define FIELDS(x) (x), COUNT(x)
/* clang-format off */
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/visibility", "visibility", FIELDS(visible_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_visible},
    {"POST " API "/{id}/members", "member", FIELDS(seat_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_seat},
    {"POST " API "/{id}/members/{item}/end", "member_end", FIELDS(end_fields), RIGHT_ASSIGN, 0, act_seat_end},
    {"POST " API "/{id}/functions", "function", FIELDS(function_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_function},
    {"POST " API "/{id}/charges", "charge", FIELDS(charge_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_charge},
    {"POST " API "/{id}/charges/{item}/end", "charge_end", FIELDS(end_fields), RIGHT_ASSIGN, 0, act_charge_end},
    {"POST " API "/{id}/entries", "entry", FIELDS(network_entry_fields), RIGHT_ASSIGN, GOVERN_ADDS, network_act_entry},
    {"PATCH " API "/{id}/entries/{item}", "entry_edit", FIELDS(network_entry_edit_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, network_act_entry_edit},
    {"POST " API "/{id}/entries/{item}/steps", "entry_step", FIELDS(network_step_fields), RIGHT_ASSIGN, 0, network_act_entry_step},
    {"POST " API "/{id}/entries/{item}/figures", "figure", FIELDS(network_figure_fields), RIGHT_READ, GOVERN_ADDS, network_act_figure},
    {"POST " API "/{id}/figures/{item}/void", "figure_void", FIELDS(network_void_fields), RIGHT_READ, 0, network_act_figure_void},
    {"POST " API "/{id}/records", "record", FIELDS(network_record_fields), RIGHT_READ, GOVERN_ADDS | GOVERN_SEALED, network_act_record},
    {"POST " API "/{id}/records/{item}/agencies", "record_share", FIELDS(network_share_fields), RIGHT_READ, 0, network_act_share},
    {"POST " API "/{id}/records/{item}/agencies/end", "record_unshare", FIELDS(network_unshare_fields), RIGHT_READ, 0, network_act_unshare},
    {"POST " API "/{id}/records/{item}/filings", "filing", FIELDS(network_filing_fields), RIGHT_READ, GOVERN_ADDS | GOVERN_SEALED, network_act_filing},
    {"POST " API "/{id}/records/{item}/notes", "record_note", FIELDS(network_note_fields), RIGHT_READ, GOVERN_ADDS | GOVERN_SEALED, network_act_note},
    {"POST " API "/{id}/end", "end", FIELDS(end_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_end},
};
const struct govern_topic govern_network = {"network", "networks", "WL",         "active",     FORMS,
                                            false,     verbs,      COUNT(verbs), show_network, brief_network};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, network_api_list, 0, "networks, alliances, associations, overseas offices, channels"},
    {HTTP_GET, "/api/v1/networks.csv", AUTH_USER, ROUTE_POOL, NULL, network_api_csv, 0, "the same as a file"},
    {HTTP_GET, "/api/v1/networks.xlsx", AUTH_USER, ROUTE_POOL, NULL, network_api_xlsx, 0, "the same as a spreadsheet"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "found a network"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one network: members, functions, entries, requests, records"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/visibility", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "who sees it"},
    {HTTP_POST, API "/{id}/members", AUTH_USER, 0, "assign", govern_api_write, 0, "a member: a unit or a party outside"},
    {HTTP_POST, API "/{id}/members/{item}/end", AUTH_USER, 0, "assign", govern_api_write, 0, "a member leaves"},
    {HTTP_POST, API "/{id}/functions", AUTH_USER, 0, "assign", govern_api_write, 0, "a function"},
    {HTTP_POST, API "/{id}/charges", AUTH_USER, 0, "assign", govern_api_write, 0, "who answers for a function at a member"},
    {HTTP_POST, API "/{id}/charges/{item}/end", AUTH_USER, 0, "assign", govern_api_write, 0, "no longer"},
    {HTTP_POST, API "/{id}/entries", AUTH_USER, 0, "assign", govern_api_write, 0, "a programme, product, pledge, visit or event"},
    {HTTP_PATCH, API "/{id}/entries/{item}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit it"},
    {HTTP_POST, API "/{id}/entries/{item}/steps", AUTH_USER, 0, "assign", govern_api_write, 0, "its new state"},
    {HTTP_POST, API "/{id}/entries/{item}/figures", AUTH_USER, 0, NULL, govern_api_write, 0, "a figure of it"},
    {HTTP_GET, API "/{id}/entries/{item}/figures", AUTH_USER, ROUTE_POOL, NULL, api_figures, 0, "the rows behind its sum"},
    {HTTP_POST, API "/{id}/figures/{item}/void", AUTH_USER, 0, NULL, govern_api_write, 0, "strike a figure out"},
    {HTTP_GET, API "/{id}/records", AUTH_USER, ROUTE_POOL, NULL, api_records, 0, "records that my agency shares"},
    {HTTP_POST, API "/{id}/records", AUTH_USER, 0, "report", govern_api_write, 0, "open a record of a firm, shared with the agencies named"},
    {HTTP_POST, API "/{id}/records/{item}/look", AUTH_USER, 0, "report", network_api_look, 0, "look at a record for a purpose: the look is journalled"},
    {HTTP_POST, API "/{id}/records/{item}/agencies", AUTH_USER, 0, "report", govern_api_write, 0, "share it with one more agency"},
    {HTTP_POST, API "/{id}/records/{item}/agencies/end", AUTH_USER, 0, "report", govern_api_write, 0, "share it no longer"},
    {HTTP_POST, API "/{id}/records/{item}/filings", AUTH_USER, 0, "report", govern_api_write, 0, "who has the firm work for them"},
    {HTTP_POST, API "/{id}/records/{item}/notes", AUTH_USER, 0, "report", govern_api_write, 0, "what the agency found or did"},
    {HTTP_GET, API "/{id}/calendar", AUTH_USER, ROUTE_POOL, NULL, api_calendar, 0, "its calendar"},
    {HTTP_GET, API "/{id}/calendar.ics", AUTH_USER, ROUTE_POOL, NULL, api_calendar, 0, "the same as iCalendar"},
    {HTTP_POST, API "/{id}/end", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "the network ends"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
const struct route_table network_routes = {"network", routes, COUNT(routes)};

#define PUBLIC "/api/v1/public/networks"
static const struct route public_routes[] = {
    {HTTP_GET, PUBLIC, AUTH_PUBLIC, ROUTE_POOL, NULL, api_public_list, 0, "networks that the public sees"},
    {HTTP_GET, PUBLIC "/{id}", AUTH_PUBLIC, ROUTE_POOL, NULL, api_public, 0, "one of them, with its calendar"},
    {HTTP_GET, PUBLIC "/{id}/calendar.ics", AUTH_PUBLIC, ROUTE_POOL, NULL, api_public_calendar, 0, "the calendar as iCalendar"},
};
/* clang-format on */
const struct route_table network_public_routes = {"network_public", public_routes, COUNT(public_routes)};
