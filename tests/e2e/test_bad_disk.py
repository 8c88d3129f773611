# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that becomes read-only, and a job's folder that is deleted, while programs train: one sentence each, and nothing is lost
that can be kept. The disk under open files is a stand-in library's; the one that is read-only from the start is a real file system,
which only root may make. Argument: the binary."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

from yard import Window, display, wait_for, yard_of

NARROW = 8  # seconds


def becomes_read_only(yard, screen):
    """For some seconds in which the program ends: nobody can write it down, and it is written down afterwards."""
    disk = {"LD_PRELOAD": os.environ["STANDIN_DISK_LIBRARY"], "STANDIN_DISK": str(yard.data)}
    flag = pathlib.Path(str(yard.data) + ".readonly")
    window = Window(yard, screen, **disk)
    yard.cli("new", "--name", "long", "--workdir", "/tmp", "--command",
             "for i in $(seq 40); do echo step=$i loss=$i; sleep 0.1; done; exit 9")
    yard.new("simulated", epochs=1000)
    yard.cli("run", "1", "--detach")
    window.keys("Home", "ctrl+r")  # the simulated job, whose points are the window's own to keep
    wait_for(lambda: yard.job(1)["step"] > 5 and yard.job(2)["step"] > 5, "their first steps")
    flag.touch()
    time.sleep(NARROW)
    assert window.process.poll() is None, "the window ended"
    assert yard.job(1)["status"] == "running" and not (yard.data / "jobs/1/exit.json").exists()
    flag.unlink()
    job = wait_for(lambda: (j := yard.job(1))["status"] == "failed" and j, "its end", 60)
    assert job["reason"].startswith("exited with code 9"), job
    told = [step for step, _ in yard.points(1)["train/loss"]]
    assert told == list(range(1, told[-1] + 1)) and told[-1] >= 5, told  # what it could print before is there, once
    yard.cli("stop", "2")
    wait_for(lambda: yard.job(2)["status"] == "failed", "the simulated job's end")
    simulated = [step for step, _ in yard.points(2)["train/loss"]]
    assert simulated == list(range(1, len(simulated) + 1)), simulated
    assert window.close() == 0
    sentences = [line for line in window.process.stdout.read().splitlines() if "written" in line or "saved" in line]
    assert 1 <= len(sentences) <= 3, sentences
    return f"read-only for {NARROW} s: {len(told)} losses of the program and {len(simulated)} of the window's kept in order, “{job['reason']}”, told: {sentences[0]}"


def is_read_only(yard, screen):
    """From the start: what is there can be read, and what would change it is refused."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(yard.dir / "mount")], check=True)
    try:
        data = yard.dir / "mount/data"
        shutil.copytree(yard.data, data)
        subprocess.run(["mount", "-o", "remount,ro", str(yard.dir / "mount")], check=True)
        assert '"long"' in yard.cli("list", "--json", data=data)
        told = yard.cli("new", "--name", "x", "--model", "m", "--epochs", "1", "--lr", "0.1", code=1, data=data).strip()
        assert "\n" not in told and "cannot be written" in told, told
        original, yard.data = yard.data, data
        window = Window(yard, screen)  # a message with one button
        yard.data = original
        window.keys("Return")
        assert window.process.wait(timeout=30) == 1 and "cannot be written" in window.process.stdout.read()
        return f"a disk that is read-only: “{told}”"
    finally:
        subprocess.run(["umount", "-l", str(yard.dir / "mount")], check=False)


def deleted_folder(yard, screen):
    window = Window(yard, screen)
    number = int(yard.cli("new", "--name", "homeless", "--workdir", "/tmp", "--command", "echo step=1 loss=1; sleep 2; exit 8"))
    yard.cli("run", str(number), "--detach")
    wait_for(lambda: yard.job(number)["step"] == 1, "its first step")
    shutil.rmtree(yard.data / f"jobs/{number}")
    job = wait_for(lambda: (j := yard.job(number))["status"] == "failed" and j, "its end")
    assert job["reason"] == "exited with code 8", job
    assert window.close() == 0
    return f"a deleted folder: “{job['reason']}”"


def main(binary):
    with yard_of(binary) as yard, display() as screen:
        yard.data.mkdir()
        (yard.dir / "mount").mkdir()
        print(becomes_read_only(yard, screen))
        print(deleted_folder(yard, screen))
        mounts = subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0
        print(is_read_only(yard, screen) if mounts else "a read-only disk: not tested, no file system may be mounted here")


if __name__ == "__main__":
    main(sys.argv[1])
