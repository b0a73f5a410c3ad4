// SPDX-License-Identifier: Apache-2.0
#include "core/raster/coglayout.h"
#include "core/raster/dataset.h"
#include "core/raster/gdalscope.h"

#include <QCoreApplication>

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

// Pixel scale, tie point, transformation, the three of GeoTIFF's keys, GDAL's metadata and nodata.
constexpr std::array<std::uint16_t, 8> wanted {33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113};

template<typename T> T valueAt(const QByteArray &bytes, qsizetype at)
{
    T value {};
    if (at >= 0 && at + static_cast<qsizetype>(sizeof(T)) <= bytes.size())
        std::memcpy(&value, bytes.constData() + at, sizeof(T));
    return value;
}

int typeBytes(std::uint16_t type)
{
    switch (type) {
    case 3:
        return 2;
    case 4:
    case 11:
        return 4;
    case 5:
    case 12:
        return 8;
    default:
        return 1;
    }
}

std::vector<TiffTag> tagsOf(const QByteArray &tiff)
{
    std::vector<TiffTag> tags;
    const auto directory = static_cast<qsizetype>(valueAt<std::uint32_t>(tiff, 4));
    const int count = valueAt<std::uint16_t>(tiff, directory);
    for (int i = 0; i < count; ++i) {
        const qsizetype entry = directory + 2 + 12 * static_cast<qsizetype>(i);
        TiffTag tag {valueAt<std::uint16_t>(tiff, entry),
                     valueAt<std::uint16_t>(tiff, entry + 2),
                     valueAt<std::uint32_t>(tiff, entry + 4),
                     {}};
        if (std::find(wanted.begin(), wanted.end(), tag.tag) == wanted.end())
            continue;
        const auto bytes = static_cast<qsizetype>(tag.count) * typeBytes(tag.type);
        const qsizetype at = bytes <= 4 ? entry + 8 : static_cast<qsizetype>(valueAt<std::uint32_t>(tiff, entry + 8));
        tag.bytes = tiff.mid(at, bytes);
        tags.push_back(std::move(tag));
    }
    return tags;
}

QByteArray number(double value) { return QByteArray::number(value, 'g', 17); }

void setStatistics(GDALRasterBand &band, const data::Statistics &s)
{
    if (s.valid > 0) {
        band.SetMetadataItem("STATISTICS_MINIMUM", number(s.minimum).constData());
        band.SetMetadataItem("STATISTICS_MAXIMUM", number(s.maximum).constData());
        band.SetMetadataItem("STATISTICS_MEAN", number(s.mean).constData());
        band.SetMetadataItem("STATISTICS_STDDEV", number(s.stddev).constData());
    }
    const double percent = s.total > 0 ? 100.0 * static_cast<double>(s.valid) / static_cast<double>(s.total) : 0;
    band.SetMetadataItem("STATISTICS_VALID_PERCENT", QByteArray::number(percent, 'g', 4).constData());
}

GDALDataType typeOf(SampleType type)
{
    switch (type) {
    case SampleType::UInt8:
        return GDT_Byte;
    case SampleType::UInt16:
        return GDT_UInt16;
    case SampleType::Int16:
        return GDT_Int16;
    default:
        return GDT_Float32;
    }
}

void describe(GDALRasterBand &band, const CogSpec &spec, const QString &description)
{
    if (!description.isEmpty())
        band.SetDescription(description.toUtf8().constData());
    if (spec.nodata || spec.type == SampleType::Float32)
        band.SetNoDataValue(spec.nodata.value_or(std::nan("")));
    if (spec.scale)
        band.SetScale(*spec.scale);
    if (spec.offset)
        band.SetOffset(*spec.offset);
}

} // namespace

Result<std::vector<TiffTag>> geoTags(const CogSpec &spec, const Metadata &metadata,
                                     const std::vector<data::Statistics> &statistics)
{
    const GdalScope scope;
    OGRSpatialReference reference;
    if (reference.SetFromUserInput(spec.grid.crs.toUtf8().constData()) != OGRERR_NONE)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The coordinate system %1 is not known.").arg(spec.grid.crs.left(80)));
    reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    static std::atomic<quint64> next {1};
    const QByteArray path = "/vsimem/astra-tags-" + QByteArray::number(next++) + ".tif";
    const std::array<const char *, 2> options {"ENDIANNESS=LITTLE", nullptr};
    std::unique_ptr<GDALDataset> file(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
        path.constData(), 1, 1, spec.bandCount(), typeOf(spec.type), const_cast<char **>(options.data())));
    if (!file)
        return fail(ErrorCode::Internal, Text::tr("The file's tags could not be made: %1").arg(scope.text()));
    std::array<double, 6> transform {spec.grid.originX,     spec.grid.pixelWidth, 0, spec.grid.originY, 0,
                                     -spec.grid.pixelHeight};
    file->SetGeoTransform(transform.data());
    file->SetSpatialRef(&reference);
    for (const auto &[key, value] : metadata)
        file->SetMetadataItem(key.toUtf8().constData(), value.toUtf8().constData());
    for (int i = 0; i < spec.bandCount(); ++i) {
        const auto place = static_cast<std::size_t>(i);
        auto &band = *file->GetRasterBand(i + 1);
        describe(band, spec, spec.bands.isEmpty() ? spec.description : spec.bands[i]);
        if (place < statistics.size())
            setStatistics(band, statistics[place]);
    }
    file.reset();
    vsi_l_offset length = 0;
    GByte *data = VSIGetMemFileBuffer(path.constData(), &length, TRUE);
    const QByteArray tiff(reinterpret_cast<const char *>(data), static_cast<qsizetype>(length));
    VSIFree(data);
    if (tiff.size() < 8 || !scope.text().isEmpty())
        return fail(ErrorCode::Internal, Text::tr("The file's tags could not be made: %1").arg(scope.text()));
    return tagsOf(tiff);
}

} // namespace astra::raster
