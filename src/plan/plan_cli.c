/* plan_cli.c - `yiti outline …` and `yiti action …`: the same calls as the API's, from a terminal, as the system itself. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "plan/plan_int.h"

/* What a call asks for; each command fills and uses its part. */
struct call {
    struct cli *c;
    struct plan_view view;
    struct plan_query query;
    int64_t id, with;
    const char *unit, *region;
    int64_t unit_id, cooperation_id;
    bool no_choice; /* no office was named, and there is not just one */
    struct sb out;  /* JSON of --json, or a file's bytes */
    bool docx;
    struct span file;
};

static enum rc take_day(struct cli *c, struct plan_view *view, struct fail *f)
{
    const char *text = cli_option(c, "as-of");
    struct ymd day = date_of_us(clock_now_us(store_clock(c->store)));
    if (text != NULL && !date_parse(span_of(text), &day))
        return fail_set(f, RC_INVALID, MSG_plan_day_invalid, "--as-of", text, NULL);
    *view = plan_view_on(c->arena, as_of_day(date_to_days(day), text != NULL));
    return RC_OK;
}

static bool take_id(const char *text, int64_t *out)
{
    return text != NULL && span_to_i64(span_of(text), out) && *out > 0;
}

/* The one word behind the verb, an id; false when it is none, and said which word that was. */
static bool one_id(struct cli *c, int64_t *id)
{
    if (!cli_no_more_options(c) || c->argc != 1)
        return false;
    return take_id(c->argv[0], id) || cli_bad_argument(c, "编号", "id", c->argv[0]) == 0;
}

/* An option that is an id, when it is given; false, and said, when it is none. */
static bool take_id_option(struct cli *c, const char *option, const char *text, int64_t *out)
{
    return text == NULL || take_id(text, out) ||
           cli_bad_value(c, option, text,
                         c->lang == LANG_ZH ? "编号（大于0的整数）" : "an id, a whole number above 0") == 0;
}

#define LIGHT_WORDS "green, amber, red, grey"
#define STATE_WORDS "to_start, under_way, done, stopped"

static int print_json(struct cli *c, struct sb *sb)
{
    struct span s = sb_span(sb);
    (void)fwrite(s.ptr, 1, s.len, c->out);
    (void)fputc('\n', c->out);
    sb_release(sb);
    return 0;
}

static int done(struct call *call, enum rc rc, const struct fail *f)
{
    if (rc != RC_OK) {
        sb_release(&call->out);
        return cli_failed(call->c, f);
    }
    if (call->c->json)
        return print_json(call->c, &call->out);
    sb_release(&call->out);
    return 0;
}

static void begin(struct call *call, struct cli *c)
{
    *call = (struct call){.c = c};
    sb_init(&call->out, 1u << 28);
}

/* ---- outline import ------------------------------------------------------------ */

#define OFFICES_SHOWN 20

/* The only office that there is; when there are several, they are listed on err. */
static enum rc only_office(struct tx *tx, struct call *call, struct fail *f)
{
    struct rows rows;
    int n = 0;
    struct sb list;
    sb_init(&list, 1u << 16);
    enum rc rc = db_query(tx, SQL_plan_offices, DB_ARGS(DB_I(OFFICES_SHOWN)), &rows, f);
    if (rc != RC_OK)
        return rc;
    for (; rows_next(&rows); n++) {
        call->unit_id = rows_int(&rows, 0);
        call->cooperation_id = rows_int(&rows, 2);
        sb_addf(&list, "  --unit %lld  %.*s (%.*s)\n", (long long)call->unit_id, SPAN_ARG(rows_text(&rows, 3)),
                SPAN_ARG(rows_text(&rows, 1)));
    }
    rc = rows_end(&rows);
    call->no_choice = n != 1;
    if (rc == RC_OK && n != 1) {
        call->unit_id = call->cooperation_id = 0;
        if (n > 0)
            (void)fwrite(sb_span(&list).ptr, 1, sb_span(&list).len, call->c->err);
        rc = fail_set(f, RC_INVALID, n == 0 ? MSG_plan_no_offices : MSG_plan_which_office, "--unit", NULL);
    }
    sb_release(&list);
    return rc;
}

