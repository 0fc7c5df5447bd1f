/*
 * org_oidc_fetch.c - talks with the house identity provider over HTTP: bounded in time, size and number, TLS always checked, no redirect
 * followed. What was read is kept under a lock and copied out; no lock is held while waiting for the network.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "org/org_oidc_int.h"

struct oidc_kept {
    struct sb text;
    int64_t at_us; /* monotonic; 0: nothing kept */
};
struct oidc {
    struct arena *arena;
    struct span issuer, client_id, secret; /* secret may be empty: a public client with PKCE alone */
    bool loopback;
    pthread_mutex_t lock; /* the two below */
    struct oidc_kept discovery, keys;
    _Atomic int talks;
};

enum rc oidc_new(const struct org_options *o, struct oidc **out, struct fail *f)
{
    struct span issuer = span_of(o->oidc_issuer);
    bool loopback = oidc_issuer_loopback(issuer);
    if (!oidc_url_allowed(issuer, loopback) || memchr(issuer.ptr, '?', issuer.len))
        return fail_set(f, RC_INVALID, MSG_oidc_issuer, "oidc.issuer", o->oidc_issuer, NULL);
    if (!o->oidc_client_id || !*o->oidc_client_id)
        return fail_set(f, RC_INVALID, MSG_oidc_client, "oidc.client_id", NULL);
    if (!o->public_url && !o->loopback_only)
        return fail_set(f, RC_INVALID, MSG_oidc_public_url, "public_url", NULL);
    ensure(curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
    struct arena *a = arena_new(64u << 10);
    struct oidc *p = ARENA_NEW(a, struct oidc);
    ensure(p != NULL);
    p->arena = a;
    p->issuer = span_dup(a, issuer);
    p->client_id = span_dup(a, span_of(o->oidc_client_id));
    p->secret = o->oidc_client_secret ? span_dup(a, span_of(o->oidc_client_secret)) : SPAN_NONE;
    p->loopback = loopback;
    ensure(pthread_mutex_init(&p->lock, NULL) == 0);
    sb_init(&p->discovery.text, OIDC_ANSWER_BYTES_MAX);
    sb_init(&p->keys.text, OIDC_ANSWER_BYTES_MAX);
    *out = p;
    return RC_OK;
}

void oidc_free(struct oidc *p)
{
    if (!p)
        return;
    sb_release(&p->discovery.text);
    sb_release(&p->keys.text);
    pthread_mutex_destroy(&p->lock);
    arena_free(p->arena);
}

enum rc oidc_begin(struct oidc *p, struct fail *f)
{
    if (atomic_fetch_add(&p->talks, 1) < OIDC_TALKS_MAX)
        return RC_OK;
    oidc_end(p);
    return fail_set(f, RC_BUSY, MSG_oidc_down, NULL, NULL);
}

void oidc_end(struct oidc *p)
{
    atomic_fetch_sub(&p->talks, 1);
}

void oidc_escape(struct sb *sb, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c ? c : ' '))
            sb_addc(sb, (char)c);
        else
            sb_addf(sb, "%%%02X", c);
    }
}

/* ---- one request ------------------------------------------------------------------------------------------------------------------- */

static size_t take(char *data, size_t size, size_t n, void *ctx)
{
    struct sb *body = ctx;
    sb_add(body, (struct span){data, size * n});
    return sb_rc(body) == RC_OK ? size * n : 0; /* too much: the transfer ends */
}

static void set_limits(const struct oidc *p, CURL *c)
{
    const char *schemes = p->loopback ? "http,https" : "https";
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, schemes);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)OIDC_CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)OIDC_REQUEST_MS);
    curl_easy_setopt(c, CURLOPT_MAXFILESIZE, (long)OIDC_ANSWER_BYTES_MAX);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "yiti");
    if (p->loopback)
        curl_easy_setopt(c, CURLOPT_PROXY, "");
}

struct talk {
    const char *url, *form; /* form NULL: GET */
    const char *user_password;
    long status;
};

/* RC_OK with the answer's status and body, whatever the status; RC_BUSY: no answer within the limits. */
static enum rc fetch(const struct oidc *p, struct talk *t, struct sb *body, struct fail *f)
{
    CURL *c = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    ensure(c && headers);
    set_limits(p, c);
    curl_easy_setopt(c, CURLOPT_URL, t->url);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, body);
    if (t->form)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->form);
    if (t->user_password) {
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERPWD, t->user_password);
    }
    CURLcode code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &t->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    if (code == CURLE_OK)
        return RC_OK;
    log_event(LOG_WARN, "oidc.unreachable", LS("why", curl_easy_strerror(code)), LEND);
    enum rc rc = fail_set(f, RC_BUSY, MSG_oidc_down, NULL, NULL);
    fail_detail(f, "oidc: %s", curl_easy_strerror(code));
    return rc;
}

static enum rc not_readable(struct fail *f, const char *what)
{
    char why[sizeof f->detail];
    snprintf(why, sizeof why, "%s", f->detail);
    log_event(LOG_WARN, "oidc.unreadable", LS("what", what), LS("why", why), LEND);
    enum rc rc = fail_set(f, RC_BUSY, MSG_oidc_down, NULL, NULL);
    fail_detail(f, "%.40s: %.190s", what, why);
    return rc;
}

/* ---- what is kept -------------------------------------------------------------------------------------------------------------------- */

static bool kept_get(struct oidc *p, struct oidc_kept *kept, int64_t max_age_us, struct arena *a, struct span *out)
{
    *out = SPAN_NONE;
    (void)pthread_mutex_lock(&p->lock);
    if (kept->at_us && clock_mono_us() - kept->at_us < max_age_us)
        *out = span_dup(a, sb_span(&kept->text));
    (void)pthread_mutex_unlock(&p->lock);
    return out->ptr != NULL;
}

