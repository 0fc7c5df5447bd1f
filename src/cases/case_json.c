/* case_json.c - a case as its readers see it: the desk, the reporter, everybody. */
#include <string.h>

#include "cases/cases_int.h"

static void both_json(struct jw *w, const char *key, struct duty_both name)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", name.zh);
    jw_ktext(w, "en", name.en);
    jw_object_end(w);
}

static void time_or_null(struct jw *w, const char *key, int64_t at_us)
{
    if (at_us != 0) {
        jw_ktime(w, key, at_us);
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

static enum rc unit_json_of(struct case_show *s, const char *key, int64_t id, struct jw *w, struct fail *f)
{
    struct span name = SPAN("");
    jw_key(w, key);
    if (id == 0) {
        jw_null(w);
        return RC_OK;
    }
    enum rc rc = unit_name_on(s->tx, id, SPAN(""), &s->memo, &name, f);
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "name", name);
    jw_object_end(w);
    return rc;
}

static void position_json(const struct case_row *c, struct jw *w)
{
    jw_key(w, "position");
    if (!c->has_position) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kreal(w, "lat", (double)c->lat_e6 / 1e6);
    jw_kreal(w, "long", (double)c->long_e6 / 1e6);
    jw_object_end(w);
}

enum rc case_show_new(struct tx *tx, enum lang lang, struct case_show **out, struct fail *f)
{
    *out = ARENA_NEW(tx_arena(tx), struct case_show);
    if (*out == NULL)
        return case_over(f);
    (*out)->tx = tx;
    (*out)->lang = lang;
    return RC_OK;
}

/* The catalogue of a case; met ones are kept. */
static enum rc catalogue_of(struct case_show *s, const struct case_row *c, const struct case_catalogue **out,
                            struct fail *f)
{
    struct case_catalogue *fresh = NULL;
    for (int i = 0; i < s->n; i++)
        if (span_eq(s->catalogues[i]->hash, c->pack_hash)) {
            *out = s->catalogues[i];
            return RC_OK;
        }
    enum rc rc = case_catalogue_of(s->tx, c, &fresh, f);
    if (rc == RC_OK && s->n < CASE_CATALOGUES_MAX)
        s->catalogues[s->n++] = fresh;
    *out = fresh;
    return rc;
}

static enum rc place_name_of(struct case_show *s, const struct case_row *c, struct span *out, struct fail *f)
{
    struct region region;
    if (span_eq(s->place_code, c->place_code)) {
        *out = s->place_name;
        return RC_OK;
    }
    enum rc rc = region_get(s->tx, c->place_code, SPAN(""), &region, f);
    if (rc != RC_OK && rc != RC_MISSING)
        return rc;
    s->place_code = c->place_code;
    s->place_name = *out = rc == RC_OK ? region.name : SPAN("");
    return RC_OK;
}

/* What desk, reporter and public see alike. */
static enum rc common_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f)
{
    const struct case_catalogue *k = NULL;
    struct span place = SPAN("");
    enum rc rc = catalogue_of(s, c, &k, f);
    if (rc == RC_OK)
        rc = place_name_of(s, c, &place, f);
    if (rc != RC_OK)
        return rc;
    const struct case_type *type = case_type_find(k, c->type);
    jw_ktext(w, "number", c->number);
    jw_ktext(w, "pack", c->pack);
    jw_ktext(w, "type", c->type);
    both_json(w, "type_name", type != NULL ? type->name : (struct duty_both){c->type, c->type});
    jw_ktext(w, "mark", c->mark);
    jw_ktext(w, "place_code", c->place_code);
    jw_ktext(w, "place_name", place);
    jw_ktext(w, "address", c->address);
    position_json(c, w);
    rc = unit_json_of(s, "handler", c->handler_id, w, f);
    jw_ktime(w, "reported_at", c->reported_at_us);
    time_or_null(w, "filed_at", c->filed_at_us);
    time_or_null(w, "dispatched_at", c->dispatched_at_us);
    time_or_null(w, "done_at", c->done_at_us);
    time_or_null(w, "closed_at", c->closed_at_us);
    time_or_null(w, "expected_at", c->expected_at_us);
    jw_kint(w, "me_too", c->me_too);
    return rc;
}

