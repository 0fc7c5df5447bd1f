/* meet_agenda.c - the agenda of a session: items, their order, late ones, what was said, and what comes back from earlier sessions: commands. */
#include <string.h>

#include "govern/meet_int.h"

static enum rc fixed(const struct meet_session *s, struct fail *f)
{
    (void)fail_set(f, RC_CONFLICT, MSG_meet_agenda_fixed, NULL, NULL);
    fail_arg_both(f, 0, span_of(meet_state_name(s->state, LANG_ZH)), span_of(meet_state_name(s->state, LANG_EN)));
    return RC_CONFLICT;
}

static enum rc item_put(struct tx *tx, const struct meet_session *s, const struct meet_item *i, struct fail *f)
{
    return db_exec(tx, SQL_meet_item_insert,
                   DB_ARGS(DB_S(s->region_code), DB_I(i->id), DB_I(s->id), DB_I(i->ordinal), DB_T(i->kind),
                           DB_T(i->title), DB_I_OR_NULL(i->presenter_id), DB_T(span_or_empty(i->speaker)),
                           DB_I(i->duration_min), DB_T(span_or_empty(i->late_reason)), DB_I_OR_NULL(i->resolution_id)),
                   NULL, f);
}

static enum rc item_save(struct tx *tx, const struct meet_session *s, const struct meet_item *i, struct fail *f)
{
    return db_exec(tx, SQL_meet_item_save,
                   DB_ARGS(DB_S(s->region_code), DB_I(i->id), DB_I(s->id), DB_I(i->ordinal), DB_T(i->title),
                           DB_I_OR_NULL(i->presenter_id), DB_T(span_or_empty(i->speaker)), DB_I(i->duration_min),
                           DB_T(span_or_empty(i->record))),
                   NULL, f);
}

static enum rc item_drop(struct tx *tx, const struct meet_session *s, int64_t id, struct fail *f)
{
    return db_exec(tx, SQL_meet_item_drop, DB_ARGS(DB_S(s->region_code), DB_I(id), DB_I(s->id)), NULL, f);
}

/* The places are 1, 2, 3 … again. */
static enum rc number_again(struct tx *tx, const struct meet_session *s, struct fail *f)
{
    struct meet_item *items = NULL;
    int n = 0;
    enum rc rc = meet_items(tx, s, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (items[i].ordinal == i + 1)
            continue;
        items[i].ordinal = i + 1;
        rc = item_save(tx, s, &items[i], f);
    }
    return rc;
}

/* ---- what comes back by itself ------------------------------------------------------------------------------------------------------------ */

static bool among(const struct meet_resolution *open, int n, const struct meet_session *s, int64_t id)
{
    for (int i = 0; i < n; i++)
        if (open[i].id == id && open[i].session_id != s->id)
            return true;
    return false;
}

static bool on_agenda(const struct meet_item *items, int n, int64_t resolution_id)
{
    for (int i = 0; i < n; i++)
        if (items[i].resolution_id == resolution_id)
            return true;
    return false;
}

static enum rc come_back(struct tx *tx, const struct meet_session *s, const struct meet_resolution *r, int64_t ordinal,
                         struct fail *f)
{
    struct sb sb;
    sb_init(&sb, MEET_WORDS_BYTES_MAX + 64);
    sb_adds(&sb, "落实情况：");
    sb_add(&sb, span_sub(r->text, 0, 400));
    struct span title = sb_span(&sb);
    while (title.len > 0 && r->text.len > 400 &&
           ((unsigned char)r->text.ptr[title.len - strlen("落实情况：")] & 0xc0) == 0x80)
        title.len--; /* not through the middle of a character */
    const struct meet_item item = {
        .id = tx_new_id(tx), .ordinal = ordinal, .kind = SPAN("follow_up"), .title = title, .resolution_id = r->id};
    const enum rc rc = item_put(tx, s, &item, f);
    sb_release(&sb);
    return rc;
}

