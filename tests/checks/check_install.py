#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`cmake --install` puts everything in its place, and the desktop entry names the installed binary. Arguments: the root, the
build folder (build/dev unless given)."""
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main(root, build):
    prefix = pathlib.Path(tempfile.mkdtemp())
    try:
        subprocess.run(["cmake", "--install", build, "--prefix", str(prefix)], check=True, stdout=subprocess.DEVNULL)
        share = prefix / "share"
        entry = share / "applications" / "trainyard.desktop"
        wanted = [prefix / "bin" / "trainyard", entry, share / "metainfo" / "io.github.trainyard.Trainyard.metainfo.xml",
                  share / "icons/hicolor/scalable/apps/trainyard.svg", share / "doc/trainyard/copyright"]
        wanted += [share / f"icons/hicolor/{s}x{s}/apps/trainyard.png" for s in (16, 22, 24, 32, 48, 64, 128, 256, 512)]
        missing = [str(path) for path in wanted if not path.is_file()]
        assert not missing, f"not installed: {missing}"
        keys = dict(line.split("=", 1) for line in entry.read_text().splitlines() if "=" in line)
        assert keys["Exec"] == "trainyard" and keys["Icon"] == "trainyard" and keys["Terminal"] == "false", keys
        told = subprocess.run([str(prefix / "bin" / keys["Exec"]), "--version"], capture_output=True, text=True, check=True).stdout
        assert told.startswith("trainyard "), told
        subprocess.run(["desktop-file-validate", str(entry)], check=True)
        subprocess.run(["appstreamcli", "validate", "--no-net", str(wanted[2])], check=True, stdout=subprocess.DEVNULL)
        print(f"installed: {len(wanted)} files in their places")
    finally:
        shutil.rmtree(prefix)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else sys.argv[1] + "/build/dev")
