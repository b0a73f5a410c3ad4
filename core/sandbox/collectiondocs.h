// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a catalogue says of itself and of its collections: landing page, conformance, collection documents.

#include "core/base/json.h"
#include "core/sandbox/catalogues.h"

namespace astra::sandbox {

/// Only what it really does.
[[nodiscard]] QStringList conformanceOf(Manner manner);
/// @param root the catalogue's own address
[[nodiscard]] Json landingOf(Manner manner, const QString &root);
[[nodiscard]] Json collectionDocument(Manner manner, const QString &id, const World &world, const QString &base);

} // namespace astra::sandbox
