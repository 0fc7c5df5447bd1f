/*
 * plan_confirm.c - from a draft to outlines, actions and parts, in chunks.
 *
 * begin (one command) gives each chosen document an outline in state staging and takes the import to confirming. Then all that the chunks write is
 * worked out beforehand from rows that nobody can change any more: which text belongs to an action, its units (its own or those of the
 * nearest heading that names some), dates, measure, and, for a new edition, the old action whose progress it keeps. Then units are
 * proposed, once each; then nodes and actions are written chunk by chunk; the last command makes everything visible. Whoever calls again
 * after a crash goes on at (next_document, next_sort).
 */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_int.h"

struct name_id { /* a unit's name and what it stands for */
    struct span name;
    struct span on; /* date of the first document that names it */
    int64_t unit_id;
};
struct work_action { /* what an action node becomes */
    struct span title, body, due_on, horizon_on, phase;
    struct span measure_text, measure_value, measure_unit, measure_comparator;
    int units_of; /* index of the node whose mentions are its units, -1: none */
    int64_t end;
    const struct plan_action_row *old; /* NULL: new */
};
struct work_doc {
    struct plan_document_row row;
    struct plan_node_row *nodes;
    struct plan_mention_row *mentions; /* by node_key */
    int n_nodes, n_mentions;
    int *parent;                 /* index of each node's parent, -1 */
    int *first_mention;          /* of each node; n_mentions when none */
    struct work_action *actions; /* of each node; used where is_action */
};
struct work {
    struct store *store;
    const struct actor *actor;
    const struct plan_confirm_in *in;
    struct arena *a, *chunk;
    struct plan_import_row import;
    struct span text;
    struct work_doc docs[PLAN_DOCUMENTS_MAX];
    int n_docs;
    struct name_id *names;
    int n_names;
    bool already;                /* nothing to do: it was confirmed before */
    struct plan_outline_row old; /* edition before, when import.edition_of is set */
    struct plan_action_row *old_actions;
    int n_old;
};

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- begin ------------------------------------------------------------ */

static bool chosen(const struct plan_confirm_in *in, int64_t document)
{
    for (int i = 0; in->documents != NULL && i < in->n_documents; i++) {
        if (in->documents[i] == document)
            return true;
    }
    return in->documents == NULL;
}

/* How many documents are chosen and not confirmed yet; RC_INVALID when one that is named does not exist. */
static enum rc count_chosen(const struct work *w, const struct plan_document_row *docs, int n, int *open,
                            struct fail *f)
{
    int named = 0;
    *open = 0;
    for (int i = 0; i < n; i++) {
        named += chosen(w->in, docs[i].document);
        *open += chosen(w->in, docs[i].document) && docs[i].outline_id == 0;
    }
    if (named == 0 || (w->in->documents != NULL && named != w->in->n_documents))
        return fail_set(f, RC_INVALID, MSG_plan_documents_invalid, "documents", NULL);
    return *open > PLAN_DOCUMENTS_MAX ? fail_set(f, RC_LIMIT, MSG_plan_too_many_documents, "documents", NULL) : RC_OK;
}

static enum rc home_region(struct tx *tx, const struct work *w, char out[7], struct fail *f)
{
    (void)snprintf(out, 7, "%s", w->import.region_code);
    if (w->in->region_code.len == 0)
        return RC_OK;
    struct region region;
    enum rc rc = region_get(tx, w->in->region_code, SPAN_NONE, &region, f);
    if (rc == RC_MISSING && span_is(w->in->region_code, "000000"))
        rc = RC_OK;
    if (rc != RC_OK || w->in->region_code.len != 6)
        return rc == RC_OK || rc == RC_MISSING
                   ? fail_span(f, RC_INVALID, MSG_plan_region_invalid, "region_code", w->in->region_code)
                   : rc;
    (void)snprintf(out, 7, "%.*s", SPAN_ARG(w->in->region_code));
    if (strcmp(out, w->import.region_code) == 0)
        return RC_OK;
    return org_require_region(tx, RIGHT_IMPORT, out, f);
}

