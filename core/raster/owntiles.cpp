// SPDX-License-Identifier: Apache-2.0
#include "core/raster/owntiles.h"

#include "core/raster/tiletable.h"

#include <QCoreApplication>

#include <fcntl.h>
#include <gdal_priv.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

std::optional<SampleType> sampleType(GDALDataType type)
{
    switch (type) {
    case GDT_Byte:
        return SampleType::UInt8;
    case GDT_UInt16:
        return SampleType::UInt16;
    case GDT_Int16:
        return SampleType::Int16;
    case GDT_Float32:
        return SampleType::Float32;
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<OwnTiles> OwnTiles::of(GDALDataset &dataset, const Info &info, const QString &path)
{
    auto &band = *dataset.GetRasterBand(1);
    const auto structure = [&dataset](const char *what) {
        return QByteArray(dataset.GetMetadataItem(what, "IMAGE_STRUCTURE"));
    };
    const auto type = sampleType(band.GetRasterDataType());
    const QByteArray compression = structure("COMPRESSION");
    const QByteArray predictor = structure("PREDICTOR");
    const bool plain = type && info.bandCount == 1 && info.blockHeight > 1 && band.GetMetadataItem("IFD_OFFSET", "TIFF")
        && (compression == "DEFLATE" || compression == "ZSTD") && !band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE");
    if (!plain)
        return std::nullopt;
    auto bytes = PosixFile::open(path, O_RDONLY);
    std::array<char, 2> order {};
    if (!bytes || !bytes->readAt(0, order.data(), order.size()) || order != std::array {'I', 'I'})
        return std::nullopt;
    const Packing packing {compression == "ZSTD" ? Codec::Zstd : Codec::Deflate,
                           predictor.isEmpty() ? 1 : predictor.toInt(),
                           *type,
                           info.blockWidth,
                           info.blockHeight,
                           1};
    if (!packing.isKnown())
        return std::nullopt;
    return OwnTiles(std::move(*bytes), packing, info);
}

std::optional<Result<QByteArray>> OwnTiles::read(GDALRasterBand &band, const Window &w) const
{
    if (w.x % m_packing.width != 0 || w.y % m_packing.height != 0)
        return std::nullopt;
    const bool isTile = w.width == std::min(m_packing.width, m_width - w.x)
        && w.height == std::min(m_packing.height, m_height - w.y);
    const auto [window, offset, size] = storedBlock(band, w.x / m_packing.width, w.y / m_packing.height);
    const auto most = static_cast<qint64>(m_packing.bytes()) * 2 + 1024; // nothing that is packed grows so
    if (!isTile || offset <= 0 || size <= 0 || size > most)
        return std::nullopt;
    thread_local std::vector<char> packed;
    packed.resize(static_cast<std::size_t>(size));
    if (!m_file.readAt(static_cast<quint64>(offset), packed.data(), static_cast<quint64>(size)))
        return std::nullopt;
    QByteArray bytes(static_cast<qsizetype>(m_packing.bytes()), Qt::Uninitialized);
    auto *to = reinterpret_cast<std::uint8_t *>(bytes.data());
    Packing asStrip = m_packing; // the last one is shorter than the others; a tile never is
    asStrip.height = w.height;
    const bool mayBeShort = m_packing.width == m_width && w.height < m_packing.height;
    if (!unpack(packed, m_packing, {to, m_packing.bytes()})
        && !(mayBeShort && unpack(packed, asStrip, {to, asStrip.bytes()}))) {
        return fail(ErrorCode::Storage, Text::tr("%1 is damaged: a part of it cannot be unpacked.").arg(m_name),
                    m_name);
    }
    // At the right and lower edge tiles are whole all the same.
    const auto rowBytes = static_cast<std::size_t>(w.width) * static_cast<std::size_t>(bytesPerSample(m_packing.type));
    for (int row = 1; row < w.height && w.width < m_packing.width; ++row)
        std::memmove(to + static_cast<std::size_t>(row) * rowBytes,
                     to + static_cast<std::size_t>(row) * m_packing.rowBytes(), rowBytes);
    bytes.resize(static_cast<qsizetype>(rowBytes) * w.height);
    return bytes;
}

} // namespace astra::raster
