/*
 * parts.h - the parsers of what a client may send in a request line or header: pure, bounded, without the library, so that
 * each can be fuzzed alone. Nothing here logs or keeps state; memory comes from the arena that is passed in.
 */
#ifndef YITI_HTTP_PARTS_H
#define YITI_HTTP_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/span.h"

struct pair {
    struct span key, value;
};

enum parts_fault { PARTS_OK, PARTS_ESCAPE, PARTS_TEXT, PARTS_MANY, PARTS_TWICE, PARTS_MEMORY };

/* parts_decode - percent-decoding; plus: '+' is a blank (queries). PARTS_ESCAPE for a bad escape; PARTS_TEXT when the result is not
 * UTF-8 or has a control character (tab and line feed pass in queries). Memory: borrows when there is nothing to decode. */
enum parts_fault parts_decode(struct arena *a, struct span s, bool plus, struct span *out);
/* parts_query - "a=1&b=2" into at most max decoded pairs; empty parts are passed over; a key given twice is PARTS_TWICE with the key in
 * out[*n]. */
enum parts_fault parts_query(struct arena *a, struct span raw, struct pair *out, int max, int *n);
/* parts_cookie - the value of a cookie in a Cookie header, without quotes; ptr NULL when absent. Borrows. */
struct span parts_cookie(struct span header, const char *name);
/* parts_coding_q - how much Accept-Encoding wants a coding: 0 (not at all) to 1000. An absent header wants only "identity". */
int parts_coding_q(struct span header, const char *coding);
/* parts_lang - the better liked of zh and en in Accept-Language; false when neither is named. */
bool parts_lang(struct span header, enum lang *out);
/* parts_media_named - whether an Accept header names the media type itself with q > 0 (ranges such as the full wildcard do not count). */
bool parts_media_named(struct span accept, const char *media_type);
/* parts_media_is - whether a Content-Type is this media type, parameters aside, letter case aside. */
bool parts_media_is(struct span content_type, const char *media_type);
/* parts_etag_among - whether an If-None-Match list holds the quoted etag (weak comparison) or is "*". */
bool parts_etag_among(struct span header, struct span etag);
/* parts_if_match - the one version number in If-Match: "12" in quotes, W/ allowed (compressing proxies add it). */
bool parts_if_match(struct span header, int64_t *version);
/* parts_token - whether all bytes are RFC 9110 token characters, and there is one. */
bool parts_token(struct span s);

/* An address, IPv4 as ::ffff:a.b.c.d. */
struct ip {
    uint8_t byte[16];
};
struct cidr {
    struct ip net;
    int bits; /* of 128 */
};
/* parts_ip - "1.2.3.4", "1.2.3.4:80", "::1", "[::1]:80". */
bool parts_ip(struct span s, struct ip *out);
bool ip_is_v4(const struct ip *ip);
bool ip_loopback(const struct ip *ip);
void ip_print(const struct ip *ip, char out[46]);
/* parts_cidr - an address, or address/bits. */
bool parts_cidr(struct span s, struct cidr *out);
bool cidr_has(const struct cidr *c, int n, const struct ip *ip);
/* parts_forwarded - the client behind trusted proxies: X-Forwarded-For is read from its right end while the hop that said it is
 * trusted; at most 32 hops; an unreadable hop ends the walk. peer is who is connected. */
struct ip parts_forwarded(struct span header, struct ip peer, const struct cidr *trusted, int n);

/* parts_origin - whether an Origin (or Referer) header is scheme://host[:port] of this server: scheme as told, host as in Host. */
bool parts_origin(struct span origin, struct span host, bool secure);

/* parts_key_make - base64url over the parts, zero bytes between; ptr NULL over the cap. parts_key_read - the n parts back. */
struct span parts_key_make(struct arena *a, int n, const struct span *parts);
bool parts_key_read(struct arena *a, struct span key, int n, struct span *parts);

#endif
