// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"
#include "core/processing/cloudmask.h"

#include <map>

namespace astra::processing {

/// What is known of a scene before any of its files is opened.
struct SceneFacts {
    QString id;
    QString platform; ///< "sentinel-2b"
    QString product; ///< "sentinel-2-l2a"
    QString baseline; ///< "05.11"; else empty
    QString orbit; ///< "R022", "path 192 row 27"; empty: not stated
    QDateTime datetime; ///< UTC
    std::optional<MaskKind> mask;
    QStringList bands; ///< native and common names that findBand() finds
    std::map<QString, double> wavelengths; ///< common name → centre, nanometres; what the sensor's table has
    std::map<QString, double> gsd; ///< common name → metres, where stated
};
/// NotFound where the scene lacks it; the sentence names those it has. @param band compared without regard to case
[[nodiscard]] Result<void> requireBand(const SceneFacts &scene, const QString &band);
[[nodiscard]] SceneFacts factsOf(const data::Scene &scene);

} // namespace astra::processing
