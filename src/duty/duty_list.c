/*
 * duty_list.c - lists of duties: filters, orders, pages, and the same as a file.
 *
 * A list that finds little among very many (a bureau's own duties, a rare word, drafts) is served from that small set and sorted; one that finds much
 * (an office's) by walking the order and looking at each row. Which of the two is decided by counting a little: each count stops at DUTY_FEW. A word
 * that very many titles have is looked for in the rows themselves on the way, as a light is.
 */
#include <string.h>

#include "base/table.h"
#include "duty/duty_int.h"

#define DUTY_FEW 1000     /* rows of a set; up to that it is read and sorted */
#define CSV_ROWS_MAX 5000 /* rows of one file; the Link header leads to the next */
#define CSV_BYTES_MAX (12u << 20)

/* How a query is served. */
struct way {
    uint32_t filters;
    struct span match;
    bool set;   /* from a small set, sorted */
    bool words; /* the words are looked for in each row */
};

static bool scans(const struct duty_query *q, const struct way *way)
{
    return q->light >= 0 || way->words;
}

static int list_args(const struct duty_query *q, const struct way *way, struct tx *tx, struct db_val *v)
{
    int n = 0;
    v[n++] = DB_I(tx_actor(tx)->principal_id);
    v[n++] = DB_I((scans(q, way) ? DUTY_SCAN_MAX : q->limit) + 1);
    if (way->filters & SQLF_duty_list_state)
        v[n++] = DB_T(q->state);
    if (way->filters & SQLF_duty_list_holder)
        v[n++] = DB_I(q->holder_id);
    if (way->filters & SQLF_duty_list_assigner)
        v[n++] = DB_I(q->assigner_id);
    if (way->filters & SQLF_duty_list_subject) {
        v[n++] = DB_T(q->subject_kind);
        v[n++] = DB_I(q->subject_id);
    }
    if (way->filters & SQLF_duty_list_parent)
        v[n++] = DB_I(q->parent_id);
    if (way->filters & SQLF_duty_list_source) {
        v[n++] = DB_T(q->source_kind);
        v[n++] = DB_I(q->source_id);
    }
    if (way->filters & SQLF_duty_list_of_kind)
        v[n++] = DB_T(q->of_kind);
    if (way->filters & SQLF_duty_list_of_kind_few)
        v[n++] = DB_T(q->of_kind);
    if (way->filters & SQLF_duty_list_text)
        v[n++] = DB_T(way->match);
    if (way->filters & SQLF_duty_list_overdue) {
        v[n++] = DB_T(duty_day_text(tx_arena(tx), duty_today(tx)));
        v[n++] = DB_I(tx_now_us(tx));
    }
    return n;
}

static enum rc after_args(const struct duty_query *q, struct db_val *v, int *n, struct fail *f)
{
    int64_t us = 0, id = 0;
    if (!q->after)
        return RC_OK;
    if (!span_to_i64(q->after_parts[1], &id) || (q->sort == DUTY_BY_UPDATED && !span_to_i64(q->after_parts[0], &us)))
        return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "after", "", NULL);
    if (q->sort == DUTY_BY_DUE)
        v[(*n)++] = DB_T(q->after_parts[0]);
    if (q->sort == DUTY_BY_UPDATED)
        v[(*n)++] = DB_I(us);
    v[(*n)++] = DB_I(id);
    return RC_OK;
}

