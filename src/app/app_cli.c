/*
 * app_cli.c - the words of a call: global options, the command they name, help in both languages, and where the command runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_int.h"
#include "base/limits.h"

/* The global options as they were typed; NULL when not. */
struct typed {
    const char *data, *config, *database, *lang;
    bool json, help, version;
};

const struct cli_command *call_find(int argc, char *const *argv, int *used)
{
    const struct cli_command *alone = NULL;
    for (int i = 0; argc > 0; i++) {
        const struct cli_command *c = app_command_at(i);
        if (!c)
            break;
        if (strcmp(c->noun, argv[0]) != 0)
            continue;
        if (!c->verb[0])
            alone = c;
        else if (argc > 1 && !strcmp(c->verb, argv[1])) {
            *used = 2;
            return c;
        }
    }
    *used = alone ? 1 : 0;
    return alone;
}

static enum lang lang_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *v = getenv(names[i]);
        if (!v || !*v)
            continue;
        bool utf8 = strstr(v, "UTF-8") || strstr(v, "utf8") || strstr(v, "UTF8");
        return !strncmp(v, "zh", 2) || (utf8 && strncmp(v, "en", 2) != 0) ? LANG_ZH : LANG_EN;
    }
    return LANG_EN; /* no locale: a terminal that may show ASCII only */
}

/* Takes the global options out of argv; *argc becomes the number of words left. Returns the option whose value is missing, or NULL. */
static const char *take_globals(int *argc, char **argv, struct typed *t)
{
    static const char *const names[] = {"--data", "--config", "--database", "--lang"};
    const char **values[] = {&t->data, &t->config, &t->database, &t->lang};
    int kept = 0;
    bool literal = false;
    for (int i = 0; i < *argc; i++) {
        char *w = argv[i];
        bool taken = false;
        for (size_t k = 0; !literal && k < sizeof(names) / sizeof(names[0]) && !taken; k++) {
            size_t n = strlen(names[k]);
            if (strncmp(w, names[k], n) != 0 || (w[n] && w[n] != '='))
                continue;
            if (w[n] != '=' && i + 1 == *argc)
                return names[k];
            *values[k] = w[n] == '=' ? w + n + 1 : argv[++i];
            taken = true;
        }
        bool *flag = literal                                    ? NULL
                     : !strcmp(w, "--json")                     ? &t->json
                     : !strcmp(w, "--help") || !strcmp(w, "-h") ? &t->help
                     : !strcmp(w, "--version") && kept == 0     ? &t->version
                                                                : NULL;
        if (flag)
            *flag = taken = true;
        literal = literal || !strcmp(w, "--");
        if (!taken)
            argv[kept++] = w;
    }
    *argc = kept;
    return NULL;
}

static void help_line(FILE *out, const struct cli_command *c, enum lang lang)
{
    const char *args = lang == LANG_ZH ? c->args_zh : c->args_en;
    (void)fprintf(out, "  yiti %s%s%s%s%s\n      %s\n", c->noun, c->verb[0] ? " " : "", c->verb,
                  args && args[0] ? " " : "", args ? args : "", lang == LANG_ZH ? c->help_zh : c->help_en);
}

/* Help on one noun, or on everything when noun is NULL. Returns whether there was anything. */
static bool help(FILE *out, const char *noun, enum lang lang)
{
    bool zh = lang == LANG_ZH, any = false;
    if (!noun)
        (void)fputs(zh ? "一体：区域行动纲要在此运行。\n\n用法：yiti 名词 动词 [参数] [选项]\n\n命令\n"
                       : "Yiti: the server in which regional action outlines run.\n\nUsage: yiti NOUN VERB [ARGUMENTS] "
                         "[OPTIONS]\n\nCommands\n",
                    out);
    for (int i = 0;; i++) {
        const struct cli_command *c = app_command_at(i);
        if (!c)
            break;
        if (noun && strcmp(noun, c->noun) != 0)
            continue;
        help_line(out, c, lang);
        any = true;
    }
    if (!any)
        return false;
    (void)fputs(zh ? "\n通用选项\n"
                     "  --data 目录       数据目录（默认 yiti-data，或环境变量 YITI_DATA）\n"
                     "  --config 文件     配置文件（默认 /etc/yiti/yiti.yaml，或环境变量 YITI_CONFIG）\n"
                     "  --database 地址   不用数据目录中的 SQLite，改用 postgresql://…\n"
                     "  --json            以 JSON 输出\n"
                     "  --lang zh|en      语言（默认按 LANG）\n"
                     "  --help            帮助；yiti 名词 --help 只列该名词的命令\n"
                     "\n退出码：0 成功，1 失败，2 用法有误。服务运行时，命令在服务进程内执行，无需停机。\n"
                   : "\nOptions of every command\n"
                     "  --data DIR        data directory (default yiti-data, or YITI_DATA)\n"
                     "  --config FILE     configuration (default /etc/yiti/yiti.yaml, or YITI_CONFIG)\n"
                     "  --database URL    postgresql://… instead of SQLite in the data directory\n"
                     "  --json            output as JSON\n"
                     "  --lang zh|en      language (default by LANG)\n"
                     "  --help            this help; yiti NOUN --help lists that noun's commands\n"
                     "\nExit codes: 0 done, 1 it failed, 2 usage. While a server runs, commands run inside it: no need "
                     "to stop it.\n",
                out);
    return true;
}

