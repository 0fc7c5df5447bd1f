/* govern_cli.c - `yiti group list|show` and its like, as the system itself; and lines of a demonstration file. */
#include <string.h>

#include "govern/govern_int.h"

/* ---- list and show ------------------------------------------------------------ */

struct look {
    struct cli *c;
    const struct govern_topic *topic;
    struct span state;
    int64_t id;
    struct govern_show show;
    struct sb sb;
};

static int usage(struct cli *c, const struct govern_topic *topic, const char *rest)
{
    char text[200];
    (void)snprintf(text, sizeof text, "%s %s", topic->kind, rest);
    return cli_usage(c, text);
}

/* One line a matter, from the same JSON that the API gives: number, state, code, title. */
static void print_lines(struct sb *sb, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *m = json_array_get(items, i);
        sb_addf(sb, "%-28s %-12s %-18s %-10s %s\n", json_string_value(json_object_get(m, "number")),
                json_string_value(json_object_get(m, "state")), json_string_value(json_object_get(m, "form")),
                json_string_value(json_object_get(m, "code")), json_string_value(json_object_get(m, "title")));
    }
}

static enum rc read_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct look *look = ctx;
    struct db_val args[4] = {DB_I(0), DB_I(LIST_LIMIT_MAX + 1), DB_S(look->topic->kind), DB_T(look->state)};
    const struct govern_list q = {.filters = SQLF_matter_list_kind | (look->state.len > 0 ? SQLF_matter_list_state : 0),
                                  .oldest = true,
                                  .limit = LIST_LIMIT_MAX,
                                  .args = args,
                                  .n_args = look->state.len > 0 ? 4 : 3};
    struct sb json;
    struct jw w;
    json_t *tree = NULL;
    int64_t next = 0;
    sb_init(&json, 1u << 26);
    jw_init(&w, &json);
    enum rc rc = govern_list(tx, &q, &look->show, &w, &next, f);
    if (rc == RC_OK && look->c->json)
        sb_add(&look->sb, sb_span(&json));
    else if (rc == RC_OK)
        rc = json_read(tx_arena(tx), sb_span(&json), &tree, f);
    print_lines(&look->sb, tree);
    sb_release(&json);
    return rc;
}

static enum rc read_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct look *look = ctx;
    struct matter m;
    struct jw w;
    int64_t version = 0;
    enum rc rc = matter_get(tx, look->topic->kind, look->id, &m, f);
    jw_init(&w, &look->sb);
    return rc == RC_OK ? govern_object(tx, look->id, &look->show, &w, &version, f) : rc;
}

static struct look look_at(struct cli *c, const struct govern_topic *topic)
{
    struct look look = {.c = c, .topic = topic, .show = {.lang = c->lang}};
    const int32_t today = date_to_days(date_of_us(clock_now_us(store_clock(c->store))));
    look.show.as_of = as_of_day(today, false);
    sb_init(&look.sb, 1u << 26);
    return look;
}

static int list_of(struct cli *c, const struct govern_topic *topic)
{
    struct look look = look_at(c, topic);
    struct fail f = {0};
    look.state = span_of(cli_option(c, "state"));
    if (!cli_no_more_options(c) || c->argc != 0)
        return usage(c, topic, "list [--state WORD] [--json]");
    return cli_finish(c, &look.sb, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_list, &look, &f), &f);
}

static int show_of(struct cli *c, const struct govern_topic *topic)
{
    struct look look = look_at(c, topic);
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &look.id))
        return usage(c, topic, "show ID");
    return cli_finish(c, &look.sb, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_one, &look, &f), &f);
}

static int group_list(struct cli *c)
{
    return list_of(c, &govern_group);
}

static int group_show(struct cli *c)
{
    return show_of(c, &govern_group);
}

static int power_list(struct cli *c)
{
    return list_of(c, &govern_power);
}

static int power_show(struct cli *c)
{
    return show_of(c, &govern_power);
}

static int standard_list(struct cli *c)
{
    return list_of(c, &govern_standard);
}