static enum rc find_office(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct rows rows;
    if (call->unit_id != 0)
        return RC_OK;
    if (call->cooperation_id == 0 && call->region == NULL)
        return only_office(tx, call, f);
    enum rc rc = call->cooperation_id != 0
                     ? db_one(tx, SQL_plan_office_of_cooperation, DB_ARGS(DB_I(call->cooperation_id)), &rows, f)
                     : db_one(tx, SQL_plan_office, DB_ARGS(DB_S(call->region)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_MISSING, MSG_plan_no_office, "--region", NULL);
    if (rc != RC_OK)
        return rc;
    call->unit_id = rows_int(&rows, 0);
    return rows_end(&rows);
}

static void show_progress(void *ctx, int64_t n, int64_t total)
{
    struct cli *c = ctx;
    cli_progress(c, c->lang == LANG_ZH ? "写入" : "storing", n, total);
}

/* The same text came in before: said on err, so that nobody makes two of one. */
static enum rc warn_same(struct tx *tx, struct cli *c, const struct plan_import_row *row, struct fail *f)
{
    struct plan_same same;
    bool zh = c->lang == LANG_ZH;
    enum rc rc = plan_same_text(tx, row, &same, f);
    for (int i = 0; rc == RC_OK && i < same.n_imports; i++)
        (void)fprintf(c->err,
                      zh ? "注意：与导入 %lld（%.*s）文字完全相同\n" : "note: the same text as import %lld (%.*s)\n",
                      (long long)same.imports[i].id, SPAN_ARG(same.imports[i].name));
    for (int i = 0; rc == RC_OK && i < same.n_outlines; i++)
        (void)fprintf(c->err,
                      zh ? "注意：与纲要 %lld（%.*s）文字完全相同\n" : "note: the same text as outline %lld (%.*s)\n",
                      (long long)same.outlines[i].id, SPAN_ARG(same.outlines[i].name));
    return rc;
}

static enum rc write_import(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_import_row row;
    struct plan_document_row *docs = NULL;
    struct jw w;
    int n = 0;
    enum rc rc = plan_import_get(tx, call->id, &row, f);
    if (rc != RC_OK)
        return rc;
    if (call->c->json) {
        jw_init(&w, &call->out);
        return plan_import_json(tx, &row, true, &w, f);
    }
    rc = plan_documents(tx, &row, &docs, &n, f);
    bool zh = call->c->lang == LANG_ZH;
    (void)fprintf(call->c->out, zh ? "导入 %lld（%.*s）\n" : "import %lld (%.*s)\n", (long long)row.id,
                  SPAN_ARG(row.state));
    for (int i = 0; rc == RC_OK && i < n; i++)
        (void)fprintf(call->c->out,
                      zh ? "  %lld. %.*s：%lld个节点，%lld项，%lld个单位\n"
                         : "  %lld. %.*s: %lld nodes, %lld actions, %lld units\n",
                      (long long)docs[i].document, SPAN_ARG(docs[i].title), (long long)docs[i].nodes,
                      (long long)docs[i].actions, (long long)docs[i].units);
    return rc == RC_OK ? warn_same(tx, call->c, &row, f) : rc;
}

static void print_confirmed(struct call *call, const struct plan_confirmed *done_)
{
    struct jw w;
    bool zh = call->c->lang == LANG_ZH;
    sb_clear(&call->out);
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_kid(&w, "import_id", call->id);
    jw_key(&w, "outlines");
    jw_array(&w);
    for (int i = 0; i < done_->n; i++) {
        jw_object(&w);
        jw_kid(&w, "id", done_->outline_ids[i]);
        jw_ktext(&w, "title", done_->titles[i]);
        jw_object_end(&w);
        if (!call->c->json)
            (void)fprintf(call->c->out, zh ? "纲要 %lld：%.*s\n" : "outline %lld: %.*s\n",
                          (long long)done_->outline_ids[i], SPAN_ARG(done_->titles[i]));
    }
    jw_array_end(&w);
    jw_kint(&w, "proposed_units", done_->proposed_units);
    jw_object_end(&w);
    if (!call->c->json)
        (void)fprintf(call->c->out, zh ? "拟新增单位：%lld个\n" : "units proposed: %lld\n",
                      (long long)done_->proposed_units);
}

static enum rc import_and_confirm(struct call *call, const struct plan_import_in *in, bool confirm, struct fail *f)
{
    struct plan_progress progress = {show_progress, call->c};
    struct store *s = call->c->store;
    enum rc rc = plan_import_file(s, &ACTOR_SYSTEM, in, &progress, &call->id, f);
    if (rc == RC_OK && (!confirm || !call->c->json))
        rc = store_read(s, &ACTOR_SYSTEM, call->c->arena, write_import, call, f);
    if (rc != RC_OK || !confirm)
        return rc;
    struct plan_confirmed *out = ARENA_NEW(call->c->arena, struct plan_confirmed);
    struct plan_confirm_in ask = {.import_id = call->id, .cooperation_id = call->cooperation_id};
    if (call->region != NULL && call->cooperation_id == 0)
        ask.region_code = span_of(call->region);
    rc = plan_confirm_import(s, &ACTOR_SYSTEM, &ask, call->c->arena, &progress, out, f);
    if (rc == RC_OK)
        print_confirmed(call, out);
    return rc;
}

static int outline_import(struct cli *c)
{
    static const char words[] = "outline import FILE [--live|--archive] [--region CODE | --cooperation ID | --unit ID] "
                                "[--as-of DAY] [--confirm]";
    struct call call;
    struct fail f;
    begin(&call, c);
    bool live = cli_flag(c, "live"), archive = cli_flag(c, "archive"), confirm = cli_flag(c, "confirm");
    const char *cooperation = cli_option(c, "cooperation"), *unit = cli_option(c, "unit"),
               *as_of = cli_option(c, "as-of");
    call.region = cli_option(c, "region");
    bool ids = take_id_option(c, "--cooperation", cooperation, &call.cooperation_id) &&
               take_id_option(c, "--unit", unit, &call.unit_id);
    if (!ids || !cli_no_more_options(c) || c->argc != 1 || (live && archive)) {
        sb_release(&call.out);
        return cli_usage(c, words);
    }
    const char *slash = strrchr(c->argv[0], '/');
    struct plan_import_in in = {.filename = span_of(slash != NULL ? slash + 1 : c->argv[0]),
                                .mode = archive ? SPAN("archive") : SPAN("live"),
                                .as_of_on = as_of != NULL ? span_of(as_of) : SPAN_NONE};
    struct ymd day;
    enum rc rc = as_of == NULL || date_parse(span_of(as_of), &day)
                     ? RC_OK
                     : fail_set(&f, RC_INVALID, MSG_plan_day_invalid, "--as-of", as_of, NULL);
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, find_office, &call, &f);
    in.unit_id = call.unit_id;
    if (rc == RC_OK)
        rc = cli_read_file(c, c->argv[0], OUTLINE_BYTES_MAX, &in.bytes, &f);
    if (rc == RC_OK)
        rc = import_and_confirm(&call, &in, confirm, &f);
    int code = done(&call, rc, &f);
    return call.no_choice ? 2 : code;
}

