/* outline_text.c - folded windows, words and numerals of the outline reader. */
#include <string.h>

#include "plan/outline_int.h"

/*
 * What a character is read as; 0 means itself. Only the vocabulary of the rules is simplified: the result is always cut from
 * the source, so nothing printed changes. Source of the pairs: Unihan kSimplifiedVariant.
 */
static const char16_t fold_table[65536] = {
    [0x00A0] = u' ',  [0x2002] = u' ',  [0x2003] = u' ',  [0x2009] = u' ', [0x3000] = u' ', [0xFEFF] = u' ',
    [0x200B] = u' ',  [u'\r'] = u'\n',  [0x2028] = u'\n', [0x2010] = u'-', [0x2011] = u'-', [0x2012] = u'-',
    [0x2013] = u'-',  [0x2014] = u'-',  [0x2015] = u'-',  [0x2500] = u'-', [0x2212] = u'-', [0x301C] = u'~',
    [0x25CB] = u'〇', [0x300C] = u'“',  [0x300D] = u'”',  [0x300E] = u'‘', [0x300F] = u'’', [0xFE59] = u'(',
    [0xFE5A] = u')',  [0xFE50] = u',',  [0xFE51] = u'、', [0xFE52] = u'.', [0xFE54] = u';', [0xFE55] = u':',
    [0xFF0E] = u'.',  [0xFF61] = u'。', [0xFF64] = u'、', [u'頭'] = u'头', [u'﹪'] = u'%',  [u'％'] = u'%',
    [u'並'] = u'并',  [u'佔'] = u'占',  [u'併'] = u'并',  [u'來'] = u'来', [u'個'] = u'个', [u'傳'] = u'传',
    [u'僑'] = u'侨',  [u'僱'] = u'雇',  [u'價'] = u'价',  [u'億'] = u'亿', [u'優'] = u'优', [u'儲'] = u'储',
    [u'內'] = u'内',  [u'兩'] = u'两',  [u'則'] = u'则',  [u'創'] = u'创', [u'劃'] = u'划', [u'劉'] = u'刘',
    [u'劑'] = u'剂',  [u'動'] = u'动',  [u'務'] = u'务',  [u'勝'] = u'胜', [u'勞'] = u'劳', [u'勢'] = u'势',
    [u'勵'] = u'励',  [u'匯'] = u'汇',  [u'區'] = u'区',  [u'協'] = u'协', [u'參'] = u'参', [u'員'] = u'员',
    [u'啓'] = u'启',  [u'啟'] = u'启',  [u'單'] = u'单',  [u'噸'] = u'吨', [u'國'] = u'国', [u'圖'] = u'图',
    [u'團'] = u'团',  [u'執'] = u'执',  [u'報'] = u'报',  [u'場'] = u'场', [u'婦'] = u'妇', [u'學'] = u'学',
    [u'實'] = u'实',  [u'審'] = u'审',  [u'專'] = u'专',  [u'對'] = u'对', [u'導'] = u'导', [u'層'] = u'层',
    [u'屬'] = u'属',  [u'師'] = u'师',  [u'幹'] = u'干',  [u'幾'] = u'几', [u'庫'] = u'库', [u'廣'] = u'广',
    [u'廳'] = u'厅',  [u'強'] = u'强',  [u'彙'] = u'汇',  [u'後'] = u'后', [u'從'] = u'从', [u'復'] = u'复',
    [u'態'] = u'态',  [u'應'] = u'应',  [u'戰'] = u'战',  [u'戶'] = u'户', [u'採'] = u'采', [u'擁'] = u'拥',
    [u'據'] = u'据',  [u'擬'] = u'拟',  [u'數'] = u'数',  [u'於'] = u'于', [u'時'] = u'时', [u'曆'] = u'历',
    [u'書'] = u'书',  [u'會'] = u'会',  [u'條'] = u'条',  [u'業'] = u'业', [u'極'] = u'极', [u'構'] = u'构',
    [u'樓'] = u'楼',  [u'標'] = u'标',  [u'機'] = u'机',  [u'檔'] = u'档', [u'檢'] = u'检', [u'欄'] = u'栏',
    [u'權'] = u'权',  [u'歲'] = u'岁',  [u'歷'] = u'历',  [u'氣'] = u'气', [u'決'] = u'决', [u'準'] = u'准',
    [u'滙'] = u'汇',  [u'滿'] = u'满',  [u'漁'] = u'渔',  [u'濕'] = u'湿', [u'濟'] = u'济', [u'為'] = u'为',
    [u'無'] = u'无',  [u'營'] = u'营',  [u'爲'] = u'为',  [u'牽'] = u'牵', [u'獎'] = u'奖', [u'現'] = u'现',
    [u'環'] = u'环',  [u'產'] = u'产',  [u'畝'] = u'亩',  [u'當'] = u'当', [u'療'] = u'疗', [u'發'] = u'发',
    [u'盡'] = u'尽',  [u'監'] = u'监',  [u'眾'] = u'众',  [u'稅'] = u'税', [u'種'] = u'种', [u'稱'] = u'称',
    [u'積'] = u'积',  [u'節'] = u'节',  [u'範'] = u'范',  [u'簡'] = u'简', [u'簽'] = u'签', [u'籌'] = u'筹',
    [u'糧'] = u'粮',  [u'紀'] = u'纪',  [u'約'] = u'约',  [u'納'] = u'纳', [u'級'] = u'级', [u'紹'] = u'绍',
    [u'組'] = u'组',  [u'給'] = u'给',  [u'統'] = u'统',  [u'經'] = u'经', [u'綠'] = u'绿', [u'維'] = u'维',
    [u'綱'] = u'纲',  [u'網'] = u'网',  [u'緊'] = u'紧',  [u'線'] = u'线', [u'編'] = u'编', [u'縣'] = u'县',
    [u'總'] = u'总',  [u'織'] = u'织',  [u'續'] = u'续',  [u'聞'] = u'闻', [u'聯'] = u'联', [u'職'] = u'职',
    [u'臺'] = u'台',  [u'與'] = u'与',  [u'舉'] = u'举',  [u'萬'] = u'万', [u'藥'] = u'药', [u'處'] = u'处',
    [u'號'] = u'号',  [u'衆'] = u'众',  [u'術'] = u'术',  [u'衛'] = u'卫', [u'補'] = u'补', [u'製'] = u'制',
    [u'複'] = u'复',  [u'見'] = u'见',  [u'規'] = u'规',  [u'視'] = u'视', [u'觀'] = u'观', [u'訂'] = u'订',
    [u'計'] = u'计',  [u'訊'] = u'讯',  [u'設'] = u'设',  [u'試'] = u'试', [u'話'] = u'话', [u'誌'] = u'志',
    [u'譯'] = u'译',  [u'議'] = u'议',  [u'護'] = u'护',  [u'負'] = u'负', [u'財'] = u'财', [u'責'] = u'责',
    [u'貳'] = u'贰',  [u'貼'] = u'贴',  [u'貿'] = u'贸',  [u'資'] = u'资', [u'賠'] = u'赔', [u'質'] = u'质',
    [u'賽'] = u'赛',  [u'軍'] = u'军',  [u'輛'] = u'辆',  [u'輸'] = u'输', [u'轉'] = u'转', [u'辦'] = u'办',
    [u'辭'] = u'辞',  [u'農'] = u'农',  [u'週'] = u'周',  [u'進'] = u'进', [u'遊'] = u'游', [u'運'] = u'运',
    [u'過'] = u'过',  [u'達'] = u'达',  [u'遠'] = u'远',  [u'鄉'] = u'乡', [u'醫'] = u'医', [u'銀'] = u'银',
    [u'鎮'] = u'镇',  [u'鐘'] = u'钟',  [u'鐵'] = u'铁',  [u'長'] = u'长', [u'門'] = u'门', [u'開'] = u'开',
    [u'間'] = u'间',  [u'關'] = u'关',  [u'闢'] = u'辟',  [u'陸'] = u'陆', [u'隊'] = u'队', [u'階'] = u'阶',
    [u'際'] = u'际',  [u'險'] = u'险',  [u'雙'] = u'双',  [u'電'] = u'电', [u'項'] = u'项', [u'順'] = u'顺',
    [u'頒'] = u'颁',  [u'頓'] = u'顿',  [u'領'] = u'领',  [u'題'] = u'题', [u'額'] = u'额', [u'類'] = u'类',
    [u'颱'] = u'台',  [u'飛'] = u'飞',  [u'餘'] = u'余',  [u'館'] = u'馆', [u'馬'] = u'马', [u'驗'] = u'验',
    [u'體'] = u'体',  [u'點'] = u'点',  [u'黨'] = u'党',  [u'齊'] = u'齐',
};

