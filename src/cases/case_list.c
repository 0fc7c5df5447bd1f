/* case_list.c - the desk's list of cases: filters, orders, pages; what lies near; what came from one telephone. */
#include <string.h>

#include "cases/cases_int.h"

struct ask {
    struct req *r;
    uint32_t filters;
    struct span mark, pack, type, place, channel, region, text, after[2];
    int64_t handler_id, intake_id, limit, since_us, before_us;
    int order;
    bool has_after;
};

static enum rc read_filters(struct ask *ask, struct fail *f)
{
    struct req *const r = ask->r;
    const struct {
        const char *key;
        struct span *out;
        uint32_t filter;
    } words[] = {{"mark", &ask->mark, SQLF_case_list_mark},
                 {"pack", &ask->pack, SQLF_case_list_pack},
                 {"type", &ask->type, SQLF_case_list_type},
                 {"place", &ask->place, SQLF_case_list_place},
                 {"channel", &ask->channel, SQLF_case_list_channel},
                 {"region", &ask->region, SQLF_case_list_region},
                 {"q", &ask->text, SQLF_case_list_text}};
    const struct {
        const char *key;
        uint32_t filter;
    } flags[] = {{"open", SQLF_case_list_open},
                 {"mine", SQLF_case_list_mine},
                 {"late", SQLF_case_list_late},
                 {"disputed", SQLF_case_list_disputed}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        *words[i].out = span_trim(req_query(r, words[i].key));
        ask->filters |= words[i].out->len > 0 ? words[i].filter : 0;
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        ask->filters |= span_is(req_query(r, flags[i].key), "1") ? flags[i].filter : 0;
    enum rc rc = req_query_id(r, "handler", &ask->handler_id, f);
    if (rc == RC_OK)
        rc = req_query_id(r, "intake", &ask->intake_id, f);
    ask->filters |= ask->handler_id != 0 ? SQLF_case_list_handler : 0;
    ask->filters |= ask->intake_id != 0 ? SQLF_case_list_intake : 0;
    return rc;
}

/* Days of arrival, and the figure of the statistics that is opened down to its rows. */
static enum rc read_figure(struct ask *ask, struct fail *f)
{
    static const struct {
        const char *word;
        uint32_t filter;
    } figures[] = {{"reported", 0},
                   {"filed", SQLF_case_list_is_filed},
                   {"dispatched", SQLF_case_list_is_dispatched},
                   {"due", SQLF_case_list_is_due},
                   {"done", SQLF_case_list_is_done},
                   {"in_time", SQLF_case_list_is_in_time},
                   {"closed", SQLF_case_list_is_closed},
                   {"refused", SQLF_case_list_is_refused},
                   {"reworked", SQLF_case_list_is_reworked},
                   {"returned", SQLF_case_list_is_returned},
                   {"disputed", SQLF_case_list_disputed},
                   {"late", SQLF_case_list_is_late},
                   {"crossed", SQLF_case_list_is_crossed},
                   {"rated", SQLF_case_list_is_rated},
                   {"satisfied", SQLF_case_list_is_satisfied}};
    const struct span figure = req_query(ask->r, "figure");
    bool known = figure.len == 0;
    enum rc rc = case_period(ask->r, &ask->since_us, &ask->before_us, f);
    ask->filters |= ask->since_us != 0 ? SQLF_case_list_since : 0;
    ask->filters |= ask->before_us != INT64_MAX ? SQLF_case_list_before : 0;
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
        if (span_is(figure, figures[i].word)) {
            known = true;
            ask->filters |= figures[i].filter;
        }
    return rc == RC_OK && !known ? fail_span(f, RC_INVALID, MSG_case_word_invalid, "figure", figure) : rc;
}

static enum rc read_order(struct ask *ask, struct fail *f)
{
    const struct span sort = req_query(ask->r, "sort");
    ask->order = span_is(sort, "oldest") ? SQLO_case_list_oldest
                 : span_is(sort, "due")  ? SQLO_case_list_due
                                         : SQLO_case_list_newest;
    if (sort.len > 0 && ask->order == SQLO_case_list_newest && !span_is(sort, "newest"))
        return fail_span(f, RC_INVALID, MSG_case_word_invalid, "sort", sort);
    return req_after(ask->r, 2, ask->after, &ask->has_after, f);
}

/* The arguments in the order of the statement: its own, each filter's in bit order, the page's. */
static enum rc args_of(struct tx *tx, const struct ask *ask, struct db_val *v, int *n, struct fail *f)
{
    int64_t first = 0, id = 0;
    struct span match = SPAN_NONE;
    *n = 0;
    v[(*n)++] = DB_I(tx_actor(tx)->principal_id);
    v[(*n)++] = DB_I(ask->limit + 1);
    const struct {
        uint32_t filter;
        struct db_val value;
    } all[] = {{SQLF_case_list_mark, DB_T(ask->mark)},        {SQLF_case_list_pack, DB_T(ask->pack)},
               {SQLF_case_list_type, DB_T(ask->type)},        {SQLF_case_list_handler, DB_I(ask->handler_id)},
               {SQLF_case_list_intake, DB_I(ask->intake_id)}, {SQLF_case_list_place, DB_T(ask->place)},
               {SQLF_case_list_channel, DB_T(ask->channel)},  {SQLF_case_list_region, DB_T(ask->region)},
               {SQLF_case_list_late, DB_I(tx_now_us(tx))},    {SQLF_case_list_since, DB_I(ask->since_us)},
               {SQLF_case_list_before, DB_I(ask->before_us)}, {SQLF_case_list_is_due, DB_I(tx_now_us(tx))}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (ask->filters & all[i].filter)
            v[(*n)++] = all[i].value;
    if (ask->filters & SQLF_case_list_text) {
        enum rc rc = search_query(tx, ask->text, &match, f);
        if (rc != RC_OK)
            return rc;
        v[(*n)++] = DB_T(span_or_empty(match));
    }
    if (!ask->has_after)
        return RC_OK;
    if (!span_to_i64(ask->after[0], &first) || !span_to_i64(ask->after[1], &id))
        return fail_set(f, RC_INVALID, MSG_case_word_invalid, "after", "", NULL);
    if (ask->order == SQLO_case_list_due)
        v[(*n)++] = DB_I(first);
    v[(*n)++] = DB_I(id);
    return RC_OK;
}

static const char *next_key(struct tx *tx, const struct case_row *last)
{
    char due[24], id[24];
    (void)snprintf(due, sizeof(due), "%lld", (long long)(last->expected_at_us != 0 ? last->expected_at_us : INT64_MAX));
    (void)snprintf(id, sizeof(id), "%lld", (long long)last->id);
    return page_key(tx_arena(tx), 2, (const struct span[]){span_of(due), span_of(id)});
}

/* Up to limit rows of an open cursor as items; *last and *more for the next page. */
static enum rc items_json(struct case_show *show, struct rows *rows, int64_t limit, struct jw *w, const char **next,
                          struct fail *f)
{
    struct case_row *all = ARENA_ARRAY(tx_arena(show->tx), (size_t)limit + 1, struct case_row);
    int64_t n = 0;
    *next = NULL;
    if (all == NULL) {
        case_drop(rows);
        return case_over(f);
    }
    while (n <= limit && rows_next(rows))
        case_of(rows, &all[n++]);
    enum rc rc = rows_end(rows);
    jw_key(w, "items");
    jw_array(w);
    for (int64_t i = 0; rc == RC_OK && i < n && i < limit; i++)
        rc = case_brief_json(show, &all[i], w, f);
    jw_array_end(w);
    if (n > limit)
        *next = next_key(show->tx, &all[limit - 1]);
    return rc;
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    const struct ask *ask = ctx;
    struct db_val v[24];
    struct case_show *show = NULL;
    struct rows rows;
    const char *next = NULL;
    int n = 0;
    enum rc rc = case_show_new(tx, req_lang(ask->r), &show, f);
    if (rc == RC_OK)
        rc = args_of(tx, ask, v, &n, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_case_list, ask->filters, ask->order, ask->has_after, v, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    rc = items_json(show, &rows, ask->limit, w, &next, f);
    if (next != NULL)
        reply_next_page(ask->r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc case_api_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "mark", "pack", "type", "place", "channel", "region", "q", "open", "mine", "late",
                                "disputed", "handler", "intake", "figure", "from", "until", NULL);
    if (rc == RC_OK)
        rc = read_filters(&ask, f);
    if (rc == RC_OK)
        rc = read_figure(&ask, f);
    if (rc == RC_OK)
        rc = read_order(&ask, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

/* ---- perhaps the same one ------------------------------------------------------------------------------------------------------------------------ */

#define NEAR_E6 3000 /* about 300 m */
#define NEAR_DAYS 30
#define NEAR_MAX 20

static enum rc answer_near(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_row c;
    struct case_show *show = NULL;
    struct rows rows;
    const char *next = NULL;
    enum rc rc = case_get(tx, ask->intake_id, &c, f);
    if (rc == RC_OK)
        rc = case_show_new(tx, req_lang(ask->r), &show, f);
    if (rc != RC_OK)
        return rc;
    /* Without a position nothing is near: an empty range. */
    const int64_t north = c.has_position ? c.lat_e6 + NEAR_E6 : c.lat_e6 - 1;
    rc = db_query(tx, SQL_case_near,
                  DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_S(c.region_code), DB_T(c.type), DB_I(c.lat_e6 - NEAR_E6),
                          DB_I(north), DB_I(c.long_e6 - NEAR_E6), DB_I(c.long_e6 + NEAR_E6),
                          DB_I(tx_now_us(tx) - NEAR_DAYS * DAY_US), DB_I(NEAR_MAX + 1)),
                  &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    rc = items_json(show, &rows, NEAR_MAX, w, &next, f);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc case_api_near(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.intake_id, f);
    return rc == RC_OK ? org_read(r, answer_near, &ask, f) : rc;
}

static enum rc answer_telephone(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_show *show = NULL;
    struct rows rows;
    struct span normal, hash;
    const char *next = NULL;
    enum rc rc = org_require_any(tx, RIGHT_ASSIGN, f);
    if (rc == RC_OK)
        rc = case_telephone(tx_arena(tx), ask->text, &normal, f);
    if (rc == RC_OK)
        rc = seal_index(tx, "case.telephone", normal, &hash, f);
    if (rc == RC_OK)
        rc = case_show_new(tx, req_lang(ask->r), &show, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_case_of_telephone,
                      DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_B(hash), DB_I(NEAR_MAX + 1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    rc = items_json(show, &rows, NEAR_MAX, w, &next, f);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc case_api_earlier(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    json_t *body = NULL;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "telephone", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "telephone", JSON_REQUIRED, 40, &ask.text, f);
    return rc == RC_OK ? org_read(r, answer_telephone, &ask, f) : rc;
}
