/*
 * network_record.c - a record of a firm that the agencies named keep together. Whoever works in one of them (holds `report` there) sees that it is there;
 * what stands in it is shown by a look, which says for what, and is journalled. Nobody else, of whatever reach, finds it: the statements ask for no other
 * right. The journal of the network says who did what to which record, never its words.
 */
#include <string.h>

#include "govern/network_int.h"

/* The agency that the actor works in, of those that share the record; RC_MISSING: none. */
static enum rc my_agency(struct tx *tx, const struct matter *m, int64_t record_id, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    const struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_S(m->region_code), DB_I(m->id), DB_I(record_id)};
    /* The system writes a demonstration's filings and notes for the agency that opened the record; it has no look. */
    const enum rc rc = args[0].i == 0 ? db_one(tx, SQL_network_record_agencies, args + 1, 3, &rows, f)
                                      : db_one(tx, SQL_network_record_mine, args, 4, &rows, f);
    if (rc != RC_OK)
        return rc;
    *unit_id = rows_int(&rows, 0);
    return rows_end(&rows);
}

static enum rc need_member(struct tx *tx, const struct govern_call *c, int64_t unit_id, const char *field,
                           struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_network_unit_is_member,
                        DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(unit_id), DB_T(c->today)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool sits = rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    return rc == RC_OK && !sits
               ? fail_span(f, RC_CONFLICT, MSG_network_not_member, field, govern_unit_name(tx, unit_id))
               : rc;
}

static enum rc share(struct tx *tx, const struct govern_call *c, int64_t record_id, int64_t unit_id, struct fail *f)
{
    enum rc rc = need_member(tx, c, unit_id, "agencies", f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_record_agency_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(record_id), DB_I(unit_id), DB_I(tx_new_id(tx)),
                             DB_T(c->today)),
                     NULL, f);
    return rc == RC_OK ? matter_tell(tx, &c->m, unit_id, RIGHT_REPORT, "network.record", f) : rc;
}

/* ---- opening ------------------------------------------------------------ */

enum { RECORD_FIRM, RECORD_CODE, RECORD_KIND, RECORD_ADDRESS, RECORD_TEXT, RECORD_AGENCIES };
const struct govern_field network_record_fields[6] = {
    {"firm", GOVERN_TEXT, true, 200, NULL},         {"code", GOVERN_TEXT, true, 18, NULL},
    {"kind", GOVERN_WORD, false, 20, "export|oem"}, {"address", GOVERN_TEXT, false, 300, NULL},
    {"text", GOVERN_TEXT, false, 4000, NULL},       {"agencies", GOVERN_LIST, true, 0, NULL},
};

static enum rc code_free(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct rows rows;
    if (!network_credit_code(c->v[RECORD_CODE].s))
        return fail_span(f, RC_INVALID, MSG_network_credit_code, "code", c->v[RECORD_CODE].s);
    enum rc rc = db_query(tx, SQL_network_record_taken, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[RECORD_CODE]),
                          &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool taken = rows_next(&rows);
    rc = rows_end(&rows);
    return rc == RC_OK && taken ? fail_set(f, RC_CONFLICT, MSG_network_record_twice, "code", NULL) : rc;
}

/* The ids of the list, each once; *keeper: the first of them that the actor works in. */
static enum rc agencies_of(struct tx *tx, const json_t *list, int64_t *units, int *n, int64_t *keeper, struct fail *f)
{
    *n = 0;
    *keeper = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        int64_t id = 0;
        bool known = false, holds = false;
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &id))
            return fail_set(f, RC_INVALID, MSG_field_id, "agencies", NULL);
        for (int k = 0; k < *n && !known; k++)
            known = units[k] == id;
        if (known)
            continue;
        units[(*n)++] = id;
        const enum rc rc = *keeper == 0 ? org_holds(tx, RIGHT_REPORT, id, &holds, f) : RC_OK;
        if (rc != RC_OK)
            return rc;
        *keeper = holds ? id : *keeper;
    }
    return *keeper != 0 ? RC_OK : fail_set(f, RC_FORBIDDEN, MSG_network_record_self, "agencies", NULL);
}

enum rc network_act_record(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    int64_t units[GOVERN_LIST_MAX], keeper = 0;
    int n = 0;
    enum rc rc = network_need_active(&c->m, f);
    if (rc == RC_OK && !span_is(c->m.form, "agencies"))
        rc = fail_set(f, RC_CONFLICT, MSG_network_only_agencies, NULL, NULL);
    if (rc == RC_OK)
        rc = code_free(tx, c, f);
    if (rc == RC_OK)
        rc = agencies_of(tx, c->list[RECORD_AGENCIES], units, &n, &keeper, f);
    c->item = tx_new_id(tx);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_record_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), DB_T(span_trim(v[RECORD_FIRM].s)),
                             v[RECORD_CODE], v[RECORD_KIND], v[RECORD_ADDRESS], v[RECORD_TEXT], DB_I(keeper),
                             DB_T(c->today), DB_I(tx_now_us(tx))),
                     NULL, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = share(tx, c, c->item, units[i], f);
    return rc;
}