uint16_t ol_fold(uint32_t cp)
{
    if (cp > 0xFFFF)
        return 0xFFFD;
    if (cp >= 0xFF01 && cp <= 0xFF5E)
        return (uint16_t)(cp - 0xFEE0);
    const uint16_t f = fold_table[cp];
    return f ? f : (uint16_t)cp;
}

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

uint16_t ol_char(const char *src, uint32_t *pos, uint32_t end)
{
    const uint32_t i = *pos;
    const unsigned char b = (unsigned char)src[i];
    if (b < 0x80) {
        *pos = i + 1;
        return b == '\r' ? '\n' : b;
    }
    if (b >= 0xE0 && b < 0xF0 && end - i >= 3 && is_tail(src[i + 1]) && is_tail(src[i + 2])) {
        *pos = i + 3;
        return ol_fold(((b & 0x0Fu) << 12) | (((unsigned char)src[i + 1] & 0x3Fu) << 6) |
                       ((unsigned char)src[i + 2] & 0x3Fu));
    }
    if (b >= 0xC2 && b < 0xE0 && end - i >= 2 && is_tail(src[i + 1])) {
        *pos = i + 2;
        return ol_fold(((b & 0x1Fu) << 6) | ((unsigned char)src[i + 1] & 0x3Fu));
    }
    if (b >= 0xF0 && b < 0xF5 && end - i >= 4 && is_tail(src[i + 1]) && is_tail(src[i + 2]) && is_tail(src[i + 3])) {
        *pos = i + 4;
        return 0xFFFD;
    }
    *pos = i + 1;
    return 0xFFFD;
}

