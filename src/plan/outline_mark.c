/* outline_mark.c - what stands at the start of a line: 一、 (一) 1. (1) ① 第一章 行动计划1 一是 附件1 ## and so on. */
#include "plan/outline_int.h"

static bool blank(uint16_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\f' || cp == '\v';
}

static uint32_t skip_blanks(const struct ol_win *w, uint32_t i)
{
    while (i < w->n && blank(w->cp[i]))
        i++;
    return i;
}

/* Passes blanks, quote signs, bold signs and "#" of Markdown; *level is the number of "#" when a blank follows them. */
static uint32_t skip_lead(const struct ol_win *w, int *level)
{
    uint32_t i = skip_blanks(w, 0);
    *level = 0;
    if (i < w->n && w->cp[i] == '>')
        i = skip_blanks(w, i + 1);
    uint32_t k = i;
    while (k < w->n && w->cp[k] == '#' && k - i < 6)
        k++;
    if (k > i && k < w->n && blank(w->cp[k])) {
        *level = (int)(k - i);
        i = skip_blanks(w, k);
    }
    if (ol_at(w, i, u"**") || ol_at(w, i, u"__"))
        i += 2;
    return i;
}

static bool set(struct ol_mark *m, enum ol_marker marker, int64_t no, uint32_t start, uint32_t end, uint32_t text)
{
    m->marker = marker;
    m->no = no;
    m->num_start = start;
    m->num_end = end;
    m->text = text;
    return true;
}

static bool at_end(const struct ol_win *w, uint32_t i)
{
    return i >= w->n || w->cp[i] == '\n';
}

/* 第一章 第三节 第12条 第一阶段 */
static bool mark_di(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    struct ol_num num;
    if (w->cp[i] != u'第' || !ol_number(w, skip_blanks(w, i + 1), &num) || num.scale)
        return false;
    uint32_t k = skip_blanks(w, num.end);
    static const char16_t *const words[] = {u"部分", u"章", u"节", u"条", u"篇", u"编", u"阶段", NULL};
    static const enum ol_marker markers[] = {OLM_PART, OLM_ZHANG, OLM_JIE, OLM_TIAO, OLM_PART, OLM_PART, OLM_PHASE};
    uint32_t which = 0;
    const uint32_t n = ol_any(w, k, words, &which);
    if (n == 0 || num.mantissa < 1 || num.mantissa > 999)
        return false;
    k += n;
    const uint32_t text = skip_blanks(w, k);
    const bool apart = text > k || at_end(w, k) || ol_is(w->cp[k], OL_PAUSE) || w->cp[k] == '(';
    if (markers[which] == OLM_PHASE && !apart)
        return false;
    m->strict = !apart;
    set(m, markers[which], num.mantissa, i, k, text);
    while (m->text < w->n && (w->cp[m->text] == ':' || w->cp[m->text] == u'、'))
        m->text = skip_blanks(w, m->text + 1);
    return true;
}

/* 行动计划1. 重点任务一：专栏3 */
static bool mark_plan(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    static const char16_t *const words[] = {u"行动计划", u"专项行动", u"重点任务", u"主要任务", u"重点工作",
                                            u"重点工程", u"重大工程", u"重点项目", u"重大项目", u"专栏",
                                            u"任务",     u"行动",     u"工程",     u"项目",     u"措施",
                                            u"举措",     NULL};
    uint32_t which = 0;
    const uint32_t n = ol_any(w, i, words, &which);
    struct ol_num num;
    if (n == 0 || !ol_number(w, skip_blanks(w, i + n), &num) || num.scale || num.mantissa < 1 || num.mantissa > 999 ||
        (num.cn && num.positional > 1))
        return false;
    const uint32_t text = skip_blanks(w, num.end);
    bool apart = text > num.end || at_end(w, num.end) || ol_is(w->cp[num.end], OL_PAUSE) || w->cp[num.end] == '.';
    if (!apart && (n < 4 || num.cn || !ol_is(w->cp[num.end], OL_HAN)))
        return false;
    set(m, OLM_PLAN, num.mantissa, i, num.end, text);
    m->word = words[which][n - 1];
    while (m->text < w->n && (ol_is(w->cp[m->text], OL_PAUSE) || w->cp[m->text] == '.'))
        m->text = skip_blanks(w, m->text + 1);
    return true;
}

