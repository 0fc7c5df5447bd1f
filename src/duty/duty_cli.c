/* duty_cli.c - `yiti duty …`, the same calls as the API's from a terminal, as the system itself; `yiti pack check`. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "duty/duty_int.h"

struct call {
    struct cli *c;
    struct sb sb;
    struct duty_query q;
    struct duty_step_in step;
    int64_t id;
};

static enum rc read_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct duty_page page;
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    struct jw w;
    if (show == NULL)
        return duty_over(f);
    enum rc rc = duty_show_begin(tx, call->c->lang, show, f);
    if (rc == RC_OK)
        rc = duty_list(tx, show->lights, &call->q, &page, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, &call->sb);
    if (call->c->json)
        jw_array(&w);
    for (int i = 0; rc == RC_OK && i < page.n; i++) {
        const struct duty_row *d = &page.rows[i];
        enum duty_light light = DUTY_GREY;
        if (call->c->json) {
            rc = duty_json(show, d, &w, f);
            continue;
        }
        rc = duty_light_of(tx_arena(tx), show->lights, d, tx_now_us(tx), &light, NULL, f);
        sb_addf(&call->sb, "%-28.*s %-6s %-12.*s %3lld%% %-10.*s %.*s\n", SPAN_ARG(d->number), duty_light_word(light),
                SPAN_ARG(d->state), (long long)d->percent, SPAN_ARG(d->due_on), SPAN_ARG(d->title));
    }
    if (call->c->json)
        jw_array_end(&w);
    return rc;
}

static int duty_list_cli(struct cli *c)
{
    struct call call = {.c = c, .q = {.light = -1, .limit = 200}};
    struct fail f = {0};
    if (cli_flag(c, "open"))
        call.q.filters |= SQLF_duty_list_open;
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "duty list [--open] [--json]");
    sb_init(&call.sb, 1u << 26);
    return cli_finish(c, &call.sb, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_list, &call, &f), &f);
}

static enum rc read_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct jw w;
    int64_t version = 0;
    jw_init(&w, &call->sb);
    return duty_whole_json(tx, call->id, call->c->lang, &w, &version, f);
}

static int duty_show_cli(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &call.id))
        return cli_usage(c, "duty show ID");
    sb_init(&call.sb, 1u << 26);
    return cli_finish(c, &call.sb, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_one, &call, &f), &f);
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_step(tx, in, out, f);
}

static int duty_step_cli(struct cli *c)
{
    struct call call = {.c = c, .step = {.percent = -1}};
    struct duty_row row;
    struct fail f = {0};
    call.step.text = span_of(cli_option(c, "text"));
    call.step.reason = span_of(cli_option(c, "reason"));
    call.step.due_on = span_of(cli_option(c, "due"));
    call.step.part = span_of(cli_option(c, "part"));
    const char *unit = cli_option(c, "unit");
    if (!cli_no_more_options(c) || c->argc != 2 || !span_to_i64(span_of(c->argv[0]), &call.step.id) ||
        (unit != NULL && !span_to_i64(span_of(unit), &call.step.unit_id)))
        return cli_usage(c, "duty step ID VERB [--text T] [--reason T] [--due DAY] [--unit ID] [--part PART]");
    call.step.verb = span_of(c->argv[1]);
    call.id = call.step.id;
    sb_init(&call.sb, 1u << 26);
    struct store_write w = {
        .command = run_step, .in = &call.step, .out = &row, .actor = ACTOR_SYSTEM, .arena = c->arena};
    enum rc rc = store_run(c->store, &w);
    f = w.fail;
    sb_release(&w.body);
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, read_one, &call, &f);
    return cli_finish(c, &call.sb, rc, &f);
}

/* ---- packs -------------------------------------------------------------------------------------------------------------------------- */

