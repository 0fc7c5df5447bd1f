/* sheet_read.c - the part of the workbook reader that runs in the child: package, shared strings, styles, sheets. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/date.h"
#include "base/limits.h"
#include "plan/outline_docx_int.h"
#include "plan/sheet.h"

#define SHEETS_MAX 32

struct reader {
    struct arena *a;
    zip_t *zip;
    struct sb *out;
    struct span *strings; /* shared */
    uint32_t n_strings;
    bool *date_styles; /* by number of the cell's format */
    uint32_t n_styles;
    bool from_1904;
    int64_t cells;
};

static enum rc broken(struct fail *f, const char *what)
{
    return fail_set(f, RC_MALFORMED, MSG_sheet_broken, NULL, what, NULL);
}

static enum rc over(struct fail *f, const char *limit)
{
    return fail_set(f, RC_LIMIT, MSG_sheet_limit, NULL, limit, NULL);
}

/* The package's own faults come with the words of .docx: the same fault in ours. */
static enum rc part(struct reader *x, const char *name, struct span *out, struct fail *f)
{
    struct fail why = {0};
    const enum rc rc = docx_part_read(x->a, x->zip, name, out, &why);
    if (rc == RC_MEDIA)
        return fail_set(f, rc, MSG_sheet_encrypted, NULL, NULL);
    if (rc == RC_LIMIT)
        return over(f, why.args[0].text);
    return rc == RC_OK ? RC_OK : broken(f, name);
}

/* ---- records ------------------------------------------------------------------------------------------------------------------------------ */

static void put_number(struct sb *sb, uint32_t v)
{
    const char bytes[4] = {(char)(v & 255), (char)(v >> 8 & 255), (char)(v >> 16 & 255), (char)(v >> 24 & 255)};
    sb_add(sb, (struct span){bytes, 4});
}

static void put_text(struct sb *sb, struct span s)
{
    put_number(sb, (uint32_t)s.len);
    sb_add(sb, s);
}

/* ---- shared strings ------------------------------------------------------------------------------------------------------------------------ */

/* The text of an <si> or <is> element at which the reader stands: its <t>s, without those of a pronunciation. Ends on its end. */
static enum rc rich_text(struct reader *x, xmlTextReaderPtr r, struct sb *text, struct fail *f)
{
    const int depth = xmlTextReaderDepth(r);
    bool in_text = false;
    int passed = -1, next;
    (void)x;
    sb_clear(text);
    if (xmlTextReaderIsEmptyElement(r) == 1)
        return RC_OK;
    while ((next = docx_xml_next(r)) == 1) {
        const int type = xmlTextReaderNodeType(r);
        if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(r) == depth)
            break;
        if (type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(r) != 1) {
            if (passed < 0 && docx_is(r, "rPh"))
                passed = xmlTextReaderDepth(r);
            in_text = passed < 0 && docx_is(r, "t");
        } else if (type == XML_READER_TYPE_END_ELEMENT) {
            in_text = false;
            if (passed == xmlTextReaderDepth(r))
                passed = -1;
        } else if (in_text && (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                               type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE || type == XML_READER_TYPE_WHITESPACE)) {
            sb_add(text, span_of((const char *)xmlTextReaderConstValue(r)));
        }
    }
    return next != 1 ? broken(f, "text") : sb_rc(text) == RC_OK ? RC_OK : over(f, "128 KiB");
}

static enum rc shared_strings(struct reader *x, struct span xml, struct fail *f)
{
    uint32_t room = 0;
    struct sb text;
    int next;
    enum rc rc = RC_OK;
    xmlTextReaderPtr r = xml.len ? docx_xml(xml) : NULL;
    if (!xml.len)
        return RC_OK;
    if (!r)
        return broken(f, "sharedStrings.xml");
    sb_init(&text, SHEET_CELL_BYTES_MAX);
    while (rc == RC_OK && (next = docx_xml_next(r)) == 1) {
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT || !docx_is(r, "si"))
            continue;
        rc = rich_text(x, r, &text, f);
        if (rc == RC_OK && x->n_strings == room) {
            room = room ? room * 2 : 256;
            struct span *const more = room <= SHEET_CELLS_MAX ? ARENA_ARRAY(x->a, room, struct span) : NULL;
            if (more && x->n_strings)
                memcpy(more, x->strings, x->n_strings * sizeof *more);
            x->strings = more;
            rc = more ? RC_OK : over(f, "texts");
        }
        if (rc == RC_OK) {
            struct span s = text.len ? span_dup(x->a, sb_span(&text)) : SPAN("");
            rc = s.ptr ? RC_OK : over(f, "512 MiB");
            x->strings[x->n_strings++] = s;
        }
    }
    sb_release(&text);
    xmlFreeTextReader(r);
    return rc == RC_OK && next != 0 ? broken(f, "sharedStrings.xml") : rc;
}