static enum rc new_outline(struct tx *tx, const struct work *w, const struct plan_document_row *d, const char *region,
                           struct fail *f)
{
    const struct plan_import_row *m = &w->import;
    int64_t id = tx_new_id(tx), unit = m->unit_id;
    bool edition = w->in->edition_of != 0;
    struct span mode = w->in->mode.len > 0 ? w->in->mode : m->mode;
    struct span title = d->title.len > 0 ? d->title : m->filename;
    enum rc rc = db_exec(tx, SQL_outline_insert,
                         DB_ARGS(DB_S(region), DB_I(id), DB_T(title), DB_T(d->document_number), DB_T(d->issuer),
                                 DB_T(d->date_on), DB_T(mode), DB_I(edition ? w->old.edition + 1 : 1),
                                 DB_I(edition ? w->old.line_id : id), DB_I_OR_NULL(edition ? w->old.id : 0),
                                 DB_I_OR_NULL(w->in->cooperation_id), DB_I(unit), DB_S(m->region_code), DB_I(m->id),
                                 DB_I(d->document), DB_T(m->file_sha256), DB_T(m->text_sha256), DB_I(d->start),
                                 DB_I(d->end), DB_I(tx_now_us(tx))),
                         NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_outline_party_add, DB_ARGS(DB_S(region), DB_I(id), DB_I(unit), DB_S("home")), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_import_document_choose,
                     DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(d->document), DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = file_refer(tx, region, "outline", id, span_cstr(tx_arena(tx), m->text_sha256), f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_ktext(&note.w, "title", title);
    jw_ktext(&note.w, "mode", mode);
    jw_kid(&note.w, "import_id", m->id);
    return plan_note_end(tx, &note, &(struct plan_subject){region, "outline", id, "create", NULL}, f);
}

/* The edition before: in scope, current, kept by an office on which the actor may import, and of the same home region. */
static enum rc check_edition(struct tx *tx, struct work *w, int open, const char *region, struct fail *f)
{
    if (w->in->edition_of == 0)
        return RC_OK;
    enum rc rc = plan_outline_get(tx, w->in->edition_of, &w->old, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, w->old.region_code, w->old.id, RIGHT_IMPORT, f);
    if (rc != RC_OK)
        return rc;
    if (open != 1)
        return fail_set(f, RC_INVALID, MSG_plan_edition_one_document, "edition_of", NULL);
    if (!span_is(w->old.state, "current") || strcmp(w->old.region_code, region) != 0)
        return fail_set(f, RC_CONFLICT, MSG_plan_edition_not_current, "edition_of", NULL);
    return RC_OK;
}

static enum rc begin(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct work *w = out;
    struct plan_document_row *docs = NULL;
    int n = 0, open = 0;
    char region[7];
    (void)in;
    w->already = false;
    enum rc rc = plan_import_get(tx, w->in->import_id, &w->import, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_IMPORT, w->import.unit_id, f);
    if (rc != RC_OK || span_is(w->import.state, "confirming"))
        return rc;
    rc = plan_documents(tx, &w->import, &docs, &n, f);
    if (rc == RC_OK)
        rc = count_chosen(w, docs, n, &open, f);
    w->already = rc == RC_OK && open == 0;
    if (rc != RC_OK || w->already)
        return rc;
    if (!span_is(w->import.state, "draft"))
        return fail_span(f, RC_CONFLICT, MSG_plan_no_draft, "id", w->import.state);
    if (w->in->version != 0 && w->in->version != w->import.version)
        return fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (w->in->mode.len > 0 && !span_is(w->in->mode, "live") && !span_is(w->in->mode, "archive"))
        return fail_span(f, RC_INVALID, MSG_plan_mode_invalid, "mode", w->in->mode);
    rc = home_region(tx, w, region, f);
    if (rc == RC_OK)
        rc = check_edition(tx, w, open, region, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (chosen(w->in, docs[i].document) && docs[i].outline_id == 0)
            rc = new_outline(tx, w, &docs[i], region, f);
    }
    if (rc != RC_OK)
        return rc;
    int64_t changed = 0;
    rc = db_exec(tx, SQL_import_confirm,
                 DB_ARGS(DB_S(w->import.region_code), DB_I(w->import.id), DB_I(w->import.version),
                         DB_T(w->in->mode.len > 0 ? w->in->mode : w->import.mode), DB_S(region),
                         DB_I_OR_NULL(w->in->cooperation_id), DB_I_OR_NULL(w->in->edition_of)),
                 &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kstr(&note.w, "region_code", region);
    jw_kint(&note.w, "documents", open);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){w->import.region_code, "import", w->import.id, "confirm", NULL}, f);
}

/* ---- load: everything that the chunks need, in memory ---------------------------------------------------------------------------------- */

static enum rc load_document(struct tx *tx, struct work *w, const struct plan_document_row *row, struct fail *f)
{
    struct work_doc *d = &w->docs[w->n_docs++];
    struct plan_list_of of = {SQL_import_nodes, SQL_import_units, w->import.region_code, w->import.id, row->document};
    d->row = *row;
    enum rc rc = plan_nodes(tx, &of, &d->nodes, &d->n_nodes, f);
    return rc == RC_OK ? plan_mentions(tx, &of, &d->mentions, &d->n_mentions, f) : rc;
}

static enum rc load_old(struct tx *tx, struct work *w, struct fail *f)
{
    if (w->import.edition_of == 0)
        return RC_OK;
    struct rows rows;
    int room = 0;
    enum rc rc = plan_outline_get(tx, w->import.edition_of, &w->old, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_action_texts,
                      DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(w->old.region_code), DB_I(w->old.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        w->old_actions = plan_grow(tx_arena(tx), w->old_actions, w->n_old, &room, sizeof *w->old_actions);
        if (w->old_actions == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        plan_action_of(&rows, &w->old_actions[w->n_old]);
        w->old_actions[w->n_old++].body = rows_text_dup(&rows, 30);
    }
    return rows_end(&rows);
}

static enum rc load(struct tx *tx, void *ctx, struct fail *f)
{
    struct work *w = ctx;
    struct plan_document_row *docs = NULL;
    struct rows rows;
    int n = 0;
    bool staging[PLAN_DOCUMENTS_MAX * 4] = {false};
    enum rc rc = plan_import_get(tx, w->in->import_id, &w->import, f);
    if (rc == RC_OK)
        rc = plan_documents(tx, &w->import, &docs, &n, f);
    if (rc == RC_OK)
        rc =
            db_query(tx, SQL_outline_of_import,
                     DB_ARGS(DB_S(w->import.target_region), DB_S(w->import.region_code), DB_I(w->import.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        int64_t document = rows_int(&rows, 2);
        if (document >= 0 && document < PLAN_DOCUMENTS_MAX * 4)
            staging[document] = span_is(rows_text(&rows, 3), "staging");
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (docs[i].document < PLAN_DOCUMENTS_MAX * 4 && staging[docs[i].document] && w->n_docs < PLAN_DOCUMENTS_MAX)
            rc = load_document(tx, w, &docs[i], f);
    }
    return rc == RC_OK ? load_old(tx, w, f) : rc;
}

/* ---- work out: pure ------------------------------------------------------------ */

/* Parents as indices, and where each node's mentions start. */
static bool link_document(struct arena *a, struct work_doc *d)
{
    int64_t top = 0;
    for (int i = 0; i < d->n_nodes; i++)
        top = d->nodes[i].key > top ? d->nodes[i].key : top;
    int *by_key = ARENA_ARRAY(a, (size_t)top + 2, int);
    d->parent = ARENA_ARRAY(a, (size_t)d->n_nodes + 1, int);
    d->first_mention =
        plan_first_mentions(a, &(struct plan_tree){d->nodes, d->n_nodes, d->mentions, d->n_mentions, NULL});
    d->actions = ARENA_ARRAY(a, (size_t)d->n_nodes + 1, struct work_action);
    if (by_key == NULL || d->parent == NULL || d->first_mention == NULL || d->actions == NULL)
        return false;
    for (int i = 0; i < d->n_nodes; i++)
        by_key[d->nodes[i].key] = i + 1;
    for (int i = 0; i < d->n_nodes; i++) {
        int64_t up = d->nodes[i].parent_key;
        int index = up > 0 && up <= top ? by_key[up] - 1 : -1;
        d->parent[i] = index < i ? index : -1;
    }
    return true;
}

static bool below(const struct work_doc *d, int node, int top)
{
    for (int up = d->parent[node]; up >= 0; up = d->parent[up]) {
        if (up == top)
            return true;
    }
    return false;
}

static bool names_units(const struct work_doc *d, int node, bool charged)
{
    for (int i = d->first_mention[node]; i < d->n_mentions && d->mentions[i].node_key == d->nodes[node].key; i++) {
        if (charged || !span_is(d->mentions[i].part, "charged"))
            return true;
    }
    return false;
}

static struct span skip_marks(struct span s)
{
    static const char *const marks[] = {" ", "\t", "\n", "　", "、", ".", "．", "。", ")", "）", ":", "：", "(", "（"};
    bool moved = true;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            if (span_starts(s, span_of(marks[i]))) {
                s = span_sub(s, span_of(marks[i]).len, s.len);
                moved = true;
            }
        }
    }
    return s;
}

/* The text behind number and heading. */
static struct span body_of(struct span text, struct span number, struct span heading)
{
    struct span rest = span_trim(text);
    size_t at = number.len > 0 ? span_find(span_sub(rest, 0, number.len + 12), number, 0) : SIZE_MAX;
    if (at != SIZE_MAX)
        rest = plan_skip_tags(skip_marks(span_sub(rest, at + number.len, rest.len)));
    at = heading.len > 0 ? span_find(rest, heading, 0) : SIZE_MAX;
    if (at != SIZE_MAX)
        rest = skip_marks(plan_skip_tags(span_sub(rest, at + heading.len, rest.len)));
    return span_trim(rest);
}

static struct span json_text(struct arena *a, const json_t *obj, const char *key)
{
    const json_t *v = json_object_get(obj, key);
    if (!json_is_string(v))
        return SPAN("");
    return span_dup(a, (struct span){json_string_value(v), json_string_length(v)});
}

/* Deadlines, horizons and phases of one node into the action; the latest day counts. */
static enum rc take_dates(struct arena *a, struct span json, struct work_action *out, struct fail *f)
{
    json_t *dates = NULL;
    if (json.len <= 2)
        return RC_OK;
    enum rc rc = json_read(a, json, &dates, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(dates); i++) {
        const json_t *date = json_array_get(dates, i);
        struct span kind = json_text(a, date, "kind"), to = json_text(a, date, "to");
        if (span_is(kind, "deadline") && to.len > 0 && span_cmp(to, out->due_on) > 0)
            out->due_on = to;
        if (span_is(kind, "horizon") && to.len > 0 && span_cmp(to, out->horizon_on) > 0)
            out->horizon_on = to;
        if (span_is(kind, "phase") && out->phase.len == 0)
            out->phase = json_text(a, date, "text");
    }
    return rc;
}

/* The first quantity with a comparator that sets a goal (不低于, 达到…以上). */
static enum rc take_measure(struct arena *a, struct span json, struct work_action *out, struct fail *f)
{
    static const char *const goals[] = {"ge", "le", "gt", "lt"};
    json_t *quantities = NULL;
    if (json.len <= 2 || out->measure_text.len > 0)
        return RC_OK;
    enum rc rc = json_read(a, json, &quantities, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(quantities) && out->measure_text.len == 0; i++) {
        const json_t *q = json_array_get(quantities, i);
        struct span comparator = json_text(a, q, "comparator");
        for (size_t g = 0; g < sizeof goals / sizeof goals[0]; g++) {
            if (span_is(comparator, goals[g])) {
                struct span number = SPAN("");
                const json_t *value = json_object_get(q, "value");
                if (value != NULL && !plan_json_dump(a, value, &number))
                    return over(f);
                bool quoted = number.len >= 2 && number.ptr[0] == '"';
                out->measure_text = json_text(a, q, "text");
                out->measure_value = quoted ? span_sub(number, 1, number.len - 1) : number;
                out->measure_unit = json_text(a, q, "unit");
                out->measure_comparator = comparator;
            }
        }
    }
    return rc;
}

static enum rc work_out_action(struct work *w, struct work_doc *d, int i, struct fail *f)
{
    struct plan_node_row *n = &d->nodes[i];
    struct work_action *out = &d->actions[i];
    *out = (struct work_action){.due_on = SPAN(""),
                                .horizon_on = SPAN(""),
                                .phase = SPAN(""),
                                .measure_text = SPAN(""),
                                .measure_value = SPAN(""),
                                .measure_unit = SPAN(""),
                                .measure_comparator = SPAN(""),
                                .units_of = -1,
                                .end = n->end};
    enum rc rc = RC_OK;
    for (int j = i; rc == RC_OK && j < d->n_nodes && (j == i || below(d, j, i)); j++) {
        out->end = d->nodes[j].end;
        rc = take_dates(w->a, d->nodes[j].dates, out, f);
        if (rc == RC_OK)
            rc = take_measure(w->a, d->nodes[j].quantities, out, f);
    }
    for (int up = i; up >= 0 && out->units_of < 0; up = d->parent[up]) {
        if (names_units(d, up, up == i))
            out->units_of = up;
        if (out->phase.len == 0 && span_is(d->nodes[up].kind, "phase"))
            out->phase = d->nodes[up].heading;
    }
    out->body = body_of(span_sub(w->text, (size_t)n->start, (size_t)out->end), n->number, n->heading);
    out->title = n->heading.len > 0 ? n->heading : plan_title_of(w->a, out->body);
    if (out->title.len > PLAN_TITLE_BYTES_MAX)
        out->title = plan_title_of(w->a, out->title);
    return out->title.ptr != NULL ? rc : over(f);
}

static int cmp_name(const void *pa, const void *pb)
{
    return span_cmp(((const struct name_id *)pa)->name, ((const struct name_id *)pb)->name);
}

static enum rc collect_names(struct work *w, struct fail *f)
{
    int all = 0, n = 0;
    for (int d = 0; d < w->n_docs; d++)
        all += w->docs[d].n_mentions;
    w->names = ARENA_ARRAY(w->a, (size_t)all + 1, struct name_id);
    if (w->names == NULL)
        return over(f);
    for (int d = 0; d < w->n_docs; d++) {
        struct span on = w->docs[d].row.date_on.len > 0 ? w->docs[d].row.date_on : w->import.as_of_on;
        for (int i = 0; i < w->docs[d].n_mentions; i++)
            w->names[n++] = (struct name_id){w->docs[d].mentions[i].name, on, 0};
    }
    qsort(w->names, (size_t)n, sizeof w->names[0], cmp_name);
    for (int i = 0; i < n; i++) {
        if (w->n_names == 0 || !span_eq(w->names[i].name, w->names[w->n_names - 1].name))
            w->names[w->n_names++] = w->names[i];
    }
    return RC_OK;
}

static int64_t id_of_name(const struct work *w, struct span name)
{
    const struct name_id key = {.name = name};
    const struct name_id *hit = bsearch(&key, w->names, (size_t)w->n_names, sizeof key, cmp_name);
    return hit != NULL ? hit->unit_id : 0;
}

/* Which old action each new one goes on from. */
static enum rc match_old(struct work *w, struct fail *f)
{
    if (w->n_old == 0 || w->n_docs != 1)
        return RC_OK;
    struct work_doc *d = &w->docs[0];
    struct plan_edition_item *olds = ARENA_ARRAY(w->a, (size_t)w->n_old + 1, struct plan_edition_item);
    struct plan_edition_item *news = ARENA_ARRAY(w->a, (size_t)d->n_nodes + 1, struct plan_edition_item);
    int *node = ARENA_ARRAY(w->a, (size_t)d->n_nodes + 1, int);
    struct plan_diff_row *rows = NULL;
    int n_new = 0, n = 0;
    if (olds == NULL || news == NULL || node == NULL)
        return over(f);
    for (int i = 0; i < w->n_old; i++)
        olds[i] = (struct plan_edition_item){w->old_actions[i].path, w->old_actions[i].title, w->old_actions[i].body};
    for (int i = 0; i < d->n_nodes; i++) {
        if (d->nodes[i].is_action) {
            news[n_new] = (struct plan_edition_item){d->nodes[i].path, d->actions[i].title, d->actions[i].body};
            node[n_new++] = i;
        }
    }
    enum rc rc = plan_difference(w->a, &(struct plan_edition){olds, w->n_old}, &(struct plan_edition){news, n_new},
                                 &rows, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (rows[i].old_index >= 0 && rows[i].new_index >= 0)
            d->actions[node[rows[i].new_index]].old = &w->old_actions[rows[i].old_index];
    }
    return rc;
}

static enum rc work_out(struct work *w, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int d = 0; rc == RC_OK && d < w->n_docs; d++) {
        rc = link_document(w->a, &w->docs[d]) ? RC_OK : over(f);
        for (int i = 0; rc == RC_OK && i < w->docs[d].n_nodes; i++) {
            if (w->docs[d].nodes[i].is_action)
                rc = work_out_action(w, &w->docs[d], i, f);
        }
    }
    if (rc == RC_OK)
        rc = collect_names(w, f);
    return rc == RC_OK ? match_old(w, f) : rc;
}

/* ---- units ------------------------------------------------------------ */

enum { NAMES_PER_CHUNK = 20, MEMBERS_MAX = 64 };
struct names_chunk {
    struct work *w;
    int from;
};

/* The region whose unit a name is: one that knows it, else the member whose name it begins with, else home. */
static enum rc region_of_name(struct tx *tx, const struct work *w, const struct name_id *name, char out[13],
                              struct fail *f)
{
    char codes[MEMBERS_MAX][13];
    struct unit_found found;
    int n = 0;
    (void)snprintf(out, 13, "%s", w->import.target_region);
    struct span home = name->name;
    enum rc rc = plan_unit_known(tx, out, name->on, &home, &found, f);
    if (rc != RC_OK || found.unit_id != 0 || w->import.cooperation_id == 0)
        return rc;
    rc = cooperation_members(tx, w->import.cooperation_id, SPAN_NONE, MEMBERS_MAX, codes, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct span form = name->name;
        rc = plan_unit_known(tx, codes[i], name->on, &form, &found, f);
        if (rc == RC_OK && found.unit_id != 0) {
            memcpy(out, codes[i], 13);
            return RC_OK;
        }
    }
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct region region;
        rc = region_get(tx, span_of(codes[i]), SPAN_NONE, &region, f);
        if (rc != RC_OK)
            break;
        struct span stem =
            span_ends(region.name, SPAN("市")) ? span_sub(region.name, 0, region.name.len - 3) : region.name;
        if (stem.len > 0 && span_starts(name->name, stem)) {
            memcpy(out, codes[i], 13);
            return RC_OK;
        }
    }
    return rc;
}

static enum rc propose_names(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct names_chunk *c = in;
    struct work *w = c->w;
    int64_t made = 0;
    enum rc rc = RC_OK;
    (void)out;
    for (int i = c->from; rc == RC_OK && i < w->n_names && i < c->from + NAMES_PER_CHUNK; i++) {
        char region[13];
        bool created = false;
        rc = region_of_name(tx, w, &w->names[i], region, f);
        struct unit_found found;
        struct unit_propose_in p = {region, w->names[i].name, w->names[i].on};
        if (rc == RC_OK)
            rc = plan_unit_known(tx, region, p.on, &p.name, &found, f);
        if (rc == RC_OK)
            rc = unit_propose(tx, &p, &w->names[i].unit_id, &created, f);
        made += created;
    }
    if (rc != RC_OK || made == 0)
        return rc;
    rc = db_exec(tx, SQL_import_advance,
                 DB_ARGS(DB_S(w->import.region_code), DB_I(w->import.id), DB_S("confirming"),
                         DB_I(w->import.next_document), DB_I(w->import.next_sort), DB_I(made)),
                 NULL, f);
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "proposed_units", made);
    struct plan_subject subject = {w->import.region_code, "import", w->import.id, "propose_units", NULL};
    enum rc noted = plan_note_end(tx, &note, &subject, f);
    return rc != RC_OK ? rc : noted;
}

