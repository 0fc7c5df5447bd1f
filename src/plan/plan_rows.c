/* plan_rows.c - rows to structs, in scope; notes for the journal; the small things that all parts of the engine share. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "plan/outline.h"
#include "plan/plan_task_int.h"

static void copy_region(char out[7], struct span code)
{
    size_t n = code.len < 6 ? code.len : 6;
    if (n > 0)
        memcpy(out, code.ptr, n);
    out[n] = 0;
}

static enum plan_state state_of(struct span word)
{
    enum plan_state state = PLAN_TO_START;
    (void)plan_state_read(word, &state);
    return state;
}

void plan_import_of(struct rows *r, struct plan_import_row *out)
{
    copy_region(out->region_code, rows_text(r, 0));
    out->id = rows_int(r, 1);
    out->state = rows_text_dup(r, 2);
    out->mode = rows_text_dup(r, 3);
    out->as_of_on = rows_text_dup(r, 4);
    out->filename = rows_text_dup(r, 5);
    out->file_sha256 = rows_text_dup(r, 6);
    out->text_sha256 = rows_text_dup(r, 7);
    out->text_bytes = rows_int(r, 8);
    out->document_count = rows_int(r, 9);
    out->unit_id = rows_int(r, 10);
    out->created_at_us = rows_int(r, 11);
    out->version = rows_int(r, 12);
    out->next_document = rows_int(r, 13);
    out->next_sort = rows_int(r, 14);
    copy_region(out->target_region, rows_text(r, 15));
    out->cooperation_id = rows_int(r, 16);
    out->edition_of = rows_int(r, 17);
    out->proposed_units = rows_int(r, 18);
}

void plan_outline_of(struct rows *r, struct plan_outline_row *out)
{
    copy_region(out->region_code, rows_text(r, 0));
    out->id = rows_int(r, 1);
    out->state = rows_text_dup(r, 2);
    out->title = rows_text_dup(r, 3);
    out->document_number = rows_text_dup(r, 4);
    out->issuer = rows_text_dup(r, 5);
    out->issued_on = rows_text_dup(r, 6);
    out->mode = rows_text_dup(r, 7);
    out->edition = rows_int(r, 8);
    out->line_id = rows_int(r, 9);
    out->previous_id = rows_int(r, 10);
    out->cooperation_id = rows_int(r, 11);
    out->unit_id = rows_int(r, 12);
    out->text_sha256 = rows_text_dup(r, 13);
    out->start = rows_int(r, 14);
    out->end = rows_int(r, 15);
    out->is_public = rows_int(r, 16) != 0;
    out->created_at_us = rows_int(r, 17);
    out->version = rows_int(r, 18);
}

void plan_action_of(struct rows *r, struct plan_action_row *out)
{
    copy_region(out->region_code, rows_text(r, 0));
    out->id = rows_int(r, 1);
    out->outline_id = rows_int(r, 2);
    out->line_id = rows_int(r, 3);
    out->node_key = rows_int(r, 4);
    out->sort = rows_int(r, 5);
    out->path = rows_text_dup(r, 6);
    out->number = rows_text_dup(r, 7);
    out->title = rows_text_dup(r, 8);
    out->start = rows_int(r, 9);
    out->end = rows_int(r, 10);
    out->origin = rows_text_dup(r, 11);
    out->phase = rows_text_dup(r, 12);
    out->state_at_start = state_of(rows_text(r, 13));
    out->state = state_of(rows_text(r, 14));
    out->percent = (int)rows_int(r, 15);
    out->due_on = rows_text_dup(r, 16);
    out->due_origin = rows_text_dup(r, 17);
    out->start_on = rows_text_dup(r, 18);
    out->horizon_on = rows_text_dup(r, 19);
    out->measure_text = rows_text_dup(r, 20);
    out->measure_value = rows_text_dup(r, 21);
    out->measure_unit = rows_text_dup(r, 22);
    out->measure_comparator = rows_text_dup(r, 23);
    out->measure_origin = rows_text_dup(r, 24);
    out->last_report_on = rows_text_dup(r, 25);
    out->last_report_at_us = rows_int(r, 26);
    out->updated_at_us = rows_int(r, 27);
    out->version = rows_int(r, 28);
    out->has_lead = rows_int(r, 29) != 0;
}

static void action_rest(struct rows *r, struct plan_action_row *out)
{
    out->body = rows_text_dup(r, 30);
    out->outline_title = rows_text_dup(r, 31);
    out->office_id = rows_int(r, 32);
    out->outline_mode = rows_text_dup(r, 33);
    out->is_public = rows_int(r, 34) != 0;
    out->outline_state = rows_text_dup(r, 35);
}

void plan_report_of(struct rows *r, struct plan_report_row *out)
{
    out->id = rows_int(r, 1);
    out->action_id = rows_int(r, 2);
    out->line_id = rows_int(r, 3);
    out->kind = rows_text_dup(r, 4);
    out->done_on = rows_text_dup(r, 5);
    out->at_us = rows_int(r, 6);
    out->actor_id = rows_int(r, 7);
    out->unit_id = rows_int(r, 8);
    out->percent = (int)rows_int(r, 9);
    out->state = state_of(rows_text(r, 10));
    out->text = rows_text_dup(r, 11);
    out->file_count = rows_int(r, 12);
    out->reason = rows_text_dup(r, 13);
}

enum rc plan_import_get(struct tx *tx, int64_t id, struct plan_import_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_import_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_import_of(&rows, out);
    return rows_end(&rows);
}

enum rc plan_outline_get(struct tx *tx, int64_t id, struct plan_outline_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_outline_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_outline_of(&rows, out);
    return rows_end(&rows);
}

enum rc plan_public_outline_get(struct tx *tx, int64_t id, struct plan_outline_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_public_outline, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_outline_of(&rows, out);
    return rows_end(&rows);
}

enum rc plan_action_get(struct tx *tx, int64_t id, struct plan_action_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_action_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_action_of(&rows, out);
    action_rest(&rows, out);
    return rows_end(&rows);
}

enum rc plan_public_action_get(struct tx *tx, int64_t id, struct plan_action_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_public_action, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_action_of(&rows, out);
    action_rest(&rows, out);
    return rows_end(&rows);
}

bool plan_json_dump(struct arena *a, const json_t *value, struct span *out)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
    size_t size = json_dumpb(value, NULL, 0, flags);
    char *text = arena_alloc(a, size + 1);
    if (text == NULL || json_dumpb(value, text, size, flags) != size)
        return false;
    *out = (struct span){text, size};
    return true;
}

void *plan_grow(struct arena *a, void *items, int n, int *room, size_t size)
{
    if (n < *room)
        return items;
    int more = *room == 0 ? 16 : *room * 2;
    void *grown = arena_array(a, (size_t)more, size);
    if (grown == NULL)
        return NULL;
    if (n > 0)
        memcpy(grown, items, (size_t)n * size);
    *room = more;
    return grown;
}

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

enum rc plan_documents(struct tx *tx, const struct plan_import_row *import, struct plan_document_row **out, int *n,
                       struct fail *f)
{
    struct rows rows;
    struct plan_document_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_import_documents, DB_ARGS(DB_S(import->region_code), DB_I(import->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_document_row *d = &items[count++];
        d->document = rows_int(&rows, 0);
        d->title = rows_text_dup(&rows, 1);
        d->document_number = rows_text_dup(&rows, 2);
        d->issuer = rows_text_dup(&rows, 3);
        d->date_on = rows_text_dup(&rows, 4);
        d->start = rows_int(&rows, 5);
        d->end = rows_int(&rows, 6);
        d->checks = rows_text_dup(&rows, 7);
        d->outline_id = rows_int(&rows, 8);
        d->nodes = rows_int(&rows, 9);
        d->actions = rows_int(&rows, 10);
        d->units = rows_int(&rows, 11);
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

static enum rc open_list(struct tx *tx, enum sql_id id, const struct plan_list_of *of, struct rows *rows,
                         struct fail *f)
{
    if (of->document < 0)
        return db_query(tx, id, DB_ARGS(DB_S(of->region_code), DB_I(of->id)), rows, f);
    return db_query(tx, id, DB_ARGS(DB_S(of->region_code), DB_I(of->id), DB_I(of->document)), rows, f);
}

static void node_of(struct rows *r, bool import, struct plan_node_row *out)
{
    out->key = rows_int(r, 0);
    out->parent_key = rows_int(r, 1);
    out->sort = rows_int(r, 2);
    out->path = rows_text_dup(r, 3);
    out->kind = rows_text_dup(r, 4);
    out->number = rows_text_dup(r, 5);
    out->heading = rows_text_dup(r, 6);
    out->start = rows_int(r, 7);
    out->end = rows_int(r, 8);
    out->dates = rows_text_dup(r, 9);
    out->quantities = rows_text_dup(r, 10);
    out->checks = rows_text_dup(r, 11);
    if (import) {
        out->is_action = rows_int(r, 12) != 0;
        out->corrected = rows_int(r, 13) != 0;
    } else {
        out->action_id = rows_int(r, 12);
    }
}

enum rc plan_nodes(struct tx *tx, const struct plan_list_of *of, struct plan_node_row **out, int *n, struct fail *f)
{
    struct rows rows;
    struct plan_node_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = open_list(tx, of->nodes, of, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        node_of(&rows, of->document >= 0, &items[count++]);
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

enum rc plan_mentions(struct tx *tx, const struct plan_list_of *of, struct plan_mention_row **out, int *n,
                      struct fail *f)
{
    struct rows rows;
    struct plan_mention_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = open_list(tx, of->mentions, of, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        struct plan_mention_row *m = &items[count++];
        m->node_key = rows_int(&rows, 0);
        m->item = rows_int(&rows, 1);
        m->part = rows_text_dup(&rows, 2);
        if (of->document >= 0) {
            m->name = rows_text_dup(&rows, 3);
            m->printed = rows_text_dup(&rows, 4);
        } else {
            m->unit_id = rows_int(&rows, 3);
            m->name = rows_text_dup(&rows, 4);
        }
        m->start = rows_int(&rows, 5);
        m->end = rows_int(&rows, 6);
        m->origin = rows_text_dup(&rows, 7);
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

static int cmp_unit(const void *pa, const void *pb)
{
    const struct plan_action_unit *a = pa, *b = pb;
    int by_part = span_cmp(a->part, b->part);
    if (by_part != 0)
        return by_part;
    return a->item != b->item ? (a->item < b->item ? -1 : 1) : (a->unit_id > b->unit_id) - (a->unit_id < b->unit_id);
}

enum rc plan_units_of_action(struct tx *tx, const char *region_code, int64_t action_id, struct plan_action_unit **out,
                             int *n, struct fail *f)
{
    struct rows rows;
    struct plan_action_unit *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(tx, SQL_action_units, DB_ARGS(DB_S(region_code), DB_I(action_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        items[count++] =
            (struct plan_action_unit){rows_int(&rows, 0),      rows_int(&rows, 5),      rows_text_dup(&rows, 1),
                                      rows_text_dup(&rows, 2), rows_text_dup(&rows, 3), rows_text_dup(&rows, 4)};
    }
    if (count > 1)
        qsort(items, (size_t)count, sizeof *items, cmp_unit);
    *out = items;
    *n = count;
    return rows_end(&rows);
}

enum rc plan_taken_list(struct tx *tx, const struct plan_outline_row *o, int64_t start, int64_t end,
                        struct plan_taken_row **out, int *n, struct fail *f)
{
    struct rows rows;
    struct plan_taken_row *items = NULL;
    int count = 0, room = 0;
    enum rc rc = db_query(
        tx, SQL_action_overlaps,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(o->region_code), DB_I(o->id), DB_I(start), DB_I(end)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, count, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return over(f);
        }
        items[count++] = (struct plan_taken_row){
            {(size_t)rows_int(&rows, 2), (size_t)rows_int(&rows, 3), rows_text_dup(&rows, 1)}, rows_int(&rows, 0)};
    }
    *out = items;
    *n = count;
    return rows_end(&rows);
}

const struct plan_taken_row *plan_taken_find(const struct plan_taken_row *list, int n, size_t start, size_t end,
                                             struct span title, enum plan_overlap *how)
{
    const struct plan_taken_row *found = NULL;
    *how = PLAN_INSIDE;
    for (int i = 0; i < n; i++) {
        enum plan_overlap one = plan_cut_overlap(&list[i].taken, start, end, title);
        if (one > *how) {
            *how = one;
            found = &list[i];
        }
    }
    return found;
}

int32_t plan_day_of(struct span on)
{
    struct ymd day;
    return on.len > 0 && date_parse(on, &day) ? date_to_days(day) : PLAN_NO_DAY;
}

struct span plan_day_text(struct arena *a, int32_t day)
{
    char text[11];
    date_print(date_from_days(day), text);
    return span_dup(a, span_of(text));
}

enum rc plan_facts_on(struct tx *tx, const struct plan_action_row *a, const struct as_of *as_of, struct plan_facts *out,
                      struct fail *f)
{
    *out = (struct plan_facts){.start_day = plan_day_of(a->start_on),
                               .due_day = plan_day_of(a->due_on),
                               .last_report_day = plan_day_of(a->last_report_on),
                               .percent = a->percent,
                               .state = a->state};
    if (out->last_report_day == PLAN_NO_DAY || out->last_report_day <= as_of->day)
        return RC_OK;
    out->last_report_day = PLAN_NO_DAY;
    out->percent = 0;
    out->state = a->state_at_start;
    struct rows rows;
    enum rc rc = db_one(tx, SQL_report_on, DB_ARGS(DB_S(a->region_code), DB_I(a->line_id), DB_S(as_of->on)), &rows, f);
    if (rc == RC_MISSING)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    struct plan_report_row report;
    plan_report_of(&rows, &report);
    out->last_report_day = plan_day_of(report.done_on);
    out->percent = report.percent;
    out->state = report.state;
    return rows_end(&rows);
}

enum rc plan_unit_known(struct tx *tx, const char *region_code, struct span on, struct span *name,
                        struct unit_found *found, struct fail *f)
{
    char buf[300];
    struct span form;
    enum rc rc = unit_resolve(tx, region_code, *name, on, found, f);
    for (int i = 0; rc == RC_OK && found->n == 0 && outline_unit_form(*name, i, buf, sizeof buf, &form); i++) {
        struct unit_found other;
        rc = unit_resolve(tx, region_code, form, on, &other, f);
        if (rc != RC_OK || other.unit_id == 0)
            continue;
        form = span_dup(tx_arena(tx), form);
        if (form.ptr == NULL)
            return over(f);
        *name = form;
        *found = other;
        return RC_OK;
    }
    return rc;
}

enum rc plan_may_outline(struct tx *tx, const char *region_code, int64_t outline_id, enum org_right right,
                         struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(
        tx, SQL_outline_right,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(region_code), DB_I(outline_id), DB_S(org_right_word(right))),
        &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_FORBIDDEN, MSG_plan_right_lacking, NULL, NULL);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

void plan_note_begin(struct plan_note *note)
{
    sb_init(&note->sb, JOURNAL_CHANGE_BYTES_MAX);
    jw_init(&note->w, &note->sb);
    jw_object(&note->w);
}

enum rc plan_note_end(struct tx *tx, struct plan_note *note, const struct plan_subject *s, struct fail *f)
{
    jw_object_end(&note->w);
    enum rc rc = sb_rc(&note->sb) == RC_OK ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    struct journal_entry entry = {s->region_code, s->kind, s->id, s->verb, sb_span(&note->sb)};
    if (rc == RC_OK)
        rc = journal_append(tx, &entry, NULL, f);
    sb_release(&note->sb);
    if (rc == RC_OK &&
        strcmp(s->kind, "action") == 0) /* whatever changed it: what it counts as is kept with the change */
        rc = strcmp(s->verb, "report") == 0 ? plan_rollup_progress(tx, s->region_code, s->id, f)
                                            : plan_rollup_action(tx, s->region_code, s->id, f);
    if (rc != RC_OK || s->topic == NULL)
        return rc;
    char text[40];
    (void)snprintf(text, sizeof text, "{\"id\":\"%lld\"}", (long long)s->id);
    return outbox_put(tx, s->region_code, s->topic, span_of(text), f);
}

