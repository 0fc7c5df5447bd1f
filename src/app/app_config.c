/*
 * app_config.c - the configuration file: a small YAML mapping; its keys stand in FIELDS.
 *
 *   data: /var/lib/yiti
 *   listen: 127.0.0.1:8080
 *   trusted_proxies: [127.0.0.1, 10.0.0.0/8]
 *   oidc:
 *     issuer: https://sso.example.cn
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_int.h"
#include "base/yaml.h"

#define CONFIG_BYTES_MAX (64u << 10)

enum rc config_add_address(struct arena *a, const char **list, const char *text, struct fail *f)
{
    int n = 0;
    while (list[n])
        n++;
    if (n == APP_PROXIES_MAX)
        return fail_set(f, RC_LIMIT, MSG_app_addresses_many, NULL, NULL);
    list[n] = span_cstr(a, span_of(text));
    return list[n] ? RC_OK : fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

enum rc config_listen(struct arena *a, const char *text, struct app_config *c, struct fail *f)
{
    struct span all = span_of(text), host = SPAN("127.0.0.1"), port_text = all;
    for (size_t i = all.len; i-- > 0;)
        if (all.ptr[i] == ':') {
            host = span_sub(all, 0, i);
            port_text = span_sub(all, i + 1, all.len);
            break;
        }
    if (span_starts(host, SPAN("[")) && span_ends(host, SPAN("]")))
        host = span_sub(host, 1, host.len - 1);
    int64_t port = -1;
    if (!host.len || !span_to_i64(port_text, &port) || port < 0 || port > 65535)
        return fail_set(f, RC_INVALID, MSG_app_listen_bad, NULL, text, NULL);
    c->port = (int)port;
    c->address = span_cstr(a, host);
    return c->address ? RC_OK : fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

enum rc config_secret(struct arena *a, const char *path, const char **out, struct fail *f)
{
    char line[512];
    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, sizeof(line), file)) {
        if (file)
            (void)fclose(file);
        return fail_set(f, RC_MISSING, MSG_app_config_unreadable, NULL, path, NULL);
    }
    (void)fclose(file);
    *out = span_cstr(a, span_trim(span_of(line)));
    return *out ? RC_OK : fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

/* The schema is the list of keys; docs/operate.md explains each of them. */
static const struct yaml_field ADDRESS = {.type = YAML_IS_TEXT, .min = 1, .max = 100};
static const struct yaml_field OIDC_FIELDS[] = {
    {.key = "issuer", .type = YAML_IS_TEXT, .required = true, .max = 300},
    {.key = "client_id", .type = YAML_IS_TEXT, .required = true, .max = 200},
    {.key = "client_secret_file", .type = YAML_IS_TEXT, .max = 4096},
};
static const struct yaml_schema OIDC = {"oidc", OIDC_FIELDS, sizeof(OIDC_FIELDS) / sizeof(OIDC_FIELDS[0])};
static const struct yaml_field DELIVERY_FIELDS[] = {
    {.key = "retry_seconds", .type = YAML_IS_INT, .min = 1, .max = 3600},
    {.key = "group_seconds", .type = YAML_IS_INT, .min = 0, .max = 3600},
    {.key = "disable_hours", .type = YAML_IS_INT, .min = 0, .max = 2400},
    {.key = "allow", .type = YAML_IS_LIST, .max = APP_PROXIES_MAX, .item = &ADDRESS},
};
static const struct yaml_schema DELIVERY = {"delivery", DELIVERY_FIELDS,
                                            sizeof(DELIVERY_FIELDS) / sizeof(DELIVERY_FIELDS[0])};
static const struct yaml_field FIELDS[] = {
    {.key = "data", .type = YAML_IS_TEXT, .min = 1, .max = 4096},
    {.key = "database", .type = YAML_IS_TEXT, .min = 1, .max = 1000},
    {.key = "listen", .type = YAML_IS_TEXT, .min = 1, .max = 100},
    {.key = "trusted_proxies", .type = YAML_IS_LIST, .max = APP_PROXIES_MAX, .item = &ADDRESS},
    {.key = "metrics_from", .type = YAML_IS_LIST, .max = APP_PROXIES_MAX, .item = &ADDRESS},
    {.key = "public_url", .type = YAML_IS_TEXT, .min = 8, .max = 300},
    {.key = "threads", .type = YAML_IS_INT, .min = 0, .max = 256},
    {.key = "log", .type = YAML_IS_WORD, .words = "json|human"},
    {.key = "log_level", .type = YAML_IS_WORD, .words = "debug|info|warn|error"},
    {.key = "oidc", .type = YAML_IS_OBJECT, .object = &OIDC},
    {.key = "delivery", .type = YAML_IS_OBJECT, .object = &DELIVERY},
};
static const struct yaml_schema CONFIG = {"configuration", FIELDS, sizeof(FIELDS) / sizeof(FIELDS[0])};

