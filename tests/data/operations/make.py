#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the operations over several scenes give, computed by numpy and GDAL.

Nothing here is taken from the program: rules are written down again after docs/change.md, medians are numpy's, areas
are those of each pixel's four corners in an equal-area projection, shifts are found by phase correlation.

    python3 tests/data/operations/make.py            # writes expected.json beside this file
    python3 tests/data/operations/make.py --check    # is it up to date?

With the folder of real rasters ($ASTRA_SHARED_DATA, else ../shared/data beside the checkout) also what they give;
without it the numbers that are there for them stay.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from osgeo import gdal, osr

warnings.filterwarnings("ignore", category=RuntimeWarning)
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle, shared  # noqa: E402
from rules import classify, difference_index, f32, numbers  # noqa: E402

rng = np.random.default_rng(20240607)


# Change ------------------------------------------------------------------------------------------------------------

def pixel_areas(crs, gt, width, height):
    """Square metres on the ellipsoid by pixel, from the corners in EPSG:6933 (equal area)."""
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.SetFromUserInput(crs)
    target.ImportFromEPSG(6933)
    for s in (source, target):
        s.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    way = osr.CoordinateTransformation(source, target)
    ys, xs = np.mgrid[0:height + 1, 0:width + 1]
    points = np.column_stack([gt[0] + xs.ravel() * gt[1], gt[3] + ys.ravel() * gt[5]])
    p = np.array(way.TransformPoints(points.tolist()))[:, :2].reshape(height + 1, width + 1, 2)
    a, b, c, d = p[:-1, :-1], p[:-1, 1:], p[1:, 1:], p[1:, :-1]
    ring = [a, b, c, d, a]
    return abs(sum(m[..., 0] * n[..., 1] - n[..., 0] * m[..., 1] for m, n in zip(ring, ring[1:]))) / 2


def table(classes, masked, area):
    """Pixels and hectares by class 0…4, then of what is masked (and has data in both)."""
    rows = [(classes == c) & ~masked for c in range(5)] + [masked & (classes != 255)]
    return [{"pixels": int(r.sum()), "ha": float(area[r].sum() / 1e4)} for r in rows]


def change():
    width, height = 40, 30
    gt = (681230.0, 10.0, 0.0, 5012340.0, 0.0, -10.0)
    bands = ("red", "nir", "green", "swir16")
    scenes = []
    for _ in range(2):
        scene = {b: rng.uniform(0.01, 0.5, (height, width)).round(3).astype(f32) for b in bands}
        for values in scene.values():
            values[rng.random((height, width)) < 0.02] = np.nan
        scenes.append(scene)
    # Much of the second like the first, so that every class is there, none among them.
    same = rng.random((height, width)) < 0.5
    for b in bands:
        scenes[1][b][same] = scenes[0][b][same]
    scenes[0]["red"][0, 0] = scenes[0]["nir"][0, 0] = 0  # 0/0
    masks = [np.where(rng.random((height, width)) < 0.1, 1, 0).astype(f32) for _ in range(2)]
    masks[1][rng.random((height, width)) < 0.02] = np.nan  # unknown: masked
    masked = (masks[0] != 0) | (masks[1] != 0)
    area = pixel_areas("EPSG:32632", gt, width, height)
    ndvi = [difference_index(s["nir"], s["red"]) for s in scenes]
    delta = np.where(masked, f32(np.nan), ndvi[1] - ndvi[0]).astype(f32)
    cases = []
    for threshold, water, built in ((0.1, True, True), (0.25, True, True), (0, True, True), (1, True, True),
                                    (0.1, False, True), (0.1, True, False)):
        c = classify(*scenes, threshold, water, built)
        cases.append({"threshold": threshold, "water": water, "built": built,
                      "classes": [None if m or v == 255 else int(v) for v, m in zip(c.ravel(), masked.ravel())],
                      "table": table(c, masked, area)})
    ndmi = [difference_index(s["nir"], s["swir16"]) for s in scenes]
    return {"crs": "EPSG:32632", "gt": gt, "width": width, "height": height,
            "scenes": [{b: numbers(s[b]) for b in bands} for s in scenes],
            "masks": [numbers(m) for m in masks], "difference": numbers(delta), "cases": cases,
            "ndmi": numbers(np.where(masked, f32(np.nan), ndmi[1] - ndmi[0]).astype(f32))}


# Composite ---------------------------------------------------------------------------------------------------------

