/*
 * outline_docx_num.c - styles and automatic numbers of a .docx. Word keeps "一、" out of the text: it must be counted from
 * numbering.xml (w:num, w:abstractNum, levels) and styles.xml (a style may carry the numbering).
 * Reference: ECMA-376 part 1, 17.9.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/numeral.h"
#include "base/utf8.h"
#include "plan/outline_docx_int.h"

xmlTextReaderPtr docx_xml(struct span xml)
{
    if (xml.len > INT32_MAX)
        return NULL;
    xmlTextReaderPtr r =
        xmlReaderForMemory(xml.ptr, (int)xml.len, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    return r;
}

int docx_xml_next(xmlTextReaderPtr r)
{
    const int rc = xmlTextReaderRead(r);
    if (rc != 1)
        return rc == 0 ? 0 : -1;
    const int type = xmlTextReaderNodeType(r);
    if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE ||
        xmlTextReaderDepth(r) > 200)
        return -1;
    return 1;
}

bool docx_is(xmlTextReaderPtr r, const char *name)
{
    const char *const local = (const char *)xmlTextReaderConstLocalName(r);
    return local && strcmp(local, name) == 0;
}

bool docx_attr(xmlTextReaderPtr r, const char *name, char *out, size_t size)
{
    bool found = false;
    if (xmlTextReaderMoveToFirstAttribute(r) != 1)
        return false;
    do {
        const char *const value = (const char *)xmlTextReaderConstValue(r);
        if (docx_is(r, name) && value) {
            (void)snprintf(out, size, "%s", value);
            found = true;
        }
    } while (!found && xmlTextReaderMoveToNextAttribute(r) == 1);
    (void)xmlTextReaderMoveToElement(r);
    return found;
}

int docx_attr_int(xmlTextReaderPtr r, const char *name, int absent)
{
    char text[24];
    int64_t v;
    if (!docx_attr(r, name, text, sizeof text) || !span_to_i64(span_of(text), &v) || v < -1 || v > 1000000000)
        return absent;
    return (int)v;
}

static struct span attr_span(struct docx *d, xmlTextReaderPtr r, const char *name)
{
    char text[256];
    if (!docx_attr(r, name, text, sizeof text))
        return SPAN_NONE;
    return span_dup(d->a, span_of(text));
}

static enum rc broken(struct fail *f, const char *part)
{
    return fail_set(f, RC_MALFORMED, MSG_outline_docx_broken, NULL, part, NULL);
}

static enum rc too_many(struct fail *f, const char *what)
{
    return fail_set(f, RC_LIMIT, MSG_outline_docx_limit, NULL, what, NULL);
}

/* One element inside w:style. */
static void style_part(struct docx *d, xmlTextReaderPtr r, struct docx_style *s)
{
    char text[64];
    if (docx_is(r, "basedOn"))
        s->based_on = attr_span(d, r, "val");
    else if (docx_is(r, "numId"))
        s->num_id = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "ilvl"))
        s->level = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "outlineLvl"))
        s->outline = docx_attr_int(r, "val", -1);
    else if (docx_is(r, "name") && docx_attr(r, "val", text, sizeof text))
        s->title = strcmp(text, "Title") == 0 || strcmp(text, "标题") == 0;
}

static int by_id(const void *a, const void *b)
{
    return span_cmp(((const struct docx_style *)a)->id, ((const struct docx_style *)b)->id);
}

static struct docx_style *find_style(const struct docx *d, struct span id)
{
    const struct docx_style key = {.id = id};
    return d->n_styles ? bsearch(&key, d->styles, d->n_styles, sizeof key, by_id) : NULL;
}

const struct docx_style *docx_style_of(const struct docx *d, struct span id)
{
    return find_style(d, id);
}

