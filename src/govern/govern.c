/* govern.c - matters: read, made, changed by verbs, with their parties, journal, duties. What a topic adds stands in its own files. */
#include <string.h>

#include "govern/govern_int.h"

static const struct govern_topic *const topics[] = {
    &govern_group,         //
    &govern_power,         //
    &govern_standard,      //
    &govern_document,      //
    &govern_document_call, //
    &govern_cleanup,       //
    &govern_pilot,         //
    &govern_network,       //
    &govern_request,       //
    &govern_source,        //
};

const struct govern_topic *govern_topic_at(int i)
{
    return i < COUNT(topics) ? topics[i] : NULL;
}

const struct govern_topic *govern_topic_of(struct span kind)
{
    for (int i = 0; i < COUNT(topics); i++) {
        if (span_is(kind, topics[i]->kind))
            return topics[i];
    }
    return NULL;
}

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
}

static struct span today_of(struct tx *tx)
{
    char text[11];
    date_print(date_of_us(tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

/* ---- rows ------------------------------------------------------------ */

void govern_matter_of(struct rows *r, struct matter *out)
{
    const struct span region = rows_text(r, 0);
    *out = (struct matter){.id = rows_int(r, 1),
                           .number = rows_text_dup(r, 2),
                           .kind = rows_text_dup(r, 3),
                           .form = rows_text_dup(r, 4),
                           .code = rows_text_dup(r, 5),
                           .title = rows_text_dup(r, 6),
                           .text = rows_text_dup(r, 7),
                           .unit_id = rows_int(r, 8),
                           .parent_id = rows_int(r, 9),
                           .place_code = rows_text_dup(r, 10),
                           .document_number = rows_text_dup(r, 11),
                           .from_on = rows_text_dup(r, 12),
                           .to_on = rows_text_dup(r, 13),
                           .due_on = rows_text_dup(r, 14),
                           .source_id = rows_int(r, 15),
                           .source_words = rows_text_dup(r, 16),
                           .state = rows_text_dup(r, 17),
                           .is_open = rows_int(r, 18) != 0,
                           .opened_at_us = rows_int(r, 19),
                           .updated_at_us = rows_int(r, 20),
                           .version = rows_int(r, 21)};
    memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
}

enum rc matter_get(struct tx *tx, const char *kind, int64_t id, struct matter *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_matter_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct matter m;
    govern_matter_of(&rows, &m);
    rc = rows_end(&rows);
    if (rc == RC_OK && kind != NULL && !span_is(m.kind, kind))
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        *out = m;
    return rc;
}

enum rc matter_party(struct tx *tx, const struct matter *m, int64_t unit_id, const char *part, struct fail *f)
{
    return db_exec(tx, SQL_matter_party_add, DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(unit_id), DB_S(part)),
                   NULL, f);
}

enum rc matter_state(struct tx *tx, struct matter *m, const char *state, struct span to_on, struct fail *f)
{
    m->state = span_of(state);
    return db_exec(tx, SQL_matter_state,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_S(state), DB_T(to_on.len > 0 ? to_on : SPAN_NONE)),
                   NULL, f);
}

enum rc matter_tell(struct tx *tx, const struct matter *m, int64_t unit_id, enum org_right right, const char *kind,
                    struct fail *f)
{
    const struct notice_in notice = {m->region_code, span_cstr(tx_arena(tx), m->kind), m->id, unit_id, right, kind,
                                     m->title};
    return org_notify(tx, &notice, f);
}

/* ---- the verb ------------------------------------------------------------ */

static enum rc code_free(struct tx *tx, const char *kind, struct span code, struct fail *f)
{
    struct rows rows;
    if (code.len == 0)
        return RC_OK;
    enum rc rc = db_query(tx, SQL_matter_code_taken, DB_ARGS(DB_S(kind), DB_T(code)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool taken = rows_next(&rows);
    rc = rows_end(&rows);
    return rc == RC_OK && taken ? fail_span(f, RC_CONFLICT, MSG_govern_code_taken, "code", code) : rc;
}

static enum rc check_create(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    struct region region;
    struct matter parent;
    enum rc rc = RC_OK;
    if (c->topic->forms != NULL && !govern_word_in(v[CREATE_FORM].s, c->topic->forms))
        return fail_set(f, RC_INVALID, MSG_govern_word_invalid, "form", c->topic->forms, NULL);
    if (govern_id(&v[CREATE_PARENT]) != 0)
        rc = matter_get(tx, NULL, v[CREATE_PARENT].i, &parent, f);
    if (rc == RC_OK && v[CREATE_PLACE].s.len > 0)
        rc = region_get(tx, v[CREATE_PLACE].s, govern_day(&v[CREATE_FROM], SPAN_NONE), &region, f);
    return rc == RC_OK ? code_free(tx, c->topic->kind, v[CREATE_CODE].s, f) : rc;
}

static enum rc insert_matter(struct tx *tx, const struct matter *m, struct fail *f)
{
    return db_exec(tx, SQL_matter_insert,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_T(m->number), DB_T(m->kind), DB_T(m->form),
                           DB_T(m->code), DB_T(m->title), DB_T(m->text), DB_I(m->unit_id), DB_I_OR_NULL(m->parent_id),
                           DB_T(m->place_code), DB_T(m->document_number), DB_T(m->from_on), DB_T(m->due_on),
                           DB_I_OR_NULL(m->source_id), DB_T(m->source_words), DB_T(m->state), DB_I(m->is_open ? 1 : 0),
                           DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc add_parties(struct tx *tx, const struct matter *m, const json_t *list, struct fail *f)
{
    enum rc rc = matter_party(tx, m, m->unit_id, "home", f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        struct unit unit;
        int64_t id = 0;
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) || !span_to_i64(span_of(json_string_value(item)), &id))
            return fail_set(f, RC_INVALID, MSG_field_id, "parties", NULL);
        rc = unit_get(tx, id, SPAN_NONE, &unit, f);
        if (rc == RC_OK)
            rc = matter_party(tx, m, id, "party", f);
    }
    return rc;
}

static enum rc create(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    struct unit unit;
    const int64_t unit_id = govern_id(&v[CREATE_UNIT]) != 0 ? v[CREATE_UNIT].i : tx_actor(tx)->unit_id;
    if (unit_id == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "unit_id", NULL);
    enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        rc = org_require(tx, c->verb->right, unit_id, f);
    if (rc == RC_OK)
        rc = check_create(tx, c, f);
    if (rc != RC_OK)
        return rc;
    c->m = (struct matter){.id = tx_new_id(tx),
                           .unit_id = unit_id,
                           .parent_id = govern_id(&v[CREATE_PARENT]),
                           .source_id = govern_id(&v[CREATE_SOURCE]),
                           .version = 1,
                           .kind = span_of(c->topic->kind),
                           .form = v[CREATE_FORM].s,
                           .code = v[CREATE_CODE].s,
                           .title = span_trim(v[CREATE_TITLE].s),
                           .text = v[CREATE_TEXT].s,
                           .place_code = v[CREATE_PLACE].s,
                           .document_number = v[CREATE_DOCUMENT].s,
                           .source_words = v[CREATE_SOURCE_WORDS].s,
                           .from_on = govern_day(&v[CREATE_FROM], c->today),
                           .due_on = govern_day(&v[CREATE_DUE], SPAN_NONE),
                           .state = span_of(c->topic->state),
                           .is_open = c->topic->is_open};
    memcpy(c->m.region_code, unit.region_code, sizeof c->m.region_code);
    c->id = c->m.id;
    rc = store_number(tx, c->topic->number, c->m.region_code, &c->m.number, f);
    if (rc == RC_OK)
        rc = insert_matter(tx, &c->m, f);
    return rc == RC_OK ? add_parties(tx, &c->m, c->list[CREATE_PARTIES], f) : rc;
}

/* The matter is in scope: what the actor may not do with it is forbidden, not missing. */
static enum rc prepare(struct tx *tx, struct govern_call *c, struct fail *f)
{
    bool holds = true;
    int64_t changed = 0;
    enum rc rc = matter_get(tx, c->topic->kind, c->id, &c->m, f);
    if (rc == RC_OK && c->verb->right != RIGHT_READ)
        rc = org_holds(tx, c->verb->right, c->m.unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        rc = fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(c->verb->right), NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_matter_touch,
                     DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), DB_I(c->version), DB_I(tx_now_us(tx))), &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_govern_stale, NULL, NULL) : rc;
}

static enum rc index_matter(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct sb sb;
    struct matter now;
    enum rc rc = matter_get(tx, c->topic->kind, c->id, &now, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, GOVERN_TITLE_BYTES_MAX + GOVERN_TEXT_BYTES_MAX + 300);
    sb_add(&sb, now.title);
    sb_addc(&sb, '\n');
    sb_add(&sb, now.code);
    sb_addc(&sb, '\n');
    sb_add(&sb, now.document_number);
    sb_addc(&sb, '\n');
    sb_add(&sb, now.text);
    rc = sb_rc(&sb) == RC_OK ? search_put(tx, now.region_code, c->topic->kind, c->id, sb_span(&sb), f) : over(f);
    sb_release(&sb);
    return rc;
}

/* One field of the journal's note; long texts stand in the rows, whose digests the journal holds. */
static void note_field(struct tx *tx, struct jw *w, const struct govern_field *field, const struct db_val *v,
                       const json_t *list)
{
    char *text = NULL;
    if (field->type == GOVERN_LIST && list != NULL) {
        const size_t size = json_dumpb(list, NULL, 0, JSON_COMPACT);
        text = size > 0 && size < JOURNAL_CHANGE_BYTES_MAX / 4 ? arena_alloc(tx_arena(tx), size) : NULL;
        if (text != NULL && json_dumpb(list, text, size, JSON_COMPACT) == size) {
            jw_key(w, field->name);
            jw_raw(w, (struct span){text, size});
        }
    } else if (v->type == DB_TEXT && v->s.len > 0 && v->s.len <= GOVERN_TITLE_BYTES_MAX) {
        jw_ktext(w, field->name, v->s);
    } else if (v->type == DB_INT) {
        jw_kid(w, field->name, v->i);
    }
}

static enum rc note(struct tx *tx, const struct govern_call *c, struct fail *f)
{
    struct sb sb;
    struct jw w;
    char text[120];
    sb_init(&sb, JOURNAL_CHANGE_BYTES_MAX);
    jw_init(&w, &sb);
    jw_object(&w);
    if (c->item != 0)
        jw_kid(&w, "item", c->item);
    for (int i = 0; (c->verb->how & GOVERN_SEALED) == 0 && i < c->verb->n_fields; i++)
        note_field(tx, &w, &c->verb->fields[i], &c->v[i], c->list[i]);
    jw_object_end(&w);
    const struct journal_entry entry = {c->m.region_code, c->topic->kind, c->id, c->verb->word, sb_span(&sb)};
    enum rc rc = sb_rc(&sb) == RC_OK ? journal_append(tx, &entry, NULL, f) : over(f);
    sb_release(&sb);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(text, sizeof text, "{\"id\":\"%lld\",\"kind\":\"%s\",\"verb\":\"%s\"}", (long long)c->id,
                   c->topic->kind, c->verb->word);
    return outbox_put(tx, c->m.region_code, "govern.changed", span_of(text), f);
}

enum rc govern_do(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const bool creates = (c->verb->how & GOVERN_CREATES) != 0;
    c->today = today_of(tx);
    enum rc rc = creates ? create(tx, c, f) : prepare(tx, c, f);
    if (rc == RC_OK && c->verb->act != NULL)
        rc = c->verb->act(tx, c, f);
    if (rc == RC_OK && (creates || (c->verb->how & GOVERN_KEEPS) != 0))
        rc = index_matter(tx, c, f);
    return rc == RC_OK ? note(tx, c, f) : rc;
}

/* ---- the edit that all topics have ------------------------------------------------------------ */

const struct govern_field govern_edit_fields[] = {
    {"title", GOVERN_TEXT, false, GOVERN_TITLE_BYTES_MAX, NULL},
    {"text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},
    {"document_number", GOVERN_TEXT, false, 200, NULL},
    {"due_on", GOVERN_DAY, false, 0, NULL},
    {"source_id", GOVERN_ID, false, 0, NULL},
    {"source_words", GOVERN_TEXT, false, 400, NULL},
};
const int govern_edit_count = COUNT(govern_edit_fields);

enum rc govern_edit(struct tx *tx, struct govern_call *c, struct fail *f)
{
    const struct db_val *v = c->v;
    if (v[0].type == DB_TEXT && span_trim(v[0].s).len == 0)
        return fail_set(f, RC_INVALID, MSG_field_missing, "title", NULL);
    return db_exec(tx, SQL_matter_edit,
                   DB_ARGS(DB_S(c->m.region_code), DB_I(c->id), v[0], v[1], v[2], v[3], v[4], v[5]), NULL, f);
}

/* ---- the object ------------------------------------------------------------ */

void govern_matter_members(struct tx *tx, const struct matter *m, struct jw *w)
{
    jw_kid(w, "id", m->id);
    jw_ktext(w, "number", m->number);
    jw_ktext(w, "kind", m->kind);
    jw_ktext(w, "form", m->form);
    jw_ktext(w, "code", m->code);
    jw_ktext(w, "title", m->title);
    jw_ktext(w, "text", m->text);
    govern_unit_member(tx, w, "unit", m->unit_id);
    jw_key(w, "parent_id");
    if (m->parent_id == 0)
        jw_null(w);
    else
        jw_id(w, m->parent_id);
    govern_place_member(tx, w, "place", m->place_code);
    jw_ktext(w, "document_number", m->document_number);
    jw_ktext(w, "from_on", m->from_on);
    jw_ktext_or_null(w, "to_on", m->to_on);
    jw_ktext_or_null(w, "due_on", m->due_on);
    jw_key(w, "source_id");
    if (m->source_id == 0)
        jw_null(w);
    else
        jw_id(w, m->source_id);
    jw_ktext(w, "source_words", m->source_words);
    jw_ktext(w, "state", m->state);
    jw_kbool(w, "open", m->is_open);
    jw_ktime(w, "opened_at", m->opened_at_us);
    jw_ktime(w, "updated_at", m->updated_at_us);
    jw_kint(w, "version", m->version);
}

/* The verbs whose right the actor holds on the matter's unit: what a screen offers. */
static enum rc may_member(struct tx *tx, const struct matter *m, const struct govern_topic *topic, struct jw *w,
                          struct fail *f)
{
    uint32_t asked = 0, held = 0;
    jw_key(w, "may");
    jw_array(w);
    for (int i = 0; i < topic->n_verbs; i++) {
        const struct govern_verb *verb = &topic->verbs[i];
        const uint32_t bit = 1u << verb->right;
        bool holds = false;
        if ((verb->how & GOVERN_CREATES) != 0)
            continue;
        if ((asked & bit) == 0) {
            enum rc rc = org_holds(tx, verb->right, m->unit_id, &holds, f);
            if (rc != RC_OK)
                return rc;
            asked |= bit;
            held |= holds ? bit : 0;
        }
        if ((held & bit) != 0 || verb->right == RIGHT_READ)
            jw_str(w, verb->word);
    }
    jw_array_end(w);
    return RC_OK;
}

enum rc govern_object(struct tx *tx, int64_t id, const struct govern_show *show, struct jw *w, int64_t *version,
                      struct fail *f)
{
    struct matter m;
    enum rc rc = matter_get(tx, NULL, id, &m, f);
    const struct govern_topic *topic = rc == RC_OK ? govern_topic_of(m.kind) : NULL;
    if (rc == RC_OK && topic == NULL)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    *version = m.version;
    jw_object(w);
    govern_matter_members(tx, &m, w);
    rc = topic->show(tx, &m, show, w, f);
    if (rc == RC_OK)
        rc = may_member(tx, &m, topic, w, f);
    jw_object_end(w);
    return rc;
}

enum rc matter_rows(struct tx *tx, const struct govern_list *q, struct matter *out, int *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_list(tx, SQL_matter_list, q->filters, q->oldest ? SQLO_matter_list_oldest : SQLO_matter_list_newest,
                         q->after != 0, q->args, q->n_args, &rows, f);
    *n = 0;
    while (rc == RC_OK && *n < q->limit && rows_next(&rows))
        govern_matter_of(&rows, &out[(*n)++]);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc govern_list(struct tx *tx, const struct govern_list *q, const struct govern_show *show, struct jw *w,
                    int64_t *next, struct fail *f)
{
    struct rows rows;
    int64_t count = 0, last = 0;
    enum rc rc = db_list(tx, SQL_matter_list, q->filters, q->oldest ? SQLO_matter_list_oldest : SQLO_matter_list_newest,
                         q->after != 0, q->args, q->n_args, &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_array(w);
    while (rc == RC_OK && rows_next(&rows)) {
        struct matter m;
        if (++count > q->limit)
            break;
        govern_matter_of(&rows, &m);
        last = m.id;
        jw_object(w);
        govern_matter_members(tx, &m, w);
        const struct govern_topic *topic = govern_topic_of(m.kind);
        if (topic != NULL && topic->brief != NULL)
            rc = topic->brief(tx, &m, show, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    *next = count > q->limit ? last : 0;
    const enum rc ended = rows_end(&rows);
    return rc == RC_OK ? ended : rc;
}

/* ---- duties about matters ------------------------------------------------------------ */

enum rc govern_task_keep(struct tx *tx, const struct matter *m, struct span item, const struct duty_row *d,
                         struct fail *f)
{
    return db_exec(tx, SQL_matter_duty_add,
                   DB_ARGS(DB_S(m->region_code), DB_I(m->id), DB_I(d->id), DB_T(span_or_empty(item)), DB_T(d->title),
                           DB_I(d->holder_id), DB_T(d->due_on), DB_T(d->state), DB_I(d->percent)),
                   NULL, f);
}

enum rc govern_task_open(struct tx *tx, const struct matter *m, const struct govern_task *in, int64_t *duty_id,
                         struct fail *f)
{
    struct duty_row duty;
    const struct duty_source source = {.kind = in->source_kind != NULL ? span_of(in->source_kind) : m->kind,
                                       .id = m->id,
                                       .words = m->title,
                                       .unit_id = m->unit_id};
    const struct duty_open_in open = {.subject_kind = m->kind,
                                      .subject_id = m->id,
                                      .title = in->title,
                                      .holder_id = in->holder_id,
                                      .assigner_id = in->assigner_id,
                                      .parent_id = in->parent_id,
                                      .part = in->part,
                                      .due_on = in->due_on,
                                      .report_every = in->report_every,
                                      .sources = &source,
                                      .n_sources = 1};
    enum rc rc = duty_open(tx, &open, &duty, f);
    if (rc == RC_OK)
        rc = govern_task_keep(tx, m, in->item, &duty, f);
    if (rc == RC_OK)
        rc = matter_party(tx, m, in->holder_id, "party", f);
    if (rc == RC_OK && duty_id != NULL)
        *duty_id = duty.id;
    return rc;
}

enum rc govern_on_duty(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    const struct duty_row *d = change->after;
    return db_exec(tx, SQL_matter_duty_put,
                   DB_ARGS(DB_I(d->id), DB_I(d->holder_id), DB_T(d->due_on), DB_T(d->state), DB_I(d->percent),
                           DB_I(d->final ? 1 : 0)),
                   NULL, f);
}

enum rc govern_tasks(struct tx *tx, const struct matter *m, struct jw *w, struct fail *f)
{
    static const struct govern_column columns[] = {
        {"duty_id", GOVERN_ID}, {"item", GOVERN_TEXT},  {"title", GOVERN_TEXT},  {"holder", GOVERN_UNIT},
        {"due_on", GOVERN_DAY}, {"state", GOVERN_TEXT}, {"percent", GOVERN_INT}, {"final", GOVERN_BOOL},
    };
    const struct db_val args[] = {DB_S(m->region_code), DB_I(m->id)};
    struct rows rows;
    enum rc rc =
        govern_array(tx, w, &(struct govern_rows){"tasks", SQL_matter_duties, args, 2, columns, COUNT(columns)}, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_matter_duty_sums, args, 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "progress");
    if (rows_int(&rows, 0) > 0)
        jw_int(w, rows_int(&rows, 2) / rows_int(&rows, 0));
    else
        jw_null(w);
    jw_kint(w, "tasks_open", rows_int(&rows, 1));
    return rows_end(&rows);
}
