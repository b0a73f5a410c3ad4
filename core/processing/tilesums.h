// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/processing: what is kept of a tile besides its pixels.

#include "core/processing/statistics.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace astra::processing {

/// What tiles leave behind besides pixels. Kept with each in the store, so that a run that goes on has it.
struct TileSums {
    std::vector<std::vector<PartialStatistics>> files; ///< by file and band, of the pixels as they stand in the file
    qint64 offset = 0; ///< valid reflectances that were read with an offset, after masks and areas
    qint64 negative = 0; ///< of these, those below zero
    std::vector<QByteArray> tallies; ///< the operation's, by strips
    [[nodiscard]] QByteArray toBytes() const;
    [[nodiscard]] static std::optional<TileSums> fromBytes(const QByteArray &bytes);
};

} // namespace astra::processing
