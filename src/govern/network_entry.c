/* network_entry.c - what a network does, dated: programmes, joint products, pledges of members, visits, events; their figures; the calendar. */
#include <string.h>

#include "base/ical.h"
#include "govern/network_int.h"

/* ---- an entry ------------------------------------------------------------ */

enum {
    ENTRY_KIND,
    ENTRY_TITLE,
    ENTRY_TEXT,
    ENTRY_MEMBER,
    ENTRY_UNIT,
    ENTRY_COUNTRY,
    ENTRY_PLACE,
    ENTRY_FROM,
    ENTRY_UNTIL,
    ENTRY_QUANTITY,
    ENTRY_PLANNED,
    ENTRY_PUBLIC
};
const struct govern_field network_entry_fields[12] = {
    {"kind", GOVERN_WORD, true, 20, "programme|product|pledge|visit|event"},
    {"title", GOVERN_TEXT, true, 300, NULL},
    {"text", GOVERN_TEXT, false, 4000, NULL},
    {"member_id", GOVERN_ID, false, 0, NULL},
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
    {"country", GOVERN_TEXT, false, 60, NULL},
    {"place", GOVERN_TEXT, false, 200, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
    {"until_on", GOVERN_DAY, false, 0, NULL},
    {"quantity_unit", GOVERN_TEXT, false, 20, NULL},
    {"planned", GOVERN_INT, false, 1000000000, NULL},
    {"public", GOVERN_BOOL, false, 0, NULL},
};

/* A pledge is a member's, and made once; a visit is to or from a country. */
static enum rc check_pledge(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct rows rows;
    if (govern_id(&c->v[ENTRY_MEMBER]) == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "member_id", NULL);
    enum rc rc =
        db_query(tx, SQL_network_pledge_open,
                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[ENTRY_MEMBER], c->v[ENTRY_TITLE]), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool twice = rows_next(&rows);
    rc = rows_end(&rows);
    return rc == RC_OK && twice ? fail_set(f, RC_CONFLICT, MSG_network_pledge_twice, "title", NULL) : rc;
}

static enum rc check_entry(struct tx *tx, const struct govern_call *c, struct span from_on, struct span until_on,
                           struct fail *f)
{
    const struct db_val *v = c->v;
    struct network_member member;
    struct unit unit;
    enum rc rc = network_need_active(&c->m, f);
    if (rc == RC_OK && span_cmp(until_on, from_on) < 0)
        rc = fail_set(f, RC_INVALID, MSG_network_days, "until_on", NULL);
    if (rc == RC_OK && govern_id(&v[ENTRY_MEMBER]) != 0)
        rc = network_member_get(tx, &c->m, v[ENTRY_MEMBER].i, span_cmp(from_on, c->today) < 0 ? from_on : c->today,
                                &member, f);
    if (rc == RC_OK && govern_id(&v[ENTRY_UNIT]) != 0)
        rc = unit_get(tx, v[ENTRY_UNIT].i, SPAN_NONE, &unit, f);
    if (rc == RC_OK && span_is(v[ENTRY_KIND].s, "visit") && span_trim(v[ENTRY_COUNTRY].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_network_country, "country", NULL);
    if (rc == RC_OK && govern_id(&v[ENTRY_PLANNED]) != 0 && v[ENTRY_QUANTITY].s.len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "quantity_unit", NULL);
    return rc == RC_OK && span_is(v[ENTRY_KIND].s, "pledge") ? check_pledge(tx, c, f) : rc;
}

enum rc network_act_entry(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const struct span from_on = govern_day(&v[ENTRY_FROM], c->today);
    const struct span until_on = govern_day(&v[ENTRY_UNTIL], from_on);
    const enum rc rc = check_entry(tx, c, from_on, until_on, f);
    c->item = tx_new_id(tx);
    return rc == RC_OK
               ? db_exec(tx, SQL_network_entry_add,
                         DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), v[ENTRY_KIND],
                                 DB_T(span_trim(v[ENTRY_TITLE].s)), v[ENTRY_TEXT], v[ENTRY_MEMBER], v[ENTRY_UNIT],
                                 DB_T(span_trim(v[ENTRY_COUNTRY].s)), v[ENTRY_PLACE], DB_T(from_on), DB_T(until_on),
                                 DB_S(network_first_state(v[ENTRY_KIND].s)), v[ENTRY_QUANTITY], v[ENTRY_PLANNED],
                                 DB_I(govern_id(&v[ENTRY_PUBLIC])), DB_I(tx_now_us(tx))),
                         NULL, f)
               : rc;
}