/* ---- styles: which show a date --------------------------------------------------------------------------------------------------------------- */

/* Built-in formats, ECMA-376 18.8.30; 27 to 36 and 50 to 58 are dates in the Chinese, Japanese and Korean lists. */
static bool built_in_date(int64_t id)
{
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
           id == 57 || id == 58;
}

/* A format of the file's own is a date when it has y or d outside quotes, brackets and escapes. */
static bool date_code(const char *code)
{
    bool quoted = false, bracket = false;
    for (; *code; code++) {
        if (*code == '"')
            quoted = !quoted;
        else if (!quoted && (*code == '\\' || *code == '_' || *code == '*') && code[1])
            code++;
        else if (!quoted && (*code == '[' || *code == ']'))
            bracket = *code == '[';
        else if (!quoted && !bracket && strchr("yYdD", *code))
            return true;
    }
    return false;
}

struct formats {
    int64_t ids[1000];
    bool dates[1000];
    int n;
};

static bool is_date(const struct formats *own, int64_t id)
{
    for (int i = 0; i < own->n; i++)
        if (own->ids[i] == id)
            return own->dates[i];
    return built_in_date(id);
}

static enum rc styles(struct reader *x, struct span xml, struct fail *f)
{
    struct formats *const own = ARENA_NEW(x->a, struct formats);
    char code[300];
    bool in_cells = false;
    int next;
    xmlTextReaderPtr r = xml.len ? docx_xml(xml) : NULL;
    x->date_styles = ARENA_ARRAY(x->a, DOCX_STYLES_MAX * 16, bool);
    if (!own || !x->date_styles)
        return over(f, "512 MiB");
    if (!xml.len)
        return RC_OK;
    if (!r)
        return broken(f, "styles.xml");
    while ((next = docx_xml_next(r)) == 1) {
        const int type = xmlTextReaderNodeType(r);
        if (docx_is(r, "cellXfs") && (type == XML_READER_TYPE_ELEMENT || type == XML_READER_TYPE_END_ELEMENT))
            in_cells = type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(r) != 1;
        if (type != XML_READER_TYPE_ELEMENT)
            continue;
        if (docx_is(r, "numFmt") && own->n < 1000 && docx_attr(r, "formatCode", code, sizeof code)) {
            own->ids[own->n] = docx_attr_int(r, "numFmtId", -1);
            own->dates[own->n++] = date_code(code);
        } else if (in_cells && docx_is(r, "xf") && x->n_styles < DOCX_STYLES_MAX * 16) {
            x->date_styles[x->n_styles++] = is_date(own, docx_attr_int(r, "numFmtId", 0));
        }
    }
    xmlFreeTextReader(r);
    return next < 0 ? broken(f, "styles.xml") : RC_OK;
}

/* ---- cells ------------------------------------------------------------------------------------------------------------------------------------- */

bool sheet_day(double serial, bool from_1904, char out[11])
{
    /* Serial 1 is 1900-01-01; 60 is the 29th of February 1900 that never was, so from 61 on the count is one ahead. In the other system 0 is
     * 1904-01-01. */
    const double whole = floor(serial);
    if (!(whole >= 0 && whole <= 2958465))
        return false;
    int32_t day = (int32_t)whole;
    if (from_1904)
        day += date_to_days((struct ymd){1904, 1, 1});
    else if (day == 60 || day == 0)
        return false;
    else
        day += date_to_days((struct ymd){1899, 12, day > 60 ? 30 : 31});
    if (day > date_to_days((struct ymd){9999, 12, 31}))
        return false;
    date_print(date_from_days(day), out);
    return true;
}

