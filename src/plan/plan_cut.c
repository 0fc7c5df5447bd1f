/*
 * plan_cut.c - cuts a span of outline text into proposed actions. Pure.
 *
 * An outline's sentence names projects by a verb and a list: “加快A、B(隧道)及接线工程、C等快速公路建设,启动D、E等高速公路建设,尽早形成…”. Here that is
 * A, B(隧道)及接线工程, C under way and D, E to start; the clause that only says what shall come of it (尽早形成…) gives nothing.
 * Steps: cut into clauses outside brackets and quotes; read a clause's verb; find the end of its list (等 + class noun, or a trailing
 * 建设); cut the list at 、 and at 和 between names. 及 joins a thing with its part and is never cut. What comes out is a proposal that a
 * person looks at, so a doubtful joint is left whole.
 */
#include "plan/plan_rules.h"

#include <string.h>

#include "base/ensure.h"
#include "base/utf8.h"

/* Verbs that tell a state when they open a clause; longer ones first where one starts another. */
static const struct {
    const char *word;
    enum plan_state state;
} verbs[] = {
    {"加快推进", PLAN_UNDER_WAY}, {"加快建设", PLAN_UNDER_WAY}, {"加快实施", PLAN_UNDER_WAY},
    {"继续实施", PLAN_UNDER_WAY}, {"继续推进", PLAN_UNDER_WAY}, {"继续建设", PLAN_UNDER_WAY},
    {"推进建设", PLAN_UNDER_WAY}, {"推进实施", PLAN_UNDER_WAY}, {"加快", PLAN_UNDER_WAY},
    {"推进", PLAN_UNDER_WAY},     {"推动", PLAN_UNDER_WAY},     {"继续", PLAN_UNDER_WAY},
    {"加紧", PLAN_UNDER_WAY},     {"续建", PLAN_UNDER_WAY},     {"深化", PLAN_UNDER_WAY},
    {"启动建设", PLAN_TO_START},  {"启动实施", PLAN_TO_START},  {"启动", PLAN_TO_START},
    {"开工建设", PLAN_TO_START},  {"开工", PLAN_TO_START},      {"新开工", PLAN_TO_START},
    {"开展", PLAN_TO_START},      {"筹建", PLAN_TO_START},      {"筹备", PLAN_TO_START},
    {"谋划", PLAN_TO_START},      {"新建", PLAN_TO_START},      {"组建", PLAN_TO_START},
    {"规划建设", PLAN_TO_START},  {"建成", PLAN_TO_START},      {"改扩建", PLAN_TO_START},
    {"扩建", PLAN_TO_START},      {"改建", PLAN_TO_START},      {"建设", PLAN_TO_START},
};
/* What may stand before the verb. 继续 is not here: it tells a state itself. */
static const char *const adverbs[] = {"重点", "积极", "大力", "全力", "抓紧", "进一步", "着力",
                                      "全面", "稳步", "尽快", "切实", "同步", "适时",   "率先"};
static const char *const ordinals[] = {"一是", "二是", "三是", "四是", "五是", "六是", "七是", "八是", "九是", "十是"};
/* Words in which 等 or 和 is no joint. */
static const char *const not_joints[] = {"高等", "平等", "同等", "均等", "对等", "等级", "等于",
                                         "等待", "等候", "和谐", "和平", "缓和", "总和", "共和",
                                         "饱和", "温和", "祥和", "中和", "调和", "谐和", "和睦"};
