/*
 * plan_import.c - an outline file on its way in: read, stored as a proposal in chunks, corrected by people, given up.
 *
 * Life cycle:  reading --last chunk--> draft --confirm--> confirming --last chunk--> confirmed
 *                 \____discard___________/
 * The reader is pure and gives the same tree for the same bytes, so an import that stopped half-way goes on from next_document and next_sort.
 */
#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "plan/plan_int.h"
#include "plan/outline.h"

#define SORT_STEP 1024 /* gap between nodes in reading order, for splits */

/* ---- reading ------------------------------------------------------------ */

struct reading { /* one plan_import_file call */
    struct store *store;
    const struct actor *actor;
    const struct plan_import_in *in;
    struct arena *a;     /* the text and its tree */
    struct arena *chunk; /* what one chunk needs */
    struct outline_result tree;
    struct file_info file, text;
    int64_t import_id, total, done;
    char region_code[7];
    int64_t next_document, next_sort;
    bool draft;
};
struct prepared_node {
    const struct outline_node *node;
    int64_t key, parent_key;
    struct span found, dates, quantities, checks; /* JSON */
    bool is_action;
};
struct chunk {
    const struct reading *r;
    int document, from, n; /* nodes [from, from + n) of the document */
    const struct prepared_node *nodes;
    struct span checks, found; /* of the document, when from is 0 */
    int64_t first_item;        /* counter of mentions */
    bool last;                 /* of the import */
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* The member of a JSON object as text in the arena; [] when absent. */
static bool part_json(struct arena *a, const json_t *obj, const char *key, struct span *out)
{
    const json_t *part = json_object_get(obj, key);
    *out = SPAN("[]");
    return part == NULL || plan_json_dump(a, part, out);
}

static enum rc prepare_node(struct arena *a, const struct outline_document *d, int index, struct prepared_node *out,
                            struct fail *f)
{
    struct sb sb;
    struct jw w;
    json_t *obj = NULL;
    const struct outline_node *node = &d->nodes[index];
    sb_init(&sb, JSON_BYTES_MAX);
    jw_init(&w, &sb);
    outline_node_json(node, &w);
    enum rc rc = sb_rc(&sb) == RC_OK ? json_read(a, sb_span(&sb), &obj, f) : over(f);
    out->node = node;
    out->key = index + 1;
    out->parent_key = node->parent + 1;
    if (rc == RC_OK) {
        out->found = span_dup(a, sb_span(&sb));
        bool ok = out->found.ptr != NULL && part_json(a, obj, "dates", &out->dates) &&
                  part_json(a, obj, "quantities", &out->quantities) && part_json(a, obj, "checks", &out->checks);
        rc = ok ? RC_OK : over(f);
    }
    sb_release(&sb);
    return rc;
}

static bool own_deadline(const struct outline_node *n)
{
    for (uint32_t i = 0; i < n->n_dates; i++) {
        if (n->dates[i].kind == OUTLINE_DEADLINE) /* also one whose day nobody can tell yet */
            return true;
    }
    return false;
}

static bool pick(struct arena *a, const struct outline_document *d, bool **is_action)
{
    struct plan_tree_node *nodes = ARENA_ARRAY(a, d->n_nodes + 1, struct plan_tree_node);
    *is_action = ARENA_ARRAY(a, d->n_nodes + 1, bool);
    if (nodes == NULL || *is_action == NULL)
        return false;
    for (uint32_t i = 0; i < d->n_nodes; i++) {
        const struct outline_node *n = &d->nodes[i];
        nodes[i] = (struct plan_tree_node){span_of(outline_kind_name(n->kind)), n->parent, own_deadline(n),
                                           n->role == OUTLINE_ROLE_BODY || n->role == OUTLINE_ROLE_CLOSING};
    }
    return plan_pick_actions(a, nodes, (int)d->n_nodes, *is_action);
}

static enum rc put_mentions(struct tx *tx, const struct chunk *c, const struct prepared_node *p, int64_t *item,
                            struct fail *f)
{
    const struct outline_node *n = p->node;
    const struct {
        const char *part;
        const struct outline_unit *units;
        uint32_t n;
    } lists[] = {{"lead", n->lead_units, n->n_lead_units},
                 {"supporting", n->supporting_units, n->n_supporting_units},
                 {"charged", n->charged_units, n->n_charged_units}};
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        for (uint32_t i = 0; i < lists[l].n; i++) {
            const struct outline_unit *u = &lists[l].units[i];
            enum rc rc = db_exec(tx, SQL_import_unit_insert,
                                 DB_ARGS(DB_S(c->r->region_code), DB_I(c->r->import_id), DB_I(c->document),
                                         DB_I(p->key), DB_I(++*item), DB_S(lists[l].part), DB_T(u->name),
                                         DB_T(u->printed), DB_I(u->start), DB_I(u->end), DB_S("text")),
                                 NULL, f);
            if (rc != RC_OK)
                return rc;
        }
    }
    return RC_OK;
}

