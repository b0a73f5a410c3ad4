// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/tokens.h"

#include "core/credentials/expiry.h"
#include "core/credentials/oidcsignin.h"
#include "core/credentials/openeologin.h"
#include "core/credentials/servicecalls.h"

#include <QCoreApplication>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

using Fields = QMap<QString, Secret>;
using Type = SignInMethod::Type;
using Flow = SignInMethod::Flow;

/// A service that refuses a fresh token means something else by it: no new one before this is over.
constexpr qint64 refusalPauseSeconds = 30;
/// Where renewing early does not work, the token in use serves on, and is not asked about with every request.
constexpr qint64 retryPauseSeconds = 30;

Error signInAgain(const QString &title)
{
    return {ErrorCode::Unauthorized, Text::tr("The sign-in at %1 has ended. Sign in again.").arg(title), title};
}

/// Answers of a service's own login: members by the definition's pointers, else by their usual names.
Result<Tokens> sessionTokens(const Json &json, const Json &pointers, const QDateTime &now, const QString &title)
{
    const auto found = [&](const char *name, const Json &usual) -> const Json & {
        const Json &own = member(pointers, name);
        return pointed(json, own.is_null() ? usual : own);
    };
    auto tokens = tokensFrom(found("access", {"/access_token", "/token"}), found("refresh", "/refresh_token"),
                             found("expiresIn", "/expires_in"), {now, now}, title);
    if (!tokens)
        return tokens;
    tokens->who = asString(found("who", {"/user/email", "/email", "/user/name"})).value_or(QString());
    if (tokens->who.isEmpty())
        tokens->who = personIn(jwtClaims(tokens->access));
    if (!pointers.is_object())
        return tokens;
    static const QStringList own {QStringLiteral("access"), QStringLiteral("refresh"), QStringLiteral("expiresIn"),
                                  QStringLiteral("who")};
    for (const auto &[key, pointer] : pointers.items()) {
        const QString name = QString::fromStdString(key);
        const auto value = asString(pointed(json, pointer));
        if (value && !own.contains(name))
            tokens->values.insert(name, *value);
    }
    return tokens;
}

/// What only the first answer told is not lost by a later one.
Tokens onTopOf(const Tokens &old, Tokens tokens)
{
    if (tokens.refresh.isEmpty())
        tokens.refresh = old.refresh;
    if (tokens.who.isEmpty())
        tokens.who = old.who;
    for (auto value = old.values.begin(); value != old.values.end(); ++value) {
        if (!tokens.values.contains(value.key()))
            tokens.values.insert(value.key(), value.value());
    }
    return tokens;
}

} // namespace

class TokenClient::Private
{
public:
    std::shared_ptr<net::HttpClient> client;
    ServiceKind kind;
    SignInMethod method;
    Clock clock;

