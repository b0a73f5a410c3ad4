#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges an exported file by what GDAL and numpy read and compute from the file it was made of.

    check_export.py FROM TO JSON

JSON: {"format": "geotiff"|"png"|"jpeg", "ranges": [[low, high], …], "ramp": [[r, g, b], …]}; without ranges they are
computed from the pixels: mean ± two standard deviations within the least and the greatest, the widest of all bands.
Prints what is wrong, one line each, and fails if there is anything.
"""
import json
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()
wrong = []


def expect(holds, what):
    if not holds:
        wrong.append(what)


def values(dataset):
    """Bands in double, NaN without data."""
    bands = []
    for i in range(dataset.RasterCount):
        band = dataset.GetRasterBand(i + 1)
        v = band.ReadAsArray().astype(np.float64)
        if band.GetNoDataValue() is not None:
            v[v == band.GetNoDataValue()] = np.nan
        bands.append(v)
    return bands


def geotiff(a, b):
    expect(b.GetGeoTransform() == a.GetGeoTransform(), "another place")
    expect(b.GetSpatialRef().IsSame(a.GetSpatialRef()), "another coordinate system")
    expect(b.RasterCount == a.RasterCount, "another number of bands")
    kept = dict(a.GetMetadata())
    found = dict(b.GetMetadata())
    expect(found == kept, f"metadata {found}, not {kept}")
    expect(b.GetMetadata("IMAGE_STRUCTURE").get("LAYOUT") is None, "it says that it is a COG")
    expect(b.GetMetadata("IMAGE_STRUCTURE").get("COMPRESSION") == "DEFLATE", "not DEFLATE")
    for i in range(a.RasterCount):
        x, y = a.GetRasterBand(i + 1), b.GetRasterBand(i + 1)
        expect(np.array_equal(x.ReadAsArray(), y.ReadAsArray(), equal_nan=x.DataType == gdal.GDT_Float32), "other pixels")
        expect(x.DataType == y.DataType, "another type")
        nodata = (x.GetNoDataValue(), y.GetNoDataValue())
        expect(nodata[0] == nodata[1] or all(np.isnan(n) for n in nodata), f"nodata {nodata}")
        expect(x.GetDescription() == y.GetDescription(), "another description")
        expect(x.GetMetadata() == y.GetMetadata(), "other metadata of a band")
        expect(y.GetOverviewCount() == 0, "overviews")
        expect(y.GetBlockSize() == [256, 256], f"blocks {y.GetBlockSize()}")
        tables = (x.GetColorTable(), y.GetColorTable())
        expect((tables[0] is None) == (tables[1] is None), "colours lost")
        if all(tables):
            for n in range(tables[0].GetCount()):
                expect(tables[0].GetColorEntry(n) == tables[1].GetColorEntry(n), f"another colour of {n}")


def picture(a, options):
    """The picture as numpy computes it: rows × columns × (red, green, blue, opacity)."""
    bands = values(a)
    table = a.GetRasterBand(1).GetColorTable()
    if a.RasterCount == 1 and table is not None:
        lut = np.array([table.GetColorEntry(i)[:3] for i in range(table.GetCount())], float)
        empty = np.isnan(bands[0])
        colours = lut[np.where(empty, 0, bands[0]).astype(int)]
        return np.dstack([colours, np.where(empty, 0, 255)])
    ranges = options.get("ranges", [])
    count = len(ranges) or (3 if a.RasterCount >= 3 else 1)
    used = bands[:count]
    if not ranges:
        lows = [max(np.nanmin(v), np.nanmean(v) - 2 * np.nanstd(v)) for v in used]
        highs = [min(np.nanmax(v), np.nanmean(v) + 2 * np.nanstd(v)) for v in used]
        ranges = [(min(lows), max(highs))] * count
    empty = np.any([np.isnan(v) for v in used], axis=0)
    shares = [np.clip((v - low) / (high - low), 0, 1) for v, (low, high) in zip(used, ranges)]
    if count == 3:
        channels = [255 * s for s in shares]
    else:
        stops = np.array(options.get("ramp") or [[0, 0, 0], [255, 255, 255]], float)
        places = np.linspace(0, 1, len(stops))
        channels = [np.interp(shares[0], places, stops[:, c]) for c in range(3)]
    return np.dstack(channels + [np.where(empty, 0, 255)])


def picture_file(a, b, options):
    jpeg = options["format"] == "jpeg"
    expect((b.RasterXSize, b.RasterYSize) == (a.RasterXSize, a.RasterYSize), "another size")
    expect(np.allclose(b.GetGeoTransform(), a.GetGeoTransform(), rtol=0, atol=1e-9), "the world file puts it elsewhere")
    read = [b.GetRasterBand(i + 1).ReadAsArray().astype(float) for i in range(b.RasterCount)]
    is_grey = options.get("grey", False)
    expect(b.RasterCount == (1 if is_grey else 3) + (0 if jpeg else 1), f"{b.RasterCount} channels")
    expected = picture(a, options)
    empty = expected[..., 3] == 0
    if not jpeg:
        expect(np.array_equal(read[-1], expected[..., 3]), "another opacity")
    for c in range(1 if is_grey else 3):
        goal = np.where(empty, 255, expected[..., c])
        off = np.abs(read[c] - goal)
        if jpeg:
            expect(off.mean() < 3, f"channel {c} is off by {off.mean():.2f} on average")
        else:
            expect(off[~empty].max(initial=0) <= 1, f"channel {c} is off by {off[~empty].max(initial=0)}")


def main():
    source, target, options = gdal.Open(sys.argv[1]), gdal.Open(sys.argv[2]), json.loads(sys.argv[3])
    if options["format"] == "geotiff":
        geotiff(source, target)
    else:
        expect(target.GetDriver().ShortName.lower() == options["format"], "another format")
        picture_file(source, target, options)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


sys.exit(main())
