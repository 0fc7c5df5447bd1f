/*
 * plan_correct.c - corrections of a draft. Each is kept with who and when; the nodes go on tiling the document's bytes: moving an edge moves the
 * neighbour's too, splitting cuts one span in two, joining gives a node's span to the one before it.
 */
#include <string.h>

#include "plan/plan_int.h"

struct fix { /* one correction at work */
    struct tx *tx;
    const struct plan_correct_in *in;
    struct plan_import_row import;
    struct plan_node_row node;
};

static struct db_val region(const struct fix *x)
{
    return DB_S(x->import.region_code);
}

static bool one_of(struct span word, const char *const *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (span_is(word, words[i]))
            return true;
    }
    return false;
}

static enum rc node_at(struct fix *x, enum sql_id id, int64_t which, struct plan_node_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_one(x->tx, id, DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(which)), &rows, f);
    if (rc != RC_OK)
        return rc;
    out->key = rows_int(&rows, 0);
    out->parent_key = rows_int(&rows, 1);
    out->sort = rows_int(&rows, 2);
    out->path = rows_text_dup(&rows, 3);
    out->kind = rows_text_dup(&rows, 4);
    out->number = rows_text_dup(&rows, 5);
    out->heading = rows_text_dup(&rows, 6);
    out->start = rows_int(&rows, 7);
    out->end = rows_int(&rows, 8);
    out->dates = rows_text_dup(&rows, 9);
    out->is_action = rows_int(&rows, 12) != 0;
    return rows_end(&rows);
}

static enum rc save_node(struct fix *x, const struct plan_node_row *n, struct fail *f)
{
    return db_exec(x->tx, SQL_import_node_set,
                   DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(n->key), DB_T(n->kind),
                           DB_T(n->number), DB_T(n->heading), DB_I(n->start), DB_I(n->end), DB_I(n->is_action),
                           DB_T(n->dates)),
                   NULL, f);
}

/* Moves the edge between two neighbours to byte `at`; both keep at least one byte. */
static enum rc move_edge(struct fix *x, bool start, struct fail *f)
{
    struct plan_node_row other;
    enum rc rc = node_at(x, start ? SQL_import_node_before : SQL_import_node_behind, x->node.sort, &other, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_plan_no_neighbour, "value", NULL);
    if (rc != RC_OK)
        return rc;
    struct plan_node_row *left = start ? &other : &x->node, *right = start ? &x->node : &other;
    if (x->in->at <= left->start || x->in->at >= right->end)
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, "value", NULL);
    left->end = x->in->at;
    right->start = x->in->at;
    rc = save_node(x, left, f);
    return rc == RC_OK ? save_node(x, right, f) : rc;
}

static enum rc set_field(struct fix *x, struct fail *f)
{
    static const char *const kinds[] = {"chapter", "section", "action", "item", "measure", "phase", "paragraph"};
    const struct plan_correct_in *in = x->in;
    if (span_is(in->field, "start") || span_is(in->field, "end"))
        return move_edge(x, span_is(in->field, "start"), f);
    if (span_is(in->field, "kind")) {
        if (!one_of(in->value, kinds, 7))
            return fail_span(f, RC_INVALID, MSG_plan_kind_invalid, "value", in->value);
        x->node.kind = in->value;
    } else if (span_is(in->field, "number")) {
        x->node.number = in->value;
    } else if (span_is(in->field, "heading")) {
        x->node.heading = in->value;
    } else if (span_is(in->field, "is_action") && (span_is(in->value, "true") || span_is(in->value, "false"))) {
        x->node.is_action = span_is(in->value, "true");
    } else {
        return fail_span(f, RC_INVALID, MSG_plan_field_invalid, "field", in->field);
    }
    return save_node(x, &x->node, f);
}

static enum rc last_number(struct fix *x, enum sql_id id, int64_t *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(x->tx, id, DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_int(&rows, 0);
    return rows_end(&rows);
}

static enum rc move_mentions(struct fix *x, int64_t from_key, int64_t to_key, int64_t from_byte, struct fail *f)
{
    return db_exec(
        x->tx, SQL_import_unit_move,
        DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(from_key), DB_I(to_key), DB_I(from_byte)),
        NULL, f);
}

static enum rc split(struct fix *x, struct fail *f)
{
    struct plan_node_row right = x->node, behind;
    int64_t key = 0;
    if (x->in->at <= x->node.start || x->in->at >= x->node.end)
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, "at", NULL);
    enum rc rc = node_at(x, SQL_import_node_behind, x->node.sort, &behind, f);
    if (rc != RC_OK && rc != RC_MISSING)
        return rc;
    right.sort = rc == RC_MISSING ? x->node.sort + 1024 : x->node.sort + (behind.sort - x->node.sort) / 2;
    if (right.sort == x->node.sort)
        return fail_set(f, RC_LIMIT, MSG_plan_split_too_often, "at", NULL);
    rc = last_number(x, SQL_import_node_last_key, &key, f);
    if (rc != RC_OK)
        return rc;
    key++;
    char path[32];
    (void)snprintf(path, sizeof path, "+%lld", (long long)key);
    rc = db_exec(x->tx, SQL_import_node_insert,
                 DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(key), DB_I(x->node.parent_key),
                         DB_I(right.sort), DB_S(path), DB_T(right.kind), DB_S(""), DB_S(""), DB_I(x->in->at),
                         DB_I(x->node.end), DB_I(right.is_action), DB_S("[]"), DB_S("[]"), DB_S("[]"), DB_S(""),
                         DB_I(1)),
                 NULL, f);
    x->node.end = x->in->at;
    if (rc == RC_OK)
        rc = save_node(x, &x->node, f);
    return rc == RC_OK ? move_mentions(x, x->node.key, key, x->in->at, f) : rc;
}

