/* org_find.c - the search over all rooms: each room gives statements that find what a text finds in the reader's scope; the newest come first. */
#include "org/org.h"

/* About 60 characters around the first place where what was typed stands, else the beginning. */
static struct span snippet(struct span text, struct span typed)
{
    const size_t at = typed.len > 0 ? span_find(text, typed, 0) : SIZE_MAX;
    size_t start = at == SIZE_MAX || at < 60 ? 0 : at - 60;
    while (start > 0 && start < text.len && ((unsigned char)text.ptr[start] & 0xc0) == 0x80)
        start--;
    size_t end = start + 180 < text.len ? start + 180 : text.len;
    while (end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
        end--;
    return span_sub(text, start, end);
}

/* The hits of one statement among those found so far, by falling id; what falls off the end is older than the page. */
static void put(struct find_page *page, struct find_hit hit)
{
    int at = page->n;
    while (at > 0 && page->hits[at - 1].id < hit.id)
        at--;
    if (at > page->limit)
        return;
    const int last = page->n > page->limit ? page->limit : page->n;
    for (int i = last; i > at; i--)
        page->hits[i] = page->hits[i - 1];
    page->hits[at] = hit;
    if (page->n <= page->limit)
        page->n++;
}

static enum rc run(struct tx *tx, const struct find_query *q, struct span match, int64_t before, struct find_page *page,
                   struct fail *f)
{
    struct rows rows;
    const int at = q->kind == NULL ? 1 : 0;
    enum rc rc =
        db_query(tx, q->sql,
                 DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_T(match), DB_I(before), DB_I(page->limit + 1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        put(page, (struct find_hit){.query = q,
                                    .kind = q->kind != NULL ? span_of(q->kind) : rows_text_dup(&rows, 0),
                                    .id = rows_int(&rows, at),
                                    .title = rows_text_dup(&rows, at + 1),
                                    .text = q->has_text ? rows_text_dup(&rows, at + 2) : SPAN(""),
                                    .of_id = q->of_column > 0 ? rows_int(&rows, q->of_column) : 0});
    }
    return rows_end(&rows);
}

enum rc find_all(struct tx *tx, struct span typed, int64_t before, int limit, struct find_page *out, struct fail *f)
{
    struct span match = SPAN_NONE;
    *out = (struct find_page){.limit = limit};
    out->hits = ARENA_ARRAY(tx_arena(tx), (size_t)limit + 2, struct find_hit);
    enum rc rc =
        out->hits != NULL ? search_query(tx, typed, &match, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    for (int i = 0; rc == RC_OK && match.len > 0 && i < find_room_count; i++)
        for (int k = 0; rc == RC_OK && k < *find_rooms[i].n; k++)
            rc = run(tx, &find_rooms[i].queries[k], match, before, out, f);
    out->more = out->n > limit;
    out->n = out->more ? limit : out->n;
    for (int i = 0; rc == RC_OK && i < out->n; i++) {
        struct find_hit *hit = &out->hits[i];
        if (hit->query->fill != NULL)
            rc = hit->query->fill(tx, hit, f);
        hit->text = snippet(hit->text, typed);
    }
    return rc;
}
