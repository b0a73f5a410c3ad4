// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scene in words, for the panel beside the map.

#include "core/data/scene.h"

#include <QVariantList>

#include <functional>

namespace astra::scene {

[[nodiscard]] QVariantMap fact(const QString &label, const QString &value); ///< {label, value}
[[nodiscard]] QString number(double value, int decimals);

/// @param titleOf the title of a provider, by its id
[[nodiscard]] QVariantList sceneFacts(const data::Scene &scene, const std::function<QString(const QString &)> &titleOf);
/// {id, detail, access}: baseline and processing date; what it takes to read its pixels.
[[nodiscard]] QVariantMap copyFacts(const data::Scene &copy);
/// Why the pixels cannot be shown without an account; empty where they can.
/// @param connectable a key or account that opens them can be kept here
[[nodiscard]] QString accessSentence(const data::Scene &scene, const QString &provider, bool connectable = false);

} // namespace astra::scene