/* Takes what a style does not say from the styles it is based on, at most twenty deep. */
static void inherit(struct docx *d)
{
    for (uint32_t i = 0; i < d->n_styles; i++) {
        struct docx_style *const s = &d->styles[i];
        struct span id = s->based_on;
        for (int depth = 0; depth < 20 && id.len; depth++) {
            const struct docx_style *const b = find_style(d, id);
            if (!b)
                break;
            if (s->num_id < 0)
                s->num_id = b->num_id;
            if (s->level < 0)
                s->level = b->level;
            if (s->outline < 0)
                s->outline = b->outline;
            id = b->based_on;
        }
    }
}

enum rc docx_styles_read(struct docx *d, struct span xml, struct fail *f)
{
    if (!xml.len)
        return RC_OK;
    d->styles = ARENA_ARRAY(d->a, DOCX_STYLES_MAX, struct docx_style);
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r || !d->styles)
        return broken(f, "styles.xml");
    struct docx_style *s = NULL;
    enum rc rc = RC_OK;
    int next;
    while ((next = docx_xml_next(r)) == 1 && rc == RC_OK) {
        const int type = xmlTextReaderNodeType(r);
        if (docx_is(r, "style") && type == XML_READER_TYPE_END_ELEMENT)
            s = NULL;
        if (type != XML_READER_TYPE_ELEMENT)
            continue;
        if (docx_is(r, "style")) {
            if (d->n_styles == DOCX_STYLES_MAX) {
                rc = too_many(f, "styles");
                break;
            }
            s = &d->styles[d->n_styles++];
            *s = (struct docx_style){.id = attr_span(d, r, "styleId"), .num_id = -1, .level = -1, .outline = -1};
        } else if (s) {
            style_part(d, r, s);
        }
    }
    xmlFreeTextReader(r);
    if (rc == RC_OK && next < 0)
        return broken(f, "styles.xml");
    if (d->n_styles)
        qsort(d->styles, d->n_styles, sizeof *d->styles, by_id);
    inherit(d);
    return rc;
}

struct numbering { /* where the reader stands */
    struct docx_abstract *abstract;
    struct docx_num *num;
    int level;
};

static void level_part(xmlTextReaderPtr r, struct docx_level *l)
{
    char text[64];
    if (docx_is(r, "start"))
        l->start = docx_attr_int(r, "val", 1);
    else if (docx_is(r, "numFmt") && docx_attr(r, "val", l->format, sizeof l->format))
        l->bullet = strcmp(l->format, "bullet") == 0;
    else if (docx_is(r, "lvlText") && docx_attr(r, "val", text, sizeof text))
        (void)snprintf(l->text, sizeof l->text, "%s", text);
    else if (docx_is(r, "isLgl"))
        l->legal = docx_attr_int(r, "val", 1) != 0;
}

static enum rc begin_abstract(struct docx *d, xmlTextReaderPtr r, struct numbering *at, struct fail *f)
{
    if (d->n_abstracts == DOCX_STYLES_MAX / 4)
        return too_many(f, "numbering");
    at->abstract = &d->abstracts[d->n_abstracts++];
    at->num = NULL;
    *at->abstract = (struct docx_abstract){.id = docx_attr_int(r, "abstractNumId", -1)};
    for (int i = 0; i < DOCX_LEVELS; i++)
        at->abstract->level[i] = (struct docx_level){.start = 1, .format = "decimal"};
    return RC_OK;
}

static enum rc begin_num(struct docx *d, xmlTextReaderPtr r, struct numbering *at, struct fail *f)
{
    if (d->n_nums == DOCX_STYLES_MAX)
        return too_many(f, "numbering");
    at->num = &d->nums[d->n_nums++];
    at->abstract = NULL;
    *at->num = (struct docx_num){.id = docx_attr_int(r, "numId", -1), .abstract = -1, .abstract_id = -1};
    for (int i = 0; i < DOCX_LEVELS; i++)
        at->num->override[i] = -1;
    return RC_OK;
}

