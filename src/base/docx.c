/*
 * docx.c - official documents as .docx. Lengths are twentieths of a point (twips) or half points, as the format wants them; they are computed from the
 * layout's millimetres. The grid of the section (22 lines of 28 characters) sets the lines; what is not text of the grid (the red mark) has exact heights.
 */
#include "base/docx.h"

#include <string.h>
#include <zip.h>

#include "base/utf8.h"

#define W_NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define R_NS "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define WML "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char content_types[] =
    XML_HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
             "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
             "<Override PartName=\"/word/document.xml\" ContentType=\"" WML "document.main+xml\"/>"
             "<Override PartName=\"/word/styles.xml\" ContentType=\"" WML "styles+xml\"/>"
             "<Override PartName=\"/word/settings.xml\" ContentType=\"" WML "settings+xml\"/>"
             "<Override PartName=\"/word/footer1.xml\" ContentType=\"" WML "footer+xml\"/>"
             "<Override PartName=\"/word/footer2.xml\" ContentType=\"" WML "footer+xml\"/></Types>";
static const char package_rels[] =
    XML_HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
             "<Relationship Id=\"rId1\" Type=\"" REL "officeDocument\" Target=\"word/document.xml\"/></Relationships>";
static const char document_rels[] =
    XML_HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
             "<Relationship Id=\"rId1\" Type=\"" REL "footer\" Target=\"footer1.xml\"/>"
             "<Relationship Id=\"rId2\" Type=\"" REL "footer\" Target=\"footer2.xml\"/>"
             "<Relationship Id=\"rId3\" Type=\"" REL "styles\" Target=\"styles.xml\"/>"
             "<Relationship Id=\"rId4\" Type=\"" REL "settings\" Target=\"settings.xml\"/></Relationships>";
static const char settings[] = XML_HEAD "<w:settings " W_NS "><w:evenAndOddHeaders/>"
                                        "<w:characterSpacingControl w:val=\"doNotCompress\"/></w:settings>";

#define FANGSONG "仿宋_GB2312"
#define HEITI "黑体"
#define KAITI "楷体_GB2312"
#define BIAOSONG "方正小标宋简体"

static int twips_of_mm(int mm)
{
    return (int)((int64_t)mm * 14400 / 254); /* 1440 to an inch of 25.4 mm */
}

static int twips_of_pt(int pt)
{
    return pt * 20;
}

void docx_text(struct sb *sb, struct span s)
{
    size_t from = 0;
    for (size_t i = 0; i <= s.len; i++) {
        const bool bad = i < s.len && (unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\t' && s.ptr[i] != '\n';
        if (i == s.len || bad) {
            sb_add_html(sb, span_sub(s, from, i));
            from = i + 1;
        }
    }
}

/* ---- paragraphs -------------------------------------------------------------------------------------------------------------------- */

struct look {
    const char *font, *jc, *color,
        *more; /* jc: both, center, left; color NULL: automatic; more: further properties of the paragraph */
    int pt;
    int first_chars, left_chars; /* indents in hundredths of a character of the body */
};

static void run(struct sb *sb, struct span text, const struct look *l)
{
    sb_addf(sb,
            "<w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"%s\" "
            "w:cs=\"Times New Roman\"/>",
            l->font);
    if (l->color != NULL)
        sb_addf(sb, "<w:color w:val=\"%s\"/>", l->color);
    sb_addf(sb, "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr><w:t xml:space=\"preserve\">", l->pt * 2, l->pt * 2);
    docx_text(sb, text);
    sb_adds(sb, "</w:t></w:r>");
}

static void paragraph(struct sb *sb, struct span text, const struct look *l)
{
    const struct docx_layout m = docx_layout_builtin();
    const int character = twips_of_mm(m.area_width_mm) / m.characters;
    sb_adds(sb, "<w:p><w:pPr>");
    if (l->more != NULL)
        sb_adds(sb, l->more);
    sb_adds(sb, "<w:spacing w:before=\"0\" w:after=\"0\"/>");
    if (l->first_chars > 0)
        sb_addf(sb, "<w:ind w:firstLineChars=\"%d\" w:firstLine=\"%d\"/>", l->first_chars,
                l->first_chars * character / 100);
    if (l->left_chars > 0)
        sb_addf(sb, "<w:ind w:leftChars=\"%d\" w:left=\"%d\"/>", l->left_chars, l->left_chars * character / 100);
    sb_addf(sb, "<w:jc w:val=\"%s\"/></w:pPr>", l->jc);
    if (text.len > 0)
        run(sb, text, l);
    sb_adds(sb, "</w:p>");
}

static void blank_lines(struct sb *sb, int n)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {.font = FANGSONG, .jc = "both", .pt = m.body_pt};
    for (int i = 0; i < n; i++)
        paragraph(sb, SPAN_NONE, &l);
}