enum rc meet_follow_up(struct tx *tx, const struct meet_session *s, struct fail *f)
{
    struct meet_resolution *open = NULL;
    struct meet_item *items = NULL;
    int n_open = 0, n = 0, dropped = 0;
    enum rc rc = meet_resolutions(tx, s, true, &open, &n_open, f);
    if (rc == RC_OK)
        rc = meet_items(tx, s, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (items[i].resolution_id != 0 && !among(open, n_open, s, items[i].resolution_id)) {
            rc = item_drop(tx, s, items[i].id, f);
            dropped++;
        }
    int64_t last = n;
    for (int i = 0; rc == RC_OK && i < n_open; i++)
        if (open[i].session_id != s->id && !on_agenda(items, n, open[i].id))
            rc = come_back(tx, s, &open[i], ++last, f);
    return rc == RC_OK && dropped > 0 ? number_again(tx, s, f) : rc;
}

/* ---- items ------------------------------------------------------------------------------------------------------------------------------- */

static enum rc check_item(struct tx *tx, const struct meet_item_in *in, struct fail *f)
{
    struct unit unit;
    const struct span words[] = {in->speaker, in->late_reason};
    static const char *const fields[] = {"speaker", "late_reason"};
    if (in->title.len > MEET_WORDS_BYTES_MAX ||
        ((in->id == 0 || in->title.ptr != NULL) && span_trim(in->title).len == 0))
        return fail_set(f, RC_INVALID, MSG_meet_name_invalid, "title", NULL);
    for (int i = 0; i < 2; i++)
        if (words[i].len > MEET_WORDS_BYTES_MAX)
            return fail_set(f, RC_INVALID, MSG_meet_words_invalid, fields[i], NULL);
    if (in->record.len > MEET_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_meet_text_invalid, "record", NULL);
    if (in->duration_min > 600)
        return fail_set(f, RC_INVALID, MSG_meet_number_invalid, "minutes", NULL);
    if (in->presenter_id <= 0)
        return RC_OK;
    const enum rc rc = unit_get(tx, in->presenter_id, SPAN_NONE, &unit, f);
    return rc == RC_MISSING ? fail_set(f, RC_INVALID, MSG_meet_unit_unknown, "presenter_id", NULL) : rc;
}

/* Whether the actor's desk stands for a member. */
static enum rc is_member_desk(struct tx *tx, const struct meet_body *b, bool *is, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    enum rc rc = meet_members(tx, b, meet_today(tx), &members, &n, f);
    for (int i = 0; rc == RC_OK && !*is && i < n; i++)
        if (members[i].now)
            rc = org_holds(tx, RIGHT_REPORT, members[i].unit_id, is, f);
    return rc;
}

/* Whether this change may be made now and by whom. */
static enum rc may_change(struct tx *tx, const struct meet_session *s, const struct meet_item_in *in, struct fail *f)
{
    struct meet_body b;
    int64_t acting = 0;
    bool member = false;
    const bool adds = in->id == 0;
    const bool agenda =
        in->title.ptr != NULL || in->speaker.ptr != NULL || in->presenter_id >= 0 || in->duration_min >= 0 || in->drop;
    enum rc rc = meet_body_behind(tx, s, &b, f);
    if (rc == RC_OK)
        rc = meet_may_run(tx, &b, s->host_id, &acting, f);
    if (rc == RC_OK && acting == 0 && adds)
        rc = is_member_desk(tx, &b, &member, f);
    if (rc != RC_OK)
        return rc;
    if (acting == 0 && !member)
        return fail_set(f, RC_FORBIDDEN, MSG_meet_not_chair, NULL, NULL);
    if (s->state == MEET_PLANNED)
        return RC_OK;
    if (s->state == MEET_CALLED && adds && acting == 0)
        return fail_set(f, RC_FORBIDDEN, MSG_meet_late_needs_chair, NULL, NULL);
    if (s->state == MEET_CALLED && adds)
        return span_trim(in->late_reason).len > 0 ? RC_OK
                                                  : fail_set(f, RC_INVALID, MSG_meet_late_reason, "late_reason", NULL);
    if ((s->state == MEET_CALLED || s->state == MEET_HELD) && !adds && !agenda)
        return RC_OK; /* papers, and what was said */
    return fixed(s, f);
}

static struct meet_item *item_find(struct meet_item *items, int n, int64_t id)
{
    for (int i = 0; i < n; i++)
        if (items[i].id == id)
            return &items[i];
    return NULL;
}

static enum rc add_item(struct tx *tx, const struct meet_session *s, const struct meet_item_in *in, int n, int64_t *id,
                        struct fail *f)
{
    if (n >= MEET_ITEMS_MAX)
        return fail_set(f, RC_INVALID, MSG_meet_too_many, "items", "100", NULL);
    *id = tx_new_id(tx);
    return item_put(tx, s,
                    &(struct meet_item){.id = *id,
                                        .ordinal = n + 1,
                                        .kind = SPAN("item"),
                                        .title = in->title,
                                        .speaker = in->speaker,
                                        .presenter_id = in->presenter_id > 0 ? in->presenter_id : 0,
                                        .duration_min = in->duration_min > 0 ? in->duration_min : 0,
                                        .late_reason = s->state == MEET_CALLED ? in->late_reason : SPAN("")},
                    f);
}

static enum rc change_item(struct tx *tx, const struct meet_session *s, const struct meet_item_in *in,
                           struct meet_item *item, struct fail *f)
{
    if (item->resolution_id != 0 && (in->drop || in->title.ptr != NULL))
        return fail_set(f, RC_CONFLICT, MSG_meet_comes_back, NULL, NULL);
    if (in->drop) {
        const enum rc rc = item_drop(tx, s, item->id, f);
        return rc == RC_OK ? number_again(tx, s, f) : rc;
    }
    if (in->title.ptr != NULL)
        item->title = in->title;
    if (in->speaker.ptr != NULL)
        item->speaker = in->speaker;
    if (in->record.ptr != NULL)
        item->record = in->record;
    if (in->presenter_id >= 0)
        item->presenter_id = in->presenter_id;
    if (in->duration_min >= 0)
        item->duration_min = in->duration_min;
    return item_save(tx, s, item, f);
}

static const char *verb_of(const struct meet_item_in *in)
{
    if (in->id == 0)
        return "item_add";
    return in->drop ? "item_drop" : "item_edit";
}

enum rc meet_item_save(struct tx *tx, const struct meet_item_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_item *items = NULL, *item = NULL;
    struct meet_note note;
    int n = 0;
    int64_t id = in->id;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_items(tx, &s, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    item = item_find(items, n, in->id);
    if (in->id != 0 && item == NULL)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    rc = may_change(tx, &s, in, f);
    if (rc == RC_OK && !in->drop)
        rc = check_item(tx, in, f);
    if (rc == RC_OK)
        rc = item == NULL ? add_item(tx, &s, in, n, &id, f) : change_item(tx, &s, in, item, f);
    if (rc == RC_OK && in->presenter_id > 0)
        rc = db_exec(tx, SQL_meet_session_party_add,
                     DB_ARGS(DB_S(s.region_code), DB_I(s.id), DB_I(in->presenter_id), DB_S("presenter")), NULL, f);
    if (rc == RC_OK)
        rc = meet_attach(tx, &s, "meet_item", id, in->file_ids, in->n_files, f);
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kid(&note.w, "item_id", id);
    if (in->title.ptr != NULL)
        jw_ktext(&note.w, "title", in->title);
    if (in->late_reason.len > 0 && in->id == 0)
        jw_ktext(&note.w, "late_reason", in->late_reason);
    return meet_session_done(tx, &s, &note, verb_of(in), f);
}

enum rc meet_agenda_order(struct tx *tx, const struct meet_order_in *in, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct meet_item *items = NULL;
    struct meet_note note;
    int n = 0;
    int64_t acting = 0;
    enum rc rc = meet_session_get(tx, in->session_id, &s, f);
    if (rc == RC_OK)
        rc = meet_need_run(tx, &s, &b, &acting, f);
    if (rc == RC_OK && in->version != 0 && in->version != s.version)
        rc = fail_set(f, RC_STALE, MSG_meet_stale, NULL, NULL);
    if (rc == RC_OK)
        rc = meet_items(tx, &s, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    if (s.state != MEET_PLANNED)
        return fixed(&s, f);
    bool ok = n == in->n;
    for (int i = 0; ok && i < n; i++) {
        struct meet_item *item = item_find(items, n, in->item_ids[i]);
        ok = item != NULL && item->ordinal > 0;
        if (ok)
            item->ordinal = -(i + 1); /* named once */
    }
    if (!ok)
        return fail_set(f, RC_INVALID, MSG_meet_order_invalid, "item_ids", NULL);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        items[i].ordinal = -items[i].ordinal;
        rc = item_save(tx, &s, &items[i], f);
    }
    if (rc != RC_OK)
        return rc;
    meet_note_begin(&note);
    jw_kint(&note.w, "items", n);
    return meet_session_done(tx, &s, &note, "order", f);
}
