// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: pixels of one tile → the bytes that stand in the file.

#include "core/raster/cogwriter.h"

namespace astra::raster {

[[nodiscard]] constexpr int bytesPerSample(SampleType type)
{
    return type == SampleType::Float32 ? 4 : type == SampleType::UInt16 ? 2 : 1;
}
/// TIFF's predictor tag: differences of numbers, or of the bytes of floats sorted by weight.
[[nodiscard]] constexpr int predictorOf(SampleType type) { return type == SampleType::Float32 ? 3 : 2; }

/// A whole tile (tileSize a side; what the block does not cover is nodata), predicted and deflated. Empty where memory
/// ran out. Thread-safe.
[[nodiscard]] QByteArray encodeTile(const data::Block &pixels, const CogSpec &spec);

/// Half the size, rounded up, by the spec's method.
[[nodiscard]] data::Block halved(const data::Block &block, OverviewMethod method);

} // namespace astra::raster
