/*
 * plan_sheet_rules.c - what a workbook that was sent in says: which page is which table, which column is which, what a cell means, what differs.
 * Columns are known by their headings, wherever they stand; rows by their hidden key, in whatever order. Pure.
 */
#include <string.h>

#include "base/limits.h"
#include "plan/plan_sheet_int.h"

#define HEAD_ROWS_MAX 30 /* rows in which the heading is looked for */

static const struct sheet_column action_columns[] = {
    {"path", "编号", "No.", {"序号"}, COLUMN_SHOWN, 10},
    {"title", "事项", "Action", {"任务事项", "行动"}, COLUMN_TEXT, 46},
    {"lead", "牵头单位", "Lead units", {"责任单位"}, COLUMN_UNITS, 24},
    {"supporting", "参加单位", "Supporting units", {"配合单位", "支持单位"}, COLUMN_UNITS, 34},
    {"start_on", "开始时间", "Start", {"起始时间"}, COLUMN_DAY, 13},
    {"due_on", "完成时限", "Due", {"期限", "截止时间", "完成时间"}, COLUMN_DAY, 13},
    {"measure", "量化指标", "Measure", {"指标"}, COLUMN_TEXT, 22},
    {"state", "状态", "State", {NULL}, COLUMN_SHOWN, 10},
    {"percent", "进展%", "Percent", {"进展"}, COLUMN_SHOWN, 8},
    {"key", "系统标识", "System key", {NULL}, COLUMN_KEY, 12},
};
static const struct sheet_column task_columns[] = {
    {"path", "所属行动", "Action no.", {NULL}, COLUMN_SHOWN, 10},
    {"title", "任务名称", "Task", {"任务"}, COLUMN_TEXT, 46},
    {"responsible", "责任主体", "Responsible", {NULL}, COLUMN_UNITS, 24},
    {"implementing", "实施主体", "Implementing", {NULL}, COLUMN_UNITS, 24},
    {"start_on", "开始时间", "Start", {"起始时间"}, COLUMN_DAY, 13},
    {"due_on", "完成时限", "Due", {"期限", "截止时间", "完成时间"}, COLUMN_DAY, 13},
    {"measure", "量化指标", "Measure", {"指标"}, COLUMN_TEXT, 22},
    {"weight", "权重", "Weight", {NULL}, COLUMN_NUMBER, 8},
    {"percent", "进展%", "Percent", {"进展"}, COLUMN_SHOWN, 8},
    {"key", "系统标识", "System key", {NULL}, COLUMN_KEY, 12},
};
const struct sheet_form plan_sheet_forms[2] = {
    {"action", "行动", "Actions", 'A', action_columns, (int)(sizeof action_columns / sizeof action_columns[0])},
    {"task", "任务", "Tasks", 'T', task_columns, (int)(sizeof task_columns / sizeof task_columns[0])},
};

static bool may_change(const struct sheet_column *c)
{
    return c->kind != COLUMN_SHOWN && c->kind != COLUMN_KEY;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------------------- */

/* FNV-1a, 32 bits, never 0. It tells an edit from none; whoever forges it only marks his own cells as edited. */
uint32_t plan_sheet_print(struct span value)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < value.len; i++)
        h = (h ^ (unsigned char)value.ptr[i]) * 16777619u;
    return h ? h : 1;
}

void plan_sheet_key_write(struct sb *sb, const struct sheet_item *item)
{
    sb_addf(sb, "%c:%lld:%lld:", item->form->tag, (long long)item->id, (long long)item->version);
    for (int c = 0; c < item->form->n_columns; c++)
        if (may_change(&item->form->columns[c]))
            sb_addf(sb, "%08x", plan_sheet_print(item->values[c]));
}

static bool hexadecimal(struct span s, uint32_t *out)
{
    uint32_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *out = v;
    return s.len == 8;
}

