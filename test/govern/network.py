"""Networks and requests over HTTP: four agencies share a record and a fifth does not, lists page and export, time, the duty that carries a request, journal."""
import io
import json
import os
import sys
import urllib.parse
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "app"), os.path.join(HERE, "..", "plan")]
from api import person, with_world, yiti  # noqa: E402
from yiti import run  # noqa: E402


def unit(w, name, region="440300", kind="department"):
    return yiti(w.data, "unit", "add", name, "--region", region, "--kind", kind)["id"]


def network(w, form="network", **more):
    return w.send("POST", "/networks", {"form": form, "title": "协作", "from_on": "2026-01-01", **more}, status=201)


@with_world
def a_record_is_seen_by_the_four_agencies_named_and_by_no_fifth(w):
    names = ["工商局", "海关", "专利局", "商务局", "税务局"]
    units = [unit(w, n) for n in names]
    people = [person(w.data, f"clerk{i}", u, "desk_drafter", "read,report") for i, u in enumerate(units)]
    made = network(w, "agencies", visible="all", members=[{"unit_id": u} for u in units])
    path = f"/networks/{made['id']}"
    now = w.send("POST", path + "/records", {"firm": "精工加工厂", "code": "91350100M000100Y43", "kind": "oem", "agencies": units[:4]}, who=people[1], status=201)
    record = now["records"][0]["id"]
    for i in range(4):
        seen = w.send("POST", f"{path}/records/{record}/look", {"purpose": "inspection"}, who=people[i])
        assert seen["firm"] == "精工加工厂" and seen["keeper"]["name"] == "海关" and len(seen["looks"]) == i + 1, seen
        assert seen["looks"][0]["unit"]["name"] == names[i]
        assert len(w.get(path, who=people[i])["records"]) == 1
    for who in (people[4], None):  # a fifth member of the same network, and the office that keeps it
        args = {"who": who} if who else {}
        w.send("POST", f"{path}/records/{record}/look", {"purpose": "inspection"}, status=404, **args)
        w.send("POST", f"{path}/records/{record}/notes", {"kind": "risk", "text": "x"}, status=404, **args)
        assert w.get(path, **args)["records"] == [] and w.get(path + "/records", **args)["items"] == []
    journal = w.get(path + "/journal")["items"]
    looks = [r for r in journal if r["verb"] == "look"]
    assert len(looks) == 4 and looks[0]["change"]["purpose"] == "inspection"
    assert "精工" not in json.dumps(journal, ensure_ascii=False)  # read by more people than the record
    listed = w.get(path + "/records?q=" + urllib.parse.quote("精工"), who=people[0])["items"]
    assert [r["id"] for r in listed] == [record] and w.get(path + "/records?q=zzz", who=people[0])["items"] == []
    member = [m for m in w.get(path)["members"] if m["unit"]["name"] == "专利局"][0]["id"]
    w.send("POST", f"{path}/members/{member}/end", {"reason": "机构改革"})
    w.send("POST", f"{path}/records/{record}/look", {"purpose": "inspection"}, who=people[2], status=404)  # who leaves sees it no longer


@with_world
def a_stranger_finds_nothing_and_a_clerk_founds_nothing(w):
    made = network(w)
    for what in ("", "/journal", "/calendar", "/calendar.ics", "/records", "/entries/1/figures"):
        w.get(f"/networks/{made['id']}{what}", who=w.stranger, status=404)
    assert w.get("/networks", who=w.stranger)["items"] == []
    w.get(f"/public/networks/{made['id']}", who={}, status=404)
    assert w.get("/public/networks", who={})["items"] == []
    w.get(f"/cooperation-requests/{made['id']}", status=404)  # a network is no request


