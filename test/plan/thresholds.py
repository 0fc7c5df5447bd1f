"""By what lights are drawn comes from a pack, in editions by day: one that comes later colours its own days and leaves the past alone. thresholds.py YITI"""
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from yiti import call, run  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


def text(version, near, amber, red, stale):
    return (f"thresholds: action\nversion: {version}\nnear_working_days: {near}\nbehind_amber_pct: {amber}\nbehind_red_pct: {red}\n"
            f"stale_days: {stale}\n")


def pack(folder, content):
    os.makedirs(f"{folder}/pack/plan", exist_ok=True)
    with open(f"{folder}/pack/plan/thresholds.yaml", "w", encoding="utf-8") as f:
        f.write(content)
    return f"{folder}/pack"


def yiti(folder, *words):
    return call(BINARY, *words, "--data", folder + "/data")


def lights(folder, days):
    """Light and reason of each action as of the day that many days from today."""
    day = TODAY + datetime.timedelta(days)
    code, out, err = yiti(folder, "action", "list", "--as-of", day.isoformat(), "--json")
    assert code == 0, err
    return {a["id"]: (a["light"], json.dumps(a["light_reason"], ensure_ascii=False)) for a in json.loads(out)["items"]}


def colours(of):
    return sorted(light for light, _ in of.values())


def an_edition_colours_its_own_days_only(folder):
    assert yiti(folder, "demo", "seed")[0] == 0
    past = {d: lights(folder, d) for d in (-200, -60, -30, -7, -1)}
    before = lights(folder, 0)
    assert len(before) > 20 and colours(before).count("green") > 10
    code, out, err = yiti(folder, "pack", "activate", pack(folder, text(2, 250, 1, 100, 1)))
    assert code == 0 and "thresholds" in out, out + err
    after = lights(folder, 0)
    changed = [i for i in before if before[i] != after[i]]
    assert len(changed) > 10 and all(after[i][0] == "amber" for i in changed), (before, after)
    for d, was in past.items():
        assert lights(folder, d) == was, d
    # one for a day to come: until then nothing changes, from then on all of it
    day = TODAY + datetime.timedelta(10)
    later = {d: lights(folder, d) for d in (0, 9, 10)}
    assert yiti(folder, "pack", "activate", pack(folder, text(3, 0, 100, 100, 3660)), "--on", day.isoformat())[0] == 0
    assert lights(folder, 0) == later[0] == after and lights(folder, 9) == later[9]
    assert colours(lights(folder, 10)).count("green") > colours(later[10]).count("green")
    assert yiti(folder, "verify")[0] == 0


def a_wrong_edition_is_refused_whole(folder):
    assert yiti(folder, "demo", "seed")[0] == 0
    before = lights(folder, 0)
    for content, place in ((text(2, 251, 1, 1, 1), "yaml:3"), (text(2, 1, 3, 2, 1), "yaml:5"), (text(2, 1, 1, 1, "x"), "yaml:6"),
                           (text(2, 1, 1, 1, 1).replace("stale_days: 1\n", ""), "yaml:1"), (text(2, 1, 1, 1, 1) + "more: 1\n", "yaml:7")):
        for words in (("pack", "check"), ("pack", "activate")):
            pack(folder, content)
            code, _, err = call(BINARY, *words, "pack", "--data", "data", cwd=folder)
            assert code == 1 and place in err, (content, err)
    yesterday = (TODAY - datetime.timedelta(1)).isoformat()
    code, _, err = yiti(folder, "pack", "activate", pack(folder, text(2, 0, 99, 100, 3660)), "--on", yesterday)
    assert code == 1 and yesterday in err, err
    assert yiti(folder, "pack", "activate", pack(folder, text(1, 0, 99, 100, 3660)))[0] == 0  # the one in the program is no edition
    code, _, err = yiti(folder, "pack", "activate", pack(folder, text(1, 1, 99, 100, 3660)))
    assert code == 1 and "1" in err, err
    code, out, _ = yiti(folder, "pack", "check", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs", "metro-circle"))
    assert code == 0 and "thresholds" in out and "machine" in out, out
    assert lights(folder, -1) and before


run([an_edition_colours_its_own_days_only, a_wrong_edition_is_refused_whole])
