/* bulletin_api.c - routes of bulletins: reading, drafting, editing, the steps. */
#include <string.h>

#include "base/utf8.h"
#include "bulletin/bulletin_int.h"

static handler_fn list, create, get, edit, rows, journal, templates, refresh, submit, approve, give_back, publish,
    correct, discard, docx, xlsx;

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/bulletin-templates", AUTH_USER, ROUTE_POOL, NULL, templates, 0, "what bulletins there are"},
    {HTTP_GET, API "/bulletins", AUTH_USER, ROUTE_POOL, NULL, list, 0, "bulletins"},
    {HTTP_POST, API "/bulletins", AUTH_USER, ROUTE_POOL, "publish", create, 0, "draft one: its figures are computed"},
    {HTTP_GET, API "/bulletins/{id}", AUTH_USER, ROUTE_POOL, NULL, get, 0, "one bulletin"},
    {HTTP_PATCH, API "/bulletins/{id}", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "publish", edit, 0, "edit its text"},
    {HTTP_GET, API "/bulletins/{id}/rows", AUTH_USER, ROUTE_POOL, NULL, rows, 0, "the actions that a figure counts"},
    {HTTP_GET, API "/bulletins/{id}/journal", AUTH_USER, ROUTE_POOL, NULL, journal, 0, "its journal"},
    {HTTP_GET, API "/bulletins/{id}/document.docx", AUTH_USER, ROUTE_POOL, NULL, docx, 0, "as an official document"},
    {HTTP_GET, API "/bulletins/{id}/figures.xlsx", AUTH_USER, ROUTE_POOL, NULL, xlsx, 0, "its figures"},
    {HTTP_POST, API "/bulletins/{id}/refresh", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "publish", refresh, 0,
     "read its figures again"},
    {HTTP_POST, API "/bulletins/{id}/submit", AUTH_USER, ROUTE_IF_MATCH, "publish", submit, 0,
     "hand it in for signature"},
    {HTTP_POST, API "/bulletins/{id}/approve", AUTH_USER, ROUTE_IF_MATCH, NULL, approve, 0, "sign it"},
    {HTTP_POST, API "/bulletins/{id}/return", AUTH_USER, ROUTE_IF_MATCH, NULL, give_back, 0, "give it back"},
    {HTTP_POST, API "/bulletins/{id}/discard", AUTH_USER, ROUTE_IF_MATCH, "publish", discard, 0, "give a draft up"},
    {HTTP_POST, API "/bulletins/{id}/publish", AUTH_USER, ROUTE_POOL | ROUTE_IF_MATCH, "publish", publish, 0,
     "issue a signed one"},
    {HTTP_POST, API "/bulletins/{id}/correct", AUTH_USER, ROUTE_POOL, "publish", correct, 0,
     "draft the correction of a published one"},
    {HTTP_GET, API "/public/bulletins", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_list, 0,
     "published bulletins"},
    {HTTP_GET, API "/public/bulletins.rss", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_rss, 0,
     "the same as a feed"},
    {HTTP_GET, API "/public/bulletins/{id}", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_get, 0, "one of them"},
    {HTTP_GET, API "/public/bulletins/{id}/rows", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_rows, 0,
     "the actions that a figure counts"},
    {HTTP_GET, API "/public/bulletins/{id}/document.docx", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_docx, 0,
     "as an official document"},
    {HTTP_GET, API "/public/bulletins/{id}/figures.xlsx", AUTH_PUBLIC, ROUTE_POOL, NULL, bulletin_api_public_xlsx, 0,
     "its figures"},
};
const struct route_table bulletin_routes = {"bulletin", routes, (int)(sizeof routes / sizeof routes[0])};

struct ask {
    struct req *r;
    struct as_of as_of;
    int64_t id, limit;
    bool after, docx;
    struct span after_parts[2];
};

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