bool ol_win_init(struct arena *a, struct ol_win *w, uint32_t max)
{
    w->n = 0;
    w->max = max;
    w->cp = ARENA_ARRAY(a, max + 8, uint16_t);
    w->off = ARENA_ARRAY(a, max + 1, uint32_t);
    return w->cp && w->off;
}

/* A window that is full ends behind the last sentence of its second half, if there is one. */
static uint32_t cut_back(struct ol_win *w)
{
    for (uint32_t i = w->n; i > w->n / 2; i--) {
        if (ol_is(w->cp[i - 1], OL_STOP) || w->cp[i - 1] == '\n' || w->cp[i - 1] == ';') {
            w->n = i;
            break;
        }
    }
    return w->off[w->n];
}

uint32_t ol_win_fill(struct ol_win *w, struct span source, uint32_t start, uint32_t end)
{
    uint32_t pos = start;
    uint32_t n = 0;
    while (pos < end && n < w->max) {
        w->off[n] = pos;
        w->cp[n++] = ol_char(source.ptr, &pos, end);
    }
    w->n = n;
    w->off[n] = pos;
    if (pos < end && w->max == OL_WIN)
        pos = cut_back(w);
    memset(w->cp + w->n, 0, 8 * sizeof w->cp[0]);
    return pos;
}

