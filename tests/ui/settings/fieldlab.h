// SPDX-License-Identifier: Apache-2.0
#pragma once

// "Field lab": a service made up for the tests of the window, on this machine. It takes a bare key, or the same one as
// a Bearer token; it makes, lists, rolls and revokes keys, counts use, keeps keys of further services, lets a device in
// by a code, and has a catalogue for whoever holds a key.

#include "core/base/json.h"
#include "core/engine/engine.h"
#include "tests/support/canary.h"
#include "tests/support/certificate.h"
#include "tests/support/scriptedserver.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <mutex>

namespace astra::testing {

class FieldLab
{
public:
    struct Key {
        QString id;
        QString label;
        QByteArray secret;
        bool revoked = false;
    };

    FieldLab()
        : m_server([this](const server::Request &request) { return answer(request); })
    {
        reset();
    }

    /// One key, "main", sent bare.
    void reset()
    {
        const std::lock_guard lock(m_mutex);
        m_keys = {{QStringLiteral("k1"), QStringLiteral("main"), mainKey(), false}};
        m_providers = {QStringLiteral("weather")};
        m_prefix.clear();
        m_made = 1;
        m_approved = false;
        m_counts = true;
    }
    [[nodiscard]] static QByteArray mainKey() { return test::canaryText("fl_live_", "0001"); }
    [[nodiscard]] static QByteArray testKey() { return test::canaryText("fl_test_", "0002"); }
    void add(const Key &key)
    {
        const std::lock_guard lock(m_mutex);
        m_keys.push_back(key);
    }
    [[nodiscard]] Key key(const QString &id) const
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &key : m_keys) {
            if (key.id == id)
                return key;
        }
        return {};
    }
    void takeOnly(const QByteArray &prefix) ///< "" or "Bearer "
    {
        const std::lock_guard lock(m_mutex);
        m_prefix = prefix;
    }
    void stopCounting() ///< of single keys
    {
        const std::lock_guard lock(m_mutex);
        m_counts = false;
    }
    /// Its catalogue, as an entry of providers.json.
    [[nodiscard]] Json catalogue(bool enabled = true) const
    {
        return {
            {"id", "plots"},      {"title", "Plots"},         {"protocol", "stac"},
            {"enabled", enabled}, {"connection", "fieldlab"}, {"url", toStd(m_server.url(u"/v1/stac"_qs).toString())}};
    }
    /// A service that computes, with the lab's key, as an entry of providers.json.
    [[nodiscard]] Json computer() const
    {
        return {{"id", "greenhouse"},       {"title", "Greenhouse"},
                {"protocol", "astra"},      {"processing", true},
                {"connection", "fieldlab"}, {"url", toStd(m_server.url(u"/v1/astra"_qs).toString())}};
    }
    void approve() ///< what the person does in the browser
    {
        const std::lock_guard lock(m_mutex);
        m_approved = true;
    }
    [[nodiscard]] const test::ScriptedServer &server() const { return m_server; }

    /// The definitions, as files of a person's own that name this machine.
    void define(const QString &configDir) const
    {
        const QString folder = configDir + QStringLiteral("/connections/");
        QDir().mkpath(folder);
        for (const auto *name : {"fieldlab.json", "stars.json", "portal.json"}) {
            QFile from(QStringLiteral(ASTRA_SOURCE_DIR "/tests/ui/settings/services/") + QLatin1String(name));
            QFile to(folder + QLatin1String(name));
            if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly)
                || to.write(from.readAll().replace("HERE", m_server.url().toEncoded())) <= 0)
                qFatal("cannot write %s", name);
        }
    }

