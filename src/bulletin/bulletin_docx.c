/* bulletin_docx.c - a bulletin as an official document: text, signature, and its figures as annexes (annex 2: every item, in a white paper). */
#include <string.h>

#include "base/docx.h"
#include "bulletin/bulletin_int.h"

#define COLUMNS 12
static const struct {
    const char *zh, *en;
    int width_mm;
} columns[COLUMNS] = {
    {"名次", "Rank", 12},   {"升降", "Change", 11},  {"市、单位", "City, unit", 36}, {"任务数", "Tasks", 11},
    {"已完成", "Done", 11}, {"到期", "Due", 10},     {"按期", "In time", 10},        {"红灯", "Red", 10},
    {"黄灯", "Amber", 10},  {"有进展", "Moved", 11}, {"未报告", "Silent", 11},       {"平均完成", "Mean", 13},
};

static struct span number(struct arena *a, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return span_dup(a, span_of(text));
}

/* “1”, or “2–4” when the points are equal. */
static struct span rank_text(struct arena *a, const struct bulletin_scope *s)
{
    char text[48];
    if (s->rank == 0)
        return SPAN("—");
    if (s->rank_to <= s->rank)
        return number(a, s->rank);
    (void)snprintf(text, sizeof text, "%lld–%lld", (long long)s->rank, (long long)s->rank_to);
    return span_dup(a, span_of(text));
}

static struct span change_text(struct arena *a, const struct bulletin_scope *s)
{
    const int64_t by = s->rank_before - s->rank;
    char text[32];
    if (s->rank == 0 || s->rank_before == 0)
        return SPAN("—");
    (void)snprintf(text, sizeof text, by > 0 ? "↑%lld" : by < 0 ? "↓%lld" : "%lld", (long long)(by < 0 ? -by : by));
    return span_dup(a, span_of(text));
}

static bool scope_cells(struct arena *a, const struct bulletin_scope *s, enum lang lang, struct span *cells)
{
    static const enum bulletin_figure shown[] = {BULLETIN_TOTAL, BULLETIN_DONE,  BULLETIN_DUE,   BULLETIN_ON_TIME,
                                                 BULLETIN_RED,   BULLETIN_AMBER, BULLETIN_MOVED, BULLETIN_UNREPORTED};
    cells[0] = rank_text(a, s);
    cells[1] = change_text(a, s);
    cells[2] = s->name.len > 0 ? s->name : lang == LANG_ZH ? SPAN("合计") : SPAN("All");
    for (int i = 0; i < 8; i++)
        cells[3 + i] = number(a, s->counts[shown[i]]);
    cells[11] = bulletin_percent(a, s->percent_sum, s->counts[BULLETIN_TOTAL] * 100);
    bool ok = true;
    for (int i = 0; i < COLUMNS; i++)
        ok = ok && cells[i].ptr != NULL;
    return ok;
}

static bool figures(struct arena *a, const struct bulletin_doc *doc, struct docx *d)
{
    const enum lang lang = doc->row.lang;
    const int n = doc->figures.n_scopes;
    struct span heads[COLUMNS];
    int widths[COLUMNS];
    struct span *cells = ARENA_ARRAY(a, (size_t)n * COLUMNS + 1, struct span);
    bool ok = cells != NULL;
    for (int c = 0; c < COLUMNS; c++) {
        heads[c] = span_of(lang == LANG_ZH ? columns[c].zh : columns[c].en);
        widths[c] = columns[c].width_mm;
    }
    for (int i = 0; ok && i < n; i++)
        ok = scope_cells(a, &doc->figures.scopes[i], lang, &cells[i * COLUMNS]);
    if (ok)
        docx_table(d, &(struct docx_table){COLUMNS, n, widths, heads, cells, 1u << 2});
    return ok;
}

