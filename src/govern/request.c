/*
 * request.c - requests for cooperation: from a unit to a unit, from one to a party outside, from a party outside to one. Each is carried by a duty of the
 * machine "request" (packs/metro-circle/duties/request.yaml): who is asked accepts or declines, nobody is ordered. A declined one may be handed to another
 * unit: a turn more, with a duty of its own. The state here follows from that duty and from nothing else.
 */
#include <string.h>

#include "govern/meet_int.h"
#include "govern/network_int.h"

#define FORMS "cooperation|assistance|mission|lead|opportunity|defence"
#define DIRECTIONS "inside|out|in"
#define FILES_MAX 20

struct ask {
    struct span direction, outside, country, channel, function, due_on;
    int64_t to_unit_id, network_id, member_id, entry_id, duty_id;
};

static enum rc request_get(struct tx *tx, const struct matter *m, struct ask *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(tx, SQL_request_of, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct ask){.direction = rows_text_dup(&rows, 0),
                        .to_unit_id = rows_int(&rows, 1),
                        .outside = rows_text_dup(&rows, 2),
                        .country = rows_text_dup(&rows, 3),
                        .channel = rows_text_dup(&rows, 4),
                        .network_id = rows_int(&rows, 5),
                        .member_id = rows_int(&rows, 6),
                        .entry_id = rows_int(&rows, 7),
                        .function = rows_text_dup(&rows, 8),
                        .due_on = rows_text_dup(&rows, 9),
                        .duty_id = rows_int(&rows, 10)};
    return rows_end(&rows);
}

static bool is_over(struct span state)
{
    return govern_word_in(state, "done|declined|withdrawn");
}

/* ---- files ------------------------------------------------------------ */

static enum rc ids_of(const json_t *list, const char *field, int64_t *ids, int *n, struct fail *f)
{
    *n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (*n >= FILES_MAX || !json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &ids[*n]))
            return fail_set(f, RC_INVALID, MSG_field_id, field, NULL);
        (*n)++;
    }
    return RC_OK;
}

static enum rc attach(struct tx *tx, const struct matter *m, int64_t to_unit_id, const json_t *list, struct fail *f)
{
    int64_t ids[FILES_MAX];
    const int64_t units[] = {m->unit_id, to_unit_id};
    int n = 0;
    enum rc rc = ids_of(list, "file_ids", ids, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = org_file_attach(tx, &(struct file_attach_in){ids[i], m->region_code, "request", m->id, units, 2}, f);
    return rc;
}

/* ---- a turn: one unit is asked ------------------------------------------------------------ */

/* Whether it goes across a city's border, where only that city's own office or government answers. */
static enum rc border(struct tx *tx, int64_t from_id, int64_t to_id, bool *crosses, bool *office, struct fail *f)
{
    struct unit from, to;
    enum rc rc = unit_get(tx, from_id, SPAN_NONE, &from, f);
    if (rc == RC_OK)
        rc = unit_get(tx, to_id, SPAN_NONE, &to, f);
    if (rc != RC_OK)
        return rc;
    *crosses = strcmp(from.region_code, to.region_code) != 0;
    *office = govern_word_in(to.kind, "city_office|government|coordination");
    return RC_OK;
}

static enum rc turn(struct tx *tx, const struct matter *m, struct ask *ask, struct span note, struct fail *f)
{
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    const struct duty_source source = {.kind = m->kind, .id = m->id, .words = m->title, .unit_id = m->unit_id};
    const struct duty_open_in open = {.machine = SPAN("request"),
                                      .subject_kind = m->kind,
                                      .subject_id = m->id,
                                      .title = m->title,
                                      .holder_id = ask->to_unit_id,
                                      .assigner_id = m->unit_id,
                                      .due_on = ask->due_on,
                                      .sources = &source,
                                      .n_sources = 1};
    struct duty_row duty;
    enum rc rc = duty_open(tx, &open, &duty, f);
    if (rc != RC_OK)
        return rc;
    ask->duty_id = duty.id;
    rc = db_exec(tx, SQL_matter_duty_add,
                 DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(duty.id), DB_S(""), DB_T(m->title),
                         DB_I(duty.holder_id), DB_T(duty.due_on), DB_T(duty.state), DB_I(duty.percent)),
                 NULL, f);
    if (rc == RC_OK)
        rc = matter_party(tx, m, ask->to_unit_id, "party", f);
    return rc == RC_OK ? db_exec(tx, SQL_request_turn_add,
                                 DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(duty.id), DB_I(ask->to_unit_id),
                                         DB_S(today), DB_T(note)),
                                 NULL, f)
                       : rc;
}

