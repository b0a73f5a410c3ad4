#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Grids of results, worked out with GDAL's own coordinate transformation.

    python3 tests/data/targetgrid/make.py            # writes expected.json beside this file
    python3 tests/data/targetgrid/make.py --check    # is it up to date?

A grid is [crs, origin x, origin y, pixel, width, height]. Bounds of a box in another CRS are those of its densified
outline (GDAL's TransformBounds, 21 points an edge), snapped outward to pixels counted from the anchor.
"""

import json
import math
import pathlib
import sys

from osgeo import gdal, osr

gdal.UseExceptions()
osr.UseExceptions()
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle  # noqa: E402


def srs(code):
    s = osr.SpatialReference()
    s.ImportFromEPSG(code)
    s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return s


def bounds(box, source, target):
    return osr.CoordinateTransformation(srs(source), srs(target)).TransformBounds(*box, 21)


def box_of(grid):
    crs, x, y, pixel, w, h = grid
    return (x, y - h * pixel, x + w * pixel, y)


def snapped(box, crs, x0, y0, pixel):
    left = math.floor((box[0] - x0) / pixel + 1e-6)
    right = math.ceil((box[2] - x0) / pixel - 1e-6)
    top = math.floor((y0 - box[3]) / pixel + 1e-6)
    bottom = math.ceil((y0 - box[1]) / pixel - 1e-6)
    return [crs, x0 + left * pixel, y0 - top * pixel, pixel, right - left, bottom - top]


def union(a, b):
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def shared(a, b):
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


first = [32631, 500000, 5000000, 10, 400, 300]
coarse = [32631, 500000, 5000000, 20, 200, 150]
shifted = [32631, 502005, 4998003, 10, 400, 300]
zone30 = [32630, 972400, 5017000, 30, 200, 80]  # the neighbouring zone, partly under `first`
zone30_box = bounds(box_of(zone30), 32630, 32631)
degrees = (3.0100, 45.1300, 3.0300, 45.1450)
degrees_box = bounds(degrees, 4326, 32631)

cases = {
    "finest of one scene": {"grids": [[0, coarse], [0, first]], "extent": "first", "expected": first},
    "first of two": {"grids": [[0, first], [1, shifted]], "extent": "first", "expected": first},
    "both": {"grids": [[0, first], [1, shifted]], "extent": "union",
             "expected": snapped(union(box_of(first), box_of(shifted)), 32631, 500000, 5000000, 10)},
    "shared": {"grids": [[0, first], [1, shifted]], "extent": "intersection",
               "expected": snapped(shared(box_of(first), box_of(shifted)), 32631, 500000, 5000000, 10)},
    "finer pixels of the second do not count": {
        "grids": [[0, coarse], [1, shifted]], "extent": "intersection",
        "expected": snapped(shared(box_of(coarse), box_of(shifted)), 32631, 500000, 5000000, 20)},
    "shared across zones": {"grids": [[0, first], [1, zone30]], "extent": "intersection",
                            "expected": snapped(shared(box_of(first), zone30_box), 32631, 500000, 5000000, 10)},
    "both across zones": {"grids": [[0, first], [1, zone30]], "extent": "union",
                          "expected": snapped(union(box_of(first), zone30_box), 32631, 500000, 5000000, 10)},
    "box": {"grids": [[0, first]], "extent": "first", "bbox": degrees,
            "expected": snapped(shared(box_of(first), degrees_box), 32631, 500000, 5000000, 10)},
    "pixel wished": {"grids": [[0, first]], "extent": "first", "wish": {"crs": "", "pixel": 40},
                     "expected": snapped(box_of(first), 32631, 500000, 5000000, 40)},
    "crs and pixel wished": {"grids": [[0, first]], "extent": "first", "wish": {"crs": "EPSG:3857", "pixel": 15},
                             "expected": snapped(bounds(box_of(first), 32631, 3857), 3857, 0, 0, 15)},
    "box in the crs wished": {
        "grids": [[0, first]], "extent": "first", "wish": {"crs": "EPSG:3857", "pixel": 15}, "bbox": degrees,
        "expected": snapped(shared(bounds(box_of(first), 32631, 3857), bounds(degrees, 4326, 3857)), 3857, 0, 0, 15)},
}
settle(here / "expected.json", json.dumps(cases, indent=1) + "\n")
