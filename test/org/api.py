"""org over real HTTP: sign-in in all its stages, scope, versions, files, tokens. api.py YITI"""
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from yiti import Server, call, run  # noqa: E402

BINARY = sys.argv[1]
PASSWORD = "Kz7-lotus-market"


def totp(secret, at):
    """RFC 6238 written from the RFC, not from the program."""
    mac = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


class Who:
    """A browser: an origin and a cookie jar."""

    def __init__(self, server):
        self.s, self.cookies = server, {}

    def ask(self, method, path, value=None, headers=None, raw=None):
        head = {"Origin": f"http://127.0.0.1:{self.s.port}", **(headers or {})}
        if self.cookies:
            head["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if raw is not None:
            status, got, body = self.s.get(path, head, method, raw)
        else:
            if value is not None:
                head["Content-Type"] = "application/json"
            status, got, body = self.s.get(path, head, method, None if value is None else json.dumps(value).encode())
        for line in got.get("set-cookie", "").split("\n"):
            if "=" in line:
                name, rest = line.split("=", 1)
                self.cookies[name] = rest.split(";")[0]
                if "max-age=0" in line.lower():
                    del self.cookies[name]
                assert "HttpOnly" in line and "SameSite=Strict" in line, line
        is_json = "json" in got.get("content-type", "")
        return status, got, json.loads(body) if body and is_json else body


def yiti(folder, *words):
    code, out, err = call(BINARY, *words, "--data", folder + "/data")
    assert code == 0, (words, out, err)
    return out.strip()


def person(folder, s, name, unit, *roles):
    """Made on the command line; the one-time token sets the password; then signed in."""
    ident, token = yiti(folder, "person", "add", name, "--unit", unit).split("\t")
    for role in roles:
        yiti(folder, "role", "grant", ident, role, "--unit", unit)
    who = Who(s)
    assert who.ask("POST", "/api/v1/session/password", {"token": token, "new": PASSWORD})[0] == 204
    assert Who(s).ask("POST", "/api/v1/session/password", {"token": token, "new": PASSWORD})[0] == 401, "a token works once"
    who.id = ident
    status, _, body = who.ask("POST", "/api/v1/session", {"name": name, "password": PASSWORD})
    assert status == 200, body
    return who


def unit(folder, name, region, kind):
    return yiti(folder, "unit", "add", name, "--region", region, "--kind", kind).split("\t")[0]


def administrator_signs_in_with_a_second_factor(folder):
    s = Server(BINARY, folder + "/data")
    try:
        a = Who(s)
        token = yiti(folder, "admin", "token")
        status, _, body = a.ask("POST", "/api/v1/setup", {"token": token, "name": "admin", "display_name": "王主任", "password": PASSWORD,
                                                          "instance": {"name_zh": "杭州都市圈", "region_code": "330100"}})
        assert status == 200 and body["user"] is None and body["pending"] == "totp", body
        assert a.ask("GET", "/api/v1/people")[0] == 401, "not before the second factor is set"
        status, _, setup = a.ask("GET", "/api/v1/session/totp")
        assert status == 200 and len(setup["secret"]) == 32, setup
        assert a.ask("POST", "/api/v1/session/totp", {"secret": setup["secret"], "code": "000000"})[0] == 422
        now = time.time()
        assert a.ask("POST", "/api/v1/session/totp", {"secret": setup["secret"], "code": totp(setup["secret"], now)})[0] == 204
        status, _, body = a.ask("GET", "/api/v1/session")
        assert body["user"]["name"] == "admin" and body["pending"] is None and body["instance"]["region"]["name"] == "杭州市"
        assert a.ask("GET", "/api/v1/people")[0] == 200
        b = Who(s)
        status, _, body = b.ask("POST", "/api/v1/session", {"name": "admin", "password": PASSWORD})
        assert status == 401 and body["field"] == "totp", body
        code = {"name": "admin", "password": PASSWORD, "totp": totp(setup["secret"], now)}
        assert b.ask("POST", "/api/v1/session", code)[0] == 401, "a code works once"
        code["totp"] = totp(setup["secret"], now + 30)
        assert b.ask("POST", "/api/v1/session", code)[0] == 200
        assert b.ask("DELETE", "/api/v1/session/totp", {"code": "12345x"})[0] in (403, 422)
        assert b.ask("DELETE", "/api/v1/session")[0] == 204
        assert b.ask("GET", "/api/v1/people")[0] == 401
    finally:
        s.stop()


def scope_holds_over_http(folder):
    s = Server(BINARY, folder + "/data")
    try:
        hz, jx = unit(folder, "市府办", "330100", "city_office"), unit(folder, "嘉兴市府办", "330400", "city_office")
        office, stranger = person(folder, s, "office", hz, "city_office"), person(folder, s, "stranger", jx)
        assert stranger.ask("GET", f"/api/v1/people/{office.id}")[0] == 404
        assert [p["name"] for p in stranger.ask("GET", "/api/v1/people")[2]["items"]] == ["stranger"], "nobody but himself"
        assert stranger.ask("POST", "/api/v1/units", {"name": "伪局", "region_code": "330400"})[0] == 403
        key = {"Idempotency-Key": "k-1"}
        status, _, made = office.ask("POST", "/api/v1/units", {"name": "市科学技术协会", "region_code": "330100", "parent_id": hz, "aliases": ["市科协"]}, key)
        assert status == 201, made
        assert office.ask("POST", "/api/v1/units", {"name": "市科学技术协会", "region_code": "330100", "parent_id": hz, "aliases": ["市科协"]}, key)[2] == made
        assert office.ask("POST", "/api/v1/units", {"name": "别的", "region_code": "330100", "parent_id": hz}, key)[0] == 422, "same key, other body"
        path = f"/api/v1/units/{made['id']}"
        assert office.ask("GET", "/api/v1/units?q=科协".replace("科协", "%E7%A7%91%E5%8D%8F"))[2]["items"][0]["id"] == made["id"]
        assert office.ask("POST", path + "/rename", {"name": "市科技协会"})[0] == 428, "an edit without If-Match"
        etag = office.ask("GET", path)[1]["etag"]
        status, _, body = office.ask("POST", path + "/rename", {"name": "市科技协会", "short_name": "科协"}, {"If-Match": etag})
        assert status == 200 and body["name"] == "市科技协会" and len(body["names"]) >= 1, body
        assert office.ask("POST", path + "/rename", {"name": "又名"}, {"If-Match": etag})[0] == 412
        assert office.ask("POST", f"/api/v1/units/{jx}/aliases", {"alias": "x"}, {"If-Match": '"1"'})[0] == 404
        rows = office.ask("GET", path + "/journal")[2]["items"]
        assert [r["verb"] for r in rows] == ["create", "rename"] and rows[0]["actor_name"] == "office"
        # a person made over HTTP must set a password of his own first
        status, _, made = office.ask("POST", "/api/v1/people", {"name": "new.one", "display_name": "新同志", "telephone": "13512349876", "unit_id": hz})
        assert status == 201 and "13512349876" not in json.dumps(made), made
        fresh = Who(s)
        status, _, body = fresh.ask("POST", "/api/v1/session", {"name": "new.one", "password": made["first_password"]})
        assert status == 200 and body["pending"] == "password" and fresh.ask("GET", "/api/v1/units")[0] == 401
        assert fresh.ask("POST", "/api/v1/session/password", {"old": made["first_password"], "new": PASSWORD + "!"})[0] == 204
        assert fresh.ask("GET", "/api/v1/units")[0] == 200
        assert office.ask("POST", f"/api/v1/people/{made['id']}/contact", {"purpose": "核对电话"})[2]["telephone"] == "13512349876"
        log = fresh.ask("GET", f"/api/v1/people/{made['id']}/access-log")[2]["items"]
        assert len(log) == 1 and log[0]["change"]["purpose"] == "核对电话", log
        assert stranger.ask("POST", f"/api/v1/people/{made['id']}/contact", {"purpose": "好奇"})[0] == 404
        # tokens
        status, _, token = office.ask("POST", "/api/v1/tokens", {"name": "数据组", "rights": ["read"]})
        bearer = {"Authorization": "Bearer " + token["secret"]}
        assert s.json("/api/v1/units", bearer)[0] == 200
        assert s.json("/api/v1/units", bearer, "POST", {"name": "令牌局", "region_code": "330100", "parent_id": hz})[0] == 403
        assert office.ask("POST", "/api/v1/tokens", {"name": "越权", "rights": ["audit"]})[0] == 422
        assert office.ask("DELETE", f"/api/v1/tokens/{token['id']}")[0] == 204
        assert s.json("/api/v1/units", bearer)[0] == 401
        # erased
        assert office.ask("POST", f"/api/v1/people/{made['id']}/erase", {})[0] == 204
        assert fresh.ask("GET", "/api/v1/units")[0] == 401
    finally:
        s.stop()
    assert "0" in yiti(folder, "verify")


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
EXIF = b"\xff\xe1\x00\x0eExif\0\0GPS!!!"
SCAN = b"\xff\xda\x00\x04\x01\x02data\xff\xd9"


def files_lose_their_place_and_stay_in_scope(folder):
    s = Server(BINARY, folder + "/data")
    try:
        u = unit(folder, "市环保局", "330100", "department")
        desk, other = person(folder, s, "desk", u, "desk_head"), person(folder, s, "other", u, "desk_head")
        name = {"X-File-Name": "..%2F%E7%8E%B0%E5%9C%BA.jpg", "Content-Type": "image/jpeg"}
        status, _, made = desk.ask("POST", "/api/v1/files", headers=name, raw=JPEG + EXIF + SCAN)
        assert status == 201 and made["name"] == "现场.jpg" and made["media_type"] == "image/jpeg", made
        path = f"/api/v1/files/{made['id']}"
        status, head, body = desk.ask("GET", path)
        assert status == 200 and body == JPEG + SCAN and hashlib.sha256(body).hexdigest() == made["sha256"]
        assert head["content-disposition"].startswith("attachment") and head["x-content-type-options"] == "nosniff"
        assert other.ask("GET", path)[0] == 404, "not attached to anything yet: the uploader's alone"
        assert Who(s).ask("GET", path)[0] == 401 and Who(s).ask("GET", f"/api/v1/public/files/{made['id']}")[0] == 404
        assert desk.ask("POST", path + "/release", {"public": True})[0] == 403
        for content, kind, want in [(b"MZ\x90\0\3", "image/png", 415), (b"<script>", "text/html", 415), (JPEG + SCAN[:-2], "image/jpeg", 400),
                                    (b"%PDF-1.7 text", "image/png", 415), (b"a,b\n1,2\n", "text/csv", 201)]:
            status, _, body = desk.ask("POST", "/api/v1/files", headers={"Content-Type": kind}, raw=content)
            assert status == want, (content, kind, status, body)
        assert Who(s).ask("POST", "/api/v1/files", headers={"Content-Type": "text/csv"}, raw=b"a,b\n")[0] == 401
    finally:
        s.stop()


def exif(orientation, little=True):
    """A camera's metadata: make, orientation, and a place that must not stay."""
    e = "<" if little else ">"
    head = (b"II*\0" if little else b"MM\0*") + struct.pack(e + "IH", 8, 3)
    entries = struct.pack(e + "HHI4s", 271, 2, 4, b"GPS\0") + struct.pack(e + "HHIHH", 274, 3, 1, orientation, 0) + struct.pack(e + "HHII", 0x8825, 4, 1, 50)
    return head + entries + struct.pack(e + "I", 0) + b"SECRETPLACE"


def segments(jpeg):
    at, out = 2, []
    while jpeg[at + 1] != 0xda:
        size = struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        out.append((jpeg[at + 1], jpeg[at + 4:at + 2 + size]))
        at += 2 + size
    return out


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def photos_stay_upright(folder):
    """All eight orientations, both byte orders, with and without JFIF, and PNG: the turn stays, all else goes."""
    s = Server(BINARY, folder + "/data")
    try:
        desk = person(folder, s, "desk", unit(folder, "市环保局", "330100", "department"), "desk_head")

        def stored(raw, kind):
            status, _, made = desk.ask("POST", "/api/v1/files", headers={"Content-Type": kind}, raw=raw)
            assert status == 201, made
            body = desk.ask("GET", f"/api/v1/files/{made['id']}")[2]
            assert b"SECRET" not in body and b"GPS" not in body, body
            return body
        for n in list(range(1, 9)) + [0, 9, 274]:
            for little in (True, False):
                for begin in (JPEG, JPEG[:2]):
                    tag = b"Exif\0\0" + exif(n, little)
                    body = stored(begin + b"\xff\xe1" + struct.pack(">H", len(tag) + 2) + tag + SCAN, "image/jpeg")
                    found = [p for m, p in segments(body) if m == 0xe1]
                    want = [b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 274, 3, 1, n, 0, 0)] if 2 <= n <= 8 else []
                    assert found == want, (n, little, body)
                    assert body.replace(b"\xff\xe1\0\x22" + want[0] if want else b"-", b"") == begin + SCAN, (n, body)
                    assert begin == JPEG[:2] or segments(body)[0][0] == 0xe0, "JFIF stays first"
        for n in range(1, 9):
            ihdr, rest = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
            body = stored(b"\x89PNG\r\n\x1a\n" + ihdr + chunk(b"tEXt", b"a\0SECRET") + chunk(b"eXIf", exif(n)) + rest, "image/png")
            tag = chunk(b"eXIf", b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 274, 3, 1, n, 0, 0)) if n > 1 else b""
            assert body == b"\x89PNG\r\n\x1a\n" + ihdr + tag + rest, (n, body)
    finally:
        s.stop()