bool plan_sheet_key_read(struct span text, struct sheet_key *out)
{
    struct span rest = span_trim(text);
    const struct span tag = span_split(&rest, ':'), id = span_split(&rest, ':'), version = span_split(&rest, ':');
    *out = (struct sheet_key){.tag = tag.len == 1 ? tag.ptr[0] : 0};
    if ((out->tag != 'A' && out->tag != 'T') || !span_to_i64(id, &out->id) || !span_to_i64(version, &out->version) ||
        out->id <= 0 || out->version <= 0 || rest.len % 8 != 0 || rest.len > 8 * SHEET_FIELDS_MAX)
        return false;
    for (size_t i = 0; i < rest.len / 8; i++)
        if (!hexadecimal(span_sub(rest, i * 8, i * 8 + 8), &out->prints[i]))
            return false;
    return true;
}

/* ---- headings --------------------------------------------------------------------------------------------------------------------------- */

/* A heading without blanks and line ends; full-width brackets and what stands in brackets at the end are dropped. */
static struct span heading(struct span text, char *buffer, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < size; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c <= ' ')
            continue;
        if (c == 0xe3 && span_starts(span_sub(text, i, text.len), SPAN("　"))) {
            i += 2;
            continue;
        }
        if (c == '(' || span_starts(span_sub(text, i, text.len), SPAN("（")) || c == '*')
            break;
        buffer[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return (struct span){buffer, n};
}

static bool is_heading(const struct sheet_column *c, struct span given)
{
    char a[160], b[160];
    const struct span h = heading(given, a, sizeof a);
    if (h.len == 0)
        return false;
    if (span_eq(h, heading(span_of(c->zh), b, sizeof b)) || span_eq(h, heading(span_of(c->en), b, sizeof b)))
        return true;
    for (int i = 0; i < 4 && c->also[i]; i++)
        if (span_eq(h, heading(span_of(c->also[i]), b, sizeof b)))
            return true;
    return false;
}

static int column_index(const struct sheet_form *form, const char *field)
{
    for (int c = 0; c < form->n_columns; c++)
        if (!strcmp(form->columns[c].field, field))
            return c;
    return -1;
}

static int own_heads(const struct sheet *s, const struct sheet_form *form, uint32_t row)
{
    int n = 0;
    for (int i = 0; i < s->n_cells; i++)
        for (int c = 0; s->cells[i].row == row && c < form->n_columns; c++)
            n += is_heading(&form->columns[c], s->cells[i].text);
    return n;
}

static bool has_head(const struct sheet *s, const struct sheet_form *form, uint32_t row, const char *field)
{
    const int c = column_index(form, field);
    for (int i = 0; i < s->n_cells; i++)
        if (s->cells[i].row == row && is_heading(&form->columns[c], s->cells[i].text))
            return true;
    return false;
}

/* The heading row and the form of a page: at least the name or the key, and three headings together. */
static bool find_head(const struct sheet *s, struct sheet_table *t)
{
    int best = 2;
    for (uint32_t row = 0; row < HEAD_ROWS_MAX; row++)
        for (int k = 0; k < 2; k++) {
            const struct sheet_form *const form = &plan_sheet_forms[k];
            const int n = own_heads(s, form, row);
            if (n > best && has_head(s, form, row, k == 0 ? "title" : "responsible")) {
                best = n;
                *t = (struct sheet_table){.sheet = s, .form = form, .head_row = row};
            } else if (n > best && (has_head(s, form, row, "key") || has_head(s, form, row, "title")) && k == 1 &&
                       has_head(s, form, row, "weight")) {
                best = n;
                *t = (struct sheet_table){.sheet = s, .form = form, .head_row = row};
            }
        }
    return best > 2;
}

static enum rc take_columns(struct sheet_table *t, struct fail *f)
{
    char first[16], second[16];
    for (int c = 0; c < SHEET_COLUMNS_MAX; c++)
        t->column[c] = -1;
    for (int i = 0; i < t->sheet->n_cells; i++) {
        const struct sheet_cell *const cell = &t->sheet->cells[i];
        for (int c = 0; cell->row == t->head_row && c < t->form->n_columns; c++) {
            if (!is_heading(&t->form->columns[c], cell->text))
                continue;
            if (t->column[c] >= 0) {
                sheet_ref(t->head_row, (uint32_t)t->column[c], first);
                sheet_ref(t->head_row, cell->column, second);
                const enum rc rc = fail_set(f, RC_INVALID, MSG_sheet_column_twice, NULL, "", "", first, second, NULL);
                (void)snprintf(f->args[0].text, sizeof f->args[0].text, "%.*s",
                               (int)(t->sheet->name.len > 90 ? 90 : t->sheet->name.len), t->sheet->name.ptr);
                fail_arg_both(f, 1, span_of(t->form->columns[c].zh), span_of(t->form->columns[c].en));
                return rc;
            }
            t->column[c] = (int)cell->column;
        }
    }
    return RC_OK;
}

