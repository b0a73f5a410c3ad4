// SPDX-License-Identifier: Apache-2.0
#include "core/net/proxies.h"

#include "core/base/logging.h"
#include "core/net/wire.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QUrl>

namespace astra::net {

Proxies::Proxies(const Environment &environment)
{
    const auto either = [&environment](const char *lower, const char *upper) {
        const QString value = environment(lower);
        return value.isEmpty() ? environment(upper) : value;
    };
    const auto all = parsed(either("all_proxy", "ALL_PROXY"));
    m_http = parsed(either("http_proxy", "HTTP_PROXY"));
    m_https = parsed(either("https_proxy", "HTTPS_PROXY"));
    if (!m_http)
        m_http = all;
    if (!m_https)
        m_https = all;
    static const QRegularExpression separators(QStringLiteral("[,\\s]+"));
    m_direct = either("no_proxy", "NO_PROXY").toLower().split(separators, Qt::SkipEmptyParts);
}

std::optional<Proxies::Proxy> Proxies::parsed(const QString &text)
{
    if (text.trimmed().isEmpty())
        return std::nullopt;
    const QString trimmed = text.trimmed();
    const QUrl url(trimmed.contains(QLatin1String("://")) ? trimmed : QString(u"http://" + trimmed));
    const bool socks = url.scheme().startsWith(QLatin1String("socks"));
    if (url.host().isEmpty() || (!socks && url.scheme() != QLatin1String("http"))) {
        // Not the text: it may hold a password.
        qCWarning(logNet) << "the environment names a proxy that is not understood; it must be http:// or socks5://";
        return std::nullopt;
    }
    Proxy proxy;
    proxy.type = socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy;
    proxy.host = url.host();
    proxy.port = static_cast<quint16>(url.port(socks ? 1080 : 80));
    proxy.user = url.userName(QUrl::FullyDecoded);
    proxy.password = Secret(url.password(QUrl::FullyDecoded).toUtf8());
    return proxy;
}

bool Proxies::isDirect(const QString &host, int port) const
{
    const QHostAddress address(host);
    for (QString entry : m_direct) {
        if (entry == QLatin1String("*"))
            return true;
        if (entry.contains(u'/')) {
            const auto subnet = QHostAddress::parseSubnet(entry);
            if (subnet.second >= 0 && !address.isNull() && address.isInSubnet(subnet))
                return true;
            continue;
        }
        if (const auto colon = entry.lastIndexOf(u':'); colon > 0 && entry.count(u':') == 1) {
            if (entry.mid(colon + 1).toInt() != port)
                continue;
            entry.truncate(colon);
        }
        while (entry.startsWith(u'.') || entry.startsWith(u'*'))
            entry.remove(0, 1);
        if (!entry.isEmpty() && (host == entry || host.endsWith(QString(u'.' + entry))))
            return true;
    }
    return false;
}

QList<QNetworkProxy> Proxies::queryProxy(const QNetworkProxyQuery &query) { return {proxyFor(query.url())}; }

QNetworkProxy Proxies::proxyFor(const QUrl &url) const
{
    const QString host = url.host();
    const bool encrypted = url.scheme() == QLatin1String("https");
    if (leadsHere(url))
        return {QNetworkProxy::NoProxy};
    if (!m_http && !m_https)
        return systemProxy(url);
    const auto &proxy = encrypted ? m_https : m_http;
    if (!proxy || isDirect(host, url.port(encrypted ? 443 : 80)))
        return {QNetworkProxy::NoProxy};
    return {proxy->type, proxy->host, proxy->port, proxy->user, QString::fromUtf8(proxy->password.reveal())};
}

QNetworkProxy Proxies::systemProxy(const QUrl &url) const
{
    constexpr int most = 1000;
    const QString key = QString(url.scheme() + u' ' + url.authority(QUrl::FullyEncoded));
    const auto known = m_system.constFind(key);
    if (known != m_system.constEnd() && !known->until.hasExpired())
        return known->proxy;
    if (m_system.size() > most)
        m_system.clear();
    const auto list = systemProxyForQuery(QNetworkProxyQuery(url));
    const QNetworkProxy proxy = list.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : list.constFirst();
    m_system.insert(key, {proxy, QDeadlineTimer(std::chrono::minutes(1))});
    return proxy;
}

Secret Proxies::login(const QUrl &url) const
{
    if (url.scheme() != QLatin1String("http") || isLoopback(url))
        return {};
    const auto proxy = proxyFor(url);
    if (proxy.type() != QNetworkProxy::HttpProxy || proxy.user().isEmpty())
        return {};
    return Secret("Basic " + QString(proxy.user() + u':' + proxy.password()).toUtf8().toBase64());
}

} // namespace astra::net
