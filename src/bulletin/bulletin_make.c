/*
 * bulletin_make.c - what takes longer than a command may: the plan read for a period, figures and content written into files. A read transaction gives
 * one consistent sight; the file is on disk before the command that refers to it is sent.
 */
#include <string.h>

#include "bulletin/bulletin_int.h"

#define BULLETIN_FILE_BYTES_MAX (8u << 20)

/* ---- the period's figures ----------------------------------------------------------------------------------------------------------- */

enum rc bulletin_ids_read(struct arena *a, struct span json, int64_t ids[BULLETIN_OUTLINES_MAX], int *n, struct fail *f)
{
    json_t *list = NULL;
    struct sb sb;
    sb_init(&sb, 4000);
    sb_adds(&sb, "{\"ids\":");
    sb_add(&sb, json);
    sb_adds(&sb, "}");
    enum rc rc = json_read(a, sb_span(&sb), &list, f);
    sb_release(&sb);
    list = rc == RC_OK ? json_object_get(list, "ids") : NULL;
    *n = 0;
    for (size_t i = 0; i < json_array_size(list) && *n < BULLETIN_OUTLINES_MAX; i++)
        if (span_to_i64(span_of(json_string_value(json_array_get(list, i))), &ids[*n]))
            (*n)++;
    return rc;
}

enum rc bulletin_ids_write(struct arena *a, const int64_t *ids, int n, struct span *out, struct fail *f)
{
    int64_t sorted[BULLETIN_OUTLINES_MAX];
    struct sb sb;
    struct jw w;
    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0 && sorted[at - 1] > ids[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = ids[i];
    }
    sb_init(&sb, 4000);
    jw_init(&w, &sb);
    jw_array(&w);
    for (int i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            jw_id(&w, sorted[i]);
    jw_array_end(&w);
    *out = span_dup(a, sb_span(&sb));
    sb_release(&sb);
    return out->ptr != NULL ? RC_OK : bulletin_over(f);
}

enum rc bulletin_file_json(struct tx *tx, struct span sha256, json_t **out, struct fail *f)
{
    struct span text;
    const char *hex = span_cstr(tx_arena(tx), sha256);
    enum rc rc = hex != NULL ? file_read(tx_store(tx), tx_arena(tx), hex, &text, f) : bulletin_over(f);
    return rc == RC_OK ? json_read(tx_arena(tx), text, out, f) : rc;
}

/* Ranks of the bulletin before, and which it was; its content alone counts, so a later correction of the plan changes nothing. */
static enum rc compare(struct tx *tx, struct bulletin_row_of *b, struct bulletin_figures *figures, struct fail *f)
{
    struct rows rows;
    struct span sha256 = SPAN_NONE;
    json_t *content = NULL;
    struct bulletin_figures before;
    b->previous_id = 0;
    enum rc rc = db_query(tx, SQL_bulletin_previous,
                          DB_ARGS(DB_S(b->region_code), DB_I(b->unit_id), DB_T(b->template), DB_T(b->outline_ids),
                                  DB_T(b->scope_region), DB_T(b->from_on)),
                          &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows)) {
        b->previous_id = rows_int(&rows, 0);
        sha256 = rows_text_dup(&rows, 1);
    }
    rc = rows_end(&rows);
    if (rc != RC_OK || b->previous_id == 0)
        return rc;
    rc = bulletin_file_json(tx, sha256, &content, f);
    if (rc == RC_OK)
        rc = bulletin_figures_read(tx_arena(tx), json_object_get(content, "figures"), &before, f);
    if (rc == RC_OK)
        bulletin_compare(figures, &before);
    return rc;
}

static enum rc name_cities(struct tx *tx, struct bulletin_figures *figures, struct fail *f)
{
    for (int i = 0; i < figures->n_scopes; i++) {
        struct bulletin_scope *s = &figures->scopes[i];
        struct region region;
        if (!span_is(s->kind, "city"))
            continue;
        enum rc rc = region_get(tx, s->subject, SPAN_NONE, &region, f);
        if (rc == RC_OK)
            s->name = region.name;
        else if (rc != RC_MISSING)
            return rc;
    }
    return RC_OK;
}