@with_world
def members_and_charges_hold_for_a_time(w):
    made = network(w, members=[{"name": "甲大学", "kind": "university"}], functions=[{"code": "a", "title": "招商"}])
    path, member = f"/networks/{made['id']}", made["members"][0]["id"]
    w.send("POST", path + "/charges", {"member_id": member, "function": "a", "post": "主任", "from_on": "2026-02-01"}, status=201)
    w.send("POST", f"{path}/members/{member}/end", {"reason": "期满", "to_on": "2026-06-01"})
    assert len(w.get(path + "?as_of=2026-05-31")["charges"]) == 1 and w.get(path + "?as_of=2026-06-01")["charges"] == []
    assert w.get(path + "?as_of=2026-05-31")["former_members"] == [] and w.get(path)["former_members"][0]["end_reason"] == "期满"
    w.send("POST", path + "/entries", {"kind": "event", "title": "x", "member_id": member, "from_on": "2026-07-01"}, status=409)
    w.send("POST", f"{path}/members/{member}/end", {"reason": "期满"}, status=409)
    now = w.get(path)
    w.send("POST", path + "/end", {"reason": "完成"}, etag=f'"{now["version"]}"')
    w.send("POST", path + "/members", {"name": "乙大学"}, status=409)


@with_world
def a_request_is_carried_by_its_duty_and_by_nothing_else(w):
    there = unit(w, "西湖办", "330100", "city_office")
    chief = person(w.data, "chief", there, "desk_head", "read,report,approve,assign")
    asked = w.send("POST", "/cooperation-requests", {"form": "cooperation", "title": "共建实验室", "to_unit_id": there, "due_on": "2099-01-31"}, status=201)
    duty = w.get(f"/duties/{asked['duty_id']}", who=chief)
    assert duty["machine"] == "request" and duty["crosses_border"] and {v["verb"] for v in duty["may"]} >= {"accept", "decline"}, duty["may"]
    # answered on the duty's own page: the request follows
    w.send("POST", f"/duties/{duty['id']}/steps", {"verb": "accept"}, who=chief, etag=f'"{duty["version"]}"')
    now = w.get(f"/cooperation-requests/{asked['id']}", who=chief)
    assert now["state"] == "under_way" and now["turns"][0]["answer"] == "accepted" and now["version"] > asked["version"]
    w.send("POST", f"/cooperation-requests/{asked['id']}/steps", {"verb": "submit", "text": "好"}, who=chief, etag='"1"', status=412)
    w.send("POST", f"/cooperation-requests/{asked['id']}/steps", {"verb": "submit", "text": "好"}, who=chief, status=428)
    w.send("PATCH", f"/cooperation-requests/{asked['id']}", {"due_on": "2099-02-01"}, etag=f'"{now["version"]}"', status=422)  # only by the step "extend"
    verbs = [r["verb"] for r in w.get(f"/cooperation-requests/{asked['id']}/journal")["items"]]
    assert verbs == ["create"], verbs  # the duty's steps stand in the duty's journal
    assert [r["verb"] for r in w.get(f"/duties/{duty['id']}/journal")["items"]][-1] == "accept"


@with_world
def a_repeated_key_asks_once(w):
    body = {"form": "cooperation", "direction": "out", "title": "x", "outside": "某港务局", "due_on": "2099-01-31"}
    first = w.send("POST", "/cooperation-requests", body, status=201, Idempotency_Key="k1")
    again = w.send("POST", "/cooperation-requests", body, status=201, Idempotency_Key="k1")
    assert first["id"] == again["id"] and len(w.get("/cooperation-requests")["items"]) == 1


