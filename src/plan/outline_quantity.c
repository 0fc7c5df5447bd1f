/*
 * outline_quantity.c - quantities with unit and comparator, and declared counts checked against what the text lists.
 *
 * A number in digits is taken with any unit of the list. One in Chinese characters only with a counting word (三项, 四大工程,
 * 两流域), in quotes (“三规”), or as a row of pairs (三纵两横两环十五联); 一 only in quotes and rows, since 一个 rarely counts.
 */
#include "plan/outline_int.h"

/* Counting words: taken behind either script. Longer ones first. */
static const char16_t *const counters[] = {
    u"个百分点", u"个工作日", u"个月", u"方面", u"城市", u"县市", u"流域", u"平原", u"丘陵区", u"街道", u"周年",
    u"人次",     u"个",       u"项",   u"条",   u"件",   u"次",   u"家",   u"座",   u"所",     u"处",   u"种",
    u"类",       u"级",       u"层",   u"批",   u"名",   u"位",   u"户",   u"人",   u"点",     u"步",   u"市",
    u"县",       u"区",       u"镇",   u"乡",   u"村",   u"省",   u"包",   u"纵",   u"横",     u"环",   u"年",
    u"天",       u"倍",       u"亩",   u"门",   u"篇",   u"片",   u"轴",   u"支",   u"台",     u"辆",   u"套",
    u"张",       u"艘",       u"班",   u"路",   u"场",   u"款",   u"口",   u"块",   NULL};
/* Units taken behind digits only. */
static const char16_t *const units[] = {
    u"百分点", u"平方公里", u"平方千米",    u"平方米",  u"立方米", u"公顷", u"公里", u"千米", u"千瓦时", u"千瓦",
    u"公斤",   u"千克",     u"微克/立方米", u"毫克/升", u"毫克",   u"微克", u"小时", u"分钟", u"工作日", u"美元",
    u"港元",   u"元",       u"吨",          u"米",      u"度",     u"分",   u"秒",   u"日",   u"月",     u"周",
    u"%",      u"‰",        u"℃",           u"床",      u"股",     u"斤",   u"强",   u"线",   u"幅",     u"km",
    u"kg",     u"mg",       u"kW",          u"MW",      u"GB",     u"TB",   u"Mbps", u"G",    NULL};
/* What 大 must be followed by to count things: 四大工程. */
static const char16_t *const big_things[] = {
    u"工程", u"工业区", u"丘陵区", u"都市经济圈", u"都市圈", u"城市群", u"城市", u"体系", u"行动", u"任务", u"重点",
    u"领域", u"方面",   u"类",     u"平台",       u"中心",   u"板块",   u"产业", u"战略", u"基地", u"攻坚", u"计划",
    u"专项", u"保障",   u"机制",   u"项目",       u"市场",   u"系统",   u"片区", u"功能", u"目标", u"举措", u"措施",
    u"原则", u"优势",   u"经济",   u"园区",       u"组团",   u"支撑",   u"抓手", u"理念", u"难题", NULL};

static uint32_t counter_at(const struct ol_win *w, uint32_t i)
{
    if (ol_at(w, i, u"大")) {
        const uint32_t n = ol_any(w, i + 1, big_things, NULL);
        return n ? n + 1 : 0;
    }
    if (ol_at(w, i, u"区号"))
        return 0;
    return ol_any(w, i, counters, NULL);
}

static uint32_t range_mark(const struct ol_win *w, uint32_t i)
{
    uint32_t k = i;
    while (k < w->n && k < i + 2 && (w->cp[k] == '-' || w->cp[k] == '~'))
        k++;
    return k > i ? k : ol_at(w, i, u"至") || ol_at(w, i, u"到") ? i + 1 : i;
}

