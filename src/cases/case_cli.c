/* case_cli.c - `yiti case …`: the same calls as the API's, from a terminal, as the system itself. */
#include <string.h>

#include "cases/cases_int.h"

struct call {
    struct cli *c;
    struct case_row row;
    struct case_step_in step;
    struct span number;
    int64_t limit;
    struct sb out; /* JSON of --json */
};

enum { LISTED_MAX = 1000 };

static enum rc whole(struct tx *tx, struct call *call, const struct case_row *c, struct fail *f)
{
    struct case_show *show = NULL;
    struct jw w;
    jw_init(&w, &call->out);
    enum rc rc = case_show_new(tx, call->c->lang, &show, f);
    return rc == RC_OK ? case_whole_json(show, c, &w, f) : rc;
}

static void line(struct call *call, const struct case_row *c)
{
    char at[36];
    time_print(c->reported_at_us, at);
    (void)fprintf(call->c->out, "%.*s  %.16s  %-12.*s %-16.*s %.*s\n", SPAN_ARG(c->number), at, SPAN_ARG(c->mark),
                  SPAN_ARG(c->type), SPAN_ARG(c->address));
}

static enum rc list_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct rows rows;
    struct case_show *show = NULL;
    struct jw w;
    struct case_row *all = ARENA_ARRAY(tx_arena(tx), (size_t)call->limit, struct case_row);
    int64_t n = 0;
    enum rc rc = all != NULL ? case_show_new(tx, call->c->lang, &show, f) : case_over(f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_case_list, 0, SQLO_case_list_newest, false, DB_ARGS(DB_I(0), DB_I(call->limit)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < call->limit && rows_next(&rows))
        case_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    for (int64_t i = 0; rc == RC_OK && i < n && !call->c->json; i++)
        line(call, &all[i]);
    if (rc != RC_OK || !call->c->json)
        return rc;
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int64_t i = 0; rc == RC_OK && i < n; i++)
        rc = case_brief_json(show, &all[i], &w, f);
    jw_array_end(&w);
    jw_object_end(&w);
    return rc;
}

static int list(struct cli *c)
{
    struct call call = {.c = c, .limit = 100};
    struct fail f;
    const char *limit = cli_option(c, "limit");
    if (limit != NULL && (!span_to_i64(span_of(limit), &call.limit) || call.limit < 1 || call.limit > LISTED_MAX))
        return cli_bad_value(c, "limit", limit, "1…1000");
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "case list [--limit N]");
    sb_init(&call.out, 1u << 26);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_all, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

static enum rc show_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct case_row c;
    enum rc rc = case_by_number(tx, call->number, &c, f);
    if (rc == RC_OK && call->c->json)
        return whole(tx, call, &c, f);
    if (rc == RC_OK) {
        line(call, &c);
        (void)fprintf(call->c->out, "%.*s\n", SPAN_ARG(c.text));
    }
    return rc;
}

static int show(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "case show NUMBER");
    call.number = span_of(c->argv[0]);
    sb_init(&call.out, 1u << 26);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_one, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

static enum rc list_types(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct case_catalogue *all[CASE_CATALOGUES_MAX];
    struct jw w;
    int n = 0;
    enum rc rc = case_catalogues(tx, all, &n, f);
    if (rc != RC_OK)
        return rc;
    if (!call->c->json) {
        for (int i = 0; i < n; i++)
            for (int k = 0; k < all[i]->n_types; k++) {
                const struct duty_both *name = &all[i]->types[k].name;
                const struct span words = call->c->lang == LANG_ZH ? name->zh : name->en;
                (void)fprintf(call->c->out, "%-16.*s %-20.*s %.*s\n", SPAN_ARG(all[i]->word),
                              SPAN_ARG(all[i]->types[k].word), SPAN_ARG(words));
            }
        return RC_OK;
    }
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; i < n; i++)
        case_catalogue_json(all[i], &w);
    jw_array_end(&w);
    jw_object_end(&w);
    return RC_OK;
}

static int types(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "case types");
    sb_init(&call.out, 1u << 24);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_types, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

const struct cli_command cases_commands[] = {
    {"case", "types", CLI_STORE, "", "", "列出可以反映的事项", "list what can be reported", types},
    {"case", "list", CLI_STORE, "[--limit N]", "[--limit N]", "列出案件，新的在前", "list cases, the newest first",
     list},
    {"case", "show", CLI_STORE, "编号", "NUMBER", "显示一个案件", "show a case", show},
};
const int cases_command_count = (int)(sizeof cases_commands / sizeof cases_commands[0]);