static enum rc check_columns(const struct sheet_table *t, struct fail *f)
{
    char zh[120] = "", en[120] = "";
    for (int c = 0; c < t->form->n_columns; c++) {
        const struct sheet_column *const column = &t->form->columns[c];
        if (t->column[c] >= 0 || column->kind == COLUMN_SHOWN)
            continue;
        const size_t z = strlen(zh), e = strlen(en);
        (void)snprintf(zh + z, sizeof zh - z, "%s%s", z ? "、" : "", column->zh);
        (void)snprintf(en + e, sizeof en - e, "%s%s", e ? ", " : "", column->en);
    }
    if (!zh[0])
        return RC_OK;
    const enum rc rc = fail_span(f, RC_INVALID, MSG_sheet_column_missing, "columns", t->sheet->name);
    fail_arg_both(f, 1, span_of(zh), span_of(en));
    return rc;
}

static enum rc check_merges(const struct sheet_table *t, struct fail *f)
{
    char from[16], to[16], both[40];
    for (int i = 0; i < t->sheet->n_merges; i++) {
        const struct sheet_merge *const m = &t->sheet->merges[i];
        if (m->last_row < t->head_row)
            continue; /* a title above the table */
        sheet_ref(m->row, m->column, from);
        sheet_ref(m->last_row, m->last_column, to);
        (void)snprintf(both, sizeof both, "%s:%s", from, to);
        const enum rc rc = fail_span(f, RC_INVALID, MSG_sheet_merged, both, t->sheet->name);
        (void)snprintf(f->args[1].text, sizeof f->args[1].text, "%s", both);
        return rc;
    }
    return RC_OK;
}

enum rc plan_sheet_tables(struct arena *a, const struct sheet_book *book, struct sheet_table *out, int *n,
                          struct fail *f)
{
    enum rc rc = RC_OK;
    (void)a;
    *n = 0;
    for (int i = 0; rc == RC_OK && i < book->n_sheets && *n < 2; i++) {
        struct sheet_table *const t = &out[*n];
        if (book->sheets[i].hidden || !find_head(&book->sheets[i], t))
            continue;
        rc = take_columns(t, f);
        if (rc == RC_OK)
            rc = check_columns(t, f);
        if (rc == RC_OK)
            rc = check_merges(t, f);
        ++*n;
    }
    return rc == RC_OK && *n == 0 ? fail_set(f, RC_INVALID, MSG_sheet_no_table, NULL, NULL) : rc;
}

/* ---- rows and cells ---------------------------------------------------------------------------------------------------------------------- */

static int form_column(const struct sheet_table *t, uint32_t column)
{
    for (int c = 0; c < t->form->n_columns; c++)
        if (t->column[c] >= 0 && (uint32_t)t->column[c] == column)
            return c;
    return -1;
}

