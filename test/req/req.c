/* req.c - the fixture of req.h: starts the server, signs people in, asks, looks into answers. */
#include "req.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sb.h"

#define PEOPLE_MAX 16
#define KEPT_MAX 4096
#define BODY_MAX (32u << 20)
#define START_S 30

struct person {
    const char *as; /* NULL: without an account */
    CURL *curl;     /* holds the session cookie */
};
struct fx {
    char folder[64], data[80], origin[64];
    pid_t server;
    FILE *records; /* every answer, one JSON a line; test/app/answers.py judges them at the end */
    struct person people[PEOPLE_MAX];
    int n_people;
    char if_match[32]; /* "": none */
    json_t *answers[KEPT_MAX];
    int n_answers;
    char *texts[KEPT_MAX];
    int n_texts;
};

static char *keep_text(struct fx *fx, char *text)
{
    assert_non_null(text);
    assert_in_range(fx->n_texts, 0, KEPT_MAX - 1);
    return fx->texts[fx->n_texts++] = text;
}

/* ---- the server ------------------------------------------------------------------------------------------------------------- */

static const char *binary(void)
{
    const char *path = getenv("YITI_BINARY");
    if (!path)
        fail_msg("YITI_BINARY must name the program under test; `meson test` sets it");
    return path;
}

static pid_t spawn(struct fx *fx, const char *const *argv, int out)
{
    char log[96];
    (void)snprintf(log, sizeof(log), "%s/log", fx->folder);
    const pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "r", stdin) || !freopen(log, "a", stderr) || dup2(out < 0 ? 2 : out, 1) < 0)
            _exit(126);
        (void)setenv("LC_ALL", "C.UTF-8", 1);
        execv(argv[0], (char *const *)(uintptr_t)argv); /* execv writes none of them; its type is older than const */
        _exit(127);
    }
    return pid;
}

static void show_log(struct fx *fx)
{
    char log[96], line[1024];
    (void)snprintf(log, sizeof(log), "%s/log", fx->folder);
    FILE *f = fopen(log, "r");
    while (f && fgets(line, sizeof(line), f))
        (void)fputs(line, stderr);
    if (f)
        (void)fclose(f);
}

