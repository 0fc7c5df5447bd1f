/* outline_input.c - a file's bytes to text: what it is, and one clear error when it is nothing that can be read. */
#include <string.h>

#include "base/utf8.h"
#include "plan/outline_int.h"

static bool begins(struct span s, const char *magic, size_t n)
{
    return s.len >= n && memcmp(s.ptr, magic, n) == 0;
}

/* Foreign formats that people drop here by mistake, each with its own sentence. */
static enum msg known_fault(struct span s)
{
    static const struct {
        const char *magic;
        size_t n;
        enum msg msg;
    } rows[] = {
        {"%PDF", 4, MSG_outline_pdf},           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, MSG_outline_ole},
        {"{\\rtf", 5, MSG_outline_rtf},         {"\x89PNG", 4, MSG_outline_image},
        {"\xFF\xD8\xFF", 3, MSG_outline_image}, {"GIF8", 4, MSG_outline_image},
        {"\x1F\x8B", 2, MSG_outline_archive},   {"7z\xBC\xAF\x27\x1C", 6, MSG_outline_archive},
        {"Rar!", 4, MSG_outline_archive},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (begins(s, rows[i].magic, rows[i].n))
            return rows[i].msg;
    }
    return MSG_not_found;
}

/* Control characters that no text has; one in a few thousand is let pass. */
static bool binary(struct span s)
{
    size_t bad = 0;
    const size_t look = s.len < 65536 ? s.len : 65536;
    for (size_t i = 0; i < look; i++) {
        const unsigned char b = (unsigned char)s.ptr[i];
        if (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v')
            bad++;
    }
    return bad * 1000 > look;
}

static bool markdown(struct span s)
{
    if (begins(s, "# ", 2) || begins(s, "## ", 3))
        return true;
    const size_t one = span_find(s, SPAN("\n# "), 0), two = span_find(s, SPAN("\n## "), 0);
    return one != SIZE_MAX || two != SIZE_MAX;
}

enum rc outline_text_of_bytes(struct arena *a, struct span bytes, struct span *text, enum outline_format *format,
                              struct fail *f)
{
    if (bytes.len > OUTLINE_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_outline_too_large, NULL, NULL);
    if (bytes.len == 0)
        return fail_set(f, RC_INVALID, MSG_outline_empty, NULL, NULL);
    const enum msg fault = known_fault(bytes);
    if (fault != MSG_not_found)
        return fail_set(f, RC_MEDIA, fault, NULL, NULL);
    struct span out;
    enum rc rc = RC_OK;
    *format = OUTLINE_TXT;
    if (begins(bytes, "PK\x03\x04", 4) || begins(bytes, "PK\x05\x06", 4)) {
        *format = OUTLINE_DOCX;
        rc = outline_worker_run(a, bytes, &out, f);
    } else {
        size_t bom = 0;
        const bool utf16 = begins(bytes, "\xFF\xFE", 2) || begins(bytes, "\xFE\xFF", 2);
        if (!utf16 && (memchr(bytes.ptr, 0, bytes.len) || binary(bytes)))
            return fail_set(f, RC_MEDIA, MSG_outline_binary, NULL, NULL);
        rc = utf8_decode(a, bytes, &out, &bom, f);
        if (rc == RC_OK && out.ptr == bytes.ptr + bom)
            out = bytes; /* the mark stays: offsets are those of the file */
    }
    if (rc != RC_OK)
        return rc;
    if (!span_trim(out).len || span_eq(span_trim(out), SPAN("\xEF\xBB\xBF")))
        return fail_set(f, RC_INVALID, MSG_outline_empty, NULL, NULL);
    if (*format == OUTLINE_TXT && markdown(out))
        *format = OUTLINE_MD;
    *text = out;
    return RC_OK;
}
