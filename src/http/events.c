/*
 * events.c - server-sent events. One ring holds the last HTTP_STREAM_RING events; each stream is a cursor into it, so a publication costs the same
 * for one stream as for two thousand, and a reader that falls a whole ring behind is dropped (it comes back with Last-Event-ID).
 *
 * A stream with nothing to send has its connection suspended; the ticker wakes those that have something, at most every TICK_US, so that a burst
 * of publications wakes each connection once. Invariant: under hub.lock, `asleep` is true exactly while the connection is suspended and no resume
 * was asked for.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "http/http_int.h"

#define FRAME_BYTES_MAX 256 /* one event as text: 19 + 2 x 47 + 19 bytes and fixed words */
#define KINDS_MAX 8

struct stream {
    struct req *r;
    uint64_t cursor; /* number of the next event to look at */
    int64_t after;   /* positions up to here were sent again already */
    struct sb first; /* what is sent before the ring's events: the retry line and the replay */
    size_t first_sent;
    int replayed;
    bool asleep, beat, ended;
    int64_t begun_us, last_us; /* monotonic: begun, last written */
    struct span kinds[KINDS_MAX];
    int n_kinds;
    struct stream *prev, *next;
};

void hub_init(struct hub *hub, struct arena *a)
{
    *hub = (struct hub){.ring = ARENA_ARRAY(a, HTTP_STREAM_RING, struct event)};
    (void)pthread_mutex_init(&hub->lock, NULL);
}

void hub_release(struct hub *hub)
{
    (void)pthread_mutex_destroy(&hub->lock);
}

int hub_count(struct hub *hub)
{
    (void)pthread_mutex_lock(&hub->lock);
    int count = hub->count;
    (void)pthread_mutex_unlock(&hub->lock);
    return count;
}

