// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/services/loopback.h"

namespace astra::test {

/// The AstroWay API as far as accounts go: keys, credits, plans, dictionaries without a key. Under /v1.
class AstroWay final : public Loopback
{
public:
    enum class Generation {
        Old, ///< {"error": {"code": "snake_case", …, "request_id"}}
        New, ///< {"ok": false, "error": {"code": "UPPER_SNAKE", …}}
    };
    explicit AstroWay(Generation generation = Generation::New);
    ~AstroWay() override { close(); }

    [[nodiscard]] QByteArray key() const { return m_key; }
    [[nodiscard]] QByteArray testKey() const { return m_testKey; }
    [[nodiscard]] QByteArray masterKey() const { return m_masterKey; } ///< may make keys
    void setGeneration(Generation generation);
    void setPlan(const QString &plan); ///< "free" … "business"; "indie" as it begins
    void setCredits(int left);
    void setPerMinute(int requests); ///< 0: the plan's
    void suspend(bool suspended); ///< every key
    void revoke(const QByteArray &key);

protected:
    server::Response answer(const server::Request &request) override;

private:
    [[nodiscard]] server::Response problem(int status, const char *code, const QString &message,
                                           const Json &details = {}) const;
    [[nodiscard]] server::Response reference(const server::Request &request, const QString &name);
    [[nodiscard]] server::Response keyed(const server::Request &request, HeldKey &key);
    [[nodiscard]] server::Response makeKey(const server::Request &request, const HeldKey &master);
    [[nodiscard]] server::Response chart(const server::Request &request, const HeldKey &key);
    [[nodiscard]] int limit() const;

    Generation m_generation;
    HeldKeys m_keys;
    Meter m_meter;
    Meter m_addresses;
    std::map<QByteArray, std::pair<QByteArray, server::Response>> m_once; ///< by idempotency key: body and answer
    QString m_plan = QStringLiteral("indie");
    int m_creditsTotal = 50000;
    int m_creditsLeft = 50000;
    int m_perMinute = 0;
    bool m_suspended = false;
    int m_spent = 0; ///< by the request at hand
    QDateTime m_periodEnd;
    QByteArray m_key;
    QByteArray m_testKey;
    QByteArray m_masterKey;
};

} // namespace astra::test
