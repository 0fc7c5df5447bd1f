/* meet_body.c - bodies that meet, their members and the order of hosts: commands. */
#include <string.h>

#include "govern/meet_int.h"

static const char *const kinds[] = {"joint_conference", "mechanism", "committee", "leading_group",
                                    "advisers",         "residents", "working",   NULL};
static const char *const levels[] = {"region", "city", "county", "town", "village", NULL};
static const char *const rotations[] = {"none", "session", "term", NULL};
static const char *const rules[] = {"consensus", "majority", "two_thirds", NULL};
static const char *const cadences[] = {"none", "month", "quarter", "half_year", "year", NULL};

static enum rc check_word(const char *field, struct span s, const char *const *words, struct fail *f)
{
    return meet_one_of(s, words) ? RC_OK : fail_span(f, RC_INVALID, MSG_meet_word_invalid, field, s);
}

static enum rc check_rotation(const struct meet_body *b, struct fail *f)
{
    if (!span_is(b->rotates, "term"))
        return RC_OK;
    if (b->term_months < 1 || b->term_months > 120)
        return fail_set(f, RC_INVALID, MSG_meet_term_invalid, "term_months", NULL);
    if (meet_day_of(b->rotates_from_on) == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_meet_day_invalid, "rotates_from_on", span_or_empty(b->rotates_from_on));
    return RC_OK;
}

static enum rc check_body(const struct meet_body *b, struct fail *f)
{
    if (span_trim(b->name).len == 0 || b->name.len > MEET_NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_name_invalid, "name", NULL);
    if (b->purpose.len > MEET_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_meet_text_invalid, "purpose", NULL);
    if (b->quorum_percent < 1 || b->quorum_percent > 100)
        return fail_set(f, RC_INVALID, MSG_meet_quorum_invalid, "quorum_percent", NULL);
    if (b->past_sessions < 0 || b->past_sessions > 10000)
        return fail_set(f, RC_INVALID, MSG_meet_number_invalid, "past_sessions", NULL);
    if (meet_day_of(b->from_on) == INT32_MIN)
        return fail_span(f, RC_INVALID, MSG_meet_day_invalid, "from_on", b->from_on);
    enum rc rc = check_word("kind", b->kind, kinds, f);
    if (rc == RC_OK)
        rc = check_word("level", b->level, levels, f);
    if (rc == RC_OK)
        rc = check_word("rotates", b->rotates, rotations, f);
    if (rc == RC_OK)
        rc = check_word("rule", b->rule, rules, f);
    if (rc == RC_OK)
        rc = check_word("cadence", b->cadence, cadences, f);
    return rc == RC_OK ? check_rotation(b, f) : rc;
}