static enum rc list_args(struct tx *tx, const struct ask *ask, struct db_val *args, int *n, uint32_t *filters,
                         struct fail *f)
{
    struct span state = req_query(ask->r, "state"), kind = req_query(ask->r, "kind"), q = req_query(ask->r, "q");
    struct span match = SPAN_NONE;
    int64_t id = 0;
    enum rc rc = q.len > 0 ? search_query(tx, q, &match, f) : RC_OK;
    if (state.len > 0) {
        *filters |= SQLF_bulletin_list_state;
        args[(*n)++] = DB_T(state);
    }
    if (kind.len > 0) {
        *filters |= SQLF_bulletin_list_kind;
        args[(*n)++] = DB_T(kind);
    }
    if (ask->as_of.given) {
        *filters |= SQLF_bulletin_list_until;
        args[(*n)++] = DB_S(ask->as_of.on);
    }
    if (q.len > 0) {
        *filters |= SQLF_bulletin_list_text;
        args[(*n)++] = DB_T(match.len > 0 ? match : SPAN("\"\""));
    }
    if (ask->after && !span_to_i64(ask->after_parts[1], &id))
        return fail_set(f, RC_INVALID, MSG_bulletin_after_invalid, "after", NULL);
    if (ask->after) {
        args[(*n)++] = DB_T(ask->after_parts[0]);
        args[(*n)++] = DB_I(id);
    }
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct db_val args[12] = {DB_I(tx_actor(tx)->principal_id), DB_I(ask->limit + 1)};
    struct bulletin_row_of *items = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct bulletin_row_of);
    int n = 2, count = 0;
    uint32_t filters = 0;
    struct rows r;
    if (items == NULL)
        return bulletin_over(f);
    enum rc rc = list_args(tx, ask, args, &n, &filters, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_bulletin_list, filters, SQLO_bulletin_list_newest, ask->after, args, n, &r, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&r))
        bulletin_of(&r, &items[count++]);
    rc = rows_end(&r);
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < count && i < ask->limit; i++)
        rc = bulletin_brief_json(tx, &items[i], w, f);
    jw_array_end(w);
    const char *next = NULL;
    if (rc == RC_OK && count > ask->limit) {
        char id[24];
        (void)snprintf(id, sizeof id, "%lld", (long long)items[ask->limit - 1].id);
        const struct span parts[] = {items[ask->limit - 1].until_on, span_of(id)};
        next = page_key(tx_arena(tx), 2, parts);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

static enum rc list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "state", "kind", "q", "as_of", NULL);
    if (rc == RC_OK)
        rc = org_as_of(r, &ask.as_of, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, ask.after_parts, &ask.after, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

static enum rc ask_of(struct req *r, struct ask *ask, struct fail *f)
{
    *ask = (struct ask){.r = r};
    return req_param_id(r, "id", &ask->id, f);
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_get(tx, ask->id, &b, f);
    if (rc == RC_OK)
        rc = bulletin_whole_json(tx, &b, false, reply_json(ask->r), f);
    if (rc == RC_OK)
        reply_version(ask->r, b.version);
    return rc;
}

static enum rc get(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

enum rc bulletin_answer_rows(struct req *r, struct tx *tx, const struct bulletin_row_of *b, struct fail *f)
{
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    struct span kind = req_query(r, "scope"), subject = req_query(r, "subject"), word = req_query(r, "figure");
    const int figure = word.len == 0 ? BULLETIN_TOTAL : bulletin_figure_find(word);
    enum rc rc = doc != NULL ? bulletin_load(tx, b, doc, f) : bulletin_over(f);
    if (rc != RC_OK)
        return rc;
    if (figure < 0)
        return fail_span(f, RC_INVALID, MSG_bulletin_figure_unknown, "figure", word);
    const struct bulletin_scope *s =
        bulletin_scope_find(&doc->figures, kind.len > 0 ? kind : SPAN("all"), subject.len > 0 ? subject : SPAN(""));
    if (s == NULL)
        return fail_set(f, RC_MISSING, MSG_not_found, "subject", NULL);
    struct jw *w = reply_json(r);
    int64_t n = 0;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < doc->figures.n_rows; i++) {
        if (!bulletin_counts(s, (enum bulletin_figure)figure, &doc->figures.rows[i]))
            continue;
        bulletin_row_json(&doc->figures.rows[i], w);
        n++;
    }
    jw_array_end(w);
    jw_kint(w, "count", n);
    jw_kint(w, "figure", s->counts[figure]);
    jw_ktext(w, "as_of_on", doc->figures.until_on);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

static enum rc answer_rows(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_get(tx, ask->id, &b, f);
    return rc == RC_OK ? bulletin_answer_rows(ask->r, tx, &b, f) : rc;
}

static enum rc rows(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    if (rc == RC_OK)
        rc = req_query_only(r, f, "scope", "subject", "figure", NULL);
    return rc == RC_OK ? org_read(r, answer_rows, &ask, f) : rc;
}

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    int64_t after = 0;
    enum rc rc = bulletin_get(tx, ask->id, &b, f);
    if (rc == RC_OK && ask->after && !span_to_i64(ask->after_parts[0], &after))
        rc = fail_set(f, RC_INVALID, MSG_bulletin_after_invalid, "after", NULL);
    if (rc != RC_OK)
        return rc;
    const struct journal_page page = {b.region_code, "bulletin", b.id, after, (int)ask->limit, req_lang(ask->r), NULL};
    return journal_answer(ask->r, tx, &page, f);
}

static enum rc journal(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, ask.after_parts, &ask.after, f);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

static void both_json(struct jw *w, const char *key, const struct bulletin_both *b)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
    jw_object_end(w);
}

