// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which proxy a request goes through: those of the environment (http_proxy, https_proxy, all_proxy, no_proxy) where it
// names any, else the system's. This machine is never asked through one.

#include "core/base/secret.h"

#include <QDeadlineTimer>
#include <QHash>
#include <QNetworkProxyFactory>
#include <QStringList>

#include <functional>
#include <optional>

namespace astra::net {

/// All on the net thread.
class Proxies : public QNetworkProxyFactory
{
public:
    /// The value of a variable; empty where it is not set.
    using Environment = std::function<QString(const char *name)>;

    explicit Proxies(const Environment &environment);

    [[nodiscard]] QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;

    [[nodiscard]] QNetworkProxy proxyFor(const QUrl &url) const;
    /// The Proxy-Authorization header of a request that is not encrypted, where its proxy has a login. (Qt gives it by
    /// itself to proxies of encrypted ones; for the others it would have to be allowed to log in to hosts, too.)
    [[nodiscard]] Secret login(const QUrl &url) const;

private:
    struct Proxy {
        QNetworkProxy::ProxyType type = QNetworkProxy::HttpProxy;
        QString host;
        quint16 port = 0;
        QString user;
        Secret password;
    };
    [[nodiscard]] static std::optional<Proxy> parsed(const QString &text);
    /// no_proxy names this host.
    [[nodiscard]] bool isDirect(const QString &host, int port) const;

    /// The system's answer, remembered for a while: asking it may take longer than the request.
    [[nodiscard]] QNetworkProxy systemProxy(const QUrl &url) const;

    struct Remembered {
        QNetworkProxy proxy;
        QDeadlineTimer until;
    };
    mutable QHash<QString, Remembered> m_system;
    std::optional<Proxy> m_http;
    std::optional<Proxy> m_https;
    QStringList m_direct;
};

} // namespace astra::net
