"""yiti.py - what the process tests share: a server in a folder of its own, calls of the command line, a plain HTTP client."""
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback

import answers

BOOK = []  # of run(): every answer of every server is held to api/openapi.yaml


def lang_of(headers):
    return next((v[:2] for k, v in (headers or {}).items() if k.lower() == "accept-language"), None)


class Server:
    """`yiti serve` on a free port; stderr goes to DATA.log beside the data directory."""

    def __init__(self, binary, data, *options):
        self.binary, self.data = binary, data
        self.log = open(data + ".log", "ab")
        env = dict(os.environ, LC_ALL="C.UTF-8")
        self.process = subprocess.Popen([binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--lang", "en", *options], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.log, env=env, text=True)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+) \(", line)
        if not found:
            self.process.wait()
            with open(data + ".log", encoding="utf-8", errors="replace") as f:
                raise RuntimeError("the server did not start: " + f.read()[-2000:])
        self.port = int(found.group(1))
        self.spoken = set()  # problems heard in both languages

    @property
    def pid(self):
        return self.process.pid

    def stop(self, how=signal.SIGTERM, wait_s=30):
        """Sends the signal, waits, returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(wait_s)
        self.process.stdout.close()
        self.log.close()
        return code

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, path, headers=None, method="GET", body=None):
        c = self.connect()
        c.request(method, path, body=body, headers=headers or {})
        r = c.getresponse()
        head = {}
        for name, value in r.getheaders():
            head[name.lower()] = head[name.lower()] + "\n" + value if name.lower() in head else value
        out = r.status, head, r.read()
        c.close()
        return out

    def get(self, path, headers=None, method="GET", body=None):
        """(status, headers, body) of one request on a connection of its own. The answer is held to the description of the API; a refusal is asked for again in
        both languages, once an operation and problem."""
        out = self.ask(path, headers, method, body)
        answer = self.keep(path, out, method, lang_of(headers))
        if not answer:
            return out
        key = (method, BOOK[0].is_for.operation(method, path), answer.status, answer.media.endswith("problem+json") and json.loads(out[2]).get("type"))
        if answers.again_in_both(answer) and key not in self.spoken:
            self.spoken.add(key)
            plain = {k: v for k, v in (headers or {}).items() if k.lower() != "accept-language"}
            zh, en = (self.answer(method, path, self.ask(path, {**plain, "Accept-Language": lang}, method, body), lang) for lang in ("zh", "en"))
            BOOK[0].keep_both(zh, en)
        return out

    def keep(self, path, got, method="GET", lang=None):
        """Holds an answer (status, headers in small letters, body) to the description; for tests that ask by themselves."""
        if not BOOK or method == "HEAD":
            return None
        answer = self.answer(method, path, got, lang)
        BOOK[0].keep(answer)
        return answer

    @staticmethod
    def answer(method, path, got, lang):
        return answers.Answer(method, path, got[0], got[1].get("content-type", ""), got[2], lang)

    def json(self, path, headers=None, method="GET", value=None):
        head = dict(headers or {})
        body = None
        if value is not None:
            body = json.dumps(value, ensure_ascii=False).encode()
            head["Content-Type"] = "application/json"
        status, got, text = self.get(path, head, method, body)
        return status, got, json.loads(text) if text else None


def call(binary, *words, cwd=None, stdin=None, env=None, timeout=120):
    """(exit code, stdout, stderr) of one call of the command line, in English unless env says otherwise."""
    e = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    words = list(words)
    if not any(w.startswith("--lang") for w in words) and not env:
        words += ["--lang", "en"]
    r = subprocess.run([binary, *words], cwd=cwd, input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       env=e, timeout=timeout, text=True, check=False)
    return r.returncode, r.stdout, r.stderr


def answers_are_as_described():
    """The last test of every list: what the servers answered is what api/openapi.yaml says."""
    book, script = BOOK[0], os.path.abspath(sys.argv[0])
    if len(sys.argv) > 1 and os.path.isfile(sys.argv[1]):
        book.write(os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "answers"), answers.record_name(script))
    print(f"        {book.count} answers of {len(book.seen)} operations held to api/openapi.yaml")
    assert not book.faults, "\n" + "\n".join(book.lines())


def run(tests):
    """Runs the functions in order, each with a fresh folder; then the answers to all of them are judged. Prints the count that ./dev reads."""
    passed = failed = 0
    BOOK.append(answers.Book())

    def last(_folder):
        answers_are_as_described()
    last.__name__ = answers_are_as_described.__name__
    for test in [*tests, last]:
        with tempfile.TemporaryDirectory(prefix="yiti-test-") as folder:
            try:
                test(folder)
                passed += 1
                print(f"ok      {test.__name__}", flush=True)
            except Exception:  # a failed check must not hide the ones behind it
                failed += 1
                print(f"FAILED  {test.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
