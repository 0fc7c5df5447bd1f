/*
 * org_cli.c - the same calls from a terminal: regions, units, people, roles, tokens. A command acts as the system (principal 0): whoever
 * may run it in the data directory may do everything.
 */
#include <string.h>

#include "org/org_int.h"

#define REGION_FILE_BYTES_MAX (32u << 20)
#define SETUP_TOKEN_US (24 * 3600000000LL)

static enum rc cli_run(struct cli *c, command_fn *command, const void *in, void *out, struct fail *f)
{
    struct store_write w = {.command = command, .in = in, .out = out, .actor = ACTOR_SYSTEM, .arena = c->arena};
    enum rc rc = store_run(c->store, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

static struct span option_span(struct cli *c, const char *name)
{
    return span_of(cli_option(c, name));
}

static bool option_id(struct cli *c, const char *name, int64_t *out)
{
    const char *text = cli_option(c, name);
    return !text || span_to_i64(span_of(text), out);
}

/* Writes JSON when it was asked for, else lets plain() print a line. */
struct show {
    struct cli *c;
    struct sb sb;
    struct jw w;
};

static void show_begin(struct show *s, struct cli *c)
{
    s->c = c;
    sb_init(&s->sb, 64u << 20);
    jw_init(&s->w, &s->sb);
}

static void show_end(struct show *s)
{
    struct span text = sb_span(&s->sb);
    if (s->c->json && text.len > 0) {
        fwrite(text.ptr, 1, text.len, s->c->out);
        fputc('\n', s->c->out);
    }
    sb_release(&s->sb);
}

/* ---- regions ------------------------------------------------------------------------------------------------------------------ */

struct region_cli {
    struct show show;
    struct region_query q;
    struct span code;
};

static bool region_line_out(const struct region *row, void *ctx)
{
    struct region_cli *x = ctx;
    if (x->show.c->json)
        region_json(&x->show.w, row);
    else
        fprintf(x->show.c->out, "%s\t%.*s\t%.*s\t%s\t%.*s\t%.*s\t%.*s\n", row->code, SPAN_ARG(row->name),
                SPAN_ARG(row->level), row->parent_code, SPAN_ARG(row->valid_from_on), SPAN_ARG(row->valid_to_on),
                SPAN_ARG(row->successors));
    return true;
}

static enum rc region_list_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct region_cli *x = ctx;
    return region_rows(tx, &x->q, region_line_out, x, f);
}

static int cli_region_list(struct cli *c)
{
    struct region_cli x = {.q = {.limit = 100000}};
    struct fail f = {0};
    x.q.parent = option_span(c, "parent");
    x.q.level = option_span(c, "level");
    x.q.q = option_span(c, "q");
    x.q.on = option_span(c, "as-of");
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "region list [--parent CODE] [--level LEVEL] [--q NAME] [--as-of DAY]");
    if (x.q.on.len > 0 && day_check(x.q.on, "as-of", &f) != RC_OK)
        return cli_failed(c, &f);
    show_begin(&x.show, c);
    jw_array(&x.show.w);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, region_list_read, &x, &f);
    jw_array_end(&x.show.w);
    show_end(&x.show);
    return rc == RC_OK ? 0 : cli_failed(c, &f);
}

static enum rc region_show_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct region_cli *x = ctx;
    struct region row;
    enum rc rc = region_get(tx, x->code, x->q.on, &row, f);
    if (rc == RC_OK)
        region_line_out(&row, x);
    return rc;
}

static int cli_region_show(struct cli *c)
{
    struct region_cli x = {.q = {.limit = 1}};
    struct fail f = {0};
    x.q.on = option_span(c, "as-of");
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "region show CODE [--as-of DAY]");
    x.code = span_of(c->argv[0]);
    show_begin(&x.show, c);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, region_show_read, &x, &f);
    show_end(&x.show);
    return rc == RC_OK ? 0 : cli_failed(c, &f);
}

static void region_progress(void *ctx, int64_t done, int64_t total)
{
    cli_progress(ctx, "regions", done, total);
}

