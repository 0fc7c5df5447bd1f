/*
 * req.h - what the tests of requirement rows share: the real server as a child process on a fresh data directory with the demonstration region, and
 * its public HTTP API seen by named people. See README.md here.
 *
 * Answers belong to the fixture and live until the test ends: no test frees one.
 */
#ifndef YITI_TEST_REQ_H
#define YITI_TEST_REQ_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/span.h"

/* Who asks: keys of the demonstration's accounts. Others of them: "city_office", "inspector", "leader", "auditor", "administrator". */
#define OFFICE "office"         /* the circle's coordination office */
#define DESK "desk"             /* clerk of the transport bureau of the first city */
#define HEAD "head"             /* head of that bureau */
#define OTHER_CITY "other_city" /* the office of the second city */
#define CITIZEN NULL            /* no account */

struct fx;

/* ROW - one test of the list given to req_run; the function is named after the row: HZ-1.4 is req_HZ_1_4. */
#define ROW(function) cmocka_unit_test_teardown(function, req_test_done)
#define FX(state) ((struct fx *)*(state))
/* req_run - runs the tests against one server; the exit code of main. The server must live to the end and end with 0, and its data must verify. */
#define req_run(name, rows) cmocka_run_group_tests_name(name, rows, req_start, req_stop)
int req_start(void **state);
int req_stop(void **state);
int req_test_done(void **state);

/*
 * api_get, api_post, api_put, api_patch, api_delete - one request as that person. path: behind /api/v1, query included, percent-encoded where need
 * be (api_path). json: the body, NULL: none; single quotes stand for double ones, so that bodies read well in C.
 * Returns the answer, never NULL: an answer that is no JSON is a JSON string of its bytes. *status: the HTTP status.
 */
json_t *api_get(struct fx *fx, const char *as, const char *path, int *status);
json_t *api_post(struct fx *fx, const char *as, const char *path, const char *json, int *status);
json_t *api_put(struct fx *fx, const char *as, const char *path, const char *json, int *status);
json_t *api_patch(struct fx *fx, const char *as, const char *path, const char *json, int *status);
json_t *api_delete(struct fx *fx, const char *as, const char *path, int *status);
/* api_upload - POST of bytes of a media type. */
json_t *api_upload(struct fx *fx, const char *as, const char *path, const char *type, struct span bytes, int *status);
/* api_if_match - the next request, and only it, says If-Match with the answer's "version". */
void api_if_match(struct fx *fx, json_t *answer);
/* api_path - printf for paths and bodies; lives until the test ends. %s of user text must be encoded by api_encoded. */
const char *api_path(struct fx *fx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *api_encoded(struct fx *fx, const char *text);

/* req_import - uploads a text as an outline's file: the import. req_outline - the same, confirmed by the office: the id of its first outline. */
json_t *req_import(struct fx *fx, const char *as, const char *text, int *status);
const char *req_outline(struct fx *fx, const char *text);

/* ---- looking into answers; a path is keys and indexes with dots: "items.0.units.1.name" ---- */

/* at - what stands at the path; NULL: nothing. text_at, int_at fail the test when it is no text, no whole number. */
json_t *at(json_t *answer, const char *path);
const char *text_at(json_t *answer, const char *path);
int64_t int_at(json_t *answer, const char *path);
/* count_at - how many elements the array has; fails the test when it is none. */
int count_at(json_t *answer, const char *path);
/* find_by - the element of the array whose text `key` is `value`; NULL: none. */
json_t *find_by(json_t *answer, const char *array, const char *key, const char *value);

/* expect_status - fails the test with the answer's own words when the status is another. */
#define expect_status(answer, status, wanted) req_expect(answer, status, wanted, __FILE__, __LINE__)
void req_expect(json_t *answer, int status, int wanted, const char *file, int line);
#define expect_text(answer, path, wanted) assert_string_equal(text_at(answer, path), wanted)
#define expect_int(answer, path, wanted) assert_int_equal(int_at(answer, path), wanted)

#endif