static enum rc numbering_part(struct docx *d, xmlTextReaderPtr r, struct numbering *at, struct fail *f)
{
    if (docx_is(r, "abstractNum"))
        return begin_abstract(d, r, at, f);
    if (docx_is(r, "num"))
        return begin_num(d, r, at, f);
    if (docx_is(r, "lvl") || docx_is(r, "lvlOverride")) {
        const int level = docx_attr_int(r, "ilvl", 0);
        at->level = level >= 0 && level < DOCX_LEVELS ? level : 0;
    } else if (docx_is(r, "abstractNumId") && at->num) {
        at->num->abstract_id = docx_attr_int(r, "val", -1);
    } else if (docx_is(r, "startOverride") && at->num) {
        at->num->override[at->level] = docx_attr_int(r, "val", -1);
    } else if (docx_is(r, "numStyleLink") && at->abstract) {
        at->abstract->style_link = attr_span(d, r, "val");
    } else if (at->abstract) {
        level_part(r, &at->abstract->level[at->level]);
    }
    return RC_OK;
}

static int abstract_index(const struct docx *d, int id)
{
    for (uint32_t i = 0; i < d->n_abstracts; i++) {
        if (d->abstracts[i].id == id)
            return (int)i;
    }
    return -1;
}

static struct docx_num *find_num(const struct docx *d, int id)
{
    for (uint32_t i = 0; i < d->n_nums; i++) {
        if (d->nums[i].id == id)
            return &d->nums[i];
    }
    return NULL;
}

/* num to abstract definition, through a numbering style when the definition only links to one. */
static void link_nums(struct docx *d)
{
    for (uint32_t i = 0; i < d->n_nums; i++)
        d->nums[i].abstract = abstract_index(d, d->nums[i].abstract_id);
    for (uint32_t i = 0; i < d->n_nums; i++) {
        const int at = d->nums[i].abstract;
        if (at < 0 || !d->abstracts[at].style_link.len)
            continue;
        const struct docx_style *const s = docx_style_of(d, d->abstracts[at].style_link);
        const struct docx_num *const other = s && s->num_id > 0 ? find_num(d, s->num_id) : NULL;
        if (other && other->abstract >= 0 && !d->abstracts[other->abstract].style_link.len)
            d->nums[i].abstract = other->abstract;
    }
}

enum rc docx_numbering_read(struct docx *d, struct span xml, struct fail *f)
{
    if (!xml.len)
        return RC_OK;
    d->abstracts = ARENA_ARRAY(d->a, DOCX_STYLES_MAX / 4, struct docx_abstract);
    d->nums = ARENA_ARRAY(d->a, DOCX_STYLES_MAX, struct docx_num);
    xmlTextReaderPtr r = docx_xml(xml);
    if (!r || !d->abstracts || !d->nums)
        return broken(f, "numbering.xml");
    struct numbering at = {0};
    enum rc rc = RC_OK;
    int next;
    while ((next = docx_xml_next(r)) == 1 && rc == RC_OK) {
        if (xmlTextReaderNodeType(r) == XML_READER_TYPE_ELEMENT)
            rc = numbering_part(d, r, &at, f);
    }
    xmlFreeTextReader(r);
    if (rc == RC_OK && next < 0)
        return broken(f, "numbering.xml");
    link_nums(d);
    return rc;
}

