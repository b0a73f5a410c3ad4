// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/processing: one band of a part of a tile, as it came from its file or as values.

#include "core/data/raster.h"
#include "core/processing/evaluator.h"
#include "core/raster/dataset.h"

#include <optional>
#include <utility>

namespace astra::processing {

struct Pixels {
    std::optional<raster::RawBlock> raw;
    data::Block values; ///< where `raw` is absent
    [[nodiscard]] qint64 bytes() const
    {
        return raw ? raw->bytes.size() : static_cast<qint64>(values.values.size() * sizeof(float));
    }
};

/// What is not finite is nodata.
void finiteOnly(float *values, std::size_t count);
/// Raw numbers by their rule.
[[nodiscard]] data::Block valuesOf(const raster::RawBlock &raw, const data::Radiometry &rule);
/// The same for the evaluator, which applies the rule itself. The pixels outlive it.
[[nodiscard]] Source sourceOf(const Pixels &pixels, const data::Radiometry &rule);
/// How many reflectances are valid, and how many of these below zero.
[[nodiscard]] std::pair<qint64, qint64> negativeIn(const Pixels &pixels, const data::Radiometry &rule);

} // namespace astra::processing
