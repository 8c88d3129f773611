# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw HTTP connections that are kept, driven from one thread: the same client for every server that is measured, and one that costs little."""
import json
import selectors
import socket
import time


class Connection:
    """One request after the other; `latencies` in seconds, from the first byte sent to the last received."""

    def __init__(self, port):
        self.port = port
        self.socket = None
        self.latencies, self.statuses, self.reconnected = [], {}, -1
        self.connect()

    def connect(self):
        if self.socket:
            self.socket.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received, self.unsent, self.begun = b"", b"", None
        self.reconnected += 1

    def request(self, head, body=b""):
        return b"%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %d\r\n\r\n%s" % (
            head.encode(), self.port, b"Content-Type: application/json\r\n" if body else b"", len(body), body)

    def send(self, data):
        self.begun = time.perf_counter()
        self.unsent = memoryview(data)
        self.go_on()

    def go_on(self):
        try:
            while self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent):]
        except BlockingIOError:
            pass

    def take(self):
        """The answer when it is whole, as (status, head, body); None before."""
        try:
            part = self.socket.recv(1 << 18)
        except BlockingIOError:
            return None
        if not part:
            raise ConnectionError("the server has closed the connection before its answer")
        self.received += part
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end].lower()
        status = int(head[9:12])
        at = head.find(b"\r\ncontent-length:")
        length = int(head[at + 17:].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.received) < end + 4 + length:
            return None
        body, self.received = self.received[end + 4:end + 4 + length], self.received[end + 4 + length:]
        self.latencies.append(time.perf_counter() - self.begun)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.begun = None
        return status, head, body

    def ask(self, method, path, message=None):
        """Waits for the answer; its JSON. RuntimeError for a refusal."""
        body = json.dumps(message).encode() if message is not None else b""
        self.socket.setblocking(True)
        self.send(self.request(f"{method} {path}", body))
        while not (answer := self.take()):
            pass
        if b"\r\nconnection: close" in answer[1]:
            self.connect()
        if answer[0] != 200:
            raise RuntimeError(f"{method} {path}: {answer[0]} {answer[2][:300]!r}")
        return json.loads(answer[2])


def drive(connections, request, until, due=None):
    """Each connection sends request(i, n) as its n-th, the next one when the answer of the one before is there, and not before due(i, n)
    seconds from now; none begins after `until` seconds. None as a request ends that connection's. Returns the seconds that it took."""
    selector = selectors.DefaultSelector()
    begun = time.perf_counter()
    numbers = [0] * len(connections)
    idle = set()

    def watch(connection, i):
        connection.socket.setblocking(False)
        selector.register(connection.socket, selectors.EVENT_READ, i)

    def begin(i):
        now = time.perf_counter() - begun
        if now >= until:
            return
        if due and now < due(i, numbers[i]):
            idle.add(i)
            return
        data = request(i, numbers[i])
        if data is None:
            return
        numbers[i] += 1
        connections[i].send(data)
        if connections[i].unsent:
            selector.modify(connections[i].socket, selectors.EVENT_READ | selectors.EVENT_WRITE, i)

    for i, connection in enumerate(connections):
        watch(connection, i)
    for i in range(len(connections)):
        begin(i)
    while idle or any(connection.begun for connection in connections):
        wait = 5.0
        if idle:
            wait = max(0.0, min(due(i, numbers[i]) for i in idle) - (time.perf_counter() - begun))
        for key, events in selector.select(wait):
            i = key.data
            connection = connections[i]
            if events & selectors.EVENT_WRITE:
                connection.go_on()
                if not connection.unsent:
                    selector.modify(connection.socket, selectors.EVENT_READ, i)
            if not events & selectors.EVENT_READ or connection.begun is None or not (answer := connection.take()):
                continue
            if b"\r\nconnection: close" in answer[1]:
                selector.unregister(connection.socket)
                connection.connect()
                watch(connection, i)
            begin(i)
        for i in [one for one in idle if time.perf_counter() - begun >= due(one, numbers[one])]:
            idle.discard(i)
            begin(i)
    selector.close()
    return time.perf_counter() - begun