static enum rc templates(struct req *r, struct fail *f)
{
    struct jw *w = reply_json(r);
    enum rc rc = RC_OK;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < bulletin_template_count(); i++) {
        struct bulletin_template t;
        rc = bulletin_template_find(req_arena(r), span_of(bulletin_template_word(i)), &t, f);
        if (rc != RC_OK)
            break;
        jw_object(w);
        jw_ktext(w, "word", t.word);
        jw_ktext(w, "kind", t.kind);
        jw_ktext(w, "pack", t.pack);
        jw_kint(w, "version", t.version);
        both_json(w, "name", &t.name);
        jw_kbool(w, "public", t.is_public);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

/* ---- printed ------------------------------------------------------------------------------------------------------------------------ */

#define DOCX_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

enum rc bulletin_answer_file(struct req *r, struct tx *tx, const struct bulletin_row_of *b, bool is_docx,
                             struct fail *f)
{
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    struct span file;
    struct sb name;
    enum rc rc = doc != NULL ? bulletin_load(tx, b, doc, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = is_docx ? bulletin_docx_write(tx_arena(tx), doc, &file, f)
                     : bulletin_xlsx_write(tx_arena(tx), doc, &file, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&name, 2000);
    sb_add(&name, doc->title);
    sb_adds(&name, is_docx ? ".docx" : ".xlsx");
    char *file_name = span_cstr(tx_arena(tx), sb_span(&name));
    sb_release(&name);
    reply_body(r, is_docx ? DOCX_TYPE : XLSX_TYPE, file);
    reply_download(r, file_name != NULL ? file_name : "bulletin");
    return RC_OK;
}

static enum rc answer_file(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_get(tx, ask->id, &b, f);
    return rc == RC_OK ? bulletin_answer_file(ask->r, tx, &b, ask->docx, f) : rc;
}

static enum rc docx(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    ask.docx = true;
    return rc == RC_OK ? org_read(r, answer_file, &ask, f) : rc;
}

static enum rc xlsx(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_file, &ask, f) : rc;
}

/* ---- writes ---------------------------------------------------------------------------------------------------------------------------- */

struct sending { /* one of the writes, and the bulletin's id for the answer */
    int64_t id;
    bool created;
    struct bulletin_draft_in draft;
    struct bulletin_new_in new_in;
    struct bulletin_edit_in edit;
    struct bulletin_refresh_in refresh;
    struct bulletin_issue_in issue;
    struct bulletin_step_in step;
    int64_t outlines[BULLETIN_OUTLINES_MAX];
    struct bulletin_section sections[BULLETIN_SECTIONS_MAX];
};

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct sending *job = out;
    struct bulletin_row_of b;
    struct jw w;
    *status = job->created ? 201 : 200;
    jw_init(&w, body);
    enum rc rc = bulletin_get(tx, job->id, &b, f);
    return rc == RC_OK ? bulletin_whole_json(tx, &b, false, &w, f) : rc;
}

static enum rc send(struct req *r, command_fn *command, struct sending *job, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){command, job, job, render, NULL, 0}, f);
}

static enum rc job_of(struct req *r, struct sending **out, bool if_match, struct fail *f)
{
    struct sending *job = ARENA_NEW(req_arena(r), struct sending);
    if (job == NULL)
        return bulletin_over(f);
    *out = job;
    enum rc rc = req_param_id(r, "id", &job->id, f);
    if (rc == RC_OK && if_match)
        rc = req_if_match(r, &job->step.version, f);
    job->step.id = job->id;
    return rc;
}

