/*
 * app_store_cli.c - the commands that belong to no engine: serve, verify, backup, restore, status, version, completion.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app_int.h"

const char *app_path(struct cli *c, const char *name)
{
    char link[64], folder[PATH_MAX];
    if (name[0] == '/')
        return name;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", c->cwd_fd);
    ssize_t n = readlink(link, folder, sizeof(folder) - 1);
    char *out = arena_alloc(c->arena, PATH_MAX * 2);
    if (n <= 0 || !out)
        return NULL;
    (void)snprintf(out, PATH_MAX * 2, "%.*s/%s", (int)n, folder, name);
    return out;
}

/* The one argument that a command takes; NULL, with a message, when it is not exactly one. */
static const char *one_argument(struct cli *c, const char *zh, const char *en)
{
    if (!cli_no_more_options(c))
        return NULL;
    if (c->argc == 1) {
        const char *path = app_path(c, c->argv[0]);
        if (path)
            return path;
    }
    struct fail f = {0};
    (void)fail_set(&f, RC_INVALID, MSG_app_argument, NULL, c->lang == LANG_ZH ? zh : en, NULL);
    (void)cli_failed(c, &f);
    return NULL;
}

/* ---- verify ---------------------------------------------------------------------------------------------------------------- */

struct verifying {
    struct cli *cli;
    struct jw *json; /* an open array; NULL for text */
};

static void bad_row(void *ctx, const char *table, const char *id, const char *why)
{
    struct verifying *v = ctx;
    if (!v->json) {
        (void)fprintf(v->cli->out, "%s %s: %s\n", table, id, why);
        return;
    }
    jw_object(v->json);
    jw_kstr(v->json, "table", table);
    jw_kstr(v->json, "id", id);
    jw_kstr(v->json, "why", why);
    jw_object_end(v->json);
}

static void verify_counts(struct cli *c, struct jw *w, const struct verify_result *r)
{
    if (w) {
        jw_array_end(w);
        jw_kint(w, "journal_rows", r->journal_rows);
        jw_kint(w, "subjects", r->subjects);
        jw_kint(w, "seals", r->seals);
        jw_kint(w, "files", r->files);
        jw_kint(w, "fault_count", r->faults);
        jw_object_end(w);
        return;
    }
    (void)fprintf(c->out,
                  c->lang == LANG_ZH ? "台账 %lld 行，对象 %lld 个，封签 %lld 个，文件 %lld 个，问题 %lld 处\n"
                                     : "%lld journal rows, %lld subjects, %lld seals, %lld files, %lld faults\n",
                  (long long)r->journal_rows, (long long)r->subjects, (long long)r->seals, (long long)r->files,
                  (long long)r->faults);
}

static int verify(struct cli *c, struct store *s)
{
    struct fail f = {0};
    struct verify_result r = {0};
    struct sb sb;
    struct jw w;
    sb_init(&sb, 64u << 20);
    struct verifying v = {.cli = c, .json = c->json ? &w : NULL};
    if (c->json) {
        jw_init(&w, &sb);
        jw_object(&w);
        jw_key(&w, "faults");
        jw_array(&w);
    }
    int64_t closure_faults = 0;
    enum rc rc = store_verify(s, bad_row, &v, &r, &f);
    if (rc == RC_OK)
        rc = org_verify(s, bad_row, &v, &closure_faults, &f);
    r.faults += closure_faults;
    if (rc == RC_OK)
        verify_counts(c, v.json, &r);
    if (rc == RC_OK && c->json)
        (void)fprintf(c->out, "%.*s\n", SPAN_ARG(sb_span(&sb)));
    sb_release(&sb);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    return r.faults ? 1 : 0;
}

static int cmd_verify(struct cli *c)
{
    if (!cli_no_more_options(c))
        return 2;
    return c->argc ? 2 : verify(c, c->store);
}

static int cmd_verify_copy(struct cli *c)
{
    struct fail f = {0};
    struct store *s = NULL;
    const char *folder = one_argument(c, "目录", "DIR");
    if (!folder)
        return 2;
    if (store_open(&(struct store_options){.data_dir = folder, .clock = clock_system(), .read_only = true}, &s, &f) !=
        RC_OK)
        return cli_failed(c, &f);
    int code = verify(c, s);
    store_close(s);
    return code;
}

/* ---- backup and restore ------------------------------------------------------------------------------------------------------ */

static void backup_progress(void *ctx, int64_t done, int64_t total)
{
    struct cli *c = ctx;
    cli_progress(c, c->lang == LANG_ZH ? "备份" : "backup", done, total);
}

static int cmd_backup(struct cli *c)
{
    struct fail f = {0};
    const char *target = one_argument(c, "目标目录", "TARGET");
    if (!target)
        return 2;
    if (store_backup(c->store, target, backup_progress, c, &f) != RC_OK)
        return cli_failed(c, &f);
    struct sb sb;
    struct jw w;
    sb_init(&sb, 64u << 10);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kstr(&w, "backup", target);
    jw_object_end(&w);
    (void)fprintf(c->out, "%.*s\n", SPAN_ARG(c->json ? sb_span(&sb) : span_of(target)));
    sb_release(&sb);
    return 0;
}

