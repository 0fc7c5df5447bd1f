"""tools/gen_sql.py: what it makes, and one refusal a rule."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import gen_sql  # noqa: E402

TABLES = """\
-- @table grant_closure reference
CREATE TABLE grant_closure (           -- who has which right on which unit
    principal_id INTEGER NOT NULL,     -- who
    unit_id      INTEGER NOT NULL,     -- on which unit
    right_code   TEXT NOT NULL,        -- which right
    PRIMARY KEY (principal_id, unit_id, right_code)
);
-- @table action distributed scoped journalled
CREATE TABLE action (                  -- one action
    region_code TEXT NOT NULL,         -- home region
    id          INTEGER NOT NULL,      -- id
    title       TEXT NOT NULL,         -- as printed
    due_on      TEXT,                  -- NULL: no deadline
    is_public   INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)), -- 1: public
    PRIMARY KEY (region_code, id)
);
CREATE INDEX action_by_due ON action (region_code, due_on, id);
-- @table action_party distributed clustered
CREATE TABLE action_party (            -- who has a part in an action
    region_code TEXT NOT NULL,         -- as the action
    object_id   INTEGER NOT NULL,      -- the action
    unit_id     INTEGER NOT NULL,      -- the unit
    part        TEXT NOT NULL,         -- lead, supporting
    PRIMARY KEY (region_code, object_id, unit_id, part),
    FOREIGN KEY (region_code, object_id) REFERENCES action (region_code, id)
);
"""
SCOPE = """EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')"""
LIST = f"""\
-- :name action_list(principal:int, limit:int)   actions in the reader's scope
-- :filter unit(unit_id:int) :: EXISTS (SELECT 1 FROM action_party q WHERE q.region_code = a.region_code AND q.object_id = a.id
--   AND q.unit_id = :unit_id)
-- :filter public() :: a.is_public = 1
-- :order due(after_due:text, after_id:int) :: a.due_on ASC NULLS LAST, a.id ASC :: (a.due_on, a.id) > (:after_due, :after_id)
-- :order id(after_id:int) :: a.id DESC :: a.id < :after_id
SELECT a.id FROM action a WHERE {SCOPE} {{filters}} {{order}} LIMIT :limit;
"""


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def build(self, statements="", tables=TABLES, schema_name="0001_plan.sql", more=()):
        paths = []
        for name, text in [("plan/schema/" + schema_name, tables), ("plan/plan.sql", statements), *more]:
            path = os.path.join(self.folder, "src", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            if text:
                paths.append(path)
        return gen_sql.build(paths)

    def refused(self, wanted, *args, **kwargs):
        with self.assertRaises(gen_sql.Refused) as caught:
            self.build(*args, **kwargs)
        self.assertIn(wanted, str(caught.exception))
        self.assertRegex(str(caught.exception), r"\.sql:\d+: ")
        return str(caught.exception)


class Makes(Folder):
    def test_names_bits_and_orders(self):
        head, body = self.build(LIST)
        self.assertIn("SQL_action_list", head)
        self.assertIn("#define SQLF_action_list_unit (1u << 0)", head)
        self.assertIn("#define SQLF_action_list_public (1u << 1)", head)
        self.assertIn("#define SQLO_action_list_due 1", head)
        self.assertIn("#define SQLO_action_list_id 2", head)
        self.assertIn("SQL_READ | SQL_SCOPED", body)

    def test_parameters_are_marked_and_cast(self):
        _, body = self.build("-- :name one(region_code:text, id:int)   why\n-- @unscoped because test\n"
                             "SELECT title FROM action WHERE region_code = :region_code AND id = :id;\n")
        self.assertIn(r'region_code = \0010 AND id = \0011"', body)
        self.assertIn(r'region_code = \0010::text AND id = \0011::bigint"', body)

    def test_fragment_parameters_have_marks_of_their_own(self):
        _, body = self.build(LIST)
        self.assertIn(r'q.unit_id = \0050)"', body)
        self.assertIn(r'(a.due_on, a.id) > (\0050::text, \0051::bigint)', body)

    def test_ddl_of_both_drivers(self):
        _, body = self.build()
        self.assertIn("STRICT, WITHOUT ROWID", body)
        self.assertIn('id BIGINT NOT NULL', body)
        self.assertIn('title TEXT COLLATE \\"C\\" NOT NULL', body)
        self.assertIn("SQL_DISTRIBUTED | SQL_TABLE_SCOPED | SQL_TABLE_JOURNALLED", body)

    def test_column_may_be_called_as_a_type(self):
        _, body = self.build(tables=TABLES.replace("title       TEXT", "text        TEXT"))
        self.assertIn('text TEXT COLLATE \\"C\\" NOT NULL', body)

    def test_sqlite_takes_the_ddl(self):
        import sqlite3
        schema = gen_sql.Schema()
        path = os.path.join(self.folder, "plan", "schema")
        os.makedirs(path)
        path = os.path.join(path, "0001_plan.sql")
        with open(path, "w", encoding="utf-8") as out:
            out.write(TABLES)
        schema.read(path)
        sqlite3.connect(":memory:").executescript(schema.parts[0][4])

    def test_rooms_come_in_floor_order(self):
        other = TABLES.replace("action", "deed").replace("grant_closure", "other_closure")
        _, body = self.build(more=[("org/schema/0001_org.sql", other), ("org/schema/0002_more.sql", "CREATE INDEX x ON deed (id);")])
        places = [body.index(text) for text in ('{"org", 1, "org"', '{"org", 2, "more"', '{"plan", 1, "plan"')]
        self.assertEqual(places, sorted(places))

    def test_optional_parameter_is_upper_case(self):
        _, body = self.build("-- :name put(region_code:text, id:int, title:text, due_on:text?)   why\n"
                             "INSERT INTO action (region_code, id, title, due_on) VALUES (:region_code, :id, :title, :due_on);\n")
        self.assertIn('{"put", "titT", "region_code,id,title,due_on", 0,', body)

    def test_lock_is_for_postgres_only(self):
        _, body = self.build("-- :name one(region_code:text, id:int)   why\n-- @unscoped because test\n-- @lock\n"
                             "SELECT title FROM action WHERE region_code = :region_code AND id = :id;\n")
        self.assertEqual(body.count("FOR UPDATE"), 1)

    def test_program_fails_with_the_place(self):
        path = os.path.join(self.folder, "x.sql")
        with open(path, "w", encoding="utf-8") as out:
            out.write("-- :name a()   why\nSELECT 1 FROM nothing;\n")
        run = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "gen_sql.py"), os.devnull, os.devnull, path], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn(f"{path}:2: a: table nothing is not known", run.stderr)


