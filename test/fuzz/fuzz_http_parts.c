/*
 * fuzz_http_parts.c - the parsers of http/parts.h. The first byte chooses the parser, the rest is what a client sent. What must hold: results borrow
 * from the input or the arena, numbers stay in their ranges, and what is encoded reads back the same.
 */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/utf8.h"
#include "http/parts.h"

#define PAIRS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\0' || s.ptr[i] == 0x7f)
            return false;
    return utf8_check(s) == s.len;
}

static void within(struct span part, struct span all)
{
    ensure(part.len == 0 || (part.ptr >= all.ptr && part.ptr + part.len <= all.ptr + all.len));
}

/* Text that is decoded, coded byte by byte and decoded again is the same. */
static void try_decode(struct arena *a, struct span in, bool plus)
{
    struct span out, again;
    if (parts_decode(a, in, plus, &out) != PARTS_OK)
        return;
    ensure(clean(out) && out.len <= in.len);
    char *coded = arena_alloc(a, out.len * 3 + 1);
    ensure(coded != NULL);
    for (size_t i = 0; i < out.len; i++)
        (void)snprintf(coded + 3 * i, 4, "%%%02x", (unsigned char)out.ptr[i]);
    ensure(parts_decode(a, (struct span){coded, out.len * 3}, plus, &again) == PARTS_OK && span_eq(out, again));
}

static void try_query(struct arena *a, struct span in)
{
    struct pair pairs[PAIRS_MAX + 1];
    int n = 0;
    if (parts_query(a, in, pairs, PAIRS_MAX, &n) != PARTS_OK)
        return;
    ensure(n <= PAIRS_MAX);
    for (int i = 0; i < n; i++) {
        ensure(clean(pairs[i].key) && clean(pairs[i].value) && pairs[i].value.ptr);
        for (int k = 0; k < i; k++)
            ensure(!span_eq(pairs[i].key, pairs[k].key));
    }
}

static void try_lists(struct span in)
{
    static const char *const codings[] = {"gzip", "br", "identity"};
    enum lang lang = LANG_EN;
    within(parts_cookie(in, "session"), in);
    for (size_t i = 0; i < 3; i++) {
        int q = parts_coding_q(in, codings[i]);
        ensure(q >= 0 && q <= 1000);
    }
    (void)parts_lang(in, &lang);
    ensure(lang == LANG_ZH || lang == LANG_EN);
    (void)parts_media_is(in, "application/json");
    (void)parts_media_named(in, "text/html");
    (void)parts_token(in);
}

static void try_tags(struct span in)
{
    int64_t version = -1;
    if (parts_if_match(in, &version)) {
        char tag[32];
        (void)snprintf(tag, sizeof tag, "\"%lld\"", (long long)version);
        ensure(version >= 0);
        int64_t again = -1;
        ensure(parts_if_match(span_of(tag), &again) && again == version);
    } else {
        ensure(version == -1);
    }
    (void)parts_etag_among(in, SPAN("\"12\""));
}

static void try_addresses(struct span in)
{
    struct cidr c, trusted[2];
    struct ip ip, again, peer, far;
    char text[46];
    ensure(parts_cidr(SPAN("10.0.0.0/8"), &trusted[0]) && parts_cidr(SPAN("fd00::/8"), &trusted[1]));
    ensure(parts_ip(SPAN("10.0.0.1"), &peer) && parts_ip(SPAN("9.9.9.9"), &far));
    if (parts_ip(in, &ip)) {
        ip_print(&ip, text);
        ensure(parts_ip(span_of(text), &again) && memcmp(&ip, &again, sizeof ip) == 0);
    }
    if (parts_cidr(in, &c)) {
        ensure(c.bits >= 0 && c.bits <= 128);
        ensure(cidr_has(&c, 1, &c.net));
    }
    ip = parts_forwarded(in, far, trusted, 2); /* a stranger is never believed */
    ensure(memcmp(&ip, &far, sizeof ip) == 0);
    ip = parts_forwarded(in, peer, trusted, 2);
    ip_print(&ip, text);
    ensure(text[0] != '\0');
}

static void try_origin(struct span in)
{
    struct span host = in, origin = span_split(&host, '\n');
    if (parts_origin(origin, host, true))
        ensure(span_starts(origin, SPAN("https://")) && host.len > 0);
}

static void try_keys(struct arena *a, struct span in)
{
    struct span parts[3], back[3], rest = in;
    for (int i = 0; i < 3; i++)
        parts[i] = i < 2 ? span_split(&rest, '|') : rest;
    struct span key = parts_key_make(a, 3, parts);
    bool whole = memchr(in.ptr ? in.ptr : "", 0, in.len) == NULL && utf8_check(in) == in.len && key.len <= 2048;
    if (whole) {
        ensure(key.ptr && parts_key_read(a, key, 3, back));
        for (int i = 0; i < 3; i++)
            ensure(span_eq(parts[i], back[i]));
    }
    if (parts_key_read(a, in, 2, back)) /* what a client made up is text too, and the parts have no zero byte */
        for (int i = 0; i < 2; i++)
            ensure(utf8_check(back[i]) == back[i].len && (back[i].len == 0 || !memchr(back[i].ptr, 0, back[i].len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 65536)
        return 0;
    struct arena *a = arena_new(4u << 20);
    struct span in = {(const char *)data + 1, size - 1};
    switch (data[0] % 8) {
    case 0:
        try_decode(a, in, false);
        break;
    case 1:
        try_decode(a, in, true);
        break;
    case 2:
        try_query(a, in);
        break;
    case 3:
        try_lists(in);
        break;
    case 4:
        try_tags(in);
        break;
    case 5:
        try_addresses(in);
        break;
    case 6:
        try_origin(in);
        break;
    default:
        try_keys(a, in);
        break;
    }
    arena_free(a);
    return 0;
}
