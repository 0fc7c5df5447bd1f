#!/usr/bin/env python3
"""docs/rows.tsv: the rows of docs/requirements.tsv that work, each with pack, screen or command, and test.

rows.py check    every named row, pack, screen, command and test exists, and every test of a row stands in the table; last line `N passed, N failed`
rows.py list     built and missing rows with counts per engine

row      an id of docs/requirements.tsv (id, English name, engine)
pack     a folder of packs/, or - when the row needs none
where    screens as the web app's paths (/outlines/:id) and commands as `yiti outline import`, several divided by `, `
test     req_<id> with _ for . and -, defined in test/req/*.c and in its list of ROW(…)
"""
import glob
import os
import re
import sys

ID = re.compile(r"(HZ|CS|SZ|IP|EN)-[0-9IVX]+(\.[0-9]+)*[a-z]?\Z")


def table(path, head):
    with open(path, encoding="utf-8") as f:
        lines = f.read().rstrip("\n").split("\n")
    if lines[0].split("\t") != head:
        sys.exit(f"{path}:1: the columns are {' '.join(head)}")
    return [(number, line.split("\t")) for number, line in enumerate(lines[1:], 2)]


def screens():
    """The web app's paths: those of the list `desk` and of the children of /public stand below them, others by themselves."""
    with open("web/src/app/router.ts", encoding="utf-8") as f:
        text = f.read()
    desk = re.search(r"const desk\b.*?\n\];", text, re.S).group(0)
    found = {"/" + path for path in re.findall(r"path: '([^':][^']*)'", desk)}
    for path in re.findall(r"path: '([^']*)'", text.replace(desk, "")):
        found.add(path if path.startswith("/") else ("/public/" + path).rstrip("/"))
    return found


def commands():
    """Noun and verb of every struct cli_command of the rooms."""
    found = set()
    for path in glob.glob("src/*/*_cli.c"):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for noun, verb in re.findall(r'\{\s*(?:\.noun = )?"([a-z]+)",\s*(?:\.verb = )?(?:"([a-z -]+)"|NULL)', text):
            found.add(f"yiti {noun} {verb}".strip())
    return found


def tests():
    """Names of the tests that are defined and listed: {name: file}; and what is wrong with them."""
    found, faults = {}, []
    for path in sorted(glob.glob("test/req/*.c")):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        defined = re.findall(r"^static void (req_[A-Z]{2}_\w+)\(void \*\*state\)", text, re.M)
        listed = re.findall(r"\bROW\((req_\w+)\)", text)
        for name in defined:
            if name in found:
                faults.append(f"{path}: {name} stands in {found[name]} too")
            if listed.count(name) != 1:
                faults.append(f"{path}: {name} is listed {listed.count(name)} times, not once")
            found[name] = path
    return found, faults


def check():
    faults, seen = [], set()
    known, there = {}, (screens(), commands())
    found, faults_of_tests = tests()
    for number, cells in table("docs/requirements.tsv", ["id", "name", "engine"]):
        if len(cells) != 3 or not ID.match(cells[0]) or cells[0] in known or not cells[1] or not re.match(r"[A-Z]+\Z", cells[2]):
            faults.append(f"docs/requirements.tsv:{number}: not one id, name and engine: {cells}")
        known[cells[0]] = number
    rows = table("docs/rows.tsv", ["row", "pack", "where", "test"])
    for number, cells in rows:
        here = f"docs/rows.tsv:{number}: "
        if len(cells) != 4:
            faults.append(here + f"{len(cells)} columns, not 4")
            continue
        row, pack, where, test = cells
        faults += [here + what for what in row_faults(row, pack, where, test, known, there, found)]
        if row in seen:
            faults.append(here + f"{row} stands there twice")
        seen.add(row)
    named = {cells[3] for _, cells in rows if len(cells) == 4}
    faults += faults_of_tests + [f"{path}: {name} stands in no line of docs/rows.tsv" for name, path in found.items() if name not in named]
    for fault in faults:
        print(f"error: {fault}")
    print(f"{len(rows)} passed, {len(faults)} failed")
    return 1 if faults or not rows else 0


def row_faults(row, pack, where, test, known, there, found):
    if not ID.match(row) or row not in known:
        yield f"{row} is no row of docs/requirements.tsv"
    if pack != "-" and not os.path.isdir(os.path.join("packs", pack)):
        yield f"no pack is named {pack}"
    for one in where.split(", "):
        if one not in there[0 if one.startswith("/") else 1]:
            yield f"no {'screen' if one.startswith('/') else 'command'} is named {one}"
    if test != "req_" + re.sub(r"[.-]", "_", row):
        yield f"the test of {row} is named req_{re.sub(r'[.-]', '_', row)}, not {test}"
    elif test not in found:
        yield f"test/req has no {test}"


def show():
    built = {cells[0]: cells for _, cells in table("docs/rows.tsv", ["row", "pack", "where", "test"])}
    engines = {}
    for _, (row, name, engine) in table("docs/requirements.tsv", ["id", "name", "engine"]):
        engines.setdefault(engine, []).append((row, name))
        state = f"built    {built[row][2]}" if row in built else "missing"
        print(f"{row:12} {engine:11} {name[:60]:60} {state}")
    print()
    for engine, rows in sorted(engines.items()):
        print(f"{engine:12} {sum(row in built for row, _ in rows):4} of {len(rows):4} rows built")
    print(f"{'all':12} {len(built):4} of {sum(map(len, engines.values())):4} rows built")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["list"]):
        sys.exit(__doc__)
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    sys.exit(check() if sys.argv[1] == "check" else show())
