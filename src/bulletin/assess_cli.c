/* assess_cli.c - `yiti assess …`: the same calls as the API's, from a terminal, as the system itself. */
#include <string.h>

#include "bulletin/assess_int.h"

struct call {
    struct cli *c;
    int64_t id;
    struct sb out; /* JSON of --json */
};

enum { LISTED_MAX = 200 };
static enum rc list_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct assess_run *items = ARENA_ARRAY(tx_arena(tx), LISTED_MAX, struct assess_run);
    struct rows rows;
    struct jw w;
    int n = 0;
    if (items == NULL)
        return bulletin_over(f);
    enum rc rc =
        db_list(tx, SQL_assess_list, 0, SQLO_assess_list_newest, false, DB_ARGS(DB_I(0), DB_I(LISTED_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        assess_run_of(&rows, &items[n++]);
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n && !call->c->json; i++)
        (void)fprintf(call->c->out, "%lld  %.*s  %.*s  %.*s  %.*s\n", (long long)items[i].id,
                      SPAN_ARG(items[i].from_on), SPAN_ARG(items[i].until_on), SPAN_ARG(items[i].state),
                      SPAN_ARG(items[i].scheme));
    if (rc != RC_OK || !call->c->json)
        return rc;
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = assess_brief_json(tx, &items[i], &w, f);
    jw_array_end(&w);
    jw_object_end(&w);
    return rc;
}

static int list(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "assess list");
    sb_init(&call.out, 1u << 26);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_all, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

static enum rc show_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct assess_run run;
    struct assess_result *results = NULL;
    struct jw w;
    int64_t version = 0;
    int n = 0;
    if (call->c->json) {
        jw_init(&w, &call->out);
        return assess_whole_json(tx, call->id, &w, &version, f);
    }
    enum rc rc = assess_get(tx, call->id, &run, f);
    if (rc == RC_OK)
        rc = assess_results(tx, &run, &results, &n, f);
    if (rc != RC_OK)
        return rc;
    (void)fprintf(call->c->out, "%.*s  %.*s  %.*s  %.*s\n", SPAN_ARG(run.number), SPAN_ARG(run.from_on),
                  SPAN_ARG(run.until_on), SPAN_ARG(run.state));
    for (int i = 0; i < n; i++)
        (void)fprintf(call->c->out, "  %-12.*s %3lld  %.*s  %.*s\n", SPAN_ARG(results[i].group),
                      (long long)results[i].place, SPAN_ARG(assess_points_text(tx_arena(tx), results[i].points)),
                      SPAN_ARG(results[i].name));
    return RC_OK;
}

static int show(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "assess show ID");
    if (!span_to_i64(span_of(c->argv[0]), &call.id) || call.id <= 0)
        return cli_bad_argument(c, "编号", "id", c->argv[0]);
    sb_init(&call.out, 1u << 26);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_one, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

const struct cli_command assess_commands[] = {
    {"assess", "list", CLI_STORE, "", "", "列出单位考核", "list assessments of units", list},
    {"assess", "show", CLI_STORE, "编号", "ID", "显示一次考核的各单位得分", "show the points of an assessment's units",
     show},
};
const int assess_command_count = (int)(sizeof assess_commands / sizeof assess_commands[0]);
