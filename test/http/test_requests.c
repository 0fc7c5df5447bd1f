/* test_requests.c - requests of every kind against a running server: a row is what is sent and what must come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "client.h"
#include "server_fixture.h"

static struct fixture fx;

struct row {
    const char *name, *method, *target, *headers, *body;
    int status;
    const char *header, *value; /* must be there; value NULL: must be absent */
    const char *has;            /* in the body */
};

#define SIGNED "Cookie: session=s1\r\nOrigin: http://yiti.test\r\n"
#define JSON_TYPE "Content-Type: application/json\r\n"

/* clang-format off */
static struct row rows[] = {
    /* replies */
    {"json with etag", "GET", "/api/v1/items/7", "", NULL, 200, "ETag", "\"12\"", "{\"id\":\"7\""},
    {"json media type", "GET", "/api/v1/items/7", "", NULL, 200, "Content-Type", "application/json", NULL},
    {"etag is revalidated, kept by nobody else", "GET", "/api/v1/items/7", "", NULL, 200, "Cache-Control", "private, no-cache", NULL},
    {"without etag nothing is stored", "GET", "/api/v1/text/a", "", NULL, 200, "Cache-Control", "no-store", NULL},
    {"route name", "GET", "/api/v1/items/7", "", NULL, 200, NULL, NULL, "\"route\":\"GET /api/v1/items/{id}\""},
    {"head has no body", "HEAD", "/api/v1/items/7", "", NULL, 200, "ETag", "\"12\"", NULL},
    {"largest id", "GET", "/api/v1/items/9223372036854775807", "", NULL, 200, NULL, NULL, "\"9223372036854775807\""},
    {"id past the range", "GET", "/api/v1/items/9223372036854775808", "", NULL, 404, NULL, NULL, "urn:yiti:problem:http_path_id"},
    {"id with sign", "GET", "/api/v1/items/+7", "", NULL, 404, NULL, NULL, "http_path_id"},
    {"id zero", "GET", "/api/v1/items/0", "", NULL, 404, NULL, NULL, "http_path_id"},
    {"id with text behind", "GET", "/api/v1/items/7x", "", NULL, 404, NULL, NULL, "http_path_id"},
    {"parameter is decoded", "GET", "/api/v1/text/%E6%9D%AD%2F1", "", NULL, 200, NULL, NULL, "\"name\":\"杭/1\""},
    {"plus stays in a path", "GET", "/api/v1/text/a+b", "", NULL, 200, NULL, NULL, "\"a+b\""},
    {"plus is a blank in a query", "GET", "/api/v1/text/a?q=a+b%2B", "", NULL, 200, NULL, NULL, "\"q\":\"a b+\""},
    {"fixed end of a segment", "GET", "/api/v1/text/abc.csv", "", NULL, 200, "Content-Type", "text/csv; charset=utf-8", "abc"},
    {"download name", "GET", "/api/v1/text/abc.csv", "", NULL, 200, "Content-Disposition",
     "attachment; filename=\"__ _2011_.csv\"; filename*=UTF-8''%E6%9D%AD%E5%B7%9E%20%222011%22.csv", NULL},
    {"nothing before the fixed end is the bare parameter", "GET", "/api/v1/text/.csv", "", NULL, 200, NULL, NULL, "\".csv\""},
    {"literal before parameter, from a file", "GET", "/api/v1/text/fixed", "", NULL, 200, "Content-Length", "10", "0123456789"},
    {"echo", "POST", "/api/v1/echo", "", "a body", 201, NULL, NULL, "a body"},
    {"empty body", "POST", "/api/v1/echo", "", "", 201, "Content-Length", "0", NULL},
    {"absolute form", "GET", "http://yiti.test/api/v1/items/7", "", NULL, 200, NULL, NULL, "\"path\":\"/api/v1/items/7\""},
    {"api answers run nothing", "GET", "/api/v1/items/7", "", NULL, 200, "Content-Security-Policy",
     "default-src 'none'; frame-ancestors 'none'; sandbox", NULL},
    {"no sniffing", "GET", "/api/v1/items/7", "", NULL, 200, "X-Content-Type-Options", "nosniff", NULL},
    /* conditions */
    {"304 strong", "GET", "/api/v1/items/7", "If-None-Match: \"12\"\r\n", NULL, 304, "ETag", "\"12\"", NULL},
    {"304 weak in a list", "GET", "/api/v1/items/7", "If-None-Match: \"x\", W/\"12\"\r\n", NULL, 304, NULL, NULL, NULL},
    {"304 star", "GET", "/api/v1/items/7", "If-None-Match: *\r\n", NULL, 304, NULL, NULL, NULL},
    {"other etag", "GET", "/api/v1/items/7", "If-None-Match: \"13\"\r\n", NULL, 200, NULL, NULL, NULL},
    {"428", "PUT", "/api/v1/items/7", "", "x", 428, NULL, NULL, "http_if_match_missing"},
    {"412", "PUT", "/api/v1/items/7", "If-Match: \"11\"\r\n", "x", 412, NULL, NULL, "\"status\":412"},
    {"if-match agrees", "PUT", "/api/v1/items/7", "If-Match: \"12\"\r\n", "x", 204, "ETag", "\"13\"", NULL},
    {"if-match weakened by a proxy", "PUT", "/api/v1/items/7", "If-Match: W/\"12\"\r\n", "x", 204, NULL, NULL, NULL},
    {"if-match of somebody else", "PUT", "/api/v1/items/7", "If-Match: \"abc\"\r\n", "x", 422, NULL, NULL, "\"field\":\"If-Match\""},
    /* routes */
    {"no such path", "GET", "/api/v1/nothing", "", NULL, 404, NULL, NULL, "http_no_route"},
    {"api does not fall back to the page", "GET", "/api/v1/nothing", "Accept: text/html\r\n", NULL, 404, NULL, NULL, NULL},
    {"double slash is no path", "GET", "/api//v1/items/7", "", NULL, 404, NULL, NULL, NULL},
    {"slash behind is no path", "GET", "/api/v1/items/7/", "", NULL, 404, NULL, NULL, NULL},
    {"405", "DELETE", "/api/v1/items/7", "", NULL, 405, "Allow", "GET, HEAD, PUT, OPTIONS", "http_method"},
    {"405 for an unknown method", "BREW", "/api/v1/items/7", "", NULL, 405, "Allow", "GET, HEAD, PUT, OPTIONS", NULL},
    {"405 on a page", "POST", "/api/v1/items", "", "x", 405, "Allow", "GET, HEAD, OPTIONS", NULL},
    {"options", "OPTIONS", "/api/v1/items/7", "", NULL, 204, "Allow", "GET, HEAD, PUT, OPTIONS", NULL},
    /* query */
    {"list defaults", "GET", "/api/v1/items", "", NULL, 200, NULL, NULL, "\"limit\":50,\"unit\":\"0\",\"size\":3,\"due_on\":null,\"after\":\"-\""},
    {"list all", "GET", "/api/v1/items?limit=500&unit=9&size=9&due_on=2024-02-29", "", NULL, 200, NULL, NULL,
     "\"limit\":500,\"unit\":\"9\",\"size\":9,\"due_on\":\"2024-02-29\""},
    {"limit over", "GET", "/api/v1/items?limit=501", "", NULL, 422, NULL, NULL, "\"field\":\"limit\""},
    {"limit zero", "GET", "/api/v1/items?limit=0", "", NULL, 422, NULL, NULL, "http_query_number"},
    {"limit empty", "GET", "/api/v1/items?limit=", "", NULL, 422, NULL, NULL, NULL},
    {"not an id", "GET", "/api/v1/items?unit=-9", "", NULL, 422, NULL, NULL, "\"field\":\"unit\""},
    {"no such day", "GET", "/api/v1/items?due_on=2023-02-29", "", NULL, 422, NULL, NULL, "http_query_date"},
    {"unknown key", "GET", "/api/v1/items?units=9", "", NULL, 422, NULL, NULL, "\"field\":\"units\""},
    {"key twice", "GET", "/api/v1/items?unit=9&unit=8", "", NULL, 400, NULL, NULL, "http_query_twice"},
    {"page key back", "GET", "/api/v1/items?after=MjAxMS0wNi0zMCDnlLIANzc", "", NULL, 200, NULL, NULL, "\"after\":\"2011-06-30 甲\",\"after_id\":\"77\""},
    {"page key made", "GET", "/api/v1/items", "", NULL, 200, NULL, NULL, "\"next\":\"MjAxMS0wNi0zMCDnlLIANzc\""},
    {"next page keeps the query", "GET", "/api/v1/items?unit=9&after=MjAxMS0wNi0zMCDnlLIANzc&size=4", "", NULL, 200, "Link",
     "</api/v1/items?after=MjAxMS0wNi0zMCDnlLIANzc&unit=9&size=4>; rel=\"next\"", NULL},
    {"page key of another list", "GET", "/api/v1/items?after=NzcAAA", "", NULL, 422, NULL, NULL, "http_after"},
    {"page key not base64", "GET", "/api/v1/items?after=%21", "", NULL, 422, NULL, NULL, "http_after"},
    {"query escape", "GET", "/api/v1/text/a?q=%4", "", NULL, 400, NULL, NULL, "http_escape"},
    {"query zero byte", "GET", "/api/v1/text/a?q=%00", "", NULL, 400, NULL, NULL, "http_text"},
    {"query not utf-8", "GET", "/api/v1/text/a?q=%FF", "", NULL, 400, NULL, NULL, "http_text"},
    /* paths that lie */
    {"path escape", "GET", "/api/v1/text/%zz", "", NULL, 400, NULL, NULL, "http_escape"},
    {"path escape cut short", "GET", "/api/v1/text/a%2", "", NULL, 400, NULL, NULL, "http_escape"},
    {"path zero byte", "GET", "/api/v1/text/a%00b", "", NULL, 400, NULL, NULL, "http_text"},
    {"path overlong utf-8", "GET", "/api/v1/text/%C0%AF", "", NULL, 400, NULL, NULL, "http_text"},
    {"path surrogate", "GET", "/api/v1/text/%ED%A0%80", "", NULL, 400, NULL, NULL, "http_text"},
    {"path control", "GET", "/api/v1/text/a%0Ab", "", NULL, 400, NULL, NULL, "http_text"},
    {"traversal", "GET", "/assets/../../etc/passwd", "", NULL, 400, NULL, NULL, "http_dots"},
    {"traversal escaped", "GET", "/assets/%2e%2e/index.html", "", NULL, 400, NULL, NULL, "http_dots"},
    {"traversal with escaped slash", "GET", "/assets/..%2f..%2fetc", "", NULL, 404, NULL, NULL, NULL},
    {"blank in the target", "GET", "/api/v1/text/a b", "", NULL, 400, NULL, NULL, "http_text"},
    {"17 segments", "GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "", NULL, 404, NULL, NULL, NULL},
    /* bodies */
    {"json", "POST", "/api/v1/json", JSON_TYPE, "{\"name\":\"杭州\"}", 200, NULL, NULL, "{\"name\":\"杭州\"}"},
    {"json with charset", "POST", "/api/v1/json", "Content-Type: Application/JSON; charset=utf-8\r\n", "{\"name\":\"a\"}", 200, NULL, NULL, NULL},
    {"json as a form", "POST", "/api/v1/json", "Content-Type: text/plain\r\n", "{\"name\":\"a\"}", 415, NULL, NULL, "http_media"},
    {"json without type", "POST", "/api/v1/json", "", "{\"name\":\"a\"}", 415, NULL, NULL, NULL},
    {"json broken", "POST", "/api/v1/json", JSON_TYPE, "{\"name\":", 400, NULL, NULL, "\"status\":400"},
    {"json array", "POST", "/api/v1/json", JSON_TYPE, "[]", 422, NULL, NULL, "http_json_object"},
    {"json field missing", "POST", "/api/v1/json", JSON_TYPE, "{}", 422, NULL, NULL, "\"field\":\"name\""},
    {"spool", "POST", "/api/v1/spool", "", "abc", 200, NULL, NULL, "{\"size\":3,\"sum\":294,\"in_memory\":0}"},
    {"spool of nothing", "POST", "/api/v1/spool", "", "", 200, NULL, NULL, "\"size\":0"},
    /* who */
    {"401", "POST", "/api/v1/mine", "", "x", 401, "WWW-Authenticate", "Bearer realm=\"yiti\"", "http_sign_in"},
    {"signed in", "POST", "/api/v1/mine", SIGNED, "x", 201, NULL, NULL, "x"},
    {"token needs no origin", "POST", "/api/v1/mine", "Authorization: Bearer t1\r\n", "x", 201, NULL, NULL, NULL},
    {"cookie from another site", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: http://evil.test\r\n", "x", 403, NULL, NULL, "http_origin"},
    {"cookie from another scheme", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: https://yiti.test\r\n", "x", 403, NULL, NULL, NULL},
    {"cookie from another port", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: http://yiti.test:81\r\n", "x", 403, NULL, NULL, NULL},
    {"default port may stand", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: http://yiti.test:80\r\n", "x", 201, NULL, NULL, NULL},
    {"origin null", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: null\r\n", "x", 403, NULL, NULL, NULL},
    {"cookie without origin", "POST", "/api/v1/mine", "Cookie: session=s1\r\n", "x", 403, NULL, NULL, "http_origin_missing"},
    {"cookie with our referer", "POST", "/api/v1/mine", "Cookie: session=s1\r\nReferer: http://yiti.test/page\r\n", "x", 201, NULL, NULL, NULL},
    {"sign-in from another site", "POST", "/api/v1/session", "Origin: http://evil.test\r\n", "x", 403, NULL, NULL, NULL},
    {"configured origin", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: https://other.test\r\n", "x", 201, NULL, NULL, NULL},
    {"configured with a slash", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: https://slash.test\r\n", "x", 201, NULL, NULL, NULL},
    {"configured is not a prefix", "POST", "/api/v1/mine", "Cookie: session=s1\r\nOrigin: https://slash.test.evil\r\n", "x", 403, NULL, NULL, NULL},
    {"route without origin check", "POST", "/api/v1/machine", "Cookie: session=s1\r\n", "x", 201, NULL, NULL, NULL},
    {"reading needs no origin", "GET", "/api/v1/audit", "Cookie: session=s1\r\n", NULL, 200, NULL, NULL, NULL},
    {"right lacking", "GET", "/api/v1/audit", "Cookie: session=s2\r\n", NULL, 403, NULL, NULL, "http_forbidden"},
    {"session among cookies", "GET", "/api/v1/audit", "Cookie: a=b; xsession=s2; session=s1; c=d\r\n", NULL, 200, NULL, NULL, NULL},
    {"cookie set", "POST", "/api/v1/session", "", "x", 204, "Set-Cookie", "session=s1; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict", NULL},
    {"forwarded by nobody we trust", "GET", "/api/v1/items/7", "X-Forwarded-For: 1.2.3.4\r\n", NULL, 200, NULL, NULL,
     "\"address\":\"127.0.0.1\",\"loopback\":false"},
    {"loopback", "GET", "/api/v1/items/7", "", NULL, 200, NULL, NULL, "\"address\":\"127.0.0.1\",\"loopback\":true,\"secure\":false"},
    /* languages */
    {"chinese unless told", "GET", "/api/v1/nothing", "", NULL, 404, NULL, NULL, "\"title\":\"没有找到\""},
    {"english by header", "GET", "/api/v1/nothing", "Accept-Language: fr, en-GB;q=0.8, zh;q=0.5\r\n", NULL, 404, NULL, NULL, "\"title\":\"Not found\""},
    {"chinese by weight", "GET", "/api/v1/nothing", "Accept-Language: en;q=0.2, zh-CN\r\n", NULL, 404, NULL, NULL, "没有找到"},
    {"cookie before header", "GET", "/api/v1/nothing", "Accept-Language: zh\r\nCookie: yiti_lang=en\r\n", NULL, 404, NULL, NULL, "Not found"},
    {"query before cookie", "GET", "/api/v1/nothing?lang=zh", "Cookie: yiti_lang=en\r\n", NULL, 404, NULL, NULL, "没有找到"},
    {"problem media type", "GET", "/api/v1/nothing", "", NULL, 404, "Content-Type", "application/problem+json", "\"request_id\":\""},
    /* large replies from the pool */
    {"large plain", "GET", "/api/v1/long", "", NULL, 200, "Content-Encoding", NULL, ",1998,1999]"},
    {"large varies", "GET", "/api/v1/long", "", NULL, 200, "Vary", "Accept-Encoding", NULL},
    {"large gzip", "GET", "/api/v1/long", "Accept-Encoding: gzip\r\n", NULL, 200, "Content-Encoding", "gzip", "\x1f\x8b"},
    {"large gzip has a weak etag", "GET", "/api/v1/long", "Accept-Encoding: gzip\r\n", NULL, 200, "ETag", "W/\"5\"", NULL},
    {"large gzip again", "GET", "/api/v1/long", "Accept-Encoding: gzip\r\nIf-None-Match: W/\"5\"\r\n", NULL, 304, "ETag", "W/\"5\"", NULL},
    {"gzip refused", "GET", "/api/v1/long", "Accept-Encoding: gzip;q=0, br\r\n", NULL, 200, "Content-Encoding", NULL, ",1998,1999]"},
    {"small is not compressed", "GET", "/api/v1/slow", "Accept-Encoding: gzip\r\n", NULL, 200, "Content-Encoding", NULL, "pool"},
    /* faults of ours */
    {"internal detail stays inside", "GET", "/api/v1/fail", "", NULL, 500, NULL, NULL, "\"type\":\"urn:yiti:problem:http_failed\""},
    {"header splitting", "GET", "/api/v1/bad-header", "", NULL, 500, "X-Bad", NULL, "http_failed"},
    {"reply too big", "GET", "/api/v1/too-big", "", NULL, 500, NULL, NULL, "http_failed"},
    /* pages */
    {"root is the index", "GET", "/", "", NULL, 200, "Content-Type", "text/html; charset=utf-8", "index"},
    {"index is revalidated", "GET", "/", "", NULL, 200, "Cache-Control", "no-cache", NULL},
    {"page of the app", "GET", "/outlines/7", "Accept: text/html,*/*;q=0.8\r\n", NULL, 200, NULL, NULL, "index"},
    {"missing script is no page", "GET", "/assets/gone.js", "Accept: */*\r\n", NULL, 404, NULL, NULL, NULL},
    {"script plain", "GET", "/assets/a-1f.js", "", NULL, 200, "Content-Encoding", NULL, "let a = 1;"},
    {"script brotli", "GET", "/assets/a-1f.js", "Accept-Encoding: gzip, deflate, br\r\n", NULL, 200, "Content-Encoding", "br", "br bytes"},
    {"script gzip", "GET", "/assets/a-1f.js", "Accept-Encoding: gzip\r\n", NULL, 200, "Content-Encoding", "gzip", "gzip bytes"},
    {"brotli refused", "GET", "/assets/a-1f.js", "Accept-Encoding: br;q=0, gzip;q=0.5\r\n", NULL, 200, "Content-Encoding", "gzip", NULL},
    {"anything", "GET", "/assets/a-1f.js", "Accept-Encoding: *\r\n", NULL, 200, "Content-Encoding", "br", NULL},
    {"gzip liked better", "GET", "/assets/a-1f.js", "Accept-Encoding: br;q=0.1, gzip\r\n", NULL, 200, "Content-Encoding", "gzip", NULL},
    {"only gzip there", "GET", "/assets/only-gz.js", "Accept-Encoding: br, gzip;q=0.1\r\n", NULL, 200, "Content-Encoding", "gzip", NULL},
    {"varies", "GET", "/assets/a-1f.js", "", NULL, 200, "Vary", "Accept-Encoding", NULL},
    {"immutable", "GET", "/assets/a-1f.js", "", NULL, 200, "Cache-Control", "public, max-age=31536000, immutable", NULL},
    {"etag by coding", "GET", "/assets/a-1f.js", "Accept-Encoding: br\r\n", NULL, 200, "ETag", "\"s1-br\"", NULL},
    {"304 by coding", "GET", "/assets/a-1f.js", "Accept-Encoding: br\r\nIf-None-Match: \"s1-br\"\r\n", NULL, 304, "ETag", "\"s1-br\"", NULL},
    {"304 tells the length that there would be", "GET", "/assets/a-1f.js", "Accept-Encoding: br\r\nIf-None-Match: *\r\n", NULL, 304,
     "Content-Length", "8", NULL},
    {"etag of another coding", "GET", "/assets/a-1f.js", "If-None-Match: \"s1-br\"\r\n", NULL, 200, NULL, NULL, "let a = 1;"},
    {"head of a page", "HEAD", "/", "", NULL, 200, "Content-Length", "27", NULL},
    {"post to a page", "POST", "/", "", "x", 404, NULL, NULL, NULL},
    {"name with escapes", "GET", "/%E5%9B%BE.svg", "", NULL, 200, "Content-Type", "image/svg+xml", "<!d"},
    {"empty file", "GET", "/empty.txt", "", NULL, 200, "Content-Length", "0", NULL},
    {"no inline script", "GET", "/", "", NULL, 200, "Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
     "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; object-src 'none'; "
     "frame-ancestors 'none'", NULL},
    {"opener policy", "GET", "/", "", NULL, 200, "Cross-Origin-Opener-Policy", "same-origin", NULL},
    {"referrer policy", "GET", "/", "", NULL, 200, "Referrer-Policy", "no-referrer", NULL},
    /* our own */
    {"healthz", "GET", "/healthz", "", NULL, 200, NULL, NULL, "ok"},
    {"readyz", "GET", "/readyz", "", NULL, 200, NULL, NULL, "ready"},
    {"metrics", "GET", "/metrics", "", NULL, 200, NULL, NULL, "yiti_http_requests_total{route=\"GET /api/v1/items/{id}\",status=\"2xx\"}"},
    {"metrics of the app", "GET", "/metrics", "", NULL, 200, NULL, NULL, "yiti_test_total 7"},
    {"metrics are not for strangers", "GET", "/metrics", "X-Forwarded-For: 8.8.8.8\r\n", NULL, 404, NULL, NULL, NULL},
};
/* clang-format on */

static void row_holds(void **state)
{
    const struct row *row = *state;
    struct answer a;
    answer_init(&a);
    struct span body = row->body ? (struct span){row->body, strlen(row->body)} : SPAN_NONE;
    int status = ask_once(fx.port, &a, row->method, row->target, row->headers, body);
    if (status != row->status || (row->has && !answer_has(&a, row->has)))
        print_message("%.*s%.*s\n", SPAN_ARG(sb_span(&a.head)), SPAN_ARG(sb_span(&a.body)));
    assert_int_equal(status, row->status);
    if (row->header && row->value) {
        struct span value = answer_header(&a, row->header);
        if (!span_is(value, row->value))
            print_message("%s: %.*s\n", row->header, SPAN_ARG(value));
        assert_true(span_is(value, row->value));
    } else if (row->header) {
        assert_null(answer_header(&a, row->header).ptr);
    }
    if (row->has)
        assert_true(answer_has(&a, row->has));
    assert_false(answer_has(&a, "secret"));
    answer_release(&a);
}

static int start(void **state)
{
    static const char *const origins[] = {"https://other.test", "https://slash.test/", NULL};
    (void)state;
    log_setup(LOG_ERROR + 1, LOG_HUMAN);
    struct http_options o = {.rate_per_s = -1, .rate_public_form_per_min = -1, .origins = origins};
    fixture_start(&fx, &o);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fx, 5);
    fixture_end(&fx);
    return 0;
}

int main(void)
{
    enum { N = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[N];
    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name, .test_func = row_holds, .initial_state = &rows[i]};
    return _cmocka_run_group_tests("http requests", tests, N, start, stop);
}
