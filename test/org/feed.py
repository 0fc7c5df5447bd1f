"""How people are told, and their feeds, over real HTTP: preferences, Atom and iCalendar by independent parsers. feed.py YITI"""
import datetime
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from yiti import Server, run  # noqa: E402

BINARY = sys.argv[1]
ATOM = "{http://www.w3.org/2005/Atom}"


class Who:
    """A signed-in account of the demonstration."""

    def __init__(self, server, account):
        self.s = server
        status, got, body = self.ask("POST", "/api/v1/demo/session", {"account": account}, cookie=None)
        assert status == 200, body
        self.cookie = [line.split(";")[0] for line in got["set-cookie"].split("\n") if line.startswith("yiti_session=")][0]

    def ask(self, method, path, value=None, cookie="own", head=None):
        h = {"Origin": f"http://127.0.0.1:{self.s.port}", **(head or {})}
        if cookie:
            h["Cookie"] = self.cookie
        if value is not None:
            h["Content-Type"] = "application/json"
        status, got, body = self.s.get(path, h, method, None if value is None else json.dumps(value).encode())
        return status, got, json.loads(body) if body and "json" in got.get("content-type", "") else body


def unfold(data):
    """Content lines of RFC 5545 3.1, from octets."""
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b""), "lines end in CRLF alone"
    raw = data[:-2].split(b"\r\n")
    assert all(len(line) <= 75 for line in raw), "no line over 75 octets"
    for line in raw:
        line.decode("utf-8")  # no character is cut by the folding
    out = []
    for line in raw:
        if line[:1] in (b" ", b"\t"):
            out[-1] += line[1:]
        else:
            out.append(line)
    return [line.decode("utf-8") for line in out]


def unescape(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else m.group(1), text)


def parse(data):
    """A tree of components: {"name", "props": [(name, params, value)], "parts": []}, written from the RFC's grammar."""
    root = {"name": "", "props": [], "parts": []}
    stack = [root]
    for line in unfold(data):
        m = re.fullmatch(r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)", line, re.S)
        assert m, line
        name, params, value = m.group(1).upper(), dict(p.split("=", 1) for p in m.group(2).split(";")[1:]), m.group(3)
        if name == "BEGIN":
            part = {"name": value, "props": [], "parts": []}
            stack[-1]["parts"].append(part)
            stack.append(part)
        elif name == "END":
            assert stack.pop()["name"] == value, line
        else:
            stack[-1]["props"].append((name, params, value))
    assert len(stack) == 1 and len(root["parts"]) == 1 and root["parts"][0]["name"] == "VCALENDAR"
    return root["parts"][0]


def one(part, name):
    found = [(p, v) for n, p, v in part["props"] if n == name]
    assert len(found) <= 1, (name, found)
    return found[0] if found else (None, None)


def unit_id(office, name):
    items = office.ask("GET", "/api/v1/units?limit=500")[2]["items"]
    return [u["id"] for u in items if u["name"] == name][0]


BUREAU = "澜州市交通运输局"


def hand_over(office, title, **more):
    status, _, duty = office.ask("POST", "/api/v1/duties", {"title": title, "holder_id": unit_id(office, BUREAU), **more})
    assert status == 201, duty
    return duty


def feeds(who):
    status, _, made = who.ask("POST", "/api/v1/feed", {})
    assert status == 201, made
    return {name: re.sub(r"^http://[^/]+", "", url) for name, url in made.items()}