/* What may follow a name and is the doing, not the thing; the longer first. */
static const char *const doings[] = {"项目建设", "工程建设", "实施工作", "建设工作", "建设", "工作"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct cut {
    struct arena *a;
    struct span source;
    struct plan_piece *pieces;
    int n;
    bool over;
};

static bool at(struct span s, size_t pos, const char *word)
{
    struct span w = span_of(word);
    return pos + w.len <= s.len && memcmp(s.ptr + pos, w.ptr, w.len) == 0;
}

/* +1 for an opening bracket or quote at pos, -1 for a closing one, else 0. */
static int depth_step(struct span s, size_t pos)
{
    static const char *const opens[] = {"(", "（", "“", "《", "〔", "「", "[", "【"};
    static const char *const closes[] = {")", "）", "”", "》", "〕", "」", "]", "】"};
    for (size_t i = 0; i < COUNT(opens); i++) {
        if (at(s, pos, opens[i]))
            return 1;
        if (at(s, pos, closes[i]))
            return -1;
    }
    return 0;
}

static bool in_word(struct span s, size_t pos)
{
    for (size_t i = 0; i < COUNT(not_joints); i++) {
        if (at(s, pos, not_joints[i]) || (pos >= 3 && at(s, pos - 3, not_joints[i])))
            return true;
    }
    return false;
}

static size_t step(struct span s, size_t pos)
{
    (void)utf8_next(s, &pos);
    return pos;
}

static bool blank_at(struct span s, size_t pos, size_t *len)
{
    if (s.ptr[pos] == ' ' || s.ptr[pos] == '\t' || s.ptr[pos] == '\n' || s.ptr[pos] == '\r') {
        *len = 1;
        return true;
    }
    *len = 3;
    return at(s, pos, "　");
}

/* Narrows [*start, *end) to what is not blank. */
static void trim(struct span s, size_t *start, size_t *end)
{
    struct span t = span_trim(span_sub(s, *start, *end));
    if (t.len == 0) {
        *end = *start;
        return;
    }
    *start = (size_t)(t.ptr - s.ptr);
    *end = *start + t.len;
}

enum stop { STOP_NONE, STOP_CLAUSE, STOP_SENTENCE };

static enum stop stop_at(struct span s, size_t pos)
{
    static const char *const sentence[] = {"。", ";", "；", "!", "！", "?", "？", "\n"};
    static const char *const clause[] = {",", "，", ":", "："};
    for (size_t i = 0; i < COUNT(sentence); i++) {
        if (at(s, pos, sentence[i]))
            return STOP_SENTENCE;
    }
    for (size_t i = 0; i < COUNT(clause); i++) {
        if (at(s, pos, clause[i]))
            return STOP_CLAUSE;
    }
    return STOP_NONE;
}

/* The end of the clause (or sentence) that starts at pos; *next is where the one behind it starts. An unclosed bracket ends with its line. */
static size_t part_end(struct span s, size_t pos, size_t end, enum stop least, size_t *next)
{
    int depth = 0;
    while (pos < end) {
        int d = depth_step(s, pos);
        depth = depth + d < 0 ? 0 : depth + d;
        enum stop stop = stop_at(s, pos);
        if (s.ptr[pos] == '\n' || (depth == 0 && stop >= least)) {
            *next = step(s, pos);
            return pos;
        }
        pos = step(s, pos);
    }
    *next = end;
    return end;
}

/* The length of a number at pos that only counts the pieces: 1. 1、 （1） (一) 一、 ①; 0 when there is none. 三、四线城市 and 1.5 are none. */
static size_t number_at(struct span s, size_t pos, size_t end)
{
    static const char *const han[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    bool wide = at(s, pos, "（");
    size_t p = pos + (wide ? 3 : at(s, pos, "(") ? 1 : 0), first = p;
    bool open = p > pos, moved = true;
    if (!open && at(s, pos, "\xe2\x91") && pos + 3 <= end) /* ① to ⑳ are e2 91 a0 to e2 91 b3 */
        return (unsigned char)s.ptr[pos + 2] >= 0xa0 && (unsigned char)s.ptr[pos + 2] <= 0xb3 ? 3 : 0;
    while (moved && p < end && p - first < 9) {
        moved = s.ptr[p] >= '0' && s.ptr[p] <= '9';
        p += moved ? 1 : 0;
        for (size_t i = 0; !moved && i < COUNT(han); i++) {
            moved = at(s, p, han[i]);
            p += moved ? 3 : 0;
        }
    }
    static const char *const closes[] = {")", "）", "、", "．", "."};
    for (size_t i = 0; p > first && p < end && i < COUNT(closes); i++) {
        size_t behind = p + span_of(closes[i]).len;
        if (!at(s, p, closes[i]) || open != (i < 2) || behind > end)
            continue;
        bool more = behind < end && s.ptr[behind] >= '0' && s.ptr[behind] <= '9';
        for (size_t k = 0; !more && i == 2 && k < COUNT(han); k++)
            more = at(s, behind, han[k]);
        return more ? 0 : behind - pos;
    }
    return 0;
}

/* Passes blanks, 一是 and numbers; returns the new start. */
static size_t skip_numbers(struct span s, size_t pos, size_t end)
{
    size_t len = 0;
    bool moved = true;
    while (moved && pos < end) {
        moved = false;
        for (size_t i = 0; i < COUNT(ordinals); i++) {
            if (at(s, pos, ordinals[i])) {
                pos += span_of(ordinals[i]).len;
                moved = true;
            }
        }
        len = pos < end ? number_at(s, pos, end) : 0;
        if (len == 0 && (pos >= end || !blank_at(s, pos, &len)))
            len = 0;
        pos += len;
        moved = moved || len > 0;
    }
    return pos < end ? pos : end;
}

/* Passes numbers, 一是 and the adverbs; returns the new start. */
static size_t skip_lead_in(struct span s, size_t pos, size_t end)
{
    bool moved = true;
    while (moved && pos < end) {
        size_t start = skip_numbers(s, pos, end);
        moved = start > pos;
        pos = start;
        for (size_t i = 0; i < COUNT(adverbs); i++) {
            if (at(s, pos, adverbs[i])) {
                pos += span_of(adverbs[i]).len;
                moved = true;
            }
        }
    }
    return pos < end ? pos : end;
}

/* The longest verb at pos within end; NULL when there is none. */
static const char *verb_at(struct span s, size_t pos, size_t end, enum plan_state *state)
{
    const char *best = NULL;
    size_t best_len = 0;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        size_t len = span_of(verbs[i].word).len;
        if (len > best_len && pos + len <= end && at(s, pos, verbs[i].word)) {
            best = verbs[i].word;
            best_len = len;
            *state = verbs[i].state;
        }
    }
    return best;
}

static void add(struct cut *c, size_t start, size_t end, struct span verb, enum plan_state state)
{
    trim(c->source, &start, &end);
    if (start >= end)
        return;
    if (c->n == PLAN_PIECES_MAX) {
        c->over = true;
        return;
    }
    c->pieces[c->n++] = (struct plan_piece){start, end, span_sub(c->source, start, end), verb, state};
}

/* Where the names end: before 等 and its class noun, or before a trailing doing. */
static size_t list_end(struct span s, size_t start, size_t end)
{
    int depth = 0;
    size_t last = end;
    for (size_t pos = start; pos < end; pos = step(s, pos)) {
        int d = depth_step(s, pos);
        depth = depth + d < 0 ? 0 : depth + d;
        if (depth == 0 && pos > start && at(s, pos, "等") && !in_word(s, pos))
            last = pos;
    }
    if (last != end)
        return last;
    for (size_t i = 0; i < COUNT(doings); i++) {
        size_t len = span_of(doings[i]).len;
        if (end - start >= len + 6 && at(s, end - len, doings[i]))
            return end - len;
    }
    return end;
}

/* Joints of a list: 、 always; 和 only in a list that also has 、, between names of three characters and more. */
static bool joint(struct span s, size_t from, size_t pos, size_t end, bool listed)
{
    if (at(s, pos, "、"))
        return true;
    return listed && at(s, pos, "和") && !in_word(s, pos) && pos - from >= 9 && end - pos >= 3 + 9;
}

static bool has_list_mark(struct span s, size_t start, size_t end)
{
    int depth = 0;
    for (size_t pos = start; pos < end; pos = step(s, pos)) {
        int d = depth_step(s, pos);
        depth = depth + d < 0 ? 0 : depth + d;
        if (depth == 0 && at(s, pos, "、"))
            return true;
    }
    return false;
}

static void cut_names(struct cut *c, size_t start, size_t end, struct span verb, enum plan_state state)
{
    struct span s = c->source;
    size_t stop = list_end(s, start, end);
    bool listed = has_list_mark(s, start, stop);
    size_t from = start;
    int depth = 0;
    for (size_t pos = start; pos < stop; pos = step(s, pos)) {
        int d = depth_step(s, pos);
        depth = depth + d < 0 ? 0 : depth + d;
        if (depth == 0 && joint(s, from, pos, stop, listed)) {
            add(c, from, pos, verb, state);
            from = step(s, pos);
        }
    }
    add(c, from, stop, verb, state);
}

static void cut_clauses(struct cut *c, size_t start, size_t end)
{
    size_t pos = start;
    while (pos < end) {
        size_t next = end;
        size_t stop = part_end(c->source, pos, end, STOP_CLAUSE, &next);
        enum plan_state state = PLAN_TO_START;
        size_t verb_start = skip_lead_in(c->source, pos, stop);
        const char *verb = verb_at(c->source, verb_start, stop, &state);
        if (verb != NULL) {
            size_t len = span_of(verb).len;
            cut_names(c, verb_start + len, stop, span_sub(c->source, verb_start, verb_start + len), state);
        }
        pos = next;
    }
}

static bool ordinal_at(struct span s, size_t pos)
{
    for (size_t i = 0; i < COUNT(ordinals); i++) {
        if (at(s, pos, ordinals[i]))
            return true;
    }
    return false;
}

/* Whole sentences, for text that names nothing. */
static void cut_sentences(struct cut *c, size_t start, size_t end)
{
    size_t pos = start;
    while (pos < end) {
        size_t next = end;
        size_t stop = part_end(c->source, pos, end, STOP_SENTENCE, &next);
        for (size_t before = pos, p = step(c->source, pos); p < stop; before = p, p = step(c->source, p)) {
            if (ordinal_at(c->source, p) &&
                stop_at(c->source, before) != STOP_NONE) { /* …,二是… starts a piece of its own */
                next = p;
                stop = before;
                break;
            }
        }
        enum plan_state state = PLAN_TO_START;
        size_t verb_start = skip_lead_in(c->source, pos, stop);
        const char *verb = verb_at(c->source, verb_start, stop, &state);
        size_t len = verb != NULL ? span_of(verb).len : 0;
        add(c, skip_numbers(c->source, pos, stop), stop, span_sub(c->source, verb_start, verb_start + len), state);
        pos = next;
    }
}

struct span plan_cut_bare(struct span text)
{
    struct span s = span_trim(span_sub(text, skip_numbers(text, 0, text.len), text.len));
    static const char *const ends[] = {"。", "；", ";", "，", ",", "：", ":", "、", "."};
    for (size_t i = 0; i < COUNT(ends); i++) {
        if (span_ends(s, span_of(ends[i])))
            return span_trim(span_sub(s, 0, s.len - span_of(ends[i]).len));
    }
    return s;
}

enum plan_overlap plan_cut_overlap(const struct plan_taken *taken, size_t start, size_t end, struct span title)
{
    if (end <= taken->start || start >= taken->end)
        return PLAN_APART;
    if ((start == taken->start && end == taken->end) || span_eq(plan_cut_bare(title), plan_cut_bare(taken->title)))
        return PLAN_SAME_ACTION;
    return start >= taken->start && end <= taken->end ? PLAN_INSIDE : PLAN_OVERLAPS;
}

enum rc plan_cut(struct arena *a, struct span source, size_t start, size_t end, struct plan_piece **pieces, int *n,
                 struct fail *f)
{
    ensure(start <= end && end <= source.len);
    struct cut c = {.a = a, .source = source};
    c.pieces = ARENA_ARRAY(a, PLAN_PIECES_MAX, struct plan_piece);
    if (c.pieces == NULL)
        return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    cut_clauses(&c, start, end);
    if (c.n == 0)
        cut_sentences(&c, start, end);
    if (c.over)
        return fail_set(f, RC_LIMIT, MSG_plan_too_many_pieces, "end", NULL);
    *pieces = c.pieces;
    *n = c.n;
    return RC_OK;
}
