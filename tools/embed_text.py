#!/usr/bin/env python3
"""Puts text files into the binary: embed_text.py OUT.c SYMBOL FILE... gives `const char SYMBOL[]` (the files one after the other, each
ending in a line end, a zero behind) and `const size_t SYMBOL_len`. With --bytes in front of the files they are taken as they are."""
import sys

def main():
    out, symbol, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    as_bytes = paths[0] == "--bytes"
    paths = paths[as_bytes:]
    data = b""
    for path in paths:
        with open(path, "rb") as file:
            part = file.read()
        if b"\0" in part and not as_bytes:
            sys.exit(f"{path}: a zero byte: not a text")
        data += part if as_bytes or part.endswith(b"\n") or not part else part + b"\n"
    with open(out, "w", encoding="ascii") as file:
        file.write(f"/* Made by tools/embed_text.py from {len(paths)} files. */\n#include <stddef.h>\n")
        file.write(f"extern const char {symbol}[];\nextern const size_t {symbol}_len;\nconst char {symbol}[] = {{\n")
        for start in range(0, len(data), 24):
            file.write(",".join(str(b if b < 128 else b - 256) for b in data[start:start + 24]) + ",\n")
        file.write(f"0}};\nconst size_t {symbol}_len = {len(data)};\n")

main()