enum rc plan_sheet_rows(struct arena *a, const struct sheet_table *t, struct sheet_row **out, int *n, struct fail *f)
{
    uint32_t last = 0;
    for (int i = 0; i < t->sheet->n_cells; i++)
        if (t->sheet->cells[i].row > last &&
            span_trim(t->sheet->cells[i].text).len + (t->sheet->cells[i].kind == SHEET_FORMULA) > 0)
            last = t->sheet->cells[i].row;
    *n = 0;
    if (last <= t->head_row)
        return RC_OK;
    const uint32_t room = last - t->head_row;
    char limit[16];
    (void)snprintf(limit, sizeof limit, "%d", SHEET_ROWS_MAX);
    if (room > SHEET_ROWS_MAX)
        return fail_set(f, RC_LIMIT, MSG_sheet_rows_many, NULL, limit, NULL);
    struct sheet_row *const rows = ARENA_ARRAY(a, room, struct sheet_row);
    if (!rows)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    for (int i = 0; i < t->sheet->n_cells; i++) {
        const struct sheet_cell *const cell = &t->sheet->cells[i];
        const int c = form_column(t, cell->column);
        if (cell->row > t->head_row && cell->row <= last && c >= 0 &&
            (span_trim(cell->text).len > 0 || cell->kind == SHEET_FORMULA))
            rows[cell->row - t->head_row - 1].cells[c] = cell;
    }
    for (uint32_t r = 0; r < room; r++) {
        bool any = false;
        for (int c = 0; c < t->form->n_columns; c++)
            any = any || rows[r].cells[c] != NULL;
        if (!any)
            continue;
        rows[*n] = rows[r];
        rows[(*n)++].row = t->head_row + 1 + r;
    }
    *out = rows;
    return RC_OK;
}

void plan_sheet_cell_name(const struct sheet_table *t, const struct sheet_row *row, int column, char out[16])
{
    sheet_ref(row->row, t->column[column] >= 0 ? (uint32_t)t->column[column] : 0, out);
}

bool plan_sheet_unit_at(struct span *rest, struct span *name)
{
    static const struct span marks[] = {{"、", 3}, {"，", 3}, {"；", 3}, {",", 1}, {";", 1}, {"\n", 1}};
    while (rest->len > 0) {
        size_t at = rest->len, width = 0;
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            const size_t found = span_find(*rest, marks[i], 0);
            if (found < at) {
                at = found;
                width = marks[i].len;
            }
        }
        *name = span_trim(span_sub(*rest, 0, at));
        *rest = span_sub(*rest, at + width, rest->len);
        if (name->len > 0)
            return true;
    }
    return false;
}

static struct span joined_units(struct arena *a, struct span text)
{
    struct sb sb;
    struct span name;
    sb_init(&sb, 1 << 17);
    while (plan_sheet_unit_at(&text, &name)) {
        if (sb.len > 0)
            sb_adds(&sb, "、");
        sb_add(&sb, name);
    }
    const struct span out = sb.len > 0 ? span_dup(a, sb_span(&sb)) : SPAN("");
    sb_release(&sb);
    return out;
}

/* 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日. */
static bool day_of_text(struct span s, char out[11])
{
    int64_t v[3] = {0};
    int part = 0, digits = 0;
    for (size_t i = 0; i < s.len; i++) {
        const struct span rest = span_sub(s, i, s.len);
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') {
            if (part > 2 || ++digits > 4)
                return false;
            v[part] = v[part] * 10 + (s.ptr[i] - '0');
            continue;
        }
        const bool word = span_starts(rest, part == 0 ? SPAN("年") : part == 1 ? SPAN("月") : SPAN("日"));
        if (digits == 0 || !(word || (part < 2 && strchr("-/.", s.ptr[i]))))
            return false;
        i += word ? 2 : 0;
        part++;
        digits = 0;
    }
    const struct ymd d = {(int)v[0], (int)v[1], (int)v[2]};
    if (part < 2 || (part == 2 && digits == 0) || (part > 2 && digits > 0) || d.year < 1000 || !date_valid(d))
        return false;
    date_print(d, out);
    return true;
}

/* _x000D_ and its like stand for characters that XML cannot hold; only line ends and tabs are kept of them. */
static struct span unescaped(struct arena *a, struct span s)
{
    if (span_find(s, SPAN("_x"), 0) == SIZE_MAX)
        return s;
    char *const out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len;) {
        uint32_t code = 0;
        bool escape = i + 7 <= s.len && s.ptr[i] == '_' && s.ptr[i + 1] == 'x' && s.ptr[i + 6] == '_';
        for (size_t k = i + 2; escape && k < i + 6; k++) {
            const char c = (char)(s.ptr[k] >= 'A' && s.ptr[k] <= 'F' ? s.ptr[k] + 32 : s.ptr[k]);
            escape = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            code = code << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        if (!escape || code >= 128) {
            out[n++] = s.ptr[i++];
            continue;
        }
        if (code >= ' ' || code == '\n' || code == '\t')
            out[n++] = (char)code;
        i += 7;
    }
    return out ? (struct span){out, n} : s;
}

