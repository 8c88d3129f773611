#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged requests to `trainyard serve`: it must not crash, leak or fall silent, lose a point of a good client, or write outside of its
folder. Arguments: the program (built with AddressSanitizer), http_driver, [requests, 1000000], [seed]."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import urllib.request

JOBS_BEFORE = 60  # so that no damaged number is by accident that of the good client's job
DRAFT = {"name": "net", "model": "cnn", "dataset": "digits", "epochs": 1, "learning_rate": 0.1, "batch_size": 8, "seed": 1}


def ask(address, path, body=None):
    request = urllib.request.Request(address + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def begin_run(address, name):
    return ask(address, "/api/2.0/mlflow/runs/create", {"experiment_id": "0", "run_name": name})["run"]["info"]["run_id"]


def serve(program, data, logs):
    options = f"detect_leaks=1:strict_string_checks=1:log_path={logs}"
    environment = dict(os.environ, ASAN_OPTIONS=options, UBSAN_OPTIONS=f"print_stacktrace=1:log_path={logs}", LSAN_OPTIONS="report_objects=1")
    process = subprocess.Popen([program, "serve", "--port", "0", "--data-dir", data], stdout=subprocess.PIPE, stderr=open(data.parent / "stderr", "w"), text=True, env=environment)
    return process, process.stdout.readline().split()[-1]


def memory(process):
    """Resident memory in MiB."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def points_of(address, run):
    points = ask(address, f"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=alive")["metrics"]
    return [(point["step"], point["value"]) for point in points]


def attack(process, address, data, driver, wanted, seed):
    """What went wrong, in lines for people."""
    run = begin_run(address, "damaged")
    for _ in range(JOBS_BEFORE):
        ask(address, "/api/training", DRAFT)
    own, before = begin_run(address, "good"), memory(process)
    token, port = (data / "api_token").read_text().strip(), address.rsplit(":", 1)[1]
    driven = subprocess.run([driver, port, run, "0", token, own, str(wanted), str(seed)], stdout=subprocess.PIPE, text=True)
    if driven.returncode != 0 or process.poll() is not None:
        return [f"the server did not stand it; it has ended with {process.poll()}"]
    told = json.loads(driven.stdout)
    print(json.dumps(told))
    print(f"{told['requests'] / told['seconds']:.0f} requests/s; {before} MiB before, {memory(process)} MiB after; {told['probes']} good calls between them")
    problems = [] if told["answers"].get("200", 0) > wanted // 100 else ["hardly anything was answered well: the samples do not fit the API"]
    if points_of(address, own) != [(step, float(step)) for step in range(told["probes"])]:
        problems.append("the good client's points are not all there")
    return problems


def main(program, driver, wanted=1_000_000, seed=1):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "data").mkdir()
        process, address = serve(program, root / "data", root / "sanitizer")
        try:
            problems = attack(process, address, root / "data", driver, int(wanted), seed)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(300)
        reports = sorted(root.glob("sanitizer.*"))
        problems += [report.read_text()[:6_000] for report in reports]
        problems += [] if code == 0 else [f"it ended with {code}"]
        others = {path.name for path in root.iterdir()} - {"data", "stderr"} - {report.name for report in reports}
        problems += [f"it wrote outside of its folder: {others}"] if others else []
        if problems:
            print("\n".join(problems), (root / "stderr").read_text()[-2_000:], sep="\n")
    print("passed: no crash, no leak, service goes on" if not problems else "FAILED")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
