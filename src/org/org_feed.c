/*
 * org_feed.c - personal feeds: notices as Atom (RFC 4287), due dates as iCalendar (RFC 5545). Feed readers and calendars cannot sign in, so the
 * address itself is the secret: 32 random bytes of which only a hash is kept, shown once, renewed with one click. What is read is what the
 * person's own scope gives at that moment. The address stands in no log: requests are logged by their route.
 */
#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/ensure.h"
#include "base/ical.h"
#include "org/org_notice_int.h"

#define FEED_BYTES_MAX (8u << 20)

/* ---- how often ------------------------------------------------------------------------------------------------------------------------ */

#define RATE_SLOTS 1024
struct feed_slot {
    uint64_t key;
    double tokens;
    int64_t at_us;
};
struct feed_rate {
    pthread_mutex_t lock;
    struct feed_slot
        slots[RATE_SLOTS]; /* two feeds in one slot share its tokens from the moment that the later one comes */
};

struct feed_rate *feed_rate_new(struct arena *a)
{
    struct feed_rate *const rate = ARENA_NEW(a, struct feed_rate);
    if (rate)
        ensure(pthread_mutex_init(&rate->lock, NULL) == 0);
    return rate;
}

bool feed_rate_take(struct feed_rate *rate, const unsigned char *hash, int64_t now_us, int *wait_s)
{
    uint64_t key = 0;
    memcpy(&key, hash, sizeof key);
    (void)pthread_mutex_lock(&rate->lock);
    struct feed_slot *const s = &rate->slots[key % RATE_SLOTS];
    if (s->key != key || s->at_us == 0)
        *s = (struct feed_slot){key, FEED_BURST, now_us};
    s->tokens = fmin(FEED_BURST, s->tokens + (double)(now_us - s->at_us) / (FEED_EVERY_S * 1e6));
    s->at_us = now_us;
    const bool may = s->tokens >= 1;
    if (may)
        s->tokens -= 1;
    *wait_s = may ? 0 : (int)ceil((1 - s->tokens) * FEED_EVERY_S);
    (void)pthread_mutex_unlock(&rate->lock);
    return may;
}

/* ---- the address ----------------------------------------------------------------------------------------------------------------------- */

