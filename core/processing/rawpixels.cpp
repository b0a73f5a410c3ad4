// SPDX-License-Identifier: Apache-2.0
#include "core/processing/rawpixels.h"

#include <cmath>

namespace astra::processing {

namespace {

template<typename T>
void convert(const T *from, float *to, std::size_t count, std::optional<double> nodata, const data::Radiometry &rule)
{
    const auto scale = static_cast<float>(rule.scale);
    const auto offset = static_cast<float>(rule.offset);
    const float none = nodata ? static_cast<float>(*nodata) : data::Block::nodata;
    for (std::size_t i = 0; i < count; ++i) {
        const auto v = static_cast<float>(from[i]);
        to[i] = v == none ? data::Block::nodata : v * scale + offset;
    }
}

/// Calls `use` with the raw numbers as what they are.
template<typename Use> void withType(const raster::RawBlock &raw, Use use)
{
    switch (raw.type) {
    case raster::RawBlock::Type::UInt8:
        return use(reinterpret_cast<const std::uint8_t *>(raw.bytes.constData()));
    case raster::RawBlock::Type::UInt16:
        return use(reinterpret_cast<const std::uint16_t *>(raw.bytes.constData()));
    case raster::RawBlock::Type::Int16:
        return use(reinterpret_cast<const std::int16_t *>(raw.bytes.constData()));
    case raster::RawBlock::Type::Float32:
        return use(reinterpret_cast<const float *>(raw.bytes.constData()));
    }
}

Source::Type typeOf(raster::RawBlock::Type type)
{
    switch (type) {
    case raster::RawBlock::Type::UInt8:
        return Source::Type::UInt8;
    case raster::RawBlock::Type::UInt16:
        return Source::Type::UInt16;
    case raster::RawBlock::Type::Int16:
        return Source::Type::Int16;
    case raster::RawBlock::Type::Float32:
        break;
    }
    return Source::Type::Float32;
}

} // namespace

void finiteOnly(float *values, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::isfinite(values[i]) ? values[i] : data::Block::nodata;
}

data::Block valuesOf(const raster::RawBlock &raw, const data::Radiometry &rule)
{
    data::Block block;
    block.width = raw.width;
    block.height = raw.height;
    block.values.resize(static_cast<std::size_t>(raw.width) * static_cast<std::size_t>(raw.height));
    withType(raw, [&](const auto *from) { convert(from, block.values.data(), block.values.size(), raw.nodata, rule); });
    return block;
}

Source sourceOf(const Pixels &pixels, const data::Radiometry &rule)
{
    if (!pixels.raw)
        return {Source::Type::Float32, pixels.values.values.data(), 1, 0, {}};
    Source source {typeOf(pixels.raw->type),
                   pixels.raw->bytes.constData(),
                   static_cast<float>(rule.scale),
                   static_cast<float>(rule.offset),
                   {}};
    if (pixels.raw->nodata)
        source.nodata = static_cast<float>(*pixels.raw->nodata);
    return source;
}

std::pair<qint64, qint64> negativeIn(const Pixels &pixels, const data::Radiometry &rule)
{
    const auto below = [](const auto *values, std::size_t count, float limit, float none) {
        std::pair<qint64, qint64> sum;
        for (std::size_t i = 0; i < count; ++i) {
            const auto v = static_cast<float>(values[i]);
            sum.first += v == v && v != none;
            sum.second += v < limit && v != none;
        }
        return sum;
    };
    if (!pixels.raw)
        return below(pixels.values.values.data(), pixels.values.values.size(), 0.0F, data::Block::nodata);
    std::pair<qint64, qint64> sum;
    const auto &raw = *pixels.raw;
    const auto limit = static_cast<float>(-rule.offset / rule.scale);
    const float none = raw.nodata ? static_cast<float>(*raw.nodata) : data::Block::nodata;
    const auto count = static_cast<std::size_t>(raw.width) * static_cast<std::size_t>(raw.height);
    withType(raw, [&](const auto *values) { sum = below(values, count, limit, none); });
    return sum;
}

} // namespace astra::processing
