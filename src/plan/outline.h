/*
 * outline.h - the outline reader: text in, tree out. Pure: no file, clock, network or database (the .docx part runs in a
 * child process of its own, see outline_text_of_bytes).
 *
 * What is always true of a result, for any input, even one that is not UTF-8:
 *   1. The documents lie end to end: the first starts at 0, each starts where the one before ends, the last ends at source.len.
 *   2. In a document the nodes stand in text order and their own spans [start, end) lie end to end from the document's start
 *      to its end. So the spans of all nodes, put together, give the source back byte by byte.
 *   3. A node's tree span [start, tree_end) holds its own span and the tree spans of its children, which tile [end, tree_end).
 *   4. parent < index; a node's path is unique in its document.
 *   5. Every mention (unit, date, quantity, check, cite) lies inside its document; all but units credited upwards inside
 *      their node's tree span.
 *   6. Reading a document is independent of the documents beside it.
 * The rules, and what a confidence means, are explained in docs/outline-json.md.
 */
#ifndef YITI_PLAN_OUTLINE_H
#define YITI_PLAN_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cli.h"
#include "base/date.h"
#include "base/fail.h"
#include "base/json.h"
#include "base/span.h"

enum outline_kind {
    OUTLINE_CHAPTER,
    OUTLINE_SECTION,
    OUTLINE_ACTION,
    OUTLINE_ITEM,
    OUTLINE_MEASURE,
    OUTLINE_PHASE,
    OUTLINE_PARAGRAPH
};
/* What a paragraph is for; OUTLINE_ROLE_BODY for all other kinds. */
enum outline_role {
    OUTLINE_ROLE_BODY,
    OUTLINE_ROLE_TITLE,     /* a line of the title as printed */
    OUTLINE_ROLE_NUMBER,    /* the line of the document number */
    OUTLINE_ROLE_DATE,      /* a line that is only the date (and place of signing) */
    OUTLINE_ROLE_ISSUER,    /* letterhead or signature */
    OUTLINE_ROLE_ADDRESSEE, /* 各县（市、区）人民政府： */
    OUTLINE_ROLE_PREAMBLE,  /* before the first heading */
    OUTLINE_ROLE_CLOSING    /* behind the last heading's own text */
};
enum outline_date_kind {
    OUTLINE_DEADLINE,   /* 于2011年6月30日以前, 三年内: to is the last day, inclusive */
    OUTLINE_HORIZON,    /* 到2020年, 未来十年 */
    OUTLINE_DATE_PHASE, /* 2011年到2012年为重点突破阶段 */
    OUTLINE_PERIOD,     /* 2008-2013年, “十一五”, a plain day or year */
    OUTLINE_RECURRENCE  /* 每季度, 定期 */
};
enum outline_comparator {
    OUTLINE_EQ,       /* exactly, or nothing said */
    OUTLINE_GE,       /* 不低于, 不少于, 达到, 以上, 至少 */
    OUTLINE_LE,       /* 不超过, 不高于, 控制在…以内, 以下 */
    OUTLINE_GT,       /* 超过, 高于, 突破 */
    OUTLINE_LT,       /* 低于, 少于 */
    OUTLINE_APPROX,   /* 约, 左右 */
    OUTLINE_BETWEEN,  /* 30—50: value to value_to */
    OUTLINE_ORDINAL,  /* 第三次 */
    OUTLINE_RANK,     /* 排名全省106 */
    OUTLINE_CODE,     /* 026区号: a name written in digits */
    OUTLINE_BELOW_BY, /* 低于全市平均分0.14分: a difference */
    OUTLINE_ABOVE_BY
};

/* A unit named as responsible. name is the full name (prefix restored, alias resolved), printed the text at [start, end). */
struct outline_unit {
    struct span name, printed;
    uint32_t start, end;
    uint32_t node; /* the node it is credited to */
    double confidence;
};
/* Days are numbers as in base/date.h; valid only when has_from / has_to. interval: ISO 8601 duration of a recurrence, or empty. */
struct outline_date {
    enum outline_date_kind kind;
    bool has_from, has_to;
    bool relative; /* counted from the date of issue */
    int32_t from_day, to_day;
    struct span interval, text;
    uint32_t start, end, node;
    double confidence;
};
/* value = mantissa / 10^scale, exact; the multipliers 万 and 亿 are already in it. */
struct outline_quantity {
    int64_t mantissa, mantissa_to; /* _to only for OUTLINE_BETWEEN, same scale */
    int scale;
    struct span unit; /* empty when none is printed */
    enum outline_comparator comparator;
    struct span text;
    uint32_t start, end, node;
    double confidence;
};
/* A declared count and what was counted for it. basis says what was counted: "nodes", "list before", "list after";
 * "working days": a term of declared working days whose last day nobody can tell, for want of a date of issue or of that year's calendar. */
struct outline_check {
    int64_t declared, found;
    bool ok;
    const char *basis;
    struct span text;
    uint32_t start, end, node;
    double confidence;
};
struct outline_cite { /* 《…》; title is without the marks */
    struct span title;
    uint32_t start, end, node;
};
struct outline_alias { /* full(以下简称“short_name”) */
    struct span full, short_name;
    uint32_t start, end;
};

