"""The spreadsheet round trip over real HTTP: what is exported comes back unchanged, edits are previewed by cell, nothing is applied before it is confirmed. sheet.py YITI"""
import datetime
import json
import os
import sqlite3
import sys
import time
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from yiti import Server, run  # noqa: E402
import xlsx  # noqa: E402

BINARY = sys.argv[1]
HEADS = {"编号": 0, "事项": 1, "牵头单位": 2, "参加单位": 3, "开始时间": 4, "完成时限": 5, "量化指标": 6, "状态": 7, "进展%": 8, "系统标识": 9}


class Who:
    def __init__(self, server, account):
        self.s = server
        status, got, _ = self.raw("POST", "/api/v1/demo/session", json.dumps({"account": account}).encode(), "application/json", None)
        assert status == 200
        self.cookie = [line.split(";")[0] for line in got["set-cookie"].split("\n") if line.startswith("yiti_session=")][0]

    def raw(self, method, path, body=None, media=None, cookie="own"):
        h = {"Origin": f"http://127.0.0.1:{self.s.port}"}
        if cookie:
            h["Cookie"] = self.cookie
        if media:
            h["Content-Type"] = media
        return self.s.get(path, h, method, body)

    def ask(self, method, path, value=None):
        status, _, body = self.raw(method, path, None if value is None else json.dumps(value).encode(), None if value is None else "application/json")
        return status, json.loads(body) if body else None

    def get(self, path):
        status, body = self.ask("GET", path)
        assert status == 200, (path, status, body)
        return body

    def send(self, outline, data, name="b.xlsx"):
        status, _, body = self.raw("POST", f"/api/v1/outlines/{outline}/sheets?filename={name}", data, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        return status, json.loads(body)

    def rows(self, sheet, state=None):
        out, after = [], None
        while True:
            page = self.get(f"/api/v1/sheets/{sheet['id']}/rows?limit=500" + (f"&state={state}" if state else "") + (f"&after={after}" if after else ""))
            out += page["items"]
            after = page["next"]
            if not after:
                return out

    def wait(self, sheet):
        for _ in range(400):
            now = self.get(f"/api/v1/sheets/{sheet['id']}")
            if now["state"] != "applying":
                return now
            time.sleep(0.05)
        raise AssertionError(now)


def multiply(data, outline, n):
    """Copies of one of the outline's actions behind the server's back, until there are n: importing so long a text is another test's business."""
    db = sqlite3.connect(data + "/yiti.db")
    have, = db.execute("SELECT count(*) FROM action WHERE outline_id = ?", (outline,)).fetchone()
    names = [c[1] for c in db.execute("PRAGMA table_info(action)")]
    one = dict(zip(names, db.execute("SELECT * FROM action WHERE outline_id = ? ORDER BY id LIMIT 1", (outline,)).fetchone()))
    old = one["id"]
    base = db.execute("SELECT max(id) FROM action").fetchone()[0] + 1000000
    last, = db.execute("SELECT max(sort) FROM action WHERE outline_id = ?", (outline,)).fetchone()
    for i in range(n - have):
        one.update(id=base + 1 + i, line_id=base + 1 + i, sort=last + 1 + i, path=f"9.{i}", title=f"完成第{i}项工作", due_on=None, due_origin="", node_key=0)
        db.execute(f"INSERT INTO action ({','.join(names)}) VALUES ({','.join('?' * len(names))})", [one[c] for c in names])
    for table, key, rest in (("action_party", "object_id", "unit_id, part"), ("action_unit", "action_id", "unit_id, part, item, name, origin")):
        db.execute(f"INSERT INTO {table} (region_code, {key}, {rest}) SELECT a.region_code, a.id, {', '.join('p.' + c for c in rest.split(', '))} FROM action a, {table} p "
                   f"WHERE a.outline_id = ? AND a.id > ? AND a.id <= ? AND p.{key} = ?", (outline, base, base + n - have, old))
    db.commit()
    db.close()


def demo_outline(who):
    return who.get("/api/v1/outlines")["items"][0]["id"]


def export(who, outline, lang="zh"):
    status, got, body = who.raw("GET", f"/api/v1/outlines/{outline}/sheet.xlsx?lang={lang}")
    assert status == 200 and "spreadsheetml" in got["content-type"], (status, body[:300])
    book, hidden = xlsx.read(body)
    return body, book, hidden


def serial(day, base=datetime.date(1899, 12, 30)):
    return xlsx.Day((datetime.date.fromisoformat(day) - base).days)


def actions_of(who, outline):
    out, after = {}, None
    while True:
        page = who.get(f"/api/v1/actions?outline={outline}&limit=500" + (f"&after={after}" if after else ""))
        out.update({a["id"]: a for a in page["items"]})
        after = page["next"]
        if not after:
            return out


def what_is_exported_comes_back_unchanged(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        outline = demo_outline(office)
        actions = actions_of(office, outline)
        some = next(a for a in actions.values() if a["due_on"])
        status, made = office.ask("POST", f"/api/v1/actions/{some['id']}/tasks", {"title": "分解出的任务", "weight": 3, "due_on": some["due_on"], "units": [{"name": "澜州市财政局", "part": "responsible"}]})
        assert status == 201, made
        for lang in ("zh", "en"):
            data, book, hidden = export(office, outline, lang)
            page = book["行动" if lang == "zh" else "Actions"]
            assert [page[(0, c)] for c in range(10)][1] == ("事项" if lang == "zh" else "Action") and hidden["行动" if lang == "zh" else "Actions"] == {9}
            rows = max(r for r, _ in page)
            assert rows == len(actions), (rows, len(actions))
            titles = {page[(r, 1)] for r in range(1, rows + 1)}
            assert titles == {a["title"] for a in actions.values()}
            row = next(r for r in range(1, rows + 1) if page[(r, 9)].split(":")[1] == some["id"])
            assert page[(row, 5)] == float(serial(some["due_on"])), "a day is a day"
            assert page[(row, 2)] == "、".join(u["name"] for u in some["units"] if u["part"] == "lead")
            status, sheet = office.send(outline, data)
            assert status == 201 and (sheet["rows"], sheet["same"], sheet["changed"], sheet["conflicts"], sheet["errors"], sheet["missing"]) == (rows + 1, rows + 1, 0, 0, 0, 0), sheet
            assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})[0] == 409, "nothing to change"
        # rewritten by another program, with inline strings and moved columns and rows: still unchanged
        order = [9, 5, 1, 3, 2, 4, 8, 6, 7, 0]
        moved = {((rows - r if r else 0) + 3 + (1 if r else 0), order.index(c)): (xlsx.Day(v) if c in (4, 5) and r else v) for (r, c), v in book["Actions"].items()}
        moved[(0, 0)] = "A title above the table"
        status, sheet = office.send(outline, xlsx.write({"mine": moved}, shared=False, merges={"mine": ["A1:D1"]}))
        assert status == 201 and sheet["same"] == rows and sheet["errors"] == 0 and sheet["changed"] == 0, (sheet, office.rows(sheet)[:3])
        # and in the 1904 system
        old = {at: (serial(str(datetime.date(1899, 12, 30) + datetime.timedelta(days=int(v))), datetime.date(1904, 1, 1)) if isinstance(v, xlsx.Day) else v) for at, v in moved.items()}
        status, sheet = office.send(outline, xlsx.write({"mine": old}, date1904=True))
        assert status == 201 and sheet["same"] == rows and sheet["changed"] == 0, (sheet, office.rows(sheet)[:3])
        assert Who(s, "other_city").raw("GET", f"/api/v1/sheets/{sheet['id']}")[0] == 404, "only who sent it sees it"
    finally:
        assert s.stop() == 0


