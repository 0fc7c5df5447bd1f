"""Tasks below actions and kept roll-ups over HTTP: the chain down the levels, what is refused, and kept = recomputed after random histories."""
import os
import random
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import person, run, with_world, yiti  # noqa: E402

RUNS = int(os.environ.get("YITI_RUNS", "3"))
STEPS = 60


def add(w, action, title, status=201, who=None, **more):
    return w.send("POST", f"/actions/{action}/tasks", dict(title=title, **more), who=who, status=status)


def find(tree, title):
    return next(t for t in tree["items"] if t["title"] == title)


def tag(row):
    return f'"{row["version"]}"'


@with_world
def tasks_go_down_the_levels_and_circles_are_named(w):
    outline = w.outline()
    action = w.actions(f"outline={outline}")[0]["id"]
    city = find(add(w, action, "市级方案", weight=3, units=[{"name": "市交通局", "part": "responsible"}, {"name": "市公交集团", "part": "implementing"}]), "市级方案")
    assert city["level"] == "city" and [u["part"] for u in city["units"]] == ["implementing", "responsible"]
    county = find(add(w, action, "县级实施", parent_id=city["id"], due_on="2011-06-30"), "县级实施")
    town = find(add(w, action, "镇级落实", parent_id=county["id"]), "镇级落实")
    assert (county["level"], town["level"]) == ("county", "town")
    said = w.send("POST", f"/tasks/{city['id']}/move", {"parent_id": town["id"]}, etag=tag(city), status=409)
    assert "市级方案 → 镇级落实 → 县级实施 → 市级方案" in said["detail"], said
    said = add(w, action, "太早", status=422, due_on="2009-01-01")
    assert said["field"] == "due_on" and "2010-05-12" in said["detail"], said
    assert add(w, action, "倒置", status=422, parent_id=town["id"], level="city")["field"] == "level"
    add(w, action, "外人", status=404, who=w.stranger)
    w.get(f"/actions/{action}/tasks", who=w.stranger, status=404)
    w.get(f"/tasks/{city['id']}", who=w.stranger, status=404)
    w.send("PATCH", f"/tasks/{city['id']}", {"title": "改"}, etag='"99"', status=412)
    moved = w.send("POST", f"/tasks/{town['id']}/move", {"parent_id": city["id"]}, etag=tag(town))
    assert find(moved, "镇级落实")["parent_id"] == city["id"]


@with_world
def reports_roll_up_by_weight_and_explain_themselves(w):
    outline = w.outline()
    action = w.actions(f"outline={outline}")[0]
    a = action["id"]
    one = find(add(w, a, "甲", weight=3), "甲")
    two = find(add(w, a, "乙", weight=1), "乙")
    w.send("POST", f"/tasks/{one['id']}/reports", {"percent": 50}, status=201)
    tree = w.send("POST", f"/tasks/{two['id']}/reports", {"percent": 90}, status=201)
    assert find(tree, "乙")["state"] == "under_way"
    said = w.get(f"/actions/{a}/explain")
    assert (said["source"], said["percent"], said["reported_percent"]) == ("tasks", 60.0, 0), said
    assert [(t["weight"], t["percent"]) for t in said["terms"]] == [(3, 50.0), (1, 90.0)]
    w.send("POST", f"/tasks/{two['id']}/reports", {"percent": 10}, status=422)
    w.send("POST", f"/tasks/{two['id']}/reports", {"percent": 10, "text": "返工"}, status=201)
    assert w.get(f"/actions/{a}/explain")["percent"] == 40.0
    whole = next(r for r in w.get(f"/outlines/{outline}/rollup?kind=outline")["items"])
    assert (whole["actions"], whole["percent"]) == (4, 10.0), whole
    terms = w.get(f"/outlines/{outline}/rollup/explain?kind=outline")
    assert terms["hidden_actions"] == 0 and int(terms["weighted"]) == 4000 and len(terms["items"]) == 4
    said = w.send("POST", f"/tasks/{one['id']}/split", {"pieces": [{"title": "甲一", "weight": 1}, {"title": "甲二", "weight": 1}]}, etag='"2"', status=422)
    assert "3" in said["detail"], said
    tree = w.send("POST", f"/tasks/{one['id']}/split", {"pieces": [{"title": "甲一", "weight": 1}, {"title": "甲二", "weight": 2}]}, etag='"2"')
    assert w.get(f"/actions/{a}/explain")["percent"] == 40.0, "a split keeps the progress above"
    tree = w.send("POST", "/tasks/merge", {"task_ids": [find(tree, "甲一")["id"], find(tree, "甲二")["id"]], "title": "甲合"})
    assert find(tree, "甲合")["weight"] == 3 and w.get(f"/actions/{a}/explain")["percent"] == 40.0
    w.get(f"/tasks/{one['id']}", status=404)
    items = [{"id": t["id"], "version": t["version"], "weight": 5} for t in tree["items"]]
    w.send("POST", "/tasks/bulk", {"items": items + [dict(items[0], version=77)]}, status=412)
    assert sorted(t["weight"] for t in w.get(f"/actions/{a}/tasks")["items"]) == [1, 3], "all or nothing"
    w.send("POST", "/tasks/bulk", {"items": items})
    assert w.get(f"/actions/{a}/explain")["percent"] == 30.0
    now = w.get(f"/actions/{a}")
    said = w.send("PUT", f"/actions/{a}/weighing", {"weight": 7, "mode": "status", "workstreams": ["transport", "society"]}, etag=now["_etag"])
    assert said["workstreams"] == ["society", "transport"] and said["weight"] == 7
    w.send("PUT", f"/actions/{a}/weighing", {"workstreams": ["weather"]}, etag=f'"{said["version"]}"', status=422)
    names = {r["subject"]: r["name"] for r in w.get(f"/outlines/{outline}/rollup?kind=workstream")["items"]}
    assert names == {"transport": "交通共联", "society": "社会共享"}, names