static int cli_region_import(struct cli *c)
{
    struct fail f = {0};
    struct span csv;
    int64_t rows = 0;
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "region import FILE");
    enum rc rc = cli_read_file(c, c->argv[0], REGION_FILE_BYTES_MAX, &csv, &f);
    if (rc == RC_OK)
        rc = region_import(c->store, csv, region_progress, c, &rows, &f);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    fprintf(c->out, c->json ? "{\"rows\":%lld}\n" : "%lld\n", (long long)rows);
    return 0;
}

/* ---- units ---------------------------------------------------------------------------------------------------------------------- */

struct unit_cli {
    struct show show;
    struct unit unit; /* commands write here */
    struct unit_add_in add;
    struct unit_change_in change;
    struct span region, on;
    enum rc (*command)(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
};

static enum rc unit_show_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct unit_cli *x = ctx;
    struct unit u;
    enum rc rc = unit_get(tx, x->unit.id, x->on, &u, f);
    if (rc == RC_OK && x->show.c->json)
        return unit_json(tx, u.id, x->on, &x->show.w, f);
    if (rc == RC_OK)
        fprintf(x->show.c->out, "%lld\t%s\t%.*s\t%.*s\t%.*s\t%.*s\t%.*s\n", (long long)u.id, u.region_code,
                SPAN_ARG(u.name), SPAN_ARG(u.kind), SPAN_ARG(u.state), SPAN_ARG(u.valid_from_on),
                SPAN_ARG(u.valid_to_on));
    return rc;
}

static enum rc unit_list_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct unit_cli *x = ctx;
    int64_t ids[LIST_LIMIT_MAX], after = 0;
    struct span day = day_or_today(tx, x->on);
    for (int n = LIST_LIMIT_MAX; n == LIST_LIMIT_MAX;) {
        struct db_val args[4] = {DB_T(day), DB_I(LIST_LIMIT_MAX)};
        int n_args = 2;
        if (x->region.ptr)
            args[n_args++] = DB_T(x->region);
        args[n_args++] = DB_I(after);
        struct rows rows;
        enum rc rc = db_list(tx, SQL_unit_list, x->region.ptr ? SQLF_unit_list_region : 0, SQLO_unit_list_id, true,
                             args, n_args, &rows, f);
        for (n = 0; rc == RC_OK && n < LIST_LIMIT_MAX && rows_next(&rows);)
            ids[n++] = rows_int(&rows, 0);
        if (rc == RC_OK)
            rc = rows_end(&rows);
        for (int i = 0; rc == RC_OK && i < n; i++) {
            x->unit.id = after = ids[i];
            rc = unit_show_read(tx, x, f);
        }
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static int cli_unit_list(struct cli *c)
{
    struct unit_cli x = {0};
    struct fail f = {0};
    x.region = option_span(c, "region");
    x.on = option_span(c, "as-of");
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "unit list [--region CODE] [--as-of DAY]");
    show_begin(&x.show, c);
    jw_array(&x.show.w);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, unit_list_read, &x, &f);
    jw_array_end(&x.show.w);
    show_end(&x.show);
    return rc == RC_OK ? 0 : cli_failed(c, &f);
}

static enum rc unit_add_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return unit_add(tx, in, out, f);
}

static int unit_shown(struct cli *c, struct unit_cli *x, enum rc rc, struct fail *f)
{
    if (rc != RC_OK)
        return cli_failed(c, f);
    show_begin(&x->show, c);
    rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, unit_show_read, x, f);
    show_end(&x->show);
    return rc == RC_OK ? 0 : cli_failed(c, f);
}

