#!/usr/bin/env python3
"""Makes a header with one macro, the text of a data file as a C string: gen_text.py OUT.h MACRO FILE"""
import re
import sys


def main():
    out, macro, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", macro):
        sys.exit(f"{macro} is no name for a macro")
    with open(out, "w", encoding="utf-8") as file:
        file.write(f"/* Made by tools/gen_text.py. */\n#ifndef YITI_{macro}_H\n#define YITI_{macro}_H\n#define {macro} \\\n")
        file.write(" \\\n".join('    "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"' for line in lines))
        file.write("\n#endif\n")


main()
