/*
 * outline_date.c - days and spans of time in a text: 于2011年6月30日以前, 2011—2020年, 到2050年, 未来十年, 年底前, 三年内, 每季度,
 * “十一五”, 去年下半年. Words that count from "now" count from the document's day of issue; without one they have no days.
 *
 * A whole year or month stands for its first to its last day; 前, 以前, 底 and 末 mean its last day, inclusive (the outlines
 * do not say; this is the reading of their plans). Three years within are the same day three years later. What the words behind a
 * day say of it (建成, 报送) stands in outline_due.c.
 */
#include <string.h>

#include "base/calendar.h"
#include "plan/outline_int.h"

struct point { /* 0 for what is not said */
    int year, month, day, quarter, half;
    int third;         /* of the month: 上旬 1, 中旬 2, 下旬 3 */
    bool year_word;    /* 年 was printed behind the year */
    bool relative;     /* year from 今年, 去年 */
    bool unknown_year; /* relative, and the day of issue is not known */
    bool tail;         /* 底, 末: only its end */
    bool head;         /* 初 */
    uint32_t end;
};
struct found {
    enum outline_date_kind kind;
    bool has_from, has_to, relative;
    struct ymd from, to;
    const char *interval;
    double confidence;
};

static uint32_t digits(const struct ol_win *w, uint32_t i, uint32_t max, int *value)
{
    uint32_t k = i;
    *value = 0;
    while (k < w->n && k - i < max && ol_is(w->cp[k], OL_DIGIT))
        *value = *value * 10 + (w->cp[k++] - '0');
    return k < w->n && ol_is(w->cp[k], OL_DIGIT) ? i : k;
}

/* A small number in either script: returns the index behind it, i when none. */
static uint32_t small(const struct ol_win *w, uint32_t i, int max, int *value)
{
    struct ol_num num;
    if (i < w->n && ol_is(w->cp[i], OL_DIGIT)) {
        const uint32_t k = digits(w, i, 3, value);
        return k > i && *value >= 1 && *value <= max ? k : i;
    }
    if (i >= w->n || !ol_is(w->cp[i], OL_CN) || !ol_number(w, i, &num) || num.positional > 1 || num.mantissa < 1 ||
        num.mantissa > max)
        return i;
    *value = (int)num.mantissa;
    return num.end;
}

static bool year_ok(int year)
{
    return year >= 1900 && year <= 2199;
}

static uint32_t year_at(const struct ol_win *w, uint32_t i, int *year)
{
    if (i < w->n && ol_is(w->cp[i], OL_DIGIT)) {
        const uint32_t k = digits(w, i, 4, year);
        return k == i + 4 && year_ok(*year) ? k : i;
    }
    int value = 0;
    uint32_t k = i;
    for (; k < w->n && k < i + 4; k++) { /* 二〇〇九, also 二OO九 */
        struct ol_num num;
        const bool letter = w->cp[k] == 'O' || w->cp[k] == 'o' || w->cp[k] == '0';
        if (letter)
            value *= 10;
        else if (ol_is(w->cp[k], OL_CN) &&
                 ol_number(&(struct ol_win){.n = k + 1, .cp = w->cp, .off = w->off}, k, &num) && num.mantissa < 10)
            value = value * 10 + (int)num.mantissa;
        else
            return i;
    }
    *year = value;
    return k == i + 4 && year_ok(value) ? k : i;
}

/* 今年 明年 去年 本年度: years from the day of issue. */
static uint32_t relative_year(const struct ol_ctx *c, uint32_t i, struct point *p)
{
    static const char16_t *const words[] = {u"今年", u"本年", u"明年", u"去年", u"后年", u"前年", NULL};
    static const int shift[] = {0, 0, 1, -1, 2, -2};
    uint32_t which = 0;
    if (!ol_any(&c->win, i, words, &which))
        return i;
    p->relative = true;
    p->unknown_year = !c->has_issue;
    p->year = c->has_issue ? c->issue.year + shift[which] : 2000;
    p->year_word = true;
    return i + 2;
}

static uint32_t quarter_at(const struct ol_win *w, uint32_t i, int *quarter)
{
    if (ol_at(w, i, u"第"))
        i++;
    const uint32_t k = small(w, i, 4, quarter);
    if (k > i && (ol_at(w, k, u"季度") || ol_at(w, k, u"季末")))
        return ol_at(w, k, u"季度") ? k + 2 : k + 1;
    *quarter = 0;
    return 0;
}

