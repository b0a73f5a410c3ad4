// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

#include <QMap>

namespace astra::data {

/// What to compute, independent of where: small JSON, the same for here, ASTRA and openEO.
struct Recipe {
    QString operation = QStringLiteral("index");
    Json parameters = Json::object(); ///< operation's own: {"index": "NDVI"}
    std::optional<GeoBox> bbox; ///< crop; absent: the whole scene
    bool maskClouds = false;

    [[nodiscard]] Json toJson() const;
    [[nodiscard]] static Result<Recipe> fromJson(const Json &json);
};

/// A recipe, its inputs, where it runs and where the result goes.
struct JobRequest {
    Recipe recipe;
    std::vector<Acquisition> inputs;
    QString output; ///< path of the GeoTIFF to write; its STAC Item goes beside it as <name>.json
    QString backend = QStringLiteral("local"); ///< or the id of a provider that computes ("astra-os")
    QString title;
};

/// Statistics over the valid pixels of a result.
struct Statistics {
    qint64 valid = 0; ///< pixels
    qint64 total = 0; ///< pixels
    double minimum = 0;
    double maximum = 0;
    double mean = 0;
    double stddev = 0; ///< population
    [[nodiscard]] Json toJson() const;
    friend bool operator==(const Statistics &, const Statistics &) = default;
};

struct JobResult {
    QString output; ///< the GeoTIFF
    QString item; ///< its STAC Item
    Statistics statistics;
    Scene scene; ///< the result as a scene of provider "local", ready to be shown
    QStringList notes; ///< copies swapped, reads retried, radiometry used
};

} // namespace astra::data