static int standard_show_cli(struct cli *c)
{
    return show_of(c, &govern_standard);
}

static int document_list(struct cli *c)
{
    return list_of(c, &govern_document);
}

static int document_show_cli(struct cli *c)
{
    return show_of(c, &govern_document);
}

static int document_call_list(struct cli *c)
{
    return list_of(c, &govern_document_call);
}

static int document_call_show_cli(struct cli *c)
{
    return show_of(c, &govern_document_call);
}

static int cleanup_list(struct cli *c)
{
    return list_of(c, &govern_cleanup);
}

static int cleanup_show_cli(struct cli *c)
{
    return show_of(c, &govern_cleanup);
}

static int pilot_list(struct cli *c)
{
    return list_of(c, &govern_pilot);
}

static int pilot_show_cli(struct cli *c)
{
    return show_of(c, &govern_pilot);
}

static int network_list(struct cli *c)
{
    return list_of(c, &govern_network);
}

static int network_show(struct cli *c)
{
    return show_of(c, &govern_network);
}

static int request_list(struct cli *c)
{
    return list_of(c, &govern_request);
}

static int request_show(struct cli *c)
{
    return show_of(c, &govern_request);
}

static int source_list_cli(struct cli *c)
{
    return list_of(c, &govern_source);
}

static int source_show_cli(struct cli *c)
{
    return show_of(c, &govern_source);
}