/* ---- chunks of nodes and actions ------------------------------------------------------------ */

struct nodes_chunk {
    struct work *w;
    int doc, from, n;
    int64_t next_document, next_sort;
};

static enum rc put_units(struct tx *tx, const struct nodes_chunk *c, int64_t action_id, const struct work_action *act,
                         struct fail *f)
{
    const struct work *w = c->w;
    const struct work_doc *d = &w->docs[c->doc];
    const char *region = w->import.target_region;
    enum rc rc = db_exec(tx, SQL_action_party_add,
                         DB_ARGS(DB_S(region), DB_I(action_id), DB_I(w->import.unit_id), DB_S("home")), NULL, f);
    bool lead = false;
    if (act->units_of < 0)
        return rc;
    int first = d->first_mention[act->units_of];
    int64_t key = d->nodes[act->units_of].key;
    for (int i = first; i < d->n_mentions && d->mentions[i].node_key == key; i++)
        lead = lead || span_is(d->mentions[i].part, "lead");
    for (int i = first; rc == RC_OK && i < d->n_mentions && d->mentions[i].node_key == key; i++) {
        const struct plan_mention_row *m = &d->mentions[i];
        int64_t unit = id_of_name(w, m->name);
        bool leads = span_is(m->part, "lead") ||
                     (!lead && span_is(m->part, "charged")); /* the first one that the prose charges */
        lead = lead || leads;
        const char *part = leads ? "lead" : "supporting";
        rc = db_exec(tx, SQL_action_unit_insert,
                     DB_ARGS(DB_S(region), DB_I(action_id), DB_I(unit), DB_S(part), DB_I(i - first + 1), DB_T(m->name),
                             DB_T(m->origin)),
                     NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_action_party_add, DB_ARGS(DB_S(region), DB_I(action_id), DB_I(unit), DB_S(part)), NULL,
                         f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_outline_party_add,
                         DB_ARGS(DB_S(region), DB_I(d->row.outline_id), DB_I(unit), DB_S("participant")), NULL, f);
    }
    return rc;
}

