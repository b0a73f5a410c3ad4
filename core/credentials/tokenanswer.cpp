// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/tokenanswer.h"

#include "core/credentials/jwt.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Tokens)
};

constexpr qsizetype longestToken = 16 << 10;
constexpr double longestLife = 3660.0 * 24 * 3600;

/// Seconds from now on; absent where nobody tells.
std::optional<double> lifeOf(const Json &told, const Secret &token, const QDateTime &there)
{
    if (const auto seconds = asNumber(told, true))
        return seconds;
    const QDateTime end = jwtExpiry(token);
    if (!end.isValid())
        return {};
    const auto issued = numberAt(jwtClaims(token), "iat");
    const double begin = issued.value_or(static_cast<double>(there.toSecsSinceEpoch()));
    return static_cast<double>(end.toSecsSinceEpoch()) - begin;
}

} // namespace

bool isUsableToken(const QByteArray &token)
{
    return !token.isEmpty() && token.size() <= longestToken
        && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<Tokens> tokensFrom(const Json &access, const Json &refresh, const Json &life, const Moment &moment,
                          const QString &title)
{
    const QByteArray token = asString(access).value_or(QString()).toUtf8();
    if (!isUsableToken(token))
        return fail(ErrorCode::InvalidInput, Text::tr("%1 sent no token that can be used.").arg(title), title);
    Tokens tokens;
    tokens.access = Secret(token);
    const QByteArray again = asString(refresh).value_or(QString()).toUtf8();
    if (isUsableToken(again))
        tokens.refresh = Secret(again);
    if (const auto seconds = lifeOf(life, tokens.access, moment.there))
        tokens.expires = moment.here.addSecs(static_cast<qint64>(std::clamp(*seconds, 0.0, longestLife)));
    return tokens;
}

} // namespace astra::credentials
