/* parts.c - see parts.h. */
#include "http/parts.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define FORWARDED_HOPS_MAX 32
#define KEY_BYTES_MAX 2048 /* of an `after` key as the client sends it */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool text_clean(struct span s, bool lines)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))))
            return false;
    }
    return utf8_check(s) == s.len;
}

enum parts_fault parts_decode(struct arena *a, struct span s, bool plus, struct span *out)
{
    bool plain = true;
    for (size_t i = 0; i < s.len && plain; i++)
        plain = s.ptr[i] != '%' && !(plus && s.ptr[i] == '+');
    if (plain) {
        *out = s;
        return text_clean(s, plus) ? PARTS_OK : PARTS_TEXT;
    }
    char *to = arena_alloc(a, s.len + 1);
    if (!to)
        return PARTS_MEMORY;
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
            int low = i + 2 < s.len ? hex_value(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return PARTS_ESCAPE;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        to[len++] = c;
    }
    struct span got = {to, len};
    if (!text_clean(got, plus))
        return PARTS_TEXT;
    *out = got;
    return PARTS_OK;
}

enum parts_fault parts_query(struct arena *a, struct span raw, struct pair *out, int max, int *n)
{
    *n = 0;
    while (raw.len > 0) {
        struct span value = span_split(&raw, '&');
        if (value.len == 0)
            continue;
        if (*n == max)
            return PARTS_MANY;
        struct span key = span_split(&value, '=');
        struct pair p;
        enum parts_fault fault = parts_decode(a, key, true, &p.key);
        if (fault == PARTS_OK)
            fault = parts_decode(a, value, true, &p.value);
        if (fault != PARTS_OK)
            return fault;
        if (!p.value.ptr)
            p.value = SPAN("");
        for (int i = 0; i < *n; i++)
            if (span_eq(out[i].key, p.key)) {
                out[*n] = p;
                return PARTS_TWICE;
            }
        out[(*n)++] = p;
    }
    return PARTS_OK;
}

/* Blanks of HTTP only: space and tab. */
static struct span trim(struct span s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = span_sub(s, 1, s.len);
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s = span_sub(s, 0, s.len - 1);
    return s;
}

static bool same_letters(struct span s, const char *word)
{
    size_t len = strlen(word);
    return s.len == len && (len == 0 || strncasecmp(s.ptr, word, len) == 0);
}

struct span parts_cookie(struct span header, const char *name)
{
    while (header.len > 0) {
        struct span value = trim(span_split(&header, ';'));
        struct span key = trim(span_split(&value, '='));
        if (!span_is(key, name))
            continue;
        value = trim(value);
        if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
            value = span_sub(value, 1, value.len - 1);
        return value.ptr ? value : SPAN("");
    }
    return SPAN_NONE;
}

/* q_of - the weight in ";q=0.5;…" in thousandths; 1000 when none is given, 0 when it is malformed. */
static int q_of(struct span params)
{
    while (params.len > 0) {
        struct span value = trim(span_split(&params, ';'));
        struct span key = trim(span_split(&value, '='));
        if (!same_letters(key, "q"))
            continue;
        value = trim(value);
        if (value.len == 0 || value.len > 5 || (value.ptr[0] != '0' && value.ptr[0] != '1') ||
            (value.len > 1 && value.ptr[1] != '.'))
            return 0;
        int q = (value.ptr[0] - '0') * 1000, unit = 100;
        for (size_t i = 2; i < value.len; i++, unit /= 10) {
            if (value.ptr[i] < '0' || value.ptr[i] > '9')
                return 0;
            q += (value.ptr[i] - '0') * unit;
        }
        return q > 1000 ? 0 : q;
    }
    return 1000;
}

int parts_coding_q(struct span header, const char *coding)
{
    int any = -1;
    bool identity = strcmp(coding, "identity") == 0;
    while (header.len > 0) {
        struct span params = span_split(&header, ',');
        struct span name = trim(span_split(&params, ';'));
        if (same_letters(name, coding))
            return q_of(params);
        if (span_is(name, "*"))
            any = q_of(params);
    }
    if (any >= 0)
        return any;
    return identity ? 1000 : 0;
}