static int cli_unit_add(struct cli *c)
{
    struct unit_cli x = {0};
    struct fail f = {0};
    struct span alias;
    x.add.region_code = cli_option(c, "region");
    x.add.place_code = option_span(c, "place");
    x.add.short_name = option_span(c, "short");
    x.add.kind = option_span(c, "kind");
    x.add.from_on = option_span(c, "from");
    alias = option_span(c, "alias");
    bool ids = option_id(c, "parent", &x.add.parent_id);
    ids = option_id(c, "cooperation", &x.add.cooperation_id) && ids;
    if (!cli_no_more_options(c) || c->argc != 1 || !x.add.region_code || !ids)
        return cli_usage(c, "unit add NAME --region CODE [--parent ID] [--kind KIND] [--short NAME] [--alias NAME] "
                            "[--place CODE] [--from DAY]");
    x.add.name = span_of(c->argv[0]);
    if (!x.add.kind.ptr)
        x.add.kind = SPAN("department");
    x.add.aliases = &alias;
    x.add.n_aliases = alias.ptr != NULL;
    return unit_shown(c, &x, cli_run(c, unit_add_command, &x.add, &x.unit, &f), &f);
}

static enum rc unit_change_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct unit_cli *x = in;
    return x->command(tx, &x->change, out, f);
}

static int unit_change(struct cli *c, struct unit_cli *x)
{
    struct fail f = {0};
    enum rc rc = cli_run(c, unit_change_command, x, &x->unit, &f);
    return unit_shown(c, x, rc, &f);
}

static int cli_unit_rename(struct cli *c)
{
    struct unit_cli x = {.command = unit_rename};
    x.change.on = option_span(c, "on");
    x.change.short_name = option_span(c, "short");
    if (!cli_no_more_options(c) || c->argc != 2 || !span_to_i64(span_of(c->argv[0]), &x.change.id))
        return cli_usage(c, "unit rename ID NAME [--short NAME] [--on DAY]");
    x.change.name = span_of(c->argv[1]);
    return unit_change(c, &x);
}

static int cli_unit_merge(struct cli *c)
{
    struct unit_cli x = {.command = unit_merge};
    x.change.on = option_span(c, "on");
    if (!cli_no_more_options(c) || c->argc != 2 || !span_to_i64(span_of(c->argv[0]), &x.change.id) ||
        !span_to_i64(span_of(c->argv[1]), &x.change.into_id))
        return cli_usage(c, "unit merge ID INTO_ID [--on DAY]");
    return unit_change(c, &x);
}

static int cli_unit_split(struct cli *c)
{
    struct unit_cli x = {.command = unit_split};
    struct span names[20];
    x.change.on = option_span(c, "on");
    if (!cli_no_more_options(c) || c->argc < 3 || c->argc > 21 || !span_to_i64(span_of(c->argv[0]), &x.change.id))
        return cli_usage(c, "unit split ID NAME NAME… [--on DAY]");
    for (int i = 1; i < c->argc; i++)
        names[i - 1] = span_of(c->argv[i]);
    x.change.split_names = names;
    x.change.n_split = c->argc - 1;
    return unit_change(c, &x);
}

static int cli_unit_end(struct cli *c)
{
    struct unit_cli x = {.command = unit_end};
    x.change.on = option_span(c, "on");
    bool id = option_id(c, "successor", &x.change.into_id);
    if (!cli_no_more_options(c) || c->argc != 1 || !id || !span_to_i64(span_of(c->argv[0]), &x.change.id))
        return cli_usage(c, "unit end ID [--successor ID] [--on DAY]");
    return unit_change(c, &x);
}

static int cli_unit_alias(struct cli *c)
{
    struct unit_cli x = {.command = unit_alias_add};
    if (!cli_no_more_options(c) || c->argc != 2 || !span_to_i64(span_of(c->argv[0]), &x.change.id))
        return cli_usage(c, "unit alias ID NAME");
    x.change.alias = span_of(c->argv[1]);
    return unit_change(c, &x);
}

/* ---- people ------------------------------------------------------------------------------------------------------------------------ */

struct person_cli {
    struct show show;
    struct person_add_in add;
    struct role_grant_in role;
    struct one_time_in one_time;
    struct token_in token;
    int64_t id, grant_id;
};

