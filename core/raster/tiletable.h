// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: what a TIFF's table says of where its tiles or strips lie.

#include "core/raster/dataset.h"

class GDALRasterBand;

namespace astra::raster {

/// A tile or strip of the file.
struct StoredBlock {
    Window window; ///< of the image; less than a whole one at its edges
    qint64 offset = 0;
    qint64 bytes = 0; ///< 0: not stored
};

/// The blocks that a window touches; absent where the format has no table of them.
[[nodiscard]] std::optional<std::vector<StoredBlock>> storedBlocks(GDALRasterBand &band, const Window &w);
/// One of them, by its column and row among the blocks.
[[nodiscard]] StoredBlock storedBlock(GDALRasterBand &band, int column, int row);
/// Runs of bytes that a reader would ask for at once.
[[nodiscard]] qint64 runsOf(std::vector<StoredBlock> blocks);

} // namespace astra::raster
