// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/stopsource.h"

#include <QByteArray>
#include <QUrl>

#include <memory>
#include <vector>

namespace astra {

/// Bytes `offset … offset + length - 1`.
struct ByteRange {
    quint64 offset = 0;
    quint64 length = 0;
    friend bool operator==(const ByteRange &, const ByteRange &) = default;
};

/// One remote file, opened: how pixels reach the compute half, which knows no network.
/// Thread-safe. `read` blocks its caller, so it is called from the I/O pool only.
class ByteSource
{
public:
    virtual ~ByteSource() = default;
    /// Whole length in bytes.
    [[nodiscard]] virtual quint64 size() const = 0;
    /// Exactly the bytes asked for, one array per range, or an error: never fewer bytes, never zeros in their place.
    /// A range past the end is cut at the end.
    [[nodiscard]] virtual Result<std::vector<QByteArray>> read(const std::vector<ByteRange> &ranges) = 0;
    /// Wakes every reader with Cancelled and closes transfers under way. Later reads fail at once.
    virtual void close() = 0;
};

/// Opens sources. Implemented by core/net, used by core/raster, joined by core/engine.
class ByteSourceFactory
{
public:
    virtual ~ByteSourceFactory() = default;
    /// Blocks (I/O pool only) until the first bytes are here, so that size is known and the file exists.
    /// @param connection id of the connection whose credentials the host may need; empty for none
    /// @param stop bound to the source for its whole life: a stop closes it
    [[nodiscard]] virtual Result<std::shared_ptr<ByteSource>>
    open(const QUrl &href, const QString &connection, StopToken stop) = 0;
};

} // namespace astra