/* What may follow the year: month and day, quarter, half, 底 初. */
static uint32_t below_year(const struct ol_win *w, uint32_t i, struct point *p)
{
    const uint32_t q = quarter_at(w, i, &p->quarter);
    if (q)
        return q;
    if (ol_at(w, i, u"上半年") || ol_at(w, i, u"下半年")) {
        p->half = ol_at(w, i, u"上") ? 1 : 2;
        return i + 3;
    }
    const uint32_t m = small(w, i, 12, &p->month);
    if (m == i) {
        p->month = 0;
        return i;
    }
    if (!ol_at(w, m, u"月")) { /* 2023年1-3月 */
        uint32_t k = m;
        int other = 0;
        while (k < w->n && (w->cp[k] == '-' || w->cp[k] == '~' || w->cp[k] == u'至'))
            k++;
        if (k > m && small(w, k, 12, &other) > k && ol_at(w, small(w, k, 12, &other), u"月"))
            return m;
        p->month = 0;
        return i;
    }
    i = m + 1;
    if (ol_at(w, i, u"份"))
        i++;
    static const char16_t *const thirds[] = {u"上旬", u"中旬", u"下旬", NULL};
    uint32_t which = 0;
    if (ol_any(w, i, thirds, &which)) {
        p->third = (int)which + 1;
        return i + 2;
    }
    const uint32_t d = small(w, i, 31, &p->day);
    if (d > i && (ol_at(w, d, u"日") || ol_at(w, d, u"号")))
        return d + 1;
    p->day = 0;
    return i;
}

static bool valid_point(const struct point *p)
{
    return !p->day || date_valid((struct ymd){p->year, p->month, p->day});
}

static uint32_t tail_at(const struct ol_win *w, uint32_t i, struct point *p)
{
    if (ol_at(w, i, u"年底") || ol_at(w, i, u"年末")) {
        p->tail = true;
        return i + 2;
    }
    if ((ol_at(w, i, u"底") || ol_at(w, i, u"末")) && !p->day) {
        p->tail = true;
        return i + 1;
    }
    if (ol_at(w, i, u"年初") || ol_at(w, i, u"初")) {
        p->head = !p->day;
        return p->head ? i + (ol_at(w, i, u"年初") ? 2u : 1u) : i;
    }
    return i;
}

/* 2011-05-12, 2011.5.12, 2011/5/12 */
static uint32_t numeric_day(const struct ol_win *w, uint32_t i, struct point *p)
{
    int month = 0, day = 0;
    const uint16_t sep = i < w->n ? w->cp[i] : 0;
    if (sep != '-' && sep != '.' && sep != '/')
        return i;
    const uint32_t m = digits(w, i + 1, 2, &month);
    if (m == i + 1 || m >= w->n || w->cp[m] != sep)
        return i;
    const uint32_t d = digits(w, m + 1, 2, &day);
    if (d == m + 1 || !date_valid((struct ymd){p->year, month, day}))
        return i;
    p->month = month;
    p->day = day;
    p->year_word = true;
    return d;
}

/* A point of time that names its year; 0 when none starts at i. */
static uint32_t point_at(const struct ol_ctx *c, const struct ol_win *w, uint32_t i, struct point *p)
{
    *p = (struct point){0};
    uint32_t k = c ? relative_year(c, i, p) : i;
    if (k == i) {
        k = year_at(w, i, &p->year);
        if (k == i)
            return 0;
        const uint32_t d = numeric_day(w, k, p);
        if (d > k) {
            p->end = d;
            return d;
        }
        if (ol_at(w, k, u"年")) {
            p->year_word = true;
            k++;
            if (ol_at(w, k, u"度"))
                k++;
        }
    } else if (ol_at(w, k, u"度")) {
        k++;
    }
    if (p->year_word) {
        k = below_year(w, k, p);
        k = tail_at(w, k, p);
    }
    p->end = k;
    return valid_point(p) ? k : 0;
}

/* A month or quarter without a year: 6月, 6月30日, 第一季度. */
static uint32_t yearless_at(const struct ol_ctx *c, uint32_t i, struct point *p)
{
    *p = (struct point){.relative = true, .unknown_year = !c->has_issue, .year = c->has_issue ? c->issue.year : 2000};
    const uint32_t k = below_year(&c->win, i, p);
    if (k <= i || (p->month && c->win.cp[k - 1] != u'月' && c->win.cp[k - 1] != u'日' && c->win.cp[k - 1] != u'号' &&
                   c->win.cp[k - 1] != u'份' && c->win.cp[k - 1] != u'旬'))
        return 0;
    p->end = tail_at(&c->win, k, p);
    return valid_point(p) ? p->end : 0;
}

