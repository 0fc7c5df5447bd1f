"""What `yiti verify` sees of people and organisation: on the demonstration region each column of each journalled table is flipped once, a row is
taken away, one is put in; then a person is erased, and all is in order. verify.py YITI SCHEMA_FILE..."""
import json
import os
import re
import shutil
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "app"))
from yiti import call, run  # noqa: E402

BINARY, SCHEMAS = os.path.abspath(sys.argv[1]), sys.argv[2:]
MUST_BE_JOURNALLED = ("cooperation cooperation_member unit unit_name unit_key unit_succession person role_grant password totp api_token demo_account "
                      "file file_party file_subject").split()
NAMES_A_PERSON_OR_DERIVED = "instance_fact region grant_closure session one_time_token sign_in_throttle known_device oidc_link oidc_flow notice".split()
ALWAYS_FILLED = "cooperation cooperation_member unit unit_name unit_key person role_grant api_token demo_account outline action report".split()
OTHER = {"INTEGER": "COALESCE({0}, 0) + 1000003", "TEXT": "COALESCE({0}, '') || 'x'", "BLOB": "CAST(COALESCE({0}, x'') || 'x' AS BLOB)"}
NEW = {"INTEGER": 77, "TEXT": "x", "BLOB": b"x", "REAL": 1.0}


def tables(flag):
    text = "".join(open(path, encoding="utf-8").read() for path in SCHEMAS)
    return [name for name, words in re.findall(r"^-- @table (\w+) (.*)$", text, re.M) if ("journalled" in words.split()) == flag]


def yiti(data, *words):
    code, out, err = call(BINARY, *words, "--data", data, "--json")
    assert code == 0, (words, err)
    return json.loads(out) if out.startswith("{") else None


def faulty(data):
    """Names of the tables in which verify finds a fault."""
    _, out, err = call(BINARY, "verify", "copy", data, "--json")
    assert out.startswith("{"), out + err
    return {f["table"] for f in json.loads(out)["faults"]}


