/* bulletin_json.c - bulletins as objects of the API. */
#include <string.h>

#include "bulletin/bulletin_int.h"

static void ktext(struct jw *w, const char *key, struct span s)
{
    jw_ktext_or_null(w, key, s.len > 0 ? s : SPAN_NONE);
}

static void kid_or_null(struct jw *w, const char *key, int64_t id)
{
    jw_key(w, key);
    if (id != 0)
        jw_id(w, id);
    else
        jw_null(w);
}

static void ktime_or_null(struct jw *w, const char *key, int64_t at_us)
{
    jw_key(w, key);
    if (at_us != 0)
        jw_time(w, at_us);
    else
        jw_null(w);
}

/* Members that a list shows too, into an open object. */
static enum rc brief(struct tx *tx, const struct bulletin_row_of *b, struct span title, struct jw *w, struct fail *f)
{
    struct unit unit;
    enum rc rc = unit_get(tx, b->unit_id, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    jw_kid(w, "id", b->id);
    jw_ktext(w, "number", b->number);
    jw_ktext(w, "kind", b->kind);
    jw_ktext(w, "template", b->template);
    jw_kstr(w, "lang", b->lang == LANG_EN ? "en" : "zh");
    jw_ktext(w, "title", title);
    jw_ktext(w, "state", b->state);
    ktext(w, "document_number", b->document_number);
    jw_key(w, "unit");
    jw_object(w);
    jw_kid(w, "id", b->unit_id);
    jw_ktext(w, "name", unit.name);
    jw_object_end(w);
    ktext(w, "region_code", b->scope_region);
    jw_ktext(w, "from_on", b->from_on);
    jw_ktext(w, "until_on", b->until_on);
    ktext(w, "signed_on", b->signed_on);
    ktime_or_null(w, "published_at", b->published_at_us);
    kid_or_null(w, "corrects_id", b->corrects_id);
    kid_or_null(w, "superseded_by", b->superseded_by);
    jw_kbool(w, "public", b->is_public);
    jw_kint(w, "version", b->version);
    return RC_OK;
}

enum rc bulletin_brief_json(struct tx *tx, const struct bulletin_row_of *b, struct jw *w, struct fail *f)
{
    struct arena_mark mark = arena_mark_now(tx_arena(tx));
    struct bulletin_values v = {.n = 0};
    struct span title = b->title;
    struct fail ignored;
    struct bulletin_scope scope = {.kind = SPAN("all")};
    const struct bulletin_figures figures = {
        .from_on = b->from_on, .until_on = b->until_on, .scopes = &scope, .n_scopes = 1};
    const struct bulletin_facts facts = {
        .kind = b->kind, .lang = b->lang, .issuer = SPAN(""), .corrects = SPAN(""), .correct_reason = SPAN("")};
    /* a title names the period mostly; one that names figures stands in the list as it was written */
    if (bulletin_values_of(tx_arena(tx), &figures, &facts, &v, &ignored) == RC_OK)
        (void)(bulletin_fill(tx_arena(tx), &v, b->title, "title", &title, &ignored) == RC_OK);
    jw_object(w);
    enum rc rc = brief(tx, b, title, w, f);
    jw_object_end(w);
    arena_rewind(tx_arena(tx), mark);
    return rc;
}

static void sections_json(const struct bulletin_doc *doc, bool source, struct jw *w)
{
    jw_key(w, "sections");
    jw_array(w);
    for (int i = 0; i < doc->n_sections; i++) {
        jw_object(w);
        jw_ktext(w, "word", doc->sections[i].word);
        jw_ktext(w, "heading", doc->filled[i].heading);
        jw_ktext(w, "text", doc->filled[i].body);
        if (source) {
            jw_ktext(w, "heading_source", doc->sections[i].heading);
            jw_ktext(w, "body", doc->sections[i].body);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void figures_json(const struct bulletin_doc *doc, bool is_public, struct jw *w)
{
    jw_key(w, "outlines");
    jw_array(w);
    for (int i = 0; i < doc->figures.n_outlines; i++) {
        jw_object(w);
        jw_kid(w, "id", doc->figures.outlines[i].id);
        jw_ktext(w, "title", doc->figures.outlines[i].title);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "scopes");
    jw_array(w);
    for (int i = 0; i < doc->figures.n_scopes; i++)
        bulletin_scope_json(&doc->figures.scopes[i], w);
    jw_array_end(w);
    jw_kbool(w, "lists_items", doc->template.items);
    if (is_public && !doc->template.items)
        return;
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; doc->template.items && i < doc->figures.n_rows; i++)
        bulletin_row_json(&doc->figures.rows[i], w);
    jw_array_end(w);
}

static void values_json(const struct bulletin_values *v, struct jw *w)
{
    jw_key(w, "values");
    jw_object(w);
    for (int i = 0; i < v->n; i++)
        jw_ktext(w, v->items[i].word, v->items[i].text);
    jw_object_end(w);
}

/* What the actor may do with it now. */
static enum rc may_json(struct tx *tx, const struct bulletin_row_of *b, struct jw *w, struct fail *f)
{
    static const char *const writers[] = {"submit", "discard", "publish"};
    bool writes = false, signs = false, wrote = false;
    enum rc rc = org_holds(tx, RIGHT_PUBLISH, b->unit_id, &writes, f);
    if (rc == RC_OK)
        rc = bulletin_signs(tx, b->unit_id, &signs, f);
    if (rc == RC_OK)
        rc = bulletin_wrote(tx, b, &wrote, f);
    jw_key(w, "may");
    jw_array(w);
    if (writes && span_is(b->state, "draft")) {
        jw_str(w, "edit");
        jw_str(w, "refresh");
    }
    for (int i = 0; writes && i < 3; i++)
        if (bulletin_state_allows(b->state, writers[i]))
            jw_str(w, writers[i]);
    if (signs && bulletin_state_allows(b->state, "return"))
        jw_str(w, "return");
    if (signs && !wrote && bulletin_state_allows(b->state, "approve"))
        jw_str(w, "approve");
    if (writes && span_is(b->state, "published"))
        jw_str(w, "correct");
    jw_array_end(w);
    jw_kbool(w, "own", wrote);
    return rc;
}

static enum rc person_member(struct tx *tx, const char *key, int64_t id, bool there, struct jw *w, struct fail *f)
{
    struct span name = SPAN_NONE;
    enum rc rc = there ? person_display(tx, id, LANG_ZH, &name, f) : RC_OK;
    jw_ktext_or_null(w, key, name);
    return rc;
}

static enum rc inside_json(struct tx *tx, const struct bulletin_row_of *b, struct jw *w, struct fail *f)
{
    enum rc rc = person_member(tx, "created_by_name", b->created_by, true, w, f);
    jw_ktime(w, "created_at", b->created_at_us);
    jw_ktime(w, "computed_at", b->computed_at_us);
    if (rc == RC_OK)
        rc = person_member(tx, "approved_by_name", b->approved_by, b->approved_at_us != 0, w, f);
    ktime_or_null(w, "approved_at", b->approved_at_us);
    if (rc == RC_OK)
        rc = person_member(tx, "published_by_name", b->published_by, b->published_at_us != 0, w, f);
    ktext(w, "return_reason", b->return_reason);
    kid_or_null(w, "previous_id", b->previous_id);
    return rc == RC_OK ? may_json(tx, b, w, f) : rc;
}

enum rc bulletin_whole_json(struct tx *tx, const struct bulletin_row_of *b, bool is_public, struct jw *w,
                            struct fail *f)
{
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    enum rc rc = doc != NULL ? bulletin_load(tx, b, doc, f) : bulletin_over(f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    rc = brief(tx, b, doc->title, w, f);
    ktext(w, "corrects_number", doc->corrects_number);
    ktext(w, "correct_reason", b->correct_reason);
    jw_ktext(w, "recipients", doc->recipients);
    jw_ktext(w, "signer", doc->row.signer);
    jw_ktext(w, "issuer", doc->issuer);
    ktext(w, "content_sha256", b->content_sha256);
    const bool source = !is_public && b->content_sha256.len == 0;
    sections_json(doc, source, w);
    figures_json(doc, is_public, w);
    if (source) {
        jw_ktext(w, "title_source", b->title);
        jw_ktext(w, "recipients_source", b->recipients);
        values_json(&doc->values, w);
    }
    if (rc == RC_OK && !is_public)
        rc = inside_json(tx, b, w, f);
    jw_object_end(w);
    return rc;
}