static struct ymd first_day(const struct point *p)
{
    if (p->day)
        return (struct ymd){p->year, p->month, p->day};
    if (p->month)
        return (struct ymd){p->year, p->month, p->third ? p->third * 10 - 9 : 1};
    if (p->quarter)
        return (struct ymd){p->year, p->quarter * 3 - 2, 1};
    return (struct ymd){p->year, p->half == 2 ? 7 : 1, 1};
}

static struct ymd last_day(const struct point *p)
{
    if (p->day)
        return first_day(p);
    const int month = p->month ? p->month : p->quarter ? p->quarter * 3 : p->half == 1 ? 6 : p->head ? 1 : 12;
    return (struct ymd){p->year, month,
                        p->third == 1 || p->third == 2 ? p->third * 10 : date_month_days(p->year, month)};
}

/* A span that ends before it begins (2020—2011年, or a month counted from a later day of issue) says nothing and is left out. */
static void add(struct ol_ctx *c, const struct found *x, uint32_t from, uint32_t to)
{
    if (x->has_from && x->has_to && date_to_days(x->from) > date_to_days(x->to))
        return;
    struct outline_date *const d = ol_push(c, &c->dates);
    if (!d)
        return;
    d->kind = x->kind;
    d->has_from = x->has_from;
    d->has_to = x->has_to;
    d->relative = x->relative;
    d->from_day = x->has_from ? date_to_days(x->from) : 0;
    d->to_day = x->has_to ? date_to_days(x->to) : 0;
    d->interval = span_of(x->interval);
    d->start = c->win.off[from];
    d->end = c->win.off[to];
    d->text = ol_span(c->src, d->start, d->end);
    d->node = c->node;
    d->confidence = x->confidence;
}

static uint32_t before_at(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const words[] = {u"以前", u"之前", u"前", NULL};
    const uint32_t n = ol_any(w, i, words, NULL);
    return ol_at(w, i, u"前后") || ol_at(w, i, u"前海") || ol_at(w, i, u"前列") || ol_at(w, i, u"前期") ? 0 : n;
}

/* …为启动试点阶段, 进入全面实施阶段, or the date stands in the heading of a phase. */
static bool of_phase(const struct ol_ctx *c, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &c->win;
    const struct ol_node *const n = OL_NODE(c, c->node);
    if (n->out.kind == OUTLINE_PHASE && w->off[from] < n->head_end)
        return true;
    if (from >= 1 && w->cp[from - 1] == '(' && ol_ends(w, 0, from - 1, u"阶段"))
        return true;
    if (!ol_at(w, to, u"为") && !ol_at(w, to, u"进入") && !ol_at(w, to, u"是"))
        return false;
    for (uint32_t i = to; i < w->n && i < to + 16 && !ol_is(w->cp[i], OL_STOP | OL_PAUSE); i++) {
        if (ol_at(w, i, u"阶段"))
            return true;
    }
    return false;
}

static uint32_t range_mark(const struct ol_win *w, uint32_t i)
{
    uint32_t k = i;
    while (k < w->n && k < i + 3 && (w->cp[k] == '-' || w->cp[k] == '~'))
        k++;
    if (k > i)
        return k;
    return ol_at(w, i, u"至") || ol_at(w, i, u"到") ? i + 1 : i;
}

/* The second point of a range, with what the first one says left out: 3月, 15日, 2020年. */
static uint32_t second_at(const struct ol_ctx *c, uint32_t i, const struct point *a, struct point *b)
{
    const uint32_t k = point_at(c, &c->win, i, b);
    if (k)
        return k;
    if (!a->month && !a->quarter)
        return 0;
    const uint32_t m = yearless_at(c, i, b);
    if (m) {
        b->year = a->year;
        b->unknown_year = a->unknown_year;
        return m;
    }
    *b = *a;
    const uint32_t d = small(&c->win, i, 31, &b->day);
    return d > i && ol_at(&c->win, d, u"日") && valid_point(b) ? d + 1 : 0;
}

static bool point_before(const struct point *a, const struct point *b)
{
    return date_to_days(first_day(a)) <= date_to_days(last_day(b));
}

/* A range that starts with point a; from is the first character of the mention. Returns the index behind it, 0 when none. */
static uint32_t range_at(struct ol_ctx *c, uint32_t from, const struct point *a)
{
    struct point b;
    const uint32_t mark = range_mark(&c->win, a->end);
    if (mark == a->end)
        return 0;
    const uint32_t k = second_at(c, mark, a, &b);
    if (!k || !point_before(a, &b) || (!a->year_word && !a->month && !b.year_word && b.year - a->year > 100))
        return 0;
    const bool known = !a->unknown_year && !b.unknown_year;
    const struct found x = {of_phase(c, from, k) ? OUTLINE_DATE_PHASE : OUTLINE_PERIOD,
                            known,
                            known,
                            a->relative,
                            first_day(a),
                            last_day(&b),
                            NULL,
                            b.year_word || a->year_word ? 0.95 : 0.8};
    add(c, &x, from, k);
    return k;
}

