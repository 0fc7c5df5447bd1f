/* assess_store.c - rows of assessments, and what becomes of a result: sent, accepted or objected to, decided on, published, awarded. */
#include <string.h>

#include "base/limits.h"
#include "bulletin/assess_int.h"

#define OBJECTIONS_MAX 20 /* of one unit in one run */

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

void assess_run_of(struct rows *r, struct assess_run *out)
{
    const struct span region = rows_text(r, 0);
    *out = (struct assess_run){.id = rows_int(r, 1),
                               .number = rows_text_dup(r, 2),
                               .scheme = rows_text_dup(r, 3),
                               .scheme_version = rows_int(r, 4),
                               .unit_id = rows_int(r, 5),
                               .outline_ids = rows_text_dup(r, 6),
                               .from_on = rows_text_dup(r, 7),
                               .until_on = rows_text_dup(r, 8),
                               .state = rows_text_dup(r, 9),
                               .figures_sha256 = rows_text_dup(r, 10),
                               .content_sha256 = rows_text_dup(r, 11),
                               .sent_on = rows_text_dup(r, 12),
                               .objections_until_on = rows_text_dup(r, 13),
                               .published_on = rows_text_dup(r, 14),
                               .created_at_us = rows_int(r, 15),
                               .version = rows_int(r, 16)};
    memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
}

enum rc assess_get(struct tx *tx, int64_t id, struct assess_run *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_assess_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    assess_run_of(&rows, out);
    return rows_end(&rows);
}

enum rc assess_results(struct tx *tx, const struct assess_run *run, struct assess_result **out, int *n, struct fail *f)
{
    struct rows rows;
    *out = ARENA_ARRAY(tx_arena(tx), ASSESS_UNITS_MAX, struct assess_result);
    *n = 0;
    if (*out == NULL)
        return bulletin_over(f);
    enum rc rc = db_query(tx, SQL_assess_results,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(run->region_code), DB_I(run->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < ASSESS_UNITS_MAX && rows_next(&rows))
        (*out)[(*n)++] = (struct assess_result){.unit_id = rows_int(&rows, 0),
                                                .name = rows_text_dup(&rows, 1),
                                                .group = rows_text_dup(&rows, 2),
                                                .lines = rows_text_dup(&rows, 3),
                                                .computed = rows_int(&rows, 4),
                                                .points = rows_int(&rows, 5),
                                                .place = rows_int(&rows, 6),
                                                .place_to = rows_int(&rows, 7),
                                                .accepted_at_us = rows_int(&rows, 8),
                                                .award = rows_text_dup(&rows, 9)};
    return rows_end(&rows);
}

/* ---- what every command needs ----------------------------------------------------------------------------------------------------------- */

/* The run is in the actor's scope: what it may not do is forbidden, not missing. */
static enum rc run_of_office(struct tx *tx, int64_t id, const char *state, struct assess_run *run, struct fail *f)
{
    bool holds = false;
    enum rc rc = assess_get(tx, id, run, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_PUBLISH, run->unit_id, &holds, f);
    if (rc == RC_OK && !holds)
        return fail_set(f, RC_FORBIDDEN, MSG_bulletin_right_lacking, NULL, NULL);
    if (rc == RC_OK && state != NULL && !span_is(run->state, state))
        return fail_span(f, RC_CONFLICT, MSG_assess_not_now, NULL, run->state);
    return rc;
}

static struct span today_text(struct tx *tx)
{
    char text[11];
    date_print(date_of_us(tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

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

/* Appends to the run's chain, and counts the run's version on. */
static enum rc note_end(struct tx *tx, struct note *n, const struct assess_run *run, const char *verb, struct fail *f)
{
    jw_object_end(&n->w);
    enum rc rc = sb_rc(&n->sb) == RC_OK ? RC_OK : bulletin_over(f);
    if (rc == RC_OK)
        rc = journal_append(tx, &(struct journal_entry){run->region_code, "assessment", run->id, verb, sb_span(&n->sb)},
                            NULL, f);
    sb_release(&n->sb);
    return rc;
}

static enum rc touch(struct tx *tx, const struct assess_run *run, struct fail *f)
{
    return db_exec(tx, SQL_assess_touch, DB_ARGS(DB_S(run->region_code), DB_I(run->id)), NULL, f);
}

static enum rc attach(struct tx *tx, const struct assess_run *run, const struct file_attach_in *what,
                      const int64_t *files, int n, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++) {
        struct file_attach_in one = *what;
        one.file_id = files[i];
        one.region_code = run->region_code;
        rc = org_file_attach(tx, &one, f);
    }
    return rc;
}

static enum rc tell(struct tx *tx, const struct assess_run *run, int64_t unit_id, enum org_right right,
                    const char *kind, struct fail *f)
{
    static const char *const words[][2] = {{"assessment.sent", "考核结果请核对："},
                                           {"assessment.objected", "收到考核申诉："},
                                           {"assessment.decided", "考核申诉已答复："},
                                           {"assessment.published", "考核结果已发布："}};
    struct sb sb;
    sb_init(&sb, 400);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], kind) == 0)
            sb_adds(&sb, words[i][1]);
    sb_add(&sb, run->number);
    const struct notice_in notice = {run->region_code, "assessment", run->id, unit_id, right, kind, sb_span(&sb)};
    enum rc rc = org_notify(tx, &notice, f);
    sb_release(&sb);
    return rc;
}