bool parts_lang(struct span header, enum lang *out)
{
    int best = 0;
    while (header.len > 0) {
        struct span params = span_split(&header, ',');
        struct span name = trim(span_split(&params, ';'));
        bool zh = same_letters(span_sub(name, 0, 2), "zh") && (name.len == 2 || name.ptr[2] == '-');
        bool en = same_letters(span_sub(name, 0, 2), "en") && (name.len == 2 || name.ptr[2] == '-');
        int q = zh || en ? q_of(params) : 0;
        if (q > best) {
            best = q;
            *out = zh ? LANG_ZH : LANG_EN;
        }
    }
    return best > 0;
}

bool parts_media_named(struct span accept, const char *media_type)
{
    while (accept.len > 0) {
        struct span params = span_split(&accept, ',');
        struct span name = trim(span_split(&params, ';'));
        if (same_letters(name, media_type))
            return q_of(params) > 0;
    }
    return false;
}

bool parts_media_is(struct span content_type, const char *media_type)
{
    return same_letters(trim(span_split(&content_type, ';')), media_type);
}

/* next_etag - takes one entity tag off a list; *weak tells W/. False at the end or on anything else; *tag has its quotes. */
static bool next_etag(struct span *rest, struct span *tag, bool *weak)
{
    while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t' || rest->ptr[0] == ','))
        *rest = span_sub(*rest, 1, rest->len);
    *weak = span_starts(*rest, SPAN("W/"));
    if (*weak)
        *rest = span_sub(*rest, 2, rest->len);
    if (rest->len < 2 || rest->ptr[0] != '"')
        return false;
    size_t end = span_find(*rest, SPAN("\""), 1);
    if (end == SIZE_MAX)
        return false;
    *tag = span_sub(*rest, 0, end + 1);
    *rest = span_sub(*rest, end + 1, rest->len);
    return true;
}

bool parts_etag_among(struct span header, struct span etag)
{
    struct span rest = trim(header), tag;
    bool weak;
    if (span_is(rest, "*"))
        return true;
    if (span_starts(etag, SPAN("W/")))
        etag = span_sub(etag, 2, etag.len);
    while (next_etag(&rest, &tag, &weak))
        if (span_eq(tag, etag))
            return true;
    return false;
}

bool parts_if_match(struct span header, int64_t *version)
{
    struct span rest = trim(header), tag;
    bool weak;
    int64_t got;
    if (!next_etag(&rest, &tag, &weak) || trim(rest).len > 0)
        return false;
    tag = span_sub(tag, 1, tag.len - 1);
    if (tag.len == 0 || tag.ptr[0] < '0' || tag.ptr[0] > '9' || !span_to_i64(tag, &got))
        return false;
    *version = got;
    return true;
}

bool parts_token(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.len > 0;
}

/* ---- addresses ---- */

bool parts_ip(struct span s, struct ip *out)
{
    char text[INET6_ADDRSTRLEN + 1];
    s = trim(s);
    size_t colon = span_find(s, SPAN(":"), 0);
    if (s.len > 0 && s.ptr[0] == '[') {
        size_t end = span_find(s, SPAN("]"), 0);
        if (end == SIZE_MAX)
            return false;
        s = span_sub(s, 1, end);
    } else if (colon != SIZE_MAX && span_find(s, SPAN(":"), colon + 1) == SIZE_MAX) {
        s = span_sub(s, 0, colon); /* one colon: IPv4 with a port */
    }
    if (s.len == 0 || s.len >= sizeof text || memchr(s.ptr, 0, s.len))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    struct ip ip = {{0}};
    if (inet_pton(AF_INET, text, ip.byte + 12) == 1)
        ip.byte[10] = ip.byte[11] = 0xff;
    else if (inet_pton(AF_INET6, text, ip.byte) != 1)
        return false;
    *out = ip;
    return true;
}

bool ip_is_v4(const struct ip *ip)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(ip->byte, mapped, sizeof mapped) == 0;
}

