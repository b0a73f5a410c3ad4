// SPDX-License-Identifier: Apache-2.0
#pragma once

// An input as a result tells of it, in its file (ASTRA_INPUTS) and its Item: who had it and which version, what was
// read of it by which rule, and enough to read the same pixels again where they lie.

#include "core/data/scene.h"

#include <map>

namespace astra::backends {

/// Under this key the result's file carries a JSON list of records.
inline constexpr const char *inputsTag = "ASTRA_INPUTS";

/// {provider, collection, original_id, acquisition, datetime, baseline, offset_override, bands: [{band, rule, …}],
/// scene, files: [[name, bytes, modified]]}. "scene" is the copy that was read, with the files of its bands
/// (scenejson.h): no signed address. "files" are those of this computer that were read: one that is another by now
/// tells itself.
/// @param rules by band; empty: a service read it, and says nothing
[[nodiscard]] Json inputRecord(const data::Scene &scene, const std::map<QString, data::Radiometry> &rules);

} // namespace astra::backends
