/* ical.c - lines of iCalendar. */
#include <string.h>

#include "base/ical.h"

enum { LINE_OCTETS_MAX = 75 };

/* Octets of the character at the head of s: 1 to 4; what is no UTF-8 counts one by one. */
static size_t character(struct span s)
{
    size_t n = 1;
    while (n < s.len && n < 4 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static void folded(struct sb *sb, struct span s, size_t *column)
{
    while (s.len) {
        const size_t n = character(s);
        const unsigned char c = (unsigned char)s.ptr[0];
        if (n > 1 || (c >= ' ' && c != 127) || c == '\t') {
            if (*column + n > LINE_OCTETS_MAX) {
                sb_adds(sb, "\r\n ");
                *column = 1;
            }
            sb_add(sb, span_sub(s, 0, n));
            *column += n;
        }
        s = span_sub(s, n, s.len);
    }
}

void ical_line(struct sb *sb, const char *name, struct span value)
{
    size_t column = 0;
    folded(sb, span_of(name), &column);
    folded(sb, SPAN(":"), &column);
    folded(sb, value, &column);
    sb_adds(sb, "\r\n");
}

void ical_text(struct sb *sb, const char *name, struct span text)
{
    size_t column = 0;
    folded(sb, span_of(name), &column);
    folded(sb, SPAN(":"), &column);
    for (size_t i = 0; i < text.len;) {
        const struct span rest = span_sub(text, i, text.len);
        const char c = rest.ptr[0];
        const size_t n = character(rest);
        if (c == '\n' || (c == '\r' && !(rest.len > 1 && rest.ptr[1] == '\n'))) {
            folded(sb, SPAN("\\"), &column);
            folded(sb, SPAN("n"), &column);
        } else {
            if (c == '\\' || c == ';' || c == ',')
                folded(sb, SPAN("\\"), &column);
            folded(sb, span_sub(rest, 0, n), &column);
        }
        i += n;
    }
    sb_adds(sb, "\r\n");
}

/* "20261124T080000" of an instant moved by an offset. */
static void basic_time(int64_t at_us, char out[20])
{
    const struct ymd d = date_of_us(at_us);
    const int64_t s = (at_us - date_start_us(d)) / 1000000;
    (void)snprintf(out, 20, "%04d%02d%02dT%02d%02d%02d", d.year, d.month, d.day, (int)(s / 3600 % 24),
                   (int)(s / 60 % 60), (int)(s % 60));
}

void ical_instant(struct sb *sb, const char *name, int64_t at_us)
{
    char text[20];
    basic_time(at_us - SHANGHAI_OFFSET_US, text);
    sb_addf(sb, "%s:%sZ\r\n", name, text);
}

void ical_local(struct sb *sb, const char *name, int64_t at_us)
{
    char text[20];
    basic_time(at_us, text);
    sb_addf(sb, "%s;TZID=Asia/Shanghai:%s\r\n", name, text);
}

void ical_day(struct sb *sb, const char *name, int32_t day)
{
    const struct ymd d = date_from_days(day);
    sb_addf(sb, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, d.year, d.month, d.day);
}

void ical_zone(struct sb *sb)
{
    sb_adds(
        sb,
        "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19910915T000000\r\nTZOFFSETFROM:+0800\r\n"
        "TZOFFSETTO:+0800\r\nTZNAME:CST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n");
}
