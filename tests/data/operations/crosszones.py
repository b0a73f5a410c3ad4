#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What jobs over scenes of two UTM zones and of several pixel sizes give, each band laid on the result's grid by
gdalwarp's library with PROJ asked about every pixel.

Counts in the files are reflectance × 10,000, with 1,000 added; 0 is no data. Clouds are class 9 of a scene
classification at twice the pixel, everything else is class 4. Band B of scene S is, at column x and row y,
count(S, B, x, y) below: tst_crosszones writes the same files.

    python3 tests/data/operations/crosszones.py            # writes crosszones.json beside this file
    python3 tests/data/operations/crosszones.py --check    # is it up to date?

Two answers may differ by where a pixel is looked for. The program asks PROJ about points 64 pixels apart and
interpolates: `most_off` computes how far off that is here. No pixel's centre may come as close as that to the edge of a
pixel of a source, or which one it falls in would be a matter of taste (`decided` asserts it): nearest neighbours, masks
and edges of data are the same to the pixel. By bilinear interpolation a reflectance may then differ by as much as that
distance, across and down, times the largest step between neighbours; a case's tolerance is that, times how much more
its formula may change, and 2e-6 for the rounding of float32.
"""

import json
import math
import pathlib
import sys
import warnings

import numpy as np
from osgeo import gdal, osr

warnings.filterwarnings("ignore", category=RuntimeWarning)
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle  # noqa: E402
from rules import difference_index, f32, numbers, reference  # noqa: E402

gdal.UseExceptions()
osr.UseExceptions()

# Either side of 12° E, where zones 32 and 33 meet: each is turned by more than four degrees against the other.
scenes = [
    {"crs": 32632, "x": 712500, "y": 5598700, "width": 48, "height": 32, "bands": {"red": 10, "nir": 10, "scl": 20}},
    {"crs": 32633, "x": 287216.8, "y": 5598791.1, "width": 52, "height": 36,
     "bands": {"red": 10, "nir": 10, "swir16": 20, "scl": 20}},
    {"crs": 32633, "x": 287129.3, "y": 5598790.6, "width": 20, "height": 16,
     "bands": {"red": 30, "nir": 30, "scl": 60}},
]
finest = {s: min(scene["bands"].values()) for s, scene in enumerate(scenes)}
order = ["red", "nir", "swir16"]


def count(scene, band, x, y):
    if band == "scl":
        return 9 if (x // 3 + y // 2 + scene) % 5 == 0 else 4
    b = order.index(band)
    if (7 * x + 13 * y + 5 * b + scene) % 53 == 0:
        return 0
    return 1700 + 900 * b + 150 * scene + (x * x * (3 + b) + y * y * (5 + scene) + 7 * x * y) % 601


def made(s, band):
    """The file, in memory."""
    scene, pixel = scenes[s], scenes[s]["bands"][band]
    width, height = (scene[n] * finest[s] // pixel for n in ("width", "height"))
    return raster([scene["crs"], scene["x"], scene["y"], pixel, width, height],
                  np.array([[count(s, band, x, y) for x in range(width)] for y in range(height)], np.uint16))


def raster(grid, values):
    crs, x, y, pixel, width, height = grid
    kind = gdal.GDT_UInt16 if values.dtype == np.uint16 else gdal.GDT_Float32
    file = gdal.GetDriverByName("MEM").Create("", width, height, 1, kind)
    file.SetGeoTransform((x, pixel, 0, y, 0, -pixel))
    file.SetSpatialRef(reference(crs))
    file.GetRasterBand(1).WriteArray(values)
    return file


def halved(file):
    """Its first overview, as a file of its own. What has no data counts for nothing."""
    file.GetRasterBand(1).SetNoDataValue(0)
    file.BuildOverviews("AVERAGE", [2])
    values = file.GetRasterBand(1).GetOverview(0).ReadAsArray()
    x, pixel, _, y, _, _ = file.GetGeoTransform()
    code = int(file.GetSpatialRef().GetAuthorityCode(None))
    return raster([code, x, y, 2 * pixel, *values.shape[::-1]], values)


def places(file, grid):
    """Where pixels' centres lie in the file, in its pixels: columns and rows of all of them."""
    crs, x, y, pixel, width, height = grid
    across, down = np.meshgrid(x + (np.arange(width) + 0.5) * pixel, y - (np.arange(height) + 0.5) * pixel)
    return in_file(file, crs, across, down)


