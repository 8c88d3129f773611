#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three rounds of kill_window.py; ./dev kill does twenty. Argument: the binary."""
import sys

import kill_window

if __name__ == "__main__":
    kill_window.main(sys.argv[1], 3)
