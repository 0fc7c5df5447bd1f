/* meet_cli.c - `yiti meeting …`: the same calls as the API's from a terminal, as the system itself. */
#include <string.h>

#include "govern/meet_int.h"

struct call {
    struct cli *c;
    struct sb out;
    int64_t id, body_id;
};

static void session_line(struct call *call, struct tx *tx, const struct meet_session *s)
{
    char at[36] = "-";
    if (s->starts_at_us != 0)
        time_print(s->starts_at_us, at);
    sb_addf(&call->out, "%lld  %-24.*s %-10s %.16s  %.*s  %.*s\n", (long long)s->id, SPAN_ARG(s->number),
            meet_state_word(s->state), at, SPAN_ARG(s->title), SPAN_ARG(meet_unit_name(tx, s->host_id)));
}

#define LISTED_MAX 200
static enum rc read_list(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct meet_session *all = ARENA_ARRAY(tx_arena(tx), LISTED_MAX, struct meet_session);
    struct meet_show show = {.tx = tx};
    struct db_val args[3] = {DB_I(0), DB_I(LISTED_MAX), DB_I(call->body_id)};
    struct rows rows;
    struct jw w;
    int n = 0;
    if (all == NULL)
        return meet_over(f);
    enum rc rc = db_list(tx, SQL_meet_session_list, call->body_id != 0 ? SQLF_meet_session_list_body : 0,
                         SQLO_meet_session_list_newest, false, args, call->body_id != 0 ? 3 : 2, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < LISTED_MAX && rows_next(&rows))
        meet_session_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    jw_init(&w, &call->out);
    if (call->c->json)
        jw_array(&w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        if (call->c->json)
            meet_session_brief(&show, &all[i], &w);
        else
            session_line(call, tx, &all[i]);
    }
    if (call->c->json)
        jw_array_end(&w);
    return rc;
}

static int meeting_list(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f = {0};
    const char *body = cli_option(c, "body");
    if (!cli_no_more_options(c) || c->argc != 0 || (body != NULL && !span_to_i64(span_of(body), &call.body_id)))
        return cli_usage(c, "meeting list [--body ID] [--json]");
    sb_init(&call.out, 1u << 26);
    return cli_finish(c, &call.out, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_list, &call, &f), &f);
}

static enum rc show_text(struct call *call, struct tx *tx, const struct meet_session *s, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_attendee *a = NULL;
    struct meet_resolution *r = NULL;
    int n_items = 0, n_a = 0, n_r = 0;
    enum rc rc = meet_items(tx, s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_attendees(tx, s, &a, &n_a, f);
    if (rc == RC_OK)
        rc = meet_resolutions(tx, s, false, &r, &n_r, f);
    if (rc != RC_OK)
        return rc;
    session_line(call, tx, s);
    for (int i = 0; i < n_items; i++)
        sb_addf(&call->out, "  %lld. %.*s\n", (long long)items[i].ordinal, SPAN_ARG(items[i].title));
    for (int i = 0; i < n_a; i++)
        sb_addf(&call->out, "  %-10.*s %.*s %.*s\n", SPAN_ARG(a[i].status), SPAN_ARG(meet_unit_name(tx, a[i].unit_id)),
                SPAN_ARG(a[i].name));
    for (int i = 0; i < n_r; i++)
        sb_addf(&call->out, "  %.*s %.*s (%.*s, %lld/%lld) %.*s\n", SPAN_ARG(r[i].number), SPAN_ARG(r[i].outcome),
                SPAN_ARG(r[i].how), (long long)r[i].open_duties, (long long)r[i].duties, SPAN_ARG(r[i].text));
    return RC_OK;
}

static enum rc read_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct meet_session s;
    struct jw w;
    int64_t version = 0;
    jw_init(&w, &call->out);
    if (call->c->json)
        return meet_session_whole(tx, call->id, call->c->lang, &w, &version, f);
    const enum rc rc = meet_session_get(tx, call->id, &s, f);
    return rc == RC_OK ? show_text(call, tx, &s, f) : rc;
}

static int meeting_show(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f = {0};
    if (!cli_no_more_options(c) || c->argc != 1 || !span_to_i64(span_of(c->argv[0]), &call.id))
        return cli_usage(c, "meeting show ID [--json]");
    sb_init(&call.out, 1u << 26);
    return cli_finish(c, &call.out, store_read(c->store, &ACTOR_SYSTEM, c->arena, read_one, &call, &f), &f);
}

const struct cli_command meet_commands[] = {
    {"meeting", "list", CLI_STORE, "[--body 编号]", "[--body ID]", "列出会议", "list sessions", meeting_list},
    {"meeting", "show", CLI_STORE, "编号", "ID", "显示一次会议的议程、出席和决议",
     "show a session's agenda, attendance and resolutions", meeting_show},
};
const int meet_command_count = (int)(sizeof(meet_commands) / sizeof(meet_commands[0]));
