/*
 * bulletin_figures.c - counts, ranks and the rows behind them: from the plan's actions of a period, and to and from JSON. A figure of a scope is by
 * definition the number of rows that have its flag and belong to the scope, so what is printed and what is listed cannot differ.
 *
 *   total       every action of the outlines            due        its due day lies in the period
 *   done        done on the last day                     on_time    of these, done on the due day
 *   red, amber  its light on the last day                moved      more complete on the last day than on the day before the first
 *   unreported  begun, neither done nor stopped, and no report that holds for a day of the period
 *
 * Rank (bulletin/1): by the template's score, highest first; equal scores share the places from rank to rank_to.
 */
#include <string.h>

#include "bulletin/bulletin_int.h"

static const char *const words[BULLETIN_FIGURE_COUNT] = {
#define X(id, word) [BULLETIN_##id] = word,
    BULLETIN_FIGURES(X)
#undef X
};

const struct rule_input bulletin_inputs[] = {
    {"total", RULE_INT, false, "任务数", "tasks"},
    {"done", RULE_INT, false, "已完成", "done"},
    {"due", RULE_INT, false, "到期", "due"},
    {"on_time", RULE_INT, false, "按期完成", "done in time"},
    {"red", RULE_INT, false, "红灯", "red"},
    {"amber", RULE_INT, false, "黄灯", "amber"},
    {"moved", RULE_INT, false, "有进展", "moved"},
    {"unreported", RULE_INT, false, "未报告", "unreported"},
    {"percent", RULE_DECIMAL, false, "平均完成", "percent complete"},
    {"percent_before", RULE_DECIMAL, false, "期初平均完成", "percent complete before"},
};
const int bulletin_input_count = (int)(sizeof bulletin_inputs / sizeof bulletin_inputs[0]);

const char *bulletin_figure_word(enum bulletin_figure f)
{
    return words[f];
}

int bulletin_figure_find(struct span word)
{
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        if (span_is(word, words[i]))
            return i;
    return -1;
}

