/*
 * power.c - powers of approval and management and their delegation: who decides a power in a place on a day, and why. A power lies with a level; a grant
 * moves it downwards within a division. On the way from the widest division to the place that is asked about, the last grant counts.
 */
#include <string.h>

#include "govern/govern_int.h"

#define LEVELS "province|prefecture|county|street"
#define ABOVE_MAX 6 /* divisions above a place, itself included */

static int rank_of(struct span level)
{
    static const char *const levels[] = {"province", "prefecture", "county", "street"};
    for (int i = 0; i < COUNT(levels); i++) {
        if (span_is(level, levels[i]))
            return i;
    }
    return -1;
}

/* ---- who decides ------------------------------------------------------------ */

/* A place with the divisions above it, the widest first. */
struct places {
    struct region at[ABOVE_MAX];
    int n;
};

static enum rc places_of(struct tx *tx, struct span code, struct span on, struct places *out, struct fail *f)
{
    struct region up[ABOVE_MAX];
    int n = 0;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n < ABOVE_MAX && code.len > 0 && !span_is(code, "000000")) {
        rc = region_get(tx, code, on, &up[n], f);
        code = rc == RC_OK ? span_of(up[n].parent_code) : code;
        n += rc == RC_OK;
    }
    for (int i = 0; i < n; i++)
        out->at[i] = up[n - 1 - i];
    out->n = n;
    return rc;
}

struct step { /* of the chain: a grant, in words of the row */
    int64_t id, unit_id, trigger_value;
    struct span place_code, level, from_on, to_on, document_number, conditions, trigger_name, trigger_comparator,
        trigger_unit;
};
struct decision {
    struct places places;
    struct step steps[ABOVE_MAX];
    int n_steps;
    struct span level;           /* that decides */
    const struct region *holder; /* division of that level around the place; NULL: each one within the place */
    int64_t unit_id;             /* named by the last grant; 0: the government of the level */
};

static enum rc step_at(struct tx *tx, const struct matter *m, const struct region *place, struct span on,
                       struct decision *d, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_power_grants_on,
                          DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_S(place->code), DB_T(on)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows)) {
        d->steps[d->n_steps++] = (struct step){.id = rows_int(&rows, 0),
                                               .place_code = rows_text_dup(&rows, 1),
                                               .level = rows_text_dup(&rows, 2),
                                               .unit_id = rows_int(&rows, 3),
                                               .from_on = rows_text_dup(&rows, 4),
                                               .to_on = rows_text_dup(&rows, 5),
                                               .document_number = rows_text_dup(&rows, 6),
                                               .conditions = rows_text_dup(&rows, 7),
                                               .trigger_name = rows_text_dup(&rows, 8),
                                               .trigger_comparator = rows_text_dup(&rows, 9),
                                               .trigger_value = rows_int(&rows, 10),
                                               .trigger_unit = rows_text_dup(&rows, 11)};
    }
    return rows_end(&rows);
}

static enum rc decide(struct tx *tx, const struct matter *m, struct span place, struct span on, struct decision *d,
                      struct fail *f)
{
    *d = (struct decision){.level = m->form};
    enum rc rc = places_of(tx, place, on, &d->places, f);
    for (int i = 0; rc == RC_OK && i < d->places.n; i++)
        rc = step_at(tx, m, &d->places.at[i], on, d, f);
    if (rc == RC_OK && d->n_steps > 0) {
        d->level = d->steps[d->n_steps - 1].level;
        d->unit_id = d->steps[d->n_steps - 1].unit_id;
    }
    for (int i = 0; rc == RC_OK && i < d->places.n; i++) {
        if (span_eq(d->places.at[i].level, d->level))
            d->holder = &d->places.at[i];
    }
    return rc;
}

static void region_member(struct jw *w, const char *key, const struct region *r)
{
    jw_key(w, key);
    if (r == NULL) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "code", r->code);
    jw_ktext(w, "name", r->name);
    jw_ktext(w, "level", r->level);
    jw_object_end(w);
}

