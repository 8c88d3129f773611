#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does Trainyard slow a training down? The same program alone and as a job under the open window, in turns; the time is the program's own.
It computes on one core, prints a loss for each step and a lot more. Arguments: the binary, rounds, kilobytes a step, a file for the figures as JSON."""
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from yard import Window, display, wait_for, yard_of  # noqa: E402

PROGRAM = """
import sys, time
begun = time.monotonic()
noise = ("word " * 200 + "\\n") * int(sys.argv[2])
for step in range(1, 301):
    x = 0
    for i in range(200000):
        x += i * i
    print(f"step {step}/300 loss={1 / step:.5f}")
    sys.stdout.write(noise)
open(sys.argv[1], "w").write(str(time.monotonic() - begun))
"""


def main(binary, rounds, kilobytes, file):
    alone, watched = [], []
    with yard_of(binary) as yard, display() as screen:
        script = yard.dir / "program.py"
        script.write_text(PROGRAM)
        window = Window(yard, screen)
        for number in range(1, rounds + 1):
            with open(yard.dir / "alone.log", "w") as log:
                subprocess.run([sys.executable, script, yard.dir / "alone.txt", str(kilobytes)], stdout=log, check=True)
            alone.append(float((yard.dir / "alone.txt").read_text()))
            job = int(yard.cli("new", "--name", f"round {number}", "--workdir", str(yard.dir), "--command",
                               f"{sys.executable} {script} {yard.dir}/watched.txt {kilobytes}"))
            window.keys("Home", "alt+2")
            yard.cli("run", str(job), "--detach")
            wait_for(lambda: yard.job(job)["status"] == "complete", "the job", 120)
            watched.append(float((yard.dir / "watched.txt").read_text()))
        megabytes = (yard.dir / "alone.log").stat().st_size / 1e6
        assert window.close() == 0
    a, w = statistics.median(alone), statistics.median(watched)
    print(f"alone {a:.2f} s, watched {w:.2f} s: {100 * (w / a - 1):+.2f} % (medians of {rounds}, in turns; {megabytes / a:.0f} MB/s of output; "
          f"spread alone {min(alone):.2f}..{max(alone):.2f}, watched {min(watched):.2f}..{max(watched):.2f})")
    if file:
        pathlib.Path(file).write_text(json.dumps({"alone_s": a, "watched_s": w, "ratio": w / a, "alone_rounds_s": alone, "watched_rounds_s": watched}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5, int(sys.argv[3]) if len(sys.argv) > 3 else 0, sys.argv[4] if len(sys.argv) > 4 else "")
