/*
 * org_image.c - what an uploaded content is, and which of its bytes may stay. A picture taken on a phone says where it was taken; so all
 * metadata goes before the file is kept. Nothing is decoded: the walk reads lengths only, in one pass, bounded by KEEP_MAX pieces. Pure.
 * References: ITU-T T.81 B.1 (JPEG markers), PNG specification third edition 5.3 (chunks), RFC 6713-like magic numbers.
 */
#include <string.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "org/org_int.h"

static bool begins(struct span s, const char *bytes, size_t n)
{
    return s.len >= n && memcmp(s.ptr, bytes, n) == 0;
}

/* No zero byte and valid UTF-8 up to a sequence cut off by the end of the head. */
static bool looks_like_text(struct span head)
{
    for (size_t i = 0; i < head.len; i++)
        if ((unsigned char)head.ptr[i] < 0x20 && !strchr("\t\n\r\f", head.ptr[i]))
            return false;
    return memchr(head.ptr ? head.ptr : "", 0, head.len) == NULL && head.len - utf8_check(head) < 4;
}

struct media media_sniff(struct span head, struct span claimed)
{
#define OOXML "application/vnd.openxmlformats-officedocument."
    static const struct media jpeg = {"image/jpeg", ".jpg", 10u << 20}, png = {"image/png", ".png", 10u << 20},
                              pdf = {"application/pdf", ".pdf", UPLOAD_BYTES_MAX},
                              docx = {OOXML "wordprocessingml.document", ".docx", UPLOAD_BYTES_MAX},
                              xlsx = {OOXML "spreadsheetml.sheet", ".xlsx", UPLOAD_BYTES_MAX},
                              text = {"text/plain", ".txt", 4u << 20}, csv = {"text/csv", ".csv", UPLOAD_BYTES_MAX},
                              none = {NULL, NULL, 0};
    if (begins(head, "\xff\xd8\xff", 3))
        return jpeg;
    if (begins(head, "\x89PNG\r\n\x1a\n", 8))
        return png;
    if (begins(head, "%PDF-", 5))
        return pdf;
    if (begins(head, "PK\x03\x04",
               4)) { /* a zip: the claimed type decides which office file, anything else is refused */
        if (span_is(claimed, docx.type))
            return docx;
        return span_is(claimed, xlsx.type) ? xlsx : none;
    }
    if (head.len > 0 && looks_like_text(head))
        return span_starts(claimed, SPAN("text/csv")) ? csv : text;
    return none;
}

bool media_agrees(const struct media *media, struct span claimed)
{
    struct span rest = claimed;
    struct span type = span_trim(span_split(&rest, ';'));
    if (span_is(type, media->type) || span_is(type, "application/octet-stream") || span_is(type, "image/jpg"))
        return !span_is(type, "image/jpg") || strcmp(media->type, "image/jpeg") == 0;
    return strcmp(media->type, "text/plain") == 0 &&
           (span_is(type, "text/markdown") || span_is(type, "application/json"));
}

static enum rc keep_add(struct keep *keep, size_t *n, size_t start, size_t len, struct fail *f)
{
    if (*n > 0 && keep[*n - 1].start + keep[*n - 1].len == start) {
        keep[*n - 1].len += len;
        return RC_OK;
    }
    if (*n == KEEP_MAX)
        return fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
    keep[(*n)++] = (struct keep){start, len};
    return RC_OK;
}