enum rc network_entry_get(struct tx *tx, const struct matter *m, int64_t id, struct network_entry *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc =
        db_one(tx, SQL_network_entry_by_id, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct network_entry){.kind = rows_text_dup(&rows, 0),
                                  .title = rows_text_dup(&rows, 1),
                                  .state = rows_text_dup(&rows, 2),
                                  .from_on = rows_text_dup(&rows, 3),
                                  .until_on = rows_text_dup(&rows, 4),
                                  .quantity_unit = rows_text_dup(&rows, 5),
                                  .country = rows_text_dup(&rows, 6),
                                  .member_id = rows_int(&rows, 7)};
    return rows_end(&rows);
}

enum { EDIT_TITLE, EDIT_TEXT, EDIT_PLACE, EDIT_FROM, EDIT_UNTIL, EDIT_PLANNED, EDIT_PUBLIC };
const struct govern_field network_entry_edit_fields[7] = {
    {"title", GOVERN_TEXT, false, 300, NULL}, {"text", GOVERN_TEXT, false, 4000, NULL},
    {"place", GOVERN_TEXT, false, 200, NULL}, {"from_on", GOVERN_DAY, false, 0, NULL},
    {"until_on", GOVERN_DAY, false, 0, NULL}, {"planned", GOVERN_INT, false, 1000000000, NULL},
    {"public", GOVERN_BOOL, false, 0, NULL},
};

static enum rc entry_state_refused(const struct network_entry *e, struct span to, struct fail *f)
{
    static const char *const words[][2] = {
        {"planned", "计划中"},   {"confirmed", "已确定"}, {"under_way", "进行中"}, {"done", "已完成"},
        {"cancelled", "已取消"}, {"made", "已承诺"},      {"kept", "已兑现"},      {"broken", "未兑现"},
    };
    (void)fail_set(f, RC_CONFLICT, MSG_network_step, "to", NULL);
    for (int i = 0; i < COUNT(words); i++) {
        if (span_is(e->state, words[i][0]))
            fail_arg_both(f, 0, span_of(words[i][1]), e->state);
        if (span_is(to, words[i][0]))
            fail_arg_both(f, 1, span_of(words[i][1]), to);
    }
    return RC_CONFLICT;
}

