// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connection.h"

#include "core/net/wire.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Connection)
};

int defaultPort(const QString &scheme) { return scheme == u"https" ? 443 : 80; }

Result<QUrl> address(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool secure = url.scheme() == u"https" || (url.scheme() == u"http" && net::isLoopback(url));
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || !secure)
        return fail(ErrorCode::InvalidInput, Text::tr("“%1” is not an https address.").arg(text.left(200)));
    return url;
}

Result<void> readHosts(const Json &json, Connection &connection)
{
    for (const QString &text : asStringList(member(json, "hosts"))) {
        auto host = Host::parse(text);
        if (!host)
            return fail(host.error());
        connection.hosts.push_back(*std::move(host));
    }
    if (connection.hosts.empty())
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The connection “%1” names no host that its key may go to.").arg(connection.id));
    return {};
}

Result<void> readBearer(const Json &json, Connection &connection)
{
    // One wildcard would let a key go to hosts that nobody has named.
    if (std::ranges::any_of(connection.hosts, &Host::wildcard))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The connection “%1” takes a key, so its hosts are to be named one by one, without “*.”.")
                        .arg(connection.id));
    connection.keyPattern.setPattern(stringAt(json, "keyPattern"));
    if (!connection.keyPattern.isValid())
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The connection “%1” has a keyPattern that is not a regular expression (%2).")
                        .arg(connection.id, connection.keyPattern.errorString()));
    // A path at the first host, or a whole address at any of them.
    const QString path = stringAt(member(json, "test"), "path");
    const Host &first = connection.hosts.front();
    const QString root = path.startsWith(u'/') ? QString(first.scheme + QStringLiteral("://") + first.toString())
                                               : QString();
    const QUrl test(QString(root + path), QUrl::StrictMode);
    if (!test.isValid() || !connection.covers(test))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The connection “%1” has no “test” with a “path” at one of its hosts to try its key at.")
                        .arg(connection.id));
    connection.test = test;
    return {};
}

Result<void> readSas(const Json &json, Connection &connection)
{
    connection.token = stringAt(json, "token");
    QString example = connection.token;
    example.replace(QStringLiteral("{account}"), QStringLiteral("account"))
        .replace(QStringLiteral("{container}"), QStringLiteral("container"));
    if (const auto url = address(example); !url || example.contains(u'{'))
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("The connection “%1” has no “token” address to fetch signatures from.").arg(connection.id));
    return {};
}

} // namespace

Result<Host> Host::parse(const QString &text)
{
    QString plain = text;
    Host host;
    if (const qsizetype star = text.indexOf(u"://*."); star > 0) {
        host.wildcard = true;
        plain.remove(star + 3, 2);
    }
    auto url = address(plain);
    if (!url)
        return fail(url.error());
    const QString path = url->path();
    if ((!path.isEmpty() && path != u"/") || url->hasQuery() || url->hasFragment() || url->host().contains(u'*'))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("“%1” is not a host: only scheme, name and port belong there.").arg(text.left(200)));
    host.scheme = url->scheme();
    host.name = url->host().toLower();
    host.port = url->port(defaultPort(host.scheme));
    if (host.wildcard && !host.name.contains(u'.'))
        return fail(ErrorCode::InvalidInput, Text::tr("“%1” covers too many hosts.").arg(text.left(200)));
    return host;
}

bool Host::covers(const QUrl &url) const
{
    if (url.scheme() != scheme || url.port(defaultPort(scheme)) != port)
        return false;
    const QString other = url.host().toLower();
    return wildcard ? other.endsWith(QString(u'.' + name)) : other == name;
}

QString Host::toString() const
{
    QString text = name.contains(u':') ? QString(u'[' + name + u']') : name;
    if (wildcard)
        text.prepend(QStringLiteral("*."));
    if (port != defaultPort(scheme))
        text += u':' + QString::number(port);
    return text;
}

Result<Connection> Connection::fromJson(const Json &json)
{
    Connection connection;
    connection.id = stringAt(json, "id");
    static const QRegularExpression idForm(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,63}$"));
    if (!idForm.match(connection.id).hasMatch())
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A connection has no usable id (small letters, digits, “-”, “.” and “_”)."));
    connection.title = stringAt(json, "title", connection.id);
    const QString kind = stringAt(json, "kind");
    if (kind == u"bearer")
        connection.scheme = "Bearer";
    else if (kind == u"header")
        connection.scheme.clear();
    else if (kind == u"sas")
        connection.kind = Kind::Sas;
    else
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The connection “%1” is of the unknown kind “%2”.").arg(connection.id, kind.left(40)));
    auto read = readHosts(json, connection);
    if (read)
        read = connection.kind == Kind::Bearer ? readBearer(json, connection) : readSas(json, connection);
    if (!read)
        return fail(read.error());
    return connection;
}

bool Connection::covers(const QUrl &url) const
{
    return std::ranges::any_of(hosts, [&url](const Host &host) { return host.covers(url); });
}

} // namespace astra::credentials
