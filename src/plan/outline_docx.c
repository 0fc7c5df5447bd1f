/*
 * outline_docx.c - a .docx in memory to text, one line a paragraph. Runs only in the child process (outline_worker.c), without
 * rights; still it trusts nothing: entries, sizes and ratios are limited, a DTD is refused, nesting is bounded.
 *
 * A row of a table becomes a line with tabs between its cells. A paragraph of a heading style without a number gets "#" signs, so
 * that its level is not lost; Title is "#", heading 1 is "##".
 */
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "base/limits.h"
#include "plan/outline_docx_int.h"
#include "plan/outline_int.h"

static enum rc broken(struct fail *f, const char *what)
{
    return fail_set(f, RC_MALFORMED, MSG_outline_docx_broken, NULL, what, NULL);
}

static enum rc over(struct fail *f, const char *limit)
{
    return fail_set(f, RC_LIMIT, MSG_outline_docx_limit, NULL, limit, NULL);
}

/* ---- the package ---- */

static enum rc part_allowed(const zip_stat_t *st, struct fail *f)
{
    if ((st->valid & ZIP_STAT_ENCRYPTION_METHOD) && st->encryption_method != ZIP_EM_NONE)
        return fail_set(f, RC_MEDIA, MSG_outline_docx_encrypted, NULL, NULL);
    if (!(st->valid & ZIP_STAT_SIZE) || !(st->valid & ZIP_STAT_COMP_SIZE))
        return broken(f, "zip");
    if (st->size > DOCX_PART_BYTES_MAX)
        return over(f, "64 MiB");
    if (st->size > (1u << 20) && st->size / DOCX_RATIO_MAX > st->comp_size)
        return over(f, "1:300");
    return RC_OK;
}

enum rc docx_part_read(struct arena *a, zip_t *z, const char *name, struct span *out, struct fail *f)
{
    zip_stat_t st;
    *out = SPAN_NONE;
    const zip_int64_t at = zip_name_locate(z, name, ZIP_FL_NOCASE);
    if (at < 0)
        return RC_OK;
    if (zip_stat_index(z, (zip_uint64_t)at, 0, &st) != 0)
        return broken(f, name);
    const enum rc rc = part_allowed(&st, f);
    if (rc != RC_OK)
        return rc;
    char *const p = arena_alloc(a, (size_t)st.size + 1);
    if (!p)
        return over(f, "512 MiB");
    zip_file_t *const file = zip_fopen_index(z, (zip_uint64_t)at, 0);
    if (!file)
        return broken(f, name);
    zip_uint64_t n = 0;
    zip_int64_t got = 1;
    while (n < st.size && (got = zip_fread(file, p + n, st.size - n)) > 0)
        n += (zip_uint64_t)got;
    char extra;
    const bool whole = got >= 0 && n == st.size && zip_fread(file, &extra, 1) == 0;
    (void)zip_fclose(file);
    if (!whole)
        return broken(f, name);
    *out = (struct span){p, (size_t)n};
    return RC_OK;
}

enum rc docx_main_part(struct arena *a, zip_t *z, char *name, size_t size, struct fail *f)
{
    struct span xml;
    const enum rc rc = docx_part_read(a, z, "_rels/.rels", &xml, f);
    if (rc != RC_OK || !xml.len)
        return rc;
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r)
        return broken(f, "_rels/.rels");
    int next;
    while ((next = docx_xml_next(r)) == 1) {
        char type[200], target[200];
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT || !docx_is(r, "Relationship"))
            continue;
        if (docx_attr(r, "Type", type, sizeof type) && docx_attr(r, "Target", target, sizeof target) &&
            span_ends(span_of(type), SPAN("/officeDocument")))
            (void)snprintf(name, size, "%s", target[0] == '/' ? target + 1 : target);
    }
    xmlFreeTextReader(r);
    return next < 0 ? broken(f, "_rels/.rels") : RC_OK;
}

/* ---- the text ---- */

#define NESTED_MAX 8 /* paragraphs inside paragraphs: text boxes */

struct para {
    struct sb text;
    struct span style;
    int num_id, level, outline;
};
struct walk {
    struct docx *d;
    struct sb *out;
    struct para para[NESTED_MAX];
    int depth;     /* open paragraphs */
    int tables;    /* open tables */
    struct sb row; /* the row of the outermost table */
    bool first_cell, first_in_cell;
    int span_cells;
    int skip;          /* depth of the element whose inside is passed over, -1 none */
    struct ol_win win; /* to see whether a heading has its number in the text */
};

