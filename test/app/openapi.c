/* openapi.c - the routes of the program and api/openapi.yaml agree, both ways: paths, methods, who may call, If-Match. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/app.h"
#include "app/openapi.h"

enum { OPERATIONS_MAX = 1000 };
struct operation {
    char path[128];
    enum http_method method;
    bool is_public, if_match, found;
};
static struct operation operations[OPERATIONS_MAX];
static int count;
static const char *const METHODS[] = {"get", "post", "put", "patch", "delete"};

/* Made by the HTTP room itself, in no table. */
static bool builtin(const char *path)
{
    return !strcmp(path, "/healthz") || !strcmp(path, "/readyz") || !strcmp(path, "/metrics");
}

static bool starts(const char *line, const char *with)
{
    return !strncmp(line, with, strlen(with));
}

/* The file is written in one form: a path at two blanks, a method at four, its members at six. */
static int load(void **state)
{
    (void)state;
    char path[128] = "", line[4096];
    const char *at = app_openapi, *end = app_openapi + app_openapi_len;
    bool in_paths = false;
    while (at < end) {
        size_t n = strcspn(at, "\n");
        assert_true(n < sizeof(line));
        memcpy(line, at, n);
        line[n] = 0;
        at += n + 1;
        if (line[0] && line[0] != ' ' && line[0] != '#')
            in_paths = starts(line, "paths:");
        if (!in_paths)
            continue;
        if (starts(line, "  /")) {
            (void)snprintf(path, sizeof(path), "%.*s", (int)strcspn(line + 2, ":"), line + 2);
            continue;
        }
        for (int m = 0; m < 5; m++) {
            char head[16];
            (void)snprintf(head, sizeof(head), "    %s:", METHODS[m]);
            if (strcmp(line, head) != 0)
                continue;
            struct operation *o = &operations[count++];
            assert_true(count < OPERATIONS_MAX);
            (void)snprintf(o->path, sizeof(o->path), "%s", path);
            o->method = (enum http_method)m;
        }
        if (count && starts(line, "      security: []"))
            operations[count - 1].is_public = true;
        if (count && starts(line, "        - { $ref: \"#/components/parameters/IfMatch\" }"))
            operations[count - 1].if_match = true;
    }
    return count > 0 ? 0 : -1;
}

static struct operation *find(const struct route *r)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(operations[i].path, r->path) && operations[i].method == r->method)
            return &operations[i];
    return NULL;
}

static void every_route_is_described(void **state)
{
    (void)state;
    int n = 0, missing = 0;
    const struct route_table *const *tables = app_route_tables(&n);
    for (int t = 0; t < n; t++)
        for (int i = 0; i < tables[t]->count; i++) {
            const struct route *r = &tables[t]->routes[i];
            struct operation *o = find(r);
            if (o)
                o->found = true;
            else
                print_error("not in api/openapi.yaml: %s %s\n", METHODS[r->method], r->path);
            missing += !o;
        }
    assert_int_equal(missing, 0);
}

static void every_description_has_a_route(void **state)
{
    (void)state;
    int missing = 0, tables = 0;
    (void)app_route_tables(&tables);
    if (tables < 3)
        skip(); /* the description goes ahead of the plan engine's routes */
    for (int i = 0; i < count; i++)
        if (!operations[i].found && !builtin(operations[i].path)) {
            print_error("no route: %s %s\n", METHODS[operations[i].method], operations[i].path);
            missing++;
        }
    assert_int_equal(missing, 0);
}

static void who_may_call_and_if_match_agree(void **state)
{
    (void)state;
    int n = 0, wrong = 0;
    const struct route_table *const *tables = app_route_tables(&n);
    for (int t = 0; t < n; t++)
        for (int i = 0; i < tables[t]->count; i++) {
            const struct route *r = &tables[t]->routes[i];
            const struct operation *o = find(r);
            if (o && o->is_public != (r->auth == AUTH_PUBLIC)) {
                print_error("public differs: %s %s\n", METHODS[r->method], r->path);
                wrong++;
            }
            if (o && o->if_match != ((r->flags & ROUTE_IF_MATCH) != 0)) {
                print_error("If-Match differs: %s %s\n", METHODS[r->method], r->path);
                wrong++;
            }
        }
    assert_int_equal(wrong, 0);
}

static void every_command_is_documented_in_both_languages(void **state)
{
    (void)state;
    const struct cli_command *c;
    for (int i = 0; (c = app_command_at(i)) != NULL; i++) {
        assert_true(c->noun[0] && c->run);
        assert_true(c->help_zh && c->help_zh[0] && c->help_en && c->help_en[0]);
        assert_int_equal(c->args_zh && c->args_zh[0], c->args_en && c->args_en[0]);
        for (int k = 0; k < i; k++)
            assert_false(!strcmp(app_command_at(k)->noun, c->noun) && !strcmp(app_command_at(k)->verb, c->verb));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described),
        cmocka_unit_test(every_description_has_a_route),
        cmocka_unit_test(who_may_call_and_if_match_agree),
        cmocka_unit_test(every_command_is_documented_in_both_languages),
    };
    return cmocka_run_group_tests_name("openapi", tests, load, NULL);
}