bool ol_at_rest(const struct ol_win *w, uint32_t i, const char16_t *word)
{
    for (; *word; word++, i++) {
        if (i >= w->n || w->cp[i] != *word)
            return false;
    }
    return true;
}

uint32_t ol_word_len(const char16_t *word)
{
    uint32_t n = 0;
    while (word[n])
        n++;
    return n;
}

uint32_t ol_any(const struct ol_win *w, uint32_t i, const char16_t *const *words, uint32_t *which)
{
    for (uint32_t k = 0; words[k]; k++) {
        if (ol_at(w, i, words[k])) {
            if (which)
                *which = k;
            return ol_word_len(words[k]);
        }
    }
    return 0;
}

bool ol_ends(const struct ol_win *w, uint32_t floor, uint32_t i, const char16_t *word)
{
    const uint32_t n = ol_word_len(word);
    return i >= floor + n && ol_at(w, i - n, word);
}

uint32_t ol_any_end(const struct ol_win *w, uint32_t floor, uint32_t i, const char16_t *const *words)
{
    for (; *words; words++) {
        if (ol_ends(w, floor, i, *words))
            return ol_word_len(*words);
    }
    return 0;
}

struct span ol_span(struct span source, uint32_t start, uint32_t end)
{
    if (end <= start)
        return SPAN_NONE;
    return (struct span){source.ptr + start, end - start};
}

/* Values of Chinese numerals; 0x80 marks one, 0x40 a multiplier. */
enum { NUMERAL = 0x80, MULTIPLIER = 0x40 };
static unsigned numeral_of(uint16_t cp)
{
    switch (cp) {
    case u'〇':
    case u'零':
        return NUMERAL;
    case u'一':
    case u'壹':
        return NUMERAL | 1;
    case u'二':
    case u'两':
    case u'贰':
        return NUMERAL | 2;
    case u'三':
    case u'叁':
        return NUMERAL | 3;
    case u'四':
    case u'肆':
        return NUMERAL | 4;
    case u'五':
    case u'伍':
        return NUMERAL | 5;
    case u'六':
        return NUMERAL | 6;
    case u'七':
    case u'柒':
        return NUMERAL | 7;
    case u'八':
    case u'捌':
        return NUMERAL | 8;
    case u'九':
    case u'玖':
        return NUMERAL | 9;
    case u'十':
    case u'拾':
        return NUMERAL | MULTIPLIER | 1;
    case u'百':
    case u'佰':
        return NUMERAL | MULTIPLIER | 2;
    case u'千':
    case u'仟':
        return NUMERAL | MULTIPLIER | 3;
    case u'万':
        return NUMERAL | MULTIPLIER | 4;
    case u'亿':
        return NUMERAL | MULTIPLIER | 8;
    case u'廿':
        return NUMERAL | MULTIPLIER | 20;
    case u'卅':
        return NUMERAL | MULTIPLIER | 30;
    default:
        return 0;
    }
}

