"""Consultations and signatures over HTTP: who convenes, speaks, decides and concludes, what is refused, and an outline in force when all have signed."""
import datetime
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "app"))
from api import RIGHTS, World, person, yiti  # noqa: E402
from yiti import run  # noqa: E402

CITIES = {"330100": "杭州市人民政府", "330500": "湖州市人民政府", "330400": "嘉兴市人民政府", "330600": "绍兴市人民政府"}


def day(offset):
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date() + datetime.timedelta(days=offset)).isoformat()


class Circle(World):
    """The office of a cooperation of four cities, a government in each, and one of a city outside."""

    def __init__(self, folder):
        super().__init__(folder)
        root = yiti(self.data, "unit", "add", "测试管理处", "--region", "000000", "--kind", "other")["id"]
        self.admin = person(self.data, "root", root, "administrator", "manage_units,manage_people,read")
        made = self.send("POST", "/cooperations", {"name": "杭州都市经济圈", "members": [{"region_code": c, "part": "member"} for c in CITIES]},
                         who=self.admin, status=201)
        self.cooperation = made["id"]
        self.joint = self.send("POST", "/units", {"name": "都市圈联席办", "region_code": "330100", "kind": "coordination", "cooperation_id": made["id"]},
                               who=self.admin, status=201)["id"]
        self.office = person(self.data, "joint", self.joint, "office")
        self.units, self.heads, self.clerks = {}, {}, {}
        for code, name in {**CITIES, "320500": "苏州市人民政府"}.items():
            self.units[code] = yiti(self.data, "unit", "add", name, "--region", code, "--kind", "government")["id"]
            self.heads[code] = person(self.data, "h" + code, self.units[code], "city_office")
            self.clerks[code] = person(self.data, "c" + code, self.units[code], "desk_drafter")

    def open(self, status=201, **changes):
        body = {"kind": "consultation", "title": "太湖蓝藻联防联控", "body": "拟建立四市联合处置机制。", "heard": [self.units["330500"], self.units["330400"]],
                "reply_due_on": day(5), **changes}
        return self.send("POST", "/consultations", body, status=status)

    def say(self, made, code, stance, text="", status=201, who=None):
        return self.send("POST", f"/consultations/{made['id']}/opinions", {"unit_id": self.units[code], "stance": stance, "text": text},
                         who=who or self.heads[code], status=status)

    def conclude(self, made, text="一致同意。", status=200):
        now = self.get(f"/consultations/{made['id']}")
        return self.send("POST", f"/consultations/{made['id']}/conclude", {"conclusion": text}, etag=f'"{now["version"]}"', status=status)


def with_circle(test):
    def wrapped(folder):
        circle = Circle(folder)
        try:
            test(circle)
        finally:
            assert circle.server.stop() == 0
    wrapped.__name__ = test.__name__
    return wrapped


@with_circle
def req_HZ_5_9_a_major_matter_is_consulted_on_until_every_objection_is_decided(w):
    made = w.open()
    assert made["state"] == "open" and made["number"].startswith("HS-330100-") and len(made["heard"]) == 2
    assert w.get("/consultations", who=w.heads["330500"])["items"][0]["id"] == made["id"]
    w.get(f"/consultations/{made['id']}", who=w.heads["330600"], status=404)  # not heard: does not even see it
    problem = w.conclude(made, status=409)
    assert "湖州" in problem["detail"] or "嘉兴" in problem["detail"], problem
    w.say(made, "330500", "agree")
    w.say(made, "330400", "object", status=422)
    w.say(made, "330400", "object", "资金分担比例没有依据。")
    problem = w.conclude(made, status=409)
    assert "嘉兴" in problem["detail"], problem
    path = f"/consultations/{made['id']}/opinions/{w.units['330400']}/decision"
    w.send("PUT", path, {"decision": "declined"}, status=422)
    w.send("PUT", path, {"decision": "partly", "reason": "按人口重算比例。"}, who=w.heads["330400"], status=403)
    w.send("PUT", path, {"decision": "partly", "reason": "按人口重算比例。"})
    w.say(made, "330400", "change", "同意，比例附后。")  # speaks again: the first opinion stays in the journal, the last one counts
    w.conclude(made, status=409)
    w.send("PUT", path, {"decision": "taken"})
    done = w.conclude(made)
    assert done["state"] == "concluded" and done["answered"] == 2 and done["conclusion"] == "一致同意。"
    w.say(made, "330500", "object", "太迟了。", status=409)
    verbs = [i["verb"] for i in w.get(f"/consultations/{made['id']}/journal")["items"]]
    assert verbs == ["open", "opinion", "opinion", "decide", "opinion", "decide", "conclude"], verbs


