"""Urging by rule on the real server with a clock that runs ahead: T-5, T-1, T, T+3, T+5 working days, each once, over kills; then a slip that lapses once."""
import csv
import datetime
import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "app"), os.path.join(HERE, "..", "bulletin")]
from yiti import Server, call, run  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
DAY = datetime.timedelta(days=1)
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


class Days:
    """The working days of data/calendar, counted here."""

    def __init__(self):
        self.off, self.years = {}, set()
        folder = os.path.join(HERE, "..", "..", "data", "calendar")
        for name in os.listdir(folder):
            if name[:4].isdigit():
                self.years.add(int(name[:4]))
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    for row in csv.reader(line for line in f if line[0].isdigit()):
                        self.off[row[0]] = row[1]

    def works(self, day):
        kind = self.off.get(day.isoformat())
        return day.weekday() < 5 if kind is None else kind in ("work", "workday", "0")

    def move(self, day, n):
        step = DAY if n > 0 else -DAY
        at = day
        for _ in range(abs(n)):
            at += step
            while not self.works(at):
                at += step
        return at if at.year in self.years else day + datetime.timedelta(days=int(n * 7 / 5))


class World:
    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        code, _, err = call(BINARY, "demo", "seed", "--data", self.data)
        assert code == 0, err
        self.server, self.cookies = None, {}

    def start(self, at=None):
        ahead = [] if at is None else ["--clock-ahead", str(max(0, int((at - datetime.datetime.now(SHANGHAI)).total_seconds())))]
        self.server = Server(BINARY, self.data, "--demonstration", *ahead)
        self.cookies = {}

    def kill(self):
        self.server.stop(signal.SIGKILL)

    def ask(self, who, method, path, value=None, status=200, version=None):
        origin = {"Origin": f"http://127.0.0.1:{self.server.port}"}
        if who not in self.cookies:
            got, head, _ = self.server.json("/api/v1/demo/session", origin, "POST", {"account": who})
            assert got in (200, 201), got
            self.cookies[who] = "; ".join(line.split(";")[0] for line in head["set-cookie"].split("\n"))
        head = {**origin, "Cookie": self.cookies[who], "Idempotency-Key": os.urandom(8).hex()}
        if version is not None:
            head["If-Match"] = f'"{version}"'
        got, _, out = self.server.json("/api/v1" + path, head, method, value)
        assert got == status, (method, path, got, out)
        return out

    def until(self, path, holds, who="office"):
        end = datetime.datetime.now() + datetime.timedelta(seconds=12)
        while True:
            out = self.ask(who, "GET", path)
            if holds(out) or datetime.datetime.now() > end:
                return out
            signal.sigtimedwait([], 0.2)


def rules_of(duty):
    return sorted(u["rule"] for u in duty["urges"])


def each_rule_urges_once_over_kills(folder):
    w, days = World(folder), Days()
    w.start()
    today = datetime.datetime.now(SHANGHAI).date()
    due = days.move(today, 12)
    unit = next(u for u in w.ask("office", "GET", "/units?q=%E6%BE%9C%E5%B7%9E%E5%B8%82%E4%BA%A4%E9%80%9A%E8%BF%90%E8%BE%93%E5%B1%80")["items"]
                if u["name"] == "澜州市交通运输局")
    duty = w.ask("office", "POST", "/duties", {"title": "按期催办试验", "holder_id": unit["id"], "due_on": due.isoformat()}, status=201)
    path = f"/duties/{duty['id']}"
    w.ask("head", "POST", path + "/steps", {"verb": "accept"}, version=duty["version"])
    assert rules_of(w.ask("office", "GET", path)) == []
    w.kill()

    def at(offset, hour=9, minute=0, second=30):
        day = days.move(due, offset) if offset else due
        return datetime.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)

    w.start(at(-5, 8, 58))  # a minute before its hour nothing is urged
    assert rules_of(w.ask("office", "GET", path)) == []
    w.kill()
    seen = []
    for rule, offset, who, level in (("five_before", -5, "desk", 1), ("one_before", -1, "desk", 1), ("on_the_day", 0, "head", 2),
                                     ("three_after", 3, "head", 2), ("five_after", 5, "office", 3)):
        seen = sorted([*seen, rule])
        w.start(at(offset))
        duty = w.until(path, lambda d, seen=seen: rules_of(d) == seen)
        assert rules_of(duty) == seen, (rule, rules_of(duty))
        assert next(u for u in duty["urges"] if u["rule"] == rule)["level"] == level
        notices = w.ask(who, "GET", "/notices?limit=200")["items"]
        assert any(n["kind"] == "duty.urged" and n["subject_id"] == duty["id"] for n in notices), (rule, who)
        w.kill()
        w.start(at(offset, 9, 5))  # the same day again after the kill: nobody is urged twice
        again = w.ask("office", "GET", path)
        assert rules_of(again) == seen, rules_of(again)
        w.kill()
    w.start(at(5, 10))
    slip = w.ask("office", "POST", path + "/slips", {"colour": "blue", "text": "请说明原因"}, status=201)
    w.kill()
    w.start(at(5, 10) + 40 * DAY)
    w.until("/slips/" + slip["id"], lambda s: s["slip"]["state"] == "lapsed")
    w.kill()
    w.start(at(5, 11) + 40 * DAY)
    verbs = [r["verb"] for r in w.ask("office", "GET", path + "/journal?limit=200")["items"]]
    assert verbs.count("slip_lapsed") == 1 and verbs.count("urge") == 5 and verbs.count("overdue") == 1, verbs
    assert w.ask("office", "GET", path)["overdue_count"] >= 1
    assert w.server.stop() == 0
    code, out, err = call(BINARY, "verify", "--data", w.data)
    assert code == 0, out + err


def the_clock_of_people_stays(folder):
    data = os.path.join(folder, "data")
    code, _, err = call(BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0", "--clock-ahead", "60", timeout=20)
    assert code != 0 and "--clock-ahead" in err, (code, err)
    code, _, err = call(BINARY, "region", "list", "--data", data)
    assert code == 0, err
    code, _, err = call(BINARY, "admin", "token", "--data", data)
    code, _, err = call(BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0", "--demonstration", "--clock-ahead", "999999999", timeout=20)
    assert code != 0 and "--clock-ahead" in err, (code, err)


run([each_rule_urges_once_over_kills, the_clock_of_people_stays])
