// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scenes that lie on this computer. A path becomes an Acquisition of provider "local": a STAC Item (whose files are
// looked for where its hrefs say, then beside it), a folder with an Item, a folder recognised by its product's file
// names, one raster, or a result of ours. Files are read for their metadata only; nothing is fetched.

#include "core/base/json.h"
#include "core/data/scene.h"

namespace astra::library {

inline constexpr auto localProvider = "local";

/// Whether `source` names something on disk rather than "provider:id".
[[nodiscard]] bool isLocal(const QString &source);

/// Blocks (I/O pool, or a program without a window). An error is one whole sentence about the path.
[[nodiscard]] Result<data::Acquisition> openLocal(const QString &path);

/// The Item as it lies on disk; for what has none, the one made by openLocal.
[[nodiscard]] Result<Json> localItem(const QString &path);

/// One file that stands for a band: what `--band NAME=FILE` gives.
struct BandFile {
    QString name; ///< as the operation calls it ("red")
    QString path;
};
/// Several files as one scene. @param stated scale and offset for all of them; absent: the files' own tags, else the
/// numbers as they stand
[[nodiscard]] Result<data::Acquisition> openBandFiles(const std::vector<BandFile> &files,
                                                      const std::optional<data::Radiometry> &stated);

} // namespace astra::library