/* A month without year that is due lies ahead: in the next year when this year's is past at the day of issue. */
static void ahead(const struct ol_ctx *c, struct point *p, bool yearless)
{
    if (yearless && c->has_issue && date_to_days(last_day(p)) < date_to_days(c->issue))
        p->year++;
}

/* 完成时限：2023年6月: the label says that it is due. */
static bool due_label(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const words[] = {u"完成时限", u"完成时间", u"时限",     u"完成期限",
                                            u"截止时间", u"截止日期", u"办结时限", NULL};
    while (i > 0 && ol_is(w->cp[i - 1], OL_BLANK))
        i--;
    if (i == 0 || (w->cp[i - 1] != ':' && w->cp[i - 1] != u'】'))
        return false;
    return ol_any_end(w, 0, i - 1, words) > 0;
}

/* 2011年12月31日建成, 2011年8月31日截止: due without a 前. Not where the day is past at the day of issue (that is a report), and a
 * whole year behind 到 stays the horizon that it is. */
static bool due_behind(const struct ol_ctx *c, const struct point *p, bool until, bool yearless)
{
    const bool whole_year = !p->month && !p->quarter && !p->half && !p->tail;
    if (until && (whole_year || (p->tail && !p->month)))
        return false;
    if (!yearless && c->has_issue && date_to_days(last_day(p)) < date_to_days(c->issue))
        return false;
    if (p->day && (ol_at(&c->win, p->end, u"截止") || ol_at(&c->win, p->end, u"止")))
        return true;
    return ol_due_behind(&c->win, p->end, whole_year);
}

/* A single point with what follows it: 前, 起, 内, or nothing. until: 到 stands before it. */
static uint32_t single_at(struct ol_ctx *c, uint32_t from, struct point *p, bool until, bool yearless)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = p->end;
    const uint32_t before = before_at(w, k);
    struct found x = {
        OUTLINE_PERIOD, !p->unknown_year, !p->unknown_year, p->relative, first_day(p), last_day(p), NULL, 0.9};
    const bool due = due_label(w, from) || (w->off[from] >= c->due_from && w->off[from] < c->due_to);
    const bool inside = !p->month && !p->quarter && !p->half && ol_at(w, k, u"年内"); /* 2011年年内 */
    if (due && !before && !p->unknown_year) {
        x.kind = OUTLINE_DEADLINE;
        x.has_from = false;
    } else if (before) {
        k += before;
        ahead(c, p, yearless);
        x.to = last_day(p);
        x.kind = OUTLINE_DEADLINE;
        x.has_from = false;
        x.confidence = p->tail || p->day ? 0.95 : p->month || p->quarter ? 0.85 : 0.7;
    } else if (inside || ol_at(w, k, u"内") || ol_at(w, k, u"以内")) {
        k += ol_at(w, k, u"内") ? 1 : 2;
        x.kind = OUTLINE_DEADLINE;
        x.has_from = false;
    } else if (ol_at(w, k, u"起") || ol_at(w, k, u"以来") || ol_at(w, k, u"开始") || ol_at(w, k, u"以后")) {
        k += ol_at(w, k, u"起") ? 1 : 2;
        x.has_to = false;
    } else if (due_behind(c, p, until, yearless)) {
        ahead(c, p, yearless);
        x.to = last_day(p);
        x.kind = OUTLINE_DEADLINE;
        x.has_from = false;
        x.confidence = p->day || p->tail ? 0.9 : p->month || p->quarter || p->half ? 0.8 : 0.7;
        if (ol_at(w, k, u"止"))
            k++;
    } else if (until || p->tail) {
        x.kind = OUTLINE_HORIZON;
        x.has_from = false;
        if (ol_at(w, k, u"止"))
            k++;
    }
    if (p->unknown_year)
        x.confidence -= 0.2;
    if (yearless && !before && !until)
        x.confidence = x.kind == OUTLINE_DEADLINE ? 0.7 : 0.6;
    if (x.kind != OUTLINE_DEADLINE && of_phase(c, from, k))
        x.kind = OUTLINE_DATE_PHASE;
    add(c, &x, from, k);
    return k;
}

