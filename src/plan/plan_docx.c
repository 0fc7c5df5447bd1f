/*
 * plan_docx.c - the task table as .docx, in the look of GB/T 9704-2012 (official documents): A4, here landscape for eight columns, type area
 * after 7.2 (top 37 mm, binding edge 28 mm), heading in 小标宋 size 2 centred, table in 仿宋, heads in 黑体, page number “— 1 —” in 宋体 size 4.
 * Office Open XML after ECMA-376. The parts are written with fixed times, so the same table gives the same bytes.
 */
#include "base/docx.h"
#include "plan/plan_int.h"

#define W_NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define R_NS "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static const char content_types[] =
    XML_HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
             "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
             "<Override PartName=\"/word/document.xml\" "
             "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
             "<Override PartName=\"/word/footer1.xml\" "
             "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>";
static const char package_rels[] = XML_HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/>"
    "</Relationships>";
static const char document_rels[] = XML_HEAD
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" "
    "Target=\"footer1.xml\"/></Relationships>";
/* “— 1 —”: size 4 (14 pt = 28 half points). */
static const char footer[] = XML_HEAD
    "<w:ftr " W_NS "><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>"
    "<w:r><w:rPr><w:rFonts w:ascii=\"SimSun\" w:hAnsi=\"SimSun\" w:eastAsia=\"宋体\"/><w:sz w:val=\"28\"/></w:rPr>"
    "<w:t xml:space=\"preserve\">— </w:t></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:fldChar w:fldCharType=\"begin\"/></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:fldChar w:fldCharType=\"separate\"/></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:t>1</w:t></w:r>"
    "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:fldChar w:fldCharType=\"end\"/></w:r>"
    "<w:r><w:rPr><w:rFonts w:ascii=\"SimSun\" w:hAnsi=\"SimSun\" w:eastAsia=\"宋体\"/><w:sz w:val=\"28\"/></w:rPr>"
    "<w:t xml:space=\"preserve\"> —</w:t></w:r>"
    "</w:p></w:ftr>";
/* Twentieths of a point; together 14,175: A4 landscape 16,838 less 28 mm and 19 mm. */
static const int widths[PLAN_TABLE_COLUMNS] = {750, 4300, 1900, 2675, 1450, 1300, 1200, 600};

struct look {
    const char *font; /* East Asian face */
    int half_points;
    bool centred;
};

static void paragraph(struct sb *sb, struct span text, const struct look *look)
{
    sb_addf(sb,
            "<w:p><w:pPr>%s<w:spacing w:before=\"0\" w:after=\"0\"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"Times New "
            "Roman\" w:hAnsi=\"Times New Roman\" "
            "w:eastAsia=\"%s\"/><w:sz w:val=\"%d\"/></w:rPr><w:t xml:space=\"preserve\">",
            look->centred ? "<w:jc w:val=\"center\"/>" : "", look->font, look->half_points);
    docx_text(sb, text);
    sb_adds(sb, "</w:t></w:r></w:p>");
}

static void cell(struct sb *sb, int column, struct span text, const struct look *look)
{
    sb_addf(sb, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>",
            widths[column]);
    paragraph(sb, text, look);
    sb_adds(sb, "</w:tc>");
}

static void table(struct arena *a, const struct plan_table *t, struct sb *sb)
{
    static const struct look head = {"黑体", 24, true}, centred = {"仿宋_GB2312", 24, true},
                             left = {"仿宋_GB2312", 24, false};
    static const char *const edges[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    sb_adds(sb, "<w:tbl><w:tblPr><w:tblW w:w=\"14175\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>");
    for (int i = 0; i < 6; i++)
        sb_addf(sb, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>", edges[i]);
    sb_adds(sb, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (int c = 0; c < PLAN_TABLE_COLUMNS; c++)
        sb_addf(sb, "<w:gridCol w:w=\"%d\"/>", widths[c]);
    sb_adds(sb, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (int c = 0; c < PLAN_TABLE_COLUMNS; c++)
        cell(sb, c, span_of(plan_table_head(c, t->lang)), &head);
    sb_adds(sb, "</w:tr>");
    for (int r = 0; r < t->n_rows; r++) {
        sb_adds(sb, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (int c = 0; c < PLAN_TABLE_COLUMNS; c++)
            cell(sb, c, plan_table_cell(a, t, r, c), c >= 1 && c <= 3 ? &left : &centred);
        sb_adds(sb, "</w:tr>");
    }
    sb_adds(sb, "</w:tbl>");
}

static void document(struct arena *a, const struct plan_table *t, struct sb *sb)
{
    static const struct look title = {"方正小标宋简体", 44, true}, subtitle = {"楷体_GB2312", 32, true};
    sb_adds(sb, XML_HEAD "<w:document " W_NS " " R_NS "><w:body>");
    paragraph(sb, t->title, &title);
    paragraph(sb, t->subtitle, &subtitle);
    table(a, t, sb);
    /* 37 mm = 2098, 28 mm = 1587, 19 mm = 1077: the page lies on its side, so the head is the binding edge's neighbour. */
    sb_adds(sb, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId1\"/><w:pgSz w:w=\"16838\" w:h=\"11906\" "
                "w:orient=\"landscape\"/>"
                "<w:pgMar w:top=\"2098\" w:right=\"1077\" w:bottom=\"1474\" w:left=\"1587\" w:header=\"851\" "
                "w:footer=\"992\" w:gutter=\"0\"/></w:sectPr>"
                "</w:body></w:document>");
}

static enum rc pack(struct arena *a, struct span xml, struct span *out, struct fail *f)
{
    const struct docx_part parts[] = {{"[Content_Types].xml", span_of(content_types)},
                                      {"_rels/.rels", span_of(package_rels)},
                                      {"word/document.xml", xml},
                                      {"word/_rels/document.xml.rels", span_of(document_rels)},
                                      {"word/footer1.xml", span_of(footer)}};
    return docx_pack(a, parts, (int)(sizeof parts / sizeof parts[0]), out, f);
}

enum rc plan_docx_write(struct arena *a, const struct plan_table *t, struct span *out, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, DOCX_OUT_BYTES_MAX);
    document(a, t, &sb);
    enum rc rc =
        sb_rc(&sb) == RC_OK ? pack(a, sb_span(&sb), out, f) : fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
    sb_release(&sb);
    return rc;
}
