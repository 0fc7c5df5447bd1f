/*
 * document.c - the cascade of documents: an outline, implementing opinions, schemes. A call says who owes a document of a kind by when; each unit gets a
 * duty. A registered document is ticked part by part, with the page; what it lacks and who still owes one is always plain.
 */
#include <string.h>

#include "govern/document_kinds.h"

#define LINKS_MAX 20 /* documents above each other */

/* ---- parts ------------------------------------------------------------ */

struct ticked {
    struct span part, page, note;
    bool found;
    int64_t actor_id, at_us;
};

static enum rc read_parts(struct tx *tx, const struct matter *m, struct ticked *out, int *n, struct fail *f)
{
    struct rows rows;
    *n = 0;
    enum rc rc = db_query(tx, SQL_document_parts, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    while (rc == RC_OK && *n < DOCUMENT_PARTS_MAX && rows_next(&rows)) {
        out[(*n)++] = (struct ticked){.part = rows_text_dup(&rows, 0),
                                      .found = rows_int(&rows, 1) != 0,
                                      .page = rows_text_dup(&rows, 2),
                                      .note = rows_text_dup(&rows, 3),
                                      .actor_id = rows_int(&rows, 4),
                                      .at_us = rows_int(&rows, 5)};
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static const struct ticked *ticked_of(const struct ticked *parts, int n, struct span word)
{
    for (int i = 0; i < n; i++) {
        if (span_eq(parts[i].part, word))
            return &parts[i];
    }
    return NULL;
}

/* The words of the parts that are not found, divided by commas; in the tx's arena. */
static struct span missing_of(struct arena *a, const struct document_kind *kind, const struct ticked *parts, int n)
{
    struct sb sb;
    sb_init(&sb, DOCUMENT_PARTS_MAX * 60);
    for (int i = 0; i < kind->n_parts; i++) {
        const struct ticked *t = ticked_of(parts, n, kind->parts[i].word);
        if (t != NULL && t->found)
            continue;
        if (sb.len > 0)
            sb_addc(&sb, ',');
        sb_add(&sb, kind->parts[i].word);
    }
    const struct span out = sb.len > 0 ? span_dup(a, sb_span(&sb)) : SPAN("");
    sb_release(&sb);
    return out;
}

static enum rc kind_of(struct tx *tx, struct span form, const struct document_kind **out, struct fail *f)
{
    const struct document_kinds *kinds = NULL;
    enum rc rc = document_kinds_current(tx, &kinds, f);
    if (rc != RC_OK)
        return rc;
    *out = document_kind_find(kinds, form);
    return *out == NULL ? fail_span(f, RC_INVALID, MSG_document_kind_unknown, "form", form) : RC_OK;
}

/* The state of a document follows from its parts; the call that it answers is kept up with it. */
static enum rc judge(struct tx *tx, struct govern_call *c, int64_t call_id, struct fail *f)
{
    const struct document_kind *kind = NULL;
    struct ticked *parts = ARENA_ARRAY(tx_arena(tx), DOCUMENT_PARTS_MAX, struct ticked);
    struct matter call;
    int n = 0;
    int64_t changed = 0;
    if (parts == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    enum rc rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK)
        rc = read_parts(tx, &c->m, parts, &n, f);
    if (rc != RC_OK)
        return rc;
    const struct span missing = missing_of(tx_arena(tx), kind, parts, n);
    rc = matter_state(tx, &c->m, missing.len == 0 ? "complete" : "incomplete", SPAN_NONE, f);
    if (rc != RC_OK || call_id == 0)
        return rc;
    rc = matter_get(tx, "call", call_id, &call, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_document_owed_put,
                     DB_ARGS(DB_S(call.region_code), DB_I(call_id), DB_I(c->m.unit_id), DB_I(c->id),
                             DB_I(missing.len == 0 ? 1 : 0), DB_T(missing)),
                     &changed, f);
    return rc == RC_OK && changed == 0
               ? fail_span(f, RC_CONFLICT, MSG_document_not_owed, "call_id", govern_unit_name(tx, c->m.unit_id))
               : rc;
}

/* ---- registering ------------------------------------------------------------ */

enum { DOCUMENT_CALL = CREATE_OWN, DOCUMENT_FILE };
static const struct govern_field create_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"call_id", GOVERN_ID, false, 0, NULL},
    {"file_id", GOVERN_ID, false, 0, NULL},
};

static enum rc attach(struct tx *tx, const struct govern_call *c, int64_t file_id, struct fail *f)
{
    const struct file_attach_in in = {.file_id = file_id,
                                      .region_code = c->m.region_code,
                                      .subject_kind = "document",
                                      .subject_id = c->id,
                                      .unit_ids = &c->m.unit_id,
                                      .n_units = 1};
    return file_id != 0 ? org_file_attach(tx, &in, f) : RC_OK;
}

static enum rc act_create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct document_kind *kind = NULL;
    struct matter call = {0};
    const int64_t call_id = govern_id(&c->v[DOCUMENT_CALL]);
    enum rc rc = kind_of(tx, c->m.form, &kind, f);
    if (rc == RC_OK && call_id != 0)
        rc = matter_get(tx, "call", call_id, &call, f);
    if (rc == RC_OK && call_id != 0 && !span_eq(call.form, c->m.form))
        rc = fail_span(f, RC_CONFLICT, MSG_document_other_kind, "form", call.form);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_document_add,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[DOCUMENT_CALL], c->v[DOCUMENT_FILE]), NULL, f);
    if (rc == RC_OK)
        rc = attach(tx, c, govern_id(&c->v[DOCUMENT_FILE]), f);
    if (rc == RC_OK && call_id != 0) {
        rc = matter_party(tx, &c->m, call.unit_id, "party", f);
        if (rc == RC_OK)
            rc = matter_tell(tx, &c->m, call.unit_id, RIGHT_ASSIGN, "document.registered", f);
    }
    return rc == RC_OK ? judge(tx, c, call_id, f) : rc;
}