def each_person_chooses_what_to_hear(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office, head = Who(s, "office"), Who(s, "head")
        _, _, before = head.ask("GET", "/api/v1/notice-settings")
        topics = {t["topic"]: t for t in before["topics"]}
        assert topics["duty"]["app"] and before["quiet_from"] is None and before["mail"] is True, before
        assert head.ask("PUT", "/api/v1/notice-settings", {"topics": [{"topic": "nonsense", "app": False}]})[0] == 422
        assert head.ask("PUT", "/api/v1/notice-settings", {"quiet_from": "25:00", "quiet_to": "07:00"})[0] == 422
        assert head.ask("PUT", "/api/v1/notice-settings", {"quiet_from": "22:00"})[0] == 422, "an end is missing"
        assert head.ask("PUT", "/api/v1/notice-settings", {"quiet_from": "22:00", "quiet_to": "22:00"})[0] == 422
        assert head.ask("PUT", "/api/v1/notice-settings", {"lang": "fr"})[0] == 422
        assert head.ask("GET", "/api/v1/notice-settings")[2] == before, "a refused change changes nothing"
        status, _, after = head.ask("PUT", "/api/v1/notice-settings", {"quiet_from": "22:00", "quiet_to": "07:00", "lang": "en", "topics": [{"topic": "duty", "app": False}]})
        assert status == 200 and after["quiet_from"] == "22:00" and after["lang"] == "en", after
        assert head.ask("GET", "/api/v1/notice-settings")[2] == after
        unread = head.ask("GET", "/api/v1/notices")[2]["unread"]
        duty = hand_over(office, "静音的交办")
        got = head.ask("GET", "/api/v1/notices")[2]
        assert got["unread"] == unread and "静音的交办" not in [n["summary"] for n in got["items"]], "not wanted in the app"
        assert office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "请加快"})[0] == 201
        got = head.ask("GET", "/api/v1/notices")[2]
        assert got["unread"] == unread + 1 and got["items"][0]["kind"] == "duty.urged", "urging is another topic"
        assert head.ask("PUT", "/api/v1/notice-settings", {"topics": [{"topic": "duty", "app": True}]})[2]["quiet_from"] == "22:00"
        hand_over(office, "又能看见的交办")
        assert head.ask("GET", "/api/v1/notices")[2]["items"][0]["summary"] == "又能看见的交办"
        assert s.get("/api/v1/notice-settings")[0] == 401
    finally:
        assert s.stop() == 0


