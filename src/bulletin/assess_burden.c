/*
 * assess_burden.c - how many reports are asked of a unit in a month, and by whom: regular reports on duties, results on their due days, answers to supervision
 * slips, opinions on matters circulated. The pack caps it; beyond the cap the page warns, and so whoever asks sees what the others ask already.
 */
#include <string.h>

#include "bulletin/assess_int.h"
#include "duty/duty_stats.h"

enum { UNITS_MAX = 1000, BY_MAX = 64 };

struct burden_by {
    int64_t unit_id, n;
};
struct burden_unit {
    int64_t unit_id, n;
    struct burden_by by[BY_MAX];
    int n_by;
};
struct burden {
    struct req *r;
    int32_t from, until;
    int64_t only; /* unit; 0: all */
    int64_t cap;
    struct duty_ask_row *asks;
    int n_asks;
    struct plan_ask_row *opinions;
    int n_opinions;
    struct burden_unit *units;
    int n_units;
};

static bool count_one(struct burden *b, int64_t unit_id, int64_t by_unit_id)
{
    struct burden_unit *u = NULL;
    if (b->only != 0 && unit_id != b->only)
        return true;
    for (int i = 0; i < b->n_units && u == NULL; i++)
        u = b->units[i].unit_id == unit_id ? &b->units[i] : NULL;
    if (u == NULL) {
        if (b->n_units == UNITS_MAX)
            return false;
        u = &b->units[b->n_units++];
        u->unit_id = unit_id;
    }
    u->n++;
    for (int i = 0; i < u->n_by; i++)
        if (u->by[i].unit_id == by_unit_id) {
            u->by[i].n++;
            return true;
        }
    if (u->n_by < BY_MAX)
        u->by[u->n_by++] = (struct burden_by){by_unit_id, 1};
    return true;
}

static void unit_member(struct tx *tx, struct jw *w, const char *key, int64_t id)
{
    struct unit unit;
    struct fail ignored;
    const enum rc rc = unit_get(tx, id, SPAN_NONE, &unit, &ignored);
    jw_key(w, key);
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext_or_null(w, "name", rc == RC_OK ? unit.name : SPAN_NONE);
    jw_object_end(w);
}

static void day_json(struct jw *w, int32_t day)
{
    char text[11];
    date_print(date_from_days(day), text);
    jw_kstr(w, "on", text);
}

static void asks_json(struct tx *tx, const struct burden *b, int64_t unit_id, struct jw *w)
{
    jw_key(w, "asks");
    jw_array(w);
    for (int i = 0; i < b->n_asks; i++) {
        if (b->asks[i].unit_id != unit_id)
            continue;
        jw_object(w);
        jw_kstr(w, "kind", b->asks[i].kind);
        jw_kid(w, "id", b->asks[i].duty_id);
        jw_ktext(w, "number", b->asks[i].number);
        jw_ktext(w, "title", b->asks[i].title);
        unit_member(tx, w, "by", b->asks[i].by_unit_id);
        day_json(w, b->asks[i].day);
        jw_object_end(w);
    }
    for (int i = 0; i < b->n_opinions; i++) {
        if (b->opinions[i].unit_id != unit_id)
            continue;
        jw_object(w);
        jw_kstr(w, "kind", "opinion");
        jw_kid(w, "id", b->opinions[i].consultation_id);
        jw_ktext(w, "number", b->opinions[i].number);
        jw_ktext(w, "title", b->opinions[i].title);
        unit_member(tx, w, "by", b->opinions[i].by_unit_id);
        day_json(w, b->opinions[i].day);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* Most asked first. */
static void sort_units(struct burden *b)
{
    for (int i = 1; i < b->n_units; i++) {
        const struct burden_unit u = b->units[i];
        int at = i;
        for (; at > 0 &&
               (b->units[at - 1].n < u.n || (b->units[at - 1].n == u.n && b->units[at - 1].unit_id > u.unit_id));
             at--)
            b->units[at] = b->units[at - 1];
        b->units[at] = u;
    }
}

static void units_json(struct tx *tx, const struct burden *b, struct jw *w)
{
    jw_array(w);
    for (int i = 0; i < b->n_units; i++) {
        const struct burden_unit *u = &b->units[i];
        jw_object(w);
        unit_member(tx, w, "unit", u->unit_id);
        jw_kint(w, "count", u->n);
        jw_kbool(w, "over", u->n > b->cap);
        jw_key(w, "by");
        jw_array(w);
        for (int k = 0; k < u->n_by; k++) {
            jw_object(w);
            unit_member(tx, w, "unit", u->by[k].unit_id);
            jw_kint(w, "count", u->by[k].n);
            jw_object_end(w);
        }
        jw_array_end(w);
        asks_json(tx, b, u->unit_id, w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum rc answer_burden(struct tx *tx, void *ctx, struct fail *f)
{
    struct burden *b = ctx;
    bool fits = true;
    char from[11], until[11];
    b->units = ARENA_ARRAY(tx_arena(tx), UNITS_MAX, struct burden_unit);
    if (b->units == NULL)
        return bulletin_over(f);
    enum rc rc = assess_burden_cap(tx_arena(tx), &b->cap, f);
    if (rc == RC_OK)
        rc = duty_asks_read(tx, b->from, b->until, &b->asks, &b->n_asks, f);
    if (rc == RC_OK)
        rc = plan_stats_asks(tx, b->from, b->until, &b->opinions, &b->n_opinions, f);
    for (int i = 0; rc == RC_OK && i < b->n_asks; i++)
        fits = fits && count_one(b, b->asks[i].unit_id, b->asks[i].by_unit_id);
    for (int i = 0; rc == RC_OK && i < b->n_opinions; i++)
        fits = fits && count_one(b, b->opinions[i].unit_id, b->opinions[i].by_unit_id);
    if (rc == RC_OK && !fits)
        return bulletin_over(f);
    if (rc != RC_OK)
        return rc;
    sort_units(b);
    struct jw *w = reply_json(b->r);
    date_print(date_from_days(b->from), from);
    date_print(date_from_days(b->until), until);
    jw_object(w);
    jw_kstr(w, "from_on", from);
    jw_kstr(w, "until_on", until);
    jw_kint(w, "cap", b->cap);
    jw_key(w, "items");
    units_json(tx, b, w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

/* ?month=2026-11; the month of today when it is not given. */
static enum rc month_of(struct req *r, struct burden *b, struct fail *f)
{
    const struct span month = req_query(r, "month");
    struct ymd first = date_of_us(clock_now_us(store_clock(req_store(r))));
    char text[16];
    first.day = 1;
    if (month.len > 0) {
        (void)snprintf(text, sizeof text, "%.*s-01", (int)(month.len < 8 ? month.len : 8), month.ptr);
        if (month.len != 7 || !date_parse(span_of(text), &first))
            return fail_span(f, RC_INVALID, MSG_assess_month_invalid, "month", month);
    }
    b->from = date_to_days(first);
    b->until = b->from + date_month_days(first.year, first.month) - 1;
    return RC_OK;
}

enum rc assess_api_burden(struct req *r, struct fail *f)
{
    struct burden *b = ARENA_NEW(req_arena(r), struct burden);
    if (b == NULL)
        return bulletin_over(f);
    b->r = r;
    enum rc rc = req_query_only(r, f, "month", "unit", NULL);
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &b->only, f);
    if (rc == RC_OK)
        rc = month_of(r, b, f);
    return rc == RC_OK ? org_read(r, answer_burden, b, f) : rc;
}
