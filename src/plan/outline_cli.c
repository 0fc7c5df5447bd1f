/* outline_cli.c - `yiti outline read FILE`: the reader's tree, without a database. */
#include <string.h>

#include "base/cli.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "plan/outline.h"

static void node_line(struct cli *c, const struct outline_document *d, const struct outline_node *n)
{
    const struct span text = n->heading.len ? n->heading : n->body;
    const struct span cut = utf8_cut(text, 120);
    (void)d;
    (void)fprintf(c->out, "%*s%.*s  [%s] %.*s%s\n", (int)n->depth * 2 + 2, "", SPAN_ARG(n->path),
                  outline_kind_name(n->kind), SPAN_ARG(cut), cut.len < text.len ? "…" : "");
    const struct {
        const char *zh, *en;
        const struct outline_unit *u;
        uint32_t n;
    } parts[] = {{"牵头", "lead", n->lead_units, n->n_lead_units},
                 {"参加", "supporting", n->supporting_units, n->n_supporting_units}};
    for (size_t p = 0; p < 2; p++) {
        if (!parts[p].n)
            continue;
        (void)fprintf(c->out, "%*s%s:", (int)n->depth * 2 + 6, "", c->lang == LANG_ZH ? parts[p].zh : parts[p].en);
        for (uint32_t i = 0; i < parts[p].n; i++)
            (void)fprintf(c->out, " %.*s", SPAN_ARG(parts[p].u[i].name));
        (void)fputc('\n', c->out);
    }
    for (uint32_t i = 0; i < n->n_dates; i++)
        (void)fprintf(c->out, "%*s%s: %.*s\n", (int)n->depth * 2 + 6, "", outline_date_kind_name(n->dates[i].kind),
                      SPAN_ARG(n->dates[i].text));
    for (uint32_t i = 0; i < n->n_checks; i++) {
        if (!n->checks[i].ok)
            (void)fprintf(c->out, "%*s! %.*s: %lld / %lld\n", (int)n->depth * 2 + 6, "", SPAN_ARG(n->checks[i].text),
                          (long long)n->checks[i].declared, (long long)n->checks[i].found);
    }
}

static void print_tree(struct cli *c, const struct outline_result *r)
{
    for (uint32_t i = 0; i < r->n_documents; i++) {
        const struct outline_document *const d = &r->documents[i];
        char day[11] = "-";
        if (d->has_date)
            date_print(d->date, day);
        (void)fprintf(c->out, "%u. %.*s\n   %.*s  %.*s  %s\n", i + 1, SPAN_ARG(d->title), SPAN_ARG(d->issuer),
                      SPAN_ARG(d->number), day);
        for (uint32_t k = 0; k < d->n_nodes; k++)
            node_line(c, d, &d->nodes[k]);
    }
}

static int read_file(struct cli *c)
{
    struct fail f;
    struct span bytes, text;
    struct outline_result r;
    enum outline_format format;
    if (!cli_no_more_options(c) || c->argc != 1) {
        (void)fputs("usage: yiti outline read FILE [--json]\n", c->err);
        return 2;
    }
    enum rc rc = cli_read_file(c, c->argv[0], OUTLINE_BYTES_MAX, &bytes, &f);
    if (rc == RC_OK)
        rc = outline_text_of_bytes(c->arena, bytes, &text, &format, &f);
    if (rc == RC_OK)
        rc = outline_read(c->arena, text, NULL, &r, &f);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    if (!c->json) {
        print_tree(c, &r);
        return 0;
    }
    struct sb sb;
    struct jw w;
    sb_init(&sb, (size_t)1 << 30);
    jw_init(&w, &sb);
    outline_json(&r, &w);
    sb_addc(&sb, '\n');
    const struct span out = sb_span(&sb);
    const bool ok = sb_rc(&sb) == RC_OK && fwrite(out.ptr, 1, out.len, c->out) == out.len;
    sb_release(&sb);
    return ok ? 0 : 1;
}

const struct cli_command outline_commands[] = {
    {"outline", "read", CLI_PURE, "FILE [--json]", "FILE [--json]",
     "读一份纲要（txt、md、docx），打印识别出的结构，不入库",
     "read an outline (txt, md, docx) and print the structure found, without a database", read_file},
};
const int outline_command_count = (int)(sizeof outline_commands / sizeof outline_commands[0]);