static enum rc call_of(struct tx *tx, const struct matter *m, int64_t *call_id, int64_t *file_id, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_document_of, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *call_id = rows_int(&rows, 0);
    *file_id = rows_int(&rows, 1);
    return rows_end(&rows);
}

/* ---- ticking ------------------------------------------------------------ */

enum { PART_WORD, PART_FOUND, PART_PAGE, PART_NOTE };
static const struct govern_field part_fields[] = {
    {"part", GOVERN_TEXT, true, 40, NULL},
    {"found", GOVERN_BOOL, false, 0, NULL},
    {"page", GOVERN_TEXT, false, 60, NULL},
    {"note", GOVERN_TEXT, false, 600, NULL},
};

/* Who keeps the document may tick, and who called for it. */
static enum rc may_tick(struct tx *tx, const struct govern_call *c, int64_t call_id, struct fail *f)
{
    struct matter call;
    struct fail ignored;
    bool holds = false;
    enum rc rc = org_holds(tx, RIGHT_REPORT, c->m.unit_id, &holds, f);
    if (rc == RC_OK && !holds && call_id != 0 && matter_get(tx, "call", call_id, &call, &ignored) == RC_OK)
        rc = org_holds(tx, RIGHT_ASSIGN, call.unit_id, &holds, f);
    return rc == RC_OK && !holds
               ? fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(RIGHT_REPORT), NULL)
               : rc;
}