def edits_are_previewed_by_cell_and_applied_when_confirmed(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        outline = demo_outline(office)
        before = actions_of(office, outline)
        _, book, _ = export(office, outline)
        page = dict(book["行动"])
        ids = {r: page[(r, 9)].split(":")[1] for r in range(1, len(before) + 1)}
        for r in ids:
            for c in (4, 5):
                if (r, c) in page:
                    page[(r, c)] = xlsx.Day(page[(r, c)])
        page[(1, 1)] = "改过的事项"
        page[(2, 5)] = serial("2031-05-31")
        page[(3, 5)] = "2031年6月1日"
        page[(4, 2)] = "澜州市财政局；澜州市从没见过的局"
        page[(5, 6)] = "≥ 45 个"
        page.pop((6, 5), None)
        page[(7, 1)] = xlsx.Raw('<c r="REF" t="str"><f>"算出"&amp;"的"</f><v>算出的</v></c>')
        status, sheet = office.send(outline, xlsx.write({"行动": page}))
        assert status == 201 and sheet["errors"] == 0, (sheet, office.rows(sheet))
        rows = {r["row"]: r for r in office.rows(sheet)}
        assert sheet["changed"] == len(rows) and set(rows) >= {2, 3, 4, 5, 6, 8}, rows
        change = rows[3]["fields"][0]
        assert (change["field"], change["cell"], change["to"]) == ("due_on", "F3", "2031-05-31") and change["from"] == (before[ids[2]]["due_on"] or ""), change
        assert rows[4]["fields"][0]["to"] == "2031-06-01" and rows[8]["fields"][0]["to"] == "算出的"
        assert rows[5]["fields"][0]["to"] == "澜州市财政局、澜州市从没见过的局"
        assert actions_of(office, outline) == before, "nothing is applied before it is confirmed"
        assert not [u for u in office.get("/api/v1/units?limit=500&q=" + quote("澜州市从没见过的局") + "")["items"]], "trying leaves nothing behind"
        status, now = office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})
        assert status == 200 and now["state"] in ("applying", "applied"), now
        assert office.wait(sheet)["state"] == "applied"
        after = actions_of(office, outline)
        assert after[ids[1]]["title"] == "改过的事项" and after[ids[2]]["due_on"] == "2031-05-31" and after[ids[2]]["due_origin"] == "office"
        assert [u["name"] for u in after[ids[4]]["units"] if u["part"] == "lead"] == ["澜州市财政局", "澜州市从没见过的局"]
        assert [u for u in office.get("/api/v1/units?limit=500&q=" + quote("澜州市从没见过的局") + "")["items"]][0]["state"] == "proposed"
        assert after[ids[5]]["measure"]["text"] == "≥ 45 个" and after[ids[7]]["title"] == "算出的"
        assert {i: a for i, a in after.items() if i not in {ids[k] for k in range(1, 8)}} == {i: a for i, a in before.items() if i not in {ids[k] for k in range(1, 8)}}
        verbs = [j["verb"] for j in office.get(f"/api/v1/actions/{ids[2]}/journal")["items"]]
        assert "edit" in verbs, verbs
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})[0] == 409, "once"
        # the exported table after it holds what was typed
        status, sheet = office.send(outline, export(office, outline)[0])
        assert sheet["changed"] == 0 and sheet["same"] == len(before)
        # who may not break the outline down may not send a table in; a stranger does not even find it
        assert Who(s, "desk").send(outline, export(office, outline)[0])[0] == 403
        assert Who(s, "other_city").send(outline, b"PK\x03\x04")[0] in (400, 403, 404, 415)
    finally:
        assert s.stop() == 0