/* 万, 亿 behind digits become part of the value. */
static uint32_t multiply(const struct ol_win *w, struct ol_num *num)
{
    if (num->cn)
        return num->end;
    uint32_t k = num->end;
    static const char16_t *const words[] = {u"万亿", u"亿", u"千万", u"百万", u"万", NULL};
    static const int64_t by[] = {1000000000000, 100000000, 10000000, 1000000, 10000};
    uint32_t which = 0;
    const uint32_t n = ol_any(w, k, words, &which);
    int64_t v;
    if (n && !__builtin_mul_overflow(num->mantissa, by[which], &v)) {
        num->mantissa = v;
        k += n;
        while (num->scale && num->mantissa % 10 == 0) {
            num->mantissa /= 10;
            num->scale--;
        }
    }
    return k;
}

struct side { /* what a comparator before or behind the number says */
    enum outline_comparator is;
    uint32_t from, to;
    bool said;
};

static void before_number(const struct ol_win *w, uint32_t i, struct side *s)
{
    static const struct {
        const char16_t *word;
        enum outline_comparator is;
    } rows[] = {{u"不低于", OUTLINE_GE}, {u"不少于", OUTLINE_GE}, {u"不小于", OUTLINE_GE}, {u"达到", OUTLINE_GE},
                {u"至少", OUTLINE_GE},   {u"不超过", OUTLINE_LE}, {u"不高于", OUTLINE_LE}, {u"不大于", OUTLINE_LE},
                {u"不多于", OUTLINE_LE}, {u"控制在", OUTLINE_LE}, {u"最多", OUTLINE_LE},   {u"超过", OUTLINE_GT},
                {u"突破", OUTLINE_GT},   {u"高于", OUTLINE_GT},   {u"大于", OUTLINE_GT},   {u"多于", OUTLINE_GT},
                {u"低于", OUTLINE_LT},   {u"少于", OUTLINE_LT},   {u"小于", OUTLINE_LT},   {u"大约", OUTLINE_APPROX},
                {u"约", OUTLINE_APPROX}, {u"近", OUTLINE_APPROX}, {u"达", OUTLINE_GE},     {u"逾", OUTLINE_GT}};
    uint32_t k = i;
    while (k > 0 && i - k < 2 && ol_is(w->cp[k - 1], OL_BLANK))
        k--;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        if (ol_ends(w, 0, k, rows[r].word)) {
            s->is = rows[r].is;
            s->from = k - ol_word_len(rows[r].word);
            s->said = true;
            return;
        }
    }
}

static void behind_number(const struct ol_win *w, uint32_t i, struct side *s)
{
    static const struct {
        const char16_t *word;
        enum outline_comparator is;
    } rows[] = {{u"及以上", OUTLINE_GE}, {u"以上", OUTLINE_GE}, {u"及以下", OUTLINE_LE},  {u"以下", OUTLINE_LE},
                {u"以内", OUTLINE_LE},   {u"之内", OUTLINE_LE}, {u"左右", OUTLINE_APPROX}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        if (ol_at(w, i, rows[r].word)) {
            if (!s->said || rows[r].is == OUTLINE_APPROX || s->is == OUTLINE_GE)
                s->is = rows[r].is;
            s->to = i + ol_word_len(rows[r].word);
            s->said = true;
            return;
        }
    }
}

/* 低于全市平均分0.14分: a difference to something; 排名全省106: a rank. */
static void by_context(const struct ol_win *w, uint32_t i, struct side *s)
{
    static const char16_t *const means[] = {u"平均分", u"平均水平", u"平均值", u"平均", u"均值", NULL};
    static const char16_t *const areas[] = {u"全省", u"全国", u"全市", u"全县", u"全区",
                                            u"全州", u"全球", u"世界", NULL};
    const uint32_t floor = i > 16 ? i - 16 : 0;
    const uint32_t mean = ol_any_end(w, floor, i, means);
    const uint32_t area = ol_any_end(w, floor, i, areas);
    uint32_t k = i;
    if (!mean && !area)
        return;
    while (k > floor && !ol_is(w->cp[k - 1], OL_STOP | OL_PAUSE)) {
        k--;
        if (mean && (ol_at(w, k, u"低于") || ol_at(w, k, u"高于"))) {
            *s = (struct side){ol_at(w, k, u"低于") ? OUTLINE_BELOW_BY : OUTLINE_ABOVE_BY, k, s->to, true};
            return;
        }
        if (area && (ol_at(w, k, u"排名") || ol_at(w, k, u"位居") || ol_at(w, k, u"位列") || ol_at(w, k, u"列"))) {
            *s = (struct side){OUTLINE_RANK, k, s->to, true};
            return;
        }
    }
}