int req_start(void **state)
{
    struct fx *fx = calloc(1, sizeof(*fx));
    char line[256] = "", *port;
    int out[2];
    (void)snprintf(fx->folder, sizeof(fx->folder), "/tmp/yiti-req-XXXXXX");
    if (!mkdtemp(fx->folder) || pipe(out) != 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return -1;
    char records[96];
    (void)snprintf(records, sizeof(records), "%s/answers", fx->folder);
    fx->records = fopen(records, "w");
    if (!fx->records)
        return -1;
    (void)snprintf(fx->data, sizeof(fx->data), "%s/data", fx->folder);
    const char *argv[] = {binary(),      "serve",  "--data", fx->data,          "--listen",
                          "127.0.0.1:0", "--lang", "en",     "--demonstration", NULL};
    fx->server = spawn(fx, argv, out[1]);
    (void)close(out[1]);
    FILE *in = fdopen(out[0], "r");
    const bool said = in && fgets(line, sizeof(line), in);
    if (in)
        (void)fclose(in);
    port = said ? strstr(line, "http://") : NULL;
    if (!port) {
        show_log(fx);
        return -1;
    }
    (void)snprintf(fx->origin, sizeof(fx->origin), "%.*s", (int)strcspn(port, " \n"), port);
    *state = fx;
    return 0;
}

/* Ends the server and proves its data: journal, rows, files. */
static bool ended_well(struct fx *fx)
{
    const char *argv[] = {binary(), "verify", "--data", fx->data, NULL};
    int code = -1, verified = -1;
    (void)kill(fx->server, SIGTERM);
    (void)waitpid(fx->server, &code, 0);
    const pid_t pid = spawn(fx, argv, -1);
    (void)waitpid(pid, &verified, 0);
    if (code != 0 || verified != 0)
        print_error("the server ended with %d, verify with %d\n", code, verified);
    return code == 0 && verified == 0;
}

/* Beside the program under test: one file a test, read by the count of all operations. */
static char *answers_folder(struct fx *fx)
{
    const char *end = strrchr(binary(), '/');
    char folder[512];
    (void)snprintf(folder, sizeof(folder), "%.*sanswers", end ? (int)(end - binary()) + 1 : 0, binary());
    return keep_text(fx, strdup(folder));
}

/* Holds what the server answered to api/openapi.yaml; the judge says itself what is wrong. */
static bool answered_as_described(struct fx *fx)
{
    char records[96], judge[512];
    const char *script = getenv("YITI_JUDGE");
    int code = -1;
    (void)snprintf(records, sizeof(records), "%s/answers", fx->folder);
    (void)snprintf(judge, sizeof(judge), "%s", script ? script : "test/app/answers.py");
    const char *argv[] = {"python3", judge, "judge", records, program_invocation_short_name, answers_folder(fx), NULL};
    (void)fclose(fx->records);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(2, 1); /* cmocka's own lines go to 1 */
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    (void)waitpid(pid, &code, 0);
    return code == 0;
}

int req_stop(void **state)
{
    struct fx *fx = *state;
    char command[96];
    for (int i = 0; i < fx->n_people; i++) /* first: the server lets open connections end in peace */
        curl_easy_cleanup(fx->people[i].curl);
    curl_global_cleanup();
    const bool well = ended_well(fx);
    if (!well)
        show_log(fx);
    const bool good = answered_as_described(fx) && well;
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", fx->folder);
    const int gone = system(command);
    free(fx);
    return good && gone == 0 ? 0 : -1;
}

int req_test_done(void **state)
{
    struct fx *fx = *state;
    while (fx->n_answers)
        json_decref(fx->answers[--fx->n_answers]);
    while (fx->n_texts)
        free(fx->texts[--fx->n_texts]);
    fx->if_match[0] = 0;
    return 0;
}

/* ---- requests --------------------------------------------------------------------------------------------------------------- */

struct ask {
    const char *method, *path;
    const char *body; /* NULL: none */
    const char *type;
    const char *lang;     /* "en" unless a refusal is asked for again */
    const char *if_match; /* "": none */
    size_t size;          /* of the body; 0: to its zero */
};

static size_t take(char *bytes, size_t one, size_t n, void *out)
{
    sb_add(out, (struct span){bytes, one * n});
    return one * n;
}

static json_t *keep(struct fx *fx, json_t *answer)
{
    assert_in_range(fx->n_answers, 0, KEPT_MAX - 1);
    return fx->answers[fx->n_answers++] = answer;
}

/* One line of the records. both: the next line is the same request in Chinese. */
static void record(struct fx *fx, CURL *curl, const struct ask *q, const struct sb *body, bool both)
{
    long code = 0;
    const char *media = NULL;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &media);
    const bool json = media && strstr(media, "json");
    const bool api = q->path[0] != '~';
    json_t *line = json_pack("{s:s, s:s+, s:i, s:s, s:s%, s:s, s:b}", "method", q->method, "path", api ? "/api/v1" : "",
                             q->path + !api, "status", (int)code, "media", media ? media : "", "body",
                             json && body->ptr ? body->ptr : "", json ? body->len : 0, "lang", q->lang, "both", both);
    assert_non_null(line);
    assert_int_equal(json_dumpf(line, fx->records, JSON_COMPACT), 0);
    assert_int_equal(fputc('\n', fx->records), '\n');
    json_decref(line);
}

