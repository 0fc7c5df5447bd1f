"""Bulletins over HTTP. The oracle is the action list as of the day: figures, ranks and the rows behind them are computed again from it in this file."""
import datetime
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from circle import BINARY, Circle, with_circle
from yiti import call, run

DAY = datetime.timedelta(days=1)
FIGURES = ["total", "done", "due", "on_time", "red", "amber", "moved", "unreported"]


def iso(s):
    return datetime.date.fromisoformat(s) if s else None


def last_month(today):
    until = today.replace(day=1) - DAY
    return until.replace(day=1), until


def months_back(c, n):
    until = iso(c.get("/session")["instance"]["today_on"])
    for _ in range(n):
        start, until = last_month(until)
    return start, until


# ---- the oracle: what the action list says of each day ----

class Oracle:
    def __init__(self, c, outline, start, until):
        self.start, self.until = start, until
        path = f"/actions?outline={outline}&as_of="
        self.end = c.all(path + until.isoformat())
        before = {a["id"]: a for a in c.all(path + (start - DAY).isoformat())}
        days = {a["due_on"] for a in self.end if a["due_on"] and start <= iso(a["due_on"]) <= until}
        on_due = {day: {a["id"]: a for a in c.all(path + day)} for day in days}
        region = {}
        for a in self.end:
            for u in a["units"]:
                if u["part"] == "lead" and u["unit_id"] not in region:
                    region[u["unit_id"]] = c.get(f"/units/{u['unit_id']}")["region_code"]
        self.rows = {}
        for a in self.end:
            due = iso(a["due_on"])
            counts = {"total"}
            if a["state"] == "done":
                counts.add("done")
            if due and start <= due <= until:
                counts.add("due")
                if on_due[a["due_on"]][a["id"]]["state"] == "done":
                    counts.add("on_time")
            if a["light"] in ("red", "amber"):
                counts.add(a["light"])
            if a["percent"] > before[a["id"]]["percent"]:
                counts.add("moved")
            begun = not a["start_on"] or iso(a["start_on"]) <= until
            if begun and a["state"] not in ("done", "stopped") and (not a["last_report_on"] or iso(a["last_report_on"]) < start):
                counts.add("unreported")
            leads = [u["unit_id"] for u in a["units"] if u["part"] == "lead"]
            scopes = {("all", "")} | {("unit", u) for u in leads} | {("city", region[u]) for u in leads if not region[u].endswith("0000")}
            self.rows[a["id"]] = {"counts": counts, "scopes": scopes, "percent": a["percent"], "before": before[a["id"]]["percent"]}

    def behind(self, scope, figure):
        return {i for i, r in self.rows.items() if scope in r["scopes"] and figure in r["counts"]}

    def scopes(self):
        return {s for r in self.rows.values() for s in r["scopes"]}

    def score(self, scope):
        n = {f: len(self.behind(scope, f)) for f in FIGURES}
        share = Fraction(50 * n["red"] + 20 * n["amber"] + 30 * n["unreported"], n["total"])
        rounded = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        return 100 - rounded

    def ranks(self, kind):
        scores = {s: self.score(s) for s in self.scopes() if s[0] == kind}
        return {s: (1 + sum(o > v for o in scores.values()), sum(o >= v for o in scores.values())) for s, v in scores.items()}


def outline_of(c):
    return c.get("/outlines")["items"][0]["id"]


def draft(c, until, status=201, **more):
    return c.send("POST", "/bulletins", {"template": "monthly", "until_on": until.isoformat(), "outline_ids": [outline_of(c)], **more}, status=status)


def step(c, b, verb, who="office", status=200, **body):
    version = c.get(f"/bulletins/{b['id']}", who="office")["version"]
    return c.send("POST", f"/bulletins/{b['id']}/{verb}", body or None, who=who, status=status, version=version)


def published(c, until, **more):
    b = draft(c, until, **more)
    step(c, b, "submit")
    step(c, b, "approve", who="leader")
    return step(c, b, "publish")


