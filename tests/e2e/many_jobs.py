#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand jobs through the queue: what the window holds afterwards. No file descriptor, no zombie, no process may be left, and
its memory may not have grown with each job. Arguments: the binary, how many jobs."""
import os
import pathlib
import sys

from yard import Window, display, wait_for, yard_of


def held(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    resident = next(int(line.split()[1]) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {"descriptors": len(os.listdir(f"/proc/{pid}/fd")), "children": len(children),
            "threads": len(os.listdir(f"/proc/{pid}/task")), "resident_kb": resident}


def supervisors(yard):
    found = 0
    mark = b"TRAINYARD_METRICS=" + str(yard.data).encode()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            found += (folder / "comm").read_text().startswith("trainyard-super") and mark in (folder / "environ").read_bytes()
        except OSError:
            continue
    return found


def add_and_wait(yard, count, before):
    for number in range(count):
        yard.cli("new", "--name", f"job {number}", "--workdir", str(yard.dir), "--command", f"echo step=1 loss={number}; exit {number % 2}")
    wait_for(lambda: len(done := [j for j in yard.jobs() if j["status"] in ("complete", "failed")]) == before + count and done, "all jobs", 600)


def main(binary, count):
    with yard_of(binary) as yard, display() as screen:
        window = Window(yard, screen)
        yard.cli("queue", "slots", "4")
        yard.cli("queue", "on")
        warm = max(20, count // 10)
        add_and_wait(yard, warm, 0)
        before = held(window.process.pid)
        add_and_wait(yard, count, warm)
        after = held(window.process.pid)
        assert sum(1 for job in yard.jobs() if job["status"] == "complete") == (warm + count) // 2
        assert after["descriptors"] <= before["descriptors"] + 2, (before, after)
        assert after["children"] == 0 and after["threads"] <= before["threads"], (before, after)
        wait_for(lambda: supervisors(yard) == 0, "the last supervisors to end", 5)
        assert window.close() == 0
        print(f"{count} jobs: descriptors {before['descriptors']} -> {after['descriptors']}, threads {before['threads']} -> {after['threads']}, "
              f"no child, no zombie, no supervisor left; resident {before['resident_kb']} -> {after['resident_kb']} kB")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
