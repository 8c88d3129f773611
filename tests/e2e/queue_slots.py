#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many short queued jobs and a few slots: never more at once than there are slots, started in order, and no time lost; also when
the window is closed and opened in between. Each job writes when it began and ended. Arguments: the binary, how many jobs, [close]."""
import pathlib
import sys
import time

from yard import Window, display, wait_for, yard_of

SLOTS = 4
SECONDS = 1.0


def spans_of(folder, count):
    spans = []
    for number in range(1, count + 1):
        words = (folder / f"{number}.txt").read_text().split()
        spans.append((float(words[0]), float(words[1])))
    return spans


def most_at_once(spans):
    moments = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    now = most = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def main(binary, count, close=False):
    with yard_of(binary) as yard, display() as screen:
        window = Window(yard, screen)
        times = yard.dir / "times"
        times.mkdir()
        for number in range(1, count + 1):
            yard.cli("new", "--name", f"job {number}", "--workdir", str(times), "--command",
                     f"date +%s.%N > {number}.txt; sleep {SECONDS}; date +%s.%N >> {number}.txt")
        yard.cli("queue", "slots", str(SLOTS))
        begun = time.time()
        yard.cli("queue", "on")
        if close:
            for _ in range(3):
                time.sleep(count * SECONDS / SLOTS / 5)
                assert window.close() == 0
                window = Window(yard, screen)
        wait_for(lambda: all(job["status"] == "complete" for job in yard.jobs()), "all jobs", 60 + count * SECONDS)
        spans = spans_of(times, count)
        assert [begin for begin, _ in spans] == sorted(begin for begin, _ in spans) or late(spans) < 0.2, "order"
        assert most_at_once(spans) <= SLOTS, f"{most_at_once(spans)} at once"
        took = max(end for _, end in spans) - begun
        ideal = count * SECONDS / SLOTS
        assert window.close() == 0
        how = ", the window closed and opened three times" if close else ""
        print(f"{count} jobs of {SECONDS:.0f} s, {SLOTS} slots{how}: {most_at_once(spans)} at once, in order, "
              f"{took:.1f} s, {100 * (took / ideal - 1):.1f} % over the ideal")
        return took / ideal


def late(spans):
    """How much sooner a job began than one before it in the queue, at most: jobs that start together may swap."""
    worst = 0.0
    newest = spans[0][0]
    for begin, _ in spans:
        worst = max(worst, newest - begin)
        newest = max(newest, begin)
    return worst


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200, "close" in sys.argv[3:])
