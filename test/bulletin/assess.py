"""Assessment of units over HTTP. Points are computed again in this file from the action list as of the day and the scheme's words; so are ranks."""
import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bulletin import Oracle, iso, months_back, outline_of
from circle import BINARY, with_circle
from yiti import call, run

BUREAU = "澜州市交通运输局"


def unit_id(c, name):
    return next(u["id"] for u in c.all("/units?q=" + __import__("urllib.parse").parse.quote(name)) if u["name"] == name)


def assess(c, status=201, scheme="units", **more):
    start, until = months_back(c, 1)
    return c.send("POST", "/assessments", {"scheme": scheme, "outline_ids": [outline_of(c)], "from_on": start.isoformat(), "until_on": until.isoformat(), **more},
                  status=status)


def two(fraction):
    """Half up to hundredths, after the rule language's rounding to millionths."""
    millionths = (Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(Decimal("0.000001"))
    return millionths.quantize(Decimal("0.01"), ROUND_HALF_UP)


def ran_out(c, start, until):
    """Per unit: its clocks that ran out in the period, and the slips issued to it, one by one from what each duty shows."""
    overdue, slips = {}, {}

    def within(at):
        return at is not None and start.isoformat() <= at[:10] <= until.isoformat()

    for d in c.all("/duties"):
        for clock in c.get(f"/duties/{d['id']}")["clocks"]:
            if within(clock["overdue_at"]):
                overdue[clock["unit"]["id"]] = overdue.get(clock["unit"]["id"], 0) + 1
    for slip in c.all("/slips"):
        if within(slip["issued_at"]):
            slips[slip["unit"]["id"]] = slips.get(slip["unit"]["id"], 0) + 1
    return overdue, slips


def want_points(oracle, unit, overdue, slips):
    """The scheme `units` of packs/metro-circle/assessment/units.yaml, by its words."""
    rows = [r for r in oracle.rows.values() if ("unit", unit) in r["scopes"]]
    n = {f: sum(f in r["counts"] for r in rows) for f in ("total", "done", "due", "on_time", "red", "unreported")}
    percent = Fraction(int(Fraction(sum(r["percent"] for r in rows) * 1000000, n["total"])), 1000000)
    lines = {
        "on_time": two(Fraction(40 * n["on_time"], n["due"])) if n["due"] else Decimal(40),
        "progress": two(percent * Fraction(3, 10)),
        "reporting": two(20 - Fraction(20 * n["unreported"], n["total"])),
        "discipline": max(Decimal(0), Decimal(10 - 2 * overdue.get(unit, 0))),
        "red": -min(Decimal(10), Decimal(2 * n["red"])),
        "slips": -min(Decimal(6), Decimal(3 * slips.get(unit, 0))),
        "all_done": Decimal(5 if n["done"] == n["total"] else 0),
    }
    return lines, min(max(sum(lines.values()), Decimal(0)), Decimal(105))


@with_circle
def points_are_those_of_the_scheme(c):
    start, until = months_back(c, 1)
    oracle = Oracle(c, outline_of(c), start, until)
    a = assess(c)
    units = {s[1] for s in oracle.scopes() if s[0] == "unit"}
    assert {r["unit"]["id"] for r in a["results"]} == units, "every unit that leads an action, and nobody else"
    overdue, slips = ran_out(c, start, until)
    points = {}
    for r in a["results"]:
        lines, total = want_points(oracle, r["unit"]["id"], overdue, slips)
        got = {line["word"]: Decimal(line["points"]) for line in r["lines"]}
        for word, value in lines.items():
            assert abs(got[word] - value) <= Decimal("0.01"), (r["unit"]["name"], word, got[word], value)
        assert Decimal(r["points"]) == min(max(sum(got.values()), Decimal(0)), Decimal(105))
        assert all(line["because"]["zh"] and line["because"]["en"] for line in r["lines"])
        points[r["unit"]["id"]] = (r["group"], Decimal(r["points"]))
    for r in a["results"]:
        group, mine = points[r["unit"]["id"]]
        peers = [p for g, p in points.values() if g == group]
        assert (r["rank"], r["rank_to"]) == (1 + sum(p > mine for p in peers), sum(p >= mine for p in peers))
    rows = c.get(f"/assessments/{a['id']}/rows?unit={a['results'][0]['unit']['id']}&figure=red")
    assert {x["id"] for x in rows["items"]} == oracle.behind(("unit", a["results"][0]["unit"]["id"]), "red") and rows["count"] == rows["figure"]


@with_circle
def a_unit_sees_its_own_result_alone(c):
    a = assess(c)
    path = f"/assessments/{a['id']}"
    c.get(path, who="head", status=404)
    c.get(path, who="other_city", status=404)
    sent = c.send("POST", path + "/send", version=a["version"])
    assert sent["state"] == "sent" and sent["objections_until_on"] > sent["sent_on"]
    bureau = unit_id(c, BUREAU)
    seen = c.get(path, who="head")
    assert [r["unit"]["id"] for r in seen["results"]] == [bureau] and seen["results"][0]["may"] == ["accept", "object"] and not seen["office"]
    assert c.get(path, who="desk")["results"][0]["may"] == [], "a clerk reads it and does not speak for the unit"
    other = next(r["unit"]["id"] for r in a["results"] if r["unit"]["id"] != bureau)
    c.get(f"{path}/rows?unit={other}", who="head", status=404)
    c.send("POST", f"{path}/results/{other}/accept", who="head", status=404)
    c.send("POST", f"{path}/objections", {"unit_id": other, "text": "x"}, who="head", status=404)
    c.send("POST", f"{path}/objections", {"text": "x"}, who="desk", status=403)
    c.send("POST", path + "/publish", version=sent["version"], who="head", status=403)
    c.get(path + "/journal", who="head", status=403)
    got = c.server.json("/api/v1" + path, c.headers("other_city"))
    assert got[0] == 404 or all(r["unit"]["id"] != bureau for r in got[2]["results"])


@with_circle
def points_by_hand_need_a_reason_and_keep_within_the_cap(c):
    a = assess(c)
    path = f"/assessments/{a['id']}"
    unit = unit_id(c, BUREAU)
    before = next(r for r in a["results"] if r["unit"]["id"] == unit)
    c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "deduct", "points": "3", "reason": ""}, status=422)
    c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "deduct", "points": "0", "reason": "x"}, status=422)
    c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "deduct", "points": "10.01", "reason": "x"}, status=422)
    after = c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "deduct", "points": "2.5", "reason": "数据不实"}, status=201)
    now = next(r for r in after["results"] if r["unit"]["id"] == unit)
    assert Decimal(now["points"]) == max(Decimal(0), Decimal(before["computed"]) - Decimal("2.5")) and now["computed"] == before["computed"]
    assert after["adjustments"][0]["reason"] == "数据不实"
    assert c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "deduct", "points": "8", "reason": "x"}, status=422)["field"] == "points"
    c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "bonus", "points": "1", "reason": "x"}, who="head", status=403)
    c.send("POST", path + "/send", version=1, status=412)
    sent = c.send("POST", path + "/send", version=after["version"])
    c.send("POST", path + "/adjustments", {"unit_id": unit, "kind": "bonus", "points": "1", "reason": "x"}, status=409)
    assert sent["state"] == "sent"


