#!/usr/bin/env python3
"""Puts the built web app into the binary: embed_web.py OUT.c OUT.bin OUT.d DIST_PARENT

OUT.bin holds each file raw, gzipped and brotlied one behind the other; OUT.c pulls it in with .incbin and has the table
`web_files` of struct http_static. Same input, same bytes. Without DIST_PARENT/dist the table is empty. OUT.d names what was
read, so that the build runs this again when the web app was built anew.
"""
import gzip
import hashlib
import os
import subprocess
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg",
    ".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm", ".map": "application/json",
}
WORTH_PACKING = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".txt", ".webmanifest", ".wasm", ".ico"}


def brotli(data):
    return subprocess.run(["brotli", "-q", "11", "-w", "22", "-c", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout


def packed(name, data):
    """gzip and brotli forms; b"" where packing does not make it smaller."""
    if os.path.splitext(name)[1] not in WORTH_PACKING or len(data) < 256:
        return b"", b""
    forms = gzip.compress(data, 9, mtime=0), brotli(data)
    return tuple(f if len(f) < len(data) else b"" for f in forms)


def collect(dist):
    found = []
    for folder, folders, names in os.walk(dist):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(".map"):
                full = os.path.join(folder, name)
                found.append(("/" + os.path.relpath(full, dist).replace(os.sep, "/"), full))
    return sorted(found)


def c_text(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    out_c, out_bin, out_d, parent = sys.argv[1:5]
    files = collect(os.path.join(parent, "dist")) if os.path.isdir(os.path.join(parent, "dist")) else []
    blob, rows = bytearray(), []
    for path, full in files:
        with open(full, "rb") as f:
            data = f.read()
        places = []
        for form in (data, *packed(full, data)):
            places.append((len(blob), len(form)))
            blob += form
        kind = TYPES.get(os.path.splitext(path)[1], "application/octet-stream")
        etag = '"' + hashlib.sha256(data).hexdigest()[:24] + '"'
        pointers = ", ".join(f"yiti_web_blob + {at}" if size else "NULL" for at, size in places)
        sizes = ", ".join(str(size) for _, size in places)
        hashed = "true" if path.startswith("/assets/") else "false"
        rows.append(f"    {{{c_text(path)}, {c_text(kind)}, {pointers}, {sizes}, {hashed}, {c_text(etag)}}},")
    with open(out_bin, "wb") as f:
        f.write(blob)
    with open(out_c, "w", encoding="utf-8") as f:
        f.write(f"/* Made by tools/embed_web.py: {len(files)} files, blob {hashlib.sha256(blob).hexdigest()[:16]}. */\n")
        f.write('#include <stddef.h>\n\n#include "app/web_files.h"\n\n')
        if files:
            f.write('__asm__(".section .rodata.yiti_web,\\"a\\",@progbits\\n"\n        ".balign 16\\n"\n        "yiti_web_blob:\\n"\n'
                    f'        ".incbin \\"{os.path.abspath(out_bin)}\\"\\n"\n        ".previous\\n");\n'
                    "extern const unsigned char yiti_web_blob[];\n\n")
            f.write("const struct http_static web_files[] = {\n" + "\n".join(rows) + "\n};\n")
        else:
            f.write("const struct http_static web_files[1] = {{0}};\n")
        f.write(f"const int web_file_count = {len(files)};\n")
    # Folders are named too: their time changes when a file comes or goes.
    read = {parent if os.path.isdir(parent) else os.path.dirname(parent)}
    for _, full in files:
        read |= {full, os.path.dirname(full)}
    with open(out_d, "w", encoding="utf-8") as f:
        f.write(f"{os.path.relpath(out_c)}: " + " ".join(p.replace(" ", "\\ ") for p in sorted(read)) + "\n")


main()
