"""Mail over a real SMTP server: at once, digest, failures, what a mail looks like. mail.py YITI"""
import email
import email.policy
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from yiti import Server, run  # noqa: E402
from feed import BUREAU, Who, hand_over, unit_id  # noqa: E402
from smtpd import Smtp, certificate  # noqa: E402

BINARY = sys.argv[1]
HEAD = "head.of.bureau@example.cn"


def serve(folder, **more):
    with open(folder + "/yiti.yaml", "w", encoding="utf-8") as f:
        f.write("public_url: https://yiti.example.cn\ndelivery:\n  retry_seconds: 1\n  group_seconds: 1\n")
    os.environ["YITI_CONFIG"] = folder + "/yiti.yaml"
    return Server(BINARY, folder + "/data", "--demonstration", **more)


def give_address(admin, who, address):
    me = who.ask("GET", "/api/v1/session")[2]["user"]["id"]
    _, got, p = admin.ask("GET", f"/api/v1/people/{me}")
    status, _, body = admin.ask("PATCH", f"/api/v1/people/{me}", {"email": address}, head={"If-Match": got["etag"]})
    assert status in (200, 204), body
    return me


def set_server(admin, port, **more):
    status, _, body = admin.ask("PUT", "/api/v1/mail-server", {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "office@yiti.example.cn", "from_name": "一体办公室", **more})
    assert status == 200, body
    return body


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def log_of(admin, wanted, n=1, seconds=20):
    for _ in range(int(seconds * 10)):
        items = admin.ask("GET", "/api/v1/mails")[2]["items"]
        if sum(bool(wanted(m)) for m in items) >= n:
            return items
        time.sleep(0.1)
    raise AssertionError(items)


def urged_at_once_in_one_mail(folder):
    smtp, s = Smtp(), serve(folder)
    try:
        admin, office, head = Who(s, "administrator"), Who(s, "office"), Who(s, "head")
        assert head.ask("GET", "/api/v1/mail-server")[0] == 403 and head.ask("PUT", "/api/v1/mail-server", {"host": "x", "from_address": "a@b.cn"})[0] == 403
        assert admin.ask("GET", "/api/v1/mail-server")[2] == {"set": False}
        for bad in ({"host": "a b"}, {"from_address": "a@b@c"}, {"from_address": "a@b.cn\r\nBcc: x@y.cn"}, {"security": "maybe"}, {"ca_pem": "x"}, {"port": 0}):
            assert admin.ask("PUT", "/api/v1/mail-server", {"host": "h", "from_address": "a@b.cn", **bad})[0] in (400, 422), bad
        set_server(admin, smtp.port, user="u", password="geheim-4711")
        got = admin.ask("GET", "/api/v1/mail-server")[2]
        assert got["has_password"] and "password" not in got and "geheim" not in str(got)
        set_server(admin, smtp.port, user="", password="")
        me = give_address(admin, head, HEAD)
        title = "编制公交规划\"<b>&\"" + "很长的题目" * 12
        duty = hand_over(office, title)
        for _ in range(3):
            assert office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "请加快"})[0] == 201
        sender, to, raw, _ = smtp.wait(1)[0]
        time.sleep(2.5)
        assert len(smtp.mails) == 1, "three urges, one mail; the hand-over waits for the digest"
        assert to == [HEAD] and "office@yiti.example.cn" in sender
        assert max(len(line) for line in raw.split(b"\r\n")) <= 78 and raw.isascii(), "folded, seven bits"
        m = parsed(raw)
        assert m["To"] == HEAD and title in m["Subject"] and "催办" in m["Subject"], m["Subject"]
        assert m["From"].addresses[0].display_name == "一体办公室" and m["Message-ID"].endswith("@yiti.example.cn>") and m["Date"].datetime
        assert m["List-Unsubscribe"] == "<https://yiti.example.cn/settings/notices>" and m["Auto-Submitted"] == "auto-generated"
        assert [p.get_content_type() for p in m.iter_parts()] == ["text/plain", "text/html"] and not m.defects
        text, html = [p.get_content() for p in m.iter_parts()]
        assert title in text and f"https://yiti.example.cn/duties/{duty['id']}" in text and "共3条" in text, text
        assert "<b>&\"" not in html and "&lt;b&gt;&amp;" in html
        # nothing personal beyond the address in the envelope and To
        shown = head.ask("GET", "/api/v1/session")[2]["user"]["display_name"]
        assert shown not in text + html and me not in text
        items = log_of(admin, lambda x: x["state"] == "sent")
        assert HEAD not in str(items), "the log holds no address"
        # who wants none gets none; seen in the app before: nothing to say
        head.ask("PUT", "/api/v1/notice-settings", {"mail": False})
        office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "再催"})
        head.ask("PUT", "/api/v1/notice-settings", {"mail": True, "quiet_from": "00:00", "quiet_to": "23:59"})
        office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "夜里催"})
        time.sleep(3)
        assert len(smtp.mails) == 1, "not wanted, and quiet hours"
        assert admin.ask("POST", "/api/v1/mail-server/test")[0] == 204
        log_of(admin, lambda x: x["kind"] == "test" and x["state"] == "given_up")  # the administrator has no address
    finally:
        assert s.stop() == 0
        smtp.close()
    for name in ("yiti.db", "yiti.db-wal"):
        if os.path.exists(folder + "/data/" + name):
            with open(folder + "/data/" + name, "rb") as f:
                data = f.read()
            assert HEAD.encode() not in data and b"geheim-4711" not in data, "addresses and passwords lie sealed"
    with open(folder + "/data.log", "rb") as f:
        data = f.read()
        assert HEAD.encode() not in data and b"geheim-4711" not in data


