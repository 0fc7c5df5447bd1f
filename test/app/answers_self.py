#!/usr/bin/env python3
"""The test of answers.py: what it refuses, what it lets pass, and that it names the place."""
import json

from answers import Answer, Book, Description
from yiti import run

NAMED = {"Id": {"type": "string", "pattern": "^[0-9]+$"}, "Day": {"type": "string", "format": "date"},
         "Base": {"type": "object", "required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
         "Whole": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "required": ["on"], "properties": {"on": {"oneOf": [{"$ref": "#/components/schemas/Day"}, {"type": "null"}]}}}]}}
LIST = {"type": "array", "items": {"$ref": "#/components/schemas/Base"}}
ROWS = [  # name, schema, value, pointer of the first fault or None
    ("as described", {"$ref": "#/components/schemas/Base"}, {"id": "1"}, None),
    ("a field that is not listed", {"$ref": "#/components/schemas/Base"}, {"id": "1", "more": 1}, "/more"),
    ("a required field missing", {"$ref": "#/components/schemas/Base"}, {}, "/id"),
    ("a number for a text", {"$ref": "#/components/schemas/Base"}, {"id": 1}, "/id"),
    ("a text against its pattern", {"$ref": "#/components/schemas/Base"}, {"id": "x"}, "/id"),
    ("true is no integer", {"type": "integer"}, True, ""),
    ("null where none may be", {"type": "integer"}, None, ""),
    ("null where one may be", {"type": ["integer", "null"]}, None, None),
    ("a word of the enumeration", {"type": "string", "enum": ["a", "b"]}, "b", None),
    ("another word", {"type": "string", "enum": ["a", "b"]}, "c", ""),
    ("inside a list", LIST, [{"id": "1"}, {"id": 2}], "/*/id"),
    ("an empty list", LIST, [], None),
    ("a list of anything", {"type": "array"}, [1], ""),
    ("allOf takes the fields of its parts", {"$ref": "#/components/schemas/Whole"}, {"id": "1", "on": "2024-02-29"}, None),
    ("allOf is closed too", {"$ref": "#/components/schemas/Whole"}, {"id": "1", "on": None, "more": 1}, "/more"),
    ("allOf requires what its parts require", {"$ref": "#/components/schemas/Whole"}, {"on": None}, "/id"),
    ("oneOf says what is wrong with the nearest", {"$ref": "#/components/schemas/Whole"}, {"id": "1", "on": "29.2."}, "/on"),
    ("an object without fields says nothing", {"type": "object"}, {"a": 1}, ""),
    ("an open object needs a reason", {"type": "object", "additionalProperties": True}, {"a": 1}, ""),
    ("an open object with a reason", {"type": "object", "additionalProperties": True, "description": "by verb"}, {"a": 1}, None),
    ("a map", {"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, None),
    ("a map with a wrong value", {"type": "object", "additionalProperties": {"type": "integer"}}, {"a": "1"}, "/*"),
    ("a word that the test does not know", {"type": "string", "nullable": True}, "x", ""),
    ("out of range", {"type": "integer", "maximum": "100"}, 101, ""),
]
OPENAPI = """
paths:
  /api/v1/things:
    get:
      responses:
        "200": { description: done, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
        default: { $ref: "#/components/responses/Problem" }
  /api/v1/things/{id}:
    delete:
      responses:
        "204": { description: gone }
        default: { $ref: "#/components/responses/Problem" }
  /api/v1/things/{id}.csv:
    get:
      responses:
        "200": { description: done, content: { text/csv: { schema: { type: string } } } }
components:
  schemas:
    Thing: { type: object, required: [id], properties: { id: { type: string } } }
    Problem: { type: object, required: [type, title, status, detail], properties: { type: { type: string }, title: { type: string }, status: { type: integer }, detail: { type: string }, field: { type: string } } }
"""


def book(folder):
    with open(folder + "/openapi.yaml", "w", encoding="utf-8") as f:
        f.write(OPENAPI)
    return Book(Description(folder + "/openapi.yaml"), {"not_found"})


def schemas_are_held(folder):
    schemas = book(folder).is_for.schemas
    schemas.named.update(NAMED)
    for name, schema, value, pointer in ROWS:
        faults = list(schemas.faults(schema, value))
        assert (faults[0][0] if faults else None) == pointer, (name, faults)


def problem(**fields):
    return json.dumps({"type": "urn:yiti:problem:not_found", "title": "没有找到", "status": 404, "detail": "没有这条记录。", **fields})


def answers_are_judged(folder):
    rows = [  # method, path, status, media, body, lang, a word of the fault or None
        ("GET", "/api/v1/things?a=1", 200, "application/json; charset=utf-8", '{"id":"1"}', None, None),
        ("GET", "/api/v1/things", 200, "application/json", '{"id":1}', None, "/id: is 1"),
        ("GET", "/api/v1/things", 201, "application/json", '{"id":"1"}', None, "status is not described"),
        ("GET", "/api/v1/things", 200, "text/plain", "x", None, "answers text/plain"),
        ("GET", "/api/v1/things", 200, "application/json", "{", None, "no JSON"),
        ("DELETE", "/api/v1/things/5", 204, "", "", None, None),
        ("GET", "/api/v1/things/5.csv", 200, "text/csv", "a,b", None, None),
        ("GET", "/api/v1/others", 200, "application/json", "{}", None, "no such operation"),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(), "zh", None),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(), "en", "is not English"),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(detail="Nothing."), "zh", "is not Chinese"),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(status=400), "zh", "says 400"),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(type="urn:yiti:problem:made_up"), "zh", "no message of the catalogue"),
        ("GET", "/api/v1/things", 404, "application/problem+json", problem(trace="x"), "zh", "/trace"),
        ("GET", "/api/v1/things", 404, "application/json", problem(), "zh", "not as application/problem+json"),
        ("GET", "/api/v1/things/5.csv", 404, "application/problem+json", problem(), "zh", "status is not described"),
    ]
    for method, path, status, media, body, lang, word in rows:
        b = book(folder)
        b.keep(Answer(method, path, status, media, body, lang))
        lines = "\n".join(b.lines())
        assert (word in lines) if word else not lines, (method, path, status, word, lines)
        assert b.seen == ({b.is_for.operation(method, path)} - {None} if status < 400 else set())


def two_languages_are_one_problem(folder):
    zh = Answer("GET", "/api/v1/things", 404, "application/problem+json", problem(field="a"), "zh")
    en = problem(title="Not found", detail="There is no such record.")
    for body, word in [(en, "/field: differs"), (json.dumps({**json.loads(en), "field": "a"}), "")]:
        b = book(folder)
        b.keep_both(zh, Answer("GET", "/api/v1/things", 404, "application/problem+json", body, "en"))
        assert (word in "\n".join(b.lines())) if word else not b.faults, (word, b.lines())


run([schemas_are_held, answers_are_judged, two_languages_are_one_problem])
