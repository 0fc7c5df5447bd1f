/*
 * compress.c - gzip for large text replies that were made on the worker pool: lists and exports shrink to a tenth, and the HTTP threads never pay
 * for it. Small replies are left alone: they fit one packet, and those that hold a secret beside what the asker can choose (a new token) stay
 * uncompressed.
 */
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "http/http_int.h"

#define COMPRESS_BYTES_MIN 4096
#define COMPRESS_LEVEL 4 /* JSON lists: about 100 MB/s here, within a tenth of level 6's size */
#define GZIP_WINDOW (15 + 16)

static bool compressible(const char *media_type)
{
    static const char *const kinds[] = {"application/json", "application/problem+json", "text/",
                                        "application/xml",  "application/rss+xml",      "application/geo+json",
                                        "image/svg+xml"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncasecmp(media_type, kinds[i], strlen(kinds[i])) == 0)
            return true;
    return false;
}

static bool has_header(const struct reply *reply, const char *name)
{
    for (int i = 0; i < reply->n_headers; i++)
        if (strcasecmp(reply->headers[i].key.ptr, name) == 0)
            return true;
    return false;
}

/* squeeze - gzip of the whole text; false when the library fails or nothing is gained. */
static bool squeeze(struct span in, struct sb *out)
{
    unsigned char piece[16384];
    union {
        const char *in;
        unsigned char *out;
    } text = {.in = in.ptr};
    z_stream z = {.next_in = text.out, .avail_in = (uInt)in.len};
    int state = Z_OK;
    if (deflateInit2(&z, COMPRESS_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    while (state == Z_OK) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        state = deflate(&z, Z_FINISH);
        sb_add(out, (struct span){(const char *)piece, sizeof piece - z.avail_out});
    }
    (void)deflateEnd(&z);
    return state == Z_STREAM_END && sb_rc(out) == RC_OK;
}

void reply_compress(struct req *r)
{
    struct reply *reply = &r->reply;
    struct sb out;
    struct span in = sb_span(&reply->sb);
    bool can = reply->kind == REPLY_BYTES && in.len >= COMPRESS_BYTES_MIN && sb_rc(&reply->sb) == RC_OK &&
               !reply->bad && compressible(reply->media_type) && !has_header(reply, "Content-Encoding");
    if (!can)
        return;
    reply_header(r, "Vary", "Accept-Encoding");
    if (parts_coding_q(req_header(r, "Accept-Encoding"), "gzip") == 0)
        return;
    sb_init(&out, in.len); /* longer than before is a failure, and leaves the reply as it is */
    if (!squeeze(in, &out)) {
        sb_release(&out);
        return;
    }
    sb_release(&reply->sb);
    reply->sb = out;
    reply->weak = true;
    reply_header(r, "Content-Encoding", "gzip");
}