static bool has_mark(struct walk *w, struct span text)
{
    struct ol_mark m;
    (void)ol_win_fill(&w->win, text, 0, text.len > 2000 ? 2000 : (uint32_t)text.len);
    return ol_read_mark(&w->win, &m);
}

/* A finished paragraph: into the row of its table, or a line of its own. */
static void put_para(struct walk *w, struct para *p)
{
    const struct docx_style *const style = p->style.len ? docx_style_of(w->d, p->style) : NULL;
    const struct span text = sb_span(&p->text);
    int num_id = p->num_id, level = p->level, outline = p->outline;
    if (style) {
        num_id = num_id < 0 ? style->num_id : num_id;
        level = level < 0 ? style->level : level;
        outline = outline < 0 ? style->outline : outline;
    }
    struct sb *const to = w->tables ? &w->row : w->out;
    if (w->tables) {
        if (text.len && !w->first_in_cell)
            sb_addc(to, ' ');
        w->first_in_cell &= text.len == 0;
    }
    if (!text.len) {
        if (!w->tables)
            sb_addc(to, '\n');
        return;
    }
    const bool numbered = docx_number(w->d, num_id, level < 0 ? 0 : level, to);
    if (!numbered && !w->tables && text.len < 240 && ((style && style->title) || (outline >= 0 && outline < 5)) &&
        !has_mark(w, text)) {
        const int signs = style && style->title && outline < 0 ? 1 : outline + 2;
        sb_add(to, (struct span){"######", (size_t)signs});
        sb_addc(to, ' ');
    }
    if (w->tables) {
        for (size_t i = 0; i < text.len; i++)
            sb_addc(to, text.ptr[i] == '\n' || text.ptr[i] == '\t' ? ' ' : text.ptr[i]);
        return;
    }
    sb_add(to, text);
    sb_addc(to, '\n');
}

static void begin_para(struct walk *w)
{
    if (w->depth < NESTED_MAX) {
        struct para *const p = &w->para[w->depth];
        sb_clear(&p->text);
        p->style = SPAN_NONE;
        p->num_id = p->level = p->outline = -1;
    }
    w->depth++;
}

static void end_para(struct walk *w)
{
    if (w->depth == 0)
        return;
    w->depth--;
    if (w->depth < NESTED_MAX)
        put_para(w, &w->para[w->depth]);
}

static struct para *open_para(struct walk *w)
{
    return w->depth > 0 && w->depth <= NESTED_MAX ? &w->para[w->depth - 1] : NULL;
}

/* Properties and characters of the open paragraph. */
static void para_part(struct walk *w, xmlTextReaderPtr r, struct para *p)
{
    char text[256];
    if (docx_is(r, "pStyle") && docx_attr(r, "val", text, sizeof text))
        p->style = span_dup(w->d->a, span_of(text));
    else if (docx_is(r, "numId"))
        p->num_id = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "ilvl"))
        p->level = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "outlineLvl"))
        p->outline = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "tab") && xmlTextReaderDepth(r) > 0 && p->text.len)
        sb_addc(&p->text, ' ');
    else if (docx_is(r, "br") || docx_is(r, "cr"))
        sb_addc(&p->text, '\n');
    else if (docx_is(r, "noBreakHyphen"))
        sb_addc(&p->text, '-');
}

static void begin_cell(struct walk *w)
{
    if (!w->first_cell)
        sb_addc(&w->row, '\t');
    w->first_cell = false;
    w->first_in_cell = true;
    w->span_cells = 1;
}

static void end_cell(struct walk *w)
{
    for (int k = 1; k < w->span_cells && k < 64; k++)
        sb_addc(&w->row, '\t');
    w->span_cells = 1;
}

static void end_row(struct walk *w)
{
    const struct span row = sb_span(&w->row);
    if (span_trim(row).len) {
        sb_add(w->out, row);
        sb_addc(w->out, '\n');
    }
    sb_clear(&w->row);
    w->first_cell = true;
}

static void on_start(struct walk *w, xmlTextReaderPtr r)
{
    static const char *const passed[] = {"moveFrom",  "Fallback",     "rt",          "pPrChange", "rPrChange",
                                         "instrText", "sectPrChange", "tblPrChange", NULL};
    const bool empty = xmlTextReaderIsEmptyElement(r) == 1;
    for (size_t i = 0; passed[i] && !empty; i++) {
        if (docx_is(r, passed[i])) {
            w->skip = xmlTextReaderDepth(r);
            return;
        }
    }
    if (docx_is(r, "p")) {
        begin_para(w);
        if (empty)
            end_para(w);
    } else if (docx_is(r, "tbl")) {
        w->tables += !empty;
        w->first_cell = w->tables == 1 ? true : w->first_cell;
    } else if (docx_is(r, "tc") && w->tables == 1) {
        begin_cell(w);
        if (empty)
            end_cell(w);
    } else if (docx_is(r, "gridSpan") && w->tables == 1) {
        w->span_cells = docx_attr_int(r, "val", 1);
    } else if (open_para(w)) {
        para_part(w, r, open_para(w));
    }
}

