/* reply.c - the reply as a handler fills it, and as the library gets it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "http/http_int.h"

/* Pages may run their own scripts and nothing else. style-src-attr: chart tooltips set style attributes; no <style> from outside. Workers from
 * blob: are the map's. */
#define CSP_PAGE                                                                                                       \
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: "   \
    "blob:; "                                                                                                          \
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; media-src 'self' "       \
    "blob:; "                                                                                                          \
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
#define CSP_API "default-src 'none'; frame-ancestors 'none'; sandbox"
/* A document for printing, made by the server: its style is in it, nothing else runs or loads. */
#define CSP_PRINT "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
#define PERMISSIONS "camera=(), microphone=(), payment=(), usb=(), midi=(), serial=(), bluetooth=(), geolocation=(self)"

static const enum msg TITLES[RC_COUNT] = {
    [RC_OK] = MSG_http_failed,
    [RC_INVALID] = MSG_title_invalid,
    [RC_MALFORMED] = MSG_title_malformed,
    [RC_SIGN_IN] = MSG_title_sign_in,
    [RC_FORBIDDEN] = MSG_title_forbidden,
    [RC_MISSING] = MSG_title_missing,
    [RC_METHOD] = MSG_title_method,
    [RC_CONFLICT] = MSG_title_conflict,
    [RC_STALE] = MSG_title_stale,
    [RC_LIMIT] = MSG_title_limit,
    [RC_MEDIA] = MSG_title_media,
    [RC_PRECONDITION] = MSG_title_precondition,
    [RC_RATE] = MSG_title_rate,
    [RC_INTERNAL] = MSG_title_internal,
    [RC_BUSY] = MSG_title_busy,
    [RC_READ_ONLY] = MSG_title_read_only,
};

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        log_event(LOG_WARN, "http.header_refused", LS("name", name), LEND);
}

void security_headers(struct MHD_Response *response, enum head_kind kind)
{
    static const char *const policies[] = {[HEAD_API] = CSP_API, [HEAD_PAGE] = CSP_PAGE, [HEAD_PRINT] = CSP_PRINT};
    const bool page = kind == HEAD_PAGE;
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Content-Security-Policy", policies[kind]);
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (page) {
        add(response, "Cross-Origin-Opener-Policy", "same-origin");
        add(response, "Permissions-Policy", PERMISSIONS);
        add(response, "X-Frame-Options", "DENY");
    }
}

/* ---- filling ---- */

void reply_reset(struct reply *reply)
{
    sb_clear(&reply->sb);
    if (reply->fd >= 0)
        (void)close(reply->fd);
    reply->fd = -1;
    reply->kind = REPLY_NONE;
    reply->status = 0;
    reply->n_headers = 0;
    reply->has_version = reply->bad = reply->weak = false;
}

static void begin_bytes(struct req *r, const char *media_type)
{
    struct reply *reply = &r->reply;
    sb_clear(&reply->sb);
    if (reply->fd >= 0)
        (void)close(reply->fd);
    reply->fd = -1;
    reply->kind = REPLY_BYTES;
    reply->media_type = media_type;
}

struct jw *reply_json(struct req *r)
{
    begin_bytes(r, "application/json");
    jw_init(&r->reply.jw, &r->reply.sb);
    return &r->reply.jw;
}

void reply_status(struct req *r, int status)
{
    ensure(status >= 200 && status <= 599);
    r->reply.status = status;
}

static bool line_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static void set_header(struct req *r, struct span name, struct span value)
{
    struct reply *reply = &r->reply;
    char *name_copy = span_cstr(r->arena, name), *value_copy = span_cstr(r->arena, value);
    bool fits = parts_token(name) && value.len > 0 && line_clean(value) && name_copy && value_copy &&
                reply->n_headers < REPLY_HEADERS_MAX;
    if (!fits) {
        log_event(LOG_ERROR, "http.reply_header_bad", LS("id", r->id), LS("name", name_copy ? name_copy : ""), LEND);
        reply->bad = true;
        return;
    }
    reply->headers[reply->n_headers++] = (struct pair){{name_copy, name.len}, {value_copy, value.len}};
}

void reply_header(struct req *r, const char *name, const char *value)
{
    set_header(r, span_of(name), span_of(value));
}

static bool cookie_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
            return false;
    }
    return true;
}

static void cookie_set(struct req *r, const char *name, const char *value, int64_t max_age_s, const char *same_site)
{
    struct sb line;
    sb_init(&line, 4096);
    if (!parts_token(span_of(name)) || !cookie_clean(span_of(value)))
        r->reply.bad = true;
    sb_addf(&line, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=%s%s", name, value, (long long)max_age_s, same_site,
            r->secure ? "; Secure" : "");
    if (sb_rc(&line) != RC_OK)
        r->reply.bad = true;
    else
        set_header(r, SPAN("Set-Cookie"), sb_span(&line));
    sb_release(&line);
}

void reply_cookie(struct req *r, const char *name, const char *value, int64_t max_age_s)
{
    cookie_set(r, name, value, max_age_s, "Strict");
}

