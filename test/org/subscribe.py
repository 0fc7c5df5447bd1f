"""The public subscribes by mail: double opt-in, one mail a day, gone without a trace; RSS and open data. subscribe.py YITI"""
import json
import os
import re
import sqlite3
import sys
import time
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from yiti import run  # noqa: E402
from feed import Who  # noqa: E402
from mail import parsed, serve, set_server  # noqa: E402
from smtpd import Smtp  # noqa: E402

READER = "Zhang.San@example.cn"


def public(s, method, path, value=None, head=None):
    h = {"Origin": f"http://127.0.0.1:{s.port}", **(head or {})}
    if value is not None:
        h["Content-Type"] = "application/json"
    status, got, body = s.get(path, h, method, None if value is None else json.dumps(value).encode())
    return status, got, json.loads(body) if body and "json" in got.get("content-type", "") else body


def fire(folder, kind):
    with sqlite3.connect(folder + "/data/yiti.db") as db:
        n = db.execute("UPDATE timer SET due_us = 0 WHERE kind = ?", (kind,)).rowcount
    db.close()
    return n


def subscribed_confirmed_told_and_gone(folder):
    smtp, s = Smtp(), serve(folder)
    try:
        admin = Who(s, "administrator")
        outlines = public(s, "GET", "/api/v1/public/outlines")[2]["items"]
        outline = outlines[0]["id"]
        ask = {"kind": "outline", "id": outline, "email": READER}
        assert public(s, "GET", "/api/v1/public/subscriptions")[2] == {"available": False}
        assert public(s, "POST", "/api/v1/public/subscriptions", ask)[0] == 409, "no mail server"
        set_server(admin, smtp.port)
        assert public(s, "GET", "/api/v1/public/subscriptions")[2] == {"available": True}
        for bad, wanted in (({"email": "x"}, 422), ({"email": "a@b.cn\nBcc: c@d.cn"}, 422), ({"kind": "person"}, 422), ({"id": "123"}, 404)):
            assert public(s, "POST", "/api/v1/public/subscriptions", {**ask, **bad})[0] == wanted, bad
        first = public(s, "POST", "/api/v1/public/subscriptions", ask)
        again = public(s, "POST", "/api/v1/public/subscriptions", {**ask, "email": READER.lower()})
        assert first[0] == again[0] == 202 and first[2] == again[2], "the answer tells nobody who is there"
        m = parsed(smtp.wait(1)[0][2])
        time.sleep(1)
        assert len(smtp.mails) == 1 and m["To"] == READER
        text = next(m.iter_parts()).get_content()
        token = re.search(r"https://yiti\.example\.cn/public/subscription/([\w-]{43})", text).group(1)
        assert outlines[0]["title"] in text.replace("\n", "")
        at = f"/api/v1/public/subscriptions/{token}"
        assert public(s, "GET", at)[2]["state"] == "pending" and public(s, "GET", at[:-1] + "A")[0] == 404
        assert public(s, "POST", at + "/confirm", {})[0] == 204 and public(s, "GET", at)[2]["state"] == "active"
        # an action with progress since
        office = Who(s, "office")
        action = office.ask("GET", f"/api/v1/actions?outline={outline}&state=under_way&limit=1")[2]["items"][0]
        assert office.ask("POST", f"/api/v1/actions/{action['id']}/reports", {"percent": 99, "text": "内部说明不外传"})[0] == 201
    finally:
        assert s.stop() == 0
    assert fire(folder, "subscribe.news") == 1
    s = serve(folder)
    try:
        m = parsed(smtp.wait(2)[1][2])
        text, html = [p.get_content() for p in m.iter_parts()]
        assert action["title"] in text and "99%" in text and "内部说明不外传" not in text + html, text
        assert f"https://yiti.example.cn/public/actions/{action['id']}" in text
        leave = m["List-Unsubscribe"].strip("<>")
        assert m["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and leave.startswith("https://yiti.example.cn/api/"), leave
        time.sleep(1)
        assert len(smtp.mails) == 2, "one mail"
    finally:
        assert s.stop() == 0
    assert fire(folder, "subscribe.news") == 1
    s = serve(folder)
    try:
        time.sleep(2)
        assert len(smtp.mails) == 2, "nothing new: no mail"
        status, _, body = s.get(leave.replace("https://yiti.example.cn", ""), {"Content-Type": "application/x-www-form-urlencoded"}, "POST", b"List-Unsubscribe=One-Click")
        assert status == 204, body
        assert public(s, "GET", at)[0] == 404
        assert public(s, "POST", at + "/unsubscribe", {})[0] == 204, "twice is as good as once"
        # an unconfirmed one lapses
        public(s, "POST", "/api/v1/public/subscriptions", ask)
        smtp.wait(3)
    finally:
        assert s.stop() == 0
    fire(folder, "subscribe.lapse")
    s = serve(folder)
    time.sleep(1.5)
    assert s.stop() == 0
    smtp.close()
    with sqlite3.connect(folder + "/data/yiti.db") as db:
        assert db.execute("SELECT count(*) FROM subscription").fetchone()[0] == 0 and db.execute("SELECT count(*) FROM data_key WHERE subject_kind = 'subscription'").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM mail WHERE subscription_id IS NOT NULL").fetchone()[0] == 0
    db.close()
    for name in os.listdir(folder + "/data"):
        if os.path.isfile(folder + "/data/" + name):
            with open(folder + "/data/" + name, "rb") as f:
                data = f.read().lower()
            assert READER.lower().encode() not in data, name
    with open(folder + "/data.log", "rb") as f:
        data = f.read()
        assert READER.encode() not in data and token.encode() not in data


def feeds_and_open_data(folder):
    s = serve(folder)
    try:
        outline = public(s, "GET", "/api/v1/public/outlines")[2]["items"][0]["id"]
        status, got, data = public(s, "GET", f"/api/v1/public/outlines/{outline}.json")
        assert status == 200 and data["licence"]["id"] == "CC-BY-4.0" and 'rel="license"' in got["link"] and data["dictionary"] == "/api/v1/public/dictionary"
        assert data["items"] == [{k: v for k, v in i.items() if k != "node_key"} for i in public(s, "GET", f"/api/v1/public/outlines/{outline}")[2]["items"]]
        words = public(s, "GET", data["dictionary"])[2]["fields"]
        for word in words:
            at = data["items"][0]
            for key in re.sub(r"\[.*?\]", ".0", word["json"]).split("."):
                assert (int(key) < len(at)) if isinstance(at, list) and key.isdigit() else at is None or key in at, (word, at)
                at = at[int(key)] if isinstance(at, list) else None if at is None else at[key]
        status, got, csv = public(s, "GET", f"/api/v1/public/outlines/{outline}.csv?lang=zh")
        heads = csv.decode("utf-8-sig").split("\r\n")[0].split(",")
        assert [w["csv_zh"] for w in words if w["csv_zh"]] == heads and 'rel="license"' in got["link"], heads
        acted = next(i for i in data["items"] if i["last_report"])
        status, got, body = public(s, "GET", f"/api/v1/public/actions/{acted['id']}.rss")
        assert status == 200 and got["content-type"].startswith("application/rss+xml")
        channel = ET.fromstring(body).find("channel")
        assert channel.find("title").text == acted["title"] and len(channel.findall("item")) >= 1
        guids = [i.find("guid").text for i in channel.findall("item")]
        assert len(set(guids)) == len(guids)
        office = Who(s, "office")
        units = office.ask("GET", f"/api/v1/actions/{acted['id']}")[2]["units"]
        channel = ET.fromstring(public(s, "GET", f"/api/v1/public/units/{units[0]['unit_id']}.rss")[2]).find("channel")
        assert channel.find("title").text == units[0]["name"] and any(i.find("link").text.endswith(acted["id"]) for i in channel.findall("item"))
        # made private: gone from everywhere
        whole = office.ask("GET", f"/api/v1/outlines/{outline}")[2]
        assert office.ask("POST", f"/api/v1/outlines/{outline}/unpublish", {}, head={"If-Match": f'"{whole["version"]}"'})[0] == 200
        for path in (f"outlines/{outline}.json", f"outlines/{outline}.csv", f"actions/{acted['id']}.rss", f"units/{units[0]['unit_id']}.rss"):
            assert public(s, "GET", f"/api/v1/public/{path}")[0] == 404, path
    finally:
        assert s.stop() == 0


if __name__ == "__main__":
    run([subscribed_confirmed_told_and_gone, feeds_and_open_data])
