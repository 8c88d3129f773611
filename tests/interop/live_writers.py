#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real writers, as their packages bring them, write below a folder that `trainyard import --watch` follows. Each point must be in
Trainyard's database within a second of its writer's flush; in the end all must equal what was logged, with the right status: running
while it grows, and ended as the format tells, or ten quiet minutes later. Arguments: the binary, a folder for virtual environments,
[names of writers]. Packages that cannot be installed are told, and their writers left out."""
import collections
import json
import math
import os
import pathlib
import queue
import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from yard import wait_for, yard_of  # noqa: E402

PYTHON = "/usr/bin/python3"  # Debian's, for PyTorch, XGBoost and scikit-learn are its packages
LATEST = 1.0   # seconds from a flush to the database
START = 120.0  # seconds that a writer may take to import its packages
MINUTES_QUIET = 11

EVENTS = ["tensorboard==2.16.2", "tensorboardX==2.6.2.2"]
MLFLOW = ["mlflow-skinny==2.14.3", "SQLAlchemy==2.0.31", "alembic==1.13.2", "sqlparse==0.5.1", "pandas==2.2.2"]
LIGHTNING = ["--no-deps", "lightning==2.2.5", "lightning-utilities==0.11.2", "torchmetrics==1.4.0", "fsspec==2024.6.0", "packaging==24.1",
             "tqdm==4.66.4"]  # with Debian's PyTorch, a version of which pip does not think much
Writer = collections.namedtuple("Writer", "packages ends words", defaults=([], None, ""))
WRITERS = {  # ends: the status that its files tell at once
    "torch_events": Writer(EVENTS, words="PyTorch SummaryWriter"),
    "tensorboardx": Writer(EVENTS, words="tensorboardX"),
    "plain_csv": Writer(words="csv module"),
    "json_lines": Writer(words="json module"),
    "mlflow_files": Writer(MLFLOW, "complete", "MLflow, file store"),
    "mlflow_failing": Writer(MLFLOW, "failed", "MLflow, a failing run"),
    "mlflow_sqlite": Writer(MLFLOW, "complete", "MLflow, SQLite store"),
    "wandb_offline": Writer(["wandb==0.19.11"], "complete", "W&B offline"),
    "lightning_csv": Writer(LIGHTNING, words="Lightning CSVLogger"),
    "keras_csv": Writer(["keras==3.4.1", "jax==0.4.30", "jaxlib==0.4.30", "numpy==1.26.4", "scipy==1.13.1"], words="Keras CSVLogger"),
    "hugging_face": Writer(["transformers==4.41.2", "accelerate==0.31.0"], "complete", "Hugging Face Trainer"),
    "xgboost_log": Writer(words="XGBoost's log"),
    "sklearn_log": Writer(words="scikit-learn's log"),
}


def python_for(environments, packages, alone=(), name=None):
    """A python that has the packages, in an environment that has no others but Debian's; None, if pip does not bring them. `alone`: packages
    that come without what they want, for Debian has it in a version of which pip does not think much. `name`: of its folder, else that of
    the first package with a version."""
    if not packages:
        return PYTHON
    alone = list(alone)
    place = environments / (name or next(package for package in packages if "==" in package).replace("==", "-"))
    done = place / "whole"
    if not done.exists() or done.read_text().split() != packages + alone:
        print(f"Installing {' '.join(packages + alone)} ...", file=sys.stderr)
        try:
            subprocess.run([PYTHON, "-m", "venv", "--clear", "--system-site-packages", place], check=True)
            for words in [packages] + ([["--no-deps", *alone]] if alone else []):
                subprocess.run([place / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *words], check=True, timeout=900,
                               stdout=subprocess.DEVNULL)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        done.write_text(" ".join(packages + alone))
    return place / "bin" / "python"


class Watch:
    """`trainyard import ROOT --watch`, and what is in its database."""

    def __init__(self, yard, root):
        self.process = subprocess.Popen([yard.binary, "import", root, "--watch", "--data-dir", yard.data], stdout=subprocess.PIPE, text=True)
        assert "runs:" in self.process.stdout.readline()  # it follows from here on
        self.database = sqlite3.connect(f"file:{yard.data / 'trainyard.db'}?mode=ro", uri=True, isolation_level=None)

    def counts(self, folder):
        """{tag: points} of the runs below a folder."""
        return dict(self.database.execute("SELECT tag, sum(count) FROM series JOIN jobs ON jobs.id = job_id "
                                          "WHERE import_path || '/' LIKE ? || '/%' GROUP BY tag", (str(folder),)))

    def close(self):
        self.database.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


class Training:
    """A writer at work: what it says that it logged, in its order."""

    def __init__(self, python, name, folder):
        self.told, self.logged = queue.SimpleQueue(), collections.defaultdict(dict)
        self.errors = open(folder.with_suffix(".stderr"), "w+")
        self.process = subprocess.Popen([python, HERE / "writers.py", name, folder], stdout=subprocess.PIPE, stderr=self.errors,
                                        text=True, env={**os.environ, "PYTHONUNBUFFERED": "1", "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"})
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self):
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    def take(self):
        """[(tag, how many of it, when)] since the last call."""
        new = []
        while not self.told.empty():
            point = self.told.get()
            self.logged[point["tag"]][point["step"]] = point["value"]
            new.append((point["tag"], len(self.logged[point["tag"]]), point["at"]))
        return new

    def words(self):
        self.errors.seek(0)
        return self.errors.read().strip()[-600:]

    def is_over(self):
        return self.process.poll() is not None and not self.reading.is_alive() and self.told.empty()


def follow(watch, training, folder):
    """The delay of each point, in seconds, until the writer has ended and all is there."""
    waiting, delays, end = [], [], time.monotonic() + START
    arrived = collections.defaultdict(list)  # tag -> when there were so many points of it
    while waiting or not training.is_over():
        if new := training.take():
            waiting += new
            end = time.monotonic() + 30
        counts, now = watch.counts(folder), time.time()
        for tag, count in counts.items():
            arrived[tag] += [now] * (count - len(arrived[tag]))
        delays += [max(0.0, arrived[tag][count - 1] - at) for tag, count, at in waiting if counts.get(tag, 0) >= count]
        waiting = [(tag, count, at) for tag, count, at in waiting if counts.get(tag, 0) < count]
        assert time.monotonic() < end, f"{len(waiting)} points did not come, first {waiting[:1]}; there are {counts}; {training.words()}"
        time.sleep(0.01)
    return delays


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def compare(logged, stored):
    differing = [f"{tag}: {stored.get(tag)} instead of {points}" for tag, points in logged.items()
                 if not same_series(points, stored.get(tag, []))]
    assert not differing, "; ".join(differing)[:1000]


def same_series(points, stored):
    return len(points) == len(stored) and all(int(step) in points and same(points[int(step)], float(value)) for step, value in stored)


def age(folder):
    """As if nobody had written for a while."""
    when = time.time() - MINUTES_QUIET * 60
    for path in folder.rglob("*"):
        os.utime(path, (when, when))


def check(yard, watch, python, name, root):
    """One line for people."""
    writer, folder = WRITERS[name], root / name
    training = Training(python, name, folder)
    seen = set()
    statuses = threading.Thread(target=lambda: [seen.add(j["status"]) for j in iter_jobs(yard, training, folder)], daemon=True)
    statuses.start()
    try:
        delays = follow(watch, training, folder)
    finally:
        training.process.kill()
    statuses.join()
    jobs = jobs_below(yard, folder)
    assert delays, f"it logged nothing: {training.words()}"
    assert len(jobs) == 1, f"{len(jobs)} jobs: {[j['name'] for j in jobs]}"
    assert "running" in seen, f"it was {seen} while it grew"
    compare(training.logged, yard.points(jobs[0]["id"]))
    if not writer.ends:
        assert jobs_below(yard, folder)[0]["status"] == "running"
        age(folder)
    wanted = writer.ends or "complete"  # it went on to its end, as far as anybody knows
    job = wait_for(lambda: (j := jobs_below(yard, folder)[0])["status"] == wanted and j, f"{name} to be {wanted}", 15)
    latest = max(delays)
    assert latest <= LATEST, f"the latest point came {latest:.2f} s after its flush, the median {statistics.median(delays):.2f} s"
    return f"{writer.words:24}{len(delays):7}{len(training.logged):8}{statistics.median(delays):9.2f}{latest:8.2f}  {job['status']}: {job.get('reason', '')}"


def jobs_below(yard, folder):
    with sqlite3.connect(f"file:{yard.data / 'trainyard.db'}?mode=ro", uri=True) as database:
        numbers = {row[0] for row in database.execute("SELECT id FROM jobs WHERE import_path || '/' LIKE ? || '/%'", (str(folder),))}
    return [job for job in yard.jobs() if job["id"] in numbers]


def iter_jobs(yard, training, folder):
    """Its job again and again while it writes."""
    while not training.is_over():
        yield from jobs_below(yard, folder)
        time.sleep(0.5)


def main(binary, environments, *wanted):
    environments, failed = pathlib.Path(environments).resolve(), 0
    print(f"{'writer':24}{'points':>7}{'series':>8}{'median s':>9}{'latest':>8}  ended")
    with yard_of(binary) as yard:
        root = yard.dir / "runs"
        root.mkdir()
        watch = Watch(yard, root)
        for name in wanted or WRITERS:
            python = python_for(environments, WRITERS[name].packages)
            if python is None:
                print(f"{WRITERS[name].words:24}  left out: pip could not install {' '.join(WRITERS[name].packages)}", flush=True)
                continue
            try:
                print(check(yard, watch, python, name, root), flush=True)
            except AssertionError as error:
                failed += 1
                print(f"{WRITERS[name].words:24}  FAILED: {error}", flush=True)
        assert watch.close() >= 0  # 0, or 1 as it was interrupted; no signal
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)
