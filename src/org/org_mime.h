/*
 * org_mime.h - writes a mail (RFC 5322, 2045, 2047): two bodies, text and HTML, in base64. Every text that comes from a person goes into a header as
 * an encoded word, so no line end in it can begin a header of its own. Pure.
 */
#ifndef YITI_ORG_MIME_H
#define YITI_ORG_MIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"
#include "base/sb.h"

struct mime {
    struct span from_name, from_address, to_address, subject; /* addresses: mime_address holds */
    int64_t id;                                               /* the message's own: in Message-ID and boundary */
    int64_t at_us;
    struct span unsubscribe_url; /* empty: by mail to the sender */
    bool one_click;              /* RFC 8058: a POST to the address is enough */
    enum lang lang;
    struct span text, html;
};
/* mime_address - whether s is one plain address: ASCII, no blanks, quotes, brackets, at most 254 octets. */
bool mime_address(struct span s);
/* mime_write - the whole message with CRLF line ends; no line over 998 octets, none over 78 that can be folded. */
void mime_write(struct sb *sb, const struct mime *m);
/* mime_words - a text as encoded words (RFC 2047), folded, to stand behind a header's name of `used` octets. */
void mime_words(struct sb *sb, struct span text, size_t used);

#endif
