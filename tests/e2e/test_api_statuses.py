#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every status of the API, provoked over real sockets of `trainyard serve`; each refusal is JSON with its sentence, and the service goes on.
A disk that refuses to write is 500, and what was sent then is taken when it writes again. (429 needs more calls a second than this can
send: tests/core/api_server_test.cpp has it.)"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading

from yard import wait_for, yard_of

DRAFT = {"name": "net", "model": "cnn", "dataset": "digits", "epochs": 1, "learning_rate": 0.1, "batch_size": 8, "seed": 1}
NOBODY = 65_534


class Server:
    def __init__(self, yard):
        disk = {"LD_PRELOAD": os.environ["STANDIN_DISK_LIBRARY"], "STANDIN_DISK": str(yard.data)}
        self.flag = pathlib.Path(str(yard.data) + ".readonly")
        self.process = subprocess.Popen([yard.binary, "serve", "--port", "0", "--data-dir", yard.data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env=dict(os.environ, **disk))
        self.host = self.process.stdout.readline().split("http://")[1].strip()
        self.port = int(self.host.split(":")[1])

    def say(self, request):
        """(status, fields, body) of what is answered to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
            client.sendall(request)
            answer = b""
            while part := client.recv(65_536):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        return int(lines[0].split()[1]), {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:]}, body

    def ask(self, method, path, body=None, fields="", host=None):
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        length = f"Content-Length: {len(content)}\r\n" if body is not None else ""
        return self.say(f"{method} {path} HTTP/1.1\r\nHost: {host or self.host}\r\nConnection: close\r\n{fields}{length}\r\n".encode() + content)

    def expect(self, status, *request, **more):
        seen, fields, body = self.ask(*request, **more) if len(request) > 1 else self.say(*request)
        assert seen == status, f"{seen} instead of {status} for {str(request)[:120]}: {body[:300]}"
        if status >= 400:
            told = json.loads(body)
            assert told.get("error") or (told.get("error_code") and told.get("message")), f"{status} without a sentence: {body[:300]}"
        return fields, json.loads(body) if body else None


def ordinary(server):
    location = server.expect(201, "POST", "/api/training", DRAFT)[0]["location"]
    assert location == "/api/training/1"
    tag = server.expect(200, "GET", "/api/training/1/metrics")[0]["etag"]
    server.expect(304, "GET", "/api/training/1/metrics", fields=f"If-None-Match: {tag}\r\n")
    for path in ("none", "0", "-1", "1.5", "99999999999999999999"):
        server.expect(400, "GET", f"/api/training/{path}/metrics")
    server.expect(400, "GET", "/api/training/1/metrics?limit=100001")
    server.expect(400, "POST", "/api/training", {})
    server.expect(400, "POST", "/api/training", b"{")
    server.expect(404, "GET", "/api/training/2")
    server.expect(404, "GET", "/nothing")
    server.expect(404, "GET", "/api/2.0/mlflow/runs/get?run_id=none")
    assert server.expect(405, "DELETE", "/api/training/1")[0]["allow"] == "GET, HEAD"
    server.expect(200, "POST", "/api/training/1/stop")
    server.expect(409, "POST", "/api/training/1/start")


def strange(server):
    line, host = b"POST /api/training HTTP/1.1\r\n", f"Host: {server.host}\r\n".encode()
    server.expect(403, "GET", "/api/training", host="evil.example")
    server.expect(403, "GET", "/api/training", fields="Origin: http://evil.example\r\n")
    server.expect(413, "POST", "/api/training", b" " * 1_048_577)
    server.expect(413, line + host + b"Content-Length: 99999999999999999999\r\n\r\n")
    server.expect(414, "GET", "/" + "a" * 9_000)
    server.expect(417, "POST", "/api/training", DRAFT, fields="Expect: cake\r\n")
    server.expect(431, "GET", "/api/training", fields="Big: " + "a" * 40_000 + "\r\n")
    server.expect(400, b"\x16\x03\x01\x02\r\n\r\n")
    server.expect(501, line + host + b"Transfer-Encoding: gzip, chunked\r\n\r\n")
    server.expect(505, b"GET / HTTP/2.0\r\n" + host + b"\r\n")


def slow(server):
    server.expect(408, b"GET /api/training HTTP/1.1\r\nHost: ")


def of_another_user(server):
    """Only root can be somebody else."""
    if os.getuid() != 0:
        return
    child = os.fork()
    if child == 0:
        os.setuid(NOBODY)
        status = server.ask("POST", "/api/training", DRAFT)[0]
        os._exit(0 if status == 401 else 1)
    assert os.waitpid(child, 0)[1] == 0, "another user's call was not 401"


def too_many(server):
    held = []
    try:
        for _ in range(300):
            held.append(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            held[-1].sendall(b"G")
        last = held[-1]
        last.settimeout(60)
        assert last.recv(65_536).startswith(b"HTTP/1.1 503 "), "more than 256 connections"
    finally:
        for client in held:
            client.close()


def full_disk(server):
    run = server.expect(200, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})[1]["run"]["info"]["run_id"]
    param = {"run_id": run, "key": "lr", "value": "0.1"}
    server.flag.touch()
    server.expect(500, "POST", "/api/2.0/mlflow/runs/log-parameter", param)
    server.expect(500, "POST", "/api/2.0/mlflow/experiments/create", {"name": "late"})
    server.expect(500, "POST", "/api/training", DRAFT)
    server.expect(200, "GET", "/api/training")
    server.flag.unlink()
    server.expect(200, "POST", "/api/2.0/mlflow/runs/log-parameter", param)
    metric = {"run_id": run, "key": "loss", "value": 1, "step": 0, "timestamp": 1}
    wait_for(lambda: server.ask("POST", "/api/2.0/mlflow/runs/log-metric", metric)[0] == 200, "the disk to be tried again")  # 503 until then
    told = server.expect(200, "GET", f"/api/2.0/mlflow/runs/get?run_id={run}")[1]["run"]["data"]
    assert told["params"] == [{"key": "lr", "value": "0.1"}], told


def main(binary):
    with yard_of(binary) as yard:
        yard.data.mkdir()
        server = Server(yard)
        waiting = threading.Thread(target=slow, args=[server])
        waiting.start()
        for step in (ordinary, strange, of_another_user, full_disk, too_many):
            step(server)
        waiting.join()
        server.expect(200, "GET", "/api/training")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
    print("passed")


if __name__ == "__main__":
    main(*sys.argv[1:])
