#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that other programs wrote, imported by the command line and compared with what independent readers found in the same files.
Arguments: the binary, a folder of samples that has an EXPECTED.json (per file: the series with points, first, last, min, max).
Each file is imported alone, so that what lies beside it tells nothing. Those readers know no restarts: where steps go back or repeat, the
series must have fewer points, the same last one, and extremes within theirs."""
import csv
import io
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict

STEPS = ("step", "global_step", "iteration", "iter", "current_steps", "epoch")


def expected_series(path, found):
    """tag -> {points, first, last, min, max, nonfinite, exact}"""
    if "tags" in found:
        return {tag: {"points": s["points"], "first": s["first_value"], "last": s["last_value"], "min": s["min"], "max": s["max"],
                      "first_step": s["first_step"], "last_step": s["last_step"], "nonfinite": s["nan"] + s["inf"],
                      "exact": not s["step_regressions"] and not s["duplicate_steps"]} for tag, s in found["tags"].items()}
    if "keys" in found:
        left_out = {"_step", "_timestamp"}  # a point's step and time
        return {key: {"points": s["numeric"], "first": s["first"], "last": s["last"], "min": s["min"], "max": s["max"], "nonfinite": s["nonfinite"],
                      "exact": True} for key, s in found["keys"].items() if key not in left_out and s["numeric"]}
    if found.get("kind") == "mlflow_metric":
        s = found["columns"]["value"]
        return {found["metric"]: dict(s, exact=True)}
    columns = found.get("columns", {})
    step = "_step" if "_step" in columns else found.get("step_column")
    return {key: dict(s, exact=not found.get("restarts")) for key, s in columns.items() if key != step}


def same(one, other):
    if one is None or other is None:
        return one is None and other is None
    one, other = float(one), float(other)  # of the words, too: "NaN", "Infinity"
    return (math.isnan(one) and math.isnan(other)) or one == other


def facts(points):
    values = [value for _, value in points]
    finite = [value for value in values if math.isfinite(value)]
    return {"points": len(values), "first": values[0], "last": values[-1], "first_step": points[0][0], "last_step": points[-1][0],
            "min": min(finite, default=None), "max": max(finite, default=None), "nonfinite": len(values) - len(finite)}


def differences(expected, points):
    """What differs, in words."""
    wrong = []
    for tag, want in expected.items():
        have = points.get(tag)
        if not have:
            wrong.append(f"{tag}: not there")
            continue
        got = facts(have)
        if want["exact"] and got["points"] >= want["points"]:  # tables do not tell whether steps repeat
            wrong += [f"{tag}: {key} is {got[key]}, not {want[key]}" for key in ("points", "first", "last", "min", "max", "nonfinite", "first_step", "last_step")
                      if key in want and not same(got[key], want[key])]
        else:
            extremes = got["min"] is None or want["min"] <= got["min"] <= got["max"] <= want["max"]
            if got["points"] > want["points"] or not same(got["last"], want["last"]) or not extremes:
                wrong.append(f"{tag}: after restarts {got['points']} of {want['points']} points, last {got['last']}, not {want['last']}")
    wrong += [f"{tag}: nobody else sees it" for tag in points if tag not in expected and not tag.startswith("system/")]
    return wrong


def place(sample, samples, root, number):
    """Alone in a folder, but for what belongs to the run."""
    folder = root / f"{number:03}" / sample.parent.name
    if "metrics" in sample.parts and "mlruns" in sample.parts:
        run = next(parent for parent in sample.parents if parent.parent.parent.name == "mlruns")
        shutil.copytree(run, root / f"{number:03}" / "mlruns" / run.parent.name / run.name)
        shutil.copy(run.parent / "meta.yaml", root / f"{number:03}" / "mlruns" / run.parent.name)
        return root / f"{number:03}"
    folder.mkdir(parents=True)
    shutil.copy(sample, folder)
    return folder


def main():
    binary, samples = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    expectations = json.loads((samples / "EXPECTED.json").read_text())
    table = defaultdict(lambda: [0, 0, 0, 0])
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        root, data = pathlib.Path(temporary) / "runs", pathlib.Path(temporary) / "data"
        for number, (name, found) in enumerate(sorted(expectations.items())):
            expected = expected_series(name, found)
            where = place(samples / name, samples, root, number)
            done = subprocess.run([binary, "import", str(where), "--json", "--data-dir", str(data)], capture_output=True, text=True)
            if done.returncode not in ((0,) if expected else (0, 1)):  # 1: nothing of it could be read
                sys.exit(f"{name}: exit code {done.returncode}: {done.stderr}")
            told = json.loads(done.stdout)
            points = defaultdict(list)
            for job in told["jobs"]:
                text = subprocess.run([binary, "metrics", str(job), "--data-dir", str(data)], check=True, capture_output=True, text=True).stdout
                for row in csv.DictReader(io.StringIO(text)):
                    points[row["series"]].append((int(row["step"]), float(row["value"])))
            if "mlflow_metric" == found.get("kind"):
                points = {tag: rows for tag, rows in points.items() if tag in expected}
            wrong = differences(expected, points)
            row = table[name.split("/")[0]]
            row[0] += 1
            row[1] += not wrong
            row[2] += len(points)
            row[3] += sum(map(len, points.values()))
            bad += bool(wrong)
            for line in wrong[:5]:
                print(f"{name}: {line}")
    print(f"{'format':16}{'samples':>9}{'equal':>7}{'series':>8}{'points':>9}")
    for kind, (count, equal, series, total) in sorted(table.items()):
        print(f"{kind:16}{count:9}{equal:7}{series:8}{total:9}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