static enum rc act_part(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct document_kind *kind = NULL;
    int64_t call_id = 0, file_id = 0;
    bool known = false;
    enum rc rc = call_of(tx, &c->m, &call_id, &file_id, f);
    if (rc == RC_OK)
        rc = may_tick(tx, c, call_id, f);
    if (rc == RC_OK)
        rc = kind_of(tx, c->m.form, &kind, f);
    if (rc != RC_OK)
        return rc;
    for (int i = 0; i < kind->n_parts; i++)
        known |= span_eq(kind->parts[i].word, c->v[PART_WORD].s);
    if (!known)
        return fail_span(f, RC_INVALID, MSG_document_part_unknown, "part", c->v[PART_WORD].s);
    if (c->v[PART_FOUND].i == 1 && span_trim(c->v[PART_PAGE].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_document_page, "page", NULL);
    rc = db_exec(tx, SQL_document_part_put,
                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[PART_WORD], c->v[PART_FOUND], c->v[PART_PAGE],
                         c->v[PART_NOTE], DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                 NULL, f);
    return rc == RC_OK ? judge(tx, c, call_id, f) : rc;
}

/* ---- what it follows from ------------------------------------------------------------ */

enum { LINK_PARENT, LINK_SOURCE, LINK_WORDS };
static const struct govern_field link_fields[] = {
    {"parent_id", GOVERN_ID, false, 0, NULL},
    {"source_id", GOVERN_ID, false, 0, NULL},
    {"source_words", GOVERN_TEXT, false, 400, NULL},
};

/* A document must not follow from itself, over however many others. */
static enum rc act_link(struct tx *tx, struct govern_call *c, struct fail *f)
{
    struct matter above = {.parent_id = govern_id(&c->v[LINK_PARENT])};
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && above.parent_id != 0; i++) {
        if (above.parent_id == c->id)
            return fail_span(f, RC_CONFLICT, MSG_document_circle, "parent_id", c->m.title);
        if (i >= LINKS_MAX)
            return fail_set(f, RC_LIMIT, MSG_govern_memory, "parent_id", NULL);
        rc = matter_get(tx, "document", above.parent_id, &above, f);
    }
    return rc == RC_OK ? db_exec(tx, SQL_matter_relink,
                                 DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), c->v[LINK_PARENT], c->v[LINK_SOURCE],
                                         c->v[LINK_WORDS]),
                                 NULL, f)
                       : rc;
}

/* ---- a document shown ------------------------------------------------------------ */

static void part_objects(struct tx *tx, const struct document_kind *kind, const struct ticked *parts, int n,
                         enum lang lang, struct jw *w)
{
    for (int i = 0; i < kind->n_parts; i++) {
        const struct ticked *t = ticked_of(parts, n, kind->parts[i].word);
        struct span who = SPAN_NONE;
        struct fail ignored;
        jw_object(w);
        jw_ktext(w, "part", kind->parts[i].word);
        jw_ktext(w, "name", lang == LANG_ZH ? kind->parts[i].name_zh : kind->parts[i].name_en);
        jw_kstr(w, "state", t == NULL ? "unchecked" : t->found ? "found" : "missing");
        jw_ktext(w, "page", t != NULL ? t->page : SPAN(""));
        jw_ktext(w, "note", t != NULL ? t->note : SPAN(""));
        if (t != NULL && person_display(tx, t->actor_id, lang, &who, &ignored) != RC_OK)
            who = SPAN_NONE;
        jw_ktext_or_null(w, "ticked_by", who);
        jw_key(w, "ticked_at");
        if (t == NULL)
            jw_null(w);
        else
            jw_time(w, t->at_us);
        jw_object_end(w);
    }
}

static void link_object(const struct matter *m, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", m->id);
    jw_ktext(w, "title", m->title);
    jw_ktext(w, "form", m->form);
    jw_object_end(w);
}

/* The documents that it follows from, the nearest first, as far as the reader may see them. */
static void above_members(struct tx *tx, const struct matter *m, struct jw *w)
{
    struct matter up = *m;
    struct fail ignored;
    jw_key(w, "above");
    jw_array(w);
    for (int i = 0; i < LINKS_MAX && up.parent_id != 0; i++) {
        if (matter_get(tx, "document", up.parent_id, &up, &ignored) != RC_OK)
            break;
        link_object(&up, w);
    }
    jw_array_end(w);
}