void reply_cookie_return(struct req *r, const char *name, const char *value, int64_t max_age_s)
{
    cookie_set(r, name, value, max_age_s, "Lax");
}

void reply_etag(struct req *r, int64_t version)
{
    r->reply.has_version = true;
    r->reply.version = version;
}

void reply_version(struct req *r, int64_t version)
{
    reply_etag(r, version);
    r->reply.always = true;
}

void reply_body(struct req *r, const char *media_type, struct span body)
{
    begin_bytes(r, media_type);
    sb_add(&r->reply.sb, body);
}

void reply_fd(struct req *r, const char *media_type, int fd, int64_t size_bytes, const char *download_name)
{
    begin_bytes(r, media_type);
    r->reply.kind = REPLY_FD;
    r->reply.fd = fd;
    r->reply.fd_size = size_bytes;
    if (download_name)
        reply_download(r, download_name);
}

static void add_percent(struct sb *sb, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && strchr("-._~", c));
        if (plain)
            sb_addc(sb, (char)c);
        else
            sb_addf(sb, "%%%02X", c);
    }
}

void reply_download(struct req *r, const char *name_utf8)
{
    struct sb line;
    sb_init(&line, 4096);
    sb_adds(&line, "attachment; filename=\"");
    for (const char *c = name_utf8; *c;
         c++) /* for what does not know RFC 6266: one _ for each character outside ASCII */
        if (((unsigned char)*c & 0xc0) != 0x80)
            sb_addc(&line, (unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f || strchr("\"\\/%;", *c) ? '_' : *c);
    sb_adds(&line, "\"; filename*=UTF-8''");
    add_percent(&line, span_of(name_utf8));
    if (sb_rc(&line) != RC_OK)
        r->reply.bad = true;
    else
        set_header(r, SPAN("Content-Disposition"), sb_span(&line));
    sb_release(&line);
}

void reply_next_page(struct req *r, const char *after_key)
{
    struct sb line;
    sb_init(&line, 8192);
    sb_addc(&line, '<');
    sb_add(&line, r->path);
    sb_adds(&line, "?after=");
    add_percent(&line, span_of(after_key));
    for (int i = 0; i < r->n_query; i++) {
        if (span_is(r->query[i].key, "after"))
            continue;
        sb_addc(&line, '&');
        add_percent(&line, r->query[i].key);
        sb_addc(&line, '=');
        add_percent(&line, r->query[i].value);
    }
    sb_adds(&line, ">; rel=\"next\"");
    if (sb_rc(&line) == RC_OK)
        set_header(r, SPAN("Link"), sb_span(&line));
    sb_release(&line);
}

/* ---- problems ---- */

static int problem_status(enum rc rc, const struct fail *f)
{
    return f->msg == MSG_http_header_limit ? 431 : rc == RC_OK ? 500 : rc_status(rc);
}

void problem_write(enum rc rc, const struct fail *f, enum lang lang, const char *id, struct sb *out)
{
    struct jw w;
    struct sb text;
    struct fail said = *f;
    if (said.msg == MSG_NONE)
        said.msg = MSG_http_failed;
    sb_init(&text, 4096);
    fail_text(&said, lang, &text);
    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, "type");
    char type[128];
    (void)snprintf(type, sizeof type, "urn:yiti:problem:%s", msg_name(said.msg));
    jw_str(&w, type);
    jw_kstr(&w, "title", msg_text(TITLES[rc < RC_COUNT ? rc : RC_INTERNAL], lang));
    jw_kint(&w, "status", problem_status(rc, f));
    jw_ktext(&w, "detail", sb_span(&text));
    if (said.field[0])
        jw_kstr(&w, "field", said.field);
    jw_kstr(&w, "request_id", id);
    jw_object_end(&w);
    sb_release(&text);
}

void reply_problem(struct req *r, enum rc rc, const struct fail *f)
{
    reply_reset(&r->reply);
    begin_bytes(r, "application/problem+json");
    problem_write(rc, f, r->lang, r->id, &r->reply.sb);
    r->reply.status = problem_status(rc, f);
    if (rc == RC_SIGN_IN)
        reply_header(r, "WWW-Authenticate", "Bearer realm=\"yiti\"");
    if (rc == RC_BUSY || rc == RC_RATE) {
        char wait[16];
        (void)snprintf(wait, sizeof wait, "%d", r->retry_after_s > 0 ? r->retry_after_s : 1);
        reply_header(r, "Retry-After", wait);
    }
    log_event(rc == RC_INTERNAL || rc == RC_READ_ONLY ? LOG_ERROR : LOG_DEBUG, "http.problem", LS("id", r->id),
              LS("rc", rc_name(rc)), LS("message", msg_name(f->msg)), LS("field", f->field), LS("detail", f->detail),
              LS("route", r->route ? r->route->path : ""), LEND);
}

/* ---- sending ---- */

