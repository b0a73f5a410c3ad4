#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges a COG with what others wrote: GDAL's own validator, and overviews computed again with numpy.

    check_cog.py FILE average|nearest

The overview of each level is computed from the pixels of the level above as GDAL reads them: the mean of the valid
ones of two by two (the last column or row of an odd size stands twice), rounded half to even for integers; or the upper
left one. Prints what is wrong, one line each, and fails if there is anything.
"""
import sys

import numpy
from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate

gdal.UseExceptions()


def valid_of(pixels, nodata):
    if nodata is None:
        return numpy.ones(pixels.shape, bool)
    return ~numpy.isnan(pixels) if numpy.isnan(nodata) else pixels != nodata


def halved(pixels, nodata, method):
    if method == "nearest":
        return pixels[::2, ::2]
    even = numpy.pad(pixels, [(0, n % 2) for n in pixels.shape], mode="edge")
    valid = valid_of(even, nodata)
    corners = [(slice(y, None, 2), slice(x, None, 2)) for y in (0, 1) for x in (0, 1)]
    total = sum(numpy.where(valid[c], even[c], 0).astype("float64") for c in corners)
    count = sum(valid[c].astype(int) for c in corners)
    mean = numpy.where(count > 0, total / numpy.maximum(count, 1), 0)
    if pixels.dtype.kind != "f":
        mean = numpy.rint(mean)
    missing = 0 if nodata is None else nodata
    return numpy.where(count > 0, mean, missing).astype(pixels.dtype)


def main(path, method):
    warnings, errors, _ = validate(path, full_check=True)
    problems = list(errors) + list(warnings)
    file = gdal.Open(path)
    for number in range(1, file.RasterCount + 1):
        band = file.GetRasterBand(number)
        nodata = band.GetNoDataValue()
        above = band.ReadAsArray()
        for level in range(band.GetOverviewCount()):
            here = band.GetOverview(level).ReadAsArray()
            wanted = halved(above, nodata, method)
            if here.shape != wanted.shape:
                problems.append(f"band {number}, overview {level}: {here.shape} instead of {wanted.shape}")
                break
            if here.dtype.kind == "f":
                same = numpy.isclose(here, wanted, rtol=1e-6, atol=1e-6, equal_nan=True)
            else:
                same = here == wanted
            if not same.all():
                y, x = numpy.argwhere(~same)[0]
                problems.append(f"band {number}, overview {level}, pixel {x},{y}: {here[y, x]}, not {wanted[y, x]}")
            above = here
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
