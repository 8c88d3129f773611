#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast runs come in: a large event file of scalars imported to the last committed point, one of 12,345 tags, and many runs. The
floor in turns with it: reading the same bytes. With --peer PYTHON (one that has the module tensorboard) its EventAccumulator reads a
smaller file of the same kind, and the ratio is of points a second.
Arguments: the binary, make_events, [--json FILE] [--megabytes N] [--rounds N] [--runs N] [--peer PYTHON]."""
import argparse
import json
import os
import pathlib
import shutil
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


def import_seconds(binary, folder, points, temporary):
    data = temporary / "data"
    shutil.rmtree(data, ignore_errors=True)
    begun = time.perf_counter()
    done = subprocess.run([binary, "import", str(folder), "--json", "--data-dir", str(data)], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    told = json.loads(done.stdout)
    assert told["points"] == points, (told["points"], points)
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("generator")
    parser.add_argument("--json")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--peer")
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as name:
        temporary = pathlib.Path(name)
        cases = {f"{options.megabytes} MB of 5 scalars": ("large", options.megabytes, 5, 1), "12,345 tags": ("tags", 25, 12_345, 1),
                 f"{options.runs} runs of 100,000 points": ("runs", 5, 5, options.runs)}
        for label, (folder, megabytes, tags, runs) in cases.items():
            points = sum(made(options.generator, temporary / folder / str(run), megabytes, tags) for run in range(runs))
            floors, seconds = [], []
            for _ in range(options.rounds):
                floors.append(read_seconds(temporary / folder))
                seconds.append(import_seconds(options.binary, temporary / folder, points, temporary))
            rate = points / statistics.median(seconds)
            print(f"{label}: {points:,} points in {statistics.median(seconds):.2f} s = {rate / 1e6:.2f} M points/s; reading the bytes {statistics.median(floors):.3f} s")
            figures.append({"name": f"import of {label}", "unit": "points/s", "median": rate, "rounds": [points / s for s in seconds], "peer": "reading the same bytes",
                            "peer_median": points / statistics.median(floors), "ratio": statistics.median(floors) / statistics.median(seconds)})
        if options.peer:
            made(options.generator, temporary / "peer", 20, 5)
            peer = float(subprocess.run([options.peer, "-c", ACCUMULATE, str(temporary / "peer")], check=True, capture_output=True, text=True).stdout)
            print(f"TensorBoard's EventAccumulator: {peer:,.0f} points/s; ours are {figures[0]['median'] / peer:.0f} times as many")
            figures[0].update(accumulator=peer, accumulator_ratio=figures[0]["median"] / peer)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"figures": figures, "load_average_at_the_end": os.getloadavg()[0]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
