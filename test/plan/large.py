"""An outline of ten thousand actions: confirming it over HTTP takes seconds, and the list of outlines and its counters answer for it. large.py YITI"""
import os
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app")]
from api import run, with_world  # noqa: E402

ACTIONS = 9900
CONFIRM_S = 20  # measured 1.7 s on a quiet machine in memory, 6.6 s on its disk under load; a quadratic step takes minutes


def text():
    lines = ["滨江市推进一体化行动纲要", "", "一、总体安排", ""]
    for i in range(ACTIONS):
        if i % 100 == 0:
            lines.append(f"（{'一二三四五六七八九十'[i // 100 % 10]}）第{i // 100}组")
        due = "2027年12月底前完成。" if i % 3 else ""
        lines.append(f"{i % 100 + 1}．建设第{i}号工程。{due}（牵头单位：市第{i % 60}局，配合单位：市发展改革委）")
    return "\n".join(lines) + "\n"


@with_world
def ten_thousand_actions_are_confirmed_and_counted(w):
    path = os.path.join(os.path.dirname(w.data), "large.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text())
    imported = w.upload(path)
    assert imported["documents"][0]["action_count"] == ACTIONS, imported["documents"]
    began = time.monotonic()
    outline = w.confirm(imported)[0]["id"]
    took = time.monotonic() - began
    assert took < CONFIRM_S, took
    [listed] = w.get("/outlines")["items"]
    assert (listed["id"], listed["actions"], sum(listed["lights"].values()), sum(listed["states"].values())) == (outline, ACTIONS, ACTIONS, ACTIONS)
    undated = len([i for i in range(ACTIONS) if i % 3 == 0])
    counted = w.get(f"/outlines/{outline}/counters")
    assert (counted["actions"], counted["without_owner"], counted["without_date"]) == (ACTIONS, 0, undated), counted
    assert counted["lights"] == listed["lights"] and counted["counters"]["without_date"] == undated
    assert w.get("/outlines", w.stranger)["items"] == []
    w.get(f"/outlines/{outline}/counters", w.stranger, status=404)


run([ten_thousand_actions_are_confirmed_and_counted])
