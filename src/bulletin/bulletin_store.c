/* bulletin_store.c - rows of bulletins, and the steps from draft to published: who may take which, and what each leaves behind. */
#include <string.h>

#include "base/limits.h"
#include "bulletin/bulletin_int.h"

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

void bulletin_of(struct rows *r, struct bulletin_row_of *out)
{
    const struct span region = rows_text(r, 0);
    *out = (struct bulletin_row_of){.id = rows_int(r, 1),
                                    .number = rows_text_dup(r, 2),
                                    .kind = rows_text_dup(r, 3),
                                    .template = rows_text_dup(r, 4),
                                    .lang = span_is(rows_text(r, 5), "en") ? LANG_EN : LANG_ZH,
                                    .unit_id = rows_int(r, 6),
                                    .outline_ids = rows_text_dup(r, 7),
                                    .scope_region = rows_text_dup(r, 8),
                                    .from_on = rows_text_dup(r, 9),
                                    .until_on = rows_text_dup(r, 10),
                                    .title = rows_text_dup(r, 11),
                                    .recipients = rows_text_dup(r, 12),
                                    .signer = rows_text_dup(r, 13),
                                    .state = rows_text_dup(r, 14),
                                    .document_number = rows_text_dup(r, 15),
                                    .signed_on = rows_text_dup(r, 16),
                                    .figures_sha256 = rows_text_dup(r, 17),
                                    .content_sha256 = rows_text_dup(r, 18),
                                    .previous_id = rows_int(r, 19),
                                    .corrects_id = rows_int(r, 20),
                                    .correct_reason = rows_text_dup(r, 21),
                                    .superseded_by = rows_int(r, 22),
                                    .return_reason = rows_text_dup(r, 23),
                                    .is_public = rows_int(r, 24) != 0,
                                    .created_by = rows_int(r, 25),
                                    .created_at_us = rows_int(r, 26),
                                    .computed_at_us = rows_int(r, 27),
                                    .approved_by = rows_int(r, 28),
                                    .approved_at_us = rows_int(r, 29),
                                    .published_by = rows_int(r, 30),
                                    .published_at_us = rows_int(r, 31),
                                    .version = rows_int(r, 32)};
    memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
}

static enum rc one(struct tx *tx, enum sql_id id, const struct db_val *args, int n, struct bulletin_row_of *out,
                   struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, id, args, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    bulletin_of(&rows, out);
    return rows_end(&rows);
}

enum rc bulletin_get(struct tx *tx, int64_t id, struct bulletin_row_of *out, struct fail *f)
{
    return one(tx, SQL_bulletin_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), out, f);
}

enum rc bulletin_public_get(struct tx *tx, int64_t id, struct bulletin_row_of *out, struct fail *f)
{
    return one(tx, SQL_bulletin_public_by_id, DB_ARGS(DB_I(id)), out, f);
}

