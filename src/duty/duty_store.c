/* duty_store.c - rows to structs and back, the texts of packs, what is written beside a change: journal, listeners, outbox, notices. */
#include <sodium.h>
#include <string.h>

#include "base/ensure.h"
#include "duty/duty_int.h"

extern const char duty_pack_action[], duty_pack_lights[], duty_pack_urging[], duty_pack_slips[];
extern const char duty_pack_request[];
extern const size_t duty_pack_request_len;
extern const size_t duty_pack_action_len, duty_pack_lights_len, duty_pack_urging_len, duty_pack_slips_len;

enum rc duty_over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_duty_memory, NULL, NULL);
}

static void take_region(struct rows *r, int col, char out[7])
{
    const struct span s = rows_text(r, col);
    memset(out, 0, 7);
    if (s.len > 0)
        memcpy(out, s.ptr, s.len < 6 ? s.len : 6);
}

/* ---- duties -------------------------------------------------------------------------------------------------------------------- */

static void fill(struct rows *r, struct duty_row *out, struct span (*text)(struct rows *r, int col))
{
    *out = (struct duty_row){.id = rows_int(r, 1)};
    take_region(r, 0, out->region_code);
    out->number = text(r, 2);
    out->subject_kind = text(r, 3);
    out->subject_id = rows_int(r, 4);
    out->title = text(r, 5);
    out->machine = text(r, 6);
    out->machine_hash = text(r, 7);
    out->state = text(r, 8);
    out->final = rows_int(r, 9) != 0;
    out->suspended = rows_int(r, 10) != 0;
    out->holder_id = rows_int(r, 11);
    out->assigner_id = rows_int(r, 12);
    out->counterpart_id = rows_int(r, 13);
    out->supervisor_id = rows_int(r, 14);
    out->parent_id = rows_int(r, 15);
    out->ordinal = rows_int(r, 16);
    out->part = text(r, 17);
    out->weight = rows_int(r, 18);
    out->percent = rows_int(r, 19);
    out->start_on = text(r, 20);
    out->due_on = text(r, 21);
    out->first_due_on = text(r, 22);
    out->clock = text(r, 23);
    out->clock_due_us = rows_int(r, 24);
    out->returns = rows_int(r, 25);
    out->extensions = rows_int(r, 26);
    out->reports = rows_int(r, 27);
    out->evidence = rows_int(r, 28);
    out->overdue_at_us = rows_int(r, 29);
    out->overdue_count = rows_int(r, 30);
    out->report_every = text(r, 31);
    out->report_by_on = text(r, 32);
    out->last_report_on = text(r, 33);
    out->unconfirmed = rows_int(r, 34);
    out->crosses_border = rows_int(r, 35) != 0;
    out->recurrence_id = rows_int(r, 36);
    out->opened_at_us = rows_int(r, 37);
    out->closed_at_us = rows_int(r, 38);
    out->updated_at_us = rows_int(r, 39);
    out->version = rows_int(r, 40);
}

void duty_of(struct rows *r, struct duty_row *out)
{
    fill(r, out, rows_text_dup);
}

void duty_of_borrowed(struct rows *r, struct duty_row *out)
{
    fill(r, out, rows_text);
}

enum rc duty_get(struct tx *tx, int64_t id, struct duty_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    duty_of(&rows, out);
    return rows_end(&rows);
}