static int perform(struct fx *fx, CURL *curl, const struct ask *q, struct sb *body)
{
    long code = 0;
    char text[512];
    struct curl_slist *head = NULL;
    (void)snprintf(text, sizeof(text), "Origin: %s", fx->origin);
    head = curl_slist_append(head, text);
    (void)snprintf(text, sizeof(text), "Content-Type: %s", q->type);
    head = curl_slist_append(head, text);
    (void)snprintf(text, sizeof(text), "Accept-Language: %s", q->lang);
    head = curl_slist_append(head, text);
    if (q->if_match[0]) {
        (void)snprintf(text, sizeof(text), "If-Match: \"%s\"", q->if_match);
        head = curl_slist_append(head, text);
    }
    const char *url =
        api_path(fx, "%s%s%s", fx->origin, q->path[0] == '~' ? "" : "/api/v1", q->path + (q->path[0] == '~'));
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (strcmp(q->method, "GET") != 0) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->body ? q->body : "");
        const size_t size = q->size ? q->size : q->body ? strlen(q->body) : 0;
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, q->method);
    const CURLcode done = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    curl_slist_free_all(head);
    if (done != CURLE_OK)
        fail_msg("%s %s: %s", q->method, q->path, curl_easy_strerror(done));
    return (int)code;
}

/* Asks; what is refused is asked for again in Chinese (a refusal stores nothing; a wrong password is counted, so not there). */
static json_t *ask(struct fx *fx, CURL *curl, struct ask *q, int *status)
{
    struct sb body, again;
    char if_match[sizeof(fx->if_match)];
    (void)snprintf(if_match, sizeof(if_match), "%s", fx->if_match);
    fx->if_match[0] = 0;
    q->if_match = if_match;
    q->lang = "en";
    sb_init(&body, BODY_MAX);
    *status = perform(fx, curl, q, &body);
    const bool both = *status >= 400 && *status < 500 && *status != 401 && *status != 429 &&
                      !strstr(q->path, "/session") && !strstr(q->path, "lang=");
    record(fx, curl, q, &body, both);
    if (both) {
        q->lang = "zh";
        sb_init(&again, BODY_MAX);
        (void)perform(fx, curl, q, &again);
        record(fx, curl, q, &again, false);
        sb_release(&again);
    }
    json_t *answer = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_REJECT_DUPLICATES, NULL);
    if (!answer)
        answer = json_stringn_nocheck(body.ptr ? body.ptr : "", body.len);
    sb_release(&body);
    return keep(fx, answer);
}

/* The person's connection; signs in the first time. */
static CURL *person(struct fx *fx, const char *as)
{
    for (int i = 0; i < fx->n_people; i++)
        if (as ? fx->people[i].as && !strcmp(fx->people[i].as, as) : !fx->people[i].as)
            return fx->people[i].curl;
    assert_in_range(fx->n_people, 0, PEOPLE_MAX - 1);
    CURL *curl = curl_easy_init();
    assert_non_null(curl);
    (void)curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
    fx->people[fx->n_people++] = (struct person){as, curl};
    if (as) {
        int status = 0;
        char kept[sizeof(fx->if_match)];
        (void)snprintf(kept, sizeof(kept), "%s", fx->if_match);
        fx->if_match[0] = 0;
        struct ask in = {.method = "POST",
                         .path = "/demo/session",
                         .body = api_path(fx, "{\"account\":\"%s\"}", as),
                         .type = "application/json"};
        json_t *answer = ask(fx, curl, &in, &status);
        expect_status(answer, status, 200);
        (void)snprintf(fx->if_match, sizeof(fx->if_match), "%s", kept);
    }
    return curl;
}

static json_t *api(struct fx *fx, const char *as, const char *method, const char *path, const char *json, int *status)
{
    char *body = json ? keep_text(fx, strdup(json)) : NULL;
    for (char *c = body; c && *c; c++)
        if (*c == '\'')
            *c = '"';
    struct ask q = {.method = method, .path = path, .body = body, .type = "application/json"};
    return ask(fx, person(fx, as), &q, status);
}

json_t *api_get(struct fx *fx, const char *as, const char *path, int *status)
{
    return api(fx, as, "GET", path, NULL, status);
}
json_t *api_post(struct fx *fx, const char *as, const char *path, const char *json, int *status)
{
    return api(fx, as, "POST", path, json, status);
}
json_t *api_put(struct fx *fx, const char *as, const char *path, const char *json, int *status)
{
    return api(fx, as, "PUT", path, json, status);
}
json_t *api_patch(struct fx *fx, const char *as, const char *path, const char *json, int *status)
{
    return api(fx, as, "PATCH", path, json, status);
}
json_t *api_delete(struct fx *fx, const char *as, const char *path, int *status)
{
    return api(fx, as, "DELETE", path, NULL, status);
}