@with_world
def lists_filter_sort_page_and_export(w):
    for i in range(5):
        w.send("POST", "/cooperation-requests", {"form": "assistance", "direction": "out", "title": f"第{i}件=函", "outside": "海关", "country": "德国" if i % 2 else "法国",
                                                 "channel": "互助", "due_on": f"2099-0{5 - i}-01"}, status=201)
    seen, after = [], ""
    while True:
        page = w.get("/cooperation-requests?sort=due&limit=2" + after)
        seen += [r["title"] for r in page["items"]]
        if not page["next"]:
            break
        after = "&after=" + urllib.parse.quote(page["next"])
    assert seen == [f"第{i}件=函" for i in (4, 3, 2, 1, 0)], seen
    assert len(w.get("/cooperation-requests?country=" + urllib.parse.quote("德国"))["items"]) == 2
    assert w.get("/cooperation-requests?late=1")["items"] == [] and len(w.get("/cooperation-requests?late=1&as_of=2100-01-01")["items"]) == 5
    figures = {f["key"]: f for f in w.get("/cooperation-figures?by=country")["items"]}
    assert figures["法国"]["states"] == {"asked": 3} and figures["德国"]["total"] == 2, figures
    assert w.get("/cooperation-figures?by=unit")["items"][0]["unit"]["id"] == w.office_unit
    w.get("/cooperation-figures?by=colour", status=422)
    w.get("/cooperation-requests?sort=colour", status=422)
    w.get("/cooperation-requests?colour=red", status=422)
    code, _, csv = w.raw("/cooperation-requests.csv?lang=en")
    text = csv.decode("utf-8-sig")
    assert code == 200 and text.startswith('"number","subject"') and text.count("\r\n") == 6 and '"waits for an answer"' in text
    code, head, sheet = w.raw("/cooperation-requests.xlsx")
    assert code == 200 and b"\xe5\x90\x88\xe4\xbd\x9c" in zipfile.ZipFile(io.BytesIO(sheet)).read("xl/workbook.xml")
    for i in range(3):
        network(w, title=f"网{i}")
    assert [n["title"] for n in w.get("/networks?sort=title")["items"]] == ["网0", "网1", "网2"]
    page = w.get("/networks?limit=2")
    assert [n["title"] for n in page["items"]] == ["网2", "网1"] and [n["title"] for n in w.get("/networks?limit=2&after=" + page["next"])["items"]] == ["网0"]
    code, _, csv = w.raw("/networks.csv")
    assert code == 200 and "网1" in csv.decode()


@with_world
def bad_input_names_its_field(w):
    for body, field in (({"form": "club", "title": "x"}, "form"), ({"form": "network", "title": "x", "visible": "nobody"}, "visible"),
                        ({"form": "network", "title": "x", "members": [{"unit_id": w.office_unit, "name": "y"}]}, "name"),
                        ({"form": "network", "title": "x", "members": [{}]}, "unit_id"), ({"form": "network", "title": "x", "members": [{"name": "y", "kind": "king"}]}, "kind"),
                        ({"form": "network", "title": "x", "members": [{"name": "y"}] * 65}, "members"),
                        ({"form": "network", "title": "x", "members": [{"name": "y", "contact": "手机13812345678"}]}, "contact")):
        assert w.send("POST", "/networks", body, status=422)["field"] == field, body
    assert w.get("/networks")["items"] == []
    ask = {"form": "cooperation", "direction": "out", "title": "x", "outside": "y", "due_on": "2099-01-31"}
    for more, field in (({"due_on": "2020-01-01"}, "due_on"), ({"direction": "up"}, "direction"), ({"member_id": "1"}, "parent_id"), ({"file_ids": ["x"]}, "file_ids"),
                        ({"direction": "inside", "outside": "", "to_unit_id": w.office_unit}, "to_unit_id")):
        assert w.send("POST", "/cooperation-requests", {**ask, **more}, status=422)["field"] == field, more
    assert w.get("/cooperation-requests")["items"] == []


if __name__ == "__main__":
    run([a_record_is_seen_by_the_four_agencies_named_and_by_no_fifth, a_stranger_finds_nothing_and_a_clerk_founds_nothing,
         members_and_charges_hold_for_a_time, a_request_is_carried_by_its_duty_and_by_nothing_else, a_repeated_key_asks_once,
         lists_filter_sort_page_and_export, bad_input_names_its_field])
