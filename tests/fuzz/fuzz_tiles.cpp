// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tilecodec.h"
#include "tests/fuzz/fuzz.h"

#include <array>
#include <cstring>
#include <vector>

using namespace astra::raster;

/// The first eight bytes say how the rest is packed, as a TIFF's tags would.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::array<std::uint8_t, 8> tags {};
    if (size < tags.size())
        return 0;
    std::memcpy(tags.data(), data, tags.size());
    constexpr std::array codecs {Codec::Deflate, Codec::Zstd};
    constexpr std::array types {SampleType::UInt8, SampleType::UInt16, SampleType::Int16, SampleType::Float32};
    const Packing packing {codecs[tags[0] % codecs.size()], tags[1],
                           types[tags[2] % types.size()],   tags[3] + tags[4] % 4 * 256,
                           tags[5] + tags[6] % 4 * 256,     tags[7] % 8};
    constexpr std::size_t most = 1 << 20; // of a packing that is not known, too
    if (packing.bytes() > most)
        return 0;
    std::vector<std::uint8_t> to(packing.bytes()); // of just that size: a byte beyond it is found
    const auto *packed = reinterpret_cast<const char *>(data) + tags.size();
    const bool isWhole = unpack({packed, size - tags.size()}, packing, to);
    astra::fuzz::require(packing.isKnown() || !isWhole);
    return 0;
}