void docx_begin(struct docx *d, enum lang lang)
{
    *d = (struct docx){.lang = lang};
    sb_init(&d->body, DOCX_OUT_BYTES_MAX);
    sb_adds(&d->body, XML_HEAD "<w:document " W_NS " " R_NS "><w:body>");
}

/* The mark is as large as fits the width, at most 52 pt, and never smaller than the title. */
static int mark_pt(const struct docx_layout *m, struct span issuer)
{
    const int width_pt = twips_of_mm(m->mark_width_max_mm) / 20;
    const int n = (int)utf8_count(issuer), fits = n > 0 ? width_pt * 95 / 100 / n : 52;
    return fits > 52 ? 52 : fits < m->title_pt ? m->title_pt : fits;
}

void docx_mark(struct docx *d, struct span issuer, struct span number)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look mark = {.font = BIAOSONG, .jc = "center", .color = "FF0000", .pt = mark_pt(&m, issuer)};
    char line[160];
    sb_addf(&d->body,
            "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"%d\" "
            "w:lineRule=\"exact\"/></w:pPr></w:p>",
            twips_of_mm(m.mark_from_area_top_mm));
    paragraph(&d->body, issuer, &mark);
    blank_lines(&d->body, m.number_lines_below_mark);
    /* the space of a border is in points: 72 to 25.4 mm */
    (void)snprintf(line, sizeof line,
                   "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"%d\" w:color=\"FF0000\"/></w:pBdr>",
                   m.red_line_below_number_mm * 720 / 254);
    const struct look below = {.font = FANGSONG, .jc = "center", .pt = m.body_pt, .more = line};
    paragraph(&d->body, number.len > 0 ? number : SPAN("　"), &below);
    blank_lines(&d->body, m.title_lines_below_red_line);
}

void docx_title(struct docx *d, struct span title)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {.font = BIAOSONG, .jc = "center", .pt = m.title_pt};
    paragraph(&d->body, title, &l);
}

void docx_recipients(struct docx *d, struct span names)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {.font = FANGSONG, .jc = "both", .pt = m.body_pt};
    struct sb sb;
    sb_init(&sb, 16u << 10);
    sb_add(&sb, names);
    sb_adds(&sb, d->lang == LANG_ZH ? "：" : ":");
    blank_lines(&d->body, m.recipients_lines_below_title);
    paragraph(&d->body, sb_span(&sb), &l);
    sb_release(&sb);
}

void docx_heading(struct docx *d, int level, struct span text)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {
        .font = level == 1 ? HEITI : KAITI, .jc = "both", .pt = m.body_pt, .first_chars = m.indent_characters * 100};
    paragraph(&d->body, text, &l);
}

void docx_paragraph(struct docx *d, struct span text)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {.font = FANGSONG, .jc = "both", .pt = m.body_pt, .first_chars = m.indent_characters * 100};
    while (text.len > 0) {
        const struct span line = span_trim(span_split(&text, '\n'));
        if (line.len > 0)
            paragraph(&d->body, line, &l);
    }
}

void docx_annex_note(struct docx *d, const struct span *titles, int n)
{
    const struct docx_layout m = docx_layout_builtin();
    blank_lines(&d->body, m.annex_note_lines_below_body);
    for (int i = 0; i < n; i++) {
        const struct look l = {.font = FANGSONG,
                               .jc = "both",
                               .pt = m.body_pt,
                               .left_chars = (m.indent_characters + (i > 0 ? 3 : 0)) * 100};
        struct sb sb;
        sb_init(&sb, 4000);
        if (i == 0)
            sb_adds(&sb, d->lang == LANG_ZH ? "附件：" : n > 1 ? "Annexes: " : "Annex: ");
        if (n > 1)
            sb_addf(&sb, "%d.", i + 1);
        sb_add(&sb, titles[i]);
        paragraph(&d->body, sb_span(&sb), &l);
        sb_release(&sb);
    }
}

/* Width in half characters: what is ASCII takes one, the rest two. */
static int half_characters(struct span s)
{
    int n = 0;
    for (size_t at = 0; at < s.len;)
        n += utf8_next(s, &at) < 0x80 ? 1 : 2;
    return n;
}

