// SPDX-License-Identifier: Apache-2.0
#include "core/raster/png.h"

#include "core/raster/dataset.h"
#include "core/raster/gdalscope.h"

#include <QCoreApplication>
#include <QSaveFile>

#include <gdal_priv.h>

#include <atomic>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

/// PNG wants colours as they are, a texture wants them multiplied by their opacity.
std::vector<std::uint8_t> straight(const data::Picture &picture)
{
    auto rgba = picture.rgba;
    for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
        const unsigned alpha = rgba[i + 3];
        if (alpha == 0 || alpha == 255)
            continue;
        for (std::size_t c = 0; c < 3; ++c)
            rgba[i + c] = static_cast<std::uint8_t>(std::min(255U, (rgba[i + c] * 255U + alpha / 2) / alpha));
    }
    return rgba;
}

} // namespace

Result<QByteArray> toPng(const data::Picture &picture)
{
    const auto bytes = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 4;
    if (picture.width < 1 || picture.height < 1 || picture.rgba.size() != bytes)
        return fail(ErrorCode::Internal, Text::tr("There is no picture to write."));
    const GdalScope scope;
    auto *memory = GetGDALDriverManager()->GetDriverByName("MEM");
    auto *png = GetGDALDriverManager()->GetDriverByName("PNG");
    if (!memory || !png)
        return fail(ErrorCode::Internal, Text::tr("This GDAL cannot write PNG."));
    const std::unique_ptr<GDALDataset> source(memory->Create("", picture.width, picture.height, 4, GDT_Byte, nullptr));
    auto rgba = straight(picture);
    if (!source
        || source->RasterIO(GF_Write, 0, 0, picture.width, picture.height, rgba.data(), picture.width, picture.height,
                            GDT_Byte, 4, nullptr, 4, static_cast<GSpacing>(4) * picture.width, 1, nullptr)
            != CE_None) {
        return fail(ErrorCode::Internal, Text::tr("The picture could not be made: %1").arg(scope.text()));
    }
    source->GetRasterBand(4)->SetColorInterpretation(GCI_AlphaBand);
    static std::atomic<quint64> next {1};
    const QByteArray path = "/vsimem/astra-png-" + QByteArray::number(next++) + ".png";
    std::unique_ptr<GDALDataset> written(
        png->CreateCopy(path.constData(), source.get(), FALSE, nullptr, nullptr, nullptr));
    if (!written)
        return fail(ErrorCode::Internal, Text::tr("The picture could not be made: %1").arg(scope.text()));
    written.reset();
    vsi_l_offset length = 0;
    GByte *data = VSIGetMemFileBuffer(path.constData(), &length, TRUE);
    QByteArray result(reinterpret_cast<const char *>(data), static_cast<qsizetype>(length));
    VSIFree(data);
    return result;
}

Result<void> writePng(const data::Picture &picture, const QString &path)
{
    const auto png = toPng(picture);
    if (!png)
        return fail(png.error());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(*png) != png->size() || !file.commit()) {
        return fail(ErrorCode::Storage, Text::tr("%1 could not be written: %2").arg(path, file.errorString()), path);
    }
    return {};
}

} // namespace astra::raster
