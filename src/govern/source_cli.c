/* source_cli.c - `yiti source add`: registers a source from a terminal, as the system itself; list and show stand in govern_cli.c. */
#include <string.h>

#include "govern/source_int.h"

struct adding {
    struct govern_call call;
    struct span number;
};

static enum rc run_add(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct adding *a = out;
    (void)in;
    enum rc rc = govern_do(tx, &a->call, f);
    a->number = a->call.m.number;
    return rc;
}

static void put(json_t *body, const char *name, const char *value)
{
    if (value != NULL)
        json_object_set_new(body, name, json_string(value));
}

static const struct govern_verb *create_verb(void)
{
    for (int i = 0; i < govern_source.n_verbs; i++) {
        if (strcmp(govern_source.verbs[i].word, "create") == 0)
            return &govern_source.verbs[i];
    }
    return NULL;
}

static int source_add(struct cli *c)
{
    static const char *const options[][2] = {
        {"from", "from_whom"},           {"unit", "unit_id"}, {"received", "from_on"}, {"due", "due_on"},
        {"document", "document_number"}, {"text", "text"},
    };
    struct adding *a = ARENA_NEW(c->arena, struct adding);
    json_t *body = json_object();
    struct fail f = {0};
    if (a == NULL || body == NULL)
        return cli_usage(c, "source add");
    for (int i = 0; i < COUNT(options); i++)
        put(body, options[i][1], cli_option(c, options[i][0]));
    if (cli_flag(c, "internal"))
        json_object_set_new(body, "internal", json_true());
    if (!cli_no_more_options(c) || c->argc != 2) {
        json_decref(body);
        return cli_usage(c, "source add KIND TITLE --from WHO --unit ID --text T [--received DAY] [--due DAY] "
                            "[--document NO] [--internal]");
    }
    put(body, "form", c->argv[0]);
    put(body, "title", c->argv[1]);
    a->call.topic = &govern_source;
    a->call.verb = create_verb();
    enum rc rc = govern_fields(body, a->call.verb->fields, a->call.verb->n_fields, false, a->call.v, a->call.list, &f);
    struct store_write w = {.command = run_add, .out = a, .actor = ACTOR_SYSTEM, .arena = c->arena};
    if (rc == RC_OK) {
        rc = store_run(c->store, &w);
        sb_release(&w.body);
        f = w.fail;
    }
    if (rc == RC_OK)
        (void)fprintf(c->out, "%.*s %lld\n", SPAN_ARG(a->number), (long long)a->call.id);
    json_decref(body);
    return rc == RC_OK ? 0 : cli_failed(c, &f);
}

/* clang-format off */
const struct cli_command source_commands[] = {
    {"source", "add", CLI_STORE, "类别 标题 --from 来自 --unit 单位编号 --text 内容 [--received 日期] [--due 日期] [--document 文号] [--internal]", "KIND TITLE --from WHO --unit ID --text T [--received DAY] [--due DAY] [--document NO] [--internal]", "登记批示、交办件、建议或提案", "register an instruction or proposal", source_add},
};
/* clang-format on */
const int source_command_count = COUNT(source_commands);