static uint32_t be(const unsigned char *p, int bytes)
{
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

/* APP0 (JFIF) and APP14 (Adobe: how the colours are coded) stay, and ICC profiles; all other APPn and comments go. */
static bool jpeg_drops(int marker, struct span payload)
{
    if (marker == 0xfe)
        return true;
    if (marker < 0xe0 || marker > 0xef)
        return false;
    if (marker == 0xe0)
        return !begins(payload, "JFIF\0", 5);
    if (marker == 0xe2)
        return !begins(payload, "ICC_PROFILE\0", 12);
    return marker != 0xee || !begins(payload, "Adobe", 5);
}

/* Entropy-coded data: up to the next marker that is neither a stuffed FF00 nor a restart. Returns its offset, or len. */
static size_t jpeg_scan_end(const unsigned char *p, size_t at, size_t len)
{
    while (at + 1 < len) {
        const unsigned char *ff = memchr(p + at, 0xff, len - 1 - at);
        if (!ff)
            return len;
        at = (size_t)(ff - p);
        if (p[at + 1] != 0 && (p[at + 1] < 0xd0 || p[at + 1] > 0xd7) && p[at + 1] != 0xff)
            return at;
        at += p[at + 1] == 0xff ? 1 : 2;
    }
    return len;
}

static enum rc jpeg_keep(struct span image, struct keep *keep, size_t *n, struct fail *f)
{
    const unsigned char *p = (const unsigned char *)image.ptr;
    size_t at = 2, len = image.len;
    bool scanned = false;
    enum rc rc = keep_add(keep, n, 0, 2, f);
    while (rc == RC_OK && at + 2 <= len && p[at] == 0xff) {
        int marker = p[at + 1];
        if (marker == 0xff) { /* fill byte */
            at++;
            continue;
        }
        if (marker == 0xd9)
            return scanned ? keep_add(keep, n, at, 2, f) : fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
        if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8) || marker == 0 || at + 4 > len)
            break;
        size_t size = be(p + at + 2, 2) + 2;
        if (size < 4 || size > len - at)
            break;
        if (!jpeg_drops(marker, span_sub(image, at + 4, at + size)))
            rc = keep_add(keep, n, at, size, f);
        at += size;
        if (marker == 0xda && rc == RC_OK) {
            size_t end = jpeg_scan_end(p, at, len);
            rc = keep_add(keep, n, at, end - at, f);
            at = end;
            scanned = true;
        }
    }
    return rc != RC_OK ? rc : fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
}

static bool png_keeps(const unsigned char *type)
{
    /* What a picture needs to be shown as it was; eXIf, tEXt, zTXt, iTXt, tIME and all private chunks go. */
    static const char kept[][5] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA",
                                   "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (memcmp(type, kept[i], 4) == 0)
            return true;
    return false;
}

static enum rc png_keep(struct span image, struct keep *keep, size_t *n, struct fail *f)
{
    const unsigned char *p = (const unsigned char *)image.ptr;
    size_t at = 8, len = image.len;
    enum rc rc = keep_add(keep, n, 0, 8, f);
    while (rc == RC_OK && len - at >= 12) {
        size_t size = be(p + at, 4);
        if (size > 0x7fffffff || size > len - at - 12 || (at == 8) != (memcmp(p + at + 4, "IHDR", 4) == 0))
            break;
        if (png_keeps(p + at + 4))
            rc = keep_add(keep, n, at, size + 12, f);
        if (rc == RC_OK && memcmp(p + at + 4, "IEND", 4) == 0)
            return size == 0 ? RC_OK : fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
        at += size + 12;
    }
    return rc != RC_OK ? rc : fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
}

enum rc image_keep(struct span image, const char *media_type, struct keep *keep, size_t *n, struct fail *f)
{
    *n = 0;
    if (strcmp(media_type, "image/jpeg") == 0 && begins(image, "\xff\xd8\xff", 3))
        return jpeg_keep(image, keep, n, f);
    if (strcmp(media_type, "image/png") == 0 && begins(image, "\x89PNG\r\n\x1a\n", 8))
        return png_keep(image, keep, n, f);
    return fail_set(f, RC_MALFORMED, MSG_image_broken, NULL, NULL);
}

/* ---- which way up ------------------------------------------------------------------------------------------------------------- */

static uint32_t tiff_number(const unsigned char *p, int bytes, bool little)
{
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[little ? bytes - 1 - i : i];
    return v;
}

