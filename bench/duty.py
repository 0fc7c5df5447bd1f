"""duty.py - lists of 200,000 duties with 2 million journal rows: every list page of the running server against 50 ms, beside a bare SQLite read of the
same rows; then the lights of 200,000 duties (bench_duty) against one second. One line a result.

    ./dev bench duty [DUTIES]      seconds: about a minute, most of it filling the database
"""
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import http.client
import json
from urllib.parse import quote

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "test", "app"))
from yiti import Server, call  # noqa: E402

BUILD = os.path.join(HERE, "..", os.environ.get("YITI_BUILD", "build"))
BINARY = os.path.abspath(os.path.join(BUILD, "yiti"))
DUTIES = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
JOURNAL_EACH = 10
ROUNDS = 25
GOAL_MS = 50
STATES = ["assigned", "under_way", "under_way", "under_way", "submitted", "suspended", "done"]
WORDS = ["编制", "推进", "打通", "建立", "完成", "清理", "统一", "开展"]
THINGS = ["公交线网方案", "断头路建设", "数据共享目录", "水源地巡查机制", "便民事项清单", "应急物资互借", "标准互认", "预算安排"]


def columns(db, table):
    return [r[1] for r in db.execute(f"PRAGMA table_info({table})")]


def fill(path):
    """Copies of one stored duty, spread over units, states and days, with parties, search text and journal rows."""
    random.seed(20261124)
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA journal_mode=WAL")
    names = columns(db, "duty")
    row = dict(zip(names, db.execute("SELECT * FROM duty LIMIT 1").fetchone()))
    units = [r[0] for r in db.execute("SELECT id FROM unit ORDER BY id")]
    office = row["assigner_id"]
    desk = db.execute("SELECT unit_id FROM unit_key WHERE key = ?", ("澜州市交通运输局",)).fetchone() if "unit_key" in [r[0] for r in db.execute(
        "SELECT name FROM sqlite_master")] else None
    desk = desk[0] if desk else units[-1]
    others = [u for u in units if u not in (desk, office)]
    base, now, region = 1 << 61, int(time.time() * 1e6), row["region_code"]
    duties, parties, texts, docs, slips, urges = [], [], [], [], [], []
    for i in range(DUTIES):
        state, due = random.choice(STATES), f"20{random.randint(25, 28)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        holder = desk if i % 1000 == 0 else random.choice(others)  # the desk holds a few hundred among all
        final = int(state == "done")
        title = f"{random.choice(WORDS)}{random.choice(THINGS)}第{i}号"
        row.update(id=base + i, number=f"DB-{region}-20261124-{i + 1000:06d}", title=title, state=state, final=final, suspended=int(state == "suspended"), holder_id=holder,
                   percent=random.randint(0, 100), due_on=due, first_due_on=due, due_key=due, start_on="2025-01-01", parent_id=None, updated_at_us=now - i * 1000,
                   clock_due_us=None, opened_at_us=now - i * 1000, closed_at_us=now if final else None, report_by_on=None)
        duties.append([row[n] for n in names])
        parties += [(region, base + i, holder, "holder"), (region, base + i, office, "assigner")]
        docs.append((1 << 50) + i)
        texts.append(((1 << 50) + i, region, "duty", base + i, pairs(title)))
        if i % 100 == 0:
            slips.append((region, base + i, base + i, f"DBD-{i}", "blue", holder, office, "限期", "open", now, "", "", now, 1))
            urges.append((region, base + i, base + i, "manual", str(i), 1, holder, "请加快", 0, now))
    db.executemany(f"INSERT INTO duty VALUES ({','.join('?' * len(names))})", duties)
    db.executemany("INSERT INTO duty_party VALUES (?,?,?,?)", parties)
    db.executemany("INSERT INTO search_text(rowid, region_code, subject_kind, subject_id, body) VALUES (?,?,?,?,?)", texts)
    db.executemany("INSERT INTO duty_slip (region_code, id, duty_id, number, colour, unit_id, issuer_id, text, state, reply_due_us, reply, close_text, issued_at_us, version) VALUES "
                   "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", slips)
    db.executemany("INSERT INTO duty_urge VALUES (?,?,?,?,?,?,?,?,?,?)", urges)
    db.execute("INSERT INTO journal (region_code, subject_kind, subject_id, seq, at_us, actor_id, role, verb, change, hash) "
               "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?) "
               "SELECT ?, 'duty', d.id, 1000 + n.k, ?, 0, 'system', 'report', '{\"state\":\"under_way\",\"percent\":40,\"files\":0}', zeroblob(32) FROM duty d, n WHERE d.id >= ?",
               (JOURNAL_EACH, region, now, base))
    db.commit()
    count = db.execute("SELECT (SELECT count(*) FROM duty), (SELECT count(*) FROM journal)").fetchone()
    deep = db.execute("SELECT id FROM duty WHERE final = 0 ORDER BY due_key, id LIMIT 1 OFFSET ?", (DUTIES // 3,)).fetchone()[0]
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return {"desk": desk, "office": office, "holder": others[0], "deep": deep, "one": base + 1000, "count": count}


def pairs(text):
    """The words that search.c makes of a title: pairs of Han characters, the last one alone, digits in runs."""
    out = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[0-9a-z]+", text):
        out += [run] if run.isascii() else [run[i:i + 2] for i in range(len(run) - 1)] + [run[-1]]
    return " ".join(out)


def timed(c, cookie, path):
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        c.request("GET", "/api/v1" + path, headers={"Cookie": cookie})
        r = c.getresponse()
        body = r.read()
        took.append((time.perf_counter() - begun) * 1000)
        if r.status != 200:
            raise SystemExit(f"{path}: {r.status} {body[:300]}")
    return json.loads(body), took


def peer(path, sql, args):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        db.execute(sql, args).fetchall()
        took.append((time.perf_counter() - begun) * 1000)
    db.close()
    return statistics.median(took)


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        assert call(BINARY, "demo", "seed", "--data", data)[0] == 0
        begun = time.time()
        facts = fill(os.path.join(data, "yiti.db"))
        print(f"{facts['count'][0]} duties, {facts['count'][1]} journal rows, filled in {time.time() - begun:.0f} s", flush=True)
        server = Server(BINARY, data, "--demonstration")
        worst = 0.0
        bare = peer(os.path.join(data, "yiti.db"), "SELECT * FROM duty WHERE final = 0 ORDER BY due_key, id LIMIT 50", ())
        print(f"peer: bare SQLite, the same 50 rows by due day: {bare:.2f} ms")
        for who, pages in {
            "office": ["/duties?open=1", "/duties", "/duties?open=0", "/duties?sort=newest", "/duties?sort=updated", f"/duties?holder={facts['holder']}&open=1", f"/duties?assigner={facts['office']}&open=1",
                       "/duties?state=submitted", "/duties?light=red&open=1", "/duties?light=green&open=1", "/duties?light=grey", "/duties?overdue=1", "/duties?drafts=1&open=1", "/duties?unconfirmed=1", "/duties?mine=1&open=1",
                       f"/duties?q={quote('断头路')}&open=1", f"/duties?q={quote('清单1999')}", f"/duties?q={quote('互认第')}", "/duties?source_kind=resolution&open=1", "/slips?state=unanswered", "/slips", "/urges", "/urges?by=rule", "/my/duties", f"/duties/{facts['one']}",
                       f"/duties/{facts['one']}/journal"],
            "head": ["/my/duties", "/duties?open=1", "/duties?sort=updated", "/duties?light=red&open=1", "/my/duties?drafts=1", "/my/duties?unconfirmed=1", "/slips?mine=1&state=unanswered", f"/duties?q={quote('断头路')}"],
        }.items():
            status, head, _ = server.json("/api/v1/demo/session", {}, "POST", {"account": who})
            assert status in (200, 201), status
            cookie = head["set-cookie"].split(";")[0]
            c = http.client.HTTPConnection("127.0.0.1", server.port)
            for path in pages:
                body, took = timed(c, cookie, path)
                p95 = sorted(took)[int(len(took) * 0.95)]
                worst = max(worst, p95)
                n = len(body["items"]) if "items" in body else 1
                print(f"{'ok  ' if p95 < GOAL_MS else 'SLOW'} {who:6} p50 {statistics.median(took):7.2f} ms  p95 {p95:7.2f} ms  {n:3} rows  {path}", flush=True)
                if path == "/duties?open=1" and body.get("next"):
                    body, took = timed(c, cookie, f"/duties?open=1&after={body['next']}")
                    print(f"     {who:6} p50 {statistics.median(took):7.2f} ms  the page behind it")
        code = server.stop()
        assert code == 0, code
        print(f"result: duty_list ours={worst:.1f}ms peer={bare:.2f}ms ratio={worst / bare:.1f} goal=<{GOAL_MS}ms")
    lights = subprocess.run([os.path.join(BUILD, "bench", "bench_duty")], capture_output=True, text=True, check=False)
    print(lights.stdout.strip())
    seconds = float(re.search(r"in ([\d.]+) s", lights.stdout).group(1))
    print(f"result: duty_lights ours={seconds:.3f}s peer=none ratio=- goal=<1s")
    sys.exit(0 if worst < GOAL_MS and seconds < 1 else 1)


if __name__ == "__main__":
    main()