/* ---- who shares it ------------------------------------------------------------ */

/* Only the agency that opened it says who shares it. */
static enum rc need_keeper(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct rows rows;
    bool holds = false;
    enum rc rc =
        db_one(tx, SQL_network_record_by_id,
               DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t keeper = rows_int(&rows, 6);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, keeper, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, "approve", NULL) : rc;
}

const struct govern_field network_share_fields[1] = {{"unit_id", GOVERN_UNIT, true, 0, NULL}};

enum rc network_act_share(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct rows rows;
    bool shared = false;
    enum rc rc = need_keeper(tx, c, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_network_record_agencies, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item)),
                      &rows, f);
    while (rc == RC_OK && rows_next(&rows))
        shared |= rows_int(&rows, 0) == c->v[0].i && rows_is_null(&rows, 2);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    if (rc == RC_OK && shared)
        rc = fail_span(f, RC_CONFLICT, MSG_network_shared_already, "unit_id", govern_unit_name(tx, c->v[0].i));
    return rc == RC_OK ? share(tx, c, c->item, c->v[0].i, f) : rc;
}

const struct govern_field network_unshare_fields[2] = {
    {"unit_id", GOVERN_UNIT, true, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
};

enum rc network_act_unshare(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = need_keeper(tx, c, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_record_agency_end,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item), c->v[0], DB_T(c->today), c->v[1]),
                     &changed, f);
    return rc == RC_OK && changed == 0
               ? fail_span(f, RC_CONFLICT, MSG_network_not_member, "unit_id", govern_unit_name(tx, c->v[0].i))
               : rc;
}

/* ---- filings and notes ------------------------------------------------------------ */

enum { FILING_CLIENT, FILING_COUNTRY, FILING_RIGHT, FILING_GOODS, FILING_FROM, FILING_UNTIL };
const struct govern_field network_filing_fields[6] = {
    {"client", GOVERN_TEXT, true, 200, NULL},       {"country", GOVERN_TEXT, false, 60, NULL},
    {"right_number", GOVERN_TEXT, true, 200, NULL}, {"goods", GOVERN_TEXT, true, 300, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},        {"until_on", GOVERN_DAY, false, 0, NULL},
};