static enum rc desk_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f)
{
    jw_kid(w, "id", c->id);
    enum rc rc = common_json(s, c, w, f);
    if (rc == RC_OK)
        rc = unit_json_of(s, "intake", c->intake_id, w, f);
    jw_ktext(w, "state", c->state);
    jw_ktext(w, "channel", c->channel);
    jw_ktext(w, "secrecy", c->secrecy);
    jw_kbool(w, "public", c->is_public);
    jw_kbool(w, "late", c->expected_at_us != 0 && c->expected_at_us < tx_now_us(s->tx));
    jw_kint(w, "overdue", c->overdue);
    jw_kint(w, "returns", c->returns);
    jw_kint(w, "reworks", c->reworks);
    jw_kint(w, "disputes", c->disputes);
    jw_kint(w, "crossings", c->crossings);
    jw_kint(w, "photos", c->photos);
    jw_key(w, "satisfaction");
    if (c->satisfaction != 0)
        jw_int(w, c->satisfaction);
    else
        jw_null(w);
    jw_kid(w, "duty_id", c->duty_id);
    jw_kint(w, "version", c->version);
    return rc;
}

enum rc case_brief_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f)
{
    jw_object(w);
    enum rc rc = desk_json(s, c, w, f);
    jw_object_end(w);
    return rc;
}