void bulletin_rule_values(const struct bulletin_scope *s, struct rule_value v[BULLETIN_FIGURE_COUNT + 2])
{
    const int64_t n = s->counts[BULLETIN_TOTAL] > 0 ? s->counts[BULLETIN_TOTAL] : 1;
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        v[i] = (struct rule_value){.type = RULE_INT, .num = s->counts[i]};
    v[BULLETIN_FIGURE_COUNT] = (struct rule_value){.type = RULE_DECIMAL, .num = s->percent_sum * RULE_DECIMAL_ONE / n};
    v[BULLETIN_FIGURE_COUNT + 1] =
        (struct rule_value){.type = RULE_DECIMAL, .num = s->percent_before_sum * RULE_DECIMAL_ONE / n};
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------- */

static struct span day_text(struct arena *a, int32_t day)
{
    char text[11];
    if (day == PLAN_NO_DAY)
        return SPAN("");
    date_print(date_from_days(day), text);
    return span_dup(a, span_of(text));
}

static unsigned flags_of(const struct plan_stats_action *a, int32_t from, int32_t until)
{
    const bool due = a->due_day != PLAN_NO_DAY && a->due_day >= from && a->due_day <= until;
    const bool begun = a->start_day == PLAN_NO_DAY || a->start_day <= until;
    const bool open = a->state != PLAN_DONE && a->state != PLAN_STOPPED;
    const bool reported = a->last_report_day != PLAN_NO_DAY && a->last_report_day >= from;
    unsigned flags = 1u << BULLETIN_TOTAL;
    flags |= a->state == PLAN_DONE ? 1u << BULLETIN_DONE : 0;
    flags |= due ? 1u << BULLETIN_DUE : 0;
    flags |= a->on_time ? 1u << BULLETIN_ON_TIME : 0;
    flags |= a->light == PLAN_RED ? 1u << BULLETIN_RED : 0;
    flags |= a->light == PLAN_AMBER ? 1u << BULLETIN_AMBER : 0;
    flags |= a->percent > a->percent_before ? 1u << BULLETIN_MOVED : 0;
    flags |= begun && open && !reported ? 1u << BULLETIN_UNREPORTED : 0;
    return flags;
}

static bool row_of(struct arena *a, const struct plan_stats_action *in, const struct bulletin_count_in *count,
                   struct bulletin_row *out)
{
    struct bulletin_lead *leads = ARENA_ARRAY(a, (size_t)in->n_units + 1, struct bulletin_lead);
    if (leads == NULL)
        return false;
    *out = (struct bulletin_row){.id = in->id,
                                 .outline_id = in->outline_id,
                                 .path = in->path,
                                 .title = in->title,
                                 .start_on = day_text(a, in->start_day),
                                 .due_on = day_text(a, in->due_day),
                                 .last_report_on = day_text(a, in->last_report_day),
                                 .done_on = day_text(a, in->done_day),
                                 .state = span_of(plan_state_word(in->state)),
                                 .light = span_of(plan_light_word(in->light)),
                                 .reason_zh = in->reason_zh,
                                 .reason_en = in->reason_en,
                                 .percent = in->percent,
                                 .percent_before = in->percent_before,
                                 .flags = flags_of(in, count->from_day, count->until_day),
                                 .leads = leads};
    for (int i = 0; i < in->n_units; i++) {
        if (!in->units[i].lead)
            continue;
        struct bulletin_lead *l = &leads[out->n_leads++];
        *l = (struct bulletin_lead){.id = in->units[i].id, .name = in->units[i].name, .kind = in->units[i].kind};
        memcpy(l->region_code, in->units[i].region_code, sizeof l->region_code);
    }
    return out->start_on.ptr != NULL && out->due_on.ptr != NULL && out->last_report_on.ptr != NULL &&
           out->done_on.ptr != NULL;
}

static bool in_region(const struct bulletin_row *row, struct span region)
{
    bool in = region.len == 0;
    for (int i = 0; i < row->n_leads && !in; i++)
        in = span_is(region, row->leads[i].region_code);
    return in;
}

/* ---- scopes ------------------------------------------------------------------------------------------------------------------------ */

static bool belongs(const struct bulletin_scope *s, const struct bulletin_row *row)
{
    int64_t id = 0;
    if (span_is(s->kind, "all"))
        return true;
    if (span_is(s->kind, "city"))
        return in_region(row, s->subject);
    if (!span_to_i64(s->subject, &id))
        return false;
    for (int i = 0; i < row->n_leads; i++)
        if (row->leads[i].id == id)
            return true;
    return false;
}

bool bulletin_counts(const struct bulletin_scope *s, enum bulletin_figure figure, const struct bulletin_row *row)
{
    return (row->flags & 1u << figure) != 0 && belongs(s, row);
}

const struct bulletin_scope *bulletin_scope_find(const struct bulletin_figures *all, struct span kind,
                                                 struct span subject)
{
    for (int i = 0; i < all->n_scopes; i++)
        if (span_eq(all->scopes[i].kind, kind) && span_eq(all->scopes[i].subject, subject))
            return &all->scopes[i];
    return NULL;
}

static bool scope_add(struct bulletin_figures *all, const struct bulletin_scope *s)
{
    if (bulletin_scope_find(all, s->kind, s->subject) != NULL)
        return true;
    if (all->n_scopes == BULLETIN_SCOPES_MAX)
        return false;
    all->scopes[all->n_scopes++] = *s;
    return true;
}

/* Whether units whose home this is belong to a city: a prefecture, or one of the four municipalities (GB/T 2260: 11, 12, 31, 50), not a province. */
static bool is_city(struct span code)
{
    static const char *const municipalities[] = {"110000", "120000", "310000", "500000"};
    if (code.len != 6 || !span_ends(code, SPAN("0000")))
        return code.len == 6;
    for (size_t i = 0; i < sizeof municipalities / sizeof municipalities[0]; i++)
        if (span_is(code, municipalities[i]))
            return true;
    return false;
}

static bool scopes_of_row(struct arena *a, struct bulletin_figures *all, const struct bulletin_row *row)
{
    bool ok = true;
    for (int i = 0; i < row->n_leads && ok; i++) {
        const struct bulletin_lead *l = &row->leads[i];
        char id[24];
        (void)snprintf(id, sizeof id, "%lld", (long long)l->id);
        if (all->scope_region.len > 0 && !span_is(all->scope_region, l->region_code))
            continue;
        const struct span region = span_dup(a, span_of(l->region_code)), subject = span_dup(a, span_of(id));
        const struct bulletin_scope city = {
            .kind = SPAN("city"), .subject = region, .name = region, .group = SPAN(""), .region = SPAN("")};
        const struct bulletin_scope unit = {
            .kind = SPAN("unit"), .subject = subject, .name = l->name, .group = l->kind, .region = region};
        ok = region.ptr != NULL && subject.ptr != NULL && (!is_city(region) || scope_add(all, &city)) &&
             scope_add(all, &unit);
    }
    return ok;
}

static void scope_count(const struct bulletin_figures *all, struct bulletin_scope *s)
{
    for (int r = 0; r < all->n_rows; r++) {
        const struct bulletin_row *row = &all->rows[r];
        if (!belongs(s, row))
            continue;
        for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
            s->counts[i] += (row->flags & 1u << i) != 0;
        s->percent_sum += row->percent;
        s->percent_before_sum += row->percent_before;
    }
}

/* all < city < unit; within them higher scores first, then by subject, so that the order is one and the same. */
static int scope_order(const struct bulletin_scope *a, const struct bulletin_scope *b)
{
    int kind = span_cmp(a->kind, b->kind);
    if (kind != 0)
        return kind;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return span_cmp(a->subject, b->subject);
}

static void scopes_sort(struct bulletin_figures *all)
{
    for (int i = 1; i < all->n_scopes; i++) { /* some hundred at most */
        struct bulletin_scope s = all->scopes[i];
        int at = i;
        for (; at > 0 && scope_order(&s, &all->scopes[at - 1]) < 0; at--)
            all->scopes[at] = all->scopes[at - 1];
        all->scopes[at] = s;
    }
}

static enum rc rank(struct arena *a, struct bulletin_figures *all, const struct rule *score, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < all->n_scopes; i++) {
        struct rule_value v[BULLETIN_FIGURE_COUNT + 2], out;
        bulletin_rule_values(&all->scopes[i], v);
        rc = rule_run(a, score, v, NULL, &out, NULL, f);
        all->scopes[i].score = rc == RC_OK ? out.num : 0;
    }
    if (rc != RC_OK)
        return rc;
    scopes_sort(all);
    for (int i = 0; i < all->n_scopes; i++) {
        struct bulletin_scope *s = &all->scopes[i];
        s->rank = span_is(s->kind, "all") ? 0 : 1;
        s->rank_to = 0;
        for (int k = 0; s->rank > 0 && k < all->n_scopes; k++) {
            if (!span_eq(all->scopes[k].kind, s->kind))
                continue;
            s->rank += all->scopes[k].score > s->score;
            s->rank_to += all->scopes[k].score >= s->score;
        }
    }
    return RC_OK;
}

