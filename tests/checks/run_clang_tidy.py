#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-tidy over app, core and ui on all cores. A file that was clean and whose compile inputs have not changed since is
skipped. Arguments: the root, a build folder with compile_commands.json."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys


def stamp_of(root, command):
    digest = hashlib.sha256((root / ".clang-tidy").read_bytes() + command.encode())
    for header in sorted(root.glob("*/**/*.h")):
        if "build" not in header.parts:
            digest.update(header.read_bytes())
    return digest


def main():
    root, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    entries = [e for e in json.loads((build / "compile_commands.json").read_text())
               if any(e["file"].startswith(f"{root}/{room}/") for room in ("app", "core", "ui"))]
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    common = stamp_of(root, "1")

    def tidy(entry):
        digest = common.copy()
        digest.update(pathlib.Path(entry["file"]).read_bytes())
        stamp = stamps / digest.hexdigest()
        if stamp.exists():
            return entry["file"], 0, ""
        run = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", entry["file"]], capture_output=True, text=True)
        if run.returncode == 0:
            stamp.touch()
        return entry["file"], run.returncode, run.stdout

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, code, output in pool.map(tidy, entries):
            if code != 0:
                failed += 1
                print(output)
    print(f"clang-tidy: {len(entries)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
