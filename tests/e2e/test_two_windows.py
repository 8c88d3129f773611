#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second window on one data directory brings the first to the front and ends; the command line asks the window.
Argument: the binary."""
import json
import subprocess
import sys

from yard import Window, display, wait_for, yard_of


def main(binary):
    with yard_of(binary) as yard, display() as screen:
        window = Window(yard, screen)
        second = subprocess.run([yard.binary, "--data-dir", str(yard.data)], env=screen.env, timeout=20)
        assert second.returncode == 0, second
        assert window.process.poll() is None

        job = json.loads(yard.cli("new", "--name", "from a script", "--model", "MLP", "--epochs", "1", "--lr", "0.01",
                                  "--steps-per-epoch", "20", "--json"))
        assert job["status"] == "queued" and job["name"] == "from a script", job
        assert "no job 9" in yard.cli("rm", "9", code=1)
        yard.cli("run", "1")  # in the window; ends when the job is complete
        assert yard.job(1)["status"] == "complete"
        assert "never runs twice" in yard.cli("run", "1", code=1)
        yard.cli("rm", "1")
        wait_for(lambda: not yard.jobs(), "the job to go")
        assert window.close() == 0
        several = [subprocess.Popen([yard.binary, "new", "--name", "x", "--model", "MLP", "--epochs", "1", "--lr", "1", "--data-dir",
                                     str(yard.data)], stdout=subprocess.PIPE, text=True) for _ in range(8)]
        numbers = sorted(int(one.communicate(timeout=30)[0]) for one in several)
        assert numbers == list(range(2, 10)), numbers  # each in its turn, and a deleted job's number is not given again


if __name__ == "__main__":
    main(sys.argv[1])