/* Reads the plan for a bulletin's period; b says which. */
static enum rc figures_of(struct tx *tx, struct bulletin_row_of *b, const struct bulletin_template *t,
                          struct bulletin_figures *out, struct fail *f)
{
    struct plan_stats *stats = ARENA_NEW(tx_arena(tx), struct plan_stats);
    int64_t ids[BULLETIN_OUTLINES_MAX];
    struct ymd from, until;
    int n = 0;
    if (stats == NULL)
        return bulletin_over(f);
    if (!date_parse(b->from_on, &from) || !date_parse(b->until_on, &until))
        return fail_span(f, RC_INVALID, MSG_bulletin_period_invalid, "until_on", b->until_on);
    enum rc rc = bulletin_ids_read(tx_arena(tx), b->outline_ids, ids, &n, f);
    const struct plan_stats_query q = {b->unit_id, ids, n, date_to_days(from), date_to_days(until)};
    if (rc == RC_OK)
        rc = plan_stats_read(tx, &q, stats, f);
    const struct bulletin_count_in in = {stats, q.from_day, q.until_day, b->scope_region, t->score};
    if (rc == RC_OK)
        rc = bulletin_count(tx_arena(tx), &in, out, f);
    if (rc == RC_OK && out->n_rows == 0)
        return fail_set(f, RC_CONFLICT, MSG_bulletin_nothing, NULL, NULL);
    out->template = t->word;
    out->template_version = t->version;
    if (rc == RC_OK)
        rc = name_cities(tx, out, f);
    return rc == RC_OK ? compare(tx, b, out, f) : rc;
}

/* ---- a draft ------------------------------------------------------------------------------------------------------------------------- */

struct drafting {
    const struct bulletin_draft_in *in;
    struct bulletin_new_in *out;
    struct bulletin_template template;
    struct bulletin_figures figures;
    struct bulletin_section sections[BULLETIN_SECTIONS_MAX];
};

static enum rc period(struct tx *tx, struct drafting *d, struct fail *f)
{
    struct bulletin_row_of *b = &d->out->row;
    struct ymd until;
    int32_t from = 0;
    char text[11];
    if (!date_parse(d->in->until_on, &until) || !bulletin_period(d->template.kind, date_to_days(until), &from))
        return fail_span(f, RC_INVALID, MSG_bulletin_period_invalid, "until_on", d->in->until_on);
    if (date_to_days(until) > date_to_days(date_of_us(tx_now_us(tx))))
        return fail_span(f, RC_INVALID, MSG_bulletin_period_open, "until_on", d->in->until_on);
    date_print(date_from_days(from), text);
    b->until_on = d->in->until_on;
    b->from_on = span_dup(tx_arena(tx), span_of(text));
    return b->from_on.ptr != NULL ? RC_OK : bulletin_over(f);
}

static enum rc fresh(struct tx *tx, struct drafting *d, struct fail *f)
{
    struct bulletin_row_of *b = &d->out->row;
    struct unit unit;
    b->unit_id = d->in->unit_id != 0 ? d->in->unit_id : tx_actor(tx)->unit_id;
    b->lang = d->in->lang;
    b->scope_region = d->in->scope_region.len > 0 ? d->in->scope_region : SPAN("");
    b->correct_reason = SPAN("");
    enum rc rc = unit_get(tx, b->unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_PUBLISH, b->unit_id, f);
    if (rc == RC_OK)
        rc = bulletin_template_find(tx_arena(tx), d->in->template, &d->template, f);
    if (rc == RC_OK)
        rc = period(tx, d, f);
    if (rc == RC_OK)
        rc = bulletin_ids_write(tx_arena(tx), d->in->outline_ids, d->in->n_outlines, &b->outline_ids, f);
    if (rc != RC_OK)
        return rc;
    memcpy(b->region_code, unit.region_code, sizeof b->region_code);
    b->template = d->template.word;
    b->kind = d->template.kind;
    b->signer = unit.name;
    b->title = bulletin_in(&d->template.title, b->lang);
    b->recipients = bulletin_in(&d->template.recipients, b->lang);
    for (int i = 0; i < d->template.n_sections; i++)
        d->sections[d->out->n_sections++] = (struct bulletin_section){
            d->template.sections[i].word, bulletin_in(&d->template.sections[i].heading, b->lang),
            bulletin_in(&d->template.sections[i].body, b->lang)};
    return RC_OK;
}

