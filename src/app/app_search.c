/* app_search.c - GET /search: what any words find in all rooms, within the reader's scope. */
#include "app/app_int.h"

#include "base/limits.h"

struct ask {
    struct req *r;
    int64_t before, limit;
};

static enum rc answer(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct find_page page;
    const char *next = NULL;
    char text[24];
    enum rc rc = find_all(tx, span_trim(req_query(ask->r, "q")), ask->before, (int)ask->limit, &page, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < page.n; i++) {
        const struct find_hit *hit = &page.hits[i];
        jw_object(w);
        jw_ktext(w, "kind", hit->kind);
        jw_kid(w, "id", hit->id);
        jw_ktext(w, "title", hit->title);
        jw_ktext(w, "snippet", hit->text);
        if (hit->of_id != 0)
            jw_kid(w, "of_id", hit->of_id);
        if (hit->of_title.len > 0)
            jw_ktext(w, "outline_title", hit->of_title);
        jw_object_end(w);
    }
    jw_array_end(w);
    if (page.more) {
        (void)snprintf(text, sizeof text, "%lld", (long long)page.hits[page.n - 1].id);
        const struct span key = span_of(text);
        next = page_key(tx_arena(tx), 1, &key);
        reply_next_page(ask->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return RC_OK;
}

enum rc app_api_search(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r, .before = INT64_MAX};
    struct span part;
    bool given = false;
    enum rc rc = req_query_only(r, f, "q", "as_of", NULL);
    if (rc == RC_OK)
        rc = req_limit(r, &ask.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, &part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part, &ask.before))
        rc = fail_set(f, RC_INVALID, MSG_app_after_invalid, "after", NULL);
    return rc == RC_OK ? org_read(r, answer, &ask, f) : rc;
}
