// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster (and what measures it): pixels of one tile ↔ the bytes that stand in the file.

#include "core/base/result.h"
#include "core/raster/cogspec.h"

#include <QByteArray>

#include <span>

namespace astra::raster {

inline constexpr int tileSide = 512;

[[nodiscard]] constexpr int bytesPerSample(SampleType type)
{
    return type == SampleType::Float32 ? 4 : type == SampleType::UInt8 ? 1 : 2;
}
/// TIFF's predictor tag: differences of numbers, or of the bytes of floats sorted by weight.
[[nodiscard]] constexpr int predictorOf(SampleType type) { return type == SampleType::Float32 ? 3 : 2; }
/// The spec's, or its codec's own.
[[nodiscard]] int levelOf(const CogSpec &spec);

/// Makes the pixels what a reader of the file will get: rounded and clamped to the type, NaN where the file says
/// nodata (0 for integers without one).
void quantise(data::Block &pixels, const CogSpec &spec);

/// A whole tile (tileSide a side; what the blocks do not cover is nodata), predicted and compressed. Empty where memory
/// ran out. Thread-safe. @param bands one size, quantised
[[nodiscard]] QByteArray encodeTile(std::span<const data::Block> bands, const CogSpec &spec);
/// The way back; blocks of width × height, as quantise() left them.
[[nodiscard]] Result<std::vector<data::Block>> decodeTile(const QByteArray &bytes, const CogSpec &spec, int width,
                                                          int height);
/// Only unpacked and the predictor undone: samples as they stand in the file, bands interleaved, valid until this
/// thread's next call. Empty if the bytes are not such a tile.
[[nodiscard]] std::span<const std::uint8_t> unpackTile(const QByteArray &bytes, const CogSpec &spec);

/// `from` at half its size, rounded up, into `to` with its corner at (x, y).
void halveInto(data::Block &to, int x, int y, const data::Block &from, OverviewMethod method);

} // namespace astra::raster