def notices_are_listed_filtered_and_read(folder):
    s = Server(BINARY, folder + "/data")
    try:
        u = unit(folder, "市环保局", "330100", "department")
        a, b = person(folder, s, "one", u, "desk_head"), person(folder, s, "two", u, "desk_head")
    finally:
        s.stop()
    with sqlite3.connect(folder + "/data/yiti.db") as db:
        for who, first in ((a, 1000), (b, 2000)):
            for i in range(5):
                db.execute("INSERT INTO notice (region_code, id, principal_id, kind, subject_kind, subject_id, summary, at_us) VALUES ('330100', ?, ?, ?, 'action', 7, ?, ?)",
                           (first + i, int(who.id), "action.assigned" if i % 2 else "action.due", f"第{i}条", 1764000000000000 + i))
    db.close()
    s = Server(BINARY, folder + "/data")
    try:
        a.s = b.s = s

        def ids(who, query=""):
            status, _, body = who.ask("GET", "/api/v1/notices" + query)
            assert status == 200, body
            return [int(n["id"]) for n in body["items"]], body["unread"], body["next"]
        assert ids(a)[:2] == ([1004, 1003, 1002, 1001, 1000], 5)
        assert ids(a, "?kind=action.assigned")[0] == [1003, 1001] and ids(a, "?kind=x") == ([], 5, None)
        first, _, key = ids(a, "?limit=2&unread=1")
        assert first == [1004, 1003] and ids(a, f"?limit=2&unread=1&after={key}")[0] == [1002, 1001], "pages of what is left"
        assert a.ask("POST", "/api/v1/notices/1003/read")[0] == 204 and ids(a, "?unread=1")[:2] == ([1004, 1002, 1001, 1000], 4)
        assert a.ask("POST", "/api/v1/notices/2003/read")[0] == 204 and ids(b)[1] == 5, "another's stays unread"
        assert a.ask("POST", "/api/v1/notices/read")[0] == 204
        assert ids(a, "?unread=1&kind=action.due") == ([], 0, None) and ids(b)[1] == 5 and len(ids(a)[0]) == 5
        assert a.ask("GET", "/api/v1/notices?unread=2")[0] == 422 and a.ask("GET", "/api/v1/notices?what=1")[0] == 422
        assert Who(s).ask("POST", "/api/v1/notices/read")[0] == 401
    finally:
        s.stop()


def guessing_is_slowed(folder):
    s = Server(BINARY, folder + "/data")
    try:
        u = unit(folder, "市交通局", "330100", "department")
        who = person(folder, s, "victim", u, "desk_head")
        attacker, answers = Who(s), []
        for _ in range(8):
            status, head, _ = attacker.ask("POST", "/api/v1/session", {"name": "victim", "password": "wrong-password"})
            answers.append((status, head.get("retry-after")))
        assert answers[0][0] == 401 and answers[-1][0] == 429 and int(answers[-1][1]) >= 1, answers
        assert who.ask("GET", "/api/v1/session")[2]["user"]["name"] == "victim", "who is in stays in"
        # a write from another site is refused
        status, _, _ = who.ask("POST", "/api/v1/tokens", {"name": "x"}, {"Origin": "https://evil.example"})
        assert status == 403
    finally:
        s.stop()


run([administrator_signs_in_with_a_second_factor, scope_holds_over_http, files_lose_their_place_and_stay_in_scope, photos_stay_upright, notices_are_listed_filtered_and_read, guessing_is_slowed])
