// SPDX-License-Identifier: Apache-2.0
#pragma once

// What tests/data/operations/make.py computed.

#include "core/base/json.h"
#include "core/data/raster.h"

#include <QTest>

namespace astra::test {

[[nodiscard]] inline const Json &expected(const char *part)
{
    static const Json all = [] {
        const auto file = QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/operations/expected.json");
        auto read = readJsonFile(file);
        return read ? std::move(*read) : Json::object();
    }();
    return member(all, part);
}

/// Null is NaN.
[[nodiscard]] inline std::vector<float> floats(const Json &numbers)
{
    std::vector<float> values;
    values.reserve(numbers.size());
    for (const auto &number : numbers)
        values.push_back(number.is_number() ? number.get<float>() : data::Block::nodata);
    return values;
}
[[nodiscard]] inline data::Block block(int width, int height, const Json &numbers)
{
    data::Block out(width, height);
    out.values = floats(numbers);
    return out;
}

/// Equal to within `tolerance`, NaN for NaN. @return the first place where they are not, as a text; empty: equal
[[nodiscard]] inline QString difference(const std::vector<float> &got, const std::vector<float> &wanted,
                                        float tolerance)
{
    if (got.size() != wanted.size())
        return QStringLiteral("%1 values, not %2").arg(got.size()).arg(wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        const bool same = std::isnan(wanted[i]) ? std::isnan(got[i]) : std::abs(got[i] - wanted[i]) <= tolerance;
        if (!same)
            return QStringLiteral("[%1] is %2, not %3").arg(i).arg(double(got[i])).arg(double(wanted[i]));
    }
    return {};
}

} // namespace astra::test