static void add(struct ol_ctx *c, const struct ol_num *num, int64_t to_value, struct span unit, const struct side *s,
                double confidence)
{
    struct outline_quantity *const q = ol_push(c, &c->quantities);
    if (!q)
        return;
    q->mantissa = num->mantissa;
    q->scale = num->scale;
    q->mantissa_to = to_value;
    q->unit = unit;
    q->comparator = s->is;
    q->start = c->win.off[s->from];
    q->end = c->win.off[s->to];
    q->text = ol_span(c->src, q->start, q->end);
    q->node = c->node;
    q->confidence = confidence;
}

static struct span piece(const struct ol_ctx *c, uint32_t from, uint32_t to)
{
    return ol_span(c->src, c->win.off[from], c->win.off[to]);
}

static bool multiplier_only(const struct ol_win *w, uint32_t i)
{
    return w->cp[i] == u'百' || w->cp[i] == u'千' || w->cp[i] == u'万' || w->cp[i] == u'亿';
}

#define PAIRS_MAX 12
struct pairs {
    struct ol_num num[PAIRS_MAX];
    uint32_t from[PAIRS_MAX], to[PAIRS_MAX];
    uint32_t n;
    int64_t sum;
    bool small; /* a value of 1 is in it */
};

/* What is counted or dated one by one, and 十七届三中全会, is no row: 六个一体化 is six. */
static bool no_pair(uint16_t cp)
{
    static const char16_t chars[] = u"个项届次期年月日中点条大是要";
    for (uint32_t i = 0; chars[i]; i++) {
        if (chars[i] == cp)
            return true;
    }
    return false;
}

/* A row of pairs of a numeral and one to three characters. */
static void read_pairs(const struct ol_win *w, uint32_t i, bool quoted, struct pairs *p)
{
    const uint32_t widest = quoted ? 3 : 2;
    *p = (struct pairs){0};
    while (p->n < PAIRS_MAX && i < w->n && ol_is(w->cp[i], OL_CN)) {
        struct ol_num num;
        if (!ol_number(w, i, &num) || num.positional > 1 || multiplier_only(w, i))
            return;
        uint32_t k = num.end, to = 0;
        while (k < w->n && k - num.end <= widest && ol_is(w->cp[k], OL_HAN) && w->cp[k] != u'多')
            k++;
        const bool more = k < w->n && ol_is(w->cp[k], OL_CN);
        if (k == num.end || no_pair(w->cp[num.end]))
            return;
        if (k - num.end <= widest && (more || !ol_is(k < w->n ? w->cp[k] : 0, OL_HAN) || w->cp[k] == u'多'))
            to = k;
        else if (!more)
            to = num.end + 1;
        else
            return;
        p->num[p->n] = num;
        p->from[p->n] = i;
        p->to[p->n++] = to;
        p->sum += num.mantissa;
        p->small |= num.mantissa < 2;
        if (!more)
            return;
        i = to;
    }
}

static bool idiom(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const words[] = {u"四通八达", u"五湖四海", u"七上八下", u"三番五次",
                                            u"三心二意", u"四面八方", u"五花八门", u"三三两两",
                                            u"三令五申", u"五颜六色", NULL};
    return ol_any(w, i, words, NULL) > 0;
}