/* "AB12" into row and column from 0. */
static bool cell_ref(const char *ref, uint32_t *row, uint32_t *column)
{
    uint32_t c = 0, r = 0;
    for (; *ref >= 'A' && *ref <= 'Z' && c <= 16384; ref++)
        c = c * 26 + (uint32_t)(*ref - 'A' + 1);
    for (; *ref >= '0' && *ref <= '9' && r <= 1048576; ref++)
        r = r * 10 + (uint32_t)(*ref - '0');
    if (*ref || c < 1 || c > 16384 || r < 1 || r > 1048576)
        return false;
    *row = r - 1;
    *column = c - 1;
    return true;
}

void sheet_ref(uint32_t row, uint32_t column, char out[16])
{
    char letters[8];
    int n = 0;
    for (uint32_t c = column + 1; c > 0 && n < 4; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    for (int i = 0; i < n; i++)
        out[i] = letters[n - 1 - i];
    (void)snprintf(out + n, 16 - (size_t)n, "%u", row + 1);
}

struct open_cell {
    uint32_t row, column;
    char type[12];
    int style;
    bool formula, valued;
    struct sb value;
};

static void put_cell(struct reader *x, const struct open_cell *c, enum sheet_kind kind, struct span text)
{
    sb_addc(x->out, 'c');
    put_number(x->out, c->row);
    put_number(x->out, c->column);
    sb_addc(x->out, (char)kind);
    put_text(x->out, text);
}

static enum rc number_cell(struct reader *x, const struct open_cell *c, struct span text)
{
    char buffer[64], day[11], *end = NULL;
    const struct span digits = span_trim(text);
    if (digits.len == 0 || digits.len >= sizeof buffer) {
        put_cell(x, c, SHEET_TEXT, text);
        return RC_OK;
    }
    memcpy(buffer, digits.ptr, digits.len);
    buffer[digits.len] = 0;
    const double v = strtod(buffer, &end);
    if (*end || !isfinite(v))
        put_cell(x, c, SHEET_TEXT, text);
    else if (c->style >= 0 && (uint32_t)c->style < x->n_styles && x->date_styles[c->style] &&
             sheet_day(v, x->from_1904, day))
        put_cell(x, c, SHEET_DAY, span_of(day));
    else
        put_cell(x, c, SHEET_NUMBER, digits);
    return RC_OK;
}

static enum rc end_cell(struct reader *x, struct open_cell *c, struct fail *f)
{
    const struct span text = sb_span(&c->value);
    int64_t at = 0;
    if (sb_rc(&c->value) != RC_OK)
        return over(f, "128 KiB");
    if (text.len == 0) {
        if (c->formula && !(c->valued && !strcmp(c->type, "str"))) /* a kept text may be empty, another value may not */
            put_cell(x, c, SHEET_FORMULA, SPAN(""));
        return RC_OK;
    }
    if (++x->cells > SHEET_CELLS_MAX)
        return over(f, "500000");
    if (!strcmp(c->type, "s")) {
        if (!span_to_i64(span_trim(text), &at) || at < 0 || at >= (int64_t)x->n_strings)
            return broken(f, "sharedStrings.xml");
        put_cell(x, c, SHEET_TEXT, x->strings[at]);
    } else if (!strcmp(c->type, "b")) {
        put_cell(x, c, SHEET_BOOL, text);
    } else if (!strcmp(c->type, "e")) {
        put_cell(x, c, SHEET_ERROR, text);
    } else if (!strcmp(c->type, "d") && text.len >= 10) {
        put_cell(x, c, SHEET_DAY, span_sub(text, 0, 10));
    } else if (!strcmp(c->type, "str") || !strcmp(c->type, "inlineStr")) {
        put_cell(x, c, SHEET_TEXT, text);
    } else {
        return number_cell(x, c, text);
    }
    return RC_OK;
}

static void begin_cell(xmlTextReaderPtr r, struct open_cell *c, uint32_t row, uint32_t column)
{
    char ref[24];
    c->row = row;
    c->column = column;
    if (docx_attr(r, "r", ref, sizeof ref))
        (void)cell_ref(ref, &c->row, &c->column);
    c->type[0] = 0;
    (void)docx_attr(r, "t", c->type, sizeof c->type);
    c->style = docx_attr_int(r, "s", -1);
    c->formula = c->valued = false;
    sb_clear(&c->value);
}

static void put_merge(struct reader *x, xmlTextReaderPtr r)
{
    char ref[64];
    uint32_t row = 0, column = 0, last_row = 0, last_column = 0;
    if (!docx_attr(r, "ref", ref, sizeof ref))
        return;
    char *const colon = strchr(ref, ':');
    if (!colon)
        return;
    *colon = 0;
    if (!cell_ref(ref, &row, &column) || !cell_ref(colon + 1, &last_row, &last_column))
        return;
    sb_addc(x->out, 'm');
    put_number(x->out, row);
    put_number(x->out, column);
    put_number(x->out, last_row);
    put_number(x->out, last_column);
}

struct sheet_walk {
    struct open_cell cell;
    uint32_t row, column; /* where the next cell without a name of its own stands */
    bool open, in_value;
};

static enum rc sheet_element(struct reader *x, xmlTextReaderPtr r, struct sheet_walk *w, struct fail *f)
{
    const bool empty = xmlTextReaderIsEmptyElement(r) == 1;
    if (docx_is(r, "row")) {
        const int named = docx_attr_int(r, "r", -1);
        w->row = named > 0 && named <= 1048576 ? (uint32_t)named - 1 : w->row + 1;
        w->column = 0;
    } else if (docx_is(r, "c")) {
        begin_cell(r, &w->cell, w->row, w->column);
        w->column = w->cell.column + 1;
        w->open = !empty;
    } else if (w->open && docx_is(r, "f")) {
        w->cell.formula = true;
    } else if (w->open && docx_is(r, "v")) {
        w->in_value = !empty;
        w->cell.valued = true;
    } else if (w->open && docx_is(r, "is")) {
        w->cell.valued = true;
        return rich_text(x, r, &w->cell.value, f);
    } else if (docx_is(r, "mergeCell")) {
        put_merge(x, r);
    }
    return RC_OK;
}

static enum rc sheet_cells(struct reader *x, struct span xml, struct fail *f)
{
    struct sheet_walk w = {.row = UINT32_MAX};
    int next;
    enum rc rc = RC_OK;
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r)
        return broken(f, "sheet.xml");
    sb_init(&w.cell.value, SHEET_CELL_BYTES_MAX);
    while (rc == RC_OK && (next = docx_xml_next(r)) == 1) {
        const int type = xmlTextReaderNodeType(r);
        if (type == XML_READER_TYPE_ELEMENT) {
            rc = sheet_element(x, r, &w, f);
        } else if (type == XML_READER_TYPE_END_ELEMENT) {
            w.in_value = false;
            if (w.open && docx_is(r, "c")) {
                w.open = false;
                rc = end_cell(x, &w.cell, f);
            }
        } else if (w.in_value && (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                                  type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE)) {
            sb_add(&w.cell.value, span_of((const char *)xmlTextReaderConstValue(r)));
        }
        if (rc == RC_OK && sb_rc(x->out) != RC_OK)
            rc = over(f, "64 MiB");
    }
    sb_release(&w.cell.value);
    xmlFreeTextReader(r);
    return rc == RC_OK && next != 0 ? broken(f, "sheet.xml") : rc;
}

