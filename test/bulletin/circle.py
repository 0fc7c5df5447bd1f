"""circle.py - the demonstration's server and its people over HTTP, for the tests of bulletins and assessments."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "app"))
from yiti import Server, call  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])


class Circle:
    """`yiti serve --demonstration` on a fresh folder; each person signs in when first used."""

    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        self.server = Server(BINARY, self.data, "--demonstration")
        self.cookies = {None: ""}

    def headers(self, who):
        if who not in self.cookies:
            status, head, body = self.server.get("/api/v1/demo/session", {"Origin": f"http://127.0.0.1:{self.server.port}", "Content-Type": "application/json"},
                                                 "POST", json.dumps({"account": who}).encode())
            assert status == 200, (who, status, body)
            self.cookies[who] = head["set-cookie"].split(";")[0]
        return {"Cookie": self.cookies[who], "Origin": f"http://127.0.0.1:{self.server.port}", "Accept-Language": "en"} if who else {"Accept-Language": "en"}

    def get(self, path, who="office", status=200):
        got, _, value = self.server.json("/api/v1" + path, self.headers(who))
        assert got == status, (path, got, value)
        return value

    def raw(self, path, who="office", status=200):
        got, head, value = self.server.get("/api/v1" + path, self.headers(who))
        assert got == status, (path, got, value[:300])
        return head, value

    def send(self, method, path, value=None, who="office", status=200, version=None):
        head = self.headers(who)
        if version is not None:
            head["If-Match"] = f'"{version}"'
        got, _, out = self.server.json("/api/v1" + path, head, method, value)
        assert got == status, (method, path, got, out)
        return out

    def all(self, path, who="office"):
        items, after = [], ""
        while after is not None:
            page = self.get(path + ("&" if "?" in path else "?") + "limit=200" + (f"&after={after}" if after else ""), who)
            items += page["items"]
            after = page["next"]
        return items

    def stop(self):
        code = self.server.stop()
        with open(self.data + ".log", encoding="utf-8", errors="replace") as log:
            assert code == 0, (code, log.read()[-3000:])

    def verify(self):
        return call(BINARY, "verify", "--data", self.data)


def with_circle(test):
    def wrapped(folder):
        circle = Circle(folder)
        try:
            test(circle)
        finally:
            if circle.server.process.poll() is None:
                circle.stop()
    wrapped.__name__ = test.__name__
    return wrapped