/* ---- outline list, show, diff, export --------------------------------------------------------------------------------------------------- */

static enum rc list_outlines(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct rows rows;
    struct plan_outline_row *items = NULL;
    struct jw w;
    int n = 0, room = 0;
    enum rc rc = db_list(tx, SQL_outline_list, SQLF_outline_list_current, SQLO_outline_list_newest, false,
                         DB_ARGS(DB_I(0), DB_I(1000)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        items = plan_grow(tx_arena(tx), items, n, &room, sizeof *items);
        if (items == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        plan_outline_of(&rows, &items[n++]);
    }
    rc = rows_end(&rows);
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        rc = plan_outline_json(tx, &call->view, &items[i], &w, f);
        if (!call->c->json)
            (void)fprintf(call->c->out, "%lld  %.*s  %.*s  %.*s\n", (long long)items[i].id, SPAN_ARG(items[i].mode),
                          SPAN_ARG(items[i].issued_on), SPAN_ARG(items[i].title));
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return rc;
}

static int outline_list(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    enum rc rc = take_day(c, &call.view, &f);
    if (rc == RC_OK && (!cli_no_more_options(c) || c->argc != 0)) {
        sb_release(&call.out);
        return cli_usage(c, "outline list [--as-of DAY]");
    }
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_outlines, &call, &f);
    return done(&call, rc, &f);
}

static void print_item(struct cli *c, const struct plan_item *item)
{
    struct sb sb;
    sb_init(&sb, 4096);
    plan_verdict_text(&item->verdict, c->lang, &sb);
    (void)fprintf(c->out, "%lld  %.*s  %.*s\n    %s  %d%%  %.*s\n", (long long)item->row.id, SPAN_ARG(item->row.path),
                  SPAN_ARG(item->row.title), plan_state_name(item->verdict.facts.state, c->lang),
                  item->verdict.facts.percent, SPAN_ARG(sb_span(&sb)));
    sb_release(&sb);
}

static enum rc show_outline(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_outline_row o;
    struct plan_page all;
    struct jw w;
    struct plan_node_row *nodes = NULL;
    struct plan_mention_row *mentions = NULL;
    struct plan_tree tree = {.actions = &all};
    enum rc rc = plan_outline_get(tx, call->id, &o, f);
    if (rc == RC_OK)
        rc = plan_list_all(tx, &call->view, &o, false, &all, f);
    struct plan_list_of of = {SQL_outline_nodes, SQL_outline_units, o.region_code, call->id, -1};
    if (rc == RC_OK)
        rc = plan_nodes(tx, &of, &nodes, &tree.n_nodes, f);
    if (rc == RC_OK)
        rc = plan_mentions(tx, &of, &mentions, &tree.n_mentions, f);
    if (rc != RC_OK)
        return rc;
    tree.nodes = nodes;
    tree.mentions = mentions;
    jw_init(&w, &call->out);
    jw_object(&w);
    plan_outline_members(&o, &w);
    plan_tally_members(&all, &w);
    jw_key(&w, "nodes");
    rc = plan_nodes_json(tx_arena(tx), &tree, &w, f);
    jw_object_end(&w);
    if (call->c->json)
        return rc;
    (void)fprintf(call->c->out, "%.*s\n", SPAN_ARG(o.title));
    for (int i = 0; i < all.n; i++)
        print_item(call->c, &all.items[i]);
    return rc;
}

static int outline_show(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    enum rc rc = take_day(c, &call.view, &f);
    if (rc == RC_OK && !one_id(c, &call.id)) {
        sb_release(&call.out);
        return cli_usage(c, "outline show ID [--as-of DAY]");
    }
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_outline, &call, &f);
    return done(&call, rc, &f);
}