static enum rc answers_json(const struct case_type *type, const struct case_row *c, struct arena *a, struct jw *w,
                            struct fail *f)
{
    json_t *given = NULL;
    enum rc rc = json_read(a, c->attributes, &given, f);
    jw_key(w, "attributes");
    jw_array(w);
    for (int i = 0; rc == RC_OK && type != NULL && i < type->n_fields; i++) {
        const struct case_field *field = &type->fields[i];
        const json_t *v = json_object_getn(given, field->code.ptr, field->code.len);
        if (v == NULL)
            continue;
        jw_object(w);
        jw_ktext(w, "code", field->code);
        both_json(w, "name", field->name);
        jw_key(w, "values");
        jw_array(w);
        for (size_t k = 0; k < (json_is_array(v) ? json_array_size(v) : 1); k++) {
            const json_t *one = json_is_array(v) ? json_array_get(v, k) : v;
            const struct span key = {json_string_value(one), json_string_length(one)};
            struct duty_both words = {key, key};
            for (int m = 0; m < field->n_values; m++)
                if (span_eq(field->values[m].key, key))
                    words = field->values[m].name;
            jw_object(w);
            jw_ktext(w, "zh", words.zh);
            jw_ktext(w, "en", words.en);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

struct files {
    struct jw *w;
    bool public_only;
};

static bool file_json(const struct file_row *file, void *ctx)
{
    const struct files *files = ctx;
    if (files->public_only && !file->is_public)
        return true;
    jw_object(files->w);
    jw_kid(files->w, "id", file->id);
    jw_ktext(files->w, "name", file->name);
    jw_ktext(files->w, "media_type", file->media_type);
    jw_kbool(files->w, "public", file->is_public);
    jw_ktime(files->w, "uploaded_at", file->uploaded_at_us);
    jw_object_end(files->w);
    return true;
}

static enum rc files_json(struct case_show *s, const struct case_row *c, bool public_only, struct jw *w, struct fail *f)
{
    struct files files = {w, public_only};
    jw_key(w, "files");
    jw_array(w);
    enum rc rc = org_file_list(s->tx, c->region_code, "case", c->id, file_json, &files, f);
    jw_array_end(w);
    return rc;
}

/* audience: who reads: 0 everybody, 1 the reporter too, 2 the desks. */
static enum rc notes_json(struct case_show *s, const struct case_row *c, int audience, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(s->tx, SQL_case_notes, DB_ARGS(DB_S(c->region_code), DB_I(c->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "notes");
    jw_array(w);
    while (rows_next(&rows)) {
        const struct span to = rows_text(&rows, 1);
        if (audience < 2 && !span_is(to, "public") && !(audience == 1 && span_is(to, "reporter")))
            continue;
        jw_object(w);
        jw_kid(w, "id", rows_int(&rows, 0));
        jw_ktext(w, "audience", to);
        jw_ktext(w, "text", rows_text(&rows, 2));
        jw_kbool(w, "by_reporter", rows_int(&rows, 3) != 0);
        jw_ktime(w, "at", rows_int(&rows, 5));
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

static enum rc responsible_json(struct case_show *s, const struct case_row *c, const struct case_catalogue *k,
                                const struct case_type *type, struct jw *w, struct fail *f)
{
    struct case_unit who = {.id = 0, .why = SPAN("")};
    enum rc rc = type != NULL ? case_responsible(s->tx, k, type, c->place_code, &who, f) : RC_OK;
    if (rc == RC_OK)
        rc = unit_json_of(s, "responsible", who.id, w, f);
    jw_ktext(w, "responsible_by", who.why);
    return rc;
}

static enum rc may_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f)
{
    static const struct {
        const char *word;
        enum org_right right;
    } all[] = {{"assign", RIGHT_ASSIGN}, {"review", RIGHT_REVIEW}, {"publish", RIGHT_PUBLISH}};
    enum rc rc = RC_OK;
    jw_key(w, "may");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < 3; i++) {
        bool holds = false;
        rc = org_holds(s->tx, all[i].right, c->intake_id, &holds, f);
        if (holds)
            jw_str(w, all[i].word);
    }
    jw_array_end(w);
    return rc;
}

enum rc case_whole_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f)
{
    const struct case_catalogue *k = NULL;
    jw_object(w);
    enum rc rc = desk_json(s, c, w, f);
    if (rc == RC_OK)
        rc = catalogue_of(s, c, &k, f);
    if (rc != RC_OK) {
        jw_object_end(w);
        return rc;
    }
    const struct case_type *type = case_type_find(k, c->type);
    jw_ktext(w, "text", c->text);
    jw_ktext(w, "public_text", c->public_text);
    rc = answers_json(type, c, tx_arena(s->tx), w, f);
    if (rc == RC_OK)
        rc = unit_json_of(s, "about_unit", c->about_unit_id, w, f);
    jw_key(w, "merged_into_id");
    if (c->merged_into_id != 0)
        jw_id(w, c->merged_into_id);
    else
        jw_null(w);
    jw_kbool(w, "may_be_public", type != NULL && type->is_public);
    if (rc == RC_OK)
        rc = responsible_json(s, c, k, type, w, f);
    if (rc == RC_OK)
        rc = files_json(s, c, false, w, f);
    if (rc == RC_OK)
        rc = notes_json(s, c, 2, w, f);
    if (rc == RC_OK)
        rc = may_json(s, c, w, f);
    jw_object_end(w);
    return rc;
}

enum rc case_reporter_json(struct case_show *s, const struct case_row *c, bool whole, struct jw *w, struct fail *f)
{
    struct duty_row d;
    struct span state = SPAN("");
    jw_object(w);
    enum rc rc = common_json(s, c, w, f);
    jw_ktext(w, "text", whole ? c->text : c->public_text);
    jw_kbool(w, "yours", whole);
    if (rc == RC_OK)
        rc = files_json(s, c, !whole, w, f);
    if (rc == RC_OK)
        rc = notes_json(s, c, whole ? 1 : 0, w, f);
    if (rc == RC_OK && whole) {
        struct fail gone;
        if (s->duties == NULL)
            rc = duty_show_new(s->tx, s->lang, &s->duties, f);
        if (rc == RC_OK && duty_get(s->tx, c->duty_id, &d, &gone) == RC_OK)
            rc = duty_state_name(s->duties, &d, &state, f);
        jw_ktext(w, "state_name", state);
        jw_kbool(w, "may_dispute", span_is(c->mark, "done") && c->closed_at_us == 0);
        jw_kbool(w, "may_withdraw", span_is(c->mark, "received") || span_is(c->mark, "filed"));
        jw_kint(w, "disputes", c->disputes);
    }
    jw_object_end(w);
    return rc;
}

/* ---- what can be reported ------------------------------------------------------------------------------------------------------------------ */

static void field_json(const struct case_field *field, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "code", field->code);
    both_json(w, "name", field->name);
    both_json(w, "help", field->help);
    jw_kstr(w, "datatype", case_datatype_word(field->datatype));
    jw_kbool(w, "required", field->required);
    jw_key(w, "values");
    jw_array(w);
    for (int i = 0; i < field->n_values; i++) {
        jw_object(w);
        jw_ktext(w, "key", field->values[i].key);
        both_json(w, "name", field->values[i].name);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

void case_catalogue_json(const struct case_catalogue *c, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "pack", c->word);
    both_json(w, "name", c->name);
    jw_kint(w, "version", c->version);
    jw_key(w, "types");
    jw_array(w);
    for (int i = 0; i < c->n_types; i++) {
        const struct case_type *t = &c->types[i];
        jw_object(w);
        jw_ktext(w, "type", t->word);
        both_json(w, "name", t->name);
        both_json(w, "description", t->description);
        jw_kbool(w, "public", t->is_public);
        jw_kbool(w, "about_unit", t->about_unit);
        jw_key(w, "keywords");
        jw_array(w);
        for (int m = 0; m < t->n_keywords; m++)
            jw_text(w, t->keywords[m]);
        jw_array_end(w);
        jw_key(w, "fields");
        jw_array(w);
        for (int m = 0; m < t->n_fields; m++)
            field_json(&t->fields[m], w);
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}