static void on_end(struct walk *w, xmlTextReaderPtr r)
{
    if (docx_is(r, "p"))
        end_para(w);
    else if (docx_is(r, "tc") && w->tables == 1)
        end_cell(w);
    else if (docx_is(r, "tr") && w->tables == 1)
        end_row(w);
    else if (docx_is(r, "tbl") && w->tables > 0)
        w->tables--;
}

static void on_node(struct walk *w, xmlTextReaderPtr r, bool *in_text)
{
    const int type = xmlTextReaderNodeType(r);
    if (w->skip >= 0) {
        if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(r) == w->skip)
            w->skip = -1;
        return;
    }
    if (type == XML_READER_TYPE_ELEMENT) {
        *in_text = docx_is(r, "t") && xmlTextReaderIsEmptyElement(r) != 1;
        if (!*in_text)
            on_start(w, r);
    } else if (type == XML_READER_TYPE_END_ELEMENT) {
        *in_text = false;
        on_end(w, r);
    } else if (*in_text && open_para(w) &&
               (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE)) {
        sb_add(&open_para(w)->text, span_of((const char *)xmlTextReaderConstValue(r)));
    }
}

static enum rc body_text(struct docx *d, struct span xml, struct sb *out, struct fail *f)
{
    struct walk w = {.d = d, .out = out, .first_cell = true, .skip = -1, .span_cells = 1};
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r || !ol_win_init(d->a, &w.win, OL_HEAD))
        return broken(f, "document.xml");
    for (int i = 0; i < NESTED_MAX; i++)
        sb_init(&w.para[i].text, OUTLINE_BYTES_MAX);
    sb_init(&w.row, OUTLINE_BYTES_MAX);
    int next;
    bool in_text = false;
    while ((next = docx_xml_next(r)) == 1)
        on_node(&w, r, &in_text);
    xmlFreeTextReader(r);
    enum rc rc = next < 0 ? broken(f, "document.xml") : RC_OK;
    for (int i = 0; i < NESTED_MAX; i++) {
        if (rc == RC_OK && sb_rc(&w.para[i].text) != RC_OK)
            rc = over(f, "64 MiB");
        sb_release(&w.para[i].text);
    }
    if (rc == RC_OK && (sb_rc(&w.row) != RC_OK || sb_rc(out) != RC_OK))
        rc = over(f, "64 MiB");
    sb_release(&w.row);
    return rc;
}

static enum rc package_text(struct arena *a, zip_t *z, struct sb *out, struct fail *f)
{
    char name[256] = "word/document.xml", side[300];
    struct span document, styles, numbering;
    struct docx d = {.a = a};
    if (zip_get_num_entries(z, 0) > DOCX_ENTRIES_MAX)
        return over(f, "2000");
    enum rc rc = docx_main_part(a, z, name, sizeof name, f);
    if (rc == RC_OK)
        rc = docx_part_read(a, z, name, &document, f);
    if (rc == RC_OK && !document.len)
        rc = broken(f, "word/document.xml");
    if (rc != RC_OK)
        return rc;
    char *const slash = strrchr(name, '/');
    if (slash)
        slash[1] = 0;
    else
        name[0] = 0;
    (void)snprintf(side, sizeof side, "%sstyles.xml", name);
    rc = docx_part_read(a, z, side, &styles, f);
    (void)snprintf(side, sizeof side, "%snumbering.xml", name);
    if (rc == RC_OK)
        rc = docx_part_read(a, z, side, &numbering, f);
    if (rc == RC_OK)
        rc = docx_styles_read(&d, styles, f);
    if (rc == RC_OK)
        rc = docx_numbering_read(&d, numbering, f);
    return rc == RC_OK ? body_text(&d, document, out, f) : rc;
}

enum rc outline_docx_text(struct span bytes, struct sb *out, struct fail *f)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *const source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);
    zip_t *const z = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    enum rc rc;
    if (!z) {
        rc = broken(f, "zip");
        if (source)
            zip_source_free(source);
    } else {
        struct arena *const a = arena_new(DOCX_MEMORY_BYTES);
        rc = package_text(a, z, out, f);
        arena_free(a);
        zip_discard(z);
    }
    zip_error_fini(&error);
    return rc;
}
