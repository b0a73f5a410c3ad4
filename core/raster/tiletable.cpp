// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tiletable.h"

#include <gdal_priv.h>

#include <algorithm>

namespace astra::raster {

namespace {

/// What GDAL says of one number in the TIFF's table of tiles: nothing for other formats, or where it cannot be read.
std::optional<qint64> blockNumber(GDALRasterBand &band, const char *what, int x, int y)
{
    const QByteArray name = QByteArray(what) + QByteArray::number(x) + '_' + QByteArray::number(y);
    const char *text = band.GetMetadataItem(name.constData(), "TIFF");
    return text ? std::optional(QByteArray(text).toLongLong()) : std::nullopt;
}

} // namespace

StoredBlock storedBlock(GDALRasterBand &band, int column, int row)
{
    int width = 0;
    int height = 0;
    band.GetBlockSize(&width, &height);
    StoredBlock block;
    block.window = {column * width, row * height, std::min(width, band.GetXSize() - column * width),
                    std::min(height, band.GetYSize() - row * height)};
    block.offset = blockNumber(band, "BLOCK_OFFSET_", column, row).value_or(0);
    block.bytes = blockNumber(band, "BLOCK_SIZE_", column, row).value_or(0);
    return block;
}

// A tile that is not stored has neither offset nor size there, so the first tile alone cannot tell whether there is a
// table: every format but TIFF has no IFD_OFFSET.
std::optional<std::vector<StoredBlock>> storedBlocks(GDALRasterBand &band, const Window &w)
{
    if (!band.GetMetadataItem("IFD_OFFSET", "TIFF"))
        return std::nullopt;
    int width = 0;
    int height = 0;
    band.GetBlockSize(&width, &height);
    std::vector<StoredBlock> blocks;
    for (int y = w.y / height; y <= (w.y + w.height - 1) / height; ++y) {
        for (int x = w.x / width; x <= (w.x + w.width - 1) / width; ++x)
            blocks.push_back(storedBlock(band, x, y));
    }
    return blocks;
}

qint64 runsOf(std::vector<StoredBlock> blocks)
{
    constexpr qint64 gap = 64 << 10; // a request costs more than so many bytes too many
    std::erase_if(blocks, [](const StoredBlock &block) { return block.bytes == 0; });
    std::sort(blocks.begin(), blocks.end(),
              [](const StoredBlock &a, const StoredBlock &b) { return a.offset < b.offset; });
    qint64 runs = 0;
    qint64 end = -gap - 1;
    for (const auto &block : blocks) {
        runs += block.offset > end + gap;
        end = std::max(end, block.offset + block.bytes);
    }
    return runs;
}

} // namespace astra::raster
