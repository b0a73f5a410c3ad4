# SPDX-License-Identifier: Apache-2.0
"""What the scripts have in common whose numbers tests compare with: a script writes its table, or with --check says
whether it would write the same again.

Numbers may differ in the last digits: how a sine or a matrix product is rounded depends on the processor.
"""

import json
import math
import os
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parents[2]
shared = pathlib.Path(os.environ.get("ASTRA_SHARED_DATA", root.parent / "shared/data"))


def difference(was, now, place="", slack=1e-9):
    """The first place where two JSON values differ, as a text; None: they are the same."""
    if isinstance(was, dict) and isinstance(now, dict):
        if list(was) != list(now):
            return f"{place}: names {list(was)[:9]}, not {list(now)[:9]}"
        pairs = [(was[key], now[key], f"{place}/{key}") for key in was]
    elif isinstance(was, list) and isinstance(now, list):
        if len(was) != len(now):
            return f"{place}: {len(was)} values, not {len(now)}"
        pairs = [(a, b, f"{place}/{i}") for i, (a, b) in enumerate(zip(was, now))]
    else:
        are_numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (was, now))
        same = math.isclose(was, now, rel_tol=slack, abs_tol=slack) if are_numbers else was == now
        return None if same else f"{place}: {was!r}, not {now!r}"
    return next((found for found in (difference(*pair, slack) for pair in pairs) if found), None)


def settle(path, text):
    """Writes `text`, which is JSON, to `path`; with --check compares. Ends the script."""
    path = pathlib.Path(path)
    if "--check" not in sys.argv:
        path.write_text(text)
        sys.exit(0)
    found = difference(json.loads(path.read_text()), json.loads(text)) if path.exists() else "it is not there"
    if found:
        print(f"{path.name} is not what the script computes: {found}")
    sys.exit(1 if found else 0)
