// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/expiry.h"

#include <QLocale>

#include <algorithm>

namespace astra::credentials {

QDateTime serverTime(const net::HttpResponse &response, const QDateTime &fallback)
{
    auto date = QLocale::c().toDateTime(QString::fromLatin1(response.header("Date")),
                                        QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    date.setTimeSpec(Qt::UTC);
    return date.isValid() ? date : fallback;
}

qint64 useSeconds(qint64 lifeSeconds)
{
    constexpr qint64 margin = 300;
    constexpr qint64 least = 30;
    return std::max(least, lifeSeconds - std::min(margin, lifeSeconds / 2));
}

} // namespace astra::credentials
