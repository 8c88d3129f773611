#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real clients of MLflow's tracking API, as their packages bring them, against the window on a display of its own: each compares what the API
tells back with what it logged; then the command line must tell the same points, without a window. Arguments: the program, a folder for
environments, [names of clients; "serve" among them: `trainyard serve` in place of the window; "path": clients are given an address with a path,
as the programs of command jobs are]. Packages that cannot be installed are told, and their clients left out."""
import collections
import contextlib
import json
import math
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from live_writers import python_for  # noqa: E402
from yard import Window, display, wait_for, yard_of  # noqa: E402

Client = collections.namedtuple("Client", "script packages alone", defaults=((), ()))
CLIENTS = {  # each in an environment of its own, named after it
    "mlflow 2": Client("mlflow_client.py", ["mlflow==2.22.4"]),  # with Debian's scikit-learn and XGBoost
    "mlflow 3": Client("mlflow_client.py", ["mlflow==3.17.2", "scikit-learn==1.5.2", "xgboost-cpu==3.2.0"]),
    "loggers": Client("mlflow_loggers.py", ["transformers==4.41.2", "mlflow-skinny==2.22.4", "pandas==2.2.2", "psutil==6.0.0"],
                      ["accelerate==0.31.0", "lightning==2.2.5", "lightning-utilities==0.11.2", "torchmetrics==1.4.0", "fsspec==2024.6.0"]),
    "node": Client("mlflow_node.js", ["mlflow@2.0.7"]),
}


def node_for(environments, packages):
    """Node, in a folder of the environments that has the packages; None, if npm does not bring them."""
    folder = environments / packages[0].replace("@", "-npm-")
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], cwd=folder, check=True, timeout=300, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None, None
    return "node", folder


def place_of(name, environments):
    """(interpreter, folder to run in or None)"""
    client = CLIENTS[name]
    if client.script.endswith(".js"):
        return node_for(environments, client.packages)
    return python_for(environments, client.packages, client.alone, "client-of-" + name.replace(" ", "-")), None


@contextlib.contextmanager
def served(yard):
    """(address, what it says, whole at the end)"""
    process = subprocess.Popen([yard.binary, "serve", "--port", "0", "--data-dir", yard.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = []
    try:
        yield process.stdout.readline().split()[-1], said
    finally:
        process.send_signal(signal.SIGINT)
        said += process.communicate(timeout=30)[1].splitlines()


@contextlib.contextmanager
def shown(yard):
    """The same of a window whose API is on, as it was left by who switched it on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    yard.data.mkdir(exist_ok=True)
    (yard.data / "settings.ini").write_text(f"[api]\nport={port}\non=true\n")
    with display() as screen:
        window = Window(yard, screen)
        said = []
        reading = threading.Thread(target=lambda: said.extend(window.process.stdout), daemon=True)  # else a window that says much would wait
        reading.start()
        try:
            wait_for(lambda: answers(port), "the API of the window")
            yield f"http://127.0.0.1:{port}", said
        finally:
            assert window.close() == 0
            reading.join()


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def report(yard, host, path, client, interpreter, folder):
    """(its line of JSON or None with its words, the calls that were not answered)"""
    with host(yard) as (address, said):
        done = run_client(yard, address + path, client, interpreter, folder)
    unanswered = sorted({line.split("not answered: ")[1].strip() for line in said if "not answered: " in line})
    lines = done.stdout.strip().splitlines()
    if done.returncode not in (0, 1) or not lines or not lines[-1].startswith("{"):
        print(done.stdout[-3_000:], done.stderr[-6_000:])
        return None, unanswered
    return json.loads(lines[-1]), unanswered


def run_client(yard, address, client, interpreter, folder):
    environment = dict(os.environ, MLFLOW_TRACKING_URI=address, MLFLOW_HTTP_REQUEST_MAX_RETRIES="2", GIT_PYTHON_REFRESH="quiet", MLFLOW_DISABLE_TELEMETRY="true")
    return subprocess.run([interpreter, HERE / client.script], env=environment, capture_output=True, text=True, timeout=580, cwd=folder or yard.dir)


def same(value, wanted):
    value, wanted = float(value), float(wanted)
    return value == wanted or (math.isnan(value) and math.isnan(wanted))


def told_by_command_line(yard, logged, unordered):
    """(how many points were compared, what differs). Of the jobs `unordered` only the values are compared: they were sent by several threads
    at once, and one that comes late has the next place."""
    numbers, compared, different = {job["name"]: job["id"] for job in yard.jobs()}, 0, []
    for job, wanted in logged.items():
        if job not in numbers:
            different.append(f"there is no job {job}, but {sorted(numbers)}")
            continue
        stored = yard.points(numbers[job])
        for series, points in wanted.items():
            seen = stored.get(series, [])
            compared += len(points)
            if job in unordered:
                seen, points = [list(enumerate(sorted(float(value) for _, value in told))) for told in (seen, points)]
            if len(seen) != len(points) or not all(one[0] == other[0] and same(one[1], other[1]) for one, other in zip(seen, points)):
                different.append(f"{job}, {series}: {seen[:5]} instead of {points[:5]}")
    return compared, different


def run(binary, host, path, name, environments):
    client = CLIENTS[name]
    interpreter, folder = place_of(name, environments)
    if interpreter is None:
        print(f"{name}: left out, for {' '.join(client.packages)} could not be installed", flush=True)
        return True
    with yard_of(binary) as yard:
        told, unanswered = report(yard, host, path, client, interpreter, folder)
        if told is None:
            return False
        points, different = told_by_command_line(yard, told["logged"], told.get("unordered", ()))
        sources = {job["source"] for job in yard.jobs()}
    different += [f"{one['what']}: {one['seen']} instead of {one['wanted']}" for one in told["different"]]
    where = ("serve" if host is served else "the window") + (" below " + path if path else "")
    print(f"mlflow {told['mlflow']}, {where}: {told['compared']} things and {points} points compared, {len(different)} different; not answered: {', '.join(unanswered) or 'nothing'}", flush=True)
    for line in different:
        print("  " + line)
    return points > 0 and not different and sources == {"mlflow"}


def main(binary, environments, *wanted):
    host = served if "serve" in wanted else shown
    path = "/run/1-1" if "path" in wanted else ""
    names = [name for name in wanted if name in CLIENTS] or CLIENTS
    results = [run(binary, host, path, name, pathlib.Path(environments).resolve()) for name in names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