static int cmd_restore(struct cli *c)
{
    struct fail f = {0};
    const char *keys = cli_option(c, "keys");
    const char *backup = one_argument(c, "备份目录", "BACKUP");
    if (!backup)
        return 2;
    if (store_restore(backup, app_path(c, c->data_dir), keys ? app_path(c, keys) : NULL, &f) != RC_OK)
        return cli_failed(c, &f);
    (void)fprintf(c->out,
                  c->lang == LANG_ZH ? "已恢复到 %s；请运行 yiti verify 核对。\n"
                                     : "restored into %s; run yiti verify to check it.\n",
                  c->data_dir);
    return 0;
}

/* ---- the rest ------------------------------------------------------------------------------------------------------------------ */

static int cmd_version(struct cli *c)
{
    (void)fprintf(c->out, c->json ? "{\"version\":\"%s\"}\n" : "yiti %s\n", YITI_VERSION);
    return 0;
}

static int cmd_status(struct cli *c)
{
    struct store_stats s;
    store_stats(c->store, &s);
    bool writable = store_writable(c->store);
    (void)fprintf(c->out,
                  c->json ? "{\"pid\":%d,\"writable\":%s,\"commits\":%lld,\"commands\":%lld,\"queued\":%lld}\n"
                          : "pid %d, writable %s, %lld commits, %lld commands, %lld queued\n",
                  (int)getpid(), writable ? "true" : "false", (long long)s.commits, (long long)s.commands,
                  (long long)s.queued);
    return writable ? 0 : 1;
}

/* For bash: nouns, then the noun's verbs, then file names. */
static int cmd_completion(struct cli *c)
{
    if (c->argc != 1 || strcmp(c->argv[0], "bash") != 0)
        return 2;
    (void)fputs("_yiti() {\n    local word=${COMP_WORDS[COMP_CWORD]}\n    case $COMP_CWORD:${COMP_WORDS[1]} in\n    "
                "1:*) COMPREPLY=($(compgen -W \"",
                c->out);
    for (int i = 0; app_command_at(i); i++) {
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen = seen || !strcmp(app_command_at(k)->noun, app_command_at(i)->noun);
        if (!seen)
            (void)fprintf(c->out, "%s ", app_command_at(i)->noun);
    }
    (void)fputs("--help --version\" -- \"$word\")) ;;\n", c->out);
    for (int i = 0; app_command_at(i); i++)
        if (app_command_at(i)->verb[0])
            (void)fprintf(c->out, "    2:%s) COMPREPLY+=($(compgen -W \"%s\" -- \"$word\")) ;;&\n",
                          app_command_at(i)->noun, app_command_at(i)->verb);
    (void)fputs("    esac\n    [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n}\ncomplete -o "
                "filenames -F _yiti yiti\n",
                c->out);
    return 0;
}

const struct cli_command app_commands[] = {
    {"serve", "", CLI_PURE,
     "[--listen 地址:端口] [--trusted-proxy 地址]… [--public-url 网址] [--oidc-issuer 网址 --oidc-client-id 编号 "
     "--oidc-client-secret-file 文件] [--threads N] [--log json|human] [--demonstration [--clock-ahead S]]",
     "[--listen ADDRESS:PORT] [--trusted-proxy ADDRESS]… [--public-url URL] [--oidc-issuer URL --oidc-client-id ID "
     "--oidc-client-secret-file FILE] [--threads N] [--log json|human] [--demonstration [--clock-ahead S]]",
     "启动服务，直至收到 SIGTERM 或 Ctrl-C；已受理的请求会处理完",
     "runs the server until SIGTERM or Ctrl-C; what was accepted is finished", app_serve},
    {"status", "", CLI_STORE, "", "", "占用数据目录的进程及其写入计数",
     "the process that owns the data directory and its write counters", cmd_status},
    {"verify", "", CLI_STORE, "", "", "核对全部台账链、封签、记录和文件，指出第一处不符",
     "proves all journal chains, seals, rows and files, and names what does not fit", cmd_verify},
    {"verify", "copy", CLI_PURE, "目录", "DIR", "核对一份副本（不加锁、不迁移）",
     "the same for a copy, without lock or migration", cmd_verify_copy},
    {"backup", "", CLI_STORE, "目标目录", "TARGET", "在线备份到新目录，先数据库后文件",
     "backs up into a new folder while running: database first, then files", cmd_backup},
    {"restore", "", CLI_PURE, "备份目录 [--keys 目录]", "BACKUP [--keys DIR]",
     "恢复到空的数据目录，并先执行已删除密钥清单",
     "restores into an empty data directory, applying the list of erased keys first", cmd_restore},
    {"demo", "seed", CLI_STORE, "[--seed 数]", "[--seed N]", "建立演示区域：虚构的四城市、单位、纲要和一年的进展",
     "makes the demonstration region: four invented cities, units, an outline and a year of progress", app_demo_seed},
    {"version", "", CLI_PURE, "", "", "版本", "the version", cmd_version},
    {"completion", "", CLI_PURE, "bash", "bash", "输出 bash 补全脚本", "prints the completion script for bash",
     cmd_completion},
};
const int app_command_count = (int)(sizeof(app_commands) / sizeof(app_commands[0]));