static enum rc join(struct fix *x, struct fail *f)
{
    struct plan_node_row before;
    enum rc rc = node_at(x, SQL_import_node_before, x->node.sort, &before, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_INVALID, MSG_plan_no_neighbour, "node_key", NULL);
    if (rc != RC_OK)
        return rc;
    before.end = x->node.end;
    rc = save_node(x, &before, f);
    if (rc == RC_OK)
        rc = move_mentions(x, x->node.key, before.key, 0, f);
    if (rc == RC_OK)
        rc = db_exec(x->tx, SQL_import_node_adopt,
                     DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(x->node.key), DB_I(before.key)),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(x->tx, SQL_import_node_drop,
                     DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(x->node.key)), NULL, f);
    return rc;
}

static enum rc check_part(struct span part, struct fail *f)
{
    static const char *const parts[] = {"lead", "supporting", "charged"};
    return one_of(part, parts, 3) ? RC_OK : fail_span(f, RC_INVALID, MSG_plan_part_invalid, "part", part);
}

static enum rc add_unit(struct fix *x, struct fail *f)
{
    const struct plan_correct_in *in = x->in;
    int64_t item = 0;
    struct span name = in->name.len > 0 ? in->name : in->printed;
    enum rc rc = check_part(in->part, f);
    if (rc == RC_OK && name.len == 0)
        rc = fail_set(f, RC_INVALID, MSG_plan_name_missing, "name", NULL);
    if (rc == RC_OK)
        rc = last_number(x, SQL_import_unit_last_item, &item, f);
    if (rc != RC_OK)
        return rc;
    bool printed = in->end > in->start;
    return db_exec(x->tx, SQL_import_unit_insert,
                   DB_ARGS(region(x), DB_I(x->import.id), DB_I(in->document), DB_I(x->node.key), DB_I(item + 1),
                           DB_T(in->part), DB_T(name), printed ? DB_T(in->printed) : DB_S(""),
                           DB_I(printed ? in->start : x->node.start), DB_I(printed ? in->end : x->node.start),
                           DB_S(printed ? "text" : "office")),
                   NULL, f);
}

static enum rc drop_unit(struct fix *x, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = check_part(x->in->part, f);
    if (rc == RC_OK)
        rc = db_exec(x->tx, SQL_import_unit_drop,
                     DB_ARGS(region(x), DB_I(x->import.id), DB_I(x->in->document), DB_I(x->node.key), DB_T(x->in->part),
                             DB_T(x->in->name)),
                     &changed, f);
    return rc == RC_OK && changed == 0 ? fail_span(f, RC_MISSING, MSG_plan_unit_missing, "name", x->in->name) : rc;
}

static enum rc dump_dates(struct fix *x, const json_t *dates, struct fail *f)
{
    if (!plan_json_dump(tx_arena(x->tx), dates, &x->node.dates))
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    return save_node(x, &x->node, f);
}

static enum rc add_date(struct fix *x, struct fail *f)
{
    static const char *const kinds[] = {"deadline", "horizon", "phase", "period"};
    const struct plan_correct_in *in = x->in;
    json_t *dates = NULL;
    struct ymd day;
    if (!one_of(in->date_kind, kinds, 4))
        return fail_span(f, RC_INVALID, MSG_plan_kind_invalid, "kind", in->date_kind);
    if ((in->to_on.len > 0 && !date_parse(in->to_on, &day)) ||
        (in->from_on.len > 0 && !date_parse(in->from_on, &day)) || in->to_on.len + in->from_on.len == 0)
        return fail_span(f, RC_INVALID, MSG_plan_day_invalid, "to", in->to_on);
    enum rc rc = json_read(tx_arena(x->tx), x->node.dates, &dates, f);
    if (rc != RC_OK)
        return rc;
    json_t *date = json_object();
    json_object_set_new(date, "kind", json_stringn(in->date_kind.ptr, in->date_kind.len));
    json_object_set_new(date, "from",
                        in->from_on.len > 0 ? json_stringn(in->from_on.ptr, in->from_on.len) : json_null());
    json_object_set_new(date, "to", in->to_on.len > 0 ? json_stringn(in->to_on.ptr, in->to_on.len) : json_null());
    json_object_set_new(date, "text", json_stringn(in->printed.len > 0 ? in->printed.ptr : "", in->printed.len));
    json_object_set_new(date, "start", json_integer(in->end > in->start ? in->start : x->node.start));
    json_object_set_new(date, "end", json_integer(in->end > in->start ? in->end : x->node.start));
    json_object_set_new(date, "origin", json_string(in->end > in->start ? "text" : "office"));
    if (json_array_append_new(dates, date) != 0)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    return dump_dates(x, dates, f);
}