static enum rc edition_of(struct tx *tx, int64_t id, struct plan_edition_item **out, int *n, struct fail *f)
{
    struct plan_outline_row o;
    struct rows rows;
    int room = 0;
    enum rc rc = plan_outline_get(tx, id, &o, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_action_texts, DB_ARGS(DB_I(0), DB_S(o.region_code), DB_I(o.id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct plan_action_row a;
        *out = plan_grow(tx_arena(tx), *out, *n, &room, sizeof **out);
        if (*out == NULL) {
            plan_drop(&rows);
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        }
        plan_action_of(&rows, &a);
        (*out)[(*n)++] = (struct plan_edition_item){a.path, a.title, rows_text_dup(&rows, 30)};
    }
    return rows_end(&rows);
}

static enum rc diff_outlines(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_edition_item *olds = NULL, *news = NULL;
    struct plan_diff_row *rows = NULL;
    struct plan_outline_row o;
    struct jw w;
    int n_old = 0, n_new = 0, n = 0;
    enum rc rc = plan_outline_get(tx, call->id, &o, f);
    if (rc == RC_OK && call->with == 0)
        call->with = o.previous_id != 0 ? o.previous_id : o.id;
    if (rc == RC_OK)
        rc = edition_of(tx, call->with, &olds, &n_old, f);
    if (rc == RC_OK)
        rc = edition_of(tx, call->id, &news, &n_new, f);
    if (rc == RC_OK)
        rc = plan_difference(tx_arena(tx), &(struct plan_edition){olds, n_old}, &(struct plan_edition){news, n_new},
                             &rows, &n, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; i < n; i++) {
        const struct plan_edition_item *from = rows[i].old_index >= 0 ? &olds[rows[i].old_index] : NULL;
        const struct plan_edition_item *to = rows[i].new_index >= 0 ? &news[rows[i].new_index] : NULL;
        jw_object(&w);
        jw_kstr(&w, "change", plan_change_word(rows[i].change));
        jw_ktext_or_null(&w, "old_path", from != NULL ? from->path : SPAN_NONE);
        jw_ktext_or_null(&w, "new_path", to != NULL ? to->path : SPAN_NONE);
        /* a row has at least one side. NOLINTNEXTLINE(clang-analyzer-*) */
        jw_ktext(&w, "title", to != NULL ? to->title : from->title);
        jw_object_end(&w);
        if (!call->c->json && rows[i].change != PLAN_SAME)
            (void)fprintf(call->c->out, "%-8s %.*s  %.*s\n", plan_change_word(rows[i].change),
                          SPAN_ARG(to != NULL ? to->path : from->path), SPAN_ARG(to != NULL ? to->title : from->title));
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return RC_OK;
}

static int outline_diff(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    const char *with = cli_option(c, "with");
    if (!take_id_option(c, "--with", with, &call.with) || !one_id(c, &call.id)) {
        sb_release(&call.out);
        return cli_usage(c, "outline diff ID [--with ID]");
    }
    return done(&call, store_read(c->store, &ACTOR_SYSTEM, c->arena, diff_outlines, &call, &f), &f);
}

static enum rc make_table(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_table table;
    enum rc rc = plan_table_read(tx, &call->view, call->id, call->c->lang, &table, f);
    if (rc != RC_OK)
        return rc;
    return call->docx ? plan_docx_write(tx_arena(tx), &table, &call->file, f)
                      : plan_xlsx_write(tx_arena(tx), &table, &call->file, f);
}

static enum rc save(struct cli *c, const char *name, struct span bytes, struct fail *f)
{
    int fd = openat(c->cwd_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    size_t have = 0;
    while (fd >= 0 && have < bytes.len) {
        ssize_t n = write(fd, bytes.ptr + have, bytes.len - have);
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    bool ok = fd >= 0 && have == bytes.len;
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    return ok ? RC_OK : fail_set(f, RC_INTERNAL, MSG_plan_save_failed, NULL, name, NULL);
}

static int outline_export(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    enum rc rc = take_day(c, &call.view, &f);
    bool named = c->argc == 2 && take_id(c->argv[0], &call.id);
    bool docx = named && span_ends(span_of(c->argv[1]), SPAN(".docx")),
         xlsx = named && span_ends(span_of(c->argv[1]), SPAN(".xlsx"));
    if (rc == RC_OK && (!cli_no_more_options(c) || (!docx && !xlsx))) {
        sb_release(&call.out);
        return cli_usage(c, "outline export ID FILE.docx|FILE.xlsx [--as-of DAY]");
    }
    call.docx = docx;
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, make_table, &call, &f);
    if (rc == RC_OK)
        rc = save(c, c->argv[1], call.file, &f);
    if (rc == RC_OK) {
        struct jw w;
        jw_init(&w, &call.out);
        jw_object(&w);
        jw_kstr(&w, "file", c->argv[1]);
        jw_kint(&w, "size_bytes", (int64_t)call.file.len);
        jw_object_end(&w);
    }
    return done(&call, rc, &f);
}

/* ---- actions ------------------------------------------------------------ */

static enum rc find_unit(struct tx *tx, struct call *call, struct fail *f)
{
    struct rows rows;
    if (call->unit == NULL || take_id(call->unit, &call->query.unit_id))
        return RC_OK;
    enum rc rc = db_one(tx, SQL_plan_unit_named, DB_ARGS(DB_S(call->unit)), &rows, f);
    if (rc != RC_OK)
        return rc;
    call->query.unit_id = rows_int(&rows, 0);
    rc = rows_end(&rows);
    return rc == RC_OK && call->query.unit_id == 0 ? fail_set(f, RC_MISSING, MSG_plan_unit_unknown, "--unit", NULL)
                                                   : rc;
}

static enum rc list_actions(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_page page;
    struct jw w;
    enum rc rc = find_unit(tx, call, f);
    if (rc == RC_OK)
        rc = plan_list(tx, &call->view, &call->query, &page, f);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, &call->out);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; rc == RC_OK && i < page.n; i++) {
        rc = plan_action_json(tx, &call->view, &page.items[i], &w, f);
        if (!call->c->json)
            print_item(call->c, &page.items[i]);
    }
    jw_array_end(&w);
    jw_kbool(&w, "more", page.more);
    jw_object_end(&w);
    return rc;
}

static bool take_words(struct cli *c, struct call *call)
{
    enum plan_light light;
    enum plan_state state;
    const char *light_word = cli_option(c, "light"), *state_word = cli_option(c, "state"),
               *outline = cli_option(c, "outline");
    const char *part = cli_option(c, "part"), *q = cli_option(c, "q"), *limit = cli_option(c, "limit");
    call->query = (struct plan_query){.light = -1, .state = -1, .limit = 500};
    call->unit = cli_option(c, "unit");
    if (light_word != NULL) {
        if (!plan_light_read(span_of(light_word), &light))
            return cli_bad_value(c, "--light", light_word, LIGHT_WORDS) == 0;
        call->query.light = (int)light;
    }
    if (state_word != NULL) {
        if (!plan_state_read(span_of(state_word), &state))
            return cli_bad_value(c, "--state", state_word, STATE_WORDS) == 0;
        call->query.state = (int)state;
    }
    call->query.part = span_of(part);
    call->query.q = span_of(q);
    if (part != NULL && strcmp(part, "lead") != 0 && strcmp(part, "supporting") != 0)
        return cli_bad_value(c, "--part", part, "lead, supporting") == 0;
    if (limit != NULL && (!take_id(limit, &call->query.limit) || call->query.limit > 100000))
        return cli_bad_value(c, "--limit", limit, "1–100000") == 0;
    return take_id_option(c, "--outline", outline, &call->query.outline_id);
}

static int action_list(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    enum rc rc = take_day(c, &call.view, &f);
    bool words = take_words(c, &call);
    if (rc == RC_OK && (!words || !cli_no_more_options(c) || c->argc != 0)) {
        sb_release(&call.out);
        return cli_usage(
            c, "action list [--outline ID] [--unit NAME|ID] [--part lead|supporting] [--light green|amber|red|grey]\n"
               "         [--state to_start|under_way|done|stopped] [--q TEXT] [--as-of DAY] [--limit N]");
    }
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, list_actions, &call, &f);
    return done(&call, rc, &f);
}

static enum rc show_action(struct tx *tx, void *ctx, struct fail *f)
{
    struct call *call = ctx;
    struct plan_item item;
    struct jw w;
    int64_t version = 0;
    jw_init(&w, &call->out);
    enum rc rc = plan_action_whole_json(tx, &call->view, call->id, &w, &version, f);
    if (rc != RC_OK || call->c->json)
        return rc;
    rc = plan_action_get(tx, call->id, &item.row, f);
    if (rc == RC_OK)
        rc = plan_judge_row(tx, &call->view, &item.row, &item.verdict, f);
    if (rc == RC_OK) {
        print_item(call->c, &item);
        (void)fprintf(call->c->out, "    %.*s\n", SPAN_ARG(item.row.body));
    }
    return rc;
}

static int action_show(struct cli *c)
{
    struct call call;
    struct fail f;
    begin(&call, c);
    enum rc rc = take_day(c, &call.view, &f);
    if (rc == RC_OK && !one_id(c, &call.id)) {
        sb_release(&call.out);
        return cli_usage(c, "action show ID [--as-of DAY]");
    }
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_action, &call, &f);
    return done(&call, rc, &f);
}