enum rc bulletin_count(struct arena *a, const struct bulletin_count_in *in, struct bulletin_figures *out,
                       struct fail *f)
{
    const struct plan_stats *st = in->stats;
    *out = (struct bulletin_figures){.from_on = day_text(a, in->from_day),
                                     .until_on = day_text(a, in->until_day),
                                     .scope_region = in->scope_region,
                                     .n_outlines = st->n_outlines,
                                     .template = SPAN(""),
                                     .scopes = ARENA_ARRAY(a, BULLETIN_SCOPES_MAX, struct bulletin_scope),
                                     .rows = ARENA_ARRAY(a, (size_t)st->n_actions + 1, struct bulletin_row)};
    memcpy(out->outlines, st->outlines, sizeof out->outlines);
    bool ok = out->scopes != NULL && out->rows != NULL && out->from_on.ptr != NULL && out->until_on.ptr != NULL &&
              scope_add(out, &(struct bulletin_scope){.kind = SPAN("all"),
                                                      .subject = SPAN(""),
                                                      .name = SPAN(""),
                                                      .group = SPAN(""),
                                                      .region = SPAN("")});
    for (int i = 0; ok && i < st->n_actions; i++) {
        struct bulletin_row *row = &out->rows[out->n_rows];
        ok = row_of(a, &st->actions[i], in, row);
        if (!ok || !in_region(row, in->scope_region))
            continue;
        out->n_rows++;
        ok = scopes_of_row(a, out, row);
    }
    if (!ok)
        return bulletin_over(f);
    for (int i = 0; i < out->n_scopes; i++)
        scope_count(out, &out->scopes[i]);
    return in->score != NULL ? rank(a, out, in->score, f) : RC_OK;
}

