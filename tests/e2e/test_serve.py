#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local API of a window: switched on by the keyboard and there again in the next session; `trainyard serve` asks the window; a
command job's program that reports by MLflow's protocol is one job. Argument: the binary."""
import json
import socket
import sys
import urllib.request

from yard import Window, display, wait_for, yard_of

# As MLflow's clients do, with nothing but Python: what they send is told in their service.proto.
PROGRAM = """
import json, os, urllib.request
def call(name, **message):
    request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/" + name, json.dumps(message).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))
run = call("runs/create", experiment_id="0", run_name="theirs")["run"]["info"]["run_id"]
for step in range(1, 21):
    print(f"step={step}/20 loss={step}", flush=True)
    call("runs/log-metric", run_id=run, key="accuracy_of_mine", value=step / 20, timestamp=1790000000000 + step, step=step)
call("runs/update", run_id=run, status="FINISHED", end_time=1790000001000)
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def address_of(told):
    return told.split()[2]


def polled(address):
    with urllib.request.urlopen(address + "/api/training", timeout=10) as answer:
        return json.load(answer)


def is_off(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def main(binary):
    with yard_of(binary) as yard, display() as screen:
        port = free_port()
        yard.data.mkdir()
        (yard.data / "settings.ini").write_text(f"[api]\nport={port}\n")
        window = Window(yard, screen)
        assert is_off(port), "it is on without having been asked for"
        window.keys("ctrl+shift+a", "space")
        wait_for(lambda: not is_off(port), "the API to be switched on")
        window.keys("Escape")
        address = address_of(yard.cli("serve"))  # in the window, which stays where it is
        assert address == f"http://127.0.0.1:{port}", address
        polled(address)
        assert "0 to 65535" in yard.cli("serve", "--port", "70000", code=2)

        (yard.dir / "train.py").write_text(PROGRAM)
        yard.cli("new", "--name", "reports", "--command", "python3 train.py", "--workdir", str(yard.dir))
        yard.cli("run", "1")
        jobs = yard.jobs()
        assert [(job["name"], job["source"], job["status"]) for job in jobs] == [("reports", "command", "complete")], jobs
        points = yard.points(1)
        assert [(step, float(value)) for step, value in points["accuracy_of_mine"]] == [(step, step / 20) for step in range(1, 21)], points
        assert len(points["train/loss"]) == 20, points
        assert window.close() == 0
        wait_for(lambda: is_off(port), "the API to go with its window")

        again = Window(yard, screen)
        wait_for(lambda: not is_off(port), "the API to begin with the next window")
        other = free_port()
        assert address_of(yard.cli("serve", "--port", str(other))) == f"http://127.0.0.1:{other}"
        wait_for(lambda: is_off(port), "the API to have moved")
        again.keys("ctrl+shift+a", "space")
        wait_for(lambda: is_off(other), "the API to be switched off")
        again.keys("Escape")
        assert again.close() == 0


if __name__ == "__main__":
    main(sys.argv[1])
