# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of ends: each provoked for real, under the real window, and what Trainyard says of it. Argument: the binary."""
import json
import os
import pathlib
import signal
import sys
import time

from yard import Window, display, wait_for, yard_of

EAT = "python3 -c \"a=[]\nwhile True: a.append(bytearray(10**6))\""


def record(yard, number, name="process.json"):
    return json.loads((yard.data / f"jobs/{number}/{name}").read_text())


def alive(pid):
    try:
        return ") Z " not in pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


class Ends:
    def __init__(self, yard, screen):
        self.yard, self.screen = yard, screen
        self.window = Window(yard, screen)
        self.rows = []

    def start(self, command, *options):
        number = int(self.yard.cli("new", "--name", "end", "--workdir", str(self.yard.dir), "--command", command, *options))
        self.yard.cli("run", str(number), "--detach")
        wait_for(lambda: (self.yard.data / f"jobs/{number}/process.json").exists(), "its supervisor")
        return number

    def reopen(self):
        self.window = Window(self.yard, self.screen)

    def expect(self, number, what, status, reason):
        job = wait_for(lambda: (j := self.yard.job(number))["status"] not in ("running", "queued") and j, f"the end of {what}", 40)
        told = job["reason"] or ""
        assert job["status"] == status and (told == reason or (reason.endswith("…") and told.startswith(reason[:-1]))), (what, job)
        assert job["ended_at"] and job["ended_at"] >= job["started_at"], job
        self.rows.append(f"{what:44} {status:9} {told}")

    def pid(self, number, who="process"):
        return record(self.yard, number)[who]["pid"]


def simple_ends(ends):
    ends.expect(ends.start("exit 0"), "exit 0", "complete", "")
    ends.expect(ends.start("exit 3"), "exit 3", "failed", "exited with code 3")
    number = ends.start("exec sleep 300")
    os.kill(ends.pid(number), signal.SIGKILL)
    ends.expect(number, "SIGKILL of the training process", "failed", "killed by SIGKILL")
    number = ends.start("echo step=1 x=1; sleep 300; true")
    wait_for(lambda: ends.yard.job(number)["step"] == 1, "its first step")
    os.kill(ends.pid(number, "supervisor"), signal.SIGKILL)
    ends.expect(number, "SIGKILL of the supervisor", "failed", "lost: its supervisor was killed")
    wait_for(lambda: not alive(ends.pid(number)), "the program of a killed supervisor to end")
    number = ends.start("(setsid sleep 300 &) ; sleep 0.2")
    ends.expect(number, "a command that forks a daemon", "complete", "a process that it left behind was ended")


def without_a_window(ends):
    """What happens while no window is there, and is told by the next one."""
    restarted, recycled, ended = ends.start("sleep 300"), ends.start("sleep 300"), ends.start("sleep 1; exit 7")
    stopped = ends.start("trap '' INT; echo step=1 x=1; while :; do sleep 0.1; done")
    wait_for(lambda: ends.yard.job(stopped)["step"] == 1, "the last one's first step")
    ends.window.keys("Home", "ctrl+period")
    wait_for(lambda: (ends.yard.data / f"jobs/{stopped}/stop.json").exists(), "its first signal")
    ends.window.kill()
    for number, change in ((restarted, {"boot_id": "0-0"}), (recycled, {"supervisor": {"pid": os.getpid(), "start_ticks": 1}})):
        os.kill(ends.pid(number, "supervisor"), signal.SIGKILL)
        path = ends.yard.data / f"jobs/{number}/process.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    wait_for(lambda: (ends.yard.data / f"jobs/{stopped}/exit.json").exists(), "its end in the grace time", 30)
    wait_for(lambda: (ends.yard.data / f"jobs/{ended}/exit.json").exists(), "exit 7")
    assert ends.yard.job(ended)["reason"] == "exited with code 7"  # told without a window, too
    ends.reopen()
    ends.expect(restarted, "the boot id changed", "failed", "lost: the machine restarted")
    ends.expect(recycled, "a recycled pid", "failed", "lost: its supervisor was killed")
    ends.expect(ended, "exit 7 while no window was open", "failed", "exited with code 7")
    ends.expect(stopped, "the window killed in the stop's grace time", "failed", "stopped by you; it ended after SIGTERM")
    at = ends.yard.job(ended)["ended_at"]
    exit_ms = record(ends.yard, ended, "exit.json")["ended_ms"]
    assert at.startswith(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(exit_ms / 1000))), (at, exit_ms)


def out_of_memory(ends):
    """A memory limit by a control group, where one may be made: version 1 or 2."""
    for root, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = pathlib.Path(root) / f"trainyard-test-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(96 << 20))
        except OSError:
            if group.exists():
                group.rmdir()
            continue
        number = ends.start(f"echo $$ > {group}/cgroup.procs; {EAT}")
        ends.expect(number, "a memory limit", "failed", "out of memory: the kernel killed it at…")
        wait_for(lambda: not (group / "cgroup.procs").read_text(), "the group to be empty")
        group.rmdir()
        return
    ends.rows.append("a memory limit: no control group may be made here; not provoked")


def damaged_records(ends):
    number, other = ends.start("sleep 300"), ends.start("sleep 300")
    ends.window.kill()
    (ends.yard.data / f"jobs/{number}/process.json").write_text("{")
    os.kill(ends.pid(other, "supervisor"), signal.SIGTERM)
    wait_for(lambda: (ends.yard.data / f"jobs/{other}/exit.json").exists(), "its end")
    (ends.yard.data / f"jobs/{other}/exit.json").write_text("{\"version\": 1, \"co")
    ends.reopen()
    time.sleep(0.5)
    assert ends.yard.job(number)["status"] == "running"
    ends.yard.cli("stop", str(number))
    ends.expect(number, "a damaged process.json", "failed", "stopped by you; it ended after SIGINT")
    ends.expect(other, "a damaged exit.json", "failed", "lost: how it ended is not known, for its exit.json is damaged")


def nothing_is_left(ends):
    """No process that carries this yard's mark, and no zombie of the window."""
    mark = str(ends.yard.data).encode()
    def marked():
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if b"TRAINYARD_METRICS=" + mark in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes())
            except OSError:
                continue
        return found
    wait_for(lambda: not marked(), f"nothing to be left, but {marked()}")
    children = pathlib.Path(f"/proc/{ends.window.process.pid}/task/{ends.window.process.pid}/children")
    assert not children.exists() or not children.read_text().split(), "the window has children"


def main(binary):
    with yard_of(binary) as yard, display() as screen:
        yard.data.mkdir()
        (yard.data / "settings.ini").write_text("[commands]\nstopGraceMs=1500\n")
        ends = Ends(yard, screen)
        simple_ends(ends)
        out_of_memory(ends)
        without_a_window(ends)
        damaged_records(ends)
        nothing_is_left(ends)
        assert ends.window.close() == 0
        print("\n".join(ends.rows))


if __name__ == "__main__":
    main(sys.argv[1])