enum rc duty_count_open(struct tx *tx, struct span kind, int64_t subject_id, int64_t *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_count_of_subject, DB_ARGS(DB_T(kind), DB_I(subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *n = rows_int(&rows, 0);
    return rows_end(&rows);
}

enum rc duty_open_about(struct tx *tx, struct span kind, int64_t subject_id, int max, struct duty_about *out, int *n,
                        struct fail *f)
{
    struct rows rows;
    *n = 0;
    enum rc rc = db_query(tx, SQL_duty_open_of_subject, DB_ARGS(DB_T(kind), DB_I(subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < max && rows_next(&rows))
        out[(*n)++] = (struct duty_about){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2)};
    return rows_end(&rows);
}

static struct span due_key(const struct duty_row *d)
{
    return d->due_on.len > 0 ? d->due_on : SPAN("9999-12-31");
}

enum rc duty_insert(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    return db_exec(tx, SQL_duty_insert,
                   DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_T(d->number), DB_T(d->subject_kind),
                           DB_I(d->subject_id), DB_T(d->title), DB_T(d->machine), DB_T(d->machine_hash), DB_T(d->state),
                           DB_I(d->final), DB_I(d->suspended), DB_I(d->holder_id), DB_I(d->assigner_id),
                           DB_I_OR_NULL(d->counterpart_id), DB_I_OR_NULL(d->supervisor_id), DB_I_OR_NULL(d->parent_id),
                           DB_I(d->ordinal), DB_T(d->part), DB_I(d->weight), DB_I(d->percent), DB_T(d->start_on),
                           DB_T(d->due_on), DB_T(d->first_due_on), DB_T(d->clock), DB_I_OR_NULL(d->clock_due_us),
                           DB_I(d->returns), DB_I(d->extensions), DB_I(d->reports), DB_I(d->evidence),
                           DB_I_OR_NULL(d->overdue_at_us), DB_I(d->overdue_count), DB_T(d->report_every),
                           DB_T(d->report_by_on), DB_T(d->last_report_on), DB_I(d->unconfirmed),
                           DB_I(d->crosses_border), DB_I_OR_NULL(d->recurrence_id), DB_I(d->opened_at_us),
                           DB_I_OR_NULL(d->closed_at_us), DB_I(d->updated_at_us), DB_I(d->version), DB_T(due_key(d))),
                   NULL, f);
}

enum rc duty_save(struct tx *tx, struct duty_row *d, struct fail *f)
{
    int64_t changed = 0;
    d->updated_at_us = tx_now_us(tx);
    enum rc rc = db_exec(
        tx, SQL_duty_save,
        DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_I(d->version), DB_T(d->state), DB_I(d->final), DB_I(d->suspended),
                DB_I(d->holder_id), DB_I_OR_NULL(d->counterpart_id), DB_I_OR_NULL(d->supervisor_id), DB_I(d->percent),
                DB_T(d->due_on), DB_T(d->clock), DB_I_OR_NULL(d->clock_due_us), DB_I(d->returns), DB_I(d->extensions),
                DB_I(d->reports), DB_I(d->evidence), DB_I_OR_NULL(d->overdue_at_us), DB_I(d->overdue_count),
                DB_T(d->report_by_on), DB_T(d->last_report_on), DB_I(d->unconfirmed), DB_I(d->crosses_border),
                DB_I_OR_NULL(d->closed_at_us), DB_I(d->updated_at_us), DB_T(due_key(d))),
        &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_STALE, MSG_duty_stale, NULL, NULL);
    d->version++;
    return rc;
}

enum rc duty_party_put(struct tx *tx, const struct duty_row *d, struct fail *f)
{
    static const enum duty_part parts[] = {DUTY_HOLDER, DUTY_ASSIGNER, DUTY_COUNTERPART, DUTY_SUPERVISOR};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof(parts) / sizeof(parts[0]); i++) {
        const int64_t unit = duty_unit_of(d, parts[i]);
        if (unit != 0)
            rc = db_exec(tx, SQL_duty_party_add,
                         DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_I(unit), DB_S(duty_part_word(parts[i]))), NULL,
                         f);
    }
    return rc;
}

int64_t duty_unit_of(const struct duty_row *d, enum duty_part part)
{
    switch (part) {
    case DUTY_HOLDER:
        return d->holder_id;
    case DUTY_ASSIGNER:
        return d->assigner_id;
    case DUTY_COUNTERPART:
        return d->counterpart_id;
    case DUTY_SUPERVISOR:
    case DUTY_ARBITER:
        return d->supervisor_id != 0 ? d->supervisor_id : d->assigner_id;
    default:
        return 0;
    }
}

/* ---- reports, slips ---------------------------------------------------------------------------------------------------------------- */