/* ---- the workbook --------------------------------------------------------------------------------------------------------------------------------- */

struct listed {
    char name[200], relation[80], target[460];
    bool hidden;
};
struct book {
    struct listed sheets[SHEETS_MAX];
    int n;
    char folder[200], strings[460], styles[460];
};

static enum rc workbook(struct reader *x, struct span xml, struct book *b, struct fail *f)
{
    char text[20];
    int next;
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r)
        return broken(f, "workbook.xml");
    while ((next = docx_xml_next(r)) == 1) {
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT)
            continue;
        if (docx_is(r, "workbookPr") && docx_attr(r, "date1904", text, sizeof text))
            x->from_1904 = !strcmp(text, "1") || !strcmp(text, "true");
        if (!docx_is(r, "sheet") || b->n == SHEETS_MAX)
            continue;
        struct listed *const s = &b->sheets[b->n];
        if (docx_attr(r, "name", s->name, sizeof s->name) && docx_attr(r, "id", s->relation, sizeof s->relation)) {
            s->hidden = docx_attr(r, "state", text, sizeof text) && strcmp(text, "visible") != 0;
            b->n++;
        }
    }
    xmlFreeTextReader(r);
    return next < 0 || b->n == 0 ? broken(f, "workbook.xml") : RC_OK;
}

