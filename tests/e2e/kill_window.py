#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the window in the middle of ten running simulated jobs, again and again: the database opens, no committed point
is missing or doubled, every series goes on at the next step with the values that an uninterrupted run has.
Arguments: the binary, how many times."""
import random
import sys
import time

from yard import Window, display, wait_for, yard_of

JOBS = 10


def check_whole(points, steps):
    for job, last in steps.items():
        told = [step for step, _ in points.get((job, "train/loss"), [])]
        assert told == list(range(1, last + 1)), f"job {job}: a step is missing or doubled before {last}"


def main(binary, times):
    random.seed(5)
    with yard_of(binary) as yard, yard_of(binary) as reference, display() as screen:
        for target in (yard, reference):
            for seed in range(JOBS):
                target.new(f"run {seed}", epochs=100, seed=seed, steps_per_epoch=1000)
        (yard.data / "settings.ini").write_text("[simulation]\nstepsPerSecond=300\n")
        window = Window(yard, screen)
        window.keys("Escape", "ctrl+a", "ctrl+r")
        wait_for(lambda: all(job["step"] > 0 for job in yard.jobs()), "ten running jobs")
        before = {}
        for round_number in range(times):
            time.sleep(random.uniform(0.05, 1.5))
            committed, _ = yard.everything()
            window.kill()
            points, steps = yard.everything()
            check_whole(points, steps)
            for series, known in committed.items():
                assert points[series][:len(known)] == known, f"{series}: committed points are lost"
            for job, step in before.items():
                assert steps[job] >= step, f"job {job} went back"
            before = steps
            window = Window(yard, screen)
            wait_for(lambda: all(job["step"] > steps[job["id"]] for job in yard.jobs()), "all jobs to go on")
        window.kill()
        points, steps = yard.everything()
        check_whole(points, steps)
        compare_with_reference(points, steps, reference)
        total = sum(len(p) for p in points.values())
        print(f"killed {times} times: {total} points of {JOBS} jobs, none missing, none doubled, all equal to an uninterrupted run")


def compare_with_reference(points, steps, reference):
    """Runs the same jobs without interruption, as far as the killed ones came, and compares value by value."""
    import signal
    import subprocess
    run = subprocess.Popen([reference.binary, "run", "--queued", "--speed", "max", "--data-dir", str(reference.data)],
                           stdout=subprocess.DEVNULL)
    wait_for(lambda: all(job["step"] >= steps[job["id"]] for job in reference.jobs()), "the uninterrupted runs", 300)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=60) == 1  # stopped, not complete
    whole, _ = reference.everything()
    for series, known in points.items():
        assert whole[series][:len(known)] == known, f"{series} differs from the uninterrupted run"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