struct report_call {
    struct plan_report_in in;
    struct plan_report_out out;
};

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_report(tx, &((const struct report_call *)in)->in, &((struct report_call *)out)->out, f);
}

static int action_report(struct cli *c)
{
    struct call call;
    struct report_call report = {.in = {.percent = -1}};
    struct fail f;
    int64_t percent = -1;
    begin(&call, c);
    const char *pct = cli_option(c, "percent"), *state = cli_option(c, "state"), *text = cli_option(c, "text"),
               *reason = cli_option(c, "reason"), *day = cli_option(c, "done-on");
    bool ok = pct == NULL || (span_to_i64(span_of(pct), &percent) && percent >= 0 && percent <= 100) ||
              cli_bad_value(c, "--percent", pct, "0–100") == 0;
    ok = ok && (state == NULL || plan_state_read(span_of(state), &report.in.state) ||
                cli_bad_value(c, "--state", state, STATE_WORDS) == 0);
    enum rc rc = take_day(c, &call.view, &f);
    if (rc == RC_OK && (!ok || !one_id(c, &report.in.action_id))) {
        sb_release(&call.out);
        return cli_usage(c, "action report ID [--percent N] [--state to_start|under_way|done|stopped] [--text TEXT] "
                            "[--reason TEXT] [--done-on DAY] [--as-of DAY]");
    }
    report.in.percent = (int)percent;
    report.in.has_state = state != NULL;
    report.in.text = text != NULL ? span_of(text) : SPAN("");
    report.in.done_on = span_of(day);
    report.in.reason = span_of(reason);
    if (rc == RC_OK)
        rc = plan_command_run(c->store, &ACTOR_SYSTEM, c->arena, run_report, &report, &f);
    call.id = report.in.action_id;
    if (rc == RC_OK)
        rc = store_read(c->store, &ACTOR_SYSTEM, c->arena, show_action, &call, &f);
    return done(&call, rc, &f);
}