static void resolve(const struct book *b, const char *target, char *out, size_t size)
{
    if (target[0] == '/')
        (void)snprintf(out, size, "%s", target + 1);
    else
        (void)snprintf(out, size, "%s%s", b->folder, target);
}

static enum rc relations(struct span xml, struct book *b, struct fail *f)
{
    char id[80], type[200], target[250];
    int next = 0;
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r)
        return broken(f, "workbook.xml.rels");
    while ((next = docx_xml_next(r)) == 1) {
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT || !docx_is(r, "Relationship") ||
            !docx_attr(r, "Id", id, sizeof id) || !docx_attr(r, "Type", type, sizeof type) ||
            !docx_attr(r, "Target", target, sizeof target))
            continue;
        if (span_ends(span_of(type), SPAN("/sharedStrings")))
            resolve(b, target, b->strings, sizeof b->strings);
        else if (span_ends(span_of(type), SPAN("/styles")))
            resolve(b, target, b->styles, sizeof b->styles);
        for (int i = 0; i < b->n && span_ends(span_of(type), SPAN("/worksheet")); i++)
            if (!strcmp(b->sheets[i].relation, id))
                resolve(b, target, b->sheets[i].target, sizeof b->sheets[i].target);
    }
    xmlFreeTextReader(r);
    return next < 0 ? broken(f, "workbook.xml.rels") : RC_OK;
}

static enum rc texts_and_styles(struct reader *x, const struct book *b, struct fail *f)
{
    struct span xml = SPAN_NONE;
    enum rc rc = b->strings[0] ? part(x, b->strings, &xml, f) : RC_OK;
    if (rc == RC_OK)
        rc = shared_strings(x, xml, f);
    xml = SPAN_NONE;
    if (rc == RC_OK && b->styles[0])
        rc = part(x, b->styles, &xml, f);
    return rc == RC_OK ? styles(x, xml, f) : rc;
}

static enum rc package(struct reader *x, struct fail *f)
{
    struct book *const b = ARENA_NEW(x->a, struct book);
    char name[256], side[300];
    struct fail why = {0};
    struct span xml = SPAN_NONE;
    if (!b)
        return over(f, "512 MiB");
    if (zip_get_num_entries(x->zip, 0) > DOCX_ENTRIES_MAX)
        return over(f, "2000");
    (void)snprintf(name, sizeof name, "xl/workbook.xml");
    enum rc rc = docx_main_part(x->a, x->zip, name, sizeof name, &why) == RC_OK ? part(x, name, &xml, f)
                                                                                : broken(f, "_rels/.rels");
    if (rc == RC_OK && !xml.len)
        rc = broken(f, "workbook.xml");
    if (rc == RC_OK)
        rc = workbook(x, xml, b, f);
    if (rc != RC_OK)
        return rc;
    const char *const slash = strrchr(name, '/');
    const int folder = slash ? (int)(slash - name) + 1 : 0;
    (void)snprintf(b->folder, sizeof b->folder, "%.*s", folder, name);
    (void)snprintf(side, sizeof side, "%.*s_rels/%s.rels", folder, name, slash ? slash + 1 : name);
    rc = part(x, side, &xml, f);
    if (rc == RC_OK)
        rc = relations(xml, b, f);
    if (rc == RC_OK)
        rc = texts_and_styles(x, b, f);
    for (int i = 0; rc == RC_OK && i < b->n; i++) {
        if (!b->sheets[i].target[0])
            continue; /* a chart */
        rc = part(x, b->sheets[i].target, &xml, f);
        sb_addc(x->out, 's');
        sb_addc(x->out, b->sheets[i].hidden ? 1 : 0);
        put_text(x->out, span_of(b->sheets[i].name));
        if (rc == RC_OK)
            rc = xml.len ? sheet_cells(x, xml, f) : broken(f, b->sheets[i].target);
    }
    return rc;
}

enum rc sheet_scan(struct span bytes, struct sb *out, struct fail *f)
{
    struct reader x = {.out = out};
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *const source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);
    x.zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    enum rc rc;
    if (!x.zip) {
        rc = broken(f, "zip");
        if (source)
            zip_source_free(source);
    } else {
        x.a = arena_new(DOCX_MEMORY_BYTES);
        rc = package(&x, f);
        arena_free(x.a);
        zip_discard(x.zip);
    }
    zip_error_fini(&error);
    return rc;
}
