/* assess_json.c - assessments as objects of the API: what the actor may see of results and objections, and what may be done. */
#include <string.h>

#include "bulletin/assess_int.h"

static void ktext(struct jw *w, const char *key, struct span s)
{
    jw_ktext_or_null(w, key, s.len > 0 ? s : SPAN_NONE);
}

static void both_json(struct jw *w, const char *key, const struct bulletin_both *b)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
    jw_object_end(w);
}

static enum rc brief(struct tx *tx, const struct assess_run *run, const struct assess_scheme *s, struct jw *w,
                     struct fail *f)
{
    struct unit unit;
    enum rc rc = unit_get(tx, run->unit_id, SPAN_NONE, &unit, f);
    if (rc != RC_OK)
        return rc;
    jw_kid(w, "id", run->id);
    jw_ktext(w, "number", run->number);
    jw_ktext(w, "scheme", run->scheme);
    jw_kint(w, "scheme_version", run->scheme_version);
    both_json(w, "name", &s->name);
    jw_key(w, "unit");
    jw_object(w);
    jw_kid(w, "id", run->unit_id);
    jw_ktext(w, "name", unit.name);
    jw_object_end(w);
    jw_ktext(w, "from_on", run->from_on);
    jw_ktext(w, "until_on", run->until_on);
    jw_ktext(w, "state", run->state);
    ktext(w, "sent_on", run->sent_on);
    ktext(w, "objections_until_on", run->objections_until_on);
    ktext(w, "published_on", run->published_on);
    ktext(w, "content_sha256", run->content_sha256);
    jw_kint(w, "version", run->version);
    return RC_OK;
}

enum rc assess_brief_json(struct tx *tx, const struct assess_run *run, struct jw *w, struct fail *f)
{
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    enum rc rc = s != NULL ? assess_scheme_find(tx_arena(tx), run->scheme, s, f) : bulletin_over(f);
    jw_object(w);
    if (rc == RC_OK)
        rc = brief(tx, run, s, w, f);
    jw_object_end(w);
    return rc;
}

static const struct assess_group *group_find(const struct assess_scheme *s, struct span word)
{
    for (int i = 0; i < s->n_groups; i++)
        if (span_eq(s->groups[i].word, word))
            return &s->groups[i];
    return &s->groups[s->n_groups - 1];
}

static const struct assess_award *award_find(const struct assess_scheme *s, struct span word)
{
    for (int i = 0; i < s->n_awards && word.len > 0; i++)
        if (span_eq(s->awards[i].word, word))
            return &s->awards[i];
    return NULL;
}

void assess_results_members(struct arena *a, const struct assess_scheme *s, const struct assess_result *r, struct jw *w)
{
    const struct assess_award *award = award_find(s, r->award);
    jw_key(w, "unit");
    jw_object(w);
    jw_kid(w, "id", r->unit_id);
    jw_ktext(w, "name", r->name);
    jw_object_end(w);
    jw_ktext(w, "group", r->group);
    both_json(w, "group_name", &group_find(s, r->group)->name);
    jw_ktext(w, "computed", assess_points_text(a, r->computed));
    jw_ktext(w, "points", assess_points_text(a, r->points));
    jw_kint(w, "rank", r->place);
    jw_kint(w, "rank_to", r->place_to);
    jw_key(w, "lines");
    jw_raw(w, r->lines);
    if (award != NULL) {
        both_json(w, "award", &award->name);
    } else {
        jw_key(w, "award");
        jw_null(w);
    }
}

/* ---- adjustments and objections ------------------------------------------------------------------------------------------------------ */

static bool file_json(const struct file_row *row, void *ctx)
{
    jw_object(ctx);
    jw_kid(ctx, "id", row->id);
    jw_ktext(ctx, "name", row->name);
    jw_object_end(ctx);
    return true;
}

static enum rc files_json(struct tx *tx, const struct assess_run *run, const char *kind, int64_t id, struct jw *w,
                          struct fail *f)
{
    jw_key(w, "files");
    jw_array(w);
    enum rc rc = id != 0 ? org_file_list(tx, run->region_code, kind, id, file_json, w, f) : RC_OK;
    jw_array_end(w);
    return rc;
}

struct adjust_row {
    int64_t id, unit_id, points, files, at_us;
    struct span kind, reason;
};
enum { ADJUSTS_MAX = 2000 };