struct outline_node {
    enum outline_kind kind;
    enum outline_role role;
    struct span number; /* as printed, without what ends it: "一", "(一)", "1", "行动计划3", "一是"; empty when none */
    int64_t ordinal; /* the number's value; 0 when none */
    struct span
        path; /* numbers from the root, joined by "/"; "p3" for the third paragraph of its parent; "#2" at a restart */
    struct span heading; /* empty when the text gives none */
    struct span body;    /* own text behind number and heading, trimmed; empty when there is none */
    uint32_t start, end; /* own text: bytes of the source */
    uint32_t tree_end;   /* end of the last descendant */
    int32_t parent;      /* index in the document, -1 at the root */
    uint32_t depth;      /* 0 at the root */
    const struct outline_unit *lead_units, *supporting_units,
        *charged_units; /* charged: named in prose (由…拟定), no lead */
    const struct outline_date *dates;
    const struct outline_quantity *quantities;
    const struct outline_check *checks;
    const struct outline_cite *cites;
    uint32_t n_lead_units, n_supporting_units, n_charged_units, n_dates, n_quantities, n_checks, n_cites;
};
struct outline_document {
    struct span title; /* the document's own title; empty when none was found */
    struct span label; /* the title on a dividing line or cover when it differs (第四篇:…, …的通知); else empty */
    struct span number; /* document number, such as 珠府〔2022〕10号; empty when none */
    struct span issuer; /* empty when none */
    bool has_date;      /* of issue, signing or publication */
    struct ymd date;
    uint32_t start, end; /* bytes of the source */
    const struct outline_node *nodes;
    uint32_t n_nodes;
    const struct outline_alias *aliases;
    uint32_t n_aliases;
};
struct outline_result {
    struct span source; /* borrows */
    const struct outline_document *documents;
    uint32_t n_documents;
    bool capped; /* a cap of limits.h (OUTLINE_*_PER) was reached: structure is coarser from there, no byte is lost */
};

/*
 * outline_read - the tree of a text.
 * source    UTF-8 (else: every bad byte counts as one unknown character); spans of the result borrow from it.
 * issued_on day from which relative times count, for every document; NULL: each document's own date.
 * Errors    RC_LIMIT when source is over OUTLINE_BYTES_MAX or the arena is full.
 * Memory    takes from the arena: about 1 MiB and, for each byte of source, 5 bytes in usual text and up to 30 in a text of nothing but headings.
 * Cost      linear in source.len.
 */
MUST_USE enum rc outline_read(struct arena *a, struct span source, const struct ymd *issued_on,
                              struct outline_result *out, struct fail *f);

/* outline_json - writes {"documents":[…]} as docs/outline-json.md says. */
void outline_json(const struct outline_result *r, struct jw *w);
/* outline_document_json - one document of it, an object. */
void outline_document_json(const struct outline_document *d, struct jw *w);
/* outline_node_json - one node of it, an object. */
void outline_node_json(const struct outline_node *n, struct jw *w);
/* The words of the JSON: static text. */
const char *outline_kind_name(enum outline_kind kind);
const char *outline_role_name(enum outline_role role);
const char *outline_date_kind_name(enum outline_date_kind kind);
const char *outline_comparator_name(enum outline_comparator c);

/*
 * outline_unit_form - the nth (from 0) other form of a department's name, by the table of abbreviations: 市发改委 ↔ 市发展和改革委员会.
 * buf   room for the form, of size bytes; 300 hold any. out borrows from it.
 * Returns false when there is none. A form is less sure than a name as printed: OUTLINE_FORM_CONFIDENCE.
 */
#define OUTLINE_FORM_CONFIDENCE 0.8
bool outline_unit_form(struct span name, int nth, char *buf, size_t size, struct span *out);

enum outline_format { OUTLINE_TXT, OUTLINE_MD, OUTLINE_DOCX };
/*
 * outline_text_of_bytes - a file's bytes to the text that the reader reads.
 * Text      UTF-8 is taken as it is (a BOM stays, so that spans are offsets into the file); UTF-16 with BOM and GB 18030 are
 *           decoded: spans then count in the decoded text. A .docx is read in a child process without rights; its paragraphs
 *           become lines, with computed numbers, "#" for unnumbered heading styles and tabs between the cells of a row.
 * Errors    RC_MEDIA or RC_MALFORMED with one sentence that names the fault (PDF, old or encrypted Office file, binary,
 *           wrong encoding, broken .docx); RC_INVALID when there is no text; RC_LIMIT over OUTLINE_BYTES_MAX or a docx limit.
 * Memory    borrows from bytes when it was UTF-8 already, else takes from the arena.
 */
MUST_USE enum rc outline_text_of_bytes(struct arena *a, struct span bytes, struct span *text,
                                       enum outline_format *format, struct fail *f);

/*
 * outline_docx_text - the pure part that runs in the child: a .docx in memory to text. Never call it on foreign bytes in the
 * server's own process.
 * Errors   RC_MALFORMED (outline_docx_broken), RC_LIMIT (outline_docx_limit naming it).
 */
MUST_USE enum rc outline_docx_text(struct span bytes, struct sb *out, struct fail *f);
/* outline_worker_run - runs outline_docx_text in a child (exec of this program as `worker docx`). Thread-safe. */
MUST_USE enum rc outline_worker_run(struct arena *a, struct span bytes, struct span *text, struct fail *f);
/* outline_worker_sheet - the same for a workbook: the records of sheet_scan (sheet.h). */
MUST_USE enum rc outline_worker_sheet(struct arena *a, struct span bytes, struct span *records, struct fail *f);
/* outline_worker_main - `yiti worker docx|sheet`: a frame of bytes on standard input, text on standard output, nothing else allowed.
 * main.c calls it before it opens anything else. Returns the exit code. */
int outline_worker_main(int argc, char **argv);

/* outline_commands - `yiti outline read`. */
extern const struct cli_command outline_commands[];
extern const int outline_command_count;

#endif