static void kept_put(struct oidc *p, struct oidc_kept *kept, struct span text)
{
    (void)pthread_mutex_lock(&p->lock);
    sb_clear(&kept->text);
    sb_add(&kept->text, text);
    kept->at_us = sb_rc(&kept->text) == RC_OK ? clock_mono_us() : 0;
    (void)pthread_mutex_unlock(&p->lock);
}

static enum rc get_text(struct oidc *p, struct arena *a, const char *url, const char *what, struct span *out,
                        struct fail *f)
{
    struct sb body;
    struct talk t = {.url = url};
    sb_init(&body, OIDC_ANSWER_BYTES_MAX);
    enum rc rc = fetch(p, &t, &body, f);
    if (rc == RC_OK && t.status != 200) {
        fail_detail(f, "status %ld", t.status);
        rc = not_readable(f, what);
    }
    if (rc == RC_OK) {
        *out = span_dup(a, sb_span(&body));
        if (!out->ptr)
            rc = not_readable(f, what);
    }
    sb_release(&body);
    return rc;
}

enum rc oidc_discover(struct oidc *p, struct arena *a, struct oidc_discovery *out, struct fail *f)
{
    struct span text = SPAN_NONE;
    struct sb url;
    if (kept_get(p, &p->discovery, OIDC_CACHE_US, a, &text))
        return oidc_discovery_read(a, text, p->issuer, out, f);
    sb_init(&url, 2048);
    sb_add(&url, p->issuer);
    if (span_ends(p->issuer, SPAN("/")))
        url.len--; /* Discovery 4.1: a slash at the end is taken off first */
    sb_adds(&url, "/.well-known/openid-configuration");
    enum rc rc = get_text(p, a, span_cstr(a, sb_span(&url)), "configuration", &text, f);
    sb_release(&url);
    if (rc != RC_OK)
        return rc;
    rc = oidc_discovery_read(a, text, p->issuer, out, f);
    if (rc != RC_OK)
        return not_readable(f, "configuration");
    kept_put(p, &p->discovery, text);
    return RC_OK;
}

enum rc oidc_keys(struct oidc *p, struct arena *a, const struct oidc_discovery *d, bool fresh, struct span *key_set,
                  struct fail *f)
{
    if (kept_get(p, &p->keys, fresh ? OIDC_KEYS_AGAIN_US : OIDC_CACHE_US, a, key_set))
        return RC_OK;
    json_t *doc = NULL;
    enum rc rc = get_text(p, a, span_cstr(a, d->jwks_uri), "keys", key_set, f);
    if (rc != RC_OK)
        return rc;
    if (json_read(a, *key_set, &doc, f) != RC_OK || !json_is_array(json_object_get(doc, "keys")))
        return not_readable(f, "keys");
    kept_put(p, &p->keys, *key_set);
    return RC_OK;
}

/* ---- the code ------------------------------------------------------------------------------------------------------------------------ */

static void form_add(struct sb *form, const char *name, struct span value)
{
    sb_addf(form, "%s%s=", form->len ? "&" : "", name);
    oidc_escape(form, value);
}

static enum rc token_read(struct arena *a, long status, struct span body, struct span *id_token, struct fail *f)
{
    json_t *doc = NULL;
    struct span token = SPAN_NONE;
    if (status >= 500)
        return fail_set(f, RC_BUSY, MSG_oidc_down, NULL, NULL);
    if (status == 200 && json_read(a, body, &doc, f) == RC_OK && json_is_object(doc) &&
        json_get_text(doc, "id_token", JSON_REQUIRED, OIDC_TOKEN_BYTES_MAX, &token, f) == RC_OK) {
        *id_token = token;
        return RC_OK;
    }
    log_event(LOG_WARN, "oidc.code_refused", LI("status", status), LEND);
    return fail_set(f, RC_SIGN_IN, MSG_oidc_failed, NULL, NULL);
}

enum rc oidc_redeem(struct oidc *p, struct arena *a, const struct oidc_discovery *d, const struct oidc_exchange *x,
                    struct span *id_token, struct fail *f)
{
    struct sb form, user, body;
    sb_init(&form, 32u << 10);
    sb_init(&user, 4096);
    sb_init(&body, OIDC_ANSWER_BYTES_MAX);
    form_add(&form, "grant_type", SPAN("authorization_code"));
    form_add(&form, "code", x->code);
    form_add(&form, "redirect_uri", x->redirect_uri);
    form_add(&form, "code_verifier", x->verifier);
    form_add(&form, "client_id", p->client_id);
    bool basic = p->secret.len && !d->post_secret;
    if (p->secret.len && d->post_secret)
        form_add(&form, "client_secret", p->secret);
    oidc_escape(&user, p->client_id); /* RFC 6749 2.3.1: both are form-encoded before they are joined */
    sb_addc(&user, ':');
    oidc_escape(&user, p->secret);
    struct talk t = {.url = span_cstr(a, d->token_endpoint), .form = span_cstr(a, sb_span(&form))};
    t.user_password = basic ? span_cstr(a, sb_span(&user)) : NULL;
    enum rc rc = sb_rc(&form) == RC_OK && t.url && t.form && (!basic || t.user_password)
                     ? fetch(p, &t, &body, f)
                     : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = token_read(a, t.status, sb_span(&body), id_token, f);
    sb_release(&form);
    sb_release(&user);
    sb_release(&body);
    return rc;
}