static enum rc person_show(struct tx *tx, struct person_cli *x, int64_t id, struct fail *f)
{
    struct person_row p;
    enum rc rc = person_load(tx, id, &p, f);
    if (rc != RC_OK || span_is(p.state, "erased"))
        return rc;
    if (x->show.c->json)
        return person_json(tx, id, &x->show.w, NULL, f);
    fprintf(x->show.c->out, "%lld\t%.*s\t%.*s\t%.*s\n", (long long)id, SPAN_ARG(p.login_name), SPAN_ARG(p.display_name),
            SPAN_ARG(p.state));
    return RC_OK;
}

static enum rc person_list_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct person_cli *x = ctx;
    int64_t ids[LIST_LIMIT_MAX], after = 0;
    for (int n = LIST_LIMIT_MAX; n == LIST_LIMIT_MAX;) {
        struct rows rows;
        enum rc rc = db_query(tx, SQL_person_all, DB_ARGS(DB_I(after), DB_I(LIST_LIMIT_MAX)), &rows, f);
        for (n = 0; rc == RC_OK && n < LIST_LIMIT_MAX && rows_next(&rows);)
            ids[n++] = rows_int(&rows, 0);
        if (rc == RC_OK)
            rc = rows_end(&rows);
        for (int i = 0; rc == RC_OK && i < n; i++)
            rc = person_show(tx, x, after = ids[i], f);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static int cli_person_list(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "person list");
    show_begin(&x.show, c);
    jw_array(&x.show.w);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, person_list_read, &x, &f);
    jw_array_end(&x.show.w);
    show_end(&x.show);
    return rc == RC_OK ? 0 : cli_failed(c, &f);
}

/* A person, a first role if one is named, and a one-time token with which a password is set: no secret passes through a command line. */
static enum rc person_add_command(struct tx *tx, const void *vin, void *vout, struct fail *f)
{
    const struct person_cli *in = vin;
    struct person_cli *out = vout;
    struct role_grant_in role = in->role;
    struct one_time_in one_time = in->one_time;
    enum rc rc = person_add(tx, &in->add, &out->id, f);
    role.person_id = one_time.person_id = out->id;
    if (rc == RC_OK && role.role >= 0)
        rc = role_grant_add(tx, &role, &out->grant_id, f);
    return rc == RC_OK ? one_time_make(tx, &one_time, NULL, f) : rc;
}

static int cli_person_add(struct cli *c)
{
    struct person_cli x = {.one_time = {.purpose = "password", .good_for_us = SETUP_TOKEN_US}, .role = {.role = -1}};
    struct fail f = {0};
    struct secret secret;
    x.add.display_name = option_span(c, "display");
    x.add.lang = span_is(option_span(c, "lang"), "en") ? LANG_EN : LANG_ZH;
    struct span role = option_span(c, "role");
    bool id = option_id(c, "unit", &x.add.unit_id);
    if (role.ptr)
        x.role.role = org_role_find(role);
    if (!cli_no_more_options(c) || c->argc != 1 || !id || x.add.unit_id == 0 || (role.ptr && x.role.role < 0))
        return cli_usage(c, "person add NAME --unit ID [--display NAME] [--role ROLE] [--lang zh|en]");
    x.add.login_name = span_of(c->argv[0]);
    if (!x.add.display_name.ptr)
        x.add.display_name = x.add.login_name;
    x.role.unit_id = x.add.unit_id;
    secret_new(&secret);
    memcpy(x.one_time.hash, secret.hash, sizeof secret.hash);
    if (cli_run(c, person_add_command, &x, &x, &f) != RC_OK)
        return cli_failed(c, &f);
    fprintf(c->out, c->json ? "{\"id\":\"%lld\",\"password_token\":\"%s\"}\n" : "%lld\t%s\n", (long long)x.id,
            secret.text);
    return 0;
}

static enum rc person_erase_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return person_erase(tx, ((const struct person_cli *)in)->id, f);
}

static int cli_person_erase(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &x.id))
        return cli_usage(c, "person erase ID");
    return cli_run(c, person_erase_command, &x, NULL, &f) == RC_OK ? 0 : cli_failed(c, &f);
}

static enum rc one_time_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return one_time_make(tx, &((const struct person_cli *)in)->one_time, out, f);
}