static enum rc is_few(struct tx *tx, enum sql_id id, struct db_val of, bool *few, struct fail *f)
{
    struct rows rows;
    *few = true;
    enum rc rc = db_query(tx, id, DB_ARGS(of, DB_I(DUTY_FEW + 1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows))
        *few = rows_int(&rows, 0) <= DUTY_FEW;
    return rows_end(&rows);
}

/* From a small set, the state of the end is looked at in its rows; else the planner would rather walk all open ones. */
static void finals_in_rows(struct way *way)
{
    if (!way->set)
        return;
    if (way->filters & SQLF_duty_list_open)
        way->filters = (way->filters & ~(uint32_t)SQLF_duty_list_open) | SQLF_duty_list_open_set;
    if (way->filters & SQLF_duty_list_closed)
        way->filters = (way->filters & ~(uint32_t)SQLF_duty_list_closed) | SQLF_duty_list_closed_set;
}

static enum rc choose_way(struct tx *tx, const struct duty_query *q, struct way *way, struct fail *f)
{
    const int64_t principal = tx_actor(tx)->principal_id;
    bool few = false;
    enum rc rc = RC_OK;
    *way = (struct way){.filters = q->filters};
    way->set = (q->filters & (SQLF_duty_list_drafts | SQLF_duty_list_unconfirmed)) != 0;
    if (principal != 0)
        rc = is_few(tx, SQL_duty_scope_size, DB_I(principal), &few, f);
    way->filters |= few ? SQLF_duty_list_few : 0u;
    way->set = way->set || few;
    if (rc == RC_OK && (q->filters & SQLF_duty_list_mine)) {
        rc = is_few(tx, SQL_duty_mine_size, DB_I(principal), &few, f);
        way->filters = few ? (way->filters & ~(uint32_t)SQLF_duty_list_mine) | SQLF_duty_list_mine_few : way->filters;
        way->set = way->set || few;
    }
    if (rc == RC_OK && (q->filters & SQLF_duty_list_of_kind)) {
        rc = is_few(tx, SQL_duty_kind_size, DB_T(q->of_kind), &few, f);
        way->filters =
            few ? (way->filters & ~(uint32_t)SQLF_duty_list_of_kind) | SQLF_duty_list_of_kind_few : way->filters;
        way->set = way->set || few;
    }
    if (rc != RC_OK || !(q->filters & SQLF_duty_list_text))
        return rc;
    rc = search_query(tx, q->text, &way->match, f);
    if (rc != RC_OK || way->match.len == 0)
        return rc;
    rc = is_few(tx, SQL_duty_text_size, DB_T(way->match), &few, f);
    way->set = way->set || few;
    way->words = !few;
    if (!few)
        way->filters &= ~(uint32_t)SQLF_duty_list_text;
    return rc;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool has_word(struct span text, struct span word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        size_t k = 0;
        while (k < word.len && lower(text.ptr[i + k]) == lower(word.ptr[k]))
            k++;
        if (k == word.len)
            return true;
    }
    return false;
}

/* Each word, parted by blanks, stands in the title or the number. */
static bool has_words(const struct duty_row *d, struct span typed)
{
    while (typed.len > 0) {
        const struct span word = span_trim(span_split(&typed, ' '));
        if (word.len > 0 && !has_word(d->title, word) && !has_word(d->number, word))
            return false;
    }
    return true;
}

static enum rc set_next(struct tx *tx, const struct duty_query *q, const struct duty_row *last, struct duty_page *out,
                        struct fail *f)
{
    char *const text = arena_alloc(tx_arena(tx), 48);
    if (text == NULL)
        return duty_over(f);
    (void)snprintf(text, 24, "%lld", (long long)last->id);
    (void)snprintf(text + 24, 24, "%lld", (long long)last->updated_at_us);
    out->more = true;
    out->next[0] = q->sort == DUTY_BY_UPDATED ? span_of(text + 24)
                   : last->due_on.len > 0     ? last->due_on
                                              : SPAN("9999-12-31");
    out->next[1] = span_of(text);
    return RC_OK;
}

/* Whether the row has the light and the words that are asked for. */
static enum rc wanted(struct tx *tx, const struct duty_lights *lights, const struct duty_query *q,
                      const struct way *way, const struct duty_row *d, bool *is, struct fail *f)
{
    enum duty_light light = DUTY_GREY;
    *is = !way->words || has_words(d, q->text);
    if (q->light < 0 || !*is)
        return RC_OK;
    enum rc rc = duty_light_of(tx_arena(tx), lights, d, tx_now_us(tx), &light, NULL, f);
    *is = (int)light == q->light;
    return rc;
}

/* Reads on until the page is full or enough was looked at; rows that are not wanted are not copied. */
static enum rc gather(struct tx *tx, const struct duty_lights *lights, const struct duty_query *q,
                      const struct way *way, struct rows *rows, struct duty_page *out, struct fail *f)
{
    const int64_t scan = scans(q, way) ? DUTY_SCAN_MAX : q->limit;
    struct duty_row last = {.id = 0};
    enum rc rc = RC_OK;
    int64_t looked = 0;
    char due[11] = "";
    bool more = false;
    while (rc == RC_OK && rows_next(rows)) {
        struct duty_row d;
        bool is = false;
        more = out->n == q->limit || looked == scan;
        if (more)
            break;
        duty_of_borrowed(rows, &d);
        looked++;
        rc = wanted(tx, lights, q, way, &d, &is, f);
        (void)snprintf(due, sizeof(due), "%.*s", SPAN_ARG(d.due_on));
        last = (struct duty_row){.id = d.id, .updated_at_us = d.updated_at_us, .due_on = span_of(due)};
        if (rc == RC_OK && is)
            duty_of(rows, &out->rows[out->n++]);
    }
    const enum rc end = rows_end(rows);
    rc = rc == RC_OK ? end : rc;
    if (rc != RC_OK || !more)
        return rc;
    last.due_on = span_dup(tx_arena(tx), span_of(due));
    return set_next(tx, q, &last, out, f);
}

enum rc duty_list(struct tx *tx, const struct duty_lights *lights, const struct duty_query *q, struct duty_page *out,
                  struct fail *f)
{
    static const int orders[2][3] = {{SQLO_duty_list_due, SQLO_duty_list_newest, SQLO_duty_list_updated},
                                     {SQLO_duty_list_set_due, SQLO_duty_list_newest, SQLO_duty_list_set_updated}};
    struct db_val v[24];
    struct way way;
    struct rows rows;
    *out = (struct duty_page){.n = 0};
    enum rc rc = choose_way(tx, q, &way, f);
    finals_in_rows(&way);
    if (rc != RC_OK || (q->text.len > 0 && way.match.len == 0))
        return rc;
    out->rows = ARENA_ARRAY(tx_arena(tx), (size_t)q->limit + 1, struct duty_row);
    if (out->rows == NULL)
        return duty_over(f);
    int n = list_args(q, &way, tx, v);
    rc = after_args(q, v, &n, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_duty_list, way.filters, orders[way.set][q->sort], q->after, v, n, &rows, f);
    return rc == RC_OK ? gather(tx, lights, q, &way, &rows, out, f) : rc;
}

/* ---- what a request asks for -------------------------------------------------------------------------------------------------------- */

struct ask {
    struct req *r;
    struct duty_query q;
};

static enum rc read_ids(struct req *r, struct duty_query *q, struct fail *f)
{
    const struct {
        const char *key;
        int64_t *out;
        uint32_t filter;
    } ids[] = {{"holder", &q->holder_id, SQLF_duty_list_holder},
               {"assigner", &q->assigner_id, SQLF_duty_list_assigner},
               {"subject_id", &q->subject_id, 0},
               {"parent", &q->parent_id, SQLF_duty_list_parent},
               {"source_id", &q->source_id, 0}};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof(ids) / sizeof(ids[0]); i++) {
        rc = req_query_id(r, ids[i].key, ids[i].out, f);
        q->filters |= *ids[i].out != 0 ? ids[i].filter : 0;
    }
    return rc;
}

