/* bulletin_xlsx.c - a bulletin's figures as .xlsx: numbers as numbers, on a second sheet the actions that they count. The same document, the same bytes. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "bulletin/bulletin_int.h"

#define XLSX_BYTES_MAX (32 << 20)

struct book {
    lxw_workbook *workbook;
    lxw_format *head, *text, *number;
    struct arena *a;
    bool ok, zh;
};

static void put_text(struct book *b, lxw_worksheet *sheet, int row, int column, struct span s)
{
    const char *text = span_cstr(b->a, span_sub(s, 0, s.len < 30000 ? s.len : 30000));
    b->ok = b->ok && text != NULL &&
            worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, text, b->text) == LXW_NO_ERROR;
}

static void put_number(struct book *b, lxw_worksheet *sheet, int row, int column, double n)
{
    b->ok = b->ok && worksheet_write_number(sheet, (lxw_row_t)row, (lxw_col_t)column, n, b->number) == LXW_NO_ERROR;
}

static void heads(struct book *b, lxw_worksheet *sheet, const char *const words[][2], int n)
{
    for (int i = 0; i < n; i++)
        b->ok =
            b->ok && worksheet_write_string(sheet, 0, (lxw_col_t)i, words[i][b->zh ? 0 : 1], b->head) == LXW_NO_ERROR;
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9); /* A4 */
    worksheet_fit_to_pages(sheet, 1, 0);
}

static void scope_row(struct book *b, lxw_worksheet *sheet, int row, const struct bulletin_scope *s)
{
    const double n = s->counts[BULLETIN_TOTAL] > 0 ? (double)s->counts[BULLETIN_TOTAL] : 1;
    const bool city = span_is(s->kind, "city"), all = span_is(s->kind, "all");
    put_text(b, sheet, row, 0,
             b->zh ? (all    ? SPAN("合计")
                      : city ? SPAN("市")
                             : SPAN("单位"))
                   : (all ? SPAN("all") : s->kind));
    put_text(b, sheet, row, 1, s->name);
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        put_number(b, sheet, row, 2 + i, (double)s->counts[i]);
    put_number(b, sheet, row, 10, (double)s->percent_sum / n);
    put_number(b, sheet, row, 11, (double)(s->percent_sum - s->percent_before_sum) / n);
    if (s->rank == 0)
        return;
    put_number(b, sheet, row, 12, (double)s->score / 1e6);
    put_number(b, sheet, row, 13, (double)s->rank);
    put_number(b, sheet, row, 14, (double)s->rank_to);
    if (s->rank_before != 0)
        put_number(b, sheet, row, 15, (double)(s->rank_before - s->rank));
}

static void scopes(struct book *b, const struct bulletin_figures *all)
{
    static const char *const words[][2] = {
        {"范围", "scope"},   {"名称", "name"},         {"任务数", "total"},       {"已完成", "done"},
        {"到期", "due"},     {"按期完成", "on time"},  {"红灯", "red"},           {"黄灯", "amber"},
        {"有进展", "moved"}, {"未报告", "unreported"}, {"平均完成%", "percent"},  {"提高百分点", "points moved"},
        {"得分", "score"},   {"名次", "rank"},         {"名次（至）", "rank to"}, {"升降", "change"}};
    lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, b->zh ? "数据" : "figures");
    b->ok = b->ok && sheet != NULL;
    if (!b->ok)
        return;
    heads(b, sheet, words, 16);
    b->ok = worksheet_set_column(sheet, 1, 1, 34, NULL) == LXW_NO_ERROR;
    for (int i = 0; b->ok && i < all->n_scopes; i++)
        scope_row(b, sheet, i + 1, &all->scopes[i]);
}