def notices_come_as_atom(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office, head, other = Who(s, "office"), Who(s, "head"), Who(s, "other_city")
        assert head.ask("GET", "/api/v1/feed")[2] == {"set": False, "made_at": None}
        hand_over(office, "编制<公交>&\"规划\"")
        url = feeds(head)["notices_url"]
        status, got, body = s.get(url)
        assert status == 200 and got["content-type"].startswith("application/atom+xml"), (status, got)
        feed = ET.fromstring(body)
        assert feed.tag == ATOM + "feed"
        for need in ("id", "title", "updated", "author"):
            assert feed.find(ATOM + need) is not None, need
        stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        entries = feed.findall(ATOM + "entry")
        assert entries and len({e.find(ATOM + "id").text for e in entries}) == len(entries)
        for e in entries:
            assert stamp.fullmatch(e.find(ATOM + "updated").text) and e.find(ATOM + "title").text and e.find(ATOM + "link").get("href").startswith("http://")
        assert "编制<公交>&\"规划\"" in entries[0].find(ATOM + "title").text, "what was typed comes through whole"
        at = datetime.datetime.strptime(entries[0].find(ATOM + "updated").text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
        assert abs((datetime.datetime.now(datetime.timezone.utc) - at).total_seconds()) < 60, at
        assert feed.find(ATOM + "updated").text == entries[0].find(ATOM + "updated").text
        # nothing new: nothing is sent
        assert s.get(url, {"If-None-Match": got["etag"]})[0] == 304
        office.ask("POST", f"/api/v1/duties/{hand_over(office, '另一件')['id']}/urges", {"text": "快"})
        status, again, body = s.get(url, {"If-None-Match": got["etag"]})
        assert status == 200 and again["etag"] != got["etag"] and "另一件".encode() in body
        # another person's feed holds that person's notices alone
        theirs = ET.fromstring(s.get(feeds(other)["notices_url"])[2])
        assert "另一件" not in "".join(theirs.itertext())
        # a new address ends the old one; only the hash is kept
        fresh = feeds(head)["notices_url"]
        assert fresh != url and s.get(url)[0] == 404 and s.get(fresh)[0] == 200
        assert s.get("/feeds/" + "A" * 43 + "/notices.atom")[0] == 404 and s.get("/feeds/x/notices.atom")[0] == 404
        token = fresh.split("/")[2]
        assert head.ask("DELETE", "/api/v1/feed")[0] == 204 and s.get(fresh)[0] == 404
        assert head.ask("GET", "/api/v1/feed")[2]["set"] is False
    finally:
        assert s.stop() == 0
    for name in os.listdir(folder + "/data"):
        if os.path.isfile(folder + "/data/" + name):
            with open(folder + "/data/" + name, "rb") as f:
                assert token.encode() not in f.read(), f"the address stands in {name}"
    with open(folder + "/data.log", "rb") as f:
        assert token.encode() not in f.read(), "the address stands in the log"


def due_dates_come_as_icalendar(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        office, head = Who(s, "office"), Who(s, "head")
        title = "编制公交规划；分工, 明确\\责任: " + "逐级落实责任" * 8
        duty = hand_over(office, title, due_on="2099-12-31")
        links = feeds(head)
        status, got, body = s.get(links["calendar_url"])
        assert status == 200 and got["content-type"].startswith("text/calendar"), got
        cal = parse(body)
        assert one(cal, "VERSION")[1] == "2.0" and one(cal, "PRODID")[1] and cal["parts"][0]["name"] == "VTIMEZONE"
        zone = cal["parts"][0]
        assert one(zone, "TZID")[1] == "Asia/Shanghai" and one(zone["parts"][0], "TZOFFSETTO")[1] == "+0800"
        events = {one(p, "UID")[1]: p for p in cal["parts"] if p["name"] == "VEVENT"}
        assert len(events) == len([p for p in cal["parts"] if p["name"] == "VEVENT"]), "each UID once"
        for e in events.values():
            for need in ("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY"):
                assert one(e, need)[1] is not None, need
            assert re.fullmatch(r"\d{8}T\d{6}Z", one(e, "DTSTAMP")[1])
        mine = events[f"duty-{duty['id']}-due@yiti"]
        assert unescape(one(mine, "SUMMARY")[1]) == title, one(mine, "SUMMARY")
        assert one(mine, "DTSTART") == ({"VALUE": "DATE"}, "20991231") and one(mine, "DTEND")[1] == "21000101"
        assert one(mine, "URL")[1].endswith(f"/duties/{duty['id']}")
        # the hand-over has to be signed within working hours: an event at a time of day, in Shanghai
        sign = events[f"duty-{duty['id']}-limit@yiti"]
        params, value = one(sign, "DTEND")
        assert params == {"TZID": "Asia/Shanghai"}
        assert value == duty["clock_due_at"][:19].replace("-", "").replace(":", ""), (value, duty["clock_due_at"])
        # the demonstration's actions of the bureau with a due day stand there too
        listed = office.ask("GET", f"/api/v1/actions?limit=500&unit={unit_id(office, BUREAU)}")[2]["items"]
        due = {a["id"] for a in listed if a["due_on"] and a["state"] not in ("done", "stopped") and a["units"]}
        assert due and {u.split("-")[1] for u in events if u.startswith("action-")} == due, (len(due), [u for u in events if u.startswith("action-")])
        # a change raises SEQUENCE and keeps the UID; the end takes the event away
        before = int(one(mine, "SEQUENCE")[1])
        verb = "accept" if duty["state"] == "offered" else "acknowledge"
        assert head.ask("POST", f"/api/v1/duties/{duty['id']}/steps", {"verb": verb}, head={"If-Match": f'"{duty["version"]}"'})[0] == 200
        status, _, body = s.get(links["calendar_url"], {"If-None-Match": got["etag"]})
        assert status == 200
        events = {one(p, "UID")[1]: p for p in parse(body)["parts"] if p["name"] == "VEVENT"}
        assert int(one(events[f"duty-{duty['id']}-due@yiti"], "SEQUENCE")[1]) > before
        # a slip to be answered
        assert office.ask("POST", f"/api/v1/duties/{duty['id']}/slips", {"colour": "blue", "text": "限期"})[0] == 201
        todo = parse(s.get(links["tasks_url"])[2])
        tasks = {one(p, "UID")[1]: p for p in todo["parts"] if p["name"] == "VTODO"}
        assert any(u.startswith("slip-") for u in tasks) and not [p for p in todo["parts"] if p["name"] == "VEVENT"]
        task = tasks[f"duty-{duty['id']}-due@yiti"]
        assert one(task, "DUE") == ({"VALUE": "DATE"}, "20991231") and one(task, "STATUS")[1] in ("NEEDS-ACTION", "IN-PROCESS") and one(task, "PERCENT-COMPLETE")[1] == "0"
        assert s.get(links["tasks_url"], {"If-None-Match": s.get(links["tasks_url"])[1]["etag"]})[0] == 304
        # read too often
        last = [s.get(links["tasks_url"]) for _ in range(30)][-1]
        assert last[0] == 429 and int(last[1]["retry-after"]) >= 1, last[0]
        assert s.get(feeds(head)["tasks_url"])[0] == 200, "a new address is another one"
    finally:
        assert s.stop() == 0


if __name__ == "__main__":
    run([each_person_chooses_what_to_hear, notices_come_as_atom, due_dates_come_as_icalendar])