def what_others_changed_since_is_a_conflict(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        outline = demo_outline(office)
        before = actions_of(office, outline)
        _, book, _ = export(office, outline)
        page = {at: (xlsx.Day(v) if at[1] in (4, 5) and at[0] else v) for at, v in book["行动"].items()}
        ids = {r: page[(r, 9)].split(":")[1] for r in range(1, len(before) + 1)}

        def edit(row, **change):
            h = {"Origin": f"http://127.0.0.1:{s.port}", "Cookie": office.cookie, "Content-Type": "application/json", "If-Match": f'"{before[ids[row]]["version"]}"'}
            status, _, body = s.get(f"/api/v1/actions/{ids[row]}", h, "PATCH", json.dumps(change).encode())
            assert status == 200, body
        edit(1, title="别人改的")  # the same cell here and there
        edit(2, title="别人改的二")  # another cell of the same row
        edit(3, title="改成一样的")  # the same change
        page[(1, 1)], page[(2, 5)], page[(3, 1)] = "我改的", serial("2032-01-31"), "改成一样的"
        status, sheet = office.send(outline, xlsx.write({"行动": page}))
        assert (sheet["changed"], sheet["conflicts"], sheet["errors"]) == (1, 1, 0), (sheet, office.rows(sheet))
        conflict = office.rows(sheet, "conflict")[0]
        assert conflict["row"] == 2 and conflict["fields"][0]["cell"] == "B2" and "别人改的" in conflict["fields"][0]["problem"]["zh"], conflict
        status, refused = office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})
        assert status == 409 and refused["field"] == "leave_out", refused
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {"leave_out": True})[0] == 200
        assert office.wait(sheet)["state"] == "applied"
        after = actions_of(office, outline)
        assert after[ids[1]]["title"] == "别人改的" and after[ids[2]]["title"] == "别人改的二" and after[ids[2]]["due_on"] == "2032-01-31"
        # changed between the preview and the confirmation: nothing at all is applied
        _, book, _ = export(office, outline)
        page = {at: (xlsx.Day(v) if at[1] in (4, 5) and at[0] else v) for at, v in book["行动"].items()}
        before = actions_of(office, outline)
        for r in range(1, 31):
            page[(r, 1)] = f"第{r}项改"
        status, sheet = office.send(outline, xlsx.write({"行动": page}))
        assert sheet["changed"] == 30, sheet
        edit(25, title="抢先改了")
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})[0] == 200
        assert office.wait(sheet)["state"] == "undone"
        now = actions_of(office, outline)
        assert now[ids[25]]["title"] == "抢先改了" and all(now[ids[r]]["title"] == before[ids[r]]["title"] for r in range(1, 31) if r != 25), "all or nothing"
        assert [r["row"] for r in office.rows(sheet, "conflict")] == [26]
    finally:
        assert s.stop() == 0