static enum rc adjusts_json(struct tx *tx, const struct assess_run *run, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct adjust_row *items = ARENA_ARRAY(tx_arena(tx), ADJUSTS_MAX, struct adjust_row);
    int n = 0;
    if (items == NULL)
        return bulletin_over(f);
    enum rc rc = db_query(tx, SQL_assess_adjusts,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(run->region_code), DB_I(run->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < ADJUSTS_MAX && rows_next(&rows))
        items[n++] =
            (struct adjust_row){rows_int(&rows, 0), rows_int(&rows, 1),      rows_int(&rows, 3),     rows_int(&rows, 5),
                                rows_int(&rows, 6), rows_text_dup(&rows, 2), rows_text_dup(&rows, 4)};
    rc = rows_end(&rows);
    jw_key(w, "adjustments");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_kid(w, "id", items[i].id);
        jw_kid(w, "unit_id", items[i].unit_id);
        jw_ktext(w, "kind", items[i].kind);
        jw_ktext(w, "points", assess_points_text(tx_arena(tx), items[i].points));
        jw_ktext(w, "reason", items[i].reason);
        jw_ktime(w, "at", items[i].at_us);
        rc = files_json(tx, run, "assess_adjust", items[i].files > 0 ? items[i].id : 0, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

struct objection_row {
    int64_t id, unit_id, files, at_us, points, decided_at_us;
    struct span item, text, decision, reason;
};

static enum rc objections_json(struct tx *tx, const struct assess_run *run, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct objection_row *items = ARENA_ARRAY(tx_arena(tx), ADJUSTS_MAX, struct objection_row);
    int n = 0;
    if (items == NULL)
        return bulletin_over(f);
    enum rc rc = db_query(tx, SQL_assess_objections,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(run->region_code), DB_I(run->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < ADJUSTS_MAX && rows_next(&rows))
        items[n++] = (struct objection_row){.id = rows_int(&rows, 0),
                                            .unit_id = rows_int(&rows, 1),
                                            .item = rows_text_dup(&rows, 2),
                                            .text = rows_text_dup(&rows, 3),
                                            .files = rows_int(&rows, 4),
                                            .at_us = rows_int(&rows, 5),
                                            .decision = rows_text_dup(&rows, 6),
                                            .reason = rows_text_dup(&rows, 7),
                                            .points = rows_int(&rows, 8),
                                            .decided_at_us = rows_int(&rows, 9)};
    rc = rows_end(&rows);
    jw_key(w, "objections");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct objection_row *o = &items[i];
        jw_object(w);
        jw_kid(w, "id", o->id);
        jw_kid(w, "unit_id", o->unit_id);
        ktext(w, "item", o->item);
        jw_ktext(w, "text", o->text);
        jw_ktime(w, "at", o->at_us);
        ktext(w, "decision", o->decision);
        ktext(w, "reason", o->reason);
        jw_ktext(w, "points", assess_points_text(tx_arena(tx), o->points));
        jw_key(w, "decided_at");
        if (o->decided_at_us != 0)
            jw_time(w, o->decided_at_us);
        else
            jw_null(w);
        rc = files_json(tx, run, "assess_objection", o->files > 0 ? o->id : 0, w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

/* ---- the whole -------------------------------------------------------------------------------------------------------------------------- */

static enum rc result_json(struct tx *tx, const struct assess_run *run, const struct assess_scheme *s,
                           const struct assess_result *r, struct jw *w, struct fail *f)
{
    bool speaks = false;
    const bool open = span_is(run->state, "sent");
    enum rc rc = open ? org_holds(tx, RIGHT_APPROVE, r->unit_id, &speaks, f) : RC_OK;
    jw_object(w);
    assess_results_members(tx_arena(tx), s, r, w);
    jw_kbool(w, "accepted", r->accepted_at_us != 0);
    jw_key(w, "may");
    jw_array(w);
    if (speaks && r->accepted_at_us == 0) {
        jw_str(w, "accept");
        jw_str(w, "object");
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static void scheme_members(struct arena *a, const struct assess_scheme *s, struct jw *w)
{
    jw_ktext(w, "total_max", assess_points_text(a, s->total_max));
    jw_kint(w, "objection_working_days", s->objection_days);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < s->n_items; i++) {
        jw_object(w);
        jw_ktext(w, "word", s->items[i].word);
        both_json(w, "name", &s->items[i].name);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum rc may_json(struct tx *tx, const struct assess_run *run, struct jw *w, struct fail *f)
{
    bool office = false;
    enum rc rc = org_holds(tx, RIGHT_PUBLISH, run->unit_id, &office, f);
    jw_key(w, "may");
    jw_array(w);
    if (office && span_is(run->state, "draft")) {
        jw_str(w, "adjust");
        jw_str(w, "send");
        jw_str(w, "discard");
    }
    if (office && span_is(run->state, "sent")) {
        jw_str(w, "decide");
        jw_str(w, "publish");
    }
    jw_array_end(w);
    jw_kbool(w, "office", office);
    return rc;
}

enum rc assess_whole_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f)
{
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    struct assess_run run;
    struct assess_result *results = NULL;
    int n = 0;
    enum rc rc = s != NULL ? assess_get(tx, id, &run, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = assess_scheme_find(tx_arena(tx), run.scheme, s, f);
    if (rc == RC_OK)
        rc = assess_results(tx, &run, &results, &n, f);
    if (rc != RC_OK)
        return rc;
    *version = run.version;
    jw_object(w);
    rc = brief(tx, &run, s, w, f);
    scheme_members(tx_arena(tx), s, w);
    jw_key(w, "results");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = result_json(tx, &run, s, &results[i], w, f);
    jw_array_end(w);
    if (rc == RC_OK)
        rc = adjusts_json(tx, &run, w, f);
    if (rc == RC_OK)
        rc = objections_json(tx, &run, w, f);
    if (rc == RC_OK)
        rc = may_json(tx, &run, w, f);
    jw_object_end(w);
    return rc;
}
