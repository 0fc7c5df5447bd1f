/* standard_read.c - a common standard as it stands: what is strictest, which city is looser, who still owes adoption; screening and checking against it. */
#include <string.h>

#include "govern/standard_int.h"

/* ---- reading ------------------------------------------------------------ */

bool standard_bounded(const struct standard_clause *c)
{
    return span_is(c->comparator, "le") || span_is(c->comparator, "ge");
}

bool standard_passes(struct span comparator, int64_t value, int64_t bound)
{
    return span_is(comparator, "ge") ? value >= bound : value <= bound;
}

bool standard_differs(const struct standard_clause *c, const struct standard_value *own)
{
    if (!own->given)
        return false;
    if (standard_bounded(c))
        return c->has_value && own->has_value && !standard_passes(c->comparator, own->value, c->value);
    return span_is(c->comparator, "same") && c->text.len > 0 && !span_eq(own->text, c->text);
}

static enum rc read_members(struct tx *tx, const struct matter *m, struct standard *s, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_query(tx, SQL_standard_members, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(s->edition)), &rows, f);
    while (rc == RC_OK && s->n_members < STANDARD_MEMBERS_MAX && rows_next(&rows)) {
        struct standard_member *member = &s->members[s->n_members++];
        const struct span region = rows_text(&rows, 0);
        memcpy(member->region_code, region.ptr, region.len < 6 ? region.len : 6);
        member->unit_id = rows_int(&rows, 1);
        member->adopted_on = rows_text_dup(&rows, 2);
        member->document_number = rows_text_dup(&rows, 3);
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static enum rc read_clauses(struct tx *tx, const struct matter *m, struct standard *s, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_query(tx, SQL_standard_clauses, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(s->edition)), &rows, f);
    while (rc == RC_OK && s->n_clauses < STANDARD_CLAUSES_MAX && rows_next(&rows)) {
        struct standard_clause *c = &s->clauses[s->n_clauses++];
        *c = (struct standard_clause){.code = rows_text_dup(&rows, 0),
                                      .title = rows_text_dup(&rows, 1),
                                      .comparator = rows_text_dup(&rows, 2),
                                      .unit = rows_text_dup(&rows, 3),
                                      .mode = rows_text_dup(&rows, 4),
                                      .has_value = !rows_is_null(&rows, 5),
                                      .value = rows_int(&rows, 5),
                                      .text = rows_text_dup(&rows, 6)};
        c->own = ARENA_ARRAY(tx_arena(tx), STANDARD_MEMBERS_MAX, struct standard_value);
        if (c->own == NULL)
            s->n_clauses = 0;
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static struct standard_value *own_of(struct standard *s, struct span code, struct span region,
                                     struct standard_clause **c)
{
    for (int i = 0; i < s->n_clauses; i++) {
        for (int k = 0; span_eq(s->clauses[i].code, code) && k < s->n_members; k++) {
            *c = &s->clauses[i];
            if (span_is(region, s->members[k].region_code))
                return &s->clauses[i].own[k];
        }
    }
    return NULL;
}

static enum rc read_values(struct tx *tx, const struct matter *m, struct span on, struct standard *s, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_standard_values, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(on)), &rows, f);
    while (rc == RC_OK && rows_next(&rows)) {
        struct standard_clause *c = NULL;
        struct standard_value *own = own_of(s, rows_text(&rows, 0), rows_text(&rows, 1), &c);
        if (own == NULL)
            continue;
        *own = (struct standard_value){.given = true,
                                       .has_value = !rows_is_null(&rows, 2),
                                       .value = rows_int(&rows, 2),
                                       .text = rows_text_dup(&rows, 3),
                                       .document_number = rows_text_dup(&rows, 4),
                                       .from_on = rows_text_dup(&rows, 5)};
        if (!standard_bounded(c) || !own->has_value)
            continue;
        if (!c->has_strictest || !standard_passes(c->comparator, c->strictest, own->value)) {
            c->has_strictest = true;
            c->strictest = own->value;
            c->strictest_of = (int)(own - c->own);
        }
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc standard_read(struct tx *tx, const struct matter *m, struct span on, struct standard **out, struct fail *f)
{
    struct rows rows;
    struct standard *s = ARENA_NEW(tx_arena(tx), struct standard);
    if (s == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    enum rc rc = db_one(tx, SQL_standard_version_last, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    s->edition = rows_int(&rows, 0);
    s->state = rows_text_dup(&rows, 1);
    s->reply_due_on = rows_text_dup(&rows, 2);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = read_members(tx, m, s, f);
    if (rc == RC_OK)
        rc = read_clauses(tx, m, s, f);
    if (rc == RC_OK)
        rc = read_values(tx, m, on, s, f);
    *out = s;
    return rc;
}

/* ---- what is shown ------------------------------------------------------------ */

static void number_member(struct tx *tx, struct jw *w, const char *key, bool has, int64_t value)
{
    jw_key(w, key);
    if (has)
        jw_text(w, govern_decimal_print(tx_arena(tx), value));
    else
        jw_null(w);
}

static void clause_object(struct tx *tx, const struct standard *s, const struct standard_clause *c, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "code", c->code);
    jw_ktext(w, "title", c->title);
    jw_ktext(w, "comparator", c->comparator);
    jw_ktext(w, "unit", c->unit);
    jw_ktext(w, "mode", c->mode);
    number_member(tx, w, "value", c->has_value, c->value);
    jw_ktext(w, "text", c->text);
    number_member(tx, w, "strictest", c->has_strictest, c->strictest);
    govern_place_member(tx, w, "strictest_of",
                        c->has_strictest ? span_of(s->members[c->strictest_of].region_code) : SPAN_NONE);
    jw_key(w, "values");
    jw_array(w);
    for (int i = 0; i < s->n_members; i++) {
        const struct standard_value *own = &c->own[i];
        jw_object(w);
        govern_place_member(tx, w, "region", span_of(s->members[i].region_code));
        number_member(tx, w, "value", own->has_value, own->value);
        jw_ktext(w, "text", own->text);
        jw_ktext(w, "document_number", own->document_number);
        jw_ktext_or_null(w, "from_on", own->from_on);
        jw_kbool(w, "looser", standard_differs(c, own));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc opinions(struct tx *tx, const struct matter *m, const struct standard *s, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},   {"region", GOVERN_PLACE},  {"stance", GOVERN_TEXT}, {"text", GOVERN_TEXT},
        {"at", GOVERN_TIME}, {"decision", GOVERN_TEXT}, {"reason", GOVERN_TEXT},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id), DB_I(s->edition)};
    return govern_array(tx, w, &(struct govern_rows){"opinions", SQL_standard_opinions, args, 3, columns, 7}, f);
}

static enum rc versions(struct tx *tx, const struct matter *m, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"edition", GOVERN_INT},      {"state", GOVERN_TEXT},   {"opened_on", GOVERN_DAY},
        {"reply_due_on", GOVERN_DAY}, {"fixed_on", GOVERN_DAY}, {"in_force_on", GOVERN_DAY},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    return govern_array(tx, w, &(struct govern_rows){"versions", SQL_standard_versions, args, 2, columns, 6}, f);
}

enum rc standard_show(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                      struct fail *f)
{
    struct standard *s = NULL;
    int owed = 0, looser = 0;
    enum rc rc = standard_read(tx, m, span_of(show->as_of.on), &s, f);
    if (rc != RC_OK)
        return rc;
    jw_kint(w, "edition", s->edition);
    jw_key(w, "members");
    jw_array(w);
    for (int i = 0; i < s->n_members; i++) {
        jw_object(w);
        govern_place_member(tx, w, "region", span_of(s->members[i].region_code));
        govern_unit_member(tx, w, "unit", s->members[i].unit_id);
        jw_ktext_or_null(w, "adopted_on", s->members[i].adopted_on);
        jw_ktext_or_null(w, "document_number", s->members[i].document_number);
        jw_object_end(w);
        owed += s->members[i].adopted_on.ptr == NULL;
        for (int k = 0; k < s->n_clauses; k++)
            looser += standard_differs(&s->clauses[k], &s->clauses[k].own[i]);
    }
    jw_array_end(w);
    jw_kint(w, "adoptions_owed", span_is(s->state, "consulted") ? owed : 0);
    jw_kint(w, "looser", looser);
    jw_key(w, "clauses");
    jw_array(w);
    for (int i = 0; i < s->n_clauses; i++)
        clause_object(tx, s, &s->clauses[i], w);
    jw_array_end(w);
    rc = versions(tx, m, w, f);
    return rc == RC_OK ? opinions(tx, m, s, w, f) : rc;
}

/* ---- a project against the standard ------------------------------------------------------------ */

/* "COD:45,NH3:5": the value given for a code; false when it is not there or no number. */
static bool value_for(struct span given, struct span code, int64_t *value)
{
    while (given.len > 0) {
        struct span pair = span_split(&given, ',');
        const struct span name = span_trim(span_split(&pair, ':'));
        if (span_eq(name, code))
            return govern_decimal_parse(span_trim(pair), value);
    }
    return false;
}

static void verdict(struct tx *tx, const struct standard_clause *c, bool known, int64_t given, struct jw *w)
{
    const bool bound = c->has_value || c->has_strictest;
    const int64_t value = c->has_value ? c->value : c->strictest;
    jw_object(w);
    number_member(tx, w, "limit", bound, value);
    jw_key(w, "pass");
    if (bound && known)
        jw_bool(w, standard_passes(c->comparator, given, value));
    else
        jw_null(w);
    jw_object_end(w);
}

static void screen_clause(struct tx *tx, const struct standard *s, const struct standard_clause *c, struct span values,
                          struct jw *w)
{
    int64_t given = 0;
    const bool known = value_for(values, c->code, &given);
    jw_object(w);
    jw_ktext(w, "code", c->code);
    jw_ktext(w, "title", c->title);
    jw_ktext(w, "comparator", c->comparator);
    jw_ktext(w, "unit", c->unit);
    number_member(tx, w, "given", known, given);
    jw_key(w, "common");
    verdict(tx, c, known, given, w);
    jw_key(w, "cities");
    jw_array(w);
    for (int i = 0; i < s->n_members; i++) {
        const struct standard_value *own = &c->own[i];
        jw_object(w);
        govern_place_member(tx, w, "region", span_of(s->members[i].region_code));
        number_member(tx, w, "limit", own->has_value, own->value);
        jw_key(w, "pass");
        if (known && own->has_value)
            jw_bool(w, standard_passes(c->comparator, given, own->value));
        else
            jw_null(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc answer_screening(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    const struct span values = req_query(ask->r, "values");
    struct matter m;
    struct standard *s = NULL;
    int known = 0, failed = 0, wanted = 0;
    enum rc rc = matter_get(tx, "standard", ask->id, &m, f);
    if (rc == RC_OK)
        rc = standard_read(tx, &m, span_of(ask->show.as_of.on), &s, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < s->n_clauses; i++) {
        const struct standard_clause *c = &s->clauses[i];
        int64_t given = 0;
        if (!standard_bounded(c) || !(c->has_value || c->has_strictest))
            continue;
        wanted++;
        if (value_for(values, c->code, &given)) {
            known++;
            failed += !standard_passes(c->comparator, given, c->has_value ? c->value : c->strictest);
        }
    }
    if (known == 0)
        return fail_set(f, RC_INVALID, MSG_standard_no_values, "values", NULL);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_kid(w, "standard_id", m.id);
    jw_kint(w, "edition", s->edition);
    jw_kstr(w, "verdict", failed > 0 ? "fail" : known < wanted ? "incomplete" : "pass");
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < s->n_clauses; i++) {
        if (standard_bounded(&s->clauses[i]))
            screen_clause(tx, s, &s->clauses[i], values, w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

enum rc standard_api_screening(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "values", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_screening, f) : rc;
}

/* ---- a text against a term base ------------------------------------------------------------ */

static enum rc answer_check(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    const struct span zh = req_query(ask->r, "zh"), en = req_query(ask->r, "en");
    struct matter m;
    struct standard *s = NULL;
    int faults = 0, found = 0;
    enum rc rc = matter_get(tx, "standard", ask->id, &m, f);
    if (rc == RC_OK)
        rc = standard_read(tx, &m, span_of(ask->show.as_of.on), &s, f);
    if (rc == RC_OK && zh.len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, "zh", NULL);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < s->n_clauses; i++) {
        const struct standard_clause *c = &s->clauses[i];
        if (!span_is(c->comparator, "term") || span_find(zh, c->title, 0) == SIZE_MAX)
            continue;
        const bool kept = span_find(en, c->text, 0) != SIZE_MAX;
        found++;
        faults += !kept;
        jw_object(w);
        jw_ktext(w, "code", c->code);
        jw_ktext(w, "term", c->title);
        jw_ktext(w, "wanted", c->text);
        jw_kbool(w, "ok", kept);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kint(w, "terms", found);
    jw_kint(w, "faults", faults);
    jw_object_end(w);
    return RC_OK;
}

enum rc standard_api_check(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "zh", "en", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_check, f) : rc;
}
