// SPDX-License-Identifier: Apache-2.0
#pragma once

// The answers of an ASTRA service, in every form that its documentation and its servers are known to use. Pure.

#include "core/providers/stac/stacparser.h"

namespace astra::providers::astra_os {

/// A search answer: a STAC FeatureCollection with warnings, matched counts and ids of its own.
[[nodiscard]] Result<stac::ParsedPage> parseSearch(const Json &answer, const stac::ParseContext &context);
/// One scene.
[[nodiscard]] Result<data::Scene> parseScene(const Json &item, const stac::ParseContext &context);
/// Puts the addresses of an /assets answer (a map by key, or a list with band and status) into the scene.
/// @return what could not be had, in words
QStringList mergeAssets(data::Scene &scene, const Json &answer, const stac::ParseContext &context);
/// `warnings`: absent, null, texts, objects, or mixed.
[[nodiscard]] QStringList warningsOf(const Json &answer);

} // namespace astra::providers::astra_os