void docx_signature(struct docx *d, struct span name, struct span date)
{
    const struct docx_layout m = docx_layout_builtin();
    const int right = m.signature_right_characters, width = m.characters;
    const int name_chars = (half_characters(name) + 1) / 2, date_chars = (half_characters(date) + 1) / 2;
    struct look l = {.font = FANGSONG, .jc = "left", .pt = m.body_pt};
    int name_at = width - right - name_chars, date_at = name_at + 2;
    if (date_at + date_chars >
        width -
            right) { /* the date would stand out: then it has the distance, the name begins two characters before it */
        date_at = width - right - date_chars;
        name_at = date_at - 2;
    }
    blank_lines(&d->body, m.signature_lines_below_body);
    l.left_chars = (name_at > 0 ? name_at : 0) * 100;
    paragraph(&d->body, name, &l);
    l.left_chars = (date_at > 0 ? date_at : 0) * 100;
    paragraph(&d->body, date, &l);
}

void docx_annex(struct docx *d, int n, struct span title)
{
    const struct docx_layout m = docx_layout_builtin();
    const struct look head = {.font = HEITI, .jc = "left", .pt = m.body_pt, .more = "<w:pageBreakBefore/>"};
    char text[40];
    if (n > 0)
        (void)snprintf(text, sizeof text, d->lang == LANG_ZH ? "附件%d" : "Annex %d", n);
    else
        (void)snprintf(text, sizeof text, "%s", d->lang == LANG_ZH ? "附件" : "Annex");
    paragraph(&d->body, span_of(text), &head);
    blank_lines(&d->body, 1);
    docx_title(d, title);
    blank_lines(&d->body, 1);
}

/* ---- tables -------------------------------------------------------------------------------------------------------------------------- */

static void edges(struct sb *sb, const char *const *names, int n, int eighths)
{
    sb_adds(sb, "<w:tblBorders>");
    for (int i = 0; i < n; i++)
        sb_addf(sb, "<w:%s w:val=\"single\" w:sz=\"%d\" w:space=\"0\" w:color=\"auto\"/>", names[i], eighths);
    sb_adds(sb, "</w:tblBorders>");
}

