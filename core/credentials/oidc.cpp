// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/oidc.h"

#include "core/credentials/jwt.h"
#include "core/credentials/openeologin.h"
#include "core/credentials/serviceerror.h"
#include "core/net/patience.h"
#include "core/net/secrets.h"
#include "core/net/wire.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

constexpr auto deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr auto codeGrant = "authorization_code+pkce";
/// How far the provider's clock and ours may be apart.
constexpr qint64 clockSkewSeconds = 300;

/// Back-ends write the same issuer with and without a slash at its end.
QString plain(const QUrl &issuer)
{
    QString text = issuer.toString(QUrl::FullyEncoded);
    while (text.endsWith(u'/'))
        text.chop(1);
    return text;
}

QUrl configurationOf(const QUrl &issuer)
{
    return QUrl(QString(plain(issuer) + u"/.well-known/openid-configuration"), QUrl::StrictMode);
}

Secret fieldOr(const QMap<QString, Secret> &fields, const QString &name, const QString &fallback)
{
    const Secret value = fields.value(name);
    return value.isEmpty() ? Secret(fallback.toUtf8()) : value;
}

/// What the definition and the person say, before anybody was asked.
Oidc formOf(const ServiceKind &kind, const SignInMethod &method, const QMap<QString, Secret> &fields)
{
    Oidc oidc;
    oidc.title = kind.service.title;
    oidc.issuer = method.issuer;
    oidc.client = QString::fromUtf8(fieldOr(fields, QStringLiteral("client"), method.clientId).reveal());
    oidc.clientSecret = fields.value(QStringLiteral("secret"));
    oidc.scopes = method.scopes;
    for (const quint16 port : method.redirectPorts)
        oidc.redirects.append(QUrl(QStringLiteral("http://localhost:%1/").arg(port)));
    return oidc;
}

/// @return whether there is a client for this way of signing in
bool takeClient(Oidc &oidc, const OpenEoProvider &provider, SignInMethod::Flow flow)
{
    if (!oidc.client.isEmpty())
        return true;
    if (flow == SignInMethod::Flow::ClientCredentials)
        return false;
    const QString grant = QString::fromLatin1(flow == SignInMethod::Flow::Device ? deviceGrant : codeGrant);
    for (const auto &client : provider.clients) {
        const bool fits = std::any_of(client.grants.begin(), client.grants.end(),
                                      [&grant](const QString &one) { return one == grant || one == grant + u"+pkce"; });
        if (!fits)
            continue;
        oidc.client = client.id;
        oidc.redirects = client.redirects;
        return true;
    }
    return false;
}

Error namesAnother(const QString &title)
{
    return {ErrorCode::Unauthorized,
            Text::tr("%1 no longer names the one who signed you in, so nothing was sent to anybody. Sign in again.")
                .arg(title),
            title};
}

/// With the issuer and client that `tokens` belong to.
Result<Oidc> boundForm(const Tokens &tokens, const ServiceKind &kind, const SignInMethod &method,
                       const QMap<QString, Secret> &fields)
{
    Oidc form = formOf(kind, method, fields);
    // What earlier versions kept names nobody: then the definition says who it was.
    if (!tokens.issuer.isEmpty()) {
        if (!form.issuer.isEmpty() && plain(form.issuer) != plain(tokens.issuer))
            return fail(namesAnother(form.title));
        form.issuer = tokens.issuer;
        form.client = tokens.client;
    }
    if (form.issuer.isEmpty())
        return fail(ErrorCode::Unauthorized, Text::tr("The sign-in at %1 has ended. Sign in again.").arg(form.title),
                    form.title);
    return form;
}

/// What openEO's back-end says, put into what we know.
/// @param bound nobody but form.issuer will do
Result<Oidc> withProvider(Oidc oidc, const OpenEoApi &api, const QList<OpenEoProvider> &providers,
                          SignInMethod::Flow flow, bool bound)
{
    const auto provider = std::ranges::find_if(providers, [&oidc](const OpenEoProvider &one) {
        return oidc.issuer.isEmpty() || plain(one.issuer) == plain(oidc.issuer);
    });
    if (provider == providers.end()) {
        if (bound)
            return fail(namesAnother(oidc.title));
        return fail(ErrorCode::Unsupported, Text::tr("%1 names nobody who could sign you in this way.").arg(oidc.title),
                    oidc.title);
    }
    oidc.issuer = provider->issuer;
    oidc.prefix = openEoPrefix(api, provider->id);
    oidc.values = api.values();
    if (oidc.scopes.isEmpty())
        oidc.scopes = provider->scopes;
    if (!takeClient(oidc, *provider, flow))
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 lends nobody a client id for this way of signing in. Enter one of your own, or choose "
                             "another way.")
                        .arg(oidc.title),
                    oidc.title);
    return oidc;
}

