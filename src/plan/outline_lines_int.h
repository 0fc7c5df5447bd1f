/* outline_lines_int.h - what outline_lines.c (the tree) and outline_head.c (title, number, issuer, date) share. */
#ifndef YITI_PLAN_OUTLINE_LINES_INT_H
#define YITI_PLAN_OUTLINE_LINES_INT_H

#include "plan/outline_int.h"

/* Lines end with LF, CR LF or CR. The next LF is remembered, so that many lone CRs stay linear. */
struct ol_lines {
    struct span src;
    uint32_t pos, limit;
    uint32_t lf; /* offset of the next LF at or after pos; limit when none */
    bool started;
};
struct ol_line {
    uint32_t start, end, next; /* end without, next behind the line end */
    uint32_t ts, te;           /* trimmed of blanks */
};
bool ol_next_line(struct ol_lines *it, struct ol_line *out);

#define OL_FRAMES 24
struct ol_frame {
    int32_t node;
    int rank;
    enum ol_marker marker;
    char16_t word;
    int64_t no;
};
struct ol_build {
    struct ol_ctx *c;
    struct ol_frame frames[OL_FRAMES];
    int depth;
    int64_t last_no[OLM_COUNT];
    int rank[OLM_COUNT];
    uint32_t text_lines_max[OLM_COUNT]; /* most lines of own text that a finished node of this kind has */
    bool seen[OLM_COUNT];
    bool head;        /* still in the title part */
    bool unfinished;  /* the last line broke off inside a sentence */
    bool torn;        /* and at a word that cannot end one */
    bool headed;      /* a numbered heading was seen */
    bool own_title;   /* the title stands on a line of its own, not only on a dividing line */
    uint32_t table;   /* index + 1 of the table whose rows are being read; 0 none */
    uint32_t ring[4]; /* starts of the last text lines of the last node */
    uint32_t ring_n;
    struct ol_line line, before; /* this line and the last that was not blank */
};
bool ol_prose(const struct ol_win *w);
/* ol_head_line - true when the line belongs to the title part and was taken. */
bool ol_head_line(struct ol_build *b);
/* ol_body_line - a signature, a date line or the title of the enclosed plan inside the body: true when taken. */
bool ol_body_line(struct ol_build *b);
/* ol_row_line - the header or a row of a task table (cells parted by tabs): true when taken. */
bool ol_row_line(struct ol_build *b);
struct ol_node *ol_add_node(struct ol_build *b);
struct ol_node *ol_add_para(struct ol_build *b, enum outline_role role);
void ol_reset_frames(struct ol_build *b);
void ol_close_last(struct ol_build *b);
void ol_split_closing(struct ol_build *b);
/* ol_org_name - whether the trimmed line is the name of an authority and nothing else. */
bool ol_org_name(const struct ol_win *w, uint32_t from, uint32_t to);

#endif