/* ---- asking ------------------------------------------------------------ */

enum {
    ASK_DIRECTION = CREATE_OWN,
    ASK_TO,
    ASK_OUTSIDE,
    ASK_COUNTRY,
    ASK_CHANNEL,
    ASK_MEMBER,
    ASK_ENTRY,
    ASK_FUNCTION,
    ASK_FILES,
    ASK_MEMBERS
};
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"direction", GOVERN_WORD, false, 20, DIRECTIONS},
    {"to_unit_id", GOVERN_UNIT, false, 0, NULL},
    {"outside", GOVERN_TEXT, false, 200, NULL},
    {"country", GOVERN_TEXT, false, 60, NULL},
    {"channel", GOVERN_TEXT, false, 120, NULL},
    {"member_id", GOVERN_ID, false, 0, NULL},
    {"entry_id", GOVERN_ID, false, 0, NULL},
    {"function", GOVERN_TEXT, false, 40, NULL},
    {"file_ids", GOVERN_LIST, false, 0, NULL},
    {"members", GOVERN_LIST, false, 0, NULL},
};

/* What the network of the request says for it: the member's name and country, the visit's country, the home unit of the function. */
static enum rc from_network(struct tx *tx, const struct govern_call *c, const struct matter *net, struct ask *ask,
                            struct fail *f)
{
    struct network_member member = {.id = 0};
    struct network_entry entry = {.member_id = 0};
    int64_t home_id = 0;
    enum rc rc = RC_OK;
    if (ask->member_id != 0)
        rc = network_member_get(tx, net, ask->member_id, c->today, &member, f);
    if (rc == RC_OK && ask->entry_id != 0)
        rc = network_entry_get(tx, net, ask->entry_id, &entry, f);
    if (rc == RC_OK)
        rc = network_home_unit(tx, net, ask->member_id, ask->function, &home_id, f);
    if (rc != RC_OK)
        return rc;
    if (ask->outside.len == 0 && ask->member_id != 0 && member.unit_id == 0)
        ask->outside = member.name;
    if (ask->country.len == 0)
        ask->country = member.country.len > 0 ? member.country : span_or_empty(entry.country);
    if (ask->channel.len == 0 && ask->entry_id != 0)
        ask->channel = entry.title;
    if (ask->outside.len == 0 && span_is(c->m.form, "defence"))
        ask->outside = net->title;
    if (ask->to_unit_id == 0 && span_is(ask->direction, "in"))
        ask->to_unit_id = home_id;
    return RC_OK;
}

static enum rc refuse(const struct network_ask *whole, struct fail *f)
{
    enum msg why = MSG_field_missing;
    const char *field = network_ask_check(whole, &why);
    return field == NULL ? RC_OK : fail_set(f, RC_INVALID, why, field, NULL);
}

static enum rc check(struct tx *tx, const struct govern_call *c, const struct matter *net, struct ask *ask,
                     struct fail *f)
{
    const bool out = span_is(ask->direction, "out");
    struct network_ask whole = {.form = c->m.form,
                                .direction = ask->direction,
                                .to_unit = ask->to_unit_id != 0,
                                .outside = ask->outside.len > 0,
                                .country = ask->country.len > 0,
                                .channel = ask->channel.len > 0,
                                .entry = ask->entry_id != 0,
                                .association = net->id != 0 && span_is(net->form, "association"),
                                .members = (int)json_array_size(c->list[ASK_MEMBERS])};
    enum rc rc = RC_OK;
    if (ask->to_unit_id != 0)
        rc = border(tx, c->m.unit_id, ask->to_unit_id, &whole.crosses, &whole.city_office, f);
    if (rc == RC_OK)
        rc = refuse(&whole, f);
    if (rc == RC_OK && span_is(ask->direction, "inside") && ask->to_unit_id == c->m.unit_id)
        rc = fail_set(f, RC_INVALID, MSG_request_self, "to_unit_id", NULL);
    if (rc == RC_OK && ask->due_on.len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "due_on", NULL);
    if (rc == RC_OK && tx_actor(tx)->principal_id != 0 && span_cmp(ask->due_on, c->today) < 0)
        rc = fail_set(f, RC_INVALID, MSG_request_due_past, "due_on", NULL);
    if (ask->to_unit_id == 0)
        ask->to_unit_id = c->m.unit_id; /* who follows it up, or looks into it */
    return rc == RC_OK && out && ask->outside.len == 0 ? fail_set(f, RC_INVALID, MSG_field_missing, "outside", NULL)
                                                       : rc;
}