/* A correction takes over what the old one was about and said, and says first what it corrects. */
static enum rc correcting(struct tx *tx, struct drafting *d, struct fail *f)
{
    struct bulletin_row_of old, *b = &d->out->row;
    struct bulletin_section *sections = NULL;
    int n = 0;
    if (d->in->correct_reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_reason_needed, "reason", NULL);
    enum rc rc = bulletin_get(tx, d->in->corrects_id, &old, f);
    if (rc == RC_OK && !span_is(old.state, "published"))
        return fail_set(f, RC_CONFLICT, MSG_bulletin_not_published, NULL, NULL);
    if (rc == RC_OK)
        rc = bulletin_template_find(tx_arena(tx), old.template, &d->template, f);
    if (rc == RC_OK)
        rc = bulletin_sections(tx, &old, &sections, &n, f);
    if (rc != RC_OK)
        return rc;
    *b = old;
    b->corrects_id = old.id;
    b->correct_reason = d->in->correct_reason;
    const bool zh = old.lang == LANG_ZH;
    d->sections[d->out->n_sections++] = (struct bulletin_section){
        SPAN("correction"), zh ? SPAN("更正说明") : SPAN("Correction"),
        zh ? SPAN("本通报更正{corrects}。更正原因：{correct_reason}。原通报自本通报印发之日起废止。")
           : SPAN("This bulletin corrects {corrects}, because: {correct_reason}. The former one no longer holds.")};
    for (int i = 0; i < n && d->out->n_sections < BULLETIN_SECTIONS_MAX; i++)
        if (!span_is(sections[i].word, "correction"))
            d->sections[d->out->n_sections++] = sections[i];
    return RC_OK;
}

static enum rc read_draft(struct tx *tx, void *ctx, struct fail *f)
{
    struct drafting *d = ctx;
    enum rc rc = d->in->corrects_id != 0 ? correcting(tx, d, f) : fresh(tx, d, f);
    d->out->sections = d->sections;
    return rc == RC_OK ? figures_of(tx, &d->out->row, &d->template, &d->figures, f) : rc;
}

/* Figures into a file; its hash. */
enum rc bulletin_figures_put(struct store *s, struct arena *a, const struct bulletin_figures *figures,
                             struct span *sha256, struct fail *f)
{
    struct file_info info;
    struct sb sb;
    struct jw w;
    sb_init(&sb, BULLETIN_FILE_BYTES_MAX);
    jw_init(&w, &sb);
    bulletin_figures_write(figures, &w);
    enum rc rc = sb_rc(&sb) == RC_OK ? file_put(s, sb_span(&sb), &info, f) : bulletin_over(f);
    sb_release(&sb);
    if (rc == RC_OK)
        *sha256 = span_dup(a, span_of(info.sha256_hex));
    return rc == RC_OK && sha256->ptr == NULL ? bulletin_over(f) : rc;
}

enum rc bulletin_prepare(struct store *s, const struct actor *actor, struct arena *a,
                         const struct bulletin_draft_in *in, struct bulletin_new_in *out, struct fail *f)
{
    struct drafting *d = ARENA_NEW(a, struct drafting);
    if (d == NULL)
        return bulletin_over(f);
    *out = (struct bulletin_new_in){.n_sections = 0};
    d->in = in;
    d->out = out;
    enum rc rc = store_read(s, actor, a, read_draft, d, f);
    return rc == RC_OK ? bulletin_figures_put(s, a, &d->figures, &out->row.figures_sha256, f) : rc;
}

static enum rc run_insert(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return bulletin_insert(tx, in, out, f);
}

static enum rc run(struct store *s, const struct actor *actor, struct store_write *w, struct fail *f)
{
    w->actor = *actor;
    enum rc rc = store_run(s, w);
    if (rc != RC_OK)
        *f = w->fail;
    sb_release(&w->body);
    return rc;
}

enum rc bulletin_draft(struct store *s, const struct actor *actor, struct arena *a, const struct bulletin_draft_in *in,
                       int64_t *id, struct fail *f)
{
    struct bulletin_new_in new_in;
    enum rc rc = bulletin_prepare(s, actor, a, in, &new_in, f);
    struct store_write w = {.command = run_insert, .in = &new_in, .out = id, .arena = a};
    return rc == RC_OK ? run(s, actor, &w, f) : rc;
}

