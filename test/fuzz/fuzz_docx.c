/* fuzz_docx.c - the part that runs in the child: any bytes as a package; behind a mark, as document, numbering and styles of a sound one. */
#include <string.h>
#include <zip.h>

#include "base/ensure.h"
#include "plan/outline.h"

static void add(zip_t *z, const char *name, const void *data, size_t size)
{
    zip_source_t *const s = zip_source_buffer(z, data, size, 0);
    ensure(s && zip_file_add(z, name, s, ZIP_FL_OVERWRITE) >= 0);
}

/* The input, cut at zero bytes, as the parts of a package. */
static size_t package(const uint8_t *data, size_t size, char *out, size_t room)
{
    static const char *const names[] = {"word/document.xml", "word/numbering.xml", "word/styles.xml"};
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *const to = zip_source_buffer_create(NULL, 0, 0, &e);
    zip_t *const z = zip_open_from_source(to, ZIP_TRUNCATE, &e);
    ensure(z != NULL);
    zip_source_keep(to);
    for (size_t i = 0; i < 3 && size; i++) {
        const uint8_t *const zero = memchr(data, 0, size);
        const size_t n = zero ? (size_t)(zero - data) : size;
        add(z, names[i], data, n);
        data += zero ? n + 1 : n;
        size -= zero ? n + 1 : n;
    }
    ensure(zip_close(z) == 0 && zip_source_open(to) == 0);
    const zip_int64_t got = zip_source_read(to, out, room);
    zip_source_close(to);
    zip_source_free(to);
    zip_error_fini(&e);
    return got > 0 ? (size_t)got : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char zip[1 << 20];
    struct fail f = {0};
    struct sb out;
    struct span bytes = {(const char *)data, size};
    if (size > 1 && data[0] == 'X' && size < 200000)
        bytes = (struct span){zip, package(data + 1, size - 1, zip, sizeof zip)};
    sb_init(&out, 64u << 20);
    const enum rc rc = outline_docx_text(bytes, &out, &f);
    ensure(rc == RC_OK || rc == RC_MALFORMED || rc == RC_LIMIT || rc == RC_MEDIA);
    sb_release(&out);
    return 0;
}