COLUMN = "    due_on      TEXT,                  -- NULL: no deadline\n"
TABLE_REFUSALS = [
    ("no @table line", "has no line `-- @table", TABLES.replace("-- @table action distributed scoped journalled\n", "")),
    ("unknown flag", "write `-- @table", TABLES.replace("journalled", "journaled")),
    ("@table without table", "has no CREATE TABLE", TABLES + "-- @table ghost reference\n"),
    ("table without comment", "needs a comment that says what a row is", TABLES.replace("-- one action", "")),
    ("column without comment", "needs a comment: meaning", TABLES.replace("-- as printed", "")),
    ("other type", "must be INTEGER, TEXT, REAL or BLOB", TABLES.replace("title       TEXT", "title       VARCHAR")),
    ("money in REAL", "a name in _fen is INTEGER", TABLES.replace(COLUMN, COLUMN + "    cost_fen REAL, -- cost\n")),
    ("instant as text", "a name in _at_us is INTEGER", TABLES.replace(COLUMN, COLUMN + "    made_at_us TEXT, -- when\n")),
    ("day as number", "a name in _on is TEXT", TABLES.replace("due_on      TEXT", "due_on      INTEGER")),
    ("no primary key", "has no PRIMARY KEY", TABLES.replace("is_public IN (0, 1)), -- 1: public\n    PRIMARY KEY (region_code, id)",
                                                            "is_public IN (0, 1)) -- 1: public\n")),
    ("no region_code", "needs `region_code TEXT NOT NULL`", TABLES.replace("region_code TEXT NOT NULL,         -- home", "region_code TEXT, -- home")),
    ("key without region_code", "must start with region_code", TABLES.replace("PRIMARY KEY (region_code, id)", "PRIMARY KEY (id)")),
    ("unique without region_code", "must start with region_code", TABLES.replace("PRIMARY KEY (region_code, id)",
                                                                                "PRIMARY KEY (region_code, id), UNIQUE (title)")),
    ("unique index without region_code", "must start with region_code", TABLES + "CREATE UNIQUE INDEX u ON action (title);"),
    ("scoped reference", "only a distributed table is scoped", TABLES.replace("grant_closure reference", "grant_closure reference scoped")),
    ("reference to distributed", "may not refer to distributed", TABLES + "-- @table r reference\nCREATE TABLE r ( -- r\n id INTEGER NOT NULL, -- id\n"
     " a INTEGER, -- a\n PRIMARY KEY (id), FOREIGN KEY (a) REFERENCES action (id)\n);"),
    ("foreign key without region_code", "must start with region_code", TABLES.replace("FOREIGN KEY (region_code, object_id) REFERENCES action (region_code, id)",
                                                                                     "FOREIGN KEY (object_id) REFERENCES action (id)")),
    ("foreign key to nothing", "not known: ghost", TABLES.replace("REFERENCES action", "REFERENCES ghost")),
    ("same table twice", "stands at", TABLES + TABLES),
    ("no semicolon", "without its `;`", TABLES + "CREATE INDEX x ON action (id)"),
    ("words behind the columns", "nothing may stand behind", TABLES.replace("PRIMARY KEY (region_code, id)\n);", "PRIMARY KEY (region_code, id)\n) STRICT;")),
    ("pragma", "not a statement for both", TABLES + "PRAGMA foreign_keys = off;"),
    ("quoted name", "double quotes", TABLES + 'CREATE INDEX "x" ON action (id);'),
    ("index on nothing", "index on a table that is not known", TABLES + "CREATE INDEX x ON ghost (id);"),
    ("NOT NULL added to a journalled table", "must allow NULL", TABLES + "ALTER TABLE action ADD COLUMN x INTEGER NOT NULL DEFAULT 0; -- x\n"),
    ("renamed to a name that is in use", "only TO a table that this file has dropped", TABLES + "ALTER TABLE action RENAME TO deed;"),
    ("renamed without being there", "not known", TABLES + "ALTER TABLE ghost RENAME TO action;"),
    ("made anew with other columns", "has not its columns", TABLES + """
-- a new one
-- @table action_next distributed
CREATE TABLE action_next (
    region_code TEXT NOT NULL, -- home
    id INTEGER NOT NULL, -- id
    PRIMARY KEY (region_code, id)
);
DROP TABLE action;
ALTER TABLE action_next RENAME TO action;"""),
    ("rows of a journalled table changed", "a command must do it", TABLES + "UPDATE action SET title = '';"),
]


