#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Cold start: from exec to a window whose first controls can be pressed, each time with empty folders. Runs within
tests/app/virtual-display.sh. What it takes to look for the control is in the figure."""

import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "app"))
from window import Window  # noqa: E402


def main(astra):
    times = []
    for _ in range(6):
        with tempfile.TemporaryDirectory() as folder:
            window = Window([astra, "--config", f"{folder}/config", "--data", f"{folder}/data", "gui"], f"{folder}/log")
            try:
                window.wait_for("Try it offline", "push button", 30)
                times.append(time.monotonic() - window.started)
            finally:
                window.kill()
    # The first start wakes the accessibility bus and fills the disk cache.
    times = sorted(times[1:])
    print("window after " + ", ".join(f"{t * 1000:.0f}" for t in times) + " ms")
    print(f"= cold start to a usable window, ms (median) | {times[len(times) // 2] * 1000:.0f} | <= 1000")


main(sys.argv[1])
