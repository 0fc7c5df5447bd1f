"""Signing in with a house identity against a provider written for this test, over real HTTP. oidc.py YITI"""
import base64
import hashlib
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from yiti import Server, call, run  # noqa: E402

BINARY = sys.argv[1]
PASSWORD = "Kz7-lotus-market"
CLIENT, SECRET = "yiti desk", "p:w/ä"
PAGE = {"Accept": "text/html,*/*"}


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout


class Key:
    """A signing key kept by the openssl program: nothing here comes from the code under test."""

    def __init__(self, folder, kid, alg):
        self.kid, self.alg, self.path = kid, alg, f"{folder}/{kid}.pem"
        if alg == "RS256":
            openssl("genrsa", "-out", self.path, "2048")
            n = openssl("rsa", "-in", self.path, "-modulus", "-noout").decode().strip().split("=")[1]
            self.jwk = {"kty": "RSA", "n": b64(bytes.fromhex(n)), "e": "AQAB"}
        else:
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path)
            point = openssl("ec", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
            self.jwk = {"kty": "EC", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}
        self.jwk.update(kid=kid, use="sig", alg=alg)

    def sign(self, text):
        raw = openssl("dgst", "-sha256", "-sign", self.path, stdin=text)
        if self.alg == "RS256":
            return raw
        at, parts = 2, []
        for _ in range(2):  # DER: SEQUENCE of two INTEGERs
            n = raw[at + 1]
            parts.append(raw[at + 2:at + 2 + n].lstrip(b"\0").rjust(32, b"\0"))
            at += 2 + n
        return b"".join(parts)


class Provider:
    """Discovery, keys and token endpoint; `twist` changes one answer."""

    def __init__(self, folder):
        self.key = Key(folder, "first", "RS256")
        self.keys, self.codes, self.twist, self.calls = [self.key], {}, {}, []
        handler = type("H", (Handler,), {"p": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def grant(self, location, subject):
        """The person agreed at the provider: a code for what the browser brought."""
        q = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        assert q["response_type"] == "code" and q["code_challenge_method"] == "S256" and "openid" in q["scope"].split(), q
        code = b64(os.urandom(12))
        self.codes[code] = {**q, "sub": subject}
        return code, q["state"]

    def token(self, q):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": q["sub"], "nonce": q["nonce"], "iat": now, "exp": now + 300}
        claims.update(self.twist.get("claims", {}))
        claims = {k: v for k, v in claims.items() if v is not None}
        header = {"alg": self.key.alg, "kid": self.key.kid, **self.twist.get("header", {})}
        text = (b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())).encode()
        signature = b"" if header["alg"] == "none" else self.key.sign(text)
        if self.twist.get("flip"):
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        return (text + b"." + b64(signature).encode()).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    p = None

    def log_message(self, *words):
        pass

    def answer(self, status, value, raw=None):
        body = raw if raw is not None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the client had enough

    def do_GET(self):
        p = self.p
        p.calls.append(self.path)
        if "slow" in p.twist and p.twist["slow"] in self.path:
            time.sleep(9)
        if "big" in p.twist and p.twist["big"] in self.path:
            return self.answer(200, None, b'{"keys":[],"x":"' + b"a" * (10 << 20) + b'"}')
        if self.path == "/.well-known/openid-configuration":
            return self.answer(200, {"issuer": p.twist.get("issuer", p.issuer), "authorization_endpoint": p.issuer + "/authorize",
                                     "token_endpoint": p.issuer + "/token", "jwks_uri": p.issuer + "/keys"})
        return self.answer(200, {"keys": [k.jwk for k in p.keys]})

    def do_POST(self):
        p = self.p
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        who = base64.b64decode(self.headers.get("Authorization", "Basic ").split()[1]).decode().split(":")
        assert [urllib.parse.unquote(w) for w in who] == [CLIENT, SECRET], who
        q = p.codes.pop(form["code"], None)
        if not q or form["redirect_uri"] != q["redirect_uri"] or form["grant_type"] != "authorization_code":
            return self.answer(400, {"error": "invalid_grant"})
        if b64(hashlib.sha256(form["code_verifier"].encode()).digest()) != q["code_challenge"]:
            return self.answer(400, {"error": "invalid_grant"})
        if p.twist.get("token_status"):
            return self.answer(p.twist["token_status"], {"error": "x"})
        return self.answer(200, {"access_token": "a", "token_type": "Bearer", "id_token": p.token(q)})


class Browser:
    def __init__(self, server):
        self.s, self.cookies, self.same_site = server, {}, {}

    def go(self, path, method="GET", value=None, cross=False, headers=None):
        """cross: the way back from another site, on which a browser leaves SameSite=Strict cookies at home."""
        head = {"Origin": f"http://127.0.0.1:{self.s.port}", **(headers or {})}
        sent = {k: v for k, v in self.cookies.items() if not cross or self.same_site[k] == "Lax"}
        if sent:
            head["Cookie"] = "; ".join(f"{k}={v}" for k, v in sent.items())
        c = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=40)
        if value is not None:
            head["Content-Type"] = "application/json"
        c.request(method, path, None if value is None else json.dumps(value), head)
        r = c.getresponse()
        body = r.read()
        for name, line in r.getheaders():
            if name.lower() == "set-cookie":
                key, rest = line.split("=", 1)
                self.cookies[key] = rest.split(";")[0]
                self.same_site[key] = "Lax" if "SameSite=Lax" in line else "Strict"
                if "max-age=0" in line.lower():
                    self.cookies.pop(key, None)
        c.close()
        self.s.keep(path, (r.status, {name.lower(): line for name, line in r.getheaders()}, body), method)
        return r.status, r.getheader("Location"), json.loads(body) if body and b"{" == body[:1] else body

    def user(self):
        got = self.go("/api/v1/session")[2]["user"]
        return got["name"] if got else None


def yiti(folder, *words):
    code, out, err = call(BINARY, *words, "--data", folder + "/data")
    assert code == 0, (words, out, err)
    return out.strip()


class House:
    """A server with a provider and one person, signed in with a password."""

    def __init__(self, folder):
        self.folder, self.p = folder, Provider(folder)
        with open(folder + "/secret", "w", encoding="utf-8") as f:
            f.write(SECRET + "\n")
        self.s = self.start()
        unit = yiti(folder, "unit", "add", "市环保局", "--region", "330100", "--kind", "department").split("\t")[0]
        self.unit = unit
        self.desk, self.desk_id = self.person("desk", "desk_head")

    def start(self):
        return Server(BINARY, self.folder + "/data", "--oidc-issuer", self.p.issuer, "--oidc-client-id", CLIENT, "--oidc-client-secret-file",
                      self.folder + "/secret")

    def person(self, name, role):
        ident, token = yiti(self.folder, "person", "add", name, "--unit", self.unit).split("\t")
        yiti(self.folder, "role", "grant", ident, role, "--unit", self.unit)
        b = Browser(self.s)
        assert b.go("/api/v1/session/password", "POST", {"token": token, "new": PASSWORD})[0] == 204
        assert b.go("/api/v1/session", "POST", {"name": name, "password": PASSWORD})[0] == 200
        return b, ident

    def link(self, subject="u-1"):
        status, to, body = self.desk.go("/api/v1/oidc/start?link=1&to=/settings")
        assert status == 302, body
        code, state = self.p.grant(to, subject)
        return self.desk.go(f"/api/v1/oidc/callback?code={code}&state={state}", cross=True, headers=PAGE)

    def sign_in(self, subject="u-1", to="/actions?x=1", headers=PAGE, browser=None):
        b = browser or Browser(self.s)
        status, location, body = b.go("/api/v1/oidc/start" + (f"?to={urllib.parse.quote(to)}" if to else ""))
        assert status == 302, body
        assert location.startswith(self.p.issuer + "/authorize?"), location
        code, state = self.p.grant(location, subject)
        return b, *b.go(f"/api/v1/oidc/callback?code={code}&state={state}", cross=True, headers=headers)

    def stop(self):
        self.s.stop()
        self.p.server.shutdown()


def good_flow_joins_signs_in_and_goes_on(folder):
    h = House(folder)
    try:
        assert h.desk.go("/api/v1/oidc")[2] == {"enabled": True}
        b, status, to, _ = h.sign_in("u-1")
        assert (status, to) == (302, "/sign-in?oidc=unknown#u-1") and b.user() is None, to
        _, status, _, body = h.sign_in("u-1", headers={"Accept": "application/json"})
        assert status == 403 and "oidc_unknown" in json.dumps(body), body
        assert h.link()[:2] == (302, "/settings")
        assert h.desk.go(f"/api/v1/people/{h.desk_id}/identity")[2] == {"issuer": h.p.issuer, "subject": "u-1"}
        b, status, to, body = h.sign_in("u-1")
        assert (status, to) == (302, "/actions?x=1") and b.user() == "desk", (to, body)
        b, status, to, _ = h.sign_in("u-1", to=None)
        assert (status, to) == (302, "/desk") and b.user() == "desk", to
        assert h.sign_in("u-2")[2] == "/sign-in?oidc=unknown#u-2", "another subject is nobody"
        h.p.key = Key(folder, "ec", "ES256")
        h.p.keys.append(h.p.key)
        time.sleep(1.1)
        assert h.sign_in("u-1")[0].user() == "desk", "ES256"
        other, other_id = h.person("other", "desk_head")
        assert other.go(f"/api/v1/people/{h.desk_id}/identity")[0] in (403, 404)
        assert other.go(f"/api/v1/people/{other_id}/identity", "PUT", {"subject": "u-1"})[0] == 403, "by proof or by an administrator only"
        _, to, _ = other.go("/api/v1/oidc/start?link=1")
        code, state = h.p.grant(to, "u-1")
        assert other.go(f"/api/v1/oidc/callback?code={code}&state={state}", cross=True, headers=PAGE)[1] == "/sign-in?oidc=taken"
        assert h.desk.go(f"/api/v1/people/{h.desk_id}/identity", "DELETE")[0] == 204
        assert h.sign_in("u-1")[2] == "/sign-in?oidc=unknown#u-1"
        with open(folder + "/data.log", encoding="utf-8") as f:
            log = f.read()
        assert SECRET not in log and "u-1" not in log, "neither secret nor subject in the log"
    finally:
        h.stop()


def an_administrator_joins_by_subject(folder):
    h = House(folder)
    try:
        ident, token = yiti(folder, "person", "add", "chief", "--unit", h.unit).split("\t")
        yiti(folder, "role", "grant", h.desk_id, "office", "--unit", h.unit)
        status, _, body = h.desk.go(f"/api/v1/people/{ident}/identity", "PUT", {"subject": "c-9"})
        assert status in (204, 403), body
        if status == 403:  # the role does not manage people: one that does
            yiti(folder, "role", "grant", h.desk_id, "administrator", "--unit", h.unit)
            status, _, body = h.desk.go(f"/api/v1/people/{ident}/identity", "PUT", {"subject": "c-9"})
            assert status == 204, body
        b, status, to, _ = h.sign_in("c-9")
        assert status == 302 and b.user() == "chief", to
        assert h.desk.go(f"/api/v1/people/{h.desk_id}/identity", "PUT", {"subject": "c-9"})[0] == 409
        for wrong in ({"subject": ""}, {"subject": "x" * 256}, {"subject": 5}, {}, {"subject": "a", "b": 1}):
            assert h.desk.go(f"/api/v1/people/{ident}/identity", "PUT", wrong)[0] == 422, wrong
    finally:
        h.stop()


def wrong_tokens_sign_nobody_in(folder):
    h = House(folder)
    try:
        assert h.link()[0] == 302
        now = int(time.time())
        for name, twist in [
                ("wrong nonce", {"claims": {"nonce": "another"}}), ("no nonce", {"claims": {"nonce": None}}),
                ("wrong audience", {"claims": {"aud": "somebody"}}), ("ours among several without azp", {"claims": {"aud": [CLIENT, "x"]}}),
                ("azp of another", {"claims": {"azp": "x"}}), ("azp no text", {"claims": {"azp": 5}}), ("no audience", {"claims": {"aud": None}}),
                ("expired", {"claims": {"exp": now - 120}}), ("no expiry", {"claims": {"exp": None}}), ("made long ago", {"claims": {"iat": now - 3600}}),
                ("made tomorrow", {"claims": {"iat": now + 86400}}), ("not yet", {"claims": {"nbf": now + 600}}),
                ("wrong issuer", {"claims": {"iss": h.p.issuer + "/"}}), ("no subject", {"claims": {"sub": None}}), ("empty subject", {"claims": {"sub": ""}}),
                ("algorithm none", {"header": {"alg": "none"}}), ("HS256 with a public key", {"header": {"alg": "HS256"}}),
                ("RS256 key, ES256 said", {"header": {"alg": "ES256"}}), ("critical extension", {"header": {"crit": ["x"]}}),
                ("broken signature", {"flip": True}), ("key nobody knows", {"header": {"kid": "ghost"}}), ("refused code", {"token_status": 400})]:
            h.p.twist = twist
            b, status, to, body = h.sign_in("u-1")
            assert (status, to) == (302, "/sign-in?oidc=failed") and b.user() is None, (name, status, to, body)
        for name, twist in [("both audiences and azp", {"claims": {"aud": [CLIENT, "x"], "azp": CLIENT}}), ("within the skew", {"claims": {"exp": now - 5, "iat": now - 60}})]:
            h.p.twist = twist
            assert h.sign_in("u-1")[0].user() == "desk", name
    finally:
        h.stop()


def a_flow_is_good_once_in_its_browser(folder):
    h = House(folder)
    try:
        assert h.link()[0] == 302
        b = Browser(h.s)
        code, state = h.p.grant(b.go("/api/v1/oidc/start")[1], "u-1")
        back = f"/api/v1/oidc/callback?code={code}&state={state}"
        assert Browser(h.s).go(back, headers=PAGE)[1] == "/sign-in?oidc=failed", "another browser"
        kept = dict(b.cookies)
        wrong = f"/api/v1/oidc/callback?code={code}&state={'A' * 43}"
        assert b.go(wrong, headers=PAGE)[1] == "/sign-in?oidc=failed", "wrong state"
        b.cookies.update(kept)
        assert b.go(back, cross=True, headers=PAGE)[1] == "/desk" and b.user() == "desk"
        again = Browser(h.s)
        again.cookies, again.same_site = dict(kept), dict(b.same_site)
        h.p.codes[code] = {}
        assert again.go(back, cross=True, headers=PAGE)[1] == "/sign-in?oidc=failed" and again.user() is None, "replayed"
        assert code in h.p.codes, "a used flow does not even reach the provider"
        assert b.go("/api/v1/oidc/callback?error=access_denied", headers=PAGE)[1] == "/sign-in?oidc=failed"
        for to in ("//evil.example", "https://evil.example", "/\\evil", "/api/v1/session", "x", "/a b", "/%0d%0aX: y", "/" + "a" * 500):
            status, location, _ = b.go("/api/v1/oidc/start?to=" + urllib.parse.quote(to, safe="%"))
            assert status == 422 and location is None, to
        assert Browser(h.s).go("/api/v1/oidc/start?link=1")[0] == 401
        assert h.desk.go("/api/v1/oidc/start?link=1", cross=True)[0] == 401, "a link on another site joins nobody"
    finally:
        h.stop()


def keys_that_rotate_are_fetched_again(folder):
    h = House(folder)
    try:
        assert h.link()[0] == 302
        h.p.key = Key(folder, "second", "RS256")
        h.p.keys = [h.p.key]
        time.sleep(1.1)
        before = h.p.calls.count("/keys")
        assert h.sign_in("u-1")[0].user() == "desk" and h.p.calls.count("/keys") == before + 1
        assert h.sign_in("u-1")[0].user() == "desk" and h.p.calls.count("/keys") == before + 1, "kept from then on"
        assert h.p.calls.count("/.well-known/openid-configuration") == 1
    finally:
        h.stop()


def a_provider_that_is_down_large_or_slow_harms_nobody(folder):
    h = House(folder)
    try:
        for name, twist in [("another issuer", {"issuer": "https://other.example"}), ("ten megabytes", {"big": "openid-configuration"})]:
            h.p.twist = twist
            started = time.time()
            status, to, _ = Browser(h.s).go("/api/v1/oidc/start", headers=PAGE)
            assert (status, to) == (302, "/sign-in?oidc=down") and time.time() - started < 5, (name, to)
        h.p.twist = {}
        assert h.link()[0] == 302
        h.p.twist = {"big": "/keys", "header": {"kid": "new"}}
        time.sleep(1.1)
        assert h.sign_in("u-1")[2] == "/sign-in?oidc=down", "ten megabytes of keys"
        h.p.twist = {"token_status": 503}
        assert h.sign_in("u-1")[2] == "/sign-in?oidc=down"
        h.p.twist = {"slow": "/keys", "header": {"kid": "newer"}}
        time.sleep(1.1)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(h.sign_in("u-1")[2])) for _ in range(6)]
        started = time.time()
        for t in threads:
            t.start()
        time.sleep(0.5)
        asked = time.time()
        assert h.desk.user() == "desk" and time.time() - asked < 2, "the pool is free for others"
        for t in threads:
            t.join()
        assert set(answers) == {"/sign-in?oidc=down"} and time.time() - started < 9, answers
        h.p.twist = {}
        h.p.server.shutdown()
        h.p.server.server_close()
        assert h.sign_in("u-1")[2] == "/sign-in?oidc=down", "down"
    finally:
        h.s.stop()


