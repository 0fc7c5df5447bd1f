#!/usr/bin/env python3
"""Holds the answers of the server to the schemas of api/openapi.yaml.

Every test that asks the server through test/app/yiti.py or test/req/req.h keeps each answer, and at its end has them judged here:
  - the operation, the status and the media type are described; a problem is the only answer from 400 on
  - each field is listed, each required one there, each value of its type, format, pattern and enumeration
  - a schema that says nothing (an object without fields) is a fault of the description
  - a problem has a type of the message catalogue, and says the same in Chinese and in English (the helpers ask a refused request again in both)
A fault names the operation and the JSON pointer. So a new engine is covered by its own tests, without a line here.

  answers.py judge RECORDS NAME FOLDER    RECORDS: one JSON a line, as test/req writes them; what was seen goes to FOLDER/NAME
  answers.py covered BUILD_DIR            which operations no quick test got a good answer from; see answers_unseen.txt
"""
import json
import os
import re
import sys

import openapi_text

HERE = os.path.dirname(os.path.abspath(__file__))
OPENAPI = os.path.join(HERE, "..", "..", "api", "openapi.yaml")
SOURCES = os.path.join(HERE, "..", "..", "src")
UNSEEN = os.path.join(HERE, "answers_unseen.txt")
UNSEEN_MAX = 95  # goes down as tests are written, never up
SHOWN_MAX = 40
METHODS = ("get", "put", "post", "delete", "patch")
HAN = re.compile("[\u4e00-\u9fff]")
FORMATS = {"date": r"\d{4}-\d\d-\d\d", "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"}
TYPES = {"string": lambda v: isinstance(v, str), "integer": lambda v: isinstance(v, int) and not isinstance(v, bool), "null": lambda v: v is None,
         "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool), "boolean": lambda v: isinstance(v, bool),
         "object": lambda v: isinstance(v, dict), "array": lambda v: isinstance(v, list)}
WORDS = {"type", "enum", "const", "format", "pattern", "properties", "required", "additionalProperties", "items", "oneOf", "allOf", "$ref", "description", "minimum", "maximum",
         "minLength", "maxLength", "minItems", "maxItems", "default", "example", "title"}


def is_of(kind, value):
    return TYPES[kind or "null"](value)


class Schemas:
    def __init__(self, named):
        self.named, self.flat = named, {}

    def resolve(self, schema):
        while "$ref" in schema:
            schema = self.named[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def merged(self, schema):
        """An allOf as one object: its fields are the fields of all parts together."""
        key = id(schema)
        if key not in self.flat:
            out = {"type": "object", "properties": {}, "required": []}
            for part in schema["allOf"] + [{k: v for k, v in schema.items() if k != "allOf"}]:
                part = self.resolve(part)
                part = self.merged(part) if "allOf" in part else part
                out["properties"].update(part.get("properties") or {})
                out["required"] += part.get("required") or []
                if "additionalProperties" in part:
                    out["additionalProperties"] = part["additionalProperties"]
            self.flat[key] = (schema, out)  # the schema too: its id stays taken
        return self.flat[key][1]

    def faults(self, schema, value, at=""):
        """(pointer, sentence), one a fault. A pointer writes * for an index."""
        schema = self.resolve(schema)
        if "allOf" in schema:
            schema = self.merged(schema)
        if "oneOf" in schema:
            tried = [list(self.faults(part, value, at)) for part in schema["oneOf"]]
            if not any(not t for t in tried):
                yield from min(tried, key=lambda t: (any(p == at for p, _ in t), len(t)))  # the nearest one says more than "none of them"
            return
        unknown = schema.keys() - WORDS
        if unknown:
            yield at, "the description uses a word that this test does not know: " + ", ".join(sorted(unknown))
        kinds = schema.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds] if "type" in schema else []
        if kinds and not any(is_of(k, value) for k in kinds):
            yield at, f"is {json.dumps(value, ensure_ascii=False)[:60]}, described as {' or '.join(k or 'null' for k in kinds)}"
            return
        if not kinds and not schema.keys() & {"enum", "const"}:
            yield at, "its schema says nothing"
            return
        if "const" in schema and schema["const"] != value or "enum" in schema and not any(value == e or isinstance(value, int) and str(value) == e for e in schema["enum"]):
            yield at, f"is {json.dumps(value, ensure_ascii=False)[:60]}, which is not listed"
        if isinstance(value, str):
            yield from self.text_faults(schema, value, at)
        elif isinstance(value, dict):
            yield from self.object_faults(schema, value, at)
        elif isinstance(value, list):
            if not isinstance(schema.get("items"), dict):
                yield at, "its schema does not say of what the list is"
            else:
                for item in value:
                    yield from self.faults(schema["items"], item, at + "/*")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if value < float(schema.get("minimum", value)) or value > float(schema.get("maximum", value)):
                yield at, f"is {value}, out of the described range"

    def text_faults(self, schema, value, at):
        pattern = FORMATS.get(schema.get("format"), None)
        if pattern and not re.fullmatch(pattern, value):
            yield at, f"is {value[:60]!r}, no {schema['format']}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield at, f"is {value[:60]!r}, against {schema['pattern']}"
        if len(value) > int(schema.get("maxLength", len(value))) or len(value) < int(schema.get("minLength", 0)):
            yield at, f"has {len(value)} characters"

    def object_faults(self, schema, value, at):
        fields, more = schema.get("properties") or {}, schema.get("additionalProperties")
        if not fields and more in (None, True) and not (more is True and "description" in schema):
            yield at, "its schema lists no fields (additionalProperties: true needs a description that says why)"
            return
        for name in schema.get("required") or []:
            if name not in value:
                yield f"{at}/{name}", "is required and missing"
        for name, inner in value.items():
            if name in fields:
                yield from self.faults(fields[name], inner, f"{at}/{name}")
            elif isinstance(more, dict):
                yield from self.faults(more, inner, f"{at}/*")
            elif more is not True:
                yield f"{at}/{name}", "is not in the description"


