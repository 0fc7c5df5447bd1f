#!/usr/bin/env python3
"""Kills the server with SIGKILL at random moments under concurrent writes and looks what is left: crash.py --binary YITI [--rounds N] [--seed N]

Each round: 64 connections post new units and progress reports on actions of an imported outline, each with an Idempotency-Key of its own; at a
random moment the process is killed. After the restart
  - every record whose answer had arrived is there exactly once, under the id that was answered,
  - a record whose answer had not arrived is there once or not at all; sent again with its key it is there exactly once,
  - an answered record that is sent again with its key gets the same id and is not made twice,
  - each action's percent is that of its latest report,
  - `yiti verify` finds nothing wrong.
In every fifth round the restarting server is killed too, while it recovers. After 25 rounds all of them are looked at once more, and a
fresh folder begins. The rounds draw from the printed seed; the work between kills is as random as scheduling makes it. This is a test of
kills, not of power cuts: the operating system keeps what was written. TMPDIR must lie on a real disk, so that the commits really wait.
"""
import argparse
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

from yiti import Server, call

CONNECTIONS = 64
ROUNDS_A_FOLDER = 25  # then a fresh data directory: else reading all of it again would take ever longer
ACTIONS_A_ROUND = 2
REGION = "330100"
OUTLINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "outline.txt")
if not os.path.exists(OUTLINE):
    OUTLINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "demo", "outline.txt")


class Gone(Exception):
    """The server closed the connection."""


class Record:
    """One write: where it goes, its key, what was answered."""

    __slots__ = ("name", "under", "percent", "request", "id", "sent")

    def __init__(self, name, under, percent, head):
        self.name, self.under, self.percent, self.id, self.sent = name, under, percent, None, False
        if percent is None:
            path, value = "/api/v1/units", {"name": name, "region_code": REGION, "parent_id": under, "kind": "department"}
        else:
            path, value = f"/api/v1/actions/{under}/reports", {"percent": percent, "text": name, "reason": "drawn at random"}
        body = json.dumps(value, ensure_ascii=False).encode()
        self.request = (f"POST {path} HTTP/1.1\r\n{head}Content-Type: application/json\r\nIdempotency-Key: k-{name}\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n").encode() + body