/* Units that the office gave the old action and the text does not name. */
static enum rc keep_units(struct tx *tx, const struct nodes_chunk *c, int64_t action_id,
                          const struct plan_action_row *old, struct fail *f)
{
    struct plan_action_unit *units = NULL;
    int n = 0;
    const char *region = c->w->import.target_region;
    enum rc rc = plan_units_of_action(tx, old->region_code, old->id, &units, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (!span_is(units[i].origin, "office"))
            continue;
        rc = db_exec(tx, SQL_action_unit_insert,
                     DB_ARGS(DB_S(region), DB_I(action_id), DB_I(units[i].unit_id), DB_T(units[i].part), DB_I(1000 + i),
                             DB_T(units[i].name), DB_S("office")),
                     NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_action_party_add,
                         DB_ARGS(DB_S(region), DB_I(action_id), DB_I(units[i].unit_id), DB_T(units[i].part)), NULL, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_outline_party_add,
                         DB_ARGS(DB_S(region), DB_I(c->w->docs[c->doc].row.outline_id), DB_I(units[i].unit_id),
                                 DB_S("participant")),
                         NULL, f);
    }
    return rc;
}

static enum rc insert_action(struct tx *tx, const struct nodes_chunk *c, int node, int64_t id, struct fail *f)
{
    const struct work_doc *d = &c->w->docs[c->doc];
    const struct plan_node_row *n = &d->nodes[node];
    const struct work_action *act = &d->actions[node];
    const struct plan_action_row *old = act->old;
    bool text_due = act->due_on.len > 0, text_measure = act->measure_text.len > 0;
    bool old_due = !text_due && old != NULL && span_is(old->due_origin, "office");
    bool old_measure = !text_measure && old != NULL && span_is(old->measure_origin, "office");
    return db_exec(tx, SQL_action_insert,
                   DB_ARGS(DB_S(c->w->import.target_region), DB_I(id), DB_I(d->row.outline_id),
                           DB_I(old ? old->line_id : id), DB_I(n->key), DB_I(n->start), DB_T(n->path), DB_T(n->number),
                           DB_T(span_or_empty(act->title)), DB_T(span_or_empty(act->body)), DB_I(n->start),
                           DB_I(act->end), DB_S("text"), DB_T(act->phase.len == 0 && old ? old->phase : act->phase),
                           DB_S(plan_state_word(old ? old->state_at_start : PLAN_TO_START)),
                           DB_S(plan_state_word(old ? old->state : PLAN_TO_START)), DB_I(old ? old->percent : 0),
                           old_due ? DB_T(old->due_on) : DB_T(span_or_null(act->due_on)),
                           DB_S(text_due  ? "text"
                                : old_due ? "office"
                                          : ""),
                           DB_T(old ? span_or_null(old->start_on) : SPAN_NONE), DB_T(span_or_null(act->horizon_on)),
                           DB_T(old_measure ? old->measure_text : act->measure_text),
                           DB_T(old_measure ? old->measure_value : act->measure_value),
                           DB_T(old_measure ? old->measure_unit : act->measure_unit),
                           DB_T(old_measure ? old->measure_comparator : act->measure_comparator),
                           DB_S(text_measure  ? "text"
                                : old_measure ? "office"
                                              : ""),
                           DB_T(old ? span_or_null(old->last_report_on) : SPAN_NONE),
                           DB_I_OR_NULL(old ? old->last_report_at_us : 0), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc put_action(struct tx *tx, const struct nodes_chunk *c, int node, int64_t id, struct fail *f)
{
    const struct work_doc *d = &c->w->docs[c->doc];
    const struct work_action *act = &d->actions[node];
    const char *region = c->w->import.target_region;
    struct sb sb;
    enum rc rc = insert_action(tx, c, node, id, f);
    if (rc == RC_OK)
        rc = put_units(tx, c, id, act, f);
    if (rc == RC_OK && act->old != NULL)
        rc = keep_units(tx, c, id, act->old, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, OUTLINE_BYTES_MAX);
    sb_add(&sb, act->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, act->body);
    rc = sb_rc(&sb) == RC_OK ? search_put(tx, region, "action", id, sb_span(&sb), f) : over(f);
    sb_release(&sb);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "outline_id", d->row.outline_id);
    jw_ktext(&note.w, "path", d->nodes[node].path);
    jw_ktext(&note.w, "title", act->title);
    if (act->old != NULL)
        jw_kid(&note.w, "continues", act->old->id);
    return plan_note_end(tx, &note, &(struct plan_subject){region, "action", id, "create", NULL}, f);
}

static enum rc put_outline_node(struct tx *tx, const struct nodes_chunk *c, int node, struct fail *f)
{
    const struct work_doc *d = &c->w->docs[c->doc];
    const struct plan_node_row *n = &d->nodes[node];
    const char *region = c->w->import.target_region;
    int64_t action_id = n->is_action ? tx_new_id(tx) : 0;
    enum rc rc =
        db_exec(tx, SQL_outline_node_insert,
                DB_ARGS(DB_S(region), DB_I(d->row.outline_id), DB_I(n->key), DB_I(n->parent_key), DB_I(n->sort),
                        DB_T(n->path), DB_T(n->kind), DB_T(n->number), DB_T(n->heading), DB_I(n->start), DB_I(n->end),
                        DB_T(n->dates), DB_T(n->quantities), DB_T(n->checks), DB_I_OR_NULL(action_id)),
                NULL, f);
    for (int i = d->first_mention[node]; rc == RC_OK && i < d->n_mentions && d->mentions[i].node_key == n->key; i++) {
        const struct plan_mention_row *m = &d->mentions[i];
        rc = db_exec(tx, SQL_outline_unit_insert,
                     DB_ARGS(DB_S(region), DB_I(d->row.outline_id), DB_I(n->key), DB_I(m->item), DB_T(m->part),
                             DB_I(id_of_name(c->w, m->name)), DB_T(m->name), DB_I(m->start), DB_I(m->end),
                             DB_T(m->origin)),
                     NULL, f);
    }
    return rc == RC_OK && action_id != 0 ? put_action(tx, c, node, action_id, f) : rc;
}

static enum rc put_nodes(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct nodes_chunk *c = in;
    const struct plan_import_row *m = &c->w->import;
    const struct plan_import_place from = {"confirming", c->doc, c->from};
    const struct plan_import_place to = {"confirming", c->next_document, c->next_sort};
    enum rc rc = plan_import_step(tx, m->region_code, m->id, &from, &to, f);
    (void)out;
    for (int i = c->from; rc == RC_OK && i < c->from + c->n; i++)
        rc = put_outline_node(tx, c, i, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "outline_id", c->w->docs[c->doc].row.outline_id);
    jw_kint(&note.w, "nodes", c->n);
    return plan_note_end(tx, &note, &(struct plan_subject){m->region_code, "import", m->id, "stage", NULL}, f);
}

static int rows_of_node(const struct work_doc *d, int node)
{
    int rows = 2;
    for (int i = d->first_mention[node]; i < d->n_mentions && d->mentions[i].node_key == d->nodes[node].key; i++)
        rows++;
    if (!d->nodes[node].is_action)
        return rows;
    rows += 6;
    int from = d->actions[node].units_of;
    for (int i = from >= 0 ? d->first_mention[from] : d->n_mentions;
         i < d->n_mentions && d->mentions[i].node_key == d->nodes[from].key; i++)
        rows += 3;
    return rows + (d->actions[node].old != NULL ? 20 : 0);
}

static enum rc write_document(struct work *w, int doc, int from, const struct plan_progress *progress, struct fail *f)
{
    const struct work_doc *d = &w->docs[doc];
    enum rc rc = RC_OK;
    do { /* also for a document without nodes: its place is passed */
        struct nodes_chunk c = {.w = w, .doc = doc, .from = from};
        for (int rows = 0; from + c.n < d->n_nodes && (c.n == 0 || rows < PLAN_CHUNK_ROWS); c.n++)
            rows += rows_of_node(d, from + c.n);
        from += c.n;
        c.next_document = doc + (from == d->n_nodes ? 1 : 0);
        c.next_sort = from == d->n_nodes ? 0 : from;
        rc = plan_command_run(w->store, w->actor, w->chunk, put_nodes, &c, f);
        arena_reset(w->chunk);
        if (rc == RC_OK && progress != NULL)
            progress->step(progress->ctx, from, d->n_nodes);
    } while (rc == RC_OK && from < d->n_nodes);
    return rc;
}

/* ---- the final flip ------------------------------------------------------------ */

static enum rc show_outline(struct tx *tx, const struct work *w, const struct plan_document_row *d, struct fail *f)
{
    const char *region = w->import.target_region;
    struct sb sb;
    enum rc rc = db_exec(tx, SQL_outline_show, DB_ARGS(DB_S(region), DB_I(d->outline_id), DB_S("current")), NULL, f);
    sb_init(&sb, 1 << 16);
    sb_add(&sb, d->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, d->document_number);
    sb_addc(&sb, '\n');
    sb_add(&sb, d->issuer);
    if (rc == RC_OK)
        rc = search_put(tx, region, "outline", d->outline_id, sb_span(&sb), f);
    sb_release(&sb);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kstr(&note.w, "state", "current");
    return plan_note_end(tx, &note,
                         &(struct plan_subject){region, "outline", d->outline_id, "confirm", "plan.confirmed"}, f);
}

static enum rc finish(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct work *w = in;
    struct plan_document_row *docs = NULL;
    int n = 0;
    bool all = true;
    (void)out;
    enum rc rc = plan_documents(tx, &w->import, &docs, &n, f);
    for (int i = 0; i < n; i++)
        all = all && docs[i].outline_id != 0;
    const struct plan_import_place from = {"confirming", w->n_docs, 0};
    if (rc == RC_OK)
        rc = plan_import_step(tx, w->import.region_code, w->import.id, &from,
                              &(struct plan_import_place){all ? "confirmed" : "draft", 0, 0}, f);
    for (int i = 0; rc == RC_OK && i < w->n_docs; i++)
        rc = show_outline(tx, w, &w->docs[i].row, f);
    if (rc == RC_OK && w->import.edition_of != 0) {
        rc = db_exec(tx, SQL_outline_show, DB_ARGS(DB_S(w->old.region_code), DB_I(w->old.id), DB_S("superseded")), NULL,
                     f);
        struct plan_note note;
        plan_note_begin(&note);
        jw_kid(&note.w, "by", w->docs[0].row.outline_id);
        struct plan_subject old = {w->old.region_code, "outline", w->old.id, "supersede", NULL};
        enum rc noted = plan_note_end(tx, &note, &old, f);
        rc = rc != RC_OK ? rc : noted;
    }
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "outlines", w->n_docs);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){w->import.region_code, "import", w->import.id, "confirmed", NULL}, f);
}

