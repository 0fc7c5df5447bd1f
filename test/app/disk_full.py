#!/usr/bin/env python3
"""A server whose disk is full: disk_full.py YITI

On a small file system in memory (mounted in a name space of its own, so that nothing is left behind) filled up to the last bytes: writes and uploads are
refused with 507 and a sentence, reads go on, /readyz says no, what was acknowledged stays; with room again it takes writes by itself.
Where no file system can be mounted this is skipped (exit code 77): full_queue_and_disk (full.c) holds the same with a VFS that says ENOSPC.
"""
import ctypes
import json
import os
import subprocess
import sys
import time
from urllib.parse import quote

from yiti import Server, call, run

BINARY = os.path.abspath(sys.argv[1])
SIZE_KIB = 24 * 1024
REGION = "330100"


def mounted(folder):
    """Whether a small file system could be put there."""
    return ctypes.CDLL(None, use_errno=True).mount(b"yiti-test", folder.encode(), b"tmpfs", 0, f"size={SIZE_KIB}k".encode()) == 0


class Disk:
    """The small disk: fill takes all but some KiB of it, free gives them back."""

    def __init__(self, folder):
        self.folder, self.filler = folder, folder + "/filler"

    def left_kib(self):
        s = os.statvfs(self.folder)
        return s.f_bavail * s.f_frsize // 1024

    def fill(self, leave_kib):
        with open(self.filler, "wb") as f:
            os.posix_fallocate(f.fileno(), 0, (self.left_kib() - leave_kib) * 1024)

    def free(self):
        os.unlink(self.filler)


def yiti(data, *words):
    code, out, err = call(BINARY, *words, "--json", "--data", data)
    assert code == 0, (words, out, err)
    return json.loads(out) if out.strip() else None


def world(data):
    """(office, secret) of a data directory with one office and a token that may write."""
    office = yiti(data, "unit", "add", "推进办", "--kind", "coordination", "--region", REGION)["id"]
    person = yiti(data, "person", "add", "office", "--unit", office, "--role", "office")["id"]
    yiti(data, "role", "grant", person, "administrator", "--unit", office)
    return office, yiti(data, "token", "create", person, "--name", "t", "--rights", "manage_units,read,report")["secret"]


class Client:
    def __init__(self, server, office, secret):
        self.server, self.office = server, office
        self.head = {"Authorization": "Bearer " + secret}

    def add(self, name):
        """Posts a unit under a key of its own: (status, head, answer)."""
        return self.server.json("/api/v1/units", {**self.head, "Idempotency-Key": "k-" + quote(name)}, "POST",
                                {"name": name, "region_code": REGION, "parent_id": self.office, "kind": "department"})

    def names(self):
        found, after = [], ""
        while True:
            status, _, answer = self.server.json(f"/api/v1/units?limit=500{after}", self.head)
            assert status == 200, answer
            found += [u["name"] for u in answer["items"]]
            if not answer["next"]:
                return found
            after = "&after=" + quote(answer["next"])

    def upload(self, text):
        status, head, body = self.server.get("/api/v1/files", {**self.head, "Content-Type": "text/csv", "X-File-Name": "a.csv"}, "POST", text)
        return status, head, json.loads(body)


def refused_clearly(answer, of="store_"):
    status, head, body = answer
    assert status == 507, answer
    assert head["content-type"].startswith("application/problem+json"), head
    assert body["status"] == 507 and body["type"].startswith("urn:yiti:problem:" + of) and body["title"] and body["detail"], body


def until_it_writes(client, name):
    """Adds the unit again and again until it is taken; how long that took."""
    begin = time.monotonic()
    while True:
        answer = client.add(name)
        if answer[0] == 201:
            return time.monotonic() - begin
        refused_clearly(answer)
        assert time.monotonic() - begin < 15, "with room again it does not write"
        time.sleep(0.1)


def a_full_disk_refuses_writes_and_serves_reads(folder):
    disk = Disk(folder)
    data = folder + "/data"
    office, secret = world(data)
    server = Server(BINARY, data)
    try:
        client = Client(server, office, secret)
        kept, refused = [], None
        assert client.add("第一处")[0] == 201
        kept.append("第一处")
        disk.fill(512)
        for i in range(20000):
            answer = client.add(f"处{i}")
            if answer[0] != 201:
                refused = f"处{i}"
                refused_clearly(answer)
                break
            kept.append(refused or f"处{i}")
        assert refused and len(kept) > 3, (refused, len(kept))
        refused_clearly(client.add("又一处"))
        assert server.get("/readyz")[0] == 503 and server.get("/healthz")[0] == 200
        assert server.json("/api/v1/about")[2]["writable"] is False
        assert set(kept) <= set(client.names()) and refused not in client.names()
        refused_clearly(client.upload(b"a,b\n" * 20000), "http_spool")
        disk.free()
        until_it_writes(client, refused)
        assert server.get("/readyz")[0] == 200
        names = client.names()
        assert names.count(refused) == 1 and "又一处" not in names
        assert client.upload(b"a,b\n" * 20000)[0] == 201
    finally:
        code = server.stop()
    assert code == 0
    code, out, err = call(BINARY, "verify", "--data", data)
    assert code == 0, out + err
    server = Server(BINARY, data)
    try:
        names = Client(server, office, secret).names()
        assert set(kept) | {refused} <= set(names) and len(names) == len(set(names))
    finally:
        server.stop()


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        mine = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        sys.exit(subprocess.run([*mine, sys.executable, os.path.abspath(__file__), BINARY, "--inside"], check=False).returncode)
    root = os.environ.get("TMPDIR", "/tmp") + f"/yiti-small-{os.getpid()}"
    os.mkdir(root)
    try:
        if not mounted(root):
            print("no small file system can be mounted here: skipped")
            sys.exit(77)
        os.environ["TMPDIR"] = root
        import tempfile
        tempfile.tempdir = None
        run([a_full_disk_refuses_writes_and_serves_reads])
    finally:
        subprocess.run(["umount", "-l", root], check=False)
        os.rmdir(root)