enum rc network_act_entry_edit(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    struct network_entry e;
    enum rc rc = network_entry_get(tx, &c->m, c->item, &e, f);
    if (rc == RC_OK && network_final(e.kind, e.state))
        rc = entry_state_refused(&e, e.state, f);
    if (rc == RC_OK && v[EDIT_TITLE].type == DB_TEXT && span_trim(v[EDIT_TITLE].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "title", NULL);
    if (rc == RC_OK && span_cmp(govern_day(&v[EDIT_UNTIL], e.until_on), govern_day(&v[EDIT_FROM], e.from_on)) < 0)
        rc = fail_set(f, RC_INVALID, MSG_network_days, "until_on", NULL);
    if (rc == RC_OK && govern_id(&v[EDIT_PLANNED]) != 0 && e.quantity_unit.len == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_network_no_quantity, "planned", NULL);
    return rc == RC_OK ? db_exec(tx, SQL_network_entry_put,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), v[EDIT_TITLE],
                                         v[EDIT_TEXT], v[EDIT_PLACE], v[EDIT_FROM], v[EDIT_UNTIL], v[EDIT_PLANNED],
                                         v[EDIT_PUBLIC], DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

const struct govern_field network_step_fields[2] = {
    {"to", GOVERN_TEXT, true, 20, NULL},
    {"reason", GOVERN_TEXT, false, 600, NULL},
};

/* Members are told when something is settled or falls through. */
static enum rc tell_members(struct tx *tx, const struct govern_call *c, const char *kind, struct fail *f)
{
    struct rows rows;
    int64_t units[GOVERN_LIST_MAX];
    int n = 0;
    enum rc rc =
        db_query(tx, SQL_network_members, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_T(c->today)), &rows, f);
    while (rc == RC_OK && n < GOVERN_LIST_MAX && rows_next(&rows)) {
        if (!rows_is_null(&rows, 1))
            units[n++] = rows_int(&rows, 1);
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = matter_tell(tx, &c->m, units[i], RIGHT_REPORT, kind, f);
    return rc;
}

enum rc network_act_entry_step(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct network_entry e;
    bool needs_reason = false;
    const struct span to = c->v[0].s;
    enum rc rc = network_entry_get(tx, &c->m, c->item, &e, f);
    if (rc == RC_OK && !network_step_ok(e.kind, e.state, to, &needs_reason))
        rc = entry_state_refused(&e, to, f);
    if (rc == RC_OK && needs_reason && span_trim(c->v[1].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_network_step_reason, "reason", NULL);
    if (rc == RC_OK)
        rc =
            db_exec(tx, SQL_network_entry_step,
                    DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(to), c->v[1], DB_I(tx_now_us(tx))),
                    NULL, f);
    if (rc == RC_OK && span_is(to, "confirmed"))
        rc = tell_members(tx, c, "network.confirmed", f);
    return rc == RC_OK && span_is(to, "cancelled") ? tell_members(tx, c, "network.cancelled", f) : rc;
}

/* ---- figures ------------------------------------------------------------ */

enum { FIGURE_VALUE, FIGURE_ON, FIGURE_MEMBER, FIGURE_PLACE, FIGURE_NOTE };
const struct govern_field network_figure_fields[5] = {
    {"value", GOVERN_INT, true, 1000000000, NULL}, {"made_on", GOVERN_DAY, false, 0, NULL},
    {"member_id", GOVERN_ID, false, 0, NULL},      {"place", GOVERN_TEXT, false, 200, NULL},
    {"note", GOVERN_TEXT, false, 600, NULL},
};

enum rc network_act_figure(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const struct span made_on = govern_day(&v[FIGURE_ON], c->today);
    struct network_entry e;
    struct network_member member;
    int64_t unit_id = 0, entry_id = c->item;
    enum rc rc = network_speaks(tx, &c->m, c->today, &unit_id, f);
    if (rc == RC_OK)
        rc = network_entry_get(tx, &c->m, entry_id, &e, f);
    if (rc == RC_OK && e.quantity_unit.len == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_network_no_quantity, NULL, NULL);
    if (rc == RC_OK && v[FIGURE_VALUE].i == 0)
        rc = fail_set(f, RC_INVALID, MSG_network_figure_zero, "value", NULL);
    if (rc == RC_OK && (span_cmp(made_on, c->today) > 0 || span_cmp(made_on, e.from_on) < 0))
        rc = fail_set(f, RC_INVALID, MSG_network_figure_day, "made_on", NULL);
    if (rc == RC_OK && span_is(e.state, "cancelled"))
        rc = entry_state_refused(&e, SPAN("done"), f);
    if (rc == RC_OK && govern_id(&v[FIGURE_MEMBER]) != 0)
        rc = network_member_get(tx, &c->m, v[FIGURE_MEMBER].i, made_on, &member, f);
    c->item = tx_new_id(tx);
    return rc == RC_OK ? db_exec(tx, SQL_network_figure_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_I(entry_id),
                                         DB_T(made_on), v[FIGURE_VALUE], v[FIGURE_MEMBER], v[FIGURE_PLACE],
                                         v[FIGURE_NOTE], DB_I(unit_id), DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

const struct govern_field network_void_fields[1] = {{"reason", GOVERN_TEXT, true, 600, NULL}};

/* By the unit that entered it, or by the network's own. */
enum rc network_act_figure_void(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val region = DB_S(c->m.region_code), id = DB_I(c->id), item = DB_I(c->item);
    struct rows rows;
    int64_t changed = 0;
    bool holds = false;
    enum rc rc = db_one(tx, SQL_network_figure_unit, DB_ARGS(region, id, item), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t unit_id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, c->m.unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_REPORT, unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "report", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_figure_void, DB_ARGS(region, id, item, c->v[0]), &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_CONFLICT, MSG_network_figure_void, NULL, NULL) : rc;
}

enum rc network_figures_show(struct tx *tx, const struct matter *m, int64_t entry_id, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},
        {"made_on", GOVERN_DAY},
        {"value", GOVERN_INT},
        {"member_id", GOVERN_ID},
        {"member_name", GOVERN_TEXT},
        {"member_unit", GOVERN_UNIT},
        {"place", GOVERN_TEXT},
        {"note", GOVERN_TEXT},
        {"unit", GOVERN_UNIT},
        {"void_reason", GOVERN_TEXT},
        {"at", GOVERN_TIME},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_I(entry_id)};
    struct network_entry e;
    enum rc rc = network_entry_get(tx, m, entry_id, &e, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "entry_id", entry_id);
    jw_ktext(w, "title", e.title);
    jw_ktext(w, "quantity_unit", e.quantity_unit);
    rc = govern_array(tx, w, &(struct govern_rows){"items", SQL_network_figures, args, 3, columns, COUNT(columns)}, f);
    jw_object_end(w);
    return rc;
}

enum rc network_entries_show(struct tx *tx, const struct matter *m, struct span on, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},
        {"kind", GOVERN_TEXT},
        {"title", GOVERN_TEXT},
        {"text", GOVERN_TEXT},
        {"member_id", GOVERN_ID},
        {"member_name", GOVERN_TEXT},
        {"member_unit", GOVERN_UNIT},
        {"unit", GOVERN_UNIT},
        {"country", GOVERN_TEXT},
        {"place", GOVERN_TEXT},
        {"from_on", GOVERN_DAY},
        {"until_on", GOVERN_DAY},
        {"state", GOVERN_TEXT},
        {"quantity_unit", GOVERN_TEXT},
        {"planned", GOVERN_INT},
        {"made", GOVERN_INT},
        {"public", GOVERN_BOOL},
        {"reason", GOVERN_TEXT},
        {"entry_version", GOVERN_INT},
    };
    static const struct govern_column totals[] = {{"kind", GOVERN_TEXT},
                                                  {"quantity_unit", GOVERN_TEXT},
                                                  {"entries", GOVERN_INT},
                                                  {"planned", GOVERN_INT},
                                                  {"made", GOVERN_INT}};
    static const struct govern_column unpledged[] = {
        {"member_id", GOVERN_ID}, {"unit", GOVERN_UNIT}, {"name", GOVERN_TEXT}};
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_T(on)};
    const struct govern_rows parts[] = {
        {"entries", SQL_network_entries, args, 2, columns, COUNT(columns)},
        {"totals", SQL_network_totals, args, 2, totals, COUNT(totals)},
        {"unpledged", SQL_network_unpledged, args, 3, unpledged, COUNT(unpledged)},
    };
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < COUNT(parts); i++)
        rc = govern_array(tx, w, &parts[i], f);
    return rc;
}