static void step_members(struct tx *tx, const struct step *s, struct jw *w)
{
    jw_kid(w, "grant_id", s->id);
    jw_ktext(w, "level", s->level);
    govern_place_member(tx, w, "place", s->place_code);
    govern_unit_member(tx, w, "unit", s->unit_id);
    jw_ktext(w, "document_number", s->document_number);
    jw_ktext(w, "from_on", s->from_on);
    jw_ktext_or_null(w, "to_on", s->to_on);
    jw_ktext(w, "conditions", s->conditions);
    jw_key(w, "trigger");
    if (s->trigger_comparator.len == 0) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_ktext(w, "name", s->trigger_name);
    jw_ktext(w, "comparator", s->trigger_comparator);
    jw_ktext(w, "value", govern_decimal_print(tx_arena(tx), s->trigger_value));
    jw_ktext(w, "unit", s->trigger_unit);
    jw_object_end(w);
}

/* The answer with its chain: where the power lies by law, then each grant on the way down to the place. */
static void decision_object(struct tx *tx, const struct matter *m, const struct decision *d, struct span on,
                            struct jw *w)
{
    const struct region *origin = NULL;
    for (int i = 0; i < d->places.n; i++) {
        if (span_eq(d->places.at[i].level, m->form))
            origin = &d->places.at[i];
    }
    jw_object(w);
    jw_kid(w, "power_id", m->id);
    jw_ktext(w, "code", m->code);
    jw_ktext(w, "title", m->title);
    region_member(w, "asked", &d->places.at[d->places.n - 1]);
    jw_ktext(w, "on", on);
    jw_ktext(w, "level", d->level);
    region_member(w, "place", d->holder);
    govern_unit_member(tx, w, "unit", d->unit_id);
    jw_kbool(w, "delegated", d->n_steps > 0);
    jw_key(w, "chain");
    jw_array(w);
    jw_object(w);
    jw_kstr(w, "step", "origin");
    jw_ktext(w, "level", m->form);
    region_member(w, "place", origin);
    jw_ktext(w, "document_number", m->document_number);
    jw_ktext(w, "from_on", m->from_on);
    jw_object_end(w);
    for (int i = 0; i < d->n_steps; i++) {
        jw_object(w);
        jw_kstr(w, "step", "grant");
        step_members(tx, &d->steps[i], w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

/* ---- grants ------------------------------------------------------------ */

enum {
    GRANT_PLACE,
    GRANT_LEVEL,
    GRANT_UNIT,
    GRANT_FROM,
    GRANT_TO,
    GRANT_DOCUMENT,
    GRANT_CONDITIONS,
    GRANT_TRIGGER,
    GRANT_COMPARATOR,
    GRANT_BOUND,
    GRANT_TRIGGER_UNIT,
    GRANT_VALUE,
    GRANT_SOURCE,
    GRANT_MEASURED
};
static const struct govern_field grant_fields[] = {
    {"place_code", GOVERN_PLACE, true, 12, NULL},
    {"level", GOVERN_TEXT, true, 20, NULL},
    {"unit_id", GOVERN_UNIT, false, 0, NULL},
    {"from_on", GOVERN_DAY, false, 0, NULL},
    {"to_on", GOVERN_DAY, false, 0, NULL},
    {"document_number", GOVERN_TEXT, true, 200, NULL},
    {"conditions", GOVERN_TEXT, false, 1000, NULL},
    {"trigger_name", GOVERN_TEXT, false, 120, NULL},
    {"trigger_comparator", GOVERN_TEXT, false, 4, NULL},
    {"trigger_value", GOVERN_DECIMAL, false, 0, NULL},
    {"trigger_unit", GOVERN_TEXT, false, 40, NULL},
    {"measured_value", GOVERN_DECIMAL, false, 0, NULL},
    {"measured_source", GOVERN_TEXT, false, 300, NULL},
    {"measured_on", GOVERN_DAY, false, 0, NULL},
};

static bool meets(struct span comparator, int64_t value, int64_t bound)
{
    return span_is(comparator, "ge") ? value >= bound : value <= bound;
}

/* A grant that depends on a quantity says its value, where it is from and of which day; it must hold when the grant is made. */
static enum rc check_trigger(struct tx *tx, const struct db_val *v, struct fail *f)
{
    static const int needed[] = {GRANT_TRIGGER, GRANT_BOUND, GRANT_VALUE, GRANT_SOURCE, GRANT_MEASURED};
    if (v[GRANT_COMPARATOR].s.len == 0 && v[GRANT_TRIGGER].s.len == 0)
        return RC_OK;
    if (!govern_word_in(v[GRANT_COMPARATOR].s, "ge|le"))
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "trigger_comparator", "ge|le", NULL);
    for (int i = 0; i < COUNT(needed); i++) {
        const struct db_val *value = &v[needed[i]];
        if (value->type == DB_NULL || (value->type == DB_TEXT && value->s.len == 0))
            return fail_set(f, RC_INVALID, MSG_field_missing, grant_fields[needed[i]].name, NULL);
    }
    if (meets(v[GRANT_COMPARATOR].s, v[GRANT_VALUE].i, v[GRANT_BOUND].i))
        return RC_OK;
    const char *value = span_cstr(tx_arena(tx), govern_decimal_print(tx_arena(tx), v[GRANT_VALUE].i));
    const char *bound = span_cstr(tx_arena(tx), govern_decimal_print(tx_arena(tx), v[GRANT_BOUND].i));
    return fail_set(f, RC_CONFLICT, MSG_power_trigger_unmet, "measured_value", value, bound, NULL);
}

static enum rc check_overlap(struct tx *tx, const struct govern_call *c, struct span from_on, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(
        tx, SQL_power_grant_overlap,
        DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[GRANT_PLACE], DB_T(from_on), c->v[GRANT_TO]), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool clash = rows_next(&rows);
    const char *document = clash ? span_cstr(tx_arena(tx), rows_text(&rows, 0)) : "";
    const char *since = clash ? span_cstr(tx_arena(tx), rows_text(&rows, 1)) : "";
    rc = rows_end(&rows);
    return rc == RC_OK && clash ? fail_set(f, RC_CONFLICT, MSG_power_overlap, "place_code", document, since, NULL) : rc;
}

/* Delegation goes downwards: below the level that decides there on that day, and not above the place itself. */
static enum rc check_down(struct tx *tx, const struct govern_call *c, struct span from_on, struct fail *f)
{
    struct decision *d = ARENA_NEW(tx_arena(tx), struct decision);
    const int level = rank_of(c->v[GRANT_LEVEL].s);
    if (d == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    if (level < 0)
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "level", LEVELS, NULL);
    enum rc rc = decide(tx, &c->m, c->v[GRANT_PLACE].s, from_on, d, f);
    if (rc != RC_OK)
        return rc;
    if (level < rank_of(d->places.at[d->places.n - 1].level))
        return fail_set(f, RC_INVALID, MSG_power_above_place, "level", NULL);
    if (level > rank_of(d->level))
        return RC_OK;
    static const char *const names[] = {"省级", "市级", "县级", "镇街"};
    const int now = rank_of(d->level);
    rc = fail_span(f, RC_CONFLICT, MSG_power_not_down, "level", d->level);
    fail_arg_both(f, 0, span_of(now < 0 ? "?" : names[now]), d->level);
    return rc;
}

static enum rc add_measure(struct tx *tx, const struct govern_call *c, int64_t grant_id, const struct db_val *v,
                           struct fail *f)
{
    return db_exec(tx, SQL_power_measure_add,
                   DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(grant_id), DB_I(tx_new_id(tx)), v[2], v[0], v[1],
                           DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc act_grant(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    const struct span from_on = govern_day(&v[GRANT_FROM], c->today);
    const int64_t id = tx_new_id(tx);
    c->item = id;
    enum rc rc = check_overlap(tx, c, from_on, f);
    if (rc == RC_OK && v[GRANT_TO].type == DB_TEXT && span_cmp(v[GRANT_TO].s, from_on) <= 0)
        rc = fail_set(f, RC_INVALID, MSG_power_days, "to_on", NULL);
    if (rc == RC_OK)
        rc = check_down(tx, c, from_on, f);
    if (rc == RC_OK)
        rc = check_trigger(tx, v, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_power_grant_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(id), v[GRANT_PLACE], v[GRANT_LEVEL],
                             v[GRANT_UNIT], DB_T(from_on), v[GRANT_TO], v[GRANT_DOCUMENT], v[GRANT_CONDITIONS],
                             v[GRANT_TRIGGER], v[GRANT_COMPARATOR], v[GRANT_BOUND], v[GRANT_TRIGGER_UNIT]),
                     NULL, f);
    if (rc == RC_OK && v[GRANT_COMPARATOR].s.len > 0)
        rc = add_measure(tx, c, id, &v[GRANT_VALUE], f);
    if (rc == RC_OK && govern_id(&v[GRANT_UNIT]) != 0) {
        rc = matter_party(tx, &c->m, v[GRANT_UNIT].i, "party", f);
        if (rc == RC_OK)
            rc = matter_tell(tx, &c->m, v[GRANT_UNIT].i, RIGHT_APPROVE, "power.granted", f);
    }
    return rc;
}

enum { END_ON, END_REASON, END_DOCUMENT };
static const struct govern_field end_fields[] = {
    {"to_on", GOVERN_DAY, false, 0, NULL},
    {"reason", GOVERN_TEXT, true, 600, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
};

static enum rc act_withdraw(struct tx *tx, struct govern_call *c, struct fail *f)
{
    int64_t changed = 0;
    const enum rc rc = db_exec(tx, SQL_power_grant_end,
                               DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item),
                                       DB_T(govern_day(&c->v[END_ON], c->today)), c->v[END_REASON], c->v[END_DOCUMENT]),
                               &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_CONFLICT, MSG_power_grant_over, "to_on", NULL) : rc;
}

static const struct govern_field measure_fields[] = {
    {"value", GOVERN_DECIMAL, true, 0, NULL},
    {"source", GOVERN_TEXT, true, 300, NULL},
    {"measured_on", GOVERN_DAY, true, 0, NULL},
};

/* A new value leaves the grant as it is: the law stands until it is withdrawn. It is listed for review, and its keeper is told. */
static enum rc act_measure(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_power_grant_by_id, DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->item)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const struct span comparator = rows_text_dup(&rows, 1);
    const int64_t bound = rows_int(&rows, 2);
    rc = rows_end(&rows);
    if (rc == RC_OK && comparator.len == 0)
        return fail_set(f, RC_CONFLICT, MSG_power_no_trigger, NULL, NULL);
    if (rc == RC_OK && span_cmp(c->v[2].s, c->today) > 0)
        return fail_set(f, RC_INVALID, MSG_power_measured_later, "measured_on", NULL);
    if (rc == RC_OK)
        rc = add_measure(tx, c, c->item, c->v, f);
    return rc == RC_OK && !meets(comparator, c->v[0].i, bound)
               ? matter_tell(tx, &c->m, c->m.unit_id, RIGHT_ASSIGN, "power.review", f)
               : rc;
}

static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
};

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    (void)tx;
    if (c->m.code.len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "code", NULL);
    return c->m.document_number.len == 0 ? fail_set(f, RC_INVALID, MSG_field_missing, "document_number", NULL) : RC_OK;
}

