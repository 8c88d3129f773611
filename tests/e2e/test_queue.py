# SPDX-License-Identifier: GPL-3.0-or-later
"""A short queue_slots.py in each test run; `./dev queue` does 200 jobs."""
import sys

from queue_slots import main

if __name__ == "__main__":
    main(sys.argv[1], 12)