static enum rc run_insert(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct sending *job = out;
    (void)in;
    return bulletin_insert(tx, &job->new_in, &job->id, f);
}

static enum rc read_draft(const json_t *body, struct sending *job, struct fail *f)
{
    struct bulletin_draft_in *in = &job->draft;
    json_t *ids = NULL;
    struct span lang = SPAN_NONE;
    enum rc rc = json_only(body, f, "template", "lang", "unit_id", "outline_ids", "region_code", "until_on", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "template", JSON_REQUIRED, 40, &in->template, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "lang", JSON_OPTIONAL, 2, &lang, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "region_code", JSON_OPTIONAL, 6, &in->scope_region, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "until_on", JSON_REQUIRED, &in->until_on, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "outline_ids", JSON_OPTIONAL, BULLETIN_OUTLINES_MAX, &ids, f);
    in->lang = span_is(lang, "en") ? LANG_EN : LANG_ZH;
    in->outline_ids = job->outlines;
    for (size_t i = 0; rc == RC_OK && i < json_array_size(ids); i++) {
        const json_t *v = json_array_get(ids, i);
        if (!json_is_string(v) || !span_to_i64(span_of(json_string_value(v)), &job->outlines[in->n_outlines++]))
            return fail_set(f, RC_INVALID, MSG_bulletin_outline_invalid, "outline_ids", NULL);
    }
    return rc;
}

static enum rc create(struct req *r, struct fail *f)
{
    struct sending *job = ARENA_NEW(req_arena(r), struct sending);
    json_t *body = NULL;
    if (job == NULL)
        return bulletin_over(f);
    job->created = true;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_draft(body, job, f);
    const struct actor actor = org_actor(r);
    if (rc == RC_OK)
        rc = bulletin_prepare(req_store(r), &actor, req_arena(r), &job->draft, &job->new_in, f);
    return rc == RC_OK ? send(r, run_insert, job, f) : rc;
}

static enum rc correct(struct req *r, struct fail *f)
{
    struct sending *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, false, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, 2000, &job->draft.correct_reason, f);
    if (rc != RC_OK)
        return rc;
    const struct actor actor = org_actor(r);
    job->created = true;
    job->draft.corrects_id = job->id;
    rc = bulletin_prepare(req_store(r), &actor, req_arena(r), &job->draft, &job->new_in, f);
    return rc == RC_OK ? send(r, run_insert, job, f) : rc;
}

static enum rc read_section(const json_t *v, struct bulletin_section *s, struct fail *f)
{
    *s = (struct bulletin_section){SPAN(""), SPAN(""), SPAN("")};
    if (!json_is_object(v))
        return fail_set(f, RC_INVALID, MSG_bulletin_section_invalid, "sections", NULL);
    enum rc rc = json_only(v, f, "word", "heading", "body", NULL);
    if (rc == RC_OK)
        rc = json_get_text(v, "word", JSON_OPTIONAL, 40, &s->word, f);
    if (rc == RC_OK)
        rc = json_get_text(v, "heading", JSON_OPTIONAL, BULLETIN_TITLE_BYTES_MAX, &s->heading, f);
    return rc == RC_OK ? json_get_text(v, "body", JSON_REQUIRED, BULLETIN_TEXT_BYTES_MAX, &s->body, f) : rc;
}

static enum rc read_edit(const json_t *body, struct sending *job, struct fail *f)
{
    struct bulletin_edit_in *in = &job->edit;
    json_t *sections = NULL;
    *in = (struct bulletin_edit_in){.id = job->id, .version = job->step.version, .n_sections = -1};
    enum rc rc = json_only(body, f, "title", "recipients", "signer", "sections", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "title", JSON_OPTIONAL, BULLETIN_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "recipients", JSON_OPTIONAL, BULLETIN_TITLE_BYTES_MAX * 4, &in->recipients, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "signer", JSON_OPTIONAL, BULLETIN_TITLE_BYTES_MAX, &in->signer, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "sections", JSON_OPTIONAL, BULLETIN_SECTIONS_MAX, &sections, f);
    if (rc == RC_OK && in->title.ptr != NULL && span_trim(in->title).len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_title_needed, "title", NULL);
    if (rc != RC_OK || sections == NULL)
        return rc;
    in->n_sections = (int)json_array_size(sections);
    in->sections = job->sections;
    for (int i = 0; rc == RC_OK && i < in->n_sections; i++)
        rc = read_section(json_array_get(sections, (size_t)i), &job->sections[i], f);
    return rc;
}

