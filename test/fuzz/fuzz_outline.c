/* fuzz_outline.c - the outline reader on any bytes: what outline.h promises holds, and reading is the same twice. */
#include "../plan/outline_hold.h"
#include "base/limits.h"
#include "base/sb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *const a = arena_new(64u << 20);
    struct fail f = {0};
    struct outline_result r, again;
    const struct span text = {(const char *)data, size};
    ensure(outline_read(a, text, NULL, &r, &f) == RC_OK);
    outline_hold(&r);
    outline_hold_paths(&r);
    ensure(outline_read(a, text, NULL, &again, &f) == RC_OK && again.n_documents == r.n_documents);
    struct sb sb;
    struct jw w;
    sb_init(&sb, 64u << 20);
    jw_init(&w, &sb);
    outline_json(&r, &w);
    json_t *json;
    const bool zero =
        size && memchr(data, 0, size); /* outline_text_of_bytes lets none through, and json_read takes none */
    if (!zero && sb_rc(&sb) == RC_OK && sb.len < JSON_BYTES_MAX && size < 100000) {
        const enum rc rc = json_read(a, sb_span(&sb), &json, &f);
        ensure(rc == RC_OK || rc == RC_LIMIT);
    }
    sb_release(&sb);
    enum outline_format format;
    struct span out;
    if (size < 2 || data[0] != 'P') /* a .docx goes to fuzz_docx, not to a child */
        (void)!outline_text_of_bytes(a, text, &out, &format, &f);
    arena_free(a);
    return 0;
}