/* ---- what is shown ------------------------------------------------------------ */

static enum rc show_power(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                          struct fail *f)
{
    static const struct govern_column columns[] = {
        {"id", GOVERN_ID},
        {"place", GOVERN_PLACE},
        {"level", GOVERN_TEXT},
        {"unit", GOVERN_UNIT},
        {"from_on", GOVERN_DAY},
        {"to_on", GOVERN_DAY},
        {"document_number", GOVERN_TEXT},
        {"conditions", GOVERN_TEXT},
        {"trigger_name", GOVERN_TEXT},
        {"trigger_comparator", GOVERN_TEXT},
        {"trigger_value", GOVERN_DECIMAL},
        {"trigger_unit", GOVERN_TEXT},
        {"end_reason", GOVERN_TEXT},
        {"end_document", GOVERN_TEXT},
        {"measured_value", GOVERN_DECIMAL},
        {"measured_on", GOVERN_DAY},
        {"measured_source", GOVERN_TEXT},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    (void)show;
    return govern_array(tx, w, &(struct govern_rows){"grants", SQL_power_grants, args, 2, columns, COUNT(columns)}, f);
}

/* ---- questions over powers ------------------------------------------------------------ */

/* Who decides in this place: one power, or all of them. */
static enum rc answer_decisions(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    const struct span place = req_query(ask->r, "place"), code = req_query(ask->r, "code");
    const struct span on = span_of(ask->show.as_of.on);
    struct decision *d = ARENA_NEW(tx_arena(tx), struct decision);
    struct db_val args[5] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX), DB_S("power")};
    uint32_t filters = SQLF_matter_list_kind | SQLF_matter_list_on;
    struct matter *all = ARENA_ARRAY(tx_arena(tx), LIST_LIMIT_MAX, struct matter);
    int n = 3, count = 0;
    if (d == NULL || all == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    if (place.len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "place", NULL);
    if (code.len > 0) {
        filters |= SQLF_matter_list_code;
        args[n++] = DB_T(code);
    }
    args[n++] = DB_T(on);
    enum rc rc = matter_rows(tx, &(struct govern_list){filters, true, 0, LIST_LIMIT_MAX, args, n}, all, &count, f);
    if (rc == RC_OK && code.len > 0 && count == 0)
        rc = fail_span(f, RC_MISSING, MSG_power_unknown, "code", code);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < count; i++) {
        rc = decide(tx, &all[i], place, on, d, f);
        if (rc == RC_OK)
            decision_object(tx, &all[i], d, on, w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc api_decisions(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "code", "place", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_decisions, f) : rc;
}

static enum rc answer_reviews(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"grant_id", GOVERN_ID},
        {"power_id", GOVERN_ID},
        {"code", GOVERN_TEXT},
        {"title", GOVERN_TEXT},
        {"place", GOVERN_PLACE},
        {"level", GOVERN_TEXT},
        {"document_number", GOVERN_TEXT},
        {"trigger_name", GOVERN_TEXT},
        {"trigger_comparator", GOVERN_TEXT},
        {"trigger_value", GOVERN_DECIMAL},
        {"trigger_unit", GOVERN_TEXT},
        {"measured_value", GOVERN_DECIMAL},
        {"measured_on", GOVERN_DAY},
        {"measured_source", GOVERN_TEXT},
    };
    struct govern_ask *ask = ctx;
    struct rows rows;
    const struct db_val args[] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX), DB_S(ask->show.as_of.on)};
    const enum rc rc =
        db_list(tx, SQL_power_reviews, SQLF_power_reviews_on, SQLO_power_reviews_newest, false, args, 3, &rows, f);
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