/* clang-format off */
const struct cli_command govern_commands[] = {
    {"group", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出领导小组、委员会等议事协调机构", "list leading groups, committees, councils", group_list},
    {"group", "show", CLI_STORE, "编号", "ID", "查看一个议事协调机构", "show one body", group_show},
    {"power", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出权限目录", "list powers", power_list},
    {"power", "show", CLI_STORE, "编号", "ID", "查看一项权限及其下放", "show one power and its grants", power_show},
    {"standard", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出共同标准", "list common standards", standard_list},
    {"standard", "show", CLI_STORE, "编号", "ID", "查看一项共同标准", "show one common standard", standard_show_cli},
    {"document", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出登记的文件", "list documents", document_list},
    {"document", "show", CLI_STORE, "编号", "ID", "查看一份文件的必备内容和依据", "show one document", document_show_cli},
    {"call", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出文件催报", "list calls for documents", document_call_list},
    {"call", "show", CLI_STORE, "编号", "ID", "查看一次催报", "show who owes one", document_call_show_cli},
    {"cleanup", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出政策清理", "list clean-ups of policies", cleanup_list},
    {"cleanup", "show", CLI_STORE, "编号", "ID", "查看一次政策清理", "show one clean-up", cleanup_show_cli},
    {"pilot", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出试点和示范创建", "list pilots and models", pilot_list},
    {"source", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出批示、交办、建议和提案", "list instructions and proposals", source_list_cli},
    {"source", "show", CLI_STORE, "编号", "ID", "查看一项来源及其任务和答复", "show one with its duties and letters", source_show_cli},
    {"pilot", "show", CLI_STORE, "编号", "ID", "查看一个试点", "show one pilot", pilot_show_cli},
    {"network", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出协作网络、联盟、驻外机构、对外渠道", "list networks, alliances, overseas offices, channels", network_list},
    {"network", "show", CLI_STORE, "编号", "ID", "查看一个协作网络的成员、职能和事项", "show one network", network_show},
    {"request", "list", CLI_STORE, "[--state 状态]", "[--state WORD]", "列出合作请求、协助函和线索", "list requests for cooperation, assistance, leads", request_list},
    {"request", "show", CLI_STORE, "编号", "ID", "查看一件合作请求的答复和办理", "show one request", request_show},
};
/* clang-format on */
const int govern_command_count = COUNT(govern_commands);

/* ---- lines of a demonstration file ------------------------------------------------------------ */

static int64_t named(const struct govern_names *names, struct span name)
{
    for (int i = 0; i < names->n; i++) {
        if (span_is(name, names->items[i].name))
            return names->items[i].id;
    }
    return 0;
}

/* "@990100:澜州市水务局" is that unit's id, "$name" that of a matter made before. */
static enum rc replace_names(struct tx *tx, struct sb *out, struct span json, const struct govern_names *names,
                             struct fail *f)
{
    for (size_t i = 0; i < json.len; i++) {
        const bool sign = i > 0 && json.ptr[i - 1] == '"' && (json.ptr[i] == '@' || json.ptr[i] == '$');
        const size_t end = sign ? span_find(json, SPAN("\""), i) : 0;
        struct unit_found found = {0};
        if (!sign || end == SIZE_MAX) {
            sb_addc(out, json.ptr[i]);
            continue;
        }
        struct span name = span_sub(json, i + 1, end);
        enum rc rc = RC_OK;
        if (json.ptr[i] == '@') {
            const char *region_code = span_cstr(tx_arena(tx), span_split(&name, ':'));
            rc = unit_resolve(tx, region_code, name, SPAN_NONE, &found, f);
        }
        if (json.ptr[i] == '$')
            found.unit_id = named(names, name);
        if (rc == RC_OK && found.unit_id == 0)
            rc = fail_span(f, RC_MISSING, MSG_not_found, "name", name);
        if (rc != RC_OK)
            return rc;
        sb_add_i64(out, found.unit_id);
        i = end - 1;
    }
    return sb_rc(out) == RC_OK ? RC_OK : fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
}

static bool find_verb(struct span what, struct govern_call *c)
{
    struct span word = what;
    c->topic = govern_topic_of(span_split(&word, '.'));
    for (int i = 0; c->topic != NULL && i < c->topic->n_verbs; i++) {
        if (span_is(word, c->topic->verbs[i].word))
            c->verb = &c->topic->verbs[i];
    }
    return c->verb != NULL;
}

static void remember(struct govern_names *names, struct span name, int64_t id)
{
    (void)snprintf(names->items[names->n].name, sizeof names->items[0].name, "%.*s", SPAN_ARG(name));
    names->items[names->n++].id = id;
}

enum rc govern_play(struct tx *tx, struct span line, struct govern_names *names, struct fail *f)
{
    struct govern_call *c = ARENA_NEW(tx_arena(tx), struct govern_call);
    struct span rest = line;
    const struct span what = span_split(&rest, '\t');
    struct span item = span_split(&rest, '\t');
    const struct span name = span_split(&item, ':');
    struct sb sb;
    json_t *body = NULL;
    if (c == NULL || names->n >= GOVERN_PLAY_MAX)
        return fail_set(f, RC_LIMIT, MSG_govern_memory, NULL, NULL);
    if (!find_verb(what, c))
        return fail_span(f, RC_INVALID, MSG_not_found, "verb", what);
    sb_init(&sb, JSON_BYTES_MAX);
    enum rc rc = replace_names(tx, &sb, rest, names, f);
    if (rc == RC_OK)
        rc = json_read(tx_arena(tx), sb_span(&sb), &body, f);
    sb_release(&sb);
    if (rc == RC_OK)
        rc = govern_fields(body, c->verb->fields, c->verb->n_fields, (c->verb->how & GOVERN_KEEPS) != 0, c->v, c->list,
                           f);
    c->id = named(names, name);
    if (c->verb->route != NULL && strstr(c->verb->route, "{item}") != NULL)
        c->item = item.len > 0 ? named(names, item) : names->item;
    if (rc == RC_OK)
        rc = govern_do(tx, c, f);
    if (rc == RC_OK && (c->verb->how & GOVERN_ADDS) != 0)
        names->item = c->item;
    if (rc == RC_OK && (c->verb->how & GOVERN_ADDS) != 0 && item.len > 0 && named(names, item) == 0)
        remember(names, item, c->item);
    if (rc == RC_OK && (c->verb->how & GOVERN_CREATES) != 0)
        remember(names, name, c->id);
    return rc;
}
