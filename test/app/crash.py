#!/usr/bin/env python3
"""Kills the server with SIGKILL at random moments under concurrent writes and looks what is left: crash.py --binary YITI [--rounds N] [--seed N]

Each round: 64 connections post records, each with an Idempotency-Key of its own; at a random moment the process is killed. After the restart
  - every record whose answer had arrived is there exactly once,
  - a record whose answer had not arrived is there once or not at all; sent again with its key it is there exactly once,
  - an answered record that is sent again with its key gets the same answer and is not made twice,
  - `yiti verify` finds nothing wrong.
In every fifth round the restarting server is killed too, while it recovers. The rounds draw from the printed seed; the work between
kills is as random as scheduling makes it. This is a test of kills, not of power cuts: the operating system keeps what was written.
"""
import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

from yiti import Server, call

CONNECTIONS = 64
ROUNDS_A_FOLDER = 50  # then a fresh data directory: else reading all of it again would take ever longer
REGION = "330100"


class Client:
    """One kept-alive connection that posts records until the server is gone."""

    def __init__(self, port, token):
        self.port, self.head = port, f"Authorization: Bearer {token}\r\nHost: 127.0.0.1:{port}\r\n"

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method, path, body=b"", key=None):
        head = f"{method} {path} HTTP/1.1\r\n{self.head}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        line = await self.reader.readline()
        status, length = int(line.split()[1]), 0
        while (line := await self.reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, await self.reader.readexactly(length)

    def close(self):
        self.writer.close()


class Record:
    __slots__ = ("name", "key", "body", "answer", "sent")

    def __init__(self, name, parent):
        self.name, self.key, self.answer, self.sent = name, "k-" + name, None, False
        self.body = json.dumps({"name": name, "region_code": REGION, "parent_id": parent, "kind": "department"}, ensure_ascii=False).encode()


class Round:
    def __init__(self, number, parent, rng):
        self.number, self.parent, self.rng, self.records = number, parent, rng, []

    def next(self):
        r = Record(f"部门{self.number}-{len(self.records)}", self.parent)
        self.records.append(r)
        return r

    async def post(self, port, token, stop):
        client = Client(port, token)
        try:
            await client.open()
            while not stop.is_set():
                r = self.next()
                r.sent = True
                status, body = await client.ask("POST", "/api/v1/units", r.body, r.key)
                if status == 201:
                    r.answer = body
                elif status != 503:
                    raise RuntimeError(f"unexpected answer {status}: {body[:300]}")
        except (OSError, asyncio.IncompleteReadError, IndexError):
            return  # the server is gone

    async def load_and_kill(self, server, token):
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self.post(server.port, token, stop)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(self.rng.uniform(0.02, 0.5))
        os.kill(server.pid, signal.SIGKILL)
        stop.set()
        await asyncio.gather(*tasks)

    async def present(self, client):
        """name -> how often it is there, over all pages of what stands under the parent."""
        count, after = {}, ""
        while True:
            status, body = await client.ask("GET", f"/api/v1/units?parent={self.parent}&limit=500" + (f"&after={quote(after)}" if after else ""))
            if status != 200:
                raise RuntimeError(f"list: {status} {body[:300]}")
            page = json.loads(body)
            for item in page["items"]:
                count[item["name"]] = count.get(item["name"], 0) + 1
            after = page["next"]
            if not after:
                return count

    async def check(self, server, token):
        client = Client(server.port, token)
        await client.open()
        there = await self.present(client)
        lost = [r.name for r in self.records if r.answer is not None and there.get(r.name, 0) != 1]
        double = [n for n, c in there.items() if c > 1]
        if lost or double:
            raise RuntimeError(f"acknowledged and not there once: {lost[:5]} ({len(lost)}); there twice: {double[:5]}")
        open_ones = [r for r in self.records if r.sent and r.answer is None]
        again = self.rng.sample(open_ones, (len(open_ones) + 1) // 2)
        answered = [r for r in self.records if r.answer is not None]
        for r in again + self.rng.sample(answered, min(20, len(answered))):
            status, body = await client.ask("POST", "/api/v1/units", r.body, r.key)
            if status != 201 or (r.answer is not None and json.loads(body)["id"] != json.loads(r.answer)["id"]):
                raise RuntimeError(f"sent again {r.name}: {status} {body[:300]}, first {r.answer}")
            r.answer = body
        there = await self.present(client)
        wrong = [r.name for r in self.records if r.answer is not None and there.get(r.name, 0) != 1]
        client.close()
        if wrong or any(c > 1 for c in there.values()):
            raise RuntimeError(f"after sending again not there once: {wrong[:5]}")
        return len(answered), len(open_ones)


def yiti(binary, data, *words):
    code, out, err = call(binary, *words, "--json", "--data", data)
    if code:
        raise RuntimeError(" ".join(words) + ": " + err)
    return json.loads(out)


def prepare(binary, data):
    """A token of an administrator."""
    office = yiti(binary, data, "unit", "add", "崩溃测试办公室", "--region", REGION, "--kind", "government")["id"]
    person = yiti(binary, data, "person", "add", "crash", "--unit", office, "--role", "administrator")["id"]
    return yiti(binary, data, "token", "create", person, "--name", "crash", "--rights", "manage_units,read")["secret"]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--binary", required=True)
    p.add_argument("--rounds", type=int, default=60)
    p.add_argument("--seed", type=int, default=int(time.time()))
    o = p.parse_args()
    binary = os.path.abspath(o.binary)
    folder = tempfile.mkdtemp(prefix="yiti-crash-")
    data = folder + "/data"
    print(f"seed {o.seed}, {o.rounds} rounds, {CONNECTIONS} connections, data in {data}", flush=True)
    rng = random.Random(o.seed)
    acknowledged = unanswered = passed = 0
    begin = time.monotonic()
    try:
        server = None
        for number in range(o.rounds):
            if number % ROUNDS_A_FOLDER == 0:
                if server:
                    server.stop()
                    shutil.rmtree(data)
                token = prepare(binary, data)
                server = Server(binary, data)
            one = Round(number, yiti(binary, data, "unit", "add", f"第{number}轮", "--region", REGION)["id"], rng)
            asyncio.run(one.load_and_kill(server, token))
            server.stop()
            if number % 5 == 4:
                early = subprocess.Popen([binary, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(rng.uniform(0.0, 0.06))
                early.kill()
                early.wait()
            server = Server(binary, data)
            a, u = asyncio.run(one.check(server, token))
            code, out, err = call(binary, "verify", "--data", data)
            if code:
                raise RuntimeError("verify: " + out + err)
            acknowledged, unanswered, passed = acknowledged + a, unanswered + u, passed + 1
            if passed % 20 == 0:
                print(f"{passed} rounds, {acknowledged} acknowledged, {unanswered} unanswered, {time.monotonic() - begin:.0f} s", flush=True)
        server.stop()
    except Exception as fault:  # the data stays for whoever looks
        print(f"round {passed + 1}, seed {o.seed}, data kept in {data}: {fault}")
        print(f"{passed} passed, 1 failed")
        return 1
    print(f"every one of {acknowledged} acknowledged writes was there exactly once after {passed} kills ({unanswered} unanswered), {time.monotonic() - begin:.0f} s")
    shutil.rmtree(folder)
    print(f"{passed} passed, 0 failed")
    return 0


sys.exit(main())