class Link:
    """One kept-alive connection: a request goes out, its answer comes back."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.have, self.record = b"", None

    def take(self):
        """Reads once; (status, body) when the answer is whole, else None."""
        try:
            got = self.socket.recv(1 << 18)
        except OSError as fault:
            raise Gone from fault
        if not got:
            raise Gone
        self.have += got
        end = self.have.find(b"\r\n\r\n")
        if end < 0:
            return None
        at = self.have.find(b"Content-Length: ", 0, end) + 16
        whole = end + 4 + int(self.have[at:self.have.index(b"\r\n", at)])
        if len(self.have) < whole:
            return None
        status, body, self.have = int(self.have[9:12]), self.have[end + 4:whole], self.have[whole:]
        return status, body

    def ask(self, request):
        self.socket.sendall(request)
        while (answer := self.take()) is None:
            pass
        return answer

    def send(self, record):
        self.record, record.sent = record, True
        try:
            self.socket.sendall(record.request)
        except OSError as fault:
            raise Gone from fault


def judge(record, status, body, again):
    """Keeps the id of a record that was made. A record met a second time must have the id of the first."""
    if status == 503 and not again:
        return
    made = json.loads(body).get("id") if status == 201 else None
    if made is None or record.id not in (None, made):
        raise RuntimeError(f"{record.name}, first answered {record.id}: {status} {body[:300]}")
    record.id = made


class Round:
    def __init__(self, number, world, rng):
        self.number, self.rng, self.records, self.head = number, rng, [], world.head
        place = number % ROUNDS_A_FOLDER * ACTIONS_A_ROUND
        self.actions = world.actions[place:place + ACTIONS_A_ROUND]

    def begin(self, link):
        top = Record(f"第{self.number}轮", None, None, self.head)
        status, body = link.ask(top.request)
        judge(top, status, body, True)
        self.parent = top.id

    def next(self):
        n = len(self.records)
        if self.rng.random() < 0.5:
            r = Record(f"r{self.number}-{n}", self.parent, None, self.head)
        else:
            r = Record(f"r{self.number}-{n}", self.rng.choice(self.actions), self.rng.randrange(1, 100), self.head)
        self.records.append(r)
        return r

    def load_and_kill(self, server):
        links = [Link(server.port) for _ in range(CONNECTIONS)]
        poll, by_fd = select.epoll(), {k.socket.fileno(): k for k in links}
        for fd, link in by_fd.items():
            poll.register(fd, select.EPOLLIN)
            link.send(self.next())
        end = time.monotonic() + self.rng.uniform(0.01, 0.2)
        while (left := end - time.monotonic()) > 0:
            for fd, _ in poll.poll(left):
                link = by_fd[fd]
                if (answer := link.take()) is not None:
                    judge(link.record, *answer, False)
                    link.send(self.next())
                if time.monotonic() >= end:
                    break
        if server.process.poll() is not None:
            raise RuntimeError(f"the server died by itself: {server.process.returncode}")
        os.kill(server.pid, signal.SIGKILL)
        server.process.wait()
        for link in links:  # what the killed process had answered counts
            try:
                while True:
                    if (answer := link.take()) is not None:
                        judge(link.record, *answer, False)
            except Gone:
                link.socket.close()
        poll.close()

    def items(self, link, path):
        """All items of a list, over all its pages."""
        after, items = "", []
        while True:
            status, body = link.ask(f"GET /api/v1/{path}limit=500{after} HTTP/1.1\r\n{self.head}\r\n".encode())
            if status != 200:
                raise RuntimeError(f"{path}: {status} {body[:300]}")
            page = json.loads(body)
            items += page["items"]
            if not page["next"]:
                return items
            after = "&after=" + quote(page["next"])

    def look(self, link):
        """What is there, against what was answered."""
        there = {}
        for item in self.items(link, f"units?parent={self.parent}&"):
            there.setdefault(item["name"], []).append((item["id"], self.parent, None))
        for action in self.actions:
            latest = (0, 0)
            for item in self.items(link, f"actions/{action}/reports?"):
                there.setdefault(item["text"], []).append((item["id"], action, item["percent"]))
                latest = max(latest, (int(item["id"]), item["percent"]))
            status, body = link.ask(f"GET /api/v1/actions/{action} HTTP/1.1\r\n{self.head}\r\n".encode())
            if status != 200 or json.loads(body)["percent"] != latest[1]:
                raise RuntimeError(f"action {action}: latest report {latest}, but {status} {body[:1000]}")
        for r in self.records:
            found = there.pop(r.name, [])
            if (r.id is not None and found != [(r.id, r.under, r.percent)]) or len(found) > 1:
                raise RuntimeError(f"{r.name} was answered as {r.id}, {r.percent} under {r.under}, and there is {found}")
        if there:
            raise RuntimeError(f"there is what nobody sent: {list(there.items())[:5]}")

    def send_again(self, server):
        """Half of what was not answered, and some of what was: over several connections at once."""
        answered = [r for r in self.records if r.id is not None]
        unanswered = [r for r in self.records if r.id is None]
        again = self.rng.sample(unanswered, (len(unanswered) + 1) // 2) + self.rng.sample(answered, min(20, len(answered)))
        links = [Link(server.port) for _ in range(min(16, len(again)))]
        poll, by_fd, waiting = select.epoll(), {k.socket.fileno(): k for k in links}, len(links)
        for fd, link in by_fd.items():
            poll.register(fd, select.EPOLLIN)
            link.send(again.pop())
        while waiting:
            for fd, _ in poll.poll(30) or [(None, 0)]:
                if fd is None:
                    raise RuntimeError("no answer within 30 s")
                if (answer := by_fd[fd].take()) is not None:
                    judge(by_fd[fd].record, *answer, True)
                    if again:
                        by_fd[fd].send(again.pop())
                    else:
                        waiting -= 1
        for link in links:
            link.socket.close()
        poll.close()
        return len(answered), len(unanswered)


def yiti(binary, data, *words):
    code, out, err = call(binary, *words, "--json", "--data", data)
    if code:
        raise RuntimeError(" ".join(words) + ": " + err)
    return json.loads(out) if out.startswith(("{", "[")) else None


class World:
    """A data directory made once, and copied for every 25 rounds: an office, its token, an outline with 60 actions."""

    def __init__(self, binary, folder):
        self.binary, self.base, self.data = binary, folder + "/base", folder + "/data"
        office = yiti(binary, self.base, "unit", "add", "崩溃测试办公室", "--region", REGION, "--kind", "coordination")["id"]
        person = yiti(binary, self.base, "person", "add", "crash", "--unit", office, "--role", "office")["id"]
        yiti(binary, self.base, "role", "grant", person, "administrator", "--unit", office)
        secret = yiti(binary, self.base, "token", "create", person, "--name", "crash", "--rights", "manage_units,read,report")["secret"]
        self.head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
        yiti(binary, self.base, "outline", "import", OUTLINE, "--live", "--unit", office, "--confirm")
        self.actions = [a["id"] for a in yiti(binary, self.base, "action", "list")["items"]]
        if len(self.actions) < ROUNDS_A_FOLDER * ACTIONS_A_ROUND:
            raise RuntimeError(f"only {len(self.actions)} actions in {OUTLINE}")

    def fresh(self):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.base, self.data)
        return Server(self.binary, self.data)


def killed_while_it_starts(binary, data, seconds):
    early = subprocess.Popen([binary, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    early.kill()
    early.wait()


def end_of_folder(server, rounds):
    link = Link(server.port)
    for one in rounds:
        one.look(link)
    link.socket.close()
    if code := server.stop():
        raise RuntimeError(f"the server stopped with {code}")


def play(world, one, server):
    """One round; returns the server that runs after it, and how many writes were answered and not."""
    link = Link(server.port)
    one.begin(link)
    link.socket.close()
    one.load_and_kill(server)
    server.stop()
    if one.number % 5 == 4:
        killed_while_it_starts(world.binary, world.data, one.rng.uniform(0.0, 0.03))
    server = Server(world.binary, world.data)
    link = Link(server.port)
    one.look(link)
    counts = one.send_again(server)
    one.look(link)
    link.socket.close()
    code, out, err = call(world.binary, "verify", "--data", world.data)
    if code:
        raise RuntimeError("verify: " + out + err)
    return server, counts


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--rounds", type=int, default=60)
    p.add_argument("--seed", type=int, default=int(time.time()))
    o = p.parse_args()
    folder = tempfile.mkdtemp(prefix="yiti-crash-")
    print(f"seed {o.seed}, {o.rounds} rounds, {CONNECTIONS} connections, data in {folder}/data", flush=True)
    rng = random.Random(o.seed)
    acknowledged = unanswered = passed = 0
    begin, server, rounds = time.monotonic(), None, []
    try:
        world = World(os.path.abspath(o.binary), folder)
        for number in range(o.rounds):
            if number % ROUNDS_A_FOLDER == 0:
                if server:
                    end_of_folder(server, rounds)
                server, rounds = world.fresh(), []
            rounds.append(Round(number, world, rng))
            server, (a, u) = play(world, rounds[-1], server)
            acknowledged, unanswered, passed = acknowledged + a, unanswered + u, passed + 1
            if passed % (20 if o.rounds <= 200 else 500) == 0:
                print(f"{passed} rounds, {acknowledged} acknowledged, {unanswered} unanswered, {time.monotonic() - begin:.0f} s", flush=True)
        end_of_folder(server, rounds)
    except Exception as fault:  # the data stays for whoever looks
        print(f"round {passed + 1}, seed {o.seed}, data kept in {folder}: {type(fault).__name__}: {fault}")
        print(f"{passed} passed, 1 failed")
        return 1
    print(f"every one of {acknowledged} acknowledged writes was there exactly once after {passed} kills ({unanswered} unanswered), {time.monotonic() - begin:.0f} s")
    shutil.rmtree(folder)
    print(f"{passed} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
