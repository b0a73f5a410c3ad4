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
/// ran out. Thread-safe. @param bands one size, quantised @param packed what it held is gone, its memory is used again
void encodeTile(std::span<const data::Block> bands, const CogSpec &spec, QByteArray &packed);
/// The way back; blocks of width × height, as quantise() left them.
[[nodiscard]] Result<std::vector<data::Block>> decodeTile(const QByteArray &bytes, const CogSpec &spec, int width,
                                                          int height);
/// How one tile of some TIFF is packed; bands lie interleaved.
struct Packing {
    Codec codec = Codec::Deflate;
    int predictor = 1; ///< 1: none
    SampleType type = SampleType::UInt16;
    int width = tileSide;
    int height = tileSide;
    int bands = 1;

    [[nodiscard]] std::size_t rowBytes() const
    {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(bands * bytesPerSample(type));
    }
    [[nodiscard]] std::size_t bytes() const { return rowBytes() * static_cast<std::size_t>(height); }
    /// Whether unpack() knows it: predictor 1, 2, or 3 of floats; not larger than largestTile.
    [[nodiscard]] bool isKnown() const;
};
inline constexpr std::size_t largestTile = 64 << 20; ///< bytes, unpacked; a file may claim what it likes
/// The tile's samples as a reader gets them, into `to`; false if the bytes are not exactly such a tile, or the packing
/// is not known. Thread-safe.
/// @param to has the size of packing.bytes()
[[nodiscard]] bool unpack(std::span<const char> packed, const Packing &packing, std::span<std::uint8_t> to);

/// `from` at half its size, rounded up, into `to` with its corner at (x, y).
void halveInto(data::Block &to, int x, int y, const data::Block &from, OverviewMethod method);

} // namespace astra::raster
