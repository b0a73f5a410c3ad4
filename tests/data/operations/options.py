#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What every option of every operation gives on three small scenes, computed by numpy and gdal_rasterize's library.

Counts in the files are reflectance × 10,000, with 1,000 added; 0 is no data. Clouds are class 9 of a scene
classification on the same grid, everything else is class 4.

    python3 tests/data/operations/options.py            # writes options.json beside this file
    python3 tests/data/operations/options.py --check    # is it up to date?
"""

import json
import pathlib
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore", category=RuntimeWarning)
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle  # noqa: E402
from rules import Grid, box, classify, difference_index, f32, numbers, statistics  # noqa: E402

rng = np.random.default_rng(20241122)
width, height = 24, 20
grid = Grid(32632, 600000, 5600000, 10, width, height)
names = ("blue", "green", "red", "nir", "swir16")
dates = ("2024-06-21T10:30:00Z", "2024-06-01T10:30:00Z", "2024-06-11T10:30:00Z")


def make():
    """Counts by band, and where clouds are."""
    counts = {b: rng.integers(1100, 6000, (height, width), dtype=np.uint16) for b in names}
    for values in counts.values():
        values[rng.random((height, width)) < 0.02] = 0
    clouds = rng.random((height, width)) < 0.15
    return counts, clouds


made = [make() for _ in dates]
same = rng.random((height, width)) < 0.5  # so that much does not change
for b in names:
    made[1][0][b][same] = made[0][0][b][same]


def reflectance(counts):
    value = counts.astype(f32) * f32(1e-4) - f32(0.1)
    value[counts == 0] = np.nan
    return value


clear = [{b: reflectance(v) for b, v in counts.items()} for counts, _ in made]
clouds = [c for _, c in made]
masked = [{b: np.where(c, f32(np.nan), v) for b, v in scene.items()} for scene, c in zip(clear, clouds)]
cases = []


def raster(operation, parameters, scenes, files, mask=False):
    """@param files by suffix, then what the file says of the band"""
    cases.append({"operation": operation, "parameters": parameters, "scenes": scenes, "mask": mask,
                  "files": {suffix: [{"text": text, "values": numbers(v)} for text, v in bands.items()]
                            for suffix, bands in files.items()}})


def rows(operation, parameters, scenes, wanted, mask=False):
    cases.append({"operation": operation, "parameters": parameters, "scenes": scenes, "mask": mask, "rows": wanted})


# One scene -----------------------------------------------------------------------------------------------------------

def savi(s, l):
    value = f32(1 + l) * (s["nir"] - s["red"]) / (s["nir"] + s["red"] + f32(l))
    return np.where(np.isfinite(value), value, np.nan).astype(f32)


first, hidden = clear[0], masked[0]
ndwi_text, ndvi_text = "NDWI = (green - nir) / (green + nir)", "NDVI = (nir - red) / (nir + red)"
savi_text = "SAVI = (1 + L) * (nir - red) / (nir + red + L)"
raster("index", {"index": "NDWI"}, 1, {"": {ndwi_text: difference_index(first["green"], first["nir"])}})
raster("index", {"index": "ndwi"}, 1, {"": {ndwi_text: difference_index(hidden["green"], hidden["nir"])}}, True)
raster("index", {"index": "SAVI", "constants": "L=0.25"}, 1, {"": {savi_text + "; L=0.25": savi(first, 0.25)}})
raster("index", {"index": "SAVI"}, 1, {"": {savi_text: savi(first, 0.5)}})
raster("ndvi", {}, 1, {"": {ndvi_text: difference_index(first["nir"], first["red"])}})
formula = np.where(first["nir"] > f32(1.5) * first["red"], np.sqrt(first["nir"]),
                   np.minimum(first["green"], first["blue"]) - f32(2))
there = np.isfinite(first["nir"] + first["red"])
formula_text = "where(nir > k * red, sqrt(nir), min(green, blue) - m)"
raster("expression", {"expression": formula_text, "constants": "k=1.5, m=2", "name": "mine"}, 1,
       {"": {f"mine = {formula_text}; k=1.5, m=2": np.where(there, formula, np.nan)}})
raster("expression", {"expression": "nir - red"}, 1, {"": {"expression = nir - red": hidden["nir"] - hidden["red"]}}, True)
raster("convert", {"bands": ["swir16", "blue"]}, 1, {"": {"swir16": first["swir16"], "blue": first["blue"]}})
raster("convert", {"bands": ["blue"]}, 1, {"": {"blue": hidden["blue"]}}, True)
raster("convert", {"bands": ["scl"]}, 1, {"": {"scl": np.where(clouds[0], 9, 4).astype(float)}})
raster("stack", {"bands": ["red", "s2.nir"]}, 2,
       {"": {"red of scene0": clear[0]["red"], "red of scene1": clear[1]["red"], "nir of scene1": clear[1]["nir"]}})


# Two scenes ----------------------------------------------------------------------------------------------------------

def change(parameters, value, threshold, classes=True, mask=False):
    pair = [value(s) for s in clear[:2]]
    delta = pair[1] - pair[0]
    kinds = classify(*clear[:2], threshold)
    taken = clouds[0] | clouds[1] if mask else np.zeros((height, width), bool)
    if classes:
        delta[kinds == 255] = np.nan
    delta[taken] = np.nan
    kinds = np.where(taken | ~np.isfinite(delta), np.nan, kinds)
    name = parameters.get("value", "({1} - {0}) / ({1} + {0})".format(*parameters["bands"]) if "bands" in parameters
                          else "NDVI")
    formula = {"NDVI": ndvi_text, "NDWI": ndwi_text}.get(name, name)
    files = {"": {f"{name}, after − before; {formula}": delta}}
    if classes:
        files["_classes"] = {f"Classes of change, threshold {threshold}": kinds}
    raster("change", parameters, 2, files, mask)


def pair_of(a, b):
    return lambda s: difference_index(s[b], s[a])


change({}, pair_of("red", "nir"), 0.1, mask=True)
change({"value": "NDWI", "threshold": 0.25}, pair_of("nir", "green"), 0.25)
change({"bands": ["swir16", "nir"], "threshold": 0}, pair_of("swir16", "nir"), 0)
change({"value": "nir - red", "classes": False}, lambda s: s["nir"] - s["red"], 0.1, False, True)


# Many scenes ---------------------------------------------------------------------------------------------------------

def composite(parameters, layers, take, mask=True):
    """@param layers by name: of one scene"""
    scenes = masked if mask else clear
    stack = np.stack([np.stack([layer(s) for layer in layers.values()]) for s in scenes])
    whole, any_ = np.isfinite(stack).all(axis=1), np.isfinite(stack).any(axis=(0, 1))
    method = parameters.get("method", "median")
    bands = dict(zip((f"{name}, {method} of 3 scenes" for name in layers), take(stack, whole)))
    bands["How many scenes have data in all of these bands"] = np.where(any_, whole.sum(axis=0), np.nan)
    raster("composite", parameters, 3, {"": bands}, mask)


def median(stack, _):
    return np.nanmedian(stack, axis=0)


def mean(stack, _):
    return np.nanmean(stack.astype(float), axis=0).astype(f32)


def nearest(order):
    def best(stack, whole):
        out = np.full(stack.shape[1:], np.nan, f32)
        for scene in reversed(order):
            out[:, whole[scene]] = stack[scene][:, whole[scene]]
        return out
    return best


def bands(*wanted):
    return {b: lambda s, b=b: s[b] for b in wanted}


composite({}, bands("red", "green", "blue", "nir"), median)
composite({"bands": ["nir", "swir16"]}, bands("nir", "swir16"), median, False)
composite({"method": "mean", "value": "NDVI"}, {ndvi_text: pair_of("red", "nir")}, mean)
composite({"method": "best"}, bands("red", "green", "blue", "nir"), nearest([0, 2, 1]))
composite({"method": "best", "date": "2024-06-03", "bands": ["nir"]}, bands("nir"), nearest([1, 2, 0]))

# Areas ---------------------------------------------------------------------------------------------------------------

shapes = {"a": [[box(2.2, 3.3, 11.8, 9.7)]], "b": [[box(8.3, 5.2, 22.7, 18.6), box(12.2, 8.3, 16.7, 12.8)]]}
geometries = {name: grid.geometry(polygons) for name, polygons in shapes.items()}
for geometry in geometries.values():
    grid.check(geometry)
inside = {name: grid.burn(geometry) for name, geometry in geometries.items()}
areas = {"type": "FeatureCollection",
         "features": [{"type": "Feature", "properties": {"name": n}, "geometry": grid.geojson(g)}
                      for n, g in geometries.items()]}


def of_areas(values, scene, mask, percents=()):
    """By area, then value."""
    return [dict(area=n, value=name, **statistics(where, value, clouds[scene] if mask else None, percents))
            for n, where in inside.items() for name, value in values(clear[scene]).items()]


def values(name, of):
    return lambda s: {name: of(s)}


rows("zonal", {"areas": areas}, 1, of_areas(values("NDVI", pair_of("red", "nir")), 0, True), True)
rows("zonal", {"areas": areas, "value": "NDWI", "percentiles": "0,25,99.5"}, 1,
     of_areas(values("NDWI", pair_of("nir", "green")), 0, True, (0, 25, 99.5)), True)
rows("zonal", {"areas": areas, "bands": ["swir16", "green"]}, 1,
     of_areas(lambda s: {"swir16": s["swir16"], "green": s["green"]}, 0, False))
by_time = sorted(range(3), key=lambda s: dates[s])


def of_dates(per_scene):
    return [dict(scene=f"scene{s}", **row) for s in by_time for row in per_scene(s)]


rows("timeseries", {"areas": areas}, 3,
     of_dates(lambda s: of_areas(values("NDVI", pair_of("red", "nir")), s, True)), True)
rows("timeseries", {"areas": areas, "value": "green - blue"}, 3,
     of_dates(lambda s: of_areas(values("green - blue", lambda v: v["green"] - v["blue"]), s, False)))
places = [(5, 6), (20, 13)]
lonlat = [grid.to_degrees.TransformPoint(grid.x + (c + 0.4) * 10, grid.y - (r + 0.7) * 10)[:2] for c, r in places]


def of_points(s):
    out = []
    for (column, row) in places:
        where = np.zeros((height, width), bool)
        where[row, column] = True
        out += [dict(value=b, **statistics(where, clear[s][b], clouds[s], ())) for b in ("red", "nir")]
    return out


rows("timeseries", {"point": ";".join(f"{x!r},{y!r}" for x, y in lonlat), "bands": ["red", "nir"]}, 3,
     of_dates(of_points), True)

settle(here / "options.json", json.dumps(
    {"grid": grid.json(), "dates": dates,
     "scenes": [dict({b: v.ravel().tolist() for b, v in counts.items()}, scl=np.where(c, 9, 4).ravel().tolist())
                for counts, c in made],
     "cases": cases}, separators=(",", ":"), ensure_ascii=False).replace('{"operation"', '\n{"operation"') + "\n")