/* Any point at i, from being the first character of the mention (a word such as 到 may stand before i). 0 when none. */
static uint32_t dated(struct ol_ctx *c, uint32_t from, uint32_t i, bool until)
{
    struct point p;
    const struct ol_win *const w = &c->win;
    if (i >= w->n)
        return 0;
    uint32_t k = point_at(c, w, i, &p);
    const bool yearless = k == 0;
    if (!k)
        k = yearless_at(c, i, &p);
    if (!k)
        return 0;
    const uint32_t r = range_at(c, from, &p);
    if (r)
        return r;
    if (!yearless && !p.year_word)
        return 0; /* a bare number of four digits */
    return single_at(c, from, &p, until, yearless);
}

/* “十一五”规划, 十四五时期, “五五”普法: returns the index behind it, i when none. */
static uint32_t five_years(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = i;
    int n = 0;
    static const char16_t ones[] = u"一二三四五六七八九";
    if (w->cp[k] == u'十') {
        n = 10;
        k++;
    }
    for (int v = 0; ones[v] && k < w->n; v++) {
        if (w->cp[k] == ones[v] && ol_at(w, k + 1, u"五")) {
            n += v + 1;
            k++;
            break;
        }
    }
    if (n == 0 || !ol_at(w, k, u"五"))
        return i;
    k++;
    const bool quoted = i > 0 && w->cp[i - 1] == u'“' && ol_at(w, k, u"”");
    const uint32_t behind = quoted ? k + 1 : k;
    static const char16_t *const words[] = {u"规划", u"计划", u"时期", u"期间", u"以来", u"末", u"发展", NULL};
    const bool law = ol_at(w, behind, u"普法");
    if (!law && (n < 10 || (!quoted && !ol_any(w, behind, words, NULL))))
        return i;
    const int year = law ? 1986 + 5 * (n - 1) : 1966 + 5 * (n - 3);
    const struct found x = {OUTLINE_PERIOD,     true, true, false, {year, 1, 1}, {year + 4, 12, 31}, NULL,
                            quoted ? 0.95 : 0.9};
    add(c, &x, i, k);
    return k;
}

/* 第十二个五年规划 */
static uint32_t nth_five_years(struct ol_ctx *c, uint32_t i)
{
    struct ol_num num;
    if (!ol_number(&c->win, i + 1, &num) || num.scale || num.mantissa < 3 || num.mantissa > 40 ||
        !ol_at(&c->win, num.end, u"个五年"))
        return i;
    const int year = 1966 + 5 * ((int)num.mantissa - 3);
    const struct found x = {OUTLINE_PERIOD, true, true, false, {year, 1, 1}, {year + 4, 12, 31}, NULL, 0.95};
    add(c, &x, i, num.end + 3);
    return num.end + 3;
}

/* The unit of a length of time; *interval gets its ISO form. Returns the index behind it, i when none. */
static uint32_t length_unit(struct ol_ctx *c, uint32_t i, int n, char *letter, const char **interval)
{
    static const char16_t *const words[] = {u"个工作日", u"工作日", u"个月", u"年", u"周", u"天", u"日", NULL};
    static const char letters[] = "DDMYWDD";
    uint32_t which = 0;
    const uint32_t len = ol_any(&c->win, i, words, &which);
    if (!len)
        return i;
    *letter = which < 2 ? 'B' : letters[which];
    char *const text = arena_alloc(c->a, 16);
    if (!text)
        c->full = true;
    else
        (void)snprintf(text, 16, "P%d%c", n, letters[which]);
    *interval = text;
    return i + len;
}

static struct ymd later(struct ymd from, int n, char letter)
{
    if (letter == 'Y' || letter == 'M')
        return date_add_months(from, letter == 'Y' ? 12 * n : n);
    return date_from_days(date_to_days(from) + (letter == 'W' ? 7 * n : n));
}

/* The nth working day behind the day of issue; false when the calendar does not know a year on the way. */
static bool working_day(struct ymd issue, int n, int32_t *day)
{
    struct fail f;
    return calendar_add_days(calendar_builtin(), date_to_days(issue), n, day, &f) == RC_OK;
}

