/* json_plain.h - a quick reader of the JSON that clients nearly always send; inside of base. */
#ifndef YITI_BASE_JSON_PLAIN_H
#define YITI_BASE_JSON_PLAIN_H

#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"

/* json_eight_within - whether none of eight bytes is ", \ or a control character; non-ASCII bytes may be among them. Each test leaves the high bit
 * of a byte that fails; it may fail one too many behind another, never one too few. */
static inline bool json_eight_within(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    const uint64_t quotes = v ^ ones * '"', slashes = v ^ ones * '\\';
    const uint64_t bad = (v - ones * 0x20) | (quotes - ones) | (slashes - ones);
    return (bad & ~v & high) == 0;
}

/* json_plain - the value that jansson would make of the text, several times as fast; NULL when the text has what is left to jansson: numbers with
 * a point or an exponent or over 18 digits, \u escapes, keys that come twice, and everything that is no JSON. The caller has checked the depth. */
json_t *json_plain(struct arena *a, struct span text);

#endif
