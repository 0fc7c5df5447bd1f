/* bulletin_text.c - the values that a bulletin's text may name in braces, and the text with them. Pure: figures in, words out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "bulletin/bulletin_int.h"

#define LISTED_MAX 20 /* tasks named one by one; then “等N项” */
#define RANKED_MAX 5  /* cities or units that share a place, or whose place changed; the table names them all */

static struct span printed(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static struct span printed(struct arena *a, const char *fmt, ...)
{
    char text[200];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return n < 0 || (size_t)n >= sizeof text ? SPAN_NONE : span_dup(a, (struct span){text, (size_t)n});
}

/* num / den in percent, to a tenth, half up; “—” when there is nothing to divide by. */
struct span bulletin_percent(struct arena *a, int64_t num, int64_t den)
{
    if (den == 0)
        return SPAN("—");
    const int64_t tenths = (num * 2000 + den) / (2 * den);
    return printed(a, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
}

/* A difference of means to a tenth, half away from zero. */
static struct span points(struct arena *a, int64_t sum, int64_t n)
{
    if (n == 0)
        return SPAN("0.0");
    const int64_t abs = sum < 0 ? -sum : sum, tenths = (abs * 20 + n) / (2 * n);
    return printed(a, "%s%lld.%lld", sum < 0 && tenths > 0 ? "-" : "", (long long)(tenths / 10),
                   (long long)(tenths % 10));
}

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

struct span bulletin_day(struct arena *a, int32_t day, enum lang lang)
{
    const struct ymd d = date_from_days(day);
    return lang == LANG_ZH ? printed(a, "%d年%d月%d日", d.year, d.month, d.day)
                           : printed(a, "%d %s %d", d.day, months[d.month - 1], d.year);
}

static struct span period_text(struct arena *a, const struct bulletin_figures *all, const struct bulletin_facts *facts)
{
    struct ymd from, until;
    if (!date_parse(all->from_on, &from) || !date_parse(all->until_on, &until))
        return SPAN("");
    const bool zh = facts->lang == LANG_ZH;
    if (span_is(facts->kind, "year"))
        return printed(a, zh ? "%d年度" : "%d", until.year);
    if (span_is(facts->kind, "month"))
        return zh ? printed(a, "%d年%d月", until.year, until.month)
                  : printed(a, "%s %d", months[until.month - 1], until.year);
    struct span first = bulletin_day(a, date_to_days(from), facts->lang),
                last = bulletin_day(a, date_to_days(until), facts->lang);
    if (first.ptr == NULL || last.ptr == NULL)
        return SPAN_NONE;
    return printed(a, zh ? "%.*s至%.*s" : "%.*s to %.*s", SPAN_ARG(first), SPAN_ARG(last));
}

/* ---- lists of names ---------------------------------------------------------------------------------------------------------------- */

struct listing {
    struct sb sb;
    int n, max;
    enum lang lang;
    bool units; /* cities or units, not tasks */
};

static void list_add(struct listing *l, const char *before, struct span name, const char *after)
{
    if (l->n++ >= l->max)
        return;
    if (l->n > 1)
        sb_adds(&l->sb, l->lang == LANG_ZH ? "、" : "; ");
    sb_adds(&l->sb, before);
    sb_add(&l->sb, name);
    sb_adds(&l->sb, after);
}

static struct span list_end(struct arena *a, struct listing *l)
{
    if (l->n == 0)
        sb_adds(&l->sb, l->lang == LANG_ZH ? "无" : "none");
    if (l->n > l->max)
        sb_addf(&l->sb, l->lang == LANG_EN ? " and others, %d in all" : l->units ? "等%d个" : "等%d项", l->n);
    struct span out = sb_rc(&l->sb) == RC_OK ? span_dup(a, sb_span(&l->sb)) : SPAN_NONE;
    sb_release(&l->sb);
    return out;
}

static struct listing list_new(enum lang lang)
{
    struct listing l = {.lang = lang, .max = LISTED_MAX};
    sb_init(&l.sb, 64u << 10);
    return l;
}

/* Scopes of a kind whose rank lies in a range. */
static struct span ranked(struct arena *a, const struct bulletin_figures *all, const char *kind, const int64_t range[2],
                          enum lang lang)
{
    struct listing l = list_new(lang);
    l.max = RANKED_MAX;
    l.units = true;
    for (int i = 0; i < all->n_scopes; i++) {
        const struct bulletin_scope *s = &all->scopes[i];
        if (span_is(s->kind, kind) && s->rank >= range[0] && s->rank <= range[1])
            list_add(&l, "", s->name, "");
    }
    return list_end(a, &l);
}

static int64_t last_rank(const struct bulletin_figures *all, const char *kind)
{
    int64_t last = 1;
    for (int i = 0; i < all->n_scopes; i++)
        if (span_is(all->scopes[i].kind, kind) && all->scopes[i].rank > last)
            last = all->scopes[i].rank;
    return last;
}

/* Cities and units whose rank changed: up (direction 1) or down (-1). */
static struct span changed(struct arena *a, const struct bulletin_figures *all, int direction, enum lang lang)
{
    struct listing l = list_new(lang);
    l.max = RANKED_MAX;
    l.units = true;
    for (int i = 0; i < all->n_scopes; i++) {
        const struct bulletin_scope *s = &all->scopes[i];
        const int64_t by = s->rank_before - s->rank;
        char text[48];
        if (s->rank == 0 || s->rank_before == 0 || by * direction <= 0)
            continue;
        (void)snprintf(text, sizeof text, lang == LANG_ZH ? "（%+lld位）" : " (%+lld)", (long long)by);
        list_add(&l, "", s->name, text);
    }
    return list_end(a, &l);
}

static struct span rows_listed(struct arena *a, const struct bulletin_figures *all, enum bulletin_figure figure,
                               enum lang lang)
{
    struct listing l = list_new(lang);
    for (int i = 0; i < all->n_rows; i++)
        if ((all->rows[i].flags & 1u << figure) != 0)
            list_add(&l, "“", all->rows[i].title, "”");
    return list_end(a, &l);
}

static struct span missing(struct arena *a, const struct bulletin_figures *all, enum lang lang, int *n)
{
    struct listing l = list_new(lang);
    l.units = true;
    for (int i = 0; i < all->n_scopes; i++) {
        const struct bulletin_scope *s = &all->scopes[i];
        char text[48];
        if (!span_is(s->kind, "unit") || s->counts[BULLETIN_UNREPORTED] == 0)
            continue;
        (void)snprintf(text, sizeof text, lang == LANG_ZH ? "（%lld项）" : " (%lld)",
                       (long long)s->counts[BULLETIN_UNREPORTED]);
        list_add(&l, "", s->name, text);
    }
    *n = l.n;
    return list_end(a, &l);
}

static struct span outline_titles(struct arena *a, const struct bulletin_figures *all, enum lang lang)
{
    struct listing l = list_new(lang);
    for (int i = 0; i < all->n_outlines; i++)
        list_add(&l, lang == LANG_ZH ? "《" : "“", all->outlines[i].title, lang == LANG_ZH ? "》" : "”");
    return list_end(a, &l);
}

/* ---- all values ------------------------------------------------------------------------------------------------------------------------ */

static void put(struct bulletin_values *v, const char *word, struct span text)
{
    v->items[v->n++] = (struct bulletin_value){word, text};
}

static void put_names(struct arena *a, const struct bulletin_figures *all, enum lang lang, struct bulletin_values *v)
{
    const int64_t city_last = last_rank(all, "city"), unit_last = last_rank(all, "unit");
    int n = 0;
    struct span names = missing(a, all, lang, &n);
    put(v, "first_cities", ranked(a, all, "city", (const int64_t[]){1, 1}, lang));
    put(v, "last_cities", ranked(a, all, "city", (const int64_t[]){city_last, city_last}, lang));
    put(v, "first_units", ranked(a, all, "unit", (const int64_t[]){1, 3}, lang));
    put(v, "last_units", ranked(a, all, "unit", (const int64_t[]){unit_last, unit_last}, lang));
    put(v, "risen", changed(a, all, 1, lang));
    put(v, "fallen", changed(a, all, -1, lang));
    put(v, "red_list", rows_listed(a, all, BULLETIN_RED, lang));
    put(v, "amber_list", rows_listed(a, all, BULLETIN_AMBER, lang));
    put(v, "due_list", rows_listed(a, all, BULLETIN_DUE, lang));
    put(v, "unreported_list", rows_listed(a, all, BULLETIN_UNREPORTED, lang));
    put(v, "missing_units", names);
    put(v, "missing_count", printed(a, "%d", n));
    put(v, "outlines", outline_titles(a, all, lang));
}

enum rc bulletin_values_of(struct arena *a, const struct bulletin_figures *all, const struct bulletin_facts *facts,
                           struct bulletin_values *out, struct fail *f)
{
    const struct bulletin_scope *s = &all->scopes[0];
    struct ymd from, until;
    *out = (struct bulletin_values){.n = 0};
    if (all->n_scopes == 0 || !date_parse(all->from_on, &from) || !date_parse(all->until_on, &until))
        return fail_set(f, RC_INTERNAL, MSG_bulletin_file_broken, NULL, NULL);
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        put(out, bulletin_figure_word((enum bulletin_figure)i), printed(a, "%lld", (long long)s->counts[i]));
    put(out, "done_share", bulletin_percent(a, s->counts[BULLETIN_DONE], s->counts[BULLETIN_TOTAL]));
    put(out, "on_time_share", bulletin_percent(a, s->counts[BULLETIN_ON_TIME], s->counts[BULLETIN_DUE]));
    put(out, "percent", bulletin_percent(a, s->percent_sum, s->counts[BULLETIN_TOTAL] * 100));
    put(out, "moved_points", points(a, s->percent_sum - s->percent_before_sum, s->counts[BULLETIN_TOTAL]));
    put(out, "period", period_text(a, all, facts));
    put(out, "from", bulletin_day(a, date_to_days(from), facts->lang));
    put(out, "until", bulletin_day(a, date_to_days(until), facts->lang));
    put(out, "issuer", facts->issuer);
    put(out, "year", facts->year > 0 ? printed(a, "%lld", (long long)facts->year) : SPAN("    "));
    put(out, "seq", facts->seq > 0 ? printed(a, "%lld", (long long)facts->seq) : SPAN("  "));
    put(out, "corrects", facts->corrects);
    put(out, "correct_reason", facts->correct_reason);
    put_names(a, all, facts->lang, out);
    for (int i = 0; i < out->n; i++)
        if (out->items[i].text.ptr == NULL)
            return bulletin_over(f);
    return RC_OK;
}

enum rc bulletin_fill(struct arena *a, const struct bulletin_values *values, struct span text, const char *field,
                      struct span *out, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 1u << 20);
    enum rc rc = RC_OK;
    for (size_t at = 0; rc == RC_OK && at < text.len;) {
        size_t open = span_find(text, SPAN("{"), at);
        size_t close = open == SIZE_MAX ? SIZE_MAX : span_find(text, SPAN("}"), open);
        sb_add(&sb, span_sub(text, at, open == SIZE_MAX ? text.len : open));
        if (open == SIZE_MAX)
            break;
        struct span word = span_sub(text, open + 1, close == SIZE_MAX ? text.len : close);
        const struct bulletin_value *v = NULL;
        for (int i = 0; i < values->n && close != SIZE_MAX; i++)
            if (span_is(word, values->items[i].word))
                v = &values->items[i];
        if (v == NULL)
            rc = fail_span(f, RC_INVALID, MSG_bulletin_value_unknown, field, utf8_cut(word, 60));
        else
            sb_add(&sb, v->text);
        at = close == SIZE_MAX ? text.len : close + 1;
    }
    if (rc == RC_OK) {
        *out = sb.len == 0 ? SPAN("") : span_dup(a, sb_span(&sb));
        if (sb_rc(&sb) != RC_OK || out->ptr == NULL)
            rc = bulletin_over(f);
    }
    sb_release(&sb);
    return rc;
}
