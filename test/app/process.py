#!/usr/bin/env python3
"""The program as a whole: its words and exit codes, serving, the socket, backup and restore, stopping: process.py BINARY OPENAPI"""
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

from yiti import Server, call, run

BINARY, OPENAPI = os.path.abspath(sys.argv[1]), sys.argv[2]


def yiti(*words, **more):
    return call(BINARY, *words, **more)


def help_is_complete_in_both_languages(folder):
    code, zh, _ = yiti("--help", "--lang", "zh")
    code2, en, _ = yiti("--help", "--lang", "en")
    assert code == code2 == 0
    commands = lambda text: set(re.findall(r"^  yiti ([a-z-]+(?: [a-z-]+)?)", text, re.M))
    assert {"serve", "status", "backup", "restore", "version", "completion"} <= {c.split()[0] for c in commands(en)}
    assert {c.split()[0] for c in commands(zh)} == {c.split()[0] for c in commands(en)}
    assert re.search("[一-龥]", zh) and not re.search("[一-龥]", en)
    assert "用法" in zh and "Usage" in en
    assert yiti("backup", "--help")[1].count("yiti backup") == 1


def language_follows_the_environment(folder):
    assert "用法" in yiti("--help", env={"LC_ALL": "zh_CN.UTF-8"})[1]
    assert "Usage" in yiti("--help", env={"LC_ALL": "en_GB.UTF-8"})[1]
    assert "Usage" in yiti("--help", env={"LC_ALL": "C"})[1]


def usage_errors_exit_2(folder):
    for words in ([], ["nonsense"], ["--lang", "fr", "version"], ["version", "--data"], ["backup"], ["completion", "fish"], ["serve", "--nonsense"]):
        code, out, err = yiti(*words, env={"YITI_DATA": folder + "/d", "LC_ALL": "C"})
        assert code == 2 and err and not out, (words, code, out, err)


def version_is_said(folder):
    assert yiti("--version")[1].startswith("yiti ")
    assert json.loads(yiti("version", "--json")[1])["version"] in yiti("version")[1]


def completion_is_a_bash_script(folder):
    code, script, _ = yiti("completion", "bash")
    assert code == 0
    words = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(yiti veri); COMP_CWORD=1; _yiti; echo ${COMPREPLY[@]}"], capture_output=True, text=True, check=True)
    assert words.stdout.split() == ["verify"]


def a_wrong_configuration_names_its_place(folder):
    path = folder + "/c.yaml"
    with open(path, "w", encoding="utf-8") as f:
        f.write("data: x\nlissen: 1\n")
    code, _, err = yiti("serve", "--config", path)
    assert code == 1 and "c.yaml:2" in err and "lissen" in err, err


def server_answers_and_stops(folder):
    s = Server(BINARY, folder + "/data")
    try:
        assert s.get("/healthz")[0] == 200 and s.get("/readyz")[0] == 200
        status, head, about = s.json("/api/v1/about")
        assert status == 200 and about["name"] == "yiti" and about["writable"] is True
        assert head["content-type"].startswith("application/json")
        with open(OPENAPI, "rb") as f:
            assert s.get("/api/v1/openapi.yaml")[2] == f.read()
        metrics = s.get("/metrics")[2].decode()
        assert "yiti_store_commits_total" in metrics and "yiti_build_info" in metrics
        assert s.get("/api/v1/nothing")[0] == 404
        assert os.stat(folder + "/data").st_mode & 0o777 == 0o700
        assert os.stat(folder + "/data/yiti.sock").st_mode & 0o777 == 0o600
    finally:
        code = s.stop()
    assert code == 0
    assert not os.path.exists(folder + "/data/yiti.sock")


def strangers_get_401_on_all_that_is_not_public(folder):
    with open(OPENAPI, encoding="utf-8") as f:
        text = f.read()
    path, operations = None, []
    for line in text.split("\ncomponents:")[0].split("\n"):
        if line.startswith("  /"):
            path = line.strip().rstrip(":")
        elif re.fullmatch(r"    (get|post|put|patch|delete):", line):
            operations.append([line.strip(" :").upper(), re.sub(r"\{\w+\}", "1", path), False])
        elif line == "      security: []":
            operations[-1][2] = True
    s = Server(BINARY, folder + "/data")
    try:
        origin = f"http://127.0.0.1:{s.port}"
        planned = s.get("/api/v1/public/outlines")[0] != 404  # the description goes ahead of the plan engine's routes
        for method, at, public in operations:
            if public:
                continue
            status, head, body = s.get(at, {"Origin": origin, "Content-Type": "application/json", "If-Match": '"1"'}, method, None if method == "GET" else b"{}")
            if status == 404 and b"http_no_route" in body and not planned:
                continue
            assert status == 401, (method, at, status, body[:200])
            assert head["content-type"].startswith("application/problem+json")
        assert sum(not o[2] for o in operations) > 50
    finally:
        s.stop()