/* The texts of one folder of the pack; a folder that is not there has none. */
static enum rc read_folder(struct cli *c, const char *folder, struct duty_pack_text *files, int *n, struct fail *f)
{
    struct sb path;
    enum rc rc = RC_OK;
    const int fd = openat(c->cwd_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return RC_OK;
    }
    sb_init(&path, 4096);
    for (struct dirent *e = readdir(dir); rc == RC_OK && e != NULL; e = readdir(dir)) {
        if (!span_ends(span_of(e->d_name), SPAN(".yaml")))
            continue;
        if (*n >= DUTY_PACK_FILES_MAX)
            rc = fail_set(f, RC_INVALID, MSG_duty_too_many, folder, "64", NULL);
        sb_clear(&path);
        sb_addf(&path, "%s/%s", folder, e->d_name);
        if (rc != RC_OK)
            break;
        struct duty_pack_text *p = &files[(*n)++];
        p->file = span_cstr(c->arena, sb_span(&path));
        rc = p->file == NULL ? duty_over(f) : cli_read_file(c, p->file, YAML_BYTES_MAX, &p->body, f);
        if (rc == RC_OK)
            rc = duty_pack_read(c->arena, p, f);
    }
    (void)closedir(dir);
    sb_release(&path);
    return rc;
}

static enum rc read_pack(struct cli *c, const char *folder, struct duty_pack_text *files, int *n, struct fail *f)
{
    static const char *const parts[] = {"duties", "plan"};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct sb path;
        sb_init(&path, 4096);
        sb_addf(&path, "%s/%s", folder, parts[i]);
        rc = sb_rc(&path) == RC_OK ? read_folder(c, sb_span(&path).ptr, files, n, f) : duty_over(f);
        sb_release(&path);
    }
    return rc == RC_OK && *n == 0 ? fail_set(f, RC_MISSING, MSG_duty_pack_folder, NULL, folder, NULL) : rc;
}

static int pack_check(struct cli *c)
{
    struct duty_pack_text files[DUTY_PACK_FILES_MAX] = {{0}};
    struct fail f = {0};
    int n = 0;
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "pack check FOLDER");
    if (read_pack(c, c->argv[0], files, &n, &f) != RC_OK)
        return cli_failed(c, &f);
    for (int i = 0; i < n; i++)
        (void)fprintf(c->out, "%s: %s\n", files[i].file, files[i].kind);
    return 0;
}

static enum rc run_activate(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return duty_pack_activate(tx, in, f);
}

/* The last part of a path, without slashes at its end. */
static struct span last_name(struct span path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/')
            return span_sub(path, i, path.len);
    return path;
}

static int pack_activate(struct cli *c)
{
    struct duty_pack_text texts[DUTY_PACK_FILES_MAX] = {{0}};
    struct duty_pack_file files[DUTY_PACK_FILES_MAX] = {{0}};
    struct fail f = {0};
    int n = 0;
    const char *on = cli_option(c, "on");
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "pack activate FOLDER [--on DAY]");
    if (read_pack(c, c->argv[0], texts, &n, &f) != RC_OK)
        return cli_failed(c, &f);
    for (int i = 0; i < n; i++)
        files[i] = (struct duty_pack_file){span_cstr(c->arena, last_name(span_of(texts[i].file))), texts[i].body};
    const struct duty_activate_in in = {last_name(span_of(c->argv[0])), span_of(on), files, n};
    struct store_write w = {.command = run_activate, .in = &in, .actor = ACTOR_SYSTEM, .arena = c->arena};
    const enum rc rc = store_run(c->store, &w);
    sb_release(&w.body);
    if (rc != RC_OK)
        return cli_failed(c, &w.fail);
    for (int i = 0; i < n; i++)
        (void)fprintf(c->out, "%s: %s %.*s %lld\n", texts[i].file, texts[i].kind, SPAN_ARG(texts[i].word),
                      (long long)texts[i].edition);
    return 0;
}

const struct cli_command duty_commands[] = {
    {"duty", "list", CLI_STORE, "[--open]", "[--open]", "列出任务", "list duties", duty_list_cli},
    {"duty", "show", CLI_STORE, "编号", "ID", "显示一项任务", "show one duty", duty_show_cli},
    {"duty", "step", CLI_STORE, "编号 动作 [--text 文字] [--reason 理由] [--due 日期] [--unit 单位]",
     "ID VERB [--text T] [--reason T] [--due DAY] [--unit ID]", "办理一步", "take a step", duty_step_cli},
    {"pack", "activate", CLI_STORE, "目录 [--on 日期]", "FOLDER [--on DAY]", "启用一个业务包", "put a pack in force",
     pack_activate},
    {"pack", "check", CLI_PURE, "目录", "FOLDER", "检查一个业务包", "check a pack", pack_check},
};
const int duty_command_count = (int)(sizeof(duty_commands) / sizeof(duty_commands[0]));
