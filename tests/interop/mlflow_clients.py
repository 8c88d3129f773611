#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real MLflow clients against `trainyard serve`. Arguments: the program, then a Python for each client that has mlflow installed (made
by `python3 -m venv` and pip: mlflow-skinny, scikit-learn, and xgboost where wanted). Prints what each compared, and which calls of theirs
are not answered."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile


def serve(program, folder):
    process = subprocess.Popen([program, "serve", "--port", "0", "--data-dir", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    address = process.stdout.readline().split()[-1]
    return process, address


def run(program, python):
    with tempfile.TemporaryDirectory() as folder:
        process, address = serve(program, folder)
        environment = dict(os.environ, MLFLOW_TRACKING_URI=address, MLFLOW_HTTP_REQUEST_MAX_RETRIES="2", GIT_PYTHON_REFRESH="quiet", MLFLOW_DISABLE_TELEMETRY="true")
        client = subprocess.run([python, str(pathlib.Path(__file__).with_name("mlflow_client.py"))], env=environment, capture_output=True, text=True, timeout=300, cwd=folder)
        jobs = json.loads(subprocess.run([program, "list", "--json", "--data-dir", folder], capture_output=True, text=True, check=True).stdout)
        process.send_signal(signal.SIGINT)
        unanswered = sorted({line.split("not answered: ")[1] for line in process.communicate(timeout=30)[1].splitlines() if "not answered: " in line})
    lines = client.stdout.strip().splitlines()
    if client.returncode not in (0, 1) or not lines or not lines[-1].startswith("{"):
        print(client.stdout[-3000:], client.stderr[-6000:])
        return False
    told = json.loads(lines[-1])
    print(f"mlflow {told['mlflow']}: {told['compared']} compared, {len(told['different'])} different; {len(jobs)} jobs, sources {sorted({job['source'] for job in jobs})}")
    print("  not answered:", ", ".join(unanswered) or "nothing")
    for one in told["different"]:
        print(f"  {one['what']}: {one['seen']} instead of {one['wanted']}")
    return not told["different"] and all(job["source"] == "mlflow" for job in jobs)


def main():
    program, pythons = sys.argv[1], sys.argv[2:]
    results = [run(program, python) for python in pythons]
    sys.exit(0 if results and all(results) else 1)


main()