private:
    [[nodiscard]] static server::Response json(const QJsonObject &object, int status = 200)
    {
        auto response = server::Response::json(QJsonDocument(object).toJson(), status);
        response.headers += server::Header("X-RateLimit-Limit", "30");
        response.headers += server::Header("X-RateLimit-Remaining", "28");
        return response;
    }
    [[nodiscard]] static server::Response refusal()
    {
        return json({{QStringLiteral("error"),
                      QJsonObject {{QStringLiteral("code"), QStringLiteral("forbidden")},
                                   {QStringLiteral("message"), QStringLiteral("no")}}}},
                    403);
    }
    [[nodiscard]] static QJsonObject listed(const Key &key)
    {
        return {{QStringLiteral("id"), key.id},
                {QStringLiteral("label"), key.label},
                {QStringLiteral("masked"), QString(u"fl_…" + QString::fromLatin1(key.secret.right(4)))},
                {QStringLiteral("revoked"), key.revoked}};
    }
    [[nodiscard]] server::Response answer(const server::Request &request)
    {
        const std::lock_guard lock(m_mutex);
        if (request.path.startsWith(u"/issuer"))
            return issuer(request);
        const QByteArray sent = request.header("Authorization");
        if (request.path == u"/v1/signs")
            return json({{QStringLiteral("signs"), QJsonArray {QStringLiteral("lyre")}}});
        if (request.path == u"/v1/portal") {
            return sent == "Bearer " + test::canaryText("portal-access-")
                ? json({{QStringLiteral("user"), QStringLiteral("me")}})
                : refusal();
        }
        const bool known = std::any_of(m_keys.begin(), m_keys.end(),
                                       [&](const Key &key) { return !key.revoked && sent == m_prefix + key.secret; });
        if (!known)
            return refusal();
        if (request.path == u"/v1/me")
            return json({{QStringLiteral("user"), QStringLiteral("me")}});
        if (request.path == u"/v1/usage") {
            return json({{QStringLiteral("plan"), QStringLiteral("Garden")},
                         {QStringLiteral("left"), 750},
                         {QStringLiteral("total"), 1000},
                         {QStringLiteral("today"), 12}});
        }
        if (request.path == u"/v1/stac/collections") {
            const QJsonObject plot {{QStringLiteral("type"), QStringLiteral("Collection")},
                                    {QStringLiteral("id"), QStringLiteral("plot-7")},
                                    {QStringLiteral("title"), QStringLiteral("Plot 7")}};
            return json({{QStringLiteral("collections"), QJsonArray {plot}}});
        }
        if (request.path.startsWith(u"/v1/keys") && request.path.endsWith(u"/usage"))
            return m_counts ? json({{QStringLiteral("today"), 3}, {QStringLiteral("month"), 44}}) : json({}, 501);
        if (request.path.startsWith(u"/v1/keys"))
            return keys(request);
        if (request.path.startsWith(u"/v1/providers"))
            return providers(request);
        return json({}, 404);
    }
    [[nodiscard]] server::Response keys(const server::Request &request)
    {
        if (request.path == u"/v1/keys" && request.method == "GET") {
            QJsonArray list;
            for (const auto &key : m_keys)
                list.append(listed(key));
            return json({{QStringLiteral("keys"), list}});
        }
        const auto body = QJsonDocument::fromJson(request.body).object();
        if (request.path == u"/v1/keys") {
            ++m_made;
            m_keys.push_back(
                {QStringLiteral("k%1").arg(m_made), body[QStringLiteral("label")].toString(),
                 test::canaryText(body[QStringLiteral("mode")].toString() == u"test" ? "fl_test_" : "fl_live_",
                                  QByteArray::number(9000 + m_made)),
                 false});
            QJsonObject made = listed(m_keys.back());
            made[QStringLiteral("secret")] = QString::fromLatin1(m_keys.back().secret);
            return json(made, 201);
        }
        for (auto &key : m_keys) {
            if (request.path == QString(u"/v1/keys/" + key.id) && request.method == "DELETE") {
                key.revoked = true;
                return json({});
            }
            if (request.path == QString(u"/v1/keys/" + key.id + u"/roll")) {
                ++m_made;
                key.secret = test::canaryText("fl_live_", QByteArray::number(9000 + m_made));
                QJsonObject made = listed(key);
                made[QStringLiteral("secret")] = QString::fromLatin1(key.secret);
                return json(made);
            }
        }
        return json({}, 404);
    }
    [[nodiscard]] server::Response providers(const server::Request &request)
    {
        if (request.method == "GET") {
            QJsonArray list;
            for (const auto &provider : m_providers)
                list.append(QJsonObject {{QStringLiteral("provider"), provider},
                                         {QStringLiteral("masked"), QStringLiteral("…42")}});
            return json({{QStringLiteral("providers"), list}});
        }
        if (request.method == "POST")
            m_providers.append(QJsonDocument::fromJson(request.body).object()[QStringLiteral("provider")].toString());
        else
            m_providers.removeAll(request.path.section(u'/', -1));
        return json({});
    }
    [[nodiscard]] server::Response issuer(const server::Request &request)
    {
        const QString here = m_server.url(QStringLiteral("/issuer")).toString();
        if (request.path == u"/issuer/.well-known/openid-configuration") {
            return json({{QStringLiteral("issuer"), here},
                         {QStringLiteral("authorization_endpoint"), QString(here + u"/authorize")},
                         {QStringLiteral("token_endpoint"), QString(here + u"/token")},
                         {QStringLiteral("device_authorization_endpoint"), QString(here + u"/device")}});
        }
        if (request.path == u"/issuer/device") {
            return json({{QStringLiteral("device_code"), QString::fromLatin1(test::canaryText("device-"))},
                         {QStringLiteral("user_code"), QStringLiteral("WDJB-MJHT")},
                         {QStringLiteral("verification_uri"), QString(here + u"/activate")},
                         {QStringLiteral("expires_in"), 600},
                         {QStringLiteral("interval"), 1}});
        }
        if (!m_approved)
            return json({{QStringLiteral("error"), QStringLiteral("authorization_pending")}}, 400);
        return json({{QStringLiteral("access_token"), QString::fromLatin1(test::canaryText("portal-access-"))},
                     {QStringLiteral("refresh_token"), QString::fromLatin1(test::canaryText("portal-refresh-"))},
                     {QStringLiteral("token_type"), QStringLiteral("Bearer")},
                     {QStringLiteral("expires_in"), 1800}});
    }

    mutable std::mutex m_mutex;
    std::vector<Key> m_keys;
    QStringList m_providers;
    QByteArray m_prefix;
    int m_made = 1;
    bool m_approved = false;
    bool m_counts = true;
    test::ScriptedServer m_server; // last: it answers from the others
};

/// An engine of its own that knows the lab, without a keychain and without anything kept from before.
/// @param catalogues entries of providers.json
[[nodiscard]] inline std::shared_ptr<engine::Engine> labEngine(const FieldLab &lab, const QTemporaryDir &dir,
                                                               const Json &catalogues = {})
{
    engine::EngineConfig config;
    config.configDir = dir.filePath(QStringLiteral("config"));
    config.dataDir = dir.filePath(QStringLiteral("data"));
    config.cacheDir = dir.filePath(QStringLiteral("cache"));
    config.keychain = false;
    lab.define(config.configDir);
    if (!catalogues.is_null()) {
        QFile file(config.configDir + QStringLiteral("/providers.json"));
        if (!file.open(QIODevice::WriteOnly) || file.write(toText({{"providers", catalogues}})) <= 0)
            qFatal("cannot write providers.json");
    }
    auto engine = waitFor(engine::Engine::create(config));
    if (!engine)
        qFatal("no engine: %s", qPrintable(engine.error().message));
    return *engine;
}

} // namespace astra::testing
