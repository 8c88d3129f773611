#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of other programs, imported by the command line: once, again, while they grow, killed in the middle, watched, and wrong ones.
TRAINYARD_KILLS: how often it is killed (4). Argument: the binary."""
import csv
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time

from yard import wait_for, yard_of

SAMPLES = pathlib.Path(__file__).resolve().parents[1] / "data" / "runs"
KILLS = int(os.environ.get("TRAINYARD_KILLS", "4"))


def imported(yard, *paths):
    return json.loads(yard.cli("import", *map(str, paths), "--json"))


def numbers(yard, job):
    return {tag: [(step, float(value)) for step, value in rows] for tag, rows in yard.points(job).items()}


def write_rows(path, first, count, header=False):
    with open(path, "a", encoding="utf-8") as file:
        if header:
            file.write("step,train/loss,train/accuracy\n")
        file.writelines(f"{step},{loss_at(step)!r},{step % 97 / 97!r}\n" for step in range(first, first + count))


def loss_at(step):
    return 3.0 / (1.0 + step / 1000.0)


def check_samples(yard):
    told = imported(yard, SAMPLES)
    assert told["added"] >= 10 and told["grown"] == told["known"] == 0, told
    jobs = {pathlib.Path(path).name: job for job, path in paths_of(yard).items()}
    keras = numbers(yard, jobs["training.log"])
    with open(SAMPLES / "keras" / "training.log", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in rows[0]:
        if column != "epoch":
            assert keras[column] == [(int(row["epoch"]), float(row[column])) for row in rows], column
    again = imported(yard, SAMPLES)
    assert again["added"] == 0 and again["points"] == 0, again
    assert all(job["status"] in ("complete", "failed") for job in yard.jobs())
    yard.everything()


def paths_of(yard):
    with sqlite3.connect(f"file:{yard.data / 'trainyard.db'}?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT id, import_path FROM jobs"))


def job_at(yard, path):
    return next(job for job, where in paths_of(yard).items() if where == str(path))


def check_growing(yard):
    run = yard.dir / "grows" / "metrics.csv"
    run.parent.mkdir()
    write_rows(run, 0, 50, header=True)
    with open(run, "a", encoding="utf-8") as file:
        file.write("50,0.5,0")  # its rest comes later
    assert imported(yard, run.parent)["added"] == 1
    job = job_at(yard, run)
    assert yard.job(job)["status"] == "complete" and "may go on" in yard.job(job)["reason"], yard.job(job)
    write_rows(run, 60, 40)
    os.utime(run, (time.time() + 5, time.time() + 5))
    told = imported(yard, run.parent)
    assert told["grown"] == 1 and told["added"] == 0, told
    steps = [step for step, _ in numbers(yard, job)["train/loss"]]
    assert steps[-1] == 99 and steps == sorted(set(steps)), steps
    run.unlink()
    write_rows(run, 0, 10, header=True)  # it was begun anew
    os.utime(run, (time.time() + 9, time.time() + 9))
    assert imported(yard, run.parent)["grown"] == 1
    assert [step for step, _ in numbers(yard, job)["train/loss"]] == list(range(10))


def check_killed(yard):
    run = yard.dir / "large" / "metrics.csv"
    run.parent.mkdir()
    rows = 300_000
    write_rows(run, 0, rows, header=True)
    chance = random.Random(5)
    killed = 0
    for _ in range(KILLS * 15):
        process = subprocess.Popen([yard.binary, "import", str(run.parent), "--data-dir", str(yard.data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(0.03, 0.14))
            write_rows(run, rows, 100_000)  # it was faster: so that the next one has something to do
            rows += 100_000
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        if killed == KILLS:
            break
    assert killed == KILLS, f"it was killed {killed} times only"
    imported(yard, run.parent)
    points = numbers(yard, job_at(yard, run))
    assert points["train/loss"] == [(step, loss_at(step)) for step in range(rows)], len(points["train/loss"])
    assert len(points["train/accuracy"]) == rows
    yard.cli("check")
    print(f"killed {killed} times in the middle of {rows:,} rows: each there once")


def check_watched(yard):
    root = yard.dir / "watched"
    root.mkdir()
    process = subprocess.Popen([yard.binary, "import", str(root), "--watch", "--data-dir", str(yard.data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith("runs: 0 new")
        run = root / "deep" / "er" / "metrics.csv"
        run.parent.mkdir(parents=True)
        write_rows(run, 0, 10, header=True)
        begun = time.monotonic()
        wait_for(lambda: str(run) in paths_of(yard).values(), "the new run")
        job = job_at(yard, run)
        wait_for(lambda: len(numbers(yard, job).get("train/loss", [])) == 10, "its points")
        found = time.monotonic() - begun
        assert yard.job(job)["status"] == "running"
        begun = time.monotonic()
        write_rows(run, 10, 5)
        wait_for(lambda: len(numbers(yard, job)["train/loss"]) == 15, "what it wrote later")
        print(f"a new run was seen after {found:.2f} s, a new line after {time.monotonic() - begun:.2f} s (the command's own time included)")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    assert process.returncode in (0, 1), process.returncode


def masked(data):
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def scalar_event(step, tag, value):
    entry = b"\x0a" + bytes([len(tag)]) + tag + b"\x15" + struct.pack("<f", value)
    summary = b"\x0a" + bytes([len(entry)]) + entry
    return record(b"\x09" + struct.pack("<d", 1.7e9 + step) + b"\x10" + bytes([step]) + b"\x2a" + bytes([len(summary)]) + summary)


def check_wrong(yard):
    root = yard.dir / "wrong"
    cases = {
        "empty/events.out.tfevents.1.host": b"",
        "zeros/events.out.tfevents.1.host": bytes(4096),
        "long/events.out.tfevents.1.host": struct.pack("<Q", 1 << 32) + struct.pack("<I", masked(struct.pack("<Q", 1 << 32))) + b"xxxx",
        "utf8/events.out.tfevents.1.host": record(b"\x1a\x0dbrain.Event:2") + scalar_event(1, b"lo\xff\xfess", 0.5),
        "columns/metrics.csv": b"step," + b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n1" + b",1" * 1_000_000 + b"\n",
        "quotes/metrics.csv": b'step,loss\n1,0.5\n2,"0.4\n' + b"3,0.3\n" * 10,
        "same/a/run.csv": b"step,loss\n1,0.5\n",
        "same/b/run.csv": b"step,loss\n1,0.25\n",
        "zero.wandb": b":W&B\xe1\xbe\x00" + bytes(70_000),
    }
    for name, data in cases.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "loop").mkdir()
    (root / "loop" / "back").symlink_to(root, target_is_directory=True)
    (root / "self").symlink_to(root / "self")
    told = imported(yard, root)
    sentences = {str(pathlib.Path(p["file"]).relative_to(root)): p["why"] for p in told["problems"] if str(root) in p["file"]}
    for name, sentence in sorted(sentences.items()):
        print(f"  {name}: {sentence}")
    for part in ("empty", "zeros", "long", "quotes", "loop"):
        assert any(name.startswith(part) for name in sentences), f"nothing is said of {part}: {sentences}"
    jobs = paths_of(yard)
    utf8 = next(job for job, path in jobs.items() if path.endswith("/wrong/utf8"))
    assert len(numbers(yard, utf8)) == 1
    same = [yard.job(job)["name"] for job, path in jobs.items() if "/wrong/same/" in path]
    assert len(same) == len(set(same)) == 2, same
    assert "nothing at" in yard.cli("import", str(root / "not there"), code=1).lower()
    notes = root / "notes.csv"
    notes.write_text("name,colour\na,red\n", encoding="utf-8")
    assert "holds no run" in yard.cli("import", str(notes), code=1)
    yard.cli("import", code=2)
    if shutil.which("setpriv") and os.geteuid() == 0:
        check_forbidden(yard)


def check_forbidden(yard):
    """As a user who may not look: root may look everywhere."""
    root = yard.dir / "forbidden"
    (root / "closed").mkdir(parents=True)
    (root / "closed").chmod(0)
    run = root / "run"
    run.mkdir()
    for name in ("events.out.tfevents.1.a", "events.out.tfevents.2.b"):
        shutil.copy(SAMPLES / "tensorboard" / "small", run / name)
        os.utime(run / name, (1_700_000_000, 1_700_000_000))
    barred = run / "events.out.tfevents.2.b"
    barred.chmod(0)
    shutil.copy(SAMPLES / "keras" / "training.log", root / "alone.csv")
    (root / "alone.csv").chmod(0)
    (yard.dir / "other").mkdir()
    shutil.chown(yard.dir / "other", 65534, 65534)
    yard.dir.chmod(0o755)
    def told_there():
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", f"HOME={yard.dir / 'other'}", yard.binary, "import", str(root),
                               "--json", "--data-dir", str(yard.dir / "other" / "data")], capture_output=True, text=True, timeout=60)
        barred_binary = "Permission denied" in done.stderr and done.returncode not in (0, 1)  # it lies where that user may not go
        return None if barred_binary else json.loads(done.stdout)

    told = told_there()
    if told is None:
        return
    for name in ("closed", barred.name, "alone.csv"):
        assert [p for p in told["problems"] if p["file"].endswith(name) and "cannot be read" in p["why"]], (name, told)
    assert told["added"] == 1, told
    barred.chmod(0o644)
    (root / "alone.csv").chmod(0o644)
    again = told_there()
    assert again["grown"] == again["added"] == 1 and again["points"] > 0, again
    assert told_there()["known"] == 2


with yard_of(sys.argv[1]) as yard:
    for check in (check_samples, check_growing, check_watched, check_wrong, check_killed):
        check(yard)
