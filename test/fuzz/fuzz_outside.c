/*
 * fuzz_outside.c - what people give of the world outside: mail addresses and texts of mails, addresses of webhooks and of networks. The first byte
 * chooses. What must hold: no text makes a header of its own or a line too long; no private address is reached unless it is named.
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/ensure.h"
#include "org/org_delivery.h"

static void mail(struct span text)
{
    const struct span rest = span_sub(text, text.len / 2, text.len), first = span_sub(text, 0, text.len / 2);
    struct mime m = {.from_name = first, .from_address = SPAN("yiti@example.org"), .to_address = SPAN("a@example.org")};
    m.subject = rest;
    m.text = m.html = text;
    m.id = 7;
    m.at_us = 1700000000000000;
    if (mime_address(text))
        m.to_address = text;
    struct sb sb;
    sb_init(&sb, 8u << 20);
    mime_write(&sb, &m);
    size_t line = 0, headers = 0;
    bool head = true;
    for (size_t i = 0; i < sb.len; i++, line++) {
        ensure((unsigned char)sb.ptr[i] < 127 && sb.ptr[i] != '\n' && sb.ptr[i] != 0);
        if (sb.ptr[i] != '\r')
            continue;
        ensure(i + 1 < sb.len && sb.ptr[i + 1] == '\n' && line <= 998);
        headers += head && line > 0 && sb.ptr[i - line] != ' ';
        head = head && line > 0;
        line = (size_t)-1; /* 0 at the next octet */
        i++;
    }
    ensure(
        headers ==
        10); /* From, To, Subject, Date, Message-ID, MIME-Version, Content-Language, Auto-Submitted, List-Unsubscribe, Content-Type */
    sb_release(&sb);
}

/* An independent list of what stays inside: the ranges of RFC 1918, 1122, 3927, 6598 and of multicast, by arithmetic. */
static bool inside(const uint8_t *ip)
{
    return ip[0] == 10 || ip[0] == 127 || ip[0] == 0 || ip[0] >= 224 || (ip[0] == 172 && ip[1] / 16 == 1) ||
           (ip[0] == 192 && ip[1] == 168) || (ip[0] == 169 && ip[1] == 254) || (ip[0] == 100 && ip[1] / 64 == 1);
}

static void network(const uint8_t *data, size_t size)
{
    static const char *const allow[] = {"10.20.0.0/16", "fd00::/8", NULL};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6}, mapped = v6;
    bool named = false;
    if (size < 16)
        return;
    memcpy(&v4.sin_addr, data, 4);
    memcpy(&v6.sin6_addr, data, 16);
    const bool reached = net_reachable((const struct sockaddr *)&v4, NULL, &named);
    ensure(!named && !(reached && inside(data)));
    ensure(net_reachable((const struct sockaddr *)&v4, allow, &named) == (reached || named));
    ensure(named == (data[0] == 10 && data[1] == 20));
    /* The same address inside IPv6 is judged alike. */
    uint8_t *const to = mapped.sin6_addr.s6_addr;
    to[10] = to[11] = 0xff;
    memcpy(to + 12, data, 4);
    ensure(net_reachable((const struct sockaddr *)&mapped, NULL, &named) == reached);
    const bool far = net_reachable((const struct sockaddr *)&v6, NULL, &named);
    ensure(!(far && ((data[0] & 0xfe) == 0xfc || data[0] == 0xff || (data[0] == 0xfe && data[1] / 64 == 2))));
    ensure(!(far && data[0] == 0x20 && data[1] == 0x02 && inside(data + 2)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[700];
    if (size < 1 || size > 65536)
        return 0;
    const struct span s = {(const char *)data + 1, size - 1};
    switch (data[0] % 4) {
    case 0:
        mail(s);
        break;
    case 1:
        network(data + 1, size - 1);
        break;
    case 2:
        if (hook_url_valid(s))
            ensure(s.len > 7 && s.len < 600 && memchr(s.ptr, 0, s.len) == NULL);
        break;
    default:
        if (s.len >= sizeof text)
            break;
        memcpy(text, s.ptr, s.len);
        text[s.len] = 0;
        if (net_range_valid(text))
            ensure(strlen(text) < 64 && (strchr(text, '.') || strchr(text, ':')));
        break;
    }
    return 0;
}