static void roman(int64_t v, bool upper, struct sb *out)
{
    static const struct {
        int64_t value;
        const char *low, *up;
    } rows[] = {{1000, "m", "M"}, {900, "cm", "CM"}, {500, "d", "D"},  {400, "cd", "CD"}, {100, "c", "C"},
                {90, "xc", "XC"}, {50, "l", "L"},    {40, "xl", "XL"}, {10, "x", "X"},    {9, "ix", "IX"},
                {5, "v", "V"},    {4, "iv", "IV"},   {1, "i", "I"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && v < 4000; i++) {
        for (; v >= rows[i].value; v -= rows[i].value)
            sb_adds(out, upper ? rows[i].up : rows[i].low);
    }
}

static void put(struct sb *out, uint32_t cp)
{
    char utf8[4];
    sb_add(out, (struct span){utf8, utf8_put(cp, utf8)});
}

static void chinese(int64_t v, bool digits, struct sb *out)
{
    static const char *const ones[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    char text[64];
    if (!digits) {
        sb_add(out, (struct span){text, numeral_chinese(v, text)});
        return;
    }
    const int n = snprintf(text, sizeof text, "%lld", (long long)v);
    for (int i = 0; i < n; i++)
        sb_adds(out, ones[text[i] - '0']);
}

static void letters(int64_t v, char first, struct sb *out)
{
    for (int64_t k = (v - 1) / 26; k >= 0 && k < 30; k--) /* Word repeats the letter: aa, bb */
        sb_addc(out, (char)(first + (v - 1) % 26));
}

static void format_value(const char *format, int64_t v, struct sb *out)
{
    static const char *const counting[] = {
        "chineseCounting",           "chineseCountingThousand", "taiwaneseCounting",
        "taiwaneseCountingThousand", "japaneseCounting",        "chineseLegalSimplified",
        "ideographLegalTraditional", "japaneseLegal",           NULL};
    static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    if (v < 0 || v > 99999999)
        return;
    for (size_t i = 0; counting[i]; i++) {
        if (strcmp(format, counting[i]) == 0) {
            chinese(v, false, out);
            return;
        }
    }
    if (strcmp(format, "ideographDigital") == 0 || strcmp(format, "japaneseDigitalTenThousand") == 0 ||
        strcmp(format, "taiwaneseDigital") == 0)
        chinese(v, v >= 10, out);
    else if (strncmp(format, "decimalEnclosedCircle", 21) == 0 && v >= 1 && v <= 20)
        put(out, 0x245F + (uint32_t)v);
    else if (strcmp(format, "decimalEnclosedParen") == 0 && v >= 1 && v <= 20)
        put(out, 0x2473 + (uint32_t)v);
    else if (strcmp(format, "decimalEnclosedFullstop") == 0 && v >= 1 && v <= 20)
        put(out, 0x2487 + (uint32_t)v);
    else if (strcmp(format, "upperRoman") == 0 || strcmp(format, "lowerRoman") == 0)
        roman(v, format[0] == 'u', out);
    else if ((strcmp(format, "upperLetter") == 0 || strcmp(format, "lowerLetter") == 0) && v >= 1)
        letters(v, format[0] == 'u' ? 'A' : 'a', out);
    else if (strcmp(format, "ideographTraditional") == 0 && v >= 1 && v <= 10)
        sb_adds(out, stems[v - 1]);
    else if (strcmp(format, "decimalZero") == 0 && v < 10)
        sb_addf(out, "0%lld", (long long)v);
    else if (strcmp(format, "none") != 0)
        sb_add_i64(out, v);
}

/* Level text with %1 to %9 filled in. */
static void write_level(const struct docx_abstract *a, int level, struct sb *out)
{
    const struct docx_level *const l = &a->level[level];
    for (const char *p = l->text; *p; p++) {
        if (*p != '%' || p[1] < '1' || p[1] > '9') {
            sb_addc(out, *p);
            continue;
        }
        const int k = *++p - '1';
        const int64_t value = a->used[k] ? a->counter[k] : a->level[k].start;
        format_value(l->legal ? "decimal" : a->level[k].format, value, out);
    }
}

bool docx_number(struct docx *d, int num_id, int level, struct sb *out)
{
    struct docx_num *const num = num_id > 0 ? find_num(d, num_id) : NULL;
    if (!num || num->abstract < 0 || level < 0 || level >= DOCX_LEVELS)
        return false;
    struct docx_abstract *const a = &d->abstracts[num->abstract];
    if (!num->begun) {
        num->begun = true;
        for (int k = 0; k < DOCX_LEVELS; k++) {
            if (num->override[k] >= 0) {
                a->counter[k] = num->override[k] - 1;
                a->used[k] = true;
            }
        }
    }
    a->counter[level] = a->used[level] ? a->counter[level] + 1 : a->level[level].start;
    a->used[level] = true;
    for (int k = level + 1; k < DOCX_LEVELS; k++)
        a->used[k] = false;
    if (a->level[level].bullet) {
        sb_adds(out, "• ");
        return true;
    }
    const size_t before = out->len;
    write_level(a, level, out);
    return out->len > before;
}
