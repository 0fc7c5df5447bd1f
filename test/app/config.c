/* config.c - the configuration file: what it takes, what it refuses and where it says the fault is; the documentation names every key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/app_int.h"

static char path[64];

static enum rc read_text(struct arena *a, const char *text, struct app_config *c, struct fail *f)
{
    (void)snprintf(path, sizeof(path), "/tmp/yiti-config-%d.yaml", (int)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(setenv("YITI_CONFIG", path, 1), 0);
    enum rc rc = config_load(a, c, f);
    (void)unlink(path);
    return rc;
}

static const struct row {
    const char *name, *text;
    enum rc rc;
    int line; /* named by the failure; 0: not asked */
} rows[] = {
    {"an empty file", "", RC_OK, 0},
    {"comments only", "# nothing\n", RC_OK, 0},
    {"every key",
     "data: /srv/yiti\nlisten: \"[::1]:9000\"\ntrusted_proxies: [127.0.0.1, 10.0.0.0/8]\nmetrics_from:\n  - 192.0.2.1\n"
     "public_url: https://a.example\nthreads: 4\nlog: json\nlog_level: warn\ndatabase: postgresql://x/y\n"
     "oidc:\n  issuer: https://sso.example\n  client_id: yiti\n",
     RC_OK, 0},
    {"an unknown key", "data: x\nlissen: 127.0.0.1:1\n", RC_INVALID, 2},
    {"an unknown key in a group", "oidc:\n  isuer: x\n", RC_INVALID, 2},
    {"a port that is none", "listen: 127.0.0.1:70000\n", RC_INVALID, 1},
    {"a port that is a word", "listen: 127.0.0.1:http\n", RC_INVALID, 1},
    {"threads that are none", "threads: many\n", RC_INVALID, 1},
    {"a log form that is none", "\nlog: xml\n", RC_INVALID, 2},
    {"a list as a document", "- data\n", RC_INVALID, 0},
    {"a group in a group", "oidc:\n  issuer:\n    b: c\n", RC_INVALID, 0},
    {"an alias", "data: &a x\nlisten: *a\n", RC_MALFORMED, 0},
    {"broken YAML", "data: [x\n", RC_MALFORMED, 0},
    {"plain text", "hello\n", RC_INVALID, 0},
    {"17 proxies", "trusted_proxies: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]\n", RC_INVALID, 1},
};

static void file_is_taken_or_refused(void **state)
{
    const struct row *r = *state;
    struct arena *a = arena_new(1 << 20);
    struct app_config c;
    struct fail f = {0};
    enum rc rc = read_text(a, r->text, &c, &f);
    assert_int_equal(rc, r->rc);
    if (r->line) {
        char want[80];
        (void)snprintf(want, sizeof(want), "%s:%d:", path, r->line);
        assert_int_equal(strncmp(f.field, want, strlen(want)), 0);
    }
    arena_free(a);
}

static void values_arrive(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct app_config c;
    struct fail f = {0};
    assert_int_equal(read_text(a, rows[2].text, &c, &f), RC_OK);
    assert_string_equal(c.data_dir, "/srv/yiti");
    assert_string_equal(c.address, "::1");
    assert_int_equal(c.port, 9000);
    assert_string_equal(c.trusted_proxies[1], "10.0.0.0/8");
    assert_null(c.trusted_proxies[2]);
    assert_string_equal(c.metrics_from[0], "192.0.2.1");
    assert_string_equal(c.oidc_issuer, "https://sso.example");
    assert_int_equal(c.threads, 4);
    assert_int_equal(c.log_level, LOG_WARN);
    assert_string_equal(c.database, "postgresql://x/y");
    arena_free(a);
}

static void environment_goes_before_the_file(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct app_config c;
    struct fail f = {0};
    assert_int_equal(setenv("YITI_DATA", "/elsewhere", 1), 0);
    assert_int_equal(read_text(a, "data: /srv/yiti\n", &c, &f), RC_OK);
    assert_string_equal(c.data_dir, "/elsewhere");
    assert_int_equal(unsetenv("YITI_DATA"), 0);
    arena_free(a);
}

static void a_named_file_must_exist(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct app_config c;
    struct fail f = {0};
    assert_int_equal(setenv("YITI_CONFIG", "/nonexistent/yiti.yaml", 1), 0);
    assert_int_equal(config_load(a, &c, &f), RC_MISSING);
    arena_free(a);
}

static void documentation_names_every_key(void **state)
{
    (void)state;
    static const char *const keys[] = {"data",         "database",    "listen",         "trusted_proxies",
                                       "metrics_from", "public_url",  "threads",        "log",
                                       "log_level",    "oidc.issuer", "oidc.client_id", "oidc.client_secret_file"};
    static char text[64 << 10];
    FILE *file = fopen(getenv("YITI_OPERATE"), "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    (void)fclose(file);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char want[64];
        (void)snprintf(want, sizeof(want), "`%s`", keys[i]);
        assert_non_null(strstr(text, want));
    }
}

int main(void)
{
    enum { N = sizeof(rows) / sizeof(rows[0]) };
    struct CMUnitTest tests[N + 4];
    for (int i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = file_is_taken_or_refused, .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[N] = (struct CMUnitTest)cmocka_unit_test(values_arrive);
    tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(environment_goes_before_the_file);
    tests[N + 2] = (struct CMUnitTest)cmocka_unit_test(a_named_file_must_exist);
    tests[N + 3] = (struct CMUnitTest)cmocka_unit_test(documentation_names_every_key);
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