class RefusesTables(Folder):
    def test_rules(self):
        for name, wanted, tables in TABLE_REFUSALS:
            with self.subTest(name):
                self.refused(wanted, "", tables)

    def test_file_name(self):
        self.refused("a schema file is called", "", schema_name="plan.sql")


def select(sql, params="", waiver="-- @unscoped because test\n", why="   why"):
    return f"-- :name s({params}){why}\n{waiver}{sql}\n"


def listed(order=":order id(after_id:int) :: a.id ASC :: a.id > :after_id", filters=":filter public() :: a.is_public = 1", where="WHERE a.is_public = 1",
           tail="{filters} {order}", params="limit:int"):
    return (f"-- :name s({params})   why\n-- @unscoped because test\n-- {filters}\n-- {order}\n"
            f"SELECT a.id FROM action a {where} {tail} LIMIT :limit;\n")


STATEMENT_REFUSALS = [
    ("scoped without principal", "reads scoped table action", select("SELECT title FROM action WHERE region_code = :r AND id = :i;", "r:text, i:int", "")),
    ("principal outside the closure", "reads scoped table action",
     select("SELECT title FROM action WHERE region_code = :r AND id = :principal;", "r:text, principal:int", "")),
    ("scoped update", "reads scoped table action", select("UPDATE action SET title = '' WHERE region_code = :r AND id = :i;", "r:text, i:int", "")),
    ("scoped delete", "reads scoped table action", select("DELETE FROM action WHERE region_code = :r AND id = :i;", "r:text, i:int", "")),
    ("scoped upsert", "reads scoped table action",
     select("INSERT INTO action (region_code, id, title) VALUES (:r, :i, '') ON CONFLICT (region_code, id) DO UPDATE SET title = '';", "r:text, i:int", "")),
    ("scoped in a subquery", "reads scoped table action",
     select("SELECT unit_id FROM grant_closure WHERE unit_id IN (SELECT a.id FROM action a) ORDER BY unit_id, principal_id, right_code;", "", "")),
    ("unscoped without reason", "must say why", select("SELECT title FROM action WHERE region_code = :r AND id = :i;", "r:text, i:int", "-- @unscoped\n")),
    ("unscoped without need", "@unscoped is not needed", select("SELECT 1;")),
    ("undeclared parameter", "parameter :i is not declared", select("SELECT title FROM action WHERE region_code = :r AND id = :i;", "r:text")),
    ("unused parameter", "declared and not used", select("SELECT title FROM action WHERE region_code = :r AND id = 1;", "r:text, i:int")),
    ("parameter type", "a parameter is", select("SELECT :r;", "r:string", "")),
    ("parameter twice", "stands twice", select("SELECT :r;", "r:int, r:int", "")),
    ("LIKE on a parameter", "LIKE on what a person", select("SELECT a.id FROM action a WHERE a.title LIKE :t ORDER BY a.id;", "t:text")),
    ("FOR UPDATE", "written as `-- @lock`", select("SELECT title FROM action WHERE region_code = :r AND id = :i FOR UPDATE;", "r:text, i:int")),
    ("lock without region_code", "@lock is for", select("SELECT title FROM action WHERE id = :i;", "i:int", "-- @unscoped because test\n-- @lock\n")),
    ("join not on region_code", "must be joined on region_code",
     select("SELECT a.id FROM action a JOIN action_party p ON p.object_id = a.id ORDER BY a.id;")),
    ("join under OR", "must be joined on region_code",
     select("SELECT a.id FROM action a JOIN action_party p ON (p.region_code = a.region_code OR p.object_id = a.id) ORDER BY a.id;")),
    ("EXISTS not on region_code", "must be joined on region_code",
     select("SELECT a.id FROM action a WHERE EXISTS (SELECT 1 FROM action_party p WHERE p.object_id = a.id) ORDER BY a.id;")),
    ("two regions by two parameters", "must be joined on region_code",
     select("SELECT a.id FROM action a JOIN action_party p ON p.object_id = a.id WHERE a.region_code = :r AND p.region_code = :s ORDER BY a.id;",
            "r:text, s:text")),
    ("join waiver without need", "@join is not needed", select("SELECT title FROM action WHERE region_code = :r AND id = :i;", "r:text, i:int",
                                                              "-- @unscoped because test\n-- @join because test\n")),
    ("unordered", "several rows without ORDER BY", select("SELECT title FROM action WHERE region_code = :r;", "r:text")),
    ("LIMIT unordered", "LIMIT without ORDER BY", select("SELECT title FROM action LIMIT 3;")),
    ("order that may be NULL", "may be NULL", select("SELECT title FROM action ORDER BY due_on, id;")),
    ("order of an outer join", "may be NULL",
     select("SELECT a.id FROM action a LEFT JOIN action_party p ON p.region_code = a.region_code ORDER BY p.unit_id, a.id;")),
    ("page order not unique", "must end in a unique column", select("SELECT id FROM action ORDER BY title LIMIT 3;")),
    ("list order not unique", "must end in a unique column", listed(":order title(t:text) :: a.title ASC :: a.title > :t")),
    ("list order may be NULL", "may be NULL", listed(":order due(d:text) :: a.due_on, a.id :: a.due_on > :d")),
    ("order without keyset", "is `columns :: keyset condition`", listed(":order id() :: a.id ASC")),
    ("filter parameter unused", "of public is not used", listed(filters=":filter public(x:int) :: a.is_public = 1")),
    ("filter parameter undeclared", "parameter :x of public is not declared", listed(filters=":filter public() :: a.is_public = :x")),
    ("filters without hole", "belong together", listed(tail="{order}")),
    ("order without hole", "belong together", listed(tail="{filters} ORDER BY a.id")),
    ("hole without WHERE", "a WHERE must stand before", listed(where="")),
    ("unknown hole", "only {filters}", listed(tail="{filters} {order} {sort}")),
    ("unknown table", "table ghost is not known", select("SELECT id FROM ghost ORDER BY id;", waiver="")),
    ("unknown table written", "table ghost is not known", select("INSERT INTO ghost (id) VALUES (1);", waiver="")),
    ("function of one database", "is not in both", select("SELECT strftime('%s', '');", waiver="")),
    ("cast of one database", "is not in both", select("SELECT 1::bigint;", waiver="")),
    ("INSERT OR", "write ON CONFLICT", select("INSERT OR REPLACE INTO action (region_code, id, title) VALUES ('', 1, '');", waiver="")),
    ("sum without cast", "has another type", select("SELECT sum(is_public) FROM action;")),
    ("max of several", "SQLite's only", select("SELECT max(is_public, 1) FROM action WHERE region_code = :r AND id = 1;", "r:text")),
    ("one variant", "variant @postgres is missing", "-- :name s() @sqlite   why\nSELECT 1;\n"),
    ("variants that differ", "same parameters", "-- :name s() @sqlite   why\nSELECT 1;\n-- :name s(a:int) @postgres\nSELECT :a;\n"),
    ("name twice", "stands at", "-- :name s()   why\nSELECT 1;\n-- :name s()   why\nSELECT 2;\n"),
    ("no why", "a line of why", select("SELECT 1;", waiver="", why="")),
    ("no SQL", "no SQL follows", "-- :name s()   why\n"),
    ("no semicolon", "exactly one statement", "-- :name s()   why\nSELECT 1\n"),
    ("two statements", "exactly one statement", "-- :name s()   why\nSELECT 1; SELECT 2;\n"),
    ("not a statement", "not a statement", "-- :name s()   why\nPRAGMA x;\n"),
    ("SQL before the first name", "before the first", "SELECT 1;\n"),
    ("header", "a header is", "-- :name s   why\nSELECT 1;\n"),
    ("unknown directive", "not a directive", "-- :name s()   why\n-- @fast\nSELECT 1;\n"),
]
ACCEPTED = [
    ("one row by key needs no order", select("SELECT title FROM action WHERE region_code = :r AND id = :i;", "r:text, i:int")),
    ("an aggregate needs no order", select("SELECT count(*), CAST(COALESCE(sum(is_public), 0) AS INTEGER) FROM action;")),
    ("joined by key needs no order",
     select("SELECT p.part FROM action a JOIN action_party p ON p.region_code = a.region_code AND p.object_id = a.id AND p.unit_id = :u AND p.part = 'lead'"
            " WHERE a.region_code = :r AND a.id = :i;", "r:text, i:int, u:int")),
    ("pinned columns count for uniqueness",
     select("SELECT part FROM action_party WHERE region_code = :r AND object_id = :o AND unit_id = :u ORDER BY part DESC LIMIT 1;",
            "r:text, o:int, u:int", "")),
    ("both pinned by one parameter",
     select("SELECT a.id FROM action a JOIN action_party p ON p.object_id = a.id WHERE a.region_code = :r AND p.region_code = :r ORDER BY a.id;", "r:text")),
    ("LIKE on a constant", select("SELECT a.id FROM action a WHERE a.title LIKE '%x' ORDER BY a.id;")),
    ("insert of a scoped row", select("INSERT INTO action (region_code, id, title) VALUES (:r, :i, '');", "r:text, i:int", "")),
    ("NULLS said", select("SELECT title FROM action ORDER BY due_on NULLS LAST, id;")),
    ("a common table expression", select("WITH x AS (SELECT a.id AS id FROM action a) SELECT id FROM x ORDER BY id NULLS LAST;")),
    ("unordered with reason", select("SELECT title FROM action WHERE region_code = :r;", "r:text",
                                     "-- @unscoped because test\n-- @unordered because a set\n")),
    ("list", LIST),
]


class RefusesStatements(Folder):
    def test_rules(self):
        for name, wanted, text in STATEMENT_REFUSALS:
            with self.subTest(name):
                self.refused(wanted, text)

    def test_accepted(self):
        for name, text in ACCEPTED:
            with self.subTest(name):
                self.build(text)

    def test_line_of_the_fault(self):
        self.assertIn("plan.sql:5: ", self.refused("not known", "-- :name a()   why\nSELECT 1;\n-- :name s()   why\nSELECT 1\nFROM ghost;\n"))


if __name__ == "__main__":
    unittest.main()
