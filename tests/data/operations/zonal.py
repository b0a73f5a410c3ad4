#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Statistics in polygons and through dates, computed by numpy over masks that gdal_rasterize's library burns.

Nothing here is taken from the program. Polygons are drawn on the grid (UTM) and written in degrees; on a grid this
small an edge that is straight in one is straight in the other to a thousandth of a pixel, and the script makes sure
that no pixel's centre is nearer to an edge than a hundredth.

    python3 tests/data/operations/zonal.py            # writes zonal.json beside this file
    python3 tests/data/operations/zonal.py --check    # is it up to date?

With the folder of real rasters ($ASTRA_SHARED_DATA, else ../shared/data beside the checkout) also what they give;
without it the numbers that are there for them stay.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from osgeo import gdal

warnings.filterwarnings("ignore", category=RuntimeWarning)
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle, shared  # noqa: E402
from rules import Grid, box, f32, ndvi, statistics  # noqa: E402


# A scene made up ------------------------------------------------------------------------------------------------------

rng = np.random.default_rng(20240630)
grid = Grid(32632, 600000, 5600000, 10, 40, 30)


def star(column, row, radius, corners):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = radius * rng.uniform(0.4, 1, corners)
    return [[float(column + r * np.cos(a)), float(row + r * np.sin(a))] for a, r in zip(angles, radii)]


shapes = {
    "box": [[box(2.13, 3.27, 9.81, 8.34)]],
    "with a hole": [[box(11.2, 2.3, 20.3, 12.2), box(13.7, 5.3, 17.2, 9.8)]],
    "in two parts": [[box(22.3, 2.2, 26.7, 6.1)], [box(30.2, 4.7, 34.8, 9.3), box(31.7, 6.2, 33.3, 7.8)]],
    "over the box": [[box(5.3, 5.2, 14.2, 10.7)]],
    "partly outside": [[box(35.3, 20.2, 47.2, 36.3)]],
    "outside": [[box(60.3, 20.2, 67.2, 36.3)]],
    "smaller than a pixel": [[box(8.6, 20.6, 8.9, 20.9)]],
    "clouded": [[box(2.2, 20.3, 6.8, 26.7)]],
    "without data": [[box(15.3, 25.2, 18.7, 28.7)]],
    "half clouded": [[box(5.2, 15.3, 12.7, 22.6)]],
    "star": [[star(28.1, 18.3, 8, 17)]],
    "=1+1": [[star(18.2, 17.4, 6, 9)]],
}

scenes = []
for number in range(4):
    nir = rng.integers(1500, 5000, (30, 40), dtype=np.uint16)
    red = rng.integers(200, 1900, (30, 40), dtype=np.uint16)
    nir[24:, 14:20] = red[24:, 14:20] = 0  # no data
    clouds = np.zeros((30, 40), np.uint8)
    clouds[18:28, 0:9] = 1
    clouds[0 + number:2 + number, 20:40] = 1
    if number == 2:
        clouds[:] = 1
    scenes.append((nir, red, clouds))

areas = []
for name, polygons in shapes.items():
    geometry = grid.geometry(polygons)
    grid.check(geometry)
    inside = grid.burn(geometry)
    by_scene = []
    for nir, red, clouds in scenes:
        n, r = (np.where(b == 0, np.nan, b).astype(f32) for b in (nir, red))
        by_scene.append({"unmasked": statistics(inside, ndvi(n, r)), "masked": statistics(inside, ndvi(n, r), clouds),
                         "nir": statistics(inside, n)})
    areas.append({"name": name, "geometry": grid.geojson(geometry), "hectares": grid.hectares(geometry),
                  "scenes": by_scene})

points = []
for column, row in ((3, 4), (39, 29), (8, 20), (16, 25)):
    x, y, _ = grid.to_degrees.TransformPoint(grid.x + (column + 0.3) * grid.pixel, grid.y - (row + 0.8) * grid.pixel)
    value = [ndvi(np.where(n == 0, np.nan, n).astype(f32), np.where(r == 0, np.nan, r).astype(f32))[row, column]
             for n, r, _ in scenes]
    points.append({"lon": x, "lat": y, "ndvi": [None if np.isnan(v) else float(str(v)) for v in value],
                   "clouds": [int(c[row, column]) for _, _, c in scenes]})

out = {"grid": grid.json(), "areas": areas, "points": points,
       "scenes": [{"nir": n.ravel().tolist(), "red": r.ravel().tolist(), "clouds": c.ravel().tolist()}
                  for n, r, c in scenes]}


# Real rasters ---------------------------------------------------------------------------------------------------------

def bale():
    """Four Landsat dates over the Bale mountains, in four polygons; numbers as they stand in the files."""
    folder = shared / "rasters/landsat-bale-167055-4dates"
    wide = Grid(32637, 589035, 756165, 30, 101, 101)
    drawn = {"north": [[star(30.2, 25.3, 20, 31)]], "east": [[star(75.3, 50.2, 22, 40), star(75.3, 50.2, 6, 7)]],
             "south": [[box(20.3, 70.2, 60.7, 95.6)]], "edge": [[box(90.3, 80.2, 130.3, 140.1)]]}
    geometries = {}
    for name, polygons in drawn.items():
        geometries[name] = wide.geometry(polygons)
    series = []
    for path in sorted(folder.glob("*_BQA.TIF"), key=lambda p: p.name.split("_")[3]):
        stem = path.name[:-len("_BQA.TIF")]
        red, nir = ("B4", "B5") if stem.startswith("LC08") else ("B3", "B4")
        bands = {}
        for band, name in ((red, "red"), (nir, "nir")):
            data = gdal.Open(str(folder / f"{stem}_{band}.TIF"))
            assert data.GetGeoTransform()[:2] == (589035.0, 30.0) and data.RasterXSize == 101
            values = data.ReadAsArray().astype(f32)
            values[values == data.GetRasterBand(1).GetNoDataValue()] = np.nan
            bands[name] = values
        value = ndvi(bands["nir"], bands["red"])
        series.append({"id": stem, "date": stem.split("_")[3], "red": f"{stem}_{red}.TIF", "nir": f"{stem}_{nir}.TIF",
                       "areas": [statistics(wide.burn(g), value) for g in geometries.values()]})
    return {"areas": [{"name": n, "geometry": wide.geojson(g)} for n, g in geometries.items()], "series": series}


target = here / "zonal.json"
if (shared / "rasters").exists():
    out["bale"] = bale()
elif target.exists():
    out["bale"] = json.loads(target.read_text())["bale"]
settle(target, json.dumps(out, indent=None, separators=(",", ":"), ensure_ascii=False).replace(
    '{"name"', '\n{"name"').replace('"scenes":[{"nir"', '\n"scenes":[{"nir"') + "\n")
