"""Dependencies over HTTP: what waits for what, circles named, the critical path in working days."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import run, with_world  # noqa: E402


@with_world
def waits_give_a_critical_path_and_circles_are_named(w):
    outline = w.outline()
    a, b, c, d = w.actions(f"outline={outline}")
    # 2026-03-02 is a Monday; five working days, then two that wait for them, with a weekend between
    for action, start, due in [(a, "2026-03-02", "2026-03-06"), (b, "2026-03-02", "2026-03-03"), (c, "2026-03-02", "2026-03-02"), (d, "2026-03-03", "2026-03-04")]:
        w.send("PATCH", f"/actions/{action['id']}", {"start_on": start, "due_on": due}, etag=f'"{action["version"]}"')
    join = lambda x, y, status=201, **more: w.send("POST", f"/outlines/{outline}/dependencies", dict(from_id=x["id"], to_id=y["id"], **more), status=status)  # noqa: E731
    first = join(a, b)
    join(b, c, lag_days=1)
    assert join(a, b, status=409)["field"] == "to_id"
    said = join(c, a, status=409)
    assert said["detail"].count(c["title"]) == 2 and a["title"] in said["detail"] and b["title"] in said["detail"], said
    assert join(a, a, status=409)
    join(a, b, status=422, kind="whenever")
    join(a, {"id": "1"}, status=422)
    w.send("POST", f"/outlines/{outline}/dependencies", {"from_id": a["id"], "to_id": c["id"]}, who=w.stranger, status=404)
    w.get(f"/outlines/{outline}/schedule", who=w.stranger, status=404)
    s = w.get(f"/outlines/{outline}/schedule")
    by = {i["id"]: i for i in s["items"]}
    assert (by[b["id"]]["early_start_on"], by[b["id"]]["early_finish_on"]) == ("2026-03-09", "2026-03-10"), by[b["id"]]
    assert by[c["id"]]["early_start_on"] == "2026-03-12", "one working day between"
    assert [by[x["id"]]["slack_days"] for x in (a, b, c)] == [0, 0, 0] and by[a["id"]]["critical"]
    assert by[b["id"]]["late"] and not by[a["id"]]["late"]
    assert (s["end_on"], len(s["dependencies"]), s["calendar_assumed"]) == ("2026-03-12", 2, False), s
    assert by[d["id"]]["slack_days"] == 6 and not by[d["id"]]["critical"]
    w.send("DELETE", f"/dependencies/{first['id']}", who=w.stranger, status=404)
    w.send("DELETE", f"/dependencies/{first['id']}")
    by = {i["id"]: i for i in w.get(f"/outlines/{outline}/schedule")["items"]}
    assert by[b["id"]]["early_start_on"] == "2026-03-02" and not by[b["id"]]["late"]


if __name__ == "__main__":
    sys.exit(run([waits_give_a_critical_path_and_circles_are_named]))