/* Every item of the year, with what became of it; one without a report says so. */
static bool items(struct arena *a, const struct bulletin_doc *doc, struct docx *d)
{
    static const int widths[] = {12, 66, 34, 20, 24};
    static const char *const zh[] = {"序号", "事项", "牵头单位", "期限", "完成情况"}, *const en[] = {"No.", "Item",
                                                                                                     "Lead units",
                                                                                                     "Due", "Outcome"};
    const bool is_zh = doc->row.lang == LANG_ZH;
    struct span heads[5];
    struct span *cells = ARENA_ARRAY(a, (size_t)doc->figures.n_rows * 5 + 1, struct span);
    for (int i = 0; i < 5; i++)
        heads[i] = span_of(is_zh ? zh[i] : en[i]);
    for (int i = 0; cells != NULL && i < doc->figures.n_rows; i++) {
        const struct bulletin_row *r = &doc->figures.rows[i];
        struct span *c = &cells[i * 5];
        struct sb sb;
        sb_init(&sb, 8000);
        for (int k = 0; k < r->n_leads; k++) {
            sb_adds(&sb, k == 0 ? "" : is_zh ? "、" : ", ");
            sb_add(&sb, r->leads[k].name);
        }
        c[0] = number(a, i + 1);
        c[1] = r->title;
        c[2] = sb.len > 0 ? span_dup(a, sb_span(&sb)) : SPAN("");
        c[3] = r->due_on;
        sb_clear(&sb);
        enum plan_state state = PLAN_TO_START;
        (void)plan_state_read(r->state, &state);
        sb_addf(&sb, "%s %lld%%", plan_state_name(state, doc->row.lang), (long long)r->percent);
        if ((r->flags & 1u << BULLETIN_UNREPORTED) != 0)
            sb_adds(&sb, is_zh ? "（未报告）" : " (no report)");
        c[4] = span_dup(a, sb_span(&sb));
        sb_release(&sb);
        if (c[0].ptr == NULL || c[2].ptr == NULL || c[4].ptr == NULL)
            return false;
    }
    if (cells != NULL)
        docx_table(d, &(struct docx_table){5, doc->figures.n_rows, widths, heads, cells, 1u << 1 | 1u << 2});
    return cells != NULL;
}

static void sections(const struct bulletin_doc *doc, struct docx *d)
{
    static const char *const numbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    int n = 0;
    for (int i = 0; i < doc->n_sections; i++) {
        struct sb sb;
        sb_init(&sb, 4000);
        if (doc->filled[i].heading.len > 0 && doc->row.lang == LANG_ZH && n < 10)
            sb_addf(&sb, "%s、", numbers[n++]);
        else if (doc->filled[i].heading.len > 0)
            sb_addf(&sb, "%d. ", ++n);
        sb_add(&sb, doc->filled[i].heading);
        if (doc->filled[i].heading.len > 0)
            docx_heading(d, 1, sb_span(&sb));
        sb_release(&sb);
        docx_paragraph(d, doc->filled[i].body);
    }
}

static struct span signed_on(struct arena *a, const struct bulletin_doc *doc)
{
    struct ymd day;
    if (!date_parse(doc->row.signed_on, &day))
        return doc->row.lang == LANG_ZH ? SPAN("（草稿）") : SPAN("(draft)");
    return bulletin_day(a, date_to_days(day), doc->row.lang);
}

enum rc bulletin_docx_write(struct arena *a, const struct bulletin_doc *doc, struct span *out, struct fail *f)
{
    const bool zh = doc->row.lang == LANG_ZH;
    const struct span annexes[] = {zh ? SPAN("各市、各单位推进情况表") : SPAN("Figures of cities and units"),
                                   zh ? SPAN("逐项完成情况表") : SPAN("What became of each item")};
    const int n_annexes = doc->template.items ? 2 : 1;
    const struct span date = signed_on(a, doc);
    struct docx d;
    docx_begin(&d, doc->row.lang);
    docx_mark(&d, doc->issuer, doc->number);
    docx_title(&d, doc->title);
    docx_recipients(&d, doc->recipients);
    sections(doc, &d);
    docx_annex_note(&d, annexes, n_annexes);
    docx_signature(&d, doc->row.signer, date);
    docx_annex(&d, n_annexes > 1 ? 1 : 0, annexes[0]);
    bool ok = date.ptr != NULL && figures(a, doc, &d);
    if (ok && n_annexes > 1) {
        docx_annex(&d, 2, annexes[1]);
        ok = items(a, doc, &d);
    }
    docx_record(&d, SPAN_NONE, doc->row.signer, date);
    enum rc rc = docx_end(a, &d, out, f);
    return rc == RC_OK && !ok ? bulletin_over(f) : rc;
}
