// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/tokens.h"

#include "core/credentials/expiry.h"
#include "core/credentials/oidcsignin.h"
#include "core/credentials/openeologin.h"
#include "core/credentials/serviceanswer.h"
#include "core/credentials/servicecall.h"
#include "core/credentials/serviceerror.h"
#include "core/net/wire.h"

#include <QCoreApplication>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

using Fields = QMap<QString, Secret>;
using Type = SignInMethod::Type;
using Flow = SignInMethod::Flow;
enum class Asked { ByPerson, ByItself };

/// A service that refuses a fresh token means something else by it: no new one before this is over.
constexpr qint64 refusalPauseSeconds = 30;
/// Where renewing early does not work, the token in use serves on, and is not asked about with every request.
constexpr qint64 retryPauseSeconds = 30;
/// Where it leaves no token at all, the many requests of a picture do not each ask for one.
constexpr qint64 failurePauseSeconds = 5;
/// Another process that was faster has kept what it was given by then.
constexpr std::chrono::milliseconds otherKeepsWithin {1500};

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

/// For the definition's "{refresh}".
ServiceCall::Values refreshValue(const Tokens &tokens)
{
    return {{QStringLiteral("refresh"), QString::fromUtf8(tokens.refresh.reveal())}};
}

Form clientForm(const Oidc &oidc)
{
    Form form {{"grant_type", "client_credentials"}};
    if (!oidc.scopes.isEmpty())
        form.emplaceBack("scope", oidc.scopes.join(u' ').toUtf8());
    return form;
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

/// What is to be presented in the place of `own`: the refresh token that is kept, if that is another one of the same
/// client.
Tokens newest(const Tokens &own, const Result<Tokens> &kept)
{
    Tokens tokens = own;
    if (kept && !kept->refresh.isEmpty() && kept->issuer == own.issuer && kept->client == own.client)
        tokens.refresh = kept->refresh;
    return tokens;
}

bool isRefusal(const Result<Tokens> &result) { return !result && result.error().code == ErrorCode::Unauthorized; }

} // namespace

class TokenClient::Private
{
public:
    ClientRef client;
    ServiceKind kind;
    SignInMethod method;
    Clock clock;

