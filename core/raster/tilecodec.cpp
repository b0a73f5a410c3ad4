// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tilecodec.h"

#include <QCoreApplication>

#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr auto side = static_cast<std::size_t>(tileSide);
static_assert(std::endian::native == std::endian::little, "the files written here are little-endian");

template<auto release> struct Free {
    template<typename T> void operator()(T *p) const { release(p); }
};
template<typename T, auto release> using Held = std::unique_ptr<T, Free<release>>;

libdeflate_compressor *deflater(int level)
{
    thread_local Held<libdeflate_compressor, libdeflate_free_compressor> held;
    thread_local int heldLevel = 0;
    if (!held || heldLevel != level) {
        held.reset(libdeflate_alloc_compressor(level));
        heldLevel = level;
    }
    return held.get();
}

/// Empty where memory ran out.
void compress(std::span<const std::uint8_t> plain, const CogSpec &spec, QByteArray &packed)
{
    std::size_t size = 0;
    const auto room = [&packed](std::size_t bytes) {
        // A resize() would copy what is of no use any more.
        if (packed.capacity() < static_cast<qsizetype>(bytes) || !packed.isDetached())
            packed = QByteArray(static_cast<qsizetype>(bytes), Qt::Uninitialized);
        packed.resize(static_cast<qsizetype>(bytes));
        return packed.data();
    };
    if (spec.codec == Codec::Zstd) {
        thread_local const Held<ZSTD_CCtx, ZSTD_freeCCtx> context(ZSTD_createCCtx());
        const std::size_t bound = ZSTD_compressBound(plain.size());
        if (context)
            size = ZSTD_compressCCtx(context.get(), room(bound), bound, plain.data(), plain.size(), levelOf(spec));
        if (ZSTD_isError(size) != 0)
            size = 0;
    } else if (auto *deflate = deflater(levelOf(spec))) {
        const std::size_t bound = libdeflate_zlib_compress_bound(deflate, plain.size());
        size = libdeflate_zlib_compress(deflate, plain.data(), plain.size(), room(bound), bound);
    }
    packed.resize(static_cast<qsizetype>(size));
}

bool decompress(std::span<const char> packed, Codec codec, std::span<std::uint8_t> plain)
{
    if (codec == Codec::Zstd) {
        thread_local const Held<ZSTD_DCtx, ZSTD_freeDCtx> context(ZSTD_createDCtx());
        return context
            && ZSTD_decompressDCtx(context.get(), plain.data(), plain.size(), packed.data(), packed.size())
            == plain.size();
    }
    thread_local const Held<libdeflate_decompressor, libdeflate_free_decompressor> inflate(
        libdeflate_alloc_decompressor());
    return inflate
        && libdeflate_zlib_decompress(inflate.get(), packed.data(), packed.size(), plain.data(), plain.size(), nullptr)
        == LIBDEFLATE_SUCCESS;
}

// The loops below are written so that the compiler makes vector instructions of them: no branches, no overlap.

/// One row of one band as samples of the file, `stride` apart.
template<typename T>
void place(const float *__restrict from, std::size_t count, float missing, T *__restrict to, std::size_t stride)
{
    const auto sample = [missing](float v) {
        const float kept = v == v ? v : missing; // NaN of any kind becomes the file's one
        if constexpr (std::is_same_v<T, float>)
            return kept;
        else
            return static_cast<T>(static_cast<int>(kept));
    };
    if (stride == 1) {
        for (std::size_t i = 0; i < count; ++i)
            to[i] = sample(from[i]);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            to[i * stride] = sample(from[i]);
    }
}

template<typename T> void differences(const T *__restrict from, std::size_t count, std::size_t stride, T *__restrict to)
{
    std::copy_n(from, stride, to);
    for (std::size_t i = stride; i < count; ++i)
        to[i] = static_cast<T>(from[i] - from[i - stride]);
}

/// Floats as four runs of bytes, heaviest first.
void splitBytes(const float *__restrict from, std::size_t count, std::uint8_t *__restrict to)
{
    std::uint8_t *__restrict second = to + count;
    std::uint8_t *__restrict third = second + count;
    std::uint8_t *__restrict last = third + count;
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(from[i]);
        to[i] = static_cast<std::uint8_t>(bits >> 24);
        second[i] = static_cast<std::uint8_t>(bits >> 16);
        third[i] = static_cast<std::uint8_t>(bits >> 8);
        last[i] = static_cast<std::uint8_t>(bits);
    }
}

void joinBytes(const std::uint8_t *__restrict from, std::size_t count, std::uint32_t *__restrict to)
{
    for (std::size_t i = 0; i < count; ++i) {
        to[i] = static_cast<std::uint32_t>(from[i]) << 24 | static_cast<std::uint32_t>(from[count + i]) << 16
            | static_cast<std::uint32_t>(from[2 * count + i]) << 8 | from[3 * count + i];
    }
}