static void action_row(struct book *b, lxw_worksheet *sheet, int row, const struct bulletin_row *r)
{
    struct sb sb;
    enum plan_state state = PLAN_TO_START;
    enum plan_light light = PLAN_GREY;
    const enum lang lang = b->zh ? LANG_ZH : LANG_EN;
    (void)plan_state_read(r->state, &state);
    (void)plan_light_read(r->light, &light);
    sb_init(&sb, 8000);
    for (int k = 0; k < r->n_leads; k++) {
        sb_adds(&sb, k == 0 ? "" : b->zh ? "、" : ", ");
        sb_add(&sb, r->leads[k].name);
    }
    put_text(b, sheet, row, 0, r->path);
    put_text(b, sheet, row, 1, r->title);
    put_text(b, sheet, row, 2, sb.len > 0 ? sb_span(&sb) : SPAN(""));
    put_text(b, sheet, row, 3, r->due_on);
    put_text(b, sheet, row, 4, span_of(plan_state_name(state, lang)));
    put_number(b, sheet, row, 5, (double)r->percent);
    put_number(b, sheet, row, 6, (double)r->percent_before);
    put_text(b, sheet, row, 7, span_of(plan_light_name(light, lang)));
    put_text(b, sheet, row, 8, b->zh ? r->reason_zh : r->reason_en);
    put_text(b, sheet, row, 9, r->last_report_on);
    for (int i = 0; i < BULLETIN_FIGURE_COUNT; i++)
        put_number(b, sheet, row, 10 + i, (r->flags & 1u << i) != 0);
    sb_release(&sb);
}

static void actions(struct book *b, const struct bulletin_figures *all)
{
    static const char *const words[][2] = {{"路径", "path"},       {"任务", "action"},      {"牵头单位", "lead units"},
                                           {"期限", "due"},        {"状态", "state"},       {"完成%", "percent"},
                                           {"期初%", "before"},    {"灯", "light"},         {"原因", "reason"},
                                           {"最近报告", "report"}, {"任务数", "total"},     {"已完成", "done"},
                                           {"到期", "due"},        {"按期完成", "on time"}, {"红灯", "red"},
                                           {"黄灯", "amber"},      {"有进展", "moved"},     {"未报告", "unreported"}};
    lxw_worksheet *sheet = b->ok ? workbook_add_worksheet(b->workbook, b->zh ? "任务" : "actions") : NULL;
    b->ok = b->ok && sheet != NULL;
    if (!b->ok)
        return;
    heads(b, sheet, words, 18);
    b->ok = worksheet_set_column(sheet, 1, 2, 40, NULL) == LXW_NO_ERROR;
    for (int i = 0; b->ok && i < all->n_rows; i++)
        action_row(b, sheet, i + 1, &all->rows[i]);
    b->ok = b->ok && worksheet_autofilter(sheet, 0, 0, (lxw_row_t)all->n_rows, 17) == LXW_NO_ERROR;
}

/* What the library wrote, into the arena. */
static enum rc take_bytes(struct arena *a, int fd, struct span *out, struct fail *f)
{
    const off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = size > 0 && size <= XLSX_BYTES_MAX ? arena_alloc(a, (size_t)size + 1) : NULL;
    if (bytes == NULL)
        return bulletin_over(f);
    for (off_t have = 0; have < size;) {
        const ssize_t n = pread(fd, bytes + have, (size_t)(size - have), have);
        if (n <= 0)
            return fail_set(f, RC_INTERNAL, MSG_bulletin_file_failed, NULL, NULL);
        have += n;
    }
    *out = (struct span){bytes, (size_t)size};
    return RC_OK;
}

/* The library writes to a name only, so it gets that of a file in memory. */
enum rc bulletin_xlsx_write(struct arena *a, const struct bulletin_doc *doc, struct span *out, struct fail *f)
{
    char name[40];
    const int fd = memfd_create("bulletin", MFD_CLOEXEC);
    if (fd < 0)
        return fail_set(f, RC_INTERNAL, MSG_bulletin_file_failed, NULL, NULL);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    struct book b = {.workbook = workbook_new(name), .a = a, .zh = doc->row.lang == LANG_ZH};
    lxw_doc_properties properties = {.created = 946684800}; /* 2000-01-01: the same document, the same bytes */
    b.ok = b.workbook != NULL;
    if (b.ok) {
        b.head = workbook_add_format(b.workbook);
        format_set_font_name(b.head, "黑体");
        format_set_border(b.head, LXW_BORDER_THIN);
        b.text = workbook_add_format(b.workbook);
        format_set_border(b.text, LXW_BORDER_THIN);
        b.number = workbook_add_format(b.workbook);
        format_set_border(b.number, LXW_BORDER_THIN);
        b.ok = workbook_set_properties(b.workbook, &properties) == LXW_NO_ERROR;
        scopes(&b, &doc->figures);
        actions(&b, &doc->figures);
        b.ok = workbook_close(b.workbook) == LXW_NO_ERROR && b.ok;
    }
    enum rc rc = b.ok ? take_bytes(a, fd, out, f) : fail_set(f, RC_INTERNAL, MSG_bulletin_file_failed, NULL, NULL);
    (void)close(fd);
    return rc;
}
