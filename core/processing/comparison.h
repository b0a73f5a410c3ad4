// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/scenefacts.h"

namespace astra::processing {

/// Sensors built to be compared with each other share a name: "Sentinel-2 MSI", "Landsat OLI"; else the platform's own.
[[nodiscard]] QString sensorFamily(const QString &platform);
/// Those of all that state a platform, each once.
[[nodiscard]] QStringList sensorFamilies(const std::vector<SceneFacts> &scenes);
/// What makes two scenes hard to compare: order, season, sensor, product, orbit, processing baseline; and which of
/// these only one of them states.
[[nodiscard]] QStringList comparisonWarnings(const SceneFacts &before, const SceneFacts &after);

} // namespace astra::processing
