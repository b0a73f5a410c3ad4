// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicekind.h"

#include "core/credentials/formcheck.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

int defaultPort(const QString &scheme) { return scheme == u"https" ? 443 : 80; }

/// Whether the call is made at this path, whatever was put in for its placeholders.
bool isCallAt(const Json &call, const QString &basePath, const QString &path)
{
    const QStringList form = QString(basePath + stringAt(call, "path")).split(u'/');
    const QStringList steps = path.split(u'/');
    return std::equal(form.begin(), form.end(), steps.begin(), steps.end(),
                      [](const QString &wanted, const QString &is) {
                          return wanted == is || (wanted.startsWith(u'{') && wanted.endsWith(u'}') && !is.isEmpty());
                      });
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
    auto url = secureAddress(plain);
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

QString Host::root() const { return scheme + QStringLiteral("://") + toString(); }

QString SignInMethod::regionOf(const QUrl &url) const
{
    const Host host {url.scheme(), url.host().toLower(), false, url.port(defaultPort(url.scheme()))};
    return regions.value(host.toString(), region);
}

const SignInMethod *ServiceKind::method(const QString &way) const
{
    const auto found = way.isEmpty()
        ? methods.begin()
        : std::ranges::find_if(methods, [&way](const SignInMethod &method) { return method.way.id == way; });
    return found == methods.end() ? nullptr : &*found;
}

bool ServiceKind::covers(const QUrl &url) const
{
    return std::ranges::any_of(hosts, [&url](const Host &host) { return host.covers(url); });
}

bool ServiceKind::notOffered(const QUrl &url, int status) const
{
    const QString basePath = QUrl(base).path();
    const QString path = url.path();
    const auto is = [&](const Json &call) {
        return call.is_object() && asStringList(member(call, "absent")).contains(QString::number(status))
            && isCallAt(call, basePath, path);
    };
    return covers(url) && std::ranges::any_of(std::array {&usage, &keys, &providerKeys}, [&](const Json *calls) {
               return std::any_of(calls->begin(), calls->end(), is);
           });
}

Result<ServiceKind> ServiceKind::at(const QUrl &address) const
{
    const QString shown = address.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery).left(200);
    if (!service.ownAddress)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 is always at %2.").arg(service.title, host()), service.title);
    const bool web = address.scheme() == u"https" || address.scheme() == u"http";
    if (!address.isValid() || !web || address.host().isEmpty() || !address.userInfo().isEmpty() || address.hasQuery()
        || address.hasFragment() || address.host().contains(u'*'))
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("“%1” is not the address of a service. It looks like %2.").arg(shown, service.exampleAddress),
            service.title);
    const QString name = address.host().toLower();
    if (address.scheme() == u"http" && !isThisMachine(name))
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("%1 is another computer: keys and passwords go there only encrypted (TLS). Give its server a "
                     "certificate, and use an address that begins with https://.")
                .arg(name),
            service.title);
    ServiceKind bound = *this;
    const Host at {address.scheme(), name, false, address.port(defaultPort(address.scheme()))};
    bound.hosts = {at};
    QString path = address.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    if (!ownPath.isEmpty() && path.endsWith(ownPath))
        path.chop(ownPath.size());
    bound.base.replace(QStringLiteral("{address}"), QString(at.root() + path));
    bound.service.title = Text::tr("%1 on %2").arg(service.title, name);
    return bound;
}

QString localText(const Json &text)
{
    if (auto plain = asString(text))
        return *plain;
    if (!text.is_object() || text.empty())
        return {};
    const QString language = QLocale().name().section(u'_', 0, 0);
    for (const QString &name : {language, QStringLiteral("en")}) {
        if (QString words = stringAt(text, toStd(name).c_str()); !words.isEmpty())
            return words;
    }
    return asString(*text.begin()).value_or(QString());
}

} // namespace astra::credentials
