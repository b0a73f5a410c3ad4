// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <vector>

namespace astra::server {

struct Span {
    qint64 offset = 0;
    qint64 length = 0;
    friend bool operator==(const Span &, const Span &) = default;
};

/// What a Range header asks of something `size` bytes long.
struct RangeAsk {
    enum class Kind {
        Whole, ///< no range, or one that may be passed over: not understood, too many, more bytes than there are
        Partial,
        Unsatisfiable, ///< 416
    };
    Kind kind = Kind::Whole;
    std::vector<Span> spans; ///< Partial: in the order asked
};
[[nodiscard]] RangeAsk parseRange(const QByteArray &header, qint64 size);

} // namespace astra::server
