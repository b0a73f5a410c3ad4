// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the pixels themselves say of the rule for their numbers. Some catalogues state an offset that is gone from the
// pixels, or the other way round; dark ground betrays it. Asked of one small overview, once a scene.

#include "core/raster/dataset.h"

namespace astra::raster {

struct PixelEvidence {
    QString band; ///< whose pixels were asked
    bool ofCog = true; ///< their file is cloud-optimised; a JPEG 2000 twin was made by others
    double negative = 0; ///< per cent of the valid pixels that are below zero where the product's offset is applied
    double farNegative = 0; ///< per cent that are so by more than noise (0.01) explains
    double darkest = 0; ///< the first percentile of the values, the offset applied

    /// @param numbers raw, NaN for nodata @return nothing where there are too few valid pixels to tell from
    [[nodiscard]] static std::optional<PixelEvidence> of(const data::Block &numbers, double scale, double offset);

    /// So much is far below zero with it that the offset cannot be in the pixels (any more).
    [[nodiscard]] bool offsetIsGone() const;
    /// The darkest pixels lie just where the offset puts dark ground. Bright scenes (desert, snow) never say so.
    [[nodiscard]] bool offsetIsThere() const;
    friend bool operator==(const PixelEvidence &, const PixelEvidence &) = default;
};

/// The band to ask; nothing where the product is not asked, the rule cannot be wrong (Sentinel-2 before baseline
/// 04.00), a person has decided, or the band's file is a remote JPEG 2000.
[[nodiscard]] std::optional<data::BandRef> witness(const data::Scene &scene);
/// Looks at the witness's smallest useful overview: one read. Nothing where the file has none and is large.
[[nodiscard]] Result<std::optional<PixelEvidence>> askPixels(const data::Scene &scene, const data::BandRef &witness,
                                                             Dataset &file);

} // namespace astra::raster