/* 一、 一. 一是 一要; not 一、二、三次产业 */
static bool mark_cn(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    struct ol_num num;
    if (!ol_is(w->cp[i], OL_CN) || !ol_number(w, i, &num) || num.mantissa < 1 || num.mantissa > 199 ||
        num.positional > 1)
        return false;
    const uint16_t next = num.end < w->n ? w->cp[num.end] : 0;
    const uint32_t text = skip_blanks(w, num.end + 1);
    if (next == u'、' || next == '.' || next == ',' || next == ':' || blank(next)) {
        struct ol_num more;
        if (ol_number(w, text, &more) && more.cn && more.end < w->n &&
            (w->cp[more.end] == u'、' || ol_at(w, more.end, u"产业")))
            return false;
        m->strict = next != u'、';
        return !at_end(w, text) && set(m, OLM_CN, num.mantissa, i, num.end, text);
    }
    if (next == ')')
        return set(m, OLM_PCN, num.mantissa, i, num.end + 1, text);
    if ((next == u'是' || next == u'要') && num.mantissa <= 20)
        return set(m, OLM_MEASURE, num.mantissa, i, num.end + 1, text);
    return false;
}

/* (一) (12) */
static bool mark_paren(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    struct ol_num num;
    if (w->cp[i] != '(')
        return false;
    const uint32_t k = skip_blanks(w, i + 1);
    if (!ol_number(w, k, &num) || num.scale || num.mantissa < 1 || num.mantissa > 999 || num.positional > 1 ||
        num.digits > 3)
        return false;
    const uint32_t close = skip_blanks(w, num.end);
    if (close >= w->n || w->cp[close] != ')')
        return false;
    uint32_t text = skip_blanks(w, close + 1);
    if (text < w->n && (w->cp[text] == u'、' || w->cp[text] == '.'))
        text = skip_blanks(w, text + 1);
    return set(m, num.cn ? OLM_PCN : OLM_PNUM, num.mantissa, i, close + 1, text);
}

static bool unit_follows(const struct ol_win *w, uint32_t i)
{
    static const char16_t units[] = u"%万亿个元公平立千倍米吨年月日亩分人度周天小兆";
    for (uint32_t k = 0; units[k]; k++) {
        if (i < w->n && w->cp[i] == units[k])
            return true;
    }
    return false;
}

/* 1. 1、 1) 1.1 1.2.3; not 3.5% and not 2011. */
static bool mark_digit(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    int64_t no = 0;
    int parts = 0;
    uint32_t k = i;
    do {
        const uint32_t from = parts ? ++k : k;
        for (no = 0; k < w->n && ol_is(w->cp[k], OL_DIGIT) && k - from < 4; k++)
            no = no * 10 + (w->cp[k] - '0');
        if (k == from || k - from > 3 || no < 1)
            return false;
        parts++;
    } while (parts < 5 && k + 1 < w->n && w->cp[k] == '.' && ol_is(w->cp[k + 1], OL_DIGIT));
    const uint16_t next = k < w->n ? w->cp[k] : 0;
    const uint32_t text = skip_blanks(w, k + 1);
    if (parts > 1) {
        const bool sep = next == '.' || next == u'、' || blank(next);
        if (!sep && (!ol_is(next, OL_HAN) || unit_follows(w, k)))
            return false;
        m->strict = true;
        return set(m, parts == 2 ? OLM_NUM2 : OLM_NUM3, no, i, k, sep ? text : k);
    }
    if (next == ')')
        return set(m, OLM_NUMP, no, i, k + 1, text);
    if (next != '.' && next != u'、' && next != ',' && next != ':' && !blank(next))
        return false;
    m->strict = next == ',' || next == ':' || blank(next);
    if (m->strict && unit_follows(w, text))
        return false;
    return !at_end(w, text) && set(m, OLM_NUM, no, i, k, text);
}

