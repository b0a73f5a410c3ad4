// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tilecodec.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

namespace astra::raster {

namespace {

constexpr int side = CogWriter::tileSize;
constexpr auto sideBytes = static_cast<std::size_t>(side);
static_assert(std::endian::native == std::endian::little, "the files written here are little-endian");

struct FreeCompressor {
    void operator()(libdeflate_compressor *c) const { libdeflate_free_compressor(c); }
};

libdeflate_compressor *compressor(int level)
{
    thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> held;
    thread_local int heldLevel = 0;
    if (!held || heldLevel != level) {
        held.reset(libdeflate_alloc_compressor(level));
        heldLevel = level;
    }
    return held.get();
}

/// One row of floats as four runs of bytes, heaviest first, then differences over the whole row.
void predictFloats(const float *row, std::uint8_t *out, std::uint8_t *scratch)
{
    for (std::size_t i = 0; i < sideBytes; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(row[i]);
        scratch[i] = static_cast<std::uint8_t>(bits >> 24);
        scratch[sideBytes + i] = static_cast<std::uint8_t>(bits >> 16);
        scratch[2 * sideBytes + i] = static_cast<std::uint8_t>(bits >> 8);
        scratch[3 * sideBytes + i] = static_cast<std::uint8_t>(bits);
    }
    out[0] = scratch[0];
    for (std::size_t i = 1; i < 4 * sideBytes; ++i)
        out[i] = static_cast<std::uint8_t>(scratch[i] - scratch[i - 1]);
}

template<typename T> void predictNumbers(const float *row, float missing, std::uint8_t *out)
{
    constexpr float most = std::numeric_limits<T>::max();
    T before = 0;
    for (std::size_t i = 0; i < sideBytes; ++i) {
        const float v = std::isnan(row[i]) ? missing : row[i];
        const auto value = static_cast<T>(std::clamp(std::nearbyint(v), 0.0F, most));
        const auto difference = static_cast<T>(value - before);
        std::memcpy(out + i * sizeof(T), &difference, sizeof(T));
        before = value;
    }
}

} // namespace

QByteArray encodeTile(const data::Block &pixels, const CogSpec &spec)
{
    const auto bytes = sideBytes * static_cast<std::size_t>(bytesPerSample(spec.type));
    thread_local std::vector<std::uint8_t> plain;
    thread_local std::vector<std::uint8_t> scratch;
    plain.resize(bytes * sideBytes);
    scratch.resize(bytes);
    const bool floats = spec.type == SampleType::Float32;
    const auto missing = static_cast<float>(spec.nodata.value_or(floats ? std::nan("") : 0.0));
    std::array<float, side> row {};
    for (int y = 0; y < side; ++y) {
        row.fill(floats ? missing : data::Block::nodata);
        if (y < pixels.height) {
            const float *from = pixels.values.data() + static_cast<std::ptrdiff_t>(y) * pixels.width;
            std::copy_n(from, pixels.width, row.begin());
            if (floats && !std::isnan(missing))
                std::replace_if(
                    row.begin(), row.end(), [](float v) { return std::isnan(v); }, missing);
        }
        std::uint8_t *out = plain.data() + static_cast<std::size_t>(y) * bytes;
        if (floats)
            predictFloats(row.data(), out, scratch.data());
        else if (spec.type == SampleType::UInt16)
            predictNumbers<std::uint16_t>(row.data(), missing, out);
        else
            predictNumbers<std::uint8_t>(row.data(), missing, out);
    }
    auto *deflate = compressor(spec.level);
    if (!deflate)
        return {};
    thread_local std::vector<std::uint8_t> packed;
    packed.resize(libdeflate_zlib_compress_bound(deflate, plain.size()));
    const auto size = libdeflate_zlib_compress(deflate, plain.data(), plain.size(), packed.data(), packed.size());
    return QByteArray(reinterpret_cast<const char *>(packed.data()), static_cast<qsizetype>(size));
}

data::Block halved(const data::Block &block, OverviewMethod method)
{
    data::Block out((block.width + 1) / 2, (block.height + 1) / 2);
    float *to = out.values.data();
    for (int y = 0; y < out.height; ++y) {
        const float *upper = block.values.data() + static_cast<std::ptrdiff_t>(2) * y * block.width;
        const float *lower = 2 * y + 1 < block.height ? upper + block.width : upper;
        for (int x = 0; x < out.width; ++x, ++to) {
            const int left = 2 * x;
            const int right = std::min(left + 1, block.width - 1);
            if (method == OverviewMethod::Nearest) {
                *to = upper[left];
                continue;
            }
            float sum = 0;
            int count = 0;
            for (const float v : {upper[left], upper[right], lower[left], lower[right]}) {
                const bool valid = v == v; // not NaN
                sum += valid ? v : 0.0F;
                count += valid;
            }
            *to = count ? sum / static_cast<float>(count) : data::Block::nodata;
        }
    }
    return out;
}

} // namespace astra::raster