/* ---- places ------------------------------------------------------------------------------------------------------------------------------ */

struct standing {
    struct assess_placed items[ASSESS_UNITS_MAX];
    int64_t accepted[ASSESS_UNITS_MAX], computed[ASSESS_UNITS_MAX];
    int n;
};

static enum rc standing_of(struct tx *tx, const struct assess_run *run, struct standing **out, struct fail *f)
{
    struct rows rows;
    struct standing *s = ARENA_NEW(tx_arena(tx), struct standing);
    if (s == NULL)
        return bulletin_over(f);
    enum rc rc = db_query(tx, SQL_assess_all_results, DB_ARGS(DB_S(run->region_code), DB_I(run->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (s->n < ASSESS_UNITS_MAX && rows_next(&rows)) {
        s->items[s->n] = (struct assess_placed){
            .unit_id = rows_int(&rows, 0), .group = rows_text_dup(&rows, 1), .points = rows_int(&rows, 2)};
        s->accepted[s->n] = rows_int(&rows, 3);
        s->computed[s->n++] = rows_int(&rows, 4);
    }
    *out = s;
    return rows_end(&rows);
}

static int standing_find(const struct standing *s, int64_t unit_id)
{
    for (int i = 0; i < s->n; i++)
        if (s->items[i].unit_id == unit_id)
            return i;
    return -1;
}

/* A unit's points anew from what was computed and all that was added and taken off; then the places of all. */
static enum rc points_again(struct tx *tx, const struct assess_run *run, int64_t unit_id, struct fail *f)
{
    struct assess_scheme *scheme = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    struct standing *s = NULL;
    struct rows rows;
    enum rc rc = scheme != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, scheme, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = standing_of(tx, run, &s, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_assess_adjust_sum, DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(unit_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t by_hand = rows_int(&rows, 0);
    const int i = standing_find(s, unit_id);
    rc = rows_end(&rows);
    if (rc == RC_OK && i < 0)
        return fail_set(f, RC_MISSING, MSG_not_found, "unit_id", NULL);
    if (rc != RC_OK)
        return rc;
    s->items[i].points = assess_within(scheme, s->computed[i], by_hand);
    rc = db_exec(tx, SQL_assess_result_points,
                 DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(unit_id), DB_I(s->items[i].points)), NULL, f);
    assess_rank(s->items, s->n);
    for (int k = 0; rc == RC_OK && k < s->n; k++)
        rc = db_exec(tx, SQL_assess_result_place,
                     DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(s->items[k].unit_id), DB_I(s->items[k].place),
                             DB_I(s->items[k].place_to)),
                     NULL, f);
    return rc == RC_OK ? touch(tx, run, f) : rc;
}

/* ---- a new run --------------------------------------------------------------------------------------------------------------------------- */

enum rc assess_insert(struct tx *tx, const struct assess_new_in *in, int64_t *id, struct fail *f)
{
    struct assess_run run = in->run;
    struct note note;
    run.id = tx_new_id(tx);
    enum rc rc = org_require(tx, RIGHT_PUBLISH, run.unit_id, f);
    if (rc == RC_OK)
        rc = store_number(tx, "KH", run.region_code, &run.number, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_insert,
                     DB_ARGS(DB_S(run.region_code), DB_I(run.id), DB_T(run.number), DB_T(run.scheme),
                             DB_I(run.scheme_version), DB_I(run.unit_id), DB_T(run.outline_ids), DB_T(run.from_on),
                             DB_T(run.until_on), DB_T(run.figures_sha256), DB_I(tx_now_us(tx))),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_party_add,
                     DB_ARGS(DB_S(run.region_code), DB_I(run.id), DB_I(run.unit_id), DB_S("home")), NULL, f);
    if (rc == RC_OK)
        rc = bulletin_refer(tx, &(struct bulletin_refer_in){run.region_code, "assessment", run.id, run.figures_sha256},
                            f);
    for (int i = 0; rc == RC_OK && i < in->n_results; i++) {
        const struct assess_result *r = &in->results[i];
        rc = db_exec(tx, SQL_assess_result_add,
                     DB_ARGS(DB_S(run.region_code), DB_I(run.id), DB_I(r->unit_id), DB_T(r->name), DB_T(r->group),
                             DB_T(r->lines), DB_I(r->computed), DB_I(r->place), DB_I(r->place_to)),
                     NULL, f);
    }
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_ktext(&note.w, "scheme", run.scheme);
    jw_kint(&note.w, "scheme_version", run.scheme_version);
    jw_kint(&note.w, "units", in->n_results);
    jw_ktext(&note.w, "figures_sha256", run.figures_sha256);
    *id = run.id;
    return note_end(tx, &note, &run, "run", f);
}

/* ---- by hand, with reason and evidence ------------------------------------------------------------------------------------------------------ */

static enum rc within_caps(struct tx *tx, const struct assess_run *run, const struct assess_adjust_in *in,
                           struct fail *f)
{
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    struct rows rows;
    enum rc rc = s != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, s, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_assess_adjust_sum, DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(in->unit_id)), &rows,
                    f);
    if (rc != RC_OK)
        return rc;
    const int64_t so_far = rows_int(&rows, in->bonus ? 2 : 1), cap = in->bonus ? s->bonus_max : s->deduct_max;
    rc = rows_end(&rows);
    if (rc == RC_OK && so_far + in->points > cap) {
        const struct span text = assess_points_text(tx_arena(tx), cap);
        return fail_span(f, RC_INVALID, MSG_assess_cap, "points", text.ptr != NULL ? text : SPAN(""));
    }
    return rc;
}

enum rc assess_adjust(struct tx *tx, const struct assess_adjust_in *in, struct fail *f)
{
    struct assess_run run;
    struct note note;
    const int64_t id = tx_new_id(tx), points = in->bonus ? in->points : -in->points;
    enum rc rc = run_of_office(tx, in->run_id, "draft", &run, f);
    if (rc == RC_OK && in->reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_reason_needed, "reason", NULL);
    if (rc == RC_OK && in->points <= 0)
        return fail_set(f, RC_INVALID, MSG_assess_points_invalid, "points", NULL);
    if (rc == RC_OK)
        rc = within_caps(tx, &run, in, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_adjust_add,
                     DB_ARGS(DB_S(run.region_code), DB_I(id), DB_I(run.id), DB_I(in->unit_id),
                             DB_S(in->bonus ? "bonus" : "deduct"), DB_I(points), DB_T(in->reason), DB_I(in->n_files),
                             DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)),
                     NULL, f);
    const struct file_attach_in files = {
        .subject_kind = "assess_adjust", .subject_id = id, .unit_ids = &in->unit_id, .n_units = 1};
    if (rc == RC_OK)
        rc = attach(tx, &run, &files, in->file_ids, in->n_files, f);
    if (rc == RC_OK)
        rc = points_again(tx, &run, in->unit_id, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kid(&note.w, "unit_id", in->unit_id);
    jw_kint(&note.w, "points_hundredths", points);
    jw_ktext(&note.w, "reason", in->reason);
    return note_end(tx, &note, &run, "adjust", f);
}

/* ---- sent, published ---------------------------------------------------------------------------------------------------------------------- */

static enum rc last_day(struct tx *tx, const struct assess_run *run, struct span *out, struct fail *f)
{
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    int32_t day = 0;
    char text[11];
    enum rc rc = s != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, s, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = calendar_add_days(calendar_builtin(), date_to_days(date_of_us(tx_now_us(tx))), (int)s->objection_days,
                               &day, f);
    if (rc != RC_OK)
        return rc;
    date_print(date_from_days(day), text);
    *out = span_dup(tx_arena(tx), span_of(text));
    return out->ptr != NULL ? RC_OK : bulletin_over(f);
}

struct change {
    const char *from, *to, *verb;
    struct span sent_on, until_on, published_on, content;
};

static enum rc change_state(struct tx *tx, const struct assess_run *run, const struct assess_step_in *in,
                            const struct change *c, struct fail *f)
{
    int64_t changed = 0;
    const int64_t version = in->version != 0 ? in->version : run->version;
    enum rc rc = db_exec(tx, SQL_assess_state_set,
                         DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(version), DB_S(c->from), DB_S(c->to),
                                 DB_T(c->sent_on), DB_T(c->until_on), DB_T(c->published_on), DB_T(c->content)),
                         &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_STALE, MSG_bulletin_stale, NULL, NULL) : rc;
}

