// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/jwt.h"

namespace astra::credentials {

namespace {

constexpr qsizetype longestToken = 16 << 10;
constexpr double lastSecond = 253402300799.0; // of the year 9999
constexpr qsizetype longestName = 200;

} // namespace

Json jwtClaims(const Secret &token)
{
    const QByteArray &text = token.reveal();
    if (text.size() > longestToken || text.count('.') != 2)
        return {};
    const auto payload = QByteArray::fromBase64Encoding(text.split('.')[1],
                                                        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals
                                                            | QByteArray::AbortOnBase64DecodingErrors);
    if (!payload)
        return {};
    auto claims = parseJson(payload.decoded);
    return claims && claims->is_object() ? std::move(*claims) : Json();
}

QDateTime jwtExpiry(const Secret &token)
{
    const auto end = numberAt(jwtClaims(token), "exp");
    if (!end || *end <= 0 || *end > lastSecond)
        return {};
    return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(*end), Qt::UTC);
}

QString personIn(const Json &claims)
{
    for (const char *name : {"email", "preferred_username", "username", "name"}) {
        QString text = stringAt(claims, name).simplified();
        if (!text.isEmpty() && text.size() <= longestName)
            return text;
    }
    return {};
}

} // namespace astra::credentials
