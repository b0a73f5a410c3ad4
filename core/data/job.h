// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/recipe.h"
#include "core/data/scene.h"

#include <QMap>

namespace astra::data {

/// A recipe, its inputs, where it runs and where the result goes.
struct JobRequest {
    Recipe recipe;
    std::vector<Acquisition> inputs;
    QString output; ///< path of the GeoTIFF to write; its STAC Item goes beside it as <name>.json
    QString backend = QStringLiteral("local"); ///< or the id of a provider that computes ("astra-os")
    QString title;
    QString id {}; ///< the job store's, kept over a restart; empty: a job that is not stored
    int priority = 0; ///< −10…10; higher first
};
/// For the job store: scenes by identity with everything needed to read them again, no signed address.
[[nodiscard]] Json toJson(const JobRequest &request);
[[nodiscard]] Result<JobRequest> requestFromJson(const Json &json);

/// What a job would take, known before it starts.
struct Estimate {
    qint64 bytes = 0; ///< to be read
    qint64 requests = 0; ///< to services; 0: all files are here
    qint64 disk = 0; ///< bytes needed while it runs
    double seconds = 0; ///< 0: nothing was measured yet
    bool exact = false; ///< bytes are from the files' own tables of tiles
    QStringList warnings {}; ///< unequal orbits, seasons, sensors …: what the operation says before it runs
};

/// One read that had to be repeated.
struct Retry {
    QString host; ///< or the file's name
    QString why;
    qint64 offset = 0;
    qint64 length = 0;
    int attempt = 0; ///< from 1
};
struct ReadReport {
    qint64 windows = 0; ///< asked for, and answered: a result exists only if these are the same
    qint64 bytes = 0;
    qint64 requests = 0;
    std::vector<Retry> retries;
    [[nodiscard]] Json toJson() const;
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
    QStringList files {}; ///< besides `output`: rasters and tables that stand beside it
    Json tables = Json::array(); ///< [{name, columns, rows}]: areas, statistics of polygons, series
    ReadReport reads {};
    qint64 tilesKept = 0; ///< taken over from an earlier run that was cut off
    qint64 tilesComputed = 0;
};

} // namespace astra::data