def refusals_name_the_cell(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        outline = demo_outline(office)
        _, book, _ = export(office, outline)
        page = {at: (xlsx.Day(v) if at[1] in (4, 5) and at[0] else v) for at, v in book["行动"].items()}

        def refused(change, word, wanted=422, **more):
            p = dict(page)
            change(p)
            status, body = office.send(outline, xlsx.write({"行动": p}, **more))
            assert status == wanted and word in json.dumps(body, ensure_ascii=False), (status, body)

        def rename(p, name, to):
            p[(0, HEADS[name])] = to
        refused(lambda p: rename(p, "完成时限", "什么时候"), "完成时限")
        refused(lambda p: p.pop((0, 1)), "事项")
        refused(lambda p: p.pop((0, 9)), "系统标识")
        refused(lambda p: rename(p, "量化指标", "完成时限"), "F1")
        refused(lambda p: None, "A2:A3", merges={"行动": ["A2:A3"]})
        refused(lambda p: [p.pop(at) for at in list(p) if at[0] == 0], "事项")
        for bad in (b"", b"not a workbook", b"PK\x03\x04" + b"\0" * 60, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
            assert office.send(outline, bad)[0] in (400, 415), bad[:8]
        bomb = xlsx.write({"行动": page}, extra={"xl/worksheets/sheet2.xml": b" " * (100 << 20)})
        assert office.send(outline, bomb)[0] in (201, 413), "a part that nobody reads, or a limit"
        # renamed by a known other name: taken
        p = dict(page)
        rename(p, "完成时限", "期 限（年月日）")
        assert office.send(outline, xlsx.write({"行动": p}))[1]["errors"] == 0
        # by cell
        p = dict(page)
        p[(16, 5)], p[(17, 5)], p[(18, 5)], p[(19, 1)] = "2026-13-40", xlsx.Day(60.0), 46000.0, xlsx.Raw('<c r="REF" t="e"><v>#DIV/0!</v></c>')
        p[(20, 1)], p[(21, 9)], p[(22, 9)] = xlsx.Raw('<c r="REF" t="str"><f>A1</f></c>'), "A:1:1:", page[(23, 9)]
        p[(24, 1)], p[(25, 1)] = "", "长" * 400
        p.pop((26, 9))
        p[(27, 4)], p[(27, 5)] = serial("2030-02-01"), serial("2030-01-01")
        status, sheet = office.send(outline, xlsx.write({"行动": p}))
        assert status == 201, sheet
        told = {f["cell"]: f["problem"] for r in office.rows(sheet, "error") for f in r["fields"] if "problem" in f}
        assert told["F17"]["zh"] == "F17：“2026-13-40”不是日期。" and told["F17"]["en"] == 'F17: "2026-13-40" is no day.', told
        assert {"F17", "F18", "F19", "B20", "B21", "J22", "J24", "B25", "B26", "J27"} <= set(told), set(told)
        assert "#DIV/0!" in told["B20"]["zh"] and "23" in told["J24"]["en"] and ("E28" in told or "F28" in told), told
        assert told["B26"]["en"].isascii() and not told["B26"]["zh"].isascii(), told["B26"]
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/discard", {})[1]["state"] == "discarded"
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {"leave_out": True})[0] == 409
    finally:
        assert s.stop() == 0


def tasks_come_and_go_too(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        outline = demo_outline(office)
        action = next(a for a in actions_of(office, outline).values() if a["due_on"])
        for title in ("第一段", "第二段"):
            assert office.ask("POST", f"/api/v1/actions/{action['id']}/tasks", {"title": title, "weight": 2, "units": [{"name": "澜州市财政局", "part": "responsible"}]})[0] == 201
        _, book, _ = export(office, outline)
        page = dict(book["任务"])
        assert [page[(r, 1)] for r in (1, 2)] == ["第一段", "第二段"] and page[(1, 7)] == 2.0 and page[(1, 2)] == "澜州市财政局"
        page[(1, 7)], page[(1, 1)], page[(2, 3)] = 5.0, "第一段（改）", "澜州市交通运输局"
        status, sheet = office.send(outline, xlsx.write({"任务": page}))
        assert status == 201 and (sheet["rows"], sheet["changed"], sheet["errors"]) == (2, 2, 0), (sheet, office.rows(sheet))
        office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})
        assert office.wait(sheet)["state"] == "applied"
        tasks = {t["title"]: t for t in office.get(f"/api/v1/actions/{action['id']}/tasks")["items"]}
        assert tasks["第一段（改）"]["weight"] == 5 and [u["name"] for u in tasks["第二段"]["units"] if u["part"] == "implementing"] == ["澜州市交通运输局"], tasks
        assert [u["name"] for u in tasks["第二段"]["units"] if u["part"] == "responsible"] == ["澜州市财政局"]
        page[(1, 7)] = 0.0
        status, sheet = office.send(outline, xlsx.write({"任务": page}))
        assert office.rows(sheet, "error")[0]["fields"][0]["cell"] == "H2", office.rows(sheet)
    finally:
        assert s.stop() == 0


