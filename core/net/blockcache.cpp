// SPDX-License-Identifier: Apache-2.0
#include "core/net/blockcache.h"

#include <algorithm>
#include <cstring>

namespace astra::net {

namespace {

constexpr quint64 blockSize = 64 << 10;

quint64 size(const QByteArray &bytes) { return static_cast<quint64>(bytes.size()); }

} // namespace

void BlockCache::put(const QString &file, quint64 offset, const QByteArray &bytes)
{
    const std::lock_guard lock(m_mutex);
    const quint64 end = offset + size(bytes);
    for (quint64 at = offset; at < end;) {
        const quint64 next = std::min(end, (at / blockSize + 1) * blockSize);
        // A copy of its own: a shared slice would keep the whole answer alive.
        const char *first = bytes.constData() + (at - offset);
        putPiece(file, at, QByteArray(first, static_cast<qsizetype>(next - at)));
        at = next;
    }
    while (m_bytes > m_maxBytes && !m_order.empty()) {
        const auto [name, start] = m_order.back();
        m_order.pop_back();
        auto &entries = m_files[name];
        const auto entry = entries.find(start);
        m_bytes -= entry->second.bytes.size();
        entries.erase(entry);
        if (entries.empty())
            m_files.remove(name);
    }
}

void BlockCache::putPiece(const QString &file, quint64 offset, const QByteArray &bytes)
{
    auto &entries = m_files[file];
    const auto found = entries.find(offset);
    if (found == entries.end()) {
        m_order.emplace_front(file, offset);
        entries.emplace(offset, Entry {bytes, m_order.begin()});
        m_bytes += bytes.size();
        return;
    }
    m_order.splice(m_order.begin(), m_order, found->second.place);
    if (bytes.size() > found->second.bytes.size()) {
        m_bytes += bytes.size() - found->second.bytes.size();
        found->second.bytes = bytes;
    }
}

std::vector<Piece> BlockCache::find(const QString &file, ByteRange range)
{
    const std::lock_guard lock(m_mutex);
    std::vector<Piece> pieces;
    const auto found = m_files.find(file);
    if (found == m_files.end() || range.length == 0)
        return pieces;
    auto &entries = *found;
    const quint64 end = range.offset + range.length;
    quint64 at = range.offset;
    auto entry = entries.upper_bound(at);
    if (entry != entries.begin())
        --entry;
    for (; entry != entries.end() && entry->first < end; ++entry) {
        const quint64 entryEnd = entry->first + size(entry->second.bytes);
        const quint64 first = std::max(at, entry->first);
        const quint64 last = std::min(end, entryEnd);
        if (first >= last)
            continue;
        pieces.push_back({first,
                          entry->second.bytes.mid(static_cast<qsizetype>(first - entry->first),
                                                  static_cast<qsizetype>(last - first))});
        m_order.splice(m_order.begin(), m_order, entry->second.place);
        at = last;
    }
    return pieces;
}

qint64 BlockCache::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

std::vector<ByteRange> missingRanges(const std::vector<ByteRange> &wanted, const std::vector<Piece> &atHand,
                                     quint64 gap)
{
    std::vector<ByteRange> missing;
    for (const auto &range : wanted) {
        quint64 at = range.offset;
        const quint64 end = range.offset + range.length;
        for (const auto &piece : atHand) {
            const quint64 pieceEnd = piece.offset + size(piece.bytes);
            if (pieceEnd <= at || piece.offset >= end)
                continue;
            if (piece.offset > at)
                missing.push_back({at, piece.offset - at});
            at = std::max(at, pieceEnd);
        }
        if (at < end)
            missing.push_back({at, end - at});
    }
    std::sort(missing.begin(), missing.end(),
              [](const ByteRange &a, const ByteRange &b) { return a.offset < b.offset; });
    std::vector<ByteRange> merged;
    for (const auto &range : missing) {
        const quint64 end = range.offset + range.length;
        if (!merged.empty() && range.offset < merged.back().offset + merged.back().length + gap) {
            auto &last = merged.back();
            last.length = std::max(last.offset + last.length, end) - last.offset;
        } else {
            merged.push_back(range);
        }
    }
    return merged;
}

std::optional<QByteArray> assembled(const std::vector<Piece> &pieces, ByteRange range)
{
    QByteArray out(static_cast<qsizetype>(range.length), Qt::Uninitialized);
    quint64 at = range.offset;
    const quint64 end = range.offset + range.length;
    for (const auto &piece : pieces) {
        const quint64 pieceEnd = piece.offset + size(piece.bytes);
        if (pieceEnd <= at)
            continue;
        if (at >= end || piece.offset > at)
            break;
        const quint64 last = std::min(end, pieceEnd);
        std::memcpy(out.data() + (at - range.offset), piece.bytes.constData() + (at - piece.offset), last - at);
        at = last;
    }
    return at >= end ? std::optional(out) : std::nullopt;
}

} // namespace astra::net