/* ---- figures again --------------------------------------------------------------------------------------------------------------------- */

struct refreshing {
    struct bulletin_refresh_in *io;
    struct bulletin_row_of row;
    struct bulletin_template template;
    struct bulletin_figures figures;
};

static enum rc read_refresh(struct tx *tx, void *ctx, struct fail *f)
{
    struct refreshing *r = ctx;
    enum rc rc = bulletin_get(tx, r->io->id, &r->row, f);
    if (rc == RC_OK && !span_is(r->row.state, "draft"))
        return fail_set(f, RC_CONFLICT, MSG_bulletin_not_draft, NULL, NULL);
    if (rc == RC_OK)
        rc = bulletin_template_find(tx_arena(tx), r->row.template, &r->template, f);
    return rc == RC_OK ? figures_of(tx, &r->row, &r->template, &r->figures, f) : rc;
}

enum rc bulletin_prepare_refresh(struct store *s, const struct actor *actor, struct arena *a,
                                 struct bulletin_refresh_in *io, struct fail *f)
{
    struct refreshing *r = ARENA_NEW(a, struct refreshing);
    if (r == NULL)
        return bulletin_over(f);
    r->io = io;
    enum rc rc = store_read(s, actor, a, read_refresh, r, f);
    if (rc == RC_OK)
        rc = bulletin_figures_put(s, a, &r->figures, &io->figures_sha256, f);
    io->previous_id = r->row.previous_id;
    return rc;
}

/* ---- one whole bulletin ------------------------------------------------------------------------------------------------------------------ */

static struct span text_of(const json_t *obj, const char *key)
{
    const json_t *v = json_object_get(obj, key);
    return json_is_string(v) ? (struct span){json_string_value(v), json_string_length(v)} : SPAN("");
}

static enum rc load_published(struct tx *tx, struct bulletin_doc *out, struct fail *f)
{
    json_t *content = NULL;
    enum rc rc = bulletin_file_json(tx, out->row.content_sha256, &content, f);
    if (rc == RC_OK)
        rc = bulletin_figures_read(tx_arena(tx), json_object_get(content, "figures"), &out->figures, f);
    if (rc != RC_OK)
        return rc;
    const json_t *sections = json_object_get(content, "sections");
    out->title = text_of(content, "title");
    out->recipients = text_of(content, "recipients");
    out->number = text_of(content, "document_number");
    out->issuer = text_of(content, "issuer");
    out->row.signer = text_of(content, "signer");
    out->corrects_number = text_of(content, "corrects");
    out->template.items = json_is_true(json_object_get(content, "items"));
    for (size_t i = 0; i < json_array_size(sections) && i < BULLETIN_SECTIONS_MAX; i++) {
        const json_t *s = json_array_get(sections, i);
        out->sections[i] = out->filled[i] =
            (struct bulletin_section){text_of(s, "word"), text_of(s, "heading"), text_of(s, "text")};
        out->n_sections++;
    }
    return RC_OK;
}

/* The text with its values. */
static enum rc fill_all(struct tx *tx, const struct bulletin_facts *facts, struct bulletin_doc *out, struct fail *f)
{
    struct arena *a = tx_arena(tx);
    enum rc rc = bulletin_values_of(a, &out->figures, facts, &out->values, f);
    if (rc == RC_OK)
        rc = bulletin_fill(a, &out->values, out->row.title, "title", &out->title, f);
    if (rc == RC_OK)
        rc = bulletin_fill(a, &out->values, out->row.recipients, "recipients", &out->recipients, f);
    for (int i = 0; rc == RC_OK && i < out->n_sections; i++) {
        out->filled[i].word = out->sections[i].word;
        rc = bulletin_fill(a, &out->values, out->sections[i].heading, "sections", &out->filled[i].heading, f);
        if (rc == RC_OK)
            rc = bulletin_fill(a, &out->values, out->sections[i].body, "sections", &out->filled[i].body, f);
    }
    return rc;
}

