// SPDX-License-Identifier: Apache-2.0
#pragma once

// An input as a result tells of it, in its file (ASTRA_INPUTS) and its Item: who had it and which version, what was
// read of it by which rule, and enough to read the same pixels again where they lie.

#include "core/data/job.h"

#include <map>

namespace astra::backends {

/// Under this key the result's file carries a JSON list of records.
inline constexpr const char *inputsTag = "ASTRA_INPUTS";

/// What a record says besides the scene.
struct Recording {
    QString folder; ///< the result's: files that are not far from it are told by their way from there; empty: never
    Json formulas = Json::object(); ///< formulasOf()
};
/// The indices that a recipe names, as the catalogue has them now: {"NDVI": {formula, constants}}. A recipe holds no
/// more than the name, and anybody's catalogue may have another formula under it.
[[nodiscard]] Json formulasOf(const data::Recipe &recipe);
[[nodiscard]] Recording recordingOf(const data::JobRequest &request);

/// {provider, collection, original_id, acquisition, datetime, baseline, offset_override, bands: [{band, rule, …}],
/// formulas, scene, files: [{key, name, bytes, modified, sample}]}. "scene" is the copy that was read, with the files
/// of its bands (scenejson.h): no signed address, and no connection of anybody's. Files of this computer stand in it by
/// their way from the result's folder, or in full where they share no more with it than the root. "files" are those
/// that were read: one that is another by now tells itself.
/// @param rules by band; empty: a service read it, and says nothing
[[nodiscard]] Json inputRecord(const data::Scene &scene, const std::map<QString, data::Radiometry> &rules,
                               const Recording &recording = {});
/// The same record with the files in full, as the result in `folder` means them.
[[nodiscard]] Json placed(Json record, const QString &folder);
/// Of "files": SHA-256 of the size and of what stands at the beginning, in the middle and at the end, 64 kB each; empty
/// where it cannot be read. I/O.
[[nodiscard]] QString sampleOf(const QString &path);

} // namespace astra::backends