def subcommands_run_in_the_server(folder):
    s = Server(BINARY, folder + "/data")
    try:
        code, out, err = yiti("status", "--json", "--data", folder + "/data")
        assert code == 0, err
        assert json.loads(out)["pid"] == s.pid
        # relative names count from the caller's folder, not the server's
        os.mkdir(folder + "/here")
        code, out, err = yiti("backup", "../copy", "--data", "../data", cwd=folder + "/here")
        assert code == 0 and os.path.exists(folder + "/copy/backup.json"), err
        assert yiti("backup", "../copy", "--data", "../data", cwd=folder + "/here")[0] == 1
        code, out, err = yiti("verify", "--json", "--data", folder + "/data")
        assert code == 0 and json.loads(out)["fault_count"] == 0, (out, err)
    finally:
        s.stop()


def without_a_server_they_take_the_directory_themselves(folder):
    code, out, err = yiti("status", "--json", "--data", folder + "/data")
    assert code == 0 and json.loads(out)["writable"] is True, err
    assert not os.path.exists(folder + "/data/yiti.sock")


def many_at_once_are_served_or_told_to_wait(folder):
    s = Server(BINARY, folder + "/data")
    try:
        calls = [subprocess.Popen([BINARY, "status", "--data", folder + "/data", "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                 for _ in range(40)]
        ends = [(c.wait(60), *c.communicate()) for c in calls]
        for code, out, err in ends:
            assert (code == 0 and f"pid {s.pid}" in out) or (code == 1 and "too many" in err), (code, out, err)
        assert any(code == 0 for code, _, _ in ends)
        assert yiti("status", "--data", folder + "/data")[0] == 0
    finally:
        s.stop()


def nonsense_on_the_socket_harms_nobody(folder):
    import socket
    s = Server(BINARY, folder + "/data")
    try:
        for noise in (b"", b"x", b"yiti/1\n\0" + b"\xff" * 40, os.urandom(4096)):
            k = socket.socket(socket.AF_UNIX)
            k.connect(folder + "/data/yiti.sock")
            k.send(noise)
            k.close()
        assert yiti("status", "--data", folder + "/data")[0] == 0
    finally:
        assert s.stop() == 0


def a_second_owner_is_refused(folder):
    s = Server(BINARY, folder + "/data")
    try:
        code, _, err = yiti("serve", "--data", folder + "/data", "--listen", "127.0.0.1:0")
        assert code == 1 and err, err
        assert s.get("/healthz")[0] == 200
        assert yiti("status", "--data", folder + "/data")[0] == 0, "the loser must not take the socket away"
    finally:
        s.stop()


def after_kill_9_everything_goes_on(folder):
    s = Server(BINARY, folder + "/data")
    s.stop(signal.SIGKILL)
    assert os.path.exists(folder + "/data/yiti.sock")
    assert yiti("verify", "--data", folder + "/data")[0] == 0
    s = Server(BINARY, folder + "/data")
    try:
        assert json.loads(yiti("status", "--json", "--data", folder + "/data")[1])["pid"] == s.pid
    finally:
        assert s.stop() == 0


def backup_is_restored_and_proves_itself(folder):
    s = Server(BINARY, folder + "/data")
    try:
        assert yiti("backup", folder + "/copy", "--data", folder + "/data")[0] == 0
    finally:
        s.stop()
    code, _, err = yiti("restore", folder + "/copy", "--keys", folder + "/data/keys", "--data", folder + "/again")
    assert code == 0, err
    assert yiti("verify", "--data", folder + "/again")[0] == 0
    assert yiti("restore", folder + "/copy", "--data", folder + "/again")[0] == 1, "not over something"
    assert yiti("restore", folder + "/nothing", "--data", folder + "/other")[0] == 1


def sign_in(s, account):
    """The header of a demonstration account."""
    _, head, _ = s.json("/api/v1/demo/session", {"Origin": f"http://127.0.0.1:{s.port}"}, "POST", {"account": account})
    return {"Cookie": re.search(r"yiti_session=[^;\n]+", head["set-cookie"]).group(0)}


def what_is_committed_is_told_to_streams(folder):
    s = Server(BINARY, folder + "/data", "--demonstration")
    try:
        assert s.get("/api/v1/events")[0] == 401
        cookie = sign_in(s, "office")
        c = s.connect()
        c.request("GET", "/api/v1/events", headers=cookie)
        stream = c.getresponse()
        assert stream.status == 200 and stream.getheader("Content-Type").startswith("text/event-stream")

        def next_event():
            """The next one of a unit; the sign-in before may still be on its way."""
            got = {}
            while True:
                line = stream.readline().decode().rstrip("\n")
                if not line and got.get("event") == "unit":
                    return got
                if not line:
                    got = {}
                if line and not line.startswith(":"):
                    name, value = line.split(":", 1)
                    got[name] = value.strip()
        ids = []
        for name in ("甲处", "乙处"):
            unit = json.loads(yiti("unit", "add", name, "--region", "330100", "--json", "--data", folder + "/data")[1])["id"]
            event = next_event()
            assert json.loads(event["data"])["id"] == unit, event
            ids.append(event["id"])
        c.close()
        # a stream that comes back gets what it missed, once
        c = s.connect()
        c.request("GET", "/api/v1/events", headers={**cookie, "Last-Event-ID": ids[0]})
        stream = c.getresponse()
        assert next_event()["id"] == ids[1]
        c.close()
    finally:
        assert s.stop() == 0


def demonstration_is_made_once(folder):
    for _ in range(2):
        s = Server(BINARY, folder + "/data", "--demonstration")
        try:
            status, _, page = s.json("/api/v1/demo/accounts")
            assert status == 200 and len(page["items"]) >= 3, page
            keys = [i["key"] for i in page["items"]]
            assert len(set(keys)) == len(keys), "made twice"
            origin = {"Origin": f"http://127.0.0.1:{s.port}"}
            status, head, session = s.json("/api/v1/demo/session", origin, "POST", {"account": keys[0]})
            assert status == 200 and session["user"]["roles"] and "yiti_session=" in head["set-cookie"]
            cookie = {"Cookie": re.search(r"yiti_session=[^;\n]+", head["set-cookie"]).group(0)}
            assert len(s.json("/api/v1/actions?limit=100", cookie)[2]["items"]) > 50
        finally:
            assert s.stop() == 0
    assert yiti("demo", "seed", "--data", folder + "/data")[0] == 1
    assert yiti("verify", "--data", folder + "/data")[0] == 0


def the_first_administrator_comes_from_a_token(folder):
    s = Server(BINARY, folder + "/data")
    try:
        origin = {"Origin": f"http://127.0.0.1:{s.port}"}
        token = yiti("admin", "token", "--data", folder + "/data")[1].strip()
        who = {"name": "admin", "display_name": "王主任", "password": "Kz7-lotus-market", "instance": {"name_zh": "杭州都市圈", "name_en": "Hangzhou circle",
                                                                                                  "region_code": "330100"}}
        assert s.json("/api/v1/setup", origin, "POST", {**who, "token": "x" * 43})[0] >= 400
        status, _, body = s.json("/api/v1/setup", origin, "POST", {**who, "token": token})
        assert status in (200, 201), body
        assert s.json("/api/v1/setup", origin, "POST", {**who, "name": "admin2", "token": token})[0] >= 400, "a token works once"
        assert [p["name"] for p in json.loads(yiti("person", "list", "--json", "--data", folder + "/data")[1])] == ["admin"]
        status, head, _ = s.json("/api/v1/session", origin, "POST", {"name": "admin", "password": "Kz7-lotus-market"})
        assert status == 200 and "yiti_session=" in head["set-cookie"]
        assert s.json("/api/v1/session", origin, "POST", {"name": "admin", "password": "Kz7-lotus-Market"})[0] in (401, 403, 422)
    finally:
        s.stop()


def a_stop_lets_an_open_request_finish(folder):
    s = Server(BINARY, folder + "/data")
    c = s.connect()
    c.connect()
    body = b'{"name":"nobody","password":"wrong-password"}'
    head = f"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:{s.port}\r\nOrigin: http://127.0.0.1:{s.port}\r\nContent-Type: application/json\r\n" \
           f"Content-Length: {len(body)}\r\n\r\n".encode()
    c.sock.sendall(head + body[:10])
    time.sleep(0.2)
    s.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    c.sock.sendall(body[10:])
    first = c.sock.recv(4096).decode()
    assert first.startswith("HTTP/1.1 4") or first.startswith("HTTP/1.1 503"), first
    assert s.process.wait(30) == 0


run([help_is_complete_in_both_languages, language_follows_the_environment, usage_errors_exit_2, version_is_said, completion_is_a_bash_script,
     a_wrong_configuration_names_its_place, server_answers_and_stops, strangers_get_401_on_all_that_is_not_public, subcommands_run_in_the_server,
     without_a_server_they_take_the_directory_themselves, many_at_once_are_served_or_told_to_wait, nonsense_on_the_socket_harms_nobody, a_second_owner_is_refused,
     after_kill_9_everything_goes_on, backup_is_restored_and_proves_itself, what_is_committed_is_told_to_streams, demonstration_is_made_once, the_first_administrator_comes_from_a_token,
     a_stop_lets_an_open_request_finish])