Future<Oidc> discover(const ClientRef &client, const Oidc &form, bool openEo, const StopToken &stop)
{
    if (!isSafeEndpoint(form.issuer, true) || form.issuer.hasQuery())
        return ready<Oidc>(fail(ErrorCode::InvalidInput,
                                Text::tr("The address of who signs you in at %1 is not one that can be trusted: it "
                                         "must begin with https.")
                                    .arg(form.title),
                                form.title));
    return chain(fetchDocument(client, configurationOf(form.issuer), form.title, stop),
                 [form, openEo](const Result<Json> &configuration) -> Result<Oidc> {
                     if (!configuration)
                         return fail(configuration.error());
                     auto oidc = oidcFrom(*configuration, form);
                     const QString offline = QStringLiteral("offline_access");
                     const auto offered = asStringList(member(*configuration, "scopes_supported"));
                     if (oidc && openEo && offered.contains(offline) && !oidc->scopes.contains(offline))
                         oidc->scopes.append(offline);
                     return oidc;
                 });
}

/// The endpoints of form.issuer, or of the one whom openEO's back-end names.
/// @param bound nobody but form.issuer will do
Future<Oidc> endpointsOf(const Oidc &form, bool bound, const ClientRef &client, const ServiceKind &kind,
                         SignInMethod::Flow flow, const StopToken &stop)
{
    if (!kind.openEo)
        return discover(client, form, false, stop);
    return chain(openEoApi(client, kind, stop),
                 [client, form, bound, flow, stop](const Result<OpenEoApi> &api) -> Future<Oidc> {
                     if (!api)
                         return ready<Oidc>(fail(api.error()));
                     return chain(openEoProviders(client, *api, form.title, stop),
                                  [client, form, bound, flow, stop,
                                   api = *api](const Result<QList<OpenEoProvider>> &providers) -> Future<Oidc> {
                                      if (!providers)
                                          return ready<Oidc>(fail(providers.error()));
                                      const auto whole = withProvider(form, api, *providers, flow, bound);
                                      if (!whole)
                                          return ready<Oidc>(fail(whole.error()));
                                      return discover(client, *whole, true, stop);
                                  });
                 });
}

bool holdsClient(const Json &audience, const QString &client)
{
    return asString(audience) == client || asStringList(audience).contains(client);
}

/// Its signature need not be checked: it came over TLS from the token endpoint itself (OpenID Connect Core 3.1.3.7).
bool isRightIdToken(const Oidc &oidc, const Json &claims, const QByteArray &nonce, const QDateTime &there)
{
    const double end = numberAt(claims, "exp").value_or(0);
    return plain(QUrl(stringAt(claims, "iss"))) == plain(oidc.issuer) && holdsClient(member(claims, "aud"), oidc.client)
        && end + clockSkewSeconds > static_cast<double>(there.toSecsSinceEpoch())
        && (nonce.isEmpty() || Secret(stringAt(claims, "nonce").toUtf8()) == Secret(nonce));
}

net::HttpRequest requestFor(const Oidc &oidc, const QUrl &endpoint, Form form)
{
    const bool inHeader = !oidc.clientSecret.isEmpty() && !oidc.secretInForm;
    if (!inHeader)
        form.emplaceBack("client_id", oidc.client.toUtf8());
    if (!oidc.clientSecret.isEmpty() && oidc.secretInForm)
        form.emplaceBack("client_secret", oidc.clientSecret.reveal());
    auto request = formRequest(endpoint, form);
    if (inHeader) {
        // RFC 6749 2.3.1: both are form-encoded before they are joined.
        const Secret pair = basicCredentials(Secret(oidc.client.toUtf8().toPercentEncoding()),
                                             Secret(oidc.clientSecret.reveal().toPercentEncoding()));
        request.headers.emplaceBack("Authorization", "Basic " + pair.reveal());
    }
    return request;
}

/// What a provider might quote back in an error.
std::vector<Secret> secretsIn(const Oidc &oidc, const Form &form)
{
    std::vector<Secret> secrets {oidc.clientSecret};
    for (const auto &[name, value] : form) {
        if (name != "grant_type" && name != "scope" && name != "redirect_uri")
            secrets.emplace_back(value);
    }
    return secrets;
}

