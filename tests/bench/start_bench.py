#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long until the window is there, with no job and with 100,000 in the database, and what it then holds. The floor in turns with it:
an empty QMainWindow of the same size. From exec to the X server's MapNotify, in an Xvfb of its own without a window manager; at rest
= less than a fifth of a core for 300 ms.
Arguments: the binary, the binary of the empty window, [--json FILE] [--rounds N] [--jobs N]."""
import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import platform
import select
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

MAP_NOTIFY, SUBSTRUCTURE_NOTIFY = 19, 1 << 19
TICK = 1 / os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0


class Screen:
    """An X server, and what is mapped on it."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            self.name = ":" + told.readline().strip()
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = self.x.XDefaultRootWindow.restype = ctypes.c_void_p
        self.x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(self.name.encode()))
        root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.x.XSelectInput(self.display, root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        self.x.XSync(self.display, 0)

    def wait_for_map(self):
        event = (ctypes.c_long * 24)()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            while self.x.XPending(self.display):
                self.x.XNextEvent(self.display, ctypes.byref(event))
                if event[0] & 0xFFFFFFFF == MAP_NOTIFY:
                    return time.monotonic()
            select.select([self.x.XConnectionNumber(self.display)], [], [], 0.5)
        raise AssertionError("no window came")

    def forget(self):
        event = (ctypes.c_long * 24)()
        self.x.XSync(self.display, 0)
        while self.x.XPending(self.display):
            self.x.XNextEvent(self.display, ctypes.byref(event))

    def close(self):
        self.x.XCloseDisplay(self.display)
        self.server.terminate()
        self.server.wait()


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def resident_mib(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def rest(pid):
    """When the process had done what it had to; and the processor time until then."""
    end = time.monotonic() + PATIENCE
    seen, since = processor_seconds(pid), time.monotonic()
    while time.monotonic() < end:
        time.sleep(0.02)
        now = processor_seconds(pid)
        if now - seen > 0.06:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > 0.3:
            return since, now
    raise AssertionError("the process does not come to rest")


def start(screen, words):
    """One start: milliseconds to the map event, to rest, of the processor, and MiB resident."""
    screen.forget()
    env = dict(os.environ, DISPLAY=screen.name, QT_QPA_PLATFORM="xcb", TRAINYARD_REDUCED_MOTION="1")
    begun = time.monotonic()
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        mapped = screen.wait_for_map()
        at_rest, processor = rest(process.pid)
        return {"mapped": (mapped - begun) * 1e3, "rest": (at_rest - begun) * 1e3, "processor": processor * 1e3,
                "resident": resident_mib(process.pid)}
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def fill(binary, data, jobs):
    """A database that the program made, with complete jobs of two series each, written as rows."""
    subprocess.run([binary, "new", "--name", "job", "--model", "ViT-S/16", "--epochs", "3", "--lr", "0.0003", "--data-dir", str(data)],
                   check=True, stdout=subprocess.DEVNULL)
    with contextlib.closing(sqlite3.connect(data / "trainyard.db")) as database, database:
        database.execute("UPDATE jobs SET status = 'complete', end_kind = 'completed', started_ms = created_ms, ended_ms = created_ms + 60000, "
                         "step = 300, total_steps = 300, epoch = 3")
        columns = [row[1] for row in database.execute("PRAGMA table_info(jobs)")]
        row = dict(zip(columns, database.execute("SELECT * FROM jobs").fetchone()))
        rows = [dict(row, id=i, name=f"job {i}", queue_position=i) for i in range(row["id"] + 1, row["id"] + jobs)]
        database.executemany(f"INSERT INTO jobs VALUES ({', '.join(':' + name for name in columns)})", rows)
        for tag in ("train/loss", "val/loss"):
            database.execute("INSERT INTO series (job_id, tag, count, nan_count, last_step, last_ms, last, min_step, min_ms, min, max_step, max_ms, max) "
                             "SELECT id, ?, 0, 0, 300, ended_ms, 0.5, 300, ended_ms, 0.5, 1, started_ms, 2.5 FROM jobs", [tag])


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    return {"processor": model, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(), "load_average_at_the_end": os.getloadavg()[0]}


def figures_of(runs, jobs):
    names = {"mapped": ("exec to map event", "ms"), "rest": ("exec to rest", "ms"), "processor": ("processor time until rest", "ms"),
             "resident": ("resident at rest", "MiB")}
    for key, (name, unit) in names.items():
        floor = [run[key] for run in runs["floor"]]
        for kind, label in (("none", "no job"), ("many", f"{jobs:,} jobs")):
            rounds = [run[key] for run in runs[kind]]
            yield {"name": f"{name}, {label}", "unit": unit, "median": statistics.median(rounds), "rounds": rounds, "peer": "an empty QMainWindow",
                   "peer_median": statistics.median(floor), "peer_rounds": floor, "ratio": statistics.median(rounds) / statistics.median(floor)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("empty")
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=100_000)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="trainyard-start-"))
    screen = Screen()
    try:
        fill(options.binary, folder / "many", options.jobs)
        words = {"floor": [options.empty], "none": [options.binary, "--data-dir", str(folder / "none")],
                 "many": [options.binary, "--data-dir", str(folder / "many")]}
        runs = {kind: [] for kind in words}
        for number in range(options.rounds + 1):
            for kind in words:
                run = start(screen, words[kind])
                if number > 0:  # the first one warms the page cache
                    runs[kind].append(run)
    finally:
        screen.close()
        shutil.rmtree(folder, ignore_errors=True)
    at, figures = machine(), list(figures_of(runs, options.jobs))
    print(f"\nstart_bench: medians; {at['processor']}, {at['cores']} cores, {at['kernel']}, load {at['load_average_at_the_end']:.2f}")
    print(f"{'':62} {'Trainyard':>14} {'peer or floor':>14} {'ratio':>8}  unit      which")
    for one in figures:
        print(f"{one['name']:62} {one['median']:14.1f} {one['peer_median']:14.1f} {one['ratio']:8.2f}  {one['unit']:9} {one['peer']}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"bench": "start_bench", "machine": at, "figures": figures, "notes": []}, indent=1))


if __name__ == "__main__":
    sys.exit(main())