/* ① ⑴ ⒈ ㈠ ❶ and the signs of unnumbered lists */
static bool mark_sign(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    static const struct {
        uint16_t from, to;
        int first;
        enum ol_marker marker;
    } runs[] = {{0x2460, 0x2473, 1, OLM_CIRCLE}, {0x3251, 0x325F, 21, OLM_CIRCLE}, {0x2776, 0x277F, 1, OLM_CIRCLE},
                {0x2474, 0x2487, 1, OLM_PNUM},   {0x2488, 0x249B, 1, OLM_NUM},     {0x3220, 0x3229, 1, OLM_PCN}};
    const uint16_t cp = w->cp[i];
    for (size_t k = 0; k < sizeof runs / sizeof runs[0]; k++) {
        if (cp >= runs[k].from && cp <= runs[k].to)
            return set(m, runs[k].marker, cp - runs[k].from + runs[k].first, i, i + 1, skip_blanks(w, i + 1));
    }
    uint32_t text = skip_blanks(w, i + 1);
    bool bullet = (cp == '-' || cp == '*' || cp == '+') && text > i + 1;
    static const char16_t signs[] = u"•●■◆▪◇□▶➢★·";
    for (uint32_t k = 0; signs[k] && !bullet; k++)
        bullet = cp == signs[k];
    if (!bullet && cp == '-' && ol_at(w, i, u"--") && i + 2 < w->n && ol_is(w->cp[i + 2], OL_HAN | OL_CN)) {
        bullet = true;
        text = i + 2;
    }
    if (!bullet || text >= w->n || !ol_is(w->cp[text], OL_HAN | OL_CN | OL_DIGIT | OL_KEY))
        return false;
    m->word = cp;
    return set(m, OLM_BULLET, 0, i, i, text);
}

/* 附件 附件1 附件一: alone on its line or with a title behind ":" */
static bool mark_attach(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    if (!ol_at(w, i, u"附件") && !ol_at(w, i, u"附录"))
        return false;
    uint32_t k = skip_blanks(w, i + 2);
    struct ol_num num = {.end = i + 2};
    if (!ol_number(w, k, &num))
        num = (struct ol_num){.end = i + 2};
    k = skip_blanks(w, num.end);
    if (!at_end(w, k) && w->cp[k] != ':')
        return false;
    m->strict = !at_end(w, k) && !at_end(w, skip_blanks(w, k + 1));
    return set(m, OLM_ATTACH, num.mantissa, i, num.end, m->strict ? skip_blanks(w, k + 1) : k);
}

/* One end of a bare line of dates: 2011年, 2023年1月, 现在起 */
static uint32_t phase_date(const struct ol_win *w, uint32_t i)
{
    struct ol_num num;
    if (ol_at(w, i, u"现在起"))
        return i + 3;
    if (!ol_number(w, i, &num) || num.mantissa < 1900 || num.mantissa > 2200 || !ol_at(w, num.end, u"年"))
        return i;
    i = num.end + 1;
    if (ol_number(w, i, &num) && num.mantissa >= 1 && num.mantissa <= 12 && ol_at(w, num.end, u"月"))
        i = num.end + 1;
    if (ol_at(w, i, u"底") || ol_at(w, i, u"初"))
        i++;
    return i;
}

/* A line that is nothing but a span of time heads a phase: 现在起至2010年, 2011年到2012年, 2013年起 */
static bool mark_phase_line(const struct ol_win *w, uint32_t i, struct ol_mark *m)
{
    uint32_t k = i;
    if (ol_at(w, k, u"从") || ol_at(w, k, u"自"))
        k++;
    uint32_t to = phase_date(w, k);
    if (to == k)
        return false;
    if (ol_at(w, to, u"至") || ol_at(w, to, u"到") || ol_at(w, to, u"-") || ol_at(w, to, u"~")) {
        uint32_t second = to + 1;
        while (ol_at(w, second, u"-"))
            second++;
        k = phase_date(w, second);
        if (k == second)
            return false;
        to = k;
    } else if (ol_at(w, to, u"起")) {
        to++;
    } else {
        return false;
    }
    if (ol_at(w, to, u":"))
        to++;
    if (!at_end(w, skip_blanks(w, to)))
        return false;
    return set(m, OLM_PHASE, 0, i, i, i);
}

bool ol_read_mark(const struct ol_win *w, struct ol_mark *m)
{
    int level = 0;
    *m = (struct ol_mark){0};
    const uint32_t i = skip_lead(w, &level);
    if (at_end(w, i))
        return false;
    if (mark_phase_line(w, i, m) || mark_di(w, i, m) || mark_attach(w, i, m) || mark_plan(w, i, m) ||
        mark_cn(w, i, m) || mark_paren(w, i, m) || mark_digit(w, i, m) || mark_sign(w, i, m)) {
        if (level)
            m->strict = false;
        return true;
    }
    *m = (struct ol_mark){0};
    if (level < 2)
        return false;
    static const enum ol_marker by_level[] = {OLM_MD2, OLM_MD3, OLM_MD4, OLM_MD5, OLM_MD5};
    return set(m, by_level[level - 2], 0, i, i, i);
}