def composite():
    cases = []
    for count in (2, 3, 5, 8, 24, 53):
        stack = rng.uniform(-0.2, 1, (count, 2, 19)).round(4).astype(f32)
        stack[rng.random(stack.shape) < 0.3] = np.nan
        stack[:, :, 4] = np.nan  # no scene
        stack[:, 1, 5] = np.nan  # no scene in one band
        stack[:, :, 6] = f32(0.125)  # all alike
        days = rng.integers(0, 40, count)  # ties
        whole = np.isfinite(stack).all(axis=1)
        shown = np.isfinite(stack).any(axis=(0, 1))
        order = sorted(range(count), key=lambda s: abs(int(days[s]) - 17))
        best = np.full((2, 19), np.nan, f32)
        for p in range(19):
            for s in order:
                if whole[s, p]:
                    best[:, p] = stack[s, :, p]
                    break
        index = (stack[:, 0] - stack[:, 1]) / (stack[:, 0] + stack[:, 1])
        index[~np.isfinite(index)] = np.nan
        cases.append({"scenes": [[numbers(b) for b in s] for s in stack], "days": days.tolist(), "date": 17,
                      "median": [numbers(b) for b in np.nanmedian(stack, axis=0)],
                      "mean": [numbers(b) for b in np.nanmean(stack.astype(float), axis=0).astype(f32)],
                      "best": [numbers(b) for b in best], "count": numbers(np.where(shown, whole.sum(axis=0), np.nan)),
                      "index_median": numbers(np.nanmedian(index.astype(f32), axis=0)),
                      "index_count": numbers(np.where(np.isfinite(index).any(axis=0),
                                                         np.isfinite(index).sum(axis=0), np.nan))})
    return cases


# Shift -------------------------------------------------------------------------------------------------------------

def cross_spectrum(a, b):
    window = np.outer(np.hanning(a.shape[0]), np.hanning(a.shape[1]))
    fa, fb = (np.fft.fft2((p - p.mean()) * window) for p in (a, b))
    return fb * np.conj(fa)