static enum rc number_value(const struct sheet_cell *cell, const char *name, struct arena *a, struct span *out,
                            struct fail *f)
{
    int64_t v = 0;
    char text[24], most[16];
    struct span s = span_trim(cell->text);
    const size_t point = span_find(s, SPAN(".0"), 0);
    if (point != SIZE_MAX && point + 2 == s.len)
        s = span_sub(s, 0, point);
    (void)snprintf(most, sizeof most, "%d", PLAN_WEIGHT_MAX);
    if (!span_to_i64(s, &v) || v < 1 || v > PLAN_WEIGHT_MAX) {
        const enum rc rc = fail_set(f, RC_INVALID, MSG_sheet_not_number, name, name, "", "1", most, NULL);
        (void)snprintf(f->args[1].text, sizeof f->args[1].text, "%.*s", (int)(s.len > 60 ? 60 : s.len), s.ptr);
        return rc;
    }
    (void)snprintf(text, sizeof text, "%lld", (long long)v);
    *out = span_dup(a, span_of(text));
    return RC_OK;
}

static enum rc bad_cell(enum msg msg, const char *name, struct span value, struct fail *f)
{
    const enum rc rc = fail_set(f, RC_INVALID, msg, name, name, "", NULL);
    (void)snprintf(f->args[1].text, sizeof f->args[1].text, "%.*s", (int)(value.len > 90 ? 90 : value.len),
                   value.ptr ? value.ptr : "");
    return rc;
}