void duty_report_of(struct rows *r, struct duty_report_row *out)
{
    *out = (struct duty_report_row){.id = rows_int(r, 0), .duty_id = rows_int(r, 1), .unit_id = rows_int(r, 2)};
    out->state = rows_text_dup(r, 3);
    out->percent = rows_int(r, 4);
    out->text = rows_text_dup(r, 5);
    out->reason = rows_text_dup(r, 6);
    out->figures = rows_text_dup(r, 7);
    out->done_on = rows_text_dup(r, 8);
    out->file_count = rows_int(r, 9);
    out->external = rows_int(r, 10) != 0;
    out->confirmed_at_us = rows_int(r, 11);
    out->drafted_by = rows_int(r, 12);
    out->drafted_at_us = rows_int(r, 13);
    out->decided_by = rows_int(r, 14);
    out->decided_at_us = rows_int(r, 15);
    out->return_reason = rows_text_dup(r, 16);
}

void duty_slip_of(struct rows *r, struct duty_slip_row *out, bool title)
{
    *out = (struct duty_slip_row){.id = rows_int(r, 0), .duty_id = rows_int(r, 1)};
    out->number = rows_text_dup(r, 2);
    out->colour = rows_text_dup(r, 3);
    out->unit_id = rows_int(r, 4);
    out->issuer_id = rows_int(r, 5);
    out->text = rows_text_dup(r, 6);
    out->state = rows_text_dup(r, 7);
    out->reply_due_us = rows_int(r, 8);
    out->lapsed_at_us = rows_int(r, 9);
    out->reply = rows_text_dup(r, 10);
    out->replied_at_us = rows_int(r, 11);
    out->closed_at_us = rows_int(r, 12);
    out->close_text = rows_text_dup(r, 13);
    out->issued_at_us = rows_int(r, 14);
    out->version = rows_int(r, 15);
    if (title)
        out->title = rows_text_dup(r, 16);
}

/* ---- texts of packs ------------------------------------------------------------------------------------------------------------------ */

/* The texts of other rooms: worded ones, then the kinds of which there is one. */
static bool builtin_of_others(int i, const char **kind, struct span *word, struct duty_text *out)
{
    if (i < duty_pack_text_count) {
        const struct duty_pack_text_in *const text = &duty_pack_texts[i];
        *kind = text->kind;
        *word = span_of(text->word);
        *out = (struct duty_text){{text->body, *text->len}, SPAN_NONE, text->file};
        return true;
    }
    i -= duty_pack_text_count;
    for (int k = 0; k < duty_pack_kind_count; k++) {
        if (duty_pack_kinds[k].worded || i-- > 0)
            continue;
        *kind = duty_pack_kinds[k].kind;
        *word = SPAN("");
        *out = (struct duty_text){duty_pack_kinds[k].builtin(), SPAN_NONE, duty_pack_kinds[k].file};
        return true;
    }
    return false;
}

bool duty_text_builtin(int i, const char **kind, struct span *word, struct duty_text *out)
{
    const struct {
        const char *kind;
        struct span word;
        struct duty_text text;
    } all[] = {
        {"machine", SPAN("action"), {{duty_pack_action, duty_pack_action_len}, SPAN_NONE, "action.yaml"}},
        {"machine", SPAN("request"), {{duty_pack_request, duty_pack_request_len}, SPAN_NONE, "request.yaml"}},
        {"lights", SPAN(""), {{duty_pack_lights, duty_pack_lights_len}, SPAN_NONE, "lights.yaml"}},
        {"urging", SPAN(""), {{duty_pack_urging, duty_pack_urging_len}, SPAN_NONE, "urging.yaml"}},
        {"slips", SPAN(""), {{duty_pack_slips, duty_pack_slips_len}, SPAN_NONE, "slips.yaml"}},
    };
    const int own = (int)(sizeof(all) / sizeof(all[0]));
    if (i < 0 || i >= own)
        return i >= own && builtin_of_others(i - own, kind, word, out);
    *kind = all[i].kind;
    *word = all[i].word;
    *out = all[i].text;
    return true;
}

enum rc duty_text_hash(struct tx *tx, struct span body, struct span *out, struct fail *f)
{
    unsigned char h[32];
    char *const hex = arena_alloc(tx_arena(tx), 65);
    if (hex == NULL)
        return duty_over(f);
    (void)crypto_generichash(h, sizeof(h), (const unsigned char *)body.ptr, body.len, NULL, 0);
    (void)sodium_bin2hex(hex, 65, h, sizeof(h));
    *out = (struct span){hex, 64};
    return RC_OK;
}

