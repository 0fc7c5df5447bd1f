#!/usr/bin/env python3
"""Holds the types of the web app to the schemas of the API: web_types.py OPENAPI TYPES_TS

For each interface of web/src/api/types.ts and the schema of the same name (or the one that SAME names): a field that only one of them has, a field
that may be null in one of them only, and a field that the screens rely on (no "?") but the schema does not promise (not in `required`). The types are
written by hand (docs/decisions/0013), so this is what sees them drift from the server, whose answers another test holds to the schemas.
"""
import re
import sys

from openapi_text import block, schemas_of

# The first schema must be met both ways; the others only lend fields: one interface serves the line of a list and the whole record.
SAME = {"RoleGrant": ["Role"], "CooperationMember": ["Member"], "StoredFile": ["File"], "TextDate": ["OutlineDate"], "NodeUnit": ["Mention"], "OutlineNode": ["Node"],
        "DocumentUnit": ["ImportUnit"], "ImportDraft": ["Import"], "ImportBrief": ["Import"], "LightCounts": ["Lights"], "CutPiece": ["Piece"],
        "DifferenceItem": ["Difference"], "BoardLane": ["BoardRow"], "TimelineBar": ["Bar"], "SearchHit": ["Found"], "Token": ["Token", "TokenSecret"],
        "Action": ["Action", "ActionWhole", "PublicAction"], "Outline": ["Outline", "OutlineTree"]}
# Interface -> why no schema stands behind it.
NO_SCHEMA = {"Page": "any list", "Versioned": "a part of others", "UnitMention": "a part of ImportUnit", "LiveEvent": "comes over the event stream"}
LEFT_OUT = {"ImportBrief": {"same_as"}}  # in the answer to one import alone


# ---- what an object's fields are -------------------------------------------------------------------------------------------------------------

class Shape:
    def __init__(self):
        self.fields = {}  # name -> may be null
        self.promised = set()


def nullable(schemas, s):
    if not isinstance(s, dict):
        return False
    kind = s.get("type")
    if kind == "null" or (isinstance(kind, list) and ("null" in kind or None in kind)) or None in (s.get("enum") or []):
        return True
    if "$ref" in s:
        return nullable(schemas, schemas[s["$ref"].rsplit("/", 1)[1]])
    return any(nullable(schemas, part) for word in ("oneOf", "anyOf") for part in s.get(word, []))


def shape_of(schemas, s, out=None):
    out = out or Shape()
    if "$ref" in s:
        return shape_of(schemas, schemas[s["$ref"].rsplit("/", 1)[1]], out)
    for part in s.get("allOf", []):
        shape_of(schemas, part, out)
    for name, field in (s.get("properties") or {}).items():
        out.fields[name] = nullable(schemas, field)
    out.promised |= set(s.get("required") or [])
    return out


def interfaces_of(path):
    """name -> (fields: name -> (may be null, relied on), parents)."""
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/", lambda m: " " * len(m.group()), f.read(), flags=re.S)
    out = {}
    for found in re.finditer(r"export interface (\w+)(?:<\w+>)?(?: extends ([\w, <>]+?))? \{", text):
        at, depth, fields, start = found.end(), 0, {}, found.end()
        while depth >= 0:
            c = text[at]
            depth += (c in "{(<[") - (c in "})>]" and text[at - 1:at + 1] != "=>")
            if c == ";" and depth == 0:
                name, mark, kind = re.match(r"\s*(\w+)(\??):(.*)$", text[start:at], re.S).groups()
                plain = re.sub(r"[{(<\[].*[})>\]]", "", kind, flags=re.S)
                fields[name] = (re.search(r"\bnull\b|\bunknown\b", plain) is not None, not mark, "unknown" in plain)
                start = at + 1
            at += 1
        parents = [p.strip().split("<")[0] for p in (found.group(2) or "").split(",") if p.strip()]
        out[found.group(1)] = (fields, parents)
    return out


def all_fields(interfaces, name):
    fields, parents = interfaces[name]
    out = {}
    for parent in parents:
        out.update(all_fields(interfaces, parent))
    out.update(fields)
    return out


def drift(schemas, interfaces):
    """Sentences, one a difference."""
    for name in interfaces:
        if name in NO_SCHEMA:
            if name in schemas:
                yield f"{name} has a schema now: take it out of NO_SCHEMA"
            continue
        names = SAME.get(name, [name])
        if not all(n in schemas for n in names):
            yield f"{name}: no schema {', '.join(names)} in openapi.yaml"
            continue
        want, have = shape_of(schemas, schemas[names[0]]), all_fields(interfaces, name)
        lent = {}
        for n in reversed(names):
            lent.update(shape_of(schemas, schemas[n]).fields)
        for field in sorted(want.fields.keys() - have.keys() - LEFT_OUT.get(name, set())):
            yield f"{name}.{field}: in openapi.yaml only ({names[0]})"
        for field in sorted(have.keys() - lent.keys()):
            yield f"{name}.{field}: in types.ts only"
        for field in sorted(have.keys() & lent.keys()):
            null, relied, anything = have[field]
            if null != lent[field] and not anything:
                yield f"{name}.{field}: may be null in {'types.ts' if null else 'openapi.yaml'} only"
            if relied and field not in want.promised:
                yield f"{name}.{field}: the screens rely on it, and openapi.yaml does not require it"


# ---- the test of the test --------------------------------------------------------------------------------------------------------------------

def the_comparison_sees_each_kind_of_drift():
    schemas, _ = block([(0, "A:"), (2, "required: [id, gone]"), (2, "properties:"), (4, "id: { type: string }"), (4, 'maybe: { type: [string, "null"] }'),
                        (4, "gone: { type: string }"), (4, "sure: { oneOf: [{ $ref: \"#/components/schemas/B\" }, { type: string }] }"), (0, "B: { type: object, properties: { x: { type: integer } } }")], 0, 0)
    fields = {"id": (False, True, False), "maybe": (False, False, False), "sure": (True, True, False), "own": (False, False, False)}
    got = list(drift(schemas, {"A": (fields, []), "B": ({"x": (False, False, False)}, [])}))
    want = ["A.gone: in openapi.yaml only (A)", "A.own: in types.ts only", "A.maybe: may be null in openapi.yaml only", "A.sure: may be null in types.ts only",
            "A.sure: the screens rely on it, and openapi.yaml does not require it"]
    assert got == want, got


def main():
    the_comparison_sees_each_kind_of_drift()
    schemas, interfaces = schemas_of(sys.argv[1]), interfaces_of(sys.argv[2])
    assert len(schemas) > 50 and len(interfaces) > 30, (len(schemas), len(interfaces))
    faults = list(drift(schemas, interfaces))
    for fault in faults:
        print(fault)
    compared = len([n for n in interfaces if n not in NO_SCHEMA])
    print(f"{compared} interfaces compared, {len(faults)} differences")
    sys.exit(1 if faults else 0)


main()
