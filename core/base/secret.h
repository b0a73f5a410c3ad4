// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDebug>

#include <utility>

namespace astra {

/// A key, token or signed query. It cannot be printed, streamed or turned into JSON; only `reveal()`, at the
/// moment of the request, gives the bytes. Compared in constant time.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
    }

    [[nodiscard]] bool isEmpty() const { return m_bytes.isEmpty(); }
    [[nodiscard]] const QByteArray &reveal() const { return m_bytes; }

    friend bool operator==(const Secret &a, const Secret &b)
    {
        if (a.m_bytes.size() != b.m_bytes.size())
            return false;
        unsigned difference = 0;
        for (qsizetype i = 0; i < a.m_bytes.size(); ++i)
            difference |= static_cast<unsigned char>(a.m_bytes[i]) ^ static_cast<unsigned char>(b.m_bytes[i]);
        return difference == 0;
    }

private:
    QByteArray m_bytes;
};

inline QDebug operator<<(QDebug debug, const Secret &) { return debug << "(secret)"; }

} // namespace astra