def in_file(file, crs, across, down):
    turn = osr.CoordinateTransformation(reference(crs), file.GetSpatialRef())
    points = np.array(turn.TransformPoints(np.stack([across.ravel(), down.ravel()], axis=1)))[:, :2]
    x, pixel, _, y, _, _ = file.GetGeoTransform()
    return ((points[:, 0] - x) / pixel).reshape(across.shape), ((y - points[:, 1]) / pixel).reshape(across.shape)


def most_off(file, grid):
    """How far a position is from PROJ's, in the file's pixels, where it is interpolated between points that are 64 of
    the grid's pixels apart and begin at its first pixel."""
    crs, x, y, pixel, width, height = grid
    columns, rows = np.arange(0, width + 64, 64), np.arange(0, height + 64, 64)
    nodes = in_file(file, crs, *np.meshgrid(x + (columns + 0.5) * pixel, y - (rows + 0.5) * pixel))
    most = 0
    for node, exact in zip(nodes, places(file, grid)):
        along = np.array([np.interp(np.arange(width), columns, line) for line in node])
        guess = np.array([np.interp(np.arange(height), rows, column) for column in along.T]).T
        most = max(most, np.abs(guess - exact).max())
    return most


furthest = 0  # of any position, in pixels
steepest = 0  # reflectance between neighbours


def decided(file, grid):
    """Which of the file's pixels a position falls in does not hang on how exactly it was computed."""
    global furthest
    off = most_off(file, grid)
    furthest = max(furthest, off)
    columns, rows = places(file, grid)
    near = (columns > -1) & (rows > -1) & (columns < file.RasterXSize + 1) & (rows < file.RasterYSize + 1)
    for at in (columns[near], rows[near]):
        assert np.abs(at - np.round(at)).min() > 1.5 * off + 1e-6, "move this scene by a metre"


def laid(file, grid, how):
    """The file's numbers on the grid, float32; NaN where it has none."""
    global steepest
    decided(file, grid)
    crs, x, y, pixel, width, height = grid
    out = raster(grid, np.full((height, width), np.nan, f32))
    out.GetRasterBand(1).SetNoDataValue(math.nan)
    # The scale is given, for GDAL else guesses it from the turned outline and widens its kernel.
    gdal.Warp(out, file, resampleAlg=how, errorThreshold=0, workingType=gdal.GDT_Float32, srcNodata=0,
              warpOptions=["XSCALE=1", "YSCALE=1"])
    values = file.ReadAsArray().astype(float)
    values[values == 0] = np.nan
    steepest = max(steepest, *(np.nanmax(np.abs(np.diff(values, axis=axis))) * 1e-4 for axis in (0, 1)))
    return out.ReadAsArray()


def reflectance(s, band, grid, how, mask=False, source=made):
    value = laid(source(s, band), grid, how) * f32(1e-4) - f32(0.1)
    if mask:
        value[laid(made(s, "scl"), grid, "near") != 4] = np.nan
    return value


def box(s):
    scene = scenes[s]
    return (scene["x"], scene["y"] - scene["height"] * finest[s], scene["x"] + scene["width"] * finest[s], scene["y"])


def box_in(crs, s):
    return osr.CoordinateTransformation(reference(scenes[s]["crs"]), reference(crs)).TransformBounds(*box(s), 21)


def around(box, crs, x, y, pixel):
    """Whole pixels counted from a corner."""
    left, right = math.floor((box[0] - x) / pixel + 1e-6), math.ceil((box[2] - x) / pixel - 1e-6)
    top, bottom = math.floor((y - box[3]) / pixel + 1e-6), math.ceil((y - box[1]) / pixel - 1e-6)
    return [crs, x + left * pixel, y - top * pixel, pixel, right - left, bottom - top]


cases = []
least = 0.23  # NIR and another band together
# How much more than either of its bands an index may change: by 2 / (a + b), where both change in the worst way.
of_reflectance, of_index, of_change = 1, 2 / least, 4 / least