static bool kind_clean(const char *kind)
{
    size_t len = strlen(kind);
    return len > 0 && len < sizeof((struct event *)0)->kind &&
           strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

void http_publish(struct http *h, int64_t position, const char *kind, int64_t id)
{
    struct hub *hub = &h->hub;
    if (!kind_clean(kind)) {
        log_event(LOG_ERROR, "http.event_kind_bad", LI("position", position), LEND);
        return;
    }
    (void)pthread_mutex_lock(&hub->lock);
    struct event *e = &hub->ring[hub->next % HTTP_STREAM_RING];
    e->position = position;
    e->id = id;
    (void)snprintf(e->kind, sizeof e->kind, "%s", kind);
    hub->next++;
    bool wake = hub->count > 0 && !atomic_exchange(&hub->dirty, true);
    (void)pthread_mutex_unlock(&hub->lock);
    if (wake)
        http_wake_ticker(h);
}

static bool wanted(const struct stream *s, const struct event *e)
{
    bool named = s->n_kinds == 0;
    for (int i = 0; i < s->n_kinds; i++)
        named |= span_is(s->kinds[i], e->kind);
    return named && e->position > s->after;
}

static size_t frame(const struct event *e, char out[FRAME_BYTES_MAX])
{
    int n = snprintf(out, FRAME_BYTES_MAX, "id: %lld\nevent: %s\ndata: {\"kind\":\"%s\",\"id\":\"%lld\"}\n\n",
                     (long long)e->position, e->kind, e->kind, (long long)e->id);
    return n > 0 && n < FRAME_BYTES_MAX ? (size_t)n : 0;
}

/* fill - as much as is there and fits; hub.lock is held. 0: nothing to send now. */
static size_t fill(struct hub *hub, struct stream *s, char *buf, size_t max)
{
    struct span first = sb_span(&s->first);
    size_t n = 0;
    if (s->first_sent < first.len) {
        n = first.len - s->first_sent < max ? first.len - s->first_sent : max;
        memcpy(buf, first.ptr + s->first_sent, n);
        s->first_sent += n;
        return n;
    }
    if (hub->next - s->cursor > HTTP_STREAM_RING) {
        s->ended = true;
        return 0;
    }
    for (; s->cursor < hub->next && max - n >= FRAME_BYTES_MAX; s->cursor++) {
        const struct event *e = &hub->ring[s->cursor % HTTP_STREAM_RING];
        if (wanted(s, e))
            n += frame(e, buf + n);
    }
    if (n == 0 && s->beat && max >= 3) {
        memcpy(buf, ":\n\n", 3);
        n = 3;
    }
    s->beat = false;
    return n;
}

static ssize_t read_stream(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct stream *s = cls;
    struct hub *hub = &s->r->h->hub;
    (void)pos;
    (void)pthread_mutex_lock(&hub->lock);
    size_t n = s->ended || hub->closing ? 0 : fill(hub, s, buf, max);
    ssize_t out = (ssize_t)n;
    if (n > 0) {
        s->last_us = clock_mono_us();
        s->r->sent_bytes += out;
    } else if (s->ended || hub->closing) {
        out = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        s->asleep = true;
        MHD_suspend_connection(s->r->mhd);
    }
    (void)pthread_mutex_unlock(&hub->lock);
    return out;
}

void hub_tick(struct http *h, int64_t now_us)
{
    struct hub *hub = &h->hub;
    (void)pthread_mutex_lock(&hub->lock);
    bool dirty = atomic_exchange(&hub->dirty, false);
    for (struct stream *s = hub->streams; s; s = s->next) {
        if (now_us - s->begun_us > HTTP_STREAM_SECONDS_MAX * 1000000LL)
            s->ended = true;
        if (now_us - s->last_us >= (int64_t)h->o.heartbeat_ms * 1000)
            s->beat = true;
        if (s->asleep && (s->ended || s->beat || hub->closing || (dirty && s->cursor < hub->next))) {
            s->asleep = false;
            MHD_resume_connection(s->r->mhd);
        }
    }
    (void)pthread_mutex_unlock(&hub->lock);
}

void hub_close(struct hub *hub)
{
    (void)pthread_mutex_lock(&hub->lock);
    hub->closing = true;
    (void)pthread_mutex_unlock(&hub->lock);
}

/* ---- beginning and end of a stream ---- */

static void replay_one(void *ctx, int64_t position, const char *kind, int64_t id)
{
    struct stream *s = ctx;
    struct event e = {.position = position, .id = id};
    char text[FRAME_BYTES_MAX];
    if (!kind_clean(kind))
        return;
    (void)snprintf(e.kind, sizeof e.kind, "%s", kind);
    if (!wanted(s, &e))
        return;
    s->after = position;
    if (++s->replayed <= HTTP_STREAM_REPLAY_MAX)
        sb_add(&s->first, (struct span){text, frame(&e, text)});
}

static void drop_first(void *ctx)
{
    sb_release(ctx);
}

static void replay(struct req *r, struct stream *s)
{
    int64_t last;
    struct span id = req_header(r, "Last-Event-ID");
    if (!id.ptr)
        id = req_query(r, "last_event_id");
    if (!id.ptr || !span_to_i64(id, &last) || last < 0 || !r->h->o.replay)
        return;
    s->after = last;
    r->h->o.replay(r->h->o.app, last, replay_one, s);
    if (s->replayed > HTTP_STREAM_REPLAY_MAX) {
        sb_clear(&s->first);
        sb_addf(&s->first, "id: %lld\nevent: reset\ndata: {}\n\n", (long long)s->after);
    }
}

enum rc reply_event_stream(struct req *r, struct fail *f)
{
    struct hub *hub = &r->h->hub;
    struct stream *s = ARENA_NEW(r->arena, struct stream);
    if (!s)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    s->r = r;
    s->begun_us = s->last_us = clock_mono_us();
    sb_init(&s->first, (HTTP_STREAM_REPLAY_MAX + 1) * FRAME_BYTES_MAX);
    if (arena_on_reset(r->arena, drop_first, &s->first) != 0)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    struct span kinds = req_query(r, "kinds");
    while (kinds.len > 0 && s->n_kinds < KINDS_MAX)
        s->kinds[s->n_kinds++] = span_split(&kinds, ',');

    (void)pthread_mutex_lock(&hub->lock);
    bool room = hub->count < HTTP_STREAMS_MAX && !hub->closing;
    if (room) {
        hub->count++;
        s->cursor = hub->next; /* before the replay reads, so that nothing falls between */
        s->next = hub->streams;
        if (s->next)
            s->next->prev = s;
        hub->streams = s;
    }
    (void)pthread_mutex_unlock(&hub->lock);
    if (!room)
        return fail_set(f, RC_BUSY, MSG_http_streams, NULL, NULL);
    replay(r, s);
    sb_adds(&s->first, "retry: 3000\n\n");
    r->stream = s;
    reply_reset(&r->reply);
    r->reply.kind = REPLY_STREAM;
    r->reply.media_type = "text/event-stream";
    reply_header(r, "Cache-Control", "no-cache");
    reply_header(r, "X-Accel-Buffering", "no");
    return RC_OK;
}

struct MHD_Response *stream_response(struct req *r)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, read_stream, r->stream, NULL);
}

void stream_remove(struct req *r)
{
    struct stream *s = r->stream;
    struct hub *hub = &r->h->hub;
    (void)pthread_mutex_lock(&hub->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        hub->streams = s->next;
    if (s->next)
        s->next->prev = s->prev;
    hub->count--;
    (void)pthread_mutex_unlock(&hub->lock);
}
