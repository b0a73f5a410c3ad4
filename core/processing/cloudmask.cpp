// SPDX-License-Identifier: Apache-2.0
#include "core/processing/cloudmask.h"

#include <cmath>

namespace astra::processing {

namespace {

constexpr unsigned bit(int n) { return 1U << n; }

// No data, saturated, cloud shadow, cloud of medium and of high probability, thin cirrus.
constexpr unsigned sclMasked = bit(0) | bit(1) | bit(3) | bit(8) | bit(9) | bit(10);
// Fill, dilated cloud, cirrus, cloud, cloud shadow.
constexpr unsigned qaMasked = bit(0) | bit(1) | bit(2) | bit(3) | bit(4);

} // namespace

bool isMasked(float maskValue, MaskKind kind)
{
    if (!(maskValue >= 0 && maskValue <= 65535))
        return true; // NaN, or no class at all
    const auto value = static_cast<unsigned>(maskValue);
    if (kind == MaskKind::QaPixel)
        return (value & qaMasked) != 0;
    return value > 11 || (bit(static_cast<int>(value)) & sclMasked) != 0;
}

void applyCloudMask(data::Block &values, const data::Block &mask, MaskKind kind)
{
    Q_ASSERT(values.values.size() == mask.values.size());
    for (std::size_t i = 0; i < values.values.size(); ++i) {
        if (isMasked(mask.values[i], kind))
            values.values[i] = data::Block::nodata;
    }
}

QString maskBand(MaskKind kind) { return kind == MaskKind::Scl ? QStringLiteral("scl") : QStringLiteral("qa_pixel"); }

} // namespace astra::processing