@with_world
def a_unit_of_a_task_sees_the_action_and_reports_on_its_task_only(w):
    outline = w.outline()
    action = w.actions(f"outline={outline}")[0]["id"]
    unit = yiti(w.data, "unit", "add", "石桥镇政府", "--region", "440300", "--kind", "government")["id"]
    town = person(w.data, "town", unit, "desk_drafter", "read,report")
    w.get(f"/actions/{action}", who=town, status=404)
    mine = find(add(w, action, "镇里的事", level="town", units=[{"unit_id": unit, "part": "implementing"}]), "镇里的事")
    other = find(add(w, action, "别人的事"), "别人的事")
    assert w.get(f"/actions/{action}", who=town)["id"] == action
    w.send("POST", f"/tasks/{mine['id']}/reports", {"percent": 20}, who=town, status=201)
    w.send("POST", f"/tasks/{other['id']}/reports", {"percent": 20}, who=town, status=403)
    w.send("POST", f"/actions/{action}/reports", {"percent": 20, "text": "x"}, who=town, status=403)
    w.send("PATCH", f"/tasks/{mine['id']}", {"units": []}, etag='"2"')
    w.get(f"/actions/{action}", who=town, status=404)


# ---- kept = recomputed ---------------------------------------------------------------------------------------------------------------


def slow_progress(action, tasks, explained):
    """Progress of an action by definition, from the tree alone: recursion, no sums kept."""
    def of(task):
        below = [t for t in tasks if t["parent_id"] == task["id"] and t["state"] != "stopped"]
        weight = sum(t["weight"] for t in below)
        return sum(t["weight"] * of(t) for t in below) // weight if weight else task["percent"] * 100
    top = [t for t in tasks if t["parent_id"] is None and t["state"] != "stopped"]
    weight = sum(t["weight"] for t in top)
    if weight:
        return sum(t["weight"] * of(t) for t in top) // weight
    if explained["mode"] == "status":
        return {"done": 100, "under_way": explained["under_way_percent"]}.get(action["state"], 0) * 100
    return action["percent"] * 100


