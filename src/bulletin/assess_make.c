/* assess_make.c - what takes longer than a command may: plan and duties read for a period, points of all units, and what is frozen at publication. */
#include <string.h>

#include "bulletin/assess_int.h"
#include "duty/duty_stats.h"

#define LINES_BYTES_MAX (64u << 10)
#define CONTENT_BYTES_MAX (8u << 20)

struct assessing {
    const struct assess_create_in *in;
    struct assess_new_in *out;
    struct assess_scheme scheme;
    struct bulletin_figures figures;
    struct duty_stats duty;
    struct assess_result *results;
    struct assess_placed *placed;
};

/* ---- points of all units -------------------------------------------------------------------------------------------------------------- */

static enum rc lines_json(struct arena *a, const struct assess_scheme *s, const struct assess_line *lines,
                          struct span *out, struct fail *f)
{
    static const char *const kinds[] = {"item", "deduct", "bonus"};
    struct sb sb;
    struct jw w;
    sb_init(&sb, LINES_BYTES_MAX);
    jw_init(&w, &sb);
    jw_array(&w);
    for (int i = 0; i < s->n_items; i++) {
        const struct assess_line *l = &lines[i];
        jw_object(&w);
        jw_ktext(&w, "word", l->item->word);
        jw_kstr(&w, "kind", kinds[l->item->kind]);
        jw_key(&w, "name");
        jw_object(&w);
        jw_ktext(&w, "zh", l->item->name.zh);
        jw_ktext(&w, "en", l->item->name.en);
        jw_object_end(&w);
        jw_ktext(&w, "max", assess_points_text(a, l->item->max));
        jw_ktext(&w, "points", assess_points_text(a, l->points));
        jw_ktext(&w, "rule", l->item->source);
        jw_key(&w, "because");
        jw_object(&w);
        jw_ktext(&w, "zh", l->zh);
        jw_ktext(&w, "en", l->en);
        jw_object_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    *out = sb_rc(&sb) == RC_OK ? span_dup(a, sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out->ptr != NULL ? RC_OK : bulletin_over(f);
}

static enum rc unit_points(struct arena *a, struct assessing *w, const struct bulletin_scope *scope, struct fail *f)
{
    struct assess_line lines[ASSESS_ITEMS_MAX];
    struct assess_facts facts = {.scope = scope};
    struct assess_result *r = &w->results[w->out->n_results];
    *r = (struct assess_result){.name = scope->name, .group = assess_group_of(&w->scheme, scope->group)->word};
    if (!span_to_i64(scope->subject, &r->unit_id))
        return fail_set(f, RC_INTERNAL, MSG_bulletin_file_broken, NULL, NULL);
    for (int i = 0; i < w->duty.n; i++) {
        if (w->duty.units[i].unit_id != r->unit_id)
            continue;
        facts.overdue = w->duty.units[i].overdue;
        facts.slips = w->duty.units[i].slips;
    }
    enum rc rc = assess_points(a, &w->scheme, &facts, lines, &r->computed, f);
    if (rc == RC_OK)
        rc = lines_json(a, &w->scheme, lines, &r->lines, f);
    if (rc != RC_OK)
        return rc;
    w->placed[w->out->n_results++] =
        (struct assess_placed){.unit_id = r->unit_id, .points = r->computed, .group = r->group};
    return RC_OK;
}

static enum rc all_points(struct arena *a, struct assessing *w, struct fail *f)
{
    w->results = ARENA_ARRAY(a, ASSESS_UNITS_MAX, struct assess_result);
    w->placed = ARENA_ARRAY(a, ASSESS_UNITS_MAX, struct assess_placed);
    enum rc rc = w->results != NULL && w->placed != NULL ? RC_OK : bulletin_over(f);
    for (int i = 0; rc == RC_OK && i < w->figures.n_scopes; i++) {
        if (!span_is(w->figures.scopes[i].kind, "unit"))
            continue;
        rc = w->out->n_results < ASSESS_UNITS_MAX ? unit_points(a, w, &w->figures.scopes[i], f) : bulletin_over(f);
    }
    if (rc != RC_OK)
        return rc;
    if (w->out->n_results == 0)
        return fail_set(f, RC_CONFLICT, MSG_assess_nobody, NULL, NULL);
    assess_rank(w->placed, w->out->n_results);
    for (int i = 0; i < w->out->n_results; i++) {
        w->results[i].place = w->placed[i].place;
        w->results[i].place_to = w->placed[i].place_to;
    }
    w->out->results = w->results;
    return RC_OK;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc read_period(struct tx *tx, const struct assess_create_in *in, int32_t days[2], struct fail *f)
{
    struct ymd from, until;
    if (!date_parse(in->from_on, &from))
        return fail_span(f, RC_INVALID, MSG_assess_period_invalid, "from_on", in->from_on);
    if (!date_parse(in->until_on, &until))
        return fail_span(f, RC_INVALID, MSG_assess_period_invalid, "until_on", in->until_on);
    days[0] = date_to_days(from);
    days[1] = date_to_days(until);
    if (days[1] < days[0] || days[1] - days[0] > 3660 || days[1] > date_to_days(date_of_us(tx_now_us(tx))))
        return fail_span(f, RC_INVALID, MSG_assess_period_invalid, "until_on", in->until_on);
    return RC_OK;
}

static enum rc read_run(struct tx *tx, void *ctx, struct fail *f)
{
    struct assessing *w = ctx;
    struct assess_run *run = &w->out->run;
    struct plan_stats *stats = ARENA_NEW(tx_arena(tx), struct plan_stats);
    struct unit unit;
    int32_t days[2] = {0};
    if (stats == NULL)
        return bulletin_over(f);
    run->unit_id = w->in->unit_id != 0 ? w->in->unit_id : tx_actor(tx)->unit_id;
    enum rc rc = unit_get(tx, run->unit_id, SPAN_NONE, &unit, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_PUBLISH, run->unit_id, f);
    if (rc == RC_OK)
        rc = assess_scheme_find(tx_arena(tx), w->in->scheme, &w->scheme, f);
    if (rc == RC_OK)
        rc = read_period(tx, w->in, days, f);
    const struct plan_stats_query q = {run->unit_id, w->in->outline_ids, w->in->n_outlines, days[0], days[1]};
    if (rc == RC_OK)
        rc = plan_stats_read(tx, &q, stats, f);
    const struct bulletin_count_in count = {stats, days[0], days[1], SPAN(""), NULL};
    if (rc == RC_OK)
        rc = bulletin_count(tx_arena(tx), &count, &w->figures, f);
    if (rc == RC_OK)
        rc = duty_stats_read(tx, date_start_us(date_from_days(days[0])), date_start_us(date_from_days(days[1] + 1)),
                             &w->duty, f);
    if (rc == RC_OK)
        rc = bulletin_ids_write(tx_arena(tx), w->in->outline_ids, w->in->n_outlines, &run->outline_ids, f);
    if (rc != RC_OK)
        return rc;
    memcpy(run->region_code, unit.region_code, sizeof run->region_code);
    run->scheme = w->scheme.word;
    run->scheme_version = w->scheme.version;
    run->from_on = w->in->from_on;
    run->until_on = w->in->until_on;
    w->figures.template = w->scheme.word;
    w->figures.template_version = w->scheme.version;
    return all_points(tx_arena(tx), w, f);
}

enum rc assess_prepare(struct store *s, const struct actor *actor, struct arena *a, const struct assess_create_in *in,
                       struct assess_new_in *out, struct fail *f)
{
    struct assessing *w = ARENA_NEW(a, struct assessing);
    if (w == NULL)
        return bulletin_over(f);
    *out = (struct assess_new_in){.n_results = 0};
    w->in = in;
    w->out = out;
    enum rc rc = store_read(s, actor, a, read_run, w, f);
    return rc == RC_OK ? bulletin_figures_put(s, a, &w->figures, &out->run.figures_sha256, f) : rc;
}

static enum rc run_insert(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return assess_insert(tx, in, out, f);
}

enum rc assess_create(struct store *s, const struct actor *actor, struct arena *a, const struct assess_create_in *in,
                      int64_t *id, struct fail *f)
{
    struct assess_new_in new_in;
    enum rc rc = assess_prepare(s, actor, a, in, &new_in, f);
    if (rc != RC_OK)
        return rc;
    struct store_write w = {.command = run_insert, .in = &new_in, .out = id, .arena = a, .actor = *actor};
    rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

enum rc assess_figures(struct tx *tx, const struct assess_run *run, struct bulletin_figures *out, struct fail *f)
{
    json_t *json = NULL;
    enum rc rc = bulletin_file_json(tx, run->figures_sha256, &json, f);
    return rc == RC_OK ? bulletin_figures_read(tx_arena(tx), json, out, f) : rc;
}

/* ---- what is frozen at publication ------------------------------------------------------------------------------------------------------- */

struct freezing {
    struct assess_step_in *io;
    struct sb sb;
};

static enum rc read_content(struct tx *tx, void *ctx, struct fail *f)
{
    struct freezing *z = ctx;
    struct assess_run run;
    struct assess_scheme *s = ARENA_NEW(tx_arena(tx), struct assess_scheme);
    struct assess_result *results = NULL;
    struct jw w;
    int n = 0;
    enum rc rc = s != NULL ? assess_get(tx, z->io->id, &run, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = assess_scheme_find(tx_arena(tx), run.scheme, s, f);
    if (rc == RC_OK)
        rc = assess_results(tx, &run, &results, &n, f);
    if (rc != RC_OK)
        return rc;
    z->io->version = z->io->version != 0 ? z->io->version : run.version;
    jw_init(&w, &z->sb);
    jw_object(&w);
    jw_kstr(&w, "algorithm", "assessment/1");
    jw_kid(&w, "id", run.id);
    jw_ktext(&w, "scheme", run.scheme);
    jw_kint(&w, "scheme_version", run.scheme_version);
    jw_ktext(&w, "from_on", run.from_on);
    jw_ktext(&w, "until_on", run.until_on);
    jw_ktext(&w, "figures_sha256", run.figures_sha256);
    jw_key(&w, "results");
    jw_array(&w);
    for (int i = 0; i < n; i++) {
        const struct assess_award *award = assess_award_of(s, results[i].place, results[i].points);
        results[i].award = award != NULL ? award->word : SPAN("");
        jw_object(&w);
        assess_results_members(tx_arena(tx), s, &results[i], &w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return sb_rc(&z->sb) == RC_OK ? RC_OK : bulletin_over(f);
}

enum rc assess_prepare_publish(struct store *s, const struct actor *actor, struct arena *a, struct assess_step_in *io,
                               struct fail *f)
{
    struct freezing z = {.io = io};
    struct file_info info;
    sb_init(&z.sb, CONTENT_BYTES_MAX);
    enum rc rc = store_read(s, actor, a, read_content, &z, f);
    if (rc == RC_OK)
        rc = file_put(s, sb_span(&z.sb), &info, f);
    sb_release(&z.sb);
    if (rc == RC_OK)
        io->content = span_dup(a, span_of(info.sha256_hex));
    return rc == RC_OK && io->content.ptr == NULL ? bulletin_over(f) : rc;
}
