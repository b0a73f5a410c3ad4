// SPDX-License-Identifier: Apache-2.0
#include "core/processing/tilesums.h"

#include <QDataStream>
#include <QIODevice>

namespace astra::processing {

QByteArray TileSums::toBytes() const
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out.setByteOrder(QDataStream::LittleEndian);
    out << offset << negative << static_cast<quint16>(files.size());
    for (const auto &file : files) {
        out << static_cast<quint16>(file.size());
        for (const auto &s : file)
            out << s.valid << s.total << s.minimum << s.maximum << s.mean << s.squares;
    }
    out << static_cast<quint16>(tallies.size());
    for (const auto &tally : tallies)
        out << tally;
    return bytes;
}

std::optional<TileSums> TileSums::fromBytes(const QByteArray &bytes)
{
    QDataStream in(bytes);
    in.setVersion(QDataStream::Qt_6_0);
    in.setByteOrder(QDataStream::LittleEndian);
    TileSums sums;
    quint16 count = 0;
    in >> sums.offset >> sums.negative >> count;
    for (int f = 0; f < count && in.status() == QDataStream::Ok; ++f) {
        quint16 bands = 0;
        in >> bands;
        auto &file = sums.files.emplace_back();
        for (int b = 0; b < bands && in.status() == QDataStream::Ok; ++b) {
            PartialStatistics s;
            in >> s.valid >> s.total >> s.minimum >> s.maximum >> s.mean >> s.squares;
            file.push_back(s);
        }
    }
    in >> count;
    for (int t = 0; t < count && in.status() == QDataStream::Ok; ++t)
        in >> sums.tallies.emplace_back();
    return in.status() == QDataStream::Ok ? std::optional(std::move(sums)) : std::nullopt;
}

} // namespace astra::processing