enum rc duty_text_at(struct tx *tx, const char *kind, struct span word, int64_t at_us, struct duty_text *out,
                     struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_pack_current, DB_ARGS(DB_S(kind), DB_T(word), DB_I(at_us)), &rows, f);
    if (rc == RC_OK) {
        *out = (struct duty_text){rows_text_dup(&rows, 0), rows_text_dup(&rows, 1), "pack"};
        return rows_end(&rows);
    }
    if (rc != RC_MISSING)
        return rc;
    const char *k = NULL;
    struct span w;
    for (int i = 0; duty_text_builtin(i, &k, &w, out); i++)
        if (strcmp(k, kind) == 0 && span_eq(w, word))
            return duty_text_hash(tx, out->body, &out->hash, f);
    return fail_span(f, RC_INVALID, MSG_duty_machine_unknown, "machine", word);
}

enum rc duty_text_current(struct tx *tx, const char *kind, struct span word, struct duty_text *out, struct fail *f)
{
    return duty_text_at(tx, kind, word, tx_now_us(tx), out, f);
}

enum rc duty_machine_current(struct tx *tx, struct span word, const struct duty_machine **out, struct span *hash,
                             struct fail *f)
{
    struct duty_text text;
    enum rc rc = duty_text_current(tx, "machine", word, &text, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_pack_put,
                     DB_ARGS(DB_T(text.hash), DB_S("machine"), DB_T(word), DB_T(text.body), DB_N), NULL, f);
    if (rc == RC_OK)
        rc = duty_machine_load(tx_arena(tx), text.file, text.body, out, f);
    *hash = text.hash;
    return rc;
}

enum rc duty_machine_of(struct tx *tx, const struct duty_row *d, const struct duty_machine **out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_pack_by_hash, DB_ARGS(DB_T(d->machine_hash)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const struct span body = rows_text_dup(&rows, 0);
    rc = rows_end(&rows);
    return rc == RC_OK ? duty_machine_load(tx_arena(tx), "pack", body, out, f) : rc;
}

/* ---- days and borders ---------------------------------------------------------------------------------------------------------------- */

bool duty_crosses(const char *assigner_region, const char *holder_region)
{
    if (strcmp(assigner_region, holder_region) == 0)
        return false;
    const bool province = strcmp(assigner_region, "000000") != 0 && strcmp(assigner_region + 2, "0000") == 0;
    return !(province && strncmp(assigner_region, holder_region, 2) == 0);
}

struct span duty_day_text(struct arena *a, int32_t day)
{
    char text[11];
    date_print(date_from_days(day), text);
    return span_dup(a, span_of(text));
}

int32_t duty_day_of(struct span on)
{
    struct ymd d;
    return on.len > 0 && date_parse(on, &d) ? date_to_days(d) : INT32_MIN;
}

int32_t duty_today(struct tx *tx)
{
    return date_to_days(date_of_us(tx_now_us(tx)));
}

/* ---- beside a change ------------------------------------------------------------------------------------------------------------------- */

void duty_note_begin(struct duty_note *n)
{
    sb_init(&n->sb, 1u << 20);
    jw_init(&n->w, &n->sb);
    jw_object(&n->w);
}

static enum rc listen_one(struct tx *tx, struct duty_change change, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < duty_listener_count; i++)
        if (span_is(change.kind, duty_listeners[i].kind))
            rc = duty_listeners[i].fn(tx, &change, f);
    return rc;
}

