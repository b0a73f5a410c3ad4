// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the loopback services have in common: they remember every request, hold keys, count requests, and have a clock
// that a test can put forward.

#include "core/base/json.h"
#include "tests/support/scriptedserver.h"

#include <QDateTime>

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace astra::test {

/// A service on this computer. All that is public may be called from any thread while it runs.
class Loopback
{
public:
    Loopback() = default;
    Loopback(const Loopback &) = delete;
    Loopback &operator=(const Loopback &) = delete;
    virtual ~Loopback() = default;

    /// "http://127.0.0.1:PORT" + path
    [[nodiscard]] QUrl url(const QString &path = {}) const { return m_server->url(path); }
    [[nodiscard]] std::vector<server::Request> requests() const { return m_server->requests(); }
    [[nodiscard]] int count(const QString &path) const { return m_server->count(path); }

    /// From now on everything is answered with this; 0: as the contract says.
    void refuse(int status, const QByteArray &body = {}, const QByteArray &contentType = "application/json");
    /// Puts the service's clock forward: keys and tokens age, limits begin anew.
    void advance(qint64 seconds);
    [[nodiscard]] QDateTime now() const;

protected:
    void open(); ///< last in the constructor of a service
    void close() { m_server.reset(); } ///< first in its destructor
    /// Called with m_mutex locked.
    [[nodiscard]] virtual server::Response answer(const server::Request &request) = 0;
    [[nodiscard]] QDateTime clock() const { return QDateTime::currentDateTimeUtc().addSecs(m_ahead); }

    mutable std::mutex m_mutex;

private:
    qint64 m_ahead = 0; ///< s
    std::optional<server::Response> m_refusal;
    int m_answers = 0;
    std::unique_ptr<ScriptedServer> m_server;
};

/// Writes a definition into `config`/connections that lies over the shipped one of `kind` and points it to `service`.
[[nodiscard]] bool pointHere(const QString &config, const char *kind, const Loopback &service, const QString &path);

/// A key that a service has given out.
struct HeldKey {
    QString id;
    QString label;
    QByteArray key;
    bool test = false;
    QStringList scopes;
    QDateTime created;
    QDateTime lastUsed;
    QDateTime revoked;
    QDateTime ends; ///< invalid: never
    qint64 uses = 0;
    [[nodiscard]] bool isValid(const QDateTime &now) const
    {
        return !revoked.isValid() && (!ends.isValid() || now < ends);
    }
};

class HeldKeys
{
public:
    /// @param prefix "aw_live_"; random letters and digits follow it
    HeldKey &make(const QByteArray &prefix, int length, const QString &label, const QDateTime &now);
    [[nodiscard]] HeldKey *find(const QByteArray &key, const QDateTime &now) const; ///< a valid one
    [[nodiscard]] HeldKey *byId(const QString &id);
    [[nodiscard]] std::vector<const HeldKey *> newestFirst() const;
    [[nodiscard]] int valid(const QDateTime &now) const;

private:
    std::vector<std::unique_ptr<HeldKey>> m_keys;
};

/// Requests in fixed spans of time.
class Meter
{
public:
    struct Reading {
        bool allowed = true;
        int limit = 0;
        int left = 0;
        QDateTime reset;
    };
    /// Counts one request of `who`.
    Reading count(const QByteArray &who, int limit, int seconds, const QDateTime &now);
    /// X-RateLimit-*, and Retry-After where nothing is left.
    static void tell(server::Response &response, const Reading &reading, const QDateTime &now);

private:
    struct Span {
        qint64 number = 0;
        int requests = 0;
    };
    std::map<QByteArray, Span> m_spans;
};

[[nodiscard]] QByteArray randomLetters(int length); ///< a–z and 0–9, at least one of each
[[nodiscard]] QByteArray bearerOf(const server::Request &request); ///< empty: none
[[nodiscard]] Json bodyOf(const server::Request &request); ///< an object; null for anything else
[[nodiscard]] QString queryOf(const server::Request &request, const char *name);
[[nodiscard]] server::Response jsonResponse(const Json &json, int status = 200);
[[nodiscard]] Json isoTime(const QDateTime &time); ///< null where it is invalid
/// What follows `folder` in the path, if it is one segment: "/keys/7" → "7".
[[nodiscard]] std::optional<QString> segmentAfter(const QString &path, const QString &folder);

} // namespace astra::test
