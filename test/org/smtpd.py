"""smtpd.py - a small mail server and a small HTTP receiver for tests, which can be told to misbehave."""
import http.server
import re
import socket
import ssl
import subprocess
import threading
import time


def certificate(folder):
    """(certificate, key) of a name localhost / 127.0.0.1, its own authority."""
    crt, key = folder + "/c.pem", folder + "/k.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", crt, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return crt, key


class Smtp:
    """mode: ok, 4xx, 5xx (at RCPT), slow (no answer to MAIL), strip (STARTTLS is not offered)."""

    def __init__(self, files=None, tls=False, port=0):
        self.mode, self.mails, self.talks, self.tls, self.plain = "ok", [], 0, tls, []
        self.context = None
        if files:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*files)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.running = True
        threading.Thread(target=self.loop, daemon=True).start()

    def close(self):
        self.running = False
        self.listener.shutdown(socket.SHUT_RDWR)  # or the thread in accept would take one more
        self.listener.close()

    def loop(self):
        while self.running:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(s,), daemon=True).start()

    def talk(self, s):
        try:
            self.converse(s)
        except (OSError, ssl.SSLError, ValueError):
            pass

    def converse(self, s):
        self.talks += 1
        secure = self.tls
        if self.tls:
            s = self.context.wrap_socket(s, server_side=True)
        f = s.makefile("rwb")

        def say(line):
            f.write(line.encode() + b"\r\n")
            f.flush()
        say("220 test")
        sender, to = None, []
        while True:
            line = f.readline().decode().rstrip("\r\n")
            if not line:
                return
            word = line[:4].upper()
            if word == "EHLO":
                offers = ["test"] + (["STARTTLS"] if self.context and not secure and self.mode != "strip" else []) + (["AUTH PLAIN"] if secure else [])
                for i, o in enumerate(offers):
                    say(("250 " if i + 1 == len(offers) else "250-") + o)
            elif word == "STAR":
                say("220 go")
                f.flush()
                s = self.context.wrap_socket(s, server_side=True)
                f = s.makefile("rwb")
                secure = True
            elif word == "AUTH":
                if len(line.split()) == 2:
                    say("334 ")
                    line = f.readline().decode()
                self.plain.append(line)
                say("235 ok")
            elif word == "MAIL":
                if self.mode == "slow":
                    time.sleep(8)
                sender = line
                say("250 ok")
            elif word == "RCPT":
                to.append(re.search(r"<(.*)>", line).group(1))
                say("450 later" if self.mode == "4xx" else "550 no such user" if self.mode == "5xx" else "250 ok")
            elif word == "DATA":
                say("354 go")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += f.readline()
                self.mails.append((sender, to, data[:-3], secure))
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def wait(self, n, seconds=20):
        for _ in range(int(seconds * 20)):
            if len(self.mails) >= n:
                return self.mails
            time.sleep(0.05)
        raise AssertionError((len(self.mails), n))


class Receiver:
    """mode: a status, 'slow', 'redirect', 'drop' (the connection is closed without an answer)."""

    def __init__(self, port=0):
        outer = self
        self.mode, self.got = 204, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.got.append((self.path, dict(self.headers.items()), body))
                mode = outer.mode
                if mode == "slow":
                    time.sleep(12)
                if mode == "drop":
                    self.connection.close()
                    return
                self.send_response(302 if mode == "redirect" else mode if isinstance(mode, int) else 204)
                if mode == "redirect":
                    self.send_header("Location", f"http://127.0.0.1:{outer.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *args):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, n, seconds=20):
        for _ in range(int(seconds * 20)):
            if len(self.got) >= n:
                return self.got
            time.sleep(0.05)
        raise AssertionError((len(self.got), n))
