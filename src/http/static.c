/*
 * static.c - the embedded web app: the library's responses are made once at start, one a file and coding, with all their headers, and queued
 * again and again.
 */
#include <stdlib.h>
#include <string.h>

#include "http/http_int.h"

static const char *const CODING_NAMES[] = {"identity", "gzip", "br"};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct static_file *)a)->file->path, ((const struct static_file *)b)->file->path);
}

static const struct static_file *find(const struct statics *st, struct span path)
{
    int low = 0, high = st->count;
    while (low < high) {
        int mid = low + (high - low) / 2;
        int cmp = span_cmp(path, span_of(st->files[mid].file->path));
        if (cmp == 0)
            return &st->files[mid];
        if (cmp < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static struct MHD_Response *make(const struct http_static *file, const unsigned char *bytes, size_t size,
                                 enum coding coding, const char *etag)
{
    union {
        const unsigned char *in;
        void *out;
    } data = {.in = bytes};
    struct MHD_Response *response = MHD_create_response_from_buffer(size, data.out, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return NULL;
    bool ok = MHD_add_response_header(response, "Content-Type", file->media_type) == MHD_YES &&
              MHD_add_response_header(response, "ETag", etag) == MHD_YES &&
              MHD_add_response_header(response, "Vary", "Accept-Encoding") == MHD_YES &&
              MHD_add_response_header(response, "Cache-Control",
                                      file->immutable ? "public, max-age=31536000, immutable" : "no-cache") == MHD_YES;
    if (ok && coding != CODING_NONE)
        ok = MHD_add_response_header(response, "Content-Encoding", CODING_NAMES[coding]) == MHD_YES;
    security_headers(response, HEAD_PAGE);
    if (ok)
        return response;
    MHD_destroy_response(response);
    return NULL;
}

/* A strong entity tag names exact bytes, so each coding has its own. */
static const char *etag_for(struct arena *a, const char *etag, enum coding coding)
{
    static const char *const ends[] = {"", "-gz", "-br"};
    struct sb sb;
    struct span plain = span_of(etag);
    if (plain.len >= 2 && plain.ptr[0] == '"')
        plain = span_sub(plain, 1, plain.len - 1);
    sb_init(&sb, 256);
    sb_addc(&sb, '"');
    sb_add(&sb, plain);
    sb_adds(&sb, ends[coding]);
    sb_addc(&sb, '"');
    const char *out = sb_rc(&sb) == RC_OK ? span_cstr(a, sb_span(&sb)) : NULL;
    sb_release(&sb);
    return out;
}

enum rc statics_build(struct http *h, struct arena *a, struct fail *f)
{
    struct statics *st = &h->statics;
    st->files = ARENA_ARRAY(a, (size_t)h->o.file_count + 1, struct static_file);
    if (!st->files)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    for (int i = 0; i < h->o.file_count; i++) {
        const struct http_static *file = &h->o.files[i];
        struct static_file *sf = &st->files[st->count++];
        const unsigned char *bytes[] = {file->raw, file->gzip, file->brotli};
        size_t sizes[] = {file->raw_size, file->gzip_size, file->brotli_size};
        sf->file = file;
        for (int c = 0; c < CODING_COUNT; c++) {
            bool there = bytes[c] && (sizes[c] > 0 || c == CODING_NONE);
            sf->etag[c] = there ? etag_for(a, file->etag, (enum coding)c) : NULL;
            sf->response[c] = sf->etag[c] ? make(file, bytes[c], sizes[c], (enum coding)c, sf->etag[c]) : NULL;
            if (there && !sf->response[c])
                return fail_set(f, RC_INTERNAL, MSG_http_memory, NULL, NULL);
        }
        if (!sf->response[CODING_NONE])
            return fail_set(f, RC_INVALID, MSG_http_no_route, NULL, file->path, NULL);
    }
    qsort(st->files, (size_t)st->count, sizeof *st->files, by_path);
    if (h->o.index_path)
        st->index = find(st, span_of(h->o.index_path));
    return RC_OK;
}

void statics_release(struct statics *st)
{
    for (int i = 0; i < st->count; i++)
        for (int c = 0; c < CODING_COUNT; c++)
            if (st->files[i].response[c])
                MHD_destroy_response(st->files[i].response[c]);
}

const struct static_file *static_find(const struct http *h, const struct req *r)
{
    const struct statics *st = &h->statics;
    if (st->count == 0 || !r->get_like)
        return NULL;
    if (span_is(r->path, "/"))
        return st->index;
    const struct static_file *sf = find(st, r->path);
    if (!sf && r->n_segments > 0) { /* percent escapes in a file's name */
        struct sb sb;
        sb_init(&sb, 1024);
        for (int i = 0; i < r->n_segments; i++) {
            bool slash = span_find(r->segments[i], SPAN("/"), 0) != SIZE_MAX;
            sb_addc(&sb, slash ? '\n' : '/'); /* an escaped slash is part of no file's name */
            sb_add(&sb, r->segments[i]);
        }
        if (sb_rc(&sb) == RC_OK)
            sf = find(st, sb_span(&sb));
        sb_release(&sb);
    }
    bool api = r->n_segments > 0 && span_is(r->segments[0], "api");
    if (!sf && !api && parts_media_named(req_header(r, "Accept"), "text/html"))
        sf = st->index;
    return sf;
}

bool static_send(struct req *r, const struct static_file *sf)
{
    struct span accept = req_header(r, "Accept-Encoding"), if_none = req_header(r, "If-None-Match");
    enum coding best = CODING_NONE;
    int best_q = 0;
    for (int c = CODING_COUNT - 1; c > CODING_NONE; c--) {
        int q = sf->response[c] ? parts_coding_q(accept, CODING_NAMES[c]) : 0;
        if (q > best_q) {
            best = (enum coding)c;
            best_q = q;
        }
    }
    bool same = if_none.ptr && parts_etag_among(if_none, span_of(sf->etag[best]));
    r->sent_status = same ? 304 : 200;
    r->sent_bytes = same ? 0
                         : (int64_t)(best == CODING_NONE   ? sf->file->raw_size
                                     : best == CODING_GZIP ? sf->file->gzip_size
                                                           : sf->file->brotli_size);
    return MHD_queue_response(r->mhd, (unsigned)r->sent_status, sf->response[best]) == MHD_YES;
}
