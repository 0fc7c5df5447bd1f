#!/usr/bin/env python3
"""The examples of docs/deploy in front of the server, over TLS with a certificate made for the run: proxies.py BINARY. Needs nginx, caddy, openssl.

Each proxy takes its example as it stands; only names, ports and the certificate are put in. Last line `N passed, N failed`.
"""
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from yiti import Server, call  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
DEPLOY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "deploy")
NAME = "yiti.example.cn"
PASSWORD = "correct horse 电池 staple"


def text_of(name):
    with open(os.path.join(DEPLOY, name), encoding="utf-8") as f:
        return f.read()


def nginx(folder, upstream, port):
    site = text_of("nginx.conf").replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    site = re.sub(r"listen (\[::\]:)?80;", f"listen 127.0.0.1:{port + 1};", site, count=1)
    site = re.sub(r"\n *listen \[::\]:\d+[^;]*;", "", site).replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    site = re.sub(r"/etc/letsencrypt/live/[^/]*/", folder + "/", site)
    with open(folder + "/nginx.conf", "w", encoding="utf-8") as f:
        f.write(f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\nhttp {{ access_log off;\n"
                + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) + site + "}\n")
    return ["nginx", "-e", folder + "/nginx.log", "-p", folder, "-c", folder + "/nginx.conf"]


def caddy(folder, upstream, port):
    site = text_of("Caddyfile").replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    site = site.replace(NAME + " {", f"{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem", 1)
    with open(folder + "/Caddyfile", "w", encoding="utf-8") as f:
        f.write("{\n\tadmin off\n\tgrace_period 1s\n\tauto_https disable_redirects\n}\n" + site)
    return ["caddy", "run", "--config", folder + "/Caddyfile", "--adapter", "caddyfile"]


class Client:
    """HTTPS to the proxy under its public name, whatever the machine's resolver says."""

    def __init__(self, folder, port):
        self.port, self.context = port, ssl.create_default_context(cafile=folder + "/fullchain.pem")
        self.origin = f"https://{NAME}:{port}"

    def open(self):
        c = http.client.HTTPSConnection(NAME, self.port, timeout=20, context=self.context)
        c._create_connection = lambda address, *rest: __import__("socket").create_connection(("127.0.0.1", self.port), *rest)
        return c

    def ask(self, method, path, value=None, **headers):
        c = self.open()
        head = {"Host": f"{NAME}:{self.port}", "Origin": self.origin, **{k.replace("_", "-"): v for k, v in headers.items()}}
        body = None
        if value is not None:
            body, head["Content-Type"] = (value, "application/octet-stream") if isinstance(value, bytes) else (json.dumps(value), "application/json")
        c.request(method, path, body, head)
        r = c.getresponse()
        head = {}
        for k, v in r.getheaders():
            head[k.lower()] = head[k.lower()] + "\n" + v if k.lower() in head else v
        out = r.status, head, r.read()
        c.close()
        return out

    def refuses(self, path, size, auth):
        """True when a body of that size gets 413, or the connection is cut while it is sent."""
        try:
            return self.ask("POST", path, b"x" * size, **auth)[0] == 413
        except (ssl.SSLError, ConnectionError):
            return True


def yiti(data, *words):
    code, out, err = call(BINARY, *words, "--data", data, "--json")
    assert code == 0, (words, err)
    return json.loads(out)


def officer(data):
    """The access token of an officer of a coordination office, made while the server runs."""
    unit = yiti(data, "unit", "add", "滨江联席办", "--region", "330100", "--kind", "coordination")["id"]
    who = yiti(data, "person", "add", "officer", "--unit", unit, "--role", "office")["id"]
    return yiti(data, "token", "create", who, "--name", "test", "--rights", "read,report,manage_units")["secret"]


def checks(client, token, data):
    """(what holds, whether it does), one after the other."""
    for _ in range(100):
        try:
            status = client.ask("GET", "/healthz")[0]
            break
        except OSError:
            time.sleep(0.1)
    yield "the server answers over TLS", status == 200
    status, head, page = client.ask("GET", "/")
    yield "the web app comes, with HSTS", status == 200 and b"<html" in page and "max-age" in head.get("strict-transport-security", "")
    if token:
        status, _, text = client.ask("POST", "/api/v1/setup", {"token": token, "name": "admin", "display_name": "王主任", "password": PASSWORD,
                                     "instance": {"name_zh": "滨江", "name_en": "Binjiang", "region_code": "330100"}})
        yield "the first administrator is made", status in (200, 201) or print(status, text.decode())
    status, head, text = client.ask("POST", "/api/v1/session", {"name": "admin", "password": PASSWORD})
    cookie = next((c for c in head.get("set-cookie", "").split("\n") if "session" in c.split("=")[0]), "")
    yield "sign-in works", status == 200 or print(status, text.decode())
    yield "the cookie is Secure, HttpOnly, SameSite", all(word in cookie.lower() for word in ("secure", "httponly", "samesite"))
    status, _, text = client.ask("POST", "/api/v1/session", {"name": "admin", "password": PASSWORD}, Origin="https://elsewhere.example")
    yield "a write from another origin is refused", status == 403
    yield "metrics stay inside", client.ask("GET", "/metrics")[0] == 403
    auth = {"Authorization": "Bearer " + officer(data)}
    status, _, text = client.ask("POST", "/api/v1/files", b"%PDF-1.4\n" + b"x" * (19 << 20), X_File_Name="a.pdf", **auth)
    yield "a file of 19 MB comes through", status == 201 or print(status, text.decode())
    yield "a body over the limit is refused", client.refuses("/api/v1/files", 21 << 20, auth)
    c = client.open()
    c.request("GET", "/api/v1/events", headers={"Host": f"{NAME}:{client.port}", **auth, "Accept": "text/event-stream"})
    r = c.getresponse()
    yield "live events open", r.status == 200 and r.getheader("content-type", "").startswith("text/event-stream")
    status, _, text = client.ask("POST", "/api/v1/units", {"name": f"第{client.port}局", "region_code": "330100", "kind": "department"}, **auth)
    yield "a unit is made", status == 201 or print(status, text.decode())
    began, seen = time.monotonic(), b""
    while time.monotonic() - began < 5 and b"unit" not in seen:
        seen += r.readline()
    yield "its live event comes through the proxy within 5 s", b"unit" in seen
    c.close()
    for _ in range(40):  # a forged header does not make a fresh client of each try: the proxy's own entry counts
        status = client.ask("POST", "/api/v1/session", {"name": "nobody", "password": "wrong"}, X_Forwarded_For=f"203.0.113.{_}")[0]
        if status == 429:
            break
    yield "tries to sign in are counted by the real client", status == 429


def one(proxy, folder, server, port, token):
    passed = failed = 0
    with open(f"{folder}/{proxy.__name__}.out", "wb") as out:
        process = subprocess.Popen(proxy(folder, server.port, port), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(os.environ, HOME=folder))
    try:
        for what, good in checks(Client(folder, port), token, server.data):
            passed, failed = passed + bool(good), failed + (not good)
            print(f"  {'ok    ' if good else 'FAILED'} {proxy.__name__}: {what}", flush=True)
    except Exception as e:  # whatever it is, the next proxy gets its turn
        failed += 1
        with open(f"{folder}/{proxy.__name__}.out", encoding="utf-8", errors="replace") as f:
            print(f"  FAILED {proxy.__name__}: {e!r}\n{f.read()[-2000:]}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return passed, failed


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="yiti-proxies-") as folder:
        os.chmod(folder, 0o755)  # nginx's workers are somebody else
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                        "-keyout", folder + "/privkey.pem", "-out", folder + "/fullchain.pem"], check=True, stderr=subprocess.DEVNULL)
        for number, proxy in enumerate((nginx, caddy)):
            data, port = f"{folder}/data{number}", 18443 + 10 * number
            code, token, err = call(BINARY, "admin", "token", "--data", data, "--json")
            assert code == 0, err
            server = Server(BINARY, data, "--trusted-proxy", "127.0.0.1", "--public-url", f"https://{NAME}:{port}")
            p, f = one(proxy, folder, server, port, json.loads(token)["token"])
            passed, failed = passed + p, failed + f
            if server.stop() != 0:
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