static enum rc join(struct tx *tx, const struct govern_call *c, const struct matter *net, int64_t member_id,
                    struct span text, struct fail *f)
{
    struct network_member member;
    struct rows rows;
    const struct db_val args[] = {DB_S(c->m.region_code), DB_I(c->m.id), DB_I(member_id)};
    enum rc rc = network_member_get(tx, net, member_id, c->today, &member, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_request_joined, args, 3, &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool joined = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && joined)
        return fail_set(f, RC_CONFLICT, MSG_request_joined, "member_id", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_request_join_add, DB_ARGS(args[0], args[1], args[2], DB_T(text), DB_T(c->today)), NULL, f);
    return rc == RC_OK && member.unit_id != 0 ? matter_party(tx, &c->m, member.unit_id, "member", f) : rc;
}

static enum rc keep(struct tx *tx, const struct govern_call *c, const struct ask *ask, struct fail *f)
{
    return db_exec(tx, SQL_request_add,
                   DB_ARGS(DB_S(c->m.region_code), DB_I(c->m.id), DB_T(ask->direction), DB_I(ask->to_unit_id),
                           DB_T(ask->outside), DB_T(ask->country), DB_T(ask->channel), DB_I_OR_NULL(ask->network_id),
                           DB_I_OR_NULL(ask->member_id), DB_I_OR_NULL(ask->entry_id), DB_T(ask->function),
                           DB_T(ask->due_on), DB_I(ask->duty_id)),
                   NULL, f);
}

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    struct matter net = {.id = 0};
    struct ask ask = {.direction = v[ASK_DIRECTION].s,
                      .outside = span_trim(v[ASK_OUTSIDE].s),
                      .country = span_trim(v[ASK_COUNTRY].s),
                      .channel = span_trim(v[ASK_CHANNEL].s),
                      .function = v[ASK_FUNCTION].s,
                      .due_on = span_or_empty(c->m.due_on),
                      .to_unit_id = govern_id(&v[ASK_TO]),
                      .network_id = c->m.parent_id,
                      .member_id = govern_id(&v[ASK_MEMBER]),
                      .entry_id = govern_id(&v[ASK_ENTRY])};
    int64_t members[FILES_MAX];
    int n = 0;
    enum rc rc = RC_OK;
    if (c->m.parent_id != 0)
        rc = matter_get(tx, "network", c->m.parent_id, &net, f);
    else if (ask.member_id != 0 || ask.entry_id != 0 || ask.function.len > 0 || span_is(c->m.form, "defence"))
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "parent_id", NULL);
    if (rc == RC_OK && net.id != 0)
        rc = network_need_active(&net, f);
    if (rc == RC_OK && net.id != 0)
        rc = from_network(tx, c, &net, &ask, f);
    if (rc == RC_OK)
        rc = check(tx, c, &net, &ask, f);
    if (rc == RC_OK)
        rc = ids_of(c->list[ASK_MEMBERS], "members", members, &n, f);
    if (rc == RC_OK)
        rc = turn(tx, &c->m, &ask, SPAN(""), f);
    if (rc == RC_OK)
        rc = keep(tx, c, &ask, f);
    if (rc == RC_OK && net.id != 0)
        rc = matter_party(tx, &c->m, net.unit_id, "network", f);
    for (int i = 0; rc == RC_OK && span_is(c->m.form, "defence") && i < n; i++)
        rc = join(tx, c, &net, members[i], SPAN(""), f);
    return rc == RC_OK ? attach(tx, &c->m, ask.to_unit_id, c->list[ASK_FILES], f) : rc;
}

