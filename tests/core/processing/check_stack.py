#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges a stacked file by its inputs, as GDAL and numpy read and compute them.

    check_stack.py OUT JSON

JSON: one object per band of OUT: {"file", "scale", "offset", "name", "x", "y"}; x, y are where in OUT the input's upper
left pixel lies; pixels there are of one size. Prints what is wrong, one line each, and fails if there is anything.
"""
import json
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()
wrong = []
out = gdal.Open(sys.argv[1])
bands = json.loads(sys.argv[2])
if out.RasterCount != len(bands):
    wrong.append(f"{out.RasterCount} bands, not {len(bands)}")
for i, said in enumerate(bands[:out.RasterCount]):
    file = gdal.Open(said["file"])  # a band does not keep its file open
    source = file.GetRasterBand(1)
    raw = source.ReadAsArray()
    value = np.float32(raw) * np.float32(said.get("scale", 1)) + np.float32(said.get("offset", 0))
    value[raw == source.GetNoDataValue()] = np.nan
    band = out.GetRasterBand(i + 1)
    expected = np.full((band.YSize, band.XSize), np.nan, np.float32)
    x, y = said.get("x", 0), said.get("y", 0)
    part = value[max(0, -y):, max(0, -x):]
    part = part[:band.YSize - max(0, y), :band.XSize - max(0, x)]
    expected[max(0, y):max(0, y) + part.shape[0], max(0, x):max(0, x) + part.shape[1]] = part
    got = band.ReadAsArray()
    if band.DataType != gdal.GDT_Float32:
        expected = np.where(np.isnan(expected), band.GetNoDataValue(), expected).astype(got.dtype)
    if not np.array_equal(got, expected, equal_nan=band.DataType == gdal.GDT_Float32):
        at = np.argwhere(~((got == expected) | ((got != got) & (expected != expected))))
        wrong.append(f"band {i + 1}: {len(at)} other pixels, first at {at[0]}: {got[tuple(at[0])]}, {expected[tuple(at[0])]}")
    if band.GetDescription() != said["name"]:
        wrong.append(f"band {i + 1} is called {band.GetDescription()}, not {said['name']}")
for line in wrong:
    print(line)
sys.exit(1 if wrong else 0)