class Description:
    """openapi.yaml: which operation a request is, and what it may answer."""

    def __init__(self, path=OPENAPI):
        text = openapi_text.read(path)
        self.schemas = Schemas(openapi_text.part(text, "\n  schemas:\n"))
        self.problem = {"$ref": "#/components/schemas/Problem"}
        self.operations, self.paths = {}, []
        for template, item in openapi_text.part(text, "\npaths:\n").items():
            one = "^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)) + "$"
            self.paths.append(((template.count("{"), -len(template)), re.compile(one), template))
            for method in METHODS:
                if method in item:
                    self.operations[f"{method.upper()} {template}"] = item[method]["responses"]
        self.paths.sort(key=lambda p: p[0])  # the words before the parameters: /people/me before /people/{id}, {id}.csv before {id}

    def operation(self, method, path):
        """ "GET /api/v1/units/{id}", or None. """
        path = path.split("?")[0]
        for _, pattern, template in self.paths:
            if pattern.match(path) and f"{method} {template}" in self.operations:
                return f"{method} {template}"
        return None


class Answer:
    def __init__(self, method, path, status, media, body, lang=None):
        self.method, self.path, self.status, self.body, self.lang = method, path, status, body, lang
        self.media = media.split(";")[0].strip().lower()


class Book:
    """Answers of one test, judged as they come."""

    def __init__(self, description=None, catalogue=None):
        self.is_for = description or Description()
        self.catalogue = catalogue if catalogue is not None else message_names()
        self.faults = {}  # (operation, pointer, sentence) -> how often
        self.seen = set()  # operations with a good answer
        self.count = 0

    def keep(self, answer):
        """Judges one answer."""
        self.count += 1
        name = self.is_for.operation(answer.method, answer.path)
        for pointer, sentence in self.judge(name, answer):
            key = (f"{name or answer.method + ' ' + answer.path.split('?')[0]} {answer.status}", pointer or "/", sentence)
            self.faults[key] = self.faults.get(key, 0) + 1
        if name and answer.status < 400:
            self.seen.add(name)

    def judge(self, name, answer):
        responses = self.is_for.operations.get(name, {})
        response = responses.get(str(answer.status))
        if answer.status >= 400:
            if name is None and not answer.path.startswith("/api/"):
                return
            if response is None and (name is None or "default" in responses):
                yield from self.problem_faults(answer)
                return
        if name is None:
            yield "", "no such operation in the description"
        elif answer.status != 304:
            if response is None:
                yield "", "this status is not described"
            else:
                yield from self.body_faults(response, answer)

    def body_faults(self, response, answer):
        content = response.get("content") or {}
        if answer.status in (204, 302, 303):
            return
        if answer.media not in content and "*/*" not in content:
            yield "", f"answers {answer.media or 'no media type'}, described: {', '.join(content) or 'no body'}"
            return
        if not answer.media.endswith("json"):
            return
        try:
            value = json.loads(answer.body)
        except ValueError as e:
            yield "", f"is no JSON: {e}"
            return
        schema = content[answer.media].get("schema")
        if schema is None:
            yield "", "has no schema"
        else:
            yield from self.is_for.schemas.faults(schema, value)

    def problem_faults(self, answer):
        if answer.media != "application/problem+json":
            yield "", f"is refused as {answer.media or 'nothing'}, not as application/problem+json"
            return
        value = json.loads(answer.body)
        faults = list(self.is_for.schemas.faults(self.is_for.problem, value))
        yield from faults
        if faults:
            return
        slug = re.fullmatch(r"urn:yiti:problem:(\w+)", value["type"])
        if not slug or slug.group(1) not in self.catalogue:
            yield "/type", f"is {value['type']}, no message of the catalogue"
        if value["status"] != answer.status:
            yield "/status", f"says {value['status']}"
        for field in ("title", "detail"):
            if answer.lang == "zh" and not HAN.search(value[field]):
                yield f"/{field}", f"is not Chinese: {value[field]!r}"
            if answer.lang == "en" and not re.match(r"[^\n]*?[A-Za-z]{2} ?[a-z]+", value[field]):
                yield f"/{field}", f"is not English: {value[field]!r}"

    def keep_both(self, zh, en):
        """The same refused request in both languages: the same problem, in other words."""
        self.keep(zh)
        self.keep(en)
        if zh.media == en.media == "application/problem+json":
            one, two = json.loads(zh.body), json.loads(en.body)
            for field in ("type", "status", "field"):
                if one.get(field) != two.get(field):
                    key = (f"{self.is_for.operation(zh.method, zh.path) or zh.path} {zh.status}", f"/{field}", "differs between Chinese and English")
                    self.faults[key] = self.faults.get(key, 0) + 1

    def lines(self):
        out = [f"{operation} {pointer}: {sentence}" + (f" ({n} times)" if n > 1 else "") for (operation, pointer, sentence), n in sorted(self.faults.items())]
        return out[:SHOWN_MAX] + ([f"… and {len(out) - SHOWN_MAX} more"] if len(out) > SHOWN_MAX else []) if not os.environ.get("YITI_ANSWERS_ALL") else out

    def write(self, folder, name):
        """Leaves the operations seen for the count of all tests."""
        os.makedirs(folder, exist_ok=True)
        whole = os.path.join(folder, name)
        with open(whole + ".new", "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in sorted(self.seen)))
        os.replace(whole + ".new", whole)


def message_names():
    out = set()
    for folder, _, files in os.walk(SOURCES):
        for name in files:
            if name.endswith(".msg"):
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    out |= {line.split("|")[0].strip() for line in f if "|" in line and not line.startswith("#")}
    return out


def again_in_both(answer):
    """Whether a refused request may be asked again to hear it in both languages: a refusal stores nothing, but a wrong password is counted, and so are too many."""
    return 400 <= answer.status < 500 and answer.status not in (401, 429) and "/session" not in answer.path and "lang=" not in answer.path


# ---- the commands -----------------------------------------------------------------------------------------------------------------------------

def judge(records, name, folder):
    book, held = Book(), None
    with open(records, "rb") as f:
        for line in f:
            r = json.loads(line)
            answer = Answer(r["method"], r["path"], r["status"], r["media"], r["body"], r["lang"])
            if held is not None:  # the line behind it is the same request in Chinese
                book.keep_both(answer, held)
                held = None
            elif r.get("both"):
                held = answer
            else:
                book.keep(answer)
    book.write(folder, name)
    for line in book.lines():
        print("answer:", line)
    print(f"{book.count} answers of {len(book.seen)} operations, {len(book.faults)} faults against api/openapi.yaml")
    return 1 if book.faults else 0


def recorders(build):
    """Names under which the quick tests leave what they saw: those that run a script which asks the server, and those of test/req."""
    with open(os.path.join(build, "meson-info", "intro-tests.json"), encoding="utf-8") as f:
        tests = json.load(f)
    out = {}
    for t in tests:
        if "quick" not in t["suite"] and not any(s.endswith(":quick") for s in t["suite"]):
            continue
        script = next((c for c in t["cmd"] if c.endswith(".py")), None)
        if script and asks(script):
            out[record_name(script)] = t["name"]
        elif t["name"].startswith("req_"):
            out[os.path.basename(t["cmd"][0])] = t["name"]
    return out


def record_name(script):
    script = os.path.abspath(script)
    return os.path.basename(os.path.dirname(script)) + "_" + os.path.splitext(os.path.basename(script))[0]


def asks(script):
    """Whether it runs its tests with run() of yiti.py, which leaves a record."""
    return re.search(r"^from \w+ import .*\brun\b", openapi_text.read(script), re.M) is not None


def covered(build):
    folder = os.path.join(build, "answers")
    missing = [name for name in recorders(build) if not os.path.exists(os.path.join(folder, name))]
    if missing:
        print("skipped: these tests have not run in this build folder: " + ", ".join(sorted(missing)))
        return 77
    seen = set()
    for name in recorders(build):
        seen |= set(openapi_text.read(os.path.join(folder, name)).split("\n"))
    operations = Description().operations
    reasons = dict(line.split("\t") for line in openapi_text.read(UNSEEN).split("\n") if line and not line.startswith("#"))
    unseen = sorted(operations.keys() - seen - reasons.keys())
    faults = [f"answers_unseen.txt: {o} is seen now, or gone: take it out" for o in sorted(reasons) if o in seen or o not in operations]
    if len(unseen) + len(reasons) > UNSEEN_MAX:
        faults.append(f"{len(unseen)} operations without a good answer in any quick test, at most {UNSEEN_MAX - len(reasons)}: give the new ones a test")
    for operation in unseen:
        print(f"no quick test got a good answer from {operation}")
    for line in faults:
        print(line)
    print(f"{len(operations.keys() & seen)} of {len(operations)} operations answered well in a quick test, {len(reasons)} excused, {len(faults)} faults")
    return 1 if faults else 0


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "judge":
        return judge(sys.argv[2], sys.argv[3], sys.argv[4])
    if len(sys.argv) == 3 and sys.argv[1] == "covered":
        return covered(sys.argv[2])
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
