// SPDX-License-Identifier: Apache-2.0
#pragma once

// A shipped definition pointed at a service on this computer, and calls there with one credential.

#include "core/credentials/servicecalls.h"
#include "tests/support/scriptedserver.h"

namespace astra::test {

/// Adds one credential, as a method of the kind has it, to what goes to the kind's hosts.
class OneCredential : public net::Authorizer
{
public:
    OneCredential(credentials::ServiceKind kind, credentials::SignInMethod method, QByteArray value)
        : m_kind(std::move(kind))
        , m_method(std::move(method))
        , m_value(std::move(value))
    {
    }
    Future<net::Authorization> authorize(const QString &connection, const QUrl &url, bool) override
    {
        net::Authorization authorization;
        if (!connection.isEmpty() && !m_value.isEmpty() && m_kind.covers(url))
            authorization.headers.append(std::pair(m_method.header, Secret(m_method.prefix + m_value)));
        return ready<net::Authorization>(authorization);
    }

private:
    const credentials::ServiceKind m_kind;
    const credentials::SignInMethod m_method;
    const QByteArray m_value;
};

/// The shipped kind of this id, laid over: its hosts are `root`, its base is `root` + `path`.
inline credentials::ServiceKind kindAt(const QString &id, const QUrl &root, const QString &path)
{
    const std::string address = toStd(root.toString(QUrl::StripTrailingSlash));
    const auto kinds = credentials::ServiceKinds::read(
        {}, {Json {{"id", toStd(id)}, {"hosts", Json::array({address})}, {"base", address + toStd(path)}}});
    const auto *kind = kinds.find(id);
    if (kind == nullptr || !kinds.warnings.isEmpty())
        qFatal("%s: %s", qPrintable(id), qPrintable(kinds.warnings.join(u'\n')));
    return *kind;
}

/// A client that signs in with `value` by the kind's method `way` (empty: the first).
inline std::shared_ptr<net::HttpClient> clientWith(const credentials::ServiceKind &kind, const QByteArray &value,
                                                   const QString &way = {})
{
    const auto *method = kind.method(way);
    if (method == nullptr)
        qFatal("no way %s", qPrintable(way));
    net::ClientConfig config;
    config.backoff = std::chrono::milliseconds(1);
    auto client = net::HttpClient::create(config);
    client->setAuthorizer(std::make_shared<OneCredential>(kind, *method, value));
    return client;
}

inline credentials::ServiceCalls callsWith(const credentials::ServiceKind &kind, const QByteArray &value,
                                           const credentials::ServiceCalls::Values &account = {},
                                           const QString &way = {})
{
    return {clientWith(kind, value, way), kind, kind.service.id, account};
}

/// Sends the kind's test request.
inline Result<Json> tested(const credentials::ServiceKind &kind, const QByteArray &value, const QString &way = {})
{
    const auto *method = kind.method(way);
    const auto call = credentials::ServiceCall::fromJson(kind.testOf(*method));
    if (!call)
        return fail(call.error());
    return waitFor(callsWith(kind, value, {}, way).send(*call, {}));
}

/// The header that a request carried.
inline QByteArray lastHeader(const std::vector<server::Request> &requests, const QByteArray &name)
{
    return requests.empty() ? QByteArray() : requests.back().header(name);
}

} // namespace astra::test
