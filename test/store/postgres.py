"""The whole schema and every shape of every statement on a PostgreSQL 15 that this test starts itself on a Unix socket.

postgres.py STATEMENTS - the program that prints them (statements.c). Exit code 77: skipped, PostgreSQL is not installed.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile


class Server:
    """A server of its own in a new folder; as root it runs as user postgres, for PostgreSQL refuses root."""

    def __init__(self, tools):
        self.tools = tools
        self.folder = tempfile.mkdtemp(prefix="yiti-pg-")
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.user = ["runuser", "-u", "postgres", "--"]

    def call(self, tool, *args, **kwargs):
        return subprocess.run([*self.user, os.path.join(self.tools, tool), *args], check=True, cwd=self.folder, **kwargs)

    def __enter__(self):
        data = os.path.join(self.folder, "data")
        quiet = {"stdout": subprocess.DEVNULL}
        self.call("initdb", "-D", data, "-U", "yiti", "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", **quiet)
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c shared_buffers=32MB -c max_connections=5"
        self.call("pg_ctl", "-D", data, "-l", os.path.join(self.folder, "log"), "-w", "-o", options, "start", **quiet)
        return self

    def __exit__(self, *exc):
        subprocess.run([*self.user, os.path.join(self.tools, "pg_ctl"), "-D", os.path.join(self.folder, "data"), "-m", "immediate", "stop"],
                       check=False, stdout=subprocess.DEVNULL, cwd=self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, script):
        """Errors as (line, text)."""
        run = self.call("psql", "-h", self.folder, "-U", "yiti", "-d", "postgres", "-X", "-q", "-f", "-", input=script, text=True, capture_output=True)
        return [(int(line), text) for line, text in re.findall(r"^psql:<stdin>:(\d+): ERROR:\s*(.*(?:\n(?!psql:).*)*)", run.stderr, re.M)]


def main():
    tools = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not tools or not os.path.exists(os.path.join(tools[-1], "initdb")):
        print("skipped: PostgreSQL is not installed (/usr/lib/postgresql/*/bin/initdb)")
        return 77
    script = subprocess.run([sys.argv[1], "dump"], check=True, capture_output=True, text=True).stdout
    lines = script.split("\n")
    with Server(tools[-1]) as server:
        errors = server.run(script)
        broken = server.run("PREPARE x AS SELECT no_such_column FROM journal;\n")
    if len(broken) != 1:
        print("the test itself is broken: an error was not noticed")
        return 1
    for line, text in errors:
        what = lines[line - 1].split("; -- ")[-1]
        print(f"{what}: {text.strip()}")
    print(f"{sum(line.startswith('PREPARE') for line in lines)} shapes prepared, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