/* 三纵两横两环十五联: each pair is a quantity of its own. Returns the index behind, i when it is no row. */
static uint32_t row_at(struct ol_ctx *c, uint32_t i)
{
    struct pairs p;
    read_pairs(&c->win, i, c->quoted, &p);
    if (p.n < 2 || idiom(&c->win, i) || (!c->quoted && (p.n < 3 ? p.small : p.sum == (int64_t)p.n)))
        return i;
    for (uint32_t k = 0; k < p.n; k++) {
        const struct side s = {OUTLINE_EQ, p.from[k], p.to[k], false};
        add(c, &p.num[k], 0, piece(c, p.num[k].end, p.to[k]), &s, c->quoted ? 0.9 : 0.75);
    }
    ol_count_check(c, p.sum, i, p.num[p.n - 1].end, p.to[p.n - 1], true);
    return p.to[p.n - 1];
}

/* “三规”, “四统一”, “一日达”: a short name that counts. */
static uint32_t quoted_at(struct ol_ctx *c, uint32_t i, const struct ol_num *num)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = num->end;
    while (k < w->n && k < num->end + 7 && ol_is(w->cp[k], OL_HAN | OL_CN))
        k++;
    if (!c->quoted || k == num->end || k >= w->n || w->cp[k] != u'”')
        return i;
    uint32_t unit = counter_at(w, num->end);
    if (!unit)
        unit = ol_at(w, num->end, u"日") ? 1 : k - num->end < 3 ? k - num->end : 2;
    const struct side s = {OUTLINE_EQ, i, num->end + unit, false};
    add(c, num, 0, piece(c, num->end, num->end + unit), &s, 0.85);
    ol_count_check(c, num->mantissa, i, num->end, num->end + unit, false);
    return num->end + unit;
}

/* 第三次, 第六大城市群 */
static uint32_t ordinal_at(struct ol_ctx *c, uint32_t i)
{
    static const char16_t *const words[] = {u"次", u"届",   u"大",   u"批", u"期",   u"轮", u"名",
                                            u"位", u"季度", u"阶段", u"项", u"产业", NULL};
    struct ol_num num;
    if (!ol_number(&c->win, i + 1, &num) || num.scale || num.positional > 1)
        return i;
    const uint32_t n = ol_any(&c->win, num.end, words, NULL);
    if (!n)
        return i;
    const struct side s = {OUTLINE_ORDINAL, i, num.end + n, true};
    add(c, &num, 0, piece(c, num.end, num.end + n), &s, 0.9);
    return num.end + n;
}

static uint32_t code_at(struct ol_ctx *c, uint32_t i, const struct ol_num *num)
{
    static const char16_t *const words[] = {u"区号", u"热线", u"电话", u"号码", u"专线", NULL};
    const uint32_t n = num->digits >= 3 && !num->scale ? ol_any(&c->win, num->end, words, NULL) : 0;
    if (!n)
        return i;
    const struct side s = {OUTLINE_CODE, i, num->end + n, true};
    add(c, num, 0, piece(c, num->end, num->end + n), &s, 0.9);
    return num->end + n;
}

/* 百分之三十 */
static uint32_t per_cent_at(struct ol_ctx *c, uint32_t i)
{
    struct ol_num num;
    if (!ol_at(&c->win, i, u"百分之") || !ol_number(&c->win, i + 3, &num))
        return i;
    struct side s = {OUTLINE_EQ, i, num.end, false};
    before_number(&c->win, i, &s);
    behind_number(&c->win, num.end, &s);
    add(c, &num, 0, SPAN("%"), &s, 0.95);
    return s.to;
}

/* Whether a numeral in Chinese characters may count: not 几十, not 二、三次产业, not a lone 百. */
static bool may_count(const struct ol_win *w, uint32_t i, const struct ol_num *num)
{
    const uint16_t p = i > 0 ? w->cp[i - 1] : 0;
    if (num->positional > 1 || num->mantissa < 2 || p == u'几' || p == u'数' || p == u'第' || p == u'上' ||
        multiplier_only(w, i))
        return false;
    return !(p == u'、' && i > 1 && ol_is(w->cp[i - 2], OL_CN));
}

static uint32_t unit_at(const struct ol_win *w, uint32_t i, bool cn)
{
    const uint32_t n = counter_at(w, i);
    return n || cn ? n : ol_any(w, i, units, NULL);
}