enum rc network_act_filing(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const struct span from_on = govern_day(&v[FILING_FROM], c->today);
    int64_t unit_id = 0, record_id = c->item;
    enum rc rc = my_agency(tx, &c->m, record_id, &unit_id, f);
    if (rc == RC_OK && v[FILING_UNTIL].type == DB_TEXT && span_cmp(v[FILING_UNTIL].s, from_on) < 0)
        rc = fail_set(f, RC_INVALID, MSG_network_days, "until_on", NULL);
    c->item = tx_new_id(tx);
    return rc == RC_OK ? db_exec(tx, SQL_network_filing_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(record_id), DB_I(c->item),
                                         v[FILING_CLIENT], v[FILING_COUNTRY], v[FILING_RIGHT], v[FILING_GOODS],
                                         DB_T(from_on), v[FILING_UNTIL], DB_I(unit_id), DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

enum { NOTE_KIND, NOTE_TEXT, NOTE_ON };
const struct govern_field network_note_fields[3] = {
    {"kind", GOVERN_WORD, true, 20, "inspection|service|risk|penalty"},
    {"text", GOVERN_TEXT, true, 4000, NULL},
    {"noted_on", GOVERN_DAY, false, 0, NULL},
};

enum rc network_act_note(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t unit_id = 0, record_id = c->item;
    const enum rc rc = my_agency(tx, &c->m, record_id, &unit_id, f);
    c->item = tx_new_id(tx);
    return rc == RC_OK ? db_exec(tx, SQL_network_note_add,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(record_id), DB_I(c->item),
                                         DB_I(unit_id), c->v[NOTE_KIND], c->v[NOTE_TEXT],
                                         DB_T(govern_day(&c->v[NOTE_ON], c->today)), DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

/* ---- that it is there, and a look ------------------------------------------------------------ */

enum rc network_records_show(struct tx *tx, const struct matter *m, struct span q, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},     {"firm", GOVERN_TEXT},   {"code", GOVERN_TEXT},
        {"kind", GOVERN_TEXT}, {"keeper", GOVERN_UNIT}, {"opened_on", GOVERN_DAY},
    };
    const struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_S(m->region_code), DB_I(m->id)};
    struct rows rows;
    enum rc rc = db_query(tx, SQL_network_record_list, args, 3, &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_array(w);
    for (int n = 0; n < GOVERN_ROWS_MAX && rows_next(&rows);) {
        if (q.len > 0 && span_find(rows_text(&rows, 1), q, 0) == SIZE_MAX &&
            span_find(rows_text(&rows, 2), q, 0) == SIZE_MAX)
            continue;
        n++;
        jw_object(w);
        govern_members(tx, &rows, columns, COUNT(columns), w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

static const struct govern_field look_fields[] = {
    {"purpose", GOVERN_WORD, true, 20, "inspection|service|case|risk|filing"},
};
struct look_job {
    int64_t network_id, record_id, unit_id;
    struct db_val purpose;
    struct matter m;
};

static enum rc run_look(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct look_job *job = out;
    char text[160];
    (void)in;
    enum rc rc = matter_get(tx, "network", job->network_id, &job->m, f);
    if (rc == RC_OK)
        rc = my_agency(tx, &job->m, job->record_id, &job->unit_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_network_look_add,
                     DB_ARGS(DB_S(job->m.region_code), DB_I(job->network_id), DB_I(job->record_id), DB_I(tx_new_id(tx)),
                             DB_I(job->unit_id), DB_I(tx_actor(tx)->principal_id), job->purpose, DB_I(tx_now_us(tx))),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(text, sizeof text, "{\"item\":\"%lld\",\"unit_id\":\"%lld\",\"purpose\":\"%.*s\"}",
                   (long long)job->record_id, (long long)job->unit_id, SPAN_ARG(job->purpose.s));
    const struct journal_entry entry = {job->m.region_code, "network", job->network_id, "look", span_of(text)};
    return journal_append(tx, &entry, NULL, f);
}

static enum rc record_lists(struct tx *tx, const struct look_job *job, struct jw *w, struct fail *f)
{
    static const struct govern_column agencies[] = {
        {"unit", GOVERN_UNIT}, {"from_on", GOVERN_DAY}, {"to_on", GOVERN_DAY}, {"reason", GOVERN_TEXT}};
    static const struct govern_column filings[] = {
        {"id", GOVERN_ID},      {"client", GOVERN_TEXT}, {"country", GOVERN_TEXT}, {"right_number", GOVERN_TEXT},
        {"goods", GOVERN_TEXT}, {"from_on", GOVERN_DAY}, {"until_on", GOVERN_DAY}, {"unit", GOVERN_UNIT},
        {"at", GOVERN_TIME},
    };
    static const struct govern_column notes[] = {
        {"id", GOVERN_ID},     {"unit", GOVERN_UNIT},    {"kind", GOVERN_TEXT},
        {"text", GOVERN_TEXT}, {"noted_on", GOVERN_DAY}, {"at", GOVERN_TIME},
    };
    static const struct govern_column looks[] = {{"unit", GOVERN_UNIT}, {"purpose", GOVERN_TEXT}, {"at", GOVERN_TIME}};
    const struct db_val args[] = {DB_S(job->m.region_code), DB_I(job->network_id), DB_I(job->record_id), DB_I(100)};
    const struct govern_rows parts[] = {
        {"agencies", SQL_network_record_agencies, args, 3, agencies, COUNT(agencies)},
        {"filings", SQL_network_filings, args, 3, filings, COUNT(filings)},
        {"notes", SQL_network_notes, args, 3, notes, COUNT(notes)},
        {"looks", SQL_network_looks, args, 4, looks, COUNT(looks)},
    };
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < COUNT(parts); i++)
        rc = govern_array(tx, w, &parts[i], f);
    return rc;
}

static enum rc render_look(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},        {"firm", GOVERN_TEXT}, {"code", GOVERN_TEXT},   {"kind", GOVERN_TEXT},
        {"address", GOVERN_TEXT}, {"text", GOVERN_TEXT}, {"keeper", GOVERN_UNIT}, {"opened_on", GOVERN_DAY},
    };
    const struct look_job *job = out;
    struct rows rows;
    struct jw w;
    *status = 200;
    enum rc rc = db_one(tx, SQL_network_record_by_id,
                        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(job->m.region_code), DB_I(job->network_id),
                                DB_I(job->record_id)),
                        &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, body);
    jw_object(&w);
    govern_members(tx, &rows, columns, COUNT(columns), &w);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = record_lists(tx, job, &w, f);
    jw_object_end(&w);
    return rc;
}

enum rc network_api_look(struct req *r, struct fail *f)
{
    struct look_job *job = ARENA_NEW(req_arena(r), struct look_job);
    json_t *body = NULL;
    if (job == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    enum rc rc = req_param_id(r, "id", &job->network_id, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "item", &job->record_id, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = govern_fields(body, look_fields, 1, false, &job->purpose, NULL, f);
    /* An answer kept for a repeated key would be a look that no journal knows. */
    return rc == RC_OK
               ? org_write_with(r, &(struct org_write_plan){run_look, job, job, render_look, NULL, ORG_WRITE_NO_KEY}, f)
               : rc;
}