/* What a character is, besides being an ideograph: numerals, punctuation, and characters at which a mention may start (OL_KEY). */
static const uint8_t class_table[65536] = {
    [u'〇'] = OL_CN,   [u'零'] = OL_CN,    [u'一'] = OL_CN,  [u'壹'] = OL_CN,   [u'二'] = OL_CN,  [u'两'] = OL_CN,
    [u'贰'] = OL_CN,   [u'三'] = OL_CN,    [u'叁'] = OL_CN,  [u'四'] = OL_CN,   [u'肆'] = OL_CN,  [u'五'] = OL_CN,
    [u'伍'] = OL_CN,   [u'六'] = OL_CN,    [u'七'] = OL_CN,  [u'柒'] = OL_CN,   [u'八'] = OL_CN,  [u'捌'] = OL_CN,
    [u'九'] = OL_CN,   [u'玖'] = OL_CN,    [u'十'] = OL_CN,  [u'拾'] = OL_CN,   [u'百'] = OL_CN,  [u'佰'] = OL_CN,
    [u'千'] = OL_CN,   [u'仟'] = OL_CN,    [u'万'] = OL_CN,  [u'亿'] = OL_CN,   [u'廿'] = OL_CN,  [u'卅'] = OL_CN,
    [u'《'] = OL_KEY,  [u'》'] = OL_KEY,   [u'('] = OL_KEY,  [u')'] = OL_KEY,   [u'“'] = OL_KEY,  [u'第'] = OL_KEY,
    [u'每'] = OL_KEY,  [u'按'] = OL_KEY,   [u'逐'] = OL_KEY, [u'定'] = OL_KEY,  [u'不'] = OL_KEY, [u'到'] = OL_KEY,
    [u'至'] = OL_KEY,  [u'截'] = OL_KEY,   [u'从'] = OL_KEY, [u'自'] = OL_KEY,  [u'于'] = OL_KEY, [u'在'] = OL_KEY,
    [u'通'] = OL_KEY,  [u'未'] = OL_KEY,   [u'今'] = OL_KEY, [u'去'] = OL_KEY,  [u'明'] = OL_KEY, [u'本'] = OL_KEY,
    [u'年'] = OL_KEY,  [u'近'] = OL_KEY,   [u'现'] = OL_KEY, [u'牵'] = OL_KEY,  [u'责'] = OL_KEY, [u'主'] = OL_KEY,
    [u'参'] = OL_KEY,  [u'配'] = OL_KEY,   [u'协'] = OL_KEY, [u'承'] = OL_KEY,  [u'支'] = OL_KEY, [u'由'] = OL_KEY,
    [u'负'] = OL_KEY,  [u'以'] = OL_KEY,   [u'后'] = OL_KEY, [u'上'] = OL_KEY,  [u'下'] = OL_KEY, [u'季'] = OL_KEY,
    [u'月'] = OL_KEY,  [u'落'] = OL_KEY,   ['0'] = OL_DIGIT, ['1'] = OL_DIGIT,  ['2'] = OL_DIGIT, ['3'] = OL_DIGIT,
    ['4'] = OL_DIGIT,  ['5'] = OL_DIGIT,   ['6'] = OL_DIGIT, ['7'] = OL_DIGIT,  ['8'] = OL_DIGIT, ['9'] = OL_DIGIT,
    [u'。'] = OL_STOP, [u'…'] = OL_STOP,   ['!'] = OL_STOP,  ['?'] = OL_STOP,   [','] = OL_PAUSE, [';'] = OL_PAUSE,
    [':'] = OL_PAUSE,  [u'、'] = OL_PAUSE, [' '] = OL_BLANK, ['\t'] = OL_BLANK,
};

unsigned ol_class(uint16_t cp)
{
    const unsigned c = class_table[cp];
    const bool han = (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) || cp == 0xFFFD;
    return han && !(c & OL_CN) ? c | OL_HAN : c;
}

static int64_t power10(unsigned n)
{
    int64_t v = 1;
    while (n--)
        v *= 10;
    return v;
}

/* Multiplies by 10^n; false when it does not fit. */
static bool raise(int64_t *v, unsigned n)
{
    int64_t out;
    if (__builtin_mul_overflow(*v, power10(n), &out))
        return false;
    *v = out;
    return true;
}

static bool cn_positional(const struct ol_win *w, uint32_t i, uint32_t end, struct ol_num *out)
{
    int64_t v = 0;
    if (end - i > 15)
        return false;
    for (uint32_t k = i; k < end; k++)
        v = v * 10 + (int64_t)(numeral_of(w->cp[k]) & 0x3F);
    out->mantissa = v;
    out->positional = (int)(end - i);
    return true;
}