def case(name, operation, parameters, of, grid, bands, grows, wish=None, resampling="bilinear", mask=False,
         overviews=False):
    """@param of the scenes, in order @param bands what the file holds @param grows with what they change"""
    assert all(np.isfinite(v).sum() > v.size / 4 for v in bands)
    tolerance = 2e-6 + (2 * furthest * steepest * grows if resampling == "bilinear" else 0)
    assert furthest < 2e-4 and tolerance < 1e-3, (furthest, steepest, tolerance)
    cases.append({"name": name, "operation": operation, "parameters": parameters, "scenes": of, "wish": wish,
                  "resampling": resampling, "mask": mask, "overviews": overviews,
                  "tolerance": float(f"{tolerance:.1e}"), "grid": grid,
                  "bands": [numbers(v) for v in bands]})


def index_of(s, positive, negative, *how, **more):
    b, a = reflectance(s, positive, *how, **more), reflectance(s, negative, *how, **more)
    assert np.nanmin(a + b) > least
    return difference_index(b, a)


# A scene of one zone on the map of the other.
turned = around(box_in(32632, 1), 32632, 0, 0, 10)
wish = {"crs": "EPSG:32632", "pixel": 10}
case("index, bilinear", "index", {"index": "NDVI"}, [1], turned, [index_of(1, "nir", "red", turned, "bilinear")],
     of_index, wish)
case("index, nearest, masked", "index", {"index": "NDVI"}, [1], turned,
     [index_of(1, "nir", "red", turned, "near", True)], of_index, wish, "nearest", True)
case("index of bands of 10 m and 20 m", "index", {"index": "NDMI"}, [1], turned,
     [index_of(1, "nir", "swir16", turned, "bilinear")], of_index, wish)
halves = around(box_in(32632, 1), 32632, 0, 0, 20)
case("index at twice the pixel, of overviews", "index", {"index": "NDVI"}, [1], halves,
     [index_of(1, "nir", "red", halves, "bilinear", source=lambda *which: halved(made(*which)))],
     of_index, {"crs": "EPSG:32632", "pixel": 20}, overviews=True)

# Scenes of both zones, one of them at three times the pixel.
boxes = [box_in(32632, s) for s in range(3)]
first = (32632, scenes[0]["x"], scenes[0]["y"], 10)


def together(*of):
    return around([pick(boxes[s][i] for s in of) for i, pick in enumerate((min, min, max, max))], *first)


def shared(*of):
    return around([pick(boxes[s][i] for s in of) for i, pick in enumerate((max, max, min, min))], *first)


both, all_three = shared(0, 1), together(0, 1, 2)
case("change", "change", {"value": "NDVI", "classes": False}, [0, 1], both,
     [index_of(1, "nir", "red", both, "bilinear") - index_of(0, "nir", "red", both, "bilinear")],
     of_change)


def composite(name, parameters, take, layer, grows, resampling="bilinear", mask=True):
    stack = np.stack([layer(s) for s in range(3)])
    there = np.isfinite(stack)
    counted = np.where(there.any(axis=0), there.sum(axis=0), np.nan)
    case(name, "composite", parameters, [0, 1, 2], all_three, [take(stack.astype(float), axis=0).astype(f32), counted],
         grows, None, resampling, mask)


composite("composite, median of NDVI, bilinear, masked", {"value": "NDVI"}, np.nanmedian,
          lambda s: index_of(s, "nir", "red", all_three, "bilinear", True), of_index)
composite("composite, mean of NIR, bilinear", {"method": "mean", "bands": ["nir"]}, np.nanmean,
          lambda s: reflectance(s, "nir", all_three, "bilinear"), of_reflectance, mask=False)
composite("composite, median of NIR, nearest, masked", {"bands": ["nir"]}, np.nanmedian,
          lambda s: reflectance(s, "nir", all_three, "near", True), of_reflectance, "nearest")

settle(here / "crosszones.json", json.dumps({"scenes": scenes, "cases": cases}, separators=(",", ":"),
                                            ensure_ascii=False).replace('{"name"', '\n{"name"') + "\n")
