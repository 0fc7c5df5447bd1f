/*
 * fuzz_words.c - short texts of the engines with one meaning: limits of time, decimals, points, secrets in base 32, one-time codes, a content's first
 * bytes, a line of the divisions' CSV. What is read lies within its bounds and reads back the same.
 */
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/utf8.h"
#include "bulletin/assess_int.h"
#include "duty/duty.h"
#include "govern/govern_int.h"
#include "org/org_int.h"

static void numbers(struct arena *a, struct span s)
{
    int64_t v = 0, again = 1;
    if (govern_decimal_parse(s, &v))
        ensure(govern_decimal_parse(govern_decimal_print(a, v), &again) && again == v);
    if (assess_points_read(s, &v))
        ensure(assess_points_read(assess_points_text(a, v), &again) && again == v);
}

static void limit(struct span s)
{
    struct duty_limit l = {0}, again = {0};
    if (!duty_limit_parse(s, &l))
        return;
    ensure(l.unit == DUTY_UNTIL_DATE ? l.n == 0 : l.n >= 1 && l.n <= DUTY_LIMIT_MAX);
    ensure(duty_limit_parse(span_trim(s), &again) && again.unit == l.unit && again.n == l.n);
}

static void secrets(struct arena *a, struct span s)
{
    unsigned char bytes[20], back[20];
    if (base32_read(s, bytes, sizeof bytes))
        ensure(base32_read(base32_print(a, bytes, sizeof bytes), back, sizeof back) &&
               memcmp(bytes, back, sizeof bytes) == 0);
    const int64_t step = totp_check((const unsigned char *)"12345678901234567890", 20, s, 59000000, -1);
    ensure(step == -1 || (step >= 0 && step <= 2 && s.len == 6));
    ensure(totp_check((const unsigned char *)"12345678901234567890", 20, s, 59000000, 2) == -1);
}

static void line(struct span s)
{
    struct span c[REGION_COLUMNS];
    struct fail f = {0};
    const enum rc rc = region_line_read(s, 7, c, &f);
    ensure(rc == RC_OK || rc == RC_INVALID);
    if (rc == RC_OK)
        ensure((c[0].len == 6 || c[0].len == 9 || c[0].len == 12) && c[1].len > 0 && utf8_check(c[1]) == c[1].len &&
               region_short_name(c[1]).len > 0 && c[4].len == 10 && (c[5].len == 0 || c[5].len == 10));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 8192)
        return 0;
    const struct span s = {(const char *)data, size};
    struct arena *const a = arena_new(1u << 20);
    numbers(a, s);
    limit(s);
    secrets(a, s);
    line(s);
    const struct media m = media_sniff(s, SPAN("text/csv"));
    ensure(m.type == NULL || (m.extension != NULL && m.bytes_max > 0));
    arena_free(a);
    return 0;
}