static enum rc read_words(struct req *r, struct duty_query *q, struct fail *f)
{
    const struct span light = req_query(r, "light"), sort = req_query(r, "sort");
    q->light = -1;
    for (int i = 0; light.len > 0 && i <= DUTY_GREY; i++)
        if (span_is(light, duty_light_word((enum duty_light)i)))
            q->light = i;
    if (light.len > 0 && q->light < 0)
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "light", light);
    q->sort = span_is(sort, "newest") ? DUTY_BY_NEWEST : span_is(sort, "updated") ? DUTY_BY_UPDATED : DUTY_BY_DUE;
    if (sort.len > 0 && q->sort == DUTY_BY_DUE && !span_is(sort, "due"))
        return fail_span(f, RC_INVALID, MSG_duty_word_invalid, "sort", sort);
    q->text = req_query(r, "q");
    q->state = req_query(r, "state");
    q->subject_kind = req_query(r, "subject_kind");
    q->source_kind = req_query(r, "source_kind");
    return RC_OK;
}

static enum rc read_filters(struct req *r, struct duty_query *q, struct fail *f)
{
    const struct {
        const char *key;
        uint32_t filter;
    } flags[] = {{"mine", SQLF_duty_list_mine},
                 {"overdue", SQLF_duty_list_overdue},
                 {"drafts", SQLF_duty_list_drafts},
                 {"unconfirmed", SQLF_duty_list_unconfirmed},
                 {"whole", SQLF_duty_list_whole}};
    const struct span open = req_query(r, "open");
    enum rc rc = read_ids(r, q, f);
    if (rc == RC_OK)
        rc = read_words(r, q, f);
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        q->filters |= span_is(req_query(r, flags[i].key), "1") ? flags[i].filter : 0;
    q->filters |= span_is(open, "1") ? SQLF_duty_list_open : span_is(open, "0") ? SQLF_duty_list_closed : 0;
    q->filters |= q->state.len > 0 ? SQLF_duty_list_state : 0;
    q->filters |= q->text.len > 0 ? SQLF_duty_list_text : 0;
    q->filters |= q->subject_kind.len > 0 ? SQLF_duty_list_subject : 0;
    if (q->source_kind.len > 0 && q->source_id != 0)
        q->filters |= SQLF_duty_list_source;
    else if (q->source_kind.len > 0) {
        q->of_kind = q->source_kind;
        q->filters |= SQLF_duty_list_of_kind;
    }
    return rc;
}

