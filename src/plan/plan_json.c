/* plan_json.c - objects of the API. */
#include <string.h>

#include "plan/plan_int.h"

void plan_ktext(struct jw *w, const char *key, struct span s)
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

void plan_reason_json(const struct plan_verdict *v, struct jw *w)
{
    struct sb sb;
    jw_kstr(w, "light", plan_light_word(v->light));
    jw_key(w, "light_reason");
    jw_object(w);
    struct fail reason;
    plan_verdict_reason(v, &reason);
    sb_init(&sb, 4096);
    fail_text(&reason, LANG_ZH, &sb);
    jw_ktext(w, "zh", sb_span(&sb));
    sb_clear(&sb);
    fail_text(&reason, LANG_EN, &sb);
    jw_ktext(w, "en", sb_span(&sb));
    sb_release(&sb);
    jw_object_end(w);
}

static void measure_json(const struct plan_action_row *a, struct jw *w)
{
    jw_key(w, "measure");
    if (a->measure_text.len == 0 && a->measure_value.len == 0) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_ktext(w, "text", a->measure_text);
    plan_ktext(w, "value", a->measure_value);
    plan_ktext(w, "unit", a->measure_unit);
    plan_ktext(w, "comparator", a->measure_comparator);
    jw_ktext(w, "origin", a->measure_origin);
    jw_object_end(w);
}

