// SPDX-License-Identifier: Apache-2.0
#include "core/server/ranges.h"

#include <QList>

#include <algorithm>
#include <optional>

namespace astra::server {

namespace {

constexpr qsizetype maxRanges = 64;

std::optional<qint64> number(const QByteArray &text)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

} // namespace

RangeAsk parseRange(const QByteArray &header, qint64 size)
{
    const QByteArray text = header.trimmed();
    if (!text.toLower().startsWith("bytes="))
        return {};
    const auto parts = text.mid(6).split(',');
    if (parts.size() > maxRanges)
        return {};

    RangeAsk ask;
    qint64 total = 0;
    for (const auto &part : parts) {
        const QByteArray range = part.trimmed();
        const auto dash = range.indexOf('-');
        if (dash < 0)
            return {};
        const auto first = number(range.left(dash));
        const auto last = number(range.mid(dash + 1));
        Span span;
        if (dash == 0) {
            if (!last)
                return {};
            span.length = std::min(*last, size);
            span.offset = size - span.length;
        } else {
            if (!first || (!last && dash + 1 != range.size()) || (last && *last < *first))
                return {};
            if (*first >= size)
                continue;
            span.offset = *first;
            span.length = std::min(last.value_or(size - 1), size - 1) - *first + 1;
        }
        if (span.length > 0) {
            total += span.length;
            ask.spans.push_back(span);
        }
    }
    if (ask.spans.empty()) {
        ask.kind = RangeAsk::Kind::Unsatisfiable;
        return ask;
    }
    // Overlapping ranges that add up to more than the file are an old way to make a server work for nothing.
    if (total > size)
        return {};
    ask.kind = RangeAsk::Kind::Partial;
    return ask;
}

} // namespace astra::server
