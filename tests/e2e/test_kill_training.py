# SPDX-License-Identifier: GPL-3.0-or-later
"""A few rounds of kill_training.py in each test run; `./dev interop` does fifty, with PyTorch."""
import sys

from kill_training import main

if __name__ == "__main__":
    main(sys.argv[1], 6)
