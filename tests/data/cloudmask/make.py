#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a grown cloud mask is on a finer, a coarser and a shifted grid, by brute force in numpy.

A pixel is masked where its own class says so, or where the centre of a pixel that is cloud (not fill) lies within the
radius (and 1 % of a pixel), both counted in metres on the ground; the target takes the mask pixel that its centre lies in.

    python3 tests/data/cloudmask/make.py            # writes expected.json beside this file
    python3 tests/data/cloudmask/make.py --check    # is it up to date?
"""

import json
import math
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle  # noqa: E402
side = 60
x, y = np.meshgrid(np.arange(side), np.arange(side))
scl = np.full((side, side), 4)
scl[(x - 20) ** 2 + (y - 14) ** 2 < 9] = 9
scl[40, 33] = 3
scl[50:53, 5:7] = 10
scl[30:34, 50:56] = 11
scl[:, 58:] = 0
qa = np.full((side, side), 21824)
qa[(x - 20) ** 2 + (y - 14) ** 2 < 9] = 22280
qa[40, 33] = 23888
qa[30:34, 50:56] = 30048
qa[:, 58:] = 1
scl_masked, scl_snow = {0, 1, 3, 8, 9, 10}, {11}


def masked(values, kind, snow):
    if kind == "scl":
        return np.isin(values, list(scl_masked | (scl_snow if snow else set())))
    bits = 0b11111 | (0b100000 if snow else 0)
    return (values & bits) != 0


def fill(values, kind):
    return values == 0 if kind == "scl" else (values & 1) != 0


def grown(values, kind, snow, metres, pixel_metres):
    mask = masked(values, kind, snow)
    out = mask.copy()
    seeds = np.argwhere(mask & ~fill(values, kind))
    for sy, sx in seeds:
        out |= np.hypot(x - sx, y - sy) * pixel_metres <= metres + 0.01 * pixel_metres
    return out


# EPSG:32631, 20 m pixels from (500000, 5000000). The scale factor in the middle of the zone is 0.9996: a pixel of 20 m
# on the map is 20 / 0.9996 m on the ground. 60 m are meant to be three
# pixels; the other radii are far from a tie.
ground = 20 / 0.9996
cases = []


def runs(text):
    """"0010" → "0:2 1:1 0:1", row after row."""
    flat = text.ravel()
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    return " ".join(f"{flat[a]}:{b - a}" for a, b in zip(starts, np.r_[starts[1:], flat.size]))


for kind, values in (("scl", scl), ("qa_pixel", qa)):
    for snow in (False, True):
        for metres in (0, 30, 60, 70, 215):
            mask = grown(values, kind, snow, metres, ground)
            for name, origin_x, origin_y, pixel, w, h in (
                ("finer", 500000, 5000000, 10, 120, 120),
                ("shifted", 500007, 4999991, 13, 70, 70),
                ("own", 500000, 5000000, 20, 60, 60),
            ):
                cx = ((origin_x + (np.arange(w) + 0.5) * pixel - 500000) / 20).astype(int)
                cy = ((5000000 - origin_y + (np.arange(h) + 0.5) * pixel) / 20).astype(int)
                target = mask[np.ix_(np.minimum(cy, side - 1), np.minimum(cx, side - 1))]
                outside = (cy >= side)[:, None] | (cx >= side)[None, :]
                text = np.where(outside, "?", np.where(target, "1", "0"))
                cases.append({"kind": kind, "snow": snow, "metres": metres, "name": name,
                              "grid": [origin_x, origin_y, pixel, w, h],
                              "runs": runs(text), "masked": int((target & ~outside).sum())})
out = {"scl": scl.tolist(), "qa_pixel": qa.tolist(), "cases": cases}
settle(here / "expected.json", json.dumps(out, separators=(",", ":")) + "\n")