static int one_time_print(struct cli *c, struct person_cli *x)
{
    struct fail f = {0};
    struct secret secret;
    secret_new(&secret);
    x->one_time.good_for_us = SETUP_TOKEN_US;
    memcpy(x->one_time.hash, secret.hash, sizeof secret.hash);
    if (cli_run(c, one_time_command, x, NULL, &f) != RC_OK)
        return cli_failed(c, &f);
    fprintf(c->out, c->json ? "{\"token\":\"%s\"}\n" : "%s\n", secret.text);
    return 0;
}

static int cli_person_reset(struct cli *c)
{
    struct person_cli x = {.one_time = {.purpose = "password"}};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &x.one_time.person_id) ||
        x.one_time.person_id <= 0)
        return cli_usage(c, "person reset ID");
    return one_time_print(c, &x);
}

static int cli_admin_token(struct cli *c)
{
    struct person_cli x = {.one_time = {.purpose = "setup"}};
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "admin token");
    return one_time_print(c, &x);
}

/* ---- roles and tokens --------------------------------------------------------------------------------------------------------------------- */

static enum rc role_grant_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return role_grant_add(tx, &((const struct person_cli *)in)->role, out, f);
}

static int cli_role_grant(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    int64_t grant = 0;
    x.role.from_on = option_span(c, "from");
    x.role.to_on = option_span(c, "to");
    bool ids = option_id(c, "unit", &x.role.unit_id);
    if (!cli_no_more_options(c) || c->argc != 2 || !ids || x.role.unit_id == 0 ||
        !span_to_i64(span_of(c->argv[0]), &x.role.person_id))
        return cli_usage(c, "role grant PERSON_ID ROLE --unit ID [--from DAY] [--to DAY]");
    x.role.role = org_role_find(span_of(c->argv[1]));
    if (cli_run(c, role_grant_command, &x, &grant, &f) != RC_OK)
        return cli_failed(c, &f);
    fprintf(c->out, c->json ? "{\"id\":\"%lld\"}\n" : "%lld\n", (long long)grant);
    return 0;
}

static enum rc role_revoke_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct person_cli *x = in;
    (void)out;
    return role_grant_end(tx, x->id, x->grant_id, f);
}

static int cli_role_revoke(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 2 || !span_to_i64(span_of(c->argv[0]), &x.id) ||
        !span_to_i64(span_of(c->argv[1]), &x.grant_id))
        return cli_usage(c, "role revoke PERSON_ID ROLE_ID");
    return cli_run(c, role_revoke_command, &x, NULL, &f) == RC_OK ? 0 : cli_failed(c, &f);
}

static enum rc token_create_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return token_make(tx, &((const struct person_cli *)in)->token, out, f);
}

static int cli_token_create(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    struct secret secret;
    int64_t id = 0;
    x.token.label = option_span(c, "name");
    struct span rights = option_span(c, "rights");
    bool ok = cli_no_more_options(c) && c->argc == 1 && x.token.label.ptr &&
              span_to_i64(span_of(c->argv[0]), &x.token.person_id);
    while (ok && rights.len > 0) {
        int bit = org_right_find(span_split(&rights, ','));
        ok = bit >= 0;
        if (ok)
            x.token.rights |= 1u << bit;
    }
    if (!ok)
        return cli_usage(c, "token create PERSON_ID --name NAME --rights read,report,…");
    secret_new(&secret);
    memcpy(x.token.hash, secret.hash, sizeof secret.hash);
    if (cli_run(c, token_create_command, &x, &id, &f) != RC_OK)
        return cli_failed(c, &f);
    fprintf(c->out, c->json ? "{\"id\":\"%lld\",\"secret\":\"yt_%s\"}\n" : "%lld\tyt_%s\n", (long long)id, secret.text);
    return 0;
}

static enum rc token_revoke_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return token_revoke(tx, ((const struct person_cli *)in)->id, 0, f);
}

static int cli_token_revoke(struct cli *c)
{
    struct person_cli x = {0};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &x.id))
        return cli_usage(c, "token revoke ID");
    return cli_run(c, token_revoke_command, &x, NULL, &f) == RC_OK ? 0 : cli_failed(c, &f);
}