static void cell(struct sb *sb, int width, struct span text, const struct look *l)
{
    sb_addf(sb, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>", width);
    paragraph(sb, text, l);
    sb_adds(sb, "</w:tc>");
}

void docx_table(struct docx *d, const struct docx_table *t)
{
    static const char *const all[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    static const struct look head = {.font = HEITI, .jc = "center", .pt = 10, .more = "<w:snapToGrid w:val=\"0\"/>"},
                             centred = {.font = FANGSONG,
                                        .jc = "center",
                                        .pt = 10,
                                        .more = "<w:snapToGrid w:val=\"0\"/>"},
                             left = {.font = FANGSONG, .jc = "left", .pt = 10, .more = "<w:snapToGrid w:val=\"0\"/>"};
    struct sb *sb = &d->body;
    int total = 0;
    for (int c = 0; c < t->n_columns; c++)
        total += twips_of_mm(t->widths_mm[c]);
    sb_addf(sb, "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>", total);
    edges(sb, all, 6, 4);
    sb_adds(sb, "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"40\" "
                "w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    for (int c = 0; c < t->n_columns; c++)
        sb_addf(sb, "<w:gridCol w:w=\"%d\"/>", twips_of_mm(t->widths_mm[c]));
    sb_adds(sb, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (int c = 0; c < t->n_columns; c++)
        cell(sb, twips_of_mm(t->widths_mm[c]), t->heads[c], &head);
    sb_adds(sb, "</w:tr>");
    for (int r = 0; r < t->n_rows; r++) {
        sb_adds(sb, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (int c = 0; c < t->n_columns; c++)
            cell(sb, twips_of_mm(t->widths_mm[c]), t->cells[r * t->n_columns + c],
                 (t->left & 1u << c) != 0 ? &left : &centred);
        sb_adds(sb, "</w:tr>");
    }
    sb_adds(sb, "</w:tbl>");
    blank_lines(sb, 1);
}

void docx_record(struct docx *d, struct span copies, struct span issuer, struct span date)
{
    static const char *const outer[] = {"top", "bottom", "insideH"};
    const struct docx_layout m = docx_layout_builtin();
    const struct look l = {.font = FANGSONG, .jc = "left", .pt = m.record_pt, .more = "<w:snapToGrid w:val=\"0\"/>"};
    const int width = twips_of_mm(m.area_width_mm);
    struct sb *sb = &d->body, text;
    sb_init(&text, 16u << 10);
    /* anchored to the foot of the type area */
    sb_addf(
        sb,
        "<w:tbl><w:tblPr><w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:vertAnchor=\"margin\" "
        "w:horzAnchor=\"margin\" w:tblpXSpec=\"center\" w:tblpYSpec=\"bottom\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/>",
        width);
    edges(sb, outer, 3, 6); /* eighths of a point: 0.25 mm */
    sb_addf(sb, "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"%d\"/></w:tblGrid>", width);
    if (copies.len > 0) {
        sb_adds(&text, d->lang == LANG_ZH ? "抄送：" : "Copies: ");
        sb_add(&text, copies);
        sb_adds(&text, d->lang == LANG_ZH ? "。" : ".");
        sb_adds(sb, "<w:tr>");
        cell(sb, width, sb_span(&text), &l);
        sb_adds(sb, "</w:tr>");
        sb_clear(&text);
    }
    sb_add(&text, issuer);
    sb_adds(&text, d->lang == LANG_ZH ? "　　" : "    ");
    sb_add(&text, date);
    sb_adds(&text, d->lang == LANG_ZH ? "印发" : "");
    sb_adds(sb, "<w:tr>");
    cell(sb, width, sb_span(&text), &l);
    sb_adds(sb, "</w:tr></w:tbl>");
    sb_release(&text);
    blank_lines(sb, 1); /* a document ends in a paragraph */
}

/* ---- the parts beside the text --------------------------------------------------------------------------------------------------------- */

/* “— 1 —” one character from the outer edge. */
static void footer(struct sb *sb, bool odd)
{
    const struct docx_layout m = docx_layout_builtin();
    const int half = m.page_number_pt * 2, indent = twips_of_pt(m.page_number_pt);
    sb_addf(sb,
            XML_HEAD "<w:ftr " W_NS "><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/><w:ind w:%s=\"%d\"/>"
                     "<w:jc w:val=\"%s\"/></w:pPr>",
            odd ? "right" : "left", indent, odd ? "right" : "left");
    static const char *const runs[] = {"<w:t xml:space=\"preserve\">— </w:t>",
                                       "<w:fldChar w:fldCharType=\"begin\"/>",
                                       "<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>",
                                       "<w:fldChar w:fldCharType=\"separate\"/>",
                                       "<w:t>1</w:t>",
                                       "<w:fldChar w:fldCharType=\"end\"/>",
                                       "<w:t xml:space=\"preserve\"> —</w:t>"};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        sb_addf(sb,
                "<w:r><w:rPr><w:rFonts w:ascii=\"SimSun\" w:hAnsi=\"SimSun\" w:eastAsia=\"宋体\"/><w:sz w:val=\"%d\"/>"
                "</w:rPr>%s</w:r>",
                half, runs[i]);
    sb_adds(sb, "</w:p></w:ftr>");
}

static void styles(struct sb *sb)
{
    const struct docx_layout m = docx_layout_builtin();
    sb_addf(sb,
            XML_HEAD "<w:styles " W_NS "><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" "
                     "w:hAnsi=\"Times New Roman\" w:eastAsia=\"" FANGSONG
                     "\" w:cs=\"Times New Roman\"/><w:sz w:val=\"%d\"/>"
                     "<w:szCs w:val=\"%d\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>"
                     "<w:pPrDefault/></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\">"
                     "<w:name w:val=\"Normal\"/></w:style></w:styles>",
            m.body_pt * 2, m.body_pt * 2);
}

static void section(struct sb *sb)
{
    const struct docx_layout m = docx_layout_builtin();
    const int right_mm = m.page_width_mm - m.binding_mm - m.area_width_mm;
    const int bottom_mm = m.page_height_mm - m.top_mm - m.area_height_mm;
    const int foot = twips_of_mm(bottom_mm - m.page_number_below_area_mm) - twips_of_pt(m.page_number_pt);
    /* the grid: 225 mm in 22 lines; 28 characters in 156 mm are a little narrower than their size, in 4096ths of a point */
    const int pitch = twips_of_mm(m.area_height_mm) / m.lines;
    const int space = (twips_of_mm(m.area_width_mm) * 4096 / m.characters - twips_of_pt(m.body_pt) * 4096) / 20;
    sb_adds(sb, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId1\"/><w:footerReference w:type=\"even\" "
                "r:id=\"rId2\"/>");
    sb_addf(sb, "<w:pgSz w:w=\"%d\" w:h=\"%d\"/>", twips_of_mm(m.page_width_mm) + 1, twips_of_mm(m.page_height_mm));
    sb_addf(sb,
            "<w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"851\" w:footer=\"%d\" "
            "w:gutter=\"0\"/>",
            twips_of_mm(m.top_mm), twips_of_mm(right_mm), twips_of_mm(bottom_mm), twips_of_mm(m.binding_mm), foot);
    sb_addf(sb, "<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"%d\" w:charSpace=\"%d\"/></w:sectPr>", pitch, space);
}

/* ---- the archive -------------------------------------------------------------------------------------------------------------------------- */

static bool add_part(zip_t *zip, const struct docx_part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->text.ptr, part->text.len, 0);
    if (source == NULL)
        return false;
    const zip_int64_t index = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    /* 1980-01-01, the earliest day that a zip can hold. */
    return zip_file_set_dostime(zip, (zip_uint64_t)index, 0, (1 << 5) | 1, 0) == 0 &&
           zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, 6) == 0;
}

/* The finished archive, which stands in `buffer` after closing, into the arena. */
static enum rc take_bytes(struct arena *a, zip_source_t *buffer, struct span *out, struct fail *f)
{
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_open(buffer) < 0 || zip_source_stat(buffer, &stat) < 0)
        return fail_set(f, RC_INTERNAL, MSG_docx_failed, NULL, NULL);
    char *bytes = stat.size <= DOCX_OUT_BYTES_MAX ? arena_alloc(a, (size_t)stat.size + 1) : NULL;
    enum rc rc = bytes != NULL ? RC_OK : fail_set(f, RC_LIMIT, MSG_docx_large, NULL, NULL);
    if (rc == RC_OK && zip_source_read(buffer, bytes, stat.size) != (zip_int64_t)stat.size)
        rc = fail_set(f, RC_INTERNAL, MSG_docx_failed, NULL, NULL);
    (void)zip_source_close(buffer);
    if (rc == RC_OK)
        *out = (struct span){bytes, (size_t)stat.size};
    return rc;
}

enum rc docx_pack(struct arena *a, const struct docx_part *parts, int n, struct span *out, struct fail *f)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *buffer = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = buffer != NULL ? zip_open_from_source(buffer, ZIP_TRUNCATE, &error) : NULL;
    zip_error_fini(&error);
    if (zip == NULL) {
        if (buffer != NULL)
            zip_source_free(buffer);
        return fail_set(f, RC_INTERNAL, MSG_docx_failed, NULL, NULL);
    }
    zip_source_keep(buffer);
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        ok = add_part(zip, &parts[i]);
    if (!ok || zip_close(zip) != 0) {
        zip_discard(zip);
        zip_source_free(buffer);
        return fail_set(f, RC_INTERNAL, MSG_docx_failed, NULL, NULL);
    }
    enum rc rc = take_bytes(a, buffer, out, f);
    zip_source_free(buffer);
    return rc;
}

enum rc docx_end(struct arena *a, struct docx *d, struct span *out, struct fail *f)
{
    struct sb odd, even, style;
    sb_init(&odd, 16u << 10);
    sb_init(&even, 16u << 10);
    sb_init(&style, 16u << 10);
    footer(&odd, true);
    footer(&even, false);
    styles(&style);
    section(&d->body);
    sb_adds(&d->body, "</w:body></w:document>");
    const struct docx_part parts[] = {{"[Content_Types].xml", span_of(content_types)},
                                      {"_rels/.rels", span_of(package_rels)},
                                      {"word/document.xml", sb_span(&d->body)},
                                      {"word/_rels/document.xml.rels", span_of(document_rels)},
                                      {"word/styles.xml", sb_span(&style)},
                                      {"word/settings.xml", span_of(settings)},
                                      {"word/footer1.xml", sb_span(&odd)},
                                      {"word/footer2.xml", sb_span(&even)}};
    enum rc rc = sb_rc(&d->body) == RC_OK ? docx_pack(a, parts, (int)(sizeof parts / sizeof parts[0]), out, f)
                                          : fail_set(f, RC_LIMIT, MSG_docx_large, NULL, NULL);
    sb_release(&odd);
    sb_release(&even);
    sb_release(&style);
    sb_release(&d->body);
    return rc;
}