static enum rc put_node(struct tx *tx, const struct chunk *c, const struct prepared_node *p, struct fail *f)
{
    const struct outline_node *n = p->node;
    return db_exec(tx, SQL_import_node_insert,
                   DB_ARGS(DB_S(c->r->region_code), DB_I(c->r->import_id), DB_I(c->document), DB_I(p->key),
                           DB_I(p->parent_key), DB_I(p->key * SORT_STEP), DB_T(span_or_empty(n->path)),
                           DB_S(outline_kind_name(n->kind)), DB_T(span_or_empty(n->number)),
                           DB_T(span_or_empty(n->heading)), DB_I(n->start), DB_I(n->end), DB_I(p->is_action),
                           DB_T(p->dates), DB_T(p->quantities), DB_T(p->checks), DB_T(p->found), DB_I(0)),
                   NULL, f);
}

enum rc plan_import_step(struct tx *tx, const char *region_code, int64_t id, const struct plan_import_place *from,
                         const struct plan_import_place *to, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_import_step,
                         DB_ARGS(DB_S(region_code), DB_I(id), DB_S(from->state), DB_I(from->document), DB_I(from->sort),
                                 DB_S(to->state), DB_I(to->document), DB_I(to->sort)),
                         &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_BUSY, MSG_plan_import_taken, NULL, NULL) : rc;
}

static enum rc put_document(struct tx *tx, const struct chunk *c, struct fail *f)
{
    const struct outline_document *d = &c->r->tree.documents[c->document];
    char day[11];
    if (d->has_date)
        date_print(d->date, day);
    return db_exec(tx, SQL_import_document_insert,
                   DB_ARGS(DB_S(c->r->region_code), DB_I(c->r->import_id), DB_I(c->document),
                           DB_T(span_or_empty(d->title)), DB_T(span_or_empty(d->number)),
                           DB_T(span_or_empty(d->issuer)), d->has_date ? DB_S(day) : DB_N, DB_I(d->start), DB_I(d->end),
                           DB_T(c->checks), DB_T(c->found), DB_I(d->n_nodes)),
                   NULL, f);
}

static enum rc put_chunk(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct chunk *c = in;
    (void)out;
    int64_t item = c->first_item;
    const bool done = c->from + c->n == (int)c->r->tree.documents[c->document].n_nodes;
    const struct plan_import_place from = {"reading", c->document, c->from};
    const struct plan_import_place to = {c->last ? "draft" : "reading", c->document + (done ? 1 : 0),
                                         done ? 0 : c->from + c->n};
    enum rc rc = plan_import_step(tx, c->r->region_code, c->r->import_id, &from, &to, f);
    if (rc == RC_OK && c->from == 0)
        rc = put_document(tx, c, f);
    for (int i = 0; rc == RC_OK && i < c->n; i++) {
        rc = put_node(tx, c, &c->nodes[i], f);
        if (rc == RC_OK)
            rc = put_mentions(tx, c, &c->nodes[i], &item, f);
    }
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "document", c->document);
    jw_kint(&note.w, "nodes", c->n);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){c->r->region_code, "import", c->r->import_id,
                                                c->last ? "draft" : "read", c->last ? "plan.drafted" : NULL},
                         f);
}

static int64_t mentions_of(const struct outline_node *n)
{
    return (int64_t)n->n_lead_units + n->n_supporting_units + n->n_charged_units;
}