enum rc plan_sheet_value(struct arena *a, const struct sheet_table *t, const struct sheet_row *row, int column,
                         struct span *out, struct fail *f)
{
    const struct sheet_cell *const cell = row->cells[column];
    const struct sheet_column *const c = &t->form->columns[column];
    char name[16], day[11];
    plan_sheet_cell_name(t, row, column, name);
    *out = SPAN("");
    if (!cell)
        return RC_OK;
    const struct span text = span_trim(unescaped(a, cell->text));
    if (cell->kind == SHEET_ERROR)
        return bad_cell(MSG_sheet_cell_error, name, text, f);
    if (cell->kind == SHEET_FORMULA)
        return fail_set(f, RC_INVALID, MSG_sheet_cell_formula, name, name, NULL);
    if (c->kind == COLUMN_DAY && cell->kind != SHEET_DAY) {
        if (cell->kind != SHEET_TEXT || !day_of_text(text, day))
            return bad_cell(MSG_sheet_not_day, name, text, f);
        *out = span_dup(a, span_of(day));
    } else if (c->kind == COLUMN_NUMBER) {
        return number_value(cell, name, a, out, f);
    } else if (c->kind == COLUMN_UNITS) {
        *out = joined_units(a, text);
    } else {
        *out = text;
    }
    return out->ptr ? RC_OK : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

/* ---- what differs ------------------------------------------------------------------------------------------------------------------------- */

static enum rc add_problem(struct sheet_compare *c, struct sheet_diff *d, int column, struct span given,
                           const struct fail *problem, struct fail *f)
{
    struct fail *const kept = ARENA_NEW(c->a, struct fail);
    if (!kept)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    *kept = *problem;
    d->error = true;
    d->changes[d->n_changes++] = (struct sheet_change){
        .column = column, .from = d->item ? d->item->values[column] : SPAN(""), .to = given, .problem = kept};
    return RC_OK;
}

static const struct sheet_item *item_of(const struct sheet_items *all, const struct sheet_key *key, int *index)
{
    for (int low = 0, high = all->n - 1; low <= high;) { /* the caller sorts by (tag, id) */
        const int at = low + (high - low) / 2;
        const struct sheet_item *const i = &all->items[at];
        const int order =
            i->form->tag != key->tag ? (i->form->tag < key->tag ? -1 : 1) : (i->id > key->id) - (i->id < key->id);
        if (order == 0) {
            *index = at;
            return i;
        }
        if (order < 0)
            low = at + 1;
        else
            high = at - 1;
    }
    return NULL;
}

/* Finds the item of a row, or says what is wrong with its key. */
static enum rc row_item(struct sheet_compare *c, struct sheet_diff *d, int key_column, struct sheet_key *key,
                        struct fail *f)
{
    struct fail why = {0};
    char name[16], first[16];
    int index = 0;
    const struct sheet_cell *const cell = d->row->cells[key_column];
    plan_sheet_cell_name(d->table, d->row, key_column, name);
    if (!cell) {
        (void)fail_set(&why, RC_INVALID, MSG_sheet_row_new, name, name, NULL);
        return add_problem(c, d, key_column, SPAN(""), &why, f);
    }
    if (!plan_sheet_key_read(cell->text, key) || key->tag != d->table->form->tag) {
        (void)bad_cell(MSG_sheet_key_bad, name, cell->text, &why);
        return add_problem(c, d, key_column, cell->text, &why, f);
    }
    const struct sheet_item *const item = item_of(c->items, key, &index);
    if (!item) {
        (void)fail_set(&why, RC_INVALID, MSG_sheet_key_unknown, name, name, NULL);
        return add_problem(c, d, key_column, cell->text, &why, f);
    }
    if (c->seen[index]) {
        (void)snprintf(first, sizeof first, "%u", c->seen[index]);
        (void)fail_set(&why, RC_INVALID, MSG_sheet_key_twice, name, name, first, NULL);
        return add_problem(c, d, key_column, cell->text, &why, f);
    }
    c->seen[index] = d->row->row + 1;
    d->item = item;
    return RC_OK;
}

/* One cell: edited here? edited there meanwhile? */
static enum rc cell_diff(struct sheet_compare *c, struct sheet_diff *d, int column, uint32_t print, struct fail *f)
{
    struct fail why = {0};
    struct span value = SPAN("");
    char name[16];
    const struct sheet_column *const col = &d->table->form->columns[column];
    plan_sheet_cell_name(d->table, d->row, column, name);
    enum rc rc = plan_sheet_value(c->a, d->table, d->row, column, &value, &why);
    if (rc == RC_LIMIT) {
        *f = why;
        return rc;
    }
    if (rc == RC_OK && value.len == 0 && !strcmp(col->field, "title"))
        rc = fail_set(&why, RC_INVALID, MSG_sheet_title_empty, name, name, NULL);
    if (rc == RC_OK && value.len == 0 && col->kind == COLUMN_NUMBER)
        rc = fail_set(&why, RC_INVALID, MSG_sheet_not_number, name, name, "", "1", "10000", NULL);
    if (rc != RC_OK)
        return add_problem(c, d, column, d->row->cells[column] ? d->row->cells[column]->text : SPAN(""), &why, f);
    const struct span now = d->item->values[column];
    if (span_eq(value, now) || plan_sheet_print(value) == print)
        return RC_OK; /* as it stands, or as it was exported: not edited here */
    struct sheet_change change = {.column = column, .from = now, .to = value};
    if (plan_sheet_print(now) != print) {
        change.conflict = d->conflict = true;
        change.problem = ARENA_NEW(c->a, struct fail);
        if (!change.problem)
            return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
        (void)bad_cell(MSG_sheet_conflict, name, now, change.problem);
    }
    d->changes[d->n_changes++] = change;
    return RC_OK;
}

enum rc plan_sheet_diff(struct sheet_compare *c, const struct sheet_table *t, const struct sheet_row *row,
                        struct sheet_diff *out, struct fail *f)
{
    struct sheet_key key = {0};
    *out = (struct sheet_diff){.table = t, .row = row};
    enum rc rc = row_item(c, out, column_index(t->form, "key"), &key, f);
    int field = 0;
    for (int i = 0; rc == RC_OK && out->item && i < t->form->n_columns; i++)
        if (may_change(&t->form->columns[i]))
            rc = cell_diff(c, out, i, key.prints[field++], f);
    return rc;
}