int call_run(const struct app_call *call, struct cli *c)
{
    c->argc = call->argc;
    c->argv = call->argv;
    c->json = call->json;
    c->lang = call->lang;
    c->tty = isatty(fileno(c->err)) == 1;
    int code = call->command->run(c);
    if (code == 2)
        help_line(c->err, call->command, c->lang);
    if (fflush(c->out) != 0 && code == 0 && errno != EPIPE)
        code = 1;
    return code;
}

/* Opens the directory in this process for one command. */
static int run_with_store(const struct app_call *call, struct cli *c, const struct app_config *config)
{
    struct fail f = {0};
    struct store *store = NULL;
    struct org *org = NULL;
    log_setup(LOG_WARN, LOG_HUMAN);
    enum rc rc = store_open(
        &(struct store_options){.data_dir = config->data_dir, .database = config->database, .clock = clock_system()},
        &store, &f);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    rc = org_new(&(struct org_options){.store = store}, &org, &f);
    int code = 1;
    if (rc == RC_OK) {
        c->store = store;
        code = call_run(call, c);
    } else {
        (void)cli_failed(c, &f);
    }
    org_free(org);
    store_close(store);
    return code;
}

static int run(const struct app_call *call, struct cli *c, const struct app_config *config)
{
    int code = 0;
    c->data_dir = config->data_dir;
    if (call->command->needs == CLI_PURE)
        return call_run(call, c);
    if (!config->database && sock_call(config->data_dir, call, &code))
        return code;
    return run_with_store(call, c, config);
}

static int usage_error(struct cli *c, enum msg msg, const char *arg)
{
    struct fail f = {0};
    (void)fail_set(&f, RC_INVALID, msg, NULL, arg, NULL);
    (void)cli_failed(c, &f);
    return 2;
}

/* The words without global options: finds the command and runs it. */
static int run_words(struct cli *c, int argc, char **argv, const struct typed *t)
{
    struct fail f = {0};
    struct app_config config;
    int used = 0;
    if (t->version) {
        (void)fprintf(c->out, "yiti %s\n", YITI_VERSION);
        return 0;
    }
    if (argc == 0 || t->help || !strcmp(argv[0], "help")) {
        const char *noun = argc > 0 && strcmp(argv[0], "help") != 0 ? argv[0] : argc > 1 ? argv[1] : NULL;
        if (help(argc == 0 && !t->help ? c->err : c->out, noun, c->lang))
            return argc == 0 && !t->help ? 2 : 0;
        return usage_error(c, MSG_app_command_unknown, noun);
    }
    struct app_call call = {.command = call_find(argc, argv, &used), .json = t->json, .lang = c->lang};
    if (!call.command) {
        if (help(c->err, argv[0], c->lang))
            return 2;
        return usage_error(c, MSG_app_command_unknown, argv[0]);
    }
    call.argc = argc - used;
    call.argv = argv + used;
    /* What was typed goes through the environment, so that `serve` and children read the same configuration. */
    if ((t->config && setenv("YITI_CONFIG", t->config, 1)) || (t->data && setenv("YITI_DATA", t->data, 1)) ||
        (t->database && setenv("YITI_DATABASE", t->database, 1)) || config_load(c->arena, &config, &f) != RC_OK)
        return cli_failed(c, &f);
    return run(&call, c, &config);
}

int app_main(int argc, char **argv)
{
    struct typed t = {0};
    int words = argc - 1;
    struct cli c = {
        .in = stdin, .out = stdout, .err = stderr, .lang = lang_of_environment(), .arena = arena_new(CLI_ARENA_BYTES)};
    c.cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const char *missing = words > 0 ? take_globals(&words, argv + 1, &t) : NULL;
    int code = 2;
    if (t.lang && !strcmp(t.lang, "zh"))
        c.lang = LANG_ZH;
    else if (t.lang && !strcmp(t.lang, "en"))
        c.lang = LANG_EN;
    c.json = t.json;
    if (missing)
        (void)usage_error(&c, MSG_app_option_value, missing);
    else if (t.lang && strcmp(t.lang, "zh") != 0 && strcmp(t.lang, "en") != 0)
        (void)usage_error(&c, MSG_app_lang_bad, t.lang);
    else
        code = run_words(&c, words, argv + 1, &t);
    arena_free(c.arena);
    if (c.cwd_fd >= 0)
        (void)close(c.cwd_fd);
    return code;
}
