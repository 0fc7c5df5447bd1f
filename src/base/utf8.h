/* utf8.h - UTF-8 checking and walking, and decoding of other encodings into it. */
#ifndef YITI_BASE_UTF8_H
#define YITI_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "base/span.h"

struct arena;
/* utf8_check - byte offset of the first invalid sequence (overlong, surrogate, past U+10FFFF, cut short); s.len when valid. */
size_t utf8_check(struct span s);
/* utf8_next - decodes the code point at *pos and moves *pos behind it; an invalid byte gives U+FFFD and moves one byte.
 * pos < s.len. */
uint32_t utf8_next(struct span s, size_t *pos);
/* utf8_put - writes cp as 1 to 4 bytes into out, returns how many. */
size_t utf8_put(uint32_t cp, char out[4]);
/* utf8_count - code points in valid text. */
size_t utf8_count(struct span s);
/* utf8_cut - the longest prefix of at most max_bytes that ends at a code point. */
struct span utf8_cut(struct span s, size_t max_bytes);
/* utf8_is_han - CJK unified ideographs with extensions, compatibility ideographs and U+3007. */
bool utf8_is_han(uint32_t cp);
/*
 * utf8_decode - text of unknown encoding to UTF-8: a BOM decides (UTF-8, UTF-16 either way); else valid UTF-8 is taken
 * as it is; else GB 18030. Zero bytes or what fits none: RC_MALFORMED.
 * bom_bytes  bytes of a BOM that were passed over (0 when the result borrows from the input's start).
 * Memory   borrows when it was UTF-8 already, else takes from the arena.
 */
MUST_USE enum rc utf8_decode(struct arena *a, struct span bytes, struct span *out, size_t *bom_bytes, struct fail *f);

#endif
