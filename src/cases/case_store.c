/* case_store.c - rows to structs and back, catalogues in force, the journal of a case, who takes it and who answers for it. */
#include <string.h>

#include "cases/cases_int.h"

enum rc case_over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_case_memory, NULL, NULL);
}

/* ---- cases ---------------------------------------------------------------------------------------------------------------------------- */

void case_of(struct rows *r, struct case_row *out)
{
    *out = (struct case_row){.id = rows_int(r, 1)};
    const struct span region = rows_text(r, 0);
    if (region.len > 0)
        memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
    out->number = rows_text_dup(r, 2);
    out->duty_id = rows_int(r, 3);
    out->pack = rows_text_dup(r, 4);
    out->pack_hash = rows_text_dup(r, 5);
    out->type = rows_text_dup(r, 6);
    out->channel = rows_text_dup(r, 7);
    out->secrecy = rows_text_dup(r, 8);
    out->is_public = rows_int(r, 9) != 0;
    out->mark = rows_text_dup(r, 10);
    out->state = rows_text_dup(r, 11);
    out->place_code = rows_text_dup(r, 12);
    out->address = rows_text_dup(r, 13);
    out->has_position = !rows_is_null(r, 14) && !rows_is_null(r, 15);
    out->lat_e6 = rows_int(r, 14);
    out->long_e6 = rows_int(r, 15);
    out->text = rows_text_dup(r, 16);
    out->public_text = rows_text_dup(r, 17);
    out->attributes = rows_text_dup(r, 18);
    int64_t *const numbers[] = {&out->intake_id,      &out->handler_id,       &out->about_unit_id, &out->reported_at_us,
                                &out->filed_at_us,    &out->dispatched_at_us, &out->done_at_us,    &out->closed_at_us,
                                &out->expected_at_us, &out->due_at_us,        &out->overdue,       &out->returns,
                                &out->reworks,        &out->disputes,         &out->crossings,     &out->me_too,
                                &out->merged_into_id, &out->satisfaction,     &out->photos,        &out->updated_at_us,
                                &out->version};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        *numbers[i] = rows_int(r, 19 + (int)i);
}

static enum rc one_of(enum rc rc, struct rows *rows, struct case_row *out)
{
    if (rc != RC_OK)
        return rc;
    case_of(rows, out);
    return rows_end(rows);
}

enum rc case_get(struct tx *tx, int64_t id, struct case_row *out, struct fail *f)
{
    struct rows rows;
    return one_of(db_one(tx, SQL_case_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f), &rows,
                  out);
}

enum rc case_by_number(struct tx *tx, struct span number, struct case_row *out, struct fail *f)
{
    struct rows rows;
    return one_of(db_one(tx, SQL_case_by_number, DB_ARGS(DB_T(number)), &rows, f), &rows, out);
}

enum rc case_insert(struct tx *tx, const struct case_row *c, struct span client_id, struct fail *f)
{
    return db_exec(tx, SQL_case_insert,
                   DB_ARGS(DB_S(c->region_code), DB_I(c->id), DB_T(c->number), DB_I(c->duty_id), DB_T(c->pack),
                           DB_T(c->pack_hash), DB_T(c->type), DB_T(c->channel), DB_T(c->secrecy), DB_I(c->is_public),
                           DB_T(c->mark), DB_T(c->state), DB_T(c->place_code), DB_T(c->address),
                           c->has_position ? DB_I(c->lat_e6) : DB_N, c->has_position ? DB_I(c->long_e6) : DB_N,
                           DB_T(c->text), DB_T(c->public_text), DB_T(c->attributes), DB_I(c->intake_id),
                           DB_I(c->handler_id), DB_I_OR_NULL(c->about_unit_id), DB_T(span_or_null(client_id)),
                           DB_I(c->reported_at_us), DB_I_OR_NULL(c->expected_at_us), DB_I(c->photos)),
                   NULL, f);
}

enum rc case_save(struct tx *tx, struct case_row *c, struct fail *f)
{
    int64_t changed = 0;
    c->updated_at_us = tx_now_us(tx);
    enum rc rc =
        db_exec(tx, SQL_case_save,
                DB_ARGS(DB_S(c->region_code), DB_I(c->id), DB_I(c->version), DB_T(c->type), DB_I(c->is_public),
                        DB_T(c->mark), DB_T(c->state), DB_T(c->public_text), DB_I(c->handler_id),
                        DB_I_OR_NULL(c->filed_at_us), DB_I_OR_NULL(c->dispatched_at_us), DB_I_OR_NULL(c->done_at_us),
                        DB_I_OR_NULL(c->closed_at_us), DB_I_OR_NULL(c->expected_at_us), DB_I_OR_NULL(c->due_at_us),
                        DB_I(c->overdue), DB_I(c->returns), DB_I(c->reworks), DB_I(c->disputes), DB_I(c->crossings),
                        DB_I(c->me_too), DB_I_OR_NULL(c->merged_into_id), DB_I_OR_NULL(c->satisfaction),
                        DB_I(c->photos), DB_I(c->updated_at_us)),
                &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_STALE, MSG_case_stale, NULL, NULL);
    c->version++;
    return rc;
}