template<typename T> void sums(T *row, std::size_t count, std::size_t stride)
{
    if (stride == 1) {
        T sum = 0;
        for (std::size_t i = 0; i < count; ++i)
            row[i] = sum = static_cast<T>(sum + row[i]);
        return;
    }
    for (std::size_t i = stride; i < count; ++i)
        row[i] = static_cast<T>(row[i] + row[i - stride]);
}

float missingOf(const CogSpec &spec)
{
    return static_cast<float>(spec.nodata.value_or(spec.type == SampleType::Float32 ? std::nan("") : 0.0));
}

/// All rows of a tile, predicted. T: the file's sample.
template<typename T> void predict(std::span<const data::Block> bands, float missing, std::vector<std::uint8_t> &plain)
{
    constexpr bool floats = std::is_same_v<T, float>;
    using Bits = std::conditional_t<floats, std::uint8_t, T>;
    const std::size_t stride = bands.size();
    const std::size_t samples = side * stride;
    thread_local std::vector<T> row;
    thread_local std::vector<std::uint8_t> split;
    row.resize(samples);
    split.resize(floats ? samples * sizeof(T) : 0);
    const auto width = static_cast<std::size_t>(bands.front().width);
    const auto height = static_cast<std::size_t>(bands.front().height);
    const auto empty = floats ? static_cast<T>(missing) : static_cast<T>(static_cast<int>(missing));
    std::fill(row.begin(), row.end(), empty); // right of a narrow tile it stays so
    for (std::size_t y = 0; y < side; ++y) {
        if (y == height)
            std::fill(row.begin(), row.end(), empty);
        for (std::size_t b = 0; b < stride && y < height; ++b)
            place(bands[b].values.data() + y * width, width, missing, row.data() + b, stride);
        std::uint8_t *out = plain.data() + y * samples * sizeof(T);
        if constexpr (floats) {
            splitBytes(row.data(), samples, split.data());
            differences<Bits>(split.data(), samples * sizeof(T), stride, out);
        } else {
            differences<Bits>(row.data(), samples, stride, reinterpret_cast<T *>(out));
        }
    }
}

/// The predictor undone, in place.
void unpredict(const Packing &packing, std::span<std::uint8_t> plain)
{
    const auto stride = static_cast<std::size_t>(packing.bands);
    const std::size_t rowBytes = packing.rowBytes();
    const std::size_t samples = static_cast<std::size_t>(packing.width) * stride;
    thread_local std::vector<std::uint8_t> split;
    for (std::size_t at = 0; at < plain.size(); at += rowBytes) {
        std::uint8_t *row = plain.data() + at;
        if (packing.predictor == 3) {
            sums(row, rowBytes, stride);
            split.assign(row, row + rowBytes);
            joinBytes(split.data(), samples, reinterpret_cast<std::uint32_t *>(row));
        } else if (packing.type == SampleType::UInt8) {
            sums(row, samples, stride);
        } else if (packing.type == SampleType::Float32) {
            sums(reinterpret_cast<std::uint32_t *>(row), samples, stride);
        } else {
            sums(reinterpret_cast<std::uint16_t *>(row), samples, stride);
        }
    }
}

template<typename T>
void pick(const T *__restrict from, std::size_t stride, std::size_t count, std::optional<float> nodata,
          float *__restrict to)
{
    const float none = nodata.value_or(data::Block::nodata); // equal to nothing
    for (std::size_t i = 0; i < count; ++i) {
        const auto v = static_cast<float>(from[i * stride]);
        to[i] = v == none ? data::Block::nodata : v;
    }
}

template<typename T>
std::vector<data::Block> blocksOf(std::span<const std::uint8_t> plain, const CogSpec &spec, int width, int height)
{
    const auto stride = static_cast<std::size_t>(spec.bandCount());
    const auto nodata = spec.nodata ? std::optional(static_cast<float>(*spec.nodata)) : std::nullopt;
    const auto *samples = reinterpret_cast<const T *>(plain.data());
    const auto columns = static_cast<std::size_t>(width);
    std::vector<data::Block> bands(stride, data::Block(width, height));
    for (std::size_t b = 0; b < stride; ++b) {
        for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y)
            pick(samples + y * side * stride + b, stride, columns, nodata, bands[b].values.data() + y * columns);
    }
    return bands;
}

} // namespace

int levelOf(const CogSpec &spec) { return spec.level != 0 ? spec.level : spec.codec == Codec::Zstd ? 1 : 6; }