    [[nodiscard]] const QString &title() const { return kind.service.title; }
    [[nodiscard]] Future<Tokens> person(const Fields &fields, const Prompt &prompt, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> clientCredentials(const Fields &fields, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> renewed(const Tokens &old, const Fields &fields, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> basic(const Fields &fields, Asked asked, const StopToken &stop) const;
    [[nodiscard]] Future<Tokens> openEoBasic(const Secret &login, const StopToken &stop) const;
    [[nodiscard]] Result<net::HttpRequest> request(const Json &call, const ServiceCall::Values &account,
                                                   const ServiceCall::Values &values,
                                                   const QList<net::Header> &headers) const;
    [[nodiscard]] Future<Tokens> session(const Json &call, Asked asked, const ServiceCall::Values &account,
                                         const ServiceCall::Values &values, const StopToken &stop,
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
                     return askForTokens(http, *oidc, clientForm(*oidc), {}, now, stop);
                 });
}

Future<Tokens> TokenClient::Private::renewed(const Tokens &old, const Fields &fields, const StopToken &stop) const
{
    const auto taken = [](const Oidc &oidc, const Result<OidcAnswer> &answer) -> Result<Tokens> {
        if (!answer)
            return fail(passing(answer.error())); // a proxy wants a login of its own
        if (!answer->refusal.isEmpty())
            return fail(answer->endsSession() ? answer->error : passing(answer->error));
        return oidcTokens(oidc, *answer, {});
    };
    return chain(
        findOidcOf(old, client, kind, method, fields, stop),
        [http = client, now = clock, refresh = old.refresh, stop, taken](const Result<Oidc> &oidc) -> Future<Tokens> {
            if (!oidc)
                return ready<Tokens>(fail(oidc.error()));
            const Form form = refresh.isEmpty()
                ? clientForm(*oidc)
                : Form {{"grant_type", "refresh_token"}, {"refresh_token", refresh.reveal()}};
            return chain(askOidc(http, *oidc, oidc->token, form, now, stop),
                         [oidc = *oidc, taken](const Result<OidcAnswer> &answer) { return taken(oidc, answer); });
        });
}

Future<Tokens> TokenClient::Private::basic(const Fields &fields, Asked asked, const StopToken &stop) const
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
        return chain(session(method.login, asked, {}, {}, stop, {{"Authorization", "Basic " + login.reveal()}}), named);
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

/// A request of the service's own login, as the definition writes it.
Result<net::HttpRequest> TokenClient::Private::request(const Json &call, const ServiceCall::Values &account,
                                                       const ServiceCall::Values &values,
                                                       const QList<net::Header> &headers) const
{
    const auto parsed = ServiceCall::fromJson(call);
    if (!parsed)
        return fail(parsed.error());
    auto request = requestOf(*parsed, kind, account, values);
    if (!request)
        return request;
    request->headers += headers;
    return confidential(*std::move(request));
}

Future<Tokens> TokenClient::Private::session(const Json &call, Asked asked, const ServiceCall::Values &account,
                                             const ServiceCall::Values &values, const StopToken &stop,
                                             const QList<net::Header> &headers) const
{
    auto whole = request(call, account, values, headers);
    if (!whole)
        return ready<Tokens>(fail(whole.error()));
    const auto answered = [url = whole->url, asked, pointers = member(call, "answer"), now = clock, name = title(),
                           sentences = kind.errors](const Result<net::HttpResponse> &response) -> Result<Tokens> {
        if (!response)
            return fail(passing(response.error()));
        if (response->ok()) {
            const auto json = answerFrom(*response, url, name);
            if (!json && !net::sameOrigin(response->url, url))
                return fail(json.error());
            return sessionTokens(json.value_or(Json()), pointers, now(), name);
        }
        Error error = serviceError(*response, name, sentences);
        // Its own 401 ends a login. Anything else may be a proxy's, or pass.
        const bool own = response->status == 401 && net::sameOrigin(response->url, url);
        if (asked == Asked::ByItself && !own)
            return fail(passing(error));
        if (error.code == ErrorCode::Unsupported)
            error.message = Text::tr("Signing in at %1 in this way is not available yet.").arg(name);
        return fail(error);
    };
    return chain(sendBy(client, *std::move(whole), stop), answered);
}

TokenClient::TokenClient(ClientRef client, ServiceKind kind, SignInMethod method, Clock clock)
{
    auto made = std::make_shared<Private>();
    made->client = std::move(client);
    made->kind = std::move(kind);
    made->method = std::move(method);
    made->clock = clock ? std::move(clock) : Clock([] { return QDateTime::currentDateTimeUtc(); });
    d = std::move(made);
}

const TokenClient::Clock &TokenClient::clock() const { return d->clock; }

Future<Tokens> TokenClient::signIn(const Fields &fields, const Prompt &prompt, StopToken stop) const
{
    switch (d->method.type) {
    case Type::Oidc:
        if (d->method.flow == Flow::ClientCredentials)
            return d->clientCredentials(fields, stop);
        return d->person(fields, prompt, stop);
    case Type::Basic:
        return d->basic(fields, Asked::ByPerson, stop);
    case Type::Session: {
        ServiceCall::Values values;
        for (auto field = fields.begin(); field != fields.end(); ++field)
            values.insert(field.key(), QString::fromUtf8(field.value().reveal()));
        return d->session(d->method.login, Asked::ByPerson, {}, values, stop);
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
    if (method.type == Type::Oidc && (!old.refresh.isEmpty() || method.flow == Flow::ClientCredentials))
        return chain(d->renewed(old, fields, stop), kept);
    if (method.type == Type::Basic)
        return chain(d->basic(fields, Asked::ByItself, stop), kept);
    if (method.type == Type::Session && !old.refresh.isEmpty() && !method.refresh.is_null()) {
        return chain(d->session(method.refresh, Asked::ByItself, old.values, refreshValue(old), stop), kept);
    }
    return ready<Tokens>(fail(signInAgain(d->title())));
}

Future<void> TokenClient::signOut(const Tokens &tokens, const Fields &fields, StopToken stop) const
{
    const auto told = [](const auto &) -> Result<void> { return {}; };
    const SignInMethod &method = d->method;
    if (method.type == Type::Session && !method.logout.is_null()) {
        QList<net::Header> headers;
        if (!tokens.access.isEmpty())
            headers.emplaceBack(method.header, method.prefix + tokens.access.reveal());
        auto farewell = d->request(method.logout, tokens.values, refreshValue(tokens), headers);
        return farewell ? chain(sendBy(d->client, *std::move(farewell), stop), told) : ready<void>({});
    }
    if (method.type != Type::Oidc || tokens.refresh.isEmpty())
        return ready<void>({});
    return chain(findIssuerOf(tokens, d->client, d->kind, method, fields, stop),
                 [kept = d, refresh = tokens.refresh, stop, told](const Result<Oidc> &oidc) -> Future<void> {
                     if (!oidc || oidc->revocation.isEmpty())
                         return ready<void>({});
                     const Form form {{"token", refresh.reveal()}, {"token_type_hint", "refresh_token"}};
                     return chain(askOidc(kept->client, *oidc, oidc->revocation, form, kept->clock, stop), told);
                 });
}

TokenSession::TokenSession(TokenClient client, Tokens tokens, Fields fields, Renewed renewed, Kept kept)
    : m_client(std::move(client))
    , m_fields(std::move(fields))
    , m_renewed(std::move(renewed))
    , m_kept(std::move(kept))
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
    const QDateTime now = m_client.clock()();
    m_renewAt = m_tokens.expires.isValid() ? now.addSecs(useSeconds(now.secsTo(m_tokens.expires))) : QDateTime();
}

Future<Secret> TokenSession::access(bool refused)
{
    bool forced = false;
    {
        const std::lock_guard lock(m_mutex);
        const QDateTime now = m_client.clock()();
        const qint64 since = m_failedAt.isValid() ? m_failedAt.secsTo(now) : -1;
        const bool paused = since >= 0 && since < failurePauseSeconds;
        // Somebody may have signed in again in another process.
        if (m_ended && (paused || !m_kept || m_tokens.refresh.isEmpty()))
            return ready<Secret>(fail(m_failure));
        forced = refused && !m_ended && (!m_refusedAt.isValid() || m_refusedAt.secsTo(now) >= refusalPauseSeconds);
        if (forced)
            m_refusedAt = now;
        const bool serves = !m_ended && !m_tokens.access.isEmpty() && (!m_renewAt.isValid() || now < m_renewAt);
        if (serves && !forced)
            return ready<Secret>(current());
        if (!forced && paused)
            return ready<Secret>(fail(m_failure));
    }
    return m_flight.get([self = shared_from_this(), forced] { return self->renew(forced); });
}

Future<Secret> TokenSession::renew(bool forced)
{
    const Tokens own = tokens();
    if (!m_kept || own.refresh.isEmpty())
        return chain(m_client.renew(own, m_fields), [self = shared_from_this(), own, forced](Result<Tokens> result) {
            return self->renewed(own, std::move(result), forced);
        });
    // A refresh token may be good once, so one that another process was given comes before ours.
    return chain(m_kept({}), [self = shared_from_this(), own, forced](const Result<Tokens> &kept) -> Future<Secret> {
        const Tokens first = newest(own, kept);
        {
            const std::lock_guard lock(self->m_mutex);
            if (self->m_ended && (first.refresh == own.refresh || first.refresh == self->m_keptThen)) {
                self->m_failedAt = self->m_client.clock()();
                return ready<Secret>(fail(self->m_failure));
            }
        }
        return self->renewFrom(own, first, forced);
    });
}

/// With the refresh token of `first`. Refused, another process may have presented it at the same moment: then once more
/// with what that one was given.
Future<Secret> TokenSession::renewFrom(const Tokens &own, const Tokens &first, bool forced)
{
    return chain(m_client.renew(first, m_fields),
                 [self = shared_from_this(), own, first, forced](Result<Tokens> result) -> Future<Secret> {
                     if (!isRefusal(result))
                         return self->renewed(first, std::move(result), forced);
                     return chain(self->m_kept(otherKeepsWithin),
                                  [self, own, first, forced, result](const Result<Tokens> &kept) -> Future<Secret> {
                                      const Tokens later = newest(first, kept);
                                      // What was kept may have been of no use from the beginning, and ours be good.
                                      const Tokens last = later.refresh == first.refresh ? own : later;
                                      {
                                          const std::lock_guard lock(self->m_mutex);
                                          self->m_keptThen = later.refresh;
                                      }
                                      if (last.refresh == first.refresh)
                                          return self->renewed(first, result, forced);
                                      return chain(self->m_client.renew(last, self->m_fields),
                                                   [self, last, forced](Result<Tokens> second) {
                                                       return self->renewed(last, std::move(second), forced);
                                                   });
                                  });
                 });
}

/// @param old what was presented
Future<Secret> TokenSession::renewed(const Tokens &old, Result<Tokens> result, bool forced)
{
    std::optional<Tokens> rotated;
    Secret serving;
    {
        const std::lock_guard lock(m_mutex);
        const QDateTime now = m_client.clock()();
        if (result) {
            if (!(result->refresh == m_tokens.refresh))
                rotated = *result;
            take(std::move(*result));
            serving = current();
            m_failedAt = {};
            m_ended = false;
        } else if (!isRefusal(result) && !forced && !m_ended && !m_tokens.access.isEmpty() && now < m_tokens.expires) {
            m_renewAt = now.addSecs(retryPauseSeconds);
            return ready<Secret>(current());
        } else {
            return ready<Secret>(failed(result.error()));
        }
    }
    if (!rotated || !m_renewed)
        return ready<Secret>(serving);
    return chain(m_renewed(old, *rotated),
                 [self = shared_from_this(), serving](const Result<void> &kept) -> Result<Secret> {
                     if (kept || kept.error().code != ErrorCode::Unauthorized)
                         return serving;
                     const std::lock_guard lock(self->m_mutex);
                     return self->failed(kept.error());
                 });
}

Result<Secret> TokenSession::failed(const Error &error)
{
    m_ended = error.code == ErrorCode::Unauthorized;
    m_failedAt = m_client.clock()();
    m_failure = error;
    return fail(error);
}

} // namespace astra::credentials
