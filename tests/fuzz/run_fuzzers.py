#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reader under libFuzzer, with ASan and UBSan. Arguments: the build's folder, seconds of processor time a reader, [names of readers].
What each has learned stays in BUILD/fuzz/NAME, beside seeds made of the tests' runs; a finding's file is printed and kept in
BUILD/fuzz/findings. Nothing found: exit code 0."""
import concurrent.futures
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RUNS = HERE.parent / "data" / "runs"
LONGEST = 64 << 10    # bytes of an input: longer ones are only slower
SLOWEST = 10          # seconds for one input
MOST_MEMORY = 1024    # MiB, of which the sanitizers take their part

MLFLOW = """CREATE TABLE experiments (experiment_id INTEGER, name TEXT, lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, status TEXT, start_time INTEGER, end_time INTEGER, lifecycle_stage TEXT);
CREATE TABLE metrics (key TEXT, value REAL, timestamp INTEGER, step INTEGER, is_nan INTEGER, run_uuid TEXT);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
INSERT INTO experiments VALUES (1, 'digits', 'active');
INSERT INTO runs VALUES ('a1', 'live', 1, 'FINISHED', 1700000000000, 1700000001000, 'active');
INSERT INTO metrics VALUES ('loss', 0.5, 1700000000500, 1, 0, 'a1'), ('loss', 0.0, 1700000000600, 2, 1, 'a1');
INSERT INTO params VALUES ('lr', '0.001', 'a1');"""
TRACKIO = """CREATE TABLE metrics (id INTEGER PRIMARY KEY, run_id TEXT, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT, log_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY, run_id TEXT, run_name TEXT, config TEXT, created_at TEXT);
INSERT INTO metrics VALUES (1, 'a', '2026-01-02T03:04:05', 'calm-1', 0, '{"loss": 0.5}', 'x'), (2, 'a', '2026-01-02T03:04:06', 'calm-1', 1, '{"loss": NaN}', 'y');
INSERT INTO configs VALUES (1, 'a', 'calm-1', '{"lr": 0.001}', '2026-01-02T03:04:05');"""
LOG = b"Epoch 1/3\n 10/60 [=>....] - ETA: 1s - loss: 0.6 - acc: 0.5\rstep=12 loss=0.25 lr: 1e-3\n{'loss': 0.12, 'epoch': 0.5}\n[3]\ttrain-logloss:0.5\n\x1b[31mred\x1b[0m\n"


def database(sql):
    made = sqlite3.connect(":memory:")
    made.executescript("PRAGMA page_size = 512;" + sql)
    return made.serialize()


def files(*folders):
    return [path.read_bytes()[:LONGEST] for folder in folders for path in sorted((RUNS / folder).rglob("*")) if path.is_file()]


def seeds(name):
    """The inputs to begin with, in the form that the entry of that name takes."""
    tables, lines = files("keras", "lightning"), files("detr") + [(RUNS / "wandb" / "wandb-history.jsonl").read_bytes()]
    events, wandb = files("tensorboard"), files("wandb")
    mlflow = b"status: 3\nrun_name: live\nstart_time: 1700000000000\n"
    made = {
        "delimited_fuzz": [b"\6" + table for table in tables],
        "table_fuzz": tables,
        "json_fuzz": lines, "json_lines_fuzz": lines,
        "trainer_state_fuzz": files("trainer_state"),
        "event_record_fuzz": events,
        "wandb_fuzz": wandb,
        "run_folder_fuzz": [b"\0" + data for data in events] + [b"\1" + data for data in wandb] + [b"\2" + data for data in lines],
        "dvclive_fuzz": [b"timestamp\tstep\tloss\n1700000000000\t0\t0.5\n1700000001000\t1\tnan\n"],
        "log_fuzz": [LOG],
        "mlflow_files_fuzz": [bytes([len(mlflow)]) + mlflow + b"1700000000500 0.5 1\n1700000000600 nan 2\n"],
        "mlflow_database_fuzz": [database(MLFLOW)],
        "trackio_fuzz": [database(TRACKIO)],
        "yaml_fuzz": [b"lr: 0.001\nmodel:\n  name: vit\n  layers: [1, 2, {a: b}]\nanchor: &x 1\nsame: *x\n"] + files("lightning"),
    }
    return made[name]  # a new entry needs its seeds


def is_only_late(program, name):
    """Whether an input was called slow because the machine was busy: libFuzzer measures by the clock."""
    if "-slow-unit-" not in name and "-timeout-" not in name:
        return False
    child = subprocess.Popen([program, f"-timeout={20 * SLOWEST}", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0 or used.ru_utime + used.ru_stime > SLOWEST:
        return False
    os.unlink(name)
    return True


def slice_of(program, seconds, corpus, findings):
    """One run of an entry, so long by the clock: (inputs, features, CPU seconds, files of findings)."""
    with tempfile.TemporaryFile("w+", errors="replace") as told:
        child = subprocess.Popen([program, corpus, f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}",
                                  f"-rss_limit_mb={MOST_MEMORY}", f"-artifact_prefix={findings}/{program.name}-", "-print_final_stats=1",
                                  "-close_fd_mask=1"], stderr=told)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        said = told.read()
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    features = re.findall(r" ft: (\d+)", said)
    found = re.findall(r"Test unit written to (\S+)", said)
    found = [name for name in found if not is_only_late(program, name)]
    if child.returncode not in (0, 70) or (child.returncode == 70 and found):  # 70: an input took too long, by the clock
        found = found or ["no file"]
        print(said[-4000:], file=sys.stderr)
    return int(runs[1]) if runs else 0, int(features[-1]) if features else 0, used.ru_utime + used.ru_stime, found


def fuzz(program, seconds, corpus, findings):
    """An entry for so many seconds of processor time, on a busy machine too: (name, inputs, features, CPU seconds, findings)."""
    inputs, features, cpu, found = 0, 0, 0.0, []
    while not found and cpu < seconds:
        more, features, used, found = slice_of(program, max(5, round(min(seconds - cpu, 300))), corpus, findings)
        inputs, cpu = inputs + more, cpu + used
    return program.name, inputs, features, cpu, found


def main(build, seconds, *wanted):
    place = pathlib.Path(build).resolve() / "fuzz"
    findings = place / "findings"
    findings.mkdir(parents=True, exist_ok=True)
    os.environ.update(ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1", UBSAN_OPTIONS="print_stacktrace=1")
    jobs = []
    for name in sorted(entry.stem for entry in HERE.glob("*_fuzz.cpp") if not wanted or entry.stem in wanted):
        corpus = place / name
        corpus.mkdir(exist_ok=True)
        for number, data in enumerate(seeds(name)):
            (corpus / f"seed-{number}").write_bytes(data)
        jobs.append((pathlib.Path(build).resolve() / "tests" / "fuzz" / name, int(seconds), corpus, findings))
    print(f"{'reader':22}{'CPU s':>7}{'inputs':>11}{'features':>10}  findings", flush=True)
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in concurrent.futures.as_completed([pool.submit(fuzz, *job) for job in jobs]):
            name, inputs, features, cpu, found = done.result()
            bad += bool(found)
            print(f"{name:22}{cpu:7.0f}{inputs:11}{features:10}  {' '.join(found) or 'none'}", flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
