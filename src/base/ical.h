/* ical.h - writes iCalendar (RFC 5545): lines folded at 75 octets, texts escaped. Pure. */
#ifndef YITI_BASE_ICAL_H
#define YITI_BASE_ICAL_H

#include "base/date.h"
#include "base/sb.h"

/* ical_line - "NAME:value" with CRLF; folded so that no line has more than 75 octets and no character is cut. value is taken as it is:
 * control characters other than tab are left out. */
void ical_line(struct sb *sb, const char *name, struct span value);
/* ical_text - the same with a text: \ ; , and line ends are escaped. */
void ical_text(struct sb *sb, const char *name, struct span text);
/* ical_instant - UTC, "NAME:20261124T000000Z". ical_local - in Shanghai, "NAME;TZID=Asia/Shanghai:20261124T080000". ical_day - "NAME;VALUE=DATE:20261124". */
void ical_instant(struct sb *sb, const char *name, int64_t at_us);
void ical_local(struct sb *sb, const char *name, int64_t at_us);
void ical_day(struct sb *sb, const char *name, int32_t day);
/* ical_zone - the VTIMEZONE of Asia/Shanghai. */
void ical_zone(struct sb *sb);

#endif
