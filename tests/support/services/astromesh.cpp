// SPDX-License-Identifier: Apache-2.0
#include "tests/support/services/astromesh.h"

#include <QMessageAuthenticationCode>
#include <QRegularExpression>

namespace astra::test {

namespace {

constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr int refreshLife = 7 * 86400;

QByteArray encoded(const Json &json) { return toText(json).toBase64(base64Url); }

server::Response empty(int status)
{
    server::Response response;
    response.status = status;
    return response;
}

} // namespace

Astromesh::Astromesh(Generation generation)
    : m_generation(generation)
    , m_secret(randomLetters(32))
{
    open();
}

void Astromesh::setGeneration(Generation generation)
{
    const std::lock_guard lock(m_mutex);
    m_generation = generation;
}

void Astromesh::setTokenLife(int seconds)
{
    const std::lock_guard lock(m_mutex);
    m_life = seconds;
}

void Astromesh::expireTokens()
{
    const std::lock_guard lock(m_mutex);
    m_accessFrom = m_serial + 1;
}

void Astromesh::dropRefreshTokens()
{
    const std::lock_guard lock(m_mutex);
    m_refreshFrom = m_serial + 1;
}

QStringList Astromesh::organisations() const
{
    const std::lock_guard lock(m_mutex);
    QStringList slugs;
    for (const auto &[slug, organisation] : m_organisations)
        slugs << slug;
    return slugs;
}

QByteArray Astromesh::providerKey(const QString &provider) const
{
    const std::lock_guard lock(m_mutex);
    for (const auto &[slug, organisation] : m_organisations) {
        if (const auto found = organisation.providers.find(provider); found != organisation.providers.end())
            return found->second.first;
    }
    return {};
}

server::Response Astromesh::problem(int status, const char *code, const char *message) const
{
    return jsonResponse(documented() ? Json {{"error", code}, {"message", message}, {"status", status}}
                                     : Json {{"detail", message}},
                        status);
}

server::Response Astromesh::missing(const char *field) const
{
    if (documented())
        return problem(422, "validation_error", field);
    return jsonResponse({{"detail", {{{"loc", {"body", field}}, {"msg", "Field required"}, {"type", "missing"}}}}},
                        422);
}

QByteArray Astromesh::token(const QString &slug, const char *kind, int seconds)
{
    const Json claims {{"sub", toStd(slug)},
                       {"kind", kind},
                       {"jti", ++m_serial},
                       {"iat", clock().toSecsSinceEpoch()},
                       {"exp", clock().toSecsSinceEpoch() + seconds}};
    const QByteArray signedPart = encoded({{"alg", "HS256"}, {"typ", "JWT"}}) + '.' + encoded(claims);
    return signedPart + '.'
        + QMessageAuthenticationCode::hash(signedPart, m_secret, QCryptographicHash::Sha256).toBase64(base64Url);
}

QString Astromesh::subject(const QByteArray &token, const char *kind) const
{
    const qsizetype dot = token.lastIndexOf('.');
    const QByteArray signedPart = token.left(dot);
    const QByteArray right
        = QMessageAuthenticationCode::hash(signedPart, m_secret, QCryptographicHash::Sha256).toBase64(base64Url);
    if (dot < 0 || token.mid(dot + 1) != right)
        return {};
    const auto claims = parseJson(QByteArray::fromBase64(signedPart.mid(signedPart.indexOf('.') + 1), base64Url));
    if (!claims || stringAt(*claims, "kind") != QLatin1String(kind))
        return {};
    const bool access = QLatin1String(kind) == QLatin1String("access");
    const bool over = asInteger(member(*claims, "exp")).value_or(0) <= clock().toSecsSinceEpoch()
        || asInteger(member(*claims, "jti")).value_or(0) < (access ? m_accessFrom : m_refreshFrom);
    return over ? QString() : stringAt(*claims, "sub");
}

Json Astromesh::tokens(const QString &slug, bool first)
{
    const int life = m_life > 0 ? m_life : documented() ? 86400 : 900;
    const std::string access = token(slug, "access", life).toStdString();
    // The server's first answer has another name for it than all later ones.
    Json json {{documented() || !first ? "access_token" : "token", access}, {"expires_in", life}};
    if (documented() || !first)
        json["token_type"] = "bearer";
    if (!documented())
        json["refresh_token"] = token(slug, "refresh", refreshLife).toStdString();
    return json;
}

server::Response Astromesh::answer(const server::Request &request)
{
    const QString base = QStringLiteral("/api/v1");
    if (!request.path.startsWith(base + u'/'))
        return problem(404, "not_found", "Not Found");
    const QString path = request.path.mid(base.size());
    const bool post = request.method == "POST";
    if (path == u"/health")
        return jsonResponse({{"status", "ok"}, {"service", "astromesh-cloud"}});
    if (path == u"/auth/dev/login" && post)
        return login(request);
    if (path == u"/auth/refresh" && post)
        return refresh(request);
    if (path == u"/auth/logout" && post)
        return documented() ? empty(204) : jsonResponse({{"status", "ok"}});
    if ((path == u"/auth/google" || path == u"/auth/github") && post)
        return problem(501, "not_implemented", "This login is not available yet");

    QString slug = subject(bearerOf(request), "access");
    const QByteArray apiKey = request.header("X-API-Key");
    if (slug.isEmpty() && documented() && !apiKey.isEmpty()) {
        for (auto &[name, one] : m_organisations)
            slug = one.keys.find(apiKey, clock()) != nullptr ? name : slug;
    }
    if (slug.isEmpty()) {
        const bool none = request.header("Authorization").isEmpty();
        return none && !documented() ? problem(403, "forbidden", "Not authenticated")
                                     : problem(401, "unauthorized", "Invalid or expired token");
    }
    const QString orgs = QStringLiteral("/orgs/");
    if (!path.startsWith(orgs))
        return problem(404, "not_found", "Not Found");
    const QString name = path.mid(orgs.size()).section(u'/', 0, 0);
    return organisation(request,
                        name == u"me"      ? slug
                            : name == slug ? slug
                                           : QString(),
                        path.mid(orgs.size() + name.size()));
}

server::Response Astromesh::login(const server::Request &request)
{
    const Json body = bodyOf(request);
    const QString email = body.is_null() && !documented() ? queryOf(request, "email") : stringAt(body, "email");
    if (!email.contains(u'@'))
        return missing("email");
    QString slug;
    for (const auto &[name, one] : m_organisations)
        slug = one.email == email ? name : slug;
    if (slug.isEmpty()) {
        slug = email.toLower();
        slug.replace(QRegularExpression(QStringLiteral("[^a-z0-9]+")), QStringLiteral("-"));
        if (!documented())
            slug = slug.section(u'-', 0, 0) + u'-' + QString::fromLatin1(randomLetters(6));
        m_organisations[slug].email = email;
    }
    Json json = tokens(slug, true);
    json["org_slug"] = toStd(slug);
    if (!documented())
        json["user"] = {{"email", toStd(email)}, {"name", toStd(stringAt(body, "name", email.section(u'@', 0, 0)))}};
    return jsonResponse(json);
}

server::Response Astromesh::refresh(const server::Request &request)
{
    // Documented as a member of the body; the server reads the query alone.
    const QString given = documented() ? stringAt(bodyOf(request), "refresh_token") : queryOf(request, "refresh_token");
    if (given.isEmpty())
        return missing("refresh_token");
    const QString slug = subject(given.toLatin1(), "refresh");
    if (slug.isEmpty())
        return problem(401, "unauthorized", "Invalid or expired refresh token");
    return jsonResponse(tokens(slug, false));
}

server::Response Astromesh::organisation(const server::Request &request, const QString &slug, const QString &path)
{
    const auto found = m_organisations.find(slug);
    if (found == m_organisations.end())
        return problem(403, "forbidden", "Not a member of this organization");
    Organisation &one = found->second;
    ++one.requests;
    if (path.isEmpty())
        return documented()
            ? jsonResponse({{"slug", toStd(slug)},
                            {"display_name", toStd(slug)},
                            {"plan", "free"},
                            {"limits", {{"max_agents", 5}, {"requests_per_day", 1000}, {"max_members", 3}}},
                            {"created_at", isoTime(clock())}})
            : jsonResponse(
                {{"id", "7a1c0f52-0000-4000-8000-000000000001"}, {"slug", toStd(slug)}, {"name", toStd(slug)}});
    if (path == u"/keys" || path.startsWith(u"/keys/"))
        return keys(request, one, path);
    if (path == u"/providers" || path.startsWith(u"/providers/"))
        return providers(request, one, path);
    if (path == u"/usage")
        return usage(request, one);
    return problem(404, "not_found", "Not Found");
}

server::Response Astromesh::keys(const server::Request &request, Organisation &organisation, const QString &path)
{
    const auto shown = [this](const HeldKey &key) {
        Json json {{"id", toStd(key.id)},
                   {"name", toStd(key.label)},
                   {"prefix", key.key.left(12).toStdString()},
                   {"created_at", isoTime(key.created)}};
        if (documented())
            json["last_used_at"] = isoTime(key.lastUsed);
        else
            json["scopes"] = Json::array({"agent:run"});
        return json;
    };
    if (const auto id = segmentAfter(path, QStringLiteral("/keys")); id && request.method == "DELETE") {
        HeldKey *key = organisation.keys.byId(*id);
        if (key == nullptr || key->revoked.isValid())
            return problem(404, "not_found", "Key not found");
        key->revoked = clock();
        return empty(204);
    }
    if (request.method == "POST") {
        const QString name = stringAt(bodyOf(request), "name");
        if (name.isEmpty())
            return missing("name");
        const HeldKey &made = documented() ? organisation.keys.make("ask-prod-", 24, name, clock())
                                           : organisation.keys.make("am_", 43, name, clock());
        Json json = shown(made);
        json[documented() ? "secret" : "key"] = made.key.toStdString();
        return jsonResponse(json, documented() ? 200 : 201);
    }
    Json list = Json::array();
    for (const HeldKey *key : organisation.keys.newestFirst()) {
        if (key->isValid(clock()))
            list.push_back(shown(*key));
    }
    return jsonResponse(documented() ? Json {{"keys", std::move(list)}} : list);
}

server::Response Astromesh::providers(const server::Request &request, Organisation &organisation, const QString &path)
{
    if (const auto name = segmentAfter(path, QStringLiteral("/providers")); name && request.method == "DELETE")
        return organisation.providers.erase(*name) > 0 ? empty(204) : problem(404, "not_found", "Provider not found");
    if (request.method == "POST") {
        const Json body = bodyOf(request);
        const QString name = stringAt(body, "provider");
        const QString key = stringAt(body, documented() ? "api_key" : "key");
        if (name.isEmpty() || key.isEmpty())
            return missing(name.isEmpty() ? "provider" : documented() ? "api_key" : "key");
        organisation.providers[name] = {key.toUtf8(), clock()};
        return documented()
            ? jsonResponse({{"provider", toStd(name)}, {"status", "saved"}})
            : jsonResponse({{"id", "p-" + toStd(name)}, {"provider", toStd(name)}, {"created_at", isoTime(clock())}},
                           201);
    }
    Json list = Json::array();
    for (const auto &[name, kept] : organisation.providers)
        list.push_back(
            documented()
                ? Json {{"provider", toStd(name)},
                        {"masked_key", QByteArray(kept.first.left(3) + "..." + kept.first.right(4)).toStdString()},
                        {"added_at", isoTime(kept.second)}}
                : Json {{"id", "p-" + toStd(name)}, {"provider", toStd(name)}, {"created_at", isoTime(kept.second)}});
    return jsonResponse(documented() ? Json {{"providers", std::move(list)}} : list);
}

server::Response Astromesh::usage(const server::Request &request, const Organisation &organisation) const
{
    bool ok = false;
    const int days = queryOf(request, "days").toInt(&ok);
    if (!ok || days < 1 || days > (documented() ? 90 : 365))
        return missing("days");
    if (documented())
        return jsonResponse({{"total_requests", organisation.requests},
                             {"remaining_today", 1000 - organisation.requests},
                             {"by_agent", Json::array()},
                             {"by_day", Json::array()}});
    return jsonResponse({{"total_requests", organisation.requests},
                         {"total_tokens_in", 1200},
                         {"total_tokens_out", 340},
                         {"total_cost_usd", "0.0125"},
                         {"period_start", isoTime(clock().addDays(-days))},
                         {"period_end", isoTime(clock())}});
}

} // namespace astra::test
