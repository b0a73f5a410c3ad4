// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rasters made and read with GDAL directly, so that what is tested is not also the judge.

#include "core/raster/dataset.h"

#include <QFile>
#include <QString>

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <functional>

namespace astra::test {

struct Made {
    int width = 64;
    int height = 64;
    int bands = 1;
    GDALDataType type = GDT_UInt16;
    int epsg = 32631; ///< 0: none
    std::array<double, 6> transform {500000, 10, 0, 5000000, 0, -10};
    std::optional<double> nodata;
    std::vector<const char *> options; ///< of the GTiff driver
    bool overviews = false;
};

inline void makeTiff(const QString &path, const Made &made, const std::function<double(int x, int y, int band)> &value)
{
    raster::initialise();
    auto options = made.options;
    options.push_back(nullptr);
    std::unique_ptr<GDALDataset> file(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
        path.toUtf8().constData(), made.width, made.height, made.bands, made.type,
        const_cast<char **>(options.data())));
    Q_ASSERT(file);
    if (made.epsg) {
        OGRSpatialReference reference;
        reference.importFromEPSG(made.epsg);
        file->SetSpatialRef(&reference);
    }
    auto transform = made.transform;
    file->SetGeoTransform(transform.data());
    for (int band = 1; band <= made.bands; ++band) {
        std::vector<double> row(static_cast<std::size_t>(made.width));
        if (made.nodata)
            file->GetRasterBand(band)->SetNoDataValue(*made.nodata);
        for (int y = 0; y < made.height; ++y) {
            for (int x = 0; x < made.width; ++x)
                row[static_cast<std::size_t>(x)] = value(x, y, band);
            const CPLErr written = file->GetRasterBand(band)->RasterIO(GF_Write, 0, y, made.width, 1, row.data(),
                                                                       made.width, 1, GDT_Float64, 0, 0, nullptr);
            if (written != CE_None)
                qFatal("The raster for the test cannot be written.");
        }
    }
    if (made.overviews) {
        std::vector<int> levels;
        for (int level = 2; made.width / level >= 16; level *= 2)
            levels.push_back(level);
        file->BuildOverviews("AVERAGE", static_cast<int>(levels.size()), levels.data(), 0, nullptr, nullptr, nullptr);
    }
}

/// A copy without loss.
inline void makeJp2(const QString &tiff, const QString &path)
{
    raster::initialise();
    std::unique_ptr<GDALDataset> from(GDALDataset::Open(tiff.toUtf8().constData()));
    auto *driver = GetGDALDriverManager()->GetDriverByName("JP2OpenJPEG");
    const std::array<const char *, 3> options {"REVERSIBLE=YES", "QUALITY=100", nullptr};
    std::unique_ptr<GDALDataset> to(driver->CreateCopy(path.toUtf8().constData(), from.get(), 1,
                                                       const_cast<char **>(options.data()), nullptr, nullptr));
    if (!to)
        qFatal("The JPEG 2000 for the test cannot be written.");
}

inline std::vector<double> readAll(const QString &path, int band = 1, int overview = -1)
{
    raster::initialise();
    std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
    if (!file)
        return {};
    auto *from = file->GetRasterBand(band);
    if (overview >= 0)
        from = from->GetOverview(overview);
    std::vector<double> values(static_cast<std::size_t>(from->GetXSize()) * static_cast<std::size_t>(from->GetYSize()));
    const auto rc = from->RasterIO(GF_Read, 0, 0, from->GetXSize(), from->GetYSize(), values.data(), from->GetXSize(),
                                   from->GetYSize(), GDT_Float64, 0, 0, nullptr);
    return rc == CE_None ? values : std::vector<double> {};
}

inline data::RasterSource local(const QString &path)
{
    data::RasterSource source;
    source.path = path;
    return source;
}

} // namespace astra::test
