"""What every topic of the room has over HTTP: scope, keys, versions, journal, days, lists, the command line. The rows' own rules are in test/req."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "app"), os.path.join(HERE, "..", "plan")]
from api import BINARY, person, with_world, yiti  # noqa: E402
from yiti import call, run  # noqa: E402


def unit(w, name, region="440300"):
    return yiti(w.data, "unit", "add", name, "--region", region, "--kind", "department")["id"]


def body(w, **more):
    return w.send("POST", "/groups", {"form": "committee", "title": "推进委员会", "from_on": "2026-01-01", **more}, status=201)


@with_world
def a_stranger_finds_nothing_and_may_nothing(w):
    made = body(w)
    w.get(f"/groups/{made['id']}", who=w.stranger, status=404)
    assert w.get("/groups", who=w.stranger)["items"] == []
    assert [m["id"] for m in w.get("/groups")["items"]] == [made["id"]]
    w.send("POST", f"/groups/{made['id']}/texts", {"text": "x"}, who=w.stranger, status=404)
    w.get(f"/groups/{made['id']}/journal", who=w.stranger, status=404)
    w.get(f"/powers/{made['id']}", status=404)  # a body is no power
    code, _, _ = w.raw("/groups", who={})
    assert code == 401


@with_world
def a_power_is_open_to_all_who_read_and_kept_by_its_unit(w):
    made = w.send("POST", "/powers", {"form": "province", "code": "A1", "title": "许可", "document_number": "条例"}, status=201)
    seen = w.get(f"/powers/{made['id']}", who=w.stranger)
    assert seen["title"] == "许可" and "grant" not in seen["may"]
    w.send("POST", f"/powers/{made['id']}/grants", {"place_code": "440300", "level": "prefecture", "document_number": "x"}, who=w.stranger, status=403,
           etag='"1"')
    w.send("POST", "/powers", {"form": "province", "code": "A1", "title": "许可", "document_number": "条例"}, status=409)


@with_world
def the_same_key_is_the_same_act(w):
    first = w.send("POST", "/groups", {"form": "council", "title": "理事会"}, status=201, Idempotency_Key="k1")
    again = w.send("POST", "/groups", {"form": "council", "title": "理事会"}, status=201, Idempotency_Key="k1")
    assert first["id"] == again["id"] and len(w.get("/groups")["items"]) == 1
    seat = {"unit_id": w.office_unit, "post": "主任"}
    for _ in range(2):
        out = w.send("POST", f"/groups/{first['id']}/members", seat, status=201, Idempotency_Key="k2")
    assert len(out["members"]) == 1
    w.send("POST", f"/groups/{first['id']}/members", seat, status=409)  # without the key it is a second time


@with_world
def what_was_read_before_somebody_else_wrote_is_refused(w):
    made = body(w)
    path = f"/groups/{made['id']}"
    w.send("PATCH", path, {"title": "甲"}, status=428)
    now = w.send("PATCH", path, {"title": "甲"}, etag='"1"')
    assert now["version"] == 2 and now["text"] == made["text"]
    w.send("PATCH", path, {"title": "乙"}, etag='"1"', status=412)
    assert w.get(path)["title"] == "甲"
    w.send("POST", path + "/texts", {"what": "decision", "text": "同意"}, status=201)
    assert w.get(path)["version"] == 3  # every change counts
    w.send("POST", path + "/end", {"reason": "x"}, etag='"2"', status=412)


@with_world
def bad_input_names_its_field(w):
    for value, field in (({"form": "club", "title": "x"}, "form"), ({"form": "committee"}, "title"), ({"form": "committee", "title": "  "}, "title"),
                         ({"form": "committee", "title": "x", "colour": "red"}, "colour"), ({"form": "committee", "title": "x", "from_on": "2026-02-30"}, "from_on"),
                         ({"form": "committee", "title": "甲" * 201}, "title"), ({"form": "committee", "title": "x", "members": [{"place": "head"}]}, "unit_id"),
                         ({"form": "committee", "title": "x", "members": [{"unit_id": w.office_unit, "post": "a", "place": "king"}]}, "place")):
        assert w.send("POST", "/groups", value, status=422)["field"] == field, value
    assert w.get("/groups")["items"] == []  # nothing of it stays
    w.send("POST", "/groups", {"form": "committee", "title": "x", "parent_id": "1"}, status=404)
    w.get("/groups?colour=red", status=422)


@with_world
def every_change_is_in_the_journal_without_the_long_words(w):
    made = body(w)
    w.send("POST", f"/groups/{made['id']}/members", {"unit_id": w.office_unit, "post": "主任"}, status=201)
    w.send("POST", f"/groups/{made['id']}/texts", {"text": "职责" * 400}, status=201)
    rows = w.get(f"/groups/{made['id']}/journal")["items"]
    assert [r["verb"] for r in rows] == ["create", "seat", "text"], rows
    assert rows[1]["change"]["post"] == "主任" and "text" not in rows[2]["change"]
    page = w.get(f"/groups/{made['id']}/journal?limit=2")
    assert len(page["items"]) == 2 and page["next"]


@with_world
def lists_filter_search_page_and_know_the_day(w):
    for i in range(5):
        body(w, title=f"第{i}协调小组", form="coordination_group" if i % 2 else "committee", from_on=f"2026-0{i + 1}-01")
    assert len(w.get("/groups?form=committee")["items"]) == 3
    assert len(w.get("/groups?as_of=2026-03-15")["items"]) == 3
    assert [m["title"] for m in w.get("/groups?q=%E7%AC%AC3")["items"]] == ["第3协调小组"]
    seen, after = [], ""
    while True:
        page = w.get("/groups?limit=2" + after)
        seen += [m["title"] for m in page["items"]]
        if not page["next"]:
            break
        after = "&after=" + page["next"]
    assert seen == [f"第{i}协调小组" for i in (4, 3, 2, 1, 0)]


@with_world
def a_member_of_another_city_sees_the_body_and_a_clerk_writes_nothing(w):
    there = unit(w, "西湖局", "330100")
    made = body(w, members=[{"unit_id": there, "post": "局长"}])
    guest = person(w.data, "guest", there, "desk_drafter", "read,report")
    assert w.get(f"/groups/{made['id']}", who=guest)["members"][0]["unit"]["name"] == "西湖局"
    w.send("POST", f"/groups/{made['id']}/texts", {"text": "x"}, who=guest, status=403)
    assert w.get(f"/seats?unit={there}", who=guest)["items"][0]["group"] == "推进委员会"


@with_world
def the_command_line_lists_and_shows(w):
    made = body(w)
    code, out, err = call(BINARY, "group", "list", "--data", w.data)
    assert code == 0 and "推进委员会" in out and made["number"] in out, err
    assert yiti(w.data, "group", "list")[0]["id"] == made["id"]
    assert yiti(w.data, "group", "show", made["id"])["title"] == "推进委员会"
    for noun in ("power", "standard", "document", "call", "cleanup", "pilot"):
        assert yiti(w.data, noun, "list") == []
        code, _, err = call(BINARY, noun, "show", made["id"], "--data", w.data)
        assert code == 1 and "no such record" in err, err
    assert call(BINARY, "group", "show", "x", "--data", w.data)[0] == 2


if __name__ == "__main__":
    run([a_stranger_finds_nothing_and_may_nothing, a_power_is_open_to_all_who_read_and_kept_by_its_unit, the_same_key_is_the_same_act,
         what_was_read_before_somebody_else_wrote_is_refused, bad_input_names_its_field, every_change_is_in_the_journal_without_the_long_words,
         lists_filter_search_page_and_know_the_day, a_member_of_another_city_sees_the_body_and_a_clerk_writes_nothing,
         the_command_line_lists_and_shows])