class Region:
    """The demonstration region, and copies of it that may be damaged."""

    def __init__(self, folder):
        self.data, self.copy = os.path.join(folder, "data"), os.path.join(folder, "copy")
        yiti(self.data, "demo", "seed")
        self.person = self.ask("SELECT max(id) FROM person")[0]
        yiti(self.data, "token", "create", str(self.person), "--name", "t", "--rights", "read")
        db = sqlite3.connect(os.path.join(self.data, "yiti.db"))
        self.columns = {t: db.execute(f"SELECT name, type FROM pragma_table_info('{t}') ORDER BY cid").fetchall() for t in tables(True)}
        self.filled = [t for t in self.columns if db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]]
        db.close()
        assert faulty(self.data) == set()

    def ask(self, query, *values):
        db = sqlite3.connect(os.path.join(self.data, "yiti.db"))
        row = db.execute(query, values).fetchone()
        db.close()
        return row

    def damaged(self, change):
        """Runs change(db, table) on each table of a fresh copy; the tables that were changed, and those in which verify finds faults."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.data, self.copy)
        db = sqlite3.connect(os.path.join(self.copy, "yiti.db"))
        changed = {t for t in self.columns if change(db, t)}
        db.commit()
        db.close()
        return changed, faulty(self.copy) - {"grant_closure"}  # which follows from them


def org_has_the_tables_that_it_ought_to_have(folder):
    assert set(MUST_BE_JOURNALLED) <= set(tables(True))
    left_out = [t for t in tables(False) if t in NAMES_A_PERSON_OR_DERIVED]
    assert sorted(left_out) == sorted(NAMES_A_PERSON_OR_DERIVED)
    text = open(SCHEMAS[0], encoding="utf-8").read()
    for name in left_out:
        assert re.search(rf"^-- Not journalled: .+\n-- @table {name} ", text, re.M), f"no reason why {name} is not journalled"


def each_flipped_column_shows(folder):
    region = Region(folder)
    assert set(ALWAYS_FILLED) <= set(region.filled), region.filled
    for number in range(max(len(c) for c in region.columns.values())):
        def flip(db, table):
            if table not in region.filled or number >= len(region.columns[table]):
                return False
            name, kind = region.columns[table][number]
            rowid = db.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
            return db.execute(f"UPDATE {table} SET {name} = {OTHER[kind].format(name)} WHERE rowid = ?", (rowid,)).rowcount == 1
        changed, found = region.damaged(flip)
        assert changed and changed == found, (number, changed ^ found)


def a_row_taken_away_and_a_row_put_in_show(folder):
    region = Region(folder)
    changed, found = region.damaged(lambda db, t: db.execute(f"DELETE FROM {t} WHERE rowid = (SELECT min(rowid) FROM {t})").rowcount == 1)
    assert changed == set(region.filled) == found, changed ^ found

    def put(db, table):
        columns = region.columns[table]
        marks = ", ".join("?" * len(columns))
        return db.execute(f"INSERT INTO {table} ({', '.join(n for n, _ in columns)}) VALUES ({marks})", [NEW[kind] for _, kind in columns]).rowcount == 1
    changed, found = region.damaged(put)
    assert changed == set(region.columns) == found, set(region.columns) ^ found


def a_scope_widened_by_hand_is_named(folder):
    region = Region(folder)
    token, owner, rights = region.ask("SELECT id, person_id, rights FROM api_token WHERE revoked_at_us IS NULL LIMIT 1")
    anywhere = region.ask("SELECT u.id FROM unit u WHERE NOT EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = ? AND g.unit_id = u.id) LIMIT 1", owner)[0]
    own = region.ask("SELECT unit_id FROM grant_closure WHERE principal_id = ? AND right_code = 'read' LIMIT 1", owner)[0]
    assert rights and not region.ask("SELECT count(*) FROM grant_closure WHERE principal_id = ? AND right_code <> 'read'", token)[0]

    def named(principal, unit, right, change):
        shutil.rmtree(region.copy, ignore_errors=True)
        shutil.copytree(region.data, region.copy)
        db = sqlite3.connect(os.path.join(region.copy, "yiti.db"))
        assert db.execute(change, (principal, unit, right)).rowcount == 1
        db.commit()
        db.close()
        code, out, _ = call(BINARY, "verify", "copy", region.copy, "--json")
        answer = json.loads(out)
        assert code == 1 and answer["fault_count"] == 1 and answer["faults"][0]["table"] == "grant_closure", out
        assert answer["faults"][0]["id"] == f"{principal}/{unit}/{right}", out
        return answer["faults"][0]["why"]

    put, drop = "INSERT INTO grant_closure VALUES (?, ?, ?)", "DELETE FROM grant_closure WHERE principal_id = ? AND unit_id = ? AND right_code = ?"
    assert "no grant" in named(owner, anywhere, "read", put)  # another unit
    assert "no grant" in named(token, own, "read" if not rights & 1 else "report", put)  # a token over its rights
    assert "no grant" in named(77, own, "read", put)  # nobody
    assert "no grant" in named(owner, 77, "read", put)  # a unit that is not there
    assert "no grant" in named(owner, own, "rule the world", put)  # a right that is none
    assert "gone" in named(owner, own, "read", drop)


def erasure_leaves_everything_in_order(folder):
    region = Region(folder)
    people = region.ask("SELECT count(*) FROM person")[0]
    assert people > 10 and region.ask("SELECT count(DISTINCT salt), min(length(salt)) FROM person") == (people, 16)
    yiti(region.data, "person", "erase", str(region.person))
    assert faulty(region.data) == set()
    assert region.ask("SELECT state, display_name, salt FROM person WHERE id = ?", region.person) == ("erased", "", None)


run([org_has_the_tables_that_it_ought_to_have, each_flipped_column_shows, a_row_taken_away_and_a_row_put_in_show, a_scope_widened_by_hand_is_named, erasure_leaves_everything_in_order])