json_t *api_upload(struct fx *fx, const char *as, const char *path, const char *type, struct span bytes, int *status)
{
    struct ask q = {.method = "POST", .path = path, .body = bytes.ptr, .type = type, .size = bytes.len};
    return ask(fx, person(fx, as), &q, status);
}

void api_if_match(struct fx *fx, json_t *answer)
{
    (void)snprintf(fx->if_match, sizeof(fx->if_match), "%lld", (long long)int_at(answer, "version"));
}

const char *api_path(struct fx *fx, const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    const int n = vasprintf(&text, fmt, args);
    va_end(args);
    assert_true(n >= 0);
    return keep_text(fx, text);
}

const char *api_encoded(struct fx *fx, const char *text)
{
    char *out = curl_easy_escape(NULL, text, 0);
    const char *kept = api_path(fx, "%s", out);
    curl_free(out);
    return kept;
}

json_t *req_import(struct fx *fx, const char *as, const char *text, int *status)
{
    struct ask q = {.method = "POST",
                    .path = "/imports?mode=live&filename=outline.txt",
                    .body = text,
                    .type = "application/octet-stream"};
    return ask(fx, person(fx, as), &q, status);
}

const char *req_outline(struct fx *fx, const char *text)
{
    int status = 0;
    json_t *import = req_import(fx, OFFICE, text, &status);
    expect_status(import, status, 201);
    api_if_match(fx, import);
    json_t *done = api_post(fx, OFFICE, api_path(fx, "/imports/%s/confirm", text_at(import, "id")),
                            "{'region_code':'990000'}", &status);
    expect_status(done, status, 200);
    return text_at(done, "outlines.0.id");
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------- */

json_t *at(json_t *answer, const char *path)
{
    char key[64];
    while (answer && *path) {
        const size_t n = strcspn(path, ".");
        assert_true(n < sizeof(key));
        (void)snprintf(key, sizeof(key), "%.*s", (int)n, path);
        answer = json_is_array(answer) ? json_array_get(answer, (size_t)strtoul(key, NULL, 10))
                                       : json_object_get(answer, key);
        path += n + (path[n] == '.');
    }
    return answer;
}

static void wrong(json_t *answer, const char *path, const char *what)
{
    char *text = json_dumps(answer, JSON_ENCODE_ANY);
    print_error("%.3000s\n", text ? text : "nothing");
    free(text);
    fail_msg("\"%s\" is no %s", path, what);
}

const char *text_at(json_t *answer, const char *path)
{
    json_t *found = at(answer, path);
    if (!json_is_string(found))
        wrong(answer, path, "text");
    return json_string_value(found);
}

int64_t int_at(json_t *answer, const char *path)
{
    json_t *found = at(answer, path);
    if (!json_is_integer(found))
        wrong(answer, path, "whole number");
    return json_integer_value(found);
}

int count_at(json_t *answer, const char *path)
{
    json_t *found = at(answer, path);
    if (!json_is_array(found))
        wrong(answer, path, "list");
    return (int)json_array_size(found);
}

json_t *find_by(json_t *answer, const char *array, const char *key, const char *value)
{
    size_t i;
    json_t *one;
    json_array_foreach(at(answer, array), i, one)
    {
        const char *text = json_string_value(json_object_get(one, key));
        if (text && !strcmp(text, value))
            return one;
    }
    return NULL;
}

void req_expect(json_t *answer, int status, int wanted, const char *file, int line)
{
    if (status == wanted)
        return;
    char *text = json_dumps(answer, JSON_ENCODE_ANY);
    print_error("status %d, not %d: %.3000s\n", status, wanted, text ? text : "");
    free(text);
    _fail(file, line);
}
