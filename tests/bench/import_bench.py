#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast runs come in: a large event file of scalars imported to the last committed point, one of 12,345 tags (and when its job is in the
list), and many runs. The floors in turns with it: reading the same bytes, and checking their CRCs as well. With --peer PYTHON (one that
has the packages tensorboard and tensorboard-data-server; else TRAINYARD_TENSORBOARD in the environment) TensorBoard's EventAccumulator
reads a smaller file of the same kind, and its Rust loader the same large one, with all points kept; a peer that is not there is said to be missing.
Arguments: the binary, make_events, [--json FILE] [--megabytes N] [--rounds N] [--runs N] [--peer PYTHON]."""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

ACCUMULATE = """
import sys, time
from tensorboard.backend.event_processing import event_accumulator
begun = time.perf_counter()
events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={event_accumulator.SCALARS: 0})
events.Reload()
points = sum(len(events.Scalars(tag)) for tag in events.Tags()["scalars"])
print(points / (time.perf_counter() - begun))
"""

SERVER = "import tensorboard_data_server; print(tensorboard_data_server.server_binary())"


def accumulator_rate(python, folder):
    """Points a second of TensorBoard's Python reader; nothing where it is missing."""
    done = subprocess.run([python, "-c", ACCUMULATE, str(folder)], capture_output=True, text=True)
    return float(done.stdout) if done.returncode == 0 else None


def loader_seconds(python, folder, checksum):
    """Seconds until TensorBoard's Rust loader has all points, as `tensorboard --samples_per_plugin=scalars=all` starts it; nothing where it
    is missing. TensorBoard lets it check no CRCs."""
    found = subprocess.run([python, "-c", SERVER], capture_output=True, text=True)
    if found.returncode != 0:
        return None
    command = [found.stdout.strip(), "--logdir", str(folder), "--host", "127.0.0.1", "--port", "0", "--reload", "once", "--samples-per-plugin", "scalars=all",
               "--checksum" if checksum else "--no-checksum", "--verbose"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as server:
        try:
            for line in server.stderr:
                if "Finished load cycle" in line:
                    return time.perf_counter() - begun
        finally:
            server.kill()
    return None


def check_seconds(generator, folder):
    begun = time.perf_counter()
    for path in sorted(folder.rglob("events*")):
        subprocess.run([generator, str(path)], check=True, capture_output=True)
    return time.perf_counter() - begun


def made(generator, folder, megabytes, tags):
    folder.mkdir(parents=True)
    done = subprocess.run([generator, str(folder / "events.out.tfevents.1700000000.host.1.0"), str(megabytes), str(tags)], check=True, capture_output=True, text=True)
    return int(done.stdout)


def read_seconds(folder):
    begun = time.perf_counter()
    buffer = bytearray(1 << 22)
    for path in sorted(folder.rglob("events*")):
        with open(path, "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
    return time.perf_counter() - begun


def has_job(database):
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM jobs").fetchone()[0] > 0
    except sqlite3.Error:  # it is being made
        return False


def import_seconds(binary, folder, points, temporary, watch_list=False):
    """Seconds until the first job is on the disk (0 unless it was looked for, which takes of the processor), and until all points are."""
    data = temporary / "data"
    shutil.rmtree(data, ignore_errors=True)
    begun = time.perf_counter()
    listed = 0.0
    with subprocess.Popen([binary, "import", str(folder), "--json", "--data-dir", str(data)], stdout=subprocess.PIPE, text=True) as process:
        while watch_list and not listed and process.poll() is None:
            if has_job(data / "trainyard.db"):
                listed = time.perf_counter() - begun
            time.sleep(0.01)
        told = json.loads(process.communicate()[0])
    seconds = time.perf_counter() - begun
    assert process.returncode == 0 and told["points"] == points, (told, points)
    return listed, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("generator")
    parser.add_argument("--json")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--peer", default=os.environ.get("TRAINYARD_TENSORBOARD"))
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as name:
        temporary = pathlib.Path(name)
        cases = {f"{options.megabytes} MB of 5 scalars": ("large", options.megabytes, 5, 1), "12,345 tags": ("tags", 25, 12_345, 1),
                 f"{options.runs} runs of 100,000 points": ("runs", 5, 5, options.runs)}
        for label, (folder, megabytes, tags, runs) in cases.items():
            points = sum(made(options.generator, temporary / folder / str(run), megabytes, tags) for run in range(runs))
            floors, checks, seconds, listed, loads, checked_loads = [], [], [], [], [], []
            for _ in range(options.rounds):
                floors.append(read_seconds(temporary / folder))
                checks.append(check_seconds(options.generator, temporary / folder) if runs == 1 else 0.0)
                first, last = import_seconds(options.binary, temporary / folder, points, temporary, watch_list=folder == "tags")
                listed.append(first)
                seconds.append(last)
                if options.peer and folder == "large":
                    loads.append(loader_seconds(options.peer, temporary / folder, False))
                    checked_loads.append(loader_seconds(options.peer, temporary / folder, True))
            took = statistics.median(seconds)
            rate = points / took
            share = f"; reading and checking the CRCs {statistics.median(checks):.3f} s, {100 * statistics.median(checks) / took:.0f} % of it" if runs == 1 else ""
            print(f"{label}: {points:,} points in {took:.2f} s = {rate / 1e6:.2f} M points/s; reading the bytes {statistics.median(floors):.3f} s{share}")
            figures.append({"name": f"import of {label}", "unit": "points/s", "median": rate, "rounds": [points / s for s in seconds], "peer": "reading the same bytes",
                            "peer_median": points / statistics.median(floors), "ratio": statistics.median(floors) / took, "check_seconds": checks})
            if folder == "tags":
                print(f"{label}: in the list after {statistics.median(listed):.2f} s, all points there after {took:.2f} s")
                figures[-1]["listed_seconds"] = listed
            if loads and None not in loads + checked_loads:
                print(f"TensorBoard's Rust loader: {points / statistics.median(loads) / 1e6:.2f} M points/s ({points / statistics.median(checked_loads) / 1e6:.2f} M with CRCs "
                      f"checked); ours are {statistics.median(loads) / took:.2f} times as many")
                figures[-1].update(loader=[points / s for s in loads], loader_checking=[points / s for s in checked_loads], loader_ratio=statistics.median(loads) / took)
            elif folder == "large":
                print("TensorBoard's Rust loader is missing (--peer PYTHON)")
            if folder == "large":
                made(options.generator, temporary / "peer", 20, 5)
                accumulated = [accumulator_rate(options.peer, temporary / "peer") for _ in range(options.rounds)] if options.peer else [None]
                if None in accumulated:
                    print("TensorBoard's EventAccumulator is missing (--peer PYTHON)")
                else:
                    peer = statistics.median(accumulated)
                    print(f"TensorBoard's EventAccumulator: {peer:,.0f} points/s; ours are {rate / peer:.0f} times as many")
                    figures[-1].update(accumulator=accumulated, accumulator_ratio=rate / peer)
            shutil.rmtree(temporary / folder)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"figures": figures, "load_average_at_the_end": os.getloadavg()[0]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
