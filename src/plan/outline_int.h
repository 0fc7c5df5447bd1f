/* outline_int.h - inside of the outline reader: windows of folded text, numerals, the context of one document. Only outline_*.c. */
#ifndef YITI_PLAN_OUTLINE_INT_H
#define YITI_PLAN_OUTLINE_INT_H

#include <uchar.h>

#include "base/limits.h"
#include "plan/outline.h"

/*
 * A window: up to OL_WIN characters of the source, folded, so that rules are written once: full-width ASCII becomes ASCII,
 * dashes "-", blanks " ", corner quotes curly ones, traditional characters of the vocabulary simplified, ○ becomes 〇. off[i] is the
 * byte of the source at which cp[i] starts; off[n] is the end. Rules look at cp, results are cut from the source by off.
 */
#define OL_WIN 32768u
#define OL_HEAD 200u /* characters of a line that the structure rules look at */
struct ol_win {
    uint32_t n, max;
    uint16_t *cp;  /* max + 8 characters; zeros behind n */
    uint32_t *off; /* max + 1 */
};
bool ol_win_init(struct arena *a, struct ol_win *w, uint32_t max);
/* ol_win_fill - characters of source[start, end); returns the byte where the next window starts (a sentence's end where it can). */
uint32_t ol_win_fill(struct ol_win *w, struct span source, uint32_t start, uint32_t end);
/* ol_char - decodes and folds the character at *pos, moves *pos; pos < end. */
uint16_t ol_char(const char *src, uint32_t *pos, uint32_t end);
uint16_t ol_fold(uint32_t cp);

/* ol_at - whether the zero-ended word stands at i. ol_word_len - its characters. */
bool ol_at_rest(const struct ol_win *w, uint32_t i, const char16_t *word);
static inline bool ol_at(const struct ol_win *w, uint32_t i, const char16_t *word)
{
    return i < w->n && w->cp[i] == word[0] && ol_at_rest(w, i, word);
}
uint32_t ol_word_len(const char16_t *word);
/* ol_any - the first word of the NULL-ended list that stands at i: returns its length, 0 when none; *which its index. */
uint32_t ol_any(const struct ol_win *w, uint32_t i, const char16_t *const *words, uint32_t *which);
/* ol_ends - whether the characters before i end with the word (not reaching before floor). */
bool ol_ends(const struct ol_win *w, uint32_t floor, uint32_t i, const char16_t *word);
/* ol_any_end - as ol_any, for the characters before i. */
uint32_t ol_any_end(const struct ol_win *w, uint32_t floor, uint32_t i, const char16_t *const *words);
struct span ol_span(struct span source, uint32_t start, uint32_t end);

enum ol_class {
    OL_NONE,
    OL_DIGIT = 1,  /* 0-9 */
    OL_CN = 2,     /* Chinese numeral */
    OL_HAN = 4,    /* ideograph, not a numeral */
    OL_STOP = 8,   /* 。！？ and the like: ends a sentence */
    OL_PAUSE = 16, /* 、 ， ； ： ,;: */
    OL_BLANK = 32,
    OL_KEY = 64 /* may start a mention: worth a look */
};
unsigned ol_class(uint16_t cp);
static inline bool ol_is(uint16_t cp, unsigned classes)
{
    return (ol_class(cp) & classes) != 0;
}

struct ol_num {
    int64_t mantissa;
    int scale;      /* decimals */
    bool cn;        /* in Chinese characters */
    int positional; /* Chinese digits in a row without 十 百 千 (二○○九: 4); 0 otherwise */
    int digits;     /* ASCII digits before the point, with leading zeros */
    uint32_t end;   /* behind it */
};
/* ol_number - the numeral that starts at i; false when none. */
bool ol_number(const struct ol_win *w, uint32_t i, struct ol_num *out);

/* Growing arrays in the arena. */
struct ol_vec {
    void *ptr;
    uint32_t n, cap, max;
    size_t item_bytes;
};

/* ---- lines and structure (outline_lines.c) ---- */
enum ol_marker {
    OLM_NONE,
    OLM_PART,    /* 第一篇, 第一编, 第一部分 */
    OLM_ZHANG,   /* 第一章 */
    OLM_JIE,     /* 第一节 */
    OLM_TIAO,    /* 第一条 */
    OLM_CN,      /* 一、 */
    OLM_PCN,     /* (一) */
    OLM_PLAN,    /* 行动计划1 */
    OLM_NUM,     /* 1. 1、 */
    OLM_NUM2,    /* 1.1 */
    OLM_NUM3,    /* 1.1.1 */
    OLM_NUMP,    /* 1) */
    OLM_PNUM,    /* (1) ⑴ */
    OLM_CIRCLE,  /* ① */
    OLM_BULLET,  /* - • */
    OLM_MEASURE, /* 一是 一要 */
    OLM_PHASE,   /* 第一阶段, a bare line of dates */
    OLM_MD2,     /* ## without a number */
    OLM_MD3,
    OLM_MD4,
    OLM_MD5,
    OLM_ATTACH, /* 附件1 */
    OLM_ROW,    /* row of a table */
    OLM_PARA,   /* paragraph */
    OLM_COUNT
};
struct ol_mark {
    enum ol_marker marker;
    int64_t no;
    uint32_t num_start, num_end; /* the printed number, characters of the head window */
    uint32_t text;               /* first character behind it */
    char16_t word;               /* first character of the word of a plan marker, or the sign of a bullet */
    bool strict;                 /* accept only when the number fits */
};
struct ol_node { /* a node while it is being built */
    struct outline_node out;
    enum ol_marker marker;
    char16_t word;
    uint32_t num_start, num_end;   /* bytes */
    uint32_t head_start, head_end; /* the heading, bytes; equal when none */
    uint32_t text_start;           /* first byte behind the number, the label's blanks passed */
    uint32_t text_lines;           /* lines of own text behind the first */
    uint32_t line_end;             /* end of the first line's text */
    bool whole_heading;            /* the heading was found on the first line as a whole: no sibling vote */
    bool weak_heading;             /* taken only when the siblings agree */
    uint32_t table;                /* of a row: index + 1 of its table; 0 none */
};

