/* bulletin_public.c - what everybody may read of published bulletins: the list, one of them, the actions behind its figures, the feed, the files. */
#include <string.h>

#include "bulletin/bulletin_int.h"

struct ask {
    struct req *r;
    int64_t id, limit;
    bool after, docx;
    struct span after_parts[2];
};

static enum rc read_list(struct tx *tx, const struct ask *ask, struct bulletin_row_of **out, int *n, struct fail *f)
{
    struct db_val args[6] = {DB_I(ask->limit + 1)};
    struct span kind = req_query(ask->r, "kind");
    int count = 1;
    uint32_t filters = 0;
    int64_t after[2] = {0};
    struct rows rows;
    *out = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct bulletin_row_of);
    if (*out == NULL)
        return bulletin_over(f);
    if (kind.len > 0) {
        filters |= SQLF_bulletin_public_list_kind;
        args[count++] = DB_T(kind);
    }
    for (int i = 0; i < 2 && ask->after; i++) {
        if (!span_to_i64(ask->after_parts[i], &after[i]))
            return fail_set(f, RC_INVALID, MSG_bulletin_after_invalid, "after", NULL);
        args[count++] = DB_I(after[i]);
    }
    enum rc rc = db_list(tx, SQL_bulletin_public_list, filters, SQLO_bulletin_public_list_newest, ask->after, args,
                         count, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        bulletin_of(&rows, &(*out)[(*n)++]);
    return rows_end(&rows);
}

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of *items = NULL;
    int n = 0;
    enum rc rc = read_list(tx, ask, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n && i < ask->limit; i++)
        rc = bulletin_brief_json(tx, &items[i], w, f);
    jw_array_end(w);
    const char *next = NULL;
    if (rc == RC_OK && n > ask->limit) {
        char at[24], id[24];
        (void)snprintf(at, sizeof at, "%lld", (long long)items[ask->limit - 1].published_at_us);
        (void)snprintf(id, sizeof id, "%lld", (long long)items[ask->limit - 1].id);
        const struct span parts[] = {span_of(at), span_of(id)};
        next = page_key(tx_arena(tx), 2, parts);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

enum rc bulletin_api_public_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "kind", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 2, ask.after_parts, &ask.after, f);
    return rc == RC_OK ? org_read(r, answer_list, &ask, f) : rc;
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_public_get(tx, ask->id, &b, f);
    return rc == RC_OK ? bulletin_whole_json(tx, &b, true, reply_json(ask->r), f) : rc;
}

static enum rc answer_rows(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_public_get(tx, ask->id, &b, f);
    return rc == RC_OK ? bulletin_answer_rows(ask->r, tx, &b, f) : rc;
}

static enum rc answer_file(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of b;
    enum rc rc = bulletin_public_get(tx, ask->id, &b, f);
    return rc == RC_OK ? bulletin_answer_file(ask->r, tx, &b, ask->docx, f) : rc;
}

static enum rc read_one(struct req *r, read_fn *fn, bool is_docx, struct fail *f)
{
    struct ask ask = {.r = r, .docx = is_docx};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, fn, &ask, f) : rc;
}

enum rc bulletin_api_public_get(struct req *r, struct fail *f)
{
    return read_one(r, answer_one, false, f);
}

enum rc bulletin_api_public_rows(struct req *r, struct fail *f)
{
    enum rc rc = req_query_only(r, f, "scope", "subject", "figure", NULL);
    return rc == RC_OK ? read_one(r, answer_rows, false, f) : rc;
}

enum rc bulletin_api_public_docx(struct req *r, struct fail *f)
{
    return read_one(r, answer_file, true, f);
}

enum rc bulletin_api_public_xlsx(struct req *r, struct fail *f)
{
    return read_one(r, answer_file, false, f);
}

/* ---- RSS 2.0 ------------------------------------------------------------------------------------------------------------------------- */

/* RFC 822, which RSS asks for. */
static void rss_time(int64_t at_us, struct sb *sb)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct ymd d = date_of_us(at_us);
    const int64_t s = (at_us - date_start_us(d)) / 1000000;
    sb_addf(sb, "%s, %02d %s %04d %02d:%02d:%02d +0800", days[date_weekday(date_to_days(d)) - 1], d.day,
            months[d.month - 1], d.year, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static enum rc rss_item(struct tx *tx, const struct bulletin_row_of *b, struct sb *sb, struct fail *f)
{
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    enum rc rc = doc != NULL ? bulletin_load(tx, b, doc, f) : bulletin_over(f);
    if (rc != RC_OK)
        return rc;
    sb_adds(sb, "<item><title>");
    sb_add_html(sb, doc->title);
    sb_adds(sb, "</title><description>");
    sb_add_html(sb, doc->number);
    for (int i = 0; i < doc->n_sections && i < 2; i++) {
        sb_addc(sb, ' ');
        sb_add_html(sb, doc->filled[i].body);
    }
    sb_addf(sb, "</description><guid isPermaLink=\"false\">urn:yiti:bulletin:%lld</guid><pubDate>", (long long)b->id);
    rss_time(b->published_at_us, sb);
    sb_addf(sb, "</pubDate><link>/public/bulletins/%lld</link></item>\n", (long long)b->id);
    return RC_OK;
}

static enum rc answer_rss(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct bulletin_row_of *items = NULL;
    struct sb sb;
    int n = 0;
    const bool zh = req_lang(ask->r) == LANG_ZH;
    enum rc rc = read_list(tx, ask, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, 4u << 20);
    sb_adds(&sb, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>");
    sb_adds(&sb, zh ? "通报" : "Bulletins");
    sb_adds(&sb, "</title><link>/public/bulletins</link><description>");
    sb_adds(&sb, zh ? "已发布的通报和白皮书" : "Published bulletins and white papers");
    sb_addf(&sb, "</description><language>%s</language>\n", zh ? "zh-CN" : "en");
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = rss_item(tx, &items[i], &sb, f);
    sb_adds(&sb, "</channel></rss>\n");
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = bulletin_over(f);
    if (rc == RC_OK)
        reply_body(ask->r, "application/rss+xml; charset=utf-8", sb_span(&sb));
    sb_release(&sb);
    return rc;
}

enum rc bulletin_api_public_rss(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r, .limit = 9};
    enum rc rc = req_query_only(r, f, "kind", NULL);
    return rc == RC_OK ? org_read(r, answer_rss, &ask, f) : rc;
}