def ten_thousand_rows_with_three_bad_ones(folder):
    n = 10000
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        outline = demo_outline(Who(s, "office"))
    finally:
        assert s.stop() == 0
    multiply(folder + "/data", int(outline), n)
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office = Who(s, "office")
        began = time.time()
        data, book, _ = export(office, outline)
        exported = time.time() - began
        page = {at: (xlsx.Day(v) if at[1] in (4, 5) and at[0] else v) for at, v in book["行动"].items()}
        rows = max(r for r, _ in page)
        assert rows == n, rows
        page[(17, 5)], page[(5000, 5)], page[(9999, 1)] = "2026-13-40", "不知道", xlsx.Raw('<c r="REF" t="e"><v>#N/A</v></c>')
        for r in range(100, 140):
            page[(r, 5)] = serial("2031-12-31")
        began = time.time()
        status, sheet = office.send(outline, xlsx.write({"行动": page}))
        took = time.time() - began
        assert status == 201 and (sheet["rows"], sheet["errors"], sheet["changed"]) == (rows, 3, 40), sheet
        assert [(r["row"], r["fields"][0]["cell"]) for r in office.rows(sheet, "error")] == [(18, "F18"), (5001, "F5001"), (10000, "B10000")]
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {})[0] == 409
        assert office.ask("POST", f"/api/v1/sheets/{sheet['id']}/confirm", {"leave_out": True})[0] == 200
        assert office.wait(sheet)["state"] == "applied"
        due = [a for a in actions_of(office, outline).values() if a["due_on"] == "2031-12-31"]
        assert len(due) == 40
        print(f"{rows} rows: exported in {exported:.2f} s, read and compared in {took:.2f} s")
    finally:
        assert s.stop() == 0


if __name__ == "__main__":
    run([what_is_exported_comes_back_unchanged, edits_are_previewed_by_cell_and_applied_when_confirmed, what_others_changed_since_is_a_conflict,
         refusals_name_the_cell, tasks_come_and_go_too, ten_thousand_rows_with_three_bad_ones])
