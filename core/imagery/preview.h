// SPDX-License-Identifier: Apache-2.0
#pragma once

// Looking at a scene once: one picture, one point. The same reading, radiometry and drawing as the map's tiles.

#include "core/imagery/look.h"
#include "core/imagery/scenereader.h"

namespace astra::imagery {

struct Preview {
    data::Picture picture;
    data::GeoBox box; ///< what it shows
    QString radiometry; ///< in words
    QString warning; ///< what the pixels say against it; empty: nothing
    QStringList notes; ///< the first says why nothing is to be seen, where nothing is
};
/// A Web Mercator picture. @param box absent: the whole scene @param width, height 0: fitted to at most 1024
[[nodiscard]] Future<Preview> preview(Pools &pools, const std::shared_ptr<SceneReader> &reader,
                                      const render::Style &style, std::optional<data::GeoBox> box, int width,
                                      int height, const StopToken &stop);

struct PointValue {
    QString band;
    std::optional<double> value; ///< absent: no data there
    QString name {}; ///< of the class that it stands for
};
/// Values at full resolution: one per band of the style, then the index where it computes one.
[[nodiscard]] Future<std::vector<PointValue>> valuesAt(Pools &pools, const std::shared_ptr<SceneReader> &reader,
                                                       const render::Style &style, double longitude, double latitude,
                                                       const StopToken &stop);

/// The radiometry of the first band read, in words; the first warning of all; and whether they give reflectance.
[[nodiscard]] QString describeRadiometry(const std::vector<OpenScene::BandFacts> &facts);
[[nodiscard]] QString warningOf(const std::vector<OpenScene::BandFacts> &facts);
/// What to know of where the bands lie: nothing, or that it is not exact.
[[nodiscard]] QStringList placeNotes(const std::vector<OpenScene::BandFacts> &facts);
/// That an index is computed from raw numbers, where their unit makes a difference to it (SAVI; not NDVI).
[[nodiscard]] QStringList unitNotes(const Look &look, const std::vector<OpenScene::BandFacts> &facts);
/// `look` with what the files of its bands say of how they are drawn, where its style leaves that to them.
[[nodiscard]] Look asFilesSay(Look look, const std::vector<OpenScene::BandFacts> &facts);
/// Whether it is stretched to what the pixels hold: numbers that no range is known for.
[[nodiscard]] bool isRaw(const Look &look, const std::vector<OpenScene::BandFacts> &facts);
/// Pixels as they are where they are drawn larger than they are, else blended.
[[nodiscard]] raster::Resampling resamplingFor(const data::Grid &mercator,
                                               const std::vector<OpenScene::BandFacts> &facts);
/// A small grid of the whole file, for a stretch that stays.
[[nodiscard]] data::Grid overviewGrid(const data::Grid &whole, int side = 256);

} // namespace astra::imagery