static enum rc show_document(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                             struct fail *f)
{
    const struct document_kind *kind = NULL;
    struct ticked *parts = ARENA_ARRAY(tx_arena(tx), DOCUMENT_PARTS_MAX, struct ticked);
    const struct db_val list[] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX + 1), DB_S("document"),
                                  DB_I(m->id)};
    const struct govern_list below = {
        SQLF_matter_list_kind | SQLF_matter_list_parent, true, 0, LIST_LIMIT_MAX, list, 4};
    int64_t call_id = 0, file_id = 0, next = 0;
    int n = 0;
    if (parts == NULL)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    enum rc rc = kind_of(tx, m->form, &kind, f);
    if (rc == RC_OK)
        rc = call_of(tx, m, &call_id, &file_id, f);
    if (rc == RC_OK)
        rc = read_parts(tx, m, parts, &n, f);
    if (rc != RC_OK)
        return rc;
    jw_ktext(w, "kind_name", show->lang == LANG_ZH ? kind->name_zh : kind->name_en);
    jw_key(w, "call_id");
    if (call_id == 0)
        jw_null(w);
    else
        jw_id(w, call_id);
    jw_key(w, "file_id");
    if (file_id == 0)
        jw_null(w);
    else
        jw_id(w, file_id);
    jw_key(w, "parts");
    jw_array(w);
    part_objects(tx, kind, parts, n, show->lang, w);
    jw_array_end(w);
    jw_ktext(w, "missing", missing_of(tx_arena(tx), kind, parts, n));
    jw_kbool(w, "orphan", m->parent_id == 0 && m->source_id == 0 && m->source_words.len == 0);
    above_members(tx, m, w);
    jw_key(w, "below");
    return govern_list(tx, &below, show, w, &next, f);
}

/* ---- calls ------------------------------------------------------------ */

enum { CALL_OWED = CREATE_OWN };
static const struct govern_field call_fields[] = {
    GOVERN_CREATE_FIELDS,
    {"owed", GOVERN_LIST, true, 0, NULL},
};

static enum rc add_owed(struct tx *tx, const struct govern_call *c, const json_t *list, struct fail *f)
{
    enum rc rc = RC_OK;
    if (json_array_size(list) == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "owed", NULL);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        int64_t unit_id = 0, duty_id = 0;
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &unit_id))
            return fail_set(f, RC_INVALID, MSG_field_id, "owed", NULL);
        const struct govern_task task = {
            .title = c->m.title, .due_on = c->m.due_on, .holder_id = unit_id, .assigner_id = c->m.unit_id};
        rc = govern_task_open(tx, &c->m, &task, &duty_id, f);
        if (rc == RC_OK)
            rc =
                db_exec(tx, SQL_document_owed_add,
                        DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(unit_id), DB_I(tx_new_id(tx)), DB_I(duty_id)),
                        NULL, f);
        if (rc == RC_CONFLICT)
            return fail_span(f, RC_INVALID, MSG_document_owes_twice, "owed", govern_unit_name(tx, unit_id));
    }
    return rc;
}

static enum rc act_call(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct document_kind *kind = NULL;
    if (c->m.due_on.len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "due_on", NULL);
    enum rc rc = kind_of(tx, c->m.form, &kind, f);
    return rc == RC_OK ? add_owed(tx, c, c->list[CALL_OWED], f) : rc;
}

static const struct govern_field owed_fields[] = {
    {"owed", GOVERN_LIST, true, 0, NULL},
};

static enum rc act_owed(struct tx *tx, struct govern_call *c, struct fail *f)
{
    return add_owed(tx, c, c->list[0], f);
}

static void owed_object(struct tx *tx, struct rows *rows, bool late, struct jw *w)
{
    const bool has = !rows_is_null(rows, 2), whole = rows_int(rows, 3) != 0;
    govern_unit_member(tx, w, "unit", rows_int(rows, 0));
    jw_kid(w, "duty_id", rows_int(rows, 1));
    jw_key(w, "document_id");
    if (has)
        jw_id(w, rows_int(rows, 2));
    else
        jw_null(w);
    jw_kstr(w, "state", whole ? "complete" : has ? "incomplete" : "owed");
    jw_ktext(w, "missing", rows_text(rows, 4));
    jw_kbool(w, "late", late && !whole);
}

