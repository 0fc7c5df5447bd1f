/* org_rules.c - the pure rules of org: names of units, what may be done to a unit, account names, the throttle. */
#include <string.h>

#include "base/utf8.h"
#include "org/org_int.h"

/* ---- names of units ------------------------------------------------------------------------------------------------------- */

static bool name_blank(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0x3000 || cp == 0xa0 || cp == 0xfeff ||
           (cp >= 0x2018 && cp <= 0x201f) || cp == '"' || cp == '\'';
}

struct span unit_key_normal(struct arena *a, struct span printed)
{
    char *out = arena_alloc(a, printed.len * 3 + 4); /* an invalid byte becomes three */
    size_t n = 0, pos = 0;
    if (!out)
        return SPAN_NONE;
    while (pos < printed.len) {
        uint32_t cp = utf8_next(printed, &pos);
        if (cp >= 0xff01 && cp <= 0xff5e)
            cp -= 0xfee0;
        if (cp == 0x3014 || cp == 0x3010)
            cp = '[';
        if (cp == 0x3015 || cp == 0x3011)
            cp = ']';
        if (cp >= 'A' && cp <= 'Z')
            cp += 'a' - 'A';
        if (!name_blank(cp))
            n += utf8_put(cp, out + n);
    }
    return (struct span){out, n};
}

static bool starts_with_any(struct span s, const char *const *words)
{
    for (; *words; words++)
        if (span_starts(s, span_of(*words)))
            return true;
    return false;
}

/* Whether the 市 or 省 at the start only says of which place the unit is (市科协), and is not part of a word (市场监管局). */
static bool place_prefix_elided(struct span s)
{
    static const char *const city_words[] = {"市委", "市属", "市场", "市容", "市政", "市民", "市中区",
                                             "市郊", "市区", "市直", "市长", "市辖", NULL};
    static const char *const city_anyway[] = {"市政府", "市政协", "市政务", "市民政", "市民族",
                                              "市民防", "市民航", "市民营", "市民宗", NULL};
    static const char *const province_words[] = {"省委", "省属", "省直", "省长", "省级", NULL};
    if (span_starts(s, SPAN("市")))
        return !starts_with_any(s, city_words) || starts_with_any(s, city_anyway);
    return span_starts(s, SPAN("省")) && !starts_with_any(s, province_words);
}

static struct span without_place(struct span s, const struct unit_place *place)
{
    for (bool cut = true; cut;) {
        cut = false;
        for (int i = 0; place && i < place->n && !cut; i++) {
            struct span name = place->names[i];
            size_t rest = s.len - name.len;
            if (name.len == 0 || !span_starts(s, name) || utf8_count(span_sub(s, name.len, s.len)) < 2)
                continue;
            /* 深圳市委组织部 is 市委组织部: a full name that ends in 市 gives it back where it belongs to the word behind. */
            struct span with_city = span_sub(s, name.len >= 3 ? name.len - 3 : 0, s.len);
            bool keeps = (span_ends(name, SPAN("市")) || span_ends(name, SPAN("省"))) &&
                         span_starts(span_sub(s, name.len, s.len), SPAN("委"));
            s = keeps ? with_city : span_sub(s, s.len - rest, s.len);
            cut = !keeps;
            if (keeps)
                return s;
        }
        if (!cut && place_prefix_elided(s) && utf8_count(s) > 2) {
            s = span_sub(s, 3, s.len);
            return s;
        }
    }
    return s;
}

struct swap {
    const char *from, *to;
    bool at_end;
};

static struct span swap_all(struct arena *a, struct span s, const struct swap *w)
{
    struct span from = span_of(w->from), to = span_of(w->to);
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    if (!out)
        return SPAN_NONE;
    for (size_t i = 0; i < s.len;) {
        bool hit = span_starts(span_sub(s, i, s.len), from) && (!w->at_end || i + from.len == s.len) &&
                   (to.len > 0 || n + s.len - i > from.len); /* never down to nothing */
        const char *piece = hit ? to.ptr : s.ptr + i;
        size_t len = hit ? to.len : 1;
        if (len > 0)
            memcpy(out + n, piece, len);
        n += len;
        i += hit ? from.len : 1;
    }
    return (struct span){out, n};
}

struct span unit_key_stem(struct arena *a, struct span normal, const struct unit_place *place)
{
    static const struct swap swaps[] = {
        {"人民政府", "政府", false}, {"管理委员会", "管委会", true},
        {"委员会", "委", true},      {"办公室", "办", true},
        {"和", "", false},           {"与", "", false},
        {"、", "", false},
    };
    struct span s = without_place(normal, place);
    for (size_t i = 0; s.ptr && i < sizeof swaps / sizeof swaps[0]; i++)
        s = swap_all(a, s, &swaps[i]);
    return s;
}

