/* case_stats.c - counts and rates of the cases of a time, by unit, type, place, channel or city; each figure opens down to its rows (GET /cases?figure=). */
#include <string.h>

#include "case_rates_gen.h"
#include "cases/cases_int.h"

/* In the order of the statement's columns behind the group. */
static const char *const figures[] = {"reported", "filed",  "dispatched", "due",      "done",
                                      "in_time",  "closed", "refused",    "reworked", "returned",
                                      "disputed", "late",   "crossed",    "rated",    "satisfied"};
#define FIGURES ((int)(sizeof(figures) / sizeof(figures[0])))
#define GROUPS_MAX 2000
#define RATES_MAX 20

struct rate {
    struct span word, zh, en, source_zh, source_en;
    int numerator, denominator; /* index of the figure */
};

static int figure_of(struct span word)
{
    for (int i = 0; i < FIGURES; i++)
        if (span_is(word, figures[i]))
            return i;
    return 0;
}

static int rates_of(struct rate out[RATES_MAX])
{
    struct span rest = SPAN(CASE_RATES_CSV);
    int n = 0;
    bool head = true;
    while (rest.len > 0 && n < RATES_MAX) {
        struct span line = span_split(&rest, '\n');
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (head) {
            head = false;
            continue;
        }
        struct rate *const r = &out[n++];
        r->word = span_split(&line, ',');
        r->zh = span_split(&line, ',');
        r->en = span_split(&line, ',');
        r->numerator = figure_of(span_split(&line, ','));
        r->denominator = figure_of(span_split(&line, ','));
        r->source_zh = span_split(&line, ',');
        r->source_en = line;
    }
    return n;
}

enum rc case_period(struct req *r, int64_t *since_us, int64_t *before_us, struct fail *f)
{
    struct span from = SPAN_NONE, until = SPAN_NONE;
    struct ymd day;
    *since_us = 0;
    *before_us = INT64_MAX;
    enum rc rc = req_query_date(r, "from", &from, f);
    if (rc == RC_OK)
        rc = req_query_date(r, "until", &until, f);
    if (rc != RC_OK)
        return rc;
    if (from.len > 0 && until.len > 0 && span_cmp(until, from) < 0)
        return fail_span(f, RC_INVALID, MSG_case_period_backwards, "until", until);
    if (from.len > 0 && date_parse(from, &day))
        *since_us = date_start_us(day);
    if (until.len > 0 && date_parse(until, &day))
        *before_us = date_start_us(day) + DAY_US;
    return RC_OK;
}

struct ask {
    struct req *r;
    struct span by;
    int64_t since_us, before_us;
};
struct group {
    struct span key;
    int64_t n[sizeof(figures) / sizeof(figures[0])];
};

static void counts_json(const struct group *g, struct jw *w)
{
    jw_key(w, "counts");
    jw_object(w);
    for (int i = 0; i < FIGURES; i++)
        jw_kint(w, figures[i], g->n[i]);
    jw_object_end(w);
}

/* Each as its two numbers and their share; nought over nought is null, not nought. */
static void rates_json(const struct group *g, const struct rate *rates, int n, struct jw *w)
{
    jw_key(w, "rates");
    jw_object(w);
    for (int i = 0; i < n; i++) {
        char word[40];
        const int64_t above = g->n[rates[i].numerator], below = g->n[rates[i].denominator];
        (void)snprintf(word, sizeof(word), "%.*s", SPAN_ARG(rates[i].word));
        jw_key(w, word);
        if (below > 0)
            jw_real(w, (double)above / (double)below);
        else
            jw_null(w);
    }
    jw_object_end(w);
}