/* The day is the duty's: it moves by its step "extend", with a reason. */
static const struct govern_field edit_fields[] = {
    {"title", GOVERN_TEXT, false, GOVERN_TITLE_BYTES_MAX, NULL},
    {"text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
};

static enum rc act_edit(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    if (is_over(c->m.state))
        return fail_set(f, RC_CONFLICT, MSG_request_over, NULL, NULL);
    if (v[0].type == DB_TEXT && span_trim(v[0].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "title", NULL);
    return db_exec(tx, SQL_matter_edit,
                   DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), v[0], v[1], v[2], DB_N, DB_N, DB_N), NULL, f);
}

/* ---- answering and going on ------------------------------------------------------------ */

enum { STEP_VERB, STEP_TEXT, STEP_REASON, STEP_DUE, STEP_DOCUMENT, STEP_FILES };
static const struct govern_field step_fields[] = {
    {"verb", GOVERN_WORD, true, 20, "accept|decline|submit|close|return|extend|withdraw"},
    {"text", GOVERN_TEXT, false, 4000, NULL},
    {"reason", GOVERN_TEXT, false, 2000, NULL},
    {"due_on", GOVERN_DAY, false, 0, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"file_ids", GOVERN_LIST, false, 0, NULL},
};

static enum rc act_step(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const bool answers = govern_word_in(v[STEP_VERB].s, "accept|decline");
    struct ask ask;
    struct duty_row duty;
    enum rc rc = request_get(tx, &c->m, &ask, f);
    if (rc == RC_OK && span_is(ask.direction, "out") && span_is(v[STEP_VERB].s, "accept") &&
        span_trim(v[STEP_TEXT].s).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_request_answer_text, "text", NULL);
    const struct duty_step_in in = {.id = ask.duty_id,
                                    .verb = v[STEP_VERB].s,
                                    .text = v[STEP_TEXT].s,
                                    .reason = v[STEP_REASON].s,
                                    .due_on = govern_day(&v[STEP_DUE], SPAN("")),
                                    .percent = -1};
    if (rc == RC_OK)
        rc = duty_step(tx, &in, &duty, f);
    if (rc == RC_OK && answers)
        rc = db_exec(tx, SQL_request_turn_words,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(ask.duty_id),
                             DB_T(span_is(v[STEP_VERB].s, "accept") ? v[STEP_TEXT].s : v[STEP_REASON].s),
                             v[STEP_DOCUMENT]),
                     NULL, f);
    return rc == RC_OK ? attach(tx, &c->m, ask.to_unit_id, c->list[STEP_FILES], f) : rc;
}

