/*
 * numeral.c - a small scanner over code points. A character is a token: a digit, a unit that multiplies, tens in one character, or
 * nothing. The multiplicative form is read from left to right with three sums (behind the last 亿, behind the last 万, this section
 * of up to four digits), and after each character that could be the last one the value so far is kept.
 */
#include "base/numeral.h"

#include <string.h>

#include "base/ensure.h"
#include "base/utf8.h"

enum kind {
    NOTHING,
    ASCII, /* 0 to 9 and full-width */
    DIGIT, /* 一 to 九 and capitals */
    PAIR,  /* 两: a digit of the multiplicative form only */
    ZERO,
    TENS, /* 廿 20, 卅 30, 卌 40 */
    UNIT, /* 十 百 千 */
    WAN,
    YI,
    LATIN_O
};

struct token {
    enum kind kind;
    int value;
    size_t end; /* byte offset behind it */
};

struct sign {
    uint32_t cp;
    enum kind kind;
    int value;
};
static const struct sign signs[] = {
    {0x25cb, ZERO, 0},    /* ○ */
    {0x3007, ZERO, 0},    /* 〇 */
    {0x4e00, DIGIT, 1},   /* 一 */
    {0x4e03, DIGIT, 7},   /* 七 */
    {0x4e07, WAN, 0},     /* 万 */
    {0x4e09, DIGIT, 3},   /* 三 */
    {0x4e24, PAIR, 2},    /* 两 */
    {0x4e5d, DIGIT, 9},   /* 九 */
    {0x4e8c, DIGIT, 2},   /* 二 */
    {0x4e94, DIGIT, 5},   /* 五 */
    {0x4ebf, YI, 0},      /* 亿 */
    {0x4edf, UNIT, 1000}, /* 仟 */
    {0x4f0d, DIGIT, 5},   /* 伍 */
    {0x4f70, UNIT, 100},  /* 佰 */
    {0x5104, YI, 0},      /* 億 */
    {0x5169, PAIR, 2},    /* 兩 */
    {0x516b, DIGIT, 8},   /* 八 */
    {0x516d, DIGIT, 6},   /* 六 */
    {0x5341, UNIT, 10},   /* 十 */
    {0x5343, UNIT, 1000}, /* 千 */
    {0x5345, TENS, 30},   /* 卅 */
    {0x534c, TENS, 40},   /* 卌 */
    {0x53c1, DIGIT, 3},   /* 叁 */
    {0x53c3, DIGIT, 3},   /* 參 */
    {0x56db, DIGIT, 4},   /* 四 */
    {0x58f9, DIGIT, 1},   /* 壹 */
    {0x5eff, TENS, 20},   /* 廿 */
    {0x62fe, UNIT, 10},   /* 拾 */
    {0x634c, DIGIT, 8},   /* 捌 */
    {0x67d2, DIGIT, 7},   /* 柒 */
    {0x7396, DIGIT, 9},   /* 玖 */
    {0x767e, UNIT, 100},  /* 百 */
    {0x8086, DIGIT, 4},   /* 肆 */
    {0x842c, WAN, 0},     /* 萬 */
    {0x8cb3, DIGIT, 2},   /* 貳 */
    {0x8d30, DIGIT, 2},   /* 贰 */
    {0x9646, DIGIT, 6},   /* 陆 */
    {0x9678, DIGIT, 6},   /* 陸 */
    {0x96f6, ZERO, 0},    /* 零 */
    {0xff2f, LATIN_O, 0}, /* Ｏ */
};

static struct token token_at(struct span s, size_t pos)
{
    if (pos >= s.len)
        return (struct token){NOTHING, 0, pos};
    size_t end = pos;
    const uint32_t cp = utf8_next(s, &end);
    if (cp >= '0' && cp <= '9')
        return (struct token){ASCII, (int)(cp - '0'), end};
    if (cp >= 0xff10 && cp <= 0xff19)
        return (struct token){ASCII, (int)(cp - 0xff10), end};
    if (cp == 'O')
        return (struct token){LATIN_O, 0, end};
    size_t low = 0, high = sizeof(signs) / sizeof(signs[0]);
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (signs[mid].cp == cp)
            return (struct token){signs[mid].kind, signs[mid].value, end};
        if (signs[mid].cp < cp)
            low = mid + 1;
        else
            high = mid;
    }
    return (struct token){NOTHING, 0, end};
}