static bool boundary(const char *bytes, size_t n, size_t at)
{
    return at >= n || ((unsigned char)bytes[at] & 0xc0) != 0x80;
}

enum rc plan_text_range(struct store *s, struct arena *a, const struct plan_range *range, struct span *out,
                        struct fail *f)
{
    int fd = -1;
    int64_t size = 0;
    enum rc rc = file_open(s, range->sha256_hex, &fd, &size, f);
    if (rc != RC_OK)
        return rc;
    if (range->start < 0 || range->start > range->end || range->end > size) {
        (void)close(fd);
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, range->field, NULL);
    }
    size_t want =
        (size_t)(range->end - range->start) + (range->end < size ? 1 : 0); /* one byte more, to see the boundary */
    size_t have = 0;
    char *bytes = arena_alloc(a, want + 1);
    while (bytes != NULL && have < want) {
        ssize_t n = pread(fd, bytes + have, want - have, (off_t)(range->start + (int64_t)have));
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    (void)close(fd);
    if (bytes == NULL)
        return over(f);
    if (have < want)
        return fail_set(f, RC_INTERNAL, MSG_plan_text_unreadable, NULL, NULL);
    size_t len = (size_t)(range->end - range->start);
    if (!boundary(bytes, want, 0) || !boundary(bytes, want, len))
        return fail_set(f, RC_INVALID, MSG_plan_span_invalid, range->field, NULL);
    *out = (struct span){bytes, len};
    return RC_OK;
}

enum rc plan_command_run(struct store *s, const struct actor *actor, struct arena *a, command_fn *fn, void *in,
                         struct fail *f)
{
    struct store_write w = {.command = fn, .in = in, .out = in, .actor = *actor, .arena = a};
    enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}