/* ---- the calendar ------------------------------------------------------------ */

static enum rc calendar_rows(struct tx *tx, const struct matter *m, const struct network_days *days, struct rows *rows,
                             struct fail *f)
{
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_T(days->from_on), DB_T(days->until_on)};
    return db_list(tx, SQL_network_calendar, days->public_only ? SQLF_network_calendar_public : 0, 0, false, args, 4,
                   rows, f);
}

enum rc network_calendar(struct tx *tx, const struct matter *m, const struct network_days *days, struct jw *w,
                         struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},       {"kind", GOVERN_TEXT},    {"title", GOVERN_TEXT},
        {"text", GOVERN_TEXT},   {"place", GOVERN_TEXT},   {"country", GOVERN_TEXT},
        {"from_on", GOVERN_DAY}, {"until_on", GOVERN_DAY}, {"state", GOVERN_TEXT},
    };
    struct rows rows;
    const enum rc rc = calendar_rows(tx, m, days, &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_array(w);
    for (int n = 0; n < GOVERN_ROWS_MAX && rows_next(&rows); n++) {
        jw_object(w);
        govern_members(tx, &rows, columns, COUNT(columns), w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

static const char *ics_status(struct span state)
{
    if (span_is(state, "cancelled"))
        return "CANCELLED";
    return span_is(state, "planned") ? "TENTATIVE" : "CONFIRMED";
}

static int32_t day_number(struct span day)
{
    struct ymd d = {0};
    return date_parse(day, &d) ? date_to_days(d) : 0;
}

/* RFC 5545: whole days, the end is the day after the last one. */
static void ics_event(struct sb *sb, struct rows *rows)
{
    char text[48];
    sb_adds(sb, "BEGIN:VEVENT\r\n");
    (void)snprintf(text, sizeof text, "network-entry-%lld@yiti", (long long)rows_int(rows, 0));
    ical_line(sb, "UID", span_of(text));
    ical_instant(sb, "DTSTAMP", rows_int(rows, 11));
    ical_instant(sb, "CREATED", rows_int(rows, 10));
    ical_instant(sb, "LAST-MODIFIED", rows_int(rows, 11));
    (void)snprintf(text, sizeof text, "%lld", (long long)rows_int(rows, 9));
    ical_line(sb, "SEQUENCE", span_of(text));
    ical_day(sb, "DTSTART", day_number(rows_text(rows, 6)));
    ical_day(sb, "DTEND", day_number(rows_text(rows, 7)) + 1);
    ical_text(sb, "SUMMARY", rows_text(rows, 2));
    if (rows_text(rows, 3).len > 0)
        ical_text(sb, "DESCRIPTION", rows_text(rows, 3));
    if (rows_text(rows, 4).len > 0)
        ical_text(sb, "LOCATION", rows_text(rows, 4));
    ical_text(sb, "CATEGORIES", rows_text(rows, 1));
    ical_line(sb, "STATUS", span_of(ics_status(rows_text(rows, 8))));
    ical_line(sb, "TRANSP", SPAN("TRANSPARENT"));
    sb_adds(sb, "END:VEVENT\r\n");
}

enum rc network_ics(struct tx *tx, const struct matter *m, const struct network_days *days, struct span *out,
                    struct fail *f)
{
    struct rows rows;
    struct sb sb;
    enum rc rc = calendar_rows(tx, m, days, &rows, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, NETWORK_ICS_BYTES_MAX);
    sb_adds(&sb, "BEGIN:VCALENDAR\r\n");
    ical_line(&sb, "VERSION", SPAN("2.0"));
    ical_line(&sb, "PRODID", SPAN("-//Yiti//networks//ZH"));
    ical_line(&sb, "CALSCALE", SPAN("GREGORIAN"));
    ical_text(&sb, "X-WR-CALNAME", m->title);
    for (int n = 0; n < GOVERN_ROWS_MAX && rows_next(&rows); n++)
        ics_event(&sb, &rows);
    rc = rows_end(&rows);
    sb_adds(&sb, "END:VCALENDAR\r\n");
    *out = rc == RC_OK && sb_rc(&sb) == RC_OK ? span_dup(tx_arena(tx), sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return rc == RC_OK && out->ptr == NULL ? fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL) : rc;
}