struct span region_short_name(struct span name)
{
    static const char *const endings[] = {"维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "地区",
                                          "省",           "市",         "区",         "县",         "盟",     NULL};
    for (const char *const *e = endings; *e; e++) {
        struct span end = span_of(*e);
        if (span_ends(name, end) && utf8_count(span_sub(name, 0, name.len - end.len)) >= 2)
            return span_sub(name, 0, name.len - end.len);
    }
    return name;
}

/* ---- what may be done to a unit ----------------------------------------------------------------------------------------------- */

bool unit_kind_known(struct span kind)
{
    static const char *const kinds[] = {"coordination", "city_office", "government", "department", "district",
                                        "organisation", "company",     "other",      NULL};
    for (const char *const *k = kinds; *k; k++)
        if (span_is(kind, *k))
            return true;
    return false;
}

enum rc day_check(struct span on, const char *field, struct fail *f)
{
    struct ymd d;
    return date_parse(on, &d) ? RC_OK : fail_span(f, RC_INVALID, MSG_org_day, field, on);
}

enum rc unit_rule(enum unit_verb verb, const struct unit *u, struct span on, struct fail *f)
{
    bool proposed = span_is(u->state, "proposed"), active = span_is(u->state, "active"), ok = false;
    switch (verb) {
    case UNIT_CONFIRM:
        ok = proposed;
        break;
    case UNIT_RENAME:
    case UNIT_ALIAS:
    case UNIT_EDIT:
    case UNIT_END:
    case UNIT_MERGE:
        ok = proposed || active;
        break;
    case UNIT_SPLIT:
        ok = active;
        break;
    }
    if (!ok)
        return fail_span(f, RC_CONFLICT, MSG_unit_state, NULL, u->name);
    if (verb == UNIT_ALIAS || verb == UNIT_EDIT || verb == UNIT_CONFIRM)
        return RC_OK;
    enum rc rc = day_check(on, "on", f);
    if (rc != RC_OK)
        return rc;
    if (span_cmp(on, u->valid_from_on) < 0 ||
        (verb != UNIT_RENAME && verb != UNIT_MERGE && span_cmp(on, u->valid_from_on) == 0 && active))
        return fail_span(f, RC_INVALID, MSG_unit_day_before, "on", u->valid_from_on);
    return RC_OK;
}

/* ---- words that people choose --------------------------------------------------------------------------------------------------- */

enum rc text_check(struct span s, const char *field, size_t min, size_t max, struct fail *f)
{
    if (utf8_check(s) != s.len)
        return fail_set(f, RC_INVALID, MSG_org_text, field, NULL);
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return fail_set(f, RC_INVALID, MSG_org_text, field, NULL);
    size_t n = utf8_count(s);
    char lo[24], hi[24];
    snprintf(lo, sizeof lo, "%zu", min);
    snprintf(hi, sizeof hi, "%zu", max);
    if (n < min || n > max)
        return fail_set(f, RC_INVALID, MSG_org_length, field, lo, hi, NULL);
    return RC_OK;
}

enum rc login_name_check(struct span name, struct fail *f)
{
    size_t pos = 0, n = 0, digits = 0;
    bool ok = utf8_check(name) == name.len && name.len <= 120;
    while (ok && pos < name.len) {
        uint32_t cp = utf8_next(name, &pos);
        bool digit = cp >= '0' && cp <= '9', letter = cp >= 'a' && cp <= 'z';
        ok = digit || letter || utf8_is_han(cp) || (n > 0 && (cp == '.' || cp == '_' || cp == '-'));
        digits += digit;
        n++;
    }
    if (!ok || n < 2 || n > 40)
        return fail_span(f, RC_INVALID, MSG_login_name, "login_name", name);
    if (digits >= 11) /* a telephone or identity number must not be an account name */
        return fail_set(f, RC_INVALID, MSG_login_name_number, "login_name", NULL);
    return RC_OK;
}

/* ---- throttle ----------------------------------------------------------------------------------------------------------------------- */

static const struct {
    int64_t free, cap_us;
} throttle_limits[THROTTLE_KINDS] = {
    [THROTTLE_PAIR] = {5, 60000000},     /* five slips of one's own, then up to a minute */
    [THROTTLE_ACCOUNT] = {20, 30000000}, /* guessing from many addresses: at most two a minute in the end */
    [THROTTLE_ADDRESS] = {100, 10000000} /* an office behind one address is slowed late and little */
};
#define THROTTLE_QUIET_US 3600000000LL

struct throttle throttle_attempt(struct throttle t, enum throttle_kind kind, int64_t at_us)
{
    if (at_us - t.last_at_us > THROTTLE_QUIET_US)
        t = (struct throttle){0, 0, 0};
    t.failures++;
    t.last_at_us = at_us;
    int64_t over = t.failures - throttle_limits[kind].free, pause = 0;
    if (over >= 0) {
        pause = over > 20 ? throttle_limits[kind].cap_us : INT64_C(1000000) << over;
        if (pause > throttle_limits[kind].cap_us)
            pause = throttle_limits[kind].cap_us;
    }
    t.open_at_us = at_us + pause;
    return t;
}
