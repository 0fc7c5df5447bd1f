/* fuzz_sheet.c - workbooks: any bytes as a package; behind an X, the parts of a sound one, cut at zero bytes. What the child writes, the parent takes;
 * behind an R, any bytes as the child's records. */
#include <string.h>
#include <zip.h>

#include "base/ensure.h"
#include "plan/sheet.h"

static void add(zip_t *z, const char *name, const void *data, size_t size)
{
    zip_source_t *const s = zip_source_buffer(z, data, size, 0);
    ensure(s && zip_file_add(z, name, s, ZIP_FL_OVERWRITE) >= 0);
}

static size_t package(const uint8_t *data, size_t size, char *out, size_t room)
{
    static const char *const names[] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                                        "xl/workbook.xml"};
    static const char rels[] = "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" "
                               "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" "
                               "Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"c\" "
                               "Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>";
    static const char book[] = "<workbook><sheets><sheet name=\"a\" id=\"a\"/></sheets></workbook>";
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *const to = zip_source_buffer_create(NULL, 0, 0, &e);
    zip_t *const z = zip_open_from_source(to, ZIP_TRUNCATE, &e);
    ensure(z != NULL);
    zip_source_keep(to);
    add(z, "xl/workbook.xml", book, sizeof book - 1);
    add(z, "xl/_rels/workbook.xml.rels", rels, sizeof rels - 1);
    for (size_t i = 0; i < 4 && size; i++) {
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

static void take(struct span records, bool sound)
{
    struct fail f = {0};
    struct sheet_book book;
    struct arena *const a = arena_new(256u << 20);
    const enum rc rc = sheet_take(a, records, &book, &f);
    ensure(rc == RC_OK || (!sound && (rc == RC_MALFORMED || rc == RC_LIMIT)));
    for (int i = 0; rc == RC_OK && i < book.n_sheets; i++)
        for (int k = 0; k < book.sheets[i].n_cells; k++) {
            const struct sheet_cell *const c = &book.sheets[i].cells[k];
            ensure(c->row < 1048576 && c->column < 16384 && c->text.len <= (128u << 10));
        }
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char zip[1 << 20];
    struct fail f = {0};
    struct sb out;
    struct span bytes = {(const char *)data, size};
    if (size > 1 && data[0] == 'R') {
        take(span_sub(bytes, 1, size), false);
        return 0;
    }
    if (size > 1 && data[0] == 'X' && size < 200000)
        bytes = (struct span){zip, package(data + 1, size - 1, zip, sizeof zip)};
    sb_init(&out, 64u << 20);
    const enum rc rc = sheet_scan(bytes, &out, &f);
    ensure(rc == RC_OK || rc == RC_MALFORMED || rc == RC_LIMIT || rc == RC_MEDIA);
    if (rc == RC_OK && out.len > 0)
        take(sb_span(&out), true);
    sb_release(&out);
    return 0;
}
