// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <optional>

namespace astra::data {

/// An area with a name: polygons under the even–odd rule, so holes are rings, too.
struct NamedArea {
    QString name;
    Rings rings;
    friend bool operator==(const NamedArea &, const NamedArea &) = default;
};
/// The polygons of a GeoJSON geometry, Feature or FeatureCollection (degrees, WGS 84), holes kept. Named by the
/// property "name" or "id", else by their place, from 1. Fails on other geometries, coordinates out of range, and on
/// more than two million vertices.
[[nodiscard]] Result<std::vector<NamedArea>> areasFromGeoJson(const Json &json);
[[nodiscard]] Json toGeoJson(const std::vector<NamedArea> &areas);

/// What to compute, independent of where: small JSON, the same for here, ASTRA and openEO.
struct Recipe {
    static constexpr int version = 2;
    /// A grid other than the operation's own: what is empty or 0 stays as the operation has it.
    struct GridWish {
        QString crs; ///< "EPSG:32629"
        double pixel = 0; ///< in units of the CRS
        friend bool operator==(const GridWish &, const GridWish &) = default;
    };

    QString operation = QStringLiteral("index");
    Json parameters = Json::object(); ///< operation's own: {"index": "NDVI"}
    std::optional<GeoBox> bbox; ///< crop; absent: the whole scene
    bool maskClouds = false;
    std::vector<NamedArea> area {}; ///< what lies outside of all of them is nodata; empty: no such cut
    bool maskSnow = false; ///< with maskClouds: snow and ice, too
    double maskDilation = 0; ///< metres around what is masked, 0…5000
    std::optional<GridWish> grid {};
    QString resampling {}; ///< of values: "nearest", "bilinear", "average"; empty: bilinear. Masks are nearest, always
    QString format {}; ///< cog, geotiff, png, jpeg; empty: cog
    QString codec {}; ///< zstd, deflate; empty: the default

    /// Members at their default are left out; the word "astra_recipe" tells the version where version 1 would not do.
    [[nodiscard]] Json toJson() const;
    /// A later version, a member that is not known (it would change pixels) and a value out of range are errors.
    [[nodiscard]] static Result<Recipe> fromJson(const Json &json);
};

/// A recipe with its inputs by identity, as a result's file holds it and `astra recipe show` prints it.
struct RecipeFile {
    Recipe recipe;
    /// Per scene: provider, collection, id, baseline, copy; per band its rule and a hint where it lay.
    std::vector<Json> inputs;
    QString software; ///< "Astra 0.1.0, GDAL 3.6.2, PROJ 9.1.1"
    [[nodiscard]] Json toJson() const;
    [[nodiscard]] static Result<RecipeFile> fromJson(const Json &json);
};

} // namespace astra::data