@with_circle
def an_objection_is_decided_before_anything_is_published(c):
    a = assess(c)
    path = f"/assessments/{a['id']}"
    sent = c.send("POST", path + "/send", version=a["version"])
    unit = unit_id(c, BUREAU)
    before = Decimal(next(r for r in sent["results"] if r["unit"]["id"] == unit)["points"])
    assert c.send("POST", path + "/objections", {"item": "nothing", "text": "x"}, who="head", status=422)["field"] == "item"
    seen = c.send("POST", path + "/objections", {"item": "reporting", "text": "本月已按时报告，系统未计入。"}, who="head", status=201)
    objection = seen["objections"][0]
    c.send("POST", f"{path}/results/{unit}/accept", who="head", status=409)
    assert c.send("POST", path + "/publish", version=c.get(path)["version"], status=409)
    decide = f"{path}/objections/{objection['id']}/decision"
    c.send("POST", decide, {"decision": "upheld", "reason": "属实", "points": "3.5"}, who="head", status=403)
    c.send("POST", decide, {"decision": "upheld", "reason": ""}, status=422)
    c.send("POST", decide, {"decision": "maybe", "reason": "x"}, status=422)
    c.send("POST", decide, {"decision": "dismissed", "reason": "x", "points": "1"}, status=422)
    out = c.send("POST", decide, {"decision": "partly", "reason": "补计3.5分。", "points": "3.5"})
    after = next(r for r in out["results"] if r["unit"]["id"] == unit)
    assert Decimal(after["points"]) == min(Decimal(105), before + Decimal("3.5")), (before, after["points"])
    c.send("POST", decide, {"decision": "dismissed", "reason": "x"}, status=409)
    assert c.get(path, who="head")["objections"][0]["decision"] == "partly"
    accepted = c.send("POST", f"{path}/results/{unit}/accept", who="head")
    assert accepted["results"][0]["accepted"]
    c.send("POST", path + "/objections", {"text": "又有意见"}, who="head", status=409)
    # others have neither accepted nor let the term pass
    refused = c.send("POST", path + "/publish", version=c.get(path)["version"], status=409)
    assert out["objections_until_on"] in refused["detail"]