bool ip_loopback(const struct ip *ip)
{
    static const uint8_t one[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return memcmp(ip->byte, one, sizeof one) == 0 || (ip_is_v4(ip) && ip->byte[12] == 127);
}

void ip_print(const struct ip *ip, char out[46])
{
    bool v4 = ip_is_v4(ip);
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? ip->byte + 12 : ip->byte, out, 46))
        out[0] = '\0';
}

bool parts_cidr(struct span s, struct cidr *out)
{
    struct span rest = trim(s);
    struct span address = span_split(&rest, '/');
    bool with_bits = address.len < trim(s).len;
    struct cidr c;
    if (!parts_ip(address, &c.net))
        return false;
    int width = ip_is_v4(&c.net) ? 32 : 128;
    int64_t bits = width;
    if (with_bits &&
        (!span_to_i64(rest, &bits) || bits < 0 || bits > width || rest.ptr[0] == '-' || rest.ptr[0] == '+'))
        return false;
    c.bits = (int)bits + 128 - width;
    *out = c;
    return true;
}

bool cidr_has(const struct cidr *c, int n, const struct ip *ip)
{
    for (int i = 0; i < n; i++) {
        size_t whole = (size_t)c[i].bits / 8;
        int left = c[i].bits % 8;
        if (memcmp(c[i].net.byte, ip->byte, whole) != 0)
            continue;
        if (left == 0 || ((c[i].net.byte[whole] ^ ip->byte[whole]) >> (8 - left)) == 0)
            return true;
    }
    return false;
}

struct ip parts_forwarded(struct span header, struct ip peer, const struct cidr *trusted, int n)
{
    for (int hop = 0; hop < FORWARDED_HOPS_MAX && header.len > 0 && cidr_has(trusted, n, &peer); hop++) {
        size_t cut = header.len;
        while (cut > 0 && header.ptr[cut - 1] != ',')
            cut--;
        struct ip said;
        if (!parts_ip(span_sub(header, cut, header.len), &said))
            return peer;
        peer = said;
        header = span_sub(header, 0, cut > 0 ? cut - 1 : 0);
    }
    return peer;
}

bool parts_origin(struct span origin, struct span host, bool secure)
{
    struct span scheme = secure ? SPAN("https://") : SPAN("http://");
    if (!span_starts(origin, scheme) || host.len == 0)
        return false;
    origin = span_sub(origin, scheme.len, origin.len);
    origin = span_sub(origin, 0, span_find(origin, SPAN("/"), 0));
    /* The default port may stand or not. */
    struct span port = secure ? SPAN(":443") : SPAN(":80");
    if (span_ends(origin, port))
        origin = span_sub(origin, 0, origin.len - port.len);
    if (span_ends(host, port))
        host = span_sub(host, 0, host.len - port.len);
    return origin.len == host.len && strncasecmp(origin.ptr, host.ptr, host.len) == 0;
}

/* ---- keyset keys ---- */

struct span parts_key_make(struct arena *a, int n, const struct span *parts)
{
    size_t len = 0;
    for (int i = 0; i < n; i++)
        len += parts[i].len + 1;
    char *plain = arena_alloc(a, len + 1);
    size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *coded = arena_alloc(a, size);
    if (!plain || !coded)
        return SPAN_NONE;
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0)
            plain[at++] = '\0';
        if (parts[i].len > 0)
            memcpy(plain + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    (void)sodium_bin2base64(coded, size, (const unsigned char *)plain, at, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return span_of(coded);
}

bool parts_key_read(struct arena *a, struct span key, int n, struct span *parts)
{
    size_t len = 0;
    if (key.len == 0 || key.len > KEY_BYTES_MAX || n < 1)
        return false;
    unsigned char *plain = arena_alloc(a, key.len);
    if (!plain)
        return false;
    if (sodium_base642bin(plain, key.len, key.ptr, key.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    struct span rest = {(const char *)plain, len};
    if (utf8_check(rest) != rest.len)
        return false;
    int zeros = 0;
    for (size_t i = 0; i < len; i++)
        zeros += plain[i] == 0;
    if (zeros != n - 1)
        return false;
    for (int i = 0; i < n; i++)
        parts[i] = span_split(&rest, '\0');
    return true;
}