static bool multiplies(enum kind kind)
{
    return kind == UNIT || kind == TENS || kind == WAN || kind == YI;
}

/* One more decimal digit; false past int64. */
static bool push(int64_t *v, int digit)
{
    return !__builtin_mul_overflow(*v, (int64_t)10, v) && !__builtin_add_overflow(*v, (int64_t)digit, v);
}

static size_t scan_ascii(struct span s, int64_t *value)
{
    int64_t v = 0;
    size_t pos = 0;
    for (struct token t = token_at(s, 0); t.kind == ASCII; t = token_at(s, pos)) {
        if (!push(&v, t.value))
            return 0;
        pos = t.end;
    }
    *value = v;
    return pos;
}

/* A run of Chinese digits at the start: its bytes, and what it holds. */
struct run {
    int64_t value;
    size_t bytes;
    int digits;
    bool latin, pair, over, nothing_but_rings;
};

static struct run scan_run(struct span s)
{
    struct run r = {.nothing_but_rings = true};
    for (struct token t = token_at(s, 0);; t = token_at(s, r.bytes)) {
        const bool zero = t.kind == ZERO || (r.digits > 0 && (t.kind == LATIN_O || (t.kind == ASCII && t.value == 0)));
        if (!zero && t.kind != DIGIT && t.kind != PAIR)
            return r;
        r.nothing_but_rings &= span_eq(span_sub(s, r.bytes, t.end), SPAN("\xe2\x97\x8b"));
        r.latin |= t.kind == LATIN_O;
        r.pair |= t.kind == PAIR;
        r.over |= !push(&r.value, t.value);
        r.digits++;
        r.bytes = t.end;
    }
}

struct reading {
    int64_t yi, wan, section; /* what lies behind the last 亿 (whole), behind the last 万, and in this section */
    int digit;                /* 1 to 9 that waits for its unit; 0 none */
    int unit;                 /* the section's last unit; 10000 at its start */
    int64_t before; /* the unit right before the waiting digit, for 一百五; 1 when 零 or nothing stands there */
    bool had_yi, had_wan, any_unit;
    enum kind last;
};

/* The section with its waiting digit. */
static int64_t section_of(const struct reading *r)
{
    const int64_t times = r->section > 0 && r->before >= 100 && r->before <= 1000 ? r->before / 10 : 1;
    return r->section + r->digit * times;
}

/* The value when the numeral ends here. */
static int64_t value_of(const struct reading *r)
{
    const int64_t times = r->before >= 100 ? r->before / 10 : 1;
    return r->yi + r->wan + r->section + r->digit * times;
}

static bool take_unit(struct reading *r, int unit)
{
    if (unit >= r->unit || (r->digit == 0 && unit != 10))
        return false;
    r->section += (r->digit == 0 ? 1 : r->digit) * (int64_t)unit;
    r->digit = 0;
    r->unit = unit;
    r->before = unit;
    return true;
}

static bool take_big(struct reading *r, enum kind kind)
{
    const int64_t v = section_of(r) + (kind == YI ? r->wan : 0);
    if (v == 0 || (kind == YI ? r->had_yi : r->had_wan))
        return false;
    if (kind == YI) {
        r->yi = v * 100000000;
        r->wan = 0;
        r->had_yi = true;
        r->had_wan = false;
    } else {
        r->wan = v * 10000;
        r->had_wan = true;
    }
    r->section = 0;
    r->digit = 0;
    r->unit = 10000;
    r->before = kind == YI ? 100000000 : 10000;
    return true;
}