/* 三年内, 30日内, 用三年左右时间: counted from the day of issue. 0 when none. */
static uint32_t within(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    int n = 0;
    char letter = 0;
    const char *interval = NULL;
    uint32_t k = small(w, i, 100, &n);
    const uint16_t next = k < w->n ? w->cp[k] : 0;
    if (k == i || (next != u'年' && next != u'个' && next != u'日' && next != u'天' && next != u'周' && next != u'工'))
        return 0;
    uint32_t e = length_unit(c, k, n, &letter, &interval);
    if (e == k)
        return 0;
    static const char16_t *const inside[] = {u"以内", u"之内", u"内", NULL};
    static const char16_t *const effort[] = {u"左右的时间", u"左右时间", u"的时间", u"时间", u"的努力", u"努力", NULL};
    const uint32_t in = ol_any(w, e, inside, NULL);
    const bool used = ol_ends(w, 0, i, u"用") || ol_ends(w, 0, i, u"经过") || ol_ends(w, 0, i, u"利用");
    const uint32_t eff = in || !used ? 0 : ol_any(w, e, effort, NULL);
    if (!in && !eff)
        return 0;
    e += in ? in : eff;
    /* 开办时间压缩至1个工作日以内: how long a thing may take, not when it is due */
    static const char16_t *const shorten[] = {u"压缩至", u"压缩到", u"压缩为", u"压减至", u"压减到", u"缩短至",
                                              u"缩短到", u"缩短为", u"缩减至", u"缩减到", u"减少至", u"减少到",
                                              u"控制在", u"降至",   u"降低到", u"降低至", u"降到",   u"提速至",
                                              u"提速到", u"限定在", u"保持在", NULL};
    if (in && ol_any_end(w, 0, i, shorten))
        return e;
    int32_t day = 0;
    const bool working = letter == 'B', counted = working && c->has_issue && working_day(c->issue, n, &day);
    const bool elsewhere = in && !ol_counted_from_issue(w, i);
    const bool known = c->has_issue && !elsewhere && (!working || counted);
    struct found x = {
        in ? OUTLINE_DEADLINE : OUTLINE_HORIZON, false, known, true, {0}, {0}, interval, known ? 0.85 : 0.7};
    if (known)
        x.to = working ? date_from_days(day) : later(c->issue, n, letter);
    add(c, &x, i, e);
    if (working && !counted &&
        !elsewhere) /* no date of issue, or a year whose calendar is not known: a person must say the day */
        ol_check_add(c, n, 0, false, "working days", 0.7, i, e);
    return e;
}

/* 未来十年, 今后三年, 未来30—50年: whole years, the year of issue being the first. */
static uint32_t coming_years(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    int n = 0, m = 0;
    static const char16_t *const words[] = {u"未来", u"今后", NULL};
    const uint32_t len = ol_any(w, i, words, NULL);
    if (!len)
        return i;
    uint32_t k = small(w, i + len, 100, &n);
    if (k == i + len)
        return i;
    const uint32_t mark = range_mark(w, k);
    if (mark > k && small(w, mark, 200, &m) > mark)
        k = small(w, mark, 200, &m);
    if (!ol_at(w, k, u"年") && !ol_at(w, k, u"个五年"))
        return i;
    const bool known = c->has_issue && !m;
    struct found x = {OUTLINE_HORIZON, known, known, true, {0}, {0}, NULL, known ? 0.85 : 0.6};
    if (known) {
        x.from = (struct ymd){c->issue.year, 1, 1};
        x.to = (struct ymd){c->issue.year + n - 1, 12, 31};
    }
    add(c, &x, i, k + 1);
    return k + 1;
}

/* 通过5年的努力,到2014年: the years are counted back from the year named, both included. */
static uint32_t through_years(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    int n = 0;
    if (!ol_at(w, i, u"通过"))
        return i;
    uint32_t k = small(w, i + 2, 100, &n);
    if (k == i + 2 || !ol_at(w, k, u"年"))
        return i;
    k++;
    if (ol_at(w, k, u"左右"))
        k += 2;
    if (ol_at(w, k, u"的"))
        k++;
    if (!ol_at(w, k, u"努力"))
        return i;
    k += 2;
    struct point p;
    uint32_t to = k + (k < w->n && w->cp[k] == ',');
    if (ol_at(w, to, u"到") && point_at(c, w, to + 1, &p) && p.year_word && !p.unknown_year) {
        const struct found x = {OUTLINE_HORIZON,        true,         true, p.relative,
                                {p.year - n + 1, 1, 1}, last_day(&p), NULL, 0.85};
        add(c, &x, i, p.end);
        return p.end;
    }
    struct found x = {OUTLINE_HORIZON, false, c->has_issue, true, {0}, {0}, NULL, c->has_issue ? 0.8 : 0.6};
    if (c->has_issue)
        x.to = date_add_months(c->issue, 12 * n);
    add(c, &x, i, k);
    return k;
}

