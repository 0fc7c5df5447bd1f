/*
 * sb.h - a growing text with a maximum given at init. The first failure (over the maximum) is latched: later adds do
 * nothing, and the caller asks sb_rc once at the end.
 */
#ifndef YITI_BASE_SB_H
#define YITI_BASE_SB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "base/span.h"

struct sb {
    char *ptr; /* callers read through sb_span only */
    size_t len;
    size_t size_bytes;
    size_t max_bytes;
    bool full; /* latched */
};

void sb_init(struct sb *sb, size_t max_bytes); /* no allocation yet */
void sb_release(struct sb *sb);
void sb_clear(struct sb *sb); /* len 0, latch off, memory kept */
void sb_add(struct sb *sb, struct span s);
void sb_adds(struct sb *sb, const char *cstr);
void sb_addc(struct sb *sb, char c);
/* sb_room - where the next n bytes go, for who writes them in place and then says with sb_took how many they are; NULL over the maximum. */
char *sb_room(struct sb *sb, size_t n);
void sb_took(struct sb *sb, size_t n);
void sb_add_i64(struct sb *sb, int64_t v);
void sb_addf(struct sb *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* sb_add_html - with & < > " ' as entities; for XML and HTML text. */
void sb_add_html(struct sb *sb, struct span s);
/* sb_rc - RC_OK or RC_LIMIT. */
MUST_USE enum rc sb_rc(const struct sb *sb);
/* sb_span - borrows until the next add or release; zero-terminated behind len unless empty and never added to. */
struct span sb_span(const struct sb *sb);

#endif
