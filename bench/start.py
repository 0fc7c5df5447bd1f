#!/usr/bin/env python3
"""How long the program takes to serve its first page, how much memory it holds idle, and how much the public's first page weighs.

On a data directory with the demonstration region, made beforehand. Peers: for time and memory a bare libmicrohttpd server (hello.c) measured in the
same way in the same run; for the weight the limit itself. Here less is better: a result passes while ours <= goal. Ends with 1 when one does not.
"""
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "..", os.environ.get("YITI_BUILD", "build-release"))
BINARY, HELLO = os.path.join(BUILD, "yiti"), os.path.join(BUILD, "bench", "bench_hello")
ROUNDS = 9
GOAL_START_MS, GOAL_MEMORY_MIB, GOAL_PAGE_KIB = 1000, 64, 200
PAGE, DATA = "/public", "/api/v1/public/outlines"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(port, path, head=""):
    """(status, headers, body) over a connection of its own; raises ConnectionError while nobody listens."""
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html, */*\r\nConnection: close\r\n{head}\r\n".encode())
        got = b"".join(iter(lambda: s.recv(1 << 16), b""))
    if b"\r\n\r\n" not in got:
        raise ConnectionError("no answer")
    top, body = got.split(b"\r\n\r\n", 1)
    return int(top.split()[1]), top.lower(), body


def start(command, port, paths):
    """The process, and seconds from exec to the last byte of the paths' answers."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for path in paths:
        while True:
            try:
                status = get(port, path)[0]
                break
            except ConnectionError:
                if child.poll() is not None or time.monotonic() - begin > 20:
                    child.kill()
                    sys.exit(f"{command[0]} did not start")
                time.sleep(0.0005)
        if status != 200:
            child.kill()
            sys.exit(f"{path}: {status}")
    return child, time.monotonic() - begin


def end(child):
    child.send_signal(signal.SIGTERM)
    child.wait(30)


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
        return int(re.search(r"VmRSS:\s+(\d+) kB", f.read()).group(1)) / 1024


def times(command_on, paths):
    out = []
    for _ in range(ROUNDS):
        port = free_port()
        child, seconds = start(command_on(port), port, paths)
        end(child)
        out.append(seconds * 1000)
    return statistics.median(out), max(out)


def idle_memory(command_on, paths):
    port = free_port()
    child, _ = start(command_on(port), port, paths)
    time.sleep(2)  # what runs by itself has run
    mib = resident_mib(child.pid)
    end(child)
    return mib


def weight():
    """KiB of the heaviest of the public's pages on a first visit, gzip; web/dev/size.mjs refuses desk, chart and map code among it."""
    told = subprocess.run(["node", os.path.join(HERE, "..", "web", "dev", "size.mjs")], stdout=subprocess.PIPE, text=True, check=False)
    print(told.stdout, end="")
    sizes = [float(kb) for kb in re.findall(r"([\d.]+) KB gzip", told.stdout)]
    if told.returncode or len(sizes) < 3:
        sys.exit("a public page is too heavy or has in it what does not belong there")
    return max(sizes)


def serve(data):
    return lambda port: [BINARY, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--demonstration"]


def hello(port):
    return [HELLO, str(port)]


def result(name, ours, peer, goal):
    print(f"result: {name} ours={ours:.1f} peer={peer:.1f} ratio={ours / peer:.2f} goal={goal:.1f}")
    return ours <= goal


def main():
    with tempfile.TemporaryDirectory(prefix="yiti-bench-") as folder:
        data = folder + "/data"
        subprocess.run([BINARY, "demo", "seed", "--data", data], check=True, stdout=subprocess.DEVNULL)
        ours, worst = times(serve(data), [PAGE, DATA])
        bare, bare_worst = times(hello, ["/"])
        print(f"from exec to page and list served, {ROUNDS} starts: median {ours:.1f} ms, longest {worst:.1f} ms; bare libmicrohttpd {bare:.1f} and {bare_worst:.1f} ms")
        memory, bare_memory = idle_memory(serve(data), [PAGE, DATA]), idle_memory(hello, ["/"])
        print(f"resident, idle 2 s after the first page: {memory:.1f} MiB; bare libmicrohttpd {bare_memory:.1f} MiB")
    kib = weight()
    print("peer: bare libmicrohttpd for start and memory, the limit for the page")
    good = [result("start-page-kib", kib, GOAL_PAGE_KIB, GOAL_PAGE_KIB), result("start-memory-mib", memory, bare_memory, GOAL_MEMORY_MIB),
            result("start-ms", ours, bare, GOAL_START_MS)]
    return 0 if all(good) else 1


sys.exit(main())