/* 年底前, 年内, 本季度末前, 本月底前: within the year, quarter or month of issue. */
static uint32_t this_period(struct ol_ctx *c, uint32_t i)
{
    static const char16_t *const words[] = {u"年底前",   u"年底以前", u"年底之前", u"年末前", u"年内",   u"本季度末前",
                                            u"本季度末", u"本季度内", u"本月底前", u"本月内", u"本月底", NULL};
    uint32_t which = 0;
    uint32_t len = ol_any(&c->win, i, words, &which);
    if (!len && (ol_at(&c->win, i, u"年底") || ol_at(&c->win, i, u"年末")) && ol_due_behind(&c->win, i + 2, false)) {
        len = 2;
        which = 0;
    }
    if (which == 4 && len && ol_ends(&c->win, 0, i, u"半")) { /* 半年内 */
        struct found half = {OUTLINE_DEADLINE, false, c->has_issue, true, {0}, {0}, "P6M", c->has_issue ? 0.85 : 0.7};
        half.has_to = c->has_issue && ol_counted_from_issue(&c->win, i - 1);
        if (half.has_to)
            half.to = date_add_months(c->issue, 6);
        add(c, &half, i - 1, i + len);
        return i + len;
    }
    if (!len ||
        (which < 5 && i > 0 &&
         (ol_is(c->win.cp[i - 1], OL_CN | OL_DIGIT) || c->win.cp[i - 1] == u'每' || ol_ends(&c->win, 0, i, u"半"))))
        return i;
    const int month = which < 5 ? 12 : which < 8 ? (c->issue.month + 2) / 3 * 3 : c->issue.month;
    struct found x = {OUTLINE_DEADLINE, false, c->has_issue, true, {0}, {0}, NULL, c->has_issue ? 0.85 : 0.7};
    if (c->has_issue)
        x.to = (struct ymd){c->issue.year, month, date_month_days(c->issue.year, month)};
    add(c, &x, i, i + len);
    return i + len;
}

/* Behind 每月, 每周, 每季度: the day in it (5日, 月底, 五, 第一个月10日); i when none. */
static uint32_t day_within(const struct ol_win *w, uint32_t i)
{
    uint32_t k = i;
    int n = 0;
    if (ol_at(w, i - 1, u"周")) {
        static const char16_t *const days[] = {u"一", u"二", u"三", u"四", u"五", u"六", u"日", u"末", NULL};
        k = i + ol_any(w, i, days, NULL);
        return before_at(w, k) ? k : i; /* 每周一次 */
    }
    static const char16_t *const months[] = {u"第一个月", u"第二个月", u"第三个月", u"首月", u"末月", u"次月", NULL};
    k += ol_any(w, k, months, NULL);
    const uint32_t d = small(w, k, 31, &n);
    return d > k && (ol_at(w, d, u"日") || ol_at(w, d, u"号")) ? d + 1 : i;
}

/* 每季度, 每年12月底前, 按月, 定期或不定期 */
static uint32_t recurring(struct ol_ctx *c, uint32_t i)
{
    static const struct {
        const char16_t *word;
        const char *interval;
    } rows[] = {
        {u"每半年", "P6M"}, {u"每季度", "P3M"},      {u"每季", "P3M"},        {u"每年度", "P1Y"}, {u"每年", "P1Y"},
        {u"每个月", "P1M"}, {u"每月", "P1M"},        {u"每周", "P7D"},        {u"每日", "P1D"},   {u"每天", "P1D"},
        {u"每两年", "P2Y"}, {u"每三年", "P3Y"},      {u"按季度", "P3M"},      {u"按季", "P3M"},   {u"按月", "P1M"},
        {u"按年度", "P1Y"}, {u"按年", "P1Y"},        {u"按周", "P7D"},        {u"逐月", "P1M"},   {u"逐季", "P3M"},
        {u"逐年", "P1Y"},   {u"定期或不定期", NULL}, {u"定期和不定期", NULL}, {u"不定期", NULL},  {u"定期", NULL}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        if (!ol_at(&c->win, i, rows[r].word))
            continue;
        uint32_t k = i + ol_word_len(rows[r].word);
        if (ol_at(&c->win, k, u"存款") || (rows[r].interval && c->win.cp[i] == u'按' && ol_at(&c->win, k, u"龄")))
            return i;
        struct point p;
        const uint32_t due = yearless_at(c, k, &p);
        const uint32_t day = due || c->win.cp[i] != u'每' ? k : day_within(&c->win, k);
        if (day > k)
            k = day + before_at(&c->win, day);
        else if (due && rows[r].interval && c->win.cp[i] == u'每')
            k = due + before_at(&c->win, due);
        else if (ol_at(&c->win, k, u"末前") || ol_at(&c->win, k, u"底前"))
            k += 2;
        const struct found x = {OUTLINE_RECURRENCE,          false, false, false, {0}, {0}, rows[r].interval,
                                rows[r].interval ? 0.9 : 0.8};
        add(c, &x, i, k);
        return k;
    }
    return i;
}