def a_wrong_configuration_does_not_start(folder):
    for words in (["--oidc-issuer", "http://sso.example", "--oidc-client-id", "x"], ["--oidc-issuer", "https://sso.example?x", "--oidc-client-id", "x"],
                  ["--oidc-issuer", "https://u@sso.example", "--oidc-client-id", "x"], ["--oidc-issuer", "https://sso.example"], ["--oidc-issuer", "ftp://127.0.0.1"]):
        code, _, err = call(BINARY, "serve", "--data", folder + "/d", "--listen", "127.0.0.1:0", *words)
        assert code == 1 and err, words
    s = Server(BINARY, folder + "/none")
    try:
        assert Browser(s).go("/api/v1/oidc")[2] == {"enabled": False}
        assert Browser(s).go("/api/v1/oidc/start")[0] == 404 and Browser(s).go("/api/v1/oidc/callback?state=a&code=b", headers=PAGE)[0] == 404
    finally:
        s.stop()


run([good_flow_joins_signs_in_and_goes_on, an_administrator_joins_by_subject, wrong_tokens_sign_nobody_in, a_flow_is_good_once_in_its_browser,
     keys_that_rotate_are_fetched_again, a_provider_that_is_down_large_or_slow_harms_nobody, a_wrong_configuration_does_not_start])
