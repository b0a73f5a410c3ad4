// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/tokens.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

namespace astra::sandbox {

Tokens::Tokens(std::function<QDateTime()> clock)
    : m_clock(clock ? std::move(clock) : [] { return QDateTime::currentDateTimeUtc(); })
    , m_key(randomText(48))
{
}

QByteArray Tokens::signature(const QString &scope, const QString &end) const
{
    return QMessageAuthenticationCode::hash(QString(scope + u'\n' + end).toUtf8(), m_key.reveal(),
                                            QCryptographicHash::Sha256)
        .toHex();
}

Tokens::Token Tokens::sign(const QString &scope, int seconds) const
{
    const QDateTime expires = m_clock().toUTC().addSecs(seconds);
    const QString end = expires.toString(Qt::ISODate);
    QString encoded = end;
    encoded.replace(QLatin1Char(':'), QStringLiteral("%3A"));
    return {u"se=" + encoded + u"&sp=r&sig=" + QString::fromLatin1(signature(scope, end)), expires};
}

bool Tokens::accepts(const QString &scope, const QUrlQuery &query) const
{
    const QString end = query.queryItemValue(QStringLiteral("se"), QUrl::FullyDecoded);
    const auto expires = QDateTime::fromString(end, Qt::ISODate);
    if (!expires.isValid() || m_clock() >= expires)
        return false;
    const Secret given(query.queryItemValue(QStringLiteral("sig")).toLatin1());
    return given == Secret(signature(scope, end));
}

QByteArray randomText(int length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    QByteArray text;
    for (int i = 0; i < length; ++i)
        text.append(letters[QRandomGenerator::system()->bounded(36)]);
    return text;
}

} // namespace astra::sandbox
