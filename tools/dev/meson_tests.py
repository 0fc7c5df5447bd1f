#!/usr/bin/env python3
"""Runs `meson test` and counts test cases, not programs: meson_tests.py BUILD [--programs] [options of meson test].

With --programs only our own test programs run, and of these not the ones of suite req: what is left starts neither an interpreter nor a
server, so that a wrapper such as valgrind watches our code and nothing else.

A program that uses cmocka counts as many cases as it ran, one that ends with `N passed, N failed` as many as it says; any other
program is one case. A program that dies without
naming a failed case counts one failure. The last line is `N passed, N failed` (`, N skipped` when there are some).
"""
import json
import os
import re
import subprocess
import sys

RAN = re.compile(r"^\[=+\] .*?(\d+) test\(s\) run\.", re.M)
PASSED = re.compile(r"^\[  PASSED  \] .*?(\d+) test\(s\)", re.M)
SKIPPED = re.compile(r"^\[  SKIPPED \] .*?(\d+) test\(s\)", re.M)
SAID = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*\Z", re.M)
FAILED = re.compile(r"^\[  FAILED  \] .*?(\d+) test\(s\), listed below", re.M)


def count(pattern, text):
    return sum(int(n) for n in pattern.findall(text))


def cases(entry):
    """(passed, failed, skipped) of one test program."""
    text = (entry.get("stdout") or "") + "\n" + (entry.get("stderr") or "")
    result = entry["result"]
    good = result in ("OK", "EXPECTEDFAIL")
    if result == "SKIP":
        return 0, 0, 1
    said = SAID.search((entry.get("stdout") or "").rstrip() + "\n")
    if said:
        passed, failed, skipped = (int(n or 0) for n in said.groups())
        return passed, failed if good or failed else 1, skipped
    if not RAN.search(text) and not PASSED.search(text):
        return (1, 0, 0) if good else (0, 1, 0)
    failed = count(FAILED, text)
    if not good and failed == 0:
        failed = 1
    return count(PASSED, text), failed, count(SKIPPED, text)


def programs(build):
    """The quick tests that are programs built here and start no other process than themselves."""
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True)
    inside = os.path.abspath(build) + os.sep
    chosen = []
    for t in json.loads(listed.stdout):
        suites = [s.split(":")[-1] for s in t["suite"]]
        if "quick" in suites and "req" not in suites and os.path.abspath(t["cmd"][0]).startswith(inside):
            chosen.append(t["name"])
    return chosen


def main():
    build, options = sys.argv[1], sys.argv[2:]
    if "--programs" in options:
        options.remove("--programs")
        options += programs(build)
    log = os.path.join(build, "meson-logs", "testlog.json")
    for old in (log, log.replace(".json", "-valgrind.json")):
        if os.path.exists(old):
            os.remove(old)
    run = subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", *options], check=False)
    logs = [os.path.join(build, "meson-logs", n) for n in os.listdir(os.path.join(build, "meson-logs")) if n.startswith("testlog") and n.endswith(".json")]
    passed = failed = skipped = 0
    if logs:
        newest = max(logs, key=os.path.getmtime)
        with open(newest, encoding="utf-8", errors="replace") as f:
            for line in f:
                entry = json.loads(line)
                p, bad, s = cases(entry)
                if bad:
                    print(f"FAILED {entry['name']}: {entry['result']}")
                passed, failed, skipped = passed + p, failed + bad, skipped + s
    if run.returncode != 0 and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


sys.exit(main())
