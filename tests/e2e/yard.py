# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: a data directory, the command line, a display of its own, a window, and its keys."""
import contextlib
import csv
import io
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

PATIENCE = 30.0


def wait_for(condition, what, patience=PATIENCE):
    """The first true value of `condition()`; an AssertionError that says `what` when it does not come."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"waited {patience:.0f} s for: {what}"
        time.sleep(0.03)


class Yard:
    """One data directory and the program on it."""

    def __init__(self, binary):
        self.binary = str(pathlib.Path(binary).resolve())
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="trainyard-e2e-"))
        self.data = self.dir / "data"

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def cli(self, *words, code=0, data=None):
        """Standard output of a verb; the exit code must be `code`. With another code: standard error."""
        done = subprocess.run([self.binary, *words, "--data-dir", str(data or self.data)], capture_output=True, text=True, timeout=120)
        assert done.returncode == code, f"{words}: exit code {done.returncode}, wanted {code}: {done.stderr}"
        return done.stdout if code == 0 else done.stderr

    def jobs(self):
        """All jobs, oldest first."""
        return list(reversed(json.loads(self.cli("list", "--json"))))

    def job(self, number):
        return json.loads(self.cli("show", str(number), "--json"))

    def points(self, number, series=None):
        """{series: [(step, value as text)]}"""
        words = ["metrics", str(number)] + (["--series", series] if series else [])
        result = {}
        for row in csv.DictReader(io.StringIO(self.cli(*words))):
            result.setdefault(row["series"], []).append((int(row["step"]), row["value"]))
        return result

    def everything(self):
        """{(job, series): [(step, value)]}, {job: step}; the database's structure and every chunk are checked on the way."""
        with sqlite3.connect(f"file:{self.data / 'trainyard.db'}?mode=ro", uri=True) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        self.cli("check")
        steps = {job["id"]: job["step"] for job in self.jobs()}
        points = {}
        for job in steps:
            for series, told in self.points(job).items():
                points[(job, series)] = [(step, float(value)) for step, value in told]
        return points, steps

    def new(self, name, **options):
        words = ["new", "--name", name, "--model", options.pop("model", "ViT-S/16"), "--epochs", str(options.pop("epochs", 3)),
                 "--lr", str(options.pop("lr", 3e-4))]
        for key, value in options.items():
            words += ["--" + key.replace("_", "-"), str(value)]
        return int(self.cli(*words))


class Display:
    """An X server with a window manager, for this test alone."""

    def __init__(self):
        read, write = os.pipe()
        # Else it would begin anew when its last client leaves, and that is xprop while the window manager starts.
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp",
                                        "-noreset"],
                                       pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            self.name = ":" + told.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.name, QT_QPA_PLATFORM="xcb", TRAINYARD_REDUCED_MOTION="1")
        self.manager = subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: "WM_CHECK" in subprocess.run(["xprop", "-root"], env=self.env, capture_output=True, text=True).stdout,
                 "the window manager")

    def close(self):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait()


class Window:
    """The program's window on a display."""

    def __init__(self, yard, display, **env):
        self.yard, self.display = yard, display
        self.process = subprocess.Popen([yard.binary, "--data-dir", str(yard.data)], env=dict(display.env, **env),
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.id = wait_for(self._find, "the window")
        self._xdotool("windowactivate", "--sync", self.id)

    def _xdotool(self, *words, check=True):
        return subprocess.run(["xdotool", *words], env=self.display.env, capture_output=True, text=True, check=check).stdout

    def _find(self):
        assert self.process.poll() is None, "the program ended: " + self.process.stdout.read()
        found = self._xdotool("search", "--onlyvisible", "--name", "^Trainyard$", check=False).split()
        return found[0] if found else None

    def keys(self, *keys):
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text):
        self._xdotool("type", "--clearmodifiers", "--delay", "4", text)

    def shot(self, path):
        subprocess.run(["import", "-window", "root", str(path)], env=self.display.env, check=False)

    def close(self):
        """By the keyboard; the exit code."""
        if self.process.poll() is None:
            self.keys("ctrl+q")
        return self.process.wait(timeout=PATIENCE)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def yard_of(binary):
    yard = Yard(binary)
    try:
        yield yard
    finally:
        yard.close()


@contextlib.contextmanager
def display():
    one = Display()
    try:
        yield one
    finally:
        one.close()
