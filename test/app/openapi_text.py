"""openapi_text.py - the part of YAML in which api/openapi.yaml is written, so that no test needs a YAML library. Scalars are strings, null and booleans."""
import re


class Flow:
    """{a: b, "c": [d, e]}, quoted and bare scalars."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def scalar(self, ends):
        c = self.peek()
        if c in "\"'":
            end = self.at + 1
            while self.text[end] != c or (c == '"' and self.text[end - 1] == "\\"):
                end += 1
            value, self.at = self.text[self.at + 1:end], end + 1
            return value.replace("\\\\", "\\").replace('\\"', '"') if c == '"' else value
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ends and not (self.text[self.at] == ":" and ":" in ends):
            self.at += 1
        value = self.text[start:self.at].strip()
        assert ": " not in value and " #" not in value and value[:1] not in list("&*!|>%@`"), f"needs quotes in YAML: {value}"
        return {"null": None, "true": True, "false": False}.get(value, value)

    def value(self, ends=",}]"):
        c = self.peek()
        if c == "{":
            self.at += 1
            out = {}
            while self.peek() != "}":
                key = self.scalar(":,}")
                self.at += self.peek() == ":"
                out[key] = self.value() if self.text[self.at - 1] == ":" else None  # a word behind a comma in a description
                if self.peek() == ",":
                    self.at += 1
            self.at += 1
            return out
        if c == "[":
            self.at += 1
            out = []
            while self.peek() != "]":
                out.append(self.value())
                if self.peek() == ",":
                    self.at += 1
            self.at += 1
            return out
        return self.scalar(ends)


def block(lines, at, indent):
    """(value, next line) of the block at this indent: a map, a list or one flow value a line."""
    out = None
    while at < len(lines) and lines[at][0] >= indent:
        depth, text = lines[at]
        assert depth == indent, (depth, indent, text)
        if text.startswith("- "):
            out = [] if out is None else out
            if text[2] in "{[" or ":" not in text:
                value, at = Flow(text[2:]).value(""), at + 1
            else:
                lines[at] = (indent + 2, text[2:])
                value, at = block(lines, at, indent + 2)
            out.append(value)
            continue
        key, rest = re.match(r'"?([^":]+)"?:\s*(.*)$', text).groups()
        out = {} if out is None else out
        assert key not in out, f"{key} stands twice"
        if rest:
            out[key], at = Flow(rest).value(""), at + 1
        elif at + 1 < len(lines) and lines[at + 1][0] > indent:
            out[key], at = block(lines, at + 1, lines[at + 1][0])
        else:
            out[key], at = None, at + 1
    return out, at


def joined(lines):
    """A flow value over several lines as one."""
    out = []
    for depth, text in lines:
        if out and unclosed(out[-1][1]) > 0:
            out[-1] = (out[-1][0], out[-1][1] + " " + text)
        else:
            out.append((depth, text))
    return out


def unclosed(text):
    plain = re.sub(r'"(?:[^"\\\\]|\\\\.)*"', "", text)
    value = re.match(r"(?:- )?(?:[^:{]+:\s+)?(?=[{\[])", plain)
    return len(re.findall(r"[{\[]", plain)) - len(re.findall(r"[}\]]", plain)) if value else 0


def part(text, heading):
    """The block under a heading line such as "\\npaths:\\n" or "\\n  schemas:\\n"."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text[text.index(heading) + len(heading):].split("\n")
             if line.strip() and not line.strip().startswith("#")]
    own = len(heading) - len(heading.lstrip("\n ")) - 1
    end = next((i for i, (depth, _) in enumerate(lines) if depth <= own), len(lines))
    lines = joined(lines[:end])
    return block(lines, 0, lines[0][0])[0]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def schemas_of(path):
    return part(read(path), "\n  schemas:\n")


def paths_of(path):
    return part(read(path), "\npaths:\n")
