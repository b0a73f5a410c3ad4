// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"

#include <QHash>

#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace astra::net {

/// Bytes of a file that are at hand.
struct Piece {
    quint64 offset = 0;
    QByteArray bytes;
};

/// Parts of remote files that came over the network, kept as they came (nothing is rounded up), in pieces of at most
/// 64 KiB; the longest unused go first. Shared by all byte sources, thread-safe.
class BlockCache
{
public:
    explicit BlockCache(qint64 maxBytes)
        : m_maxBytes(maxBytes)
    {
    }

    /// @param file href and version (ETag), so that a changed file is another file
    void put(const QString &file, quint64 offset, const QByteArray &bytes);
    /// What is held of a range, in order, without overlaps.
    [[nodiscard]] std::vector<Piece> find(const QString &file, ByteRange range);
    [[nodiscard]] qint64 bytes() const;

private:
    struct Entry;
    using Order = std::list<std::pair<QString, quint64>>; ///< file and offset, the latest used first
    struct Entry {
        QByteArray bytes;
        Order::iterator place;
    };
    void putPiece(const QString &file, quint64 offset, const QByteArray &bytes);

    qint64 m_maxBytes;
    mutable std::mutex m_mutex;
    QHash<QString, std::map<quint64, Entry>> m_files;
    Order m_order;
    qint64 m_bytes = 0;
};

/// What must be fetched so that, with the pieces at hand, all of `wanted` is there: sorted, overlaps and gaps of less
/// than `gap` merged.
[[nodiscard]] std::vector<ByteRange> missingRanges(const std::vector<ByteRange> &wanted,
                                                   const std::vector<Piece> &atHand, quint64 gap);

/// Cuts one range out of sorted pieces; nothing where a byte of it is not there.
[[nodiscard]] std::optional<QByteArray> assembled(const std::vector<Piece> &pieces, ByteRange range);

} // namespace astra::net