static enum rc api_reviews(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_reviews, f) : rc;
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/powers"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/grants", "grant", FIELDS(grant_fields), RIGHT_ASSIGN, GOVERN_ADDS | GOVERN_IF_MATCH, act_grant},
    {"POST " API "/{id}/grants/{item}/withdraw", "withdraw", FIELDS(end_fields), RIGHT_ASSIGN, GOVERN_IF_MATCH,
     act_withdraw},
    {"POST " API "/{id}/grants/{item}/measures", "measure", FIELDS(measure_fields), RIGHT_ASSIGN, GOVERN_ADDS,
     act_measure},
};
const struct govern_topic govern_power = {"power", "powers", "QX",         "active",   LEVELS,
                                          true,    verbs,    COUNT(verbs), show_power, NULL};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "powers of approval and management"},
    {HTTP_POST, API, AUTH_USER, 0, "assign", govern_api_write, 0, "a power, its legal basis and where it lies"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0, "one power with its grants"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/grants", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "delegate it downwards"},
    {HTTP_POST, API "/{id}/grants/{item}/withdraw", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0,
     "withdraw a grant"},
    {HTTP_POST, API "/{id}/grants/{item}/measures", AUTH_USER, 0, "assign", govern_api_write, 0,
     "a new value of what a grant depends on"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
    {HTTP_GET, "/api/v1/power-decisions", AUTH_USER, ROUTE_POOL, NULL, api_decisions, 0,
     "who decides in a place on a day, and why"},
    {HTTP_GET, "/api/v1/power-reviews", AUTH_USER, ROUTE_POOL, NULL, api_reviews, 0,
     "grants whose condition is no longer met"},
};
const struct route_table power_routes = {"power", routes, COUNT(routes)};