static enum rc ask_of(struct req *r, uint32_t filters, struct ask *ask, struct fail *f)
{
    *ask = (struct ask){.r = r, .q = {.filters = filters}};
    enum rc rc =
        req_query_only(r, f, "holder", "assigner", "subject_kind", "subject_id", "parent", "source_kind", "source_id",
                       "state", "open", "mine", "light", "q", "overdue", "drafts", "unconfirmed", "whole", NULL);
    if (rc == RC_OK)
        rc = read_filters(r, &ask->q, f);
    return rc == RC_OK ? req_after(r, 2, ask->q.after_parts, &ask->q.after, f) : rc;
}

/* ---- as JSON ------------------------------------------------------------------------------------------------------------------------- */

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_page page;
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    if (show == NULL)
        return duty_over(f);
    enum rc rc = duty_show_begin(tx, req_lang(ask->r), show, f);
    if (rc == RC_OK)
        rc = duty_list(tx, show->lights, &ask->q, &page, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < page.n; i++)
        rc = duty_json(show, &page.rows[i], w, f);
    jw_array_end(w);
    const char *next = page.more ? page_key(tx_arena(tx), 2, page.next) : NULL;
    if (next != NULL)
        reply_next_page(ask->r, next);
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

static enum rc list_with(struct req *r, uint32_t filters, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, filters, &ask, f);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.q.limit, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

enum rc duty_api_list(struct req *r, struct fail *f)
{
    return list_with(r, 0, f);
}

enum rc duty_api_my(struct req *r, struct fail *f)
{
    return list_with(r, SQLF_duty_list_open | SQLF_duty_list_mine, f);
}

/* ---- as a file ----------------------------------------------------------------------------------------------------------------------- */

static void cell(struct sb *sb, struct span s)
{
    if (sb->len > 0 && sb_span(sb).ptr[sb->len - 1] != '\n')
        sb_addc(sb, ',');
    csv_quoted(sb, s);
}