void bulletin_compare(struct bulletin_figures *now, const struct bulletin_figures *before)
{
    for (int i = 0; i < now->n_scopes; i++) {
        const struct bulletin_scope *was = bulletin_scope_find(before, now->scopes[i].kind, now->scopes[i].subject);
        now->scopes[i].rank_before = was != NULL ? was->rank : 0;
    }
}

/* ---- as JSON ------------------------------------------------------------------------------------------------------------------------- */

void bulletin_scope_json(const struct bulletin_scope *s, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "kind", s->kind);
    jw_ktext(w, "subject", s->subject);
    jw_ktext(w, "name", s->name);
    jw_ktext(w, "group", s->group);
    jw_ktext(w, "region_code", s->region);
    jw_key(w, "figures");
    jw_object(w);
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        jw_kint(w, words[i], s->counts[i]);
    jw_kint(w, "percent_sum", s->percent_sum);
    jw_kint(w, "percent_before_sum", s->percent_before_sum);
    jw_object_end(w);
    jw_kid(w, "score_millionths", s->score);
    jw_kint(w, "rank", s->rank);
    jw_kint(w, "rank_to", s->rank_to);
    jw_kint(w, "rank_before", s->rank_before);
    jw_object_end(w);
}

void bulletin_row_json(const struct bulletin_row *r, struct jw *w)
{
    jw_object(w);
    jw_kid(w, "id", r->id);
    jw_kid(w, "outline_id", r->outline_id);
    jw_ktext(w, "path", r->path);
    jw_ktext(w, "title", r->title);
    jw_ktext(w, "start_on", r->start_on);
    jw_ktext(w, "due_on", r->due_on);
    jw_ktext(w, "last_report_on", r->last_report_on);
    jw_ktext(w, "done_on", r->done_on);
    jw_ktext(w, "state", r->state);
    jw_ktext(w, "light", r->light);
    jw_key(w, "light_reason");
    jw_object(w);
    jw_ktext(w, "zh", r->reason_zh);
    jw_ktext(w, "en", r->reason_en);
    jw_object_end(w);
    jw_kint(w, "percent", r->percent);
    jw_kint(w, "percent_before", r->percent_before);
    jw_key(w, "counts_as");
    jw_array(w);
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        if ((r->flags & 1u << i) != 0)
            jw_str(w, words[i]);
    jw_array_end(w);
    jw_key(w, "units");
    jw_array(w);
    for (int i = 0; i < r->n_leads; i++) {
        jw_object(w);
        jw_kid(w, "id", r->leads[i].id);
        jw_ktext(w, "name", r->leads[i].name);
        jw_ktext(w, "kind", r->leads[i].kind);
        jw_kstr(w, "region_code", r->leads[i].region_code);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

void bulletin_figures_write(const struct bulletin_figures *all, struct jw *w)
{
    jw_object(w);
    jw_kstr(w, "algorithm", "bulletin/1");
    jw_ktext(w, "template", all->template);
    jw_kint(w, "template_version", all->template_version);
    jw_ktext(w, "from_on", all->from_on);
    jw_ktext(w, "until_on", all->until_on);
    jw_ktext(w, "region_code", all->scope_region);
    jw_key(w, "outlines");
    jw_array(w);
    for (int i = 0; i < all->n_outlines; i++) {
        jw_object(w);
        jw_kid(w, "id", all->outlines[i].id);
        jw_ktext(w, "title", all->outlines[i].title);
        jw_kbool(w, "public", all->outlines[i].is_public);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "scopes");
    jw_array(w);
    for (int i = 0; i < all->n_scopes; i++)
        bulletin_scope_json(&all->scopes[i], w);
    jw_array_end(w);
    jw_key(w, "rows");
    jw_array(w);
    for (int i = 0; i < all->n_rows; i++)
        bulletin_row_json(&all->rows[i], w);
    jw_array_end(w);
    jw_object_end(w);
}

/* What this program wrote itself: a member that is missing reads as empty. */
static struct span text_of(const json_t *obj, const char *key)
{
    const json_t *v = json_object_get(obj, key);
    return json_is_string(v) ? (struct span){json_string_value(v), json_string_length(v)} : SPAN("");
}

static int64_t int_of(const json_t *obj, const char *key)
{
    return json_integer_value(json_object_get(obj, key));
}

static int64_t id_of(const json_t *obj, const char *key)
{
    int64_t id = 0;
    return span_to_i64(text_of(obj, key), &id) ? id : 0;
}

static bool row_read(struct arena *a, const json_t *obj, struct bulletin_row *r)
{
    const json_t *counts = json_object_get(obj, "counts_as"), *units = json_object_get(obj, "units");
    const json_t *reason = json_object_get(obj, "light_reason");
    struct bulletin_lead *leads = ARENA_ARRAY(a, json_array_size(units) + 1, struct bulletin_lead);
    if (leads == NULL)
        return false;
    *r = (struct bulletin_row){.id = id_of(obj, "id"),
                               .outline_id = id_of(obj, "outline_id"),
                               .path = text_of(obj, "path"),
                               .title = text_of(obj, "title"),
                               .start_on = text_of(obj, "start_on"),
                               .due_on = text_of(obj, "due_on"),
                               .last_report_on = text_of(obj, "last_report_on"),
                               .done_on = text_of(obj, "done_on"),
                               .state = text_of(obj, "state"),
                               .light = text_of(obj, "light"),
                               .reason_zh = text_of(reason, "zh"),
                               .reason_en = text_of(reason, "en"),
                               .percent = int_of(obj, "percent"),
                               .percent_before = int_of(obj, "percent_before"),
                               .leads = leads};
    for (size_t i = 0; i < json_array_size(counts); i++) {
        const json_t *v = json_array_get(counts, i);
        int figure = bulletin_figure_find(span_of(json_string_value(v)));
        r->flags |= figure >= 0 ? 1u << figure : 0;
    }
    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *u = json_array_get(units, i);
        const struct span region = text_of(u, "region_code");
        struct bulletin_lead *l = &leads[r->n_leads++];
        *l = (struct bulletin_lead){.id = id_of(u, "id"), .name = text_of(u, "name"), .kind = text_of(u, "kind")};
        memcpy(l->region_code, region.ptr, region.len < 6 ? region.len : 6);
    }
    return true;
}

static void scope_read(const json_t *obj, struct bulletin_scope *s)
{
    const json_t *figures = json_object_get(obj, "figures");
    *s = (struct bulletin_scope){.kind = text_of(obj, "kind"),
                                 .subject = text_of(obj, "subject"),
                                 .name = text_of(obj, "name"),
                                 .group = text_of(obj, "group"),
                                 .region = text_of(obj, "region_code"),
                                 .percent_sum = int_of(figures, "percent_sum"),
                                 .percent_before_sum = int_of(figures, "percent_before_sum"),
                                 .score = id_of(obj, "score_millionths"),
                                 .rank = int_of(obj, "rank"),
                                 .rank_to = int_of(obj, "rank_to"),
                                 .rank_before = int_of(obj, "rank_before")};
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        s->counts[i] = int_of(figures, words[i]);
}

enum rc bulletin_figures_read(struct arena *a, const json_t *obj, struct bulletin_figures *out, struct fail *f)
{
    const json_t *outlines = json_object_get(obj, "outlines"), *scopes = json_object_get(obj, "scopes");
    const json_t *rows = json_object_get(obj, "rows");
    *out = (struct bulletin_figures){.template = text_of(obj, "template"),
                                     .template_version = int_of(obj, "template_version"),
                                     .from_on = text_of(obj, "from_on"),
                                     .until_on = text_of(obj, "until_on"),
                                     .scope_region = text_of(obj, "region_code"),
                                     .scopes = ARENA_ARRAY(a, json_array_size(scopes) + 1, struct bulletin_scope),
                                     .rows = ARENA_ARRAY(a, json_array_size(rows) + 1, struct bulletin_row)};
    if (out->scopes == NULL || out->rows == NULL)
        return bulletin_over(f);
    for (size_t i = 0; i < json_array_size(outlines) && i < PLAN_STATS_OUTLINES_MAX; i++) {
        const json_t *o = json_array_get(outlines, i);
        out->outlines[out->n_outlines++] = (struct plan_stats_outline){id_of(o, "id"), text_of(o, "title"),
                                                                       json_is_true(json_object_get(o, "public"))};
    }
    for (size_t i = 0; i < json_array_size(scopes); i++)
        scope_read(json_array_get(scopes, i), &out->scopes[out->n_scopes++]);
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (!row_read(a, json_array_get(rows, i), &out->rows[out->n_rows++]))
            return bulletin_over(f);
    return RC_OK;
}
