// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/stopsource.h"

#include <QByteArray>

#include <compare>
#include <memory>
#include <vector>

namespace astra::raster {

/// Finished tiles of one job on disk: a header, then frames of {what tile, sums, tally, bytes}. Only ever appended to;
/// a torn end is cut off when the file is opened again, and a frame with a wrong sum is as if it were not there. One
/// process at a time (flock). Thread-safe; blocks on the disk.
class TileStore
{
public:
    struct Key {
        quint16 file = 0; ///< of Plan::files
        quint16 level = 0; ///< 0: full resolution
        quint32 index = 0; ///< row by row
        auto operator<=>(const Key &) const = default;
    };

    /// Creates it, or takes up what is there if its `plan` is the same; another plan's tiles go. Storage where another
    /// process has it, or where something else than a store has that name (it is left alone);
    /// Cancelled where `stop` came while what is there was read: it stays as it is.
    [[nodiscard]] static Result<std::unique_ptr<TileStore>> open(const QString &path, const QByteArray &plan,
                                                                 const StopToken &stop = {});
    /// One without a name on the disk of `path`, gone with this object however the process ends.
    [[nodiscard]] static Result<std::unique_ptr<TileStore>> temporary(const QString &path);
    virtual ~TileStore() = default; ///< leaves the file

    [[nodiscard]] virtual bool has(Key key) const = 0;
    [[nodiscard]] virtual std::vector<Key> kept() const = 0; ///< as found by open(), sorted
    /// A key that is there already gets the new bytes. After an error what was kept before is still kept.
    [[nodiscard]] virtual Result<void> put(Key key, const QByteArray &bytes, const QByteArray &tally) = 0;
    [[nodiscard]] virtual Result<QByteArray> bytes(Key key) const = 0;
    /// The same into `to`, which has room for size(key).
    [[nodiscard]] virtual Result<void> read(Key key, char *to) const = 0;
    [[nodiscard]] virtual qint64 size(Key key) const = 0; ///< of its bytes; 0: none
    [[nodiscard]] virtual QByteArray tally(Key key) const = 0;
    [[nodiscard]] virtual Result<void> sync() = 0; ///< what was put survives a power cut
    virtual void discard() = 0; ///< the job is over: the file goes
};

} // namespace astra::raster