/* A range 30-50年 or 10%-15%. Returns the index behind it, i when none. */
static uint32_t between_at(struct ol_ctx *c, uint32_t i, struct ol_num *num, uint32_t k)
{
    const struct ol_win *const w = &c->win;
    struct ol_num to;
    const uint32_t skip = unit_at(w, k, num->cn);
    const uint32_t mark = range_mark(w, k + skip);
    if (mark == k + skip || !ol_number(w, mark, &to) || to.cn != num->cn)
        return i;
    const uint32_t e = multiply(w, &to);
    const uint32_t unit = unit_at(w, e, num->cn);
    if (!unit)
        return i;
    while (to.scale < num->scale && to.mantissa < INT64_MAX / 10) {
        to.mantissa *= 10;
        to.scale++;
    }
    while (num->scale < to.scale && num->mantissa < INT64_MAX / 10) {
        num->mantissa *= 10;
        num->scale++;
    }
    if (to.mantissa <= num->mantissa)
        return i;
    const struct side s = {OUTLINE_BETWEEN, i, e + unit, true};
    add(c, num, to.mantissa, piece(c, e, e + unit), &s, 0.9);
    return e + unit;
}

static bool latin(uint16_t cp)
{
    return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z') || cp == '_' || cp == '/';
}

static uint32_t counted(struct ol_ctx *c, uint32_t i, struct ol_num *num)
{
    const struct ol_win *const w = &c->win;
    const uint32_t k = multiply(w, num);
    const uint32_t range = between_at(c, i, num, k);
    if (range > i)
        return range;
    const uint32_t unit = unit_at(w, k, num->cn);
    struct side s = {OUTLINE_EQ, i, k + unit, false};
    before_number(w, i, &s);
    behind_number(w, k + unit, &s);
    by_context(w, i, &s);
    const bool said = s.said && (s.is == OUTLINE_RANK || !num->cn);
    if (!unit && !(said && (s.is == OUTLINE_RANK || k > num->end)))
        return i;
    if (unit == 1 && num->cn && ol_at(w, k, u"年") && (ol_at(w, k + 1, u"级") || ol_at(w, k + 1, u"制")))
        return i;
    add(c, num, 0, unit ? piece(c, k, k + unit) : SPAN_NONE, &s, num->cn ? 0.75 : unit ? 0.95 : 0.8);
    if (!num->scale && counter_at(w, k))
        ol_count_check(c, num->mantissa, i, num->end, k + unit, false);
    return s.to > k + unit ? s.to : k + unit;
}

uint32_t ol_quantity_at(struct ol_ctx *c, uint32_t i)
{
    const struct ol_win *const w = &c->win;
    struct ol_num num;
    if (w->cp[i] == u'第')
        return ordinal_at(c, i);
    if (w->cp[i] == u'百') {
        const uint32_t e = per_cent_at(c, i);
        if (e > i)
            return e;
        if (ol_at(w, i, u"百强")) {
            const struct side s = {OUTLINE_EQ, i, i + 2, false};
            num = (struct ol_num){.mantissa = 100};
            add(c, &num, 0, piece(c, i + 1, i + 2), &s, 0.7);
            return i + 2;
        }
    }
    if (!ol_number(w, i, &num))
        return num.end > i ? num.end : i + 1;
    if (!num.cn && i > 0 && latin(w->cp[i - 1]))
        return num.end; /* F1 is a name */
    uint32_t k = i;
    if (num.cn) {
        k = row_at(c, i);
        if (k == i)
            k = quoted_at(c, i, &num);
        if (k == i && !may_count(w, i, &num))
            return num.end;
    } else {
        k = code_at(c, i, &num);
    }
    if (k == i)
        k = counted(c, i, &num);
    return k > i ? k : num.end;
}

/* ---- declared counts ---- */

