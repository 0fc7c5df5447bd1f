/*
 * outline_due.c - what stands around a day and says what it is: 2011年12月31日建成 is due on that day although no 前 is printed;
 * 自受理之日起30日内 counts from a day that the text does not know.
 */
#include "plan/outline_int.h"

/* What may stand between a day and its verb: 力争2011年12月31日全面建成. */
static uint32_t adverbs(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const words[] = {u"全面", u"全部", u"基本", u"正式", u"顺利", u"如期", u"按期", u"提前",
                                            u"整体", u"同步", u"力争", u"确保", u"必须", u"实现", u"组织", u"须",
                                            u"应",   u"要",   u"可",   u"将",   u"并",   NULL};
    for (int n = 0; n < 3; n++)
        i += ol_any(w, i, words, NULL);
    return i;
}

/* An end is reached: said of a day, month, quarter or half, and of a whole year. */
static const char16_t *const ended[] = {u"建成", u"竣工",     u"完工",     u"投入使用", u"投入运营", u"投入运行",
                                        u"投用", u"投运",     u"投产",     u"通车",     u"通航",     u"落成",
                                        u"交付", u"交工",     u"封顶",     u"办结",     u"到位",     u"上线",
                                        u"验收", u"编制完成", u"审议通过", NULL};
/* Something is handed over or begins: on a day or in a month it is due, in a year it says only when. */
static const char16_t *const done[] = {u"完成", u"报送", u"上报", u"报市", u"报省", u"报县", u"报区", u"提交", u"出台",
                                       u"印发", u"发布", u"启用", u"开通", u"启动", u"开工", u"动工", u"实施", u"施行",
                                       u"执行", u"开始", u"落实", u"解决", u"消除", u"取缔", NULL};

/* The verb names a thing that had it done: 建成的甲桥, 印发的通知, 完成后. */
static bool attribute(const struct ol_win *w, uint32_t i)
{
    for (uint32_t n = 0, len; n < 2 && (len = ol_any(w, i, ended, NULL)) > 0; n++) /* 建成投入使用的 */
        i += len;
    return ol_at(w, i, u"的") || ol_at(w, i, u"后") || ol_at(w, i, u"以来") || ol_at(w, i, u"了") ||
           ol_at(w, i, u"以后");
}

bool ol_due_behind(const struct ol_win *w, uint32_t i, bool whole_year)
{
    const uint32_t k = adverbs(w, i);
    uint32_t len = ol_any(w, k, ended, NULL);
    if (len > 0)
        return !attribute(w, k + len);
    len = ol_any(w, k, done, NULL);
    if (len == 0 || attribute(w, k + len))
        return false;
    /* 2011年完成投资30亿元 says how much the year brings; 2011年完成。 says when */
    return !whole_year || (ol_at(w, k, u"完成") &&
                           (k + len >= w->n || ol_is(w->cp[k + len], OL_STOP | OL_PAUSE) || w->cp[k + len] == ')'));
}

bool ol_counted_from_issue(const struct ol_win *w, uint32_t i)
{
    static const char16_t *const start[] = {u"之日起", u"之日后", u"日起", u"之后", u"以后", u"后", u"起", NULL};
    static const char16_t *const issue[] = {u"印发", u"发布", u"公布", u"发文", u"下发", u"颁布", u"颁发",
                                            u"出台", u"下达", u"本",   u"即",   u"今",   NULL};
    while (i > 0 && (ol_is(w->cp[i - 1], OL_BLANK) || w->cp[i - 1] == u'的'))
        i--;
    const uint32_t len = ol_any_end(w, 0, i, start);
    if (len == 0)
        return true;
    return ol_any_end(w, 0, i - len, issue) > 0;
}
