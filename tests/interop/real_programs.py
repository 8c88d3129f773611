#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real training programs, as their packages bring them, started from the window by keyboard: PyTorch, XGBoost, fastText. What
Trainyard stored is compared with what the program printed, read here by other means. Then one is killed, and one exits with 3.
Arguments: the binary, [a folder for screenshots]."""
import pathlib
import random
import re
import signal
import sys
import os

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from yard import Window, display, wait_for, yard_of  # noqa: E402

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "resources" / "examples"
PYTHON = "/usr/bin/python3"
LONG = 90.0


def add_and_start(window, name, command, workdir):
    """Through the dialog, with keys: Ctrl+N, the source by Shift+Tab and Space, the fields in their order."""
    window.keys("ctrl+n", "shift+Tab")  # from the name back to the sources
    window.keys("space")
    window.keys("Tab")
    window.type(name)
    window.keys("Tab", "Tab")  # over the model
    window.type(command)
    window.keys("Tab", "ctrl+a")
    window.type(str(workdir))
    window.keys("Return")


def log_of(yard, number):
    return (yard.data / "jobs" / str(number) / "output.log").read_text()


def ended(yard, number):
    return wait_for(lambda: (j := yard.job(number))["status"] in ("complete", "failed") and j, f"job {number} to end", LONG)


def check_torch(yard, number):
    job = ended(yard, number)
    assert job["status"] == "complete" and job["progress"] == 1.0, job
    log, points = log_of(yard, number), yard.points(number)
    printed = [(int(e), int(n), float(v)) for e, n, v in re.findall(r"Train Epoch: (\d+) \[(\d+)/1400 .*?Loss: ([\d.]+)", log)]
    stored = [(step, float(value)) for step, value in points["train/loss"]]
    assert stored == [((epoch - 1) * 1400 + done, value) for epoch, done, value in printed], "losses differ"
    accuracy = [int(n) / int(m) for n, m in re.findall(r"Accuracy: (\d+)/(\d+)", log)]
    assert [float(v) for _, v in points["test/accuracy"]] == accuracy and accuracy[-1] > 0.9, accuracy
    return f"PyTorch: {len(stored)} losses, {len(accuracy)} accuracies equal to what it printed, last accuracy {accuracy[-1]:.3f}"


def check_xgboost(yard, number):
    assert ended(yard, number)["status"] == "complete"
    log, points = log_of(yard, number), yard.points(number)
    for name, tag in (("train-logloss", "train/logloss"), ("eval-logloss", "val/logloss"), ("eval-auc", "val/auc")):
        printed = [(int(i), float(v)) for i, v in re.findall(rf"^\[(\d+)\].*?{name}:([\d.]+)", log, re.M)]
        assert printed and [(s, float(v)) for s, v in points[tag]] == printed, tag
    return f"XGBoost: {sum(map(len, points.values()))} values of {len(points)} series equal to what it printed"


def check_fasttext(yard, number):
    assert ended(yard, number)["status"] == "complete", yard.job(number)
    points = yard.points(number)
    values = [float(v) for _, v in points["train/loss"]]
    printed = [float(v) for v in re.findall(r"avg.loss:\s+([\d.]+)", log_of(yard, number))]
    assert values and values[-1] == printed[-1], (values, printed)
    assert yard.job(number)["step"] == yard.job(number)["total_steps"] == 1000
    return f"fastText: {len(values)} losses of {len(printed)} printed, the last {values[-1]}"


def make_fasttext_data(path):
    random.seed(1)
    words = {"sport": "goal match team win league ball".split(), "food": "bread soup cook salt oven taste".split()}
    lines = [f"__label__{label} " + " ".join(random.choices(vocabulary, k=12)) for label, vocabulary in words.items() for _ in range(30000)]
    random.shuffle(lines)
    path.write_text("\n".join(lines) + "\n")


def kill_program(yard, number):
    """SIGKILL to the program of the job, found by the variable that Trainyard gives it; not to its supervisor."""
    wait_for(lambda: yard.job(number)["step"] > 0, "its first step", LONG)
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            mine = f"TRAINYARD_JOB_ID={number}\0".encode() in (folder / "environ").read_bytes()
            if (folder / "comm").read_text().startswith("trainyard"):
                continue
            if mine and str(yard.data).encode() in (folder / "environ").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue


def main(binary, shots=None):
    told = []
    with yard_of(binary) as yard, display() as screen:
        data = yard.dir / "train.txt"
        make_fasttext_data(data)
        (yard.dir / "three.py").write_text("print('step=1 loss=0.5')\nraise SystemExit(3)\n")
        window = Window(yard, screen)
        programs = [("torch digits", f"{PYTHON} torch_digits.py", EXAMPLES, check_torch),
                    ("xgboost cancer", f"{PYTHON} xgboost_cancer.py", EXAMPLES, check_xgboost),
                    ("fasttext", f"fasttext supervised -input {data} -output {yard.dir}/model -epoch 30 -thread 2", yard.dir, check_fasttext)]
        for number, (name, command, workdir, check) in enumerate(programs, 1):
            add_and_start(window, name, command, workdir)
            wait_for(lambda: len(jobs := yard.jobs()) == number and (jobs[-1]["step"] > 0 or name == "fasttext"), f"{name} to tell its first step", LONG)
            if shots:
                window.keys("alt+2" if number == 3 else "alt+1")
                window.shot(pathlib.Path(shots) / f"real-{number}-running.png")
            told.append(check(yard, number))
            if shots:
                window.shot(pathlib.Path(shots) / f"real-{number}-ended.png")
        add_and_start(window, "torch, killed", f"{PYTHON} torch_digits.py --epochs 100000", EXAMPLES)
        wait_for(lambda: len(yard.jobs()) == 4, "the fourth job")
        kill_program(yard, 4)
        job = ended(yard, 4)
        assert job["status"] == "failed" and job["reason"].startswith("killed by SIGKILL"), job
        add_and_start(window, "exits with 3", f"{PYTHON} three.py", yard.dir)
        wait_for(lambda: len(yard.jobs()) == 5, "the fifth job")
        job = ended(yard, 5)
        assert (job["status"], job["reason"]) == ("failed", "exited with code 3"), job
        told.append("killed with SIGKILL: “killed by SIGKILL”; exit code 3: “exited with code 3”")
        if shots:
            window.shot(pathlib.Path(shots) / "real-5-failed.png")
        assert window.close() == 0
    print("\n".join(told))


if __name__ == "__main__":
    main(*sys.argv[1:3])
