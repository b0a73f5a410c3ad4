#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Statistics in polygons and through dates, computed by numpy over masks that gdal_rasterize's library burns.

Nothing here is taken from the program. Polygons are drawn on the grid (UTM) and written in degrees; on a grid this
small an edge that is straight in one is straight in the other to a thousandth of a pixel, and the script makes sure
that no pixel's centre is nearer to an edge than a hundredth.

    python3 tests/data/operations/zonal.py [SHARED_DATA]   # writes zonal.json beside this file

With the folder of real rasters (../shared/data from the project's root) also what they give; without it the numbers
that are there for them stay.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
warnings.filterwarnings("ignore", category=RuntimeWarning)
here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]
shared = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root.parent / "shared/data"
f32 = np.float32


def reference(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


class Grid:
    def __init__(self, epsg, x, y, pixel, width, height):
        self.epsg, self.x, self.y, self.pixel, self.width, self.height = epsg, x, y, pixel, width, height
        self.srs = reference(epsg)
        self.to_degrees = osr.CoordinateTransformation(self.srs, reference(4326))

    def json(self):
        return {"crs": f"EPSG:{self.epsg}", "x": self.x, "y": self.y, "pixel": self.pixel, "width": self.width,
                "height": self.height}

    def geometry(self, polygons):
        """[[ring, hole, …], …] in pixels (column, row) → geometry in the grid's CRS."""
        multi = ogr.Geometry(ogr.wkbMultiPolygon)
        for rings in polygons:
            polygon = ogr.Geometry(ogr.wkbPolygon)
            for ring in rings:
                line = ogr.Geometry(ogr.wkbLinearRing)
                for column, row in ring + ring[:1]:
                    line.AddPoint_2D(self.x + column * self.pixel, self.y - row * self.pixel)
                polygon.AddGeometry(line)
            multi.AddGeometry(polygon)
        return multi

    def burn(self, geometry):
        """Where gdal_rasterize's default puts it."""
        raster = gdal.GetDriverByName("MEM").Create("", self.width, self.height, 1, gdal.GDT_Byte)
        raster.SetGeoTransform((self.x, self.pixel, 0, self.y, 0, -self.pixel))
        raster.SetProjection(self.srs.ExportToWkt())
        source = ogr.GetDriverByName("Memory").CreateDataSource("")
        layer = source.CreateLayer("", self.srs, ogr.wkbMultiPolygon)
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(geometry)
        layer.CreateFeature(feature)
        gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
        return raster.ReadAsArray().astype(bool)

    def check(self, geometry):
        edges = geometry.Boundary()
        for row in range(self.height):
            for column in range(self.width):
                centre = ogr.Geometry(ogr.wkbPoint)
                centre.AddPoint_2D(self.x + (column + 0.5) * self.pixel, self.y - (row + 0.5) * self.pixel)
                assert edges.Distance(centre) > 0.01 * self.pixel, (column, row)

    def geojson(self, geometry):
        degrees = geometry.Clone()
        degrees.Transform(self.to_degrees)
        parts = []
        for i in range(degrees.GetGeometryCount()):
            polygon = degrees.GetGeometryRef(i)
            parts.append([[[x, y] for x, y in polygon.GetGeometryRef(r).GetPoints(2)]
                          for r in range(polygon.GetGeometryCount())])
        if len(parts) == 1:
            return {"type": "Polygon", "coordinates": parts[0]}
        return {"type": "MultiPolygon", "coordinates": parts}

    def hectares(self, geometry):
        """In an equal-area projection of the ellipsoid; edges divided so that they stay where they are."""
        flat = geometry.Clone()
        flat.Segmentize(self.pixel)
        flat.Transform(osr.CoordinateTransformation(self.srs, reference(6933)))
        return flat.GetArea() / 1e4


def ndvi(nir, red):
    nir, red = nir.astype(f32), red.astype(f32)
    value = ((nir - red) / (nir + red)).astype(f32)
    value[~np.isfinite(value)] = np.nan
    return value


def statistics(inside, values, mask=None):
    """@param mask 1 masked, 0 not; a pixel without a value is not masked, it is not there"""
    there = inside & np.isfinite(values)
    taken = there & (mask != 0) if mask is not None else np.zeros_like(there)
    valid = values[there & ~taken].astype(np.float64)
    out = {"pixels": int(inside.sum()), "count": int(valid.size),
           "masked_share": float(taken.sum() / max(1, inside.sum())) if mask is not None else None}
    if valid.size:
        out.update(mean=float(valid.mean()), min=float(valid.min()), max=float(valid.max()), std=float(valid.std()),
                   sum=float(valid.sum()))
        for percent in (10, 50, 97.5):
            out[f"p{percent:g}"] = float(np.percentile(valid, percent))
    return out


# A scene made up ------------------------------------------------------------------------------------------------------

rng = np.random.default_rng(20240630)
grid = Grid(32632, 600000, 5600000, 10, 40, 30)


def box(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


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
target.write_text(json.dumps(out, indent=None, separators=(",", ":"), ensure_ascii=False).replace(
    '{"name"', '\n{"name"').replace('"scenes":[{"nir"', '\n"scenes":[{"nir"') + "\n")
