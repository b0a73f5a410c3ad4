// SPDX-License-Identifier: Apache-2.0
#include "tests/support/services/astroway.h"

namespace astra::test {

namespace {

struct Plan {
    const char16_t *name;
    int credits;
    int perMinute;
};
constexpr Plan plans[] {{u"free", 10000, 10},
                        {u"indie", 50000, 30},
                        {u"starter", 200000, 120},
                        {u"pro", 800000, 400},
                        {u"business", 3500000, 1000}};
constexpr int referencesPerHour = 30;
constexpr int chartCredits = 10;

server::Response done(const Json &data) { return jsonResponse({{"ok", true}, {"data", data}}); }

} // namespace

AstroWay::AstroWay(Generation generation)
    : m_generation(generation)
    , m_periodEnd(clock().addDays(20))
{
    m_key = m_keys.make("aw_live_", 32, QStringLiteral("live"), clock()).key;
    HeldKey &test = m_keys.make("aw_test_", 32, QStringLiteral("trying out"), clock());
    test.test = true;
    m_testKey = test.key;
    HeldKey &master = m_keys.make("aw_live_", 32, QStringLiteral("master"), clock());
    master.scopes = QStringList {QStringLiteral("master")};
    m_masterKey = master.key;
    open();
}

void AstroWay::setGeneration(Generation generation)
{
    const std::lock_guard lock(m_mutex);
    m_generation = generation;
}

void AstroWay::setPlan(const QString &plan)
{
    const std::lock_guard lock(m_mutex);
    m_plan = plan;
    for (const Plan &one : plans) {
        if (plan == QStringView(one.name))
            m_creditsTotal = m_creditsLeft = one.credits;
    }
}

void AstroWay::setCredits(int left)
{
    const std::lock_guard lock(m_mutex);
    m_creditsLeft = left;
}

void AstroWay::setPerMinute(int requests)
{
    const std::lock_guard lock(m_mutex);
    m_perMinute = requests;
}

void AstroWay::suspend(bool suspended)
{
    const std::lock_guard lock(m_mutex);
    m_suspended = suspended;
}

void AstroWay::revoke(const QByteArray &key)
{
    const std::lock_guard lock(m_mutex);
    if (HeldKey *held = m_keys.find(key, clock()))
        held->revoked = clock();
}

int AstroWay::limit() const
{
    if (m_perMinute > 0)
        return m_perMinute;
    for (const Plan &one : plans) {
        if (m_plan == QStringView(one.name))
            return one.perMinute;
    }
    return plans[0].perMinute;
}

/// @param code as the old generation writes it
server::Response AstroWay::problem(int status, const char *code, const QString &message, const Json &details) const
{
    QByteArray name(code);
    if (m_generation == Generation::New) {
        name = name.toUpper();
        for (const auto &[old, other] :
             {std::pair("INVALID_REQUEST", "INVALID_INPUT"), std::pair("RATE_LIMIT_EXCEEDED", "RATE_LIMIT"),
              std::pair("SUBSCRIPTION_INACTIVE", "SUBSCRIPTION_EXPIRED")}) {
            if (name == old)
                name = other;
        }
    }
    Json error {{"code", name.toStdString()}, {"message", toStd(message)}};
    if (!details.is_null())
        error["details"] = details;
    if (m_generation == Generation::Old || status >= 500)
        error["request_id"] = "4f2c-" + std::to_string(status);
    Json body {{"error", std::move(error)}};
    if (m_generation == Generation::New)
        body["ok"] = false;
    return jsonResponse(body, status);
}

server::Response AstroWay::answer(const server::Request &request)
{
    if (request.path == u"/v1/health")
        return done({{"status", "ok"}, {"timestamp", isoTime(clock())}});
    if (const auto name = segmentAfter(request.path, QStringLiteral("/v1/reference")))
        return reference(request, *name);
    QByteArray given = request.header("X-Api-Key");
    if (given.isEmpty())
        given = bearerOf(request);
    if (given.isEmpty())
        return problem(401, "missing_api_key", QStringLiteral("Send a key in X-Api-Key"));
    HeldKey *key = m_keys.find(given, clock());
    if (key == nullptr)
        return problem(401, "invalid_api_key", QStringLiteral("The key %1 is unknown").arg(QString::fromUtf8(given)));
    const auto reading = m_meter.count(given, limit(), 60, clock());
    m_spent = 0;
    auto response = m_suspended ? problem(403, m_generation == Generation::New ? "key_suspended" : "insufficient_scope",
                                          QStringLiteral("This key is suspended"))
        : reading.allowed       ? keyed(request, *key)
                                : problem(429, "rate_limit_exceeded", QStringLiteral("Too many requests"),
                                          {{"retry_after_seconds", clock().secsTo(reading.reset)}});
    Meter::tell(response, reading, clock());
    response.headers.append(server::Header("X-Credits-Used", QByteArray::number(m_spent)));
    response.headers.append(server::Header("X-Credits-Remaining", QByteArray::number(m_creditsLeft)));
    response.headers.append(server::Header("X-Credits-Reset", m_periodEnd.toString(Qt::ISODate).toLatin1()));
    return response;
}

server::Response AstroWay::reference(const server::Request &request, const QString &name)
{
    static const QStringList names {
        QStringLiteral("signs"),          QStringLiteral("planets"),   QStringLiteral("houses"),
        QStringLiteral("aspects"),        QStringLiteral("elements"),  QStringLiteral("modalities"),
        QStringLiteral("polarities"),     QStringLiteral("dignities"), QStringLiteral("decans"),
        QStringLiteral("nakshatras"),     QStringLiteral("lots"),      QStringLiteral("asteroids"),
        QStringLiteral("zodiac-systems"), QStringLiteral("glyphs")};
    if (!names.contains(name))
        return problem(404, "not_found", QStringLiteral("There is no such dictionary"));
    const auto reading = m_addresses.count(request.remote.toLatin1(), referencesPerHour, 3600, clock());
    auto response = reading.allowed ? done(Json::array({"one", "two"}))
                                    : problem(429, "rate_limit_exceeded", QStringLiteral("30 requests an hour"));
    Meter::tell(response, reading, clock());
    return response;
}

server::Response AstroWay::keyed(const server::Request &request, HeldKey &key)
{
    key.lastUsed = clock();
    ++key.uses;
    const QString path = request.path.mid(3); // after "/v1"
    if (path == u"/keys" && request.method == "POST")
        return makeKey(request, key);
    if (path == u"/chart" && request.method == "POST")
        return chart(request, key);
    if (path == u"/auth/keys/me")
        return done({{"key_prefix", QByteArray(key.key.left(11) + "...").toStdString()},
                     {"plan", toStd(m_plan)},
                     {"credits_remaining", m_creditsLeft},
                     {"credits_total_this_period", m_creditsTotal},
                     {"period_end", isoTime(m_periodEnd)},
                     {"status", "active"},
                     {"domain", nullptr},
                     {"created_at", isoTime(key.created)}});
    if (path == u"/keys/usage")
        return done({{"plan", toStd(m_plan)},
                     {"rateLimit", limit()},
                     {"usage", {{"today", key.uses}, {"week", key.uses + 63}, {"month", key.uses + 289}}},
                     {"topEndpoints", {{{"endpoint", "/reference/signs"}, {"total", 9}}}}});
    // What one of its clients asks and no specification lists.
    if (path == u"/keys/me/usage" && m_generation == Generation::New)
        return done({{"plan", toStd(m_plan)},
                     {"is_lifetime", false},
                     {"credits_used", m_creditsTotal - m_creditsLeft},
                     {"credits_limit", m_creditsTotal},
                     {"credits_remaining", m_creditsLeft},
                     {"rate_limit_per_minute", limit()},
                     {"cycle_resets_at", isoTime(m_periodEnd)}});
    return problem(404, "not_found", QStringLiteral("There is nothing here"));
}

server::Response AstroWay::makeKey(const server::Request &request, const HeldKey &master)
{
    if (!master.scopes.contains(u"master"))
        return problem(403, "insufficient_scope", QStringLiteral("Only a master key makes keys"));
    const QByteArray once = request.header("Idempotency-Key");
    if (const auto earlier = m_once.find(once); !once.isEmpty() && earlier != m_once.end())
        return earlier->second.first == request.body
            ? earlier->second.second
            : problem(409, "idempotency_key_reuse", QStringLiteral("The same key came with another body"));
    const Json body = bodyOf(request);
    if (body.is_null())
        return problem(400, "bad_json", QStringLiteral("The body is no JSON object"));
    // The specification says "name", the guide "label".
    const QString name = stringAt(body, m_generation == Generation::Old ? "label" : "name");
    const QString mode = stringAt(body, "mode", QStringLiteral("live"));
    Json details = Json::array();
    if (name.isEmpty() || name.size() > 100)
        details.push_back({{"path", "name"}, {"message", "1 to 100 characters"}});
    if (mode != u"live" && mode != u"test")
        details.push_back({{"path", "mode"}, {"message", "live or test"}});
    if (!details.empty())
        return problem(400, "invalid_request", QStringLiteral("Some values are wrong"), details);
    HeldKey &made = m_keys.make(mode == u"test" ? "aw_test_" : "aw_live_", 32, name, clock());
    made.test = mode == u"test";
    auto response = done({{"apiKey", made.key.toStdString()},
                          {"name", toStd(name)},
                          {"plan", toStd(stringAt(body, "plan", m_plan))},
                          {"rateLimit", limit()}});
    if (!once.isEmpty())
        m_once[once] = {request.body, response};
    return response;
}

server::Response AstroWay::chart(const server::Request &request, const HeldKey &key)
{
    if (!member(bodyOf(request), "date").is_string())
        return problem(422, "validation_failed", QStringLiteral("Cannot be computed"),
                       {{{"field", "date"}, {"message", "is missing"}}});
    if (key.test)
        return done({{"stub", true}});
    if (m_plan == u"none")
        return problem(402, "subscription_inactive", QStringLiteral("There is no plan"));
    // The newer generation answers 429 where the older one answered 402.
    if (m_creditsLeft < chartCredits)
        return problem(m_generation == Generation::New ? 429 : 402, "credits_exhausted",
                       QStringLiteral("No credits are left"));
    m_spent = chartCredits;
    m_creditsLeft -= chartCredits;
    return done({{"chart", "…"}});
}

} // namespace astra::test