static enum rc load_draft(struct tx *tx, struct bulletin_facts facts, struct bulletin_doc *out, struct fail *f)
{
    struct bulletin_section *sections = NULL;
    struct bulletin_row_of old;
    struct unit unit;
    json_t *figures = NULL;
    enum rc rc = bulletin_template_find(tx_arena(tx), out->row.template, &out->template, f);
    if (rc == RC_OK)
        rc = bulletin_sections(tx, &out->row, &sections, &out->n_sections, f);
    if (rc == RC_OK)
        rc = unit_get(tx, out->row.unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        rc = bulletin_file_json(tx, out->row.figures_sha256, &figures, f);
    if (rc == RC_OK)
        rc = bulletin_figures_read(tx_arena(tx), figures, &out->figures, f);
    if (rc == RC_OK && out->row.corrects_id != 0)
        rc = bulletin_get(tx, out->row.corrects_id, &old, f);
    if (rc != RC_OK)
        return rc;
    memcpy(out->sections, sections, (size_t)out->n_sections * sizeof *sections);
    out->issuer = unit.short_name.len > 0 ? unit.short_name : unit.name;
    out->corrects_number = out->row.corrects_id != 0 ? old.document_number : SPAN("");
    facts.issuer = out->issuer;
    facts.kind = out->row.kind;
    facts.corrects = out->corrects_number;
    facts.correct_reason = out->row.correct_reason;
    facts.lang = out->row.lang;
    rc = fill_all(tx, &facts, out, f);
    if (rc != RC_OK || facts.seq == 0)
        return rc;
    return bulletin_fill(tx_arena(tx), &out->values, bulletin_in(&out->template.number, out->row.lang), "number",
                         &out->number, f);
}

enum rc bulletin_load(struct tx *tx, const struct bulletin_row_of *row, struct bulletin_doc *out, struct fail *f)
{
    *out = (struct bulletin_doc){.row = *row, .number = SPAN("")};
    return row->content_sha256.len > 0 ? load_published(tx, out, f)
                                       : load_draft(tx, (struct bulletin_facts){.seq = 0}, out, f);
}

/* ---- publishing ---------------------------------------------------------------------------------------------------------------------------- */

static void content_write(const struct bulletin_doc *doc, const struct bulletin_issue_in *in, struct jw *w)
{
    jw_object(w);
    jw_kstr(w, "algorithm", "bulletin-content/1");
    jw_kid(w, "id", doc->row.id);
    jw_ktext(w, "kind", doc->row.kind);
    jw_ktext(w, "template", doc->row.template);
    jw_kstr(w, "lang", doc->row.lang == LANG_EN ? "en" : "zh");
    jw_ktext(w, "document_number", in->document_number);
    jw_ktext(w, "title", doc->title);
    jw_ktext(w, "issuer", doc->issuer);
    jw_ktext(w, "recipients", doc->recipients);
    jw_ktext(w, "signer", doc->row.signer);
    jw_ktext(w, "signed_on", in->signed_on);
    jw_ktext(w, "corrects", doc->corrects_number);
    jw_ktext(w, "correct_reason", doc->row.correct_reason);
    jw_kbool(w, "items", doc->template.items);
    jw_ktext(w, "figures_sha256", doc->row.figures_sha256);
    jw_key(w, "sections");
    jw_array(w);
    for (int i = 0; i < doc->n_sections; i++) {
        jw_object(w);
        jw_ktext(w, "word", doc->sections[i].word);
        jw_ktext(w, "heading", doc->filled[i].heading);
        jw_ktext(w, "text", doc->filled[i].body);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "figures");
    bulletin_figures_write(&doc->figures, w);
    jw_object_end(w);
}

struct issuing {
    struct bulletin_issue_in *io;
    struct bulletin_doc doc;
};

/* Public only while all its outlines are: what is in none of the public pages must not come out by a bulletin. */
static enum rc public_now(struct tx *tx, struct issuing *i, struct fail *f)
{
    struct plan_stats *stats = ARENA_NEW(tx_arena(tx), struct plan_stats);
    int64_t ids[BULLETIN_OUTLINES_MAX];
    int n = 0;
    if (stats == NULL)
        return bulletin_over(f);
    enum rc rc = bulletin_ids_read(tx_arena(tx), i->doc.row.outline_ids, ids, &n, f);
    if (rc == RC_OK)
        rc = plan_stats_outlines(tx, &(struct plan_stats_query){i->doc.row.unit_id, ids, n, 0, 0}, stats, f);
    i->io->is_public = rc == RC_OK && i->doc.template.is_public && stats->n_outlines > 0;
    for (int k = 0; k < i->doc.figures.n_outlines && i->io->is_public; k++) {
        bool shown = false;
        for (int m = 0; m < stats->n_outlines; m++)
            shown |= stats->outlines[m].id == i->doc.figures.outlines[k].id && stats->outlines[m].is_public;
        i->io->is_public = shown;
    }
    return rc;
}

static enum rc readers_of(struct arena *a, const struct bulletin_figures *figures, struct bulletin_issue_in *io,
                          struct fail *f)
{
    int64_t *ids = ARENA_ARRAY(a, (size_t)figures->n_scopes + 1, int64_t);
    if (ids == NULL)
        return bulletin_over(f);
    for (int i = 0; i < figures->n_scopes; i++)
        if (span_is(figures->scopes[i].kind, "unit") && span_to_i64(figures->scopes[i].subject, &ids[io->n_readers]))
            io->n_readers++;
    io->readers = ids;
    return RC_OK;
}

static enum rc read_issue(struct tx *tx, void *ctx, struct fail *f)
{
    struct issuing *i = ctx;
    struct bulletin_issue_in *io = i->io;
    struct rows rows;
    char text[11];
    const struct ymd today = date_of_us(tx_now_us(tx));
    enum rc rc = bulletin_get(tx, io->id, &i->doc.row, f);
    if (rc == RC_OK && !bulletin_state_allows(i->doc.row.state, "publish"))
        return fail_span(f, RC_CONFLICT, MSG_bulletin_not_now, NULL, i->doc.row.state);
    if (rc == RC_OK && io->version != 0 && io->version != i->doc.row.version)
        return fail_set(f, RC_STALE, MSG_bulletin_stale, NULL, NULL);
    io->version = i->doc.row.version;
    io->year = today.year;
    if (rc == RC_OK)
        rc = db_one(tx, SQL_bulletin_last_seq,
                    DB_ARGS(DB_S(i->doc.row.region_code), DB_I(i->doc.row.unit_id), DB_I(io->year)), &rows, f);
    if (rc != RC_OK)
        return rc;
    io->seq = rows_int(&rows, 0) + 1;
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = load_draft(tx, (struct bulletin_facts){.year = io->year, .seq = io->seq}, &i->doc, f);
    date_print(today, text);
    io->signed_on = span_dup(tx_arena(tx), span_of(text));
    io->document_number = i->doc.number;
    if (rc == RC_OK)
        rc = public_now(tx, i, f);
    return rc == RC_OK ? readers_of(tx_arena(tx), &i->doc.figures, io, f) : rc;
}

enum rc bulletin_prepare_issue(struct store *s, const struct actor *actor, struct arena *a,
                               struct bulletin_issue_in *io, struct fail *f)
{
    struct issuing *i = ARENA_NEW(a, struct issuing);
    struct file_info info;
    struct sb sb;
    struct jw w;
    if (i == NULL)
        return bulletin_over(f);
    i->io = io;
    enum rc rc = store_read(s, actor, a, read_issue, i, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, BULLETIN_FILE_BYTES_MAX);
    jw_init(&w, &sb);
    content_write(&i->doc, io, &w);
    rc = sb_rc(&sb) == RC_OK ? file_put(s, sb_span(&sb), &info, f) : bulletin_over(f);
    sb_release(&sb);
    if (rc == RC_OK)
        io->content_sha256 = span_dup(a, span_of(info.sha256_hex));
    return rc == RC_OK && io->content_sha256.ptr == NULL ? bulletin_over(f) : rc;
}

static enum rc run_issue(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return bulletin_issue(tx, in, f);
}

enum rc bulletin_publish(struct store *s, const struct actor *actor, struct arena *a,
                         const struct bulletin_publish_in *in, struct fail *f)
{
    struct bulletin_issue_in issue = {.id = in->id, .version = in->version};
    enum rc rc = bulletin_prepare_issue(s, actor, a, &issue, f);
    struct store_write w = {.command = run_issue, .in = &issue, .arena = a};
    return rc == RC_OK ? run(s, actor, &w, f) : rc;
}