/* The document's own checks and what was read of it, as JSON. */
static enum rc prepare_document(struct chunk *c, struct fail *f)
{
    const struct outline_document *d = &c->r->tree.documents[c->document];
    struct sb sb;
    struct jw w;
    char day[11];
    sb_init(&sb, JSON_BYTES_MAX);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_ktext(&w, "title", d->title);
    jw_ktext(&w, "label", d->label);
    jw_ktext(&w, "document_number", d->number);
    jw_ktext(&w, "issuer", d->issuer);
    if (d->has_date)
        date_print(d->date, day);
    jw_kstr(&w, "date", d->has_date ? day : NULL);
    jw_object_end(&w);
    c->found = span_dup(c->r->chunk, sb_span(&sb));
    c->checks = SPAN("[]");
    sb_release(&sb);
    return c->found.ptr != NULL ? RC_OK : over(f);
}

/* Nodes until the chunk holds about PLAN_CHUNK_ROWS rows. */
static enum rc prepare_chunk(struct reading *r, const bool *is_action, struct chunk *c, struct fail *f)
{
    const struct outline_document *d = &r->tree.documents[c->document];
    struct prepared_node *nodes = ARENA_ARRAY(r->chunk, PLAN_CHUNK_ROWS, struct prepared_node);
    int64_t rows = 0;
    c->nodes = nodes;
    c->r = r;
    for (int i = 0; i < c->from; i++)
        c->first_item += mentions_of(&d->nodes[i]);
    enum rc rc = nodes == NULL ? over(f) : c->from == 0 ? prepare_document(c, f) : RC_OK;
    for (int i = c->from; rc == RC_OK && i < (int)d->n_nodes && rows < PLAN_CHUNK_ROWS; i++) {
        rc = prepare_node(r->chunk, d, i, &nodes[c->n], f);
        nodes[c->n++].is_action = is_action[i];
        rows += 1 + mentions_of(&d->nodes[i]);
    }
    c->last = c->document + 1 == (int)r->tree.n_documents && c->from + c->n == (int)d->n_nodes;
    return rc;
}

static enum rc read_document(struct reading *r, int document, int from, const struct plan_progress *progress,
                             struct fail *f)
{
    const struct outline_document *d = &r->tree.documents[document];
    struct arena_mark mark = arena_mark_now(r->a);
    bool *is_action = NULL;
    enum rc rc = pick(r->a, d, &is_action) ? RC_OK : over(f);
    while (rc == RC_OK && from < (int)d->n_nodes) {
        struct chunk c = {.document = document, .from = from};
        rc = prepare_chunk(r, is_action, &c, f);
        if (rc == RC_OK)
            rc = plan_command_run(r->store, r->actor, r->chunk, put_chunk, &c, f);
        from += c.n;
        r->done += c.n;
        arena_reset(r->chunk);
        if (rc == RC_OK && progress != NULL)
            progress->step(progress->ctx, r->done, r->total);
    }
    arena_rewind(r->a, mark);
    return rc;
}

/* ---- the first command: the import itself ------------------------------------------------------------------------------------------ */

struct begin {
    struct reading *r;
    int64_t id;
};