/* Every word in braces must be a value of this bulletin: found before it is stored, not when it is printed. */
static enum rc check_words(struct tx *tx, void *ctx, struct fail *f)
{
    struct sending *job = ctx;
    struct bulletin_row_of b;
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    struct span out;
    enum rc rc = bulletin_get(tx, job->id, &b, f);
    if (rc == RC_OK && !span_is(b.state, "draft"))
        return fail_set(f, RC_CONFLICT, MSG_bulletin_not_draft, NULL, NULL);
    if (rc == RC_OK)
        rc = doc != NULL ? bulletin_load(tx, &b, doc, f) : bulletin_over(f);
    if (rc == RC_OK && job->edit.title.len > 0)
        rc = bulletin_fill(tx_arena(tx), &doc->values, job->edit.title, "title", &out, f);
    if (rc == RC_OK && job->edit.recipients.len > 0)
        rc = bulletin_fill(tx_arena(tx), &doc->values, job->edit.recipients, "recipients", &out, f);
    for (int i = 0; rc == RC_OK && i < job->edit.n_sections; i++) {
        rc = bulletin_fill(tx_arena(tx), &doc->values, job->sections[i].heading, "sections", &out, f);
        if (rc == RC_OK)
            rc = bulletin_fill(tx_arena(tx), &doc->values, job->sections[i].body, "sections", &out, f);
    }
    return rc;
}

static enum rc run_edit(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return bulletin_edit(tx, &((struct sending *)out)->edit, f);
}

static enum rc edit(struct req *r, struct fail *f)
{
    struct sending *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, true, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = read_edit(body, job, f);
    if (rc == RC_OK)
        rc = org_read(r, check_words, job, f);
    return rc == RC_OK ? send(r, run_edit, job, f) : rc;
}

static enum rc run_refresh(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return bulletin_refresh_put(tx, &((struct sending *)out)->refresh, f);
}

static enum rc refresh(struct req *r, struct fail *f)
{
    struct sending *job = NULL;
    enum rc rc = job_of(r, &job, true, f);
    if (rc != RC_OK)
        return rc;
    const struct actor actor = org_actor(r);
    job->refresh = (struct bulletin_refresh_in){.id = job->id, .version = job->step.version};
    rc = bulletin_prepare_refresh(req_store(r), &actor, req_arena(r), &job->refresh, f);
    return rc == RC_OK ? send(r, run_refresh, job, f) : rc;
}

static enum rc run_issue(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return bulletin_issue(tx, &((struct sending *)out)->issue, f);
}

static enum rc publish(struct req *r, struct fail *f)
{
    struct sending *job = NULL;
    enum rc rc = job_of(r, &job, true, f);
    if (rc != RC_OK)
        return rc;
    const struct actor actor = org_actor(r);
    job->issue = (struct bulletin_issue_in){.id = job->id, .version = job->step.version};
    rc = bulletin_prepare_issue(req_store(r), &actor, req_arena(r), &job->issue, f);
    return rc == RC_OK ? send(r, run_issue, job, f) : rc;
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)in;
    return bulletin_step(tx, &((struct sending *)out)->step, f);
}

static enum rc step(struct req *r, const char *verb, struct fail *f)
{
    struct sending *job = NULL;
    enum rc rc = job_of(r, &job, true, f);
    if (rc == RC_OK)
        job->step.verb = verb;
    return rc == RC_OK ? send(r, run_step, job, f) : rc;
}

static enum rc submit(struct req *r, struct fail *f)
{
    return step(r, "submit", f);
}

static enum rc approve(struct req *r, struct fail *f)
{
    return step(r, "approve", f);
}

static enum rc discard(struct req *r, struct fail *f)
{
    return step(r, "discard", f);
}

static enum rc give_back(struct req *r, struct fail *f)
{
    struct sending *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, true, f);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, 2000, &job->step.reason, f);
    if (rc != RC_OK)
        return rc;
    job->step.verb = "return";
    return send(r, run_step, job, f);
}