enum rc request_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    const struct duty_row *d = change->after;
    char region[7] = "", today[11];
    struct rows rows;
    enum rc rc = govern_on_duty(tx, change, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_request_by_duty, DB_ARGS(DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool carries = rows_next(&rows);
    const int64_t id = carries ? rows_int(&rows, 1) : 0;
    const struct span code = carries ? rows_text(&rows, 0) : SPAN("");
    (void)snprintf(region, sizeof region, "%.*s", SPAN_ARG(code));
    rc = rows_end(&rows);
    if (rc != RC_OK || !carries)
        return rc; /* a part of it, or one that is being opened */
    date_print(date_of_us(tx_now_us(tx)), today);
    if (govern_word_in(span_of(change->verb), "accept|decline"))
        rc = db_exec(
            tx, SQL_request_turn_answer,
            DB_ARGS(DB_I(d->id), DB_S(strcmp(change->verb, "accept") == 0 ? "accepted" : "declined"), DB_S(today)),
            NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_request_due, DB_ARGS(DB_S(region), DB_I(id), DB_T(span_or_empty(d->due_on))), NULL, f);
    return rc == RC_OK ? db_exec(tx, SQL_request_follow,
                                 DB_ARGS(DB_S(region), DB_I(id), DB_T(d->state), DB_T(span_or_empty(d->due_on)),
                                         DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

enum { HAND_TO, HAND_DUE, HAND_REASON };
static const struct govern_field hand_fields[] = {
    {"to_unit_id", GOVERN_UNIT, true, 0, NULL},
    {"due_on", GOVERN_DAY, true, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
};

/* One declined: another is asked. */
static enum rc act_hand_over(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct ask ask;
    bool crosses = false, office = false;
    enum rc rc = request_get(tx, &c->m, &ask, f);
    if (rc == RC_OK && (!span_is(c->m.state, "declined") || span_is(ask.direction, "out")))
        rc = fail_set(f, RC_CONFLICT, MSG_request_not_declined, NULL, NULL);
    ask.to_unit_id = c->v[HAND_TO].i;
    ask.due_on = c->v[HAND_DUE].s;
    if (rc == RC_OK)
        rc = border(tx, c->m.unit_id, ask.to_unit_id, &crosses, &office, f);
    if (rc == RC_OK && crosses && !office)
        rc = fail_set(f, RC_INVALID, MSG_request_city_office, "to_unit_id", NULL);
    if (rc == RC_OK && span_cmp(ask.due_on, c->today) < 0)
        rc = fail_set(f, RC_INVALID, MSG_request_due_past, "due_on", NULL);
    if (rc == RC_OK)
        rc = turn(tx, &c->m, &ask, c->v[HAND_REASON].s, f);
    if (rc == RC_OK)
        rc = db_exec(
            tx, SQL_request_to,
            DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(ask.to_unit_id), DB_I(ask.duty_id), DB_T(ask.due_on)),
            NULL, f);
    return rc == RC_OK ? db_exec(tx, SQL_request_follow,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_S("asked"), DB_T(ask.due_on),
                                         DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

/* ---- standing together ------------------------------------------------------------ */

static const struct govern_field join_fields[] = {
    {"member_id", GOVERN_ID, true, 0, NULL},
    {"text", GOVERN_TEXT, false, 1000, NULL},
};

/* By the association, or by the member's own unit. */
static enum rc act_join(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct matter net;
    struct network_member member;
    bool holds = false;
    if (!span_is(c->m.form, "defence"))
        return fail_set(f, RC_CONFLICT, MSG_request_association, NULL, NULL);
    if (is_over(c->m.state))
        return fail_set(f, RC_CONFLICT, MSG_request_over, NULL, NULL);
    enum rc rc = matter_get(tx, "network", c->m.parent_id, &net, f);
    if (rc == RC_OK)
        rc = network_member_get(tx, &net, c->v[0].i, c->today, &member, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, c->m.unit_id, &holds, f);
    if (rc == RC_OK && !holds && member.unit_id != 0)
        rc = org_holds(tx, RIGHT_APPROVE, member.unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "assign", NULL);
    return rc == RC_OK ? join(tx, c, &net, member.id, c->v[1].s, f) : rc;
}

/* ---- on an agenda ------------------------------------------------------------ */

enum { AGENDA_SESSION, AGENDA_MINUTES, AGENDA_LATE };
static const struct govern_field agenda_fields[] = {
    {"session_id", GOVERN_ID, true, 0, NULL},
    {"minutes", GOVERN_INT, false, 600, NULL},
    {"late_reason", GOVERN_TEXT, false, 600, NULL},
};

static enum rc need_side(struct tx *tx, const struct matter *m, const struct ask *ask, struct fail *f)
{
    bool holds = false;
    enum rc rc = org_holds(tx, RIGHT_ASSIGN, m->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = org_holds(tx, RIGHT_ASSIGN, ask->to_unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_request_not_side, NULL, NULL) : rc;
}

static enum rc not_there_yet(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct rows rows;
    bool there = false;
    enum rc rc = db_query(tx, SQL_request_agendas, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id)), &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        there |= rows_int(&rows, 0) == c->v[AGENDA_SESSION].i;
    if (rc == RC_OK)
        rc = rows_end(&rows);
    return rc == RC_OK && there ? fail_set(f, RC_CONFLICT, MSG_request_on_agenda, "session_id", NULL) : rc;
}

/* Either side brings it before a joint meeting, by the meeting's own rules. */
static enum rc act_agenda(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct meet_item_in in = {.session_id = c->v[AGENDA_SESSION].i,
                                    .title = c->m.title,
                                    .speaker = SPAN(""),
                                    .late_reason = c->v[AGENDA_LATE].s,
                                    .presenter_id = c->m.unit_id,
                                    .duration_min = c->v[AGENDA_MINUTES].type == DB_INT ? c->v[AGENDA_MINUTES].i : -1};
    struct ask ask;
    struct meet_session session;
    struct meet_item *items = NULL;
    int64_t item_id = 0;
    int n = 0;
    enum rc rc = request_get(tx, &c->m, &ask, f);
    if (rc == RC_OK && is_over(c->m.state) && !span_is(c->m.state, "declined"))
        rc = fail_set(f, RC_CONFLICT, MSG_request_over, NULL, NULL);
    if (rc == RC_OK)
        rc = need_side(tx, &c->m, &ask, f);
    if (rc == RC_OK)
        rc = not_there_yet(tx, c, f);
    if (rc == RC_OK)
        rc = meet_item_save(tx, &in, f);
    if (rc == RC_OK)
        rc = meet_session_get(tx, in.session_id, &session, f);
    if (rc == RC_OK)
        rc = meet_items(tx, &session, &items, &n, f);
    for (int i = 0; i < n; i++)
        item_id = items[i].id > item_id ? items[i].id : item_id; /* the newest one */
    return rc == RC_OK ? db_exec(tx, SQL_request_agenda_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(in.session_id), DB_I(item_id),
                                         DB_T(c->today)),
                                 NULL, f)
                       : rc;
}

static const struct govern_field file_fields[] = {{"file_ids", GOVERN_LIST, true, 0, NULL}};

static enum rc act_files(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct ask ask;
    enum rc rc = request_get(tx, &c->m, &ask, f);
    if (rc == RC_OK)
        rc = need_side(tx, &c->m, &ask, f);
    return rc == RC_OK ? attach(tx, &c->m, ask.to_unit_id, c->list[0], f) : rc;
}

/* ---- what is shown ------------------------------------------------------------ */

/* What the meeting made of the item: what was said, what was resolved, how far that is. */
static enum rc agenda_object(struct tx *tx, int64_t session_id, int64_t item_id, struct jw *w, struct fail *f)
{
    struct meet_session s;
    struct meet_item *items = NULL;
    struct meet_resolution *resolved = NULL;
    int n = 0, n_resolved = 0;
    enum rc rc = meet_session_get(tx, session_id, &s, f);
    jw_kbool(w, "seen", rc == RC_OK);
    if (rc == RC_MISSING)
        return RC_OK; /* the reader does not see that meeting */
    if (rc == RC_OK)
        rc = meet_items(tx, &s, &items, &n, f);
    if (rc == RC_OK)
        rc = meet_resolutions(tx, &s, false, &resolved, &n_resolved, f);
    if (rc != RC_OK)
        return rc;
    jw_ktext(w, "number", s.number);
    jw_ktext(w, "title", s.title);
    jw_kstr(w, "state", meet_state_word(s.state));
    jw_key(w, "starts_at");
    if (s.starts_at_us != 0)
        jw_time(w, s.starts_at_us);
    else
        jw_null(w);
    for (int i = 0; i < n; i++)
        if (items[i].id == item_id)
            jw_ktext(w, "record", items[i].record);
    jw_key(w, "resolutions");
    jw_array(w);
    for (int i = 0; i < n_resolved; i++) {
        if (resolved[i].item_id != item_id)
            continue;
        jw_object(w);
        jw_kid(w, "id", resolved[i].id);
        jw_ktext(w, "number", resolved[i].number);
        jw_ktext(w, "text", resolved[i].text);
        jw_ktext(w, "outcome", resolved[i].outcome);
        jw_kint(w, "duties", resolved[i].duties);
        jw_kint(w, "open_duties", resolved[i].open_duties);
        jw_object_end(w);
    }
    jw_array_end(w);
    return RC_OK;
}

#define AGENDAS_MAX 50
static enum rc show_agendas(struct tx *tx, const struct matter *m, struct jw *w, struct fail *f)
{
    struct {
        int64_t session_id, item_id;
        struct span put_on;
    } all[AGENDAS_MAX];
    struct rows rows;
    int n = 0;
    enum rc rc = db_query(tx, SQL_request_agendas, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    for (; rc == RC_OK && n < AGENDAS_MAX && rows_next(&rows); n++) {
        all[n].session_id = rows_int(&rows, 0);
        all[n].item_id = rows_int(&rows, 1);
        all[n].put_on = rows_text_dup(&rows, 2);
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    jw_key(w, "agendas");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_kid(w, "session_id", all[i].session_id);
        jw_ktext(w, "put_on", all[i].put_on);
        rc = agenda_object(tx, all[i].session_id, all[i].item_id, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static bool file_object(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_kint(w, "size_bytes", row->size_bytes);
    jw_object_end(w);
    return true;
}

static void id_or_null(struct jw *w, const char *key, int64_t id)
{
    jw_key(w, key);
    if (id != 0)
        jw_id(w, id);
    else
        jw_null(w);
}

/* The network of the request, when the reader sees it, and the member's name. */
static enum rc show_network(struct tx *tx, const struct ask *ask, struct jw *w, struct fail *f)
{
    struct matter net;
    struct network_member member = {.id = 0};
    struct network_entry entry = {.member_id = 0};
    enum rc rc = ask->network_id != 0 ? matter_get(tx, "network", ask->network_id, &net, f) : RC_MISSING;
    const bool seen = rc == RC_OK;
    if (rc != RC_OK && rc != RC_MISSING)
        return rc;
    jw_key(w, "network");
    if (!seen)
        jw_null(w);
    else {
        jw_object(w);
        jw_kid(w, "id", net.id);
        jw_ktext(w, "title", net.title);
        jw_ktext(w, "form", net.form);
        jw_object_end(w);
    }
    rc = RC_OK;
    if (seen && ask->member_id != 0)
        rc = network_member_find(tx, &net, ask->member_id, &member, f);
    if (rc == RC_OK && seen && ask->entry_id != 0)
        rc = network_entry_get(tx, &net, ask->entry_id, &entry, f);
    jw_ktext(w, "member_name", member.unit_id != 0 ? govern_unit_name(tx, member.unit_id) : span_or_empty(member.name));
    jw_ktext(w, "entry_title", span_or_empty(entry.title));
    return rc;
}

/* Who stands together, by name for who sees the association. */
static enum rc show_joins(struct tx *tx, const struct matter *m, const struct ask *ask, struct jw *w, struct fail *f)
{
    struct {
        int64_t member_id;
        struct span text, joined_on;
    } all[GOVERN_LIST_MAX];
    struct rows rows;
    struct matter net;
    int n = 0;
    enum rc rc = db_query(tx, SQL_request_joins, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    for (; rc == RC_OK && n < GOVERN_LIST_MAX && rows_next(&rows); n++) {
        all[n].member_id = rows_int(&rows, 0);
        all[n].text = rows_text_dup(&rows, 1);
        all[n].joined_on = rows_text_dup(&rows, 2);
    }
    if (rc == RC_OK)
        rc = rows_end(&rows);
    const enum rc found = rc == RC_OK && n > 0 ? matter_get(tx, "network", ask->network_id, &net, f) : RC_MISSING;
    if (rc == RC_OK && found != RC_OK && found != RC_MISSING)
        rc = found;
    jw_key(w, "joins");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct network_member member = {.id = 0};
        if (found == RC_OK)
            rc = network_member_find(tx, &net, all[i].member_id, &member, f);
        jw_object(w);
        jw_kid(w, "member_id", all[i].member_id);
        jw_ktext(w, "name", member.unit_id != 0 ? govern_unit_name(tx, member.unit_id) : span_or_empty(member.name));
        jw_ktext(w, "text", all[i].text);
        jw_ktext(w, "joined_on", all[i].joined_on);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static enum rc show_lists(struct tx *tx, const struct matter *m, const struct ask *ask, struct jw *w, struct fail *f)
{
    static const struct govern_column turns[] = {
        {"duty_id", GOVERN_ID}, {"to_unit", GOVERN_UNIT},         {"asked_on", GOVERN_DAY},
        {"note", GOVERN_TEXT},  {"answer", GOVERN_TEXT},          {"answered_on", GOVERN_DAY},
        {"text", GOVERN_TEXT},  {"document_number", GOVERN_TEXT},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    enum rc rc =
        govern_array(tx, w, &(struct govern_rows){"turns", SQL_request_turns, args, 2, turns, COUNT(turns)}, f);
    if (rc == RC_OK)
        rc = show_joins(tx, m, ask, w, f);
    if (rc == RC_OK)
        rc = show_agendas(tx, m, w, f);
    if (rc == RC_OK)
        rc = govern_tasks(tx, m, w, f);
    jw_key(w, "files");
    jw_array(w);
    if (rc == RC_OK)
        rc = org_file_list(tx, m->region_code, "request", m->id, file_object, w, f);
    jw_array_end(w);
    return rc;
}

static void ask_members(struct tx *tx, const struct ask *ask, struct jw *w)
{
    jw_ktext(w, "direction", ask->direction);
    govern_unit_member(tx, w, "to_unit", ask->to_unit_id);
    jw_ktext(w, "outside", ask->outside);
    jw_ktext(w, "country", ask->country);
    jw_ktext(w, "channel", ask->channel);
    jw_ktext(w, "reply_due_on", ask->due_on);
}

static enum rc show_request(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                            struct fail *f)
{
    struct ask ask;
    enum rc rc = request_get(tx, m, &ask, f);
    if (rc != RC_OK)
        return rc;
    ask_members(tx, &ask, w);
    jw_kbool(w, "late", !is_over(m->state) && span_cmp(ask.due_on, span_of(show->as_of.on)) < 0);
    id_or_null(w, "member_id", ask.member_id);
    id_or_null(w, "entry_id", ask.entry_id);
    jw_ktext(w, "function", ask.function);
    jw_kid(w, "duty_id", ask.duty_id);
    rc = show_network(tx, &ask, w, f);
    return rc == RC_OK ? show_lists(tx, m, &ask, w, f) : rc;
}

static enum rc brief_request(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                             struct fail *f)
{
    struct ask ask;
    const enum rc rc = request_get(tx, m, &ask, f);
    (void)show;
    if (rc == RC_OK)
        ask_members(tx, &ask, w);
    return rc;
}

enum rc request_counts_show(struct tx *tx, int64_t network_id, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {{"member_id", GOVERN_ID}, {"function", GOVERN_TEXT},
                                                   {"entry_id", GOVERN_ID},  {"form", GOVERN_TEXT},
                                                   {"state", GOVERN_TEXT},   {"n", GOVERN_INT}};
    const struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_I(network_id)};
    return govern_array(tx, w, &(struct govern_rows){"requests", SQL_request_counts, args, 2, columns, 6}, f);
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/cooperation-requests"
#define FIELDS(x) (x), COUNT(x)
/* clang-format off */
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", FIELDS(edit_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, act_edit},
    {"POST " API "/{id}/steps", "request_step", FIELDS(step_fields), RIGHT_READ, GOVERN_IF_MATCH, act_step},
    {"POST " API "/{id}/hand-over", "hand_over", FIELDS(hand_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH, act_hand_over},
    {"POST " API "/{id}/members", "join", FIELDS(join_fields), RIGHT_READ, GOVERN_ADDS, act_join},
    {"POST " API "/{id}/agenda", "agenda", FIELDS(agenda_fields), RIGHT_READ, GOVERN_ADDS, act_agenda},
    {"POST " API "/{id}/files", "files", FIELDS(file_fields), RIGHT_READ, GOVERN_ADDS, act_files},
};
const struct govern_topic govern_request = {"request", "cooperation-requests", "HZ",         "asked",      FORMS,
                                            false,     verbs,                  COUNT(verbs), show_request, brief_request};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, request_api_list, 0, "requests for cooperation, assistance, leads"},
    {HTTP_GET, "/api/v1/cooperation-requests.csv", AUTH_USER, ROUTE_POOL, NULL, request_api_csv, 0, "the same as a file"},
    {HTTP_GET, "/api/v1/cooperation-requests.xlsx", AUTH_USER, ROUTE_POOL, NULL, request_api_xlsx, 0, "the same as a spreadsheet"},
    {HTTP_GET, "/api/v1/cooperation-figures", AUTH_USER, ROUTE_POOL, NULL, request_api_figures, 0, "how many requests, by country, kind or unit"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "ask"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one request: turns, duties, agendas, files"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/steps", AUTH_USER, ROUTE_IF_MATCH, NULL, govern_api_write, 0, "answer it and go on"},
    {HTTP_POST, API "/{id}/hand-over", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "ask another unit"},
    {HTTP_POST, API "/{id}/members", AUTH_USER, 0, NULL, govern_api_write, 0, "a member stands with the others"},
    {HTTP_POST, API "/{id}/agenda", AUTH_USER, 0, "assign", govern_api_write, 0, "put it on the agenda of a joint meeting"},
    {HTTP_POST, API "/{id}/files", AUTH_USER, 0, "assign", govern_api_write, 0, "a letter or paper of it"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
};
/* clang-format on */
const struct route_table request_routes = {"request", routes, COUNT(routes)};
