#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""MLflow's own tests of its REST server, run against `trainyard serve` in place of it. Arguments: the program, a checkout of MLflow, a Python
that has the mlflow of that checkout, pytest and pytest-timeout, [words for pytest]. Nothing of MLflow is changed: where its tests start their
server, ours is started. Prints how many tests pass, and why others do not; those about what Trainyard is no server for (traces, a
model registry, gateways, …) are counted apart. Exit 1 when one of a training run fails."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

TESTS = "tests/tracking/test_rest_tracking.py"
ELSEWHERE = re.compile("trace|span|assessment|evaluation_dataset|dataset_experiment|datasets_rest|experiments_rest|experiments_at_once|scorer|scoring|secret|endpoint|gateway|provider|"
                       "list_models|issue|graphql|promptlab|model_version|model_definition|upload_artifact_handler|dataset_handler|webhook|registered|registry|prompt|job")
PLUGIN = '''
import os, signal, subprocess, tempfile
import mlflow.utils.providers

vars(mlflow.utils.providers).setdefault("_PROVIDER_BACKEND_AVAILABLE", False)  # where the checkout is a little newer than the package

class Trainyard:
    """In place of the thread in which MLflow's tests have MLflow's server."""
    def __init__(self, *_):
        self.folder = tempfile.TemporaryDirectory()
    def __enter__(self):
        words = [os.environ["TRAINYARD"], "serve", "--port", "0", "--data-dir", self.folder.name]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return self.process.stdout.readline().split()[-1]
    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.folder.cleanup()

class Server:  # how older tests start it: a context manager from a function
    def __new__(cls, *_, **__):
        return Trainyard()

def pytest_configure(config):
    config.addinivalue_line("markers", "asyncio: of a plugin that these tests do not need")

def pytest_collection_modifyitems(items):
    for module in {item.module for item in items}:
        for name, value in (("ServerThread", Trainyard), ("_init_server", Server), ("initialize_backend_stores", lambda *_, **__: None)):
            if hasattr(module, name):
                setattr(module, name, value)
'''


def reason_of(case):
    """Why it failed, in a line."""
    for kind in ("failure", "error"):
        if (told := case.find(kind)) is not None:
            lines = [line[2:].strip() for line in (told.text or "").splitlines() if line.startswith("E ")]
            return " ".join(lines[:2])[:230] or (told.get("message") or "").split("\n")[0][:230]
    return None


def outcomes(path):
    """{test: None when passed, else why not}, without those that skip themselves."""
    told = {}
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("skipped") is None:
            told[case.get("name")] = reason_of(case)
    return told


def main(program, checkout, python, *words):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "trainyard_in_place.py").write_text(PLUGIN)
        environment = dict(os.environ, TRAINYARD=str(pathlib.Path(program).resolve()), PYTHONPATH=f"{place}:{checkout}", MLFLOW_HTTP_REQUEST_MAX_RETRIES="1", GIT_PYTHON_REFRESH="quiet",
                           MLFLOW_DISABLE_TELEMETRY="true")
        command = [python, "-m", "pytest", TESTS, "-p", "trainyard_in_place", "-q", "--timeout=90", "-x" if "-x" in words else "--maxfail=1000", f"--junitxml={place / 'told.xml'}", *words]
        log = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
        if not (place / "told.xml").exists():
            sys.exit(log.stdout[-3_000:] + log.stderr[-3_000:])
        told = outcomes(place / "told.xml")
    ours = {name: why for name, why in told.items() if not ELSEWHERE.search(name)}
    failed = {name: why for name, why in ours.items() if why}
    others = len(told) - len(ours)
    passed_elsewhere = sum(1 for name, why in told.items() if name not in ours and not why)
    print(f"{len(ours) - len(failed)} of {len(ours)} tests of training runs pass; of {others} about other things {passed_elsewhere}")
    for name, why in sorted(failed.items()):
        print(f"  {name}: {why}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