@with_circle
def figures_and_ranks_are_those_of_the_action_list(c):
    outline = outline_of(c)
    for back in (1, 3):
        start, until = months_back(c, back)
        oracle = Oracle(c, outline, start, until)
        b = draft(c, until)
        got = {(s["kind"], s["subject"]): s for s in b["scopes"]}
        assert set(got) == oracle.scopes(), set(got) ^ oracle.scopes()
        for key, s in got.items():
            want = {f: len(oracle.behind(key, f)) for f in FIGURES}
            assert {f: s["figures"][f] for f in FIGURES} == want, (key, s["figures"], want)
            rows = [r for r in oracle.rows.values() if key in r["scopes"]]
            assert s["figures"]["percent_sum"] == sum(r["percent"] for r in rows)
            assert s["figures"]["percent_before_sum"] == sum(r["before"] for r in rows)
            if key[0] != "all":
                assert Decimal(s["score_millionths"]) == oracle.score(key) * 1000000, (key, s["score_millionths"], oracle.score(key))
        for kind in ("city", "unit"):
            for key, (rank, rank_to) in oracle.ranks(kind).items():
                assert (got[key]["rank"], got[key]["rank_to"]) == (rank, rank_to), key
        assert got["all", ""]["figures"]["total"] > 40 and got["all", ""]["figures"]["red"] > 0, "the demonstration must have something to say"


@with_circle
def each_figure_is_the_number_of_rows_behind_it(c):
    outline = outline_of(c)
    start, until = months_back(c, 1)
    oracle = Oracle(c, outline, start, until)
    b = draft(c, until)
    asked = 0
    for s in b["scopes"]:
        for figure in FIGURES:
            page = c.get(f"/bulletins/{b['id']}/rows?scope={s['kind']}&subject={s['subject']}&figure={figure}")
            ids = [r["id"] for r in page["items"]]
            assert len(ids) == len(set(ids)) == page["count"] == s["figures"][figure], (s["name"], figure)
            assert set(ids) == oracle.behind((s["kind"], s["subject"]), figure), (s["name"], figure)
            asked += 1
    assert asked > 100
    live = c.all(f"/actions?outline={outline}&light=red&as_of={until.isoformat()}")
    assert len(live) == b["scopes"][0]["figures"]["red"], "the list that the page links to counts the same"
    c.get(f"/bulletins/{b['id']}/rows?figure=sunny", status=422)
    c.get(f"/bulletins/{b['id']}/rows?scope=unit&subject=1", status=404)


