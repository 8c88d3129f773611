#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of other origins in real Chromium try to read and to write through the API: one of the same machine (another port), one of another
name, and one whose name was rebound to this machine, so that the browser takes the API for the page's own server. None may. The same pages are
let loose on a careless server first, where they must get through: else the test would prove nothing. Argument: the program."""
import http.server
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.request

PAGE = pathlib.Path(__file__).with_name("browser_origin.html").read_text()
SECRET = "secret-of-the-yard"
DRAFT = {"name": SECRET, "model": "cnn", "dataset": "digits", "epochs": 1, "learning_rate": 0.1, "batch_size": 8, "seed": 1}
NAME = "evil.test"
PATIENCE = 90


class Careless(http.server.BaseHTTPRequestHandler):
    """What the API must not be: it answers whoever asks, and lets every page read it."""

    def answer(self):
        self.server.seen.append((self.command, self.path))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"jobs": [DRAFT]}).encode()
        self.send_response(200)
        for name, value in {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "*",
                            "Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_OPTIONS = do_DELETE = answer

    def log_message(self, *_):
        pass


class Attacker(socketserver.StreamRequestHandler):
    """Serves the page and takes its report. What else is asked goes to the target as it came: that is what the browser would do by itself
    once the name is rebound."""

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        body = self.rfile.read(length)
        path = head.split(b" ")[1]
        if path.startswith(b"/page"):
            self.say(PAGE.replace("TARGET", "" if self.server.relays else self.server.target).encode())
        elif path == b"/report":
            self.server.reports.put(json.loads(body))
            self.say(b"thanks")
        elif self.server.relays:
            self.relay(head.replace(b"Connection: keep-alive", b"Connection: close") + body)

    def say(self, body):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def relay(self, request):
        address, port = self.server.target[len("http://"):].split(":")
        with socket.create_connection((address, int(port))) as target:
            target.sendall(request)
            while part := target.recv(65_536):
                self.wfile.write(part)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def __init__(self, address, target, relays):
        super().__init__(address, Attacker)
        self.target, self.relays, self.reports = target, relays, queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()


def browse(url, folder, reports):
    """What the page tells: [{what, text}], text being what it could read."""
    profile = tempfile.mkdtemp(dir=folder)
    # A user's sandbox is not what is tested, and root has none.
    words = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}",
             f"--host-resolver-rules=MAP {NAME} 127.0.0.2", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable", url]
    with open(pathlib.Path(folder) / "chromium.log", "w") as log:
        browser = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
    try:
        return reports.get(timeout=PATIENCE)
    except queue.Empty:
        sys.exit(f"The page {url} told nothing: " + (pathlib.Path(folder) / "chromium.log").read_text()[-2_000:])
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def attack(target, folder):
    """{page: its report} of the three pages."""
    port, told = int(target.rsplit(":", 1)[1]), {}
    for page, address, name, relays in (("another port", ("127.0.0.1", 0), "127.0.0.1", False), ("another name", ("127.0.0.2", 0), NAME, False),
                                        ("a rebound name", ("127.0.0.2", port), NAME, True)):
        with Server(address, target, relays) as server:
            told[page] = browse(f"http://{name}:{server.server_address[1]}/page", folder, server.reports)
            server.shutdown()
    return told


def careless(folder):
    """Whether the pages can do harm at all: each kind of attempt that a browser lets through does."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = attack(f"http://127.0.0.1:{server.server_address[1]}", folder)
        server.shutdown()
    read = {page: sorted(one["what"] for one in report if SECRET in one["text"]) for page, report in told.items()}
    written = sorted({path.split("by=")[1] for method, path in server.seen if "by=" in path and method != "OPTIONS"})
    print(f"a careless server: read by {', '.join(f'{page} ({len(ways)} ways)' for page, ways in read.items())}; written by {', '.join(written)}")
    return all(read.values()) and len(written) >= 6


def ask(address, path, body=None):
    with urllib.request.urlopen(urllib.request.Request(address + path, None if body is None else json.dumps(body).encode()), timeout=30) as answer:
        return json.load(answer)


def guarded(program, folder):
    data = pathlib.Path(folder) / "data"
    process = subprocess.Popen([program, "serve", "--port", "0", "--data-dir", data], stdout=subprocess.PIPE, text=True)
    address = process.stdout.readline().split()[-1]
    try:
        ask(address, "/api/training", DRAFT)
        before = ask(address, "/api/training")
        told = attack(address, folder)
        after = ask(address, "/api/training")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    good = before == after and len(after["jobs"]) == 1
    print(f"Trainyard: {'nothing' if good else 'SOMETHING'} was written")
    for page, report in told.items():
        read = [one for one in report if SECRET in one["text"]]
        print(f"  {page}: {len(report)} attempts, read by {', '.join(one['what'] for one in read) or 'none'}")
        good = good and len(report) >= 12 and not read
    return good


def main(program):
    if shutil.which("chromium") is None:
        sys.exit("Chromium is not there.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        results = [careless(folder), guarded(program, folder)]
    print("passed" if all(results) else "FAILED")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
