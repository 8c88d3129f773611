#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong input gets one sentence and changes nothing: options, numbers, files, folders, the disk. Argument: the binary."""
import hashlib
import sqlite3
import subprocess
import sys

from yard import Yard, yard_of

GOOD = {"--name": "x", "--model": "MLP", "--epochs": "3", "--lr": "0.1"}


def words(**changes):
    """A good `new` with some options changed; None leaves one out."""
    options = dict(GOOD)
    for key, value in changes.items():
        options["--" + key.replace("_", "-")] = value
    return ["new"] + [word for key, value in options.items() if value is not None for word in (key, value)]


# (words, exit code, part of the sentence)
REFUSED = [
    (words(name=""), 1, "Give the job a name".lower()),
    (words(name="a" * 201), 1, "at most 200 characters"),
    (words(name="a\nb"), 1, "control characters"),
    (words(model=""), 1, "model: must not be empty"),
    (words(epochs="0"), 1, "at least 1"),
    (words(epochs="-5"), 1, "at least 1"),
    (words(epochs="1.5"), 1, "whole number"),
    (words(epochs="abc"), 1, "whole number"),
    (words(epochs=str(2 ** 40)), 1, "at most 1,000,000"),
    (words(epochs=None), 1, "epochs: must be a whole number"),
    (words(epochs="1000000", steps_per_epoch="10000000"), 1, "steps in all"),
    (words(lr="-1"), 1, "greater than 0"),
    (words(lr="0"), 1, "greater than 0"),
    (words(lr="nan"), 1, "number such as"),
    (words(lr="inf"), 1, "at most"),
    (words(lr="0,1"), 1, "number such as"),
    (words(batch_size="0"), 1, "at least 1"),
    (words(seed="-1"), 1, "at least 0"),
    (words(param="lonely"), 1, "key = value"),
    (words(command="echo 1", workdir="/no/such/folder"), 1, "does not exist"),
    (words(command="echo 1", workdir="/etc/passwd"), 1, "not a folder"),
    (words(command="no-such-program --x"), 1, "cannot find the program"),
    (words(command="echo 1", pattern="("), 1, "not a regular expression"),
    (words(command="echo 1", pattern=r"step (?<step>\d+)"), 1, "named group"),
    (words(command="echo 1", env="1X=2"), 1, "variable's name"),
    (["new", "--colour", "red"], 2, "no option"),
    (["new", "--name"], 2, "needs a value"),
    (["start"], 2, "no command"),
    (["run"], 2, "number of a job"),
    (words(after="99"), 1, "no job 99 to wait for"),
    (words(after="x"), 1, "whole number"),
    (words(retries="101"), 1, "at most 100"),
    (words(retry_delay="-1"), 1, "at least 0"),
    (words(on_trouble="weep"), 1, "tell, stop or retry"),
    (words(priority="urgent"), 1, "low, normal or high"),
    (words(gpus="65"), 1, "at most 64"),
    (["queue", "slots", "0"], 2, "from 1 to 64"),
    (["queue", "slots"], 2, "from 1 to 64"),
    (["queue", "maybe"], 2, "on or off"),
    (["stop", "99"], 1, "no job 99"),
    (["stop"], 2, "number of a job"),
    (["run", "1", "--detach"], 1, "is simulated"),
    (["run", "99"], 1, "no job 99"),
    (["run", "x"], 1, "not the number of a job"),
    (["run", "--queued", "--speed", "0"], 2, "--speed"),
    (["show"], 2, "one job"),
    (["show", "0"], 1, "not the number of a job"),
    (["show", "99"], 1, "no job 99"),
    (["metrics", "1", "--format", "xml"], 2, "csv or jsonl"),
    (["metrics", "1", "--series", "zeta"], 1, "no series"),
    (["rm", "99"], 1, "no job 99"),
    (["list", "extra"], 2, "takes no"),
]


def snapshot(yard):
    return yard.cli("list", "--json")


def one_sentence(error):
    lines = [line for line in error.strip().splitlines() if not line.startswith("QStandardPaths")]
    assert len(lines) == 1 and lines[0].startswith("trainyard: "), f"not one sentence: {error!r}"
    return lines[0].lower()


def check_words(yard):
    before = snapshot(yard)
    for line, code, part in REFUSED:
        told = one_sentence(yard.cli(*line, code=code))
        assert part.lower() in told, f"{line}: {told!r} does not say {part!r}"
        assert snapshot(yard) == before, f"{line} changed something"
    return len(REFUSED)


def check_files(yard):
    """Databases that are not ours, and data directories that are none."""
    checked = 0
    def refuse(data, part, verbs=(["list"], words())):
        nonlocal checked
        for verb in verbs:
            told = one_sentence(yard.cli(*verb, code=1, data=data))
            assert part in told, f"{told!r} does not say {part!r}"
            checked += 1
    def with_database(name, make):
        folder = yard.dir / name
        folder.mkdir()
        make(folder / "trainyard.db")
        return folder
    def newer(path):
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA application_id = 0x54726e64")
            database.execute("PRAGMA user_version = 99")
            database.execute("CREATE TABLE jobs (id)")
    def foreign(path):
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE songs (name)")
    for name, make, part in (("garbage", lambda p: p.write_bytes(b"z" * 9000), "not a trainyard database"),
                             ("foreign", foreign, "not a trainyard database"), ("newer", newer, "newer trainyard"),
                             ("folder", lambda p: p.mkdir(), "not a file")):
        data = with_database(name, make)
        digest = lambda: hashlib.sha256(b"" if name == "folder" else (data / "trainyard.db").read_bytes()).hexdigest()
        before = digest()
        refuse(data, part)
        assert digest() == before, f"{name}: the file was touched"
    file = yard.dir / "a-file"
    file.write_text("")
    refuse(file, "is a file")
    refuse(file / "below", "cannot be created", verbs=(words(),))
    return checked


def check_full_disk(yard):
    """A real full disk: a small file system of its own, where root may mount one."""
    mount = yard.dir / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True).returncode != 0:
        print("full disk: skipped, no right to mount")
        return 0
    try:
        small = Yard(yard.binary)
        small.data = mount
        number = small.new("fills the disk", epochs=1000)
        filler = mount / "filler"
        with open(filler, "wb", buffering=0) as stream:
            try:
                while stream.write(b"x" * 4096):
                    pass
            except OSError:
                pass
            stream.truncate(stream.tell() - 150_000)  # room to begin, not to end
        told = small.cli("run", str(number), "--speed", "max", code=1)
        assert "disk is full" in told.lower(), told
        filler.unlink()
        job = small.job(number)
        steps = [step for step, _ in small.points(number).get("train/loss", [])]
        assert steps == list(range(1, job["step"] + 1)), "a step is missing or doubled after the disk was full"
        return 1
    finally:
        subprocess.run(["umount", str(mount)], check=False)


def main(binary):
    with yard_of(binary) as yard:
        yard.new("stays as it is")
        count = check_words(yard) + check_files(yard) + check_full_disk(yard)
        print(f"{count} wrong inputs, each refused in one sentence, nothing changed")


if __name__ == "__main__":
    main(sys.argv[1])