static bool cn_multiplied(const struct ol_win *w, uint32_t i, uint32_t end, struct ol_num *out)
{
    int64_t total = 0, section = 0, digit = -1;
    if (end - i > 24)
        return false;
    for (uint32_t k = i; k < end; k++) {
        const unsigned m = numeral_of(w->cp[k]);
        const unsigned power = m & 0x3F;
        if (!(m & MULTIPLIER)) {
            digit = (int64_t)power;
        } else if (power >= 20) { /* 廿 卅 */
            section += (int64_t)power;
            digit = -1;
        } else if (power >= 4) { /* 万 亿: all so far */
            int64_t v = total + section + (digit > 0 ? digit : 0);
            if (v == 0)
                v = 1;
            if (!raise(&v, power))
                return false;
            total = v;
            section = 0;
            digit = -1;
        } else {
            section += (digit >= 0 ? digit : 1) * power10(power);
            digit = -1;
        }
    }
    out->mantissa = total + section + (digit > 0 ? digit : 0);
    return true;
}

static bool cn_number(const struct ol_win *w, uint32_t i, struct ol_num *out)
{
    uint32_t end = i;
    bool multiplied = false;
    while (end < w->n && ol_is(w->cp[end], OL_CN)) {
        multiplied |= (numeral_of(w->cp[end]) & MULTIPLIER) != 0;
        end++;
    }
    *out = (struct ol_num){.cn = true, .end = end};
    return end > i && (multiplied ? cn_multiplied(w, i, end, out) : cn_positional(w, i, end, out));
}

static bool digit_at(const struct ol_win *w, uint32_t i)
{
    return i < w->n && w->cp[i] >= '0' && w->cp[i] <= '9';
}

/* Thousands commas: 1,234 and 12,345,678; a comma before anything else is punctuation. */
static bool group_at(const struct ol_win *w, uint32_t i, int digits)
{
    return digits <= 3 && i + 3 < w->n && w->cp[i] == ',' && digit_at(w, i + 1) && digit_at(w, i + 2) &&
           digit_at(w, i + 3) && !digit_at(w, i + 4);
}

bool ol_number(const struct ol_win *w, uint32_t i, struct ol_num *out)
{
    if (i < w->n && ol_is(w->cp[i], OL_CN))
        return cn_number(w, i, out);
    *out = (struct ol_num){0};
    bool fits = true;
    while (digit_at(w, i)) {
        if (out->mantissa > (INT64_MAX - 9) / 10)
            fits = false;
        else
            out->mantissa = out->mantissa * 10 + (w->cp[i] - '0');
        out->digits++;
        i++;
    }
    if (out->digits == 0)
        return false;
    while (group_at(w, i, out->digits) && fits && out->mantissa < INT64_MAX / 10000) {
        out->mantissa =
            out->mantissa * 1000 + (w->cp[i + 1] - '0') * 100 + (w->cp[i + 2] - '0') * 10 + (w->cp[i + 3] - '0');
        i += 4;
        out->digits = 3;
    }
    if (i < w->n && w->cp[i] == '.' && digit_at(w, i + 1)) {
        i++;
        while (digit_at(w, i)) {
            if (out->mantissa > (INT64_MAX - 9) / 10 || out->scale >= 12)
                fits = false;
            else {
                out->mantissa = out->mantissa * 10 + (w->cp[i] - '0');
                out->scale++;
            }
            i++;
        }
    }
    out->end = i;
    return fits;
}

void *ol_push(struct ol_ctx *c, struct ol_vec *v)
{
    if (v->n >= v->max) {
        c->capped = true;
        return NULL;
    }
    if (v->n == v->cap) {
        uint32_t cap = v->cap ? v->cap * 2 : 16;
        if (cap > v->max)
            cap = v->max;
        void *ptr = arena_array(c->a, cap, v->item_bytes);
        if (!ptr) {
            c->full = true;
            return NULL;
        }
        if (v->n)
            memcpy(ptr, v->ptr, v->n * v->item_bytes);
        v->ptr = ptr;
        v->cap = cap;
    }
    return (char *)v->ptr + v->item_bytes * v->n++;
}