/* 现在起至2010年, 从2013年起, 自2011年6月1日起 */
static uint32_t from_at(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = i;
    struct point p;
    if (ol_at(w, k, u"从") || ol_at(w, k, u"自"))
        k++;
    if (ol_at(w, k, u"现在起")) {
        const uint32_t mark = range_mark(w, k + 3);
        const uint32_t e = mark > k + 3 ? point_at(c, w, mark, &p) : 0;
        if (!e || !p.year_word)
            return i;
        const struct found x = {of_phase(c, i, e) ? OUTLINE_DATE_PHASE : OUTLINE_HORIZON,
                                c->has_issue,
                                !p.unknown_year,
                                c->has_issue,
                                c->issue,
                                last_day(&p),
                                NULL,
                                0.9};
        add(c, &x, i, e);
        return e;
    }
    if (k == i)
        return i;
    const uint32_t e = dated(c, i, k, false);
    return e ? e : i;
}

/* 近期实施: said, but without a day. */
static uint32_t near_term(struct ol_ctx *c, uint32_t i)
{
    static const char16_t *const words[] = {u"近期实施", u"近期目标", u"近期完成", u"近期启动", u"近期重点", NULL};
    if (!ol_any(&c->win, i, words, NULL))
        return i;
    const struct found x = {OUTLINE_HORIZON, false, false, true, {0}, {0}, NULL, 0.6};
    add(c, &x, i, i + 2);
    return i + 2;
}

static uint32_t prefixed(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = i + 1;
    bool until = true;
    if (ol_at(w, i, u"截至") || ol_at(w, i, u"截止") || ol_at(w, i, u"截止到"))
        k = i + (ol_at(w, i, u"截止到") ? 3 : 2);
    else if (w->cp[i] == u'于' || w->cp[i] == u'在')
        until = false;
    else if (w->cp[i] == u'截')
        return i;
    if (k >= w->n || (!ol_is(w->cp[k], OL_DIGIT | OL_CN) && w->cp[k] != u'今' && w->cp[k] != u'明' &&
                      w->cp[k] != u'本' && w->cp[k] != u'年'))
        return i;
    if (w->cp[k] == u'年' || w->cp[k] == u'本') {
        const uint32_t e = this_period(c, k);
        if (e > k)
            return e;
    }
    const uint32_t e = dated(c, i, k, until);
    return e ? e : i;
}

uint32_t ol_date_at(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    const uint16_t cp = w->cp[i];
    uint32_t k = i;
    if (ol_is(cp, OL_DIGIT | OL_CN)) {
        if (cp >= u'一')
            k = five_years(c, i);
        if (k == i)
            k = dated(c, i, i, false);
        if (!k)
            k = within(c, i);
        return k ? k : i;
    }
    switch (cp) {
    case u'第':
        k = nth_five_years(c, i);
        if (k == i && quarter_at(w, i, &(int){0}))
            k = dated(c, i, i, false);
        return k ? k : i;
    case u'每':
    case u'按':
    case u'逐':
    case u'定':
    case u'不':
        return recurring(c, i);
    case u'到':
    case u'至':
    case u'截':
    case u'于':
    case u'在':
        return prefixed(c, i);
    case u'从':
    case u'自':
    case u'现':
        return from_at(c, i);
    case u'通':
        return through_years(c, i);
    case u'未':
        return coming_years(c, i);
    case u'近':
        return near_term(c, i);
    case u'今':
        k = coming_years(c, i);
        break;
    case u'本':
        k = this_period(c, i);
        break;
    case u'年':
        return this_period(c, i);
    case u'去':
    case u'明':
    case u'后':
    case u'上':
    case u'下':
        break;
    default:
        return i;
    }
    if (k == i)
        k = dated(c, i, i, false);
    return k ? k : i;
}

uint32_t ol_day(const struct ol_win *w, uint32_t i, struct ymd *out)
{
    struct point p;
    while (i < w->n && (ol_is(w->cp[i], OL_BLANK) || w->cp[i] == '('))
        i++;
    const uint32_t k = i < w->n ? point_at(NULL, w, i, &p) : 0;
    if (!k || !p.day)
        return 0;
    *out = (struct ymd){p.year, p.month, p.day};
    return k;
}
