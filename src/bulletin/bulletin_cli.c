/* bulletin_cli.c - `yiti bulletin …`: the same calls as the API's, from a terminal, as the system itself. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bulletin/bulletin_int.h"

struct call {
    struct cli *c;
    int64_t id;
    struct sb out; /* JSON of --json */
    struct span file;
    bool docx;
};

static bool take_id(struct cli *c, const char *text, int64_t *id)
{
    return (span_to_i64(span_of(text), id) && *id > 0) || cli_bad_argument(c, "编号", "id", text) == 0;
}

/* ---- list ---------------------------------------------------------------------------------------------------------------------------- */

enum { LISTED_MAX = 500 };
static enum rc list_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct bulletin_row_of *items = ARENA_ARRAY(tx_arena(tx), LISTED_MAX, struct bulletin_row_of);
    struct rows rows;
    struct jw w;
    int n = 0;
    if (items == NULL)
        return bulletin_over(f);
    enum rc rc = db_list(tx, SQL_bulletin_list, 0, SQLO_bulletin_list_newest, false, DB_ARGS(DB_I(0), DB_I(LISTED_MAX)),
                         &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        bulletin_of(&rows, &items[n++]);
    rc = rows_end(&rows);
    jw_init(&w, &call->out);
    if (call->c->json) {
        jw_object(&w);
        jw_key(&w, "items");
        jw_array(&w);
    }
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct bulletin_row_of *b = &items[i];
        if (call->c->json)
            rc = bulletin_brief_json(tx, b, &w, f);
        else
            (void)fprintf(call->c->out, "%lld  %.*s  %.*s  %.*s  %.*s\n", (long long)b->id, SPAN_ARG(b->until_on),
                          SPAN_ARG(b->state), SPAN_ARG(b->template),
                          SPAN_ARG(b->document_number.len > 0 ? b->document_number : b->number));
    }
    if (call->c->json) {
        jw_array_end(&w);
        jw_object_end(&w);
    }
    return rc;
}

static int list(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 0)
        return cli_usage(c, "bulletin list");
    sb_init(&call.out, 1u << 28);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_all, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

/* ---- show ------------------------------------------------------------------------------------------------------------------------------ */

static void print_scope(FILE *out, const struct bulletin_scope *s)
{
    (void)fprintf(out, "  %3lld  %.*s", (long long)s->rank, SPAN_ARG(s->name.len > 0 ? s->name : SPAN("*")));
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        (void)fprintf(out, "  %s %lld", bulletin_figure_word((enum bulletin_figure)i), (long long)s->counts[i]);
    (void)fputc('\n', out);
}

static enum rc show_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct bulletin_row_of b;
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    struct jw w;
    FILE *out = call->c->out;
    enum rc rc = doc != NULL ? bulletin_get(tx, call->id, &b, f) : bulletin_over(f);
    if (rc == RC_OK && call->c->json) {
        jw_init(&w, &call->out);
        return bulletin_whole_json(tx, &b, false, &w, f);
    }
    if (rc == RC_OK)
        rc = bulletin_load(tx, &b, doc, f);
    if (rc != RC_OK)
        return rc;
    (void)fprintf(out, "%.*s  %.*s  %.*s\n\n", SPAN_ARG(doc->title), SPAN_ARG(b.document_number), SPAN_ARG(b.state));
    for (int i = 0; i < doc->n_sections; i++)
        (void)fprintf(out, "%.*s\n%.*s\n\n", SPAN_ARG(doc->filled[i].heading), SPAN_ARG(doc->filled[i].body));
    for (int i = 0; i < doc->figures.n_scopes; i++)
        print_scope(out, &doc->figures.scopes[i]);
    return RC_OK;
}

static int show(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    if (!cli_no_more_options(c) || c->argc != 1)
        return cli_usage(c, "bulletin show ID");
    if (!take_id(c, c->argv[0], &call.id))
        return 2;
    sb_init(&call.out, 1u << 28);
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_one, &call, &f);
    return cli_finish(c, &call.out, rc, &f);
}

/* ---- export ---------------------------------------------------------------------------------------------------------------------------- */

static enum rc make_file(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct bulletin_row_of b;
    struct bulletin_doc *doc = ARENA_NEW(tx_arena(tx), struct bulletin_doc);
    enum rc rc = doc != NULL ? bulletin_get(tx, call->id, &b, f) : bulletin_over(f);
    if (rc == RC_OK)
        rc = bulletin_load(tx, &b, doc, f);
    if (rc != RC_OK)
        return rc;
    return call->docx ? bulletin_docx_write(tx_arena(tx), doc, &call->file, f)
                      : bulletin_xlsx_write(tx_arena(tx), doc, &call->file, f);
}

static bool write_all(int fd, struct span s)
{
    while (s.len > 0) {
        const ssize_t n = write(fd, s.ptr, s.len);
        if (n <= 0)
            return false;
        s = span_sub(s, (size_t)n, s.len);
    }
    return true;
}

static int export(struct cli *c)
{
    struct call call = {.c = c};
    struct fail f;
    const bool words = cli_no_more_options(c) && c->argc == 2;
    call.docx = words && span_ends(span_of(c->argv[1]), SPAN(".docx"));
    if (!words || (!call.docx && !span_ends(span_of(c->argv[1]), SPAN(".xlsx"))))
        return cli_usage(c, "bulletin export ID FILE.docx|FILE.xlsx");
    if (!take_id(c, c->argv[0], &call.id))
        return 2;
    enum rc rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, make_file, &call, &f);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    const int fd = openat(c->cwd_fd, c->argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && write_all(fd, call.file);
    ok = fd >= 0 && close(fd) == 0 && ok;
    if (ok)
        return 0;
    (void)fail_set(&f, RC_INVALID, MSG_bulletin_file_failed, NULL, NULL);
    return cli_failed(c, &f);
}

const struct cli_command bulletin_commands[] = {
    {"bulletin", "list", CLI_STORE, "", "", "列出通报", "list bulletins", list},
    {"bulletin", "show", CLI_STORE, "编号", "ID", "显示一份通报的文字和数据", "show a bulletin's text and figures",
     show},
    {"bulletin", "export", CLI_STORE, "编号 文件.docx|文件.xlsx", "ID FILE.docx|FILE.xlsx",
     "导出通报（公文格式）或其数据", "write a bulletin as an official document, or its figures", export},
};
const int bulletin_command_count = (int)(sizeof bulletin_commands / sizeof bulletin_commands[0]);
