// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

#include <QObject>
#include <QStringList>

#include <array>
#include <map>
#include <vector>

namespace astra::render {

/// A colour ramp: evenly spaced stops, interpolated linearly in sRGB.
struct Ramp {
    QString id; ///< "rdylgn"
    std::vector<std::array<std::uint8_t, 3>> stops;
};
/// rdylgn, brbg, viridis, greys, prgn, … ; a null pointer for an unknown id.
[[nodiscard]] const Ramp *ramp(const QString &id);

/// One class of a raster of classes.
struct PaletteEntry {
    std::array<std::uint8_t, 4> colour {}; ///< RGBA, not premultiplied
    QString name {}; ///< "Vegetation loss"; empty: nobody says
    friend bool operator==(const PaletteEntry &, const PaletteEntry &) = default;
};

/// How pixels become colour. A composite takes three bands, an index or a greyscale one value per pixel.
struct Style {
    QString id; ///< "true-color", "color-infrared", "ndvi", or "bands" for what has no names
    QStringList bands; ///< names of bands to read, in order: three for a composite; an index's inputs
    QString index; ///< index name ("NDVI"), empty for a composite
    double low = 0; ///< drawn darkest / first stop
    double high = 0.3; ///< drawn brightest / last stop
    double gamma = 1.0; ///< composites: out = in^(1/gamma)
    QString ramp; ///< index: ramp id
    bool maskClouds = false;
    QString formula {}; ///< index: over names of bands and of constants
    std::map<QString, double> constants {};
    bool stretch = false; ///< from the 2nd to the 98th percentile of the pixels, whatever low and high say
    bool asStands = false; ///< as the file itself says it is drawn, where it does; else as this style says
    std::vector<PaletteEntry> palette {}; ///< by value: of classes, which are never blended; wins over all above
    friend bool operator==(const Style &, const Style &) = default;
};

/// Composite: `blocks` holds three bands of equal size. Index or grey: one block of values. NaN is transparent, and so
/// is what a palette has no entry for.
[[nodiscard]] data::Picture paint(const std::vector<data::Block> &blocks, const Style &style);

} // namespace astra::render
