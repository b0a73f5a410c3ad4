// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signatures that run out: a query string with the moment of its end and an HMAC over that and what it opens.

#include "core/base/secret.h"

#include <QDateTime>
#include <QUrlQuery>

#include <functional>

namespace astra::sandbox {

class Tokens
{
public:
    explicit Tokens(std::function<QDateTime()> clock);

    struct Token {
        QString query; ///< "se=…&sp=r&sig=…", percent-encoded
        QDateTime expires;
    };
    /// @param scope what it opens: "blob/landsat-c2", "result/job_…"
    [[nodiscard]] Token sign(const QString &scope, int seconds) const;
    [[nodiscard]] bool accepts(const QString &scope, const QUrlQuery &query) const;
    [[nodiscard]] QDateTime now() const { return m_clock(); }

private:
    [[nodiscard]] QByteArray signature(const QString &scope, const QString &end) const;

    std::function<QDateTime()> m_clock;
    Secret m_key; ///< of this start only
};

/// Random bytes of the operating system as text of [a-z0-9].
[[nodiscard]] QByteArray randomText(int length);

} // namespace astra::sandbox