/* Tag 274 of the first directory of a TIFF block; 1 when it is not there or says nothing sensible. */
static int tiff_orientation(struct span tiff)
{
    const unsigned char *p = (const unsigned char *)tiff.ptr;
    bool little = begins(tiff, "II*\0", 4);
    if (tiff.len < 14 || (!little && !begins(tiff, "MM\0*", 4)))
        return 1;
    size_t at = tiff_number(p + 4, 4, little);
    if (at > tiff.len - 2)
        return 1;
    size_t n = tiff_number(p + at, 2, little);
    for (at += 2; n > 0 && tiff.len - at >= 12; n--, at += 12)
        if (tiff_number(p + at, 2, little) == 274) {
            uint32_t value = tiff_number(p + at + 8, 2, little);
            bool one_short = tiff_number(p + at + 2, 2, little) == 3 && tiff_number(p + at + 4, 4, little) == 1;
            return one_short && value >= 1 && value <= 8 ? (int)value : 1;
        }
    return 1;
}

static int jpeg_orientation(struct span image)
{
    const unsigned char *p = (const unsigned char *)image.ptr;
    size_t at = 2;
    while (image.len - at >= 4 && p[at] == 0xff && p[at + 1] != 0xda) {
        if (p[at + 1] == 0xff) {
            at++;
            continue;
        }
        size_t size = be(p + at + 2, 2) + 2;
        if (size < 4 || size > image.len - at)
            return 1;
        struct span payload = span_sub(image, at + 4, at + size);
        if (p[at + 1] == 0xe1 && begins(payload, "Exif\0\0", 6))
            return tiff_orientation(span_sub(payload, 6, payload.len));
        at += size;
    }
    return 1;
}

static int png_orientation(struct span image)
{
    const unsigned char *p = (const unsigned char *)image.ptr;
    for (size_t at = 8; image.len - at >= 12;) {
        size_t size = be(p + at, 4);
        if (size > 0x7fffffff || size > image.len - at - 12 || memcmp(p + at + 4, "IDAT", 4) == 0)
            return 1; /* behind the picture it is not looked for */
        if (memcmp(p + at + 4, "eXIf", 4) == 0)
            return tiff_orientation(span_sub(image, at + 8, at + 8 + size));
        at += size + 12;
    }
    return 1;
}

static void turn_add(struct turn *t, const void *bytes, size_t n)
{
    memcpy(t->bytes + t->len, bytes, n);
    t->len += n;
}

static void turn_add_tiff(struct turn *t)
{
    unsigned char entry[] = {0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (unsigned char)t->orientation, 0, 0, 0, 0, 0, 0};
    turn_add(t, "MM\0*\0\0\0\x08\0\x01", 10);
    turn_add(t, entry, sizeof entry); /* and no further directory */
}

struct turn image_turn(struct span image, const char *media_type)
{
    struct turn t = {.orientation = 1};
    const unsigned char *p = (const unsigned char *)image.ptr;
    bool jpeg = strcmp(media_type, "image/jpeg") == 0 && begins(image, "\xff\xd8\xff", 3);
    bool png =
        strcmp(media_type, "image/png") == 0 && begins(image, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) && image.len > 33;
    if (jpeg)
        t.orientation = jpeg_orientation(image);
    else if (png)
        t.orientation = png_orientation(image);
    if (t.orientation == 1)
        return t;
    if (jpeg) {
        bool jfif = p[3] == 0xe0 && begins(span_sub(image, 6, image.len), "JFIF\0", 5);
        t.at = jfif ? 4 + be(p + 4, 2) : 2; /* JFIF wants to stand first */
        turn_add(&t,
                 "\xff\xe1\0\x22"
                 "Exif\0\0",
                 10);
        turn_add_tiff(&t);
        return t;
    }
    t.at = 33; /* behind IHDR */
    turn_add(&t,
             "\0\0\0\x1a"
             "eXIf",
             8);
    turn_add_tiff(&t);
    uLong crc = crc32(0, t.bytes + 4, (uInt)t.len - 4);
    unsigned char sum[] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16), (unsigned char)(crc >> 8),
                           (unsigned char)crc};
    turn_add(&t, sum, sizeof sum);
    return t;
}