Error withoutSecrets(Error error, const std::vector<Secret> &secrets)
{
    error.message = QString::fromUtf8(net::withoutSecrets(error.message.toUtf8(), secrets));
    return error;
}

bool isKnownRefusal(const QString &code)
{
    static const QStringList known {QStringLiteral("authorization_pending"), QStringLiteral("slow_down"),
                                    QStringLiteral("invalid_grant"),         QStringLiteral("invalid_client"),
                                    QStringLiteral("unauthorized_client"),   QStringLiteral("access_denied"),
                                    QStringLiteral("expired_token"),         QStringLiteral("temporarily_unavailable"),
                                    QStringLiteral("server_error"),          QStringLiteral("unsupported_grant_type"),
                                    QStringLiteral("invalid_scope")};
    return known.contains(code);
}

Result<OidcAnswer> readAnswer(const Oidc &oidc, const net::HttpResponse &response, const QUrl &asked)
{
    auto json = answerFrom(response, asked, oidc.title);
    // A code comes with status 400 or 401, at some providers with 200.
    const QString code = json ? stringAt(*json, "error") : QString();
    if (isKnownRefusal(code))
        return OidcAnswer {{}, code, oidcRefusal(oidc, code), {}};
    if (!response.ok() && net::sameOrigin(response.url, asked))
        return OidcAnswer {{}, QStringLiteral("other"), serviceError(response, oidc.title), {}};
    if (!json)
        return fail(json.error());
    return OidcAnswer {std::move(*json), {}, {}, {}};
}

} // namespace

Result<Oidc> oidcFrom(const Json &configuration, const Oidc &form)
{
    Oidc oidc = form;
    if (plain(QUrl(stringAt(configuration, "issuer"))) != plain(form.issuer))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 says that it is somebody else. Nothing was sent to it.").arg(form.issuer.host()),
                    form.title);
    const bool loopback = net::isLoopback(form.issuer) && form.issuer.scheme() == u"http";
    const std::array<std::pair<const char *, QUrl *>, 4> endpoints {std::pair {"token_endpoint", &oidc.token},
                                                                    {"device_authorization_endpoint", &oidc.device},
                                                                    {"authorization_endpoint", &oidc.authorization},
                                                                    {"revocation_endpoint", &oidc.revocation}};
    for (const auto &[name, place] : endpoints) {
        const QString text = stringAt(configuration, name);
        if (text.isEmpty())
            continue;
        const QUrl url(text, QUrl::StrictMode);
        if (!isSafeEndpoint(url, loopback))
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("%1 names an address that is not encrypted. Nothing was sent to it.").arg(form.issuer.host()),
                form.title);
        *place = url;
    }
    if (oidc.token.isEmpty())
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 does not say where it hands out tokens.").arg(form.issuer.host()), form.title);
    oidc.tellsIssuer = asBool(member(configuration, "authorization_response_iss_parameter_supported")).value_or(false);
    oidc.pkce
        = asStringList(member(configuration, "code_challenge_methods_supported")).contains(QStringLiteral("S256"));
    const Json &ways = member(configuration, "token_endpoint_auth_methods_supported");
    oidc.secretInForm = ways.is_array() && !asStringList(ways).contains(QStringLiteral("client_secret_basic"));
    return oidc;
}

Future<Oidc> findOidc(const ClientRef &client, const ServiceKind &kind, const SignInMethod &method,
                      const QMap<QString, Secret> &fields, const StopToken &stop)
{
    return endpointsOf(formOf(kind, method, fields), false, client, kind, method.flow, stop);
}

Future<Oidc> findOidcOf(const Tokens &tokens, const ClientRef &client, const ServiceKind &kind,
                        const SignInMethod &method, const QMap<QString, Secret> &fields, const StopToken &stop)
{
    const auto form = boundForm(tokens, kind, method, fields);
    return form ? endpointsOf(*form, true, client, kind, method.flow, stop) : ready<Oidc>(fail(form.error()));
}

Future<Oidc> findIssuerOf(const Tokens &tokens, const ClientRef &client, const ServiceKind &kind,
                          const SignInMethod &method, const QMap<QString, Secret> &fields, const StopToken &stop)
{
    const auto form = boundForm(tokens, kind, method, fields);
    return form ? discover(client, *form, false, stop) : ready<Oidc>(fail(form.error()));
}