/* The date that starts at `start` goes. */
static enum rc drop_date(struct fix *x, struct fail *f)
{
    json_t *dates = NULL;
    enum rc rc = json_read(tx_arena(x->tx), x->node.dates, &dates, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(dates); i++) {
        if (json_integer_value(json_object_get(json_array_get(dates, i), "start")) == x->in->start) {
            (void)json_array_remove(dates, i);
            return dump_dates(x, dates, f);
        }
    }
    return rc == RC_OK ? fail_set(f, RC_MISSING, MSG_plan_date_missing, "start", NULL) : rc;
}

static enum rc set_document(struct fix *x, struct fail *f)
{
    const struct plan_correct_in *in = x->in;
    struct plan_document_row *docs = NULL;
    struct ymd day;
    int n = 0;
    enum rc rc = plan_documents(x->tx, &x->import, &docs, &n, f);
    if (rc != RC_OK)
        return rc;
    if (in->document < 0 || in->document >= n)
        return fail_set(f, RC_MISSING, MSG_not_found, "document", NULL);
    struct plan_document_row *d = &docs[in->document];
    if (span_is(in->field, "title"))
        d->title = in->value;
    else if (span_is(in->field, "issuer"))
        d->issuer = in->value;
    else if (span_is(in->field, "document_number"))
        d->document_number = in->value;
    else if (span_is(in->field, "date") && (in->value.len == 0 || date_parse(in->value, &day)))
        d->date_on = in->value.len == 0 ? SPAN_NONE : in->value;
    else
        return fail_span(f, RC_INVALID, MSG_plan_field_invalid, "field", in->field);
    return db_exec(x->tx, SQL_import_document_set,
                   DB_ARGS(region(x), DB_I(x->import.id), DB_I(in->document), DB_T(d->title), DB_T(d->document_number),
                           DB_T(d->issuer), DB_T(d->date_on)),
                   NULL, f);
}

static enum rc apply(struct fix *x, struct fail *f)
{
    if (x->in->op == PLAN_OP_SET_DOCUMENT)
        return set_document(x, f);
    enum rc rc = node_at(x, SQL_import_node_get, x->in->node_key, &x->node, f);
    if (rc != RC_OK)
        return rc;
    switch (x->in->op) {
    case PLAN_OP_SET:
        return set_field(x, f);
    case PLAN_OP_SPLIT:
        return split(x, f);
    case PLAN_OP_JOIN:
        return join(x, f);
    case PLAN_OP_ADD_UNIT:
        return add_unit(x, f);
    case PLAN_OP_DROP_UNIT:
        return drop_unit(x, f);
    case PLAN_OP_ADD_DATE:
        return add_date(x, f);
    case PLAN_OP_DROP_DATE:
        return drop_date(x, f);
    case PLAN_OP_SET_DOCUMENT:
        break;
    }
    return RC_OK;
}

/* The import as a draft that the actor may correct, in the version that the person saw. */
static enum rc take_draft(struct tx *tx, int64_t id, int64_t version, struct plan_import_row *out, struct fail *f)
{
    enum rc rc = plan_import_get(tx, id, out, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_IMPORT, out->unit_id, f);
    if (rc != RC_OK)
        return rc;
    if (!span_is(out->state, "draft"))
        return fail_span(f, RC_CONFLICT, MSG_plan_no_draft, "id", out->state);
    return version != 0 && version != out->version ? fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL) : RC_OK;
}

enum rc plan_correct(struct tx *tx, const struct plan_correct_in *in, int64_t *version, struct fail *f)
{
    struct fix x = {.tx = tx, .in = in};
    int64_t changed = 0;
    enum rc rc = take_draft(tx, in->import_id, in->version, &x.import, f);
    if (rc == RC_OK)
        rc = apply(&x, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_import_touch, DB_ARGS(region(&x), DB_I(in->import_id), DB_I(x.import.version)), &changed,
                     f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_correction_insert,
                     DB_ARGS(region(&x), DB_I(in->import_id), DB_I(x.import.version + 1), DB_I(tx_now_us(tx)),
                             DB_I(tx_actor(tx)->principal_id), DB_T(in->change)),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    *version = x.import.version + 1;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kint(&note.w, "version", *version);
    jw_key(&note.w, "correction");
    jw_raw(&note.w, in->change);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){x.import.region_code, "import", in->import_id, "correct", NULL}, f);
}

enum rc plan_discard(struct tx *tx, int64_t import_id, int64_t version, struct fail *f)
{
    struct plan_import_row row;
    int64_t changed = 0;
    enum rc rc = take_draft(tx, import_id, version, &row, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_import_discard, DB_ARGS(DB_S(row.region_code), DB_I(import_id), DB_I(row.version)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    return plan_note_end(tx, &note, &(struct plan_subject){row.region_code, "import", import_id, "discard", NULL}, f);
}
