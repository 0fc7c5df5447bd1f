/* org_smtp.c - hands one message to the mail server. STARTTLS that was asked for and is not offered ends the talk: nothing goes out in the clear. */
#include <curl/curl.h>
#include <string.h>

#include "base/ensure.h"
#include "base/limits.h"
#include "org/org_delivery.h"

static size_t give(char *to, size_t size, size_t n, void *ctx)
{
    struct span *const rest = ctx;
    const size_t give = rest->len < size * n ? rest->len : size * n;
    if (give > 0)
        memcpy(to, rest->ptr, give);
    *rest = span_sub(*rest, give, rest->len);
    return give;
}

struct talk {
    char url[400], from[300], to[300], why[CURL_ERROR_SIZE];
    struct span rest;
    struct curl_slist *receivers;
    struct curl_blob ca;
};

static void set_security(CURL *c, const struct mail_server *s, struct talk *t)
{
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(strcmp(s->security, "none") == 0 ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->ca_pem.len == 0)
        return;
    t->ca = (struct curl_blob){.data = NULL, .len = s->ca_pem.len, .flags = CURL_BLOB_COPY};
    memcpy(&t->ca.data, &s->ca_pem.ptr, sizeof t->ca.data);
    curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &t->ca);
}

static void set_talk(CURL *c, const struct mail_server *s, struct talk *t)
{
    curl_easy_setopt(c, CURLOPT_URL, t->url);
    set_security(c, s, t);
    if (s->user && *s->user) {
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, s->password ? s->password : "");
    }
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, t->from);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, t->receivers);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(c, CURLOPT_READDATA, &t->rest);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->rest.len);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)MAIL_SECONDS_MAX);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->why);
}

enum smtp_end smtp_send(const struct mail_server *s, const char *to, struct span message, char why[200])
{
    struct talk t = {.rest = message};
    long code = 0;
    const char *const scheme = strcmp(s->security, "tls") == 0 ? "smtps" : "smtp";
    const bool six = strchr(s->host, ':') != NULL;
    (void)snprintf(t.url, sizeof t.url, "%s://%s%s%s:%d/localhost", scheme, six ? "[" : "", s->host, six ? "]" : "",
                   s->port);
    (void)snprintf(t.from, sizeof t.from, "<%.*s>", SPAN_ARG(s->from_address));
    (void)snprintf(t.to, sizeof t.to, "<%s>", to);
    t.receivers = curl_slist_append(NULL, t.to);
    CURL *const c = curl_easy_init();
    ensure(c && t.receivers);
    set_talk(c, s, &t);
    const CURLcode done = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    curl_slist_free_all(t.receivers);
    curl_easy_cleanup(c);
    if (done == CURLE_OK)
        return SMTP_SENT;
    (void)snprintf(why, 200, "%ld %.180s", code, t.why[0] ? t.why : curl_easy_strerror(done));
    /* 5xx to the receiver or the message is final; to the sign-in it is the administrator's to mend. */
    return code >= 500 && code < 600 && done != CURLE_LOGIN_DENIED && done != CURLE_USE_SSL_FAILED ? SMTP_NEVER
                                                                                                   : SMTP_LATER;
}
