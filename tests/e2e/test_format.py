#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What FORMAT.md says is what the program writes: its Python code reads a database of the program, and point by point it is what
`trainyard metrics` prints. Argument: the binary."""
import csv
import importlib.util
import io
import math
import os
import pathlib
import re
import sqlite3
import struct
import sys

from yard import yard_of

FORMAT = pathlib.Path(__file__).resolve().parents[2] / "core" / "storage" / "FORMAT.md"
DEBIAN = "/usr/bin/python3"  # which has Debian's modules, where another Python comes first in PATH


def find_blosc():
    if importlib.util.find_spec("blosc"):
        return
    if "TRAINYARD_TRIED_DEBIAN" in os.environ or not os.path.exists(DEBIAN):
        sys.exit("The Python module blosc is missing: install python3-blosc.")
    os.environ["TRAINYARD_TRIED_DEBIAN"] = "1"
    os.execv(DEBIAN, [DEBIAN, *sys.argv])


def reader():
    """The functions of the only Python block."""
    blocks = re.findall(r"^```python\n(.*?)^```$", FORMAT.read_text(), re.M | re.S)
    assert len(blocks) == 1, f"{FORMAT.name} has {len(blocks)} blocks of Python"
    names = {}
    exec(compile(blocks[0], str(FORMAT), "exec"), names)
    return names


def note_encodings(names):
    """The set of encodings of values that the functions meet from now on."""
    met, inner = set(), names["values"]
    names["values"] = lambda encoding, payload, count: met.add(encoding) or inner(encoding, payload, count)
    return met


def bits(value):
    return b"nan" if math.isnan(value) else struct.pack("<d", value)


def told(yard, job):
    """{series: [(step, ms, value)]} as the command line prints them."""
    result = {}
    for row in csv.DictReader(io.StringIO(yard.cli("metrics", str(job), "--format", "csv"))):
        result.setdefault(row["series"], []).append((int(row["step"]), int(row["wall_ms"]), float(row["value"])))
    return result


def compare(path, job, expected, read, signed_zeros=False):
    """`trainyard metrics` prints 0 for -0.0, so the sign of a zero counts only where it is known."""
    zero = 0.0 if not signed_zeros else -0.0  # x + 0.0 has no sign, x + -0.0 is x
    for tag, points in expected.items():
        found = read["series"](path, job, tag)
        assert len(found) == len(points), f"job {job}, {tag}: {len(found)} points, and {len(points)} are told"
        for mine, its in zip(found, points):
            assert mine[:2] == its[:2] and bits(mine[2] + zero) == bits(its[2] + zero), f"job {job}, {tag}: {mine}, and {its} is told"
    return sum(map(len, expected.values()))


def odd_rows(path, job):
    """Values that SQLite lacks, in a series of the test's own, as the program would have written them."""
    rows = [(1, None, math.nan), (2, b"-0", -0.0), (3, math.inf, math.inf), (4, -math.inf, -math.inf), (5, 0.1, 0.1)]
    with sqlite3.connect(path) as database:
        number = database.execute("INSERT INTO series (job_id, tag, count, nan_count, last_step, last_ms, last, min_step, min_ms, min, max_step, max_ms, max)"
                                  " VALUES (?, 'odd', 5, 1, 5, 50, 0.1, 2, 20, ?, 5, 50, 0.1)", (job, b"-0")).lastrowid
        database.executemany("INSERT INTO points VALUES (?, ?, ?, ?)", [(number, step, step * 10, stored) for step, stored, _ in rows])
    database.close()
    return {"odd": [(step, step * 10, value) for step, _, value in rows]}


def main(binary):
    find_blosc()
    read = reader()
    met = note_encodings(read)
    with yard_of(binary) as yard:
        path = yard.data / "trainyard.db"
        jobs = [yard.new("in chunks and rows", epochs=7, steps_per_epoch=1111, seed=1), yard.new("in rows", epochs=2, steps_per_epoch=30, seed=2)]
        # A log has a few digits of each value: such values are kept in another way.
        log = """awk 'BEGIN { for (i = 1; i <= 5000; i++) printf "step %d loss %.4f acc %.2f\\n", i, 3 / (1 + i / 900) + (i * 7919 % 500) / 9e3, 90 + i % 9 }'"""
        jobs.append(yard.new("of a log", command=log))
        for job in jobs:
            yard.cli("run", str(job), "--speed", "max")
        odd = odd_rows(path, jobs[1])
        yard.cli("check")
        with sqlite3.connect(path) as database:
            chunks = database.execute("SELECT count(*) FROM chunks").fetchone()[0]
            rows = database.execute("SELECT count(*) FROM points").fetchone()[0]
        database.close()
        assert chunks > 0 and rows > 0, f"{chunks} chunks and {rows} rows: nothing to compare"
        compared = sum(compare(path, job, told(yard, job), read) for job in jobs) + compare(path, jobs[1], odd, read, True)
        assert 7 in met and met & {4, 5}, f"of the encodings of values only {met} were met"
        print(f"{compared} points in {chunks} chunks and {rows} rows, the same by FORMAT.md's reader and by the program")


if __name__ == "__main__":
    main(sys.argv[1])