const struct cli_command plan_commands[] = {
    {"outline", "import", CLI_STORE,
     "文件 [--live|--archive] [--region 代码|--cooperation 编号|--unit 编号] [--as-of 日期] [--confirm]",
     "FILE [--live|--archive] [--region CODE|--cooperation ID|--unit ID] [--as-of DAY] [--confirm]",
     "导入纲要，--confirm 立即确认", "import an outline; --confirm makes it binding at once", outline_import},
    {"outline", "list", CLI_STORE, "[--as-of 日期]", "[--as-of DAY]", "列出纲要", "list outlines", outline_list},
    {"outline", "show", CLI_STORE, "编号 [--as-of 日期]", "ID [--as-of DAY]", "显示纲要的事项和亮灯",
     "show an outline's actions and lights", outline_show},
    {"outline", "diff", CLI_STORE, "编号 [--with 编号]", "ID [--with ID]", "与另一版本逐项比较",
     "compare with another edition, action by action", outline_diff},
    {"outline", "export", CLI_STORE, "编号 文件.docx|文件.xlsx [--as-of 日期]", "ID FILE.docx|FILE.xlsx [--as-of DAY]",
     "导出任务分解表", "write the official task table", outline_export},
    {"action", "list", CLI_STORE, "[--outline 编号] [--unit 名称] [--light 灯] [--as-of 日期] …",
     "[--outline ID] [--unit NAME] [--light LIGHT] [--as-of DAY] …", "列出事项", "list actions", action_list},
    {"action", "show", CLI_STORE, "编号 [--as-of 日期]", "ID [--as-of DAY]", "显示一个事项", "show one action",
     action_show},
    {"action", "report", CLI_STORE, "编号 [--percent N] [--state 状态] [--text 文字] [--reason 原因] [--done-on 日期]",
     "ID [--percent N] [--state STATE] [--text TEXT] [--reason TEXT] [--done-on DAY]", "报告进展", "report progress",
     action_report},
};
const int plan_command_count = (int)(sizeof plan_commands / sizeof plan_commands[0]);