/* How people call the group. */
static enum rc name_of(struct tx *tx, const struct ask *ask, const struct group *g, struct unit_name_memo *memo,
                       struct jw *w, struct fail *f)
{
    struct span zh = g->key, en = g->key;
    struct region region;
    int64_t id = 0;
    enum rc rc = RC_OK;
    if (span_is(ask->by, "handler") && span_to_i64(g->key, &id)) {
        rc = unit_name_on(tx, id, SPAN(""), memo, &zh, f);
        en = zh;
    } else if (span_is(ask->by, "place") || span_is(ask->by, "region")) {
        rc = region_get(tx, g->key, SPAN(""), &region, f);
        if (rc == RC_OK)
            zh = en = region.name;
        rc = rc == RC_MISSING ? RC_OK : rc;
    } else if (span_is(ask->by, "type")) {
        const struct case_catalogue *k = NULL;
        const struct case_type *type = NULL;
        struct fail gone;
        if (case_type_now(tx, SPAN(""), g->key, &k, &type, &gone) == RC_OK) {
            zh = type->name.zh;
            en = type->name.en;
        }
    }
    jw_key(w, "name");
    jw_object(w);
    jw_ktext(w, "zh", zh);
    jw_ktext(w, "en", en);
    jw_object_end(w);
    return rc;
}

static void rate_words_json(const struct rate *rates, int n, struct jw *w)
{
    jw_key(w, "rates");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        jw_ktext(w, "word", rates[i].word);
        jw_key(w, "name");
        jw_object(w);
        jw_ktext(w, "zh", rates[i].zh);
        jw_ktext(w, "en", rates[i].en);
        jw_object_end(w);
        jw_kstr(w, "numerator", figures[rates[i].numerator]);
        jw_kstr(w, "denominator", figures[rates[i].denominator]);
        jw_key(w, "source");
        jw_object(w);
        jw_ktext(w, "zh", rates[i].source_zh);
        jw_ktext(w, "en", rates[i].source_en);
        jw_object_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum rc read_groups(struct tx *tx, const struct ask *ask, struct group *groups, int *n, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_case_statistics,
                          DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(ask->by), DB_I(ask->since_us),
                                  DB_I(ask->before_us), DB_I(tx_now_us(tx))),
                          &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < GROUPS_MAX && rows_next(&rows)) {
        struct group *const g = &groups[(*n)++];
        g->key = rows_text_dup(&rows, 0);
        for (int i = 0; i < FIGURES; i++)
            g->n[i] = rows_int(&rows, 1 + i);
    }
    return rows_end(&rows);
}

static enum rc answer(struct tx *tx, void *ctx, struct fail *f)
{
    const struct ask *ask = ctx;
    struct rate rates[RATES_MAX];
    struct unit_name_memo memo = {.id = 0};
    struct group total = {.key = SPAN("")};
    int n = 0;
    const int n_rates = rates_of(rates);
    struct group *const groups = ARENA_ARRAY(tx_arena(tx), GROUPS_MAX, struct group);
    enum rc rc = groups != NULL ? read_groups(tx, ask, groups, &n, f) : case_over(f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_ktext(w, "by", ask->by);
    rate_words_json(rates, n_rates, w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_ktext(w, "key", groups[i].key);
        rc = name_of(tx, ask, &groups[i], &memo, w, f);
        counts_json(&groups[i], w);
        rates_json(&groups[i], rates, n_rates, w);
        jw_object_end(w);
        for (int k = 0; k < FIGURES; k++)
            total.n[k] += groups[i].n[k];
    }
    jw_array_end(w);
    jw_key(w, "total");
    jw_object(w);
    counts_json(&total, w);
    rates_json(&total, rates, n_rates, w);
    jw_object_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc case_api_statistics(struct req *r, struct fail *f)
{
    static const char *const ways[] = {"type", "pack", "handler", "place", "channel", "region"};
    struct ask ask = {.r = r, .by = req_query(r, "by")};
    bool known = false;
    enum rc rc = req_query_only(r, f, "by", "from", "until", NULL);
    if (ask.by.len == 0)
        ask.by = SPAN("handler");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        known = known || span_is(ask.by, ways[i]);
    if (rc == RC_OK && !known)
        rc = fail_span(f, RC_INVALID, MSG_case_word_invalid, "by", ask.by);
    if (rc == RC_OK)
        rc = case_period(r, &ask.since_us, &ask.before_us, f);
    return rc == RC_OK ? org_read(r, answer, &ask, f) : rc;
}
