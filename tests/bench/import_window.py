#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How smooth the window stays while many runs come in: a thousand of 100,000 points are imported through it, and it is asked something
small again and again. An answer comes from the thread that draws, so what it takes is the rest of one turn of that thread and what waits
before it. The floor, first: the same window, doing nothing.
Arguments: the binary, make_events, [--runs N] [--json FILE]."""
import argparse
import hashlib
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from yard import Window, display, wait_for, yard_of  # noqa: E402

PAUSE = 0.005


def socket_of(data):
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = runtime if runtime and os.access(runtime, os.W_OK) else os.environ.get("TMPDIR", "/tmp")
    return f"{folder}/trainyard-{hashlib.sha256(str(pathlib.Path(data).resolve()).encode()).hexdigest()[:16]}"


class Beats(threading.Thread):
    """Asks the window until it is ended; `turns` are milliseconds from the question to the answer."""

    def __init__(self, path):
        super().__init__()
        self.path, self.turns, self.over = path, [], threading.Event()

    def run(self):
        while not self.over.wait(PAUSE):
            begun = time.perf_counter()
            with socket.socket(socket.AF_UNIX) as asking:
                asking.connect(self.path)
                asking.sendall(b'{"do":"status","id":1}\n')
                while asking.recv(4096):
                    pass
            self.turns.append(1000 * (time.perf_counter() - begun))

    def end(self):
        self.over.set()
        self.join()
        turns = sorted(self.turns)
        return {"answers": len(turns), "median_ms": statistics.median(turns), "p99_ms": turns[int(len(turns) * 0.99)], "longest_ms": turns[-1],
                "over_50_ms": sum(turn > 50 for turn in turns), "over_100_ms": sum(turn > 100 for turn in turns)}


def beaten(path, work):
    beats = Beats(path)
    beats.start()
    result = work()
    return result, beats.end()


def told(what, figures):
    print(f"{what}: an answer in {figures['median_ms']:.1f} ms, 99 of 100 in {figures['p99_ms']:.1f}, the longest {figures['longest_ms']:.1f} ms; "
          f"{figures['over_50_ms']} of {figures['answers']} over 50 ms, {figures['over_100_ms']} over 100")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("generator")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, yard_of(options.binary) as yard, display() as screen:
        points = 0
        for run in range(options.runs):
            folder = pathlib.Path(name) / f"run {run}"
            folder.mkdir()
            done = subprocess.run([options.generator, str(folder / "events.out.tfevents.1700000000.host.1.0"), "5", "5"], check=True, capture_output=True, text=True)
            points += int(done.stdout)
        window = Window(yard, screen)
        path = socket_of(yard.data)
        wait_for(lambda: os.path.exists(path), "the window to listen")
        _, idle = beaten(path, lambda: time.sleep(5))
        told("idle", idle)
        begun = time.perf_counter()
        importing = [yard.binary, "import", name, "--json", "--data-dir", str(yard.data)]
        done, busy = beaten(path, lambda: subprocess.run(importing, check=True, capture_output=True, text=True))
        seconds = time.perf_counter() - begun
        summed = json.loads(done.stdout)
        assert summed["added"] == options.runs and summed["points"] == points, summed
        told(f"{options.runs} runs, {points:,} points in {seconds:.1f} s", busy)
        assert window.close() == 0
        if options.json:
            figure = {"name": "window while runs come in", "runs": options.runs, "points": points, "seconds": seconds, "idle": idle, "importing": busy}
            pathlib.Path(options.json).write_text(json.dumps({"figures": [figure], "load_average_at_the_end": os.getloadavg()[0]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