static void take_text(struct arena *a, const struct yaml *map, const char *key, const char **out)
{
    struct span text = yaml_text(map, key);
    if (text.len)
        *out = span_cstr(a, text);
}

static enum rc take_addresses(struct arena *a, const struct yaml *list, const char **out, struct fail *f)
{
    enum rc rc = RC_OK;
    for (const struct yaml *y = list ? list->first : NULL; y && rc == RC_OK; y = y->next)
        rc = config_add_address(a, out, span_cstr(a, y->text), f);
    return rc;
}

static enum rc take_tree(struct arena *a, const struct yaml *tree, const char *file, struct app_config *c,
                         struct fail *f)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    const struct yaml *oidc = yaml_get(tree, "oidc");
    const char *listen = NULL, *secret = NULL;
    take_text(a, tree, "data", &c->data_dir);
    take_text(a, tree, "database", &c->database);
    take_text(a, tree, "public_url", &c->public_url);
    take_text(a, tree, "listen", &listen);
    take_text(a, oidc, "issuer", &c->oidc_issuer);
    take_text(a, oidc, "client_id", &c->oidc_client_id);
    take_text(a, oidc, "client_secret_file", &secret);
    c->threads = (int)yaml_int(tree, "threads", 0);
    if (yaml_get(tree, "log"))
        c->log_form = span_is(yaml_text(tree, "log"), "json") ? LOG_JSON : LOG_HUMAN;
    for (int i = 0; i < 4; i++)
        if (span_is(yaml_text(tree, "log_level"), levels[i]))
            c->log_level = (enum log_level)(LOG_DEBUG + i);
    if (listen && config_listen(a, listen, c, f) != RC_OK)
        return yaml_fault(f, file, yaml_get(tree, "listen"), MSG_app_listen_bad, listen);
    enum rc rc = take_addresses(a, yaml_get(tree, "trusted_proxies"), c->trusted_proxies, f);
    if (rc == RC_OK)
        rc = take_addresses(a, yaml_get(tree, "metrics_from"), c->metrics_from, f);
    const struct yaml *const delivery = yaml_get(tree, "delivery");
    c->retry_s = (int)yaml_int(delivery, "retry_seconds", c->retry_s);
    c->group_s = (int)yaml_int(delivery, "group_seconds", c->group_s);
    c->disable_hours = (int)yaml_int(delivery, "disable_hours", c->disable_hours);
    if (rc == RC_OK && delivery)
        rc = take_addresses(a, yaml_get(delivery, "allow"), c->reach_allow, f);
    if (rc == RC_OK && secret)
        rc = config_secret(a, secret, &c->oidc_client_secret, f);
    return rc;
}

/* Only comments and blank lines: a file in which everything is left as it is. */
static bool says_nothing(struct span text)
{
    while (text.len) {
        struct span line = span_trim(span_split(&text, '\n'));
        if (line.len && line.ptr[0] != '#')
            return false;
    }
    return true;
}

static enum rc read_file(struct arena *a, FILE *file, const char *name, struct app_config *c, struct fail *f)
{
    char *text = arena_alloc(a, CONFIG_BYTES_MAX + 1);
    size_t n = text ? fread(text, 1, CONFIG_BYTES_MAX + 1, file) : 0;
    if (!text || n > CONFIG_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    return config_read(a, (struct span){text, n}, name, c, f);
}

enum rc config_read(struct arena *a, struct span all, const char *name, struct app_config *c, struct fail *f)
{
    struct yaml *tree = NULL;
    if (says_nothing(all))
        return RC_OK;
    enum rc rc = yaml_read(a, name, all, &tree, f);
    if (rc == RC_OK)
        rc = yaml_check(tree, &CONFIG, name, f);
    return rc == RC_OK ? take_tree(a, tree, name, c, f) : rc;
}

enum rc config_load(struct arena *a, struct app_config *out, struct fail *f)
{
    struct app_config c = {.data_dir = "yiti-data",
                           .address = "127.0.0.1",
                           .port = 8080,
                           .log_level = LOG_INFO,
                           .retry_s = 60,
                           .group_s = 60,
                           .disable_hours = 120};
    c.log_form = isatty(STDERR_FILENO) ? LOG_HUMAN : LOG_JSON;
    const char *env = getenv("YITI_CONFIG");
    const char *name = env && *env ? env : "/etc/yiti/yiti.yaml";
    FILE *file = fopen(name, "re");
    if (!file && name == env)
        return fail_set(f, RC_MISSING, MSG_app_config_unreadable, NULL, name, NULL);
    if (file) {
        enum rc rc = read_file(a, file, name, &c, f);
        (void)fclose(file);
        if (rc != RC_OK)
            return rc;
        c.file = span_cstr(a, span_of(name));
    }
    const char *data = getenv("YITI_DATA"), *database = getenv("YITI_DATABASE");
    if (data && *data)
        c.data_dir = span_cstr(a, span_of(data));
    if (database && *database)
        c.database = span_cstr(a, span_of(database));
    if (!c.data_dir)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    *out = c;
    return RC_OK;
}