/* What the columns of a task table hold, by its header row: 序号 任务 牵头单位 配合单位 完成时限. */
#define OL_COLUMNS 16
enum ol_column { OLC_OTHER, OLC_NUMBER, OLC_TASK, OLC_LEAD, OLC_SUPPORTING, OLC_DUE };
struct ol_table {
    enum ol_column column[OL_COLUMNS];
    uint32_t n;
};

/* ---- one document being read ---- */
struct ol_ctx {
    struct arena *a;
    struct span src;
    bool full, capped;
    uint32_t start, end;
    struct outline_document *doc;
    bool has_issue;
    struct ymd issue;     /* day from which relative times count */
    struct ol_vec nodes;  /* struct ol_node */
    struct ol_vec tables; /* struct ol_table */
    struct ol_vec lead, supporting, charged, dates, quantities, checks, cites, aliases;
    struct ol_win win, head;
    uint32_t node; /* the node being scanned */
    uint32_t
        answers; /* the node that units named here answer for: node, or its parent when a line 牵头单位:… stands by itself */
    uint32_t counts[OLM_COUNT];
    struct span cover_title;
    /* state of the scanner within one window */
    uint32_t open_paren; /* index + 1 of the innermost open "(", 0 none */
    uint32_t clause;     /* index where the clause began */
    uint32_t sentence;   /* index where the sentence began */
    uint32_t unit_floor; /* no unit rule looks back before this */
    uint32_t list_floor; /* no count rule looks back before this */
    uint32_t cite_open, cite_depth;
    bool quoted;               /* cp[i-1] is an opening quote */
    uint32_t due_from, due_to; /* bytes of the row's cell that says when it is due; equal when none */
};
void *ol_push(struct ol_ctx *c, struct ol_vec *v);
#define OL_NODE(c, i) (((struct ol_node *)(c)->nodes.ptr) + (i))

/* ol_structure - nodes of source[start, end): the lines; then the measures inside lines. */
void ol_structure(struct ol_ctx *c);
void ol_inline_measures(struct ol_ctx *c);
void ol_headings(struct ol_ctx *c);
void ol_paths(struct ol_ctx *c);
/* ol_document_end - the byte where the document that starts at start ends. */
uint32_t ol_document_end(struct ol_ctx *c, uint32_t start);
bool ol_title_like(const struct ol_win *w);
bool ol_read_mark(const struct ol_win *w, struct ol_mark *m);

/* ---- mentions: each rule looks at character i of the window and returns the index behind what it took, or i ---- */
void ol_mentions(struct ol_ctx *c);
uint32_t ol_date_at(struct ol_ctx *c, uint32_t i);
uint32_t ol_quantity_at(struct ol_ctx *c, uint32_t i);
uint32_t ol_units_at(struct ol_ctx *c, uint32_t i);
void ol_units_row(struct ol_ctx *c);
uint32_t ol_alias_at(struct ol_ctx *c, uint32_t i);
void ol_units_finish(struct ol_ctx *c);
/* ol_due_behind - whether what stands behind a day (or month, or whole year) says that something is to be done by it: 全面建成, 报送. */
bool ol_due_behind(const struct ol_win *w, uint32_t i, bool whole_year);
/* ol_counted_from_issue - whether a length of time at i counts from the day of issue: not behind 受理之日起, 立案后. */
bool ol_counted_from_issue(const struct ol_win *w, uint32_t i);
/* ol_day - a full day (2011-05-12, 二○○九年六月三日) at i; returns the index behind it, i when none. */
uint32_t ol_day(const struct ol_win *w, uint32_t i, struct ymd *out);
void ol_check_add(struct ol_ctx *c, int64_t declared, int64_t found, bool ok, const char *basis, double confidence,
                  uint32_t from, uint32_t to);
/* ol_count_check - a declared count "N unit" at [from, to) of the window, noun behind it: compared with what the text lists. */
void ol_count_check(struct ol_ctx *c, int64_t n, uint32_t from, uint32_t num_end, uint32_t to, bool compound);

/* unit names (outline_unit_names.c) */
bool ol_unit_suffix(const struct ol_win *w, uint32_t from, uint32_t to);
/* ol_unit_functional - whether the name is that of a department by its matter (水务局), so that a city's prefix may be missing. */
bool ol_unit_functional(const struct ol_win *w, uint32_t from, uint32_t to, bool *party);
/* ol_unit_prefix - characters of an administrative prefix (市, 省, 市委) at from, 0 when none. */
uint32_t ol_unit_prefix(const struct ol_win *w, uint32_t from, uint32_t to);

#endif
