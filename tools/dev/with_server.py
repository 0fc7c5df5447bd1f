#!/usr/bin/env python3
"""Runs a command against a fresh server with the demonstration region, whose address is in YITI_URL: with_server.py BINARY COMMAND..."""
import os
import re
import signal
import subprocess
import sys
import tempfile


def main():
    binary, command = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="yiti-demo-") as folder:
        with open(folder + "/log", "wb") as log:
            server = subprocess.Popen([binary, "serve", "--data", folder + "/data", "--listen", "127.0.0.1:0", "--demonstration", "--lang", "en"],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            found = re.search(r"(http://\S+:\d+)", server.stdout.readline())
            if not found:
                with open(folder + "/log", encoding="utf-8", errors="replace") as log:
                    sys.exit("the server did not start: " + log.read())
            code = subprocess.run(command, env=dict(os.environ, YITI_URL=found.group(1)), check=False).returncode
            if server.poll() is not None:  # it must live through everything
                with open(folder + "/log", encoding="utf-8", errors="replace") as log:
                    print(log.read()[-4000:])
                sys.exit(f"the server died: {server.returncode}")
            return code
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
                server.wait(30)


sys.exit(main())