static enum rc units_json(struct tx *tx, const struct plan_action_row *a, struct jw *w, struct fail *f)
{
    struct plan_action_unit *units = NULL;
    int n = 0;
    enum rc rc = plan_units_of_action(tx, a->region_code, a->id, &units, &n, f);
    jw_key(w, "units");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_kid(w, "unit_id", units[i].unit_id);
        jw_ktext(w, "name", units[i].name);
        jw_ktext(w, "part", units[i].part);
        jw_ktext(w, "origin", units[i].origin);
        jw_ktext(w, "state", units[i].state);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

enum rc plan_action_members(struct tx *tx, const struct plan_item *item, struct jw *w, struct fail *f)
{
    const struct plan_action_row *a = &item->row;
    jw_kid(w, "id", a->id);
    jw_ktext(w, "number", a->number);
    jw_kid(w, "outline_id", a->outline_id);
    jw_kstr(w, "region_code", a->region_code);
    jw_ktext(w, "path", a->path);
    jw_ktext(w, "title", a->title);
    jw_ktext(w, "heading", a->title);
    jw_key(w, "span");
    jw_object(w);
    jw_kint(w, "start", a->start);
    jw_kint(w, "end", a->end);
    jw_object_end(w);
    jw_kint(w, "node_key", a->node_key);
    jw_ktext(w, "origin", a->origin);
    plan_ktext(w, "phase", a->phase);
    enum rc rc = units_json(tx, a, w, f);
    plan_ktext(w, "due_on", a->due_on);
    plan_ktext(w, "due_origin", a->due_origin);
    plan_ktext(w, "start_on", a->start_on);
    plan_ktext(w, "horizon_on", a->horizon_on);
    measure_json(a, w);
    jw_kstr(w, "state", plan_state_word(item->verdict.facts.state));
    jw_kint(w, "percent", item->verdict.facts.percent);
    if (item->verdict.planned_pct >= 0)
        jw_kint(w, "planned_percent", item->verdict.planned_pct);
    plan_reason_json(&item->verdict, w);
    jw_key(w, "last_report_at");
    if (item->verdict.facts.last_report_day != PLAN_NO_DAY && a->last_report_at_us != 0)
        jw_time(w, a->last_report_at_us);
    else
        jw_null(w);
    char day[11] = "";
    if (item->verdict.facts.last_report_day != PLAN_NO_DAY)
        date_print(date_from_days(item->verdict.facts.last_report_day), day);
    plan_ktext(w, "last_report_on", span_of(day));
    jw_kint(w, "version", a->version);
    return rc;
}

enum rc plan_action_json(struct tx *tx, const struct plan_view *v, const struct plan_item *item, struct jw *w,
                         struct fail *f)
{
    (void)v;
    jw_object(w);
    enum rc rc = plan_action_members(tx, item, w, f);
    jw_object_end(w);
    return rc;
}

/* ---- reports ------------------------------------------------------------ */

static bool file_json(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_kstr(w, "sha256", row->sha256_hex);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_kint(w, "size_bytes", row->size_bytes);
    jw_kbool(w, "public", row->is_public);
    jw_object_end(w);
    return true;
}

enum rc plan_report_json(struct tx *tx, const char *region_code, const struct plan_report_row *row,
                         struct unit_name_memo *names, struct jw *w, struct fail *f)
{
    struct unit_name_memo none = {0};
    struct span unit_name = SPAN("");
    enum rc rc = RC_OK;
    if (row->unit_id != 0)
        rc = unit_name_on(tx, row->unit_id, row->done_on, names != NULL ? names : &none, &unit_name, f);
    jw_kid(w, "id", row->id);
    jw_kid(w, "action_id", row->action_id);
    jw_ktext(w, "kind", row->kind);
    jw_kint(w, "percent", row->percent);
    jw_kstr(w, "state", plan_state_word(row->state));
    jw_ktext(w, "text", row->text);
    plan_ktext(w, "reason", row->reason);
    jw_ktext(w, "done_on", row->done_on);
    jw_ktime(w, "at", row->at_us);
    jw_ktext(w, "unit_name", unit_name);
    jw_key(w, "files");
    jw_array(w);
    if (rc == RC_OK && row->file_count > 0)
        rc = org_file_list(tx, region_code, "report", row->id, file_json, w, f);
    jw_array_end(w);
    return rc;
}

static enum rc latest_reports(struct tx *tx, const struct plan_view *v, const struct plan_action_row *a, struct jw *w,
                              struct fail *f)
{
    struct plan_report_row reports[20];
    struct unit_name_memo names = {0};
    struct rows rows;
    int n = 0;
    enum rc rc = db_list(tx, SQL_report_list, 0, SQLO_report_list_newest, false,
                         DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_S(v->as_of.on), DB_I(20)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && n < 20)
        plan_report_of(&rows, &reports[n++]);
    rc = rows_end(&rows);
    jw_key(w, "reports");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        rc = plan_report_json(tx, a->region_code, &reports[i], &names, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

/* What the actor may do with it, so that the screen offers nothing that would be refused. */
static enum rc may_json(struct tx *tx, const struct plan_action_row *a, struct jw *w, struct fail *f)
{
    static const char *const words[] = {"edit", "assign", "report"};
    bool all = tx_actor(tx)->principal_id == 0;
    struct rows rows;
    enum rc rc = db_one(
        tx, SQL_action_may,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(a->region_code), DB_I(a->id), DB_I(a->office_id)), &rows, f);
    jw_key(w, "may");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < 3; i++) {
        if (all || rows_int(&rows, i) != 0)
            jw_str(w, words[i]);
    }
    jw_array_end(w);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc plan_action_whole_json(struct tx *tx, const struct plan_view *v, int64_t id, struct jw *w, int64_t *version,
                               struct fail *f)
{
    struct plan_item item;
    enum rc rc = plan_action_get(tx, id, &item.row, f);
    if (rc == RC_OK)
        rc = plan_judge_row(tx, v, &item.row, &item.verdict, f);
    if (rc != RC_OK)
        return rc;
    *version = item.row.version;
    jw_object(w);
    rc = plan_action_members(tx, &item, w, f);
    jw_ktext(w, "body", item.row.body);
    jw_ktext(w, "outline_title", item.row.outline_title);
    jw_ktext(w, "outline_state", item.row.outline_state);
    jw_ktext(w, "mode", item.row.outline_mode);
    jw_kbool(w, "public", item.row.is_public);
    if (rc == RC_OK)
        rc = may_json(tx, &item.row, w, f);
    if (rc == RC_OK)
        rc = latest_reports(tx, v, &item.row, w, f);
    jw_object_end(w);
    return rc;
}

/* ---- outlines ------------------------------------------------------------ */

void plan_outline_members(const struct plan_outline_row *o, struct jw *w)
{
    jw_kid(w, "id", o->id);
    jw_ktext(w, "title", o->title);
    plan_ktext(w, "document_number", o->document_number);
    plan_ktext(w, "issuer", o->issuer);
    plan_ktext(w, "issued_on", o->issued_on);
    jw_ktext(w, "mode", o->mode);
    jw_ktext(w, "state", o->state);
    jw_kstr(w, "region_code", o->region_code);
    kid_or_null(w, "cooperation_id", o->cooperation_id);
    jw_kid(w, "unit_id", o->unit_id);
    jw_kint(w, "edition", o->edition);
    kid_or_null(w, "previous_id", o->previous_id);
    jw_kint(w, "start", o->start);
    jw_kint(w, "end", o->end);
    jw_kbool(w, "public", o->is_public);
    jw_kint(w, "version", o->version);
}

void plan_tally_json(const struct plan_tally *t, struct jw *w)
{
    jw_kint(w, "actions", t->actions);
    jw_key(w, "lights");
    jw_object(w);
    for (int i = PLAN_LIGHTS - 1; i >= 0; i--)
        jw_kint(w, plan_light_word((enum plan_light)i), t->lights[i]);
    jw_object_end(w);
    jw_key(w, "states");
    jw_object(w);
    for (int i = 0; i < PLAN_STATES; i++)
        jw_kint(w, plan_state_word((enum plan_state)i), t->states[i]);
    jw_object_end(w);
    jw_key(w, "counters");
    jw_object(w);
    jw_kint(w, "without_owner", t->without_owner);
    jw_kint(w, "without_date", t->without_date);
    jw_kint(w, "without_measure", t->without_measure);
    jw_object_end(w);
    jw_kint(w, "percent", t->actions > 0 ? t->percent_sum / t->actions : 0);
}

void plan_tally_members(const struct plan_page *all, struct jw *w)
{
    struct plan_tally t = {0};
    for (int i = 0; i < all->n; i++)
        plan_tally_add(&t, &all->items[i].verdict, all->items[i].row.has_lead, all->items[i].row.measure_text.len > 0);
    plan_tally_json(&t, w);
}

enum rc plan_outline_json(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o, struct jw *w,
                          struct fail *f)
{
    struct plan_tally t;
    enum rc rc = plan_outline_tally(tx, v, o, &t, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    plan_outline_members(o, w);
    plan_tally_json(&t, w);
    jw_object_end(w);
    return RC_OK;
}

/* ---- trees ------------------------------------------------------------ */

static void mentions_json(const struct plan_tree *tree, int first, const char *part, struct jw *w)
{
    jw_array(w);
    for (int i = first; i < tree->n_mentions && tree->mentions[i].node_key == tree->mentions[first].node_key; i++) {
        const struct plan_mention_row *m = &tree->mentions[i];
        if (!span_is(m->part, part))
            continue;
        jw_object(w);
        jw_ktext(w, "name", m->name);
        if (m->printed.ptr != NULL)
            jw_ktext(w, "printed", m->printed);
        if (m->unit_id != 0)
            jw_kid(w, "unit_id", m->unit_id);
        jw_kint(w, "start", m->start);
        jw_kint(w, "end", m->end);
        jw_ktext(w, "origin", m->origin);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void raw_json(struct jw *w, const char *key, struct span json)
{
    jw_key(w, key);
    jw_raw(w, json.len > 0 ? json : SPAN("[]"));
}

static int cmp_item(const void *pa, const void *pb)
{
    const struct plan_item *const *a = pa, *const *b = pb;
    return (*a)->row.id < (*b)->row.id ? -1 : (*a)->row.id > (*b)->row.id;
}

static const struct plan_item *find_item(const struct plan_item *const *by_id, int n, int64_t id)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (by_id[middle]->row.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && by_id[low]->row.id == id ? by_id[low] : NULL;
}

static void node_json(const struct plan_tree *tree, int node, int first, const struct plan_item *item, struct jw *w)
{
    const struct plan_node_row *n = &tree->nodes[node];
    static const char *const parts[] = {"lead", "supporting", "charged"};
    static const char *const keys[] = {"lead_units", "supporting_units", "charged_units"};
    jw_object(w);
    jw_kint(w, "key", n->key);
    jw_key(w, "parent_key");
    if (n->parent_key != 0)
        jw_int(w, n->parent_key);
    else
        jw_null(w);
    jw_ktext(w, "path", n->path);
    jw_ktext(w, "kind", n->kind);
    jw_ktext(w, "number", n->number);
    jw_ktext(w, "heading", n->heading);
    jw_kint(w, "start", n->start);
    jw_kint(w, "end", n->end);
    for (int i = 0; i < 3; i++) {
        jw_key(w, keys[i]);
        mentions_json(tree, first, parts[i], w);
    }
    raw_json(w, "dates", n->dates);
    raw_json(w, "quantities", n->quantities);
    raw_json(w, "checks", n->checks);
    jw_kbool(w, "is_action", tree->actions != NULL ? n->action_id != 0 : n->is_action);
    if (tree->actions == NULL)
        jw_kbool(w, "corrected", n->corrected);
    else
        kid_or_null(w, "action_id", item != NULL ? item->row.id : 0);
    if (item != NULL) {
        jw_kstr(w, "state", plan_state_word(item->verdict.facts.state));
        jw_kint(w, "percent", item->verdict.facts.percent);
        plan_reason_json(&item->verdict, w);
    }
    jw_object_end(w);
}

enum rc plan_nodes_json(struct arena *a, const struct plan_tree *tree, struct jw *w, struct fail *f)
{
    int n_items = tree->actions != NULL ? tree->actions->n : 0;
    int *first = plan_first_mentions(a, tree);
    const struct plan_item **by_id = ARENA_ARRAY(a, (size_t)n_items + 1, const struct plan_item *);
    if (first == NULL || by_id == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (int i = 0; i < n_items; i++)
        by_id[i] = &tree->actions->items[i];
    qsort(by_id, (size_t)n_items, sizeof by_id[0], cmp_item);
    jw_array(w);
    for (int i = 0; i < tree->n_nodes; i++)
        node_json(tree, i, first[i], find_item(by_id, n_items, tree->nodes[i].action_id), w);
    jw_array_end(w);
    return RC_OK;
}

/* ---- imports ------------------------------------------------------------ */

static void document_json(const struct plan_document_row *d, struct jw *w)
{
    jw_object(w);
    jw_kint(w, "index", d->document);
    jw_ktext(w, "title", d->title);
    plan_ktext(w, "document_number", d->document_number);
    plan_ktext(w, "issuer", d->issuer);
    plan_ktext(w, "date", d->date_on);
    jw_kint(w, "start", d->start);
    jw_kint(w, "end", d->end);
    jw_kint(w, "node_count", d->nodes);
    jw_kint(w, "action_count", d->actions);
    jw_kint(w, "unit_count", d->units);
    raw_json(w, "checks", d->checks);
    kid_or_null(w, "outline_id", d->outline_id);
    jw_object_end(w);
}

enum rc plan_same_text(struct tx *tx, const struct plan_import_row *row, struct plan_same *out, struct fail *f)
{
    struct rows rows;
    const int64_t principal = tx_actor(tx)->principal_id;
    *out = (struct plan_same){.n_imports = 0};
    enum rc rc =
        db_query(tx, SQL_import_same, DB_ARGS(DB_I(principal), DB_I(row->id), DB_T(row->text_sha256)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && out->n_imports < PLAN_SAME_MAX)
        out->imports[out->n_imports++] = (struct plan_same_item){rows_int(&rows, 0), rows_text_dup(&rows, 1),
                                                                 rows_text_dup(&rows, 2), rows_int(&rows, 3)};
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_outline_same, DB_ARGS(DB_I(principal), DB_I(row->id), DB_T(row->text_sha256)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && out->n_outlines < PLAN_SAME_MAX)
        out->outlines[out->n_outlines++] =
            (struct plan_same_item){rows_int(&rows, 0), rows_text_dup(&rows, 2), rows_text_dup(&rows, 1), 0};
    return rows_end(&rows);
}

static enum rc same_as_json(struct tx *tx, const struct plan_import_row *row, struct jw *w, struct fail *f)
{
    struct plan_same same;
    enum rc rc = plan_same_text(tx, row, &same, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "same_as");
    jw_object(w);
    for (int k = 0; k < 2; k++) {
        const struct plan_same_item *items = k == 0 ? same.imports : same.outlines;
        jw_key(w, k == 0 ? "imports" : "outlines");
        jw_array(w);
        for (int i = 0; i < (k == 0 ? same.n_imports : same.n_outlines); i++) {
            jw_object(w);
            jw_kid(w, "id", items[i].id);
            jw_ktext(w, "state", items[i].state);
            jw_ktext(w, k == 0 ? "filename" : "title", items[i].name);
            if (k == 0)
                jw_ktime(w, "created_at", items[i].created_at_us);
            jw_object_end(w);
        }
        jw_array_end(w);
    }
    jw_object_end(w);
    return RC_OK;
}

enum rc plan_import_json(struct tx *tx, const struct plan_import_row *row, bool whole, struct jw *w, struct fail *f)
{
    struct plan_document_row *docs = NULL;
    int n = 0;
    enum rc rc = plan_documents(tx, row, &docs, &n, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "state", row->state);
    jw_ktext(w, "mode", row->mode);
    jw_ktext(w, "filename", row->filename);
    jw_ktext(w, "as_of_on", row->as_of_on);
    jw_kint(w, "text_bytes", row->text_bytes);
    jw_ktime(w, "created_at", row->created_at_us);
    jw_kint(w, "version", row->version);
    jw_kint(w, "proposed_units", row->proposed_units);
    jw_key(w, "documents");
    if (whole) {
        jw_array(w);
        for (int i = 0; i < n; i++)
            document_json(&docs[i], w);
        jw_array_end(w);
        rc = same_as_json(tx, row, w, f);
    } else {
        jw_int(w, row->document_count);
    }
    jw_object_end(w);
    return rc;
}
