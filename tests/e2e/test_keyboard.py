#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated job of 30 epochs is added, started, renamed, stopped, run again, deleted and brought back by keyboard alone, in
the real window. Argument: the binary."""
import sys

from yard import Window, display, wait_for, yard_of


def add_job(window):
    window.keys("ctrl+n")
    window.type("keyboard job")
    window.keys("Return")  # add and start


def main(binary):
    with yard_of(binary) as yard, display() as screen:
        window = Window(yard, screen)
        add_job(window)
        job = wait_for(lambda: [j for j in yard.jobs() if j["status"] == "running"], "the job to run")[0]
        assert (job["name"], job["epochs"], job["total_steps"]) == ("keyboard job", 30, 3000), job
        wait_for(lambda: yard.job(1)["step"] >= 10, "ten steps on the disk")

        window.keys("F2")
        window.type("renamed")
        window.keys("Return")
        wait_for(lambda: yard.job(1)["name"] == "renamed", "the new name")

        window.keys("ctrl+period")
        wait_for(lambda: yard.job(1)["status"] == "failed", "the stop")
        stopped = yard.job(1)
        assert stopped["reason"] == "stopped by you", stopped
        steps = [step for step, _ in yard.points(1)["train/loss"]]
        assert steps == list(range(1, stopped["step"] + 1)), "steps are missing or doubled"

        window.keys("ctrl+shift+r")
        wait_for(lambda: len(yard.jobs()) == 2 and yard.job(2)["status"] == "queued", "the job queued again")
        window.keys("ctrl+r")
        wait_for(lambda: yard.job(2)["step"] > 0, "the second run")
        window.keys("ctrl+period")
        wait_for(lambda: yard.job(2)["status"] == "failed", "the second stop")

        window.keys("Escape", "Delete")
        wait_for(lambda: len(yard.jobs()) == 1, "the deletion")
        window.keys("ctrl+z")
        wait_for(lambda: len(yard.jobs()) == 2, "the job to come back")

        window.keys("ctrl+k")
        window.type("select all")
        window.keys("Return", "Escape", "ctrl+a", "Delete")
        wait_for(lambda: not yard.jobs(), "both to be deleted")
        assert window.close() == 0

        again = Window(yard, screen)  # deleted for good now, and the numbers go on
        add_job(again)
        assert wait_for(lambda: yard.jobs(), "a third job")[0]["id"] == 3
        assert again.close() == 0


if __name__ == "__main__":
    main(sys.argv[1])
