"""Webhooks against a real HTTP receiver: signed, once an event, patient, and never into the house. hook.py YITI"""
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from yiti import Server, run  # noqa: E402
from feed import Who, hand_over  # noqa: E402
from smtpd import Receiver  # noqa: E402

BINARY = sys.argv[1]


def serve(folder, allow="127.0.0.1", hours=120):
    with open(folder + "/yiti.yaml", "w", encoding="utf-8") as f:
        f.write(f"delivery:\n  retry_seconds: 1\n  disable_hours: {hours}\n" + (f"  allow: [{allow}]\n" if allow else ""))
    os.environ["YITI_CONFIG"] = folder + "/yiti.yaml"
    return Server(BINARY, folder + "/data", "--demonstration")


def add(admin, url, **more):
    status, _, hook = admin.ask("POST", "/api/v1/webhooks", {"name": "数据平台", "url": url, **more})
    assert status == 201, hook
    return hook


def log_of(admin, hook, wanted, seconds=20):
    for _ in range(int(seconds * 10)):
        items = admin.ask("GET", f"/api/v1/webhooks/{hook['id']}/deliveries")[2]["items"]
        if any(wanted(d) for d in items):
            return items
        time.sleep(0.1)
    raise AssertionError(items)


def events_are_signed_and_told_once(folder):
    r, s = Receiver(), serve(folder)
    try:
        admin, office = Who(s, "administrator"), Who(s, "office")
        assert office.ask("GET", "/api/v1/webhooks")[0] == 403
        assert office.ask("POST", "/api/v1/webhooks", {"name": "x", "url": "https://example.cn/"})[0] == 403
        for bad in ("ftp://example.cn/", "https://u:p@example.cn/", "nonsense", "file:///etc/passwd"):
            assert admin.ask("POST", "/api/v1/webhooks", {"name": "x", "url": bad})[0] == 422, bad
        assert admin.ask("POST", "/api/v1/webhooks", {"name": "x", "url": "https://example.cn/", "topics": ["nonsense"]})[0] == 422
        hook = add(admin, f"http://127.0.0.1:{r.port}/in?x=1", topics=["duty"])
        secret = hook["secret"]
        assert "secret" not in admin.ask("GET", "/api/v1/webhooks")[2]["items"][0]
        duty = hand_over(office, "告诉外面")
        path, head, body = r.wait(1)[0]
        event = json.loads(body)
        assert path == "/in?x=1" and event["kind"] == "duty.opened" and event["summary"] == "告诉外面" and event["subject"] == {"kind": "duty", "id": duty["id"]}, event
        assert head["X-Yiti-Event"] == "duty.opened" and head["X-Yiti-Delivery"] == event["id"] and head["Content-Type"] == "application/json"
        assert abs(int(head["X-Yiti-Timestamp"]) - time.time()) < 60
        mac = hmac.new(secret.encode(), head["X-Yiti-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert head["X-Yiti-Signature"] == "v1=" + mac
        office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "快"})
        log_of(admin, hook, lambda d: d["state"] == "delivered" and d["status"] == 204)
        time.sleep(1)
        assert len(r.got) == 1, "urging is another topic"
        # the test button; a new secret; paused: nothing
        assert admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")[0] == 204
        assert json.loads(r.wait(2)[1][2])["kind"] == "webhook.test"
        match = {"If-Match": '"1"'}
        status, _, now = admin.ask("PATCH", f"/api/v1/webhooks/{hook['id']}", {"new_secret": True}, head=match)
        assert status == 200 and now["secret"] != secret and now["version"] == 2, now
        assert admin.ask("PATCH", f"/api/v1/webhooks/{hook['id']}", {"state": "paused"}, head=match)[0] == 412
        admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")
        _, head, body = r.wait(3)[2]
        assert head["X-Yiti-Signature"] == "v1=" + hmac.new(now["secret"].encode(), head["X-Yiti-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert admin.ask("PATCH", f"/api/v1/webhooks/{hook['id']}", {"state": "paused"}, head={"If-Match": '"2"'})[0] == 200
        assert admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")[0] == 409
        hand_over(office, "没人听")
        time.sleep(1)
        assert len(r.got) == 3
        assert admin.ask("DELETE", f"/api/v1/webhooks/{hook['id']}")[0] == 204 and admin.ask("GET", "/api/v1/webhooks")[2]["items"] == []
        with open(folder + "/data/yiti.db", "rb") as f:
            assert secret.encode() not in f.read(), "the secret lies sealed"
    finally:
        assert s.stop() == 0
        r.close()


def a_bad_receiver_is_tried_again(folder):
    r, s = Receiver(), serve(folder)
    try:
        admin = Who(s, "administrator")
        hook = add(admin, f"http://127.0.0.1:{r.port}/", topics=["bulletin"])  # what the demonstration tells by itself is of other topics
        quick = Receiver()
        other = add(admin, f"http://127.0.0.1:{quick.port}/", topics=["bulletin"])

        def again(mode, wanted):
            """One event under this fault, then none: it comes a second time with the same id."""
            before = len(r.got)
            r.mode = mode
            assert admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")[0] == 204
            items = log_of(admin, hook, lambda d: d["state"] == "waiting" and d["attempts"] >= 1)
            assert wanted in items[0]["error"], items[0]
            r.mode = 200
            log_of(admin, hook, lambda d: d["event_id"] == items[0]["event_id"] and d["state"] == "delivered")
            ids = {json.loads(b)["id"] for _, _, b in r.got[before:]}
            assert len(r.got) >= before + 2 and len(ids) == 1, ids
        again(500, "HTTP 500")
        again("redirect", "redirect")
        assert not [p for p, _, _ in r.got if p == "/elsewhere"], "redirects are not followed"
        again("drop", "")
        assert admin.ask("GET", "/api/v1/webhooks")[2]["items"][0]["failing_since"] is None, "well again"
        # a slow one delays nobody else
        r.mode = "slow"
        admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")
        r.wait(len(r.got) + 1)
        log_of(admin, hook, lambda d: d["attempts"] >= 1 and "imed out" in d["error"])
        admin.ask("POST", f"/api/v1/webhooks/{other['id']}/test")
        quick.wait(1)
        # away and back, over a restart of ours
        port = r.port
        r.mode = 200
        r.close()
        admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")
        log_of(admin, hook, lambda d: d["state"] == "waiting" and d["attempts"] >= 1 and d["status"] == 0)
    finally:
        assert s.stop() == 0
    back, s = Receiver(port), serve(folder)
    try:
        back.wait(1, 30)
    finally:
        assert s.stop() == 0
        back.close()


def a_message_that_comes_twice_leaves_one_delivery(folder):
    r, s = Receiver(), serve(folder)
    try:
        admin, office = Who(s, "administrator"), Who(s, "office")
        hook = add(admin, f"http://127.0.0.1:{r.port}/", topics=["duty"])
        hand_over(office, "一次")
        r.wait(1)
        log_of(admin, hook, lambda d: d["state"] == "delivered")
    finally:
        assert s.stop() == 0
    with sqlite3.connect(folder + "/data/yiti.db") as db:  # as after a kill between the taker's commit and the outbox's
        event, region, body = db.execute("SELECT event_id, region_code, body FROM webhook_delivery").fetchone()
        db.execute("INSERT INTO outbox (region_code, id, topic, payload, next_us, failures) VALUES (?, ?, 'notice.event', ?, 0, 0)", (region, event, body))
    db.close()
    s = serve(folder)
    try:
        time.sleep(2)
        items = Who(s, "administrator").ask("GET", f"/api/v1/webhooks/{hook['id']}/deliveries")[2]["items"]
        assert len(items) == 1 and len(r.got) == 1, items
    finally:
        assert s.stop() == 0
        r.close()


def never_into_the_house(folder):
    r, s = Receiver(), serve(folder, allow="")
    try:
        admin = Who(s, "administrator")
        for url in (f"http://127.0.0.1:{r.port}/", f"https://127.0.0.1:{r.port}/", f"http://localhost:{r.port}/", f"https://[::1]:{r.port}/", f"https://[::ffff:127.0.0.1]:{r.port}/",
                    f"https://2130706433:{r.port}/", f"https://0x7f.1:{r.port}/", "https://169.254.169.254/latest/", "https://10.0.0.1/", "https://[fe80::1]/",
                    "https://[64:ff9b::7f00:1]/"):
            hook = add(admin, url)
            assert admin.ask("POST", f"/api/v1/webhooks/{hook['id']}/test")[0] == 204
            items = log_of(admin, hook, lambda d: d["attempts"] >= 1)
            assert "address not allowed" in items[0]["error"] or "resolve" in items[0]["error"], (url, items[0])
            assert admin.ask("DELETE", f"/api/v1/webhooks/{hook['id']}")[0] == 204
        assert not r.got
    finally:
        assert s.stop() == 0
        r.close()


def failing_for_long_switches_it_off(folder):
    r, s = Receiver(), serve(folder, hours=0)
    try:
        admin, office = Who(s, "administrator"), Who(s, "office")
        r.mode = 500
        hook = add(admin, f"http://127.0.0.1:{r.port}/")
        hand_over(office, "听不见")
        r.wait(1)
        for _ in range(100):
            now = admin.ask("GET", "/api/v1/webhooks")[2]["items"][0]
            if now["state"] == "disabled":
                break
            time.sleep(0.1)
        assert now["state"] == "disabled" and now["failing_since"], now
        notice = admin.ask("GET", "/api/v1/notices")[2]["items"][0]
        assert notice["kind"] == "webhook.disabled" and notice["summary"] == "数据平台", notice
        n = len(r.got)
        hand_over(office, "也听不见")
        time.sleep(1.5)
        assert len(r.got) == n
        r.mode = 200
        assert admin.ask("PATCH", f"/api/v1/webhooks/{hook['id']}", {"state": "active"}, head={"If-Match": f'"{now["version"]}"'})[0] == 200
        r.wait(n + 1)
    finally:
        assert s.stop() == 0
        r.close()


if __name__ == "__main__":
    run([events_are_signed_and_told_once, a_bad_receiver_is_tried_again, a_message_that_comes_twice_leaves_one_delivery, never_into_the_house, failing_for_long_switches_it_off])