void quantise(data::Block &pixels, const CogSpec &spec)
{
    const auto nodata = spec.nodata ? static_cast<float>(*spec.nodata) : data::Block::nodata;
    if (spec.type == SampleType::Float32) {
        if (!std::isnan(nodata))
            for (float &v : pixels.values)
                v = v == nodata ? data::Block::nodata : v;
        return;
    }
    const float least = spec.type == SampleType::Int16 ? -32768.0F : 0.0F;
    const float most = spec.type == SampleType::UInt8 ? 255.0F : spec.type == SampleType::UInt16 ? 65535.0F : 32767.0F;
    const float otherwise = spec.nodata ? data::Block::nodata : 0.0F;
    for (float &v : pixels.values) {
        // Adding and taking off 1.5 × 2²³ rounds halves to even, as nearbyint does, without a call.
        constexpr float rounder = 12582912.0F;
        const float inside = std::min(std::max(v, least), most);
        const float whole = (inside + rounder) - rounder;
        v = v != v || whole == nodata ? otherwise : whole;
    }
}

void encodeTile(std::span<const data::Block> bands, const CogSpec &spec, QByteArray &packed)
{
    thread_local std::vector<std::uint8_t> plain;
    plain.resize(side * side * bands.size() * static_cast<std::size_t>(bytesPerSample(spec.type)));
    const float missing = missingOf(spec);
    switch (spec.type) {
    case SampleType::Float32:
        predict<float>(bands, missing, plain);
        break;
    case SampleType::UInt16:
        predict<std::uint16_t>(bands, missing, plain);
        break;
    case SampleType::Int16:
        predict<std::int16_t>(bands, missing, plain);
        break;
    case SampleType::UInt8:
        predict<std::uint8_t>(bands, missing, plain);
        break;
    }
    compress(plain, spec, packed);
}

bool Packing::isKnown() const
{
    constexpr int mostBands = 65535; // TIFF's own limit: no product below overflows
    if (width < 1 || height < 1 || bands < 1 || bands > mostBands)
        return false;
    const bool isUndone = predictor == 1 || predictor == 2 || (predictor == 3 && type == SampleType::Float32);
    return isUndone && rowBytes() <= largestTile && bytes() <= largestTile;
}

bool unpack(std::span<const char> packed, const Packing &packing, std::span<std::uint8_t> to)
{
    if (!packing.isKnown() || to.size() != packing.bytes() || !decompress(packed, packing.codec, to))
        return false;
    if (packing.predictor > 1)
        unpredict(packing, to);
    return true;
}

Result<std::vector<data::Block>> decodeTile(const QByteArray &bytes, const CogSpec &spec, int width, int height)
{
    const Packing packing {spec.codec, predictorOf(spec.type), spec.type, tileSide, tileSide, spec.bandCount()};
    thread_local std::vector<std::uint8_t> plain;
    plain.resize(packing.bytes());
    if (!unpack({bytes.constData(), static_cast<std::size_t>(bytes.size())}, packing, plain))
        return fail(ErrorCode::Storage, Text::tr("A tile that was kept on the disk cannot be read back."));
    switch (spec.type) {
    case SampleType::Float32:
        return blocksOf<float>(plain, spec, width, height);
    case SampleType::UInt16:
        return blocksOf<std::uint16_t>(plain, spec, width, height);
    case SampleType::Int16:
        return blocksOf<std::int16_t>(plain, spec, width, height);
    default:
        return blocksOf<std::uint8_t>(plain, spec, width, height);
    }
}

namespace {

/// `count` means of two by two pixels.
void halveRow(const float *__restrict upper, const float *__restrict lower, std::size_t count, float *__restrict to)
{
    for (std::size_t i = 0; i < count; ++i) {
        const float a = upper[2 * i];
        const float b = upper[2 * i + 1];
        const float c = lower[2 * i];
        const float d = lower[2 * i + 1];
        const float sum = (((a == a ? a : 0.0F) + (b == b ? b : 0.0F)) + (c == c ? c : 0.0F)) + (d == d ? d : 0.0F);
        const float valid = (a == a ? 1.0F : 0.0F) + (b == b ? 1.0F : 0.0F) + (c == c ? 1.0F : 0.0F)
            + (d == d ? 1.0F : 0.0F);
        to[i] = sum / valid; // 0/0 is NaN: none is valid
    }
}

} // namespace

void halveInto(data::Block &to, int x, int y, const data::Block &from, OverviewMethod method)
{
    const auto width = static_cast<std::size_t>(from.width);
    for (int row = 0; 2 * row < from.height; ++row) {
        const float *upper = from.values.data() + static_cast<std::size_t>(2 * row) * width;
        const float *lower = 2 * row + 1 < from.height ? upper + width : upper;
        float *out = to.values.data() + static_cast<std::ptrdiff_t>(y + row) * to.width + x;
        if (method == OverviewMethod::Nearest) {
            for (std::size_t i = 0; 2 * i < width; ++i)
                out[i] = upper[2 * i];
            continue;
        }
        halveRow(upper, lower, width / 2, out);
        if (width % 2 != 0) {
            const std::array<float, 2> last {upper[width - 1], upper[width - 1]};
            const std::array<float, 2> below {lower[width - 1], lower[width - 1]};
            halveRow(last.data(), below.data(), 1, out + width / 2);
        }
    }
}

} // namespace astra::raster