def the_digest_of_the_day(folder):
    smtp, s = Smtp(), serve(folder)
    try:
        admin, office, head = Who(s, "administrator"), Who(s, "office"), Who(s, "head")
        set_server(admin, smtp.port)
        give_address(admin, head, HEAD)
        head.ask("PUT", "/api/v1/notice-settings", {"lang": "en"})
        for title in ("第一件", "第二件", "看过的一件"):
            hand_over(office, title)
        seen = head.ask("GET", "/api/v1/notices")[2]["items"][0]
        assert seen["summary"] == "看过的一件"
        head.ask("POST", f"/api/v1/notices/{seen['id']}/read")
        time.sleep(2)
        assert not smtp.mails, "not before its hour"
    finally:
        assert s.stop() == 0
    with sqlite3.connect(folder + "/data/yiti.db") as db:
        due, = db.execute("SELECT due_us FROM timer WHERE kind = 'mail.digest'").fetchone()
        at = time.gmtime(due / 1e6 + 8 * 3600)
        assert (at.tm_hour, at.tm_min) == (8, 0) and due > time.time() * 1e6, at
        db.execute("UPDATE timer SET due_us = 0 WHERE kind = 'mail.digest'")
    db.close()
    s = serve(folder)
    try:
        m = parsed(smtp.wait(1)[0][2])
        text = next(m.iter_parts()).get_content()
        assert "notices of the day (2)" in m["Subject"] and "第一件" in text and "第二件" in text and "看过的一件" not in text, (m["Subject"], text)
        time.sleep(1)
        assert len(smtp.mails) == 1
    finally:
        assert s.stop() == 0
        smtp.close()


def failures_are_tried_again_and_shown(folder):
    files = certificate(folder)
    with open(files[0], encoding="ascii") as f:
        pem = f.read()
    smtp, s = Smtp(files), serve(folder)
    try:
        admin, office, head = Who(s, "administrator"), Who(s, "office"), Who(s, "head")
        give_address(admin, head, HEAD)
        duty = None

        def urge():
            nonlocal duty
            duty = duty or hand_over(office, "催一催")
            assert office.ask("POST", f"/api/v1/duties/{duty['id']}/urges", {"text": "快"})[0] == 201
        # a certificate of nobody known: refused, nothing goes out
        set_server(admin, smtp.port, security="starttls", host="localhost", user="u", password="p")
        urge()
        log_of(admin, lambda m: m["state"] == "waiting" and m["attempts"] >= 1 and m["error"])
        assert not smtp.mails and not smtp.plain, "no password to a stranger"
        # the house's own authority
        set_server(admin, smtp.port, security="starttls", host="localhost", user="u", password="p", ca_pem=pem)
        assert smtp.wait(1)[0][3] is True and smtp.plain, "over TLS, signed in"
        # STARTTLS taken out on the way: nothing goes out in the clear
        smtp.mode = "strip"
        urge()
        log_of(admin, lambda m: m["state"] == "waiting" and m["attempts"] >= 1)
        assert len(smtp.mails) == 1 and len(smtp.plain) == 1
        smtp.mode = "4xx"
        items = log_of(admin, lambda m: m["state"] == "waiting" and "450" in m["error"])
        assert items[0]["attempts"] >= 1
        smtp.mode = "ok"
        smtp.wait(2)
        # nobody there: given up at once, shown, and tried anew by hand
        smtp.mode = "5xx"
        urge()
        items = log_of(admin, lambda m: m["state"] == "given_up" and "550" in m["error"])
        lost = next(m for m in items if m["state"] == "given_up")
        smtp.mode = "ok"
        assert head.ask("POST", f"/api/v1/mails/{lost['id']}/again")[0] == 403
        assert admin.ask("POST", f"/api/v1/mails/{lost['id']}/again")[0] == 204
        first = smtp.wait(3)[2]
        assert parsed(first[2])["Message-ID"].split(".")[0] == f"<{lost['id']}", "the same mail keeps its id"
        # the server is away: the mail waits
        port = smtp.port
        smtp.close()
        urge()
        log_of(admin, lambda m: m["state"] == "waiting" and m["attempts"] >= 1)
        again = Smtp(files, port=port)
        again.wait(1)
        again.close()
        # TLS from the first byte
        tls = Smtp(files, tls=True)
        set_server(admin, tls.port, security="tls", host="localhost", ca_pem=pem)
        urge()
        assert tls.wait(1)[0][3] is True
        tls.close()
    finally:
        assert s.stop() == 0


if __name__ == "__main__":
    run([urged_at_once_in_one_mail, the_digest_of_the_day, failures_are_tried_again_and_shown])
