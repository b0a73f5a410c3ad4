# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this folder compute with: rules written down again, in numpy and GDAL; nothing is taken from the
program."""

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
f32 = np.float32


def numbers(array):
    """Flat; what is not a number becomes null. Shortest texts that give the same float32 again."""
    flat = np.asarray(array).ravel()
    return [None if not np.isfinite(v) else float(str(v)) if flat.dtype == f32 else float(v) for v in flat]


def difference_index(b, a):
    """(b - a) / (b + a) in float32."""
    value = ((b - a) / (b + a)).astype(f32)
    value[~np.isfinite(value)] = np.nan
    return value


def ndvi(nir, red):
    return difference_index(nir.astype(f32), red.astype(f32))


def classify(before, after, threshold, water=True, built=True):
    """docs/change.md, a pixel at a time. @return classes, 255 where NDVI is not there in both"""
    t = f32(threshold)
    ndvi = [difference_index(s["nir"], s["red"]) for s in (before, after)]
    ndwi = [difference_index(s["green"], s["nir"]) for s in (before, after)] if water else None
    ndbi = [difference_index(s["swir16"], s["nir"]) for s in (before, after)] if built else None
    out = np.full(ndvi[0].shape, 255, np.uint8)
    for i in np.ndindex(out.shape):
        v = ndvi[1][i] - ndvi[0][i]
        if not np.isfinite(v):
            continue
        if water and abs(ndwi[1][i] - ndwi[0][i]) > t and (ndwi[0][i] > 0) != (ndwi[1][i] > 0):
            out[i] = 4
        elif built and ndbi[1][i] - ndbi[0][i] > t and v < -t / 2 and ndvi[1][i] < f32(0.2):
            out[i] = 3
        elif v > t:
            out[i] = 1
        elif v < -t:
            out[i] = 2
        else:
            out[i] = 0
    return out


def statistics(inside, values, mask=None, percents=(10, 50, 97.5)):
    """@param mask 1 masked, 0 not; a pixel without a value is not masked, it is not there"""
    there = inside & np.isfinite(values)
    taken = there & (mask != 0) if mask is not None else np.zeros_like(there)
    valid = values[there & ~taken].astype(np.float64)
    out = {"pixels": int(inside.sum()), "count": int(valid.size),
           "masked_share": float(taken.sum() / max(1, inside.sum())) if mask is not None else None}
    if valid.size:
        out.update(mean=float(valid.mean()), min=float(valid.min()), max=float(valid.max()), std=float(valid.std()),
                   sum=float(valid.sum()))
        for percent in percents:
            out[f"p{percent:g}"] = float(np.percentile(valid, percent))
    return out


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


def box(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]
