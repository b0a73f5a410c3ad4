// SPDX-License-Identifier: Apache-2.0
#include "tests/support/services/astraos.h"

namespace astra::test {

namespace {
constexpr qint64 rolledLife = 86400; // s that a rolled key stays valid
const QStringList allScopes {QStringLiteral("search"), QStringLiteral("assets"), QStringLiteral("process"),
                             QStringLiteral("keys")};
} // namespace

AstraOs::AstraOs(Form form)
    : m_form(form)
{
    m_key = make(false, QStringLiteral("live"), allScopes.mid(0, 3)).key;
    m_testKey = make(true, QStringLiteral("trying out"), allScopes.mid(0, 3)).key;
    if (form == Form::Own)
        m_managerKey = make(false, QStringLiteral("manager"), allScopes).key;
    open();
}

HeldKey &AstraOs::make(bool test, const QString &label, const QStringList &scopes)
{
    // The code's keys are without "sk" and environment; whoever gets a test key there gets it from the documentation.
    const char *prefix = test ? "astra_sk_test_" : m_form == Form::Code ? "astra_" : "astra_sk_live_";
    HeldKey &key = m_keys.make(prefix, m_form == Form::Code && !test ? 40 : 36, label, clock());
    key.test = test;
    key.scopes = scopes;
    return key;
}

void AstraOs::setPlan(const QString &plan)
{
    const std::lock_guard lock(m_mutex);
    m_plan = plan;
}

void AstraOs::setPerMinute(int requests)
{
    const std::lock_guard lock(m_mutex);
    m_perMinute = requests;
}

void AstraOs::revoke(const QByteArray &key)
{
    const std::lock_guard lock(m_mutex);
    if (HeldKey *held = m_keys.find(key, clock()))
        held->revoked = clock();
}

bool AstraOs::accepts(const QByteArray &key) const
{
    const std::lock_guard lock(m_mutex);
    return m_keys.find(key, clock()) != nullptr;
}

server::Response AstraOs::problem(int status, const char *code, const char *message) const
{
    const Json error = m_form == Form::Code ? Json(message) : Json {{"code", code}, {"message", message}};
    return jsonResponse({{"error", error}}, status);
}

server::Response AstraOs::answer(const server::Request &request)
{
    const QByteArray given = bearerOf(request);
    HeldKey *key = m_keys.find(given, clock());
    if (m_form == Form::Code || key == nullptr)
        return api(request, key);
    const auto reading = m_meter.count(given, m_perMinute, 60, clock());
    auto response = reading.allowed ? api(request, key) : problem(429, "RATE_LIMITED", "Too many requests");
    Meter::tell(response, reading, clock());
    return response;
}

server::Response AstraOs::api(const server::Request &request, HeldKey *key)
{
    if (key != nullptr) {
        key->lastUsed = clock();
        ++key->uses;
    }
    const QString &path = request.path;
    if (path == u"/api/keys" || path.startsWith(u"/api/keys/"))
        return keys(request, key);
    const bool named = !request.header("Authorization").isEmpty();
    if (path == u"/api/v1/search") {
        // The code serves whoever comes without a key; a wrong one is refused by all.
        if (key == nullptr && (named || m_form != Form::Code))
            return problem(401, "UNAUTHORIZED", "API key is invalid or revoked");
        if (queryOf(request, "bbox").split(u',').size() != 4)
            return problem(400, "VALIDATION_ERROR", "bbox needs four numbers");
        if (queryOf(request, "datetime").isEmpty())
            return problem(400, "VALIDATION_ERROR", "datetime is missing");
        Json features = Json::array();
        if (key != nullptr && key->test)
            features.push_back({{"type", "Feature"},
                                {"id", "sentinel-2-l2a:INVENTED"},
                                {"bbox", {0, 0, 0.1, 0.1}},
                                {"geometry", nullptr},
                                {"properties", {{"datetime", "2025-01-01T10:00:00Z"}, {"astra:invented", true}}},
                                {"assets", Json::object()},
                                {"links", Json::array()}});
        const size_t count = features.size();
        return jsonResponse({{"type", "FeatureCollection"},
                             {"features", std::move(features)},
                             {"context", {{"matched", count}, {"returned", count}}},
                             {"warnings", Json::array()}});
    }
    if (path == u"/api/v1/process" && request.method == "POST") {
        if (key == nullptr)
            return problem(401, "UNAUTHORIZED", "API key is invalid or missing");
        if (m_plan == u"free")
            return problem(403, "FORBIDDEN", "Processing needs the Pro plan");
        return jsonResponse({{"job_id", "job_1"}, {"status", "queued"}, {"operation", "ndvi"}}, 202);
    }
    server::Response page;
    page.status = 404;
    page.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    page.body = "<!DOCTYPE html><html><head><title>404: This page could not be found</title></head></html>";
    return page;
}

server::Response AstraOs::keys(const server::Request &request, const HeldKey *key)
{
    if (m_form != Form::Own || key == nullptr)
        return problem(401, "UNAUTHORIZED",
                       m_form == Form::Own ? "API key is invalid or missing" : "Sign in to the dashboard first");
    if (!key->scopes.contains(u"keys"))
        return problem(403, "FORBIDDEN", "This key lacks the scope “keys”");
    if (request.path == u"/api/keys") {
        if (request.method == "POST")
            return created(request);
        Json list = Json::array();
        for (const HeldKey *one : m_keys.newestFirst())
            list.push_back(shown(*one, false));
        return jsonResponse({{"keys", std::move(list)}});
    }
    const QString id = request.path.section(u'/', 3, 3);
    const QString act = request.path.section(u'/', 4);
    HeldKey *one = m_keys.byId(id);
    if (one == nullptr)
        return problem(404, "NOT_FOUND", "There is no such key");
    if (act == u"usage" && request.method == "GET")
        return jsonResponse({{"plan", toStd(m_plan)},
                             {"rateLimit", m_perMinute},
                             {"usage", {{"today", one->uses}, {"week", one->uses}, {"month", one->uses}}},
                             {"errorRate", 0},
                             {"lastUsedAt", isoTime(one->lastUsed)}});
    if (one->revoked.isValid())
        return problem(400, "VALIDATION_ERROR", "This key is revoked already");
    if (act == u"roll" && request.method == "POST")
        return rolled(*one);
    if (act.isEmpty() && request.method == "DELETE") {
        one->revoked = clock();
        return jsonResponse({{"ok", true}});
    }
    return problem(404, "NOT_FOUND", "There is nothing here");
}

server::Response AstraOs::created(const server::Request &request)
{
    const Json body = bodyOf(request);
    const QString name = stringAt(body, "name");
    const QString mode = stringAt(body, "mode", QStringLiteral("live"));
    if (name.isEmpty() || name.size() > 64)
        return problem(400, "VALIDATION_ERROR", "name: 1 to 64 characters");
    if (mode != u"live" && mode != u"test")
        return problem(400, "VALIDATION_ERROR", "mode: live or test");
    const QStringList scopes = asStringList(member(body, "scopes"));
    for (const QString &scope : scopes) {
        if (!allScopes.contains(scope))
            return problem(400, "VALIDATION_ERROR", "scopes: search, assets, process, keys");
    }
    const int most = m_plan == u"free" ? 1 : m_plan == u"starter" ? 5 : 999;
    if (m_keys.valid(clock()) >= most)
        return problem(403, "FORBIDDEN", "The plan's number of keys is reached");
    return jsonResponse(shown(make(mode == u"test", name, scopes.isEmpty() ? allScopes.mid(0, 3) : scopes), true), 201);
}

server::Response AstraOs::rolled(HeldKey &old)
{
    const HeldKey &fresh = make(old.test, old.label, old.scopes);
    old.ends = clock().addSecs(rolledLife);
    return jsonResponse(shown(fresh, true), 201);
}

Json AstraOs::shown(const HeldKey &key, bool whole) const
{
    Json json {{"id", toStd(key.id)},
               {"name", toStd(key.label)},
               {"prefix", QByteArray(key.key.left(12) + "...").toStdString()},
               {"mode", key.test ? "test" : "live"},
               {"scopes", Json::array()},
               {"createdAt", isoTime(key.created)},
               {"lastUsedAt", isoTime(key.lastUsed)},
               {"revokedAt", isoTime(key.revoked)},
               {"expiresAt", isoTime(key.ends)}};
    for (const QString &scope : key.scopes)
        json["scopes"].push_back(toStd(scope));
    if (whole)
        json["key"] = key.key.toStdString();
    return json;
}

} // namespace astra::test