/* Takes the token into the reading; false when it does not belong there. */
static bool take(struct reading *r, struct token t)
{
    switch (t.kind) {
    case DIGIT:
    case PAIR:
        if (r->digit != 0)
            return false;
        r->digit = t.value;
        if (r->last == ZERO)
            r->before = 1;
        break;
    case ZERO:
        if (!r->any_unit || r->digit != 0 || r->last == ZERO)
            return false;
        break;
    case TENS:
        if (r->digit != 0 || r->unit <= 10)
            return false;
        r->section += t.value;
        r->unit = 10;
        r->before = 10;
        break;
    case UNIT:
        if (!take_unit(r, t.value))
            return false;
        break;
    case WAN:
    case YI:
        if (r->last == ZERO || !take_big(r, t.kind))
            return false;
        break;
    default:
        return false;
    }
    r->any_unit |= multiplies(t.kind);
    r->last = t.kind;
    return true;
}

static size_t scan_multiplied(struct span s, int64_t *value)
{
    struct reading r = {.unit = 10000, .before = 1};
    size_t pos = 0, best = 0;
    int64_t v = 0;
    for (;;) {
        const struct token t = token_at(s, pos);
        if ((t.kind == DIGIT || t.kind == PAIR) && r.digit != 0)
            return 0; /* 十五六: about that many */
        if (!take(&r, t))
            break;
        pos = t.end;
        if (t.kind == ZERO)
            continue; /* no numeral ends so: in 一百零 the 零 belongs to what follows */
        best = pos;
        v = value_of(&r);
    }
    if (best > 0)
        *value = v;
    return best;
}

size_t numeral_scan(struct span s, int64_t *value)
{
    const struct token first = token_at(s, 0);
    if (first.kind == ASCII)
        return scan_ascii(s, value);
    if (first.kind != DIGIT && first.kind != PAIR && first.kind != ZERO)
        return scan_multiplied(s, value);
    const struct run run = scan_run(s);
    if (run.digits == 1 && first.kind != ZERO)
        return scan_multiplied(s, value);
    if (run.pair || run.over || run.nothing_but_rings || (run.latin && run.digits != 4) ||
        multiplies(token_at(s, run.bytes).kind))
        return 0;
    *value = run.value;
    return run.bytes;
}

bool numeral_parse(struct span s, int64_t *value)
{
    int64_t v;
    if (s.len == 0 || numeral_scan(s, &v) != s.len)
        return false;
    *value = v;
    return true;
}

#define HAN(text, i) ((text) + (size_t)(i)*3)

static void add(char *out, size_t *n, const char *han)
{
    memcpy(out + *n, han, 3);
    *n += 3;
}

/* 1 to 9999; leading is whether nothing stands before it: then 一十 is written 十. */
static void print_section(int v, bool leading, char *out, size_t *n)
{
    static const char digits[] = "零一二三四五六七八九";
    static const char units[] = "千百十";
    static const int sizes[] = {1000, 100, 10, 1};
    bool gap = false, begun = false;
    for (int i = 0; i < 4; i++) {
        const int digit = v / sizes[i] % 10;
        if (digit == 0) {
            gap = begun;
            continue;
        }
        if (gap)
            add(out, n, digits);
        gap = false;
        if (!(leading && !begun && digit == 1 && sizes[i] == 10))
            add(out, n, HAN(digits, digit));
        if (i < 3)
            add(out, n, HAN(units, i));
        begun = true;
    }
}

size_t numeral_chinese(int64_t value, char out[64])
{
    ensure(value >= 0 && value <= 99999999);
    size_t n = 0;
    const int high = (int)(value / 10000), low = (int)(value % 10000);
    if (high > 0) {
        print_section(high, true, out, &n);
        add(out, &n, "万");
        if (low > 0 && low < 1000)
            add(out, &n, "零");
    }
    if (low > 0)
        print_section(low, high == 0, out, &n);
    if (value == 0)
        add(out, &n, "零");
    out[n] = '\0';
    return n;
}
