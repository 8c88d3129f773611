#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the window at random moments while a program trains: the program never stops, every value arrives exactly once
against the program's own file, and its end, time and exit code are true. Arguments: the binary, how many times, [torch]."""
import json
import pathlib
import random
import sys
import time

from yard import Window, display, wait_for, yard_of

TRAINER = pathlib.Path(__file__).resolve().parent / "trainer.py"


def own_file(path):
    return [(int(step), float(loss), float(when)) for step, loss, when in map(str.split, path.read_text().splitlines())]


def check_points(yard, told):
    points, _ = yard.everything()
    assert points[(1, "train/loss")] == [(step, loss) for step, loss, _ in told], "losses are missing, doubled or changed"
    tenth = [(step, loss / 3) for step, loss, _ in told if step % 10 == 0]
    assert points[(1, "grad_norm")] == tenth, "values of the metrics file are missing, doubled or changed"
    numbers = [step for step, _ in points[(1, "system/cpu_cores")]]
    assert numbers == list(range(1, len(numbers) + 1)), "measurements are missing or doubled"
    return len(told) + len(tenth) + len(numbers)


def check_never_stopped(told):
    longest = max(b[2] - a[2] for a, b in zip(told, told[1:]))
    assert longest < 3.0, f"the program stood still for {longest:.1f} s"
    return longest


def main(binary, times, kind=""):
    random.seed(11)
    seconds = 1.2 * times + 6
    with yard_of(binary) as yard, display() as screen:
        truth = yard.dir / "own.txt"
        steps = int(seconds / 0.01)
        yard.cli("new", "--name", "train", "--workdir", str(yard.dir),
                 "--command", f"exec /usr/bin/python3 {TRAINER} {truth} {steps} 0.008 4 {kind}")
        window = Window(yard, screen)
        window.keys("ctrl+a", "ctrl+r")
        wait_for(lambda: yard.job(1)["step"] > 0, "the first step", 60)
        record = json.loads((yard.data / "jobs/1/process.json").read_text())
        for _ in range(times):
            time.sleep(random.uniform(0.0, 0.8))
            window.kill()
            assert yard.job(1)["status"] == "running", yard.job(1)
            time.sleep(random.choice([0.0, 0.0, 0.3]))
            window = Window(yard, screen)
        wait_for(lambda: yard.job(1)["status"] == "failed", "its end", seconds + 120)
        exit_record = json.loads((yard.data / "jobs/1/exit.json").read_text())
        job = yard.job(1)
        assert job["reason"] == "exited with code 4", job
        assert exit_record["code"] == 4 and json.loads((yard.data / "jobs/1/process.json").read_text()) == record
        told = own_file(truth)
        assert len(told) == steps
        ended = told[-1][2]
        window.kill()
        stored_end = __import__("datetime").datetime.fromisoformat(job["ended_at"].replace("Z", "+00:00")).timestamp()
        assert abs(stored_end - ended) < 2.0, (stored_end, ended)
        count = check_points(yard, told)
        print(f"killed {times} times: {count} values, each exactly once; the program never stood still longer than "
              f"{check_never_stopped(told):.2f} s; “{job['reason']}”, its end {stored_end - ended:+.3f} s after its last line")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50, *sys.argv[3:4])