enum rc case_party_add(struct tx *tx, const struct case_row *c, int64_t unit_id, const char *part, struct fail *f)
{
    return db_exec(tx, SQL_case_party_add, DB_ARGS(DB_S(c->region_code), DB_I(c->id), DB_I(unit_id), DB_S(part)), NULL,
                   f);
}

/* ---- the journal -------------------------------------------------------------------------------------------------------------------------- */

void case_journal_begin(struct case_journal *j)
{
    sb_init(&j->sb, 1u << 16);
    jw_init(&j->w, &j->sb);
    jw_object(&j->w);
}

enum rc case_journal_end(struct tx *tx, struct case_journal *j, const struct case_row *c, const char *verb,
                         struct fail *f)
{
    struct sb event;
    struct jw w;
    jw_object_end(&j->w);
    enum rc rc = sb_rc(&j->sb) == RC_OK ? RC_OK : case_over(f);
    if (rc == RC_OK)
        rc = journal_append(tx, &(struct journal_entry){c->region_code, "case", c->id, verb, sb_span(&j->sb)}, NULL, f);
    sb_release(&j->sb);
    if (rc != RC_OK)
        return rc;
    sb_init(&event, 256);
    jw_init(&w, &event);
    jw_object(&w);
    jw_kid(&w, "id", c->id);
    jw_kstr(&w, "verb", verb);
    jw_object_end(&w);
    rc = outbox_put(tx, c->region_code, "case.changed", sb_span(&event), f);
    sb_release(&event);
    return rc;
}

enum rc case_secret(struct tx *tx, int64_t id, char out[CASE_CODE_CHARS + 1], struct fail *f)
{
    char text[24];
    struct span hash;
    (void)snprintf(text, sizeof(text), "%lld", (long long)id);
    enum rc rc = seal_index(tx, "case.code", span_of(text), &hash, f);
    if (rc == RC_OK)
        case_code((const unsigned char *)hash.ptr, out);
    return rc;
}

/* ---- catalogues ------------------------------------------------------------------------------------------------------------------------------ */

static enum rc load_text(struct tx *tx, const struct duty_pack_body_of *text, struct case_catalogue **out,
                         struct fail *f)
{
    enum rc rc = case_catalogue_load(tx_arena(tx), "cases.yaml", text->body, out, f);
    if (rc == RC_OK)
        (*out)->hash = text->hash;
    if (rc == RC_OK)
        (*out)->body = text->body;
    return rc;
}

enum rc case_catalogues(struct tx *tx, struct case_catalogue **out, int *n, struct fail *f)
{
    struct span words[CASE_CATALOGUES_MAX];
    int count = 0;
    enum rc rc = duty_pack_words(tx, "cases", CASE_CATALOGUES_MAX, words, &count, f);
    *n = 0;
    for (int i = 0; rc == RC_OK && i < count; i++) {
        struct duty_pack_body_of text;
        rc = duty_pack_body_current(tx, "cases", words[i], &text, f);
        if (rc == RC_OK)
            rc = load_text(tx, &text, &out[(*n)++], f);
    }
    return rc;
}

enum rc case_catalogue_of(struct tx *tx, const struct case_row *c, struct case_catalogue **out, struct fail *f)
{
    struct duty_pack_body_of text = {.hash = c->pack_hash};
    enum rc rc = duty_pack_body_pinned(tx, c->pack_hash, &text.body, f);
    return rc == RC_OK ? load_text(tx, &text, out, f) : rc;
}

enum rc case_type_now(struct tx *tx, struct span pack, struct span word, const struct case_catalogue **c,
                      const struct case_type **type, struct fail *f)
{
    struct case_catalogue *all[CASE_CATALOGUES_MAX];
    int n = 0;
    enum rc rc = case_catalogues(tx, all, &n, f);
    *type = NULL;
    for (int i = 0; rc == RC_OK && i < n && *type == NULL; i++)
        if (pack.len == 0 || span_eq(pack, all[i]->word)) {
            *c = all[i];
            *type = case_type_find(all[i], word);
        }
    return rc == RC_OK && *type == NULL ? fail_span(f, RC_INVALID, MSG_case_type_unknown, "type", word) : rc;
}

/* ---- who takes it, who answers for it ----------------------------------------------------------------------------------------------------------- */

static struct span today_of(struct tx *tx)
{
    char *const on = arena_alloc(tx_arena(tx), 11);
    if (on == NULL)
        return SPAN("");
    date_print(date_of_us(tx_now_us(tx)), on);
    return span_of(on);
}