static enum rc begin_import(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct begin *b = in;
    const struct reading *r = b->r;
    int64_t unit_id = r->in->unit_id != 0 ? r->in->unit_id : tx_actor(tx)->unit_id;
    struct unit unit;
    enum rc rc = org_require(tx, RIGHT_IMPORT, unit_id, f);
    if (rc == RC_OK)
        rc = unit_get(tx, unit_id, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    int64_t id = tx_new_id(tx);
    char today[11];
    date_print(date_of_us(tx_now_us(tx)), today);
    struct span as_of = r->in->as_of_on.len > 0 ? r->in->as_of_on : span_of(today);
    rc = db_exec(tx, SQL_import_insert,
                 DB_ARGS(DB_S(unit.region_code), DB_I(id), DB_T(r->in->mode), DB_T(as_of),
                         DB_T(span_or_empty(r->in->filename)), DB_S(r->file.sha256_hex), DB_S(r->text.sha256_hex),
                         DB_I((int64_t)r->tree.source.len), DB_I(r->tree.n_documents), DB_I(unit_id),
                         DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                 NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_import_party_add, DB_ARGS(DB_S(unit.region_code), DB_I(id), DB_I(unit_id), DB_S("home")),
                     NULL, f);
    if (rc == RC_OK)
        rc = file_refer(tx, unit.region_code, "import", id, r->file.sha256_hex, f);
    if (rc == RC_OK)
        rc = file_refer(tx, unit.region_code, "import", id, r->text.sha256_hex, f);
    if (rc != RC_OK)
        return rc;
    ((struct begin *)out)->id = id;
    struct plan_note note;
    plan_note_begin(&note);
    jw_ktext(&note.w, "filename", r->in->filename);
    jw_kstr(&note.w, "sha256", r->file.sha256_hex);
    jw_kint(&note.w, "documents", (int64_t)r->tree.n_documents);
    return plan_note_end(tx, &note, &(struct plan_subject){unit.region_code, "import", id, "create", NULL}, f);
}

static enum rc render_begin(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)tx;
    (void)f;
    *status = 201;
    sb_add_i64(body, ((const struct begin *)out)->id);
    return RC_OK;
}

static enum rc run_begin(struct reading *r, struct fail *f)
{
    struct begin b = {.r = r};
    struct store_write w = {
        .command = begin_import, .in = &b, .out = &b, .render = render_begin, .actor = *r->actor, .arena = r->chunk};
    w.idem_key = r->in->idem_key;
    w.idem_route = "POST /api/v1/imports";
    (void)crypto_generichash(w.idem_body_hash, sizeof w.idem_body_hash, (const unsigned char *)r->in->bytes.ptr,
                             r->in->bytes.len, NULL, 0);
    enum rc rc = store_run(r->store, &w);
    if (rc != RC_OK)
        *f = w.fail;
    else if (!span_to_i64(sb_span(&w.body), &r->import_id))
        rc = fail_set(f, RC_INTERNAL, MSG_plan_memory, NULL, NULL);
    sb_release(&w.body);
    arena_reset(r->chunk);
    return rc;
}

static enum rc where_it_stands(struct tx *tx, void *ctx, struct fail *f)
{
    struct reading *r = ctx;
    struct plan_import_row row;
    enum rc rc = plan_import_get(tx, r->import_id, &row, f);
    if (rc != RC_OK)
        return rc;
    memcpy(r->region_code, row.region_code, sizeof r->region_code);
    r->draft = !span_is(row.state, "reading");
    r->next_document = row.next_document;
    r->next_sort = row.next_sort;
    return RC_OK;
}

static enum rc read_and_store(struct reading *r, struct fail *f)
{
    struct span text;
    enum outline_format format;
    enum rc rc = outline_text_of_bytes(r->a, r->in->bytes, &text, &format, f);
    if (rc == RC_OK)
        rc = outline_read(r->a, text, NULL, &r->tree, f);
    if (rc == RC_OK && r->tree.n_documents == 0)
        rc = fail_set(f, RC_INVALID, MSG_plan_no_text, NULL, NULL);
    if (rc == RC_OK)
        rc = file_put(r->store, r->in->bytes, &r->file, f);
    if (rc == RC_OK)
        rc = file_put(r->store, text, &r->text, f);
    for (uint32_t i = 0; rc == RC_OK && i < r->tree.n_documents; i++)
        r->total += r->tree.documents[i].n_nodes;
    return rc;
}

enum rc plan_import_file(struct store *s, const struct actor *actor, const struct plan_import_in *in,
                         const struct plan_progress *progress, int64_t *import_id, struct fail *f)
{
    if (!span_is(in->mode, "live") && !span_is(in->mode, "archive"))
        return fail_span(f, RC_INVALID, MSG_plan_mode_invalid, "mode", in->mode);
    struct reading r = {
        .store = s, .actor = actor, .in = in, .a = arena_new(PLAN_ARENA_BYTES), .chunk = arena_new(64u << 20)};
    enum rc rc = read_and_store(&r, f);
    if (rc == RC_OK)
        rc = run_begin(&r, f);
    if (rc == RC_OK)
        rc = store_read(s, actor, r.chunk, where_it_stands, &r, f);
    arena_reset(r.chunk);
    for (int64_t d = r.next_document; rc == RC_OK && !r.draft && d < (int64_t)r.tree.n_documents; d++)
        rc = read_document(&r, (int)d, d == r.next_document ? (int)r.next_sort : 0, progress, f);
    if (rc == RC_OK)
        *import_id = r.import_id;
    arena_free(r.chunk);
    arena_free(r.a);
    return rc;
}