struct answer {
    const struct work *w;
    struct plan_confirmed *out;
};

static enum rc read_answer(struct tx *tx, void *ctx, struct fail *f)
{
    struct answer *answer = ctx;
    struct plan_confirmed *out = answer->out;
    struct plan_import_row row;
    struct rows rows;
    enum rc rc = plan_import_get(tx, answer->w->in->import_id, &row, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_outline_of_import, DB_ARGS(DB_S(row.target_region), DB_S(row.region_code), DB_I(row.id)),
                      &rows, f);
    if (rc != RC_OK)
        return rc;
    out->proposed_units = row.proposed_units;
    out->n = 0;
    while (rows_next(&rows)) {
        if (out->n < 64 && chosen(answer->w->in, rows_int(&rows, 2)) && !span_is(rows_text(&rows, 3), "staging")) {
            out->outline_ids[out->n] = rows_int(&rows, 0);
            out->titles[out->n++] = rows_text_dup(&rows, 1);
        }
    }
    return rows_end(&rows);
}

static enum rc do_all(struct work *w, const struct plan_progress *progress, struct fail *f)
{
    enum rc rc = store_read(w->store, w->actor, w->a, load, w, f);
    if (rc == RC_OK)
        rc = file_read(w->store, w->a, span_cstr(w->a, w->import.text_sha256), &w->text, f);
    if (rc == RC_OK)
        rc = work_out(w, f);
    for (int i = 0; rc == RC_OK && i < w->n_names; i += NAMES_PER_CHUNK) {
        struct names_chunk c = {w, i};
        rc = plan_command_run(w->store, w->actor, w->chunk, propose_names, &c, f);
        arena_reset(w->chunk);
    }
    for (int d = (int)w->import.next_document; rc == RC_OK && d < w->n_docs; d++)
        rc = write_document(w, d, d == w->import.next_document ? (int)w->import.next_sort : 0, progress, f);
    return rc == RC_OK ? plan_command_run(w->store, w->actor, w->chunk, finish, w, f) : rc;
}

enum rc plan_confirm_import(struct store *s, const struct actor *actor, const struct plan_confirm_in *in,
                            struct arena *a, const struct plan_progress *progress, struct plan_confirmed *out,
                            struct fail *f)
{
    struct arena *own = arena_new(PLAN_ARENA_BYTES);
    struct work *w = ARENA_NEW(own, struct work);
    *w = (struct work){.store = s, .actor = actor, .in = in, .a = own, .chunk = arena_new(64u << 20)};
    enum rc rc = plan_command_run(s, actor, w->chunk, begin, w, f);
    bool already = w->already;
    if (rc == RC_OK && !already)
        rc = do_all(w, progress, f);
    struct answer answer = {w, out};
    if (rc == RC_OK)
        rc = store_read(s, actor, a, read_answer, &answer, f);
    arena_free(w->chunk);
    arena_free(own);
    return rc;
}