/* The subject, then every source that is another record. */
static enum rc listen(struct tx *tx, const struct duty_change *change, struct fail *f)
{
    struct duty_change one = *change;
    struct duty_source sources[DUTY_PARTS_MAX];
    struct rows rows;
    int n = 0;
    one.kind = one.after->subject_kind;
    one.subject_id = one.after->subject_id;
    enum rc rc = listen_one(tx, one, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_sources, DB_ARGS(DB_S(one.after->region_code), DB_I(one.after->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < DUTY_PARTS_MAX && rows_next(&rows)) {
        sources[n].kind = rows_text_dup(&rows, 0);
        sources[n++].id = rows_int(&rows, 1);
    }
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (span_eq(sources[i].kind, change->after->subject_kind) && sources[i].id == change->after->subject_id)
            continue;
        one.kind = sources[i].kind;
        one.subject_id = sources[i].id;
        rc = listen_one(tx, one, f);
    }
    return rc;
}

enum rc duty_done(struct tx *tx, struct duty_note *n, const struct duty_change *change, struct fail *f)
{
    const struct duty_row *d = change->after;
    jw_ktext(&n->w, "state", d->state);
    jw_kint(&n->w, "percent", d->percent);
    jw_kid(&n->w, "holder_id", d->holder_id);
    jw_ktext_or_null(&n->w, "due_on", d->due_on);
    jw_ktext(&n->w, "clock", d->clock);
    jw_kid(&n->w, "clock_due_us", d->clock_due_us);
    jw_object_end(&n->w);
    enum rc rc = sb_rc(&n->sb);
    if (rc != RC_OK)
        rc = duty_over(f);
    if (rc == RC_OK)
        rc = journal_append(tx, &(struct journal_entry){d->region_code, "duty", d->id, change->verb, sb_span(&n->sb)},
                            NULL, f);
    sb_release(&n->sb);
    if (rc == RC_OK)
        rc = listen(tx, change, f);
    char payload[96];
    const int len =
        snprintf(payload, sizeof(payload), "{\"id\":\"%lld\",\"verb\":\"%s\"}", (long long)d->id, change->verb);
    ensure(len > 0);
    return rc == RC_OK ? outbox_put(tx, d->region_code, "duty.changed", span_of(payload), f) : rc;
}

enum rc duty_tell(struct tx *tx, const struct duty_row *d, int64_t unit_id, enum org_right right, const char *kind,
                  struct fail *f)
{
    if (unit_id == 0)
        return RC_OK;
    return org_notify(tx, &(struct notice_in){d->region_code, "duty", d->id, unit_id, right, kind, d->title}, f);
}

enum rc duty_attach(struct tx *tx, const struct duty_row *d, const char *kind, int64_t id, const int64_t *file_ids,
                    int n, struct fail *f)
{
    const int64_t units[] = {d->holder_id, d->assigner_id, duty_unit_of(d, DUTY_SUPERVISOR)};
    enum rc rc = n > DUTY_FILES_MAX ? fail_set(f, RC_INVALID, MSG_duty_too_many, "file_ids", "20", NULL) : RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = org_file_attach(tx, &(struct file_attach_in){file_ids[i], d->region_code, kind, id, units, 3}, f);
    return rc;
}

enum rc duty_may_side(struct tx *tx, const struct duty_row *d, int64_t *unit, struct fail *f)
{
    static const enum org_right rights[] = {RIGHT_REVIEW, RIGHT_ASSIGN};
    const int64_t units[] = {duty_unit_of(d, DUTY_SUPERVISOR), d->assigner_id};
    for (size_t u = 0; u < 2; u++)
        for (size_t k = 0; k < 2; k++) {
            bool holds = false;
            enum rc rc = org_holds(tx, rights[k], units[u], &holds, f);
            if (rc != RC_OK)
                return rc;
            if (holds) {
                if (unit != NULL)
                    *unit = units[u];
                return RC_OK;
            }
        }
    return fail_set(f, RC_FORBIDDEN, MSG_duty_right_lacking, NULL, NULL);
}

enum rc duty_facts_of(struct tx *tx, const struct duty_row *d, struct duty_facts *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_open_parts, DB_ARGS(DB_S(d->region_code), DB_I(d->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = (struct duty_facts){.returns = d->returns,
                               .extensions = d->extensions,
                               .reports = d->reports,
                               .evidence = d->evidence,
                               .open_parts = rows_int(&rows, 0),
                               .percent_millionths = d->percent * RULE_DECIMAL_ONE,
                               .due_day = duty_day_of(d->due_on),
                               .today = duty_today(tx),
                               .overdue = d->clock_due_us != 0 && tx_now_us(tx) > d->clock_due_us,
                               .crosses_border = d->crosses_border};
    return rows_end(&rows);
}
