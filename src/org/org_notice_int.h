/* org_notice_int.h - how people are told: topics, choices, quiet hours, feeds. Only src/org/org_notice*.c, org_feed*.c, org_mail*.c, org_hook*.c. */
#ifndef YITI_ORG_NOTICE_INT_H
#define YITI_ORG_NOTICE_INT_H

#include "base/calendar.h"
#include "org/org_api_int.h"

/* A topic: notices that people choose together. A kind belongs to the topic with the longest of the prefixes that it begins with. */
struct notice_topic {
    const char *word, *zh, *en;
    const char *prefixes[3];   /* NULL-ended */
    bool app, digest, at_once; /* what holds until the person says otherwise */
};
int notice_topic_count(void);
const struct notice_topic *notice_topic_at(int i);
const struct notice_topic *notice_topic_of(struct span kind);
const struct notice_topic *notice_topic_find(struct span word); /* NULL: none */
/* notice_kind_name - what a kind is called: its own name, else its topic's. */
const char *notice_kind_name(struct span kind, enum lang lang);

/* notice_quiet_end - at_us itself, or the end of the quiet hours in which it lies. from, to: minutes after midnight in Shanghai; from < 0: none.
 * Pure. */
int64_t notice_quiet_end(int64_t at_us, int from_min, int to_min);
/* notice_digest_at - the next 08:00 of a working day at or after at_us; where the calendar does not know the year, of a Monday to Friday. Pure. */
int64_t notice_digest_at(const struct calendar *c, int64_t at_us);

/* feed_base - "https://yiti.example.cn" of this installation as the request reaches it, in the request's arena. */
struct span feed_base(struct req *r);
/* atom_time - RFC 3339 in UTC. */
void atom_time(struct sb *sb, int64_t at_us);

handler_fn api_notice_settings, api_notice_settings_put, api_feed, api_feed_post, api_feed_delete, api_feed_atom,
    api_feed_calendar, api_feed_tasks;

struct feed_rate;
struct feed_rate *feed_rate_new(struct arena *a); /* NULL over the cap */
/* feed_rate_take - may this feed be read once more at now_us (monotonic)? Else *wait_s says when. Thread-safe. */
bool feed_rate_take(struct feed_rate *rate, const unsigned char *hash, int64_t now_us, int *wait_s);

#endif