static enum rc sums(struct tx *tx, const struct matter *m, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_document_owed_sums, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_kint(w, "owed_total", rows_int(&rows, 0));
    jw_kint(w, "registered", rows_int(&rows, 1));
    jw_kint(w, "complete", rows_int(&rows, 2));
    return rows_end(&rows);
}

static enum rc brief_call(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                          struct fail *f)
{
    (void)show;
    return sums(tx, m, w, f);
}

static enum rc show_call(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                         struct fail *f)
{
    struct rows rows;
    const bool late = m->due_on.len > 0 && span_cmp(m->due_on, span_of(show->as_of.on)) < 0;
    enum rc rc = sums(tx, m, w, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_document_owed_list, DB_ARGS(DB_S(m->region_code), DB_I(m->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "owed");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        owed_object(tx, &rows, late, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    rc = rows_end(&rows);
    return rc == RC_OK ? govern_tasks(tx, m, w, f) : rc;
}

/* ---- questions ------------------------------------------------------------ */

static enum rc answer_gaps(struct tx *tx, void *ctx, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"call_id", GOVERN_ID}, {"title", GOVERN_TEXT}, {"form", GOVERN_TEXT},      {"due_on", GOVERN_DAY},
        {"unit", GOVERN_UNIT},  {"duty_id", GOVERN_ID}, {"document_id", GOVERN_ID}, {"missing", GOVERN_TEXT},
    };
    struct govern_ask *ask = ctx;
    struct db_val args[6] = {DB_I(tx_actor(tx)->principal_id), DB_I(LIST_LIMIT_MAX)};
    int64_t unit = 0, source = 0;
    uint32_t filters = 0;
    struct rows rows;
    int n = 2;
    enum rc rc = req_query_id(ask->r, "unit", &unit, f);
    if (rc == RC_OK)
        rc = req_query_id(ask->r, "source", &source, f);
    if (unit != 0) {
        filters |= SQLF_document_gaps_unit;
        args[n++] = DB_I(unit);
    }
    if (source != 0) {
        filters |= SQLF_document_gaps_source;
        args[n++] = DB_I(source);
    }
    if (req_query(ask->r, "form").len > 0) {
        filters |= SQLF_document_gaps_form;
        args[n++] = DB_T(req_query(ask->r, "form"));
    }
    if (rc == RC_OK)
        rc = db_list(tx, SQL_document_gaps, filters, SQLO_document_gaps_newest, false, args, n, &rows, f);
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

static enum rc api_gaps(struct req *r, struct fail *f)
{
    const enum rc rc = req_query_only(r, f, "unit", "source", "form", "as_of", NULL);
    return rc == RC_OK ? govern_api_read(r, answer_gaps, f) : rc;
}

static enum rc answer_kinds(struct tx *tx, void *ctx, struct fail *f)
{
    struct govern_ask *ask = ctx;
    const struct document_kinds *kinds = NULL;
    enum rc rc = document_kinds_current(tx, &kinds, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < kinds->n; i++) {
        const struct document_kind *k = &kinds->kinds[i];
        jw_object(w);
        jw_ktext(w, "word", k->word);
        jw_ktext(w, "name", ask->show.lang == LANG_ZH ? k->name_zh : k->name_en);
        jw_key(w, "parts");
        jw_array(w);
        for (int p = 0; p < k->n_parts; p++) {
            jw_object(w);
            jw_ktext(w, "word", k->parts[p].word);
            jw_ktext(w, "name", ask->show.lang == LANG_ZH ? k->parts[p].name_zh : k->parts[p].name_en);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return RC_OK;
}

static enum rc api_kinds(struct req *r, struct fail *f)
{
    return govern_api_read(r, answer_kinds, f);
}

/* ---- tables ------------------------------------------------------------ */

#define API "/api/v1/documents"
#define APICALL "/api/v1/document-calls"
#define FIELDS(x) (x), COUNT(x)
static const struct govern_verb document_verbs[] = {
    {"POST " API, "create", FIELDS(create_fields), RIGHT_REPORT, GOVERN_CREATES, act_create},
    {"PATCH " API "/{id}", "edit", govern_edit_fields, 6, RIGHT_REPORT, GOVERN_IF_MATCH | GOVERN_KEEPS, govern_edit},
    {"POST " API "/{id}/parts", "part", FIELDS(part_fields), RIGHT_READ, 0, act_part},
    {"POST " API "/{id}/link", "link", FIELDS(link_fields), RIGHT_REPORT, GOVERN_IF_MATCH, act_link},
};
const struct govern_topic govern_document = {"document",    "documents", "WJ",           "incomplete",
                                             NULL,          false,       document_verbs, COUNT(document_verbs),
                                             show_document, NULL};

static const struct govern_verb call_verbs[] = {
    {"POST " APICALL, "create", FIELDS(call_fields), RIGHT_ASSIGN, GOVERN_CREATES, act_call},
    {"PATCH " APICALL "/{id}", "edit", govern_edit_fields, 6, RIGHT_ASSIGN, GOVERN_IF_MATCH | GOVERN_KEEPS,
     govern_edit},
    {"POST " APICALL "/{id}/owed", "owed", FIELDS(owed_fields), RIGHT_ASSIGN, GOVERN_ADDS, act_owed},
};
const struct govern_topic govern_document_call = {"call",     "document-calls",  "CB",      "active",  NULL, false,
                                                  call_verbs, COUNT(call_verbs), show_call, brief_call};

static const struct route routes[] = {
    {HTTP_GET, API, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "documents that follow from outlines"},
    {HTTP_POST, API, AUTH_USER, 0, "report", govern_api_write, 0, "register a document"},
    {HTTP_GET, API "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0,
     "one document: parts, what it follows from, what follows from it"},
    {HTTP_PATCH, API "/{id}", AUTH_USER, ROUTE_IF_MATCH, "report", govern_api_write, 0, "edit"},
    {HTTP_POST, API "/{id}/parts", AUTH_USER, 0, "report", govern_api_write, 0, "tick a part, with its page"},
    {HTTP_POST, API "/{id}/link", AUTH_USER, ROUTE_IF_MATCH, "report", govern_api_write, 0, "what it follows from"},
    {HTTP_GET, API "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
    {HTTP_GET, APICALL, AUTH_USER, ROUTE_POOL, NULL, govern_api_list, 0, "who owes documents by when"},
    {HTTP_POST, APICALL, AUTH_USER, 0, "assign", govern_api_write, 0, "call for documents: a duty for each unit"},
    {HTTP_GET, APICALL "/{id}", AUTH_USER, ROUTE_POOL, NULL, govern_api_get, 0,
     "one call: who still owes, what is missing"},
    {HTTP_PATCH, APICALL "/{id}", AUTH_USER, ROUTE_IF_MATCH, "assign", govern_api_write, 0, "edit"},
    {HTTP_POST, APICALL "/{id}/owed", AUTH_USER, 0, "assign", govern_api_write, 0, "more units owe one"},
    {HTTP_GET, APICALL "/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, govern_api_journal, 0, "its journal"},
    {HTTP_GET, "/api/v1/document-gaps", AUTH_USER, ROUTE_POOL, NULL, api_gaps, 0,
     "who still owes a document and which parts are missing"},
    {HTTP_GET, "/api/v1/document-kinds", AUTH_USER, ROUTE_POOL, NULL, api_kinds, 0, "kinds and their required parts"},
};
const struct route_table document_routes = {"document", routes, COUNT(routes)};