static enum rc send(struct tx *tx, const struct assess_step_in *in, struct assess_run *run, struct fail *f)
{
    struct standing *s = NULL;
    struct change c = {.from = "draft", .to = "sent", .sent_on = today_text(tx)};
    enum rc rc = c.sent_on.ptr != NULL ? last_day(tx, run, &c.until_on, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = change_state(tx, run, in, &c, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_parties_from_results, DB_ARGS(DB_S(run->region_code), DB_I(run->id)), NULL, f);
    if (rc == RC_OK)
        rc = standing_of(tx, run, &s, f);
    for (int i = 0; rc == RC_OK && i < s->n; i++)
        rc = tell(tx, run, s->items[i].unit_id, RIGHT_REPORT, "assessment.sent", f);
    return rc;
}

/* Publication waits for the term, unless everybody has accepted or was heard; and for every decision. */
static enum rc may_publish(struct tx *tx, const struct assess_run *run, const struct standing *s, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_assess_undecided, DB_ARGS(DB_S(run->region_code), DB_I(run->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t undecided = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK && undecided > 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_undecided, NULL, NULL);
    if (rc != RC_OK || span_cmp(today_text(tx), run->objections_until_on) > 0)
        return rc;
    for (int i = 0; i < s->n; i++)
        if (s->accepted[i] == 0)
            return fail_span(f, RC_CONFLICT, MSG_assess_term_open, NULL, run->objections_until_on);
    return RC_OK;
}

static enum rc award(struct tx *tx, const struct assess_run *run, struct standing *s, struct fail *f)
{
    struct assess_scheme *scheme = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    enum rc rc = scheme != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, scheme, f) : bulletin_over(f);
    assess_rank(s->items, s->n);
    for (int i = 0; rc == RC_OK && i < s->n; i++) {
        const struct assess_award *a = assess_award_of(scheme, s->items[i].place, s->items[i].points);
        if (a != NULL)
            rc = db_exec(tx, SQL_assess_award_add,
                         DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(s->items[i].unit_id), DB_T(a->word)), NULL,
                         f);
        if (rc == RC_OK)
            rc = tell(tx, run, s->items[i].unit_id, RIGHT_REPORT, "assessment.published", f);
    }
    return rc;
}