def slow_rollup(w, outline):
    sums = {}
    for a in w.actions(f"outline={outline}&limit=100"):
        whole = w.get(f"/actions/{a['id']}")
        explained = w.get(f"/actions/{a['id']}/explain")
        bp = slow_progress(a, w.get(f"/actions/{a['id']}/tasks")["items"], explained)
        weight = 0 if a["state"] == "stopped" else explained["weight"]
        keys = {("outline", ""), ("chapter", a["path"].split("/")[0])}
        keys |= {("phase", whole["phase"])} if whole["phase"] else set()
        keys |= {(u["part"], u["unit_id"]) for u in a["units"]}
        keys |= {("city", w.get(f"/units/{u['unit_id']}")["region_code"]) for u in a["units"] if u["part"] == "lead"}
        keys |= {("workstream", c) for c in explained["workstreams"]}
        for key in keys:
            n, sum_weight, weighted = sums.get(key, (0, 0, 0))
            sums[key] = (n + 1, sum_weight + weight, weighted + weight * bp)
    return {k: (n, s, (x // s / 100) if s else None) for k, (n, s, x) in sums.items()}


def step(w, rng, outline):
    a = rng.choice(w.actions(f"outline={outline}&limit=100"))
    tasks = w.get(f"/actions/{a['id']}/tasks")["items"]
    what = rng.choice(["add", "add", "report", "report", "report", "weigh", "move", "remove", "split", "merge", "redate", "own", "units", "state"])
    t = rng.choice(tasks) if tasks else None
    send = lambda method, path, body, **k: w.server.json("/api/v1" + path, dict(w.office, **({"If-Match": k["etag"]} if "etag" in k else {})), method, body)  # noqa: E731
    if what == "add" or t is None and what in ("report", "move", "remove", "split", "merge", "redate"):
        parent = rng.choice([None] + [x["id"] for x in tasks])
        body = {"title": f"事{rng.randrange(10**6)}", "weight": rng.randrange(1, 9)}
        return send("POST", f"/actions/{a['id']}/tasks", dict(body, **({"parent_id": parent} if parent else {})))[0]
    if what == "report":
        return send("POST", f"/tasks/{t['id']}/reports", {"percent": rng.randrange(101), "text": "进展", "state": rng.choice(["under_way", "stopped", "to_start"])})[0]
    if what == "weigh":
        return send("PUT", f"/actions/{a['id']}/weighing", {"weight": rng.randrange(1, 9), "mode": rng.choice(["percent", "status"]), "under_way_percent": rng.randrange(101), "workstreams": rng.sample(["planning", "market", "brand"], rng.randrange(3))}, etag=f'"{a["version"]}"')[0]
    if what == "move":
        parent = rng.choice([None] + [x["id"] for x in tasks])
        return send("POST", f"/tasks/{t['id']}/move", {"parent_id": parent} if parent else {}, etag=tag(t))[0]
    if what == "remove":
        return send("DELETE", f"/tasks/{t['id']}", None, etag=tag(t))[0]
    if what == "split" and t["weight"] > 1:
        return send("POST", f"/tasks/{t['id']}/split", {"pieces": [{"title": "前", "weight": 1}, {"title": "后", "weight": t["weight"] - 1}]}, etag=tag(t))[0]
    if what == "merge":
        same = [x["id"] for x in tasks if x["parent_id"] == t["parent_id"]]
        return send("POST", "/tasks/merge", {"task_ids": same[:3]})[0]
    if what == "redate":
        return send("PATCH", f"/tasks/{t['id']}", {"due_on": "2012-03-0%d" % rng.randrange(1, 9), "weight": rng.randrange(1, 9)}, etag=tag(t))[0]
    if what == "own":
        return send("POST", f"/actions/{a['id']}/reports", {"percent": rng.randrange(100), "text": "整体"})[0]
    if what == "units":
        units = [{"name": n, "part": p} for n, p in [("市交通局", "lead"), ("市水利局", "supporting"), ("市民政局", "lead")] if rng.random() < 0.5]
        return send("PUT", f"/actions/{a['id']}/units", {"units": units}, etag=f'"{a["version"]}"')[0]
    if what == "state":
        return send("PATCH", f"/actions/{a['id']}", {"state": rng.choice(["stopped", "under_way", "done", "to_start"]), "phase": rng.choice(["第一阶段", "第二阶段"])}, etag=f'"{a["version"]}"')[0]
    return 0


@with_world
def what_is_kept_is_what_a_slow_recomputation_gives(w):
    outline = w.outline()
    seed = int(os.environ.get("YITI_SEED", random.randrange(10**9)))
    for run in range(RUNS):
        rng = random.Random(seed + run)
        done = {}
        for _ in range(STEPS):
            status = step(w, rng, outline)
            assert status in (0, 200, 201, 409, 413, 422), (seed + run, status)
            done[status] = done.get(status, 0) + 1
        items = w.get(f"/outlines/{outline}/rollup")["items"]
        kept = {(r["kind"], r["subject"]): (r["actions"], r["weight"], r["percent"]) for r in items}
        slow = slow_rollup(w, outline)
        print(f"seed {seed + run}: {done}, {len(kept)} roll-ups", flush=True)
        assert kept == slow, (seed + run, {k: (kept.get(k), slow.get(k)) for k in set(kept) | set(slow) if kept.get(k) != slow.get(k)})
        for r in items:  # and the terms that explain a sum make it
            terms = w.get(f"/outlines/{outline}/rollup/explain?" + urllib.parse.urlencode({"kind": r["kind"], "subject": r["subject"]}))["items"]
            weighted = sum(t["weight"] * round(t["percent"] * 100) for t in terms)
            states = [sum(t["state"] == state for t in terms) for state in ("to_start", "under_way", "done", "stopped")]
            assert (len(terms), sum(t["weight"] for t in terms)) == (r["actions"], r["weight"]), (seed + run, r, terms)
            assert not r["weight"] or weighted // r["weight"] / 100 == r["percent"], (seed + run, r, terms)
            assert states == [r["states"][s] for s in ("to_start", "under_way", "done", "stopped")], (seed + run, r, terms)


if __name__ == "__main__":
    sys.exit(run([tasks_go_down_the_levels_and_circles_are_named, reports_roll_up_by_weight_and_explain_themselves,
                  a_unit_of_a_task_sees_the_action_and_reports_on_its_task_only, what_is_kept_is_what_a_slow_recomputation_gives]))
