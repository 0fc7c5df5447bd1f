#!/usr/bin/env python3
"""Makes the message catalogue: gen_msg.py OUT.h OUT.c FILE.msg...

A line is `name | Chinese sentence | English sentence`; # starts a comment. {0} to {3} stand for arguments, {field} for the
field's name; both languages must use the same ones. Names are unique over all files.
"""
import re
import sys

def read(paths):
    seen, rows = {}, []
    for path in paths:
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split("|")]
            where = f"{path}:{number}"
            if len(parts) != 3 or not all(parts) or not re.fullmatch(r"[a-z][a-z0-9_]*", parts[0]):
                sys.exit(f"{where}: a message is `name | 中文 | English`")
            if parts[0] in seen:
                sys.exit(f"{where}: {parts[0]} stands at {seen[parts[0]]} already")
            holes = [set(re.findall(r"\{(\w+)\}", text)) for text in parts[1:]]
            if holes[0] != holes[1] or holes[0] - {"0", "1", "2", "3", "field"}:
                sys.exit(f"{where}: both languages must use the same of {{0}} to {{3}} and {{field}}")
            if not re.search(r"[\u3400-\u9fff]", parts[1]) or re.search(r"[\u3400-\u9fff]", parts[2]):
                sys.exit(f"{where}: Chinese first, English second")
            seen[parts[0]] = where
            rows.append(parts)
    return rows

def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

def main():
    header, source, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    rows = read(paths)
    with open(header, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/gen_msg.py from the *.msg files. */\n#ifndef YITI_MSG_GEN_H\n#define YITI_MSG_GEN_H\nenum msg {\n    MSG_NONE,\n")
        out.writelines(f"    MSG_{name},\n" for name, _, _ in rows)
        out.write("    MSG_COUNT\n};\nstruct msg_row {\n    const char *name, *zh, *en;\n};\nextern const struct msg_row msg_table[MSG_COUNT];\n#endif\n")
    with open(source, "w", encoding="utf-8") as out:
        out.write('/* Made by tools/gen_msg.py. */\n#include "msg_gen.h"\nconst struct msg_row msg_table[MSG_COUNT] = {\n    {"none", "", ""},\n')
        out.writelines(f"    {{{quote(name)}, {quote(zh)}, {quote(en)}}},\n" for name, zh, en in rows)
        out.write("};\n")

main()
