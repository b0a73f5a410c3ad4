// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

namespace astra::providers {

/// How much ground two footprints have in common, in square degrees, accurate to about a per cent.
struct Overlap {
    double first = 0;
    double second = 0;
    double common = 0;

    /// The share of the smaller that lies in the other, 0…1. Nothing overlaps with a line wholly.
    [[nodiscard]] double ofSmaller() const;
    /// The share of all the ground that is common, 0…1.
    [[nodiscard]] double ofBoth() const;
};
[[nodiscard]] Overlap overlapOf(const data::Rings &first, const data::Rings &second);

} // namespace astra::providers