/* style: allow parameters because a check is its two numbers, its verdict and its place */
void ol_check_add(struct ol_ctx *c, int64_t declared, int64_t found, bool ok, const char *basis, double confidence,
                  uint32_t from, uint32_t to)
{
    struct outline_check *const x = ol_push(c, &c->checks);
    if (!x)
        return;
    *x = (struct outline_check){declared,         found,          ok,      basis,     SPAN_NONE,
                                c->win.off[from], c->win.off[to], c->node, confidence};
    x->text = ol_span(c->src, x->start, x->end);
}

/* Elements of a list in [from, to): least, most (an 和 may stand inside an element), best guess. */
struct listed {
    int64_t least, most, best;
};

static struct listed list_count(const struct ol_win *w, uint32_t from, uint32_t to)
{
    int64_t pauses = 0, ands = 0, ands_behind = 0;
    int depth = 0;
    for (uint32_t i = from; i < to; i++) {
        depth += w->cp[i] == '(';
        depth -= w->cp[i] == ')' && depth > 0;
        if (depth)
            continue;
        if (w->cp[i] == u'、') {
            pauses++;
            ands_behind = 0;
        } else if (w->cp[i] == u'和' || w->cp[i] == u'与' || w->cp[i] == u'及') {
            ands++;
            ands_behind++;
        }
    }
    return (struct listed){pauses + 1, pauses + 1 + ands, pauses + 1 + (ands_behind > 0)};
}

/* style: allow parameters because a check is its two numbers, its verdict and its place */
static void compare(struct ol_ctx *c, int64_t n, struct listed l, bool strong, const char *basis, uint32_t from,
                    uint32_t to)
{
    const bool ok = n >= l.least && n <= l.most;
    if (ok || strong)
        ol_check_add(c, n, ok ? n : l.best, ok, basis, strong ? 0.85 : 0.7, from, to);
}

/* 两流域(钱塘江和太湖流域), “四个先行先试”:…;…;…;… */
static bool list_behind(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = to;
    while (k < w->n && k < to + 12 && (ol_is(w->cp[k], OL_HAN) || w->cp[k] == u'”'))
        k++;
    if (k >= w->n || (w->cp[k] != ':' && w->cp[k] != '('))
        return false;
    const bool paren = w->cp[k] == '(';
    uint32_t e = k + 1;
    int64_t semis = 0;
    while (e < w->n && e < k + 800 && w->cp[e] != '\n' && (paren ? w->cp[e] != ')' : w->cp[e] != u'。')) {
        semis += w->cp[e] == ';';
        e++;
    }
    if (paren) {
        const struct listed l = list_count(w, k + 1, e);
        if (l.most < 2 || e - k > 80)
            return false;
        compare(c, n, l, l.least > 1, "list after", from, to);
        return true;
    }
    if (semis == 0) {
        const struct listed l = list_count(w, k + 1, e);
        if (l.least > 2)
            compare(c, n, l, false, "list after", from, to);
        return false;
    }
    const int64_t parts = semis + (w->cp[e - 1] != ';');
    ol_check_add(c, n, parts, n == parts, "list after", 0.85, from, to);
    return true;
}

/* Back from q to where its clause begins, past parentheses and quotations. */
static uint32_t list_start(const struct ol_win *w, uint32_t floor, uint32_t q)
{
    uint32_t s = q;
    int paren = 0, quote = 0;
    for (; s > floor && q - s < 300; s--) {
        const uint16_t p = w->cp[s - 1];
        if (p == '\n' || (!paren && (p == '(' || ol_is(p, OL_STOP) || p == ',' || p == ';' || p == ':')) ||
            (!quote && p == u'“'))
            break;
        paren += p == ')';
        paren -= p == '(' && paren > 0;
        quote += p == u'”';
        quote -= p == u'“' && quote > 0;
    }
    return s;
}