@with_circle
def text_names_values_and_values_cannot_be_typed(c):
    _, until = months_back(c, 1)
    b = draft(c, until)
    assert b["values"]["total"] == str(b["scopes"][0]["figures"]["total"])
    assert "{" not in json.dumps([b["title"], [s["text"] for s in b["sections"]]])
    sections = [{"word": "opening", "heading": "导语", "body": "共{total}项，红灯{red}项。\n第二段。"}]
    path = f"/bulletins/{b['id']}"
    new = c.send("PATCH", path, {"title": "{period}通报", "sections": sections}, version=b["version"])
    assert new["sections"][0]["text"] == f"共{b['values']['total']}项，红灯{b['values']['red']}项。\n第二段。"
    assert new["sections"][0]["body"] == sections[0]["body"] and len(new["sections"]) == 1
    assert new["title"] == f"{until.year}年{until.month}月通报"
    bad = c.send("PATCH", path, {"sections": [{"body": "{tatal}"}]}, version=new["version"], status=422)
    assert "tatal" in bad["detail"] and bad["field"] == "sections"
    assert c.send("PATCH", path, {"scopes": []}, version=new["version"], status=422)["field"] == "scopes"
    c.send("PATCH", path, {"title": "x"}, version=b["version"], status=412)
    c.send("PATCH", path, {"title": "x"}, version=new["version"], who="desk", status=403)
    c.get(path, who="desk", status=404)
    assert draft(c, until + DAY, status=422)["field"] == "until_on"
    today = iso(c.get("/session")["instance"]["today_on"])
    month_end = (today.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    if month_end > today:
        assert draft(c, month_end, status=422)["field"] == "until_on"


@with_circle
def two_people_stand_behind_it(c):
    _, until = months_back(c, 1)
    b = draft(c, until)
    assert step(c, b, "publish", status=409)
    step(c, b, "submit")
    own = step(c, b, "approve", status=403)
    assert "wrote" in own["detail"]
    step(c, b, "publish", status=409)
    step(c, b, "approve", who="desk", status=404)
    step(c, b, "approve", who="inspector", status=403)
    back = step(c, b, "return", who="leader", reason="请补充原因。")
    assert back["state"] == "draft" and back["return_reason"] == "请补充原因。"
    step(c, b, "submit")
    assert "approve" in c.get(f"/bulletins/{b['id']}", who="leader")["may"]
    assert "approve" not in c.get(f"/bulletins/{b['id']}")["may"]
    signed = step(c, b, "approve", who="leader")
    assert signed["state"] == "approved"
    out = step(c, b, "publish")
    assert out["state"] == "published" and re.search(r"〔\d{4}〕\d+号$", out["document_number"])
    verbs = [j["verb"] for j in c.get(f"/bulletins/{b['id']}/journal")["items"]]
    assert sorted(verbs) == sorted(["draft", "submit", "return", "submit", "approve", "publish"])


@with_circle
def what_is_published_never_changes(c):
    outline = outline_of(c)
    _, until = months_back(c, 1)
    b = published(c, until)
    path = f"/bulletins/{b['id']}"
    before = c.get(path)
    docx = c.raw(path + "/document.docx")[1]
    # a unit reports late, for a day within the period: the plan as of that day is another one now
    action = next(a for a in c.all(f"/actions?outline={outline}&as_of={until.isoformat()}") if a["light"] == "red" and a["state"] != "done")
    c.send("POST", f"/actions/{action['id']}/reports", {"percent": 100, "done_on": until.isoformat(), "text": "补报"}, status=201)
    assert c.get(path) == before and c.raw(path + "/document.docx")[1] == docx, "a later report changed a published bulletin"
    c.send("PATCH", path, {"title": "x"}, version=before["version"], status=409)
    for verb in ("refresh", "submit", "discard", "publish"):
        step(c, b, verb, status=409)
    # the mistake is mended by a correction
    assert c.send("POST", path + "/correct", {"reason": ""}, status=422)["field"] == "reason"
    fix = c.send("POST", path + "/correct", {"reason": "一个单位补报了进展。"}, status=201)
    assert fix["scopes"][0]["figures"]["red"] == before["scopes"][0]["figures"]["red"] - 1
    assert before["document_number"] in fix["sections"][0]["text"]
    step(c, fix, "submit")
    step(c, fix, "approve", who="leader")
    out = step(c, fix, "publish")
    old = c.get(path)
    assert old["state"] == "superseded" and old["superseded_by"] == out["id"]
    assert old["scopes"] == before["scopes"] and old["sections"] == before["sections"] and old["content_sha256"] == before["content_sha256"]
    c.send("POST", path + "/correct", {"reason": "再更正"}, status=409)
    c.stop()
    code, text, err = c.verify()
    assert code == 0, text + err
    # and a changed file shows
    sha = before["content_sha256"]
    files = [os.path.join(d, f) for d, _, names in os.walk(c.data) for f in names if sha in os.path.join(d, f).replace(os.sep, "") or f == sha[2:] or f == sha]
    assert files, "the content lies under its hash"
    os.chmod(files[0], 0o600)
    with open(files[0], "r+b") as f:
        whole = f.read().replace(before["document_number"].encode(), before["document_number"].encode()[::-1])
        f.seek(0)
        f.write(whole)
    code, text, err = c.verify()
    assert code != 0 and sha in text + err, text + err


@with_circle
def ranks_are_compared_with_the_bulletin_before(c):
    _, first = months_back(c, 2)
    _, second = months_back(c, 1)
    a = published(c, first)
    b = draft(c, second)
    before = {(s["kind"], s["subject"]): s["rank"] for s in a["scopes"]}
    assert b["previous_id"] == a["id"]
    for s in b["scopes"]:
        assert s["rank_before"] == before.get((s["kind"], s["subject"]), 0)
    assert any(s["rank_before"] not in (0, s["rank"]) for s in b["scopes"])


# ---- printed ----

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def words(paragraph):
    return "".join(t.text or "" for t in paragraph.iter(W + "t"))


@with_circle
def the_document_has_the_official_layout(c):
    _, until = months_back(c, 1)
    b = published(c, until)
    head, data = c.raw(f"/bulletins/{b['id']}/document.docx")
    assert head["content-type"].startswith("application/vnd.openxmlformats") and "attachment" in head["content-disposition"]
    z = zipfile.ZipFile(io.BytesIO(data))
    assert z.testzip() is None
    for name in z.namelist():
        ET.fromstring(z.read(name))  # every part is well-formed
    body = ET.fromstring(z.read("word/document.xml")).find(W + "body")
    section = body.find(W + "sectPr")
    size, margin, grid = (section.find(W + t) for t in ("pgSz", "pgMar", "docGrid"))
    mm = {k: int(margin.get(W + k)) * 25.4 / 1440 for k in ("top", "right", "bottom", "left")}
    width, height = (int(size.get(W + k)) * 25.4 / 1440 for k in ("w", "h"))
    assert abs(width - 210) < 0.1 and abs(height - 297) < 0.1
    assert abs(mm["top"] - 37) <= 1 and abs(mm["left"] - 28) <= 1
    area = (width - mm["left"] - mm["right"], height - mm["top"] - mm["bottom"])
    assert abs(area[0] - 156) < 0.1 and abs(area[1] - 225) < 0.1, area
    assert int(area[1] / 25.4 * 1440 / int(grid.get(W + "linePitch"))) == 22
    per_character = 16 + int(grid.get(W + "charSpace")) / 4096  # points: size 3 plus the grid's space
    assert int(area[0] / 25.4 * 72 / per_character + 0.01) == 28, per_character
    paragraphs = [p for p in body.findall(W + "p")]
    texts = [words(p) for p in paragraphs]
    mark = next(p for p in paragraphs if words(p))
    assert mark.find(f".//{W}color").get(W + "val") == "FF0000" and "宋" in mark.find(f".//{W}rFonts").get(W + "eastAsia")
    at = texts.index(b["document_number"])
    line = paragraphs[at].find(f".//{W}pBdr/{W}bottom")
    assert line.get(W + "color") == "FF0000" and texts[at - 2:at] == ["", ""] and texts[at + 1:at + 3] == ["", ""]
    title = paragraphs[texts.index(b["title"])]
    assert title.find(f".//{W}sz").get(W + "val") == "44" and texts.index(b["title"]) == at + 3
    assert texts[at + 5] == b["recipients"] + "："
    for text in (line for s in b["sections"] for line in s["text"].split("\n") if line):
        p = paragraphs[texts.index(text)]
        assert p.find(f".//{W}sz").get(W + "val") == "32" and p.find(f".//{W}rFonts").get(W + "eastAsia").startswith("仿宋")
        assert p.find(f".//{W}ind").get(W + "firstLineChars") == "200"
    assert "一、总体情况" in texts and b["signer"] in texts
    d = iso(b["signed_on"])
    assert texts.index(f"{d.year}年{d.month}月{d.day}日") == texts.index(b["signer"]) + 1 and any(t.startswith("附件：") for t in texts)
    table = body.find(W + "tbl")
    rows = [[words(x) for x in r.findall(W + "tc")] for r in table.findall(W + "tr")]
    assert len(rows) == len(b["scopes"]) + 1
    for s, row in zip(b["scopes"], rows[1:]):
        assert row[3:11] == [str(s["figures"][f]) for f in FIGURES], row
    foot = z.read("word/footer1.xml").decode()
    assert "PAGE" in foot and "—" in foot and 'w:val="28"' in foot
    code, _, err = call(BINARY, "bulletin", "export", b["id"], os.path.join(c.data, "x.docx"), "--data", c.data)
    assert code == 0, err
    with open(os.path.join(c.data, "x.docx"), "rb") as f:
        assert f.read() == data, "the terminal writes the same bytes"
    os.remove(os.path.join(c.data, "x.docx"))


X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@with_circle
def the_figures_are_numbers_in_a_spreadsheet(c):
    _, until = months_back(c, 1)
    b = draft(c, until)
    z = zipfile.ZipFile(io.BytesIO(c.raw(f"/bulletins/{b['id']}/figures.xlsx")[1]))
    sheet = ET.fromstring(z.read("xl/worksheets/sheet1.xml"))
    rows = sheet.findall(f".//{X}row")[1:]
    assert len(rows) == len(b["scopes"])
    for s, row in zip(b["scopes"], rows):
        cells = row.findall(X + "c")
        assert [int(float(cell.find(X + "v").text)) for cell in cells[2:10]] == [s["figures"][f] for f in FIGURES]
        assert all(cell.get("t") is None for cell in cells[2:10])
    second = ET.fromstring(z.read("xl/worksheets/sheet2.xml"))
    assert len(second.findall(f".//{X}row")) == b["scopes"][0]["figures"]["total"] + 1


# ---- the public ----

@with_circle
def the_public_reads_what_is_published_and_nothing_else(c):
    _, until = months_back(c, 1)
    b = draft(c, until)
    assert not [x for x in c.get("/public/bulletins", who=None)["items"] if x["id"] == b["id"]]
    c.get(f"/public/bulletins/{b['id']}", who=None, status=404)
    c.get("/bulletins", who=None, status=401)
    step(c, b, "submit")
    step(c, b, "approve", who="leader")
    step(c, b, "publish")
    seen = c.get(f"/public/bulletins/{b['id']}", who=None)
    assert "may" not in seen and "created_by_name" not in seen and seen["scopes"][0]["figures"]["total"] > 0
    rows = c.get(f"/public/bulletins/{b['id']}/rows?figure=red", who=None)
    assert rows["count"] == seen["scopes"][0]["figures"]["red"]
    rss = ET.fromstring(c.raw("/public/bulletins.rss", who=None)[1])
    assert f"/public/bulletins/{b['id']}" in [i.find("link").text for i in rss.iter("item")]
    c.raw(f"/public/bulletins/{b['id']}/document.docx", who=None)
    assert c.get(f"/bulletins/{b['id']}", who="desk")["state"] == "published", "a unit in it reads it"
    # an outline that the public does not see is not shown by a bulletin either
    outline = c.get("/outlines")["items"][0]
    c.send("POST", f"/outlines/{outline['id']}/unpublish", version=outline["version"])
    _, before = months_back(c, 2)
    hidden = published(c, before)
    assert hidden["public"] is False
    c.get(f"/public/bulletins/{hidden['id']}", who=None, status=404)


@with_circle
def a_white_paper_has_a_line_for_every_item(c):
    today = iso(c.get("/session")["instance"]["today_on"])
    until = datetime.date(today.year - 1, 12, 31)
    for template in ("yearly", "white-paper"):
        b = draft(c, until, template=template)
        outline = outline_of(c)
        oracle = Oracle(c, outline, datetime.date(until.year, 1, 1), until)
        assert [i["id"] for i in b["items"]] == [a["id"] for a in oracle.end], "every item of the outline, in its order"
        silent = {i["id"] for i in b["items"] if "unreported" in i["counts_as"]}
        assert silent == oracle.behind(("all", ""), "unreported") and silent
        step(c, b, "submit")
        step(c, b, "approve", who="leader")
        out = step(c, b, "publish")
        z = zipfile.ZipFile(io.BytesIO(c.raw(f"/bulletins/{out['id']}/document.docx")[1]))
        tables = ET.fromstring(z.read("word/document.xml")).findall(f".//{W}tbl")
        assert len(tables[1].findall(W + "tr")) == len(oracle.end) + 1


if __name__ == "__main__":
    run([v for v in list(globals().values()) if callable(v) and getattr(v, "__closure__", None) and v.__name__ != "wrapped" and v.__module__ in ("circle", "__main__")])