@with_circle
def what_is_published_is_frozen_and_awarded(c):
    # an outline that one bureau alone leads: it accepts, so the office need not wait
    text = "澜州市交通行动纲要\n澜州府〔2026〕1号\n2026年1月10日\n一、任务\n1.编制公交规划（牵头单位：澜州市交通运输局）。2026年6月30日以前完成。\n"
    got, _, made = c.server.get("/api/v1/imports?mode=live&filename=a.txt", {**c.headers("office"), "Content-Type": "application/octet-stream"}, "POST", text.encode())
    imported = __import__("json").loads(made)
    assert got == 201, made
    outline = c.send("POST", f"/imports/{imported['id']}/confirm", {}, version=imported["version"])["outlines"][0]["id"]
    action = c.get(f"/actions?outline={outline}")["items"][0]
    c.send("PUT", f"/actions/{action['id']}/units", {"units": [{"unit_id": unit_id(c, BUREAU), "part": "lead"}]}, version=action["version"])
    c.send("POST", f"/actions/{action['id']}/reports", {"percent": 100, "done_on": "2026-06-20", "text": "完成"}, status=201)
    a = c.send("POST", "/assessments", {"scheme": "units", "outline_ids": [outline], "from_on": "2026-01-01", "until_on": "2026-06-30"}, status=201)
    assert [(r["unit"]["name"], r["points"]) for r in a["results"]] == [(BUREAU, "105.00")]
    path = f"/assessments/{a['id']}"
    sent = c.send("POST", path + "/send", version=a["version"])
    c.send("POST", path + "/publish", version=sent["version"], status=409)
    accepted = c.send("POST", f"{path}/results/{a['results'][0]['unit']['id']}/accept", who="head")
    out = c.send("POST", path + "/publish", version=accepted["version"])
    assert out["state"] == "published" and out["results"][0]["award"]["en"] == "Outstanding unit" and out["content_sha256"]
    c.send("POST", f"/actions/{action['id']}/reports", {"percent": 20, "state": "under_way", "done_on": "2026-06-25", "reason": "返工", "text": "返工"}, status=201)
    again = c.get(path)
    assert again["results"] == out["results"] and again["content_sha256"] == out["content_sha256"]
    for verb in ("publish", "send", "discard"):
        c.send("POST", f"{path}/{verb}", version=again["version"], status=409)
    c.send("POST", path + "/objections", {"text": "不服"}, who="head", status=409)
    code, text, err = call(BINARY, "assess", "show", a["id"], "--data", c.data)
    assert code == 0 and BUREAU in text and "105.00" in text, text + err
    c.stop()
    code, text, err = c.verify()
    assert code == 0, text + err


@with_circle
def what_is_asked_of_a_unit_is_counted(c):
    bureau = unit_id(c, BUREAU)
    today = iso(c.get("/session")["instance"]["today_on"])
    nxt = (today.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    last = (nxt.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    month = nxt.isoformat()[:7]

    def mine(who="office"):
        got = c.get(f"/burden?month={month}&unit={bureau}", who=who)
        return got, next((u for u in got["items"] if u["unit"]["id"] == bureau), {"count": 0, "by": [], "over": False, "asks": []})

    base = mine()[1]["count"]
    sundays = sum((nxt + datetime.timedelta(days=i)).weekday() == 6 for i in range((last - nxt).days + 1))
    for every in ("week", "month"):
        c.send("POST", "/duties", {"title": f"报送（{every}）", "holder_id": bureau, "report_every": every, "due_on": "2099-12-31"}, status=201)
    c.send("POST", "/duties", {"title": "一次性任务", "holder_id": bureau, "due_on": (nxt + datetime.timedelta(days=9)).isoformat()}, status=201)
    got, unit = mine()
    assert unit["count"] == base + sundays + 1 + 1 and len(unit["asks"]) == unit["count"] == sum(b["count"] for b in unit["by"])
    assert unit["over"] == (unit["count"] > got["cap"])
    for _ in range(got["cap"]):
        c.send("POST", "/duties", {"title": "再要一份", "holder_id": bureau, "due_on": last.isoformat()}, status=201)
    assert mine()[1]["over"] is True, "beyond the pack's cap the page warns"
    assert mine("head")[1]["count"] == mine()[1]["count"], "the unit sees it too"
    assert not [u for u in c.get(f"/burden?month={month}", who="other_city")["items"] if u["unit"]["id"] == bureau]
    assert c.get("/burden?month=2026-13", status=422)["field"] == "month"


if __name__ == "__main__":
    run([v for v in list(globals().values()) if callable(v) and getattr(v, "__closure__", None) and v.__name__ != "wrapped" and v.__module__ in ("circle", "__main__")])
