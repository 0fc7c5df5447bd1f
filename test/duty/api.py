"""The duty engine over HTTP: handing over, signing, drafting and approving, parts, borders, extension, urging, slips, entries for a unit, scope."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "app"))
from yiti import Server, call, run  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
RIGHTS = "read,report,approve,review,assign"


def yiti(data, *words):
    code, out, err = call(BINARY, *words, "--data", data, "--json")
    assert code == 0, (words, err)
    return json.loads(out)


def person(data, name, unit, role, rights=RIGHTS):
    made = yiti(data, "person", "add", name, "--unit", unit, "--role", role)
    token = yiti(data, "token", "create", made["id"], "--name", "test", "--rights", rights)
    return {"Authorization": "Bearer " + token["secret"]}


class World:
    """An office and two bureaus in Shenzhen, an office in Hangzhou; a clerk and a head in the first bureau."""

    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        add = lambda name, region, kind: yiti(self.data, "unit", "add", name, "--region", region, "--kind", kind)["id"]
        self.office_unit = add("滨江督查室", "440300", "coordination")
        self.bureau = add("市交通局", "440300", "department")
        self.second = add("市财政局", "440300", "department")
        self.other_city = add("别市联席办", "330100", "city_office")
        self.office = person(self.data, "office", self.office_unit, "office")
        self.clerk = person(self.data, "clerk", self.bureau, "desk_drafter")
        self.head = person(self.data, "head", self.bureau, "desk_head")
        self.second_head = person(self.data, "second", self.second, "desk_head")
        self.other = person(self.data, "other", self.other_city, "city_office")
        self.server = Server(BINARY, self.data)

    def send(self, who, method, path, value=None, status=200, etag=None):
        head = dict(who)
        if etag is not None:
            head["If-Match"] = f'"{etag}"'
        got, _, out = self.server.json("/api/v1" + path, head, method, value)
        assert got == status, (method, path, got, out)
        return out

    def get(self, who, path, status=200):
        return self.send(who, "GET", path, None, status)

    def open(self, holder=None, status=201, who=None, **more):
        body = {"title": "编制公交规划", "holder_id": holder or self.bureau, "assigner_id": self.office_unit, "due_on": "2099-12-31", **more}
        return self.send(who or self.office, "POST", "/duties", body, status)

    def step(self, who, duty, verb, status=200, **more):
        return self.send(who, "POST", f"/duties/{duty['id']}/steps", {"verb": verb, **more}, status, duty["version"])

    def report(self, who, duty, status=201, **more):
        return self.send(who, "POST", f"/duties/{duty['id']}/reports", more, status)

    def fresh(self, duty, who=None):
        return self.get(who or self.office, f"/duties/{duty['id']}")

    def upload(self, who, text=b"letter"):
        got, _, out = self.server.get("/api/v1/files", dict(who, **{"Content-Type": "text/plain", "X-File-Name": "a.txt"}), "POST", text)
        assert got == 201, (got, out)
        return json.loads(out)["id"]


def with_world(test):
    def wrapped(folder):
        world = World(folder)
        try:
            test(world)
        finally:
            code = world.server.stop()
            assert code == 0, code
            code, out, err = call(BINARY, "verify", "--data", world.data)
            assert code == 0, out + err
    wrapped.__name__ = test.__name__
    return wrapped


@with_world
def a_duty_goes_from_hand_over_to_its_end(w):
    d = w.open(sources=[{"kind": "instruction", "words": "市领导批示"}, {"kind": "resolution", "words": "联席会议第三次会议"}])
    assert d["number"].startswith("DB-440300-") and d["state"] == "assigned" and d["clock"] == "sign"
    assert len(d["sources"]) == 2 and not d["crosses_border"] and d["light"] == "green"
    w.step(w.office, d, "acknowledge", 403)
    w.step(w.second_head, d, "acknowledge", 404)
    d = w.step(w.clerk, d, "acknowledge")
    assert d["state"] == "under_way" and d["clock"] == "handle"
    w.step(w.clerk, d, "acknowledge", 409)
    stale = dict(d, version=d["version"] - 1)
    w.step(w.office, stale, "withdraw", 412, reason="x")
    draft = w.report(w.clerk, d, text="完成初稿", percent=40, figures=[{"name": "线路", "value": "12", "unit": "条"}])
    assert draft["percent"] == 0 and draft["reports"][0]["state"] == "draft" and draft["reports"][0]["figures"][0]["value"] == "12"
    rid = draft["reports"][0]["id"]
    w.send(w.clerk, "POST", f"/duties/{d['id']}/reports/{rid}/approve", {}, 403)
    d = w.send(w.head, "POST", f"/duties/{d['id']}/reports/{rid}/approve", {})
    assert d["percent"] == 40 and d["reports_count"] == 1 and d["reports"][0]["state"] == "submitted"
    w.send(w.head, "POST", f"/duties/{d['id']}/reports/{rid}/return", {"reason": "x"}, 409)
    assert w.report(w.head, d, 422, text="退步", percent=30)["field"] == "reason"
    d = w.report(w.head, d, text="退步", percent=30, reason="方案被退回")
    assert d["percent"] == 30
    w.report(w.office, d, 403, text="不是我办的", percent=90)
    assert w.step(w.head, d, "submit", 422, text="完成")["field"] == "evidence"
    d = w.step(w.head, d, "submit", text="完成", file_ids=[w.upload(w.head)])
    assert d["state"] == "submitted" and d["clock"] == "review"
    d = w.step(w.office, d, "return", reason="缺附件")
    assert d["state"] == "under_way" and d["returns"] == 1
    d = w.step(w.head, d, "submit", text="完成", file_ids=[w.upload(w.head, b"b")])
    d = w.step(w.office, d, "close")
    assert d["final"] and d["state"] == "done" and d["clock"] == "" and d["light"] == "grey"
    verbs = [row["verb"] for row in w.get(w.office, f"/duties/{d['id']}/journal")["items"]]
    assert verbs == ["open", "acknowledge", "draft", "report", "report", "submit", "return", "submit", "close"], verbs
    words = {c["clock"]: c for c in d["clocks"]}
    assert words["handle"]["unit_id"] == w.bureau and [c["clock"] for c in d["clocks"]].count("review") == 2
    assert all(not c["running"] and c["closed"] for c in d["clocks"])


@with_world
def across_a_border_it_is_offered_and_an_objection_opens_a_consultation(w):
    d = w.open(w.other_city)
    assert d["crosses_border"] and d["state"] == "offered" and d["clock"] == "answer"
    seen = w.get(w.other, f"/duties/{d['id']}")
    assert {m["verb"] for m in seen["may"]} == {"accept", "object"}, seen["may"]
    w.step(w.other, d, "acknowledge", 409)
    w.step(w.other, d, "object", 422)
    d = w.step(w.other, d, "object", reason="不属本市事权")
    assert d["state"] == "consulting" and d["clock"] == "consult"
    d = w.step(w.office, d, "conclude", reason="由本市交通局承办", unit_id=w.bureau)
    assert d["state"] == "assigned" and d["holder"]["id"] == w.bureau and not d["crosses_border"]
    assert w.get(w.other, f"/duties/{d['id']}")["state"] == "assigned", "the former holder still sees it"
    assert {c["clock"] for c in d["clocks"] if c["unit_id"] == w.other_city} == {"answer"}


@with_world
def parts_have_their_own_signatures_and_all_must_clear(w):
    d = w.open()
    d = w.step(w.head, d, "acknowledge")
    w.step(w.clerk, d, "split", 403, parts=[{"unit_id": w.second}])
    may = {m["verb"]: m["part"] for m in w.get(w.head, f"/duties/{d['id']}")["may"]}
    assert may["split"] == "holder"
    d = w.step(w.head, d, "split", parts=[{"unit_id": w.second, "part": "supporting", "title": "落实资金"}])
    part = d["parts"][0]
    assert part["state"] == "assigned" and part["holder"]["id"] == w.second and part["parent_id"] == d["id"]
    got = w.step(w.head, d, "submit", 409, text="完成", file_ids=[w.upload(w.head)])
    assert "分办" in got["detail"] or "parts" in got["detail"], got
    part = w.step(w.second_head, part, "acknowledge")
    part = w.step(w.second_head, part, "submit", text="资金到位", file_ids=[w.upload(w.second_head, b"c")])
    w.step(w.head, part, "close", 403)  # a head has no right to review: the office, which supervises the parts, closes them
    part = w.step(w.office, part, "close")
    d = w.fresh(d, w.head)
    d = w.step(w.head, d, "submit", text="完成", file_ids=[w.upload(w.head, b"d")])
    assert d["state"] == "submitted"


@with_world
def an_extension_keeps_the_first_day_and_a_suspension_stops_the_clock(w):
    d = w.open(due_on="2099-01-31")
    d = w.step(w.head, d, "acknowledge")
    assert w.step(w.office, d, "extend", 422, reason="汛期", due_on="2099-01-31")["field"] == "due_on"
    d = w.step(w.office, d, "extend", reason="汛期", due_on="2099-02-28")
    assert (d["due_on"], d["first_due_on"], d["extensions"]) == ("2099-02-28", "2099-01-31", 1)
    assert d["clock_due_at"].startswith("2099-02-28T") or d["clock_due_at"].startswith("2099-03-01T00:00:00"), d["clock_due_at"]
    d = w.step(w.office, d, "suspend", reason="等待批复", due_on="2098-01-01")
    assert d["state"] == "suspended" and d["clock"] == "" and d["light"] == "grey"
    w.report(w.head, d, 409, text="x", percent=50)
    d = w.step(w.office, d, "resume")
    assert d["state"] == "under_way" and d["clock"] == "handle"
    handles = [c for c in d["clocks"] if c["clock"] == "handle"]
    assert len(handles) == 1 and handles[0]["running"]
    d = w.step(w.office, d, "extend", reason="再延", due_on="2099-03-31")
    w.step(w.office, d, "extend", 409, reason="三延", due_on="2099-04-30")


@with_world
def urges_and_slips_go_up_in_their_order(w):
    d = w.open()
    w.send(w.head, "POST", f"/duties/{d['id']}/urges", {"text": "请加快"}, 403)
    d = w.send(w.office, "POST", f"/duties/{d['id']}/urges", {"text": "请加快"}, 201)
    assert d["urges"][0]["rule"] == "manual" and d["urges"][0]["unit_id"] == w.bureau
    path = f"/duties/{d['id']}/slips"
    w.send(w.office, "POST", path, {"colour": "yellow", "text": "x"}, 409)
    w.send(w.office, "POST", path, {"colour": "pink", "text": "x"}, 422)
    w.send(w.head, "POST", path, {"colour": "blue", "text": "x"}, 403)
    blue = w.send(w.office, "POST", path, {"colour": "blue", "text": "限期说明"}, 201)
    assert blue["number"].startswith("DBD-440300-") and blue["state"] == "open"
    w.send(w.office, "POST", path, {"colour": "blue", "text": "x"}, 409)
    w.send(w.clerk, "POST", f"/slips/{blue['id']}/reply", {"text": "已整改"}, 403)
    replied = w.send(w.head, "POST", f"/slips/{blue['id']}/reply", {"text": "已整改"})
    assert replied["state"] == "replied" and replied["lapsed_at"] is None
    w.send(w.head, "POST", f"/slips/{blue['id']}/close", {}, 403)
    closed = w.send(w.office, "POST", f"/slips/{blue['id']}/close", {"text": "核实"})
    assert closed["state"] == "closed"
    w.send(w.office, "POST", path, {"colour": "red", "text": "x"}, 409)
    red = w.send(w.office, "POST", path, {"colour": "red", "text": "特急", "urgent": True}, 201)
    assert [s["id"] for s in w.get(w.office, "/slips")["items"]] == [red["id"], blue["id"]]
    assert w.get(w.office, "/slips?colour=blue")["items"][0]["id"] == blue["id"]
    assert w.get(w.other, "/slips")["items"] == []
    w.send(w.other, "POST", f"/slips/{red['id']}/reply", {"text": "x"}, 404)


@with_world
def the_office_enters_a_reply_for_a_unit_until_it_confirms(w):
    d = w.open()
    d = w.step(w.clerk, d, "acknowledge")
    assert w.report(w.office, d, 422, text="来函称已完成一半", percent=50, on_behalf=True)["field"] == "file_ids"
    w.report(w.head, d, 403, text="x", percent=50, on_behalf=True, file_ids=[w.upload(w.head)])
    d = w.report(w.office, d, text="来函称已完成一半", percent=50, on_behalf=True, file_ids=[w.upload(w.office)])
    assert d["percent"] == 50 and d["unconfirmed"] == 1 and d["reports"][0]["external"]
    rid = d["reports"][0]["id"]
    w.send(w.office, "POST", f"/duties/{d['id']}/reports/{rid}/confirm", {}, 403)
    d = w.send(w.head, "POST", f"/duties/{d['id']}/reports/{rid}/confirm", {})
    assert d["unconfirmed"] == 0 and d["reports"][0]["confirmed_at"]
    w.send(w.head, "POST", f"/duties/{d['id']}/reports/{rid}/confirm", {}, 409)


@with_world
def lists_desks_and_strangers(w):
    days = ["2099-03-01", "2099-01-01", "2099-02-01"]
    made = [w.open(due_on=day, title="任务" + day) for day in days]
    late = w.open(due_on="2020-01-01", start_on="2019-01-01", title="早已到期")
    assert late["light"] == "red" and "2020-01-01" in late["light_reason"]["zh"] and "due date" in late["light_reason"]["en"]
    first = w.get(w.office, "/duties?limit=2")
    second = w.get(w.office, "/duties?limit=2&after=" + first["next"])
    assert [x["due_on"] for x in first["items"] + second["items"]] == ["2020-01-01"] + sorted(days) and second["next"] is None
    assert [x["id"] for x in w.get(w.office, "/duties?light=red")["items"]] == [late["id"]]
    assert len(w.get(w.clerk, "/my/duties")["items"]) == 4 and w.get(w.office, "/my/duties")["items"] == []
    assert w.get(w.other, "/duties")["items"] == []
    w.get(w.other, f"/duties/{made[0]['id']}", 404)
    w.get(w.other, f"/duties/{made[0]['id']}/journal", 404)
    w.report(w.other, made[0], 404, text="x", percent=1)
    w.send(w.other, "POST", f"/duties/{made[0]['id']}/urges", {"text": "x"}, 404)
    w.open(status=404, who=w.other)
    w.open(status=422, due_on="2020-01-01", start_on="2021-01-01")
    w.open(status=422, due_on="2026-02-30")
    assert w.open(status=422, part="mayor")["field"] == "part"
    w.get(w.office, "/duties?colour=red", 422)
    assert {m["machine"] for m in w.get(w.office, "/machines")["items"]} >= {"action"}
    code, out, err = call(BINARY, "duty", "list", "--data", w.data, "--json")
    assert code == 0 and len(json.loads(out)) == 4, err
    code, out, err = call(BINARY, "pack", "check", os.path.join(HERE, "..", "..", "packs", "metro-circle"))
    assert code == 0, err


@with_world
def a_quarterly_report_makes_its_own_instances(w):
    body = {"title": "季度报送", "holder_id": w.bureau, "assigner_id": w.office_unit, "every": "quarter", "due_days": 10, "from_on": "2026-01-01", "until_on": "2026-08-01"}
    made = w.send(w.office, "POST", "/recurrences", body, 201)
    w.send(w.head, "POST", "/recurrences", dict(body, assigner_id=w.office_unit), 404)  # no right of any kind on that unit
    w.send(w.office, "POST", "/recurrences", dict(body, every="day"), 422)
    import time
    for _ in range(100):
        items = w.get(w.office, "/recurrences")["items"]
        if not items[0]["active"]:
            break
        time.sleep(0.1)
    assert items[0]["id"] == made["id"] and items[0]["made"] == 3, items
    assert [x["due_on"] for x in w.get(w.office, "/duties")["items"]] == ["2026-01-11", "2026-04-11", "2026-07-11"]
    assert w.get(w.other, "/recurrences")["items"] == []
    w.send(w.other, "POST", f"/recurrences/{made['id']}/stop", None, 404)


@with_world
def an_action_is_handed_over_and_its_progress_comes_back(w):
    office = person(w.data, "planner", w.office_unit, "office", "read,report,approve,review,import,breakdown,assign,publish")
    with open(os.path.join(HERE, "..", "plan", "outline_a.txt"), "rb") as file:
        got, _, text = w.server.get("/api/v1/imports?mode=live&filename=a.txt", dict(office, **{"Content-Type": "application/octet-stream"}), "POST", file.read())
    assert got == 201
    imported = json.loads(text)
    w.send(office, "POST", f"/imports/{imported['id']}/confirm", {}, etag=imported["version"])
    actions = w.get(office, "/actions")["items"]
    action = next(a for a in actions if {u["part"] for u in a["units"]} == {"lead", "supporting"})
    bare = next((a for a in actions if not a["units"]), None)
    w.send(w.other, "POST", f"/actions/{action['id']}/hand-over", {}, 404)
    if bare:
        w.send(office, "POST", f"/actions/{bare['id']}/hand-over", {}, 409)
    done = w.send(office, "POST", f"/actions/{action['id']}/hand-over", {"due_on": "2099-06-30"}, 201)
    assert done["duties"] == len(action["units"])
    w.send(office, "POST", f"/actions/{action['id']}/hand-over", {}, 409)
    listed = w.get(office, f"/duties?subject_kind=action&subject_id={action['id']}")["items"]
    assert len(listed) == done["duties"] and {d["part"] for d in listed} == {"lead", "supporting"}
    lead = next(d for d in listed if d["part"] == "lead")
    assert lead["id"] == done["duty_id"] and all(d["parent_id"] == lead["id"] for d in listed if d is not lead)
    head = person(w.data, "leadhead", lead["holder"]["id"], "desk_head")
    lead = w.step(head, lead, "acknowledge")
    w.report(head, lead, text="已完成选线", percent=35)
    after = w.get(office, f"/actions/{action['id']}")
    assert after["percent"] == 35 and after["state"] == "under_way" and after["reports"][0]["text"] == "已完成选线", after
    part = next(d for d in listed if d["part"] == "supporting")
    supporter = person(w.data, "supporthead", part["holder"]["id"], "desk_head")
    part = w.step(supporter, part, "acknowledge")
    w.report(supporter, part, text="资金落实", percent=90)
    assert w.get(office, f"/actions/{action['id']}")["percent"] == 35, "a supporter's report is not the action's progress"


run([a_duty_goes_from_hand_over_to_its_end, across_a_border_it_is_offered_and_an_objection_opens_a_consultation,
     parts_have_their_own_signatures_and_all_must_clear, an_extension_keeps_the_first_day_and_a_suspension_stops_the_clock,
     urges_and_slips_go_up_in_their_order, the_office_enters_a_reply_for_a_unit_until_it_confirms, lists_desks_and_strangers,
     a_quarterly_report_makes_its_own_instances, an_action_is_handed_over_and_its_progress_comes_back])