static struct MHD_Response *make_response(struct req *r)
{
    struct reply *reply = &r->reply;
    struct span body = reply->kind == REPLY_BYTES ? sb_span(&reply->sb) : SPAN_NONE;
    r->sent_bytes = (int64_t)body.len;
    if (reply->kind == REPLY_STREAM) {
        r->streaming = true;
        return stream_response(r);
    }
    if (reply->kind == REPLY_FD) {
        struct MHD_Response *made = MHD_create_response_from_fd64((uint64_t)reply->fd_size, reply->fd);
        r->sent_bytes = reply->fd_size;
        if (made)
            reply->fd = -1;
        return made;
    }
    /* The bytes live in the request, which outlives the response. The library promises not to write to them. */
    union {
        const char *in;
        void *out;
    } bytes = {.in = body.len > 0 ? body.ptr : ""};
    return MHD_create_response_from_buffer(body.len, bytes.out, MHD_RESPMEM_PERSISTENT);
}

static void add_headers(struct req *r, struct MHD_Response *response, const char *etag)
{
    struct reply *reply = &r->reply;
    bool cache = false;
    for (int i = 0; i < reply->n_headers; i++) {
        add(response, reply->headers[i].key.ptr, reply->headers[i].value.ptr);
        cache |= strcasecmp(reply->headers[i].key.ptr, "Cache-Control") == 0;
    }
    if (etag)
        add(response, "ETag", etag);
    if (!cache)
        add(response, "Cache-Control", etag ? "private, no-cache" : "no-store");
    if ((reply->kind == REPLY_BYTES || reply->kind == REPLY_FD || reply->kind == REPLY_STREAM) && reply->media_type)
        add(response, "Content-Type", reply->media_type);
    add(response, "X-Request-Id", r->id);
    const bool print = reply->kind == REPLY_BYTES && reply->media_type &&
                       !strncmp(reply->media_type, "text/html", strlen("text/html"));
    security_headers(response, print ? HEAD_PRINT : HEAD_API);
    if (r->close_after || atomic_load_explicit(&r->h->phase, memory_order_relaxed) != PHASE_RUN)
        add(response, "Connection", "close");
}

static void check_reply(struct req *r)
{
    struct reply *reply = &r->reply;
    if (!reply->bad && sb_rc(&reply->sb) == RC_OK)
        return;
    struct fail f = {.msg = MSG_http_failed};
    fail_detail(&f, "%s",
                reply->bad ? "a reply header or cookie was refused" : "the reply is over HTTP_REPLY_BYTES_MAX");
    reply_problem(r, RC_INTERNAL, &f);
}

/* How long the client may take to read the reply. */
static void set_send_deadline(struct req *r)
{
    int64_t may_us = (int64_t)r->h->o.request_ms * 1000 + r->sent_bytes * 1000000 / HTTP_BYTES_PER_S_MIN;
    atomic_store_explicit(&r->conn->deadline_us, r->streaming ? 0 : clock_mono_us() + may_us, memory_order_relaxed);
}

static enum MHD_Result queue(struct req *r, int status, struct MHD_Response *response)
{
    r->sent_status = status;
    r->stage = STAGE_SENT;
    set_send_deadline(r);
    return MHD_queue_response(r->mhd, (unsigned)status, response);
}

enum MHD_Result reply_send(struct req *r)
{
    struct reply *reply = &r->reply;
    if (reply->kind == REPLY_STATIC) {
        bool sent = static_send(r, r->file);
        r->stage = STAGE_SENT;
        set_send_deadline(r);
        return sent ? MHD_YES : MHD_NO;
    }
    check_reply(r);
    char etag[32];
    (void)snprintf(etag, sizeof etag, "%s\"%lld\"", reply->weak ? "W/" : "", (long long)reply->version);
    int status = reply->status ? reply->status : reply->kind == REPLY_NONE ? 204 : 200;
    bool same = reply->has_version && !reply->always && status == 200 && r->get_like &&
                parts_etag_among(req_header(r, "If-None-Match"), span_of(etag));
    if (same)
        status = 304; /* the library sends no body with it, but the length that there would be */
    struct MHD_Response *response = make_response(r);
    if (!response)
        return MHD_NO;
    add_headers(r, response, reply->has_version && (status < 300 || status == 304) ? etag : NULL);
    enum MHD_Result queued = queue(r, status, response);
    MHD_destroy_response(response);
    return queued;
}

enum MHD_Result reply_send_late(struct req *r)
{
    struct sb body;
    enum phase phase = (enum phase)atomic_load(&r->h->phase);
    struct fail f = {.msg = phase == PHASE_CLOSE ? MSG_http_stopping : MSG_http_late};
    sb_init(&body, 4096);
    problem_write(RC_BUSY, &f, r->lang, r->id, &body);
    struct span text = sb_span(&body);
    union {
        const char *in;
        void *out;
    } bytes = {.in = text.ptr};
    struct MHD_Response *response = MHD_create_response_from_buffer(text.len, bytes.out, MHD_RESPMEM_MUST_COPY);
    sb_release(&body);
    if (!response)
        return MHD_NO;
    add(response, "Content-Type", "application/problem+json");
    add(response, "Cache-Control", "no-store");
    add(response, "X-Request-Id", r->id);
    add(response, "Retry-After", "1");
    add(response, "Connection", "close");
    security_headers(response, HEAD_API);
    enum MHD_Result queued = queue(r, 503, response);
    MHD_destroy_response(response);
    return queued;
}