bool OidcAnswer::endsSession() const
{
    return refusal == u"invalid_grant" || refusal == u"invalid_client" || refusal == u"unauthorized_client";
}

Error oidcRefusal(const Oidc &oidc, const QString &code)
{
    const QString &title = oidc.title;
    if (code == u"invalid_grant")
        return {ErrorCode::Unauthorized, Text::tr("%1 no longer accepts this sign-in. Sign in again.").arg(title),
                title};
    if (code == u"invalid_client" || code == u"unauthorized_client")
        return {ErrorCode::Unauthorized,
                Text::tr("%1 does not know this client id, or its secret is wrong, or it may not be used for this.")
                    .arg(title),
                title};
    if (code == u"access_denied")
        return {ErrorCode::Unauthorized, Text::tr("The sign-in at %1 was declined.").arg(title), title};
    if (code == u"expired_token")
        return {ErrorCode::Timeout,
                Text::tr("Nobody signed in at %1 in time. Start again to get a new code.").arg(title), title};
    if (code == u"temporarily_unavailable" || code == u"server_error")
        return {ErrorCode::Network, Text::tr("%1 cannot sign anybody in at the moment. Try again later.").arg(title),
                title, true};
    return {ErrorCode::Unsupported, Text::tr("%1 does not allow this way of signing in (%2).").arg(title, code), title};
}

Future<OidcAnswer> askOidc(const ClientRef &client, const Oidc &oidc, const QUrl &endpoint, const Form &form,
                           const std::function<QDateTime()> &clock, const StopToken &stop)
{
    return chain(sendBy(client, requestFor(oidc, endpoint, form), stop),
                 [oidc, endpoint, form, clock](const Result<net::HttpResponse> &response) -> Result<OidcAnswer> {
                     if (!response)
                         return fail(response.error());
                     auto answer = readAnswer(oidc, *response, endpoint);
                     if (!answer)
                         return answer;
                     answer->error = withoutSecrets(answer->error, secretsIn(oidc, form));
                     const QDateTime now = clock();
                     answer->moment = {now, net::hostTime(response->headers, now)};
                     return answer;
                 });
}

Result<Tokens> oidcTokens(const Oidc &oidc, const OidcAnswer &answer, const QByteArray &nonce)
{
    const Json &json = answer.json;
    const QString type = stringAt(json, "token_type", QStringLiteral("Bearer"));
    if (type.compare(u"Bearer", Qt::CaseInsensitive) != 0)
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 hands out a kind of token that Astra cannot use.").arg(oidc.title), oidc.title);
    auto tokens = tokensFrom(member(json, "access_token"), member(json, "refresh_token"), member(json, "expires_in"),
                             answer.moment, oidc.title);
    if (!tokens)
        return tokens;
    const Json claims = jwtClaims(Secret(stringAt(json, "id_token").toUtf8()));
    const bool told = !member(json, "id_token").is_null();
    const bool needed = !nonce.isEmpty() && oidc.scopes.contains(QStringLiteral("openid"));
    if ((told || needed) && !isRightIdToken(oidc, claims, nonce, answer.moment.there))
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("%1 answered with a sign-in that is not the one begun here, so it was not used.").arg(oidc.title),
            oidc.title);
    tokens->issuer = oidc.issuer;
    tokens->client = oidc.client;
    tokens->prefix = oidc.prefix;
    tokens->values = oidc.values;
    tokens->who = personIn(claims);
    if (tokens->who.isEmpty())
        tokens->who = personIn(jwtClaims(tokens->access));
    return tokens;
}

Future<Tokens> askForTokens(const ClientRef &client, const Oidc &oidc, const Form &form, const QByteArray &nonce,
                            const std::function<QDateTime()> &clock, const StopToken &stop)
{
    return chain(askOidc(client, oidc, oidc.token, form, clock, stop),
                 [oidc, nonce](const Result<OidcAnswer> &answer) -> Result<Tokens> {
                     if (!answer)
                         return fail(answer.error());
                     if (!answer->refusal.isEmpty())
                         return fail(answer->error);
                     return oidcTokens(oidc, *answer, nonce);
                 });
}

QByteArray randomText()
{
    std::array<quint32, 8> words {};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    const auto bytes = QByteArray::fromRawData(reinterpret_cast<const char *>(words.data()), sizeof(words));
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray challengeFor(const QByteArray &verifier)
{
    return QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace astra::credentials