struct span feed_base(struct req *r)
{
    struct sb sb;
    const char *const base = req_org(r)->options.public_url;
    sb_init(&sb, 1024);
    if (base) {
        sb_adds(&sb, base);
        if (span_ends(sb_span(&sb), SPAN("/")))
            sb.len--;
    } else {
        sb_adds(&sb, req_secure(r) ? "https://" : "http://");
        sb_add(&sb, req_header(r, "Host"));
    }
    const struct span out = sb_rc(&sb) == RC_OK ? span_dup(req_arena(r), sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return out.ptr ? out : SPAN("");
}

static enum rc feed_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *const r = ctx;
    struct rows rows;
    enum rc rc = db_query(tx, SQL_feed_token_of, DB_ARGS(DB_I(req_session(r)->person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool there = rows_next(&rows);
    const int64_t made_at_us = there ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    struct jw *const w = reply_json(r);
    jw_object(w);
    jw_kbool(w, "set", there);
    jw_key(w, "made_at");
    if (there)
        jw_time(w, made_at_us);
    else
        jw_null(w);
    jw_object_end(w);
    return rc;
}

enum rc api_feed(struct req *r, struct fail *f)
{
    return org_read(r, feed_read, r, f);
}

struct feed_make {
    int64_t person_id;
    struct span base;
    struct secret secret;
};

static enum rc feed_make(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct feed_make *const m = in;
    struct person_row p;
    (void)out;
    enum rc rc = person_load(tx, m->person_id, &p, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_feed_token_put,
                     DB_ARGS(DB_I(m->person_id), DB_B(((struct span){(const char *)m->secret.hash, SECRET_HASH_BYTES})),
                             DB_I(tx_now_us(tx))),
                     NULL, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "feed_renew", f, NULL) : rc;
}

static void url_json(struct jw *w, const char *key, const struct feed_make *m, const char *name)
{
    char url[1200];
    (void)snprintf(url, sizeof url, "%.*s/feeds/%s/%s", SPAN_ARG(m->base), m->secret.text, name);
    jw_kstr(w, key, url);
}

static enum rc feed_made(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct feed_make *const m = out;
    struct jw w;
    (void)tx;
    (void)f;
    jw_init(&w, body);
    jw_object(&w);
    url_json(&w, "notices_url", m, "notices.atom");
    url_json(&w, "calendar_url", m, "calendar.ics");
    url_json(&w, "tasks_url", m, "tasks.ics");
    jw_object_end(&w);
    *status = 201;
    return RC_OK;
}

enum rc api_feed_post(struct req *r, struct fail *f)
{
    struct feed_make *const m = ARENA_NEW(req_arena(r), struct feed_make);
    if (!m)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    m->person_id = req_session(r)->person_id;
    m->base = feed_base(r);
    secret_new(&m->secret);
    return org_write_with(r, &(struct org_write_plan){feed_make, m, m, feed_made, NULL, ORG_WRITE_NO_KEY}, f);
}

static enum rc feed_drop(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct person_row p;
    (void)out;
    enum rc rc = person_load(tx, *(const int64_t *)in, &p, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_feed_token_drop, DB_ARGS(DB_I(p.id)), NULL, f);
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, "feed_revoke", f, NULL) : rc;
}

enum rc api_feed_delete(struct req *r, struct fail *f)
{
    int64_t *const id = ARENA_NEW(req_arena(r), int64_t);
    if (!id)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    *id = req_session(r)->person_id;
    return org_write(r, feed_drop, id, NULL, NULL, f);
}

/* ---- reading a feed --------------------------------------------------------------------------------------------------------------------- */

struct feed {
    struct req *r;
    unsigned char hash[SECRET_HASH_BYTES];
    struct span base;
    int64_t person_id;
    char region_code[7];
    enum lang lang;
    struct sb sb;
    bool todo; /* VTODO instead of VEVENT */
    int dues;
};

static enum rc whose(struct tx *tx, void *ctx, struct fail *f)
{
    struct feed *const feed = ctx;
    struct rows rows;
    enum rc rc = db_one(tx, SQL_feed_token_find,
                        DB_ARGS(DB_B(((struct span){(const char *)feed->hash, SECRET_HASH_BYTES}))), &rows, f);
    if (rc != RC_OK)
        return rc;
    feed->person_id = rows_int(&rows, 0);
    copy_code(feed->region_code, sizeof feed->region_code, rows_text(&rows, 1));
    feed->lang = span_is(rows_text(&rows, 2), "en") ? LANG_EN : LANG_ZH;
    return rows_end(&rows);
}

static void answer(struct feed *feed, const char *media_type)
{
    unsigned char hash[8];
    const struct span body = sb_span(&feed->sb);
    int64_t version = 0;
    (void)crypto_generichash(hash, sizeof hash, (const unsigned char *)body.ptr, body.len, NULL, 0);
    for (size_t i = 0; i < sizeof hash; i++)
        version = (int64_t)((uint64_t)version << 8 | hash[i]);
    reply_etag(feed->r, version & INT64_MAX);
    reply_header(feed->r, "Cache-Control", "private, max-age=300");
    reply_header(feed->r, "X-Robots-Tag", "noindex");
    reply_body(feed->r, media_type, body);
}

/* Finds whose feed it is, then reads as that person. An address that leads nowhere is as unknown as any other path. */
static enum rc feed_answer(struct req *r, bool todo, read_fn *fn, const char *media_type, struct fail *f)
{
    struct feed feed = {.r = r, .todo = todo, .base = feed_base(r)};
    const struct span token = req_param(r, "token");
    int wait_s = 0;
    if (!secret_hash(token, feed.hash))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (!feed_rate_take(req_org(r)->feed_rate, feed.hash, clock_mono_us(), &wait_s)) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", wait_s);
        reply_header(r, "Retry-After", text);
        return fail_set(f, RC_RATE, MSG_feed_rate, NULL, text, NULL);
    }
    enum rc rc = store_read(req_store(r), &ACTOR_SYSTEM, req_arena(r), whose, &feed, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&feed.sb, FEED_BYTES_MAX);
    const struct actor reader = {feed.person_id, "feed", 0, feed.region_code};
    rc = store_read(req_store(r), &reader, req_arena(r), fn, &feed, f);
    if (rc == RC_OK && sb_rc(&feed.sb) != RC_OK)
        rc = fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        answer(&feed, media_type);
    sb_release(&feed.sb);
    return rc;
}

/* ---- Atom -------------------------------------------------------------------------------------------------------------------------------- */

void atom_time(struct sb *sb, int64_t at_us)
{
    const int64_t utc_us = at_us - SHANGHAI_OFFSET_US; /* date_of_us speaks of Shanghai */
    const struct ymd d = date_of_us(utc_us);
    const int64_t s = (utc_us - date_start_us(d)) / 1000000;
    sb_addf(sb, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day, (int)(s / 3600), (int)(s / 60 % 60),
            (int)(s % 60));
}

static const char *page_of(struct span subject_kind)
{
    return span_is(subject_kind, "action")         ? "actions"
           : span_is(subject_kind, "duty")         ? "duties"
           : span_is(subject_kind, "consultation") ? "consultations"
                                                   : NULL;
}

static void atom_entry(struct feed *feed, struct rows *rows)
{
    struct sb *const sb = &feed->sb;
    const struct span kind = rows_text(rows, 1);
    const char *const page = page_of(rows_text(rows, 2));
    sb_addf(sb, "<entry><id>urn:yiti:notice:%lld</id><title>", (long long)rows_int(rows, 0));
    sb_add_html(sb, span_of(notice_kind_name(kind, feed->lang)));
    sb_adds(sb, feed->lang == LANG_ZH ? "：" : ": ");
    sb_add_html(sb, rows_text(rows, 4));
    sb_adds(sb, "</title><updated>");
    atom_time(sb, rows_int(rows, 5));
    sb_adds(sb, "</updated><category term=\"");
    sb_add_html(sb, kind);
    sb_adds(sb, "\"/><link rel=\"alternate\" type=\"text/html\" href=\"");
    sb_add_html(sb, feed->base);
    if (page)
        sb_addf(sb, "/%s/%lld", page, (long long)rows_int(rows, 3));
    else
        sb_adds(sb, "/notices");
    sb_adds(sb, "\"/><content type=\"text\">");
    sb_add_html(sb, rows_text(rows, 4));
    sb_adds(sb, "</content></entry>\n");
}

static enum rc atom_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct feed *const feed = ctx;
    struct sb *const sb = &feed->sb;
    struct rows rows;
    const bool zh = feed->lang == LANG_ZH;
    enum rc rc = db_query(tx, SQL_notice_feed, DB_ARGS(DB_I(feed->person_id), DB_I(FEED_NOTICES_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    sb_addf(sb,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">",
            zh ? "zh-CN" : "en");
    sb_addf(sb,
            "<id>urn:yiti:notices:%lld</id><title>%s</title><author><name>%s</name></author><generator>Yiti</"
            "generator><link rel=\"alternate\" href=\"",
            (long long)feed->person_id, zh ? "我的通知" : "My notices", zh ? "一体" : "Yiti");
    sb_add_html(sb, feed->base);
    sb_adds(sb, "/notices\"/>");
    bool first = true;
    while (rows_next(&rows)) {
        if (first) {
            sb_adds(sb, "<updated>");
            atom_time(sb, rows_int(&rows, 5));
            sb_adds(sb, "</updated>\n");
        }
        first = false;
        atom_entry(feed, &rows);
    }
    if (first)
        sb_adds(sb, "<updated>2020-01-01T00:00:00Z</updated>");
    sb_adds(sb, "</feed>\n");
    return rows_end(&rows);
}

enum rc api_feed_atom(struct req *r, struct fail *f)
{
    return feed_answer(r, false, atom_read, "application/atom+xml; charset=utf-8", f);
}

/* ---- iCalendar ---------------------------------------------------------------------------------------------------------------------------- */

static void due_times(const struct feed *feed, struct sb *sb, const struct feed_due *d)
{
    struct ymd day;
    if (d->due_us != 0 && feed->todo) {
        ical_local(sb, "DUE", d->due_us);
    } else if (d->due_us != 0) {
        ical_local(sb, "DTSTART", d->due_us - 30 * 60000000LL); /* the half hour before it runs out */
        ical_local(sb, "DTEND", d->due_us);
    } else if (date_parse(d->due_on, &day) && feed->todo) {
        ical_day(sb, "DUE", date_to_days(day));
    } else if (date_parse(d->due_on, &day)) {
        ical_day(sb, "DTSTART", date_to_days(day));
        ical_day(sb, "DTEND", date_to_days(day) + 1);
    }
}

static bool put_due(const struct feed_due *d, void *ctx)
{
    struct feed *const feed = ctx;
    struct sb *const sb = &feed->sb;
    char text[160];
    const char *const component = feed->todo ? "VTODO" : "VEVENT";
    sb_addf(sb, "BEGIN:%s\r\n", component);
    (void)snprintf(text, sizeof text, "%s-%lld-%s@yiti", d->kind, (long long)d->id, d->part);
    ical_line(sb, "UID", span_of(text));
    ical_instant(sb, "DTSTAMP", d->changed_at_us);
    ical_instant(sb, "CREATED", d->made_at_us);
    ical_instant(sb, "LAST-MODIFIED", d->changed_at_us);
    sb_addf(sb, "SEQUENCE:%lld\r\n", (long long)(d->version > 0 ? d->version - 1 : 0));
    due_times(feed, sb, d);
    ical_text(sb, "SUMMARY", d->title);
    if (d->note.len)
        ical_text(sb, "DESCRIPTION", d->note);
    (void)snprintf(text, sizeof text, "%.*s%s", (int)(feed->base.len > 100 ? 100 : feed->base.len), feed->base.ptr,
                   d->path);
    ical_line(sb, "URL", span_of(text));
    ical_text(sb, "CATEGORIES", span_of(d->kind));
    if (feed->todo) {
        sb_addf(sb, "STATUS:%s\r\n", d->under_way ? "IN-PROCESS" : "NEEDS-ACTION");
        if (d->percent >= 0)
            sb_addf(sb, "PERCENT-COMPLETE:%d\r\n", d->percent);
    } else {
        sb_adds(sb, "TRANSP:TRANSPARENT\r\n");
    }
    sb_addf(sb, "END:%s\r\n", component);
    return sb_rc(sb) == RC_OK && ++feed->dues % FEED_DUES_MAX != 0;
}

static enum rc calendar_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct feed *const feed = ctx;
    struct sb *const sb = &feed->sb;
    const struct feed_to to = {put_due, feed, feed->lang};
    enum rc rc = RC_OK;
    sb_adds(sb,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Yiti//Yiti//ZH\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    ical_text(sb, "X-WR-CALNAME", span_of(feed->lang == LANG_ZH ? "一体：我的期限" : "Yiti: what is due"));
    sb_adds(sb, "X-WR-TIMEZONE:Asia/Shanghai\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n");
    ical_zone(sb);
    for (int i = 0; rc == RC_OK && i < feed_source_count; i++) {
        feed->dues = 0;
        rc = feed_sources[i](tx, &to, f);
    }
    sb_adds(sb, "END:VCALENDAR\r\n");
    return rc;
}

enum rc api_feed_calendar(struct req *r, struct fail *f)
{
    return feed_answer(r, false, calendar_read, "text/calendar; charset=utf-8", f);
}

enum rc api_feed_tasks(struct req *r, struct fail *f)
{
    return feed_answer(r, true, calendar_read, "text/calendar; charset=utf-8", f);
}