static enum rc publish(struct tx *tx, const struct assess_step_in *in, struct assess_run *run, struct fail *f)
{
    struct standing *s = NULL;
    const struct change c = {.from = "sent",
                             .to = "published",
                             .sent_on = run->sent_on,
                             .until_on = run->objections_until_on,
                             .published_on = today_text(tx),
                             .content = in->content};
    enum rc rc = c.published_on.ptr != NULL ? standing_of(tx, run, &s, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = may_publish(tx, run, s, f);
    if (rc == RC_OK)
        rc = change_state(tx, run, in, &c, f);
    if (rc == RC_OK)
        rc = bulletin_refer(tx, &(struct bulletin_refer_in){run->region_code, "assessment", run->id, in->content}, f);
    return rc == RC_OK ? award(tx, run, s, f) : rc;
}

enum rc assess_step(struct tx *tx, const struct assess_step_in *in, struct fail *f)
{
    struct assess_run run;
    struct note note;
    const bool publishing = strcmp(in->verb, "publish") == 0, sending = strcmp(in->verb, "send") == 0;
    enum rc rc = run_of_office(tx, in->id, publishing ? "sent" : "draft", &run, f);
    if (rc == RC_OK)
        rc = publishing ? publish(tx, in, &run, f)
             : sending  ? send(tx, in, &run, f)
                        : change_state(tx, &run, in, &(struct change){.from = "draft", .to = "discarded"}, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    if (publishing)
        jw_ktext(&note.w, "content_sha256", in->content);
    return note_end(tx, &note, &run, in->verb, f);
}

/* ---- the units' say ------------------------------------------------------------------------------------------------------------------------ */

/* The run is out, and the actor's unit is in it; who may only report for it may not speak for it. */
static enum rc run_of_unit(struct tx *tx, int64_t run_id, int64_t unit_id, struct assess_run *run, struct fail *f)
{
    struct assess_result *results = NULL;
    int n = 0;
    bool seen = false, speaks = false;
    enum rc rc = assess_get(tx, run_id, run, f);
    if (rc == RC_OK)
        rc = assess_results(tx, run, &results, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        seen = seen || results[i].unit_id == unit_id;
    if (rc == RC_OK && !seen)
        return fail_set(f, RC_MISSING, MSG_not_found, "unit_id", NULL);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, unit_id, &speaks, f);
    if (rc == RC_OK && !speaks)
        return fail_set(f, RC_FORBIDDEN, MSG_assess_not_head, NULL, NULL);
    if (rc == RC_OK && !span_is(run->state, "sent"))
        return fail_span(f, RC_CONFLICT, MSG_assess_not_now, NULL, run->state);
    return rc;
}

enum rc assess_accept(struct tx *tx, int64_t run_id, int64_t unit_id, struct fail *f)
{
    struct assess_run run;
    struct note note;
    struct rows rows;
    int64_t changed = 0;
    enum rc rc = run_of_unit(tx, run_id, unit_id, &run, f);
    if (rc == RC_OK)
        rc =
            db_one(tx, SQL_assess_objections_of, DB_ARGS(DB_S(run.region_code), DB_I(run.id), DB_I(unit_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t undecided = rows_int(&rows, 1);
    rc = rows_end(&rows);
    if (rc == RC_OK && undecided > 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_undecided, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_result_accept,
                     DB_ARGS(DB_S(run.region_code), DB_I(run.id), DB_I(unit_id), DB_I(tx_now_us(tx))), &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_accepted, NULL, NULL);
    if (rc == RC_OK)
        rc = touch(tx, &run, f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kid(&note.w, "unit_id", unit_id);
    return note_end(tx, &note, &run, "accept", f);
}

static enum rc may_object(struct tx *tx, const struct assess_run *run, const struct assess_objection_in *in,
                          struct fail *f)
{
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    struct standing *standing = NULL;
    struct rows rows;
    enum rc rc = s != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, s, f) : bulletin_over(f);
    if (rc != RC_OK)
        return rc;
    if (span_cmp(today_text(tx), run->objections_until_on) > 0)
        return fail_span(f, RC_CONFLICT, MSG_assess_term_over, NULL, run->objections_until_on);
    if (in->text.len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_reason_needed, "text", NULL);
    bool known = in->item.len == 0;
    for (int i = 0; i < s->n_items && !known; i++)
        known = span_eq(s->items[i].word, in->item);
    if (!known)
        return fail_span(f, RC_INVALID, MSG_assess_item_unknown, "item", in->item);
    rc = standing_of(tx, run, &standing, f);
    const int at = rc == RC_OK ? standing_find(standing, in->unit_id) : -1;
    if (at >= 0 && standing->accepted[at] != 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_accepted, NULL, NULL);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_assess_objections_of, DB_ARGS(DB_S(run->region_code), DB_I(run->id), DB_I(in->unit_id)),
                    &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t n = rows_int(&rows, 0);
    rc = rows_end(&rows);
    return rc == RC_OK && n >= OBJECTIONS_MAX ? bulletin_over(f) : rc;
}

enum rc assess_object(struct tx *tx, const struct assess_objection_in *asked, int64_t *id, struct fail *f)
{
    struct assess_objection_in in = *asked;
    struct assess_run run;
    struct note note;
    in.unit_id = in.unit_id != 0 ? in.unit_id : tx_actor(tx)->unit_id;
    *id = tx_new_id(tx);
    enum rc rc = run_of_unit(tx, in.run_id, in.unit_id, &run, f);
    if (rc == RC_OK)
        rc = may_object(tx, &run, &in, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_objection_add,
                     DB_ARGS(DB_S(run.region_code), DB_I(*id), DB_I(run.id), DB_I(in.unit_id),
                             DB_T(in.item.len > 0 ? in.item : SPAN("")), DB_T(in.text), DB_I(in.n_files),
                             DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)),
                     NULL, f);
    const int64_t readers[] = {in.unit_id, run.unit_id};
    const struct file_attach_in files = {
        .subject_kind = "assess_objection", .subject_id = *id, .unit_ids = readers, .n_units = 2};
    if (rc == RC_OK)
        rc = attach(tx, &run, &files, in.file_ids, in.n_files, f);
    if (rc == RC_OK)
        rc = touch(tx, &run, f);
    if (rc == RC_OK)
        rc = tell(tx, &run, run.unit_id, RIGHT_PUBLISH, "assessment.objected", f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kid(&note.w, "unit_id", in.unit_id);
    jw_kid(&note.w, "objection_id", *id);
    return note_end(tx, &note, &run, "object", f);
}

static enum rc check_decision(const struct assess_decide_in *in, struct fail *f)
{
    const bool dismissed = span_is(in->decision, "dismissed");
    if (!dismissed && !span_is(in->decision, "upheld") && !span_is(in->decision, "partly"))
        return fail_span(f, RC_INVALID, MSG_assess_decision_unknown, "decision", in->decision);
    if (in->reason.len == 0)
        return fail_set(f, RC_INVALID, MSG_bulletin_reason_needed, "reason", NULL);
    if (dismissed && in->points != 0)
        return fail_set(f, RC_INVALID, MSG_assess_points_invalid, "points", NULL);
    return RC_OK;
}

/* What the decision changes stands beside the computed points like everything done by hand. */
static enum rc decision_points(struct tx *tx, const struct assess_run *run, const struct assess_decide_in *in,
                               int64_t unit_id, struct fail *f)
{
    if (in->points == 0)
        return touch(tx, run, f);
    enum rc rc = db_exec(tx, SQL_assess_adjust_add,
                         DB_ARGS(DB_S(run->region_code), DB_I(tx_new_id(tx)), DB_I(run->id), DB_I(unit_id),
                                 DB_S("decision"), DB_I(in->points), DB_T(in->reason), DB_I(0), DB_I(tx_now_us(tx)),
                                 DB_I(tx_actor(tx)->principal_id)),
                         NULL, f);
    return rc == RC_OK ? points_again(tx, run, unit_id, f) : rc;
}

enum rc assess_decide(struct tx *tx, const struct assess_decide_in *in, struct fail *f)
{
    struct assess_run run;
    struct note note;
    struct rows rows;
    int64_t changed = 0;
    enum rc rc = run_of_office(tx, in->run_id, "sent", &run, f);
    if (rc == RC_OK)
        rc = check_decision(in, f);
    if (rc == RC_OK)
        rc = db_one(
            tx, SQL_assess_objection_by_id,
            DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(run.region_code), DB_I(run.id), DB_I(in->objection_id)),
            &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t unit_id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_assess_objection_decide,
                     DB_ARGS(DB_S(run.region_code), DB_I(in->objection_id), DB_T(in->decision), DB_T(in->reason),
                             DB_I(in->points), DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_decided, NULL, NULL);
    if (rc == RC_OK)
        rc = decision_points(tx, &run, in, unit_id, f);
    if (rc == RC_OK)
        rc = tell(tx, &run, unit_id, RIGHT_REPORT, "assessment.decided", f);
    if (rc != RC_OK)
        return rc;
    note_begin(&note);
    jw_kid(&note.w, "objection_id", in->objection_id);
    jw_ktext(&note.w, "decision", in->decision);
    jw_kint(&note.w, "points_hundredths", in->points);
    return note_end(tx, &note, &run, "decide", f);
}
