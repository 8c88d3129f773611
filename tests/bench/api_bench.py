#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API under load, with the real window in front: calls of one metric a second, beside MLflow's own server on its SQLite store; clients that
log by batches, each point counted afterwards, and what that does to the window; uploads; and polls that bring nothing new.
The peer needs a Python with the package mlflow (python3 -m venv build/mlflow && build/mlflow/bin/pip install mlflow); without it, it is told to be missing.
Arguments: api_window, [--json FILE] [--seconds S] [--clients N] [--points N a second and client] [--rounds N] [--peer PYTHON] [--only PART]."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from http_drive import Connection, drive

SERIES = 10
CLIENT = """
import sys, time, mlflow
from mlflow.tracking import MlflowClient
client, seconds = MlflowClient(sys.argv[1]), float(sys.argv[2])
run = client.create_run("0").info.run_id
calls, begun = 0, time.perf_counter()
while time.perf_counter() - begun < seconds:
    client.log_metric(run, "loss", 1.0 / (calls + 1), step=calls)
    calls += 1
print(calls / (time.perf_counter() - begun))
"""


def share(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Window:
    """The window with its API on, in a process of its own."""

    def __init__(self, binary, folder):
        self.process = subprocess.Popen([binary, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def tell(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0


class Mlflow:
    """MLflow's own server on its SQLite store, with the workers that it takes by itself."""

    def __init__(self, python, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = open(pathlib.Path(folder) / "server.log", "w")
        self.process = subprocess.Popen([python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port), "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
                                         "--default-artifact-root", f"{folder}/artifacts"], stdout=self.log, stderr=self.log, cwd=folder, start_new_session=True)
        for _ in range(240):
            time.sleep(0.5)
            try:
                Connection(self.port).ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 1})
                return
            except (OSError, RuntimeError, ValueError):
                if self.process.poll() is not None:
                    break
        raise RuntimeError("MLflow's server did not begin: " + (pathlib.Path(folder) / "server.log").read_text()[-2000:])

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)
        self.log.close()


def begin_run(port, name):
    message = {"experiment_id": "0", "run_name": name, "user_id": "bench", "start_time": int(time.time() * 1e3)}
    return Connection(port).ask("POST", "/api/2.0/mlflow/runs/create", message)["run"]["info"]["run_id"]


def end_runs(port, runs):
    for run in runs:
        Connection(port).ask("POST", "/api/2.0/mlflow/runs/update", {"run_id": run, "status": "FINISHED", "end_time": int(time.time() * 1e3)})


def warm_up(port):
    """Each worker of MLflow's server has its first calls, which take long, behind it."""
    for _ in range(3):
        calls_per_second(port, 16, 2)


def calls_per_second(port, count, seconds):
    """One metric a call, `count` connections, each for a run of its own. (calls a second, seconds of a call)"""
    runs = [begin_run(port, f"single {i}") for i in range(count)]
    connections = [Connection(port) for _ in range(count)]
    now = int(time.time() * 1e3)

    def request(i, n):
        body = b'{"run_id": "%s", "run_uuid": "%s", "key": "loss", "value": %.6f, "timestamp": %d, "step": %d}' % (runs[i].encode(), runs[i].encode(), 1.0 / (n + 1), now + n, n)
        return connections[i].request("POST /api/2.0/mlflow/runs/log-metric", body)

    took = drive(connections, request, seconds)
    end_runs(port, runs)
    statuses = {status for connection in connections for status in connection.statuses}
    assert statuses == {200}, statuses
    latencies = [latency for connection in connections for latency in connection.latencies]
    return len(latencies) / took, latencies


def client_calls(python, port, seconds):
    done = subprocess.run([python, "-c", CLIENT, f"http://127.0.0.1:{port}", str(seconds)], check=True, capture_output=True, text=True)
    return float(done.stdout)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.figures = options, folder, []
        self.window = Window(options.window, str(folder / "data"))
        self.peer = None

    def add(self, name, unit, rounds, peer=None, **more):
        figure = {"name": name, "unit": unit, "median": statistics.median(rounds), "rounds": rounds, **more}
        text = f"{name}: {figure['median']:,.4g} {unit}"
        if peer is not None and self.peer:
            figure.update(peer="MLflow's own server, SQLite", peer_median=statistics.median(peer), peer_rounds=peer, ratio=figure["median"] / statistics.median(peer))
            text += f"; MLflow's own server {figure['peer_median']:,.4g}, ratio {figure['ratio']:.2f}"
        elif peer is not None:
            figure["peer_missing"] = "peer not installed"
            text += "; MLflow's own server: not installed"
        self.figures.append(figure)
        print(text, flush=True)

    def single_metrics(self):
        if self.peer:
            warm_up(self.peer.port)
        for count in (1, 8):
            ours, theirs, latencies = [], [], []
            for _ in range(self.options.rounds):
                rate, times = calls_per_second(self.window.port, count, self.options.seconds / 4)
                ours.append(rate)
                latencies += times
                if self.peer:
                    theirs.append(calls_per_second(self.peer.port, count, self.options.seconds / 4)[0])
            self.add(f"log-metric, {count} connection{'s' if count > 1 else ''}", "calls/s", ours, theirs, p50_ms=share(latencies, 0.5) * 1e3, p99_ms=share(latencies, 0.99) * 1e3)
        if self.peer:
            ours, theirs = [], []
            for _ in range(self.options.rounds):
                ours.append(client_calls(self.options.peer, self.window.port, self.options.seconds / 4))
                theirs.append(client_calls(self.options.peer, self.peer.port, self.options.seconds / 4))
            self.add("log-metric by the mlflow client itself", "calls/s", ours, theirs)

    def batches(self, together):
        """Each client a batch a second; their moments spread over the second, or all at the same one."""
        clients, points = self.options.clients, self.options.points
        rows, batches = points // SERIES, int(self.options.seconds)
        runs = [begin_run(self.window.port, f"batch {i}") for i in range(clients)]
        connections = [Connection(self.window.port) for _ in range(clients)]
        metric = ", ".join('{"key": "m%d", "value": %%.9g, "timestamp": %%d, "step": %%d}' % s for _ in range(rows) for s in range(SERIES))
        now = int(time.time() * 1e3)

        def request(i, n):
            values = []
            for step in range(n * rows, (n + 1) * rows):
                for s in range(SERIES):
                    values += (value(i, s, step), now + step, step)
            body = '{"run_id": "%s", "metrics": [%s]}' % (runs[i], metric % tuple(values))
            return connections[i].request("POST /api/2.0/mlflow/runs/log-batch", body.encode()) if n < batches else None

        self.window.tell("begin")
        took = drive(connections, request, batches + 60, lambda i, n: n + (0 if together else i / clients))
        beat = self.window.tell("end")
        end_runs(self.window.port, runs)
        statuses = {status for connection in connections for status in connection.statuses}
        assert statuses == {200}, statuses
        lost, wrong = self.counted(runs, rows * batches)
        latencies = [latency * 1e3 for connection in connections for latency in connection.latencies]
        when = "at the same moment" if together else "spread over the second"
        name = f"{clients} clients, {points:,} points/s each by log-batch, {when}"
        self.add(f"{name}: points taken", "points/s", [clients * points * batches / took], lost=lost, wrong=wrong)
        print(f"  {clients * points * batches:,} points: {lost} lost, {wrong} wrong or twice", flush=True)
        self.add("  an answer, median", "ms", [share(latencies, 0.5)], p99=share(latencies, 0.99), longest=max(latencies))
        self.tell_beat(beat)
        return lost == wrong == 0

    def tell_beat(self, beat):
        self.add("  the longest turn of the window's thread", "ms", [beat["longest_turn_ms"]], p99=beat["p99_turn_ms"])
        self.add("  processor time of the longest turn", "ms", [beat["longest_processor_ms"]])
        self.add("  the longest gap between two beats", "ms", [beat["longest_gap_ms"]], p99=beat["p99_gap_ms"])
        self.add("  the window's thread", "of one core", [beat["thread_share"]])
        self.add("  the whole process", "of one core", [beat["process_share"]])

    def counted(self, runs, steps):
        """(points that are not there, points that differ or are there twice), of every series read back whole."""
        asked = Connection(self.window.port)
        jobs = {job["name"].split()[-1]: job["id"] for job in asked.ask("GET", "/api/training")["jobs"] if f"{job['name']}".split()[-2:-1] == ["batch"]}
        lost = wrong = 0
        for i in range(len(runs)):
            for s in range(SERIES):
                rows, after = [], -1
                while after is not None:
                    page = asked.ask("GET", f"/api/training/{jobs[str(i)]}/metrics?series=m{s}&limit=100000&after={after}")
                    rows += page["points"]
                    after = page["next"]
                told = {row["step"]: row["value"] for row in rows}
                lost += sum(step not in told for step in range(steps))
                wrong += len(rows) - len(told) + sum(told.get(step, x) != x for step in range(steps) for x in [float("%.9g" % value(i, s, step))])
        return lost, wrong

    def uploads(self, megabytes=256):
        """Files that come in while one client logs single metrics."""
        run = begin_run(self.window.port, "files")
        logging = begin_run(self.window.port, "beside files")
        connections = [Connection(self.window.port) for _ in range(3)]
        now = int(time.time() * 1e3)
        content = os.urandom(1 << 20) * (megabytes // 2)

        def request(i, n):
            if i == 2:
                return connections[i].request("POST /api/2.0/mlflow/runs/log-metric", b'{"run_id": "%s", "key": "loss", "value": 1, "timestamp": %d, "step": %d}' % (logging.encode(), now + n, n))
            return connections[i].request(f"PUT /api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/file{i}.bin", content) if n == 0 else None

        self.window.tell("begin")
        took = drive(connections, request, 3.0)
        beat = self.window.tell("end")
        assert {status for connection in connections for status in connection.statuses} == {200}
        self.add(f"2 uploads of {megabytes // 2} MB side by side", "MB/s", [megabytes / max(connections[i].latencies[0] for i in (0, 1))])
        self.add("  a log-metric meanwhile, median", "ms", [share(connections[2].latencies, 0.5) * 1e3], longest=max(connections[2].latencies) * 1e3, seconds=took)
        self.tell_beat(beat)

    def polls(self, clients=100, pause=0.5):
        asked = Connection(self.window.port)
        job = asked.ask("GET", "/api/training")["jobs"][0]["id"]
        connections = [Connection(self.window.port) for _ in range(clients)]
        path = f"/api/training/{job}/metrics"
        asked.send(asked.request(f"GET {path}"))
        while not (answer := asked.take()):
            pass
        tag = next(line for line in answer[1].split(b"\r\n") if line.startswith(b"etag:")).split(b":", 1)[1].strip()
        head = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nIf-None-Match: %s\r\n\r\n" % (path.encode(), self.window.port, tag)
        quiet, before = processor_seconds(self.window.process.pid), time.perf_counter()
        time.sleep(5)
        idle = (processor_seconds(self.window.process.pid) - quiet) / (time.perf_counter() - before)
        self.window.tell("begin")
        spent = processor_seconds(self.window.process.pid)
        took = drive(connections, lambda i, n: head, self.options.seconds, lambda i, n: (n + i / clients) * pause)
        spent = (processor_seconds(self.window.process.pid) - spent) / took
        beat = self.window.tell("end")
        statuses = {status for connection in connections for status in connection.statuses}
        assert statuses == {304}, statuses
        latencies = [latency * 1e3 for connection in connections for latency in connection.latencies]
        self.add(f"{clients} clients polling every {pause} s with an ETag", "of one core", [spent], without_them=idle)
        self.add("  a poll, median", "ms", [share(latencies, 0.5)], p99=share(latencies, 0.99))
        self.tell_beat(beat)


def value(client, series, step):
    return client * 1e-3 + series + step * 1e-7


def has_mlflow(python):
    return shutil.which(python) is not None and subprocess.run([python, "-c", "import mlflow.server"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("window")
    parser.add_argument("--json")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", default=sys.executable)
    parser.add_argument("--only", choices=["singles", "batches", "uploads", "polls"])
    options = parser.parse_args()
    wanted = [options.only] if options.only else ["singles", "batches", "uploads", "polls"]
    print(f"load {os.getloadavg()[0]:.2f} at the beginning", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="api-bench-"))
    for name in ("data", "peer"):
        (folder / name).mkdir()
    whole = True
    try:
        bench = Bench(options, folder)
        if "singles" in wanted:
            bench.peer = Mlflow(options.peer, str(folder / "peer")) if has_mlflow(options.peer) else None
            try:
                bench.single_metrics()
            finally:
                if bench.peer:
                    bench.peer.close()
        if "batches" in wanted:
            whole = bench.batches(together=False) and bench.batches(together=True)
        if "uploads" in wanted:
            bench.uploads()
        if "polls" in wanted:
            bench.polls()
        bench.window.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"load {os.getloadavg()[0]:.2f} at the end", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"figures": bench.figures, "load_average_at_the_end": os.getloadavg()[0]}, indent=1) + "\n")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
