#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Which pixels polygons hold, according to GDAL: what tst_areas compares raster::Areas with.

Fifty random polygons in degrees, with holes, islands, edges that cross, either winding. Every second one is laid on a
grid in degrees and burnt as it stands: every pixel counts. The others are laid on one in UTM whose pixels have 20
kilometres, so that edges bend; there each is divided into 256 parts before its corners are projected, and a pixel whose
centre is nearer to an edge than 0.3 pixels is left open ("?"), since edges are promised to a quarter of a pixel.

    python3 tests/data/areas/make.py            # writes expected.json beside this file
    python3 tests/data/areas/make.py --check    # is it up to date?
"""

import itertools
import json
import pathlib
import sys

import numpy as np
from osgeo import gdal, ogr, osr

here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(here.parent))
from reference import settle  # noqa: E402

width, height = 48, 40
near = 0.3  # pixels


def reference(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


grids = [{"crs": "EPSG:4326", "x": 5.0, "y": 52.0, "pixel": 0.25},
         {"crs": "EPSG:32632", "x": 20000.0, "y": 6300000.0, "pixel": 20000.0}]
to_utm = osr.CoordinateTransformation(reference(4326), reference(32632))
to_degrees = osr.CoordinateTransformation(reference(32632), reference(4326))


def star(random, middle, radius, corners, turns=1):
    """Corners around a point; of more turns than one, edges cross."""
    angle = 2 * np.pi * turns * (np.arange(corners) + random.uniform(0, 0.9, corners)) / corners
    share = radius * random.uniform(0.3, 1, corners)
    ring = np.stack([middle[0] + share * np.cos(angle), middle[1] + share * np.sin(angle)], 1)
    return ring[::-1] if random.random() < 0.5 else ring


def polygon(random, i):
    """Rings in pixels of the grid: (column, row)."""
    middle = random.uniform([8, 8], [width - 8, height - 8])
    rings = [star(random, middle, random.uniform(6, 30), 3 + i % 23, 2 if i % 7 == 3 else 1)]
    if i % 3 == 0:
        rings.append(star(random, middle, 4, 5 + i % 4))  # a hole, and partly outside of some
    if i % 6 == 0:
        rings.append(star(random, middle, 1.5, 4))  # an island in it
    if i % 5 == 4:
        rings.append(star(random, random.uniform([0, 0], [width, height]), 9, 6))  # whatever it overlaps
    return rings


def in_degrees(grid, ring):
    """Rounded to what is kept of coordinates."""
    points = np.stack([grid["x"] + ring[:, 0] * grid["pixel"], grid["y"] - ring[:, 1] * grid["pixel"]], 1)
    if grid is grids[1]:
        points = np.array(to_degrees.TransformPoints(points.tolist()))[:, :2]
    return np.round(points, 9)


def laid(grid, ring):
    """In pixels, along what is straight in degrees."""
    points = ring
    if grid is grids[1]:
        parts = np.linspace(0, 1, 256, endpoint=False)[None, :, None]
        points = (ring[:, None] * (1 - parts) + np.roll(ring, -1, 0)[:, None] * parts).reshape(-1, 2)
        points = np.array(to_utm.TransformPoints(points.tolist()))[:, :2]
    return np.stack([(points[:, 0] - grid["x"]) / grid["pixel"], (grid["y"] - points[:, 1]) / grid["pixel"]], 1)


def burnt(rings):
    shape = ogr.Geometry(ogr.wkbPolygon)
    for ring in rings:
        line = ogr.Geometry(ogr.wkbLinearRing)
        for column, row in itertools.chain(ring.tolist(), ring[:1].tolist()):
            line.AddPoint_2D(column, -row)
        shape.AddGeometry(line)
    raster = gdal.GetDriverByName("MEM").Create("", width, height, 1, gdal.GDT_Byte)
    raster.SetGeoTransform((0, 1, 0, 0, 0, -1))
    raster.SetSpatialRef(reference(32632))  # any: both have it
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("", raster.GetSpatialRef(), ogr.wkbPolygon)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(shape)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    return raster.ReadAsArray().astype(bool)


def distance(rings):
    """From each pixel's centre to the nearest edge."""
    centres = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1).reshape(-1, 1, 2)
    least = np.full(width * height, np.inf)
    for ring in rings:
        for part in np.array_split(np.arange(len(ring)), max(1, len(ring) // 64)):
            a, b = ring[part][None], np.roll(ring, -1, 0)[part][None]
            along = ((centres - a) * (b - a)).sum(-1) / np.maximum(((b - a) ** 2).sum(-1), 1e-300)
            off = centres - a - (b - a) * np.clip(along, 0, 1)[..., None]
            least = np.minimum(least, np.hypot(off[..., 0], off[..., 1]).min(1))
    return least.reshape(height, width)


def row_text(row):
    """"12.5#1?": twelve pixels outside, five inside, one open."""
    return "".join(f"{len(list(run))}{sign}" for sign, run in itertools.groupby(row))


def main():
    gdal.UseExceptions()
    random = np.random.default_rng(20240721)
    shapes = []
    for i in range(50):
        grid = grids[i % 2]
        rings = [in_degrees(grid, ring) for ring in polygon(random, i)]
        on_grid = [laid(grid, ring) for ring in rings]
        picture = np.where(burnt(on_grid), "#", ".")
        apart = distance(on_grid)
        if grid is grids[1]:
            picture[apart < near] = "?"
        else:
            assert apart.min() > 1e-7, "a centre on an edge: which side it is on is a matter of rounding"
        shapes.append({"grid": i % 2, "coordinates": [ring.tolist() for ring in rings],
                       "rows": [row_text(row) for row in picture]})
    head = json.dumps({"width": width, "height": height, "grids": grids})[:-1]
    settle(here / "expected.json", head + ', "shapes": [\n' + ",\n".join(map(json.dumps, shapes)) + "\n]}\n")


if __name__ == "__main__":
    main()
