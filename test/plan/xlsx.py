"""xlsx.py - a plain reader and writer of workbooks for tests, written from ECMA-376 with the standard library alone."""
import io
import re
import xml.etree.ElementTree as ET
import zipfile

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def letters(n):
    out = ""
    while True:
        out = chr(65 + n % 26) + out
        n = n // 26 - 1
        if n < 0:
            return out


def number(ref):
    col = 0
    for c in re.match(r"[A-Z]+", ref).group():
        col = col * 26 + ord(c) - 64
    return col - 1


def read(data):
    """{sheet name: {(row, column): text or float}} from 0, and which columns are hidden."""
    z = zipfile.ZipFile(io.BytesIO(data))
    strings = []
    if "xl/sharedStrings.xml" in z.namelist():
        for si in ET.fromstring(z.read("xl/sharedStrings.xml")).findall("m:si", NS):
            strings.append("".join(t.text or "" for t in si.iter("{%s}t" % NS["m"])))
    rels = {r.get("Id"): r.get("Target") for r in ET.fromstring(z.read("xl/_rels/workbook.xml.rels"))}
    book, hidden = {}, {}
    for s in ET.fromstring(z.read("xl/workbook.xml")).find("m:sheets", NS):
        root = ET.fromstring(z.read("xl/" + rels[s.get(REL)]))
        cells = {}
        for row in root.find("m:sheetData", NS):
            for c in row:
                at = int(re.search(r"\d+", c.get("r")).group()) - 1, number(c.get("r"))
                v = c.find("m:v", NS)
                if c.get("t") == "inlineStr":
                    cells[at] = "".join(t.text or "" for t in c.iter("{%s}t" % NS["m"]))
                elif v is not None:
                    cells[at] = strings[int(v.text)] if c.get("t") == "s" else v.text if c.get("t") == "str" else float(v.text)
        book[s.get("name")] = cells
        cols = root.find("m:cols", NS)
        hidden[s.get("name")] = {i for c in (cols if cols is not None else []) if c.get("hidden") == "1" for i in range(int(c.get("min")) - 1, int(c.get("max")))}
    return book, hidden


class Raw(str):
    """A cell written as this XML, in which REF stands for its name."""


class Day(float):
    """A serial number with a date format."""


def escape(s):
    return s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write(sheets, date1904=False, merges=None, shared=True, extra=None):
    """A workbook of {name: {(row, column): value}}."""
    out, texts = io.BytesIO(), {}
    z = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    z.writestr("[Content_Types].xml", head + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
    z.writestr("_rels/.rels", head + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
               'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    names, rels = "", ""
    for i, (name, cells) in enumerate(sheets.items(), 1):
        names += f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
        rels += f'<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{i}.xml"/>'
        rows = {}
        for (r, c), v in cells.items():
            rows.setdefault(r, {})[c] = v
        body = ""
        for r in sorted(rows):
            body += f'<row r="{r + 1}">'
            for c in sorted(rows[r]):
                v, ref = rows[r][c], letters(c) + str(r + 1)
                if isinstance(v, Raw):
                    body += v.replace("REF", ref)
                elif isinstance(v, Day):
                    body += f'<c r="{ref}" s="1"><v>{v:g}</v></c>'
                elif isinstance(v, float):
                    body += f'<c r="{ref}"><v>{v:g}</v></c>'
                elif shared:
                    body += f'<c r="{ref}" t="s"><v>{texts.setdefault(v, len(texts))}</v></c>'
                else:
                    body += f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(v)}</t></is></c>'
            body += "</row>"
        merge = "".join(f'<mergeCell ref="{m}"/>' for m in (merges or {}).get(name, []))
        z.writestr(f"xl/worksheets/sheet{i}.xml", head + '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + body + "</sheetData>" +
                   (f"<mergeCells>{merge}</mergeCells>" if merge else "") + "</worksheet>")
    rels += '<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
    rels += '<Relationship Id="rId91" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
    z.writestr("xl/workbook.xml", head + '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
               f'<workbookPr date1904="{int(date1904)}"/><sheets>{names}</sheets></workbook>')
    z.writestr("xl/_rels/workbook.xml.rels", head + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>')
    z.writestr("xl/styles.xml", head + '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
               '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>')
    z.writestr("xl/sharedStrings.xml", head + '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "".join(f'<si><t xml:space="preserve">{escape(t)}</t></si>' for t in texts) + "</sst>")
    for name, data in (extra or {}).items():
        z.writestr(name, data)
    z.close()
    return out.getvalue()
