/* outline_unit_names.c - what the names of Chinese public bodies look like: how they end, what a department's matter is, prefixes. */
#include "plan/outline_int.h"

bool ol_unit_suffix(const struct ol_win *w, uint32_t from, uint32_t to)
{
    static const char16_t *const words[] = {
        u"局",     u"委",     u"办",     u"厅",       u"部",     u"室",       u"署",   u"处",   u"政府",
        u"管委会", u"委员会", u"办公室", u"领导小组", u"中心",   u"公司",     u"集团", u"大学", u"学院",
        u"学校",   u"研究院", u"银行",   u"分行",     u"法院",   u"检察院",   u"单位", u"部门", u"街道",
        u"办事处", u"协会",   u"学会",   u"商会",     u"工会",   u"妇联",     u"残联", u"侨联", u"文联",
        u"工商联", u"社科联", u"科协",   u"友协",     u"贸促会", u"红十字会", u"党校", u"海关", u"支队",
        u"总队",   u"大队",   u"分局",   u"分公司",   u"医院",   u"站",       u"所",   u"协",   u"联",
        u"社",     u"院",     u"会",     u"县",       u"区",     u"市",       u"镇",   u"乡",   u"省",
        u"州",     u"台",     u"行",     u"组",       u"园区",   u"基金会",   u"馆",   NULL};
    /* 办 and 会 end verbs too: 每季度举办 */
    static const char16_t *const done[] = {u"举办", u"承办", u"主办", u"协办", u"督办", u"筹办",
                                           u"兴办", u"开办", u"新办", u"申办", u"催办", NULL};
    if (to < from + 2)
        return false;
    if (w->cp[to - 1] == ')') { /* 各县(市、区), 市委宣传部(市文明办) */
        uint32_t k = to;
        while (k > from && w->cp[k - 1] != '(')
            k--;
        if (k > from + 1)
            to = k - 1;
    }
    return ol_any_end(w, from, to, words) > 0 && !ol_any_end(w, from, to, done);
}

/* Characters that the matters of departments are made of: 发展改革, 人力资源保障, 科工贸信. A place's name has others (前海, 宝安). */
static bool matter(uint16_t cp)
{
    static const char16_t chars[] = u"发展改革科技工业信息教育公安民政司法财人力资源社会保障自然规划国土生态环境居住房"
                                    u"城乡建设交通运输水务利农村商文化体旅游广电卫生健康计口退役军事"
                                    u"应急管理审监察督统税医疗林园绿执外台港澳金融访粮食物储备气象消防档案知识产权质检"
                                    u"药品编友贸促贷编研究网络数据大和与及侨民族宗教妇儿扶贫移志党史老干机关"
                                    u"投合作服招商经济能源渔畜牧海洋地震测绘烟草邮新闻出版视宣传组织战线行政效能考评标"
                                    u"准市场口岸法制直属巡察团青年总红十字残联文联侨联工商联社科联";
    for (uint32_t i = 0; chars[i]; i++) {
        if (chars[i] == cp)
            return true;
    }
    return false;
}

bool ol_unit_functional(const struct ol_win *w, uint32_t from, uint32_t to, bool *party)
{
    static const char16_t *const parties[] = {u"组织部", u"宣传部", u"统战部", u"政法委",   u"网信办",
                                              u"政研室", u"改革办", u"巡察办", u"老干部局", u"机关工委",
                                              u"党校",   u"文明办", u"财经办", NULL};
    static const char16_t *const ends[] = {u"局",   u"委", u"办",       u"厅",     u"部",     u"室", u"协", u"贸促会",
                                           u"工会", u"联", u"红十字会", u"委员会", u"办公室", u"院", u"校", NULL};
    uint32_t n = ol_any(w, from, parties, NULL);
    *party = n > 0 && from + n == to;
    if (*party)
        return true;
    static const char16_t *const bodies[] = {u"贸促会", u"总工会", u"工会",   u"妇联",   u"残联",     u"侨联", u"文联",
                                             u"科协",   u"友协",   u"工商联", u"社科联", u"红十字会", NULL};
    n = ol_any(w, from, bodies, NULL);
    if (n && from + n == to)
        return true;
    n = ol_any_end(w, from, to, ends);
    if (ol_at(w, from, u"团")) /* 团市委 says its city itself */
        return false;
    if (!n || to - from > 16 || to - n <= from)
        return false;
    if (ol_ends(w, from, to, u"大学") || ol_ends(w, from, to, u"学院") || ol_ends(w, from, to, u"学校") ||
        ol_ends(w, from, to, u"医院"))
        return false;
    for (uint32_t i = from; i < to - n; i++) {
        if (!matter(w->cp[i]))
            return false;
    }
    return true;
}

uint32_t ol_unit_prefix(const struct ol_win *w, uint32_t from, uint32_t to)
{
    static const char16_t *const levels[] = {u"市", u"省", u"县", u"区", u"州", u"旗", NULL};
    bool party = false;
    for (uint32_t i = from; i + 1 < to && i < from + 10; i++) {
        if (!ol_any(w, i, levels, NULL) || (i == from && (ol_at(w, i, u"市场") || ol_at(w, i, u"区域"))))
            continue;
        if (i == from && ol_at(w, i, u"市属"))
            return 0;
        const uint32_t committee = ol_at(w, i + 1, u"委") && i + 2 < to ? 1 : 0;
        if (ol_unit_functional(w, i + 1 + committee, to, &party))
            return i + 1 + committee - from;
    }
    return 0;
}