def whole_pixels(a, b):
    """Where b lies against a: the peak of the phase correlation, as (down, right)."""
    c = cross_spectrum(a, b)
    peak = np.fft.ifft2(c / np.maximum(abs(c), 1e-9 * abs(c).max())).real
    size = np.array(a.shape)
    return [int(v) for v in (np.unravel_index(peak.argmax(), a.shape) + size // 2) % size - size // 2]


def phase_correlation(a, b):
    """The same between pixels: what is left is the slope of the phases, fitted where both pictures hold something."""
    y, x = whole_pixels(a, b)
    c = cross_spectrum(a, np.roll(b, (-y, -x), (0, 1)))
    v, u = np.meshgrid(*(np.fft.fftfreq(n) for n in a.shape), indexing="ij")
    used = np.hypot(u, v) < 0.25
    weight = abs(c[used])
    slope, *_ = np.linalg.lstsq(np.column_stack([u[used], v[used]]) * weight[:, None] * -2 * np.pi,
                                np.angle(c[used]) * weight, rcond=None)
    return float(x + slope[0]), float(y + slope[1])


def shift():
    waves = [{"u": float(u), "v": float(v), "phase": float(p)}
             for u, v, p in zip(rng.uniform(-0.2, 0.2, 40), rng.uniform(-0.2, 0.2, 40), rng.uniform(0, 2 * np.pi, 40))]

    def picture(dx, dy, side=256):
        ys, xs = np.mgrid[0:side, 0:side].astype(float)
        return sum(np.cos(2 * np.pi * (w["u"] * (xs - dx) + w["v"] * (ys - dy)) + w["phase"]) for w in waves)

    cases = []
    for dx, dy in ((0, 0), (1, 0), (0, -1), (0.4, -0.7), (-2.25, 3.1), (0.5, 0.5), (-0.2, 0.15)):
        x, y = phase_correlation(picture(0, 0), picture(dx, dy))
        cases.append({"x": dx, "y": dy, "phase_correlation": [x, y]})
    return {"waves": waves, "cases": cases}


# Real rasters ------------------------------------------------------------------------------------------------------

def landsat7():
    """Two dates on one grid, surface reflectance × 10,000 and Fmask; clouds and shadows are masked."""
    folder = shared / "rasters/l7-p022r049-two-dates"
    scenes, masks = [], []
    for name in ("LE70220491999322EDC01_stack.tif", "LE70220492002106EDC00_stack.tif"):
        data = gdal.Open(str(folder / name))
        raw = data.ReadAsArray()
        gt = data.GetGeoTransform()
        scenes.append({b: raw[i].astype(f32) * f32(1e-4)
                       for b, i in (("green", 1), ("red", 2), ("nir", 3), ("swir16", 4))})
        masks.append((raw[7] == 2) | (raw[7] == 4))
    masked = masks[0] | masks[1]
    classes = classify(*scenes, 0.1)
    area = pixel_areas("EPSG:32615", gt, *classes.shape[::-1])
    ndvi = [difference_index(s["nir"], s["red"]) for s in scenes]
    delta = np.where(masked, np.nan, ndvi[1].astype(float) - ndvi[0])
    part = np.s_[120:248, 0:128]  # hardly a cloud
    y, x = whole_pixels(scenes[0]["red"][part], scenes[1]["red"][part])
    return {"table": table(classes, masked, area), "mean": float(np.nanmean(delta)),
            "checks": [{"x": x_, "y": y_, "difference": None if masked[y_, x_] else float(delta[y_, x_]),
                        "class": None if masked[y_, x_] else int(classes[y_, x_])}
                       for x_, y_ in ((0, 0), (17, 200), (125, 125), (200, 30), (249, 249), (90, 160))],
            "phase_correlation": [x, y]}


def bale():
    """Landsat 5 in 2000 and Landsat 8 in 2017 on one grid, counts as they stand; nothing is masked."""
    folder = shared / "rasters/landsat-bale-167055-4dates"

    def scene(name, bands):
        out = {}
        for band, number in bands.items():
            data = gdal.Open(str(folder / f"{name}_B{number}.TIF"))
            values = data.ReadAsArray().astype(f32)
            values[values == data.GetRasterBand(1).GetNoDataValue()] = np.nan
            out[band] = values
        return out, data.GetGeoTransform()

    before, gt = scene("LT05_L1TP_167055_20000309_20161214_01_T1", {"green": 2, "red": 3, "nir": 4, "swir16": 5})
    after, _ = scene("LC08_L1TP_167055_20170308_20170317_01_T1", {"green": 3, "red": 4, "nir": 5, "swir16": 6})
    classes = classify(before, after, 0.05)
    area = pixel_areas("EPSG:32637", gt, *classes.shape[::-1])
    ndvi = [difference_index(s["nir"], s["red"]) for s in (before, after)]
    return {"threshold": 0.05, "table": table(classes, np.zeros(classes.shape, bool), area),
            "classes": [None if c == 255 else int(c) for c in classes.ravel()],
            "difference": numbers((ndvi[1] - ndvi[0])[::10, ::10])}


def new_york():
    """Landsat 8, one path and two rows, each scene on a grid of its own: the median NDVI on the first one's grid,
    reaching as far as all of them; the nearest pixel, 0 is no data."""
    folder = shared / "rasters/l8c1-newyork-19dates"
    names = sorted(p.name[:-7] for p in folder.glob("*_B5.TIF"))
    scenes = []
    for name in names:
        bands = []
        for number in (4, 5):
            data = gdal.Open(str(folder / f"{name}_B{number}.TIF"))
            values = data.ReadAsArray().astype(f32)
            values[values == 0] = np.nan
            bands.append(values)
        scenes.append((data.GetGeoTransform(), difference_index(bands[1], bands[0])))
    x0, dx, _, y0, _, dy = scenes[0][0]
    ends = [(g[0], g[3], g[0] + g[1] * v.shape[1], g[3] + g[5] * v.shape[0]) for g, v in scenes]
    slack = 1e-6
    left = int(np.floor(min((e[0] - x0) / dx for e in ends) + slack))
    top = int(np.floor(min((e[1] - y0) / dy for e in ends) + slack))
    right = int(np.ceil(max((e[2] - x0) / dx for e in ends) - slack))
    bottom = int(np.ceil(max((e[3] - y0) / dy for e in ends) - slack))
    ys, xs = np.mgrid[top:bottom, left:right]
    xs, ys = x0 + (xs + 0.5) * dx, y0 + (ys + 0.5) * dy
    stack = []
    for g, values in scenes:
        column, row = np.floor((xs - g[0]) / g[1]).astype(int), np.floor((ys - g[3]) / g[5]).astype(int)
        inside = (column >= 0) & (row >= 0) & (column < values.shape[1]) & (row < values.shape[0])
        layer = np.full(xs.shape, np.nan, f32)
        layer[inside] = values[row[inside], column[inside]]
        stack.append(layer)
    stack = np.stack(stack)
    return {"scenes": names, "width": right - left, "height": bottom - top, "origin": [x0 + left * dx, y0 + top * dy],
            "median": numbers(np.nanmedian(stack, axis=0)[::7, ::7]),
            "count": numbers(np.where(np.isfinite(stack).any(axis=0), np.isfinite(stack).sum(axis=0), np.nan)[::7, ::7])}


path = here / "expected.json"
known = json.loads(path.read_text()) if path.exists() else {}
real = known.get("real", {})
if (shared / "rasters").exists():
    real = {"landsat7": landsat7(), "bale": bale(), "new_york": new_york()}
lines = [f'"{key}": {json.dumps(value)}' for key, value in
         {"change": change(), "composite": composite(), "shift": shift(), "real": real}.items()]
settle(path, "{\n" + ",\n".join(lines) + "\n}\n")
