// SPDX-License-Identifier: Apache-2.0
#include "core/net/failures.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTime>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0, 'g', 3);
}

} // namespace

Error connectionFailure(QNetworkReply::NetworkError code, const QString &host)
{
    switch (code) {
    case QNetworkReply::HostNotFoundError:
        return {ErrorCode::Network, Text::tr("%1 could not be found. Check the network connection.").arg(host), host,
                true};
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorCode::Network,
                Text::tr("%1 refused the connection. Check its address, or try again later.").arg(host), host, true};
    case QNetworkReply::SslHandshakeFailedError:
        return {
            ErrorCode::Network,
            Text::tr("%1 could not prove who it is, so nothing was sent to it. If it is a host of your own, add the "
                     "certificate that vouches for it, a .pem file, under “Certificates” in the settings.")
                .arg(host),
            host, false};
    case QNetworkReply::TimeoutError:
        return {ErrorCode::Timeout, Text::tr("%1 did not answer in time. Try again later.").arg(host), host, true};
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolFailure:
        return {ErrorCode::Network, Text::tr("What %1 answered is not valid HTTP.").arg(host), host, false};
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return {ErrorCode::Unauthorized,
                Text::tr("The proxy on the way to %1 wants a user name and password. Put them into the address of the "
                         "proxy: http://user:password@host:port.")
                    .arg(host),
                host, false};
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::UnknownProxyError:
        return {ErrorCode::Network,
                Text::tr("The proxy on the way to %1 could not be reached or lets nobody through. Check the proxy "
                         "settings.")
                    .arg(host),
                host, true};
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyTimeoutError:
        return {ErrorCode::Network, Text::tr("The proxy on the way to %1 broke off. Try again.").arg(host), host, true};
    default:
        return {ErrorCode::Network, Text::tr("The connection to %1 broke off. Try again.").arg(host), host, true};
    }
}

Error noAnswerWithin(std::chrono::milliseconds time, const QString &host)
{
    return {ErrorCode::Timeout, Text::tr("%1 did not answer within %2 s. Try again later.").arg(host, seconds(time)),
            host, true};
}

Error stoppedHalfWay(const QString &host)
{
    return {ErrorCode::Timeout, Text::tr("The answer of %1 stopped half-way. Try again.").arg(host), host, true};
}

Error overloaded(int status, const QString &host)
{
    return {
        ErrorCode::RateLimited,
        status > 0
            ? Text::tr("%1 is overloaded (%2). Try again later.").arg(host).arg(status)
            : Text::tr("%1 takes few requests at the moment, and the time was not enough. Try again later.").arg(host),
        host, true};
}

Error budgetSpent(std::chrono::milliseconds wait, const QString &host)
{
    const QString until = QLocale().toString(QTime::currentTime().addMSecs(static_cast<int>(wait.count())),
                                             QLocale::ShortFormat);
    return {ErrorCode::RateLimited,
            Text::tr("%1 takes no more requests until %2 (in %3 s). Try again then.")
                .arg(host, until, QString::number((wait.count() + 999) / 1000)),
            host, true};
}

Error tooLong(qint64 announced, qint64 most, const QString &host)
{
    return {ErrorCode::InvalidInput,
            announced >= 0
                ? Text::tr("%1 wants to send %2 bytes where at most %3 are taken.")
                      .arg(host, QString::number(announced), QString::number(most))
                : Text::tr("%1 sent more than the %2 bytes that are taken.").arg(host, QString::number(most)),
            host, false};
}

Error workingOffline(const QString &host)
{
    return {ErrorCode::Network, Text::tr("Working offline: %1 was not asked. Go online to reach it.").arg(host), host,
            false};
}

Error redirectCircle(const QString &host)
{
    return {ErrorCode::Network, Text::tr("%1 passes requests on in a circle. Check its address.").arg(host), host,
            false};
}

Error redirectTellsSecret(const QString &host, const QString &to)
{
    return {ErrorCode::Network,
            Text::tr("%1 wants to pass on to %2 what only %1 may know. This was refused.").arg(host, to), host, false};
}

Error notReplayed(const QString &host)
{
    return {ErrorCode::Network,
            Text::tr("%1 was not asked: whatever holds a key is never recorded, so nothing can be replayed.").arg(host),
            host, false};
}

Error redirectUnencrypted(const QString &host, const QString &to)
{
    return {ErrorCode::Network,
            Text::tr("%1 wants to go on without encryption, to %2. This was refused.").arg(host, to), host, false};
}

} // namespace astra::net
