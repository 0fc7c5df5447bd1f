#!/usr/bin/env python3
"""Makes the catalogue of statements and tables from the *.sql files; the format stands in src/store/README.md.

    gen_sql.py [--test NAME] OUT.h OUT.c FILE.sql...

A file in a folder `schema` holds tables (NNNN_topic.sql, or NNNN_topic.sqlite.sql and .postgres.sql), any other file holds
statements. Whatever breaks a rule ends the build with file, line and a sentence. With --test the ids go into macros and the
catalogue is called NAME_catalog, so that a test can have tables of its own beside those of the program.
"""
import os
import re
import sys

ROOMS = ["base", "store", "http", "org", "duty", "plan", "cases", "indicator", "ledger", "geo", "registers", "market", "portal", "app"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SQLITE, POSTGRES = "sqlite", "postgres"
PARAM_TYPES = {"int": "i", "text": "t", "real": "r", "blob": "b"}
CASTS = {"i": "::bigint", "t": "::text", "r": "::float8", "b": "::bytea"}
COLUMN_TYPES = {"INTEGER": "BIGINT", "TEXT": 'TEXT COLLATE "C"', "REAL": "DOUBLE PRECISION", "BLOB": "BYTEA"}
CAST_TYPES = {"INTEGER": "BIGINT", "TEXT": "TEXT", "REAL": "DOUBLE PRECISION", "BLOB": "BYTEA"}
UNPORTABLE = {
    "GLOB", "ILIKE", "REGEXP", "MATCH", "ROWID", "IFNULL", "IIF", "NVL", "DATETIME", "STRFTIME", "JULIANDAY", "UNIXEPOCH", "NOW",
    "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "RANDOM", "JSON_EXTRACT", "JSON_EACH", "GROUP_CONCAT", "STRING_AGG", "CHANGES",
    "LAST_INSERT_ROWID", "PRINTF", "INSTR", "STRPOS", "TOTAL", "GREATEST", "LEAST", "AUTOINCREMENT", "SERIAL", "ILIKE", "TO_TSVECTOR",
    "PLAINTO_TSQUERY", "REPLACE_INTO"}
SYSTEM_TABLES = {"sqlite_master", "pg_tables"}  # known to variants only
CLAUSE_ENDS = {"WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "RETURNING", "SET", "HAVING", "ON_CONFLICT", "VALUES",
               "WINDOW"}
TOKEN = re.compile(r"""(?P<ws>\s+)|(?P<comment>--[^\n]*)|(?P<blob>[xX]'[0-9a-fA-F]*')|(?P<string>'(?:[^']|'')*')|(?P<quoted>"[^"]*")
    |(?P<param>:[A-Za-z_]\w*)|(?P<hole>\{\w+\})|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<op>::|<=|>=|<>|!=|\|\||->>?|.)""",
                   re.X | re.S)


class Refused(Exception):
    """A rule is broken at path:line."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


class Token:
    __slots__ = ("kind", "text", "line", "up")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line
        self.up = text.upper() if kind == "word" else text


def tokens_of(text, path, line, quotes=False):
    out = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind not in ("ws", "comment"):
            if kind == "quoted" and not quotes:
                raise Refused(path, line, f"double quotes mean different things in the two databases: {match.group()}")
            out.append(Token(kind, match.group(), line))
        line += match.group().count("\n")
    return out


# ---- tables ---------------------------------------------------------------------------------------------------------------

class Table:
    def __init__(self, name, kind, flags, path, line):
        self.name, self.kind, self.flags, self.path, self.line = name, kind, flags, path, line
        self.columns = {}  # name -> nullable, in order
        self.types = {}
        self.key = []
        self.uniques = []


def split_commas(tokens):
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def group_at(tokens, start):
    """Tokens inside the parentheses that open at start, and the index behind them."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if depth == 0:
            return tokens[start + 1:index], index + 1
    return tokens[start + 1:], len(tokens)


def names_in(tokens):
    return [part[0].text for part in split_commas(tokens) if part]


class Schema:
    """All tables of all files, in the order in which they are applied."""

    def __init__(self):
        self.tables, self.parts, self.foreign = {}, [], []
        self.dropped, self.renamed = {}, set()  # name -> (file, Table); names that went into another's place

    def read(self, path):
        base = os.path.basename(path)
        match = re.fullmatch(r"(\d{4})_([a-z][a-z0-9_]*)(?:\.(sqlite|postgres))?\.sql", base)
        if not match:
            raise Refused(path, 1, "a schema file is called NNNN_topic.sql, NNNN_topic.sqlite.sql or NNNN_topic.postgres.sql")
        room = os.path.basename(os.path.dirname(os.path.dirname(path)))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        marks = {}
        for number, line in enumerate(text.split("\n"), 1):
            mark = re.match(r"\s*--\s*@table\s+(.*)$", line)
            if mark:
                words = mark.group(1).split()
                if len(words) < 2 or words[1] not in ("distributed", "reference") or set(words[2:]) - {"scoped", "journalled", "clustered"}:
                    raise Refused(path, number, "write `-- @table NAME distributed|reference [scoped] [journalled] [clustered]`")
                marks[words[0]] = (number, words[1], set(words[2:]))
        only = match.group(3)
        ddl = {SQLITE: [], POSTGRES: []}
        for statement in self.statements(text, path):
            self.statement(statement, path, text.split("\n"), marks, only, ddl)
        unused = [name for name in marks if name not in self.renamed and (name not in self.tables or self.tables[name].path != path)]
        if unused and only != POSTGRES:
            raise Refused(path, marks[unused[0]][0], f"@table {unused[0]} has no CREATE TABLE in this file")
        for driver in (SQLITE, POSTGRES):
            if only in (None, driver):
                self.parts.append((room, int(match.group(1)), match.group(2), driver, "\n".join(ddl[driver]) + "\n", path))

    @staticmethod
    def statements(text, path):
        out, depth = [[]], 0
        for token in tokens_of(text, path, 1, re.search(r"\.(sqlite|postgres)\.sql$", path)):
            depth += (token.text == "(") - (token.text == ")")
            if token.text == ";" and depth == 0:
                out.append([])
            else:
                out[-1].append(token)
        if out[-1]:
            raise Refused(path, out[-1][0].line, "a statement without its `;`")
        return [part for part in out if part]

    def statement(self, tokens, path, lines, marks, only, ddl):
        words = [token.up for token in tokens[:4]]
        line = tokens[0].line
        clustered = False
        if words[:2] == ["CREATE", "TABLE"] or words[:3] == ["CREATE", "VIRTUAL", "TABLE"]:
            clustered = self.table(tokens, path, lines, marks, only)
        elif words[0] == "CREATE" and "INDEX" in words[:3]:
            self.index(tokens, path, words[1] == "UNIQUE")
        elif words[:2] == ["ALTER", "TABLE"] and "ADD" in words:
            self.add_column(tokens, path, lines, only)
        elif words[:2] in (["DROP", "INDEX"], ["DROP", "TABLE"]):
            if words[1] == "TABLE":
                self.dropped[tokens[2].text] = (path, self.tables.pop(tokens[2].text, None))
        elif words[:2] == ["ALTER", "TABLE"] and "RENAME" in words:
            self.rename(tokens, path)
        elif words[:2] == ["INSERT", "INTO"] or words[0] == "UPDATE":
            name = tokens[2 if words[0] == "INSERT" else 1].text
            if name in self.tables and "journalled" in self.tables[name].flags:
                raise Refused(path, line, f"a schema file does not change rows of {name}: it is journalled, so a command must do it")
        elif only is None:
            raise Refused(path, line, f"not a statement for both databases: {tokens[0].text} {tokens[1].text if len(tokens) > 1 else ''}"
                          " (a file NAME.sqlite.sql or NAME.postgres.sql may have it)")
        if only != POSTGRES:
            text = render_plain(tokens)
            if words[:2] == ["CREATE", "TABLE"] and only is None:
                text += " STRICT" + (", WITHOUT ROWID" if clustered else "")
            ddl[SQLITE].append(text + ";")
        if only != SQLITE:
            ddl[POSTGRES].append((render_plain(tokens, COLUMN_TYPES) if only is None else render_plain(tokens)) + ";")

    def table(self, tokens, path, lines, marks, only):
        at = 3 if tokens[1].up == "VIRTUAL" else 2
        name, line = tokens[at].text, tokens[at].line
        if name not in marks:
            raise Refused(path, line, f"table {name} has no line `-- @table {name} distributed|reference …` before it")
        if only == POSTGRES and name in self.tables:
            return False  # the SQLite file beside this one has told its columns
        if name in self.tables:
            raise Refused(path, line, f"table {name} stands at {self.tables[name].path}:{self.tables[name].line} already")
        mark_line, kind, flags = marks[name]
        table = Table(name, kind, flags, path, line)
        self.tables[name] = table
        if not comment_near(lines, line):
            raise Refused(path, line, f"table {name} needs a comment that says what a row is")
        if at == 3:
            return False
        body, behind = group_at(tokens, at + 1)
        if only is None and behind != len(tokens):
            raise Refused(path, line, "nothing may stand behind the columns; `clustered` in the @table line makes it WITHOUT ROWID")
        for part in split_commas(body):
            self.column_or_key(table, part, path, lines, only)
        self.check_table(table, mark_line, only)
        return "clustered" in flags

    def column_or_key(self, table, part, path, lines, only):
        word = part[0].up
        if word in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT"):
            if word == "CONSTRAINT":
                part = part[2:]
                word = part[0].up
            opens = next(index for index, token in enumerate(part) if token.text == "(")
            columns = names_in(group_at(part, opens)[0])
            if word == "PRIMARY":
                table.key = columns
            elif word == "UNIQUE":
                table.uniques.append(columns)
            elif word == "FOREIGN":
                target = next(part[index + 1].text for index, token in enumerate(part) if token.up == "REFERENCES")
                self.foreign.append((table, columns, target, path, part[0].line))
            return
        self.column(table, part, path, lines, only)

    def column(self, table, part, path, lines, only):
        name, line = part[0].text, part[0].line
        words = [token.up for token in part]
        if only is None and (len(part) < 2 or words[1] not in COLUMN_TYPES):
            raise Refused(path, line, f"column {table.name}.{name} must be INTEGER, TEXT, REAL or BLOB")
        want = {"_fen": "INTEGER", "_at_us": "INTEGER", "_us": "INTEGER", "_on": "TEXT"}
        for suffix, kind in want.items():
            if only is None and name.endswith(suffix) and words[1] != kind:
                raise Refused(path, line, f"column {table.name}.{name}: a name in {suffix} is {kind}")
        if not comment_near(lines, line):
            raise Refused(path, line, f"column {table.name}.{name} needs a comment: meaning, unit, what NULL means")
        primary = "PRIMARY" in words
        table.columns[name] = not (primary or ("NOT" in words and "NULL" in words[words.index("NOT"):]))
        table.types[name] = PARAM_TYPES[{"INTEGER": "int", "TEXT": "text", "REAL": "real"}.get(words[1], "blob")]
        if primary:
            table.key = [name]
        if "UNIQUE" in words:
            table.uniques.append([name])
        if "REFERENCES" in words:
            self.foreign.append((table, [name], part[words.index("REFERENCES") + 1].text, path, line))

    @staticmethod
    def check_table(table, mark_line, only):
        if not table.key:
            raise Refused(table.path, table.line, f"table {table.name} has no PRIMARY KEY")
        if table.kind == "distributed":
            if table.columns.get("region_code", True) or table.types["region_code"] != "t":
                raise Refused(table.path, table.line, f"distributed table {table.name} needs `region_code TEXT NOT NULL`")
            for key in [table.key] + table.uniques:
                if only is None and key[0] != "region_code":
                    raise Refused(table.path, table.line, f"distributed table {table.name}: key ({', '.join(key)}) must start with region_code")
        if "scoped" in table.flags and table.kind != "distributed":
            raise Refused(table.path, mark_line, f"table {table.name}: only a distributed table is scoped")

    def index(self, tokens, path, unique):
        at = next(index for index, token in enumerate(tokens) if token.up == "ON")
        name = tokens[at + 1].text
        if name not in self.tables:
            raise Refused(path, tokens[at].line, f"index on a table that is not known: {name}")
        table = self.tables[name]
        inner, behind = group_at(tokens, at + 2)
        columns = names_in(inner)
        if unique:
            if table.kind == "distributed" and columns[0] != "region_code":
                raise Refused(path, tokens[0].line, f"distributed table {name}: unique index ({', '.join(columns)}) must start with region_code")
            where = tokens[behind:]
            not_null = len(where) == 5 and [t.up for t in where[2:]] == ["IS", "NOT", "NULL"] and where[1].text in columns
            if not where or not_null:  # a column that is pinned to a value is not NULL
                table.uniques.append(columns)

    def rename(self, tokens, path):
        """A table made anew takes the place of one that this file has dropped: the same rows, so it must have the same columns and be what that was."""
        name, to = tokens[2].text, tokens[-1].text
        if name not in self.tables:
            raise Refused(path, tokens[0].line, f"RENAME of a table that is not known: {name}")
        place, was = self.dropped.get(to, (None, None))
        table = self.tables[name]
        if was is None or place != path or [token.up for token in tokens[3:5]] != ["RENAME", "TO"]:
            raise Refused(path, tokens[0].line, f"RENAME of {name} only TO a table that this file has dropped before")
        if (was.columns, was.types, was.key, was.kind) != (table.columns, table.types, table.key, table.kind):
            raise Refused(path, tokens[0].line, f"{name} takes the place of {to} but has not its columns, key and kind")
        self.renamed.add(name)
        self.tables[to] = self.tables.pop(name)
        table.name, table.flags = to, was.flags

    def add_column(self, tokens, path, lines, only):
        name = tokens[2].text
        if name not in self.tables:
            raise Refused(path, tokens[0].line, f"ALTER of a table that is not known: {name}")
        at = 5 if tokens[4].up == "COLUMN" else 4
        part = tokens[at:]
        self.column(self.tables[name], part, path, lines, only)
        if "journalled" in self.tables[name].flags and not self.tables[name].columns[part[0].text]:
            raise Refused(path, part[0].line, f"a column added to journalled table {name} must allow NULL: rows written before keep their digest")

    def check_foreign(self):
        for table, columns, target, path, line in self.foreign:
            if target not in self.tables:
                raise Refused(path, line, f"foreign key of {table.name} to a table that is not known: {target}")
            to_distributed = self.tables[target].kind == "distributed"
            if table.kind == "reference" and to_distributed:
                raise Refused(path, line, f"reference table {table.name} may not refer to distributed table {target}")
            if table.kind == "distributed" and to_distributed and columns[0] != "region_code":
                raise Refused(path, line, f"foreign key of {table.name} to {target} must start with region_code")

    def sorted_parts(self):
        def place(part):
            room = ROOMS.index(part[0]) if part[0] in ROOMS else len(ROOMS)
            return room, part[0], part[1], part[2]
        return sorted(self.parts, key=place)


def comment_near(lines, line):
    """A comment behind the line, or above it (a @table line may stand between)."""
    if re.search(r"--\s*\S", lines[line - 1]):
        return True
    at = line - 2
    while at >= 0 and lines[at].strip().startswith("-- @"):
        at -= 1
    return at >= 0 and re.match(r"--\s*\S", lines[at].strip()) is not None


def render_plain(tokens, types=None):
    out = []
    for index, token in enumerate(tokens):
        text = token.text
        is_name = index > 0 and tokens[index - 1].text in ("(", ",", ".")  # a column may be called text
        if types and token.kind == "word" and token.up in types and not is_name:
            cast = index and tokens[index - 1].up == "AS"
            text = CAST_TYPES[token.up] if cast else types[token.up]
        elif types and token.kind == "blob":
            text = "'\\x" + token.text[2:-1] + "'::bytea"
        out.append(text)
    return spaced(tokens, out)


def spaced(tokens, texts):
    out = ""
    for index, text in enumerate(texts):
        before = tokens[index - 1].text if index else ""
        tight = not index or text in (",", ")", ".", ";", "::") or before in ("(", ".", "::") or \
            (text == "(" and tokens[index - 1].kind == "word" and tokens[index - 1].up not in SPACED_WORDS)
        out += text if tight else " " + text
    return out


SPACED_WORDS = {"AND", "OR", "NOT", "IN", "EXISTS", "VALUES", "FROM", "WHERE", "ON", "AS", "KEY", "CHECK", "THEN", "ELSE", "WHEN", "SELECT", "BY",
                "SET", "UNIQUE", "USING", "UNION", "ALL", "OVER"}


# ---- statements -----------------------------------------------------------------------------------------------------------

class Fragment:
    def __init__(self, name, params, line):
        self.name, self.params, self.line = name, params, line
        self.tokens, self.after = [], []


class Statement:
    def __init__(self, name, params, driver, path, line, why):
        self.name, self.params, self.driver, self.path, self.line, self.why = name, params, driver, path, line, why
        self.waivers, self.filters, self.orders, self.tokens = {}, [], [], []
        self.lock, self.read, self.scoped = False, False, False

    def refuse(self, text, line=None):
        raise Refused(self.path, line or self.line, f"{self.name}: {text}")


def params_of(text, path, line):
    out = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([a-z][a-z0-9_]*)\s*:\s*(int|text|real|blob)(\?)?", part)
        if not match:
            raise Refused(path, line, f"a parameter is `name:int|text|real|blob` with `?` when it may be NULL, not `{part}`")
        if match.group(1) in out:
            raise Refused(path, line, f"parameter {match.group(1)} stands twice")
        letter = PARAM_TYPES[match.group(2)]
        out[match.group(1)] = letter.upper() if match.group(3) else letter
    return out


HEAD = re.compile(r"([a-z][a-z0-9_]*)\s*\((.*?)\)\s*(?:@(sqlite|postgres)\b)?\s*(.*)$", re.S)
FRAGMENT = re.compile(r"(filter|order)\s+([a-z][a-z0-9_]*)\s*\(([^)]*)\)\s*::\s*(.*)$", re.S)


def read_statements(path):
    """Statements of one file; SQL text is checked later, when all tables are known."""
    out, current, body, directive = [], None, [], None

    def finish():
        if current is not None:
            text = "\n".join(body)
            tokens = tokens_of(text, path, current.line)
            if not tokens:
                current.refuse("no SQL follows its header")
            ends = [index for index, token in enumerate(tokens) if token.text == ";"]
            if ends != [len(tokens) - 1]:
                current.refuse("exactly one statement, ended by `;`", tokens[ends[0]].line if ends else None)
            current.tokens = tokens[:-1]

    def apply():
        nonlocal current, body, directive
        if directive is None:
            return
        text, line = directive
        directive = None
        word = text.split(None, 1)[0]
        if word == ":name":
            finish()
            match = HEAD.match(text[len(":name"):].strip())
            if not match:
                raise Refused(path, line, "a header is `-- :name name(param:type, …) [@sqlite|@postgres]   why it is there`")
            current = Statement(match.group(1), params_of(match.group(2), path, line), match.group(3), path, line, match.group(4).strip())
            body = []
            out.append(current)
            return
        if current is None:
            raise Refused(path, line, f"{word} stands before the first :name")
        if word in (":filter", ":order"):
            match = FRAGMENT.match(text[1:])
            if not match:
                current.refuse("write `-- :filter name(params) :: condition` or `-- :order name(params) :: columns :: keyset condition`", line)
            add_fragment(current, match, line)
        elif word == "@lock":
            current.lock = True
        elif word in ("@unscoped", "@join", "@unordered", "@portable"):
            match = re.match(r"@\w+\s+because\s+\S", text)
            if not match:
                current.refuse(f"{word} must say why: `{word} because …`", line)
            current.waivers[word[1:]] = line
        else:
            raise Refused(path, line, f"not a directive: {word}")

    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        mark = re.match(r"--\s*([:@][a-z]+.*)$", stripped)
        more = re.match(r"--\s{2,}(.*)$", stripped)
        if mark:
            apply()
            directive = (mark.group(1), number)
        elif more and directive is not None:
            directive = (directive[0] + " " + more.group(1), directive[1])
        else:
            apply()
            if current is not None:
                while len(body) < number - current.line:
                    body.append("")
                body.append(line)
            elif stripped and not stripped.startswith("--"):
                raise Refused(path, number, "SQL before the first `-- :name`")
    apply()
    finish()
    return out


def add_fragment(statement, match, line):
    kind, name, params, text = match.groups()
    fragment = Fragment(name, params_of(params, statement.path, line), line)
    parts = [part.strip() for part in re.split(r"\s::\s", text)]
    if any(name == other.name for other in (statement.filters if kind == "filter" else statement.orders)):
        statement.refuse(f"{kind} {name} stands twice", line)
    fragment.tokens = tokens_of(parts[0], statement.path, line)
    if kind == "filter":
        if len(parts) != 1 or not fragment.tokens:
            statement.refuse(f"filter {name} is one condition", line)
        statement.filters.append(fragment)
        if len(statement.filters) > 31:
            statement.refuse("more than 31 filters", line)
        return
    if len(parts) != 2 or not fragment.tokens:
        statement.refuse(f"order {name} is `columns :: keyset condition`", line)
    fragment.after = tokens_of(parts[1], statement.path, line)
    statement.orders.append(fragment)


class Ref:
    """One table in a FROM clause."""

    def __init__(self, table, alias, outer):
        self.table, self.alias, self.outer = table, alias, outer


class Level:
    """One SELECT, UPDATE, DELETE or INSERT without what is nested in it."""

    def __init__(self, parent):
        self.parent, self.tokens, self.refs, self.subs = parent, [], [], []
        self.equal = []  # pairs of operands


class Analysis:
    """A light reading of the statement: levels, tables, equalities. Enough for the rules, no full grammar."""

    def __init__(self, statement, schema, tokens):
        self.statement, self.schema, self.levels, self.ctes = statement, schema, [], set()
        self.written = set()
        for index, token in enumerate(tokens):
            if token.kind == "word" and index + 2 < len(tokens) and tokens[index + 1].up == "AS" and tokens[index + 2].text == "(" and \
               index and (tokens[index - 1].up in ("WITH", "RECURSIVE") or tokens[index - 1].text == ","):
                self.ctes.add(token.text)
            if token.kind == "word" and index and tokens[index - 1].up in ("WITH", "RECURSIVE") and token.up != "RECURSIVE":
                self.ctes.add(token.text)
        self.top = self.level(tokens, None)

    def level(self, tokens, parent):
        arms = [[]]
        depth = 0
        for token in tokens:
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.up in ("UNION", "INTERSECT", "EXCEPT"):
                arms.append([])
            else:
                arms[-1].append(token)
        first = None
        for arm in arms:
            level = Level(parent)
            self.levels.append(level)
            self.flatten(level, arm)
            self.find_refs(level)
            self.find_equal(level)
            for sub in level.subs:
                self.level(sub, level)
            first = first or level
        return first

    def flatten(self, level, tokens):
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.text == "(" and index + 1 < len(tokens) and tokens[index + 1].up in ("SELECT", "WITH"):
                inner, index = group_at(tokens, index)
                level.subs.append(inner)
                level.tokens.append(Token("sub", "(sub)", token.line))
            else:
                level.tokens.append(token)
                index += 1

    def find_refs(self, level):
        tokens, inside, outer, depth = level.tokens, False, False, 0
        for index, token in enumerate(tokens):
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "word" and token.up in CLAUSE_ENDS:
                inside = False
            starts = False
            if token.up == "FROM" and not (index and tokens[index - 1].up == "DISTINCT"):
                inside, starts, outer, depth = True, True, False, 0
            elif token.up == "JOIN":
                before = {tokens[back].up for back in range(max(0, index - 2), index)}
                inside, starts, outer = True, True, bool(before & {"LEFT", "FULL", "OUTER", "RIGHT"})
            elif token.up == "ON":
                inside = False
            elif inside and token.text == "," and depth == 0:
                starts = True
            elif token.up == "UPDATE" and not (index and tokens[index - 1].up in ("DO", "FOR")):
                starts = True
                self.note_write(tokens, index + 1)
            elif token.up == "INTO":
                self.note_write(tokens, index + 1)
            if token.up == "DELETE" and index + 2 < len(tokens):
                self.note_write(tokens, index + 2)
            if starts and index + 1 < len(tokens) and tokens[index + 1].kind == "word":
                self.add_ref(level, tokens, index + 1, outer)

    def note_write(self, tokens, index):
        if index < len(tokens) and tokens[index].kind == "word":
            name = tokens[index].text
            if name not in self.schema.tables:
                self.statement.refuse(f"table {name} is not known", tokens[index].line)
            self.written.add(name)

    def add_ref(self, level, tokens, index, outer):
        name = tokens[index].text
        if index + 1 < len(tokens) and tokens[index + 1].text == "(":
            return  # a table-valued function
        if name not in self.schema.tables:
            if name not in self.ctes and not (self.statement.driver and name in SYSTEM_TABLES):
                self.statement.refuse(f"table {name} is not known", tokens[index].line)
            return
        alias = name
        if index + 1 < len(tokens):
            following = tokens[index + 1]
            if following.up == "AS":
                alias = tokens[index + 2].text
            elif following.kind == "word" and following.up not in CLAUSE_ENDS | {"JOIN", "LEFT", "INNER", "CROSS", "ON", "USING", "FULL", "RIGHT",
                                                                                "NATURAL", "AS", "DO"}:
                alias = following.text
        level.refs.append(Ref(self.schema.tables[name], alias, outer))

    def resolve(self, level, alias, column):
        """(ref, column) or None."""
        while level is not None:
            hits = [ref for ref in level.refs if (ref.alias == alias if alias else column in ref.table.columns)]
            if hits:
                return hits[0], column
            level = level.parent
        return None

    def operand(self, level, tokens, index, step):
        """Reads `alias.col`, `col`, `:param`, literal; returns (value, index of the last token read)."""
        if not 0 <= index < len(tokens):
            return None, index
        token = tokens[index]
        if token.kind in ("param", "string", "number"):
            return token.text, index
        if token.kind != "word":
            return None, index
        if step < 0 and index >= 2 and tokens[index - 1].text == ".":
            return self.resolve(level, tokens[index - 2].text, token.text), index - 2
        if step > 0 and index + 2 < len(tokens) and tokens[index + 1].text == ".":
            return self.resolve(level, token.text, tokens[index + 2].text), index + 2
        return self.resolve(level, None, token.text), index

    def find_equal(self, level):
        tokens = level.tokens
        groups, stack = [], [0]
        or_groups, made = set(), 0
        for token in tokens:
            if token.text == "(":
                made += 1
                stack.append(made)
            groups.append(stack[-1])
            if token.text == ")" and len(stack) > 1:
                stack.pop()
            if token.up == "OR":
                or_groups.add(stack[-1])
        for index, token in enumerate(tokens):
            if token.text != "=" or groups[index] in or_groups:
                continue
            left, start = self.operand(level, tokens, index - 1, -1)
            right, end = self.operand(level, tokens, index + 1, 1)
            before = tokens[start - 1].up if start > 0 else "WHERE"
            behind = tokens[end + 1] if end + 1 < len(tokens) else None
            fits = behind is None or behind.up in CLAUSE_ENDS | {"AND", ")", "LEFT", "JOIN", "INNER", "CROSS"} or behind.kind == "hole"
            if left and right and before in ("AND", "WHERE", "ON", "(", "HAVING") and fits:
                level.equal.append((left, right))
        for index, token in enumerate(tokens):
            if token.up == "USING" and index + 1 < len(tokens) and len(level.refs) >= 2:
                for name in names_in(group_at(tokens, index + 1)[0]):
                    having = [ref for ref in level.refs if name in ref.table.columns]
                    level.equal += [((having[0], name), (other, name)) for other in having[1:]]

    def all_refs(self):
        return [ref for level in self.levels for ref in level.refs]


def check_words(statement, tokens, neutral):
    stack = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else Token("op", "", 0)
        behind = tokens[index + 1] if index + 1 < len(tokens) else Token("op", "", 0)
        if token.text == "(":
            stack.append(before.up if before.kind == "word" else "")
        elif token.text == ")" and stack:
            stack.pop()
        if token.kind == "word" and before.text != "." and token.up in ("LIKE", "ILIKE", "GLOB", "REGEXP") and behind.kind != "string":
            statement.refuse("LIKE on what a person may have typed: % and _ would be wildcards; use search_index or a range", token.line)
        if token.up == "UPDATE" and before.up == "FOR":
            statement.refuse("FOR UPDATE is written as `-- @lock`", token.line)
        if not neutral:
            continue
        if token.kind == "word" and before.text != "." and token.up in UNPORTABLE and "portable" not in statement.waivers:
            if behind.text == "(" or token.up in ("GLOB", "ILIKE", "REGEXP", "MATCH", "ROWID") or token.up.startswith("CURRENT_"):
                statement.refuse(f"{token.text} is not in both databases: write variants @sqlite and @postgres", token.line)
        if token.text == "::" or token.text in ("->", "->>"):
            statement.refuse(f"{token.text} is not in both databases", token.line)
        if (token.up == "OR" and before.up in ("INSERT", "UPDATE")) or (token.up == "REPLACE" and behind.up == "INTO"):
            statement.refuse("INSERT OR …, REPLACE INTO: write ON CONFLICT", token.line)
        if token.up in ("SUM", "AVG") and behind.text == "(" and "CAST" not in stack:
            statement.refuse(f"{token.text}() has another type in PostgreSQL: CAST({token.text}(…) AS INTEGER or REAL)", token.line)
        if token.up in ("MAX", "MIN") and behind.text == "(" and len(split_commas(group_at(tokens, index + 1)[0])) > 1:
            statement.refuse(f"{token.text}() of several values is SQLite's only: write CASE", token.line)


def check_params(statement):
    used = {token.text[1:]: token.line for token in statement.tokens if token.kind == "param"}
    for fragment in statement.filters + statement.orders:
        own = {token.text[1:] for token in fragment.tokens + fragment.after if token.kind == "param"}
        for name in sorted(own - set(fragment.params)):
            if name not in statement.params:
                statement.refuse(f"parameter :{name} of {fragment.name} is not declared", fragment.line)
            used.setdefault(name, fragment.line)
        for name in fragment.params:
            if name not in own:
                statement.refuse(f"parameter {name} of {fragment.name} is not used", fragment.line)
            if name in statement.params:
                statement.refuse(f"parameter {name} of {fragment.name} is one of the statement already", fragment.line)
            if fragment in statement.orders and name not in {t.text[1:] for t in fragment.after if t.kind == "param"}:
                statement.refuse(f"parameter {name} of order {fragment.name} belongs into its keyset condition", fragment.line)
    for name, line in used.items():
        if name not in statement.params:
            statement.refuse(f"parameter :{name} is not declared in the header", line)
    for name in statement.params:
        if name not in used:
            statement.refuse(f"parameter {name} is declared and not used")


def check_holes(statement):
    holes = [token.text for token in statement.tokens if token.kind == "hole"]
    for hole in holes:
        if hole not in ("{filters}", "{order}", "{after}"):
            statement.refuse(f"{hole}: only {{filters}}, {{after}} and {{order}} are filled in")
        if holes.count(hole) > 1:
            statement.refuse(f"{hole} stands twice")
    if bool(statement.filters) != ("{filters}" in holes):
        statement.refuse("{filters} and `-- :filter` lines belong together")
    if bool(statement.orders) != ("{order}" in holes):
        statement.refuse("{order} and `-- :order` lines belong together")
    if "{filters}" in holes or "{order}" in holes:
        where = [index for index, token in enumerate(statement.tokens) if token.up == "WHERE"]
        first = next(index for index, token in enumerate(statement.tokens) if token.kind == "hole")
        if not any(index < first for index in where):
            statement.refuse("{filters} and {order} add AND …: a WHERE must stand before them (WHERE 1 = 1 if need be)")


def check_scope(statement, analysis):
    scoped = {ref.table.name for ref in analysis.all_refs() if "scoped" in ref.table.flags}
    conflict = any(token.up == "DO" and statement.tokens[index + 1].up == "UPDATE" for index, token in enumerate(statement.tokens[:-1]))
    if conflict:
        scoped |= {name for name in analysis.written if "scoped" in analysis.schema.tables[name].flags}
    statement.scoped = False
    if not scoped:
        if "unscoped" in statement.waivers:
            statement.refuse("@unscoped is not needed: no scoped table is read", statement.waivers["unscoped"])
        return
    if "unscoped" in statement.waivers:
        return
    names = {token.text for token in statement.tokens if token.kind == "word"}
    if "principal" not in statement.params or "grant_closure" not in names:
        statement.refuse(f"reads scoped table {sorted(scoped)[0]} without EXISTS over its party, grant_closure and :principal"
                         " (or say `-- @unscoped because …`)")
    statement.scoped = True


def check_joins(statement, analysis):
    refs = [ref for ref in analysis.all_refs() if ref.table.kind == "distributed"]
    group = {id(ref): id(ref) for ref in refs}

    def find(key):
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    def node(operand):
        if isinstance(operand, tuple):
            return id(operand[0]) if operand[1] == "region_code" else None
        return operand

    for level in analysis.levels:
        for left, right in level.equal:
            if node(left) and node(right) and (isinstance(left, tuple) or isinstance(right, tuple)):
                region = [side for side in (left, right) if isinstance(side, tuple)]
                if all(side[1] == "region_code" for side in region):
                    group[find(node(left))] = find(node(right))
    roots = {find(id(ref)) for ref in refs}
    if len(roots) > 1 and "join" not in statement.waivers:
        names = sorted({ref.table.name for ref in refs})
        statement.refuse(f"distributed tables {', '.join(names)} must be joined on region_code"
                         " (each x.region_code = y.region_code or = the same parameter; or `-- @join because …`)")
    if len(roots) <= 1 and "join" in statement.waivers:
        statement.refuse("@join is not needed: every table is joined on region_code", statement.waivers["join"])


def unique_sets(table):
    keys = [set(key) for key in [table.key] + table.uniques if key]
    return keys + ([{"id"}] if "id" in table.columns else [])


def single_refs(level):
    """Tables of the level of which at most one row can come: a unique key is pinned by parameters or by other single rows."""
    single = set()
    while True:
        grown = set(single)
        for ref in level.refs:
            pinned = pinned_columns(level, ref, single)
            if any(key <= pinned for key in unique_sets(ref.table)):
                grown.add(ref)
        if grown == single:
            return single
        single = grown


def pinned_columns(level, ref, single):
    pinned = set()
    for pair in level.equal:
        for mine, other in (pair, pair[::-1]):
            if isinstance(mine, tuple) and mine[0] is ref and \
               (not isinstance(other, tuple) or other[0] in single or other[0] not in level.refs):
                pinned.add(mine[1])
    return pinned


def order_terms(tokens):
    """[(alias or None, column or None, words)] of an ORDER BY list."""
    out = []
    for part in split_commas(tokens):
        words = {token.up for token in part}
        core = [token for token in part if token.up not in ("ASC", "DESC", "NULLS", "FIRST", "LAST")]
        if len(core) == 1 and core[0].kind == "word":
            out.append((None, core[0].text, words, part[0].line))
        elif len(core) == 3 and core[1].text == ".":
            out.append((core[0].text, core[2].text, words, part[0].line))
        else:
            safe = core and core[0].up in ("COALESCE", "COUNT")
            out.append((None, None, words | ({"NULLS"} if safe else set()), part[0].line if part else 0))
    return out


def check_order(statement, analysis, level, tokens, must_be_unique, line):
    terms = order_terms(tokens)
    columns = {}
    for alias, column, words, term_line in terms:
        hit = analysis.resolve(level, alias, column) if column else None
        known = hit is not None and column in hit[0].table.columns
        if known:
            columns.setdefault(hit[0], set()).add(column)
        nullable = not known or hit[0].table.columns[column] or hit[0].outer
        if nullable and "NULLS" not in words:
            statement.refuse(f"ORDER BY {column or 'an expression'} may be NULL: say NULLS FIRST or NULLS LAST", term_line)
    if not must_be_unique or "unordered" in statement.waivers:
        return
    single = single_refs(level)
    many = [ref for ref in level.refs if ref not in single]
    for ref in many or level.refs:
        if any(key <= columns.get(ref, set()) | pinned_columns(level, ref, single) for key in unique_sets(ref.table)):
            return
    if terms and terms[-1][1] in ("id", "position"):
        return
    if not many:
        return
    statement.refuse("the order must end in a unique column, else a page may lose or repeat rows", line)


def check_ordering(statement, analysis):
    tokens = analysis.top.tokens
    if any(token.up in ("UNION", "INTERSECT", "EXCEPT") for token in strip_subs(statement.tokens)):
        tokens = strip_subs(statement.tokens)
    words = [token.up for token in tokens]
    depth, order_at, limit, aggregate = 0, None, False, False
    for index, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0 and word == "ORDER":
            order_at = index + 2
        if depth == 0 and word == "LIMIT":
            limit = True
        if word in ("COUNT", "SUM", "MIN", "MAX", "AVG", "TOTAL") and index + 1 < len(words) and words[index + 1] == "(" and "OVER" not in words:
            aggregate = True
    for fragment in statement.orders:
        check_order(statement, analysis, analysis.top, fragment.tokens, True, fragment.line)
    if order_at is not None:
        end = next((index for index in range(order_at, len(words)) if words[index] in ("LIMIT", "RETURNING")), len(words))
        check_order(statement, analysis, analysis.top, tokens[order_at:end], limit, tokens[order_at - 2].line)
        return
    if statement.orders or not statement.read or "unordered" in statement.waivers:
        return
    many = [ref for ref in analysis.top.refs if ref not in single_refs(analysis.top)]
    from_any = "FROM" in words
    if limit and many:
        statement.refuse("LIMIT without ORDER BY: which rows come would be chance")
    if from_any and (many or not analysis.top.refs) and not (aggregate and "GROUP" not in words):
        statement.refuse("several rows without ORDER BY come in another order on each database (or `-- @unordered because …`)")


def strip_subs(tokens):
    out, index = [], 0
    while index < len(tokens):
        if tokens[index].text == "(" and index + 1 < len(tokens) and tokens[index + 1].up in ("SELECT", "WITH"):
            index = group_at(tokens, index)[1]
        else:
            out.append(tokens[index])
            index += 1
    return out


def check_lock(statement, analysis):
    if not statement.lock:
        return
    pinned = any({left if isinstance(left, str) else left[1], right if isinstance(right, str) else right[1]} >= {"region_code"} and
                 (isinstance(left, str) or isinstance(right, str)) for left, right in analysis.top.equal)
    if not statement.read or (not pinned and any(ref.table.kind == "distributed" for ref in analysis.top.refs)):
        statement.refuse("@lock is for a SELECT with region_code = :parameter")


def check_statement(statement, schema):
    word = statement.tokens[0].up
    if word not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
        statement.refuse(f"not a statement: {statement.tokens[0].text}")
    writes = [token for token in statement.tokens if token.up in ("INSERT", "DELETE") or token.up == "UPDATE"]
    statement.read = not writes
    if not statement.why and statement.driver != POSTGRES:
        statement.refuse("a line of why must stand behind the header")
    check_params(statement)
    check_holes(statement)
    check_words(statement, statement.tokens, statement.driver is None)
    for fragment in statement.filters + statement.orders:
        check_words(statement, fragment.tokens + fragment.after, statement.driver is None)
    everything = list(statement.tokens)
    for fragment in statement.filters:
        at = next(index for index, token in enumerate(everything) if token.text == "{filters}")
        everything[at:at] = [Token("word", "AND", fragment.line), Token("op", "(", fragment.line)] + fragment.tokens + [Token("op", ")", fragment.line)]
    analysis = Analysis(statement, schema, everything)
    if statement.driver != POSTGRES:
        check_scope(statement, analysis)
    if statement.driver != SQLITE:
        check_joins(statement, analysis)
    check_ordering(statement, analysis)
    check_lock(statement, analysis)


def shape(statement):
    return (statement.params, [(part.name, part.params) for part in statement.filters], [(part.name, part.params) for part in statement.orders])


def pair_up(statements):
    """One entry a name: {None: s} or {sqlite: s, postgres: s}, in order."""
    out = {}
    for statement in statements:
        entry = out.setdefault(statement.name, {})
        if statement.driver in entry or (entry and (None in entry or statement.driver is None)):
            other = next(iter(entry.values()))
            statement.refuse(f"this name stands at {other.path}:{other.line} already")
        entry[statement.driver] = statement
    for entry in out.values():
        first = next(iter(entry.values()))
        if None not in entry and len(entry) != 2:
            missing = POSTGRES if SQLITE in entry else SQLITE
            first.refuse(f"variant @{missing} is missing")
        if len(entry) == 2 and shape(entry[SQLITE]) != shape(entry[POSTGRES]):
            entry[POSTGRES].refuse("both variants must have the same parameters, filters and orders")
    return out


# ---- output ---------------------------------------------------------------------------------------------------------------

def render(statement, tokens, own, driver):
    """SQL in which \\1c stands for the statement's parameter c, \\5c for the fragment's own, \\2 filters, \\3 order, \\4 after."""
    names = list(statement.params)
    own_names = list(own)
    texts = []
    for index, token in enumerate(tokens):
        text = token.text
        if token.kind == "param":
            name = text[1:]
            mark, at, letter = ("\5", own_names.index(name), own[name]) if name in own else ("\1", names.index(name), statement.params[name])
            text = mark + chr(0x30 + at) + (CASTS[letter.lower()] if driver == POSTGRES else "")
        elif token.kind == "hole":
            text = {"{filters}": "\2", "{order}": "\3", "{after}": "\4"}[text]
        elif driver == POSTGRES and statement.driver is None and token.kind == "blob":
            text = "'\\x" + token.text[2:-1] + "'::bytea"
        elif driver == POSTGRES and statement.driver is None and token.up in CAST_TYPES and index and tokens[index - 1].up == "AS":
            text = CAST_TYPES[token.up]
        texts.append(text)
    out = spaced(tokens, texts)
    return out


def quote(text):
    out = []
    for char in text:
        if char == "\n":
            out.append("\\n")
        elif char in '"\\':
            out.append("\\" + char)
        elif ord(char) < 32:
            out.append(f"\\{ord(char):03o}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def header(entries, test, base):
    guard = f"YITI_{test.upper()}_SQL_GEN_H" if test else "YITI_SQL_GEN_H"
    out = [f"/* Made by tools/gen_sql.py from the *.sql files. */\n#ifndef {guard}\n#define {guard}\n"]
    mine = [(number, name, entry) for number, (name, entry) in enumerate(entries.items(), 1)]
    if test:
        out.append('#include "store/sql_def.h"\n')
        out += [f"#define SQL_{name} ((enum sql_id){number})\n" for number, name, entry in mine if name not in base]
        out.append(f"extern const struct sql_catalog {test}_catalog;\n")
    else:
        out.append("enum sql_id {\n    SQL_NONE,\n" + "".join(f"    SQL_{name},\n" for _, name, _ in mine) + "    SQL_COUNT\n};\n")
    for _, name, entry in mine:
        if test and name in base:
            continue
        first = next(iter(entry.values()))
        out += [f"#define SQLF_{name}_{part.name} (1u << {bit})\n" for bit, part in enumerate(first.filters)]
        out += [f"#define SQLO_{name}_{part.name} {number}\n" for number, part in enumerate(first.orders, 1)]
    out.append("#endif\n")
    return "".join(out)


def fragment_rows(name, entry, kind):
    parts = [getattr(entry.get(driver, entry.get(None)), kind) for driver in (SQLITE, POSTGRES)]
    if not parts[0]:
        return "", "NULL, 0"
    rows = []
    for lite, post in zip(*parts):
        texts = []
        for driver, part in ((SQLITE, lite), (POSTGRES, post)):
            owner = entry.get(driver, entry.get(None))
            texts.append((render(owner, part.tokens, part.params, driver), render(owner, part.after, part.params, driver) if part.after else ""))
        rows.append(f"    {{{quote(lite.name)}, {quote(''.join(lite.params.values()))}, {{{quote(texts[0][0])}, {quote(texts[1][0])}}}, "
                    f"{{{quote(texts[0][1])}, {quote(texts[1][1])}}}}},\n")
    label = f"{kind}_{name}"
    return f"static const struct sql_fragment {label}[] = {{\n{''.join(rows)}}};\n", f"{label}, {len(rows)}"


def source(entries, schema, test, header_name):
    out = [f'/* Made by tools/gen_sql.py. */\n#include <stddef.h>\n\n#include "{header_name}"\n#include "store/sql_def.h"\n\n']
    rows = []
    for name, entry in entries.items():
        lite, post = entry.get(SQLITE, entry.get(None)), entry.get(POSTGRES, entry.get(None))
        text, filters = fragment_rows(name, entry, "filters")
        out.append(text)
        text, orders = fragment_rows(name, entry, "orders")
        out.append(text)
        flags = [flag for flag, on in (("SQL_READ", lite.read), ("SQL_SCOPED", lite.scoped), ("SQL_UNSCOPED", "unscoped" in lite.waivers)) if on]
        lock = " FOR UPDATE" if post.lock else ""
        names = ",".join(lite.params)
        rows.append(f"    {{{quote(name)}, {quote(''.join(lite.params.values()))}, {quote(names)}, {' | '.join(flags) or '0'},\n"
                    f"     {{{quote(render(lite, lite.tokens, {}, SQLITE))},\n      {quote(render(post, post.tokens, {}, POSTGRES) + lock)}}},\n"
                    f"     {filters}, {orders}}},\n")
    prefix = test or "sql"
    out.append("static const struct sql_stmt stmts[] = {\n    {\"none\", \"\", \"\", 0, {\"\", \"\"}, NULL, 0, NULL, 0},\n" + "".join(rows) + "};\n")
    merged = {}
    for room, version, topic, driver, text, _ in schema.sorted_parts():
        merged.setdefault((room, version, topic), {SQLITE: "", POSTGRES: ""})[driver] += text
    lines = []
    for (room, version, topic), texts in merged.items():
        ddl = ", ".join("\n     " + "\n     ".join(quote(line + "\n") for line in texts[driver].rstrip("\n").split("\n")) for driver in (SQLITE, POSTGRES))
        lines.append(f"    {{{quote(room)}, {version}, {quote(topic)}, {{{ddl}}}}},\n")
    out.append("static const struct sql_schema schema[] = {\n" + ("".join(lines) or "    {0}\n") + "};\n")
    tables = []
    for table in schema.tables.values():
        out.append(f"static const struct sql_column columns_{table.name}[] = {{\n    " + "".join(
            f"{{{quote(column)}, '{table.types[column]}', {int(nullable)}, {table.key.index(column) + 1 if column in table.key else 0}}}, "
            for column, nullable in table.columns.items()) + ("{0}" if not table.columns else "") + "\n};\n")
        flags = ["SQL_DISTRIBUTED" if table.kind == "distributed" else "0"]
        flags += [flag for word, flag in (("scoped", "SQL_TABLE_SCOPED"), ("journalled", "SQL_TABLE_JOURNALLED")) if word in table.flags]
        tables.append(f"    {{{quote(table.name)}, {' | '.join(flags)}, columns_{table.name}, {len(table.columns)}}},\n")
    out.append("static const struct sql_table tables[] = {\n" + ("".join(tables) or "    {0}\n") + "};\n")
    out.append(f"const struct sql_catalog {prefix}_catalog = {{stmts, {len(entries) + 1}, schema, {len(merged)}, tables, {len(tables)}}};\n")
    return "".join(out)


def build(paths, test=None, header_name="sql_gen.h"):
    """Reads all files; returns (header text, source text)."""
    schema, statements = Schema(), []

    def place(path):
        room = os.path.basename(os.path.dirname(os.path.dirname(path)))
        base = os.path.basename(path)
        return ROOMS.index(room) if room in ROOMS else len(ROOMS), base.split(".")[0], {"sqlite": 0, "postgres": 1}.get(base.split(".")[1], 0)

    is_schema = [path for path in paths if os.path.basename(os.path.dirname(path)) == "schema"]
    for path in sorted(is_schema, key=place):
        schema.read(path)
    schema.check_foreign()
    base = set()
    for path in paths:
        if path not in is_schema:
            found = read_statements(path)
            if test and os.path.relpath(os.path.abspath(path), ROOT).startswith("src" + os.sep):
                base |= {statement.name for statement in found}
            statements += found
    entries = pair_up(statements)
    for statement in statements:
        check_statement(statement, schema)
    return header(entries, test, base), source(entries, schema, test, header_name)


def main(argv):
    test = None
    if argv[:1] == ["--test"]:
        test, argv = argv[1], argv[2:]
    try:
        head, body = build(argv[2:], test, os.path.basename(argv[0]))
    except Refused as refused:
        sys.exit(str(refused))
    with open(argv[0], "w", encoding="utf-8") as out:
        out.write(head)
    with open(argv[1], "w", encoding="utf-8") as out:
        out.write(body)


if __name__ == "__main__":
    main(sys.argv[1:])
