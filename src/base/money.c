/* money.c - exact money: 64-bit fen, 128-bit steps between. */
#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/ensure.h"

/* ISO C17 has no 128-bit integer; gcc and clang both do on all our platforms. */
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

bool fen_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t v;
    if (__builtin_add_overflow(a, b, &v))
        return false;
    *out = v;
    return true;
}

bool fen_sub(int64_t a, int64_t b, int64_t *out)
{
    int64_t v;
    if (__builtin_sub_overflow(a, b, &v))
        return false;
    *out = v;
    return true;
}

/* Whether n / den, cut towards zero to quotient with |rest| left, moves one away from zero. */
static bool away(wide quotient, uwide rest, uwide den, bool negative, enum rounding r)
{
    if (rest == 0)
        return false;
    switch (r) {
    case ROUND_HALF_UP:
        return rest >= den - rest;
    case ROUND_HALF_EVEN:
        return rest > den - rest || (rest == den - rest && quotient % 2 != 0);
    case ROUND_DOWN:
        return false;
    case ROUND_UP:
        return true;
    case ROUND_FLOOR:
        return negative;
    case ROUND_CEIL:
        return !negative;
    }
    ensure(false);
    return false;
}

bool fen_mul_rate(int64_t a, int64_t num, int64_t den, enum rounding r, int64_t *out)
{
    ensure(den > 0);
    const wide n = (wide)a * num; /* at most 2^126 */
    wide q = n / den;
    const wide rest = n % den;
    if (away(q, (uwide)(rest < 0 ? -rest : rest), (uwide)den, n < 0, r))
        q += n < 0 ? -1 : 1;
    if (q < INT64_MIN || q > INT64_MAX)
        return false;
    *out = (int64_t)q;
    return true;
}

/* The exact share total * weight / sum, cut to whole fen, and what is cut off, in units of 1 / sum. The product is at most 2^126. */
static uwide share_of(uwide total, int64_t weight, uwide sum)
{
    return total * (uint64_t)weight / sum;
}

static uwide remainder_of(uwide total, int64_t weight, uwide sum)
{
    return total * (uint64_t)weight % sum;
}

/* The largest t such that at least `extra` remainders are >= t: those above t get one more, and ties at t by order. */
static uwide threshold(uwide total, const int64_t *weights, int n, uwide sum, int extra)
{
    uwide low = 0, high = sum;
    while (high - low > 1) {
        const uwide mid = low + (high - low) / 2;
        int reach = 0;
        for (int i = 0; i < n; i++)
            reach += remainder_of(total, weights[i], sum) >= mid;
        if (reach >= extra)
            low = mid;
        else
            high = mid;
    }
    return low;
}

bool fen_allocate(int64_t total, const int64_t *weights, int n, int64_t *parts)
{
    uwide sum = 0;
    for (int i = 0; i < n; i++) {
        if (weights[i] < 0)
            return false;
        sum += (uint64_t)weights[i];
    }
    if (sum == 0)
        return false;
    const bool negative = total < 0;
    const uwide size = negative ? -(uwide)total : (uwide)total; /* 2^63 for the least one */
    uwide given = 0;
    for (int i = 0; i < n; i++)
        given += share_of(size, weights[i], sum);
    int extra = (int)(size - given); /* less than n: the remainders sum to extra * sum */
    const uwide t = extra == 0 ? sum : threshold(size, weights, n, sum, extra);
    int at_t = extra; /* how many of those at t itself */
    for (int i = 0; i < n && extra > 0; i++)
        at_t -= remainder_of(size, weights[i], sum) > t;
    for (int i = 0; i < n; i++) {
        uwide part = share_of(size, weights[i], sum);
        const uwide rest = remainder_of(size, weights[i], sum);
        if (extra > 0 && (rest > t || (rest == t && at_t-- > 0)))
            part++;
        parts[i] = (int64_t)(negative ? -part : part);
    }
    return true;
}

/* Whole yuan with or without commas, which then stand before every third digit; moves *at behind them. */
static bool whole_yuan(struct span s, size_t *at, int64_t *yuan)
{
    int64_t v = 0;
    int group = 0; /* digits since the start or the last comma */
    bool commas = false;
    size_t i = *at;
    for (; i < s.len && s.ptr[i] != '.'; i++) {
        if (s.ptr[i] == ',') {
            if (group == 0 || group > 3 || (commas && group != 3))
                return false;
            commas = true;
            group = 0;
            continue;
        }
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(v, (int64_t)10, &v) || __builtin_add_overflow(v, (int64_t)(s.ptr[i] - '0'), &v))
            return false;
        if (group < 4)
            group++;
    }
    if (group == 0 || (commas && group != 3))
        return false;
    *at = i;
    *yuan = v;
    return true;
}

bool fen_parse(struct span s, int64_t *fen)
{
    size_t at = 0;
    const bool negative = s.len > 0 && s.ptr[0] == '-';
    if (negative)
        at = 1;
    int64_t yuan;
    if (!whole_yuan(s, &at, &yuan))
        return false;
    int part = 0;
    if (at < s.len) { /* a point and one or two digits */
        const size_t digits = s.len - at - 1;
        if (digits < 1 || digits > 2)
            return false;
        for (size_t i = at + 1; i < s.len; i++) {
            if (s.ptr[i] < '0' || s.ptr[i] > '9')
                return false;
            part = part * 10 + (s.ptr[i] - '0');
        }
        if (digits == 1)
            part *= 10;
    }
    const wide v = (wide)yuan * 100 + part;
    if (v > (wide)INT64_MAX + (negative ? 1 : 0))
        return false;
    *fen = (int64_t)(negative ? -v : v);
    return true;
}

int fen_print(int64_t fen, char out[24])
{
    const uint64_t size = fen < 0 ? -(uint64_t)fen : (uint64_t)fen;
    const int n = snprintf(out, 24, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", size / 100, (unsigned)(size % 100));
    ensure(n > 0 && n < 24);
    return n;
}