/* A unit is there once and a place in the order of hosts is taken once. */
static enum rc check_members(struct tx *tx, const struct meet_body_in *in, struct fail *f)
{
    struct unit unit;
    if (in->n_members < 1 || in->n_members > MEET_MEMBERS_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_members_invalid, "members", NULL);
    for (int i = 0; i < in->n_members; i++) {
        const struct meet_member_in *m = &in->members[i];
        for (int k = 0; k < i; k++)
            if (in->members[k].unit_id == m->unit_id || (m->ordinal > 0 && in->members[k].ordinal == m->ordinal))
                return fail_span(f, RC_INVALID, MSG_meet_member_twice, "members", meet_unit_name(tx, m->unit_id));
        enum rc rc = unit_get(tx, m->unit_id, SPAN_NONE, &unit, f);
        if (rc == RC_MISSING || (rc == RC_OK && span_is(unit.state, "ended")))
            return fail_set(f, RC_INVALID, MSG_meet_unit_unknown, "members", NULL);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static bool still_in(const struct meet_body_in *in, int64_t unit_id)
{
    for (int i = 0; i < in->n_members; i++)
        if (in->members[i].unit_id == unit_id)
            return true;
    return false;
}

/* The whole list replaces what stands there; who leaves keeps having been a member. */
static enum rc put_members(struct tx *tx, const struct meet_body *b, const struct meet_body_in *in, struct fail *f)
{
    struct meet_member *old = NULL;
    int n = 0;
    const struct span today = meet_today(tx), from = in->id == 0 ? b->from_on : today;
    enum rc rc = meet_members(tx, b, today, &old, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (old[i].now && !still_in(in, old[i].unit_id))
            rc = db_exec(tx, SQL_meet_member_end,
                         DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(old[i].unit_id), DB_T(today)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_members; i++) {
        const struct meet_member_in *m = &in->members[i];
        const struct db_val region = DB_S(b->region_code), unit = DB_I(m->unit_id);
        rc = db_exec(tx, SQL_meet_member_put,
                     DB_ARGS(region, DB_I(b->id), unit, DB_I(m->ordinal), DB_I(m->voting), DB_T(from)), NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_meet_body_party_add, DB_ARGS(region, DB_I(b->id), unit, DB_S("member")), NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_meet_session_party_all, DB_ARGS(region, DB_I(b->id), unit), NULL, f);
    }
    return rc;
}

static enum rc note_body(struct tx *tx, const struct meet_body *b, const struct meet_body_in *in, struct fail *f)
{
    struct meet_note n;
    meet_note_begin(&n);
    jw_ktext(&n.w, "name", b->name);
    jw_ktext(&n.w, "rotates", b->rotates);
    jw_ktext(&n.w, "rule", b->rule);
    jw_ktext(&n.w, "cadence", b->cadence);
    jw_kint(&n.w, "quorum_percent", b->quorum_percent);
    if (in->members != NULL) {
        jw_key(&n.w, "members");
        jw_array(&n.w);
        for (int i = 0; i < in->n_members; i++)
            jw_id(&n.w, in->members[i].unit_id);
        jw_array_end(&n.w);
    }
    return meet_note_end(
        tx, &n,
        &(struct journal_entry){b->region_code, "meeting_body", b->id, in->id == 0 ? "create" : "edit", SPAN_NONE}, f);
}

static struct span or_default(struct span s, const char *word)
{
    return s.len > 0 ? s : span_of(word);
}

static enum rc create(struct tx *tx, const struct meet_body_in *in, struct meet_body *b, struct fail *f)
{
    struct unit office;
    enum rc rc = unit_get(tx, in->unit_id != 0 ? in->unit_id : tx_actor(tx)->unit_id, SPAN_NONE, &office, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_ASSIGN, office.id, f);
    if (rc != RC_OK)
        return rc;
    *b = (struct meet_body){.id = tx_new_id(tx),
                            .unit_id = office.id,
                            .name = in->name,
                            .kind = or_default(in->kind, "joint_conference"),
                            .level = or_default(in->level, "region"),
                            .purpose = span_or_empty(in->purpose),
                            .rotates = or_default(in->rotates, "session"),
                            .term_months = in->term_months < 0 ? 0 : in->term_months,
                            .rotates_from_on = in->rotates_from_on.len > 0 ? in->rotates_from_on : SPAN_NONE,
                            .quorum_percent = in->quorum_percent < 0 ? 67 : in->quorum_percent,
                            .rule = or_default(in->rule, "consensus"),
                            .cadence = or_default(in->cadence, "year"),
                            .past_sessions = in->past_sessions < 0 ? 0 : in->past_sessions,
                            .from_on = in->from_on.len > 0 ? in->from_on : meet_today(tx)};
    memcpy(b->region_code, office.region_code, sizeof b->region_code);
    rc = check_body(b, f);
    if (rc == RC_OK)
        rc = check_members(tx, in, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_meet_body_insert,
                     DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_T(b->name), DB_T(b->kind), DB_T(b->level),
                             DB_I(b->unit_id), DB_T(b->purpose), DB_T(b->rotates), DB_I(b->term_months),
                             DB_T(b->rotates_from_on), DB_I(b->quorum_percent), DB_T(b->rule), DB_T(b->cadence),
                             DB_I(b->past_sessions), DB_T(b->from_on)),
                     NULL, f);
    return rc == RC_OK ? db_exec(tx, SQL_meet_body_party_add,
                                 DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(b->unit_id), DB_S("office")), NULL, f)
                       : rc;
}

static void keep_or(struct span *now, struct span given)
{
    if (given.len > 0)
        *now = given;
}

static enum rc edit(struct tx *tx, const struct meet_body_in *in, struct meet_body *b, struct fail *f)
{
    bool may = false;
    int64_t changed = 0;
    enum rc rc = meet_body_get(tx, in->id, b, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, b->unit_id, &may, f);
    if (rc == RC_OK && !may)
        rc = fail_set(f, RC_FORBIDDEN, MSG_meet_not_office, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    keep_or(&b->name, in->name);
    keep_or(&b->rotates, in->rotates);
    keep_or(&b->rotates_from_on, in->rotates_from_on);
    keep_or(&b->rule, in->rule);
    keep_or(&b->cadence, in->cadence);
    if (in->purpose.ptr != NULL)
        b->purpose = in->purpose;
    if (in->term_months >= 0)
        b->term_months = in->term_months;
    if (in->quorum_percent >= 0)
        b->quorum_percent = in->quorum_percent;
    rc = check_body(b, f);
    if (rc == RC_OK && in->members != NULL && b->group_id != 0)
        rc = fail_set(f, RC_CONFLICT, MSG_meet_group_members, "members", NULL);
    if (rc == RC_OK && in->members != NULL)
        rc = check_members(tx, in, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_meet_body_edit,
                     DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(in->version != 0 ? in->version : b->version),
                             DB_T(b->name), DB_T(b->purpose), DB_T(b->rotates), DB_I(b->term_months),
                             DB_T(b->rotates_from_on), DB_I(b->quorum_percent), DB_T(b->rule), DB_T(b->cadence)),
                     &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_meet_stale, NULL, NULL) : rc;
}

enum rc meet_body_save(struct tx *tx, const struct meet_body_in *in, int64_t *id, struct fail *f)
{
    struct meet_body b;
    enum rc rc = in->id == 0 ? create(tx, in, &b, f) : edit(tx, in, &b, f);
    if (rc == RC_OK && in->members != NULL)
        rc = put_members(tx, &b, in, f);
    if (rc == RC_OK)
        rc = note_body(tx, &b, in, f);
    if (rc == RC_OK)
        *id = b.id;
    return rc;
}