enum rc bulletin_sections(struct tx *tx, const struct bulletin_row_of *b, struct bulletin_section **out, int *n,
                          struct fail *f)
{
    struct rows rows;
    *out = ARENA_ARRAY(tx_arena(tx), BULLETIN_SECTIONS_MAX, struct bulletin_section);
    *n = 0;
    if (*out == NULL)
        return bulletin_over(f);
    enum rc rc = db_query(tx, SQL_bulletin_sections, DB_ARGS(DB_S(b->region_code), DB_I(b->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < BULLETIN_SECTIONS_MAX && rows_next(&rows))
        (*out)[(*n)++] =
            (struct bulletin_section){rows_text_dup(&rows, 0), rows_text_dup(&rows, 1), rows_text_dup(&rows, 2)};
    return rows_end(&rows);
}

/* ---- who ---------------------------------------------------------------------------------------------------------------------------- */

/* The person behind the actor: a token is its owner's. */
static enum rc person_of(struct tx *tx, int64_t *out, struct fail *f)
{
    struct rows rows;
    *out = tx_actor(tx)->principal_id;
    enum rc rc = db_query(tx, SQL_bulletin_person, DB_ARGS(DB_I(*out)), &rows, f);
    if (rc == RC_OK && rows_next(&rows))
        *out = rows_int(&rows, 0);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc bulletin_signs(struct tx *tx, int64_t unit_id, bool *out, struct fail *f)
{
    const struct actor *a = tx_actor(tx);
    enum rc rc = org_holds(tx, RIGHT_APPROVE, unit_id, out, f);
    if (rc == RC_OK && !*out && strcmp(a->role, "leader") == 0 && a->unit_id == unit_id)
        rc = org_holds(tx, RIGHT_READ, unit_id, out, f);
    return rc;
}

enum rc bulletin_wrote(struct tx *tx, const struct bulletin_row_of *b, bool *out, struct fail *f)
{
    struct rows rows;
    int64_t person = 0;
    enum rc rc = person_of(tx, &person, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_bulletin_is_writer, DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(person)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_next(&rows);
    return rows_end(&rows);
}

enum rc bulletin_refer(struct tx *tx, const struct bulletin_refer_in *in, struct fail *f)
{
    const char *hex = span_cstr(tx_arena(tx), in->sha256);
    return hex != NULL ? file_refer(tx, in->region_code, in->kind, in->id, hex, f) : bulletin_over(f);
}

static enum rc writer_add(struct tx *tx, const char *region, int64_t id, struct fail *f)
{
    int64_t person = 0;
    enum rc rc = person_of(tx, &person, f);
    return rc == RC_OK ? db_exec(tx, SQL_bulletin_writer_add, DB_ARGS(DB_S(region), DB_I(id), DB_I(person)), NULL, f)
                       : rc;
}

/* The bulletin stands in the actor's scope: what it may not do is forbidden, not missing. */
static enum rc need_publish(struct tx *tx, int64_t unit_id, struct fail *f)
{
    bool holds = false;
    enum rc rc = org_holds(tx, RIGHT_PUBLISH, unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_bulletin_right_lacking, NULL, NULL) : rc;
}

/* ---- the journal ---------------------------------------------------------------------------------------------------------------------- */

struct note {
    struct sb sb;
    struct jw w;
};

static void note_begin(struct note *n)
{
    sb_init(&n->sb, JOURNAL_CHANGE_BYTES_MAX);
    jw_init(&n->w, &n->sb);
    jw_object(&n->w);
}

static enum rc note_end(struct tx *tx, struct note *n, const char *region, int64_t id, const char *verb, struct fail *f)
{
    jw_object_end(&n->w);
    enum rc rc = sb_rc(&n->sb) == RC_OK ? RC_OK : bulletin_over(f);
    if (rc == RC_OK)
        rc = journal_append(tx, &(struct journal_entry){region, "bulletin", id, verb, sb_span(&n->sb)}, NULL, f);
    sb_release(&n->sb);
    return rc;
}

/* ---- drafting ------------------------------------------------------------------------------------------------------------------------- */

static enum rc sections_put(struct tx *tx, const char *region, int64_t id, const struct bulletin_section *s, int n,
                            struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_bulletin_section_clear, DB_ARGS(DB_S(region), DB_I(id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = db_exec(tx, SQL_bulletin_section_add,
                     DB_ARGS(DB_S(region), DB_I(id), DB_I(i + 1), DB_T(s[i].word), DB_T(s[i].heading), DB_T(s[i].body)),
                     NULL, f);
    return rc;
}

static enum rc search_update(struct tx *tx, const struct bulletin_row_of *b, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 4000);
    sb_add(&sb, b->title);
    sb_addc(&sb, ' ');
    sb_add(&sb, b->number);
    sb_addc(&sb, ' ');
    sb_add(&sb, b->document_number);
    enum rc rc = search_put(tx, b->region_code, "bulletin", b->id, sb_span(&sb), f);
    sb_release(&sb);
    return rc;
}

static enum rc insert_row(struct tx *tx, struct bulletin_row_of *b, struct fail *f)
{
    return db_exec(tx, SQL_bulletin_insert,
                   DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_T(b->number), DB_T(b->kind), DB_T(b->template),
                           DB_S(b->lang == LANG_EN ? "en" : "zh"), DB_I(b->unit_id), DB_T(b->outline_ids),
                           DB_T(b->scope_region), DB_T(b->from_on), DB_T(b->until_on), DB_T(b->title),
                           DB_T(b->recipients), DB_T(b->signer), DB_T(b->figures_sha256), DB_I_OR_NULL(b->previous_id),
                           DB_I_OR_NULL(b->corrects_id), DB_T(b->correct_reason), DB_I(tx_actor(tx)->principal_id),
                           DB_I(tx_now_us(tx))),
                   NULL, f);
}

enum rc bulletin_insert(struct tx *tx, const struct bulletin_new_in *in, int64_t *id, struct fail *f)
{
    struct bulletin_row_of b = in->row, old;
    struct note note;
    b.id = tx_new_id(tx);
    enum rc rc = need_publish(tx, b.unit_id, f);
    if (rc == RC_OK && b.corrects_id != 0) {
        rc = bulletin_get(tx, b.corrects_id, &old, f);
        if (rc == RC_OK && !span_is(old.state, "published"))
            return fail_set(f, RC_CONFLICT, MSG_bulletin_not_published, "corrects_id", NULL);
    }
    if (rc == RC_OK)
        rc = store_number(tx, "TB", b.region_code, &b.number, f);
    if (rc == RC_OK)
        rc = insert_row(tx, &b, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_bulletin_party_add,
                     DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(b.unit_id), DB_S("home")), NULL, f);
    if (rc == RC_OK)
        rc = writer_add(tx, b.region_code, b.id, f);
    if (rc == RC_OK)
        rc = sections_put(tx, b.region_code, b.id, in->sections, in->n_sections, f);
    if (rc == RC_OK)
        rc = bulletin_refer(tx, &(struct bulletin_refer_in){b.region_code, "bulletin", b.id, b.figures_sha256}, f);
    if (rc == RC_OK)
        rc = search_update(tx, &b, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_ktext(&note.w, "template", b.template);
    jw_ktext(&note.w, "from_on", b.from_on);
    jw_ktext(&note.w, "until_on", b.until_on);
    jw_ktext(&note.w, "figures_sha256", b.figures_sha256);
    if (b.corrects_id != 0)
        jw_kid(&note.w, "corrects_id", b.corrects_id);
    *id = b.id;
    return note_end(tx, &note, b.region_code, b.id, "draft", f);
}

/* The bulletin at the version that the person saw, still a draft. */
static enum rc draft_get(struct tx *tx, int64_t id, int64_t *version, struct bulletin_row_of *b, struct fail *f)
{
    enum rc rc = bulletin_get(tx, id, b, f);
    if (rc == RC_OK)
        rc = need_publish(tx, b->unit_id, f);
    if (rc == RC_OK && !span_is(b->state, "draft"))
        return fail_set(f, RC_CONFLICT, MSG_bulletin_not_draft, NULL, NULL);
    if (rc == RC_OK && *version != 0 && *version != b->version)
        return fail_set(f, RC_STALE, MSG_bulletin_stale, NULL, NULL);
    if (rc == RC_OK && *version == 0)
        *version = b->version;
    return rc;
}

static enum rc changed_or_stale(enum rc rc, int64_t changed, struct fail *f)
{
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_bulletin_stale, NULL, NULL) : rc;
}

enum rc bulletin_edit(struct tx *tx, const struct bulletin_edit_in *in, struct fail *f)
{
    struct bulletin_row_of b;
    struct note note;
    int64_t version = in->version, changed = 0;
    enum rc rc = draft_get(tx, in->id, &version, &b, f);
    if (rc != RC_OK)
        return rc;
    b.title = in->title.ptr != NULL ? in->title : b.title;
    b.recipients = in->recipients.ptr != NULL ? in->recipients : b.recipients;
    b.signer = in->signer.ptr != NULL ? in->signer : b.signer;
    rc = db_exec(
        tx, SQL_bulletin_edit,
        DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(version), DB_T(b.title), DB_T(b.recipients), DB_T(b.signer)),
        &changed, f);
    rc = changed_or_stale(rc, changed, f);
    if (rc == RC_OK && in->n_sections >= 0)
        rc = sections_put(tx, b.region_code, b.id, in->sections, in->n_sections, f);
    if (rc == RC_OK)
        rc = writer_add(tx, b.region_code, b.id, f);
    if (rc == RC_OK)
        rc = search_update(tx, &b, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_ktext(&note.w, "title", b.title);
    jw_kint(&note.w, "sections", in->n_sections);
    return note_end(tx, &note, b.region_code, b.id, "edit", f);
}

enum rc bulletin_refresh_put(struct tx *tx, const struct bulletin_refresh_in *in, struct fail *f)
{
    struct bulletin_row_of b;
    struct note note;
    int64_t version = in->version, changed = 0;
    enum rc rc = draft_get(tx, in->id, &version, &b, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_bulletin_refresh,
                     DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(version), DB_T(in->figures_sha256),
                             DB_I_OR_NULL(in->previous_id), DB_I(tx_now_us(tx))),
                     &changed, f);
    rc = changed_or_stale(rc, changed, f);
    if (rc == RC_OK)
        rc = bulletin_refer(tx, &(struct bulletin_refer_in){b.region_code, "bulletin", b.id, in->figures_sha256}, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_ktext(&note.w, "figures_sha256", in->figures_sha256);
    return note_end(tx, &note, b.region_code, b.id, "refresh", f);
}

/* ---- steps ------------------------------------------------------------------------------------------------------------------------------ */

enum who { WRITER, SIGNER };
static const struct step {
    const char *verb, *from, *to;
    enum who who;
    bool reason, not_writer;
} steps[] = {
    {"submit", "draft", "submitted", WRITER, false, false},
    {"discard", "draft", "discarded", WRITER, false, false},
    {"return", "submitted", "draft", SIGNER, true, false},
    {"return", "approved", "draft", SIGNER, true, false},
    {"approve", "submitted", "approved", SIGNER, false, true},
    {"publish", "approved", "published", WRITER, false, false},
};

static const struct step *step_find(struct span state, const char *verb)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (strcmp(steps[i].verb, verb) == 0 && span_is(state, steps[i].from))
            return &steps[i];
    return NULL;
}

bool bulletin_state_allows(struct span state, const char *verb)
{
    return step_find(state, verb) != NULL;
}

static enum rc may_step(struct tx *tx, const struct bulletin_row_of *b, const struct step *step, struct fail *f)
{
    bool signs = false, wrote = false;
    if (step->who == WRITER)
        return need_publish(tx, b->unit_id, f);
    enum rc rc = bulletin_signs(tx, b->unit_id, &signs, f);
    if (rc == RC_OK && !signs)
        return fail_set(f, RC_FORBIDDEN, MSG_bulletin_right_lacking, NULL, NULL);
    if (rc == RC_OK && step->not_writer)
        rc = bulletin_wrote(tx, b, &wrote, f);
    return rc == RC_OK && wrote ? fail_set(f, RC_FORBIDDEN, MSG_bulletin_own, NULL, NULL) : rc;
}

/* Whom a step concerns: who signs, or who wrote. */
static enum rc tell(struct tx *tx, const struct bulletin_row_of *b, const char *kind, enum org_right right,
                    struct fail *f)
{
    return org_notify(tx, &(struct notice_in){b->region_code, "bulletin", b->id, b->unit_id, right, kind, b->number},
                      f);
}

enum rc bulletin_step(struct tx *tx, const struct bulletin_step_in *in, struct fail *f)
{
    struct bulletin_row_of b;
    struct note note;
    int64_t changed = 0;
    enum rc rc = bulletin_get(tx, in->id, &b, f);
    if (rc != RC_OK)
        return rc;
    const struct step *step = step_find(b.state, in->verb);
    if (step == NULL)
        return fail_span(f, RC_CONFLICT, MSG_bulletin_not_now, NULL, b.state);
    rc = may_step(tx, &b, step, f);
    if (rc == RC_OK && step->reason && in->reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_reason_needed, "reason", NULL);
    if (rc == RC_OK && in->version != 0 && in->version != b.version)
        return fail_set(f, RC_STALE, MSG_bulletin_stale, NULL, NULL);
    const bool approved = strcmp(step->to, "approved") == 0;
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_bulletin_step,
                     DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(b.version), DB_S(step->from), DB_S(step->to),
                             DB_T(step->reason ? in->reason : SPAN("")),
                             approved ? DB_I(tx_actor(tx)->principal_id) : DB_N, approved ? DB_I(tx_now_us(tx)) : DB_N),
                     &changed, f);
    rc = changed_or_stale(rc, changed, f);
    if (rc == RC_OK && strcmp(step->verb, "submit") == 0)
        rc = writer_add(tx, b.region_code, b.id, f);
    if (rc == RC_OK && strcmp(step->verb, "submit") == 0)
        rc = tell(tx, &b, "bulletin.submitted", RIGHT_APPROVE, f);
    if (rc == RC_OK && step->who == SIGNER)
        rc = tell(tx, &b, approved ? "bulletin.approved" : "bulletin.returned", RIGHT_PUBLISH, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kstr(&note.w, "from", step->from);
    jw_kstr(&note.w, "to", step->to);
    if (step->reason)
        jw_ktext(&note.w, "reason", in->reason);
    return note_end(tx, &note, b.region_code, b.id, in->verb, f);
}

/* ---- publishing --------------------------------------------------------------------------------------------------------------------------- */

static enum rc supersede(struct tx *tx, const struct bulletin_row_of *b, struct fail *f)
{
    struct bulletin_row_of old;
    struct note note;
    int64_t changed = 0;
    enum rc rc = bulletin_get(tx, b->corrects_id, &old, f);
    if (rc == RC_OK)
        rc =
            db_exec(tx, SQL_bulletin_supersede, DB_ARGS(DB_S(old.region_code), DB_I(old.id), DB_I(b->id)), &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_bulletin_corrected, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kid(&note.w, "superseded_by", b->id);
    return note_end(tx, &note, old.region_code, old.id, "supersede", f);
}

/* “已发布通报：…”, in the tx's arena. */
static struct span published_text(struct tx *tx, struct span number)
{
    struct sb sb;
    sb_init(&sb, 1000);
    sb_adds(&sb, "已发布通报：");
    sb_add(&sb, number);
    const struct span out = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    return out;
}

static enum rc readers_add(struct tx *tx, const struct bulletin_row_of *b, const struct bulletin_issue_in *in,
                           struct fail *f)
{
    const struct span text = published_text(tx, in->document_number);
    enum rc rc = text.ptr != NULL ? RC_OK : bulletin_over(f);
    for (int i = 0; rc == RC_OK && i < in->n_readers; i++) {
        const struct notice_in notice = {b->region_code, "bulletin",           b->id, in->readers[i],
                                         RIGHT_REPORT,   "bulletin.published", text};
        rc = db_exec(tx, SQL_bulletin_party_add,
                     DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(in->readers[i]), DB_S("reader")), NULL, f);
        if (rc == RC_OK)
            rc = org_notify(tx, &notice, f);
    }
    return rc;
}

enum rc bulletin_issue(struct tx *tx, const struct bulletin_issue_in *in, struct fail *f)
{
    struct bulletin_row_of b;
    struct note note;
    int64_t changed = 0;
    enum rc rc = bulletin_get(tx, in->id, &b, f);
    if (rc == RC_OK && !bulletin_state_allows(b.state, "publish"))
        return fail_span(f, RC_CONFLICT, MSG_bulletin_not_now, NULL, b.state);
    if (rc == RC_OK)
        rc = need_publish(tx, b.unit_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_bulletin_publish,
                     DB_ARGS(DB_S(b.region_code), DB_I(b.id), DB_I(in->version), DB_I(in->year), DB_I(in->seq),
                             DB_T(in->document_number), DB_T(in->signed_on), DB_T(in->content_sha256),
                             DB_I(in->is_public), DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                     &changed, f);
    rc = changed_or_stale(rc, changed, f);
    if (rc == RC_OK)
        rc = bulletin_refer(tx, &(struct bulletin_refer_in){b.region_code, "bulletin", b.id, in->content_sha256}, f);
    if (rc == RC_OK && b.corrects_id != 0)
        rc = supersede(tx, &b, f);
    if (rc == RC_OK)
        rc = readers_add(tx, &b, in, f);
    b.document_number = in->document_number;
    if (rc == RC_OK)
        rc = search_update(tx, &b, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_ktext(&note.w, "document_number", in->document_number);
    jw_ktext(&note.w, "content_sha256", in->content_sha256);
    jw_kbool(&note.w, "public", in->is_public);
    return note_end(tx, &note, b.region_code, b.id, "publish", f);
}
