#!/usr/bin/env python3
"""Holds the documents to the code: libraries and npm packages to docs/dependencies.md, rooms and floors to docs/architecture.md, `./dev` commands named
in documents to ./dev, links to files. Prints what does not fit; last line `N passed, N failed`."""
import glob
import importlib.machinery
import importlib.util
import json
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CALLED = {"sqlite3": "SQLite", "libxml-2.0": "libxml2", "xlsxwriter": "libxlsxwriter", "yaml-0.1": "libyaml", "libcrypto": "OpenSSL", "cjose": "libcjose"}


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def floors():
    loader = importlib.machinery.SourceFileLoader("check_style", "tools/check_style")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_style", loader))
    loader.exec_module(module)
    return module.FLOORS


def dependencies():
    text = read("docs/dependencies.md")
    table = set(re.findall(r"^\| ([^|]+?) \|", text, re.M)) - {"library", "---"}
    wanted = set()
    for path in ["meson.build", *glob.glob("*/**/meson.build", recursive=True)]:
        if not path.startswith(("build", "web/")):
            wanted |= {CALLED.get(name, name) for name in re.findall(r"dependency\('([^']+)'", read(path))}
    wanted -= {"threads"}
    yield from (f"docs/dependencies.md: {name} of meson.build is missing" for name in sorted(wanted - table))
    yield from (f"docs/dependencies.md: no meson.build needs {name}" for name in sorted(table - wanted))
    package = json.loads(read("web/package.json"))
    for name in [*package["dependencies"], *package["devDependencies"]]:
        if not re.search(r"(?<![\w/-])" + re.escape(name) + r"(?![\w/-])", text):
            yield f"docs/dependencies.md: {name} of web/package.json is missing"


def rooms():
    said = {room: int(floor) for room, floor in re.findall(r"^src/(\w+)/\s+(\d)\s", read("docs/architecture.md"), re.M)}
    there = {os.path.basename(os.path.dirname(p)) for p in glob.glob("src/*/meson.build")}
    wanted = floors()
    yield from (f"docs/architecture.md: room {room} is missing" for room in sorted(there - set(said)))
    yield from (f"docs/architecture.md: there is no room {room}" for room in sorted(set(said) - there))
    yield from (f"docs/architecture.md: {room} is on floor {wanted.get(room)}, not {floor}" for room, floor in said.items() if wanted.get(room) != floor)


def named():
    dev = set(re.search(r"^([a-z |]+)\) \"dev_\$command\"", read("dev"), re.M).group(1).replace(" ", "").split("|"))
    for path in sorted(["README.md", "README.zh.md", *glob.glob("docs/*.md"), *glob.glob("src/*/README.md"), *glob.glob("test/*/README.md")]):
        text = read(path)
        for command in sorted(set(re.findall(r"\./dev ([a-z]+)", text)) - dev):
            yield f"{path}: ./dev has no command {command}"
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not os.path.exists(os.path.join(os.path.dirname(path), link)):
                yield f"{path}: no file is named {link}"


def main():
    passed = failed = 0
    for check in (dependencies, rooms, named):
        faults = list(check())
        for fault in faults:
            print(f"error: {fault}")
        passed, failed = passed + (not faults), failed + bool(faults)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