enum rc case_is_below(struct tx *tx, int64_t unit_id, int64_t above_id, bool *is, struct fail *f)
{
    struct rows rows;
    *is = false;
    enum rc rc = db_query(tx, SQL_case_units_above, DB_ARGS(DB_I(unit_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        *is = *is || rows_int(&rows, 0) == above_id;
    return rows_end(&rows);
}

/* The city that a place lies in; its four first digits. */
static bool city_of(struct span place, char out[7])
{
    if (place.len < 6 || place.len > 12)
        return false;
    memcpy(out, place.ptr, 4);
    memcpy(out + 4, "00", 3);
    return true;
}

static enum rc first_of(struct tx *tx, enum sql_id id, const char *region, int64_t *unit_id, struct fail *f)
{
    struct rows rows;
    *unit_id = 0;
    enum rc rc =
        region != NULL ? db_query(tx, id, DB_ARGS(DB_S(region)), &rows, f) : db_query(tx, id, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows))
        *unit_id = rows_int(&rows, 0);
    return rows_end(&rows);
}

/* The first of the names that a unit of the city itself has. */
static enum rc by_names(struct tx *tx, const char *city, const struct span *names, int n, int64_t *unit_id,
                        struct fail *f)
{
    const struct span on = today_of(tx);
    enum rc rc = RC_OK;
    *unit_id = 0;
    for (int i = 0; rc == RC_OK && i < n && *unit_id == 0; i++) {
        struct unit_found found = {.unit_id = 0};
        struct unit unit;
        rc = unit_resolve(tx, city, names[i], on, &found, f);
        if (rc != RC_OK || found.unit_id == 0)
            continue;
        rc = unit_get(tx, found.unit_id, SPAN(""), &unit, f);
        if (rc == RC_OK && strcmp(unit.region_code, city) == 0 && span_is(unit.state, "active"))
            *unit_id = found.unit_id;
    }
    return rc;
}

/* A report against a unit goes to the one above it; against a city's office, or what has nothing above, to the joint office. */
static enum rc above_of(struct tx *tx, int64_t about, int64_t office, int64_t *unit_id, struct fail *f)
{
    struct unit unit;
    bool within = false;
    enum rc rc = unit_get(tx, about, SPAN(""), &unit, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_case_about_unknown, "about_unit_id", NULL);
    if (rc == RC_OK)
        rc = case_is_below(tx, office, about, &within, f);
    if (rc != RC_OK)
        return rc;
    /* A government and a city's office see all units of their city: what is against them leaves it. */
    const bool sees_all = span_is(unit.kind, "city_office") || span_is(unit.kind, "government");
    *unit_id = office;
    return within || sees_all || office == 0 ? first_of(tx, SQL_case_joint_office, NULL, unit_id, f) : RC_OK;
}

enum rc case_intake_unit(struct tx *tx, const struct case_catalogue *c, struct span place, int64_t about,
                         int64_t *unit_id, struct fail *f)
{
    char city[7];
    struct region region;
    if (!city_of(place, city))
        return fail_span(f, RC_INVALID, MSG_case_place_unknown, "place_code", place);
    int64_t office = 0;
    enum rc rc = region_get(tx, place, SPAN(""), &region, f);
    if (rc == RC_MISSING)
        return fail_span(f, RC_INVALID, MSG_case_place_unknown, "place_code", place);
    if (rc == RC_OK)
        rc = first_of(tx, SQL_case_office_of, city, &office, f);
    *unit_id = office;
    if (rc == RC_OK && about != 0)
        rc = above_of(tx, about, office, unit_id, f);
    else if (rc == RC_OK && c->intake.n > 0) {
        rc = by_names(tx, city, c->intake.words, c->intake.n, unit_id, f);
        *unit_id = *unit_id != 0 ? *unit_id : office;
    }
    return rc == RC_OK && *unit_id == 0 ? fail_span(f, RC_INVALID, MSG_case_place_nobody, "place_code", place) : rc;
}

enum rc case_responsible(struct tx *tx, const struct case_catalogue *c, const struct case_type *type, struct span place,
                         struct case_unit *out, struct fail *f)
{
    char city[7] = "";
    struct rows rows;
    size_t nearest = 0;
    *out = (struct case_unit){.id = 0, .why = SPAN("")};
    if (!city_of(place, city))
        return RC_OK;
    enum rc rc =
        db_query(tx, SQL_case_routes_of, DB_ARGS(DB_T(c->word), DB_T(type->word), DB_T(today_of(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        /* A county's code ends in 00 for a whole city; a rule for the nearer place, then for the type itself, goes first. */
        const struct span rule = rows_text(&rows, 0);
        size_t near = rule.len;
        while (near >= 2 && near <= 6 && rule.ptr[near - 1] == '0' && rule.ptr[near - 2] == '0')
            near -= 2;
        if (!span_starts(place, span_sub(rule, 0, near)))
            continue;
        near = near * 2 + (rows_text(&rows, 2).len > 0);
        if (near > nearest) {
            nearest = near;
            *out = (struct case_unit){rows_int(&rows, 1), SPAN("exception")};
        }
    }
    rc = rows_end(&rows);
    if (rc != RC_OK || out->id != 0)
        return rc;
    rc = by_names(tx, city, type->responsible, type->n_responsible, &out->id, f);
    if (out->id != 0)
        out->why = SPAN("pack");
    return rc;
}