/* clang-format off */
const struct cli_command org_commands[] = {
    {"region", "list",   CLI_STORE, "[--parent 代码] [--level 级别] [--q 名称] [--as-of 日期]", "[--parent CODE] [--level LEVEL] [--q NAME] [--as-of DAY]", "列出行政区划", "list administrative divisions", cli_region_list},
    {"region", "show",   CLI_STORE, "代码 [--as-of 日期]", "CODE [--as-of DAY]", "查看一个行政区划", "show one division", cli_region_show},
    {"region", "import", CLI_STORE, "文件", "FILE", "导入行政区划（如街道）的 CSV 文件", "import divisions such as streets from a CSV file", cli_region_import},
    {"unit",   "list",   CLI_STORE, "[--region 代码] [--as-of 日期]", "[--region CODE] [--as-of DAY]", "列出单位", "list units", cli_unit_list},
    {"unit",   "add",    CLI_STORE, "名称 --region 代码 [--parent 编号] [--kind 类别] [--short 简称] [--alias 别名] [--from 日期]", "NAME --region CODE [--parent ID] [--kind KIND] [--short NAME] [--alias NAME] [--from DAY]", "新增单位", "add a unit", cli_unit_add},
    {"unit",   "rename", CLI_STORE, "编号 名称 [--short 简称] [--on 日期]", "ID NAME [--short NAME] [--on DAY]", "单位更名", "rename a unit", cli_unit_rename},
    {"unit",   "merge",  CLI_STORE, "编号 并入编号 [--on 日期]", "ID INTO_ID [--on DAY]", "单位合并", "merge a unit into another", cli_unit_merge},
    {"unit",   "split",  CLI_STORE, "编号 名称 名称… [--on 日期]", "ID NAME NAME… [--on DAY]", "单位拆分", "split a unit", cli_unit_split},
    {"unit",   "end",    CLI_STORE, "编号 [--successor 编号] [--on 日期]", "ID [--successor ID] [--on DAY]", "单位撤销", "end a unit", cli_unit_end},
    {"unit",   "alias",  CLI_STORE, "编号 别名", "ID NAME", "给单位加别名", "add an alias of a unit", cli_unit_alias},
    {"person", "list",   CLI_STORE, "", "", "列出人员", "list people", cli_person_list},
    {"person", "add",    CLI_STORE, "账户名 --unit 编号 [--display 显示名] [--role 角色] [--lang zh|en]", "NAME --unit ID [--display NAME] [--role ROLE] [--lang zh|en]", "新增人员，并打印设置密码用的一次性令牌", "add a person and print a one-time token for setting the password", cli_person_add},
    {"person", "reset",  CLI_STORE, "编号", "ID", "打印重设密码用的一次性令牌", "print a one-time token for a new password", cli_person_reset},
    {"person", "erase",  CLI_STORE, "编号", "ID", "清除一个人的全部个人信息", "erase all that is personal of a person", cli_person_erase},
    {"role",   "grant",  CLI_STORE, "人员编号 角色 --unit 编号 [--from 日期] [--to 日期]", "PERSON_ID ROLE --unit ID [--from DAY] [--to DAY]", "授予角色", "grant a role", cli_role_grant},
    {"role",   "revoke", CLI_STORE, "人员编号 角色编号", "PERSON_ID ROLE_ID", "收回角色", "end a role", cli_role_revoke},
    {"token",  "create", CLI_STORE, "人员编号 --name 名称 --rights 权限,…", "PERSON_ID --name NAME --rights RIGHT,…", "新建访问令牌", "create an access token", cli_token_create},
    {"token",  "revoke", CLI_STORE, "编号", "ID", "吊销访问令牌", "revoke an access token", cli_token_revoke},
    {"admin",  "token",  CLI_STORE, "", "", "打印设立首位系统管理员的一次性令牌", "print the one-time token for the first administrator", cli_admin_token},
};
/* clang-format on */
const int org_command_count = sizeof org_commands / sizeof org_commands[0];