/* …农村公路通达、电力扩容、安全用水、环境整治为重点的“四大工程” */
static void list_before(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t to, bool compound)
{
    static const char16_t *const links[] = {u"为重点的", u"为主的", u"为主体的", u"为核心的", u"为内容的", u"组成的",
                                            u"构成的",   u"等",     u"这",       u"共",       u"的",       NULL};
    const struct ol_win *const w = &c->win;
    uint32_t q = from;
    while (q > c->list_floor && (w->cp[q - 1] == u'“' || ol_is(w->cp[q - 1], OL_BLANK)))
        q--;
    const bool quoted = q < from;
    const uint32_t link = ol_any_end(w, c->list_floor, q, links);
    q -= link;
    const uint32_t s = list_start(w, c->list_floor, q);
    c->list_floor = to;
    if (q > s && (w->cp[q - 1] == u'、' || w->cp[q - 1] == u'和' || w->cp[q - 1] == u'与' || w->cp[q - 1] == u'及'))
        return; /* the count is itself an element */
    const struct listed l = list_count(w, s, q);
    if (l.most < 2 || (l.least < 2 && n != 2) || (quoted && !link && l.least < 3))
        return;
    uint32_t last = q; /* 杭湖嘉绍四城市: one character each */
    while (last > s && w->cp[last - 1] != u'、')
        last--;
    const bool letters = (int64_t)(q - last) == n && l.least > 1 && ol_at(w, to - 2, u"城市");
    const bool strong = (link || !quoted) && !letters && l.least > 1 && !(compound && !link);
    compare(c, n, l, strong, "list before", from, to);
}

/* 19项行动计划 */
static bool nodes_counted(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t to)
{
    static const char16_t *const words[] = {u"行动计划", u"专项行动", u"重点任务", u"主要任务", u"重点工程",
                                            u"重大工程", u"重点项目", u"重大项目", u"任务",     u"行动",
                                            u"工程",     u"措施",     NULL};
    uint32_t which = 0;
    if (!c->counts[OLM_PLAN])
        return false;
    const uint32_t len = ol_any(&c->win, to, words, &which);
    if (!len)
        return false;
    const struct span word = piece(c, to, to + len);
    int64_t found = 0;
    for (uint32_t i = 0; i < c->nodes.n; i++) {
        const struct ol_node *const node = OL_NODE(c, i);
        found += node->marker == OLM_PLAN && span_starts(node->out.number, word);
    }
    if (found)
        ol_check_add(c, n, found, found == n, "nodes", 0.95, from, to + len);
    return found > 0;
}

/* …说以下三点: with measures behind, in this paragraph or in the next ones. */
static bool measures_counted(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t to)
{
    const struct ol_win *const w = &c->win;
    uint32_t k = to;
    while (k < w->n && k < to + 10 && (ol_is(w->cp[k], OL_HAN) || w->cp[k] == u'”'))
        k++;
    if (k >= w->n || (w->cp[k] != ':' && w->cp[k] != ',' && w->cp[k] != u'。'))
        return false;
    k++;
    while (k < w->n && (ol_is(w->cp[k], OL_BLANK) || w->cp[k] == '\n'))
        k++;
    uint32_t i = c->node + 1;
    if (w->off[k] < OL_NODE(c, c->node)->out.end || i >= c->nodes.n || OL_NODE(c, i)->out.kind != OUTLINE_MEASURE ||
        OL_NODE(c, i)->out.ordinal != 1)
        return false;
    const int32_t parent = OL_NODE(c, i)->out.parent;
    int64_t found = 0;
    for (; i < c->nodes.n && (OL_NODE(c, i)->out.parent == parent || OL_NODE(c, i)->out.parent > (int32_t)c->node);
         i++) {
        const struct ol_node *const m = OL_NODE(c, i);
        if (m->out.parent != parent)
            continue;
        if (m->out.kind != OUTLINE_MEASURE || m->out.ordinal != found + 1)
            break;
        found++;
    }
    ol_check_add(c, n, found, found == n, "nodes", 0.9, from, to);
    return true;
}

void ol_count_check(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t num_end, uint32_t to, bool compound)
{
    (void)num_end;
    if (n < 2 || n > 200)
        return;
    if (!compound && (nodes_counted(c, n, from, to) || measures_counted(c, n, from, to) || list_behind(c, n, from, to)))
        return;
    list_before(c, n, from, to, compound);
}
