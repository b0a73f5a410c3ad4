// SPDX-License-Identifier: Apache-2.0
#pragma once

// Styles by name: the built-in composites, a person's own, and one per index of the catalogue in use.

#include "core/base/json.h"
#include "core/processing/indexcatalogue.h"
#include "core/render/style.h"

namespace astra::imagery {

/// A person's own way of looking, named: three bands as red, green and blue, or one in shades of grey; both stretched.
/// (An index of one's own is in the catalogue.)
struct OwnLook {
    QString name;
    QStringList bands; ///< common or native names; three or one

    friend bool operator==(const OwnLook &, const OwnLook &) = default;
};
/// A name of at most 80 characters and one or three names of bands; else the error says what is wrong.
[[nodiscard]] Result<void> check(const OwnLook &look);
[[nodiscard]] Json toJson(const std::vector<OwnLook> &looks);
[[nodiscard]] Result<std::vector<OwnLook>> ownLooksFrom(const Json &json);
/// Those of this run of the program; the engine sets what the configuration keeps. Thread-safe.
[[nodiscard]] std::vector<OwnLook> ownLooks();
void setOwnLooks(std::vector<OwnLook> looks);

/// true-color (0…0.30, gamma 1.4), color-infrared (0…0.40), a person's own, then one per index.
[[nodiscard]] std::vector<render::Style> styles();
/// "true-color"; "ndvi" (an index: shipped ones in any case, others as they are written); "own:NAME";
/// "bands:swir22,nir,red" or "bands:red"; "formula:(nir - red) / red".
[[nodiscard]] std::optional<render::Style> styleNamed(const QString &id);
[[nodiscard]] render::Style styleOf(const processing::Index &index);

} // namespace astra::imagery
