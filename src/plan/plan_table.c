/* plan_table.c - the official task table (任务分解表) of an outline on a day, as text ready to print. */
#include <string.h>

#include "plan/plan_int.h"

static const struct {
    const char *zh, *en;
} heads[PLAN_TABLE_COLUMNS] = {
    {"序号", "No."},     {"任务事项", "Task"},    {"牵头单位", "Lead units"}, {"参加单位", "Supporting units"},
    {"完成时限", "Due"}, {"量化指标", "Measure"}, {"进展", "Progress"},       {"亮灯", "Light"}};

const char *plan_table_head(int column, enum lang lang)
{
    return lang == LANG_ZH ? heads[column].zh : heads[column].en;
}

struct span plan_table_cell(struct arena *a, const struct plan_table *t, int row, int column)
{
    const struct plan_table_row *r = &t->rows[row];
    char text[64];
    switch (column) {
    case 0:
        (void)snprintf(text, sizeof text, "%d", row + 1);
        return span_dup(a, span_of(text));
    case 1:
        return r->title;
    case 2:
        return r->lead;
    case 3:
        return r->supporting;
    case 4:
        return r->due;
    case 5:
        return r->measure;
    case 6:
        (void)snprintf(text, sizeof text, t->lang == LANG_ZH ? "%.*s（%d%%）" : "%.*s (%d %%)", SPAN_ARG(r->state),
                       r->percent);
        return span_dup(a, span_of(text));
    default:
        return r->light;
    }
}

/* “2011年6月30日” or “2011-06-30”. */
static struct span day_name(struct arena *a, int32_t day, enum lang lang)
{
    char text[32];
    struct ymd d = date_from_days(day);
    if (lang == LANG_ZH)
        (void)snprintf(text, sizeof text, "%d年%d月%d日", d.year, d.month, d.day);
    else
        date_print(d, text);
    return span_dup(a, span_of(text));
}

static struct span joined(struct arena *a, const struct plan_action_unit *units, int n, const char *part,
                          enum lang lang)
{
    struct sb sb;
    sb_init(&sb, 1 << 16);
    for (int i = 0; i < n; i++) {
        if (!span_is(units[i].part, part))
            continue;
        if (sb.len > 0)
            sb_adds(&sb, lang == LANG_ZH ? "、" : ", ");
        sb_add(&sb, units[i].name);
    }
    struct span out = span_dup(a, sb.len > 0 ? sb_span(&sb) : SPAN(""));
    sb_release(&sb);
    return out;
}

static const char *comparator_sign(struct span word)
{
    static const char *const signs[][2] = {{"ge", "≥"}, {"le", "≤"}, {"gt", ">"}, {"lt", "<"}, {"approx", "≈"}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (span_is(word, signs[i][0]))
            return signs[i][1];
    }
    return "";
}

struct span plan_measure_name(struct arena *a, const struct plan_action_row *row)
{
    struct sb sb;
    sb_init(&sb, 2000);
    sb_add(&sb, row->measure_text);
    if (row->measure_text.len == 0 && row->measure_value.len > 0) {
        sb_adds(&sb, comparator_sign(row->measure_comparator));
        sb_add(&sb, row->measure_value);
        sb_add(&sb, row->measure_unit);
    }
    struct span out = span_dup(a, sb.len > 0 ? sb_span(&sb) : SPAN(""));
    sb_release(&sb);
    return out;
}

static enum rc table_row(struct tx *tx, const struct plan_item *item, enum lang lang, struct plan_table_row *out,
                         struct fail *f)
{
    struct arena *a = tx_arena(tx);
    struct plan_action_unit *units = NULL;
    int n = 0;
    enum rc rc = plan_units_of_action(tx, item->row.region_code, item->row.id, &units, &n, f);
    if (rc != RC_OK)
        return rc;
    out->number = item->row.number;
    out->title = item->row.title;
    out->lead = joined(a, units, n, "lead", lang);
    out->supporting = joined(a, units, n, "supporting", lang);
    out->due = item->verdict.facts.due_day != PLAN_NO_DAY ? day_name(a, item->verdict.facts.due_day, lang) : SPAN("");
    out->measure = plan_measure_name(a, &item->row);
    out->state = span_of(plan_state_name(item->verdict.facts.state, lang));
    out->light = span_of(plan_light_name(item->verdict.light, lang));
    out->percent = item->verdict.facts.percent;
    bool ok = out->lead.ptr != NULL && out->supporting.ptr != NULL && out->due.ptr != NULL && out->measure.ptr != NULL;
    return ok ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

enum rc plan_table_read(struct tx *tx, const struct plan_view *v, int64_t outline_id, enum lang lang,
                        struct plan_table *out, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_page all;
    struct sb sb;
    enum rc rc = plan_outline_get(tx, outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_list_all(tx, v, &o, false, &all, f);
    if (rc != RC_OK)
        return rc;
    struct plan_table_row *rows = ARENA_ARRAY(tx_arena(tx), (size_t)all.n + 1, struct plan_table_row);
    for (int i = 0; rc == RC_OK && rows != NULL && i < all.n; i++)
        rc = table_row(tx, &all.items[i], lang, &rows[i], f);
    sb_init(&sb, 4000);
    sb_add(&sb, o.title);
    sb_adds(&sb, lang == LANG_ZH ? "任务分解表" : ": task table");
    out->title = span_dup(tx_arena(tx), sb_span(&sb));
    sb_clear(&sb);
    struct span day = day_name(tx_arena(tx), v->as_of.day, lang);
    sb_addf(&sb, lang == LANG_ZH ? "（截至%.*s）" : "(as of %.*s)", SPAN_ARG(day));
    out->subtitle = span_dup(tx_arena(tx), sb_span(&sb));
    sb_release(&sb);
    out->rows = rows;
    out->n_rows = all.n;
    out->lang = lang;
    if (rc == RC_OK && (rows == NULL || out->title.ptr == NULL || out->subtitle.ptr == NULL))
        rc = fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    return rc;
}