    [[nodiscard]] const QString &title() const { return kind.service.title; }
    [[nodiscard]] Future<Tokens> person(const Fields &fields, const Prompt &prompt, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> clientCredentials(const Fields &fields, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> refreshed(const Secret &refresh, const Fields &fields, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> basic(const Fields &fields, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> openEoBasic(const Secret &login, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> session(const Json &call, const ServiceCalls::Values &account,
                                         const ServiceCalls::Values &values, const StopToken &stop,
                                         const QList<net::Header> &headers = {}) const;
    [[nodiscard]] Future<Tokens> unsupported() const;
};

Future<Tokens> TokenClient::Private::unsupported() const
{
    return ready<Tokens>(
        fail(ErrorCode::Unsupported, Text::tr("%1 does not offer this way of signing in yet.").arg(title()), title()));
}

Future<Tokens> TokenClient::Private::person(const Fields &fields, const Prompt &prompt, const StopToken &stop) const
{
    const SignInContext context {client, prompt, clock, stop};
    PersonSignIn *begun = nullptr;
    if (method.flow == Flow::Device)
        begun = new DeviceSignIn(context);
    else
        begun = new BrowserSignIn(context);
    return begun->run(findOidc(client, kind, method, fields, stop));
}

Future<Tokens> TokenClient::Private::clientCredentials(const Fields &fields, const StopToken &stop) const
{
    return chain(findOidc(client, kind, method, fields, stop),
                 [http = client, now = clock, stop](const Result<Oidc> &oidc) -> Future<Tokens> {
                     if (!oidc)
                         return ready<Tokens>(fail(oidc.error()));
                     Form form {{"grant_type", "client_credentials"}};
                     if (!oidc->scopes.isEmpty())
                         form.emplaceBack("scope", oidc->scopes.join(u' ').toUtf8());
                     return askForTokens(http, *oidc, form, {}, now, stop);
                 });
}

Future<Tokens> TokenClient::Private::refreshed(const Secret &refresh, const Fields &fields, const StopToken &stop) const
{
    return chain(findOidc(client, kind, method, fields, stop),
                 [http = client, now = clock, refresh, stop](const Result<Oidc> &oidc) -> Future<Tokens> {
                     if (!oidc)
                         return ready<Tokens>(fail(oidc.error()));
                     const Form form {{"grant_type", "refresh_token"}, {"refresh_token", refresh.reveal()}};
                     return askForTokens(http, *oidc, form, {}, now, stop);
                 });
}

Future<Tokens> TokenClient::Private::basic(const Fields &fields, const StopToken &stop) const
{
    const Secret login = basicCredentials(fields.value(QStringLiteral("user")),
                                          fields.value(QStringLiteral("password")));
    const auto named =
        [user = QString::fromUtf8(fields.value(QStringLiteral("user")).reveal())](Result<Tokens> tokens) {
            if (tokens && tokens->who.isEmpty())
                tokens->who = user;
            return tokens;
        };
    if (kind.openEo)
        return chain(openEoBasic(login, stop), named);
    if (!method.login.is_null())
        return chain(session(method.login, {}, {}, stop, {{"Authorization", "Basic " + login.reveal()}}), named);
    Tokens tokens; // sent with each request as it is
    tokens.access = login;
    return ready<Tokens>(named(tokens));
}

Future<Tokens> TokenClient::Private::openEoBasic(const Secret &login, const StopToken &stop) const
{
    return chain(
        openEoApi(client, kind, stop),
        [http = client, now = clock, name = title(), login, stop](const Result<OpenEoApi> &api) -> Future<Tokens> {
            if (!api)
                return ready<Tokens>(fail(api.error()));
            return openEoToken(http, *api, login, name, now, stop);
        });
}

Future<Tokens> TokenClient::Private::session(const Json &call, const ServiceCalls::Values &account,
                                             const ServiceCalls::Values &values, const StopToken &stop,
                                             const QList<net::Header> &headers) const
{
    const auto parsed = ServiceCall::fromJson(call);
    if (!parsed)
        return ready<Tokens>(fail(parsed.error()));
    return chain(ServiceCalls(client, kind, {}, account).send(*parsed, values, stop, headers),
                 [pointers = parsed->answer, now = clock, name = title()](const Result<Json> &json) -> Result<Tokens> {
                     if (json)
                         return sessionTokens(*json, pointers, now(), name);
                     Error error = json.error();
                     if (error.code == ErrorCode::Unsupported)
                         error.message = Text::tr("Signing in at %1 in this way is not available yet.").arg(name);
                     return fail(error);
                 });
}

TokenClient::TokenClient(std::shared_ptr<net::HttpClient> client, ServiceKind kind, SignInMethod method, Clock clock)
{
    auto made = std::make_shared<Private>();
    made->client = std::move(client);
    made->kind = std::move(kind);
    made->method = std::move(method);
    made->clock = clock ? std::move(clock) : Clock([] { return QDateTime::currentDateTimeUtc(); });
    d = std::move(made);
}

Future<Tokens> TokenClient::signIn(const Fields &fields, const Prompt &prompt, StopToken stop) const
{
    switch (d->method.type) {
    case Type::Oidc:
        if (d->method.flow == Flow::ClientCredentials)
            return d->clientCredentials(fields, stop);
        return d->person(fields, prompt, stop);
    case Type::Basic:
        return d->basic(fields, stop);
    case Type::Session: {
        ServiceCalls::Values values;
        for (auto field = fields.begin(); field != fields.end(); ++field)
            values.insert(field.key(), QString::fromUtf8(field.value().reveal()));
        return d->session(d->method.login, {}, values, stop);
    }
    case Type::Key:
    case Type::None:
    case Type::Sas:
    case Type::S3:
        break;
    }
    return d->unsupported();
}

Future<Tokens> TokenClient::renew(const Tokens &old, const Fields &fields, StopToken stop) const
{
    const auto kept = [old](Result<Tokens> tokens) -> Result<Tokens> {
        return tokens ? Result<Tokens>(onTopOf(old, std::move(*tokens))) : tokens;
    };
    const SignInMethod &method = d->method;
    if (method.type == Type::Oidc && !old.refresh.isEmpty())
        return chain(d->refreshed(old.refresh, fields, stop), kept);
    if (method.type == Type::Oidc && method.flow == Flow::ClientCredentials)
        return chain(d->clientCredentials(fields, stop), kept);
    if (method.type == Type::Basic)
        return chain(d->basic(fields, stop), kept);
    if (method.type == Type::Session && !old.refresh.isEmpty() && !method.refresh.is_null()) {
        const ServiceCalls::Values values {{QStringLiteral("refresh"), QString::fromUtf8(old.refresh.reveal())}};
        return chain(d->session(method.refresh, old.values, values, stop), kept);
    }
    return ready<Tokens>(fail(signInAgain(d->title())));
}

Future<void> TokenClient::signOut(const Tokens &tokens, const Fields &fields) const
{
    const auto told = [](const auto &) -> Result<void> { return {}; };
    const SignInMethod &method = d->method;
    if (method.type == Type::Session && !method.logout.is_null()) {
        const ServiceCalls::Values values {{QStringLiteral("refresh"), QString::fromUtf8(tokens.refresh.reveal())}};
        const auto call = ServiceCall::fromJson(method.logout);
        if (!call)
            return ready<void>({});
        const QList<net::Header> headers {{method.header, method.prefix + tokens.access.reveal()}};
        return chain(ServiceCalls(d->client, d->kind, {}, tokens.values).send(*call, values, {}, headers), told);
    }
    if (method.type != Type::Oidc || tokens.refresh.isEmpty())
        return ready<void>({});
    return chain(findOidc(d->client, d->kind, method, fields, {}),
                 [kept = d, refresh = tokens.refresh, told](const Result<Oidc> &oidc) -> Future<void> {
                     if (!oidc || oidc->revocation.isEmpty())
                         return ready<void>({});
                     const Form form {{"token", refresh.reveal()}, {"token_type_hint", "refresh_token"}};
                     return chain(askOidc(kept->client, *oidc, oidc->revocation, form, kept->clock, {}), told);
                 });
}

TokenSession::TokenSession(TokenClient client, Tokens tokens, Fields fields, Renewed renewed, TokenClient::Clock clock)
    : m_client(std::move(client))
    , m_fields(std::move(fields))
    , m_renewed(std::move(renewed))
    , m_clock(clock ? std::move(clock) : TokenClient::Clock([] { return QDateTime::currentDateTimeUtc(); }))
{
    take(std::move(tokens));
}

QDateTime TokenSession::expires() const
{
    const std::lock_guard lock(m_mutex);
    return m_tokens.expires;
}

bool TokenSession::ended() const
{
    const std::lock_guard lock(m_mutex);
    return m_ended;
}

Tokens TokenSession::tokens() const
{
    const std::lock_guard lock(m_mutex);
    return m_tokens;
}

Secret TokenSession::current() const { return Secret(m_tokens.prefix.toUtf8() + m_tokens.access.reveal()); }

void TokenSession::take(Tokens tokens)
{
    m_tokens = std::move(tokens);
    const QDateTime now = m_clock();
    m_renewAt = m_tokens.expires.isValid() ? now.addSecs(useSeconds(now.secsTo(m_tokens.expires))) : QDateTime();
}

Future<Secret> TokenSession::access(bool refused)
{
    bool forced = false;
    {
        const std::lock_guard lock(m_mutex);
        const QDateTime now = m_clock();
        if (m_ended)
            return ready<Secret>(fail(m_end));
        forced = refused && (!m_refusedAt.isValid() || m_refusedAt.secsTo(now) >= refusalPauseSeconds);
        if (forced)
            m_refusedAt = now;
        const bool serves = !m_tokens.access.isEmpty() && (!m_renewAt.isValid() || now < m_renewAt);
        if (serves && !forced)
            return ready<Secret>(current());
    }
    return m_flight.get([self = shared_from_this(), forced] { return self->renew(forced); });
}

Future<Secret> TokenSession::renew(bool forced)
{
    return chain(m_client.renew(tokens(), m_fields),
                 [self = shared_from_this(), forced](Result<Tokens> result) -> Result<Secret> {
                     return self->renewed(std::move(result), forced);
                 });
}

Result<Secret> TokenSession::renewed(Result<Tokens> result, bool forced)
{
    std::optional<Tokens> rotated;
    Secret serving;
    {
        const std::lock_guard lock(m_mutex);
        const QDateTime now = m_clock();
        if (result) {
            if (!(result->refresh == m_tokens.refresh))
                rotated = *result;
            take(std::move(*result));
            serving = current();
        } else if (result.error().code == ErrorCode::Unauthorized) {
            m_ended = true;
            m_end = result.error();
            return fail(result.error());
        } else if (!forced && !m_tokens.access.isEmpty() && now < m_tokens.expires) {
            m_renewAt = now.addSecs(retryPauseSeconds);
            return current();
        } else {
            return fail(result.error());
        }
    }
    if (rotated && m_renewed)
        m_renewed(*rotated);
    return serving;
}

} // namespace astra::credentials
