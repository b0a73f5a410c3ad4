// SPDX-License-Identifier: Apache-2.0
#include "core/net/wire.h"

#include <QHostAddress>

#include <algorithm>

namespace astra::net {

QByteArray headerValue(const QList<Header> &headers, const QByteArray &name)
{
    for (const auto &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool isLoopback(const QString &host)
{
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 || host == QLatin1String("127.0.0.1")
        || host == QLatin1String("::1");
}

bool leadsHere(const QUrl &url)
{
    const QHostAddress address(url.host());
    return isLoopback(url) || address.isLoopback() || address == QHostAddress(QHostAddress::AnyIPv4)
        || address == QHostAddress(QHostAddress::AnyIPv6);
}

bool sameOrigin(const QUrl &a, const QUrl &b)
{
    const auto port = [](const QUrl &url) { return url.port(url.scheme() == QLatin1String("https") ? 443 : 80); };
    return a.scheme() == b.scheme() && a.host() == b.host() && port(a) == port(b);
}

std::optional<quint64> wholeNumber(const QByteArray &text)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool ok = false;
    const quint64 value = text.toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<ContentRange> parseContentRange(const QByteArray &value)
{
    const QByteArray text = value.trimmed();
    const auto dash = text.indexOf('-');
    const auto slash = text.indexOf('/');
    if (!text.toLower().startsWith("bytes ") || dash < 6 || slash < dash)
        return std::nullopt;
    const auto first = wholeNumber(text.mid(6, dash - 6).trimmed());
    const auto last = wholeNumber(text.mid(dash + 1, slash - dash - 1));
    const auto size = wholeNumber(text.mid(slash + 1));
    if (!first || !last || !size || *first > *last || *last >= *size)
        return std::nullopt;
    return ContentRange {*first, *last, *size};
}

QString shown(const QUrl &url) { return url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment); }

} // namespace astra::net
