// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/openeologin.h"

#include "core/credentials/serviceerror.h"
#include "core/net/patience.h"
#include "core/net/wire.h"

#include <QCoreApplication>
#include <QVersionNumber>

#include <algorithm>
#include <tuple>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::OpenEoLogin)
};

QUrl below(const QUrl &root, const QString &path)
{
    QUrl url = root;
    url.setPath(root.path() + path);
    return url;
}

QUrl withoutSlash(QUrl url)
{
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path);
    return url;
}

OpenEoProvider::Client clientFrom(const Json &json)
{
    OpenEoProvider::Client client {stringAt(json, "id"), asStringList(member(json, "grant_types")), {}};
    const auto redirects = asStringList(member(json, "redirect_urls"));
    for (const auto &redirect : redirects)
        client.redirects.append(QUrl(redirect, QUrl::StrictMode));
    return client;
}

} // namespace

QUrl chosenVersion(const Json &wellKnown)
{
    struct Version {
        bool production = false;
        QVersionNumber number;
        QUrl url;
    };
    std::vector<Version> versions;
    for (const auto &entry : member(wellKnown, "versions")) {
        Version version;
        version.production = asBool(member(entry, "production")).value_or(true);
        version.number = QVersionNumber::fromString(stringAt(entry, "api_version"));
        version.url = QUrl(stringAt(entry, "url"), QUrl::StrictMode);
        if (version.number.majorVersion() == 1 && version.url.isValid() && !version.url.host().isEmpty())
            versions.push_back(std::move(version));
    }
    const auto best = std::max_element(versions.begin(), versions.end(), [](const Version &a, const Version &b) {
        return std::tie(a.production, a.number) < std::tie(b.production, b.number);
    });
    return best == versions.end() ? QUrl() : withoutSlash(best->url);
}

bool takesPlainTokens(const Json &capabilities)
{
    static const QRegularExpression jwt(QStringLiteral("^https://api\\.openeo\\.org/[^/]+/authentication/jwt/?\\z"));
    const auto classes = asStringList(member(capabilities, "conformsTo"));
    return std::any_of(classes.begin(), classes.end(), [](const QString &one) { return jwt.match(one).hasMatch(); });
}

QList<OpenEoProvider> providersIn(const Json &credentials)
{
    // The id becomes part of a header and is divided off by slashes.
    static const QRegularExpression usableId(QStringLiteral("^[A-Za-z0-9._~-]{1,100}\\z"));
    QList<OpenEoProvider> providers;
    for (const auto &entry : member(credentials, "providers")) {
        OpenEoProvider provider {stringAt(entry, "id"),
                                 QUrl(stringAt(entry, "issuer"), QUrl::StrictMode),
                                 asStringList(member(entry, "scopes")),
                                 {}};
        if (!usableId.match(provider.id).hasMatch() || !provider.issuer.isValid())
            continue;
        for (const auto &client : member(entry, "default_clients")) {
            if (auto one = clientFrom(client); !one.id.isEmpty())
                provider.clients.append(std::move(one));
        }
        providers.append(std::move(provider));
    }
    return providers;
}

QString openEoPrefix(const OpenEoApi &api, const QString &provider)
{
    if (api.plainTokens)
        return {};
    return provider.isEmpty() ? QStringLiteral("basic//") : QStringLiteral("oidc/%1/").arg(provider);
}

Future<OpenEoApi> openEoApi(const ClientRef &client, const ServiceKind &kind, const StopToken &stop)
{
    const QUrl address = withoutSlash(QUrl(kind.base, QUrl::StrictMode));
    const QString title = kind.service.title;
    const auto found = chain(
        fetchDocument(client, below(address, QStringLiteral("/.well-known/openeo")), title, stop),
        [kind, address, title](const Result<Json> &wellKnown) -> Result<OpenEoApi> {
            if (!wellKnown && wellKnown.error().code == ErrorCode::Cancelled)
                return fail(wellKnown.error());
            const QUrl chosen = wellKnown ? chosenVersion(*wellKnown) : QUrl();
            if (chosen.isEmpty())
                return OpenEoApi {address};
            if (!kind.covers(chosen))
                return fail(ErrorCode::InvalidInput,
                            Text::tr("%1 says that its service is at %2. Enter that address, if you trust it: what you "
                                     "sign in with is sent to no other host than the one entered.")
                                .arg(title, chosen.host()),
                            title);
            return OpenEoApi {chosen};
        });
    return chain(found, [client, title, stop](const Result<OpenEoApi> &api) -> Future<OpenEoApi> {
        if (!api)
            return ready<OpenEoApi>(fail(api.error()));
        return chain(fetchDocument(client, below(api->root, QStringLiteral("/")), title, stop),
                     [api = *api, client, title, stop](const Result<Json> &told) -> Future<OpenEoApi> {
                         if (!told)
                             return ready<OpenEoApi>(fail(told.error()));
                         auto known = api;
                         known.plainTokens = takesPlainTokens(*told);
                         if (member(*told, "conformsTo").is_array())
                             return ready<OpenEoApi>(known);
                         return chain(
                             fetchDocument(client, below(api.root, QStringLiteral("/conformance")), title, stop),
                             [known](const Result<Json> &conformance) mutable -> Result<OpenEoApi> {
                                 const auto unknown = [](const Error &error) {
                                     return error.code == ErrorCode::NotFound || error.code == ErrorCode::Unsupported;
                                 };
                                 if (!conformance && !unknown(conformance.error()))
                                     return fail(conformance.error());
                                 known.plainTokens = conformance && takesPlainTokens(*conformance);
                                 return known;
                             });
                     });
    });
}

Future<QList<OpenEoProvider>> openEoProviders(const ClientRef &client, const OpenEoApi &api, const QString &title,
                                              const StopToken &stop)
{
    return chain(fetchDocument(client, below(api.root, QStringLiteral("/credentials/oidc")), title, stop),
                 [](const Result<Json> &credentials) -> Result<QList<OpenEoProvider>> {
                     if (!credentials)
                         return fail(credentials.error());
                     return providersIn(*credentials);
                 });
}

Future<Tokens> openEoToken(const ClientRef &client, const OpenEoApi &api, const Secret &login, const QString &title,
                           const std::function<QDateTime()> &clock, const StopToken &stop)
{
    const QUrl url = below(api.root, QStringLiteral("/credentials/basic"));
    net::HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}, {"Authorization", "Basic " + login.reveal()}};
    return chain(sendBy(client, confidential(std::move(request)), stop),
                 [url, title, clock, api](const Result<net::HttpResponse> &response) -> Result<Tokens> {
                     if (!response)
                         return fail(passing(response.error()));
                     if (!net::sameOrigin(response->url, url) || response->ok()) {
                         const auto json = answerFrom(*response, url, title);
                         if (!json)
                             return fail(json.error());
                         const QDateTime now = clock();
                         auto tokens = tokensFrom(member(*json, "access_token"), {}, {},
                                                  {now, net::hostTime(response->headers, now)}, title);
                         if (tokens) {
                             tokens->prefix = openEoPrefix(api, {});
                             tokens->values = api.values();
                         }
                         return tokens;
                     }
                     // openEO's own refusal is a 403 with a code; without it, something in between may have answered.
                     if (response->status == 401 || readFault(*response).code == u"CredentialsInvalid")
                         return fail(ErrorCode::Unauthorized,
                                     Text::tr("%1 does not accept this user name and password.").arg(title), title);
                     return fail(passing(serviceError(*response, title)));
                 });
}

} // namespace astra::credentials