static void number_cell(struct sb *sb, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)n);
    cell(sb, span_of(text));
}

static void unit_cell(struct duty_show *show, struct sb *sb, int64_t id)
{
    const struct unit *const u = duty_unit_named(show->tx, &show->units, id);
    cell(sb, u != NULL ? u->name : SPAN(""));
}

static enum rc csv_row(struct duty_show *show, const struct duty_row *d, struct sb *sb, struct fail *f)
{
    static const char *const parts[][3] = {{"lead", "牵头", "lead"},
                                           {"supporting", "参加", "supporting"},
                                           {"responsible", "责任主体", "responsible"},
                                           {"implementing", "实施主体", "implementing"}};
    const int en = show->lang == LANG_EN;
    enum duty_light light = DUTY_GREY;
    struct sb why_text;
    struct span state = d->state, part = d->part;
    sb_init(&why_text, 4096);
    struct duty_light_why why = {&why_text, show->lang};
    enum rc rc = duty_light_of(tx_arena(show->tx), show->lights, d, tx_now_us(show->tx), &light, &why, f);
    if (rc == RC_OK)
        rc = duty_state_text(show, d, &state, f);
    for (size_t i = 0; i < 4; i++)
        if (span_is(part, parts[i][0]))
            part = span_of(parts[i][1 + en]);
    cell(sb, d->number);
    cell(sb, d->title);
    unit_cell(show, sb, d->holder_id);
    cell(sb, part);
    unit_cell(show, sb, d->assigner_id);
    cell(sb, state);
    number_cell(sb, d->percent);
    cell(sb, span_of(duty_light_word(light)));
    cell(sb, sb_span(&why_text));
    const struct span days[] = {d->start_on, d->due_on, d->first_due_on, d->last_report_on};
    for (size_t i = 0; i < 4; i++)
        cell(sb, days[i].ptr != NULL ? days[i] : SPAN(""));
    const int64_t counts[] = {d->reports, d->returns, d->extensions, d->overdue_count};
    for (size_t i = 0; i < 4; i++)
        number_cell(sb, counts[i]);
    sb_adds(sb, "\r\n");
    sb_release(&why_text);
    return rc;
}

static enum rc answer_csv(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_page page;
    struct sb sb;
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    if (show == NULL)
        return duty_over(f);
    enum rc rc = duty_show_begin(tx, req_lang(ask->r), show, f);
    if (rc == RC_OK)
        rc = duty_list(tx, show->lights, &ask->q, &page, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, CSV_BYTES_MAX);
    sb_adds(&sb, "\xef\xbb\xbf");
    sb_adds(
        &sb,
        show->lang == LANG_ZH
            ? "编号,事项,承办单位,角色,交办单位,状态,进度(%),灯,原因,开始,期限,最初期限,最近反馈,反馈次数,退回次数,"
              "延期次数,超期次数\r\n"
            : "number,title,holder,part,assigner,state,percent,light,reason,start,due,first due,last report,reports,"
              "returns,extensions,overdue\r\n");
    for (int i = 0; rc == RC_OK && i < page.n; i++)
        rc = csv_row(show, &page.rows[i], &sb, f);
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = duty_over(f);
    const char *next = page.more ? page_key(tx_arena(tx), 2, page.next) : NULL;
    if (rc == RC_OK && next != NULL)
        reply_next_page(ask->r, next);
    if (rc == RC_OK)
        reply_body(ask->r, "text/csv; charset=utf-8", sb_span(&sb));
    sb_release(&sb);
    return rc;
}

enum rc duty_api_csv(struct req *r, struct fail *f)
{
    struct ask ask;
    enum rc rc = ask_of(r, 0, &ask, f);
    ask.q.limit = ask.q.light >= 0 || ask.q.text.len > 0 ? DUTY_SCAN_MAX : CSV_ROWS_MAX;
    return rc == RC_OK ? org_read(r, answer_csv, &ask, f) : rc;
}