@with_circle
def req_CS_3_1_2c_only_who_is_heard_speaks_and_only_by_its_head(w):
    made = w.open(heard=[w.units["330500"]])
    w.say(made, "330600", "agree", status=404)
    w.say(made, "330500", "agree", status=403, who=w.clerks["330500"])
    w.say(made, "330500", "maybe", status=422)
    w.send("POST", f"/consultations/{made['id']}/opinions", {"unit_id": w.units["330400"], "stance": "agree"}, who=w.heads["330500"], status=403)
    w.say(made, "330500", "none")
    assert w.conclude(made)["state"] == "concluded"


@with_circle
def bad_input_is_refused_by_field_and_leaves_nothing(w):
    for changes, field in (({"kind": "vote"}, "kind"), ({"title": ""}, "title"), ({"heard": []}, "heard"), ({"reply_due_on": day(-1)}, "reply_due_on"),
                           ({"heard": [w.units["330500"]] * 2}, "heard"), ({"heard": [w.joint]}, "heard"), ({"subject_kind": "case", "subject_id": "1"}, "subject_kind")):
        assert w.open(status=422, **changes)["field"] == field, changes
    w.open(status=404, heard=["12"])
    w.open(status=404, subject_kind="outline", subject_id="12")
    w.send("POST", "/consultations", {"kind": "opinion", "title": "x", "heard": [w.units["330400"]], "reply_due_on": day(1)}, who=w.clerks["330500"], status=403)
    assert w.get("/consultations")["items"] == []


@with_circle
def a_countersigning_needs_everybody_and_a_draft_finds_its_consultation(w):
    outline = w.outline(cooperation_id=w.cooperation, region_code="330100")
    made = w.open(kind="countersign", subject_kind="outline", subject_id=outline, heard=[w.units["330500"], w.units["330600"]])
    assert w.get(f"/consultations?subject_kind=outline&subject_id={outline}")["items"][0]["id"] == made["id"]
    assert w.get("/consultations?q=" + "%E8%93%9D")["items"][0]["id"] == made["id"]
    w.say(made, "330500", "agree")
    w.say(made, "330600", "none")
    assert "绍兴" in w.conclude(made, status=409)["detail"]
    w.say(made, "330600", "agree")
    stale = w.send("POST", f"/consultations/{made['id']}/conclude", {"conclusion": "会签完成。"}, etag='"1"', status=412)
    assert stale["type"].endswith("plan_stale")
    assert w.conclude(made)["state"] == "concluded"
    other = w.open()
    now = w.get(f"/consultations/{other['id']}")
    w.send("POST", f"/consultations/{other['id']}/withdraw", {"reason": ""}, etag=f'"{now["version"]}"', status=422)
    gone = w.send("POST", f"/consultations/{other['id']}/withdraw", {"reason": "另行研究。"}, etag=f'"{now["version"]}"')
    assert gone["state"] == "withdrawn"
    assert [c["state"] for c in w.get("/consultations?state=withdrawn")["items"]] == ["withdrawn"]


@with_circle
def req_HZ_0_2_an_outline_is_in_force_when_all_four_cities_have_signed(w):
    outline = w.outline(cooperation_id=w.cooperation, region_code="330100")
    path = f"/outlines/{outline}"
    w.send("POST", path + "/signatures", {"unit_id": w.units["330500"]}, who=w.heads["330500"], status=404)  # not asked yet
    w.send("POST", path + "/signature-requests", {"units": [w.units["320500"]]}, status=403)
    asked = w.send("POST", path + "/signature-requests", {"units": [w.units[c] for c in CITIES]}, status=201)
    assert (asked["members"], asked["signed"], asked["in_force_on"]) == (4, 0, None)
    days = {"330100": "2009-05-01", "330500": "2009-05-03", "330400": "2009-05-02", "330600": day(0)}
    w.send("POST", path + "/signatures", {"unit_id": w.units["330500"]}, who=w.clerks["330500"], status=403)
    w.send("POST", path + "/signatures", {"unit_id": w.units["330500"], "signed_on": day(1)}, who=w.heads["330500"], status=422)
    for n, (code, on) in enumerate(days.items()):
        assert w.get(path + "/signatures")["in_force_on"] is None
        signed = w.send("POST", path + "/signatures", {"unit_id": w.units[code], "signed_on": on}, who=w.heads[code], status=201)
        assert signed["signed"] == n + 1
    assert signed["in_force_on"] == day(0)
    w.send("POST", path + "/signatures", {"unit_id": w.units["330500"]}, who=w.heads["330500"], status=409)


if __name__ == "__main__":
    sys.exit(run([req_HZ_5_9_a_major_matter_is_consulted_on_until_every_objection_is_decided, req_CS_3_1_2c_only_who_is_heard_speaks_and_only_by_its_head,
                  bad_input_is_refused_by_field_and_leaves_nothing, a_countersigning_needs_everybody_and_a_draft_finds_its_consultation,
                  req_HZ_0_2_an_outline_is_in_force_when_all_four_cities_have_signed]))
